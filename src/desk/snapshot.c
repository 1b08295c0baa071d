/* SPDX-License-Identifier: Apache-2.0 */
/*
 * snapshot.c: a desk as bytes. One walk writes and reads, so that the two cannot differ:
 *
 *     "entente desk 3\n", then each field in the walk's order: numbers as 8 bytes, little-endian; texts as
 *     their length and their bytes; hashes as they are. Nothing follows.
 *
 * What writes changes nothing, so that others may look meanwhile.
 * What is read is a state that entries can have come to as far as it can be told: texts are well formed, counts and
 * numbers within bounds, ids differ, there is an administrator.
 */
#include <string.h>

#include "internal.h"

static const char begin[] = "entente desk 3\n";

struct walk {
	ent_write_fn write; /* NULL: it reads */
	void *user;
	const uint8_t *bytes;
	size_t size;
	ent_status status; /* once it is not OK, nothing more is done */
};

static void walk_bytes(struct walk *walk, void *bytes, size_t size) {
	if (walk->status != ENT_OK || size == 0)
		return;
	if (walk->write != NULL) {
		walk->status = walk->write(walk->user, bytes, size);
	} else if (size > walk->size) {
		walk->status = ENT_E_SYNTAX;
	} else {
		memcpy(bytes, walk->bytes, size);
		walk->bytes += size;
		walk->size -= size;
	}
}

/* At the most 'most'. */
static void walk_number(struct walk *walk, uint64_t *number, uint64_t most) {
	uint8_t bytes[8] = {0};
	for (unsigned i = 0; i < 8; i++)
		bytes[i] = (uint8_t)(*number >> 8 * i);
	walk_bytes(walk, bytes, sizeof bytes);
	if (walk->write != NULL || walk->status != ENT_OK)
		return;
	uint64_t read = 0;
	for (unsigned i = 0; i < 8; i++)
		read |= (uint64_t)bytes[i] << 8 * i;
	if (read > most)
		walk->status = ENT_E_SYNTAX;
	else
		*number = read;
}

static void walk_unsigned(struct walk *walk, unsigned *number, unsigned most) {
	uint64_t wide = *number;
	walk_number(walk, &wide, most);
	if (walk->write == NULL)
		*number = (unsigned)wide;
}

static void walk_time(struct walk *walk, int64_t *time_utc_us) {
	uint64_t wide = (uint64_t)*time_utc_us;
	walk_number(walk, &wide, INT64_MAX);
	if (walk->write == NULL)
		*time_utc_us = (int64_t)wide;
}

/* Terminated; 'size' is its room. */
static void walk_text(struct walk *walk, char *text, size_t size) {
	uint64_t length = walk->write != NULL ? strlen(text) : 0;
	walk_number(walk, &length, size - 1);
	if (walk->status == ENT_OK)
		walk_bytes(walk, text, (size_t)length);
	if (walk->write == NULL && walk->status == ENT_OK &&
			memchr(text, '\0', (size_t)length) != NULL)
		walk->status = ENT_E_SYNTAX;
}

static void walk_tries(struct walk *walk, struct ent_desk_tries *tries) {
	walk_number(walk, &tries->failures, INT64_MAX);
	walk_time(walk, &tries->failed_utc_us);
	walk_time(walk, &tries->locked_until_utc_us);
}

static void walk_operator(struct walk *walk, struct ent_desk_operator *who) {
	unsigned disabled = who->disabled;
	walk_text(walk, who->id, sizeof who->id);
	walk_text(walk, who->name, sizeof who->name);
	walk_text(walk, who->password, sizeof who->password);
	walk_unsigned(walk, &who->n_languages, ENT_DESK_LANGUAGES_MAX);
	for (unsigned i = 0; i < who->n_languages; i++)
		walk_text(walk, who->languages[i], sizeof who->languages[i]);
	walk_unsigned(walk, &who->roles, ENT_DESK_BIT(ENT_DESK_ROLE_COUNT) - 1);
	walk_unsigned(walk, &disabled, 1);
	if (walk->write == NULL)
		who->disabled = disabled != 0;
	walk_time(walk, &who->added_utc_us);
	walk_time(walk, &who->password_utc_us);
	walk_time(walk, &who->signed_in_utc_us);
	walk_unsigned(walk, &who->n_sessions, ENT_DESK_SESSIONS_MAX);
	for (unsigned i = 0; i < who->n_sessions; i++) {
		walk_number(walk, &who->sessions[i].number, INT64_MAX);
		walk_time(walk, &who->sessions[i].begun_utc_us);
	}
	walk_unsigned(walk, &who->n_devices, ENT_DESK_DEVICES_MAX);
	for (unsigned i = 0; i < who->n_devices; i++) {
		walk_bytes(walk, &who->devices[i].hash, sizeof who->devices[i].hash);
		walk_time(walk, &who->devices[i].used_utc_us);
		walk_tries(walk, &who->devices[i].tries);
	}
	walk_tries(walk, &who->elsewhere);
}

static void walk_trust(struct walk *walk, struct desk_trust *trust) {
	walk_text(walk, trust->id, sizeof trust->id);
	walk_text(walk, trust->key, sizeof trust->key);
	walk_number(walk, &trust->card, INT64_MAX);
}

static void walk_state(struct walk *walk, struct desk_state *state) {
	char magic[sizeof begin] = {0};
	unsigned class = state->class;
	memcpy(magic, begin, sizeof begin);
	walk_bytes(walk, magic, sizeof begin - 1);
	if (memcmp(magic, begin, sizeof begin) != 0)
		walk->status = ENT_E_SYNTAX;
	walk_number(walk, &state->size, INT64_MAX);
	walk_time(walk, &state->time_utc_us);
	walk_time(walk, &state->unknown_utc_us);
	walk_unsigned(walk, &class, ENT_CLASS_COUNT - 1);
	if (walk->write == NULL)
		state->class = (enum ent_class) class;
	walk_unsigned(walk, &state->n, ENT_DESK_OPERATORS_MAX);
	for (unsigned i = 0; i < state->n && walk->status == ENT_OK; i++)
		walk_operator(walk, &state->operators[i]);
	walk_unsigned(walk, &state->n_trusts, ENT_DESK_TRUSTS_MAX);
	for (unsigned i = 0; i < state->n_trusts && walk->status == ENT_OK; i++)
		walk_trust(walk, &state->trusts[i]);
}

ent_status ent_desk_snapshot_write(const struct ent_desk *desk, ent_write_fn write, void *user) {
	struct walk walk = {.write = write, .user = user};
	/* A walk that writes changes nothing. */
	walk_state(&walk, (struct desk_state *)&desk->state);
	return walk.status;
}

/* --- Reading --- */

static bool times_ok(const struct desk_state *state, const struct ent_desk_operator *who) {
	bool fine = who->added_utc_us <= state->time_utc_us &&
			who->password_utc_us <= state->time_utc_us &&
			who->signed_in_utc_us <= state->time_utc_us;
	for (unsigned i = 0; i < who->n_sessions; i++)
		fine = fine && who->sessions[i].number < state->size &&
				who->sessions[i].begun_utc_us <= state->time_utc_us &&
				(i == 0 || who->sessions[i].number > who->sessions[i - 1].number);
	return fine;
}

static bool operator_ok(struct desk_state *state, const struct ent_desk_operator *who) {
	bool fine = ent_desk_id_ok(who->id, strlen(who->id)) && desk_find(state, who->id) == who &&
			ent_desk_name_ok(who->name, strlen(who->name)) &&
			desk_hash_ok(who->password) && times_ok(state, who) &&
			(!who->disabled || (who->n_sessions == 0 && who->n_devices == 0));
	for (unsigned i = 0; fine && i < who->n_languages; i++)
		fine = ent_desk_language_ok(who->languages[i], strlen(who->languages[i]));
	return fine;
}

static bool state_ok(struct ent_desk *desk) {
	struct desk_state *state = &desk->state;
	for (unsigned i = 0; i < state->n; i++)
		if (!operator_ok(state, &state->operators[i]))
			return false;
	return state->n <= state->size && (state->n == 0 || ent_desk_administrators(desk) > 0) &&
			state->unknown_utc_us <= state->time_utc_us &&
			state->n_trusts <= state->size && desk_trusts_ok(state);
}

ent_status ent_desk_snapshot_read(const void *bytes, size_t size, struct ent_desk **ret_desk,
		struct ent_fault *reterr_fault) {
	struct ent_desk *desk = NULL;
	struct walk walk = {.bytes = bytes, .size = size};
	const ent_status status = ent_desk_create(&desk);
	if (status != ENT_OK)
		return status;
	walk_state(&walk, &desk->state);
	if (walk.status != ENT_OK || walk.size > 0 || !state_ok(desk)) {
		ent_fault_set(reterr_fault, "", "this is not a desk's snapshot, or not whole");
		ent_desk_destroy(desk);
		return ENT_E_SYNTAX;
	}
	*ret_desk = desk;
	return ENT_OK;
}
