/* SPDX-License-Identifier: Apache-2.0 */
/*
 * token.h: bearer tokens of civil clients: JWTs (RFC 7519) in JWS compact form, signed with RSA or P-256.
 * Depends on: base, seal, wire.
 *
 * A key is bound to algorithms by its kind, never by the token's header: RSA keys take RS256/384/512 and
 * PS256/384/512, P-256 keys ES256; a JWK with "alg" or "use" takes only that. No jku, x5u, jwk; crit is refused.
 * Verified tokens are remembered under a keyed hash of the whole token, so a client's next request costs half a
 * microsecond; times, audience and scope are looked at again each time, and all is forgotten when keys change.
 */
#ifndef ENTENTE_TOKEN_H
#define ENTENTE_TOKEN_H

#include "entente/base.h"
#include "entente/seal.h"

enum {
	ENT_TOKEN_SIZE_MAX = 8192,
	ENT_TOKEN_KEYS_MAX = 64,
	ENT_TOKEN_JWKS_SIZE_MAX = 1 << 20, /* bytes of one JWK Set */
	ENT_TOKEN_JWKS_KEYS_MAX = 256, /* keys in it, usable or not: each may cost milliseconds */
	ENT_TOKEN_AUDIENCES_MAX = 64,
	ENT_TOKEN_SCOPES_MAX = 64, /* scopes of one token that are looked at; more are refused */
	ENT_TOKEN_LIFE_MAX_S = 3600
};

/* Keys, in force together; made anew and swapped as a whole. */
struct ent_token_keys;
ENT_MUST_USE ent_status ent_token_keys_create(struct ent_token_keys **ret_keys);
void ent_token_keys_destroy(struct ent_token_keys *keys); /* NULL is fine */
/*
 * Every "PUBLIC KEY" block of a PEM file; 'name' is for faults (the file's name). A file is taken as a whole
 * or not at all. E_SYNTAX: no block. E_REFUSED: another block (a private key, a certificate), or another kind of
 * key. E_LIMIT, E_MEMORY.
 */
ENT_MUST_USE ent_status ent_token_keys_add_pem(struct ent_token_keys *keys, const char *name,
		const char *pem, size_t length, struct ent_fault *reterr_fault);
/*
 * A JWK Set (RFC 7517), as a whole or not at all. Keys that we cannot use are passed over (section 5); with
 * 'ids' (n_ids > 0) only keys of those "kid"s are taken, and each must be there. E_MISSING: none is usable, or
 * a kid is not there; the reason says what is wrong with the first that was passed over. E_SYNTAX, E_LIMIT, E_MEMORY.
 */
ENT_MUST_USE ent_status ent_token_keys_add_jwks(struct ent_token_keys *keys, const char *name,
		const char *text, size_t length, const char *const *ids, size_t n_ids,
		struct ent_fault *reterr_fault);
size_t ent_token_keys_count(const struct ent_token_keys *keys);

/* Who checks: keys, audiences, and the tokens seen. Threads share it. */
struct ent_token_checker;
/* Takes the keys, also when it fails. 'audiences' are copied. E_MEMORY, E_LIMIT. */
ENT_MUST_USE ent_status ent_token_checker_create(struct ent_token_keys *take_keys,
		const char *const *audiences, size_t n_audiences,
		struct ent_token_checker **ret_checker);
void ent_token_checker_destroy(struct ent_token_checker *checker); /* NULL is fine */
/* Other keys from now on; what was remembered is forgotten. Takes the keys. */
void ent_token_checker_swap(struct ent_token_checker *checker, struct ent_token_keys *take_keys);
/* How many keys there are now: with none every token is refused. */
size_t ent_token_checker_count(struct ent_token_checker *checker);

/* What a good token says. Counted; immutable. */
struct ent_token {
	const char *subject;
	int64_t expires_utc_us;
	size_t n_scopes;
	const char *const *scopes;
};
void ent_token_release(const struct ent_token *token); /* NULL is fine */
bool ent_token_has_scope(const struct ent_token *token, const char *scope);

/*
 * Checks the value of an Authorization header ("Bearer xxx.yyy.zzz"; NULL when there was none).
 * E_MISSING: none, too short, or another scheme. E_REFUSED: anything wrong with the token, with the reason; the
 * fault's place is "keys" when there are none at all, "signature" when it is by none of them. The
 * claims are sub (not empty), iss (not empty), exp (in the future, at most ENT_TOKEN_LIFE_MAX_S ahead), aud (a string
 * or an array that has one of the audiences), nbf and iat (not in the future), scope (one string, space-separated;
 * absent: none). No leeway. E_MEMORY.
 */
ENT_MUST_USE ent_status ent_token_check(struct ent_token_checker *checker,
		const char *authorization, int64_t now_utc_us, const struct ent_token **ret_token,
		struct ent_fault *reterr_fault);

/* --- Test tokens --- */

struct ent_token_claims {
	const char *issuer, *subject, *audience;
	const char *scope; /* space-separated */
	int64_t issued_utc_us, expires_utc_us;
};
/*
 * Signs with a private key; 'ret_text' is terminated. Claims that are NULL, and a NULL 'kid', are left out.
 * E_LIMIT: longer than 'capacity' or than ENT_TOKEN_SIZE_MAX. E_DOMAIN, E_MEMORY.
 */
ENT_MUST_USE ent_status ent_token_mint(const struct ent_pkey *key, enum ent_pkey_alg alg,
		const char *kid, const struct ent_token_claims *claims, char *ret_text,
		size_t capacity, size_t *ret_length);

/* A key pair that everybody has, for --dev, as PEM. Not for production. */
extern const char ent_token_dev_private_pem[], ent_token_dev_public_pem[];

#endif
