/* SPDX-License-Identifier: Apache-2.0 */
/* target.c: percent-decoding of path and query. */
#include "target.h"

#include <string.h>

static int hex(char c) {
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/*
 * One character at 'raw', of 'left' bytes (at least one): its length as sent, or 0 when it is refused. A '#' begins
 * what a client never sends (RFC 9110, 4.2.5).
 */
static size_t decode_one(const char *raw, size_t left, char *ret_c) {
	if (raw[0] != '%') {
		*ret_c = raw[0];
		return raw[0] > ' ' && raw[0] <= '~' && raw[0] != '#' ? 1 : 0;
	}
	if (left < 3 || hex(raw[1]) < 0 || hex(raw[2]) < 0)
		return 0;
	*ret_c = (char)(hex(raw[1]) * 16 + hex(raw[2]));
	return *ret_c == '\0' ? 0 : 3;
}

bool target_decode_path(const char *raw, size_t length, char *ret_path) {
	if (length == 0 || raw[0] != '/')
		return false;
	size_t n = 0;
	for (size_t i = 0; i < length; n++) {
		const size_t taken = decode_one(raw + i, length - i, &ret_path[n]);
		if (taken == 0)
			return false;
		i += taken;
	}
	ret_path[n] = '\0';
	return true;
}

bool target_decode_query(const char *raw, size_t length, char *ret_pairs, size_t *ret_size) {
	size_t n = 0, i = 0;
	while (i < length) {
		bool named = false;
		if (raw[i] == '&') {
			i++;
			continue;
		}
		while (i < length && raw[i] != '&') {
			if (raw[i] == '=' && !named) {
				named = true;
				ret_pairs[n++] = '\0';
				i++;
				continue;
			}
			const size_t taken = decode_one(raw + i, length - i, &ret_pairs[n]);
			if (taken == 0)
				return false;
			if (raw[i] == '+')
				ret_pairs[n] = ' ';
			n++;
			i += taken;
		}
		ret_pairs[n++] = '\0';
		if (!named)
			ret_pairs[n++] = '\0';
	}
	*ret_size = n;
	return true;
}

const char *target_find(const char *pairs, size_t size, const char *name) {
	for (size_t i = 0; i < size;) {
		const char *value = pairs + i + strlen(pairs + i) + 1;
		if (strcmp(pairs + i, name) == 0)
			return value;
		i = (size_t)(value - pairs) + strlen(value) + 1;
	}
	return NULL;
}
