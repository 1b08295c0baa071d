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
		const struct loop_ball *balls, size_t n, struct ent_fault *reterr_fault) {
	for (size_t i = 0; i + 2 < n; i++)
		for (size_t j = i + 2; j < n - (i == 0); j++) {
			if (!balls_touch(&balls[i], &balls[j]) || !arcs_touch(&arcs[i], &arcs[j]))
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
		struct loop_ball *balls, double *ret_area_sr, struct ent_fault *reterr_fault) {
	struct ent_vec3 left;
	ent_status status = lay_arcs(at, n, arcs, balls, reterr_fault);
	if (status != ENT_OK)
		return status;
	const bool line = is_line(at, n, &left);
	status = line ? check_repeats(at, n, reterr_fault)
		      : check_pairs(at, arcs, balls, n, reterr_fault);
	if (status != ENT_OK)
		return status;
	*ret_area_sr = line ? line_area_sr(at, n, left) : loop_area_sr(at, n);
	return ENT_OK;
}
