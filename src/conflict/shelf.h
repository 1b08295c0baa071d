/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shelf.h: the index inside: a write buffer and trees of growing size, shared by index.c
 * (writers, snapshots) and query.c (readers).
 *
 * Numbered invariants.
 * 1. A version is a whole number; each write makes the next. An entry is in version v when
 *    born <= v < died.
 * 2. A snapshot is a version, the trees and the buffer of that moment, and how much of the
 *    buffer was filled. Trees never change; a buffer is only appended to, and its first n
 *    items never change.
 * 3. Every entry of a version has all its leaves in that version's trees and buffer.
 * 4. Merging drops the leaves of entries that are dead; snapshots that still see such an
 *    entry hold the old trees.
 * 5. A dead entry waits in the graveyard. When all trees are merged into one, every entry
 *    that is dead then is gone, and is freed once no snapshot is older than that.
 * 6. 'state' guards what a snapshot copies and is held for moments only; 'writer' is held
 *    for a whole write. A reader never takes 'writer'.
 */
#ifndef ENTENTE_CONFLICT_SHELF_H
#define ENTENTE_CONFLICT_SHELF_H

#include <pthread.h>

#include "entries.h"
#include "tree.h"

enum { BUFFER_ITEMS = 256, TREES_MAX = 64, TIER_TREES = 4 };

struct buffer {
	atomic_uint holders;
	struct item item[BUFFER_ITEMS];
};

struct ent_index_snapshot {
	struct ent_index *index;
	uint64_t version;
	struct buffer *buffer;
	uint32_t n_buffer;
	uint32_t n_trees;
	struct tree *tree[TREES_MAX];
	struct ent_index_snapshot *older, *newer;
};

struct dead {
	uint32_t entry;
	uint64_t gone; /* no snapshot from this version on has a leaf of it; NOT_GONE */
};

#define NOT_GONE UINT64_MAX

struct ent_index {
	pthread_mutex_t writer, state;
	struct entries entries;
	uint64_t version;
	struct buffer *buffer;
	uint32_t n_buffer;
	uint32_t n_trees;
	struct tree *tree[TREES_MAX];
	struct dead *graveyard;                        /* in order of death */
	size_t n_graveyard, room_graveyard, n_waiting; /* the last n_waiting are not gone yet */
	struct ent_index_snapshot *oldest, *newest;
};

static inline bool shelf_visible(
		const struct ent_index_snapshot *snapshot, const struct entry *entry) {
	return entry->born <= snapshot->version &&
			atomic_load_explicit(&entry->died, memory_order_relaxed) >
			snapshot->version;
}

#endif
