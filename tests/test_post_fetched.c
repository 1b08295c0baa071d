/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_post_fetched.c: what a peer writes on the line comes with its answers, when it does not get through itself: whole, in order, so
 * much at once and no more, and to nobody else.
 */
#include "posts.h"

enum { A, B, C, USUAL = 1 << 20 };

/* A's next parcel to B, whatever is owed. */
static void compose(struct party *a, struct ent_post_parcel *ret_parcel) {
	CHECK(party_compose(a, B, ENT_BOOK_NET, true, ret_parcel));
	party_sent(a, B, ENT_BOOK_NET, ret_parcel);
}

/* What B answers to it; 'from' NULL: it came as a file. */
static char *answer_of(struct party *b, const struct party *from,
		const struct ent_post_parcel *parcel, size_t *ret_length) {
	char *answer = NULL;
	(void)party_take(b, from, parcel->text, parcel->length, ENT_BOOK_UNASKED, &answer,
			ret_length);
	CHECK(answer != NULL && *ret_length < USUAL);
	return answer;
}

/* A asks, and takes what comes. True: it had entries. */
static bool ask(struct world *world) {
	struct party *a = &world->party[A], *b = &world->party[B];
	struct ent_post_parcel parcel;
	size_t length = 0;
	compose(a, &parcel);
	char *answer = answer_of(b, a, &parcel, &length);
	const bool brings = strstr(answer, "\nledger ") != NULL;
	(void)party_take(a, b, answer, length, parcel.asked, NULL, NULL);
	free(answer);
	ent_post_parcel_finish(&parcel);
	return brings;
}

static struct ent_post_share line_share(const struct world *world) {
	const struct party *b = &world->party[B];
	struct ent_post_share shares[4];
	const size_t n = ent_post_shares(b->post, world->party[A].card.id, shares, 4);
	size_t i = 0;
	while (i < n && shares[i].ledger != b->ours[A])
		i++;
	CHECK(i < n);
	return shares[i];
}

TEST(post_fetched__what_a_peer_wrote_on_the_line_comes_with_its_answer) {
	struct world *world = world_open(2);
	struct party *a = &world->party[A], *b = &world->party[B];
	(void)state_;
	CHECK(!ask(world));
	say_some(b->ours[A], 5, 0);
	say_some(b->memo[B], 2, 0);
	CHECK(ask(world) && a->grew > 0);
	check_same(b->ours[A], &b->our_chain[A], a->theirs[B], &a->their_chain[B]);
	/* What may have payloads its author brings, or a member. */
	CHECK(a->memo_chain[B].size == 0);
	/* With the next one it is acknowledged, and B has nothing of it to send any more. */
	CHECK(line_share(world).acknowledged == 0);
	CHECK(!ask(world));
	CHECK(line_share(world).acknowledged == 5 && line_share(world).there == 5);
	settle(world);
	check_settled(world);
	check_no_alarms(world);
	world_close(world);
}

TEST(post_fetched__of_much_each_answer_has_some_and_all_of_it_comes) {
	struct world *world = world_open(2);
	const struct party *a = &world->party[A];
	struct party *b = &world->party[B];
	(void)state_;
	say_some(b->ours[A], 600, 0);
	for (uint64_t expected = 256; expected < 600; expected += 256) {
		CHECK(ask(world) && a->their_chain[B].size == expected);
		/* The checkpoint of just that is acknowledged, by the next one. */
		CHECK(line_share(world).acknowledged == expected - 256);
	}
	CHECK(ask(world) && !ask(world));
	check_same(b->ours[A], &b->our_chain[A], a->theirs[B], &a->their_chain[B]);
	CHECK(line_share(world).acknowledged == 600);
	check_no_alarms(world);
	world_close(world);
}

TEST(post_fetched__it_may_come_by_both_ways_and_twice) {
	struct world *world = world_open(2);
	struct party *a = &world->party[A], *b = &world->party[B];
	struct ent_post_parcel early;
	size_t length = 0;
	(void)state_;
	compose(a, &early);
	say_some(b->ours[A], 5, 0);
	char *answer = answer_of(b, a, &early, &length);
	CHECK(strstr(answer, "\nledger ") != NULL);
	/* B's own parcel is quicker. */
	CHECK(carry(b, A));
	for (int i = 0; i < 2; i++)
		(void)party_take(a, b, answer, length, early.asked, NULL, NULL);
	free(answer);
	check_same(b->ours[A], &b->our_chain[A], a->theirs[B], &a->their_chain[B]);
	/* What is there by now is not given because somebody brings the question again. */
	answer = answer_of(b, a, &early, &length);
	CHECK(strstr(answer, "\nledger ") == NULL);
	free(answer);
	ent_post_parcel_finish(&early);
	settle(world);
	check_no_alarms(world);
	world_close(world);
}

/* Who asks for the line that B has with A. */
static char *answer_to(struct world *world, unsigned asks, bool as_file) {
	const struct party *from = &world->party[asks];
	struct ent_parcel_writer *writer = NULL;
	struct ent_post_parcel parcel = {.text = NULL};
	char name[128];
	const char *text = NULL;
	size_t length = 0;
	(void)snprintf(name, sizeof name, "line/%s/%s", world->party[B].card.id,
			world->party[A].card.id);
	CHECK(ent_parcel_writer_create(from->card.id, world->party[B].card.id, PARCEL_BYTES,
			      &writer) == ENT_OK);
	ent_parcel_write_have(writer, name, 0);
	CHECK(ent_parcel_writer_finish(writer, &text, &parcel.length) == ENT_OK);
	parcel.text = (char *)(uintptr_t)text;
	char *answer = answer_of(&world->party[B], as_file ? NULL : from, &parcel, &length);
	ent_parcel_writer_destroy(writer);
	return answer;
}

TEST(post_fetched__nobody_else_gets_it_nor_who_brings_a_file) {
	static const struct {
		const char *why;
		unsigned asks;
		bool as_file, gets;
	} rows[] = {
			{"whose line it is", A, false, true},
			{"another party", C, false, false},
			{"a file is of whom it says", A, true, false},
	};
	struct world *world = world_open(3);
	(void)state_;
	say_some(world->party[B].ours[A], 5, 0);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char *answer = answer_to(world, rows[i].asks, rows[i].as_file);
		CHECK_ROW(rows[i].why, (strstr(answer, "\nledger ") != NULL) == rows[i].gets);
		free(answer);
	}
	check_no_alarms(world);
	world_close(world);
}

/* B would ask what the copy has, and does not get through. */
static void fail_to_reach(struct party *b) {
	struct ent_post_parcel parcel;
	CHECK(party_compose(b, A, ENT_BOOK_NET, false, &parcel));
	party_sent(b, A, ENT_BOOK_NET, &parcel);
	ent_post_failed(b->post, b->world->party[A].card.id, &parcel);
	ent_post_parcel_finish(&parcel);
}

TEST(post_fetched__what_a_copy_had_acknowledged_comes_where_its_peer_does_not_get_through) {
	struct world *world = world_open(2);
	struct party *a = &world->party[A], *b = &world->party[B];
	(void)state_;
	say_some(b->ours[A], 2, 0);
	settle(world);
	struct party *old = party_copy(a);
	say_some(b->ours[A], 5, 100);
	settle(world);
	swap_stores(a, old);
	copy_close(old);
	a->asks = true;
	party_restart(a);
	CHECK(a->their_chain[B].size == 2);
	/* First B asks itself, for that tells it that A went back. */
	CHECK(!ask(world) && !ask(world));
	fail_to_reach(b);
	CHECK(ask(world));
	check_same(b->ours[A], &b->our_chain[A], a->theirs[B], &a->their_chain[B]);
	world_close(world);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(post_fetched__what_a_peer_wrote_on_the_line_comes_with_its_answer),
			TEST_ENTRY(post_fetched__of_much_each_answer_has_some_and_all_of_it_comes),
			TEST_ENTRY(post_fetched__it_may_come_by_both_ways_and_twice),
			TEST_ENTRY(post_fetched__nobody_else_gets_it_nor_who_brings_a_file),
			TEST_ENTRY(post_fetched__what_a_copy_had_acknowledged_comes_where_its_peer_does_not_get_through),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
