/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_scribe_memory.c: memory that cannot be had, in a scribe and a replica: every allocation fails once, then all from
 * it on. What was acknowledged is there, what was not has never been, and nothing stays behind.
 */
#include "memory.h"
#include "replicas.h"

/* Allocations of a batch that are tried, and of how many one is sealed: one after another, each pair comes once. */
enum { PLACES = 14, KINDS = 3 };

static void memory_end(void) {
	memory_begin(0, false);
}

TEST(scribe_memory__comes_or_says_that_it_cannot) {
	struct desk desk;
	(void)state_;
	desk_open(&desk);
	desk_stop(&desk);
	for (int all = 0; all < 2; all++) {
		ent_status status = ENT_E_MEMORY;
		for (uint64_t at = 1; status != ENT_OK; at++) {
			const struct ent_scribe_options options = {
					.store = desk.store, .clock = desk_clock, .user = &desk};
			CHECK(status == ENT_E_MEMORY && at < 100);
			memory_begin(at, all == 1);
			status = ent_scribe_create(&options, &desk.scribe);
			memory_end();
		}
		desk_stop(&desk);
	}
	desk_start(&desk);
	desk_close(&desk);
}

TEST(scribe_memory__opens_a_ledger_or_says_that_it_cannot) {
	struct desk desk;
	struct chain chain = {0};
	(void)state_;
	desk_open(&desk);
	say_n(desk_ledger(&desk, "line/a/b", &chain), 300, 0);
	for (int all = 0; all < 2; all++) {
		ent_status status = ENT_E_MEMORY;
		for (uint64_t at = 1; status != ENT_OK; at++) {
			struct chain again = {0};
			struct ent_scribe_ledger *ledger;
			struct ent_fault fault = {"", ""};
			const struct ent_scribe_ledger_options options = desk_ledger_options(
					&desk, "line/a/b", &again);
			CHECK(status == ENT_E_MEMORY && at < 1000);
			desk_stop(&desk);
			desk_start(&desk);
			memory_begin(at, all == 1);
			status = ent_scribe_open(desk.scribe, &options, &ledger, &fault);
			memory_end();
			CHECK(status != ENT_OK || chain_is(&again, &chain));
		}
	}
	desk_close(&desk);
}

TEST(scribe_memory__a_batch_that_finds_none_has_never_been) {
	(void)state_;
	for (int all = 0; all < 2; all++) {
		for (int steps_back = 0; steps_back < 2; steps_back++) {
			struct desk desk;
			struct chain chain = {.steps_back = steps_back == 1};
			unsigned failed = 0, done = 0;
			desk_open(&desk);
			struct ent_scribe_ledger *ledger = desk_ledger(&desk, "line/a/b", &chain);
			say_n(ledger, 200, 0);
			/* At each place of a batch, of each kind; a store that failed costs a second. */
			for (uint64_t at = 1; at <= PLACES * KINDS; at++) {
				struct call call;
				const uint64_t size = state_of(ledger).size;
				memory_begin(at % PLACES, all == 1);
				const ent_status status = call_do(ledger, &call,
						(struct command){at % KINDS == 0 ? SEALED : SAY, 4,
								at, 9});
				memory_end();
				CHECK(status == ENT_OK || status == ENT_E_MEMORY ||
						status == ENT_E_IO);
				failed += status != ENT_OK;
				done += status == ENT_OK;
				for (int n = 0; n < 300 && !state_of(ledger).writes; n++)
					pause_ms(10);
				/* It is idle once another one is done. */
				while (call_do(ledger, &call, (struct command){SAY, 0, 0, 0}) !=
						ENT_OK)
					pause_ms(10);
				CHECK(state_of(ledger).size == size + (status == ENT_OK ? 4 : 0));
				desk_check(&desk, ledger, &chain);
			}
			CHECK(failed > 10 && done > 10);
			desk_close(&desk);
		}
	}
}

TEST(scribe_memory__a_replica_takes_or_says_that_it_cannot) {
	struct author author, fork;
	(void)state_;
	CHECK(ent_seal_start() == ENT_OK);
	author_init(&author, 400);
	author_grow(&author, 400, 0);
	author_fork(&fork, &author, 90, 400);
	for (int all = 0; all < 2; all++) {
		struct keeper keeper;
		keeper_open(&keeper, &author);
		keeper.chain.steps_back = all == 0;
		CHECK(keeper_take(&keeper, &author, 0, 200, 200) == ENT_OK);
		for (int act = 0; act < 4; act++) {
			ent_status status = ENT_E_MEMORY;
			const ent_status should = act == 1 || act == 2 ? ENT_E_EXISTS : ENT_OK;
			for (uint64_t at = 1; status != should; at++) {
				CHECK((status == ENT_E_MEMORY || status == ENT_E_IO) && at < 1000);
				if (act == 3)
					ent_replica_close(keeper.replica);
				memory_begin(at, all == 1);
				status = act == 0 ? keeper_witness(&keeper, &author, 390)
						: act == 1
						? keeper_take(&keeper, &fork, 50, 300, 300)
						: act == 2 ? keeper_witness(&keeper, &fork, 150)
							   : keeper_try_open(&keeper, &author);
				memory_end();
				CHECK((status == ENT_E_EXISTS) == (keeper.answer.fork_length > 0));
				if (act == 3 && status != ENT_OK)
					CHECK(keeper_try_open(&keeper, &author) == ENT_OK);
				keeper_check(&keeper, &author, 200);
			}
		}
		/* What is new: at each place where it may fail, all of it is there or nothing. */
		for (uint64_t at = 1; keeper.answer.size < 400; at++) {
			const uint64_t held = keeper.answer.size;
			CHECK(at < 1000);
			memory_begin(at, all == 1);
			const ent_status status = keeper_take(
					&keeper, &author, held - 10, 400, 400);
			memory_end();
			CHECK(status == ENT_OK || status == ENT_E_MEMORY || status == ENT_E_IO);
			CHECK(keeper_take(&keeper, &author, 200, 200, 200) == ENT_OK);
			keeper_check(&keeper, &author, status == ENT_OK ? 400 : 200);
		}
		keeper_close(&keeper);
	}
	author_finish(&author);
	author_finish(&fork);
}

static int nothing_stays(void **state) {
	(void)state;
	CHECK(memory.live == 0);
	return 0;
}

int main(void) {
	const struct CMUnitTest tests[] = {
			cmocka_unit_test_teardown(
					scribe_memory__comes_or_says_that_it_cannot, nothing_stays),
			cmocka_unit_test_teardown(
					scribe_memory__opens_a_ledger_or_says_that_it_cannot,
					nothing_stays),
			cmocka_unit_test_teardown(
					scribe_memory__a_batch_that_finds_none_has_never_been,
					nothing_stays),
			cmocka_unit_test_teardown(
					scribe_memory__a_replica_takes_or_says_that_it_cannot,
					nothing_stays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
