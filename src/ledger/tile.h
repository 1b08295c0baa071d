/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tile.h: the tree's hashes, from tiles. A subtree of 2^h entries, h = 8 * level + rest, lies in one tile
 * of that level as 2^rest hashes in a row.
 */
#ifndef ENTENTE_LEDGER_TILE_H
#define ENTENTE_LEDGER_TILE_H

#include "entente/ledger.h"

enum { TILE_HEIGHT = 8 }; /* 2^8 = ENT_TILE_WIDTH */

/* The root of 2^height hashes in a row, height below TILE_HEIGHT. */
void tile_fold(const struct ent_hash *hashes, unsigned height, struct ent_hash *ret_hash);

/* A tree of 'size' entries that is read; one tile of it is held, because the next hash is often there too. */
struct tile_reader {
	ent_tile_read_fn read;
	void *user;
	uint64_t size;
	bool holds;
	unsigned level;
	uint64_t index;
	struct ent_hash hashes[ENT_TILE_WIDTH];
};
void tile_reader_init(struct tile_reader *reader, uint64_t size, ent_tile_read_fn read, void *user);

/*
 * MTH(D[first:end]) of a range that RFC 6962 splits a tree into: end - first is not 0, and 'first' a
 * multiple of the smallest power of two not below it. Whatever 'read' returns.
 */
ENT_MUST_USE ent_status tile_range_hash(struct tile_reader *reader, uint64_t first, uint64_t end,
		struct ent_hash *ret_hash);

#endif
