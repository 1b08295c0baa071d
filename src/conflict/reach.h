/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reach.h: how near is too near, as the length of a straight chord.
 *
 * Distances are judged between points of the surface along the chord. Of all curves of
 * geodesic length s whose normal curvature is 1/R or more, the arc of a circle of radius R
 * has the longest chord (Schur's comparison theorem). So with R the greatest radius of
 * curvature of the ellipsoid, two points whose geodesic distance is below s have a chord
 * below 2 R sin(s / 2R): comparing with that chord misses nothing. (The theorem is of plane
 * curves. A geodesic's torsion, at most e^2 / 2R, lengthens its chord by less than 10 um in
 * 1,000 km, and is nothing where the curvature is least. No chord of six million geodesics up to
 * 11,100 km was longer.) Where the real radius is smaller the comparison is too generous, by at
 * most the second term of ENT_CONFLICT_BOUND_M.
 *
 * low_m also covers what separates our curves from true geodesics (curve.h) and the rounding:
 * two curves whose computed distance is low_m or more are clear. Below high_m they are in
 * conflict. Between the two either answer is within the stated bound, which lets a search end.
 */
#ifndef ENTENTE_CONFLICT_REACH_H
#define ENTENTE_CONFLICT_REACH_H

#include "entente/geo.h"

/* 0.01 mm for a polygon's inside (plane.h), 0.02 mm each for two curves, rounding far below; and room. */
#define REACH_LOW_M 0.35e-3
#define REACH_HIGH_M 0.8e-3

struct reach {
	double low_m, high_m;
};

/* 'distance_mm': the minimum and all radii and tolerances together, at least 0. */
struct reach reach_of(int64_t distance_mm);

#endif
