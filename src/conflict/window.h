/* SPDX-License-Identifier: Apache-2.0 */
/*
 * window.h: when are two volumes near enough in altitude? Decided exactly.
 *
 * Altitudes are integers of a millimetre at integer microseconds and linear between, so an
 * altitude difference at an integer microsecond is a fraction with a known denominator: with
 * legs of up to 30 days (2^41.3 us) and altitudes below 2^28 mm, numerators stay below 2^115.
 * Whether a moment exists at which the condition holds is decided on those integers; where
 * it begins and ends inside the window is then a double, rounded outward.
 */
#ifndef ENTENTE_CONFLICT_WINDOW_H
#define ENTENTE_CONFLICT_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#include "entente/volume.h"

__extension__ typedef __int128 int128;

/* One leg's altitude: z0 at t0, z1 at t0 + duration. */
struct climb {
	int64_t t0_us, duration_us; /* duration at least 1; z1 = z0 for a lone point */
	int64_t z0_mm, z1_mm;
};

/*
 * The condition on d = z_a - z_b: -down < d < up when strict, else -down <= d <= up.
 * Unbounded sides are INT64_MAX.
 */
struct gap {
	int64_t up_mm, down_mm;
	bool strict;
};

/* A part of a window, 0 <= from <= to <= 1. */
struct part_of {
	double from, to;
};

/* Altitude times duration at a moment: an integer. */
static inline int128 climb_at(const struct climb *climb, int64_t time_us) {
	return (int128)climb->z0_mm * climb->duration_us +
			(int128)(climb->z1_mm - climb->z0_mm) * (time_us - climb->t0_us);
}

/* z_a(time_a) - z_b(time_b), times both durations. */
static inline int128 climb_between(const struct climb *a, int64_t time_a_us, const struct climb *b,
		int64_t time_b_us) {
	return climb_at(a, time_a_us) * b->duration_us - climb_at(b, time_b_us) * a->duration_us;
}

/* The same in millimetres, rounded; for showing only. */
double climb_difference_mm(
		const struct climb *a, int64_t time_a_us, const struct climb *b, int64_t time_b_us);

/*
 * The part of [start, end] in which the condition holds for two legs at the same moment.
 * False: at no moment.
 */
bool window_level(const struct climb *a, const struct climb *b, const struct gap *gap,
		int64_t start_us, int64_t end_us, struct part_of *ret_part);

/* Does it hold for some of these pairs of moments and everything between them? (A convex region's corners.) */
bool window_corners(const struct climb *a, const struct climb *b, const struct gap *gap,
		const int64_t (*corners_us)[2], unsigned n);

#endif
