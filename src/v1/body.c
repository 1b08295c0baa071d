/* SPDX-License-Identifier: Apache-2.0 */
/* body.c: the bodies of requests; one table says what the members of each route's are: all of them, and no others. */
#include <stdio.h>
#include <string.h>

#include "internal.h"

#define MEMBER_MAP(X)             \
	X(ID, "id")               \
	X(NAME, "name")           \
	X(LANGUAGES, "languages") \
	X(ROLES, "roles")         \
	X(DISABLED, "disabled")   \
	X(PASSWORD, "password")   \
	X(CURRENT, "current")     \
	X(ON, "on")
#define MEMBER_ENUM(name, text) MEMBER_##name,
enum member { MEMBER_MAP(MEMBER_ENUM) MEMBER_COUNT };
#define MEMBER_TEXT(name, text) text,
static const char *const members[MEMBER_COUNT] = {MEMBER_MAP(MEMBER_TEXT)};

#define BIT(name) (1u << MEMBER_##name)
static const struct {
	unsigned must, may;
} bodies[ENT_V1_ROUTE_COUNT] = {
		[ENT_V1_SIGN_IN] = {BIT(ID) | BIT(PASSWORD), 0},
		[ENT_V1_ADD] = {BIT(ID) | BIT(NAME) | BIT(LANGUAGES) | BIT(ROLES) | BIT(PASSWORD),
				0},
		[ENT_V1_CHANGE] = {BIT(NAME) | BIT(LANGUAGES), 0},
		[ENT_V1_PASSWORD] = {BIT(PASSWORD), BIT(CURRENT)},
		[ENT_V1_ROLES] = {BIT(ROLES), 0},
		[ENT_V1_DISABLED] = {BIT(DISABLED), 0},
		[ENT_V1_VOUCH] = {BIT(PASSWORD) | BIT(ON), 0},
};

bool v1_has_body(enum ent_v1_route route) {
	return bodies[route].must != 0;
}

struct reading {
	struct ent_v1_call *call;
	struct ent_fault *fault;
};

static bool refuse(const struct reading *reading, enum member member, const char *why) {
	ent_fault_set(reading->fault, members[member], "%s", why);
	return false;
}

/* Without NUL, of at most 'most' bytes. */
static bool text_of(struct ent_json_value value, size_t most, const char **ret_text) {
	const char *text = NULL;
	size_t length = 0;
	if (!ent_json_string(value, &text, &length) || length > most || strlen(text) != length)
		return false;
	*ret_text = text;
	return true;
}

/* Whoever signs in with an id that is none is told no more than who has a wrong one. */
static bool read_id(const struct reading *reading, struct ent_json_value value) {
	const char *text = "";
	const bool fine = text_of(value, ENT_DESK_ID_MAX, &text) &&
			ent_desk_id_ok(text, strlen(text));
	if (!fine && reading->call->route != ENT_V1_SIGN_IN)
		return refuse(reading, MEMBER_ID,
				"an id has 1 to 32 of a-z, 0-9 and . _ -, the first a letter or "
				"digit");
	(void)snprintf(reading->call->id, sizeof reading->call->id, "%s", fine ? text : "");
	return true;
}

static bool read_name(const struct reading *reading, struct ent_json_value value) {
	const char *text = "";
	if (!text_of(value, ENT_DESK_NAME_MAX, &text) || !ent_desk_name_names(text, strlen(text)))
		return refuse(reading, MEMBER_NAME, ENT_DESK_NAME_RULE);
	(void)snprintf(reading->call->name, sizeof reading->call->name, "%s", text);
	return true;
}

static bool read_languages(const struct reading *reading, struct ent_json_value value) {
	struct ent_v1_call *call = reading->call;
	struct ent_json_value element;
	if (ent_json_kind(value) != ENT_JSON_ARRAY)
		return refuse(reading, MEMBER_LANGUAGES, "a list of tags");
	struct ent_json_walk walk = ent_json_walk_from(value);
	while (ent_json_next_element(&walk, &element)) {
		const char *text = "";
		if (call->n_languages == ENT_DESK_LANGUAGES_MAX ||
				!text_of(element, ENT_DESK_LANGUAGE_MAX, &text) ||
				!ent_desk_language_ok(text, strlen(text)))
			return refuse(reading, MEMBER_LANGUAGES,
					"at most 8 tags like fr or sr-Latn (BCP 47)");
		for (unsigned i = 0; i < call->n_languages; i++)
			if (strcmp(call->languages[i], text) == 0)
				return refuse(reading, MEMBER_LANGUAGES, "none twice");
		(void)snprintf(call->languages[call->n_languages++], sizeof call->languages[0],
				"%s", text);
	}
	return true;
}

static bool read_roles(const struct reading *reading, struct ent_json_value value) {
	struct ent_json_value element;
	if (ent_json_kind(value) != ENT_JSON_ARRAY)
		return refuse(reading, MEMBER_ROLES, "a list of roles");
	struct ent_json_walk walk = ent_json_walk_from(value);
	while (ent_json_next_element(&walk, &element)) {
		const char *text = "";
		enum ent_desk_role role = ENT_DESK_ROLE_WATCH;
		if (!text_of(element, ENT_DESK_NAME_MAX, &text) ||
				ent_desk_role_parse(text, strlen(text), &role) != ENT_OK)
			return refuse(reading, MEMBER_ROLES,
					"watch-officer, duty-officer, linguist, "
					"releasing-authority "
					"or administrator");
		reading->call->roles |= ENT_DESK_BIT(role);
	}
	return true;
}

static bool read_password(const struct reading *reading, enum member member,
		struct ent_json_value value, char ret_text[ENT_PASSWORD_MAX + 1],
		size_t *ret_length) {
	const char *text = "";
	if (!text_of(value, ENT_PASSWORD_MAX, &text) || text[0] == '\0')
		return refuse(reading, member, "a password has 1024 bytes at the most");
	*ret_length = strlen(text);
	memcpy(ret_text, text, *ret_length + 1);
	return true;
}

/* Whether it is a key's is the desk's to say. */
static bool read_on(const struct reading *reading, struct ent_json_value value) {
	const char *text = "";
	if (!text_of(value, ENT_DESK_ON_MAX, &text) || !ent_desk_on_ok(text, strlen(text)))
		return refuse(reading, MEMBER_ON,
				"it is PARTY/card:NUMBER/key:FINGERPRINT, as in the ledger desk");
	memcpy(reading->call->on, text, strlen(text) + 1);
	return true;
}

static bool read_member(
		const struct reading *reading, enum member member, struct ent_json_value value) {
	struct ent_v1_call *call = reading->call;
	const bool given = member == MEMBER_CURRENT || call->route == ENT_V1_SIGN_IN ||
			call->route == ENT_V1_VOUCH;
	switch (member) {
	case MEMBER_ID:
		return read_id(reading, value);
	case MEMBER_NAME:
		return read_name(reading, value);
	case MEMBER_LANGUAGES:
		return read_languages(reading, value);
	case MEMBER_ROLES:
		return read_roles(reading, value);
	case MEMBER_ON:
		return read_on(reading, value);
	case MEMBER_DISABLED:
		return ent_json_bool(value, &call->disabled) ||
				refuse(reading, member, "true or false");
	default:
		return given ? read_password(reading, member, value, call->given,
					       &call->given_length)
			     : read_password(reading, member, value, call->new_password,
					       &call->new_length);
	}
}

static bool read_members(const struct reading *reading, struct ent_json_value root) {
	const unsigned must = bodies[reading->call->route].must;
	const unsigned may = must | bodies[reading->call->route].may;
	struct ent_json_walk walk = ent_json_walk_from(root);
	struct ent_json_value value = root;
	const char *name = "";
	size_t length = 0;
	unsigned there = 0;
	if (ent_json_kind(root) != ENT_JSON_OBJECT) {
		ent_fault_set(reading->fault, "", "the body is an object");
		return false;
	}
	while (ent_json_next_member(&walk, &name, &length, &value)) {
		unsigned i = 0;
		while (i < MEMBER_COUNT &&
				(strlen(members[i]) != length ||
						memcmp(members[i], name, length) != 0))
			i++;
		if (i == MEMBER_COUNT || (may >> i & 1) == 0) {
			ent_fault_set(reading->fault, "", "a member that is not known here");
			return false;
		}
		if ((there >> i & 1) != 0)
			return refuse(reading, (enum member)i, "it is there twice");
		if (!read_member(reading, (enum member)i, value))
			return false;
		there |= 1u << i;
	}
	for (unsigned i = 0; i < MEMBER_COUNT; i++)
		if ((must & ~there) >> i & 1)
			return refuse(reading, (enum member)i, "it is missing");
	return true;
}

ent_status v1_read_body(struct ent_json *json, const struct ent_v1_request *request,
		struct ent_v1_call *call, struct ent_fault *fault) {
	const struct reading reading = {call, fault};
	struct ent_json_value root;
	const ent_status status = ent_json_parse(
			json, request->body, request->body_size, NULL, &root, fault);
	if (status != ENT_OK)
		return status == ENT_E_MEMORY ? status : ENT_E_SYNTAX;
	if (!read_members(&reading, root))
		return ENT_E_SYNTAX;
	if (call->new_length == 0)
		return ENT_OK;
	const ent_status good = ent_desk_password_ok(call->new_password, call->new_length, call->id,
			call->route == ENT_V1_ADD ? call->name : call->id, fault);
	return good == ENT_OK ? ENT_OK : ENT_E_SYNTAX;
}
