/* SPDX-License-Identifier: Apache-2.0 */
/* secret.c: bytes in libsodium's guarded memory: locked, kept out of core dumps, wiped when they go. */
#include "entente/seal.h"

#include <sodium.h>

struct ent_secret {
	size_t size;
	uint8_t bytes[];
};

ent_status ent_secret_create(size_t size, struct ent_secret **ret_secret) {
	/* A multiple of its alignment, so that it stands aligned before the guard page. */
	const size_t align = _Alignof(struct ent_secret);
	struct ent_secret *secret = sodium_malloc(
			sizeof *secret + (size + align - 1) / align * align);
	if (secret == NULL)
		return ENT_E_MEMORY;
	sodium_memzero(secret->bytes, size);
	secret->size = size;
	*ret_secret = secret;
	return ENT_OK;
}

void ent_secret_destroy(struct ent_secret *secret) {
	sodium_free(secret);
}

uint8_t *ent_secret_bytes(struct ent_secret *secret) {
	return secret->bytes;
}

size_t ent_secret_size(const struct ent_secret *secret) {
	return secret->size;
}

void ent_secret_cut(struct ent_secret *secret, size_t size) {
	if (size >= secret->size)
		return;
	sodium_memzero(secret->bytes + size, secret->size - size);
	secret->size = size;
}
