/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that cannot be had, in the store and in SQLite below it: every allocation of every call fails once, then all
 * from it on. A read says E_MEMORY or gives the very answer; a write that fails is not known to be done or not, until
 * a reopen; nothing is lost, and nothing stays behind.
 */
#include <sqlite3.h>

#include "memory.h"
#include "stores.h"

/* --- SQLite's allocations --- */

static sqlite3_mem_methods sqlite_memory;

static void *lean_malloc(int size) {
	return memory_fails() ? NULL : memory_counted(sqlite_memory.xMalloc(size));
}

static void lean_free(void *block) {
	memory.live -= block != NULL;
	sqlite_memory.xFree(block);
}

static void *lean_realloc(void *block, int size) {
	return memory_fails() ? NULL : sqlite_memory.xRealloc(block, size);
}

static int set_up_sqlite(void **state) {
	(void)state;
	CHECK(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &sqlite_memory) == SQLITE_OK);
	sqlite3_mem_methods lean = sqlite_memory;
	lean.xMalloc = lean_malloc;
	lean.xFree = lean_free;
	lean.xRealloc = lean_realloc;
	CHECK(sqlite3_config(SQLITE_CONFIG_MALLOC, &lean) == SQLITE_OK);
	CHECK(sqlite3_initialize() == SQLITE_OK);
	return 0;
}

/* --- What is called --- */

struct case_state {
	char path[FOLDER_SIZE];
	struct ent_store *store;
	struct grown grown, next;
};

static struct ent_store_tiles tiles_of(const struct case_state *with) {
	return (struct ent_store_tiles){with->store, with->grown.ledger};
}

static ent_status do_open(struct case_state *with) {
	ent_store_close(with->store);
	with->store = NULL;
	return ent_store_open_sqlite(with->path, &with->store, NULL);
}

static ent_status do_look(struct case_state *with) {
	ent_store_close(with->store);
	with->store = NULL;
	return ent_store_open_sqlite_read_only(with->path, &with->store, NULL);
}

static ent_status do_reopen(struct case_state *with) {
	return ent_store_reopen(with->store, NULL);
}

static ent_status do_add(struct case_state *with) {
	char name[32];
	uint32_t ledger;
	(void)snprintf(name, sizeof name, "%llu", (unsigned long long)memory.fail_at);
	return ent_store_ledger(with->store, name, true, &ledger);
}

static ent_status do_append(struct case_state *with) {
	static struct ent_store_entry entries[40];
	static char bytes[40][GROWN_ENTRY_MAX];
	char note[64];
	with->next = with->grown;
	with->next.batches++;
	const struct ent_store_batch batch = {.ledger = with->grown.ledger,
			.first = with->grown.tree.size,
			.entries = entries,
			.n_entries = COUNT_OF(entries),
			.note = note,
			.note_length = grown_note(&with->next, with->next.batches, note),
			.batch = grown_batch(&with->next, with->next.batches)};
	for (size_t i = 0; i < COUNT_OF(entries); i++) {
		entries[i].bytes = bytes[i];
		entries[i].size = grown_entry(with->grown.ledger, batch.first + i, bytes[i]);
		ent_ledger_leaf_hash(bytes[i], entries[i].size, &entries[i].leaf);
		CHECK(ent_tree_append(&with->next.tree, &entries[i].leaf, NULL, NULL) == ENT_OK);
	}
	return ent_store_append(with->store, &batch, NULL);
}

static ent_status do_head(struct case_state *with) {
	struct ent_store_head head;
	return ent_store_head(with->store, with->grown.ledger, &head);
}

static void ignore_name(void *user, uint32_t ledger, const char *name) {
	(void)ledger;
	CHECK(name != NULL);
	++*(unsigned *)user;
}

static ent_status do_ledgers(struct case_state *with) {
	unsigned n = 0;
	const ent_status status = ent_store_ledgers(with->store, ignore_name, &n);
	CHECK(status != ENT_OK || n >= 1);
	return status;
}

static ent_status do_read(struct case_state *with) {
	struct grown_reading reading = {&with->grown, 0, 0, 0};
	const ent_status status = ent_store_read(
			with->store, with->grown.ledger, 0, UINT64_MAX, grown_compare, &reading);
	CHECK(status != ENT_OK || reading.next == with->grown.tree.size);
	return status;
}

static ent_status do_tile(struct case_state *with) {
	struct ent_store_tiles tiles = tiles_of(with);
	struct ent_hash hashes[ENT_TILE_WIDTH];
	ent_status status = ent_store_tile(&tiles, 0, 0, ENT_TILE_WIDTH, hashes);
	if (status == ENT_OK)
		status = ent_store_tile(&tiles, 1, 0, 1, hashes);
	if (status == ENT_OK)
		status = ent_store_tile(&tiles, 0, 1, 5, hashes);
	return status;
}

static ent_status do_archive(struct case_state *with) {
	uint64_t n;
	return ent_store_archive(with->store, with->grown.ledger, 256, &n);
}

static ent_status do_snapshot(struct case_state *with) {
	struct ent_store_snapshot *snapshot;
	const void *bytes;
	uint64_t size;
	size_t length;
	ent_status status = ent_store_snapshot_begin(with->store, 1, 9, &snapshot);
	if (status != ENT_OK)
		return status;
	CHECK(ent_store_snapshot_write(snapshot, "nine", 4) == ENT_OK);
	CHECK(ent_store_snapshot_end(snapshot, true) == ENT_OK);
	status = ent_store_snapshot_open(with->store, 1, 9, &snapshot, &size, &bytes, &length);
	if (status == ENT_OK)
		ent_store_snapshot_close(snapshot);
	return status;
}

static ent_status do_put_payload(struct case_state *with) {
	const struct ent_store_payload payload = {7, "salt and payload", 16};
	return ent_store_payload_put(with->store, with->grown.ledger, &payload);
}

static ent_status look_at_payload(void *user, const struct ent_store_payload *payload) {
	(void)user;
	CHECK(payload->size == 16 && memcmp(payload->bytes, "salt and payload", 16) == 0);
	return ENT_OK;
}

static ent_status do_get_payload(struct case_state *with) {
	const ent_status status = ent_store_payload_get(
			with->store, with->grown.ledger, 8, look_at_payload, NULL);
	CHECK(status != ENT_E_MISSING);
	return status;
}

static ent_status do_purge(struct case_state *with) {
	const uint64_t seqs[] = {7, 9};
	uint64_t n;
	return ent_store_payload_purge(with->store, with->grown.ledger, seqs, 2, &n);
}

static const struct memory_case {
	const char *why;
	ent_status (*act)(struct case_state *with);
	bool writes; /* what fails is E_IO, and the store is then failed */
	bool cold;   /* it is opened anew before, so that nothing is in its cache */
} cases[] = {
		{"open", do_open, false, false},
		{"open to look", do_look, false, false},
		{"reopen", do_reopen, false, false},
		{"a new ledger", do_add, true, true},
		{"append", do_append, true, true},
		{"head", do_head, false, true},
		{"names", do_ledgers, false, true},
		{"read", do_read, false, true},
		{"tiles", do_tile, false, true},
		{"archive", do_archive, true, true},
		{"snapshot", do_snapshot, false, false},
		{"put a payload", do_put_payload, true, true},
		{"get a payload", do_get_payload, false, true},
		{"purge", do_purge, true, true},
};

/* --- Every allocation --- */

static void set_up_case(struct case_state *with) {
	folder_make(with->path);
	with->store = store_at(with->path);
	with->grown = grown_at(with->store, "a");
	CHECK(grown_append(with->store, &with->grown, 300, NULL) == ENT_OK);
	const struct ent_store_payload payload = {8, "salt and payload", 16};
	CHECK(ent_store_payload_put(with->store, with->grown.ledger, &payload) == ENT_OK);
}

/* With memory all is well again, and what was to be done was done or not. */
static void recover(struct case_state *with, const struct memory_case *of, ent_status status) {
	struct ent_store_head head;
	if (with->store == NULL)
		with->store = store_at(with->path);
	if (!ent_store_writes(with->store)) {
		CHECK_ROW(of->why, of->act == do_reopen || of->act == do_look || of->writes);
		if (of->act == do_look) {
			ent_store_close(with->store);
			with->store = store_at(with->path);
		}
		CHECK_ROW(of->why, ent_store_reopen(with->store, NULL) == ENT_OK);
	}
	CHECK_ROW(of->why, ent_store_head(with->store, with->grown.ledger, &head) == ENT_OK);
	if (of->act == do_append && (status == ENT_OK || grown_is_head(&with->next, &head)))
		with->grown = with->next;
	if (of->act == do_archive)
		return;
	grown_check(with->store, &with->grown, 0);
}

/* Returns whether one failed. */
static bool fail_one(struct case_state *with, const struct memory_case *of, uint64_t fail_at,
		bool all_later) {
	if (of->cold) {
		ent_store_close(with->store);
		with->store = store_at(with->path);
	}
	memory_begin(fail_at, all_later);
	const ent_status status = of->act(with);
	const bool reached = memory.calls >= fail_at;
	memory_begin(0, false);
	const bool told = status == ENT_E_MEMORY || (of->writes && status == ENT_E_IO);
	CHECK_ROW(of->why, status == ENT_OK || (reached && told));
	recover(with, of, status);
	return reached;
}

TEST(store__without_memory_nothing_is_lost_and_nothing_stays) {
	struct case_state *with = malloc(sizeof *with);
	(void)state_;
	CHECK(with != NULL);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const int64_t before = memory.live;
		uint64_t n = 1;
		memset(with, 0, sizeof *with);
		set_up_case(with);
		for (int all_later = 0; all_later < 2; all_later++) {
			n = 1;
			while (fail_one(with, &cases[i], n, all_later == 1))
				/* Hundreds of the same kind: the schema is read. */
				n += n < 40 ? 1 : 1 + n / 40;
		}
		printf("# %s: %llu allocations\n", cases[i].why, (unsigned long long)n);
		ent_store_close(with->store);
		folder_remove(with->path);
		CHECK_ROW(cases[i].why, memory.live == before);
	}
	free(with);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(store__without_memory_nothing_is_lost_and_nothing_stays),
	};
	return cmocka_run_group_tests(tests, set_up_sqlite, NULL);
}
