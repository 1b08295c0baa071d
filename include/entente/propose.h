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

#ifdef __cplusplus
extern "C" {
#endif

enum ent_proposal_kind {
	ENT_PROPOSAL_TIME,     /* later or earlier */
	ENT_PROPOSAL_ALTITUDE, /* higher or lower */
	ENT_PROPOSAL_LATERAL,  /* aside */
	ENT_PROPOSAL_COMBINED, /* the fewest steps in all, of any mix */
	ENT_PROPOSAL_COUNT
};

/* Steps of one kind, and of a mix. */
enum { ENT_PROPOSAL_STEPS_MAX = 1000, ENT_PROPOSAL_MIX_MAX = 60 };

/* Volumes that are moved as one. */
enum { ENT_PROPOSAL_VOLUMES_MAX = 1024 };

/* Steps and how many of them may be tried each way; 0 steps: that kind is not tried. */
struct ent_proposal_limits {
	int64_t time_step_us;
	int32_t altitude_step_mm;
	int64_t lateral_step_mm;
	uint32_t time_steps, altitude_steps, lateral_steps;
	uint32_t mix_steps; /* of two or three kinds together; 0: no mixes */
	bool earlier;       /* may it also go earlier? */
	/*
	 * In the volume's own reference. Nothing is moved further below the one or above the
	 * other; what is there already may stay.
	 */
	int32_t altitude_min_mm, altitude_max_mm;
};

/*
 * Steps of 1 min to an hour, never earlier; of 500 ft to 6,000 ft (crewed) or 10 m to
 * 200 m; of 0.5 NM to 20 NM (crewed) or 5 NM; mixes of up to 12 steps. From 0 to
 * 60,000 ft, the top of the airspace that is controlled anywhere (ICAO Annex 11 leaves
 * the limit to states; FL600 is the highest in use).
 */
ENT_API struct ent_proposal_limits ent_proposal_limits_default(bool crewed);

struct ent_proposal {
	bool found;         /* false: none within the limits */
	uint32_t steps;     /* in all; 0: nothing need change */
	int64_t later_us;   /* negative: earlier */
	int32_t higher_mm;  /* negative: lower */
	int64_t offset_mm;  /* a track: positive right of its direction; else along azimuth_deg */
	double azimuth_deg; /* not for a track */
	uint64_t tried;     /* how many changes were checked to find this or to find none */
};

/* Does what is filed under this id count? False for the volume itself and what may be near it. */
typedef bool (*ent_proposal_counts_fn)(void *user, uint64_t id);

/*
 * Fills ret_proposals[ENT_PROPOSAL_COUNT] for the n volumes (of one flight), which move as
 * one. 'counts' NULL: all that is filed counts. Tracks go right and left, other kinds in
 * eight azimuths; where there are both, nothing goes aside.
 *
 * Of equal steps the order is: the fewest kinds changed; more time, then more altitude; later before earlier, higher
 * before lower, right before left, azimuths from north clockwise. A change whose verdict is unknown is not clean, nor
 * is one that leaves what a volume can be, nor one that ent_volume_create_moved refuses because it cannot be flown.
 * When no single kind needs as few as mix_steps, longer mixes are not tried. E_DOMAIN: limits or minima. E_LIMIT: n.
 * E_MEMORY.
 */
ENT_API ENT_MUST_USE ent_status ent_propose(const struct ent_index_snapshot *snapshot,
		const struct ent_volume *const *volumes, size_t n, const struct ent_minima *minima,
		ent_proposal_counts_fn counts, void *user, const struct ent_proposal_limits *limits,
		struct ent_proposal *ret_proposals, struct ent_fault *reterr_fault);

#ifdef __cplusplus
}
#endif

#endif
