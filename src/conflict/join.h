/* SPDX-License-Identifier: Apache-2.0 */
/*
 * join.h: which boxes of two trees, or of a few boxes and a tree, come near.
 *
 * Both sides are walked down together: a pair of nodes is followed only when some box of each
 * meets the other node's hull. So what many neighbours have in common is looked at once.
 */
#ifndef ENTENTE_CONFLICT_JOIN_H
#define ENTENTE_CONFLICT_JOIN_H

#include "tree.h"

/* Return false to stop. */
typedef bool (*join_fn)(void *user, struct leaf a, struct leaf b);

/* Called for every eighth leaf of a tree that is joined with itself. Return false to stop. */
typedef bool (*join_step_fn)(void *user, uint32_t leaves);

/*
 * Calls meet for each leaf of a and leaf of b whose boxes, one of them grown by the minima,
 * meet. When a is b: each pair of two leaves once, and no leaf with itself. False when stopped.
 */
bool tree_join(const struct tree *a, const struct tree *b, const struct ent_minima *minima,
		join_fn meet, join_step_fn step, void *user);

/* Up to eight boxes, grown already. Calls meet with leaf a = {slot, 0}. False when stopped. */
struct few {
	struct node node;
	struct wide wide[TREE_WIDTH];
	uint32_t n;
};

void few_clear(struct few *few);
void few_add(struct few *few, const struct box *box);
bool few_join(const struct few *few, const struct tree *tree, join_fn meet, void *user);
/* Bits of the slots whose boxes meet this one. */
unsigned few_meeting(const struct few *few, const struct box *box);

#endif
