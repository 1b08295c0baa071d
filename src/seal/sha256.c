/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sha256.c: SHA-256 (FIPS 180-4) by OpenSSL, which uses the processor's own instructions.
 *
 * A context costs more to make than to use, so each thread keeps one, made when it first hashes and freed
 * when it ends. Hashing cannot fail: without memory for a context, libsodium hashes, which needs none.
 */
#include "entente/seal.h"

#include <pthread.h>
#include <string.h>

#include <openssl/evp.h>
#include <sodium.h>

#include "libs.h"

static pthread_key_t context_key;
static bool started;
static _Thread_local EVP_MD_CTX *context_of_thread;

static void context_end(void *context) {
	context_of_thread = NULL;
	EVP_MD_CTX_free(context);
}

ent_status seal_sha256_start(void) {
	if (!started && pthread_key_create(&context_key, context_end) != 0)
		return ENT_E_MEMORY;
	started = true;
	return ENT_OK;
}

/* NULL without memory, or before ent_seal_start. */
static EVP_MD_CTX *context(void) {
	if (context_of_thread != NULL || !started)
		return context_of_thread;
	EVP_MD_CTX *made = EVP_MD_CTX_new();
	if (made == NULL || pthread_setspecific(context_key, made) != 0) {
		EVP_MD_CTX_free(made);
		return NULL;
	}
	context_of_thread = made;
	return made;
}

static bool hash_by_openssl(
		const struct ent_seal_part *parts, size_t n, uint8_t ret_bytes[ENT_HASH_SIZE]) {
	EVP_MD_CTX *of_thread = context();
	if (of_thread == NULL || EVP_DigestInit_ex2(of_thread, seal_digests.sha256, NULL) != 1)
		return false;
	for (size_t i = 0; i < n; i++)
		if (EVP_DigestUpdate(of_thread, parts[i].bytes, parts[i].size) != 1)
			return false;
	return EVP_DigestFinal_ex(of_thread, ret_bytes, NULL) == 1;
}

static void hash_by_sodium(
		const struct ent_seal_part *parts, size_t n, uint8_t ret_bytes[ENT_HASH_SIZE]) {
	crypto_hash_sha256_state state;
	(void)crypto_hash_sha256_init(&state);
	for (size_t i = 0; i < n; i++)
		(void)crypto_hash_sha256_update(&state, parts[i].bytes, parts[i].size);
	(void)crypto_hash_sha256_final(&state, ret_bytes);
}

void ent_seal_sha256(const void *bytes, size_t size, struct ent_hash *ret_hash) {
	const struct ent_seal_part all = {bytes, size};
	ent_seal_sha256_parts(&all, 1, ret_hash);
}

void ent_seal_sha256_parts(const struct ent_seal_part *parts, size_t n, struct ent_hash *ret_hash) {
	uint8_t bytes[ENT_HASH_SIZE]; /* 'ret_hash' may be one of the parts */
	if (!hash_by_openssl(parts, n, bytes))
		hash_by_sodium(parts, n, bytes);
	memcpy(ret_hash->bytes, bytes, sizeof bytes);
}
