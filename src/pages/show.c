/* SPDX-License-Identifier: Apache-2.0 */
/*
 * show.c: a memorandum as people read it, in one language: the reader's own party first, then clause by clause the
 * authentic text where the language is authentic, and beside it what the figures say; else a rendering, marked as one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "page.h"

enum { LIST_SIZE = 512 };

#define SIGN_HERE "______________________________"

static void end_line(struct memo_page *page) {
	memo_page_put(page, "\n");
}

static void say_authentic(struct memo_page *page) {
	const struct ent_memodoc_parts *parts = ent_memodoc_parts(page->doc);
	char list[LIST_SIZE] = "";
	for (uint32_t i = 0; i < parts->n_authentic; i++) {
		const size_t used = strlen(list);
		(void)snprintf(list + used, sizeof list - used, "%s%s",
				i == 0                                      ? ""
						: page->language == MEMO_AR ? "، "
									    : ", ",
				memo_language_words(parts->authentic[i], page->language));
	}
	MEMO_SAY(page, page->authentic ? SAY_AUTHENTIC : SAY_RENDERING, list);
	end_line(page);
}

/* As each authentic language has it: all of them are the title. The page's own first. */
static void say_title(struct memo_page *page) {
	const struct ent_memodoc_parts *parts = ent_memodoc_parts(page->doc);
	const char *title = ent_memodoc_words_in(&parts->title, memo_language_code(page->language));
	MEMO_SAY_ALONE(page, SAY_MEMORANDUM);
	end_line(page);
	if (title != NULL) {
		memo_page_put_lines(page, title);
		end_line(page);
	}
	for (uint32_t i = 0; i < parts->n_authentic; i++) {
		if (title != NULL && page->authentic &&
				strcmp(parts->authentic[i], memo_language_code(page->language)) ==
						0)
			continue;
		MEMO_SAY(page, SAY_TEXT_IN,
				memo_language_words(parts->authentic[i], page->language),
				ent_memodoc_words_in(&parts->title, parts->authentic[i]));
		end_line(page);
	}
	end_line(page);
}

static void say_head(struct memo_page *page) {
	const struct ent_memo_terms *terms = ent_memodoc_terms(page->doc);
	char hash[MEMO_PAGE_HASH_SIZE];
	say_title(page);
	MEMO_SAY(page, SAY_ID, terms->memorandum);
	end_line(page);
	MEMO_SAY(page, SAY_HASH, memo_page_hash(&terms->hash, hash));
	end_line(page);
	if (terms->replaces_given) {
		MEMO_SAY(page, SAY_REPLACES, memo_page_hash(&terms->replaces, hash));
		end_line(page);
	}
	end_line(page);
	say_authentic(page);
}

static void say_party(struct memo_page *page, uint32_t i) {
	const struct ent_memodoc_party *party = &ent_memodoc_parts(page->doc)->party[i];
	memo_page_put(page, "  - ");
	MEMO_SAY(page, i == page->as ? SAY_PARTY_OWN : SAY_PARTY, party->name, party->id);
	end_line(page);
	for (uint32_t j = 0; j < party->n_members; j++) {
		memo_page_put(page, "      - ");
		MEMO_SAY(page, SAY_MEMBER, party->member[j].name, party->member[j].id);
		end_line(page);
	}
}

static void say_parties(struct memo_page *page) {
	const struct ent_memodoc_parts *parts = ent_memodoc_parts(page->doc);
	const uint32_t n = parts->terms.n_parties;
	end_line(page);
	MEMO_SAY_ALONE(page, SAY_PARTIES);
	end_line(page);
	if (page->as < n)
		say_party(page, page->as);
	for (uint32_t i = 0; i < n; i++)
		if (i != page->as)
			say_party(page, i);
	if (parts->n_affected == 0)
		return;
	end_line(page);
	MEMO_SAY_ALONE(page, SAY_AFFECTED);
	end_line(page);
	for (uint32_t i = 0; i < parts->n_affected; i++) {
		memo_page_put(page, "  - ");
		MEMO_SAY(page, SAY_PARTY, parts->affected[i].name, parts->affected[i].id);
		end_line(page);
	}
}

static void say_outside(struct memo_page *page, const char *text) {
	memo_page_put(page, "    | ");
	memo_page_put_lines(page, text);
	end_line(page);
}

/*
 * Is a clause's text in that language what the program would say itself? Then it is not said twice. A language that the
 * program does not write may say anything.
 */
static bool says_the_same(struct memo_page *page, const struct ent_memodoc_clause *clause,
		const char *where, const char *code) {
	const char *text = ent_memodoc_words_in(&clause->text, code);
	struct memo_page plain = {.doc = page->doc, .plain = true};
	plain.text.limit = ENT_PAGES_TEXT_MAX;
	const bool same = text != NULL && memo_language_of(code, strlen(code), &plain.language) &&
			memo_render_clause(&plain, clause, where) && plain.status == ENT_OK &&
			plain.text.size == strlen(text) &&
			memcmp(plain.text.bytes, text, plain.text.size) == 0;
	if (plain.status != ENT_OK)
		page->status = plain.status;
	free(plain.text.bytes);
	return same;
}

/* The figures as a sentence, behind the mark that says what it is; nothing where there are none. */
static void say_figures(struct memo_page *page, const struct ent_memodoc_clause *clause,
		const char *where) {
	const char *mark = memo_words(page->authentic ? SAY_FIGURES : SAY_RENDERED, page->language);
	const size_t from = page->text.size;
	char before[LIST_SIZE];
	(void)snprintf(before, sizeof before, "    %.*s", (int)strcspn(mark, "{"), mark);
	memo_page_put(page, before);
	const bool said = page->authentic &&
			says_the_same(page, clause, where, memo_language_code(page->language));
	if (!said && memo_render_clause(page, clause, where))
		end_line(page);
	else
		page->text.size = from;
}

/* What an authentic text says beyond the figures must not be lost on who reads another language. */
static void say_authentic_texts(struct memo_page *page, const struct ent_memodoc_clause *clause,
		const char *where) {
	const struct ent_memodoc_parts *parts = ent_memodoc_parts(page->doc);
	for (uint32_t i = 0; i < parts->n_authentic; i++) {
		const char *language = parts->authentic[i];
		if (says_the_same(page, clause, where, language))
			continue;
		memo_page_put(page, "    ");
		MEMO_SAY(page, SAY_TEXT_IN, memo_language_words(language, page->language),
				ent_memodoc_words_in(&clause->text, language));
		end_line(page);
	}
}

static void say_clause(struct memo_page *page, const struct ent_memodoc_clause *clause,
		const char *where) {
	const char *text = ent_memodoc_words_in(&clause->text, memo_language_code(page->language));
	memo_page_put(page, "  ");
	MEMO_SAY(page, SAY_CLAUSE, clause->id);
	end_line(page);
	if (page->authentic && text != NULL)
		say_outside(page, text);
	say_figures(page, clause, where);
	if (!page->authentic)
		say_authentic_texts(page, clause, where);
}

static void say_clauses(struct memo_page *page) {
	const struct ent_memodoc_clause *clause;
	enum memo_says before = SAY_COUNT;
	const char *where = NULL;
	for (size_t i = 0; (clause = ent_memodoc_clause_at(page->doc, i, &where)) != NULL; i++) {
		const enum memo_says section = memo_section(where);
		if (section != before) {
			/* Without a number of its own: "9" is the clause that the parties call so. */
			memo_page_put(page, "\n");
			MEMO_SAY_ALONE(page, section);
			end_line(page);
		}
		before = section;
		say_clause(page, clause, where);
	}
}

/*
 * Some of what the program does by a memorandum no clause governs, and who signs it has to know that. It stands behind all
 * that is the parties', with a mark: what is signed would be another document with it.
 */
static void say_how(struct memo_page *page) {
	static const enum memo_says says[] = {
			SAY_HOW_TEXTS, SAY_HOW_WITHDRAWAL, SAY_HOW_LEVELS, SAY_HOW_REPLACEMENT};
	end_line(page);
	MEMO_SAY_ALONE(page, SAY_HOW);
	end_line(page);
	for (size_t i = 0; i < sizeof says / sizeof says[0]; i++) {
		memo_page_put(page, "  * ");
		MEMO_SAY_ALONE(page, says[i]);
		end_line(page);
	}
}

static void say_signature(struct memo_page *page, uint32_t i) {
	static const enum memo_says says[] = {SAY_SIGN_NAME, SAY_SIGN_DATE, SAY_SIGN_HAND};
	const struct ent_memodoc_party *party = &ent_memodoc_parts(page->doc)->party[i];
	memo_page_put(page, "\n  ");
	MEMO_SAY(page, SAY_PARTY, party->name, party->id);
	end_line(page);
	for (size_t j = 0; j < sizeof says / sizeof says[0]; j++) {
		memo_page_put(page, "      ");
		MEMO_SAY(page, says[j], SIGN_HERE);
		end_line(page);
	}
}

/* The reader's own first, as all through the page. */
static void say_signatures(struct memo_page *page) {
	const struct ent_memo_terms *terms = ent_memodoc_terms(page->doc);
	char hash[MEMO_PAGE_HASH_SIZE];
	end_line(page);
	MEMO_SAY(page, SAY_SIGNATURES, memo_page_hash(&terms->hash, hash));
	end_line(page);
	if (page->as < terms->n_parties)
		say_signature(page, page->as);
	for (uint32_t i = 0; i < terms->n_parties; i++)
		if (i != page->as)
			say_signature(page, i);
}

static ent_status show_page(struct memo_page *page) {
	const struct ent_memodoc_parts *parts = ent_memodoc_parts(page->doc);
	page->text.limit = ENT_PAGES_TEXT_MAX;
	for (uint32_t i = 0; i < parts->n_authentic; i++)
		page->authentic = page->authentic ||
				strcmp(parts->authentic[i], memo_language_code(page->language)) ==
						0;
	say_head(page);
	say_parties(page);
	say_clauses(page);
	end_line(page);
	MEMO_SAY_ALONE(page, SAY_UNITS);
	end_line(page);
	say_how(page);
	say_signatures(page);
	return page->status;
}

bool ent_pages_has_language(const char *language) {
	enum memo_language which;
	return memo_language_of(language, strlen(language), &which);
}

bool ent_pages_to_left(const char *language) {
	enum memo_language which;
	return memo_language_of(language, strlen(language), &which) && which == MEMO_AR;
}

ent_status ent_pages_show(const struct ent_memodoc *doc, const char *language, uint32_t as,
		char **ret_text, size_t *ret_size) {
	struct memo_page page = {.doc = doc, .as = as};
	if (!memo_language_of(language, strlen(language), &page.language))
		return ENT_E_DOMAIN;
	const ent_status status = show_page(&page);
	if (status != ENT_OK) {
		free(page.text.bytes);
		return status;
	}
	*ret_text = page.text.bytes;
	*ret_size = page.text.size;
	return ENT_OK;
}
