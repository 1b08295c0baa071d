/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loops of many edges, which are asked of a tree whether two of them touch: the answer, and which two it names, are
 * those of going through all pairs with signs of determinants in long double.
 */
#include <math.h>

#include "entente/cells.h"
#include "entente/volume.h"
#include "test.h"

#define PI_L 3.141592653589793238462643383279503L

enum { VERTICES_MAX = ENT_VOLUME_VERTICES_MAX, SHAPES = 3 };

struct spot {
	long double x, y, z;
};

static struct ent_point at[VERTICES_MAX];
static struct spot spots[VERTICES_MAX];
static size_t n;

static struct spot spot_of(struct ent_point point) {
	const long double lat = (long double)point.lat_ndeg * 1e-9L * PI_L / 180;
	const long double lon = (long double)point.lon_ndeg * 1e-9L * PI_L / 180;
	return (struct spot){cosl(lat) * cosl(lon), cosl(lat) * sinl(lon), sinl(lat)};
}

/* On which side of the great circle from a to b lies c? Determinants are taken of differences, as they are small. */
static long double side(struct spot a, struct spot b, struct spot c) {
	const struct spot d = {b.x - a.x, b.y - a.y, b.z - a.z},
			  e = {c.x - a.x, c.y - a.y, c.z - a.z};
	return a.x * (d.y * e.z - d.z * e.y) + a.y * (d.z * e.x - d.x * e.z) +
			a.z * (d.x * e.y - d.y * e.x);
}

static struct spot next_of(size_t i) {
	return spots[i + 1 < n ? i + 1 : 0];
}

static bool cross(size_t i, size_t j) {
	const struct spot a = spots[i], b = next_of(i), c = spots[j], d = next_of(j);
	return (side(a, b, c) > 0) != (side(a, b, d) > 0) &&
			(side(c, d, a) > 0) != (side(c, d, b) > 0);
}

/* The first two edges that cross. */
static bool find_pair(size_t *ret_i, size_t *ret_j) {
	for (size_t i = 0; i < n; i++)
		spots[i] = spot_of(at[i]);
	for (size_t i = 0; i + 2 < n; i++)
		for (size_t j = i + 2; j < n - (i == 0); j++)
			if (cross(i, j)) {
				*ret_i = i;
				*ret_j = j;
				return true;
			}
	return false;
}

/* Drawn around a middle and turned; no side is longer than 'size_deg', which is far from a hemisphere. */
static void draw(int shape, double size_deg, uint64_t *seed) {
	const double turn = 2 * (double)PI_L * test_uniform(seed),
		     lat = 100 * test_uniform(seed) - 50, lon = 360 * test_uniform(seed) - 180;
	for (size_t i = 0; i < n; i++) {
		const double part = (double)i / (double)n, angle = 2 * (double)PI_L * part;
		double x, y, r = 0.3 + 0.2 * test_uniform(seed);
		if (shape == 1)
			r = i % 2 == 0 ? 0.5 : 0.05; /* a star */
		x = r * cos(angle);
		y = r * sin(angle);
		if (shape == 2) { /* a comb, whose back is its last edge */
			x = i + 1 == n ? 0.5 : 0.4 * part;
			y = i + 1 == n || i == 0
					? -0.3
					: (i % 2 == 0 ? -0.25 : 0.25) + 0.02 * test_uniform(seed);
		}
		const double north = y * cos(turn) + x * sin(turn),
			     east = x * cos(turn) - y * sin(turn);
		double east_deg = lon + size_deg * east;
		east_deg += east_deg > 180 ? -360 : east_deg < -180 ? 360 : 0;
		CHECK(ent_geo_point_from_deg(lat + size_deg * north, east_deg, &at[i]) == ENT_OK);
	}
}

static ent_status ask(struct ent_fault *fault) {
	struct ent_cells cells = {0};
	*fault = (struct ent_fault){"", ""};
	const ent_status status = ent_cells_add_polygon(
			&cells, at, n, ENT_CELLS_EARTH_KM2, ENT_CELLS_MAX, fault);
	ent_cells_finish(&cells);
	return status;
}

static void check_asked(const char *says) {
	struct ent_fault fault;
	const ent_status status = ask(&fault);
	/* What is one may still be too large. */
	if (says[0] == '\0' ? status == ENT_E_SHAPE
			    : status != ENT_E_SHAPE || strstr(fault.why, says) != fault.why)
		fail_msg("%zu vertices: \"%s\" and not \"%s\"", n, fault.why, says);
}

TEST(loop__two_edges_of_many_that_cross_are_those_that_all_pairs_show) {
	(void)state_;
	uint64_t seed = 7;
	size_t crossing = 0, clean = 0;
	const size_t loops = (size_t)(600 * test_scale());
	for (size_t k = 0; k < loops; k++) {
		char says[100] = "";
		size_t i, j;
		n = 30 + (size_t)(test_random(&seed) % (k % 8 == 0 ? UINT64_C(995) : 200));
		draw((int)(k % SHAPES), pow(10, -3 + 3.5 * test_uniform(&seed)), &seed);
		/* Some change places, near or far. */
		for (uint64_t swaps = test_random(&seed) % 3; swaps > 0; swaps--) {
			i = (size_t)(test_random(&seed) % n);
			j = (i + 1 + (size_t)(test_random(&seed) % (swaps == 1 ? 3 : n - 1))) % n;
			const struct ent_point moved = at[i];
			at[i] = at[j];
			at[j] = moved;
		}
		if (find_pair(&i, &j))
			(void)snprintf(says, sizeof says,
					"the edges after vertices %zu and %zu cross or touch", i,
					j);
		*(says[0] != '\0' ? &crossing : &clean) += 1;
		check_asked(says);
	}
	CHECK(crossing > loops / 4 && clean > loops / 4);
}

TEST(loop__a_place_that_comes_twice_among_many_is_named) {
	(void)state_;
	uint64_t seed = 11;
	for (int k = 0; k < 100; k++) {
		char says[100];
		n = 33 + (size_t)(test_random(&seed) % 500);
		draw(k % SHAPES, 0.5, &seed);
		const size_t i = (size_t)(test_random(&seed) % (n - 3));
		const size_t j = i + 2 + (size_t)(test_random(&seed) % (n - i - 3));
		at[j] = at[i];
		(void)snprintf(says, sizeof says, "vertices %zu and %zu are the same place", i, j);
		check_asked(says);
	}
}

/* Places are a tenth of a millimetre apart, so what touches and does not cross lies on a line that both share. */
TEST(loop__a_vertex_on_another_edge_among_many_touches_it) {
	(void)state_;
	static const struct {
		const char *why;
		int64_t lat_ndeg;
		const char *says;
	} rows[] = {
			{"a tenth of a millimetre short of it", 1, ""},
			{"on it", 0, "the edges after vertices 0 and "},
			{"a tenth of a millimetre beyond it", -1,
					"the edges after vertices 0 and "},
	};
	/* The equator, and back above it in a zigzag; each of its lower corners once comes down. */
	n = 99;
	for (size_t r = 0; r < COUNT_OF(rows); r++)
		for (size_t low = 3; low + 2 < n; low += 2) {
			at[0] = (struct ent_point){0, 0};
			at[1] = (struct ent_point){0, 980000000};
			for (size_t i = 2; i < n; i++)
				at[i] = (struct ent_point){i % 2 == 0 ? 200000000 : 100000000,
						(int64_t)(n - i) * 10000000 - 5000000};
			at[low].lat_ndeg = rows[r].lat_ndeg;
			check_asked(rows[r].says);
		}
}

/*
 * At 60 north the great circle over 120 degrees comes to 74 north, far beyond its chord. Under it is a mast, on a
 * band along the equator. f3548 has no such areas, but cells are taken of them.
 */
TEST(loop__long_edges_among_many_are_seen_where_they_bulge) {
	(void)state_;
	static const int head[][2] = {{0, -80}, {0, 80}, {60, 60}, {60, -60}, {20, -70}, {40, -20},
			{66, -5}, {0, 0}, {66, 5}, {40, 20}};
	static const struct {
		int mast_deg;
		const char *says;
	} rows[] = {{70, ""}, {80, "the edges after vertices 2 and 6 cross or touch"}};
	const int64_t degree = 1000000000;
	n = 60;
	for (size_t r = 0; r < COUNT_OF(rows); r++) {
		for (size_t i = 0; i < n; i++)
			at[i] = i < COUNT_OF(head)
					? (struct ent_point){head[i][0] * degree,
							  head[i][1] * degree}
					: (struct ent_point){10 * degree,
							  (39 - 2 * (int64_t)i) * degree};
		at[7].lat_ndeg = rows[r].mast_deg * degree;
		check_asked(rows[r].says);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(loop__two_edges_of_many_that_cross_are_those_that_all_pairs_show),
			TEST_ENTRY(loop__a_place_that_comes_twice_among_many_is_named),
			TEST_ENTRY(loop__a_vertex_on_another_edge_among_many_touches_it),
			TEST_ENTRY(loop__long_edges_among_many_are_seen_where_they_bulge),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
