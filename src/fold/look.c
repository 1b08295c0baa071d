/* SPDX-License-Identifier: Apache-2.0 */
/* look.c: keys are found and walked in a version; see fold.h. */
#include "version.h"

bool ent_fold_get(const struct ent_fold_version *version, unsigned map, const uint64_t *key,
		uint64_t *ret_value) {
	const unsigned words = version->options->words[map];
	const struct node *node = version->root[map];
	if (node == NULL)
		return false;
	while (node->level > 0) {
		node = node_child(node, words, node_child_for(node, words, key));
		node_expect(node, 1);
	}
	const uint32_t at = node_lower(node, words, key);
	if (at == node->n || !node_key_is(node, words, at, key))
		return false;
	*ret_value = node_slot(node, words, at);
	return true;
}

/* A key on its way down. */
struct going {
	struct node *node; /* not a leaf */
	const struct ent_fold_expected *to;
};

/* One level down; false: that was the last one. */
static bool go_on(struct ent_fold *fold, struct going *going) {
	const bool is_last = going->node->level == 1;
	const unsigned map = going->to->map, words = fold->options.words[map];
	const uint32_t at = node_child_for(going->node, words, going->to->key);
	going->node = node_child(going->node, words, at);
	node_expect(going->node, is_last ? words + 1 : 1);
	if (is_last)
		*fold_finger(fold, map, going->to->key) = (struct finger){going->node, map};
	return !is_last;
}

void ent_fold_expect(struct ent_fold *fold, const struct ent_fold_expected *expected, size_t n) {
	struct going going[ENT_FOLD_EXPECT_MAX];
	size_t under_way = 0;
	if (n > ENT_FOLD_EXPECT_MAX)
		n = ENT_FOLD_EXPECT_MAX;
	for (size_t i = 0; i < n; i++) {
		struct node *root = fold->open->root[expected[i].map];
		if (root != NULL && root->level > 0)
			going[under_way++] = (struct going){root, &expected[i]};
	}
	while (under_way > 0) {
		size_t left = 0;
		for (size_t i = 0; i < under_way; i++)
			if (go_on(fold, &going[i]))
				going[left++] = going[i];
		under_way = left;
	}
}

void ent_fold_seek(const struct ent_fold_version *version, unsigned map, const uint64_t *key,
		struct ent_fold_cursor *ret_cursor) {
	const unsigned words = version->options->words[map];
	const struct node *node = version->root[map];
	ret_cursor->words = words;
	ret_cursor->depth = 0;
	while (node != NULL) {
		uint32_t at = 0;
		if (key != NULL)
			at = node->level == 0 ? node_lower(node, words, key)
					      : node_child_for(node, words, key);
		ret_cursor->path[ret_cursor->depth].node = node;
		ret_cursor->path[ret_cursor->depth].at = at;
		ret_cursor->depth++;
		node = node->level == 0 ? NULL : node_child(node, words, at);
		if (node != NULL)
			node_expect(node, 1);
	}
}

/* To the next leaf. False when there is none. */
static bool onward(struct ent_fold_cursor *cursor) {
	unsigned level = cursor->depth - 1;
	const struct node *node;
	do {
		if (level == 0)
			return false;
		level--;
		node = cursor->path[level].node;
	} while (cursor->path[level].at + 1 >= node->n);
	cursor->path[level].at++;
	while (node->level > 0) {
		node = node_child(node, cursor->words, cursor->path[level].at);
		level++;
		cursor->path[level].node = node;
		cursor->path[level].at = 0;
	}
	return true;
}

bool ent_fold_next(struct ent_fold_cursor *cursor, const uint64_t **ret_key, uint64_t *ret_value) {
	if (cursor->depth == 0)
		return false;
	unsigned leaf = cursor->depth - 1;
	const struct node *node = cursor->path[leaf].node;
	if (cursor->path[leaf].at >= node->n) {
		if (!onward(cursor))
			return false;
		node = cursor->path[leaf].node;
	}
	const uint32_t at = cursor->path[leaf].at++;
	node_get_key(node, cursor->words, at, cursor->key);
	*ret_key = cursor->key;
	*ret_value = node_slot(node, cursor->words, at);
	return true;
}
