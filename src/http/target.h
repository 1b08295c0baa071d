/* SPDX-License-Identifier: Apache-2.0 */
/*
 * target.h: the target of a request line (RFC 9112, 3.2.1, origin form only): %XX is taken once, %00, half an
 * escape and anything but visible ASCII is refused.
 */
#ifndef ENTENTE_HTTP_TARGET_H
#define ENTENTE_HTTP_TARGET_H

#include <stdbool.h>
#include <stddef.h>

/*
 * 'raw' up to the '?', and begins with '/'. Writes at most length + 1 bytes, terminated. False: refused, and what
 * was written means nothing.
 */
bool target_decode_path(const char *raw, size_t length, char *ret_path);

/*
 * What stands behind the '?': a=b&c=d, '+' for a space. Writes name, zero, value, zero for each argument, at most
 * 2 * length + 2 bytes, and says how many. An argument without '=' has the value "".
 */
bool target_decode_query(const char *raw, size_t length, char *ret_pairs, size_t *ret_size);

/* The value of the first argument of that name, or NULL. */
const char *target_find(const char *pairs, size_t size, const char *name);

#endif
