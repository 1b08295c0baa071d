/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that cannot be had, in cells: every allocation fails once, then all from it on. The
 * outcome is E_MEMORY and the set that was before, or the very result; nothing stays behind.
 */
#include "entente/cells.h"
#include "memory.h"

enum { MANY = 100 };

/* A jagged polygon of some kilometres, with more vertices than fit without memory. */
static void lay_out(struct ent_point vertices[MANY]) {
	for (int k = 0; k < MANY; k++) {
		const int64_t along = k < MANY / 2 ? k : MANY - 1 - k;
		const int64_t up = (k < MANY / 2 ? 0 : 20) + k % 2;
		CHECK(ent_geo_point_from_ndeg(INT64_C(47000000000) + up * 1000000,
				      INT64_C(8000000000) + along * 2000000,
				      &vertices[k]) == ENT_OK);
	}
}

static ent_status add_one(
		struct ent_cells *cells, int kind, const struct ent_point vertices[MANY]) {
	static const uint64_t more[] = {1, 2, 3, UINT64_MAX};
	switch (kind) {
	case 0:
		return ent_cells_add_polygon(cells, vertices, MANY, 2500, ENT_CELLS_MAX, NULL);
	case 1:
		return ent_cells_add_polygon(cells, vertices, 3, 2500, ENT_CELLS_MAX, NULL);
	case 2:
		return ent_cells_add_circle(cells, vertices[0], 9000000, ENT_CELLS_MAX, NULL);
	default:
		return ent_cells_add(cells, more, COUNT_OF(more), ENT_CELLS_MAX);
	}
}

/* Into an empty set and into one that has some cells; 'first' is the kind of those, or 4. */
static unsigned fail_each(
		int first, int kind, bool all_later, const struct ent_point vertices[MANY]) {
	unsigned failed = 0;
	bool reached = true;
	for (uint64_t fail_at = 1; reached; fail_at++) {
		const int64_t before = memory.live;
		struct ent_cells cells = {0};
		if (first < 4)
			CHECK(add_one(&cells, first, vertices) == ENT_OK);
		const size_t n = cells.n;
		uint64_t *ids = malloc((n + 1) * sizeof *ids);
		CHECK(ids != NULL);
		for (size_t i = 0; i < n; i++)
			ids[i] = cells.ids[i];
		memory_begin(fail_at, all_later);
		const ent_status status = add_one(&cells, kind, vertices);
		reached = memory.calls >= fail_at;
		memory_begin(0, false);
		CHECK(status == (reached ? ENT_E_MEMORY : ENT_OK));
		CHECK(status == ENT_OK ||
				(cells.n == n && ent_cells_contain(cells.ids, cells.n, ids, n)));
		failed += reached;
		/* It can be asked again. */
		CHECK(add_one(&cells, kind, vertices) == ENT_OK);
		CHECK(cells.n > 0 && ent_cells_contain(cells.ids, cells.n, ids, n));
		free(ids);
		ent_cells_finish(&cells);
		CHECK(memory.live == before);
	}
	return failed;
}

TEST(cells__a_set_without_memory_is_as_it_was) {
	(void)state_;
	struct ent_point vertices[MANY];
	unsigned failed = 0;
	lay_out(vertices);
	for (int first = 0; first <= 4; first++)
		for (int kind = 0; kind < 4; kind++)
			failed += fail_each(first, kind, false, vertices) +
					fail_each(first, kind, true, vertices);
	CHECK(failed > 40);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(cells__a_set_without_memory_is_as_it_was),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
