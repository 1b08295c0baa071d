/* SPDX-License-Identifier: Apache-2.0 */
/* sets.c: the closed sets of airspace.h as text. */
#include "entente/airspace.h"

#include <string.h>

#define TEXT(name, text) text,
static const char *const states[] = {ENT_INTENT_STATE_MAP(TEXT)};
static const char *const availabilities[] = {ENT_AVAILABILITY_MAP(TEXT)};
#undef TEXT

const char *ent_intent_state_text(enum ent_intent_state state) {
	return states[state];
}

ent_status ent_intent_state_parse(
		const char *text, size_t length, enum ent_intent_state *ret_state) {
	for (int i = 0; i < ENT_INTENT_STATE_COUNT; i++)
		if (strlen(states[i]) == length && memcmp(states[i], text, length) == 0) {
			*ret_state = (enum ent_intent_state)i;
			return ENT_OK;
		}
	return ENT_E_SYNTAX;
}

const char *ent_availability_text(enum ent_availability availability) {
	return availabilities[availability];
}

static char lower(char c) {
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool same_letters(const char *name, const char *text, size_t length) {
	if (strlen(name) != length)
		return false;
	for (size_t i = 0; i < length; i++)
		if (lower(name[i]) != lower(text[i]))
			return false;
	return true;
}

ent_status ent_availability_parse(
		const char *text, size_t length, enum ent_availability *ret_availability) {
	if (length == 0) {
		*ret_availability = ENT_AVAILABILITY_UNKNOWN;
		return ENT_OK;
	}
	for (int i = 0; i < ENT_AVAILABILITY_COUNT; i++)
		if (same_letters(availabilities[i], text, length)) {
			*ret_availability = (enum ent_availability)i;
			return ENT_OK;
		}
	return ENT_E_SYNTAX;
}

unsigned ent_refusal_http(enum ent_refusal refusal) {
#define HTTP(name, http) http,
	static const unsigned https[] = {ENT_REFUSAL_MAP(HTTP)};
#undef HTTP
	return https[refusal];
}
