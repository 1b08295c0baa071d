/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz.h: for fuzzers: bytes as a stream that comes in pieces, and a check that stays on. */
#ifndef ENTENTE_FUZZ_H
#define ENTENTE_FUZZ_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "entente/stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ_CHECK(condition)     \
	do {                      \
		if (!(condition)) \
			abort();  \
	} while (0)

struct fuzz_bytes {
	const uint8_t *bytes;
	size_t size, at, most; /* most: at a time; 0 for all */
};

static inline ent_status fuzz_read(void *user, void *buffer, size_t size, size_t *ret_size) {
	struct fuzz_bytes *from = user;
	size_t part = from->size - from->at;
	if (from->most > 0 && part > from->most)
		part = from->most;
	if (part > size)
		part = size;
	if (part > 0)
		memcpy(buffer, from->bytes + from->at, part);
	from->at += part;
	*ret_size = part;
	return ENT_OK;
}

#endif
