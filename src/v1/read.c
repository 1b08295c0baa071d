/* SPDX-License-Identifier: Apache-2.0 */
/* read.c: a request's route, its parameters, its cookies, its body. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define ROUTE(name, method, path) {method, path},
static const struct {
	const char *method, *path;
} routes[ENT_V1_ROUTE_COUNT] = {ENT_V1_ROUTE_MAP(ROUTE)};

bool ent_v1_needs_session(enum ent_v1_route route) {
	return route != ENT_V1_SIGN_IN;
}

bool ent_v1_only_looks(enum ent_v1_route route) {
	return route == ENT_V1_WHO || route == ENT_V1_LIST || route == ENT_V1_SHOW;
}

/* --- The path --- */

static bool take_session(const char *text, size_t length, uint64_t *ret_session) {
	uint64_t session = 0;
	if (length == 0 || length > 18)
		return false;
	for (size_t i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		session = session * 10 + (uint64_t)(text[i] - '0');
	}
	*ret_session = session;
	return true;
}

/* Segment by segment; a parameter is one, of its form. */
static bool path_is(const char *path, const char *pattern, struct ent_v1_call *call) {
	while (*path == '/' && *pattern == '/') {
		const size_t length = strcspn(++path, "/"), wanted = strcspn(++pattern, "/");
		bool fine = length == wanted && memcmp(path, pattern, length) == 0;
		if (strncmp(pattern, "{id}", wanted) == 0 && wanted == 4) {
			fine = ent_desk_id_ok(path, length);
			if (fine)
				(void)snprintf(call->id, sizeof call->id, "%.*s", (int)length,
						path);
		} else if (pattern[0] == '{') {
			fine = take_session(path, length, &call->session);
		}
		if (!fine)
			return false;
		path += length;
		pattern += wanted;
	}
	return *path == '\0' && *pattern == '\0';
}

/* 0, or the status that says why not. */
static int find_route(const struct ent_v1_request *request, struct ent_v1_call *call) {
	bool path_there = false;
	for (unsigned i = 0; i < ENT_V1_ROUTE_COUNT; i++) {
		struct ent_v1_call tried = {.route = (enum ent_v1_route)i};
		if (!path_is(request->path, routes[i].path, &tried))
			continue;
		path_there = true;
		if (strcmp(request->method, routes[i].method) != 0)
			continue;
		*call = tried;
		return 0;
	}
	return path_there ? 405 : 404;
}

/* --- Headers --- */

/* name=value; name=value (RFC 6265, 4.2.1). A token that is none is as one that was not sent. */
bool ent_v1_cookie_find(const char *header, const char *name, struct ent_hash *ret_hash) {
	const size_t name_length = strlen(name);
	for (const char *at = header; at != NULL && *at != '\0';) {
		at += strspn(at, " ;");
		const size_t length = strcspn(at, ";");
		if (length > name_length && memcmp(at, name, name_length) == 0 &&
				at[name_length] == '=')
			return ent_desk_token_hash(at + name_length + 1, length - name_length - 1,
					       ret_hash) == ENT_OK;
		at += length;
	}
	return false;
}

/* Behind the tag that 'text' begins with, in quotation marks; NULL: it begins with none (RFC 9110, 8.8.3: a comma may stand in one). */
static const char *behind_tag(const char *text) {
	if (*text != '"')
		return NULL;
	do
		text++;
	while (*text == '!' || (*text > '"' && *text != 0x7f) || (unsigned char)*text > 0x7f);
	return *text == '"' ? text + 1 : NULL;
}

bool ent_v1_if_match(const char *header, const char *tag) {
	static const char blanks[] = " \t";
	bool found = false;
	const char *at = header + strspn(header, blanks);
	if (*at == '*')
		return at[1 + strspn(at + 1, blanks)] == '\0';
	/* Elements may be empty (5.6.1). */
	for (at += strspn(at, " \t,"); *at != '\0'; at += strspn(at, " \t,")) {
		const bool weak = strncmp(at, "W/", 2) == 0;
		const char *begin = weak ? at + 2 : at;
		at = behind_tag(begin);
		if (at == NULL)
			return false;
		const size_t length = (size_t)(at - begin);
		found = found ||
				(!weak && strlen(tag) == length && memcmp(begin, tag, length) == 0);
		at += strspn(at, blanks);
		if (*at != ',' && *at != '\0')
			return false;
	}
	return found;
}

static bool is_json(const char *content_type) {
	static const char json[] = "application/json";
	const size_t length = sizeof json - 1;
	return content_type != NULL && strncmp(content_type, json, length) == 0 &&
			(content_type[length] == '\0' || content_type[length] == ';' ||
					content_type[length] == ' ');
}

size_t ent_v1_cookie(const char *name, const char *token, int64_t max_age_s, bool secure,
		char ret_text[ENT_V1_COOKIE_SIZE]) {
	const int length = snprintf(ret_text, ENT_V1_COOKIE_SIZE,
			"%s=%s; Path=/v1; Max-Age=%lld; HttpOnly; SameSite=Strict%s", name,
			token != NULL ? token : "", token != NULL ? (long long)max_age_s : 0LL,
			secure ? "; Secure" : "");
	return length > 0 ? (size_t)length : 0;
}

/* What two people may edit at once. */
static bool wants_tag(enum ent_v1_route route) {
	return route == ENT_V1_CHANGE || route == ENT_V1_ROLES;
}

static int check_headers(const struct ent_v1_request *request, struct ent_v1_call *call) {
	if (v1_has_body(call->route) && !is_json(request->content_type))
		return 415;
	if (v1_has_body(call->route) && request->body_size > ENT_V1_BODY_MAX)
		return 413;
	if (wants_tag(call->route) && request->if_match == NULL)
		return 428;
	if (wants_tag(call->route) && strlen(request->if_match) >= sizeof call->if_match)
		return 431;
	/* An empty one has no tag, and is not as one that was not sent. */
	if (wants_tag(call->route))
		(void)snprintf(call->if_match, sizeof call->if_match, "%s",
				request->if_match[0] != '\0' ? request->if_match : ",");
	call->has_token = ent_v1_cookie_find(request->cookie, ENT_V1_COOKIE_SESSION, &call->token);
	call->has_device = ent_v1_cookie_find(request->cookie, ENT_V1_COOKIE_DEVICE, &call->device);
	return 0;
}

static const char *why(int status) {
	switch (status) {
	case 404:
		return "there is nothing at that path";
	case 405:
		return "that path does not take this method";
	case 413:
		return "the body is too large";
	case 415:
		return "the body is to be application/json";
	case 431:
		return "If-Match: it is too long: the one tag that it was read with is enough";
	default:
		return "say with If-Match which version is to be changed: the ETag that it was "
		       "read with";
	}
}

ent_status ent_v1_read(struct ent_json *json, const struct ent_v1_request *request,
		struct ent_v1_call *ret_call, struct ent_v1_answer *answer) {
	struct ent_v1_call call = {.route = ENT_V1_ROUTE_COUNT};
	struct ent_fault fault = {{0}, {0}};
	char message[ENT_FAULT_WHERE_SIZE + ENT_FAULT_WHY_SIZE + 2];
	*answer = (struct ent_v1_answer){0};
	int refused = find_route(request, &call);
	if (refused == 0)
		refused = check_headers(request, &call);
	if (refused != 0)
		return ent_v1_refuse(refused, why(refused), answer);
	ent_status status = ENT_OK;
	if (v1_has_body(call.route))
		status = v1_read_body(json, request, &call, &fault);
	if (status == ENT_OK)
		*ret_call = call;
	ent_seal_wipe(&call, sizeof call);
	if (status != ENT_E_SYNTAX)
		return status;
	(void)snprintf(message, sizeof message, "%s%s%s", fault.where,
			fault.where[0] != '\0' ? ": " : "", fault.why);
	return ent_v1_refuse(400, message, answer);
}
