/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inflate.h: unpacks gzip (RFC 1952) as a stream. Depends on: base, stream.
 *
 * What comes out is bounded by a limit that the user gives, however small the input: a
 * file made to unpack without end stops there. Members that follow one another are one
 * text. A check sum that is wrong, a cut-off input and bytes that belong to no member are
 * errors, never a shorter text.
 */
#ifndef ENTENTE_INFLATE_H
#define ENTENTE_INFLATE_H

#include "entente/base.h"
#include "entente/stream.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The first two bytes of every gzip file. */
#define ENT_INFLATE_MAGIC "\x1f\x8b"

struct ent_inflate;

/* Packed bytes come from 'read'; at most 'limit' bytes come out. E_MEMORY. */
ENT_API ENT_MUST_USE ent_status ent_inflate_create(
		ent_read_fn read, void *user, uint64_t limit, struct ent_inflate **ret_inflate);

/*
 * An ent_read_fn; user is the struct ent_inflate. E_SYNTAX: not gzip, cut off, a wrong
 * check sum, something else behind it. E_LIMIT, E_MEMORY, and whatever its own 'read'
 * returns. An error stays.
 */
ENT_API ENT_MUST_USE ent_status ent_inflate_read(
		void *inflate, void *buffer, size_t size, size_t *ret_size);

/* What was wrong after an error, for people; "" before. Valid as long as the inflate. */
ENT_API const char *ent_inflate_why(const struct ent_inflate *inflate);

/* NULL is fine. */
ENT_API void ent_inflate_destroy(struct ent_inflate *inflate);

#ifdef __cplusplus
}
#endif

#endif
