/* SPDX-License-Identifier: Apache-2.0 */
/* altitude.c: altitudes as people write them: "FL350", "3000 ft AMSL", "GND", "UNL". */
#include <string.h>

#include "entente/text.h"
#include "reader.h"

enum { SHOWN_SIZE = 48 };

static const struct {
	const char *name;
	enum ent_altitude_ref ref;
} refs[] = {
		{"W84", ENT_ALTITUDE_W84},
		{"WGS84", ENT_ALTITUDE_W84},
		{"HAE", ENT_ALTITUDE_W84},
		{"AMSL", ENT_ALTITUDE_AMSL},
		{"MSL", ENT_ALTITUDE_AMSL},
		{"AGL", ENT_ALTITUDE_AGL},
		{"FL", ENT_ALTITUDE_FL},
};

static char upper(char c) {
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool is_letter_or_digit(char c) {
	return (upper(c) >= 'A' && upper(c) <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_word(const char *text, size_t length, const char *word) {
	if (strlen(word) != length)
		return false;
	for (size_t i = 0; i < length; i++)
		if (upper(text[i]) != word[i])
			return false;
	return true;
}

static void trim(const char **text, size_t *length) {
	while (*length > 0 && ((*text)[0] == ' ' || (*text)[0] == '\t')) {
		(*text)++;
		(*length)--;
	}
	while (*length > 0 && ((*text)[*length - 1] == ' ' || (*text)[*length - 1] == '\t'))
		(*length)--;
}

static bool find_ref(const char *text, size_t length, enum ent_altitude_ref *ret_ref) {
	for (size_t i = 0; i < sizeof refs / sizeof refs[0]; i++) {
		if (is_word(text, length, refs[i].name)) {
			*ret_ref = refs[i].ref;
			return true;
		}
	}
	return false;
}

ent_status check_altitude_ref_parse(const char *text, size_t length, enum ent_altitude_ref *ret_ref,
		struct ent_fault *reterr_fault) {
	char shown[SHOWN_SIZE];
	trim(&text, &length);
	if (find_ref(text, length, ret_ref))
		return ENT_OK;
	ent_fault_set(reterr_fault, "",
			"\"%s\" is no altitude reference: write W84, AMSL, AGL or FL",
			ent_text_show(text, length, shown, sizeof shown));
	return ENT_E_SYNTAX;
}

/* FL350; a flight level is 100 ft of pressure altitude. */
static ent_status parse_level(
		const char *text, size_t length, int64_t *ret_mm, struct ent_fault *fault) {
	char shown[SHOWN_SIZE];
	for (size_t i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '9') {
			ent_fault_set(fault, "", "\"FL%s\" is no flight level as FL350",
					ent_text_show(text, length, shown, sizeof shown));
			return ENT_E_SYNTAX;
		}
	}
	return ent_text_parse_decimal(text, length, 30480, 1, ret_mm, fault);
}

/* The reference behind a quantity; text is cut to the quantity. */
static ent_status take_ref(const char *text, size_t *length,
		const enum ent_altitude_ref *default_ref, enum ent_altitude_ref *ret_ref,
		struct ent_fault *fault) {
	char shown[SHOWN_SIZE];
	size_t start = *length;
	while (start > 0 && is_letter_or_digit(text[start - 1]))
		start--;
	if (start > 0 && find_ref(text + start, *length - start, ret_ref)) {
		*length = start;
		return ENT_OK;
	}
	if (default_ref != NULL) {
		*ret_ref = *default_ref;
		return ENT_OK;
	}
	ent_fault_set(fault, "",
			"\"%s\" needs a number, a unit and a reference (W84, AMSL, AGL, FL), as "
			"\"3000 ft AMSL\", or a level as FL350",
			ent_text_show(text, *length, shown, sizeof shown));
	return ENT_E_SYNTAX;
}

ent_status check_altitude_parse(const char *text, size_t length,
		const enum ent_altitude_ref *default_ref, struct ent_altitude *ret_altitude,
		struct ent_fault *reterr_fault) {
	enum ent_altitude_ref ref = ENT_ALTITUDE_FL;
	int64_t mm = 0;
	ent_status status;
	trim(&text, &length);
	if (is_word(text, length, "GND") || is_word(text, length, "SFC")) {
		*ret_altitude = (struct ent_altitude){ENT_ALTITUDE_AGL, 0};
		return ENT_OK;
	}
	if (is_word(text, length, "UNL")) {
		*ret_altitude = (struct ent_altitude){
				ENT_ALTITUDE_W84, ENT_ALTITUDE_UNBOUNDED_ABOVE};
		return ENT_OK;
	}
	if (length > 2 && is_word(text, 2, "FL")) {
		text += 2;
		length -= 2;
		trim(&text, &length);
		status = parse_level(text, length, &mm, reterr_fault);
	} else {
		status = take_ref(text, &length, default_ref, &ref, reterr_fault);
		if (status == ENT_OK)
			status = ent_text_parse_length(text, length, &mm, reterr_fault);
	}
	if (status != ENT_OK)
		return status;
	if (mm < ENT_ALTITUDE_MIN_MM || mm > ENT_ALTITUDE_MAX_MM) {
		ent_fault_set(reterr_fault, "", "an altitude lies between -20 km and 200 km");
		return ENT_E_DOMAIN;
	}
	*ret_altitude = (struct ent_altitude){ref, (int32_t)mm};
	return ENT_OK;
}
