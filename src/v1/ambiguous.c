/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ambiguous.c: words that one side hears as "received" and the other as "agreed" (docs/decisions/0024). As the whole of what a
 * party says they are refused, so that nobody has to guess; within a sentence they are a matter of that sentence.
 */
#include <string.h>

#include "entente/text.h"
#include "internal.h"

enum { WORD_MAX = 24 /* letters */ };

/* Small letters alone: marks, blanks and signs are passed over on both sides. */
static const char *const words[] = {"roger", "roger that", "noted", "copy", "copy that", "copied",
		"ok", "okay",
		/* French */
		"entendu", "noté", "c'est noté", "bien noté",
		/* Russian */
		"принято", "принял", "приняли", "понял", "понято", "prinyato", "prinjato",
		/* Arabic: "noted", "done" */
		"علم", "تم"};

/* Without what is no letter or digit: marks of vowels too, with which a word is the same. */
static bool is_passed(uint32_t c) {
	return c < '0' || (c > '9' && c < 'A') || (c > 'Z' && c < 'a') || (c > 'z' && c < 0xc0) ||
			(c >= 0x300 && c <= 0x36f) || c == 0x60c || c == 0x61f || c == 0x640 ||
			(c >= 0x64b && c <= 0x652) || (c >= 0x2000 && c <= 0x206f) || c == 0x3002;
}

static uint32_t small(uint32_t c) {
	if ((c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7) ||
			(c >= 0x410 && c <= 0x42f))
		return c + 0x20;
	return c;
}

/* The letters; WORD_MAX + 1: more than any of these has. */
static size_t letters(const char *text, size_t length, uint32_t ret_letters[WORD_MAX]) {
	size_t n = 0;
	for (size_t at = 0; at < length;) {
		uint32_t c = 0;
		const size_t size = ent_text_character(text + at, length - at, &c);
		at += size > 0 ? size : 1;
		if (size > 0 && is_passed(c))
			continue;
		if (n == WORD_MAX)
			return WORD_MAX + 1;
		ret_letters[n++] = small(c);
	}
	return n;
}

bool v1_is_ambiguous(const char *text, size_t length) {
	uint32_t said[WORD_MAX], word[WORD_MAX];
	const size_t n = letters(text, length, said);
	for (size_t i = 0; n <= WORD_MAX && i < sizeof words / sizeof words[0]; i++)
		if (letters(words[i], strlen(words[i]), word) == n &&
				memcmp(word, said, n * sizeof said[0]) == 0)
			return true;
	return false;
}
