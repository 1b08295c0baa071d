/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apply.c: what an entry changes. Time first: sessions that are over by the entry's time are gone before it is looked at.
 * Then it is read, held to what decide would have written, and only then anything changes.
 */
#include <stdio.h>
#include <string.h>

#include "internal.h"

/* --- Sessions --- */

static void drop_session(struct ent_desk_operator *who, unsigned i) {
	who->n_sessions--;
	for (; i < who->n_sessions; i++)
		who->sessions[i] = who->sessions[i + 1];
	who->sessions[who->n_sessions] = (struct ent_desk_session){0};
}

static void drop_sessions(struct ent_desk_operator *who) {
	while (who->n_sessions > 0)
		drop_session(who, who->n_sessions - 1);
}

static void expire(struct desk_state *state, int64_t now_utc_us) {
	for (unsigned i = 0; i < state->n; i++) {
		struct ent_desk_operator *who = &state->operators[i];
		while (who->n_sessions > 0 && !desk_session_open(&who->sessions[0], now_utc_us))
			drop_session(who, 0);
	}
}

/* --- Devices --- */

static void forget_devices(struct ent_desk_operator *who) {
	memset(who->devices, 0, sizeof who->devices);
	who->n_devices = 0;
}

/* A new one takes the place of the one that was used the longest ago. */
static void remember_device(
		struct ent_desk_operator *who, const struct ent_hash *hash, int64_t now_utc_us) {
	unsigned at = 0;
	while (at < who->n_devices && !ent_seal_equal(&who->devices[at].hash, hash, sizeof *hash))
		at++;
	if (at == who->n_devices && at < ENT_DESK_DEVICES_MAX) {
		who->n_devices++;
	} else if (at == who->n_devices) {
		at = 0;
		for (unsigned i = 1; i < who->n_devices; i++)
			if (who->devices[i].used_utc_us < who->devices[at].used_utc_us)
				at = i;
	}
	who->devices[at] = (struct ent_desk_device){.hash = *hash, .used_utc_us = now_utc_us};
}

/* --- Tries --- */

static void count_failure(struct ent_desk_tries *tries, int64_t now_utc_us) {
	if (tries->failures > 0 && now_utc_us - tries->failed_utc_us >= ENT_DESK_FORGET_US)
		*tries = (struct ent_desk_tries){0};
	tries->failures++;
	tries->failed_utc_us = now_utc_us;
	int64_t lock = ENT_DESK_LOCK_FIRST_US;
	for (uint64_t n = ENT_DESK_FREE_TRIES; n < tries->failures && lock < ENT_DESK_LOCK_LAST_US;
			n++)
		lock *= 2;
	if (lock > ENT_DESK_LOCK_LAST_US)
		lock = ENT_DESK_LOCK_LAST_US;
	if (tries->failures >= ENT_DESK_FREE_TRIES)
		tries->locked_until_utc_us = now_utc_us + lock;
}

static void unlock(struct ent_desk_operator *who) {
	who->elsewhere = (struct ent_desk_tries){0};
	for (unsigned i = 0; i < who->n_devices; i++)
		who->devices[i].tries = (struct ent_desk_tries){0};
}

/* --- Each act --- */

static void set_text(char *to, size_t size, const char *from) {
	memset(to, 0, size);
	(void)snprintf(to, size, "%s", from);
}

static void set_profile(struct ent_desk_operator *who, const struct ent_desk_command *command) {
	set_text(who->name, sizeof who->name, command->name);
	memset(who->languages, 0, sizeof who->languages);
	who->n_languages = (unsigned)command->n_languages;
	for (unsigned i = 0; i < who->n_languages; i++)
		set_text(who->languages[i], sizeof who->languages[i], command->languages[i]);
}

static void add(struct desk_state *state, const struct desk_entry *entry) {
	const struct ent_desk_command *command = &entry->command;
	struct ent_desk_operator *who = &state->operators[state->n];
	memset(who, 0, sizeof *who);
	set_text(who->id, sizeof who->id, command->id);
	set_profile(who, command);
	set_text(who->password, sizeof who->password, command->password);
	who->roles = command->roles;
	who->added_utc_us = who->password_utc_us = entry->time_utc_us;
	if (state->n == 0)
		state->class = command->class;
	state->n++;
}

static void set_password(struct ent_desk_operator *who, const struct desk_entry *entry) {
	set_text(who->password, sizeof who->password, entry->command.password);
	who->password_utc_us = entry->time_utc_us;
	drop_sessions(who);
	/* Another one changes it when the old one, or what it was typed into, is in wrong hands. */
	if (strcmp(entry->command.by, entry->command.id) != 0)
		forget_devices(who);
}

static void begin_session(struct ent_desk_operator *who, const struct desk_entry *entry) {
	if (!ent_desk_device_known(who, &entry->command.device))
		who->elsewhere = (struct ent_desk_tries){0};
	remember_device(who, &entry->command.device, entry->time_utc_us);
	if (who->n_sessions == ENT_DESK_SESSIONS_MAX)
		drop_session(who, 0);
	who->sessions[who->n_sessions++] = (struct ent_desk_session){
			entry->seq, entry->time_utc_us};
	who->signed_in_utc_us = entry->time_utc_us;
}

static void end_session(struct ent_desk_operator *who, uint64_t session) {
	unsigned i = 0;
	while (i < who->n_sessions && who->sessions[i].number != session)
		i++;
	if (i < who->n_sessions)
		drop_session(who, i);
}

/* Of whom the entry is about. */
static void change(struct ent_desk_operator *who, const struct desk_entry *entry) {
	switch (entry->command.act) {
	case ENT_DESK_ACT_CHANGE:
		set_profile(who, &entry->command);
		break;
	case ENT_DESK_ACT_PASSWORD:
		set_password(who, entry);
		break;
	case ENT_DESK_ACT_ROLES:
		who->roles = entry->command.roles;
		drop_sessions(who);
		break;
	case ENT_DESK_ACT_DISABLE:
		who->disabled = true;
		drop_sessions(who);
		forget_devices(who);
		break;
	case ENT_DESK_ACT_ENABLE:
		who->disabled = false;
		break;
	case ENT_DESK_ACT_UNLOCK:
		unlock(who);
		break;
	case ENT_DESK_ACT_SIGN_IN:
		begin_session(who, entry);
		break;
	case ENT_DESK_ACT_VOUCH:
		/* Whoever knows the password has not been guessing. */
		who->elsewhere = (struct ent_desk_tries){0};
		break;
	case ENT_DESK_ACT_FAIL:
		count_failure(desk_tries(who, &entry->command.device), entry->time_utc_us);
		break;
	case ENT_DESK_ACT_END:
		end_session(who, entry->command.session);
		break;
	default:
		break;
	}
}

static void apply(struct desk_state *state, const struct desk_entry *entry) {
	const struct ent_desk_command *command = &entry->command;
	expire(state, entry->time_utc_us);
	if (command->act == ENT_DESK_ACT_ADD) {
		add(state, entry);
	} else if (command->act == ENT_DESK_ACT_UNKNOWN) {
		state->unknown_utc_us = entry->time_utc_us;
	} else if (command->act == ENT_DESK_ACT_END_ALL) {
		for (unsigned i = 0; i < state->n; i++)
			drop_sessions(&state->operators[i]);
	} else if (command->act < ENT_DESK_ACT_ORDER || command->act == ENT_DESK_ACT_VOUCH) {
		change(desk_find(state, command->id), entry);
	} else if (command->act == ENT_DESK_ACT_ORDER && desk_is_trust(command->order)) {
		desk_trust_apply(state, command->order, command->on);
	}
	state->size++;
	state->time_utc_us = entry->time_utc_us;
}

/* Does it follow from those before it? */
static bool follows(const struct desk_state *state, const struct desk_entry *entry,
		struct ent_fault *fault) {
	if (entry->seq != state->size) {
		ent_fault_set(fault, "seq", "it is not the next entry's");
		return false;
	}
	if (entry->time_utc_us <= state->time_utc_us) {
		ent_fault_set(fault, "time_us", "it is not later than the entry's before");
		return false;
	}
	const enum ent_desk_refusal refusal = desk_check(
			state, &entry->command, entry->time_utc_us);
	if (refusal != ENT_DESK_REFUSAL_NONE)
		ent_fault_set(fault, "kind", "%s", ent_desk_refusal_text(refusal));
	return refusal == ENT_DESK_REFUSAL_NONE;
}

ent_status ent_desk_apply(struct ent_desk *desk, const char *bytes, size_t size,
		struct ent_fault *reterr_fault) {
	struct desk_entry entry = {0};
	ent_status status = desk_entry_read(desk->json, bytes, size, &entry, reterr_fault);
	if (status != ENT_OK)
		return status;
	if (!follows(&desk->state, &entry, reterr_fault))
		return ENT_E_SYNTAX;
	status = desk_entry_write(&entry, &desk->written);
	if (status == ENT_E_MEMORY)
		return status;
	if (status != ENT_OK || desk->written.size != size ||
			memcmp(desk->written.entry, bytes, size) != 0) {
		ent_fault_set(reterr_fault, "",
				"it is not written as this program writes such an entry");
		return ENT_E_SYNTAX;
	}
	apply(&desk->state, &entry);
	return ENT_OK;
}
