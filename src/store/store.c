/* SPDX-License-Identifier: Apache-2.0 */
/* store.c: the port; see store.h and driver.h. */
#include <stdlib.h>
#include <string.h>

#include "driver.h"

ent_status store_init(
		struct ent_store *store, const struct store_driver *driver, const char *directory) {
	store->driver = driver;
	store->failed = false;
	store->directory = strdup(directory);
	if (store->directory == NULL)
		return ENT_E_MEMORY;
	if (pthread_mutex_init(&store->lock, NULL) != 0) {
		free(store->directory);
		return ENT_E_MEMORY;
	}
	return ENT_OK;
}

void store_finish(struct ent_store *store) {
	(void)pthread_mutex_destroy(&store->lock);
	free(store->directory);
}

static void enter(struct ent_store *store) {
	(void)pthread_mutex_lock(&store->lock);
}

static ent_status leave(struct ent_store *store, ent_status status) {
	(void)pthread_mutex_unlock(&store->lock);
	return status;
}

void ent_store_close(struct ent_store *store) {
	if (store != NULL)
		store->driver->close(store);
}

ent_status ent_store_ledger(
		struct ent_store *store, const char *name, bool create, uint32_t *ret_ledger) {
	enter(store);
	return leave(store, store->driver->ledger(store, name, create, ret_ledger));
}

ent_status ent_store_ledgers(struct ent_store *store, ent_store_ledger_fn found, void *user) {
	enter(store);
	return leave(store, store->driver->ledgers(store, found, user));
}

ent_status ent_store_head(
		struct ent_store *store, uint32_t ledger, struct ent_store_head *ret_head) {
	enter(store);
	return leave(store, store->driver->head(store, ledger, ret_head));
}

static bool fits(const struct ent_store_batch *batch) {
	for (size_t i = 0; i < batch->n_entries; i++)
		if (batch->entries[i].size > ENT_STORE_ENTRY_MAX)
			return false;
	return batch->note_length < ENT_NOTE_SIZE;
}

ent_status ent_store_append(struct ent_store *store, const struct ent_store_batch *batch,
		struct ent_fault *reterr_fault) {
	if (!fits(batch))
		return ENT_E_LIMIT;
	enter(store);
	if (store->failed) {
		ent_fault_set(reterr_fault, store->directory,
				"an earlier write failed, and it is not yet known what became of "
				"it");
		return leave(store, ENT_E_IO);
	}
	const ent_status status = store->driver->append(store, batch, reterr_fault);
	store->failed = status == ENT_E_IO;
	return leave(store, status);
}

bool ent_store_writes(struct ent_store *store) {
	enter(store);
	const bool writes = !store->failed;
	(void)leave(store, ENT_OK);
	return writes;
}

ent_status ent_store_reopen(struct ent_store *store, struct ent_fault *reterr_fault) {
	enter(store);
	const ent_status status = store->driver->reopen(store, reterr_fault);
	store->failed = status != ENT_OK;
	return leave(store, status);
}

ent_status ent_store_read(struct ent_store *store, uint32_t ledger, uint64_t first, uint64_t n,
		ent_store_entry_fn entry, void *user) {
	enter(store);
	return leave(store, store->driver->read(store, ledger, first, n, entry, user));
}

ent_status ent_store_archive(
		struct ent_store *store, uint32_t ledger, uint64_t below, uint64_t *ret_archived) {
	enter(store);
	return leave(store, store->driver->archive(store, ledger, below, ret_archived));
}

/* --- Tiles --- */

struct leaves {
	struct ent_hash *hashes;
	uint64_t first;
	unsigned n;
};

static ent_status take_leaf(void *user, uint64_t seq, const char *bytes, size_t size) {
	struct leaves *leaves = user;
	if (seq != leaves->first + leaves->n || bytes == NULL)
		return ENT_E_MISSING;
	ent_ledger_leaf_hash(bytes, size, &leaves->hashes[leaves->n++]);
	return ENT_OK;
}

/* The root of a full tile, in place. */
static void fold_tile(struct ent_hash hashes[ENT_TILE_WIDTH], struct ent_hash *ret_root) {
	for (unsigned n = ENT_TILE_WIDTH; n > 1; n /= 2)
		for (unsigned i = 0; i < n / 2; i++)
			ent_ledger_node_hash(&hashes[2 * i], &hashes[2 * i + 1], &hashes[i]);
	*ret_root = hashes[0];
}

/* A tile is full in the store, or what lies below it is: full tiles, or at the bottom the entries. */
static ent_status read_tile(struct ent_store *store, uint32_t ledger, unsigned level,
		uint64_t index, unsigned width, struct ent_hash *ret_hashes) {
	struct ent_hash full[ENT_TILE_WIDTH];
	ent_status status = store->driver->tile(store, ledger, level, index, full);
	if (status == ENT_OK) {
		memcpy(ret_hashes, full, width * sizeof *full);
		return ENT_OK;
	}
	if (status != ENT_E_MISSING)
		return status;
	const uint64_t first = index * ENT_TILE_WIDTH;
	if (level == 0) {
		struct leaves leaves = {ret_hashes, first, 0};
		status = store->driver->read(store, ledger, first, width, take_leaf, &leaves);
		return status == ENT_OK && leaves.n < width ? ENT_E_MISSING : status;
	}
	for (unsigned i = 0; i < width; i++) {
		status = store->driver->tile(store, ledger, level - 1, first + i, full);
		if (status != ENT_OK)
			return status;
		fold_tile(full, &ret_hashes[i]);
	}
	return ENT_OK;
}

ent_status ent_store_tile(void *tiles, unsigned level, uint64_t index, unsigned width,
		struct ent_hash *ret_hashes) {
	const struct ent_store_tiles *of = tiles;
	enter(of->store);
	return leave(of->store, read_tile(of->store, of->ledger, level, index, width, ret_hashes));
}
