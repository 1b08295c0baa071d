/* SPDX-License-Identifier: Apache-2.0 */
/*
 * diff.c: what two versions do not have alike. Both maps are walked side by side; where both cursors stand at the
 * beginning of one and the same node, the node is passed over whole, as high up as that is so.
 */
#include "node.h"

/* Stands at a key? A cursor may stand behind the last one of its leaf. */
static bool settle(struct ent_fold_cursor *cursor) {
	while (cursor->depth > 0) {
		const unsigned leaf = cursor->depth - 1;
		const struct node *node = cursor->path[leaf].node;
		if (cursor->path[leaf].at < node->n) {
			if (node->level == 0)
				return true;
			cursor->path[cursor->depth].node = node_child(
					node, cursor->words, cursor->path[leaf].at);
			cursor->path[cursor->depth].at = 0;
			cursor->depth++;
			continue;
		}
		/* This node is done: its parent goes on. */
		cursor->depth--;
		if (cursor->depth > 0)
			cursor->path[cursor->depth - 1].at++;
	}
	return false;
}

/* From how many levels above the leaf on does the cursor stand at the beginning? 0: not even of the leaf. */
static unsigned begins(const struct ent_fold_cursor *cursor) {
	unsigned levels = 0;
	while (levels < cursor->depth && cursor->path[cursor->depth - 1 - levels].at == 0)
		levels++;
	return levels;
}

/* Passes over the greatest node at whose beginning both stand. */
static bool pass_shared(struct ent_fold_cursor *a, struct ent_fold_cursor *b) {
	const unsigned of_a = begins(a), of_b = begins(b);
	for (unsigned levels = of_a < of_b ? of_a : of_b; levels > 0; levels--) {
		const unsigned at_a = a->depth - levels, at_b = b->depth - levels;
		const struct node *node = a->path[at_a].node;
		if (node != b->path[at_b].node)
			continue;
		a->depth = at_a + 1;
		b->depth = at_b + 1;
		a->path[at_a].at = b->path[at_b].at = node->n;
		return true;
	}
	return false;
}

static const uint64_t *key_at(struct ent_fold_cursor *cursor, uint64_t *ret_value) {
	const struct node *node = cursor->path[cursor->depth - 1].node;
	const uint32_t at = cursor->path[cursor->depth - 1].at;
	*ret_value = node_slot(node, cursor->words, at);
	node_get_key(node, cursor->words, at, cursor->key);
	return cursor->key;
}

static int key_compare(const uint64_t *a, const uint64_t *b, unsigned words) {
	for (unsigned i = 0; i < words; i++)
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	return 0;
}

void ent_fold_diff(const struct ent_fold_version *before, const struct ent_fold_version *after,
		unsigned map, ent_fold_change_fn change, void *user) {
	struct ent_fold_cursor a = {0}, b;
	if (before != NULL)
		ent_fold_seek(before, map, NULL, &a);
	ent_fold_seek(after, map, NULL, &b);
	for (;;) {
		const bool in_a = settle(&a), in_b = settle(&b);
		struct ent_fold_change found = {.was = in_a, .is = in_b};
		if (!in_a && !in_b)
			return;
		if (in_a && in_b && pass_shared(&a, &b))
			continue;
		const uint64_t *old = in_a ? key_at(&a, &found.old_value) : NULL;
		const uint64_t *now = in_b ? key_at(&b, &found.value) : NULL;
		const int order = old == NULL ? 1
				: now == NULL ? -1
					      : key_compare(old, now, b.words);
		found.key = order <= 0 ? old : now;
		found.was = order <= 0;
		found.is = order >= 0;
		a.path[a.depth > 0 ? a.depth - 1 : 0].at += found.was;
		b.path[b.depth > 0 ? b.depth - 1 : 0].at += found.is;
		if (found.was && found.is && found.old_value == found.value)
			continue;
		if (!change(user, &found))
			return;
	}
}
