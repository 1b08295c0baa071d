/* SPDX-License-Identifier: Apache-2.0 */
/*
 * profile.c: profile.ini, what a party takes itself for. A line is 'name = value' or a comment behind '#'; the names
 * are those of 'fields' below, each at most once.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "files.h"
#include "own.h"

#define PROFILE_NAME(name, text) text,
static const char *const names[] = {ENT_PROFILE_MAP(PROFILE_NAME)};

#define ROLES                                                                              \
	"# Roles that operators at our desk can have: entente operator gives no others.\n" \
	"roles = "
#define LANGUAGES                                                                                \
	"# Ours first. entente memo new begins a memorandum in those of them that it has, and\n" \
	"# says that all of them are spoken on the line.\n"                                      \
	"languages = "
#define LABELS                                                                               \
	"# What it is called in a memorandum that we begin, with aid (label-aid-LANG) and\n" \
	"# in the air (label-air-LANG); in en, fr, ru and ar.\n"
#define CLASSES                                                                               \
	"# What a memorandum that we begin says of each kind that leaves its owner: exact,\n" \
	"# coarse (cells, slabs, quarter hours) or blind (the answer alone).\n"

static const char *const texts[] = {
		[ENT_PROFILE_AID] = "# An organisation that brings aid, and its flights.\n" ROLES
				    "watch officer, linguist, releasing authority, "
				    "administrator\n" LANGUAGES "en, fr, ar\n" LABELS
				    "label-aid-en = notification\n"
				    "label-aid-fr = notification\n"
				    "label-aid-ar = إخطار\n" CLASSES "flight = exact\n"
				    "reserved-airspace = exact\n"
				    "hazard-area = exact\n"
				    "protected-place = blind\n",
		[ENT_PROFILE_CELL] =
				"# A cell that keeps armed forces' flights apart from those of "
				"others.\n" ROLES
				"watch officer, duty officer, linguist, releasing authority, "
				"administrator\n" LANGUAGES "en, ru\n" LABELS
				"label-air-en = flight safety\n"
				"label-air-ru = безопасность полётов\n" CLASSES "flight = coarse\n"
				"reserved-airspace = exact\n"
				"hazard-area = exact\n"
				"protected-place = blind\n",
		[ENT_PROFILE_U_SPACE] = "# A service for civil drones.\n" ROLES
					"duty officer, administrator\n" LANGUAGES "en\n" LABELS
					"label-air-en = flight safety\n" CLASSES "flight = exact\n"
					"reserved-airspace = exact\n"
					"hazard-area = exact\n"
					"protected-place = blind\n",
};

/* Of each: what it may say, NULL for any text. Whoever uses it says more of what it means. */
static const struct {
	const char *name;
	const char *const *words;
	size_t n;
} fields[] = {
#define CLASS_WORDS (const char *const[]){"exact", "coarse", "blind"}, 3
		{"roles", NULL, 0},
		{"languages", NULL, 0},
		{"label-aid-en", NULL, 0},
		{"label-aid-fr", NULL, 0},
		{"label-aid-ru", NULL, 0},
		{"label-aid-ar", NULL, 0},
		{"label-air-en", NULL, 0},
		{"label-air-fr", NULL, 0},
		{"label-air-ru", NULL, 0},
		{"label-air-ar", NULL, 0},
		{"flight", CLASS_WORDS},
		{"reserved-airspace", CLASS_WORDS},
		{"hazard-area", CLASS_WORDS},
		{"protected-place", CLASS_WORDS},
#undef CLASS_WORDS
};

enum { FIELDS = sizeof fields / sizeof fields[0] };

const char *ent_profile_name(enum ent_profile profile) {
	assert((unsigned)profile < ENT_PROFILE_COUNT);
	return names[profile];
}

const char *ent_profile_text(enum ent_profile profile) {
	assert((unsigned)profile < ENT_PROFILE_COUNT);
	return texts[profile];
}

static ent_status refuse(struct ent_fault *fault, unsigned line, const char *why) {
	char where[32];
	(void)snprintf(where, sizeof where, "line %u", line);
	ent_fault_set(fault, where, "%s", why);
	return ENT_E_SYNTAX;
}

static bool is(const char *text, size_t length, const char *word) {
	return length == strlen(word) && memcmp(text, word, length) == 0;
}

/* FIELDS: there is none of this name. */
static size_t find(const struct ent_profile_line *line) {
	size_t at = 0;
	while (at < FIELDS && !is(line->name, line->name_length, fields[at].name))
		at++;
	return at;
}

/* Why it is none of ours; NULL: it is. */
static const char *look(const struct ent_profile_line *line) {
	const size_t at = find(line);
	if (at == FIELDS)
		return "there is no such name in a profile";
	if (ent_party_name_check(line->value, line->value_length, NULL) != ENT_OK)
		return "its value is empty, longer than 120 bytes, or has controls or \" in it";
	for (size_t i = 0; i < fields[at].n; i++)
		if (is(line->value, line->value_length, fields[at].words[i]))
			return NULL;
	if (fields[at].words == NULL)
		return NULL;
	return "it is exact, coarse or blind";
}

static void trim(const char **text, size_t *length) {
	while (*length > 0 && (**text == ' ' || **text == '\t')) {
		++*text;
		--*length;
	}
	while (*length > 0 && strchr(" \t\r", (*text)[*length - 1]) != NULL)
		--*length;
}

ent_status ent_profile_next(const char **at, unsigned *line, struct ent_profile_line *ret_line,
		struct ent_fault *reterr_fault) {
	while (**at != '\0') {
		const char *text = *at;
		size_t length = strcspn(text, "\n");
		*at += length + (text[length] == '\n');
		++*line;
		trim(&text, &length);
		if (length == 0 || text[0] == '#')
			continue;
		const char *equals = memchr(text, '=', length);
		if (equals == NULL)
			return refuse(reterr_fault, *line,
					"a line is 'name = value', or a comment behind #");
		struct ent_profile_line found = {text, equals + 1, (size_t)(equals - text),
				length - (size_t)(equals - text) - 1};
		trim(&found.name, &found.name_length);
		trim(&found.value, &found.value_length);
		const char *why = look(&found);
		if (why != NULL)
			return refuse(reterr_fault, *line, why);
		*ret_line = found;
		return ENT_OK;
	}
	return ENT_E_MISSING;
}

bool ent_profile_find(const char *text, const char *name, char ret_value[ENT_PARTY_NAME_SIZE]) {
	struct ent_profile_line line;
	unsigned number = 0;
	while (ent_profile_next(&text, &number, &line, NULL) == ENT_OK) {
		if (!is(line.name, line.name_length, name))
			continue;
		memcpy(ret_value, line.value, line.value_length);
		ret_value[line.value_length] = '\0';
		return true;
	}
	return false;
}

/* Each line well formed, no name twice. E_SYNTAX. */
static ent_status check(const char *text, struct ent_fault *fault) {
	struct ent_profile_line line;
	bool seen[FIELDS] = {false};
	unsigned number = 0;
	const char *at = text;
	ent_status status;
	while ((status = ent_profile_next(&at, &number, &line, fault)) == ENT_OK) {
		bool *again = &seen[find(&line)];
		if (*again)
			return refuse(fault, number, "this name stands in a line above already");
		*again = true;
	}
	return status == ENT_E_MISSING ? ENT_OK : status;
}

ent_status ent_party_profile(const struct ent_party_folder *folder, char ret_text[ENT_PROFILE_SIZE],
		struct ent_fault *reterr_fault) {
	char text[ENT_PROFILE_SIZE];
	size_t length = 0;
	ent_status status = files_read(
			folder, OWN_PROFILE, false, text, sizeof text, &length, reterr_fault);
	if (status != ENT_OK)
		return status;
	if (strlen(text) != length) {
		ent_fault_set(reterr_fault, "", "there is a NUL in it");
		return files_say(folder, OWN_PROFILE, ENT_E_SYNTAX, reterr_fault);
	}
	status = check(text, reterr_fault);
	if (status != ENT_OK)
		return files_say(folder, OWN_PROFILE, status, reterr_fault);
	memcpy(ret_text, text, length + 1);
	return ENT_OK;
}
