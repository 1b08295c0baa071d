/* SPDX-License-Identifier: Apache-2.0 */
/* Grid references against GeographicLib (Karney), an independent library: both directions. */
#include <math.h>

#include "oracle_gridref.h"
#include "test.h"

#include "entente/gridref.h"
#include "utm.h"

/*
 * GeographicLib states 5 nm for its projections, we 20 nm for ours: nearer than both together
 * to a border of cells, either neighbour is right.
 */
#define BORDER_M 25e-9

enum { POINTS = 120000 };

static struct ent_point point_of(int64_t lat_ndeg, int64_t lon_ndeg) {
	const int64_t most = 90 * ENT_GEO_NDEG_PER_DEG, half = 180 * ENT_GEO_NDEG_PER_DEG;
	struct ent_point point = {0, 0};
	lat_ndeg = lat_ndeg > most ? most : lat_ndeg < -most ? -most : lat_ndeg;
	lon_ndeg = lon_ndeg > half         ? lon_ndeg - 2 * half
			: lon_ndeg < -half ? lon_ndeg + 2 * half
					   : lon_ndeg;
	CHECK(ent_geo_point_from_ndeg(lat_ndeg, lon_ndeg, &point) == ENT_OK);
	return point;
}

/* A whole number of 'step' degrees, or the stored value next to it. */
static int64_t at_border(uint64_t *seed, int from_deg, int to_deg, int step) {
	const uint64_t steps = (uint64_t)((to_deg - from_deg) / step) + 1;
	const int64_t deg = from_deg + step * (int64_t)(test_random(seed) % steps);
	return deg * ENT_GEO_NDEG_PER_DEG + (int64_t)(test_random(seed) % 3) - 1;
}

/*
 * All over the sphere; dense in Norway, Svalbard and at the poles; on the borders of bands,
 * zones and degrees, the antimeridian and the equator, and one stored value beside them.
 */
static struct ent_point some_point(uint64_t *seed, int i) {
	const int64_t lat = (int64_t)(asin(2 * test_uniform(seed) - 1) * (180 / 3.14159265) * 1e9);
	const int64_t lon = (int64_t)((2 * test_uniform(seed) - 1) * 180e9);
	const int pole = lat < 0 ? -1 : 1;
	int64_t away;
	switch (i % 12) {
	case 0: /* Norway */
		return point_of(INT64_C(55000000000) + llabs(lat) / 9, llabs(lon) / 12);
	case 1: /* Svalbard */
		return point_of(INT64_C(71000000000) + llabs(lat) / 6, llabs(lon) / 4);
	case 2: /* within metres to degrees of a pole */
		away = (int64_t)pow(10, 10.5 * test_uniform(seed));
		return point_of(pole * (90 * ENT_GEO_NDEG_PER_DEG - away), lon);
	case 3:
		return point_of(at_border(seed, -88, 88, 4), lon);
	case 4:
		return point_of(lat, at_border(seed, -180, 180, 3));
	case 5:
		return point_of(at_border(seed, -90, 90, 1), at_border(seed, -180, 180, 1));
	case 6: /* 84 N and 80 S */
		return point_of(at_border(seed, -80, 84, 164), lon);
	default:
		return point_of(lat, lon);
	}
}

/* Does a border of the projected squares lie within BORDER_M? */
static bool is_near_square(struct ent_point point, unsigned digits) {
	double east_m, north_m;
	const double side_m = pow(10, 5.0 - digits);
	CHECK(oracle_project(ent_geo_lat_deg(point), ent_geo_lon_deg(point), &east_m, &north_m));
	return fabs(remainder(east_m, side_m)) < BORDER_M ||
			fabs(remainder(north_m, side_m)) < BORDER_M;
}

/*
 * GeographicLib holds degrees as doubles, so that a point on a border of cells may lie 2 nm
 * beside it. Ours are exact: only there may the two differ.
 */
static bool is_on_cell(struct ent_point point, const char *text) {
	struct ent_gridref ref;
	CHECK_ROW(text, ent_gridref_parse(text, strlen(text), &ref, NULL) == ENT_OK);
	return point.lat_ndeg == ref.cell.south_ndeg || point.lon_ndeg == ref.cell.west_ndeg;
}

static const struct {
	enum ent_gridref_form form;
	bool (*print)(double lat_deg, double lon_deg, int precision, char *text);
	bool (*parse)(const char *text, double *lat_deg, double *lon_deg);
} cells[] = {
		{ENT_GRIDREF_MGRS, oracle_print_mgrs, oracle_parse_mgrs},
		{ENT_GRIDREF_GARS, oracle_print_gars, oracle_parse_gars},
		{ENT_GRIDREF_GEOREF, oracle_print_georef, oracle_parse_georef},
};

TEST(gridref__cells_print_as_geographiclib_prints_them_at_every_precision) {
	(void)state_;
	uint64_t seed = 7031;
	const int points = (int)(POINTS * test_scale());
	int at_borders = 0;
	for (int i = 0; i < points; i++) {
		const struct ent_point point = some_point(&seed, i);
		const double lat_deg = ent_geo_lat_deg(point), lon_deg = ent_geo_lon_deg(point);
		for (size_t k = 0; k < COUNT_OF(cells); k++) {
			for (unsigned p = 0; p <= ent_gridref_finest(cells[k].form); p++) {
				char ours[ENT_GRIDREF_TEXT_SIZE], theirs[ORACLE_TEXT_SIZE];
				CHECK(cells[k].print(lat_deg, lon_deg, (int)p, theirs));
				CHECK(ent_gridref_print(point, cells[k].form, p, ours) ==
						strlen(ours));
				if (strcmp(ours, theirs) == 0)
					continue;
				if (cells[k].form == ENT_GRIDREF_MGRS ? !is_near_square(point, p)
								      : !is_on_cell(point, ours))
					fail_msg("%.9f %.9f: %s, GeographicLib: %s", lat_deg,
							lon_deg, ours, theirs);
				at_borders++;
			}
		}
	}
	CHECK(at_borders <= points / 100);
}

/* Apart by no more than one of the stored grid, along the meridian and along the parallel. */
static bool is_same(struct ent_point point, double lat_deg, double lon_deg) {
	const double lat = fabs((double)point.lat_ndeg - lat_deg * 1e9);
	const double lon = fabs(remainder((double)point.lon_ndeg - lon_deg * 1e9, 360e9));
	/* At the poles it is the place that counts: a degree of longitude is short there. */
	return lat <= 1 && lon * cos(lat_deg * (3.14159265 / 180)) <= 1;
}

TEST(gridref__the_middle_of_a_cell_is_where_geographiclib_has_it) {
	(void)state_;
	uint64_t seed = 8359;
	const int points = (int)(POINTS * test_scale());
	for (int i = 0; i < points; i++) {
		const struct ent_point point = some_point(&seed, i);
		for (size_t k = 0; k < COUNT_OF(cells); k++) {
			const unsigned finest = ent_gridref_finest(cells[k].form);
			const unsigned p = (unsigned)(test_random(&seed) % (finest + 1));
			char text[ENT_GRIDREF_TEXT_SIZE];
			double lat_deg, lon_deg;
			struct ent_gridref ref;
			struct ent_fault fault = {"", ""};
			const size_t n = ent_gridref_print(point, cells[k].form, p, text);
			CHECK_ROW(text, cells[k].parse(text, &lat_deg, &lon_deg));
			CHECK_ROW(fault.why, ent_gridref_parse(text, n, &ref, &fault) == ENT_OK);
			CHECK_ROW(text, ref.form == cells[k].form && ref.precision == p);
			CHECK_ROW(text, is_same(ref.centre, lat_deg, lon_deg));
		}
	}
}

TEST(gridref__angles_mean_what_geographiclib_reads_in_them) {
	(void)state_;
	static const enum ent_gridref_form forms[] = {
			ENT_GRIDREF_DECIMAL, ENT_GRIDREF_DMS, ENT_GRIDREF_DDM};
	uint64_t seed = 60;
	const int points = (int)(POINTS * test_scale());
	for (int i = 0; i < points; i++) {
		const struct ent_point point = some_point(&seed, i);
		const enum ent_gridref_form form = forms[i % 3];
		const unsigned p = (unsigned)(test_random(&seed) % (ent_gridref_finest(form) + 1));
		char text[ENT_GRIDREF_TEXT_SIZE];
		double lat_deg, lon_deg;
		struct ent_gridref ref;
		const size_t n = ent_gridref_print(point, form, p, text);
		CHECK_ROW(text, ent_gridref_parse(text, n, &ref, NULL) == ENT_OK);
		char *space = strchr(text, ' ');
		CHECK_ROW(text, space != NULL);
		CHECK_ROW(text, oracle_parse_angle(space + 1, &lon_deg));
		*space = '\0';
		CHECK_ROW(text, oracle_parse_angle(text, &lat_deg));
		CHECK_ROW(text, fabs((double)ref.centre.lat_ndeg - lat_deg * 1e9) <= 0.51);
		/* At a pole every longitude is stored as 0. */
		if (llabs(ref.centre.lat_ndeg) < 90 * ENT_GEO_NDEG_PER_DEG)
			CHECK_ROW(text,
					fabs(remainder((double)ref.centre.lon_ndeg - lon_deg * 1e9,
							360e9)) <= 0.51);
	}
}

/* What utm.h states; GeographicLib's own 5 nm are in it, and the 2 nm of its degrees. */
#define PROJECTION_M 27e-9

TEST(gridref__utm_is_right_to_nanometres_10_degrees_from_its_meridian) {
	(void)state_;
	uint64_t seed = 6;
	const int points = (int)(POINTS * test_scale());
	for (int i = 0; i < points; i++) {
		const int zone = 1 + (int)(test_random(&seed) % UTM_ZONES);
		const struct ent_point point = point_of(
				(int64_t)((2 * test_uniform(&seed) - 1) * 84.5e9),
				utm_meridian_deg(zone) * ENT_GEO_NDEG_PER_DEG +
						(int64_t)((2 * test_uniform(&seed) - 1) * 10e9));
		struct utm_place theirs;
		oracle_utm(utm_meridian_deg(zone), ent_geo_lat_deg(point), ent_geo_lon_deg(point),
				&theirs.east_m, &theirs.north_m);
		const struct utm_place ours = utm_forward(zone, point);
		CHECK(fabs(ours.east_m - 5e5 - theirs.east_m) <= PROJECTION_M);
		CHECK(fabs(ours.north_m - theirs.north_m) <= PROJECTION_M);
		const struct utm_degrees back = utm_inverse(zone, ours);
		CHECK(is_same(point, back.lat_deg, back.lon_deg));
	}
}

TEST(gridref__ups_is_right_to_nanometres_to_12_degrees_from_the_pole) {
	(void)state_;
	uint64_t seed = 994;
	const int points = (int)(POINTS * test_scale());
	for (int i = 0; i < points; i++) {
		const bool north = i % 2 == 0;
		/* Half of them within a degree. */
		const double away = test_uniform(&seed) * (i % 4 < 2 ? 1e9 : 12e9);
		const int64_t lat = 90 * ENT_GEO_NDEG_PER_DEG - (int64_t)away;
		const struct ent_point point = point_of(north ? lat : -lat,
				(int64_t)((2 * test_uniform(&seed) - 1) * 180e9));
		struct utm_place theirs;
		oracle_ups(north, ent_geo_lat_deg(point), ent_geo_lon_deg(point), &theirs.east_m,
				&theirs.north_m);
		const struct utm_place ours = ups_forward(north, point);
		CHECK(fabs(ours.east_m - 2e6 - theirs.east_m) <= PROJECTION_M);
		CHECK(fabs(ours.north_m - 2e6 - theirs.north_m) <= PROJECTION_M);
		const struct utm_degrees back = ups_inverse(north, ours);
		CHECK(is_same(point, back.lat_deg, back.lon_deg));
	}
}

int main(void) {
	static const struct CMUnitTest tests[] = {
			TEST_ENTRY(gridref__cells_print_as_geographiclib_prints_them_at_every_precision),
			TEST_ENTRY(gridref__the_middle_of_a_cell_is_where_geographiclib_has_it),
			TEST_ENTRY(gridref__angles_mean_what_geographiclib_reads_in_them),
			TEST_ENTRY(gridref__utm_is_right_to_nanometres_10_degrees_from_its_meridian),
			TEST_ENTRY(gridref__ups_is_right_to_nanometres_to_12_degrees_from_the_pole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
