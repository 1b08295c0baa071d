/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conflict.h: do two 4D volumes come nearer to one another than the minima allow?
 * Depends on: base, geo, volume.
 *
 * The rule. Let a be somewhere in its outline (or on its track) at moment ta, b at tb.
 * There is a conflict when, for some ta and tb with |ta - tb| <= T, both
 *     lateral distance  < L   (or both touch: distance 0), and
 *     vertical distance < V   (or both touch: distance 0),
 * after tolerances: a track's lateral, vertical and time tolerance are taken off the
 * distance. So minima are strict, exactly L or V apart is separated; and where there is
 * no minimum (0), volumes are closed, touching is a conflict.
 *
 * Lateral distance is the geodesic distance on WGS84 between ground positions. Altitudes
 * of one reference are compared in it, exactly, in integers; across references each is an
 * interval that contains the truth, and the smallest distance that they allow counts.
 *
 * Exactness. No conflict is ever missed. A conflict is reported wrongly only when the
 * least lateral distance is within ENT_CONFLICT_BOUND_M(L) above L; times and altitudes of
 * one reference have no such margin.
 */
#ifndef ENTENTE_CONFLICT_H
#define ENTENTE_CONFLICT_H

#include "entente/base.h"
#include "entente/geo.h"
#include "entente/volume.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ENT_MINIMA_LATERAL_MAX_MM INT64_C(500000000) /* 500 km */
#define ENT_MINIMA_VERTICAL_MAX_MM INT64_C(50000000) /* 50 km */
#define ENT_MINIMA_TIME_MAX_US INT64_C(86400000000)  /* a day */

/*
 * The stated bound of the lateral approximation, in metres, for L with both radii and lateral
 * tolerances: 1 mm for rounding, curve fitting and geodesic torsion, and what lies between the
 * chords of the greatest and of the least radius of curvature: at most
 * L^3 / 24 (1 / Rmin^2 - 1 / Rmax^2) = 2.1e-17 L^3, growing with 1 / cos(L / 2R) (src/conflict/reach.h).
 * 1.02 mm at 5 NM, 2 cm at 100 km, 22 m at 1,000 km, 36 km at 10,500 km, two circles of the largest
 * radius.
 */
#define ENT_CONFLICT_BOUND_M(lateral_m)                                     \
	(1e-3 +                                                             \
			2.2e-17 * (lateral_m) * (lateral_m) * (lateral_m) * \
					(1 + 3.8e-15 * (lateral_m) * (lateral_m)))

struct ent_minima {
	int64_t lateral_mm, vertical_mm, time_us;
};

/* Unknown is zero: what was not judged is not clear. */
enum ent_verdict_kind { ENT_VERDICT_UNKNOWN, ENT_VERDICT_CLEAR, ENT_VERDICT_CONFLICT };

enum ent_unknown {
	ENT_UNKNOWN_NOT_JUDGED,
	ENT_UNKNOWN_ALTITUDE, /* near in place and time, but no common altitude reference */
	ENT_UNKNOWN_MINIMA,   /* the minima are out of range */
};

/*
 * Where and when two volumes come nearest while in conflict: the least lateral distance
 * among the moments of conflict, the earliest of those. Distances are after tolerances.
 * first and last enclose every moment of conflict of either volume, rounded outward to
 * a microsecond; ENT_TIME_UNBOUNDED_* where a volume has no such end, and time_a, time_b are
 * ENT_TIME_UNBOUNDED_BEFORE for two fixed volumes without a beginning. The nearest place is
 * looked for along chords: with L, radii and tolerances of over 100 km together it may be off
 * by the stated bound, and lateral_mm with it.
 */
struct ent_witness {
	int64_t first_utc_us, last_utc_us;
	int64_t time_a_utc_us, time_b_utc_us; /* equal when T and time tolerances are 0 */
	struct ent_point at_a, at_b;
	int64_t lateral_mm;                     /* to the nearest mm */
	int64_t vertical_lo_mm, vertical_hi_mm; /* equal in one reference */
};

struct ent_verdict {
	enum ent_verdict_kind kind;
	enum ent_unknown unknown;   /* when kind is unknown */
	struct ent_witness witness; /* when conflict, or unknown for altitude */
};

/* E_DOMAIN with the reason: negative or above the maximum. */
ENT_API ENT_MUST_USE ent_status ent_minima_check(
		const struct ent_minima *minima, struct ent_fault *reterr_fault);

/*
 * Pure, total, no heap. Symmetric: judging (b, a) gives the same verdict with the sides of
 * the witness exchanged, to the last bit; and the same bits on every supported machine.
 */
ENT_API struct ent_verdict ent_conflict_judge(const struct ent_volume *a,
		const struct ent_volume *b, const struct ent_minima *minima);

#ifdef __cplusplus
}
#endif

#endif
