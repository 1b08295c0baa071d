/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tree.c: the tree that grows, an entry at a time. One leaf more is a carry in a binary counter: it joins
 * the smallest perfect subtree of the frontier while there is one of its own size. What reaches a height
 * of 8 * level on the way is a hash of that level's tile.
 */
#include "entente/ledger.h"

#include <string.h>

#include "tile.h"

/* Perfect subtrees of a tree of this size. */
static size_t bits_set(uint64_t size) {
	size_t n = 0;
	for (; size != 0; size &= size - 1)
		n++;
	return n;
}

void ent_tree_init(struct ent_tree *tree) {
	memset(tree, 0, sizeof *tree);
}

static ent_status restore_tiles(
		struct ent_tree *tree, uint64_t size, ent_tile_read_fn read, void *user) {
	ent_status status = ENT_OK;
	for (unsigned level = 0; level < ENT_TILE_LEVELS && status == ENT_OK; level++) {
		const uint64_t there = size >> TILE_HEIGHT * level;
		const unsigned width = (unsigned)(there % ENT_TILE_WIDTH);
		if (width > 0)
			status = read(user, level, there / ENT_TILE_WIDTH, width,
					tree->tile[level]);
	}
	return status;
}

/* Each subtree of the frontier lies in the last tile of its level, after all larger ones. */
static void restore_frontier(struct ent_tree *tree) {
	size_t n = 0;
	for (unsigned height = ENT_TILE_LEVELS * TILE_HEIGHT; height-- > 0;) {
		if ((tree->size >> height & 1) == 0)
			continue;
		const unsigned level = height / TILE_HEIGHT, rest = height % TILE_HEIGHT;
		const uint64_t first = (tree->size >> height ^ 1) << rest;
		tile_fold(tree->tile[level] + first % ENT_TILE_WIDTH, rest, &tree->frontier[n++]);
	}
}

ent_status ent_tree_restore(
		struct ent_tree *tree, uint64_t size, ent_tile_read_fn read, void *user) {
	ent_tree_init(tree);
	if (size > ENT_TREE_SIZE_MAX)
		return ENT_E_LIMIT;
	const ent_status status = restore_tiles(tree, size, read, user);
	if (status != ENT_OK) {
		ent_tree_init(tree);
		return status;
	}
	tree->size = size;
	restore_frontier(tree);
	return ENT_OK;
}

/* The subtree of 256^level entries from number slot * 256^level on. */
static ent_status put(struct ent_tree *tree, unsigned level, uint64_t slot,
		const struct ent_hash *hash, ent_tile_full_fn full, void *user) {
	tree->tile[level][slot % ENT_TILE_WIDTH] = *hash;
	if (slot % ENT_TILE_WIDTH != ENT_TILE_WIDTH - 1 || full == NULL)
		return ENT_OK;
	return full(user, level, slot / ENT_TILE_WIDTH, tree->tile[level]);
}

ent_status ent_tree_append(struct ent_tree *tree, const struct ent_hash *leaf,
		ent_tile_full_fn full, void *user) {
	size_t n = bits_set(tree->size);
	struct ent_hash subtree = *leaf;
	if (tree->size >= ENT_TREE_SIZE_MAX)
		return ENT_E_LIMIT;
	for (unsigned height = 0;; height++) {
		const uint64_t number = tree->size >> height;
		if (height % TILE_HEIGHT == 0) {
			const ent_status status = put(
					tree, height / TILE_HEIGHT, number, &subtree, full, user);
			if (status != ENT_OK)
				return status;
		}
		if ((number & 1) == 0)
			break;
		ent_ledger_node_hash(&tree->frontier[--n], &subtree, &subtree);
	}
	tree->frontier[n] = subtree;
	tree->size++;
	return ENT_OK;
}

void ent_tree_root(const struct ent_tree *tree, struct ent_hash *ret_root) {
	size_t n = bits_set(tree->size);
	struct ent_hash root;
	if (n == 0) {
		ent_seal_sha256(NULL, 0, ret_root);
		return;
	}
	for (root = tree->frontier[--n]; n > 0;)
		ent_ledger_node_hash(&tree->frontier[--n], &root, &root);
	*ret_root = root;
}
