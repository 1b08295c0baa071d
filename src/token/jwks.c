/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jwks.c: keys from a JWK Set (RFC 7517, with the members of RFC 7518 section 6).
 *
 * A key that we cannot use is passed over, as section 5 of RFC 7517 asks for; its reason is told when in
 * the end no key is usable, or when it was one of those asked for. Refused are: another kind; "use" that is
 * not "sig"; "key_ops" without "verify"; an "alg" that is not ours or not of its kind; a private half ("d"),
 * since who publishes that lets everybody sign; and numbers that make no key.
 */
#include "keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente/base64.h"
#include "entente/json.h"
#include "entente/text.h"

enum {
	NUMBER_MAX = 1025, /* bytes of a modulus: 8192 bits, and a zero in front as some write it */
	COORDINATE_SIZE = 32, /* P-256, RFC 7518 section 6.2.1.2 */
	SHOWN_SIZE = 40
};

/* What is read from one JWK. */
struct jwk {
	struct ent_json_value object;
	struct ent_pkey *pkey;
	unsigned algs;
	const char *id; /* NULL: none */
	size_t id_length;
};

static ent_status refuse(struct ent_fault *fault, const char *why) {
	ent_fault_set(fault, "", "%s", why);
	return ENT_E_REFUSED;
}

/* The bytes of a member in base64url. */
static ent_status read_bytes(const struct jwk *jwk, const char *name, size_t capacity,
		uint8_t *ret_bytes, size_t *ret_size, struct ent_fault *fault) {
	struct ent_json_value value;
	const char *text;
	size_t length;
	if (!ent_json_member(jwk->object, name, &value) ||
			!ent_json_string(value, &text, &length) ||
			ent_base64_parse(ENT_BASE64_URL, text, length, ret_bytes, capacity,
					ret_size) != ENT_OK ||
			*ret_size == 0) {
		ent_fault_set(fault, "", "its \"%s\" is missing, too long or not base64url", name);
		return ENT_E_REFUSED;
	}
	return ENT_OK;
}

static ent_status read_rsa(struct jwk *jwk, struct ent_fault *fault) {
	uint8_t n[NUMBER_MAX], e[NUMBER_MAX];
	size_t n_size = 0, e_size = 0;
	ent_status status = read_bytes(jwk, "n", sizeof n, n, &n_size, fault);
	if (status == ENT_OK)
		status = read_bytes(jwk, "e", sizeof e, e, &e_size, fault);
	if (status == ENT_OK)
		status = ent_pkey_create_rsa(n, n_size, e, e_size, &jwk->pkey, fault);
	return status;
}

static ent_status read_ec(struct jwk *jwk, struct ent_fault *fault) {
	uint8_t x[COORDINATE_SIZE], y[COORDINATE_SIZE];
	size_t x_size = 0, y_size = 0;
	struct ent_json_value curve;
	if (!ent_json_member(jwk->object, "crv", &curve) || !ent_json_string_is(curve, "P-256"))
		return refuse(fault, "its curve is not P-256");
	ent_status status = read_bytes(jwk, "x", sizeof x, x, &x_size, fault);
	if (status == ENT_OK)
		status = read_bytes(jwk, "y", sizeof y, y, &y_size, fault);
	if (status == ENT_OK && (x_size != sizeof x || y_size != sizeof y))
		status = refuse(fault, "its \"x\" and \"y\" are not of 32 bytes each");
	if (status == ENT_OK)
		status = ent_pkey_create_p256(x, y, &jwk->pkey, fault);
	return status;
}

/* What its "use", "key_ops" and "alg" leave it (RFC 7517, sections 4.2 to 4.4). */
static ent_status read_purpose(struct jwk *jwk, struct ent_fault *fault) {
	struct ent_json_value value, operation;
	const char *name;
	size_t length;
	enum ent_pkey_alg alg;
	if (ent_json_member(jwk->object, "d", &value))
		return refuse(fault, "it is a private key, so anybody can sign with it");
	if (ent_json_member(jwk->object, "use", &value) && !ent_json_string_is(value, "sig"))
		return refuse(fault, "its \"use\" is not \"sig\"");
	if (ent_json_member(jwk->object, "key_ops", &value)) {
		struct ent_json_walk it = ent_json_walk_from(value);
		bool verifies = false;
		while (ent_json_kind(value) == ENT_JSON_ARRAY &&
				ent_json_next_element(&it, &operation))
			verifies |= ent_json_string_is(operation, "verify");
		if (!verifies)
			return refuse(fault, "its \"key_ops\" do not have \"verify\"");
	}
	jwk->algs = TOKEN_ALGS_ALL;
	if (ent_json_member(jwk->object, "alg", &value)) {
		if (!ent_json_string(value, &name, &length) ||
				!token_alg_from_name(name, length, &alg))
			return refuse(fault, "its \"alg\" is not one that we take");
		jwk->algs = 1u << alg;
	}
	return ENT_OK;
}

static ent_status read_jwk(struct jwk *jwk, struct ent_fault *fault) {
	static const struct {
		const char *kind;
		ent_status (*read)(struct jwk *jwk, struct ent_fault *fault);
	} kinds[] = {{"RSA", read_rsa}, {"EC", read_ec}};
	struct ent_json_value value;
	if (!ent_json_member(jwk->object, "kty", &value))
		return refuse(fault, "it has no \"kty\"");
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (ent_json_string_is(value, kinds[i].kind)) {
			const ent_status status = read_purpose(jwk, fault);
			return status == ENT_OK ? kinds[i].read(jwk, fault) : status;
		}
	return refuse(fault, "its \"kty\" is neither \"RSA\" nor \"EC\"");
}

/* --- The set --- */

struct reading {
	struct ent_token_keys *keys;
	size_t n_before;
	const char *const *ids;
	size_t n_ids;
	struct ent_fault passed; /* over first: where and why */
};

static bool is_wanted(const struct reading *reading, const struct jwk *jwk) {
	for (size_t i = 0; i < reading->n_ids; i++)
		if (jwk->id != NULL && strlen(reading->ids[i]) == jwk->id_length &&
				memcmp(reading->ids[i], jwk->id, jwk->id_length) == 0)
			return true;
	return reading->n_ids == 0;
}

/* ENT_OK also for a key that is passed over. */
static ent_status add_jwk(struct reading *reading, struct ent_json_value object, uint64_t index,
		struct ent_fault *fault) {
	struct jwk jwk = {.object = object};
	struct ent_json_value id;
	struct ent_json_path path = {0};
	(void)ent_json_path_member(&path, "keys", 4);
	(void)ent_json_path_index(&path, index);
	if (ent_json_member(object, "kid", &id))
		(void)ent_json_string(id, &jwk.id, &jwk.id_length);
	if (!is_wanted(reading, &jwk))
		return ENT_OK;
	ent_status status = read_jwk(&jwk, fault);
	if (status == ENT_OK)
		status = token_keys_add(
				reading->keys, jwk.pkey, jwk.algs, jwk.id, jwk.id_length, fault);
	if (status == ENT_OK || status == ENT_E_MEMORY || status == ENT_E_LIMIT)
		return status;
	if (reading->passed.why[0] == '\0')
		ent_fault_set(&reading->passed, path.text, "%s", fault->why);
	return ENT_OK;
}

/* Is each that was asked for there, and any at all? */
static ent_status check_found(const struct reading *reading, struct ent_fault *fault) {
	const struct ent_token_keys *keys = reading->keys;
	const struct ent_fault *passed = &reading->passed;
	char shown[SHOWN_SIZE];
	for (size_t i = 0; i < reading->n_ids; i++) {
		const char *id = reading->ids[i];
		bool found = false;
		for (size_t k = reading->n_before; k < keys->n && !found; k++)
			found = token_key_is(&keys->key[k], id, strlen(id));
		if (found)
			continue;
		ent_fault_set(fault, "", "holds no usable key with the kid \"%s\"%s%s%s%s",
				ent_text_show(id, strlen(id), shown, sizeof shown),
				passed->why[0] != '\0' ? "; of " : "", passed->where,
				passed->why[0] != '\0' ? ": " : "", passed->why);
		return ENT_E_MISSING;
	}
	if (keys->n > reading->n_before)
		return ENT_OK;
	ent_fault_set(fault, "", "holds no key that we can use%s%s%s%s",
			passed->why[0] != '\0' ? "; of " : "", passed->where,
			passed->why[0] != '\0' ? ": " : "", passed->why);
	return ENT_E_MISSING;
}

static ent_status read_set(
		struct reading *reading, struct ent_json_value root, struct ent_fault *fault) {
	struct ent_json_value keys, object;
	if (!ent_json_member(root, "keys", &keys) || ent_json_kind(keys) != ENT_JSON_ARRAY) {
		ent_fault_set(fault, "", "is no JWK Set: no array \"keys\" in an object");
		return ENT_E_SYNTAX;
	}
	struct ent_json_walk it = ent_json_walk_from(keys);
	ent_status status = ENT_OK;
	for (uint64_t i = 0; status == ENT_OK && ent_json_next_element(&it, &object); i++)
		if (i < ENT_TOKEN_JWKS_KEYS_MAX) {
			status = add_jwk(reading, object, i, fault);
		} else {
			ent_fault_set(fault, "", "a JWK Set of more than %d keys",
					ENT_TOKEN_JWKS_KEYS_MAX);
			status = ENT_E_LIMIT;
		}
	return status == ENT_OK ? check_found(reading, fault) : status;
}

ent_status ent_token_keys_add_jwks(struct ent_token_keys *keys, const char *name, const char *text,
		size_t length, const char *const *ids, size_t n_ids,
		struct ent_fault *reterr_fault) {
	struct reading reading = {keys, keys->n, ids, n_ids, {{0}, {0}}};
	const struct ent_json_options options = {.refuse_duplicates = true};
	struct ent_fault fault = {0};
	struct ent_json *json = NULL;
	struct ent_json_value root = {0};
	if (length > ENT_TOKEN_JWKS_SIZE_MAX) {
		ent_fault_set(reterr_fault, name, "a JWK Set of more than %d KiB",
				ENT_TOKEN_JWKS_SIZE_MAX >> 10);
		return ENT_E_LIMIT;
	}
	ent_status status = ent_json_create(&json);
	if (status != ENT_OK)
		ent_fault_set(&fault, "", "%s", ent_status_text(status));
	const bool created = status == ENT_OK;
	if (created)
		status = ent_json_parse(json, text, length, &options, &root, &fault);
	const bool no_json = created && status != ENT_OK && status != ENT_E_MEMORY;
	if (status == ENT_OK)
		status = read_set(&reading, root, &fault);
	else if (status != ENT_E_MEMORY && status != ENT_E_LIMIT)
		status = ENT_E_SYNTAX;
	ent_json_destroy(json);
	if (status != ENT_OK) {
		token_keys_cut(keys, reading.n_before);
		ent_fault_set(reterr_fault, name, "%s%s%s%s",
				no_json ? "cannot be read as JSON: " : "", fault.where,
				fault.where[0] != '\0' ? ": " : "", fault.why);
	}
	return status;
}
