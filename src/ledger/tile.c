/* SPDX-License-Identifier: Apache-2.0 */
/* tile.c: see tile.h. */
#include "tile.h"

#include <string.h>

void tile_fold(const struct ent_hash *hashes, unsigned height, struct ent_hash *ret_hash) {
	struct ent_hash row[ENT_TILE_WIDTH / 2];
	size_t n = (size_t)1 << height;
	memcpy(row, hashes, n * sizeof *row);
	for (; n > 1; n /= 2)
		for (size_t i = 0; i < n / 2; i++)
			ent_ledger_node_hash(&row[2 * i], &row[2 * i + 1], &row[i]);
	*ret_hash = row[0];
}

void tile_reader_init(
		struct tile_reader *reader, uint64_t size, ent_tile_read_fn read, void *user) {
	reader->read = read;
	reader->user = user;
	reader->size = size;
	reader->holds = false;
}

/* Holds this tile: all of it, or as much as a tree of this size has there. */
static ent_status hold(struct tile_reader *reader, unsigned level, uint64_t index) {
	if (reader->holds && reader->level == level && reader->index == index)
		return ENT_OK;
	const uint64_t there = (reader->size >> TILE_HEIGHT * level) - index * ENT_TILE_WIDTH;
	const unsigned width = there < ENT_TILE_WIDTH ? (unsigned)there : ENT_TILE_WIDTH;
	reader->holds = false;
	const ent_status status = reader->read(reader->user, level, index, width, reader->hashes);
	if (status != ENT_OK)
		return status;
	reader->holds = true;
	reader->level = level;
	reader->index = index;
	return ENT_OK;
}

/* Of the 2^height entries from 'first' on. */
static ent_status perfect_hash(struct tile_reader *reader, uint64_t first, unsigned height,
		struct ent_hash *ret_hash) {
	const unsigned level = height / TILE_HEIGHT;
	const uint64_t slot = first >> TILE_HEIGHT * level;
	const ent_status status = hold(reader, level, slot / ENT_TILE_WIDTH);
	if (status == ENT_OK)
		tile_fold(reader->hashes + slot % ENT_TILE_WIDTH, height % TILE_HEIGHT, ret_hash);
	return status;
}

ent_status tile_range_hash(struct tile_reader *reader, uint64_t first, uint64_t end,
		struct ent_hash *ret_hash) {
	struct ent_hash all = {{0}}, part;
	bool some = false;
	/* The perfect subtrees from the right, smallest first, each joined to what stands right of it. */
	for (unsigned height = 0; first < end; height++) {
		if (((end - first) >> height & 1) == 0)
			continue;
		end -= UINT64_C(1) << height;
		const ent_status status = perfect_hash(reader, end, height, &part);
		if (status != ENT_OK)
			return status;
		if (some)
			ent_ledger_node_hash(&part, &all, &all);
		else
			all = part;
		some = true;
	}
	*ret_hash = all;
	return ENT_OK;
}
