/* SPDX-License-Identifier: Apache-2.0 */
/*
 * internal.h: what the parts of a node share.
 *
 *     submit ->  queue -> [decider] -> sealed batch -> [committer] -> store, published version, done
 *
 * 'lock' guards what both threads and submitters touch. The open batch, the open version and the outcome are the decider's;
 * the trees are the committer's, and the decider's while the committer is idle. It is idle when 'sealed' is NULL.
 *
 * A version and its head are published together under 'lock', so who holds it sees both of one size.
 */
#ifndef ENTENTE_NODE_INTERNAL_H
#define ENTENTE_NODE_INTERNAL_H

#include <pthread.h>

#include "entente/node.h"

enum {
	BATCH_ENTRIES_MAX = 4096,
	BATCH_BYTES_MAX = 16 << 20,
	/* Each lets up to ENT_AIRSPACE_EXPIRE_MAX entities expire: what a batch leaves behind is bounded, too. */
	BATCH_TICKS_MAX = 64
};

/* Jobs in their order. */
struct jobs {
	struct ent_node_job *first, **last;
	size_t n;
};

struct batch {
	struct jobs jobs;
	struct ent_store_entry *entries; /* their leaf hashes are the committer's to fill in */
	size_t n_entries, capacity, bytes, ticks;
	uint64_t first;
	uint64_t refused;
	struct ent_fold_version *version;
};

struct ent_node {
	struct ent_node_options options;
	struct ent_sign_key *key;
	struct ent_vkey vkey;
	struct ent_store *store;
	uint32_t ledger;
	struct ent_fold *fold;

	pthread_t decider, committer, snapshotter;
	unsigned threads; /* how many of them run */
	pthread_mutex_t lock;
	pthread_cond_t work;     /* for the decider: jobs, an idle committer, the end */
	pthread_cond_t batch;    /* for the committer: a sealed batch, the end */
	pthread_cond_t snapshot; /* for the snapshotter: enough entries, the end */
	bool stop, committer_stop;
	struct jobs queue;
	struct batch *sealed;
	bool failed; /* the store takes nothing until it is reopened */
	char reason[ENT_FAULT_WHY_SIZE];
	struct ent_node_state
			state; /* of the last published version; 'writes' and 'reason' are failed's */
	struct ent_store_head head; /* of the last published version */
	uint64_t snapshot_tried; /* entries when one was last tried; 'state' has the last that is there */

	/* The decider's. */
	struct batch *open;
	struct ent_airspace_outcome outcome;

	/* The committer's. */
	struct ent_tree tree, grown; /* of what is committed, and the one that is tried out */
};

void jobs_init(struct jobs *jobs);
void jobs_add(struct jobs *jobs, struct ent_node_job *job);
/* The first, which leaves the list. NULL: there is none. */
struct ent_node_job *jobs_take(struct jobs *jobs);
/* Tells each that it is done; the list is empty afterwards. */
void jobs_done(struct jobs *jobs, ent_status status);

void node_say(const struct ent_node *node, enum ent_node_say severity, const char *format, ...)
		ENT_PRINTF(3, 4);

/* batch.c. NULL: out of memory. */
struct batch *batch_create(void);
void batch_destroy(struct batch *batch);
/* Takes a copy. E_MEMORY. */
ENT_MUST_USE ent_status batch_add(struct batch *batch, const char *bytes, size_t size);

/*
 * key.c: the node's key, made when the ledger has no entries yet. E_REFUSED: it has, and the key is not there. E_SYNTAX,
 * E_IO, E_MEMORY.
 */
ENT_MUST_USE ent_status node_key_open(
		struct ent_node *node, uint64_t entries, struct ent_fault *reterr_fault);
/*
 * Writes the vkey when it is not there or another key's. Only once an entry is durable: so a folder with a vkey had a ledger.
 * E_IO.
 */
ENT_MUST_USE ent_status node_key_show(struct ent_node *node, struct ent_fault *reterr_fault);

/*
 * refold.c: applies the entries from the tree's size to 'end' to the open version (or a new one), and makes the tree grow with
 * them. 'publish': versions in between may be published. E_SYNTAX, E_IO, with the entry; E_MEMORY. Then both the open version
 * and the tree may only be thrown away.
 */
ENT_MUST_USE ent_status node_refold(
		struct ent_node *node, uint64_t end, bool publish, struct ent_fault *reterr_fault);

/* restore.c: state and tree from the store. */
ENT_MUST_USE ent_status node_restore(struct ent_node *node, struct ent_fault *reterr_fault);
/* Applies what the store has beyond the committed state, after a failed commit; the committer is idle. */
ENT_MUST_USE ent_status node_catch_up(struct ent_node *node, struct ent_fault *reterr_fault);

/* node.c. Under the lock: readers see 'version' from now on, and 'node->tree' is its tree, 'head' its checkpoint. */
void node_publish(struct ent_node *node, struct ent_fold_version *version,
		const struct ent_store_head *head);

/* commit.c */
void *committer_run(void *node);
/* decide.c */
void *decider_run(void *node);
/* snapshots.c */
void *snapshotter_run(void *node);
void node_snapshot(struct ent_node *node);
/* archive.c: lets the bytes of old entries before 'below' go. */
void node_archive(struct ent_node *node, uint64_t below);

#endif
