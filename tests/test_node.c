/* SPDX-License-Identifier: Apache-2.0 */
/* test_node.c: the one sequence: who comes when, who waits for whom, what is seen meanwhile, and what time does. */
#include "nodes_world.h"

static bool has_intent(struct ent_node *node, uint64_t number) {
	const struct ent_uuid id = id_of(number);
	const struct ent_fold_version *version = ent_node_take(node);
	const bool found = ent_airspace_find(version, ENT_ENTITY_INTENT, &id) != NULL;
	ent_node_release(node, version);
	return found;
}

/* --- Order --- */

enum { SUBMITTERS = 6 };

struct submitter {
	struct ent_node *node;
	_Atomic uint64_t *latest; /* entry that was done */
	uint64_t number;
	int jobs;
	pthread_t thread;
};

static void *submit_in_turn(void *user) {
	struct submitter *mine = user;
	for (int i = 0; i < mine->jobs; i++) {
		struct call call;
		const uint64_t before = atomic_load(mine->latest);
		call_submit(mine->node, &call, report_of(mine->number * 100000 + (uint64_t)i));
		CHECK(call_wait(&call) == ENT_OK && call.refusal == ENT_REFUSAL_NONE);
		/* Whatever was done before it was asked for stands before it. */
		CHECK(call.size > before);
		CHECK(node_state(mine->node).size >= call.size);
		uint64_t latest = atomic_load(mine->latest);
		while (latest < call.size &&
				!atomic_compare_exchange_weak(mine->latest, &latest, call.size))
			continue;
		call_finish(&call);
	}
	return NULL;
}

static ent_status take_number(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	char text[32];
	(void)snprintf(text, sizeof text, "{\"seq\":%llu,", (unsigned long long)seq);
	CHECK(strncmp(entry->bytes, text, strlen(text)) == 0);
	++*(uint64_t *)user;
	return ENT_OK;
}

TEST(node__what_is_asked_after_something_was_done_comes_after_it) {
	(void)state_;
	struct home home;
	struct submitter submitters[SUBMITTERS];
	_Atomic uint64_t latest = 0;
	uint64_t entries = 0;
	uint32_t ledger;
	const int jobs = (int)(400 * test_scale()) + 20;
	home_make(&home);
	struct ent_node *node = home_open(&home);
	for (uint64_t i = 0; i < SUBMITTERS; i++) {
		submitters[i] = (struct submitter){node, &latest, i, jobs, 0};
		CHECK(pthread_create(&submitters[i].thread, NULL, submit_in_turn, &submitters[i]) ==
				0);
	}
	for (size_t i = 0; i < SUBMITTERS; i++)
		CHECK(pthread_join(submitters[i].thread, NULL) == 0);
	const struct ent_node_state state = node_state(node);
	CHECK(state.size == 1 + (uint64_t)(SUBMITTERS * jobs) && state.committed == state.size);
	CHECK(state.waiting == 0 && state.failed == 0 && state.refused == 0 && state.writes);
	struct ent_store *store = ent_node_store(node, &ledger);
	CHECK(ent_store_read(store, ledger, 0, UINT64_MAX, take_number, &entries) == ENT_OK);
	CHECK(entries == state.size);
	check_fold(node);
	ent_node_destroy(node);
	home_remove(&home);
}

struct watcher {
	struct ent_node *node;
	atomic_bool stop;
	uint64_t looked;
	pthread_t thread;
};

static void *watch(void *user) {
	struct watcher *watcher = user;
	uint64_t before = 0;
	uint32_t ledger;
	struct ent_store *store = ent_node_store(watcher->node, &ledger);
	while (!atomic_load(&watcher->stop)) {
		const struct ent_fold_version *version = ent_node_take(watcher->node);
		const struct ent_airspace_head *head = ent_fold_head(version);
		struct ent_store_head stored;
		char note[ENT_NOTE_SIZE];
		const size_t length = ent_node_checkpoint(watcher->node, note);
		struct ent_checkpoint checkpoint;
		CHECK(ent_store_head(store, ledger, &stored) == ENT_OK);
		/* What is seen is in the store, and so is what the checkpoint says. */
		CHECK(head->size >= before && stored.size >= head->size);
		CHECK(ent_checkpoint_open(note, length, ent_node_vkey(watcher->node), &checkpoint,
				      NULL) == ENT_OK);
		CHECK(checkpoint.size >= head->size && checkpoint.size <= stored.size);
		before = head->size;
		ent_node_release(watcher->node, version);
		watcher->looked++;
	}
	return NULL;
}

TEST(node__readers_see_only_what_the_store_has) {
	(void)state_;
	struct home home;
	static struct world world;
	home_make(&home);
	home.options.snapshot_entries = 50;
	struct ent_node *node = home_open(&home);
	struct watcher watcher = {.node = node};
	CHECK(pthread_create(&watcher.thread, NULL, watch, &watcher) == 0);
	world_init(&world, &home, node, 1);
	world_steps(&world, (int)(800 * test_scale()) + 50);
	atomic_store(&watcher.stop, true);
	CHECK(pthread_join(watcher.thread, NULL) == 0);
	CHECK(watcher.looked > 10);
	ent_node_destroy(node);
	home_remove(&home);
}

/* --- Waiting --- */

TEST(node__decides_on_while_a_batch_is_written_and_shows_none_of_it) {
	(void)state_;
	struct home home;
	struct gate gate;
	struct call first, second, refused;
	home_make(&home);
	struct ent_extent *here = extent_at(47, 8, NOON_US, NOON_US + HOUR_US);
	struct ent_extent *there = extent_at(48, 8, NOON_US, NOON_US + HOUR_US);
	struct ent_node *node = home_open(&home);
	gate_close(&gate, node);
	call_submit(node, &first, intent_of(1, NULL, here));
	call_wait_decided(&first);
	call_submit(node, &second, intent_of(2, NULL, there));
	call_wait_decided(&second);
	/* It exists already: but that is not yet durable. */
	call_submit(node, &refused, intent_of(1, NULL, here));
	call_wait_decided(&refused);
	CHECK(refused.refusal == ENT_REFUSAL_STALE && first.refusal == ENT_REFUSAL_NONE);
	CHECK(first.size == 2 && second.size == 3 && refused.size == 3);
	pause_us(50000);
	CHECK(!call_is_done(&first) && !call_is_done(&second) && !call_is_done(&refused));
	CHECK(!has_intent(node, 1) && !has_intent(node, 2) && node_state(node).size == 1);
	gate_open(&gate);
	CHECK(call_wait(&refused) == ENT_OK);
	CHECK(call_is_done(&first) && call_is_done(&second));
	CHECK(call_wait(&first) == ENT_OK && call_wait(&second) == ENT_OK);
	CHECK(has_intent(node, 1) && has_intent(node, 2) && node_state(node).size == 3);
	CHECK(node_state(node).refused == 1 && node_state(node).committed == 3);
	/* The first alone, the other two while it was written; and the one at the start. */
	CHECK(node_state(node).batches == 3);
	call_finish(&first);
	call_finish(&second);
	call_finish(&refused);
	ent_node_destroy(node);
	ent_extent_destroy(here);
	ent_extent_destroy(there);
	home_remove(&home);
}

static void wait_for_permission(struct call *call) {
	atomic_bool *permitted = call->user;
	while (!atomic_load(permitted))
		pause_us(1000);
}

TEST(node__takes_so_many_that_wait_and_no_more_and_none_whose_client_has_gone) {
	(void)state_;
	enum { MOST = 10 };
	struct home home;
	struct call busy, waiting[MOST], more;
	atomic_bool permitted = false;
	home_make(&home);
	home.options.queue_max = MOST;
	struct ent_node *node = home_open(&home);
	call_init(&busy);
	busy.job.command = report_of(0);
	busy.when_decided = wait_for_permission;
	busy.user = &permitted;
	ent_node_submit(node, &busy.job);
	call_wait_decided(&busy);
	for (uint64_t i = 0; i < MOST; i++)
		call_submit(node, &waiting[i], report_of(1 + i));
	CHECK(node_state(node).waiting == MOST);
	call_submit(node, &more, report_of(100));
	CHECK(call_is_done(&more) && call_wait(&more) == ENT_E_LIMIT && !more.is_decided);
	(void)pthread_mutex_lock(&waiting[3].lock);
	waiting[3].client_gone = true;
	(void)pthread_mutex_unlock(&waiting[3].lock);
	atomic_store(&permitted, true);
	for (size_t i = 0; i < MOST; i++) {
		CHECK(call_wait(&waiting[i]) == (i == 3 ? ENT_E_MISSING : ENT_OK));
		CHECK(waiting[i].is_decided == (i != 3));
		CHECK(i == 3 || waiting[i].size == 3 + i - (i > 3));
		call_finish(&waiting[i]);
	}
	CHECK(call_wait(&busy) == ENT_OK);
	CHECK(node_state(node).size == 1 + MOST && node_state(node).committed == 1 + MOST);
	call_finish(&busy);
	call_finish(&more);
	ent_node_destroy(node);
	home_remove(&home);
}

TEST(node__finishes_what_was_submitted_before_it_stops) {
	(void)state_;
	enum { MANY = 10000 };
	struct home home;
	home_make(&home);
	struct call *calls = calloc(MANY, sizeof *calls);
	CHECK(calls != NULL);
	struct ent_node *node = home_open(&home);
	for (uint64_t i = 0; i < MANY; i++)
		call_submit(node, &calls[i], report_of(i));
	ent_node_destroy(node);
	for (size_t i = 0; i < MANY; i++) {
		CHECK(call_is_done(&calls[i]) && calls[i].status == ENT_OK);
		CHECK(calls[i].size == 2 + i);
		call_finish(&calls[i]);
	}
	free(calls);
	node = home_open(&home);
	CHECK(node_state(node).size == 1 + MANY);
	ent_node_destroy(node);
	home_remove(&home);
}

TEST(node__batches_have_a_largest_size) {
	(void)state_;
	enum { MANY = 9000, BATCH = 4096 };
	struct home home;
	struct gate gate;
	home_make(&home);
	struct call *calls = calloc(MANY, sizeof *calls);
	CHECK(calls != NULL);
	struct ent_node *node = home_open(&home);
	gate_close(&gate, node);
	for (uint64_t i = 0; i < MANY; i++)
		call_submit(node, &calls[i], report_of(i));
	/* One is being written, one is full; the others wait. */
	while (node_state(node).waiting > MANY - BATCH)
		pause_us(1000);
	gate_open(&gate);
	for (size_t i = 0; i < MANY; i++)
		CHECK(call_wait(&calls[i]) == ENT_OK && calls[i].size == 2 + i);
	CHECK(node_state(node).batches >= 1 + MANY / BATCH);
	for (size_t i = 0; i < MANY; i++)
		call_finish(&calls[i]);
	free(calls);
	ent_node_destroy(node);
	home_remove(&home);
}

struct chain {
	struct ent_node_job job;
	struct ent_node *node;
	atomic_int left;
};

static void chain_decided(struct ent_node_job *job, const struct ent_airspace_outcome *outcome,
		const struct ent_fold_version *version) {
	(void)job;
	(void)version;
	CHECK(outcome->refusal == ENT_REFUSAL_NONE);
}

static void chain_done(struct ent_node_job *job, ent_status status) {
	struct chain *chain = (struct chain *)job;
	CHECK(status == ENT_OK);
	/* The job is ours again. */
	if (atomic_fetch_sub(&chain->left, 1) > 1)
		ent_node_submit(chain->node, job);
}

TEST(node__a_job_may_be_submitted_again_as_soon_as_it_is_done) {
	(void)state_;
	struct home home;
	home_make(&home);
	struct ent_node *node = home_open(&home);
	struct chain chain = {.job = {.command = report_of(1),
					      .decided = chain_decided,
					      .done = chain_done},
			.node = node};
	atomic_store(&chain.left, 50);
	ent_node_submit(node, &chain.job);
	while (atomic_load(&chain.left) > 0)
		pause_us(1000);
	ent_node_destroy(node);
	home_remove(&home);
}

/* --- Time --- */

enum { CROWD = 600 };

/* Intents that end in a minute, far from each other. */
static void crowd(struct ent_node *node, uint64_t n, uint64_t from, int64_t start_utc_us) {
	struct call *calls = calloc(n, sizeof *calls);
	struct ent_extent **extents = calloc(n, sizeof *extents);
	CHECK(calls != NULL && extents != NULL);
	for (uint64_t i = 0; i < n; i++) {
		extents[i] = extent_at(10 + 0.1 * (double)(i / 30), 0.1 * (double)(i % 30),
				start_utc_us, start_utc_us + MINUTE_US);
		call_submit(node, &calls[i], intent_of(from + i, NULL, extents[i]));
	}
	for (size_t i = 0; i < n; i++) {
		CHECK(call_wait(&calls[i]) == ENT_OK);
		CHECK_ROW(calls[i].message, calls[i].refusal == ENT_REFUSAL_NONE);
		call_finish(&calls[i]);
		ent_extent_destroy(extents[i]);
	}
	free(extents);
	free(calls);
}

static void wait_for_size(struct ent_node *node, uint64_t size) {
	for (int i = 0; i < 1000 && node_state(node).size < size; i++)
		pause_us(10000);
	CHECK(node_state(node).size == size);
}

TEST(node__what_is_due_expires_when_nothing_else_comes) {
	(void)state_;
	struct home home;
	home_make(&home);
	home.options.expire_after_us = MINUTE_US;
	struct ent_node *node = home_open(&home);
	crowd(node, CROWD, 1, NOON_US);
	/* Not before the end and as much again. */
	atomic_store(&home.now_utc_us, NOON_US + 2 * MINUTE_US - SECOND_US);
	pause_us(1500000);
	CHECK(node_state(node).intents == CROWD && node_state(node).size == 1 + CROWD);
	atomic_store(&home.now_utc_us, NOON_US + 2 * MINUTE_US + SECOND_US);
	/* So many at a time. */
	wait_for_size(node,
			1 + CROWD +
					(CROWD + ENT_AIRSPACE_EXPIRE_MAX - 1) /
							ENT_AIRSPACE_EXPIRE_MAX);
	CHECK(node_state(node).intents == 0);
	check_fold(node);
	ent_node_destroy(node);
	home_remove(&home);
}

TEST(node__what_expires_at_once_is_more_than_one_batch) {
	(void)state_;
	enum { MANY = 64 * ENT_AIRSPACE_EXPIRE_MAX + 1, TICKS = 65 };
	struct home home;
	home_make(&home);
	home.options.expire_after_us = MINUTE_US;
	home.options.queue_max = MANY;
	struct ent_node *node = home_open(&home);
	crowd(node, MANY, 1, NOON_US);
	const struct ent_node_state before = node_state(node);
	atomic_store(&home.now_utc_us, NOON_US + HOUR_US);
	wait_for_size(node, before.size + TICKS);
	CHECK(node_state(node).intents == 0);
	CHECK(node_state(node).batches >= before.batches + 2);
	ent_node_destroy(node);
	home_remove(&home);
}

TEST(node__nothing_is_decided_against_what_is_due) {
	(void)state_;
	struct home home;
	struct call call;
	home_make(&home);
	home.options.expire_after_us = MINUTE_US;
	struct ent_node *node = home_open(&home);
	crowd(node, CROWD, 1, NOON_US);
	atomic_store(&home.now_utc_us, NOON_US + HOUR_US);
	call_submit(node, &call, removal_of(CROWD, "any"));
	CHECK(call_wait(&call) == ENT_OK && call.refusal == ENT_REFUSAL_MISSING);
	CHECK(call.size == 1 + CROWD + 3 && node_state(node).intents == 0);
	call_finish(&call);
	/* A clock that goes back does not make entries go back. */
	atomic_store(&home.now_utc_us, NOON_US);
	const int64_t before = node_state(node).time_utc_us;
	call_submit(node, &call, report_of(1));
	CHECK(call_wait(&call) == ENT_OK);
	CHECK(node_state(node).time_utc_us == before + 1);
	call_finish(&call);
	check_fold(node);
	ent_node_destroy(node);
	home_remove(&home);
}

TEST(node__time_goes_on_after_a_slow_store) {
	(void)state_;
	struct home home;
	struct gate gate;
	home_make(&home);
	home.options.expire_after_us = 0;
	struct ent_node *node = home_open(&home);
	crowd(node, CROWD, 1, NOON_US);
	crowd(node, CROWD, 1 + CROWD, NOON_US + 5 * MINUTE_US);
	const uint64_t size = node_state(node).size;
	CHECK(size == 1 + 2 * CROWD);
	gate_close(&gate, node);
	atomic_store(&home.now_utc_us, NOON_US + 2 * MINUTE_US);
	/* The ticks are being written, and the node looks at the time again. */
	pause_us(3500000);
	gate_open(&gate);
	wait_for_size(node, size + 3);
	CHECK(node_state(node).intents == CROWD);
	atomic_store(&home.now_utc_us, NOON_US + 7 * MINUTE_US);
	wait_for_size(node, size + 6);
	CHECK(node_state(node).intents == 0);
	ent_node_destroy(node);
	home_remove(&home);
}

/* --- Views that are held --- */

TEST(node__a_view_that_is_held_for_long_stays_as_it_was) {
	(void)state_;
	struct home home;
	static struct world world;
	home_make(&home);
	struct ent_node *node = home_open(&home);
	world_init(&world, &home, node, 5);
	world_steps(&world, 100);
	const struct ent_fold_version *held = ent_node_take(node);
	struct bytes before = version_bytes(held);
	world_steps(&world, 300);
	struct bytes after = version_bytes(held), now = node_bytes(node);
	CHECK(bytes_same(&before, &after) && !bytes_same(&before, &now));
	ent_node_release(node, held);
	world_steps(&world, 20);
	free(before.bytes);
	free(after.bytes);
	free(now.bytes);
	ent_node_destroy(node);
	home_remove(&home);
}

TEST(node__a_start_says_how_old_its_last_entry_is) {
	(void)state_;
	struct home home;
	home_make(&home);
	ent_node_destroy(home_open(&home));
	CHECK(home_said(&home,
			"info: a new ledger begins, and by the clock it is 2030-01-01T12:00:00"));
	CHECK(!home_said(&home, "the last entry is from"));
	atomic_store(&home.now_utc_us, NOON_US + 23 * HOUR_US);
	ent_node_destroy(home_open(&home));
	CHECK(!home_said(&home, "the last entry is from"));
	atomic_store(&home.now_utc_us, NOON_US + 50 * HOUR_US);
	ent_node_destroy(home_open(&home));
	CHECK(home_said(&home, "info: the last entry is from 2030-01-01T12:00:00"));
	CHECK(home_said(&home, ": 2 days later") && !home_said(&home, "the clock is wrong"));
	atomic_store(&home.now_utc_us, HOUR_US);
	ent_node_destroy(home_open(&home));
	CHECK(home_said(&home, "warning: the clock is wrong: by it, it is 1970-01-01T01:00:00"));
	home_remove(&home);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(node__what_is_asked_after_something_was_done_comes_after_it),
			TEST_ENTRY(node__readers_see_only_what_the_store_has),
			TEST_ENTRY(node__decides_on_while_a_batch_is_written_and_shows_none_of_it),
			TEST_ENTRY(node__takes_so_many_that_wait_and_no_more_and_none_whose_client_has_gone),
			TEST_ENTRY(node__finishes_what_was_submitted_before_it_stops),
			TEST_ENTRY(node__batches_have_a_largest_size),
			TEST_ENTRY(node__a_job_may_be_submitted_again_as_soon_as_it_is_done),
			TEST_ENTRY(node__what_is_due_expires_when_nothing_else_comes),
			TEST_ENTRY(node__what_expires_at_once_is_more_than_one_batch),
			TEST_ENTRY(node__nothing_is_decided_against_what_is_due),
			TEST_ENTRY(node__time_goes_on_after_a_slow_store),
			TEST_ENTRY(node__a_start_says_how_old_its_last_entry_is),
			TEST_ENTRY(node__a_view_that_is_held_for_long_stays_as_it_was),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
