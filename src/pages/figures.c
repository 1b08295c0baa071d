/* SPDX-License-Identifier: Apache-2.0 */
/*
 * figures.c: dates (2027-01-01) and ids of parties (16 hexadecimal digits) in the texts of clauses, held to the figures beside them. The
 * text is what was agreed and the figures act: where a text has another date or party, they say two things. What else a text
 * says no program can tell.
 */
#include "figures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_MAX = 64, WHERE_SIZE = 128 };

static bool is_digit(char c) {
	return c >= '0' && c <= '9';
}

static bool is_alnum(char c) {
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Longer runs, such as hashes, are none. */
static bool is_id(const char *begin, const char *at) {
	return (at == begin || !is_alnum(at[-1])) &&
			strspn(at, "0123456789abcdef") == ENT_PARTY_ID_SIZE - 1 &&
			!is_alnum(at[ENT_PARTY_ID_SIZE - 1]);
}

static bool is_date(const char *begin, const char *at) {
	static const char form[] = "0000-00-00";
	if (at != begin && is_digit(at[-1]))
		return false;
	for (size_t i = 0; form[i] != '\0'; i++)
		if (form[i] == '0' ? !is_digit(at[i]) : at[i] != form[i])
			return false;
	return !is_digit(at[sizeof form - 1]);
}

/* --- Contradictions --- */

struct shown {
	char text[ENT_PARTY_ID_SIZE];
	bool is_date;
};
struct shown_set {
	struct shown shown[SHOWN_MAX];
	size_t n, dates;
};

static bool has(const struct shown_set *set, const struct shown *shown) {
	for (size_t i = 0; i < set->n; i++)
		if (strcmp(set->shown[i].text, shown->text) == 0)
			return true;
	return false;
}

static void gather(const char *text, struct shown_set *ret_set) {
	*ret_set = (struct shown_set){.n = 0};
	for (const char *at = text; *at != '\0' && ret_set->n < SHOWN_MAX; at++) {
		struct shown shown = {.is_date = is_date(text, at)};
		if (!shown.is_date && !is_id(text, at))
			continue;
		(void)snprintf(shown.text, sizeof shown.text, "%.*s",
				shown.is_date ? 10 : ENT_PARTY_ID_SIZE - 1, at);
		if (has(ret_set, &shown))
			continue;
		ret_set->dates += shown.is_date;
		ret_set->shown[ret_set->n++] = shown;
	}
}

/*
 * NULL: it contradicts nothing. Where the figures have no date, or name nobody, a text may; but whom it names is a party of the
 * document in any case.
 */
static const char *contradicts(const struct ent_memodoc *doc, const struct shown_set *figures,
		const struct shown *shown) {
	if (has(figures, shown))
		return NULL;
	if (shown->is_date)
		return figures->dates > 0 ? "none of the dates in this clause's figures" : NULL;
	if (ent_memodoc_party(doc, shown->text) == ent_memodoc_terms(doc)->n_parties)
		return "no party of this memorandum";
	return figures->n > figures->dates ? "not whom this clause's figures name" : NULL;
}

struct holding {
	const struct ent_memodoc *doc;
	ent_pages_doubt_fn tell;
	void *user;
};

static void hold_text(const struct holding *holding, const struct shown_set *figures,
		const char *where, const char *language, const char *text) {
	struct shown_set found;
	char at[WHERE_SIZE], why[ENT_FAULT_WHY_SIZE];
	gather(text, &found);
	for (size_t i = 0; i < found.n; i++) {
		const char *what = contradicts(holding->doc, figures, &found.shown[i]);
		if (what == NULL)
			continue;
		(void)snprintf(at, sizeof at, "%s.text.%s", where, language);
		(void)snprintf(why, sizeof why, "it says %s, which is %s", found.shown[i].text,
				what);
		holding->tell(holding->user, at, why);
	}
}

static void hold_clause(const struct holding *holding, const struct ent_memodoc_clause *clause,
		const char *where, struct memo_page *page) {
	struct shown_set figures;
	page->text.size = 0;
	(void)memo_render_clause(page, clause, where);
	if (page->status != ENT_OK)
		return;
	/* Nothing was said of a clause that has only its text. */
	gather(page->text.size > 0 ? page->text.bytes : "", &figures);
	for (uint32_t i = 0; i < clause->text.n; i++)
		hold_text(holding, &figures, where, clause->text.language[i], clause->text.text[i]);
}

ent_status memo_figures_doubts(const struct ent_memodoc *doc, ent_pages_doubt_fn tell, void *user) {
	const struct holding holding = {.doc = doc, .tell = tell, .user = user};
	struct memo_page page = {.doc = doc, .language = MEMO_EN, .plain = true};
	const struct ent_memodoc_clause *clause;
	const char *where = NULL;
	page.text.limit = ENT_PAGES_TEXT_MAX;
	for (size_t i = 0; (clause = ent_memodoc_clause_at(doc, i, &where)) != NULL; i++)
		hold_clause(&holding, clause, where, &page);
	free(page.text.bytes);
	return page.status;
}

/* --- The same but for the figures --- */

struct walk {
	const char *begin, *at;
};

/* A character; an id or a number, 1.5 too, as one that stands for all of its kind. */
static char next(struct walk *walk) {
	if (is_id(walk->begin, walk->at)) {
		walk->at += ENT_PARTY_ID_SIZE - 1;
		return '\1';
	}
	if (!is_digit(*walk->at))
		return *walk->at != '\0' ? *walk->at++ : '\0';
	while (is_digit(*walk->at) || (*walk->at == '.' && is_digit(walk->at[1])))
		walk->at++;
	return '\2';
}

bool memo_figures_apart_same(const char *a, const char *b) {
	struct walk walk_a = {a, a}, walk_b = {b, b};
	char c;
	do {
		c = next(&walk_a);
		if (c != next(&walk_b))
			return false;
	} while (c != '\0');
	return true;
}
