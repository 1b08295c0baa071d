/* SPDX-License-Identifier: Apache-2.0 */
/* operators.c: sessions and operators: the pure functions of v1.h, with the worker for passwords and the desk's ledger. */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define SESSION_S (ENT_DESK_SESSION_US / 1000000)
#define DEVICE_S (INT64_C(400) * 86400) /* as long as a browser keeps one (RFC 6265bis, 5.5) */

/* What goes with an answer, beside its body. */
struct sending {
	char session[ENT_V1_COOKIE_SIZE], device[ENT_V1_COOKIE_SIZE];
	const char *headers[2 * 4 + 1];
	size_t n;
};

static void add_header(struct sending *sending, const char *name, const char *value) {
	sending->headers[sending->n++] = name;
	sending->headers[sending->n++] = value;
}

static void send_answer(
		struct office_call *call, struct ent_v1_answer *answer, struct sending *sending) {
	if (answer->tag[0] != '\0')
		add_header(sending, "ETag", answer->tag);
	if (answer->status == 429)
		add_header(sending, "Retry-After", "5");
	office_send(call, (unsigned)answer->status,
			answer->body != NULL ? "application/json; charset=utf-8" : NULL,
			answer->body, answer->size, sending->headers);
}

/* --- Looking --- */

static struct ent_v1_by by_of(const struct office_call *call, int64_t now_utc_us) {
	return (struct ent_v1_by){.who = ent_desk_session_of(call->office->desk.desk,
						  call->who.session, now_utc_us),
			.session = call->who.session,
			.command_line = call->who.command_line};
}

static void look(struct office_call *call) {
	struct office_desk *desk = &call->office->desk;
	struct ent_v1_answer answer = {0};
	struct sending sending = {.n = 0};
	const int64_t now_us = office_now(call->office);
	(void)pthread_mutex_lock(&desk->lock);
	const struct ent_v1_by by = by_of(call, now_us);
	const ent_status status = ent_v1_look(&call->v1, desk->desk, &by, now_us, &answer);
	(void)pthread_mutex_unlock(&desk->lock);
	if (status == ENT_OK)
		send_answer(call, &answer, &sending);
}

/* --- Doing --- */

static ent_status compute(struct office_call *call) {
	struct office_desk *desk = &call->office->desk;
	char held_to[ENT_PASSWORD_HASH_SIZE];
	(void)pthread_mutex_lock(&desk->lock);
	const bool held = ent_v1_held_to(&call->v1, desk->desk, held_to);
	(void)pthread_mutex_unlock(&desk->lock);
	const ent_status status = ent_v1_hash(&call->v1, held ? held_to : NULL);
	ent_seal_wipe(held_to, sizeof held_to);
	return status;
}

/* The session's token, once its entry is durable. E_LIMIT: there are as many as there may be. */
static ent_status begin_session(
		struct office_call *call, uint64_t session, struct sending *sending) {
	struct office_desk *desk = &call->office->desk;
	char token[ENT_DESK_TOKEN_SIZE];
	struct ent_hash hash;
	ent_desk_token(token, &hash);
	(void)pthread_mutex_lock(&desk->lock);
	const ent_status status = ent_desk_tokens_add(
			desk->tokens, desk->desk, session, &hash, office_now(call->office));
	(void)pthread_mutex_unlock(&desk->lock);
	(void)ent_v1_cookie(ENT_V1_COOKIE_SESSION, token, SESSION_S, call->office->options.secure,
			sending->session);
	ent_seal_wipe(token, sizeof token);
	if (status == ENT_OK)
		add_header(sending, "Set-Cookie", sending->session);
	return status;
}

static void tell(struct office_call *call) {
	struct office_writing writing;
	const char *id = call->v1.route == ENT_V1_SIGN_OUT ? call->who.id : call->v1.id;
	office_begin(&writing);
	office_write_text(&writing.out, "operator", id);
	ent_jsonout_object_end(&writing.out);
	if (ent_jsonout_finish(&writing.out) == ENT_OK)
		ent_office_event(call->office, "operators", writing.memory.bytes);
	office_drop(&writing);
}

static void answer_done(struct office_call *call, const struct office_decided *decided,
		struct sending *sending) {
	struct office_desk *desk = &call->office->desk;
	struct ent_v1_answer answer = {0};
	ent_status status = ENT_OK;
	const bool well = decided->refusal == ENT_DESK_REFUSAL_NONE;
	if (well && call->v1.route == ENT_V1_SIGN_IN)
		status = begin_session(call, decided->seq, sending);
	if (well && call->v1.route == ENT_V1_SIGN_OUT) {
		(void)ent_v1_cookie(ENT_V1_COOKIE_SESSION, NULL, 0, call->office->options.secure,
				sending->session);
		add_header(sending, "Set-Cookie", sending->session);
	}
	if (status == ENT_OK) {
		(void)pthread_mutex_lock(&desk->lock);
		status = ent_v1_answer(&call->v1, desk->desk, decided->refusal,
				office_now(call->office), &answer);
		(void)pthread_mutex_unlock(&desk->lock);
	}
	/* Before the answer: whoever has that, and then asks what happened, finds it. */
	if (well)
		tell(call);
	if (status == ENT_OK)
		send_answer(call, &answer, sending);
}

/* The roles that the party's profile has, all where it says nothing. */
static ent_status read_roles(
		const struct office_call *call, unsigned *ret_roles, struct ent_fault *fault) {
	struct ent_party_folder *folder = NULL;
	char text[ENT_PROFILE_SIZE], value[ENT_PARTY_NAME_SIZE];
	ent_status status = ent_party_folder_open(
			call->office->options.data, false, &folder, fault);
	if (status == ENT_OK)
		status = ent_party_profile(folder, text, fault);
	ent_party_folder_close(folder);
	if (status == ENT_OK && ent_profile_find(text, "roles", value))
		status = ent_desk_roles_parse(value, ret_roles, fault);
	else if (status == ENT_OK)
		*ret_roles = ENT_DESK_BIT(ENT_DESK_ROLE_COUNT) - 1;
	return status;
}

/* Who may not give roles at all hears that from the desk. */
static bool gives_roles(const struct office_call *call) {
	const bool administers = (call->who.roles & ENT_DESK_BIT(ENT_DESK_ROLE_ADMINISTRATOR)) != 0;
	return (call->v1.route == ENT_V1_ADD || call->v1.route == ENT_V1_ROLES) &&
			(call->who.command_line || administers);
}

/* False: it is answered. */
static bool party_has_roles(struct office_call *call) {
	struct ent_fault fault = {{0}, {0}};
	unsigned ours = 0;
	if (!gives_roles(call) || !call->office->has_party)
		return true;
	if (read_roles(call, &ours, &fault) != ENT_OK) {
		office_refuse(call, 409,
				"roles: party/profile.ini has to say which the party has, and "
				"cannot be read: %s%s%s",
				fault.where, fault.where[0] != '\0' ? ": " : "", fault.why);
		return false;
	}
	const unsigned others = call->v1.roles & ~ours;
	unsigned role = 0;
	while (role < ENT_DESK_ROLE_COUNT && (others >> role & 1) == 0)
		role++;
	if (role < ENT_DESK_ROLE_COUNT)
		office_refuse(call, 409,
				"roles: this party has no %s: the line 'roles' of "
				"party/profile.ini "
				"does not name it; add it there, and try again",
				ent_desk_role_text((enum ent_desk_role)role));
	return role == ENT_DESK_ROLE_COUNT;
}

static void run(struct office_call *call) {
	if (!party_has_roles(call))
		return;
	struct sending sending = {.n = 0};
	struct office_command command = {
			.v1 = &call->v1, .who = &call->who, .device = call->v1.device};
	struct office_decided decided = {ENT_DESK_REFUSAL_NONE, 0};
	char device[ENT_DESK_TOKEN_SIZE] = "";
	ent_status status = compute(call);
	const bool tries = call->v1.route == ENT_V1_SIGN_IN || call->v1.route == ENT_V1_VOUCH;
	if (tries && !call->v1.has_device)
		ent_desk_token(device, &command.device);
	if (status == ENT_OK)
		status = office_desk_do(call->office, &command, &decided);
	if (status != ENT_OK) {
		office_refuse(call, 503,
				"the desk's ledger takes no writes just now, or there is no "
				"memory: "
				"look again later");
	} else {
		if (device[0] != '\0' && call->v1.route == ENT_V1_SIGN_IN &&
				decided.refusal == ENT_DESK_REFUSAL_NONE) {
			(void)ent_v1_cookie(ENT_V1_COOKIE_DEVICE, device, DEVICE_S,
					call->office->options.secure, sending.device);
			add_header(&sending, "Set-Cookie", sending.device);
		}
		answer_done(call, &decided, &sending);
	}
	ent_seal_wipe(device, sizeof device);
	ent_seal_wipe(&sending, sizeof sending);
}

/* --- Asking --- */

static ent_status read_request(struct office_call *call, struct ent_v1_answer *answer) {
	const struct ent_http_request *http = call->request;
	struct ent_v1_request request = {.method = office_method(http),
			.path = ent_http_path(http),
			.content_type = ent_http_header(http, "Content-Type"),
			.if_match = ent_http_header(http, "If-Match"),
			.cookie = ent_http_header(http, "Cookie")};
	request.body = ent_http_body(http, &request.body_size);
	ent_status status = ent_json_create(&call->json);
	if (status == ENT_OK)
		status = ent_v1_read(call->json, &request, &call->v1, answer);
	return status;
}

bool office_ask_operators(struct office_call *call) {
	struct ent_v1_answer answer = {0};
	struct sending sending = {.n = 0};
	if (read_request(call, &answer) != ENT_OK)
		return false;
	if (answer.status != 0) {
		send_answer(call, &answer, &sending);
		return false;
	}
	call->route = OFFICE_ROUTE_COUNT;
	ent_http_set_route(call->request, "/v1/operators");
	if (ent_v1_needs_session(call->v1.route) && !office_find_who(call, true)) {
		office_refuse(call, 401, "%s",
				ent_desk_refusal_text(ENT_DESK_REFUSAL_NOT_SIGNED_IN));
		return false;
	}
	if (ent_v1_only_looks(call->v1.route)) {
		look(call);
		return false;
	}
	const bool computes = call->v1.given_length > 0 || call->v1.new_length > 0;
	return office_put(call, computes ? &call->office->passwords : &call->office->deeds, run);
}
