/* SPDX-License-Identifier: Apache-2.0 */
/*
 * internal.h: what the files of this folder share: a server, its loops, a connection, a request, and who may touch
 * what.
 *
 * A server has a loop for each thread (loop.c), a loop a daemon of the library's with its own connections. All that
 * belongs to a connection is its loop's thread's alone. A connection is in one phase, with an absolute deadline:
 *
 *   accept --> IDLE --(request line)--> HEAD --(head checked)--> BODY --(whole)--> HANDLER --> ANSWER --> IDLE
 *                 \________________________\______________________\____________________________/
 *                          deadline passed, or the server stops: CUT, and the socket is shut down
 *
 * IDLE of a new connection has head_us, for a request line that never ends is no better than a header that
 * never ends; later ones have idle_us. The library tells of a request first when its line is whole.
 *
 * A request belongs to its loop until the handler has it; then to both, and the last frees it. Its state says who
 * ends the wait, and is all that other threads look at:
 *
 *   NEW --(handle)--> RUNNING --(connection suspended)--> WAITING
 *                        |                                  |   \
 *                        +---(ent_http_answer)--> ANSWERED <+    +--(its loop: time is up)--> EXPIRED
 *
 * 1. An answer that comes to WAITING puts the request on its loop's stack and wakes the loop, which resumes the
 *    connection; one that comes to RUNNING is found when the handler returns.
 * 2. An answer that comes to EXPIRED is thrown away.
 * 3. A request has copies of all that it shows, so that it may outlive its connection, and holds the server.
 */
#ifndef ENTENTE_HTTP_INTERNAL_H
#define ENTENTE_HTTP_INTERNAL_H

#include <gnutls/abstract.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>

#include "clients.h"

enum {
	BODY_PADDING = 64,
	ID_SIZE = 37,
	IDS_AT_ONCE = 8, /* of which a connection fetches the chance */
	SWEEP_US = 100000,
	GONE_AFTER_US = 250000, /* a request that waits longer is asked whether its client is there */
	SPINS_SUSPECT = 16,     /* turns for the library alone, between two sweeps */
	SPINS_PATIENT = 32,     /* fruitless ones in a row, after which it has to wait */
	PROBES_MAX = 16,        /* each costs the connection 64 bytes of its pool */
	LINGER_MAX = 16,        /* connections of a loop that are closed slowly */
	LINGER_US = 2000000,
	DROPS_MAX = 16, /* keys to drop that a loop may have left to look at */
};

/* Why this module answers by itself: name, status, words. The first is no refusal. */
#define REFUSAL_MAP(X)                                                                           \
	X(NONE, 0, "")                                                                           \
	X(HEAD, 400, "The request line or a header line is not formed as RFC 9112 says.")        \
	X(TARGET, 400,                                                                           \
			"The path or the query is not well formed: it begins with / and has no " \
			"bare or half escape.")                                                  \
	X(VERSION, 505, "This server speaks HTTP/1.1 and HTTP/1.0.")                             \
	X(HEAD_SIZE, 431, "The head of the request is too large.")                               \
	X(HEADERS, 431, "The request has too many headers.")                                     \
	X(HOST, 400, "A request has exactly one Host header, with a name or an address.")        \
	X(LENGTH, 400,                                                                           \
			"A request has at most one Content-Length, and none beside "             \
			"Transfer-Encoding.")                                                    \
	X(CODING, 400, "Of transfer codings this server takes chunked, alone, in HTTP/1.1.")     \
	X(TRAILERS, 400, "This server takes no trailers.")                                       \
	X(BODY_SIZE, 413, "The body is larger than this server takes.")                          \
	X(BODY_TOTAL, 503, "Too much is being sent to this server just now; try again.")         \
	X(MANY, 429, "Too many of your requests are being answered; wait for some of them.")     \
	X(FAST, 429, "Too many requests; wait a little.")                                        \
	X(MEMORY, 503, "The server is out of memory; try again.")                                \
	X(TIME, 503, "request timeout: the server found no answer in time; try again.")          \
	X(STOPPING, 503, "The server is stopping; try again.")                                   \
	X(ANSWER, 500, "The server could not form its answer.")

#define REFUSAL_ENUM_(name, status, text) REFUSE_##name,
enum refusal { REFUSAL_MAP(REFUSAL_ENUM_) REFUSAL_COUNT };
#undef REFUSAL_ENUM_

enum phase { PHASE_IDLE, PHASE_HEAD, PHASE_BODY, PHASE_HANDLER, PHASE_ANSWER, PHASE_CUT };

enum request_state { STATE_NEW, STATE_RUNNING, STATE_WAITING, STATE_ANSWERED, STATE_EXPIRED };

struct header {
	const char *name, *value;
};

/* Subjects are added in front, for one that the record looks at may not go. */
struct subject {
	struct subject *before;
	char text[];
};

struct ent_http_request {
	struct ent_http_server *server;
	struct loop *loop;
	struct MHD_Connection *mhd;               /* the loop's */
	struct client *client;                    /* as one of whose requests it counts, or NULL */
	struct ent_http_request *answered_before; /* in the loop's stack */
	atomic_int state;
	atomic_uint references;
	atomic_bool gone;
	bool busy;    /* counts in server->busy */
	bool queued;  /* an answer is with the library */
	bool chunked; /* its connection is closed after the answer: docs/threats-http.md */
	bool close;
	enum refusal refusal;
	unsigned retry_after_s;
	enum ent_http_method method;
	const char *method_text, *target, *path, *pairs;
	size_t pairs_size;
	bool secret; /* its body may hold one: options.secret_path */
	bool has_length;
	uint64_t length; /* as said, when has_length */
	char *body;
	size_t body_size;
	size_t body_capacity; /* without the padding; counts in server->body_total */
	size_t bytes_in, bytes_out;
	atomic_size_t held; /* of its answer; counts in server->answer_total until the response has it */
	unsigned status;
	/* The handler's answer: written by it before STATE_ANSWERED, read by nobody in another state. */
	struct {
		struct MHD_Response *response; /* NULL: it could not be formed */
		bool no_memory;                /* that is why */
		unsigned status;
		size_t bytes;
	} given;
	_Atomic(const char *) route;
	_Atomic(struct subject *) subject;
	void *context;
	bool has_key;
	uint8_t key[ENT_HTTP_KEY_SIZE];             /* the client's */
	int64_t start_utc_us, start_us, handled_us; /* the last: when the handler got it */
	char id[ID_SIZE], peer[INET6_ADDRSTRLEN];
	char *text; /* behind the headers: the copies */
	unsigned headers_n;
	struct header headers[];
};

struct connection {
	struct loop *loop;
	struct client *client;
	struct tls *tls; /* the certificate that it is shown, held; NULL: it is plain */
	struct connection *previous, *next;
	int fd;          /* open for as long as this lives */
	bool key_judged; /* 'key' may connect */
	bool has_key;    /* and the client has proved that it has it */
	uint8_t key[ENT_HTTP_KEY_SIZE];
	enum phase phase;
	int64_t deadline_us;
	int64_t waiting_since_us; /* while its request is in WAITING */
	bool lingers;             /* it may be sending what was refused */
	size_t seen_bytes;        /* of its body, at the last sweep */
	unsigned probes;          /* since more came */
	struct ent_http_request *request;
	int64_t start_us;
	const char *target; /* in the library's memory, until the head is whole */
	size_t target_size;
	char target_query; /* what stood behind the '?' */
	unsigned ids_left;
	uint8_t ids[IDS_AT_ONCE * 16];
	char peer[INET6_ADDRSTRLEN];
};

/* A socket whose last answer is on its way, and what still comes is thrown away. */
struct lingerer {
	int fd; /* -1: none */
	int64_t until_us;
};

struct loop {
	struct ent_http_server *server;
	struct MHD_Daemon *daemon;
	struct connection *connections;
	unsigned suspended;
	bool quiet, abandoned; /* the server's stopping and abandoning have been seen to */
	unsigned drops_seen;   /* of server->drops_n */
	int64_t swept_us;
	unsigned spins;       /* turns since the sweep that the library wanted at once */
	unsigned fruitless;   /* of them the last ones in which nothing came to pass */
	unsigned chunked;     /* bodies in chunks that were under way at the sweep */
	struct pollfd *polls; /* room for the sweep */
	struct connection **polled;
	struct lingerer lingers[LINGER_MAX];
	pthread_t thread;
	bool runs;
	/* Any thread's. */
	int wake_fd;
	_Atomic(struct ent_http_request *) answered;
};

struct ent_http_server {
	struct ent_http_limits limits;
	void (*handle)(void *user, struct ent_http_request *request);
	void (*record)(void *user, const struct ent_http_record *record);
	bool (*admit)(void *user, const uint8_t key[ENT_HTTP_KEY_SIZE]); /* or NULL */
	const char *secret_path;                                         /* or NULL */
	void *user;
	int listen_fd;
	char address[INET6_ADDRSTRLEN + 10];
	struct clients *clients;
	struct tls *tls; /* in force; another one under the lock; NULL: it speaks plainly */
	struct MHD_Response *no_memory; /* made at the start */
	atomic_uint references;         /* the owner and each request */
	atomic_size_t body_total, answer_total;
	atomic_ullong answers_refused, keys_admitted, keys_refused, keys_barred;
	atomic_uint drops_n;                         /* keys that were to be dropped, ever */
	uint8_t drops[DROPS_MAX][ENT_HTTP_KEY_SIZE]; /* the last ones; under the lock */
	atomic_uint busy;       /* requests between the handler's call and the end of the answer */
	atomic_bool stopping;   /* no request reaches the handler any more */
	atomic_bool abandoning; /* and nobody waits for it */
	atomic_bool ending;
	bool stopped;
	pthread_mutex_t lock; /* for 'idle', and of 'tls' and 'drops' */
	pthread_cond_t idle;  /* nothing is busy, while stopping */
	bool starting;        /* what the library says is kept */
	char said[ENT_FAULT_WHY_SIZE];
	unsigned loops_n;
	struct loop loops[];
};

/* listen.c. As ent_http_server_create says. */
ENT_MUST_USE ent_status listen_open(const char *text, int *ret_fd, char *ret_address,
		size_t address_size, struct ent_fault *reterr_fault);

/* server.c */
int64_t now_mono_us(void);
void server_release(struct ent_http_server *server);
void server_done(struct ent_http_server *server); /* one less is busy */

/* tls.c */
/* E_SYNTAX, with "tls-certificate" or "tls-key" as the fault's place; E_MEMORY. */
ENT_MUST_USE ent_status tls_create(const char *certificate_pem, const char *key_pem,
		struct tls **ret_tls, struct ent_fault *reterr_fault);
void tls_release(struct tls *tls); /* NULL is fine */
/* Gives a new connection the certificate in force, if the server has any; false: it could not. */
bool tls_show(struct connection *connection, struct MHD_Connection *mhd);
/* The library's callback for a certificate where a connection has none: there is no other. */
int tls_none(gnutls_session_t session, const gnutls_datum_t *authorities, int authorities_n,
		const gnutls_pk_algorithm_t *algorithms, int algorithms_n,
		gnutls_pcert_st **ret_certificates, unsigned *ret_certificates_n,
		gnutls_privkey_t *ret_key);

/* peer.c */
/* The client of a new connection has to show its key. */
void peer_ask(struct connection *connection, gnutls_session_t session);
/* The connection ends. */
void peer_ended(const struct connection *connection);
/* False: it should have shown a key, and has not. */
bool peer_may_ask(const struct connection *connection);
/* Cuts the connections whose keys are to be dropped. */
void peer_drop(struct loop *loop);

/* connection.c. The first is the library's callback; its 'cls' is the loop, as everywhere. */
void connection_notify(void *cls, struct MHD_Connection *mhd, void **socket_context,
		enum MHD_ConnectionNotificationCode code);
struct connection *connection_of(struct MHD_Connection *mhd);
/* False when it has been cut: nothing may be begun with it. */
bool connection_enter(struct connection *connection, enum phase phase, int64_t now_us,
		int64_t allowed_us);
void connection_cut(struct connection *connection);
void connection_next_id(struct connection *connection, char ret_id[ID_SIZE]);

/* loop.c */
/* E_MEMORY; E_IO: the library does not start, and has said why. */
ENT_MUST_USE ent_status loop_open(struct loop *loop, struct ent_http_server *server);
/* Its thread. Only when all are open, for the library's words at a start are for one place. */
ENT_MUST_USE ent_status loop_start(struct loop *loop);
/* Any thread: it looks at once at what has changed. */
void loop_wake(struct loop *loop);
/* Any thread: 'request' has gone from WAITING to ANSWERED. */
void loop_answered(struct loop *loop, struct ent_http_request *request);
/* When server->ending has been set. Half open is fine. */
void loop_close(struct loop *loop);
/* The connection's request waits from now on, or no more. */
void loop_suspend(struct connection *connection);
void loop_resume(struct connection *connection);
/*
 * Its socket is about to be closed. Were it closed with bytes unread, the kernel would send a reset, and the client
 * might never see the answer that it was refused with.
 */
void loop_linger(const struct connection *connection);

/* head.c. The first is the library's callback at the request line. */
void *head_begin(void *cls, const char *target, struct MHD_Connection *mhd);
/* The library's callback to take escapes out of the target: they stay. */
size_t head_keep(void *cls, struct MHD_Connection *mhd, char *text);
/* The request of a whole head, its refusal set if it is one; NULL: no memory. */
struct ent_http_request *head_take(struct connection *connection, struct MHD_Connection *mhd,
		const char *method, const char *version);

/* body.c */
/*
 * False: the connection is to be closed without more. A body that is too much is thrown away. 'bytes' are in the
 * library's buffer; of a body that may hold a secret they are wiped.
 */
bool body_take(struct ent_http_request *request, char *bytes, size_t size);
void body_free(struct ent_http_request *request);

/* request.c: the library's callbacks for a request and its end. */
enum MHD_Result request_step(void *cls, struct MHD_Connection *mhd, const char *url,
		const char *method, const char *version, const char *upload, size_t *upload_size,
		void **context);
void request_ended(void *cls, struct MHD_Connection *mhd, void **context,
		enum MHD_RequestTerminationCode code);
struct ent_http_request *request_create(
		struct connection *connection, size_t headers, size_t text_size);
void request_release(struct ent_http_request *request);

/* answer.c */
/* A refusal's answer, or NULL for want of memory. */
struct MHD_Response *answer_refusal(const struct ent_http_request *request);
/* What it held is held no more. */
void answer_drop(struct ent_http_request *request);
unsigned answer_refusal_status(enum refusal refusal);
size_t answer_refusal_size(enum refusal refusal);
struct MHD_Response *answer_no_memory(void);

#endif
