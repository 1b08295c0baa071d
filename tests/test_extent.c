/* SPDX-License-Identifier: Apache-2.0 */
/* test_extent.c: volumes become one extent, bytes and JSON, and are the same volumes again. */
#include "entente/cells.h"
#include "entente/extent.h"
#include "test.h"

enum { VOLUMES_MAX = 6, CORNERS_MAX = 12 };

struct some {
	struct ent_extent_volume volume[VOLUMES_MAX];
	struct ent_point corners[VOLUMES_MAX][CORNERS_MAX];
	size_t n;
};

static bool one_in(uint64_t *seed, uint64_t n) {
	return test_random(seed) % n == 0;
}

static int64_t between(uint64_t *seed, int64_t least, int64_t most) {
	return least + (int64_t)(test_random(seed) % (uint64_t)(most - least + 1));
}

/* Anywhere; on the antimeridian and at the poles now and then. */
static struct ent_point some_point(uint64_t *seed) {
	const int64_t lat = one_in(seed, 8) ? (one_in(seed, 2) ? 90000000000 : -90000000000)
					    : between(seed, -90000000000, 90000000000);
	const int64_t lon = one_in(seed, 8) ? -180000000000
					    : between(seed, -180000000000, 180000000000);
	struct ent_point at;
	CHECK(ent_geo_point_from_ndeg(lat, lon, &at) == ENT_OK);
	return at;
}

static void some_bounds(uint64_t *seed, struct ent_extent_volume *volume) {
	volume->lower_mm = (int32_t)between(seed, ENT_ALTITUDE_MIN_MM, ENT_ALTITUDE_MAX_MM);
	volume->upper_mm = (int32_t)between(seed, volume->lower_mm, ENT_ALTITUDE_MAX_MM);
	volume->start_utc_us = between(seed, ENT_TIME_MIN_US, ENT_TIME_MAX_US);
	volume->end_utc_us = between(seed, volume->start_utc_us, ENT_TIME_MAX_US);
	if (one_in(seed, 4))
		volume->lower_mm = ENT_ALTITUDE_UNBOUNDED_BELOW;
	if (one_in(seed, 4))
		volume->upper_mm = ENT_ALTITUDE_UNBOUNDED_ABOVE;
	if (one_in(seed, 4))
		volume->start_utc_us = ENT_TIME_UNBOUNDED_BEFORE;
	if (one_in(seed, 4))
		volume->end_utc_us = ENT_TIME_UNBOUNDED_AFTER;
}

/* Outlines of any form, which need not have cells. */
static void any_volumes(uint64_t *seed, struct some *ret_some) {
	ret_some->n = test_random(seed) % (VOLUMES_MAX + 1);
	for (size_t i = 0; i < ret_some->n; i++) {
		struct ent_extent_volume *volume = &ret_some->volume[i];
		*volume = (struct ent_extent_volume){
				.outline = (enum ent_extent_outline)(test_random(seed) % 3)};
		some_bounds(seed, volume);
		if (volume->outline == ENT_EXTENT_CIRCLE) {
			volume->center = some_point(seed);
			volume->radius_mm = between(
					seed, 0, one_in(seed, 2) ? 100000 : ENT_RADIUS_MAX_MM);
		} else if (volume->outline == ENT_EXTENT_POLYGON) {
			volume->n_vertices = 3 + test_random(seed) % (CORNERS_MAX - 2);
			volume->vertices = ret_some->corners[i];
			for (size_t k = 0; k < volume->n_vertices; k++)
				ret_some->corners[i][k] = some_point(seed);
		}
	}
}

/* Circles and triangles of up to a few kilometres: they have cells. */
static void small_volumes(uint64_t *seed, struct some *ret_some) {
	ret_some->n = 1 + test_random(seed) % VOLUMES_MAX;
	for (size_t i = 0; i < ret_some->n; i++) {
		struct ent_extent_volume *volume = &ret_some->volume[i];
		const struct ent_point at = {between(seed, 46900000000, 47000000000),
				between(seed, 179950000000, 179999999999)};
		*volume = (struct ent_extent_volume){.outline = ENT_EXTENT_CIRCLE,
				.center = at,
				.radius_mm = between(seed, 1, 2000000)};
		some_bounds(seed, volume);
		if (one_in(seed, 2))
			continue;
		volume->outline = ENT_EXTENT_POLYGON;
		volume->vertices = ret_some->corners[i];
		volume->n_vertices = 3;
		ret_some->corners[i][0] = at;
		ret_some->corners[i][1] = (struct ent_point){at.lat_ndeg + 30000000, at.lon_ndeg};
		CHECK(ent_geo_point_from_ndeg(at.lat_ndeg,
				      at.lon_ndeg + 60000000 - INT64_C(360000000000),
				      &ret_some->corners[i][2]) == ENT_OK);
	}
}

static void check_volume(
		const struct ent_extent_volume *volume, const struct ent_extent_volume *again) {
	CHECK(volume->outline == again->outline);
	CHECK(volume->lower_mm == again->lower_mm && volume->upper_mm == again->upper_mm);
	CHECK(volume->start_utc_us == again->start_utc_us);
	CHECK(volume->end_utc_us == again->end_utc_us);
	if (volume->outline == ENT_EXTENT_CIRCLE) {
		CHECK(memcmp(&volume->center, &again->center, sizeof volume->center) == 0);
		CHECK(volume->radius_mm == again->radius_mm);
	}
	CHECK(volume->n_vertices == again->n_vertices);
	for (size_t i = 0; i < volume->n_vertices; i++)
		CHECK(memcmp(&volume->vertices[i], &again->vertices[i],
				      sizeof volume->vertices[i]) == 0);
}

static void check_walk(const struct ent_extent *extent, const struct some *some) {
	static struct ent_extent_walk walk;
	struct ent_extent_volume volume;
	ent_extent_walk_begin(&walk, extent);
	for (size_t i = 0; i < some->n; i++) {
		CHECK(ent_extent_walk_next(&walk, &volume) == ENT_OK);
		check_volume(&some->volume[i], &volume);
	}
	CHECK(ent_extent_walk_next(&walk, &volume) == ENT_E_MISSING);
	CHECK(ent_extent_walk_next(&walk, &volume) == ENT_E_MISSING);
}

TEST(pack__walked_is_what_was_packed_and_cut_is_not) {
	(void)state_;
	uint64_t seed = 1;
	const int rounds = 20 + (int)(2000 * test_scale());
	for (int round = 0; round < rounds; round++) {
		static struct ent_extent_walk walk;
		static struct some some;
		struct ent_extent_volume volume;
		struct ent_extent extent = {0};
		uint8_t *packed;
		any_volumes(&seed, &some);
		CHECK(ent_extent_pack(some.volume, some.n, &packed, &extent.packed_size) == ENT_OK);
		extent.packed = packed;
		check_walk(&extent, &some);
		const size_t size = extent.packed_size;
		for (size_t cut = 1; cut < size; cut++) {
			/* In its own block, so that a byte too far is seen. */
			uint8_t *exact = malloc(cut);
			CHECK(exact != NULL);
			memcpy(exact, packed, cut);
			extent.packed = exact;
			extent.packed_size = cut;
			ent_extent_walk_begin(&walk, &extent);
			ent_status status = ENT_OK;
			while (status == ENT_OK)
				status = ent_extent_walk_next(&walk, &volume);
			CHECK(status == ENT_E_SYNTAX);
			free(exact);
		}
		free(packed);
	}
}

TEST(pack__of_other_bytes_is_refused) {
	(void)state_;
#define LONG "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01" /* 2^64 - 1 */
	static const struct {
		const char *why, *bytes;
		size_t size;
	} rows[] = {
			{"a byte behind", "\x00\x00", 2},
			{"a count without end", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11},
			{"too many volumes", "\xe9\x07", 2},
			{"all there can be", LONG, 10},
			{"no outline", "\x01\x03", 2},
			{"more bounds than there are", "\x01\x40", 2},
			{"latitude -2^63", "\x01\x01" LONG "\x00\x01", 14},
			{"longitude -2^63", "\x01\x01\x00" LONG "\x01", 14},
			{"a radius of 2^64 - 1", "\x01\x01\x00\x00" LONG, 14},
			{"1025 corners", "\x01\x02\x81\x08", 4},
			{"a corner -2^63 from the one before", "\x01\x02\x02\x01\x01" LONG "\x00",
					16},
			{"a lower bound of -2^63", "\x01\x04" LONG, 12},
			{"an upper bound 2^63 above", "\x01\x0c\x02" LONG, 13},
			{"a start of -2^63", "\x01\x10" LONG, 12},
			{"an end before the start", "\x01\x30\x04\x01", 4},
			{"an upper bound below", "\x01\x0c\x04\x01", 4},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		static struct ent_extent_walk walk;
		struct ent_extent_volume volume;
		uint8_t *exact = malloc(rows[i].size);
		CHECK(exact != NULL);
		memcpy(exact, rows[i].bytes, rows[i].size);
		const struct ent_extent extent = {.packed = exact, .packed_size = rows[i].size};
		ent_extent_walk_begin(&walk, &extent);
		ent_status status = ENT_OK;
		while (status == ENT_OK)
			status = ent_extent_walk_next(&walk, &volume);
		CHECK_ROW(rows[i].why, status == ENT_E_SYNTAX);
		free(exact);
	}
}

/* --- JSON --- */

static void check_same(const struct ent_extent *a, const struct ent_extent *b) {
	CHECK(a->n_cells == b->n_cells && a->packed_size == b->packed_size);
	CHECK(a->n_cells == 0 || memcmp(a->cells, b->cells, a->n_cells * sizeof *a->cells) == 0);
	CHECK(memcmp(a->packed, b->packed, a->packed_size) == 0);
	CHECK(a->lower_mm == b->lower_mm && a->upper_mm == b->upper_mm);
	CHECK(a->start_utc_us == b->start_utc_us && a->end_utc_us == b->end_utc_us);
}

/* As the members of an object. */
static char *written(const struct ent_extent *extent, size_t *ret_size) {
	struct ent_jsonout_memory memory = {.limit = SIZE_MAX / 4};
	struct ent_jsonout out;
	ent_jsonout_init(&out, ent_jsonout_to_memory, &memory, 0);
	ent_jsonout_object_begin(&out);
	ent_extent_write(&out, extent);
	ent_jsonout_object_end(&out);
	CHECK(ent_jsonout_finish(&out) == ENT_OK);
	*ret_size = memory.size;
	return memory.bytes;
}

TEST(extent__read_is_what_was_written) {
	(void)state_;
	struct ent_json *json;
	uint64_t seed = 2;
	const int rounds = 10 + (int)(300 * test_scale());
	CHECK(ent_json_create(&json) == ENT_OK);
	for (int round = 0; round < rounds; round++) {
		static struct some some;
		struct ent_extent *extent, *again;
		struct ent_fault fault = {{0}, {0}};
		struct ent_json_value root;
		size_t size, size_again;
		small_volumes(&seed, &some);
		if (one_in(&seed, 10))
			some.n = 0;
		CHECK(ent_extent_create(some.volume, some.n, &ent_extent_limits_default, &extent,
				      &fault) == ENT_OK);
		char *text = written(extent, &size);
		CHECK(ent_json_parse(json, text, size, NULL, &root, NULL) == ENT_OK);
		CHECK_ROW(fault.why, ent_extent_read(root, &again, &fault) == ENT_OK);
		check_same(extent, again);
		char *text_again = written(again, &size_again);
		CHECK(size == size_again && memcmp(text, text_again, size) == 0);
		free(text);
		free(text_again);
		ent_extent_destroy(extent);
		ent_extent_destroy(again);
	}
	ent_json_destroy(json);
}

/* --- Unions --- */

TEST(extent__is_the_union_of_its_volumes_in_any_order) {
	(void)state_;
	uint64_t seed = 3;
	const int rounds = 10 + (int)(200 * test_scale());
	for (int round = 0; round < rounds; round++) {
		static struct some some;
		struct ent_extent *all, *turned, *one;
		struct ent_cells cells = {0};
		small_volumes(&seed, &some);
		CHECK(ent_extent_create(some.volume, some.n, &ent_extent_limits_default, &all,
				      NULL) == ENT_OK);
		struct ent_extent bounds = {.lower_mm = INT32_MAX,
				.upper_mm = INT32_MIN,
				.start_utc_us = INT64_MAX,
				.end_utc_us = INT64_MIN};
		for (size_t i = 0; i < some.n; i++) { /* f3548 4.9 */
			const struct ent_extent_volume *v = &some.volume[i];
			CHECK(ent_extent_create(v, 1, &ent_extent_limits_default, &one, NULL) ==
					ENT_OK);
			CHECK(ent_cells_add(&cells, one->cells, one->n_cells, SIZE_MAX) == ENT_OK);
			bounds.lower_mm = v->lower_mm < bounds.lower_mm ? v->lower_mm
									: bounds.lower_mm;
			bounds.upper_mm = v->upper_mm > bounds.upper_mm ? v->upper_mm
									: bounds.upper_mm;
			if (v->start_utc_us < bounds.start_utc_us)
				bounds.start_utc_us = v->start_utc_us;
			if (v->end_utc_us > bounds.end_utc_us)
				bounds.end_utc_us = v->end_utc_us;
			ent_extent_destroy(one);
		}
		CHECK(all->lower_mm == bounds.lower_mm && all->upper_mm == bounds.upper_mm);
		CHECK(all->start_utc_us == bounds.start_utc_us);
		CHECK(all->end_utc_us == bounds.end_utc_us);
		CHECK(cells.n == all->n_cells);
		CHECK(memcmp(cells.ids, all->cells, cells.n * sizeof *cells.ids) == 0);
		struct ent_extent_volume turned_volumes[VOLUMES_MAX];
		for (size_t i = 0; i < some.n; i++)
			turned_volumes[i] = some.volume[some.n - 1 - i];
		CHECK(ent_extent_create(turned_volumes, some.n, &ent_extent_limits_default, &turned,
				      NULL) == ENT_OK);
		CHECK(turned->n_cells == all->n_cells);
		CHECK(memcmp(turned->cells, all->cells, cells.n * sizeof *cells.ids) == 0);
		ent_cells_finish(&cells);
		ent_extent_destroy(all);
		ent_extent_destroy(turned);
	}
}

TEST(extent__of_nothing_or_nowhere_is_unbounded_without_cells) {
	(void)state_;
	struct ent_extent *extent;
	const struct ent_extent_volume nowhere = {
			.lower_mm = 5, .upper_mm = 6, .start_utc_us = 7, .end_utc_us = 8};
	CHECK(ent_extent_create(NULL, 0, &ent_extent_limits_default, &extent, NULL) == ENT_OK);
	CHECK(extent->n_cells == 0 && extent->lower_mm == ENT_ALTITUDE_UNBOUNDED_BELOW);
	CHECK(extent->upper_mm == ENT_ALTITUDE_UNBOUNDED_ABOVE);
	CHECK(extent->start_utc_us == ENT_TIME_UNBOUNDED_BEFORE);
	CHECK(extent->end_utc_us == ENT_TIME_UNBOUNDED_AFTER);
	ent_extent_destroy(extent);
	CHECK(ent_extent_create(&nowhere, 1, &ent_extent_limits_default, &extent, NULL) == ENT_OK);
	CHECK(extent->n_cells == 0 && extent->lower_mm == 5 && extent->upper_mm == 6);
	CHECK(extent->start_utc_us == 7 && extent->end_utc_us == 8);
	ent_extent_destroy(extent);
	ent_extent_destroy(NULL);
}

TEST(extent__touching_meets_and_order_does_not_matter) {
	(void)state_;
	static const struct { /* f3548 4.10; beside 10..20 */
		const char *why;
		int lower, upper;
		bool meets;
	} rows[] = {
			{"within", 12, 13, true},
			{"around", 0, 30, true},
			{"touching above", 20, 30, true},
			{"one apart above", 21, 30, false},
			{"touching below", 0, 10, true},
			{"one apart below", 0, 9, false},
			{"a moment on the edge", 20, 20, true},
			{"unbounded", INT32_MIN, INT32_MAX, true},
			{"unbounded below", INT32_MIN, 10, true},
			{"unbounded below, apart", INT32_MIN, 9, false},
			{"unbounded above", 20, INT32_MAX, true},
	};
	const struct ent_extent home = {
			.lower_mm = 10, .upper_mm = 20, .start_utc_us = 10, .end_utc_us = 20};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct ent_extent other = {.lower_mm = rows[i].lower,
				.upper_mm = rows[i].upper,
				.start_utc_us = rows[i].lower == INT32_MIN ? INT64_MIN
									   : rows[i].lower,
				.end_utc_us = rows[i].upper == INT32_MAX ? INT64_MAX
									 : rows[i].upper};
		CHECK_ROW(rows[i].why, ent_extent_altitudes_meet(&home, &other) == rows[i].meets);
		CHECK_ROW(rows[i].why, ent_extent_altitudes_meet(&other, &home) == rows[i].meets);
		CHECK_ROW(rows[i].why, ent_extent_times_meet(&home, &other) == rows[i].meets);
		CHECK_ROW(rows[i].why, ent_extent_times_meet(&other, &home) == rows[i].meets);
	}
}

/* --- Limits --- */

static struct ent_extent_volume circle_at(double lat_deg, double lon_deg, int64_t radius_mm) {
	struct ent_extent_volume volume = {.outline = ENT_EXTENT_CIRCLE, .radius_mm = radius_mm};
	CHECK(ent_geo_point_from_deg(lat_deg, lon_deg, &volume.center) == ENT_OK);
	return volume;
}

TEST(extent__beyond_a_limit_says_which_volume) {
	(void)state_;
	static struct ent_extent_volume many[ENT_EXTENT_VOLUMES_MAX + 1];
	struct ent_extent_limits limits = {3, 20, 2500, 16};
	struct ent_fault fault;
	struct ent_extent *extent;
	for (size_t i = 0; i < COUNT_OF(many); i++)
		many[i] = circle_at(47, 8, 1000);
	CHECK(ent_extent_create(many, 3, &limits, &extent, &fault) == ENT_OK);
	ent_extent_destroy(extent);
	CHECK(ent_extent_create(many, 4, &limits, &extent, &fault) == ENT_E_LIMIT);
	CHECK(strstr(fault.why, "3") != NULL);
	many[1] = circle_at(47, 8, 20000000);
	CHECK(ent_extent_create(many, 2, &limits, &extent, &fault) == ENT_E_LIMIT);
	CHECK(strstr(fault.where, "volumes[1]") != NULL && fault.why[0] != '\0');
	/* A square of 50 km is 2,500 km2; f3548 4.7. */
	for (int smaller = 0; smaller < 2; smaller++) {
		const int64_t size = smaller == 1 ? 449000000 : 450000000;
		const struct ent_point corners[] = {{0, 0}, {0, size}, {size, size}, {size, 0}};
		many[1] = (struct ent_extent_volume){.outline = ENT_EXTENT_POLYGON,
				.vertices = corners,
				.n_vertices = 4};
		const ent_status status = ent_extent_create(
				many, 2, &ent_extent_limits_default, &extent, &fault);
		CHECK(status == (smaller == 1 ? ENT_OK : ENT_E_DOMAIN));
		if (status == ENT_OK)
			ent_extent_destroy(extent);
		else
			CHECK(strstr(fault.where, "volumes[1]") != NULL);
	}
	many[1] = circle_at(47, 8, 1000);
	limits.volumes_max = SIZE_MAX;
	CHECK(ent_extent_create(many, ENT_EXTENT_VOLUMES_MAX, &limits, &extent, &fault) == ENT_OK);
	ent_extent_destroy(extent);
	CHECK(ent_extent_create(many, ENT_EXTENT_VOLUMES_MAX + 1, &limits, &extent, &fault) ==
			ENT_E_LIMIT);
}

TEST(extent__vertices_are_counted_over_all_volumes) {
	(void)state_;
	static const struct {
		const char *why;
		size_t vertices_max;
		const char *where; /* NULL: it is taken */
	} rows[] = {
			{"all of them", 8, NULL},
			{"one too many", 7, "volumes[2]"},
			{"as many as the first has", 4, "volumes[2]"},
			{"too many in the first", 3, "volumes[0]"},
	};
	const struct ent_point corners[] = {{0, 0}, {0, 1000000}, {1000000, 1000000}, {1000000, 0}};
	const struct ent_extent_volume polygon = {.outline = ENT_EXTENT_POLYGON,
			.vertices = corners,
			.n_vertices = COUNT_OF(corners)};
	/* A circle has none. */
	const struct ent_extent_volume volumes[] = {polygon, circle_at(0, 0, 1000), polygon};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ent_extent_limits limits = ent_extent_limits_default;
		struct ent_fault fault = {"", ""};
		struct ent_extent *extent = NULL;
		char says[40];
		limits.vertices_max = rows[i].vertices_max;
		const ent_status status = ent_extent_create(
				volumes, COUNT_OF(volumes), &limits, &extent, &fault);
		(void)snprintf(says, sizeof says, "more than %zu vertices in all",
				rows[i].vertices_max);
		CHECK_ROW(rows[i].why, status == (rows[i].where == NULL ? ENT_OK : ENT_E_LIMIT));
		CHECK_ROW(rows[i].why, (extent != NULL) == (rows[i].where == NULL));
		CHECK_ROW(rows[i].why,
				rows[i].where == NULL ||
						(strcmp(fault.where, rows[i].where) == 0 &&
								strcmp(fault.why, says) == 0));
		ent_extent_destroy(extent);
	}
}

TEST(extent__reaches_over_the_antimeridian_and_the_poles) {
	(void)state_;
	static const struct {
		const char *why;
		double lat_deg, lon_deg, other_lat_deg, other_lon_deg;
	} rows[] = {
			{"Fiji", -17, 179.999, -17, -179.999},
			{"the date line itself", 10, -180, 10, 179.999},
			{"the north pole", 89.999, 0, 89.999, 180},
			{"the south pole", -89.999, 90, -89.999, -90},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct ent_extent_volume volume = circle_at(
				rows[i].lat_deg, rows[i].lon_deg, 1000000);
		const struct ent_extent_volume other = circle_at(
				rows[i].other_lat_deg, rows[i].other_lon_deg, 0);
		struct ent_extent *extent, *spot;
		CHECK(ent_extent_create(&volume, 1, &ent_extent_limits_default, &extent, NULL) ==
				ENT_OK);
		CHECK(ent_extent_create(&other, 1, &ent_extent_limits_default, &spot, NULL) ==
				ENT_OK);
		CHECK_ROW(rows[i].why,
				ent_cells_contain(extent->cells, extent->n_cells, spot->cells,
						spot->n_cells));
		ent_extent_destroy(extent);
		ent_extent_destroy(spot);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(pack__walked_is_what_was_packed_and_cut_is_not),
			TEST_ENTRY(pack__of_other_bytes_is_refused),
			TEST_ENTRY(extent__read_is_what_was_written),
			TEST_ENTRY(extent__is_the_union_of_its_volumes_in_any_order),
			TEST_ENTRY(extent__of_nothing_or_nowhere_is_unbounded_without_cells),
			TEST_ENTRY(extent__touching_meets_and_order_does_not_matter),
			TEST_ENTRY(extent__beyond_a_limit_says_which_volume),
			TEST_ENTRY(extent__vertices_are_counted_over_all_volumes),
			TEST_ENTRY(extent__reaches_over_the_antimeridian_and_the_poles),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
