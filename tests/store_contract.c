/* SPDX-License-Identifier: Apache-2.0 */
/* store_contract.c: ledgers, batches, reading, tiles, archiving; see store_contract.h. */
#include "merkle.h"
#include "store_contract_parts.h"

/* --- Ledgers --- */

struct names {
	uint32_t last;
	unsigned n;
	char all[256];
};

static void take_name(void *user, uint32_t ledger, const char *name) {
	struct names *names = user;
	CHECK(ledger > names->last);
	names->last = ledger;
	names->n++;
	if (strlen(names->all) + strlen(name) + 2 < sizeof names->all) {
		strcat(names->all, name);
		strcat(names->all, ";");
	}
}

TEST(store__a_ledger_is_known_by_its_name) {
	struct fixture *fixture = *state_;
	struct names names = {0};
	uint32_t a = 0, b = 0, again = 77;
	CHECK(ent_store_ledger(fixture->store, "airspace/main", false, &again) == ENT_E_MISSING);
	CHECK(again == 77);
	CHECK(ent_store_ledger(fixture->store, "airspace/main", true, &a) == ENT_OK);
	CHECK(ent_store_ledger(fixture->store, "line/'\"%_\xc3\xa4", true, &b) == ENT_OK);
	CHECK(a >= 1 && b >= 1 && a != b && b <= ENT_STORE_LEDGERS_MAX);
	CHECK(ent_store_ledger(fixture->store, "Airspace/main", false, &again) == ENT_E_MISSING);
	for (int i = 0; i < 3; i++) {
		CHECK(ent_store_ledger(fixture->store, "airspace/main", i == 1, &again) == ENT_OK);
		CHECK(again == a);
		close_and_open(fixture);
	}
	CHECK(ent_store_ledgers(fixture->store, take_name, &names) == ENT_OK);
	CHECK(names.n == 2);
	CHECK(strcmp(names.all, "airspace/main;line/'\"%_\xc3\xa4;") == 0);
}

TEST(store__names_and_their_number_have_limits) {
	struct fixture *fixture = *state_;
	char name[ENT_STORE_NAME_MAX + 2];
	struct names names = {0};
	uint32_t ledger = 0;
	memset(name, 'n', sizeof name);
	name[ENT_STORE_NAME_MAX + 1] = '\0';
	CHECK(ent_store_ledger(fixture->store, "", true, &ledger) == ENT_E_LIMIT);
	CHECK(ent_store_ledger(fixture->store, name, true, &ledger) == ENT_E_LIMIT);
	name[ENT_STORE_NAME_MAX] = '\0';
	CHECK(ent_store_ledger(fixture->store, name, true, &ledger) == ENT_OK);
	for (int i = 1; i < ENT_STORE_LEDGERS_MAX; i++) {
		(void)snprintf(name, sizeof name, "%d", i);
		CHECK(ent_store_ledger(fixture->store, name, true, &ledger) == ENT_OK);
	}
	for (int i = 0; i < 3; i++)
		CHECK(ent_store_ledger(fixture->store, "more", true, &ledger) == ENT_E_LIMIT);
	CHECK(ent_store_ledger(fixture->store, "1", true, &ledger) == ENT_OK);
	CHECK(ent_store_ledgers(fixture->store, take_name, &names) == ENT_OK);
	CHECK(names.n == ENT_STORE_LEDGERS_MAX);
	/* The last one is a ledger like others. */
	struct grown grown = grown_at(fixture->store, "4095");
	CHECK(grown_append(fixture->store, &grown, 300, NULL) == ENT_OK);
	grown_check(fixture->store, &grown, 0);
	CHECK(ent_store_writes(fixture->store));
}

TEST(store__a_new_ledger_is_empty_and_another_number_is_none) {
	struct fixture *fixture = *state_;
	struct grown grown = grown_at(fixture->store, "a");
	struct ent_store_head head;
	struct ent_hash hash;
	struct ent_store_tiles none = {fixture->store, grown.ledger + 1};
	uint64_t n;
	grown_check(fixture->store, &grown, 0);
	CHECK(ent_store_head(fixture->store, grown.ledger + 1, &head) == ENT_E_MISSING);
	CHECK(ent_store_read(fixture->store, grown.ledger + 1, 0, 1, grown_compare, NULL) ==
			ENT_E_MISSING);
	CHECK(ent_store_tile(&none, 0, 0, 1, &hash) == ENT_E_MISSING);
	CHECK(ent_store_archive(fixture->store, grown.ledger + 1, 1, &n) == ENT_E_MISSING);
}

/* --- Batches --- */

struct one {
	struct ent_store_entry entry;
	unsigned n;
};

static ent_status compare_one(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	struct one *one = user;
	(void)seq;
	one->n++;
	CHECK((entry->bytes == NULL) == (one->entry.bytes == NULL));
	CHECK(entry->size == one->entry.size);
	CHECK(entry->size == 0 || memcmp(entry->bytes, one->entry.bytes, entry->size) == 0);
	CHECK(memcmp(&entry->leaf, &one->entry.leaf, sizeof entry->leaf) == 0);
	return ENT_OK;
}

TEST(store__an_entry_is_any_bytes) {
	struct fixture *fixture = *state_;
	enum { LARGEST = 1 << 20 };
	char *bytes = malloc(LARGEST);
	uint64_t seed = 5;
	CHECK(bytes != NULL);
	for (size_t i = 0; i < LARGEST; i++)
		bytes[i] = (char)test_random(&seed);
	const struct {
		const char *why;
		struct ent_store_entry entry;
	} rows[] = {
			{"nothing", {bytes, 0, {{1}}}},
			{"archived before it came", {NULL, 0, {{2}}}},
			{"zeros", {"\0\0\0", 3, {{0}}}},
			{"text", {"text", 4, {{0, 4}}}},
			{"a page or so", {bytes, 4096, {{5}}}},
			{"several pages", {bytes, 70001, {{6}}}},
			{"a megabyte", {bytes, LARGEST, {{0xff}}}},
	};
	uint32_t ledger;
	CHECK(ent_store_ledger(fixture->store, "a", true, &ledger) == ENT_OK);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct ent_store_batch batch = {.ledger = ledger,
				.first = i,
				.entries = &rows[i].entry,
				.n_entries = 1,
				.batch = {{(uint8_t)i}}};
		CHECK_ROW(rows[i].why, ent_store_append(fixture->store, &batch, NULL) == ENT_OK);
	}
	close_and_open(fixture);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct one one = {rows[i].entry, 0};
		CHECK_ROW(rows[i].why,
				ent_store_read(fixture->store, ledger, i, 1, compare_one, &one) ==
						ENT_OK);
		CHECK_ROW(rows[i].why, one.n == 1);
	}
	free(bytes);
}

TEST(store__a_batch_for_another_size_is_refused_and_changes_nothing) {
	struct fixture *fixture = *state_;
	struct grown grown = grown_at(fixture->store, "a"), other = grown_at(fixture->store, "b");
	CHECK(grown_append(fixture->store, &grown, 300, NULL) == ENT_OK);
	CHECK(grown_append(fixture->store, &other, 20, NULL) == ENT_OK);
	const struct {
		const char *why;
		uint32_t ledger;
		uint64_t first;
	} rows[] = {
			{"the same batch again", grown.ledger, 0},
			{"one less", grown.ledger, 299},
			{"one more", grown.ledger, 301},
			{"another ledger's", other.ledger, 300},
			{"no ledger", other.ledger + 1, 0},
			{"more than any", grown.ledger, UINT64_MAX},
			{"none was so long", grown.ledger, UINT64_C(1) << 63},
			{"no entry has this number", grown.ledger, ENT_STORE_SIZE_MAX + 1},
	};
	const struct ent_store_entry entry = {.bytes = "x", .size = 1};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		for (size_t n = 0; n < 2; n++) {
			struct ent_fault fault = {"", ""};
			const struct ent_store_batch batch = {.ledger = rows[i].ledger,
					.first = rows[i].first,
					.entries = &entry,
					.n_entries = n};
			CHECK_ROW(rows[i].why,
					ent_store_append(fixture->store, &batch, &fault) ==
							ENT_E_DOMAIN);
			CHECK_ROW(rows[i].why, fault.why[0] != '\0');
			CHECK_ROW(rows[i].why, ent_store_writes(fixture->store));
		}
	for (int i = 0; i < 2; i++) {
		grown_check(fixture->store, &grown, 0);
		grown_check(fixture->store, &other, 0);
		close_and_open(fixture);
	}
	CHECK(grown_append(fixture->store, &grown, 1, NULL) == ENT_OK);
	grown_check(fixture->store, &grown, 0);
}

TEST(store__a_batch_beyond_a_limit_is_refused_and_changes_nothing) {
	struct fixture *fixture = *state_;
	struct grown grown = grown_at(fixture->store, "a");
	CHECK(grown_append(fixture->store, &grown, 3, NULL) == ENT_OK);
	char note[ENT_NOTE_SIZE];
	memset(note, 'n', sizeof note);
	const struct ent_store_entry large = {
			.bytes = note, .size = (size_t)ENT_STORE_ENTRY_MAX + 1};
	const struct {
		const char *why;
		struct ent_store_batch batch;
	} rows[] = {
			{"an entry too large", {.first = 3, .entries = &large, .n_entries = 1}},
			{"a note too long",
					{.first = 3, .note = note, .note_length = ENT_NOTE_SIZE}},
			{"a ledger too long",
					{.first = 3,
							.entries = &large,
							.n_entries = ENT_STORE_SIZE_MAX - 2}},
			{"more than can be added",
					{.first = 3, .entries = &large, .n_entries = SIZE_MAX}},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ent_fault fault = {"", ""};
		struct ent_store_batch batch = rows[i].batch;
		batch.ledger = grown.ledger;
		CHECK_ROW(rows[i].why,
				ent_store_append(fixture->store, &batch, &fault) == ENT_E_LIMIT);
		CHECK_ROW(rows[i].why, fault.why[0] != '\0');
	}
	CHECK(ent_store_writes(fixture->store));
	grown_check(fixture->store, &grown, 0);
}

TEST(store__a_batch_without_entries_sets_the_note) {
	struct fixture *fixture = *state_;
	struct grown grown = grown_at(fixture->store, "a");
	struct ent_store_head head;
	CHECK(grown_append(fixture->store, &grown, 0, NULL) == ENT_OK);
	grown_check(fixture->store, &grown, 0);
	CHECK(grown_append(fixture->store, &grown, 5, NULL) == ENT_OK);
	CHECK(grown_append(fixture->store, &grown, 0, NULL) == ENT_OK);
	close_and_open(fixture);
	grown_check(fixture->store, &grown, 0);
	char note[ENT_NOTE_SIZE];
	memset(note, 'n', sizeof note);
	struct ent_store_batch batch = {.ledger = grown.ledger,
			.first = 5,
			.note = note,
			.note_length = ENT_NOTE_SIZE - 1};
	CHECK(ent_store_append(fixture->store, &batch, NULL) == ENT_OK);
	CHECK(ent_store_head(fixture->store, grown.ledger, &head) == ENT_OK);
	CHECK(head.note_length == ENT_NOTE_SIZE - 1 && strlen(head.note) == ENT_NOTE_SIZE - 1);
	batch.note = NULL;
	batch.note_length = 0;
	CHECK(ent_store_append(fixture->store, &batch, NULL) == ENT_OK);
	CHECK(ent_store_head(fixture->store, grown.ledger, &head) == ENT_OK);
	CHECK(head.note_length == 0 && head.note[0] == '\0' && head.size == 5);
}

/* --- Reading --- */

struct counting {
	uint64_t first, n, stop_at;
};

static ent_status count_entry(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	struct counting *counting = user;
	CHECK(entry->bytes != NULL && seq == counting->first + counting->n);
	return ++counting->n == counting->stop_at ? ENT_E_LIMIT : ENT_OK;
}

TEST(store__a_range_is_read_in_order_and_to_the_end) {
	struct fixture *fixture = *state_;
	struct grown grown = grown_at(fixture->store, "a"), other = grown_at(fixture->store, "b");
	for (int i = 0; i < 10; i++) {
		CHECK(grown_append(fixture->store, &grown, 200, NULL) == ENT_OK);
		CHECK(grown_append(fixture->store, &other, 77, NULL) == ENT_OK);
	}
	static const struct {
		const char *why;
		uint64_t first, n, stop_at, expected;
	} rows[] = {
			{"none", 0, 0, 0, 0},
			{"one", 0, 1, 0, 1},
			{"in the middle", 300, 299, 0, 299},
			{"a piece that the store reads at once", 256, 256, 0, 256},
			{"the last", 1999, 1, 0, 1},
			{"over the end", 1990, 11, 0, 10},
			{"to the end", 3, UINT64_MAX, 0, 1997},
			{"all but one", 1, UINT64_MAX - 1, 0, 1999},
			{"from the end", 2000, 5, 0, 0},
			{"from beyond it", 2001, UINT64_MAX, 0, 0},
			{"from where no entry can be", UINT64_MAX, UINT64_MAX, 0, 0},
			{"from the largest number", ENT_STORE_SIZE_MAX, 1, 0, 0},
			{"stopped at once", 0, 100, 1, 1},
			{"stopped in a second piece", 0, 1000, 300, 300},
			{"stopped at the last", 0, 2000, 2000, 2000},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct counting counting = {rows[i].first, 0, rows[i].stop_at};
		const ent_status status = ent_store_read(fixture->store, grown.ledger,
				rows[i].first, rows[i].n, count_entry, &counting);
		CHECK_ROW(rows[i].why, status == (rows[i].stop_at > 0 ? ENT_E_LIMIT : ENT_OK));
		CHECK_ROW(rows[i].why, counting.n == rows[i].expected);
	}
	grown_check(fixture->store, &grown, 0);
	grown_check(fixture->store, &other, 0);
}

TEST(store__large_entries_are_read_in_pieces_all_the_same) {
	struct fixture *fixture = *state_;
	enum { N = 20, SIZE = 400000 };
	struct ent_store_entry entries[N];
	struct counting counting = {0};
	uint32_t ledger;
	char *bytes = calloc(1, SIZE);
	CHECK(bytes != NULL);
	for (int i = 0; i < N; i++)
		entries[i] = (struct ent_store_entry){.bytes = bytes, .size = SIZE};
	CHECK(ent_store_ledger(fixture->store, "a", true, &ledger) == ENT_OK);
	const struct ent_store_batch batch = {.ledger = ledger, .entries = entries, .n_entries = N};
	CHECK(ent_store_append(fixture->store, &batch, NULL) == ENT_OK);
	CHECK(ent_store_read(fixture->store, ledger, 0, UINT64_MAX, count_entry, &counting) ==
			ENT_OK);
	CHECK(counting.n == N);
	free(bytes);
}

/* --- Tiles --- */

/* The hashes of each level, from the entries alone: those of a level are roots over 256 of the one below. */
struct rows {
	struct ent_hash *hashes[4];
	uint64_t n[4];
};

static struct rows rows_of(const struct grown *grown) {
	struct rows rows = {{NULL}, {grown->tree.size}};
	for (int level = 1; level < 4; level++)
		rows.n[level] = rows.n[level - 1] / ENT_TILE_WIDTH;
	for (int level = 0; level < 4; level++) {
		rows.hashes[level] = malloc((rows.n[level] + 1) * sizeof *rows.hashes[level]);
		CHECK(rows.hashes[level] != NULL);
		for (uint64_t i = 0; i < rows.n[level]; i++) {
			char bytes[GROWN_ENTRY_MAX];
			rows.hashes[level][i] = level == 0
					? merkle_leaf(bytes, grown_entry(grown->ledger, i, bytes))
					: merkle_root(rows.hashes[level - 1] + i * ENT_TILE_WIDTH,
							  ENT_TILE_WIDTH);
		}
	}
	return rows;
}

static void check_tile(struct ent_store_tiles *tiles, const struct rows *rows, unsigned level,
		uint64_t index, unsigned width) {
	struct ent_hash hashes[ENT_TILE_WIDTH], untouched[ENT_TILE_WIDTH];
	memset(hashes, 0x5a, sizeof hashes);
	memset(untouched, 0x5a, sizeof untouched);
	const uint64_t n = level < 4 ? rows->n[level] : 0;
	const bool there = index < n / ENT_TILE_WIDTH + 1 && index * ENT_TILE_WIDTH + width <= n;
	const ent_status status = ent_store_tile(tiles, level, index, width, hashes);
	CHECK(status == (there ? ENT_OK : ENT_E_MISSING));
	if (there)
		CHECK(memcmp(hashes, rows->hashes[level] + index * ENT_TILE_WIDTH,
				      width * sizeof *hashes) == 0);
	CHECK(memcmp(hashes + (there ? width : 0), untouched,
			      (ENT_TILE_WIDTH - (there ? width : 0)) * sizeof *hashes) == 0);
}

static void check_tiles(struct ent_store *store, const struct grown *grown, uint64_t *seed) {
	struct ent_store_tiles tiles = {store, grown->ledger};
	const struct rows rows = rows_of(grown);
	for (unsigned level = 0; level < 4; level++) {
		const uint64_t last = rows.n[level] / ENT_TILE_WIDTH;
		/* Beside those of the edge a few. */
		for (uint64_t index = 0; index <= last + 1;
				index += index + 2 < last ? 1 + test_random(seed) % 20 : 1) {
			const unsigned left = (unsigned)(rows.n[level] % ENT_TILE_WIDTH);
			check_tile(&tiles, &rows, level, index, 1);
			check_tile(&tiles, &rows, level, index, ENT_TILE_WIDTH);
			check_tile(&tiles, &rows, level, index,
					(unsigned)(test_random(seed) % ENT_TILE_WIDTH) + 1);
			if (left > 0)
				check_tile(&tiles, &rows, level, index, left);
			check_tile(&tiles, &rows, level, index, left + 1);
		}
	}
	for (unsigned level = 0; level < 2 * ENT_TILE_LEVELS; level++) {
		check_tile(&tiles, &rows, level, UINT64_MAX, 1);
		check_tile(&tiles, &rows, level, UINT64_C(1) << 56, 1);
		check_tile(&tiles, &rows, level, (UINT64_C(1) << 32) + 1, 1);
	}
	for (int level = 0; level < 4; level++)
		free(rows.hashes[level]);
}

static void check_proofs(struct ent_store *store, const struct grown *grown, uint64_t *seed) {
	struct ent_store_tiles tiles = {store, grown->ledger};
	const uint64_t size = grown->tree.size;
	struct ent_hash root, old_root;
	struct ent_proof proof;
	struct ent_tree old;
	ent_tree_root(&grown->tree, &root);
	for (int i = 0; i < 20; i++) {
		const uint64_t index = i == 0 ? size - 1 : test_random(seed) % size;
		char bytes[GROWN_ENTRY_MAX];
		const struct ent_hash leaf = merkle_leaf(
				bytes, grown_entry(grown->ledger, index, bytes));
		CHECK(ent_proof_inclusion(index, size, ent_store_tile, &tiles, &proof) == ENT_OK);
		CHECK(ent_proof_inclusion_holds(&leaf, index, size, &proof, &root));
		CHECK(ent_tree_restore(&old, index, ent_store_tile, &tiles) == ENT_OK);
		ent_tree_root(&old, &old_root);
		CHECK(ent_proof_consistency(index, size, ent_store_tile, &tiles, &proof) == ENT_OK);
		CHECK(ent_proof_consistency_holds(index, size, &old_root, &root, &proof));
	}
}

TEST(store__tiles_are_those_of_the_tree_and_proofs_hold) {
	struct fixture *fixture = *state_;
	static const uint64_t sizes[] = {1, 255, 256, 257, 513, 65535, 65536, 65537, 70011};
	struct grown grown = grown_at(fixture->store, "a"), other = grown_at(fixture->store, "b");
	uint64_t seed = 9;
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		while (grown.tree.size < sizes[i]) {
			const uint64_t left = sizes[i] - grown.tree.size;
			const uint64_t n = 1 + test_random(&seed) % 5000;
			CHECK(grown_append(fixture->store, &grown, n < left ? n : left, NULL) ==
					ENT_OK);
			CHECK(grown_append(fixture->store, &other, 100, NULL) == ENT_OK);
		}
		check_tiles(fixture->store, &grown, &seed);
		check_proofs(fixture->store, &grown, &seed);
	}
	close_and_open(fixture);
	check_tiles(fixture->store, &grown, &seed);
	check_tiles(fixture->store, &other, &seed);
	grown_check(fixture->store, &grown, 0);
}

/* --- Archived entries --- */

TEST(store__an_archived_entry_is_gone_and_its_hash_stays) {
	struct fixture *fixture = *state_;
	struct grown grown = grown_at(fixture->store, "a"), other = grown_at(fixture->store, "b");
	uint64_t seed = 4, n = 0;
	CHECK(grown_append(fixture->store, &grown, 2000, NULL) == ENT_OK);
	CHECK(grown_append(fixture->store, &other, 2000, NULL) == ENT_OK);
	static const struct {
		const char *why;
		uint64_t below, archived, total;
	} rows[] = {
			{"none", 0, 0, 0},
			{"in a tile", 100, 100, 100},
			{"again", 100, 0, 100},
			{"fewer", 50, 0, 100},
			{"over several tiles", 1000, 900, 1000},
			{"the last tile is not full", 2000, 792, 1792},
			{"more than there are", UINT64_MAX, 0, 1792},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		CHECK_ROW(rows[i].why,
				ent_store_archive(fixture->store, grown.ledger, rows[i].below,
						&n) == ENT_OK);
		CHECK_ROW(rows[i].why, n == rows[i].archived);
		grown_check(fixture->store, &grown, rows[i].total);
		if (i % 2 == 0)
			close_and_open(fixture);
	}
	check_tiles(fixture->store, &grown, &seed);
	check_proofs(fixture->store, &grown, &seed);
	grown_check(fixture->store, &other, 0);
	CHECK(grown_append(fixture->store, &grown, 48, NULL) == ENT_OK);
	CHECK(ent_store_archive(fixture->store, grown.ledger, UINT64_MAX, &n) == ENT_OK);
	CHECK(n == 256);
	grown_check(fixture->store, &grown, 2048);
}

TEST(store__without_its_full_tile_nothing_is_archived_or_made_up) {
	struct fixture *fixture = *state_;
	struct ent_store_entry entries[300];
	struct counting counting = {0};
	uint32_t ledger;
	uint64_t n = 7;
	for (size_t i = 0; i < COUNT_OF(entries); i++)
		entries[i] = (struct ent_store_entry){.bytes = "x", .size = 1};
	CHECK(ent_store_ledger(fixture->store, "a", true, &ledger) == ENT_OK);
	const struct ent_store_batch batch = {
			.ledger = ledger, .entries = entries, .n_entries = COUNT_OF(entries)};
	CHECK(ent_store_append(fixture->store, &batch, NULL) == ENT_OK);
	CHECK(ent_store_archive(fixture->store, ledger, 300, &n) == ENT_OK);
	CHECK(n == 0);
	CHECK(ent_store_read(fixture->store, ledger, 0, 300, count_entry, &counting) == ENT_OK);
	CHECK(counting.n == 300);
	struct ent_store_tiles tiles = {fixture->store, ledger};
	struct ent_hash hashes[ENT_TILE_WIDTH];
	CHECK(ent_store_tile(&tiles, 0, 0, ENT_TILE_WIDTH, hashes) == ENT_E_IO);
	CHECK(ent_store_tile(&tiles, 0, 1, 44, hashes) == ENT_OK);
	CHECK(ent_store_tile(&tiles, 0, 1, 45, hashes) == ENT_E_MISSING);
}

int store_contract_ledgers(void) {
	const struct CMUnitTest tests[] = {
			STORE_ENTRY(store__a_ledger_is_known_by_its_name),
			STORE_ENTRY(store__names_and_their_number_have_limits),
			STORE_ENTRY(store__a_new_ledger_is_empty_and_another_number_is_none),
			STORE_ENTRY(store__an_entry_is_any_bytes),
			STORE_ENTRY(store__a_batch_for_another_size_is_refused_and_changes_nothing),
			STORE_ENTRY(store__a_batch_beyond_a_limit_is_refused_and_changes_nothing),
			STORE_ENTRY(store__a_batch_without_entries_sets_the_note),
			STORE_ENTRY(store__a_range_is_read_in_order_and_to_the_end),
			STORE_ENTRY(store__large_entries_are_read_in_pieces_all_the_same),
			STORE_ENTRY(store__tiles_are_those_of_the_tree_and_proofs_hold),
			STORE_ENTRY(store__an_archived_entry_is_gone_and_its_hash_stays),
			STORE_ENTRY(store__without_its_full_tile_nothing_is_archived_or_made_up),
	};
	return cmocka_run_group_tests_name("a store's ledgers", tests, NULL, NULL);
}
