/* SPDX-License-Identifier: Apache-2.0 */
/* check.c: what is wrong with a memorandum, and what is doubtful in it, each by its path. */
#include <stdio.h>
#include <string.h>

#include "figures.h"

enum { WHERE_SIZE = 128 };

/* Whom to tell, and what is looked at. */
struct doubting {
	const struct ent_memodoc *doc;
	ent_pages_doubt_fn tell;
	void *user;
};

/* --- What nobody has written yet --- */

static void look_for(const struct doubting *doubting, enum memo_says says, const char *where,
		const struct ent_memodoc_words *words) {
	char at[WHERE_SIZE], why[ENT_FAULT_WHY_SIZE];
	for (uint32_t i = 0; i < words->n; i++)
		for (int language = 0; language < MEMO_LANGUAGE_COUNT; language++) {
			const char *text = memo_words(says, (enum memo_language)language);
			if (strstr(words->text[i], text) == NULL)
				continue;
			(void)snprintf(at, sizeof at, "%s.%s", where, words->language[i]);
			(void)snprintf(why, sizeof why, "still as in the template: \"%s\"", text);
			doubting->tell(doubting->user, at, why);
		}
}

static void look_for_unwritten(const struct doubting *doubting) {
	const struct ent_memodoc_clause *clause;
	const char *where = NULL;
	char at[WHERE_SIZE];
	look_for(doubting, SAY_TITLE, "title", &ent_memodoc_parts(doubting->doc)->title);
	for (size_t i = 0; (clause = ent_memodoc_clause_at(doubting->doc, i, &where)) != NULL;
			i++) {
		(void)snprintf(at, sizeof at, "%s.text", where);
		look_for(doubting, SAY_TO_BE_WRITTEN, at, &clause->text);
	}
}

/* --- Names that are taken for one another --- */

/* Who is named is known by an id, and spoken of by a name. Parties first, then the affected. */
static const char *named(const struct ent_memodoc_parts *parts, uint32_t i, const char **ret_id) {
	const uint32_t n = parts->terms.n_parties;
	*ret_id = i < n ? parts->party[i].id : parts->affected[i - n].id;
	return i < n ? parts->party[i].name : parts->affected[i - n].name;
}

static void print_place(
		const struct ent_memodoc_parts *parts, uint32_t i, char ret_text[WHERE_SIZE]) {
	const uint32_t n = parts->terms.n_parties;
	(void)snprintf(ret_text, WHERE_SIZE, "%s[%u].name", i < n ? "parties" : "affected",
			(unsigned)(i < n ? i : i - n));
}

/* With the first before it that reads so, too. */
static void look_at_name(const struct doubting *doubting, uint32_t i) {
	const struct ent_memodoc_parts *parts = ent_memodoc_parts(doubting->doc);
	const char *id, *other_id, *name = named(parts, i, &id);
	char at[WHERE_SIZE], other[WHERE_SIZE], why[ENT_FAULT_WHY_SIZE];
	uint32_t j = 0;
	while (j < i && !memo_names_alike(name, named(parts, j, &other_id)))
		j++;
	if (j == i)
		return;
	print_place(parts, i, at);
	print_place(parts, j, other);
	(void)snprintf(why, sizeof why,
			"people will take it for %s; only the ids, %s and %s, tell them apart",
			other, id, other_id);
	doubting->tell(doubting->user, at, why);
}

static void look_at_names(const struct doubting *doubting) {
	const struct ent_memodoc_parts *parts = ent_memodoc_parts(doubting->doc);
	for (uint32_t i = 0; i < parts->terms.n_parties + parts->n_affected; i++)
		look_at_name(doubting, i);
}

/* --- What is due while nothing binds its owner --- */

static const char *is_due_outside(const struct ent_memodoc_parts *parts, uint32_t i) {
	const int64_t due_us = parts->obligation[i].due_utc_us;
	if (due_us < parts->terms.effective_from_utc_us)
		return "it is due before effective_from, when nothing is in force";
	if (due_us > parts->terms.valid_until_utc_us)
		return "it is due after until, when nothing is in force any more";
	return NULL;
}

static void look_at_dues(const struct doubting *doubting) {
	const struct ent_memodoc_parts *parts = ent_memodoc_parts(doubting->doc);
	char at[WHERE_SIZE];
	for (uint32_t i = 0; i < parts->n_obligations; i++) {
		const char *why = is_due_outside(parts, i);
		if (why == NULL)
			continue;
		(void)snprintf(at, sizeof at, "clauses.obligations[%u].due", (unsigned)i);
		doubting->tell(doubting->user, at, why);
	}
}

/* --- All of it --- */

ent_status ent_pages_doubts(const struct ent_memodoc *doc, int64_t now_utc_us,
		ent_pages_doubt_fn tell, void *user) {
	const struct doubting doubting = {.doc = doc, .tell = tell, .user = user};
	/* Whoever is to sign it comes too late. */
	if (now_utc_us > ent_memodoc_terms(doc)->sign_by_utc_us)
		tell(user, "clauses.validity.sign_by", ENT_PAGES_SIGN_BY_IS_OVER);
	look_for_unwritten(&doubting);
	look_at_names(&doubting);
	look_at_dues(&doubting);
	return memo_figures_doubts(doc, tell, user);
}

static void write_doubt(void *user, const char *where, const char *why) {
	struct ent_jsonout *out = user;
	ent_jsonout_object_begin(out);
	ent_jsonout_name(out, "where");
	ent_jsonout_string(out, where);
	ent_jsonout_name(out, "why");
	ent_jsonout_string(out, why);
	ent_jsonout_object_end(out);
}

void ent_pages_write_faults(struct ent_jsonout *out, const struct ent_memodoc_faults *faults) {
	ent_jsonout_name(out, "faults");
	ent_jsonout_array_begin(out);
	for (size_t i = 0; i < faults->n; i++) {
		ent_jsonout_object_begin(out);
		ent_jsonout_name(out, "where");
		ent_jsonout_string(out, faults->fault[i].fault.where);
		ent_jsonout_name(out, "why");
		ent_jsonout_string(out, faults->fault[i].fault.why);
		ent_jsonout_name(out, "status");
		ent_jsonout_string(out, ent_status_name(faults->fault[i].status));
		ent_jsonout_name(out, "of_form");
		ent_jsonout_bool(out, faults->fault[i].form);
		ent_jsonout_object_end(out);
	}
	ent_jsonout_array_end(out);
	ent_jsonout_name(out, "faults_in_all");
	ent_jsonout_uint(out, faults->n + faults->more);
}

ent_status ent_pages_write_found(struct ent_jsonout *out, const struct ent_memodoc *doc,
		int64_t now_utc_us, const struct ent_memodoc_faults *faults) {
	char hash[MEMO_PAGE_HASH_SIZE];
	ent_status status = ENT_OK;
	if (doc != NULL) {
		const struct ent_memo_terms *terms = ent_memodoc_terms(doc);
		ent_jsonout_name(out, "memorandum");
		ent_jsonout_string(out, terms->memorandum);
		ent_jsonout_name(out, "sha256");
		ent_jsonout_string(out, memo_page_hash(&terms->hash, hash));
		ent_jsonout_name(out, "warnings");
		ent_jsonout_array_begin(out);
		status = ent_pages_doubts(doc, now_utc_us, write_doubt, out);
		ent_jsonout_array_end(out);
	}
	ent_pages_write_faults(out, faults);
	return status;
}
