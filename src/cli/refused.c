/* SPDX-License-Identifier: Apache-2.0 */
/*
 * refused.c: names that this program does not take. A name is split into words at
 * anything but a letter and where a capital follows a small letter; one word of the list
 * is enough. Neighbouring words are also looked at together ("order_of_battle").
 */
#include <string.h>

#include "reader.h"

enum { NAME_MAX_LOOKED_AT = 128 };

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static const char *const refused_words[] = {
		"target",
		"targets",
		"targeting",
		"targeted",
		"aimpoint",
		"aimpoints",
		"dmpi",
		"weapon",
		"weapons",
		"weaponeering",
		"munition",
		"munitions",
		"ordnance",
		"warhead",
		"warheads",
		"missile",
		"missiles",
		"bomb",
		"bombs",
		"strike",
		"strikes",
		"lethal",
		"lethality",
		"orbat",
		"fmv",
		"killbox",
};

/* Words that count only together. */
static const char *const refused_pairs[] = {
		"orderbattle",
		"forcestrength",
		"troopstrength",
		"unitstrength",
		"sensorvideo",
		"killbox",
		"killchain",
		"airtasking",
		"taskingorder",
		"aimpoint",
		"rulesengagement",
};

/* Hazards of nature that share a word with the first list. */
static const char *const harmless_pairs[] = {"birdstrike", "birdstrikes", "wildlifestrike",
		"lightningstrike", "lightningstrikes"};

static bool is_letter(char c) {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_capital(char c) {
	return c >= 'A' && c <= 'Z';
}

static bool listed(const char *word, const char *const *list, size_t n) {
	for (size_t i = 0; i < n; i++)
		if (strcmp(word, list[i]) == 0)
			return true;
	return false;
}

/* The next word from *at on, in small letters; "of" and the like are passed over. False at the end. */
static bool next_word(const char *name, size_t length, size_t *at, char *ret_word) {
	size_t n = 0;
	do {
		n = 0;
		while (*at < length && !is_letter(name[*at]))
			(*at)++;
		while (*at < length && is_letter(name[*at])) {
			if (n > 0 && is_capital(name[*at]) && !is_capital(name[*at - 1]))
				break;
			ret_word[n++] = (char)(name[*at] | 0x20);
			(*at)++;
		}
		ret_word[n] = '\0';
	} while (strcmp(ret_word, "of") == 0 || strcmp(ret_word, "the") == 0);
	return n > 0;
}

bool check_name_is_refused(const char *name, size_t length) {
	char before[NAME_MAX_LOOKED_AT + 1] = "", word[NAME_MAX_LOOKED_AT + 1];
	char both[2 * NAME_MAX_LOOKED_AT + 1];
	size_t at = 0;
	if (length > NAME_MAX_LOOKED_AT)
		length = NAME_MAX_LOOKED_AT;
	while (next_word(name, length, &at, word)) {
		size_t n = strlen(before);
		memcpy(both, before, n);
		memcpy(both + n, word, strlen(word));
		both[n + strlen(word)] = '\0';
		bool harmless = listed(both, harmless_pairs, COUNT(harmless_pairs));
		if (!harmless && listed(word, refused_words, COUNT(refused_words)))
			return true;
		if (listed(both, refused_pairs, COUNT(refused_pairs)))
			return true;
		memcpy(before, word, strlen(word) + 1);
	}
	return false;
}

ent_status check_refuse_name(struct ent_fault *fault, const char *where) {
	ent_fault_set(fault, where,
			"not taken: this program has no place for targets, weapons, sensor video "
			"or force strength");
	return ENT_E_REFUSED;
}
