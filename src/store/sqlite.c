/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite.c: the driver on SQLite: one file, DIR/ledger.sqlite, one connection, in WAL mode with synchronous=FULL.
 *
 *     ledger   id, name, size, batch (16 bytes), note (the signed checkpoint)
 *     entry    key = id << 40 | seq; leaf (its hash, first, so that it is read without the pages that bytes overflow
 *              into), bytes, NULL once archived
 *     tile     ledger, level, idx; the root of it, and 256 hashes of 32 bytes
 *     payload  key as of the entry; bytes: see sqlite_payload.c
 *
 * 1. Exactly one connection (locking_mode=EXCLUSIVE): SQLite 3.7.0 to 3.51.2 can lose data when two connections write
 *    and checkpoint (sqlite.org/wal.html, "WAL-reset bug"); a second process is refused, not waited for.
 * 2. The WAL is synced at each commit. One that fails leaves it open what is on the disk: the kernel may keep pages
 *    as clean that never got there, and a second sync of them says that all is well. So after a failure, and at start
 *    when there is a WAL (who wrote it may have died of just that), all of the WAL is written anew from what can be
 *    read of it and synced; only then it is read for good. Before, nothing of it may go into the database: a power
 *    cut then would leave there pages of a batch whose others are lost.
 * 3. Then all goes into the database, which is synced, and the WAL is emptied. That also makes the database's first
 *    page durable, without which SQLite would throw the WAL away (pagerOpenWalIfPresent).
 * 4. A checkpoint that fails costs nothing: SQLite does not reuse the WAL before one has synced the database, and the
 *    next one writes all pages of it anew. The WAL has a largest size all the same; beyond, batches are refused.
 */
#include <stdlib.h>
#include <string.h>

#include "sqlite_store.h"

/*
 * Frames, of 4 KB, in the WAL after which it is taken into the database: 2 MB take 6 ms, nine in ten below 10, and a
 * batch that comes then waits for it; 4 MB take 8 to 11 ms and 16 MB 30 to 46, at the same rate of entries (two Xeon
 * cores, virtual disk, ext4; entries of 500 bytes in batches of 64 and 256: 75,000 to 140,000 a second). A test comes
 * there sooner with another number.
 */
#ifndef ENT_STORE_CHECKPOINT_FRAMES
#define ENT_STORE_CHECKPOINT_FRAMES 500
#endif

enum {
	SEQ_BITS = 40, /* ENT_STORE_SIZE_MAX */
	CHECKPOINT_FRAMES = ENT_STORE_CHECKPOINT_FRAMES,
	WAL_FRAMES_MAX = 64 * CHECKPOINT_FRAMES
};

const char *const sqlite_store_sql[STATEMENTS] = {
		[BEGIN] = "BEGIN IMMEDIATE",
		[COMMIT] = "COMMIT",
		[ROLLBACK] = "ROLLBACK",
		[ADD_LEDGER] = "INSERT INTO ledger (name, size, batch, note) VALUES (?, 0, "
			       "zeroblob(16), x'')",
		[FIND_LEDGER] = "SELECT id FROM ledger WHERE name = ?",
		[COUNT_LEDGERS] = "SELECT count(*) FROM ledger",
		[ALL_LEDGERS] = "SELECT id, name FROM ledger ORDER BY id",
		[GET_HEAD] = "SELECT size, batch, note FROM ledger WHERE id = ?",
		[GET_SIZE] = "SELECT size FROM ledger WHERE id = ?",
		[SET_HEAD] = "UPDATE ledger SET size = ?, batch = ?, note = ? WHERE id = ? AND "
			     "size = ?",
		[ADD_ENTRY] = "INSERT INTO entry (key, leaf, bytes) VALUES (?, ?, ?)",
		[GET_ENTRIES] = "SELECT key, leaf, bytes FROM entry WHERE key >= ? AND key < ? "
				"ORDER BY key",
		[GET_LEAVES] = "SELECT leaf, key FROM entry WHERE key >= ? AND key < ? ORDER BY "
			       "key",
		[ADD_TILE] = "INSERT INTO tile (ledger, level, idx, root, hashes) VALUES (?, ?, "
			     "?, ?, ?)",
		[GET_TILE] = "SELECT hashes FROM tile WHERE ledger = ? AND level = ? AND idx = ?",
		[GET_ROOTS] = "SELECT root FROM tile WHERE ledger = ? AND level = ? AND idx >= ? "
			      "AND idx < ? ORDER BY idx",
		[ARCHIVE] = "UPDATE entry SET bytes = NULL WHERE key >= ? AND key < ? AND bytes IS "
			    "NOT NULL AND EXISTS (SELECT 1 FROM tile WHERE ledger = ? AND level = "
			    "0 AND idx = ?)",
		[ADD_PAYLOAD] = "INSERT OR REPLACE INTO payload (key, bytes) VALUES (?, ?)",
		[GET_PAYLOAD] = "SELECT bytes FROM payload WHERE key = ?",
		[PURGE_PAYLOAD] = "DELETE FROM payload WHERE key = ?",
};

static struct sqlite_store *mine(struct ent_store *store) {
	return (struct sqlite_store *)store;
}

static void close_store(struct ent_store *store) {
	struct sqlite_store *sqlite = mine(store);
	if (!store->failed && !store->read_only && store->connected)
		(void)sqlite_store_empty_wal(sqlite);
	sqlite_store_disconnect(sqlite);
	store_finish(store);
	free(sqlite);
}

/* --- Statements --- */

static sqlite3_stmt *use(struct ent_store *store, enum statement statement) {
	return mine(store)->statements[statement];
}

bool sqlite_store_step(struct sqlite_store *store, enum statement statement) {
	const int result = sqlite3_step(store->statements[statement]);
	(void)sqlite3_reset(store->statements[statement]);
	return result == SQLITE_DONE;
}

static bool step(struct ent_store *store, enum statement statement) {
	return sqlite_store_step(mine(store), statement);
}

/* What a read ends with that found nothing. */
static ent_status nothing(struct ent_store *store, int result) {
	return result == SQLITE_DONE ? ENT_E_MISSING : sqlite_store_fail(mine(store), NULL);
}

/* NULL would be none, and mean another thing. */
static void bind_bytes(sqlite3_stmt *statement, int at, const void *bytes, size_t size) {
	(void)sqlite3_bind_blob(statement, at, size > 0 ? bytes : "", (int)size, SQLITE_STATIC);
}

sqlite3_int64 sqlite_store_key(uint32_t ledger, uint64_t seq) {
	return (sqlite3_int64)((uint64_t)ledger << SEQ_BITS) + (sqlite3_int64)seq;
}

/* --- Ledgers --- */

static ent_status find_ledger(struct ent_store *store, const char *name, uint32_t *ret_ledger) {
	sqlite3_stmt *find = use(store, FIND_LEDGER);
	(void)sqlite3_bind_text(find, 1, name, -1, SQLITE_STATIC);
	const int result = sqlite3_step(find);
	ent_status status = ENT_E_IO;
	if (result == SQLITE_ROW) {
		const sqlite3_int64 id = sqlite3_column_int64(find, 0);
		if (id >= 1 && id <= ENT_STORE_LEDGERS_MAX) {
			*ret_ledger = (uint32_t)id;
			status = ENT_OK;
		}
	} else {
		status = nothing(store, result);
	}
	(void)sqlite3_reset(find);
	return status;
}

static ent_status add_ledger(struct ent_store *store, const char *name) {
	sqlite3_stmt *count = use(store, COUNT_LEDGERS);
	const bool counted = sqlite3_step(count) == SQLITE_ROW;
	const bool full = counted && sqlite3_column_int64(count, 0) >= ENT_STORE_LEDGERS_MAX;
	(void)sqlite3_reset(count);
	if (full)
		return ENT_E_LIMIT;
	(void)sqlite3_bind_text(use(store, ADD_LEDGER), 1, name, -1, SQLITE_STATIC);
	return counted && step(store, ADD_LEDGER) ? ENT_OK : ENT_E_IO;
}

static ent_status ledgers(struct ent_store *store, ent_store_ledger_fn found, void *user) {
	sqlite3_stmt *all = use(store, ALL_LEDGERS);
	ent_status status = ENT_OK;
	int result = SQLITE_DONE;
	while (status == ENT_OK && (result = sqlite3_step(all)) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(all, 1);
		if (name != NULL)
			found(user, (uint32_t)sqlite3_column_int64(all, 0), name);
		else
			status = sqlite_store_fail(mine(store), NULL);
	}
	if (status == ENT_OK && result != SQLITE_DONE)
		status = sqlite_store_fail(mine(store), NULL);
	(void)sqlite3_reset(all);
	return status;
}

/* False, too, when the database does not hold what we write there. */
static bool read_head(sqlite3_stmt *get, struct ent_store_head *ret_head) {
	const sqlite3_int64 size = sqlite3_column_int64(get, 0);
	const void *batch = sqlite3_column_blob(get, 1);
	const size_t batch_size = (size_t)sqlite3_column_bytes(get, 1);
	const void *note = sqlite3_column_blob(get, 2);
	const size_t length = (size_t)sqlite3_column_bytes(get, 2);
	if (size < 0 || (uint64_t)size > ENT_STORE_SIZE_MAX || batch == NULL ||
			batch_size != sizeof ret_head->batch || length >= sizeof ret_head->note ||
			(note == NULL && length > 0))
		return false;
	ret_head->size = (uint64_t)size;
	memcpy(&ret_head->batch, batch, batch_size);
	ret_head->note_length = length;
	if (length > 0)
		memcpy(ret_head->note, note, length);
	ret_head->note[length] = '\0';
	return true;
}

static ent_status head(struct ent_store *store, uint32_t ledger, struct ent_store_head *ret_head) {
	sqlite3_stmt *get = use(store, GET_HEAD);
	(void)sqlite3_bind_int64(get, 1, ledger);
	const int result = sqlite3_step(get);
	ent_status status = ENT_OK;
	if (result != SQLITE_ROW)
		status = nothing(store, result);
	else if (!read_head(get, ret_head))
		status = ENT_E_IO;
	(void)sqlite3_reset(get);
	return status;
}

/* --- Writing --- */

static bool set_head(struct ent_store *store, const struct ent_store_batch *batch) {
	sqlite3_stmt *set = use(store, SET_HEAD);
	const uint64_t size = batch->first + batch->n_entries;
	(void)sqlite3_bind_int64(set, 1, (sqlite3_int64)size);
	bind_bytes(set, 2, &batch->batch, sizeof batch->batch);
	bind_bytes(set, 3, batch->note, batch->note_length);
	(void)sqlite3_bind_int64(set, 4, batch->ledger);
	(void)sqlite3_bind_int64(set, 5, (sqlite3_int64)batch->first);
	return step(store, SET_HEAD);
}

static bool add_entries(struct ent_store *store, const struct ent_store_batch *batch) {
	sqlite3_stmt *add = use(store, ADD_ENTRY);
	for (size_t i = 0; i < batch->n_entries; i++) {
		(void)sqlite3_bind_int64(add, 1, sqlite_store_key(batch->ledger, batch->first + i));
		bind_bytes(add, 2, &batch->entries[i].leaf, ENT_HASH_SIZE);
		if (batch->entries[i].bytes != NULL)
			bind_bytes(add, 3, batch->entries[i].bytes, batch->entries[i].size);
		else
			(void)sqlite3_bind_null(add, 3);
		if (!step(store, ADD_ENTRY))
			return false;
	}
	return true;
}

static bool add_tiles(struct ent_store *store, const struct ent_store_batch *batch) {
	sqlite3_stmt *add = use(store, ADD_TILE);
	for (size_t i = 0; i < batch->n_tiles; i++) {
		struct ent_hash root;
		store_tile_root(batch->tiles[i].hashes, &root);
		(void)sqlite3_bind_int64(add, 1, batch->ledger);
		(void)sqlite3_bind_int64(add, 2, batch->tiles[i].level);
		(void)sqlite3_bind_int64(add, 3, (sqlite3_int64)batch->tiles[i].index);
		bind_bytes(add, 4, &root, sizeof root);
		bind_bytes(add, 5, batch->tiles[i].hashes, ENT_TILE_WIDTH * ENT_HASH_SIZE);
		if (!step(store, ADD_TILE))
			return false;
	}
	return true;
}

static bool add_payloads(struct ent_store *store, const struct ent_store_batch *batch) {
	bool fine = true;
	for (size_t i = 0; fine && i < batch->n_payloads; i++)
		fine = sqlite_store_add_payload(mine(store), batch->ledger, &batch->payloads[i]);
	return fine;
}

static ent_status roll_back(struct ent_store *store, ent_status status) {
	/* SQLite may have done it itself. */
	if (sqlite3_get_autocommit(mine(store)->db) == 0)
		(void)step(store, ROLLBACK);
	return status;
}

/* Whatever it was, memory too: the outcome is not known. */
static ent_status fail(struct ent_store *store, struct ent_fault *fault) {
	(void)sqlite_store_fail(mine(store), fault);
	return ENT_E_IO;
}

/* What has been committed is durable already, so that this may fail; see 4. above. */
static void checkpoint(struct sqlite_store *sqlite) {
	if (sqlite->wal_frames < sqlite->checkpoint_at)
		return;
	const int result = sqlite3_wal_checkpoint_v2(
			sqlite->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	sqlite->checkpoint_at = CHECKPOINT_FRAMES + (result == SQLITE_OK ? 0 : sqlite->wal_frames);
}

static ent_status append(struct ent_store *store, const struct ent_store_batch *batch,
		struct ent_fault *reterr_fault) {
	struct sqlite_store *sqlite = mine(store);
	if (sqlite->wal_frames > WAL_FRAMES_MAX) {
		ent_fault_set(reterr_fault, store->directory,
				"the database has taken nothing from its log for too long");
		return ENT_E_IO;
	}
	if (!step(store, BEGIN))
		return fail(store, reterr_fault);
	if (!set_head(store, batch))
		return roll_back(store, fail(store, reterr_fault));
	if (sqlite3_changes(sqlite->db) != 1) {
		ent_fault_set(reterr_fault, store->directory,
				"the ledger is not of the size that the batch is for");
		return roll_back(store, ENT_E_DOMAIN);
	}
	if (!add_entries(store, batch) || !add_tiles(store, batch) || !add_payloads(store, batch) ||
			!step(store, COMMIT))
		return roll_back(store, fail(store, reterr_fault));
	checkpoint(sqlite);
	return ENT_OK;
}

static ent_status archive(struct ent_store *store, uint32_t ledger, uint64_t tile, uint64_t below,
		uint64_t *ret_archived) {
	sqlite3_stmt *update = use(store, ARCHIVE);
	const uint64_t first = tile * ENT_TILE_WIDTH;
	const uint64_t end = below - first < ENT_TILE_WIDTH ? below : first + ENT_TILE_WIDTH;
	(void)sqlite3_bind_int64(update, 1, sqlite_store_key(ledger, first));
	(void)sqlite3_bind_int64(update, 2, sqlite_store_key(ledger, end));
	(void)sqlite3_bind_int64(update, 3, ledger);
	(void)sqlite3_bind_int64(update, 4, (sqlite3_int64)tile);
	if (!step(store, ARCHIVE))
		return ENT_E_IO;
	*ret_archived = (uint64_t)sqlite3_changes64(mine(store)->db);
	checkpoint(mine(store));
	return ENT_OK;
}

static ent_status put_payloads(struct ent_store *store, const struct ent_store_batch *batch) {
	if (!step(store, BEGIN))
		return ENT_E_IO;
	if (!add_payloads(store, batch) || !step(store, COMMIT))
		return roll_back(store, ENT_E_IO);
	checkpoint(mine(store));
	return ENT_OK;
}

static ent_status reopen(struct ent_store *store, struct ent_fault *reterr_fault) {
	sqlite_store_disconnect(mine(store));
	return sqlite_store_connect(mine(store), reterr_fault);
}

/* --- Reading --- */

static ent_status size_of(struct ent_store *store, uint32_t ledger, uint64_t *ret_size) {
	sqlite3_stmt *get = use(store, GET_SIZE);
	(void)sqlite3_bind_int64(get, 1, ledger);
	const int result = sqlite3_step(get);
	ent_status status = ENT_OK;
	if (result == SQLITE_ROW)
		*ret_size = (uint64_t)sqlite3_column_int64(get, 0);
	else
		status = nothing(store, result);
	(void)sqlite3_reset(get);
	return status == ENT_OK && *ret_size > ENT_STORE_SIZE_MAX ? ENT_E_IO : status;
}

/* False when the column is not of that size: damage. */
static bool copy_blob(sqlite3_stmt *get, int column, void *ret_bytes, size_t size) {
	const void *bytes = sqlite3_column_blob(get, column);
	if (bytes == NULL || (size_t)sqlite3_column_bytes(get, column) != size)
		return false;
	memcpy(ret_bytes, bytes, size);
	return true;
}

/* The row that 'get' stands at. */
static ent_status give_entry(struct ent_store *store, sqlite3_stmt *get, uint64_t seq,
		ent_store_entry_fn entry, void *user) {
	struct ent_store_entry given = {.bytes = NULL};
	if (!copy_blob(get, 1, &given.leaf, sizeof given.leaf))
		return ENT_E_IO;
	if (sqlite3_column_type(get, 2) == SQLITE_NULL)
		return entry(user, seq, &given);
	given.bytes = sqlite3_column_blob(get, 2);
	given.size = (size_t)sqlite3_column_bytes(get, 2);
	if (given.bytes == NULL && given.size > 0)
		return sqlite_store_fail(mine(store), NULL);
	if (given.size == 0)
		given.bytes = "";
	return entry(user, seq, &given);
}

static ent_status read(struct ent_store *store, uint32_t ledger, uint64_t first, uint64_t n,
		ent_store_entry_fn entry, void *user) {
	sqlite3_stmt *get = use(store, GET_ENTRIES);
	uint64_t size = 0, seq = first;
	ent_status status = size_of(store, ledger, &size);
	if (status != ENT_OK || first >= size)
		return status;
	const uint64_t end = n < size - first ? first + n : size;
	int result = SQLITE_DONE;
	(void)sqlite3_bind_int64(get, 1, sqlite_store_key(ledger, first));
	(void)sqlite3_bind_int64(get, 2, sqlite_store_key(ledger, end));
	while (status == ENT_OK && (result = sqlite3_step(get)) == SQLITE_ROW) {
		/* An entry that is missing is damage. */
		status = sqlite3_column_int64(get, 0) == sqlite_store_key(ledger, seq)
				? give_entry(store, get, seq, entry, user)
				: ENT_E_IO;
		seq++;
	}
	if (status == ENT_OK && result != SQLITE_DONE)
		status = sqlite_store_fail(mine(store), NULL);
	(void)sqlite3_reset(get);
	return status == ENT_OK && seq != end ? ENT_E_IO : status;
}

static ent_status leaves(struct ent_store *store, uint32_t ledger, uint64_t first, unsigned n,
		struct ent_hash *ret_leaves) {
	sqlite3_stmt *get = use(store, GET_LEAVES);
	uint64_t size = 0;
	unsigned found = 0;
	int result = SQLITE_DONE;
	ent_status status = size_of(store, ledger, &size);
	if (status != ENT_OK)
		return status;
	if (first > size || size - first < n)
		return ENT_E_MISSING;
	(void)sqlite3_bind_int64(get, 1, sqlite_store_key(ledger, first));
	(void)sqlite3_bind_int64(get, 2, sqlite_store_key(ledger, first + n));
	while (status == ENT_OK && (result = sqlite3_step(get)) == SQLITE_ROW) {
		if (found == n ||
				sqlite3_column_int64(get, 1) !=
						sqlite_store_key(ledger, first + found) ||
				!copy_blob(get, 0, &ret_leaves[found], sizeof *ret_leaves))
			status = ENT_E_IO;
		found++;
	}
	if (status == ENT_OK && result != SQLITE_DONE)
		status = sqlite_store_fail(mine(store), NULL);
	(void)sqlite3_reset(get);
	return status == ENT_OK && found != n ? ENT_E_IO : status;
}

static ent_status tile(struct ent_store *store, uint32_t ledger, unsigned level, uint64_t index,
		struct ent_hash *ret_hashes) {
	sqlite3_stmt *get = use(store, GET_TILE);
	(void)sqlite3_bind_int64(get, 1, ledger);
	(void)sqlite3_bind_int64(get, 2, level);
	(void)sqlite3_bind_int64(get, 3, (sqlite3_int64)index);
	const int result = sqlite3_step(get);
	ent_status status = ENT_OK;
	if (result != SQLITE_ROW)
		status = nothing(store, result);
	else if (!copy_blob(get, 0, ret_hashes, ENT_TILE_WIDTH * ENT_HASH_SIZE))
		status = ENT_E_IO;
	(void)sqlite3_reset(get);
	return status;
}

static ent_status roots(struct ent_store *store, uint32_t ledger, unsigned level, uint64_t index,
		unsigned n, struct ent_hash *ret_roots) {
	sqlite3_stmt *get = use(store, GET_ROOTS);
	ent_status status = ENT_OK;
	const uint64_t end = index + n;
	unsigned found = 0;
	int result = SQLITE_DONE;
	(void)sqlite3_bind_int64(get, 1, ledger);
	(void)sqlite3_bind_int64(get, 2, level);
	(void)sqlite3_bind_int64(get, 3, (sqlite3_int64)index);
	(void)sqlite3_bind_int64(get, 4, (sqlite3_int64)end);
	while (status == ENT_OK && (result = sqlite3_step(get)) == SQLITE_ROW)
		if (found == n || !copy_blob(get, 0, &ret_roots[found++], sizeof *ret_roots))
			status = ENT_E_IO;
	if (status == ENT_OK && result != SQLITE_DONE)
		status = sqlite_store_fail(mine(store), NULL);
	(void)sqlite3_reset(get);
	return status == ENT_OK && found < n ? ENT_E_MISSING : status;
}

static const struct store_driver sqlite_driver = {.close = close_store,
		.reopen = reopen,
		.add_ledger = add_ledger,
		.append = append,
		.archive = archive,
		.put_payloads = put_payloads,
		.purge = sqlite_store_purge,
		.find_ledger = find_ledger,
		.ledgers = ledgers,
		.head = head,
		.read = read,
		.leaves = leaves,
		.tile = tile,
		.roots = roots,
		.payload = sqlite_store_payload};

static ent_status open_store(const char *directory, bool read_only, struct ent_store **ret_store,
		struct ent_fault *reterr_fault) {
	struct sqlite_store *store = calloc(1, sizeof *store);
	if (store == NULL)
		return ENT_E_MEMORY;
	ent_status status = store_init(
			&store->store, &sqlite_driver, directory, read_only, reterr_fault);
	if (status != ENT_OK) {
		free(store);
		return status;
	}
	store->checkpoint_at = CHECKPOINT_FRAMES;
	status = sqlite_store_connect(store, reterr_fault);
	if (status != ENT_OK) {
		sqlite_store_disconnect(store);
		store_finish(&store->store);
		free(store);
		return status;
	}
	if (!read_only)
		store_snapshots_clean(&store->store);
	*ret_store = &store->store;
	return ENT_OK;
}

ent_status ent_store_open_sqlite(const char *directory, struct ent_store **ret_store,
		struct ent_fault *reterr_fault) {
	return open_store(directory, false, ret_store, reterr_fault);
}

ent_status ent_store_open_sqlite_read_only(const char *directory, struct ent_store **ret_store,
		struct ent_fault *reterr_fault) {
	return open_store(directory, true, ret_store, reterr_fault);
}
