/* SPDX-License-Identifier: Apache-2.0 */
/*
 * traffic.h: made-up traffic for measuring: a European day of airliners, and small drones.
 *
 * Nothing in it is recorded; from one seed the same traffic comes out on every machine that
 * has the same libm. The day: 35-65 N, 10 W-35 E, hubs of different size, departures through
 * the day with a night of little traffic, geodesic routes with a bend, climbs and descents,
 * cruising levels by the semicircular rule, about 60 segments a flight.
 */
#ifndef ENTENTE_BENCH_TRAFFIC_H
#define ENTENTE_BENCH_TRAFFIC_H

#include "entente/volume.h"

/* A new volume each, the caller's to release; exits when there is no memory. */
void traffic_day(struct ent_volume **flights, size_t n, uint64_t seed);
void traffic_drones(struct ent_volume **drones, size_t n, uint64_t seed);
/* Reserved airspace: circles and polygons of 20 to 150 km, from the ground to a flight level or open, all day. */
void traffic_airspace(struct ent_volume **airspace, size_t n, uint64_t seed);

/* The greatest number of tracks airborne at one moment. */
size_t traffic_peak(struct ent_volume *const *flights, size_t n);

#endif
