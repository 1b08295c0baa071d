/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sha256.c: SHA-256 (FIPS 180-4) by OpenSSL, which uses the processor's own instructions.
 *
 * By its functions for this hash alone, which work on what the caller has. EVP, that is for any digest, gets and wipes
 * memory for each hash (OpenSSL 3.0): a thousand instructions, where those of a ledger's node, of 65 bytes, take three
 * hundred. OpenSSL 3 calls them deprecated, since a digest of another's making cannot stand in for them: none shall.
 * They cannot fail.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "entente/seal.h"

#include <openssl/sha.h>

void ent_seal_sha256(const void *bytes, size_t size, struct ent_hash *ret_hash) {
	const struct ent_seal_part all = {bytes, size};
	ent_seal_sha256_parts(&all, 1, ret_hash);
}

/* 'ret_hash' may be one of the parts: it is written last. */
void ent_seal_sha256_parts(const struct ent_seal_part *parts, size_t n, struct ent_hash *ret_hash) {
	SHA256_CTX context;
	(void)SHA256_Init(&context);
	for (size_t i = 0; i < n; i++)
		(void)SHA256_Update(&context, parts[i].bytes, parts[i].size);
	(void)SHA256_Final(ret_hash->bytes, &context);
}
