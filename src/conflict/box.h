/* SPDX-License-Identifier: Apache-2.0 */
/*
 * box.h: what the index knows of a volume: boxes in six axes of whole numbers.
 *
 * x, y, z: Earth-centred, centimetres, so that the antimeridian and the poles do not exist.
 * Time: ticks of 2^21 microseconds (2.1 s) since 1970, saturated at both ends.
 * Two altitudes, millimetres: flight level, and height above the ellipsoid. A volume has a
 * bound on the axis of its own reference and none on the other: flight levels meet flight
 * levels exactly though nothing is known of the QNH, and W84 meets AMSL with room for the
 * geoid. AGL has a bound on neither, because two AGL altitudes are compared as they are,
 * wherever their ground is.
 *
 * Every box is rounded outward, and contains the volume with its radius and tolerances.
 */
#ifndef ENTENTE_CONFLICT_BOX_H
#define ENTENTE_CONFLICT_BOX_H

#include "entente/conflict.h"

enum box_axis { BOX_X, BOX_Y, BOX_Z, BOX_TIME, BOX_LEVEL, BOX_HEIGHT, BOX_AXES };

struct box {
	int32_t lo[BOX_AXES], hi[BOX_AXES];
};

/* A volume is one run; a track several: its pieces cut so that no run is long, in space or time. */
struct run {
	uint32_t first, count; /* pieces; count 0 for what is not a track */
};

enum { RUN_PIECES_MAX = 16383 };

/* The run that begins at a piece, and its box. */
struct run box_of_run(const struct ent_volume_parts *parts, uint32_t first, struct box *ret_box);

/* False when there is no run after this one. */
static inline bool run_next(
		const struct ent_volume_parts *parts, struct run run, uint32_t *ret_first) {
	*ret_first = run.first + run.count;
	return run.count > 0 && *ret_first < parts->n_pieces;
}

/* Wider by the minima on every side. */
struct box box_grow(struct box box, const struct ent_minima *minima);

static inline bool box_meets(const struct box *a, const struct box *b) {
	for (int i = 0; i < BOX_AXES; i++)
		if (a->lo[i] > b->hi[i] || b->lo[i] > a->hi[i])
			return false;
	return true;
}

#endif
