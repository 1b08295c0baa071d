/* SPDX-License-Identifier: Apache-2.0 */
/* start.c: the libraries under seal.h, made ready. */
#include "entente/seal.h"

#include <openssl/crypto.h>
#include <sodium.h>

#include "libs.h"

struct seal_digests seal_digests;

/*
 * Without the machine's openssl.cnf, so that no file or environment changes what is refused; without
 * OpenSSL's own cleaning up at exit, under the feet of threads that still hash.
 */
static bool openssl_start(void) {
	return OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, NULL) == 1;
}

static bool fetch(const char *name, EVP_MD **digest) {
	if (*digest == NULL)
		*digest = EVP_MD_fetch(NULL, name, NULL);
	return *digest != NULL;
}

ent_status ent_seal_start(void) {
	if (sodium_init() < 0 || !openssl_start() || !fetch("SHA2-256", &seal_digests.sha256) ||
			!fetch("SHA2-384", &seal_digests.sha384) ||
			!fetch("SHA2-512", &seal_digests.sha512))
		return ENT_E_IO;
	return ENT_OK;
}
