/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge_apart.c: two tracks with a time minimum or time tolerances: one may be at its place
 * up to T before or after the other is at its own.
 *
 * For two pieces the pairs of moments (ta, tb) that count fill a convex region: both pieces'
 * spans, cut by |ta - tb| <= T. Its corners are whole microseconds, so whether altitudes can
 * be near within it is decided on integers. The rest is patch.h.
 */
#include "judge.h"

#include "patch.h"

#define MOMENT_US 0.25
/* Of the altitudes compared, so that rounding (a dozen operations) does not lose a region that integers found. */
#define LEVEL_SLACK 2e-15

/* A witness nearer than this need not be made nearer. */
#define LEAST_ENOUGH_M 1e-4

enum {
	CORNERS_MAX = 8,
	STEPS_MAX = 64,
	BLOCK = 64, /* pieces that are looked at together */
	BLOCKS_MAX = ENT_TRACK_PIECES_MAX / BLOCK + 1
};

/* Two pieces and the region of moments that count for them. */
struct encounter {
	struct track_piece a, b;
	struct curve curve_a, curve_b;
	struct patch patch;
};

/* Keeps the corners with sign * (ta - tb) <= most; edges are level or upright where they cross. */
static unsigned keep(int64_t (*corner)[2], unsigned n, int sign, int64_t most) {
	int64_t kept[CORNERS_MAX][2];
	unsigned m = 0;
	for (unsigned i = 0; i < n; i++) {
		const int64_t *p = corner[i], *r = corner[(i + 1) % n];
		const bool in_p = sign * (p[0] - p[1]) <= most, in_r = sign * (r[0] - r[1]) <= most;
		if (in_p && m < CORNERS_MAX) {
			kept[m][0] = p[0];
			kept[m++][1] = p[1];
		}
		if (in_p != in_r && m < CORNERS_MAX) {
			const bool upright = p[0] == r[0];
			kept[m][0] = upright ? p[0] : p[1] + sign * most;
			kept[m++][1] = upright ? p[0] - sign * most : p[1];
		}
	}
	for (unsigned i = 0; i < m; i++) {
		corner[i][0] = kept[i][0];
		corner[i][1] = kept[i][1];
	}
	return m;
}

static double fraction_of(const struct track_piece *p, int64_t time_us) {
	return p->t1_us > p->t0_us ? (double)(time_us - p->t0_us) / (double)(p->t1_us - p->t0_us)
				   : 0;
}

/* A leg's altitude at the beginning of a piece, and its change over the piece. */
static double altitude_on(
		const struct climb *climb, const struct track_piece *p, double *ret_change) {
	const double rate = (double)(climb->z1_mm - climb->z0_mm) / (double)climb->duration_us;
	*ret_change = rate * (double)(p->t1_us - p->t0_us);
	return (double)climb->z0_mm + rate * (double)(p->t0_us - climb->t0_us);
}

/* The numbers that a leg's altitudes are made of, together. */
static double height_of(const struct climb *climb) {
	const double z0 = (double)climb->z0_mm, z1 = (double)climb->z1_mm;
	return 2 * ((z0 < 0 ? -z0 : z0) + (z1 < 0 ? -z1 : z1));
}

/* False when the two pieces never count together or are never near in altitude. */
static bool region(const struct question *q, struct encounter *e, bool *altitude_known) {
	int64_t corner[CORNERS_MAX][2] = {{e->a.t0_us, e->b.t0_us}, {e->a.t1_us, e->b.t0_us},
			{e->a.t1_us, e->b.t1_us}, {e->a.t0_us, e->b.t1_us}};
	unsigned n = keep(corner, 4, 1, q->time_us);
	n = n > 0 ? keep(corner, n, -1, q->time_us) : 0;
	if (n == 0)
		return false;
	const struct climb climb_a = track_climb(q->a, e->a.leg),
			   climb_b = track_climb(q->b, e->b.leg);
	struct gap gap;
	*altitude_known = track_gap(q, e->a.leg, e->b.leg, &gap);
	if (!window_corners(&climb_a, &climb_b, &gap, (const int64_t(*)[2])corner, n))
		return false;
	e->patch.n = (int)n;
	for (unsigned i = 0; i < n; i++) {
		e->patch.corner[i][0] = fraction_of(&e->a, corner[i][0]);
		e->patch.corner[i][1] = fraction_of(&e->b, corner[i][1]);
	}
	double change_a, change_b;
	const double apart = altitude_on(&climb_a, &e->a, &change_a) -
			altitude_on(&climb_b, &e->b, &change_b);
	const double slack_mm = LEVEL_SLACK * (height_of(&climb_a) + height_of(&climb_b));
	bool left = true;
	if (gap.up_mm != INT64_MAX)
		left = patch_cut(&e->patch, change_a, -change_b,
				(double)gap.up_mm - apart + slack_mm);
	if (left && gap.down_mm != INT64_MAX)
		left = patch_cut(&e->patch, -change_a, change_b,
				(double)gap.down_mm + apart + slack_mm);
	return left;
}

/* Do these two pieces come into conflict? Fills the encounter and one such place. */
static bool meet(const struct question *q, uint32_t i, uint32_t j, struct encounter *e,
		bool *altitude_known, struct nearest *ret_nearest) {
	e->a = track_piece_at(q->a, i);
	e->b = track_piece_at(q->b, j);
	if (pieces_apart_m(e->a.from, e->a.to, e->b.from, e->b.to) >= q->reach.low_m ||
			!region(q, e, altitude_known))
		return false;
	e->curve_a = curve_between(e->a.from, e->a.to);
	e->curve_b = curve_between(e->b.from, e->b.to);
	return patch_within(&e->curve_a, &e->curve_b, &e->patch, &q->reach, ret_nearest);
}

/*
 * The first (or last) moment of a (or b) in the conflict, as a fraction of its piece, by
 * halving what is left to the known place of conflict.
 */
static double extreme(const struct question *q, const struct encounter *e, bool of_b, bool first,
		const struct nearest *known) {
	const struct track_piece *piece = of_b ? &e->b : &e->a;
	const double length_us = (double)(piece->t1_us - piece->t0_us);
	double hit = of_b ? known->v : known->u, far = hit;
	for (int i = 0; i < e->patch.n; i++) {
		const double x = e->patch.corner[i][of_b];
		far = first ? (x < far ? x : far) : (x > far ? x : far);
	}
	for (int step = 0; step < STEPS_MAX &&
			(hit - far) * (first ? length_us : -length_us) > MOMENT_US;
			step++) {
		const double middle = 0.5 * (hit + far), sign = first ? 1 : -1;
		struct patch patch = e->patch;
		struct nearest here;
		const bool found = patch_cut(&patch, of_b ? 0 : sign, of_b ? sign : 0,
						   sign * middle) &&
				patch_within(&e->curve_a, &e->curve_b, &patch, &q->reach, &here);
		if (!found)
			far = middle;
		else if (first)
			hit = (of_b ? here.v : here.u) < middle ? (of_b ? here.v : here.u) : middle;
		else
			hit = (of_b ? here.v : here.u) > middle ? (of_b ? here.v : here.u) : middle;
	}
	return far;
}

static int64_t least_time(int64_t a, int64_t b) {
	return a < b ? a : b;
}

static int64_t most_time(int64_t a, int64_t b) {
	return a > b ? a : b;
}

/* The pieces of b that may count with piece i of a: from *ret_first to before *ret_end. */
static void range_of(const struct question *q, const struct track_piece *a, uint32_t *ret_first,
		uint32_t *ret_end) {
	*ret_first = track_first_piece(q->b, a->t0_us - q->time_us);
	uint32_t end = track_first_piece(q->b, a->t1_us + q->time_us);
	/* The piece after one that ends exactly then begins exactly then. */
	end = end + 2;
	*ret_end = end < track_pieces(q->b) ? end : track_pieces(q->b);
}

static void add_first(const struct question *q, const struct encounter *e,
		const struct nearest *known, struct finding *f) {
	const int64_t first_a = moment_before(
			e->a.t0_us, e->a.t1_us - e->a.t0_us, extreme(q, e, false, true, known));
	const int64_t first_b = moment_before(
			e->b.t0_us, e->b.t1_us - e->b.t0_us, extreme(q, e, true, true, known));
	f->first_us = least_time(f->first_us, least_time(first_a, first_b));
}

static void add_last(const struct question *q, const struct encounter *e,
		const struct nearest *known, struct finding *f) {
	const int64_t last_a = moment_after(
			e->a.t0_us, e->a.t1_us - e->a.t0_us, extreme(q, e, false, false, known));
	const int64_t last_b = moment_after(
			e->b.t0_us, e->b.t1_us - e->b.t0_us, extreme(q, e, true, false, known));
	f->last_us = most_time(f->last_us, most_time(last_a, last_b));
}

static void add_least(const struct encounter *e, const struct nearest *known, struct finding *f) {
	struct nearest least = *known;
	if (known->distance_m >= f->distance_m &&
			!patch_least(&e->curve_a, &e->curve_b, &e->patch, f->distance_m, &least))
		return;
	if (known->distance_m < f->distance_m) {
		least = *known;
		(void)patch_least(&e->curve_a, &e->curve_b, &e->patch, known->distance_m, &least);
	}
	f->distance_m = least.distance_m;
	f->time_a_us = moment_near(e->a.t0_us, e->a.t1_us - e->a.t0_us, least.u);
	f->time_b_us = moment_near(e->b.t0_us, e->b.t1_us - e->b.t0_us, least.v);
}

/* A ball around some pieces, their sags included. */
struct ball {
	struct ent_vec3 center;
	double radius_m;
};

static struct ball ball_around(const struct ent_volume_parts *track, uint32_t first, uint32_t end) {
	struct ent_vec3 lo = track->at[first], hi = lo;
	for (uint32_t i = first + 1; i <= end && i < track->n_at; i++) {
		const struct ent_vec3 p = track->at[i];
		lo.x = p.x < lo.x ? p.x : lo.x;
		lo.y = p.y < lo.y ? p.y : lo.y;
		lo.z = p.z < lo.z ? p.z : lo.z;
		hi.x = p.x > hi.x ? p.x : hi.x;
		hi.y = p.y > hi.y ? p.y : hi.y;
		hi.z = p.z > hi.z ? p.z : hi.z;
	}
	const struct ent_vec3 size = vec_sub(hi, lo);
	return (struct ball){vec_along(lo, size, 0.5),
			0.5 * ent_geo_sqrt(vec_square(size)) +
					curve_sag_m(ENT_LEG_MAX_M * ENT_LEG_MAX_M)};
}

/*
 * Which blocks of b's pieces may be near a block of a's, from piece 'from' to before 'to': so
 * that two long tracks with much time between them are not compared piece by piece.
 */
struct near_blocks {
	uint64_t bits[BLOCKS_MAX / 64 + 1];
	bool any;
};

static void find_near_blocks(const struct question *q, uint32_t from, uint32_t to,
		struct near_blocks *ret_near) {
	const struct ball ball_a = ball_around(q->a, from, to);
	struct track_piece all = track_piece_at(q->a, from);
	all.t1_us = track_piece_at(q->a, to - 1).t1_us;
	uint32_t first, end;
	range_of(q, &all, &first, &end);
	*ret_near = (struct near_blocks){.any = false};
	for (uint32_t block = first / BLOCK; block * BLOCK < end; block++) {
		const uint32_t last = (block + 1) * BLOCK;
		const struct ball ball_b = ball_around(
				q->b, block * BLOCK, last < q->b->n_at ? last : q->b->n_at - 1);
		const double reach_m = ball_a.radius_m + ball_b.radius_m + q->reach.high_m;
		if (vec_square(vec_sub(ball_a.center, ball_b.center)) > reach_m * reach_m)
			continue;
		ret_near->bits[block / 64] |= UINT64_C(1) << (block % 64);
		ret_near->any = true;
	}
}

static bool block_is_near(const struct near_blocks *near, uint32_t piece) {
	const uint32_t block = piece / BLOCK;
	return near->bits[block / 64] >> (block % 64) & 1;
}

/* Can these two add nothing to what was found: neither an earlier moment nor a nearer place? */
static bool adds_nothing(
		const struct finding *f, const struct track_piece *a, const struct track_piece *b) {
	return f->conflict && least_time(a->t0_us, b->t0_us) >= f->first_us &&
			(f->distance_m <= LEAST_ENOUGH_M ||
					pieces_apart_m(a->from, a->to, b->from, b->to) >=
							f->distance_m);
}

static void add_pair(const struct question *q, uint32_t i, uint32_t j, struct finding *f) {
	struct encounter e;
	struct nearest known;
	bool altitude_known = true;
	if (!meet(q, i, j, &e, &altitude_known, &known))
		return;
	f->conflict = true;
	f->altitude_unknown = !altitude_known;
	if (least_time(e.a.t0_us, e.b.t0_us) < f->first_us)
		add_first(q, &e, &known, f);
	add_least(&e, &known, f);
}

/* Forward: is there a conflict, when first, where nearest? */
static void walk_forward(const struct question *q, struct finding *f) {
	struct near_blocks near;
	const uint32_t n = track_pieces(q->a);
	for (uint32_t i = 0; i < n; i++) {
		const struct track_piece a = track_piece_at(q->a, i);
		uint32_t first, end;
		if (i % BLOCK == 0)
			find_near_blocks(q, i, i + BLOCK < n ? i + BLOCK : n, &near);
		if (!near.any)
			continue;
		range_of(q, &a, &first, &end);
		for (uint32_t j = first; j < end; j++) {
			if (!block_is_near(&near, j)) {
				j |= BLOCK - 1;
				continue;
			}
			const struct track_piece b = track_piece_at(q->b, j);
			if (!adds_nothing(f, &a, &b))
				add_pair(q, i, j, f);
		}
	}
}

/* Backward: when last? */
static void walk_backward(const struct question *q, struct finding *f) {
	struct encounter e;
	struct nearest known;
	struct near_blocks near = {.any = false};
	bool altitude_known = true;
	const uint32_t n = track_pieces(q->a);
	for (uint32_t i = n; i-- > 0;) {
		const struct track_piece a = track_piece_at(q->a, i);
		if (a.t1_us + q->time_us <= f->last_us)
			break;
		uint32_t first, end;
		if (i + 1 == n || i % BLOCK == BLOCK - 1)
			find_near_blocks(q, i - i % BLOCK, i + 1, &near);
		if (!near.any)
			continue;
		range_of(q, &a, &first, &end);
		for (uint32_t j = end; j-- > first;) {
			if (!block_is_near(&near, j)) {
				j -= j % BLOCK;
				continue;
			}
			const struct track_piece b = track_piece_at(q->b, j);
			if (most_time(a.t1_us, b.t1_us) > f->last_us &&
					meet(q, i, j, &e, &altitude_known, &known))
				add_last(q, &e, &known, f);
		}
	}
}

void judge_tracks_apart(const struct question *q, struct finding *ret_finding) {
	ret_finding->first_us = INT64_MAX;
	ret_finding->last_us = INT64_MIN;
	ret_finding->distance_m = 1e300;
	walk_forward(q, ret_finding);
	if (!ret_finding->conflict)
		return;
	walk_backward(q, ret_finding);
	ret_finding->at_a = track_place(q->a, ret_finding->time_a_us);
	ret_finding->at_b = track_place(q->b, ret_finding->time_b_us);
}
