/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memo_own.c: see memo_own.h. The template is copied member by member; then the texts of its clauses are written anew, from the figures
 * that it has then.
 */
#include "memo_own.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente/desk.h"
#include "entente/json.h"
#include "entente/jsonout.h"
#include "entente/pages.h"
#include "entente/text.h"

/* Of the first party, in the template. */
#define FIRST_ID "0000000000000001"
#define FIRST_NAME "Party A"
enum { TEMPLATE_MAX = 1 << 20, /* bytes */ CLAUSE_SIZE = 16 };

struct own {
	const struct profile *profile;
	struct ent_jsonout out;
};

/* --- Languages --- */

/* One after another, without blanks around it; false: no more. */
static bool next_tag(const char **at, const char **ret_tag, size_t *ret_length) {
	static const char apart[] = ", \t";
	*at += strspn(*at, apart);
	*ret_tag = *at;
	*ret_length = strcspn(*at, apart);
	*at += *ret_length;
	return *ret_length > 0;
}

void memo_own_languages(const struct profile *profile, char ret_languages[ENT_PARTY_NAME_SIZE]) {
	char value[ENT_PARTY_NAME_SIZE], code[ENT_PARTY_NAME_SIZE];
	const char *at = value, *tag = "";
	size_t length = 0, used = 0;
	ret_languages[0] = '\0';
	if (!ent_profile_find(profile->text, "languages", value))
		return;
	while (next_tag(&at, &tag, &length)) {
		(void)snprintf(code, sizeof code, "%.*s", (int)length, tag);
		if (!ent_pages_has_language(code) || strstr(ret_languages, code) != NULL)
			continue;
		used += (size_t)snprintf(ret_languages + used, ENT_PARTY_NAME_SIZE - used, "%s%s",
				used > 0 ? "," : "", code);
	}
}

/* What the profile calls it ("aid", "air") in that language; false: it does not say. */
static bool label_of(const struct profile *profile, const char *what, const char *language,
		char ret_label[ENT_PARTY_NAME_SIZE]) {
	char name[64];
	(void)snprintf(name, sizeof name, "label-%.8s-%.16s", what, language);
	return ent_profile_find(profile->text, name, ret_label);
}

static ent_status check_languages(const struct profile *profile, struct ent_fault *fault) {
	char value[ENT_PARTY_NAME_SIZE], shown[64];
	const char *at = value, *tag = "";
	size_t length = 0;
	if (!ent_profile_find(profile->text, "languages", value))
		return ENT_OK;
	while (next_tag(&at, &tag, &length))
		if (!ent_desk_language_ok(tag, length)) {
			(void)ent_text_show(tag, length, shown, sizeof shown);
			ent_fault_set(fault, "party/profile.ini: languages",
					"%s is none: a language is a tag like fr, ru or sr-Latn "
					"(BCP 47)",
					shown);
			return ENT_E_SYNTAX;
		}
	return ENT_OK;
}

/* Did a tag before this one begin with the same language? */
static bool stands_before(const char *value, const char *tag, size_t length) {
	const char *at = value, *other = "";
	size_t other_length = 0;
	while (next_tag(&at, &other, &other_length) && other < tag)
		if (strcspn(other, ", \t-") == length && memcmp(other, tag, length) == 0)
			return true;
	return false;
}

/* A memorandum has languages without script or country: "sr" of "sr-Latn". False: the profile says nothing. */
static bool write_spoken(struct own *own) {
	char value[ENT_PARTY_NAME_SIZE];
	const char *at = value, *tag = "";
	size_t length = 0;
	if (!ent_profile_find(own->profile->text, "languages", value))
		return false;
	ent_jsonout_array_begin_inline(&own->out);
	while (next_tag(&at, &tag, &length)) {
		const size_t subtag = strcspn(tag, "-");
		length = subtag < length ? subtag : length;
		if (!stands_before(value, tag, length))
			ent_jsonout_string_n(&own->out, tag, length);
	}
	ent_jsonout_array_end(&own->out);
	return true;
}

/* --- Members that are otherwise --- */

static void copy(struct own *own, struct ent_json_value value);

/* What is disclosed of the kind of this clause: as the profile has it, else as the template. */
static bool class_of(const struct own *own, struct ent_json_value disclosure,
		char ret_kind[ENT_PARTY_NAME_SIZE], char ret_class[ENT_PARTY_NAME_SIZE]) {
	struct ent_json_value kind, class;
	const char *text = "";
	size_t length = 0;
	if (!ent_json_member(disclosure, "kind", &kind) ||
			!ent_json_member(disclosure, "class", &class) ||
			!ent_json_string(kind, &text, &length))
		return false;
	(void)snprintf(ret_kind, ENT_PARTY_NAME_SIZE, "%.*s", (int)length, text);
	if (!ent_profile_find(own->profile->text, ret_kind, ret_class) &&
			ent_json_string(class, &text, &length))
		(void)snprintf(ret_class, ENT_PARTY_NAME_SIZE, "%.*s", (int)length, text);
	return true;
}

/* As the template's first budget, of that kind. */
static void write_budget(
		struct own *own, struct ent_json_value first, const char *kind, unsigned number) {
	struct ent_json_walk walk = ent_json_walk_from(first);
	struct ent_json_value inner;
	const char *name;
	size_t length;
	char clause[CLAUSE_SIZE];
	(void)snprintf(clause, sizeof clause, "12.%u", number);
	ent_jsonout_object_begin(&own->out);
	while (ent_json_next_member(&walk, &name, &length, &inner)) {
		ent_jsonout_name(&own->out, name);
		if (strcmp(name, "clause") == 0)
			ent_jsonout_string(&own->out, clause);
		else if (strcmp(name, "kind") == 0)
			ent_jsonout_string(&own->out, kind);
		else
			copy(own, inner);
	}
	ent_jsonout_object_end(&own->out);
}

/* A budget for each kind that is disclosed blind, and for no other; without any the member is not there. */
static void write_blind(
		struct own *own, struct ent_json_value clauses, struct ent_json_value blind) {
	struct ent_json_value disclosures, disclosure, first;
	char kind[ENT_PARTY_NAME_SIZE], class[ENT_PARTY_NAME_SIZE];
	struct ent_json_walk walk = ent_json_walk_from(blind);
	unsigned n = 0;
	if (!ent_json_next_element(&walk, &first) ||
			!ent_json_member(clauses, "disclosure", &disclosures))
		return;
	walk = ent_json_walk_from(disclosures);
	while (ent_json_next_element(&walk, &disclosure)) {
		if (!class_of(own, disclosure, kind, class) || strcmp(class, "blind") != 0)
			continue;
		if (n == 0) {
			ent_jsonout_name(&own->out, "blind");
			ent_jsonout_array_begin(&own->out);
		}
		write_budget(own, first, kind, ++n);
	}
	if (n > 0)
		ent_jsonout_array_end(&own->out);
}

/* In each language of the template as the profile calls it, so that the clause's text says so, too. */
static void write_label(struct own *own, const char *what, struct ent_json_value label) {
	struct ent_json_walk walk = ent_json_walk_from(label);
	struct ent_json_value inner;
	char ours[ENT_PARTY_NAME_SIZE];
	const char *code;
	size_t length;
	ent_jsonout_name(&own->out, what);
	ent_jsonout_object_begin(&own->out);
	while (ent_json_next_member(&walk, &code, &length, &inner)) {
		ent_jsonout_name(&own->out, code);
		if (label_of(own->profile, what, code, ours))
			ent_jsonout_string(&own->out, ours);
		else
			copy(own, inner);
	}
	ent_jsonout_object_end(&own->out);
}

/* The member of that object is written, or left out; false: it is to be copied. */
static bool write_own(struct own *own, struct ent_json_value object, const char *name,
		struct ent_json_value inner) {
	char kind[ENT_PARTY_NAME_SIZE], class[ENT_PARTY_NAME_SIZE];
	struct ent_json_value test;
	/* Whom a coalition has as members only it can say. */
	if (strcmp(name, "members") == 0)
		return true;
	if (strcmp(name, "blind") == 0 && ent_json_kind(inner) == ENT_JSON_ARRAY) {
		write_blind(own, object, inner);
		return true;
	}
	if (strcmp(name, "aid") == 0 || strcmp(name, "air") == 0) {
		write_label(own, name, inner);
		return true;
	}
	if (strcmp(name, "class") == 0 && class_of(own, object, kind, class)) {
		ent_jsonout_name(&own->out, name);
		ent_jsonout_string(&own->out, class);
		return true;
	}
	if (strcmp(name, "languages") == 0 && ent_json_member(object, "test_every", &test)) {
		ent_jsonout_name(&own->out, name);
		if (!write_spoken(own))
			copy(own, inner);
		return true;
	}
	return false;
}

/* --- All of it --- */

static void copy_object(struct own *own, struct ent_json_value value) {
	struct ent_json_walk walk = ent_json_walk_from(value);
	struct ent_json_value inner;
	const char *name;
	size_t length;
	ent_jsonout_object_begin(&own->out);
	while (ent_json_next_member(&walk, &name, &length, &inner)) {
		if (write_own(own, value, name, inner))
			continue;
		ent_jsonout_name(&own->out, name);
		copy(own, inner);
	}
	ent_jsonout_object_end(&own->out);
}

static void copy_array(struct own *own, struct ent_json_value value) {
	struct ent_json_walk walk = ent_json_walk_from(value);
	struct ent_json_value inner;
	ent_jsonout_array_begin(&own->out);
	while (ent_json_next_element(&walk, &inner))
		copy(own, inner);
	ent_jsonout_array_end(&own->out);
}

/* Recursion ends with the template. */
static void copy(struct own *own, struct ent_json_value value) {
	const char *text;
	size_t length;
	double number;
	int64_t whole;
	if (ent_json_kind(value) == ENT_JSON_OBJECT)
		copy_object(own, value);
	else if (ent_json_kind(value) == ENT_JSON_ARRAY)
		copy_array(own, value);
	else if (ent_json_string_is(value, FIRST_ID))
		ent_jsonout_string(&own->out, own->profile->own.id);
	else if (ent_json_string_is(value, FIRST_NAME))
		ent_jsonout_string(&own->out, own->profile->own.name);
	else if (ent_json_string(value, &text, &length))
		ent_jsonout_string_n(&own->out, text, length);
	else if (ent_json_int(value, &whole))
		ent_jsonout_int(&own->out, whole);
	else if (ent_json_double(value, &number))
		ent_jsonout_decimal(&own->out, llround(number * 1e9), 9);
}

static ent_status substitute(const struct profile *profile, const char *bytes, size_t size,
		struct ent_jsonout_memory *made, struct ent_fault *fault) {
	struct ent_json *json = NULL;
	struct ent_json_value root;
	struct own *own = calloc(1, sizeof *own);
	ent_status status = own != NULL ? ent_json_create(&json) : ENT_E_MEMORY;
	if (status == ENT_OK)
		status = ent_json_parse(json, bytes, size, NULL, &root, fault);
	if (status == ENT_OK) {
		own->profile = profile;
		ent_jsonout_init(&own->out, ent_jsonout_to_memory, made, 0);
		copy(own, root);
		status = ent_jsonout_finish(&own->out);
	}
	ent_json_destroy(json);
	free(own);
	return status;
}

/* What is amiss in it our own profile has put there. */
static ent_status read_doc(const struct ent_jsonout_memory *changed, struct ent_memodoc **ret_doc,
		struct ent_fault *fault) {
	char where[ENT_FAULT_WHERE_SIZE];
	struct ent_memodoc_faults *faults = calloc(1, sizeof *faults);
	if (faults == NULL)
		return ENT_E_MEMORY;
	const ent_status status = ent_memodoc_read(changed->bytes, changed->size, ret_doc, faults);
	if (status != ENT_OK && faults->n > 0) {
		(void)snprintf(where, sizeof where,
				"by party/profile.ini a memorandum would have a fault: %.80s",
				faults->fault[0].fault.where);
		ent_fault_set(fault, where, "%s", faults->fault[0].fault.why);
	}
	free(faults);
	return status;
}

ent_status memo_own_template(const struct profile *profile, const char *bytes, size_t size,
		struct ent_jsonout_memory *made, struct ent_fault *reterr_fault) {
	struct ent_jsonout_memory changed = {.limit = TEMPLATE_MAX};
	struct ent_memodoc *doc = NULL;
	size_t n = 0;
	ent_status status = check_languages(profile, reterr_fault);
	if (status == ENT_OK)
		status = substitute(profile, bytes, size, &changed, reterr_fault);
	if (status == ENT_OK)
		status = read_doc(&changed, &doc, reterr_fault);
	if (status == ENT_OK)
		status = ent_pages_rewrite(doc, ent_jsonout_to_memory, made, &n);
	ent_memodoc_destroy(doc);
	free(changed.bytes);
	return status;
}
