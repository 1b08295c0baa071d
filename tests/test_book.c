/* SPDX-License-Identifier: Apache-2.0 */
/* test_book.c: what a book puts into the next parcel and when, what answers change in it, and by which address it goes. */
#include "parties.h"

#define SECOND INT64_C(1000000)
#define BEGIN INT64_C(1795668110000000)

static int start(void **state) {
	(void)state;
	return ent_seal_start() == ENT_OK ? 0 : 1;
}

static struct party a, b;

static void begin(void) {
	parties_make(&a, &b);
	a.now_utc_us = b.now_utc_us = BEGIN;
}

static void end(void) {
	party_finish(&a);
	party_finish(&b);
}

static ent_status plan_of(size_t bytes, struct ent_book_plan *plan) {
	return ent_book_plan(a.book, ENT_BOOK_NET, a.now_utc_us, bytes, party_look, &a, plan);
}

static bool part_is(const struct ent_book_plan *plan, size_t i, const char *name, uint64_t first,
		uint64_t n) {
	return i < plan->n && strcmp(ent_book_at(a.book, plan->part[i].ledger)->name, name) == 0 &&
			plan->part[i].first == first && plan->part[i].n == n;
}

/* --- What goes next --- */

TEST(plan__the_oldest_goes_first_but_for_what_is_urgent) {
	(void)state_;
	struct ent_book_plan plan;
	begin();
	CHECK(plan_of(1 << 20, &plan) == ENT_E_MISSING);
	party_write(&a, 1, 10, false);
	a.now_utc_us++;
	party_write(&a, 0, 10, false);
	CHECK(plan_of(1 << 20, &plan) == ENT_OK && plan.n == 2);
	CHECK(part_is(&plan, 0, a.own[1].name, 0, 1) && part_is(&plan, 1, a.own[0].name, 0, 1));
	a.now_utc_us++;
	party_write(&a, 0, 10, true);
	CHECK(plan_of(1 << 20, &plan) == ENT_OK && plan.n == 2);
	CHECK(part_is(&plan, 0, a.own[0].name, 0, 2) && part_is(&plan, 1, a.own[1].name, 0, 1));
	end();
}

TEST(plan__bytes_bound_it_and_urgent_entries_have_them_first) {
	(void)state_;
	struct ent_book_plan plan;
	begin();
	for (int i = 0; i < 20; i++)
		party_write(&a, 1, 500, false);
	a.now_utc_us++;
	party_write(&a, 0, 500, true);
	for (size_t bytes = 1; bytes < 20000; bytes += 97) {
		CHECK(plan_of(bytes, &plan) == ENT_OK);
		CHECK(part_is(&plan, 0, a.own[0].name, 0, 1));
		CHECK(plan.n == 1 || part_is(&plan, 1, a.own[1].name, 0, plan.part[1].n));
		struct party_text text = party_parcel(&a, &plan, false);
		CHECK(text.length <= plan.cost);
		/* But for an entry that alone is more. */
		CHECK(plan.cost <= bytes || (plan.n == 1 && plan.part[0].n == 1));
		free(text.text);
	}
	CHECK(plan_of(20000, &plan) == ENT_OK && part_is(&plan, 1, a.own[1].name, 0, 20));
	end();
}

/* For a radio that takes 2 KB: the one act that binds, not the hundreds of tests of the line that nobody heard. */
TEST(plan__in_a_file_what_is_urgent_goes_last) {
	(void)state_;
	struct ent_book_plan plan;
	begin();
	for (int i = 0; i < 20; i++)
		party_write(&a, 1, 200, true);
	a.now_utc_us++;
	party_write(&a, 0, 500, false);
	CHECK(plan_of(2000, &plan) == ENT_OK &&
			part_is(&plan, 0, a.own[1].name, 0, plan.part[0].n));
	for (size_t bytes = 1; bytes < 20000; bytes += 97) {
		CHECK(ent_book_plan(a.book, ENT_BOOK_FILE, a.now_utc_us, bytes, party_look, &a,
				      &plan) == ENT_OK);
		CHECK(part_is(&plan, 0, a.own[0].name, 0, 1));
		CHECK(plan.n == 1 || part_is(&plan, 1, a.own[1].name, 0, plan.part[1].n));
	}
	CHECK(plan.n == 2 && plan.part[1].n == 20);
	end();
}

TEST(plan__what_is_under_way_waits_for_its_pause_and_what_is_new_does_not) {
	(void)state_;
	struct ent_book_plan plan;
	begin();
	party_write(&a, 0, 10, false);
	CHECK(plan_of(1 << 20, &plan) == ENT_OK);
	ent_book_sent(a.book, ENT_BOOK_NET, &plan, a.now_utc_us, 0);
	CHECK(plan_of(1 << 20, &plan) == ENT_E_MISSING);
	CHECK(ent_book_next_us(a.book, a.now_utc_us) == BEGIN + SECOND);
	party_write(&a, 0, 10, false);
	CHECK(plan_of(1 << 20, &plan) == ENT_OK && part_is(&plan, 0, a.own[0].name, 1, 1));
	ent_book_sent(a.book, ENT_BOOK_NET, &plan, a.now_utc_us, 0);
	/* A file may be lost: it has all. */
	CHECK(ent_book_plan(a.book, ENT_BOOK_FILE, a.now_utc_us, 1 << 20, party_look, &a, &plan) ==
			ENT_OK);
	CHECK(part_is(&plan, 0, a.own[0].name, 0, 2));
	ent_book_sent(a.book, ENT_BOOK_FILE, &plan, a.now_utc_us, 0);
	a.now_utc_us = BEGIN + 2 * SECOND;
	CHECK(plan_of(1 << 20, &plan) == ENT_OK && part_is(&plan, 0, a.own[0].name, 0, 2));
	ent_book_failed(a.book, &plan);
	CHECK(ent_book_next_us(a.book, a.now_utc_us) == a.now_utc_us);
	end();
}

TEST(plan__pauses_rise_to_five_minutes_and_chance_halves_them_at_the_most) {
	(void)state_;
	struct ent_book_plan plan;
	begin();
	party_write(&a, 0, 10, false);
	int64_t before = 0;
	for (int i = 0; i < 14; i++) {
		CHECK(plan_of(1 << 20, &plan) == ENT_OK);
		ent_book_sent(a.book, ENT_BOOK_NET, &plan, a.now_utc_us, 0);
		const int64_t pause = ent_book_next_us(a.book, a.now_utc_us) - a.now_utc_us;
		CHECK(pause == (i < 9 ? SECOND << i : 300 * SECOND) && pause >= before);
		before = pause;
		a.now_utc_us += pause;
	}
	for (uint32_t failures = 1; failures < 40; failures++)
		for (uint32_t chance = 0; chance < 3000; chance += 7) {
			const int64_t whole = ent_route_pause_us(failures, 0);
			const int64_t pause = ent_route_pause_us(failures, chance);
			CHECK(pause >= whole / 2 && pause <= whole);
		}
	/* A clock that was set back by a day does not make it wait for a day. */
	a.now_utc_us -= 86400 * SECOND;
	CHECK(plan_of(1 << 20, &plan) == ENT_OK);
	end();
}

/* --- What comes back --- */

/* A's parcel goes to B and B's answer comes back; what B says of A's ledger 0 can be wrong. */
static struct ent_book_taken answer_with(
		uint64_t asked, const char *note, size_t length, bool has_size, uint64_t size) {
	struct ent_parcel_writer *writer = NULL;
	struct ent_parcel parcel;
	struct ent_book_taken taken;
	CHECK(ent_parcel_writer_create(PARCEL_B, PARCEL_A, SIZE_MAX, &writer) == ENT_OK);
	if (note != NULL)
		ent_parcel_write_witnessed(writer, note, length);
	if (has_size)
		ent_parcel_write_have(writer, a.own[0].name, size);
	struct party_text text = party_text_of(writer);
	CHECK(ent_parcel_read(text.text, text.length, &parcel, NULL) == ENT_OK);
	ent_book_take(a.book, &parcel, &a.signer, &b.cosigner, asked, a.now_utc_us, &taken);
	free(text.text);
	return taken;
}

/* A's checkpoint of its first 'size' entries, cosigned by this key. */
static size_t cosigned(uint64_t size, const struct ent_sign_key *key, const char *name,
		char ret_note[ENT_NOTE_SIZE]) {
	struct ent_tree tree;
	size_t length;
	ent_tree_init(&tree);
	for (uint64_t i = 0; i < size; i++)
		parcel_grow(&tree, a.own[0].entries[i % a.own[0].n], 2);
	length = parcel_note(a.key, a.signer.name, a.own[0].name, &tree, ret_note);
	if (key != NULL)
		CHECK(ent_checkpoint_cosign(ret_note, length, name, key, 1795668110, &length) ==
				ENT_OK);
	return length;
}

static const struct ent_book_ledger *line(void) {
	return ent_book_find(a.book, a.own[0].name);
}

TEST(answer__only_a_cosignature_acknowledges) {
	(void)state_;
	char note[ENT_NOTE_SIZE];
	begin();
	for (int i = 0; i < 5; i++)
		party_write(&a, 0, 10, false);
	struct ent_book_taken taken = answer_with(ent_book_moment(a.book), NULL, 0, true, 5);
	CHECK(taken.alarms == 0 && taken.acknowledged == 0);
	CHECK(line()->acknowledged == 0 && line()->there == 5);
	taken = answer_with(ent_book_moment(a.book), note, cosigned(5, NULL, NULL, note), false, 0);
	CHECK(taken.alarms == 0 && line()->acknowledged == 0);
	taken = answer_with(ent_book_moment(a.book), note, cosigned(4, b.key, b.signer.name, note),
			false, 0);
	CHECK(taken.alarms == 0 && taken.acknowledged == 1 && line()->acknowledged == 4);
	/* An old one once more. */
	taken = answer_with(ent_book_moment(a.book), note, cosigned(2, b.key, b.signer.name, note),
			false, 0);
	CHECK(taken.alarms == 0 && taken.acknowledged == 0 && line()->acknowledged == 4);
	end();
}

TEST(answer__a_checkpoint_alone_asks_for_the_cosignature_that_is_missing) {
	(void)state_;
	struct ent_book_plan plan;
	begin();
	party_write(&a, 0, 10, false);
	(void)answer_with(ent_book_moment(a.book), NULL, 0, true, 1);
	CHECK(plan_of(1 << 20, &plan) == ENT_OK && part_is(&plan, 0, a.own[0].name, 1, 0));
	struct party_text text = party_parcel(&a, &plan, false);
	CHECK(text.length <= plan.cost);
	free(text.text);
	end();
}

TEST(answer__one_that_goes_back_is_an_alarm_and_what_is_lost_is_sent_again) {
	(void)state_;
	char note[ENT_NOTE_SIZE];
	struct ent_book_plan plan;
	begin();
	for (int i = 0; i < 5; i++)
		party_write(&a, 0, 10, false);
	const uint64_t before = ent_book_moment(a.book);
	(void)answer_with(before, note, cosigned(5, b.key, b.signer.name, note), true, 5);
	CHECK(plan_of(1 << 20, &plan) == ENT_E_MISSING);
	/* Asked before, or by nobody: it may be of yesterday. */
	struct ent_book_taken taken = answer_with(before, NULL, 0, true, 3);
	CHECK(taken.alarms == 0 && line()->there == 5);
	taken = answer_with(ENT_BOOK_UNASKED, NULL, 0, true, 3);
	CHECK(taken.alarms == 0 && line()->there == 5);
	/* Whatever the clock says. */
	a.now_utc_us -= 3600 * SECOND;
	taken = answer_with(ent_book_moment(a.book), NULL, 0, true, 3);
	CHECK(taken.alarms == 1 && taken.alarm == ENT_BOOK_ALARM_WENT_BACK);
	CHECK(taken.said == 3 && taken.known == 5 && taken.line == 4);
	CHECK(strcmp(taken.ledger, a.own[0].name) == 0);
	CHECK(line()->acknowledged == 5);
	CHECK(plan_of(1 << 20, &plan) == ENT_OK && part_is(&plan, 0, a.own[0].name, 3, 2));
	end();
}

/* It has started anew, and may be an old copy. */
TEST(answer__who_may_have_lost_something_is_asked_with_a_checkpoint_until_it_answers) {
	(void)state_;
	char note[ENT_NOTE_SIZE];
	struct ent_book_plan plan;
	begin();
	for (int i = 0; i < 5; i++)
		party_write(&a, 0, 10, false);
	const uint64_t before = ent_book_moment(a.book);
	(void)answer_with(before, note, cosigned(5, b.key, b.signer.name, note), true, 5);
	ent_book_unsure(a.book);
	CHECK(ent_book_plan(a.book, ENT_BOOK_FILE, a.now_utc_us, 1 << 20, party_look, &a, &plan) ==
			ENT_E_MISSING);
	/* What it says to a request of before is of before. */
	(void)answer_with(before + 1, NULL, 0, true, 5);
	(void)answer_with(ENT_BOOK_UNASKED, NULL, 0, true, 5);
	for (int i = 0; i < 3; i++) {
		CHECK(ent_book_next_us(a.book, a.now_utc_us) == a.now_utc_us);
		CHECK(plan_of(1 << 20, &plan) == ENT_OK);
		CHECK(plan.n == 1 && part_is(&plan, 0, a.own[0].name, 5, 0));
		ent_book_sent(a.book, ENT_BOOK_NET, &plan, a.now_utc_us, 0);
		CHECK(plan_of(1 << 20, &plan) == ENT_E_MISSING);
		CHECK(ent_book_next_us(a.book, a.now_utc_us) == a.now_utc_us + (SECOND << i));
		a.now_utc_us += SECOND << i;
	}
	struct ent_book_taken taken = answer_with(ent_book_moment(a.book), NULL, 0, true, 5);
	CHECK(taken.alarms == 0 && ent_book_next_us(a.book, a.now_utc_us) == INT64_MAX);
	CHECK(plan_of(1 << 20, &plan) == ENT_E_MISSING && line()->over[ENT_BOOK_NET].tries == 0);
	ent_book_unsure(a.book);
	taken = answer_with(ent_book_moment(a.book), NULL, 0, true, 3);
	CHECK(taken.alarms == 1 && taken.alarm == ENT_BOOK_ALARM_WENT_BACK);
	CHECK(plan_of(1 << 20, &plan) == ENT_OK && part_is(&plan, 0, a.own[0].name, 3, 2));
	end();
}

TEST(answer__who_takes_nothing_is_asked_again_after_pauses_and_who_takes_some_at_once) {
	(void)state_;
	struct ent_book_plan plan;
	begin();
	for (int i = 0; i < 5; i++)
		party_write(&a, 0, 10, false);
	for (int i = 0; i < 6; i++) {
		const uint64_t asked = ent_book_moment(a.book);
		CHECK(plan_of(1 << 20, &plan) == ENT_OK && part_is(&plan, 0, a.own[0].name, 0, 5));
		ent_book_sent(a.book, ENT_BOOK_NET, &plan, a.now_utc_us, 0);
		(void)answer_with(asked, NULL, 0, true, 0);
		CHECK(plan_of(1 << 20, &plan) == ENT_E_MISSING);
		CHECK(ent_book_next_us(a.book, a.now_utc_us) == a.now_utc_us + (SECOND << i));
		a.now_utc_us += SECOND << i;
	}
	const uint64_t asked = ent_book_moment(a.book);
	CHECK(plan_of(1 << 20, &plan) == ENT_OK);
	ent_book_sent(a.book, ENT_BOOK_NET, &plan, a.now_utc_us, 0);
	(void)answer_with(asked, NULL, 0, true, 2);
	CHECK(plan_of(1 << 20, &plan) == ENT_OK && part_is(&plan, 0, a.own[0].name, 2, 3));
	end();
}

TEST(answer__more_than_we_have_means_that_ours_is_an_old_copy) {
	(void)state_;
	char note[ENT_NOTE_SIZE];
	begin();
	party_write(&a, 0, 10, false);
	struct ent_book_taken taken = answer_with(ent_book_moment(a.book), NULL, 0, true, 2);
	CHECK(taken.alarms == 1 && taken.alarm == ENT_BOOK_ALARM_UNPROVEN);
	/* With our own signature, by whatever bearer. */
	taken = answer_with(
			ENT_BOOK_UNASKED, note, cosigned(3, b.key, b.signer.name, note), false, 0);
	CHECK(taken.alarms == 1 && taken.alarm == ENT_BOOK_ALARM_AHEAD && taken.said == 3 &&
			taken.known == 1);
	CHECK(line()->acknowledged == 0);
	end();
}

TEST(answer__what_is_signed_falsely_acknowledges_nothing) {
	(void)state_;
	char note[ENT_NOTE_SIZE];
	begin();
	for (int i = 0; i < 5; i++)
		party_write(&a, 0, 10, false);
	size_t length = cosigned(5, b.key, b.signer.name, note);
	/* The size in it, which A signed as 5. */
	char *size = strchr(note, '\n') + 1;
	*size = '4';
	struct ent_book_taken taken = answer_with(ent_book_moment(a.book), note, length, false, 0);
	CHECK(taken.alarms == 1 && taken.alarm == ENT_BOOK_ALARM_FALSE_NOTE);
	/* Somebody else's cosignature under B's name has another key's id, and is nobody's here. */
	length = cosigned(5, a.key, b.signer.name, note);
	taken = answer_with(ent_book_moment(a.book), note, length, false, 0);
	CHECK(line()->acknowledged == 0);
	/* B's, of another text: one from another checkpoint. */
	char other[ENT_NOTE_SIZE];
	const size_t other_length = cosigned(4, b.key, b.signer.name, other);
	length = cosigned(5, NULL, NULL, note);
	const char *last = other + other_length - 1;
	while (last[-1] != '\n')
		last--;
	memcpy(note + length, last, (size_t)(other + other_length - last) + 1);
	length += (size_t)(other + other_length - last);
	taken = answer_with(ent_book_moment(a.book), note, length, false, 0);
	CHECK(taken.alarms == 1 && taken.alarm == ENT_BOOK_ALARM_FALSE_NOTE);
	CHECK(line()->acknowledged == 0);
	end();
}

/* --- Addresses --- */

TEST(route__the_primary_is_cut_in_the_middle_of_a_parcel_and_the_reserve_brings_it_once) {
	(void)state_;
	struct ent_book_plan plan;
	struct ent_route route;
	begin();
	ent_route_init(&route, 2);
	for (int i = 0; i < 5; i++)
		party_write(&a, 0, 100, false);
	CHECK(plan_of(1 << 20, &plan) == ENT_OK);
	struct party_text text = party_parcel(&a, &plan, false);
	CHECK(ent_route_pick(&route, a.now_utc_us) == 0);
	ent_book_sent(a.book, ENT_BOOK_NET, &plan, a.now_utc_us, 0);
	/* Half of it, and then nothing. */
	CHECK(!party_receive(&b, text.text, text.length / 2, ENT_BOOK_UNASKED));
	ent_route_outcome(&route, 0, false, a.now_utc_us, 0);
	ent_book_failed(a.book, &plan);
	free(text.text);
	CHECK(b.copy[0].n == 0);
	CHECK(ent_route_pick(&route, a.now_utc_us) == 1);
	CHECK(plan_of(1 << 20, &plan) == ENT_OK && part_is(&plan, 0, a.own[0].name, 0, 5));
	text = party_parcel(&a, &plan, false);
	ent_book_sent(a.book, ENT_BOOK_NET, &plan, a.now_utc_us, 0);
	CHECK(party_receive(&b, text.text, text.length, ENT_BOOK_UNASKED));
	/* It had arrived by the primary after all. */
	CHECK(party_receive(&b, text.text, text.length, ENT_BOOK_UNASKED));
	ent_route_outcome(&route, 1, true, a.now_utc_us, 0);
	free(text.text);
	text = party_answer(&b);
	CHECK(party_receive(&a, text.text, text.length, ent_book_moment(a.book)));
	free(text.text);
	party_check_same(&a);
	/* Back to the primary as soon as its pause is over. */
	CHECK(ent_route_pick(&route, a.now_utc_us) == 1);
	CHECK(ent_route_pick(&route, a.now_utc_us + SECOND) == 0);
	end();
}

TEST(route__an_address_is_given_little_time_while_another_one_is_well) {
	(void)state_;
	struct ent_route route;
	ent_route_init(&route, 1);
	CHECK(ent_route_connect_us(&route, 0) == ENT_ROUTE_CONNECT_MAX_US);
	ent_route_init(&route, 2);
	CHECK(ent_route_connect_us(&route, 0) == ENT_ROUTE_CONNECT_SOON_US);
	ent_route_outcome(&route, 0, false, BEGIN, 0);
	/* The last one is given all that a bad line takes, the dead one no longer than before. */
	CHECK(ent_route_connect_us(&route, 1) == ENT_ROUTE_CONNECT_MAX_US);
	CHECK(ent_route_connect_us(&route, 0) == ENT_ROUTE_CONNECT_SOON_US);
	ent_route_outcome(&route, 1, false, BEGIN, 0);
	CHECK(ent_route_connect_us(&route, 0) == ENT_ROUTE_CONNECT_MAX_US);
}

TEST(route__each_is_left_alone_for_its_pause_and_the_first_that_is_not_is_taken) {
	(void)state_;
	struct ent_route route;
	ent_route_init(&route, 0);
	CHECK(ent_route_pick(&route, BEGIN) == ENT_ROUTE_NONE);
	CHECK(ent_route_next_us(&route, BEGIN) == INT64_MAX);
	ent_route_init(&route, 3);
	for (unsigned i = 0; i < 3; i++) {
		CHECK(ent_route_pick(&route, BEGIN) == i);
		ent_route_outcome(&route, i, false, BEGIN, 0);
	}
	CHECK(ent_route_pick(&route, BEGIN) == ENT_ROUTE_NONE);
	CHECK(ent_route_next_us(&route, BEGIN) == BEGIN + SECOND);
	CHECK(ent_route_pick(&route, BEGIN + SECOND - 1) == ENT_ROUTE_NONE);
	CHECK(ent_route_pick(&route, BEGIN + SECOND) == 0);
	/* Twice in a row: twice as long. */
	ent_route_outcome(&route, 0, false, BEGIN + SECOND, 0);
	CHECK(ent_route_pick(&route, BEGIN + SECOND) == 1);
	ent_route_outcome(&route, 1, true, BEGIN + SECOND, 0);
	CHECK(ent_route_pick(&route, BEGIN + 3 * SECOND - 1) == 1);
	CHECK(ent_route_pick(&route, BEGIN + 3 * SECOND) == 0);
	CHECK(route.way[1].reached_utc_us == BEGIN + SECOND);
	/* A clock set back by a day. */
	CHECK(ent_route_pick(&route, BEGIN - 86400 * SECOND) == 0);
}

TEST(route__every_address_is_tried_once_a_period_whatever_the_others_do) {
	(void)state_;
	struct ent_route route;
	ent_route_init(&route, 3);
	for (int64_t period = BEGIN; period < BEGIN + 5 * 3600 * SECOND; period += 3600 * SECOND) {
		for (unsigned i = 0; i < 3; i++) {
			CHECK(ent_route_untried(&route, period) == i);
			ent_route_outcome(&route, i, i != 1, period + i, 0);
		}
		CHECK(ent_route_untried(&route, period) == ENT_ROUTE_NONE);
		/* A dead reserve does not keep anybody from the primary. */
		CHECK(ent_route_pick(&route, period + 3) == 0);
		CHECK(route.way[0].reached_utc_us == period && route.way[1].reached_utc_us == 0);
	}
	CHECK(route.way[1].failures == 5);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(plan__the_oldest_goes_first_but_for_what_is_urgent),
			TEST_ENTRY(plan__bytes_bound_it_and_urgent_entries_have_them_first),
			TEST_ENTRY(plan__in_a_file_what_is_urgent_goes_last),
			TEST_ENTRY(plan__what_is_under_way_waits_for_its_pause_and_what_is_new_does_not),
			TEST_ENTRY(plan__pauses_rise_to_five_minutes_and_chance_halves_them_at_the_most),
			TEST_ENTRY(answer__only_a_cosignature_acknowledges),
			TEST_ENTRY(answer__a_checkpoint_alone_asks_for_the_cosignature_that_is_missing),
			TEST_ENTRY(answer__one_that_goes_back_is_an_alarm_and_what_is_lost_is_sent_again),
			TEST_ENTRY(answer__who_may_have_lost_something_is_asked_with_a_checkpoint_until_it_answers),
			TEST_ENTRY(answer__who_takes_nothing_is_asked_again_after_pauses_and_who_takes_some_at_once),
			TEST_ENTRY(answer__more_than_we_have_means_that_ours_is_an_old_copy),
			TEST_ENTRY(answer__what_is_signed_falsely_acknowledges_nothing),
			TEST_ENTRY(route__the_primary_is_cut_in_the_middle_of_a_parcel_and_the_reserve_brings_it_once),
			TEST_ENTRY(route__every_address_is_tried_once_a_period_whatever_the_others_do),
			TEST_ENTRY(route__an_address_is_given_little_time_while_another_one_is_well),
			TEST_ENTRY(route__each_is_left_alone_for_its_pause_and_the_first_that_is_not_is_taken),
	};
	return cmocka_run_group_tests(tests, start, NULL);
}
