/* SPDX-License-Identifier: Apache-2.0 */
/* lines.c: see lines.h. */
#include "lines.h"

#include <stdio.h>
#include <string.h>

#include "entente/base64.h"
#include "entente/text.h"

enum {
	CHUNK_LENGTH = 256, /* of base64 text, a multiple of 4 */
	CHUNK_SIZE = CHUNK_LENGTH / 4 * 3,
	DECIMAL_LENGTH_MAX = 19 /* of LINE_NUMBER_MAX */
};

bool line_next(struct lines *lines, struct line *ret_line) {
	if (lines->at == lines->end)
		return false;
	const char *newline = memchr(lines->at, '\n', (size_t)(lines->end - lines->at));
	ret_line->text = lines->at;
	ret_line->length = (size_t)(newline - lines->at);
	ret_line->number = ++lines->number;
	lines->at = newline + 1;
	return true;
}

ent_status line_fault(
		struct ent_fault *fault, unsigned number, ent_status status, const char *why) {
	char where[32];
	(void)snprintf(where, sizeof where, "line %u", number);
	ent_fault_set(fault, where, "%s", why);
	return status;
}

ent_status lines_check(const char *text, size_t length, size_t most, struct ent_fault *fault) {
	unsigned number = 1;
	size_t bytes = 0;
	if (length > most) {
		ent_fault_set(fault, "", "longer than %zu bytes", most);
		return ENT_E_LIMIT;
	}
	for (size_t i = 0; i < length; i += bytes) {
		uint32_t character = 0;
		bytes = ent_text_character(text + i, length - i, &character);
		if (bytes == 0)
			return line_fault(fault, number, ENT_E_SYNTAX, "a byte that is not UTF-8");
		if (character == '\n')
			number++;
		else if (character < 0x20)
			return line_fault(fault, number, ENT_E_SYNTAX, "a control character");
	}
	if (length == 0 || text[length - 1] != '\n')
		return line_fault(fault, number, ENT_E_SYNTAX, "no newline at its end");
	return ENT_OK;
}

bool line_decimal(const char *text, size_t length, uint64_t *ret_value) {
	uint64_t value = 0;
	if (length == 0 || length > DECIMAL_LENGTH_MAX || (text[0] == '0' && length > 1))
		return false;
	for (size_t i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		value = value * 10 + (uint64_t)(text[i] - '0');
	}
	if (value > LINE_NUMBER_MAX)
		return false;
	*ret_value = value;
	return true;
}

bool line_base64(const char *text, size_t length, uint8_t *ret_bytes, size_t capacity,
		size_t *ret_size) {
	uint8_t chunk[CHUNK_SIZE];
	size_t size = 0;
	for (size_t at = 0, part, n; at < length; at += part, size += n) {
		part = length - at < CHUNK_LENGTH ? length - at : CHUNK_LENGTH;
		/* Padding stands at the end only. */
		if (at + part < length && memchr(text + at, '=', part) != NULL)
			return false;
		if (ent_base64_parse(ENT_BASE64, text + at, part, chunk, sizeof chunk, &n) !=
				ENT_OK)
			return false;
		if (size < capacity)
			memcpy(ret_bytes + size, chunk, n < capacity - size ? n : capacity - size);
	}
	*ret_size = size;
	return true;
}

bool line_hash(const struct line *line, struct ent_hash *ret_hash) {
	struct ent_hash hash = {{0}};
	size_t size = 0;
	if (!line_base64(line->text, line->length, hash.bytes, sizeof hash.bytes, &size) ||
			size != sizeof hash.bytes)
		return false;
	*ret_hash = hash;
	return true;
}
