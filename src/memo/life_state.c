/* SPDX-License-Identifier: Apache-2.0 */
/* life_state.c: what a cut comes to at a moment, for whoever asks. */
#include <string.h>

#include "life.h"

/* --- Words --- */

#define TEXT(name, text) text,
static const char *word(const char *const *texts, unsigned n, unsigned value) {
	return value < n ? texts[value] : "unknown";
}

static const char *const status_texts[] = {ENT_MEMO_STATUS_MAP(TEXT)};

const char *ent_memo_status_text(enum ent_memo_status status) {
	return word(status_texts, ENT_MEMO_STATUS_COUNT, (unsigned)status);
}

static const char *const stage_texts[] = {ENT_MEMO_STAGE_MAP(TEXT)};

const char *ent_memo_stage_text(enum ent_memo_stage stage) {
	return word(stage_texts, ENT_MEMO_STAGE_COUNT, (unsigned)stage);
}

static const char *const evidence_texts[] = {ENT_MEMO_EVIDENCE_MAP(TEXT)};

const char *ent_memo_evidence_text(enum ent_memo_evidence evidence) {
	return word(evidence_texts, ENT_MEMO_EVIDENCE_COUNT, (unsigned)evidence);
}

static const char *const answer_texts[] = {ENT_MEMO_ANSWER_MAP(TEXT)};

const char *ent_memo_answer_text(enum ent_memo_answer answer) {
	return word(answer_texts, ENT_MEMO_ANSWER_COUNT, (unsigned)answer);
}

static const char *const word_texts[] = {ENT_MEMO_WORD_MAP(TEXT)};

const char *ent_memo_word_text(enum ent_memo_word value) {
	return word(word_texts, ENT_MEMO_WORD_COUNT, (unsigned)value);
}

/* --- Of one party --- */

int32_t life_suspending(const struct ent_memo *memo, const struct ent_memo_cut *cut, int party,
		int64_t at_utc_us) {
	for (int32_t seq = (int32_t)cut->size[party] - 1; seq >= 0; seq--) {
		const struct life_entry *entry = &memo->ledgers[party].entries[seq];
		if (!life_counts(entry) || !life_dated(cut, entry, at_utc_us))
			continue;
		/* It was not suspended before: nobody suspends twice. */
		if (entry->kind == ENT_MEMO_ACT_SUSPEND)
			return seq;
		if (entry->kind == ENT_MEMO_ACT_RESUME)
			return NEVER;
	}
	return NEVER;
}

int32_t life_suspended(const struct ent_memo *memo, const struct ent_memo_cut *cut, int party,
		int64_t at_utc_us) {
	const int32_t seq = life_suspending(memo, cut, party, at_utc_us);
	return seq != NEVER && life_has_effect(cut, &memo->ledgers[party].entries[seq], at_utc_us)
			? seq
			: NEVER;
}

int32_t life_level_act(const struct ent_memo *memo, const struct ent_memo_cut *cut, int party,
		int64_t at_utc_us, const struct life_version *version,
		enum ent_memo_subject subject) {
	for (uint32_t seq = cut->size[party]; seq > 0; seq--) {
		const struct life_entry *entry = &memo->ledgers[party].entries[seq - 1];
		if (life_counts(entry) && entry->kind == ENT_MEMO_ACT_LEVEL &&
				entry->subject == subject && life_dated(cut, entry, at_utc_us) &&
				entry->under_given &&
				life_hash_is(&entry->under, &version->terms.hash))
			return (int32_t)seq - 1;
	}
	return NEVER;
}

enum ent_memo_level life_level(const struct ent_memo *memo, const struct ent_memo_cut *cut,
		int party, int64_t at_utc_us, const struct life_version *version,
		enum ent_memo_subject subject) {
	const int32_t act = life_level_act(memo, cut, party, at_utc_us, version, subject);
	return act != NEVER ? (enum ent_memo_level)memo->ledgers[party].entries[act].level
			    : version->terms.level[subject];
}

/* --- Of all --- */

enum ent_memo_status life_status(const struct ent_memo *memo, const struct ent_memo_cut *cut,
		int64_t at_utc_us, const struct life_chain *chain, uint32_t *ret_bound) {
	*ret_bound = 0;
	if (chain->head == NULL)
		return chain->next != NULL ? ENT_MEMO_AGREED : ENT_MEMO_NOTHING;
	const uint32_t bound = life_bound(memo, cut, at_utc_us, chain->head);
	if ((bound & (bound - 1)) == 0) /* one, or none */
		return ENT_MEMO_ENDED;
	*ret_bound = bound;
	if (at_utc_us >= chain->head->terms.valid_until_utc_us)
		return ENT_MEMO_EXPIRED;
	for (int i = 0; i < (int)memo->n; i++)
		if (bound >> i & 1 && life_suspended(memo, cut, i, at_utc_us) != NEVER)
			return ENT_MEMO_SUSPENDED;
	return ENT_MEMO_IN_FORCE;
}

/* The earliest moment at which it may have effect by the version that it was declared under. */
static int64_t due(const struct ent_memo *memo, const struct life_entry *suspension) {
	const struct life_version *version = life_version(memo, &suspension->under);
	const int64_t notice_us = version != NULL ? version->terms.suspension_notice_us : 0;
	return suspension->time_utc_us > INT64_MAX - notice_us
			? INT64_MAX
			: suspension->time_utc_us + notice_us;
}

static void put_member(const struct ent_memo *memo, const struct ent_memo_cut *cut,
		int64_t at_utc_us, int party, struct ent_memo_member *member) {
	const struct life_ledger *ledger = &memo->ledgers[party];
	const int32_t suspending = life_suspending(memo, cut, party, at_utc_us);
	for (int s = 0; s < ENT_MEMO_SUBJECT_COUNT; s++)
		member->level_seq[s] = NEVER;
	if (suspending != NEVER) {
		member->suspending = true;
		member->suspended_utc_us = ledger->entries[suspending].when_utc_us;
		member->suspended = life_has_effect(cut, &ledger->entries[suspending], at_utc_us);
		member->suspended_due_utc_us = due(memo, &ledger->entries[suspending]);
		member->suspension_seq = (uint32_t)suspending;
	}
	if (life_withdrew(memo, cut, party, at_utc_us)) {
		member->withdrawing = true;
		member->withdrawn_utc_us = ledger->entries[ledger->withdrawn].when_utc_us;
		member->withdrawal_seq = (uint32_t)ledger->withdrawn;
	}
}

static void put_levels(const struct ent_memo *memo, const struct ent_memo_cut *cut,
		int64_t at_utc_us, const struct life_version *version,
		struct ent_memo_state *state) {
	for (int s = 0; s < ENT_MEMO_SUBJECT_COUNT; s++) {
		enum ent_memo_level least = ENT_MEMO_LEVEL_COUNT;
		for (int i = 0; i < (int)memo->n; i++) {
			struct ent_memo_member *member = &state->member[i];
			if (!member->bound)
				continue;
			member->level[s] = life_level(
					memo, cut, i, at_utc_us, version, (enum ent_memo_subject)s);
			member->level_seq[s] = life_level_act(
					memo, cut, i, at_utc_us, version, (enum ent_memo_subject)s);
			if (member->level[s] < least)
				least = member->level[s];
		}
		if (state->status == ENT_MEMO_IN_FORCE || state->status == ENT_MEMO_SUSPENDED)
			state->level[s] = least;
	}
}

void ent_memo_state(const struct ent_memo *memo, const struct ent_memo_cut *cut, int64_t at_utc_us,
		struct ent_memo_state *ret_state) {
	struct ent_memo_state state = {.status = ENT_MEMO_NOTHING};
	struct life_chain chain;
	uint32_t bound;
	life_chain(memo, cut, at_utc_us, NULL, &chain);
	state.status = life_status(memo, cut, at_utc_us, &chain, &bound);
	for (int i = 0; i < (int)memo->n; i++) {
		state.member[i].bound = bound >> i & 1;
		put_member(memo, cut, at_utc_us, i, &state.member[i]);
	}
	if (chain.head != NULL) {
		state.version_given = true;
		state.version = chain.head->terms.hash;
		state.since_utc_us = chain.since_utc_us;
		state.until_utc_us = chain.head->terms.valid_until_utc_us;
		put_levels(memo, cut, at_utc_us, chain.head, &state);
	}
	if (chain.next != NULL) {
		state.next_given = true;
		state.next = chain.next->terms.hash;
		state.next_from_utc_us = chain.next_from_utc_us;
	}
	*ret_state = state;
}

/* --- Versions --- */

uint32_t ent_memo_n_versions(const struct ent_memo *memo) {
	return memo->n_versions;
}

ent_status ent_memo_find(
		const struct ent_memo *memo, const struct ent_hash *hash, uint32_t *ret_version) {
	const struct life_version *version = life_version(memo, hash);
	if (version == NULL)
		return ENT_E_MISSING;
	*ret_version = (uint32_t)(version - memo->versions);
	return ENT_OK;
}

const struct ent_memo_terms *ent_memo_terms(const struct ent_memo *memo, uint32_t version) {
	return &memo->versions[version].terms;
}

/* Returns how many have signed themselves. */
static unsigned put_evidence(const struct ent_memo *memo, const struct ent_memo_cut *cut,
		int64_t at_utc_us, const struct life_version *version,
		enum ent_memo_evidence *ret_evidence, int64_t *ret_paper) {
	unsigned n = 0;
	for (int i = 0; i < ENT_MEMO_PARTIES_MAX; i++)
		ret_paper[i] = -1;
	for (int i = 0; i < (int)memo->n; i++) {
		if (!life_by(memo, cut, i, version->signature[i], at_utc_us))
			continue;
		const struct life_entry *entry = &memo->ledgers[i].entries[version->signature[i]];
		ret_evidence[i] = entry->kind == ENT_MEMO_ACT_SIGN ? ENT_MEMO_EVIDENCE_SIGNED
								   : ENT_MEMO_EVIDENCE_PAPER;
		if (entry->kind == ENT_MEMO_ACT_PAPER)
			ret_paper[i] = version->signature[i];
		n++;
		for (int other = 0; other < (int)memo->n; other++)
			if (entry->signed_by >> other & 1 && life_names(version, other) &&
					ret_evidence[other] == ENT_MEMO_EVIDENCE_NONE)
				ret_evidence[other] = ENT_MEMO_EVIDENCE_ATTESTED;
	}
	return n;
}

/* The party of one that is in the cut; NOBODY. */
static int any_by(const struct ent_memo *memo, const struct ent_memo_cut *cut, int64_t at_utc_us,
		const int32_t *entries) {
	for (int i = 0; i < (int)memo->n; i++)
		if (life_by(memo, cut, i, entries[i], at_utc_us))
			return i;
	return NOBODY;
}

/* Ink in time can be recorded late, and only who has recorded its own is bound by it. */
static bool all_signed(const struct life_version *version, const enum ent_memo_evidence *evidence) {
	for (uint32_t i = 0; i < version->terms.n_parties; i++)
		if (version->place[i] == NOBODY ||
				evidence[version->place[i]] == ENT_MEMO_EVIDENCE_NONE)
			return false;
	return true;
}

static enum ent_memo_stage stage(const struct ent_memo *memo, const struct ent_memo_cut *cut,
		int64_t at_utc_us, const struct life_version *version, unsigned n_signed,
		const enum ent_memo_evidence *evidence) {
	struct life_chain chain;
	int64_t from;
	if (life_agreed(memo, cut, at_utc_us, version, &from)) {
		life_chain(memo, cut, at_utc_us, version, &chain);
		if (chain.head == version)
			return ENT_MEMO_STAGE_CURRENT;
		if (chain.took_effect)
			return ENT_MEMO_STAGE_REPLACED;
		return chain.will ? ENT_MEMO_STAGE_AGREED : ENT_MEMO_STAGE_OVERTAKEN;
	}
	if (any_by(memo, cut, at_utc_us, version->open) == NOBODY)
		return any_by(memo, cut, at_utc_us, version->ad_referendum) != NOBODY
				? ENT_MEMO_STAGE_AD_REFERENDUM
				: ENT_MEMO_STAGE_UNKNOWN;
	if (at_utc_us > version->terms.sign_by_utc_us)
		return all_signed(version, evidence) ? ENT_MEMO_STAGE_INK : ENT_MEMO_STAGE_LAPSED;
	return n_signed > 0 ? ENT_MEMO_STAGE_SIGNING : ENT_MEMO_STAGE_DRAFTED;
}

void ent_memo_version(const struct ent_memo *memo, const struct ent_memo_cut *cut,
		int64_t at_utc_us, uint32_t version, struct ent_memo_version *ret_version) {
	const struct life_version *of = &memo->versions[version];
	struct ent_memo_version result = {.stage = ENT_MEMO_STAGE_UNKNOWN};
	const unsigned n = put_evidence(memo, cut, at_utc_us, of, result.evidence, result.paper);
	result.stage = stage(memo, cut, at_utc_us, of, n, result.evidence);
	const int openly = any_by(memo, cut, at_utc_us, of->open);
	const int party = openly != NOBODY ? openly
					   : any_by(memo, cut, at_utc_us, of->ad_referendum);
	if (party != NOBODY) {
		result.party = (uint32_t)party;
		result.seq = (uint32_t)(openly != NOBODY ? of->open : of->ad_referendum)[party];
	}
	*ret_version = result;
}

/* --- Offers --- */

/* NULL: there are no more. */
static const struct life_entry *answer_at(const struct ent_memo *memo, struct life_at at) {
	return at.after_party > 0 ? &memo->ledgers[at.after_party - 1].entries[at.seq] : NULL;
}

/* Is the answer at that place by the party, in the cut and dated by then? */
static bool is_by(const struct ent_memo_cut *cut, int64_t at_utc_us, int party, struct life_at at,
		const struct life_entry *answer) {
	return at.after_party == (uint16_t)(party + 1) && at.seq < cut->size[party] &&
			life_dated(cut, answer, at_utc_us);
}

static enum ent_memo_answer answer_of(const struct ent_memo *memo, const struct ent_memo_cut *cut,
		int64_t at_utc_us, int party, const struct life_entry *offer) {
	struct life_at at = offer->answer;
	/* Nobody answers twice, so there are no more than parties. */
	for (const struct life_entry *answer; (answer = answer_at(memo, at)) != NULL;
			at = answer->answer_before)
		if (is_by(cut, at_utc_us, party, at, answer))
			return answer->kind == ENT_MEMO_ACT_ACCEPT ? ENT_MEMO_ANSWER_ACCEPTED
								   : ENT_MEMO_ANSWER_DECLINED;
	return at_utc_us > offer->when_utc_us ? ENT_MEMO_ANSWER_UNANSWERED
					      : ENT_MEMO_ANSWER_OFFERED;
}

ent_status ent_memo_offer(const struct ent_memo *memo, const struct ent_memo_cut *cut,
		int64_t at_utc_us, uint32_t party, uint32_t seq,
		enum ent_memo_answer ret_answers[ENT_MEMO_PARTIES_MAX]) {
	if (party >= memo->n || !life_by(memo, cut, (int)party, (int32_t)seq, at_utc_us))
		return ENT_E_MISSING;
	const struct life_entry *offer = &memo->ledgers[party].entries[seq];
	const struct life_version *version = life_version(memo, &offer->version);
	if (!life_counts(offer) || offer->kind != ENT_MEMO_ACT_OFFER || version == NULL)
		return ENT_E_MISSING;
	for (int i = 0; i < ENT_MEMO_PARTIES_MAX; i++)
		ret_answers[i] = i < (int)memo->n && i != (int)party && life_names(version, i)
				? answer_of(memo, cut, at_utc_us, i, offer)
				: ENT_MEMO_ANSWER_NOT_ASKED;
	return ENT_OK;
}

uint32_t ent_memo_declined(const struct ent_memo *memo, const struct ent_memo_cut *cut,
		int64_t at_utc_us, uint32_t party, uint32_t seq) {
	uint32_t declined = 0;
	if (party >= memo->n || !life_by(memo, cut, (int)party, (int32_t)seq, at_utc_us) ||
			memo->ledgers[party].entries[seq].kind != ENT_MEMO_ACT_DRAFT)
		return 0;
	struct life_at at = memo->ledgers[party].entries[seq].answer;
	for (const struct life_entry *answer; (answer = answer_at(memo, at)) != NULL;
			at = answer->answer_before)
		if (is_by(cut, at_utc_us, at.after_party - 1, at, answer))
			declined |= 1U << (at.after_party - 1);
	return declined;
}

/* --- Obligations --- */

/* Is the clause, in the version that the entry speaks of, the same? That is the one which had taken effect last, as its author knew. */
static bool speaks_of(const struct ent_memo *memo, const struct life_entry *entry,
		const struct ent_hash *content) {
	struct life_chain chain = {.head = NULL};
	if (entry->under_given)
		chain.head = life_version(memo, &entry->under);
	else
		life_chain(memo, &entry->clock, entry->time_utc_us, NULL, &chain);
	for (uint32_t i = 0; chain.head != NULL && i < chain.head->terms.n_obligations; i++)
		if (life_hash_is(&chain.head->terms.obligation[i], content))
			return true;
	return false;
}

enum ent_memo_word ent_memo_obligation(const struct ent_memo *memo, const struct ent_memo_cut *cut,
		int64_t at_utc_us, uint32_t party, const char *clause,
		const struct ent_hash *content, uint32_t *ret_seq) {
	struct ent_hash hash;
	ent_seal_sha256(clause, strlen(clause), &hash);
	for (uint32_t seq = cut->size[party]; seq > 0; seq--) {
		const struct life_entry *entry = &memo->ledgers[party].entries[seq - 1];
		if (!life_counts(entry) || entry->kind != ENT_MEMO_ACT_OBLIGATION ||
				!life_dated(cut, entry, at_utc_us) ||
				!life_hash_is(&entry->version, &hash) ||
				!speaks_of(memo, entry, content))
			continue;
		*ret_seq = seq - 1;
		return entry->done ? ENT_MEMO_WORD_DONE : ENT_MEMO_WORD_NOT_DONE;
	}
	return ENT_MEMO_WORD_UNSAID;
}
