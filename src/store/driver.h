/* SPDX-License-Identifier: Apache-2.0 */
/*
 * driver.h: what a driver does; store.c is the port that callers see, and what all drivers share: the lock, who may
 * write and when, limits, reading in pieces, tiles that are not full, snapshots in files.
 *
 * A driver's functions are called one at a time; 'reopen' also when the store is not failed, and the others only
 * while 'connected'. E_IO from one that writes makes the store failed.
 */
#ifndef ENTENTE_STORE_DRIVER_H
#define ENTENTE_STORE_DRIVER_H

#include <pthread.h>

#include "entente/store.h"

struct store_driver {
	void (*close)(struct ent_store *store);
	/* E_IO, E_MEMORY; 'connected' tells whether what can be read can be. */
	ent_status (*reopen)(struct ent_store *store, struct ent_fault *reterr_fault);
	/* --- These write --- */
	/* E_LIMIT, E_IO. */
	ent_status (*add_ledger)(struct ent_store *store, const char *name);
	/* E_DOMAIN, E_IO. */
	ent_status (*append)(struct ent_store *store, const struct ent_store_batch *batch,
			struct ent_fault *reterr_fault);
	/* Of the entries of one tile of level 0, those before 'below', if it is there. E_IO. */
	ent_status (*archive)(struct ent_store *store, uint32_t ledger, uint64_t tile,
			uint64_t below, uint64_t *ret_archived);
	/* The batch's payloads alone. E_IO. */
	ent_status (*put_payloads)(struct ent_store *store, const struct ent_store_batch *batch);
	/* Nothing is left of them in any file. E_IO. */
	ent_status (*purge)(struct ent_store *store, uint32_t ledger, const uint64_t *seqs,
			size_t n, uint64_t *ret_purged);
	/* --- These read --- */
	/* E_MISSING, E_IO, E_MEMORY; so the others too. */
	ent_status (*find_ledger)(struct ent_store *store, const char *name, uint32_t *ret_ledger);
	ent_status (*ledgers)(struct ent_store *store, ent_store_ledger_fn found, void *user);
	ent_status (*head)(
			struct ent_store *store, uint32_t ledger, struct ent_store_head *ret_head);
	ent_status (*read)(struct ent_store *store, uint32_t ledger, uint64_t first, uint64_t n,
			ent_store_entry_fn entry, void *user);
	/* The leaf hashes of 'n' entries from 'first' on; E_MISSING: the ledger has not so many. */
	ent_status (*leaves)(struct ent_store *store, uint32_t ledger, uint64_t first, unsigned n,
			struct ent_hash *ret_leaves);
	/* Of a full tile. */
	ent_status (*tile)(struct ent_store *store, uint32_t ledger, unsigned level, uint64_t index,
			struct ent_hash *ret_hashes);
	/* The roots (store_tile_root) of 'n' full tiles from 'index' on. */
	ent_status (*roots)(struct ent_store *store, uint32_t ledger, unsigned level,
			uint64_t index, unsigned n, struct ent_hash *ret_roots);
	ent_status (*payload)(struct ent_store *store, uint32_t ledger, uint64_t seq,
			ent_store_payload_fn payload, void *user);
};

/* A driver's own structure begins with it. */
struct ent_store {
	const struct store_driver *driver;
	pthread_mutex_t lock, next; /* see enter() in store.c */
	bool failed, read_only, connected;
	int folder;      /* where snapshots lie; locked, so that one process has it */
	char *directory; /* the same, absolute */
};

/*
 * Makes the folder when it is not there, unless 'read_only', and takes it for this process. E_MISSING, E_IO, both with
 * the reason; E_MEMORY.
 */
ENT_MUST_USE ent_status store_init(struct ent_store *store, const struct store_driver *driver,
		const char *directory, bool read_only, struct ent_fault *reterr_fault);
/* What store_init made. */
void store_finish(struct ent_store *store);
/* Which files are in the folder is durable. E_IO with the reason. */
ENT_MUST_USE ent_status store_sync_folder(
		const struct ent_store *store, struct ent_fault *reterr_fault);

/* What the hash of a full tile is in the tile above it. */
void store_tile_root(const struct ent_hash hashes[ENT_TILE_WIDTH], struct ent_hash *ret_root);

/* Lets go what an interrupted process was writing. */
void store_snapshots_clean(const struct ent_store *store);

#endif
