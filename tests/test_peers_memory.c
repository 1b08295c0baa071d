/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that cannot be had, in peers: what cannot begin says so and leaves nothing; what runs loses a try, and what is owed
 * comes over all the same. The libraries' own memory is not ours to refuse.
 */
#include "memory.h"
#include "peered.h"

#define SECOND_US INT64_C(1000000)

TEST(peers__without_memory_none_begin_and_nothing_stays) {
	(void)state_;
	struct node nodes[2];
	for (int i = 0; i < 2; i++)
		node_make(&nodes[i], NULL, NULL, 0);
	node_confirm(&nodes[0], &nodes[1]);
	const int64_t live = memory.live;
	unsigned failed = 0;
	for (int all_later = 0; all_later < 2; all_later++) {
		bool reached = true;
		for (uint64_t fail_at = 1; reached; fail_at += 1 + fail_at / 40) {
			struct ent_peers *peers = NULL;
			struct ent_fault fault = {"", ""};
			node_open_post(&nodes[0]);
			const struct ent_peers_options options = node_options(&nodes[0]);
			memory_begin(fail_at, all_later == 1);
			const ent_status status = ent_peers_create(&options, &peers, &fault);
			reached = memory.calls >= fail_at;
			memory_begin(0, false);
			CHECK((status == ENT_OK) == (peers != NULL));
			CHECK(reached || status == ENT_OK);
			failed += status != ENT_OK;
			ent_peers_destroy(peers);
			node_stop(&nodes[0]);
			CHECK(memory.live == live);
		}
	}
	CHECK(failed > 20);
	nodes_end(nodes, 2);
}

/* What failed is tried again after a pause, which is over at once here. */
static void bring_over(struct node *nodes, uint64_t size) {
	for (int i = 0; i < 2000 && node_acknowledged(&nodes[0], &nodes[1], nodes[0].memo) < size;
			i++) {
		node_pause_ms(2);
		if (i % 25 == 24)
			for (int k = 0; k < 2; k++)
				node_set_ahead(&nodes[k], nodes[k].ahead_us + 5 * SECOND_US);
	}
	CHECK(node_acknowledged(&nodes[0], &nodes[1], nodes[0].memo) == size);
	CHECK(node_has(&nodes[1], &nodes[0]) == size);
}

TEST(peers__a_node_that_runs_loses_a_try_without_memory_and_nothing_else) {
	(void)state_;
	struct node nodes[2];
	struct memo_job job;
	memory_spared = true;
	nodes_start(nodes, 2);
	nodes_wait_up(nodes, 2);
	node_open_memo(&nodes[0]);
	CHECK(ent_post_share(nodes[0].memo, nodes[1].id) == ENT_OK);
	uint64_t size = 0, longest = 0;
	for (uint64_t fail_at = 1; fail_at < 90; fail_at += 1 + fail_at / 20) {
		memory_begin(fail_at, false);
		memo_submit(&nodes[0], &job, 100);
		WAIT_FOR(atomic_load(&job.status) != -1);
		size += atomic_load(&job.status) == ENT_OK;
		bring_over(nodes, size);
		longest = memory.calls > longest ? memory.calls : longest;
		memory_begin(0, false);
	}
	/* So the last ones were reached, and most were written. */
	CHECK(longest >= 40 && size > 20);
	nodes_end(nodes, 2);
	memory_spared = false;
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(peers__without_memory_none_begin_and_nothing_stays),
			TEST_ENTRY(peers__a_node_that_runs_loses_a_try_without_memory_and_nothing_else),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
