/* SPDX-License-Identifier: Apache-2.0 */
/*
 * propose.h: the smallest change that takes a volume clear of everything filed.
 * Depends on: base, volume, conflict, index.
 *
 * A proposal is checked clean against the whole snapshot before it is returned, and no
 * smaller step of its kind is clean. When none is found within the limits, that is said.
 * It is a proposal: a person accepts it.
 */
#ifndef ENTENTE_PROPOSE_H
#define ENTENTE_PROPOSE_H

#include "entente/index.h"

enum ent_proposal_kind {
	ENT_PROPOSAL_TIME,     /* later or earlier */
	ENT_PROPOSAL_ALTITUDE, /* higher or lower */
	ENT_PROPOSAL_LATERAL,  /* aside */
	ENT_PROPOSAL_COMBINED, /* the fewest steps in all, of any mix */
	ENT_PROPOSAL_COUNT
};

/* Steps and how many of them may be tried each way; 0 steps: that kind is not tried. */
struct ent_proposal_limits {
	int64_t time_step_us;
	int32_t altitude_step_mm;
	int64_t lateral_step_mm;
	uint32_t time_steps, altitude_steps, lateral_steps;
	bool earlier;                             /* may it also go earlier? */
	int32_t altitude_min_mm, altitude_max_mm; /* in the volume's own reference */
};

/* 1 min to 60, 500 ft (crewed) or 10 m to 12 and 20 steps, 0.5 NM to 40 steps, never earlier. */
ENT_API struct ent_proposal_limits ent_proposal_limits_default(bool crewed);

struct ent_proposal {
	bool found;         /* false: none within the limits */
	uint32_t steps;     /* in all */
	int64_t later_us;   /* negative: earlier */
	int32_t higher_mm;  /* negative: lower */
	int64_t offset_mm;  /* a track: positive right of its direction; else along azimuth_deg */
	double azimuth_deg; /* not for a track */
	uint64_t tried;     /* how many changes were checked to find this or to find none */
};

/*
 * Fills ret_proposals[ENT_PROPOSAL_COUNT]. 'except': the volume's own id in the index, or
 * NULL. Of equal steps the order is: later before earlier, higher before lower, right before
 * left (azimuths from north clockwise), and in a combination the fewest kinds changed.
 * A change whose verdict is unknown is not clean. E_DOMAIN: limits or minima. E_MEMORY.
 */
ENT_API ENT_MUST_USE ent_status ent_propose(const struct ent_index_snapshot *snapshot,
		const struct ent_volume *volume, const struct ent_minima *minima,
		const uint64_t *except, const struct ent_proposal_limits *limits,
		struct ent_proposal *ret_proposals, struct ent_fault *reterr_fault);

#endif
