/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alike.c: would people take two names for one another? Names are what they read and say, ids are what is signed. Case, blanks, signs and
 * marks are passed over, and letters of other alphabets that are drawn alike are one letter. It is for a warning: a pair too many costs a look.
 */
#include <string.h>

#include "entente/text.h"
#include "page.h"

/* Small letters; what is alike as a capital alone (H and Н, or I to l) is in it too, since names are written in capitals. */
static const struct {
	uint32_t letter, like;
} alike[] = {{'0', 'o'}, {'1', 'i'}, {'l', 'i'}, {0xe0, 'a'}, {0xe1, 'a'}, {0xe2, 'a'}, {0xe3, 'a'},
		{0xe4, 'a'}, {0xe5, 'a'}, {0xe7, 'c'}, {0xe8, 'e'}, {0xe9, 'e'}, {0xea, 'e'},
		{0xeb, 'e'}, {0xec, 'i'}, {0xed, 'i'}, {0xee, 'i'}, {0xef, 'i'}, {0xf1, 'n'},
		{0xf2, 'o'}, {0xf3, 'o'}, {0xf4, 'o'}, {0xf5, 'o'}, {0xf6, 'o'}, {0xf9, 'u'},
		{0xfa, 'u'}, {0xfb, 'u'}, {0xfc, 'u'}, {0xfd, 'y'}, {0xff, 'y'}, {0x131, 'i'},
		/* Greek */
		{0x3b1, 'a'}, {0x3b2, 'b'}, {0x3b5, 'e'}, {0x3b6, 'z'}, {0x3b7, 'h'}, {0x3b9, 'i'},
		{0x3ba, 'k'}, {0x3bc, 'm'}, {0x3bd, 'n'}, {0x3bf, 'o'}, {0x3c1, 'p'}, {0x3c4, 't'},
		{0x3c5, 'y'}, {0x3c7, 'x'},
		/* Cyrillic */
		{0x430, 'a'}, {0x432, 'b'}, {0x435, 'e'}, {0x43a, 'k'}, {0x43c, 'm'}, {0x43d, 'h'},
		{0x43e, 'o'}, {0x440, 'p'}, {0x441, 'c'}, {0x442, 't'}, {0x443, 'y'}, {0x445, 'x'},
		{0x451, 'e'}, {0x455, 's'}, {0x456, 'i'}, {0x457, 'i'}, {0x458, 'j'},
		/* Arabic: forms of alif, kaf, ya and ta marbuta */
		{0x622, 0x627}, {0x623, 0x627}, {0x625, 0x627}, {0x671, 0x627}, {0x6a9, 0x643},
		{0x649, 0x64a}, {0x6cc, 0x64a}, {0x629, 0x647}};

static uint32_t small(uint32_t c) {
	/* Of full width. */
	if (c >= 0xff01 && c <= 0xff5e)
		c -= 0xfee0;
	if ((c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7) ||
			(c >= 0x391 && c <= 0x3a9) || (c >= 0x410 && c <= 0x42f))
		return c + 0x20;
	return c >= 0x400 && c <= 0x40f ? c + 0x50 : c;
}

/* The next letter or digit, as what it is like; 0: there is none. */
static uint32_t next_letter(const char **at) {
	while (**at != '\0') {
		uint32_t c = 0;
		const size_t size = ent_text_character(*at, strlen(*at), &c);
		*at += size > 0 ? size : 1;
		if (size == 0 || !ent_text_spells(c))
			continue;
		c = small(c);
		for (size_t i = 0; i < sizeof alike / sizeof alike[0]; i++)
			if (alike[i].letter == c)
				return alike[i].like;
		return c;
	}
	return 0;
}

bool memo_names_alike(const char *a, const char *b) {
	const char *at_a = a, *at_b = b;
	uint32_t letter = 0;
	bool any = false;
	do {
		letter = next_letter(&at_a);
		any = any || letter != 0;
		if (letter != next_letter(&at_b))
			return false;
	} while (letter != 0);
	/* Of signs alone they are what they are. */
	return any || strcmp(a, b) == 0;
}
