/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peers.h: the lines to all known parties, kept alive: who carries parcels (HTTPS on every address of a card, with
 * fail-over), who tests each line by turns and answers tests, and how each stands. Depends on: base, seal, wire, ledger,
 * party, store, scribe, parcel, post, line, fetch, http.
 *
 *     post says owed, or a pause is over -> parcel -> fetch, by the route's address -> answer -> post
 *     POST /peer/parcel over TLS with a pinned key -> a worker -> post -> answer
 *
 *  1. Each party in the folder has a bare line, line/<us>/<it> and line/<it>/<us>, from the confirmation of its card on. It
 *     needs no memorandum, and nothing that becomes of one ends it.
 *  2. A peer's parcels go out one at a time; a peer that is slow or gone takes no thread and no memory from others.
 *  3. A test goes by every address of the peer, once a period.
 *  4. What is wrong with the peer's line is told as 'peer' events and alarms; it never stops another's.
 *  5. A side that begins anew (docs/decisions/0021) goes on in another ledger. Those of before stay, are shared on, and change nothing;
 *     and each beginning of a peer's is an alarm.
 *  6. An idle line costs nothing but its tests: no polling, no timer of its own.
 */
#ifndef ENTENTE_PEERS_H
#define ENTENTE_PEERS_H

#include "entente/fetch.h"
#include "entente/http.h"
#include "entente/line.h"
#include "entente/party.h"
#include "entente/post.h"
#include "entente/route.h"

/* What nodes POST parcels to, on the address of the card. */
#define ENT_PEERS_PATH "/peer/parcel"
enum {
	ENT_PEERS_WORKERS_MAX = 16,
	ENT_PEERS_EPOCHS_MAX =
			8, /* ledgers that one side of a line may have: it began anew one time less */
	ENT_PEERS_PARCEL_BYTES = 4 << 20 /* that one parcel of ours aims at */
};

struct ent_peers;

struct ent_peers_options {
	struct ent_post *post;
	const char *data;             /* the directory that has the party's folder */
	const char *listen;           /* "0.0.0.0:8443", for peers; NULL: nobody connects to us */
	unsigned workers;             /* that take parcels that came, 1..ENT_PEERS_WORKERS_MAX */
	bool settable_clock;          /* ours is: entries of lines are TEST */
	int64_t (*clock)(void *user); /* microseconds since 1970 UTC */
	/* What a line's entries are timed by: of the memorandum in force with this peer; NULL: the default. */
	struct ent_line_terms (*terms)(void *user, const char *peer);
	/* The self-check's own side: clock, store and keys are well. NULL: they are. */
	bool (*we_work)(void *user);
	void (*say)(void *user, enum ent_scribe_say severity, const char *text); /* may be NULL */
	/* A line's state, or what is known of an address, has changed. May be NULL. */
	void (*changed)(void *user, const char *peer);
	void *user;
};
/*
 * Reads the folder, puts each party into the post, opens its line, and makes the listener; nothing goes out or comes in
 * before ent_peers_start. After ent_fetch_start. The faults name the party, the file or the option ("peers-listen"). E_MISSING: there is
 * no party here. E_DOMAIN, E_SYNTAX, E_REFUSED, E_LIMIT, E_IO, E_MEMORY; then the post may have ledgers of lines open, and is to be
 * destroyed next.
 */
ENT_MUST_USE ent_status ent_peers_create(const struct ent_peers_options *options,
		struct ent_peers **ret_peers, struct ent_fault *reterr_fault);
/* Begins. E_MEMORY: threads. Once. */
ENT_MUST_USE ent_status ent_peers_start(struct ent_peers *peers, struct ent_fault *reterr_fault);
/*
 * Takes no more parcels, ends what is on its way, stops. Before the post is destroyed, and with nothing taken or submitted in
 * between. The lines stay: the post's scribe may read one of their ledgers again until its end. NULL is fine.
 */
void ent_peers_end(struct ent_peers *peers);
/* After the post, or at once when nothing was ever started. NULL is fine. */
void ent_peers_destroy(struct ent_peers *peers);
/*
 * Reads the folder again: parties that were added, renewed or removed. Any thread. When the folder cannot be read nothing has
 * changed; a party that cannot be taken in is named, and the others are. E_SYNTAX, E_REFUSED, E_LIMIT, E_IO, E_MEMORY.
 */
ENT_MUST_USE ent_status ent_peers_again(
		struct ent_peers *peers, size_t *ret_changed, struct ent_fault *reterr_fault);
/* The post says so (its 'owed' and 'grew'). */
void ent_peers_owed(struct ent_peers *peers, const char *peer);
/*
 * The post says so (its 'offered'): another ledger of a peer's line, or one of ours that is not here. Any other name is passed over. From
 * within ent_post_take.
 */
void ent_peers_offered(struct ent_peers *peers, const char *author, const char *ledger);
/*
 * Each line whose ledger of ours still asks goes on in a new one, whose first entry says how far the old one is here. 'ret_n': how many.
 * E_LIMIT: one has begun anew as often as it may; E_IO, E_MEMORY; with the party, and the others have begun all the same.
 */
ENT_MUST_USE ent_status ent_peers_begin_anew(
		struct ent_peers *peers, size_t *ret_n, struct ent_fault *reterr_fault);
/* The clock was set: what waits for a time is looked at again. */
void ent_peers_clock_set(struct ent_peers *peers);
/*
 * Of the payload beside this entry nothing is here any more: that is to stand in our ledger of the line to this peer, once.
 * OK: it does, durably. E_EXISTS: it is on its way; to be asked for again. E_MISSING: there is no line to it. E_LIMIT: our
 * ledger has as many of these as are kept, or the name is too long.
 */
ENT_MUST_USE ent_status ent_peers_say_purged(struct ent_peers *peers, const char *peer,
		const char *ledger, uint64_t number, const struct ent_hash *leaf);
/* Does the peer's ledger of the line say so, as far as it is here? */
bool ent_peers_has_purged(struct ent_peers *peers, const char *peer, const char *ledger,
		uint64_t number, const struct ent_hash *leaf);
/* Where it listens, "address:port"; NULL: nowhere. */
const char *ent_peers_address(const struct ent_peers *peers);

struct ent_peer_way {
	char url[ENT_PARTY_ADDRESS_SIZE];
	struct ent_route_way route;
	enum ent_fetch_end last; /* of the last try; meaningless when there was none */
};
/* A ledger that was begun anew. */
struct ent_peer_epoch {
	bool ours;
	char ledger[ENT_LINE_NAME_SIZE], before[ENT_LINE_NAME_SIZE];
	uint64_t had; /* entries of the one before, by its author's word */
	uint64_t here; /* that are here: of the peer's, those above 'had' it has lost; of ours, so many came back */
};
/* A plain value. */
struct ent_peer_view {
	struct ent_card card;
	int64_t confirmed_utc_us;
	struct ent_line_view line;
	unsigned n_ways;
	struct ent_peer_way ways[ENT_ROUTE_WAYS_MAX]; /* the primary first */
	/* 0: never since the start. */
	int64_t sent_utc_us;  /* a parcel arrived there over the network */
	int64_t heard_utc_us; /* one came, or entries of the line by whatever bearer */
	bool on_its_way;      /* a parcel is */
	unsigned n_epochs;    /* beside the first of each side */
	struct ent_peer_epoch epochs[ENT_LINE_SIDES * ENT_PEERS_EPOCHS_MAX];
};
/* Ids of all of them, ascending; returns how many there are. */
size_t ent_peers_list(struct ent_peers *peers, char (*ret_ids)[ENT_PARTY_ID_SIZE], size_t capacity);
/* E_MISSING: there is no such peer. */
ENT_MUST_USE ent_status ent_peers_look(
		struct ent_peers *peers, const char *id, struct ent_peer_view *ret_view);

#endif
