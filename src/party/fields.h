/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fields.h: texts whose lines are a name, a space and a value, in a fixed order: cards and the files of keys. Each line
 * ends in a newline, the last one too.
 */
#ifndef ENTENTE_PARTY_FIELDS_H
#define ENTENTE_PARTY_FIELDS_H

#include "entente/party.h"

struct fields {
	const char *at, *end;
	unsigned number; /* of the line taken last; the first is 1 */
	struct ent_fault *fault;
};

struct field {
	const char *value; /* not terminated */
	size_t length;
};

/* The next line's value when that is its name; false, and nothing taken, when it is another or there is none. */
bool field_take(struct fields *fields, const char *name, struct field *ret_field);
/* E_SYNTAX: the next line is another one. */
ENT_MUST_USE ent_status field_need(
		struct fields *fields, const char *name, struct field *ret_field);
/* Is the next line this whole one? E_SYNTAX. */
ENT_MUST_USE ent_status field_need_line(struct fields *fields, const char *line);
/* E_SYNTAX: lines follow. */
ENT_MUST_USE ent_status field_end(struct fields *fields);
/* Says what is wrong in the line taken last, and returns 'status'. */
ent_status field_fault(const struct fields *fields, ent_status status, const char *why);

/* A decimal without zeros in front, in least..most. E_SYNTAX. */
ENT_MUST_USE ent_status field_number(const struct fields *fields, const struct field *field,
		uint64_t least, uint64_t most, uint64_t *ret_number);
/* RFC 3339, as ent_text_print_time writes it. E_SYNTAX. */
ENT_MUST_USE ent_status field_time(
		const struct fields *fields, const struct field *field, int64_t *ret_utc_us);
/* Base64 of exactly 'size' bytes. E_SYNTAX. */
ENT_MUST_USE ent_status field_base64(const struct fields *fields, const struct field *field,
		void *ret_bytes, size_t size);
/* A vkey of type 0x01 of this name. E_SYNTAX. */
ENT_MUST_USE ent_status field_vkey(const struct fields *fields, const struct field *field,
		const struct ent_vkey *name_of, struct ent_vkey *ret_vkey);

#endif
