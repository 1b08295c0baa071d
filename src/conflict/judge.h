/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge.h: how the judgement is divided, shared by the judge_*.c files.
 *
 * ent_conflict_judge puts the two volumes into an order of their own (so that the answer
 * does not depend on the caller's), and hands them to one of four: two tracks at one moment,
 * two tracks with time between them, a track and a fixed volume, two fixed volumes. Each
 * finds out whether there is a conflict and fills a finding; judge.c makes the witness of it.
 */
#ifndef ENTENTE_CONFLICT_JUDGE_H
#define ENTENTE_CONFLICT_JUDGE_H

#include "curve.h"
#include "entente/conflict.h"
#include "glance.h"
#include "reach.h"
#include "window.h"

/* What is asked, made ready once. a and b are in the judge's own order. */
struct question {
	const struct ent_volume *volume_a, *volume_b;
	const struct ent_volume_parts *a, *b;
	int64_t lateral_mm;  /* L and both radii */
	int64_t vertical_mm; /* V and both vertical tolerances */
	int64_t time_us;     /* T and both time tolerances */
	bool strict;         /* V is not 0 */
	struct reach reach;  /* of lateral_mm */
	struct reach touch;  /* of both radii alone: nothing between the outlines */
};

/* What was found, in the judge's order. Times of fixed volumes follow from the other's. */
struct finding {
	bool conflict;
	bool altitude_unknown;
	int64_t first_us, last_us;
	int64_t time_a_us, time_b_us; /* of the nearest approach */
	struct ent_vec3 at_a, at_b;
	double distance_m; /* between the cores, along the chord */
	bool inside;       /* a region holds the other's place: nothing between them */
};

void judge_tracks_level(const struct question *q, struct finding *ret_finding);
void judge_tracks_apart(const struct question *q, struct finding *ret_finding);
void judge_track_fixed(const struct question *q, struct finding *ret_finding); /* a is the track */
void judge_fixed(const struct question *q, struct finding *ret_finding);

/* A track's piece, and the leg that it is part of. A lone point is a piece of no length. */
struct track_piece {
	struct ent_vec3 from, to;
	int64_t t0_us, t1_us;
	uint32_t leg;
};

static inline uint32_t track_pieces(const struct ent_volume_parts *track) {
	return track->n_pieces > 0 ? track->n_pieces : 1;
}

static inline struct track_piece track_piece_at(const struct ent_volume_parts *track, uint32_t i) {
	const struct ent_track_parts *t = track->track;
	const uint32_t j = i + 1 < track->n_at ? i + 1 : i;
	return (struct track_piece){track->at[i], track->at[j], t->at_utc_us[i], t->at_utc_us[j],
			t->leg != NULL ? t->leg[i] : i};
}

static inline struct climb track_climb(const struct ent_volume_parts *track, uint32_t leg) {
	const struct ent_track_parts *t = track->track;
	const struct ent_track_point *p = &t->points[leg];
	const struct ent_track_point *q = leg + 1 < t->n_points ? p + 1 : p;
	const int64_t took = q->time_utc_us - p->time_utc_us;
	return (struct climb){p->time_utc_us, took > 0 ? took : 1, p->altitude_mm, q->altitude_mm};
}

/* The first piece that is not over before time_us; track_pieces() when all are. */
uint32_t track_first_piece(const struct ent_volume_parts *track, int64_t time_us);

/* Where a track is at an integer moment, on the piece that holds it. */
struct ent_vec3 track_place(const struct ent_volume_parts *track, int64_t time_us);

/* The condition on z_a - z_b for a leg of each of two tracks; false when not known. */
static inline bool track_gap(
		const struct question *q, uint32_t leg_a, uint32_t leg_b, struct gap *ret_gap) {
	const struct gap asked = {q->vertical_mm, q->vertical_mm, q->strict};
	return glance_gap(q->a, leg_a, q->b, leg_b, &asked, ret_gap);
}

/* A fraction of a time, as a whole microsecond. */
int64_t moment_before(int64_t start_us, int64_t length_us, double fraction);
int64_t moment_after(int64_t start_us, int64_t length_us, double fraction);
int64_t moment_near(int64_t start_us, int64_t length_us, double fraction);

/* A sum that keeps unbounded times unbounded and saturates. */
int64_t time_add(int64_t time_us, int64_t more_us);

/* The core's pieces; a circle's centre is one piece of no length. */
static inline uint32_t core_pieces(const struct ent_volume_parts *parts) {
	return parts->n_pieces > 0 ? parts->n_pieces : 1;
}

static inline void core_ends(const struct ent_volume_parts *parts, uint32_t i,
		struct ent_vec3 *ret_from, struct ent_vec3 *ret_to) {
	uint32_t j = i + 1;
	if (parts->n_rings > 0) {
		uint32_t ring = 0;
		while (j > parts->ring_start[ring + 1])
			ring++;
		if (j == parts->ring_start[ring + 1])
			j = parts->ring_start[ring];
	}
	*ret_from = parts->at[i];
	*ret_to = parts->at[j < parts->n_at ? j : i];
}

/* A bound from below of the distance of two pieces, by the balls around them; metres. */
static inline double pieces_apart_m(
		struct ent_vec3 a0, struct ent_vec3 a1, struct ent_vec3 b0, struct ent_vec3 b1) {
	const struct ent_vec3 a = vec_sub(a1, a0), b = vec_sub(b1, b0);
	const struct ent_vec3 between = vec_along(vec_along(vec_sub(b0, a0), b, 0.5), a, -0.5);
	/* Half the chord and a hundredth of it more hold the piece: the sag is s^2 / 8R. */
	return ent_geo_sqrt(vec_square(between)) - 0.51 * ent_geo_sqrt(vec_square(a)) -
			0.51 * ent_geo_sqrt(vec_square(b));
}

#endif
