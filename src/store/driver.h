/* SPDX-License-Identifier: Apache-2.0 */
/*
 * driver.h: what a driver does; store.c is the port that callers see, and what all drivers share (snapshots in
 * files, tiles that are not full). A driver's functions are called one at a time.
 */
#ifndef ENTENTE_STORE_DRIVER_H
#define ENTENTE_STORE_DRIVER_H

#include <pthread.h>

#include "entente/store.h"

struct store_driver {
	void (*close)(struct ent_store *store);
	ent_status (*ledger)(struct ent_store *store, const char *name, bool create,
			uint32_t *ret_ledger);
	ent_status (*ledgers)(struct ent_store *store, ent_store_ledger_fn found, void *user);
	ent_status (*head)(
			struct ent_store *store, uint32_t ledger, struct ent_store_head *ret_head);
	ent_status (*append)(struct ent_store *store, const struct ent_store_batch *batch,
			struct ent_fault *reterr_fault);
	ent_status (*reopen)(struct ent_store *store, struct ent_fault *reterr_fault);
	ent_status (*read)(struct ent_store *store, uint32_t ledger, uint64_t first, uint64_t n,
			ent_store_entry_fn entry, void *user);
	/* Of a full tile. E_MISSING. */
	ent_status (*tile)(struct ent_store *store, uint32_t ledger, unsigned level, uint64_t index,
			struct ent_hash *ret_hashes);
	ent_status (*archive)(struct ent_store *store, uint32_t ledger, uint64_t below,
			uint64_t *ret_archived);
};

/* A driver's own structure begins with it. */
struct ent_store {
	const struct store_driver *driver;
	pthread_mutex_t lock;
	bool failed;
	char *directory; /* where snapshots lie */
};

/* E_MEMORY. */
ENT_MUST_USE ent_status store_init(
		struct ent_store *store, const struct store_driver *driver, const char *directory);
/* What store_init made. */
void store_finish(struct ent_store *store);

#endif
