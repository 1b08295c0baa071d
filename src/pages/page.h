/* SPDX-License-Identifier: Apache-2.0 */
/*
 * page.h: a memorandum as text in one language, into memory. What is put into a sentence stands in a Unicode isolate
 * (U+2068, U+2069) where the page or the text itself runs from right to left, so that neither turns the other around;
 * what steers (ent_text_steers) is taken out of all that comes from outside.
 */
#ifndef ENTENTE_PAGES_PAGE_H
#define ENTENTE_PAGES_PAGE_H

#include "entente/pages.h"
#include "words.h"

struct memo_page {
	const struct ent_memodoc *doc;
	enum memo_language language;
	uint32_t as;       /* this party stands first */
	bool authentic;    /* the language is */
	bool plain;        /* without isolates: for what is to be a document itself */
	ent_status status; /* the first failure */
	struct ent_jsonout_memory text;
};

void memo_page_put(struct memo_page *page, const char *text);
/*
 * Text in the page's own language, as it is but for what steers: on a page from right to left also a line that begins
 * with a name in Latin letters. Each further line begins with a bar, so that none looks like one of ours.
 */
void memo_page_put_lines(struct memo_page *page, const char *text);
/* In an isolate where it needs one. */
void memo_page_put_apart(struct memo_page *page, const char *text);
/* The sentence, with texts for its places: up to NULL. */
void memo_page_say(struct memo_page *page, enum memo_says says, const char *const *arguments);
#define MEMO_SAY(page, says, ...) \
	memo_page_say((page), (says), (const char *const[]){__VA_ARGS__, NULL})
#define MEMO_SAY_ALONE(page, says) memo_page_say((page), (says), (const char *const[]){NULL})
/* "2027-01-01 00:00:00 UTC". */
enum { MEMO_TIME_SIZE = 40 };
const char *memo_page_time(int64_t utc_us, char ret_text[MEMO_TIME_SIZE]);
/* Hexadecimal, terminated. */
enum { MEMO_PAGE_HASH_SIZE = 2 * ENT_HASH_SIZE + 1 };
const char *memo_page_hash(const struct ent_hash *hash, char ret_text[MEMO_PAGE_HASH_SIZE]);
/* What was put since 'from', as a text of its own, taken off the page; the caller's to free. NULL: out of memory. */
char *memo_page_take(struct memo_page *page, size_t from);

/* What a clause means by its figures, in sentences; false when it has only its text. 'where': its path. */
bool memo_render_clause(
		struct memo_page *page, const struct ent_memodoc_clause *clause, const char *where);
/* The heading of the section that a path is in. */
enum memo_says memo_section(const char *where);

/* alike.c: do people take the two names for one another? */
bool memo_names_alike(const char *a, const char *b);

#endif
