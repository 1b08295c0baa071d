/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index.c: filing, replacing, removing; snapshots. The invariants are in shelf.h.
 *
 * A new volume's leaves go into a small buffer that queries read through. When the buffer is
 * full it becomes a tree; when four trees of one size class stand together they become one.
 * So a volume is packed again about once for each factor of four in the number filed, and a
 * query looks through a few trees. A write is prepared aside and shown at once by one change
 * of the version, so that a failure on the way leaves everything as it was.
 */
#include "shelf.h"

#include <stdlib.h>
#include <string.h>

/* With this many more dead than alive, everything is packed anew. */
#define DEAD_FEW 1024

/* A growing run of items. */
struct items {
	struct item *item;
	size_t n, room;
};

static bool items_make_room(struct items *items, size_t more) {
	if (items->n + more <= items->room)
		return true;
	size_t room = items->room > 0 ? 2 * items->room : 64;
	while (room < items->n + more)
		room *= 2;
	struct item *item = realloc(items->item, room * sizeof *item);
	if (item == NULL)
		return false;
	items->item = item;
	items->room = room;
	return true;
}

/* Adds the leaves of a volume; false when there is no memory. */
static bool items_add_volume(struct items *items, const struct ent_volume *volume, uint32_t entry) {
	const struct ent_volume_parts *parts = ent_volume_parts(volume);
	struct run run;
	uint32_t first = 0;
	do {
		if (!items_make_room(items, 1))
			return false;
		struct item *item = &items->item[items->n++];
		run = box_of_run(parts, first, &item->box);
		item->leaf = (struct leaf){entry, leaf_pack(run)};
	} while (run_next(parts, run, &first));
	return true;
}

static bool is_dead(const struct ent_index *index, struct leaf leaf) {
	return atomic_load_explicit(&entries_at(&index->entries, leaf.entry)->died,
			       memory_order_relaxed) != ALIVE;
}

/* Adds what is alive of a tree. */
static bool items_add_tree(
		struct items *items, const struct ent_index *index, const struct tree *tree) {
	if (!items_make_room(items, tree->n))
		return false;
	for (uint32_t i = 0; i < tree->n; i++)
		if (!is_dead(index, tree->leaves[i]))
			items->item[items->n++] = (struct item){tree_box(tree, i), tree->leaves[i]};
	return true;
}

static bool items_add_buffer(struct items *items, const struct ent_index *index) {
	if (!items_make_room(items, index->n_buffer))
		return false;
	for (uint32_t i = 0; i < index->n_buffer; i++)
		if (!is_dead(index, index->buffer->item[i].leaf))
			items->item[items->n++] = index->buffer->item[i];
	return true;
}

static void buffer_release(struct buffer *buffer) {
	if (buffer != NULL &&
			atomic_fetch_sub_explicit(&buffer->holders, 1, memory_order_acq_rel) == 1)
		free(buffer);
}

static struct buffer *buffer_create(void) {
	struct buffer *buffer = malloc(sizeof *buffer);
	if (buffer != NULL)
		atomic_init(&buffer->holders, 1);
	return buffer;
}

ent_status ent_index_create(struct ent_index **ret_index) {
	struct ent_index *index = calloc(1, sizeof *index);
	struct buffer *buffer = buffer_create();
	if (index == NULL || buffer == NULL) {
		free(index);
		buffer_release(buffer);
		return ENT_E_MEMORY;
	}
	entries_init(&index->entries);
	index->buffer = buffer;
	(void)pthread_mutex_init(&index->writer, NULL);
	(void)pthread_mutex_init(&index->state, NULL);
	*ret_index = index;
	return ENT_OK;
}

void ent_index_destroy(struct ent_index *index) {
	if (index == NULL)
		return;
	for (uint32_t i = 0; i < index->n_trees; i++)
		tree_release(index->tree[i]);
	buffer_release(index->buffer);
	entries_finish(&index->entries);
	free(index->graveyard);
	(void)pthread_mutex_destroy(&index->writer);
	(void)pthread_mutex_destroy(&index->state);
	free(index);
}

/* What the trees and the buffer are to become; made aside, shown at once. */
struct shelf {
	struct tree *tree[TREES_MAX + 2];
	uint32_t n_trees;
	struct buffer *buffer; /* NULL: the old one stays */
	bool packed;           /* all that is alive stands in trees made now */
};

static int tier_of(const struct tree *tree) {
	int tier = 0;
	for (uint32_t n = tree->n / BUFFER_ITEMS; n >= TIER_TREES; n /= TIER_TREES)
		tier++;
	return tier;
}

/* Merges the last trees of one tier while there are TIER_TREES of them. The shelf owns a hold on each of its trees. */
static bool merge_tiers(const struct ent_index *index, struct shelf *shelf) {
	for (;;) {
		uint32_t from = shelf->n_trees;
		while (from > 0 &&
				tier_of(shelf->tree[from - 1]) <=
						tier_of(shelf->tree[shelf->n_trees - 1]))
			from--;
		if (shelf->n_trees - from < TIER_TREES && shelf->n_trees < TREES_MAX)
			return true;
		if (shelf->n_trees - from < 2)
			from = shelf->n_trees - 2;
		struct items items = {NULL, 0, 0};
		bool fine = true;
		for (uint32_t i = from; i < shelf->n_trees; i++)
			fine = fine && items_add_tree(&items, index, shelf->tree[i]);
		struct tree *merged = fine && items.n > 0
				? tree_build(items.item, (uint32_t)items.n, 1)
				: NULL;
		fine = fine && (merged != NULL || items.n == 0);
		free(items.item);
		if (!fine)
			return false;
		for (uint32_t i = from; i < shelf->n_trees; i++)
			tree_release(shelf->tree[i]);
		shelf->n_trees = from;
		if (merged == NULL)
			return true;
		shelf->tree[shelf->n_trees++] = merged;
	}
}

static void shelf_drop(struct shelf *shelf) {
	for (uint32_t i = 0; i < shelf->n_trees; i++)
		tree_release(shelf->tree[i]);
	buffer_release(shelf->buffer);
}

/* Adds a tree of these items; takes nothing of theirs. */
static bool shelf_add(struct shelf *shelf, struct items *items, unsigned threads) {
	if (items->n == 0)
		return true;
	struct tree *tree = tree_build(items->item, (uint32_t)items->n, threads);
	if (tree == NULL)
		return false;
	shelf->tree[shelf->n_trees++] = tree;
	return true;
}

/* The shelf with the buffer made into a tree, and 'extra' items, when there are any, into another. */
static ent_status shelf_flush(const struct ent_index *index, struct items *extra, unsigned threads,
		struct shelf *ret_shelf) {
	struct shelf shelf = {.buffer = buffer_create()};
	struct items items = {NULL, 0, 0};
	bool fine = shelf.buffer != NULL && items_add_buffer(&items, index);
	for (uint32_t i = 0; i < index->n_trees; i++)
		shelf.tree[shelf.n_trees++] = tree_hold(index->tree[i]);
	fine = fine && shelf_add(&shelf, &items, 1) &&
			(extra == NULL || shelf_add(&shelf, extra, threads));
	free(items.item);
	if (!fine || !merge_tiers(index, &shelf)) {
		shelf_drop(&shelf);
		return ENT_E_MEMORY;
	}
	*ret_shelf = shelf;
	return ENT_OK;
}

/* Everything alive in one tree. */
static ent_status shelf_pack(const struct ent_index *index, struct shelf *ret_shelf) {
	struct shelf shelf = {.buffer = buffer_create(), .packed = true};
	struct items items = {NULL, 0, 0};
	bool fine = shelf.buffer != NULL && items_add_buffer(&items, index);
	for (uint32_t i = 0; i < index->n_trees; i++)
		fine = fine && items_add_tree(&items, index, index->tree[i]);
	fine = fine && shelf_add(&shelf, &items, 1);
	free(items.item);
	if (!fine) {
		shelf_drop(&shelf);
		return ENT_E_MEMORY;
	}
	*ret_shelf = shelf;
	return ENT_OK;
}

/* Shows a new shelf. Called with 'state' held; the old trees are given to ret_old to release outside of it. */
static void shelf_show(struct ent_index *index, struct shelf *shelf, struct shelf *ret_old) {
	ret_old->n_trees = index->n_trees;
	memcpy(ret_old->tree, index->tree, index->n_trees * sizeof(struct tree *));
	ret_old->buffer = index->buffer;
	index->n_trees = shelf->n_trees;
	memcpy(index->tree, shelf->tree, shelf->n_trees * sizeof shelf->tree[0]);
	index->buffer = shelf->buffer;
	index->n_buffer = 0;
}

/* The oldest version that anyone still reads. Called with 'state' held. */
static uint64_t oldest_version(const struct ent_index *index) {
	return index->oldest != NULL ? index->oldest->version : index->version;
}

/* Frees the entries that nobody can see any more. Called with 'writer' held. */
static void clear_graveyard(struct ent_index *index) {
	if (index->n_graveyard == index->n_waiting)
		return;
	(void)pthread_mutex_lock(&index->state);
	const uint64_t oldest = oldest_version(index);
	(void)pthread_mutex_unlock(&index->state);
	size_t freed = 0;
	while (freed < index->n_graveyard - index->n_waiting &&
			index->graveyard[freed].gone <= oldest) {
		struct entry *entry = entries_at(&index->entries, index->graveyard[freed].entry);
		ent_volume_release(entry->volume);
		entries_give_back(&index->entries, index->graveyard[freed].entry);
		freed++;
	}
	if (freed == 0)
		return;
	index->n_graveyard -= freed;
	memmove(index->graveyard, index->graveyard + freed,
			index->n_graveyard * sizeof *index->graveyard);
}

/* Room for one more dead entry; E_MEMORY. */
static ent_status reserve_grave(struct ent_index *index) {
	if (index->n_graveyard < index->room_graveyard)
		return ENT_OK;
	const size_t room = index->room_graveyard > 0 ? 2 * index->room_graveyard : 64;
	struct dead *graveyard = realloc(index->graveyard, room * sizeof *graveyard);
	if (graveyard == NULL)
		return ENT_E_MEMORY;
	index->graveyard = graveyard;
	index->room_graveyard = room;
	return ENT_OK;
}

/* Marks an entry dead from a version on. After reserve_grave. */
static void bury(struct ent_index *index, uint32_t i, uint64_t version) {
	atomic_store_explicit(&entries_at(&index->entries, i)->died, version, memory_order_relaxed);
	index->graveyard[index->n_graveyard++] = (struct dead){i, NOT_GONE};
	index->n_waiting++;
}

/* Packs everything anew, without the dead that wait. False when nothing waits, or for want of memory. */
static bool pack(struct ent_index *index) {
	struct shelf shelf, old;
	if (index->n_waiting == 0 || shelf_pack(index, &shelf) != ENT_OK)
		return false;
	(void)pthread_mutex_lock(&index->state);
	index->version++;
	shelf_show(index, &shelf, &old);
	(void)pthread_mutex_unlock(&index->state);
	shelf_drop(&old);
	for (size_t i = index->n_graveyard - index->n_waiting; i < index->n_graveyard; i++)
		index->graveyard[i].gone = index->version;
	index->n_waiting = 0;
	clear_graveyard(index);
	return true;
}

/* After deaths: packs when the dead outnumber the living. What cannot be had now is tried at the next death. */
static void tidy(struct ent_index *index) {
	clear_graveyard(index);
	if (index->n_waiting >= DEAD_FEW + index->entries.count)
		(void)pack(index);
}

/* Numbers for n more volumes, and room for the ids that are new. */
static ent_status reserve(struct ent_index *index, size_t size, bool new_ids) {
	clear_graveyard(index);
	if (size > ENT_INDEX_MAX || (new_ids && entries_full(&index->entries, size)))
		return ENT_E_LIMIT;
	const uint32_t n = (uint32_t)size, ids = new_ids ? n : 0;
	ent_status status = entries_reserve(&index->entries, n, ids);
	if (status == ENT_E_LIMIT && pack(index))
		status = entries_reserve(&index->entries, n, ids);
	return status;
}

/* Files a volume whose place in the table is reserved; 'replaced' is the entry that it takes the place of, or UINT32_MAX. */
static ent_status file(struct ent_index *index, uint64_t id, const struct ent_volume *volume,
		uint32_t replaced) {
	/* A replaced volume keeps its number for those who still see it. */
	ent_status status = reserve(index, 1, replaced == UINT32_MAX);
	if (status == ENT_OK && replaced != UINT32_MAX)
		status = reserve_grave(index);
	if (status != ENT_OK)
		return status;
	const uint32_t i = entries_next(&index->entries, 0);
	struct items items = {NULL, 0, 0};
	struct shelf shelf = {.n_trees = 0}, old = {.n_trees = 0};
	bool flush = false;
	if (!items_add_volume(&items, volume, i))
		status = ENT_E_MEMORY;
	if (status == ENT_OK && items.n > BUFFER_ITEMS - index->n_buffer) {
		flush = true;
		struct entry *entry = entries_at(&index->entries, i);
		atomic_store_explicit(&entry->died, ALIVE, memory_order_relaxed);
		status = shelf_flush(index, items.n > BUFFER_ITEMS ? &items : NULL, 1, &shelf);
	}
	if (status != ENT_OK) {
		free(items.item);
		return status;
	}
	entries_take(&index->entries, 1);
	struct entry *entry = entries_at(&index->entries, i);
	entry->id = id;
	entry->volume = ent_volume_hold(volume);
	entry->born = index->version + 1;
	atomic_store_explicit(&entry->died, ALIVE, memory_order_relaxed);
	if (replaced != UINT32_MAX)
		bury(index, replaced, index->version + 1);
	entries_name(&index->entries, id, i);
	(void)pthread_mutex_lock(&index->state);
	index->version++;
	if (flush)
		shelf_show(index, &shelf, &old);
	if (items.n <= BUFFER_ITEMS) {
		memcpy(&index->buffer->item[index->n_buffer], items.item,
				items.n * sizeof *items.item);
		index->n_buffer += (uint32_t)items.n;
	}
	(void)pthread_mutex_unlock(&index->state);
	shelf_drop(&old);
	free(items.item);
	return ENT_OK;
}

ent_status ent_index_insert(struct ent_index *index, uint64_t id, const struct ent_volume *volume) {
	(void)pthread_mutex_lock(&index->writer);
	ent_status status = entries_find(&index->entries, id) != UINT32_MAX
			? ENT_E_EXISTS
			: file(index, id, volume, UINT32_MAX);
	(void)pthread_mutex_unlock(&index->writer);
	return status;
}

ent_status ent_index_replace(
		struct ent_index *index, uint64_t id, const struct ent_volume *volume) {
	(void)pthread_mutex_lock(&index->writer);
	const uint32_t old = entries_find(&index->entries, id);
	ent_status status = old == UINT32_MAX ? ENT_E_MISSING : file(index, id, volume, old);
	if (status == ENT_OK)
		tidy(index);
	(void)pthread_mutex_unlock(&index->writer);
	return status;
}

ent_status ent_index_remove(struct ent_index *index, uint64_t id) {
	(void)pthread_mutex_lock(&index->writer);
	const uint32_t old = entries_find(&index->entries, id);
	ent_status status = old == UINT32_MAX ? ENT_E_MISSING : reserve_grave(index);
	if (status == ENT_OK) {
		bury(index, old, index->version + 1);
		entries_forget(&index->entries, id);
		(void)pthread_mutex_lock(&index->state);
		index->version++;
		(void)pthread_mutex_unlock(&index->state);
		tidy(index);
	}
	(void)pthread_mutex_unlock(&index->writer);
	return status;
}

/* One thread's share of a bulk load: the leaves of its items. */
struct share {
	const struct entries *entries;
	const struct ent_index_item *items;
	size_t from, to;
	struct items leaves;
	bool fine;
};

static void *make_leaves(void *argument) {
	struct share *share = argument;
	share->fine = items_make_room(&share->leaves, share->to - share->from);
	for (size_t i = share->from; share->fine && i < share->to; i++)
		share->fine = items_add_volume(&share->leaves, share->items[i].volume,
				entries_next(share->entries, (uint32_t)i));
	return NULL;
}

enum { LOAD_THREADS_MAX = 64 };

/* The leaves of all items in one run; their numbers are the next. */
static ent_status load_leaves(const struct ent_index *index, const struct ent_index_item *items,
		size_t n, unsigned threads, struct items *ret_leaves) {
	struct share share[LOAD_THREADS_MAX] = {{0}};
	pthread_t thread[LOAD_THREADS_MAX];
	bool started[LOAD_THREADS_MAX] = {false};
	for (unsigned t = 0; t < threads; t++) {
		share[t] = (struct share){&index->entries, items, n * t / threads,
				n * (t + 1) / threads, {NULL, 0, 0}, false};
		started[t] = t > 0 && pthread_create(&thread[t], NULL, make_leaves, &share[t]) == 0;
	}
	bool fine = true;
	size_t total = 0;
	for (unsigned t = 0; t < threads; t++) {
		if (started[t])
			(void)pthread_join(thread[t], NULL);
		else
			(void)make_leaves(&share[t]);
		fine = fine && share[t].fine;
		total += share[t].leaves.n;
	}
	/* The first share takes the others in. */
	struct items *all = &share[0].leaves;
	fine = fine && total <= UINT32_MAX && items_make_room(all, total - all->n);
	for (unsigned t = 1; t < threads; t++) {
		if (fine) {
			memcpy(share[0].leaves.item + share[0].leaves.n, share[t].leaves.item,
					share[t].leaves.n * sizeof(struct item));
			share[0].leaves.n += share[t].leaves.n;
		}
		free(share[t].leaves.item);
	}
	if (!fine) {
		free(share[0].leaves.item);
		return ENT_E_MEMORY;
	}
	*ret_leaves = share[0].leaves;
	return ENT_OK;
}

/* Names every item; on failure none is left named. */
static ent_status name_all(struct ent_index *index, const struct ent_index_item *items, size_t n) {
	for (size_t i = 0; i < n; i++) {
		const uint32_t number = entries_next(&index->entries, (uint32_t)i);
		struct entry *entry = entries_at(&index->entries, number);
		if (entries_find(&index->entries, items[i].id) != UINT32_MAX) {
			while (i-- > 0)
				entries_forget(&index->entries, items[i].id);
			return ENT_E_EXISTS;
		}
		entry->id = items[i].id;
		entry->born = index->version + 1;
		atomic_store_explicit(&entry->died, ALIVE, memory_order_relaxed);
		entries_name(&index->entries, items[i].id, number);
	}
	return ENT_OK;
}

static ent_status load(struct ent_index *index, const struct ent_index_item *items, size_t n,
		unsigned threads) {
	ent_status status = reserve(index, n, true);
	if (status == ENT_OK)
		status = name_all(index, items, n);
	if (status != ENT_OK)
		return status;
	struct items leaves = {NULL, 0, 0};
	struct shelf shelf, old;
	status = load_leaves(index, items, n, threads, &leaves);
	if (status == ENT_OK)
		status = shelf_flush(index, &leaves, threads, &shelf);
	free(leaves.item);
	if (status != ENT_OK) {
		for (size_t i = 0; i < n; i++)
			entries_forget(&index->entries, items[i].id);
		return status;
	}
	for (size_t i = 0; i < n; i++)
		entries_at(&index->entries, entries_next(&index->entries, (uint32_t)i))->volume =
				ent_volume_hold(items[i].volume);
	entries_take(&index->entries, (uint32_t)n);
	(void)pthread_mutex_lock(&index->state);
	index->version++;
	shelf_show(index, &shelf, &old);
	(void)pthread_mutex_unlock(&index->state);
	shelf_drop(&old);
	return ENT_OK;
}

ent_status ent_index_load(struct ent_index *index, const struct ent_index_item *items, size_t n,
		unsigned threads) {
	if (n == 0)
		return ENT_OK;
	threads = threads < 1 ? 1 : threads > LOAD_THREADS_MAX ? LOAD_THREADS_MAX : threads;
	(void)pthread_mutex_lock(&index->writer);
	ent_status status = load(index, items, n, n < threads ? 1 : threads);
	(void)pthread_mutex_unlock(&index->writer);
	return status;
}

size_t ent_index_count(const struct ent_index *index) {
	struct ent_index *locked = (struct ent_index *)index;
	(void)pthread_mutex_lock(&locked->writer);
	const size_t count = index->entries.count;
	(void)pthread_mutex_unlock(&locked->writer);
	return count;
}

size_t ent_index_memory(const struct ent_index *index) {
	struct ent_index *locked = (struct ent_index *)index;
	(void)pthread_mutex_lock(&locked->writer);
	size_t bytes = sizeof *index + sizeof *index->buffer + entries_bytes(&index->entries) +
			index->room_graveyard * sizeof *index->graveyard;
	for (uint32_t i = 0; i < index->n_trees; i++)
		bytes += tree_bytes(index->tree[i]);
	(void)pthread_mutex_unlock(&locked->writer);
	return bytes;
}
