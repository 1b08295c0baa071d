/* SPDX-License-Identifier: Apache-2.0 */
/* keys.c: a set of keys, and those that come as PEM. */
#include "keys.h"

#include <stdlib.h>
#include <string.h>

#include "entente/text.h"

/* RFC 7468: what stands around a block, and the label of a public key (section 13). */
#define PEM_BEGIN "-----BEGIN "
#define PEM_END "-----END "
#define PEM_DASHES "-----"
#define PEM_PUBLIC "PUBLIC KEY"

enum { LABEL_SHOWN_SIZE = 40 };

ent_status ent_token_keys_create(struct ent_token_keys **ret_keys) {
	struct ent_token_keys *keys = calloc(1, sizeof *keys);
	if (keys == NULL)
		return ENT_E_MEMORY;
	atomic_init(&keys->holders, 1);
	*ret_keys = keys;
	return ENT_OK;
}

void ent_token_keys_destroy(struct ent_token_keys *keys) {
	if (keys == NULL || atomic_fetch_sub_explicit(&keys->holders, 1, memory_order_acq_rel) != 1)
		return;
	token_keys_cut(keys, 0);
	free(keys);
}

size_t ent_token_keys_count(const struct ent_token_keys *keys) {
	return keys->n;
}

void token_keys_cut(struct ent_token_keys *keys, size_t n) {
	while (keys->n > n) {
		struct token_key *key = &keys->key[--keys->n];
		ent_pkey_destroy(key->pkey);
		free(key->id);
	}
}

bool token_alg_from_name(const char *name, size_t length, enum ent_pkey_alg *ret_alg) {
	static const char *const names[ENT_PKEY_ALG_COUNT] = {
#define ROW(alg, text) [ENT_PKEY_##alg] = text,
			ENT_PKEY_ALG_MAP(ROW)
#undef ROW
	};
	for (int alg = 0; alg < ENT_PKEY_ALG_COUNT; alg++)
		if (strlen(names[alg]) == length && memcmp(names[alg], name, length) == 0) {
			*ret_alg = (enum ent_pkey_alg)alg;
			return true;
		}
	return false;
}

bool token_key_is(const struct token_key *key, const char *id, size_t id_length) {
	return key->id != NULL && key->id_length == id_length &&
			memcmp(key->id, id, id_length) == 0;
}

ent_status token_keys_add(struct ent_token_keys *keys, struct ent_pkey *take_pkey, unsigned algs,
		const char *id, size_t id_length, struct ent_fault *fault) {
	struct token_key key = {.pkey = take_pkey, .id_length = id_length};
	ent_status status = ENT_OK;
	for (int alg = 0; alg < ENT_PKEY_ALG_COUNT; alg++)
		if ((algs & 1u << alg) != 0 && ent_pkey_takes(take_pkey, (enum ent_pkey_alg)alg))
			key.algs |= 1u << alg;
	if (key.algs == 0) {
		ent_fault_set(fault, "", "its algorithm is not one for its kind of key");
		status = ENT_E_REFUSED;
	} else if (keys->n == ENT_TOKEN_KEYS_MAX) {
		ent_fault_set(fault, "", "more than %d keys", ENT_TOKEN_KEYS_MAX);
		status = ENT_E_LIMIT;
	} else if (id != NULL && (key.id = malloc(id_length + 1)) == NULL) {
		ent_fault_set(fault, "", "%s", ent_status_text(ENT_E_MEMORY));
		status = ENT_E_MEMORY;
	}
	if (status != ENT_OK) {
		ent_pkey_destroy(take_pkey);
		return status;
	}
	if (id != NULL)
		memcpy(key.id, id, id_length);
	keys->key[keys->n++] = key;
	return ENT_OK;
}

enum token_match token_keys_verify(const struct ent_token_keys *keys, enum ent_pkey_alg alg,
		const char *id, size_t id_length, const struct ent_seal_part *text,
		const struct ent_seal_part *signature) {
	enum token_match match = TOKEN_MATCH_NO_KEY;
	for (int named = 1; named >= 0; named--)
		for (size_t i = 0; i < keys->n; i++) {
			const struct token_key *key = &keys->key[i];
			const bool is_named = id != NULL && token_key_is(key, id, id_length);
			if ((key->algs & 1u << alg) == 0 || is_named != (named == 1))
				continue;
			if (ent_pkey_verify(key->pkey, alg, text->bytes, text->size,
					    signature->bytes, signature->size))
				return TOKEN_MATCH_SIGNATURE;
			match = TOKEN_MATCH_NO;
		}
	return match;
}

/* --- PEM --- */

/* Where 'what' stands in the text, or NULL. */
static const char *find(const char *text, const char *end, const char *what) {
	const size_t length = strlen(what);
	for (; (size_t)(end - text) >= length; text++)
		if (memcmp(text, what, length) == 0)
			return text;
	return NULL;
}

/* The block that begins at 'begin'; *ret_end is behind its last dash. */
static ent_status add_block(struct ent_token_keys *keys, const char *begin, const char *text_end,
		const char **ret_end, struct ent_fault *fault) {
	char shown[LABEL_SHOWN_SIZE];
	const char *label = begin + sizeof PEM_BEGIN - 1;
	const char *label_end = find(label, text_end, PEM_DASHES);
	const char *close = label_end != NULL ? find(label_end, text_end, PEM_END) : NULL;
	const char *end = close != NULL ? find(close + sizeof PEM_END - 1, text_end, PEM_DASHES)
					: NULL;
	struct ent_pkey *pkey;
	if (end == NULL) {
		ent_fault_set(fault, "", "a PEM block has no end");
		return ENT_E_SYNTAX;
	}
	const size_t label_length = (size_t)(label_end - label);
	if (label_length != sizeof PEM_PUBLIC - 1 || memcmp(label, PEM_PUBLIC, label_length) != 0) {
		ent_fault_set(fault, "", "holds a block of \"%s\"; it must be \"" PEM_PUBLIC "\"",
				ent_text_show(label, label_length, shown, sizeof shown));
		return ENT_E_REFUSED;
	}
	end += sizeof PEM_DASHES - 1;
	const ent_status status = ent_pkey_create_from_pem(
			begin, (size_t)(end - begin), false, &pkey, fault);
	if (status != ENT_OK)
		return status;
	*ret_end = end;
	return token_keys_add(keys, pkey, TOKEN_ALGS_ALL, NULL, 0, fault);
}

/* Every block of the file is a key; words may stand between them (RFC 7468, section 2). */
ent_status ent_token_keys_add_pem(struct ent_token_keys *keys, const char *name, const char *pem,
		size_t length, struct ent_fault *reterr_fault) {
	const size_t n_before = keys->n;
	const char *at = pem, *const end = pem + length, *begin;
	struct ent_fault fault = {0};
	ent_status status = ENT_OK;
	while (status == ENT_OK && (begin = find(at, end, PEM_BEGIN)) != NULL)
		status = add_block(keys, begin, end, &at, &fault);
	if (status == ENT_OK && keys->n == n_before) {
		ent_fault_set(&fault, "", "holds no PEM block of \"" PEM_PUBLIC "\"");
		status = ENT_E_SYNTAX;
	}
	if (status != ENT_OK) {
		token_keys_cut(keys, n_before);
		ent_fault_set(reterr_fault, name, "%s", fault.why);
	}
	return status;
}
