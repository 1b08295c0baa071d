/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memo_new.c: a memorandum to begin with: memo_template.json, with each clause's text made from its figures in the
 * languages that are to be authentic. JSON has no comments, and a member for them would be signed with the rest: what each
 * member is stands in the guide.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "entente/json.h"
#include "memo.h"
#include "memo_page.h"
#include "memo_template.h"

enum { TEMPLATE_MAX = 1 << 20 };

struct fresh {
	enum memo_language language[MEMO_LANGUAGE_COUNT];
	size_t n;
	struct ent_memodoc *doc; /* the template, as it stands */
	struct ent_jsonout *out;
	ent_status status;
};

static int take_languages(const char *text, struct fresh *fresh) {
	while (*text != '\0') {
		const size_t length = strcspn(text, ",");
		enum memo_language language;
		if (!memo_language_of(text, length, &language))
			return memo_fail("--language",
					"the template is there in en, fr, ru and ar: one or more, "
					"with commas between");
		for (size_t i = 0; i < fresh->n; i++)
			if (fresh->language[i] == language)
				return memo_fail("--language", "one stands there twice");
		fresh->language[fresh->n++] = language;
		text += length + (text[length] == ',');
	}
	return fresh->n > 0 ? 0 : memo_fail("--language", "which?");
}

static void write_says(struct fresh *fresh, enum memo_says says) {
	ent_jsonout_object_begin(fresh->out);
	for (size_t i = 0; i < fresh->n; i++) {
		ent_jsonout_name(fresh->out, memo_language_code(fresh->language[i]));
		ent_jsonout_string(fresh->out, memo_words(says, fresh->language[i]));
	}
	ent_jsonout_object_end(fresh->out);
}

static void write_languages(struct fresh *fresh) {
	ent_jsonout_array_begin_inline(fresh->out);
	for (size_t i = 0; i < fresh->n; i++)
		ent_jsonout_string(fresh->out, memo_language_code(fresh->language[i]));
	ent_jsonout_array_end(fresh->out);
}

/* What a clause's figures say; without isolates, for they may not stand in a document. */
static void write_rendered(struct fresh *fresh, const struct ent_memodoc_clause *clause,
		const char *where, enum memo_language language) {
	struct memo_page page = {.doc = fresh->doc, .language = language, .plain = true};
	page.text.limit = MEMO_PAGE_MAX;
	if (memo_section(where) == SAY_OBLIGATIONS || !memo_render_clause(&page, clause, where))
		MEMO_SAY_ALONE(&page, SAY_TO_BE_WRITTEN);
	if (page.status != ENT_OK)
		fresh->status = page.status;
	ent_jsonout_name(fresh->out, memo_language_code(language));
	ent_jsonout_string_n(
			fresh->out, page.text.bytes != NULL ? page.text.bytes : "", page.text.size);
	free(page.text.bytes);
}

static void write_text(struct fresh *fresh, struct ent_json_value id) {
	const struct ent_memodoc_clause *clause;
	const char *where = NULL;
	ent_jsonout_object_begin(fresh->out);
	for (size_t i = 0; (clause = ent_memodoc_clause_at(fresh->doc, i, &where)) != NULL; i++)
		for (size_t j = 0; j < fresh->n && ent_json_string_is(id, clause->id); j++)
			write_rendered(fresh, clause, where, fresh->language[j]);
	ent_jsonout_object_end(fresh->out);
}

static void copy(struct fresh *fresh, struct ent_json_value value);

static void copy_object(struct fresh *fresh, struct ent_json_value value) {
	struct ent_json_walk walk = ent_json_walk_from(value);
	struct ent_json_value inner, id;
	const char *name;
	size_t length;
	ent_jsonout_object_begin(fresh->out);
	while (ent_json_next_member(&walk, &name, &length, &inner)) {
		ent_jsonout_name(fresh->out, name);
		if (strcmp(name, "text") == 0 && ent_json_member(value, "clause", &id))
			write_text(fresh, id);
		else if (strcmp(name, "title") == 0)
			write_says(fresh, SAY_TITLE);
		else if (strcmp(name, "authentic") == 0)
			write_languages(fresh);
		else if (strcmp(name, "aid") == 0)
			write_says(fresh, SAY_LABEL_AID);
		else if (strcmp(name, "air") == 0)
			write_says(fresh, SAY_LABEL_AIR);
		else
			copy(fresh, inner);
	}
	ent_jsonout_object_end(fresh->out);
}

/* Positions stand in one line. */
static void copy_array(struct fresh *fresh, struct ent_json_value value) {
	struct ent_json_walk walk = ent_json_walk_from(value);
	struct ent_json_value inner;
	double number;
	size_t n = 0;
	while (ent_json_next_element(&walk, &inner)) {
		if (n == 0 && ent_json_double(inner, &number))
			ent_jsonout_array_begin_inline(fresh->out);
		else if (n == 0)
			ent_jsonout_array_begin(fresh->out);
		copy(fresh, inner);
		n++;
	}
	ent_jsonout_array_end(fresh->out);
}

/* Recursion ends with the template. */
static void copy(struct fresh *fresh, struct ent_json_value value) {
	const char *text;
	size_t length;
	double number;
	int64_t whole;
	if (ent_json_kind(value) == ENT_JSON_OBJECT)
		copy_object(fresh, value);
	else if (ent_json_kind(value) == ENT_JSON_ARRAY)
		copy_array(fresh, value);
	else if (ent_json_string(value, &text, &length))
		ent_jsonout_string_n(fresh->out, text, length);
	else if (ent_json_int(value, &whole))
		ent_jsonout_int(fresh->out, whole);
	else if (ent_json_double(value, &number))
		ent_jsonout_decimal(fresh->out, llround(number * 1e9), 9);
}

static ent_status write_template(struct fresh *fresh, FILE *file) {
	struct ent_memodoc_faults *faults = calloc(1, sizeof *faults);
	struct ent_json *json = NULL;
	struct ent_json_value root;
	struct ent_fault fault = {{0}, {0}};
	fresh->out = calloc(1, sizeof *fresh->out);
	ent_status status = faults == NULL || fresh->out == NULL ? ENT_E_MEMORY
								 : ent_json_create(&json);
	if (status == ENT_OK)
		status = ent_memodoc_read(
				memo_template_text, memo_template_size, &fresh->doc, faults);
	if (status == ENT_OK)
		status = ent_json_parse(
				json, memo_template_text, memo_template_size, NULL, &root, &fault);
	if (status == ENT_OK) {
		ent_jsonout_init(fresh->out, ent_jsonout_to_file, file, 2);
		copy(fresh, root);
		status = ent_jsonout_finish(fresh->out);
	}
	ent_memodoc_destroy(fresh->doc);
	ent_json_destroy(json);
	free(fresh->out);
	free(faults);
	return status != ENT_OK ? status : fresh->status;
}

static ent_status write_asked(const struct memo_asked *asked, struct fresh *fresh, FILE *file) {
	if (asked->schema)
		return ent_memodoc_write_schema(ent_jsonout_to_file, file);
	if (asked->guide)
		return ent_memodoc_write_guide(ent_jsonout_to_file, file);
	return write_template(fresh, file);
}

int memo_new(const struct memo_asked *asked) {
	struct fresh fresh = {.n = 0};
	const char *where = asked->output != NULL ? asked->output : "standard output";
	if (asked->guide && asked->schema)
		return memo_fail("--schema", "it and --guide exclude one another");
	if (take_languages(asked->language != NULL ? asked->language : "en", &fresh) != 0)
		return 2;
	/* Never over a document that is there. */
	FILE *file = asked->output != NULL ? fopen(asked->output, "wxe") : stdout;
	if (file == NULL)
		return memo_fail(where, strerror(errno));
	const ent_status status = write_asked(asked, &fresh, file);
	int end = 0;
	if (status != ENT_OK)
		end = memo_fail(where,
				status == ENT_E_IO ? strerror(errno) : ent_status_text(status));
	if (file != stdout && fclose(file) != 0 && end == 0)
		end = memo_fail(where, strerror(errno));
	return end;
}
