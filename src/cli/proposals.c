/* SPDX-License-Identifier: Apache-2.0 */
/* proposals.c: for each conflict shown, what would take one of the two clear of all. */
#include "check.h"

#include <stdlib.h>
#include <string.h>

/* Who gives way: the lower rank. SERA.3205 and EU 2019/947 UAS.SPEC.060: a drone to all others. */
static int rank_of(const struct check_model *model, const struct check_item *item) {
	if (item->against)
		return 3;
	const char *format = model->sources[item->source].format;
	if (format != NULL && strcmp(format, "f3548") == 0)
		return 0;
	return check_is_flight(item) ? 1 : 2;
}

static uint32_t mover(const struct check_model *model, const struct check_conflict *conflict) {
	return rank_of(model, &model->items[conflict->b]) <
					rank_of(model, &model->items[conflict->a])
			? conflict->b
			: conflict->a;
}

struct asked {
	const struct check_model *model;
	const struct check_options *options;
	const struct check_item *item;
};

static bool counts(void *user, uint64_t id) {
	const struct asked *asked = user;
	const struct check_item *other = &asked->model->items[id];
	return other->whole != asked->item->whole &&
			!(other->against &&
					check_is_own_version(asked->model, asked->item, other)) &&
			!check_together(asked->options, asked->item, other);
}

/*
 * All that the mover is a part of go together, the stretches of a flight and the extents of an
 * intent; they stand next to one another.
 */
static ent_status propose(const struct check_model *model, const struct check_options *options,
		const struct ent_index_snapshot *snapshot, uint32_t item,
		struct ent_proposal ret_proposals[ENT_PROPOSAL_COUNT]) {
	const uint32_t whole = model->items[item].whole;
	size_t first = item, end = item + (size_t)1;
	while (first > 0 && model->items[first - 1].whole == whole)
		first--;
	while (end < model->n_items && model->items[end].whole == whole)
		end++;
	const struct ent_volume **volumes = calloc(end - first, sizeof *volumes);
	if (volumes == NULL)
		return ENT_E_MEMORY;
	for (size_t i = first; i < end; i++)
		volumes[i - first] = model->items[i].volume;
	struct ent_proposal_limits limits = ent_proposal_limits_default(
			check_is_flight(&model->items[item]));
	limits.earlier = options->earlier;
	struct asked asked = {model, options, &model->items[item]};
	const ent_status status = ent_propose(snapshot, volumes, end - first, &model->minima,
			counts, &asked, &limits, ret_proposals, NULL);
	free(volumes);
	return status;
}

ent_status check_propose(struct check_model *model, const struct check_options *options,
		const struct ent_index_snapshot *snapshot, ent_index_progress_fn progress,
		void *progress_user) {
	size_t shown = model->n_conflicts;
	if (options->format == CHECK_TEXT && options->html == NULL && shown > options->limit)
		shown = (size_t)options->limit;
	/* Where an item's proposals stand already: the conflict's number and 1. */
	uint32_t *done = calloc(model->n_items + 1, sizeof *done);
	if (done == NULL)
		return ENT_E_MEMORY;
	ent_status status = ENT_OK;
	for (uint32_t i = 0; status == ENT_OK && i < shown; i++) {
		struct check_conflict *conflict = &model->conflicts[i];
		const uint32_t item = mover(model, conflict);
		if (progress != NULL)
			(void)progress(progress_user, i, shown);
		if (done[item] != 0) {
			const struct check_conflict *before = &model->conflicts[done[item] - 1];
			memcpy(conflict->proposals, before->proposals, sizeof before->proposals);
			conflict->proposed = before->proposed;
		} else {
			status = propose(model, options, snapshot, item, conflict->proposals);
			conflict->proposed = status == ENT_OK;
			/* More volumes than can be moved as one: nothing is proposed. */
			if (status == ENT_E_LIMIT)
				status = ENT_OK;
			done[item] = i + 1;
		}
		conflict->proposed_for = item;
	}
	free(done);
	return status;
}
