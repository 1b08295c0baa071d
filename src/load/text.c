/* SPDX-License-Identifier: Apache-2.0 */
/* text.c: see text.h. */
#include "text.h"

#include <assert.h>
#include <string.h>

#include "entente/text.h"

enum { DIGITS_MAX = 20, DEGREE_DECIMALS = 7 };

#define NDEG_PER_STEP 100 /* of the last decimal of a degree */

void load_put(struct load_text *text, const void *bytes, size_t size) {
	assert(size <= text->capacity - text->size);
	memcpy(text->bytes + text->size, bytes, size);
	text->size += size;
}

void load_put_text(struct load_text *text, const char *terminated) {
	load_put(text, terminated, strlen(terminated));
}

/* At least so many digits. */
static void put_digits(struct load_text *text, uint64_t value, unsigned least) {
	char digits[DIGITS_MAX];
	unsigned n = 0;
	while (value > 0 || n < least) {
		digits[DIGITS_MAX - ++n] = (char)('0' + value % 10);
		value /= 10;
	}
	load_put(text, digits + DIGITS_MAX - n, n);
}

void load_put_uint(struct load_text *text, uint64_t value) {
	put_digits(text, value, 1);
}

void load_put_uuid(struct load_text *text, const struct ent_uuid *uuid) {
	char printed[ENT_UUID_TEXT_SIZE];
	ent_uuid_print(uuid, printed);
	load_put(text, printed, sizeof printed - 1);
}

void load_put_degrees(struct load_text *text, int64_t ndeg) {
	if (ndeg < 0)
		load_put(text, "-", 1);
	const uint64_t steps = (uint64_t)(ndeg < 0 ? -ndeg : ndeg) / NDEG_PER_STEP;
	const uint64_t steps_per_degree = UINT64_C(10000000);
	put_digits(text, steps / steps_per_degree, 1);
	load_put(text, ".", 1);
	put_digits(text, steps % steps_per_degree, DEGREE_DECIMALS);
}

void load_put_time(struct load_text *text, int64_t utc_us) {
	char printed[ENT_TEXT_TIME_SIZE];
	const size_t length = ent_text_print_time(utc_us, printed);
	load_put(text, printed, length);
}
