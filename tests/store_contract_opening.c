/* SPDX-License-Identifier: Apache-2.0 */
/* store_contract_opening.c: who may open a store, what is there then, and threads that share it. */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#include "store_contract_parts.h"

/* --- A store for each test --- */

const struct store_contract *contract;

struct ent_store *open_at(const char *path) {
	struct ent_store *store = NULL;
	struct ent_fault fault = {"", ""};
	const ent_status status = contract->open(path, &store, &fault);
	CHECK_ROW(fault.why, status == ENT_OK);
	return store;
}

int store_contract_set_up(void **state) {
	struct fixture *fixture = calloc(1, sizeof *fixture);
	CHECK(fixture != NULL);
	folder_make(fixture->path);
	CHECK(rmdir(fixture->path) == 0);
	fixture->store = open_at(fixture->path);
	*state = fixture;
	return 0;
}

int store_contract_tear_down(void **state) {
	struct fixture *fixture = *state;
	ent_store_close(fixture->store);
	folder_remove(fixture->path);
	free(fixture);
	return 0;
}

void close_and_open(struct fixture *fixture) {
	ent_store_close(fixture->store);
	fixture->store = open_at(fixture->path);
}

/* --- Opened again --- */

TEST(store__a_store_that_is_opened_again_has_everything) {
	struct fixture *fixture = *state_;
	struct grown grown = grown_at(fixture->store, "a"), other = grown_at(fixture->store, "b");
	for (int i = 0; i < 12; i++) {
		struct ent_fault fault = {"", "as it was"};
		CHECK(grown_append(fixture->store, &grown, 300, NULL) == ENT_OK);
		CHECK(grown_append(fixture->store, &other, 1, NULL) == ENT_OK);
		if (i % 3 == 0)
			close_and_open(fixture);
		if (i % 3 == 1)
			CHECK(ent_store_reopen(fixture->store, &fault) == ENT_OK);
		CHECK(strcmp(fault.why, "as it was") == 0);
		CHECK(ent_store_writes(fixture->store));
		grown_check(fixture->store, &grown, 0);
		grown_check(fixture->store, &other, 0);
	}
}

TEST(store__a_relative_folder_is_found_from_elsewhere) {
	struct fixture *fixture = *state_;
	char was[4096];
	ent_store_close(fixture->store);
	CHECK(getcwd(was, sizeof was) != NULL);
	CHECK(chdir(fixture->path) == 0);
	fixture->store = open_at(".");
	struct grown grown = grown_at(fixture->store, "a");
	CHECK(grown_append(fixture->store, &grown, 300, NULL) == ENT_OK);
	CHECK(chdir(was) == 0);
	CHECK(ent_store_reopen(fixture->store, NULL) == ENT_OK);
	grown_check(fixture->store, &grown, 0);
}

TEST(store__one_that_is_opened_to_look_sees_all_and_takes_nothing) {
	struct fixture *fixture = *state_;
	struct grown grown = grown_at(fixture->store, "a");
	struct ent_store *first = NULL, *second = NULL;
	struct ent_store_snapshot *snapshot;
	struct ent_fault fault = {"", ""};
	uint32_t ledger;
	unsigned set_aside;
	uint64_t n;
	CHECK(grown_append(fixture->store, &grown, 600, NULL) == ENT_OK);
	CHECK(contract->look(fixture->path, &first, &fault) == ENT_E_IO);
	CHECK(strstr(fault.why, "another process has it open") != NULL);
	ent_store_close(fixture->store);
	fixture->store = NULL;
	CHECK(contract->look(fixture->path, &first, &fault) == ENT_OK);
	CHECK(contract->look(fixture->path, &second, &fault) == ENT_OK);
	grown_check(first, &grown, 0);
	grown_check(second, &grown, 0);
	CHECK(!ent_store_writes(first));
	struct grown copy = grown;
	fault = (struct ent_fault){"", ""};
	CHECK(grown_append(first, &copy, 1, &fault) == ENT_E_IO && fault.why[0] != '\0');
	CHECK(ent_store_ledger(first, "b", true, &ledger) == ENT_E_IO);
	CHECK(ent_store_ledger(first, "b", false, &ledger) == ENT_E_MISSING);
	CHECK(ent_store_archive(first, grown.ledger, 256, &n) == ENT_E_IO);
	CHECK(ent_store_snapshot_begin(first, grown.ledger, 600, &snapshot) == ENT_E_IO);
	CHECK(ent_store_snapshot_set_aside(first, grown.ledger, 0, &set_aside) == ENT_E_IO);
	CHECK(ent_store_reopen(first, NULL) == ENT_OK);
	CHECK(!ent_store_writes(first));
	grown_check(first, &grown, 0);
	/* Who looks is not written under. */
	CHECK(contract->open(fixture->path, &fixture->store, &fault) == ENT_E_IO);
	CHECK(strstr(fault.why, "another process has it open") != NULL);
	ent_store_close(first);
	ent_store_close(second);
	fixture->store = open_at(fixture->path);
	grown_check(fixture->store, &grown, 0);
}

TEST(store__any_name_of_a_folder_will_do) {
	struct fixture *fixture = *state_;
	static const char *const names[] = {
			"a b", "?x=1&y", "#", "100%41", "\xc3\xa4", "'\"", "file:a"};
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		char path[FOLDER_SIZE + 16];
		struct ent_store *store;
		(void)snprintf(path, sizeof path, "%s/%s", fixture->path, names[i]);
		store = open_at(path);
		struct grown grown = grown_at(store, "a");
		CHECK_ROW(names[i], grown_append(store, &grown, 10, NULL) == ENT_OK);
		ent_store_close(store);
		CHECK_ROW(names[i], contract->look(path, &store, NULL) == ENT_OK);
		grown_check(store, &grown, 0);
		ent_store_close(store);
		folder_remove(path);
	}
}

TEST(store__there_is_nothing_to_look_at_where_no_store_is) {
	struct fixture *fixture = *state_;
	char path[FOLDER_SIZE + 8];
	struct ent_store *store;
	struct ent_fault fault = {"", ""};
	(void)snprintf(path, sizeof path, "%s/none", fixture->path);
	CHECK(contract->look(path, &store, &fault) == ENT_E_MISSING && fault.why[0] != '\0');
	CHECK(access(path, F_OK) != 0);
	CHECK(mkdir(path, 0700) == 0);
	CHECK(contract->look(path, &store, &fault) == ENT_E_MISSING);
	/* Nothing was made: it is still empty. */
	CHECK(rmdir(path) == 0);
	CHECK(contract->open("/proc/none/of/these", &store, &fault) == ENT_E_IO);
	CHECK(strstr(fault.why, "cannot be made") != NULL);
}

/* --- Threads --- */

enum { THREAD_BATCHES = 60, THREADS = 3 };

struct reader {
	struct ent_store *store;
	const struct grown *grown;
	pthread_t thread;
	bool wrong;
};

static ent_status look_at(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	struct grown_reading *reading = user;
	char expected[GROWN_ENTRY_MAX];
	if (seq != reading->next++ || entry->bytes == NULL ||
			entry->size != grown_entry(reading->grown->ledger, seq, expected) ||
			memcmp(entry->bytes, expected, entry->size) != 0)
		return ENT_E_DOMAIN;
	return ENT_OK;
}

static void *read_on(void *user) {
	struct reader *reader = user;
	for (uint64_t seen = 0; seen < 40 * THREAD_BATCHES && !reader->wrong;) {
		struct ent_store_head head;
		struct grown_reading reading = {reader->grown, 0, 0, 0};
		reader->wrong = ent_store_head(reader->store, reader->grown->ledger, &head) !=
						ENT_OK ||
				head.size < seen || head.size % 40 != 0 ||
				ent_store_read(reader->store, reader->grown->ledger, 0, UINT64_MAX,
						look_at, &reading) != ENT_OK ||
				reading.next < head.size;
		seen = head.size;
	}
	return NULL;
}

TEST(store__threads_share_it_and_see_whole_batches) {
	struct fixture *fixture = *state_;
	struct grown grown = grown_at(fixture->store, "a");
	const struct grown start = grown;
	struct reader readers[THREADS];
	for (int i = 0; i < THREADS; i++) {
		readers[i] = (struct reader){.store = fixture->store, .grown = &start};
		CHECK(pthread_create(&readers[i].thread, NULL, read_on, &readers[i]) == 0);
	}
	for (int i = 0; i < THREAD_BATCHES; i++)
		CHECK(grown_append(fixture->store, &grown, 40, NULL) == ENT_OK);
	for (int i = 0; i < THREADS; i++) {
		CHECK(pthread_join(readers[i].thread, NULL) == 0);
		CHECK(!readers[i].wrong);
	}
	grown_check(fixture->store, &grown, 0);
}

/* --- Processes --- */

/* What a child does; false fails the test. Nothing of the test's own may be used in it, for it is a copy. */
static bool in_child(bool (*act)(const char *path, int pipe), const char *path) {
	int status, ends[2];
	CHECK(pipe(ends) == 0);
	const pid_t child = fork();
	CHECK(child >= 0);
	if (child == 0)
		_exit(act(path, ends[1]) ? 0 : 1);
	(void)close(ends[0]);
	(void)close(ends[1]);
	CHECK(waitpid(child, &status, 0) == child);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool refused(const char *path, int pipe) {
	struct ent_store *store;
	struct ent_fault fault = {"", ""};
	(void)pipe;
	return contract->open(path, &store, &fault) == ENT_E_IO && strcmp(fault.where, path) == 0 &&
			strstr(fault.why, "another process has it open") != NULL &&
			contract->look(path, &store, &fault) == ENT_E_IO &&
			strstr(fault.why, "another process has it open") != NULL;
}

TEST(store__a_second_process_is_refused_and_told_why) {
	struct fixture *fixture = *state_;
	struct ent_store *second;
	struct ent_fault fault = {"", ""};
	struct grown grown = grown_at(fixture->store, "a");
	for (int i = 0; i < 3; i++) {
		CHECK(in_child(refused, fixture->path));
		/* Nor one in the same process, which does not take the lock away either. */
		CHECK(contract->open(fixture->path, &second, &fault) == ENT_E_IO);
		CHECK(in_child(refused, fixture->path));
		CHECK(grown_append(fixture->store, &grown, 100, NULL) == ENT_OK);
		if (i == 1)
			CHECK(ent_store_reopen(fixture->store, NULL) == ENT_OK);
	}
	grown_check(fixture->store, &grown, 0);
}

enum { KILLED_BATCH = 37 };

/* Says each batch that is durable, until it is killed. */
static bool append_on(const char *path, int pipe) {
	struct ent_store *store;
	struct grown grown;
	if (contract->open(path, &store, NULL) != ENT_OK)
		return false;
	grown = grown_at(store, "a");
	while (grown_append(store, &grown, KILLED_BATCH, NULL) == ENT_OK)
		if (write(pipe, "x", 1) != 1)
			return false;
	return false;
}

/* Starts one that appends, kills it after 'n' batches or some more, and returns how many it had said. */
static uint64_t kill_after(const char *path, uint64_t n) {
	int status, ends[2];
	uint64_t said = 0;
	char byte;
	CHECK(pipe(ends) == 0);
	const pid_t child = fork();
	CHECK(child >= 0);
	if (child == 0)
		_exit(append_on(path, ends[1]) ? 0 : 1);
	(void)close(ends[1]);
	while (said < n && read(ends[0], &byte, 1) == 1)
		said++;
	CHECK(kill(child, SIGKILL) == 0);
	CHECK(waitpid(child, &status, 0) == child && WIFSIGNALED(status));
	while (read(ends[0], &byte, 1) == 1)
		said++;
	(void)close(ends[0]);
	return said;
}

/* What a killed process may have left: all that it said, and at most the batch that it was at. */
static void follow(struct ent_store *store, struct grown *grown, uint64_t said) {
	struct ent_store_head head;
	CHECK(ent_store_ledger(store, "a", false, &grown->ledger) == ENT_OK);
	CHECK(ent_store_head(store, grown->ledger, &head) == ENT_OK);
	const uint64_t batches = head.size / KILLED_BATCH;
	CHECK(batches == said || batches == said + 1);
	*grown = (struct grown){.ledger = grown->ledger};
	ent_tree_init(&grown->tree);
	for (uint64_t i = 0; i < batches; i++)
		CHECK(grown_append(NULL, grown, KILLED_BATCH, NULL) == ENT_OK);
}

TEST(store__what_a_killed_process_said_is_there) {
	struct fixture *fixture = *state_;
	/* The log has not been, has been and has often been taken into the database by then. */
	static const uint64_t after[] = {1, 30, 600};
	for (size_t i = 0; i < COUNT_OF(after); i++) {
		struct grown grown;
		struct ent_store *look;
		ent_store_close(fixture->store);
		folder_remove(fixture->path);
		const uint64_t said = kill_after(fixture->path, after[i]);
		CHECK(contract->look(fixture->path, &look, NULL) == ENT_OK);
		follow(look, &grown, said);
		grown_check(look, &grown, 0);
		ent_store_close(look);
		fixture->store = open_at(fixture->path);
		grown_check(fixture->store, &grown, 0);
		CHECK(grown_append(fixture->store, &grown, 100, NULL) == ENT_OK);
		close_and_open(fixture);
		grown_check(fixture->store, &grown, 0);
	}
}

/* Looks as somebody who may only read, and counts for 'said' what the file names say. */
static bool look_only(const char *path, int pipe) {
	struct ent_store *store;
	struct ent_store_head head;
	struct grown grown = {0};
	struct ent_fault fault = {"", ""};
	(void)pipe;
	if (geteuid() == 0 && setuid(65534) != 0)
		return false;
	if (contract->open(path, &store, &fault) != ENT_E_IO || fault.why[0] == '\0')
		return false;
	if (contract->look(path, &store, NULL) != ENT_OK ||
			ent_store_ledger(store, "a", false, &grown.ledger) != ENT_OK ||
			ent_store_head(store, grown.ledger, &head) != ENT_OK)
		return false;
	ent_tree_init(&grown.tree);
	while (grown.tree.size < head.size)
		if (grown_append(NULL, &grown, KILLED_BATCH, NULL) != ENT_OK)
			return false;
	if (grown_fault(store, &grown, 0) != NULL)
		return false;
	ent_store_close(store);
	return true;
}

static void change_mode(const char *path, mode_t folder_mode, mode_t file_mode) {
	char name[FOLDER_SIZE + 300];
	CHECK(chmod(path, 0700) == 0);
	DIR *folder = opendir(path);
	CHECK(folder != NULL);
	for (const struct dirent *file; (file = readdir(folder)) != NULL;) {
		(void)snprintf(name, sizeof name, "%s/%s", path, file->d_name);
		if (file->d_name[0] != '.')
			CHECK(chmod(name, file_mode) == 0);
	}
	(void)closedir(folder);
	CHECK(chmod(path, folder_mode) == 0);
}

TEST(store__a_folder_that_may_not_be_written_is_looked_at) {
	struct fixture *fixture = *state_;
	static const uint64_t after[] = {5, 100};
	for (size_t i = 0; i < 2 * COUNT_OF(after); i++) {
		ent_store_close(fixture->store);
		folder_remove(fixture->path);
		(void)kill_after(fixture->path, after[i / 2]);
		/* As the killed one left it, and after one that was closed. */
		if (i % 2 == 1)
			ent_store_close(open_at(fixture->path));
		change_mode(fixture->path, 0555, 0444);
		const bool looked = in_child(look_only, fixture->path);
		change_mode(fixture->path, 0700, 0600);
		fixture->store = open_at(fixture->path);
		CHECK(looked);
	}
}

TEST(store__only_its_owner_may_look) {
	struct fixture *fixture = *state_;
	char name[FOLDER_SIZE + 300];
	struct stat about;
	DIR *folder = opendir(fixture->path);
	struct grown grown = grown_at(fixture->store, "a");
	CHECK(grown_append(fixture->store, &grown, 100, NULL) == ENT_OK);
	CHECK(folder != NULL);
	CHECK(stat(fixture->path, &about) == 0 && (about.st_mode & 0777) == 0700);
	for (const struct dirent *file; (file = readdir(folder)) != NULL;) {
		(void)snprintf(name, sizeof name, "%s/%s", fixture->path, file->d_name);
		if (file->d_name[0] != '.')
			CHECK(stat(name, &about) == 0 && (about.st_mode & 0777) == 0600);
	}
	(void)closedir(folder);
}

int store_contract_opening(void) {
	const struct CMUnitTest tests[] = {
			STORE_ENTRY(store__a_store_that_is_opened_again_has_everything),
			STORE_ENTRY(store__a_relative_folder_is_found_from_elsewhere),
			STORE_ENTRY(store__one_that_is_opened_to_look_sees_all_and_takes_nothing),
			STORE_ENTRY(store__any_name_of_a_folder_will_do),
			STORE_ENTRY(store__there_is_nothing_to_look_at_where_no_store_is),
			STORE_ENTRY(store__threads_share_it_and_see_whole_batches),
			STORE_ENTRY(store__a_second_process_is_refused_and_told_why),
			STORE_ENTRY(store__what_a_killed_process_said_is_there),
			STORE_ENTRY(store__a_folder_that_may_not_be_written_is_looked_at),
			STORE_ENTRY(store__only_its_owner_may_look),
	};
	return cmocka_run_group_tests_name("a store that is opened", tests, NULL, NULL);
}

int store_contract_run(const struct store_contract *of) {
	contract = of;
	return store_contract_ledgers() + store_contract_opening() + store_contract_payloads() +
			store_contract_snapshots();
}
