/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fetch.h: requests to other machines over HTTP/1.1, plain or TLS: the only door to libcurl. Depends on: base.
 *
 * Two ways. ent_fetch_document waits for one document, as a browser would get it: by the certificate authorities of the
 * machine. An ent_fetch is a thread with the connections to many peers, for requests that end in a callback: with a
 * certificate of its own, and with a peer that is known by its key and by nothing else (docs/decisions/0018).
 *
 * Whatever a peer does, it costs others nothing: a request has an absolute deadline from the moment that it is
 * submitted, an answer has a size that it may not exceed, its head ENT_FETCH_HEAD_MAX bytes; names are resolved by
 * threads of their own; nothing follows a redirect, and no proxy is taken from the environment. With nothing in hand the
 * thread sleeps, without timers, whatever number of connections is kept.
 */
#ifndef ENTENTE_FETCH_H
#define ENTENTE_FETCH_H

#include <stdatomic.h>

#include "entente/base.h"

/* Before any thread begins. E_MEMORY. */
ENT_MUST_USE ent_status ent_fetch_start(void);

/* --- A document --- */

enum { ENT_FETCH_DOCUMENT_MAX = 1 << 20, ENT_FETCH_SECONDS_MAX = 10 };

/*
 * Whether it may be fetched: https only, http too when 'http_too'. E_REFUSED: another scheme; E_SYNTAX: no URL; E_MEMORY.
 */
ENT_MUST_USE ent_status ent_fetch_check(
		const char *url, bool http_too, struct ent_fault *reterr_fault);
/*
 * Terminated; from malloc. Up to three redirects are followed, and the scheme is one that may be also there. Takes at most
 * 'seconds_max', and gives up soon after '*stop' (NULL: never). As ent_fetch_check; E_IO with the reason; E_LIMIT above
 * ENT_FETCH_DOCUMENT_MAX.
 */
ENT_MUST_USE ent_status ent_fetch_document(const char *url, bool http_too, unsigned seconds_max,
		const atomic_bool *stop, char **ret_text, size_t *ret_size,
		struct ent_fault *reterr_fault);

/* --- Requests to peers --- */

enum {
	ENT_FETCH_KEY_SIZE = 32,    /* SHA-256 of a SubjectPublicKeyInfo */
	ENT_FETCH_URL_MAX = 2048,   /* bytes */
	ENT_FETCH_HEADERS_MAX = 32, /* of a request */
	ENT_FETCH_HEAD_MAX =
			16384, /* bytes of an answer's head, interim ones and trailers with it */
	ENT_FETCH_ANSWER_MAX = 1 << 30, /* what answer_max may be at most */
	ENT_FETCH_REQUESTS_MAX = 65536, /* what requests_max may be at most */
};

/* What silence means to who waits for an answer. */
enum ent_fetch_class {
	ENT_FETCH_CLASS_ANSWERED,
	ENT_FETCH_CLASS_OURS,      /* a fault on our side */
	ENT_FETCH_CLASS_NO_PATH,   /* nothing came back from there */
	ENT_FETCH_CLASS_NO_ANSWER, /* something is there, but no answer of the peer's */
	ENT_FETCH_CLASS_REFUSED,   /* they turn us away */
};

/* How a request ended: name, class, words. */
#define ENT_FETCH_END_MAP(X)                                                                      \
	X(ANSWERED, ANSWERED, "it was answered")                                                  \
	X(NO_NAME, NO_PATH, "its name does not resolve")                                          \
	X(NO_PATH, NO_PATH, "it cannot be reached")                                               \
	X(NO_ROUTE, OURS, "this machine has no way to the network")                               \
	X(REFUSED, REFUSED, "it refuses connections")                                             \
	X(TURNED_AWAY, REFUSED, "it does not take our certificate")                               \
	X(WRONG_KEY, NO_ANSWER, "somebody else answers there: the key is not the one known here") \
	X(NO_TLS, NO_ANSWER, "no TLS connection comes about")                                     \
	X(NO_ANSWER, NO_ANSWER, "it is there, but no whole answer came in time")                  \
	X(CUT, NO_ANSWER, "the connection ended before the answer did")                           \
	X(TOO_LARGE, NO_ANSWER, "its answer is larger than allowed")                              \
	X(MALFORMED, NO_ANSWER, "what answers there is no HTTP")                                  \
	X(OURS, OURS, "memory, descriptors or our own certificate failed")                        \
	X(STOPPED, OURS, "this node is stopping")

#define ENT_FETCH_END_ENUM_(name, class, text) ENT_FETCH_##name,
enum ent_fetch_end { ENT_FETCH_END_MAP(ENT_FETCH_END_ENUM_) ENT_FETCH_END_COUNT };
#undef ENT_FETCH_END_ENUM_

/* Static text; "" for a number that is none of ours. */
const char *ent_fetch_end_text(enum ent_fetch_end end);
/* ENT_FETCH_CLASS_OURS for a number that is none of ours. */
enum ent_fetch_class ent_fetch_end_class(enum ent_fetch_end end);

struct ent_fetch_result {
	enum ent_fetch_end end;
	unsigned status;  /* of HTTP; 0 unless ANSWERED */
	const char *body; /* terminated; "" unless ANSWERED; valid in the callback only */
	size_t size;
	const char *why;     /* the library's words of what went wrong, or "" */
	bool new_connection; /* made for this request, not kept from one before */
	int64_t duration_us;
};

enum ent_fetch_method { ENT_FETCH_GET, ENT_FETCH_PUT, ENT_FETCH_POST, ENT_FETCH_DELETE };

/* Texts are copied, but for the body. */
struct ent_fetch_request {
	enum ent_fetch_method method;
	const char *url;            /* https, or http with 'http_too'; no user and password */
	bool http_too;              /* not with 'peer_key' */
	const uint8_t *peer_key;    /* ENT_FETCH_KEY_SIZE bytes: the peer has this key, in TLS 1.3.
				       NULL: the machine's certificate authorities vouch for it */
	const char *const *headers; /* name, value, name, value ..., NULL; may be NULL */
	const void *body;           /* borrowed until 'done' has returned; may be NULL */
	size_t body_size;
	size_t answer_max;  /* bytes of the answer's body */
	int64_t connect_us; /* for the name, the connection and TLS, from when it is begun; > 0 */
	int64_t total_us;   /* for all, from when it is submitted; > 0 */
	/*
	 * A connection made for it is given up when nobody has confirmed what was sent for so long, also when a later request has it.
	 * 0: as the machine has it, a quarter of an hour.
	 */
	int64_t silent_us;
	/*
	 * Called exactly once, in the module's thread. Must not wait; may submit. A request that went out on a kept
	 * connection which the peer had just closed is sent again by itself, so what is asked for may happen twice.
	 */
	void (*done)(void *user, const struct ent_fetch_result *result);
	void *user;
};

struct ent_fetch_options {
	const char *certificate_pem,
			*key_pem;      /* shown to every peer with a known key; both or none */
	unsigned requests_max;         /* in hand at once; memory is at most this many answers */
	unsigned connections_kept_max; /* idle; above, the one unused longest is closed */
};

struct ent_fetch;

/*
 * E_SYNTAX: one PEM text without the other. E_DOMAIN: a number is 0 or too large. E_IO: no place for the key in memory.
 * E_MEMORY: memory, descriptors or threads. PEM texts need not stay; what they hold is looked at
 * with each connection: no PEM is OURS then. Whether the two belong together ent_http_server_create says.
 */
ENT_MUST_USE ent_status ent_fetch_create(const struct ent_fetch_options *options,
		struct ent_fetch **ret_fetch, struct ent_fault *reterr_fault);
/*
 * Any thread. After ENT_OK 'done' will be called; else never. E_SYNTAX: the URL, or a header ("url", "headers[1]");
 * E_REFUSED: the scheme; E_DOMAIN: a time or a size; E_LIMIT: a text is too long, or requests_max are in hand; E_MEMORY.
 */
ENT_MUST_USE ent_status ent_fetch_submit(struct ent_fetch *fetch,
		const struct ent_fetch_request *request, struct ent_fault *reterr_fault);
/* Requests in hand end as STOPPED before this returns. Not from 'done', nor beside another call. NULL is fine. */
void ent_fetch_destroy(struct ent_fetch *fetch);

#endif
