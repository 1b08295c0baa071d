/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tree.h: an immutable, packed tree of boxes.
 *
 * The boxes are put in the order of a curve through (size class, x, y, z, time, altitude)
 * and packed eight to a node, nodes eight to a node above, and so on, with no pointers. The
 * size class comes first so that a huge box does not stretch the nodes of small ones; within
 * a class the axes are measured in what is one step for boxes of that size.
 *
 * A tree is counted: one count for each holder. It is built by one thread and read by many.
 */
#ifndef ENTENTE_CONFLICT_TREE_H
#define ENTENTE_CONFLICT_TREE_H

#include <stdatomic.h>

#include "box.h"

enum { TREE_WIDTH = 8, TREE_LEVELS_MAX = 12 };

/* What a box stands for: a run of pieces of an entry of the index. */
struct leaf {
	uint32_t entry;
	uint32_t run; /* first piece and count: RUN_FIRST_BITS and the rest */
};

enum { RUN_FIRST_BITS = 18 };

static inline uint32_t leaf_pack(struct run run) {
	return run.first | run.count << RUN_FIRST_BITS;
}

static inline struct run leaf_run(struct leaf leaf) {
	return (struct run){leaf.run & ((1U << RUN_FIRST_BITS) - 1), leaf.run >> RUN_FIRST_BITS};
}

/* A box and what it stands for. */
struct item {
	struct box box;
	struct leaf leaf;
};

/* Eight boxes side by side. */
struct node {
	int32_t lo[BOX_AXES][TREE_WIDTH], hi[BOX_AXES][TREE_WIDTH];
};

struct tree {
	atomic_uint holders;
	uint32_t n; /* leaves */
	int levels;
	uint32_t level_start[TREE_LEVELS_MAX]; /* nodes[level_start[0]] .. hold the leaves' boxes */
	struct node *nodes;
	struct leaf *leaves;
};

/* Takes the items' order over: they are sorted. NULL when there is no memory. 'threads' at least 1; n at least 1. */
struct tree *tree_build(struct item *items, uint32_t n, unsigned threads);
struct tree *tree_hold(struct tree *tree);
void tree_release(struct tree *tree);

static inline const struct node *tree_node(const struct tree *tree, int level, uint32_t i) {
	return &tree->nodes[tree->level_start[level] + i];
}

static inline struct box node_box(const struct node *node, uint32_t slot) {
	struct box box;
	for (int axis = 0; axis < BOX_AXES; axis++) {
		box.lo[axis] = node->lo[axis][slot];
		box.hi[axis] = node->hi[axis][slot];
	}
	return box;
}

/* An empty place of a node holds a box that meets nothing. */
static inline bool node_used(const struct node *node, uint32_t slot) {
	return node->lo[BOX_X][slot] <= node->hi[BOX_X][slot];
}

void node_clear_slot(struct node *node, uint32_t slot);
void node_set_slot(struct node *node, uint32_t slot, const struct box *box);
struct box node_hull(const struct node *node);

/* Which of a node's boxes meet: one bit each. Axis by axis, so that eight boxes fill vector registers. */
static inline unsigned node_meeting(const struct node *node, const struct box *box) {
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

/* The box of leaf i, as it was given. */
static inline struct box tree_box(const struct tree *tree, uint32_t i) {
	return node_box(&tree->nodes[i / TREE_WIDTH], i % TREE_WIDTH);
}

size_t tree_bytes(const struct tree *tree);

#endif
