/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check.c: from an Authorization header (RFC 6750) to a token that may be believed (RFC 7515, RFC 7519).
 *
 *   header -> bearer_text -> token_cache_find -> found ------------------> admit -> the caller
 *                                             -> not: verify -> admit -> token_cache_add
 *
 * 1. What is cheap comes first: length, dots, base64url, the header's JSON, the algorithm. Then the signature,
 *    once for each key that may check that algorithm. Only then are the claims read.
 * 2. Of the header only "alg", "crit" and "kid" are looked at. "alg" must be one that a key takes, so it can
 *    choose among keys and never what a key is used for; "kid" says which key to try first; "crit" is refused,
 *    because we know no extension (RFC 7515 section 4.1.11). Keys and addresses in a header mean nothing.
 * 3. 'admit' looks at the clock and at the audiences, for a remembered token as for a new one.
 * 4. A reason may be logged: it holds neither the token nor a part of it, nor who it was given to.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache.h"
#include "keys.h"

#include "entente/base64.h"
#include "entente/text.h"

#define SCHEME "bearer"

enum {
	PART_SIZE = ENT_TOKEN_SIZE_MAX / 4 * 3 + ENT_JSON_PADDING, /* room for any part, decoded */
	SIGNATURE_MAX = 1024,                                      /* of RSA with 8192 bits */
	SHOWN_SIZE = 64
};

#define LIFE_MAX_US (INT64_C(1000000) * ENT_TOKEN_LIFE_MAX_S)

struct ent_token_checker {
	size_t n_audiences;
	char *audiences[ENT_TOKEN_AUDIENCES_MAX];
	struct token_cache *cache;
	pthread_mutex_t lock; /* of keys, and that they and the cache's generation go together */
	struct ent_token_keys *keys;
};

/* --- Who checks --- */

static ent_status copy_audiences(struct ent_token_checker *checker, const char *const *audiences,
		size_t n_audiences) {
	for (; checker->n_audiences < n_audiences; checker->n_audiences++) {
		const char *audience = audiences[checker->n_audiences];
		const size_t size = strlen(audience) + 1;
		char *copy = malloc(size);
		if (copy == NULL)
			return ENT_E_MEMORY;
		memcpy(copy, audience, size);
		checker->audiences[checker->n_audiences] = copy;
	}
	return ENT_OK;
}

ent_status ent_token_checker_create(struct ent_token_keys *take_keys, const char *const *audiences,
		size_t n_audiences, struct ent_token_checker **ret_checker) {
	if (n_audiences > ENT_TOKEN_AUDIENCES_MAX) {
		ent_token_keys_destroy(take_keys);
		return ENT_E_LIMIT;
	}
	struct ent_token_checker *checker = calloc(1, sizeof *checker);
	if (checker == NULL) {
		ent_token_keys_destroy(take_keys);
		return ENT_E_MEMORY;
	}
	(void)pthread_mutex_init(&checker->lock, NULL);
	checker->keys = take_keys;
	ent_status status = token_cache_create(&checker->cache);
	if (status == ENT_OK)
		status = copy_audiences(checker, audiences, n_audiences);
	if (status != ENT_OK) {
		ent_token_checker_destroy(checker);
		return status;
	}
	*ret_checker = checker;
	return ENT_OK;
}

void ent_token_checker_destroy(struct ent_token_checker *checker) {
	if (checker == NULL)
		return;
	for (size_t i = 0; i < checker->n_audiences; i++)
		free(checker->audiences[i]);
	token_cache_destroy(checker->cache);
	ent_token_keys_destroy(checker->keys);
	(void)pthread_mutex_destroy(&checker->lock);
	free(checker);
}

void ent_token_checker_swap(struct ent_token_checker *checker, struct ent_token_keys *take_keys) {
	(void)pthread_mutex_lock(&checker->lock);
	struct ent_token_keys *old = checker->keys;
	checker->keys = take_keys;
	token_cache_forget(checker->cache);
	(void)pthread_mutex_unlock(&checker->lock);
	ent_token_keys_destroy(old);
}

size_t ent_token_checker_count(struct ent_token_checker *checker) {
	(void)pthread_mutex_lock(&checker->lock);
	const size_t n = ent_token_keys_count(checker->keys);
	(void)pthread_mutex_unlock(&checker->lock);
	return n;
}

/* The keys in force and their generation; ent_token_keys_destroy lets go. */
static struct ent_token_keys *hold_keys(
		struct ent_token_checker *checker, uint64_t *ret_generation) {
	(void)pthread_mutex_lock(&checker->lock);
	struct ent_token_keys *keys = checker->keys;
	(void)atomic_fetch_add_explicit(&keys->holders, 1, memory_order_relaxed);
	*ret_generation = token_cache_generation(checker->cache);
	(void)pthread_mutex_unlock(&checker->lock);
	return keys;
}

/* --- A token that is not remembered --- */

static ent_status refuse(struct ent_fault *fault, const char *where, const char *why) {
	ent_fault_set(fault, where, "%s", why);
	return ENT_E_REFUSED;
}

static ent_status without_memory(struct ent_fault *fault) {
	ent_fault_set(fault, "", "%s", ent_status_text(ENT_E_MEMORY));
	return ENT_E_MEMORY;
}

/* A JWS in compact form, decoded. */
struct jws {
	struct ent_seal_part signed_text, signature;
	size_t header_size, claims_size;
	char header[PART_SIZE], claims[PART_SIZE];
	uint8_t signature_bytes[SIGNATURE_MAX];
};

static bool decode(const char *text, size_t length, void *ret_bytes, size_t capacity,
		size_t *ret_size) {
	return length > 0 &&
			ent_base64_parse(ENT_BASE64_URL, text, length, ret_bytes, capacity,
					ret_size) == ENT_OK;
}

static ent_status open_jws(struct token_text token, struct jws *ret_jws, struct ent_fault *fault) {
	const char *const end = token.text + token.length;
	const char *first = memchr(token.text, '.', token.length);
	const char *second = first != NULL ? memchr(first + 1, '.', (size_t)(end - first - 1))
					   : NULL;
	if (second == NULL || memchr(second + 1, '.', (size_t)(end - second - 1)) != NULL)
		return refuse(fault, "", "the token is not three parts with a dot between each");
	if (!decode(token.text, (size_t)(first - token.text), ret_jws->header,
			    PART_SIZE - ENT_JSON_PADDING, &ret_jws->header_size))
		return refuse(fault, "", "the token's header is empty or not base64url");
	if (!decode(first + 1, (size_t)(second - first - 1), ret_jws->claims,
			    PART_SIZE - ENT_JSON_PADDING, &ret_jws->claims_size))
		return refuse(fault, "", "the token's claims are empty or not base64url");
	if (!decode(second + 1, (size_t)(end - second - 1), ret_jws->signature_bytes, SIGNATURE_MAX,
			    &ret_jws->signature.size))
		return refuse(fault, "",
				"the token's signature is empty, too long or not base64url");
	ret_jws->signature.bytes = ret_jws->signature_bytes;
	ret_jws->signed_text = (struct ent_seal_part){token.text, (size_t)(second - token.text)};
	memset(ret_jws->header + ret_jws->header_size, 0, ENT_JSON_PADDING);
	memset(ret_jws->claims + ret_jws->claims_size, 0, ENT_JSON_PADDING);
	return ENT_OK;
}

static ent_status parse_part(struct ent_json *json, const char *part, const char *text, size_t size,
		struct ent_json_value *ret_root, struct ent_fault *fault) {
	const struct ent_json_options options = {.capacity = PART_SIZE, .refuse_duplicates = true};
	struct ent_fault inner = {0};
	const ent_status status = ent_json_parse(json, text, size, &options, ret_root, &inner);
	if (status == ENT_OK)
		return ENT_OK;
	if (status == ENT_E_MEMORY)
		return without_memory(fault);
	ent_fault_set(fault, "", "the token's %s cannot be read: %s%s%s", part, inner.where,
			inner.where[0] != '\0' ? ": " : "", inner.why);
	return ENT_E_REFUSED;
}

struct header {
	enum ent_pkey_alg alg;
	struct token_text id; /* text NULL: none */
};

static ent_status read_header(
		struct ent_json_value root, struct header *ret_header, struct ent_fault *fault) {
	struct header header = {.id = {NULL, 0}};
	struct ent_json_value value;
	struct token_text name;
	char shown[SHOWN_SIZE];
	if (ent_json_kind(root) != ENT_JSON_OBJECT)
		return refuse(fault, "", "the token's header is not a JSON object");
	if (ent_json_member(root, "crit", &value))
		return refuse(fault, "crit",
				"the token asks for extensions (crit) that are not known");
	if (!ent_json_member(root, "alg", &value) ||
			!ent_json_string(value, &name.text, &name.length))
		return refuse(fault, "alg", "the token's header has no algorithm (alg)");
	if (!token_alg_from_name(name.text, name.length, &header.alg)) {
		ent_fault_set(fault, "alg",
				"the token's algorithm, \"%s\", is not one that is taken",
				ent_text_show(name.text, name.length, shown, sizeof shown));
		return ENT_E_REFUSED;
	}
	if (ent_json_member(root, "kid", &value) &&
			!ent_json_string(value, &header.id.text, &header.id.length))
		return refuse(fault, "kid", "the token's \"kid\" is not a string");
	*ret_header = header;
	return ENT_OK;
}

static ent_status verify_signature(struct ent_json *json, const struct ent_token_keys *keys,
		const struct jws *jws, struct ent_fault *fault) {
	struct ent_json_value root;
	struct header header;
	ent_status status = parse_part(json, "header", jws->header, jws->header_size, &root, fault);
	if (status == ENT_OK)
		status = read_header(root, &header, fault);
	if (status != ENT_OK)
		return status;
	if (keys->n == 0)
		return refuse(fault, "keys", "there is no key to check the token with");
	switch (token_keys_verify(keys, header.alg, header.id.text, header.id.length,
			&jws->signed_text, &jws->signature)) {
	case TOKEN_MATCH_SIGNATURE:
		return ENT_OK;
	case TOKEN_MATCH_NO:
		return refuse(fault, "signature", "the token's signature is by none of our keys");
	default:
		return refuse(fault, "signature",
				"no key of ours is for the token's algorithm (alg)");
	}
}

/* Its signature is right and its claims are well formed. */
static ent_status verify(struct ent_token_checker *checker, struct token_text text,
		struct token_verified **ret_verified, struct ent_fault *fault) {
	struct jws jws;
	struct token_claims claims;
	struct ent_json *json = NULL;
	struct ent_json_value root;
	uint64_t generation;
	ent_status status = open_jws(text, &jws, fault);
	if (status != ENT_OK)
		return status;
	struct ent_token_keys *keys = hold_keys(checker, &generation);
	if (ent_json_create(&json) != ENT_OK)
		status = without_memory(fault);
	if (status == ENT_OK)
		status = verify_signature(json, keys, &jws, fault);
	if (status == ENT_OK)
		status = parse_part(json, "claims", jws.claims, jws.claims_size, &root, fault);
	if (status == ENT_OK)
		status = token_claims_read(root, &claims, fault);
	if (status == ENT_OK &&
			token_verified_create(&claims, text, generation, ret_verified) != ENT_OK)
		status = without_memory(fault);
	ent_json_destroy(json);
	ent_token_keys_destroy(keys);
	return status;
}

/* --- Any token --- */

/* What follows the scheme and one space or tab. */
static ent_status bearer_text(
		const char *authorization, struct token_text *ret_text, struct ent_fault *fault) {
	if (authorization == NULL) {
		ent_fault_set(fault, "", "there is no Authorization header");
		return ENT_E_MISSING;
	}
	const size_t scheme_length = sizeof SCHEME - 1;
	for (size_t i = 0; i < scheme_length + 1; i++) {
		const char c = authorization[i];
		const bool fits = i == scheme_length
				? c == ' ' || c == '\t' || c == '\0'
				: (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) == SCHEME[i];
		if (!fits) {
			ent_fault_set(fault, "",
					"the Authorization header is not of the scheme \"Bearer\"");
			return ENT_E_MISSING;
		}
	}
	const char *text = authorization + scheme_length;
	if (text[0] == '\0' || text[1] == '\0') {
		ent_fault_set(fault, "", "the Authorization header has no token after \"Bearer\"");
		return ENT_E_MISSING;
	}
	*ret_text = (struct token_text){text + 1, strlen(text + 1)};
	if (ret_text->length <= ENT_TOKEN_SIZE_MAX)
		return ENT_OK;
	ent_fault_set(fault, "", "the token is longer than %d bytes", ENT_TOKEN_SIZE_MAX);
	return ENT_E_REFUSED;
}

static ent_status refuse_time(
		struct ent_fault *fault, const char *name, const char *why, int64_t utc_us) {
	char time[ENT_TEXT_TIME_SIZE];
	(void)ent_text_print_time(utc_us, time);
	ent_fault_set(fault, name, "%s %s", why, time);
	return ENT_E_REFUSED;
}

static ent_status refuse_audience(
		const struct ent_token_checker *checker, struct ent_fault *fault) {
	char list[ENT_FAULT_WHY_SIZE] = "";
	size_t n = 0;
	for (size_t i = 0; i < checker->n_audiences && n + 3 < sizeof list; i++) {
		if (i > 0)
			n += (size_t)snprintf(list + n, sizeof list - n, ", ");
		n += strlen(ent_text_show(checker->audiences[i], strlen(checker->audiences[i]),
				list + n, sizeof list - n));
	}
	ent_fault_set(fault, "aud", "the token's audience (aud) is none of: %s",
			n > 0 ? list : "(none is set)");
	return ENT_E_REFUSED;
}

static bool is_for_us(const struct ent_token_checker *checker, const struct token_verified *token) {
	for (size_t i = 0; i < token->n_audiences; i++)
		for (size_t j = 0; j < checker->n_audiences; j++)
			if (strcmp(token->audiences[i], checker->audiences[j]) == 0)
				return true;
	return false;
}

/* The claims that depend on the moment and on us. No leeway. */
static ent_status admit(const struct ent_token_checker *checker, const struct token_verified *token,
		int64_t now_utc_us, struct ent_fault *fault) {
	const int64_t expires_utc_us = token->token.expires_utc_us;
	if (expires_utc_us <= now_utc_us)
		return refuse_time(fault, "exp", "the token expired at", expires_utc_us);
	if (expires_utc_us - LIFE_MAX_US > now_utc_us)
		return refuse_time(fault, "exp", "the token expires more than an hour from now, at",
				expires_utc_us);
	if (token->starts_utc_us > now_utc_us)
		return refuse_time(
				fault, "nbf", "the token is not good before", token->starts_utc_us);
	if (token->issued_utc_us > now_utc_us)
		return refuse_time(fault, "iat", "the token was issued in the future, at",
				token->issued_utc_us);
	return is_for_us(checker, token) ? ENT_OK : refuse_audience(checker, fault);
}

ent_status ent_token_check(struct ent_token_checker *checker, const char *authorization,
		int64_t now_utc_us, const struct ent_token **ret_token,
		struct ent_fault *reterr_fault) {
	struct token_text text;
	ent_status status = bearer_text(authorization, &text, reterr_fault);
	if (status != ENT_OK)
		return status;
	const uint64_t hash = token_cache_hash(checker->cache, text);
	struct token_verified *token = token_cache_find(checker->cache, hash, text);
	const bool is_new = token == NULL;
	if (is_new)
		status = verify(checker, text, &token, reterr_fault);
	if (status == ENT_OK)
		status = admit(checker, token, now_utc_us, reterr_fault);
	if (status == ENT_OK && is_new)
		token_cache_add(checker->cache, hash, token, now_utc_us);
	if (status != ENT_OK) {
		token_verified_release(token);
		return status;
	}
	*ret_token = &token->token;
	return ENT_OK;
}

void ent_token_release(const struct ent_token *token) {
	token_verified_release((struct token_verified *)token);
}

bool ent_token_has_scope(const struct ent_token *token, const char *scope) {
	for (size_t i = 0; i < token->n_scopes; i++)
		if (strcmp(token->scopes[i], scope) == 0)
			return true;
	return false;
}
