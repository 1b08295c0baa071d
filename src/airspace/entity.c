/* SPDX-License-Identifier: Apache-2.0 */
/* entity.c: see entity.h. */
#include "entity.h"

#include <string.h>

#include "entente/cells.h"
#include "held.h"

static const unsigned cell_map[ENT_ENTITY_KIND_COUNT] = {
		[ENT_ENTITY_INTENT] = ENT_AIRSPACE_INTENT_CELLS,
		[ENT_ENTITY_CONSTRAINT] = ENT_AIRSPACE_CONSTRAINT_CELLS,
		[ENT_ENTITY_SUBSCRIPTION] = ENT_AIRSPACE_SUBSCRIPTION_CELLS};
static const unsigned id_map[ENT_ENTITY_KIND_COUNT] = {[ENT_ENTITY_INTENT] = ENT_AIRSPACE_INTENTS,
		[ENT_ENTITY_CONSTRAINT] = ENT_AIRSPACE_CONSTRAINTS,
		[ENT_ENTITY_SUBSCRIPTION] = ENT_AIRSPACE_SUBSCRIPTIONS};

const struct ent_fold_options ent_airspace_fold_options = {.n_maps = ENT_AIRSPACE_MAP_COUNT,
		.words = {[ENT_AIRSPACE_INTENTS] = 2,
				[ENT_AIRSPACE_CONSTRAINTS] = 2,
				[ENT_AIRSPACE_SUBSCRIPTIONS] = 2,
				[ENT_AIRSPACE_USSS] = 2,
				[ENT_AIRSPACE_INTENT_CELLS] = 3,
				[ENT_AIRSPACE_CONSTRAINT_CELLS] = 3,
				[ENT_AIRSPACE_SUBSCRIPTION_CELLS] = 3,
				[ENT_AIRSPACE_DEPENDENTS] = 4,
				[ENT_AIRSPACE_NOTIFICATIONS] = 2,
				[ENT_AIRSPACE_EXPIRY] = 4,
				[ENT_AIRSPACE_SUFFIXES] = 4,
				[ENT_AIRSPACE_HELD] = 2},
		.owns = {[ENT_AIRSPACE_INTENTS] = true,
				[ENT_AIRSPACE_CONSTRAINTS] = true,
				[ENT_AIRSPACE_SUBSCRIPTIONS] = true,
				[ENT_AIRSPACE_USSS] = true},
		.head_size = sizeof(struct ent_airspace_head)};

struct ent_airspace_head *airspace_head(struct ent_fold *fold) {
	return ent_fold_head_open(fold);
}

/* --- A block --- */

static const char *put_text(char **to, const char *text) {
	const size_t size = strlen(text) + 1;
	char *at = *to;
	memcpy(at, text, size);
	*to += size;
	return at;
}

/* Behind the entity: what needs alignment first. */
ent_status entity_make(struct ent_fold *fold, const struct ent_entity *from,
		const struct ent_entity **ret_entity) {
	const size_t cells = from->extent.n_cells * sizeof(uint64_t);
	const size_t size = sizeof *from + cells + from->extent.packed_size +
			strlen(from->manager) + strlen(from->url) + strlen(from->ovn) + 3;
	void *block;
	const ent_status status = ent_fold_alloc(fold, size, &block);
	if (status != ENT_OK)
		return status;
	struct ent_entity *entity = block;
	char *to = (char *)(entity + 1);
	*entity = *from;
	entity->size = size;
	if (cells > 0)
		memcpy(to, from->extent.cells, cells);
	entity->extent.cells = (const uint64_t *)(void *)to;
	to += cells;
	if (from->extent.packed_size > 0)
		memcpy(to, from->extent.packed, from->extent.packed_size);
	entity->extent.packed = (const uint8_t *)to;
	to += from->extent.packed_size;
	entity->manager = put_text(&to, from->manager);
	entity->url = put_text(&to, from->url);
	entity->ovn = put_text(&to, from->ovn);
	*ret_entity = entity;
	return ENT_OK;
}

/* --- The maps --- */

static uint64_t slot(const struct ent_entity *entity) {
	return ent_fold_value(entity);
}

static ent_status put_cells(struct ent_fold *fold, const struct ent_entity *entity) {
	uint64_t key[3];
	ent_status status = ENT_OK;
	id_key(&entity->id, key + 1);
	for (size_t i = 0; status == ENT_OK && i < entity->extent.n_cells; i++) {
		key[0] = entity->extent.cells[i];
		status = ent_fold_put(fold, cell_map[entity->kind], key, slot(entity));
	}
	return status;
}

/* Of 'entity', those that are not cells of 'but' (when not NULL). */
static ent_status remove_cells(struct ent_fold *fold, const struct ent_entity *entity,
		const struct ent_entity *but) {
	uint64_t key[3];
	ent_status status = ENT_OK;
	size_t next = 0;
	id_key(&entity->id, key + 1);
	for (size_t i = 0; status == ENT_OK && i < entity->extent.n_cells; i++) {
		key[0] = entity->extent.cells[i];
		while (but != NULL && next < but->extent.n_cells &&
				but->extent.cells[next] < key[0])
			next++;
		if (but != NULL && next < but->extent.n_cells && but->extent.cells[next] == key[0])
			continue;
		status = ent_fold_remove(fold, cell_map[entity->kind], key);
	}
	return status;
}

static ent_status remove_expiry(struct ent_fold *fold, const struct ent_entity *entity) {
	uint64_t key[4];
	expiry_key(entity->extent.end_utc_us, entity->kind, &entity->id, key);
	return ent_fold_remove(fold, ENT_AIRSPACE_EXPIRY, key);
}

static void *block_of(const struct ent_entity *entity) {
	return ent_fold_block(ent_fold_value(entity));
}

ent_status entity_put(struct ent_fold *fold, const struct ent_entity *old,
		const struct ent_entity *entity) {
	uint64_t key[4];
	ent_status status = held_change(fold, old, entity);
	if (status == ENT_OK && old != NULL) {
		status = remove_cells(fold, old, entity);
		if (status == ENT_OK)
			status = remove_expiry(fold, old);
		if (status == ENT_OK)
			status = ent_fold_retire(fold, block_of(old));
	}
	if (status == ENT_OK)
		status = put_cells(fold, entity);
	expiry_key(entity->extent.end_utc_us, entity->kind, &entity->id, key);
	if (status == ENT_OK)
		status = ent_fold_put(fold, ENT_AIRSPACE_EXPIRY, key, slot(entity));
	id_key(&entity->id, key);
	if (status == ENT_OK)
		status = ent_fold_put(fold, id_map[entity->kind], key, slot(entity));
	return status;
}

ent_status entity_remove(struct ent_fold *fold, const struct ent_entity *entity) {
	uint64_t key[2];
	id_key(&entity->id, key);
	ent_status status = ent_fold_remove(fold, id_map[entity->kind], key);
	if (status == ENT_OK)
		status = remove_cells(fold, entity, NULL);
	if (status == ENT_OK)
		status = remove_expiry(fold, entity);
	if (status == ENT_OK)
		status = held_change(fold, entity, NULL);
	if (status == ENT_OK && entity->kind == ENT_ENTITY_SUBSCRIPTION)
		status = ent_fold_remove(fold, ENT_AIRSPACE_NOTIFICATIONS, key);
	if (status == ENT_OK)
		status = ent_fold_retire(fold, block_of(entity));
	return status;
}

/* --- Looking --- */

static const struct ent_entity *entity_at(uint64_t value) {
	return ent_fold_block(value);
}

const struct ent_entity *ent_airspace_find(const struct ent_fold_version *version,
		enum ent_entity_kind kind, const struct ent_uuid *id) {
	uint64_t key[2], value;
	id_key(id, key);
	return ent_fold_get(version, id_map[kind], key, &value) ? entity_at(value) : NULL;
}

uint64_t ent_airspace_notification_index(
		const struct ent_fold_version *version, const struct ent_entity *subscription) {
	uint64_t key[2], index = 0;
	id_key(&subscription->id, key);
	(void)ent_fold_get(version, ENT_AIRSPACE_NOTIFICATIONS, key, &index);
	return index;
}

/* The first of its cells from 'at' on that is not below 'cell': in leaps that double, then by halves. */
static size_t cells_from(const struct ent_extent *extent, size_t at, uint64_t cell) {
	size_t leap = 1, end = extent->n_cells;
	while (at + leap < end && extent->cells[at + leap - 1] < cell) {
		at += leap;
		leap *= 2;
	}
	if (at + leap < end)
		end = at + leap;
	while (at < end) {
		const size_t middle = at + (end - at) / 2;
		if (extent->cells[middle] < cell)
			at = middle + 1;
		else
			end = middle;
	}
	return at;
}

/*
 * Have both a cell before the one at 'i', which both have? Looked for backwards, as far as the cell before that both have: so
 * of all those that two extents share, each of their cells is looked at once.
 */
static bool met_before(const struct ent_extent *a, size_t i, const struct ent_extent *b) {
	size_t k = cells_from(b, 0, a->cells[i]);
	while (i > 0 && k > 0) {
		if (a->cells[i - 1] == b->cells[k - 1])
			return true;
		if (a->cells[i - 1] > b->cells[k - 1])
			i--;
		else
			k--;
	}
	return false;
}

/* Cell by cell; where nothing is in a cell, the next key says which cells need not be looked for. */
void ent_airspace_meeting(const struct ent_fold_version *version, enum ent_entity_kind kind,
		const struct ent_extent *extent, bool altitudes, ent_airspace_entity_fn found,
		void *user) {
	struct ent_fold_cursor cursor;
	const uint64_t *key;
	uint64_t value, from[3] = {0};
	size_t i = 0;
	if (extent->n_cells == 0)
		return;
	from[0] = extent->cells[0];
	ent_fold_seek(version, cell_map[kind], from, &cursor);
	while (ent_fold_next(&cursor, &key, &value)) {
		if (key[0] != extent->cells[i]) {
			i = cells_from(extent, i + 1, key[0]);
			if (i == extent->n_cells)
				return;
			from[0] = extent->cells[i];
			if (from[0] != key[0]) {
				ent_fold_seek(version, cell_map[kind], from, &cursor);
				continue;
			}
		}
		const struct ent_entity *entity = entity_at(value);
		if (!ent_extent_times_meet(extent, &entity->extent) ||
				(altitudes && !ent_extent_altitudes_meet(extent, &entity->extent)))
			continue;
		/* It may share many cells: it is found in the first. */
		if (i > 0 && entity->extent.n_cells > 1 && met_before(extent, i, &entity->extent))
			continue;
		if (!found(user, entity))
			return;
	}
}

void ent_airspace_dependents(const struct ent_fold_version *version,
		const struct ent_entity *subscription, ent_airspace_entity_fn found, void *user) {
	struct ent_fold_cursor cursor;
	const uint64_t *key;
	uint64_t value, from[4] = {0};
	id_key(&subscription->id, from);
	ent_fold_seek(version, ENT_AIRSPACE_DEPENDENTS, from, &cursor);
	while (ent_fold_next(&cursor, &key, &value) && key[0] == from[0] && key[1] == from[1])
		if (!found(user, entity_at(value)))
			return;
}

static bool is_there(void *user, const struct ent_entity *entity) {
	(void)entity;
	*(bool *)user = true;
	return false;
}

bool entity_has_dependents(
		const struct ent_fold_version *version, const struct ent_entity *subscription) {
	bool there = false;
	ent_airspace_dependents(version, subscription, is_there, &there);
	return there;
}

/* --- Covering --- */

bool entity_covers(
		const struct ent_extent *wide, const struct ent_extent *narrow, int64_t late_us) {
	return wide->start_utc_us <= narrow->start_utc_us + late_us &&
			wide->end_utc_us >= narrow->end_utc_us &&
			ent_cells_contain(
					wide->cells, wide->n_cells, narrow->cells, narrow->n_cells);
}

struct covering {
	const struct ent_extent *extent;
	bool covered;
};

static bool is_covered(void *user, const struct ent_entity *intent) {
	struct covering *covering = user;
	covering->covered = entity_covers(covering->extent, &intent->extent, ENTITY_LATE_START_US);
	return covering->covered;
}

bool entity_keeps_dependents(const struct ent_fold_version *version,
		const struct ent_entity *subscription, const struct ent_extent *extent) {
	struct covering covering = {extent, true};
	ent_airspace_dependents(version, subscription, is_covered, &covering);
	return covering.covered;
}
