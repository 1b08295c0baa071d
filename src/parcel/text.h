/* SPDX-License-Identifier: Apache-2.0 */
/* text.h: what lines of a parcel are made of. */
#ifndef ENTENTE_PARCEL_TEXT_H
#define ENTENTE_PARCEL_TEXT_H

#include "entente/parcel.h"

enum { PARCEL_HEX_LENGTH = 2 * ENT_HASH_SIZE };

/* Numbers of a parcel, as those of notes. */
#define PARCEL_NUMBER_MAX ((uint64_t)INT64_MAX)

struct parcel_line {
	const char *text;
	size_t length; /* without the newline */
	uint64_t number;
};

/* A part of a line, without spaces. */
struct parcel_word {
	const char *text;
	size_t length;
};

/* Says what is wrong in a line, and returns 'status'. */
ent_status parcel_fault(struct ent_fault *fault, uint64_t line, ent_status status, const char *why);
/* Is the line the key and n words, one space between them? */
bool parcel_words(const struct parcel_line *line, const char *key, struct parcel_word *ret_words,
		size_t n);
/* Digits only, no zero in front, at most PARCEL_NUMBER_MAX. */
bool parcel_decimal(const struct parcel_word *word, uint64_t *ret_value);
/* PARCEL_HEX_LENGTH small digits, terminated. */
void parcel_hex(const struct ent_hash *hash, char ret_text[PARCEL_HEX_LENGTH + 1]);

#endif
