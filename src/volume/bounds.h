/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bounds.h: a box of latitude and longitude around geodesics, grown piece by piece.
 *
 * Longitudes are followed, not compared: each piece turns the box east or west by less
 * than half a turn, so the antimeridian is an ordinary place. A geodesic bends towards its
 * pole, so that each is enclosed with a tenth of its length to spare, and near a pole the
 * box is the whole cap.
 */
#ifndef ENTENTE_VOLUME_BOUNDS_H
#define ENTENTE_VOLUME_BOUNDS_H

#include "entente/geo.h"

struct bounds {
	int64_t south_ndeg, north_ndeg;
	int64_t west_ndeg, east_ndeg; /* followed from the first point, may leave -180..180 */
	int64_t lon_ndeg;             /* where the last point is, followed */
	bool all_round;
};

void bounds_start(struct bounds *bounds, struct ent_point at);

/* The geodesic from a, which is where the bounds stand, to b. Any length. */
void bounds_add(struct bounds *bounds, struct ent_point a, struct ent_point b);

/* The closed box, 'margin_m' wider on every side. */
void bounds_box(const struct bounds *bounds, double margin_m, struct ent_point *ret_south_west,
		struct ent_point *ret_north_east);

#endif
