/* SPDX-License-Identifier: Apache-2.0 */
/* base64.c: see base64.h. */
#include "entente/base64.h"

#include <string.h>

static const char alphabets[2][65] = {
		[ENT_BASE64] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
		[ENT_BASE64_URL] =
				"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
};

size_t ent_base64_print(
		enum ent_base64_alphabet alphabet, const void *bytes, size_t size, char *ret_text) {
	const char *digits = alphabets[alphabet];
	const uint8_t *in = bytes;
	char *out = ret_text;
	for (; size >= 3; size -= 3, in += 3) {
		const uint32_t three = (uint32_t)in[0] << 16 | (uint32_t)in[1] << 8 | in[2];
		for (unsigned shift = 18; shift < 24; shift -= 6)
			*out++ = digits[three >> shift & 63];
	}
	if (size > 0) {
		const uint32_t three = (uint32_t)in[0] << 16 |
				(size > 1 ? (uint32_t)in[1] << 8 : 0);
		*out++ = digits[three >> 18 & 63];
		*out++ = digits[three >> 12 & 63];
		if (size > 1)
			*out++ = digits[three >> 6 & 63];
		for (size_t pad = size; alphabet == ENT_BASE64 && pad < 3; pad++)
			*out++ = '=';
	}
	*out = '\0';
	return (size_t)(out - ret_text);
}

/* 0..63, or 64 for what is no digit. */
static uint32_t digit_of(enum ent_base64_alphabet alphabet, char c) {
	if (c >= 'A' && c <= 'Z')
		return (uint32_t)(c - 'A');
	if (c >= 'a' && c <= 'z')
		return (uint32_t)(c - 'a') + 26;
	if (c >= '0' && c <= '9')
		return (uint32_t)(c - '0') + 52;
	if (c == alphabets[alphabet][62])
		return 62;
	return c == alphabets[alphabet][63] ? 63 : 64;
}

/* The length without padding, when that is right. */
static bool unpadded(enum ent_base64_alphabet alphabet, const char *text, size_t *length) {
	if (alphabet == ENT_BASE64) {
		if (*length % 4 != 0)
			return false;
		for (int i = 0; i < 2 && *length > 0 && text[*length - 1] == '='; i++)
			(*length)--;
	}
	return *length % 4 != 1;
}

ent_status ent_base64_parse(enum ent_base64_alphabet alphabet, const char *text, size_t length,
		void *ret_bytes, size_t capacity, size_t *ret_size) {
	uint8_t *out = ret_bytes;
	uint32_t held = 0;
	unsigned bits = 0;
	size_t size = 0;
	if (!unpadded(alphabet, text, &length))
		return ENT_E_SYNTAX;
	if (length / 4 * 3 + length % 4 * 3 / 4 > capacity)
		return ENT_E_LIMIT;
	for (size_t i = 0; i < length; i++) {
		const uint32_t digit = digit_of(alphabet, text[i]);
		if (digit == 64)
			return ENT_E_SYNTAX;
		held = held << 6 | digit;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			out[size++] = (uint8_t)(held >> bits);
			held &= (1u << bits) - 1;
		}
	}
	if (held != 0)
		return ENT_E_SYNTAX;
	*ret_size = size;
	return ENT_OK;
}
