/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan.h: the pieces of an entry that stands byte for byte as we write it. Each function goes behind what it takes, and
 * says false where something else stands: then nothing is wrong yet, but the JSON reader has the word.
 */
#ifndef ENTENTE_AIRSPACE_SCAN_H
#define ENTENTE_AIRSPACE_SCAN_H

#include <string.h>

#include "entente/extent.h"

/* For each byte of an entry, so much room for what is scanned is enough: see extent_scan.c. */
enum { SCAN_ROOM_A_BYTE = 8, SCAN_DIGITS_MAX = 18 /* they fit an int64_t */ };

/* An entry's last byte is '}', so that a run of digits, and what stands before one, ends before 'end'. */
struct scan {
	const char *at, *end;
	char *to; /* the room */
};

static inline bool scan_word(struct scan *scan, const char *word, size_t length) {
	if ((size_t)(scan->end - scan->at) < length || memcmp(scan->at, word, length) != 0)
		return false;
	scan->at += length;
	return true;
}
#define SCAN_WORD(scan, word) scan_word((scan), (word), sizeof(word) - 1)

/* Eight characters, the first lowest. Said at once, compilers see that it is one load. */
static inline uint64_t scan_eight(const char *text) {
	const uint8_t *at = (const uint8_t *)text;
	return (uint64_t)at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 |
			(uint64_t)at[3] << 24 | (uint64_t)at[4] << 32 | (uint64_t)at[5] << 40 |
			(uint64_t)at[6] << 48 | (uint64_t)at[7] << 56;
}

/* The same byte eight times. */
#define SCAN_EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* '0' to '9' are 0x30 to 0x39: the high half is 3, and still is with 6 more. */
static inline bool scan_eight_are_digits(uint64_t eight) {
	const uint64_t high = SCAN_EACH(0xf0), three = SCAN_EACH(0x30);
	return (eight & high) == three && ((eight + SCAN_EACH(0x06)) & high) == three;
}

/* Neighbours join: digits to pairs, pairs to fours, fours to all eight. The one before is worth 10, 100, 10000 times the other. */
static inline uint64_t scan_eight_digits(uint64_t eight) {
	eight &= SCAN_EACH(0x0f);
	eight = (eight * 10 + (eight >> 8)) & UINT64_C(0x00ff00ff00ff00ff);
	eight = (eight * 100 + (eight >> 16)) & UINT64_C(0x0000ffff0000ffff);
	return (eight * 10000 + (eight >> 32)) & UINT64_C(0x00000000ffffffff);
}

/* A whole number without a sign before or zeros that need not be there. */
static inline bool scan_int(struct scan *scan, int64_t least, int64_t most, int64_t *ret_number) {
	const bool negative = *scan->at == '-';
	const char *const first = scan->at + negative;
	const char *at = first;
	uint64_t number = 0;
	for (uint64_t eight; scan->end - at >= 8 && at - first <= SCAN_DIGITS_MAX - 8; at += 8) {
		eight = scan_eight(at);
		if (!scan_eight_are_digits(eight))
			break;
		number = number * 100000000 + scan_eight_digits(eight);
	}
	for (unsigned digit; (digit = (unsigned)*at - '0') <= 9; at++)
		number = number * 10 + digit;
	if (at == first || at - first > SCAN_DIGITS_MAX ||
			(*first == '0' && (negative || at - first > 1)))
		return false;
	const int64_t whole = negative ? -(int64_t)number : (int64_t)number;
	if (whole < least || whole > most)
		return false;
	*ret_number = whole;
	scan->at = at;
	return true;
}

/*
 * Does each stand for itself in a JSON string, and is ASCII? A control borrows from the top bit when a space is taken
 * away, and so does zero, as which a backslash shows, with one. The quotation mark that ends a text is found before.
 */
static inline bool scan_eight_are_plain(uint64_t eight) {
	const uint64_t backslash = eight ^ SCAN_EACH('\\');
	const uint64_t found = (eight - SCAN_EACH(' ')) | (backslash - SCAN_EACH(1)) | eight;
	return (found & SCAN_EACH(0x80)) == 0;
}

/* The last eight may be some that were looked at already. */
static inline bool scan_are_plain(const char *text, size_t length) {
	for (size_t i = 0; i < length && length < 8; i++)
		if ((uint8_t)text[i] < ' ' || (uint8_t)text[i] >= 0x80 || text[i] == '\\')
			return false;
	for (size_t i = 0; i + 8 < length; i += 8)
		if (!scan_eight_are_plain(scan_eight(text + i)))
			return false;
	return length < 8 || scan_eight_are_plain(scan_eight(text + length - 8));
}

/* "cells":"...","volumes":[...] as ent_extent_write writes them, into the room. */
bool extent_scan(struct scan *scan, struct ent_extent *ret_extent);

#endif
