/* SPDX-License-Identifier: Apache-2.0 */
/* line.c: a line begins, and takes entries; what its halves say of one another. */
#include "entente/line.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "halves.h"

void ent_line_name(const char *author, const char *peer, int64_t epoch,
		char ret_name[ENT_LINE_NAME_SIZE]) {
	if (epoch == ENT_LINE_EPOCH_FIRST)
		(void)snprintf(ret_name, ENT_LINE_NAME_SIZE, "line/%s/%s", author, peer);
	else
		(void)snprintf(ret_name, ENT_LINE_NAME_SIZE, "line/%s/%s@%" PRId64, author, peer,
				epoch);
}

bool ent_line_name_read(
		const char *name, const char *author, const char *peer, int64_t *ret_epoch) {
	char again[ENT_LINE_NAME_SIZE];
	int64_t epoch = ENT_LINE_EPOCH_FIRST;
	const char *at = strchr(name, '@');
	if (at != NULL) {
		epoch = 0;
		while (*++at >= '0' && *at <= '9' && epoch <= ENT_LINE_TIME_MOST_US)
			epoch = epoch * 10 + (*at - '0');
		if (epoch <= ENT_LINE_EPOCH_FIRST || epoch > ENT_LINE_TIME_MOST_US)
			return false;
	}
	ent_line_name(author, peer, epoch, again);
	if (strcmp(again, name) != 0)
		return false;
	*ret_epoch = epoch;
	return true;
}

void ent_line_begin(struct ent_line *line, enum ent_line_side side, int64_t epoch) {
	struct ent_line_half *half = &line->half[side];
	char name[ENT_LINE_NAME_SIZE] = {0};
	ent_line_name(line->ids[side], line->ids[1 - side], epoch, name);
	*half = (struct ent_line_half){.epoch = epoch, .receipts_epoch = ENT_LINE_EPOCH_FIRST};
	memcpy(half->ledger, name, sizeof name);
}

void ent_line_init(struct ent_line *line, const struct ent_line_ends *ends, int64_t opened_utc_us) {
	assert(strcmp(ends->ids[0], ends->ids[1]) != 0);
	*line = (struct ent_line){.opened_utc_us = opened_utc_us};
	for (int side = 0; side < ENT_LINE_SIDES; side++) {
		assert(strlen(ends->ids[side]) == ENT_PARTY_ID_SIZE - 1 && ends->epochs[side] > 0);
		(void)snprintf(line->ids[side], sizeof line->ids[side], "%s", ends->ids[side]);
	}
	for (int side = 0; side < ENT_LINE_SIDES; side++)
		ent_line_begin(line, (enum ent_line_side)side, ends->epochs[side]);
}

/* --- apply --- */

static bool refuse(struct ent_fault *fault, const char *member, const char *why) {
	ent_fault_set(fault, member, "%s", why);
	return false;
}

/* A ledger of another epoch than the first begins by naming the one before. */
static bool begins(const struct ent_line *line, enum ent_line_side side,
		const struct ent_line_entry *entry, struct ent_fault *fault) {
	const struct ent_line_half *half = &line->half[side];
	int64_t before;
	if ((entry->kind == ENT_LINE_KIND_EPOCH) !=
			(half->size == 0 && half->epoch != ENT_LINE_EPOCH_FIRST))
		return refuse(fault, "kind",
				"what another epoch than the first begins with, and nothing else");
	if (entry->kind != ENT_LINE_KIND_EPOCH)
		return true;
	return (ent_line_name_read(entry->ledger, line->ids[side], line->ids[1 - side], &before) &&
			       before < half->epoch) ||
			refuse(fault, "before", "not an earlier ledger of this line");
}

/* A receipt is of the other side's ledger, of what it is now or was: which there are is not known to whoever lost one. */
static bool receipt_follows(const struct ent_line *line, enum ent_line_side side,
		const struct ent_line_entry *entry, struct ent_fault *fault) {
	const struct ent_line_half *half = &line->half[side];
	int64_t epoch;
	if (!ent_line_name_read(entry->ledger, line->ids[1 - side], line->ids[side], &epoch))
		return refuse(fault, "of.ledger", "a receipt is of the other side's ledger");
	if (epoch < half->receipts_epoch)
		return refuse(fault, "of.ledger", "of an earlier epoch than the receipt before");
	if (epoch == half->receipts_epoch && half->n_receipts > 0 &&
			entry->number <= half_receipt(half, half->n_receipts - 1)->number)
		return refuse(fault, "of.seq", "receipts are in the order of what they are of");
	return true;
}

static bool follows(const struct ent_line *line, enum ent_line_side side,
		const struct ent_line_entry *entry, struct ent_fault *fault) {
	const struct ent_line_half *half = &line->half[side];
	if (entry->seq != half->size)
		return refuse(fault, "seq", "not the number that comes next");
	if (half->size > 0 && entry->time_utc_us <= half->time_utc_us)
		return refuse(fault, "time_us", "not later than the entry before");
	if (entry->kind == ENT_LINE_KIND_CHECK &&
			entry->period_from_utc_us < half_next_period(half))
		return refuse(fault, "period_from_us", "too near to that of the test before");
	if (entry->kind == ENT_LINE_KIND_RECEIPT && !receipt_follows(line, side, entry, fault))
		return false;
	return begins(line, side, entry, fault);
}

/* Those of an epoch of before are of no test that still counts. */
static void apply_receipt(struct ent_line *line, enum ent_line_side side,
		const struct ent_line_entry *entry) {
	struct ent_line_half *half = &line->half[side];
	int64_t epoch = half->receipts_epoch;
	(void)ent_line_name_read(entry->ledger, line->ids[1 - side], line->ids[side], &epoch);
	if (epoch != half->receipts_epoch)
		half->n_receipts = 0;
	half->receipts_epoch = epoch;
	half->receipts[half->n_receipts++ % ENT_LINE_RECENT_MAX] = (struct ent_line_receipt){
			entry->number, entry->time_utc_us, entry->leaf};
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
		apply_receipt(line, side, entry);
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
	/* We have had a later epoch than is here now, and say nothing of an earlier one. */
	if (ours->receipts_epoch > theirs->epoch)
		return NULL;
	const uint64_t n_receipts = half_receipts_of(ours, theirs);
	/* Who begins anew says once more what it received lately, and not all that it ever did. */
	const int64_t since_utc_us = ours->epoch != ENT_LINE_EPOCH_FIRST
			? ours->epoch - ENT_LINE_PERIOD_MOST_US
			: line->opened_utc_us - ENT_LINE_BEFORE_US;
	for (uint64_t i = half_from(theirs->n_tests); i < theirs->n_tests; i++) {
		const struct ent_line_test *test = half_test(theirs, i);
		const bool has_one = n_receipts > 0 &&
				test->number <= half_receipt(ours, n_receipts - 1)->number;
		if (!has_one && test->period_from_utc_us >= since_utc_us)
			return test;
	}
	return NULL;
}

bool line_last_received(const struct ent_line *line, enum ent_line_side tester,
		const struct ent_line_test **ret_test) {
	const struct ent_line_half *half = &line->half[tester], *other = &line->half[1 - tester];
	uint64_t at = half->n_tests;
	/* Both are in the order of their numbers. */
	const uint64_t n_receipts = half_receipts_of(other, half);
	for (uint64_t i = n_receipts; i > half_from(n_receipts); i--) {
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
