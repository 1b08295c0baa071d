/* SPDX-License-Identifier: Apache-2.0 */
/* full.c: the tiles that become full while a batch makes a tree grow; see store.h. */
#include <stdlib.h>
#include <string.h>

#include "entente/store.h"

ent_status ent_store_full_take(
		void *full, unsigned level, uint64_t index, const struct ent_hash *hashes) {
	struct ent_store_full *all = full;
	if (all->n == all->capacity) {
		const size_t capacity = all->capacity * 2 + 8;
		struct ent_store_tile *grown = realloc(all->tiles, capacity * sizeof *grown);
		if (grown == NULL)
			return ENT_E_MEMORY;
		all->tiles = grown;
		all->capacity = capacity;
	}
	struct ent_hash *copy = malloc(ENT_TILE_WIDTH * sizeof *copy);
	if (copy == NULL)
		return ENT_E_MEMORY;
	memcpy(copy, hashes, ENT_TILE_WIDTH * sizeof *copy);
	all->tiles[all->n].level = level;
	all->tiles[all->n].index = index;
	all->tiles[all->n++].hashes = copy;
	return ENT_OK;
}

void ent_store_full_finish(struct ent_store_full *full) {
	for (size_t i = 0; i < full->n; i++)
		free((void *)full->tiles[i].hashes);
	free(full->tiles);
	*full = (struct ent_store_full){0};
}
