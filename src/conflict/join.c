/* SPDX-License-Identifier: Apache-2.0 */
/* join.c: see join.h. */
#include "join.h"

#include <string.h>

/* --- A few boxes and a tree --- */

void few_clear(struct few *few) {
	few->n = 0;
	for (uint32_t slot = 0; slot < TREE_WIDTH; slot++)
		node_clear_slot(&few->node, slot);
}

void few_add(struct few *few, const struct box *box) {
	few->wide[few->n] = wide_of(box);
	node_set_slot(&few->node, few->n++, box);
}

unsigned few_meeting(const struct few *few, const struct box *box) {
	const struct wide wide = wide_of(box);
	return node_meeting(&few->node, &wide);
}

/* The first of some bits, taken out of them. */
static uint32_t take_bit(unsigned *bits) {
	const uint32_t slot = (uint32_t)__builtin_ctz(*bits);
	*bits &= *bits - 1;
	return slot;
}

/* Which of the few that 'own' names meet each of a node's boxes: ret_own has a bit for each. */
static void few_below(const struct few *few, unsigned own, const struct node *node,
		unsigned ret_own[TREE_WIDTH]) {
	memset(ret_own, 0, TREE_WIDTH * sizeof *ret_own);
	while (own != 0) {
		const uint32_t slot = take_bit(&own);
		for (unsigned bits = node_meeting(node, &few->wide[slot]); bits != 0;)
			ret_own[take_bit(&bits)] |= 1U << slot;
	}
}

bool few_join(const struct few *few, const struct tree *tree, join_fn meet, void *user) {
	/* Each level leaves at most seven siblings waiting. Only what met a node is asked below it. */
	struct {
		uint32_t node;
		int level;
		unsigned own;
	} stack[TREE_LEVELS_MAX * TREE_WIDTH];
	int depth = 0;
	stack[depth].node = 0;
	stack[depth].own = (1U << few->n) - 1;
	stack[depth++].level = tree->levels - 1;
	while (depth > 0) {
		depth--;
		const uint32_t first = stack[depth].node * TREE_WIDTH;
		const int level = stack[depth].level;
		unsigned own[TREE_WIDTH];
		few_below(few, stack[depth].own, tree_node(tree, level, stack[depth].node), own);
		for (uint32_t slot = 0; slot < TREE_WIDTH; slot++) {
			if (level > 0 && own[slot] != 0) {
				node_expect(tree, level - 1, first + slot);
				stack[depth].node = first + slot;
				stack[depth].own = own[slot];
				stack[depth++].level = level - 1;
			}
			while (level == 0 && own[slot] != 0)
				if (!meet(user, (struct leaf){take_bit(&own[slot]), 0},
						    tree->leaves[first + slot]))
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
	struct wide hull_b;
};

static struct wide grown(const struct join *join, struct box box) {
	box = box_grow(box, join->minima);
	return wide_of(&box);
}

static bool same(const struct join *join, const struct both *at) {
	return join->a == join->b && at->level_a == at->level_b && at->a == at->b;
}

static bool join_leaves(const struct join *join, const struct both *at) {
	const struct node *a = tree_node(join->a, 0, at->a), *b = tree_node(join->b, 0, at->b);
	const bool self = same(join, at);
	for (unsigned bits = node_meeting(a, &at->hull_b); bits != 0; bits &= bits - 1) {
		const unsigned i = (unsigned)__builtin_ctz(bits);
		const struct wide wide = grown(join, node_box(a, i));
		unsigned met = node_meeting(b, &wide);
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
		below.hull_b = grown(join, node_box(b, j));
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
		below.hull_b = grown(join, node_box(b, j));
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
			.hull_b = grown(&join, node_hull(tree_node(b, b->levels - 1, 0)))};
	return join_nodes(&join, &top);
}
