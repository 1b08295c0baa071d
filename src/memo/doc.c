/* SPDX-License-Identifier: Apache-2.0 */
/*
 * doc.c: reads a memorandum. In two steps: first the form, along the table (doc_form.h); only when that is right what the
 * members mean and whether they fit together. A document whose form is wrong is told that alone: a person mends it, and
 * what is meant can be judged then.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doc_read.h"
#include "entente/text.h"

void doc_fault(struct reading *r, const char *member, ent_status status, const char *why_format,
		...) {
	char why[ENT_FAULT_WHY_SIZE];
	const size_t before = r->path.length;
	va_list list;
	va_start(list, why_format);
	(void)vsnprintf(why, sizeof why, why_format, list);
	va_end(list);
	if (member[0] != '\0')
		(void)ent_json_path_member(&r->path, member, strlen(member));
	form_note(r->faults, &r->path, status, false, "%s", why);
	ent_json_path_cut(&r->path, before);
}

const char *doc_text(struct ent_json_value object, const char *name) {
	struct ent_json_value value;
	const char *text = NULL;
	size_t length;
	if (ent_json_member(object, name, &value))
		(void)ent_json_string(value, &text, &length);
	return text;
}

size_t doc_word(struct ent_json_value object, const char *name, const char *const *words) {
	struct ent_json_value value;
	size_t i = 0;
	if (!ent_json_member(object, name, &value))
		return 0;
	while (words[i] != NULL && !ent_json_string_is(value, words[i]))
		i++;
	return i;
}

/* --- Values --- */

void doc_length(struct reading *r, struct ent_json_value object, const char *name, int64_t most_mm,
		struct ent_memodoc_quantity *ret_quantity) {
	const char *text = doc_text(object, name);
	struct ent_fault fault = {{0}, {0}};
	int64_t mm = 0;
	if (text == NULL)
		return;
	const ent_status status = ent_text_parse_length(text, strlen(text), &mm, &fault);
	if (status != ENT_OK)
		doc_fault(r, name, status, "%s", fault.why);
	else if (mm > most_mm)
		doc_fault(r, name, ENT_E_DOMAIN, "it is more than %" PRId64 " m", most_mm / 1000);
	ret_quantity->text = text;
	ret_quantity->value = mm;
}

void doc_duration(struct reading *r, struct ent_json_value object, const char *name,
		int64_t least_us, int64_t most_us, struct ent_memodoc_quantity *ret_quantity) {
	const char *text = doc_text(object, name);
	struct ent_fault fault = {{0}, {0}};
	int64_t us = 0;
	if (text == NULL)
		return;
	const ent_status status = ent_text_parse_duration(text, strlen(text), &us, &fault);
	if (status != ENT_OK)
		doc_fault(r, name, status, "%s", fault.why);
	else if (us < least_us || us > most_us)
		doc_fault(r, name, ENT_E_DOMAIN, "it must be %" PRId64 " s to %" PRId64 " s",
				least_us / 1000000, most_us / 1000000);
	ret_quantity->text = text;
	ret_quantity->value = us;
}

void doc_time(struct reading *r, struct ent_json_value object, const char *name,
		int64_t *ret_utc_us) {
	const char *text = doc_text(object, name);
	struct ent_fault fault = {{0}, {0}};
	if (text == NULL)
		return;
	const ent_status status = ent_text_parse_time(text, strlen(text), ret_utc_us, &fault);
	if (status != ENT_OK)
		doc_fault(r, name, status, "%s", fault.why);
}

const char *ent_memodoc_words_in(const struct ent_memodoc_words *words, const char *language) {
	for (uint32_t i = 0; i < words->n; i++)
		if (strcmp(words->language[i], language) == 0)
			return words->text[i];
	return NULL;
}

static bool is_authentic(const struct ent_memodoc_parts *parts, const char *language) {
	for (uint32_t i = 0; i < parts->n_authentic; i++)
		if (strcmp(parts->authentic[i], language) == 0)
			return true;
	return false;
}

static void check_languages(
		struct reading *r, const char *name, const struct ent_memodoc_words *words) {
	for (uint32_t i = 0; i < r->parts->n_authentic; i++)
		if (ent_memodoc_words_in(words, r->parts->authentic[i]) == NULL)
			doc_fault(r, name, ENT_E_MISSING,
					"there is no text in %s, which is authentic",
					r->parts->authentic[i]);
	for (uint32_t i = 0; i < words->n; i++)
		if (!is_authentic(r->parts, words->language[i]))
			doc_fault(r, name, ENT_E_DOMAIN,
					"%s is not among the authentic languages: a translation "
					"does not stand in what is signed",
					words->language[i]);
}

void doc_words(struct reading *r, struct ent_json_value object, const char *name, bool authentic,
		struct ent_memodoc_words *ret_words) {
	struct ent_json_value value, text;
	size_t length;
	if (!ent_json_member(object, name, &value))
		return;
	struct ent_json_walk walk = ent_json_walk_from(value);
	const char **language = ret_words->language;
	for (uint32_t n = 0; n < ENT_MEMODOC_LANGUAGES_MAX &&
			ent_json_next_member(&walk, &language[n], &length, &text);
			n++) {
		(void)ent_json_string(text, &ret_words->text[n], &length);
		ret_words->n = n + 1;
	}
	if (authentic)
		check_languages(r, name, ret_words);
}

void doc_clause(struct reading *r, struct ent_json_value object,
		struct ent_memodoc_clause *ret_clause) {
	struct ent_memodoc *doc = r->doc;
	ret_clause->id = doc_text(object, "clause");
	doc_words(r, object, "text", true, &ret_clause->text);
	for (size_t i = 0; i < doc->n_clauses; i++)
		if (strcmp(doc->clause[i]->id, ret_clause->id) == 0)
			doc_fault(r, "clause", ENT_E_EXISTS, "%s has this id too", doc->where[i]);
	if (doc->n_clauses == ENT_MEMODOC_CLAUSES_MAX) {
		doc_fault(r, "clause", ENT_E_LIMIT, "there are more than %d clauses",
				ENT_MEMODOC_CLAUSES_MAX);
		return;
	}
	(void)snprintf(doc->where[doc->n_clauses], DOC_WHERE_SIZE, "%.*s", DOC_WHERE_SIZE - 1,
			r->path.text);
	doc->clause[doc->n_clauses++] = ret_clause;
}

/* --- What holds for every text --- */

static void check_string(struct reading *r, const char *text, size_t length, bool lines) {
	uint32_t character = 0;
	bool seen = false;
	for (size_t at = 0; at < length;) {
		const size_t n = ent_text_character(text + at, length - at, &character);
		if (n == 0 || (ent_text_steers(character) && !(lines && character == '\n'))) {
			doc_fault(r, "", ENT_E_DOMAIN,
					"U+%04X steers a line or is not seen: what is signed shows "
					"all that it holds",
					(unsigned)character);
			return;
		}
		seen = seen || ent_text_shows(character);
		at += n;
	}
	if (!seen)
		doc_fault(r, "", ENT_E_DOMAIN,
				"it is blank, or marks without a letter: whoever reads it sees "
				"nothing");
}

/* Recursion ends with the form: no deeper than the table. 'lines': an end of line may stand in it. */
static void check_strings(struct reading *r, struct ent_json_value value, bool lines) {
	struct ent_json_walk walk = ent_json_walk_from(value);
	struct ent_json_value inner;
	const char *text;
	size_t length, before;
	uint64_t at = 0;
	if (ent_json_string(value, &text, &length))
		check_string(r, text, length, lines);
	if (ent_json_kind(value) == ENT_JSON_OBJECT) {
		while (ent_json_next_member(&walk, &text, &length, &inner)) {
			before = ent_json_path_member(&r->path, text, length);
			check_strings(r, inner, lines || strcmp(text, "text") == 0);
			ent_json_path_cut(&r->path, before);
		}
	} else if (ent_json_kind(value) == ENT_JSON_ARRAY) {
		while (ent_json_next_element(&walk, &inner)) {
			before = ent_json_path_index(&r->path, at++);
			check_strings(r, inner, lines);
			ent_json_path_cut(&r->path, before);
		}
	}
}

/* --- The head of the document --- */

static void read_hash(const char *text, struct ent_hash *ret_hash) {
	static const char hex[] = "0123456789abcdef";
	for (size_t i = 0; i < ENT_HASH_SIZE; i++) {
		const ptrdiff_t high = strchr(hex, text[2 * i]) - hex;
		const ptrdiff_t low = strchr(hex, text[2 * i + 1]) - hex;
		ret_hash->bytes[i] = (uint8_t)(high * 16 + low);
	}
}

/* Among all parties, members and those affected, as far as read. */
static bool id_is_taken(const struct ent_memodoc_parts *parts, const char *id) {
	size_t found = 0;
	for (uint32_t i = 0; i < parts->terms.n_parties; i++) {
		found += strcmp(parts->party[i].id, id) == 0;
		for (uint32_t j = 0; j < parts->party[i].n_members; j++)
			found += strcmp(parts->party[i].member[j].id, id) == 0;
	}
	for (uint32_t i = 0; i < parts->n_affected; i++)
		found += strcmp(parts->affected[i].id, id) == 0;
	return found > 1;
}

static void read_member(struct reading *r, struct ent_json_value value,
		struct ent_memodoc_member *member, uint32_t *n, size_t place) {
	const size_t before = ent_json_path_index(&r->path, place);
	member[*n].id = doc_text(value, "id");
	member[*n].name = doc_text(value, "name");
	(*n)++;
	if (id_is_taken(r->parts, member[*n - 1].id))
		doc_fault(r, "id", ENT_E_EXISTS, "another has this id");
	ent_json_path_cut(&r->path, before);
}

static void read_members(struct reading *r, struct ent_json_value object, const char *name,
		struct ent_memodoc_member *member, uint32_t *n) {
	struct ent_json_value list, value;
	if (!ent_json_member(object, name, &list))
		return;
	struct ent_json_walk walk = ent_json_walk_from(list);
	const size_t before = ent_json_path_member(&r->path, name, strlen(name));
	for (size_t i = 0; ent_json_next_element(&walk, &value); i++)
		read_member(r, value, member, n, i);
	ent_json_path_cut(&r->path, before);
}

static void read_parties(struct reading *r, struct ent_json_value root) {
	struct ent_memo_terms *terms = &r->parts->terms;
	struct ent_json_value list, value;
	if (!ent_json_member(root, "parties", &list))
		return;
	struct ent_json_walk walk = ent_json_walk_from(list);
	const size_t before = ent_json_path_member(&r->path, "parties", strlen("parties"));
	while (ent_json_next_element(&walk, &value)) {
		struct ent_memodoc_party *party = &r->parts->party[terms->n_parties];
		const size_t here = ent_json_path_index(&r->path, terms->n_parties);
		party->id = doc_text(value, "id");
		party->name = doc_text(value, "name");
		(void)snprintf(terms->party[terms->n_parties], ENT_PARTY_ID_SIZE, "%s", party->id);
		terms->n_parties++;
		if (id_is_taken(r->parts, party->id))
			doc_fault(r, "id", ENT_E_EXISTS, "another has this id");
		read_members(r, value, "members", party->member, &party->n_members);
		ent_json_path_cut(&r->path, here);
	}
	ent_json_path_cut(&r->path, before);
}

static void read_head(struct reading *r, struct ent_json_value root) {
	struct ent_memodoc_parts *parts = r->parts;
	struct ent_json_value list, value;
	const char *text = doc_text(root, "replaces");
	size_t length;
	(void)snprintf(parts->terms.memorandum, ENT_MEMO_ID_SIZE, "%s", doc_text(root, "id"));
	parts->terms.replaces_given = text != NULL;
	if (text != NULL)
		read_hash(text, &parts->terms.replaces);
	if (ent_json_member(root, "authentic", &list)) {
		struct ent_json_walk walk = ent_json_walk_from(list);
		while (ent_json_next_element(&walk, &value))
			(void)ent_json_string(
					value, &parts->authentic[parts->n_authentic++], &length);
	}
	doc_words(r, root, "title", true, &parts->title);
	read_parties(r, root);
	read_members(r, root, "affected", parts->affected, &parts->n_affected);
}

/* --- The whole --- */

static ent_status parse(struct ent_memodoc *doc, struct ent_memodoc_faults *faults,
		struct ent_json_value *ret_root) {
	const struct ent_json_options options = {
			.capacity = doc->size + ENT_JSON_PADDING, .refuse_duplicates = true};
	struct ent_fault fault = {{0}, {0}};
	struct ent_json_path path = {{0}, 0};
	const ent_status status = ent_json_parse(
			doc->json, doc->bytes, doc->size, &options, ret_root, &fault);
	if (status == ENT_OK || status == ENT_E_MEMORY)
		return status;
	form_note(faults, &path, status, true, "%s",
			fault.why[0] != '\0' ? fault.why : ent_status_text(status));
	(void)snprintf(faults->fault[0].fault.where, sizeof faults->fault[0].fault.where, "%s",
			fault.where);
	return status;
}

static ent_status read_document(struct ent_memodoc *doc, struct ent_memodoc_faults *faults) {
	struct reading r = {.doc = doc, .parts = &doc->parts, .faults = faults};
	struct ent_json_value root = {NULL, 0};
	const ent_status status = parse(doc, faults, &root);
	if (status != ENT_OK)
		return status;
	form_check(&form_memorandum, root, &r.path, faults);
	if (faults->n > 0)
		return faults->fault[0].status;
	ent_seal_sha256(doc->bytes, doc->size, &doc->parts.terms.hash);
	check_strings(&r, root, false);
	read_head(&r, root);
	doc_read_clauses(&r, root);
	if (r.status != ENT_OK)
		return r.status;
	return faults->n > 0 ? faults->fault[0].status : ENT_OK;
}

ent_status ent_memodoc_read(const char *bytes, size_t size, struct ent_memodoc **ret_doc,
		struct ent_memodoc_faults *reterr_faults) {
	struct ent_json_path path = {{0}, 0};
	reterr_faults->n = reterr_faults->more = 0;
	if (size > ENT_MEMODOC_SIZE_MAX) {
		form_note(reterr_faults, &path, ENT_E_LIMIT, true,
				"it has %zu bytes; a memorandum has at most %d", size,
				ENT_MEMODOC_SIZE_MAX);
		return ENT_E_LIMIT;
	}
	struct ent_memodoc *doc = calloc(1, sizeof *doc);
	if (doc == NULL)
		return ENT_E_MEMORY;
	doc->size = size;
	doc->bytes = calloc(1, size + ENT_JSON_PADDING);
	ent_status status = doc->bytes == NULL ? ENT_E_MEMORY : ent_json_create(&doc->json);
	if (status == ENT_OK) {
		if (size > 0)
			memcpy(doc->bytes, bytes, size);
		status = read_document(doc, reterr_faults);
	}
	if (status != ENT_OK) {
		ent_memodoc_destroy(doc);
		return status;
	}
	*ret_doc = doc;
	return ENT_OK;
}

void ent_memodoc_destroy(struct ent_memodoc *doc) {
	if (doc == NULL)
		return;
	ent_volume_release(doc->parts.area.volume);
	ent_json_destroy(doc->json);
	free(doc->bytes);
	free(doc);
}

const struct ent_memodoc_parts *ent_memodoc_parts(const struct ent_memodoc *doc) {
	return &doc->parts;
}

const struct ent_memo_terms *ent_memodoc_terms(const struct ent_memodoc *doc) {
	return &doc->parts.terms;
}

const char *ent_memodoc_bytes(const struct ent_memodoc *doc, size_t *ret_size) {
	*ret_size = doc->size;
	return doc->bytes;
}

uint32_t ent_memodoc_party(const struct ent_memodoc *doc, const char *id) {
	uint32_t i = 0;
	while (i < doc->parts.terms.n_parties && strcmp(doc->parts.terms.party[i], id) != 0)
		i++;
	return i;
}

const struct ent_memodoc_clause *ent_memodoc_clause_at(
		const struct ent_memodoc *doc, size_t i, const char **ret_where) {
	if (i >= doc->n_clauses)
		return NULL;
	*ret_where = doc->where[i];
	return doc->clause[i];
}
