/* SPDX-License-Identifier: Apache-2.0 */
/*
 * words.h: what a memorandum says, as sentences in English, French, Russian and Arabic. One list for all four: a
 * sentence that one language lacks does not compile. "{0}" stands for what is put in.
 */
#ifndef ENTENTE_PAGES_WORDS_H
#define ENTENTE_PAGES_WORDS_H

#include "entente/memodoc.h"
#include "words_map.h"

enum memo_language { MEMO_EN, MEMO_FR, MEMO_RU, MEMO_AR, MEMO_LANGUAGE_COUNT };

#define MEMO_SAYS_ENUM_(name, en, fr, ru, ar) SAY_##name,
enum memo_says { MEMO_SAYS_MAP(MEMO_SAYS_ENUM_) SAY_COUNT };
#undef MEMO_SAYS_ENUM_

/* None is ever NULL. */
const char *memo_words(enum memo_says says, enum memo_language language);
const char *memo_subject_words(enum ent_memo_subject subject, enum memo_language language);
const char *memo_precedence_words(enum ent_precedence precedence, enum memo_language language);
const char *memo_role_words(enum ent_role role, enum memo_language language);
const char *memo_goes_on_words(enum ent_goes_on what, enum memo_language language);

/* False: none of the four. */
bool memo_language_of(const char *code, size_t length, enum memo_language *ret_language);
const char *memo_language_code(enum memo_language language);
/* What a language is called in another; its code where it has no name here. */
const char *memo_language_words(const char *code, enum memo_language in);

#endif
