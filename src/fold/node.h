/* SPDX-License-Identifier: Apache-2.0 */
/*
 * node.h: the nodes of a map: a B+ tree whose nodes are copied before they change, unless they were made
 * in the version that is open. An inner node's key i is the least key under its child i.
 */
#ifndef ENTENTE_FOLD_NODE_H
#define ENTENTE_FOLD_NODE_H

#include "entente/fold.h"

/* Keys of a node: a leaf of three-word keys is 1 KB, which is quick to copy and of which a search sees little. */
enum { NODE_KEYS_MAX = 32, NODE_KEYS_FEW = NODE_KEYS_MAX / 4 };

/*
 * By columns: the first word of all keys, then their second, ... at last the values or children. So a search, which
 * the first words decide, sees four lines of the cache, none of which it has to wait for another for.
 */
struct node {
	uint64_t version;
	uint32_t n;
	uint32_t level;   /* 0: a leaf; else one more than its children's */
	uint64_t words[]; /* columns of NODE_KEYS_MAX */
};

static inline uint64_t *node_column(struct node *node, unsigned column) {
	return node->words + (size_t)column * NODE_KEYS_MAX;
}

static inline const uint64_t *node_column_const(const struct node *node, unsigned column) {
	return node->words + (size_t)column * NODE_KEYS_MAX;
}

static inline uint64_t *node_slots(struct node *node, unsigned words) {
	return node_column(node, words);
}

static inline uint64_t node_slot(const struct node *node, unsigned words, uint32_t i) {
	return node_column_const(node, words)[i];
}

static inline struct node *node_child(const struct node *node, unsigned words, uint32_t i) {
	return ent_fold_block(node_slot(node, words, i));
}

static inline size_t node_size(unsigned words) {
	return sizeof(struct node) + (size_t)NODE_KEYS_MAX * (words + 1) * sizeof(uint64_t);
}

static inline void node_get_key(
		const struct node *node, unsigned words, uint32_t i, uint64_t *ret_key) {
	for (unsigned word = 0; word < words; word++)
		ret_key[word] = node_column_const(node, word)[i];
}

static inline void node_set_key(
		struct node *node, unsigned words, uint32_t i, const uint64_t *key) {
	for (unsigned word = 0; word < words; word++)
		node_column(node, word)[i] = key[word];
}

static inline bool node_key_is(
		const struct node *node, unsigned words, uint32_t i, const uint64_t *key) {
	for (unsigned word = 0; word < words; word++)
		if (node_column_const(node, word)[i] != key[word])
			return false;
	return true;
}

/* The first of an ascending column's places in from..to whose word is not less. No branch: which way cannot be foreseen. */
static inline uint32_t column_lower(
		const uint64_t *column, uint32_t from, uint32_t to, uint64_t word) {
	uint32_t n = to - from;
	for (; n > 1; n -= n / 2)
		from += n / 2 & -(uint32_t)(column[from + n / 2 - 1] < word);
	return from + (n == 1 && column[from] < word);
}

/* Asks for the head and the first columns of a node that is looked at soon: then for all of these there is one wait. */
static inline void node_expect(const struct node *node, unsigned columns) {
	const char *line = (const char *)node;
	const char *end = (const char *)(node->words + (size_t)columns * NODE_KEYS_MAX);
	for (; line < end; line += 64)
		__builtin_prefetch(line);
}

/* How many keys are less than 'key'. */
static inline uint32_t node_lower(const struct node *node, unsigned words, const uint64_t *key) {
	uint32_t from = 0, to = node->n; /* those that are like it so far */
	for (unsigned word = 0; word < words; word++) {
		const uint64_t *column = node_column_const(node, word);
		from = column_lower(column, from, to, key[word]);
		if (from == to || column[from] != key[word])
			break;
		if (column[to - 1] != key[word])
			to = column_lower(column, from, to, key[word] + 1);
	}
	return from;
}

/* The child under which 'key' belongs. */
static inline uint32_t node_child_for(
		const struct node *node, unsigned words, const uint64_t *key) {
	const uint32_t lower = node_lower(node, words, key);
	if (lower < node->n && node_key_is(node, words, lower, key))
		return lower;
	return lower > 0 ? lower - 1 : 0;
}

#endif
