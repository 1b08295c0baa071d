/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_mailed.c: any text as it comes by mail. It is mended within its room, once is enough, and a parcel that is one stays what it
 * was whatever mail does to the ends of its lines.
 */
#include "fuzz.h"

#include "entente/parcel.h"
#include "mailed.h"

enum { INPUT_MAX = 20000 };

static void check_mended(char *text, size_t size) {
	size_t length = size, again;
	mailed_mend(text, &length);
	FUZZ_CHECK(length <= size + 1);
	FUZZ_CHECK(length == 0 || (text[length - 1] == '\n' && memchr(text, '\r', length) == NULL));
	FUZZ_CHECK(length < 2 || text[length - 2] != '\n');
	again = length;
	mailed_mend(text, &again);
	FUZZ_CHECK(again == length);
}

/* Each line ends with CR LF, and there are empty ones behind it. */
static void check_parcel(const char *parcel, size_t size) {
	char *text = malloc(2 * size + 5);
	size_t length = 0;
	FUZZ_CHECK(text != NULL);
	for (size_t i = 0; i < size; i++) {
		if (parcel[i] == '\n')
			text[length++] = '\r';
		text[length++] = parcel[i];
	}
	memcpy(text + length, "\r\n\r\n", 4);
	length += 4;
	mailed_mend(text, &length);
	FUZZ_CHECK(length == size && memcmp(text, parcel, size) == 0);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct ent_parcel parcel;
	struct ent_fault fault;
	if (size > INPUT_MAX)
		return 0;
	FUZZ_CHECK(ent_seal_start() == ENT_OK);
	/* Exactly the room that it may use. */
	char *text = malloc(size + 1);
	FUZZ_CHECK(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	if (ent_parcel_read(text, size, &parcel, &fault) == ENT_OK)
		check_parcel(text, size);
	check_mended(text, size);
	free(text);
	return 0;
}
