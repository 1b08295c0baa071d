/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys.h: the keys in force, inside. While a set is being made it belongs to one thread; once a checker
 * has it, it never changes, threads hold it, and the last one out destroys it.
 */
#ifndef TOKEN_KEYS_H
#define TOKEN_KEYS_H

#include <stdatomic.h>

#include "entente/token.h"

/* A set of algorithms: bit 1 << alg. */
#define TOKEN_ALGS_ALL ((1u << ENT_PKEY_ALG_COUNT) - 1)

struct token_key {
	struct ent_pkey *pkey;
	unsigned algs; /* that its kind and its JWK let it check */
	size_t id_length;
	char *id; /* its "kid", not terminated; NULL: it has none */
};

struct ent_token_keys {
	atomic_uint holders;
	size_t n;
	struct token_key key[ENT_TOKEN_KEYS_MAX];
};

/* By its name in a token; false: not one that we take. */
bool token_alg_from_name(const char *name, size_t length, enum ent_pkey_alg *ret_alg);
/* Takes the pkey in any case; 'id' (NULL: none) is copied. E_LIMIT: the set is full; E_REFUSED: no algorithm is left. */
ENT_MUST_USE ent_status token_keys_add(struct ent_token_keys *keys, struct ent_pkey *take_pkey,
		unsigned algs, const char *id, size_t id_length, struct ent_fault *fault);
/* Lets go of what was added behind the first 'n': a source of keys is taken as a whole or not at all. */
void token_keys_cut(struct ent_token_keys *keys, size_t n);
bool token_key_is(const struct token_key *key, const char *id, size_t id_length);

enum token_match {
	TOKEN_MATCH_NO_KEY,   /* none may check this algorithm */
	TOKEN_MATCH_NO,       /* some may, and none made it */
	TOKEN_MATCH_SIGNATURE /* it is right */
};
/* Tries each key that may check 'alg' once, those with this 'id' (NULL: none is named) before the others. */
enum token_match token_keys_verify(const struct ent_token_keys *keys, enum ent_pkey_alg alg,
		const char *id, size_t id_length, const struct ent_seal_part *text,
		const struct ent_seal_part *signature);

#endif
