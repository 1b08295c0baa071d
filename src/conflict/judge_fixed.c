/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge_fixed.c: a track and a fixed volume, and two fixed volumes.
 *
 * What stands still is near in time, in altitude and in place one after the other: the
 * moments that count cut the track to a part, the altitudes cut that further, and the rest
 * is how near a curve comes to an outline.
 */
#include "judge.h"

#include "outline.h"

#define MOMENT_US 0.25
/* A region's own edge or centre is at most this far from itself: nothing is farther. */
#define FARTHEST_M 1e9

static int64_t least_time(int64_t a, int64_t b) {
	return a < b ? a : b;
}

static int64_t most_time(int64_t a, int64_t b) {
	return a > b ? a : b;
}

/*
 * Adds the condition that a leg is less than V below (or above) one bound of the volume.
 * False: it never holds.
 */
static bool cut_at_bound(const struct question *q, const struct climb *climb, uint32_t leg,
		bool ceiling, int64_t start_us, int64_t end_us, struct part_of *part,
		bool *altitude_unknown) {
	const struct ent_altitude bound = ceiling ? q->b->band.ceiling : q->b->band.floor;
	if (bound.mm == ENT_ALTITUDE_UNBOUNDED_BELOW || bound.mm == ENT_ALTITUDE_UNBOUNDED_ABOVE)
		return true;
	struct gap gap = {INT64_MAX, INT64_MAX, q->strict};
	int64_t at_mm = bound.mm, more_mm = 0;
	if (bound.ref != q->a->track->ref) {
		const struct ent_w84_bound w84 = ceiling ? q->b->ceiling_w84 : q->b->floor_w84;
		if (!ent_w84_known(w84) || !ent_w84_known(q->a->floor_w84)) {
			*altitude_unknown = true;
			return true;
		}
		const struct ent_interval zero = {0, 0};
		const struct ent_interval *offsets = q->a->track->w84_minus_altitude;
		const struct ent_interval offset = offsets != NULL ? offsets[leg] : zero;
		at_mm = ceiling ? w84.hi_mm : w84.lo_mm;
		more_mm = ceiling ? -offset.lo_mm : offset.hi_mm;
	}
	*(ceiling ? &gap.up_mm : &gap.down_mm) = q->vertical_mm + more_mm;
	const struct climb level = {climb->t0_us, 1, at_mm, at_mm};
	struct part_of here;
	if (!window_level(climb, &level, &gap, start_us, end_us, &here))
		return false;
	part->from = here.from > part->from ? here.from : part->from;
	part->to = here.to < part->to ? here.to : part->to;
	if (part->from > part->to)
		part->from = part->to = 0.5 * (part->from + part->to);
	return true;
}

/* The part of a track's piece that counts, as fractions of the piece; false when none does. */
static bool part_that_counts(const struct question *q, const struct track_piece *piece,
		struct part_of *ret_part, bool *altitude_unknown) {
	const int64_t start = most_time(
			piece->t0_us, time_add(q->b->span.start_utc_us, -q->time_us));
	const int64_t end = least_time(piece->t1_us, time_add(q->b->span.end_utc_us, q->time_us));
	if (start > end)
		return false;
	const struct climb climb = track_climb(q->a, piece->leg);
	struct part_of part = {0, 1};
	if (!cut_at_bound(q, &climb, piece->leg, false, start, end, &part, altitude_unknown) ||
			!cut_at_bound(q, &climb, piece->leg, true, start, end, &part,
					altitude_unknown))
		return false;
	const int64_t took = piece->t1_us - piece->t0_us;
	const double per_us = took > 0 ? 1.0 / (double)took : 0;
	const double length_us = (double)(end - start);
	const double from_us = (double)(start - piece->t0_us) + part.from * length_us;
	const double to_us = (double)(start - piece->t0_us) + part.to * length_us;
	*ret_part = (struct part_of){from_us * per_us, to_us * per_us};
	if (ret_part->to > 1)
		ret_part->to = 1;
	if (ret_part->from > ret_part->to)
		ret_part->from = ret_part->to;
	return true;
}

/* What is kept of the last part in conflict until it is known to be the last. */
struct last_part {
	struct track_piece piece;
	struct part_of part;
	double known_x;
};

static double step_of(const struct track_piece *piece) {
	const int64_t took = piece->t1_us - piece->t0_us;
	return took > 0 ? MOMENT_US / (double)took : 1;
}

static int64_t piece_moment(const struct track_piece *piece, double x,
		int64_t (*round)(int64_t, int64_t, double)) {
	return round(piece->t0_us, piece->t1_us - piece->t0_us, x);
}

/* The nearest approach on a part: nothing between them at the earliest moment, or the least distance. */
static void add_nearest(const struct question *q, const struct facing *facing,
		const struct track_piece *piece, const struct part_of *part, struct finding *f) {
	struct contact contact;
	if (f->distance_m <= q->touch.high_m && f->conflict && f->inside)
		return;
	if (outline_within(facing, part->from, part->to, &q->touch, &contact)) {
		/* From outward of the first contact to a step or so inward: not another contact, later. */
		const double step = step_of(piece);
		const double x = outline_extreme(
				facing, part->from, part->to, &q->touch, contact.x, true, step);
		const double to = x + 2 * step < part->to ? x + 2 * step : part->to;
		(void)outline_within(facing, x, to, &q->touch, &contact);
		f->inside = true;
		f->distance_m = 0;
	} else if (outline_least(facing, part->from, part->to, f->distance_m, &contact)) {
		f->distance_m = contact.distance_m;
	} else {
		return;
	}
	f->time_a_us = piece_moment(piece, contact.x, moment_near);
	f->at_a = contact.at_curve;
	f->at_b = contact.at_core;
}

static void add_piece(const struct question *q, const struct track_piece *piece,
		struct last_part *last, struct finding *f) {
	const struct ent_vec3 none = vec_sub(q->b->center, piece->from);
	const struct ent_vec3 chord = vec_sub(piece->to, piece->from);
	const double reach_m = q->b->ball_radius_m + q->reach.high_m +
			1.02 * ent_geo_sqrt(vec_square(chord));
	struct part_of part;
	bool unknown = false;
	if (vec_square(none) > reach_m * reach_m || !part_that_counts(q, piece, &part, &unknown))
		return;
	struct facing facing;
	struct contact contact;
	outline_face(q->volume_b, piece->from, piece->to, q->reach.low_m, &facing);
	if (!outline_within(&facing, part.from, part.to, &q->reach, &contact))
		return;
	if (!f->conflict || !unknown)
		f->altitude_unknown = unknown;
	if (!f->conflict)
		f->first_us = piece_moment(piece,
				outline_extreme(&facing, part.from, part.to, &q->reach, contact.x,
						true, step_of(piece)),
				moment_before);
	f->conflict = true;
	add_nearest(q, &facing, piece, &part, f);
	*last = (struct last_part){*piece, part, contact.x};
}

void judge_track_fixed(const struct question *q, struct finding *ret_finding) {
	struct finding *f = ret_finding;
	struct last_part last = {.known_x = 0};
	f->distance_m = FARTHEST_M;
	const int64_t end = time_add(q->b->span.end_utc_us, q->time_us);
	const int64_t start = time_add(q->b->span.start_utc_us, -q->time_us);
	for (uint32_t i = track_first_piece(q->a, start); i < track_pieces(q->a); i++) {
		const struct track_piece piece = track_piece_at(q->a, i);
		if (piece.t0_us > end)
			break;
		add_piece(q, &piece, &last, f);
	}
	if (!f->conflict)
		return;
	struct facing facing;
	outline_face(q->volume_b, last.piece.from, last.piece.to, q->reach.low_m, &facing);
	f->last_us = piece_moment(&last.piece,
			outline_extreme(&facing, last.part.from, last.part.to, &q->reach,
					last.known_x, false, step_of(&last.piece)),
			moment_after);
	f->time_a_us = most_time(f->first_us, least_time(f->last_us, f->time_a_us));
	/* The fixed volume's own moment is the nearest of its span; its moments widen the stretch. */
	const struct ent_span span = q->b->span;
	f->time_b_us = most_time(span.start_utc_us, least_time(span.end_utc_us, f->time_a_us));
	if (q->time_us > 0) {
		const int64_t from = most_time(span.start_utc_us, f->first_us - q->time_us);
		const int64_t to = least_time(span.end_utc_us, f->last_us + q->time_us);
		f->first_us = least_time(f->first_us, from);
		f->last_us = most_time(f->last_us, to);
	}
}

/* Is upper's floor less than V above lower's ceiling? Exactly in one reference; unknown is said. */
static bool bounds_near(const struct question *q, struct ent_altitude floor,
		struct ent_w84_bound floor_w84, struct ent_altitude ceiling,
		struct ent_w84_bound ceiling_w84, bool *altitude_unknown) {
	if (floor.mm == ENT_ALTITUDE_UNBOUNDED_BELOW || ceiling.mm == ENT_ALTITUDE_UNBOUNDED_ABOVE)
		return true;
	int64_t gap_mm = (int64_t)floor.mm - ceiling.mm;
	if (floor.ref != ceiling.ref) {
		if (!ent_w84_known(floor_w84) || !ent_w84_known(ceiling_w84)) {
			*altitude_unknown = true;
			return true;
		}
		gap_mm = (int64_t)floor_w84.lo_mm - ceiling_w84.hi_mm;
	}
	return gap_mm <= 0 || gap_mm < q->vertical_mm;
}

/* Fills the place of the nearest approach; false when the outlines are clear of one another. */
static bool outlines_near(const struct question *q, struct finding *f) {
	struct contact contact, least = {.distance_m = FARTHEST_M};
	bool near = false;
	for (uint32_t i = 0; i < core_pieces(q->a); i++) {
		struct ent_vec3 from, to;
		core_ends(q->a, i, &from, &to);
		const struct ent_vec3 away = vec_sub(from, q->b->center);
		const double reach_m = q->b->ball_radius_m + q->reach.high_m +
				1.02 * ENT_PIECE_MAX_M;
		if (vec_square(away) > reach_m * reach_m)
			continue;
		struct facing facing;
		outline_face(q->volume_b, from, to, q->reach.low_m, &facing);
		if (!outline_within(&facing, 0, 1, &q->reach, &contact))
			continue;
		near = true;
		if (outline_within(&facing, 0, 1, &q->touch, &contact)) {
			f->inside = true;
			f->at_a = contact.at_curve;
			f->at_b = contact.at_core;
			return true;
		}
		if (outline_least(&facing, 0, 1, least.distance_m, &contact))
			least = contact;
	}
	/* No edge of a enters b; b may lie wholly inside a. */
	if (ent_volume_contains(q->volume_a, q->b->at[0])) {
		f->inside = true;
		f->at_a = f->at_b = q->b->at[0];
		return true;
	}
	f->at_a = least.at_curve;
	f->at_b = least.at_core;
	return near;
}

void judge_fixed(const struct question *q, struct finding *ret_finding) {
	struct finding *f = ret_finding;
	bool unknown = false;
	if (!bounds_near(q, q->a->band.floor, q->a->floor_w84, q->b->band.ceiling,
			    q->b->ceiling_w84, &unknown) ||
			!bounds_near(q, q->b->band.floor, q->b->floor_w84, q->a->band.ceiling,
					q->a->ceiling_w84, &unknown))
		return;
	if (!outlines_near(q, f))
		return;
	f->conflict = true;
	f->altitude_unknown = unknown;
	const struct ent_span a = q->a->span, b = q->b->span;
	/* The moments of each that have a moment of the other within T. */
	const int64_t from_a = most_time(a.start_utc_us, time_add(b.start_utc_us, -q->time_us));
	const int64_t from_b = most_time(b.start_utc_us, time_add(a.start_utc_us, -q->time_us));
	const int64_t to_a = least_time(a.end_utc_us, time_add(b.end_utc_us, q->time_us));
	const int64_t to_b = least_time(b.end_utc_us, time_add(a.end_utc_us, q->time_us));
	f->first_us = least_time(from_a, from_b);
	f->last_us = most_time(to_a, to_b);
	f->time_a_us = from_a;
	f->time_b_us = most_time(from_b, least_time(to_b, from_a));
}
