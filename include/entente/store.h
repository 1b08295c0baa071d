/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store.h: where ledgers are kept: one port, and the driver on an embedded SQLite. Depends on: base, seal,
 * wire, ledger.
 *
 * A store holds ledgers under small numbers: their entries, each with its leaf hash beside it, the full tiles of their
 * trees, and a head each (size, signed checkpoint, the id of the last batch). A batch is one transaction. What
 * ent_store_append says OK to is durable. After E_IO from it, or from another call that writes, nobody knows whether it
 * was done: the store takes no more writes until ent_store_reopen, which writes the uncertain tail anew and syncs it;
 * then the head tells. Reads go on as far as they can, but what is read from a store in that state does not count as
 * durable.
 *
 * Threads may share a store; each call is whole, but for ent_store_read and ent_store_archive, which let others in
 * between pieces, so that none of them holds up a batch for long. At most one process has a store open, several when
 * all of them only look. A process that forks leaves the child's copy alone.
 */
#ifndef ENTENTE_STORE_H
#define ENTENTE_STORE_H

#include "entente/base.h"
#include "entente/ledger.h"
#include "entente/stream.h"
#include "entente/uuid.h"

enum {
	ENT_STORE_LEDGERS_MAX = 4096,
	ENT_STORE_NAME_MAX = 255,
	ENT_STORE_ENTRY_MAX = 1 << 26,   /* bytes */
	ENT_STORE_PAYLOAD_MAX = 1 << 20, /* bytes */
	ENT_STORE_PURGE_MAX = 4096       /* payloads in one purge */
};

/* Entries of one ledger. */
#define ENT_STORE_SIZE_MAX (UINT64_C(1) << 40)

struct ent_store;

/*
 * Makes the folder (readable by its owner alone) and what is in it when they are not there. What a crash has left
 * uncertain is written anew first. E_IO, with the reason (in use by another process too). E_MEMORY.
 */
ENT_MUST_USE ent_status ent_store_open_sqlite(const char *directory, struct ent_store **ret_store,
		struct ent_fault *reterr_fault);
/*
 * Only to look: nothing is made or changed, so the folder may be on a read-only file system; what a crashed process
 * had made durable is seen too. E_MISSING: there is no store. E_IO. E_MEMORY.
 */
ENT_MUST_USE ent_status ent_store_open_sqlite_read_only(const char *directory,
		struct ent_store **ret_store, struct ent_fault *reterr_fault);
/* NULL is fine. */
void ent_store_close(struct ent_store *store);

/*
 * The number, 1 to ENT_STORE_LEDGERS_MAX, of a ledger by its name ("airspace/main"); made, durably, when it is not
 * there and 'create'. E_MISSING. E_LIMIT: there are ENT_STORE_LEDGERS_MAX, or the name is empty or above
 * ENT_STORE_NAME_MAX. E_IO: see above. E_MEMORY.
 */
ENT_MUST_USE ent_status ent_store_ledger(
		struct ent_store *store, const char *name, bool create, uint32_t *ret_ledger);
/* Each ledger's name, in the order of their numbers; 'found' may not call the store. E_IO, E_MEMORY. */
typedef void (*ent_store_ledger_fn)(void *user, uint32_t ledger, const char *name);
ENT_MUST_USE ent_status ent_store_ledgers(
		struct ent_store *store, ent_store_ledger_fn found, void *user);

struct ent_store_head {
	uint64_t size;
	struct ent_uuid batch; /* zeros: none yet */
	size_t note_length;
	char note[ENT_NOTE_SIZE];
};
/* E_MISSING: no such ledger. E_IO, E_MEMORY. */
ENT_MUST_USE ent_status ent_store_head(
		struct ent_store *store, uint32_t ledger, struct ent_store_head *ret_head);

struct ent_store_entry {
	const char *bytes; /* any; NULL: archived, only the leaf hash is known */
	size_t size;
	struct ent_hash leaf; /* of these bytes, by who appends: it is kept beside them and not looked at */
};
struct ent_store_tile {
	unsigned level;
	uint64_t index;
	const struct ent_hash *hashes; /* ENT_TILE_WIDTH */
};
/* Salt and payload of an entry's sealed part: beside it, and to be let go apart from it. */
struct ent_store_payload {
	uint64_t seq; /* of the entry */
	const char *bytes;
	size_t size; /* at most ENT_STORE_PAYLOAD_MAX */
};
struct ent_store_batch {
	uint32_t ledger;
	uint64_t first; /* the number of its first entry: the ledger's size so far */
	const struct ent_store_entry *entries;
	size_t n_entries;
	const struct ent_store_tile *tiles; /* that have become full */
	size_t n_tiles;
	const char *note; /* the checkpoint over it all */
	size_t note_length;
	struct ent_uuid batch;                    /* unique */
	const struct ent_store_payload *payloads; /* of these entries, or of earlier ones */
	size_t n_payloads;
};
/*
 * All of it, durable, or nothing; without entries it sets note and batch. E_DOMAIN: the ledger's size is not 'first'
 * (or there is no such ledger), or a payload is of an entry that is not there; nothing was written. E_LIMIT: an entry
 * above ENT_STORE_ENTRY_MAX, a payload above ENT_STORE_PAYLOAD_MAX, a note of ENT_NOTE_SIZE or more, a ledger above
 * ENT_STORE_SIZE_MAX; nothing was written. E_IO: see above.
 */
ENT_MUST_USE ent_status ent_store_append(struct ent_store *store,
		const struct ent_store_batch *batch, struct ent_fault *reterr_fault);

/* What a batch lets grow, gathered: tiles that become full. It begins as zeros; finish when the batch was written. */
struct ent_store_full {
	struct ent_store_tile *tiles; /* with copies of the hashes */
	size_t n, capacity;
};
/* An ent_tile_full_fn for a struct ent_store_full. E_MEMORY. */
ENT_MUST_USE ent_status ent_store_full_take(
		void *full, unsigned level, uint64_t index, const struct ent_hash *hashes);
void ent_store_full_finish(struct ent_store_full *full);

/* Does it take writes? False from one that failed until a reopen that succeeds, and when opened only to look. */
bool ent_store_writes(struct ent_store *store);
/* E_IO, E_MEMORY: not yet; may be tried again. */
ENT_MUST_USE ent_status ent_store_reopen(struct ent_store *store, struct ent_fault *reterr_fault);

/*
 * Its bytes are NULL when it was archived, and only then; all is borrowed until it returns. Return anything but OK to
 * stop. It may not call the store, and batches wait for it.
 */
typedef ent_status (*ent_store_entry_fn)(
		void *user, uint64_t seq, const struct ent_store_entry *entry);
/*
 * The entries from 'first' on, 'n' of them or as many as there are, in order and without a gap; whether a leaf hash is
 * that of the bytes is the caller's to look at. E_MISSING: no such ledger. E_IO: one that should be there is not, or
 * its leaf hash is none, too. E_MEMORY; what 'entry' returns.
 */
ENT_MUST_USE ent_status ent_store_read(struct ent_store *store, uint32_t ledger, uint64_t first,
		uint64_t n, ent_store_entry_fn entry, void *user);
/*
 * The first 'width' (1 to ENT_TILE_WIDTH) hashes of a tile: a full one as it was stored, another from what lies below
 * it (at the bottom, the leaf hashes beside the entries); an ent_tile_read_fn for a struct ent_store_tiles. E_MISSING:
 * the ledger has not so much. E_IO: a full one that should have been stored is not there, too. E_MEMORY.
 */
struct ent_store_tiles {
	struct ent_store *store;
	uint32_t ledger;
};
ENT_MUST_USE ent_status ent_store_tile(void *tiles, unsigned level, uint64_t index, unsigned width,
		struct ent_hash *ret_hashes);
/*
 * Lets the bytes of entries before 'below' go, as far as full tiles reach, and says how many it were; leaf hashes stay.
 * What was archived before is taken to be the ledger's first entries: it goes on behind them. E_MISSING: no such
 * ledger. E_IO: see above; E_MEMORY. Then some may be gone.
 */
ENT_MUST_USE ent_status ent_store_archive(
		struct ent_store *store, uint32_t ledger, uint64_t below, uint64_t *ret_archived);

/* --- Payloads: what an entry has a hash of, and nothing else in the ledger depends on --- */

/*
 * Puts or replaces; whether it is the one that the entry has the hash of is the caller's to look at. E_DOMAIN: there is
 * no such entry. E_LIMIT: too large. E_IO: as of an append; E_MEMORY.
 */
ENT_MUST_USE ent_status ent_store_payload_put(
		struct ent_store *store, uint32_t ledger, const struct ent_store_payload *payload);
/* Borrowed until it returns; it may not call the store. */
typedef ent_status (*ent_store_payload_fn)(void *user, const struct ent_store_payload *payload);
/* E_MISSING: there is none, or no more. E_IO, E_MEMORY; what 'payload' returns. */
ENT_MUST_USE ent_status ent_store_payload_get(struct ent_store *store, uint32_t ledger,
		uint64_t seq, ent_store_payload_fn payload, void *user);
/*
 * Lets go of those that are there, and says how many it were. After OK no byte of them is in the store's files any more
 * (what the disk itself keeps of overwritten blocks is beyond it). All batches wait for it: some milliseconds. E_LIMIT:
 * more than ENT_STORE_PURGE_MAX at once. E_IO: as of an append: to be asked for again once the store is reopened.
 */
ENT_MUST_USE ent_status ent_store_payload_purge(struct ent_store *store, uint32_t ledger,
		const uint64_t *seqs, size_t n, uint64_t *ret_purged);

/* --- Snapshots of a ledger's state at a size; the newest two are kept. One must end or close before its store. --- */

struct ent_store_snapshot;
/* E_EXISTS: one of this size is being written. E_IO, E_MEMORY. */
ENT_MUST_USE ent_status ent_store_snapshot_begin(struct ent_store *store, uint32_t ledger,
		uint64_t size, struct ent_store_snapshot **ret_snapshot);
/* For who writes through an ent_write_fn; 'snapshot' is the user. E_IO, from then on. */
ENT_MUST_USE ent_status ent_store_snapshot_write(void *snapshot, const void *bytes, size_t size);
/*
 * 'keep': durable, and older ones go; else it is as if it had not begun. Frees it in any case. E_IO: it may be there
 * (then it is whole) or not.
 */
ENT_MUST_USE ent_status ent_store_snapshot_end(struct ent_store_snapshot *snapshot, bool keep);
/*
 * The newest of at most 'most' entries that can be read; mapped until closed, never NULL. E_MISSING: there is none.
 * E_IO: none that can be read. E_MEMORY.
 */
ENT_MUST_USE ent_status ent_store_snapshot_open(struct ent_store *store, uint32_t ledger,
		uint64_t most, struct ent_store_snapshot **ret_snapshot, uint64_t *ret_size,
		const void **ret_bytes, size_t *ret_length);
/* The size of the newest of at most 'most' entries, by its name alone: nothing of it is read. E_MISSING, E_IO, E_MEMORY. */
ENT_MUST_USE ent_status ent_store_snapshot_newest(
		struct ent_store *store, uint32_t ledger, uint64_t most, uint64_t *ret_size);
/*
 * Those of more than 'above' entries are bad, and no longer snapshots: they would count among the two that are kept.
 * The newest stays, as a file whose name ends in .bad, for who looks for what is wrong with the disk; the others, and
 * one that stayed so before, go. Says how many it were. E_IO, E_MEMORY; then some may be as they were.
 */
ENT_MUST_USE ent_status ent_store_snapshot_set_aside(
		struct ent_store *store, uint32_t ledger, uint64_t above, unsigned *ret_n);
/* NULL is fine. */
void ent_store_snapshot_close(struct ent_store_snapshot *snapshot);

#endif
