/* SPDX-License-Identifier: Apache-2.0 */
/*
 * life.h: what the files life*.c share. Each entry is kept with its *clock*: how much of each ledger its author had
 * seen, its own entries before it included. That is a cut, and whether the entry counts is asked of that cut alone
 * (life_check.c); so each is judged once, when all that it has seen is here, and never again.
 *
 * Effects are asked of the entries that count (life_state.c); nothing is folded that would have to be unfolded.
 */
#ifndef ENTENTE_MEMO_LIFE_H
#define ENTENTE_MEMO_LIFE_H

#include "entente/memo.h"

enum { NOBODY = -1, NEVER = -1 };

/* An entry by its place; 'after_party' is one more than the party's: 0, there is none. */
struct life_at {
	uint16_t after_party;
	uint32_t seq;
};

struct life_entry {
	int64_t time_utc_us, received_utc_us;
	int64_t latest_utc_us;          /* of its time and those before it in its ledger */
	struct ent_memo_cut seen;       /* as declared, by the order of ids; its author's own: 0 */
	struct ent_memo_cut clock;      /* what stands before it */
	int64_t when_utc_us;            /* answer by, signed, from */
	struct ent_hash under, version; /* of OBLIGATION: SHA-256 of the clause's id */
	struct ent_fault *
			fault; /* owned: of FORM, DOCUMENT, and what it waits for that is not here */
	/* Of what is answered the last answer that counts, and of each the one before: looked for in all ledgers it would cost their square. */
	struct life_at answer, answer_before;
	uint32_t offer_seq;
	int32_t draft;       /* in memo->versions; NEVER */
	uint16_t signed_by;  /* bits by the order of ids; of a sealed DRAFT: for whom it is */
	uint16_t others_ink; /* how many of PAPER's have no ledger here */
	int16_t offer_party; /* NOBODY: has no ledger here */
	uint8_t kind, class_, subject, level, rule;
	bool understood, under_given, sealed, ad_referendum, done;
	bool strangers; /* has seen whose ledger is not here */
};

struct life_ledger {
	struct ent_memo_party party;
	struct life_entry *entries;
	uint32_t n, capacity, judged; /* added; room; the first so many do not wait */
	uint32_t drafts;              /* documents, open or not */
	int32_t withdrawn;            /* the entry that does, NEVER */
};

/* What there is of one document's bytes. Numbers are of entries that count; NEVER. */
struct life_version {
	struct ent_memo_terms terms;
	int16_t place[ENT_MEMO_PARTIES_MAX]; /* of each of its parties by the order of ids; NOBODY */
	int32_t open[ENT_MEMO_PARTIES_MAX];  /* drafted openly, by author */
	int32_t ad_referendum[ENT_MEMO_PARTIES_MAX];
	int32_t signature[ENT_MEMO_PARTIES_MAX]; /* or its own ink, by author */
};

struct ent_memo {
	char memorandum[ENT_MEMO_ID_SIZE];
	struct ent_memo_options options; /* without what is borrowed */
	struct ent_json *json;
	struct life_ledger ledgers[ENT_MEMO_PARTIES_MAX]; /* ids ascending */
	uint32_t n;
	struct life_version *versions;
	uint32_t n_versions, versions_capacity;
};

/* By the order of ids; NOBODY. */
int life_party(const struct ent_memo *memo, const char *id);
/* NULL: no such document was drafted. */
struct life_version *life_version(const struct ent_memo *memo, const struct ent_hash *hash);
bool life_hash_is(const struct ent_hash *a, const struct ent_hash *b);

/* Is the entry of that number there, does the cut have it? */
static inline bool life_has(const struct ent_memo_cut *cut, int party, int32_t seq) {
	return seq >= 0 && (uint32_t)seq < cut->size[party];
}
static inline bool life_counts(const struct life_entry *entry) {
	return entry->understood && entry->rule == ENT_MEMO_RULE_NONE &&
			entry->class_ == ENT_CLASS_ACTUAL;
}
static inline bool life_within(const struct ent_memo_cut *a, const struct ent_memo_cut *b) {
	for (int i = 0; i < ENT_MEMO_PARTIES_MAX; i++)
		if (a->size[i] > b->size[i])
			return false;
	return true;
}
static inline void life_join(struct ent_memo_cut *cut, const struct ent_memo_cut *other) {
	for (int i = 0; i < ENT_MEMO_PARTIES_MAX; i++)
		if (other->size[i] > cut->size[i])
			cut->size[i] = other->size[i];
}

/* --- life_walk.c: which version takes effect after which --- */

/* As it is at the moment that was asked for. */
struct life_chain {
	const struct life_version *head; /* took effect last; NULL: none */
	int64_t since_utc_us;
	const struct life_version *next; /* will, when nothing else comes; NULL */
	int64_t next_from_utc_us;
	const struct life_version *last; /* at the end of all that is agreed; NULL */
	int64_t last_from_utc_us;
	bool took_effect, will; /* 'sought': by then; later, as far as is known */
};
void life_chain(const struct ent_memo *memo, const struct ent_memo_cut *cut, int64_t at_utc_us,
		const struct life_version *sought, struct life_chain *ret_chain);
/* Has every party signed by that moment? Then from when it could be in force. */
bool life_agreed(const struct ent_memo *memo, const struct ent_memo_cut *cut, int64_t by_utc_us,
		const struct life_version *version, int64_t *ret_from_utc_us);
/* Is it dated by this moment, as the cut counts it? */
static inline bool life_dated(
		const struct ent_memo_cut *cut, const struct life_entry *entry, int64_t by_utc_us) {
	return ent_memo_dated(cut, entry->time_utc_us, by_utc_us);
}
/* Has a suspension or withdrawal effect by then? One that is to have it at once has it from when it is dated. */
static inline bool life_has_effect(
		const struct ent_memo_cut *cut, const struct life_entry *entry, int64_t by_utc_us) {
	return entry->when_utc_us <= by_utc_us ||
			(entry->when_utc_us <= entry->time_utc_us &&
					life_dated(cut, entry, by_utc_us));
}
/* Is this entry in the cut, and dated by then? */
bool life_by(const struct ent_memo *memo, const struct ent_memo_cut *cut, int party, int32_t seq,
		int64_t by_utc_us);
/* Has this party declared its withdrawal by then? */
bool life_withdrew(const struct ent_memo *memo, const struct ent_memo_cut *cut, int party,
		int64_t by_utc_us);
/* Has its withdrawal had effect by then? */
bool life_gone(const struct ent_memo *memo, const struct ent_memo_cut *cut, int party,
		int64_t by_utc_us);
/* Is the party one that the version names? */
bool life_names(const struct life_version *version, int party);
/* Those whom the version binds at a moment, when it took effect: bits by the order of ids. */
uint32_t life_bound(const struct ent_memo *memo, const struct ent_memo_cut *cut, int64_t at_utc_us,
		const struct life_version *version);

/* --- life_state.c --- */

/* How things stand under what took effect last. 'bound': bits by the order of ids. */
enum ent_memo_status life_status(const struct ent_memo *memo, const struct ent_memo_cut *cut,
		int64_t at_utc_us, const struct life_chain *chain, uint32_t *ret_bound);
/* The entry by which the party had declared a suspension by then, not resumed; NEVER. */
int32_t life_suspending(const struct ent_memo *memo, const struct ent_memo_cut *cut, int party,
		int64_t at_utc_us);
/* Likewise, when it has effect by then. */
int32_t life_suspended(const struct ent_memo *memo, const struct ent_memo_cut *cut, int party,
		int64_t at_utc_us);
/* Its last act under that version on its level; NEVER: it is where the version has it. */
int32_t life_level_act(const struct ent_memo *memo, const struct ent_memo_cut *cut, int party,
		int64_t at_utc_us, const struct life_version *version,
		enum ent_memo_subject subject);
/* What the party is at under that version. */
enum ent_memo_level life_level(const struct ent_memo *memo, const struct ent_memo_cut *cut,
		int party, int64_t at_utc_us, const struct life_version *version,
		enum ent_memo_subject subject);

/* --- life_check.c --- */

/*
 * The first rule that the entry breaks, by its clock; of what is understood and well signed. 'drafted': of a draft's
 * document, else NULL.
 */
enum ent_memo_rule life_check(const struct ent_memo *memo, int author,
		const struct life_entry *entry, const struct ent_memo_terms *drafted);
/* How the entry stands in its ledger and to what it has seen; 'before' is the one before it, NULL: the first. */
enum ent_memo_rule life_check_place(const struct ent_memo *memo, int author,
		const struct life_entry *before, const struct life_entry *entry);
/* May this document be agreed under this memorandum? The reason is put down. */
bool life_check_terms(const struct ent_memo *memo, const struct ent_memo_terms *terms,
		struct ent_fault *reterr_fault);

/* --- life.c --- */

/* The sentence of the rule that it breaks, and its number. */
void life_tell(const struct life_entry *entry, struct ent_fault *ret_fault);
/* What the life needs of an act. */
void life_entry_from(const struct ent_memo *memo, int author, const struct ent_memo_act *act,
		struct life_entry *ret_entry);

#endif
