/* SPDX-License-Identifier: Apache-2.0 */
/*
 * internal.h: what the files of this folder share: a server, a connection, a request, and who may touch what.
 *
 * A connection is in one phase, with an absolute deadline; both are one atomic word, so that the sweeper
 * (sweep.c) cuts a connection only in the phase whose time is up:
 *
 *   accept --> IDLE --(request line)--> HEAD --(head checked)--> BODY --(whole)--> HANDLER --> ANSWER --> IDLE
 *                 \________________________\______________________\____________________________/
 *                          deadline passed, or the server stops: CUT, and the socket is shut down
 *
 * IDLE of a new connection has head_us, for a request line that never ends is no better than a header that
 * never ends; later ones have idle_us. The library tells of a request first when its line is whole.
 *
 * A request belongs to the library's thread until the handler has it; then to both, and the last frees it.
 * Its state says who ends the wait:
 *
 *   NEW --(handle)--> RUNNING --(MHD_suspend_connection)--> WAITING
 *                        |                                    |   \
 *                        +---(ent_http_answer)--> ANSWERED <--+    +--(sweeper: time is up)--> EXPIRED
 *
 * 1. Whoever takes it out of WAITING, and nobody else, calls MHD_resume_connection; until then the library keeps
 *    the connection, as one that is suspended.
 * 2. An answer that comes to EXPIRED is thrown away.
 * 3. A request has copies of all that it shows, so that it may outlive its connection and the server.
 */
#ifndef ENTENTE_HTTP_INTERNAL_H
#define ENTENTE_HTTP_INTERNAL_H

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
	struct MHD_Connection *mhd; /* while the library's thread has it, and in WAITING */
	struct client *client;      /* as one of whose requests it counts, or NULL */
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
	struct header *headers;
	unsigned headers_n;
	bool has_length;
	uint64_t length; /* as said, when has_length */
	char *body;
	size_t body_size, body_capacity; /* the latter counts in server->body_total */
	size_t bytes_in, bytes_out;
	unsigned status;
	/* The handler's answer: written by it before STATE_ANSWERED, read by nobody in another state. */
	struct {
		struct MHD_Response *response; /* NULL: it could not be formed */
		unsigned status;
		size_t bytes;
	} given;
	_Atomic(const char *) route;
	_Atomic(struct subject *) subject;
	void *context;
	int64_t start_utc_us, start_us;
	char id[ID_SIZE], peer[INET6_ADDRSTRLEN];
	char text[]; /* the copies */
};

struct connection {
	struct ent_http_server *server;
	struct client *client;
	struct connection *previous, *next; /* under server->lock */
	int fd;               /* open until the connection is out of the server's list */
	_Atomic int64_t word; /* deadline and phase */
	_Atomic int64_t waiting_since_us; /* 0: no request waits */
	pthread_mutex_t lock;
	struct ent_http_request *waiting; /* under lock: the sweeper's way to it */
	/* Of the library's thread only, all that follows. */
	struct ent_http_request *request;
	int64_t start_us;
	const char *target; /* in the library's memory, until the head is whole */
	size_t target_size;
	char target_query; /* what stood behind the '?' */
	unsigned ids_left;
	uint8_t ids[IDS_AT_ONCE * 16];
	char peer[INET6_ADDRSTRLEN];
};

struct ent_http_server {
	struct ent_http_limits limits;
	void (*handle)(void *user, struct ent_http_request *request);
	void (*record)(void *user, const struct ent_http_record *record);
	void *user;
	struct MHD_Daemon *daemon;
	int listen_fd;
	char address[INET6_ADDRSTRLEN + 10];
	struct clients *clients;
	struct MHD_Response *no_memory; /* made at the start */
	atomic_uint references;         /* the owner and each request */
	atomic_size_t body_total;
	atomic_uint busy; /* requests between the handler's call and the end of the answer */
	atomic_bool stopping;
	atomic_bool abandoning; /* nobody waits for a handler any more */
	bool stopped;
	pthread_mutex_t lock; /* the list; held while a socket of it is shut down, so never after close */
	pthread_cond_t wake;
	struct connection *connections;
	bool sweeper_runs, sweeper_ends;
	pthread_t sweeper;
	struct pollfd *polls; /* room for the sweeper */
	struct connection **polled;
	size_t polls_max;
	const char *starting; /* what the library says of a start that fails; NULL: it is not heard */
	char said[ENT_FAULT_WHY_SIZE];
};

/* listen.c. As ent_http_server_create says. */
ENT_MUST_USE ent_status listen_open(const char *text, int *ret_fd, char *ret_address,
		size_t address_size, struct ent_fault *reterr_fault);

/* server.c */
int64_t now_mono_us(void);
void server_release(struct ent_http_server *server);
void server_done(struct ent_http_server *server); /* one less is busy */

/* connection.c. The first two are the library's callbacks. */
void connection_notify(void *cls, struct MHD_Connection *mhd, void **socket_context,
		enum MHD_ConnectionNotificationCode code);
struct connection *connection_of(struct MHD_Connection *mhd);
/* False when it has been cut: nothing may be begun with it. */
bool connection_enter(struct connection *connection, enum phase phase, int64_t now_us,
		int64_t allowed_us);
/* Shuts the socket down when the phase is one of those in which nothing of the handler's is lost. */
void connection_cut_if_useless(struct connection *connection);
void connection_cut_if_late(struct connection *connection, int64_t now_us);
/* Ends the wait of its request, if there is one, with EXPIRED. */
void connection_expire(struct connection *connection);
void connection_next_id(struct connection *connection, char ret_id[ID_SIZE]);

/* sweep.c */
ENT_MUST_USE ent_status sweeper_start(struct ent_http_server *server);
void sweeper_stop(struct ent_http_server *server);

/* head.c. The first is the library's callback at the request line. */
void *head_begin(void *cls, const char *target, struct MHD_Connection *mhd);
/* The library's callback to take escapes out of the target: they stay. */
size_t head_keep(void *cls, struct MHD_Connection *mhd, char *text);
/* The request of a whole head, its refusal set if it is one; NULL: no memory. */
struct ent_http_request *head_take(struct connection *connection, struct MHD_Connection *mhd,
		const char *method, const char *version);

/* body.c */
/* False: the connection is to be closed without more. A body that is too much is thrown away. */
bool body_take(struct ent_http_request *request, const char *bytes, size_t size);
void body_free(struct ent_http_request *request);

/* request.c: the library's callbacks for a request and its end. */
enum MHD_Result request_step(void *cls, struct MHD_Connection *mhd, const char *url,
		const char *method, const char *version, const char *upload, size_t *upload_size,
		void **context);
void request_ended(void *cls, struct MHD_Connection *mhd, void **context,
		enum MHD_RequestTerminationCode code);
struct ent_http_request *request_create(struct connection *connection, size_t text_size);
void request_release(struct ent_http_request *request);

/* answer.c */
/* A refusal's answer, or NULL for want of memory. */
struct MHD_Response *answer_refusal(const struct ent_http_request *request);
unsigned answer_refusal_status(enum refusal refusal);
struct MHD_Response *answer_no_memory(void);

#endif
