/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_line.c: two parties' lines, each with its own clock: tests by turns, receipts, results, and what is shown when
 * something fails.
 */
#include "lines.h"

/* --- By turns --- */

TEST(line__a_newcomer_tests_at_once_and_is_up) {
	(void)state_;
	begin(TEN - 20 * MINUTE);
	CHECK(state_of(&a, TEN - 20 * MINUTE) == ENT_LINE_STATE_UNTESTED);
	meet(TEN - 20 * MINUTE, true);
	CHECK(state_of(&a, TEN - 20 * MINUTE) == ENT_LINE_STATE_UP);
	CHECK(state_of(&b, TEN - 20 * MINUTE) == ENT_LINE_STATE_UP);
}

TEST(line__both_test_by_turns_and_both_log_every_period) {
	(void)state_;
	begin(TEN);
	run(TEN, TEN + 24 * HOUR, true);
	/* 24 periods, and B's first test, which does not wait for its turn. */
	CHECK(count(&a, "\"line-test\"") == 12 && count(&b, "\"line-test\"") == 13);
	CHECK(count(&a, "\"line-receipt\"") == 13 && count(&b, "\"line-receipt\"") == 12);
	CHECK(count(&a, "\"line-result\"") == 24 && count(&b, "\"line-result\"") == 24);
	CHECK(count(&a, "\"answered\"") + count(&a, "\"heard\"") == 24);
	CHECK(state_of(&a, TEN + 24 * HOUR - 1) == ENT_LINE_STATE_UP);
	const struct ent_line_view view = look(&a, TEN + 24 * HOUR - 1);
	CHECK(view.expected_utc_us == TEN + 24 * HOUR && view.ours && view.peer_has_said);
	CHECK(!look(&b, TEN + 24 * HOUR - 1).ours);
}

/* R1 and R2 of what is required: late five minutes after the test that was expected, lost after one further. */
static void check_silence(bool of_even, const char *why) {
	const int64_t last = TEN + (of_even ? 4 : 5) * HOUR;
	begin(TEN);
	run(TEN, last, true);
	b.stopped = true;
	for (int64_t now = last; now < last + 5 * MINUTE; now += MINUTE) {
		meet(now, true);
		CHECK_ROW(why, state_of(&a, now) == ENT_LINE_STATE_UP);
	}
	meet(last + 5 * MINUTE, true);
	CHECK_ROW(why, state_of(&a, last + 5 * MINUTE - 1) == ENT_LINE_STATE_UP);
	CHECK_ROW(why, state_of(&a, last + 5 * MINUTE) == ENT_LINE_STATE_LATE);
	CHECK_ROW(why, look(&a, last + 5 * MINUTE).wants_check);
	run(last + 6 * MINUTE, last + 65 * MINUTE, true);
	CHECK_ROW(why, state_of(&a, last + 65 * MINUTE - 1) == ENT_LINE_STATE_LATE);
	CHECK_ROW(why, state_of(&a, last + 65 * MINUTE) == ENT_LINE_STATE_LOST);
	b.stopped = false;
	meet(last + 66 * MINUTE, true);
	CHECK_ROW(why, state_of(&a, last + 66 * MINUTE) == ENT_LINE_STATE_UP);
	CHECK_ROW(why, state_of(&b, last + 66 * MINUTE) == ENT_LINE_STATE_UP);
}

TEST(line__one_side_stops_and_the_other_shows_late_and_then_lost) {
	(void)state_;
	check_silence(true, "our test is not answered");
	check_silence(false, "the peer's test does not come");
}

TEST(line__look_again_names_the_moment_at_which_the_state_changes) {
	(void)state_;
	begin(TEN);
	meet(TEN, true);
	b.stopped = true;
	int64_t now = TEN;
	enum ent_line_state state = state_of(&a, now);
	for (int i = 0; i < 12; i++) {
		const int64_t next = look(&a, now).look_again_utc_us;
		CHECK(next > now && state_of(&a, next - 1) == state);
		now = next;
		state = state_of(&a, now);
	}
	CHECK(state == ENT_LINE_STATE_LOST);
}

TEST(line__the_word_of_the_peer_is_waited_for_from_the_test_until_it_is_there) {
	(void)state_;
	static const struct {
		const char *why;
		int64_t from;
	} rows[] = {{"a receipt of ours", TEN + 2 * HOUR},
			{"a test of the peer's", TEN + 3 * HOUR}};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const int64_t now = rows[i].from + 2 * MINUTE;
		begin(TEN);
		CHECK_ROW(rows[i].why, look(&a, TEN).waits);
		run(TEN, rows[i].from, true);
		CHECK_ROW(rows[i].why, !look(&a, rows[i].from - 1).waits);
		CHECK_ROW(rows[i].why, look(&a, rows[i].from).waits_since_utc_us == rows[i].from);
		/* It is made late, in our turn. */
		meet(now, false);
		const struct ent_line_view view = look(&a, now + MINUTE);
		CHECK_ROW(rows[i].why, view.waits && view.state == ENT_LINE_STATE_UP);
		CHECK_ROW(rows[i].why, view.waits_since_utc_us == (i == 0 ? now : rows[i].from));
		meet(now + MINUTE, true);
		CHECK_ROW(rows[i].why, !look(&a, now + MINUTE).waits);
	}
}

TEST(line__clocks_that_differ_by_minutes_make_no_link_late) {
	(void)state_;
	for (int64_t ahead = -4; ahead <= 4; ahead++) {
		begin(TEN);
		b.ahead_us = ahead * MINUTE;
		for (int64_t now = TEN; now < TEN + 12 * HOUR; now += MINUTE) {
			meet(now, true);
			CHECK(state_of(&a, now) == ENT_LINE_STATE_UP);
			CHECK(state_of(&b, now) == ENT_LINE_STATE_UP);
		}
	}
}

/* --- Why --- */

TEST(line__four_causes_give_four_labels_and_no_check_gives_none) {
	(void)state_;
	static const struct {
		const char *why;
		struct ent_line_check check;
		enum ent_line_result result;
		const char *text;
	} rows[] = {
			{"our network is down", {false, false, false}, ENT_LINE_OUR_FAULT,
					"fault on our side"},
			{"our clock is wrong, whatever else", {false, true, true},
					ENT_LINE_OUR_FAULT, "fault on our side"},
			{"nothing can be reached", {true, false, false}, ENT_LINE_NO_PATH,
					"no path"},
			{"it takes connections and says nothing", {true, true, false},
					ENT_LINE_NO_ANSWER, "path up, no answer"},
			{"it answers and will not", {true, true, true}, ENT_LINE_REFUSED,
					"refused"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		begin(TEN);
		meet(TEN, true);
		const size_t results = count(&a, "line-result");
		run(TEN + HOUR, TEN + HOUR + 6 * MINUTE, false);
		CHECK_ROW(rows[i].why, look(&a, TEN + HOUR + 6 * MINUTE).why == ENT_LINE_UNKNOWN);
		CHECK_ROW(rows[i].why, count(&a, "line-result") == results);
		a.check = rows[i].check;
		a.checks = true;
		run(TEN + HOUR + 6 * MINUTE, TEN + HOUR + 10 * MINUTE, false);
		const struct ent_line_view view = look(&a, TEN + HOUR + 10 * MINUTE);
		CHECK_ROW(rows[i].why, view.why == rows[i].result && !view.wants_check);
		CHECK_ROW(rows[i].why, strcmp(ent_line_result_text(view.why), rows[i].text) == 0);
		/* Once a period. */
		CHECK_ROW(rows[i].why, count(&a, "line-result") == results + 1);
		CHECK_ROW(rows[i].why, count(&a, rows[i].text) == 1);
		run(TEN + 2 * HOUR, TEN + 2 * HOUR + 10 * MINUTE, false);
		CHECK_ROW(rows[i].why, count(&a, rows[i].text) == 2);
		/* The other side comes to see it. */
		a.checks = false;
		meet(TEN + 2 * HOUR + 10 * MINUTE, true);
		CHECK_ROW(rows[i].why,
				state_of(&a, TEN + 2 * HOUR + 10 * MINUTE) == ENT_LINE_STATE_UP);
	}
}

/* --- Terms that change --- */

static struct ent_line_terms terms_of(int64_t period_us) {
	return (struct ent_line_terms){.period_us = period_us, .late_us = 5 * MINUTE};
}

static void change_terms(int64_t since_utc_us, int64_t period_us) {
	const struct ent_line_terms before = terms;
	terms = terms_of(period_us);
	terms.since_utc_us = since_utc_us;
	terms.before_period_us = before.period_us;
	terms.before_late_us = before.late_us;
}

TEST(line__a_period_goes_by_the_terms_that_held_when_it_began) {
	(void)state_;
	const int64_t agreed = TEN + 50 * MINUTE + 30000000;
	begin(TEN);
	meet(TEN, true);
	change_terms(agreed, 10 * MINUTE);
	/* Nothing was missed of what was not agreed yet. */
	CHECK(look(&a, agreed).missed == 0 && state_of(&a, agreed) == ENT_LINE_STATE_UP);
	CHECK(look(&a, agreed).look_again_utc_us <= TEN + HOUR);
	CHECK(state_of(&a, TEN + 65 * MINUTE - 1) == ENT_LINE_STATE_UP);
	CHECK(state_of(&a, TEN + 65 * MINUTE) == ENT_LINE_STATE_LATE);
	CHECK(state_of(&a, TEN + 75 * MINUTE) == ENT_LINE_STATE_LOST);
	/* What was missed by shorter periods stays so when longer ones begin. */
	terms = terms_of(10 * MINUTE);
	CHECK(look(&a, agreed).missed == 4);
	change_terms(agreed, 24 * HOUR);
	CHECK(look(&a, agreed).missed == 4 && state_of(&a, agreed) == ENT_LINE_STATE_LOST);
	/* The last of the shorter ones is due by them, and is looked for then. */
	CHECK(look(&a, agreed).look_again_utc_us == TEN + 55 * MINUTE);
	CHECK(look(&a, TEN + 55 * MINUTE).missed == 5 && look(&a, TEN + 10 * HOUR).missed == 5);
	/* It is looked again when others may hold. */
	terms.until_utc_us = TEN + 3 * HOUR;
	CHECK(look(&a, TEN + 2 * HOUR).look_again_utc_us == TEN + 3 * HOUR);
	/* A change to the same changes nothing, whenever it is. */
	for (int64_t since = TEN - 2 * HOUR; since < TEN + 4 * HOUR; since += 7 * MINUTE)
		for (int64_t now = since; now < TEN + 5 * HOUR; now += 11 * MINUTE) {
			terms = terms_of(HOUR);
			const uint64_t missed = look(&a, now).missed;
			change_terms(since, HOUR);
			CHECK(look(&a, now).missed == missed);
		}
	terms = ent_line_terms_default();
}

/* --- What is old, false or hostile --- */

TEST(line__an_old_test_from_a_stick_makes_no_link_look_up) {
	(void)state_;
	begin(TEN);
	meet(TEN, true);
	run(TEN + MINUTE, TEN + 30 * HOUR, false);
	CHECK(state_of(&a, TEN + 30 * HOUR) == ENT_LINE_STATE_LOST);
	/* The first third of what B wrote since. */
	CHECK(b.n - b.given >= 10);
	b.n = b.given + (b.n - b.given) / 3;
	bring(&b, &a);
	write_all(&a, TEN + 30 * HOUR);
	CHECK(state_of(&a, TEN + 30 * HOUR) == ENT_LINE_STATE_LOST);
	CHECK(count(&a, "line-receipt") > 1);
}

/* What a peer could write: a test of this period. */
static ent_status take_test_of(int64_t period_from_utc_us, int64_t time_utc_us) {
	struct ent_line_entry entry = {.kind = ENT_LINE_KIND_CHECK,
			.seq = a.line.half[ENT_LINE_THEIRS].size,
			.period_us = HOUR,
			.time_utc_us = time_utc_us,
			.period_from_utc_us = period_from_utc_us};
	char bytes[ENT_LINE_ENTRY_SIZE];
	const size_t size = ent_line_entry_print(&entry, bytes);
	return apply_bytes(&a.line, ENT_LINE_THEIRS, bytes, size, NULL);
}

TEST(line__a_test_of_the_future_waits_until_its_time_and_is_shown) {
	(void)state_;
	begin(TEN);
	CHECK(!look(&a, TEN).peer_is_ahead);
	CHECK(take_test_of(TEN + 3 * HOUR, TEN) == ENT_OK);
	CHECK(look(&a, TEN).peer_is_ahead);
	CHECK(look(&a, TEN).peer_ahead_number == 0 && look(&a, TEN).peer_ahead_us == 3 * HOUR);
	for (int64_t now = TEN; now < TEN + 3 * HOUR - 5 * MINUTE; now += MINUTE)
		write_all(&a, now);
	CHECK(count(&a, "line-receipt") == 0);
	CHECK(state_of(&a, TEN + 3 * HOUR - 6 * MINUTE) == ENT_LINE_STATE_LOST);
	CHECK(look(&a, TEN + 3 * HOUR - 6 * MINUTE).look_again_utc_us ==
			TEN + 3 * HOUR - 5 * MINUTE);
	write_all(&a, TEN + 3 * HOUR - 5 * MINUTE);
	CHECK(count(&a, "line-receipt") == 1 && count(&a, "\"heard\"") == 1);
	CHECK(!look(&a, TEN + 3 * HOUR).peer_is_ahead);
	/* Its clock alone. */
	CHECK(take_test_of(TEN + 4 * HOUR, TEN + 1000 * HOUR) == ENT_OK);
	CHECK(look(&a, TEN + 4 * HOUR).peer_is_ahead);
	CHECK(look(&a, TEN + 4 * HOUR).peer_ahead_number == 1 &&
			look(&a, TEN + 4 * HOUR).peer_ahead_us == 996 * HOUR);
}

TEST(line__a_flood_of_tests_makes_no_flood_of_receipts) {
	(void)state_;
	int64_t time = TEN;
	begin(TEN);
	CHECK(take_test_of(0, time++) == ENT_OK);
	CHECK(take_test_of(0, time++) == ENT_E_SYNTAX);
	CHECK(take_test_of(ENT_LINE_PERIOD_LEAST_US - 1, time++) == ENT_E_SYNTAX);
	/* From a year before the line was opened to a year after, as near to one another as may be. */
	for (int64_t from = TEN - 365 * 24 * HOUR; from < TEN + 365 * 24 * HOUR;
			from += ENT_LINE_PERIOD_LEAST_US) {
		CHECK(take_test_of(from, time++) == ENT_OK);
		write_all(&a, TEN);
	}
	CHECK(count(&a, "line-receipt") == ENT_LINE_BEFORE_US / ENT_LINE_PERIOD_LEAST_US + 1);
	CHECK(count(&a, "line-test") == 1);
}

/* A receipt as B could write it, of entry 'number' of A, with this leaf. */
TEST(line__a_receipt_dated_before_its_test_is_of_a_clock_behind) {
	(void)state_;
	static const struct {
		const char *why;
		int64_t before_us, late_us;
		uint64_t number;
		bool is_behind;
	} rows[] = {
			{"after the test", -MINUTE, 5 * MINUTE, 0, false},
			{"as far apart as clocks may be", 5 * MINUTE, 5 * MINUTE, 0, false},
			{"a microsecond more", 5 * MINUTE + 1, 5 * MINUTE, 0, true},
			{"a day", 24 * HOUR, 5 * MINUTE, 0, true},
			{"the terms give more time", 9 * MINUTE, 9 * MINUTE, 0, false},
			{"and less is not asked for", 4 * MINUTE, MINUTE, 0, false},
			{"of what is no test", 24 * HOUR, 5 * MINUTE, 1, false},
	};
	struct ent_hash leaf;
	begin(TEN);
	write_all(&a, TEN);
	ent_ledger_leaf_hash(a.log[0].bytes, a.log[0].size, &leaf);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ent_line line = a.line;
		const struct ent_line_terms by = {.period_us = HOUR, .late_us = rows[i].late_us};
		struct ent_line_entry entry;
		struct ent_line_view view;
		receipt_of(rows[i].number, &leaf, "line/" ID_A "/" ID_B, &entry);
		entry.time_utc_us = TEN - rows[i].before_us;
		CHECK_ROW(rows[i].why,
				ent_line_apply(&line, ENT_LINE_THEIRS, &entry, &leaf, NULL) ==
						ENT_OK);
		ent_line_look(&line, &by, TEN, &view);
		CHECK_ROW(rows[i].why, view.peer_is_behind == rows[i].is_behind);
		CHECK_ROW(rows[i].why,
				!view.peer_is_behind ||
						(view.peer_behind_number == 0 &&
								view.peer_behind_us ==
										rows[i].before_us));
	}
}

TEST(line__a_receipt_of_another_entry_answers_nothing_and_is_shown) {
	(void)state_;
	static const char ours[] = "line/" ID_A "/" ID_B;
	struct ent_hash leaf;
	begin(TEN);
	write_all(&a, TEN);
	CHECK(a.n == 1);
	ent_ledger_leaf_hash(a.log[0].bytes, a.log[0].size, &leaf);
	static const struct {
		const char *why;
		unsigned bit;
		uint64_t number;
		bool is_false;
	} rows[] = {
			{"the right one", 256, 0, false},
			{"the first bit", 0, 0, true},
			{"the last bit", 255, 0, true},
			{"the right leaf, another number", 256, 1, true},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ent_line line = a.line;
		struct ent_line_entry entry, next;
		struct ent_hash said = leaf;
		if (rows[i].bit < 256)
			said.bytes[rows[i].bit / 8] ^= (uint8_t)(1u << rows[i].bit % 8);
		receipt_of(rows[i].number, &said, ours, &entry);
		CHECK_ROW(rows[i].why,
				ent_line_apply(&line, ENT_LINE_THEIRS, &entry, &leaf, NULL) ==
						ENT_OK);
		struct ent_line_view view;
		ent_line_look(&line, &terms, TEN + MINUTE, &view);
		CHECK_ROW(rows[i].why, view.false_receipt == rows[i].is_false);
		CHECK_ROW(rows[i].why,
				!rows[i].is_false || view.false_receipt_number == rows[i].number);
		const bool answered = ent_line_decide(&line, &terms, NULL, ENT_CLASS_ACTUAL,
						      TEN + MINUTE, &next) == ENT_OK &&
				next.result == ENT_LINE_ANSWERED;
		CHECK_ROW(rows[i].why, answered == !rows[i].is_false);
	}
}

TEST(line__what_does_not_follow_is_refused_and_changes_nothing) {
	(void)state_;
	struct ent_hash leaf = {{0}};
	struct ent_line_entry entry;
	begin(TEN);
	meet(TEN, true);
	static const char ours[] = "line/" ID_A "/" ID_B;
	static const struct {
		const char *why, *ledger, *where;
		int64_t seq_more, time_more;
		uint64_t number;
	} rows[] = {
			{"a number left out", ours, "seq", 1, 1, 100},
			{"a number again", ours, "seq", -1, 1, 100},
			{"of the same moment", ours, "time_us", 0, 0, 100},
			{"of a moment before", ours, "time_us", 0, -1, 100},
			{"a receipt of its own ledger", "line/" ID_B "/" ID_A, "of.ledger", 0, 1,
					100},
			{"a receipt of another line", "line/" ID_A "/" ID_A, "of.ledger", 0, 1,
					100},
			{"of an epoch that is none", "line/" ID_A "/" ID_B "@1", "of.ledger", 0, 1,
					100},
			{"of an epoch with a zero before it", "line/" ID_A "/" ID_B "@02",
					"of.ledger", 0, 1, 100},
			{"of an epoch behind all time", "line/" ID_A "/" ID_B "@253402300800000000",
					"of.ledger", 0, 1, 100},
			{"the same receipt once more", ours, "of.seq", 0, 1, 0},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ent_line line = a.line;
		const struct ent_line_half *half = &line.half[ENT_LINE_THEIRS];
		struct ent_fault fault = {{0}, {0}};
		receipt_of(rows[i].number, &leaf, rows[i].ledger, &entry);
		entry.seq = (uint64_t)((int64_t)half->size + rows[i].seq_more);
		entry.time_utc_us = half->time_utc_us + rows[i].time_more;
		CHECK_ROW(rows[i].why,
				ent_line_apply(&line, ENT_LINE_THEIRS, &entry, &leaf, &fault) ==
						ENT_E_SYNTAX);
		CHECK_ROW(rows[i].why, strcmp(fault.where, rows[i].where) == 0);
		CHECK_ROW(rows[i].why, memcmp(&line, &a.line, sizeof line) == 0);
	}
}

/* --- Order --- */

/* The two ledgers of a run with cuts, taken in any order between one another. */
TEST(line__any_interleaving_of_the_two_ledgers_is_the_same_line) {
	(void)state_;
	uint64_t seed = 3;
	begin(TEN);
	a.checks = b.checks = true;
	a.check = b.check = (struct ent_line_check){true, false, false};
	for (int64_t now = TEN; now < TEN + 90 * HOUR; now += 5 * MINUTE)
		meet(now, now < TEN + 10 * HOUR || now >= TEN + 82 * HOUR);
	CHECK(count(&a, "no path") == 72);
	CHECK(state_of(&a, TEN + 90 * HOUR) == ENT_LINE_STATE_UP);
	for (int run_ = 0; run_ < 50; run_++) {
		struct end *const sides[ENT_LINE_SIDES] = {&a, &b};
		const struct ent_line_ends ends = {{ID_A, ID_B}, {1, 1}};
		struct ent_line line;
		size_t at[ENT_LINE_SIDES] = {0, 0};
		ent_line_init(&line, &ends, TEN);
		while (at[0] < a.n || at[1] < b.given) {
			const int side = at[0] == a.n      ? 1
					: at[1] == b.given ? 0
							   : (int)(test_random(&seed) % 2);
			CHECK(apply_bytes(&line, (enum ent_line_side)side,
					      sides[side]->log[at[side]].bytes,
					      sides[side]->log[at[side]].size, NULL) == ENT_OK);
			at[side]++;
		}
		CHECK(memcmp(&line, &a.line, sizeof line) == 0);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(line__a_newcomer_tests_at_once_and_is_up),
			TEST_ENTRY(line__both_test_by_turns_and_both_log_every_period),
			TEST_ENTRY(line__one_side_stops_and_the_other_shows_late_and_then_lost),
			TEST_ENTRY(line__look_again_names_the_moment_at_which_the_state_changes),
			TEST_ENTRY(line__the_word_of_the_peer_is_waited_for_from_the_test_until_it_is_there),
			TEST_ENTRY(line__clocks_that_differ_by_minutes_make_no_link_late),
			TEST_ENTRY(line__four_causes_give_four_labels_and_no_check_gives_none),
			TEST_ENTRY(line__a_period_goes_by_the_terms_that_held_when_it_began),
			TEST_ENTRY(line__an_old_test_from_a_stick_makes_no_link_look_up),
			TEST_ENTRY(line__a_test_of_the_future_waits_until_its_time_and_is_shown),
			TEST_ENTRY(line__a_flood_of_tests_makes_no_flood_of_receipts),
			TEST_ENTRY(line__a_receipt_dated_before_its_test_is_of_a_clock_behind),
			TEST_ENTRY(line__a_receipt_of_another_entry_answers_nothing_and_is_shown),
			TEST_ENTRY(line__what_does_not_follow_is_refused_and_changes_nothing),
			TEST_ENTRY(line__any_interleaving_of_the_two_ledgers_is_the_same_line),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
