/* SPDX-License-Identifier: Apache-2.0 */
/* sign.c: Ed25519 (RFC 8032) by libsodium; private keys stand in its guarded, locked memory. */
#include "entente/seal.h"

#include <string.h>

#include <sodium.h>

_Static_assert(ENT_SIGN_PUBLIC_SIZE == crypto_sign_PUBLICKEYBYTES &&
				ENT_SIGN_SEED_SIZE == crypto_sign_SEEDBYTES &&
				ENT_SIGNATURE_SIZE == crypto_sign_BYTES,
		"libsodium's sizes are those of RFC 8032");

/* Bytes only: sodium_malloc aligns nothing. */
struct ent_sign_key {
	uint8_t secret[crypto_sign_SECRETKEYBYTES];
	uint8_t public_key[ENT_SIGN_PUBLIC_SIZE];
};

/* 'seed' NULL: from chance. */
static ent_status create(const uint8_t *seed, struct ent_sign_key **ret_key) {
	struct ent_sign_key *key = sodium_malloc(sizeof *key);
	if (key == NULL)
		return ENT_E_MEMORY;
	if (seed != NULL)
		(void)crypto_sign_seed_keypair(key->public_key, key->secret, seed);
	else
		(void)crypto_sign_keypair(key->public_key, key->secret);
	(void)sodium_mprotect_readonly(key);
	*ret_key = key;
	return ENT_OK;
}

ent_status ent_sign_key_create(struct ent_sign_key **ret_key) {
	return create(NULL, ret_key);
}

ent_status ent_sign_key_create_from_seed(
		const uint8_t seed[ENT_SIGN_SEED_SIZE], struct ent_sign_key **ret_key) {
	return create(seed, ret_key);
}

void ent_sign_key_destroy(struct ent_sign_key *key) {
	sodium_free(key);
}

void ent_sign_key_public(const struct ent_sign_key *key, uint8_t ret_public[ENT_SIGN_PUBLIC_SIZE]) {
	memcpy(ret_public, key->public_key, ENT_SIGN_PUBLIC_SIZE);
}

void ent_sign_key_seed(const struct ent_sign_key *key, uint8_t ret_seed[ENT_SIGN_SEED_SIZE]) {
	(void)crypto_sign_ed25519_sk_to_seed(ret_seed, key->secret);
}

void ent_sign(const struct ent_sign_key *key, const void *bytes, size_t size,
		uint8_t ret_signature[ENT_SIGNATURE_SIZE]) {
	(void)crypto_sign_detached(ret_signature, NULL, bytes, size, key->secret);
}

bool ent_sign_verify(const uint8_t public_key[ENT_SIGN_PUBLIC_SIZE], const void *bytes, size_t size,
		const uint8_t signature[ENT_SIGNATURE_SIZE]) {
	return crypto_sign_verify_detached(signature, bytes, size, public_key) == 0;
}

void ent_seal_wipe(void *bytes, size_t size) {
	ent_wipe(bytes, size);
}
