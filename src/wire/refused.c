/* SPDX-License-Identifier: Apache-2.0 */
/* refused.c: see refused.h. */
#include "entente/refused.h"

#include <string.h>

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

/* In an agreement, besides. */
static const char *const refused_terms[] = {"sensor", "sensors", "radar", "radars", "troops",
		"strength", "headcount", "payload", "payloads", "armament", "armaments",
		"ammunition"};

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

static bool is_refused(const char *name, size_t length, const char *const *more, size_t n_more) {
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
		if (!harmless &&
				(listed(word, refused_words, COUNT(refused_words)) ||
						listed(word, more, n_more)))
			return true;
		if (listed(both, refused_pairs, COUNT(refused_pairs)))
			return true;
		memcpy(before, word, strlen(word) + 1);
	}
	return false;
}

bool ent_refused_name(const char *name, size_t length) {
	return is_refused(name, length, NULL, 0);
}

bool ent_refused_term(const char *name, size_t length) {
	return is_refused(name, length, refused_terms, COUNT(refused_terms));
}

ent_status ent_refused_fault(struct ent_fault *fault, const char *where) {
	ent_fault_set(fault, where,
			"not taken: this program has no place for targets, weapons, sensor video "
			"or force strength");
	return ENT_E_REFUSED;
}
