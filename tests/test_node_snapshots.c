/* SPDX-License-Identifier: Apache-2.0 */
/* test_node_snapshots.c: a node whose snapshots are no good is the same, and keeps the good ones. */
#include <sqlite3.h>
#include <sys/stat.h>

#include "nodes_life.h"

static void damage(const char *path, uint64_t kind) {
	size_t size;
	uint8_t *bytes = file_bytes(path, &size);
	if (kind < 40)
		bytes[size * kind / 40] ^= 1;
	else if (kind == 40)
		bytes[size - 1] ^= 0x80;
	else if (kind == 41)
		size -= 1;
	else if (kind == 42)
		size /= 2;
	else if (kind == 43)
		size = 3;
	else
		size = 0;
	file_write(path, bytes, size);
	free(bytes);
}

TEST(node__passes_over_a_snapshot_that_is_damaged) {
	(void)state_;
	struct home home;
	struct seen before;
	char path[512];
	home_make(&home);
	struct ent_node *node = home_open(&home);
	live(&home, node, 50);
	seen_take(node, &before);
	ent_node_destroy(node);
	home_snapshot_path(&home, before.about.size, path);
	for (uint64_t kind = 0; kind <= 44; kind++) {
		damage(path, kind);
		home_forget(&home);
		reopen_same("a damaged snapshot", &home, &before);
		CHECK(home_said(&home, "is passed over"));
		home_forget(&home);
		/* It has been written again, whole. */
		reopen_same("a new one", &home, &before);
		CHECK(!home_said(&home, "is passed over"));
	}
	seen_finish(&before);
	home_remove(&home);
}

static bool is_there(const struct home *home, uint64_t size, const char *suffix) {
	char path[512];
	home_snapshot_path(home, size, path);
	(void)snprintf(path + strlen(path), sizeof path - strlen(path), "%s", suffix);
	return access(path, F_OK) == 0;
}

/* Lives on from what is there; the size at the end. */
static uint64_t live_on(struct home *home, uint64_t seed) {
	struct ent_node_state state;
	struct ent_node *node = home_open(home);
	live(home, node, seed);
	ent_node_state(node, &state);
	ent_node_destroy(node);
	return state.size;
}

TEST(node__a_bad_snapshot_does_not_push_out_a_good_one) {
	(void)state_;
	struct home home;
	uint64_t sizes[8];
	char path[512];
	home_make(&home);
	home.options.snapshot_entries = 0; /* at the end alone */
	const uint64_t first = live_on(&home, 70), second = live_on(&home, 80);
	CHECK(home_snapshots(&home, sizes) == 2 && sizes[0] == second && sizes[1] == first);
	home_snapshot_path(&home, second, path);
	damage(path, 20);
	const uint64_t third = live_on(&home, 90);
	CHECK(home_said(&home, "set aside: 1"));
	CHECK(home_snapshots(&home, sizes) == 2 && sizes[0] == third && sizes[1] == first);
	CHECK(is_there(&home, second, ".bad"));
	/* Both at once: the newer one stays, and the earlier one goes. */
	home_snapshot_path(&home, third, path);
	damage(path, 42);
	home_snapshot_path(&home, first, path);
	damage(path, 44);
	home_forget(&home);
	const uint64_t fourth = live_on(&home, 100);
	CHECK(home_said(&home, "set aside: 2"));
	CHECK(home_snapshots(&home, sizes) == 1 && sizes[0] == fourth);
	CHECK(is_there(&home, third, ".bad") && !is_there(&home, second, ".bad") &&
			!is_there(&home, first, ".bad"));
	home_remove(&home);
}

TEST(node__sets_no_snapshot_aside_when_the_ledger_is_not_good) {
	(void)state_;
	struct home home;
	uint64_t sizes[8];
	char path[512], why[512];
	sqlite3 *db;
	home_make(&home);
	home.options.snapshot_entries = 0;
	const uint64_t first = live_on(&home, 110), second = live_on(&home, 120);
	home_snapshot_path(&home, second, path);
	damage(path, 20);
	home_file(&home, "ledger.sqlite", path);
	CHECK(sqlite3_open(path, &db) == SQLITE_OK);
	CHECK(sqlite3_exec(db,
			      "UPDATE entry SET bytes = x'00' WHERE key = (SELECT max(key) FROM "
			      "entry)",
			      NULL, NULL, NULL) == SQLITE_OK);
	CHECK(sqlite3_close(db) == SQLITE_OK);
	CHECK(home_refused(&home, why) != ENT_OK);
	CHECK(home_snapshots(&home, sizes) == 2 && sizes[0] == second && sizes[1] == first);
	CHECK(!is_there(&home, second, ".bad"));
	home_remove(&home);
}

TEST(node__passes_over_a_snapshot_that_cannot_be_read) {
	(void)state_;
	struct home home;
	struct seen before;
	char path[512];
	home_make(&home);
	home.options.snapshot_entries = 50;
	struct ent_node *node = home_open(&home);
	live(&home, node, 55);
	seen_take(node, &before);
	ent_node_destroy(node);
	/* A read of a folder fails. */
	home_snapshot_path(&home, before.about.size, path);
	CHECK(unlink(path) == 0 && mkdir(path, 0700) == 0);
	reopen_same("a snapshot that cannot be read", &home, &before);
	CHECK(home_said(&home, "set aside: 1"));
	/* A new one stands there. */
	CHECK(unlink(path) == 0);
	(void)snprintf(path + strlen(path), sizeof path - strlen(path), ".bad");
	CHECK(rmdir(path) == 0);
	reopen_same("the one before it", &home, &before);
	seen_finish(&before);
	home_remove(&home);
}

TEST(node__passes_over_the_snapshot_of_another_ledger) {
	(void)state_;
	struct home home, other;
	struct seen before;
	char from[512], to[512];
	size_t size;
	home_make(&home);
	struct ent_node *node = home_open(&home);
	live(&home, node, 60);
	seen_take(node, &before);
	ent_node_destroy(node);
	/* The same key, the same number of entries, another history. */
	home_make(&other);
	home_file(&home, "ledger.key", from);
	home_file(&other, "ledger.key", to);
	uint8_t *key = file_bytes(from, &size);
	file_write(to, key, size);
	free(key);
	node = home_open(&other);
	struct ent_node_state state;
	ent_node_state(node, &state);
	for (; state.size < before.about.size; ent_node_state(node, &state)) {
		struct call call;
		call_init(&call);
		call.job.command = report_of(state.size);
		CHECK(call_do(node, &call) == ENT_OK);
		call_finish(&call);
	}
	ent_node_destroy(node);
	home_snapshot_path(&other, before.about.size, from);
	home_snapshot_path(&home, before.about.size, to);
	uint8_t *snapshot = file_bytes(from, &size);
	file_write(to, snapshot, size);
	free(snapshot);
	reopen_same("another ledger's snapshot", &home, &before);
	CHECK(home_said(&home, "is not of this ledger"));
	seen_finish(&before);
	home_remove(&home);
	home_remove(&other);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(node__passes_over_a_snapshot_that_is_damaged),
			TEST_ENTRY(node__a_bad_snapshot_does_not_push_out_a_good_one),
			TEST_ENTRY(node__sets_no_snapshot_aside_when_the_ledger_is_not_good),
			TEST_ENTRY(node__passes_over_a_snapshot_that_cannot_be_read),
			TEST_ENTRY(node__passes_over_the_snapshot_of_another_ledger),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
