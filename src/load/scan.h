/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan.h: finds a member in JSON that a server wrote, without reading all of it: the first place where its name
 * stands as a name. Enough while requests are counted; what decides is read in full (check.c).
 */
#ifndef ENTENTE_LOAD_SCAN_H
#define ENTENTE_LOAD_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct load_span {
	const char *text;
	size_t length;
};

/* Puts *at behind the name and its colon. False: it is not there. */
bool load_scan_name(const char **at, const char *end, const char *name);
/* The string that is the member's value, without escapes (false if it has any); *at goes behind it. */
bool load_scan_string(const char **at, const char *end, const char *name, struct load_span *ret);
/* A whole number that is not negative. */
bool load_scan_int(const char **at, const char *end, const char *name, int32_t *ret_int);
bool load_scan_has(const char *text, size_t size, const char *part, size_t length);

#endif
