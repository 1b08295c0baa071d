/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite.c: the driver on SQLite: one file, DIR/ledger.sqlite, one connection, in WAL mode with synchronous=FULL.
 *
 *     ledger   id, name, size, note (the signed checkpoint), batch (16 bytes)
 *     entry    key = id << 40 | seq; bytes, NULL once archived
 *     tile     ledger, level, idx; 256 hashes of 32 bytes
 *
 * Exactly one connection (locking_mode=EXCLUSIVE): SQLite 3.7.0 to 3.51.2 can lose data when two connections write
 * and checkpoint (sqlite.org/wal.html, "WAL-reset bug"); and so a second process is refused, not waited for.
 *
 * A commit that fails leaves it open what is on the disk. reopen drops the connection and all it has cached,
 * recovers the WAL, and writes every frame of it into the database anew and syncs that (wal_checkpoint TRUNCATE):
 * only what has been written after the failure, and synced with success, counts.
 */
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "driver.h"

#define FILE_NAME "ledger.sqlite"
enum { SEQ_BITS = 40, FORMAT = 1, PATH_SIZE = 4096 };

enum statement {
	BEGIN,
	COMMIT,
	ROLLBACK,
	ADD_LEDGER,
	FIND_LEDGER,
	ALL_LEDGERS,
	GET_HEAD,
	SET_HEAD,
	ADD_ENTRY,
	GET_ENTRIES,
	ADD_TILE,
	GET_TILE,
	ARCHIVE,
	STATEMENTS
};

static const char *const sql[STATEMENTS] = {
		[BEGIN] = "BEGIN IMMEDIATE",
		[COMMIT] = "COMMIT",
		[ROLLBACK] = "ROLLBACK",
		[ADD_LEDGER] = "INSERT INTO ledger (name, size, note, batch) VALUES (?, 0, x'', "
			       "zeroblob(16))",
		[FIND_LEDGER] = "SELECT id FROM ledger WHERE name = ?",
		[ALL_LEDGERS] = "SELECT id, name FROM ledger ORDER BY id",
		[GET_HEAD] = "SELECT size, note, batch FROM ledger WHERE id = ?",
		[SET_HEAD] = "UPDATE ledger SET size = ?, note = ?, batch = ? WHERE id = ? AND "
			     "size = ?",
		[ADD_ENTRY] = "INSERT INTO entry (key, bytes) VALUES (?, ?)",
		[GET_ENTRIES] = "SELECT key, bytes FROM entry WHERE key >= ? AND key < ? ORDER BY "
				"key",
		[ADD_TILE] = "INSERT INTO tile (ledger, level, idx, hashes) VALUES (?, ?, ?, ?)",
		[GET_TILE] = "SELECT hashes FROM tile WHERE ledger = ? AND level = ? AND idx = ?",
		[ARCHIVE] = "UPDATE entry SET bytes = NULL WHERE key >= ? AND key < ? AND bytes IS "
			    "NOT NULL",
};

static const char schema[] =
		"CREATE TABLE IF NOT EXISTS ledger (id INTEGER PRIMARY KEY, name TEXT NOT NULL "
		"UNIQUE,"
		" size INTEGER NOT NULL, note BLOB NOT NULL, batch BLOB NOT NULL);"
		"CREATE TABLE IF NOT EXISTS entry (key INTEGER PRIMARY KEY, bytes BLOB);"
		"CREATE TABLE IF NOT EXISTS tile (ledger INTEGER NOT NULL, level INTEGER NOT NULL,"
		" idx INTEGER NOT NULL, hashes BLOB NOT NULL, PRIMARY KEY (ledger, level, idx)) "
		"WITHOUT ROWID;";

struct sqlite_store {
	struct ent_store store; /* first: a store is one of these */
	sqlite3 *db;
	sqlite3_stmt *statements[STATEMENTS];
	bool read_only;
};

static struct sqlite_store *mine(struct ent_store *store) {
	return (struct sqlite_store *)store;
}

static ent_status fail(const struct sqlite_store *store, struct ent_fault *fault) {
	ent_fault_set(fault, store->store.directory, "%s",
			store->db != NULL ? sqlite3_errmsg(store->db) : "out of memory");
	return ENT_E_IO;
}

/* --- Open and close --- */

static void disconnect(struct sqlite_store *store) {
	for (int i = 0; i < STATEMENTS; i++) {
		(void)sqlite3_finalize(store->statements[i]);
		store->statements[i] = NULL;
	}
	(void)sqlite3_close(store->db);
	store->db = NULL;
}

static bool run(struct sqlite_store *store, const char *text) {
	return sqlite3_exec(store->db, text, NULL, NULL, NULL) == SQLITE_OK;
}

static int read_int(void *user, int columns, char **values, char **names) {
	(void)names;
	if (columns > 0 && values[0] != NULL)
		*(long *)user = strtol(values[0], NULL, 10);
	return 0;
}

/* The format's number stands in user_version, which is 0 in a new file. */
static bool prepare_schema(struct sqlite_store *store, struct ent_fault *fault) {
	long format = -1;
	if (sqlite3_exec(store->db, "PRAGMA user_version", read_int, &format, NULL) != SQLITE_OK) {
		(void)fail(store, fault);
		return false;
	}
	if (format == 0 && !store->read_only) {
		if (run(store, "BEGIN IMMEDIATE") && run(store, schema) &&
				run(store, "PRAGMA user_version = 1") && run(store, "COMMIT"))
			return true;
		(void)fail(store, fault);
		return false;
	}
	if (format != FORMAT) {
		ent_fault_set(fault, store->store.directory,
				"its format is %ld, this program knows %d", format, FORMAT);
		return false;
	}
	return true;
}

static bool prepare_statements(struct sqlite_store *store) {
	for (int i = 0; i < STATEMENTS; i++)
		if (sqlite3_prepare_v3(store->db, sql[i], -1, SQLITE_PREPARE_PERSISTENT,
				    &store->statements[i], NULL) != SQLITE_OK)
			return false;
	return true;
}

/* Not journal_mode before locking_mode: with it, no file of shared memory is made. */
static const char pragmas[] = "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA "
			      "synchronous = FULL;"
			      "PRAGMA wal_autocheckpoint = 1000; PRAGMA cache_size = -16384; "
			      "PRAGMA temp_store = MEMORY;"
			      "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;";

/* Not even shared memory is made to look at it. */
static const char look_only[] = "PRAGMA locking_mode = EXCLUSIVE; PRAGMA trusted_schema = OFF;";

static ent_status connect_to(struct sqlite_store *store, struct ent_fault *fault) {
	char path[PATH_SIZE];
	const int flags = (store->read_only ? SQLITE_OPEN_READONLY
					    : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) |
			SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
	const int length = snprintf(path, sizeof path, "%s/" FILE_NAME, store->store.directory);
	if (length < 0 || (size_t)length >= sizeof path) {
		ent_fault_set(fault, "", "the name of the data directory is too long");
		return ENT_E_IO;
	}
	const int opened = sqlite3_open_v2(path, &store->db, flags, NULL);
	if (opened == SQLITE_OK) {
		/* A failed commit must not be tidied up by closing. */
		(void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
		(void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	}
	if (opened == SQLITE_OK &&
			run(store, store->read_only ? look_only : pragmas) &&
			prepare_schema(store, fault) && prepare_statements(store))
		return ENT_OK;
	if (store->db == NULL || (sqlite3_errcode(store->db) & 0xff) != SQLITE_BUSY) {
		if (fault == NULL || fault->why[0] == '\0')
			(void)fail(store, fault);
	} else {
		ent_fault_set(fault, store->store.directory,
				"another process has it open; a node has its data directory to "
				"itself");
	}
	disconnect(store);
	return ENT_E_IO;
}

static void close_store(struct ent_store *store) {
	struct sqlite_store *sqlite = mine(store);
	if (!store->failed && !sqlite->read_only && sqlite->db != NULL)
		(void)sqlite3_wal_checkpoint_v2(
				sqlite->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	disconnect(sqlite);
	store_finish(store);
	free(sqlite);
}

/* --- Statements --- */

static sqlite3_stmt *use(struct ent_store *store, enum statement statement) {
	return mine(store)->statements[statement];
}

/* One that gives no rows. */
static bool step(struct ent_store *store, enum statement statement) {
	const int result = sqlite3_step(use(store, statement));
	(void)sqlite3_reset(use(store, statement));
	return result == SQLITE_DONE;
}

static sqlite3_int64 key_of(uint32_t ledger, uint64_t seq) {
	return (sqlite3_int64)((uint64_t)ledger << SEQ_BITS | seq);
}

static ent_status find_ledger(struct ent_store *store, const char *name, uint32_t *ret_ledger) {
	sqlite3_stmt *find = use(store, FIND_LEDGER);
	(void)sqlite3_bind_text(find, 1, name, -1, SQLITE_STATIC);
	const int result = sqlite3_step(find);
	if (result == SQLITE_ROW)
		*ret_ledger = (uint32_t)sqlite3_column_int64(find, 0);
	(void)sqlite3_reset(find);
	return result == SQLITE_ROW ? ENT_OK : result == SQLITE_DONE ? ENT_E_MISSING : ENT_E_IO;
}

static ent_status ledger(
		struct ent_store *store, const char *name, bool create, uint32_t *ret_ledger) {
	const ent_status found = find_ledger(store, name, ret_ledger);
	if (found != ENT_E_MISSING || !create)
		return found;
	(void)sqlite3_bind_text(use(store, ADD_LEDGER), 1, name, -1, SQLITE_STATIC);
	if (!step(store, ADD_LEDGER))
		return ENT_E_IO;
	const ent_status status = find_ledger(store, name, ret_ledger);
	return status == ENT_OK && *ret_ledger > ENT_STORE_LEDGERS_MAX ? ENT_E_LIMIT : status;
}

static ent_status ledgers(struct ent_store *store, ent_store_ledger_fn found, void *user) {
	sqlite3_stmt *all = use(store, ALL_LEDGERS);
	int result;
	while ((result = sqlite3_step(all)) == SQLITE_ROW)
		found(user, (uint32_t)sqlite3_column_int64(all, 0),
				(const char *)sqlite3_column_text(all, 1));
	(void)sqlite3_reset(all);
	return result == SQLITE_DONE ? ENT_OK : ENT_E_IO;
}

static ent_status head(struct ent_store *store, uint32_t ledger, struct ent_store_head *ret_head) {
	sqlite3_stmt *get = use(store, GET_HEAD);
	ent_status status = ENT_E_IO;
	(void)sqlite3_bind_int64(get, 1, ledger);
	if (sqlite3_step(get) == SQLITE_ROW) {
		const size_t length = (size_t)sqlite3_column_bytes(get, 1);
		const size_t batch = (size_t)sqlite3_column_bytes(get, 2);
		const sqlite3_int64 size = sqlite3_column_int64(get, 0);
		if (length < sizeof ret_head->note && batch == sizeof ret_head->batch &&
				size >= 0) {
			ret_head->size = (uint64_t)size;
			ret_head->note_length = length;
			if (length > 0)
				memcpy(ret_head->note, sqlite3_column_blob(get, 1), length);
			ret_head->note[length] = '\0';
			memcpy(&ret_head->batch, sqlite3_column_blob(get, 2), batch);
			status = ENT_OK;
		}
	}
	(void)sqlite3_reset(get);
	return status;
}

/* --- Writing --- */

static bool set_head(struct ent_store *store, const struct ent_store_batch *batch) {
	sqlite3_stmt *set = use(store, SET_HEAD);
	(void)sqlite3_bind_int64(set, 1, (sqlite3_int64)(batch->first + batch->n_entries));
	(void)sqlite3_bind_blob(set, 2, batch->note, (int)batch->note_length, SQLITE_STATIC);
	(void)sqlite3_bind_blob(set, 3, &batch->batch, sizeof batch->batch, SQLITE_STATIC);
	(void)sqlite3_bind_int64(set, 4, batch->ledger);
	(void)sqlite3_bind_int64(set, 5, (sqlite3_int64)batch->first);
	return step(store, SET_HEAD);
}

static bool add_entries(struct ent_store *store, const struct ent_store_batch *batch) {
	sqlite3_stmt *add = use(store, ADD_ENTRY);
	for (size_t i = 0; i < batch->n_entries; i++) {
		(void)sqlite3_bind_int64(add, 1, key_of(batch->ledger, batch->first + i));
		(void)sqlite3_bind_blob(add, 2, batch->entries[i].bytes,
				(int)batch->entries[i].size, SQLITE_STATIC);
		if (!step(store, ADD_ENTRY))
			return false;
	}
	return true;
}

static bool add_tiles(struct ent_store *store, const struct ent_store_batch *batch) {
	sqlite3_stmt *add = use(store, ADD_TILE);
	for (size_t i = 0; i < batch->n_tiles; i++) {
		(void)sqlite3_bind_int64(add, 1, batch->ledger);
		(void)sqlite3_bind_int64(add, 2, batch->tiles[i].level);
		(void)sqlite3_bind_int64(add, 3, (sqlite3_int64)batch->tiles[i].index);
		(void)sqlite3_bind_blob(add, 4, batch->tiles[i].hashes,
				ENT_TILE_WIDTH * ENT_HASH_SIZE, SQLITE_STATIC);
		if (!step(store, ADD_TILE))
			return false;
	}
	return true;
}

static ent_status roll_back(struct ent_store *store, ent_status status) {
	/* SQLite may have done it itself. */
	if (sqlite3_get_autocommit(mine(store)->db) == 0)
		(void)step(store, ROLLBACK);
	return status;
}

static ent_status append(struct ent_store *store, const struct ent_store_batch *batch,
		struct ent_fault *reterr_fault) {
	struct sqlite_store *sqlite = mine(store);
	if (!step(store, BEGIN))
		return fail(sqlite, reterr_fault);
	if (!set_head(store, batch))
		return roll_back(store, fail(sqlite, reterr_fault));
	if (sqlite3_changes(sqlite->db) != 1) {
		ent_fault_set(reterr_fault, store->directory,
				"the ledger is not of the size that the batch is for");
		return roll_back(store, ENT_E_DOMAIN);
	}
	if (!add_entries(store, batch) || !add_tiles(store, batch) || !step(store, COMMIT))
		return roll_back(store, fail(sqlite, reterr_fault));
	return ENT_OK;
}

static ent_status reopen(struct ent_store *store, struct ent_fault *reterr_fault) {
	struct sqlite_store *sqlite = mine(store);
	disconnect(sqlite);
	const ent_status status = connect_to(sqlite, reterr_fault);
	if (status != ENT_OK)
		return status;
	if (sqlite3_wal_checkpoint_v2(sqlite->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) !=
			SQLITE_OK)
		return fail(sqlite, reterr_fault);
	return ENT_OK;
}

/* --- Reading --- */

static ent_status read(struct ent_store *store, uint32_t ledger, uint64_t first, uint64_t n,
		ent_store_entry_fn entry, void *user) {
	const uint64_t most = UINT64_C(1) << SEQ_BITS;
	const uint64_t end = first < most && n < most - first ? first + n : most;
	sqlite3_stmt *get = use(store, GET_ENTRIES);
	ent_status status = ENT_OK;
	int result = SQLITE_DONE;
	if (first >= most)
		return ENT_OK;
	(void)sqlite3_bind_int64(get, 1, key_of(ledger, first));
	(void)sqlite3_bind_int64(get, 2, key_of(ledger, 0) + (sqlite3_int64)end);
	while (status == ENT_OK && (result = sqlite3_step(get)) == SQLITE_ROW) {
		const char *bytes = sqlite3_column_type(get, 1) == SQLITE_NULL
				? NULL
				: (const char *)sqlite3_column_blob(get, 1);
		status = entry(user, (uint64_t)sqlite3_column_int64(get, 0) & (most - 1), bytes,
				(size_t)sqlite3_column_bytes(get, 1));
	}
	(void)sqlite3_reset(get);
	if (status != ENT_OK)
		return status;
	return result == SQLITE_DONE ? ENT_OK : ENT_E_IO;
}

static ent_status tile(struct ent_store *store, uint32_t ledger, unsigned level, uint64_t index,
		struct ent_hash *ret_hashes) {
	sqlite3_stmt *get = use(store, GET_TILE);
	const int size = ENT_TILE_WIDTH * ENT_HASH_SIZE;
	(void)sqlite3_bind_int64(get, 1, ledger);
	(void)sqlite3_bind_int64(get, 2, level);
	(void)sqlite3_bind_int64(get, 3, (sqlite3_int64)index);
	const int result = sqlite3_step(get);
	ent_status status = result == SQLITE_DONE ? ENT_E_MISSING : ENT_E_IO;
	if (result == SQLITE_ROW && sqlite3_column_bytes(get, 0) == size) {
		memcpy(ret_hashes, sqlite3_column_blob(get, 0), (size_t)size);
		status = ENT_OK;
	}
	(void)sqlite3_reset(get);
	return status;
}

static ent_status archive(
		struct ent_store *store, uint32_t ledger, uint64_t below, uint64_t *ret_archived) {
	sqlite3_stmt *update = use(store, ARCHIVE);
	struct ent_store_head now;
	const ent_status status = head(store, ledger, &now);
	if (status != ENT_OK)
		return status;
	/* The hashes of the others are in no tile yet. */
	const uint64_t in_tiles = now.size / ENT_TILE_WIDTH * ENT_TILE_WIDTH;
	(void)sqlite3_bind_int64(update, 1, key_of(ledger, 0));
	(void)sqlite3_bind_int64(update, 2, key_of(ledger, below < in_tiles ? below : in_tiles));
	if (!step(store, ARCHIVE))
		return ENT_E_IO;
	*ret_archived = (uint64_t)sqlite3_changes64(mine(store)->db);
	return ENT_OK;
}

static const struct store_driver sqlite_driver = {.close = close_store,
		.ledger = ledger,
		.ledgers = ledgers,
		.head = head,
		.append = append,
		.reopen = reopen,
		.read = read,
		.tile = tile,
		.archive = archive};

static ent_status open_store(const char *directory, bool read_only, struct ent_store **ret_store,
		struct ent_fault *reterr_fault) {
	struct sqlite_store *store = calloc(1, sizeof *store);
	if (store == NULL)
		return ENT_E_MEMORY;
	ent_status status = store_init(&store->store, &sqlite_driver, directory);
	if (status != ENT_OK) {
		free(store);
		return status;
	}
	store->read_only = read_only;
	status = connect_to(store, reterr_fault);
	if (status != ENT_OK) {
		store_finish(&store->store);
		free(store);
		return status;
	}
	*ret_store = &store->store;
	return ENT_OK;
}

ent_status ent_store_open_sqlite(const char *directory, struct ent_store **ret_store,
		struct ent_fault *reterr_fault) {
	if (mkdir(directory, 0700) != 0 && errno != EEXIST) {
		ent_fault_set(reterr_fault, directory, "cannot be made: %s", strerror(errno));
		return ENT_E_IO;
	}
	return open_store(directory, false, ret_store, reterr_fault);
}

ent_status ent_store_open_sqlite_read_only(const char *directory, struct ent_store **ret_store,
		struct ent_fault *reterr_fault) {
	char path[PATH_SIZE];
	struct stat unused;
	const int length = snprintf(path, sizeof path, "%s/" FILE_NAME, directory);
	if (length < 0 || (size_t)length >= sizeof path || stat(path, &unused) != 0) {
		ent_fault_set(reterr_fault, directory, "there is no ledger in it: %s",
				strerror(errno));
		return ENT_E_MISSING;
	}
	return open_store(directory, true, ret_store, reterr_fault);
}
