/* SPDX-License-Identifier: Apache-2.0 */
/* window.c: see window.h. */
#include "window.h"

/* A few units in the last place of a fraction of a window. */
#define OUTWARD 1e-14

double climb_difference_mm(const struct climb *a, int64_t time_a_us, const struct climb *b,
		int64_t time_b_us) {
	const double za = (double)a->z0_mm +
			(double)(a->z1_mm - a->z0_mm) *
					((double)(time_a_us - a->t0_us) / (double)a->duration_us);
	const double zb = (double)b->z0_mm +
			(double)(b->z1_mm - b->z0_mm) *
					((double)(time_b_us - b->t0_us) / (double)b->duration_us);
	return za - zb;
}

/*
 * Cuts the part where a linear function's slack, s at 0 and e at 1, is positive (or 0 when
 * not strict). False: nowhere.
 */
static bool cut(int128 s, int128 e, bool strict, struct part_of *part) {
	const bool ok_s = strict ? s > 0 : s >= 0, ok_e = strict ? e > 0 : e >= 0;
	if (ok_s && ok_e)
		return true;
	if (!ok_s && !ok_e)
		return false;
	const double x = (double)s / ((double)s - (double)e);
	if (ok_s) {
		const double to = x + OUTWARD;
		part->to = to < part->to ? to : part->to;
	} else {
		const double from = x - OUTWARD;
		part->from = from > part->from ? from : part->from;
	}
	return true;
}

bool window_level(const struct climb *a, const struct climb *b, const struct gap *gap,
		int64_t start_us, int64_t end_us, struct part_of *ret_part) {
	const int128 scale = (int128)a->duration_us * b->duration_us;
	const int128 s = climb_between(a, start_us, b, start_us);
	const int128 e = climb_between(a, end_us, b, end_us);
	struct part_of part = {0, 1};
	if (gap->up_mm != INT64_MAX &&
			!cut(gap->up_mm * scale - s, gap->up_mm * scale - e, gap->strict, &part))
		return false;
	if (gap->down_mm != INT64_MAX &&
			!cut(gap->down_mm * scale + s, gap->down_mm * scale + e, gap->strict,
					&part))
		return false;
	/* Both conditions hold somewhere, so, the difference being continuous, together somewhere. */
	if (part.from > part.to)
		part.from = part.to = 0.5 * (part.from + part.to);
	part.from = part.from < 0 ? 0 : part.from > 1 ? 1 : part.from;
	part.to = part.to < 0 ? 0 : part.to > 1 ? 1 : part.to;
	*ret_part = part;
	return true;
}

bool window_corners(const struct climb *a, const struct climb *b, const struct gap *gap,
		const int64_t (*corners_us)[2], unsigned n) {
	const int128 scale = (int128)a->duration_us * b->duration_us;
	bool below = gap->up_mm == INT64_MAX, above = gap->down_mm == INT64_MAX;
	for (unsigned i = 0; i < n; i++) {
		const int128 d = climb_between(a, corners_us[i][0], b, corners_us[i][1]);
		const int128 under = gap->up_mm * scale - d, over = gap->down_mm * scale + d;
		below = below || (gap->strict ? under > 0 : under >= 0);
		above = above || (gap->strict ? over > 0 : over >= 0);
	}
	return below && above;
}
