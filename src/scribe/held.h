/* SPDX-License-Identifier: Apache-2.0 */
/*
 * held.h: a ledger in the store with its tree and what its entries come to, of ours or of another author's.
 *
 *     open -> apply ... -> store -> durable
 *                  \-> back   \-> unsure -> mend
 *
 * Its writer is one thread at a time; 'lock' guards what readers see: size, root, head, time.
 *
 * 1. The tree, the head and the time are those of what is durable. The fold may be ahead while a batch is made.
 * 2. 'stale': the fold is neither; it is made anew from the store before anything else.
 * 3. 'unsure': nobody knows what became of an append; the store's head tells, once it takes writes again.
 */
#ifndef ENTENTE_SCRIBE_HELD_H
#define ENTENTE_SCRIBE_HELD_H

#include <pthread.h>

#include "entente/scribe.h"

struct held {
	struct ent_store *store;
	uint32_t ledger;
	char name[ENT_STORE_NAME_MAX + 1], origin[ENT_ORIGIN_SIZE];
	struct ent_vkey vkey; /* of who signs it */
	struct ent_vkey older
			[ENT_SCRIBE_OLDER_MAX]; /* and who may have signed what is in the store */
	size_t n_older;
	struct ent_scribe_fold fold;
	pthread_mutex_t lock;
	bool has_lock;
	struct ent_tree tree;
	struct ent_hash root;
	int64_t time_us; /* of the last entry */
	struct ent_store_head head;
	bool by_older; /* the head is signed by an older key */
	bool stale, unsure;
};

/* The names and the vkey are copied. E_LIMIT, E_MEMORY. */
ENT_MUST_USE ent_status held_init(struct held *held, struct ent_store *store, const char *name,
		const char *origin, const struct ent_vkey *vkey, const struct ent_scribe_fold *fold,
		struct ent_fault *reterr_fault);
/* Copied; before it is opened. E_LIMIT. */
ENT_MUST_USE ent_status held_add_older(
		struct held *held, const struct ent_vkey *older, size_t n_older);
/* What held_init made; zeros are fine. */
void held_finish(struct held *held);

/* Makes the ledger when it is not there, else reads and checks all of it. See ent_scribe_open. */
ENT_MUST_USE ent_status held_open(struct held *held, struct ent_fault *reterr_fault);

/* One entry more for the fold; 'seq' is its number. See struct ent_scribe_fold. */
ENT_MUST_USE ent_status held_apply(struct held *held, uint64_t seq, const char *bytes, size_t size,
		struct ent_fault *reterr_fault);
/* The fold is again that of what is durable, or it is stale. */
void held_back(struct held *held);

/* What a batch comes to. */
struct held_batch {
	const struct ent_store_entry *entries; /* with their leaf hashes */
	size_t n;
	const struct ent_store_payload *payloads;
	size_t n_payloads;
	const struct ent_tree *tree; /* grown by them */
	const struct ent_store_full *full;
	struct ent_hash root;
	int64_t time_us; /* of the last entry */
	const char *note;
	size_t note_length;
};
/* Durable, and seen by readers; or as held_back, and the status says why: see ent_store_append. */
ENT_MUST_USE ent_status held_store(
		struct held *held, const struct held_batch *batch, struct ent_fault *reterr_fault);

/* Is it as it should be? Else it takes nothing before held_mend. */
bool held_is_whole(const struct held *held);
/* Reopens the store when that is needed, and goes on from what it has. Statuses of held_open. */
ENT_MUST_USE ent_status held_mend(struct held *held, struct ent_fault *reterr_fault);

/* The root of the first 'size' entries, by their tiles. 'scratch' is overwritten. E_IO, E_MEMORY. */
ENT_MUST_USE ent_status held_root_at(const struct held *held, uint64_t size,
		struct ent_tree *scratch, struct ent_hash *ret_root);

#endif
