/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_post_memory.c: memory that cannot be had: every allocation fails once, then all from it on. What was not done is
 * said, and is done when it is asked for again; nothing stays behind.
 */
#include "memory.h"
#include "posts.h"

static void memory_end(void) {
	memory_begin(0, false);
}

TEST(post_memory__comes_and_opens_or_says_that_it_cannot) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0];
	(void)state_;
	say_number(a->ours[1], 1);
	say_number(world->party[1].ours[0], 1);
	settle(world);
	for (int all = 0; all < 2; all++) {
		ent_status status = ENT_E_MEMORY;
		for (uint64_t at = 1; status != ENT_OK; at++) {
			struct chain ours = {0}, theirs = {0};
			struct ent_post_ledger *ledger = NULL, *other = NULL;
			struct ent_fault fault = {"", ""};
			char names[2][100];
			const char *us = a->card.id, *it = world->party[1].card.id;
			CHECK(status == ENT_E_MEMORY && at < 300);
			ent_post_destroy(a->post);
			a->post = NULL;
			(void)snprintf(names[0], sizeof names[0], "line/%s/%s", us, it);
			(void)snprintf(names[1], sizeof names[1], "line/%s/%s", it, us);
			const struct ent_post_options options = party_options(a);
			const struct ent_post_ledger_options first = ledger_options(
					names[0], &ours);
			const struct ent_post_ledger_options second = ledger_options(
					names[1], &theirs);
			memory_begin(at, all == 1);
			status = ent_post_create(&options, &a->post, &fault);
			if (status == ENT_OK)
				status = ent_post_put_peer(a->post, &world->party[1].card, &fault);
			if (status == ENT_OK)
				status = ent_post_open_ours(a->post, &first, &ledger, &fault);
			if (status == ENT_OK)
				status = ent_post_share(ledger, it);
			if (status == ENT_OK)
				status = ent_post_open_theirs(a->post, it, &second, &other, &fault);
			memory_end();
			if (status == ENT_OK) {
				struct ent_post_share share;
				CHECK(ours.size == 1 && theirs.size == 1);
				CHECK(ent_post_shares(a->post, it, &share, 1) == 1);
				CHECK(share.size == 1 && share.acknowledged == 1);
			}
			/* The ledgers' states end with this turn. */
			ent_post_destroy(a->post);
			a->post = NULL;
		}
	}
	party_start(a);
	check_settled(world);
	world_close(world);
}

/* A parcel of all kinds, composed, taken and answered, with a failure at each place in turn. */
static void carry_failing(struct world *world, uint64_t at, bool all, unsigned *failed) {
	struct party *a = &world->party[0], *b = &world->party[1];
	struct ent_post_parcel parcel = {.text = NULL};
	struct ent_post_taken taken;
	struct ent_fault fault = {"", ""};
	char *answer = NULL;
	size_t length = 0;
	memory_begin(at, all);
	ent_status status = ent_post_compose(
			a->post, b->card.id, ENT_BOOK_FILE, true, PARCEL_BYTES, &parcel, &fault);
	if (status == ENT_OK)
		status = ent_post_take(b->post, a->card.id, parcel.text, parcel.length,
				ENT_BOOK_UNASKED, &answer, &length, &taken, &fault);
	if (status == ENT_OK)
		status = ent_post_take(a->post, b->card.id, answer, length, parcel.asked, NULL,
				NULL, &taken, &fault);
	memory_end();
	CHECK(status == ENT_OK || status == ENT_E_MEMORY || status == ENT_E_IO);
	CHECK(status != ENT_E_IO || fault.why[0] != '\0');
	*failed += status != ENT_OK;
	free(answer);
	ent_post_parcel_finish(&parcel);
}

TEST(post_memory__what_was_not_carried_is_carried_again) {
	(void)state_;
	for (int all = 0; all < 2; all++) {
		struct world *world = world_open(3);
		unsigned failed = 0;
		for (uint64_t at = 1; at < 140; at++) {
			struct party *a = &world->party[0];
			if (at % 5 == 1) {
				say_number(a->ours[1], at);
				CHECK(say(a->memo[0],
						      (struct saying){.to = world->party[1].card.id,
								      .text = "sealed"}) == ENT_OK);
				say_number(world->party[2].memo[2], at);
				settle(world);
				say_number(a->ours[1], at);
				say_number(world->party[1].ours[0], at);
			}
			carry_failing(world, at, all == 1, &failed);
		}
		CHECK(failed > 10);
		settle(world);
		check_settled(world);
		check_no_alarms(world);
		world_close(world);
	}
}

/* What could not begin says so, and begins when it is told to again; jobs in between are done. */
TEST(post_memory__ledgers_that_ask_begin_or_say_that_they_cannot) {
	(void)state_;
	for (int all = 0; all < 2; all++) {
		struct world *world = world_open(2);
		struct party *a = &world->party[0];
		unsigned failed = 0;
		a->asks = true;
		for (uint64_t at = 1; at < 25; at++) {
			struct ent_fault fault = {"", ""};
			party_restart(a);
			CHECK(ent_post_asking(a->post) == 2);
			memory_begin(at, all == 1);
			const ent_status status = ent_post_begin(a->post, &fault);
			memory_end();
			CHECK(status == ENT_OK || status == ENT_E_MEMORY);
			/* Whoever looks for what is still to begin finds it. */
			CHECK((ent_post_asking(a->post) == 0) == (status == ENT_OK));
			failed += status != ENT_OK;
			if (status != ENT_OK)
				CHECK(say(a->ours[1], (struct saying){.number = at}) == ENT_E_IO ||
						say(a->memo[0], (struct saying){.number = at}) ==
								ENT_E_IO);
			CHECK(ent_post_begin_failed(a->post, &fault) == ENT_OK &&
					ent_post_asking(a->post) == 0);
			say_number(a->ours[1], at);
		}
		CHECK(failed > 2);
		settle(world);
		check_settled(world);
		check_no_alarms(world);
		world_close(world);
	}
}

static int nothing_stays(void **state) {
	(void)state;
	CHECK(memory.live == 0);
	return 0;
}

int main(void) {
	const struct CMUnitTest tests[] = {
			cmocka_unit_test_teardown(
					post_memory__comes_and_opens_or_says_that_it_cannot,
					nothing_stays),
			cmocka_unit_test_teardown(
					post_memory__what_was_not_carried_is_carried_again,
					nothing_stays),
			cmocka_unit_test_teardown(
					post_memory__ledgers_that_ask_begin_or_say_that_they_cannot,
					nothing_stays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
