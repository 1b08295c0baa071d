/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pairs.c: all conflicts among what is filed. Each tree is joined with itself and with each
 * other, the buffer's boxes with all. Runs that meet are looked at (glance_runs), and
 * each pair of volumes that may be near is judged once.
 */
#include "glance.h"
#include "join.h"
#include "shelf.h"

#include <stdlib.h>

/*
 * The pairs that were judged, of which at least one side has many runs: without that a pair
 * meets but once. Open addressing; 0 is free, because no entry is paired with itself.
 */
struct judged {
	uint64_t *pair;
	size_t slots, n;
};

enum { JUDGED_FIRST = 1024 };

static size_t slot_of(const struct judged *judged, uint64_t pair) {
	/* 2^64 divided by the golden ratio (Knuth, vol. 3, 6.4). */
	size_t at = (size_t)(pair * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (judged->slots - 1);
	while (judged->pair[at] != 0 && judged->pair[at] != pair)
		at = (at + 1) & (judged->slots - 1);
	return at;
}

static bool judged_grow(struct judged *judged) {
	struct judged wider = {.slots = judged->slots == 0 ? JUDGED_FIRST : 2 * judged->slots,
			.n = judged->n};
	wider.pair = calloc(wider.slots, sizeof *wider.pair);
	if (wider.pair == NULL)
		return false;
	for (size_t i = 0; i < judged->slots; i++)
		if (judged->pair[i] != 0)
			wider.pair[slot_of(&wider, judged->pair[i])] = judged->pair[i];
	free(judged->pair);
	*judged = wider;
	return true;
}

/* All pairs on their way. */
struct pairing {
	const struct ent_index_snapshot *snapshot;
	const struct ent_minima *minima;
	ent_index_pair_counts_fn counts;
	ent_index_pair_fn pair;
	void *user;
	ent_index_progress_fn progress;
	void *progress_user;
	uint64_t done, total;
	struct judged judged;
	struct leaf own[TREE_WIDTH]; /* the buffer's leaves that a few's slots stand for */
	ent_status status;
};

/* False when it was judged before, or (with status) for want of memory. */
static bool first_time(struct pairing *pairing, uint32_t a, uint32_t b) {
	struct judged *judged = &pairing->judged;
	if (2 * judged->n >= judged->slots && !judged_grow(judged)) {
		pairing->status = ENT_E_MEMORY;
		return false;
	}
	const uint64_t pair = a < b ? (uint64_t)a << 32 | b : (uint64_t)b << 32 | a;
	const size_t at = slot_of(judged, pair);
	if (judged->pair[at] != 0)
		return false;
	if (judged->n >= ENT_INDEX_PAIRS_MAX) {
		pairing->status = ENT_E_LIMIT;
		return false;
	}
	judged->pair[at] = pair;
	judged->n++;
	return true;
}

static bool judge(struct pairing *pairing, const struct entry *x, const struct entry *y) {
	const struct entry *a = x->id < y->id ? x : y, *b = x->id < y->id ? y : x;
	const struct ent_index_pair pair = {a->id, b->id, a->volume, b->volume,
			ent_conflict_judge(a->volume, b->volume, pairing->minima)};
	return pair.verdict.kind == ENT_VERDICT_CLEAR || pairing->pair(pairing->user, &pair);
}

/* The lesser id comes first, as in what is found. */
static bool pair_counts(
		const struct pairing *pairing, const struct entry *x, const struct entry *y) {
	return pairing->counts == NULL ||
			(x->id < y->id ? pairing->counts(pairing->user, x->id, y->id)
				       : pairing->counts(pairing->user, y->id, x->id));
}

/* Two leaves whose boxes come near; false to stop. */
static bool meet(void *user, struct leaf a, struct leaf b) {
	struct pairing *pairing = user;
	const struct entries *entries = &pairing->snapshot->index->entries;
	if (a.entry == b.entry)
		return true;
	const struct entry *x = entries_at(entries, a.entry), *y = entries_at(entries, b.entry);
	const struct run run_x = leaf_run(a), run_y = leaf_run(b);
	const bool many_runs = run_x.count > 0 || run_y.count > 0;
	if (!shelf_visible(pairing->snapshot, x) || !shelf_visible(pairing->snapshot, y))
		return true;
	if (run_x.count > 0 && run_y.count > 0 &&
			!glance_runs(x->volume, run_x.first, run_x.count, y->volume, run_y.first,
					run_y.count, pairing->minima))
		return true;
	if (!pair_counts(pairing, x, y))
		return true;
	if (many_runs && !first_time(pairing, a.entry, b.entry))
		return pairing->status == ENT_OK;
	return judge(pairing, x, y);
}

static bool meet_own(void *user, struct leaf slot, struct leaf leaf) {
	const struct pairing *pairing = user;
	return meet(user, pairing->own[slot.entry], leaf);
}

static bool step(void *user, uint32_t leaves) {
	struct pairing *pairing = user;
	pairing->done += leaves;
	const uint64_t done = pairing->done < pairing->total ? pairing->done : pairing->total;
	return pairing->progress == NULL || pairing->done / TREE_WIDTH % 128 != 0 ||
			pairing->progress(pairing->progress_user, done, pairing->total);
}

/* The buffer's items, eight at a time, with all trees and with the items after them. */
static bool join_buffer(struct pairing *pairing) {
	const struct ent_index_snapshot *snapshot = pairing->snapshot;
	bool more = true;
	for (uint32_t first = 0; more && first < snapshot->n_buffer; first += TREE_WIDTH) {
		struct few few;
		few_clear(&few);
		for (uint32_t i = first; i < snapshot->n_buffer && few.n < TREE_WIDTH; i++) {
			const struct item *item = &snapshot->buffer->item[i];
			const struct box box = box_grow(item->box, pairing->minima);
			pairing->own[few.n] = item->leaf;
			few_add(&few, &box);
		}
		for (uint32_t t = 0; more && t < snapshot->n_trees; t++)
			more = few_join(&few, snapshot->tree[t], meet_own, pairing);
		for (uint32_t i = first + 1; more && i < snapshot->n_buffer; i++) {
			const struct item *item = &snapshot->buffer->item[i];
			unsigned met = few_meeting(&few, &item->box);
			/* Only those before it. */
			if (i - first < TREE_WIDTH)
				met &= (1U << (i - first)) - 1;
			for (; more && met != 0; met &= met - 1)
				more = meet_own(pairing,
						(struct leaf){(uint32_t)__builtin_ctz(met), 0},
						item->leaf);
		}
		more = more && step(pairing, few.n);
	}
	return more;
}

ent_status ent_index_pairs(const struct ent_index_snapshot *snapshot,
		const struct ent_minima *minima, ent_index_pair_counts_fn counts,
		ent_index_pair_fn pair, void *user, ent_index_progress_fn progress,
		void *progress_user) {
	ent_status status = ent_minima_check(minima, NULL);
	if (status != ENT_OK)
		return status;
	struct pairing pairing = {.snapshot = snapshot,
			.minima = minima,
			.counts = counts,
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
		for (uint32_t u = 0; more && u <= t; u++)
			more = tree_join(snapshot->tree[t], snapshot->tree[u], minima, meet, step,
					&pairing);
	if (more)
		(void)join_buffer(&pairing);
	free(pairing.judged.pair);
	return pairing.status;
}
