/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jsonout.h: writes JSON (RFC 8259), as UTF-8. Depends on: base, stream.
 *
 * The writer puts commas, colons and line breaks; its user says what comes. Numbers are
 * exact decimals of scaled integers, so the same data gives the same bytes everywhere.
 * The first failure of the sink sticks: later calls do nothing, ent_jsonout_finish returns
 * it. Nesting beyond ENT_JSONOUT_DEPTH_MAX, a value where a name must stand and the like
 * are misuse by our own code, and assert.
 */
#ifndef ENTENTE_JSONOUT_H
#define ENTENTE_JSONOUT_H

#include "entente/base.h"
#include "entente/stream.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { ENT_JSONOUT_DEPTH_MAX = 32, ENT_JSONOUT_BUFFER_SIZE = 16384 };

/* Plain value, no heap; its fields are the writer's own. */
struct ent_jsonout {
	ent_write_fn write;
	void *user;
	ent_status status;
	unsigned depth, indent;
	bool named;                            /* a name stands, its value must follow */
	bool first[ENT_JSONOUT_DEPTH_MAX + 1]; /* nothing in this object or array yet */
	bool object[ENT_JSONOUT_DEPTH_MAX + 1];
	bool inline_from_here[ENT_JSONOUT_DEPTH_MAX + 1];
	size_t used;
	char buffer[ENT_JSONOUT_BUFFER_SIZE];
};

/* indent: spaces a level, 0 for all in one line. */
ENT_API void ent_jsonout_init(
		struct ent_jsonout *out, ent_write_fn write, void *user, unsigned indent);
/* Writes what is left and a line break. The status of the whole. */
ENT_API ENT_MUST_USE ent_status ent_jsonout_finish(struct ent_jsonout *out);

ENT_API void ent_jsonout_object_begin(struct ent_jsonout *out);
ENT_API void ent_jsonout_object_end(struct ent_jsonout *out);
ENT_API void ent_jsonout_array_begin(struct ent_jsonout *out);
/* The same, but all in it stands in one line: for coordinates. */
ENT_API void ent_jsonout_array_begin_inline(struct ent_jsonout *out);
ENT_API void ent_jsonout_array_end(struct ent_jsonout *out);
ENT_API void ent_jsonout_name(struct ent_jsonout *out, const char *name);

/* Bytes that are not UTF-8 become U+FFFD; what steers (ent_text_steers) is escaped, so it is kept and unseen. */
ENT_API void ent_jsonout_string(struct ent_jsonout *out, const char *text);
ENT_API void ent_jsonout_string_n(struct ent_jsonout *out, const char *text, size_t length);
ENT_API void ent_jsonout_int(struct ent_jsonout *out, int64_t value);
ENT_API void ent_jsonout_uint(struct ent_jsonout *out, uint64_t value);
/* value / 10^decimals, trailing zeros left away: degrees from ndeg with 9, metres from mm with 3. */
ENT_API void ent_jsonout_decimal(struct ent_jsonout *out, int64_t value, unsigned decimals);
ENT_API void ent_jsonout_bool(struct ent_jsonout *out, bool value);
ENT_API void ent_jsonout_null(struct ent_jsonout *out);
/* A value that is JSON already. */
ENT_API void ent_jsonout_raw(struct ent_jsonout *out, const char *text, size_t length);
/* RFC 3339; null when unbounded. */
ENT_API void ent_jsonout_time(struct ent_jsonout *out, int64_t utc_us);

/* --- Sinks --- */

/* For ent_jsonout_init: user is a FILE *. */
ENT_API ENT_MUST_USE ent_status ent_jsonout_to_file(void *user, const void *bytes, size_t size);

/* For ent_jsonout_init: user is a struct ent_jsonout_memory, zeroed but for limit; bytes are the caller's to free. */
struct ent_jsonout_memory {
	char *bytes; /* terminated */
	size_t size, capacity, limit;
};
ENT_API ENT_MUST_USE ent_status ent_jsonout_to_memory(void *user, const void *bytes, size_t size);

#ifdef __cplusplus
}
#endif

#endif
