/* SPDX-License-Identifier: Apache-2.0 */
/*
 * template.c: a memorandum to begin with: memo_template.json, with each clause's text made from its figures in the
 * languages that are to be authentic. JSON has no comments, and a member for them would be signed with the rest: what each
 * member is stands in the guide.
 */
#include <stdlib.h>
#include <string.h>

#include "copy.h"
#include "memo_template.h"

struct fresh {
	enum memo_language language[MEMO_LANGUAGE_COUNT];
	size_t n;
	struct ent_memodoc *doc; /* the template, as it stands */
	struct memo_copying copying;
	ent_status status;
};

static ent_status refuse(struct ent_fault *fault, const char *why) {
	ent_fault_set(fault, "", "%s", why);
	return ENT_E_SYNTAX;
}

static ent_status take_languages(const char *text, struct fresh *fresh, struct ent_fault *fault) {
	while (*text != '\0') {
		const size_t length = strcspn(text, ",");
		enum memo_language language;
		if (!memo_language_of(text, length, &language))
			return refuse(fault,
					"the template is there in en, fr, ru and ar: one or "
					"more, with commas between");
		for (size_t i = 0; i < fresh->n; i++)
			if (fresh->language[i] == language)
				return refuse(fault, "one stands there twice");
		fresh->language[fresh->n++] = language;
		text += length + (text[length] == ',');
	}
	return fresh->n > 0 ? ENT_OK : refuse(fault, "which?");
}

static void write_says(struct fresh *fresh, enum memo_says says) {
	ent_jsonout_object_begin(fresh->copying.out);
	for (size_t i = 0; i < fresh->n; i++) {
		ent_jsonout_name(fresh->copying.out, memo_language_code(fresh->language[i]));
		ent_jsonout_string(fresh->copying.out, memo_words(says, fresh->language[i]));
	}
	ent_jsonout_object_end(fresh->copying.out);
}

static void write_languages(struct fresh *fresh) {
	ent_jsonout_array_begin_inline(fresh->copying.out);
	for (size_t i = 0; i < fresh->n; i++)
		ent_jsonout_string(fresh->copying.out, memo_language_code(fresh->language[i]));
	ent_jsonout_array_end(fresh->copying.out);
}

/* What a clause's figures say; without isolates, for they may not stand in a document. */
static void write_rendered(struct fresh *fresh, const struct ent_memodoc_clause *clause,
		const char *where, enum memo_language language) {
	struct memo_page page = {.doc = fresh->doc, .language = language, .plain = true};
	page.text.limit = ENT_PAGES_TEXT_MAX;
	if (memo_section(where) == SAY_OBLIGATIONS || !memo_render_clause(&page, clause, where))
		MEMO_SAY_ALONE(&page, SAY_TO_BE_WRITTEN);
	if (page.status != ENT_OK)
		fresh->status = page.status;
	ent_jsonout_name(fresh->copying.out, memo_language_code(language));
	ent_jsonout_string_n(fresh->copying.out, page.text.bytes != NULL ? page.text.bytes : "",
			page.text.size);
	free(page.text.bytes);
}

static void write_text(struct fresh *fresh, struct ent_json_value id) {
	const struct ent_memodoc_clause *clause;
	const char *where = NULL;
	ent_jsonout_object_begin(fresh->copying.out);
	for (size_t i = 0; (clause = ent_memodoc_clause_at(fresh->doc, i, &where)) != NULL; i++)
		for (size_t j = 0; j < fresh->n && ent_json_string_is(id, clause->id); j++)
			write_rendered(fresh, clause, where, fresh->language[j]);
	ent_jsonout_object_end(fresh->copying.out);
}

static bool write_member(void *user, struct ent_json_value object, const char *name) {
	struct fresh *fresh = user;
	struct ent_json_value id;
	if (strcmp(name, "text") == 0 && ent_json_member(object, "clause", &id))
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
		return false;
	return true;
}

static ent_status write_template(struct fresh *fresh, ent_write_fn write, void *user) {
	struct ent_memodoc_faults *faults = calloc(1, sizeof *faults);
	ent_status status = faults == NULL
			? ENT_E_MEMORY
			: ent_memodoc_read(memo_template_text, memo_template_size, &fresh->doc,
					  faults);
	fresh->copying = (struct memo_copying){.write = write_member, .user = fresh};
	if (status == ENT_OK)
		status = memo_copy(&fresh->copying, memo_template_text, memo_template_size, write,
				user);
	ent_memodoc_destroy(fresh->doc);
	free(faults);
	return status != ENT_OK ? status : fresh->status;
}

ent_status ent_pages_check_languages(const char *languages, struct ent_fault *reterr_fault) {
	struct fresh fresh = {.n = 0};
	return take_languages(languages, &fresh, reterr_fault);
}

ent_status ent_pages_template(const char *languages, ent_write_fn write, void *user,
		struct ent_fault *reterr_fault) {
	struct fresh fresh = {.n = 0};
	const ent_status status = take_languages(languages, &fresh, reterr_fault);
	return status == ENT_OK ? write_template(&fresh, write, user) : status;
}
