/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_kml.c: KML. */
#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	fuzz_reader(check_read_kml, data, size);
	return 0;
}
