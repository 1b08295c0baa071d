/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_node_memory.c: memory that cannot be had while a node decides, commits or starts: every allocation fails once, then
 * all from it on. Who asked is told; what was acknowledged stays; the node goes on when there is memory again; nothing
 * stays behind.
 */
#include "memory.h"
#include "nodes_world.h"

enum { STEPS = 5, FILLED = 253 };

static struct world world;

static void fill(struct ent_node *node) {
	static struct call calls[FILLED];
	for (uint64_t i = 0; i < FILLED; i++)
		call_submit(node, &calls[i], report_of(i));
	for (uint64_t i = 0; i < FILLED; i++) {
		CHECK(call_wait(&calls[i]) == ENT_OK);
		call_finish(&calls[i]);
	}
}

static void wait_for_writes(struct ent_node *node) {
	for (int i = 0; i < 500 && !node_state(node).writes; i++)
		pause_us(10000);
	CHECK(node_state(node).writes);
}

/* The first are all tried, later ones in leaps. */
static uint64_t next_call(uint64_t call) {
	const uint64_t all = (uint64_t)(60 * test_scale()) + 20;
	return call + 1 + (call > all ? call / 12 : 0);
}

TEST(node__goes_on_after_memory_that_could_not_be_had) {
	(void)state_;
	uint64_t failed = 0, lives = 0;
	memory_spared = true;
	for (int all_later = 0; all_later < 2; all_later++) {
		bool reached = true;
		for (uint64_t fail_at = 1; reached; fail_at = next_call(fail_at)) {
			struct home home;
			home_make(&home);
			const int64_t before = memory.live;
			struct ent_node *node = home_open(&home);
			world_init(&world, &home, node, 17 + fail_at);
			fill(node);
			memory_begin(fail_at, all_later == 1);
			for (int i = 0; i < STEPS; i++) {
				const ent_status status = world_step(&world);
				CHECK(status == ENT_OK || status == ENT_E_MEMORY ||
						status == ENT_E_IO);
			}
			reached = memory.calls >= fail_at;
			memory_begin(0, false);
			failed += world.failed;
			wait_for_writes(node);
			check_fold(node);
			world_check(&world, node);
			const uint64_t until_now = world.failed;
			for (int i = 0; i < STEPS; i++)
				CHECK(world_step(&world) == ENT_OK);
			CHECK(world.failed == until_now);
			check_fold(node);
			world_check(&world, node);
			ent_node_destroy(node);
			CHECK(memory.live == before);
			home_remove(&home);
			lives++;
		}
	}
	CHECK(failed > lives / 4);
}

TEST(node__starts_when_there_is_memory_and_leaves_nothing_when_there_is_not) {
	(void)state_;
	struct home home;
	struct seen seen, now;
	memory_spared = false;
	home_make(&home);
	struct ent_node *node = home_open(&home);
	world_init(&world, &home, node, 5);
	fill(node);
	world_steps(&world, 100);
	seen_take(node, &seen);
	ent_node_destroy(node);
	for (int all_later = 0; all_later < 2; all_later++) {
		bool reached = true;
		for (uint64_t fail_at = 1; reached; fail_at = next_call(fail_at)) {
			struct ent_fault fault = {"", ""};
			home_drop_snapshots(&home, fail_at % 3);
			const int64_t before = memory.live;
			memory_begin(fail_at, all_later == 1);
			const ent_status status = ent_node_create(&home.options, &node, &fault);
			reached = memory.calls >= fail_at;
			memory_begin(0, false);
			CHECK(status == ENT_OK || status == ENT_E_MEMORY || status == ENT_E_IO);
			if (status != ENT_OK) {
				CHECK(memory.live == before);
				node = home_open(&home);
			}
			seen_take(node, &now);
			seen_same("when there is memory again", &seen, &now);
			seen_finish(&now);
			ent_node_destroy(node);
			CHECK(memory.live == before);
		}
	}
	seen_finish(&seen);
	home_remove(&home);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(node__goes_on_after_memory_that_could_not_be_had),
			TEST_ENTRY(node__starts_when_there_is_memory_and_leaves_nothing_when_there_is_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
