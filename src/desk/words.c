/* SPDX-License-Identifier: Apache-2.0 */
/* words.c: the closed sets as text, and which texts from outside are taken. */
#include <string.h>

#include "entente/text.h"
#include "internal.h"

#define WORD(name, text) text,
const char *const desk_class_words[ENT_CLASS_COUNT] = {ENT_CLASS_MAP(WORD)};
const char *const desk_act_words[ENT_DESK_ACT_COUNT] = {ENT_DESK_ACT_MAP(WORD)};
const char *const desk_why_words[ENT_DESK_WHY_COUNT] = {ENT_DESK_WHY_MAP(WORD)};

#define ORDER_WORD(name, word, roles) word,
const char *const desk_order_words[ENT_DESK_ORDER_COUNT] = {ENT_DESK_ORDER_MAP(ORDER_WORD)};
#define ORDER_ROLES(name, word, roles) roles,
static const unsigned order_roles[ENT_DESK_ORDER_COUNT] = {ENT_DESK_ORDER_MAP(ORDER_ROLES)};

#define ROLE(name, word, text) {word, text},
static const struct {
	const char *word, *text;
} roles[ENT_DESK_ROLE_COUNT] = {ENT_DESK_ROLE_MAP(ROLE)};

#define REFUSAL(name, http, text) {http, text},
static const struct {
	int http;
	const char *text;
} refusals[ENT_DESK_REFUSAL_COUNT] = {ENT_DESK_REFUSAL_MAP(REFUSAL)};

const char *ent_desk_role_word(enum ent_desk_role role) {
	return roles[role].word;
}

const char *ent_desk_role_text(enum ent_desk_role role) {
	return roles[role].text;
}

ent_status ent_desk_role_parse(const char *text, size_t length, enum ent_desk_role *ret_role) {
	for (unsigned role = 0; role < ENT_DESK_ROLE_COUNT; role++) {
		if (strlen(roles[role].word) != length ||
				memcmp(roles[role].word, text, length) != 0)
			continue;
		*ret_role = (enum ent_desk_role)role;
		return ENT_OK;
	}
	return ENT_E_SYNTAX;
}

/* As a word, or as people write it. */
static bool find_role(const char *text, size_t length, unsigned *set) {
	for (unsigned role = 0; role < ENT_DESK_ROLE_COUNT; role++) {
		const char *const forms[] = {roles[role].word, roles[role].text};
		for (size_t i = 0; i < 2; i++)
			if (strlen(forms[i]) == length && memcmp(forms[i], text, length) == 0) {
				*set |= ENT_DESK_BIT(role);
				return true;
			}
	}
	return false;
}

ent_status ent_desk_roles_parse(
		const char *text, unsigned *ret_roles, struct ent_fault *reterr_fault) {
	static const char blanks[] = " \t";
	unsigned set = 0;
	for (const char *at = text; at != NULL;) {
		char shown[64];
		at += strspn(at, blanks);
		const size_t end = strcspn(at, ",");
		size_t length = end;
		while (length > 0 && strchr(blanks, at[length - 1]) != NULL)
			length--;
		if (!find_role(at, length, &set)) {
			(void)ent_text_show(at, length, shown, sizeof shown);
			ent_fault_set(reterr_fault, shown,
					"it is no role: watch officer, duty officer, linguist, "
					"releasing authority or administrator");
			return ENT_E_SYNTAX;
		}
		at = at[end] == ',' ? at + end + 1 : NULL;
	}
	*ret_roles = set;
	return ENT_OK;
}

bool ent_desk_roles_several(unsigned set) {
	return (set & (set - 1)) != 0;
}

const char *ent_desk_order_word(enum ent_desk_order order) {
	return desk_order_words[order];
}

unsigned ent_desk_order_roles(enum ent_desk_order order) {
	return order_roles[order];
}

const char *ent_desk_refusal_text(enum ent_desk_refusal refusal) {
	return refusals[refusal].text;
}

int ent_desk_refusal_http(enum ent_desk_refusal refusal) {
	return refusals[refusal].http;
}

/* --- Texts --- */

static bool all_of(const char *text, size_t length, const char *set) {
	for (size_t i = 0; i < length; i++)
		if (text[i] == '\0' || strchr(set, text[i]) == NULL)
			return false;
	return true;
}

#define DIGITS "0123456789"
#define SMALL "abcdefghijklmnopqrstuvwxyz"
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

bool ent_desk_id_ok(const char *id, size_t length) {
	return length > 0 && length <= ENT_DESK_ID_MAX && all_of(id, 1, SMALL DIGITS) &&
			all_of(id, length, SMALL DIGITS "._-");
}

bool ent_desk_on_ok(const char *text, size_t length) {
	return length <= ENT_DESK_ON_MAX && all_of(text, length, SMALL CAPITALS DIGITS "-_.@:/+");
}

bool ent_desk_order_has_reason(enum ent_desk_order order) {
	return order == ENT_DESK_ORDER_ALARM_CLOSED;
}

bool desk_by_ok(const char *by) {
	return ent_desk_id_ok(by, strlen(by)) || strcmp(by, ENT_DESK_BY_COMMAND_LINE) == 0 ||
			strcmp(by, ENT_DESK_BY_NODE) == 0;
}

/* UTF-8, and nothing in it that steers. */
static bool is_plain(const char *text, size_t length) {
	for (size_t at = 0; at < length;) {
		uint32_t character = 0;
		const size_t bytes = ent_text_character(text + at, length - at, &character);
		if (bytes == 0 || ent_text_steers(character))
			return false;
		at += bytes;
	}
	return true;
}

/* In any script; 1 to 'most' bytes. */
static bool reads_well(const char *text, size_t length, size_t most) {
	return length > 0 && length <= most && text[0] != ' ' && text[length - 1] != ' ' &&
			is_plain(text, length);
}

/* Of what reads well. */
static bool spells(const char *text, size_t length) {
	bool found = false;
	for (size_t at = 0; at < length && !found;) {
		uint32_t character = 0;
		at += ent_text_character(text + at, length - at, &character);
		found = ent_text_spells(character);
	}
	return found;
}

bool ent_desk_name_ok(const char *name, size_t length) {
	return reads_well(name, length, ENT_DESK_NAME_MAX);
}

bool ent_desk_name_names(const char *name, size_t length) {
	return ent_desk_name_ok(name, length) && spells(name, length);
}

bool ent_desk_reason_ok(const char *text, size_t length) {
	return reads_well(text, length, ENT_DESK_REASON_MAX) && spells(text, length);
}

bool desk_why_none_ok(const char *text, size_t length) {
	return length > 0 && length <= ENT_DESK_REASON_MAX && is_plain(text, length);
}

/* A language of 2 or 3 small letters, then subtags of 2 to 8 letters and digits. */
bool ent_desk_language_ok(const char *tag, size_t length) {
	if (length > ENT_DESK_LANGUAGE_MAX)
		return false;
	for (size_t at = 0, part = 0; at <= length; part++) {
		size_t end = at;
		while (end < length && tag[end] != '-')
			end++;
		const size_t most = part == 0 ? 3 : 8;
		if (end - at < 2 || end - at > most ||
				!all_of(tag + at, end - at,
						part == 0 ? SMALL : SMALL CAPITALS DIGITS))
			return false;
		at = end + 1;
	}
	return true;
}

/* What it costs to hold a password to it is seal's to bound. */
bool desk_hash_ok(const char *hash) {
	static const char begin[] = "$argon2id$";
	const size_t length = strlen(hash);
	return length < ENT_PASSWORD_HASH_SIZE && strncmp(hash, begin, sizeof begin - 1) == 0 &&
			all_of(hash, length, SMALL CAPITALS DIGITS "$=,+/");
}

static size_t characters_of(const char *text, size_t length) {
	size_t n = 0;
	for (size_t at = 0; at < length; n++) {
		uint32_t character = 0;
		const size_t bytes = ent_text_character(text + at, length - at, &character);
		at += bytes > 0 ? bytes : 1;
	}
	return n;
}

static unsigned different_bytes(const char *text, size_t length) {
	bool seen[256] = {false};
	unsigned n = 0;
	for (size_t i = 0; i < length; i++) {
		n += !seen[(unsigned char)text[i]];
		seen[(unsigned char)text[i]] = true;
	}
	return n;
}

static bool is_text(const char *password, size_t length, const char *text) {
	return strlen(text) == length && memcmp(password, text, length) == 0;
}

ent_status ent_desk_password_ok(const char *password, size_t length, const char *id,
		const char *name, struct ent_fault *reterr_fault) {
	if (characters_of(password, length) < ENT_DESK_PASSWORD_MIN)
		ent_fault_set(reterr_fault, "", "a password has %d characters or more",
				ENT_DESK_PASSWORD_MIN);
	else if (length > ENT_PASSWORD_MAX)
		ent_fault_set(reterr_fault, "", "a password has %d bytes at the most",
				ENT_PASSWORD_MAX);
	else if (different_bytes(password, length) < ENT_DESK_PASSWORD_KINDS)
		ent_fault_set(reterr_fault, "", "a password has %d different characters or more",
				ENT_DESK_PASSWORD_KINDS);
	else if (is_text(password, length, id) || is_text(password, length, name))
		ent_fault_set(reterr_fault, "", "the password is the id or the name");
	else
		return ENT_OK;
	return ENT_E_REFUSED;
}
