/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rewrite.c: the texts that the program made, written anew from the figures as they are now. Figures are changed in the template, and then its texts
 * say what the figures no longer do. Which text is the program's is known by what it says, for a document has no place to keep
 * that: the template's own in that section, or what the figures say, but for numbers, dates and ids. All else people wrote.
 */
#include <stdlib.h>
#include <string.h>

#include "copy.h"
#include "figures.h"
#include "memo_template.h"

struct rewriting {
	const struct ent_memodoc *doc;
	struct ent_memodoc *template;
	struct memo_copying copying;
	size_t n;
	ent_status status; /* the first failure */
};

/* From malloc. NULL: it has only its text, or there is no memory, which is noted. */
static char *render(struct rewriting *rewriting, const struct ent_memodoc *doc,
		const struct ent_memodoc_clause *clause, const char *where,
		enum memo_language language) {
	struct memo_page page = {.doc = doc, .language = language, .plain = true};
	char *text = NULL;
	page.text.limit = ENT_PAGES_TEXT_MAX;
	if (memo_render_clause(&page, clause, where)) {
		text = memo_page_take(&page, 0);
		if (text == NULL)
			rewriting->status = page.status != ENT_OK ? page.status : ENT_E_MEMORY;
	}
	free(page.text.bytes);
	return text;
}

/* To the letter, in any clause of the section. */
static bool is_templates(struct rewriting *rewriting, const char *where,
		enum memo_language language, const char *text) {
	const struct ent_memodoc_clause *clause;
	const char *at = NULL;
	bool same = false;
	for (size_t i = 0; !same &&
			(clause = ent_memodoc_clause_at(rewriting->template, i, &at)) != NULL;
			i++) {
		if (memo_section(at) != memo_section(where))
			continue;
		char *says = render(rewriting, rewriting->template, clause, at, language);
		same = says != NULL && strcmp(says, text) == 0;
		free(says);
	}
	return same;
}

static size_t characters(const char *text) {
	size_t n = 0;
	for (; *text != '\0'; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

/* An outline of many corners is longer than a text may be: then it is for people to write, and check says so. */
static const char *fitting(const char *says, enum memo_language language) {
	return says == NULL || characters(says) <= ENT_MEMODOC_TEXT_MAX
			? says
			: memo_words(SAY_TO_BE_WRITTEN, language);
}

static void write_one(struct rewriting *rewriting, const struct ent_memodoc_clause *clause,
		const char *where, const char *code, const char *text) {
	enum memo_language language = MEMO_EN;
	char *rendered = NULL;
	if (memo_section(where) != SAY_OBLIGATIONS &&
			memo_language_of(code, strlen(code), &language))
		rendered = render(rewriting, rewriting->doc, clause, where, language);
	const char *says = fitting(rendered, language);
	const bool anew = says != NULL && strcmp(says, text) != 0 &&
			(memo_figures_apart_same(says, text) ||
					strcmp(text, memo_words(SAY_TO_BE_WRITTEN, language)) ==
							0 ||
					is_templates(rewriting, where, language, text));
	rewriting->n += anew;
	ent_jsonout_name(rewriting->copying.out, code);
	ent_jsonout_string(rewriting->copying.out, anew ? says : text);
	free(rendered);
}

/* In one line, as the template has them. */
static void write_languages(struct rewriting *rewriting) {
	const struct ent_memodoc_parts *parts = ent_memodoc_parts(rewriting->doc);
	ent_jsonout_array_begin_inline(rewriting->copying.out);
	for (uint32_t i = 0; i < parts->n_authentic; i++)
		ent_jsonout_string(rewriting->copying.out, parts->authentic[i]);
	ent_jsonout_array_end(rewriting->copying.out);
}

static bool write_member(void *user, struct ent_json_value object, const char *name) {
	struct rewriting *rewriting = user;
	const struct ent_memodoc_clause *clause;
	struct ent_json_value id;
	const char *where = NULL;
	if (strcmp(name, "authentic") == 0) {
		write_languages(rewriting);
		return true;
	}
	if (strcmp(name, "text") != 0 || !ent_json_member(object, "clause", &id))
		return false;
	for (size_t i = 0; (clause = ent_memodoc_clause_at(rewriting->doc, i, &where)) != NULL;
			i++) {
		if (!ent_json_string_is(id, clause->id))
			continue;
		ent_jsonout_object_begin(rewriting->copying.out);
		for (uint32_t j = 0; j < clause->text.n; j++)
			write_one(rewriting, clause, where, clause->text.language[j],
					clause->text.text[j]);
		ent_jsonout_object_end(rewriting->copying.out);
		return true;
	}
	return false;
}

ent_status ent_pages_rewrite(
		const struct ent_memodoc *doc, ent_write_fn write, void *user, size_t *ret_n) {
	struct rewriting rewriting = {.doc = doc};
	struct ent_memodoc_faults *faults = calloc(1, sizeof *faults);
	struct ent_jsonout_memory made = {.limit = ENT_PAGES_TEXT_MAX};
	size_t size = 0;
	const char *bytes = ent_memodoc_bytes(doc, &size);
	rewriting.copying = (struct memo_copying){.write = write_member, .user = &rewriting};
	ent_status status = faults == NULL
			? ENT_E_MEMORY
			: ent_memodoc_read(memo_template_text, memo_template_size,
					  &rewriting.template, faults);
	if (status == ENT_OK)
		status = memo_copy(&rewriting.copying, bytes, size, ent_jsonout_to_memory, &made);
	ent_memodoc_destroy(rewriting.template);
	free(faults);
	if (status == ENT_OK)
		status = rewriting.status;
	/* Nothing was the program's: then the bytes are the same ones, to be signed as before. */
	if (status == ENT_OK && rewriting.n > 0)
		status = write(user, made.bytes, made.size);
	else if (status == ENT_OK)
		status = write(user, bytes, size);
	free(made.bytes);
	if (status == ENT_OK)
		*ret_n = rewriting.n;
	return status;
}
