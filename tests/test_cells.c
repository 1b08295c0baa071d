/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Places and polygons against the S2 library: every cell that it finds, and no other but where the
 * polygon passes within ENT_CELLS_BOUND_M of the cell.
 */
#include <math.h>

#include "cellshapes.h"
#include "oracle_s2.h"
#include "test.h"

enum { CELLS_OF_TEST_MAX = 400000 };

static uint64_t theirs[CELLS_OF_TEST_MAX];

struct tally {
	long polygons, cells, beside;
};

static void compare_cells(const char *why, const struct shape *shape, bool line,
		const struct ent_cells *ours, struct tally *tally) {
	struct oracle_outline *outline = oracle_outline_create(shape->deg[0], shape->n, line);
	CHECK_ROW(why, outline != NULL);
	const size_t n = oracle_outline_cells(outline, theirs, CELLS_OF_TEST_MAX);
	CHECK_ROW(why, n <= CELLS_OF_TEST_MAX);
	size_t k = 0;
	for (size_t i = 0; i < ours->n; i++) {
		CHECK_ROW(why, i == 0 || ours->ids[i - 1] < ours->ids[i]);
		if (k < n && ours->ids[i] == theirs[k]) {
			k++;
			continue;
		}
		if (oracle_outline_distance_m(outline, ours->ids[i]) > ENT_CELLS_BOUND_M)
			fail_msg("%s: %016llx is not touched", why,
					(unsigned long long)ours->ids[i]);
		tally->beside++;
	}
	/* All of theirs came by. */
	CHECK_ROW(why, k == n);
	tally->polygons++;
	tally->cells += (long)n;
	oracle_outline_destroy(outline);
}

static void compare(const char *why, const struct shape *shape, bool line, struct tally *tally) {
	struct ent_cells ours = {0};
	struct ent_fault fault = {"", ""};
	CHECK_ROW(fault.why,
			ent_cells_add_polygon(&ours, shape->at, shape->n, ENT_CELLS_EARTH_KM2,
					ENT_CELLS_MAX, &fault) == ENT_OK);
	compare_cells(why, shape, line, &ours, tally);
	ent_cells_finish(&ours);
}

TEST(cells__a_place_lies_in_the_cell_that_s2_says) {
	(void)state_;
	uint64_t seed = 13;
	const int places = (int)(200000 * test_scale());
	int on_borders = 0;
	for (int i = 0; i < places; i++) {
		double deg[2];
		shape_center(&seed, i, deg);
		const struct ent_point at = shape_point(deg);
		deg[0] = ent_geo_lat_deg(at);
		deg[1] = ent_geo_lon_deg(at);
		const uint64_t id = ent_cells_at(at);
		if (id == oracle_cell_at(deg, ENT_CELLS_LEVEL))
			continue;
		CHECK(oracle_cell_distance_m(id, deg) <= ENT_CELLS_BOUND_M);
		on_borders++;
	}
	CHECK(on_borders <= places / 8);
}

TEST(cells__a_polygon_touches_the_cells_that_s2_finds) {
	(void)state_;
	static const struct {
		const char *why;
		int polygons;
		double size_m, flat; /* flat: how much less high than wide, at most */
		void (*shape)(uint64_t *seed, const double center[2], double size_m, double flat,
				struct shape *ret_shape);
	} rows[] = {
			{"a few metres", 2000, 5, 1, shape_star},
			{"less than a cell", 3000, 300, 1, shape_star},
			{"a few cells", 3000, 2000, 1, shape_star},
			{"some tens of cells", 600, 8000, 1, shape_star},
			{"thousands of cells", 20, 60000, 1, shape_star},
			{"thin", 2000, 3000, 1e-3, shape_star},
			{"thin and long", 100, 300000, 1e-4, shape_star},
			{"a hair", 300, 20000, 1e-6, shape_star},
			{"a comb less than a cell", 500, 500, 1, shape_comb},
			{"a comb of some cells", 500, 10000, 1, shape_comb},
			{"a comb of hundreds of cells", 20, 50000, 1, shape_comb},
			{"a long flat comb", 40, 400000, 5e-3, shape_comb},
	};
	static struct shape shape;
	uint64_t seed = 3548;
	for (size_t r = 0; r < COUNT_OF(rows); r++) {
		struct tally tally = {0};
		const int polygons = (int)ceil(rows[r].polygons * test_scale());
		for (int i = 0; i < polygons; i++) {
			double center[2];
			shape_center(&seed, i, center);
			rows[r].shape(&seed, center, rows[r].size_m * (0.2 + test_uniform(&seed)),
					rows[r].flat, &shape);
			compare(rows[r].why, &shape, false, &tally);
		}
		CHECK_ROW(rows[r].why, tally.beside <= tally.cells / 1000);
	}
}

TEST(cells__a_polygon_along_the_borders_of_cells_and_faces_touches_those_beside_it) {
	(void)state_;
	static struct shape shape;
	struct tally tally = {0};
	uint64_t seed = 45;
	const int polygons = (int)(4000 * test_scale());
	for (int i = 0; i < polygons; i++) {
		shape_on_borders(&seed, i, &shape);
		compare("on borders", &shape, false, &tally);
	}
	CHECK(tally.beside <= tally.cells / 4);
}

TEST(cells__a_polygon_with_the_corners_of_a_cell_touches_what_s2_finds) {
	(void)state_;
	static struct shape shape;
	struct tally tally = {0};
	uint64_t seed = 8;
	const int polygons = (int)(3000 * test_scale());
	for (int i = 0; i < polygons; i++) {
		double center[2];
		shape_center(&seed, i, center);
		const uint64_t id = oracle_cell_at(center, 8 + i % 8);
		/* Some with places on the borders between the corners. */
		const int parts = i % 3 == 0 ? 1 : 1 + (int)(test_random(&seed) % 6);
		shape.n = 0;
		for (int k = 0; k < 4 * parts; k++) {
			double deg[2];
			oracle_cell_border(id, k / parts, (double)(k % parts) / parts, deg);
			shape_add(&shape, deg);
		}
		compare("corners of a cell", &shape, false, &tally);
	}
	CHECK(tally.beside <= tally.cells / 100);
}

TEST(cells__a_band_half_around_the_world_has_its_inside_on_every_face) {
	(void)state_;
	static struct shape shape;
	struct tally tally = {0};
	uint64_t seed = 24;
	const int bands = (int)ceil(6 * test_scale());
	for (int i = 0; i < bands; i++) {
		/* As wide as the limit lets it be, and nearly all the way around but narrow. */
		shape_band(&seed, i % 2 == 0 ? 80 : 300, i % 2 == 0 ? 2000 : 100, &shape);
		compare("a band", &shape, false, &tally);
	}
	CHECK(tally.cells > 20000 * (long)bands);
}

TEST(cells__winding_and_first_vertex_do_not_matter) {
	(void)state_;
	static struct shape shape, turned;
	uint64_t seed = 99;
	const int polygons = (int)(2000 * test_scale());
	for (int i = 0; i < polygons; i++) {
		double center[2];
		struct ent_cells a = {0}, b = {0};
		shape_center(&seed, i, center);
		shape_star(&seed, center, 5000, 1, &shape);
		turned.n = shape.n;
		const size_t by = (size_t)(test_random(&seed) % shape.n);
		for (size_t k = 0; k < shape.n; k++)
			turned.at[k] = shape.at[(2 * shape.n + by - k) % shape.n];
		CHECK(ent_cells_add_polygon(&a, shape.at, shape.n, 2500, ENT_CELLS_MAX, NULL) ==
				ENT_OK);
		CHECK(ent_cells_add_polygon(&b, turned.at, turned.n, 2500, ENT_CELLS_MAX, NULL) ==
				ENT_OK);
		CHECK(a.n == b.n && memcmp(a.ids, b.ids, a.n * sizeof *a.ids) == 0);
		ent_cells_finish(&a);
		ent_cells_finish(&b);
	}
}

TEST(cells__the_limit_is_of_the_area_that_s2_computes) {
	(void)state_;
	static struct shape shape;
	uint64_t seed = 2500;
	const int polygons = (int)(2000 * test_scale());
	for (int i = 0; i < polygons; i++) {
		double center[2];
		struct ent_cells cells = {0};
		struct ent_fault fault = {"", ""};
		shape_center(&seed, i, center);
		shape_star(&seed, center, pow(10, 2 + 3 * test_uniform(&seed)), 1, &shape);
		struct oracle_outline *outline = oracle_outline_create(
				shape.deg[0], shape.n, false);
		const double area_km2 = oracle_outline_area_sr(outline) *
				(ENT_CELLS_EARTH_KM2 / (4 * 3.14159265358979323846));
		oracle_outline_destroy(outline);
		/* S2's own error is some 1e-14 steradians, a square metre or so. */
		CHECK(ent_cells_add_polygon(&cells, shape.at, shape.n, area_km2 * (1 - 1e-6) - 1e-6,
				      ENT_CELLS_MAX, &fault) == ENT_E_DOMAIN);
		CHECK_ROW(fault.why, strncmp(fault.why, "area too large", 14) == 0);
		CHECK(cells.n == 0);
		CHECK(ent_cells_add_polygon(&cells, shape.at, shape.n, area_km2 * (1 + 1e-6) + 1e-6,
				      ENT_CELLS_MAX, &fault) == ENT_OK);
		ent_cells_finish(&cells);
	}
}

TEST(cells__a_polygon_without_area_is_the_line_around_it) {
	(void)state_;
	static struct shape shape;
	struct tally tally = {0};
	uint64_t seed = 1;
	const int lines = (int)(1000 * test_scale());
	for (int i = 0; i < lines; i++) {
		/* On the equator or a meridian, in any order. */
		const bool level = i % 2 == 0;
		const double from = level ? 360 * test_uniform(&seed) - 180
					  : 89.5 * (2 * test_uniform(&seed) - 1);
		const double lon = i % 4 == 1 ? 45 * (double)(test_random(&seed) % 8) - 180
					      : 360 * test_uniform(&seed) - 180;
		const size_t n = 3 + (size_t)(test_random(&seed) % 5);
		shape.n = 0;
		for (size_t k = 0; k < n; k++) {
			const double at = from + 0.4 * test_uniform(&seed);
			const double deg[2] = {level ? 0 : at, level ? at : lon};
			shape_add(&shape, deg);
		}
		compare("a line", &shape, true, &tally);
	}
	/* Half of them lie on the border of two rows of cells. */
	CHECK(tally.beside <= tally.cells * 3 / 2);
}

struct fault_row {
	const char *why;
	size_t n;
	double deg[6][2];
	ent_status status;
	const char *says;
};

static const struct fault_row fault_rows[] = {
		{"nothing", 0, {{0, 0}}, ENT_E_SHAPE, "three vertices, this has 0"},
		{"two", 2, {{0, 0}, {1, 1}}, ENT_E_SHAPE, "three vertices, this has 2"},
		{"closed", 4, {{0, 0}, {0, 0.1}, {0.1, 0.1}, {0, 0}}, ENT_E_SHAPE,
				"vertices 0 and 3 are the same place"},
		{"twice, apart", 5, {{0, 0}, {0, 0.1}, {0.1, 0.1}, {0, 0}, {0.1, 0}}, ENT_E_SHAPE,
				"vertices 0 and 3 are the same place"},
		{"there and back", 4, {{0, 0}, {0, 0.1}, {0, 0.2}, {0, 0.1}}, ENT_E_SHAPE,
				"vertices 1 and 3 are the same place"},
		{"a pole twice", 4, {{90, 0}, {89, 0}, {90, 50}, {89, 90}}, ENT_E_SHAPE,
				"vertices 0 and 2 are the same place"},
		{"the antimeridian twice", 4, {{1, 180}, {1, 179}, {1, -180}, {2, 179.5}},
				ENT_E_SHAPE, "vertices 0 and 2 are the same place"},
		{"a bow tie", 4, {{0, 0}, {0.1, 0.1}, {0.1, 0}, {0, 0.1}}, ENT_E_SHAPE,
				"the edges after vertices 0 and 2 cross or touch"},
		{"a bow tie at a corner of faces", 4,
				{{35.2, 44.9}, {35.3, 45.1}, {35.3, 44.9}, {35.2, 45.1}},
				ENT_E_SHAPE, "the edges after vertices 0 and 2 cross or touch"},
		{"a vertex on another edge", 5, {{0, 0}, {0, 0.2}, {0.1, 0.2}, {0, 0.1}, {0.1, 0}},
				ENT_E_SHAPE, "the edges after vertices 0 and 2 cross or touch"},
		{"folded back", 4, {{0, 0}, {0, 0.2}, {0, 0.1}, {0.1, 0}}, ENT_E_SHAPE,
				"the edges after vertices 0 and 2 cross or touch"},
		{"long edges that cross", 4, {{-10, 0}, {10, 100}, {10, 0}, {-10, 100}},
				ENT_E_SHAPE, "the edges after vertices 0 and 2 cross or touch"},
		{"antipodes", 3, {{10, 20}, {-10, -160}, {0, 0}}, ENT_E_SHAPE,
				"vertices 0 and 1 are antipodes or nearly so"},
		{"poles", 3, {{90, 0}, {0, 10}, {-90, 0}}, ENT_E_SHAPE,
				"vertices 0 and 2 are antipodes or nearly so"},
		{"long edges whose planes meet behind", 4,
				{{0, -85}, {0, 85}, {10, 95}, {-10, -95}}, ENT_E_DOMAIN,
				"area too large"},
		{"too large", 3, {{0, 0}, {0, 1}, {1, 0}}, ENT_E_DOMAIN, "area too large: 61"},
		{"a hemisphere", 3, {{0, 0}, {0, 120}, {0, -120}}, ENT_E_DOMAIN,
				"area too large: 255036000.000 km2, at most 2500"},
		{"all six middles of faces", 6,
				{{90, 0}, {0, 0}, {0, 90}, {-90, 0}, {0, 180}, {0, -90}},
				ENT_E_DOMAIN, "area too large: 25503"},
		{"a vertex at an apex of triangles", 4, {{0, 0}, {10, 90}, {0, 180}, {-10, -90}},
				ENT_E_DOMAIN, "area too large"},
};

TEST(cells__what_is_no_polygon_is_refused_in_words) {
	(void)state_;
	for (size_t r = 0; r < COUNT_OF(fault_rows); r++) {
		const struct fault_row *row = &fault_rows[r];
		struct ent_point at[6];
		struct ent_cells cells = {0};
		struct ent_fault fault = {"", ""};
		for (size_t k = 0; k < row->n; k++)
			at[k] = shape_point(row->deg[k]);
		const ent_status status = ent_cells_add_polygon(
				&cells, at, row->n, 2500, ENT_CELLS_MAX, &fault);
		CHECK_ROW(row->why, status == row->status);
		CHECK_ROW(row->why, strcmp(fault.where, "vertices") == 0);
		if (strstr(fault.why, row->says) == NULL)
			fail_msg("%s: %s", row->why, fault.why);
		CHECK_ROW(row->why, cells.n == 0);
		ent_cells_finish(&cells);
	}
}

TEST(cells__edges_that_touch_are_found_from_every_vertex_and_both_ways) {
	(void)state_;
	static const double touching[][6][2] = {
			{{0, 0}, {0, 0.2}, {0.1, 0.2}, {0, 0.1}, {0.1, 0}, {0.05, -0.1}},
			{{0, 0}, {0, 0.2}, {0, 0.1}, {0.1, 0}, {0.1, -0.1}, {0, -0.1}},
			{{0, 45}, {0.1, 45}, {0.1, 45.1}, {0.05, 45}, {-0.1, 45.1}, {-0.1, 45}},
			{{0, 0}, {0.1, 0.1}, {0.1, 0}, {0, 0.1}, {-0.1, 0.1}, {-0.1, 0}},
			{{90, 0}, {80, 0}, {85, 90}, {85, -90}, {80, -80}, {80, -40}},
			{{0, 0}, {0, 100}, {-30, 80}, {0, 60}, {-20, 40}, {-10, -10}},
	};
	for (size_t r = 0; r < COUNT_OF(touching); r++)
		for (size_t turn = 0; turn < 24; turn++) {
			struct ent_point at[6];
			struct ent_cells cells = {0};
			for (size_t k = 0; k < 6; k++) {
				const size_t from = (turn % 12 < 6 ? turn + k : turn + 6 - k) % 6;
				at[k] = shape_point(touching[r][from]);
				/* And its mirror image. */
				at[k].lat_ndeg *= turn < 12 ? 1 : -1;
			}
			if (ent_cells_add_polygon(&cells, at, 6, 1e9, ENT_CELLS_MAX, NULL) !=
					ENT_E_SHAPE)
				fail_msg("polygon %zu, turn %zu", r, turn);
			ent_cells_finish(&cells);
		}
}

TEST(cells__more_than_the_most_is_refused_at_once_and_changes_nothing) {
	(void)state_;
	static const struct ent_point near[] = {{0, 0}, {0, 100000000}, {100000000, 0}};
	static const struct ent_point country[] = {
			{0, 0}, {0, INT64_C(9000000000)}, {INT64_C(9000000000), 0}};
	struct ent_cells cells = {0}, few = {0};
	struct ent_fault fault = {"", ""};
	CHECK(ent_cells_add_polygon(&cells, near, 3, 2500, ENT_CELLS_MAX, &fault) == ENT_OK);
	const size_t n = cells.n;
	CHECK(n > 10);
	CHECK(ent_cells_add_polygon(&few, near, 3, 2500, n - 1, &fault) == ENT_E_LIMIT);
	CHECK(few.n == 0 && strstr(fault.why, "touches more than") != NULL);
	CHECK(ent_cells_add_polygon(&few, near, 3, 2500, n, &fault) == ENT_OK);
	CHECK(few.n == n && memcmp(few.ids, cells.ids, n * sizeof *few.ids) == 0);
	CHECK(ent_cells_add_polygon(&few, country, 3, 1e6, SIZE_MAX, &fault) == ENT_E_LIMIT);
	CHECK(few.n == n && memcmp(few.ids, cells.ids, n * sizeof *few.ids) == 0);
	static const struct ent_point beyond[] = {{0, 0}, {INT64_C(90000000001), 0}, {0, 1000}};
	CHECK(ent_cells_add_polygon(&few, beyond, 3, 2500, n, &fault) == ENT_E_DOMAIN);
	CHECK(few.n == n && strcmp(fault.where, "vertices[1]") == 0);
	struct ent_point many[1025];
	CHECK(ent_cells_add_polygon(&few, many, COUNT_OF(many), 2500, n, &fault) == ENT_E_LIMIT);
	ent_cells_finish(&cells);
	ent_cells_finish(&few);
}

TEST(cells__outlines_unite_in_any_order) {
	(void)state_;
	static struct shape shapes[4];
	uint64_t seed = 70;
	const int sets = (int)(500 * test_scale());
	for (int i = 0; i < sets; i++) {
		struct ent_cells a = {0}, b = {0};
		double center[2];
		shape_center(&seed, i, center);
		for (size_t k = 0; k < 4; k++)
			shape_star(&seed, center, 500 * pow(10, test_uniform(&seed)), 1,
					&shapes[k]);
		for (size_t k = 0; k < 4; k++) {
			CHECK(ent_cells_add_polygon(&a, shapes[k].at, shapes[k].n, 2500,
					      ENT_CELLS_MAX, NULL) == ENT_OK);
			CHECK(ent_cells_add_polygon(&b, shapes[3 - k].at, shapes[3 - k].n, 2500,
					      ENT_CELLS_MAX, NULL) == ENT_OK);
		}
		CHECK(a.n == b.n && memcmp(a.ids, b.ids, a.n * sizeof *a.ids) == 0);
		for (size_t k = 1; k < a.n; k++)
			CHECK(a.ids[k - 1] < a.ids[k]);
		ent_cells_finish(&a);
		ent_cells_finish(&b);
	}
}

int main(void) {
	static const struct CMUnitTest tests[] = {
			TEST_ENTRY(cells__a_place_lies_in_the_cell_that_s2_says),
			TEST_ENTRY(cells__a_polygon_touches_the_cells_that_s2_finds),
			TEST_ENTRY(cells__a_polygon_along_the_borders_of_cells_and_faces_touches_those_beside_it),
			TEST_ENTRY(cells__a_polygon_with_the_corners_of_a_cell_touches_what_s2_finds),
			TEST_ENTRY(cells__a_band_half_around_the_world_has_its_inside_on_every_face),
			TEST_ENTRY(cells__winding_and_first_vertex_do_not_matter),
			TEST_ENTRY(cells__the_limit_is_of_the_area_that_s2_computes),
			TEST_ENTRY(cells__a_polygon_without_area_is_the_line_around_it),
			TEST_ENTRY(cells__what_is_no_polygon_is_refused_in_words),
			TEST_ENTRY(cells__edges_that_touch_are_found_from_every_vertex_and_both_ways),
			TEST_ENTRY(cells__more_than_the_most_is_refused_at_once_and_changes_nothing),
			TEST_ENTRY(cells__outlines_unite_in_any_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
