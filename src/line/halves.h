/* SPDX-License-Identifier: Apache-2.0 */
/* halves.h: what the two sides' halves say of one another, and periods. */
#ifndef ENTENTE_LINE_HALVES_H
#define ENTENTE_LINE_HALVES_H

#include "entente/line.h"

/* The i-th of all that there ever were; it is one of the last ENT_LINE_RECENT_MAX. */
static inline const struct ent_line_test *half_test(const struct ent_line_half *half, uint64_t i) {
	return &half->tests[i % ENT_LINE_RECENT_MAX];
}

static inline const struct ent_line_receipt *half_receipt(
		const struct ent_line_half *half, uint64_t i) {
	return &half->receipts[i % ENT_LINE_RECENT_MAX];
}

/* The first of n that is remembered. */
static inline uint64_t half_from(uint64_t n) {
	return n > ENT_LINE_RECENT_MAX ? n - ENT_LINE_RECENT_MAX : 0;
}

/* How many receipts it has of what the other side's ledger is now. */
static inline uint64_t half_receipts_of(
		const struct ent_line_half *half, const struct ent_line_half *other) {
	return half->receipts_epoch == other->epoch ? half->n_receipts : 0;
}

/* The first moment that the period of a next test may begin at. 0: any. */
static inline int64_t half_next_period(const struct ent_line_half *half) {
	return half->n_tests > 0 ? half_test(half, half->n_tests - 1)->period_from_utc_us +
					ENT_LINE_PERIOD_LEAST_US
				 : 0;
}

/* The period in which a moment, not before 1970, is: by its number and by its beginning. */
static inline int64_t period_number(const struct ent_line_terms *terms, int64_t utc_us) {
	return utc_us > 0 ? utc_us / terms->period_us : 0;
}

static inline int64_t period_from(const struct ent_line_terms *terms, int64_t utc_us) {
	return period_number(terms, utc_us) * terms->period_us;
}

/* What held until these did. */
static inline struct ent_line_terms line_terms_before(const struct ent_line_terms *terms) {
	return (struct ent_line_terms){
			.period_us = terms->before_period_us, .late_us = terms->before_late_us};
}

/* Since when periods count as missed: the last good one, or that of the opening, or of a new beginning. */
static inline int64_t line_base(const struct ent_line *line) {
	const struct ent_line_half *ours = &line->half[ENT_LINE_OURS];
	const int64_t begun_utc_us = ours->epoch > line->opened_utc_us ? ours->epoch
								       : line->opened_utc_us;
	return ours->has_good ? ours->good_from_utc_us : begun_utc_us;
}

/* Our clock, which does not go back behind what we wrote. */
static inline int64_t line_now(const struct ent_line *line, int64_t now_utc_us) {
	const int64_t last = line->half[ENT_LINE_OURS].time_utc_us;
	return now_utc_us > last ? now_utc_us : last;
}

/* Periods without a good result whose time is up. */
uint64_t line_missed(const struct ent_line *line, const struct ent_line_terms *terms,
		int64_t now_utc_us);
/* Until when the answer to our last test may take: a test after a start can be made late in its period. */
int64_t line_answer_until(const struct ent_line *line, const struct ent_line_terms *terms);
/* Is a result of the last of these still to be written, and silence no longer one that may end? */
bool line_lacks_result(const struct ent_line *line, const struct ent_line_terms *terms,
		int64_t now_utc_us);
/* Is it our turn in this period? */
bool line_is_ours(const struct ent_line *line, const struct ent_line_terms *terms,
		int64_t period_from_utc_us);
/* The oldest test of the peer's that is to have a receipt, now or when its time comes. NULL: there is none. */
const struct ent_line_test *line_without_receipt(const struct ent_line *line);
/*
 * The last test of one side of which the other has the right receipt. False: there is none.
 */
bool line_last_received(const struct ent_line *line, enum ent_line_side tester,
		const struct ent_line_test **ret_test);

#endif
