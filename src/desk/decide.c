/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decide.c: may a command's entry stand here? decide asks before it writes one, apply before it takes one; so what is
 * refused to an operator is refused to a replay, too.
 */
#include <assert.h>
#include <string.h>

#include "internal.h"

#define ADMINISTRATOR ENT_DESK_BIT(ENT_DESK_ROLE_ADMINISTRATOR)
#define ROLES_ALL (ENT_DESK_BIT(ENT_DESK_ROLE_COUNT) - 1)

/* --- Who acts --- */

static bool is_node(const struct ent_desk_command *command) {
	return strcmp(command->by, ENT_DESK_BY_NODE) == 0;
}

static bool is_command_line(const struct ent_desk_command *command) {
	return strcmp(command->by, ENT_DESK_BY_COMMAND_LINE) == 0;
}

static bool has_session(const struct ent_desk_operator *who, int64_t now_utc_us) {
	for (unsigned i = 0; i < who->n_sessions; i++)
		if (desk_session_open(&who->sessions[i], now_utc_us))
			return true;
	return false;
}

/* Acts on an operator: himself, if 'himself_too', an administrator, the command line. */
static enum ent_desk_refusal may(const struct desk_state *state,
		const struct ent_desk_command *command, bool himself_too, int64_t now_utc_us) {
	if (is_command_line(command))
		return ENT_DESK_REFUSAL_NONE;
	const struct ent_desk_operator *by = desk_find((struct desk_state *)state, command->by);
	if (is_node(command) || by == NULL)
		return ENT_DESK_REFUSAL_NOT_ALLOWED;
	if (by->disabled || !has_session(by, now_utc_us))
		return ENT_DESK_REFUSAL_NOT_SIGNED_IN;
	if ((by->roles & ADMINISTRATOR) != 0 ||
			(himself_too && strcmp(command->by, command->id) == 0))
		return ENT_DESK_REFUSAL_NONE;
	return ENT_DESK_REFUSAL_NOT_ALLOWED;
}

/* --- Texts --- */

static bool languages_ok(const struct ent_desk_command *command) {
	bool fine = command->n_languages <= ENT_DESK_LANGUAGES_MAX;
	for (size_t i = 0; fine && i < command->n_languages; i++) {
		const char *tag = command->languages[i];
		fine = ent_desk_language_ok(tag, strlen(tag));
		for (size_t j = 0; fine && j < i; j++)
			fine = strcmp(command->languages[j], tag) != 0;
	}
	return fine;
}

static bool of_somebody(enum ent_desk_act act) {
	return (act != ENT_DESK_ACT_UNKNOWN && act < ENT_DESK_ACT_END_ALL) ||
			act == ENT_DESK_ACT_VOUCH;
}

static bool why_ok(const struct ent_desk_command *command) {
	return !ent_desk_order_has_reason(command->order) ||
			(command->reason != NULL &&
					ent_desk_reason_ok(
							command->reason, strlen(command->reason)));
}

/* Of an order, of what came of it, and of a key that is vouched for. */
static bool order_ok(const struct ent_desk_command *command) {
	switch (command->act) {
	case ENT_DESK_ACT_ORDER:
		return command->on != NULL && ent_desk_on_ok(command->on, strlen(command->on)) &&
				command->order < ENT_DESK_ORDER_COUNT && why_ok(command) &&
				(!desk_is_trust(command->order) ||
						desk_trust_on_ok(command->order, command->on));
	case ENT_DESK_ACT_VOUCH:
		return command->on != NULL && desk_vouch_on_ok(command->on);
	case ENT_DESK_ACT_DONE:
		return command->ledger != NULL && command->ledger[0] != '\0' &&
				ent_desk_on_ok(command->ledger, strlen(command->ledger)) &&
				command->number <= INT64_MAX;
	case ENT_DESK_ACT_UNDONE:
		return command->reason != NULL &&
				desk_why_none_ok(command->reason, strlen(command->reason));
	default:
		return true;
	}
}

static bool texts_ok(const struct ent_desk_command *command) {
	const enum ent_desk_act act = command->act;
	const bool adds = act == ENT_DESK_ACT_ADD;
	const bool has_by = act <= ENT_DESK_ACT_UNLOCK ||
			(act >= ENT_DESK_ACT_END && act <= ENT_DESK_ACT_ORDER);
	const bool has_id = of_somebody(act);
	if (!order_ok(command))
		return false;
	if ((has_by && (command->by == NULL || !desk_by_ok(command->by))) ||
			(has_id &&
					(command->id == NULL ||
							!ent_desk_id_ok(command->id,
									strlen(command->id)))))
		return false;
	if ((adds || act == ENT_DESK_ACT_CHANGE) &&
			(command->name == NULL ||
					!ent_desk_name_ok(command->name, strlen(command->name)) ||
					!languages_ok(command)))
		return false;
	if ((adds || act == ENT_DESK_ACT_PASSWORD) &&
			(command->password == NULL || !desk_hash_ok(command->password)))
		return false;
	return command->turned_away <= INT64_MAX && command->session <= INT64_MAX &&
			(!(adds || act == ENT_DESK_ACT_ROLES) ||
					(command->roles & ~ROLES_ALL) == 0);
}

/* --- Each act --- */

struct asking {
	const struct desk_state *state;
	const struct ent_desk_command *command;
	const struct ent_desk_operator *who; /* whom it is about; NULL: there is none */
	int64_t now_utc_us;
};

/* Would there be no administrator left without this one? */
static bool is_last(const struct asking *asking) {
	unsigned others = 0;
	if ((asking->who->roles & ADMINISTRATOR) == 0 || asking->who->disabled)
		return false;
	for (unsigned i = 0; i < asking->state->n; i++) {
		const struct ent_desk_operator *other = &asking->state->operators[i];
		others += other != asking->who && !other->disabled &&
				(other->roles & ADMINISTRATOR) != 0;
	}
	return others == 0;
}

static enum ent_desk_refusal check_add(const struct asking *asking) {
	const struct ent_desk_command *command = asking->command;
	if (asking->state->n == 0)
		return is_command_line(command) && (command->roles & ADMINISTRATOR) != 0
				? ENT_DESK_REFUSAL_NONE
				: ENT_DESK_REFUSAL_FIRST;
	const enum ent_desk_refusal refusal = may(
			asking->state, command, false, asking->now_utc_us);
	if (refusal != ENT_DESK_REFUSAL_NONE)
		return refusal;
	if (asking->who != NULL)
		return ENT_DESK_REFUSAL_EXISTS;
	return asking->state->n < ENT_DESK_OPERATORS_MAX ? ENT_DESK_REFUSAL_NONE
							 : ENT_DESK_REFUSAL_FULL;
}

static bool profile_differs(const struct asking *asking) {
	const struct ent_desk_command *command = asking->command;
	bool differs = strcmp(asking->who->name, command->name) != 0 ||
			asking->who->n_languages != command->n_languages;
	for (size_t i = 0; !differs && i < command->n_languages; i++)
		differs = strcmp(asking->who->languages[i], command->languages[i]) != 0;
	return differs;
}

/* Of what is there: an operator's name, password, roles, and whether he may sign in. */
static enum ent_desk_refusal check_change(const struct asking *asking) {
	const struct ent_desk_command *command = asking->command;
	const struct ent_desk_operator *who = asking->who;
	const bool own = command->act == ENT_DESK_ACT_CHANGE ||
			command->act == ENT_DESK_ACT_PASSWORD;
	const enum ent_desk_refusal refusal = may(asking->state, command, own, asking->now_utc_us);
	if (refusal != ENT_DESK_REFUSAL_NONE)
		return refusal;
	if (who == NULL)
		return ENT_DESK_REFUSAL_NO_OPERATOR;
	const bool loses = command->act == ENT_DESK_ACT_DISABLE ||
			(command->act == ENT_DESK_ACT_ROLES &&
					(command->roles & ADMINISTRATOR) == 0);
	if (loses && is_last(asking))
		return ENT_DESK_REFUSAL_LAST;
	const bool same = (command->act == ENT_DESK_ACT_CHANGE && !profile_differs(asking)) ||
			(command->act == ENT_DESK_ACT_ROLES && command->roles == who->roles) ||
			(command->act == ENT_DESK_ACT_DISABLE && who->disabled) ||
			(command->act == ENT_DESK_ACT_ENABLE && !who->disabled);
	return same ? ENT_DESK_REFUSAL_SAME : ENT_DESK_REFUSAL_NONE;
}

static enum ent_desk_refusal check_sign_in(const struct asking *asking) {
	if (asking->who == NULL)
		return ENT_DESK_REFUSAL_NO_OPERATOR;
	if (asking->who->disabled)
		return ENT_DESK_REFUSAL_DISABLED;
	const struct ent_desk_tries *tries = desk_tries(
			(struct ent_desk_operator *)asking->who, &asking->command->device);
	if (asking->now_utc_us < tries->locked_until_utc_us)
		return ENT_DESK_REFUSAL_LOCKED;
	/* Whoever has no role does nothing here, and vouches for nobody. */
	if (asking->command->act == ENT_DESK_ACT_VOUCH && asking->who->roles == 0)
		return ENT_DESK_REFUSAL_NO_ROLE;
	return asking->command->act == ENT_DESK_ACT_SIGN_IN && asking->who->signed_in_utc_us != 0 &&
					asking->now_utc_us - asking->who->signed_in_utc_us <
							ENT_DESK_AGAIN_US
			? ENT_DESK_REFUSAL_AGAIN
			: ENT_DESK_REFUSAL_NONE;
}

static enum ent_desk_refusal check_unknown(const struct asking *asking) {
	const int64_t last = asking->state->unknown_utc_us;
	return last != 0 && asking->now_utc_us - last < ENT_DESK_UNKNOWN_US ? ENT_DESK_REFUSAL_WRONG
									    : ENT_DESK_REFUSAL_NONE;
}

static enum ent_desk_refusal check_end(const struct asking *asking) {
	const struct ent_desk_command *command = asking->command;
	enum ent_desk_refusal refusal = ENT_DESK_REFUSAL_NOT_ALLOWED;
	if (is_node(command))
		refusal = command->why == ENT_DESK_WHY_IDLE ? ENT_DESK_REFUSAL_NONE : refusal;
	else if (!is_command_line(command) && command->why == ENT_DESK_WHY_SIGNED_OUT &&
			strcmp(command->by, command->id) == 0)
		refusal = may(asking->state, command, true, asking->now_utc_us);
	else if (!is_command_line(command) && command->why == ENT_DESK_WHY_ENDED)
		refusal = may(asking->state, command, false, asking->now_utc_us);
	if (refusal != ENT_DESK_REFUSAL_NONE)
		return refusal;
	for (unsigned i = 0; asking->who != NULL && i < asking->who->n_sessions; i++)
		if (asking->who->sessions[i].number == command->session &&
				desk_session_open(&asking->who->sessions[i], asking->now_utc_us))
			return ENT_DESK_REFUSAL_NONE;
	return ENT_DESK_REFUSAL_NO_SESSION;
}

static enum ent_desk_refusal check_end_all(const struct asking *asking) {
	if (!is_node(asking->command) || asking->command->why != ENT_DESK_WHY_STOPPED)
		return ENT_DESK_REFUSAL_NOT_ALLOWED;
	for (unsigned i = 0; i < asking->state->n; i++)
		if (has_session(&asking->state->operators[i], asking->now_utc_us))
			return ENT_DESK_REFUSAL_NONE;
	return ENT_DESK_REFUSAL_SAME;
}

/* In the party's name: who has a role for it, the command line, the node. */
static enum ent_desk_refusal check_order(const struct asking *asking) {
	const struct ent_desk_command *command = asking->command;
	if (is_command_line(command) || is_node(command))
		return desk_is_trust(command->order)
				? desk_trust_check(asking->state, command->order, command->on)
				: ENT_DESK_REFUSAL_NONE;
	const struct ent_desk_operator *by = desk_find(
			(struct desk_state *)asking->state, command->by);
	if (by == NULL || by->disabled || !has_session(by, asking->now_utc_us))
		return ENT_DESK_REFUSAL_NOT_SIGNED_IN;
	return (by->roles & ent_desk_order_roles(command->order)) != 0 ? ENT_DESK_REFUSAL_NONE
								       : ENT_DESK_REFUSAL_NO_ROLE;
}

/* The node says it, whoever ordered it. */
static enum ent_desk_refusal check_outcome(const struct asking *asking) {
	return asking->command->ordered < asking->state->size ? ENT_DESK_REFUSAL_NONE
							      : ENT_DESK_REFUSAL_NO_ORDER;
}

static enum ent_desk_refusal (*const checks[ENT_DESK_ACT_COUNT])(const struct asking *asking) = {
		[ENT_DESK_ACT_ADD] = check_add,
		[ENT_DESK_ACT_CHANGE] = check_change,
		[ENT_DESK_ACT_PASSWORD] = check_change,
		[ENT_DESK_ACT_ROLES] = check_change,
		[ENT_DESK_ACT_DISABLE] = check_change,
		[ENT_DESK_ACT_ENABLE] = check_change,
		[ENT_DESK_ACT_UNLOCK] = check_change,
		[ENT_DESK_ACT_SIGN_IN] = check_sign_in,
		[ENT_DESK_ACT_VOUCH] = check_sign_in,
		[ENT_DESK_ACT_FAIL] = check_sign_in,
		[ENT_DESK_ACT_UNKNOWN] = check_unknown,
		[ENT_DESK_ACT_END] = check_end,
		[ENT_DESK_ACT_END_ALL] = check_end_all,
		[ENT_DESK_ACT_ORDER] = check_order,
		[ENT_DESK_ACT_DONE] = check_outcome,
		[ENT_DESK_ACT_UNDONE] = check_outcome,
};

enum ent_desk_refusal desk_check(const struct desk_state *state,
		const struct ent_desk_command *command, int64_t time_utc_us) {
	if (!texts_ok(command))
		return ENT_DESK_REFUSAL_BAD;
	const bool has_id = of_somebody(command->act);
	const struct asking asking = {.state = state,
			.command = command,
			.who = has_id ? desk_find((struct desk_state *)state, command->id) : NULL,
			.now_utc_us = time_utc_us};
	const enum ent_desk_refusal refusal = checks[command->act](&asking);
	if (refusal == ENT_DESK_REFUSAL_NONE && state->n > 0 && command->class != state->class)
		return ENT_DESK_REFUSAL_CLASS;
	return refusal;
}

/* --- Deciding --- */

/*
 * Who tries to sign in learns no more than that it was wrong: an id that there is not, one that is disabled and one that
 * is locked are alike. What becomes of it is the act of the entry, if one is to be written. So it is with who vouches.
 */
static enum ent_desk_refusal sign_in(
		const struct desk_state *state, struct desk_entry *entry, bool *ret_has_entry) {
	struct ent_desk_command *command = &entry->command;
	const int64_t now = entry->time_utc_us;
	if (!command->right)
		command->act = ENT_DESK_ACT_FAIL;
	enum ent_desk_refusal refusal = desk_check(state, command, now);
	*ret_has_entry = refusal == ENT_DESK_REFUSAL_NONE;
	if (refusal == ENT_DESK_REFUSAL_NONE && command->right) {
		const struct ent_desk_operator *who = desk_find(
				(struct desk_state *)state, command->id);
		*ret_has_entry = command->password != NULL &&
				strcmp(command->password, who->password) == 0;
		return *ret_has_entry ? ENT_DESK_REFUSAL_NONE : ENT_DESK_REFUSAL_STALE;
	}
	if (refusal == ENT_DESK_REFUSAL_NO_OPERATOR || refusal == ENT_DESK_REFUSAL_DISABLED ||
			refusal == ENT_DESK_REFUSAL_BAD) {
		command->act = ENT_DESK_ACT_UNKNOWN;
		*ret_has_entry = desk_check(state, command, now) == ENT_DESK_REFUSAL_NONE;
		refusal = ENT_DESK_REFUSAL_NONE;
	}
	return refusal == ENT_DESK_REFUSAL_NONE ? ENT_DESK_REFUSAL_WRONG : refusal;
}

ent_status ent_desk_decide(const struct ent_desk *desk, const struct ent_desk_command *command,
		int64_t time_utc_us, struct ent_desk_outcome *outcome) {
	struct desk_entry entry = {desk->state.size, time_utc_us, *command};
	assert(time_utc_us > desk->state.time_utc_us);
	outcome->has_entry = false;
	/* Before any password counts; and FAIL and UNKNOWN come of SIGN_IN and VOUCH alone. */
	const bool vouches_for_nothing = command->act == ENT_DESK_ACT_VOUCH &&
			(command->on == NULL || !desk_vouch_on_ok(command->on));
	if (vouches_for_nothing || command->act == ENT_DESK_ACT_FAIL ||
			command->act == ENT_DESK_ACT_UNKNOWN) {
		outcome->refusal = ENT_DESK_REFUSAL_BAD;
	} else if (command->act == ENT_DESK_ACT_SIGN_IN || command->act == ENT_DESK_ACT_VOUCH) {
		outcome->refusal = sign_in(&desk->state, &entry, &outcome->has_entry);
	} else {
		outcome->refusal = desk_check(&desk->state, command, time_utc_us);
		outcome->has_entry = outcome->refusal == ENT_DESK_REFUSAL_NONE;
	}
	return outcome->has_entry ? desk_entry_write(&entry, outcome) : ENT_OK;
}
