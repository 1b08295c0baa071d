/* SPDX-License-Identifier: Apache-2.0 */
/*
 * snapshot.h: a version of the airspace as bytes.
 *
 * Numbers are little-endian. A snapshot is
 *
 *     "ENTENTE AIRSPACE 1\n"
 *     u64 entries, i64 time of the last, i64 expire_after, u8 index_is_time
 *     u64 counts of intents, constraints, subscriptions, availabilities and OVN suffixes
 *     the records of each, in the order of their keys
 *     SHA-256 of all that stands before it
 *
 * An entity's record: u8 state, u8 flags, i32 version, id, subscription's id (intents), i32 lower, i32 upper, i64 start, i64
 * end, u64 notification index (subscriptions), u32 cells and they as u32 (the upper half of an id), u32 size of packed volumes and they, and
 * three texts, each u32 length and bytes: manager, base URL, OVN. An availability's: u8 and two texts, name and
 * version. A suffix's: itself, and the id of the intent that had it.
 */
#ifndef ENTENTE_AIRSPACE_SNAPSHOT_H
#define ENTENTE_AIRSPACE_SNAPSHOT_H

#include "entente/airspace.h"

#define SNAPSHOT_MAGIC "ENTENTE AIRSPACE 1\n"

enum { FLAG_NOTIFY_INTENTS = 1, FLAG_NOTIFY_CONSTRAINTS = 2, FLAG_IMPLICIT = 4, FLAGS_ALL = 7 };

/* The maps that follow from the entities: cells, dependents, expiry, held; all at once, in order. E_SYNTAX, E_MEMORY. */
ENT_MUST_USE ent_status snapshot_index(struct ent_fold *fold);

#endif
