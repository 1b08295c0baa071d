/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger.c: how fast a ledger grows: entries of 500 bytes in batches, each hashed, each batch signed and durable.
 * usage: bench_ledger DIR ENTRIES BATCH      prints entries a second
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente/store.h"
#include "measure.h"

enum { ENTRY_SIZE = 500, BATCH_MAX = 4096, TILES_MAX = 64 };

struct growing {
	struct ent_tree tree;
	struct ent_hash hashes[TILES_MAX][ENT_TILE_WIDTH];
	struct ent_store_tile tiles[TILES_MAX];
	size_t n_tiles;
	struct ent_store_entry entries[BATCH_MAX];
	char bytes[BATCH_MAX][ENTRY_SIZE];
	char note[ENT_NOTE_SIZE];
};

static ent_status take_tile(
		void *user, unsigned level, uint64_t index, const struct ent_hash *hashes) {
	struct growing *growing = user;
	if (growing->n_tiles == TILES_MAX)
		return ENT_E_LIMIT;
	memcpy(growing->hashes[growing->n_tiles], hashes, sizeof growing->hashes[0]);
	growing->tiles[growing->n_tiles] = (struct ent_store_tile){
			level, index, growing->hashes[growing->n_tiles]};
	growing->n_tiles++;
	return ENT_OK;
}

static ent_status append(struct growing *growing, struct ent_store *store, uint32_t ledger,
		size_t n, const struct ent_sign_key *key) {
	struct ent_checkpoint checkpoint = {.origin = "bench"};
	struct ent_store_batch batch = {.ledger = ledger,
			.first = growing->tree.size,
			.entries = growing->entries,
			.n_entries = n,
			.tiles = growing->tiles,
			.note = growing->note};
	ent_status status = ENT_OK;
	growing->n_tiles = 0;
	for (size_t i = 0; status == ENT_OK && i < n; i++) {
		struct ent_store_entry *entry = &growing->entries[i];
		memcpy(growing->bytes[i], &growing->tree.size, sizeof growing->tree.size);
		*entry = (struct ent_store_entry){.bytes = growing->bytes[i], .size = ENTRY_SIZE};
		ent_ledger_leaf_hash(entry->bytes, entry->size, &entry->leaf);
		status = ent_tree_append(&growing->tree, &entry->leaf, take_tile, growing);
	}
	checkpoint.size = growing->tree.size;
	ent_tree_root(&growing->tree, &checkpoint.root);
	batch.note_length = ent_checkpoint_sign(&checkpoint, "bench", key, growing->note);
	batch.n_tiles = growing->n_tiles;
	ent_seal_random(&batch.batch, sizeof batch.batch);
	return status == ENT_OK ? ent_store_append(store, &batch, NULL) : status;
}

static int run(struct growing *growing, const char *directory, size_t all, size_t batch) {
	struct ent_store *store;
	struct ent_sign_key *key;
	uint32_t ledger;
	if (ent_sign_key_create(&key) != ENT_OK)
		return 2;
	if (ent_store_open_sqlite(directory, &store, NULL) != ENT_OK) {
		ent_sign_key_destroy(key);
		return 2;
	}
	ent_status status = ent_store_ledger(store, "bench", true, &ledger);
	ent_tree_init(&growing->tree);
	const double start = measure_now_s();
	while (status == ENT_OK && growing->tree.size < all)
		status = append(growing, store, ledger, batch, key);
	if (status == ENT_OK)
		(void)printf("%.0f\n", (double)growing->tree.size / (measure_now_s() - start));
	ent_store_close(store);
	ent_sign_key_destroy(key);
	return status == ENT_OK ? 0 : 1;
}

int main(int argc, char **argv) {
	struct growing *growing = calloc(1, sizeof *growing);
	int result = 2;
	if (argc == 4 && growing != NULL && ent_seal_start() == ENT_OK) {
		const size_t all = strtoull(argv[2], NULL, 10), batch = strtoull(argv[3], NULL, 10);
		if (batch > 0 && batch <= BATCH_MAX)
			result = run(growing, argv[1], all, batch);
	}
	free(growing);
	return result;
}
