/* SPDX-License-Identifier: Apache-2.0 */
/*
 * propose.c: changes are tried in the order that propose.h states, the first clean one is
 * the smallest. What stopped one change most often stops the next, so the last few that
 * did are asked first; a change that passes them is checked against the whole snapshot.
 */
#include "entente/propose.h"

#include <stdlib.h>
#include <string.h>

enum { TIME, ALTITUDE, LATERAL, AXES };
enum { BLOCKERS = 8, AZIMUTHS = 8 };

struct ent_proposal_limits ent_proposal_limits_default(bool crewed) {
	return (struct ent_proposal_limits){
			.time_step_us = 60000000,
			.altitude_step_mm = crewed ? 152400 : 10000,
			.lateral_step_mm = 926000,
			.time_steps = 60,
			.altitude_steps = crewed ? 12 : 20,
			.lateral_steps = crewed ? 40 : 10,
			.mix_steps = 12,
			.earlier = false,
			.altitude_min_mm = 0,
			.altitude_max_mm = 18288000,
	};
}

/* Steps along each axis and which way; 'way' of an axis counts from 0 in the stated order. */
struct change {
	uint32_t steps[AXES];
	unsigned way[AXES];
};

struct prober {
	const struct ent_index_snapshot *snapshot;
	const struct ent_volume *const *volumes;
	struct ent_volume **moved;
	size_t n;
	const struct ent_minima *minima;
	ent_proposal_counts_fn counts;
	void *user;
	const struct ent_proposal_limits *limits;
	uint32_t most[AXES]; /* steps */
	unsigned ways[AXES];
	bool tracks_only;
	const struct ent_volume
			*blocker[BLOCKERS]; /* the latest first; borrowed from the snapshot */
	uint64_t tried;
	bool blocked;
	ent_status status;
};

/* --- One change --- */

static struct ent_proposal describe(const struct prober *prober, const struct change *change) {
	const struct ent_proposal_limits *limits = prober->limits;
	struct ent_proposal p = {.found = true};
	for (int axis = 0; axis < AXES; axis++)
		p.steps += change->steps[axis];
	p.later_us = (int64_t)change->steps[TIME] * limits->time_step_us;
	p.higher_mm = (int32_t)change->steps[ALTITUDE] * limits->altitude_step_mm;
	p.offset_mm = (int64_t)change->steps[LATERAL] * limits->lateral_step_mm;
	if (change->way[TIME] == 1)
		p.later_us = -p.later_us;
	if (change->way[ALTITUDE] == 1)
		p.higher_mm = -p.higher_mm;
	if (!prober->tracks_only)
		p.azimuth_deg = change->way[LATERAL] * (360.0 / AZIMUTHS);
	else if (change->way[LATERAL] == 1)
		p.offset_mm = -p.offset_mm;
	return p;
}

/* An open side has no end that could be moved too far. */
static bool altitude_allowed(const struct prober *prober, int32_t higher_mm) {
	const struct ent_proposal_limits *limits = prober->limits;
	for (size_t i = 0; i < prober->n; i++) {
		const struct ent_band band = ent_volume_parts(prober->volumes[i])->band;
		if (higher_mm < 0 && band.floor.mm != ENT_ALTITUDE_UNBOUNDED_BELOW &&
				(int64_t)band.floor.mm + higher_mm < limits->altitude_min_mm)
			return false;
		if (higher_mm > 0 && band.ceiling.mm != ENT_ALTITUDE_UNBOUNDED_ABOVE &&
				(int64_t)band.ceiling.mm + higher_mm > limits->altitude_max_mm)
			return false;
	}
	return true;
}

/* False when a volume cannot be there or be flown, or (with status) for want of memory. */
static bool move_all(struct prober *prober, const struct ent_proposal *p) {
	for (size_t i = 0; i < prober->n; i++) {
		const ent_status status = ent_volume_create_moved(prober->volumes[i], p->later_us,
				p->higher_mm, p->offset_mm, p->azimuth_deg, &prober->moved[i]);
		if (status == ENT_E_MEMORY)
			prober->status = status;
		if (status != ENT_OK)
			return false;
	}
	return true;
}

static bool passes_blockers(const struct prober *prober) {
	for (unsigned b = 0; b < BLOCKERS && prober->blocker[b] != NULL; b++)
		for (size_t i = 0; i < prober->n; i++)
			if (ent_conflict_judge(prober->moved[i], prober->blocker[b], prober->minima)
							.kind != ENT_VERDICT_CLEAR)
				return false;
	return true;
}

static bool may_block(void *user, uint64_t id) {
	const struct prober *prober = user;
	return prober->counts == NULL || prober->counts(prober->user, id);
}

static bool hit(void *user, const struct ent_index_hit *hit) {
	struct prober *prober = user;
	memmove(prober->blocker + 1, prober->blocker,
			(BLOCKERS - 1) * sizeof(const struct ent_volume *));
	prober->blocker[0] = hit->volume;
	prober->blocked = true;
	return false;
}

static bool clean(struct prober *prober, const struct change *change) {
	const struct ent_proposal p = describe(prober, change);
	prober->tried++;
	if (!altitude_allowed(prober, p.higher_mm))
		return false;
	prober->blocked = !move_all(prober, &p) || !passes_blockers(prober);
	for (size_t i = 0; i < prober->n && !prober->blocked && prober->status == ENT_OK; i++)
		prober->status = ent_index_query(prober->snapshot, prober->moved[i], prober->minima,
				NULL, may_block, hit, prober);
	for (size_t i = 0; i < prober->n; i++) {
		ent_volume_release(prober->moved[i]);
		prober->moved[i] = NULL;
	}
	return !prober->blocked && prober->status == ENT_OK;
}

/* --- All changes in order --- */

/* The ways of the axes that are changed, the last axis turning fastest. False after the last. */
static bool next_ways(const struct prober *prober, struct change *change) {
	for (int axis = AXES - 1; axis >= 0; axis--) {
		if (change->steps[axis] == 0)
			continue;
		if (++change->way[axis] < prober->ways[axis])
			return true;
		change->way[axis] = 0;
	}
	return false;
}

/* One number of steps for each axis, in all ways. */
static bool try_ways(struct prober *prober, const uint32_t steps[AXES],
		struct ent_proposal *ret_proposal) {
	struct change change = {.steps = {steps[TIME], steps[ALTITUDE], steps[LATERAL]}};
	for (int axis = 0; axis < AXES; axis++)
		if (steps[axis] > prober->most[axis])
			return false;
	do {
		if (clean(prober, &change)) {
			*ret_proposal = describe(prober, &change);
			return true;
		}
	} while (prober->status == ENT_OK && next_ways(prober, &change));
	return false;
}

static void propose_single(struct prober *prober, int axis, struct ent_proposal *ret_proposal) {
	*ret_proposal = (struct ent_proposal){.found = false};
	prober->tried = 0;
	for (uint32_t n = 1; n <= prober->most[axis] && prober->status == ENT_OK; n++) {
		uint32_t steps[AXES] = {0, 0, 0};
		steps[axis] = n;
		if (try_ways(prober, steps, ret_proposal))
			break;
	}
	ret_proposal->tried = prober->tried;
}

/* All mixes of n steps: of two kinds, then of three; more time first, then more altitude. */
static bool try_mixes(struct prober *prober, uint32_t n, struct ent_proposal *ret_proposal) {
	for (unsigned kinds = 2; kinds <= AXES; kinds++)
		for (uint32_t time = n + 1; time-- > 0;)
			for (uint32_t altitude = n - time + 1; altitude-- > 0;) {
				const uint32_t steps[AXES] = {time, altitude, n - time - altitude};
				if ((steps[TIME] > 0) + (steps[ALTITUDE] > 0) +
								(steps[LATERAL] > 0) !=
						(int)kinds)
					continue;
				if (try_ways(prober, steps, ret_proposal))
					return true;
				if (prober->status != ENT_OK)
					return false;
			}
	return false;
}

/* singles: what each kind alone needs. */
static void propose_combined(struct prober *prober, const struct ent_proposal singles[AXES],
		struct ent_proposal *ret_proposal) {
	const struct ent_proposal *best = NULL;
	for (int axis = 0; axis < AXES; axis++)
		if (singles[axis].found && (best == NULL || singles[axis].steps < best->steps))
			best = &singles[axis];
	*ret_proposal = best != NULL ? *best : (struct ent_proposal){.found = false};
	prober->tried = 0;
	for (uint32_t n = 2; n <= prober->limits->mix_steps && (best == NULL || n < best->steps);
			n++)
		if (try_mixes(prober, n, ret_proposal) || prober->status != ENT_OK)
			break;
	ret_proposal->tried = prober->tried;
}

static ent_status check_limits(
		const struct ent_proposal_limits *limits, struct ent_fault *reterr_fault) {
	const bool steps_fine = limits->time_steps <= ENT_PROPOSAL_STEPS_MAX &&
			limits->altitude_steps <= ENT_PROPOSAL_STEPS_MAX &&
			limits->lateral_steps <= ENT_PROPOSAL_STEPS_MAX &&
			limits->mix_steps <= ENT_PROPOSAL_MIX_MAX;
	const bool sizes_fine = limits->time_step_us > 0 &&
			limits->time_step_us <= ENT_MINIMA_TIME_MAX_US &&
			limits->altitude_step_mm > 0 &&
			limits->altitude_step_mm <= ENT_ALTITUDE_MAX_MM / ENT_PROPOSAL_STEPS_MAX &&
			limits->lateral_step_mm > 0 &&
			limits->lateral_step_mm <= ENT_RADIUS_MAX_MM / ENT_PROPOSAL_STEPS_MAX;
	if (steps_fine && sizes_fine && limits->altitude_min_mm <= limits->altitude_max_mm)
		return ENT_OK;
	ent_fault_set(reterr_fault, "limits",
			!steps_fine                   ? "more steps than can be tried"
					: !sizes_fine ? "a step is not positive, or is too large"
						      : "the lowest altitude is above the highest");
	return ENT_E_DOMAIN;
}

static void choose_ways(struct prober *prober) {
	const struct ent_proposal_limits *limits = prober->limits;
	size_t tracks = 0;
	for (size_t i = 0; i < prober->n; i++)
		tracks += ent_volume_parts(prober->volumes[i])->kind == ENT_VOLUME_TRACK;
	prober->tracks_only = tracks == prober->n;
	prober->most[TIME] = limits->time_steps;
	prober->most[ALTITUDE] = limits->altitude_steps;
	prober->most[LATERAL] = tracks == 0 || tracks == prober->n ? limits->lateral_steps : 0;
	prober->ways[TIME] = limits->earlier ? 2 : 1;
	prober->ways[ALTITUDE] = 2;
	prober->ways[LATERAL] = prober->tracks_only ? 2 : AZIMUTHS;
}

ent_status ent_propose(const struct ent_index_snapshot *snapshot,
		const struct ent_volume *const *volumes, size_t n, const struct ent_minima *minima,
		ent_proposal_counts_fn counts, void *user, const struct ent_proposal_limits *limits,
		struct ent_proposal *ret_proposals, struct ent_fault *reterr_fault) {
	ent_status status = ent_minima_check(minima, reterr_fault);
	if (status == ENT_OK)
		status = check_limits(limits, reterr_fault);
	if (status != ENT_OK)
		return status;
	if (n < 1 || n > ENT_PROPOSAL_VOLUMES_MAX) {
		ent_fault_set(reterr_fault, "volumes", "from 1 to %d can be moved together",
				ENT_PROPOSAL_VOLUMES_MAX);
		return ENT_E_LIMIT;
	}
	struct prober prober = {.snapshot = snapshot,
			.volumes = volumes,
			.moved = calloc(n, sizeof(struct ent_volume *)),
			.n = n,
			.minima = minima,
			.counts = counts,
			.user = user,
			.limits = limits,
			.status = ENT_OK};
	if (prober.moved == NULL)
		return ENT_E_MEMORY;
	choose_ways(&prober);
	struct ent_proposal proposals[ENT_PROPOSAL_COUNT] = {{0}};
	const struct change none = {.steps = {0, 0, 0}};
	if (clean(&prober, &none)) {
		for (int kind = 0; kind < ENT_PROPOSAL_COUNT; kind++)
			proposals[kind] = (struct ent_proposal){.found = true, .tried = 1};
	} else {
		for (int axis = 0; axis < AXES && prober.status == ENT_OK; axis++)
			propose_single(&prober, axis, &proposals[axis]);
		propose_combined(&prober, proposals, &proposals[ENT_PROPOSAL_COMBINED]);
	}
	free(prober.moved);
	if (prober.status == ENT_OK)
		memcpy(ret_proposals, proposals, sizeof proposals);
	return prober.status;
}
