/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fork.c: a checkpoint against what is here, and the evidence when the two contradict one another.
 *
 * Of the smaller checkpoint's size, the larger one's entries have a root, the prefix, and it is not what the smaller one
 * says. When the larger one is that over what is here, its tiles give prefix and proof. When it is the one that was
 * given, its entries do: those before the first one given are here, and the others came with it.
 */
#include <stdlib.h>
#include <string.h>

#include "replica.h"

static bool same(const struct ent_hash *a, const struct ent_hash *b) {
	return ent_seal_equal(a, b, sizeof *a);
}

static ent_status print(const struct ent_fork *fork, struct ent_replica_answer *answer) {
	answer->fork_length = ent_fork_print(fork, answer->fork);
	return ENT_E_EXISTS;
}

ent_status fork_compare(const struct held *held, const struct given_note *given,
		struct ent_tree *scratch, struct ent_replica_answer *answer) {
	struct ent_store_tiles tiles = {held->store, held->ledger};
	const uint64_t size = given->checkpoint.size;
	struct ent_fork fork = {.note = {given->note, held->head.note},
			.note_length = {given->length, held->head.note_length},
			.one_size = size == held->tree.size,
			.prefix = held->root};
	ent_status status = ENT_OK;
	if (!fork.one_size)
		status = held_root_at(held, size, scratch, &fork.prefix);
	if (status != ENT_OK || same(&fork.prefix, &given->checkpoint.root))
		return status;
	/* Of nothing at all there is no checkpoint here; and what an older key signed says nothing of this one. */
	if (held->head.note_length == 0 || held->by_older)
		return ENT_E_REFUSED;
	if (!fork.one_size)
		status = ent_proof_consistency(
				size, held->tree.size, ent_store_tile, &tiles, &fork.proof);
	return status == ENT_OK ? print(&fork, answer) : status;
}

/* --- The tree of what was given --- */

struct mixed {
	struct ent_store_tiles tiles; /* of the first entries */
	uint64_t first;               /* from here on: */
	const struct ent_store_entry *entries;
};

/* The hash of the perfect subtree of 256^level entries from number slot * 256^level on. */
static ent_status mixed_hash(const struct mixed *mixed, unsigned level, uint64_t slot,
		struct ent_hash *ret_hash) {
	struct ent_hash row[ENT_TILE_WIDTH];
	ent_status status = ENT_OK;
	if (level == 0 && slot >= mixed->first) {
		*ret_hash = mixed->entries[slot - mixed->first].leaf;
		return ENT_OK;
	}
	if ((slot + 1) << 8 * level <= mixed->first) {
		/* The store has tiles from their beginning on. */
		const unsigned at = (unsigned)(slot % ENT_TILE_WIDTH);
		struct ent_store_tiles tiles = mixed->tiles;
		status = ent_store_tile(&tiles, level, slot / ENT_TILE_WIDTH, at + 1, row);
		if (status == ENT_OK)
			*ret_hash = row[at];
		return status;
	}
	for (unsigned i = 0; status == ENT_OK && i < ENT_TILE_WIDTH; i++)
		status = mixed_hash(mixed, level - 1, slot * ENT_TILE_WIDTH + i, &row[i]);
	for (unsigned n = ENT_TILE_WIDTH; status == ENT_OK && n > 1; n /= 2)
		for (unsigned i = 0; i < n / 2; i++)
			ent_ledger_node_hash(&row[2 * i], &row[2 * i + 1], &row[i]);
	if (status == ENT_OK)
		*ret_hash = row[0];
	return status;
}

/* An ent_tile_read_fn. */
static ent_status mixed_tile(void *user, unsigned level, uint64_t index, unsigned width,
		struct ent_hash *ret_hashes) {
	const struct mixed *mixed = user;
	ent_status status = ENT_OK;
	unsigned done = 0;
	/* What is here of it in one go. */
	const uint64_t here = mixed->first >> 8 * level, first = index * ENT_TILE_WIDTH;
	if (here > first) {
		struct ent_store_tiles tiles = mixed->tiles;
		done = here - first < width ? (unsigned)(here - first) : width;
		status = ent_store_tile(&tiles, level, index, done, ret_hashes);
	}
	for (; status == ENT_OK && done < width; done++)
		status = mixed_hash(mixed, level, first + done, &ret_hashes[done]);
	return status == ENT_E_MISSING ? ENT_E_IO : status;
}

/* The root of its first 'size' entries. */
static ent_status mixed_root(struct mixed *mixed, uint64_t size, struct ent_tree *scratch,
		struct ent_hash *ret_root) {
	const ent_status status = ent_tree_restore(scratch, size, mixed_tile, mixed);
	if (status == ENT_OK)
		ent_tree_root(scratch, ret_root);
	return status;
}

static ent_status prove(const struct held *held, const struct given_note *given,
		struct mixed *mixed, struct ent_tree *scratch, struct ent_replica_answer *answer) {
	struct ent_fork fork = {.note = {held->head.note, given->note},
			.note_length = {held->head.note_length, given->length}};
	struct ent_hash root;
	ent_status status = mixed_root(mixed, given->checkpoint.size, scratch, &root);
	if (status == ENT_OK && !same(&root, &given->checkpoint.root))
		return ENT_E_REFUSED;
	if (status == ENT_OK)
		status = mixed_root(mixed, held->tree.size, scratch, &fork.prefix);
	if (status == ENT_OK)
		status = ent_proof_consistency(held->tree.size, given->checkpoint.size, mixed_tile,
				mixed, &fork.proof);
	return status == ENT_OK ? print(&fork, answer) : status;
}

ent_status fork_of_entries(const struct held *held, const struct given_note *given, uint64_t first,
		const struct ent_store_entry *entries, size_t n,
		struct ent_replica_answer *answer) {
	struct mixed mixed = {
			.tiles = {held->store, held->ledger}, .first = first, .entries = entries};
	if (given->checkpoint.size != first + n || held->head.note_length == 0 || held->by_older)
		return ENT_E_REFUSED;
	struct ent_tree *scratch = malloc(sizeof *scratch);
	if (scratch == NULL)
		return ENT_E_MEMORY;
	const ent_status status = prove(held, given, &mixed, scratch, answer);
	free(scratch);
	return status;
}
