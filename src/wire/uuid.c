/* SPDX-License-Identifier: Apache-2.0 */
/* uuid.c: see uuid.h. */
#include "entente/uuid.h"

#include <string.h>

#define URN "urn:uuid:"

/* Where hyphens stand, in digits before them. */
static bool hyphen_before(size_t digit) {
	return digit == 8 || digit == 12 || digit == 16 || digit == 20;
}

/* 16 and what is a digit's worth; 0: it is none. A table, since every id of a ledger that is replayed comes here. */
static const uint8_t hex[256] = {['0'] = 16,
		['1'] = 17,
		['2'] = 18,
		['3'] = 19,
		['4'] = 20,
		['5'] = 21,
		['6'] = 22,
		['7'] = 23,
		['8'] = 24,
		['9'] = 25,
		['a'] = 26,
		['b'] = 27,
		['c'] = 28,
		['d'] = 29,
		['e'] = 30,
		['f'] = 31,
		['A'] = 26,
		['B'] = 27,
		['C'] = 28,
		['D'] = 29,
		['E'] = 30,
		['F'] = 31};

static bool begins_with_urn(const char *text, size_t length) {
	if (length < sizeof URN - 1)
		return false;
	for (size_t i = 0; i < sizeof URN - 1; i++)
		if ((text[i] | (text[i] >= 'A' && text[i] <= 'Z' ? 0x20 : 0)) != URN[i])
			return false;
	return true;
}

ent_status ent_uuid_parse(const char *text, size_t length, struct ent_uuid *ret_uuid) {
	struct ent_uuid uuid = {{0}};
	if (begins_with_urn(text, length)) {
		text += sizeof URN - 1;
		length -= sizeof URN - 1;
	} else if (length == ENT_UUID_TEXT_SIZE + 1 && text[0] == '{' && text[length - 1] == '}') {
		text++;
		length -= 2;
	}
	const bool hyphens = length == ENT_UUID_TEXT_SIZE - 1;
	if (!hyphens && length != 32)
		return ENT_E_SYNTAX;
	for (size_t i = 0; i < sizeof uuid.bytes; i++, text += 2) {
		if (hyphens && hyphen_before(2 * i) && *text++ != '-')
			return ENT_E_SYNTAX;
		const unsigned high = hex[(uint8_t)text[0]], low = hex[(uint8_t)text[1]];
		if (high == 0 || low == 0)
			return ENT_E_SYNTAX;
		uuid.bytes[i] = (uint8_t)((high & 15) << 4 | (low & 15));
	}
	*ret_uuid = uuid;
	return ENT_OK;
}

void ent_uuid_print(const struct ent_uuid *uuid, char ret_text[ENT_UUID_TEXT_SIZE]) {
	static const char digits[] = "0123456789abcdef";
	char *out = ret_text;
	for (size_t i = 0; i < sizeof uuid->bytes; i++) {
		if (hyphen_before(2 * i))
			*out++ = '-';
		*out++ = digits[uuid->bytes[i] >> 4];
		*out++ = digits[uuid->bytes[i] & 15];
	}
	*out = '\0';
}

int ent_uuid_version(const struct ent_uuid *uuid) {
	return (uuid->bytes[8] & 0xc0) == 0x80 ? uuid->bytes[6] >> 4 : -1;
}

int64_t ent_uuid_time_ms(const struct ent_uuid *uuid) {
	int64_t ms = 0;
	for (size_t i = 0; i < 6; i++)
		ms = ms << 8 | uuid->bytes[i];
	return ms;
}

struct ent_uuid ent_uuid_from_random(const uint8_t random[16]) {
	struct ent_uuid uuid;
	memcpy(uuid.bytes, random, sizeof uuid.bytes);
	uuid.bytes[6] = (uint8_t)((uuid.bytes[6] & 0x0f) | 0x40);
	uuid.bytes[8] = (uint8_t)((uuid.bytes[8] & 0x3f) | 0x80);
	return uuid;
}

int ent_uuid_compare(const struct ent_uuid *a, const struct ent_uuid *b) {
	return memcmp(a->bytes, b->bytes, sizeof a->bytes);
}
