/* SPDX-License-Identifier: Apache-2.0 */
/*
 * near.c: names that are none, but look like one: a letter or two amiss, or another case. To
 * pass such a name over in silence would drop what it says, and a flight without its
 * tolerance is smaller than the true one.
 */
#include <string.h>

#include "reader.h"

enum {
	NAME_MAX_LOOKED_AT = 40,
	ONE_FROM = 4, /* letters of a name that one slip leaves recognisable; below, only its case */
	TWO_FROM = 10, /* and two */
};

/* Words of their own, one letter from a name of ours. */
static const char *const others[] = {"attitude", "attitudes", "flood", "floors", "latitude",
		"latitudes", "smart", "star", "stars", "time"};

/* Small letters, '_' for a space or hyphen; false when the name is too long to be near. */
static bool fold(const char *name, size_t length, char ret_name[NAME_MAX_LOOKED_AT + 1]) {
	if (length > NAME_MAX_LOOKED_AT)
		return false;
	for (size_t i = 0; i < length; i++) {
		const char c = name[i];
		ret_name[i] = c == ' ' || c == '-'     ? '_'
				: c >= 'A' && c <= 'Z' ? (char)(c | 0x20)
						       : c;
	}
	ret_name[length] = '\0';
	return true;
}

static size_t least(size_t a, size_t b) {
	return a < b ? a : b;
}

/* Letters changed, left out, put in, or two neighbours swapped. */
static size_t distance(const char *a, const char *b) {
	size_t before[NAME_MAX_LOOKED_AT + 1], last[NAME_MAX_LOOKED_AT + 1];
	size_t row[NAME_MAX_LOOKED_AT + 1];
	const size_t rows = strlen(a), columns = strlen(b);
	for (size_t j = 0; j <= columns; j++)
		last[j] = before[j] = j;
	for (size_t i = 1; i <= rows; i++) {
		row[0] = i;
		for (size_t j = 1; j <= columns; j++) {
			const size_t other = last[j - 1] + (a[i - 1] != b[j - 1]);
			row[j] = least(other, least(last[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
		}
		memcpy(before, last, sizeof before[0] * (columns + 1));
		memcpy(last, row, sizeof last[0] * (columns + 1));
	}
	return last[columns];
}

/*
 * False when they differ by more than 'most' for sure: each slip changes two letters of the
 * set that a name is made of, at the most. An input may hold millions of names.
 */
static bool may_be_near(const char *a, const char *b, size_t most) {
	uint32_t letters = 0, other = 0;
	for (; *a != '\0'; a++)
		letters |= 1U << (*a & 31);
	for (; *b != '\0'; b++)
		other |= 1U << (*b & 31);
	size_t differ = 0;
	for (letters ^= other; letters != 0; letters &= letters - 1)
		differ++;
	return differ <= 2 * most;
}

const char *check_near_name(
		const char *name, size_t length, const char *const *known, size_t n_known) {
	char folded[NAME_MAX_LOOKED_AT + 1], wanted[NAME_MAX_LOOKED_AT + 1];
	const char *nearest = NULL;
	size_t best = 3;
	if (!fold(name, length, folded))
		return NULL;
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (strcmp(folded, others[i]) == 0)
			return NULL;
	for (size_t i = 0; i < n_known; i++) {
		const size_t letters = strlen(known[i]);
		const size_t most = letters < ONE_FROM ? 0 : letters < TWO_FROM ? 1 : 2;
		if (letters == length && memcmp(known[i], name, length) == 0)
			return NULL;
		if (letters > length + most || length > letters + most ||
				!fold(known[i], letters, wanted) ||
				!may_be_near(folded, wanted, most))
			continue;
		const size_t far = distance(folded, wanted);
		if (far <= most && far < best) {
			best = far;
			nearest = known[i];
		}
	}
	return nearest;
}

ent_status check_refuse_near(const char *name, size_t length, const char *const *known,
		size_t n_known, const char *what, struct ent_fault *reterr_fault) {
	const char *nearest = check_near_name(name, length, known, n_known);
	if (nearest == NULL)
		return ENT_OK;
	ent_fault_set(reterr_fault, "", "there is no such %s; did you mean %s?", what, nearest);
	return ENT_E_SYNTAX;
}
