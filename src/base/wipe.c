/* SPDX-License-Identifier: Apache-2.0 */
/* wipe.c: what the compiler may not leave out, though nobody reads the bytes again. */
#define _DEFAULT_SOURCE /* explicit_bzero */
#include "entente/base.h"

#include <string.h>

void ent_wipe(void *bytes, size_t size) {
	if (size > 0)
		explicit_bzero(bytes, size);
}
