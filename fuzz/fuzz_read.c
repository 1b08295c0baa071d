/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_read.c: any input, from recognising it on, gzip included. */
#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	fuzz_reader(NULL, data, size);
	return 0;
}
