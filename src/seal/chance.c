/* SPDX-License-Identifier: Apache-2.0 */
/* chance.c: random bytes, the keyed hash for tables, and comparison in constant time, by libsodium. */
#include "entente/seal.h"

#include <sodium.h>

_Static_assert(ENT_SIPHASH_KEY_SIZE == crypto_shorthash_siphash24_KEYBYTES &&
				sizeof(uint64_t) == crypto_shorthash_siphash24_BYTES,
		"libsodium's sizes are SipHash's");

void ent_seal_random(void *ret_bytes, size_t size) {
	randombytes_buf(ret_bytes, size);
}

uint64_t ent_seal_siphash(const void *bytes, size_t size, const uint8_t key[ENT_SIPHASH_KEY_SIZE]) {
	uint8_t hash[crypto_shorthash_siphash24_BYTES];
	uint64_t value = 0;
	(void)crypto_shorthash_siphash24(hash, bytes, size, key);
	/* Little-endian, as SipHash's authors print it. */
	for (size_t i = sizeof hash; i > 0; i--)
		value = value << 8 | hash[i - 1];
	return value;
}

bool ent_seal_equal(const void *a, const void *b, size_t size) {
	return sodium_memcmp(a, b, size) == 0;
}
