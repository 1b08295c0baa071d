/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decide.c: what we write next: first receipts, which the peer waits for, then that it is up, then a test, then why it was
 * not.
 */
#include "entente/line.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "halves.h"

struct ent_line_terms ent_line_terms_default(void) {
	return (struct ent_line_terms){ENT_LINE_PERIOD_US, ENT_LINE_LATE_US};
}

bool ent_line_terms_ok(const struct ent_line_terms *terms) {
	return terms->period_us >= ENT_LINE_PERIOD_LEAST_US &&
			terms->period_us <= ENT_LINE_PERIOD_MOST_US && terms->late_us > 0 &&
			terms->late_us < terms->period_us;
}

enum ent_line_result ent_line_classify(const struct ent_line_check *check) {
	if (!check->we_work)
		return ENT_LINE_OUR_FAULT;
	if (check->refused)
		return ENT_LINE_REFUSED;
	return check->path ? ENT_LINE_NO_ANSWER : ENT_LINE_NO_PATH;
}

/* Of the oldest test that has none. */
static bool decide_receipt(const struct ent_line *line, struct ent_line_entry *entry) {
	const struct ent_line_half *ours = &line->half[ENT_LINE_OURS];
	const struct ent_line_half *theirs = &line->half[ENT_LINE_THEIRS];
	for (uint64_t i = half_from(theirs->n_tests); i < theirs->n_tests; i++) {
		const struct ent_line_test *test = half_test(theirs, i);
		if (ours->n_receipts > 0 &&
				test->number <= half_receipt(ours, ours->n_receipts - 1)->number)
			continue;
		entry->kind = ENT_LINE_KIND_RECEIPT;
		entry->number = test->number;
		entry->leaf = test->leaf;
		(void)snprintf(entry->ledger, sizeof entry->ledger, "%s", theirs->ledger);
		return true;
	}
	return false;
}

static int64_t less(int64_t a, int64_t b) {
	return a < b ? a : b;
}

/* That a later period than the last good one was heard or answered. */
static bool decide_good(const struct ent_line *line, const struct ent_line_terms *terms,
		struct ent_line_entry *entry) {
	const struct ent_line_half *ours = &line->half[ENT_LINE_OURS];
	const struct ent_line_test *test = NULL;
	const struct ent_line_receipt *receipt = NULL;
	int64_t heard = -1, answered = -1;
	if (line_last_received(line, ENT_LINE_THEIRS, &test, &receipt))
		/* Our receipt has the time of our clock. */
		heard = less(test->period_from_utc_us,
				period_from(terms, receipt->time_utc_us + terms->late_us));
	if (line_last_received(line, ENT_LINE_OURS, &test, &receipt))
		answered = test->period_from_utc_us;
	entry->kind = ENT_LINE_KIND_RESULT;
	entry->result = heard > answered ? ENT_LINE_HEARD : ENT_LINE_ANSWERED;
	entry->period_from_utc_us = heard > answered ? heard : answered;
	return entry->period_from_utc_us >= 0 &&
			(!ours->has_good || entry->period_from_utc_us > ours->good_from_utc_us);
}

static bool decide_test(const struct ent_line *line, const struct ent_line_terms *terms,
		int64_t now_utc_us, struct ent_line_entry *entry) {
	const struct ent_line_half *ours = &line->half[ENT_LINE_OURS];
	const int64_t from = period_from(terms, now_utc_us);
	if (ours->n_tests > 0 &&
			(!line_is_ours(line, terms, from) ||
					half_test(ours, ours->n_tests - 1)->period_from_utc_us >=
							from))
		return false;
	entry->kind = ENT_LINE_KIND_CHECK;
	entry->period_from_utc_us = from;
	entry->period_us = terms->period_us;
	return true;
}

static bool decide_missed(const struct ent_line *line, const struct ent_line_terms *terms,
		const struct ent_line_check *check, int64_t now_utc_us,
		struct ent_line_entry *entry) {
	if (check == NULL || !line_lacks_result(line, terms, now_utc_us))
		return false;
	entry->kind = ENT_LINE_KIND_RESULT;
	entry->result = ent_line_classify(check);
	entry->period_from_utc_us = period_from(terms, now_utc_us - terms->late_us);
	return true;
}

ent_status ent_line_decide(const struct ent_line *line, const struct ent_line_terms *terms,
		const struct ent_line_check *check, enum ent_line_class class, int64_t now_utc_us,
		struct ent_line_entry *ret_entry) {
	const struct ent_line_half *ours = &line->half[ENT_LINE_OURS];
	const int64_t now = line_now(line, now_utc_us);
	/* A try that comes to nothing leaves nothing. */
	const struct ent_line_entry blank = {.seq = ours->size,
			.time_utc_us = now > ours->time_utc_us ? now : ours->time_utc_us + 1,
			.class = class};
	struct ent_line_entry entry = blank;
	assert(ent_line_terms_ok(terms));
	bool due = decide_receipt(line, &entry);
	if (!due) {
		entry = blank;
		due = decide_good(line, terms, &entry);
	}
	if (!due) {
		entry = blank;
		due = decide_test(line, terms, now, &entry);
	}
	if (!due) {
		entry = blank;
		due = decide_missed(line, terms, check, now, &entry);
	}
	if (!due)
		return ENT_E_MISSING;
	*ret_entry = entry;
	return ENT_OK;
}
