/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memo.h: the life of a memorandum: what its parties do about it, each in a ledger of its own, and what that comes
 * to. Depends on: base, seal, memoterms; its documents are memodoc's.
 *
 * It is pure: no clock, no I/O. Entries of the ledgers `memo/<id>/<party>` (decision 0015; members of each kind in
 * docs/formats.md) are added in any order of arrival between ledgers, in their own order within one. A *cut* is a
 * prefix of each ledger, closed under `seen`; the state is a function of a cut and a moment. Times are microseconds
 * since 1970 UTC.
 *
 *   draft --sign by all, by sign_by--> agreed --effective_from--> in force --valid_until--> expired
 *                                                  in force <--suspend, resume (each its own)--> suspended
 *                                                  in force --a successor takes effect--> replaced
 *                                                  in force --fewer than two parties are left--> ended
 *
 * What holds, always (tests/test_memo_all.c shows it for all interleavings of a small set of acts):
 *
 *  1. The state is a function of the set of entries, whatever came first.
 *  2. Whether an entry is a fault depends on nothing but what it has seen: its author's entries before it, and those
 *     that `seen` names. So nothing that comes later makes it one, or no longer one; and what `decide` does not
 *     refuse is no fault anywhere.
 *  3. A fault is kept, named and shown, and changes nothing else.
 *  4. Only what is of class ACTUAL changes what is agreed; and of a party whose clock can be set an ACTUAL act is a fault unless
 *     that holds of all parties of the document concerned.
 *  5. A version takes effect only when each party that it names has signed those very bytes (or recorded its own
 *     ink on them), by declared times at or before sign_by; and not before effective_from.
 *  6. It takes effect only in place of the version that took effect last, which it names, and only when it names all
 *     whom that one still binds. Of two that could, the one with the earlier effective_from does, then the one with
 *     the smaller hash.
 *  7. Nobody has two signatures that count under versions that replace the same, the second at or before the first
 *     version's sign_by.
 *  8. No act takes a signature back.
 *  9. Withdrawal beats amendment: no version that takes effect after a party has declared its withdrawal binds that
 *     party, or takes effect at all while it names it. Until the moment that the withdrawal names, the party stays
 *     bound by what was in force. The others stay bound to one another while they are two or more (as article 70.2
 *     of the Vienna Convention on the Law of Treaties has it).
 * 10. The memorandum is suspended exactly while a party that is bound has suspended it, from the moment that it named,
 *     and has not resumed: each resumes its own, and no new version ends it. What notice the version in force asks for
 *     is what decide takes when no moment is named; a shorter one has effect all the same, and is shown (0016).
 * 11. The level of a subject is the least that any bound party is at: up by all, down by one. A new version
 *     begins at its own levels.
 * 12. An offer is answered once by each party that its version names, at or before answer_by; then it is unanswered.
 *     A draft that was not offered can be declined, once by each whom it was put before and who has not signed it.
 *     Neither binds anybody.
 * 13. A declaration, the word on an obligation and the record of another's ink bind nobody but their author. The word on an
 *     obligation is of the clause as it stands in the version that had taken effect last when it was given: where another
 *     version has another owner, due date or text there, nothing is said yet.
 * 14. A draft ad referendum can be offered and answered, never signed.
 * 15. When an entry was received never changes the state of a cut. What binds a party at a moment is the state of
 *     the cut that it had verified by then.
 */
#ifndef ENTENTE_MEMO_H
#define ENTENTE_MEMO_H

#include "entente/base.h"
#include "entente/entry.h"
#include "entente/memoterms.h"
#include "entente/seal.h"

struct ent_json;

enum {
	ENT_MEMO_DOCUMENT_MAX = 256 * 1024, /* bytes, as memodoc.h has it */
	ENT_MEMO_ENTRY_MAX = 1 << 21, /* bytes: of a document all may be escaped, six for one */
	ENT_MEMO_TEXT_MAX = 1000,     /* bytes of a reason or statement: entries stay below 2 kB */
	ENT_MEMO_CLAUSE_SIZE = 33,    /* of a clause's id, with terminator */
	ENT_MEMO_LEDGER_MAX = 16384,  /* entries of one party; a memorandum has hundreds */
	ENT_MEMO_DRAFTS_MAX = 64,     /* documents that one party drafts under one memorandum */
	ENT_MEMO_ORIGIN_SIZE = 128    /* of a ledger's origin, with terminator */
};
/* How far clocks of parties may be apart: as in Kerberos (RFC 4120, section 8.2: five minutes). */
#define ENT_MEMO_CLOCKS_APART_US INT64_C(300000000)

/* --- Acts --- */

/* Name in code, "kind" in an entry. */
#define ENT_MEMO_ACT_MAP(X)          \
	X(DRAFT, "memo-draft")       \
	X(OFFER, "memo-offer")       \
	X(ACCEPT, "memo-accept")     \
	X(DECLINE, "memo-decline")   \
	X(SIGN, "memo-sign")         \
	X(PAPER, "memo-paper")       \
	X(SUSPEND, "memo-suspend")   \
	X(RESUME, "memo-resume")     \
	X(WITHDRAW, "memo-withdraw") \
	X(LEVEL, "memo-level")       \
	X(DECLARE, "memo-declare")   \
	X(OBLIGATION, "memo-obligation")
#define ENT_MEMO_ACT_ENUM_(name, text) ENT_MEMO_ACT_##name,
enum ent_memo_act_kind { ENT_MEMO_ACT_MAP(ENT_MEMO_ACT_ENUM_) ENT_MEMO_ACT_COUNT };
#undef ENT_MEMO_ACT_ENUM_

struct ent_memo_seen {
	char party[ENT_PARTY_ID_SIZE];
	uint64_t size; /* of its ledger, 1 or more */
};

/* Text with its length; it may hold anything that is UTF-8. Borrowed. */
struct ent_memo_text {
	const char *bytes;
	size_t size;
};

/* One entry. A plain value; of the members below the line those that its kind has (docs/formats.md). */
struct ent_memo_act {
	uint64_t seq;
	int64_t time_utc_us;
	enum ent_memo_act_kind kind;
	enum ent_class class_;
	struct ent_memo_seen seen[ENT_MEMO_PARTIES_MAX]; /* ids ascending */
	uint32_t n_seen;
	bool under_given;
	struct ent_hash under;
	uint8_t signature[ENT_SIGNATURE_SIZE];
	/* --- */
	struct ent_memo_text document; /* DRAFT, unless sealed */
	bool ad_referendum;            /* DRAFT; always when sealed */
	bool sealed;                   /* DRAFT: what is drafted is for some parties only */
	struct ent_hash sealed_hash;
	char sealed_for[ENT_MEMO_PARTIES_MAX][ENT_PARTY_ID_SIZE]; /* ids ascending */
	uint32_t n_sealed_for;
	struct ent_hash version;  /* OFFER, SIGN, PAPER: SHA-256 of the document's bytes */
	int64_t answer_by_utc_us; /* OFFER */
	struct ent_memo_seen
			offer; /* ACCEPT, DECLINE: whose, and the number of its entry ('size' is that); DECLINE: a draft, too */
	struct ent_hash scan;  /* PAPER: SHA-256 of the scan */
	int64_t signed_utc_us; /* PAPER: when by the author's word */
	char signed_by[ENT_MEMO_PARTIES_MAX]
		      [ENT_PARTY_ID_SIZE]; /* PAPER: whose ink; ids ascending */
	uint32_t n_signed_by;
	int64_t from_utc_us; /* SUSPEND, WITHDRAW: when it is to have effect; decide: 0, as soon as agreed */
	enum ent_memo_subject subject;     /* LEVEL */
	enum ent_memo_level level;         /* LEVEL */
	char clause[ENT_MEMO_CLAUSE_SIZE]; /* OBLIGATION: its id; a-z, 0-9, '-', '.' */
	bool done;                         /* OBLIGATION */
	struct ent_memo_text text; /* reason, statement or obstacle; empty when there is none */
};

/* "memo-draft" and so on; "ACTUAL"; "flight"; "exchange". Never NULL. */
const char *ent_memo_act_text(enum ent_memo_act_kind kind);
const char *ent_memo_class_text(enum ent_class class_);
const char *ent_memo_subject_text(enum ent_memo_subject subject);
const char *ent_memo_level_text(enum ent_memo_level level);

/* The origin of a party's ledger (0015); 'epoch' 1 is the first and is not written. */
void ent_memo_origin(const char *memorandum, const char *party, unsigned epoch,
		char ret_origin[ENT_MEMO_ORIGIN_SIZE]);

/*
 * Reads one entry, exactly: it must be the very bytes that ent_memo_act_print writes. Texts are borrowed from 'json'
 * until its next parse. E_SYNTAX with the member and the reason, E_LIMIT, E_MEMORY. Nothing here looks at the
 * signature.
 */
ENT_MUST_USE ent_status ent_memo_act_read(struct ent_json *json, const char *bytes, size_t size,
		struct ent_memo_act *ret_act, struct ent_fault *reterr_fault);
/* The entry's bytes, terminated; the caller frees them. What a member may hold is the caller's to keep. E_MEMORY. */
ENT_MUST_USE ent_status ent_memo_act_print(
		const struct ent_memo_act *act, char **ret_bytes, size_t *ret_size);
/* What the party key is to sign (0015), terminated; the caller frees it. E_MEMORY. */
ENT_MUST_USE ent_status ent_memo_act_message(const struct ent_memo_act *act, const char *origin,
		char **ret_bytes, size_t *ret_size);

/* --- The rules that an entry can break: name in code, invariant, sentence. --- */

#define ENT_MEMO_RULE_MAP(X)                                                                       \
	X(NONE, 0, "it breaks no rule")                                                            \
	X(FORM, 3, "it is not an entry of a memorandum's ledger")                                  \
	X(SEQ, 3, "its number is not the next in its author's ledger")                             \
	X(TIME, 3, "its time is not after that of its author's entry before")                      \
	X(SIGNATURE, 3, "it is not signed by its author's party key")                              \
	X(SEEN_BACK, 2, "its author had seen more before than it says now")                        \
	X(SEEN_OPEN, 2, "what it has seen has itself seen more than it says")                      \
	X(BACKDATED, 2, "it is dated more than five minutes before what it has seen")              \
	X(UNDER, 2, "by what its author had seen, the version that it acts under is not in force") \
	X(PARTY, 5, "its author is no party to the version concerned")                             \
	X(OUT, 9, "its author has withdrawn already")                                              \
	X(DOCUMENT, 5, "the document is none that can be agreed")                                  \
	X(DRAFTS, 3, "its author has drafted as many documents as one may")                        \
	X(KNOWN, 5, "its author had seen no draft or offer of that hash or number")                \
	X(AD_REFERENDUM, 14, "a draft ad referendum cannot be signed")                             \
	X(SIGN_BY, 5, "the time to sign that version, its sign_by, is over")                       \
	X(SIGNED, 8, "its author has signed that version already, and no signature is taken back") \
	X(COMPETING, 7, "its author has signed another successor and is bound until its sign_by")  \
	X(REPLACES, 6, "it does not replace the version that was agreed last")                     \
	X(PARTIES, 6, "it leaves out a party that the version before binds")                       \
	X(WITHDRAWN, 9, "it names a party that has withdrawn, or two are no longer left")          \
	X(INK, 13, "the ink is not its author's, not a party's to it, or dated ahead")             \
	X(ANSWER_BY, 12, "the time to answer the offer, its answer_by, is over")                   \
	X(ANSWERED, 12, "its author has answered that offer or draft already")                     \
	X(OWN_OFFER, 12, "nobody answers its own offer or draft")                                  \
	X(NOTHING, 5, "nothing is in force that binds its author")                                 \
	X(AGAIN, 10, "its author has suspended it already")                                        \
	X(RUNS, 10, "it is not suspended by its author, and nobody resumes for another")           \
	X(FROM, 9, "nothing has effect before it is declared")                                     \
	X(SUBJECT, 11, "the version in force does not speak of that subject")                      \
	X(LEVEL_AGAIN, 11, "its author is at that level already")                                  \
	X(PLAY, 4, "its author's clock can be set, and not that of all parties: it can only play")
#define ENT_MEMO_RULE_ENUM_(name, number, text) ENT_MEMO_RULE_##name,
enum ent_memo_rule { ENT_MEMO_RULE_MAP(ENT_MEMO_RULE_ENUM_) ENT_MEMO_RULE_COUNT };
#undef ENT_MEMO_RULE_ENUM_

/* The sentence; never NULL. In docs/formats.md and faults rules have the number of the invariant that they serve. */
const char *ent_memo_rule_text(enum ent_memo_rule rule);
/* The number of the invariant above that it serves. */
unsigned ent_memo_rule_invariant(enum ent_memo_rule rule);

/* --- The ledgers of a memorandum --- */

/* Opaque; belongs to one thread. */
struct ent_memo;

struct ent_memo_party {
	char id[ENT_PARTY_ID_SIZE];
	unsigned epoch; /* of its ledger; 0 is 1 */
	uint8_t public_key[ENT_SIGN_PUBLIC_SIZE];
	bool settable_clock; /* by its card, for as long as there is the party */
};

/* Reads what the life needs of a document. E_SYNTAX and the like with the reason, E_MEMORY. */
typedef ent_status (*ent_memo_terms_fn)(void *user, const char *document, size_t size,
		struct ent_memo_terms *ret_terms, struct ent_fault *reterr_fault);
/* Such a one, for documents as memodoc.h reads them. 'user' is not looked at. */
ent_status ent_memo_terms_of_document(void *user, const char *document, size_t size,
		struct ent_memo_terms *ret_terms, struct ent_fault *reterr_fault);
/* Is the message signed by the party key that this party had when it wrote entry 'seq'? */
typedef bool (*ent_memo_verify_fn)(void *user, const struct ent_memo_party *party, uint64_t seq,
		const void *message, size_t size, const uint8_t signature[ENT_SIGNATURE_SIZE]);

struct ent_memo_options {
	const char *memorandum; /* its id */
	const struct ent_memo_party
			*parties; /* whose ledgers there are; in any order, no two the same */
	size_t n_parties;
	ent_memo_terms_fn terms;
	ent_memo_verify_fn verify; /* NULL: by 'public_key' */
	void *user;                /* of both */
};

/* Copies 'options'. E_DOMAIN: an id is none, or there twice, or too many. E_MEMORY. */
ENT_MUST_USE ent_status ent_memo_create(
		const struct ent_memo_options *options, struct ent_memo **ret_memo);
/* NULL is fine. */
void ent_memo_destroy(struct ent_memo *memo);

/*
 * Adds the next entry of this party's ledger, good or not: a fault is kept and told of by ent_memo_entry.
 * 'received_utc_us' is when it was verified here (its own time for our own). E_MISSING: there is no such party.
 * E_LIMIT: ENT_MEMO_LEDGER_MAX. E_MEMORY. After a failure all is as it was.
 */
ENT_MUST_USE ent_status ent_memo_add(struct ent_memo *memo, const char *party, const char *bytes,
		size_t size, int64_t received_utc_us);

/* What became of an entry. */
enum ent_memo_standing {
	ENT_MEMO_WAITS, /* for entries that it has seen and that are not here, or an entry before it does */
	ENT_MEMO_FAULTY,
	ENT_MEMO_COUNTS,
	ENT_MEMO_PASSED /* of class TEST or EXERCISE: in order, and changes nothing */
};
struct ent_memo_entry {
	enum ent_memo_standing standing;
	bool understood; /* kind, class and time below are the entry's; false of a broken one */
	enum ent_memo_act_kind kind;
	enum ent_class class_;
	int64_t time_utc_us;     /* declared */
	int64_t received_utc_us; /* here */
	enum ent_memo_rule rule; /* NONE unless FAULTY */
	struct ent_fault fault;  /* where and why, for a person; of WAITS what it waits for */
};
uint32_t ent_memo_n_parties(const struct ent_memo *memo);
/* By the order of ids, in which cuts have them too. */
const char *ent_memo_party_id(const struct ent_memo *memo, uint32_t party);
/* Entries that were added. */
uint32_t ent_memo_size(const struct ent_memo *memo, uint32_t party);
/* 'party' and 'seq' are of one that was added. */
void ent_memo_entry(const struct ent_memo *memo, uint32_t party, uint32_t seq,
		struct ent_memo_entry *ret_entry);
/*
 * What of a party's ledger is here and waits: its last entries. No state has them in it, so while there are any, what a state
 * says of their author may be over. The zero value is that nothing waits.
 */
struct ent_memo_waiting {
	uint32_t n; /* entries */
	uint32_t kinds; /* bits by ent_memo_act_kind: of the acts among them, as declared, of class ACTUAL */
	int64_t received_utc_us; /* the first of them, here */
	bool known; /* 'party' and 'size' are given; else it is a party whose ledger is not here */
	uint32_t party, size; /* who lacks entries here up to that size, for the first of them */
};
void ent_memo_waiting(
		const struct ent_memo *memo, uint32_t party, struct ent_memo_waiting *ret_waiting);

/* --- Cuts --- */

/* How many entries of each ledger, by the order of ids. */
struct ent_memo_cut {
	uint32_t size[ENT_MEMO_PARTIES_MAX];
	int64_t early_us; /* so much before its date an act counts as dated now; 0 but for a look at what holds now */
};
/* All that does not wait. */
void ent_memo_cut_all(const struct ent_memo *memo, struct ent_memo_cut *ret_cut);
/*
 * The same, to look with at what holds now: what is here is not still to come, so an act that is dated ahead by no more than clocks
 * may be apart counts as dated now, and binds from when it is here. Dates of terms and of what follows by time stay what they are.
 */
void ent_memo_cut_now(const struct ent_memo *memo, struct ent_memo_cut *ret_cut);
/* Is what was declared at this time dated by that moment, as the cut counts it? */
bool ent_memo_dated(const struct ent_memo_cut *cut, int64_t time_utc_us, int64_t by_utc_us);
/* What is not dated more than ENT_MEMO_CLOCKS_APART_US ahead of now: who dates ahead, waits for its time to come. */
void ent_memo_cut_dated(
		const struct ent_memo *memo, int64_t now_utc_us, struct ent_memo_cut *ret_cut);
/* What had been received here by a moment: with it, what bound this node's party then (invariant 15). */
void ent_memo_cut_received(
		const struct ent_memo *memo, int64_t by_utc_us, struct ent_memo_cut *ret_cut);
/* What a party has said that it has seen, with its own entries. */
void ent_memo_cut_seen_by(
		const struct ent_memo *memo, uint32_t party, struct ent_memo_cut *ret_cut);
/* Likewise, and what it is known to have besides, entries of each ledger: what it has acknowledged it need not say again. */
void ent_memo_cut_there(const struct ent_memo *memo, uint32_t party,
		const uint64_t has[ENT_MEMO_PARTIES_MAX], struct ent_memo_cut *ret_cut);
/*
 * The entries of a cut in the one order (0015): each behind all that it has seen; of those that could stand next, the
 * one with the earliest time does, then by author's id. 'visit' returns false to end it.
 */
typedef bool (*ent_memo_visit_fn)(void *user, uint32_t party, uint32_t seq);
void ent_memo_walk(const struct ent_memo *memo, const struct ent_memo_cut *cut,
		ent_memo_visit_fn visit, void *user);

/* --- The state of a cut at a moment --- */

/* The zero value is that nothing is agreed. ENDED is final. */
#define ENT_MEMO_STATUS_MAP(X)                                 \
	X(NOTHING, "nothing is agreed")                        \
	X(AGREED, "agreed, not yet in force")                  \
	X(IN_FORCE, "in force")                                \
	X(SUSPENDED, "suspended")                              \
	X(EXPIRED, "no longer in force: its validity is over") \
	X(ENDED, "ended by withdrawal")
#define ENT_MEMO_STATUS_ENUM_(name, text) ENT_MEMO_##name,
enum ent_memo_status { ENT_MEMO_STATUS_MAP(ENT_MEMO_STATUS_ENUM_) ENT_MEMO_STATUS_COUNT };
#undef ENT_MEMO_STATUS_ENUM_
const char *ent_memo_status_text(enum ent_memo_status status);

struct ent_memo_member {
	bool bound;      /* by the version that took effect last */
	bool suspending; /* declared, and not resumed */
	bool suspended;  /* and has effect */
	/* From when it has; and the earliest that it could with the notice that was agreed. Later than that: it was short. */
	int64_t suspended_utc_us, suspended_due_utc_us;
	uint32_t suspension_seq;  /* of its entry that says so, when 'suspending' */
	bool withdrawing;         /* declared */
	int64_t withdrawn_utc_us; /* when that has effect */
	uint32_t withdrawal_seq;  /* of its entry that says so, when 'withdrawing' */
	enum ent_memo_level level[ENT_MEMO_SUBJECT_COUNT]; /* that it is at; NONE unless bound */
	int32_t level_seq
			[ENT_MEMO_SUBJECT_COUNT]; /* of its act that says so; -1: the version does */
};
struct ent_memo_state {
	enum ent_memo_status status;
	bool version_given;
	struct ent_hash version;            /* the one that took effect last */
	int64_t since_utc_us, until_utc_us; /* it took effect; its validity ends */
	bool next_given;
	struct ent_hash next; /* the one that is agreed and will take effect next */
	int64_t next_from_utc_us;
	enum ent_memo_level level[ENT_MEMO_SUBJECT_COUNT];   /* NONE unless IN_FORCE or SUSPENDED */
	struct ent_memo_member member[ENT_MEMO_PARTIES_MAX]; /* by the order of ids */
};
/* 'cut' is one of those above. */
void ent_memo_state(const struct ent_memo *memo, const struct ent_memo_cut *cut, int64_t at_utc_us,
		struct ent_memo_state *ret_state);

#define ENT_MEMO_STAGE_MAP(X)                                                              \
	X(UNKNOWN, "not drafted")                                                          \
	X(AD_REFERENDUM, "drafted ad referendum, binds nobody")                            \
	X(DRAFTED, "drafted")                                                              \
	X(SIGNING, "signed by some")                                                       \
	X(INK, "signed by all in time, as attested; some have not recorded their own ink") \
	X(LAPSED, "not signed by all in time")                                             \
	X(AGREED, "agreed, not yet in force")                                              \
	X(CURRENT, "the version that took effect last")                                    \
	X(REPLACED, "replaced")                                                            \
	X(OVERTAKEN, "agreed, and without effect: another came first, or a party withdrew")
#define ENT_MEMO_STAGE_ENUM_(name, text) ENT_MEMO_STAGE_##name,
enum ent_memo_stage { ENT_MEMO_STAGE_MAP(ENT_MEMO_STAGE_ENUM_) ENT_MEMO_STAGE_COUNT };
#undef ENT_MEMO_STAGE_ENUM_
const char *ent_memo_stage_text(enum ent_memo_stage stage);

/* How it is known that a party signed; grades never look alike. */
#define ENT_MEMO_EVIDENCE_MAP(X)                                  \
	X(NONE, "not signed")                                     \
	X(ATTESTED, "signed on paper, attested by another party") \
	X(PAPER, "signed on paper, attested by itself")           \
	X(SIGNED, "signed with its key")
#define ENT_MEMO_EVIDENCE_ENUM_(name, text) ENT_MEMO_EVIDENCE_##name,
enum ent_memo_evidence { ENT_MEMO_EVIDENCE_MAP(ENT_MEMO_EVIDENCE_ENUM_) ENT_MEMO_EVIDENCE_COUNT };
#undef ENT_MEMO_EVIDENCE_ENUM_
const char *ent_memo_evidence_text(enum ent_memo_evidence evidence);

struct ent_memo_version {
	enum ent_memo_stage stage;
	enum ent_memo_evidence evidence[ENT_MEMO_PARTIES_MAX]; /* by the order of ids */
	int64_t paper[ENT_MEMO_PARTIES_MAX]; /* likewise: its record of ink on paper, by number; -1: none */
	uint32_t party, seq;                 /* unless UNKNOWN: of an entry that has its document */
};
/* Documents that were drafted openly, whether in a cut or not. */
uint32_t ent_memo_n_versions(const struct ent_memo *memo);
/* The number of the document of that hash. E_MISSING: it was not drafted. */
ENT_MUST_USE ent_status ent_memo_find(
		const struct ent_memo *memo, const struct ent_hash *hash, uint32_t *ret_version);
/* Borrowed until the next ent_memo_add. */
const struct ent_memo_terms *ent_memo_terms(const struct ent_memo *memo, uint32_t version);
void ent_memo_version(const struct ent_memo *memo, const struct ent_memo_cut *cut,
		int64_t at_utc_us, uint32_t version, struct ent_memo_version *ret_version);

#define ENT_MEMO_ANSWER_MAP(X)    \
	X(NOT_ASKED, "not asked") \
	X(OFFERED, "offered")     \
	X(ACCEPTED, "accepted")   \
	X(DECLINED, "declined")   \
	X(UNANSWERED, "unanswered")
#define ENT_MEMO_ANSWER_ENUM_(name, text) ENT_MEMO_ANSWER_##name,
enum ent_memo_answer { ENT_MEMO_ANSWER_MAP(ENT_MEMO_ANSWER_ENUM_) ENT_MEMO_ANSWER_COUNT };
#undef ENT_MEMO_ANSWER_ENUM_
const char *ent_memo_answer_text(enum ent_memo_answer answer);

/*
 * What each party has answered to the offer that is entry 'seq' of 'party', by the order of ids. E_MISSING: the cut
 * has no offer there that counts.
 */
ENT_MUST_USE ent_status ent_memo_offer(const struct ent_memo *memo, const struct ent_memo_cut *cut,
		int64_t at_utc_us, uint32_t party, uint32_t seq,
		enum ent_memo_answer ret_answers[ENT_MEMO_PARTIES_MAX]);

/*
 * Who has declined the draft that is entry 'seq' of 'party': bits by the order of ids. None, too, when the cut has no draft
 * there that counts. It binds nobody: who has declined may still sign.
 */
uint32_t ent_memo_declined(const struct ent_memo *memo, const struct ent_memo_cut *cut,
		int64_t at_utc_us, uint32_t party, uint32_t seq);

/* What a party says of an obligation. The document says whose it is and when it is due: ask for its owner's word. */
#define ENT_MEMO_WORD_MAP(X)      \
	X(UNSAID, "nothing said") \
	X(NOT_DONE, "not done")   \
	X(DONE, "done")
#define ENT_MEMO_WORD_ENUM_(name, text) ENT_MEMO_WORD_##name,
enum ent_memo_word { ENT_MEMO_WORD_MAP(ENT_MEMO_WORD_ENUM_) ENT_MEMO_WORD_COUNT };
#undef ENT_MEMO_WORD_ENUM_
const char *ent_memo_word_text(enum ent_memo_word word);

/*
 * The party's last word on that clause as it is in 'content', one of the obligations of a version's terms; 'ret_seq' is of its
 * entry, where the obstacle stands, untouched when UNSAID.
 */
enum ent_memo_word ent_memo_obligation(const struct ent_memo *memo, const struct ent_memo_cut *cut,
		int64_t at_utc_us, uint32_t party, const char *clause,
		const struct ent_hash *content, uint32_t *ret_seq);

/* Where two cuts come to different states. Texts are terminated. */
struct ent_memo_difference {
	char what[ENT_FAULT_WHERE_SIZE]; /* "status", "level of flight", "0123456789abcdef suspended" */
	char a[96], b[96];
};
typedef void (*ent_memo_tell_fn)(void *user, const struct ent_memo_difference *difference);
/* Returns how many there are; 'tell' may be NULL. 0: both come to the same. */
size_t ent_memo_differ(const struct ent_memo *memo, const struct ent_memo_cut *a,
		const struct ent_memo_cut *b, int64_t at_utc_us, ent_memo_tell_fn tell, void *user);

/* --- Deciding --- */

/* Why a draft that is kept to some parties, and who declines it, is refused a reason. */
#define ENT_MEMO_NO_REASON                                                                         \
	"a draft that is kept to some parties has no reason beside it, nor has who declines it: "  \
	"all "                                                                                     \
	"parties would read that, and it is never purged. Say it in the document itself, or over " \
	"the "                                                                                     \
	"line"

/*
 * Completes an act of our own: its number, its time (after that of our entry before, else now), what we have seen, and
 * the version it acts under; kind, class and what the kind has are the caller's, but for a moment from which it is to have
 * effect that is 0: it becomes the entry's time, and for a suspension what notice is agreed later. It is then to be signed
 * (ent_memo_act_message), printed, stored and added. E_REFUSED: it would be a fault; rule and sentence say which.
 * So is a reason that would tell all of what is kept to some, though it would be no fault: ENT_MEMO_NO_REASON, of rule FORM.
 * E_MISSING: we have no ledger here. E_LIMIT: it is full. E_EXISTS: entries of our own wait. E_MEMORY.
 */
ENT_MUST_USE ent_status ent_memo_decide(const struct ent_memo *memo, const char *party,
		int64_t now_utc_us, struct ent_memo_act *act, enum ent_memo_rule *ret_rule,
		struct ent_fault *reterr_fault);

#endif
