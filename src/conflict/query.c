/* SPDX-License-Identifier: Apache-2.0 */
/*
 * query.c: what readers do: snapshots, queries, all pairs. The invariants are in shelf.h.
 *
 * A query's boxes, one for each of its runs, grown by the minima, are taken through each tree
 * and the buffer. What they meet is looked at by runs (ent_conflict_may), and what may be near
 * is judged once. The judge alone decides.
 */
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

/* One query on its way through the trees. */
struct search {
	const struct ent_index_snapshot *snapshot;
	const struct ent_volume *volume;
	const struct ent_minima *minima;
	const uint64_t *except;
	const uint64_t *above; /* only ids above this */
	bool track;
	struct run run;
	struct seen seen;
	ent_status status;
	ent_index_hit_fn hit;
	void *user;
};

static bool visible(const struct ent_index_snapshot *snapshot, const struct entry *entry) {
	return entry->born <= snapshot->version &&
			atomic_load_explicit(&entry->died, memory_order_relaxed) >
			snapshot->version;
}

/* Judges what a leaf stands for; false to stop. */
static bool meet(void *user, struct leaf leaf) {
	struct search *search = user;
	const struct entry *entry = entries_at(&search->snapshot->index->entries, leaf.entry);
	if (!visible(search->snapshot, entry) ||
			(search->except != NULL && entry->id == *search->except) ||
			(search->above != NULL && entry->id <= *search->above))
		return true;
	const struct run run = leaf_run(leaf);
	if (search->track && run.count > 0 &&
			!ent_conflict_may(search->volume, search->run.first, search->run.count,
					entry->volume, run.first, run.count, search->minima))
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
	struct ent_index_hit hit = {.id = entry->id, .volume = entry->volume};
	hit.verdict = ent_conflict_judge(search->volume, entry->volume, search->minima);
	return hit.verdict.kind == ENT_VERDICT_CLEAR || search->hit(search->user, &hit);
}

static bool meet_buffer(const struct ent_index_snapshot *snapshot, const struct box *box,
		struct search *search) {
	for (uint32_t i = 0; i < snapshot->n_buffer; i++)
		if (box_meets(&snapshot->buffer->item[i].box, box) &&
				!meet(search, snapshot->buffer->item[i].leaf))
			return false;
	return true;
}

static ent_status search_all(struct search *search) {
	const struct ent_index_snapshot *snapshot = search->snapshot;
	const struct ent_volume_parts *parts = ent_volume_parts(search->volume);
	search->track = parts->track != NULL;
	search->status = ENT_OK;
	search->seen.slot = search->seen.few;
	search->seen.slots = sizeof search->seen.few / sizeof search->seen.few[0];
	search->seen.n = 0;
	memset(search->seen.few, 0, sizeof search->seen.few);
	uint32_t first = 0;
	bool more = true;
	do {
		struct box box;
		search->run = box_of_run(parts, first, &box);
		box = box_grow(box, search->minima);
		for (uint32_t i = 0; more && i < snapshot->n_trees; i++)
			more = tree_meets(snapshot->tree[i], &box, meet, search);
		more = more && meet_buffer(snapshot, &box, search);
	} while (more && run_next(parts, search->run, &first));
	if (search->seen.slot != search->seen.few)
		free(search->seen.slot);
	return search->status;
}

ent_status ent_index_query(const struct ent_index_snapshot *snapshot,
		const struct ent_volume *volume, const struct ent_minima *minima,
		const uint64_t *except, ent_index_hit_fn hit, void *user) {
	ent_status status = ent_minima_check(minima, NULL);
	if (status != ENT_OK)
		return status;
	struct search search = {.snapshot = snapshot,
			.volume = volume,
			.minima = minima,
			.except = except,
			.hit = hit,
			.user = user};
	return search_all(&search);
}

/* All pairs on their way: each entry is asked for those with a greater id. */
struct pairing {
	const struct ent_index_snapshot *snapshot;
	const struct ent_minima *minima;
	const struct entry *entry;
	ent_index_pair_fn pair;
	void *user;
	ent_index_progress_fn progress;
	void *progress_user;
	uint64_t done, total;
	bool stopped;
	ent_status status;
};

static bool found_pair(void *user, const struct ent_index_hit *hit) {
	struct pairing *pairing = user;
	const struct ent_index_pair pair = {pairing->entry->id, hit->id, pairing->entry->volume,
			hit->volume, hit->verdict};
	pairing->stopped = !pairing->pair(pairing->user, &pair);
	return !pairing->stopped;
}

enum { PROGRESS_EVERY = 1024 };

/* One leaf of all; the first of its entry stands for it. False to stop. */
static bool pair_leaf(struct pairing *pairing, struct leaf leaf) {
	if (++pairing->done % PROGRESS_EVERY == 0 && pairing->progress != NULL &&
			!pairing->progress(pairing->progress_user, pairing->done, pairing->total))
		return false;
	const struct entry *entry = entries_at(&pairing->snapshot->index->entries, leaf.entry);
	if (leaf_run(leaf).first != 0 || !visible(pairing->snapshot, entry))
		return true;
	pairing->entry = entry;
	struct search search = {.snapshot = pairing->snapshot,
			.volume = entry->volume,
			.minima = pairing->minima,
			.above = &entry->id,
			.hit = found_pair,
			.user = pairing};
	pairing->status = search_all(&search);
	return pairing->status == ENT_OK && !pairing->stopped;
}

ent_status ent_index_pairs(const struct ent_index_snapshot *snapshot,
		const struct ent_minima *minima, ent_index_pair_fn pair, void *user,
		ent_index_progress_fn progress, void *progress_user) {
	ent_status status = ent_minima_check(minima, NULL);
	if (status != ENT_OK)
		return status;
	struct pairing pairing = {.snapshot = snapshot,
			.minima = minima,
			.pair = pair,
			.user = user,
			.progress = progress,
			.progress_user = progress_user,
			.total = snapshot->n_buffer,
			.status = ENT_OK};
	for (uint32_t t = 0; t < snapshot->n_trees; t++)
		pairing.total += snapshot->tree[t]->n;
	bool more = true;
	for (uint32_t t = 0; more && t < snapshot->n_trees; t++)
		for (uint32_t i = 0; more && i < snapshot->tree[t]->n; i++)
			more = pair_leaf(&pairing, snapshot->tree[t]->leaves[i]);
	for (uint32_t i = 0; more && i < snapshot->n_buffer; i++)
		more = pair_leaf(&pairing, snapshot->buffer->item[i].leaf);
	return pairing.status;
}
