/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_book_random.c: two parties write, and bearers lose, cut, double, delay and reorder what they send; whatever they do,
 * both come to the same ledgers, each author's order kept, nothing lost and nothing twice.
 */
#include "parties.h"

#define SECOND INT64_C(1000000)
#define HOUR (3600 * SECOND)
#define BEGIN INT64_C(1795668110000000)

enum { BAG_MAX = 64 };

static int start(void **state) {
	(void)state;
	return ent_seal_start() == ENT_OK ? 0 : 1;
}

/* Parcels that somebody carries, and copies of those that came already. */
static struct bag {
	struct {
		struct party_text text;
		struct party *to;
	} slot[BAG_MAX];
	size_t n;
} bag;

static void bag_put(struct party *to, const struct party_text *text, uint64_t *seed) {
	const size_t at = bag.n < BAG_MAX ? bag.n++ : (size_t)(test_random(seed) % BAG_MAX);
	/* One that is in the way is lost. */
	free(bag.slot[at].text.text);
	bag.slot[at].to = to;
	bag.slot[at].text.length = text->length;
	bag.slot[at].text.text = malloc(text->length);
	CHECK(bag.slot[at].text.text != NULL);
	memcpy(bag.slot[at].text.text, text->text, text->length);
}

static void bag_empty(void) {
	for (size_t i = 0; i < bag.n; i++)
		free(bag.slot[i].text.text);
	memset(&bag, 0, sizeof bag);
}

/* Any one of them, perhaps once more later; what is read from a stick can be answered with another stick. */
static void deliver_one(uint64_t *seed) {
	if (bag.n == 0)
		return;
	const size_t at = (size_t)(test_random(seed) % bag.n);
	struct party *to = bag.slot[at].to;
	struct party_text text = bag.slot[at].text;
	CHECK(party_receive(to, text.text, text.length, ENT_BOOK_UNASKED));
	if (test_random(seed) % 2 == 0) {
		struct party_text answer = party_answer(to);
		bag_put(to->other, &answer, seed);
		free(answer.text);
	}
	/* The bag may have moved it. */
	if (bag.slot[at].text.text == text.text && test_random(seed) % 3 > 0) {
		free(text.text);
		bag.slot[at] = bag.slot[--bag.n];
		memset(&bag.slot[bag.n], 0, sizeof bag.slot[0]);
	}
}

static void export(struct party *from, uint64_t *seed) {
	struct ent_book_plan plan;
	const size_t bytes = 2048 + test_random(seed) % 30000;
	if (ent_book_plan(from->book, ENT_BOOK_FILE, from->now_utc_us, bytes, party_look, from,
			    &plan) != ENT_OK)
		return;
	struct party_text text = party_parcel(from, &plan, test_random(seed) % 2 == 0);
	bag_put(from->other, &text, seed);
	ent_book_sent(from->book, ENT_BOOK_FILE, &plan, from->now_utc_us, 0);
	free(text.text);
}

enum outcome { ARRIVES, CUT, LOST_ON_THE_WAY, ANSWER_LOST, DOUBLED, OUTCOMES };

/* A request and its answer, or what becomes of them. */
static void exchange(struct party *from, enum outcome outcome, uint64_t *seed) {
	struct ent_book_plan plan;
	const uint64_t asked = ent_book_moment(from->book);
	const size_t bytes = 2048 + test_random(seed) % 10000;
	if (ent_book_plan(from->book, ENT_BOOK_NET, from->now_utc_us, bytes, party_look, from,
			    &plan) != ENT_OK)
		return;
	struct party_text text = party_parcel(from, &plan, test_random(seed) % 2 == 0);
	ent_book_sent(from->book, ENT_BOOK_NET, &plan, from->now_utc_us,
			(uint32_t)test_random(seed));
	if (outcome == CUT)
		CHECK(!party_receive(from->other, text.text, test_random(seed) % text.length,
				ENT_BOOK_UNASKED));
	if (outcome == DOUBLED)
		bag_put(from->other, &text, seed);
	if (outcome == ARRIVES || outcome == DOUBLED || outcome == ANSWER_LOST)
		CHECK(party_receive(from->other, text.text, text.length, ENT_BOOK_UNASKED));
	if (outcome == ARRIVES || outcome == DOUBLED) {
		struct party_text answer = party_answer(from->other);
		from->now_utc_us += SECOND;
		CHECK(party_receive(from, answer.text, answer.length, asked));
		free(answer.text);
	} else {
		ent_book_failed(from->book, &plan);
	}
	free(text.text);
}

static void write_some(struct party *party, uint64_t *seed) {
	for (uint64_t n = test_random(seed) % 3; n > 0; n--)
		party_write(party, (int)(test_random(seed) % PARTY_LEDGERS),
				test_random(seed) % 600, test_random(seed) % 5 == 0);
}

static void pass_time(struct party *a, struct party *b, int64_t us) {
	const int64_t now_utc_us = (a->now_utc_us > b->now_utc_us ? a->now_utc_us : b->now_utc_us);
	a->now_utc_us = b->now_utc_us = now_utc_us + us;
}

/* Everything that is owed goes, over a net that works. Returns the exchanges. */
static unsigned settle(struct party *a, struct party *b, uint64_t *seed) {
	unsigned rounds = 0;
	while (ent_book_next_us(a->book, a->now_utc_us) != INT64_MAX ||
			ent_book_next_us(b->book, b->now_utc_us) != INT64_MAX) {
		CHECK(rounds++ < 10000);
		exchange(a, ARRIVES, seed);
		exchange(b, ARRIVES, seed);
		pass_time(a, b, SECOND);
	}
	return rounds;
}

static void run(uint64_t seed) {
	struct party a, b;
	parties_make(&a, &b);
	a.now_utc_us = b.now_utc_us = BEGIN;
	for (int step = 0; step < 150; step++) {
		struct party *who = test_random(&seed) % 2 == 0 ? &a : &b;
		write_some(who, &seed);
		switch (test_random(&seed) % 4) {
		case 0:
			export(who, &seed);
			break;
		case 1:
			deliver_one(&seed);
			break;
		default:
			exchange(who, (enum outcome)(test_random(&seed) % OUTCOMES), &seed);
			break;
		}
		pass_time(&a, &b, (int64_t)(test_random(&seed) % (uint64_t)(20 * SECOND)));
	}
	(void)settle(&a, &b, &seed);
	/* What is carried still comes too late, and changes nothing. */
	for (int i = 0; i < 20; i++)
		deliver_one(&seed);
	party_check_same(&a);
	party_check_same(&b);
	bag_empty();
	party_finish(&a);
	party_finish(&b);
}

TEST(book__any_mixture_of_bearers_comes_to_the_same_ledgers) {
	(void)state_;
	const uint64_t runs = (uint64_t)(60 * test_scale()) + 1;
	for (uint64_t seed = 1; seed <= runs; seed++)
		run(seed);
}

/* By files alone, a stick a day, some of which are lost. */
TEST(book__files_alone_bring_everything_over) {
	(void)state_;
	uint64_t seed = 42;
	struct party a, b;
	parties_make(&a, &b);
	a.now_utc_us = b.now_utc_us = BEGIN;
	for (int day = 0; day < 60; day++) {
		for (struct party *who = &a; who != NULL; who = who == &a ? &b : NULL) {
			struct ent_book_plan plan;
			if (day < 30)
				write_some(who, &seed);
			if (ent_book_plan(who->book, ENT_BOOK_FILE, who->now_utc_us, 1 << 20,
					    party_look, who, &plan) == ENT_OK)
				ent_book_sent(who->book, ENT_BOOK_FILE, &plan, who->now_utc_us, 0);
			else
				plan.n = 0;
			struct party_text text = party_parcel(who, &plan, true);
			if (test_random(&seed) % 3 > 0)
				CHECK(party_receive(who->other, text.text, text.length,
						ENT_BOOK_UNASKED));
			free(text.text);
		}
		pass_time(&a, &b, 24 * HOUR);
	}
	party_check_same(&a);
	party_check_same(&b);
	party_finish(&a);
	party_finish(&b);
}

TEST(book__after_72_hours_cut_off_with_both_writing_nothing_is_lost) {
	(void)state_;
	uint64_t seed = 7;
	struct party a, b;
	parties_make(&a, &b);
	a.now_utc_us = b.now_utc_us = BEGIN;
	for (int i = 0; i < 10; i++) {
		write_some(&a, &seed);
		write_some(&b, &seed);
	}
	(void)settle(&a, &b, &seed);
	unsigned tries = 0;
	for (int64_t until = a.now_utc_us + 72 * HOUR; a.now_utc_us < until;) {
		write_some(&a, &seed);
		write_some(&b, &seed);
		exchange(&a, LOST_ON_THE_WAY, &seed);
		exchange(&b, tries++ % 2 == 0 ? CUT : LOST_ON_THE_WAY, &seed);
		pass_time(&a, &b, HOUR / 4);
	}
	CHECK(a.own[0].n + a.own[1].n > 200 && b.own[0].n + b.own[1].n > 200);
	CHECK(a.copy[0].n + a.copy[1].n < 40);
	/* Within bytes, so it takes a few; and no pause is in the way. */
	CHECK(settle(&a, &b, &seed) < 100);
	party_check_same(&a);
	party_check_same(&b);
	party_finish(&a);
	party_finish(&b);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(book__any_mixture_of_bearers_comes_to_the_same_ledgers),
			TEST_ENTRY(book__files_alone_bring_everything_over),
			TEST_ENTRY(book__after_72_hours_cut_off_with_both_writing_nothing_is_lost),
	};
	return cmocka_run_group_tests(tests, start, NULL);
}
