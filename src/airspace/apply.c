/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apply.c: an entry changes the state; see airspace.h. What happens, in this order:
 *
 *     1. Entities whose time is up go, at most ENT_AIRSPACE_EXPIRE_MAX of them, and with intents the implicit
 *        subscriptions that have no other. So go
 *        the OVN suffixes that can no longer be asked for.
 *     2. The entity is put or removed; an intent's implicit subscription is made or widened before it.
 *     3. The implicit subscription that an updated intent has left, and that no other intent has, goes.
 *     4. Subscriptions that the change concerns are notified: their index grows by one.
 *     5. The implicit subscription of a removed intent goes, if no other intent has it.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "attach.h"
#include "entity.h"
#include "entry.h"
#include "uss.h"

/* A suffix is taken within 5 minutes of its time (check.c); as much again for clocks. */
#define SUFFIX_LIFE_US (INT64_C(600) * 1000000)
#define DAY_US (INT64_C(86400) * 1000000)

/* --- Notifications --- */

struct telling {
	struct ent_fold *fold;
	struct ent_airspace_outcome *outcome;
	int64_t time_utc_us;
	bool intents; /* about an intent, else about a constraint */
	ent_status status;
};

static bool tell(void *user, const struct ent_entity *subscription) {
	struct telling *telling = user;
	struct ent_airspace_outcome *outcome = telling->outcome;
	if (!(telling->intents ? subscription->notify_intents : subscription->notify_constraints))
		return true;
	if (outcome->n_notified == outcome->notified_capacity) {
		const size_t capacity = outcome->notified_capacity * 2 + 16;
		struct ent_notified *grown = realloc(outcome->notified, capacity * sizeof *grown);
		if (grown == NULL) {
			telling->status = ENT_E_MEMORY;
			return false;
		}
		outcome->notified = grown;
		outcome->notified_capacity = capacity;
	}
	outcome->notified[outcome->n_notified++] = (struct ent_notified){subscription, 0};
	return true;
}

static int by_url(const void *a, const void *b) {
	const struct ent_entity *one = ((const struct ent_notified *)a)->subscription;
	const struct ent_entity *two = ((const struct ent_notified *)b)->subscription;
	const int urls = strcmp(one->url, two->url);
	return urls != 0 ? urls : ent_uuid_compare(&one->id, &two->id);
}

static ent_status count_up(struct ent_fold *fold, struct ent_notified *notified) {
	uint64_t key[2];
	id_key(&notified->subscription->id, key);
	return ent_fold_add(fold, ENT_AIRSPACE_NOTIFICATIONS, key, 1, &notified->index);
}

/* All who are concerned by a change in this extent. */
static ent_status tell_all(struct telling *telling, const struct ent_extent *extent) {
	struct ent_airspace_outcome *outcome = telling->outcome;
	outcome->n_notified = 0;
	ent_airspace_meeting(ent_fold_open(telling->fold), ENT_ENTITY_SUBSCRIPTION, extent, false,
			tell, telling);
	if (outcome->n_notified > 1)
		qsort(outcome->notified, outcome->n_notified, sizeof *outcome->notified, by_url);
	const bool index_is_time = airspace_head(telling->fold)->index_is_time;
	for (size_t i = 0; telling->status == ENT_OK && i < outcome->n_notified; i++) {
		if (index_is_time)
			outcome->notified[i].index = (uint64_t)((telling->time_utc_us % DAY_US +
										DAY_US) %
					DAY_US / 1000);
		else
			telling->status = count_up(telling->fold, &outcome->notified[i]);
	}
	return telling->status;
}

/* A change in one extent, or from another to it ('also', which may be NULL). */
static ent_status notify(struct ent_fold *fold, const struct entry *entry, bool intents,
		const struct ent_extent *extent, const struct ent_extent *also,
		struct ent_airspace_outcome *outcome) {
	struct telling telling = {fold, outcome, entry->time_utc_us, intents, ENT_OK};
	if (also == NULL)
		return tell_all(&telling, extent);
	struct ent_extent both;
	uint64_t *cells;
	ent_status status = extent_of_both(extent, also, &both, &cells);
	if (status != ENT_OK)
		return status;
	status = tell_all(&telling, &both);
	free(cells);
	return status;
}

/* --- Time passes --- */

static const struct ent_entity *first_to_expire(const struct ent_fold_version *version) {
	struct ent_fold_cursor cursor;
	const uint64_t *key;
	uint64_t value;
	ent_fold_seek(version, ENT_AIRSPACE_EXPIRY, NULL, &cursor);
	if (!ent_fold_next(&cursor, &key, &value))
		return NULL;
	return ent_fold_block(value);
}

/* Ends are at most ENT_TIME_MAX_US, and an expire_after is too: the sum fits. */
static bool is_due(const struct ent_entity *entity, int64_t expire_after_us, int64_t now_utc_us) {
	return entity->extent.end_utc_us + expire_after_us < now_utc_us;
}

bool ent_airspace_due(const struct ent_fold_version *version, int64_t now_utc_us) {
	const struct ent_airspace_head *head = ent_fold_head(version);
	const struct ent_entity *first = first_to_expire(version);
	return first != NULL && is_due(first, head->expire_after_us, now_utc_us);
}

/* What is due goes; an implicit subscription with its last intent. */
static ent_status expire(struct ent_fold *fold, int64_t now_utc_us) {
	ent_status status = ENT_OK;
	const int64_t after = airspace_head(fold)->expire_after_us;
	for (int i = 0; status == ENT_OK && i < ENT_AIRSPACE_EXPIRE_MAX; i++) {
		const struct ent_entity *first = first_to_expire(ent_fold_open(fold));
		if (first == NULL || !is_due(first, after, now_utc_us))
			break;
		if (first->kind == ENT_ENTITY_INTENT)
			status = detach(fold, &first->subscription, &first->id);
		if (status == ENT_OK)
			status = entity_remove(fold, first);
		/* Its block is there until the version is published. */
		if (status == ENT_OK && first->kind == ENT_ENTITY_INTENT)
			status = drop_orphan(fold, &first->subscription);
	}
	return status;
}

/*
 * Suffixes that can no longer be asked for are forgotten: many at once, since an entry adds at most one, but not
 * all, since after a long silence they may be millions. Until its turn one more is only in the way of nobody.
 */
static ent_status forget_suffixes(struct ent_fold *fold, int64_t now_utc_us) {
	const uint64_t *key;
	uint64_t value;
	ent_status status = ENT_OK;
	for (int i = 0; status == ENT_OK && i < ENT_AIRSPACE_EXPIRE_MAX; i++) {
		struct ent_fold_cursor cursor;
		ent_fold_seek(ent_fold_open(fold), ENT_AIRSPACE_SUFFIXES, NULL, &cursor);
		if (!ent_fold_next(&cursor, &key, &value) ||
				(int64_t)(key[0] >> 16) * 1000 >= now_utc_us - SUFFIX_LIFE_US)
			break;
		status = ent_fold_remove(fold, ENT_AIRSPACE_SUFFIXES, key);
	}
	return status;
}

/* --- Kinds of entries --- */

/* The suffix of an intent's OVN, "{id}_{suffix}": an OVN that we make has no underscore there. */
static bool suffix_of(const char *ovn, struct ent_uuid *ret_suffix) {
	return strlen(ovn) > ENT_UUID_TEXT_SIZE && ovn[ENT_UUID_TEXT_SIZE - 1] == '_' &&
			ent_uuid_parse(ovn + ENT_UUID_TEXT_SIZE, strlen(ovn + ENT_UUID_TEXT_SIZE),
					ret_suffix) == ENT_OK;
}

/* By the intent's id, whatever becomes of the intent: who has only heard of a version must not meet its OVN again. */
static ent_status remember_suffix(struct ent_fold *fold, const struct ent_command *command) {
	struct ent_uuid suffix;
	uint64_t key[4];
	if (!suffix_of(command->ovn, &suffix))
		return ENT_OK;
	suffix_key(&suffix, &command->id, key);
	return ent_fold_put(fold, ENT_AIRSPACE_SUFFIXES, key, 0);
}

static int32_t next_version(const struct ent_entity *old) {
	if (old == NULL)
		return 1;
	return old->version < INT32_MAX ? old->version + 1 : INT32_MAX;
}

static ent_status put_made(struct ent_fold *fold, const struct ent_entity *old,
		const struct ent_entity *from, struct ent_airspace_outcome *outcome) {
	ent_status status = entity_make(fold, from, &outcome->entity);
	outcome->created = old == NULL;
	return status == ENT_OK ? entity_put(fold, old, outcome->entity) : status;
}

static ent_status put_intent(struct ent_fold *fold, const struct entry *entry,
		struct ent_airspace_outcome *outcome) {
	const struct ent_command *command = &entry->command;
	const struct ent_entity *old = ent_airspace_find(
			ent_fold_open(fold), ENT_ENTITY_INTENT, &command->id);
	const struct ent_uuid before = old != NULL ? old->subscription : (struct ent_uuid){{0}};
	struct ent_entity intent = {.kind = ENT_ENTITY_INTENT,
			.state = command->state,
			.version = next_version(old),
			.id = command->id,
			.manager = command->manager,
			.url = command->url,
			.ovn = command->ovn,
			.extent = *command->extent};
	uint64_t key[4];
	ent_status status = attach(fold, entry, &intent.subscription);
	if (status == ENT_OK)
		status = remember_suffix(fold, command);
	if (status == ENT_OK && ent_uuid_compare(&before, &intent.subscription) != 0)
		status = detach(fold, &before, &command->id);
	if (status == ENT_OK)
		status = put_made(fold, old, &intent, outcome);
	if (status == ENT_OK && !id_is_none(&intent.subscription)) {
		dependent_key(&intent.subscription, &command->id, key);
		status = ent_fold_put(fold, ENT_AIRSPACE_DEPENDENTS, key,
				ent_fold_value(outcome->entity));
	}
	if (status == ENT_OK)
		status = drop_orphan(fold, &before);
	/* 'old' has left the maps, but its block is there until the version is published. */
	if (status == ENT_OK)
		status = notify(fold, entry, true, &outcome->entity->extent,
				old != NULL ? &old->extent : NULL, outcome);
	return status;
}

static ent_status remove_intent(struct ent_fold *fold, const struct entry *entry,
		struct ent_airspace_outcome *outcome) {
	const struct ent_entity *old = ent_airspace_find(
			ent_fold_open(fold), ENT_ENTITY_INTENT, &entry->command.id);
	if (old == NULL)
		return ENT_E_MISSING;
	outcome->entity = old;
	ent_status status = detach(fold, &old->subscription, &old->id);
	if (status == ENT_OK)
		status = entity_remove(fold, old);
	if (status == ENT_OK)
		status = notify(fold, entry, true, &old->extent, NULL, outcome);
	if (status == ENT_OK)
		status = drop_orphan(fold, &old->subscription);
	return status;
}

static ent_status put_constraint(struct ent_fold *fold, const struct entry *entry,
		struct ent_airspace_outcome *outcome) {
	const struct ent_command *command = &entry->command;
	const struct ent_entity *old = ent_airspace_find(
			ent_fold_open(fold), ENT_ENTITY_CONSTRAINT, &command->id);
	const struct ent_entity constraint = {.kind = ENT_ENTITY_CONSTRAINT,
			.version = next_version(old),
			.id = command->id,
			.manager = command->manager,
			.url = command->url,
			.ovn = command->ovn,
			.extent = *command->extent};
	const ent_status status = put_made(fold, old, &constraint, outcome);
	if (status != ENT_OK)
		return status;
	return notify(fold, entry, false, &outcome->entity->extent,
			old != NULL ? &old->extent : NULL, outcome);
}

static ent_status remove_constraint(struct ent_fold *fold, const struct entry *entry,
		struct ent_airspace_outcome *outcome) {
	const struct ent_entity *old = ent_airspace_find(
			ent_fold_open(fold), ENT_ENTITY_CONSTRAINT, &entry->command.id);
	if (old == NULL)
		return ENT_E_MISSING;
	outcome->entity = old;
	const ent_status status = entity_remove(fold, old);
	return status == ENT_OK ? notify(fold, entry, false, &old->extent, NULL, outcome) : status;
}

static ent_status put_subscription(struct ent_fold *fold, const struct entry *entry,
		struct ent_airspace_outcome *outcome) {
	const struct ent_command *command = &entry->command;
	const struct ent_entity *old = ent_airspace_find(
			ent_fold_open(fold), ENT_ENTITY_SUBSCRIPTION, &command->id);
	/* Through the API it is explicit from now on. */
	const struct ent_entity subscription = {.kind = ENT_ENTITY_SUBSCRIPTION,
			.id = command->id,
			.notify_intents = command->notify_intents,
			.notify_constraints = command->notify_constraints,
			.manager = command->manager,
			.url = command->url,
			.ovn = command->ovn,
			.extent = subscription_extent(command->extent)};
	uint64_t key[2];
	if (old != NULL && !entity_keeps_dependents(ent_fold_open(fold), old, &subscription.extent))
		return ENT_E_MISSING;
	const ent_status status = put_made(fold, old, &subscription, outcome);
	if (status != ENT_OK || old != NULL)
		return status;
	id_key(&command->id, key);
	return ent_fold_put(fold, ENT_AIRSPACE_NOTIFICATIONS, key, 0);
}

static ent_status remove_subscription(struct ent_fold *fold, const struct entry *entry,
		struct ent_airspace_outcome *outcome) {
	const struct ent_fold_version *open = ent_fold_open(fold);
	const struct ent_entity *old = ent_airspace_find(
			open, ENT_ENTITY_SUBSCRIPTION, &entry->command.id);
	if (old == NULL)
		return ENT_E_MISSING;
	if (entity_has_dependents(open, old))
		return ENT_E_EXISTS;
	outcome->entity = old;
	outcome->notification_index = ent_airspace_notification_index(open, old);
	return entity_remove(fold, old);
}

static ent_status set_availability(struct ent_fold *fold, const struct entry *entry,
		struct ent_airspace_outcome *outcome) {
	const struct ent_command *command = &entry->command;
	(void)outcome;
	return uss_put(fold, &(struct ent_uss){command->availability, command->ovn, command->uss});
}

static ent_status change_nothing(struct ent_fold *fold, const struct entry *entry,
		struct ent_airspace_outcome *outcome) {
	(void)fold;
	(void)entry;
	(void)outcome;
	return ENT_OK;
}

static ent_status configure(struct ent_fold *fold, const struct entry *entry,
		struct ent_airspace_outcome *outcome) {
	(void)outcome;
	airspace_head(fold)->expire_after_us = entry->command.expire_after_us;
	airspace_head(fold)->index_is_time = entry->command.index_is_time;
	return ENT_OK;
}

ent_status entry_apply(struct ent_fold *fold, const struct entry *entry,
		struct ent_airspace_outcome *outcome) {
	static ent_status (*const applies[ENT_COMMAND_KIND_COUNT])(struct ent_fold * fold,
			const struct entry *entry, struct ent_airspace_outcome *outcome) = {
			[ENT_COMMAND_PUT_INTENT] = put_intent,
			[ENT_COMMAND_DELETE_INTENT] = remove_intent,
			[ENT_COMMAND_PUT_CONSTRAINT] = put_constraint,
			[ENT_COMMAND_DELETE_CONSTRAINT] = remove_constraint,
			[ENT_COMMAND_PUT_SUBSCRIPTION] = put_subscription,
			[ENT_COMMAND_DELETE_SUBSCRIPTION] = remove_subscription,
			[ENT_COMMAND_SET_AVAILABILITY] = set_availability,
			[ENT_COMMAND_REPORT] = change_nothing,
			[ENT_COMMAND_TICK] = change_nothing,
			[ENT_COMMAND_CONFIG] = configure,
	};
	outcome->n_notified = 0;
	outcome->entity = NULL;
	ent_status status = expire(fold, entry->time_utc_us);
	if (status == ENT_OK)
		status = forget_suffixes(fold, entry->time_utc_us);
	if (status == ENT_OK)
		status = applies[entry->command.kind](fold, entry, outcome);
	if (status == ENT_OK) {
		airspace_head(fold)->size = entry->seq + 1;
		airspace_head(fold)->time_utc_us = entry->time_utc_us;
	}
	return status;
}

void ent_airspace_outcome_finish(struct ent_airspace_outcome *outcome) {
	free(outcome->missing);
	free(outcome->notified);
	free(outcome->entry);
	*outcome = (struct ent_airspace_outcome){0};
}

/* --- An entry's bytes --- */

struct ent_airspace_entry {
	struct ent_json *json;
	struct entry_room room;
	struct entry entry;
	bool is_read;
};

ent_status ent_airspace_entry_create(struct ent_airspace_entry **ret_entry) {
	struct ent_airspace_entry *entry = calloc(1, sizeof *entry);
	if (entry == NULL || ent_json_create(&entry->json) != ENT_OK) {
		free(entry);
		return ENT_E_MEMORY;
	}
	*ret_entry = entry;
	return ENT_OK;
}

void ent_airspace_entry_destroy(struct ent_airspace_entry *entry) {
	if (entry == NULL)
		return;
	if (entry->is_read)
		entry_finish(&entry->entry);
	entry_room_finish(&entry->room);
	ent_json_destroy(entry->json);
	free(entry);
}

ent_status ent_airspace_entry_read(struct ent_airspace_entry *entry, const char *bytes, size_t size,
		size_t capacity, struct ent_fault *reterr_fault) {
	if (entry->is_read)
		entry_finish(&entry->entry);
	entry->is_read = entry_scan(&entry->room, bytes, size, &entry->entry);
	if (entry->is_read)
		return ENT_OK;
	const ent_status status = entry_parse(
			entry->json, bytes, size, capacity, &entry->entry, reterr_fault);
	entry->is_read = status == ENT_OK;
	return status;
}

const struct ent_command *ent_airspace_entry_command(const struct ent_airspace_entry *entry) {
	assert(entry->is_read);
	return &entry->entry.command;
}

static ent_status apply(struct ent_fold *fold, const struct entry *entry, struct ent_fault *fault) {
	struct ent_airspace_outcome outcome = {0};
	const struct ent_airspace_head *head = airspace_head(fold);
	if (entry->seq != head->size) {
		ent_fault_set(fault, "seq", "it is entry %llu, where %llu must come",
				(unsigned long long)entry->seq, (unsigned long long)head->size);
		return ENT_E_SYNTAX;
	}
	if (head->size > 0 && entry->time_utc_us <= head->time_utc_us) {
		ent_fault_set(fault, "time_us", "not later than the entry before");
		return ENT_E_SYNTAX;
	}
	const ent_status status = entry_apply(fold, entry, &outcome);
	ent_airspace_outcome_finish(&outcome);
	if (status != ENT_E_MISSING && status != ENT_E_EXISTS)
		return status;
	ent_fault_set(fault, "id", "it does not follow from the entries before");
	return ENT_E_SYNTAX;
}

ent_status ent_airspace_entry_apply(struct ent_fold *fold, const struct ent_airspace_entry *entry,
		struct ent_fault *reterr_fault) {
	assert(entry->is_read);
	return apply(fold, &entry->entry, reterr_fault);
}

ent_status ent_airspace_apply(struct ent_fold *fold, struct ent_json *json, const char *bytes,
		size_t size, size_t capacity, struct ent_fault *reterr_fault) {
	struct entry entry;
	ent_status status = entry_parse(json, bytes, size, capacity, &entry, reterr_fault);
	if (status != ENT_OK)
		return status;
	status = apply(fold, &entry, reterr_fault);
	entry_finish(&entry);
	return status;
}
