/* SPDX-License-Identifier: Apache-2.0 */
/* tree.c: see tree.h. */
#include "tree.h"

#include <stdlib.h>
#include <string.h>

#include "order.h"

static uint32_t nodes_for(uint32_t boxes) {
	return (boxes + TREE_WIDTH - 1) / TREE_WIDTH;
}

void node_clear_slot(struct node *node, uint32_t slot) {
	for (int axis = 0; axis < BOX_AXES; axis++) {
		node->lo[axis][slot] = INT32_MAX;
		node->hi[axis][slot] = INT32_MIN;
	}
}

void node_set_slot(struct node *node, uint32_t slot, const struct box *box) {
	for (int axis = 0; axis < BOX_AXES; axis++) {
		node->lo[axis][slot] = box->lo[axis];
		node->hi[axis][slot] = box->hi[axis];
	}
}

struct box node_hull(const struct node *node) {
	struct box hull;
	for (int axis = 0; axis < BOX_AXES; axis++) {
		int32_t lo = node->lo[axis][0], hi = node->hi[axis][0];
		for (int slot = 1; slot < TREE_WIDTH; slot++) {
			lo = node->lo[axis][slot] < lo ? node->lo[axis][slot] : lo;
			hi = node->hi[axis][slot] > hi ? node->hi[axis][slot] : hi;
		}
		hull.lo[axis] = lo;
		hull.hi[axis] = hi;
	}
	return hull;
}

/* Lays out the levels; returns how many nodes there are in all. */
static uint32_t plan_levels(struct tree *tree, uint32_t n) {
	uint32_t total = 0, boxes = n;
	do {
		tree->level_start[tree->levels++] = total;
		boxes = nodes_for(boxes);
		total += boxes;
	} while (boxes > 1);
	return total;
}

static uint32_t level_nodes(const struct tree *tree, int level) {
	uint32_t boxes = tree->n;
	for (int i = 0; i <= level; i++)
		boxes = nodes_for(boxes);
	return boxes;
}

static void pack_leaves(struct tree *tree, const struct item *items, const struct order *order) {
	for (uint32_t i = 0; i < tree->n; i++) {
		const struct item *item = &items[order[i].item];
		node_set_slot(&tree->nodes[i / TREE_WIDTH], i % TREE_WIDTH, &item->box);
		tree->leaves[i] = item->leaf;
	}
	for (uint32_t i = tree->n; i % TREE_WIDTH != 0; i++)
		node_clear_slot(&tree->nodes[i / TREE_WIDTH], i % TREE_WIDTH);
}

static void pack_level(struct tree *tree, int level) {
	const uint32_t below = level_nodes(tree, level - 1);
	const struct node *from = &tree->nodes[tree->level_start[level - 1]];
	struct node *to = &tree->nodes[tree->level_start[level]];
	for (uint32_t i = 0; i < below; i++) {
		const struct box hull = node_hull(&from[i]);
		node_set_slot(&to[i / TREE_WIDTH], i % TREE_WIDTH, &hull);
	}
	for (uint32_t i = below; i % TREE_WIDTH != 0; i++)
		node_clear_slot(&to[i / TREE_WIDTH], i % TREE_WIDTH);
}

struct tree *tree_build(struct item *items, uint32_t n, unsigned threads) {
	struct tree *tree = calloc(1, sizeof *tree);
	if (tree == NULL)
		return NULL;
	atomic_init(&tree->holders, 1);
	tree->n = n;
	const uint32_t nodes = plan_levels(tree, n);
	tree->nodes = malloc((size_t)nodes * sizeof *tree->nodes);
	tree->leaves = malloc((size_t)n * sizeof *tree->leaves);
	struct order *order = order_items(items, n, threads);
	if (tree->nodes == NULL || tree->leaves == NULL || order == NULL) {
		free(order);
		tree_release(tree);
		return NULL;
	}
	pack_leaves(tree, items, order);
	free(order);
	for (int level = 1; level < tree->levels; level++)
		pack_level(tree, level);
	return tree;
}

struct tree *tree_hold(struct tree *tree) {
	atomic_fetch_add_explicit(&tree->holders, 1, memory_order_relaxed);
	return tree;
}

void tree_release(struct tree *tree) {
	if (tree == NULL || atomic_fetch_sub_explicit(&tree->holders, 1, memory_order_acq_rel) != 1)
		return;
	free(tree->nodes);
	free(tree->leaves);
	free(tree);
}

size_t tree_bytes(const struct tree *tree) {
	uint32_t nodes = 0;
	for (int level = 0; level < tree->levels; level++)
		nodes += level_nodes(tree, level);
	return sizeof *tree + nodes * sizeof *tree->nodes + tree->n * sizeof *tree->leaves;
}
