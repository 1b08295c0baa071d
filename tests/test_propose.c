/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Proposals, against brute force: every change within the limits is made and judged against
 * every filed volume, one by one, in an order of its own; the smallest clean one must be
 * what is proposed, and nothing may be proposed that is not clean, nor that no aircraft can fly.
 */
#include <math.h>

#include "entente/propose.h"
#include "test.h"

enum { FILED_MAX = 48 };

struct sky {
	struct ent_volume *filed[FILED_MAX];
	size_t n;
	struct ent_index *index;
	struct ent_index_snapshot *snapshot;
};

static const struct ent_minima minima = {9260000, 304800, 0};

static struct ent_point place(double lat_deg, double lon_deg) {
	return (struct ent_point){(int64_t)llround(lat_deg * 1e9), (int64_t)llround(lon_deg * 1e9)};
}

/* A level flight of two or three legs through the middle of a square of half a degree or so. */
static struct ent_volume *flight(uint64_t *seed, double spread_deg, unsigned levels) {
	struct ent_track_point points[4];
	const size_t n = 2 + test_random(seed) % 3;
	const double course = 2 * M_PI * test_uniform(seed);
	const double aside = spread_deg * (test_uniform(seed) - 0.5);
	const int32_t level = (int32_t)(test_random(seed) % levels) * 304800 + 3048000;
	const int64_t start = (int64_t)(test_uniform(seed) * 1800e6);
	for (size_t i = 0; i < n; i++) {
		const double along = ((double)i / (double)(n - 1) - 0.5) * 1.2;
		points[i] = (struct ent_track_point){
				place(47 + along * cos(course) - aside * sin(course) +
								0.02 * test_uniform(seed),
						8 + along * sin(course) + aside * cos(course)),
				level + (test_random(seed) % 4 == 0 ? 152400 * (int32_t)i : 0),
				start + (int64_t)i * 300000000};
	}
	struct ent_volume *volume = NULL;
	CHECK(ent_volume_create_track(points, n, ENT_ALTITUDE_FL, (struct ent_tolerance){0, 0, 0},
			      NULL, &volume, NULL) == ENT_OK);
	return volume;
}

/* A flight in loops of 1 to 5 NM, tighter than some offsets and wider than others. */
static struct ent_volume *looping(uint64_t *seed) {
	enum { POINTS = 25 };
	struct ent_track_point points[POINTS];
	const double lat = 47 + 0.2 * test_uniform(seed), lon = 8 + 0.2 * test_uniform(seed);
	const double radius_deg = (1 + 4 * test_uniform(seed)) / 60;
	const double step = (test_random(seed) % 2 == 0 ? 2 : -2) * M_PI / 12;
	const int32_t level = (int32_t)(test_random(seed) % 4) * 304800 + 3048000;
	const int64_t start = (int64_t)(test_uniform(seed) * 900e6);
	for (int i = 0; i < POINTS; i++) {
		const double north = radius_deg * cos(step * i), east = radius_deg * sin(step * i);
		points[i] = (struct ent_track_point){
				place(lat + north, lon + east / cos(lat * M_PI / 180)), level,
				start + i * INT64_C(60000000)};
	}
	struct ent_volume *volume = NULL;
	CHECK(ent_volume_create_track(points, POINTS, ENT_ALTITUDE_FL,
			      (struct ent_tolerance){0, 0, 0}, NULL, &volume, NULL) == ENT_OK);
	return volume;
}

static struct ent_volume *circle(uint64_t *seed) {
	const int32_t floor_mm = (int32_t)(test_random(seed) % 20) * 10000;
	const int64_t start = (int64_t)(test_random(seed) % 30) * 60000000;
	struct ent_volume *volume = NULL;
	CHECK(ent_volume_create_circle(
			      place(47 + 0.05 * test_uniform(seed), 8 + 0.05 * test_uniform(seed)),
			      200000 + (int64_t)(test_uniform(seed) * 900000),
			      (struct ent_band){{ENT_ALTITUDE_W84, floor_mm},
					      {ENT_ALTITUDE_W84, floor_mm + 40000}},
			      (struct ent_span){start, start + 600000000}, NULL, &volume,
			      NULL) == ENT_OK);
	return volume;
}

static void sky_open(struct sky *sky) {
	CHECK(ent_index_create(&sky->index) == ENT_OK);
	for (size_t i = 0; i < sky->n; i++)
		CHECK(ent_index_insert(sky->index, i, sky->filed[i]) == ENT_OK);
	CHECK(ent_index_snapshot_take(sky->index, &sky->snapshot) == ENT_OK);
}

static void sky_close(struct sky *sky) {
	ent_index_snapshot_release(sky->snapshot);
	ent_index_destroy(sky->index);
	for (size_t i = 0; i < sky->n; i++)
		ent_volume_release(sky->filed[i]);
}

/* --- Brute force --- */

static bool clean(const struct sky *sky, const struct ent_volume *volume, size_t except,
		const struct ent_minima *apart) {
	for (size_t i = 0; i < sky->n; i++)
		if (i != except &&
				ent_conflict_judge(sky->filed[i], volume, apart).kind !=
						ENT_VERDICT_CLEAR)
			return false;
	return true;
}

static bool clean_after(const struct sky *sky, size_t own, const struct ent_minima *apart,
		const struct ent_proposal_limits *limits, const struct ent_proposal *p) {
	const struct ent_band band = ent_volume_parts(sky->filed[own])->band;
	if ((p->higher_mm < 0 && band.floor.mm + p->higher_mm < limits->altitude_min_mm) ||
			(p->higher_mm > 0 &&
					band.ceiling.mm + p->higher_mm > limits->altitude_max_mm))
		return false;
	struct ent_volume *moved;
	if (ent_volume_create_moved(sky->filed[own], p->later_us, p->higher_mm, p->offset_mm,
			    p->azimuth_deg, &moved) != ENT_OK)
		return false;
	const bool is = clean(sky, moved, own, apart);
	ent_volume_release(moved);
	return is;
}

/* Metres east and north from one point to another of some kilometres: the ellipsoid's radii between them. */
static void leg_m(struct ent_point a, struct ent_point b, double ret_m[2]) {
	const double lat = (double)(a.lat_ndeg + b.lat_ndeg) / 2e9 * M_PI / 180;
	const double w = sqrt(1 - ENT_GEO_E2 * sin(lat) * sin(lat));
	const double to_rad = 1e-9 * M_PI / 180;
	ret_m[0] = (double)(b.lon_ndeg - a.lon_ndeg) * to_rad * ENT_GEO_A_M / w * cos(lat);
	ret_m[1] = (double)(b.lat_ndeg - a.lat_ndeg) * to_rad * ENT_GEO_A_M * (1 - ENT_GEO_E2) /
			(w * w * w);
}

/*
 * By another way than the library's: no leg backwards, none over 1.25 times the fastest. A
 * thousandth is allowed for taking legs of up to 60 km as straight in a plane.
 */
static bool flyable(const struct ent_volume *planned, const struct ent_volume *moved) {
	const struct ent_track_parts *a = ent_volume_parts(planned)->track;
	const struct ent_track_parts *b = ent_volume_parts(moved)->track;
	double fastest[2] = {0, 0};
	for (uint32_t i = 0; i + 1 < a->n_points; i++) {
		double from[2], to[2];
		leg_m(a->points[i].at, a->points[i + 1].at, from);
		leg_m(b->points[i].at, b->points[i + 1].at, to);
		if (from[0] * to[0] + from[1] * to[1] <
				-1e-3 * hypot(from[0], from[1]) * hypot(to[0], to[1]))
			return false;
		const double us = (double)(a->points[i + 1].time_utc_us - a->points[i].time_utc_us);
		fastest[0] = fmax(fastest[0], hypot(from[0], from[1]) / us);
		fastest[1] = fmax(fastest[1], hypot(to[0], to[1]) / us);
	}
	return fastest[1] <= 1.001 * 1.25 * fastest[0];
}

static bool proposal_flyable(const struct ent_volume *volume, const struct ent_proposal *p) {
	struct ent_volume *moved;
	if (ent_volume_parts(volume)->kind != ENT_VOLUME_TRACK)
		return true;
	CHECK(ent_volume_create_moved(volume, p->later_us, p->higher_mm, p->offset_mm,
			      p->azimuth_deg, &moved) == ENT_OK);
	const bool is = flyable(volume, moved);
	ent_volume_release(moved);
	return is;
}

/* The fewest steps of any clean change with only these kinds changed; UINT32_MAX: none. */
static uint32_t fewest(const struct sky *sky, size_t own, const struct ent_minima *apart,
		const struct ent_proposal_limits *limits, bool t, bool h, bool o, uint32_t most) {
	const bool track = ent_volume_parts(sky->filed[own])->kind == ENT_VOLUME_TRACK;
	const int32_t times = t ? (int32_t)limits->time_steps : 0;
	const int32_t heights = h ? (int32_t)limits->altitude_steps : 0;
	const int32_t offsets = o ? (int32_t)limits->lateral_steps : 0;
	uint32_t best = UINT32_MAX;
	for (int32_t time = limits->earlier ? -times : 0; time <= times; time++)
		for (int32_t height = -heights; height <= heights; height++)
			for (int32_t offset = track ? -offsets : 0; offset <= offsets; offset++)
				for (int azimuth = 0; azimuth < 360;
						azimuth += track || offset == 0 ? 360 : 45) {
					const uint32_t steps = (uint32_t)(abs(time) + abs(height) +
							abs(offset));
					const struct ent_proposal p = {true, steps,
							time * limits->time_step_us,
							height * limits->altitude_step_mm,
							offset * limits->lateral_step_mm, azimuth,
							0};
					if (steps < best && steps <= most &&
							clean_after(sky, own, apart, limits, &p))
						best = steps;
				}
	return best;
}

static bool not_own(void *user, uint64_t id) {
	return id != *(const size_t *)user;
}

/* Compares all four proposals for one filed volume with brute force; returns how many changes were found. */
static unsigned compare(const struct sky *sky, size_t own, const struct ent_minima *apart,
		const struct ent_proposal_limits *limits) {
	struct ent_proposal p[ENT_PROPOSAL_COUNT];
	const struct ent_volume *volume = sky->filed[own];
	CHECK(ent_propose(sky->snapshot, &volume, 1, apart, not_own, &own, limits, p, NULL) ==
			ENT_OK);
	const uint32_t expected[ENT_PROPOSAL_COUNT] = {
			fewest(sky, own, apart, limits, true, false, false, UINT32_MAX),
			fewest(sky, own, apart, limits, false, true, false, UINT32_MAX),
			fewest(sky, own, apart, limits, false, false, true, UINT32_MAX),
			fewest(sky, own, apart, limits, true, true, true, limits->mix_steps)};
	uint32_t least_single = UINT32_MAX;
	unsigned found = 0;
	for (int k = 0; k < ENT_PROPOSAL_COUNT; k++) {
		uint32_t best = expected[k];
		if (k < ENT_PROPOSAL_COMBINED)
			least_single = best < least_single ? best : least_single;
		else
			best = best < least_single ? best : least_single;
		CHECK(p[k].found == (best != UINT32_MAX));
		CHECK(!p[k].found || p[k].steps == best);
		CHECK(!p[k].found || clean_after(sky, own, apart, limits, &p[k]));
		CHECK(!p[k].found || proposal_flyable(volume, &p[k]));
		CHECK(p[k].tried > 0 || k == ENT_PROPOSAL_COMBINED);
		found += p[k].found && p[k].steps > 0;
	}
	return found;
}

/* How many of all offsets to either side cannot be flown. */
static unsigned count_unflyable(
		const struct ent_volume *volume, const struct ent_proposal_limits *limits) {
	unsigned n = 0;
	for (int64_t side = -1; side <= 1; side += 2)
		for (int64_t i = 1; i <= limits->lateral_steps; i++) {
			struct ent_volume *moved = NULL;
			n += ent_volume_create_moved(volume, 0, 0,
					     side * i * limits->lateral_step_mm, 0,
					     &moved) == ENT_E_SHAPE;
			ent_volume_release(moved);
		}
	return n;
}

enum sort { FLIGHTS, LOOPS, DRONES };

static void compare_all(uint64_t seed, enum sort sort, int runs) {
	const bool drones = sort == DRONES;
	unsigned found = 0, asked = 0, unflyable = 0;
	for (int run = 0; run < runs; run++) {
		struct sky sky = {.n = drones ? 12 : 16};
		struct ent_proposal_limits limits = ent_proposal_limits_default(!drones);
		const struct ent_minima touching = {0, 0, 0};
		limits.time_steps = 8;
		limits.altitude_steps = 3 + (uint32_t)run % 3;
		limits.lateral_steps = drones ? 2 : 5;
		limits.mix_steps = 1 + (uint32_t)run % 7;
		limits.earlier = run % 2 == 0;
		limits.altitude_max_mm = drones ? 260000 : 4572000;
		for (size_t i = 0; i < sky.n; i++)
			sky.filed[i] = drones                         ? circle(&seed)
					: sort == LOOPS && i % 3 == 0 ? looping(&seed)
								      : flight(&seed, 0.3, 4);
		sky_open(&sky);
		for (size_t own = 0; own < 4; own++, asked += ENT_PROPOSAL_COUNT) {
			unflyable += drones ? 0 : count_unflyable(sky.filed[own], &limits);
			found += compare(&sky, own, drones ? &touching : &minima, &limits);
		}
		sky_close(&sky);
	}
	CHECK((unflyable > 0) == (sort == LOOPS));
	/* Both outcomes have been seen. */
	CHECK(found > asked / 10 && found < asked);
}

TEST(propose__no_smaller_step_than_a_flight_s_proposal_is_clean) {
	(void)state_;
	compare_all(41, FLIGHTS, 1 + (int)(200 * test_scale()));
}

TEST(propose__no_smaller_step_than_a_drone_s_proposal_is_clean) {
	(void)state_;
	compare_all(42, DRONES, 1 + (int)(200 * test_scale()));
}

TEST(propose__no_smaller_step_than_a_looping_flight_s_proposal_is_clean_and_can_be_flown) {
	(void)state_;
	compare_all(43, LOOPS, 1 + (int)(60 * test_scale()));
}

enum { ROUND = 73, MOVED_POINTS_MAX = ROUND };

enum shape { ROUND_RIGHT, OUT_AND_BACK, STILL, STILL_BETWEEN, ONE_POINT, OVER_THE_POLE };

static size_t draw(enum shape shape, struct ent_track_point points[MOVED_POINTS_MAX]) {
	static const struct {
		size_t n;
		double lat[4], lon[4];
	} lines[] = {
			[OUT_AND_BACK] = {3, {47, 47.1, 47}, {8, 8, 8}},
			[STILL] = {3, {47, 47, 47}, {8, 8, 8}},
			[STILL_BETWEEN] = {4, {47, 47.1, 47.1, 47.1}, {8, 8, 8, 8.2}},
			[ONE_POINT] = {1, {47}, {8}},
			[OVER_THE_POLE] = {3, {89.9, 89.99, 89.9}, {8, 8, -172}},
	};
	/* Once around in 72 legs, clockwise, 10 km from the middle. */
	const size_t n = shape == ROUND_RIGHT ? ROUND : lines[shape].n;
	for (size_t i = 0; i < n; i++) {
		points[i] = (struct ent_track_point){
				.altitude_mm = 0, .time_utc_us = (int64_t)i * 60000000};
		points[i].at = shape == ROUND_RIGHT
				? ent_geo_direct(place(47, 8), (double)i * 5, 10000)
				: place(lines[shape].lat[i], lines[shape].lon[i]);
	}
	return n;
}

TEST(move__an_offset_that_cannot_be_flown_is_refused) {
	(void)state_;
	static const struct {
		const char *why;
		enum shape shape;
		int64_t right_mm;
		ent_status status;
	} rows[] = {
			{"outside a circle that is wide enough", ROUND_RIGHT, -2450000, ENT_OK},
			{"a quarter faster, and more", ROUND_RIGHT, -2550000, ENT_E_SHAPE},
			{"inside a circle", ROUND_RIGHT, 9500000, ENT_OK},
			{"inside out", ROUND_RIGHT, 10500000, ENT_E_SHAPE},
			{"out and back, which has no parallel", OUT_AND_BACK, 3000000, ENT_E_SHAPE},
			{"what stands still moves bodily", STILL, 30000000, ENT_OK},
			{"also to its left", STILL, -30000000, ENT_OK},
			{"what stands for a while", STILL_BETWEEN, 2000000, ENT_OK},
			{"one point", ONE_POINT, 30000000, ENT_OK},
			{"azimuths at a pole are no turn", OVER_THE_POLE, 1000000, ENT_OK},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct ent_track_point points[MOVED_POINTS_MAX];
		const size_t n = draw(rows[i].shape, points);
		struct ent_volume *volume = NULL, *moved = NULL;
		CHECK(ent_volume_create_track(points, n, ENT_ALTITUDE_FL,
				      (struct ent_tolerance){0, 0, 0}, NULL, &volume,
				      NULL) == ENT_OK);
		CHECK_ROW(rows[i].why,
				ent_volume_create_moved(volume, 60000000, 0, rows[i].right_mm, 0,
						&moved) == rows[i].status);
		CHECK_ROW(rows[i].why, (moved != NULL) == (rows[i].status == ENT_OK));
		ent_volume_release(moved);
		ent_volume_release(volume);
	}
}

TEST(propose__a_clean_flight_need_not_change) {
	(void)state_;
	uint64_t seed = 7;
	struct sky sky = {.filed = {flight(&seed, 0, 1)}, .n = 1};
	struct ent_proposal p[ENT_PROPOSAL_COUNT];
	const struct ent_proposal_limits limits = ent_proposal_limits_default(true);
	const struct ent_volume *volume = sky.filed[0];
	size_t own = 0;
	sky_open(&sky);
	CHECK(ent_propose(sky.snapshot, &volume, 1, &minima, not_own, &own, &limits, p, NULL) ==
			ENT_OK);
	for (int k = 0; k < ENT_PROPOSAL_COUNT; k++)
		CHECK(p[k].found && p[k].steps == 0 && p[k].later_us == 0 && p[k].higher_mm == 0 &&
				p[k].offset_mm == 0);
	/* With nobody excepted it meets itself: at the same height an hour later is clear. */
	CHECK(ent_propose(sky.snapshot, &volume, 1, &minima, NULL, NULL, &limits, p, NULL) ==
			ENT_OK);
	CHECK(p[ENT_PROPOSAL_ALTITUDE].found && p[ENT_PROPOSAL_ALTITUDE].steps == 2 &&
			p[ENT_PROPOSAL_ALTITUDE].higher_mm == 304800);
	sky_close(&sky);
}

TEST(propose__what_is_unknown_is_not_clean_and_none_found_is_said) {
	(void)state_;
	uint64_t seed = 8;
	struct sky sky = {.n = 2};
	const struct ent_track_point there[2] = {
			{place(46, 8), 3048000, -3600000000}, {place(48, 8), 3048000, 7200000000}};
	sky.filed[0] = flight(&seed, 0, 1);
	/* Another altitude reference, and nothing known of the air: never comparable. */
	CHECK(ent_volume_create_circle(place(47, 8), 200000000,
			      (struct ent_band){
					      {ENT_ALTITUDE_AMSL, 0}, {ENT_ALTITUDE_AMSL, 3048000}},
			      (struct ent_span){there[0].time_utc_us, there[1].time_utc_us}, NULL,
			      &sky.filed[1], NULL) == ENT_OK);
	struct ent_proposal p[ENT_PROPOSAL_COUNT];
	const struct ent_proposal_limits limits = ent_proposal_limits_default(true);
	const struct ent_volume *volume = sky.filed[0];
	size_t own = 0;
	sky_open(&sky);
	CHECK(ent_propose(sky.snapshot, &volume, 1, &minima, not_own, &own, &limits, p, NULL) ==
			ENT_OK);
	for (int k = 0; k < ENT_PROPOSAL_COUNT; k++)
		CHECK(!p[k].found && p[k].tried > 0);
	sky_close(&sky);
}

TEST(propose__volumes_of_one_intent_move_as_one) {
	(void)state_;
	uint64_t seed = 9;
	const struct ent_minima touching = {0, 0, 0};
	for (int run = 0; run < 20; run++) {
		struct sky sky = {.n = 8};
		for (size_t i = 0; i < sky.n; i++)
			sky.filed[i] = circle(&seed);
		sky_open(&sky);
		const struct ent_volume *both[2] = {circle(&seed), circle(&seed)};
		const struct ent_proposal_limits limits = ent_proposal_limits_default(false);
		struct ent_proposal p[ENT_PROPOSAL_COUNT];
		CHECK(ent_propose(sky.snapshot, both, 2, &touching, NULL, NULL, &limits, p, NULL) ==
				ENT_OK);
		for (int k = 0; k < ENT_PROPOSAL_COUNT; k++)
			for (int i = 0; p[k].found && i < 2; i++) {
				struct ent_volume *moved;
				CHECK(ent_volume_create_moved(both[i], p[k].later_us,
						      p[k].higher_mm, p[k].offset_mm,
						      p[k].azimuth_deg, &moved) == ENT_OK);
				CHECK(clean(&sky, moved, SIZE_MAX, &touching));
				ent_volume_release(moved);
			}
		ent_volume_release((struct ent_volume *)both[0]);
		ent_volume_release((struct ent_volume *)both[1]);
		sky_close(&sky);
	}
}

TEST(propose__limits_that_make_no_sense_are_refused_and_nothing_is_touched) {
	(void)state_;
	uint64_t seed = 10;
	struct sky sky = {.filed = {flight(&seed, 0, 1)}, .n = 1};
	const struct ent_volume *volume = sky.filed[0];
	struct ent_proposal p[ENT_PROPOSAL_COUNT], before[ENT_PROPOSAL_COUNT];
	const struct ent_proposal_limits fine = ent_proposal_limits_default(true);
	memset(p, 0x5a, sizeof p);
	memcpy(before, p, sizeof p);
	sky_open(&sky);
	static const struct {
		const char *why;
		size_t offset, size;
		int64_t value;
	} rows[] = {
#define ROW(why, member, value)                             \
	{why, offsetof(struct ent_proposal_limits, member), \
			sizeof(((struct ent_proposal_limits *)NULL)->member), value}
			ROW("no step in time", time_step_us, 0),
			ROW("a step back in time", time_step_us, -1),
			ROW("a step over a day", time_step_us, ENT_MINIMA_TIME_MAX_US + 1),
			ROW("no step in altitude", altitude_step_mm, 0),
			ROW("a step aside that is too large", lateral_step_mm, ENT_RADIUS_MAX_MM),
			ROW("too many steps in time", time_steps, ENT_PROPOSAL_STEPS_MAX + 1),
			ROW("too many steps in a mix", mix_steps, ENT_PROPOSAL_MIX_MAX + 1),
			ROW("lowest above highest", altitude_min_mm, 20000000),
#undef ROW
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct ent_proposal_limits limits = fine;
		struct ent_fault fault = {.why = ""};
		memcpy((unsigned char *)&limits + rows[i].offset, &rows[i].value, rows[i].size);
		CHECK_ROW(rows[i].why,
				ent_propose(sky.snapshot, &volume, 1, &minima, NULL, NULL, &limits,
						p, &fault) == ENT_E_DOMAIN);
		CHECK_ROW(rows[i].why, fault.why[0] != '\0');
	}
	CHECK(ent_propose(sky.snapshot, &volume, 0, &minima, NULL, NULL, &fine, p, NULL) ==
			ENT_E_LIMIT);
	const struct ent_minima bad = {-1, 0, 0};
	CHECK(ent_propose(sky.snapshot, &volume, 1, &bad, NULL, NULL, &fine, p, NULL) ==
			ENT_E_DOMAIN);
	CHECK(memcmp(p, before, sizeof p) == 0);
	sky_close(&sky);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(propose__no_smaller_step_than_a_flight_s_proposal_is_clean),
			TEST_ENTRY(propose__no_smaller_step_than_a_drone_s_proposal_is_clean),
			TEST_ENTRY(propose__no_smaller_step_than_a_looping_flight_s_proposal_is_clean_and_can_be_flown),
			TEST_ENTRY(move__an_offset_that_cannot_be_flown_is_refused),
			TEST_ENTRY(propose__a_clean_flight_need_not_change),
			TEST_ENTRY(propose__what_is_unknown_is_not_clean_and_none_found_is_said),
			TEST_ENTRY(propose__volumes_of_one_intent_move_as_one),
			TEST_ENTRY(propose__limits_that_make_no_sense_are_refused_and_nothing_is_touched),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
