/* SPDX-License-Identifier: Apache-2.0 */
/* start.c: the libraries under seal.h, made ready. */
#include "entente/seal.h"

#include <sodium.h>

ent_status ent_seal_start(void) {
	return sodium_init() >= 0 ? ENT_OK : ENT_E_IO;
}
