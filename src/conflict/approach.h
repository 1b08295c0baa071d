/* SPDX-License-Identifier: Apache-2.0 */
/*
 * approach.h: the squared distance of two moving points over a window of time, as a
 * polynomial of degree eight in Bernstein form: where is it below a threshold first, last,
 * and where is it least?
 *
 * A Bernstein polynomial lies between its least and its greatest coefficient, and halving
 * its interval brings them to it quadratically. So a window is discarded only when no
 * coefficient is below the threshold, which proves it clear.
 */
#ifndef ENTENTE_CONFLICT_APPROACH_H
#define ENTENTE_CONFLICT_APPROACH_H

#include <stdbool.h>

#include "curve.h"

enum { APPROACH_DEGREE = 8 };

struct approach {
	double b[APPROACH_DEGREE + 1]; /* square metres, over [0, 1] of the window */
};

/* The distance between a at fraction a0 + (a1 - a0) x and b at b0 + (b1 - b0) x, x in [0, 1]. */
struct approach approach_of(const struct curve *a, double a0, double a1, const struct curve *b,
		double b0, double b1);

/*
 * The first (last) x whose value may be below low2; false when certainly none is. Any x with
 * a value up to high2 > low2 may be taken. Correct to 'step' in x, on the side that
 * makes the interval longer.
 */
bool approach_first(const struct approach *approach, double low2, double high2, double step,
		double *ret_x);
bool approach_last(const struct approach *approach, double low2, double high2, double step,
		double *ret_x);

/* The least value, its root right to within slack_m, and where, the earliest of those found. */
double approach_least(const struct approach *approach, double slack_m, double *ret_x);

#endif
