/* SPDX-License-Identifier: Apache-2.0 */
/*
 * life_check.c: whether an entry counts, by what it has seen and nothing else. Deciding an act of our own and judging
 * those of others ask the same function.
 */
#include <string.h>

#include "acts.h"
#include "life.h"

#define SENTENCE(name, number, text) text,
static const char *const rule_texts[] = {ENT_MEMO_RULE_MAP(SENTENCE)};
#define NUMBER(name, number, text) number,
static const unsigned char rule_invariants[] = {ENT_MEMO_RULE_MAP(NUMBER)};

const char *ent_memo_rule_text(enum ent_memo_rule rule) {
	return (unsigned)rule < ENT_MEMO_RULE_COUNT ? rule_texts[rule] : "unknown rule";
}

unsigned ent_memo_rule_invariant(enum ent_memo_rule rule) {
	return (unsigned)rule < ENT_MEMO_RULE_COUNT ? rule_invariants[rule] : 0;
}

/* What a check asks: the state that the entry's author saw when it wrote it. */
struct check {
	const struct ent_memo *memo;
	int author;
	const struct life_entry *entry;
	const struct ent_memo_cut *cut;
	const struct ent_memo_terms *drafted;
	struct life_chain chain; /* at the entry's time */
	enum ent_memo_status status;
	uint32_t bound;
};

#define NONE ENT_MEMO_RULE_NONE

/* --- In its ledger --- */

enum ent_memo_rule life_check_place(const struct ent_memo *memo, int author,
		const struct life_entry *before, const struct life_entry *entry) {
	int64_t latest = INT64_MIN;
	if (before != NULL && entry->time_utc_us <= before->latest_utc_us)
		return ENT_MEMO_RULE_TIME;
	for (int i = 0; i < (int)memo->n; i++) {
		const uint32_t seen = entry->seen.size[i];
		if (i == author)
			continue;
		if (before != NULL && seen < before->clock.size[i])
			return ENT_MEMO_RULE_SEEN_BACK;
		if (seen > 0 && memo->ledgers[i].entries[seen - 1].latest_utc_us > latest)
			latest = memo->ledgers[i].entries[seen - 1].latest_utc_us;
	}
	for (int i = 0; i < (int)memo->n; i++)
		if (i != author && entry->seen.size[i] != entry->clock.size[i])
			return ENT_MEMO_RULE_SEEN_OPEN;
	return latest > entry->time_utc_us && latest - entry->time_utc_us > ENT_MEMO_CLOCKS_APART_US
			? ENT_MEMO_RULE_BACKDATED
			: NONE;
}

/* --- Documents --- */

static bool refuse_terms(struct ent_fault *fault, const char *where, const char *why) {
	ent_fault_set(fault, where, "%s", why);
	return false;
}

bool life_check_terms(const struct ent_memo *memo, const struct ent_memo_terms *terms,
		struct ent_fault *reterr_fault) {
	if (strcmp(terms->memorandum, memo->memorandum) != 0)
		return refuse_terms(reterr_fault, "memorandum", "it is of another memorandum");
	if (terms->n_parties < ENT_MEMO_PARTIES_MIN || terms->n_parties > ENT_MEMO_PARTIES_MAX)
		return refuse_terms(reterr_fault, "parties", "too few or too many");
	for (uint32_t i = 0; i < terms->n_parties; i++) {
		if (!act_is_party(terms->party[i], strnlen(terms->party[i], ENT_PARTY_ID_SIZE)))
			return refuse_terms(reterr_fault, "parties", "names what is no party");
		for (uint32_t j = 0; j < i; j++)
			if (strcmp(terms->party[i], terms->party[j]) == 0)
				return refuse_terms(reterr_fault, "parties", "names a party twice");
	}
	if (terms->effective_from_utc_us < terms->sign_by_utc_us)
		return refuse_terms(reterr_fault, "effective_from",
				"before the time by which it is to be signed");
	if (terms->valid_until_utc_us <= terms->effective_from_utc_us)
		return refuse_terms(reterr_fault, "valid_until", "it ends before it begins");
	return true;
}

static bool terms_name(const struct ent_memo_terms *terms, const char *id) {
	for (uint32_t i = 0; i < terms->n_parties; i++)
		if (strcmp(terms->party[i], id) == 0)
			return true;
	return false;
}

/*
 * Does a clock that can be set sign what is real to others? Who has no ledger here is not asked for: whoever keeps this life makes
 * it anew among all whom a document names.
 */
static bool plays(const struct check *check, const struct ent_memo_terms *terms) {
	const struct ent_memo *memo = check->memo;
	if (!memo->ledgers[check->author].party.settable_clock ||
			check->entry->class_ != ENT_CLASS_ACTUAL)
		return false;
	for (uint32_t i = 0; i < terms->n_parties; i++) {
		const int party = life_party(memo, terms->party[i]);
		if (party != NOBODY && !memo->ledgers[party].party.settable_clock)
			return true;
	}
	return false;
}

static bool any_has(const struct check *check, const int32_t *entries) {
	for (int i = 0; i < (int)check->memo->n; i++)
		if (life_has(check->cut, i, entries[i]))
			return true;
	return false;
}

static bool was_drafted(const struct check *check, const struct life_version *version) {
	return version != NULL &&
			(any_has(check, version->open) || any_has(check, version->ad_referendum));
}

/* --- Of each kind --- */

static enum ent_memo_rule check_draft(const struct check *check) {
	const struct ent_memo *memo = check->memo;
	if (check->drafted == NULL)
		return NONE;
	if (!terms_name(check->drafted, memo->ledgers[check->author].party.id))
		return ENT_MEMO_RULE_PARTY;
	return plays(check, check->drafted) ? ENT_MEMO_RULE_PLAY : NONE;
}

static enum ent_memo_rule check_offer(const struct check *check) {
	const struct life_version *version = life_version(check->memo, &check->entry->version);
	if (!was_drafted(check, version))
		return ENT_MEMO_RULE_KNOWN;
	if (!life_names(version, check->author))
		return ENT_MEMO_RULE_PARTY;
	if (plays(check, &version->terms))
		return ENT_MEMO_RULE_PLAY;
	return check->entry->when_utc_us < check->entry->time_utc_us ? ENT_MEMO_RULE_ANSWER_BY
								     : NONE;
}

static bool has_answered(const struct check *check) {
	const struct life_entry *entries = check->memo->ledgers[check->author].entries;
	for (uint32_t i = 0; i < check->cut->size[check->author]; i++)
		if (life_counts(&entries[i]) &&
				entries[i].offer_party == check->entry->offer_party &&
				entries[i].offer_seq == check->entry->offer_seq)
			return true;
	return false;
}

/* Of a draft that is no offer, by whom it was put before. */
static enum ent_memo_rule check_decline(const struct check *check, const struct life_entry *draft) {
	const struct life_version *version = draft->draft != NEVER
			? &check->memo->versions[draft->draft]
			: NULL;
	const bool asked = version != NULL ? life_names(version, check->author)
					   : draft->signed_by >> check->author & 1;
	if (!asked)
		return ENT_MEMO_RULE_PARTY;
	if (version != NULL && plays(check, &version->terms))
		return ENT_MEMO_RULE_PLAY;
	if (version != NULL &&
			life_has(check->cut, check->author, version->signature[check->author]))
		return ENT_MEMO_RULE_SIGNED;
	return has_answered(check) ? ENT_MEMO_RULE_ANSWERED : NONE;
}

static enum ent_memo_rule check_answer(const struct check *check) {
	const struct life_entry *entry = check->entry;
	const int of = entry->offer_party;
	if (of == check->author)
		return ENT_MEMO_RULE_OWN_OFFER;
	if (of == NOBODY || !life_has(check->cut, of, (int32_t)entry->offer_seq))
		return ENT_MEMO_RULE_KNOWN;
	const struct life_entry *offer = &check->memo->ledgers[of].entries[entry->offer_seq];
	if (life_counts(offer) && offer->kind == ENT_MEMO_ACT_DRAFT &&
			entry->kind == ENT_MEMO_ACT_DECLINE)
		return check_decline(check, offer);
	if (!life_counts(offer) || offer->kind != ENT_MEMO_ACT_OFFER)
		return ENT_MEMO_RULE_KNOWN;
	const struct life_version *version = life_version(check->memo, &offer->version);
	if (version == NULL || !life_names(version, check->author))
		return ENT_MEMO_RULE_PARTY;
	if (plays(check, &version->terms))
		return ENT_MEMO_RULE_PLAY;
	if (entry->time_utc_us > offer->when_utc_us)
		return ENT_MEMO_RULE_ANSWER_BY;
	return has_answered(check) ? ENT_MEMO_RULE_ANSWERED : NONE;
}

static bool replace_the_same(const struct ent_memo_terms *a, const struct ent_memo_terms *b) {
	return a->replaces_given == b->replaces_given &&
			(!a->replaces_given || life_hash_is(&a->replaces, &b->replaces));
}

/* Is another successor signed, whose time to be signed has not passed at 'when'? */
static bool competes(const struct check *check, const struct life_version *version, int64_t when) {
	for (uint32_t i = 0; i < check->memo->n_versions; i++) {
		const struct life_version *other = &check->memo->versions[i];
		if (other != version &&
				life_has(check->cut, check->author,
						other->signature[check->author]) &&
				other->terms.sign_by_utc_us >= when &&
				replace_the_same(&other->terms, &version->terms))
			return true;
	}
	return false;
}

/* Does it follow the version that was agreed last, as far as the author knows? */
static enum ent_memo_rule check_succession(
		const struct check *check, const struct life_version *version) {
	const struct ent_memo_terms *terms = &version->terms;
	struct life_chain end;
	life_chain(check->memo, check->cut, INT64_MAX, NULL, &end);
	for (int i = 0; i < (int)check->memo->n; i++)
		if (life_names(version, i) && life_withdrew(check->memo, check->cut, i, INT64_MAX))
			return ENT_MEMO_RULE_WITHDRAWN;
	if (end.last == NULL)
		return terms->replaces_given ? ENT_MEMO_RULE_REPLACES : NONE;
	if (!terms->replaces_given || !life_hash_is(&terms->replaces, &end.last->terms.hash) ||
			terms->effective_from_utc_us <= end.last_from_utc_us)
		return ENT_MEMO_RULE_REPLACES;
	const uint32_t bound = life_bound(
			check->memo, check->cut, terms->effective_from_utc_us, end.last);
	for (int i = 0; i < (int)check->memo->n; i++)
		if (bound >> i & 1 && !life_names(version, i))
			return ENT_MEMO_RULE_PARTIES;
	return (bound & (bound - 1)) == 0 ? ENT_MEMO_RULE_WITHDRAWN : NONE;
}

/*
 * Its own, and else of none but those whom the version names. Of who has no ledger here the number alone is known, which is
 * enough once all whom documents name have one.
 */
static bool is_ink(const struct check *check, const struct life_version *version) {
	const struct life_entry *entry = check->entry;
	uint32_t absent = version->terms.n_parties;
	for (int i = 0; i < (int)check->memo->n; i++) {
		const bool named = life_names(version, i);
		if (entry->signed_by >> i & 1 && !named)
			return false;
		absent -= named ? 1 : 0;
	}
	return entry->signed_by >> check->author & 1 && entry->others_ink <= absent &&
			entry->when_utc_us <= entry->time_utc_us;
}

static enum ent_memo_rule check_signature(const struct check *check) {
	const struct life_entry *entry = check->entry;
	const struct life_version *version = life_version(check->memo, &entry->version);
	const bool paper = entry->kind == ENT_MEMO_ACT_PAPER;
	const int64_t when = paper ? entry->when_utc_us : entry->time_utc_us;
	if (!was_drafted(check, version))
		return ENT_MEMO_RULE_KNOWN;
	if (!any_has(check, version->open))
		return ENT_MEMO_RULE_AD_REFERENDUM;
	if (!life_names(version, check->author))
		return ENT_MEMO_RULE_PARTY;
	if (plays(check, &version->terms))
		return ENT_MEMO_RULE_PLAY;
	if (paper && !is_ink(check, version))
		return ENT_MEMO_RULE_INK;
	if (when > version->terms.sign_by_utc_us)
		return ENT_MEMO_RULE_SIGN_BY;
	if (life_has(check->cut, check->author, version->signature[check->author]))
		return ENT_MEMO_RULE_SIGNED;
	if (competes(check, version, when))
		return ENT_MEMO_RULE_COMPETING;
	return check_succession(check, version);
}

static bool binds_author(const struct check *check) {
	return (check->status == ENT_MEMO_IN_FORCE || check->status == ENT_MEMO_SUSPENDED) &&
			check->bound >> check->author & 1;
}

static enum ent_memo_rule check_suspend(const struct check *check) {
	if (!binds_author(check))
		return ENT_MEMO_RULE_NOTHING;
	if (life_suspended(check->memo, check->cut, check->author, INT64_MAX) != NEVER)
		return ENT_MEMO_RULE_AGAIN;
	return check->entry->when_utc_us < check->entry->time_utc_us ? ENT_MEMO_RULE_FROM : NONE;
}

static enum ent_memo_rule check_resume(const struct check *check) {
	return life_suspended(check->memo, check->cut, check->author, INT64_MAX) == NEVER
			? ENT_MEMO_RULE_RUNS
			: NONE;
}

/* What is agreed and not yet in force can be left too. */
static enum ent_memo_rule check_withdraw(const struct check *check) {
	struct life_chain end;
	life_chain(check->memo, check->cut, INT64_MAX, NULL, &end);
	if (end.last == NULL || !life_names(end.last, check->author))
		return ENT_MEMO_RULE_NOTHING;
	return check->entry->when_utc_us < check->entry->time_utc_us ? ENT_MEMO_RULE_FROM : NONE;
}

static enum ent_memo_rule check_level(const struct check *check) {
	const enum ent_memo_subject subject = (enum ent_memo_subject)check->entry->subject;
	if (!binds_author(check))
		return ENT_MEMO_RULE_NOTHING;
	if (check->chain.head->terms.level[subject] == ENT_MEMO_LEVEL_NONE)
		return ENT_MEMO_RULE_SUBJECT;
	return life_level(check->memo, check->cut, check->author, INT64_MAX, check->chain.head,
			       subject) == (enum ent_memo_level)check->entry->level
			? ENT_MEMO_RULE_LEVEL_AGAIN
			: NONE;
}

/* Whoever was ever drafted as a party may say something. */
static enum ent_memo_rule check_declare(const struct check *check) {
	enum ent_memo_rule rule = ENT_MEMO_RULE_PARTY;
	for (uint32_t i = 0; rule != NONE && i < check->memo->n_versions; i++) {
		const struct life_version *version = &check->memo->versions[i];
		if (was_drafted(check, version) && life_names(version, check->author))
			rule = plays(check, &version->terms) ? ENT_MEMO_RULE_PLAY : NONE;
	}
	return rule;
}

static enum ent_memo_rule check_obligation(const struct check *check) {
	if (check->chain.head == NULL)
		return ENT_MEMO_RULE_NOTHING;
	return life_names(check->chain.head, check->author) ? NONE : ENT_MEMO_RULE_PARTY;
}

static enum ent_memo_rule (*const of_kind[ENT_MEMO_ACT_COUNT])(const struct check *check) = {
		[ENT_MEMO_ACT_DRAFT] = check_draft,
		[ENT_MEMO_ACT_OFFER] = check_offer,
		[ENT_MEMO_ACT_ACCEPT] = check_answer,
		[ENT_MEMO_ACT_DECLINE] = check_answer,
		[ENT_MEMO_ACT_SIGN] = check_signature,
		[ENT_MEMO_ACT_PAPER] = check_signature,
		[ENT_MEMO_ACT_SUSPEND] = check_suspend,
		[ENT_MEMO_ACT_RESUME] = check_resume,
		[ENT_MEMO_ACT_WITHDRAW] = check_withdraw,
		[ENT_MEMO_ACT_LEVEL] = check_level,
		[ENT_MEMO_ACT_DECLARE] = check_declare,
		[ENT_MEMO_ACT_OBLIGATION] = check_obligation,
};

/* --- Of all kinds --- */

/* Who has declared to leave makes nothing new, and once gone only speaks of what it owes. */
static bool is_out(const struct check *check) {
	const struct life_ledger *ledger = &check->memo->ledgers[check->author];
	if (!life_has(check->cut, check->author, ledger->withdrawn))
		return false;
	switch (check->entry->kind) {
	case ENT_MEMO_ACT_DECLARE:
	case ENT_MEMO_ACT_OBLIGATION:
		return false;
	case ENT_MEMO_ACT_DRAFT:
	case ENT_MEMO_ACT_OFFER:
	case ENT_MEMO_ACT_SIGN:
	case ENT_MEMO_ACT_PAPER:
	case ENT_MEMO_ACT_WITHDRAW:
		return true;
	default:
		return ledger->entries[ledger->withdrawn].when_utc_us <= check->entry->time_utc_us;
	}
}

static bool is_under(const struct check *check) {
	if (check->status != ENT_MEMO_IN_FORCE && check->status != ENT_MEMO_SUSPENDED)
		return !check->entry->under_given;
	return check->entry->under_given &&
			life_hash_is(&check->entry->under, &check->chain.head->terms.hash);
}

enum ent_memo_rule life_check(const struct ent_memo *memo, int author,
		const struct life_entry *entry, const struct ent_memo_terms *drafted) {
	struct check check = {.memo = memo,
			.author = author,
			.entry = entry,
			.cut = &entry->clock,
			.drafted = drafted};
	life_chain(memo, check.cut, entry->time_utc_us, NULL, &check.chain);
	check.status = life_status(memo, check.cut, entry->time_utc_us, &check.chain, &check.bound);
	if (!is_under(&check))
		return ENT_MEMO_RULE_UNDER;
	if (is_out(&check))
		return ENT_MEMO_RULE_OUT;
	return of_kind[entry->kind](&check);
}
