/* SPDX-License-Identifier: Apache-2.0 */
/* store.c: the port; see store.h and driver.h. */
#include <assert.h>
#include <string.h>

#include "driver.h"

/* What is read while a batch waits: a tile's entries, or the entry that makes it this many bytes. */
enum { PIECE_ENTRIES = ENT_TILE_WIDTH, PIECE_BYTES = 1 << 20 };

/*
 * In turn: who waits for 'lock' holds 'next', so one that comes back for its next piece stands behind. A mutex alone
 * would mostly go to the thread that has just let it go.
 */
static void enter(struct ent_store *store) {
	(void)pthread_mutex_lock(&store->next);
	(void)pthread_mutex_lock(&store->lock);
	(void)pthread_mutex_unlock(&store->next);
}

static ent_status leave(struct ent_store *store, ent_status status) {
	(void)pthread_mutex_unlock(&store->lock);
	return status;
}

/* After a call of the driver that writes. */
static ent_status wrote(struct ent_store *store, ent_status status) {
	if (status == ENT_E_IO)
		store->failed = true;
	return status;
}

static bool writes(const struct ent_store *store, struct ent_fault *fault) {
	if (store->read_only)
		ent_fault_set(fault, store->directory, "it was opened only to look at");
	else if (store->failed)
		ent_fault_set(fault, store->directory,
				"an earlier write failed, and it is not yet known what became of "
				"it");
	return !store->read_only && !store->failed;
}

void ent_store_close(struct ent_store *store) {
	if (store != NULL)
		store->driver->close(store);
}

/* --- Ledgers --- */

static ent_status find_or_add(
		struct ent_store *store, const char *name, bool create, uint32_t *ret_ledger) {
	if (!store->connected)
		return ENT_E_IO;
	const ent_status found = store->driver->find_ledger(store, name, ret_ledger);
	if (found != ENT_E_MISSING || !create)
		return found;
	if (!writes(store, NULL))
		return ENT_E_IO;
	const ent_status added = wrote(store, store->driver->add_ledger(store, name));
	return added == ENT_OK ? store->driver->find_ledger(store, name, ret_ledger) : added;
}

ent_status ent_store_ledger(
		struct ent_store *store, const char *name, bool create, uint32_t *ret_ledger) {
	const size_t length = strnlen(name, ENT_STORE_NAME_MAX + 1);
	if (length == 0 || length > ENT_STORE_NAME_MAX)
		return ENT_E_LIMIT;
	enter(store);
	return leave(store, find_or_add(store, name, create, ret_ledger));
}

ent_status ent_store_ledgers(struct ent_store *store, ent_store_ledger_fn found, void *user) {
	enter(store);
	return leave(store,
			store->connected ? store->driver->ledgers(store, found, user) : ENT_E_IO);
}

ent_status ent_store_head(
		struct ent_store *store, uint32_t ledger, struct ent_store_head *ret_head) {
	enter(store);
	return leave(store,
			store->connected ? store->driver->head(store, ledger, ret_head) : ENT_E_IO);
}

/* --- Writing --- */

static bool fits(const struct ent_store_batch *batch, const char **ret_why) {
	*ret_why = "the checkpoint is too long";
	if (batch->note_length >= ENT_NOTE_SIZE)
		return false;
	*ret_why = "the ledger is full";
	if (batch->first <= ENT_STORE_SIZE_MAX &&
			batch->n_entries > ENT_STORE_SIZE_MAX - batch->first)
		return false;
	*ret_why = "an entry is too large";
	for (size_t i = 0; i < batch->n_entries; i++)
		if (batch->entries[i].size > ENT_STORE_ENTRY_MAX)
			return false;
	*ret_why = "a payload is too large";
	for (size_t i = 0; i < batch->n_payloads; i++)
		if (batch->payloads[i].size > ENT_STORE_PAYLOAD_MAX)
			return false;
	return true;
}

static bool has_entries(const struct ent_store_batch *batch, uint64_t size) {
	for (size_t i = 0; i < batch->n_payloads; i++)
		if (batch->payloads[i].seq >= size)
			return false;
	return true;
}

ent_status ent_store_append(struct ent_store *store, const struct ent_store_batch *batch,
		struct ent_fault *reterr_fault) {
	const char *why;
	if (!fits(batch, &why)) {
		ent_fault_set(reterr_fault, store->directory, "%s", why);
		return ENT_E_LIMIT;
	}
	if (!has_entries(batch, batch->first + batch->n_entries)) {
		ent_fault_set(reterr_fault, store->directory, "a payload's entry is not there");
		return ENT_E_DOMAIN;
	}
	enter(store);
	if (!writes(store, reterr_fault))
		return leave(store, ENT_E_IO);
	return leave(store, wrote(store, store->driver->append(store, batch, reterr_fault)));
}

bool ent_store_writes(struct ent_store *store) {
	enter(store);
	const bool can = writes(store, NULL);
	(void)leave(store, ENT_OK);
	return can;
}

ent_status ent_store_reopen(struct ent_store *store, struct ent_fault *reterr_fault) {
	enter(store);
	const ent_status status = store->driver->reopen(store, reterr_fault);
	store->failed = status != ENT_OK;
	return leave(store, status);
}

static ent_status look_whether_archived(
		void *user, uint64_t seq, const struct ent_store_entry *entry) {
	(void)seq;
	*(bool *)user = entry->bytes == NULL;
	return ENT_OK;
}

/*
 * How many entries before 'below' are archived: they are the first ones, so by halving. What cannot be read is not
 * passed over: the driver's own call then meets it.
 */
static uint64_t count_archived(struct ent_store *store, uint32_t ledger, uint64_t below) {
	uint64_t least = 0, most = below;
	while (least < most) {
		bool archived = false;
		const uint64_t middle = least + (most - least) / 2;
		if (ent_store_read(store, ledger, middle, 1, look_whether_archived, &archived) ==
						ENT_OK &&
				archived)
			least = middle + 1;
		else
			most = middle;
	}
	return least;
}

static ent_status archive_piece(struct ent_store *store, uint32_t ledger, uint64_t tile,
		uint64_t below, uint64_t *archived) {
	uint64_t n;
	enter(store);
	if (!store->connected || !writes(store, NULL))
		return leave(store, ENT_E_IO);
	const ent_status status = wrote(
			store, store->driver->archive(store, ledger, tile, below, &n));
	if (status == ENT_OK)
		*archived += n;
	return leave(store, status);
}

ent_status ent_store_archive(
		struct ent_store *store, uint32_t ledger, uint64_t below, uint64_t *ret_archived) {
	struct ent_store_head head;
	uint64_t archived = 0;
	ent_status status = ent_store_head(store, ledger, &head);
	if (status == ENT_OK && head.size / ENT_TILE_WIDTH * ENT_TILE_WIDTH < below)
		below = head.size / ENT_TILE_WIDTH * ENT_TILE_WIDTH;
	/* From where it ended: else each call would go through all that the ledger ever was. */
	uint64_t tile = status == ENT_OK ? count_archived(store, ledger, below) / ENT_TILE_WIDTH
					 : 0;
	/* What a failed store shows as archived may not be durable. */
	if (status == ENT_OK && !ent_store_writes(store))
		status = ENT_E_IO;
	for (; status == ENT_OK && tile * ENT_TILE_WIDTH < below; tile++)
		status = archive_piece(store, ledger, tile, below, &archived);
	if (status == ENT_OK)
		*ret_archived = archived;
	return status;
}

/* --- Reading --- */

struct reading {
	ent_store_entry_fn entry;
	void *user;
	uint64_t next;
	size_t bytes; /* of this piece */
	bool enough;
};

static ent_status take_entry(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	struct reading *reading = user;
	reading->enough = reading->bytes >= PIECE_BYTES;
	if (reading->enough)
		return ENT_E_LIMIT;
	if (seq != reading->next)
		return ENT_E_IO;
	reading->next++;
	reading->bytes += entry->size;
	return reading->entry(reading->user, seq, entry);
}

ent_status ent_store_read(struct ent_store *store, uint32_t ledger, uint64_t first, uint64_t n,
		ent_store_entry_fn entry, void *user) {
	struct reading reading = {entry, user, first, 0, false};
	const uint64_t end = n < UINT64_MAX - first ? first + n : UINT64_MAX;
	uint64_t piece;
	do {
		const uint64_t from = reading.next;
		piece = end - from < PIECE_ENTRIES ? end - from : PIECE_ENTRIES;
		reading.bytes = 0;
		reading.enough = false;
		enter(store);
		const ent_status status = leave(store,
				store->connected ? store->driver->read(store, ledger, from, piece,
								   take_entry, &reading)
						 : ENT_E_IO);
		if (status != ENT_OK && !reading.enough)
			return status;
		/* Fewer than asked for, and not because it was enough, is the end. */
		if (!reading.enough && reading.next - from < piece)
			return ENT_OK;
	} while (reading.next < end);
	return ENT_OK;
}

/* --- Payloads --- */

static ent_status put_payload(struct ent_store *store, const struct ent_store_batch *batch) {
	struct ent_store_head head;
	if (!store->connected || !writes(store, NULL))
		return ENT_E_IO;
	const ent_status status = store->driver->head(store, batch->ledger, &head);
	if (status == ENT_E_MISSING || (status == ENT_OK && !has_entries(batch, head.size)))
		return ENT_E_DOMAIN;
	return status == ENT_OK ? wrote(store, store->driver->put_payloads(store, batch)) : status;
}

ent_status ent_store_payload_put(
		struct ent_store *store, uint32_t ledger, const struct ent_store_payload *payload) {
	const struct ent_store_batch batch = {
			.ledger = ledger, .payloads = payload, .n_payloads = 1};
	if (payload->size > ENT_STORE_PAYLOAD_MAX)
		return ENT_E_LIMIT;
	enter(store);
	return leave(store, put_payload(store, &batch));
}

ent_status ent_store_payload_get(struct ent_store *store, uint32_t ledger, uint64_t seq,
		ent_store_payload_fn payload, void *user) {
	if (ledger > ENT_STORE_LEDGERS_MAX || seq >= ENT_STORE_SIZE_MAX)
		return ENT_E_MISSING;
	enter(store);
	return leave(store,
			store->connected ? store->driver->payload(store, ledger, seq, payload, user)
					 : ENT_E_IO);
}

ent_status ent_store_payload_purge(struct ent_store *store, uint32_t ledger, const uint64_t *seqs,
		size_t n, uint64_t *ret_purged) {
	if (n > ENT_STORE_PURGE_MAX || ledger > ENT_STORE_LEDGERS_MAX)
		return ENT_E_LIMIT;
	for (size_t i = 0; i < n; i++)
		if (seqs[i] >= ENT_STORE_SIZE_MAX)
			return ENT_E_LIMIT;
	enter(store);
	if (!store->connected || !writes(store, NULL))
		return leave(store, ENT_E_IO);
	return leave(store, wrote(store, store->driver->purge(store, ledger, seqs, n, ret_purged)));
}

/* --- Tiles --- */

void store_tile_root(const struct ent_hash hashes[ENT_TILE_WIDTH], struct ent_hash *ret_root) {
	struct ent_hash row[ENT_TILE_WIDTH / 2];
	for (unsigned i = 0; i < ENT_TILE_WIDTH / 2; i++)
		ent_ledger_node_hash(&hashes[2 * i], &hashes[2 * i + 1], &row[i]);
	for (unsigned n = ENT_TILE_WIDTH / 2; n > 1; n /= 2)
		for (unsigned i = 0; i < n / 2; i++)
			ent_ledger_node_hash(&row[2 * i], &row[2 * i + 1], &row[i]);
	*ret_root = row[0];
}

/* From what lies below it; not a full one, which should have been stored: that it was not is damage. */
static ent_status make_tile(struct ent_store *store, uint32_t ledger, unsigned level,
		uint64_t index, unsigned width, struct ent_hash *ret_hashes) {
	const uint64_t first = index * ENT_TILE_WIDTH;
	const ent_status status = level > 0
			? store->driver->roots(store, ledger, level - 1, first, width, ret_hashes)
			: store->driver->leaves(store, ledger, first, width, ret_hashes);
	return status == ENT_OK && width == ENT_TILE_WIDTH ? ENT_E_IO : status;
}

static ent_status read_tile(struct ent_store *store, uint32_t ledger, unsigned level,
		uint64_t index, unsigned width, struct ent_hash *ret_hashes) {
	struct ent_hash hashes[ENT_TILE_WIDTH];
	if (!store->connected)
		return ENT_E_IO;
	ent_status status = store->driver->tile(store, ledger, level, index, hashes);
	if (status == ENT_E_MISSING)
		status = make_tile(store, ledger, level, index, width, hashes);
	if (status == ENT_OK)
		memcpy(ret_hashes, hashes, width * sizeof *hashes);
	return status;
}

ent_status ent_store_tile(void *tiles, unsigned level, uint64_t index, unsigned width,
		struct ent_hash *ret_hashes) {
	const struct ent_store_tiles *of = tiles;
	assert(width >= 1 && width <= ENT_TILE_WIDTH);
	/* An index may come from outside, and is multiplied. */
	if (level >= ENT_TILE_LEVELS || index > (ENT_STORE_SIZE_MAX >> 8 * level) / ENT_TILE_WIDTH)
		return ENT_E_MISSING;
	enter(of->store);
	return leave(of->store, read_tile(of->store, of->ledger, level, index, width, ret_hashes));
}
