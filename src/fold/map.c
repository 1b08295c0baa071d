/* SPDX-License-Identifier: Apache-2.0 */
/* map.c: keys go in and out of the open version; see fold.h and node.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "version.h"

/* The way from the root to a leaf; all nodes on it may be written. */
struct way {
	struct ent_fold *fold;
	unsigned map, words, depth; /* nodes on it */
	struct node *node[ENT_FOLD_DEPTH_MAX];
	uint32_t at[ENT_FOLD_DEPTH_MAX];
};

static struct node *node_new(struct ent_fold *fold, unsigned words, uint32_t level) {
	void *block;
	if (ent_fold_alloc(fold, node_size(words), &block) != ENT_OK)
		return NULL;
	struct node *node = block;
	node->version = fold->open->number;
	node->n = 0;
	node->level = level;
	return node;
}

/* The node itself when the open version made it, else its copy. NULL: out of memory. */
static struct node *writable(struct ent_fold *fold, unsigned words, struct node *node) {
	if (node->version == fold->open->number)
		return node;
	struct node *copy = node_new(fold, words, node->level);
	if (copy == NULL || ent_fold_retire(fold, node) != ENT_OK)
		return NULL;
	copy->n = node->n;
	for (unsigned column = 0; column <= words; column++)
		memcpy(node_column(copy, column), node_column(node, column),
				(size_t)node->n * sizeof(uint64_t));
	return copy;
}

/* Down to the leaf where 'key' belongs. E_MEMORY. */
static ent_status go(struct way *way, struct ent_fold *fold, unsigned map, const uint64_t *key) {
	const unsigned words = fold->options.words[map];
	struct node **from = &fold->open->root[map];
	way->fold = fold;
	way->map = map;
	way->words = words;
	way->depth = 0;
	struct node *node = *from;
	for (;;) {
		struct node *mine = writable(fold, words, node);
		if (mine == NULL)
			return ENT_E_MEMORY;
		if (way->depth == 0)
			*from = mine;
		else
			node_slots(way->node[way->depth - 1],
					words)[way->at[way->depth - 1]] = (uint64_t)(uintptr_t)mine;
		assert(way->depth < ENT_FOLD_DEPTH_MAX);
		way->node[way->depth] = mine;
		way->at[way->depth] = mine->level == 0 ? node_lower(mine, words, key)
						       : node_child_for(mine, words, key);
		way->depth++;
		if (mine->level == 0)
			return ENT_OK;
		node = node_child(mine, words, way->at[way->depth - 1]);
		node_expect(node, 1);
	}
}

static void insert_at(struct node *node, unsigned words, uint32_t at, const uint64_t *key,
		uint64_t slot) {
	for (unsigned column = 0; column <= words; column++) {
		uint64_t *place = node_column(node, column) + at;
		memmove(place + 1, place, (size_t)(node->n - at) * sizeof *place);
		*place = column < words ? key[column] : slot;
	}
	node->n++;
}

static void remove_at(struct node *node, unsigned words, uint32_t at) {
	node->n--;
	for (unsigned column = 0; column <= words; column++) {
		uint64_t *place = node_column(node, column) + at;
		memmove(place, place + 1, (size_t)(node->n - at) * sizeof *place);
	}
}

/* The keys of 'from' at 'at' and behind come to the end of 'to', too. */
static void append(struct node *to, const struct node *from, uint32_t at, unsigned words) {
	const uint32_t n = from->n - at;
	for (unsigned column = 0; column <= words; column++)
		memcpy(node_column(to, column) + to->n, node_column_const(from, column) + at,
				(size_t)n * sizeof(uint64_t));
	to->n += n;
}

/*
 * Divides the full node at 'level' of the way. Where keys come in order, as times do and ids that are
 * loaded, all but one stay: so nodes are full behind the place where the map grows.
 */
static ent_status divide(struct way *way, unsigned level) {
	const unsigned words = way->words;
	struct node *node = way->node[level];
	struct node *right = node_new(way->fold, words, node->level);
	uint64_t key[ENT_FOLD_WORDS_MAX];
	if (right == NULL)
		return ENT_E_MEMORY;
	const bool at_end = way->at[level] + (node->level == 0 ? 0u : 1u) >= NODE_KEYS_MAX;
	const uint32_t stay = at_end ? NODE_KEYS_MAX - 1 : NODE_KEYS_MAX / 2;
	if (level == 0) {
		struct node *root = node_new(way->fold, words, node->level + 1);
		if (root == NULL)
			return ENT_E_MEMORY;
		node_get_key(node, words, 0, key);
		insert_at(root, words, 0, key, (uint64_t)(uintptr_t)node);
		assert(way->depth < ENT_FOLD_DEPTH_MAX);
		memmove(way->node + 1, way->node, way->depth * sizeof way->node[0]);
		memmove(way->at + 1, way->at, way->depth * sizeof way->at[0]);
		way->node[0] = root;
		way->at[0] = 0;
		way->depth++;
		level = 1;
		way->fold->open->root[way->map] = root;
	}
	append(right, node, stay, words);
	node->n = stay;
	struct node *parent = way->node[level - 1];
	node_get_key(right, words, 0, key);
	insert_at(parent, words, way->at[level - 1] + 1, key, (uint64_t)(uintptr_t)right);
	if (way->at[level] >= stay && (way->at[level] > stay || node->level > 0 || at_end)) {
		way->node[level] = right;
		way->at[level] -= stay;
		way->at[level - 1]++;
	}
	return ENT_OK;
}

/* Every full node from the leaf up to the first that is not full is divided, from above. */
static ent_status make_room(struct way *way) {
	unsigned level = way->depth;
	while (level > 0 && way->node[level - 1]->n == NODE_KEYS_MAX)
		level--;
	for (; level < way->depth; level++) {
		const unsigned depth = way->depth;
		const ent_status status = divide(way, level);
		if (status != ENT_OK)
			return status;
		level += way->depth - depth;
	}
	return ENT_OK;
}

static bool leads_to_the_end(const struct way *way) {
	for (unsigned level = 0; level + 1 < way->depth; level++)
		if (way->at[level] + 1 < way->node[level]->n)
			return false;
	return true;
}

/* Keys that come in order, as from a snapshot, need no way: each goes behind the last one. NULL: not this key. */
static uint64_t *place_behind(struct ent_fold *fold, unsigned map, const uint64_t *key) {
	const unsigned words = fold->options.words[map];
	struct node *leaf = fold->last[map];
	if (leaf == NULL || leaf->n == NODE_KEYS_MAX || leaf->n == 0 ||
			node_lower(leaf, words, key) < leaf->n)
		return NULL;
	insert_at(leaf, words, leaf->n, key, 0);
	fold->open->count[map]++;
	return &node_slots(leaf, words)[leaf->n - 1];
}

/* Between the first and the last key of the leaf that is remembered: nothing above it changes. NULL: not this key. */
static uint64_t *place_expected(struct ent_fold *fold, unsigned map, const uint64_t *key) {
	const unsigned words = fold->options.words[map];
	const struct finger *finger = fold_finger(fold, map, key);
	struct node *leaf = finger->leaf;
	if (leaf == NULL || finger->map != map || leaf->version != fold->open->number ||
			leaf->n == NODE_KEYS_MAX)
		return NULL;
	const uint32_t at = node_lower(leaf, words, key);
	if (at == leaf->n)
		return NULL;
	if (!node_key_is(leaf, words, at, key)) {
		if (at == 0)
			return NULL;
		insert_at(leaf, words, at, key, 0);
		fold->open->count[map]++;
	}
	return &node_slots(leaf, words)[at];
}

/* The key's place, writable; when it was not there before, its value is 0. E_MEMORY. */
static ent_status place(
		struct ent_fold *fold, unsigned map, const uint64_t *key, uint64_t **ret_value) {
	const unsigned words = fold->options.words[map];
	struct way way;
	assert(fold->open != NULL && map < fold->options.n_maps);
	*ret_value = place_behind(fold, map, key);
	if (*ret_value == NULL)
		*ret_value = place_expected(fold, map, key);
	if (*ret_value != NULL)
		return ENT_OK;
	if (fold->open->root[map] == NULL) {
		fold->open->root[map] = node_new(fold, words, 0);
		if (fold->open->root[map] == NULL)
			return ENT_E_MEMORY;
	}
	ent_status status = go(&way, fold, map, key);
	if (status != ENT_OK)
		return status;
	struct node *leaf = way.node[way.depth - 1];
	uint32_t at = way.at[way.depth - 1];
	if (at < leaf->n && node_key_is(leaf, words, at, key)) {
		*ret_value = &node_slots(leaf, words)[at];
		return ENT_OK;
	}
	if (leaf->n == NODE_KEYS_MAX)
		fold->last[map] = NULL;
	status = make_room(&way);
	if (status != ENT_OK)
		return status;
	leaf = way.node[way.depth - 1];
	at = way.at[way.depth - 1];
	insert_at(leaf, words, at, key, 0);
	if (leads_to_the_end(&way))
		fold->last[map] = leaf;
	fold->open->count[map]++;
	/* A new least key is the least of all above it where it is on the left edge. */
	for (unsigned level = way.depth - 1; level > 0 && way.at[level] == 0; level--)
		node_set_key(way.node[level - 1], words, way.at[level - 1], key);
	*ret_value = &node_slots(leaf, words)[at];
	return ENT_OK;
}

ent_status ent_fold_put(struct ent_fold *fold, unsigned map, const uint64_t *key, uint64_t value) {
	uint64_t *slot;
	const ent_status status = place(fold, map, key, &slot);
	if (status == ENT_OK)
		*slot = value;
	return status;
}

ent_status ent_fold_add(struct ent_fold *fold, unsigned map, const uint64_t *key, uint64_t amount,
		uint64_t *ret_value) {
	uint64_t *slot;
	const ent_status status = place(fold, map, key, &slot);
	if (status == ENT_OK)
		*ret_value = *slot += amount;
	return status;
}

/* Joins the node at 'level' with a neighbour when both together leave room. */
static ent_status join(struct way *way, unsigned level) {
	const unsigned words = way->words;
	struct node *parent = way->node[level - 1];
	const uint32_t at = way->at[level - 1];
	for (int side = 0; side < 2; side++) {
		if (side == 0 ? at == 0 : at + 1 >= parent->n)
			continue;
		const uint32_t left_at = side == 0 ? at - 1 : at;
		struct node *left = node_child(parent, words, left_at);
		struct node *right = node_child(parent, words, left_at + 1);
		if (left->n + right->n > NODE_KEYS_MAX - NODE_KEYS_FEW)
			continue;
		left = writable(way->fold, words, left);
		if (left == NULL)
			return ENT_E_MEMORY;
		node_slots(parent, words)[left_at] = (uint64_t)(uintptr_t)left;
		append(left, right, 0, words);
		remove_at(parent, words, left_at + 1);
		/* A finger may be on it; in older versions it is what it was. */
		if (right->version == way->fold->open->number)
			right->n = 0;
		return ent_fold_retire(way->fold, right);
	}
	return ENT_OK;
}

/* After a removal: empty nodes go, small ones join, least keys above are set right. */
static ent_status tidy(struct way *way) {
	const unsigned words = way->words;
	uint64_t key[ENT_FOLD_WORDS_MAX];
	ent_status status = ENT_OK;
	for (unsigned level = way->depth - 1; status == ENT_OK && level > 0; level--) {
		struct node *node = way->node[level], *parent = way->node[level - 1];
		const uint32_t at = way->at[level - 1];
		if (node->n == 0) {
			remove_at(parent, words, at);
			status = ent_fold_retire(way->fold, node);
			continue;
		}
		node_get_key(node, words, 0, key);
		node_set_key(parent, words, at, key);
		if (node->n < NODE_KEYS_FEW)
			status = join(way, level);
	}
	struct node **root = &way->fold->open->root[way->map];
	while (status == ENT_OK && (*root)->level > 0 && (*root)->n <= 1) {
		struct node *old = *root;
		*root = old->n == 1 ? node_child(old, words, 0) : NULL;
		status = ent_fold_retire(way->fold, old);
		if (*root == NULL)
			break;
	}
	return status;
}

ent_status ent_fold_remove(struct ent_fold *fold, unsigned map, const uint64_t *key) {
	const unsigned words = fold->options.words[map];
	struct way way;
	uint64_t unused;
	assert(fold->open != NULL && map < fold->options.n_maps);
	fold->last[map] = NULL;
	if (!ent_fold_get(fold->open, map, key, &unused))
		return ENT_E_MISSING;
	const ent_status status = go(&way, fold, map, key);
	if (status != ENT_OK)
		return status;
	remove_at(way.node[way.depth - 1], words, way.at[way.depth - 1]);
	fold->open->count[map]--;
	return tidy(&way);
}
