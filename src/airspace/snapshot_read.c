/* SPDX-License-Identifier: Apache-2.0 */
/*
 * snapshot_read.c: see snapshot.h. The bytes are not trusted: a file may be cut, or another program's. What is taken
 * is what would be written again, and holds to all that entries hold to.
 */
#include "snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "entity.h"
#include "extent_parts.h"
#include "uss.h"

/* Each of the functions below returns false at bytes that are none of ours, or when memory runs out. */
struct reader {
	const uint8_t *at, *end;
	struct ent_fold *fold;
	bool no_memory;
	uint64_t *cells; /* room for one entity's */
	size_t cells_capacity;
	char text[3][ENT_AIRSPACE_NAME_MAX + 1];
	struct ent_extent_walk walk;
};

static bool get_bytes(struct reader *reader, void *ret_bytes, size_t size) {
	if ((size_t)(reader->end - reader->at) < size)
		return false;
	memcpy(ret_bytes, reader->at, size);
	reader->at += size;
	return true;
}

static bool get_uint(struct reader *reader, unsigned bytes, uint64_t *ret_value) {
	if ((size_t)(reader->end - reader->at) < bytes)
		return false;
	*ret_value = 0;
	for (unsigned i = 0; i < bytes; i++)
		*ret_value |= (uint64_t)reader->at[i] << 8 * i;
	reader->at += bytes;
	return true;
}

static bool get_i64(struct reader *reader, int64_t *ret_value) {
	uint64_t value;
	if (!get_uint(reader, 8, &value))
		return false;
	*ret_value = (int64_t)value;
	return true;
}

static bool get_i32(struct reader *reader, int32_t *ret_value) {
	uint64_t value;
	if (!get_uint(reader, 4, &value))
		return false;
	*ret_value = (int32_t)(uint32_t)value;
	return true;
}

static bool get_text(struct reader *reader, unsigned which, size_t most) {
	uint64_t length;
	if (!get_uint(reader, 4, &length) || length > most ||
			!get_bytes(reader, reader->text[which], length))
		return false;
	reader->text[which][length] = '\0';
	return strlen(reader->text[which]) == length;
}

/* Room for n of them; no more than the bytes that are left could hold. */
static bool room(struct reader *reader, void **block, size_t *capacity, size_t n, size_t size,
		size_t stored) {
	if (n > (size_t)(reader->end - reader->at) / stored)
		return false;
	if (n <= *capacity)
		return true;
	void *grown = realloc(*block, n * size);
	if (grown == NULL) {
		reader->no_memory = true;
		return false;
	}
	*block = grown;
	*capacity = n;
	return true;
}

static bool get_cells(struct reader *reader, struct ent_extent *extent) {
	uint64_t n, cell;
	void *block = reader->cells;
	if (!get_uint(reader, 4, &n) ||
			!room(reader, &block, &reader->cells_capacity, n, sizeof *reader->cells, 4))
		return false;
	reader->cells = block;
	for (uint64_t i = 0; i < n; i++) {
		if (!get_uint(reader, 4, &cell) || !extent_cell_ok(cell << 32) ||
				(i > 0 && cell << 32 <= reader->cells[i - 1]))
			return false;
		reader->cells[i] = cell << 32;
	}
	extent->cells = reader->cells;
	extent->n_cells = n;
	return true;
}

static bool get_extent(struct reader *reader, struct ent_extent *extent) {
	return get_i32(reader, &extent->lower_mm) && get_i32(reader, &extent->upper_mm) &&
			get_i64(reader, &extent->start_utc_us) &&
			get_i64(reader, &extent->end_utc_us) &&
			extent->start_utc_us >= ENT_TIME_MIN_US &&
			extent->start_utc_us <= extent->end_utc_us &&
			extent->end_utc_us <= ENT_TIME_MAX_US;
}

static bool get_packed(struct reader *reader, struct ent_extent *extent) {
	uint64_t size;
	if (!get_uint(reader, 4, &size) || size > (size_t)(reader->end - reader->at))
		return false;
	extent->packed = reader->at;
	extent->packed_size = size;
	reader->at += size;
	return true;
}

/* What an intent or a constraint is, in its volumes, is its extent. */
static bool volumes_ok(struct reader *reader, const struct ent_extent *extent) {
	struct ent_extent_volume volume;
	ent_status status;
	ent_extent_walk_begin(&reader->walk, extent);
	struct ent_extent all = extent_of_none(reader->walk.left);
	while ((status = ent_extent_walk_next(&reader->walk, &volume)) == ENT_OK)
		extent_unite(&all, &volume);
	return status == ENT_E_MISSING && all.lower_mm == extent->lower_mm &&
			all.upper_mm == extent->upper_mm &&
			all.start_utc_us == extent->start_utc_us &&
			all.end_utc_us == extent->end_utc_us;
}

/* Only what its kind has. */
static bool entity_ok(struct reader *reader, const struct ent_entity *entity) {
	const struct ent_extent *extent = &entity->extent;
	if (id_is_none(&entity->id) ||
			(entity->kind != ENT_ENTITY_INTENT && entity->state != ENT_INTENT_ACCEPTED))
		return false;
	if (entity->kind == ENT_ENTITY_SUBSCRIPTION)
		return entity->version == 0 && extent->packed_size == 0 &&
				extent->lower_mm == ENT_ALTITUDE_UNBOUNDED_BELOW &&
				extent->upper_mm == ENT_ALTITUDE_UNBOUNDED_ABOVE &&
				extent->start_utc_us < extent->end_utc_us;
	return entity->version >= 1 && extent->n_cells > 0 && volumes_ok(reader, extent) &&
			(entity->kind != ENT_ENTITY_INTENT || extent_has_altitudes(extent));
}

static bool get_entity(struct reader *reader, enum ent_entity_kind kind, struct ent_entity *entity,
		uint64_t *ret_index) {
	uint64_t state, flags;
	*ret_index = 0;
	if (!get_uint(reader, 1, &state) || state >= ENT_INTENT_STATE_COUNT ||
			!get_uint(reader, 1, &flags) ||
			flags > (kind == ENT_ENTITY_SUBSCRIPTION ? FLAGS_ALL : 0) ||
			!get_i32(reader, &entity->version) ||
			!get_bytes(reader, &entity->id, sizeof entity->id))
		return false;
	if (kind == ENT_ENTITY_INTENT &&
			!get_bytes(reader, &entity->subscription, sizeof entity->subscription))
		return false;
	if (!get_extent(reader, &entity->extent) ||
			(kind == ENT_ENTITY_SUBSCRIPTION && !get_uint(reader, 8, ret_index)) ||
			!get_cells(reader, &entity->extent) || !get_packed(reader, &entity->extent))
		return false;
	if (!get_text(reader, 0, ENT_AIRSPACE_NAME_MAX) ||
			!get_text(reader, 1, ENT_AIRSPACE_NAME_MAX) ||
			!get_text(reader, 2, ENT_AIRSPACE_OVN_MAX))
		return false;
	entity->kind = kind;
	entity->state = (enum ent_intent_state)state;
	entity->notify_intents = (flags & FLAG_NOTIFY_INTENTS) != 0;
	entity->notify_constraints = (flags & FLAG_NOTIFY_CONSTRAINTS) != 0;
	entity->implicit = (flags & FLAG_IMPLICIT) != 0;
	entity->manager = reader->text[0];
	entity->url = reader->text[1];
	entity->ovn = reader->text[2];
	return entity_ok(reader, entity);
}

static ent_status read_entities(struct reader *reader, enum ent_entity_kind kind, uint64_t n) {
	static const unsigned maps[] = {[ENT_ENTITY_INTENT] = ENT_AIRSPACE_INTENTS,
			[ENT_ENTITY_CONSTRAINT] = ENT_AIRSPACE_CONSTRAINTS,
			[ENT_ENTITY_SUBSCRIPTION] = ENT_AIRSPACE_SUBSCRIPTIONS};
	struct ent_uuid before = {{0}};
	ent_status status = ENT_OK;
	for (uint64_t i = 0; status == ENT_OK && i < n; i++) {
		struct ent_entity entity = {0};
		const struct ent_entity *made;
		uint64_t key[2], index;
		if (!get_entity(reader, kind, &entity, &index) ||
				(i > 0 && ent_uuid_compare(&before, &entity.id) >= 0))
			return ENT_E_SYNTAX;
		before = entity.id;
		id_key(&entity.id, key);
		status = entity_make(reader->fold, &entity, &made);
		if (status == ENT_OK)
			status = ent_fold_put(reader->fold, maps[kind], key, ent_fold_value(made));
		if (status == ENT_OK && kind == ENT_ENTITY_SUBSCRIPTION)
			status = ent_fold_put(reader->fold, ENT_AIRSPACE_NOTIFICATIONS, key, index);
	}
	return status;
}

static ent_status read_usss(struct reader *reader, uint64_t n) {
	uint64_t availability, key[2], before[2] = {0};
	ent_status status = ENT_OK;
	for (uint64_t i = 0; status == ENT_OK && i < n; i++) {
		if (!get_uint(reader, 1, &availability) || availability >= ENT_AVAILABILITY_COUNT ||
				!get_text(reader, 0, ENT_AIRSPACE_NAME_MAX) ||
				!get_text(reader, 1, ENT_AIRSPACE_OVN_MAX))
			return ENT_E_SYNTAX;
		uss_key(reader->text[0], key);
		if (i > 0 && (key[0] < before[0] || (key[0] == before[0] && key[1] <= before[1])))
			return ENT_E_SYNTAX;
		memcpy(before, key, sizeof before);
		status = uss_put(reader->fold,
				&(struct ent_uss){(enum ent_availability)availability,
						reader->text[1], reader->text[0]});
	}
	return status;
}

static ent_status read_suffixes(struct reader *reader, uint64_t n) {
	struct ent_uuid pair[2], before[2] = {{{0}}};
	uint64_t key[4];
	ent_status status = ENT_OK;
	for (uint64_t i = 0; status == ENT_OK && i < n; i++) {
		if (!get_bytes(reader, pair, sizeof pair) || id_is_none(&pair[1]) ||
				(i > 0 && memcmp(before, pair, sizeof pair) >= 0))
			return ENT_E_SYNTAX;
		memcpy(before, pair, sizeof before);
		suffix_key(&pair[0], &pair[1], key);
		status = ent_fold_put(reader->fold, ENT_AIRSPACE_SUFFIXES, key, 0);
	}
	return status;
}

static ent_status read_all(struct reader *reader) {
	struct ent_airspace_head *head = airspace_head(reader->fold);
	char magic[sizeof SNAPSHOT_MAGIC - 1];
	uint64_t counts[5], flag;
	if (!get_bytes(reader, magic, sizeof magic) ||
			memcmp(magic, SNAPSHOT_MAGIC, sizeof magic) != 0 ||
			!get_uint(reader, 8, &head->size) || head->size > INT64_MAX ||
			!get_i64(reader, &head->time_utc_us) ||
			head->time_utc_us < ENT_TIME_MIN_US ||
			head->time_utc_us > ENT_TIME_MAX_US ||
			!get_i64(reader, &head->expire_after_us) || head->expire_after_us < 0 ||
			head->expire_after_us > ENT_TIME_MAX_US || !get_uint(reader, 1, &flag) ||
			flag > 1)
		return ENT_E_SYNTAX;
	head->index_is_time = flag != 0;
	for (int i = 0; i < 5; i++)
		if (!get_uint(reader, 8, &counts[i]))
			return ENT_E_SYNTAX;
	ent_status status = ENT_OK;
	for (int kind = 0; status == ENT_OK && kind < ENT_ENTITY_KIND_COUNT; kind++)
		status = read_entities(reader, (enum ent_entity_kind)kind, counts[kind]);
	if (status == ENT_OK)
		status = read_usss(reader, counts[3]);
	if (status == ENT_OK)
		status = read_suffixes(reader, counts[4]);
	if (status == ENT_OK && reader->at != reader->end)
		status = ENT_E_SYNTAX;
	return status == ENT_OK ? snapshot_index(reader->fold) : status;
}

ent_status ent_airspace_snapshot_read(struct ent_fold *fold, const void *bytes, size_t size,
		struct ent_fault *reterr_fault) {
	struct ent_hash hash;
	struct reader reader = {.at = bytes, .fold = fold};
	if (size < ENT_HASH_SIZE) {
		ent_fault_set(reterr_fault, "", "the snapshot is cut off");
		return ENT_E_SYNTAX;
	}
	reader.end = reader.at + size - ENT_HASH_SIZE;
	ent_seal_sha256(bytes, size - ENT_HASH_SIZE, &hash);
	if (memcmp(reader.end, hash.bytes, ENT_HASH_SIZE) != 0) {
		ent_fault_set(reterr_fault, "",
				"the snapshot is not what was written: its hash differs");
		return ENT_E_SYNTAX;
	}
	ent_status status = read_all(&reader);
	if (reader.no_memory)
		status = ENT_E_MEMORY;
	if (status == ENT_E_SYNTAX)
		ent_fault_set(reterr_fault, "",
				"the snapshot is not one of an airspace, or of another version");
	free(reader.cells);
	return status;
}
