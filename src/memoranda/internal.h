/* SPDX-License-Identifier: Apache-2.0 */
/*
 * internal.h: what the parts of memoranda share.
 *
 *     post: entries of ours are durable --------------------------> fill: ent_memo_add, in their order
 *     post: entries of a peer's are durable -> received: a mark --> fill, with the mark's time
 *     fill -> settle: who is in it now? more: the life is made anew; who is to have what -> ent_post_share
 *
 * What a peer has written all at once is marked and filled in by turns of TURN_ENTRIES, one turn of all memoranda at a time: it is
 * the scribe's thread that does it, and between two turns other ledgers have theirs. A life that is made anew is made beside
 * the one that there is, by turns too.
 *
 * The store has every entry, so nothing is kept here twice: a fold only counts what is durable, and whoever looks first reads
 * what is new from the store. What could not be added for want of memory is added at the next look.
 *
 * Locks, each held for no other's sake: 'lock' of all for the list of memoranda, which only grows; 'lock' of each for what it
 * comes to; 'marks_lock' for when entries were received. Under none of them a callback is called or a ledger opened, since
 * whoever is called may ask here. What is atomic is written by whichever thread folds a ledger and read by all.
 */
#ifndef ENTENTE_MEMORANDA_INTERNAL_H
#define ENTENTE_MEMORANDA_INTERNAL_H

#include <pthread.h>

#include "entente/json.h"
#include "entente/memoranda.h"

enum {
	/* Whom one memorandum's documents may have named in all. */
	AUDIENCE_MAX = 4 * ENT_MEMO_PARTIES_MAX,
	/* Of each author one is enough, and another when that one gives nothing. */
	SHOWN_MAX = 2 * ENT_MEMO_PARTIES_MAX,
	/* To read and to verify one takes a tenth of a millisecond, and other ledgers' writes are held up for 25 ms at most. */
	TURN_ENTRIES = 128
};

/* --- When entries of others were received (received.c) --- */

struct mark {
	uint64_t size; /* so many entries were here */
	int64_t time_utc_us;
};
/* Of one ledger. Those behind 'n' are applied and not yet durable. */
struct marks {
	char name[ENT_PARCEL_NAME_MAX + 1];
	struct mark *mark;
	size_t n, n_applied, capacity;
	struct marks *next;
};

/* --- One ledger of a memorandum (ledger.c) --- */

struct memo_ledger {
	struct memorandum *of;
	char author[ENT_PARTY_ID_SIZE];
	char name[ENT_PARCEL_NAME_MAX + 1];
	bool ours;
	struct ent_post_ledger *post;
	struct marks *marks; /* of theirs */
	/* The fold, of one thread at a time. */
	uint64_t applied, bytes, durable_bytes;
	bool opening;
	_Atomic uint64_t durable; /* entries */
	_Atomic bool unasked;     /* its author is nobody to whom we have said anything here */
	_Atomic bool forked;      /* its author contradicts itself */
	char evidence[ENT_FAULT_WHY_SIZE]; /* where that stands; of 'lock' */
	/*
	 * How many were looked at for their author's clock; the last that was ahead of it when it was received, to be told, and its
	 * time, 0: none; of 'lock'.
	 */
	uint64_t looked, ahead;
	int64_t ahead_utc_us;
	/* The same of what it wrote in earnest, and can only play: behind the last of them, 0: none; and of that that was told. */
	uint64_t played, played_told;
	uint32_t told, counted; /* entries that were told of as new, and that counted then; of 'lock' */
	bool waits_told;        /* that entries of it wait; of 'lock' */
	/* Who has been given it; of 'lock'. */
	char shared[AUDIENCE_MAX][ENT_PARTY_ID_SIZE];
	size_t n_shared;
	/* To whom it is handed on; of another's. */
	char relayed[AUDIENCE_MAX][ENT_PARTY_ID_SIZE];
	size_t n_relayed;
	uint32_t seen_looked; /* at what its last entry had seen, of so many; of 'lock' */
};

/* --- A memorandum --- */

struct party {
	char id[ENT_PARTY_ID_SIZE];
	uint8_t key[ENT_MEMORANDA_KEYS_MAX][ENT_SIGN_PUBLIC_SIZE]; /* the newest first */
	size_t n_keys;
	bool settable_clock;
};
struct parties {
	struct party party[ENT_MEMO_PARTIES_MAX]; /* ids ascending */
	size_t n;
};

/* An entry that speaks of a version, or a declaration, by whoever. */
struct said {
	enum ent_memo_act_kind kind;
	bool sealed;
	uint32_t party, seq;             /* by the order of ids */
	struct ent_hash version;         /* of a sealed draft: of what is sealed */
	uint32_t offer_party, offer_seq; /* ACCEPT, DECLINE */
	int64_t answer_by_utc_us;        /* OFFER */
};

/* What the entries come to, as long as it is among the same parties. */
struct life {
	struct ent_memo *memo;
	struct parties parties;
	size_t oldest_key
			[ENT_MEMO_PARTIES_MAX]; /* that may still sign: who has used a newer one has no older */
	uint64_t seen_of_us[ENT_MEMO_PARTIES_MAX]; /* entries of ours, by each one's word */
	uint32_t judged[ENT_MEMO_PARTIES_MAX];     /* that were looked at for what is only played */
	struct said *said;
	size_t n_said, capacity;
};

/* A ledger that is not here, by the word of a party that has so much of it. */
struct shown {
	char author[ENT_PARTY_ID_SIZE], peer[ENT_PARTY_ID_SIZE];
	uint64_t size;
};

/* What time has done; see timed.c. */
struct timed {
	int64_t at_utc_us;          /* of this moment all was told */
	int64_t next_utc_us;        /* before this one there is nothing more */
	struct ent_hash overdue_of; /* a version, of whose obligations these are overdue and told: */
	uint64_t overdue;           /* bits by their place */
	/* Of a start whose finds are not all told: its moment, and the one of which all had been told before. 0: they are. */
	int64_t start_utc_us, before_start_utc_us;
	bool unread; /* obligations could not be looked at */
};

struct memorandum {
	struct ent_memoranda *all;
	char id[ENT_MEMO_ID_SIZE];
	pthread_mutex_t lock;
	struct memo_ledger *ledgers[ENT_MEMO_PARTIES_MAX];
	size_t n_ledgers;
	struct shown shown[SHOWN_MAX]; /* until a document names their authors */
	size_t n_shown;
	struct life *life;   /* NULL: of nobody yet */
	struct life *coming; /* that is made to take its place; NULL: none */
	struct ent_json *json;
	size_t parsed;   /* bytes of the largest entry that it has room for */
	bool keys_again; /* parties may have other keys now */
	/* The document that was looked into last. */
	struct ent_memodoc *doc;
	struct ent_hash doc_hash;
	struct timed timed; /* of 'lock' */
	bool frozen;
	_Atomic bool unsettled; /* what followed from the last change is not all done */
	/* Its turn is to come; of the lock of all. */
	bool has_turn;
	struct memorandum *next_turn;
};

/* What the ledger "received" is told. */
struct mark_command {
	struct memo_ledger *
			ledger; /* NULL: nothing is to be marked, it is the turn alone that is wanted */
	uint64_t most;          /* entries at once */
	int64_t told_utc_us; /* not 0: and no ledger, but that all is told of this moment */
};

/* Of which moment all that time has changed is told; see told.c. Moments are of 'marks_lock'; 0: of none. */
struct told {
	int64_t utc_us, applied_utc_us; /* durable, and not yet */
	_Atomic bool news;              /* something was told that a later mark is to be behind */
	_Atomic unsigned tellers;       /* threads that are about to */
	_Atomic bool marking;
	struct mark_command command;
	struct ent_scribe_job job;
};

struct ent_memoranda {
	struct ent_memoranda_options options;
	char us[ENT_PARTY_ID_SIZE];
	pthread_mutex_t lock, marks_lock, opening;
	bool has_lock, has_marks_lock, has_opening;
	_Atomic int64_t told_us; /* when it was last said that something was passed over */
	struct memorandum *memoranda[ENT_MEMORANDA_MAX];
	size_t n;
	struct ent_post_ledger *received;
	struct ent_json *received_json; /* of the one who folds it */
	struct marks *marks;
	/* Turns; of 'lock'. The one whose turn it is, its command and job are the turn's own. */
	struct memorandum *turn_first, **turn_last, *turn_of;
	bool turns;
	struct mark_command turn_command;
	struct ent_scribe_job turn_job;
	struct told told;
	_Atomic bool failed; /* what was due could not be done: to be tried again */
};

/* --- memoranda.c --- */

/* Under the lock, of one that has a life: that moment, or our clock's of ENT_MEMORANDA_NOW, and what to look at then. */
int64_t moment_of(const struct memorandum *memorandum, int64_t at_utc_us,
		struct ent_memo_cut *ret_cut);

void memoranda_say(const struct ent_memoranda *all, enum ent_scribe_say severity,
		const char *format, ...) ENT_PRINTF(3, 4);
/* What a peer wrote is not taken; said once in a while. */
void memoranda_passed_over(struct ent_memoranda *all, const char *peer, const char *name,
		ent_status status, const struct ent_fault *fault);
/* NULL: there is none. */
struct memorandum *memoranda_find(struct ent_memoranda *all, const char *id);
/* Makes it when it is not there. E_LIMIT: too many, of those that others begin fewer. E_MEMORY. */
ENT_MUST_USE ent_status memoranda_get(struct ent_memoranda *all, const char *id, bool ours,
		struct memorandum **ret_memorandum);
/* All of them; returns how many. */
size_t memoranda_copy(
		struct ent_memoranda *all, struct memorandum *ret_memoranda[ENT_MEMORANDA_MAX]);
/* Settles as much as one turn may, and tells whoever wants to know; the rest has its turn. */
void memoranda_changed(struct memorandum *memorandum);

/* Those to whom we have said something here, or whom an act concerns; ids in no order. */
struct audience {
	char id[AUDIENCE_MAX][ENT_PARTY_ID_SIZE];
	size_t n;
};

/* --- ledger.c --- */

/* "memo/<id>/<author>", both well formed and of the first epoch. */
bool ledger_name_read(const char *name, char ret_id[ENT_MEMO_ID_SIZE],
		char ret_author[ENT_PARTY_ID_SIZE]);
/* Under its lock. NULL: not here. */
struct memo_ledger *ledger_of(const struct memorandum *memorandum, const char *author);
/* Those of a peer under memoranda in which we have said nothing to it. */
size_t ledger_unasked_of(struct ent_memoranda *all, const char *peer);
/*
 * Opens it when it is not open. 'stored': the store has it, so it is opened whatever it is, and one of ours asks whether
 * others have more of it. Statuses of ent_post_open_ours; E_LIMIT: it has ledgers enough.
 */
ENT_MUST_USE ent_status ledger_open(struct memorandum *memorandum, const char *author, bool stored,
		struct memo_ledger **ret_ledger, struct ent_fault *reterr_fault);
/*
 * Ours, before an act that concerns these. One that is not there may have been, before the store was copied that this one is made
 * of: so these, and all who are in it, are asked first.
 */
ENT_MUST_USE ent_status ledger_open_ours(struct memorandum *memorandum,
		const struct audience *concerned, struct memo_ledger **ret_ledger,
		struct ent_fault *reterr_fault);
/* How many entries of it count here: of theirs, as many as are marked as received. */
uint64_t ledger_size(const struct memo_ledger *ledger);

/* --- act.c --- */

/* Our own acts, in the scribe's thread. */
ent_status act_decide(void *state, const void *command, struct ent_scribe_draft *draft,
		struct ent_fault *reterr_fault);
/* When our ledger is frozen: what ends an agreement. */
bool act_goes_on(const void *command);

/* --- received.c --- */

ENT_MUST_USE ent_status received_open(struct ent_memoranda *all, struct ent_fault *reterr_fault);
/* The marks of a ledger of that name. NULL: no memory. */
struct marks *received_marks(struct ent_memoranda *all, const char *name);
/* When the entry of this number was received; so many are, in 'marks'. */
int64_t received_time(struct ent_memoranda *all, const struct marks *marks, uint64_t seq);
uint64_t received_size(struct ent_memoranda *all, const struct marks *marks);
/* Has what is durable marked, when it is not; settles when that is done. */
void received_mark(struct memo_ledger *ledger);
/* The memorandum is to have a turn: what is durable is marked, what is marked settled. */
void received_turn(struct memorandum *memorandum);
/* The same, and waits for it. */
ENT_MUST_USE ent_status received_mark_now(struct memo_ledger *ledger);
void received_finish(struct ent_memoranda *all);

/* --- fill.c: under the memorandum's lock --- */

/* Adds what is new. OK: all is there. E_IO, E_MEMORY: as far as it went. */
ENT_MUST_USE ent_status fill(struct memorandum *memorandum);
/* The life of these parties, in place of the one before once it has all: TURN_ENTRIES more of it. E_IO, E_MEMORY: that one stays. */
ENT_MUST_USE ent_status fill_anew(
		struct memorandum *memorandum, const struct parties *parties, bool *ret_more);
void life_destroy(struct life *life);
/* By the order of ids; as many as there are: it is not among them. */
uint32_t life_place(const struct life *life, const char *id);
/* The open draft, or the sealed one, of that hash. NULL: there is none. */
const struct said *life_draft(const struct life *life, const struct ent_hash *hash);
/* Reads the entry; texts are borrowed until the next one is. E_MISSING: not here. E_SYNTAX, E_IO, E_MEMORY. */
ENT_MUST_USE ent_status fill_act(struct memorandum *memorandum, uint32_t party, uint32_t seq,
		struct ent_memo_act *ret_act);

/* --- members.c --- */

/* Under the lock: who is to have what we have said; nobody before we have. E_IO, E_MEMORY. */
ENT_MUST_USE ent_status members_audience(
		struct memorandum *memorandum, struct audience *ret_audience);
/* Under the lock: the same of our next act, which may be the first. E_IO, E_MEMORY. */
ENT_MUST_USE ent_status members_concerned(
		struct memorandum *memorandum, struct audience *ret_audience);
/* Under the lock: does this document name the party? */
bool members_named(const struct ent_memo_terms *terms, const char *id);
/* Under the lock: whom a party's own acts name; of a sealed draft 'sealed' only. E_IO, E_MEMORY. */
ENT_MUST_USE ent_status members_spoken_to(struct memorandum *memorandum, const char *party,
		bool sealed, struct audience *audience);
bool members_has(const struct audience *audience, const char *id);
void members_add(struct audience *audience, const char *id);
/* All that follows from what is here now: who is in it, who is to have what, what is frozen. */
ent_status settle(struct memorandum *memorandum);
/* So much of it as one turn may. */
ent_status settle_some(struct memorandum *memorandum, bool *ret_more);
bool parties_same(const struct parties *a, const struct parties *b);
/* What could not be done when it was due, for want of memory or disk. */
ENT_MUST_USE ent_status settle_what_failed(struct memorandum *memorandum);

/* --- relays.c: what members hand on of each other's ledgers --- */

/* A peer has so much of a ledger that is not here. */
void relays_shown(
		struct memorandum *memorandum, const char *peer, const char *author, uint64_t size);
/* Opens what was shown, and says to whom what is here may be handed on: at each change. */
void relays_settle(struct memorandum *memorandum);

/* --- document.c: under the memorandum's lock --- */

/* Borrowed until the next one is asked for. E_MISSING, E_IO, E_MEMORY. */
ENT_MUST_USE ent_status document_of(struct memorandum *memorandum, const struct ent_hash *hash,
		const struct ent_memodoc **ret_doc);

/* --- waits.c --- */

/* Under the lock: what waits of a member's ledger, as members of its object. */
void waits_show(struct memorandum *memorandum, uint32_t party, struct ent_jsonout *out);
/* Says, and tells whoever wants to know, what has begun to wait for longer than a minute. Not under the lock. */
void waits_tell(struct memorandum *memorandum);

/* --- levels.c --- */

/* Under the lock: which clauses and acts the levels of a state come from, as members of its object. */
void levels_show_why(struct memorandum *memorandum, const struct ent_memo_state *state,
		struct ent_jsonout *out);

/* --- leaving.c --- */

/* Under the lock: a member's suspension and withdrawal, as members of its object. E_MISSING, E_SYNTAX, E_IO, E_MEMORY. */
ENT_MUST_USE ent_status leaving_show(struct memorandum *memorandum,
		const struct ent_memo_state *state, uint32_t party, struct ent_jsonout *out);
/* Under the lock: "ended" and "goes_on" of a state. */
void leaving_show_end(struct memorandum *memorandum, const struct ent_memo_state *state,
		struct ent_jsonout *out);

/* --- owed.c --- */

/* Under the lock: "obligations" of a state. E_MISSING, E_SYNTAX, E_IO, E_MEMORY. */
ENT_MUST_USE ent_status owed_show(struct memorandum *memorandum, const struct ent_memo_cut *cut,
		const struct ent_memo_state *state, int64_t at_utc_us, struct ent_jsonout *out);

/* --- answers.c --- */

/* Under the lock: does it count in a cut by a moment? */
bool said_counts(const struct life *life, const struct said *said, const struct ent_memo_cut *cut,
		int64_t at_utc_us, struct ent_memo_entry *ret_entry);

/* Under the lock: the answers to the offer or draft that is entry 'seq' of 'party', as an array of that name. Statuses as above. */
ENT_MUST_USE ent_status answers_show(struct memorandum *memorandum, const struct ent_memo_cut *cut,
		int64_t at_utc_us, uint32_t party, uint32_t seq, const char *name,
		struct ent_jsonout *out);

/* --- named.c --- */

/* Under the lock: the version by which a memorandum is named. False: none is drafted. */
bool named_by(const struct memorandum *memorandum, const struct ent_memo_cut *cut,
		const struct ent_memo_state *state, int64_t at_utc_us, struct ent_hash *ret_hash);
/* Under the lock: its "title", by language. NULL: there is no such version. */
void named_show_title(struct memorandum *memorandum, const struct ent_hash *hash,
		struct ent_jsonout *out);
/* Under the lock: by it the "coalition", the members of a party. NULL likewise. */
void named_show_coalition(struct memorandum *memorandum, const struct ent_hash *hash,
		const char *party, struct ent_jsonout *out);

/* --- declared.c --- */

/* Under the lock: a member's last declarations of a cut by a moment, as a member of its object. E_MISSING, E_SYNTAX, E_IO, E_MEMORY. */
ENT_MUST_USE ent_status declared_show(struct memorandum *memorandum, const struct ent_memo_cut *cut,
		int64_t at_utc_us, uint32_t party, struct ent_jsonout *out);

/* --- acknowledged.c --- */

enum { ACTS_SHOWN_MAX = 64 };
struct acknowledged {
	size_t n;
	struct acknowledged_by {
		char id[ENT_PARTY_ID_SIZE];
		uint64_t size;     /* of our entries */
		int64_t at_utc_us; /* when the last of them were acknowledged; 0: none */
	} by[AUDIENCE_MAX];
};
/* What members have of one another's ledgers, by what they cosigned and showed; nothing of ours. */
struct known_there {
	size_t n;
	char id[ENT_MEMO_PARTIES_MAX][ENT_PARTY_ID_SIZE];
	uint64_t has[ENT_MEMO_PARTIES_MAX][ENT_MEMO_PARTIES_MAX]; /* a member; of whose ledger */
};
/* Not under the lock: the post is asked. */
void acknowledged_there(struct memorandum *memorandum, struct known_there *ret_known);
/* Of those whom our ledger goes to. Not under the lock: the post is asked. E_MEMORY. */
ENT_MUST_USE ent_status acknowledged_ask(
		struct memorandum *memorandum, struct acknowledged *ret_asked);
/* A member "acknowledged" of this entry of ours: by party a time by which it was, or null. */
void acknowledged_show(const struct acknowledged *asked, uint32_t seq, struct ent_jsonout *out);
/* Under the lock: "acts", those of our last that not everybody has acknowledged, and the last of all. */
void acknowledged_show_acts(const struct acknowledged *asked, const struct ent_memo *memo,
		uint32_t us, struct ent_jsonout *out);

/* --- change.c --- */

/* What is new, which is told then. */
void change_take(struct memorandum *memorandum, struct ent_memoranda_change *ret_change);
/* To the log, when it has changed the status. Not under the lock. */
void change_say(const struct memorandum *memorandum, const struct ent_memoranda_change *change);

/* Under the lock: the entries that counted when it was told last, as far as they are here. */
void change_counted(const struct memorandum *memorandum, struct ent_memo_cut *ret_cut);

/* --- timed.c --- */

/* Under the lock: acts have changed it, and of this moment all is told. */
void timed_changed(struct memorandum *memorandum, const struct ent_memo_cut *cut,
		const struct ent_memo_state *state, int64_t at_utc_us);
/* Tells what time alone has changed by now. Not under the lock. False: nothing. */
bool timed_tell(struct memorandum *memorandum, int64_t now_utc_us);
/* What has come since all was told last is to be told, at the next look. */
void timed_start(struct memorandum *memorandum);
/* Something of the past could not be looked at. */
bool timed_is_behind(struct memorandum *memorandum);

/* --- told.c --- */

/* Before the start of this node all was told of this moment, as far as that is known. 0: it is not. */
int64_t told_before(struct ent_memoranda *all);
/* Somebody is about to tell; has told, and was it anything? */
void told_begin(struct ent_memoranda *all);
void told_end(struct ent_memoranda *all, bool news);
/* All memoranda have told what they had at this moment: it is to be marked. False: not now. */
bool told_mark(struct ent_memoranda *all, int64_t told_utc_us);
/* Of the ledger "received". */
ent_status told_decide(const struct ent_memoranda *all, const struct mark_command *command,
		struct ent_scribe_draft *draft);
/* E_SYNTAX: it has no such moment. */
ENT_MUST_USE ent_status told_apply(struct ent_memoranda *all, struct ent_json_value root,
		struct ent_fault *reterr_fault);

/* --- history.c --- */

const char *standing_text(enum ent_memo_standing standing);

/* --- show.c --- */

void tag_of(const struct memorandum *memorandum, char ret_tag[ENT_MEMORANDA_TAG_SIZE]);
void show_hash(struct ent_jsonout *out, const struct ent_hash *hash);
void show_text(struct ent_jsonout *out, const char *name, const char *text);
/* Of what is not given null. */
void show_moment(struct ent_jsonout *out, const char *name, bool given, int64_t utc_us);
void show_maybe_hash(
		struct ent_jsonout *out, const char *name, bool given, const struct ent_hash *hash);
void show_bool(struct ent_jsonout *out, const char *name, bool value);
/* Locks it, with all that is here in it. E_MISSING: there is nothing of that name; then it is not locked. */
ENT_MUST_USE ent_status look_begin(
		struct ent_memoranda *all, const char *id, struct memorandum **ret_memorandum);

#endif
