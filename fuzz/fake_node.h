/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fake_node.h: node.h without threads and store: a command is decided at once, in memory, and is durable then. Each
 * entry is applied by its bytes to a second fold too, which must be the same.
 */
#ifndef ENTENTE_FUZZ_FAKE_NODE_H
#define ENTENTE_FUZZ_FAKE_NODE_H

#include "entente/node.h"

struct ent_node *fake_node_create(void);
void fake_node_destroy(struct ent_node *node);

/* The clock; it goes on by a microsecond with each entry. */
int64_t fake_node_now(const struct ent_node *node);
void fake_node_wait(struct ent_node *node, int64_t us);
/* The next command is not decided but done with this. */
void fake_node_fail_next(struct ent_node *node, ent_status status);
/* NULL: all is well; else what is broken, or differs from the replay. */
const char *fake_node_broken(struct ent_node *node);

#endif
