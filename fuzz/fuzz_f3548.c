/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_f3548.c: F3548 objects. */
#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	fuzz_reader(check_read_json_object, data, size);
	return 0;
}
