/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The judge against the oracle on random pairs, most of them about the minima. No conflict may be
 * missed; a conflict may be found wrongly only within the stated bound above L. The witness must
 * be true of the inputs.
 */
#include <math.h>

#include "oracle.h"
#include "test.h"

struct campaign {
	uint64_t seed;
	uint64_t pairs, conflicts, clear, near_ties, by_time_or_level, upper_bounds;
	double loosest_m; /* the farthest above L that was called a conflict */
};

static int64_t pick(uint64_t *seed, const int64_t *values, size_t n) {
	return values[test_random(seed) % n];
}
#define PICK(seed, ...)                              \
	pick((seed), (const int64_t[]){__VA_ARGS__}, \
			sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t))

static double between(uint64_t *seed, double low, double high) {
	return low + (high - low) * test_uniform(seed);
}

/* Anywhere, and oftener where it is hard: the poles, the antimeridian, the equator. */
static struct ent_point somewhere(uint64_t *seed) {
	struct ent_point at = {0, 0};
	double lat = asin(between(seed, -1, 1)) * 180 / M_PI, lon = between(seed, -180, 180);
	switch (test_random(seed) % 8) {
	case 0:
		lat = 90 - fabs(between(seed, 0, 0.3));
		break;
	case 1:
		lat = -90 + fabs(between(seed, 0, 0.3));
		break;
	case 2:
		lon = 180 - between(seed, -0.2, 0.2);
		lon -= lon > 180 ? 360 : 0;
		break;
	case 3:
		lat = between(seed, -0.1, 0.1);
		break;
	default:
		break;
	}
	CHECK(ent_geo_point_from_deg(lat, lon, &at) == ENT_OK);
	return at;
}

/* A track that passes 'at' at a moment, straight or turning there, from some legs before to some after. */
static struct thing track_through(uint64_t *seed, struct ent_point at, int64_t time_us,
		int32_t altitude_mm, double speed_m_s) {
	struct thing track = {.kind = ENT_VOLUME_TRACK, .ref = ENT_ALTITUDE_FL};
	const size_t before = test_random(seed) % 3, after = test_random(seed) % 3;
	const double course = between(seed, -180, 180);
	const bool exact = test_random(seed) % 2 == 0;
	/* The place itself is a point of the track, or lies in the middle of a leg. */
	const double leg_s = pow(10, between(seed, 0, 3.2));
	track.n = before + after + 1;
	for (size_t i = 0; i < track.n; i++) {
		const double s = ((double)i - (double)before + (exact ? 0 : 0.37)) * leg_s;
		const double turn = i > before ? between(seed, -60, 60) : 0;
		struct ent_track_point *p = &track.points[i];
		p->at = s == 0 ? at : oracle_direct(at, course + turn, s * speed_m_s);
		p->time_utc_us = time_us + (int64_t)(s * 1e6);
		p->altitude_mm = altitude_mm;
	}
	/* Every other one climbs. */
	if (test_random(seed) % 2 == 0)
		for (size_t i = 0; i < track.n; i++)
			track.points[i].altitude_mm += (int32_t)(between(seed, -20000, 20000) *
					(double)i);
	if (test_random(seed) % 8 == 0)
		track.tolerance.lateral_mm = PICK(seed, 1, 1000, 370400);
	if (test_random(seed) % 8 == 0)
		track.tolerance.vertical_mm = PICK(seed, 1, 7620, 30480);
	return track;
}

static double some_speed(uint64_t *seed) {
	return PICK(seed, 0, 0, 1) == 0 ? between(seed, 60, 300)
					: (double)PICK(seed, 0, 1, 15, 600, 1200);
}

static struct ent_minima some_minima(uint64_t *seed) {
	return (struct ent_minima){PICK(seed, 9260000, 9260000, 5556000, 926000, 50000, 1, 18520000,
						   100000000),
			PICK(seed, 304800, 304800, 304800, 152400, 15000, 1, 0), 0};
}

/* How far from the minimum a pair is put: a part of it, or a little. */
static double some_target_m(uint64_t *seed, double minimum_m) {
	if (test_random(seed) % 2 == 0)
		return minimum_m * between(seed, 0, 2);
	const double little = (double)PICK(seed, 1, -1, 1, -1) *
			(double)PICK(seed, 1, 10, 100, 1000, 10000, 1000000) * 1e-4;
	return minimum_m + little > 0 ? minimum_m + little : 0;
}

static void shift_all(struct thing *thing, double azimuth_deg, double length_m) {
	for (size_t i = 0; i < thing->n; i++)
		thing->points[i].at = oracle_direct(thing->points[i].at, azimuth_deg, length_m);
}

/* Moves b along azimuth until the least distance is about the target; two steps come within a mm. */
static void bring_to(struct thing *a, struct thing *b, const struct ent_minima *minima,
		double azimuth_deg, double target_m) {
	for (int step = 0; step < 2; step++) {
		const struct answer now = oracle_ask(a, b, minima, target_m * 3 + 1000);
		if (!now.meets || now.distance_m > target_m * 3 + 1000 || now.distance_m <= 0)
			return;
		shift_all(b, azimuth_deg, target_m - now.distance_m);
	}
}

static void show(const char *name, const struct thing *t) {
	print_message("%s: kind %d, radius %lld mm, band %d..%d mm, span %lld..%lld us, tolerance "
		      "%lld mm %lld mm %lld us\n",
			name, (int)t->kind, (long long)t->radius_mm, t->floor_mm, t->ceiling_mm,
			(long long)t->start_us, (long long)t->end_us,
			(long long)t->tolerance.lateral_mm, (long long)t->tolerance.vertical_mm,
			(long long)t->tolerance.time_us);
	for (size_t i = 0; i < t->n; i++)
		print_message("  %lld %lld ndeg, %d mm, %lld us\n",
				(long long)t->points[i].at.lat_ndeg,
				(long long)t->points[i].at.lon_ndeg, t->points[i].altitude_mm,
				(long long)t->points[i].time_utc_us);
}

static void show_all(const struct thing *a, const struct thing *b, const struct ent_minima *minima,
		const struct answer *answer, const struct ent_verdict *verdict) {
	const struct ent_witness *w = &verdict->witness;
	show("a", a);
	show("b", b);
	print_message("minima %lld mm, %lld mm, %lld us; oracle: %s, %.9f m\n",
			(long long)minima->lateral_mm, (long long)minima->vertical_mm,
			(long long)minima->time_us, answer->meets ? "meets" : "never",
			answer->distance_m);
	print_message("verdict %d, lateral %lld mm, vertical %lld mm, %lld .. %lld us, nearest at "
		      "%lld and %lld us\n",
			(int)verdict->kind, (long long)w->lateral_mm, (long long)w->vertical_lo_mm,
			(long long)w->first_utc_us, (long long)w->last_utc_us,
			(long long)w->time_a_utc_us, (long long)w->time_b_utc_us);
}

static bool same_witness(const struct ent_witness *w, const struct ent_witness *mirror) {
	return w->first_utc_us == mirror->first_utc_us && w->last_utc_us == mirror->last_utc_us &&
			w->time_a_utc_us == mirror->time_b_utc_us &&
			w->time_b_utc_us == mirror->time_a_utc_us &&
			w->at_a.lat_ndeg == mirror->at_b.lat_ndeg &&
			w->at_a.lon_ndeg == mirror->at_b.lon_ndeg &&
			w->at_b.lat_ndeg == mirror->at_a.lat_ndeg &&
			w->at_b.lon_ndeg == mirror->at_a.lon_ndeg &&
			w->lateral_mm == mirror->lateral_mm &&
			w->vertical_lo_mm == mirror->vertical_lo_mm &&
			w->vertical_hi_mm == mirror->vertical_hi_mm;
}

static void compare(struct campaign *c, const struct thing *a, const struct thing *b,
		const struct ent_minima *minima) {
	struct ent_volume *va = thing_volume_if_valid(a), *vb = thing_volume_if_valid(b);
	if (va == NULL || vb == NULL) {
		ent_volume_release(va);
		ent_volume_release(vb);
		return;
	}
	const double l = (double)minima->lateral_mm * 1e-3;
	/* The bound's length is from core to core: radii and tolerances belong to it. */
	const double reach = l +
			(double)(a->radius_mm + b->radius_mm + a->tolerance.lateral_mm +
					b->tolerance.lateral_mm) *
					1e-3;
	const struct answer answer = oracle_ask(a, b, minima, l + 100);
	const struct ent_verdict v = ent_conflict_judge(va, vb, minima);
	const struct ent_verdict mirror = ent_conflict_judge(vb, va, minima);
	const double above = answer.distance_m - l;
	/* An upper bound shows what must not be missed, and no more. */
	const char *fault = oracle_fault(&answer, &v, minima,
			answer.gave_up ? INFINITY : ENT_CONFLICT_BOUND_M(reach));
	c->upper_bounds += answer.gave_up;
	if (fault == NULL && (v.kind != mirror.kind || !same_witness(&v.witness, &mirror.witness)))
		fault = "the other order gives another verdict";
	if (fault != NULL) {
		show_all(a, b, minima, &answer, &v);
		fail_msg("%s", fault);
	}
	c->pairs++;
	c->conflicts += v.kind == ENT_VERDICT_CONFLICT;
	c->clear += v.kind == ENT_VERDICT_CLEAR;
	c->near_ties += answer.meets && fabs(above) < 0.02;
	c->by_time_or_level += !answer.meets;
	if (v.kind == ENT_VERDICT_CONFLICT && !answer.gave_up && above > c->loosest_m)
		c->loosest_m = above;
	ent_volume_release(va);
	ent_volume_release(vb);
}

static void report(const char *name, const struct campaign *c) {
	print_message("campaign %s: %llu pairs, %llu conflicts, %llu clear, %llu within 2 cm of L, "
		      "%llu never near in time and altitude, %llu by an upper bound; loosest %.6f "
		      "m "
		      "above L\n",
			name, (unsigned long long)c->pairs, (unsigned long long)c->conflicts,
			(unsigned long long)c->clear, (unsigned long long)c->near_ties,
			(unsigned long long)c->by_time_or_level,
			(unsigned long long)c->upper_bounds, c->loosest_m);
	/* What is asked is worth asking: both answers come often. */
	CHECK(c->conflicts > c->pairs / 20);
	CHECK(c->clear > c->pairs / 20);
	CHECK(c->upper_bounds <= c->pairs / 10);
}

/* A quarter of them in `make test`, where other programs wait for their turn; all in `make soak`. */
static uint64_t pairs(double n) {
	const double scale = test_scale();
	return 1 + (uint64_t)(n * (scale > 1 ? scale : scale / 4));
}

/* --- Two tracks, one moment --- */

static void two_tracks(
		uint64_t *seed, struct ent_minima *minima, struct thing *a, struct thing *b) {
	*minima = some_minima(seed);
	const double l = (double)minima->lateral_mm * 1e-3;
	const struct ent_point at = somewhere(seed);
	const double azimuth = between(seed, -180, 180);
	const int32_t above = (int32_t)(test_random(seed) % 3 == 0
					? minima->vertical_mm + PICK(seed, -1, 0, 1)
					: (int64_t)(between(seed, -1.2, 1.2) *
							  (double)minima->vertical_mm));
	const double target = some_target_m(seed, l);
	*a = track_through(seed, at, 1000000000, 3048000, some_speed(seed));
	*b = track_through(seed, oracle_direct(at, azimuth, target),
			1000000000 + PICK(seed, 0, 0, 0, 1, -1, 60000000), 3048000 + above,
			some_speed(seed));
	if (test_random(seed) % 2 == 0)
		bring_to(a, b, minima, azimuth, target);
}

TEST(random__two_tracks_are_judged_as_the_oracle_does) {
	(void)state_;
	struct campaign c = {.seed = 1};
	const uint64_t n = pairs(150000);
	for (uint64_t i = 0; i < n; i++) {
		struct ent_minima minima;
		struct thing a, b;
		two_tracks(&c.seed, &minima, &a, &b);
		compare(&c, &a, &b, &minima);
	}
	report("two tracks", &c);
}

/* At first and at last there is a conflict, within the bound and a microsecond or two. */
static void check_tight(const struct thing *a, const struct thing *b,
		const struct ent_minima *minima, const struct ent_verdict *v, double slack_m) {
	const int64_t first = v->witness.first_utc_us, last = v->witness.last_utc_us;
	const double l = (double)minima->lateral_mm * 1e-3;
	const double reach = l + (double)(a->tolerance.lateral_mm + b->tolerance.lateral_mm) * 1e-3;
	const double bound = l + ENT_CONFLICT_BOUND_M(reach) + slack_m;
	const struct answer begins = oracle_ask_within(a, b, minima, first - 2, first + 2, l + 100);
	const struct answer ends = oracle_ask_within(a, b, minima, last - 2, last + 2, l + 100);
	if (!begins.meets || !ends.meets || begins.distance_m > bound || ends.distance_m > bound) {
		show_all(a, b, minima, &begins, v);
		fail_msg("first or last is not of the conflict: %.6f m and %.6f m",
				begins.distance_m, ends.distance_m);
	}
}

static double height_mm(const struct thing *track, int64_t time_us) {
	size_t i = 0;
	while (i + 2 < track->n && track->points[i + 1].time_utc_us <= time_us)
		i++;
	const struct ent_track_point *p = &track->points[i], *q = p + (track->n > 1);
	return track->n == 1 ? p->altitude_mm
			     : p->altitude_mm +
					(double)(q->altitude_mm - p->altitude_mm) *
							(double)(time_us - p->time_utc_us) /
							(double)(q->time_utc_us - p->time_utc_us);
}

/* The vertical distance said is that at the moments said, tolerances taken off. */
static void check_height(
		const struct thing *a, const struct thing *b, const struct ent_verdict *v) {
	const struct ent_witness *w = &v->witness;
	const double off = (double)(a->tolerance.vertical_mm + b->tolerance.vertical_mm);
	const double there = fmax(0,
			fabs(height_mm(a, w->time_a_utc_us) - height_mm(b, w->time_b_utc_us)) -
					off);
	CHECK(w->vertical_lo_mm == w->vertical_hi_mm);
	/* Rounded to a mm, at a moment rounded to a microsecond. */
	if (fabs((double)w->vertical_lo_mm - there) > 1.1)
		fail_msg("the witness says %lld mm of height, the tracks %.3f mm",
				(long long)w->vertical_lo_mm, there);
}

/* Nothing before first and after last; both are of the conflict; the witness is on both tracks. */
static void check_ends(
		const struct thing *a, const struct thing *b, const struct ent_minima *minima) {
	struct ent_volume *va = thing_volume(a), *vb = thing_volume(b);
	const struct ent_verdict v = ent_conflict_judge(va, vb, minima);
	const struct ent_witness *w = &v.witness;
	const double l = (double)minima->lateral_mm * 1e-3;
	if (v.kind == ENT_VERDICT_CONFLICT) {
		const struct answer before = oracle_ask_within(
				a, b, minima, INT64_MIN, w->first_utc_us - 1, l + 100);
		const struct answer after = oracle_ask_within(
				a, b, minima, w->last_utc_us + 1, INT64_MAX, l + 100);
		/* A microsecond at the speeds here is a millimetre or two. */
		const double slack = 3e-3;
		if (w->first_utc_us > w->last_utc_us || w->time_a_utc_us < w->first_utc_us ||
				w->time_a_utc_us > w->last_utc_us ||
				(before.meets && before.distance_m < l - slack) ||
				(after.meets && after.distance_m < l - slack)) {
			show_all(a, b, minima, &before, &v);
			fail_msg("a conflict outside first and last: %.6f m before, %.6f m after",
					before.distance_m, after.distance_m);
		}
		check_tight(a, b, minima, &v, slack);
		check_height(a, b, &v);
		const double there = oracle_distance_m(oracle_place(a, w->time_a_utc_us),
				oracle_place(b, w->time_b_utc_us));
		const double said = (double)(w->lateral_mm + a->tolerance.lateral_mm +
						    b->tolerance.lateral_mm) *
				1e-3;
		if (there > said + 3e-3 ||
				oracle_distance_m(oracle_place(a, w->time_a_utc_us), w->at_a) >
						1e-3 ||
				oracle_distance_m(oracle_place(b, w->time_b_utc_us), w->at_b) >
						1e-3) {
			show_all(a, b, minima, &before, &v);
			fail_msg("the witness is not where the tracks are: %.6f m", there);
		}
	}
	ent_volume_release(va);
	ent_volume_release(vb);
}

TEST(random__first_and_last_enclose_the_conflict_and_the_witness_is_on_both_tracks) {
	(void)state_;
	uint64_t seed = 2;
	const uint64_t n = pairs(10000);
	for (uint64_t i = 0; i < n; i++) {
		struct ent_minima minima;
		struct thing a, b;
		two_tracks(&seed, &minima, &a, &b);
		check_ends(&a, &b, &minima);
	}
}

/* --- Fixed volumes --- */

/* About a place, of a size; a circle, a corridor or a polygon. */
static struct thing fixed_about(
		uint64_t *seed, struct ent_point at, double size_m, enum ent_volume_kind kind) {
	struct thing t = {.kind = kind,
			.ref = ENT_ALTITUDE_FL,
			.floor_mm = 3048000,
			.ceiling_mm = 3048000 + (int32_t)PICK(seed, 0, 1, 100000, 3000000),
			.start_us = 0,
			.end_us = 2000000000};
	const double turn = between(seed, 0, 360);
	t.n = kind == ENT_VOLUME_CIRCLE               ? 1
			: kind == ENT_VOLUME_CORRIDOR ? 2 + test_random(seed) % 3
						      : 3 + test_random(seed) % 5;
	if (kind != ENT_VOLUME_POLYGON)
		t.radius_mm = (int64_t)(size_m * 1e3 * between(seed, 0, 1));
	for (size_t i = 0; i < t.n; i++)
		t.points[i].at = kind == ENT_VOLUME_CIRCLE
				? at
				: oracle_direct(at, turn + 360.0 * (double)i / (double)t.n,
						  size_m * between(seed, 0.5, 1));
	return t;
}

static enum ent_volume_kind some_kind(uint64_t *seed) {
	return (enum ent_volume_kind)PICK(seed, ENT_VOLUME_POLYGON, ENT_VOLUME_CIRCLE,
			ENT_VOLUME_CIRCLE, ENT_VOLUME_CORRIDOR);
}

static void two_fixed(uint64_t *seed, struct ent_minima *minima, struct thing *a, struct thing *b) {
	*minima = some_minima(seed);
	if (test_random(seed) % 4 == 0)
		*minima = (struct ent_minima){0, 0, 0};
	minima->time_us = PICK(seed, 0, 0, 0, 30000000);
	const double size = pow(10, between(seed, 1, 5));
	const double l = (double)minima->lateral_mm * 1e-3;
	const struct ent_point at = somewhere(seed);
	const double azimuth = between(seed, -180, 180);
	*a = fixed_about(seed, at, size, some_kind(seed));
	*b = fixed_about(seed, oracle_direct(at, azimuth, size * between(seed, 0, 3) + l), size,
			some_kind(seed));
	b->start_us = PICK(seed, 0, 0, a->end_us, a->end_us + minima->time_us,
			a->end_us + minima->time_us + 1);
	b->end_us = b->start_us + 1000000;
	const int32_t height = b->ceiling_mm - b->floor_mm;
	b->floor_mm = (int32_t)PICK(seed, a->floor_mm, a->floor_mm, a->ceiling_mm,
			a->ceiling_mm + minima->vertical_mm,
			a->ceiling_mm + minima->vertical_mm - 1, a->ceiling_mm + 1);
	b->ceiling_mm = b->floor_mm + height;
	if (test_random(seed) % 2 == 0)
		bring_to(a, b, minima, azimuth, some_target_m(seed, l));
}

TEST(random__two_fixed_volumes_are_judged_as_the_oracle_does) {
	(void)state_;
	struct campaign c = {.seed = 3};
	const uint64_t n = pairs(60000);
	for (uint64_t i = 0; i < n; i++) {
		struct ent_minima minima;
		struct thing a, b;
		two_fixed(&c.seed, &minima, &a, &b);
		compare(&c, &a, &b, &minima);
	}
	report("two fixed volumes", &c);
}

static void track_and_fixed(
		uint64_t *seed, struct ent_minima *minima, struct thing *a, struct thing *b) {
	*minima = some_minima(seed);
	if (test_random(seed) % 4 == 0)
		*minima = (struct ent_minima){0, 0, 0};
	minima->time_us = PICK(seed, 0, 0, 0, 30000000);
	const double size = pow(10, between(seed, 1, 5));
	const double l = (double)minima->lateral_mm * 1e-3;
	const struct ent_point at = somewhere(seed);
	const double azimuth = between(seed, -180, 180);
	*a = fixed_about(seed, at, size, some_kind(seed));
	*b = track_through(seed, oracle_direct(at, azimuth, size * between(seed, 0, 3) + l),
			PICK(seed, 1000000000, 1000000000, a->end_us, a->end_us + minima->time_us),
			(int32_t)PICK(seed, a->floor_mm, a->ceiling_mm,
					a->ceiling_mm + minima->vertical_mm,
					a->ceiling_mm + minima->vertical_mm - 1,
					a->floor_mm - minima->vertical_mm,
					a->floor_mm - minima->vertical_mm + 1),
			some_speed(seed));
	if (test_random(seed) % 8 == 0)
		b->tolerance.time_us = PICK(seed, 1, 10000000);
	if (test_random(seed) % 2 == 0)
		bring_to(a, b, minima, azimuth, some_target_m(seed, l));
}

TEST(random__a_track_and_a_fixed_volume_are_judged_as_the_oracle_does) {
	(void)state_;
	struct campaign c = {.seed = 4};
	const uint64_t n = pairs(40000);
	for (uint64_t i = 0; i < n; i++) {
		struct ent_minima minima;
		struct thing a, b;
		track_and_fixed(&c.seed, &minima, &a, &b);
		compare(&c, &a, &b, &minima);
	}
	report("a track and a fixed volume", &c);
}

/* --- Two tracks, with time between them --- */

TEST(random__two_tracks_with_time_between_them_are_judged_as_the_oracle_does) {
	(void)state_;
	struct campaign c = {.seed = 5};
	const uint64_t n = pairs(1500);
	for (uint64_t i = 0; i < n; i++) {
		struct ent_minima minima;
		struct thing a, b;
		two_tracks(&c.seed, &minima, &a, &b);
		minima.vertical_mm += minima.vertical_mm == 0;
		minima.time_us = PICK(&c.seed, 1, 1000000, 30000000, 120000000);
		if (test_random(&c.seed) % 4 == 0)
			a.tolerance.time_us = PICK(&c.seed, 1, 5000000);
		compare(&c, &a, &b, &minima);
	}
	report("two tracks with time between", &c);
}

int main(int argc, char **argv) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(random__two_tracks_are_judged_as_the_oracle_does),
			TEST_ENTRY(random__first_and_last_enclose_the_conflict_and_the_witness_is_on_both_tracks),
			TEST_ENTRY(random__two_fixed_volumes_are_judged_as_the_oracle_does),
			TEST_ENTRY(random__a_track_and_a_fixed_volume_are_judged_as_the_oracle_does),
			TEST_ENTRY(random__two_tracks_with_time_between_them_are_judged_as_the_oracle_does),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
