/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names.c: an AA tree (Andersson, "Balanced search trees made simple", 1993) in one array;
 * node 0 is the empty tree, of level 0. Its height is at most twice log2 of its size, so
 * the recursion is at most 50 deep.
 */
#include "names.h"

#include <stdlib.h>
#include <string.h>

struct check_names_node {
	uint32_t left, right;
	size_t text; /* in the pool */
	uint8_t length, level;
};

struct addition {
	struct check_names *names;
	const char *name;
	size_t length;
	uint32_t found; /* node; 0 until it is known */
	bool added;
};

static ent_status reserve(struct check_names *names, size_t length) {
	if (names->n_nodes + 2 > names->capacity) {
		uint32_t capacity = names->capacity == 0 ? 64 : names->capacity * 2;
		struct check_names_node *nodes = realloc(names->nodes, capacity * sizeof *nodes);
		if (nodes == NULL)
			return ENT_E_MEMORY;
		names->nodes = nodes;
		names->capacity = capacity;
	}
	if (names->pool_capacity - names->pool_used < length + 1) {
		size_t capacity = names->pool_capacity == 0 ? 4096 : names->pool_capacity * 2;
		char *pool = realloc(names->pool, capacity);
		if (pool == NULL)
			return ENT_E_MEMORY;
		names->pool = pool;
		names->pool_capacity = capacity;
	}
	if (names->n_nodes == 0) {
		memset(&names->nodes[0], 0, sizeof names->nodes[0]);
		names->n_nodes = 1;
	}
	return ENT_OK;
}

/* Turns a left child of the same level to the top. */
static uint32_t skew(struct check_names_node *nodes, uint32_t top) {
	uint32_t left = nodes[top].left;
	if (left == 0 || nodes[left].level != nodes[top].level)
		return top;
	nodes[top].left = nodes[left].right;
	nodes[left].right = top;
	return left;
}

/* Lifts the middle of three of the same level. */
static uint32_t split(struct check_names_node *nodes, uint32_t top) {
	uint32_t right = nodes[top].right;
	if (right == 0 || nodes[nodes[right].right].level != nodes[top].level)
		return top;
	nodes[top].right = nodes[right].left;
	nodes[right].left = top;
	nodes[right].level++;
	return right;
}

static int compare(const struct check_names *names, const struct addition *a, uint32_t node) {
	size_t length = names->nodes[node].length;
	if (a->length != length)
		return a->length < length ? -1 : 1;
	return memcmp(a->name, names->pool + names->nodes[node].text, length);
}

static uint32_t insert(struct addition *a, uint32_t top) {
	struct check_names *names = a->names;
	struct check_names_node *nodes = names->nodes;
	if (top == 0) {
		uint32_t node = names->n_nodes++;
		nodes[node] = (struct check_names_node){
				.text = names->pool_used, .length = (uint8_t)a->length, .level = 1};
		memcpy(names->pool + names->pool_used, a->name, a->length);
		names->pool[names->pool_used + a->length] = '\0';
		names->pool_used += a->length + 1;
		a->found = node;
		a->added = true;
		return node;
	}
	int order = compare(names, a, top);
	if (order == 0)
		a->found = top;
	else if (order < 0)
		nodes[top].left = insert(a, nodes[top].left);
	else
		nodes[top].right = insert(a, nodes[top].right);
	return a->added ? split(nodes, skew(nodes, top)) : top;
}

ent_status check_names_add(struct check_names *names, const char *name, size_t length,
		uint32_t *ret_number, bool *ret_added) {
	if (length > CHECK_NAME_LENGTH_MAX || names->n_nodes > CHECK_NAMES_MAX)
		return ENT_E_LIMIT;
	ent_status status = reserve(names, length);
	if (status != ENT_OK)
		return status;
	struct addition a = {.names = names, .name = name, .length = length};
	names->root = insert(&a, names->root);
	*ret_number = a.found - 1;
	*ret_added = a.added;
	return ENT_OK;
}

const char *check_names_text(const struct check_names *names, uint32_t number, size_t *ret_length) {
	const struct check_names_node *node = &names->nodes[number + 1];
	*ret_length = node->length;
	return names->pool + node->text;
}

void check_names_finish(struct check_names *names) {
	free(names->nodes);
	free(names->pool);
	memset(names, 0, sizeof *names);
}
