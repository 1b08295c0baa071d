/* SPDX-License-Identifier: Apache-2.0 */
/* words.h: the two lists of words of a fingerprint. */
#ifndef ENTENTE_PARTY_WORDS_H
#define ENTENTE_PARTY_WORDS_H

enum { WORDS = 256, WORD_LENGTH_MAX = 11 };

/* For the first, third ... word, and for the second, fourth ... one; each in alphabetical order. */
extern const char *const party_words[2][WORDS];

#endif
