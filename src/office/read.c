/* SPDX-License-Identifier: Apache-2.0 */
/* read.c: bodies of the office's own routes: an object of a few members, each once, and no others. */
#include <string.h>

#include "internal.h"

enum { BODY_MAX = 8192 };

bool office_is_type(struct office_call *call, const char *content_type) {
	const char *given = ent_http_header(call->request, "Content-Type");
	const size_t length = strlen(content_type);
	if (given != NULL && strncmp(given, content_type, length) == 0 &&
			(given[length] == '\0' || given[length] == ';' || given[length] == ' '))
		return true;
	office_refuse(call, 415, "the body is to be %s", content_type);
	return false;
}

static struct office_member *find(
		struct office_member *members, size_t n, const char *name, size_t length) {
	for (size_t i = 0; i < n; i++)
		if (strlen(members[i].name) == length && memcmp(members[i].name, name, length) == 0)
			return &members[i];
	return NULL;
}

/* NULL: fine; else what is wrong. */
static const char *read_member(struct office_member *member, struct ent_json_value value) {
	if (member->text != NULL)
		return "it is there twice";
	if (member->number) {
		member->text = "";
		return ent_json_int(value, &member->value) ? NULL : "a whole number";
	}
	return ent_json_string(value, &member->text, &member->length) &&
					strlen(member->text) == member->length
			? NULL
			: "a text without NUL";
}

static bool read_members(struct office_call *call, struct ent_json_value root,
		struct office_member *members, size_t n) {
	struct ent_json_walk walk = ent_json_walk_from(root);
	struct ent_json_value value = root;
	const char *name = "";
	size_t length = 0;
	while (ent_json_next_member(&walk, &name, &length, &value)) {
		struct office_member *member = find(members, n, name, length);
		const char *why = member != NULL ? read_member(member, value)
						 : "a member that is not known here";
		if (why == NULL)
			continue;
		office_refuse(call, 400, "%s%s%s", member != NULL ? member->name : "",
				member != NULL ? ": " : "", why);
		return false;
	}
	for (size_t i = 0; i < n; i++)
		if (members[i].must && members[i].text == NULL) {
			office_refuse(call, 400, "%s: it is missing", members[i].name);
			return false;
		}
	return true;
}

bool office_read_body(struct office_call *call, struct office_member *members, size_t n) {
	struct ent_fault fault = {{0}, {0}};
	struct ent_json_value root;
	size_t size = 0;
	const char *body = ent_http_body(call->request, &size);
	if (!office_is_type(call, "application/json"))
		return false;
	if (size > BODY_MAX) {
		office_refuse(call, 413, "the body is too large");
		return false;
	}
	ent_status status = ent_json_create(&call->json);
	if (status == ENT_OK)
		status = ent_json_parse(call->json, body, size, NULL, &root, &fault);
	if (status == ENT_OK && ent_json_kind(root) != ENT_JSON_OBJECT) {
		ent_fault_set(&fault, "", "the body is an object");
		status = ENT_E_SYNTAX;
	}
	if (status == ENT_OK)
		return read_members(call, root, members, n);
	office_refuse_status(call, status == ENT_E_LIMIT ? ENT_E_SYNTAX : status, &fault);
	return false;
}

bool office_keep_passphrase(struct office_call *call, const char *text, size_t length) {
	if (length == 0 || length > ENT_PASSWORD_MAX) {
		office_refuse(call, 400, "passphrase: it has 1 to %d bytes", ENT_PASSWORD_MAX);
		return false;
	}
	if (ent_secret_create(length, &call->passphrase) != ENT_OK) {
		office_refuse(call, 503, "out of memory");
		return false;
	}
	memcpy(ent_secret_bytes(call->passphrase), text, length);
	return true;
}
