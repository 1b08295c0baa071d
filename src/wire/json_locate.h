/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_locate.h: private to wire. Finds where a JSON text goes wrong, for the person who
 * must mend it; the parser itself says only that it does. Runs after a failure, never
 * before.
 */
#ifndef ENTENTE_WIRE_JSON_LOCATE_H
#define ENTENTE_WIRE_JSON_LOCATE_H

#include "entente/base.h"

#define JSON_WHY_NO_END "this string has no end"
#define JSON_WHY_TOO_DEEP "nested too deep"
#define JSON_WHY_TOO_LARGE "this number is too large"

/* The byte of the first fault and why; size and a general reason when none is found. */
size_t json_locate(const char *text, size_t size, unsigned depth_max, const char **ret_why);

/*
 * The last comma of the array in which the text stands (its opening bracket left out), or
 * size when there is none; nested ones and those in strings are passed over.
 */
size_t json_last_comma(const char *text, size_t size);

#endif
