/* SPDX-License-Identifier: Apache-2.0 */
/* tree.c: see tree.h. */
#include "tree.h"

#include <stdlib.h>
#include <string.h>

#include "order.h"

static uint32_t nodes_for(uint32_t boxes) {
	return (boxes + TREE_WIDTH - 1) / TREE_WIDTH;
}

/* A box that meets nothing, for the empty places of a node. */
static void clear_slot(struct node *node, uint32_t slot) {
	for (int axis = 0; axis < BOX_AXES; axis++) {
		node->lo[axis][slot] = INT32_MAX;
		node->hi[axis][slot] = INT32_MIN;
	}
}

static void set_slot(struct node *node, uint32_t slot, const struct box *box) {
	for (int axis = 0; axis < BOX_AXES; axis++) {
		node->lo[axis][slot] = box->lo[axis];
		node->hi[axis][slot] = box->hi[axis];
	}
}

static struct box node_hull(const struct node *node) {
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
		set_slot(&tree->nodes[i / TREE_WIDTH], i % TREE_WIDTH, &item->box);
		tree->leaves[i] = item->leaf;
	}
	for (uint32_t i = tree->n; i % TREE_WIDTH != 0; i++)
		clear_slot(&tree->nodes[i / TREE_WIDTH], i % TREE_WIDTH);
}

static void pack_level(struct tree *tree, int level) {
	const uint32_t below = level_nodes(tree, level - 1);
	const struct node *from = &tree->nodes[tree->level_start[level - 1]];
	struct node *to = &tree->nodes[tree->level_start[level]];
	for (uint32_t i = 0; i < below; i++) {
		const struct box hull = node_hull(&from[i]);
		set_slot(&to[i / TREE_WIDTH], i % TREE_WIDTH, &hull);
	}
	for (uint32_t i = below; i % TREE_WIDTH != 0; i++)
		clear_slot(&to[i / TREE_WIDTH], i % TREE_WIDTH);
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

struct box tree_box(const struct tree *tree, uint32_t i) {
	const struct node *node = &tree->nodes[i / TREE_WIDTH];
	struct box box;
	for (int axis = 0; axis < BOX_AXES; axis++) {
		box.lo[axis] = node->lo[axis][i % TREE_WIDTH];
		box.hi[axis] = node->hi[axis][i % TREE_WIDTH];
	}
	return box;
}

/* Which of a node's boxes meet: one bit each. Axis by axis, so that eight boxes fill vector registers. */
static unsigned meeting(const struct node *node, const struct box *box) {
	int32_t apart[TREE_WIDTH] = {0};
	for (int axis = 0; axis < BOX_AXES; axis++) {
		const int32_t lo = box->lo[axis], hi = box->hi[axis];
		for (int slot = 0; slot < TREE_WIDTH; slot++)
			apart[slot] |= -((node->lo[axis][slot] > hi) | (node->hi[axis][slot] < lo));
	}
	unsigned bits = 0;
	for (unsigned slot = 0; slot < TREE_WIDTH; slot++)
		bits |= (unsigned)(apart[slot] == 0) << slot;
	return bits;
}

bool tree_meets(const struct tree *tree, const struct box *box, tree_meet_fn meet, void *user) {
	/* Each level leaves at most seven siblings waiting. */
	struct {
		uint32_t node;
		int level;
	} stack[TREE_LEVELS_MAX * TREE_WIDTH];
	int depth = 0;
	stack[depth].node = 0;
	stack[depth++].level = tree->levels - 1;
	while (depth > 0) {
		depth--;
		const uint32_t at = stack[depth].node;
		const int level = stack[depth].level;
		unsigned bits = meeting(&tree->nodes[tree->level_start[level] + at], box);
		for (; bits != 0; bits &= bits - 1) {
			const uint32_t child = at * TREE_WIDTH + (uint32_t)__builtin_ctz(bits);
			if (level == 0) {
				if (!meet(user, tree->leaves[child]))
					return false;
			} else {
				stack[depth].node = child;
				stack[depth++].level = level - 1;
			}
		}
	}
	return true;
}

size_t tree_bytes(const struct tree *tree) {
	uint32_t nodes = 0;
	for (int level = 0; level < tree->levels; level++)
		nodes += level_nodes(tree, level);
	return sizeof *tree + nodes * sizeof *tree->nodes + tree->n * sizeof *tree->leaves;
}
