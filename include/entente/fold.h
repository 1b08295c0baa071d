/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold.h: the state that a ledger's entries fold into: ordered maps with versions. Depends on: base.
 *
 * A fold holds a fixed number of maps from keys of one to four words to a word, and a plain head. One
 * writer makes the next version while readers look at published ones, which never change. Versions that
 * are not yet published (their entries are not yet durable) can be dropped; then it is as if they had never
 * been. So a batch is all or nothing, also when memory runs out in the middle of it.
 *
 *     begin -> put, remove, alloc, retire -> seal -> publish     readers see it
 *                                                 \-> discard    all that is not published is dropped
 *
 * begin, the changes, seal and discard belong to the writer; publish and sweep may be another thread's (one at a
 * time); views are anybody's. A view is taken and released in a few nanoseconds and holds up nobody; memory that
 * only it still sees waits for it.
 */
#ifndef ENTENTE_FOLD_H
#define ENTENTE_FOLD_H

#include "entente/base.h"

enum { ENT_FOLD_MAPS_MAX = 16, ENT_FOLD_WORDS_MAX = 4, ENT_FOLD_DEPTH_MAX = 16 };

struct ent_fold;
/* A block as the value of a map, and back. */
static inline uint64_t ent_fold_value(const void *block) {
	return (uint64_t)(uintptr_t)block;
}
static inline void *ent_fold_block(uint64_t value) {
	return (void *)(uintptr_t)value; /* NOLINT(performance-no-int-to-ptr): it was one */
}

/* One version. Immutable once sealed. */
struct ent_fold_version;

struct ent_fold_options {
	unsigned n_maps;
	unsigned words[ENT_FOLD_MAPS_MAX]; /* of each map's keys, 1 to ENT_FOLD_WORDS_MAX */
	bool owns[ENT_FOLD_MAPS_MAX]; /* its values are blocks, each in one such map once: freed at the end */
	size_t head_size;
};

/* With one published version: empty maps and a head of zeros. E_MEMORY. */
ENT_MUST_USE ent_status ent_fold_create(
		const struct ent_fold_options *options, struct ent_fold **ret_fold);
/* Frees the blocks of maps that own theirs. Views must have been released. NULL is fine. */
void ent_fold_destroy(struct ent_fold *fold);

/* --- The writer --- */

/* Opens the next version, on top of the newest one. E_MEMORY. */
ENT_MUST_USE ent_status ent_fold_begin(struct ent_fold *fold);
/* The open version, to be looked at like any other; valid until it is sealed or discarded. */
const struct ent_fold_version *ent_fold_open(const struct ent_fold *fold);
void *ent_fold_head_open(struct ent_fold *fold);
/* Puts or replaces. E_MEMORY: the open version may only be discarded. */
ENT_MUST_USE ent_status ent_fold_put(
		struct ent_fold *fold, unsigned map, const uint64_t *key, uint64_t value);
/* Adds to what is there, nothing being 0, and says what it is then. E_MEMORY as above. */
ENT_MUST_USE ent_status ent_fold_add(struct ent_fold *fold, unsigned map, const uint64_t *key,
		uint64_t amount, uint64_t *ret_value);
/* E_MISSING: it is not there. E_MEMORY as above. */
ENT_MUST_USE ent_status ent_fold_remove(struct ent_fold *fold, unsigned map, const uint64_t *key);
/* A block for what maps point to, freed once it is retired. It must not change once the version is sealed. E_MEMORY. */
ENT_MUST_USE ent_status ent_fold_alloc(struct ent_fold *fold, size_t size, void **ret_block);
/* No map of the open version points to this block any more. E_MEMORY as above. */
ENT_MUST_USE ent_status ent_fold_retire(struct ent_fold *fold, void *block);
/* How many blocks that is so far: they are freed when it has been published. */
size_t ent_fold_left_behind(const struct ent_fold *fold);
/* Closes the open version. Returns it; it is not yet published. */
struct ent_fold_version *ent_fold_seal(struct ent_fold *fold);
/* Drops the open version and all sealed ones that are not published. */
void ent_fold_discard(struct ent_fold *fold);

/*
 * Readers see this version from now on. Sealed versions are published in their order. Frees what nobody sees any
 * more; a view that was held for long may have left millions of blocks.
 */
void ent_fold_publish(struct ent_fold *fold, struct ent_fold_version *version);
/* Likewise, but takes no time: frees nothing. */
void ent_fold_publish_unswept(struct ent_fold *fold, struct ent_fold_version *version);
/* Frees at most 'most' blocks of what nobody sees any more. Is there more? */
bool ent_fold_sweep(struct ent_fold *fold, size_t most);

/* --- Readers --- */

const struct ent_fold_version *ent_fold_take(struct ent_fold *fold);
/* One more view of a version that the caller has taken; to be released, too. */
const struct ent_fold_version *ent_fold_hold(
		struct ent_fold *fold, const struct ent_fold_version *version);
/* What only this view saw is freed when the fold is next swept. */
void ent_fold_release(struct ent_fold *fold, const struct ent_fold_version *version);

const void *ent_fold_head(const struct ent_fold_version *version);
size_t ent_fold_count(const struct ent_fold_version *version, unsigned map);
bool ent_fold_get(const struct ent_fold_version *version, unsigned map, const uint64_t *key,
		uint64_t *ret_value);

/*
 * These keys are put soon: asks the processor for what that will look at in the open version, level by level of all at
 * once, so that one wait is for all, and remembers where they belong. Changes no map. Those above ENT_FOLD_EXPECT_MAX are passed over.
 */
enum { ENT_FOLD_EXPECT_MAX = 32 };
struct ent_fold_expected {
	unsigned map;
	uint64_t key[ENT_FOLD_WORDS_MAX];
};
void ent_fold_expect(struct ent_fold *fold, const struct ent_fold_expected *expected, size_t n);

/* A place between the keys of a map; valid as long as the version does not change. */
struct ent_fold_cursor {
	uint64_t key[ENT_FOLD_WORDS_MAX];
	unsigned depth, words;
	struct {
		const void *node;
		uint32_t at;
	} path[ENT_FOLD_DEPTH_MAX];
};
/* Before the first key that is not less than 'key' (NULL: before all). */
void ent_fold_seek(const struct ent_fold_version *version, unsigned map, const uint64_t *key,
		struct ent_fold_cursor *ret_cursor);
/* False at the end. The key is the cursor's, until its next step. */
bool ent_fold_next(struct ent_fold_cursor *cursor, const uint64_t **ret_key, uint64_t *ret_value);

/* A key that two versions do not have alike. */
struct ent_fold_change {
	const uint64_t *key;
	bool was, is;
	uint64_t old_value, value;
};
/* Return false to stop. */
typedef bool (*ent_fold_change_fn)(void *user, const struct ent_fold_change *change);
/* In the order of keys; 'before' NULL: nothing was. Takes as long as there are changes, about: what both versions share is passed over. */
void ent_fold_diff(const struct ent_fold_version *before, const struct ent_fold_version *after,
		unsigned map, ent_fold_change_fn change, void *user);

#endif
