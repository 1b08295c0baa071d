/* SPDX-License-Identifier: Apache-2.0 */
/*
 * diff.c: how two memoranda differ: parties by their id, clauses by theirs, in words. A clause is the same when its
 * section, its figures and its texts are; where it stands in its section means nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "page.h"

struct differ {
	const struct ent_memodoc *doc[2];
	ent_pages_change_fn tell;
	void *user;
	struct memo_page page; /* scratch */
	ent_status status;
};

/* NULL: not there. */
static void compare(struct differ *differ, const char *what, const char *id, const char *language,
		const char *was, const char *is) {
	if (was == NULL && is == NULL)
		return;
	if (was != NULL && is != NULL && strcmp(was, is) == 0)
		return;
	const struct ent_pages_change change = {what, id,
			was == NULL                  ? "added"
					: is == NULL ? "removed"
						     : "changed",
			language, was, is};
	differ->tell(differ->user, &change);
}

/* --- Texts --- */

static void compare_words(struct differ *differ, const char *what, const char *id,
		const struct ent_memodoc_words *was, const struct ent_memodoc_words *is) {
	for (uint32_t i = 0; i < was->n; i++)
		compare(differ, what, id, was->language[i], was->text[i],
				ent_memodoc_words_in(is, was->language[i]));
	for (uint32_t i = 0; i < is->n; i++)
		if (ent_memodoc_words_in(was, is->language[i]) == NULL)
			compare(differ, what, id, is->language[i], NULL, is->text[i]);
}

/* The section and what the figures say; NULL for no clause or when memory is out. The caller's to free. */
static char *meaning(struct differ *differ, int which, const struct ent_memodoc_clause *clause,
		const char *where) {
	struct memo_page *page = &differ->page;
	if (clause == NULL)
		return NULL;
	page->doc = differ->doc[which];
	page->text.size = 0;
	MEMO_SAY_ALONE(page, memo_section(where));
	memo_page_put(page, ". ");
	(void)memo_render_clause(page, clause, where);
	char *text = memo_page_take(page, 0);
	if (text == NULL)
		differ->status = ENT_E_MEMORY;
	return text;
}

static const struct ent_memodoc_clause *find(
		const struct ent_memodoc *doc, const char *id, const char **ret_where) {
	const struct ent_memodoc_clause *clause;
	for (size_t i = 0; (clause = ent_memodoc_clause_at(doc, i, ret_where)) != NULL; i++)
		if (strcmp(clause->id, id) == 0)
			return clause;
	return NULL;
}

static void compare_clause(struct differ *differ, const char *id) {
	static const struct ent_memodoc_words none = {0};
	const char *where[2] = {NULL, NULL};
	const struct ent_memodoc_clause *was = find(differ->doc[0], id, &where[0]);
	const struct ent_memodoc_clause *is = find(differ->doc[1], id, &where[1]);
	char *meant = meaning(differ, 0, was, where[0]), *means = meaning(differ, 1, is, where[1]);
	if (differ->status == ENT_OK) {
		compare(differ, "clause", id, NULL, meant, means);
		compare_words(differ, "clause", id, was != NULL ? &was->text : &none,
				is != NULL ? &is->text : &none);
	}
	free(meant);
	free(means);
}

static void compare_clauses(struct differ *differ) {
	const struct ent_memodoc_clause *clause;
	const char *where = NULL;
	for (size_t i = 0; (clause = ent_memodoc_clause_at(differ->doc[0], i, &where)) != NULL; i++)
		compare_clause(differ, clause->id);
	for (size_t i = 0; (clause = ent_memodoc_clause_at(differ->doc[1], i, &where)) != NULL; i++)
		if (find(differ->doc[0], clause->id, &where) == NULL)
			compare_clause(differ, clause->id);
}

/* --- Who --- */

static const char *name_of(const struct ent_memodoc_member *member, uint32_t n, const char *id) {
	for (uint32_t i = 0; i < n; i++)
		if (strcmp(member[i].id, id) == 0)
			return member[i].name;
	return NULL;
}

static void compare_members(struct differ *differ, const char *what,
		const struct ent_memodoc_member *was, uint32_t n_was,
		const struct ent_memodoc_member *is, uint32_t n_is) {
	for (uint32_t i = 0; i < n_was; i++)
		compare(differ, what, was[i].id, NULL, was[i].name, name_of(is, n_is, was[i].id));
	for (uint32_t i = 0; i < n_is; i++)
		if (name_of(was, n_was, is[i].id) == NULL)
			compare(differ, what, is[i].id, NULL, NULL, is[i].name);
}

/* Its place in the document; one of nobody where it is not there. */
static const struct ent_memodoc_party *party_of(const struct ent_memodoc *doc, const char *id) {
	static const struct ent_memodoc_party nobody = {0};
	const uint32_t at = ent_memodoc_party(doc, id);
	return at < ent_memodoc_terms(doc)->n_parties ? &ent_memodoc_parts(doc)->party[at]
						      : &nobody;
}

static void compare_party(struct differ *differ, const char *id) {
	const struct ent_memodoc_party *was = party_of(differ->doc[0], id);
	const struct ent_memodoc_party *is = party_of(differ->doc[1], id);
	compare(differ, "party", id, NULL, was->name, is->name);
	compare_members(differ, "member", was->member, was->n_members, is->member, is->n_members);
}

static void compare_parties(struct differ *differ) {
	const struct ent_memo_terms *was = ent_memodoc_terms(differ->doc[0]);
	const struct ent_memo_terms *is = ent_memodoc_terms(differ->doc[1]);
	for (uint32_t i = 0; i < was->n_parties; i++)
		compare_party(differ, was->party[i]);
	for (uint32_t i = 0; i < is->n_parties; i++)
		if (ent_memodoc_party(differ->doc[0], is->party[i]) == was->n_parties)
			compare_party(differ, is->party[i]);
}

/* --- The whole --- */

static void list_languages(const struct ent_memodoc_parts *parts, char *ret_list, size_t size) {
	ret_list[0] = '\0';
	for (uint32_t i = 0; i < parts->n_authentic; i++) {
		const size_t used = strlen(ret_list);
		(void)snprintf(ret_list + used, size - used, "%s%s", i > 0 ? ", " : "",
				parts->authentic[i]);
	}
}

static void compare_heads(struct differ *differ) {
	const struct ent_memodoc_parts *was = ent_memodoc_parts(differ->doc[0]);
	const struct ent_memodoc_parts *is = ent_memodoc_parts(differ->doc[1]);
	char hash[2][MEMO_PAGE_HASH_SIZE], list[2][64];
	compare(differ, "memorandum", "id", NULL, was->terms.memorandum, is->terms.memorandum);
	compare(differ, "memorandum", "replaces", NULL,
			was->terms.replaces_given ? memo_page_hash(&was->terms.replaces, hash[0])
						  : NULL,
			is->terms.replaces_given ? memo_page_hash(&is->terms.replaces, hash[1])
						 : NULL);
	list_languages(was, list[0], sizeof list[0]);
	list_languages(is, list[1], sizeof list[1]);
	compare(differ, "memorandum", "authentic", NULL, list[0], list[1]);
	compare_words(differ, "memorandum", "title", &was->title, &is->title);
	compare_parties(differ);
	compare_members(differ, "affected", was->affected, was->n_affected, is->affected,
			is->n_affected);
	compare_clauses(differ);
	compare_words(differ, "label", "aid", &was->labels.aid, &is->labels.aid);
	compare_words(differ, "label", "air", &was->labels.air, &is->labels.air);
}

ent_status ent_pages_compare(const struct ent_memodoc *was, const struct ent_memodoc *is,
		ent_pages_change_fn tell, void *user) {
	struct differ differ = {.doc = {was, is},
			.tell = tell,
			.user = user,
			.page = {.language = MEMO_EN, .as = UINT32_MAX}};
	differ.page.text.limit = ENT_PAGES_TEXT_MAX;
	compare_heads(&differ);
	free(differ.page.text.bytes);
	return differ.status != ENT_OK ? differ.status : differ.page.status;
}

/* --- As JSON --- */

static void member(struct ent_jsonout *out, const char *name, const char *text) {
	if (text == NULL)
		return;
	ent_jsonout_name(out, name);
	ent_jsonout_string(out, text);
}

static void write_change(void *user, const struct ent_pages_change *change) {
	struct ent_jsonout *out = user;
	ent_jsonout_object_begin(out);
	member(out, "what", change->what);
	member(out, "id", change->id);
	member(out, "change", change->change);
	member(out, "text", change->language);
	member(out, "was", change->was);
	member(out, "is", change->is);
	ent_jsonout_object_end(out);
}

ent_status ent_pages_write_changes(const struct ent_memodoc *was, const struct ent_memodoc *is,
		struct ent_jsonout *out) {
	char hash[MEMO_PAGE_HASH_SIZE];
	member(out, "was", memo_page_hash(&ent_memodoc_terms(was)->hash, hash));
	member(out, "is", memo_page_hash(&ent_memodoc_terms(is)->hash, hash));
	ent_jsonout_name(out, "changes");
	ent_jsonout_array_begin(out);
	const ent_status status = ent_pages_compare(was, is, write_change, out);
	ent_jsonout_array_end(out);
	return status;
}
