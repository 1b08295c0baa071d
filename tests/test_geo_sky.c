/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What geo stands on and what stands above it: the trigonometry against long double, the
 * geoid against PROJ's reading of the same grid and against published heights, pressure
 * altitudes against columns of air added up layer by layer.
 */
#include <math.h>

#include "test.h"

#include <proj.h>

#include "entente/geo.h"

static int rounds(int n) {
	return 1 + (int)(n * test_scale());
}

static double between(double from, double to, uint64_t *seed) {
	return from + (to - from) * test_uniform(seed);
}

/* Units in the last place of the truth. */
static double ulps(double got, long double truth) {
	const double near = fabs((double)truth);
	if (!(near > 0))
		return got != 0 ? INFINITY : 0;
	return (double)(fabsl((long double)got - truth) /
			(long double)(nextafter(near, INFINITY) - near));
}

/* The quarter is taken off exactly; what is left is small enough for long double. */
static void sincos_slowly(double deg, long double *ret_sin, long double *ret_cos) {
	const long double r = remainderl((long double)deg, 90) * (acosl(-1) / 180);
	const int quarter = (int)(lrintl(((long double)deg - remainderl((long double)deg, 90)) /
						  90) &
			3);
	const long double s = sinl(r), c = cosl(r);
	*ret_sin = quarter == 0 ? s : quarter == 1 ? c : quarter == 2 ? -s : -c;
	*ret_cos = quarter == 0 ? c : quarter == 1 ? -s : quarter == 2 ? -c : s;
}

TEST(sincos__is_within_one_unit_in_the_last_place) {
	(void)state_;
	uint64_t seed = 1;
	for (int i = 0, n = rounds(500000); i < n; i++) {
		/* About every multiple of 45, over a turn, over all that is promised, tiny. */
		const double a = i % 4 == 0 ? 45 * floor(between(-40, 40, &seed)) +
						pow(10, between(-12, 0, &seed))
				: i % 4 == 1 ? between(-360, 360, &seed)
				: i % 4 == 2 ? between(-1e6, 1e6, &seed)
					     : pow(10, between(-30, 0, &seed));
		double s, c;
		long double sl, cl;
		ent_geo_sincos_deg(a, &s, &c);
		sincos_slowly(a, &sl, &cl);
		if (!(ulps(s, sl) < 1 && ulps(c, cl) < 1))
			fail_msg("%a degrees: %g and %g units off", a, ulps(s, sl), ulps(c, cl));
	}
}

TEST(sincos__is_exact_where_the_truth_is_a_double) {
	(void)state_;
	static const double sines[] = {
			0, 0.5, 2, 1, 2, 0.5, 0, -0.5, 2, -1, 2, -0.5}; /* every 30; 2: not one */
	for (int i = -1200; i <= 1200; i++) {
		double s, c;
		ent_geo_sincos_deg(30.0 * i, &s, &c);
		const double sine = sines[((i % 12) + 12) % 12],
			     cosine = sines[(((i + 3) % 12) + 12) % 12];
		CHECK(sine == 2 || s == sine);
		CHECK(cosine == 2 || c == cosine);
	}
	double s, c;
	ent_geo_sincos_deg(1e6 - 280, &s, &c); /* 2777 turns */
	CHECK(s == 0 && c == 1);
}

TEST(atan2__is_within_two_units_in_the_last_place) {
	(void)state_;
	uint64_t seed = 2;
	const long double deg = 180 / acosl(-1);
	for (int i = 0, n = rounds(500000); i < n; i++) {
		const double span = i % 2 == 0 ? 2 : 30;
		const double y = between(-1, 1, &seed) * pow(10, between(-span, span, &seed));
		const double x = between(-1, 1, &seed) * pow(10, between(-span, span, &seed));
		const double got = ent_geo_atan2_deg(y, x);
		const long double truth = atan2l(y, x) * deg;
		if (!(ulps(got, truth) < 2))
			fail_msg("%a over %a: %g units off", y, x, ulps(got, truth));
	}
}

TEST(atan2__is_exact_on_the_axes_and_diagonals) {
	(void)state_;
	static const struct {
		const char *why;
		double y, x, deg;
	} rows[] = {
			{"nothing", 0, 0, 0},
			{"negative nothing", -0.0, -0.0, 0},
			{"east", 0, 3, 0},
			{"north", 3, 0, 90},
			{"south", -3, 0, -90},
			{"west", 0, -3, 180},
			{"west from below is 180, not -180", -0.0, -3, 180},
			{"north-east", 7, 7, 45},
			{"north-west", 7, -7, 135},
			{"south-west", -7, -7, -135},
			{"south-east", -7, 7, -45},
			{"large", 1e150, 1e150, 45},
			{"small", 1e-150, -1e-150, 135},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		CHECK_ROW(rows[i].why, ent_geo_atan2_deg(rows[i].y, rows[i].x) == rows[i].deg);
}

static PJ_CONTEXT *context;
static PJ *egm96;

/* PROJ: height above the geoid to height above the ellipsoid, bilinear in the 15' grid. */
static double geoid_m(double lat_deg, double lon_deg) {
	const PJ_COORD at = proj_coord(proj_torad(lon_deg), proj_torad(lat_deg), 0, 0);
	return proj_trans(egm96, PJ_FWD, at).xyz.z;
}

static struct ent_point point(double lat_deg, double lon_deg) {
	struct ent_point at;
	CHECK(ent_geo_point_from_deg(lat_deg, lon_deg, &at) == ENT_OK);
	return at;
}

/*
 * The interval holds PROJ's height with the whole bound less half a centimetre to spare on
 * either side: so the truth, which is within the bound of the bilinear height, is inside.
 */
static void check_holds(struct ent_interval h, double lat_deg, double lon_deg) {
	const double mm = geoid_m(lat_deg, lon_deg) * 1e3, spare = ENT_GEO_GEOID_BOUND_MM - 5.5;
	if (!((double)h.lo_mm + spare <= mm && mm <= (double)h.hi_mm - spare))
		fail_msg("%.9f %.9f: %g is not in %lld..%lld mm", lat_deg, lon_deg, mm,
				(long long)h.lo_mm, (long long)h.hi_mm);
}

TEST(geoid__of_a_point_holds_what_proj_reads) {
	(void)state_;
	uint64_t seed = 5;
	static const double rows[][2] = {{90, 0}, {-90, 0}, {90, -180}, {89.9, 179.95},
			{-89.95, -179.95}, {0, 0}, {0, -180}, {0, 179.999999999}, {47.25, 8.5},
			{47.249999999, 8.5}, {47.25, 8.499999999}, {-33.75, 179.75}, {5.1, 78.8},
			{-3.5, 140.25}, {89.75, 12}};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct ent_point at = point(rows[i][0], rows[i][1]);
		check_holds(ent_geo_geoid(at, at), rows[i][0], rows[i][1]);
	}
	for (int i = 0, n = rounds(50000); i < n; i++) {
		const bool node = i % 5 == 0;
		const double lat_deg = node ? floor(between(-360, 360, &seed)) / 4
					    : between(-90, 90, &seed);
		const double lon_deg = node ? floor(between(-720, 720, &seed)) / 4
					    : between(-180, 180, &seed);
		const struct ent_point at = point(lat_deg, lon_deg);
		const struct ent_interval h = ent_geo_geoid(at, at);
		check_holds(h, lat_deg, lon_deg);
		/* Two cells, each with at most 10 m from corner to corner, and the bound on both sides. */
		CHECK(h.hi_mm - h.lo_mm <= 2 * ENT_GEO_GEOID_BOUND_MM + 20000);
	}
}

/* A box of up to 8 by 8 degrees, every third across the antimeridian, some up to a pole. */
TEST(geoid__of_a_box_holds_what_proj_reads_anywhere_in_it) {
	(void)state_;
	uint64_t seed = 6;
	for (int i = 0, n = rounds(3000); i < n; i++) {
		const double south = i % 10 == 0 ? -90 : between(-90, 90, &seed);
		const double north = i % 10 == 1 ? 90 : fmin(90, south + between(0, 8, &seed));
		const double west = i % 3 == 0 ? between(174, 180, &seed)
					       : between(-180, 171, &seed);
		const double wide = i % 3 == 0 ? 180 - west + between(0, 4, &seed)
					       : between(0, 8, &seed);
		const double east = west + wide > 180 ? west + wide - 360 : west + wide;
		const struct ent_interval h = ent_geo_geoid(
				(struct ent_point){
						point(south, 0).lat_ndeg, point(0, west).lon_ndeg},
				(struct ent_point){
						point(north, 0).lat_ndeg, point(0, east).lon_ndeg});
		for (int k = 0; k < 30; k++) {
			const double lon = west + wide * (k < 2 ? k : test_uniform(&seed));
			check_holds(h, k < 4 && k % 2 == 0 ? south : between(south, north, &seed),
					lon > 180 ? lon - 360 : lon);
		}
	}
	/* The whole globe: between the deepest and the highest that EGM96 has (NIMA TR8350.2: -107 and 85 m). */
	const struct ent_interval all = ent_geo_geoid(
			(struct ent_point){-90000000000, -180000000000},
			(struct ent_point){90000000000, 179999999999});
	CHECK(all.lo_mm < -106000 && all.lo_mm > -109000 && all.hi_mm > 84000 && all.hi_mm < 88000);
}

/* The sample output (OUTINTPT.DAT) of the interpolation program of the 15-minute grid, by NGA; metres. */
TEST(geoid__holds_the_published_heights) {
	(void)state_;
	static const struct {
		double lat_deg, lon_deg, height_m;
	} rows[] = {
			{38.6281550, 269.7791550 - 360, -31.628},
			{-14.6212170, 305.0211140 - 360, -2.969},
			{46.8743190, 102.4487290, -43.575},
			{-23.6174460, 133.8747120, 15.871},
			{38.6254730, 359.9995000 - 360, 50.066},
			{-0.4667440, 0.0023000, 17.329},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct ent_point at = point(rows[i].lat_deg, rows[i].lon_deg);
		const struct ent_interval h = ent_geo_geoid(at, at);
		CHECK((double)h.lo_mm <= rows[i].height_m * 1e3 &&
				rows[i].height_m * 1e3 <= (double)h.hi_mm);
	}
}

/* The air column of a day: how much warmer than standard, from the ground up to the top. */
struct day {
	double qnh_pa, low_k, high_k, gravity;
};

/* Doc 7488, by pressure altitude. */
static double standard_k(double zp_m) {
	return zp_m < 11000            ? 288.15 - 0.0065 * zp_m
			: zp_m < 20000 ? 216.65
				       : 216.65 + 0.001 * (zp_m - 20000);
}

/* Doc 7488: the pressure altitude of a pressure below 11 km. */
static double altitude_of(double pa) {
	return 288.15 / 0.0065 * (1 - pow(pa / 101325, 287.05287 * 0.0065 / 9.80665));
}

/*
 * True height in metres at a pressure altitude: from mean sea level, where the pressure is
 * the QNH, the hydrostatic equation step by step: dz = T / T_standard * 9.80665 / g * dzp,
 * with the gravity of a place, less with height.
 */
static double height_m(const struct day *day, double zp_m) {
	const double from = altitude_of(day->qnh_pa);
	double z = 0;
	const int steps = 4000;
	for (int i = 0; i < steps; i++) {
		const double at = from + (zp_m - from) * (i + 0.5) / steps;
		const double warmer = day->low_k + (day->high_k - day->low_k) * (i + 0.5) / steps;
		const double g = day->gravity * pow(6356766 / (6356766 + z), 2);
		z += (standard_k(at) + warmer) / standard_k(at) * 9.80665 / g * (zp_m - from) /
				steps;
	}
	return z;
}

TEST(pressure_altitude__holds_the_height_of_every_day_within_its_limits) {
	(void)state_;
	uint64_t seed = 8;
	for (int i = 0, n = rounds(3000); i < n; i++) {
		const double zp_m = i % 2 == 0 ? between(-2000, 30000, &seed)
					       : between(-300, 3000, &seed);
		const int32_t lo_pa = (int32_t)between(85000, 110000, &seed);
		const int32_t hi_pa = lo_pa +
				(int32_t)between(0, fmin(3000, 110000 - lo_pa), &seed);
		const int32_t deviation = i % 5 == 0 ? 0 : (int32_t)between(0, 60.999, &seed);
		/* The ends as often as the inside. */
		const double pick = floor(between(0, 4, &seed));
		struct day day = {pick < 1                 ? lo_pa
						: pick < 2 ? hi_pa
							   : between(lo_pa, hi_pa, &seed),
				deviation *
						(pick < 2 ? -1 + 2 * floor(between(0, 2, &seed))
							  : between(-1, 1, &seed)),
				0, between(9.7803, 9.8322, &seed)};
		day.high_k = pick < 3 ? day.low_k : deviation * between(-1, 1, &seed);
		struct ent_interval h;
		CHECK(ent_geo_pressure_altitude_amsl((int64_t)(zp_m * 1e3), lo_pa, hi_pa, deviation,
				      &h) == ENT_OK);
		const double truth_mm = height_m(&day, (double)(int64_t)(zp_m * 1e3) * 1e-3) * 1e3;
		/* 2 mm: what the steps of the column leave. */
		if (!((double)h.lo_mm - 2 <= truth_mm && truth_mm <= (double)h.hi_mm + 2))
			fail_msg("%.3f m, %d..%d Pa, %d K: %.0f is not in %lld..%lld mm", zp_m,
					lo_pa, hi_pa, deviation, truth_mm, (long long)h.lo_mm,
					(long long)h.hi_mm);
	}
}

TEST(pressure_altitude__is_no_looser_than_it_must_be) {
	(void)state_;
	static const struct {
		const char *why;
		int64_t zp_mm;
		int32_t lo_pa, hi_pa, deviation_k;
		double expected_m,
				off_m; /* the middle of the interval, and how far its ends may be */
	} rows[] = {
			{"sea level on a standard day", 0, 101325, 101325, 0, 0, 0.01},
			{"FL100: 0.28 % for gravity", 3048000, 101325, 101325, 0, 3048, 10.1},
			{"FL390: gravity, and 22 m for its falling", 11887200, 101325, 101325, 0,
					11898, 45},
			{"a hectopascal less at sea level is 8.3 m lower", 0, 101225, 101225, 0,
					-8.33, 0.1},
			{"QNH 980 at FL50", 1524000, 98000, 98000, 0, 1243.5, 4},
			{"5 hPa to either side: 42 m", 0, 100825, 101825, 0, 0, 42},
			{"15 K at FL100: 5.5 %", 3048000, 101325, 101325, 15, 3048, 177},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct ent_interval h;
		CHECK_ROW(rows[i].why,
				ent_geo_pressure_altitude_amsl(rows[i].zp_mm, rows[i].lo_pa,
						rows[i].hi_pa, rows[i].deviation_k, &h) == ENT_OK);
		CHECK_ROW(rows[i].why,
				(double)h.lo_mm >= (rows[i].expected_m - rows[i].off_m) * 1e3);
		CHECK_ROW(rows[i].why,
				(double)h.hi_mm <= (rows[i].expected_m + rows[i].off_m) * 1e3);
		CHECK_ROW(rows[i].why, h.lo_mm <= h.hi_mm);
	}
}

TEST(pressure_altitude__is_refused_out_of_range) {
	(void)state_;
	static const struct {
		const char *why;
		int64_t zp_mm;
		int32_t lo_pa, hi_pa, deviation_k;
		bool taken;
	} rows[] = {
			{"the lowest of all", -2000000, 85000, 85000, 0, true},
			{"the highest of all", 30000000, 110000, 110000, 60, true},
			{"the widest", 0, 85000, 110000, 60, true},
			{"too low", -2000001, 101325, 101325, 0, false},
			{"too high", 30000001, 101325, 101325, 0, false},
			{"QNH too low", 0, 84999, 101325, 0, false},
			{"QNH too high", 0, 101325, 110001, 0, false},
			{"lowest QNH over the highest", 0, 101326, 101325, 0, false},
			{"a negative departure", 0, 101325, 101325, -1, false},
			{"too far from standard", 0, 101325, 101325, 61, false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct ent_interval h = {-7, -7};
		const ent_status status = ent_geo_pressure_altitude_amsl(rows[i].zp_mm,
				rows[i].lo_pa, rows[i].hi_pa, rows[i].deviation_k, &h);
		CHECK_ROW(rows[i].why, status == (rows[i].taken ? ENT_OK : ENT_E_DOMAIN));
		CHECK_ROW(rows[i].why, rows[i].taken || (h.lo_mm == -7 && h.hi_mm == -7));
	}
}

static int start(void **state_) {
	(void)state_;
	context = proj_context_create();
	egm96 = proj_create(context, "+proj=vgridshift +grids=egm96_15.gtx +multiplier=1");
	return egm96 != NULL ? 0 : -1;
}

static int end(void **state_) {
	(void)state_;
	proj_destroy(egm96);
	proj_context_destroy(context);
	return 0;
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(sincos__is_within_one_unit_in_the_last_place),
			TEST_ENTRY(sincos__is_exact_where_the_truth_is_a_double),
			TEST_ENTRY(atan2__is_within_two_units_in_the_last_place),
			TEST_ENTRY(atan2__is_exact_on_the_axes_and_diagonals),
			TEST_ENTRY(geoid__of_a_point_holds_what_proj_reads),
			TEST_ENTRY(geoid__of_a_box_holds_what_proj_reads_anywhere_in_it),
			TEST_ENTRY(geoid__holds_the_published_heights),
			TEST_ENTRY(pressure_altitude__holds_the_height_of_every_day_within_its_limits),
			TEST_ENTRY(pressure_altitude__is_no_looser_than_it_must_be),
			TEST_ENTRY(pressure_altitude__is_refused_out_of_range),
	};
	return cmocka_run_group_tests(tests, start, end);
}
