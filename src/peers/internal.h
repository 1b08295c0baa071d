/* SPDX-License-Identifier: Apache-2.0 */
/*
 * internal.h: what the parts of peers share.
 *
 *     peers.c   begins and ends all            folder.c  who is known: the folder, and what becomes of it here
 *     carry.c   the thread that carries        take.c    the listener, and the workers that take what came
 *     send.c    one parcel, way by way         lines.c   the bare lines: folds, and what is written when
 *     epochs.c  which ledgers a line has, ours and the peer's, and which are gone on in
 *
 * A parcel to a peer, 'stage':
 *
 *     IDLE -> OUT -> ENDED -> TAKING -> TAKEN -> (by the next way OUT, or IDLE)
 *               fetch    \->  (no answer to take) ->/
 *
 * 1. The carrier moves it, but for OUT -> ENDED (fetch's thread) and TAKING -> TAKEN (a worker).
 * 2. Locks, in this order: a line's, the peers'. Neither is held while anything of the post is called, or anything that waits,
 *    so the post may call us with locks of its own held.
 * 3. A peer stays in the table until the end, also when it was removed: whoever holds one need not ask.
 */
#ifndef ENTENTE_PEERS_INTERNAL_H
#define ENTENTE_PEERS_INTERNAL_H

#include <pthread.h>

#include "entente/json.h"
#include "entente/peers.h"
#include "purged.h"

enum {
	PURGES_WAITING_MAX =
			64, /* purge receipts that are to be written on one line; others are asked for again */
	WAITING_PER_PEER = 2, /* parcels that came and wait for a worker */
	WAITING_MAX = 256,
};

struct waiting;

/* --- A line --- */

struct line_command {
	struct ent_line_terms terms;
	struct ent_line_check check;
	bool has_check;
};

/* Of whose payload a purge receipt is to be written. */
struct line_purge {
	char ledger[ENT_LINE_NAME_SIZE];
	uint64_t number;
	struct ent_hash leaf;
};

/* One ledger of a line: the state of its fold. What is behind the ledger is of the line's lock. */
struct line_epoch {
	struct peer *peer;
	enum ent_line_side side;
	int64_t epoch;
	struct ent_post_ledger *ledger; /* NULL: it could not be opened yet */
	uint64_t size;                  /* durable entries */
	uint64_t bytes, durable_bytes;  /* of the peer's */
	struct ent_line *
			ahead; /* of the peer's, later than the line's: what it comes to until it is durable */
	/* What its first entry says, when it is of another epoch than the first. */
	char before[ENT_LINE_NAME_SIZE], checkpoint[ENT_LINE_CHECKPOINT_SIZE];
	bool told, recalled; /* the alarm; it was here at the start */
	unsigned failed; /* a bit of each status by which it could not be opened; of the folder's lock */
};

struct line_told {
	enum ent_line_state state;
	enum ent_line_result why;
	bool false_receipt, peer_is_ahead;
	/* Of the alarms about the peer's clock: entries of its ledger when it was found ahead; which test, when behind, and one. */
	uint64_t ahead_size, behind;
};

struct line {
	struct ent_scribe_job job; /* first */
	struct line_epoch epoch[ENT_LINE_SIDES]
			       [ENT_PEERS_EPOCHS_MAX]; /* grows only; under the folder's lock */
	unsigned failed;                 /* as an epoch's, of those for which there is no place */
	struct ent_post_ledger *written; /* is ours, and asks no more; the carrier's */
	pthread_mutex_t lock;            /* of what follows */
	bool has_lock;
	unsigned n_epochs[ENT_LINE_SIDES];
	const struct line_epoch *current[ENT_LINE_SIDES];
	struct ent_post_ledger *ours; /* the current one's; NULL: not opened yet */
	bool begins_anew;             /* another is being opened in its place */
	struct ent_line line;         /* with what is applied, and not stored yet */
	struct ent_line durable;      /* what is shown, and what a receipt is written of */
	int64_t applied_test_utc_us, test_utc_us; /* our last test: applied, and durable */
	int64_t heard_utc_us; /* something of the peer's ledger came; 0: not since it is open */
	struct purged purged[ENT_LINE_SIDES]; /* as it is applied */
	struct line_purge to_purge[PURGES_WAITING_MAX];
	unsigned n_to_purge;
	bool is_open;
	bool is_writing;   /* the job is the scribe's */
	unsigned failures; /* to write, in a row */
	int64_t retry_utc_us;
	struct line_command command;
	struct line_told told;
	unsigned asked; /* how often for the peer's word of this period; the carrier's */
};

/* --- A peer --- */

enum stage { STAGE_IDLE, STAGE_OUT, STAGE_ENDED, STAGE_TAKING, STAGE_TAKEN };

struct peer_way {
	enum ent_fetch_end last;
	bool turned_down; /* it was answered, and not taken */
};

/* The parcel that is carried. */
struct delivery {
	enum stage stage;
	bool has_parcel, delivered;
	bool cannot; /* the last one could not be made, and that was said */
	struct ent_post_parcel parcel;
	unsigned way;
	bool large, wants_large; /* the answer may be as large as a parcel */
	/* Of the request that ended. */
	enum ent_fetch_end end;
	unsigned status;
	int64_t duration_us;
	char *answer; /* from malloc */
	size_t answer_size;
	ent_status taken;
};

struct peer {
	struct ent_peers *peers;
	char id[ENT_PARTY_ID_SIZE];
	struct line line;
	/* The lock of all peers is of what follows. */
	struct ent_card card;
	struct ent_hash card_hash; /* of its text */
	int64_t confirmed_utc_us;
	bool removed;
	bool wake;           /* the carrier is to look at it */
	int64_t next_utc_us; /* or then */
	struct ent_route route;
	struct peer_way way[ENT_ROUTE_WAYS_MAX];
	uint32_t to_try;            /* ways by which a parcel is to go whatever others did */
	int64_t test_tried_utc_us;  /* the test for which 'to_try' was set */
	int64_t probe_since_utc_us; /* the period of the self-check for which it was */
	bool asks;                  /* a parcel goes also when nothing is owed */
	bool is_fetched; /* what it wrote last came with an answer, and it has brought nothing since */
	size_t bytes;    /* that the next parcel aims at; 0: none was made yet */
	struct delivery delivery;
	int64_t sent_utc_us, heard_utc_us, nudged_utc_us;
	/* Parcels that came. */
	struct waiting *first, **last;
	unsigned n_waiting;
	bool is_ready, is_served; /* it stands in the queue; a worker is at it */
	struct peer *ready_next;
};

struct ent_peers {
	struct ent_peers_options options;
	char *data;
	char id[ENT_PARTY_ID_SIZE];
	struct ent_fetch *fetch;
	struct ent_http_server *server;
	pthread_mutex_t parse_lock; /* of the reader of entries: lines are short */
	struct ent_json *json;
	struct ent_line scratch;     /* the scribe's thread */
	pthread_mutex_t folder_lock; /* who reads the folder reads it alone */
	pthread_mutex_t lock;
	unsigned n_locks;                   /* that were made, of these */
	struct peer *peer[ENT_PARTIES_MAX]; /* grows only */
	size_t n;
	pthread_cond_t for_carrier, for_workers, for_end;
	unsigned n_conds; /* that were made, of these */
	bool woken;       /* the carrier is to go over all */
	bool ends, ended;
	size_t in_air; /* bytes of parcels on their way */
	unsigned n_large, n_waiting, n_jobs;
	struct peer *ready_first, **ready_last;
	pthread_t carrier, worker[ENT_PEERS_WORKERS_MAX];
	bool carries;
	unsigned n_workers;
};

static inline void peers_lock(struct ent_peers *peers) {
	(void)pthread_mutex_lock(&peers->lock);
}

static inline void peers_unlock(struct ent_peers *peers) {
	(void)pthread_mutex_unlock(&peers->lock);
}

static inline void peers_line_lock(struct line *line) {
	(void)pthread_mutex_lock(&line->lock);
}

static inline void peers_line_unlock(struct line *line) {
	(void)pthread_mutex_unlock(&line->lock);
}

static inline int64_t peers_now(const struct ent_peers *peers) {
	return peers->options.clock(peers->options.user);
}

/* For the log; "peer <id>: ..." */
void peers_say(const struct peer *peer, enum ent_scribe_say severity, const char *format, ...)
		ENT_PRINTF(3, 4);
void peers_changed(const struct peer *peer);
/* NULL: none of this id. With the lock. */
struct peer *peers_find(const struct ent_peers *peers, const char *id);
/* The carrier is to look at it. With the lock. */
void peers_wake(struct peer *peer);

/* --- folder.c --- */

/* See ent_peers_again. */
ent_status peers_read_folder(
		struct ent_peers *peers, size_t *ret_changed, struct ent_fault *reterr_fault);
/* Primary and reserves; n of them. */
unsigned peers_ways(const struct ent_card *card, const char *ret_urls[ENT_ROUTE_WAYS_MAX]);
void peers_destroy_one(struct peer *peer);

/* --- carry.c, send.c --- */

void *peers_carry(void *user);
/* What is to be sent, or has come of it. Returns when to look again. */
int64_t peers_send(struct peer *peer, int64_t now_utc_us);
/* The parcel that is carried is none any more. After the carrier's end. */
void peers_forget(struct peer *peer);

/* --- lines.c --- */

/* Its lock, and what it is before its first entry. E_MEMORY. */
ent_status peers_line_init(struct peer *peer);
void peers_line_finish(struct line *line);
/* What is to be written. Returns when to look again. */
int64_t peers_line_step(struct peer *peer, int64_t now_utc_us);
void peers_line_look(struct peer *peer, int64_t now_utc_us, struct ent_line_view *ret_view);
/* When our last test was written, durably; 0: never. */
int64_t peers_line_tested(struct peer *peer);
/* Has its ledger said how far others have it? False: nothing is written yet. */
bool peers_line_is_written(struct peer *peer);
/* A fold and what decides, for a ledger of that number. */
struct ent_post_ledger_options peers_line_options(struct line_epoch *epoch);
/* When something of the peer's came, by whatever bearer; 0: not since the start. */
int64_t peers_line_heard(struct peer *peer);

/* --- epochs.c --- */

/* The first ledger of each side. */
void peers_epochs_init(struct peer *peer);
void peers_epochs_finish(struct line *line);
/* Opens all ledgers of the line in the post. Statuses of ent_post_open_ours. */
ent_status peers_epochs_open(struct peer *peer, struct ent_fault *reterr_fault);
/* All of ours with the peer. Statuses of ent_post_share. */
ent_status peers_epochs_share(struct peer *peer);
/* This one is durable so far. Under the line's lock. */
void peers_epochs_durable(struct line_epoch *epoch);
/* What was begun anew by the peer, and is not told yet. */
void peers_epochs_tell(struct peer *peer);
void peers_epochs_look(struct peer *peer, struct ent_peer_view *view);

/* --- receipts.c --- */

/*
 * With the line's lock: does this side say that it purged it? Durably, in whichever ledger of the line: what was said in one before
 * stands.
 */
bool peers_line_said(
		const struct line *line, enum ent_line_side side, const struct purged_key *key);

/* --- take.c --- */

ent_status peers_listen(struct ent_peers *peers, const char *certificate_pem, const char *key_pem,
		struct ent_fault *reterr_fault);
void *peers_work(void *user);
/* A worker is to take the answer that the peer's delivery has. With the lock. */
void peers_take_answer(struct peer *peer);
/* Answers what waits: there are no workers any more. */
void peers_turn_away(struct ent_peers *peers);

#endif
