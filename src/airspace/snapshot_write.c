/* SPDX-License-Identifier: Apache-2.0 */
/* snapshot_write.c: see snapshot.h. */
#include "snapshot.h"

#include <string.h>

#include "entity.h"

enum { BUFFER_SIZE = 65536 };

struct writer {
	ent_write_fn write;
	void *user;
	ent_status status;
	struct ent_seal_hasher *hasher;
	size_t used;
	uint8_t buffer[BUFFER_SIZE];
};

static void flush(struct writer *writer) {
	if (writer->status == ENT_OK)
		writer->status = ent_seal_hasher_add(writer->hasher, writer->buffer, writer->used);
	if (writer->status == ENT_OK)
		writer->status = writer->write(writer->user, writer->buffer, writer->used);
	writer->used = 0;
}

static void put_bytes(struct writer *writer, const void *bytes, size_t size) {
	const uint8_t *from = bytes;
	while (size > 0) {
		if (writer->used == BUFFER_SIZE)
			flush(writer);
		size_t part = BUFFER_SIZE - writer->used;
		if (part > size)
			part = size;
		memcpy(writer->buffer + writer->used, from, part);
		writer->used += part;
		from += part;
		size -= part;
	}
}

static void put_uint(struct writer *writer, uint64_t value, unsigned bytes) {
	uint8_t little[8];
	for (unsigned i = 0; i < bytes; i++)
		little[i] = (uint8_t)(value >> 8 * i);
	put_bytes(writer, little, bytes);
}

/* Of a key, as it stands in an id: the highest byte first. */
static void put_word(struct writer *writer, uint64_t word) {
	put_uint(writer, __builtin_bswap64(word), 8);
}

static void put_text(struct writer *writer, const char *text) {
	const size_t length = strlen(text);
	put_uint(writer, length, 4);
	put_bytes(writer, text, length);
}

static void put_entity(struct writer *writer, const struct ent_fold_version *version,
		const struct ent_entity *entity) {
	const struct ent_extent *extent = &entity->extent;
	put_uint(writer, (uint64_t)entity->state, 1);
	put_uint(writer,
			(entity->notify_intents ? FLAG_NOTIFY_INTENTS : 0u) |
					(entity->notify_constraints ? FLAG_NOTIFY_CONSTRAINTS
								    : 0u) |
					(entity->implicit ? FLAG_IMPLICIT : 0u),
			1);
	put_uint(writer, (uint64_t)(int64_t)entity->version, 4);
	put_bytes(writer, &entity->id, sizeof entity->id);
	if (entity->kind == ENT_ENTITY_INTENT)
		put_bytes(writer, &entity->subscription, sizeof entity->subscription);
	put_uint(writer, (uint64_t)(int64_t)extent->lower_mm, 4);
	put_uint(writer, (uint64_t)(int64_t)extent->upper_mm, 4);
	put_uint(writer, (uint64_t)extent->start_utc_us, 8);
	put_uint(writer, (uint64_t)extent->end_utc_us, 8);
	if (entity->kind == ENT_ENTITY_SUBSCRIPTION)
		put_uint(writer, ent_airspace_notification_index(version, entity), 8);
	put_uint(writer, extent->n_cells, 4);
	for (size_t i = 0; i < extent->n_cells; i++)
		put_uint(writer, extent->cells[i] >> 32, 4);
	put_uint(writer, extent->packed_size, 4);
	put_bytes(writer, extent->packed, extent->packed_size);
	put_text(writer, entity->manager);
	put_text(writer, entity->url);
	put_text(writer, entity->ovn);
}

static void put_all(struct writer *writer, const struct ent_fold_version *version) {
	static const unsigned maps[] = {ENT_AIRSPACE_INTENTS, ENT_AIRSPACE_CONSTRAINTS,
			ENT_AIRSPACE_SUBSCRIPTIONS, ENT_AIRSPACE_USSS, ENT_AIRSPACE_SUFFIXES};
	const struct ent_airspace_head *head = ent_fold_head(version);
	struct ent_fold_cursor cursor;
	const uint64_t *key;
	uint64_t value;
	put_bytes(writer, SNAPSHOT_MAGIC, sizeof SNAPSHOT_MAGIC - 1);
	put_uint(writer, head->size, 8);
	put_uint(writer, (uint64_t)head->time_utc_us, 8);
	put_uint(writer, (uint64_t)head->expire_after_us, 8);
	put_uint(writer, head->index_is_time, 1);
	for (size_t i = 0; i < sizeof maps / sizeof maps[0]; i++)
		put_uint(writer, ent_fold_count(version, maps[i]), 8);
	for (size_t i = 0; i < ENT_ENTITY_KIND_COUNT; i++) {
		ent_fold_seek(version, maps[i], NULL, &cursor);
		while (writer->status == ENT_OK && ent_fold_next(&cursor, &key, &value))
			put_entity(writer, version, ent_fold_block(value));
	}
	ent_fold_seek(version, ENT_AIRSPACE_USSS, NULL, &cursor);
	while (writer->status == ENT_OK && ent_fold_next(&cursor, &key, &value)) {
		const struct ent_uss *uss = ent_fold_block(value);
		put_uint(writer, (uint64_t)uss->availability, 1);
		put_text(writer, uss->name);
		put_text(writer, uss->version);
	}
	ent_fold_seek(version, ENT_AIRSPACE_SUFFIXES, NULL, &cursor);
	while (writer->status == ENT_OK && ent_fold_next(&cursor, &key, &value))
		for (int word = 0; word < 4; word++)
			put_word(writer, key[word]);
}

ent_status ent_airspace_snapshot_write(
		const struct ent_fold_version *version, ent_write_fn write, void *user) {
	struct writer writer = {.write = write, .user = user};
	struct ent_hash hash;
	writer.status = ent_seal_hasher_create(&writer.hasher);
	if (writer.status != ENT_OK)
		return writer.status;
	put_all(&writer, version);
	flush(&writer);
	if (writer.status == ENT_OK)
		writer.status = ent_seal_hasher_finish(writer.hasher, &hash);
	if (writer.status == ENT_OK)
		writer.status = write(user, hash.bytes, sizeof hash.bytes);
	ent_seal_hasher_destroy(writer.hasher);
	return writer.status;
}
