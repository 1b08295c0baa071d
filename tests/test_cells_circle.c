/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Discs against geodesics of PROJ (geodesic.h, Karney), measured to the borders of S2's cells by
 * golden section; and sets of cells against looking through them one by one.
 */
#include <geodesic.h>
#include <math.h>

#include "cellshapes.h"
#include "oracle_s2.h"
#include "test.h"

/*
 * No place of a cell of level 13 is farther from its middle: half of S2's greatest diagonal, 2.44 /
 * 2^13, and a part more.
 */
#define CELL_REACH_M 1000.0
/* PROJ states 15 nm for a length; the search leaves less. */
#define NEAREST_M 2e-8

enum { CANDIDATES_MAX = 200000, SAMPLES = 8 };

static struct geod_geodesic earth;
static uint64_t candidates[CANDIDATES_MAX];

static double geodesic_m(const double a[2], const double b[2]) {
	double length_m;
	geod_inverse(&earth, a[0], a[1], b[0], b[1], &length_m, NULL, NULL);
	return length_m;
}

static double to_border_m(uint64_t id, int border, double part, const double center[2]) {
	double place[2];
	oracle_cell_border(id, border, part, place);
	return geodesic_m(center, place);
}

/* The least along one border: around the nearest of some samples, by golden section. */
static double nearest_on_border_m(uint64_t id, int border, const double center[2]) {
	const double golden = (sqrt(5) - 1) / 2;
	int best = 0;
	double least_m = to_border_m(id, border, 0, center);
	for (int k = 1; k <= SAMPLES; k++) {
		const double here_m = to_border_m(id, border, (double)k / SAMPLES, center);
		if (here_m < least_m) {
			least_m = here_m;
			best = k;
		}
	}
	double lo = fmax(best - 1, 0) / SAMPLES, hi = fmin(best + 1, SAMPLES) / SAMPLES;
	/* Until the rest is shorter than a tenth of a millimetre. */
	while (hi - lo > 1e-7) {
		const double p = hi - golden * (hi - lo), q = lo + golden * (hi - lo);
		const double p_m = to_border_m(id, border, p, center),
			     q_m = to_border_m(id, border, q, center);
		least_m = fmin(least_m, fmin(p_m, q_m));
		if (p_m < q_m)
			hi = q;
		else
			lo = p;
	}
	return least_m;
}

static double nearest_m(uint64_t id, const double center[2]) {
	double least_m = INFINITY;
	if (id == oracle_cell_at(center, ENT_CELLS_LEVEL))
		return 0;
	for (int border = 0; border < 4; border++)
		least_m = fmin(least_m, nearest_on_border_m(id, border, center));
	return least_m;
}

/* -1 and 1: certainly not, certainly; 0: it passes within the bound. */
static int should_touch(uint64_t id, const double center[2], double radius_m) {
	double corners[8];
	oracle_cell_corners(id, corners);
	const double corner_m = geodesic_m(center, corners);
	if (corner_m > radius_m + 2 * CELL_REACH_M)
		return -1;
	if (corner_m <= radius_m)
		return 1;
	const double away_m = nearest_m(id, center) - radius_m;
	return away_m <= NEAREST_M ? 1 : away_m > ENT_CELLS_BOUND_M ? -1 : 0;
}

static bool holds(const struct ent_cells *cells, uint64_t id) {
	return ent_cells_contain(cells->ids, cells->n, &id, 1);
}

static void take_center(uint64_t *seed, int i, struct ent_point *ret_point, double ret_deg[2]) {
	shape_center(seed, i, ret_deg);
	*ret_point = shape_point(ret_deg);
	ret_deg[0] = ent_geo_lat_deg(*ret_point);
	ret_deg[1] = ent_geo_lon_deg(*ret_point);
}

static long compare(
		const char *why, struct ent_point at, const double center[2], int64_t radius_mm) {
	const double radius_m = (double)radius_mm / 1e3;
	struct ent_cells ours = {0};
	CHECK_ROW(why, ent_cells_add_circle(&ours, at, radius_mm, ENT_CELLS_MAX, NULL) == ENT_OK);
	/* A radius on the sphere is at most 0.6 per cent off. */
	const size_t n = oracle_cap_cells(center, radius_m * 1.01 + 10, candidates, CANDIDATES_MAX);
	CHECK_ROW(why, n <= CANDIDATES_MAX);
	CHECK_ROW(why, ent_cells_contain(candidates, n, ours.ids, ours.n));
	for (size_t i = 0; i < n; i++) {
		const int should = should_touch(candidates[i], center, radius_m);
		if (should != 0 && holds(&ours, candidates[i]) != (should > 0))
			fail_msg("%s: %.9f %.9f, %.3f m: cell %016llx at %.9f m", why, center[0],
					center[1], radius_m, (unsigned long long)candidates[i],
					nearest_m(candidates[i], center));
	}
	const long cells = (long)ours.n;
	ent_cells_finish(&ours);
	return cells;
}

TEST(cells__a_circle_touches_the_cells_that_geodesics_reach) {
	(void)state_;
	static const struct {
		const char *why;
		int circles;
		double radius_m;
	} rows[] = {
			{"a place", 300, 0},
			{"a metre", 300, 1},
			{"less than a cell", 300, 150},
			{"some cells", 200, 2000},
			{"tens of cells", 60, 7000},
			{"thousands of cells", 3, 50000},
	};
	uint64_t seed = 84;
	for (size_t r = 0; r < COUNT_OF(rows); r++) {
		const int circles = (int)ceil(rows[r].circles * test_scale());
		for (int i = 0; i < circles; i++) {
			double center[2];
			struct ent_point at;
			take_center(&seed, i, &at, center);
			CHECK(compare(rows[r].why, at, center,
					      (int64_t)(rows[r].radius_m * 1e3 *
							      (0.3 + test_uniform(&seed)))) > 0);
		}
	}
}

TEST(cells__a_millimetre_decides_whether_a_circle_touches) {
	(void)state_;
	uint64_t seed = 1000;
	const int circles = (int)(3000 * test_scale());
	for (int i = 0; i < circles; i++) {
		double center[2], place[2];
		struct ent_point at;
		take_center(&seed, i, &at, center);
		const double far_m = pow(10, 3 + 2.1 * test_uniform(&seed));
		geod_direct(&earth, center[0], center[1], 360 * test_uniform(&seed), far_m,
				&place[0], &place[1], NULL);
		const uint64_t id = oracle_cell_at(place, ENT_CELLS_LEVEL);
		const double away_m = nearest_m(id, center);
		const int64_t short_mm = (int64_t)floor(away_m * 1e3), long_mm = short_mm + 1;
		struct ent_cells cells = {0}, more = {0};
		CHECK(ent_cells_add_circle(&cells, at, short_mm, ENT_CELLS_MAX, NULL) == ENT_OK);
		CHECK(ent_cells_add_circle(&more, at, long_mm, ENT_CELLS_MAX, NULL) == ENT_OK);
		if (away_m - (double)short_mm / 1e3 > ENT_CELLS_BOUND_M)
			CHECK(!holds(&cells, id));
		CHECK(holds(&more, id));
		CHECK(ent_cells_contain(more.ids, more.n, cells.ids, cells.n));
		ent_cells_finish(&cells);
		ent_cells_finish(&more);
	}
}

TEST(cells__a_place_on_a_border_touches_all_that_meet_there) {
	(void)state_;
	static const struct {
		const char *why;
		double deg[2];
		size_t cells;
	} rows[] = {
			{"in a cell", {47.1, 8.2}, 1},
			{"on the equator", {0, 8.2}, 2},
			{"where four meet", {0, 0}, 4},
			{"at the side of a face", {10, 45}, 2},
			{"at the middle of a side", {0, -135}, 4},
			{"at the north pole", {90, 0}, 4},
			{"at the south pole", {-90, 0}, 4},
			{"on the antimeridian", {10, 180}, 2},
	};
	for (size_t r = 0; r < COUNT_OF(rows); r++) {
		struct ent_cells cells = {0};
		const struct ent_point at = shape_point(rows[r].deg);
		CHECK(ent_cells_add_circle(&cells, at, 0, ENT_CELLS_MAX, NULL) == ENT_OK);
		CHECK_ROW(rows[r].why, cells.n == rows[r].cells);
		CHECK_ROW(rows[r].why, holds(&cells, ent_cells_at(at)));
		ent_cells_finish(&cells);
	}
	/*
	 * A corner of three faces lies between stored places: within a decimetre of it there are
	 * three cells.
	 */
	for (int which = 0; which < 26; which++) {
		double deg[2];
		struct ent_cells cells = {0};
		oracle_special_place(which, deg);
		CHECK(ent_cells_add_circle(&cells, shape_point(deg), 100, ENT_CELLS_MAX, NULL) ==
				ENT_OK);
		CHECK(cells.n == 3 || cells.n == 4);
		ent_cells_finish(&cells);
	}
}

TEST(cells__a_circle_that_cannot_be_is_refused_in_words) {
	(void)state_;
	static const struct ent_point home = {0, 0};
	struct ent_cells cells = {0};
	struct ent_fault fault = {"", ""};
	CHECK(ent_cells_add_circle(&cells, home, -1, 100, &fault) == ENT_E_DOMAIN);
	CHECK(strcmp(fault.where, "radius_mm") == 0);
	CHECK(ent_cells_add_circle(&cells, home, ENT_CELLS_RADIUS_MAX_MM + 1, 100, &fault) ==
			ENT_E_DOMAIN);
	CHECK(ent_cells_add_circle(&cells, (struct ent_point){INT64_MAX, 0}, 0, 100, &fault) ==
			ENT_E_DOMAIN);
	CHECK(strcmp(fault.where, "center") == 0);
	CHECK(ent_cells_add_circle(&cells, home, ENT_CELLS_RADIUS_MAX_MM, SIZE_MAX, &fault) ==
			ENT_E_LIMIT);
	CHECK(strstr(fault.why, "touches more than 65536 cells") != NULL);
	CHECK(ent_cells_add_circle(&cells, home, 160000000, 40000, &fault) == ENT_E_LIMIT);
	CHECK(ent_cells_add_circle(&cells, home, 0, 3, &fault) == ENT_E_LIMIT);
	CHECK(cells.n == 0);
	CHECK(ent_cells_add_circle(&cells, home, 0, 4, &fault) == ENT_OK);
	/* The set as a whole has a most, too. */
	CHECK(ent_cells_add_circle(&cells, (struct ent_point){0, INT64_C(1000000000)}, 0, 5,
			      &fault) == ENT_E_LIMIT);
	CHECK(cells.n == 4);
	ent_cells_finish(&cells);
}

/* Some of the numbers below 'below', ascending. */
static size_t some_ids(uint64_t *seed, uint64_t below, uint64_t *ids) {
	const uint64_t part = test_random(seed) % 8;
	size_t n = 0;
	for (uint64_t id = 0; id < below; id++)
		if (test_random(seed) % 8 < part)
			ids[n++] = id;
	return n;
}

static bool among(const uint64_t *ids, size_t n, uint64_t id) {
	for (size_t i = 0; i < n; i++)
		if (ids[i] == id)
			return true;
	return false;
}

TEST(cells__sets_meet_contain_and_unite_as_their_members_do) {
	(void)state_;
	uint64_t seed = 5;
	const int pairs = (int)(20000 * test_scale());
	for (int i = 0; i < pairs; i++) {
		uint64_t a[40], b[40];
		const size_t n_a = some_ids(&seed, test_random(&seed) % 40, a);
		const size_t n_b = some_ids(&seed, test_random(&seed) % 40, b);
		size_t common = 0;
		for (size_t k = 0; k < n_b; k++)
			common += among(a, n_a, b[k]);
		CHECK(ent_cells_meet(a, n_a, b, n_b) == (common > 0));
		CHECK(ent_cells_meet(b, n_b, a, n_a) == (common > 0));
		CHECK(ent_cells_contain(a, n_a, b, n_b) == (common == n_b));
		struct ent_cells both = {0};
		const size_t n = n_a + n_b - common;
		CHECK(ent_cells_add(&both, a, n_a, n) == ENT_OK);
		if (n > n_a) {
			CHECK(ent_cells_add(&both, b, n_b, n - 1) == ENT_E_LIMIT);
			CHECK(both.n == n_a);
		}
		CHECK(ent_cells_add(&both, b, n_b, n) == ENT_OK);
		CHECK(both.n == n);
		for (size_t k = 0; k < n; k++) {
			CHECK(k == 0 || both.ids[k - 1] < both.ids[k]);
			CHECK(among(a, n_a, both.ids[k]) || among(b, n_b, both.ids[k]));
		}
		ent_cells_finish(&both);
		CHECK(both.ids == NULL && both.n == 0);
	}
}

int main(void) {
	static const struct CMUnitTest tests[] = {
			TEST_ENTRY(cells__a_circle_touches_the_cells_that_geodesics_reach),
			TEST_ENTRY(cells__a_millimetre_decides_whether_a_circle_touches),
			TEST_ENTRY(cells__a_place_on_a_border_touches_all_that_meet_there),
			TEST_ENTRY(cells__a_circle_that_cannot_be_is_refused_in_words),
			TEST_ENTRY(cells__sets_meet_contain_and_unite_as_their_members_do),
	};
	geod_init(&earth, ENT_GEO_A_M, 1 / 298.257223563);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
