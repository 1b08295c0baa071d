/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exact.h: the exact volumes of a node's operational intents, in the engine's index: what discovery cells only
 * hint at, this decides. Depends on: base, fold, geo, volume, conflict, airspace, node.
 *
 * A thread follows the committed state, a few times a second; so an answer is of a moment ago, and says of how many
 * entries it knows. It holds up no write.
 */
#ifndef ENTENTE_EXACT_H
#define ENTENTE_EXACT_H

#include "entente/conflict.h"
#include "entente/node.h"

struct ent_exact;

/* The node stays the caller's and outlives it. E_MEMORY. */
ENT_MUST_USE ent_status ent_exact_create(struct ent_node *node, struct ent_exact **ret_exact);
/* NULL is fine. */
void ent_exact_destroy(struct ent_exact *exact);

struct ent_exact_state {
	uint64_t entries; /* of the ledger that it knows */
	size_t intents, volumes;
	uint64_t lost; /* changes that there was no memory for: unknown is never clear */
};
void ent_exact_state(struct ent_exact *exact, struct ent_exact_state *ret_state);

/* Return false to stop. */
typedef bool (*ent_exact_hit_fn)(
		void *user, const struct ent_uuid *intent, const struct ent_verdict *verdict);
/* Every intent one of whose volumes is in conflict (or unknown) with 'volume', once for each. E_DOMAIN, E_MEMORY. */
ENT_MUST_USE ent_status ent_exact_query(struct ent_exact *exact, const struct ent_volume *volume,
		const struct ent_minima *minima, ent_exact_hit_fn hit, void *user);
/* Waits until it knows of that many entries. For tests. */
void ent_exact_wait(struct ent_exact *exact, uint64_t entries);

#endif
