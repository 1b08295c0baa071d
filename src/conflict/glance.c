/* SPDX-License-Identifier: Apache-2.0 */
/* glance.c: see glance.h. */
#include "glance.h"

#include "reach.h"

bool glance_gap(const struct ent_volume_parts *a, uint32_t leg_a, const struct ent_volume_parts *b,
		uint32_t leg_b, const struct gap *asked, struct gap *ret_gap) {
	*ret_gap = *asked;
	if (glance_one_gap(a, b))
		return true;
	if (!ent_w84_known(a->floor_w84) || !ent_w84_known(b->floor_w84)) {
		ret_gap->up_mm = ret_gap->down_mm = INT64_MAX;
		return false;
	}
	const struct ent_interval zero = {0, 0};
	const struct ent_interval *offsets_a = a->track->w84_minus_altitude;
	const struct ent_interval *offsets_b = b->track->w84_minus_altitude;
	const struct ent_interval off_a = offsets_a != NULL ? offsets_a[leg_a] : zero;
	const struct ent_interval off_b = offsets_b != NULL ? offsets_b[leg_b] : zero;
	ret_gap->up_mm += off_b.hi_mm - off_a.lo_mm;
	ret_gap->down_mm += off_a.hi_mm - off_b.lo_mm;
	return true;
}

bool glance_runs(const struct ent_volume *a, uint32_t first_a, uint32_t count_a,
		const struct ent_volume *b, uint32_t first_b, uint32_t count_b,
		const struct ent_minima *minima) {
	const struct ent_volume_parts *pa = ent_volume_parts(a), *pb = ent_volume_parts(b);
	const struct ent_tolerance *ta = &pa->track->tolerance, *tb = &pb->track->tolerance;
	if (minima->time_us + ta->time_us + tb->time_us > 0)
		return true;
	const struct strand sa = strand_of(pa), sb = strand_of(pb);
	/* A geodesic is never shorter than its chord. */
	const double low_m = (double)(minima->lateral_mm + pa->radius_mm + pb->radius_mm) * 1e-3 +
			REACH_LOW_M;
	const int64_t vertical_mm = minima->vertical_mm + ta->vertical_mm + tb->vertical_mm;
	const struct gap asked = {vertical_mm, vertical_mm, minima->vertical_mm > 0};
	const bool one_gap = glance_one_gap(pa, pb);
	struct gap gap = asked;
	const uint32_t end_a = first_a + count_a, end_b = first_b + count_b;
	for (uint32_t i = first_a, j = first_b; i < end_a && j < end_b;) {
		const int64_t a0_us = sa.at_utc_us[i], a1_us = sa.at_utc_us[i + sa.step];
		const int64_t b0_us = sb.at_utc_us[j], b1_us = sb.at_utc_us[j + sb.step];
		if (a0_us <= b1_us && b0_us <= a1_us) {
			const uint32_t leg_a = strand_leg(&sa, i), leg_b = strand_leg(&sb, j);
			if (!one_gap)
				(void)glance_gap(pa, leg_a, pb, leg_b, &asked, &gap);
			if (!glance_levels_apart(&sa, leg_a, &sb, leg_b, &gap) &&
					glance_chords_near(&sa, i, &sb, j, low_m))
				return true;
		}
		i += a1_us <= b1_us;
		j += b1_us <= a1_us;
	}
	return false;
}
