/* SPDX-License-Identifier: Apache-2.0 */
/* doc_schema.c: the form of a memorandum as a JSON Schema (draft 2020-12), and as a guide for people. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "doc_form.h"
#include "entente/jsonout.h"

static void text(struct ent_jsonout *out, const char *name, const char *value) {
	ent_jsonout_name(out, name);
	ent_jsonout_string(out, value);
}

static void number(struct ent_jsonout *out, const char *name, int64_t value) {
	ent_jsonout_name(out, name);
	ent_jsonout_int(out, value);
}

static void write_form(struct ent_jsonout *out, const struct form *form, const char *what);

static void write_object(struct ent_jsonout *out, const struct form *form) {
	text(out, "type", "object");
	ent_jsonout_name(out, "properties");
	ent_jsonout_object_begin(out);
	for (const struct form_member *m = form->members; m->name != NULL; m++) {
		ent_jsonout_name(out, m->name);
		write_form(out, m->form, m->what);
	}
	ent_jsonout_object_end(out);
	ent_jsonout_name(out, "required");
	ent_jsonout_array_begin_inline(out);
	for (const struct form_member *m = form->members; m->name != NULL; m++)
		if (m->needed)
			ent_jsonout_string(out, m->name);
	ent_jsonout_array_end(out);
	ent_jsonout_name(out, "additionalProperties");
	ent_jsonout_bool(out, false);
}

static void write_words(struct ent_jsonout *out, const struct form *form) {
	text(out, "type", "object");
	ent_jsonout_name(out, "patternProperties");
	ent_jsonout_object_begin(out);
	ent_jsonout_name(out, "^[a-z]{2,3}$(?!\\n)");
	write_form(out, form->element, NULL);
	ent_jsonout_object_end(out);
	ent_jsonout_name(out, "additionalProperties");
	ent_jsonout_bool(out, false);
	number(out, "minProperties", form->least);
	number(out, "maxProperties", form->most);
}

static void write_array(struct ent_jsonout *out, const struct form *form) {
	text(out, "type", "array");
	ent_jsonout_name(out, "items");
	write_form(out, form->element, NULL);
	number(out, "minItems", form->least);
	number(out, "maxItems", form->most);
	if (form->unique) {
		ent_jsonout_name(out, "uniqueItems");
		ent_jsonout_bool(out, true);
	}
}

static void write_degrees(struct ent_jsonout *out, int most) {
	ent_jsonout_object_begin(out);
	text(out, "type", "number");
	number(out, "minimum", -most);
	number(out, "maximum", most);
	ent_jsonout_object_end(out);
}

static void write_position(struct ent_jsonout *out) {
	text(out, "type", "array");
	ent_jsonout_name(out, "prefixItems");
	ent_jsonout_array_begin(out);
	write_degrees(out, 180);
	write_degrees(out, 90);
	ent_jsonout_array_end(out);
	number(out, "minItems", 2);
	number(out, "maxItems", 2);
}

static void write_enum(struct ent_jsonout *out, const struct form *form) {
	ent_jsonout_name(out, "enum");
	ent_jsonout_array_begin_inline(out);
	for (size_t i = 0; form->words[i] != NULL; i++)
		ent_jsonout_string(out, form->words[i]);
	ent_jsonout_array_end(out);
}

static void write_members(struct ent_jsonout *out, const struct form *form) {
	switch (form->kind) {
	case FORM_OBJECT:
		write_object(out, form);
		break;
	case FORM_ARRAY:
		write_array(out, form);
		break;
	case FORM_TEXT:
		text(out, "type", "string");
		number(out, "minLength", form->least);
		number(out, "maxLength", form->most);
		break;
	case FORM_WORD:
		write_enum(out, form);
		break;
	case FORM_PATTERN:
		text(out, "type", "string");
		text(out, "pattern", form->pattern);
		break;
	case FORM_INTEGER:
		text(out, "type", "integer");
		number(out, "minimum", form->least);
		number(out, "maximum", form->most);
		break;
	case FORM_POSITION:
		write_position(out);
		break;
	case FORM_WORDS:
		write_words(out, form);
		break;
	}
}

/* NULL: nothing is said of it but its form. Recursion ends with the table. */
static void write_form(struct ent_jsonout *out, const struct form *form, const char *what) {
	ent_jsonout_object_begin(out);
	if (what != NULL)
		text(out, "description", what);
	write_members(out, form);
	ent_jsonout_object_end(out);
}

ent_status ent_memodoc_write_schema(ent_write_fn write, void *user) {
	struct ent_jsonout out;
	ent_jsonout_init(&out, write, user, 2);
	ent_jsonout_object_begin(&out);
	text(&out, "$schema", "https://json-schema.org/draft/2020-12/schema");
	text(&out, "$id", "urn:entente:memorandum:1");
	text(&out, "title", "Entente memorandum, version 1");
	text(&out, "description",
			"The form of a memorandum. What its members mean, and how they must fit "
			"together, is in docs/formats.md. No member may stand twice.");
	write_members(&out, &form_memorandum);
	ent_jsonout_object_end(&out);
	return ent_jsonout_finish(&out);
}

/* --- The guide --- */

struct guide {
	ent_write_fn write;
	void *user;
	ent_status status;
	struct ent_json_path path;
};

static void say(struct guide *guide, const char *text_said) {
	if (guide->status == ENT_OK)
		guide->status = guide->write(guide->user, text_said, strlen(text_said));
}

static void say_form(struct guide *guide, const struct form *form) {
	char line[160] = "";
	switch (form->kind) {
	case FORM_WORD:
		if (form->words[1] != NULL)
			say(guide, "one of");
		for (size_t i = 0; form->words[i] != NULL; i++) {
			(void)snprintf(line, sizeof line, "%s %s", i == 0 ? "" : ",",
					form->words[i]);
			say(guide, line);
		}
		return;
	case FORM_PATTERN:
		say(guide, form->wanted);
		return;
	case FORM_TEXT:
		(void)snprintf(line, sizeof line, "text of at most %" PRId64 " characters",
				form->most);
		break;
	case FORM_INTEGER:
		(void)snprintf(line, sizeof line, "a whole number of %" PRId64 " to %" PRId64,
				form->least, form->most);
		break;
	case FORM_ARRAY:
		(void)snprintf(line, sizeof line, "a list of %" PRId64 " to %" PRId64, form->least,
				form->most);
		break;
	case FORM_WORDS:
		(void)snprintf(line, sizeof line,
				"texts by language, each of at most %" PRId64 " characters",
				form->element->most);
		break;
	case FORM_OBJECT:
	case FORM_POSITION:
		break;
	}
	say(guide, line);
}

static void guide_members(struct guide *guide, const struct form *form) {
	for (const struct form_member *m = form->members; m->name != NULL; m++) {
		const struct form *inner = m->form;
		const size_t before = ent_json_path_member(&guide->path, m->name, strlen(m->name));
		say(guide, guide->path.text);
		say(guide, m->needed ? "\n    " : " (may be left out)\n    ");
		say(guide, m->what);
		if (inner->kind != FORM_OBJECT && inner->kind != FORM_POSITION) {
			say(guide, "; ");
			say_form(guide, inner);
		}
		say(guide, "\n");
		if (inner->kind == FORM_ARRAY && inner->element->kind == FORM_OBJECT) {
			inner = inner->element;
			/* "[]" stands for every one. */
			(void)snprintf(guide->path.text + guide->path.length,
					sizeof guide->path.text - guide->path.length, "[]");
			guide->path.length += 2;
		}
		if (inner->kind == FORM_OBJECT)
			guide_members(guide, inner);
		ent_json_path_cut(&guide->path, before);
	}
}

ent_status ent_memodoc_write_guide(ent_write_fn write, void *user) {
	struct guide guide = {.write = write, .user = user};
	guide_members(&guide, &form_memorandum);
	return guide.status;
}
