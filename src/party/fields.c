/* SPDX-License-Identifier: Apache-2.0 */
/* fields.c: see fields.h. */
#include "fields.h"

#include <stdio.h>
#include <string.h>

#include "entente/base64.h"
#include "entente/text.h"

enum { NUMBER_LENGTH_MAX = 19 /* of 2^63 - 1 */ };

static ent_status fault_at(
		const struct fields *fields, unsigned number, ent_status status, const char *why) {
	char where[32];
	(void)snprintf(where, sizeof where, "line %u", number);
	ent_fault_set(fields->fault, where, "%s", why);
	return status;
}

ent_status field_fault(const struct fields *fields, ent_status status, const char *why) {
	return fault_at(fields, fields->number, status, why);
}

/* The length of the next line; false when there is none that ends. */
static bool look(const struct fields *fields, size_t *ret_length) {
	const size_t left = (size_t)(fields->end - fields->at);
	const char *newline = left > 0 ? memchr(fields->at, '\n', left) : NULL;
	if (newline == NULL)
		return false;
	*ret_length = (size_t)(newline - fields->at);
	return true;
}

static void take(struct fields *fields, size_t length) {
	fields->at += length + 1;
	fields->number++;
}

bool field_take(struct fields *fields, const char *name, struct field *ret_field) {
	const size_t name_length = strlen(name);
	size_t length = 0;
	if (!look(fields, &length) || length <= name_length || fields->at[name_length] != ' ' ||
			memcmp(fields->at, name, name_length) != 0)
		return false;
	*ret_field = (struct field){fields->at + name_length + 1, length - name_length - 1};
	take(fields, length);
	return true;
}

ent_status field_need(struct fields *fields, const char *name, struct field *ret_field) {
	char why[80];
	if (field_take(fields, name, ret_field))
		return ENT_OK;
	(void)snprintf(why, sizeof why, "here stands '%s ...', and nothing else", name);
	return fault_at(fields, fields->number + 1, ENT_E_SYNTAX, why);
}

ent_status field_need_line(struct fields *fields, const char *line) {
	char why[80];
	size_t length = 0;
	if (look(fields, &length) && length == strlen(line) &&
			memcmp(fields->at, line, length) == 0) {
		take(fields, length);
		return ENT_OK;
	}
	(void)snprintf(why, sizeof why, "here stands '%s', and nothing else", line);
	return fault_at(fields, fields->number + 1, ENT_E_SYNTAX, why);
}

ent_status field_end(struct fields *fields) {
	if (fields->at == fields->end)
		return ENT_OK;
	return fault_at(fields, fields->number + 1, ENT_E_SYNTAX,
			"a line that does not belong here, or stands in the wrong order");
}

ent_status field_number(const struct fields *fields, const struct field *field, uint64_t least,
		uint64_t most, uint64_t *ret_number) {
	char why[96];
	uint64_t number = 0;
	bool good = field->length > 0 && field->length <= NUMBER_LENGTH_MAX &&
			(field->value[0] != '0' || field->length == 1);
	for (size_t i = 0; good && i < field->length; i++) {
		good = field->value[i] >= '0' && field->value[i] <= '9';
		number = number * 10 + (uint64_t)(field->value[i] - '0');
	}
	if (good && number >= least && number <= most) {
		*ret_number = number;
		return ENT_OK;
	}
	(void)snprintf(why, sizeof why, "not a whole number from %llu to %llu",
			(unsigned long long)least, (unsigned long long)most);
	return field_fault(fields, ENT_E_SYNTAX, why);
}

ent_status field_time(const struct fields *fields, const struct field *field, int64_t *ret_utc_us) {
	char again[ENT_TEXT_TIME_SIZE];
	int64_t utc_us = 0;
	if (ent_text_parse_time(field->value, field->length, &utc_us, NULL) != ENT_OK ||
			ent_text_print_time(utc_us, again) != field->length ||
			memcmp(again, field->value, field->length) != 0)
		return field_fault(fields, ENT_E_SYNTAX,
				"not a time as 2026-11-26T10:00:00Z, in UTC, without decimals that "
				"say nothing");
	*ret_utc_us = utc_us;
	return ENT_OK;
}

ent_status field_base64(const struct fields *fields, const struct field *field, void *ret_bytes,
		size_t size) {
	char why[64];
	size_t got = 0;
	if (ent_base64_parse(ENT_BASE64, field->value, field->length, ret_bytes, size, &got) ==
					ENT_OK &&
			got == size)
		return ENT_OK;
	(void)snprintf(why, sizeof why, "not %zu bytes in base64", size);
	return field_fault(fields, ENT_E_SYNTAX, why);
}

ent_status field_vkey(const struct fields *fields, const struct field *field,
		const struct ent_vkey *name_of, struct ent_vkey *ret_vkey) {
	char why[ENT_ORIGIN_SIZE + 64];
	struct ent_fault fault = {{0}, {0}};
	struct ent_vkey vkey = {.type = 0};
	if (ent_vkey_parse(field->value, field->length, &vkey, &fault) != ENT_OK)
		return field_fault(fields, ENT_E_SYNTAX, fault.why);
	if (vkey.type != name_of->type || strcmp(vkey.name, name_of->name) != 0) {
		(void)snprintf(why, sizeof why, "not a key of the name %s, of type 0x01",
				name_of->name);
		return field_fault(fields, ENT_E_SYNTAX, why);
	}
	*ret_vkey = vkey;
	return ENT_OK;
}
