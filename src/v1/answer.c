/* SPDX-License-Identifier: Apache-2.0 */
/* answer.c: what is said. Everybody who is signed in sees all operators: who has which roles is to be seen. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente/jsonout.h"
#include "internal.h"

/* --- ETags --- */

void v1_tag(const struct ent_desk_operator *who, char ret_tag[ENT_V1_TAG_SIZE]) {
	static const char digits[] = "0123456789abcdef";
	struct ent_seal_part part[4 + ENT_DESK_LANGUAGES_MAX] = {{who->id, sizeof who->id},
			{who->name, sizeof who->name}, {&who->roles, sizeof who->roles},
			{&who->n_languages, sizeof who->n_languages}};
	struct ent_hash hash;
	for (unsigned i = 0; i < who->n_languages; i++)
		part[4 + i] = (struct ent_seal_part){who->languages[i], sizeof who->languages[i]};
	ent_seal_sha256_parts(part, 4 + who->n_languages, &hash);
	ret_tag[0] = ret_tag[ENT_V1_TAG_SIZE - 2] = '"';
	ret_tag[ENT_V1_TAG_SIZE - 1] = '\0';
	for (size_t i = 0; i < 16; i++) {
		ret_tag[1 + 2 * i] = digits[hash.bytes[i] >> 4];
		ret_tag[2 + 2 * i] = digits[hash.bytes[i] & 15];
	}
}

/* --- Bodies --- */

struct writing {
	struct ent_jsonout out;
	struct ent_jsonout_memory memory;
};

static void begin(struct writing *writing) {
	writing->memory = (struct ent_jsonout_memory){.limit = ENT_V1_ANSWER_MAX};
	ent_jsonout_init(&writing->out, ent_jsonout_to_memory, &writing->memory, 0);
	ent_jsonout_object_begin(&writing->out);
}

static ent_status finish(struct writing *writing, int http, struct ent_v1_answer *answer) {
	ent_jsonout_object_end(&writing->out);
	const ent_status status = ent_jsonout_finish(&writing->out);
	if (status != ENT_OK) {
		free(writing->memory.bytes);
		return status;
	}
	answer->status = http;
	answer->body = writing->memory.bytes;
	answer->size = writing->memory.size;
	return ENT_OK;
}

ent_status ent_v1_refuse(int status, const char *message, struct ent_v1_answer *answer) {
	struct writing writing;
	*answer = (struct ent_v1_answer){0};
	begin(&writing);
	ent_jsonout_name(&writing.out, "message");
	ent_jsonout_string(&writing.out, message);
	return finish(&writing, status, answer);
}

static ent_status say_operator(const struct ent_desk_operator *who, int64_t now_utc_us, int http,
		struct ent_v1_answer *answer) {
	struct writing writing;
	begin(&writing);
	ent_desk_operator_write(who, now_utc_us, &writing.out);
	v1_tag(who, answer->tag);
	return finish(&writing, http, answer);
}

/* Whose session it is, and until when at the latest. */
static ent_status say_session(const struct ent_desk_operator *who, uint64_t session,
		int64_t now_utc_us, int http, struct ent_v1_answer *answer) {
	struct writing writing;
	begin(&writing);
	ent_jsonout_name(&writing.out, "session");
	ent_jsonout_uint(&writing.out, session);
	for (unsigned i = 0; i < who->n_sessions; i++) {
		if (who->sessions[i].number != session)
			continue;
		ent_jsonout_name(&writing.out, "ends");
		ent_jsonout_time(&writing.out, who->sessions[i].begun_utc_us + ENT_DESK_SESSION_US);
	}
	ent_jsonout_name(&writing.out, "operator");
	ent_jsonout_object_begin(&writing.out);
	ent_desk_operator_write(who, now_utc_us, &writing.out);
	ent_jsonout_object_end(&writing.out);
	return finish(&writing, http, answer);
}

/*
 * Whose session it is has shown who he is, and keeps it: 401 would say to his client that it is over. The password was guessed at all the
 * same, and is counted as at the door.
 */
static enum ent_desk_refusal of_current(
		const struct ent_v1_call *call, enum ent_desk_refusal refusal) {
	if (call->route != ENT_V1_PASSWORD)
		return refusal;
	if (refusal == ENT_DESK_REFUSAL_WRONG)
		return ENT_DESK_REFUSAL_NOT_CURRENT;
	return refusal == ENT_DESK_REFUSAL_LOCKED ? ENT_DESK_REFUSAL_CURRENT_LOCKED : refusal;
}

/* The password of who vouches: 401 would say to who asks that his own session is over, or his token none. */
static int http_of(const struct ent_v1_call *call, enum ent_desk_refusal refusal) {
	const bool wrong = refusal == ENT_DESK_REFUSAL_WRONG || refusal == ENT_DESK_REFUSAL_LOCKED;
	return call->route == ENT_V1_VOUCH && wrong ? 403 : ent_desk_refusal_http(refusal);
}

ent_status ent_v1_answer(const struct ent_v1_call *call, const struct ent_desk *desk,
		enum ent_desk_refusal refusal, int64_t now_utc_us, struct ent_v1_answer *answer) {
	const struct ent_desk_operator *who = ent_desk_operator(desk, call->id);
	*answer = (struct ent_v1_answer){0};
	refusal = of_current(call, refusal);
	if (refusal != ENT_DESK_REFUSAL_NONE)
		return ent_v1_refuse(
				http_of(call, refusal), ent_desk_refusal_text(refusal), answer);
	if (call->route == ENT_V1_SIGN_OUT || call->route == ENT_V1_END ||
			call->route == ENT_V1_VOUCH || who == NULL) {
		answer->status = 204;
		return ENT_OK;
	}
	if (call->route == ENT_V1_SIGN_IN && who->n_sessions > 0)
		return say_session(who, who->sessions[who->n_sessions - 1].number, now_utc_us, 201,
				answer);
	return say_operator(who, now_utc_us, call->route == ENT_V1_ADD ? 201 : 200, answer);
}

static ent_status say_all(
		const struct ent_desk *desk, int64_t now_utc_us, struct ent_v1_answer *answer) {
	struct writing writing;
	begin(&writing);
	ent_jsonout_name(&writing.out, "operators");
	ent_jsonout_array_begin(&writing.out);
	for (unsigned i = 0; i < ent_desk_operators(desk); i++) {
		ent_jsonout_object_begin(&writing.out);
		ent_desk_operator_write(ent_desk_operator_at(desk, i), now_utc_us, &writing.out);
		ent_jsonout_object_end(&writing.out);
	}
	ent_jsonout_array_end(&writing.out);
	return finish(&writing, 200, answer);
}

ent_status ent_v1_look(const struct ent_v1_call *call, const struct ent_desk *desk,
		const struct ent_v1_by *by, int64_t now_utc_us, struct ent_v1_answer *answer) {
	const struct ent_desk_operator *who = ent_desk_operator(desk, call->id);
	*answer = (struct ent_v1_answer){0};
	if (by->who == NULL && (!by->command_line || call->route == ENT_V1_WHO))
		return ent_v1_answer(
				call, desk, ENT_DESK_REFUSAL_NOT_SIGNED_IN, now_utc_us, answer);
	if (call->route == ENT_V1_WHO)
		return say_session(by->who, by->session, now_utc_us, 200, answer);
	if (call->route == ENT_V1_LIST)
		return say_all(desk, now_utc_us, answer);
	if (who == NULL)
		return ent_v1_answer(call, desk, ENT_DESK_REFUSAL_NO_OPERATOR, now_utc_us, answer);
	return say_operator(who, now_utc_us, 200, answer);
}
