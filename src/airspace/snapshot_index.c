/* SPDX-License-Identifier: Apache-2.0 */
/*
 * snapshot_index.c: the maps that follow from the entities, after a snapshot was read: of millions of keys, so
 * they are sorted first and put in order, which fills the nodes and touches each once.
 */
#include <stdlib.h>
#include <string.h>

#include "entity.h"
#include "held.h"
#include "snapshot.h"

enum { FETCH_AHEAD = 16, FETCH_BYTES = 256 }; /* an entity's fixed part, and some of its cells */

/* Something to put, and the word that it is sorted by. */
struct item {
	uint64_t word;
	const struct ent_entity *entity;
};

struct items {
	struct item *item;
	size_t n, capacity;
};

static bool add(struct items *items, uint64_t word, const struct ent_entity *entity) {
	if (items->n == items->capacity) {
		const size_t capacity = items->capacity * 2 + 1024;
		struct item *grown = realloc(items->item, capacity * sizeof *grown);
		if (grown == NULL)
			return false;
		items->item = grown;
		items->capacity = capacity;
	}
	items->item[items->n++] = (struct item){word, entity};
	return true;
}

/* By one byte of the word; equal ones keep their order. */
static void sort_by_byte(const struct item *from, struct item *to, size_t n, unsigned shift) {
	size_t start[257] = {0};
	for (size_t i = 0; i < n; i++)
		start[(from[i].word >> shift & 255) + 1]++;
	for (size_t i = 0; i < 256; i++)
		start[i + 1] += start[i];
	for (size_t i = 0; i < n; i++)
		to[start[from[i].word >> shift & 255]++] = from[i];
}

/* By the word; equal ones keep their order, which is that of their ids. False: out of memory. */
static bool sort(struct items *items) {
	uint64_t differ = 0;
	for (size_t i = 1; i < items->n; i++)
		differ |= items->item[i].word ^ items->item[0].word;
	struct item *other = malloc((items->n + 1) * sizeof *other);
	if (other == NULL)
		return false;
	for (unsigned shift = 0; shift < 64; shift += 8) {
		if ((differ >> shift & 255) == 0)
			continue;
		sort_by_byte(items->item, other, items->n, shift);
		struct item *swap = items->item;
		items->item = other;
		other = swap;
	}
	items->capacity = items->n;
	free(other);
	return true;
}

static const unsigned id_maps[] = {
		ENT_AIRSPACE_INTENTS, ENT_AIRSPACE_CONSTRAINTS, ENT_AIRSPACE_SUBSCRIPTIONS};

/* Every entity of a map, in the order of ids. */
static ent_status gather(struct ent_fold *fold, unsigned map, struct items *items,
		bool (*each)(struct items *items, const struct ent_entity *entity)) {
	struct ent_fold_cursor cursor;
	const uint64_t *key;
	uint64_t value;
	ent_fold_seek(ent_fold_open(fold), map, NULL, &cursor);
	while (ent_fold_next(&cursor, &key, &value))
		if (!each(items, ent_fold_block(value)))
			return ENT_E_MEMORY;
	return ENT_OK;
}

static bool add_cells(struct items *items, const struct ent_entity *entity) {
	for (size_t i = 0; i < entity->extent.n_cells; i++)
		if (!add(items, entity->extent.cells[i], entity))
			return false;
	return true;
}

static bool add_end(struct items *items, const struct ent_entity *entity) {
	return add(items, (uint64_t)entity->extent.end_utc_us ^ UINT64_C(1) << 63, entity);
}

static bool add_dependent(struct items *items, const struct ent_entity *entity) {
	uint64_t key[2];
	id_key(&entity->subscription, key);
	return id_is_none(&entity->subscription) || add(items, key[0], entity);
}

/* Entities lie in the order of their ids, so in any other order each is far from the last: it is fetched before its turn. */
static const struct ent_entity *entity_of(const struct items *items, size_t i) {
	const char *soon = (const char *)items
					   ->item[i + FETCH_AHEAD < items->n ? i + FETCH_AHEAD
									     : items->n - 1]
					   .entity;
	for (size_t at = 0; at < FETCH_BYTES; at += 64)
		__builtin_prefetch(soon + at);
	return items->item[i].entity;
}

static ent_status put_cells(struct ent_fold *fold, const struct items *items, unsigned map) {
	uint64_t key[3];
	ent_status status = ENT_OK;
	for (size_t i = 0; status == ENT_OK && i < items->n; i++) {
		const struct ent_entity *entity = entity_of(items, i);
		key[0] = items->item[i].word;
		id_key(&entity->id, key + 1);
		status = ent_fold_put(fold, map, key, ent_fold_value(entity));
	}
	return status;
}

static ent_status put_ends(struct ent_fold *fold, const struct items *items) {
	uint64_t key[4];
	ent_status status = ENT_OK;
	for (size_t i = 0; status == ENT_OK && i < items->n; i++) {
		const struct ent_entity *entity = entity_of(items, i);
		key[0] = items->item[i].word;
		key[1] = (uint64_t)entity->kind;
		id_key(&entity->id, key + 2);
		status = ent_fold_put(fold, ENT_AIRSPACE_EXPIRY, key, ent_fold_value(entity));
	}
	return status;
}

/* An intent whose subscription is not there, or does not cover it, is of no snapshot of ours. */
static ent_status put_dependents(struct ent_fold *fold, const struct items *items) {
	uint64_t key[4];
	ent_status status = ENT_OK;
	for (size_t i = 0; status == ENT_OK && i < items->n; i++) {
		const struct ent_entity *intent = entity_of(items, i);
		const struct ent_entity *subscription = ent_airspace_find(ent_fold_open(fold),
				ENT_ENTITY_SUBSCRIPTION, &intent->subscription);
		if (subscription == NULL ||
				!entity_covers(&subscription->extent, &intent->extent,
						ENTITY_LATE_START_US))
			return ENT_E_SYNTAX;
		dependent_key(&intent->subscription, &intent->id, key);
		status = ent_fold_put(fold, ENT_AIRSPACE_DEPENDENTS, key, ent_fold_value(intent));
	}
	return status;
}

static ent_status index_cells(struct ent_fold *fold, unsigned from, unsigned to) {
	struct items items = {0};
	ent_status status = gather(fold, from, &items, add_cells);
	if (status == ENT_OK && !sort(&items))
		status = ENT_E_MEMORY;
	if (status == ENT_OK)
		status = put_cells(fold, &items, to);
	free(items.item);
	return status;
}

static ent_status index_ends(struct ent_fold *fold) {
	struct items items = {0};
	ent_status status = ENT_OK;
	for (size_t i = 0; status == ENT_OK && i < sizeof id_maps / sizeof id_maps[0]; i++)
		status = gather(fold, id_maps[i], &items, add_end);
	if (status == ENT_OK && !sort(&items))
		status = ENT_E_MEMORY;
	if (status == ENT_OK)
		status = put_ends(fold, &items);
	free(items.item);
	return status;
}

static ent_status index_dependents(struct ent_fold *fold) {
	struct items items = {0};
	ent_status status = gather(fold, ENT_AIRSPACE_INTENTS, &items, add_dependent);
	if (status == ENT_OK && !sort(&items))
		status = ENT_E_MEMORY;
	if (status == ENT_OK)
		status = put_dependents(fold, &items);
	free(items.item);
	return status;
}

/* Nor is an implicit subscription without intents. */
static ent_status refuse_orphans(struct ent_fold *fold) {
	const struct ent_fold_version *open = ent_fold_open(fold);
	struct ent_fold_cursor cursor;
	const uint64_t *key;
	uint64_t value;
	ent_fold_seek(open, ENT_AIRSPACE_SUBSCRIPTIONS, NULL, &cursor);
	while (ent_fold_next(&cursor, &key, &value)) {
		const struct ent_entity *subscription = ent_fold_block(value);
		if (subscription->implicit && !entity_has_dependents(open, subscription))
			return ENT_E_SYNTAX;
	}
	return ENT_OK;
}

ent_status snapshot_index(struct ent_fold *fold) {
	ent_status status = index_cells(fold, ENT_AIRSPACE_INTENTS, ENT_AIRSPACE_INTENT_CELLS);
	if (status == ENT_OK)
		status = index_cells(fold, ENT_AIRSPACE_CONSTRAINTS, ENT_AIRSPACE_CONSTRAINT_CELLS);
	if (status == ENT_OK)
		status = index_cells(
				fold, ENT_AIRSPACE_SUBSCRIPTIONS, ENT_AIRSPACE_SUBSCRIPTION_CELLS);
	if (status == ENT_OK)
		status = index_ends(fold);
	if (status == ENT_OK)
		status = held_index(fold);
	if (status == ENT_OK)
		status = index_dependents(fold);
	return status == ENT_OK ? refuse_orphans(fold) : status;
}
