/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_text.c: times, quantities and altitudes as text. What is taken prints and reads back the same. */
#include "fuzz.h"

#include "entente/text.h"
#include "read.h"

static void times(const char *text, size_t size) {
	char printed[ENT_TEXT_TIME_SIZE];
	int64_t us, back;
	struct ent_fault fault = {0};
	ent_status status = ent_text_parse_time(text, size, &us, &fault);
	FUZZ_CHECK((status == ENT_OK) == (fault.why[0] == '\0'));
	if (status != ENT_OK)
		return;
	size_t length = ent_text_print_time(us, printed);
	FUZZ_CHECK(ent_text_parse_time(printed, length, &back, NULL) == ENT_OK && back == us);
}

static void decimals(const char *text, size_t size) {
	char printed[ENT_TEXT_DECIMAL_SIZE];
	int64_t value, back;
	if (ent_text_parse_decimal(text, size, 1000, 7, &value, NULL) == ENT_OK) {
		size_t length = ent_text_print_decimal(value, 5, true, printed);
		FUZZ_CHECK(ent_text_parse_decimal(printed, length, 100000, 1, &back, NULL) ==
				ENT_OK);
		FUZZ_CHECK(back == value);
	}
	if (ent_text_parse_degrees(text, size, 180, &value, NULL) == ENT_OK)
		FUZZ_CHECK(value >= INT64_C(-180000000000) && value <= INT64_C(180000000000));
}

static void quantities(const char *text, size_t size) {
	int64_t value = 0;
	int32_t pa = 0;
	struct ent_altitude altitude;
	struct ent_fault fault = {0};
	ent_status status = ent_text_parse_length(text, size, &value, &fault);
	FUZZ_CHECK((status == ENT_OK) == (fault.why[0] == '\0'));
	fault.why[0] = '\0';
	status = ent_text_parse_duration(text, size, &value, &fault);
	FUZZ_CHECK((status == ENT_OK) == (fault.why[0] == '\0'));
	if (status == ENT_OK)
		FUZZ_CHECK(value >= 0 && value <= INT64_C(8640000000000000));
	fault.why[0] = '\0';
	status = ent_text_parse_pressure(text, size, &pa, &fault);
	FUZZ_CHECK((status == ENT_OK) == (fault.why[0] == '\0'));
	fault.why[0] = '\0';
	status = check_altitude_parse(text, size, NULL, &altitude, &fault);
	FUZZ_CHECK((status == ENT_OK) == (fault.why[0] == '\0'));
	if (status == ENT_OK && altitude.mm != ENT_ALTITUDE_UNBOUNDED_ABOVE)
		FUZZ_CHECK(altitude.mm >= ENT_ALTITUDE_MIN_MM &&
				altitude.mm <= ENT_ALTITUDE_MAX_MM);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	/* An exact copy, so that a byte too far is seen. */
	char *text = malloc(size + 1);
	FUZZ_CHECK(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	text = realloc(text, size > 0 ? size : 1);
	FUZZ_CHECK(text != NULL);
	times(text, size);
	decimals(text, size);
	quantities(text, size);
	free(text);
	return 0;
}
