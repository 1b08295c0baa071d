/* SPDX-License-Identifier: Apache-2.0 */
/* scan.c: see scan.h. */
#define _GNU_SOURCE
#include "scan.h"

#include <string.h>

static const char *skip_spaces(const char *at, const char *end) {
	while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
		at++;
	return at;
}

bool load_scan_name(const char **at, const char *end, const char *name) {
	const size_t length = strlen(name);
	for (const char *from = *at; from < end;) {
		const char *found = memmem(from, (size_t)(end - from), name, length);
		if (found == NULL)
			return false;
		from = found + length;
		if (found == *at || found[-1] != '"' || from >= end || *from != '"')
			continue;
		const char *colon = skip_spaces(from + 1, end);
		if (colon < end && *colon == ':') {
			*at = skip_spaces(colon + 1, end);
			return true;
		}
	}
	return false;
}

bool load_scan_string(const char **at, const char *end, const char *name, struct load_span *ret) {
	const char *value = *at;
	if (!load_scan_name(&value, end, name) || value >= end || *value != '"')
		return false;
	value++;
	const char *quote = memchr(value, '"', (size_t)(end - value));
	if (quote == NULL || memchr(value, '\\', (size_t)(quote - value)) != NULL)
		return false;
	*ret = (struct load_span){value, (size_t)(quote - value)};
	*at = quote + 1;
	return true;
}

bool load_scan_int(const char **at, const char *end, const char *name, int32_t *ret_int) {
	const char *value = *at;
	int64_t number = 0;
	if (!load_scan_name(&value, end, name) || value >= end || *value < '0' || *value > '9')
		return false;
	for (; value < end && *value >= '0' && *value <= '9'; value++) {
		number = number * 10 + (*value - '0');
		if (number > INT32_MAX)
			return false;
	}
	*ret_int = (int32_t)number;
	*at = value;
	return true;
}

bool load_scan_has(const char *text, size_t size, const char *part, size_t length) {
	return memmem(text, size, part, length) != NULL;
}
