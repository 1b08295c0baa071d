/* SPDX-License-Identifier: Apache-2.0 */
/* join.c: see join.h. */
#include "join.h"

#include <string.h>

/* --- A few boxes and a tree --- */

void few_clear(struct few *few) {
	few->n = 0;
	for (uint32_t slot = 0; slot < TREE_WIDTH; slot++)
		node_clear_slot(&few->node, slot);
	for (int axis = 0; axis < BOX_AXES; axis++) {
		few->hull.lo[axis] = INT32_MAX;
		few->hull.hi[axis] = INT32_MIN;
	}
}

void few_add(struct few *few, const struct box *box) {
	node_set_slot(&few->node, few->n++, box);
	for (int axis = 0; axis < BOX_AXES; axis++) {
		int32_t *lo = &few->hull.lo[axis], *hi = &few->hull.hi[axis];
		*lo = box->lo[axis] < *lo ? box->lo[axis] : *lo;
		*hi = box->hi[axis] > *hi ? box->hi[axis] : *hi;
	}
}

unsigned few_meeting(const struct few *few, const struct box *box) {
	return node_meeting(&few->node, box);
}

bool few_join(const struct few *few, const struct tree *tree, join_fn meet, void *user) {
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
		const struct node *node = tree_node(tree, level, at);
		for (unsigned bits = node_meeting(node, &few->hull); bits != 0; bits &= bits - 1) {
			const uint32_t slot = (uint32_t)__builtin_ctz(bits);
			const struct box box = node_box(node, slot);
			unsigned own = few->n == 1 ? 1 : node_meeting(&few->node, &box);
			if (level > 0 && own != 0) {
				stack[depth].node = at * TREE_WIDTH + slot;
				stack[depth++].level = level - 1;
			}
			for (; level == 0 && own != 0; own &= own - 1)
				if (!meet(user, (struct leaf){(uint32_t)__builtin_ctz(own), 0},
						    tree->leaves[at * TREE_WIDTH + slot]))
					return false;
		}
	}
	return true;
}

/* --- Two trees --- */

struct join {
	const struct tree *a, *b;
	const struct ent_minima *minima;
	join_fn meet;
	join_step_fn step;
	void *user;
};

/* A node of each: where it is, and b's hull, grown. */
struct both {
	uint32_t a, b;
	int level_a, level_b;
	struct box hull_b;
};

static bool same(const struct join *join, const struct both *at) {
	return join->a == join->b && at->level_a == at->level_b && at->a == at->b;
}

static bool join_leaves(const struct join *join, const struct both *at) {
	const struct node *a = tree_node(join->a, 0, at->a), *b = tree_node(join->b, 0, at->b);
	const bool self = same(join, at);
	for (unsigned bits = node_meeting(a, &at->hull_b); bits != 0; bits &= bits - 1) {
		const unsigned i = (unsigned)__builtin_ctz(bits);
		const struct box box = box_grow(node_box(a, i), join->minima);
		unsigned met = node_meeting(b, &box);
		if (self)
			met &= ~0U << i << 1;
		for (; met != 0; met &= met - 1)
			if (!join->meet(join->user, join->a->leaves[at->a * TREE_WIDTH + i],
					    join->b->leaves[at->b * TREE_WIDTH +
							    (uint32_t)__builtin_ctz(met)]))
				return false;
	}
	return !self || join->step == NULL || join->step(join->user, TREE_WIDTH);
}

static bool join_nodes(const struct join *join, const struct both *at);

/* Only a goes down: it stands higher. */
static bool join_below_a(const struct join *join, const struct both *at) {
	const struct node *a = tree_node(join->a, at->level_a, at->a);
	struct both below = *at;
	below.level_a--;
	for (unsigned bits = node_meeting(a, &at->hull_b); bits != 0; bits &= bits - 1) {
		below.a = at->a * TREE_WIDTH + (uint32_t)__builtin_ctz(bits);
		if (!join_nodes(join, &below))
			return false;
	}
	return true;
}

/* Only b goes down. Its hulls are grown; a's are not. */
static bool join_below_b(const struct join *join, const struct both *at) {
	const struct node *a = tree_node(join->a, at->level_a, at->a);
	const struct node *b = tree_node(join->b, at->level_b, at->b);
	struct both below = *at;
	below.level_b--;
	for (uint32_t j = 0; j < TREE_WIDTH; j++) {
		below.hull_b = box_grow(node_box(b, j), join->minima);
		below.b = at->b * TREE_WIDTH + j;
		if (node_used(b, j) && node_meeting(a, &below.hull_b) != 0 &&
				!join_nodes(join, &below))
			return false;
	}
	return true;
}

static bool join_below_both(const struct join *join, const struct both *at) {
	const struct node *a = tree_node(join->a, at->level_a, at->a);
	const struct node *b = tree_node(join->b, at->level_b, at->b);
	const bool self = same(join, at);
	struct both below = {.level_a = at->level_a - 1, .level_b = at->level_b - 1};
	for (uint32_t j = 0; j < TREE_WIDTH; j++) {
		if (!node_used(b, j))
			continue;
		below.hull_b = box_grow(node_box(b, j), join->minima);
		below.b = at->b * TREE_WIDTH + j;
		unsigned bits = node_meeting(a, &below.hull_b);
		if (self)
			bits &= (2U << j) - 1;
		for (; bits != 0; bits &= bits - 1) {
			below.a = at->a * TREE_WIDTH + (uint32_t)__builtin_ctz(bits);
			if (!join_nodes(join, &below))
				return false;
		}
	}
	return true;
}

/* As deep as both trees are high together. */
static bool join_nodes(const struct join *join, const struct both *at) {
	if (at->level_a > at->level_b)
		return join_below_a(join, at);
	if (at->level_b > at->level_a)
		return join_below_b(join, at);
	return at->level_a == 0 ? join_leaves(join, at) : join_below_both(join, at);
}

bool tree_join(const struct tree *a, const struct tree *b, const struct ent_minima *minima,
		join_fn meet, join_step_fn step, void *user) {
	const struct join join = {a, b, minima, meet, step, user};
	const struct both top = {.level_a = a->levels - 1,
			.level_b = b->levels - 1,
			.hull_b = box_grow(node_hull(tree_node(b, b->levels - 1, 0)), minima)};
	return join_nodes(&join, &top);
}
