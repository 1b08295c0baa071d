/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_node_faults.c: a node on a disk that fails at each of the calls that its commits make of it, once or for a while, or
 * loses its power. Nothing that was acknowledged is lost, nothing that rests on what failed is acknowledged, and
 * afterwards the state is what the ledger folds into.
 */
#include "faulty_disk.h"
#include "nodes_world.h"

enum { USSS = 2, STEPS = 6, FILLED = 250 };

struct life {
	struct home home;
	struct ent_node *node;
	struct world worlds[USSS];
	pthread_t threads[USSS];
};

static void *ask(void *user) {
	for (int i = 0; i < STEPS; i++)
		(void)world_step(user);
	return NULL;
}

static void ask_all(struct life *life) {
	for (size_t i = 0; i < USSS; i++)
		CHECK(pthread_create(&life->threads[i], NULL, ask, &life->worlds[i]) == 0);
	for (size_t i = 0; i < USSS; i++)
		CHECK(pthread_join(life->threads[i], NULL) == 0);
}

static uint64_t failures(const struct life *life) {
	uint64_t n = 0;
	for (size_t i = 0; i < USSS; i++)
		n += life->worlds[i].failed;
	return n;
}

/* So many entries that the next ones fill a tile. */
static void fill(struct ent_node *node) {
	static struct call calls[FILLED];
	for (uint64_t i = 0; i < FILLED; i++) {
		call_init(&calls[i]);
		calls[i].job.command = report_of(i);
		ent_node_submit(node, &calls[i].job);
	}
	for (uint64_t i = 0; i < FILLED; i++) {
		CHECK(call_wait(&calls[i]) == ENT_OK);
		call_finish(&calls[i]);
	}
}

static void life_begin(struct life *life, uint64_t seed) {
	disk_new(seed);
	home_make(&life->home);
	life->node = home_open(&life->home);
	for (uint64_t i = 0; i < USSS; i++)
		world_init(&life->worlds[i], &life->home, life->node, 1000 * seed + i);
	fill(life->node);
}

static void wait_for_writes(struct ent_node *node) {
	for (int i = 0; i < 500 && !node_state(node).writes; i++)
		pause_us(10000);
	CHECK(node_state(node).writes && node_state(node).reason[0] == '\0');
}

static void check_all(struct life *life) {
	check_fold(life->node);
	for (size_t i = 0; i < USSS; i++)
		world_check(&life->worlds[i], life->node);
}

static void life_reopen(struct life *life) {
	life->node = home_open(&life->home);
	for (size_t i = 0; i < USSS; i++)
		life->worlds[i].node = life->node;
	check_all(life);
}

/* The disk is fine again: so is the node, and another one that begins with what there is. */
static void life_end(struct life *life) {
	struct seen before, after;
	disk_mend();
	wait_for_writes(life->node);
	check_all(life);
	const uint64_t failed = failures(life);
	ask_all(life);
	CHECK(failures(life) == failed);
	check_all(life);
	seen_take(life->node, &before);
	ent_node_destroy(life->node);
	home_drop_snapshots(&life->home, test_random(&disk.seed) % 3);
	life_reopen(life);
	seen_take(life->node, &after);
	seen_same("after the restart", &before, &after);
	seen_finish(&before);
	seen_finish(&after);
	ent_node_destroy(life->node);
	home_remove(&life->home);
}

/* How often the disk is called by what is asked in a life. */
static uint64_t calls_of_a_life(void) {
	static struct life life;
	life_begin(&life, 1);
	const uint64_t before = disk.calls;
	ask_all(&life);
	const uint64_t calls = disk.calls - before;
	life_end(&life);
	CHECK(calls > 50);
	return calls;
}

static uint64_t stride(void) {
	return test_scale() >= 1 ? 1 : (uint64_t)(1 / test_scale());
}

TEST(node__loses_nothing_that_it_acknowledged_whatever_call_fails_once) {
	(void)state_;
	static struct life life;
	const uint64_t calls = calls_of_a_life();
	uint64_t failed = 0, faults = 0;
	for (int fault = DISK_ERROR; fault <= DISK_FULL; fault++) {
		for (uint64_t at = 1; at <= calls; at += stride()) {
			life_begin(&life, 2 + at);
			disk_fail(at, (enum disk_fault)fault, false, NULL);
			ask_all(&life);
			failed += failures(&life);
			faults += disk.faults;
			life_end(&life);
		}
	}
	CHECK(faults > 0 && failed > 0);
}

TEST(node__turns_all_away_while_the_disk_fails_and_goes_on_when_it_is_back) {
	(void)state_;
	static struct life life;
	const uint64_t rounds = (uint64_t)(6 * test_scale()) + 2;
	for (uint64_t round = 0; round < rounds; round++) {
		struct call call;
		life_begin(&life, 900 + round);
		const struct ent_node_state before = node_state(life.node);
		disk_fail(1 + 5 * round, round % 2 == 0 ? DISK_ERROR : DISK_FULL, true, NULL);
		ask_all(&life);
		CHECK(failures(&life) > 0 && disk.faults > 0);
		/* At once, without waiting for the disk. */
		call_init(&call);
		call.job.command = report_of(1);
		ent_node_submit(life.node, &call.job);
		CHECK(call_is_done(&call) && call.status == ENT_E_IO && !call.is_decided);
		call_finish(&call);
		const struct ent_node_state state = node_state(life.node);
		CHECK(!state.writes && state.reason[0] != '\0' && state.failed > 0);
		CHECK(state.size >= before.size &&
				state.size < before.size + (uint64_t)(USSS * STEPS));
		/* What is committed can be read, and none of what is not. */
		struct bytes now = node_bytes(life.node);
		CHECK(now.size > 0);
		free(now.bytes);
		pause_us(30000);
		CHECK(!node_state(life.node).writes);
		life_end(&life);
		/* Nothing is left that could say more. */
		CHECK(strstr(life.home.said, "takes writes again") != NULL);
	}
}

TEST(node__loses_nothing_when_the_power_goes) {
	(void)state_;
	static struct life life;
	const uint64_t calls = calls_of_a_life();
	for (uint64_t at = 1; at <= calls; at += 2 * stride()) {
		life_begin(&life, 3000 + at);
		disk.evict = at % 4 == 1;
		/* First an error in half of them: then the power goes in the middle of the recovery. */
		const enum disk_fault fault = at % 3 == 0 ? DISK_GONE : DISK_ERROR;
		disk_fail(at, fault, false, NULL);
		ask_all(&life);
		disk_fail(1, DISK_GONE, true, NULL);
		ent_node_destroy(life.node);
		disk_power_cut();
		life_reopen(&life);
		life_end(&life);
	}
}

TEST(node__starts_or_says_why_whatever_call_fails_at_the_start) {
	(void)state_;
	static struct life life;
	struct seen before, after;
	uint64_t refused = 0;
	bool reached = true;
	life_begin(&life, 7);
	ask_all(&life);
	seen_take(life.node, &before);
	ent_node_destroy(life.node);
	for (uint64_t at = 1; reached; at += stride()) {
		struct ent_node *node = NULL;
		struct ent_fault fault = {"", ""};
		home_drop_snapshots(&life.home, at % 3);
		disk_fail(at, DISK_ERROR, at % 2 == 0, NULL);
		disk.faults = 0;
		const ent_status status = ent_node_create(&life.home.options, &node, &fault);
		reached = disk.faults > 0;
		disk_mend();
		CHECK(status == ENT_OK || status == ENT_E_IO || status == ENT_E_SYNTAX);
		CHECK(status == ENT_OK || (node == NULL && fault.why[0] != '\0'));
		refused += status != ENT_OK;
		if (node == NULL)
			node = home_open(&life.home);
		seen_take(node, &after);
		seen_same("a start after a fault", &before, &after);
		seen_finish(&after);
		ent_node_destroy(node);
	}
	CHECK(refused > 0);
	seen_finish(&before);
	home_remove(&life.home);
}

TEST(node__acknowledges_nothing_that_rests_on_a_batch_that_failed) {
	(void)state_;
	static struct life life;
	uint64_t calls = 1;
	for (uint64_t at = 1; at <= calls; at++) {
		struct call probe, first, refused, later, again;
		struct gate gate;
		life_begin(&life, 70 + at);
		struct ent_extent *here = extent_at(60, 8, NOON_US, NOON_US + HOUR_US);
		struct ent_extent *there = extent_at(61, 8, NOON_US, NOON_US + HOUR_US);
		struct ent_extent *elsewhere = extent_at(62, 8, NOON_US, NOON_US + HOUR_US);
		/* A batch of one makes so many calls, the last of which is the sync. */
		disk.only = "-wal";
		calls = disk.calls;
		call_submit(life.node, &probe, intent_of(3, NULL, elsewhere));
		CHECK(call_wait(&probe) == ENT_OK);
		calls = disk.calls - calls;
		gate_close(&gate, life.node);
		call_submit(life.node, &first, intent_of(1, NULL, here));
		call_wait_decided(&first);
		call_submit(life.node, &refused, intent_of(1, NULL, here));
		call_wait_decided(&refused);
		call_submit(life.node, &later, intent_of(2, NULL, there));
		call_wait_decided(&later);
		CHECK(first.refusal == ENT_REFUSAL_NONE && refused.refusal == ENT_REFUSAL_STALE);
		disk_fail(at, DISK_ERROR, false, "-wal");
		gate_open(&gate);
		CHECK(call_wait(&first) == ENT_E_IO);
		CHECK(call_wait(&refused) == ENT_E_IO && call_wait(&later) == ENT_E_IO);
		disk_mend();
		wait_for_writes(life.node);
		/* The second rested on the first, and was never written. */
		call_submit(life.node, &again, intent_of(2, NULL, there));
		CHECK(call_wait(&again) == ENT_OK && again.refusal == ENT_REFUSAL_NONE);
		call_finish(&probe);
		ent_extent_destroy(elsewhere);
		call_finish(&first);
		call_finish(&refused);
		call_finish(&later);
		call_finish(&again);
		ent_extent_destroy(here);
		ent_extent_destroy(there);
		life_end(&life);
	}
}

enum { NEVER = 1 << 30, MANY = 500 };

/*
 * A batch whose sync fails, though all of it is there; 'again' calls later another call fails. Returns how many calls it
 * takes until the node writes again, if that other one never comes.
 */
static uint64_t recover(struct life *life, uint64_t again) {
	static struct call calls[MANY];
	struct gate gate;
	life_begin(life, 500);
	gate_close(&gate, life->node);
	for (uint64_t i = 0; i < MANY; i++)
		call_submit(life->node, &calls[i], report_of(i));
	call_wait_decided(&calls[MANY - 1]);
	/* The first is alone in its batch, or with a few; its sync is fine. */
	disk_fail(2, DISK_ERROR, false, "-wal");
	disk.least = DISK_SYNCS;
	disk.again = again;
	gate_open(&gate);
	for (uint64_t i = 0; i < MANY; i++)
		CHECK(call_wait(&calls[i]) == ENT_OK || i > 0);
	CHECK(calls[MANY - 1].status == ENT_E_IO);
	wait_for_writes(life->node);
	CHECK(disk.faults == 1 || again != NEVER);
	const uint64_t until = again == NEVER ? disk.calls - (disk.fail_at - again) : 0;
	/* All of it is there now. */
	CHECK(node_state(life->node).size == 1 + FILLED + MANY);
	for (uint64_t i = 0; i < MANY; i++)
		call_finish(&calls[i]);
	life_end(life);
	return until;
}

TEST(node__recovers_when_its_recovery_has_failed_too) {
	(void)state_;
	static struct life life;
	const uint64_t calls = recover(&life, NEVER);
	/* The last ones read what the store has more than the node. */
	for (uint64_t back = 1; back < calls && back <= (uint64_t)(30 * test_scale()) + 1;
			back += 5)
		(void)recover(&life, calls - back);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(node__loses_nothing_that_it_acknowledged_whatever_call_fails_once),
			TEST_ENTRY(node__turns_all_away_while_the_disk_fails_and_goes_on_when_it_is_back),
			TEST_ENTRY(node__loses_nothing_when_the_power_goes),
			TEST_ENTRY(node__starts_or_says_why_whatever_call_fails_at_the_start),
			TEST_ENTRY(node__acknowledges_nothing_that_rests_on_a_batch_that_failed),
			TEST_ENTRY(node__recovers_when_its_recovery_has_failed_too),
	};
	disk_register();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
