/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store.h: where ledgers are kept: one port, and the driver on an embedded SQLite. Depends on: base, seal,
 * wire, ledger.
 *
 * A store holds ledgers under small numbers: their entries, the full tiles of their trees, and a head each (size,
 * signed checkpoint, the id of the last batch). A batch is one transaction. What ent_store_append says OK to is
 * durable. After E_IO from it nobody knows whether the batch is: the store takes no more batches until
 * ent_store_reopen, which writes the uncertain tail anew and syncs it; then the head tells. What is read from a store
 * in that state does not count as durable.
 *
 * Threads may share a store; each call is whole. At most one process has it open.
 */
#ifndef ENTENTE_STORE_H
#define ENTENTE_STORE_H

#include "entente/base.h"
#include "entente/ledger.h"
#include "entente/stream.h"
#include "entente/uuid.h"

enum { ENT_STORE_LEDGERS_MAX = 4096, ENT_STORE_ENTRY_MAX = 1 << 26 };

struct ent_store;

/* Makes the folder and what is in it when they are not there. E_IO, with the reason (in use by another process too). */
ENT_MUST_USE ent_status ent_store_open_sqlite(const char *directory, struct ent_store **ret_store,
		struct ent_fault *reterr_fault);
/* Only to look: nothing is made or changed. E_MISSING: there is no store. E_IO. */
ENT_MUST_USE ent_status ent_store_open_sqlite_read_only(const char *directory,
		struct ent_store **ret_store, struct ent_fault *reterr_fault);
/* NULL is fine. */
void ent_store_close(struct ent_store *store);

/* The number of a ledger by its name ("airspace/main"); made when it is not there and 'create'. E_MISSING, E_LIMIT, E_IO. */
ENT_MUST_USE ent_status ent_store_ledger(
		struct ent_store *store, const char *name, bool create, uint32_t *ret_ledger);
/* Each ledger's name, in the order of their numbers. E_IO. */
typedef void (*ent_store_ledger_fn)(void *user, uint32_t ledger, const char *name);
ENT_MUST_USE ent_status ent_store_ledgers(
		struct ent_store *store, ent_store_ledger_fn found, void *user);

struct ent_store_head {
	uint64_t size;
	struct ent_uuid batch; /* zeros: none yet */
	size_t note_length;
	char note[ENT_NOTE_SIZE];
};
/* E_IO. */
ENT_MUST_USE ent_status ent_store_head(
		struct ent_store *store, uint32_t ledger, struct ent_store_head *ret_head);

struct ent_store_entry {
	const char *bytes;
	size_t size;
};
struct ent_store_tile {
	unsigned level;
	uint64_t index;
	const struct ent_hash *hashes; /* ENT_TILE_WIDTH */
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
	struct ent_uuid batch; /* unique */
};
/*
 * All of it, durable, or nothing. E_DOMAIN: the ledger's size is not 'first'; nothing was written. E_IO: see
 * above; the store is then failed. E_LIMIT: an entry above ENT_STORE_ENTRY_MAX.
 */
ENT_MUST_USE ent_status ent_store_append(struct ent_store *store,
		const struct ent_store_batch *batch, struct ent_fault *reterr_fault);

/* Does it take batches? False from a failed append until a reopen that succeeds. */
bool ent_store_writes(struct ent_store *store);
/* E_IO: not yet; may be tried again. */
ENT_MUST_USE ent_status ent_store_reopen(struct ent_store *store, struct ent_fault *reterr_fault);

/* 'bytes' is NULL for an entry that was archived. Return anything but OK to stop. */
typedef ent_status (*ent_store_entry_fn)(void *user, uint64_t seq, const char *bytes, size_t size);
/* The entries from 'first' on, 'n' of them or as many as there are, in order. E_IO; what 'entry' returns. */
ENT_MUST_USE ent_status ent_store_read(struct ent_store *store, uint32_t ledger, uint64_t first,
		uint64_t n, ent_store_entry_fn entry, void *user);
/*
 * The first 'width' hashes of a tile: a full one as it was stored, another computed from what lies below it; for
 * ent_tile_read_fn with a struct ent_store_tiles. E_MISSING, E_IO.
 */
struct ent_store_tiles {
	struct ent_store *store;
	uint32_t ledger;
};
ENT_MUST_USE ent_status ent_store_tile(void *tiles, unsigned level, uint64_t index, unsigned width,
		struct ent_hash *ret_hashes);
/* Lets the bytes of entries before 'below' go, as far as full tiles keep their hashes. E_IO. */
ENT_MUST_USE ent_status ent_store_archive(
		struct ent_store *store, uint32_t ledger, uint64_t below, uint64_t *ret_archived);

/* --- Snapshots of a ledger's state at a size; the newest two are kept --- */

struct ent_store_snapshot;
/* E_IO, E_MEMORY. */
ENT_MUST_USE ent_status ent_store_snapshot_begin(struct ent_store *store, uint32_t ledger,
		uint64_t size, struct ent_store_snapshot **ret_snapshot);
/* For who writes through an ent_write_fn; 'snapshot' is the user. */
ENT_MUST_USE ent_status ent_store_snapshot_write(void *snapshot, const void *bytes, size_t size);
/* 'keep': durable, and older ones go; else it is as if it had not begun. Frees it in any case. E_IO. */
ENT_MUST_USE ent_status ent_store_snapshot_end(struct ent_store_snapshot *snapshot, bool keep);
/* The newest of at most 'most' entries, mapped until closed. E_MISSING. E_IO. */
ENT_MUST_USE ent_status ent_store_snapshot_open(struct ent_store *store, uint32_t ledger,
		uint64_t most, struct ent_store_snapshot **ret_snapshot, uint64_t *ret_size,
		const void **ret_bytes, size_t *ret_length);
/* NULL is fine. */
void ent_store_snapshot_close(struct ent_store_snapshot *snapshot);

#endif
