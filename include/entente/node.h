/* SPDX-License-Identifier: Apache-2.0 */
/*
 * node.h: a running node: one airspace ledger, its state, and the one sequence in which commands are decided and made
 * durable. Depends on: base, fold, seal, wire, volume, ledger, store, airspace.
 *
 * One thread decides: it gathers waiting commands into a batch, each decided against the state and the batch so far.
 * Another commits: it hashes the entries, signs the checkpoint and writes all in one transaction; meanwhile the next
 * batch is decided. Readers see committed state only. A job is done when its batch is durable, a refusal too, since
 * it may rest on a write before it. When a batch fails, all later ones that were decided on it fail with it, and the
 * state is again the committed one.
 */
#ifndef ENTENTE_NODE_H
#define ENTENTE_NODE_H

#include "entente/airspace.h"
#include "entente/base.h"
#include "entente/fold.h"
#include "entente/ledger.h"
#include "entente/store.h"

struct ent_node;

/* Severity of what a node says to its log. */
enum ent_node_say { ENT_NODE_INFO, ENT_NODE_WARNING, ENT_NODE_ERROR };

struct ent_node_options {
	const char *directory; /* of its data; made when it is not there */
	const char *name; /* its name in checkpoints, when it has no key yet; NULL: one by chance */
	int64_t expire_after_us;   /* after the end of an entity */
	bool index_is_time;        /* notification indices are milliseconds since midnight UTC */
	unsigned queue_max;        /* commands waiting at once, not 0; above: E_LIMIT */
	uint64_t snapshot_entries; /* entries between snapshots; 0: only when it stops */
	int64_t archive_after_us; /* the bytes of entries older than this may go, below a snapshot; 0: never */
	int64_t (*clock)(void *user); /* microseconds since 1970 UTC; any thread; needed */
	void (*say)(void *user, enum ent_node_say severity, const char *text); /* any thread */
	void *user;
};
extern const struct ent_node_options
		ent_node_options_default; /* 2 h, counted, 16384, 100000; without clock and say */

/*
 * Opens the store, checks its head against the node's key and its tree, restores the state and begins. The fault
 * says what is wrong and where, of the ledger: at which entry. E_IO, E_SYNTAX (the ledger is not whole), E_REFUSED (its
 * checkpoint is not by the node's key, or the key is not there), E_MEMORY.
 */
ENT_MUST_USE ent_status ent_node_create(const struct ent_node_options *options,
		struct ent_node **ret_node, struct ent_fault *reterr_fault);
/* Finishes what was submitted, writes a snapshot, closes the store. NULL is fine. */
void ent_node_destroy(struct ent_node *node);

/* --- Commands --- */

struct ent_node_job {
	struct ent_command command;
	/* The client waits no longer: a job that is not yet decided is then not decided. May be NULL. */
	bool (*gone)(struct ent_node_job *job);
	/* In the deciding thread, while what the outcome points to is there. Must be quick. */
	void (*decided)(struct ent_node_job *job, const struct ent_airspace_outcome *outcome,
			const struct ent_fold_version *version);
	/*
	 * Last of all, once: OK, what was decided is durable. E_IO: nothing was decided, or nobody knows yet whether it is
	 * durable. E_LIMIT: too many wait. E_MEMORY. E_MISSING: its client had gone. The job is the caller's again.
	 */
	void (*done)(struct ent_node_job *job, ent_status status);
	struct ent_node_job *next; /* the node's own */
};
/* The job, and all that its command borrows, stays until it is done. Any thread; 'done' may come before this returns. */
void ent_node_submit(struct ent_node *node, struct ent_node_job *job);

/* --- Looking --- */

/* The committed state. Release it soon. */
const struct ent_fold_version *ent_node_take(struct ent_node *node);
void ent_node_release(struct ent_node *node, const struct ent_fold_version *version);

struct ent_node_state {
	bool writes;                     /* it takes commands that write */
	char reason[ENT_FAULT_WHY_SIZE]; /* why not */
	uint64_t size;                   /* committed entries */
	struct ent_hash root;
	int64_t time_utc_us; /* of the last entry */
	int64_t behind_us; /* the clock, behind that, when it was looked at last; 0: a minute at most */
	size_t intents, constraints, subscriptions, usss;
	uint64_t batches, committed, refused,
			failed; /* since it began: batches; commands by what came of them */
	uint64_t snapshot_size; /* entries in the last snapshot */
	size_t waiting;         /* commands */
};
void ent_node_state(struct ent_node *node, struct ent_node_state *ret_state);
/* The signed checkpoint over all that is committed; ENT_NOTE_SIZE bytes. Returns its length. */
size_t ent_node_checkpoint(struct ent_node *node, char ret_note[ENT_NOTE_SIZE]);
/* The public key of its checkpoints. */
const struct ent_vkey *ent_node_vkey(const struct ent_node *node);
struct ent_store *ent_node_store(struct ent_node *node, uint32_t *ret_ledger);

/* --- Its key --- */

#define ENT_NODE_LEDGER "airspace/main"
/* The vkey of the data directory, for who verifies it. E_MISSING, E_SYNTAX, E_IO. */
ENT_MUST_USE ent_status ent_node_read_vkey(
		const char *directory, struct ent_vkey *ret_vkey, struct ent_fault *reterr_fault);
/*
 * The key itself, for who writes another ledger of a node that has stopped; never made here. E_MISSING (no node has begun
 * there), E_SYNTAX, E_IO, E_MEMORY.
 */
ENT_MUST_USE ent_status ent_node_read_key(const char *directory, struct ent_sign_key **ret_key,
		struct ent_vkey *ret_vkey, struct ent_fault *reterr_fault);
/*
 * The same key for another ledger of the node: its name ends in that of the ledger, as its checkpoints' origin does.
 * E_SYNTAX: the key is not one of a node.
 */
ENT_MUST_USE ent_status ent_node_vkey_of(const struct ent_vkey *vkey, const char *ledger,
		struct ent_vkey *ret_vkey, struct ent_fault *reterr_fault);

#endif
