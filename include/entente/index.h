/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index.h: what is filed, and what of it is in conflict with a volume.
 * Depends on: base, geo, volume, conflict.
 *
 * An index holds volumes under numbers that its user chooses. Many threads may read,
 * one may write at a time. A reader works on a snapshot: it sees all that was filed
 * before it took it and nothing that came later, holds up no writer and is held up by
 * none. A query never misses a conflict; each hit is ent_conflict_judge's own verdict.
 */
#ifndef ENTENTE_INDEX_H
#define ENTENTE_INDEX_H

#include "entente/base.h"
#include "entente/conflict.h"
#include "entente/volume.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Volumes in one index. (A test of what happens there makes it smaller.) */
#ifndef ENT_INDEX_MAX
#define ENT_INDEX_MAX 16000000
#endif

struct ent_index;
struct ent_index_snapshot;

struct ent_index_item {
	uint64_t id;
	const struct ent_volume *volume;
};

/* E_MEMORY. */
ENT_API ENT_MUST_USE ent_status ent_index_create(struct ent_index **ret_index);

/* NULL is fine. Snapshots must have been released. */
ENT_API void ent_index_destroy(struct ent_index *index);

/*
 * Writers; one at a time (a second waits). The index holds the volume; the caller keeps its own
 * hold. A volume that was replaced or removed is let go when no snapshot sees it any more and the
 * index has packed it away, which it does when such volumes outnumber the filed ones. Until then
 * they take memory: at most as much again as what is filed, and what old snapshots see.
 */
/* E_EXISTS, E_LIMIT, E_MEMORY. */
ENT_API ENT_MUST_USE ent_status ent_index_insert(
		struct ent_index *index, uint64_t id, const struct ent_volume *volume);
/*
 * E_MISSING, E_MEMORY: then the old volume stays. E_LIMIT: only when old snapshots keep too many
 * replaced volumes. No snapshot sees both or neither.
 */
ENT_API ENT_MUST_USE ent_status ent_index_replace(
		struct ent_index *index, uint64_t id, const struct ent_volume *volume);
/* E_MISSING, E_MEMORY: then the volume stays filed. */
ENT_API ENT_MUST_USE ent_status ent_index_remove(struct ent_index *index, uint64_t id);
/* All or nothing; 'threads' workers (1 to 64). E_EXISTS when an id is filed already or twice in items. */
ENT_API ENT_MUST_USE ent_status ent_index_load(struct ent_index *index,
		const struct ent_index_item *items, size_t n, unsigned threads);

ENT_API size_t ent_index_count(const struct ent_index *index);
/* Bytes of the index itself, the volumes not counted. */
ENT_API size_t ent_index_memory(const struct ent_index *index);

/* E_MEMORY. */
ENT_API ENT_MUST_USE ent_status ent_index_snapshot_take(
		struct ent_index *index, struct ent_index_snapshot **ret_snapshot);
/* NULL is fine. */
ENT_API void ent_index_snapshot_release(struct ent_index_snapshot *snapshot);

/* What a query found: a conflict or an unknown, never a clear. 'volume' is borrowed until the snapshot is released. */
struct ent_index_hit {
	uint64_t id;
	const struct ent_volume *volume;
	struct ent_verdict verdict; /* a = the volume asked for, b = the filed one */
};

/* Return false to stop. */
typedef bool (*ent_index_hit_fn)(void *user, const struct ent_index_hit *hit);

/*
 * Does what is filed under this id count? It is asked before anything is judged, so that what
 * does not count costs next to nothing. It may be asked about what is clear.
 */
typedef bool (*ent_index_counts_fn)(void *user, uint64_t id);

/*
 * Calls hit for everything filed that is in conflict (or unknown) with 'volume', in no
 * stated order, each once. 'except', when not NULL, is an id that is passed over (the
 * volume's own); so is what 'counts', when not NULL, says false of. 'user' is for both.
 * E_DOMAIN: bad minima. E_MEMORY: nothing of the answer may be used.
 */
ENT_API ENT_MUST_USE ent_status ent_index_query(const struct ent_index_snapshot *snapshot,
		const struct ent_volume *volume, const struct ent_minima *minima,
		const uint64_t *except, ent_index_counts_fn counts, ent_index_hit_fn hit,
		void *user);

/* For ent_index_pairs: a and b by id, a < b. Return false to stop. */
struct ent_index_pair {
	uint64_t id_a, id_b;
	const struct ent_volume *a, *b;
	struct ent_verdict verdict;
};
typedef bool (*ent_index_pair_fn)(void *user, const struct ent_index_pair *pair);

/* Does this pair count? Asked like ent_index_counts_fn, of one pair perhaps more than once. */
typedef bool (*ent_index_pair_counts_fn)(void *user, uint64_t id_a, uint64_t id_b);

/* Called now and then with how much is done, of how much. Return false to stop. May be NULL. */
typedef bool (*ent_index_progress_fn)(void *user, uint64_t done, uint64_t total);

/* Pairs that one call of ent_index_pairs may judge of which a track is part: it remembers them, in up to 2 GiB. */
#define ENT_INDEX_PAIRS_MAX 100000000

/*
 * All conflicts (and unknowns) among what is filed, each pair once, in no stated order, but
 * for the pairs that 'counts', when not NULL, says false of. 'user' is for both.
 * E_DOMAIN: bad minima. E_LIMIT: over ENT_INDEX_PAIRS_MAX. E_MEMORY.
 */
ENT_API ENT_MUST_USE ent_status ent_index_pairs(const struct ent_index_snapshot *snapshot,
		const struct ent_minima *minima, ent_index_pair_counts_fn counts,
		ent_index_pair_fn pair, void *user, ent_index_progress_fn progress,
		void *progress_user);

#ifdef __cplusplus
}
#endif

#endif
