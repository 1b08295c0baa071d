/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Altitudes of different references: whatever the sea, the ground and the air really are within
 * what was stated of them, two that are really near are in conflict. A world is made up for each
 * pair (the geoid, the ground and the pressure at one place, each within its stated interval),
 * both are put at that place, really less than V apart, and asked about. That the intervals
 * themselves hold the truth is shown in test_geo_sky.c.
 */
#include "oracle.h"
#include "test.h"

#define MOMENT_US INT64_C(1000000000)
#define LEG_US INT64_C(30000000)

static int64_t whole(uint64_t *seed, int64_t low, int64_t high) {
	return low + (int64_t)(test_random(seed) % (uint64_t)(high - low + 1));
}

static double between(uint64_t *seed, double low, double high) {
	return low + (high - low) * test_uniform(seed);
}

/* What is stated of ground and air, and what they really are at the place. */
struct world {
	struct ent_point place;
	struct ent_air air;
	int64_t geoid_mm, ground_w84_mm;
};

static struct world some_world(uint64_t *seed) {
	struct world w = {.place = {whole(seed, -89000000000, 89000000000),
					  whole(seed, -180000000000, 179999999999)}};
	const struct ent_interval geoid = ent_geo_geoid(w.place, w.place);
	w.geoid_mm = whole(seed, geoid.lo_mm, geoid.hi_mm);
	w.air.qnh_known = w.air.terrain_known = true;
	w.air.qnh_lo_pa = (int32_t)whole(seed, 95000, 104000);
	w.air.qnh_hi_pa = (int32_t)whole(seed, w.air.qnh_lo_pa, 105000);
	w.air.isa_deviation_k = (int32_t)whole(seed, 0, 40);
	w.air.terrain_ref = test_random(seed) % 2 == 0 ? ENT_ALTITUDE_W84 : ENT_ALTITUDE_AMSL;
	w.air.terrain_mm.lo_mm = whole(seed, -100000, 4000000);
	w.air.terrain_mm.hi_mm = w.air.terrain_mm.lo_mm + whole(seed, 0, 500000);
	w.ground_w84_mm = whole(seed, w.air.terrain_mm.lo_mm, w.air.terrain_mm.hi_mm) +
			(w.air.terrain_ref == ENT_ALTITUDE_AMSL ? w.geoid_mm : 0);
	return w;
}

/* Where an altitude really is, above the ellipsoid. */
static int64_t really_mm(
		uint64_t *seed, const struct world *w, enum ent_altitude_ref ref, int64_t mm) {
	struct ent_interval amsl = {mm, mm};
	if (ref == ENT_ALTITUDE_W84)
		return mm;
	if (ref == ENT_ALTITUDE_AGL)
		return mm + w->ground_w84_mm;
	if (ref == ENT_ALTITUDE_FL)
		CHECK(ent_geo_pressure_altitude_amsl(mm, w->air.qnh_lo_pa, w->air.qnh_hi_pa,
				      w->air.isa_deviation_k, &amsl) == ENT_OK);
	return whole(seed, amsl.lo_mm, amsl.hi_mm) + w->geoid_mm;
}

/* The number of another reference, not FL, for a real height. */
static int64_t number_of(const struct world *w, enum ent_altitude_ref ref, int64_t w84_mm) {
	return ref == ENT_ALTITUDE_W84
			? w84_mm
			: w84_mm - (ref == ENT_ALTITUDE_AMSL ? w->geoid_mm : w->ground_w84_mm);
}

/* A track that is at an altitude at the moment, and may be at the place by its tolerance. */
static struct ent_volume *some_track(
		uint64_t *seed, const struct world *w, enum ent_altitude_ref ref, int64_t mm) {
	const double tolerance_m = test_random(seed) % 2 == 0 ? between(seed, 10, 90000) : 2;
	const struct ent_tolerance tolerance = {(int64_t)(tolerance_m * 1e3), 0, 0};
	const struct ent_point at = oracle_direct(
			w->place, between(seed, -180, 180), between(seed, 0, tolerance_m - 1));
	const double course = between(seed, -180, 180), half_m = between(seed, 0, 10000);
	const int32_t climb_mm = test_random(seed) % 2 == 0 ? (int32_t)whole(seed, -300000, 300000)
							    : 0;
	const struct ent_track_point points[] = {
			{oracle_direct(at, course, -half_m), (int32_t)mm - climb_mm,
					MOMENT_US - LEG_US},
			{at, (int32_t)mm, MOMENT_US},
			{oracle_direct(at, course, half_m), (int32_t)mm + climb_mm,
					MOMENT_US + LEG_US}};
	const size_t first = test_random(seed) % 2;
	struct ent_volume *volume = NULL;
	CHECK(ent_volume_create_track(points + first, first == 1 ? 1 + test_random(seed) % 2 : 3,
			      ref, tolerance, &w->air, &volume, NULL) == ENT_OK);
	return volume;
}

/* A circle or a polygon around the place, with the altitude in its band. */
static struct ent_volume *some_fixed(
		uint64_t *seed, const struct world *w, enum ent_altitude_ref ref, int64_t mm) {
	const struct ent_band band = {{ref, (int32_t)(mm - whole(seed, 0, 100000))},
			{ref, (int32_t)(mm + whole(seed, 0, 100000))}};
	const struct ent_span span = {MOMENT_US - 1, MOMENT_US + 1};
	const double size_m = between(seed, 10, 50000);
	struct ent_volume *volume = NULL;
	if (test_random(seed) % 2 == 0) {
		const struct ent_point center = oracle_direct(
				w->place, between(seed, -180, 180), between(seed, 0, size_m - 1));
		CHECK(ent_volume_create_circle(center, (int64_t)(size_m * 1e3), band, span, &w->air,
				      &volume, NULL) == ENT_OK);
		return volume;
	}
	struct ent_point corners[4];
	for (int i = 0; i < 4; i++)
		corners[i] = oracle_direct(w->place, 90.0 * i + between(seed, 0, 45),
				size_m * between(seed, 0.5, 1));
	const size_t four = 4;
	CHECK(ent_volume_create_polygon(corners, &four, 1, band, span, &w->air, &volume, NULL) ==
			ENT_OK);
	return volume;
}

static struct ent_volume *some_volume(
		uint64_t *seed, const struct world *w, enum ent_altitude_ref ref, int64_t mm) {
	return test_random(seed) % 2 == 0 ? some_track(seed, w, ref, mm)
					  : some_fixed(seed, w, ref, mm);
}

TEST(references__two_that_are_really_near_are_in_conflict_whatever_they_count_from) {
	(void)state_;
	uint64_t seed = 1, of[ENT_ALTITUDE_REF_COUNT][ENT_ALTITUDE_REF_COUNT] = {{0}};
	const uint64_t n = 1 + (uint64_t)(40000 * test_scale());
	for (uint64_t i = 0; i < n; i++) {
		const struct world w = some_world(&seed);
		enum ent_altitude_ref a = (enum ent_altitude_ref)whole(&seed, 0, 3);
		enum ent_altitude_ref b = (enum ent_altitude_ref)whole(&seed, 0, 3);
		if (b == ENT_ALTITUDE_FL) { /* a's, if any: its number is chosen first */
			b = a;
			a = ENT_ALTITUDE_FL;
		}
		const struct ent_minima minima = {whole(&seed, 0, 1) * 9260000,
				whole(&seed, 0, 1) * 304800, whole(&seed, 0, 1) * 5000000};
		const int64_t apart_mm = minima.vertical_mm == 0
				? 0
				: whole(&seed, 1 - minima.vertical_mm, minima.vertical_mm - 1);
		const int64_t a_mm = whole(&seed, 0, 12000000);
		const int64_t b_mm = apart_mm +
				(a == b ? a_mm : number_of(&w, b, really_mm(&seed, &w, a, a_mm)));
		struct ent_volume *va = some_volume(&seed, &w, a, a_mm);
		struct ent_volume *vb = some_volume(&seed, &w, b, b_mm);
		const struct ent_verdict v = ent_conflict_judge(va, vb, &minima);
		if (v.kind != ENT_VERDICT_CONFLICT)
			fail_msg("pair %llu: references %d and %d, %lld and %lld mm: verdict %d",
					(unsigned long long)i, (int)a, (int)b, (long long)a_mm,
					(long long)b_mm, (int)v.kind);
		of[a][b]++;
		ent_volume_release(va);
		ent_volume_release(vb);
	}
	for (int a = 0; a < ENT_ALTITUDE_REF_COUNT; a++)
		for (int b = 0; b < ENT_ALTITUDE_REF_COUNT; b++)
			CHECK(b == ENT_ALTITUDE_FL ? a == b || of[a][b] == 0 : of[a][b] > n / 50);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(references__two_that_are_really_near_are_in_conflict_whatever_they_count_from),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
