/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entry_scan.c: intents, which nearly all entries of a ledger are, read as they stand. What is written by entry_write
 * is the same member after member, so that there is nothing to look for, and mostly plain text and whole numbers; to
 * parse it as JSON first takes five times as long. All that entry_parse asks of an intent is asked here, too.
 */
#include <stdlib.h>

#include "entity.h"
#include "entry.h"
#include "extent_parts.h"
#include "scan.h"

/* Larger ones are rare, and the room of those that a replay holds at once would be hundreds of megabytes. */
enum { SCANNED_MAX = 16384 };

/* A string's text and its end, copied: it is wanted longer than the entry. */
static bool scan_text(struct scan *scan, size_t most, const char **ret_text, size_t *ret_length) {
	const char *end = memchr(scan->at, '"', (size_t)(scan->end - scan->at));
	if (end == NULL || (size_t)(end - scan->at) > most ||
			!scan_are_plain(scan->at, (size_t)(end - scan->at)))
		return false;
	const size_t length = (size_t)(end - scan->at);
	memcpy(scan->to, scan->at, length);
	scan->to[length] = '\0';
	*ret_text = scan->to;
	*ret_length = length;
	scan->to += length + 1;
	scan->at = end + 1;
	return true;
}

static bool scan_name(struct scan *scan, size_t most, const char **ret_text) {
	size_t unused;
	return scan_text(scan, most, ret_text, &unused);
}

static bool scan_id(struct scan *scan, struct ent_uuid *ret_id) {
	const size_t length = ENT_UUID_TEXT_SIZE - 1;
	if ((size_t)(scan->end - scan->at) < length ||
			ent_uuid_parse(scan->at, length, ret_id) != ENT_OK || id_is_none(ret_id))
		return false;
	scan->at += length;
	return SCAN_WORD(scan, "\"");
}

static bool scan_state(struct scan *scan, enum ent_intent_state *ret_state) {
	const char *text;
	size_t length;
	return scan_text(scan, ENT_AIRSPACE_NAME_MAX, &text, &length) &&
			ent_intent_state_parse(text, length, ret_state) == ENT_OK;
}

static bool scan_implicit(struct scan *scan, struct ent_command *command) {
	command->has_new_subscription = true;
	if (!SCAN_WORD(scan, "\"id\":\"") || !scan_id(scan, &command->fresh) ||
			!SCAN_WORD(scan, ",\"uss_base_url\":\"") ||
			!scan_name(scan, ENT_AIRSPACE_NAME_MAX, &command->new_subscription_url) ||
			!SCAN_WORD(scan, ",\"notify_for_constraints\":"))
		return false;
	command->new_subscription_constraints = SCAN_WORD(scan, "true");
	return (command->new_subscription_constraints || SCAN_WORD(scan, "false")) &&
			SCAN_WORD(scan, "},");
}

/* One of both, or none. */
static bool scan_attached(struct scan *scan, struct ent_command *command) {
	if (SCAN_WORD(scan, "\"implicit_subscription\":{"))
		return scan_implicit(scan, command);
	command->has_subscription = SCAN_WORD(scan, "\"subscription_id\":\"");
	return !command->has_subscription ||
			(scan_id(scan, &command->subscription) && SCAN_WORD(scan, ","));
}

static bool scan_head(struct scan *scan, struct entry *entry) {
	int64_t seq;
	if (!SCAN_WORD(scan, "{\"seq\":") || !scan_int(scan, 0, INT64_MAX, &seq) ||
			!SCAN_WORD(scan, ",\"time_us\":") ||
			!scan_int(scan, ENT_TIME_MIN_US, ENT_TIME_MAX_US, &entry->time_utc_us))
		return false;
	entry->seq = (uint64_t)seq;
	return true;
}

static bool scan_intent(struct scan *scan, struct ent_command *command) {
	command->kind = ENT_COMMAND_PUT_INTENT;
	return SCAN_WORD(scan, ",\"kind\":\"intent\",\"id\":\"") && scan_id(scan, &command->id) &&
			SCAN_WORD(scan, ",\"manager\":\"") &&
			scan_name(scan, ENT_AIRSPACE_NAME_MAX, &command->manager) &&
			SCAN_WORD(scan, ",\"state\":\"") && scan_state(scan, &command->state) &&
			SCAN_WORD(scan, ",\"ovn\":\"") &&
			scan_name(scan, ENT_AIRSPACE_OVN_MAX, &command->ovn) &&
			SCAN_WORD(scan, ",\"uss_base_url\":\"") &&
			scan_name(scan, ENT_AIRSPACE_NAME_MAX, &command->url) &&
			SCAN_WORD(scan, ",") && scan_attached(scan, command);
}

/* For an entry of this size. */
static bool make_room(struct entry_room *room, size_t size) {
	if (size > SCANNED_MAX)
		return false;
	if (room->capacity >= SCAN_ROOM_A_BYTE * size)
		return true;
	char *bytes = malloc(2 * SCAN_ROOM_A_BYTE * size);
	if (bytes == NULL)
		return false;
	free(room->bytes);
	room->bytes = bytes;
	room->capacity = 2 * SCAN_ROOM_A_BYTE * size;
	return true;
}

bool entry_scan(struct entry_room *room, const char *bytes, size_t size, struct entry *ret_entry) {
	struct entry entry = {0};
	if (size == 0 || bytes[size - 1] != '}' || !make_room(room, size))
		return false;
	struct scan scan = {bytes, bytes + size, room->bytes};
	if (!scan_head(&scan, &entry) || !scan_intent(&scan, &entry.command) ||
			!extent_scan(&scan, &room->extent) || !SCAN_WORD(&scan, "}") ||
			scan.at != scan.end || !extent_has_times(&room->extent) ||
			!extent_has_altitudes(&room->extent))
		return false;
	entry.command.extent = &room->extent;
	*ret_entry = entry;
	return true;
}

void entry_room_finish(struct entry_room *room) {
	free(room->bytes);
	*room = (struct entry_room){.bytes = NULL};
}
