/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stores.h: folders for stores under test, and ledgers that grow in them: entry 'seq' of a ledger is a function of
 * the two numbers, so that what is read is compared with what should be there.
 */
#ifndef ENTENTE_TESTS_STORES_H
#define ENTENTE_TESTS_STORES_H

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

#include "entente/store.h"

/* --- Folders --- */

enum { FOLDER_SIZE = 128 };

/* In memory where there is such a file system: tests sync thousands of times. */
static inline void folder_make(char ret_path[FOLDER_SIZE]) {
	(void)snprintf(ret_path, FOLDER_SIZE, "%s/entente-store-XXXXXX",
			access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	CHECK(mkdtemp(ret_path) != NULL);
}

static inline void folder_remove(const char *path) {
	char name[FOLDER_SIZE + 300];
	DIR *folder = opendir(path);
	CHECK(folder != NULL);
	for (const struct dirent *file; (file = readdir(folder)) != NULL;) {
		(void)snprintf(name, sizeof name, "%s/%s", path, file->d_name);
		if (file->d_name[0] != '.')
			CHECK(unlink(name) == 0);
	}
	(void)closedir(folder);
	CHECK(rmdir(path) == 0);
}

static inline struct ent_store *store_at(const char *path) {
	struct ent_store *store = NULL;
	struct ent_fault fault = {"", ""};
	const ent_status status = ent_store_open_sqlite(path, &store, &fault);
	CHECK_ROW(fault.why, status == ENT_OK);
	return store;
}

/* --- Ledgers that grow --- */

enum { GROWN_ENTRY_MAX = 104 };

/* Some are empty; all bytes occur. What is behind the size is not the entry's. */
static inline size_t grown_entry(uint32_t ledger, uint64_t seq, char bytes[GROWN_ENTRY_MAX]) {
	uint64_t seed = seq * 8191 + ledger;
	const size_t size = (size_t)(test_random(&seed) % GROWN_ENTRY_MAX);
	for (size_t i = 0; i < size; i += sizeof seed) {
		const uint64_t eight = test_random(&seed);
		memcpy(bytes + i, &eight, sizeof eight);
	}
	return size;
}

struct grown_tile {
	struct ent_hash hashes[ENT_TILE_WIDTH];
};

/* A ledger as it should be. */
struct grown {
	uint32_t ledger;
	uint64_t batches;
	struct ent_tree tree;
};

static inline struct grown grown_at(struct ent_store *store, const char *name) {
	struct grown grown = {0, 0, {0}};
	ent_tree_init(&grown.tree);
	CHECK(ent_store_ledger(store, name, true, &grown.ledger) == ENT_OK);
	return grown;
}

struct grown_tiles {
	struct grown_tile *hashes;
	struct ent_store_tile *tiles;
	size_t n, most;
};

static inline ent_status grown_tile_full(
		void *user, unsigned level, uint64_t index, const struct ent_hash *hashes) {
	struct grown_tiles *tiles = user;
	CHECK(tiles->n < tiles->most);
	memcpy(tiles->hashes[tiles->n].hashes, hashes, sizeof tiles->hashes[0]);
	tiles->tiles[tiles->n] = (struct ent_store_tile){
			level, index, tiles->hashes[tiles->n].hashes};
	tiles->n++;
	return ENT_OK;
}

/* A note and an id of batch 'number', both to be told from those of others. */
static inline size_t grown_note(const struct grown *grown, uint64_t number, char note[64]) {
	return (size_t)snprintf(note, 64, "ledger %u, batch %llu\n", grown->ledger,
			(unsigned long long)number);
}

static inline struct ent_uuid grown_batch(const struct grown *grown, uint64_t number) {
	uint64_t seed = grown->ledger + (number << 16);
	struct ent_uuid batch;
	for (size_t i = 0; i < sizeof batch.bytes; i++)
		batch.bytes[i] = (uint8_t)test_random(&seed);
	return batch;
}

/* Appends the next 'n' entries; 'grown' follows when it is OK. Without a store it only follows. */
static inline ent_status grown_append(
		struct ent_store *store, struct grown *grown, size_t n, struct ent_fault *fault) {
	struct grown_tiles tiles = {NULL, NULL, 0, n / 128 + ENT_TILE_LEVELS};
	struct grown next = *grown;
	char note[64];
	struct ent_store_batch batch = {
			.ledger = grown->ledger, .first = grown->tree.size, .n_entries = n};
	struct ent_store_entry *entries = calloc(n + 1, sizeof *entries);
	char *bytes = malloc(n * GROWN_ENTRY_MAX + 1);
	tiles.hashes = malloc(tiles.most * sizeof *tiles.hashes);
	tiles.tiles = malloc(tiles.most * sizeof *tiles.tiles);
	CHECK(entries != NULL && bytes != NULL && tiles.hashes != NULL && tiles.tiles != NULL);
	for (size_t i = 0; i < n; i++) {
		entries[i].bytes = bytes + i * GROWN_ENTRY_MAX;
		entries[i].size = grown_entry(
				grown->ledger, batch.first + i, bytes + i * GROWN_ENTRY_MAX);
		ent_ledger_leaf_hash(entries[i].bytes, entries[i].size, &entries[i].leaf);
		CHECK(ent_tree_append(&next.tree, &entries[i].leaf, grown_tile_full, &tiles) ==
				ENT_OK);
	}
	next.batches++;
	batch.entries = entries;
	batch.tiles = tiles.tiles;
	batch.n_tiles = tiles.n;
	batch.note_length = grown_note(grown, next.batches, note);
	batch.note = note;
	batch.batch = grown_batch(grown, next.batches);
	const ent_status status = store != NULL ? ent_store_append(store, &batch, fault) : ENT_OK;
	if (status == ENT_OK)
		*grown = next;
	free(tiles.tiles);
	free(tiles.hashes);
	free(bytes);
	free(entries);
	return status;
}

struct grown_reading {
	const struct grown *grown;
	uint64_t next;
	uint64_t archived_below;
	uint64_t maybe_below; /* as if, or as it was */
};

/* E_DOMAIN: it is not the entry that should be there. */
static inline ent_status grown_compare(
		void *user, uint64_t seq, const struct ent_store_entry *entry) {
	struct grown_reading *reading = user;
	char expected[GROWN_ENTRY_MAX];
	struct ent_hash leaf;
	if (seq != reading->next++)
		return ENT_E_DOMAIN;
	const size_t size = grown_entry(reading->grown->ledger, seq, expected);
	ent_ledger_leaf_hash(expected, size, &leaf);
	if (memcmp(&leaf, &entry->leaf, sizeof leaf) != 0)
		return ENT_E_DOMAIN;
	if (seq < reading->archived_below || (seq < reading->maybe_below && entry->bytes == NULL))
		return entry->bytes == NULL && entry->size == 0 ? ENT_OK : ENT_E_DOMAIN;
	const bool same = entry->bytes != NULL && entry->size == size &&
			memcmp(entry->bytes, expected, size) == 0;
	return same ? ENT_OK : ENT_E_DOMAIN;
}

/* Is head what the last batch made it? */
static inline bool grown_is_head(const struct grown *grown, const struct ent_store_head *head) {
	const struct ent_uuid zeros = {{0}}, batch = grown_batch(grown, grown->batches);
	char note[64] = "";
	const size_t length = grown->batches > 0 ? grown_note(grown, grown->batches, note) : 0;
	return head->size == grown->tree.size && head->note_length == length &&
			strcmp(head->note, note) == 0 &&
			ent_uuid_compare(&head->batch, grown->batches > 0 ? &batch : &zeros) == 0;
}

/* NULL when all of it is there: head, entries, and a root from its tiles. Else what is wrong. */
static inline const char *grown_fault_maybe(struct ent_store *store, const struct grown *grown,
		uint64_t archived_below, uint64_t maybe_below) {
	struct ent_store_head head;
	struct grown_reading reading = {grown, 0, archived_below, maybe_below};
	struct ent_store_tiles tiles = {store, grown->ledger};
	struct ent_hash root, expected;
	struct ent_tree tree;
	if (ent_store_head(store, grown->ledger, &head) != ENT_OK)
		return "there is no head";
	if (!grown_is_head(grown, &head))
		return "the head is another batch's";
	if (ent_store_read(store, grown->ledger, 0, UINT64_MAX, grown_compare, &reading) != ENT_OK)
		return "an entry is not as it was";
	if (reading.next != grown->tree.size)
		return "entries are missing, or too many";
	if (ent_tree_restore(&tree, grown->tree.size, ent_store_tile, &tiles) != ENT_OK)
		return "a tile is missing";
	ent_tree_root(&tree, &root);
	ent_tree_root(&grown->tree, &expected);
	return memcmp(&root, &expected, sizeof root) == 0 ? NULL : "a tile is not as it was";
}

static inline const char *grown_fault(
		struct ent_store *store, const struct grown *grown, uint64_t archived_below) {
	return grown_fault_maybe(store, grown, archived_below, archived_below);
}

static inline void grown_check(
		struct ent_store *store, const struct grown *grown, uint64_t archived_below) {
	const char *fault = grown_fault(store, grown, archived_below);
	CHECK_ROW(fault != NULL ? fault : "", fault == NULL);
}

#endif
