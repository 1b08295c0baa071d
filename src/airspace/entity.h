/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entity.h: entities go in and out of the maps of the open version. Each function's E_MEMORY means that the
 * version may only be discarded.
 */
#ifndef ENTENTE_AIRSPACE_ENTITY_H
#define ENTENTE_AIRSPACE_ENTITY_H

#include "entente/airspace.h"

/* A copy of 'from' and all it points to, in one block of the open version. */
ENT_MUST_USE ent_status entity_make(struct ent_fold *fold, const struct ent_entity *from,
		const struct ent_entity **ret_entity);
/* Puts a new entity, or one in the place of 'old', which goes. */
ENT_MUST_USE ent_status entity_put(struct ent_fold *fold, const struct ent_entity *old,
		const struct ent_entity *entity);
ENT_MUST_USE ent_status entity_remove(struct ent_fold *fold, const struct ent_entity *entity);

/* InterUSS lets a subscription that is changed begin so much after its intents. */
#define ENTITY_LATE_START_US (INT64_C(300) * 1000000)
/* Cells and times; 'wide' may begin 'late_us' later. */
bool entity_covers(const struct ent_extent *wide, const struct ent_extent *narrow, int64_t late_us);
bool entity_has_dependents(
		const struct ent_fold_version *version, const struct ent_entity *subscription);
/* Would a subscription of this extent still cover its intents? */
bool entity_keeps_dependents(const struct ent_fold_version *version,
		const struct ent_entity *subscription, const struct ent_extent *extent);

/* The key of an id. */
static inline void id_key(const struct ent_uuid *id, uint64_t ret_key[2]) {
	for (int word = 0; word < 2; word++) {
		ret_key[word] = 0;
		for (int i = 0; i < 8; i++)
			ret_key[word] = ret_key[word] << 8 | id->bytes[8 * word + i];
	}
}

static inline bool id_is_none(const struct ent_uuid *id) {
	static const struct ent_uuid none;
	return ent_uuid_compare(id, &none) == 0;
}

/* Subscription and intent. */
static inline void dependent_key(const struct ent_uuid *subscription, const struct ent_uuid *intent,
		uint64_t ret_key[4]) {
	id_key(subscription, ret_key);
	id_key(intent, ret_key + 2);
}

/* A requested OVN suffix begins with its time: the oldest come first. */
static inline void suffix_key(
		const struct ent_uuid *suffix, const struct ent_uuid *intent, uint64_t ret_key[4]) {
	id_key(suffix, ret_key);
	id_key(intent, ret_key + 2);
}

/* When it ends, which, and whose: times before 1970 come first. */
static inline void expiry_key(int64_t end_utc_us, enum ent_entity_kind kind,
		const struct ent_uuid *id, uint64_t ret_key[4]) {
	ret_key[0] = (uint64_t)end_utc_us ^ UINT64_C(1) << 63;
	ret_key[1] = (uint64_t)kind;
	id_key(id, ret_key + 2);
}

struct ent_airspace_head *airspace_head(struct ent_fold *fold);

#endif
