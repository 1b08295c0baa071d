/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cells_loop.c: do the edges of a polygon on the sphere cross, and what area do they enclose?
 *
 * Two places nearer than CELLS_BOUND_RAD are the same place, a place as near to an edge lies on it:
 * a hundredth of the grid on which places are stored, and a hundred times the error of what is
 * computed here. So no sign that could be wrong decides anything: when no vertex lies on the other
 * edge, two edges that cross meet at an angle that their planes show. Determinants are taken of
 * differences, which are small where places are near to one another.
 *
 * Which edges touch is asked of a tree: a chain of edges is one node, its halves are the next ones, and each knows how
 * far it reaches in some directions. Two chains that are apart in one of them do not touch. Only when it is known that
 * two edges do, all pairs are gone through, for the first of them.
 *
 * An edge of nearly 180 degrees could pass anywhere; ARC_MAX keeps the error of its middle, which
 * grows with 1 / sin, below CELLS_MARGIN.
 */
#include "cells_loop.h"

/* |a + b|^2 of unit vectors 177 degrees apart: (2 sin 1.5 degrees)^2. */
#define ARC_MAX_177 0.0027409
/*
 * A vertex must be this far from the antipode of the place from which triangles are drawn, |a +
 * b|^2.
 */
#define ANTIPODE_MIN 1e-6
/*
 * An arc of the angle t bulges from its chord by 2 sin^2 (t / 4), which is chord^2 / (8 cos^2 (t / 4)): of less than
 * 60 degrees, where the chord is below 1, by less than chord^2 / 7, of less than 180 by less than chord^2 / 4.
 */
#define BULGE_SHORT 7
#define BULGE_LONG 4
#define PI 3.14159265358979323846
#define RAD_PER_DEG (PI / 180)
#define SAME "are the same place"

static struct ent_vec3 unit(struct ent_vec3 v) {
	return vec_scale(v, 1 / ent_geo_sqrt(vec_dot(v, v)));
}

static double apart2(struct ent_vec3 a, struct ent_vec3 b) {
	const struct ent_vec3 d = vec_sub(a, b);
	return vec_dot(d, d);
}

static bool same_place(struct ent_vec3 a, struct ent_vec3 b) {
	return apart2(a, b) <= CELLS_BOUND_RAD * CELLS_BOUND_RAD;
}

static ent_status refuse(struct ent_fault *reterr_fault, const char *what, size_t i, size_t j,
		const char *why) {
	ent_fault_set(reterr_fault, "vertices", "%s %zu and %zu %s; vertices count from 0", what,
			i < j ? i : j, i < j ? j : i, why);
	return ENT_E_SHAPE;
}

static ent_status lay_arcs(const struct ent_vec3 *at, size_t n, struct loop_arc *arcs,
		struct loop_ball *balls, struct ent_fault *reterr_fault) {
	for (size_t i = 0; i < n; i++) {
		const size_t next = i + 1 < n ? i + 1 : 0;
		const struct ent_vec3 a = at[i], b = at[next];
		const struct ent_vec3 along = vec_sub(b, a), sum = vec_sub(a, vec_scale(b, -1));
		const double length2 = vec_dot(along, along);
		if (length2 <= CELLS_BOUND_RAD * CELLS_BOUND_RAD)
			return refuse(reterr_fault, "vertices", i, next, SAME);
		if (vec_dot(sum, sum) < ARC_MAX_177)
			return refuse(reterr_fault, "vertices", i, next,
					"are antipodes or nearly so, and an edge between them "
					"could run anywhere");
		arcs[i] = (struct loop_arc){a, b, unit(vec_cross(a, along))};
		/* An arc of less than 180 degrees lies in the ball around its chord (Thales). */
		balls[i] = (struct loop_ball){sum.x / 2, sum.y / 2, sum.z / 2,
				ent_geo_sqrt(length2) / 2 + CELLS_BOUND_RAD};
	}
	return ENT_OK;
}

/* How far left of the arc's plane. */
static inline double left_of(const struct loop_arc *arc, struct ent_vec3 p) {
	return vec_dot(arc->left, vec_sub(p, arc->from));
}

static inline bool is_near(double distance) {
	return distance <= CELLS_BOUND_RAD && -distance <= CELLS_BOUND_RAD;
}

/* For a place on the arc's plane: does it lie between the arc's ends? */
static bool lies_between(const struct loop_arc *arc, struct ent_vec3 p) {
	return vec_dot(vec_cross(arc->left, arc->from), vec_sub(p, arc->from)) >= 0 &&
			vec_dot(vec_cross(arc->left, arc->to), vec_sub(p, arc->to)) <= 0;
}

static bool arcs_touch(const struct loop_arc *e, const struct loop_arc *f) {
	const double a = left_of(f, e->from), b = left_of(f, e->to);
	const double c = left_of(e, f->from), d = left_of(e, f->to);
	/* Where planes meet on the other side of the globe, the turns are alike. */
	if ((a > 0) != (b > 0) && (c > 0) != (d > 0) && (a > 0) != (c > 0))
		return true;
	return (is_near(a) && lies_between(f, e->from)) || (is_near(b) && lies_between(f, e->to)) ||
			(is_near(c) && lies_between(e, f->from)) ||
			(is_near(d) && lies_between(e, f->to));
}

static bool balls_touch(const struct loop_ball *a, const struct loop_ball *b) {
	const double x = a->x - b->x, y = a->y - b->y, z = a->z - b->z, r = a->radius + b->radius;
	return x * x + y * y + z * z <= r * r;
}

/* A chain of arcs is a range of them; a single one's reach stands at its number, that of more at n + their middle. */
struct tree {
	const struct loop_arc *arcs;
	const struct loop_ball *balls;
	struct loop_reach *reaches;
	size_t n;
	struct ent_vec3 fan[LOOP_DIRECTIONS];
};

static size_t middle(size_t begin, size_t end) {
	return begin + (end - begin) / 2;
}

static struct loop_reach *reach_of(const struct tree *tree, size_t begin, size_t end) {
	return &tree->reaches[end - begin == 1 ? begin : tree->n + middle(begin, end)];
}

/* Half around, from across the longest edge: where many run side by side, that one tells them apart. */
static void lay_fan(struct tree *tree) {
	static const double turn[LOOP_DIRECTIONS][2] = {{1, 0}, {0.92388, 0.38268},
			{0.70711, 0.70711}, {0.38268, 0.92388}, {0, 1}, {-0.38268, 0.92388},
			{-0.70711, 0.70711}, {-0.92388, 0.38268}};
	size_t longest = 0;
	for (size_t i = 1; i < tree->n; i++)
		if (tree->balls[i].radius > tree->balls[longest].radius)
			longest = i;
	const struct loop_arc *arc = &tree->arcs[longest];
	const struct ent_vec3 across = arc->left, along = unit(vec_sub(arc->to, arc->from));
	for (size_t k = 0; k < LOOP_DIRECTIONS; k++)
		tree->fan[k] = (struct ent_vec3){across.x * turn[k][0] + along.x * turn[k][1],
				across.y * turn[k][0] + along.y * turn[k][1],
				across.z * turn[k][0] + along.z * turn[k][1]};
}

static struct loop_reach reach_of_arc(const struct tree *tree, const struct loop_arc *arc) {
	struct loop_reach reach;
	const double chord2 = apart2(arc->from, arc->to);
	const double more = chord2 / (chord2 < 1 ? BULGE_SHORT : BULGE_LONG) + CELLS_BOUND_RAD;
	for (size_t k = 0; k < LOOP_DIRECTIONS; k++) {
		const double a = vec_dot(tree->fan[k], arc->from);
		const double b = vec_dot(tree->fan[k], arc->to);
		reach.lo[k] = (a < b ? a : b) - more;
		reach.hi[k] = (a < b ? b : a) + more;
	}
	return reach;
}

/* Calls itself, half by half. */
static void grow(const struct tree *tree, size_t begin, size_t end) {
	struct loop_reach *reach = reach_of(tree, begin, end);
	if (end - begin == 1) {
		*reach = reach_of_arc(tree, &tree->arcs[begin]);
		return;
	}
	const size_t half = middle(begin, end);
	grow(tree, begin, half);
	grow(tree, half, end);
	const struct loop_reach *a = reach_of(tree, begin, half), *b = reach_of(tree, half, end);
	for (size_t k = 0; k < LOOP_DIRECTIONS; k++) {
		reach->lo[k] = a->lo[k] < b->lo[k] ? a->lo[k] : b->lo[k];
		reach->hi[k] = a->hi[k] > b->hi[k] ? a->hi[k] : b->hi[k];
	}
}

static bool reaches_meet(const struct loop_reach *a, const struct loop_reach *b) {
	for (size_t k = 0; k < LOOP_DIRECTIONS; k++)
		if (a->hi[k] < b->lo[k] || b->hi[k] < a->lo[k])
			return false;
	return true;
}

/* Do arcs i < j, which are no neighbours? */
static bool pair_touches(
		const struct loop_arc *arcs, const struct loop_ball *balls, size_t i, size_t j) {
	return balls_touch(&balls[i], &balls[j]) && arcs_touch(&arcs[i], &arcs[j]);
}

/* Does any arc of one chain touch one of a later chain? Calls itself with the longer one's halves. */
static bool chains_touch(
		const struct tree *tree, size_t begin, size_t end, size_t later, size_t later_end) {
	if (!reaches_meet(reach_of(tree, begin, end), reach_of(tree, later, later_end)))
		return false;
	if (end - begin == 1 && later_end - later == 1)
		return later - begin > 1 && later - begin < tree->n - 1 &&
				pair_touches(tree->arcs, tree->balls, begin, later);
	if (end - begin >= later_end - later) {
		const size_t half = middle(begin, end);
		return chains_touch(tree, begin, half, later, later_end) ||
				chains_touch(tree, half, end, later, later_end);
	}
	const size_t half = middle(later, later_end);
	return chains_touch(tree, begin, end, later, half) ||
			chains_touch(tree, begin, end, half, later_end);
}

/* Do any two arcs of the chain touch? Calls itself, half by half. */
static bool chain_touches(const struct tree *tree, size_t begin, size_t end) {
	const size_t half = middle(begin, end);
	return end - begin > 1 &&
			(chain_touches(tree, begin, half) || chain_touches(tree, half, end) ||
					chains_touch(tree, begin, half, half, end));
}

static bool loop_touches(const struct loop_arc *arcs, const struct loop_ball *balls,
		struct loop_reach *reaches, size_t n) {
	struct tree tree = {.arcs = arcs, .balls = balls, .reaches = reaches, .n = n};
	lay_fan(&tree);
	grow(&tree, 0, n);
	return chain_touches(&tree, 0, n);
}

static ent_status check_repeats(
		const struct ent_vec3 *at, size_t n, struct ent_fault *reterr_fault) {
	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++)
			if (same_place(at[i], at[j]))
				return refuse(reterr_fault, "vertices", i, j, SAME);
	return ENT_OK;
}

/* Neighbours share a vertex and nothing else: what folds back touches the edge after it. */
static ent_status check_pairs(const struct ent_vec3 *at, const struct loop_arc *arcs,
		const struct loop_ball *balls, struct loop_reach *reaches, size_t n,
		struct ent_fault *reterr_fault) {
	if (reaches != NULL && !loop_touches(arcs, balls, reaches, n))
		return ENT_OK;
	for (size_t i = 0; i + 2 < n; i++)
		for (size_t j = i + 2; j < n - (i == 0); j++) {
			if (!pair_touches(arcs, balls, i, j))
				continue;
			/* The plainer fault first. */
			const ent_status status = check_repeats(at, n, reterr_fault);
			return status != ENT_OK ? status
						: refuse(reterr_fault, "the edges after vertices",
								  i, j, "cross or touch");
		}
	return ENT_OK;
}

/* Does every vertex lie on the great circle through the first and the one most across from it? */
static bool is_line(const struct ent_vec3 *at, size_t n, struct ent_vec3 *ret_left) {
	struct ent_vec3 left = {0, 0, 0};
	double most2 = 0;
	for (size_t i = 1; i < n; i++) {
		const struct ent_vec3 across = vec_cross(at[0], vec_sub(at[i], at[0]));
		const double across2 = vec_dot(across, across);
		if (across2 > most2) {
			most2 = across2;
			left = across;
		}
	}
	if (!(most2 > 0))
		return false;
	left = unit(left);
	for (size_t i = 1; i < n; i++)
		if (!is_near(vec_dot(left, vec_sub(at[i], at[0]))))
			return false;
	*ret_left = left;
	return true;
}

/*
 * atan2(y, x) in radians, where it is small without its series: x^5 / 5 is left out, below 3e-21.
 */
static double angle_rad(double y, double x) {
	if (cells_size(y) < 1e-4 * x) {
		const double t = y / x;
		return t - t * t * t / 3;
	}
	return ent_geo_atan2_deg(y, x) * RAD_PER_DEG;
}

/* A line that goes all the way around encloses a hemisphere, otherwise nothing. */
static double line_area_sr(const struct ent_vec3 *at, size_t n, struct ent_vec3 left) {
	double turned_rad = 0;
	for (size_t i = 0; i < n; i++) {
		const struct ent_vec3 a = at[i], b = at[i + 1 < n ? i + 1 : 0];
		turned_rad += angle_rad(vec_dot(left, vec_cross(a, b)), vec_dot(a, b));
	}
	return cells_size(turned_rad) > PI ? 2 * PI : 0;
}

/* The least |v + apex|^2 of all vertices. */
static double least_from_antipode(const struct ent_vec3 *at, size_t n, struct ent_vec3 apex) {
	double least = 4;
	for (size_t i = 0; i < n; i++) {
		const double here = apart2(at[i], vec_scale(apex, -1));
		least = here < least ? here : least;
	}
	return least;
}

/*
 * Triangles to all edges meet in the first vertex, unless the antipode of another is too near: then
 * in the best of some directions that nobody's map has corners at.
 */
static struct ent_vec3 choose_apex(const struct ent_vec3 *at, size_t n) {
	static const struct ent_vec3 others[] = {{0.36, 0.48, 0.8}, {-0.48, 0.64, 0.6},
			{0.64, -0.6, 0.48}, {-0.352, -0.936, 0}, {0.28, 0.576, -0.768}};
	struct ent_vec3 best = at[0];
	double most = least_from_antipode(at, n, best);
	for (size_t k = 0; most < ANTIPODE_MIN && k < sizeof others / sizeof others[0]; k++) {
		const double here = least_from_antipode(at, n, others[k]);
		if (here > most) {
			most = here;
			best = others[k];
		}
	}
	return best;
}

/*
 * The sum of signed triangles from one apex is the area to the left of the edges, up to a multiple
 * of the whole sphere. Each: tan(E / 2) = det(o, a, b) / (1 + o.a + a.b + b.o) (Eriksson, 1990).
 */
static double loop_area_sr(const struct ent_vec3 *at, size_t n) {
	const struct ent_vec3 o = choose_apex(at, n);
	double half_sr = 0;
	for (size_t i = 0; i < n; i++) {
		const struct ent_vec3 a = at[i], b = at[i + 1 < n ? i + 1 : 0];
		const double volume = vec_dot(o, vec_cross(vec_sub(a, o), vec_sub(b, o)));
		half_sr += angle_rad(volume, 1 + vec_dot(o, a) + vec_dot(a, b) + vec_dot(b, o));
	}
	while (half_sr < -PI)
		half_sr += 2 * PI;
	while (half_sr > PI)
		half_sr -= 2 * PI;
	return 2 * cells_size(half_sr);
}

ent_status loop_check(const struct ent_vec3 *at, size_t n, struct loop_arc *arcs,
		struct loop_ball *balls, struct loop_reach *reaches, double *ret_area_sr,
		struct ent_fault *reterr_fault) {
	struct ent_vec3 left;
	ent_status status = lay_arcs(at, n, arcs, balls, reterr_fault);
	if (status != ENT_OK)
		return status;
	const bool line = is_line(at, n, &left);
	status = line ? check_repeats(at, n, reterr_fault)
		      : check_pairs(at, arcs, balls, reaches, n, reterr_fault);
	if (status != ENT_OK)
		return status;
	*ret_area_sr = line ? line_area_sr(at, n, left) : loop_area_sr(at, n);
	return ENT_OK;
}
