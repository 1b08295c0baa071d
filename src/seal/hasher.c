/* SPDX-License-Identifier: Apache-2.0 */
/* hasher.c: SHA-256 of what comes piece by piece; see seal.h. */
#include "entente/seal.h"

#include <stdlib.h>

#include <openssl/evp.h>

#include "libs.h"

struct ent_seal_hasher {
	EVP_MD_CTX *context;
};

ent_status ent_seal_hasher_create(struct ent_seal_hasher **ret_hasher) {
	struct ent_seal_hasher *hasher = malloc(sizeof *hasher);
	if (hasher == NULL)
		return ENT_E_MEMORY;
	hasher->context = EVP_MD_CTX_new();
	if (hasher->context == NULL ||
			EVP_DigestInit_ex2(hasher->context, seal_digests.sha256, NULL) != 1) {
		ent_seal_hasher_destroy(hasher);
		return ENT_E_MEMORY;
	}
	*ret_hasher = hasher;
	return ENT_OK;
}

ent_status ent_seal_hasher_add(struct ent_seal_hasher *hasher, const void *bytes, size_t size) {
	return EVP_DigestUpdate(hasher->context, bytes, size) == 1 ? ENT_OK : ENT_E_MEMORY;
}

ent_status ent_seal_hasher_finish(struct ent_seal_hasher *hasher, struct ent_hash *ret_hash) {
	return EVP_DigestFinal_ex(hasher->context, ret_hash->bytes, NULL) == 1 ? ENT_OK
									       : ENT_E_MEMORY;
}

void ent_seal_hasher_destroy(struct ent_seal_hasher *hasher) {
	if (hasher == NULL)
		return;
	EVP_MD_CTX_free(hasher->context);
	free(hasher);
}
