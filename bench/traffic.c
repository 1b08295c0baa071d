/* SPDX-License-Identifier: Apache-2.0 */
/* traffic.c: see traffic.h. */
#include "traffic.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define DAY_US INT64_C(86400000000)
#define FT_MM 304.8
#define NM_M 1852.0

enum { HUBS = 80, POINTS_MAX = 80 };

struct random {
	uint64_t state;
};

/* splitmix64 (Steele, Lea, Flood 2014). */
static double uniform(struct random *random) {
	uint64_t z = (random->state += UINT64_C(0x9e3779b97f4a7c15));
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static double between(struct random *random, double low, double high) {
	return low + (high - low) * uniform(random);
}

static void check(ent_status status, const struct ent_fault *fault) {
	if (status == ENT_OK)
		return;
	(void)fprintf(stderr, "traffic: %s: %s %s\n", ent_status_text(status), fault->where,
			fault->why);
	exit(2);
}

struct hub {
	double lat_deg, lon_deg, share;
};

/* A few large airports carry most of the traffic: shares fall as 1 / rank (Zipf). */
static void make_hubs(struct hub *hubs, struct random *random) {
	double sum = 0;
	for (int i = 0; i < HUBS; i++) {
		hubs[i] = (struct hub){
				between(random, 36, 62), between(random, -9, 33), 1.0 / (i + 3)};
		sum += hubs[i].share;
	}
	for (int i = 0; i < HUBS; i++)
		hubs[i].share /= sum;
}

static int pick_hub(const struct hub *hubs, struct random *random) {
	double left = uniform(random);
	for (int i = 0; i < HUBS - 1; i++) {
		left -= hubs[i].share;
		if (left < 0)
			return i;
	}
	return HUBS - 1;
}

/* Little by night, most in the day: one day's share of departures, by rejection. */
static int64_t departure_us(struct random *random) {
	for (;;) {
		const double day = uniform(random);
		const double wanted = 0.08 + 0.92 * pow(sin(M_PI * day), 2);
		if (uniform(random) < wanted)
			return (int64_t)(day * (double)DAY_US);
	}
}

/* Odd flight levels eastbound, even ones westbound (ICAO Annex 2, appendix 3). */
static double cruise_ft(struct random *random, double azimuth_deg, double length_m) {
	const int steps = length_m < 400e3 ? 4 : 9;
	const int low = length_m < 400e3 ? 230 : 290;
	int level = low + 10 * (int)between(random, 0, steps + 1);
	const bool east = azimuth_deg >= 0 && azimuth_deg < 180;
	if ((level / 10 % 2 == 1) != east)
		level += 10;
	return level * 100.0;
}

/* Altitude along the way: 2,000 ft/min up, a slope of 300 ft a nautical mile down. */
static double profile_ft(double cruise, double from_start_m, double to_end_m, double speed_m_s) {
	const double up = 1000 + from_start_m / speed_m_s / 60 * 2000;
	const double down = 1000 + to_end_m / NM_M * 300;
	const double lower = up < down ? up : down;
	return lower < cruise ? lower : cruise;
}

static struct ent_volume *make_flight(
		const struct hub *hubs, struct random *random, int64_t day_us) {
	struct ent_geodesic path;
	const struct hub *from, *to;
	do {
		from = &hubs[pick_hub(hubs, random)];
		to = &hubs[pick_hub(hubs, random)];
		path = ent_geo_inverse_deg(from->lat_deg, from->lon_deg, to->lat_deg, to->lon_deg);
	} while (path.length_m < 150e3 || path.length_m > 4500e3);
	const double cruise = cruise_ft(random, path.azimuth1_deg, path.length_m);
	const double speed_m_s = between(random, 215, 245);
	const double bend_m = between(random, -0.06, 0.06) * path.length_m;
	const int points = 55 + (int)between(random, 0, 13);
	int64_t time_us = day_us + departure_us(random);
	struct ent_track_point point[POINTS_MAX];
	double last_lat = 0, last_lon = 0;
	for (int i = 0; i < points; i++) {
		const double part = (double)i / (points - 1);
		double lat, lon, azimuth;
		ent_geo_direct_deg(from->lat_deg, from->lon_deg, path.azimuth1_deg,
				path.length_m * part, &lat, &lon, &azimuth);
		ent_geo_direct_deg(lat, lon, azimuth + 90, bend_m * sin(M_PI * part), &lat, &lon,
				&azimuth);
		if (i > 0)
			time_us += (int64_t)(ent_geo_inverse_deg(last_lat, last_lon, lat, lon)
							     .length_m /
					speed_m_s * 1e6);
		const double ft = profile_ft(cruise, path.length_m * part,
				path.length_m * (1 - part), speed_m_s);
		point[i].altitude_mm = (int32_t)llround(ft * FT_MM);
		point[i].time_utc_us = time_us;
		const ent_status status = ent_geo_point_from_deg(lat, lon, &point[i].at);
		check(status, &(struct ent_fault){"flight", ""});
		last_lat = lat;
		last_lon = lon;
	}
	struct ent_volume *flight = NULL;
	struct ent_fault fault = {"", ""};
	check(ent_volume_create_track(point, (size_t)points, ENT_ALTITUDE_FL,
			      (struct ent_tolerance){0, 0, 0}, NULL, &flight, &fault),
			&fault);
	return flight;
}

/* 2026-06-01T00:00:00Z */
#define DAY_START_US INT64_C(1780272000000000)

void traffic_day(struct ent_volume **flights, size_t n, uint64_t seed) {
	struct random random = {seed};
	struct hub hubs[HUBS];
	make_hubs(hubs, &random);
	for (size_t i = 0; i < n; i++)
		flights[i] = make_flight(hubs, &random, DAY_START_US);
}

/* A box of some hundred metres and some minutes, over towns of many. */
static struct ent_volume *make_drone(struct random *random, const struct hub *towns) {
	const struct hub *town = &towns[(int)between(random, 0, HUBS)];
	double lat, lon, azimuth;
	ent_geo_direct_deg(town->lat_deg, town->lon_deg, between(random, -180, 180),
			15000 * sqrt(uniform(random)), &lat, &lon, &azimuth);
	const double turn = between(random, 0, 90), half_m = between(random, 50, 250);
	struct ent_point corner[4];
	for (int i = 0; i < 4; i++) {
		double corner_lat, corner_lon;
		ent_geo_direct_deg(lat, lon, turn + 90 * i, half_m, &corner_lat, &corner_lon,
				&azimuth);
		const ent_status status = ent_geo_point_from_deg(
				corner_lat, corner_lon, &corner[i]);
		check(status, &(struct ent_fault){"drone", ""});
	}
	const size_t size = 4;
	const int32_t floor_mm = (int32_t)between(random, 60000, 160000);
	const int64_t start = DAY_START_US + (int64_t)(uniform(random) * (double)DAY_US);
	const struct ent_band band = {
			{ENT_ALTITUDE_W84, floor_mm}, {ENT_ALTITUDE_W84, floor_mm + 30000}};
	const struct ent_span span = {start, start + (int64_t)between(random, 300e6, 1500e6)};
	struct ent_volume *drone = NULL;
	struct ent_fault fault = {"", ""};
	check(ent_volume_create_polygon(corner, &size, 1, band, span, NULL, &drone, &fault),
			&fault);
	return drone;
}

void traffic_drones(struct ent_volume **drones, size_t n, uint64_t seed) {
	struct random random = {seed};
	struct hub towns[HUBS];
	make_hubs(towns, &random);
	for (size_t i = 0; i < n; i++)
		drones[i] = make_drone(&random, towns);
}

/* A ring about a centre: its corners' distances differ, so it may be hollow but never crosses itself. */
static struct ent_volume *make_airspace(struct random *random) {
	const double lat = between(random, 36, 64), lon = between(random, -9, 34);
	const double radius_m = between(random, 20e3, 150e3);
	const int corners = 5 + (int)between(random, 0, 8);
	struct ent_point corner[16];
	for (int i = 0; i < corners; i++) {
		double corner_lat, corner_lon, azimuth;
		ent_geo_direct_deg(lat, lon, 360.0 * i / corners,
				radius_m * between(random, 0.6, 1), &corner_lat, &corner_lon,
				&azimuth);
		check(ent_geo_point_from_deg(corner_lat, corner_lon, &corner[i]),
				&(struct ent_fault){"airspace", ""});
	}
	const size_t size = (size_t)corners;
	const int32_t level_mm = (int32_t)(between(random, 50, 400)) * 30480;
	const struct ent_band band = {{ENT_ALTITUDE_FL, 0}, {ENT_ALTITUDE_FL, level_mm}};
	const struct ent_span span = {DAY_START_US, DAY_START_US + DAY_US};
	struct ent_volume *airspace = NULL;
	struct ent_fault fault = {"", ""};
	check(ent_volume_create_polygon(corner, &size, 1, band, span, NULL, &airspace, &fault),
			&fault);
	return airspace;
}

void traffic_airspace(struct ent_volume **airspace, size_t n, uint64_t seed) {
	struct random random = {seed};
	for (size_t i = 0; i < n; i++)
		airspace[i] = make_airspace(&random);
}

struct change {
	int64_t at_us;
	int by;
};

static int by_time(const void *left, const void *right) {
	const struct change *a = left, *b = right;
	return a->at_us < b->at_us ? -1 : a->at_us > b->at_us;
}

size_t traffic_peak(struct ent_volume *const *flights, size_t n) {
	struct change *change = calloc(2 * n + 1, sizeof *change);
	if (change == NULL)
		exit(2);
	for (size_t i = 0; i < n; i++) {
		const struct ent_span span = ent_volume_parts(flights[i])->span;
		change[2 * i] = (struct change){span.start_utc_us, 1};
		change[2 * i + 1] = (struct change){span.end_utc_us, -1};
	}
	qsort(change, 2 * n, sizeof *change, by_time);
	long airborne = 0, peak = 0;
	for (size_t i = 0; i < 2 * n; i++) {
		airborne += change[i].by;
		peak = airborne > peak ? airborne : peak;
	}
	free(change);
	return (size_t)peak;
}
