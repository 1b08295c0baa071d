/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entry.h: one entry of an airspace ledger: a command that was decided, with what was settled in deciding it.
 *
 * As bytes it is one JSON object in one line, with these members and no others, each once:
 *
 *     "seq"      its number in the ledger, from 0
 *     "time_us"  microseconds since 1970 UTC, later than the entry before
 *     "kind"     "intent", "intent-removed", "constraint", "constraint-removed", "subscription",
 *                "subscription-removed", "availability", "report", "tick" or "config"
 *
 * and what the kind needs (the table in entry.c). What follows from the state (version numbers, notification
 * indices, implicit subscriptions that go) is not in it.
 */
#ifndef ENTENTE_AIRSPACE_ENTRY_H
#define ENTENTE_AIRSPACE_ENTRY_H

#include "entente/airspace.h"

/* 'command.ovn' is the entity's new OVN or version; 'command.fresh' the id of an implicit subscription. */
struct entry {
	uint64_t seq;
	int64_t time_utc_us;
	struct ent_command command;
	struct ent_extent *own_extent; /* when it was parsed */
	char ovn[ENT_AIRSPACE_OVN_MAX + 1];
};

/* Into outcome->entry. E_MEMORY. */
ENT_MUST_USE ent_status entry_write(
		const struct entry *entry, struct ent_airspace_outcome *outcome);
/* Text is borrowed from 'json'. entry_finish afterwards. E_SYNTAX with the place, E_MEMORY. */
ENT_MUST_USE ent_status entry_parse(struct ent_json *json, const char *bytes, size_t size,
		size_t capacity, struct entry *ret_entry, struct ent_fault *reterr_fault);
void entry_finish(struct entry *entry);

/* What a scanned entry points to. Zeros at first; it only grows. */
struct entry_room {
	struct ent_extent extent;
	char *bytes;
	size_t capacity;
};
/*
 * The same entry as entry_parse would give, faster, of an intent that stands as entry_write writes it. Text and extent
 * are borrowed from 'room'. False: it is another one, or there is no memory; entry_parse knows.
 */
bool entry_scan(struct entry_room *room, const char *bytes, size_t size, struct entry *ret_entry);
void entry_room_finish(struct entry_room *room);

/*
 * Applies it to the open version; 'outcome' says what came of it. E_MISSING, E_EXISTS: it does not follow from the
 * entries before. E_MEMORY.
 */
ENT_MUST_USE ent_status entry_apply(struct ent_fold *fold, const struct entry *entry,
		struct ent_airspace_outcome *outcome);

#endif
