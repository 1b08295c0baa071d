/* SPDX-License-Identifier: Apache-2.0 */
/* pkey.h: what a key of others is, for the files that make it and use it. */
#ifndef ENTENTE_SEAL_PKEY_H
#define ENTENTE_SEAL_PKEY_H

#include <openssl/evp.h>

#include "entente/seal.h"

struct ent_pkey {
	EVP_PKEY *evp;
	enum ent_pkey_kind kind;
	bool private_too;
};

#endif
