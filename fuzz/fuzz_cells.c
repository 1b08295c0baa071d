/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_cells.c: outlines into sets of cells. The first byte says what: a polygon's size of steps or
 * a circle; then come places, two numbers of eight bytes each, of which the first is the centre.
 *
 * Whatever is taken has its vertices' cells, is ascending, and is the same from the other end.
 */
#include "fuzz.h"

#include "entente/cells.h"

enum { VERTICES = 40, CELLS = 3000 };

struct bytes {
	const uint8_t *at;
	size_t left;
};

static int64_t take(struct bytes *bytes) {
	uint64_t number = 0;
	const size_t n = bytes->left < 8 ? bytes->left : 8;
	for (size_t i = 0; i < n; i++)
		number |= (uint64_t)bytes->at[i] << (8 * i);
	bytes->at += n;
	bytes->left -= n;
	return (int64_t)number;
}

static void check_set(const struct ent_cells *cells) {
	for (size_t i = 0; i < cells->n; i++) {
		FUZZ_CHECK(i == 0 || cells->ids[i - 1] < cells->ids[i]);
		/* Of level 13: a one there, then only zeros. */
		FUZZ_CHECK((cells->ids[i] & ((UINT64_C(1) << 35) - 1)) == UINT64_C(1) << 34);
		FUZZ_CHECK(cells->ids[i] >> 61 < 6);
	}
}

static void check_same(const struct ent_cells *a, const struct ent_cells *b) {
	FUZZ_CHECK(a->n == b->n && ent_cells_contain(a->ids, a->n, b->ids, b->n));
}

static void polygon(const struct ent_point *vertices, size_t n) {
	struct ent_cells cells = {0}, other = {0};
	struct ent_fault fault = {"", ""};
	struct ent_point reversed[VERTICES];
	const ent_status status = ent_cells_add_polygon(&cells, vertices, n, 1e8, CELLS, &fault);
	for (size_t i = 0; i < n; i++)
		reversed[i] = vertices[n - 1 - i];
	FUZZ_CHECK((status == ENT_OK) == (fault.why[0] == '\0'));
	FUZZ_CHECK(ent_cells_add_polygon(&other, reversed, n, 1e8, CELLS, NULL) == status);
	check_set(&cells);
	check_same(&cells, &other);
	if (status == ENT_OK) {
		FUZZ_CHECK(cells.n > 0 && cells.n <= CELLS);
		for (size_t i = 0; i < n; i++) {
			/* A place's own, or where it is on a border one of those that touch it. */
			struct ent_cells around = {0};
			FUZZ_CHECK(ent_cells_add_circle(&around, vertices[i], 0, 4, NULL) ==
					ENT_OK);
			FUZZ_CHECK(ent_cells_meet(cells.ids, cells.n, around.ids, around.n));
			ent_cells_finish(&around);
		}
		/* Nothing more comes when it is added again. */
		FUZZ_CHECK(ent_cells_add_polygon(&cells, vertices, n, 1e8, CELLS, NULL) == ENT_OK);
		check_same(&cells, &other);
	} else {
		FUZZ_CHECK(cells.n == 0);
	}
	ent_cells_finish(&cells);
	ent_cells_finish(&other);
}

static void circle(struct ent_point center, int64_t radius_mm) {
	struct ent_cells cells = {0}, less = {0};
	struct ent_fault fault = {"", ""};
	const ent_status status = ent_cells_add_circle(&cells, center, radius_mm, CELLS, &fault);
	FUZZ_CHECK((status == ENT_OK) == (fault.why[0] == '\0'));
	check_set(&cells);
	FUZZ_CHECK((status == ENT_OK) == (cells.n > 0));
	if (status == ENT_OK) {
		const uint64_t home = ent_cells_at(center);
		FUZZ_CHECK(ent_cells_contain(cells.ids, cells.n, &home, 1));
		FUZZ_CHECK(ent_cells_add_circle(&less, center, radius_mm / 2, CELLS, NULL) ==
				ENT_OK);
		FUZZ_CHECK(ent_cells_contain(cells.ids, cells.n, less.ids, less.n));
	}
	ent_cells_finish(&cells);
	ent_cells_finish(&less);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	/* Steps of whole numbers of so many ndeg around the first place; 0: places as they are. */
	static const int64_t steps[] = {0, 1, 1000, 1000000, 100000000};
	struct bytes bytes = {data, size};
	struct ent_point at[VERTICES], center;
	if (size < 17)
		return 0;
	const uint8_t kind = data[0];
	bytes.at++;
	bytes.left--;
	const int64_t lat = take(&bytes), lon = take(&bytes);
	const bool fine = ent_geo_point_from_ndeg(lat, lon, &center) == ENT_OK;
	if (kind & 1) {
		circle((struct ent_point){lat, lon}, take(&bytes));
		return 0;
	}
	const int64_t step = fine ? steps[kind / 2 % (sizeof steps / sizeof steps[0])] : 0;
	size_t n = 0;
	while (bytes.left > 0 && n < VERTICES) {
		if (step == 0) {
			at[n].lat_ndeg = take(&bytes);
			at[n].lon_ndeg = take(&bytes);
		} else {
			at[n].lat_ndeg = lat + (int8_t)bytes.at[0] * step;
			at[n].lon_ndeg = lon + (bytes.left > 1 ? (int8_t)bytes.at[1] : 0) * step;
			const size_t two = bytes.left > 1 ? 2 : 1;
			bytes.at += two;
			bytes.left -= two;
		}
		n++;
	}
	polygon(at, n);
	return 0;
}
