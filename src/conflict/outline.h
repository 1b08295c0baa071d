/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outline.h: how near does a curve come to the core of a fixed outline: to its edges or its
 * line or its point, or into its region?
 */
#ifndef ENTENTE_CONFLICT_OUTLINE_H
#define ENTENTE_CONFLICT_OUTLINE_H

#include "judge.h"

/* A place of the curve, and the place of the core that is near. */
struct contact {
	double x; /* fraction of the curve */
	struct ent_vec3 at_curve, at_core;
	double distance_m; /* 0 inside a region */
	bool inside;
};

enum { OUTLINE_NEAR_MAX = 24 };

/* One curve before one outline: the core's pieces that are near it, made ready when they are few. */
struct facing {
	const struct ent_volume *volume;
	const struct ent_volume_parts *parts;
	struct curve curve;
	struct ent_vec3 from, to; /* the curve's ends */
	double near_m;            /* pieces farther than this were left out */
	bool all;                 /* more than OUTLINE_NEAR_MAX: look at all each time */
	uint32_t n;
	struct curve piece[OUTLINE_NEAR_MAX];
};

/* For reaches up to near_m. */
void outline_face(const struct ent_volume *volume, struct ent_vec3 from, struct ent_vec3 to,
		double near_m, struct facing *ret_facing);

/* True when the curve's part [x0, x1] comes within reach.low_m, or enters the region; a place where. */
bool outline_within(const struct facing *facing, double x0, double x1, const struct reach *reach,
		struct contact *ret_contact);

/* The first (or last) place of a part that is within reach, given one that is; right to 'step' of the curve, outward. */
double outline_extreme(const struct facing *facing, double x0, double x1, const struct reach *reach,
		double known_x, bool first, double step);

/* The nearest place to the core's edges; false when none is nearer than at_most_m. */
bool outline_least(const struct facing *facing, double x0, double x1, double at_most_m,
		struct contact *ret_contact);

#endif
