/* SPDX-License-Identifier: Apache-2.0 */
/* held.c: see held.h. */
#include "held.h"

#include <string.h>

#include "attach.h"
#include "decide.h"
#include "entity.h"
#include "uss.h"

/* --- Counting --- */

/* Mostly the one who came last comes again. */
static void key_of(const struct ent_airspace_head *head, const char *manager, uint64_t ret_key[2]) {
	if (strcmp(head->last.name, manager) == 0 && manager[0] != '\0')
		memcpy(ret_key, head->last.key, sizeof head->last.key);
	else
		uss_key(manager, ret_key);
}

static void remember(struct ent_airspace_head *head, const char *manager, const uint64_t key[2]) {
	const size_t length = strlen(manager);
	if (length >= sizeof head->last.name || strcmp(head->last.name, manager) == 0)
		return;
	memcpy(head->last.name, manager, length + 1);
	memcpy(head->last.key, key, sizeof head->last.key);
}

/* What a USS has none of is not there. */
static ent_status add(struct ent_fold *fold, const char *manager, uint64_t more, uint64_t less) {
	uint64_t key[2], held;
	if (more == less)
		return ENT_OK;
	key_of(airspace_head(fold), manager, key);
	remember(airspace_head(fold), manager, key);
	/* Fewer than there are go, if any: what is added then is as good as taken away. */
	const ent_status status = ent_fold_add(fold, ENT_AIRSPACE_HELD, key, more - less, &held);
	return status == ENT_OK && held == 0 ? ent_fold_remove(fold, ENT_AIRSPACE_HELD, key)
					     : status;
}

ent_status held_change(struct ent_fold *fold, const struct ent_entity *old,
		const struct ent_entity *entity) {
	const uint64_t less = old != NULL ? old->extent.n_cells : 0;
	const uint64_t more = entity != NULL ? entity->extent.n_cells : 0;
	if (old != NULL && entity != NULL && strcmp(old->manager, entity->manager) == 0)
		return add(fold, entity->manager, more, less);
	ent_status status = entity != NULL ? add(fold, entity->manager, more, 0) : ENT_OK;
	if (status == ENT_OK && old != NULL)
		status = add(fold, old->manager, 0, less);
	return status;
}

/* Names come again and again, and hashing one takes as long as reading an entity: these were seen last. */
enum { SEEN = 256 };
struct seen {
	const char *manager;
	uint64_t cells;
};

static ent_status add_seen(struct ent_fold *fold, struct seen *seen, const char *manager) {
	const ent_status status = seen->manager != NULL ? add(fold, seen->manager, seen->cells, 0)
							: ENT_OK;
	*seen = (struct seen){manager, 0};
	return status;
}

static ent_status count(struct ent_fold *fold, struct seen *seen, const struct ent_entity *entity) {
	unsigned at = 0;
	for (const char *c = entity->manager; *c != '\0'; c++)
		at = at * 31 + (unsigned char)*c;
	struct seen *slot = &seen[at % SEEN];
	ent_status status = ENT_OK;
	if (slot->manager == NULL || strcmp(slot->manager, entity->manager) != 0)
		status = add_seen(fold, slot, entity->manager);
	slot->cells += entity->extent.n_cells;
	return status;
}

ent_status held_index(struct ent_fold *fold) {
	static const unsigned maps[] = {
			ENT_AIRSPACE_INTENTS, ENT_AIRSPACE_CONSTRAINTS, ENT_AIRSPACE_SUBSCRIPTIONS};
	struct seen seen[SEEN] = {{0}};
	ent_status status = ENT_OK;
	for (size_t i = 0; i < sizeof maps / sizeof maps[0]; i++) {
		struct ent_fold_cursor cursor;
		const uint64_t *key;
		uint64_t value;
		ent_fold_seek(ent_fold_open(fold), maps[i], NULL, &cursor);
		while (status == ENT_OK && ent_fold_next(&cursor, &key, &value))
			status = count(fold, seen, ent_fold_block(value));
	}
	for (size_t i = 0; status == ENT_OK && i < SEEN; i++)
		status = add_seen(fold, &seen[i], NULL);
	return status;
}

/* --- Deciding --- */

static bool two(void *user, const struct ent_entity *intent) {
	(void)intent;
	return ++*(unsigned *)user < 2;
}

/* An implicit subscription that an update leaves goes when no other intent has it. */
static uint64_t of_left_behind(const struct ent_fold_version *version,
		const struct ent_command *command, const struct ent_entity *old) {
	const struct ent_entity *subscription = old == NULL || id_is_none(&old->subscription)
			? NULL
			: ent_airspace_find(version, ENT_ENTITY_SUBSCRIPTION, &old->subscription);
	unsigned dependents = 0;
	if (subscription == NULL || !subscription->implicit ||
			(command->has_subscription &&
					ent_uuid_compare(&command->subscription,
							&old->subscription) == 0))
		return 0;
	ent_airspace_dependents(version, subscription, two, &dependents);
	return dependents < 2 ? subscription->extent.n_cells : 0;
}

/* By how much the implicit subscription, if the intent is to have one, would grow. */
static uint64_t of_subscription(
		const struct ent_fold_version *version, const struct ent_command *command) {
	if (command->has_new_subscription)
		return command->extent->n_cells;
	const struct ent_entity *subscription = !command->has_subscription
			? NULL
			: ent_airspace_find(
					  version, ENT_ENTITY_SUBSCRIPTION, &command->subscription);
	if (subscription == NULL || !subscription->implicit)
		return 0;
	return extent_count_of_both(&subscription->extent, command->extent) -
			subscription->extent.n_cells;
}

/* A USS at its limit must still be able to say that a flight does not keep to its plan. */
static uint64_t limit_of(const struct ent_command *command) {
	const bool off_nominal = command->kind == ENT_COMMAND_PUT_INTENT &&
			(command->state == ENT_INTENT_NONCONFORMING ||
					command->state == ENT_INTENT_CONTINGENT);
	return off_nominal ? 2 * command->uss_cells_max : command->uss_cells_max;
}

bool held_allows(const struct ent_fold_version *version, const struct ent_command *command,
		const struct ent_extent *extent, const struct ent_entity *old,
		struct ent_airspace_outcome *outcome) {
	const uint64_t most = limit_of(command);
	uint64_t key[2], held = 0;
	if (command->uss_cells_max == 0)
		return true;
	key_of(ent_fold_head(version), command->manager, key);
	(void)ent_fold_get(version, ENT_AIRSPACE_HELD, key, &held);
	/* Mostly far below: then there is nothing to count. */
	if (held + 2 * extent->n_cells <= most)
		return true;
	uint64_t more = extent->n_cells, less = old != NULL ? old->extent.n_cells : 0;
	if (command->kind == ENT_COMMAND_PUT_INTENT) {
		more += of_subscription(version, command);
		less += of_left_behind(version, command, old);
	}
	if (more <= less || held + more - less <= most)
		return true;
	return decide_refuse(outcome, ENT_REFUSAL_TOO_LARGE,
			"extents: all that this USS has filed would have %llu discovery cells, "
			"more than %llu: delete what is no longer needed",
			(unsigned long long)(held + more - less), (unsigned long long)most);
}
