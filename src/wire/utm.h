/* SPDX-License-Identifier: Apache-2.0 */
/*
 * utm.h: private to wire. The projections under MGRS: UTM by the Krueger series to n^6
 * (Karney, "Transverse Mercator with an accuracy of a few nanometers", 2011), UPS by the
 * polar stereographic projection. Correct to 20 nm up to 10 degrees from a zone's meridian,
 * which is further than any zone with its overlap reaches.
 */
#ifndef ENTENTE_WIRE_UTM_H
#define ENTENTE_WIRE_UTM_H

#include "entente/geo.h"

enum { UTM_ZONES = 60 };

struct utm_place {
	double east_m, north_m;
};

struct utm_degrees {
	double lat_deg, lon_deg; /* lon may lie somewhat beyond 180 */
};

/* Central meridian of a zone, 1 to 60. */
static inline int utm_meridian_deg(int zone) {
	return 6 * zone - 183;
}

/* Northing from the equator, negative south of it: without the false 10,000 km. */
struct utm_place utm_forward(int zone, struct ent_point point);
struct utm_degrees utm_inverse(int zone, struct utm_place place);

/* Both coordinates are 2,000 km at the pole. */
struct utm_place ups_forward(bool north, struct ent_point point);
struct utm_degrees ups_inverse(bool north, struct utm_place place);

#endif
