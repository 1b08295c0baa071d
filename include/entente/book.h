/* SPDX-License-Identifier: Apache-2.0 */
/*
 * book.h: what one peer is owed of our ledgers: how far it has acknowledged each, what went out and when, and what goes
 * into the next parcel. It does nothing itself: its user sends, and tells what came of it. Depends on: base, parcel,
 * ledger, route.
 *
 * 1. Acknowledged is what the peer has cosigned of a checkpoint that we signed; nothing else. It never becomes less.
 * 2. What is owed goes out until it is acknowledged: over the network again after pauses that rise (route.h); a file may
 *    be lost for weeks, so each begins with all that is not acknowledged, and none is counted as sent on another bearer.
 * 3. Next goes what is urgent (in a file what is not: by then it is late), then what is oldest, as far as the bytes allow;
 *    the first entry of all goes whatever it takes, so that none is in the way for ever.
 * 4. In a ledger no entry goes before those before it: each author's order is kept.
 *
 * Not shared between threads.
 */
#ifndef ENTENTE_BOOK_H
#define ENTENTE_BOOK_H

#include "entente/parcel.h"

enum {
	ENT_BOOK_LEDGERS_MAX = ENT_PARCEL_LEDGERS_MAX,
	ENT_BOOK_OLDER_MAX = 8 /* keys that were ours before */
};

#define ENT_BOOK_BEARER_MAP(X) \
	X(NET, "net")          \
	X(FILE, "file")
#define ENT_BOOK_BEARER_ENUM_(name, text) ENT_BOOK_##name,
enum ent_book_bearer { ENT_BOOK_BEARER_MAP(ENT_BOOK_BEARER_ENUM_) ENT_BOOK_BEARERS };
#undef ENT_BOOK_BEARER_ENUM_

/* What an answer can say that must not be. */
#define ENT_BOOK_ALARM_MAP(X)                                                             \
	X(NONE, "nothing is wrong")                                                       \
	X(WENT_BACK, "the peer has less of our ledger than it had acknowledged")          \
	X(AHEAD, "the peer has more of our ledger than we have: ours is an old copy")     \
	X(UNPROVEN,                                                                       \
			"the peer says that it has more of our ledger than we have, and " \
			"shows nothing of it that we signed")                             \
	X(FALSE_NOTE,                                                                     \
			"the answer has a checkpoint of ours that we did not sign, or a " \
			"cosignature that is wrong")
#define ENT_BOOK_ALARM_ENUM_(name, text) ENT_BOOK_ALARM_##name,
enum ent_book_alarm { ENT_BOOK_ALARM_MAP(ENT_BOOK_ALARM_ENUM_) ENT_BOOK_ALARMS };
#undef ENT_BOOK_ALARM_ENUM_
const char *ent_book_alarm_text(enum ent_book_alarm alarm);

/* A line of the book. Read it; its fields are the module's to change. */
struct ent_book_ledger {
	char name[ENT_PARCEL_NAME_MAX + 1];
	uint64_t size;         /* entries that there are to send */
	uint64_t acknowledged; /* of them, as cosigned */
	uint64_t there;        /* of them, as the peer said last over the network */
	uint64_t urgent;       /* those below this number go first over the network */
	int64_t acknowledged_utc_us;
	uint64_t acknowledged_at; /* the moment of the book, see ent_book_moment */
	uint64_t unsure_at;       /* since this moment 'there' is to be said anew; 0: it is not */
	struct ent_book_sent {
		uint64_t sent;     /* up to which number */
		int64_t at_utc_us; /* the last time; 0: never */
		int64_t retry_utc_us;
		uint32_t tries; /* since the peer last had more than before */
	} over[ENT_BOOK_BEARERS];
};

struct ent_book;

/* E_MEMORY. */
ENT_MUST_USE ent_status ent_book_create(struct ent_book **ret_book);
/* As it is now: to plan from while others go on, for what is looked at may wait for the disk. E_MEMORY. */
ENT_MUST_USE ent_status ent_book_copy(const struct ent_book *book, struct ent_book **ret_copy);
/* NULL is fine. */
void ent_book_destroy(struct ent_book *book);
/* Keys that were ours before the one that is, the newest first: a note by one of them is ours, too. The first ENT_BOOK_OLDER_MAX. */
void ent_book_older(struct ent_book *book, const struct ent_vkey *older, size_t n);

size_t ent_book_count(const struct ent_book *book);
/* In the order of their first mention. */
const struct ent_book_ledger *ent_book_at(const struct ent_book *book, size_t i);
/* NULL: it is not in the book. */
const struct ent_book_ledger *ent_book_find(const struct ent_book *book, const char *name);

/*
 * One of our ledgers, by a name that is ok, has so many entries now, not fewer than before; 'urgent': those that are new
 * go first over the network, and last in a file. E_LIMIT: more than ENT_BOOK_LEDGERS_MAX ledgers. E_MEMORY.
 */
ENT_MUST_USE ent_status ent_book_grew(
		struct ent_book *book, const char *name, uint64_t size, bool urgent);
/* At a start: a cosignature of so many entries lies in the store. The ledger is in the book, and not shorter. */
void ent_book_acknowledged(
		struct ent_book *book, const char *name, uint64_t size, int64_t now_utc_us);
/*
 * The peer may have lost something of what it had: how much of each ledger is there is asked over the network, with a
 * checkpoint where nothing else is owed, until it has said so to a request that is begun from now on.
 */
void ent_book_unsure(struct ent_book *book);

/* --- What goes next --- */

struct ent_book_entry {
	size_t cost; /* in a parcel, see ent_parcel_entry_cost */
	int64_t time_utc_us;
};
/* Tells of one entry of a ledger. Any status but OK ends the planning. */
typedef ent_status (*ent_book_look_fn)(
		void *user, const char *ledger, uint64_t number, struct ent_book_entry *ret_entry);

struct ent_book_part {
	size_t ledger; /* for ent_book_at */
	/* No entries at all: the checkpoint alone, for the peer to cosign. */
	uint64_t first, n;
};
struct ent_book_plan {
	size_t n;
	size_t cost; /* bytes of the parcel, at the most */
	struct ent_book_part part[ENT_BOOK_LEDGERS_MAX];
};

/*
 * What the next parcel over this bearer has, within so many bytes (but for the third rule above). E_MISSING: nothing is due
 * now. Whatever 'look' returns.
 */
ENT_MUST_USE ent_status ent_book_plan(const struct ent_book *book, enum ent_book_bearer bearer,
		int64_t now_utc_us, size_t bytes, ent_book_look_fn look, void *user,
		struct ent_book_plan *ret_plan);
/* It is on its way, or in the file. 'chance' is any number by chance. */
void ent_book_sent(struct ent_book *book, enum ent_book_bearer bearer,
		const struct ent_book_plan *plan, int64_t now_utc_us, uint32_t chance);
/* It did not arrive as far as anybody knows: it is due at once, for another address. Over the network only. */
void ent_book_failed(struct ent_book *book, const struct ent_book_plan *plan);
/* When something is due over the network: now, or later. INT64_MAX: nothing is owed. */
int64_t ent_book_next_us(const struct ent_book *book, int64_t now_utc_us);

/* --- What comes back --- */

/*
 * The moment at which a request begins, to be told with its answer: moments order what happened, and no clock that is set
 * can disturb them.
 */
uint64_t ent_book_moment(const struct ent_book *book);
/* The bearer brought a parcel that nobody asked for: only what is signed in it counts. */
#define ENT_BOOK_UNASKED UINT64_C(0)

struct ent_book_taken {
	size_t acknowledged; /* ledgers of which more is acknowledged than before */
	size_t alarms;
	/* The first of them. */
	enum ent_book_alarm alarm;
	uint64_t line; /* of the parcel */
	char ledger[ENT_PARCEL_NAME_MAX + 1];
	uint64_t said, known; /* entries */
};

/*
 * Takes in a parcel of this peer, whose 'from' the caller has compared: cosignatures of our checkpoints, and, when it is
 * the answer to a request that was begun at the moment 'asked', how much is there. An answer to a request that was begun before
 * the last acknowledgement may well say less; a later one may not. 'ours' is our line key (type 0x01), 'peers' is the
 * peer's (type 0x04). Notes of others are passed over.
 */
void ent_book_take(struct ent_book *book, const struct ent_parcel *parcel,
		const struct ent_vkey *ours, const struct ent_vkey *peers, uint64_t asked,
		int64_t now_utc_us, struct ent_book_taken *ret_taken);

#endif
