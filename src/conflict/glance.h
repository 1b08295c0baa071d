/* SPDX-License-Identifier: Apache-2.0 */
/*
 * glance.h: the inner loop of the index and of the judge: can two pieces of two tracks, each
 * where it is at the same moment, be too near? False only when they are certainly clear.
 *
 * Altitudes first, on integers, over the whole legs. Then the straight chords, flown at
 * constant speed over the time that both pieces share: the difference of two such points is
 * itself a point on a straight line, and its least distance is a quadratic's. A chord is
 * nowhere farther from its piece than its sag, which makes the distance asked for larger.
 *
 * There is no division by the quadratic's leading coefficient: (|s|^2 - near^2) c < t^2, with s
 * the difference at the start, c the square of its change, t = -s.change. Where the two do come
 * near, |s|^2 <= c + near^2, so rounding moves near^2 by less than 1e-15 (c + near^2). The
 * hundredth by which curve_sag_m is too large moves it by more than 1e-13 c.
 */
#ifndef ENTENTE_CONFLICT_GLANCE_H
#define ENTENTE_CONFLICT_GLANCE_H

#include "curve.h"
#include "entente/conflict.h"
#include "window.h"

/* A track as a walk along its pieces sees it. */
struct strand {
	const struct ent_vec3 *at;
	const int64_t *at_utc_us;
	const uint32_t *leg; /* NULL: piece i is leg i */
	const struct ent_track_point *points;
	uint32_t step; /* from a piece's beginning to its end: 1, and 0 for a track of one point */
};

static inline struct strand strand_of(const struct ent_volume_parts *parts) {
	const struct ent_track_parts *track = parts->track;
	return (struct strand){parts->at, track->at_utc_us, track->leg, track->points,
			parts->n_pieces > 0};
}

static inline uint32_t strand_leg(const struct strand *strand, uint32_t piece) {
	return strand->leg != NULL ? strand->leg[piece] : piece;
}

/*
 * The condition on z_a - z_b for a leg of each of two tracks, 'asked' being the condition in one
 * reference. False when nothing carries one to the other: then no bound.
 */
bool glance_gap(const struct ent_volume_parts *a, uint32_t leg_a, const struct ent_volume_parts *b,
		uint32_t leg_b, const struct gap *asked, struct gap *ret_gap);

/* Is that the same for all legs? */
static inline bool glance_one_gap(
		const struct ent_volume_parts *a, const struct ent_volume_parts *b) {
	return a->track->ref == b->track->ref;
}

/* Certainly too far apart in altitude over both whole legs. */
static inline bool glance_levels_apart(const struct strand *a, uint32_t leg_a,
		const struct strand *b, uint32_t leg_b, const struct gap *gap) {
	const int64_t a0 = a->points[leg_a].altitude_mm;
	const int64_t a1 = a->points[leg_a + a->step].altitude_mm;
	const int64_t b0 = b->points[leg_b].altitude_mm;
	const int64_t b1 = b->points[leg_b + b->step].altitude_mm;
	const int64_t above = (a0 < a1 ? a0 : a1) - (b0 > b1 ? b0 : b1);
	const int64_t below = (b0 < b1 ? b0 : b1) - (a0 > a1 ? a0 : a1);
	return above > gap->up_mm - gap->strict || below > gap->down_mm - gap->strict;
}

/* How much of a piece has passed, for what is at most its length; 0 of a piece of no length. */
static inline double glance_part(int64_t passed_us, int64_t length_us) {
	return (double)passed_us / (double)(length_us + (length_us == 0));
}

/* Can the chords of two pieces that share some time come nearer than low_m and their sags? */
static inline bool glance_chords_near(const struct strand *a, uint32_t i, const struct strand *b,
		uint32_t j, double low_m) {
	const int64_t a0_us = a->at_utc_us[i], a1_us = a->at_utc_us[i + a->step];
	const int64_t b0_us = b->at_utc_us[j], b1_us = b->at_utc_us[j + b->step];
	const int64_t start_us = a0_us > b0_us ? a0_us : b0_us;
	const int64_t end_us = a1_us < b1_us ? a1_us : b1_us;
	const double shared_us = (double)(end_us - start_us);
	const double per_a = glance_part(1, a1_us - a0_us), per_b = glance_part(1, b1_us - b0_us);
	const double into_a = (double)(start_us - a0_us) * per_a;
	const double into_b = (double)(start_us - b0_us) * per_b;
	const struct ent_vec3 a0 = a->at[i], b0 = b->at[j];
	const struct ent_vec3 chord_a = vec_sub(a->at[i + a->step], a0);
	const struct ent_vec3 chord_b = vec_sub(b->at[j + b->step], b0);
	const struct ent_vec3 start = vec_along(
			vec_along(vec_sub(a0, b0), chord_a, into_a), chord_b, -into_b);
	const struct ent_vec3 change = vec_along(
			vec_scale(chord_a, shared_us * per_a), chord_b, -shared_us * per_b);
	const double near_m = low_m + curve_sag_m(vec_square(chord_a) + vec_square(chord_b));
	const double near2 = near_m * near_m;
	const double start2 = vec_square(start), change2 = vec_square(change);
	const double toward = -vec_dot(start, change);
	if (toward <= 0)
		return start2 < near2;
	if (toward >= change2)
		return start2 - 2 * toward + change2 < near2;
	return (start2 - near2) * change2 < toward * toward;
}

/*
 * The same for two runs of pieces, count of them from piece first on: what the index asks
 * before the judge. Always true when the time minimum or a time tolerance is above 0.
 */
bool glance_runs(const struct ent_volume *a, uint32_t first_a, uint32_t count_a,
		const struct ent_volume *b, uint32_t first_b, uint32_t count_b,
		const struct ent_minima *minima);

#endif
