/* SPDX-License-Identifier: Apache-2.0 */
/* airspace_history.c: see airspace_history.h. */
#include "airspace_history.h"

enum { INTENTS = 20, CONSTRAINTS = 8, SUBSCRIPTIONS = 8, MANAGERS = 3 };

static const char *const managers[MANAGERS] = {"uss1", "uss2", "uss 3 \xc3\xa4\"\\\n\xe2\x80\xae"};

struct ent_extent *some_extent(struct history *history, bool bounded) {
	struct ent_extent_volume volumes[3];
	struct ent_point vertices[3][4];
	struct ent_extent *extent;
	const size_t n = 1 + below(history, 3);
	for (size_t i = 0; i < n; i++) {
		const int64_t lat = 47000000000 + (int64_t)below(history, 12) * 10000000;
		const int64_t lon = 8000000000 + (int64_t)below(history, 4) * 10000000;
		const int64_t start = history->now_utc_us - 20 * MINUTE_US +
				(int64_t)below(history, 60) * MINUTE_US;
		const int64_t size = 1000000 + (int64_t)below(history, 12000000);
		struct ent_extent_volume *volume = &volumes[i];
		*volume = (struct ent_extent_volume){.outline = ENT_EXTENT_CIRCLE,
				.center = {lat, lon},
				.radius_mm = 1 + (int64_t)below(history, 1000000),
				.lower_mm = (int32_t)below(history, 5) * 100000,
				.start_utc_us = start,
				.end_utc_us = start + 1 + (int64_t)below(history, 90) * MINUTE_US};
		volume->upper_mm = volume->lower_mm + (int32_t)below(history, 2) * 100000;
		if (one_in(history, 3)) {
			const struct ent_point square[4] = {{lat, lon}, {lat, lon + size},
					{lat + size, lon + size}, {lat + size, lon}};
			memcpy(vertices[i], square, sizeof square);
			volume->outline = ENT_EXTENT_POLYGON;
			volume->vertices = vertices[i];
			volume->n_vertices = 4;
		}
		if (!bounded && one_in(history, 4))
			volume->lower_mm = ENT_ALTITUDE_UNBOUNDED_BELOW;
		if (!bounded && one_in(history, 4))
			volume->upper_mm = ENT_ALTITUDE_UNBOUNDED_ABOVE;
	}
	CHECK(ent_extent_create(volumes, n, &ent_extent_limits_default, &extent, NULL) == ENT_OK);
	return extent;
}

static const struct ent_entity *entity_of(const struct history *history, enum ent_entity_kind kind,
		const struct ent_uuid *id) {
	return ent_airspace_find(ent_fold_open(history->decided), kind, id);
}

/* Mostly the right one, if there is one. */
static void choose_ovn(
		struct history *history, enum ent_entity_kind kind, struct ent_command *command) {
	const struct ent_entity *entity = entity_of(history, kind, &command->id);
	if (entity == NULL) {
		command->ovn = one_in(history, 20) ? "nothing" : NULL;
		return;
	}
	command->ovn = one_in(history, 30) ? "stale" : entity->ovn;
	if (!one_in(history, 30))
		command->manager = entity->manager;
}

static size_t choose_key(struct history *history, struct ent_ovn *key) {
	const bool all = !one_in(history, 4);
	size_t n = 0;
	for (unsigned map = ENT_AIRSPACE_INTENTS; map <= ENT_AIRSPACE_CONSTRAINTS; map++) {
		struct ent_fold_cursor cursor;
		const uint64_t *unused;
		uint64_t value;
		ent_fold_seek(ent_fold_open(history->decided), map, NULL, &cursor);
		while (n < HISTORY_KEY_MAX && ent_fold_next(&cursor, &unused, &value)) {
			const char *ovn = ((const struct ent_entity *)(uintptr_t)value)
							  ->ovn; /* NOLINT */
			if (all || !one_in(history, 3))
				key[n++] = (struct ent_ovn){ovn, strlen(ovn)};
		}
	}
	ent_command_sort_key(key, n);
	return n;
}

/* One of those that are there, or any. */
static struct ent_uuid some_subscription(struct history *history) {
	if (history->n_noted > 0 && !one_in(history, 10))
		return history->noted[below(history, history->n_noted)].id;
	return id_of(2000 + (unsigned)below(history, SUBSCRIPTIONS));
}

static void choose_intent(
		struct history *history, struct ent_command *command, struct ent_ovn *key) {
	command->id = id_of((unsigned)below(history, INTENTS));
	choose_ovn(history, ENT_ENTITY_INTENT, command);
	command->url = one_in(history, 2) ? "https://a.example/utm" : "https://b.example";
	command->state = command->ovn == NULL ? ENT_INTENT_ACCEPTED
					      : (enum ent_intent_state)below(history, 4);
	command->key = key;
	command->n_key = choose_key(history, key);
	command->fresh = id_of((unsigned)test_random(&history->seed));
	command->new_subscription_url = "https://a.example/new";
	command->new_subscription_constraints = one_in(history, 2);
	command->has_new_subscription = one_in(history, 3);
	command->has_subscription = !command->has_new_subscription && !one_in(history, 3);
	command->subscription = some_subscription(history);
	const struct ent_entity *subscription = entity_of(
			history, ENT_ENTITY_SUBSCRIPTION, &command->subscription);
	if (command->has_subscription && subscription != NULL && !one_in(history, 8))
		command->manager = subscription->manager;
	command->cells_max = one_in(history, 8) ? 1 + below(history, 20) : 0;
	command->has_suffix = one_in(history, 4);
	command->suffix = suffix_of(history->now_utc_us - 6 * MINUTE_US +
					(int64_t)below(history, 11) * MINUTE_US,
			(unsigned)test_random(&history->seed));
	/* One that the intent of this id has had, most likely while it was another, or another intent has had. */
	if (history->n_used > 0 && one_in(history, 3)) {
		const size_t most = history->n_used < 8 ? history->n_used : 8;
		const struct used *used =
				&history->used[history->n_used - 1 - below(history, most)];
		command->suffix = used->suffix;
		if (!one_in(history, 4)) {
			command->id = used->id;
			choose_ovn(history, ENT_ENTITY_INTENT, command);
		}
	}
	ent_uuid_print(&command->suffix, command->suffix_text);
}

static void choose_subscription(struct history *history, struct ent_command *command) {
	command->id = some_subscription(history);
	choose_ovn(history, ENT_ENTITY_SUBSCRIPTION, command);
	command->url = "https://c.example";
	command->notify_intents = !one_in(history, 4);
	command->notify_constraints = one_in(history, 2);
	command->has_outline = !one_in(history, 4);
	command->has_start = one_in(history, 2);
	command->has_end = one_in(history, 2);
	command->has_altitudes = !one_in(history, 4);
}

static enum ent_command_kind choose_kind(struct history *history) {
	static const struct {
		enum ent_command_kind kind;
		unsigned weight;
	} weights[] = {{ENT_COMMAND_PUT_INTENT, 50}, {ENT_COMMAND_DELETE_INTENT, 10},
			{ENT_COMMAND_PUT_CONSTRAINT, 12}, {ENT_COMMAND_DELETE_CONSTRAINT, 4},
			{ENT_COMMAND_PUT_SUBSCRIPTION, 20}, {ENT_COMMAND_DELETE_SUBSCRIPTION, 6},
			{ENT_COMMAND_SET_AVAILABILITY, 4}, {ENT_COMMAND_REPORT, 1},
			{ENT_COMMAND_TICK, 2}, {ENT_COMMAND_CONFIG, 1}};
	unsigned all = 0;
	for (size_t i = 0; i < COUNT_OF(weights); i++)
		all += weights[i].weight;
	unsigned chosen = (unsigned)below(history, all);
	size_t i = 0;
	while (chosen >= weights[i].weight)
		chosen -= weights[i++].weight;
	return weights[i].kind;
}

void choose(struct history *history, struct ent_command *command, struct ent_ovn *key) {
	*command = (struct ent_command){.kind = choose_kind(history),
			.manager = managers[below(history, MANAGERS)],
			.url = "https://a.example",
			.uss_cells_max = one_in(history, 8) ? 1 + below(history, 200) : 0,
			.strict = one_in(history, 4)};
	switch (command->kind) {
	case ENT_COMMAND_PUT_INTENT:
		choose_intent(history, command, key);
		break;
	case ENT_COMMAND_DELETE_INTENT:
		command->id = id_of((unsigned)below(history, INTENTS));
		choose_ovn(history, ENT_ENTITY_INTENT, command);
		break;
	case ENT_COMMAND_PUT_CONSTRAINT:
	case ENT_COMMAND_DELETE_CONSTRAINT:
		command->id = id_of(1000 + (unsigned)below(history, CONSTRAINTS));
		choose_ovn(history, ENT_ENTITY_CONSTRAINT, command);
		break;
	case ENT_COMMAND_PUT_SUBSCRIPTION:
	case ENT_COMMAND_DELETE_SUBSCRIPTION:
		choose_subscription(history, command);
		break;
	case ENT_COMMAND_SET_AVAILABILITY:
		command->uss = managers[below(history, MANAGERS)];
		command->old_version = one_in(history, 10)
				? "stale"
				: ent_airspace_uss(ent_fold_open(history->decided), command->uss)
						  .version;
		command->availability = (enum ent_availability)below(history, 3);
		break;
	case ENT_COMMAND_CONFIG:
		command->expire_after_us = (int64_t)below(history, 60) * MINUTE_US;
		command->index_is_time = one_in(history, 3);
		break;
	default:
		command->id = id_of((unsigned)test_random(&history->seed));
		break;
	}
	if (command->ovn == NULL && command->kind != ENT_COMMAND_PUT_INTENT &&
			command->kind != ENT_COMMAND_PUT_CONSTRAINT &&
			command->kind != ENT_COMMAND_PUT_SUBSCRIPTION)
		command->ovn = "?";
}
