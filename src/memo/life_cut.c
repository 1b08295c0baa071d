/* SPDX-License-Identifier: Apache-2.0 */
/* life_cut.c: prefixes that are closed under what was seen, and the one order of their entries. */
#include "life.h"

void ent_memo_cut_all(const struct ent_memo *memo, struct ent_memo_cut *ret_cut) {
	*ret_cut = (struct ent_memo_cut){{0}};
	for (uint32_t i = 0; i < memo->n; i++)
		ret_cut->size[i] = memo->ledgers[i].judged;
}

void ent_memo_cut_now(const struct ent_memo *memo, struct ent_memo_cut *ret_cut) {
	ent_memo_cut_all(memo, ret_cut);
	ret_cut->early_us = ENT_MEMO_CLOCKS_APART_US;
}

bool ent_memo_dated(const struct ent_memo_cut *cut, int64_t time_utc_us, int64_t by_utc_us) {
	return by_utc_us > INT64_MAX - cut->early_us || time_utc_us <= by_utc_us + cut->early_us;
}

/* The largest closed one within it: clocks only grow within a ledger, so what is cut off is an end. */
static void close_cut(const struct ent_memo *memo, struct ent_memo_cut *cut) {
	for (bool again = true; again;) {
		again = false;
		for (uint32_t i = 0; i < memo->n; i++)
			while (cut->size[i] > 0 &&
					!life_within(&memo->ledgers[i].entries[cut->size[i] - 1]
									.clock,
							cut)) {
				cut->size[i]--;
				again = true;
			}
	}
}

void ent_memo_cut_dated(
		const struct ent_memo *memo, int64_t now_utc_us, struct ent_memo_cut *ret_cut) {
	const int64_t most = now_utc_us > INT64_MAX - ENT_MEMO_CLOCKS_APART_US
			? INT64_MAX
			: now_utc_us + ENT_MEMO_CLOCKS_APART_US;
	*ret_cut = (struct ent_memo_cut){{0}};
	for (uint32_t i = 0; i < memo->n; i++)
		while (ret_cut->size[i] < memo->ledgers[i].judged &&
				memo->ledgers[i].entries[ret_cut->size[i]].latest_utc_us <= most)
			ret_cut->size[i]++;
	close_cut(memo, ret_cut);
}

void ent_memo_cut_received(
		const struct ent_memo *memo, int64_t by_utc_us, struct ent_memo_cut *ret_cut) {
	*ret_cut = (struct ent_memo_cut){{0}};
	for (uint32_t i = 0; i < memo->n; i++)
		while (ret_cut->size[i] < memo->ledgers[i].judged &&
				memo->ledgers[i].entries[ret_cut->size[i]].received_utc_us <=
						by_utc_us)
			ret_cut->size[i]++;
	close_cut(memo, ret_cut);
}

void ent_memo_cut_seen_by(
		const struct ent_memo *memo, uint32_t party, struct ent_memo_cut *ret_cut) {
	const struct life_ledger *ledger = &memo->ledgers[party];
	*ret_cut = ledger->judged > 0 ? ledger->entries[ledger->judged - 1].clock
				      : (struct ent_memo_cut){{0}};
	ret_cut->size[party] = ledger->judged;
}

void ent_memo_cut_there(const struct ent_memo *memo, uint32_t party,
		const uint64_t has[ENT_MEMO_PARTIES_MAX], struct ent_memo_cut *ret_cut) {
	ent_memo_cut_seen_by(memo, party, ret_cut);
	for (uint32_t i = 0; i < memo->n; i++) {
		const uint32_t here = memo->ledgers[i].judged;
		const uint32_t there = has[i] < here ? (uint32_t)has[i] : here;
		if (there > ret_cut->size[i])
			ret_cut->size[i] = there;
	}
	/* What was seen is closed, so nothing of that goes. */
	close_cut(memo, ret_cut);
}

void ent_memo_walk(const struct ent_memo *memo, const struct ent_memo_cut *cut,
		ent_memo_visit_fn visit, void *user) {
	struct ent_memo_cut done = {{0}};
	for (;;) {
		const struct life_entry *best = NULL;
		uint32_t party = 0;
		for (uint32_t i = 0; i < memo->n; i++) {
			if (done.size[i] == cut->size[i])
				continue;
			const struct life_entry *entry = &memo->ledgers[i].entries[done.size[i]];
			if (!life_within(&entry->clock, &done))
				continue;
			if (best == NULL || entry->time_utc_us < best->time_utc_us) {
				best = entry;
				party = i;
			}
		}
		if (best == NULL || !visit(user, party, done.size[party]))
			return;
		done.size[party]++;
	}
}
