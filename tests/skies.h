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

/* The air on half of the days; on the others nothing is known of it. */
static inline const struct ent_air *sky_air(uint64_t *seed) {
	static const struct ent_air known = {.terrain_known = true,
			.terrain_ref = ENT_ALTITUDE_AMSL,
			.terrain_mm = {0, 300000},
			.qnh_known = true,
			.qnh_lo_pa = 100000,
			.qnh_hi_pa = 102000,
			.isa_deviation_k = 15};
	return test_random(seed) % 2 == 0 ? &known : NULL;
}

/* A three- or four-cornered area, or a corridor of as many points, of a size in degrees. */
static inline struct ent_volume *sky_outline(uint64_t *seed, struct ent_point at, double size_deg,
		struct ent_band band, struct ent_span span) {
	const double lat = ent_geo_lat_deg(at), lon = ent_geo_lon_deg(at);
	const struct ent_point corners[] = {at, sky_place(lat, lon + size_deg),
			sky_place(lat + size_deg * (0.5 + 0.5 * test_uniform(seed)),
					lon + 0.7 * size_deg),
			sky_place(lat + 0.5 * size_deg, lon)};
	const size_t n = 3 + test_random(seed) % 2;
	const struct ent_air *air = sky_air(seed);
	struct ent_volume *volume = NULL;
	CHECK((test_random(seed) % 3 == 0 ? ent_volume_create_corridor(corners, n,
							    (int64_t)(size_deg * 1e7), band, span,
							    air, &volume, NULL)
					  : ent_volume_create_polygon(corners, &n, 1, band, span,
							    air, &volume, NULL)) == ENT_OK);
	return volume;
}

/* A drone's volume of some hundred metres, or reserved airspace of a hundred km, all day long or for ever. */
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
	if (!large && test_random(seed) % 3 == 0)
		band.floor.ref = band.ceiling.ref = (enum ent_altitude_ref)(
				test_random(seed) % ENT_ALTITUDE_REF_COUNT);
	const struct ent_point at = sky_somewhere(seed, size_deg);
	if (test_random(seed) % 2 == 0)
		return sky_outline(seed, at,
				large ? 0.1 + test_uniform(seed)
				      : 0.001 + 0.003 * test_uniform(seed),
				band, span);
	CHECK(ent_volume_create_circle(at, (int64_t)(test_uniform(seed) * (large ? 100e6 : 3e5)),
			      band, span, sky_air(seed), &volume, NULL) == ENT_OK);
	return volume;
}

static inline struct ent_volume *sky_any(uint64_t *seed, double size_deg) {
	const uint64_t kind = test_random(seed) % 20;
	return kind < 8 ? sky_flight(seed, size_deg) : sky_fixed(seed, size_deg, kind == 19);
}

#endif
