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

/* Times are right to a quarter of a microsecond before they are rounded outward. */
#define MOMENT_US 0.25
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

bool track_gap(const struct question *q, uint32_t leg_a, uint32_t leg_b, struct gap *ret_gap) {
	*ret_gap = (struct gap){q->vertical_mm, q->vertical_mm, q->strict};
	if (q->a->track->ref == q->b->track->ref)
		return true;
	if (!ent_w84_known(q->a->floor_w84) || !ent_w84_known(q->b->floor_w84)) {
		ret_gap->up_mm = ret_gap->down_mm = INT64_MAX;
		return false;
	}
	const struct ent_interval zero = {0, 0};
	const struct ent_interval *offsets_a = q->a->track->w84_minus_altitude;
	const struct ent_interval *offsets_b = q->b->track->w84_minus_altitude;
	const struct ent_interval a = offsets_a != NULL ? offsets_a[leg_a] : zero;
	const struct ent_interval b = offsets_b != NULL ? offsets_b[leg_b] : zero;
	ret_gap->up_mm += b.hi_mm - a.lo_mm;
	ret_gap->down_mm += a.hi_mm - b.lo_mm;
	return true;
}

/* Certainly too far apart in altitude, over both whole legs. */
static bool levels_apart(const struct climb *a, const struct climb *b, const struct gap *gap) {
	const int64_t a_lo = a->z0_mm < a->z1_mm ? a->z0_mm : a->z1_mm;
	const int64_t a_hi = a->z0_mm < a->z1_mm ? a->z1_mm : a->z0_mm;
	const int64_t b_lo = b->z0_mm < b->z1_mm ? b->z0_mm : b->z1_mm;
	const int64_t b_hi = b->z0_mm < b->z1_mm ? b->z1_mm : b->z0_mm;
	return (gap->up_mm != INT64_MAX && a_lo - b_hi > gap->up_mm - gap->strict) ||
			(gap->down_mm != INT64_MAX && b_lo - a_hi > gap->down_mm - gap->strict);
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

/* Can two chords, flown at the same time, come nearer than low_m and their sags? The inner loop. */
static bool chords_near(const struct track_piece *a, const struct track_piece *b,
		const struct overlap *o, double low_m) {
	const struct ent_vec3 chord_a = vec_sub(a->to, a->from), chord_b = vec_sub(b->to, b->from);
	const struct ent_vec3 between = vec_sub(a->from, b->from);
	const struct ent_vec3 start = vec_along(
			vec_along(between, chord_a, o->a0), chord_b, -o->b0);
	const struct ent_vec3 end = vec_along(vec_along(between, chord_a, o->a1), chord_b, -o->b1);
	const struct ent_vec3 change = vec_sub(end, start);
	const double change2 = vec_square(change), toward = -vec_dot(start, change);
	const double near_m = low_m + curve_sag_m(vec_square(chord_a) + vec_square(chord_b));
	struct ent_vec3 nearest = start;
	if (toward >= change2)
		nearest = end;
	else if (toward > 0)
		nearest = vec_along(start, change, toward / change2);
	return vec_square(nearest) < near_m * near_m;
}

/* A stretch of conflict, kept until it is known to be the last. */
struct stretch {
	struct approach approach;
	int64_t start_us, length_us;
	struct part_of part;
	double known_x; /* there is conflict here, as a fraction of the part */
};

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
		const struct track_piece *b, const struct overlap *o, const struct climb *climb_a,
		const struct climb *climb_b, const struct gap *gap) {
	struct stretch s = {.start_us = o->start_us, .length_us = o->end_us - o->start_us};
	if (!window_level(climb_a, climb_b, gap, o->start_us, o->end_us, &s.part))
		return;
	const struct curve curve_a = curve_between(a->from, a->to);
	const struct curve curve_b = curve_between(b->from, b->to);
	s.approach = approach_of(&curve_a, o->a0 + (o->a1 - o->a0) * s.part.from,
			o->a0 + (o->a1 - o->a0) * s.part.to, &curve_b,
			o->b0 + (o->b1 - o->b0) * s.part.from, o->b0 + (o->b1 - o->b0) * s.part.to);
	const double part_us = (s.part.to - s.part.from) * (double)s.length_us;
	const double step = part_us > MOMENT_US ? MOMENT_US / part_us : 1;
	double x;
	if (!approach_first(&s.approach, walk->low2, walk->high2, step, &x))
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
	const double part_us = (s->part.to - s->part.from) * (double)s->length_us;
	/* Where only a near tie was found, the search from the other end may find none, or one before it. */
	double x;
	if (!approach_last(&s->approach, walk->low2, walk->high2,
			    part_us > MOMENT_US ? MOMENT_US / part_us : 1, &x) ||
			x < s->known_x)
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
	while (i < n_a && j < n_b) {
		const struct track_piece a = track_piece_at(q->a, i);
		const struct track_piece b = track_piece_at(q->b, j);
		const struct climb climb_a = track_climb(q->a, a.leg);
		const struct climb climb_b = track_climb(q->b, b.leg);
		struct gap gap;
		ret_finding->altitude_unknown = !track_gap(q, a.leg, b.leg, &gap);
		if (!levels_apart(&climb_a, &climb_b, &gap) && a.t0_us <= b.t1_us &&
				b.t0_us <= a.t1_us) {
			const struct overlap o = overlap_of(&a, &b);
			if (chords_near(&a, &b, &o, q->reach.low_m))
				look_closely(&walk, &a, &b, &o, &climb_a, &climb_b, &gap);
		}
		/* Whichever ends first makes way; both when they end together, having met at that moment. */
		i += a.t1_us <= b.t1_us;
		j += b.t1_us <= a.t1_us;
	}
	finish(&walk);
}

bool ent_conflict_may(const struct ent_volume *a, uint32_t first_a, uint32_t count_a,
		const struct ent_volume *b, uint32_t first_b, uint32_t count_b,
		const struct ent_minima *minima) {
	const struct ent_volume_parts *pa = ent_volume_parts(a), *pb = ent_volume_parts(b);
	const struct question q = {.a = pa,
			.b = pb,
			.vertical_mm = minima->vertical_mm + pa->track->tolerance.vertical_mm +
					pb->track->tolerance.vertical_mm,
			.strict = minima->vertical_mm > 0};
	if (minima->time_us + pa->track->tolerance.time_us + pb->track->tolerance.time_us > 0)
		return true;
	/* A geodesic is never shorter than its chord. */
	const double low_m = (double)(minima->lateral_mm + pa->radius_mm + pb->radius_mm) * 1e-3 +
			REACH_LOW_M;
	const uint32_t end_a = first_a + count_a, end_b = first_b + count_b;
	for (uint32_t i = first_a, j = first_b; i < end_a && j < end_b;) {
		const struct track_piece piece_a = track_piece_at(pa, i);
		const struct track_piece piece_b = track_piece_at(pb, j);
		if (piece_a.t0_us <= piece_b.t1_us && piece_b.t0_us <= piece_a.t1_us) {
			const struct climb climb_a = track_climb(pa, piece_a.leg);
			const struct climb climb_b = track_climb(pb, piece_b.leg);
			const struct overlap o = overlap_of(&piece_a, &piece_b);
			struct gap gap;
			(void)track_gap(&q, piece_a.leg, piece_b.leg, &gap);
			if (!levels_apart(&climb_a, &climb_b, &gap) &&
					chords_near(&piece_a, &piece_b, &o, low_m))
				return true;
		}
		i += piece_a.t1_us <= piece_b.t1_us;
		j += piece_b.t1_us <= piece_a.t1_us;
	}
	return false;
}
