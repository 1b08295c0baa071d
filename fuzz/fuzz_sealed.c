/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_sealed.c: private keys under passphrases. An input is two costs (4 bytes each, little endian), then salt, nonce and box,
 * then a passphrase. It is opened as it stands, which comes to a key only by who sealed it; and it is laid over a key that was sealed with
 * that passphrase, which opens when nothing of it has changed, and else never.
 */
#include "fuzz.h"

#include "entente/seal.h"

enum {
	COSTS_SIZE = 8,
	FIXED_SIZE = COSTS_SIZE + ENT_SEALED_SALT_SIZE + ENT_SEALED_NONCE_SIZE + ENT_SEALED_BOX_SIZE
};

static uint32_t number_of(const uint8_t *bytes) {
	return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
			(uint32_t)bytes[3] << 24;
}

/* Those that are out of bounds stay so; those within are made small. */
static uint32_t cost(uint32_t given, uint32_t least, uint32_t most, uint32_t spread) {
	return given < least || given > most ? given : least + given % spread;
}

static bool in_bounds(const struct ent_sealed_key *sealed) {
	return sealed->passes >= ENT_SEALED_PASSES_MIN && sealed->passes <= ENT_SEALED_PASSES_MAX &&
			sealed->memory_kib >= ENT_SEALED_MEMORY_MIN_KIB &&
			sealed->memory_kib <= ENT_SEALED_MEMORY_MAX_KIB;
}

static void lay_over(uint8_t *bytes, const uint8_t *mask, size_t size, bool *changed) {
	for (size_t i = 0; i < size; i++) {
		bytes[i] ^= mask[i];
		*changed = *changed || mask[i] != 0;
	}
}

/* As it stands: 48 bytes that nobody sealed are no key. */
static void try_as_it_is(const struct ent_sealed_key *sealed, struct ent_secret *passphrase) {
	struct ent_sign_key *key = NULL;
	const ent_status status = ent_sealed_key_open(sealed, passphrase, &key);
	FUZZ_CHECK(status == (in_bounds(sealed) ? ENT_E_REFUSED : ENT_E_LIMIT) && key == NULL);
}

static void try_changed(const struct ent_sealed_key *mask, struct ent_secret *passphrase) {
	struct ent_sign_key *key = NULL, *opened = NULL;
	struct ent_sealed_key sealed;
	uint8_t public_key[ENT_SIGN_PUBLIC_SIZE], again[ENT_SIGN_PUBLIC_SIZE];
	bool changed = false;
	FUZZ_CHECK(ent_sign_key_create(&key) == ENT_OK);
	ent_status status = ent_sealed_key_close(
			key, passphrase, mask->passes, mask->memory_kib, &sealed);
	FUZZ_CHECK(status == (in_bounds(mask) ? ENT_OK : ENT_E_LIMIT));
	if (status == ENT_OK) {
		lay_over(sealed.salt, mask->salt, sizeof sealed.salt, &changed);
		lay_over(sealed.nonce, mask->nonce, sizeof sealed.nonce, &changed);
		lay_over(sealed.box, mask->box, sizeof sealed.box, &changed);
		status = ent_sealed_key_open(&sealed, passphrase, &opened);
		FUZZ_CHECK(status == (changed ? ENT_E_REFUSED : ENT_OK));
	}
	if (status == ENT_OK) {
		ent_sign_key_public(key, public_key);
		ent_sign_key_public(opened, again);
		FUZZ_CHECK(memcmp(public_key, again, sizeof again) == 0);
	}
	ent_sign_key_destroy(key);
	ent_sign_key_destroy(opened);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct ent_sealed_key sealed;
	struct ent_secret *passphrase = NULL;
	if (size <= FIXED_SIZE || size > FIXED_SIZE + ENT_PASSWORD_MAX)
		return 0;
	FUZZ_CHECK(ent_seal_start() == ENT_OK);
	sealed.passes = cost(number_of(data), ENT_SEALED_PASSES_MIN, ENT_SEALED_PASSES_MAX, 3);
	sealed.memory_kib = cost(number_of(data + 4), ENT_SEALED_MEMORY_MIN_KIB,
			ENT_SEALED_MEMORY_MAX_KIB, 57);
	const uint8_t *at = data + COSTS_SIZE;
	memcpy(sealed.salt, at, sizeof sealed.salt);
	at += sizeof sealed.salt;
	memcpy(sealed.nonce, at, sizeof sealed.nonce);
	at += sizeof sealed.nonce;
	memcpy(sealed.box, at, sizeof sealed.box);
	FUZZ_CHECK(ent_secret_create(size - FIXED_SIZE, &passphrase) == ENT_OK);
	memcpy(ent_secret_bytes(passphrase), data + FIXED_SIZE, size - FIXED_SIZE);
	try_as_it_is(&sealed, passphrase);
	try_changed(&sealed, passphrase);
	ent_secret_destroy(passphrase);
	return 0;
}
