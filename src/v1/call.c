/* SPDX-License-Identifier: Apache-2.0 */
/* call.c: which command a call is, and its passwords. */
#include <stdio.h>
#include <string.h>

#include "internal.h"

bool ent_v1_held_to(const struct ent_v1_call *call, const struct ent_desk *desk,
		char ret_hash[ENT_PASSWORD_HASH_SIZE]) {
	if (call->given_length == 0)
		return false;
	memset(ret_hash, 0, ENT_PASSWORD_HASH_SIZE);
	(void)snprintf(ret_hash, ENT_PASSWORD_HASH_SIZE, "%s",
			ent_desk_password_of(desk, call->id));
	return true;
}

ent_status ent_v1_hash(struct ent_v1_call *call, const char *held_to) {
	ent_status status = ENT_OK;
	call->right = false;
	if (held_to != NULL) {
		memset(call->held_to, 0, sizeof call->held_to);
		(void)snprintf(call->held_to, sizeof call->held_to, "%s", held_to);
		status = ent_seal_password_verify(call->held_to, call->given, call->given_length);
		if (status == ENT_E_MEMORY)
			return status;
		call->right = status == ENT_OK;
	}
	if (call->new_length > 0)
		return ent_seal_password_hash(call->new_password, call->new_length, call->hash);
	return ENT_OK;
}

/* --- The command --- */

static enum ent_desk_act act_of(const struct ent_v1_call *call) {
	static const enum ent_desk_act acts[ENT_V1_ROUTE_COUNT] = {
			[ENT_V1_SIGN_IN] = ENT_DESK_ACT_SIGN_IN,
			[ENT_V1_SIGN_OUT] = ENT_DESK_ACT_END,
			[ENT_V1_ADD] = ENT_DESK_ACT_ADD,
			[ENT_V1_CHANGE] = ENT_DESK_ACT_CHANGE,
			[ENT_V1_PASSWORD] = ENT_DESK_ACT_PASSWORD,
			[ENT_V1_ROLES] = ENT_DESK_ACT_ROLES,
			[ENT_V1_DISABLED] = ENT_DESK_ACT_DISABLE,
			[ENT_V1_UNLOCK] = ENT_DESK_ACT_UNLOCK,
			[ENT_V1_VOUCH] = ENT_DESK_ACT_VOUCH,
			[ENT_V1_END] = ENT_DESK_ACT_END};
	return call->route == ENT_V1_DISABLED && !call->disabled ? ENT_DESK_ACT_ENABLE
								 : acts[call->route];
}

/* It asks for a password to hold it to, and sets none. */
static bool given_is_all(enum ent_v1_route route) {
	return route == ENT_V1_SIGN_IN || route == ENT_V1_VOUCH;
}

static struct ent_desk_command command_of(const struct ent_v1_call *call,
		const struct ent_v1_by *by, enum ent_class class, const struct ent_hash *device,
		uint64_t turned_away) {
	const char *own = by->command_line ? ENT_DESK_BY_COMMAND_LINE
			: by->who != NULL  ? by->who->id
					   : "";
	const bool leaves = call->route == ENT_V1_SIGN_OUT;
	struct ent_desk_command command = {.act = act_of(call),
			.class = class,
			.by = own,
			.id = leaves ? own : call->id,
			.name = call->name,
			.password = given_is_all(call->route) ? call->held_to : call->hash,
			.on = call->on,
			.n_languages = call->n_languages,
			.roles = call->roles,
			.session = leaves ? by->session : call->session,
			.why = strcmp(own, leaves ? own : call->id) == 0 ? ENT_DESK_WHY_SIGNED_OUT
									 : ENT_DESK_WHY_ENDED,
			.device = *device,
			.right = call->right,
			.turned_away = turned_away};
	for (unsigned i = 0; i < call->n_languages; i++)
		command.languages[i] = call->languages[i];
	return command;
}

/*
 * Who changes his own password says the old one, and that is a try like any other: whoever finds a page open cannot guess it
 * faster than at the door. NONE: it was right, and heard.
 */
static ent_status check_current(const struct ent_desk *desk, const struct ent_v1_call *call,
		const struct ent_desk_command *command, int64_t time_utc_us,
		struct ent_desk_outcome *outcome) {
	struct ent_desk_command try = *command;
	try.act = ENT_DESK_ACT_SIGN_IN;
	try.password = call->held_to;
	const ent_status status = ent_desk_decide(desk, &try, time_utc_us, outcome);
	/* That he signed in a moment ago is no reason. */
	if (status == ENT_OK &&
			(outcome->refusal == ENT_DESK_REFUSAL_NONE ||
					outcome->refusal == ENT_DESK_REFUSAL_AGAIN)) {
		outcome->refusal = ENT_DESK_REFUSAL_NONE;
		outcome->has_entry = false;
	}
	return status;
}

static bool has_changed(const struct ent_desk *desk, const struct ent_v1_call *call) {
	char tag[ENT_V1_TAG_SIZE];
	const struct ent_desk_operator *who = ent_desk_operator(desk, call->id);
	if (call->if_match[0] == '\0' || who == NULL)
		return false;
	v1_tag(who, tag);
	return !ent_v1_if_match(call->if_match, tag);
}

ent_status ent_v1_decide(const struct ent_desk *desk, const struct ent_v1_call *call,
		const struct ent_v1_by *by, enum ent_class class, const struct ent_hash *device,
		uint64_t turned_away, int64_t time_utc_us, struct ent_desk_outcome *outcome) {
	const struct ent_desk_command command = command_of(call, by, class, device, turned_away);
	const bool own = call->route == ENT_V1_PASSWORD && by->who != NULL &&
			strcmp(by->who->id, call->id) == 0;
	outcome->has_entry = false;
	outcome->refusal = ENT_DESK_REFUSAL_NONE;
	/* The session was open when the request came; it is looked at again now, whoever else might have one. */
	if (ent_v1_needs_session(call->route) &&
			(!by->command_line || call->route == ENT_V1_SIGN_OUT) &&
			(by->who == NULL ||
					ent_desk_session_of(desk, by->session, time_utc_us) ==
							NULL)) {
		outcome->refusal = ENT_DESK_REFUSAL_NOT_SIGNED_IN;
		return ENT_OK;
	}
	/* Nothing was tried, so nothing counts as a try. */
	if (own && call->given_length == 0) {
		outcome->refusal = ENT_DESK_REFUSAL_CURRENT;
		return ENT_OK;
	}
	if (own) {
		const ent_status status = check_current(desk, call, &command, time_utc_us, outcome);
		if (status != ENT_OK || outcome->refusal != ENT_DESK_REFUSAL_NONE)
			return status;
	}
	if (has_changed(desk, call)) {
		outcome->refusal = ENT_DESK_REFUSAL_CHANGED;
		return ENT_OK;
	}
	return ent_desk_decide(desk, &command, time_utc_us, outcome);
}
