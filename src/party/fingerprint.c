/* SPDX-License-Identifier: Apache-2.0 */
/* fingerprint.c: the words by which people compare keys, said and read back. */
#include "entente/party.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "entente/text.h"
#include "words.h"

enum { SHOWN_SIZE = 40, NEAR_MOST = 2 /* letters amiss, for a hint */ };

_Static_assert(ENT_FINGERPRINT_TEXT_SIZE >= ENT_FINGERPRINT_SIZE * (WORD_LENGTH_MAX + 1),
		"all words fit, each with a space or the terminator");

void ent_fingerprint(const struct ent_vkey *party_key, uint8_t ret_bytes[ENT_FINGERPRINT_SIZE]) {
	char vkey[ENT_VKEY_SIZE];
	struct ent_hash hash;
	const size_t length = ent_vkey_print(party_key, vkey);
	ent_seal_sha256(vkey, length, &hash);
	memcpy(ret_bytes, hash.bytes, ENT_FINGERPRINT_SIZE);
}

const char *ent_fingerprint_word(size_t place, uint8_t byte) {
	assert(place < ENT_FINGERPRINT_SIZE);
	return party_words[place % 2][byte];
}

size_t ent_fingerprint_print(const uint8_t bytes[ENT_FINGERPRINT_SIZE],
		char ret_text[ENT_FINGERPRINT_TEXT_SIZE]) {
	size_t length = 0;
	for (size_t i = 0; i < ENT_FINGERPRINT_SIZE; i++)
		length += (size_t)snprintf(ret_text + length, ENT_FINGERPRINT_TEXT_SIZE - length,
				"%s%s", i > 0 ? " " : "", ent_fingerprint_word(i, bytes[i]));
	return length;
}

/* --- Read back --- */

struct word {
	char text[WORD_LENGTH_MAX +
			1]; /* in small letters; "" when it is longer than any of ours */
	const char *from;
	size_t length;
};

static bool is_between(char c) {
	return c != '\0' && strchr(" \t\r\n,-", c) != NULL;
}

/* False when no more word stands at *at. */
static bool next_word(const char **at, const char *end, struct word *ret_word) {
	struct word word = {.from = *at};
	while (word.from < end && is_between(*word.from))
		word.from++;
	while (word.from + word.length < end && !is_between(word.from[word.length]))
		word.length++;
	for (size_t i = 0; word.length <= WORD_LENGTH_MAX && i < word.length; i++) {
		const char c = word.from[i];
		word.text[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	*at = word.from + word.length;
	*ret_word = word;
	return word.length > 0;
}

/* In this list; -1 when it is not. */
static int find(const char *text, size_t list) {
	for (int i = 0; i < WORDS; i++)
		if (strcmp(party_words[list][i], text) == 0)
			return i;
	return -1;
}

/* Levenshtein's distance; both have at most WORD_LENGTH_MAX letters. */
static unsigned distance(const char *a, const char *b) {
	unsigned row[WORD_LENGTH_MAX + 1];
	const size_t length = strlen(b);
	for (unsigned j = 0; j <= length; j++)
		row[j] = j;
	for (unsigned i = 1; a[i - 1] != '\0'; i++) {
		unsigned corner = row[0];
		row[0] = i;
		for (size_t j = 1; j <= length; j++) {
			const unsigned up = row[j];
			unsigned least = corner + (a[i - 1] != b[j - 1]);
			least = up + 1 < least ? up + 1 : least;
			least = row[j - 1] + 1 < least ? row[j - 1] + 1 : least;
			corner = up;
			row[j] = least;
		}
	}
	return row[length];
}

/* The word of a list that it may have been; NULL: none is near. */
static const char *nearest(const char *text, size_t list) {
	const char *best = NULL;
	unsigned least = NEAR_MOST + 1;
	for (size_t i = 0; i < WORDS; i++) {
		const unsigned far = distance(text, party_words[list][i]);
		if (far < least) {
			least = far;
			best = party_words[list][i];
		}
	}
	return best;
}

static ent_status say_word(const struct word *word, size_t place, struct ent_fault *fault) {
	char where[16], shown[SHOWN_SIZE];
	const char *hint = word->text[0] != '\0' ? nearest(word->text, place % 2) : NULL;
	(void)snprintf(where, sizeof where, "word %zu", place + 1);
	(void)ent_text_show(word->from, word->length, shown, sizeof shown);
	if (find(word->text, 1 - place % 2) >= 0)
		ent_fault_set(fault, where,
				"\"%s\" cannot stand here: a word before it was left out or said "
				"twice, or two are swapped",
				shown);
	else if (hint != NULL)
		ent_fault_set(fault, where, "\"%s\" is none of the words; was it \"%s\"?", shown,
				hint);
	else
		ent_fault_set(fault, where, "\"%s\" is none of the words", shown);
	return ENT_E_SYNTAX;
}

ent_status ent_fingerprint_parse(const char *text, size_t length,
		uint8_t ret_bytes[ENT_FINGERPRINT_SIZE], struct ent_fault *reterr_fault) {
	const char *at = text, *end = text + length;
	uint8_t bytes[ENT_FINGERPRINT_SIZE];
	struct word word;
	size_t n = 0;
	for (; next_word(&at, end, &word); n++) {
		if (n == ENT_FINGERPRINT_SIZE) {
			ent_fault_set(reterr_fault, "word 13", "there are 12 words, and no more");
			return ENT_E_SYNTAX;
		}
		const int found = find(word.text, n % 2);
		if (found < 0)
			return say_word(&word, n, reterr_fault);
		bytes[n] = (uint8_t)found;
	}
	if (n < ENT_FINGERPRINT_SIZE) {
		char where[16];
		(void)snprintf(where, sizeof where, "word %zu", n + 1);
		ent_fault_set(reterr_fault, where, "it is missing: there are 12 words");
		return ENT_E_SYNTAX;
	}
	memcpy(ret_bytes, bytes, sizeof bytes);
	return ENT_OK;
}
