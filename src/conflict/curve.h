/* SPDX-License-Identifier: Apache-2.0 */
/*
 * curve.h: a piece of a geodesic as a polynomial of its fraction.
 *
 * The middle of a short geodesic is the foot of the normal through the middle of its chord:
 * at its middle a geodesic bends along the surface's normal, and what is left, the change of
 * curvature along it, moves the foot by less than 5 um for a piece of 50 km
 * (h^4/24 times 3 kappa kappa', h half the length, kappa' < 3 e^2 kappa / R). Halving twice
 * gives the points at 0, 1/4, 1/2, 3/4 and 1 of the length; the polynomial of degree four
 * through them leaves the geodesic by (kappa^4 / 120) (s/4)^5 * 3.63, a few nanometres at
 * 50 km. Constant speed makes the fraction of length the fraction of time.
 */
#ifndef ENTENTE_CONFLICT_CURVE_H
#define ENTENTE_CONFLICT_CURVE_H

#include "vec.h"

/* Newton's form on the five points: the first point and the forward differences. */
struct curve {
	struct ent_vec3 at0, d1, d2, d3, d4;
};

/* The geodesic between two surface points up to 50 km apart. */
struct curve curve_between(struct ent_vec3 from, struct ent_vec3 to);

static inline struct ent_vec3 curve_at(const struct curve *c, double fraction) {
	const double s = fraction * 4;
	struct ent_vec3 p = vec_along(c->d3, c->d4, (s - 3) * 0.25);
	p = vec_along(c->d2, p, (s - 2) * (1.0 / 3));
	p = vec_along(c->d1, p, (s - 1) * 0.5);
	return vec_along(c->at0, p, s);
}

/*
 * How far a piece leaves its chord, and the point that moves along the chord at constant
 * speed, by the chord's length squared: s^2 / (8 R), s in terms of the chord and the lag
 * along it (0.0642 s / R of that) both below a hundredth at 50 km.
 */
static inline double curve_sag_m(double chord2) {
	return chord2 * (1.01 / (8.0 * ENT_GEO_RADIUS_MIN_M));
}

#endif
