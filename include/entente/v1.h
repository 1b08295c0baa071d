/* SPDX-License-Identifier: Apache-2.0 */
/*
 * v1.h: the operators' interface under /v1, as pure functions: what a request asks for, which command that is, and what is
 * answered. Who reads sockets, computes hashes in a thread of its own and has entries made durable calls them in this
 * order. Depends on: base, wire, seal, desk; what is asked of memoranda is in v1memo.h.
 *
 *     read -> [held_to -> hash] -> command decided (decide), durable, applied -> answer
 *         \-> look, of what only looks
 *
 * A session and a device are cookies, HttpOnly and SameSite=Strict; a body is application/json, so that no form of
 * another site can send one. What two people may edit has an ETag of what can be edited, and wants it back as If-Match,
 * one of several, or "*" for whatever is there.
 */
#ifndef ENTENTE_V1_H
#define ENTENTE_V1_H

#include "entente/desk.h"
#include "entente/json.h"

enum {
	ENT_V1_BODY_MAX = 8192,
	ENT_V1_ANSWER_MAX = 1 << 20,
	ENT_V1_TAG_SIZE = 35,        /* of an ETag, with its quotation marks and terminator */
	ENT_V1_IF_MATCH_SIZE = 1024, /* of a header, with terminator: 28 of our tags and more */
	ENT_V1_COOKIE_SIZE = 192
};

/* Routes: name in code, method, path; "{id}" and "{session}" are parameters. */
#define ENT_V1_ROUTE_MAP(X)                               \
	X(SIGN_IN, "POST", "/v1/session")                 \
	X(WHO, "GET", "/v1/session")                      \
	X(SIGN_OUT, "DELETE", "/v1/session")              \
	X(LIST, "GET", "/v1/operators")                   \
	X(ADD, "POST", "/v1/operators")                   \
	X(SHOW, "GET", "/v1/operators/{id}")              \
	X(CHANGE, "PUT", "/v1/operators/{id}")            \
	X(PASSWORD, "PUT", "/v1/operators/{id}/password") \
	X(ROLES, "PUT", "/v1/operators/{id}/roles")       \
	X(DISABLED, "PUT", "/v1/operators/{id}/disabled") \
	X(UNLOCK, "DELETE", "/v1/operators/{id}/tries")   \
	X(VOUCH, "POST", "/v1/operators/{id}/vouchers")   \
	X(END, "DELETE", "/v1/operators/{id}/sessions/{session}")
#define ENT_V1_ROUTE_ENUM_(name, method, path) ENT_V1_##name,
enum ent_v1_route { ENT_V1_ROUTE_MAP(ENT_V1_ROUTE_ENUM_) ENT_V1_ROUTE_COUNT };
#undef ENT_V1_ROUTE_ENUM_

struct ent_v1_request {
	const char *method, *path;
	const char *content_type, *if_match, *cookie; /* headers; NULL: not sent */
	const char *body;
	size_t body_size;
};

/* What a request asks for: a plain value, nothing is borrowed. It may hold passwords: wipe it (ent_seal_wipe). */
struct ent_v1_call {
	enum ent_v1_route route;
	char id[ENT_DESK_ID_MAX + 1], name[ENT_DESK_NAME_MAX + 1];
	char languages[ENT_DESK_LANGUAGES_MAX][ENT_DESK_LANGUAGE_MAX + 1];
	unsigned n_languages, roles;
	bool disabled;
	uint64_t session; /* END */
	char if_match[ENT_V1_IF_MATCH_SIZE];
	bool has_token, has_device;
	struct ent_hash token, device;   /* of the cookies */
	size_t given_length, new_length; /* 0: none */
	char on[ENT_DESK_ON_MAX + 1];    /* VOUCH: for which key of which card */
	char given[ENT_PASSWORD_MAX +
			1]; /* SIGN_IN, VOUCH: the password; PASSWORD: one's own, as it is */
	char new_password[ENT_PASSWORD_MAX + 1]; /* ADD, PASSWORD */
	/* ent_v1_hash's. */
	bool right;
	char held_to[ENT_PASSWORD_HASH_SIZE], hash[ENT_PASSWORD_HASH_SIZE];
};

struct ent_v1_answer {
	int status; /* of HTTP; 0: none yet */
	char *body; /* from malloc, the caller's; NULL: none */
	size_t size;
	char tag[ENT_V1_TAG_SIZE]; /* an ETag; "": none */
};

/* The operator whose session it is, and that; or the command line, which needs none. */
struct ent_v1_by {
	const struct ent_desk_operator *who; /* NULL: nobody is signed in */
	uint64_t session;
	bool command_line;
};

/*
 * The answer has a status when the request is refused as it stands: 400, 404, 405, 413, 415, 428; then nothing more is to be
 * done. E_MEMORY: neither.
 */
ENT_MUST_USE ent_status ent_v1_read(struct ent_json *json, const struct ent_v1_request *request,
		struct ent_v1_call *ret_call, struct ent_v1_answer *answer);
/* All but SIGN_IN need a session; else answer 401. */
bool ent_v1_needs_session(enum ent_v1_route route);
bool ent_v1_only_looks(enum ent_v1_route route);

/* The hash to hold the given password to; false: none was given, or is wanted. Of an id that there is not, too. */
bool ent_v1_held_to(const struct ent_v1_call *call, const struct ent_desk *desk,
		char ret_hash[ENT_PASSWORD_HASH_SIZE]);
/*
 * What takes a tenth of a second and 64 MiB for each password: 'held_to' is NULL when there is none. Not in a server's thread,
 * and by few at once. E_MEMORY.
 */
ENT_MUST_USE ent_status ent_v1_hash(struct ent_v1_call *call, const char *held_to);

/*
 * ent_desk_decide of the call's command, when what it would change is as the client saw it; else CHANGED. 'device' is
 * the hash to know the device by: the one it showed, or a new one's. E_MEMORY.
 */
ENT_MUST_USE ent_status ent_v1_decide(const struct ent_desk *desk, const struct ent_v1_call *call,
		const struct ent_v1_by *by, enum ent_class class, const struct ent_hash *device,
		uint64_t turned_away, int64_t time_utc_us, struct ent_desk_outcome *outcome);
/* What is said of it, with the desk as the entry has left it. E_MEMORY. */
ENT_MUST_USE ent_status ent_v1_answer(const struct ent_v1_call *call, const struct ent_desk *desk,
		enum ent_desk_refusal refusal, int64_t now_utc_us, struct ent_v1_answer *answer);
/* Of WHO, LIST and SHOW. E_MEMORY. */
ENT_MUST_USE ent_status ent_v1_look(const struct ent_v1_call *call, const struct ent_desk *desk,
		const struct ent_v1_by *by, int64_t now_utc_us, struct ent_v1_answer *answer);
/* {"message":...}. E_MEMORY. */
ENT_MUST_USE ent_status ent_v1_refuse(
		int status, const char *message, struct ent_v1_answer *answer);

/*
 * Does If-Match, "*" or entity tags with commas between (RFC 9110, 13.1.1), have this one, with its quotation marks? A weak tag is none of
 * ours; a header that is not well formed has none.
 */
bool ent_v1_if_match(const char *header, const char *tag);

/* Whose cookie of this name the header has; false: none, or what is no token. */
bool ent_v1_cookie_find(const char *header, const char *name, struct ent_hash *ret_hash);
#define ENT_V1_COOKIE_SESSION "entente_session"
#define ENT_V1_COOKIE_DEVICE "entente_device"
/* For Set-Cookie; a token of NULL takes the cookie away. 'secure': over TLS. Returns the length. */
size_t ent_v1_cookie(const char *name, const char *token, int64_t max_age_s, bool secure,
		char ret_text[ENT_V1_COOKIE_SIZE]);

#endif
