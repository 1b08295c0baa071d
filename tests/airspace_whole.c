/* SPDX-License-Identifier: Apache-2.0 */
/* airspace_whole.c: see airspace_whole.h. */
#include "airspace_whole.h"

#include <stdlib.h>
#include <string.h>

#include "entente/cells.h"
#include "entente/jsonout.h"

#define LATE_US (INT64_C(300) * 1000000) /* f3548 7.3 */

static const unsigned id_maps[] = {
		ENT_AIRSPACE_INTENTS, ENT_AIRSPACE_CONSTRAINTS, ENT_AIRSPACE_SUBSCRIPTIONS};
static const unsigned cell_maps[] = {ENT_AIRSPACE_INTENT_CELLS, ENT_AIRSPACE_CONSTRAINT_CELLS,
		ENT_AIRSPACE_SUBSCRIPTION_CELLS};
/* Words of each map's keys. */
static const unsigned words[ENT_AIRSPACE_MAP_COUNT] = {2, 2, 2, 2, 3, 3, 3, 4, 2, 4, 4, 2};

static const struct ent_entity *at(uint64_t value) {
	return (const struct ent_entity *)(uintptr_t)value; /* NOLINT: a slot holds an entity */
}

static void key_of(const struct ent_uuid *id, uint64_t ret_key[2]) {
	ret_key[0] = ret_key[1] = 0;
	for (int i = 0; i < 16; i++)
		ret_key[i / 8] = ret_key[i / 8] << 8 | id->bytes[i];
}

static bool is_none(const struct ent_uuid *id) {
	uint64_t key[2];
	key_of(id, key);
	return key[0] == 0 && key[1] == 0;
}

static bool leads_to(const struct ent_fold_version *version, unsigned map, const uint64_t *key,
		const struct ent_entity *entity) {
	uint64_t value;
	return ent_fold_get(version, map, key, &value) && at(value) == entity;
}

/* --- One entity --- */

static const char *broken_extent(const struct ent_entity *entity) {
	const struct ent_extent *extent = &entity->extent;
	for (size_t i = 1; i < extent->n_cells; i++)
		if (extent->cells[i - 1] >= extent->cells[i])
			return "cells ascend";
	if (extent->start_utc_us < ENT_TIME_MIN_US || extent->end_utc_us > ENT_TIME_MAX_US ||
			extent->start_utc_us > extent->end_utc_us)
		return "an entity begins before it ends, within the years 1 to 9999";
	if (extent->lower_mm > extent->upper_mm)
		return "the lower altitude is not above the upper";
	if (entity->kind == ENT_ENTITY_SUBSCRIPTION)
		return extent->packed_size == 0 ? NULL : "a subscription has no volumes";
	if (extent->n_cells == 0)
		return "an intent or constraint is somewhere";
	return extent->packed_size > 0 ? NULL : "an intent or constraint has volumes";
}

static const char *broken_places(
		const struct ent_fold_version *version, const struct ent_entity *entity) {
	uint64_t key[4] = {0};
	key_of(&entity->id, key + 1);
	for (size_t i = 0; i < entity->extent.n_cells; i++) {
		key[0] = entity->extent.cells[i];
		if (!leads_to(version, cell_maps[entity->kind], key, entity))
			return "each cell of an entity leads to it";
	}
	key[0] = (uint64_t)entity->extent.end_utc_us ^ UINT64_C(1) << 63;
	key[1] = entity->kind;
	key_of(&entity->id, key + 2);
	return leads_to(version, ENT_AIRSPACE_EXPIRY, key, entity)
			? NULL
			: "each entity expires at its end";
}

static const char *broken_attachment(
		const struct ent_fold_version *version, const struct ent_entity *intent) {
	uint64_t key[4], value;
	if (is_none(&intent->subscription))
		return NULL;
	key_of(&intent->subscription, key);
	key_of(&intent->id, key + 2);
	if (!leads_to(version, ENT_AIRSPACE_DEPENDENTS, key, intent))
		return "each intent with a subscription depends on it";
	if (!ent_fold_get(version, ENT_AIRSPACE_SUBSCRIPTIONS, key, &value))
		return "the subscription of an intent is there";
	const struct ent_extent *wide = &at(value)->extent, *narrow = &intent->extent;
	if (wide->start_utc_us > narrow->start_utc_us + LATE_US ||
			wide->end_utc_us < narrow->end_utc_us)
		return "a subscription covers the times of its intents";
	for (size_t i = 0; i < narrow->n_cells; i++)
		if (!ent_cells_contain(wide->cells, wide->n_cells, narrow->cells + i, 1))
			return "a subscription covers the cells of its intents";
	return NULL;
}

static bool has_dependent(const struct ent_fold_version *version, const uint64_t id[2]) {
	struct ent_fold_cursor cursor;
	const uint64_t *key;
	uint64_t value;
	ent_fold_seek(version, ENT_AIRSPACE_DEPENDENTS, NULL, &cursor);
	while (ent_fold_next(&cursor, &key, &value))
		if (key[0] == id[0] && key[1] == id[1])
			return true;
	return false;
}

static const char *broken_subscription(
		const struct ent_fold_version *version, const struct ent_entity *subscription) {
	uint64_t key[2], value;
	key_of(&subscription->id, key);
	if (!ent_fold_get(version, ENT_AIRSPACE_NOTIFICATIONS, key, &value))
		return "each subscription has its notification index";
	if (subscription->implicit && !has_dependent(version, key))
		return "an implicit subscription has an intent";
	return subscription->extent.lower_mm == ENT_ALTITUDE_UNBOUNDED_BELOW &&
					subscription->extent.upper_mm ==
							ENT_ALTITUDE_UNBOUNDED_ABOVE
			? NULL
			: "a subscription has no altitudes";
}

static const char *broken_entity(const struct ent_fold_version *version, unsigned kind,
		const uint64_t *key, const struct ent_entity *entity) {
	uint64_t own[2];
	key_of(&entity->id, own);
	if (memcmp(own, key, sizeof own) != 0 || entity->kind != kind || is_none(&entity->id))
		return "an entity stands under its id, among its kind";
	const char *broken = broken_extent(entity);
	if (broken == NULL)
		broken = broken_places(version, entity);
	if (broken == NULL && kind == ENT_ENTITY_INTENT)
		broken = broken_attachment(version, entity);
	if (broken == NULL && kind == ENT_ENTITY_SUBSCRIPTION)
		broken = broken_subscription(version, entity);
	return broken;
}

/* --- All of them --- */

static const char *broken_map(const struct ent_fold_version *version, unsigned map) {
	struct ent_fold_cursor cursor;
	const uint64_t *key;
	uint64_t value, before[ENT_FOLD_WORDS_MAX];
	size_t n = 0;
	ent_fold_seek(version, map, NULL, &cursor);
	for (; ent_fold_next(&cursor, &key, &value); n++) {
		unsigned word = 0;
		while (n > 0 && word + 1 < words[map] && before[word] == key[word])
			word++;
		if (n > 0 && before[word] >= key[word])
			return "the keys of a map ascend";
		memcpy(before, key, words[map] * sizeof *key);
	}
	return n == ent_fold_count(version, map) ? NULL : "a map knows how many keys it has";
}

static void name_key(const char *name, uint64_t ret_key[2]) {
	struct ent_hash hash;
	struct ent_uuid half;
	ent_seal_sha256(name, strlen(name), &hash);
	memcpy(half.bytes, hash.bytes, sizeof half.bytes);
	key_of(&half, ret_key);
}

static const char *broken_uss(const uint64_t *key, const struct ent_uss *uss) {
	uint64_t own[2];
	name_key(uss->name, own);
	return memcmp(own, key, sizeof own) == 0 ? NULL : "a USS stands under the hash of its name";
}

static const char *broken_usss(const struct ent_fold_version *version) {
	struct ent_fold_cursor cursor;
	const uint64_t *key;
	uint64_t value;
	const char *broken = NULL;
	ent_fold_seek(version, ENT_AIRSPACE_USSS, NULL, &cursor);
	while (broken == NULL && ent_fold_next(&cursor, &key, &value))
		broken = broken_uss(key, (const struct ent_uss *)(uintptr_t)value); /* NOLINT */
	return broken;
}

uint64_t airspace_held(const struct ent_fold_version *version, const char *manager) {
	uint64_t cells = 0;
	for (unsigned kind = 0; kind < 3; kind++) {
		struct ent_fold_cursor cursor;
		const uint64_t *key;
		uint64_t value;
		ent_fold_seek(version, id_maps[kind], NULL, &cursor);
		while (ent_fold_next(&cursor, &key, &value))
			if (strcmp(at(value)->manager, manager) == 0)
				cells += at(value)->extent.n_cells;
	}
	return cells;
}

/* Each USS that has cells has as many as are counted; there are as many in all as entities have. */
static const char *broken_held(const struct ent_fold_version *version, uint64_t cells) {
	struct ent_fold_cursor cursor;
	const uint64_t *key;
	uint64_t value, own[2], sum = 0;
	const char *last = "";
	ent_fold_seek(version, ENT_AIRSPACE_HELD, NULL, &cursor);
	for (; ent_fold_next(&cursor, &key, &value); sum += value)
		if (value == 0)
			return "who has no cells is not counted";
	if (sum != cells)
		return "each cell is held by a USS";
	for (unsigned kind = 0; kind < 3; kind++) {
		ent_fold_seek(version, id_maps[kind], NULL, &cursor);
		while (ent_fold_next(&cursor, &key, &value)) {
			if (at(value)->extent.n_cells == 0 || strcmp(last, at(value)->manager) == 0)
				continue;
			last = at(value)->manager;
			name_key(last, own);
			if (!ent_fold_get(version, ENT_AIRSPACE_HELD, own, &sum) ||
					sum != airspace_held(version, last))
				return "the cells that a USS holds are counted";
		}
	}
	return NULL;
}

/* What leads to entities leads to nothing else: as many keys as there are reasons for one. */
static const char *broken_counts(const struct ent_fold_version *version, const size_t cells[3],
		size_t entities, size_t attached) {
	for (int kind = 0; kind < 3; kind++)
		if (ent_fold_count(version, cell_maps[kind]) != cells[kind])
			return "a cell leads to entities that are there";
	if (ent_fold_count(version, ENT_AIRSPACE_EXPIRY) != entities)
		return "only what is there expires";
	if (ent_fold_count(version, ENT_AIRSPACE_DEPENDENTS) != attached)
		return "only intents that are there depend on a subscription";
	return ent_fold_count(version, ENT_AIRSPACE_NOTIFICATIONS) ==
					ent_fold_count(version, ENT_AIRSPACE_SUBSCRIPTIONS)
			? NULL
			: "only subscriptions that are there are notified";
}

static const char *broken_head(const struct ent_airspace_head *head) {
	if (head->expire_after_us < 0 || head->expire_after_us > ENT_TIME_MAX_US)
		return "what expires does so within the calendar";
	return head->size <= INT64_MAX && head->time_utc_us >= ENT_TIME_MIN_US &&
					head->time_utc_us <= ENT_TIME_MAX_US
			? NULL
			: "another entry can come";
}

const char *airspace_broken(const struct ent_fold_version *version) {
	size_t cells[3] = {0}, entities = 0, attached = 0;
	const char *broken = broken_head(ent_fold_head(version));
	for (unsigned map = 0; broken == NULL && map < ENT_AIRSPACE_MAP_COUNT; map++)
		broken = broken_map(version, map);
	for (unsigned kind = 0; broken == NULL && kind < 3; kind++) {
		struct ent_fold_cursor cursor;
		const uint64_t *key;
		uint64_t value;
		ent_fold_seek(version, id_maps[kind], NULL, &cursor);
		while (broken == NULL && ent_fold_next(&cursor, &key, &value)) {
			broken = broken_entity(version, kind, key, at(value));
			cells[kind] += at(value)->extent.n_cells;
			attached += kind == ENT_ENTITY_INTENT && !is_none(&at(value)->subscription);
			entities++;
		}
	}
	if (broken == NULL)
		broken = broken_usss(version);
	if (broken == NULL)
		broken = broken_held(version, cells[0] + cells[1] + cells[2]);
	return broken != NULL ? broken : broken_counts(version, cells, entities, attached);
}

/* --- Two of them --- */

static bool same_extent(const struct ent_extent *a, const struct ent_extent *b) {
	return a->n_cells == b->n_cells &&
			memcmp(a->cells, b->cells, a->n_cells * sizeof *a->cells) == 0 &&
			a->lower_mm == b->lower_mm && a->upper_mm == b->upper_mm &&
			a->start_utc_us == b->start_utc_us && a->end_utc_us == b->end_utc_us &&
			a->packed_size == b->packed_size &&
			memcmp(a->packed, b->packed, a->packed_size) == 0;
}

static bool same_entity(const struct ent_entity *a, const struct ent_entity *b) {
	return a->kind == b->kind && a->state == b->state && a->version == b->version &&
			a->notify_intents == b->notify_intents &&
			a->notify_constraints == b->notify_constraints &&
			a->implicit == b->implicit && ent_uuid_compare(&a->id, &b->id) == 0 &&
			ent_uuid_compare(&a->subscription, &b->subscription) == 0 &&
			strcmp(a->manager, b->manager) == 0 && strcmp(a->url, b->url) == 0 &&
			strcmp(a->ovn, b->ovn) == 0 && same_extent(&a->extent, &b->extent) &&
			a->size == b->size;
}

static bool same_value(unsigned map, uint64_t a, uint64_t b) {
	if (map == ENT_AIRSPACE_NOTIFICATIONS || map == ENT_AIRSPACE_SUFFIXES ||
			map == ENT_AIRSPACE_HELD)
		return a == b;
	if (map != ENT_AIRSPACE_USSS)
		return same_entity(at(a), at(b));
	const struct ent_uss *one = (const struct ent_uss *)(uintptr_t)a; /* NOLINT */
	const struct ent_uss *two = (const struct ent_uss *)(uintptr_t)b; /* NOLINT */
	return one->availability == two->availability && strcmp(one->name, two->name) == 0 &&
			strcmp(one->version, two->version) == 0;
}

static const char *differ_map(
		const struct ent_fold_version *a, const struct ent_fold_version *b, unsigned map) {
	static const char *const names[ENT_AIRSPACE_MAP_COUNT] = {"intents", "constraints",
			"subscriptions", "availabilities", "cells of intents",
			"cells of constraints", "cells of subscriptions", "dependents",
			"notifications", "expiry", "suffixes", "held"};
	struct ent_fold_cursor cursor_a, cursor_b;
	const uint64_t *key_a, *key_b;
	uint64_t value_a, value_b;
	ent_fold_seek(a, map, NULL, &cursor_a);
	ent_fold_seek(b, map, NULL, &cursor_b);
	while (ent_fold_next(&cursor_a, &key_a, &value_a))
		if (!ent_fold_next(&cursor_b, &key_b, &value_b) ||
				memcmp(key_a, key_b, words[map] * sizeof *key_a) != 0 ||
				!same_value(map, value_a, value_b))
			return names[map];
	return ent_fold_next(&cursor_b, &key_b, &value_b) ? names[map] : NULL;
}

const char *airspace_differ(const struct ent_fold_version *a, const struct ent_fold_version *b) {
	const struct ent_airspace_head *one = ent_fold_head(a), *two = ent_fold_head(b);
	const char *differ = NULL;
	if (one->size != two->size || one->time_utc_us != two->time_utc_us ||
			one->expire_after_us != two->expire_after_us ||
			one->index_is_time != two->index_is_time)
		return "head";
	for (unsigned map = 0; differ == NULL && map < ENT_AIRSPACE_MAP_COUNT; map++)
		differ = differ_map(a, b, map);
	return differ;
}

uint8_t *airspace_bytes(const struct ent_fold_version *version, size_t *ret_size) {
	struct ent_jsonout_memory memory = {.limit = SIZE_MAX / 4};
	if (ent_airspace_snapshot_write(version, ent_jsonout_to_memory, &memory) != ENT_OK) {
		free(memory.bytes);
		return NULL;
	}
	*ret_size = memory.size;
	return (uint8_t *)memory.bytes;
}
