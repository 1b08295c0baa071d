/* SPDX-License-Identifier: Apache-2.0 */
/* hex.h: for tests: bytes from hexadecimal digits, and files of tests/data. */
#ifndef ENTENTE_TESTS_HEX_H
#define ENTENTE_TESTS_HEX_H

#include "test.h"

/* Returns the size. */
static inline size_t bytes_of_hex(const char *hex, uint8_t *ret_bytes, size_t capacity) {
	const size_t size = strlen(hex) / 2;
	CHECK(strlen(hex) % 2 == 0 && size <= capacity);
	for (size_t i = 0; i < size; i++) {
		unsigned byte = 0;
		CHECK(sscanf(hex + 2 * i, "%2x", &byte) == 1);
		ret_bytes[i] = (uint8_t)byte;
	}
	return size;
}

static inline bool is_hex(const uint8_t *bytes, const char *hex) {
	uint8_t expected[256];
	return memcmp(bytes, expected, bytes_of_hex(hex, expected, sizeof expected)) == 0;
}

#endif
