/* SPDX-License-Identifier: Apache-2.0 */
/*
 * post.h: what goes between this party and those that it knows: the ledgers that are ours, what each peer has of them,
 * what is here of theirs, and the parcels that carry both (docs/decisions/0015, 0020). Depends on: base, seal, wire,
 * ledger, party, store, scribe, parcel.
 *
 * It has no network and no clock of its own: who carries parcels asks for one, says what became of it, and hands in what
 * comes. What a ledger's entries mean is its opener's.
 *
 *  1. What is ours is written by a scribe. A peer that a ledger is shared with is owed all of it, until it has cosigned it.
 *  2. What comes is taken ledger by ledger, and a fault in one holds up no other. Nothing counts but what is signed, and
 *     the "have" of an answer to our own request.
 *  3. A ledger of a peer is taken only when its opener wants it, and from its author. Other members bring checkpoints of it, and
 *     entries only when they were asked for them because they showed more than is here (0022).
 *  4. A contradiction is evidence: a file in DIR/evidence, synced before it is told. The ledger is frozen from then on, at each
 *     start again, until a person takes the file away.
 *  5. What a peer has cosigned of ours is kept in DIR/cosigned, a file for each peer and ledger: proof of receipt, and
 *     where to go on after a restart. It is written at most once a second for each; older ones only mean sending again.
 *  6. A peer holds up nobody: a parcel is at most ENT_PARCEL_SIZE_MAX, work for it is bounded by that, and what is kept because
 *     of it is bounded by the numbers below.
 *
 *  7. A ledger of ours may ask before it is written: whoever shares it says how much it has, and gives back what is not here.
 *  8. One of ours that another took the place of (a new epoch, 0021) is never written again. It asks until all have answered, and what
 *     they give back is kept with it and shared on: it was said.
 *
 *  9. A payload is kept until it is due: so long after its entry's time as what was agreed, or this node, says; a peer's that is dated ahead
 *     of when it came is not kept longer by that. From then on it is
 *     neither taken nor sent, and ent_post_purge lets go of it; it does not come back.
 *
 * All functions may be called from any thread, callbacks come from any thread and must be quick. Folds are called by the scribe's
 * thread, and within ent_post_open_ours, ent_post_open_theirs, ent_post_put_peer, ent_post_begin and ent_post_take: whoever calls
 * these holds no lock that its folds take. A fold may look at any ledger (ent_post_stand) and read none, and
 * so may who holds its locks; it may be reset and applied anew.
 */
#ifndef ENTENTE_POST_H
#define ENTENTE_POST_H

#include "entente/base.h"
#include "entente/book.h"
#include "entente/ledger.h"
#include "entente/parcel.h"
#include "entente/party.h"
#include "entente/scribe.h"
#include "entente/store.h"

enum {
	ENT_POST_PEERS_MAX = ENT_PARTIES_MAX,
	ENT_POST_LEDGERS_MAX = 2048, /* ours and theirs together */
	ENT_POST_ALARMS_MAX = 256,   /* that are remembered; older ones are in the log */
	ENT_POST_PATH_SIZE = 512,
	ENT_POST_KEPT_SIZE = 24,
	/* Sealed entries, ours and for us, whose payloads are to be purged yet or of which receipts are missing; of peers' three quarters. */
	ENT_POST_PAYLOADS_MAX = 65536,
	ENT_POST_NAMED_MAX = 17 /* whom a payload concerns: the author and those named */
};
/* More than so far ahead of when it was received no entry is dated by an honest clock (docs/decisions/0016). */
#define ENT_POST_CLOCKS_APART_US (INT64_C(300) * 1000000)
/* So long after a payload was due all are to have said that they purged it; then it is an alarm. */
#define ENT_POST_PURGED_WITHIN_US (INT64_C(86400) * 1000000)

struct ent_post;
/* A ledger of ours, or one of a peer's as far as it is here. Stays until the post is destroyed. */
struct ent_post_ledger;

/*
 * --- Alarms: what must not be, and whose it is ---
 *
 * After a start those are there whose cause still stands, for they are raised anew: FORK from its evidence, PLAY and EPOCH from
 * the ledgers, KEPT and UNPURGED from the payloads that are due, CLOCK_AHEAD and CLOCK_BEHIND while the entry that shows it does.
 * WENT_BACK, OLD_COPY, OLD_KEYS, FALSE_NOTE, UNPROVEN, FORGED, BAD_ENTRY, TOO_MUCH and UNASKED are about something that was done once, and may
 * not be done again before anybody has looked: each is a file in DIR/alarms before it is told (of a flood, as soon as ent_post_keep
 * has come to it), and is there at each start until a person closes it (ent_post_close_alarm), or takes the file away while the node is
 * stopped. UNREADABLE and MISDIRECTED are of what anybody can hand in as a file, and show nothing of anybody: they can be closed, too,
 * are forgotten at the end, and come again with the next such parcel.
 */

#define ENT_POST_ALARM_MAP(X)                                                                    \
	X(FORK, "two checkpoints of this ledger cannot both be honest; the evidence is kept")    \
	X(WENT_BACK, "the peer has less of our ledger than it had acknowledged")                 \
	X(OLD_COPY, "the peer has more of our ledger than we have: ours is an old copy")         \
	X(OLD_KEYS,                                                                              \
			"the peer shows what a line key of ours signed that is not here: our "   \
			"own keys are old, unless the peer made it up")                          \
	X(FALSE_NOTE,                                                                            \
			"the peer shows a checkpoint of ours that we did not sign, or cosigned " \
			"wrongly")                                                               \
	X(UNPROVEN,                                                                              \
			"the peer says that it has more of our ledger than we have, and shows "  \
			"nothing of it that we signed")                                          \
	X(FORGED,                                                                                \
			"what came for this ledger is not signed by the key that is known of "   \
			"its author, or was changed on its way")                                 \
	X(BAD_ENTRY, "the author signed an entry that may not stand there")                      \
	X(TOO_MUCH, "the peer fills this ledger beyond what it may have")                        \
	X(UNREADABLE, "what the peer sent is no parcel")                                         \
	X(MISDIRECTED, "the parcel is from or to somebody else")                                 \
	X(UNASKED,                                                                               \
			"the peer brought entries of another party's ledger that it was not "    \
			"asked for")                                                             \
	X(PLAY,                                                                                  \
			"the party's clock can be set, and not that of all concerned: what it "  \
			"writes in earnest counts nowhere")                                      \
	X(CLOCK_AHEAD,                                                                           \
			"the peer dates what it writes ahead of our clock, by more than it may " \
			"be: its clock or ours is wrong")                                        \
	X(CLOCK_BEHIND,                                                                          \
			"the peer dates an answer before what it answers, by more than it may "  \
			"be: its clock or ours is wrong")                                        \
	X(EPOCH,                                                                                 \
			"the peer has begun its ledger anew from an old copy: what it said "     \
			"before stands, and it may have lost it")                                \
	X(KEPT, "a payload that was due could not be purged; it is tried again")                 \
	X(UNPURGED, "the peer has not said that it purged a payload that was due")
#define ENT_POST_ALARM_ENUM_(name, text) ENT_POST_##name,
enum ent_post_alarm_kind { ENT_POST_ALARM_MAP(ENT_POST_ALARM_ENUM_) ENT_POST_ALARM_KINDS };
#undef ENT_POST_ALARM_ENUM_
const char *ent_post_alarm_text(enum ent_post_alarm_kind kind);
/* "fork", "went-back" and so on, for programs. */
const char *ent_post_alarm_word(enum ent_post_alarm_kind kind);

/* A plain value. The same kind from the same peer of the same ledger is one alarm: it counts, and is told again once an hour. */
struct ent_post_alarm {
	enum ent_post_alarm_kind kind;
	uint64_t number; /* from 1, since the start; those of before have the first ones, the oldest first */
	char peer[ENT_PARTY_ID_SIZE]; /* from whom it came, of a FORK the author; "": nobody known */
	char ledger[ENT_PARCEL_NAME_MAX + 1]; /* "": none */
	struct ent_fault fault;
	char evidence[ENT_POST_PATH_SIZE]; /* of a FORK: the file; else "" */
	char kept[ENT_POST_KEPT_SIZE]; /* of one that is kept: the file in the data directory; else "" */
	bool closable;                 /* see ent_post_close_alarm */
	int64_t first_utc_us, last_utc_us;
	uint64_t times;
};

/* --- Payloads: what an entry has a salted hash of --- */

/* A plain value. */
struct ent_post_payload {
	const char *author, *ledger; /* stay as long as the post */
	uint64_t seq;
	/* The entry's time, or when it is dated ahead what is taken for it (received_us); INT64_MAX: it is never due. */
	int64_t kept_from_utc_us, due_utc_us;
	bool under_given;           /* it acts under a version, */
	struct ent_hash under;      /* which may say so long it is kept */
	struct ent_hash leaf, hash; /* of the entry; of salt and payload */
	char party[ENT_POST_NAMED_MAX]
		  [ENT_PARTY_ID_SIZE]; /* the author, then those named; no one twice */
	size_t n_parties;
	bool ours; /* we are one of them; the payload is here, or was, or never came */
	bool here;
};

/* --- The post --- */

struct ent_post_options {
	struct ent_store *store;       /* stays until the post is destroyed */
	const char *directory;         /* of the node's data: for evidence and cosignatures */
	const char *id;                /* ours */
	struct ent_sign_key *line_key; /* ours; stays */
	/*
	 * Line keys that were ours before, the newest first, at most ENT_SCRIBE_OLDER_MAX; copied. What is here may be signed by
	 * one of them: it is signed anew. May be NULL.
	 */
	const struct ent_vkey *older;
	size_t n_older;
	int64_t (*clock)(void *user); /* microseconds since 1970 UTC; needed */
	void (*say)(void *user, enum ent_scribe_say severity, const char *text); /* may be NULL */
	/* May each be NULL. */
	void (*alarm)(void *user, const struct ent_post_alarm *alarm);
	/* This peer is owed something that it was not before. */
	void (*owed)(void *user, const char *peer);
	/* Entries of this ledger, ours or a peer's, are durable and applied: it has 'size' now. */
	void (*grew)(void *user, struct ent_post_ledger *ledger, uint64_t size);
	/*
	 * The peer brings a ledger of its own that is not open here, with a checkpoint that it signed. Who wants it opens it
	 * (ent_post_open_theirs) before it returns; else it is passed over, and the answer says nothing of it. 'peer' is ourselves when
	 * an answer to a question of ours has a checkpoint of a ledger of a line that we signed and do not have: then it is one to be opened
	 * as ours, that asks.
	 */
	void (*offered)(void *user, const char *peer, const char *ledger);
	/*
	 * Of payloads, with no lock held that is not named here. So long after its entry's time one is kept, of a ledger of this
	 * name, of an entry that acts under that version (NULL: none): INT64_MAX: without end. NULL: all are.
	 */
	int64_t (*keep_us)(void *user, const char *ledger, const struct ent_hash *under);
	/*
	 * When this entry of a peer's ledger was received here; INT64_MAX: not known. One that its author dates further ahead of this
	 * than clocks may be apart is kept as if dated so far ahead. NULL, or not known: as if it had come when it was first looked at since the start.
	 */
	int64_t (*received_us)(void *user, const char *ledger, uint64_t seq);
	/* It is purged here, which this peer is to be told in a ledger of ours. True: that is written, or never can be. May be NULL. */
	bool (*say_purged)(void *user, const char *peer, const struct ent_post_payload *payload);
	/* Has this peer said so, or is it none that would? May be NULL. */
	bool (*has_purged)(void *user, const char *peer, const struct ent_post_payload *payload);
	/*
	 * The peer shows a checkpoint, of so many entries, of another known party's ledger that is not open here; that party signed it.
	 * Who wants it opens it, now or later, and says ent_post_shown later.
	 */
	void (*shown)(void *user, const char *peer, const char *author, const char *ledger,
			uint64_t size);
	void *user;
};
/* E_IO: the folders cannot be made or read; E_MEMORY. */
ENT_MUST_USE ent_status ent_post_create(const struct ent_post_options *options,
		struct ent_post **ret_post, struct ent_fault *reterr_fault);
/* Finishes what was submitted to ledgers of ours. NULL is fine. */
void ent_post_destroy(struct ent_post *post);
/* Of the ledgers of ours; for who writes one that goes to nobody (the desk's). */
struct ent_scribe *ent_post_scribe(struct ent_post *post);
const char *ent_post_id(const struct ent_post *post);

/*
 * A peer that people have confirmed, by its card; a newer card of one that is known replaces it: its line key of before
 * still vouches for what is here. E_LIMIT, E_MEMORY, E_IO (a replica that must be opened anew).
 */
ENT_MUST_USE ent_status ent_post_put_peer(
		struct ent_post *post, const struct ent_card *card, struct ent_fault *reterr_fault);
/* It is known no more: nothing is taken from it or owed to it. Its ledgers stay as they are. */
void ent_post_remove_peer(struct ent_post *post, const char *peer);

/* --- Ledgers --- */

struct ent_post_ledger_options {
	const char *name; /* without author in front: "line/<us>/<peer>"; copied */
	struct ent_scribe_fold fold;
	/* Of ours; as in scribe.h. */
	ent_status (*decide)(void *state, const void *command, struct ent_scribe_draft *draft,
			struct ent_fault *reterr_fault);
	bool (*goes_on)(const void *command);
	/*
	 * Of ours: whoever shares it may have more of it than is here, which may be a copy that was restored (0020): until all of
	 * these have answered, or ent_post_begin, it is not written, jobs wait, and what they have more of is taken. It is shared
	 * with all before parcels are carried.
	 */
	bool asks;
	bool past; /* of one that asks: another took its place; see ent_post_past */
	/* Of theirs. */
	uint64_t entries_max; /* 0: ENT_STORE_SIZE_MAX */
	/* Its entries are, as in ent_book_grew: what says that a line works, and is worth nothing days later in a file. */
	bool urgent;
};
/* As ent_scribe_open. E_EXISTS: it is open. E_LIMIT: ENT_POST_LEDGERS_MAX. */
ENT_MUST_USE ent_status ent_post_open_ours(struct ent_post *post,
		const struct ent_post_ledger_options *options, struct ent_post_ledger **ret_ledger,
		struct ent_fault *reterr_fault);
/* As ent_replica_open. E_MISSING: no such peer. E_EXISTS, E_LIMIT as above. */
ENT_MUST_USE ent_status ent_post_open_theirs(struct ent_post *post, const char *peer,
		const struct ent_post_ledger_options *options, struct ent_post_ledger **ret_ledger,
		struct ent_fault *reterr_fault);
/*
 * Those that still ask are written from now on, whoever has not answered; reads what is in the store. A ledger that cannot be
 * written (E_SYNTAX, E_REFUSED, E_IO, E_MEMORY, the first of them) says why in its stand, its jobs are done with E_IO, and it is tried again
 * the next time that this is called.
 */
ENT_MUST_USE ent_status ent_post_begin(struct ent_post *post, struct ent_fault *reterr_fault);
/* The same, of those alone that could not be written: those that still ask go on asking. */
ENT_MUST_USE ent_status ent_post_begin_failed(
		struct ent_post *post, struct ent_fault *reterr_fault);
/* How many ledgers are not written yet: they still ask, or could not begin; none of those that are past. */
size_t ent_post_asking(struct ent_post *post);
/* How many are not answered: those that are past, too. 0: nothing is left that this node could have lost. */
size_t ent_post_unanswered(struct ent_post *post);
/*
 * Another ledger takes the place of this one of ours: from now on it is not written, ent_post_begin passes it over, and its jobs end with
 * E_IO. It still asks when it did.
 */
void ent_post_past(struct ent_post_ledger *ledger);
/* NULL: it is not open. */
struct ent_post_ledger *ent_post_find(struct ent_post *post, const char *author, const char *name);
/*
 * The peer is a member: of ours it is owed the entries, of another's the checkpoints that are here, cosigned, go to it
 * and come from it. Of one that asks, it is asked. Once is enough; nothing for a peer that is not known (to be said
 * again when it is), and for the author. E_LIMIT, E_MEMORY.
 */
ENT_MUST_USE ent_status ent_post_share(struct ent_post_ledger *ledger, const char *peer);
/*
 * Of another's: this peer may have its entries from us, for its author lets it have them; it shares it, then. Nothing for one of
 * ours, or who is not known. E_LIMIT, E_MEMORY.
 */
ENT_MUST_USE ent_status ent_post_relay(struct ent_post_ledger *ledger, const char *peer);
/* The peer has shown a checkpoint of so many entries of it, see 'shown': it is asked for them when they do not come. */
void ent_post_shown(struct ent_post_ledger *ledger, const char *peer, uint64_t size);
/*
 * Of another's: so many entries this peer has, the same as here, by the author's checkpoints that it has cosigned and shown since the start.
 * It may have more. 0: nothing is known, or the author contradicts itself. May read the store.
 */
uint64_t ent_post_has(struct ent_post_ledger *ledger, const char *peer);
/*
 * Of one that asks: the peer is asked, too, and nothing is owed to it by that. Nothing for one that is written by now, or for a peer
 * that is not known. E_MEMORY.
 */
ENT_MUST_USE ent_status ent_post_ask(struct ent_post_ledger *ledger, const char *peer);
/* Is this a peer that is known now? */
bool ent_post_knows(struct ent_post *post, const char *peer);
/* Of ours: ent_scribe_submit; while it asks, ENT_SCRIBE_QUEUE_MAX jobs wait. */
void ent_post_submit(struct ent_post_ledger *ledger, struct ent_scribe_job *job);
/* Agreements on it stop, with this reason (ent_scribe_freeze); of ours. */
void ent_post_freeze(struct ent_post_ledger *ledger, const char *reason);
void ent_post_thaw(struct ent_post_ledger *ledger);

struct ent_post_stand {
	const char *name, *author; /* stay as long as the ledger */
	bool ours;
	bool asking;   /* it is ours, and not written yet */
	uint64_t size; /* durable entries here */
	int64_t time_utc_us; /* of the last entry; of a peer's ledger when something of it came last, 0: never */
	bool frozen;                     /* a contradiction is kept, or it was frozen */
	char reason[ENT_FAULT_WHY_SIZE]; /* why it is frozen, or cannot be written */
	struct ent_hash root;
	size_t note_length;
	char note[ENT_NOTE_SIZE]; /* its checkpoint; of theirs with our cosignature */
};
void ent_post_stand(struct ent_post_ledger *ledger, struct ent_post_stand *ret_stand);
/* The checkpoint of what is durable here of one of ours, signed now; empty when there is no entry. Returns its length. */
size_t ent_post_checkpoint(struct ent_post_ledger *ledger, char ret_note[ENT_NOTE_SIZE]);
/*
 * A checkpoint of this ledger of a peer's that stands somewhere else than in a parcel, to be held against what is here: a contradiction
 * becomes evidence and an alarm as always (ent_replica_witness). E_EXISTS: it is one. E_REFUSED, E_SYNTAX, with an alarm too: it is
 * wrong. E_MISSING: the key that its author has now did not sign it, and nothing is said. E_LIMIT, E_IO, E_MEMORY.
 */
ENT_MUST_USE ent_status ent_post_witness(
		struct ent_post_ledger *ledger, const char *note, size_t length);
/* Names in the store that begin with 'prefix', in no order, at most 'capacity'; how many there are. E_IO, E_MEMORY. */
ENT_MUST_USE ent_status ent_post_stored(struct ent_post *post, const char *prefix,
		char (*ret_names)[ENT_PARCEL_NAME_MAX + 1], size_t capacity, size_t *ret_n);
/* Entries from 'first' on, with the store's bytes: see ent_store_read; durable ones only. */
ENT_MUST_USE ent_status ent_post_read(struct ent_post_ledger *ledger, uint64_t first, uint64_t n,
		ent_store_entry_fn entry, void *user);
/* Each ledger that is open, in the order in which they were opened. 'visit' may not open one. */
void ent_post_ledgers(struct ent_post *post,
		void (*visit)(void *user, struct ent_post_ledger *ledger), void *user);

/*
 * Lets go of the payloads that are due now, and has those whom they concern told. OK: it is done, as far as it is due; to be
 * called again each second, which costs nothing when nothing has come and nothing is due. E_IO, E_MEMORY: not all of it; to be
 * tried again. One call at a time, others wait; none of those above within.
 */
ENT_MUST_USE ent_status ent_post_purge(struct ent_post *post);
/* Those of all ledgers whose names begin so, each ledger's in their order; reads the store. E_IO, E_MEMORY. */
ENT_MUST_USE ent_status ent_post_payloads(struct ent_post *post, const char *prefix,
		void (*visit)(void *user, const struct ent_post_payload *payload), void *user);

/* What a peer has of one of ours. */
struct ent_post_share {
	struct ent_post_ledger *ledger;
	uint64_t size, acknowledged, there; /* as in book.h */
	int64_t acknowledged_utc_us;
};
/* The first 'capacity' ledgers that it is owed; returns how many there are. 0 for who is not known. */
size_t ent_post_shares(struct ent_post *post, const char *peer, struct ent_post_share *ret_shares,
		size_t capacity);
/*
 * What whoever is above finds in what a peer has signed, and a carrier cannot know. 'peer', 'ledger' and 'fault' may be NULL, and
 * are copied. With no lock held that the 'alarm' callback takes.
 */
void ent_post_raise(struct ent_post *post, enum ent_post_alarm_kind kind, const char *peer,
		const char *ledger, const struct ent_fault *fault);
/* Alarms, the newest first; returns how many there are. */
size_t ent_post_alarms(struct ent_post *post, struct ent_post_alarm *ret_alarms, size_t capacity);
/*
 * A person has dealt with it: it is an alarm no more, also after a start. Nothing else changes: evidence, what is frozen, what was agreed. Done
 * again, it is a new alarm. 'seen' is what he looked at. E_REFUSED: its cause still stands here, so it would come again. E_MISSING: there is none
 * such any more, or it has happened again since. E_IO: its file cannot be removed. Each: nothing has changed.
 */
ENT_MUST_USE ent_status ent_post_close_alarm(struct ent_post *post,
		const struct ent_post_alarm *seen, struct ent_fault *reterr_fault);
/*
 * Writes which alarms are kept over a start, a few files at once, and removes those that are not any more. To be called each second,
 * which costs nothing when nothing has changed; the end of the post does it, too. E_IO, E_MEMORY: to be tried again.
 */
ENT_MUST_USE ent_status ent_post_keep(struct ent_post *post);

/* --- Parcels --- */

/* A ledger of another member whose checkpoint goes along, of so many entries. */
struct ent_post_told {
	struct ent_post_ledger *ledger;
	uint64_t size;
};
struct ent_post_parcel {
	char *text; /* from malloc */
	size_t length;
	uint64_t asked; /* for the answer */
	size_t n_asked; /* ledgers of ours that ask in it */
	struct ent_book_plan plan;
	struct ent_post_told *told; /* from malloc */
	size_t n_told;
};
void ent_post_parcel_finish(struct ent_post_parcel *parcel);

/*
 * What the peer is owed now over this bearer, in about so many bytes, by the book's rules, with the cosigned
 * checkpoints of what is here of others that the peer does not have yet, and the questions of ledgers that ask it.
 * 'always': a parcel also when nothing is owed, so that the peer answers: each over the network says how much is here
 * of the peer's line, and the answer has what is behind. One for a file has all that is not acknowledged, and "have" of
 * the peer's ledgers. E_MISSING: nothing is owed now, or no such peer. E_IO, E_MEMORY.
 */
ENT_MUST_USE ent_status ent_post_compose(struct ent_post *post, const char *peer,
		enum ent_book_bearer bearer, bool always, size_t bytes,
		struct ent_post_parcel *ret_parcel, struct ent_fault *reterr_fault);
/* It is on its way. */
void ent_post_sent(struct ent_post *post, const char *peer, enum ent_book_bearer bearer,
		const struct ent_post_parcel *parcel);
/* It did not arrive as far as anybody knows. */
void ent_post_failed(struct ent_post *post, const char *peer, const struct ent_post_parcel *parcel);
/* When the peer is owed something over the network, or is to be asked: now, or later; INT64_MAX: nothing. */
int64_t ent_post_next_us(struct ent_post *post, const char *peer);

struct ent_post_taken {
	char from[ENT_PARTY_ID_SIZE];
	size_t ledgers;   /* that came */
	uint64_t entries; /* new ones, of all */
	uint64_t fetched; /* of these, those of the peer's own that it did not bring itself: they came with an answer */
	size_t acknowledged; /* ledgers of ours of which more is acknowledged */
	size_t alarms;       /* that it raised, told of already or not */
};
/*
 * Takes a parcel in. 'peer' is who the connection is with; NULL: it came as a file, and is of whom it says. 'asked' is
 * of the request that this is the answer to, or ENT_BOOK_UNASKED. 'ret_answer' is the answer, from malloc and
 * terminated: our cosigned checkpoints of what came and how much of it is here, of all of the sender's ledgers when
 * none came, what the sender lacks of its own, and, over a connection, of ours on the line; NULL: none is wanted. Waits
 * for the disk. OK also when some ledgers in it were not taken: alarms and answer say so. E_SYNTAX, E_LIMIT with the
 * line: it is no parcel; E_REFUSED: its hash is wrong, it is not to us, or not from 'peer', or a file of our own, which
 * is no alarm; E_MISSING: from nobody who is known; E_IO, E_MEMORY: to be sent again.
 */
ENT_MUST_USE ent_status ent_post_take(struct ent_post *post, const char *peer, const char *text,
		size_t length, uint64_t asked, char **ret_answer, size_t *ret_length,
		struct ent_post_taken *ret_taken, struct ent_fault *reterr_fault);

#endif
