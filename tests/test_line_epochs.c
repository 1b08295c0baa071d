/* SPDX-License-Identifier: Apache-2.0 */
/* test_line_epochs.c: a side of a line that begins anew: what it says first, what counts then, and what is no beginning. */
#include "lines.h"

/* The first one goes on from nothing, in a ledger of that epoch; the other hears of it as it comes. */
static void begin_anew(int64_t epoch) {
	ent_line_begin(&a.line, ENT_LINE_OURS, epoch);
	(void)snprintf(a.line.before, sizeof a.line.before, "line/" ID_A "/" ID_B);
	(void)snprintf(a.line.checkpoint, sizeof a.line.checkpoint,
			"origin\n3\nroot=\n\n\342\200\224 name sig\n");
	a.n = a.given = 0;
	ent_line_begin(&b.line, ENT_LINE_THEIRS, epoch);
}

TEST(line__a_side_that_begins_anew_says_so_first_and_the_line_is_up_again) {
	(void)state_;
	struct ent_line_entry entry;
	const int64_t then = TEN + 3 * HOUR;
	begin(TEN);
	run(TEN, then, true);
	const size_t b_had = b.n;
	begin_anew(then);
	CHECK(state_of(&a, then) == ENT_LINE_STATE_UNTESTED && look(&a, then).missed == 0);
	meet(then, true);
	CHECK(ent_line_entry_parse(json, a.log[0].bytes, a.log[0].size, &entry, NULL) == ENT_OK);
	CHECK(entry.kind == ENT_LINE_KIND_EPOCH && entry.seq == 0);
	CHECK(strcmp(entry.ledger, a.line.before) == 0 &&
			strcmp(entry.checkpoint, a.line.checkpoint) == 0);
	CHECK(strstr(a.log[0].bytes, "origin\\n3\\n") != NULL);
	CHECK(state_of(&a, then) == ENT_LINE_STATE_UP && state_of(&b, then) == ENT_LINE_STATE_UP);
	/* Receipts are of the new ledger now, and what there was is no false one. */
	size_t of_new = b_had;
	while (of_new < b.n && strstr(b.log[of_new].bytes, "@") == NULL)
		of_new++;
	CHECK(of_new < b.n && !look(&a, then).false_receipt);
	run(then, then + 5 * HOUR, true);
	CHECK(state_of(&a, then + 5 * HOUR) == ENT_LINE_STATE_UP &&
			state_of(&b, then + 5 * HOUR) == ENT_LINE_STATE_UP);
	CHECK(!look(&a, then + 5 * HOUR).false_receipt);
}

TEST(line__receipts_of_the_ledger_before_answer_nothing_in_the_new_one) {
	(void)state_;
	const int64_t then = TEN + 3 * HOUR;
	begin(TEN);
	run(TEN, then, true);
	begin_anew(then);
	/* It tests, and nobody answers: old receipts have the same numbers. */
	meet(then, false);
	CHECK(count(&a, "line-test") == 1 && count(&a, "answered") == 0);
	CHECK(state_of(&a, then + 3 * HOUR) == ENT_LINE_STATE_LOST);
}

TEST(line__what_begins_anew_otherwise_is_refused_and_changes_nothing) {
	(void)state_;
	static const struct {
		const char *why, *before, *where;
		enum ent_line_kind kind;
		int64_t epoch;
	} rows[] = {
			{"a first epoch that says it is none", "line/" ID_A "/" ID_B, "kind",
					ENT_LINE_KIND_EPOCH, 1},
			{"another that does not say so", "", "kind", ENT_LINE_KIND_OTHER, 7},
			{"in place of itself", "line/" ID_A "/" ID_B "@7", "before",
					ENT_LINE_KIND_EPOCH, 7},
			{"in place of a later one", "line/" ID_A "/" ID_B "@8", "before",
					ENT_LINE_KIND_EPOCH, 7},
			{"in place of the other side's", "line/" ID_B "/" ID_A, "before",
					ENT_LINE_KIND_EPOCH, 7},
			{"in place of nothing", "", "before", ENT_LINE_KIND_EPOCH, 7},
			{"as it is", "line/" ID_A "/" ID_B "@6", NULL, ENT_LINE_KIND_EPOCH, 7},
			{"in place of the first", "line/" ID_A "/" ID_B, NULL, ENT_LINE_KIND_EPOCH,
					7},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ent_line_entry entry = {.kind = rows[i].kind, .time_utc_us = TEN};
		const struct ent_hash leaf = {{0}};
		struct ent_fault fault = {{0}, {0}};
		begin(TEN);
		ent_line_begin(&b.line, ENT_LINE_THEIRS, rows[i].epoch);
		const struct ent_line as_it_was = b.line;
		(void)snprintf(entry.ledger, sizeof entry.ledger, "%s", rows[i].before);
		const ent_status status = ent_line_apply(
				&b.line, ENT_LINE_THEIRS, &entry, &leaf, &fault);
		CHECK_ROW(rows[i].why, (status == ENT_OK) == (rows[i].where == NULL));
		CHECK_ROW(rows[i].why,
				rows[i].where == NULL || strcmp(fault.where, rows[i].where) == 0);
		CHECK_ROW(rows[i].why,
				rows[i].where == NULL ||
						memcmp(&b.line, &as_it_was, sizeof as_it_was) == 0);
		/* It is said once. */
		entry.seq = 1;
		entry.time_utc_us++;
		CHECK_ROW(rows[i].why,
				ent_line_apply(&b.line, ENT_LINE_THEIRS, &entry, &leaf, &fault) ==
						ENT_E_SYNTAX);
	}
}

TEST(line__receipts_go_back_to_no_earlier_epoch) {
	(void)state_;
	const struct ent_hash leaf = {{0}};
	static const struct {
		const char *why, *ledger;
		bool ok;
	} rows[] = {
			{"of one that is not known here", "line/" ID_A "/" ID_B "@9", true},
			{"again", "line/" ID_A "/" ID_B "@9", false},
			{"of one before it", "line/" ID_A "/" ID_B "@8", false},
			{"of the first", "line/" ID_A "/" ID_B, false},
			{"of a later one", "line/" ID_A "/" ID_B "@10", true},
	};
	begin(TEN);
	meet(TEN, true);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ent_line_entry entry;
		struct ent_fault fault = {{0}, {0}};
		const struct ent_line_half *half = &a.line.half[ENT_LINE_THEIRS];
		receipt_of(3, &leaf, rows[i].ledger, &entry);
		entry.seq = half->size;
		entry.time_utc_us = half->time_utc_us + 1;
		CHECK_ROW(rows[i].why,
				(ent_line_apply(&a.line, ENT_LINE_THEIRS, &entry, &leaf, &fault) ==
						ENT_OK) == rows[i].ok);
		/* Of what we never wrote, and shown as that. */
		CHECK_ROW(rows[i].why, look(&a, TEN).false_receipt);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(line__a_side_that_begins_anew_says_so_first_and_the_line_is_up_again),
			TEST_ENTRY(line__receipts_of_the_ledger_before_answer_nothing_in_the_new_one),
			TEST_ENTRY(line__what_begins_anew_otherwise_is_refused_and_changes_nothing),
			TEST_ENTRY(line__receipts_go_back_to_no_earlier_epoch),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
