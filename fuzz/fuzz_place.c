/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_place.c: entries of ledgers of others: what says its place begins as we would have written it. */
#include "fuzz.h"

#include <inttypes.h>
#include <stdio.h>

#include "entente/scribe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	char expected[96];
	uint64_t seq = 0;
	int64_t time_us = 0;
	/* An exact copy, so that a byte too far is seen. */
	char *text = calloc(1, size > 0 ? size : 1);
	FUZZ_CHECK(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	if (ent_scribe_entry_place(text, size, &seq, &time_us)) {
		const size_t length = (size_t)snprintf(expected, sizeof expected,
				"{\"seq\":%" PRIu64 ",\"time_us\":%" PRId64, seq, time_us);
		FUZZ_CHECK(time_us >= 0 && length < size && memcmp(text, expected, length) == 0);
		FUZZ_CHECK(text[length] == ',' || text[length] == '}');
	}
	free(text);
	return 0;
}
