/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_store_damage.c: a store on a file system that is full or may not be written, and one whose files were damaged.
 * Writes are refused with the reason, reads go on; damage shows as E_IO, or as entries that do not have the hashes
 * that are kept beside them, and is never a crash.
 */
#define _GNU_SOURCE /* unshare */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <sqlite3.h>

#include "stores.h"

/* --- Children, whose limits and mounts go with them --- */

enum { HELD = 0, BROKEN = 1, NOT_ALLOWED = 77 };

/* 'act' is given a folder of its own. */
static void in_child(int (*act)(const char *path)) {
	char path[FOLDER_SIZE];
	int status;
	folder_make(path);
	const pid_t child = fork();
	CHECK(child >= 0);
	if (child == 0)
		_exit(act(path));
	CHECK(waitpid(child, &status, 0) == child);
	/* What was mounted on it went with the child. */
	folder_remove(path);
	CHECK(WIFEXITED(status));
	if (WEXITSTATUS(status) == NOT_ALLOWED)
		skip();
	CHECK(WEXITSTATUS(status) == HELD);
}

static int broken(const char *why) {
	(void)fprintf(stderr, "# %s\n", why);
	return BROKEN;
}

static bool write_text(const char *path, const char *text) {
	const int file = open(path, O_WRONLY | O_CLOEXEC);
	const bool wrote = file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text);
	if (file >= 0)
		(void)close(file);
	return wrote;
}

/* A file system of 2 MB that only this process sees. */
static bool mount_small(const char *path) {
	char map[64];
	(void)snprintf(map, sizeof map, "0 %u 1\n", (unsigned)geteuid());
	if (geteuid() != 0 &&
			(unshare(CLONE_NEWUSER) != 0 || !write_text("/proc/self/uid_map", map)))
		return false;
	return unshare(CLONE_NEWNS) == 0 &&
			mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
			mount("none", path, "tmpfs", 0, "size=2m,mode=0700") == 0;
}

/* As a process that is killed leaves it; false when it could not. */
static bool leave_store(const char *path, bool close_it) {
	int status;
	const pid_t child = fork();
	if (child == 0) {
		struct ent_store *store = store_at(path);
		struct grown grown = grown_at(store, "a");
		for (int i = 0; i < 5; i++)
			if (grown_append(store, &grown, 100, NULL) != ENT_OK)
				_exit(BROKEN);
		if (close_it)
			ent_store_close(store);
		_exit(HELD);
	}
	return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
			WEXITSTATUS(status) == HELD;
}

/* Appends until it is refused, and says why it was. */
static ent_status append_all(
		struct ent_store *store, struct grown *grown, struct ent_fault *ret_fault) {
	ent_status status = ENT_OK;
	while (status == ENT_OK && grown->tree.size < 500000)
		status = grown_append(store, grown, 200, ret_fault);
	return status;
}

/* Fills it until it is refused for a reason that has 'why' in it, then opens it again once there is 'room'. */
static int fill(const char *path, const char *why, bool (*room)(const char *path)) {
	struct ent_store *store = store_at(path);
	struct grown grown = grown_at(store, "a"), next;
	struct ent_fault fault = {"", ""};
	uint64_t size;
	/* With its log emptied there is some room for it again, and for less each time. */
	do {
		size = grown.tree.size;
		if (append_all(store, &grown, &fault) != ENT_E_IO || strstr(fault.why, why) == NULL)
			return broken(fault.why);
		next = grown;
		if (ent_store_writes(store) || grown_append(store, &next, 1, &fault) != ENT_E_IO)
			return broken("it takes batches though one failed");
		if (grown_fault(store, &grown, 0) != NULL)
			return broken(grown_fault(store, &grown, 0));
	} while (ent_store_reopen(store, &fault) == ENT_OK && grown.tree.size > size);
	if (grown_fault(store, &grown, 0) != NULL)
		return broken(grown_fault(store, &grown, 0));
	if (!room(path) || ent_store_reopen(store, &fault) != ENT_OK)
		return broken(fault.why);
	if (grown_append(store, &grown, 200, &fault) != ENT_OK)
		return broken(fault.why);
	if (grown_fault(store, &grown, 0) != NULL)
		return broken(grown_fault(store, &grown, 0));
	ent_store_close(store);
	return HELD;
}

static bool remove_filler(const char *path) {
	char name[FOLDER_SIZE + 16];
	(void)snprintf(name, sizeof name, "%s/filler", path);
	return unlink(name) == 0;
}

static int act_full(const char *path) {
	char name[FOLDER_SIZE + 16];
	if (!mount_small(path))
		return NOT_ALLOWED;
	(void)snprintf(name, sizeof name, "%s/filler", path);
	const int file = open(name, O_RDWR | O_CREAT, 0600);
	if (file < 0 || posix_fallocate(file, 0, 1 << 20) != 0 || close(file) != 0)
		return broken("no filler");
	return fill(path, "is full", remove_filler);
}

TEST(store__a_full_file_system_is_named_and_reads_go_on) {
	(void)state_;
	in_child(act_full);
}

static bool raise_limit(const char *path) {
	struct rlimit limit;
	(void)path;
	if (getrlimit(RLIMIT_FSIZE, &limit) != 0)
		return false;
	limit.rlim_cur = limit.rlim_max;
	return setrlimit(RLIMIT_FSIZE, &limit) == 0;
}

static int act_limited(const char *path) {
	struct rlimit limit;
	if (getrlimit(RLIMIT_FSIZE, &limit) != 0)
		return NOT_ALLOWED;
	limit.rlim_cur = 300000;
	(void)signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
		return NOT_ALLOWED;
	return fill(path, strerror(EFBIG), raise_limit);
}

TEST(store__a_file_that_may_not_grow_is_named_and_reads_go_on) {
	(void)state_;
	in_child(act_limited);
}

static int look_at(const char *path) {
	struct ent_store *store;
	struct ent_fault fault = {"", ""};
	/* What leave_store leaves. */
	struct grown grown = {.ledger = 1};
	ent_tree_init(&grown.tree);
	for (int i = 0; i < 5; i++)
		(void)!grown_append(NULL, &grown, 100, NULL);
	if (ent_store_open_sqlite(path, &store, &fault) != ENT_E_IO ||
			strstr(fault.why, strerror(EROFS)) == NULL)
		return broken(fault.why);
	if (ent_store_open_sqlite_read_only(path, &store, &fault) != ENT_OK)
		return broken(fault.why);
	if (grown_fault(store, &grown, 0) != NULL)
		return broken(grown_fault(store, &grown, 0));
	ent_store_close(store);
	return HELD;
}

static int act_read_only(const char *path, bool close_it) {
	if (!mount_small(path))
		return NOT_ALLOWED;
	if (!leave_store(path, close_it))
		return broken("no store");
	if (mount(NULL, path, NULL, MS_REMOUNT | MS_RDONLY, NULL) != 0)
		return NOT_ALLOWED;
	return look_at(path);
}

static int act_read_only_left(const char *path) {
	return act_read_only(path, false);
}

static int act_read_only_closed(const char *path) {
	return act_read_only(path, true);
}

TEST(store__a_read_only_file_system_is_looked_at_after_a_crash_too) {
	(void)state_;
	in_child(act_read_only_left);
	in_child(act_read_only_closed);
}

/* --- Damage --- */

enum { FILE_MAX = 1 << 20 };

struct image {
	char path[FOLDER_SIZE], name[FOLDER_SIZE + 32];
	struct grown grown;
	size_t size;
	uint8_t bytes[FILE_MAX], damaged[FILE_MAX];
};

static void put(const struct image *image, size_t size) {
	const int file = open(image->name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	CHECK(file >= 0 && write(file, image->damaged, size) == (ssize_t)size && close(file) == 0);
}

static struct image *image_make(const char *file_name, bool close_it) {
	struct image *image = calloc(1, sizeof *image);
	CHECK(image != NULL);
	folder_make(image->path);
	(void)snprintf(image->name, sizeof image->name, "%s/%s", image->path, file_name);
	CHECK(leave_store(image->path, close_it));
	image->grown.ledger = 1;
	ent_tree_init(&image->grown.tree);
	for (int i = 0; i < 5; i++)
		CHECK(grown_append(NULL, &image->grown, 100, NULL) == ENT_OK);
	const int file = open(image->name, O_RDONLY);
	const ssize_t size = read(file, image->bytes, FILE_MAX);
	CHECK(file >= 0 && size > 4096 && size < FILE_MAX && close(file) == 0);
	image->size = (size_t)size;
	return image;
}

/* So that the test is seen to see something. */
static struct { unsigned refused, wrong; } found;

struct seen {
	uint64_t size;
	bool wrong[1024], shows[1024];
};

static ent_status see(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	struct seen *seen = user;
	char expected[GROWN_ENTRY_MAX];
	struct ent_hash leaf;
	if (seq >= COUNT_OF(seen->wrong))
		return ENT_E_LIMIT;
	seen->wrong[seq] = entry->bytes == NULL || entry->size != grown_entry(1, seq, expected) ||
			memcmp(entry->bytes, expected, entry->size) != 0;
	ent_ledger_leaf_hash(entry->bytes != NULL ? entry->bytes : "", entry->size, &leaf);
	seen->shows[seq] = entry->bytes == NULL || memcmp(&leaf, &entry->leaf, sizeof leaf) != 0;
	seen->size = seq + 1;
	return ENT_OK;
}

static void ignore_name(void *user, uint32_t ledger, const char *name) {
	*(size_t *)user += ledger + strlen(name);
}

/* Is every wrong entry seen to be so, by the hash that is kept beside it? */
static bool shows(const struct seen *seen) {
	for (uint64_t i = 0; i < seen->size; i++) {
		found.wrong += seen->wrong[i];
		if (seen->wrong[i] && !seen->shows[i])
			return false;
	}
	return true;
}

/* All that can be asked; whatever is answered, wrong entries show. */
static void ask_all(struct image *image, bool read_only) {
	struct ent_store *store;
	struct ent_store_head head;
	struct seen *seen = calloc(1, sizeof *seen);
	size_t sum = 0;
	uint32_t ledger;
	uint64_t n;
	CHECK(seen != NULL);
	const ent_status opened = read_only
			? ent_store_open_sqlite_read_only(image->path, &store, NULL)
			: ent_store_open_sqlite(image->path, &store, NULL);
	if (opened == ENT_OK) {
		struct ent_store_tiles tiles = {store, 1};
		struct ent_hash hashes[ENT_TILE_WIDTH];
		struct ent_tree tree;
		(void)!ent_store_ledgers(store, ignore_name, &sum);
		(void)!ent_store_ledger(store, "a", !read_only, &ledger);
		(void)!ent_store_head(store, 1, &head);
		found.refused += ent_store_read(store, 1, 0, UINT64_MAX, see, seen) == ENT_E_IO;
		CHECK(shows(seen));
		(void)!ent_store_tile(&tiles, 0, 0, ENT_TILE_WIDTH, hashes);
		(void)!ent_tree_restore(&tree, image->grown.tree.size, ent_store_tile, &tiles);
		if (!read_only) {
			struct grown grown = image->grown;
			(void)!grown_append(store, &grown, 300, NULL);
			(void)!ent_store_archive(store, 1, 200, &n);
			(void)!ent_store_reopen(store, NULL);
		}
		ent_store_close(store);
	}
	free(seen);
}

/* Bytes, sectors, pages, the end. Returns the new size. */
static size_t damage(struct image *image, uint64_t *seed, int i) {
	const size_t at = test_random(seed) % image->size;
	const size_t page = at / 4096 * 4096,
		     other = test_random(seed) % (image->size / 4096) * 4096;
	memcpy(image->damaged, image->bytes, image->size);
	switch (i % 8) {
	case 0:
		memset(image->damaged + page, test_random(seed) % 2 == 0 ? 0 : 0xff, 4096);
		return image->size;
	case 1:
		memcpy(image->damaged + page, image->bytes + other, 4096);
		return image->size;
	case 2:
		return at;
	case 3:
		/* The head of a page, where it says what is in it. */
		image->damaged[page + test_random(seed) % 24] ^= (uint8_t)(1 +
				test_random(seed) % 255);
		return image->size;
	default:
		for (uint64_t n = 1 + test_random(seed) % 8, k = 0; k < n; k++)
			image->damaged[test_random(seed) % image->size] = (uint8_t)test_random(
					seed);
		return image->size;
	}
}

static void damage_and_ask(const char *file_name, bool close_it, int times) {
	struct image *image = image_make(file_name, close_it);
	uint64_t seed = 3;
	for (int i = 0; i < times; i++) {
		const size_t size = damage(image, &seed, i);
		put(image, size);
		ask_all(image, true);
		ask_all(image, false);
		if (!close_it) {
			/* Its log is gone into the database: both are made again. */
			folder_remove(image->path);
			free(image);
			image = image_make(file_name, close_it);
		} else if (i % 16 == 15) {
			char log[FOLDER_SIZE + 64];
			(void)snprintf(log, sizeof log, "%s-wal", image->name);
			(void)unlink(log);
		}
	}
	folder_remove(image->path);
	free(image);
}

TEST(store__damage_to_the_database_shows) {
	(void)state_;
	damage_and_ask("ledger.sqlite", true, 40 + (int)(360 * test_scale()));
	CHECK(found.refused > 5 && found.wrong > 5);
}

TEST(store__damage_to_the_log_shows) {
	(void)state_;
	damage_and_ask("ledger.sqlite-wal", false, 20 + (int)(100 * test_scale()));
}

/* --- Archiving --- */

static void change(const char *path, const char *statement) {
	char name[FOLDER_SIZE + 64];
	sqlite3 *db;
	(void)snprintf(name, sizeof name, "%s/ledger.sqlite", path);
	CHECK(sqlite3_open(name, &db) == SQLITE_OK);
	CHECK(sqlite3_exec(db, statement, NULL, NULL, NULL) == SQLITE_OK);
	CHECK(sqlite3_close(db) == SQLITE_OK);
}

static uint64_t archive(const char *path, uint64_t below) {
	struct ent_store *store = store_at(path);
	uint64_t n = 0;
	CHECK(ent_store_archive(store, 1, below, &n) == ENT_OK);
	ent_store_close(store);
	return n;
}

/* So that a call costs what it archives, and not what the ledger is. */
TEST(store__archiving_goes_on_where_it_ended) {
	(void)state_;
	char path[FOLDER_SIZE];
	folder_make(path);
	struct ent_store *store = store_at(path);
	struct grown grown = grown_at(store, "a");
	CHECK(grown_append(store, &grown, 2000, NULL) == ENT_OK);
	ent_store_close(store);
	CHECK(archive(path, 1000) == 1000);
	/* An entry that is long behind it, whose bytes would go if it were looked at. */
	change(path, "UPDATE entry SET bytes = x'00' WHERE key & 0xffffffffff = 10");
	CHECK(archive(path, 1001) == 1);
	CHECK(archive(path, 1300) == 299);
	/* One that cannot be looked at is not taken for one that is archived. */
	change(path, "DELETE FROM entry WHERE key & 0xffffffffff = 1600");
	CHECK(archive(path, 1792) == 491);
	CHECK(archive(path, 1792) == 0);
	folder_remove(path);
}

/* --- A database of the format before there were payloads --- */

static ent_status no_payload(void *user, const struct ent_store_payload *payload) {
	(void)payload;
	++*(unsigned *)user;
	return ENT_OK;
}

TEST(store__a_database_of_the_first_format_is_looked_at_and_becomes_one_of_the_second) {
	(void)state_;
	char path[FOLDER_SIZE];
	const struct ent_store_payload payload = {5, "text", 4};
	unsigned n = 0;
	folder_make(path);
	struct ent_store *store = store_at(path);
	struct grown grown = grown_at(store, "a");
	CHECK(grown_append(store, &grown, 300, NULL) == ENT_OK);
	ent_store_close(store);
	change(path, "DROP TABLE payload; PRAGMA user_version = 1");
	CHECK(ent_store_open_sqlite_read_only(path, &store, NULL) == ENT_OK);
	grown_check(store, &grown, 0);
	CHECK(ent_store_payload_get(store, grown.ledger, 5, no_payload, &n) == ENT_E_MISSING);
	ent_store_close(store);
	for (int life = 0; life < 2; life++) {
		store = store_at(path);
		grown_check(store, &grown, 0);
		CHECK(ent_store_payload_get(store, grown.ledger, 5, no_payload, &n) ==
				(life == 0 ? ENT_E_MISSING : ENT_OK));
		CHECK(ent_store_payload_put(store, grown.ledger, &payload) == ENT_OK);
		ent_store_close(store);
	}
	CHECK(n == 1);
	/* A later one is none of ours. */
	change(path, "PRAGMA user_version = 3");
	struct ent_fault fault = {"", ""};
	CHECK(ent_store_open_sqlite(path, &store, &fault) == ENT_E_IO);
	CHECK_ROW(fault.why, strcmp(fault.why, "its format is 3, this program knows 2") == 0);
	folder_remove(path);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(store__a_database_of_the_first_format_is_looked_at_and_becomes_one_of_the_second),
			TEST_ENTRY(store__a_full_file_system_is_named_and_reads_go_on),
			TEST_ENTRY(store__a_file_that_may_not_grow_is_named_and_reads_go_on),
			TEST_ENTRY(store__a_read_only_file_system_is_looked_at_after_a_crash_too),
			TEST_ENTRY(store__damage_to_the_database_shows),
			TEST_ENTRY(store__damage_to_the_log_shows),
			TEST_ENTRY(store__archiving_goes_on_where_it_ended),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
