/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite_connect.c: the driver's connection: how it is made, and how what a failed write or a crash has left is made
 * certain (sqlite.c says why).
 *
 *     connect -> is there a WAL? -> write it anew, sync, connect again -> schema -> all of it into the database, sync
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sqlite_store.h"

enum { FORMAT = 2, PATH_SIZE = 4096, BLOCK_SIZE = 1 << 15 };

static const char schema[] =
		"BEGIN IMMEDIATE;"
		"CREATE TABLE ledger (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
		" size INTEGER NOT NULL, batch BLOB NOT NULL, note BLOB NOT NULL);"
		"CREATE TABLE entry (key INTEGER PRIMARY KEY, leaf BLOB NOT NULL, bytes BLOB);"
		"CREATE TABLE tile (ledger INTEGER NOT NULL, level INTEGER NOT NULL,"
		" idx INTEGER NOT NULL, root BLOB NOT NULL, hashes BLOB NOT NULL,"
		" PRIMARY KEY (ledger, level, idx)) WITHOUT ROWID;"
		"CREATE TABLE payload (key INTEGER PRIMARY KEY, bytes BLOB NOT NULL);"
		"PRAGMA user_version = 2;"
		"COMMIT";

/* From format 1, which had no payloads. */
static const char from_1[] = "BEGIN IMMEDIATE;"
			     "CREATE TABLE payload (key INTEGER PRIMARY KEY, bytes BLOB NOT NULL);"
			     "PRAGMA user_version = 2;"
			     "COMMIT";

/* What the system said, 0 when that is not known: a COMMIT leaves it with the file alone. */
static int system_error(sqlite3 *db) {
	sqlite3_file *file = NULL;
	int error = sqlite3_system_errno(db);
	if (error == 0 &&
			sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file) ==
					SQLITE_OK &&
			file != NULL && file->pMethods != NULL)
		(void)file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &error);
	return error;
}

ent_status sqlite_store_fail(const struct sqlite_store *store, struct ent_fault *fault) {
	const int error = store->db != NULL ? sqlite3_extended_errcode(store->db) : SQLITE_NOMEM;
	const int kind = error & 0xff;
	const int os = fault != NULL && (kind == SQLITE_IOERR || kind == SQLITE_CANTOPEN)
			? system_error(store->db)
			: 0;
	if (kind == SQLITE_NOMEM || error == SQLITE_IOERR_NOMEM) {
		ent_fault_set(fault, store->store.directory, "out of memory");
		return ENT_E_MEMORY;
	}
	if (kind == SQLITE_BUSY)
		ent_fault_set(fault, store->store.directory,
				"another process has its database open");
	else
		ent_fault_set(fault, store->store.directory, "%s (SQLite %d%s%s)",
				sqlite3_errmsg(store->db), error, os != 0 ? ", " : "",
				os != 0 ? strerror(os) : "");
	return ENT_E_IO;
}

void sqlite_store_disconnect(struct sqlite_store *store) {
	for (int i = 0; i < STATEMENTS; i++) {
		(void)sqlite3_finalize(store->statements[i]);
		store->statements[i] = NULL;
	}
	(void)sqlite3_close(store->db);
	store->db = NULL;
	store->store.connected = false;
}

/* --- A connection --- */

static bool run(struct sqlite_store *store, const char *text) {
	return sqlite3_exec(store->db, text, NULL, NULL, NULL) == SQLITE_OK;
}

struct answer {
	char text[32];
};

static int take_answer(void *user, int columns, char **values, char **names) {
	struct answer *answer = user;
	(void)names;
	if (columns > 0 && values[0] != NULL)
		(void)snprintf(answer->text, sizeof answer->text, "%s", values[0]);
	return 0;
}

static bool ask(struct sqlite_store *store, const char *text, struct answer *ret_answer) {
	*ret_answer = (struct answer){""};
	return sqlite3_exec(store->db, text, take_answer, ret_answer, NULL) == SQLITE_OK;
}

/*
 * locking_mode before journal_mode: then the index of the WAL is kept on the heap, and no file of shared memory is
 * made. mmap_size: a page that cannot be read is an error, not a signal. The others are there so that they do not
 * depend on how SQLite was built.
 */
static const char pragmas[] =
		"PRAGMA locking_mode = EXCLUSIVE; PRAGMA page_size = 4096;"
		"PRAGMA auto_vacuum = NONE;"
		"PRAGMA mmap_size = 0; PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY;"
		"PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;"
		"PRAGMA secure_delete = ON";

static const char look_only[] = "PRAGMA locking_mode = EXCLUSIVE; PRAGMA mmap_size = 0;"
				"PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON";

static ent_status write_ahead(struct sqlite_store *store, struct ent_fault *fault) {
	struct answer mode;
	if (!ask(store, "PRAGMA journal_mode = WAL", &mode) ||
			!run(store, "PRAGMA synchronous = FULL"))
		return sqlite_store_fail(store, fault);
	/* It is not an error to SQLite when it stays as it was. */
	if (strcmp(mode.text, "wal") == 0)
		return ENT_OK;
	ent_fault_set(fault, store->store.directory, "SQLite cannot write ahead in it");
	return ENT_E_IO;
}

static int note_frames(void *user, sqlite3 *db, const char *name, int frames) {
	(void)db;
	(void)name;
	((struct sqlite_store *)user)->wal_frames = frames;
	return SQLITE_OK;
}

static void configure(struct sqlite_store *store) {
	(void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	(void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	/* In place of SQLite's own, which checkpoints; PRAGMA wal_autocheckpoint would take it away. */
	(void)sqlite3_wal_hook(store->db, note_frames, store);
}

static ent_status connect_to_write(
		struct sqlite_store *store, const char *path, struct ent_fault *fault) {
	/* SQLite would let others read it. */
	const int made = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (made >= 0)
		(void)close(made);
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
			SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
	if (sqlite3_open_v2(path, &store->db, flags, NULL) != SQLITE_OK)
		return sqlite_store_fail(store, fault);
	configure(store);
	/* SQLite opens it all the same, and would fail in another way later. */
	if (sqlite3_db_readonly(store->db, "main") == 1) {
		ent_fault_set(fault, store->store.directory, "it cannot be written to: %s",
				access(path, W_OK) != 0 ? strerror(errno) : "opened read-only");
		return ENT_E_IO;
	}
	if (!run(store, pragmas))
		return sqlite_store_fail(store, fault);
	return write_ahead(store, fault);
}

/* --- Only to look --- */

enum { URI_SIZE = 3 * PATH_SIZE + 32 };

/* "file:" with all that could mean something in an URI as %XX. */
static void immutable_uri(const char path[PATH_SIZE], char ret_uri[URI_SIZE]) {
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789/._-";
	static const char start[] = "file:", end[] = "?immutable=1", hex[] = "0123456789ABCDEF";
	char *to = ret_uri + sizeof start - 1;
	memcpy(ret_uri, start, sizeof start);
	for (; *path != '\0'; path++) {
		const unsigned char byte = (unsigned char)*path;
		if (strchr(plain, byte) != NULL) {
			*to++ = *path;
			continue;
		}
		*to++ = '%';
		*to++ = hex[byte >> 4];
		*to++ = hex[byte & 15];
	}
	memcpy(to, end, sizeof end);
}

/*
 * Without a WAL the file as it is, with "immutable". That would not see a WAL; so when a crash has left one,
 * SQLite's way without locks (the folder is locked), which finds its way in the WAL on the heap and writes nothing.
 */
static ent_status connect_to_look(
		struct sqlite_store *store, const char *path, struct ent_fault *fault) {
	char wal[PATH_SIZE + 8], uri[URI_SIZE];
	struct stat about;
	const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE |
			SQLITE_OPEN_EXRESCODE;
	if (stat(path, &about) != 0) {
		ent_fault_set(fault, store->store.directory, "there is no ledger in it: %s",
				strerror(errno));
		return errno == ENOENT ? ENT_E_MISSING : ENT_E_IO;
	}
	(void)snprintf(wal, sizeof wal, "%s-wal", path);
	const bool has_wal = stat(wal, &about) == 0 && about.st_size > 0;
	if (!has_wal)
		immutable_uri(path, uri);
	if (sqlite3_open_v2(has_wal ? path : uri, &store->db,
			    has_wal ? flags : flags | SQLITE_OPEN_URI,
			    has_wal ? "unix-none" : NULL) != SQLITE_OK)
		return sqlite_store_fail(store, fault);
	configure(store);
	return run(store, look_only) ? ENT_OK : sqlite_store_fail(store, fault);
}

/* --- What is in it --- */

/* The format's number stands in user_version, which is 0 in a new file. */
static ent_status prepare_schema(struct sqlite_store *store, struct ent_fault *fault) {
	struct answer format;
	if (!ask(store, "PRAGMA user_version", &format))
		return sqlite_store_fail(store, fault);
	const long number = strtol(format.text, NULL, 10);
	store->has_payloads = number != 1 || !store->store.read_only;
	if (number == FORMAT || (number == 1 && store->store.read_only))
		return ENT_OK;
	if (number == 1)
		return run(store, from_1) ? ENT_OK : sqlite_store_fail(store, fault);
	if (number != 0) {
		ent_fault_set(fault, store->store.directory,
				"its format is %ld, this program knows %d", number, FORMAT);
		return ENT_E_IO;
	}
	if (store->store.read_only) {
		ent_fault_set(fault, store->store.directory, "there is no ledger in it yet");
		return ENT_E_MISSING;
	}
	return run(store, schema) ? ENT_OK : sqlite_store_fail(store, fault);
}

static ent_status prepare_statements(struct sqlite_store *store, struct ent_fault *fault) {
	const int n = store->has_payloads ? STATEMENTS : FIRST_OF_PAYLOADS;
	for (int i = 0; i < n; i++)
		if (sqlite3_prepare_v3(store->db, sqlite_store_sql[i], -1,
				    SQLITE_PREPARE_PERSISTENT, &store->statements[i],
				    NULL) != SQLITE_OK)
			return sqlite_store_fail(store, fault);
	store->store.connected = true;
	return ENT_OK;
}

/* --- What is uncertain --- */

static int renew_file(sqlite3_file *file, sqlite3_int64 size) {
	char block[BLOCK_SIZE];
	int result = SQLITE_OK;
	for (sqlite3_int64 at = 0; result == SQLITE_OK && at < size; at += BLOCK_SIZE) {
		const int part = size - at < BLOCK_SIZE ? (int)(size - at) : BLOCK_SIZE;
		result = file->pMethods->xRead(file, block, part, at);
		if (result == SQLITE_OK)
			result = file->pMethods->xWrite(file, block, part, at);
	}
	return result == SQLITE_OK ? file->pMethods->xSync(file, SQLITE_SYNC_NORMAL) : result;
}

/* Through SQLite's own handle, which is the WAL's; a second one on the database would lose its lock when closed. */
static ent_status renew_wal(
		struct sqlite_store *store, bool *ret_renewed, struct ent_fault *fault) {
	sqlite3_file *file = NULL;
	sqlite3_int64 size = 0;
	int result = sqlite3_file_control(store->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file);
	if (result == SQLITE_OK && file != NULL && file->pMethods != NULL)
		result = file->pMethods->xFileSize(file, &size);
	if (result == SQLITE_OK && size > 0)
		result = renew_file(file, size);
	*ret_renewed = size > 0;
	if (result == SQLITE_OK)
		return ENT_OK;
	ent_fault_set(fault, store->store.directory,
			"what was not known to be durable cannot be written anew: %s",
			sqlite3_errstr(result));
	return ENT_E_IO;
}

bool sqlite_store_sync_wal(struct sqlite_store *store) {
	sqlite3_file *file = NULL;
	return sqlite3_file_control(store->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file) ==
			SQLITE_OK &&
			file != NULL && file->pMethods != NULL &&
			file->pMethods->xSync(file, SQLITE_SYNC_NORMAL) == SQLITE_OK;
}

bool sqlite_store_empty_wal(struct sqlite_store *store) {
	if (sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) !=
			SQLITE_OK)
		return false;
	store->wal_frames = 0;
	return true;
}

static ent_status connect_anew(
		struct sqlite_store *store, const char *path, struct ent_fault *fault) {
	bool renewed = false;
	ent_status status = connect_to_write(store, path, fault);
	if (status == ENT_OK)
		status = renew_wal(store, &renewed, fault);
	/* Recovered from what is durable now, not from what the cache held when it was first read. */
	if (status == ENT_OK && renewed) {
		sqlite_store_disconnect(store);
		status = connect_to_write(store, path, fault);
	}
	if (status == ENT_OK)
		status = prepare_schema(store, fault);
	if (status != ENT_OK) {
		/* It may be good for reading. */
		if (store->db != NULL)
			(void)prepare_statements(store, NULL);
		return status;
	}
	status = prepare_statements(store, fault);
	if (status == ENT_OK && !sqlite_store_empty_wal(store))
		status = sqlite_store_fail(store, fault);
	return status == ENT_OK ? store_sync_folder(&store->store, fault) : status;
}

ent_status sqlite_store_connect(struct sqlite_store *store, struct ent_fault *reterr_fault) {
	char path[PATH_SIZE];
	ent_status status;
	const int length = snprintf(
			path, sizeof path, "%s/" SQLITE_STORE_FILE, store->store.directory);
	if (length < 0 || (size_t)length >= sizeof path) {
		ent_fault_set(reterr_fault, "", "the name of the data directory is too long");
		return ENT_E_IO;
	}
	if (!store->store.read_only)
		return connect_anew(store, path, reterr_fault);
	status = connect_to_look(store, path, reterr_fault);
	if (status == ENT_OK)
		status = prepare_schema(store, reterr_fault);
	return status == ENT_OK ? prepare_statements(store, reterr_fault) : status;
}
