/* SPDX-License-Identifier: Apache-2.0 */
/* words.c: see words.h; the sentences stand in words_map.h. */
#include "words.h"

#include <string.h>

struct words {
	const char *in[MEMO_LANGUAGE_COUNT];
};

#define ROW(name, en, fr, ru, ar) {{en, fr, ru, ar}},
static const struct words says_words[] = {MEMO_SAYS_MAP(ROW)};
static const struct words subject_words[] = {MEMO_SUBJECTS_MAP(ROW)};
static const struct words precedence_words[] = {MEMO_PRECEDENCES_MAP(ROW)};
static const struct words role_words[] = {MEMO_ROLES_MAP(ROW)};
static const struct words goes_on_words[] = {MEMO_GOING_ON_MAP(ROW)};
static const struct words language_words[] = {MEMO_LANGUAGES_MAP(ROW)};
#define CODE(code, en, fr, ru, ar) #code,
static const char *const codes[] = {MEMO_LANGUAGES_MAP(CODE)};

/* The lists stand in the order of the closed sets: by name, so that a change of one is seen. */
#define SAME_SUBJECT(name, ...) SUBJECT_##name,
enum { MEMO_SUBJECTS_MAP(SAME_SUBJECT) SUBJECTS };
#define SUBJECT_IS(name, text) \
	_Static_assert((int)SUBJECT_##name == (int)ENT_MEMO_SUBJECT_##name, text);
ENT_MEMO_SUBJECT_MAP(SUBJECT_IS)
#define SAME_PRECEDENCE(name, ...) PRECEDENCE_##name,
enum { MEMO_PRECEDENCES_MAP(SAME_PRECEDENCE) PRECEDENCES };
#define OTHER_IS(name, text) _Static_assert((int)name == (int)ENT_##name, text);
ENT_PRECEDENCE_MAP(OTHER_IS)
#define SAME_ROLE(name, ...) ROLE_##name,
enum { MEMO_ROLES_MAP(SAME_ROLE) ROLES };
ENT_ROLE_MAP(OTHER_IS)
#define SAME_GOES_ON(name, ...) GOES_ON_##name,
enum { MEMO_GOING_ON_MAP(SAME_GOES_ON) GOING_ON };
ENT_GOES_ON_MAP(OTHER_IS)

const char *memo_words(enum memo_says says, enum memo_language language) {
	return says_words[says].in[language];
}

const char *memo_subject_words(enum ent_memo_subject subject, enum memo_language language) {
	return subject_words[subject].in[language];
}

const char *memo_precedence_words(enum ent_precedence precedence, enum memo_language language) {
	return precedence_words[precedence].in[language];
}

const char *memo_role_words(enum ent_role role, enum memo_language language) {
	return role_words[role].in[language];
}

const char *memo_goes_on_words(enum ent_goes_on what, enum memo_language language) {
	return goes_on_words[what].in[language];
}

bool memo_language_of(const char *code, size_t length, enum memo_language *ret_language) {
	for (size_t i = 0; i < MEMO_LANGUAGE_COUNT; i++) {
		if (strlen(codes[i]) != length || memcmp(codes[i], code, length) != 0)
			continue;
		*ret_language = (enum memo_language)i;
		return true;
	}
	return false;
}

const char *memo_language_code(enum memo_language language) {
	return codes[language];
}

const char *memo_language_words(const char *code, enum memo_language in) {
	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
		if (strcmp(codes[i], code) == 0)
			return language_words[i].in[in];
	return code;
}
