/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_csv.c: CSV tracks. */
#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	fuzz_reader(check_read_csv, data, size);
	return 0;
}
