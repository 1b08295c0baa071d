/* SPDX-License-Identifier: Apache-2.0 */
/*
 * life_walk.c: which version takes effect after which: those that all have signed, by the moment from which they
 * could be in force, then by their hash; each takes effect or never does, by what took effect before it.
 */
#include <string.h>

#include "life.h"

bool life_by(const struct ent_memo *memo, const struct ent_memo_cut *cut, int party, int32_t seq,
		int64_t by_utc_us) {
	return life_has(cut, party, seq) &&
			life_dated(cut, &memo->ledgers[party].entries[seq], by_utc_us);
}

bool life_withdrew(const struct ent_memo *memo, const struct ent_memo_cut *cut, int party,
		int64_t by_utc_us) {
	return life_by(memo, cut, party, memo->ledgers[party].withdrawn, by_utc_us);
}

bool life_gone(const struct ent_memo *memo, const struct ent_memo_cut *cut, int party,
		int64_t by_utc_us) {
	const struct life_ledger *ledger = &memo->ledgers[party];
	return life_withdrew(memo, cut, party, by_utc_us) &&
			life_has_effect(cut, &ledger->entries[ledger->withdrawn], by_utc_us);
}

bool life_names(const struct life_version *version, int party) {
	for (uint32_t i = 0; i < version->terms.n_parties; i++)
		if (version->place[i] == party)
			return true;
	return false;
}

uint32_t life_bound(const struct ent_memo *memo, const struct ent_memo_cut *cut, int64_t at_utc_us,
		const struct life_version *version) {
	uint32_t bound = 0;
	for (int i = 0; i < (int)memo->n; i++)
		if (life_names(version, i) && !life_gone(memo, cut, i, at_utc_us))
			bound |= UINT32_C(1) << i;
	return bound;
}

bool life_agreed(const struct ent_memo *memo, const struct ent_memo_cut *cut, int64_t by_utc_us,
		const struct life_version *version, int64_t *ret_from_utc_us) {
	int64_t from = version->terms.effective_from_utc_us;
	for (uint32_t i = 0; i < version->terms.n_parties; i++) {
		const int party = version->place[i];
		if (party == NOBODY ||
				!life_by(memo, cut, party, version->signature[party], by_utc_us))
			return false;
		/* Ink can be recorded late. */
		const int64_t time =
				memo->ledgers[party].entries[version->signature[party]].time_utc_us;
		if (time > from)
			from = time;
	}
	*ret_from_utc_us = from;
	return true;
}

struct step {
	const struct life_version *version;
	int64_t from_utc_us;
};

static bool is_after(const struct step *step, const struct step *other) {
	if (other->version == NULL || step->from_utc_us != other->from_utc_us)
		return other->version == NULL || step->from_utc_us > other->from_utc_us;
	return memcmp(step->version->terms.hash.bytes, other->version->terms.hash.bytes,
			       ENT_HASH_SIZE) > 0;
}

/* The one that follows in order; false: there are no more. */
static bool next_step(const struct ent_memo *memo, const struct ent_memo_cut *cut,
		int64_t at_utc_us, struct step *step) {
	struct step best = {NULL, 0};
	for (uint32_t i = 0; i < memo->n_versions; i++) {
		struct step other = {&memo->versions[i], 0};
		if (life_agreed(memo, cut, at_utc_us, other.version, &other.from_utc_us) &&
				is_after(&other, step) &&
				(best.version == NULL || is_after(&best, &other)))
			best = other;
	}
	if (best.version != NULL)
		*step = best;
	return best.version != NULL;
}

/* Of what has come by declared times alone, whoever looks when. */
static bool takes_effect(const struct ent_memo *memo, const struct ent_memo_cut *seen,
		int64_t at_utc_us, const struct step *step, const struct life_version *last) {
	const struct ent_memo_terms *terms = &step->version->terms;
	const int64_t by = step->from_utc_us < at_utc_us ? step->from_utc_us : at_utc_us;
	struct ent_memo_cut declared = *seen;
	const struct ent_memo_cut *cut = step->from_utc_us <= at_utc_us ? &declared : seen;
	declared.early_us = 0;
	if (step->from_utc_us >= terms->valid_until_utc_us)
		return false;
	for (int i = 0; i < (int)memo->n; i++)
		if (life_names(step->version, i) && life_withdrew(memo, cut, i, by))
			return false;
	if (last == NULL)
		return !terms->replaces_given;
	if (!terms->replaces_given || !life_hash_is(&terms->replaces, &last->terms.hash))
		return false;
	uint32_t bound = 0;
	for (int i = 0; i < (int)memo->n; i++)
		if (life_names(last, i) &&
				!(life_withdrew(memo, cut, i, by) &&
						life_gone(memo, &declared, i, step->from_utc_us)))
			bound |= UINT32_C(1) << i;
	for (int i = 0; i < (int)memo->n; i++)
		if (bound >> i & 1 && !life_names(step->version, i))
			return false;
	return (bound & (bound - 1)) != 0; /* two or more */
}

void life_chain(const struct ent_memo *memo, const struct ent_memo_cut *cut, int64_t at_utc_us,
		const struct life_version *sought, struct life_chain *ret_chain) {
	struct life_chain chain = {.head = NULL};
	struct step step = {NULL, 0};
	while (next_step(memo, cut, at_utc_us, &step)) {
		if (!takes_effect(memo, cut, at_utc_us, &step, chain.last))
			continue;
		chain.last = step.version;
		chain.last_from_utc_us = step.from_utc_us;
		if (step.from_utc_us <= at_utc_us) {
			chain.head = step.version;
			chain.since_utc_us = step.from_utc_us;
			chain.took_effect |= step.version == sought;
		} else {
			chain.will |= step.version == sought;
			if (chain.next == NULL) {
				chain.next = step.version;
				chain.next_from_utc_us = step.from_utc_us;
			}
		}
	}
	*ret_chain = chain;
}
