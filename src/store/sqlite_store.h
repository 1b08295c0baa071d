/* SPDX-License-Identifier: Apache-2.0 */
/* sqlite_store.h: what the driver's files share; sqlite.c has the whole picture. */
#ifndef ENTENTE_STORE_SQLITE_STORE_H
#define ENTENTE_STORE_SQLITE_STORE_H

#include <sqlite3.h>

#include "driver.h"

#define SQLITE_STORE_FILE "ledger.sqlite"

enum statement {
	BEGIN,
	COMMIT,
	ROLLBACK,
	ADD_LEDGER,
	FIND_LEDGER,
	COUNT_LEDGERS,
	ALL_LEDGERS,
	GET_HEAD,
	GET_SIZE,
	SET_HEAD,
	ADD_ENTRY,
	GET_ENTRIES,
	GET_LEAVES,
	ADD_TILE,
	GET_TILE,
	GET_ROOTS,
	ARCHIVE,
	FIRST_OF_PAYLOADS,
	ADD_PAYLOAD = FIRST_OF_PAYLOADS,
	GET_PAYLOAD,
	PURGE_PAYLOAD,
	STATEMENTS
};

struct sqlite_store {
	struct ent_store store; /* first: a store is one of these */
	sqlite3 *db;
	sqlite3_stmt *statements[STATEMENTS];
	bool has_payloads; /* their table is there */
	int wal_frames;    /* after the last commit */
	int checkpoint_at; /* when there are so many */
};

extern const char *const sqlite_store_sql[STATEMENTS];

/*
 * Connects and makes certain what is there: after OK, all that can be read is durable. 'connected' is set when it can
 * be read, which may be so after E_IO too. E_MISSING (read-only), E_IO, E_MEMORY, with the reason.
 */
ENT_MUST_USE ent_status sqlite_store_connect(
		struct sqlite_store *store, struct ent_fault *reterr_fault);
/* What is not connected is fine. Nothing is written: a failed commit must not be tidied up by closing. */
void sqlite_store_disconnect(struct sqlite_store *store);
/* The write-ahead log's content into the database, and none left of it. */
bool sqlite_store_empty_wal(struct sqlite_store *store);
/* Also that there is none left is durable, which SQLite has no need of. */
bool sqlite_store_sync_wal(struct sqlite_store *store);

/* A statement that gives no rows. */
bool sqlite_store_step(struct sqlite_store *store, enum statement statement);
/* Of an entry, and of its payload. */
sqlite3_int64 sqlite_store_key(uint32_t ledger, uint64_t seq);

/* sqlite_payload.c. In a transaction. */
bool sqlite_store_add_payload(struct sqlite_store *store, uint32_t ledger,
		const struct ent_store_payload *payload);
ent_status sqlite_store_payload(struct ent_store *store, uint32_t ledger, uint64_t seq,
		ent_store_payload_fn payload, void *user);
ent_status sqlite_store_purge(struct ent_store *store, uint32_t ledger, const uint64_t *seqs,
		size_t n, uint64_t *ret_purged);

/* Says what SQLite says is wrong. E_IO, E_MEMORY. */
ent_status sqlite_store_fail(const struct sqlite_store *store, struct ent_fault *fault);

#endif
