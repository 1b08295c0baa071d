/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text.h: a request as it is put together: bytes appended to a block of fixed size. Every request of ours is
 * bounded well below it (LOAD_REQUEST_MAX), so running over is misuse and asserts.
 */
#ifndef ENTENTE_LOAD_TEXT_H
#define ENTENTE_LOAD_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "entente/uuid.h"

struct load_text {
	char *bytes;
	size_t size, capacity;
};

void load_put(struct load_text *text, const void *bytes, size_t size);
void load_put_text(struct load_text *text, const char *terminated);
void load_put_uint(struct load_text *text, uint64_t value);
void load_put_uuid(struct load_text *text, const struct ent_uuid *uuid);
/* Seven decimals, about a centimetre; what is finer is cut. */
void load_put_degrees(struct load_text *text, int64_t ndeg);
/* RFC 3339. */
void load_put_time(struct load_text *text, int64_t utc_us);

#endif
