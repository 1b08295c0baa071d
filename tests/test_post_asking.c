/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_post_asking.c: ledgers of ours that ask before they are written: a copy that was restored gets back what it has lost,
 * and writes no second entry of a number that somebody has; who has lost nothing goes on at once.
 */
#include "posts.h"

static bool is_asking(struct ent_post_ledger *ledger) {
	struct ent_post_stand stand;
	ent_post_stand(ledger, &stand);
	return stand.asking;
}

/* A job that is not waited for. */
static void submit(struct ent_post_ledger *ledger, struct call *call, struct saying *saying) {
	memset(call, 0, sizeof *call);
	(void)pthread_mutex_init(&call->lock, NULL);
	(void)pthread_cond_init(&call->told, NULL);
	call->job.command = saying;
	call->job.decided = call_decided;
	call->job.done = call_done;
	ent_post_submit(ledger, &call->job);
}

static bool is_done(struct call *call) {
	(void)pthread_mutex_lock(&call->lock);
	const bool done = call->is_done;
	(void)pthread_mutex_unlock(&call->lock);
	return done;
}

/* The copy, which has three of seven, with ledgers that ask. */
static struct party *restore(struct party *party) {
	say_some(party->memo[0], 3, 0);
	say_some(party->ours[1], 2, 0);
	settle(party->world);
	struct party *old = party_copy(party);
	say_some(party->memo[0], 4, 100);
	say_some(party->ours[1], 5, 100);
	settle(party->world);
	swap_stores(party, old);
	copy_close(old);
	party->asks = true;
	party_restart(party);
	CHECK(party->memo_chain[0].size == 3 && is_asking(party->memo[0]));
	return party;
}

TEST(post_asking__a_restored_copy_gets_back_what_it_lost_before_it_writes) {
	struct world *world = world_open(2);
	struct party *a = restore(&world->party[0]);
	struct saying saying = {.number = 500};
	struct call call;
	(void)state_;
	submit(a->memo[0], &call, &saying);
	CHECK(!is_done(&call) && ent_post_asking(a->post) == 2);
	/* It is to be asked at once, and has nothing else to say. */
	CHECK(ent_post_next_us(a->post, world->party[1].card.id) <= world->now_us);
	CHECK(carry(a, 1));
	CHECK(call_wait(&call) == ENT_OK && call.outcome.first == 7);
	CHECK(ent_post_asking(a->post) == 0 && !is_asking(a->memo[0]));
	CHECK(a->memo_chain[0].size == 8 && a->our_chain[1].size == 7);
	say_some(a->ours[1], 3, 200);
	settle(world);
	check_settled(world);
	check_no_alarms(world);
	world_close(world);
}

/* A copy of A, which wrote nothing since; B did, and A had all of it. */
static void lose_what_b_wrote(struct world *world) {
	struct party *a = &world->party[0], *b = &world->party[1];
	say_some(b->memo[1], 3, 0);
	settle(world);
	struct party *old = party_copy(a);
	say_some(b->memo[1], 4, 100);
	say_some(b->ours[0], 2, 100);
	settle(world);
	swap_stores(a, old);
	copy_close(old);
	CHECK(a->memo_chain[1].size == 3 && a->their_chain[1].size == 0);
}

/* Nobody knows of it before it is asked: of its own it lacks nothing, and what others wrote it had acknowledged. */
TEST(post_asking__what_others_wrote_meanwhile_comes_to_a_restored_copy_too) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0], *b = &world->party[1];
	(void)state_;
	lose_what_b_wrote(world);
	a->asks = true;
	party_restart(a);
	CHECK(ent_post_next_us(b->post, a->card.id) == INT64_MAX);
	CHECK(carry(a, 1) && ent_post_next_us(b->post, a->card.id) <= world->now_us);
	settle(world);
	check_settled(world);
	CHECK(a->memo_chain[1].size == 7 && a->their_chain[1].size == 2);
	CHECK(b->alarms[ENT_POST_WENT_BACK] > 0);
	world_close(world);
}

TEST(post_asking__who_was_not_there_when_a_copy_was_restored_asks_it_when_it_is) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0], *b = &world->party[1];
	(void)state_;
	lose_what_b_wrote(world);
	settle(world);
	CHECK(a->memo_chain[1].size == 3);
	party_restart(b);
	settle(world);
	check_settled(world);
	CHECK(a->memo_chain[1].size == 7 && b->alarms[ENT_POST_WENT_BACK] > 0);
	world_close(world);
}

TEST(post_asking__who_has_lost_nothing_goes_on_with_the_first_answer) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0];
	(void)state_;
	a->asks = true;
	party_restart(a);
	CHECK(ent_post_asking(a->post) == 2 && carry(a, 1) && ent_post_asking(a->post) == 0);
	say_some(a->ours[1], 3, 0);
	settle(world);
	party_restart(a);
	CHECK(ent_post_asking(a->post) == 2 && carry(a, 1) && ent_post_asking(a->post) == 0);
	settle(world);
	check_settled(world);
	check_no_alarms(world);
	world_close(world);
}

/* One of them has less than the other: all are waited for. */
TEST(post_asking__all_that_share_it_are_asked) {
	struct world *world = world_open(3);
	struct party *a = &world->party[0];
	(void)state_;
	say_some(a->memo[0], 3, 0);
	settle(world);
	struct party *old = party_copy(a);
	say_some(a->memo[0], 4, 100);
	CHECK(carry(a, 2));
	swap_stores(a, old);
	copy_close(old);
	a->asks = true;
	party_restart(a);
	CHECK(carry(a, 1) && a->memo_chain[0].size == 3 && is_asking(a->memo[0]));
	CHECK(!is_asking(a->ours[1]) && is_asking(a->ours[2]));
	CHECK(carry(a, 2) && a->memo_chain[0].size == 7 && !is_asking(a->memo[0]));
	say_some(a->memo[0], 2, 200);
	settle(world);
	check_settled(world);
	check_no_alarms(world);
	world_close(world);
}

TEST(post_asking__who_never_had_it_says_so) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0], *b = &world->party[1];
	struct chain chain = {0};
	struct ent_post_ledger *ledger = NULL;
	struct ent_fault fault;
	char name[100];
	(void)state_;
	(void)snprintf(name, sizeof name, "memo/ff/%s", a->card.id);
	struct ent_post_ledger_options options = ledger_options(name, &chain);
	options.asks = true;
	CHECK(ent_post_open_ours(a->post, &options, &ledger, &fault) == ENT_OK);
	CHECK(ent_post_share(ledger, b->card.id) == ENT_OK && ent_post_asking(a->post) == 1);
	/* A question opens nothing: there is no checkpoint with it. */
	CHECK(carry(a, 1) && b->offered == 0 && ent_post_asking(a->post) == 0);
	say_number(ledger, 1);
	check_no_alarms(world);
	world_close(world);
}

/* More than comes back at once: a person is needed, and the alarm says so. */
TEST(post_asking__what_is_too_much_to_be_given_back_is_told_of) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0];
	(void)state_;
	say_some(a->memo[0], 1, 0);
	settle(world);
	struct party *old = party_copy(a);
	static struct call calls[ENT_REPLICA_ENTRIES_MAX + 10];
	struct saying saying = {.number = 7};
	for (size_t done = 0; done < ENT_REPLICA_ENTRIES_MAX + 10;) {
		const size_t n = done + 1000 < ENT_REPLICA_ENTRIES_MAX + 10
				? 1000
				: ENT_REPLICA_ENTRIES_MAX + 10 - done;
		for (size_t i = 0; i < n; i++)
			submit(a->memo[0], &calls[done + i], &saying);
		for (size_t i = 0; i < n; i++)
			CHECK(call_wait(&calls[done + i]) == ENT_OK);
		done += n;
	}
	settle(world);
	swap_stores(a, old);
	copy_close(old);
	a->asks = true;
	party_restart(a);
	CHECK(carry(a, 1) && is_asking(a->memo[0]) && !is_asking(a->ours[1]));
	CHECK(a->alarms[ENT_POST_OLD_COPY] == 1 && a->memo_chain[0].size == 1);
	world_close(world);
}

TEST(post_asking__nobody_is_waited_for_for_ever) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0];
	struct saying sayings[3] = {{.number = 1}, {.number = 2}, {.number = 3}};
	struct call calls[3];
	struct ent_post_parcel parcel;
	struct ent_fault fault;
	(void)state_;
	a->asks = true;
	party_restart(a);
	for (size_t i = 0; i < 3; i++)
		submit(a->memo[0], &calls[i], &sayings[i]);
	/* It is asked again after a pause. */
	CHECK(party_compose(a, 1, ENT_BOOK_NET, false, &parcel));
	party_sent(a, 1, ENT_BOOK_NET, &parcel);
	CHECK(ent_post_next_us(a->post, world->party[1].card.id) > world->now_us);
	ent_post_failed(a->post, world->party[1].card.id, &parcel);
	CHECK(ent_post_next_us(a->post, world->party[1].card.id) <= world->now_us);
	ent_post_parcel_finish(&parcel);
	CHECK(!is_done(&calls[0]));
	CHECK(ent_post_begin(a->post, &fault) == ENT_OK && ent_post_asking(a->post) == 0);
	for (size_t i = 0; i < 3; i++)
		CHECK(call_wait(&calls[i]) == ENT_OK && calls[i].outcome.first == i);
	settle(world);
	check_settled(world);
	check_no_alarms(world);
	world_close(world);
}

/* What is not caught: nobody could be reached. Then the peer has the proof. */
TEST(post_asking__who_begins_unasked_with_an_old_copy_is_caught_by_the_peer) {
	struct world *world = world_open(2);
	struct party *a = restore(&world->party[0]), *b = &world->party[1];
	struct ent_fault fault;
	(void)state_;
	CHECK(ent_post_begin(a->post, &fault) == ENT_OK);
	say_some(a->memo[0], 1, 900);
	CHECK(carry(a, 1));
	CHECK(b->alarms[ENT_POST_FORK] == 1 && a->alarms[ENT_POST_OLD_COPY] >= 1);
	world_close(world);
}

TEST(post_asking__jobs_that_wait_are_bounded_frozen_and_told_of_at_the_end) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0];
	struct call *calls = calloc(ENT_SCRIBE_QUEUE_MAX + 1, sizeof *calls);
	struct saying saying = {.number = 1}, flash = {.number = 2, .flash = true};
	struct call frozen, goes_on;
	struct ent_fault fault;
	(void)state_;
	CHECK(calls != NULL);
	a->asks = true;
	party_restart(a);
	for (size_t i = 0; i <= ENT_SCRIBE_QUEUE_MAX; i++)
		submit(a->ours[1], &calls[i], &saying);
	CHECK(call_wait(&calls[ENT_SCRIBE_QUEUE_MAX]) == ENT_E_LIMIT);
	ent_post_destroy(a->post);
	for (size_t i = 0; i < ENT_SCRIBE_QUEUE_MAX; i++)
		CHECK(call_wait(&calls[i]) == ENT_E_IO);
	free(calls);
	party_start(a);
	ent_post_freeze(a->memo[0], "the peer contradicts itself");
	submit(a->memo[0], &frozen, &saying);
	submit(a->memo[0], &goes_on, &flash);
	CHECK(ent_post_begin(a->post, &fault) == ENT_OK);
	CHECK(call_wait(&frozen) == ENT_OK && frozen.outcome.refused);
	CHECK(call_wait(&goes_on) == ENT_OK && !goes_on.outcome.refused);
	ent_post_thaw(a->memo[0]);
	say_number(a->memo[0], 3);
	world_close(world);
}

/* Somebody gives us entries of ours that we did not write: nothing of it is taken. */
TEST(post_asking__what_we_did_not_sign_is_not_taken_back) {
	struct world *world = world_open(2);
	struct party *a = restore(&world->party[0]), *b = &world->party[1];
	struct ent_post_parcel parcel;
	char *answer = NULL;
	size_t length = 0;
	(void)state_;
	CHECK(party_compose(a, 1, ENT_BOOK_NET, false, &parcel));
	(void)party_take(b, a, parcel.text, parcel.length, ENT_BOOK_UNASKED, &answer, &length);
	char *number = strstr(answer, "\"number\":10");
	CHECK(number != NULL);
	number[9] = '7';
	char *end = strstr(answer, "\nend ");
	struct ent_hash hash;
	char hex[65];
	CHECK(end != NULL);
	ent_seal_sha256(answer, (size_t)(end + 1 - answer), &hash);
	hex_print(&hash, hex);
	memcpy(end + 5, hex, 64);
	(void)party_take(a, b, answer, length, parcel.asked, NULL, NULL);
	CHECK(a->alarms[ENT_POST_FALSE_NOTE] + a->alarms[ENT_POST_OLD_COPY] > 0);
	CHECK(ent_post_asking(a->post) == 1);
	free(answer);
	ent_post_parcel_finish(&parcel);
	world->now_us += ENT_ROUTE_PAUSE_MAX_US;
	CHECK(carry(a, 1) && ent_post_asking(a->post) == 0);
	CHECK(a->memo_chain[0].size == 7 && a->our_chain[1].size == 7);
	world_close(world);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(post_asking__a_restored_copy_gets_back_what_it_lost_before_it_writes),
			TEST_ENTRY(post_asking__what_others_wrote_meanwhile_comes_to_a_restored_copy_too),
			TEST_ENTRY(post_asking__who_was_not_there_when_a_copy_was_restored_asks_it_when_it_is),
			TEST_ENTRY(post_asking__who_has_lost_nothing_goes_on_with_the_first_answer),
			TEST_ENTRY(post_asking__all_that_share_it_are_asked),
			TEST_ENTRY(post_asking__who_never_had_it_says_so),
			TEST_ENTRY(post_asking__what_is_too_much_to_be_given_back_is_told_of),
			TEST_ENTRY(post_asking__nobody_is_waited_for_for_ever),
			TEST_ENTRY(post_asking__who_begins_unasked_with_an_old_copy_is_caught_by_the_peer),
			TEST_ENTRY(post_asking__jobs_that_wait_are_bounded_frozen_and_told_of_at_the_end),
			TEST_ENTRY(post_asking__what_we_did_not_sign_is_not_taken_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
