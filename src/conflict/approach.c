/* SPDX-License-Identifier: Apache-2.0 */
/* approach.c: see approach.h. */
#include "approach.h"

enum {
	N = APPROACH_DEGREE + 1,
	DEPTH_MAX = 64,    /* halvings; an interval is then below 1e-19 of the window */
	VISITS_MAX = 4096, /* intervals looked at before the answer is "it may be" */
};

/* Bernstein coefficients of degree 4 from the values at 0, 1/4, 1/2, 3/4, 1 (interpolation). */
static void coefficients(const double y[5], double b[5]) {
	b[0] = y[0];
	b[1] = (-13.0 * y[0] + 48.0 * y[1] - 36.0 * y[2] + 16.0 * y[3] - 3.0 * y[4]) / 12.0;
	b[2] = (13.0 * y[0] - 64.0 * y[1] + 120.0 * y[2] - 64.0 * y[3] + 13.0 * y[4]) / 18.0;
	b[3] = (-3.0 * y[0] + 16.0 * y[1] - 36.0 * y[2] + 48.0 * y[3] - 13.0 * y[4]) / 12.0;
	b[4] = y[4];
}

/* Adds the square of a polynomial of degree 4: b_k = sum C(4,i) C(4,k-i) / C(8,k) p_i p_(k-i). */
static void add_square(double b[N], const double p[5]) {
	b[0] += p[0] * p[0];
	b[1] += p[0] * p[1];
	b[2] += (6.0 * p[0] * p[2] + 8.0 * p[1] * p[1]) / 14.0;
	b[3] += (p[0] * p[3] + 6.0 * p[1] * p[2]) / 7.0;
	b[4] += (p[0] * p[4] + 16.0 * p[1] * p[3] + 18.0 * p[2] * p[2]) / 35.0;
	b[5] += (p[4] * p[1] + 6.0 * p[3] * p[2]) / 7.0;
	b[6] += (6.0 * p[4] * p[2] + 8.0 * p[3] * p[3]) / 14.0;
	b[7] += p[4] * p[3];
	b[8] += p[4] * p[4];
}

struct approach approach_of(const struct curve *a, double a0, double a1, const struct curve *b,
		double b0, double b1) {
	double x[5], y[5], z[5], c[5];
	for (int i = 0; i < 5; i++) {
		const double f = 0.25 * i;
		const struct ent_vec3 d = vec_sub(
				curve_at(a, a0 + (a1 - a0) * f), curve_at(b, b0 + (b1 - b0) * f));
		x[i] = d.x;
		y[i] = d.y;
		z[i] = d.z;
	}
	struct approach approach = {{0}};
	coefficients(x, c);
	add_square(approach.b, c);
	coefficients(y, c);
	add_square(approach.b, c);
	coefficients(z, c);
	add_square(approach.b, c);
	return approach;
}

/* Halves by de Casteljau's rule. */
static void halve(const double b[N], double left[N], double right[N]) {
	double work[N];
	for (int i = 0; i < N; i++)
		work[i] = b[i];
	for (int k = 0; k < N; k++) {
		left[k] = work[0];
		right[N - 1 - k] = work[N - 1 - k];
		for (int i = 0; i + 1 < N - k; i++)
			work[i] = 0.5 * (work[i] + work[i + 1]);
	}
}

static double smallest(const double b[N]) {
	double least = b[0];
	for (int i = 1; i < N; i++)
		least = b[i] < least ? b[i] : least;
	return least;
}

struct part {
	double b[N];
	double from, width;
};

bool approach_first(const struct approach *approach, double low2, double high2, double step,
		double *ret_x) {
	struct part stack[DEPTH_MAX + 2];
	int n = 1, visits = 0;
	stack[0] = (struct part){.from = 0, .width = 1};
	for (int i = 0; i < N; i++)
		stack[0].b[i] = approach->b[i];
	while (n > 0) {
		const struct part part = stack[--n];
		if (smallest(part.b) >= low2)
			continue;
		if (part.b[0] <= high2 || part.width <= step || ++visits > VISITS_MAX ||
				n > DEPTH_MAX) {
			*ret_x = part.from;
			return true;
		}
		struct part *right = &stack[n], *left = &stack[n + 1];
		halve(part.b, left->b, right->b);
		left->from = part.from;
		right->from = part.from + 0.5 * part.width;
		left->width = right->width = 0.5 * part.width;
		n += 2;
	}
	/* No coefficient below low2 anywhere: the last end point was looked at as one of them. */
	return false;
}

bool approach_last(const struct approach *approach, double low2, double high2, double step,
		double *ret_x) {
	struct approach mirrored;
	double x;
	for (int i = 0; i < N; i++)
		mirrored.b[i] = approach->b[N - 1 - i];
	if (!approach_first(&mirrored, low2, high2, step, &x))
		return false;
	*ret_x = 1 - x;
	return true;
}

double approach_least(const struct approach *approach, double slack_m, double *ret_x) {
	struct part stack[DEPTH_MAX + 2];
	int n = 1, visits = 0;
	double best = approach->b[0], best_x = 0;
	if (approach->b[N - 1] < best) {
		best = approach->b[N - 1];
		best_x = 1;
	}
	stack[0] = (struct part){.from = 0, .width = 1};
	for (int i = 0; i < N; i++)
		stack[0].b[i] = approach->b[i];
	while (n > 0 && ++visits <= VISITS_MAX) {
		const struct part part = stack[--n];
		const double nearer_m = ent_geo_sqrt(best > 0 ? best : 0) - slack_m;
		if (nearer_m <= 0)
			break;
		if (smallest(part.b) >= nearer_m * nearer_m || n > DEPTH_MAX)
			continue;
		struct part *right = &stack[n], *left = &stack[n + 1];
		halve(part.b, left->b, right->b);
		left->from = part.from;
		right->from = part.from + 0.5 * part.width;
		left->width = right->width = 0.5 * part.width;
		n += 2;
		if (right->b[0] < best) {
			best = right->b[0];
			best_x = right->from;
		}
	}
	*ret_x = best_x;
	return best;
}
