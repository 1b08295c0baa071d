/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http.h: an HTTP/1.1 server, plain or TLS: the only door to libmicrohttpd and GnuTLS. Depends on: base.
 *
 * A request reaches its handler when it is whole (head and body) and within every limit. The handler runs on
 * one of the server's threads and must not wait; it answers at once or later, from any thread, exactly once, with
 * ent_http_answer. Until then everything that it was given stays valid, also when the client has gone.
 *
 * Whatever a client does, it costs others nothing but what the limits allow: memory is bounded by connections
 * times (head + body), by body_total_max and by answer_total_max; deadlines are absolute, for each state of a connection (head, body,
 * answer, idle); who sends what RFC 9112 forbids is answered 400 and closed.
 */
#ifndef ENTENTE_HTTP_H
#define ENTENTE_HTTP_H

#include "entente/base.h"

enum ent_http_method {
	ENT_HTTP_GET,
	ENT_HTTP_HEAD,
	ENT_HTTP_PUT,
	ENT_HTTP_POST,
	ENT_HTTP_DELETE,
	ENT_HTTP_OTHER
};

struct ent_http_server;
struct ent_http_request;

struct ent_http_limits {
	size_t head_max; /* bytes of request line and headers */
	unsigned headers_max;
	size_t body_max;         /* bytes of one body; above: 413 before it is read */
	size_t body_total_max;   /* bytes of all bodies held at once; above: 503 */
	size_t answer_max;       /* bytes of one answer that ent_http_grow allows */
	size_t answer_total_max; /* bytes of all answers held at once, likewise */
	/*
	 * A client is an address; above: closed at once. With 'admit', from seven eighths of all on, one that comes closes the
	 * one that has shown no key for longest: strangers from many addresses shut nobody out.
	 */
	unsigned connections_max, connections_per_client_max;
	unsigned requests_per_client_max; /* at once, being answered; above: 429 */
	double rate_per_client; /* requests a second, 0: no limit; above: 429 with Retry-After */
	unsigned burst_per_client;
	int64_t head_us, body_us, answer_us, idle_us; /* deadlines */
	int64_t request_us; /* for the handler to answer; then 503, and ent_http_gone says so */
	/*
	 * Handshakes of a client's that showed no key that 'admit' takes, or no proof of it, forgotten one a second;
	 * from so many on its connections are closed before they cost a handshake. 0: no limit.
	 */
	unsigned refused_keys_per_client_max;
	/*
	 * With 'admit', of one key on each of the server's threads; one more closes the oldest of them: whoever lost power
	 * gets in again while what it had before is still open here. 0: no limit.
	 */
	unsigned connections_per_key_max;
};
/* 8 KiB, 64, 4 MiB, 256 MiB, 64 MiB, 256 MiB, 1024, 256, 256, 0, 0; 15 s, 15 s, 10 s, 30 s; 10 s; 64; 0. */
extern const struct ent_http_limits ent_http_limits_default;

/*
 * Called for every request once it has been answered or lost: for the log and the metrics. Of one that was refused
 * before its head was whole, method, path and id are "".
 */
struct ent_http_record {
	const char *method, *path; /* as sent, cut at the query */
	const char *peer;          /* address, without port */
	const char *route;         /* what the handler called it (ent_http_set_route), or NULL */
	const char *subject; /* who the handler found it to be (ent_http_set_subject), or NULL */
	const char *id;      /* the request's id */
	unsigned status;     /* 0: the client had gone before it had its answer, or was cut */
	size_t bytes_in, bytes_out; /* head and body; body */
	int64_t start_utc_us, duration_us;
};

enum { ENT_HTTP_KEY_SIZE = 32 }; /* SHA-256 of a certificate's SubjectPublicKeyInfo */

struct ent_http_options {
	const char *listen; /* "127.0.0.1:8080", "[::1]:8080", ":8080" (every address), port 0: any */
	const char *tls_certificate_pem, *tls_key_pem; /* both or none */
	unsigned threads;                              /* 1 to 64 */
	struct ent_http_limits limits;
	/*
	 * Not NULL: every client must show a certificate and prove that it has its key, in TLS 1.3 and no other, and
	 * this says whether that key may connect. The key is what counts: names, dates and who signed the certificate
	 * are not looked at (docs/decisions/0018). Called in the midst of a handshake, before the client's proof is
	 * looked at, by any of the server's threads; must not wait. Sessions are not resumed: each connection proves
	 * its key.
	 */
	bool (*admit)(void *user, const uint8_t key[ENT_HTTP_KEY_SIZE]);
	/*
	 * Bodies of requests whose path begins so may hold secrets, whoever sends them and whatever comes of them: they
	 * are wiped where they are freed, moved or copied from, at the latest before the answer is sent. What is left is
	 * in docs/threats-operators.md. NULL: none do. Static text.
	 */
	const char *secret_path;
	void (*handle)(void *user, struct ent_http_request *request);
	void (*record)(void *user,
			const struct ent_http_record *record); /* may be NULL; any thread */
	void *user;
};

/*
 * E_SYNTAX: 'listen' or PEM text ("tls", "tls-certificate" or "tls-key" is the fault's place; also
 * "tls", for 'admit' without them). E_DOMAIN: threads, a limit. E_IO: cannot listen there, with the reason. E_MEMORY.
 * Listens at once. 'options' and its texts need not stay.
 */
ENT_MUST_USE ent_status ent_http_server_create(const struct ent_http_options *options,
		struct ent_http_server **ret_server, struct ent_fault *reterr_fault);
/* Where it listens, as "address:port". */
const char *ent_http_server_address(const struct ent_http_server *server);
/*
 * Connections that are accepted from now on are shown this certificate; those that are there keep theirs. Of a server
 * that was created with one. E_SYNTAX, with "tls-certificate" or "tls-key" as the fault's place, and E_MEMORY: the one
 * before stays in force. Any thread, but not beside another that stops it.
 */
ENT_MUST_USE ent_status ent_http_server_set_tls(struct ent_http_server *server,
		const char *certificate_pem, const char *key_pem, struct ent_fault *reterr_fault);
/* What the certificate in force says of itself. */
struct ent_http_certificate {
	char subject[256]; /* "CN=..."; "": none, or longer */
	int64_t start_utc_us, end_utc_us;
};
/* False: the server speaks plainly. */
bool ent_http_server_certificate(
		struct ent_http_server *server, struct ent_http_certificate *ret_about);
/*
 * Connections that were admitted with this key are closed, soon and whatever they are at; before, 'admit' is to have
 * learnt to refuse it, or they come back. Any thread; does not wait.
 */
void ent_http_server_drop_key(struct ent_http_server *server, const uint8_t key[ENT_HTTP_KEY_SIZE]);
/* Since the start, of a server with 'admit'. */
struct ent_http_keys {
	uint64_t admitted; /* and proved */
	uint64_t refused; /* by 'admit', without a certificate that could be read, or without proof */
	uint64_t barred; /* closed at once because of refused_keys_per_client_max */
};
/* Any thread. */
void ent_http_server_keys(const struct ent_http_server *server, struct ent_http_keys *ret_keys);
/*
 * Takes no more connections or requests, waits until those being handled are answered and sent (at most
 * 'wait_us'; then 503), closes the others. It listens no more from the beginning on. Not from a handler or a record.
 */
void ent_http_server_stop(struct ent_http_server *server, int64_t wait_us);
/* Bytes of answers that are held just now, and how many answers were refused because of them (ENT_HTTP_FULL). */
struct ent_http_answers {
	size_t held;
	uint64_t refused;
};
/* Any thread. */
void ent_http_server_answers(
		const struct ent_http_server *server, struct ent_http_answers *ret_answers);
/* Stops if need be, without waiting. NULL is fine. Requests that a handler still holds stay until they are answered. */
void ent_http_server_destroy(struct ent_http_server *server);

/* --- A request, read only; valid until it is answered --- */

enum ent_http_method ent_http_method(const struct ent_http_request *request);
/* Decoded (%XX once), without the query; NUL inside or bad escapes never get here (400). */
const char *ent_http_path(const struct ent_http_request *request);
/* A decoded query argument, or NULL. */
const char *ent_http_query(const struct ent_http_request *request, const char *name);
/* A header by its name (any case), or NULL. Of repeated ones the first. */
const char *ent_http_header(const struct ent_http_request *request, const char *name);
/* The body with 64 readable zero bytes behind it; never NULL. */
const char *ent_http_body(const struct ent_http_request *request, size_t *ret_size);
/* A name for logs and error answers, unique to this request: a UUID. */
const char *ent_http_id(const struct ent_http_request *request);
const char *ent_http_peer(const struct ent_http_request *request);
/* The key that its client has proved, ENT_HTTP_KEY_SIZE bytes; NULL: of a server without 'admit'. */
const uint8_t *ent_http_peer_key(const struct ent_http_request *request);
int64_t ent_http_start_utc_us(const struct ent_http_request *request);
/* The client has gone or its time is up: work for it may stop; it must still be answered. Any thread. */
bool ent_http_gone(const struct ent_http_request *request);
/* For the record. 'route' must stay (static text); 'subject' is copied. */
void ent_http_set_route(struct ent_http_request *request, const char *route);
void ent_http_set_subject(struct ent_http_request *request, const char *subject);
/* The handler's own; NULL at first. */
void ent_http_set_context(struct ent_http_request *request, void *context);
void *ent_http_context(const struct ent_http_request *request);

/* --- Its answer --- */

struct ent_http_answer {
	unsigned status;
	const char *content_type; /* static text; NULL: no body */
	char *take_body; /* from malloc; freed after sending, also when the client has gone */
	size_t size;
	const char *const *headers; /* name, value, name, value ..., NULL; may be NULL; copied */
};
/*
 * An answer is held, and counts, from when it begins to grow until its last byte has been sent or its client is gone.
 * What a handler is to do when it may not go on: it throws away what it has, and answers with a sentence instead.
 */
enum ent_http_verdict {
	ENT_HTTP_FINE,
	ENT_HTTP_LARGE, /* larger than answer_max */
	ENT_HTTP_FULL,  /* more than answer_total_max would be held */
	ENT_HTTP_LOST,  /* nobody waits for it any more */
	ENT_HTTP_LATE   /* request_us is over */
};
/* What every answer may take, whatever is held: connections are counted, too. */
enum { ENT_HTTP_ANSWER_SMALL = 16384 };
/* The answer is to be 'size' bytes now; to be asked before they are there. ENT_HTTP_LARGE, ENT_HTTP_FULL: nothing has changed. Any thread. */
enum ent_http_verdict ent_http_grow(struct ent_http_request *request, size_t size);
/* It is 'size' bytes, whatever the limits are: for what cannot be refused any more. Any thread. */
void ent_http_hold(struct ent_http_request *request, size_t size);
/*
 * Before something is begun that must then be answered: more than answer_total_max is held, or, with 'urgent', more
 * than half as much again. Any thread. Each time it is true it counts as an answer that was refused.
 */
bool ent_http_full(struct ent_http_request *request, bool urgent);
/* For a handler that works long: ENT_HTTP_LOST, ENT_HTTP_LATE. A system call; only before 'handle' returns, in its thread. */
enum ent_http_verdict ent_http_look(struct ent_http_request *request);

/* The request is gone afterwards. From any thread. Its body counts until it is sent. */
void ent_http_answer(struct ent_http_request *request, const struct ent_http_answer *answer);

#endif
