/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sealed.c: a private key under a passphrase.
 *
 *     key = Argon2id(passphrase, salt, passes, memory)            RFC 9106, one lane, 32 bytes
 *     box = XChaCha20-Poly1305(key, nonce, seed)                  libsodium's secretbox: tag, then cipher text
 *
 * A wrong passphrase and a damaged box look the same: the tag does not hold.
 */
#include "entente/seal.h"

#include <sodium.h>

_Static_assert(ENT_SEALED_SALT_SIZE == crypto_pwhash_argon2id_SALTBYTES &&
				ENT_SEALED_NONCE_SIZE ==
						crypto_secretbox_xchacha20poly1305_NONCEBYTES &&
				ENT_SEALED_BOX_SIZE ==
						crypto_secretbox_xchacha20poly1305_MACBYTES +
								ENT_SIGN_SEED_SIZE,
		"libsodium's sizes are ours");

/* Both live for the length of one call. */
struct work {
	uint8_t key[crypto_secretbox_xchacha20poly1305_KEYBYTES];
	uint8_t seed[ENT_SIGN_SEED_SIZE];
};

static bool cost_ok(const struct ent_sealed_key *sealed) {
	return sealed->passes >= ENT_SEALED_PASSES_MIN && sealed->passes <= ENT_SEALED_PASSES_MAX &&
			sealed->memory_kib >= ENT_SEALED_MEMORY_MIN_KIB &&
			sealed->memory_kib <= ENT_SEALED_MEMORY_MAX_KIB;
}

/* E_MEMORY. */
static ent_status derive(const struct ent_sealed_key *sealed, struct ent_secret *passphrase,
		struct work **ret_work) {
	struct work *work = sodium_malloc(sizeof *work);
	if (work == NULL)
		return ENT_E_MEMORY;
	if (crypto_pwhash_argon2id(work->key, sizeof work->key,
			    (const char *)ent_secret_bytes(passphrase), ent_secret_size(passphrase),
			    sealed->salt, sealed->passes, (size_t)sealed->memory_kib * 1024,
			    crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0) {
		sodium_free(work);
		return ENT_E_MEMORY;
	}
	*ret_work = work;
	return ENT_OK;
}

ent_status ent_sealed_key_close(const struct ent_sign_key *key, struct ent_secret *passphrase,
		uint32_t passes, uint32_t memory_kib, struct ent_sealed_key *ret_sealed) {
	struct ent_sealed_key sealed = {.passes = passes, .memory_kib = memory_kib};
	struct work *work;
	if (!cost_ok(&sealed))
		return ENT_E_LIMIT;
	randombytes_buf(sealed.salt, sizeof sealed.salt);
	randombytes_buf(sealed.nonce, sizeof sealed.nonce);
	const ent_status status = derive(&sealed, passphrase, &work);
	if (status != ENT_OK)
		return status;
	ent_sign_key_seed(key, work->seed);
	(void)crypto_secretbox_xchacha20poly1305_easy(
			sealed.box, work->seed, sizeof work->seed, sealed.nonce, work->key);
	sodium_free(work);
	*ret_sealed = sealed;
	return ENT_OK;
}

ent_status ent_sealed_key_open(const struct ent_sealed_key *sealed, struct ent_secret *passphrase,
		struct ent_sign_key **ret_key) {
	struct work *work;
	if (!cost_ok(sealed))
		return ENT_E_LIMIT;
	ent_status status = derive(sealed, passphrase, &work);
	if (status != ENT_OK)
		return status;
	if (crypto_secretbox_xchacha20poly1305_open_easy(work->seed, sealed->box,
			    sizeof sealed->box, sealed->nonce, work->key) != 0)
		status = ENT_E_REFUSED;
	else
		status = ent_sign_key_create_from_seed(work->seed, ret_key);
	sodium_free(work);
	return status;
}
