/* SPDX-License-Identifier: Apache-2.0 */
/* libs.h: what the files of this module share: OpenSSL's digests, fetched once by ent_seal_start. */
#ifndef ENTENTE_SEAL_LIBS_H
#define ENTENTE_SEAL_LIBS_H

#include <openssl/evp.h>

#include "entente/base.h"

/* NULL before ent_seal_start; never freed, because threads may still hash while the program exits. */
struct seal_digests {
	EVP_MD *sha256, *sha384, *sha512;
};
extern struct seal_digests seal_digests;

#endif
