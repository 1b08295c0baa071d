/* SPDX-License-Identifier: Apache-2.0 */
/*
 * internal.h: what the parts of the office share.
 *
 *     server's thread: handle.c: route, who asks, may he -> answered at once, or to a worker
 *     worker: operators.c, act.c, key.c ...: waits for hashes, for the desk's ledger, for the disk -> answer
 *     the watch's thread: events.c: answers that were held, sessions that are idle, the key's time
 *
 * A call belongs to one thread at a time: the server's until it is put to a worker or held, then that one's.
 */
#ifndef ENTENTE_OFFICE_INTERNAL_H
#define ENTENTE_OFFICE_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "entente/desk.h"
#include "entente/json.h"
#include "entente/jsonout.h"
#include "entente/office.h"
#include "entente/text.h"
#include "entente/v1.h"
#include "entente/v1memo.h"

enum {
	OFFICE_PARAM_SIZE = 72, /* a hash, with terminator */
	OFFICE_ANSWER_MAX = 16 << 20,
	OFFICE_THREADS =
			2 /* of a worker that waits for the disk: a large parcel does not hold up an act */
};

#define OFFICE_ROUTE_ENUM(name, method, path) OFFICE_##name,
enum office_route { ENT_OFFICE_ROUTE_MAP(OFFICE_ROUTE_ENUM) OFFICE_ROUTE_COUNT };
#undef OFFICE_ROUTE_ENUM

/* Who asks: the command line, or an operator with a session. A plain value. */
struct office_who {
	bool command_line;
	char id[ENT_DESK_ID_MAX + 1];
	uint64_t session;
	unsigned roles;
};

struct office_call {
	struct ent_office *office;
	struct ent_http_request *request;
	bool control; /* it came by the control listener */
	struct office_who who;
	/* What it asks for: an operator's route (v1), or one of the office's. */
	enum office_route route; /* OFFICE_ROUTE_COUNT: v1 */
	char id[OFFICE_PARAM_SIZE], hash[OFFICE_PARAM_SIZE];
	struct ent_v1_call v1;
	struct ent_json *json; /* what the body's texts are borrowed from; NULL: none */
	struct ent_v1_memo memo;
	struct ent_hash document;              /* of a draft */
	char tag[ENT_MEMORANDA_TAG_SIZE];      /* act.c: as it was seen; "": whatever is there */
	struct ent_secret *passphrase;         /* NULL: none was given */
	uint64_t ordered;                      /* the desk's entry on what it has ordered */
	int64_t number;                        /* minutes, bytes, or a time */
	void (*run)(struct office_call *call); /* the worker's part */
	struct office_call *next;              /* of those that wait for a worker */
	uint64_t after;                        /* events.c: those behind this one */
	int64_t until_us;                      /* on the monotonic clock */
};

/* --- worker.c: threads that do one call after another --- */

struct office_worker {
	pthread_mutex_t lock;
	pthread_cond_t more;
	struct office_call *first, **last;
	unsigned waiting, n;
	bool stop, made;
	pthread_t threads[OFFICE_THREADS];
};
ENT_MUST_USE ent_status office_worker_start(struct office_worker *worker, unsigned threads);
/* False: as many wait as may, or it has ended. The call is the worker's else, and ends there. */
bool office_worker_put(struct office_worker *worker, struct office_call *call);
/* Finishes what waits. One that was never started is fine. */
void office_worker_end(struct office_worker *worker);

/* --- ledger.c: the desk's ledger --- */

struct office_desk {
	struct ent_desk *working; /* the scribe's thread's alone: with what is not yet durable */
	struct ent_desk_outcome outcome; /* likewise */
	/* Tries that left no entry since the last that did, by operator; last, of ids that there are not. Likewise. */
	uint64_t turned_away[ENT_DESK_OPERATORS_MAX + 1];
	struct ent_scribe_ledger *ledger; /* NULL: not open */
	pthread_mutex_t lock;             /* of what follows */
	struct ent_desk *desk;            /* as far as it is durable */
	struct ent_desk_tokens *tokens;
};
/* What is to be decided. All is borrowed. */
struct office_command {
	const struct ent_v1_call *v1; /* or NULL, and 'plain' */
	const struct office_who *who; /* of v1 */
	struct ent_hash device;       /* of v1 */
	struct ent_desk_command plain;
};
struct office_decided {
	enum ent_desk_refusal refusal;
	uint64_t seq; /* of its entry, if it has one */
};
ENT_MUST_USE ent_status office_desk_make(struct office_desk *desk);
/* Nothing that fails comes behind it. */
ENT_MUST_USE ent_status office_desk_open(struct ent_office *office, struct ent_fault *reterr_fault);
/* "node-stopped", of all that are open. */
void office_desk_end_all(struct ent_office *office);
void office_desk_close(struct office_desk *desk);
/* Waits until it is durable. Not in a server's or the scribe's thread. E_IO, E_LIMIT, E_MEMORY: nobody knows, or it was not done. */
ENT_MUST_USE ent_status office_desk_do(struct ent_office *office,
		const struct office_command *command, struct office_decided *ret_decided);
/* An entry before something is done in the party's name. As above. */
ENT_MUST_USE ent_status office_order(struct ent_office *office, const char *by,
		enum ent_desk_order order, const char *on, struct office_decided *ret_decided);
/* The same for a call: false, and it is answered, when it may not go on. */
bool office_ordered(struct office_call *call, enum ent_desk_order order, const char *on);
/* Of one that says why. */
bool office_ordered_why(struct office_call *call, enum ent_desk_order order, const char *on,
		const char *reason);
/* What came of it: an entry of that ledger; or nothing, and why. Before it is answered. */
void office_was_done(struct office_call *call, const char *ledger, uint64_t number);
void office_was_not_done(struct office_call *call, const char *reason);
/* "(command line)", or the operator's id. */
const char *office_by(const struct office_who *who);
enum ent_class office_class(struct ent_office *office);

/*
 * trust.c: enters what the folder says of whom the party trusts and the ledger does not. 'by' is the command line, that has just
 * changed it, or the node, that found it so. Fails as office_desk_do; what it has entered stands.
 */
ENT_MUST_USE ent_status office_tell_trust(
		struct ent_office *office, const char *by, struct ent_fault *reterr_fault);

/* --- control.c: DIR/control --- */

struct office_control {
	struct ent_http_server *server;
	char path[4096];
	bool written;
	struct ent_hash token;
};
ENT_MUST_USE ent_status office_control_open(
		struct ent_office *office, struct ent_fault *reterr_fault);
void office_control_close(struct office_control *control);

/* --- key.c: the party key --- */

/* A key that was unlocked, and whoever uses it: wiped with the last of them. */
struct office_key_hold;
struct office_tries {
	char by[ENT_DESK_ID_MAX + 1];
	struct ent_desk_tries tries; /* on the monotonic clock */
};
struct office_key {
	pthread_mutex_t lock;
	struct office_key_hold *hold; /* NULL: locked */
	int64_t until_utc_us, until_us;
	struct office_tries tries[ENT_DESK_OPERATORS_MAX + 1];
};
/* The one that is unlocked; NULL: it is locked. Release it. */
struct office_key_hold *office_key_take(struct ent_office *office);
void office_key_release(struct office_key_hold *hold);
const struct ent_sign_key *office_key_of(const struct office_key_hold *hold);
/* With the call's passphrase; takes half a second. NULL: it was refused, and the call is answered. */
struct office_key_hold *office_key_open(struct office_call *call);
/* Until somebody locks it; takes the key. E_MEMORY. */
ENT_MUST_USE ent_status office_key_keep(struct ent_office *office, struct ent_sign_key *take_key);
/* Unlocked until then; 0: locked. */
int64_t office_key_until(struct ent_office *office);
/* Wipes it when its time is over, or at once. True: it was unlocked. */
bool office_key_lock(struct ent_office *office, bool at_once);

/* --- events.c --- */

struct office_event {
	const char *kind;
	char *json; /* from malloc, with the kind behind it */
	size_t size;
};
struct office_events {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	pthread_t thread;
	bool made, stop, answers_all;
	char start[9];        /* of this start, before each number */
	uint64_t first, next; /* the numbers of those that are remembered */
	size_t bytes;
	struct office_event event[ENT_OFFICE_EVENTS_MAX];
	struct office_call *held; /* linked by 'next' */
	unsigned n_held;
};
ENT_MUST_USE ent_status office_events_start(struct ent_office *office);
/* Nothing is answered any more; what happens may still be told. */
void office_events_end(struct ent_office *office);
void office_events_destroy(struct office_events *events);

/* --- answer.c --- */

struct office_writing {
	struct ent_jsonout out;
	struct ent_jsonout_memory memory;
};
/* An object is begun. */
void office_begin(struct office_writing *writing);
/* It is ended and sent; 'tag' may be NULL. */
void office_finish(struct office_call *call, struct office_writing *writing, unsigned status,
		const char *tag);
/* Something went wrong on the way: frees what was written. */
void office_drop(struct office_writing *writing);
void office_refuse(struct office_call *call, unsigned status, const char *format, ...)
		ENT_PRINTF(3, 4);
/* With the fault's place and reason; of a status that says nothing about the request itself 503. */
void office_refuse_status(
		struct office_call *call, ent_status status, const struct ent_fault *fault);
/* 'body' from malloc is taken; 'headers' as http.h has them, at most 3 pairs. */
void office_send(struct office_call *call, unsigned status, const char *content_type,
		char *take_body, size_t size, const char *const *headers);
/* When it has been answered, or was never put anywhere. Passwords are wiped. */
/* What the body said is read, and may have been a secret. */
void office_forget_json(struct office_call *call);
void office_call_destroy(struct office_call *call);
void office_write_text(struct ent_jsonout *out, const char *name, const char *text);
void office_write_uint(struct ent_jsonout *out, const char *name, uint64_t value);
/* null for 0. */
void office_write_time(struct ent_jsonout *out, const char *name, int64_t utc_us);
/* payloads.c: of a memorandum, as a member of it. E_IO, E_MEMORY. */
ENT_MUST_USE ent_status office_write_payloads(
		struct ent_office *office, const char *memorandum, struct ent_jsonout *out);
void office_hex(const struct ent_hash *hash, char ret_text[2 * ENT_HASH_SIZE + 1]);

/* --- documents.c, memoranda.c: documents --- */

/* With faults it is answered: 'refused', and each by its path. False: it is answered. */
bool office_read_document(struct office_call *call, const char *bytes, size_t size,
		unsigned refused, struct ent_memodoc **ret_doc);
/* Its bytes, from malloc, of the call's memorandum. False: it is answered. */
bool office_find_document(struct office_call *call, const char *hash_text, char **ret_bytes,
		size_t *ret_size);

/* --- read.c: small bodies --- */

/* The body is an object of exactly these members, each text. E_SYNTAX, answered. Texts are borrowed from call->json. */
struct office_member {
	const char *name;
	bool number; /* else a text */
	bool must;
	const char *text; /* NULL: not there */
	size_t length;
	int64_t value;
};
bool office_read_body(struct office_call *call, struct office_member *members, size_t n);
/* Answers 415 when the body is of another type. */
bool office_is_type(struct office_call *call, const char *content_type);
/* A passphrase into a secret of the call's. False, answered: memory. */
bool office_keep_passphrase(struct office_call *call, const char *text, size_t length);

/* --- The routes: each in the server's thread; true: the call is kept, by a worker or as held --- */

bool office_ask_operators(struct office_call *call);
bool office_ask_state(struct office_call *call);
bool office_ask_parties(struct office_call *call);
bool office_ask_party(struct office_call *call);
bool office_ask_again(struct office_call *call);
bool office_ask_parcel(struct office_call *call);
bool office_ask_take(struct office_call *call);
bool office_ask_alarms(struct office_call *call);
bool office_ask_close(struct office_call *call);
bool office_ask_memoranda(struct office_call *call);
bool office_ask_memorandum(struct office_call *call);
bool office_ask_history(struct office_call *call);
bool office_ask_terms(struct office_call *call);
bool office_ask_document(struct office_call *call);
bool office_ask_documents(struct office_call *call);
bool office_ask_template(struct office_call *call);
bool office_ask_guide(struct office_call *call);
bool office_ask_rewrite(struct office_call *call);
bool office_ask_check(struct office_call *call);
bool office_ask_check_held(struct office_call *call);
bool office_ask_text(struct office_call *call);
bool office_ask_text_of(struct office_call *call);
bool office_ask_differences(struct office_call *call);
bool office_ask_differences_to(struct office_call *call);
bool office_ask_draft(struct office_call *call);
bool office_ask_act(struct office_call *call);
bool office_ask_unlock(struct office_call *call);
bool office_ask_lock(struct office_call *call);
bool office_ask_events(struct office_call *call);
bool office_ask_clock(struct office_call *call);
/* To that worker; false: it is answered, with 503. */
bool office_put(struct office_call *call, struct office_worker *worker,
		void (*run)(struct office_call *call));

/* --- The office --- */

struct ent_office {
	struct ent_office_options options;
	int64_t since_utc_us; /* when it was made; alarms are from then on, or kept */
	bool has_party;
	char party_id[ENT_PARTY_ID_SIZE];
	pthread_mutex_t lock; /* of the name */
	char party_name[ENT_PARTY_NAME_SIZE];
	struct office_desk desk;
	struct office_key key;
	struct office_worker passwords, keys, deeds, looks;
	struct office_events events;
	struct office_control control;
	atomic_bool ready; /* all of it is there; before, nothing is answered but 503 */
	bool ended;
};
int64_t office_now(struct ent_office *office); /* the node's clock */
int64_t office_monotonic(void);
/* Our own card, again. */
ENT_MUST_USE ent_status office_read_party(
		struct ent_office *office, struct ent_fault *reterr_fault);
/* handle.c */
void office_handle(struct ent_office *office, struct ent_http_request *request, bool control);
/* "GET"; what is none that is known here, "OTHER". */
const char *office_method(const struct ent_http_request *request);
/* Who asks; 'uses': it counts as something that was done in the session. False: nobody. */
bool office_find_who(struct office_call *call, bool uses);

#endif
