/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attach.h: the subscription of an intent: it is made or widened for it, and an implicit one goes with the last
 * intent that has it. E_MEMORY as in entity.h.
 */
#ifndef ENTENTE_AIRSPACE_ATTACH_H
#define ENTENTE_AIRSPACE_ATTACH_H

#include "entry.h"

/* The union of two extents, without volumes; 'ret_cells' is to be freed. E_MEMORY. */
ENT_MUST_USE ent_status extent_of_both(const struct ent_extent *a, const struct ent_extent *b,
		struct ent_extent *ret_extent, uint64_t **ret_cells);
/* How many cells it has. */
size_t extent_count_of_both(const struct ent_extent *a, const struct ent_extent *b);
/* A subscription's altitudes and volumes mean nothing: neither state nor entry has them. */
struct ent_extent subscription_extent(const struct ent_extent *extent);

/* The subscription that the entry's intent will have; none: zeros. E_MISSING, E_EXISTS as entry_apply. */
ENT_MUST_USE ent_status attach(
		struct ent_fold *fold, const struct entry *entry, struct ent_uuid *ret_id);
/* 'subscription' may be none. */
ENT_MUST_USE ent_status detach(struct ent_fold *fold, const struct ent_uuid *subscription,
		const struct ent_uuid *intent);
/* An implicit subscription without intents has no reason to be. */
ENT_MUST_USE ent_status drop_orphan(struct ent_fold *fold, const struct ent_uuid *id);

#endif
