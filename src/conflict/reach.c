/* SPDX-License-Identifier: Apache-2.0 */
/* reach.c: see reach.h. */
#include "reach.h"

#define DEG_PER_RAD 57.295779513082320877

struct reach reach_of(int64_t distance_mm) {
	const double s_m = (double)distance_mm * 1e-3;
	const double half_deg = s_m / (2 * ENT_GEO_RADIUS_MAX_M) * DEG_PER_RAD;
	double sine, cosine;
	ent_geo_sincos_deg(half_deg < 90 ? half_deg : 90, &sine, &cosine);
	const double chord_m = 2 * ENT_GEO_RADIUS_MAX_M * sine;
	return (struct reach){chord_m + REACH_LOW_M, chord_m + REACH_HIGH_M};
}
