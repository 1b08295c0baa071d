/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that cannot be had, in an office: every allocation of ours fails once, then all from it on. An office that cannot
 * begin says so and leaves nothing behind, no DIR/control either; one that has begun answers, or says that it cannot.
 */
#include "memory.h"
#include "office_others.h"
#include "stores.h"

#include "entente/office.h"
#include "entente/scribe.h"

static int64_t clock_now(void *user) {
	(void)user;
	return INT64_C(1767225600000000);
}

struct office_test {
	char path[FOLDER_SIZE];
	struct ent_store *store;
	struct ent_scribe *scribe;
	struct ent_sign_key *key;
};

static void begin(struct office_test *test) {
	CHECK(ent_seal_start() == ENT_OK);
	folder_make(test->path);
	test->store = store_at(test->path);
	const struct ent_scribe_options options = {.store = test->store, .clock = clock_now};
	CHECK(ent_scribe_create(&options, &test->scribe) == ENT_OK);
	CHECK(ent_sign_key_create(&test->key) == ENT_OK);
}

static void end(struct office_test *test) {
	ent_store_close(test->store);
	ent_sign_key_destroy(test->key);
	folder_remove(test->path);
}

static bool has_control(const struct office_test *test) {
	char path[FOLDER_SIZE + 16];
	(void)snprintf(path, sizeof path, "%s/" ENT_OFFICE_CONTROL, test->path);
	return access(path, F_OK) == 0;
}

/* It is asked by nobody: its threads wait, and need no memory. */
static ent_status live(const struct office_test *test) {
	const struct ent_office_options options = {.data = test->path,
			.scribe = test->scribe,
			.desk_key = test->key,
			.desk_origin = "office.test/desk",
			.desk_key_name = "office.test/desk",
			.version = "0",
			.clock = clock_now};
	struct ent_office *office = NULL;
	struct ent_fault fault = {{0}, {0}};
	const ent_status status = ent_office_create(&options, &office, &fault);
	CHECK((office != NULL) == (status == ENT_OK));
	CHECK(has_control(test) == (status == ENT_OK));
	if (status == ENT_OK) {
		ent_office_event(office, "peer", "{}");
		ent_office_stop(office);
		ent_office_end(office);
		CHECK(!has_control(test));
	}
	/* The ledger can be opened once for each scribe. */
	memory_spared = true;
	ent_scribe_destroy(test->scribe);
	memory_spared = false;
	ent_office_destroy(office);
	return status;
}

TEST(office__memory_that_fails_is_told_and_leaves_nothing_behind) {
	(void)state_;
	for (int all_later = 0; all_later < 2; all_later++) {
		unsigned failed = 0;
		bool reached = true;
		for (uint64_t fail_at = 1; reached; fail_at++) {
			struct office_test test;
			const int64_t live_before = memory.live;
			begin(&test);
			memory_begin(fail_at, all_later == 1);
			const ent_status status = live(&test);
			reached = memory.calls >= fail_at;
			memory_begin(0, false);
			CHECK(status == ENT_OK || status == ENT_E_MEMORY || status == ENT_E_IO);
			failed += status != ENT_OK;
			end(&test);
			CHECK(memory.live == live_before);
		}
		CHECK(failed > 5);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(office__memory_that_fails_is_told_and_leaves_nothing_behind),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
