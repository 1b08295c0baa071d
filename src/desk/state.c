/* SPDX-License-Identifier: Apache-2.0 */
/* state.c: a desk comes and goes, and is looked at. */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

ent_status ent_desk_create(struct ent_desk **ret_desk) {
	struct ent_desk *desk = calloc(1, sizeof *desk);
	if (desk == NULL)
		return ENT_E_MEMORY;
	const ent_status status = ent_json_create(&desk->json);
	if (status != ENT_OK) {
		free(desk);
		return status;
	}
	*ret_desk = desk;
	return ENT_OK;
}

ent_status ent_desk_copy(const struct ent_desk *desk, struct ent_desk **ret_copy) {
	struct ent_desk *copy = NULL;
	const ent_status status = ent_desk_create(&copy);
	if (status != ENT_OK)
		return status;
	copy->state = desk->state;
	*ret_copy = copy;
	return ENT_OK;
}

void ent_desk_set(struct ent_desk *desk, const struct ent_desk *as) {
	if (as != NULL)
		desk->state = as->state;
	else
		ent_seal_wipe(&desk->state, sizeof desk->state);
}

void ent_desk_destroy(struct ent_desk *desk) {
	if (desk == NULL)
		return;
	ent_desk_outcome_finish(&desk->written);
	ent_json_destroy(desk->json);
	ent_seal_wipe(&desk->state, sizeof desk->state);
	free(desk);
}

void ent_desk_outcome_finish(struct ent_desk_outcome *outcome) {
	if (outcome->entry != NULL)
		ent_seal_wipe(outcome->entry, outcome->capacity);
	free(outcome->entry);
	*outcome = (struct ent_desk_outcome){0};
}

uint64_t ent_desk_size(const struct ent_desk *desk) {
	return desk->state.size;
}

int64_t ent_desk_time(const struct ent_desk *desk) {
	return desk->state.time_utc_us;
}

enum ent_class ent_desk_class(const struct ent_desk *desk, enum ent_class else_class) {
	return desk->state.n > 0 ? desk->state.class : else_class;
}

unsigned ent_desk_operators(const struct ent_desk *desk) {
	return desk->state.n;
}

const struct ent_desk_operator *ent_desk_operator_at(const struct ent_desk *desk, unsigned i) {
	return &desk->state.operators[i];
}

struct ent_desk_operator *desk_find(struct desk_state *state, const char *id) {
	for (unsigned i = 0; i < state->n; i++)
		if (strcmp(state->operators[i].id, id) == 0)
			return &state->operators[i];
	return NULL;
}

const struct ent_desk_operator *ent_desk_operator(const struct ent_desk *desk, const char *id) {
	return desk_find((struct desk_state *)&desk->state, id);
}

unsigned ent_desk_administrators(const struct ent_desk *desk) {
	unsigned n = 0;
	for (unsigned i = 0; i < desk->state.n; i++)
		n += !desk->state.operators[i].disabled &&
				(desk->state.operators[i].roles &
						ENT_DESK_BIT(ENT_DESK_ROLE_ADMINISTRATOR)) != 0;
	return n;
}

const char *ent_desk_password_of(const struct ent_desk *desk, const char *id) {
	/* Of 32 bytes of chance that nobody kept, by ent_seal_password_hash. */
	static const char nobody[ENT_PASSWORD_HASH_SIZE] =
			"$argon2id$v=19$m=65536,t=3,p=1$qAFwcP6UWvd9vob"
			"Oz2lZjw$ok4xxbQc90tpEKtBKCJ99+Iv39Fbf0zyV7ZURvT2zCc";
	const struct ent_desk_operator *who = ent_desk_operator(desk, id);
	return who != NULL ? who->password : nobody;
}

bool desk_session_open(const struct ent_desk_session *session, int64_t now_utc_us) {
	return now_utc_us - session->begun_utc_us < ENT_DESK_SESSION_US;
}

const struct ent_desk_operator *ent_desk_session_of(
		const struct ent_desk *desk, uint64_t session, int64_t now_utc_us) {
	for (unsigned i = 0; i < desk->state.n; i++) {
		const struct ent_desk_operator *who = &desk->state.operators[i];
		for (unsigned j = 0; j < who->n_sessions; j++)
			if (who->sessions[j].number == session)
				return desk_session_open(&who->sessions[j], now_utc_us) ? who
											: NULL;
	}
	return NULL;
}

static struct ent_desk_device *find_device(
		struct ent_desk_operator *who, const struct ent_hash *device) {
	for (unsigned i = 0; i < who->n_devices; i++)
		if (ent_seal_equal(&who->devices[i].hash, device, sizeof *device))
			return &who->devices[i];
	return NULL;
}

bool ent_desk_device_known(const struct ent_desk_operator *who, const struct ent_hash *device) {
	return find_device((struct ent_desk_operator *)who, device) != NULL;
}

struct ent_desk_tries *desk_tries(struct ent_desk_operator *who, const struct ent_hash *device) {
	struct ent_desk_device *known = find_device(who, device);
	return known != NULL ? &known->tries : &who->elsewhere;
}
