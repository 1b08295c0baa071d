/* SPDX-License-Identifier: Apache-2.0 */
/*
 * doc_form.h: the form of a memorandum as a table: what may stand where. The reader walks a document along it,
 * and the schema and the guide are written from it, so that the three cannot differ.
 */
#ifndef ENTENTE_MEMO_DOC_FORM_H
#define ENTENTE_MEMO_DOC_FORM_H

#include "entente/json.h"
#include "entente/memodoc.h"

enum form_kind {
	FORM_OBJECT,   /* members, and no others */
	FORM_ARRAY,    /* least to most elements */
	FORM_TEXT,     /* least to most characters */
	FORM_WORD,     /* one of a closed set */
	FORM_PATTERN,  /* text of a form */
	FORM_INTEGER,  /* least to most */
	FORM_POSITION, /* longitude and latitude in degrees */
	FORM_WORDS     /* an object: a text for each of some languages */
};

struct form;
struct form_member {
	const char *name;
	const struct form *form;
	bool needed;
	const char *what;
};
struct form {
	enum form_kind kind;
	int64_t least, most;
	const struct form_member *members; /* up to one without a name */
	const struct form *element;
	const char *const *words; /* up to NULL */
	/* The same twice: for the schema, and for the reader, which has no regular expressions. */
	const char *pattern;
	bool (*fits)(const char *text, size_t length);
	const char *wanted; /* in a fault and in the guide: "a moment in UTC, ..." */
	bool unique;
};

/* The whole document. */
extern const struct form form_memorandum;

/* Patterns, for what reads a value behind them. */
bool form_fits_language(const char *text, size_t length);

/* Notes a fault; the path is its place. */
void form_note(struct ent_memodoc_faults *faults, const struct ent_json_path *path,
		ent_status status, bool of_form, const char *why_format, ...) ENT_PRINTF(5, 6);
/* Everything in which the value is not of the form. */
void form_check(const struct form *form, struct ent_json_value value, struct ent_json_path *path,
		struct ent_memodoc_faults *faults);
/* In characters, of well-formed UTF-8. */
size_t form_characters(const char *text, size_t length);

#endif
