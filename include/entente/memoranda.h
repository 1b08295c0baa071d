/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memoranda.h: the memoranda of a running node: their ledgers, ours and the other members', what they come to now, and our
 * own acts under them. Depends on: base, geo, seal, wire, volume, ledger, party, memo, line, store, scribe, parcel, post.
 *
 *     document -> draft (signed by the party key) -> memo/<id>/<us> -> each party that it names
 *     memo/<id>/<author> of a known party that brings it -> its state (memo.h)
 *
 *  1. A memorandum is here from the first entry of any known party under its id, or of our own. Its members are the parties of
 *     its documents and who wrote in it. Our entries go to the parties of those documents that we have drafted, offered,
 *     accepted or signed, and to nobody else (of one in which we have only declined or declared, to the parties of those that
 *     name us): who knows a memorandum's id and writes under it learns nothing by that. They, and whom a draft of a member
 *     names beside us, get checkpoints of one another.
 *  2. Every act is signed by the party key, decided against all that is here, and answered when it is durable.
 *  3. When an entry of another's was received here is written in a private ledger, "received", in which it stands before it
 *     counts as received; a node that died between has the time of its next start.
 *  4. A member's frozen ledger freezes ours: acts are refused, with the reason, but for those that suspend or withdraw. What
 *     was agreed goes on.
 *  5. A peer writes in at most ENT_MEMORANDA_OF_PEER_MAX memoranda in which we have said nothing to it, 512 entries in each; else
 *     a ledger has at most ENT_MEMO_LEDGER_MAX entries and ENT_MEMORANDA_BYTES_MAX bytes, and a memorandum as many ledgers as
 *     parties. The last ENT_MEMORANDA_OF_PEER_MAX of all memoranda are for those that we begin ourselves.
 *  6. With a settable clock an act is ACTUAL only when every party that the document names has a card that says so too;
 *     else it is TEST.
 *     Another member's entries are handed on (docs/decisions/0022) to those whom that member's own acts name in the same way: drafts that
 *     are not sealed, offers, what it accepted or signed. A ledger that only another shows is opened when a document
 *     names its author and us, or the other has seen it by its last entry here.
 *  7. What a member's entry has seen and is not here keeps it out of every state. That it is here is shown beside the state, from
 *     the first moment on: what the state says of its author may be over.
 *
 * Any thread; nothing waits for the disk but where it says so.
 */
#ifndef ENTENTE_MEMORANDA_H
#define ENTENTE_MEMORANDA_H

#include "entente/jsonout.h"
#include "entente/line.h"
#include "entente/memo.h"
#include "entente/memodoc.h"
#include "entente/post.h"
#include "entente/seal.h"

enum {
	ENT_MEMORANDA_MAX = 256,
	ENT_MEMORANDA_OF_PEER_MAX = 64,
	ENT_MEMORANDA_KEYS_MAX = 8,         /* party keys that one party has had */
	ENT_MEMORANDA_BYTES_MAX = 1 << 26,  /* of one party under one memorandum */
	ENT_MEMORANDA_DOCUMENTS_MAX = 1024, /* that one list shows: all open ones of 16 parties */
	ENT_MEMORANDA_CHANGE_MAX = 8        /* entries that one change tells of by themselves */
};

struct ent_memoranda;

/* An entry that is here now; kind and class are NULL of one that is not understood. */
struct ent_memoranda_new {
	char party[ENT_PARTY_ID_SIZE], ledger[ENT_PARCEL_NAME_MAX + 1];
	uint64_t seq;
	const char *kind, *class_, *standing; /* stay */
	int64_t from_utc_us; /* of what suspends or withdraws: when it has effect; 0: it is neither */
};
/* What time alone brings about. Name in code, "what" in an event. */
#define ENT_MEMORANDA_TIME_MAP(X)   \
	X(IN_FORCE, "in force")     \
	X(SUSPENDED, "suspended")   \
	X(WITHDRAWN, "withdrawn")   \
	X(EXPIRED, "expired")       \
	X(UNANSWERED, "unanswered") \
	X(OVERDUE, "overdue")       \
	X(LAPSED, "lapsed")
#define ENT_MEMORANDA_TIME_ENUM_(name, text) ENT_MEMORANDA_TIME_##name,
enum ent_memoranda_time {
	ENT_MEMORANDA_TIME_MAP(ENT_MEMORANDA_TIME_ENUM_) ENT_MEMORANDA_TIME_COUNT
};
#undef ENT_MEMORANDA_TIME_ENUM_
/* Never NULL. */
const char *ent_memoranda_time_text(enum ent_memoranda_time what);
struct ent_memoranda_timed {
	enum ent_memoranda_time what;
	/* Who suspends, withdraws, has offered, owes, or has drafted; "" of a version. */
	char party[ENT_PARTY_ID_SIZE];
	uint64_t seq; /* of its entry: SUSPENDED, WITHDRAWN, UNANSWERED, LAPSED */
	char clause[ENT_MEMO_CLAUSE_SIZE]; /* OVERDUE; else "" */
	struct ent_hash version;           /* IN_FORCE, EXPIRED, OVERDUE, LAPSED */
	int64_t at_utc_us; /* since when; UNANSWERED, OVERDUE, LAPSED: by when it was to be done */
	/*
	 * Found at a start: it came while the node was down. When the node died, or was stopped, just behind it, within a second or
	 * so, it may have been told before.
	 */
	bool while_down;
};
/* Since the last change, or the start: by entries, or by time alone, never both in one. */
struct ent_memoranda_change {
	const char *memorandum;
	const char *before,
			*after; /* its status without what is new, and with it, at the same moment; they stay */
	size_t n;
	uint64_t more; /* beside these */
	struct ent_memoranda_new entry[ENT_MEMORANDA_CHANGE_MAX];
	/* By time: without entries; 'before' is then of the moment of which all was told, 'after' of now. */
	size_t n_timed;
	struct ent_memoranda_timed timed[ENT_MEMORANDA_CHANGE_MAX];
};

struct ent_memoranda_options {
	struct ent_post *post;   /* stays; peers are in it */
	struct ent_store *store; /* the post's */
	bool settable_clock;
	/*
	 * Before our first entry under a memorandum whom it concerns is asked for one (0020): the store may be a copy from before it.
	 * Else only the members of ledgers that are in the store are.
	 */
	bool asks_first;
	/*
	 * The party keys that this party has had, ourselves too, the newest first, at most 'capacity'; returns how many, 0 for
	 * who is not known. An act counts by any of them, but by none older than one its author has signed with before it.
	 */
	size_t (*keys)(void *user, const char *party, uint8_t (*ret_keys)[ENT_SIGN_PUBLIC_SIZE],
			size_t capacity);
	/* Does this party's card say that its clock can be set? False for who is not known. */
	bool (*settable)(void *user, const char *party);
	/* How the line to this party stands now, in a word that stays; NULL: there is none to it. May be NULL. */
	const char *(*line)(void *user, const char *party);
	int64_t (*clock)(void *user);
	void (*say)(void *user, enum ent_scribe_say severity, const char *text); /* may be NULL */
	/* Its state, or what is known of it, may have changed; what there is to say of it, borrowed. May be NULL. */
	void (*changed)(void *user, const struct ent_memoranda_change *change);
	/*
	 * Entries of this member are here and have waited for longer than a minute for others' that are not (memo.h): found at a
	 * change or a look, told once until none waits. May be NULL.
	 */
	void (*waits)(void *user, const char *memorandum, const char *party);
	void *user;
};
/*
 * Opens the ledgers that are in the store, and waits for the disk. Those of who is not known now are not read. Ours
 * ask the members what they have of them (post.h): until these have answered, or ent_post_begin, acts wait. E_SYNTAX,
 * E_REFUSED, E_IO with the ledger; E_LIMIT, E_MEMORY. 'ret_memoranda' is set whatever comes of it: after a failure it is good
 * for nothing but to be destroyed, or NULL.
 */
ENT_MUST_USE ent_status ent_memoranda_create(const struct ent_memoranda_options *options,
		struct ent_memoranda **ret_memoranda, struct ent_fault *reterr_fault);
/* After the post's end. NULL is fine. */
void ent_memoranda_destroy(struct ent_memoranda *memoranda);

/* The post's 'offered', 'shown', 'grew', and alarms: handed on to here. */
void ent_memoranda_offered(struct ent_memoranda *memoranda, const char *peer, const char *ledger);
void ent_memoranda_shown(struct ent_memoranda *memoranda, const char *peer, const char *author,
		const char *ledger, uint64_t size);
void ent_memoranda_grew(
		struct ent_memoranda *memoranda, struct ent_post_ledger *ledger, uint64_t size);
void ent_memoranda_alarm(struct ent_memoranda *memoranda, const struct ent_post_alarm *alarm);
/*
 * What could not be done when it was due, for want of memory or disk, is tried again: to be called now and then, and costs nothing
 * when there is nothing. So what was received on a disk that failed for a moment does not wait for somebody to look.
 */
void ent_memoranda_retry(struct ent_memoranda *memoranda);
/*
 * What time alone has changed is told: to be called each second, and costs next to nothing until something can have. The first
 * one tells what has come since all was told last, the time that the node was down too; that moment is kept in the ledger
 * "received", behind what is told: so nothing goes untold, and what was told just before the node died may be told once more.
 */
void ent_memoranda_tick(struct ent_memoranda *memoranda);
/* Behind the last of these, before the post's end: so that what was told within the last second is not told once more. */
void ent_memoranda_rest(struct ent_memoranda *memoranda);
/* Parties were added or have newer cards. */
void ent_memoranda_again(struct ent_memoranda *memoranda);

/* --- Acts --- */

struct ent_memoranda_act {
	const char *memorandum; /* its id; of a draft what the document says, may be NULL then */
	/*
	 * Its kind and what the kind has (memo.h); class, number, time, seen, under and signature are filled in, and
	 * 'from_utc_us' when it is 0: at once. Of a draft that is sealed the document goes to those in 'sealed_for' alone, and
	 * its hash is filled in too.
	 */
	const struct ent_memo_act *act;
	const struct ent_sign_key *key; /* our party key; until it is done */
	/* Not NULL: refused (E_EXISTS) when the state's tag is another one by then. */
	const char *tag;
};
struct ent_memoranda_done {
	ent_status status;       /* OK: it is durable, as entry 'seq' */
	enum ent_memo_rule rule; /* of E_REFUSED: the one that it would break, or NONE */
	struct ent_fault fault;
	char memorandum[ENT_MEMO_ID_SIZE];
	uint64_t seq;
	int64_t time_utc_us;
	enum ent_class class_; /* only ACTUAL changes what is agreed */
	struct ent_hash leaf;
	struct ent_hash sealed; /* of a sealed draft: what its entry has, by which its document is found */
};
/*
 * Waits for the disk. E_REFUSED: rule and sentence, or the ledger is frozen, or not here though others have seen it;
 * E_MISSING: no such memorandum; E_EXISTS: the tag; E_SYNTAX: a document with faults, or one that does not name us, or
 * whom it is to be kept to; E_LIMIT, E_IO (and when peers were asked for 2 s how much they have of our ledger, and not
 * all have said), E_MEMORY. Several may wait at once: each is decided against what the one before has come to.
 */
void ent_memoranda_do(struct ent_memoranda *memoranda, const struct ent_memoranda_act *act,
		struct ent_memoranda_done *ret_done);

/* --- Looking --- */

enum { ENT_MEMORANDA_TAG_SIZE = 33 }; /* of what a memorandum's entries come to, with terminator */

/* Ids, ascending; returns how many there are. */
size_t ent_memoranda_list(struct ent_memoranda *memoranda, char (*ret_ids)[ENT_MEMO_ID_SIZE],
		size_t capacity);
/* The moment at which a node judges by its clock, with what counts now (ent_memo_cut_now). */
#define ENT_MEMORANDA_NOW INT64_MIN
/*
 * The state of a memorandum at a moment, or at ENT_MEMORANDA_NOW, as members of an object that the caller begins and ends: docs/openapi-v1.yaml,
 * Memorandum. Of all that is here, and beside it, where the last words of the members differ, each one's. Of each member its line's
 * state is the caller's to add, and of its offers the last 64 are there, and of its sealed drafts. E_MISSING, E_IO, E_MEMORY.
 */
ENT_MUST_USE ent_status ent_memoranda_write(struct ent_memoranda *memoranda, const char *id,
		int64_t at_utc_us, struct ent_jsonout *out);
/*
 * Likewise the terms of the version that is in force at that moment, or suspended, each with its clause: docs/openapi-v1.yaml, Terms.
 * E_MISSING, E_IO, E_MEMORY.
 */
ENT_MUST_USE ent_status ent_memoranda_write_terms(struct ent_memoranda *memoranda, const char *id,
		int64_t at_utc_us, struct ent_jsonout *out);
/* Its entries in the one order, as an array's items: who, what, declared, received, standing, rule. E_MISSING, E_IO, E_MEMORY. */
ENT_MUST_USE ent_status ent_memoranda_write_history(
		struct ent_memoranda *memoranda, const char *id, struct ent_jsonout *out);
/*
 * Documents that members drafted under it, as members of an object, "documents" and "more": hash, what it is at a moment, its stage,
 * by whom, and whether its bytes are here. Of more than ENT_MEMORANDA_DOCUMENTS_MAX drafts the last. E_MISSING, E_IO, E_MEMORY.
 */
ENT_MUST_USE ent_status ent_memoranda_write_documents(struct ent_memoranda *memoranda,
		const char *id, int64_t at_utc_us, struct ent_jsonout *out);
/* The exact bytes of a document, terminated, from malloc; of a sealed draft by the hash that its entry has. E_MISSING, E_IO, E_MEMORY. */
ENT_MUST_USE ent_status ent_memoranda_document(struct ent_memoranda *memoranda, const char *id,
		const struct ent_hash *hash, char **ret_bytes, size_t *ret_size);
/* E_MISSING, E_IO, E_MEMORY. */
ENT_MUST_USE ent_status ent_memoranda_tag(struct ent_memoranda *memoranda, const char *id,
		char ret_tag[ENT_MEMORANDA_TAG_SIZE]);
/* On what a term that is applied rests; all empty: on no memorandum. */
struct ent_memoranda_source {
	char memorandum[ENT_MEMO_ID_SIZE], clause[ENT_MEMO_CLAUSE_SIZE];
	struct ent_hash version;
};
/*
 * What a line to this peer goes by at a moment: of the memorandum in force or suspended that binds us both (of several the one
 * with the shortest period), else the default; with what held before, and until when nothing changes by itself. 'ret_source':
 * which says so; may be NULL.
 */
struct ent_line_terms ent_memoranda_line_terms(struct ent_memoranda *memoranda, const char *peer,
		int64_t at_utc_us, struct ent_memoranda_source *ret_source);
/*
 * So long after its entry's time a payload of this ledger is purged by all, of an entry that acts under that version: of the
 * version's own term. 0: none is agreed, or it is not known here. 'ret_source': which clause says so, "" when its document cannot be read now;
 * may be NULL.
 */
int64_t ent_memoranda_purge_after(struct ent_memoranda *memoranda, const char *ledger,
		const struct ent_hash *under, struct ent_memoranda_source *ret_source);
/* When this entry of another's ledger was received here. INT64_MAX: it is of no memorandum, or not marked yet. */
int64_t ent_memoranda_received(struct ent_memoranda *memoranda, const char *ledger, uint64_t seq);

#endif
