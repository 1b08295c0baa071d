/* SPDX-License-Identifier: Apache-2.0 */
/* skies.h: for tests: volumes of every kind, close enough together to be in conflict often. */
#ifndef ENTENTE_TESTS_SKIES_H
#define ENTENTE_TESTS_SKIES_H

#include "entente/index.h"
#include "test.h"

static inline struct ent_point sky_place(double lat_deg, double lon_deg) {
	struct ent_point at = {0, 0};
	CHECK(ent_geo_point_from_deg(lat_deg, lon_deg > 180 ? lon_deg - 360 : lon_deg, &at) ==
			ENT_OK);
	return at;
}

/* Within a few degrees of 50 N, 179 E: across the antimeridian. */
static inline struct ent_point sky_somewhere(uint64_t *seed, double size_deg) {
	return sky_place(50 + size_deg * (test_uniform(seed) - 0.5),
			179.5 + size_deg * (test_uniform(seed) - 0.5));
}

static inline struct ent_volume *sky_flight(uint64_t *seed, double size_deg) {
	struct ent_track_point points[40];
	const size_t n = 1 + test_random(seed) % 40;
	double lat = 50 + size_deg * (test_uniform(seed) - 0.5);
	double lon = 179.5 + size_deg * (test_uniform(seed) - 0.5);
	const double north = 0.08 * (test_uniform(seed) - 0.5),
		     east = 0.1 * (test_uniform(seed) - 0.5);
	int32_t mm = (int32_t)(test_random(seed) % 40) * 304800;
	int64_t t = (int64_t)(test_uniform(seed) * 7200e6);
	for (size_t i = 0; i < n; i++) {
		points[i] = (struct ent_track_point){sky_place(lat, lon), mm, t};
		lat += north;
		lon += east;
		mm += (int32_t)(test_random(seed) % 3) * 30480;
		t += 1 + (int64_t)(test_uniform(seed) * 60e6);
	}
	const struct ent_tolerance some = {test_random(seed) % 5 == 0 ? 500000 : 0,
			test_random(seed) % 5 == 0 ? 15240 : 0,
			test_random(seed) % 9 == 0 ? 5000000 : 0};
	struct ent_volume *volume = NULL;
	CHECK(ent_volume_create_track(points, n,
			      test_random(seed) % 8 == 0 ? ENT_ALTITUDE_AMSL : ENT_ALTITUDE_FL,
			      some, NULL, &volume, NULL) == ENT_OK);
	return volume;
}

/* A drone's circle of some hundred metres, or reserved airspace of a hundred km, all day long or for ever. */
static inline struct ent_volume *sky_fixed(uint64_t *seed, double size_deg, bool large) {
	const int32_t floor_mm = (int32_t)(test_random(seed) % 10) * 1000000;
	const int64_t start = (int64_t)(test_uniform(seed) * 7200e6);
	struct ent_band band = {{ENT_ALTITUDE_FL, floor_mm},
			{ENT_ALTITUDE_FL, floor_mm + (large ? 3000000 : 50000)}};
	struct ent_span span = {start, start + (int64_t)(test_uniform(seed) * 900e6)};
	struct ent_volume *volume = NULL;
	if (large && test_random(seed) % 2 == 0)
		band.ceiling.mm = ENT_ALTITUDE_UNBOUNDED_ABOVE;
	if (large)
		span = (struct ent_span){ENT_TIME_UNBOUNDED_BEFORE, ENT_TIME_UNBOUNDED_AFTER};
	if (!large && test_random(seed) % 6 == 0)
		band.floor.ref = band.ceiling.ref = ENT_ALTITUDE_AGL;
	CHECK(ent_volume_create_circle(sky_somewhere(seed, size_deg),
			      (int64_t)(test_uniform(seed) * (large ? 100e6 : 3e5)), band, span,
			      NULL, &volume, NULL) == ENT_OK);
	return volume;
}

static inline struct ent_volume *sky_any(uint64_t *seed, double size_deg) {
	const uint64_t kind = test_random(seed) % 20;
	return kind < 8 ? sky_flight(seed, size_deg) : sky_fixed(seed, size_deg, kind == 19);
}

#endif
