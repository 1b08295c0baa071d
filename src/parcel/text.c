/* SPDX-License-Identifier: Apache-2.0 */
/* text.c: see text.h; and what ids and names are. */
#include "text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { DECIMAL_LENGTH_MAX = 19 /* of PARCEL_NUMBER_MAX */ };

static bool is_of_name(char c) {
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			c == '-' || c == '_' || c == '.' || c == '@';
}

/* Not empty, and no way of saying "here" or "above" should it ever become a file's. */
static bool part_ok(const char *part, size_t length) {
	if (length == 0 || (length <= 2 && strspn(part, ".") >= length))
		return false;
	for (size_t i = 0; i < length; i++)
		if (!is_of_name(part[i]))
			return false;
	return true;
}

bool ent_parcel_name_ok(const char *name, size_t length) {
	char text[ENT_PARCEL_NAME_MAX + 1] = {0};
	if (length == 0 || length > ENT_PARCEL_NAME_MAX)
		return false;
	memcpy(text, name, length);
	for (size_t at = 0; at <= length;) {
		const size_t part = strcspn(text + at, "/");
		if (at + part > length || !part_ok(text + at, part))
			return false;
		at += part + 1;
	}
	/* A zero in it would have ended it early. */
	return strlen(text) == length;
}

ent_status parcel_fault(
		struct ent_fault *fault, uint64_t line, ent_status status, const char *why) {
	char where[32];
	(void)snprintf(where, sizeof where, "line %" PRIu64, line);
	ent_fault_set(fault, where, "%s", why);
	return status;
}

bool parcel_words(const struct parcel_line *line, const char *key, struct parcel_word *ret_words,
		size_t n) {
	const size_t key_length = strlen(key);
	const char *at = line->text + key_length, *end = line->text + line->length;
	if (line->length < key_length || memcmp(line->text, key, key_length) != 0)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (at == end || *at != ' ')
			return false;
		const char *word = ++at;
		const char *space = memchr(word, ' ', (size_t)(end - word));
		at = space != NULL ? space : end;
		ret_words[i] = (struct parcel_word){word, (size_t)(at - word)};
		if (at == word)
			return false;
	}
	return at == end;
}

bool parcel_decimal(const struct parcel_word *word, uint64_t *ret_value) {
	uint64_t value = 0;
	if (word->length == 0 || word->length > DECIMAL_LENGTH_MAX ||
			(word->text[0] == '0' && word->length > 1))
		return false;
	for (size_t i = 0; i < word->length; i++) {
		if (word->text[i] < '0' || word->text[i] > '9')
			return false;
		value = value * 10 + (uint64_t)(word->text[i] - '0');
	}
	if (value > PARCEL_NUMBER_MAX)
		return false;
	*ret_value = value;
	return true;
}

void parcel_hex(const struct ent_hash *hash, char ret_text[PARCEL_HEX_LENGTH + 1]) {
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < ENT_HASH_SIZE; i++) {
		ret_text[2 * i] = digits[hash->bytes[i] >> 4];
		ret_text[2 * i + 1] = digits[hash->bytes[i] & 15];
	}
	ret_text[PARCEL_HEX_LENGTH] = '\0';
}
