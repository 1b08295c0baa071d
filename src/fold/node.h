/* SPDX-License-Identifier: Apache-2.0 */
/*
 * node.h: the nodes of a map: a B+ tree whose nodes are copied before they change, unless they were made
 * in the version that is open. An inner node's key i is the least key under its child i.
 */
#ifndef ENTENTE_FOLD_NODE_H
#define ENTENTE_FOLD_NODE_H

#include "entente/fold.h"

/* Keys of a node: a leaf of three-word keys is 1 KB, which is quick to copy and costs a search five steps. */
enum { NODE_KEYS_MAX = 32, NODE_KEYS_FEW = NODE_KEYS_MAX / 4 };

struct node {
	uint64_t version;
	uint32_t n;
	bool leaf;
	uint64_t words[]; /* NODE_KEYS_MAX keys, then as many values or children */
};

static inline uint64_t *node_key(struct node *node, unsigned words, uint32_t i) {
	return node->words + (size_t)i * words;
}

static inline const uint64_t *node_key_const(const struct node *node, unsigned words, uint32_t i) {
	return node->words + (size_t)i * words;
}

static inline uint64_t *node_slots(struct node *node, unsigned words) {
	return node->words + (size_t)NODE_KEYS_MAX * words;
}

static inline uint64_t node_slot(const struct node *node, unsigned words, uint32_t i) {
	return node->words[(size_t)NODE_KEYS_MAX * words + i];
}

static inline struct node *node_child(const struct node *node, unsigned words, uint32_t i) {
	return (struct node *)(uintptr_t)node_slot(
			node, words, i); /* NOLINT: a slot holds a child */
}

static inline size_t node_size(unsigned words) {
	return sizeof(struct node) + (size_t)NODE_KEYS_MAX * (words + 1) * sizeof(uint64_t);
}

static inline int key_compare(const uint64_t *a, const uint64_t *b, unsigned words) {
	for (unsigned i = 0; i < words; i++)
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	return 0;
}

/* Which way a search goes cannot be foreseen, so only the words that are equal, which can, are branched on. */
static inline bool key_less(const uint64_t *a, const uint64_t *b, unsigned words) {
	unsigned i = 0;
	while (i + 1 < words && a[i] == b[i])
		i++;
	return a[i] < b[i];
}

static inline uint32_t node_search(const struct node *node, unsigned words, const uint64_t *key) {
	uint32_t at = 0, n = node->n;
	for (; n > 1; n -= n / 2) {
		const uint32_t half = n / 2;
		at += half &
				-(uint32_t)key_less(node_key_const(node, words, at + half - 1), key,
						words);
	}
	return at + (n == 1 && key_less(node_key_const(node, words, at), key, words));
}

/* How many keys are less than 'key'. */
static inline uint32_t node_lower(const struct node *node, unsigned words, const uint64_t *key) {
	/* Once for each length, so that the compiler knows it. */
	switch (words) {
	case 1:
		return node_search(node, 1, key);
	case 2:
		return node_search(node, 2, key);
	case 3:
		return node_search(node, 3, key);
	default:
		return node_search(node, 4, key);
	}
}

/* The child under which 'key' belongs. */
static inline uint32_t node_child_for(
		const struct node *node, unsigned words, const uint64_t *key) {
	const uint32_t lower = node_lower(node, words, key);
	if (lower < node->n && key_compare(node_key_const(node, words, lower), key, words) == 0)
		return lower;
	return lower > 0 ? lower - 1 : 0;
}

#endif
