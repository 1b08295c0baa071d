/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rule of conflict.h at its edges: a centimetre, a millimetre of altitude, a microsecond
 * either side; and what must not matter: who is first, where longitude begins, which vertex or
 * which way round an outline begins, when time began.
 */
#include <math.h>

#include "things.h"

#define LEVEL_MM 304800 /* 1,000 ft */
#define RADAR_MM INT64_C(9260000)

static struct thing circle(struct ent_point at, int64_t radius_mm, int32_t floor_mm,
		int32_t ceiling_mm, int64_t start_us, int64_t end_us) {
	return (struct thing){.kind = ENT_VOLUME_CIRCLE,
			.ref = ENT_ALTITUDE_FL,
			.n = 1,
			.points = {{at, 0, 0}},
			.radius_mm = radius_mm,
			.floor_mm = floor_mm,
			.ceiling_mm = ceiling_mm,
			.start_us = start_us,
			.end_us = end_us};
}

/* --- Altitude --- */

TEST(conflict__level_tracks_exactly_1000_ft_apart_are_clear_and_a_millimetre_less_is_not) {
	(void)state_;
	static const struct {
		const char *why;
		int32_t apart_mm, tolerance_mm;
		int64_t vertical_mm;
		bool conflict;
	} rows[] = {
			{"FL100 and FL110", LEVEL_MM, 0, LEVEL_MM, false},
			{"a millimetre less", LEVEL_MM - 1, 0, LEVEL_MM, true},
			{"a millimetre more", LEVEL_MM + 1, 0, LEVEL_MM, false},
			{"below", -LEVEL_MM, 0, LEVEL_MM, false},
			{"a millimetre less below", 1 - LEVEL_MM, 0, LEVEL_MM, true},
			{"with a tolerance that takes it up", LEVEL_MM + 1, 1, LEVEL_MM, false},
			{"with a tolerance that takes more", LEVEL_MM, 1, LEVEL_MM, true},
			{"no minimum, the same level: touching", 0, 0, 0, true},
			{"no minimum, a millimetre apart", 1, 0, 0, false},
			{"no minimum, touching by tolerance", 30, 30, 0, true},
			{"no minimum, a millimetre beyond tolerance", 31, 30, 0, false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct ent_minima minima = {RADAR_MM, rows[i].vertical_mm, 0};
		const struct thing a = straight(place(47, 8), place(47, 9), 3048000, 0, 600000000);
		struct thing b = straight(place(46.5, 8.5), place(47.5, 8.5),
				3048000 + rows[i].apart_mm, 0, 600000000);
		b.tolerance.vertical_mm = rows[i].tolerance_mm;
		CHECK_ROW(rows[i].why,
				(judge(&a, &b, &minima) == ENT_VERDICT_CONFLICT) ==
						rows[i].conflict);
	}
}

TEST(conflict__climbing_side_by_side_exactly_1000_ft_apart_is_clear) {
	(void)state_;
	const struct ent_minima minima = {RADAR_MM, LEVEL_MM, 0};
	/* A climb whose altitude is no whole number of mm at most moments. */
	for (int32_t apart = LEVEL_MM - 1; apart <= LEVEL_MM + 1; apart++) {
		struct thing a = straight(place(47, 8), place(47, 9), 1000001, 0, 599999993);
		struct thing b = straight(
				place(47.01, 8), place(47.01, 9), 1000001 + apart, 0, 599999993);
		a.points[1].altitude_mm += 7000003;
		b.points[1].altitude_mm += 7000003;
		CHECK((judge(&a, &b, &minima) == ENT_VERDICT_CONFLICT) == (apart < LEVEL_MM));
	}
}

TEST(conflict__a_climb_through_a_level_is_a_conflict_only_when_near_while_it_is_near_in_height) {
	(void)state_;
	const struct ent_minima minima = {RADAR_MM, LEVEL_MM, 0};
	const struct thing level = straight(place(47, 8), place(47, 9), 3048000, 0, 600000000);
	struct thing climb = straight(place(47, 9), place(47, 8), 2743200, 0, 600000000);
	/* They pass at 300 s. At that time 1,000 ft below, then climbing: separated throughout near. */
	climb.n = 3;
	climb.points[2] = climb.points[1];
	climb.points[1] = (struct ent_track_point){place(47.0021, 8.5), 2743200, 300000000};
	climb.points[2].altitude_mm = 2743200;
	CHECK(judge(&level, &climb, &minima) == ENT_VERDICT_CLEAR);
	climb.points[2].altitude_mm = 3048000;
	CHECK(judge(&level, &climb, &minima) == ENT_VERDICT_CONFLICT);
}

/* --- Lateral distance --- */

/* Puts b so that the distance, by PROJ, is as near to 'wanted' as the grid allows; returns what it is. */
static double put(struct thing *b, struct ent_point from, double azimuth_deg, double wanted_m) {
	b->points[0].at = oracle_direct(from, azimuth_deg, wanted_m);
	return oracle_distance_m(from, b->points[0].at);
}

TEST(conflict__a_centimetre_either_side_of_the_lateral_minimum_decides) {
	(void)state_;
	static const double latitudes[] = {-89.9999, -60, 0, 0.001, 33.3, 47, 75, 89.9};
	static const int64_t minima_mm[] = {1, 1000, 50000, 926000, RADAR_MM, 18520000, 100000000};
	for (size_t i = 0; i < sizeof latitudes / sizeof latitudes[0]; i++)
		for (size_t j = 0; j < sizeof minima_mm / sizeof minima_mm[0]; j++)
			for (double azimuth = -180; azimuth < 180; azimuth += 30) {
				const struct ent_minima minima = {minima_mm[j], LEVEL_MM, 0};
				const double l = (double)minima_mm[j] * 1e-3;
				const struct ent_point at = place(latitudes[i], 179.99);
				const struct thing a = circle(at, 0, 0, 1, 0, 1000);
				struct thing b = circle(at, 0, 0, 1, 0, 1000);
				const double near = put(&b, at, azimuth, fmax(l - 0.01, 0));
				if (near < l - 1e-4)
					CHECK(judge(&a, &b, &minima) == ENT_VERDICT_CONFLICT);
				const double far = put(&b, at, azimuth, l + 0.03);
				CHECK(far > l + ENT_CONFLICT_BOUND_M(l));
				CHECK(judge(&a, &b, &minima) == ENT_VERDICT_CLEAR);
			}
}

TEST(conflict__circles_that_touch_conflict_and_a_centimetre_apart_do_not) {
	(void)state_;
	const struct ent_minima none = {0, 0, 0};
	uint64_t seed = 5;
	for (int i = 0; i < 2000; i++) {
		const struct ent_point at = place(
				-89 + 178 * test_uniform(&seed), -180 + 360 * test_uniform(&seed));
		const double azimuth = 360 * test_uniform(&seed) - 180;
		const int64_t r1 = (int64_t)(test_uniform(&seed) * 50e6);
		const int64_t r2 = (int64_t)(test_uniform(&seed) * 50e6);
		const double both = (double)(r1 + r2) * 1e-3;
		const struct thing a = circle(at, r1, 0, 0, 0, 0);
		struct thing b = circle(at, r2, 0, 0, 0, 0);
		const double d = put(&b, at, azimuth, both - 2e-4);
		if (d <= both)
			CHECK(judge(&a, &b, &none) == ENT_VERDICT_CONFLICT);
		put(&b, at, azimuth, both + ENT_CONFLICT_BOUND_M(both) + 0.01);
		CHECK(judge(&a, &b, &none) == ENT_VERDICT_CLEAR);
	}
}

TEST(conflict__polygons_that_share_an_edge_or_a_corner_conflict) {
	(void)state_;
	const struct ent_minima none = {0, 0, 0};
	struct thing a = {.kind = ENT_VOLUME_POLYGON,
			.ref = ENT_ALTITUDE_FL,
			.n = 4,
			.points = {{place(47, 8), 0, 0}, {place(47, 8.1), 0, 0},
					{place(47.1, 8.1), 0, 0}, {place(47.1, 8), 0, 0}}};
	static const struct {
		const char *why;
		double south, west;
		bool conflict;
	} rows[] = {
			{"the same square", 47, 8, true},
			{"a shared edge east", 47, 8.1, true},
			{"a shared corner", 47.1, 8.1, true},
			{"a grid step beyond the corner is within a millimetre", 47.100000001, 8.1,
					true},
			{"two centimetres north", 47.1000002, 8.1, false},
			{"inside out: far away", 48, 8, false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct thing b = a;
		for (size_t k = 0; k < 4; k++)
			b.points[k].at = place(rows[i].south + (k >= 2 ? 0.1 : 0),
					rows[i].west + (k == 1 || k == 2 ? 0.1 : 0));
		CHECK_ROW(rows[i].why,
				(judge(&a, &b, &none) == ENT_VERDICT_CONFLICT) == rows[i].conflict);
	}
}

TEST(conflict__a_track_through_a_region_is_nearest_first_where_it_enters) {
	(void)state_;
	const struct ent_minima none = {0, 0, 0};
	uint64_t seed = 7;
	int conflicts = 0;
	for (int i = 0; i < 200; i++) {
		const double lat = -60 + 120 * test_uniform(&seed), lon = 179.9;
		const struct thing region = {.kind = ENT_VOLUME_POLYGON,
				.ref = ENT_ALTITUDE_FL,
				.n = 3,
				.points = {{place(lat, lon), 0, 0},
						{place(lat + 0.1, lon + 0.05), 0, 0},
						{place(lat + 0.05, -179.95), 0, 0}},
				.end_us = 1000000000};
		const struct thing track = straight(
				place(lat + 0.2 * test_uniform(&seed) - 0.05, 179.8),
				place(lat + 0.2 * test_uniform(&seed) - 0.05, -179.9), 0, 0,
				200000000);
		struct ent_volume *a = thing_volume(&region), *b = thing_volume(&track);
		const struct ent_verdict v = ent_conflict_judge(a, b, &none);
		/* A microsecond or two are its rounding. */
		CHECK(v.kind == ENT_VERDICT_CLEAR ||
				v.witness.time_b_utc_us - v.witness.first_utc_us <= 3);
		conflicts += v.kind == ENT_VERDICT_CONFLICT;
		ent_volume_release(a);
		ent_volume_release(b);
	}
	CHECK(conflicts > 50);
}

TEST(conflict__inside_is_a_conflict_and_inside_a_hole_is_not) {
	(void)state_;
	const struct ent_minima none = {0, 0, 0};
	const struct ent_point ring[] = {place(47, 8), place(47, 9), place(48, 9), place(48, 8),
			place(47.3, 8.3), place(47.3, 8.7), place(47.7, 8.7), place(47.7, 8.3)};
	const size_t sizes[] = {4, 4};
	const struct ent_band band = {{ENT_ALTITUDE_FL, 0}, {ENT_ALTITUDE_FL, 1000}};
	struct ent_volume *hollow;
	CHECK(ent_volume_create_polygon(ring, sizes, 2, band, (struct ent_span){0, 1000}, NULL,
			      &hollow, NULL) == ENT_OK);
	static const struct {
		const char *why;
		double lat, lon;
		int64_t radius_mm;
		bool conflict;
	} rows[] = {
			{"in the ring", 47.15, 8.5, 0, true},
			{"in the hole", 47.5, 8.5, 0, false},
			{"in the hole, large enough to touch its edge", 47.5, 8.5, 16000000, true},
			{"on the hole's corner", 47.3, 8.3, 0, true},
			{"outside", 46.9, 8.5, 0, false},
			{"around it all", 47.5, 8.5, 100000000, true},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct thing c = circle(place(rows[i].lat, rows[i].lon), rows[i].radius_mm, 0,
				1000, 0, 1000);
		struct ent_volume *volume = thing_volume(&c);
		CHECK_ROW(rows[i].why,
				(ent_conflict_judge(hollow, volume, &none).kind ==
						ENT_VERDICT_CONFLICT) == rows[i].conflict);
		CHECK_ROW(rows[i].why,
				(ent_conflict_judge(volume, hollow, &none).kind ==
						ENT_VERDICT_CONFLICT) == rows[i].conflict);
		ent_volume_release(volume);
	}
	ent_volume_release(hollow);
}

/* --- Time --- */

TEST(conflict__a_microsecond_either_side_of_the_time_minimum_decides) {
	(void)state_;
	static const int64_t apart_us[] = {0, 1, 30000000, ENT_MINIMA_TIME_MAX_US};
	for (size_t i = 0; i < sizeof apart_us / sizeof apart_us[0]; i++)
		for (int64_t more = -1; more <= 1; more++) {
			const struct ent_minima minima = {RADAR_MM, LEVEL_MM, apart_us[i]};
			const struct ent_point at = place(47, 8);
			const int64_t start = 1000 + apart_us[i] + more;
			const struct thing c1 = circle(at, 1000, 0, 1, 0, 1000);
			const struct thing c2 = circle(at, 1000, 0, 1, start, start + 5000);
			const struct thing t1 = straight(at, place(47, 8.001), 0, 0, 1000);
			const struct thing t2 = straight(
					at, place(47, 8.001), 0, start, start + 5000);
			const bool conflict = more <= 0;
			CHECK((judge(&c1, &c2, &minima) == ENT_VERDICT_CONFLICT) == conflict);
			CHECK((judge(&t1, &c2, &minima) == ENT_VERDICT_CONFLICT) == conflict);
			CHECK((judge(&t1, &t2, &minima) == ENT_VERDICT_CONFLICT) == conflict);
		}
}

TEST(conflict__who_follows_closer_than_the_time_minimum_is_in_conflict) {
	(void)state_;
	/* One behind the other on one way, 250 m/s, by 'behind' seconds: lateral distance at one moment 15 km. */
	static const struct {
		const char *why;
		int64_t behind_us, time_us;
		bool conflict;
	} rows[] = {
			{"a minute behind, at one moment", 60000000, 0, false},
			{"a minute behind, twenty seconds of time between", 60000000, 20000000,
					false},
			{"a minute behind, thirty seconds: 7.5 km", 60000000, 30000000, true},
			{"a minute behind, a minute of time between", 60000000, 60000000, true},
			{"ten minutes behind", 600000000, 60000000, false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct ent_minima minima = {RADAR_MM, LEVEL_MM, rows[i].time_us};
		const struct ent_point from = place(47, 8), to = oracle_direct(from, 70, 300000);
		const struct thing a = straight(from, to, 0, 0, 1200000000);
		const struct thing b = straight(
				from, to, 0, rows[i].behind_us, rows[i].behind_us + 1200000000);
		CHECK_ROW(rows[i].why,
				(judge(&a, &b, &minima) == ENT_VERDICT_CONFLICT) ==
						rows[i].conflict);
	}
}

/* --- Unknown --- */

TEST(conflict__without_a_common_reference_it_is_unknown_when_near_and_clear_when_far) {
	(void)state_;
	const struct ent_minima minima = {RADAR_MM, LEVEL_MM, 0};
	const struct ent_point at = place(47, 8);
	struct thing level = circle(at, 1000, 0, 1, 0, 1000);
	struct thing height = circle(at, 1000, 30000000, 30000001, 0, 1000);
	height.ref = ENT_ALTITUDE_AMSL;
	CHECK(judge(&level, &height, &minima) == ENT_VERDICT_UNKNOWN);
	height.points[0].at = place(48, 8);
	CHECK(judge(&level, &height, &minima) == ENT_VERDICT_CLEAR);
	height.points[0].at = at;
	height.start_us = height.end_us = 1001;
	CHECK(judge(&level, &height, &minima) == ENT_VERDICT_CLEAR);
	/* Minima out of range: unknown, never clear. */
	const struct ent_minima bad[] = {{-1, 0, 0}, {0, -1, 0}, {0, 0, -1},
			{ENT_MINIMA_LATERAL_MAX_MM + 1, 0, 0},
			{0, ENT_MINIMA_VERTICAL_MAX_MM + 1, 0}, {0, 0, ENT_MINIMA_TIME_MAX_US + 1}};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		CHECK(judge(&level, &level, &bad[i]) == ENT_VERDICT_UNKNOWN);
}

/* --- What must not matter --- */

static struct thing some_polygon(uint64_t *seed, double lat, double lon) {
	struct thing p = {.kind = ENT_VOLUME_POLYGON,
			.ref = ENT_ALTITUDE_FL,
			.n = 3 + test_random(seed) % 6,
			.ceiling_mm = 1000000,
			.end_us = 1000000000};
	for (size_t i = 0; i < p.n; i++)
		p.points[i].at = oracle_direct(place(lat, lon), 360.0 * (double)i / (double)p.n,
				5000 + 20000 * test_uniform(seed));
	return p;
}

static struct thing some_track(uint64_t *seed, double lat, double lon) {
	struct thing t = {.kind = ENT_VOLUME_TRACK, .ref = ENT_ALTITUDE_FL, .n = 5};
	for (size_t i = 0; i < t.n; i++)
		t.points[i] = (struct ent_track_point){
				oracle_direct(place(lat, lon), 360 * test_uniform(seed),
						40000 * test_uniform(seed)),
				(int32_t)(1500000 * test_uniform(seed)), (int64_t)i * 200000000};
	return t;
}

static struct thing some_thing(uint64_t *seed, double lat, double lon) {
	return test_random(seed) % 2 == 0 ? some_polygon(seed, lat, lon)
					  : some_track(seed, lat, lon);
}

static bool equal(const struct ent_verdict *a, const struct ent_verdict *b) {
	const struct ent_witness *v = &a->witness, *w = &b->witness;
	return a->kind == b->kind && v->first_utc_us == w->first_utc_us &&
			v->last_utc_us == w->last_utc_us && v->lateral_mm == w->lateral_mm &&
			v->vertical_lo_mm == w->vertical_lo_mm;
}

static struct ent_verdict verdict(
		const struct thing *a, const struct thing *b, const struct ent_minima *minima) {
	struct ent_volume *va = thing_volume(a), *vb = thing_volume(b);
	const struct ent_verdict v = ent_conflict_judge(va, vb, minima);
	ent_volume_release(va);
	ent_volume_release(vb);
	return v;
}

static void turn_round(struct thing *polygon) {
	for (size_t i = 0, j = polygon->n - 1; i < j; i++, j--) {
		const struct ent_track_point p = polygon->points[i];
		polygon->points[i] = polygon->points[j];
		polygon->points[j] = p;
	}
}

static void rotate(struct thing *polygon) {
	const struct ent_track_point first = polygon->points[0];
	memmove(polygon->points, polygon->points + 1, (polygon->n - 1) * sizeof first);
	polygon->points[polygon->n - 1] = first;
}

static void move_in_time(struct thing *t, int64_t by_us) {
	t->start_us += by_us;
	t->end_us += by_us;
	for (size_t i = 0; i < t->n; i++)
		t->points[i].time_utc_us += by_us;
}

TEST(conflict__first_vertex_and_winding_do_not_matter) {
	(void)state_;
	uint64_t seed = 11;
	unsigned conflicts = 0;
	for (int i = 0; i < 1000; i++) {
		const struct ent_minima minima = {
				(int64_t)(test_uniform(&seed) * 2e7), LEVEL_MM, 0};
		struct thing a = some_polygon(&seed, 47, 179.9);
		const struct thing b = some_thing(&seed, 47.3, -179.8);
		const struct ent_verdict before = verdict(&a, &b, &minima);
		rotate(&a);
		const struct ent_verdict rotated = verdict(&a, &b, &minima);
		turn_round(&a);
		const struct ent_verdict turned = verdict(&a, &b, &minima);
		/* Of several nearest places any may be the witness; how near is the same to a millimetre. */
		CHECK(rotated.kind == before.kind && turned.kind == before.kind);
		CHECK(llabs(rotated.witness.lateral_mm - before.witness.lateral_mm) <= 1);
		CHECK(llabs(turned.witness.lateral_mm - before.witness.lateral_mm) <= 1);
		conflicts += before.kind == ENT_VERDICT_CONFLICT;
	}
	CHECK(conflicts > 200 && conflicts < 800);
}

TEST(conflict__when_time_began_does_not_matter) {
	(void)state_;
	static const int64_t shifts[] = {1, -1, 86400000000, 1780272000000000, -62000000000000000,
			250000000000000000};
	uint64_t seed = 12;
	for (int i = 0; i < 600; i++) {
		const struct ent_minima minima = {
				(int64_t)(test_uniform(&seed) * 2e7), LEVEL_MM, 0};
		struct thing a = some_thing(&seed, -47, 8), b = some_thing(&seed, -47.2, 8.3);
		const struct ent_verdict before = verdict(&a, &b, &minima);
		const int64_t shift = shifts[(size_t)i % (sizeof shifts / sizeof shifts[0])];
		move_in_time(&a, shift);
		move_in_time(&b, shift);
		struct ent_verdict after = verdict(&a, &b, &minima);
		if (after.kind == ENT_VERDICT_CONFLICT) {
			after.witness.first_utc_us -= shift;
			after.witness.last_utc_us -= shift;
		}
		CHECK(equal(&before, &after));
	}
}

TEST(conflict__where_longitude_begins_does_not_matter) {
	(void)state_;
	/* The ellipsoid is the same all around: both are turned about the axis by whole degrees. */
	uint64_t seed = 13;
	for (int i = 0; i < 600; i++) {
		const struct ent_minima minima = {
				(int64_t)(test_uniform(&seed) * 2e7), LEVEL_MM, 0};
		struct thing a = some_thing(&seed, 60, 8), b = some_thing(&seed, 60.2, 8.3);
		const struct ent_verdict before = verdict(&a, &b, &minima);
		const int64_t turn = (int64_t)(test_random(&seed) % 360) * ENT_GEO_NDEG_PER_DEG;
		struct thing *const both[] = {&a, &b};
		for (int k = 0; k < 2; k++)
			for (size_t p = 0; p < both[k]->n; p++) {
				int64_t *lon = &both[k]->points[p].at.lon_ndeg;
				*lon += turn;
				*lon -= *lon >= 180 * ENT_GEO_NDEG_PER_DEG
						? 360 * ENT_GEO_NDEG_PER_DEG
						: 0;
			}
		const struct ent_verdict after = verdict(&a, &b, &minima);
		/* Rounding differs, so a pair that is within the bound of L may fall to the other side. */
		const struct answer answer = oracle_ask(
				&a, &b, &minima, (double)minima.lateral_mm * 1e-3 + 100);
		const double above = answer.distance_m - (double)minima.lateral_mm * 1e-3;
		if (fabs(above) > 0.002) {
			CHECK(after.kind == before.kind);
			CHECK(llabs(after.witness.lateral_mm - before.witness.lateral_mm) <= 1);
			CHECK(llabs(after.witness.first_utc_us - before.witness.first_utc_us) <=
					1000);
		}
	}
}

TEST(conflict__greater_minima_never_make_a_conflict_clear) {
	(void)state_;
	uint64_t seed = 14;
	unsigned became = 0;
	for (int i = 0; i < 1000; i++) {
		const struct thing a = some_thing(&seed, 89.7, 8), b = some_thing(&seed, 89.8, 100);
		struct ent_minima minima = {0, 0, 0};
		enum ent_verdict_kind before = ENT_VERDICT_CLEAR;
		for (int step = 0; step < 6; step++) {
			const enum ent_verdict_kind now = verdict(&a, &b, &minima).kind;
			CHECK(before != ENT_VERDICT_CONFLICT || now == ENT_VERDICT_CONFLICT);
			became += before != ENT_VERDICT_CONFLICT && now == ENT_VERDICT_CONFLICT;
			before = now;
			minima.lateral_mm += (int64_t)(test_uniform(&seed) * 1e7);
			minima.vertical_mm += (int64_t)(test_uniform(&seed) * 2e5);
			minima.time_us += (int64_t)(test_uniform(&seed) * 5e7);
		}
	}
	CHECK(became > 300);
}

TEST(conflict__greater_tolerances_and_radii_never_make_a_conflict_clear) {
	(void)state_;
	uint64_t seed = 15;
	unsigned became = 0;
	for (int i = 0; i < 500; i++) {
		struct thing a = some_track(&seed, 30, 8), b = some_thing(&seed, 30.2, 8.2);
		const struct ent_minima minima = {926000, 15000, 0};
		enum ent_verdict_kind before = ENT_VERDICT_CLEAR;
		for (int step = 0; step < 5; step++) {
			const enum ent_verdict_kind now = verdict(&a, &b, &minima).kind;
			CHECK(before != ENT_VERDICT_CONFLICT || now == ENT_VERDICT_CONFLICT);
			became += before != ENT_VERDICT_CONFLICT && now == ENT_VERDICT_CONFLICT;
			before = now;
			a.tolerance.lateral_mm += (int64_t)(test_uniform(&seed) * 1e7);
			a.tolerance.vertical_mm += (int64_t)(test_uniform(&seed) * 2e5);
			a.tolerance.time_us += (int64_t)(test_uniform(&seed) * 2e7);
		}
	}
	CHECK(became > 100);
}

TEST(conflict__a_volume_is_in_conflict_with_itself_all_the_time) {
	(void)state_;
	uint64_t seed = 16;
	for (int i = 0; i < 200; i++) {
		const struct ent_minima minima = {i % 2 * RADAR_MM, i % 2 * LEVEL_MM, 0};
		const struct thing a = some_thing(&seed, 0, 8);
		const struct ent_verdict v = verdict(&a, &a, &minima);
		CHECK(v.kind == ENT_VERDICT_CONFLICT && v.witness.lateral_mm == 0 &&
				v.witness.vertical_lo_mm == 0);
		const bool track = a.kind == ENT_VOLUME_TRACK;
		CHECK(v.witness.first_utc_us == (track ? a.points[0].time_utc_us : a.start_us));
		CHECK(v.witness.last_utc_us == (track ? a.points[a.n - 1].time_utc_us : a.end_us));
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(conflict__level_tracks_exactly_1000_ft_apart_are_clear_and_a_millimetre_less_is_not),
			TEST_ENTRY(conflict__climbing_side_by_side_exactly_1000_ft_apart_is_clear),
			TEST_ENTRY(conflict__a_climb_through_a_level_is_a_conflict_only_when_near_while_it_is_near_in_height),
			TEST_ENTRY(conflict__a_centimetre_either_side_of_the_lateral_minimum_decides),
			TEST_ENTRY(conflict__circles_that_touch_conflict_and_a_centimetre_apart_do_not),
			TEST_ENTRY(conflict__polygons_that_share_an_edge_or_a_corner_conflict),
			TEST_ENTRY(conflict__a_track_through_a_region_is_nearest_first_where_it_enters),
			TEST_ENTRY(conflict__inside_is_a_conflict_and_inside_a_hole_is_not),
			TEST_ENTRY(conflict__a_microsecond_either_side_of_the_time_minimum_decides),
			TEST_ENTRY(conflict__who_follows_closer_than_the_time_minimum_is_in_conflict),
			TEST_ENTRY(conflict__without_a_common_reference_it_is_unknown_when_near_and_clear_when_far),
			TEST_ENTRY(conflict__first_vertex_and_winding_do_not_matter),
			TEST_ENTRY(conflict__when_time_began_does_not_matter),
			TEST_ENTRY(conflict__where_longitude_begins_does_not_matter),
			TEST_ENTRY(conflict__greater_minima_never_make_a_conflict_clear),
			TEST_ENTRY(conflict__greater_tolerances_and_radii_never_make_a_conflict_clear),
			TEST_ENTRY(conflict__a_volume_is_in_conflict_with_itself_all_the_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
