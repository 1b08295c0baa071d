/* SPDX-License-Identifier: Apache-2.0 */
/* handle.c: a request's route, who asks, and whether he may. One table says which role a route takes. */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define LEADS (ENT_DESK_BIT(ENT_DESK_ROLE_DUTY) | ENT_DESK_BIT(ENT_DESK_ROLE_RELEASE))
#define SIGNS ENT_DESK_BIT(ENT_DESK_ROLE_RELEASE)
enum {
	PARTY = 1,       /* of a node that is of a party */
	QUIET = 2,       /* what a page asks by itself: no use of the session */
	COMMAND_LINE = 4 /* alone */
};

#define ROUTE(name, method, path) {method, path},
static const struct {
	const char *method, *path;
} routes[OFFICE_ROUTE_COUNT] = {ENT_OFFICE_ROUTE_MAP(ROUTE)};

static const struct {
	bool (*ask)(struct office_call *call);
	unsigned roles; /* one of them; 0: every operator */
	unsigned flags;
} asks[OFFICE_ROUTE_COUNT] = {
		[OFFICE_STATE] = {office_ask_state, 0, 0},
		[OFFICE_PARTIES] = {office_ask_parties, 0, PARTY},
		[OFFICE_PARTY] = {office_ask_party, 0, PARTY},
		[OFFICE_AGAIN] = {office_ask_again, LEADS, PARTY},
		[OFFICE_PARCEL] = {office_ask_parcel, 0, PARTY},
		[OFFICE_TAKE] = {office_ask_take, LEADS, PARTY},
		[OFFICE_ALARMS] = {office_ask_alarms, 0, PARTY},
		[OFFICE_CLOSE] = {office_ask_close, LEADS, PARTY},
		[OFFICE_MEMORANDA] = {office_ask_memoranda, 0, PARTY},
		[OFFICE_MEMORANDUM] = {office_ask_memorandum, 0, PARTY},
		[OFFICE_HISTORY] = {office_ask_history, 0, PARTY},
		[OFFICE_TERMS] = {office_ask_terms, 0, PARTY},
		[OFFICE_DOCUMENT] = {office_ask_document, 0, PARTY},
		[OFFICE_DOCUMENTS] = {office_ask_documents, 0, PARTY},
		[OFFICE_CHECK_HELD] = {office_ask_check_held, 0, PARTY},
		[OFFICE_TEXT] = {office_ask_text, 0, PARTY},
		[OFFICE_DIFFERENCES] = {office_ask_differences, 0, PARTY},
		[OFFICE_DIFFERENCES_TO] = {office_ask_differences_to, 0, PARTY},
		[OFFICE_TEMPLATE] = {office_ask_template, 0, 0},
		[OFFICE_GUIDE] = {office_ask_guide, 0, 0},
		[OFFICE_REWRITE] = {office_ask_rewrite, 0, 0},
		[OFFICE_CHECK] = {office_ask_check, 0, 0},
		[OFFICE_TEXT_OF] = {office_ask_text_of, 0, 0},
		[OFFICE_DRAFT] = {office_ask_draft, SIGNS, PARTY},
		[OFFICE_ACT] = {office_ask_act, SIGNS, PARTY},
		[OFFICE_UNLOCK] = {office_ask_unlock, LEADS, PARTY},
		[OFFICE_LOCK] = {office_ask_lock, LEADS, PARTY},
		[OFFICE_EVENTS] = {office_ask_events, 0, QUIET},
		[OFFICE_CLOCK] = {office_ask_clock, 0, COMMAND_LINE},
};

/* --- The path --- */

static bool take_param(char ret_text[OFFICE_PARAM_SIZE], const char *text, size_t length) {
	if (length == 0 || length >= OFFICE_PARAM_SIZE)
		return false;
	memcpy(ret_text, text, length);
	ret_text[length] = '\0';
	return true;
}

/* Segment by segment; a parameter is one. */
static bool path_is(const char *path, const char *pattern, struct office_call *call) {
	while (*path == '/' && *pattern == '/') {
		const size_t length = strcspn(++path, "/"), wanted = strcspn(++pattern, "/");
		bool fine = length == wanted && memcmp(path, pattern, length) == 0;
		if (pattern[0] == '{')
			fine = take_param(pattern[1] == 'i' ? call->id : call->hash, path, length);
		if (!fine)
			return false;
		path += length;
		pattern += wanted;
	}
	return *path == '\0' && *pattern == '\0';
}

const char *office_method(const struct ent_http_request *request) {
	static const char *const methods[] = {[ENT_HTTP_GET] = "GET",
			[ENT_HTTP_HEAD] = "HEAD",
			[ENT_HTTP_PUT] = "PUT",
			[ENT_HTTP_POST] = "POST",
			[ENT_HTTP_DELETE] = "DELETE",
			[ENT_HTTP_OTHER] = "OTHER"};
	return methods[ent_http_method(request)];
}

/* 0: call->route is it, or the path is none of ours; else the status that says why not. */
static unsigned find_route(struct office_call *call) {
	const char *path = ent_http_path(call->request), *method = office_method(call->request);
	bool there = false;
	for (unsigned i = 0; i < OFFICE_ROUTE_COUNT; i++) {
		/* "again" is a party's id to the pattern, and a route of its own to its method. */
		if (!path_is(path, routes[i].path, call))
			continue;
		there = true;
		if (strcmp(method, routes[i].method) != 0)
			continue;
		call->route = (enum office_route)i;
		return 0;
	}
	call->route = OFFICE_ROUTE_COUNT;
	return there ? 405 : 0;
}

/* --- Who --- */

static bool is_command_line(struct office_call *call, const char *authorization) {
	static const char scheme[] = "Bearer ";
	struct ent_hash given;
	if (strncmp(authorization, scheme, sizeof scheme - 1) != 0)
		return false;
	/* Hashes are compared, in a time that says nothing of the token. */
	const char *token = authorization + sizeof scheme - 1;
	ent_seal_sha256(token, strlen(token), &given);
	call->who.command_line = ent_seal_equal(&given, &call->office->control.token, sizeof given);
	return call->who.command_line;
}

static bool find_operator(struct office_call *call, const struct ent_hash *token, bool uses) {
	struct office_desk *desk = &call->office->desk;
	const int64_t now_us = office_now(call->office);
	(void)pthread_mutex_lock(&desk->lock);
	const struct ent_desk_operator *who = uses
			? ent_desk_tokens_find(desk->tokens, desk->desk, token, now_us,
					  &call->who.session)
			: ent_desk_tokens_look(desk->tokens, desk->desk, token, now_us,
					  &call->who.session);
	if (who != NULL) {
		memcpy(call->who.id, who->id, sizeof call->who.id);
		call->who.roles = who->roles;
	}
	(void)pthread_mutex_unlock(&desk->lock);
	return who != NULL;
}

bool office_find_who(struct office_call *call, bool uses) {
	const char *authorization = ent_http_header(call->request, "Authorization");
	struct ent_hash token;
	bool found = false;
	if (call->control && authorization != NULL)
		found = is_command_line(call, authorization);
	else if (ent_v1_cookie_find(ent_http_header(call->request, "Cookie"), ENT_V1_COOKIE_SESSION,
				 &token))
		found = find_operator(call, &token, uses);
	if (found)
		ent_http_set_subject(call->request, office_by(&call->who));
	return found;
}

/* A browser says from where it was sent; what another site's page sends is not its operator's wish. */
static bool is_from_elsewhere(const struct ent_http_request *request) {
	const char *site = ent_http_header(request, "Sec-Fetch-Site");
	return site != NULL && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0;
}

/* --- All of it --- */

static bool ask(struct office_call *call) {
	const unsigned refused = find_route(call);
	if (is_from_elsewhere(call->request) && ent_http_method(call->request) != ENT_HTTP_GET) {
		office_refuse(call, 403, "a page of another site sent this");
		return false;
	}
	if (refused == 0 && call->route == OFFICE_ROUTE_COUNT)
		return office_ask_operators(call);
	const unsigned flags = refused == 0 ? asks[call->route].flags : 0;
	if (!office_find_who(call, (flags & QUIET) == 0)) {
		office_refuse(call, 401, "%s",
				ent_desk_refusal_text(ENT_DESK_REFUSAL_NOT_SIGNED_IN));
		return false;
	}
	if (refused != 0) {
		office_refuse(call, refused, "that path does not take this method");
		return false;
	}
	ent_http_set_route(call->request, routes[call->route].path);
	const unsigned roles = asks[call->route].roles;
	if (!call->who.command_line &&
			((flags & COMMAND_LINE) != 0 ||
					(roles != 0 && (roles & call->who.roles) == 0))) {
		office_refuse(call, 403, "%s",
				(flags & COMMAND_LINE) != 0
						? "only the command line may do that"
						: ent_desk_refusal_text(ENT_DESK_REFUSAL_NO_ROLE));
		return false;
	}
	if ((flags & PARTY) != 0 && !call->office->has_party) {
		office_refuse(call, 404, "this node is of no party: entente init makes one");
		return false;
	}
	return asks[call->route].ask(call);
}

void office_handle(struct ent_office *office, struct ent_http_request *request, bool control) {
	struct office_call *call = calloc(1, sizeof *call);
	if (call == NULL) {
		const struct ent_http_answer answer = {.status = 503};
		ent_http_answer(request, &answer);
		return;
	}
	call->office = office;
	call->request = request;
	call->control = control;
	if (!atomic_load(&office->ready)) {
		office_refuse(call, 503, "this node is just starting");
		office_call_destroy(call);
	} else if (!ask(call)) {
		office_call_destroy(call);
	}
}

void ent_office_handle(struct ent_office *office, struct ent_http_request *request) {
	office_handle(office, request, false);
}
