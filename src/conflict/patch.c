/* SPDX-License-Identifier: Apache-2.0 */
/* patch.c: see patch.h. */
#include "patch.h"

enum {
	STACK_MAX = 96,
	VISITS_MAX = 20000, /* patches looked at before the answer is "it may be" */
};

/* A corner this little outside a cut still counts as inside; fractions are at most 1. */
#define CUT_SLACK 1e-13
/* How near patch_least comes to the truth. */
#define LEAST_SLACK_M 1e-4

struct patch patch_rectangle(double u0, double u1, double v0, double v1) {
	return (struct patch){4, {{u0, v0}, {u1, v0}, {u1, v1}, {u0, v1}}};
}

bool patch_cut(struct patch *patch, double cu, double cv, double most) {
	const double size = (cu < 0 ? -cu : cu) + (cv < 0 ? -cv : cv);
	const double limit = most + CUT_SLACK * (size > 0 ? size : 1);
	struct patch kept = {.n = 0};
	for (int i = 0; i < patch->n; i++) {
		const double *p = patch->corner[i], *q = patch->corner[(i + 1) % patch->n];
		const double over_p = cu * p[0] + cv * p[1] - limit;
		const double over_q = cu * q[0] + cv * q[1] - limit;
		if (over_p <= 0 && kept.n < PATCH_CORNERS_MAX) {
			kept.corner[kept.n][0] = p[0];
			kept.corner[kept.n++][1] = p[1];
		}
		if ((over_p <= 0) != (over_q <= 0) && kept.n < PATCH_CORNERS_MAX && patch->n > 1) {
			const double t = over_p / (over_p - over_q);
			kept.corner[kept.n][0] = p[0] + (q[0] - p[0]) * t;
			kept.corner[kept.n++][1] = p[1] + (q[1] - p[1]) * t;
		}
	}
	*patch = kept;
	return kept.n > 0;
}

/* The chords over a patch: p + u a - v b is their difference, in fractions of the whole curves. */
struct lines {
	struct ent_vec3 p, a, b;
	double aa, ab, bb, pa, pb;
};

static double lines_square(const struct lines *l, double u, double v) {
	return vec_square(vec_along(vec_along(l->p, l->a, u), l->b, -v));
}

static void offer(const struct lines *l, double u, double v, double best[3]) {
	const double d2 = lines_square(l, u, v);
	if (d2 < best[2]) {
		best[0] = u;
		best[1] = v;
		best[2] = d2;
	}
}

/* Least on the straight line between two corners: a parabola. */
static void offer_edge(
		const struct lines *l, const double p[2], const double q[2], double best[3]) {
	const double du = q[0] - p[0], dv = q[1] - p[1];
	const struct ent_vec3 along = vec_along(vec_scale(l->a, du), l->b, -dv);
	const struct ent_vec3 from = vec_along(vec_along(l->p, l->a, p[0]), l->b, -p[1]);
	const double along2 = vec_square(along);
	double t = along2 > 0 ? -vec_dot(from, along) / along2 : 0;
	t = t < 0 ? 0 : t > 1 ? 1 : t;
	offer(l, p[0] + du * t, p[1] + dv * t, best);
}

/* The least distance of the chords over the patch: inside it where the slope is nothing, else on its border. */
static void lines_least(const struct lines *l, const struct patch *patch, double best[3]) {
	best[2] = 1e300;
	if (patch->n == 1) {
		offer(l, patch->corner[0][0], patch->corner[0][1], best);
		return;
	}
	const double det = l->aa * l->bb - l->ab * l->ab;
	if (patch->n > 2 && det > 1e-12 * l->aa * l->bb) {
		const double u = (l->pb * l->ab - l->pa * l->bb) / det;
		const double v = (l->pb * l->aa - l->pa * l->ab) / det;
		int left = 0, right = 0;
		for (int i = 0; i < patch->n; i++) {
			const double *p = patch->corner[i], *q = patch->corner[(i + 1) % patch->n];
			const double side = (q[0] - p[0]) * (v - p[1]) - (q[1] - p[1]) * (u - p[0]);
			left += side > 0;
			right += side < 0;
		}
		if (left == 0 || right == 0) {
			offer(l, u, v, best);
			return;
		}
	}
	for (int i = 0; i < patch->n; i++)
		offer_edge(l, patch->corner[i], patch->corner[(i + 1) % patch->n], best);
}

static double curves_distance(const struct curve *a, const struct curve *b, double u, double v) {
	return ent_geo_sqrt(vec_square(vec_sub(curve_at(a, u), curve_at(b, v))));
}

/* A patch with what is known of it. */
struct node {
	struct patch patch;
	double sag_a_m, sag_b_m;
	double u0, u1, v0, v1;
};

/* The lower bound over a patch; ret_nearest: the point where the chords are nearest. */
static double bound(const struct curve *a, const struct curve *b, struct node *node,
		struct nearest *ret_nearest) {
	const struct patch *patch = &node->patch;
	node->u0 = node->u1 = patch->corner[0][0];
	node->v0 = node->v1 = patch->corner[0][1];
	for (int i = 1; i < patch->n; i++) {
		const double u = patch->corner[i][0], v = patch->corner[i][1];
		node->u0 = u < node->u0 ? u : node->u0;
		node->u1 = u > node->u1 ? u : node->u1;
		node->v0 = v < node->v0 ? v : node->v0;
		node->v1 = v > node->v1 ? v : node->v1;
	}
	const double du = node->u1 - node->u0, dv = node->v1 - node->v0;
	const struct ent_vec3 a0 = curve_at(a, node->u0), b0 = curve_at(b, node->v0);
	const struct ent_vec3 chord_a = vec_sub(curve_at(a, node->u1), a0);
	const struct ent_vec3 chord_b = vec_sub(curve_at(b, node->v1), b0);
	const struct ent_vec3 zero = {0, 0, 0};
	struct lines l;
	l.a = du > 0 ? vec_scale(chord_a, 1 / du) : zero;
	l.b = dv > 0 ? vec_scale(chord_b, 1 / dv) : zero;
	l.p = vec_sub(vec_along(a0, l.a, -node->u0), vec_along(b0, l.b, -node->v0));
	l.aa = vec_square(l.a);
	l.ab = vec_dot(l.a, l.b);
	l.bb = vec_square(l.b);
	l.pa = vec_dot(l.p, l.a);
	l.pb = vec_dot(l.p, l.b);
	node->sag_a_m = curve_sag_m(vec_square(chord_a));
	node->sag_b_m = curve_sag_m(vec_square(chord_b));
	double best[3] = {0, 0, 0};
	lines_least(&l, patch, best);
	ret_nearest->u = best[0] < node->u0 ? node->u0 : best[0] > node->u1 ? node->u1 : best[0];
	ret_nearest->v = best[1] < node->v0 ? node->v0 : best[1] > node->v1 ? node->v1 : best[1];
	ret_nearest->distance_m = curves_distance(a, b, ret_nearest->u, ret_nearest->v);
	return ent_geo_sqrt(best[2]) - node->sag_a_m - node->sag_b_m;
}

/* Cuts a node in two across the curve that sags more; false when one of them is gone (only rounding). */
static void split(const struct node *node, struct patch *ret_low, struct patch *ret_high) {
	const bool across_a = node->sag_a_m > node->sag_b_m;
	const double middle = across_a ? 0.5 * (node->u0 + node->u1) : 0.5 * (node->v0 + node->v1);
	*ret_low = *ret_high = node->patch;
	(void)patch_cut(ret_low, across_a, !across_a, middle);
	(void)patch_cut(ret_high, -(double)across_a, -(double)!across_a, -middle);
}

/* Looks for a distance of at most high_m; patches at or above low_m (or the best found, less slack) are discarded. */
static bool search(const struct curve *a, const struct curve *b, const struct patch *patch,
		double low_m, double high_m, struct nearest *best) {
	struct patch stack[STACK_MAX];
	int n = 1, visits = 0;
	bool found = false;
	stack[0] = *patch;
	while (n > 0) {
		struct node node = {.patch = stack[--n]};
		struct nearest here;
		if (node.patch.n == 0)
			continue;
		const double at_least_m = bound(a, b, &node, &here);
		if (here.distance_m < best->distance_m) {
			*best = here;
			found = true;
		}
		if (best->distance_m <= high_m)
			return true;
		const double limit_m = best->distance_m - LEAST_SLACK_M;
		if (at_least_m >= low_m || (high_m < 0 && at_least_m >= limit_m))
			continue;
		if (++visits > VISITS_MAX || n + 2 > STACK_MAX)
			return true;
		split(&node, &stack[n], &stack[n + 1]);
		n += 2;
	}
	return high_m < 0 && found;
}

bool patch_within(const struct curve *a, const struct curve *b, const struct patch *patch,
		const struct reach *reach, struct nearest *ret_nearest) {
	struct nearest best = {0, 0, 1e300};
	if (!search(a, b, patch, reach->low_m, reach->high_m, &best))
		return false;
	*ret_nearest = best;
	return true;
}

bool patch_least(const struct curve *a, const struct curve *b, const struct patch *patch,
		double at_most_m, struct nearest *ret_nearest) {
	struct nearest best = {0, 0, at_most_m};
	if (!search(a, b, patch, at_most_m, -1, &best) || !(best.distance_m < at_most_m))
		return false;
	*ret_nearest = best;
	return true;
}
