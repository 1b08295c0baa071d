/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite_payload.c: payloads beside entries, which can be let go for good.
 *
 *     payload  key = that of the entry; bytes: FILL_SIZE zeros or more, the payload, its size in 4 bytes, big-endian
 *
 * With secure_delete, SQLite writes zeros over what is deleted. But it leaves copies of cells behind in the unused parts
 * of pages that it splits or joins, over which nobody writes. So no byte of a payload is ever in a cell: a record of
 * LOCAL_SIZE + k * OVERFLOW_SIZE bytes has exactly LOCAL_SIZE of them in its cell and the rest in k pages of its own
 * (sqlite.org/fileformat2, "Cell Payload Overflow Pages"), which are not copied, and are zeros once they are free. The
 * zeros in front make the record so long, and are all that is in the cell.
 *
 * After the deletion the WAL, which has the pages as they were, is emptied and synced: a power cut would else bring it
 * back, until the next start. That makes a purge done.
 */
#include <stdlib.h>
#include <string.h>

#include "sqlite_store.h"

enum {
	PAGE_SIZE = 4096,              /* sqlite_connect.c sets it; no bytes are reserved */
	OVERFLOW_SIZE = PAGE_SIZE - 4, /* of a record, in one page */
	LOCAL_SIZE = (PAGE_SIZE - 12) * 32 / 255 - 23, /* "M" there: 489 */
	LENGTH_SIZE = 4,
	/*
	 * A record's head before the blob: its own length (1 byte), the type of the key's column (1), that of the blob
	 * (at most 4, for what we write).
	 */
	HEAD_MAX = 6,
	FILL_SIZE = LOCAL_SIZE
};

/* Bytes of the variable-length number that is the blob's type, 12 + 2 * size. */
static size_t type_size(size_t blob) {
	size_t n = 1;
	for (size_t type = 12 + 2 * blob; type >= 128; type >>= 7)
		n++;
	return n;
}

/* The size of the blob in which a payload stands. */
static size_t blob_size(size_t payload) {
	const size_t least = FILL_SIZE + payload + LENGTH_SIZE;
	size_t pages = (least + HEAD_MAX - LOCAL_SIZE + OVERFLOW_SIZE - 1) / OVERFLOW_SIZE;
	for (;; pages++) {
		const size_t record = LOCAL_SIZE + pages * OVERFLOW_SIZE;
		const size_t blob = record - 2 - type_size(record);
		/* Its own type may be a byte shorter than the record's would be. */
		if (blob >= least && 2 + type_size(blob) + blob == record)
			return blob;
	}
}

static void *make_blob(const struct ent_store_payload *payload, size_t *ret_size) {
	const size_t size = blob_size(payload->size);
	unsigned char *blob = calloc(1, size);
	if (blob == NULL)
		return NULL;
	unsigned char *length = blob + size - LENGTH_SIZE;
	for (int i = 0; i < LENGTH_SIZE; i++)
		length[i] = (unsigned char)(payload->size >> (24 - 8 * i));
	if (payload->size > 0)
		memcpy(length - payload->size, payload->bytes, payload->size);
	*ret_size = size;
	return blob;
}

bool sqlite_store_add_payload(struct sqlite_store *store, uint32_t ledger,
		const struct ent_store_payload *payload) {
	sqlite3_stmt *add = store->statements[ADD_PAYLOAD];
	size_t size;
	void *blob = make_blob(payload, &size);
	if (blob == NULL)
		return false;
	(void)sqlite3_bind_int64(add, 1, sqlite_store_key(ledger, payload->seq));
	(void)sqlite3_bind_blob(add, 2, blob, (int)size, SQLITE_STATIC);
	const bool added = sqlite3_step(add) == SQLITE_DONE;
	(void)sqlite3_reset(add);
	(void)sqlite3_clear_bindings(add);
	ent_seal_wipe(blob, size);
	free(blob);
	return added;
}

/* The payload that stands in a blob. False: damage. */
static bool open_blob(const unsigned char *blob, size_t size, struct ent_store_payload *payload) {
	size_t length = 0;
	if (size < FILL_SIZE + LENGTH_SIZE)
		return false;
	for (size_t i = 0; i < LENGTH_SIZE; i++)
		length = length << 8 | blob[size - LENGTH_SIZE + i];
	if (length > size - LENGTH_SIZE - FILL_SIZE)
		return false;
	payload->bytes = (const char *)blob + size - LENGTH_SIZE - length;
	payload->size = length;
	return true;
}

ent_status sqlite_store_payload(struct ent_store *store, uint32_t ledger, uint64_t seq,
		ent_store_payload_fn payload, void *user) {
	struct sqlite_store *sqlite = (struct sqlite_store *)store;
	sqlite3_stmt *get = sqlite->statements[GET_PAYLOAD];
	struct ent_store_payload given = {.seq = seq};
	ent_status status = ENT_E_IO;
	/* Of a format before there were any, opened only to look. */
	if (get == NULL)
		return store->read_only ? ENT_E_MISSING : ENT_E_IO;
	(void)sqlite3_bind_int64(get, 1, sqlite_store_key(ledger, seq));
	const int result = sqlite3_step(get);
	const void *blob = result == SQLITE_ROW ? sqlite3_column_blob(get, 0) : NULL;
	if (result == SQLITE_DONE)
		status = ENT_E_MISSING;
	else if (blob == NULL)
		status = sqlite_store_fail(sqlite, NULL);
	else if (open_blob(blob, (size_t)sqlite3_column_bytes(get, 0), &given))
		status = payload(user, &given);
	(void)sqlite3_reset(get);
	return status;
}

ent_status sqlite_store_purge(struct ent_store *store, uint32_t ledger, const uint64_t *seqs,
		size_t n, uint64_t *ret_purged) {
	struct sqlite_store *sqlite = (struct sqlite_store *)store;
	sqlite3_stmt *purge = sqlite->statements[PURGE_PAYLOAD];
	uint64_t purged = 0;
	bool fine = sqlite_store_step(sqlite, BEGIN);
	for (size_t i = 0; fine && i < n; i++) {
		(void)sqlite3_bind_int64(purge, 1, sqlite_store_key(ledger, seqs[i]));
		fine = sqlite_store_step(sqlite, PURGE_PAYLOAD);
		purged += fine ? (uint64_t)sqlite3_changes64(sqlite->db) : 0;
	}
	fine = fine && sqlite_store_step(sqlite, COMMIT);
	if (!fine && sqlite3_get_autocommit(sqlite->db) == 0)
		(void)sqlite_store_step(sqlite, ROLLBACK);
	if (!fine || !sqlite_store_empty_wal(sqlite) || !sqlite_store_sync_wal(sqlite))
		return ENT_E_IO;
	*ret_purged = purged;
	return ENT_OK;
}
