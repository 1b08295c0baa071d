/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scribe.h: the ledgers between parties in a running node: those that it writes, and those of others that it keeps.
 * Depends on: base, seal, wire, ledger, store.
 *
 * A scribe is the one author of many small ledgers (line/..., memo/..., desk). One thread decides the commands that wait
 * for a ledger, one after another, against its state and the batch so far, makes the batch durable, and only then
 * answers: a refusal too, since it may rest on an entry before it. A batch that fails has never been: the state is again
 * that of what is durable, and other ledgers go on.
 *
 * A replica is a ledger of another author, as far as it was received: nothing is stored that its author did not sign,
 * and what contradicts what is here is given back as evidence.
 *
 * Both begin every entry with {"seq":N,"time_us":T, and hold it to that: N is its number, T microseconds since 1970 UTC
 * and later than that of the entry before. Each ledger is under its name in the store, which others may use, too.
 */
#ifndef ENTENTE_SCRIBE_H
#define ENTENTE_SCRIBE_H

#include "entente/base.h"
#include "entente/ledger.h"
#include "entente/store.h"

enum {
	ENT_SCRIBE_LEDGERS_MAX = 1024,
	ENT_SCRIBE_QUEUE_MAX = 4096,         /* jobs that wait for one ledger */
	ENT_SCRIBE_COMMAND_ENTRIES_MAX = 64, /* that one command comes to */
	ENT_SCRIBE_ENTRY_MAX = 1 << 20,      /* bytes */
	ENT_SCRIBE_OLDER_MAX = 8,            /* keys that an author has had */
	ENT_REPLICA_ENTRIES_MAX = 8192,      /* taken at once */
	ENT_REPLICA_BYTES_MAX = 16 << 20,    /* likewise, of all of them */
	ENT_REPLICA_NOTE_MAX = 4096,   /* bytes of a checkpoint that comes: ours has to be added */
	ENT_REPLICA_WITNESSED_MAX = 16 /* checkpoints that are ahead of what is here, and kept */
};

/* What an entry says of its place. False: it does not begin so. */
bool ent_scribe_entry_place(
		const char *bytes, size_t size, uint64_t *ret_seq, int64_t *ret_time_us);

/* --- What entries come to --- */

/* The state is the caller's, and is used by one thread at a time: the scribe's, or the one that takes. */
struct ent_scribe_fold {
	void *state;
	/*
	 * One entry more. E_SYNTAX with the reason: it may not stand there. E_MEMORY. After anything but OK, 'back' or 'reset'
	 * comes next. NULL: no state.
	 */
	ent_status (*apply)(void *state, uint64_t seq, const char *bytes, size_t size,
			struct ent_fault *reterr_fault);
	/* All that was applied, 'size' entries, is durable. May be NULL. */
	void (*durable)(void *state, uint64_t size);
	/* Back to what was last durable. False: it cannot, and all is applied anew after a 'reset'. NULL: it never can. */
	bool (*back)(void *state);
	/* As before the first entry. NULL only when 'apply' is. */
	void (*reset)(void *state);
};

/* --- The scribe --- */

struct ent_scribe;
struct ent_scribe_ledger;

enum ent_scribe_say { ENT_SCRIBE_INFO, ENT_SCRIBE_WARNING, ENT_SCRIBE_ERROR };

struct ent_scribe_options {
	struct ent_store *store;      /* stays until the scribe is destroyed */
	int64_t (*clock)(void *user); /* microseconds since 1970 UTC; needed */
	/* For the log; any thread. May be NULL. */
	void (*say)(void *user, enum ent_scribe_say severity, const char *text);
	/*
	 * So many entries of a ledger are durable now. In the scribe's thread, before its jobs are done; must be quick. May
	 * be NULL.
	 */
	void (*stored)(void *user, struct ent_scribe_ledger *ledger, uint64_t size);
	void *user;
};
/* E_MEMORY. */
ENT_MUST_USE ent_status ent_scribe_create(
		const struct ent_scribe_options *options, struct ent_scribe **ret_scribe);
/* Finishes what was submitted. Its ledgers are gone then. NULL is fine. */
void ent_scribe_destroy(struct ent_scribe *scribe);

/* Where a command's entries are put. */
struct ent_scribe_draft {
	uint64_t seq;    /* of the next entry that is added: its bytes must say both */
	int64_t time_us; /* later than the entry before, and not before the clock */
	void *batch;     /* the scribe's own */
};
/*
 * Takes a copy. E_DOMAIN: it does not begin with its number and time. E_LIMIT: too large, or too many of one command.
 * E_MEMORY. Whoever decides passes these on.
 */
ENT_MUST_USE ent_status ent_scribe_add(
		struct ent_scribe_draft *draft, const char *bytes, size_t size);
/* Salt and payload that go beside the entry that was added last. E_DOMAIN: there is none. E_LIMIT, E_MEMORY. */
ENT_MUST_USE ent_status ent_scribe_add_payload(
		struct ent_scribe_draft *draft, const char *bytes, size_t size);

struct ent_scribe_ledger_options {
	const char *name;               /* in the store: "line/<author>/<peer>" */
	const char *origin;             /* of its checkpoints */
	const char *key_name;           /* of the key, in its signatures */
	const struct ent_sign_key *key; /* stays until the scribe is destroyed */
	/*
	 * Those that the author had before, of type 0x01; what is in the store may be signed by one of them. Its head is
	 * then signed anew. May be NULL.
	 */
	const struct ent_vkey *older;
	size_t n_older;
	struct ent_scribe_fold fold;
	/*
	 * Adds the entries that the command comes to, possibly none; it changes nothing, for they are applied afterwards.
	 * E_REFUSED with the reason: the command's answer is no. Anything else: it failed, and has changed nothing.
	 */
	ent_status (*decide)(void *state, const void *command, struct ent_scribe_draft *draft,
			struct ent_fault *reterr_fault);
	/* Is this a command that goes on when the ledger is frozen: a test, FLASH, a safety call? NULL: none is. */
	bool (*goes_on)(const void *command);
};
/*
 * Makes the ledger when it is not there; else reads all of it, and believes only what its head's signature, its root and
 * the hashes beside the entries vouch for. While others run, too. E_SYNTAX (it is not what was signed), E_REFUSED (it is
 * signed by another key), both naming ledger and entry; E_EXISTS: open already; E_LIMIT: too many, or a name that is too
 * long; E_IO, E_MEMORY.
 */
ENT_MUST_USE ent_status ent_scribe_open(struct ent_scribe *scribe,
		const struct ent_scribe_ledger_options *options,
		struct ent_scribe_ledger **ret_ledger, struct ent_fault *reterr_fault);

struct ent_scribe_outcome {
	bool refused;
	struct ent_fault fault; /* why */
	uint64_t first;         /* the number of its first entry */
	size_t n;               /* how many it has; 0 when it was refused */
	int64_t time_us;        /* at which it was decided */
};
struct ent_scribe_job {
	const void *command;
	/* The client waits no longer: a job that is not yet decided is then not decided. May be NULL. */
	bool (*gone)(struct ent_scribe_job *job);
	/* In the scribe's thread, when its entries have been applied. Must be quick. May be NULL. */
	void (*decided)(struct ent_scribe_job *job, const struct ent_scribe_outcome *outcome);
	/*
	 * Last of all, once: OK, what was decided is durable. E_IO: nothing was decided, or nobody knows yet whether it is
	 * durable. E_LIMIT: too many wait. E_MISSING: its client had gone. Else: it was not decided, or not written.
	 */
	void (*done)(struct ent_scribe_job *job, ent_status status);
	struct ent_scribe_job *next; /* the scribe's own */
};
/* The job, and what its command borrows, stays until it is done. Any thread; 'done' may come before this returns. */
void ent_scribe_submit(struct ent_scribe_ledger *ledger, struct ent_scribe_job *job);

/*
 * From now on only commands that go on are taken; others are refused with this reason. Jobs submitted before may still
 * be decided. It holds until thawed or the scribe's end: whoever has the evidence freezes again at the next start.
 */
void ent_scribe_freeze(struct ent_scribe_ledger *ledger, const char *reason);
void ent_scribe_thaw(struct ent_scribe_ledger *ledger);

struct ent_scribe_ledger_state {
	uint64_t size; /* durable entries */
	struct ent_hash root;
	int64_t time_us; /* of the last entry; 0: none */
	bool writes, frozen;
	char reason[ENT_FAULT_WHY_SIZE]; /* why it does not write, or is frozen */
	uint64_t batches, refused,
			failed; /* since it was opened: batches; commands by what came of them */
	size_t waiting;
};
void ent_scribe_state(struct ent_scribe_ledger *ledger, struct ent_scribe_ledger_state *ret_state);
/* Its checkpoint over all that is durable, terminated; empty when there is no entry yet. Returns its length. */
size_t ent_scribe_checkpoint(struct ent_scribe_ledger *ledger, char ret_note[ENT_NOTE_SIZE]);
const char *ent_scribe_name(const struct ent_scribe_ledger *ledger);
/* Of the ledger in the store: for payloads, and proofs. */
uint32_t ent_scribe_number(const struct ent_scribe_ledger *ledger);
const struct ent_vkey *ent_scribe_vkey(const struct ent_scribe_ledger *ledger);

/* Entries that go to others, and the checkpoint of just their end. */
struct ent_scribe_piece {
	uint64_t first, end;
	size_t note_length;
	char note[ENT_NOTE_SIZE];
};
/*
 * Durable entries from 'first' on: as many as there are, but at most 'n_max' (0: the checkpoint alone) and, of more than one,
 * 'bytes_max' bytes. Any thread; 'entry' may not call the store. E_DOMAIN: there are not so many. E_IO, E_MEMORY; what 'entry'
 * returns.
 */
ENT_MUST_USE ent_status ent_scribe_read(struct ent_scribe_ledger *ledger, uint64_t first,
		uint64_t n_max, size_t bytes_max, ent_store_entry_fn entry, void *user,
		struct ent_scribe_piece *ret_piece);

/* --- Ledgers of others --- */

struct ent_replica;

struct ent_replica_options {
	struct ent_store *store; /* stays until it is closed */
	const char *name, *origin;
	struct ent_vkey vkey; /* of the author's key, type 0x01 */
	/*
	 * Those that the author had before; what is in the store may be signed by one of them, what is taken may not. A
	 * checkpoint of the same size that the new key signed takes the place of that of an older one. May be NULL.
	 */
	const struct ent_vkey *older;
	size_t n_older;
	const struct ent_sign_key *key; /* ours, to cosign with; stays. NULL: nothing is cosigned */
	const char *key_name;           /* of ours */
	uint64_t entries_max; /* more are not taken: what a flood may fill; 0: ENT_STORE_SIZE_MAX */
	struct ent_scribe_fold fold;
	int64_t (*clock)(
			void *user); /* microseconds since 1970 UTC, for cosignatures; needed with a key */
	void *user;
};
/*
 * As ent_scribe_open. Also for a ledger of our own that others have more of, before it is written again: then the vkey is
 * our own, and what they give is taken like any author's.
 */
ENT_MUST_USE ent_status ent_replica_open(const struct ent_replica_options *options,
		struct ent_replica **ret_replica, struct ent_fault *reterr_fault);
/* NULL is fine. */
void ent_replica_close(struct ent_replica *replica);

struct ent_replica_entry {
	const char *bytes;
	size_t size;
};
/* What has come. All is borrowed. */
struct ent_replica_given {
	uint64_t first; /* the number of the first entry */
	const struct ent_replica_entry *entries;
	size_t n;
	/*
	 * By rising numbers; whether each is the entry's is the caller's to look at. One comes with its entry, in one transaction, or
	 * never: those of entries that are here are passed over, so what was purged stays so.
	 */
	const struct ent_store_payload *payloads;
	size_t n_payloads;
	const char *note; /* the checkpoint, of the last entry given, or of one before it that is here */
	size_t note_length;
};
struct ent_replica_answer {
	uint64_t size;  /* durable entries here, now: what is wanted begins there */
	uint64_t taken; /* new ones */
	size_t note_length;
	char note[ENT_NOTE_SIZE]; /* the checkpoint over all that is here, cosigned; empty when nothing is */
	size_t fork_length;
	char fork[ENT_FORK_SIZE]; /* the evidence (ent_fork_open), terminated; empty: none */
};
/*
 * Entries that are here are compared, the rest is appended as one batch: entries, tiles and the cosigned checkpoint, or
 * nothing. The answer is filled in whatever comes of it. Any thread; one at a time, others wait.
 * OK: what the checkpoint covers is here. E_MISSING: entries before the first one given, or up to the checkpoint, are
 * not; nothing was taken. E_EXISTS: the author contradicts itself, and the answer has the evidence. E_REFUSED: it is not
 * signed by the author, is of another ledger, or the entries do not come to its root: they were changed on their way, or
 * the author changed what came before them, which shows when it gives that again. E_SYNTAX: an entry may not stand
 * there, or it is no checkpoint, with the place. E_LIMIT, E_IO (to be given again), E_MEMORY.
 */
ENT_MUST_USE ent_status ent_replica_take(struct ent_replica *replica,
		const struct ent_replica_given *given, struct ent_replica_answer *answer,
		struct ent_fault *reterr_fault);
/*
 * A checkpoint of this ledger that another member had. OK: what is here agrees with it, or does not reach so far; then
 * it is kept (ENT_REPLICA_WITNESSED_MAX of them, the smaller ones), and ent_replica_take finds the contradiction when
 * there is one. E_EXISTS, E_REFUSED, E_SYNTAX, E_LIMIT, E_IO, E_MEMORY as above.
 */
ENT_MUST_USE ent_status ent_replica_witness(struct ent_replica *replica, const char *note,
		size_t note_length, struct ent_replica_answer *answer,
		struct ent_fault *reterr_fault);
/* Those that are kept, the smallest first. 'visit' is called under the replica's lock, and copies. */
void ent_replica_witnessed(struct ent_replica *replica,
		void (*visit)(void *user, const char *note, size_t length), void *user);
/* What is here, as an answer without evidence. */
void ent_replica_look(struct ent_replica *replica, struct ent_replica_answer *ret_answer);
/* The number of the ledger in the store, for ent_store_read, which gives durable entries only up to the answer's size. */
uint32_t ent_replica_number(const struct ent_replica *replica);

#endif
