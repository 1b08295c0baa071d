/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verdicts.c: prints thousands of verdicts with their whole witness, for comparing machines
 * and compilers byte by byte. Everything that goes in is made of integers, so only the
 * engine's own arithmetic can differ.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "entente/conflict.h"

enum { PAIRS = 6000, POINTS_MAX = 12 };

static uint64_t state = 20261124;

/* Draws are made one statement at a time: C does not say in which order arguments are evaluated. splitmix64 (Steele, Lea, Flood 2014). */
static uint64_t next(void) {
	uint64_t z = (state += UINT64_C(0x9e3779b97f4a7c15));
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static int64_t between(int64_t low, int64_t high) {
	return low + (int64_t)(next() % (uint64_t)(high - low + 1));
}

/* Where traffic is made: middle latitudes, the equator, the antimeridian, the poles. */
static const struct ent_point places[] = {{47000000000, 8000000000}, {-33900000000, 151200000000},
		{0, 0}, {100000000, -179990000000}, {-16500000000, 179950000000},
		{89950000000, 20000000000}, {-89990000000, -100000000000},
		{69000000000, -179999000000}, {60000000000, 30000000000}};

static struct ent_point near_place(struct ent_point place, int64_t reach_ndeg) {
	const int64_t north = between(-reach_ndeg, reach_ndeg),
		      east = between(-reach_ndeg, reach_ndeg);
	int64_t lat = place.lat_ndeg + north;
	const bool polar = place.lat_ndeg > 89000000000 || place.lat_ndeg < -89000000000;
	int64_t lon = place.lon_ndeg + east * (polar ? 100 : 1);
	if (lat > 90000000000)
		lat = 180000000000 - lat;
	if (lat < -90000000000)
		lat = -180000000000 - lat;
	while (lon >= 180000000000)
		lon -= 360000000000;
	while (lon < -180000000000)
		lon += 360000000000;
	struct ent_point point = {0, 0};
	if (ent_geo_point_from_ndeg(lat, lon, &point) != ENT_OK)
		exit(2);
	return point;
}

static const struct ent_air air = {
		true, ENT_ALTITUDE_AMSL, {200000, 450000}, true, 99500, 102000, 15};

static enum ent_altitude_ref pick_ref(void) {
	return next() % 3 != 0 ? ENT_ALTITUDE_FL
			       : (enum ent_altitude_ref)(next() % ENT_ALTITUDE_REF_COUNT);
}

static const struct ent_air *pick_air(void) {
	return next() % 4 != 0 ? &air : NULL;
}

static struct ent_volume *make_track(struct ent_point place) {
	const int64_t reach = next() % 16 == 0 ? 8000000000 : 150000000;
	struct ent_track_point points[POINTS_MAX];
	const size_t n = (size_t)between(1, POINTS_MAX);
	int64_t time = between(0, 300000000);
	for (size_t i = 0; i < n; i++) {
		points[i].at = near_place(place, reach);
		points[i].altitude_mm = (int32_t)between(3000000, 3800000);
		points[i].time_utc_us = time;
		time += between(10000000, 200000000) * (reach > 1000000000 ? 30 : 1);
	}
	const bool wide = next() % 4 == 0;
	struct ent_tolerance tolerance = {0, 0, 0};
	if (wide) {
		tolerance.lateral_mm = between(0, 500000);
		tolerance.vertical_mm = between(0, 60000);
		tolerance.time_us = between(0, 20000000);
	}
	const enum ent_altitude_ref ref = pick_ref();
	const struct ent_air *given = pick_air();
	struct ent_volume *volume = NULL;
	const ent_status status = ent_volume_create_track(
			points, n, ref, tolerance, given, &volume, NULL);
	return status == ENT_OK ? volume : NULL;
}

static struct ent_volume *make_fixed(struct ent_point place) {
	const enum ent_altitude_ref ref = pick_ref(), other = pick_ref();
	const int32_t floor_mm = (int32_t)between(3000000, 3600000);
	const struct ent_band band = {
			{ref, floor_mm}, {next() % 4 != 0 ? ref : other, floor_mm + 500000}};
	const int64_t start = between(0, 600000000);
	const struct ent_span span = {start, start + between(0, 600000000)};
	struct ent_point points[POINTS_MAX];
	const int64_t reach = next() % 16 == 0 ? 3000000000 : 100000000;
	const size_t n = (size_t)between(3, 6);
	for (size_t i = 0; i < n; i++)
		points[i] = near_place(place, reach);
	const int64_t radius = between(0, 9000000);
	const struct ent_air *given = pick_air();
	struct ent_volume *volume = NULL;
	ent_status status;
	switch (next() % 3) {
	case 0:
		status = ent_volume_create_circle(
				points[0], radius, band, span, given, &volume, NULL);
		break;
	case 1:
		status = ent_volume_create_corridor(
				points, n, radius / 3, band, span, given, &volume, NULL);
		break;
	default:
		status = ent_volume_create_polygon(points, &n, 1, band, span, given, &volume, NULL);
		break;
	}
	return status == ENT_OK ? volume : NULL;
}

static void print(const struct ent_verdict *v) {
	const struct ent_witness *w = &v->witness;
	printf("%d %d %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64
	       " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n",
			(int)v->kind, (int)v->unknown, w->first_utc_us, w->last_utc_us,
			w->time_a_utc_us, w->time_b_utc_us, w->at_a.lat_ndeg, w->at_a.lon_ndeg,
			w->at_b.lat_ndeg, w->at_b.lon_ndeg, w->lateral_mm, w->vertical_lo_mm,
			w->vertical_hi_mm);
}

int main(void) {
	for (int i = 0; i < PAIRS; i++) {
		const struct ent_point place = places[next() % (sizeof places / sizeof places[0])];
		struct ent_volume *a = next() % 2 ? make_track(place) : make_fixed(place);
		struct ent_volume *b = next() % 3 ? make_track(place) : make_fixed(place);
		struct ent_minima minima = {0, 0, 0};
		if (next() % 4)
			minima.lateral_mm = between(0, 15000000);
		if (next() % 4)
			minima.vertical_mm = between(0, 304800);
		if (next() % 3 == 0)
			minima.time_us = between(0, 60000000);
		if (a == NULL || b == NULL) {
			puts("refused");
		} else {
			const struct ent_verdict v = ent_conflict_judge(a, b, &minima);
			print(&v);
		}
		ent_volume_release(a);
		ent_volume_release(b);
	}
	return 0;
}
