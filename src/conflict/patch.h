/* SPDX-License-Identifier: Apache-2.0 */
/*
 * patch.h: how near do two curves come when each may be anywhere, within a convex patch of
 * the pairs of their fractions? For edges of outlines the patch is the unit square; for
 * tracks judged with a time minimum it is cut by time and altitude.
 *
 * Branch and bound. Over a small patch both curves are nearly their chords; the distance of
 * two lines is a convex function of both fractions, least at a point that closed formulas
 * give, and the chords' sags bound what that misses. A patch whose bound is far enough is
 * discarded, which proves it; a point that is near enough ends the search; else it is cut in
 * two across the curve that sags more, and a cut reduces a sag to a quarter.
 */
#ifndef ENTENTE_CONFLICT_PATCH_H
#define ENTENTE_CONFLICT_PATCH_H

#include <stdbool.h>

#include "curve.h"
#include "reach.h"

enum { PATCH_CORNERS_MAX = 16 };

/* Corners in order around it; 1 or 2 corners are a point or a line. */
struct patch {
	int n;
	double corner[PATCH_CORNERS_MAX][2]; /* fractions u of a, v of b */
};

struct patch patch_rectangle(double u0, double u1, double v0, double v1);

/*
 * Keeps the side cu * u + cv * v <= most. False (and the patch is empty) when nothing is
 * left by more than rounding.
 */
bool patch_cut(struct patch *patch, double cu, double cv, double most);

/* A pair of fractions and the curves' distance there. */
struct nearest {
	double u, v, distance_m;
};

/* True when the distance may be below low_m somewhere; ret is then such a place (or at most high_m). */
bool patch_within(const struct curve *a, const struct curve *b, const struct patch *patch,
		const struct reach *reach, struct nearest *ret_nearest);

/* The least distance to within 0.1 mm, not looking for any above at_most_m; false when none is below. */
bool patch_least(const struct curve *a, const struct curve *b, const struct patch *patch,
		double at_most_m, struct nearest *ret_nearest);

#endif
