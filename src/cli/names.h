/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names.h: a set of byte strings, each with a number in order of arrival. A balanced tree,
 * not a hash table: names come from outside, and no choice of them makes it slow.
 */
#ifndef ENTENTE_CLI_NAMES_H
#define ENTENTE_CLI_NAMES_H

#include "entente/base.h"

enum { CHECK_NAMES_MAX = 16000000, CHECK_NAME_LENGTH_MAX = 255 };

struct check_names_node;

/* Zeroed is empty. */
struct check_names {
	struct check_names_node *nodes; /* [0] is the empty tree */
	uint32_t n_nodes, capacity, root;
	char *pool;
	size_t pool_used, pool_capacity;
};

/* The number of the name, which is added when it is new. E_LIMIT: too many, too long. E_MEMORY. */
ENT_MUST_USE ent_status check_names_add(struct check_names *names, const char *name, size_t length,
		uint32_t *ret_number, bool *ret_added);

/* Its bytes, terminated; valid until the next addition. */
const char *check_names_text(const struct check_names *names, uint32_t number, size_t *ret_length);

void check_names_finish(struct check_names *names);

#endif
