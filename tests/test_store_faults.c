/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_store_faults.c: a store on a disk that fails, fills up, or loses its power, at every call that SQLite makes of
 * it in the course of a scripted history (faulty_disk.h). What the store said OK to is there; what it refused is not;
 * what it does not know is there wholly or not at all, and once it knows, that stays.
 */
#include "faulty_disk.h"
#include "stores.h"

enum { LEDGERS = 2 };

/* A ledger as it is, or, when it is not known, as it was and as it would be. */
struct known {
	bool made, unsure;
	struct grown now, next;
	uint64_t archived, maybe_archived;
};

struct life {
	char path[FOLDER_SIZE];
	struct ent_store *store;
	struct known ledgers[LEDGERS];
	bool cut_after;  /* the power, straight after the next recovery */
	bool cut_now;    /* likewise, if there is nothing to recover from too */
	bool brief;      /* enough was seen once there is no more fault to come */
	uint64_t second; /* calls after the first recovery begins, until the power goes too */
};

enum act { APPEND, WRONG, ARCHIVE, CLOSE };

static const struct step {
	enum act act;
	int ledger;
	size_t n;
} script[] = {
		{APPEND, 0, 20},
		{APPEND, 1, 3},
		{WRONG, 0, 5},
		{APPEND, 0, 225},
		{APPEND, 0, 0},
		{APPEND, 0, 30},
		{ARCHIVE, 0, 100},
		{CLOSE, 0, 0},
		{APPEND, 1, 40},
		{WRONG, 1, 1},
		{APPEND, 0, 40},
		{ARCHIVE, 0, 256},
		{APPEND, 1, 30},
};

static const char *const names[LEDGERS] = {"airspace/main", "line"};

/* --- Opening and recovering --- */

/* Has the fault come that is to come? */
static bool faulty(void) {
	return disk.fail_at != 0 && disk.calls >= disk.fail_at;
}

static bool gone(void) {
	return disk.fault == DISK_GONE && faulty();
}

/* Nothing that closing might do gets to the disk. */
static void cut_power(struct life *life) {
	const uint64_t faults = disk.faults;
	disk_fail(1, DISK_GONE, true, NULL);
	ent_store_close(life->store);
	life->store = NULL;
	disk_power_cut();
	disk.faults = faults;
}

static ent_status open_or_reopen(struct life *life, struct ent_fault *fault) {
	return life->store != NULL ? ent_store_reopen(life->store, fault)
				   : ent_store_open_sqlite(life->path, &life->store, fault);
}

/* The head of a ledger decides; all that it says is there. */
static void resolve(struct life *life) {
	disk.spared = true;
	for (int i = 0; i < LEDGERS; i++) {
		struct known *known = &life->ledgers[i];
		struct ent_store_head head;
		uint32_t ledger;
		const ent_status status = ent_store_ledger(life->store, names[i], false, &ledger);
		if (!known->made) {
			CHECK(status == ENT_OK || status == ENT_E_MISSING);
			continue;
		}
		CHECK(status == ENT_OK && ledger == known->now.ledger);
		CHECK(ent_store_head(life->store, ledger, &head) == ENT_OK);
		if (known->unsure && grown_is_head(&known->next, &head))
			known->now = known->next;
		known->unsure = false;
		const char *fault = grown_fault_maybe(
				life->store, &known->now, known->archived, known->maybe_archived);
		CHECK_ROW(fault != NULL ? fault : "", fault == NULL);
	}
	disk.spared = false;
}

/* What can be read of a store that has failed is one of the two. */
static void look(struct life *life) {
	for (int i = 0; i < LEDGERS; i++) {
		const struct known *known = &life->ledgers[i];
		struct grown_reading reading = {
				&known->now, 0, known->archived, known->maybe_archived};
		struct ent_store_head head;
		if (!known->made)
			continue;
		ent_status status = ent_store_head(life->store, known->now.ledger, &head);
		CHECK(status == ENT_OK || status == ENT_E_IO);
		CHECK(status != ENT_OK || grown_is_head(&known->now, &head) ||
				(known->unsure && grown_is_head(&known->next, &head)));
		status = ent_store_read(life->store, known->now.ledger, 0, UINT64_MAX,
				grown_compare, &reading);
		CHECK(status == ENT_OK || status == ENT_E_IO);
	}
}

static void check_refuses(struct life *life) {
	const uint64_t calls = disk.calls;
	struct ent_fault fault = {"", ""};
	struct grown grown = life->ledgers[0].now;
	uint32_t ledger;
	uint64_t n;
	CHECK(!ent_store_writes(life->store));
	CHECK(grown_append(life->store, &grown, 1, &fault) == ENT_E_IO);
	CHECK(strstr(fault.why, "an earlier write failed") != NULL);
	CHECK(disk.calls == calls);
	CHECK(ent_store_ledger(life->store, "another", true, &ledger) == ENT_E_IO);
	if (life->ledgers[0].made)
		CHECK(ent_store_archive(life->store, grown.ledger, 256, &n) == ENT_E_IO ||
				grown.tree.size < ENT_TILE_WIDTH);
	look(life);
}

static void mend(struct life *life) {
	disk_mend();
	if (life->second == 0)
		return;
	disk_fail(life->second, DISK_GONE, true, NULL);
	disk.least = DISK_CHANGES;
	life->second = 0;
	life->brief = true;
}

/* Until the store is open and takes batches. */
static void recover(struct life *life) {
	if (!gone() && life->store != NULL && ent_store_writes(life->store) && !life->cut_now)
		return;
	while (gone() || life->store == NULL || !ent_store_writes(life->store)) {
		struct ent_fault fault = {"", ""};
		if (life->store != NULL && !gone())
			check_refuses(life);
		if (gone())
			cut_power(life);
		else if (disk.lasting && disk.fault == DISK_ERROR && faulty())
			CHECK(open_or_reopen(life, &fault) == ENT_E_IO);
		if (faulty())
			mend(life);
		const ent_status status = open_or_reopen(life, &fault);
		CHECK_ROW(fault.why, status == ENT_OK || faulty());
	}
	resolve(life);
	if (!life->cut_after && !life->cut_now)
		return;
	life->cut_after = life->cut_now = false;
	cut_power(life);
	CHECK(open_or_reopen(life, NULL) == ENT_OK);
	resolve(life);
}

/* --- The history --- */

static ent_status append(struct life *life, struct known *known, size_t n) {
	struct grown next = known->now;
	struct ent_fault fault = {"", ""};
	const ent_status status = grown_append(life->store, &next, n, &fault);
	CHECK(status == ENT_OK || (status == ENT_E_IO && fault.why[0] != '\0'));
	if (status == ENT_OK) {
		known->now = next;
		return status;
	}
	known->next = known->now;
	CHECK(grown_append(NULL, &known->next, n, NULL) == ENT_OK);
	known->unsure = true;
	return status;
}

static ent_status refuse(struct life *life, const struct known *known, size_t n) {
	struct grown wrong = known->now;
	wrong.tree.size += n;
	const ent_status status = grown_append(life->store, &wrong, n, NULL);
	CHECK(status == ENT_E_DOMAIN || status == ENT_E_IO);
	return status == ENT_E_DOMAIN ? ENT_OK : status;
}

static ent_status archive(struct life *life, struct known *known, uint64_t below) {
	uint64_t n;
	const ent_status status = ent_store_archive(life->store, known->now.ledger, below, &n);
	CHECK(status == ENT_OK || status == ENT_E_IO);
	known->maybe_archived = below;
	if (status == ENT_OK)
		known->archived = below;
	return status;
}

static ent_status do_step(struct life *life, const struct step *step) {
	struct known *known = &life->ledgers[step->ledger];
	if (!known->made) {
		known->now = (struct grown){0};
		ent_tree_init(&known->now.tree);
		const ent_status status = ent_store_ledger(
				life->store, names[step->ledger], true, &known->now.ledger);
		CHECK(status == ENT_OK || status == ENT_E_IO);
		if (status != ENT_OK)
			return status;
		known->made = true;
	}
	switch (step->act) {
	case APPEND:
		return append(life, known, step->n);
	case WRONG:
		return refuse(life, known, step->n);
	case ARCHIVE:
		return archive(life, known, step->n);
	case CLOSE:
		ent_store_close(life->store);
		life->store = NULL;
		return ENT_E_IO;
	}
	return ENT_OK;
}

/* Lives it all; false when no fault came. */
static bool live(struct life *life) {
	/* The first opening is nothing to recover from. */
	if (open_or_reopen(life, NULL) != ENT_OK)
		life->store = NULL;
	for (size_t i = 0; i < COUNT_OF(script); i++) {
		/* One that failed is done again, unless it turns out that it was done. */
		for (int tries = 0; tries < 4; tries++) {
			struct known *known = &life->ledgers[script[i].ledger];
			recover(life);
			if (life->brief && disk.fail_at == 0)
				goto enough;
			const uint64_t batches = known->now.batches;
			const ent_status status = do_step(life, &script[i]);
			if (status == ENT_OK && !gone())
				break;
			recover(life);
			if (status == ENT_OK || script[i].act == CLOSE ||
					known->now.batches > batches)
				break;
		}
	}
enough:;
	const bool came = disk.faults > 0;
	disk_mend();
	life->cut_now = true;
	recover(life);
	ent_store_close(life->store);
	life->store = NULL;
	recover(life);
	for (int i = 0; i < LEDGERS && !life->brief; i++)
		CHECK(life->ledgers[i].now.tree.size > 70);
	ent_store_close(life->store);
	life->store = NULL;
	return came;
}

static void begin(struct life *life, uint64_t seed) {
	char path[FOLDER_SIZE];
	memcpy(path, life->path, sizeof path);
	memset(life, 0, sizeof *life);
	memcpy(life->path, path, sizeof path);
	disk_new(seed);
}

/* --- The faults --- */

static const struct kind {
	const char *why;
	enum disk_fault fault;
	bool lasting, evict, cut_after;
	unsigned stride;
} kinds[] = {
		{"one call fails, and the power after recovery", DISK_ERROR, false, false, true, 1},
		{"the power goes", DISK_GONE, true, false, false, 1},
		{"one fails and the cache forgets", DISK_ERROR, false, true, false, 2},
		{"calls fail until it is mended", DISK_ERROR, true, false, true, 3},
		{"no space for one", DISK_FULL, false, false, true, 3},
		{"no space until it is mended", DISK_FULL, true, true, false, 3},
		{"the power goes, and again after recovery", DISK_GONE, true, false, true, 3},
};

static void set_up_life(struct life *life) {
	memset(life, 0, sizeof *life);
	folder_make(life->path);
	disk_register();
}

TEST(store_faults__a_disk_that_fails_at_any_call_loses_nothing) {
	struct life *life = malloc(sizeof *life);
	const uint64_t coarse = test_scale() < 1 ? (uint64_t)(1 / test_scale()) : 1;
	(void)state_;
	CHECK(life != NULL);
	set_up_life(life);
	for (size_t k = 0; k < COUNT_OF(kinds); k++) {
		const uint64_t stride = kinds[k].stride * coarse;
		bool came = true;
		for (uint64_t n = 1 + k % stride; came; n += stride) {
			begin(life, n * 64 + k);
			disk.evict = kinds[k].evict;
			life->cut_after = kinds[k].cut_after;
			disk_fail(n, kinds[k].fault, kinds[k].lasting, NULL);
			came = live(life);
		}
		printf("# %s: %llu calls\n", kinds[k].why, (unsigned long long)disk.calls);
		fflush(stdout);
	}
	folder_remove(life->path);
	free(life);
}

/*
 * A sync that fails, then the power at each call that writes in the recovery, and in what comes next. At most so
 * many writes are looked at: it is open again after about 15, or 40 when nothing was there.
 */
enum { SECOND_MAX = 56 };

TEST(store_faults__the_power_may_go_while_it_recovers_from_a_failed_sync) {
	struct life *life = malloc(sizeof *life);
	const uint64_t stride = test_scale() < 1 ? (uint64_t)(2 / test_scale()) : 2;
	bool came = true;
	uint64_t runs = 0;
	(void)state_;
	CHECK(life != NULL);
	set_up_life(life);
	for (uint64_t n = 1; came; n++)
		for (uint64_t second = 1 + n % stride; second < SECOND_MAX; second += stride) {
			begin(life, n * 1000 + second);
			disk.evict = second / stride % 2 == 0;
			disk_fail(n, DISK_ERROR, false, NULL);
			disk.least = DISK_SYNCS;
			life->second = second;
			came = live(life);
			runs++;
		}
	printf("# %llu runs\n", (unsigned long long)runs);
	folder_remove(life->path);
	free(life);
}

/* --- Particular ones --- */

static struct grown begin_with(struct life *life, size_t n) {
	set_up_life(life);
	begin(life, 5);
	life->store = store_at(life->path);
	struct grown grown = grown_at(life->store, "a");
	CHECK(grown_append(life->store, &grown, n, NULL) == ENT_OK);
	return grown;
}

static void end(struct life *life) {
	ent_store_close(life->store);
	folder_remove(life->path);
}

TEST(store_faults__what_was_not_synced_is_written_again_before_it_counts) {
	struct life life;
	struct ent_fault fault = {"", ""};
	struct grown next = begin_with(&life, 300);
	const struct disk_file *log = disk_find("-wal"), *database = disk_find("ledger.sqlite");
	(void)state_;
	for (int i = 0; i < 5; i++) {
		/* An empty log has its head synced first. */
		CHECK(grown_append(life.store, &next, 1, NULL) == ENT_OK);
		disk_fail(1, DISK_ERROR, false, "-wal");
		disk.least = DISK_SYNCS;
		CHECK(grown_append(life.store, &next, 10, &fault) == ENT_E_IO);
		CHECK(strstr(fault.why, "disk I/O error") != NULL);
		CHECK(grown_append(NULL, &next, 10, NULL) == ENT_OK);
		const unsigned log_writes = log->writes, log_syncs = log->syncs;
		const unsigned database_syncs = database->syncs;
		const size_t size = log->cache.size;
		/* It would say that all is well now. */
		disk_mend();
		CHECK(ent_store_reopen(life.store, NULL) == ENT_OK);
		CHECK((log->writes - log_writes) * (1U << 15) >= size);
		CHECK(log->syncs > log_syncs && database->syncs > database_syncs);
		CHECK(log->cache.size == 0);
		/* Here the cache has kept it, so it is there; and then it stays. */
		grown_check(life.store, &next, 0);
		cut_power(&life);
		life.store = store_at(life.path);
		grown_check(life.store, &next, 0);
	}
	end(&life);
}

TEST(store_faults__a_full_disk_is_named_and_reads_go_on) {
	struct life life;
	struct grown grown = begin_with(&life, 300), next = grown;
	(void)state_;
	disk_fail(3, DISK_FULL, true, NULL);
	disk.least = DISK_CHANGES;
	for (int i = 0; i < 3; i++) {
		struct ent_fault fault = {"", ""};
		CHECK(grown_append(life.store, &next, 1000, &fault) == ENT_E_IO);
		CHECK_ROW(fault.why, i > 0 || strstr(fault.why, "is full") != NULL);
		grown_check(life.store, &grown, 0);
		CHECK(ent_store_reopen(life.store, &fault) == ENT_E_IO);
		CHECK_ROW(fault.why, strstr(fault.why, "is full") != NULL);
		CHECK(!ent_store_writes(life.store));
		grown_check(life.store, &grown, 0);
	}
	disk_mend();
	CHECK(ent_store_reopen(life.store, NULL) == ENT_OK);
	grown_check(life.store, &grown, 0);
	CHECK(grown_append(life.store, &grown, 1000, NULL) == ENT_OK);
	grown_check(life.store, &grown, 0);
	end(&life);
}

TEST(store_faults__a_log_that_the_database_does_not_take_has_a_largest_size) {
	struct life life;
	struct grown grown = begin_with(&life, 300);
	struct ent_fault fault = {"", ""};
	ent_status status = ENT_OK;
	unsigned batches = 0;
	(void)state_;
	disk_fail(1, DISK_FULL, true, "ledger.sqlite");
	disk.least = DISK_CHANGES;
	for (; status == ENT_OK && batches < 10000; batches++)
		status = grown_append(life.store, &grown, 100, &fault);
	CHECK(status == ENT_E_IO && batches > 50 && batches < 1000);
	CHECK_ROW(fault.why, strstr(fault.why, "taken nothing from its log") != NULL);
	CHECK(disk_find("-wal")->cache.size < (size_t)4200 * ENT_STORE_CHECKPOINT_FRAMES * 70);
	grown_check(life.store, &grown, 0);
	CHECK(ent_store_reopen(life.store, &fault) == ENT_E_IO);
	CHECK_ROW(fault.why, strstr(fault.why, "is full") != NULL);
	grown_check(life.store, &grown, 0);
	disk_mend();
	CHECK(ent_store_reopen(life.store, NULL) == ENT_OK);
	CHECK(grown_append(life.store, &grown, 100, NULL) == ENT_OK);
	cut_power(&life);
	life.store = store_at(life.path);
	grown_check(life.store, &grown, 0);
	end(&life);
}

TEST(store_faults__a_checkpoint_that_fails_costs_no_batch) {
	struct life life;
	struct grown grown = begin_with(&life, 300);
	(void)state_;
	for (int i = 0; i < 60; i++) {
		disk_fail(1 + (uint64_t)i % 20, DISK_ERROR, false, "ledger.sqlite");
		disk.least = i % 2 == 0 ? DISK_SYNCS : DISK_CHANGES;
		CHECK(grown_append(life.store, &grown, 150, NULL) == ENT_OK);
		if (i % 5 != 4)
			continue;
		disk_mend();
		cut_power(&life);
		life.store = store_at(life.path);
		grown_check(life.store, &grown, 0);
	}
	disk_mend();
	end(&life);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(store_faults__a_disk_that_fails_at_any_call_loses_nothing),
			TEST_ENTRY(store_faults__what_was_not_synced_is_written_again_before_it_counts),
			TEST_ENTRY(store_faults__a_full_disk_is_named_and_reads_go_on),
			TEST_ENTRY(store_faults__a_log_that_the_database_does_not_take_has_a_largest_size),
			TEST_ENTRY(store_faults__a_checkpoint_that_fails_costs_no_batch),
			TEST_ENTRY(store_faults__the_power_may_go_while_it_recovers_from_a_failed_sync),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
