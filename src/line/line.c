/* SPDX-License-Identifier: Apache-2.0 */
/* line.c: a line begins, and takes entries; what its halves say of one another. */
#include "entente/line.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "halves.h"

static void print_name(const struct ent_line_ends *ends, enum ent_line_side author,
		char ret_name[ENT_LINE_NAME_SIZE]) {
	const char *peer = ends->ids[1 - author];
	if (ends->epochs[author] == 1)
		(void)snprintf(ret_name, ENT_LINE_NAME_SIZE, "line/%s/%s", ends->ids[author], peer);
	else
		(void)snprintf(ret_name, ENT_LINE_NAME_SIZE, "line/%s/%s@%u", ends->ids[author],
				peer, (unsigned)ends->epochs[author]);
}

void ent_line_init(struct ent_line *line, const struct ent_line_ends *ends, int64_t opened_utc_us) {
	assert(strcmp(ends->ids[0], ends->ids[1]) != 0);
	*line = (struct ent_line){.opened_utc_us = opened_utc_us};
	for (int side = 0; side < ENT_LINE_SIDES; side++) {
		assert(strlen(ends->ids[side]) == ENT_PARTY_ID_SIZE - 1 && ends->epochs[side] > 0);
		(void)snprintf(line->ids[side], sizeof line->ids[side], "%s", ends->ids[side]);
		print_name(ends, (enum ent_line_side)side, line->half[side].ledger);
	}
}

/* --- apply --- */

static bool refuse(struct ent_fault *fault, const char *member, const char *why) {
	ent_fault_set(fault, member, "%s", why);
	return false;
}

static bool follows(const struct ent_line *line, enum ent_line_side side,
		const struct ent_line_entry *entry, struct ent_fault *fault) {
	const struct ent_line_half *half = &line->half[side], *other = &line->half[1 - side];
	if (entry->seq != half->size)
		return refuse(fault, "seq", "not the number that comes next");
	if (half->size > 0 && entry->time_utc_us <= half->time_utc_us)
		return refuse(fault, "time_us", "not later than the entry before");
	if (entry->kind == ENT_LINE_KIND_CHECK &&
			entry->period_from_utc_us < half_next_period(half))
		return refuse(fault, "period_from_us", "too near to that of the test before");
	if (entry->kind != ENT_LINE_KIND_RECEIPT)
		return true;
	if (strcmp(entry->ledger, other->ledger) != 0)
		return refuse(fault, "of.ledger", "a receipt is of the other side's ledger");
	if (half->n_receipts > 0 &&
			entry->number <= half_receipt(half, half->n_receipts - 1)->number)
		return refuse(fault, "of.seq", "receipts are in the order of what they are of");
	return true;
}

static void apply_result(struct ent_line_half *half, const struct ent_line_entry *entry) {
	/* One of an earlier period can come later. */
	if (half->result == ENT_LINE_UNKNOWN ||
			entry->period_from_utc_us >= half->result_from_utc_us) {
		half->result = entry->result;
		half->result_from_utc_us = entry->period_from_utc_us;
	}
	if (entry->result != ENT_LINE_HEARD && entry->result != ENT_LINE_ANSWERED)
		return;
	if (!half->has_good || entry->period_from_utc_us > half->good_from_utc_us)
		half->good_from_utc_us = entry->period_from_utc_us;
	half->has_good = true;
	half->good_utc_us = entry->time_utc_us;
}

ent_status ent_line_apply(struct ent_line *line, enum ent_line_side side,
		const struct ent_line_entry *entry, const struct ent_hash *leaf,
		struct ent_fault *reterr_fault) {
	struct ent_line_half *half = &line->half[side];
	if (!follows(line, side, entry, reterr_fault))
		return ENT_E_SYNTAX;
	half->size++;
	half->time_utc_us = entry->time_utc_us;
	if (entry->kind == ENT_LINE_KIND_CHECK)
		half->tests[half->n_tests++ % ENT_LINE_RECENT_MAX] = (struct ent_line_test){
				entry->seq, entry->time_utc_us, entry->period_from_utc_us, *leaf};
	else if (entry->kind == ENT_LINE_KIND_RECEIPT)
		half->receipts[half->n_receipts++ % ENT_LINE_RECENT_MAX] =
				(struct ent_line_receipt){
						entry->number, entry->time_utc_us, entry->leaf};
	else if (entry->kind == ENT_LINE_KIND_RESULT)
		apply_result(half, entry);
	return ENT_OK;
}

/* --- What the halves say of one another --- */

/* How many periods begin behind 'base', and not behind 'last'. */
static uint64_t periods_between(
		const struct ent_line_terms *terms, int64_t base_utc_us, int64_t last_utc_us) {
	const int64_t base = period_number(terms, base_utc_us);
	const int64_t last = period_number(terms, last_utc_us);
	return last > base ? (uint64_t)(last - base) : 0;
}

uint64_t line_missed(const struct ent_line *line, const struct ent_line_terms *terms,
		int64_t now_utc_us) {
	const int64_t base_utc_us = line_base(line), since_utc_us = terms->since_utc_us;
	const int64_t due_utc_us = now_utc_us - terms->late_us;
	if (since_utc_us <= base_utc_us)
		return periods_between(terms, base_utc_us, due_utc_us);
	const struct ent_line_terms before = line_terms_before(terms);
	const int64_t before_us = now_utc_us - before.late_us;
	return periods_between(&before, base_utc_us,
			       before_us < since_utc_us ? before_us : since_utc_us - 1) +
			periods_between(terms, since_utc_us - 1, due_utc_us);
}

int64_t line_answer_until(const struct ent_line *line, const struct ent_line_terms *terms) {
	const struct ent_line_half *ours = &line->half[ENT_LINE_OURS];
	return ours->n_tests > 0 ? half_test(ours, ours->n_tests - 1)->time_utc_us + terms->late_us
				 : 0;
}

bool line_lacks_result(const struct ent_line *line, const struct ent_line_terms *terms,
		int64_t now_utc_us) {
	const struct ent_line_half *ours = &line->half[ENT_LINE_OURS];
	const int64_t last = period_from(terms, now_utc_us - terms->late_us);
	return line_missed(line, terms, now_utc_us) > 0 &&
			line_answer_until(line, terms) <= now_utc_us &&
			(ours->result == ENT_LINE_UNKNOWN || ours->result_from_utc_us < last);
}

bool line_is_ours(const struct ent_line *line, const struct ent_line_terms *terms,
		int64_t period_from_utc_us) {
	const bool even = period_number(terms, period_from_utc_us) % 2 == 0;
	return even == (strcmp(line->ids[ENT_LINE_OURS], line->ids[ENT_LINE_THEIRS]) < 0);
}

const struct ent_line_test *line_without_receipt(const struct ent_line *line) {
	const struct ent_line_half *ours = &line->half[ENT_LINE_OURS];
	const struct ent_line_half *theirs = &line->half[ENT_LINE_THEIRS];
	for (uint64_t i = half_from(theirs->n_tests); i < theirs->n_tests; i++) {
		const struct ent_line_test *test = half_test(theirs, i);
		const bool has_one = ours->n_receipts > 0 &&
				test->number <= half_receipt(ours, ours->n_receipts - 1)->number;
		if (!has_one &&
				test->period_from_utc_us >=
						line->opened_utc_us - ENT_LINE_BEFORE_US)
			return test;
	}
	return NULL;
}

bool line_last_received(const struct ent_line *line, enum ent_line_side tester,
		const struct ent_line_test **ret_test) {
	const struct ent_line_half *half = &line->half[tester], *other = &line->half[1 - tester];
	uint64_t at = half->n_tests;
	/* Both are in the order of their numbers. */
	for (uint64_t i = other->n_receipts; i > half_from(other->n_receipts); i--) {
		const struct ent_line_receipt *receipt = half_receipt(other, i - 1);
		while (at > half_from(half->n_tests) &&
				half_test(half, at - 1)->number > receipt->number)
			at--;
		if (at == half_from(half->n_tests))
			return false;
		const struct ent_line_test *test = half_test(half, at - 1);
		if (test->number == receipt->number &&
				memcmp(&test->leaf, &receipt->leaf, sizeof test->leaf) == 0) {
			*ret_test = test;
			return true;
		}
	}
	return false;
}
