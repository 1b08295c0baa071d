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
#include <string.h>

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

/* Asks for a node's memory before it is looked at: a tree is larger than the caches. */
static inline void node_expect(const struct tree *tree, int level, uint32_t i) {
	const char *bytes = (const char *)tree_node(tree, level, i);
	for (size_t at = 0; at < sizeof(struct node); at += 64)
		__builtin_prefetch(bytes + at);
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

/*
 * Four numbers that are compared at once: gcc and clang make vector instructions of them where
 * the machine has any, and the answer is the same where it has none.
 */
typedef int32_t lanes __attribute__((vector_size(16)));
enum { LANES = 4, HALVES = TREE_WIDTH / LANES };

/* A box as node_meeting wants it: each bound in every lane. */
struct wide {
	lanes lo[BOX_AXES], hi[BOX_AXES];
};

static inline struct wide wide_of(const struct box *box) {
	struct wide wide;
	for (int axis = 0; axis < BOX_AXES; axis++) {
		const int32_t lo = box->lo[axis], hi = box->hi[axis];
		wide.lo[axis] = (lanes){lo, lo, lo, lo};
		wide.hi[axis] = (lanes){hi, hi, hi, hi};
	}
	return wide;
}

static inline lanes lanes_at(const int32_t *numbers) {
	lanes four;
	memcpy(&four, numbers, sizeof four);
	return four;
}

/* Which of a node's boxes meet: one bit each. */
static inline unsigned node_meeting(const struct node *node, const struct wide *wide) {
	lanes apart[HALVES] = {{0}};
	for (int axis = 0; axis < BOX_AXES; axis++)
		for (int half = 0; half < HALVES; half++)
			apart[half] |= (lanes_at(&node->lo[axis][half * LANES]) > wide->hi[axis]) |
					(wide->lo[axis] > lanes_at(&node->hi[axis][half * LANES]));
	/* A compared lane is all ones or nothing. Each keeps a bit of its own, and all come together. */
	const lanes bits = (~apart[0] & (lanes){1, 2, 4, 8}) |
			(~apart[1] & (lanes){16, 32, 64, 128});
	uint64_t two[2];
	memcpy(two, &bits, sizeof two);
	const uint64_t both = two[0] | two[1];
	return (unsigned)(both | both >> 32) & 0xff;
}

/* The box of leaf i, as it was given. */
static inline struct box tree_box(const struct tree *tree, uint32_t i) {
	return node_box(&tree->nodes[i / TREE_WIDTH], i % TREE_WIDTH);
}

size_t tree_bytes(const struct tree *tree);

#endif
