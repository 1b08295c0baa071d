/* SPDX-License-Identifier: Apache-2.0 */
/* look.c: a line as it is shown. */
#include "entente/line.h"

#include <assert.h>
#include <string.h>

#include "halves.h"

const char *ent_line_state_text(enum ent_line_state state) {
	static const char *const texts[ENT_LINE_STATES] = {
#define STATE_TEXT(name, text) [ENT_LINE_STATE_##name] = (text),
			ENT_LINE_STATE_MAP(STATE_TEXT)};
	return texts[state];
}

/* Of a test of ours, as far as tests are remembered. */
static bool is_false(const struct ent_line_half *ours, const struct ent_line_receipt *receipt) {
	if (receipt->number >= ours->size)
		return true;
	for (uint64_t i = ours->n_tests; i > half_from(ours->n_tests); i--) {
		const struct ent_line_test *test = half_test(ours, i - 1);
		if (test->number == receipt->number)
			return memcmp(&test->leaf, &receipt->leaf, sizeof test->leaf) != 0;
		if (test->number < receipt->number)
			return true;
	}
	return half_from(ours->n_tests) == 0;
}

static void look_at_receipts(const struct ent_line *line, struct ent_line_view *view) {
	const struct ent_line_half *ours = &line->half[ENT_LINE_OURS];
	const struct ent_line_half *theirs = &line->half[ENT_LINE_THEIRS];
	/* Of an epoch of ours that was before, nothing is to be seen here. */
	if (theirs->receipts_epoch < ours->epoch)
		return;
	for (uint64_t i = half_from(theirs->n_receipts); i < theirs->n_receipts; i++) {
		const struct ent_line_receipt *receipt = half_receipt(theirs, i);
		if (theirs->receipts_epoch == ours->epoch && !is_false(ours, receipt))
			continue;
		view->false_receipt = true;
		view->false_receipt_number = receipt->number;
		return;
	}
}

static enum ent_line_state state_of(uint64_t missed, bool has_good) {
	if (missed == 0)
		return has_good ? ENT_LINE_STATE_UP : ENT_LINE_STATE_UNTESTED;
	return missed == 1 ? ENT_LINE_STATE_LATE : ENT_LINE_STATE_LOST;
}

/* When something changes if nothing comes, or is to be decided. */
static int64_t look_again(const struct ent_line *line, const struct ent_line_terms *terms,
		int64_t now_utc_us) {
	const struct ent_line_test *waiting = line_without_receipt(line);
	const struct ent_line_terms before = line_terms_before(terms);
	const int64_t moments_us[] = {
			period_from(terms, now_utc_us) + terms->period_us,
			period_from(terms, now_utc_us - terms->late_us) + terms->period_us +
					terms->late_us,
			line_answer_until(line, terms),
			waiting != NULL ? waiting->period_from_utc_us - terms->late_us : 0,
			terms->until_utc_us,
			/* The last that began before these terms is due by those before. */
			terms->since_utc_us != 0 ? period_from(&before, terms->since_utc_us - 1) +
							before.late_us
						 : 0,
	};
	int64_t least_us = moments_us[0];
	for (size_t i = 1; i < sizeof moments_us / sizeof moments_us[0]; i++)
		if (moments_us[i] > now_utc_us && moments_us[i] < least_us)
			least_us = moments_us[i];
	return least_us;
}

static void look_whether_ahead(const struct ent_line_half *theirs,
		const struct ent_line_terms *terms, int64_t now_utc_us,
		struct ent_line_view *view) {
	const int64_t until_utc_us = now_utc_us + terms->late_us;
	const struct ent_line_test *test = theirs->n_tests > 0
			? half_test(theirs, theirs->n_tests - 1)
			: NULL;
	if (theirs->time_utc_us > until_utc_us) {
		view->peer_is_ahead = true;
		view->peer_ahead_number = theirs->size - 1;
		view->peer_ahead_us = theirs->time_utc_us - now_utc_us;
	} else if (test != NULL && test->period_from_utc_us > until_utc_us) {
		view->peer_is_ahead = true;
		view->peer_ahead_number = test->number;
		view->peer_ahead_us = test->period_from_utc_us - now_utc_us;
	}
}

/* A receipt comes after its test, however long either was on its way. */
static void look_whether_behind(const struct ent_line *line, const struct ent_line_terms *terms,
		struct ent_line_view *view) {
	const struct ent_line_half *ours = &line->half[ENT_LINE_OURS];
	const struct ent_line_half *theirs = &line->half[ENT_LINE_THEIRS];
	const int64_t most_us = terms->late_us > ENT_LINE_LATE_US ? terms->late_us
								  : ENT_LINE_LATE_US;
	const struct ent_line_receipt *receipt = half_receipts_of(theirs, ours) > 0
			? half_receipt(theirs, theirs->n_receipts - 1)
			: NULL;
	for (uint64_t i = half_from(ours->n_tests); receipt != NULL && i < ours->n_tests; i++) {
		const struct ent_line_test *test = half_test(ours, i);
		if (test->number != receipt->number ||
				memcmp(&test->leaf, &receipt->leaf, sizeof test->leaf) != 0 ||
				test->time_utc_us - receipt->time_utc_us <= most_us)
			continue;
		view->peer_is_behind = true;
		view->peer_behind_number = test->number;
		view->peer_behind_us = test->time_utc_us - receipt->time_utc_us;
	}
}

/* For a receipt of our last test, or, in a period of the peer's, for its test. */
static void look_whether_it_waits(const struct ent_line *line, const struct ent_line_terms *terms,
		int64_t now_utc_us, struct ent_line_view *view) {
	const struct ent_line_half *ours = &line->half[ENT_LINE_OURS];
	const int64_t from_utc_us = period_from(terms, now_utc_us);
	const int64_t test_utc_us = ours->n_tests > 0
			? half_test(ours, ours->n_tests - 1)->time_utc_us
			: 0;
	view->waits = !ours->has_good || ours->good_from_utc_us < from_utc_us;
	if (view->waits)
		view->waits_since_utc_us = test_utc_us > from_utc_us ? test_utc_us : from_utc_us;
}

void ent_line_look(const struct ent_line *line, const struct ent_line_terms *terms,
		int64_t now_utc_us, struct ent_line_view *ret_view) {
	assert(ent_line_terms_ok(terms));
	const struct ent_line_half *ours = &line->half[ENT_LINE_OURS];
	const struct ent_line_half *theirs = &line->half[ENT_LINE_THEIRS];
	const int64_t now = line_now(line, now_utc_us);
	const int64_t due = period_from(terms, now - terms->late_us);
	struct ent_line_view view = {.missed = line_missed(line, terms, now)};
	view.state = state_of(view.missed, ours->has_good);
	view.wants_check = line_lacks_result(line, terms, now);
	if (view.missed > 0 && ours->result_from_utc_us >= due)
		view.why = ours->result;
	view.has_good = ours->has_good;
	view.good_utc_us = ours->good_utc_us;
	view.expected_utc_us = period_from(terms, now) + terms->period_us;
	view.ours = line_is_ours(line, terms, view.expected_utc_us);
	view.look_again_utc_us = look_again(line, terms, now);
	view.peer_has_said = theirs->result != ENT_LINE_UNKNOWN;
	view.peer_result = theirs->result;
	view.peer_result_from_utc_us = theirs->result_from_utc_us;
	look_whether_it_waits(line, terms, now, &view);
	look_whether_ahead(theirs, terms, now, &view);
	look_whether_behind(line, terms, &view);
	look_at_receipts(line, &view);
	*ret_view = view;
}
