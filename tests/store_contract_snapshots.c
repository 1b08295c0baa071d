/* SPDX-License-Identifier: Apache-2.0 */
/* store_contract_snapshots.c: snapshots of a ledger's state. */
#include <fcntl.h>
#include <sys/stat.h>

#include "store_contract_parts.h"

static void snapshot_keep(struct ent_store *store, uint32_t ledger, uint64_t size, size_t length) {
	struct ent_store_snapshot *snapshot;
	CHECK(ent_store_snapshot_begin(store, ledger, size, &snapshot) == ENT_OK);
	for (size_t i = 0; i < length; i++) {
		const uint8_t byte = (uint8_t)(size + i * 31);
		CHECK(ent_store_snapshot_write(snapshot, &byte, 1) == ENT_OK);
	}
	CHECK(ent_store_snapshot_end(snapshot, true) == ENT_OK);
}

/* The size of the one that was opened, 0 when there is none. */
static uint64_t snapshot_check(
		struct ent_store *store, uint32_t ledger, uint64_t most, size_t length) {
	struct ent_store_snapshot *snapshot;
	const void *bytes = NULL;
	uint64_t size = 0;
	size_t found = 0;
	const ent_status status = ent_store_snapshot_open(
			store, ledger, most, &snapshot, &size, &bytes, &found);
	CHECK(status == ENT_OK || status == ENT_E_MISSING);
	if (status == ENT_E_MISSING)
		return 0;
	CHECK(found == length && bytes != NULL);
	for (size_t i = 0; i < length; i++)
		CHECK(((const uint8_t *)bytes)[i] == (uint8_t)(size + i * 31));
	ent_store_snapshot_close(snapshot);
	return size;
}

TEST(store__the_newest_snapshot_of_at_most_a_size_is_found) {
	struct fixture *fixture = *state_;
	enum { LENGTH = 300001 };
	CHECK(snapshot_check(fixture->store, 1, UINT64_MAX, 0) == 0);
	snapshot_keep(fixture->store, 1, 100, LENGTH);
	snapshot_keep(fixture->store, 1, 2000, LENGTH);
	snapshot_keep(fixture->store, 11, 1, 5);
	for (int i = 0; i < 2; i++) {
		CHECK(snapshot_check(fixture->store, 1, UINT64_MAX, LENGTH) == 2000);
		CHECK(snapshot_check(fixture->store, 1, 2000, LENGTH) == 2000);
		CHECK(snapshot_check(fixture->store, 1, 1999, LENGTH) == 100);
		CHECK(snapshot_check(fixture->store, 1, 100, LENGTH) == 100);
		CHECK(snapshot_check(fixture->store, 1, 99, LENGTH) == 0);
		CHECK(snapshot_check(fixture->store, 11, UINT64_MAX, 5) == 1);
		CHECK(snapshot_check(fixture->store, 2, UINT64_MAX, LENGTH) == 0);
		close_and_open(fixture);
	}
	/* Once more of the same size, and an empty one. */
	snapshot_keep(fixture->store, 1, 2000, 7);
	CHECK(snapshot_check(fixture->store, 1, 2000, 7) == 2000);
	snapshot_keep(fixture->store, 1, UINT64_MAX, 0);
	CHECK(snapshot_check(fixture->store, 1, UINT64_MAX, 0) == UINT64_MAX);
	CHECK(snapshot_check(fixture->store, 1, 1999, 0) == 0);
}

static unsigned count_files(const char *path, const char *with) {
	unsigned n = 0;
	DIR *folder = opendir(path);
	CHECK(folder != NULL);
	for (const struct dirent *file; (file = readdir(folder)) != NULL;)
		n += strstr(file->d_name, with) != NULL;
	(void)closedir(folder);
	return n;
}

TEST(store__two_snapshots_are_kept) {
	struct fixture *fixture = *state_;
	snapshot_keep(fixture->store, 2, 1, 10);
	for (uint64_t size = 1; size < 9; size++) {
		snapshot_keep(fixture->store, 1, size * size, 10);
		CHECK(snapshot_check(fixture->store, 1, UINT64_MAX, 10) == size * size);
		CHECK(snapshot_check(fixture->store, 1, size * size - 1, 10) ==
				(size - 1) * (size - 1));
		if (size > 2)
			CHECK(snapshot_check(fixture->store, 1, (size - 1) * (size - 1) - 1, 10) ==
					0);
	}
	CHECK(snapshot_check(fixture->store, 2, UINT64_MAX, 10) == 1);
	CHECK(count_files(fixture->path, "snapshot-") == 3);
}

TEST(store__a_snapshot_stays_mapped_when_it_is_dropped) {
	struct fixture *fixture = *state_;
	struct ent_store_snapshot *snapshot;
	const void *bytes;
	uint64_t size;
	size_t length;
	snapshot_keep(fixture->store, 1, 1, 5000);
	CHECK(ent_store_snapshot_open(fixture->store, 1, 9, &snapshot, &size, &bytes, &length) ==
			ENT_OK);
	for (uint64_t i = 2; i < 6; i++)
		snapshot_keep(fixture->store, 1, i, 5000);
	for (size_t i = 0; i < length; i++)
		CHECK(((const uint8_t *)bytes)[i] == (uint8_t)(1 + i * 31));
	ent_store_snapshot_close(snapshot);
	ent_store_snapshot_close(NULL);
}

TEST(store__a_snapshot_that_was_not_finished_is_never_seen) {
	struct fixture *fixture = *state_;
	struct ent_store_snapshot *snapshot, *second;
	snapshot_keep(fixture->store, 1, 10, 100);
	CHECK(ent_store_snapshot_begin(fixture->store, 1, 20, &snapshot) == ENT_OK);
	CHECK(ent_store_snapshot_begin(fixture->store, 1, 20, &second) == ENT_E_EXISTS);
	char block[1000] = {0};
	for (int i = 0; i < 9000; i++)
		CHECK(ent_store_snapshot_write(snapshot, block, sizeof block) == ENT_OK);
	CHECK(snapshot_check(fixture->store, 1, UINT64_MAX, 100) == 10);
	CHECK(ent_store_snapshot_end(snapshot, false) == ENT_OK);
	CHECK(snapshot_check(fixture->store, 1, UINT64_MAX, 100) == 10);
	CHECK(count_files(fixture->path, ".new") == 0);
	CHECK(ent_store_snapshot_begin(fixture->store, 1, 20, &snapshot) == ENT_OK);
	CHECK(ent_store_snapshot_end(snapshot, false) == ENT_OK);
}

/* As a process leaves it that is killed while it writes. */
static void leave_file(const char *path, const char *name) {
	char whole[FOLDER_SIZE + 300];
	(void)snprintf(whole, sizeof whole, "%s/%s", path, name);
	const int file = open(whole, O_WRONLY | O_CREAT, 0600);
	CHECK(file >= 0 && write(file, "half", 4) == 4 && close(file) == 0);
}

TEST(store__names_that_are_not_a_snapshots_are_passed_over) {
	struct fixture *fixture = *state_;
	static const char *const names[] = {"snapshot-1-00000000000000000020.new", "snapshot-1-20",
			"snapshot-1-", "snapshot-", "snapshot-1",
			"snapshot--1-00000000000000000020", "snapshot- 1-00000000000000000020",
			"snapshot-1-99999999999999999999",
			"snapshot-4294967297-00000000000000000020",
			"snapshot-1-00000000000000000020.news", "snapshot-1--0000000000000000020"};
	snapshot_keep(fixture->store, 1, 10, 100);
	for (size_t i = 0; i < COUNT_OF(names); i++)
		leave_file(fixture->path, names[i]);
	CHECK(snapshot_check(fixture->store, 1, UINT64_MAX, 100) == 10);
	close_and_open(fixture);
	CHECK(snapshot_check(fixture->store, 1, UINT64_MAX, 100) == 10);
	/* What was interrupted is gone, what is somebody else's is not. */
	CHECK(count_files(fixture->path, "snapshot-") == COUNT_OF(names));
	snapshot_keep(fixture->store, 1, 20, 100);
	CHECK(snapshot_check(fixture->store, 1, UINT64_MAX, 100) == 20);
}

TEST(store__a_snapshots_size_is_known_without_reading_it) {
	struct fixture *fixture = *state_;
	char path[FOLDER_SIZE + 64];
	uint64_t size = 7;
	CHECK(ent_store_snapshot_newest(fixture->store, 1, UINT64_MAX, &size) == ENT_E_MISSING);
	CHECK(size == 7);
	snapshot_keep(fixture->store, 1, 10, 100);
	snapshot_keep(fixture->store, 1, 20, 100);
	/* One that cannot be read. */
	(void)snprintf(path, sizeof path, "%s/snapshot-1-%020d", fixture->path, 30);
	CHECK(mkdir(path, 0700) == 0);
	CHECK(ent_store_snapshot_newest(fixture->store, 1, UINT64_MAX, &size) == ENT_OK);
	CHECK(size == 30);
	CHECK(ent_store_snapshot_newest(fixture->store, 1, 19, &size) == ENT_OK && size == 10);
	CHECK(ent_store_snapshot_newest(fixture->store, 2, UINT64_MAX, &size) == ENT_E_MISSING);
	CHECK(rmdir(path) == 0);
}

TEST(store__of_snapshots_set_aside_the_newest_stays_and_none_counts) {
	struct fixture *fixture = *state_;
	unsigned n = 7;
	CHECK(ent_store_snapshot_set_aside(fixture->store, 1, 0, &n) == ENT_OK && n == 0);
	snapshot_keep(fixture->store, 2, 40, 10);
	snapshot_keep(fixture->store, 1, 10, 10);
	snapshot_keep(fixture->store, 1, 20, 10);
	CHECK(ent_store_snapshot_set_aside(fixture->store, 1, 20, &n) == ENT_OK && n == 0);
	CHECK(ent_store_snapshot_set_aside(fixture->store, 1, 10, &n) == ENT_OK && n == 1);
	CHECK(count_files(fixture->path, "00020.bad") == 1);
	CHECK(snapshot_check(fixture->store, 1, UINT64_MAX, 10) == 10);
	snapshot_keep(fixture->store, 1, 30, 10);
	CHECK(snapshot_check(fixture->store, 1, 29, 10) == 10);
	close_and_open(fixture);
	CHECK(ent_store_snapshot_set_aside(fixture->store, 1, 9, &n) == ENT_OK && n == 2);
	CHECK(count_files(fixture->path, ".bad") == 1);
	CHECK(count_files(fixture->path, "00030.bad") == 1);
	CHECK(snapshot_check(fixture->store, 1, UINT64_MAX, 10) == 0);
	CHECK(snapshot_check(fixture->store, 2, UINT64_MAX, 10) == 40);
}

int store_contract_snapshots(void) {
	const struct CMUnitTest tests[] = {
			STORE_ENTRY(store__the_newest_snapshot_of_at_most_a_size_is_found),
			STORE_ENTRY(store__two_snapshots_are_kept),
			STORE_ENTRY(store__a_snapshot_stays_mapped_when_it_is_dropped),
			STORE_ENTRY(store__a_snapshot_that_was_not_finished_is_never_seen),
			STORE_ENTRY(store__names_that_are_not_a_snapshots_are_passed_over),
			STORE_ENTRY(store__a_snapshots_size_is_known_without_reading_it),
			STORE_ENTRY(store__of_snapshots_set_aside_the_newest_stays_and_none_counts),
	};
	return cmocka_run_group_tests_name("a store's snapshots", tests, NULL, NULL);
}
