/* SPDX-License-Identifier: Apache-2.0 */
/*
 * query.c: snapshots, and what of one is in conflict with a volume. The invariants are in shelf.h.
 *
 * A query's boxes, one for each of its runs, grown by the minima, are taken eight at a time
 * through each tree and the buffer. What they meet is looked at by runs (glance_runs),
 * and what may be near is judged once. The judge alone decides.
 */
#include "glance.h"
#include "join.h"
#include "shelf.h"

#include <stdlib.h>
#include <string.h>

ent_status ent_index_snapshot_take(
		struct ent_index *index, struct ent_index_snapshot **ret_snapshot) {
	struct ent_index_snapshot *snapshot = malloc(sizeof *snapshot);
	if (snapshot == NULL)
		return ENT_E_MEMORY;
	(void)pthread_mutex_lock(&index->state);
	snapshot->index = index;
	snapshot->version = index->version;
	snapshot->buffer = index->buffer;
	atomic_fetch_add_explicit(&snapshot->buffer->holders, 1, memory_order_relaxed);
	snapshot->n_buffer = index->n_buffer;
	snapshot->n_trees = index->n_trees;
	for (uint32_t i = 0; i < index->n_trees; i++)
		snapshot->tree[i] = tree_hold(index->tree[i]);
	snapshot->newer = NULL;
	snapshot->older = index->newest;
	*(index->newest != NULL ? &index->newest->newer : &index->oldest) = snapshot;
	index->newest = snapshot;
	(void)pthread_mutex_unlock(&index->state);
	*ret_snapshot = snapshot;
	return ENT_OK;
}

void ent_index_snapshot_release(struct ent_index_snapshot *snapshot) {
	if (snapshot == NULL)
		return;
	struct ent_index *index = snapshot->index;
	(void)pthread_mutex_lock(&index->state);
	*(snapshot->older != NULL ? &snapshot->older->newer : &index->oldest) = snapshot->newer;
	*(snapshot->newer != NULL ? &snapshot->newer->older : &index->newest) = snapshot->older;
	(void)pthread_mutex_unlock(&index->state);
	for (uint32_t i = 0; i < snapshot->n_trees; i++)
		tree_release(snapshot->tree[i]);
	if (atomic_fetch_sub_explicit(&snapshot->buffer->holders, 1, memory_order_acq_rel) == 1)
		free(snapshot->buffer);
	free(snapshot);
}

/* The entries that a query has judged, so that each is judged once. Open addressing; 0 is free. */
struct seen {
	uint32_t few[64];
	uint32_t *slot;
	uint32_t slots, n;
};

static bool seen_grow(struct seen *seen) {
	uint32_t *slot = calloc(2 * (size_t)seen->slots, sizeof *slot);
	if (slot == NULL)
		return false;
	for (uint32_t i = 0; i < seen->slots; i++)
		if (seen->slot[i] != 0) {
			uint32_t at = seen->slot[i] * 2654435761U & (2 * seen->slots - 1);
			while (slot[at] != 0)
				at = (at + 1) & (2 * seen->slots - 1);
			slot[at] = seen->slot[i];
		}
	if (seen->slot != seen->few)
		free(seen->slot);
	seen->slot = slot;
	seen->slots *= 2;
	return true;
}

enum see { SEE_NEW, SEE_AGAIN, SEE_NO_MEMORY };

static enum see see(struct seen *seen, uint32_t entry) {
	if (2 * seen->n >= seen->slots && !seen_grow(seen))
		return SEE_NO_MEMORY;
	/* Knuth's multiplier, 2^32 divided by the golden ratio. */
	uint32_t at = (entry + 1) * 2654435761U & (seen->slots - 1);
	for (; seen->slot[at] != 0; at = (at + 1) & (seen->slots - 1))
		if (seen->slot[at] == entry + 1)
			return SEE_AGAIN;
	seen->slot[at] = entry + 1;
	seen->n++;
	return SEE_NEW;
}

/* One query on its way through the trees, eight runs of its volume at a time. */
struct search {
	const struct ent_index_snapshot *snapshot;
	const struct ent_volume *volume;
	const struct ent_minima *minima;
	const uint64_t *except;
	bool track;
	struct run run[TREE_WIDTH];
	struct few few;
	struct seen seen;
	ent_status status;
	ent_index_counts_fn counts;
	ent_index_hit_fn hit;
	void *user;
};

/* Judges what a leaf stands for; false to stop. 'own' is which of the eight runs met it. */
static bool meet(void *user, struct leaf own, struct leaf leaf) {
	struct search *search = user;
	const struct entry *entry = entries_at(&search->snapshot->index->entries, leaf.entry);
	if (!shelf_visible(search->snapshot, entry) ||
			(search->except != NULL && entry->id == *search->except))
		return true;
	const struct run run = leaf_run(leaf), mine = search->run[own.entry];
	if (search->track && run.count > 0 &&
			!glance_runs(search->volume, mine.first, mine.count, entry->volume,
					run.first, run.count, search->minima))
		return true;
	switch (see(&search->seen, leaf.entry)) {
	case SEE_AGAIN:
		return true;
	case SEE_NO_MEMORY:
		search->status = ENT_E_MEMORY;
		return false;
	case SEE_NEW:
		break;
	}
	if (search->counts != NULL && !search->counts(search->user, entry->id))
		return true;
	struct ent_index_hit hit = {.id = entry->id, .volume = entry->volume};
	hit.verdict = ent_conflict_judge(search->volume, entry->volume, search->minima);
	return hit.verdict.kind == ENT_VERDICT_CLEAR || search->hit(search->user, &hit);
}

static bool meet_buffer(struct search *search) {
	const struct ent_index_snapshot *snapshot = search->snapshot;
	for (uint32_t i = 0; i < snapshot->n_buffer; i++) {
		const struct item *item = &snapshot->buffer->item[i];
		unsigned own = few_meeting(&search->few, &item->box);
		for (; own != 0; own &= own - 1)
			if (!meet(search, (struct leaf){(uint32_t)__builtin_ctz(own), 0},
					    item->leaf))
				return false;
	}
	return true;
}

/* The next eight runs from piece *first on; false when these are the last. */
static bool take_runs(struct search *search, uint32_t *first) {
	const struct ent_volume_parts *parts = ent_volume_parts(search->volume);
	bool more = true;
	few_clear(&search->few);
	for (uint32_t slot = 0; more && slot < TREE_WIDTH; slot++) {
		struct box box;
		search->run[slot] = box_of_run(parts, *first, &box);
		box = box_grow(box, search->minima);
		few_add(&search->few, &box);
		more = run_next(parts, search->run[slot], first);
	}
	return more;
}

static ent_status search_all(struct search *search) {
	const struct ent_index_snapshot *snapshot = search->snapshot;
	search->track = ent_volume_parts(search->volume)->track != NULL;
	search->status = ENT_OK;
	search->seen.slot = search->seen.few;
	search->seen.slots = sizeof search->seen.few / sizeof search->seen.few[0];
	search->seen.n = 0;
	memset(search->seen.few, 0, sizeof search->seen.few);
	uint32_t first = 0;
	bool more, going = true;
	do {
		more = take_runs(search, &first);
		for (uint32_t i = 0; going && i < snapshot->n_trees; i++)
			going = few_join(&search->few, snapshot->tree[i], meet, search);
		going = going && meet_buffer(search);
	} while (going && more);
	if (search->seen.slot != search->seen.few)
		free(search->seen.slot);
	return search->status;
}

ent_status ent_index_query(const struct ent_index_snapshot *snapshot,
		const struct ent_volume *volume, const struct ent_minima *minima,
		const uint64_t *except, ent_index_counts_fn counts, ent_index_hit_fn hit,
		void *user) {
	ent_status status = ent_minima_check(minima, NULL);
	if (status != ENT_OK)
		return status;
	struct search search;
	search.snapshot = snapshot;
	search.volume = volume;
	search.minima = minima;
	search.except = except;
	search.counts = counts;
	search.hit = hit;
	search.user = user;
	return search_all(&search);
}
