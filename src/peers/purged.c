/* SPDX-License-Identifier: Apache-2.0 */
/* purged.c: see purged.h. */
#include "purged.h"

#include <stdlib.h>
#include <string.h>

#include "entente/seal.h"

struct purged_key purged_key_of(const char *ledger, uint64_t number, const struct ent_hash *leaf) {
	uint8_t bytes[ENT_LINE_NAME_SIZE + sizeof number + ENT_HASH_SIZE] = {0};
	struct purged_key key;
	struct ent_hash hash;
	size_t length = strnlen(ledger, ENT_LINE_NAME_SIZE - 1);
	memcpy(bytes, ledger, length);
	for (size_t i = 0; i < sizeof number; i++)
		bytes[ENT_LINE_NAME_SIZE + i] = (uint8_t)(number >> (56 - 8 * i));
	memcpy(bytes + ENT_LINE_NAME_SIZE + sizeof number, leaf->bytes, ENT_HASH_SIZE);
	ent_seal_sha256(bytes, sizeof bytes, &hash);
	memcpy(key.bytes, hash.bytes, sizeof key.bytes);
	return key;
}

/* Where it is, or belongs. */
static size_t place_of(const struct purged *purged, const struct purged_key *key) {
	size_t low = 0, high = purged->n;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (memcmp(&purged->items[middle].key, key, sizeof *key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct purged_item *purged_find(const struct purged *purged, const struct purged_key *key) {
	const size_t at = place_of(purged, key);
	return at < purged->n && memcmp(&purged->items[at].key, key, sizeof *key) == 0
			? &purged->items[at]
			: NULL;
}

ent_status purged_add(struct purged *purged, const struct purged_key *key, int64_t epoch,
		uint64_t entry) {
	if (purged->n == PURGED_MAX || purged_find(purged, key) != NULL)
		return ENT_OK;
	if (purged->n == purged->capacity) {
		const size_t capacity = 2 * purged->capacity + 16;
		struct purged_item *grown = realloc(purged->items, capacity * sizeof *grown);
		if (grown == NULL)
			return ENT_E_MEMORY;
		purged->items = grown;
		purged->capacity = capacity;
	}
	const size_t at = place_of(purged, key);
	memmove(&purged->items[at + 1], &purged->items[at],
			(purged->n - at) * sizeof purged->items[0]);
	purged->items[at] = (struct purged_item){*key, epoch, entry};
	purged->n++;
	return ENT_OK;
}

void purged_cut(struct purged *purged, int64_t epoch, uint64_t size) {
	size_t kept = 0;
	for (size_t i = 0; i < purged->n; i++)
		if (purged->items[i].epoch != epoch || purged->items[i].entry < size)
			purged->items[kept++] = purged->items[i];
	purged->n = kept;
}

void purged_finish(struct purged *purged) {
	free(purged->items);
	*purged = (struct purged){.items = NULL};
}
