/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge_track.c: two tracks at the same moment, the everyday case.
 *
 * The pieces of both are walked in time. For two pieces that overlap in time: can their
 * altitudes be near (integers)? Can their chords, grown by their sags, come near (a
 * quadratic)? Nearly all pairs end here. For the rest, the exact part of the window in which
 * the altitudes are near, and the approach polynomial over that part.
 */
#include "judge.h"

#include "approach.h"
#include "glance.h"

/* First and last are found to this, before they are rounded outward; how far that is flown, at most. */
#define MOMENT_US 0.25
#define STEP_M 2e-4
/* The least distance is found to within this. */
#define LEAST_SLACK_M 2e-5

uint32_t track_first_piece(const struct ent_volume_parts *track, int64_t time_us) {
	const int64_t *at_utc_us = track->track->at_utc_us;
	const uint32_t n = track_pieces(track);
	uint32_t lo = 0, hi = n;
	while (lo < hi) {
		const uint32_t middle = lo + (hi - lo) / 2;
		const uint32_t end = middle + 1 < track->n_at ? middle + 1 : middle;
		if (at_utc_us[end] < time_us)
			lo = middle + 1;
		else
			hi = middle;
	}
	return lo;
}

struct ent_vec3 track_place(const struct ent_volume_parts *track, int64_t time_us) {
	uint32_t i = track_first_piece(track, time_us);
	if (i == track_pieces(track))
		i--;
	const struct track_piece piece = track_piece_at(track, i);
	if (time_us <= piece.t0_us)
		return piece.from;
	if (time_us >= piece.t1_us)
		return piece.to;
	const struct curve curve = curve_between(piece.from, piece.to);
	return curve_at(&curve,
			(double)(time_us - piece.t0_us) / (double)(piece.t1_us - piece.t0_us));
}

int64_t moment_before(int64_t start_us, int64_t length_us, double fraction) {
	const double x = fraction * (double)length_us;
	return start_us + (x > 0 ? (int64_t)x : 0);
}

int64_t moment_after(int64_t start_us, int64_t length_us, double fraction) {
	const double x = fraction * (double)length_us;
	int64_t whole = x > 0 ? (int64_t)x : 0;
	whole += (double)whole < x;
	return start_us + (whole < length_us ? whole : length_us);
}

int64_t moment_near(int64_t start_us, int64_t length_us, double fraction) {
	const int64_t whole = (int64_t)(fraction * (double)length_us + 0.5);
	return start_us + (whole < length_us ? whole : length_us);
}

/* The parts of two pieces that are flown in [start, end], in fractions of each. */
struct overlap {
	int64_t start_us, end_us;
	double a0, a1, b0, b1;
};

static struct overlap overlap_of(const struct track_piece *a, const struct track_piece *b) {
	struct overlap o;
	o.start_us = a->t0_us > b->t0_us ? a->t0_us : b->t0_us;
	o.end_us = a->t1_us < b->t1_us ? a->t1_us : b->t1_us;
	const double per_a = a->t1_us > a->t0_us ? 1.0 / (double)(a->t1_us - a->t0_us) : 0;
	const double per_b = b->t1_us > b->t0_us ? 1.0 / (double)(b->t1_us - b->t0_us) : 0;
	o.a0 = (double)(o.start_us - a->t0_us) * per_a;
	o.a1 = (double)(o.end_us - a->t0_us) * per_a;
	o.b0 = (double)(o.start_us - b->t0_us) * per_b;
	o.b1 = (double)(o.end_us - b->t0_us) * per_b;
	return o;
}

/* A stretch of conflict, kept until it is known to be the last. */
struct stretch {
	struct approach approach;
	int64_t start_us, length_us;
	struct part_of part;
	double step;    /* that is right enough, of the part */
	double known_x; /* there is conflict here, as a fraction of the part */
};

static double chord_m(const struct track_piece *piece) {
	return ent_geo_sqrt(vec_square(vec_sub(piece->to, piece->from)));
}

/* So small a step that neither the moment nor the distance changes by more; way_m is flown in the whole stretch. */
static double step_of(const struct stretch *s, double way_m) {
	const double part = s->part.to - s->part.from;
	const double part_us = part * (double)s->length_us, part_m = part * way_m;
	double step = 1;
	if (part_us > MOMENT_US)
		step = MOMENT_US / part_us;
	if (part_m * step > STEP_M)
		step = STEP_M / part_m;
	return step;
}

static double to_window(const struct stretch *s, double x) {
	return s->part.from + x * (s->part.to - s->part.from);
}

struct walk {
	const struct question *q;
	struct finding *finding;
	double low2, high2, least2;
	struct stretch last;
};

/* A pair of pieces that passed the quick tests. */
static void look_closely(struct walk *walk, const struct track_piece *a,
		const struct track_piece *b, const struct gap *gap) {
	const struct climb climb_a = track_climb(walk->q->a, a->leg);
	const struct climb climb_b = track_climb(walk->q->b, b->leg);
	const struct overlap o = overlap_of(a, b);
	struct stretch s = {.start_us = o.start_us, .length_us = o.end_us - o.start_us};
	if (!window_level(&climb_a, &climb_b, gap, o.start_us, o.end_us, &s.part))
		return;
	const struct curve curve_a = curve_between(a->from, a->to);
	const struct curve curve_b = curve_between(b->from, b->to);
	s.approach = approach_of(&curve_a, o.a0 + (o.a1 - o.a0) * s.part.from,
			o.a0 + (o.a1 - o.a0) * s.part.to, &curve_b,
			o.b0 + (o.b1 - o.b0) * s.part.from, o.b0 + (o.b1 - o.b0) * s.part.to);
	const double way_m = (o.a1 - o.a0) * chord_m(a) + (o.b1 - o.b0) * chord_m(b);
	s.step = step_of(&s, way_m);
	double x;
	if (!approach_first(&s.approach, walk->low2, walk->high2, s.step, &x))
		return;
	struct finding *f = walk->finding;
	if (!f->conflict)
		f->first_us = moment_before(s.start_us, s.length_us, to_window(&s, x));
	f->conflict = true;
	s.known_x = x;
	walk->last = s;
	const double least2 = approach_least(&s.approach, LEAST_SLACK_M, &x);
	if (least2 < walk->least2) {
		walk->least2 = least2;
		f->time_a_us = f->time_b_us = moment_near(
				s.start_us, s.length_us, to_window(&s, x));
	}
}

static void finish(struct walk *walk) {
	struct finding *f = walk->finding;
	if (!f->conflict)
		return;
	const struct stretch *s = &walk->last;
	/* Where only a near tie was found, the search from the other end may find none, or one before it. */
	double x;
	if (!approach_last(&s->approach, walk->low2, walk->high2, s->step, &x) || x < s->known_x)
		x = s->known_x;
	f->last_us = moment_after(s->start_us, s->length_us, to_window(s, x));
	if (f->time_a_us < f->first_us)
		f->time_a_us = f->time_b_us = f->first_us;
	if (f->time_a_us > f->last_us)
		f->time_a_us = f->time_b_us = f->last_us;
	f->at_a = track_place(walk->q->a, f->time_a_us);
	f->at_b = track_place(walk->q->b, f->time_b_us);
	f->distance_m = ent_geo_sqrt(vec_square(vec_sub(f->at_a, f->at_b)));
}

void judge_tracks_level(const struct question *q, struct finding *ret_finding) {
	const int64_t start = q->a->span.start_utc_us > q->b->span.start_utc_us
			? q->a->span.start_utc_us
			: q->b->span.start_utc_us;
	const uint32_t n_a = track_pieces(q->a), n_b = track_pieces(q->b);
	uint32_t i = track_first_piece(q->a, start), j = track_first_piece(q->b, start);
	struct walk walk = {.q = q,
			.finding = ret_finding,
			.low2 = q->reach.low_m * q->reach.low_m,
			.high2 = q->reach.high_m * q->reach.high_m,
			.least2 = 1e300};
	const struct strand strand_a = strand_of(q->a), strand_b = strand_of(q->b);
	while (i < n_a && j < n_b) {
		const struct track_piece a = track_piece_at(q->a, i);
		const struct track_piece b = track_piece_at(q->b, j);
		struct gap gap;
		ret_finding->altitude_unknown = !track_gap(q, a.leg, b.leg, &gap);
		if (a.t0_us <= b.t1_us && b.t0_us <= a.t1_us &&
				!glance_levels_apart(&strand_a, a.leg, &strand_b, b.leg, &gap) &&
				glance_chords_near(&strand_a, i, &strand_b, j, q->reach.low_m))
			look_closely(&walk, &a, &b, &gap);
		/* Whichever ends first makes way; both when they end together, having met at that moment. */
		i += a.t1_us <= b.t1_us;
		j += b.t1_us <= a.t1_us;
	}
	finish(&walk);
}
