/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_gridref.c: places as text. What is taken prints in every form and reads back. */
#include "fuzz.h"

#include "entente/gridref.h"
#include "entente/text.h"

static void check_point(struct ent_point point) {
	FUZZ_CHECK(point.lat_ndeg >= -90 * ENT_GEO_NDEG_PER_DEG &&
			point.lat_ndeg <= 90 * ENT_GEO_NDEG_PER_DEG);
	FUZZ_CHECK(point.lon_ndeg >= -180 * ENT_GEO_NDEG_PER_DEG &&
			point.lon_ndeg < 180 * ENT_GEO_NDEG_PER_DEG);
}

/* As a cell it holds the point; at the finest precision of angles it is the point. */
static void print_and_read(struct ent_point point, enum ent_gridref_form form, unsigned precision) {
	char text[ENT_GRIDREF_TEXT_SIZE];
	struct ent_gridref back;
	const size_t n = ent_gridref_print(point, form, precision, text);
	FUZZ_CHECK(n == strlen(text) && n < sizeof text);
	FUZZ_CHECK(ent_gridref_parse(text, n, &back, NULL) == ENT_OK);
	FUZZ_CHECK(back.form == form && back.precision == precision);
	const double away_m = ent_geo_inverse(point, back.centre).length_m;
	if (form >= ENT_GRIDREF_MGRS)
		FUZZ_CHECK(away_m * 1e3 <= (double)back.radius_mm);
	else if (precision == ent_gridref_finest(form))
		FUZZ_CHECK(away_m <= 0);
}

static void references(const char *text, size_t size) {
	struct ent_gridref reference;
	struct ent_fault fault = {0};
	const ent_status status = ent_gridref_parse(text, size, &reference, &fault);
	FUZZ_CHECK((status == ENT_OK) == (fault.why[0] == '\0'));
	uint32_t character = 0;
	size_t bytes = 0;
	for (const char *c = fault.why; *c != '\0'; c += bytes) {
		bytes = ent_text_character(c, strlen(c), &character);
		FUZZ_CHECK(bytes > 0 && !ent_text_steers(character));
	}
	if (status != ENT_OK)
		return;
	check_point(reference.centre);
	FUZZ_CHECK((reference.radius_mm > 0) == (reference.form >= ENT_GRIDREF_MGRS));
	FUZZ_CHECK(reference.precision <= ent_gridref_finest(reference.form));
	for (int form = 0; form < ENT_GRIDREF_FORM_COUNT; form++)
		for (unsigned p = 0; p <= ent_gridref_finest((enum ent_gridref_form)form); p++)
			print_and_read(reference.centre, (enum ent_gridref_form)form, p);
}

static void angles(const char *text, size_t size, bool latitude) {
	int64_t ndeg = 0;
	struct ent_fault fault = {0};
	const int64_t most_ndeg = (latitude ? 90 : 180) * ENT_GEO_NDEG_PER_DEG;
	const ent_status status = ent_gridref_parse_angle(text, size, latitude, &ndeg, &fault);
	FUZZ_CHECK((status != ENT_OK) || (ndeg >= -most_ndeg && ndeg <= most_ndeg));
	FUZZ_CHECK((status == ENT_OK) || fault.why[0] != '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	/* An exact copy, so that a byte too far is seen. */
	char *text = malloc(size > 0 ? size : 1);
	FUZZ_CHECK(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	references(text, size);
	angles(text, size, true);
	angles(text, size, false);
	free(text);
	return 0;
}
