/* SPDX-License-Identifier: Apache-2.0 */
/*
 * uuid.h: universally unique identifiers (RFC 9562) as 16 bytes and as text. Depends on: base.
 */
#ifndef ENTENTE_UUID_H
#define ENTENTE_UUID_H

#include "entente/base.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { ENT_UUID_TEXT_SIZE = 37 }; /* with terminator */

/* In the order of the text, so that comparing bytes compares texts. */
struct ent_uuid {
	uint8_t bytes[16];
};

/*
 * 8-4-4-4-12 hexadecimal digits of either case; also 32 digits without hyphens, in braces, and after
 * "urn:uuid:". E_SYNTAX. Version and variant are the caller's to look at.
 */
ENT_API ENT_MUST_USE ent_status ent_uuid_parse(
		const char *text, size_t length, struct ent_uuid *ret_uuid);

/* Lower case, with hyphens, terminated. */
ENT_API void ent_uuid_print(const struct ent_uuid *uuid, char ret_text[ENT_UUID_TEXT_SIZE]);

/* 0 to 15; of the variant of RFC 9562 only, else -1. */
ENT_API int ent_uuid_version(const struct ent_uuid *uuid);

/* The milliseconds since 1970 that a version 7 begins with. */
ENT_API int64_t ent_uuid_time_ms(const struct ent_uuid *uuid);

/* Version 4 from 16 bytes of chance. */
ENT_API struct ent_uuid ent_uuid_from_random(const uint8_t random[16]);

/* Like memcmp. */
ENT_API int ent_uuid_compare(const struct ent_uuid *a, const struct ent_uuid *b);

#ifdef __cplusplus
}
#endif

#endif
