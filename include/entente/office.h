/* SPDX-License-Identifier: Apache-2.0 */
/*
 * office.h: the operators' side of a running node: /v1 over HTTP, behind a session or the command line's token; the desk's
 * ledger; the party key while it is unlocked; what happens, live. Depends on: base, seal, wire, ledger, party, memo, pages, store,
 * scribe, parcel, post, line, fetch, http, peers, memoranda, desk, v1.
 *
 *  1. Who asks is an operator with an open session (cookie), or the command line: who can read DIR/control, which has the
 *     address of a listener on this machine alone and a token that is made anew at each start. Else 401.
 *  2. What is done in a party's name is first in the desk's ledger: who, what, on which memorandum or peer.
 *  3. The party key is opened by its passphrase, for one act or for a while, and then wiped. Passwords and passphrases are
 *     computed by one worker each, and at most ENT_OFFICE_WAITING_MAX wait: a flood of them is 503, and stops nobody else.
 *  4. Events are numbered since the start; who was cut off asks for those after the last that it has.
 */
#ifndef ENTENTE_OFFICE_H
#define ENTENTE_OFFICE_H

#include "entente/http.h"
#include "entente/memoranda.h"
#include "entente/peers.h"
#include "entente/post.h"
#include "entente/store.h"

#define ENT_OFFICE_PREFIX "/v1/"
#define ENT_OFFICE_CONTROL "control" /* the file in the data directory */
enum {
	ENT_OFFICE_WAITING_MAX = 64, /* requests that wait for a worker, of each kind; above: 503 */
	ENT_OFFICE_EVENTS_MAX = 4096, /* that are remembered */
	ENT_OFFICE_HOLD_MAX = 256,    /* requests that wait for events at once */
	ENT_OFFICE_EVENT_MAX = 16384, /* bytes of one: of a larger one only the kind is told */
	ENT_OFFICE_EVENTS_BYTES = 16 << 20, /* of all that are remembered */
	ENT_OFFICE_MINUTES_MAX = 15,        /* for which the party key can be unlocked */
	ENT_OFFICE_TOKEN_SIZE = 44
};
#define ENT_OFFICE_UNLOCKED_US (INT64_C(60000000) * ENT_OFFICE_MINUTES_MAX)
/* How long a request for events is held at the most. */
#define ENT_OFFICE_HOLD_US INT64_C(8000000)

/* Routes beside those of v1.h: name in code, method, path. First of documents, held here or sent along. */
#define ENT_OFFICE_DOCUMENTS_MAP(X)                                                  \
	X(DOCUMENTS, "GET", "/v1/memoranda/{id}/documents")                          \
	X(CHECK_HELD, "GET", "/v1/memoranda/{id}/documents/{hash}/check")            \
	X(TEXT, "GET", "/v1/memoranda/{id}/documents/{hash}/text")                   \
	X(DIFFERENCES, "GET", "/v1/memoranda/{id}/documents/{hash}/differences")     \
	X(DIFFERENCES_TO, "POST", "/v1/memoranda/{id}/documents/{hash}/differences") \
	X(TEMPLATE, "GET", "/v1/documents/template")                                 \
	X(GUIDE, "GET", "/v1/documents/guide")                                       \
	X(REWRITE, "POST", "/v1/documents/rewrite")                                  \
	X(CHECK, "POST", "/v1/documents/check")                                      \
	X(TEXT_OF, "POST", "/v1/documents/text")
#define ENT_OFFICE_ROUTE_MAP(X)                                   \
	X(STATE, "GET", "/v1/state")                              \
	X(PARTIES, "GET", "/v1/parties")                          \
	X(PARTY, "GET", "/v1/parties/{id}")                       \
	X(AGAIN, "POST", "/v1/parties/again")                     \
	X(PARCEL, "GET", "/v1/parties/{id}/parcel")               \
	X(TAKE, "POST", "/v1/parcels")                            \
	X(ALARMS, "GET", "/v1/alarms")                            \
	X(CLOSE, "POST", "/v1/alarms/{id}/close")                 \
	X(MEMORANDA, "GET", "/v1/memoranda")                      \
	X(MEMORANDUM, "GET", "/v1/memoranda/{id}")                \
	X(HISTORY, "GET", "/v1/memoranda/{id}/history")           \
	X(TERMS, "GET", "/v1/memoranda/{id}/terms")               \
	X(DOCUMENT, "GET", "/v1/memoranda/{id}/documents/{hash}") \
	X(DRAFT, "POST", "/v1/memoranda")                         \
	X(ACT, "POST", "/v1/memoranda/{id}/acts")                 \
	X(UNLOCK, "POST", "/v1/key")                              \
	X(LOCK, "DELETE", "/v1/key")                              \
	X(EVENTS, "GET", "/v1/events")                            \
	X(CLOCK, "POST", "/v1/clock")                             \
	ENT_OFFICE_DOCUMENTS_MAP(X)

struct ent_office;

struct ent_office_options {
	const char *data;                    /* the directory, which is this node's alone */
	struct ent_post *post;               /* NULL: a node without a party: operators only */
	struct ent_scribe *scribe;           /* for the desk's ledger */
	struct ent_peers *peers;             /* NULL likewise */
	struct ent_memoranda *memoranda;     /* NULL likewise */
	const struct ent_sign_key *desk_key; /* the node's, for the desk's checkpoints (0015) */
	const char *desk_origin, *desk_key_name;
	/*
	 * The party key, of a machine that has its passphrase: unlocked until somebody locks it. NULL: locked. Taken, whatever
	 * comes of it.
	 */
	struct ent_sign_key *take_party_key;
	bool secure; /* the operators' listener speaks TLS: cookies say so */
	int64_t request_us; /* that listener's, in which an answer is due; 0: the default's. None is held so long */
	const char *version;
	int64_t (*clock)(void *user);
	/* Sets the clock of a node whose clock can be set; NULL: it cannot. E_DOMAIN: not forward. */
	ent_status (*set_clock)(void *user, int64_t now_utc_us);
	void (*say)(void *user, enum ent_scribe_say severity, const char *text); /* may be NULL */
	void *user;
};
/* Opens the desk's ledger, makes the control listener and DIR/control. E_SYNTAX, E_REFUSED, E_IO, E_MEMORY. */
ENT_MUST_USE ent_status ent_office_create(const struct ent_office_options *options,
		struct ent_office **ret_office, struct ent_fault *reterr_fault);
/*
 * Takes DIR/control and its listener away, finishes what waits for workers, ends all sessions ("node-stopped"), wipes the key.
 * The main listener has stopped before; scribe, post, peers and memoranda are still there.
 */
void ent_office_end(struct ent_office *office);
/* After the scribe's end, whose ledger it folds. Ends it, when nobody did, and the scribe is still there. NULL is fine. */
void ent_office_destroy(struct ent_office *office);
/* A request of the main listener whose path begins with ENT_OFFICE_PREFIX: answered now or later. */
void ent_office_handle(struct ent_office *office, struct ent_http_request *request);
/* Answers what waits for events, so that a stop waits for nobody. */
void ent_office_stop(struct ent_office *office);

/* Where the command line finds it, "127.0.0.1:port". */
const char *ent_office_control(const struct ent_office *office);

/*
 * Something happened that people at the desk see at once; 'kind' is a word of a-z and -, 'json' an object's text, copied. Any
 * thread; waits for nobody. Before anything has been created (NULL) it is passed over.
 */
void ent_office_event(struct ent_office *office, const char *kind, const char *json);

#endif
