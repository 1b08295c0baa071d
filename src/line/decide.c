/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decide.c: what we write next: that we began anew, when we did; then receipts, which the peer waits for, then that it is up, then a
 * test, then why it was not.
 */
#include "entente/line.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "halves.h"

struct ent_line_terms ent_line_terms_default(void) {
	return (struct ent_line_terms){
			.period_us = ENT_LINE_PERIOD_US, .late_us = ENT_LINE_LATE_US};
}

static bool is_kept(int64_t period_us, int64_t late_us) {
	return period_us >= ENT_LINE_PERIOD_LEAST_US && period_us <= ENT_LINE_PERIOD_MOST_US &&
			late_us > 0 && late_us < period_us;
}

bool ent_line_terms_ok(const struct ent_line_terms *terms) {
	return is_kept(terms->period_us, terms->late_us) &&
			(terms->since_utc_us == 0 ||
					is_kept(terms->before_period_us, terms->before_late_us));
}

enum ent_line_result ent_line_classify(const struct ent_line_check *check) {
	if (!check->we_work)
		return ENT_LINE_OUR_FAULT;
	if (check->refused)
		return ENT_LINE_REFUSED;
	return check->path ? ENT_LINE_NO_ANSWER : ENT_LINE_NO_PATH;
}

static bool decide_epoch(const struct ent_line *line, struct ent_line_entry *entry) {
	const struct ent_line_half *ours = &line->half[ENT_LINE_OURS];
	entry->kind = ENT_LINE_KIND_EPOCH;
	memcpy(entry->ledger, line->before, sizeof entry->ledger);
	memcpy(entry->checkpoint, line->checkpoint, sizeof entry->checkpoint);
	return ours->size == 0 && ours->epoch != ENT_LINE_EPOCH_FIRST;
}

/* Of the oldest test that has none, unless its time is still to come. */
static bool decide_receipt(const struct ent_line *line, const struct ent_line_terms *terms,
		int64_t now_utc_us, struct ent_line_entry *entry) {
	const struct ent_line_test *test = line_without_receipt(line);
	if (test == NULL || test->period_from_utc_us > now_utc_us + terms->late_us)
		return false;
	entry->kind = ENT_LINE_KIND_RECEIPT;
	entry->number = test->number;
	entry->leaf = test->leaf;
	(void)snprintf(entry->ledger, sizeof entry->ledger, "%s",
			line->half[ENT_LINE_THEIRS].ledger);
	return true;
}

/* That a later period than the last good one was heard or answered. */
static bool decide_good(const struct ent_line *line, struct ent_line_entry *entry) {
	const struct ent_line_half *ours = &line->half[ENT_LINE_OURS];
	const struct ent_line_test *test = NULL;
	int64_t heard = -1, answered = -1;
	if (line_last_received(line, ENT_LINE_THEIRS, &test))
		heard = test->period_from_utc_us;
	if (line_last_received(line, ENT_LINE_OURS, &test))
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
	/* It can be too near to the last one when the terms have changed. */
	if (ours->n_tests > 0 &&
			(!line_is_ours(line, terms, from) || from < half_next_period(ours)))
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
		const struct ent_line_check *check, enum ent_class class, int64_t now_utc_us,
		struct ent_line_entry *ret_entry) {
	assert(ent_line_terms_ok(terms));
	const struct ent_line_half *ours = &line->half[ENT_LINE_OURS];
	const int64_t now = line_now(line, now_utc_us);
	/* A try that comes to nothing leaves nothing. */
	const struct ent_line_entry blank = {.seq = ours->size,
			.time_utc_us = now > ours->time_utc_us ? now : ours->time_utc_us + 1,
			.class = class};
	struct ent_line_entry entry = blank;
	bool due = decide_epoch(line, &entry);
	if (!due) {
		entry = blank;
		due = decide_receipt(line, terms, now, &entry);
	}
	if (!due) {
		entry = blank;
		due = decide_good(line, &entry);
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
