/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cache.h: verified tokens, and the table that remembers them, inside.
 *
 * 1. Only a token whose signature was right is remembered; so whoever has no key of ours can neither fill
 *    the table nor push anybody out of it.
 * 2. A token is found by its whole text. The hash (SipHash under a key from chance, so that nobody outside
 *    can make two tokens meet) only says where to look.
 * 3. A token belongs to the generation of keys that verified it, and is found in that generation only. So one
 *    that was verified while the keys changed is never found under the new ones, whenever it was put in.
 * 4. At most TOKEN_CACHE_MAX tokens, in sets of TOKEN_CACHE_WAYS; a set has a lock of its own, held for a few
 *    instructions. A full set lets go of one of another generation, or an expired one, or by the clock: the
 *    next that nobody has used since the hand last passed. So a client that has a new token for each request
 *    does not push out those that are used.
 */
#ifndef TOKEN_CACHE_H
#define TOKEN_CACHE_H

#include <stdatomic.h>

#include "claims.h"

enum { TOKEN_CACHE_MAX = 4096, TOKEN_CACHE_WAYS = 8 };

/* A token whose signature was right; one block of memory, immutable but for the count. */
struct token_verified {
	struct ent_token token; /* first, so that ent_token_release finds the rest */
	atomic_uint holders;
	int64_t starts_utc_us, issued_utc_us; /* TOKEN_TIME_NONE: not there */
	size_t n_audiences;
	const char *const *audiences;
	uint64_t generation;
	size_t text_length;
	const char *text; /* the whole token as it came, not terminated */
};

/* Copies. E_MEMORY. */
ENT_MUST_USE ent_status token_verified_create(const struct token_claims *claims,
		struct token_text text, uint64_t generation, struct token_verified **ret_verified);
void token_verified_release(struct token_verified *verified); /* NULL is fine */

struct token_cache;
ENT_MUST_USE ent_status token_cache_create(struct token_cache **ret_cache); /* E_MEMORY */
void token_cache_destroy(struct token_cache *cache);                        /* NULL is fine */
uint64_t token_cache_hash(const struct token_cache *cache, struct token_text text);
uint64_t token_cache_generation(struct token_cache *cache);
/* Held for the caller, or NULL. */
struct token_verified *token_cache_find(
		struct token_cache *cache, uint64_t hash, struct token_text text);
/* Holds it too, unless its generation is over. */
void token_cache_add(struct token_cache *cache, uint64_t hash, struct token_verified *verified,
		int64_t now_utc_us);
/* Begins the next generation: nothing of before is found from now on, and its memory is let go of. */
void token_cache_forget(struct token_cache *cache);
size_t token_cache_count(struct token_cache *cache);

#endif
