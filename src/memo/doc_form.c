/* SPDX-License-Identifier: Apache-2.0 */
/* doc_form.c: holds a document to its form; see doc_form.h. */
#include "doc_form.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "entente/refused.h"
#include "entente/text.h"

enum { SHOWN_SIZE = 64, LANGUAGE_LENGTH_MAX = 3 };

void form_note(struct ent_memodoc_faults *faults, const struct ent_json_path *path,
		ent_status status, bool of_form, const char *why_format, ...) {
	char why[ENT_FAULT_WHY_SIZE];
	va_list list;
	if (faults->n == ENT_MEMODOC_FAULTS_MAX) {
		faults->more++;
		return;
	}
	va_start(list, why_format);
	(void)vsnprintf(why, sizeof why, why_format, list);
	va_end(list);
	faults->fault[faults->n].status = status;
	faults->fault[faults->n].form = of_form;
	ent_fault_set(&faults->fault[faults->n].fault, path->text, "%s", why);
	faults->n++;
}

size_t form_characters(const char *text, size_t length) {
	size_t n = 0;
	for (size_t i = 0; i < length; i++)
		n += ((unsigned char)text[i] & 0xc0) != 0x80;
	return n;
}

bool form_fits_language(const char *text, size_t length) {
	if (length < 2 || length > LANGUAGE_LENGTH_MAX)
		return false;
	for (size_t i = 0; i < length; i++)
		if (text[i] < 'a' || text[i] > 'z')
			return false;
	return true;
}

static void note_kind(struct ent_memodoc_faults *faults, const struct ent_json_path *path,
		const char *wanted, struct ent_json_value value) {
	form_note(faults, path, ENT_E_SYNTAX, true, "must be %s, but is %s", wanted,
			ent_json_kind_text(ent_json_kind(value)));
}

/* --- Objects --- */

static const struct form_member *find(const struct form *form, const char *name, size_t length) {
	for (const struct form_member *m = form->members; m->name != NULL; m++)
		if (strlen(m->name) == length && memcmp(m->name, name, length) == 0)
			return m;
	return NULL;
}

static void note_unknown(struct ent_memodoc_faults *faults, struct ent_json_path *path,
		const char *name, size_t length) {
	struct ent_fault fault = {{0}, {0}};
	const size_t before = ent_json_path_member(path, name, length);
	if (ent_refused_term(name, length)) {
		const ent_status status = ent_refused_fault(&fault, "");
		form_note(faults, path, status, true, "%s", fault.why);
	} else {
		form_note(faults, path, ENT_E_SYNTAX, true, "there is no such member here");
	}
	ent_json_path_cut(path, before);
}

static void check_object(const struct form *form, struct ent_json_value value,
		struct ent_json_path *path, struct ent_memodoc_faults *faults) {
	struct ent_json_walk walk = ent_json_walk_from(value);
	struct ent_json_value member;
	const char *name;
	size_t length;
	if (ent_json_kind(value) != ENT_JSON_OBJECT) {
		note_kind(faults, path, "an object", value);
		return;
	}
	while (ent_json_next_member(&walk, &name, &length, &member)) {
		const struct form_member *known = find(form, name, length);
		if (known == NULL) {
			note_unknown(faults, path, name, length);
			continue;
		}
		const size_t before = ent_json_path_member(path, name, length);
		form_check(known->form, member, path, faults);
		ent_json_path_cut(path, before);
	}
	for (const struct form_member *m = form->members; m->name != NULL; m++) {
		if (!m->needed || ent_json_member(value, m->name, &member))
			continue;
		const size_t before = ent_json_path_member(path, m->name, strlen(m->name));
		form_note(faults, path, ENT_E_MISSING, true, "missing: %s", m->what);
		ent_json_path_cut(path, before);
	}
}

static void check_words(const struct form *form, struct ent_json_value value,
		struct ent_json_path *path, struct ent_memodoc_faults *faults) {
	struct ent_json_walk walk = ent_json_walk_from(value);
	struct ent_json_value member;
	const char *name;
	size_t length;
	int64_t n = 0;
	if (ent_json_kind(value) != ENT_JSON_OBJECT) {
		note_kind(faults, path, "an object of texts by language", value);
		return;
	}
	while (ent_json_next_member(&walk, &name, &length, &member)) {
		n++;
		if (!form_fits_language(name, length)) {
			note_unknown(faults, path, name, length);
			continue;
		}
		const size_t before = ent_json_path_member(path, name, length);
		form_check(form->element, member, path, faults);
		ent_json_path_cut(path, before);
	}
	if (n < form->least || n > form->most)
		form_note(faults, path, ENT_E_LIMIT, true,
				"%" PRId64 " languages; there must be %" PRId64 " to %" PRId64, n,
				form->least, form->most);
}

/* --- Arrays --- */

/* Only texts are to be unique. */
static bool stands_before(struct ent_json_value array, struct ent_json_value value, int64_t at) {
	struct ent_json_walk walk = ent_json_walk_from(array);
	struct ent_json_value other;
	const char *text, *its;
	size_t length, its_length;
	if (!ent_json_string(value, &text, &length))
		return false;
	for (int64_t i = 0; i < at && ent_json_next_element(&walk, &other); i++)
		if (ent_json_string(other, &its, &its_length) && its_length == length &&
				memcmp(its, text, length) == 0)
			return true;
	return false;
}

static void check_array(const struct form *form, struct ent_json_value value,
		struct ent_json_path *path, struct ent_memodoc_faults *faults) {
	struct ent_json_walk walk = ent_json_walk_from(value);
	struct ent_json_value element;
	int64_t n = 0;
	if (ent_json_kind(value) != ENT_JSON_ARRAY) {
		note_kind(faults, path, "an array", value);
		return;
	}
	for (; ent_json_next_element(&walk, &element); n++) {
		/* What is too much is not looked at: a thousand faults of one array tell no more. */
		if (n >= form->most)
			continue;
		const size_t before = ent_json_path_index(path, (uint64_t)n);
		form_check(form->element, element, path, faults);
		if (form->unique && stands_before(value, element, n))
			form_note(faults, path, ENT_E_EXISTS, true, "stands there twice");
		ent_json_path_cut(path, before);
	}
	if (n < form->least || n > form->most)
		form_note(faults, path, ENT_E_LIMIT, true,
				"it has %" PRId64 " elements; there must be %" PRId64
				" to %" PRId64,
				n, form->least, form->most);
}

/* --- Values --- */

static void check_text(const struct form *form, struct ent_json_value value,
		struct ent_json_path *path, struct ent_memodoc_faults *faults) {
	const char *text;
	size_t length;
	if (!ent_json_string(value, &text, &length)) {
		note_kind(faults, path, "a string", value);
		return;
	}
	const int64_t n = (int64_t)form_characters(text, length);
	if (n < form->least || n > form->most)
		form_note(faults, path, ENT_E_LIMIT, true,
				"it has %" PRId64 " characters; there must be %" PRId64
				" to %" PRId64,
				n, form->least, form->most);
}

static void check_pattern(const struct form *form, struct ent_json_value value,
		struct ent_json_path *path, struct ent_memodoc_faults *faults) {
	char shown[SHOWN_SIZE];
	const char *text;
	size_t length;
	if (!ent_json_string(value, &text, &length))
		note_kind(faults, path, "a string", value);
	else if (!form->fits(text, length))
		form_note(faults, path, ENT_E_SYNTAX, true, "\"%s\" is not %s",
				ent_text_show(text, length, shown, sizeof shown), form->wanted);
}

static void check_word(const struct form *form, struct ent_json_value value,
		struct ent_json_path *path, struct ent_memodoc_faults *faults) {
	char all[ENT_FAULT_WHY_SIZE] = "";
	for (size_t i = 0; form->words[i] != NULL; i++) {
		const size_t used = strlen(all);
		if (ent_json_string_is(value, form->words[i]))
			return;
		(void)snprintf(all + used, sizeof all - used, "%s%s", i == 0 ? "" : ", ",
				form->words[i]);
	}
	form_note(faults, path, ENT_E_SYNTAX, true, "must be one of: %s", all);
}

static void check_integer(const struct form *form, struct ent_json_value value,
		struct ent_json_path *path, struct ent_memodoc_faults *faults) {
	int64_t n;
	if (!ent_json_int(value, &n) || n < form->least || n > form->most)
		form_note(faults, path, ENT_E_DOMAIN, true,
				"must be a whole number of %" PRId64 " to %" PRId64, form->least,
				form->most);
}

static void check_position(struct ent_json_value value, struct ent_json_path *path,
		struct ent_memodoc_faults *faults) {
	struct ent_json_walk walk = ent_json_walk_from(value);
	struct ent_json_value element;
	double degrees[2];
	size_t n = 0;
	bool fine = ent_json_kind(value) == ENT_JSON_ARRAY;
	for (; fine && ent_json_next_element(&walk, &element); n++)
		fine = n < 2 && ent_json_double(element, &degrees[n]);
	if (!fine || n != 2 || degrees[0] < -180 || degrees[0] > 180 || degrees[1] < -90 ||
			degrees[1] > 90)
		form_note(faults, path, ENT_E_DOMAIN, true,
				"must be [longitude, latitude] in degrees on WGS84");
}

void form_check(const struct form *form, struct ent_json_value value, struct ent_json_path *path,
		struct ent_memodoc_faults *faults) {
	switch (form->kind) {
	case FORM_OBJECT:
		check_object(form, value, path, faults);
		break;
	case FORM_ARRAY:
		check_array(form, value, path, faults);
		break;
	case FORM_TEXT:
		check_text(form, value, path, faults);
		break;
	case FORM_WORD:
		check_word(form, value, path, faults);
		break;
	case FORM_PATTERN:
		check_pattern(form, value, path, faults);
		break;
	case FORM_INTEGER:
		check_integer(form, value, path, faults);
		break;
	case FORM_POSITION:
		check_position(value, path, faults);
		break;
	case FORM_WORDS:
		check_words(form, value, path, faults);
		break;
	}
}
