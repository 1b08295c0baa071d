/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_geojson.c: GeoJSON, and any other JSON object. */
#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	fuzz_reader(check_read_json_object, data, size);
	return 0;
}
