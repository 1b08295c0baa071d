/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_node_restart.c: a node that is closed and opened again is the same, to the byte, whatever it starts from; and one
 * whose ledger was changed does not start, and says at which entry.
 */
#include <sqlite3.h>

#include "nodes_life.h"

TEST(node__starts_with_the_same_bytes_from_a_snapshot_and_from_nothing) {
	(void)state_;
	struct home home, copy;
	uint64_t sizes[8];
	struct seen before;
	home_make(&home);
	home.options.expire_after_us = 20 * MINUTE_US;
	home.options.snapshot_entries = 30;
	struct ent_node *node = home_open(&home);
	live(&home, node, 10);
	check_fold(node);
	seen_take(node, &before);
	CHECK(before.about.intents > 0 && before.about.subscriptions > 0 &&
			before.about.usss == USSS);
	ent_node_destroy(node);
	reopen_same("the last snapshot", &home, &before);
	CHECK(home_snapshots(&home, sizes) == 2 && sizes[0] == before.about.size &&
			sizes[1] < sizes[0]);
	home_make(&copy);
	copy.options.expire_after_us = home.options.expire_after_us;
	home_copy(&home, &copy, "snapshot");
	atomic_store(&copy.now_utc_us, atomic_load(&home.now_utc_us));
	reopen_same("another node, from nothing", &copy, &before);
	home_drop_snapshots(&home, 1);
	reopen_same("the snapshot before it, and entries", &home, &before);
	home_drop_snapshots(&home, 2);
	reopen_same("nothing", &home, &before);
	seen_finish(&before);
	home_remove(&home);
	home_remove(&copy);
}

static ent_status count_archived(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	uint64_t *archived = user;
	/* Those that were let go are the first. */
	CHECK(entry->bytes != NULL || *archived == seq);
	*archived += entry->bytes == NULL;
	return ENT_OK;
}

TEST(node__lets_old_bytes_go_as_far_as_a_snapshot_stands_behind_them) {
	(void)state_;
	struct home home;
	struct seen before;
	uint64_t sizes[8], archived = 0;
	uint32_t ledger;
	char why[512];
	home_make(&home);
	home.options.snapshot_entries = 300;
	home.options.archive_after_us = 1;
	struct ent_node *node = home_open(&home);
	struct ent_node_state about = {0};
	for (uint64_t seed = 40; about.size < 1000; seed += USSS) {
		live(&home, node, seed);
		ent_node_state(node, &about);
	}
	seen_take(node, &before);
	ent_node_destroy(node);
	CHECK(home_snapshots(&home, sizes) == 2);
	reopen_same("the last snapshot, without the first entries", &home, &before);
	node = home_open(&home);
	struct ent_store *store = ent_node_store(node, &ledger);
	CHECK(ent_store_read(store, ledger, 0, before.about.size, count_archived, &archived) ==
			ENT_OK);
	/* Whose hashes stand in whole tiles, and none that the older snapshot does not hold. */
	const uint64_t in_tiles = before.about.size / ENT_TILE_WIDTH * ENT_TILE_WIDTH;
	CHECK(archived == (sizes[1] < in_tiles ? sizes[1] : in_tiles) && archived > 0);
	ent_node_destroy(node);
	home_drop_snapshots(&home, 1);
	reopen_same("the snapshot before it", &home, &before);
	home_drop_snapshots(&home, 2);
	CHECK(home_refused(&home, why) != ENT_OK && strstr(why, "archived") != NULL);
	seen_finish(&before);
	home_remove(&home);
}

enum { BLOCKED = 8000 };

/* No snapshot can be written: a folder stands where each would begin. */
static void block_snapshots(const struct home *home, bool block) {
	char path[512];
	for (uint64_t size = 1; size < BLOCKED; size++) {
		home_snapshot_path(home, size, path);
		(void)snprintf(path + strlen(path), sizeof path - strlen(path), ".new");
		CHECK((block ? mkdir(path, 0700) : rmdir(path)) == 0);
	}
}

/* Lives until it is said. */
static void live_until(struct world *world, const char *said) {
	for (int i = 0; !home_said(world->home, said); i++) {
		CHECK(i < BLOCKED / 20);
		world_steps(world, 10);
	}
	home_forget(world->home);
}

TEST(node__lets_no_bytes_go_for_a_snapshot_that_was_not_written) {
	(void)state_;
	struct home home;
	struct world world;
	struct seen before;
	uint64_t sizes[8];
	home_make(&home);
	home.options.snapshot_entries = 300;
	home.options.archive_after_us = 1;
	struct ent_node *node = home_open(&home);
	world_init(&world, &home, node, 60);
	block_snapshots(&home, true);
	live_until(&world, "was not written");
	ent_node_state(node, &before.about);
	CHECK(before.about.snapshot_size == 0);
	block_snapshots(&home, false);
	live_until(&world, "snapshot of ");
	block_snapshots(&home, true);
	seen_take(node, &before);
	CHECK(before.about.size < BLOCKED);
	ent_node_destroy(node);
	block_snapshots(&home, false);
	CHECK(home_snapshots(&home, sizes) == 1 && sizes[0] > 2 * ENT_TILE_WIDTH);
	home_drop_snapshots(&home, 1);
	reopen_same("all entries", &home, &before);
	seen_finish(&before);
	home_remove(&home);
}

TEST(node__goes_on_the_same_after_a_restart) {
	(void)state_;
	struct home home;
	home_make(&home);
	home.options.expire_after_us = 20 * MINUTE_US;
	for (uint64_t life = 0; life < 4; life++) {
		struct seen seen;
		struct ent_node *node = home_open(&home);
		live(&home, node, 20 + 10 * life);
		check_fold(node);
		seen_take(node, &seen);
		ent_node_destroy(node);
		if (life == 2)
			home_drop_snapshots(&home, 8);
		reopen_same("between lives", &home, &seen);
		seen_finish(&seen);
	}
	home_remove(&home);
}

/* --- Ledgers that are no good --- */

/* leaf_of(bytes), for who changes the hash beside an entry too. */
static void leaf_of(sqlite3_context *context, int n, sqlite3_value **values) {
	struct ent_hash leaf;
	CHECK(n == 1);
	ent_ledger_leaf_hash(sqlite3_value_blob(values[0]), (size_t)sqlite3_value_bytes(values[0]),
			&leaf);
	sqlite3_result_blob(context, &leaf, sizeof leaf, SQLITE_TRANSIENT);
}

static void alter(const struct home *home, const char *sql) {
	sqlite3 *db;
	char path[512];
	home_file(home, "ledger.sqlite", path);
	CHECK(sqlite3_open(path, &db) == SQLITE_OK);
	CHECK(sqlite3_create_function(db, "leaf_of", 1, SQLITE_UTF8, NULL, leaf_of, NULL, NULL) ==
			SQLITE_OK);
	const int result = sqlite3_exec(db, sql, NULL, NULL, NULL);
	CHECK_ROW(sqlite3_errmsg(db), result == SQLITE_OK && sqlite3_changes(db) > 0);
	CHECK(sqlite3_close(db) == SQLITE_OK);
}

/* 700 entries: two full tiles and a part; a snapshot at 300 and one at the end. */
static void fill(struct home *home) {
	struct ent_node *node = home_open(home);
	for (uint64_t i = 1; i < 700; i++) {
		struct call call;
		call_init(&call);
		call.job.command = report_of(i);
		CHECK(call_do(node, &call) == ENT_OK && call.size == i + 1);
		call_finish(&call);
		if (i != 299)
			continue;
		ent_node_destroy(node);
		node = home_open(home);
	}
	ent_node_destroy(node);
}

/* An entry is at (1 << 40) + its number. */
#define AT(n) "key = (1 << 40) + " #n

static const struct {
	const char *why;
	size_t dropped; /* newest snapshots that are not there */
	const char *sql, *says;
} changes[] = {
		{"a changed entry in a full tile", 2,
				"UPDATE entry SET bytes = replace(bytes, '\"size\":100}', "
				"'\"size\":101}') WHERE " AT(100),
				"entry 100: it is not the one"},
		{"a changed entry behind the last full tile", 2,
				"UPDATE entry SET bytes = replace(bytes, '\"size\":600}', "
				"'\"size\":601}') WHERE " AT(600),
				"entry 600: it is not the one"},
		{"a changed entry with the hash beside it", 2,
				"UPDATE entry SET (bytes, leaf) = (SELECT changed, leaf_of(changed)"
				" FROM (SELECT replace(bytes, '\"size\":600}', '\"size\":601}')"
				" AS changed)) WHERE " AT(600),
				"one or more of the entries 0 to 699 are not what was signed"},
		{"likewise, behind a snapshot", 1,
				"UPDATE entry SET (bytes, leaf) = (SELECT changed, leaf_of(changed)"
				" FROM (SELECT replace(bytes, '\"size\":600}', '\"size\":601}')"
				" AS changed)) WHERE " AT(600),
				"one or more of the entries 300 to 699 are not what was signed"},
		{"a changed hash", 2, "UPDATE entry SET leaf = zeroblob(32) WHERE " AT(600),
				"entry 600: it is not the one"},
		{"a hash that is none", 2, "UPDATE entry SET leaf = zeroblob(31) WHERE " AT(600),
				"entry 600 is missing or cannot be read"},
		{"a changed entry behind a snapshot", 1,
				"UPDATE entry SET bytes = replace(bytes, '\"size\":301}', "
				"'\"size\":300}') WHERE " AT(301),
				"entry 301: it is not the one"},
		{"an entry that is none, in no full tile", 2,
				"UPDATE entry SET bytes = x'7b' WHERE " AT(650), "entry 650: "},
		{"a missing entry in a full tile", 2, "DELETE FROM entry WHERE " AT(200),
				"entry 200 is missing"},
		{"a missing entry at the end", 2, "DELETE FROM entry WHERE " AT(699),
				"entry 699 is missing"},
		{"two entries in each other's place", 2,
				"UPDATE entry SET bytes = (SELECT bytes FROM entry "
				"WHERE " AT(21) ") WHERE " AT(20),
				"entry 20: it is not the one"},
		{"a size that was never signed", 2, "UPDATE ledger SET size = 699",
				"the checkpoint is over 700 entries, the store has 699"},
		{"a changed checkpoint", 2,
				"UPDATE ledger SET note = replace(note, char(10) || '700', "
				"char(10) || '701')",
				"sign"},
		{"an archived entry and no snapshot", 2,
				"UPDATE entry SET bytes = NULL WHERE " AT(3),
				"entry 3: it is archived"},
};

TEST(node__does_not_start_on_a_ledger_that_was_changed_and_says_where) {
	(void)state_;
	struct home home;
	home_make(&home);
	fill(&home);
	for (size_t i = 0; i < COUNT_OF(changes); i++) {
		struct home copy;
		char why[512];
		uint64_t sizes[8];
		home_make(&copy);
		home_copy(&home, &copy, "none");
		CHECK(home_snapshots(&copy, sizes) == 2 && sizes[0] == 700 && sizes[1] == 300);
		home_drop_snapshots(&copy, changes[i].dropped);
		alter(&copy, changes[i].sql);
		CHECK_ROW(changes[i].why, home_refused(&copy, why) != ENT_OK);
		if (strstr(why, changes[i].says) == NULL)
			fail_msg("%s: it says \"%s\"", changes[i].why, why);
		home_remove(&copy);
	}
	home_remove(&home);
}

/* The entries and the signed root are all that a state rests on; `entente ledger verify` tells of the tile. */
TEST(node__starts_from_its_entries_though_a_tile_was_changed) {
	(void)state_;
	struct home home;
	struct seen before;
	home_make(&home);
	fill(&home);
	struct ent_node *node = home_open(&home);
	seen_take(node, &before);
	ent_node_destroy(node);
	home_drop_snapshots(&home, 3);
	alter(&home, "UPDATE tile SET hashes = zeroblob(8192) WHERE level = 0 AND idx = 1");
	reopen_same("a changed tile", &home, &before);
	seen_finish(&before);
	home_remove(&home);
}

TEST(node__does_not_start_with_another_key_or_without_one) {
	(void)state_;
	struct home home, other;
	char path[512], from[512], why[512];
	size_t size;
	home_make(&home);
	home_make(&other);
	ent_node_destroy(home_open(&home));
	ent_node_destroy(home_open(&other));
	home_file(&home, "ledger.key", path);
	home_file(&other, "ledger.key", from);
	uint8_t *right = file_bytes(path, &size);
	CHECK(unlink(path) == 0);
	CHECK(home_refused(&home, why) == ENT_E_REFUSED && strstr(why, "ledger.key") != NULL);
	/* None was made in its place, and the one that verifies is as it was. */
	CHECK(access(path, F_OK) != 0);
	size_t other_size;
	uint8_t *wrong = file_bytes(from, &other_size);
	file_write(path, wrong, other_size);
	CHECK(home_refused(&home, why) == ENT_E_REFUSED);
	file_write(path, right, size / 2);
	CHECK(home_refused(&home, why) == ENT_E_SYNTAX && strstr(why, "ledger.key") != NULL);
	file_write(path, right, size);
	home_file(&home, "ledger.vkey", path);
	CHECK(unlink(path) == 0);
	struct ent_vkey vkey;
	struct ent_node *node = home_open(&home);
	CHECK(ent_node_read_vkey(home.path, &vkey, NULL) == ENT_OK);
	CHECK(memcmp(&vkey, ent_node_vkey(node), sizeof vkey) == 0);
	ent_node_destroy(node);
	free(right);
	free(wrong);
	home_remove(&home);
	home_remove(&other);
}

/* A ledger that is lost before its first snapshot, too: its key would sign another history. */
TEST(node__does_not_begin_anew_where_a_ledger_was) {
	(void)state_;
	struct home home;
	char database[512], vkey[512], why[512];
	home_make(&home);
	ent_node_destroy(home_open(&home));
	home_drop_snapshots(&home, 1);
	home_file(&home, "ledger.sqlite", database);
	home_file(&home, "ledger.vkey", vkey);
	CHECK(unlink(database) == 0);
	CHECK(home_refused(&home, why) == ENT_E_SYNTAX && strstr(why, "lost") != NULL);
	/* A start that was interrupted before its first entry was durable has left the key alone. */
	CHECK(unlink(vkey) == 0);
	ent_node_destroy(home_open(&home));
	CHECK(access(vkey, F_OK) == 0);
	home_remove(&home);
}

TEST(node__says_that_the_clock_is_behind_its_ledger) {
	(void)state_;
	struct home home;
	home_make(&home);
	ent_node_destroy(home_open(&home));
	CHECK(!home_said(&home, "behind the ledger's last entry"));
	atomic_store(&home.now_utc_us, NOON_US - HOUR_US - SECOND_US / 2);
	struct ent_node *node = home_open(&home);
	for (int i = 0; !home_said(&home, "the clock is 3600 s behind the ledger's last entry");
			i++) {
		CHECK(i < 2000);
		pause_us(10000);
	}
	struct ent_node_state state;
	ent_node_state(node, &state);
	CHECK(state.behind_us / SECOND_US == 3600);
	atomic_store(&home.now_utc_us, NOON_US + HOUR_US);
	for (int i = 0; state.behind_us != 0; i++) {
		CHECK(i < 2000);
		pause_us(10000);
		ent_node_state(node, &state);
	}
	ent_node_destroy(node);
	home_remove(&home);
}

TEST(node__has_its_folder_to_itself) {
	(void)state_;
	struct home home;
	char why[512];
	home_make(&home);
	struct ent_node *node = home_open(&home);
	CHECK(home_refused(&home, why) == ENT_E_IO && strstr(why, "another process") != NULL);
	ent_node_destroy(node);
	home_remove(&home);
}

TEST(node__a_changed_configuration_is_an_entry) {
	(void)state_;
	static const struct {
		int64_t expire_after_us;
		bool index_is_time;
		uint64_t size;
	} rows[] = {
			{2 * HOUR_US, false, 1},
			{2 * HOUR_US, false, 1},
			{3 * HOUR_US, false, 2},
			{3 * HOUR_US, true, 3},
			{3 * HOUR_US, true, 3},
			{2 * HOUR_US, false, 4},
	};
	struct home home;
	home_make(&home);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		home.options.expire_after_us = rows[i].expire_after_us;
		home.options.index_is_time = rows[i].index_is_time;
		struct ent_node *node = home_open(&home);
		const struct ent_fold_version *version = ent_node_take(node);
		const struct ent_airspace_head *head = ent_fold_head(version);
		CHECK(head->size == rows[i].size);
		CHECK(head->expire_after_us == rows[i].expire_after_us);
		CHECK(head->index_is_time == rows[i].index_is_time);
		ent_node_release(node, version);
		ent_node_destroy(node);
	}
	home_remove(&home);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(node__starts_with_the_same_bytes_from_a_snapshot_and_from_nothing),
			TEST_ENTRY(node__lets_old_bytes_go_as_far_as_a_snapshot_stands_behind_them),
			TEST_ENTRY(node__lets_no_bytes_go_for_a_snapshot_that_was_not_written),
			TEST_ENTRY(node__goes_on_the_same_after_a_restart),
			TEST_ENTRY(node__does_not_start_on_a_ledger_that_was_changed_and_says_where),
			TEST_ENTRY(node__starts_from_its_entries_though_a_tile_was_changed),
			TEST_ENTRY(node__does_not_start_with_another_key_or_without_one),
			TEST_ENTRY(node__does_not_begin_anew_where_a_ledger_was),
			TEST_ENTRY(node__says_that_the_clock_is_behind_its_ledger),
			TEST_ENTRY(node__has_its_folder_to_itself),
			TEST_ENTRY(node__a_changed_configuration_is_an_entry),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
