/* SPDX-License-Identifier: Apache-2.0 */
/* entry.c: see entry.h; one table says what the members of each kind are. */
#include "entry.h"

#include <stdlib.h>
#include <string.h>

#include "entente/jsonout.h"
#include "entente/text.h"
#include "entity.h"
#include "extent_parts.h"
#include "members.h"

/* In the order in which they are written. */
#define NAME_MAP(X)                                         \
	X(SEQ, "seq")                                       \
	X(TIME, "time_us")                                  \
	X(KIND, "kind")                                     \
	X(ID, "id")                                         \
	X(MANAGER, "manager")                               \
	X(STATE, "state")                                   \
	X(OVN, "ovn")                                       \
	X(URL, "uss_base_url")                              \
	X(SUBSCRIPTION, "subscription_id")                  \
	X(IMPLICIT, "implicit_subscription")                \
	X(NOTIFY_INTENTS, "notify_for_operational_intents") \
	X(NOTIFY_CONSTRAINTS, "notify_for_constraints")     \
	X(START, "start_us")                                \
	X(END, "end_us")                                    \
	X(USS, "uss")                                       \
	X(AVAILABILITY, "availability")                     \
	X(VERSION, "version")                               \
	X(SHA256, "sha256")                                 \
	X(SIZE, "size")                                     \
	X(EXPIRE_AFTER, "expire_after_us")                  \
	X(INDEX_IS_TIME, "index_is_time")                   \
	X(CELLS, "cells")                                   \
	X(VOLUMES, "volumes")
#define NAME_ENUM(name, text) NAME_##name,
enum name { NAME_MAP(NAME_ENUM) NAME_COUNT };
#define NAME_TEXT(name, text) MEMBER_NAME(text),
static const struct member_name names[] = {NAME_MAP(NAME_TEXT)};
_Static_assert((int)NAME_COUNT <= (int)MEMBERS_MAX, "there is room for every name");

#define BIT(name) (1u << NAME_##name)
/* What goes together. */
enum group {
	ALWAYS = BIT(SEQ) | BIT(TIME) | BIT(KIND),
	ID = BIT(ID),
	MANAGER = BIT(MANAGER),
	URL = BIT(URL),
	OVN = BIT(OVN),
	STATE = BIT(STATE),
	ATTACHED = BIT(SUBSCRIPTION) | BIT(IMPLICIT),            /* one of them, or none */
	IMPLICIT = BIT(ID) | BIT(URL) | BIT(NOTIFY_CONSTRAINTS), /* in the object of that name */
	EXTENT = BIT(CELLS) | BIT(VOLUMES),
	SPAN = BIT(START) | BIT(END),
	NOTIFY = BIT(NOTIFY_INTENTS) | BIT(NOTIFY_CONSTRAINTS),
	AVAILABILITY = BIT(USS) | BIT(AVAILABILITY) | BIT(VERSION),
	REPORT = BIT(SHA256) | BIT(SIZE),
	BEHAVIOUR = BIT(EXPIRE_AFTER) | BIT(INDEX_IS_TIME)
};

static const struct {
	const char *name;
	unsigned members;
} kinds[ENT_COMMAND_KIND_COUNT] = {
		[ENT_COMMAND_PUT_INTENT] = {"intent",
				ID | MANAGER | URL | OVN | STATE | ATTACHED | EXTENT},
		[ENT_COMMAND_DELETE_INTENT] = {"intent-removed", ID | MANAGER},
		[ENT_COMMAND_PUT_CONSTRAINT] = {"constraint", ID | MANAGER | URL | OVN | EXTENT},
		[ENT_COMMAND_DELETE_CONSTRAINT] = {"constraint-removed", ID | MANAGER},
		[ENT_COMMAND_PUT_SUBSCRIPTION] = {"subscription",
				ID | MANAGER | URL | OVN | EXTENT | SPAN | NOTIFY},
		[ENT_COMMAND_DELETE_SUBSCRIPTION] = {"subscription-removed", ID | MANAGER},
		[ENT_COMMAND_SET_AVAILABILITY] = {"availability", MANAGER | AVAILABILITY},
		[ENT_COMMAND_REPORT] = {"report", ID | MANAGER | REPORT},
		[ENT_COMMAND_TICK] = {"tick", 0},
		[ENT_COMMAND_CONFIG] = {"config", BEHAVIOUR},
};

/* --- Out --- */

static void write_text(struct ent_jsonout *out, const char *name, const char *text) {
	ent_jsonout_name(out, name);
	ent_jsonout_string(out, text);
}

static void write_id(struct ent_jsonout *out, const char *name, const struct ent_uuid *id) {
	char text[ENT_UUID_TEXT_SIZE];
	ent_uuid_print(id, text);
	write_text(out, name, text);
}

static void write_int(struct ent_jsonout *out, const char *name, int64_t value) {
	ent_jsonout_name(out, name);
	ent_jsonout_int(out, value);
}

static void write_bool(struct ent_jsonout *out, const char *name, bool value) {
	ent_jsonout_name(out, name);
	ent_jsonout_bool(out, value);
}

static void write_attached(struct ent_jsonout *out, const struct ent_command *command) {
	if (command->has_subscription)
		write_id(out, "subscription_id", &command->subscription);
	if (!command->has_new_subscription)
		return;
	ent_jsonout_name(out, "implicit_subscription");
	ent_jsonout_object_begin(out);
	write_id(out, "id", &command->fresh);
	write_text(out, "uss_base_url", command->new_subscription_url);
	write_bool(out, "notify_for_constraints", command->new_subscription_constraints);
	ent_jsonout_object_end(out);
}

static void write_hash(struct ent_jsonout *out, const char *name, const struct ent_hash *hash) {
	static const char digits[] = "0123456789abcdef";
	char text[2 * ENT_HASH_SIZE + 1] = {0};
	for (size_t i = 0; i < ENT_HASH_SIZE; i++) {
		text[2 * i] = digits[hash->bytes[i] >> 4];
		text[2 * i + 1] = digits[hash->bytes[i] & 15];
	}
	write_text(out, name, text);
}

static void write_members(struct ent_jsonout *out, const struct entry *entry, unsigned members) {
	const struct ent_command *command = &entry->command;
	if (members & ID)
		write_id(out, "id", &command->id);
	if (members & MANAGER)
		write_text(out, "manager", command->manager);
	if (members & STATE)
		write_text(out, "state", ent_intent_state_text(command->state));
	if (members & OVN)
		write_text(out, "ovn", command->ovn);
	if (members & URL)
		write_text(out, "uss_base_url", command->url);
	if (members & ATTACHED)
		write_attached(out, command);
	if (members & NOTIFY) {
		write_bool(out, "notify_for_operational_intents", command->notify_intents);
		write_bool(out, "notify_for_constraints", command->notify_constraints);
	}
	if (members & SPAN) {
		write_int(out, "start_us", command->extent->start_utc_us);
		write_int(out, "end_us", command->extent->end_utc_us);
	}
	if (members & AVAILABILITY) {
		write_text(out, "uss", command->uss);
		write_text(out, "availability", ent_availability_text(command->availability));
		write_text(out, "version", command->ovn);
	}
	if (members & REPORT) {
		write_hash(out, "sha256", &command->report_hash);
		write_int(out, "size", (int64_t)command->report_size);
	}
	if (members & BEHAVIOUR) {
		write_int(out, "expire_after_us", command->expire_after_us);
		write_bool(out, "index_is_time", command->index_is_time);
	}
	if (members & EXTENT)
		ent_extent_write(out, command->extent);
}

ent_status entry_write(const struct entry *entry, struct ent_airspace_outcome *outcome) {
	struct ent_jsonout out;
	struct ent_jsonout_memory memory = {
			outcome->entry, 0, outcome->entry_capacity, SIZE_MAX / 4};
	ent_jsonout_init(&out, ent_jsonout_to_memory, &memory, 0);
	ent_jsonout_object_begin(&out);
	ent_jsonout_name(&out, "seq");
	ent_jsonout_uint(&out, entry->seq);
	write_int(&out, "time_us", entry->time_utc_us);
	write_text(&out, "kind", kinds[entry->command.kind].name);
	write_members(&out, entry, kinds[entry->command.kind].members);
	ent_jsonout_object_end(&out);
	const ent_status status = ent_jsonout_finish(&out);
	outcome->entry = memory.bytes;
	outcome->entry_capacity = memory.capacity;
	if (status != ENT_OK)
		return status;
	/* The line break is not the entry's. */
	outcome->entry_size = memory.size - 1;
	outcome->entry[outcome->entry_size] = '\0';
	return ENT_OK;
}

/* --- In --- */

/* An object of an entry, and where it is told what is wrong with it. */
struct parsing {
	struct members members;
	struct ent_fault *fault;
};

static bool refuse(const struct parsing *parsing, enum name name) {
	ent_fault_set(parsing->fault, names[name].text, "missing, or not what an entry has there");
	return false;
}

/* Has it only what it may have? Who knows less than was written would come to another state. */
static bool parse_names(struct ent_json_value object, struct parsing *parsing) {
	struct member_name other;
	char shown[64];
	if (members_find(object, names, NAME_COUNT, &parsing->members, &other))
		return true;
	ent_fault_set(parsing->fault, ent_text_show(other.text, other.length, shown, sizeof shown),
			"not what an entry has, or there twice");
	return false;
}

static bool refuse_others(const struct parsing *parsing, unsigned allowed) {
	const unsigned others = parsing->members.there & ~allowed;
	for (int name = 0; name < NAME_COUNT; name++)
		if (others >> name & 1)
			return refuse(parsing, (enum name)name);
	return true;
}

static bool parse_text(
		const struct parsing *parsing, enum name name, size_t most, const char **ret_text) {
	size_t length;
	if (!members_has(&parsing->members, name) ||
			!ent_json_string(parsing->members.value[name], ret_text, &length) ||
			length > most || strlen(*ret_text) != length)
		return refuse(parsing, name);
	return true;
}

static bool parse_id(const struct parsing *parsing, enum name name, struct ent_uuid *ret_id) {
	const char *text;
	if (!parse_text(parsing, name, ENT_UUID_TEXT_SIZE - 1, &text) ||
			ent_uuid_parse(text, strlen(text), ret_id) != ENT_OK || id_is_none(ret_id))
		return refuse(parsing, name);
	return true;
}

static bool parse_int(const struct parsing *parsing, enum name name, int64_t least, int64_t most,
		int64_t *ret_int) {
	if (!members_has(&parsing->members, name) ||
			!ent_json_int(parsing->members.value[name], ret_int) || *ret_int < least ||
			*ret_int > most)
		return refuse(parsing, name);
	return true;
}

static bool parse_bool(const struct parsing *parsing, enum name name, bool *ret_bool) {
	return (members_has(&parsing->members, name) &&
			       ent_json_bool(parsing->members.value[name], ret_bool)) ||
			refuse(parsing, name);
}

static bool parse_implicit(const struct parsing *parsing, struct ent_command *command) {
	struct parsing inner = {.fault = parsing->fault};
	return parse_names(parsing->members.value[NAME_IMPLICIT], &inner) &&
			refuse_others(&inner, IMPLICIT) &&
			parse_id(&inner, NAME_ID, &command->fresh) &&
			parse_text(&inner, NAME_URL, ENT_AIRSPACE_NAME_MAX,
					&command->new_subscription_url) &&
			parse_bool(&inner, NAME_NOTIFY_CONSTRAINTS,
					&command->new_subscription_constraints);
}

/* At most one of the two. */
static bool parse_attached(const struct parsing *parsing, struct ent_command *command) {
	command->has_subscription = members_has(&parsing->members, NAME_SUBSCRIPTION);
	command->has_new_subscription = members_has(&parsing->members, NAME_IMPLICIT);
	if (command->has_subscription && command->has_new_subscription)
		return refuse(parsing, NAME_SUBSCRIPTION);
	if (command->has_subscription)
		return parse_id(parsing, NAME_SUBSCRIPTION, &command->subscription);
	return !command->has_new_subscription || parse_implicit(parsing, command);
}

static bool parse_state(const struct parsing *parsing, struct ent_command *command) {
	const char *text;
	return parse_text(parsing, NAME_STATE, 64, &text) &&
			(ent_intent_state_parse(text, strlen(text), &command->state) == ENT_OK ||
					refuse(parsing, NAME_STATE));
}

static bool parse_availability(const struct parsing *parsing, struct ent_command *command) {
	const char *text;
	return parse_text(parsing, NAME_USS, ENT_AIRSPACE_NAME_MAX, &command->uss) &&
			parse_text(parsing, NAME_VERSION, ENT_AIRSPACE_OVN_MAX, &command->ovn) &&
			parse_text(parsing, NAME_AVAILABILITY, 64, &text) &&
			(ent_availability_parse(text, strlen(text), &command->availability) ==
							ENT_OK ||
					refuse(parsing, NAME_AVAILABILITY));
}

static bool parse_report(const struct parsing *parsing, struct ent_command *command) {
	const char *text;
	int64_t size;
	if (!parse_text(parsing, NAME_SHA256, 2 * ENT_HASH_SIZE, &text) ||
			strlen(text) != 2 * ENT_HASH_SIZE ||
			strspn(text, "0123456789abcdef") != 2 * ENT_HASH_SIZE)
		return refuse(parsing, NAME_SHA256);
	if (!parse_int(parsing, NAME_SIZE, 0, INT64_MAX, &size))
		return false;
	command->report_size = (uint64_t)size;
	return true;
}

static struct ent_json_value *member_of(struct parsing *parsing, enum name name) {
	return members_has(&parsing->members, name) ? &parsing->members.value[name] : NULL;
}

/* A subscription's span is said apart, since its volumes need have none. */
static ent_status parse_extent(struct parsing *parsing, unsigned members, struct entry *entry) {
	int64_t start = 0, end = 0;
	if (members & SPAN &&
			(!parse_int(parsing, NAME_START, ENT_TIME_MIN_US, ENT_TIME_MAX_US,
					 &start) ||
					!parse_int(parsing, NAME_END, start + 1, ENT_TIME_MAX_US,
							&end)))
		return ENT_E_SYNTAX;
	const ent_status status = extent_read(member_of(parsing, NAME_CELLS),
			member_of(parsing, NAME_VOLUMES), &entry->own_extent, parsing->fault);
	if (status != ENT_OK)
		return status;
	struct ent_extent *extent = entry->own_extent;
	entry->command.extent = extent;
	if (members & SPAN) {
		extent->start_utc_us = start;
		extent->end_utc_us = end;
	} else if (extent->n_cells == 0 || !extent_has_times(extent) ||
			(members & STATE && !extent_has_altitudes(extent))) {
		entry_finish(entry);
		(void)refuse(parsing, NAME_VOLUMES);
		return ENT_E_SYNTAX;
	}
	return ENT_OK;
}

static bool parse_members(
		const struct parsing *parsing, unsigned members, struct ent_command *command) {
	if (members & ID && !parse_id(parsing, NAME_ID, &command->id))
		return false;
	if (members & MANAGER &&
			!parse_text(parsing, NAME_MANAGER, ENT_AIRSPACE_NAME_MAX,
					&command->manager))
		return false;
	if (members & OVN && !parse_text(parsing, NAME_OVN, ENT_AIRSPACE_OVN_MAX, &command->ovn))
		return false;
	if (members & URL && !parse_text(parsing, NAME_URL, ENT_AIRSPACE_NAME_MAX, &command->url))
		return false;
	if (members & NOTIFY &&
			(!parse_bool(parsing, NAME_NOTIFY_INTENTS, &command->notify_intents) ||
					!parse_bool(parsing, NAME_NOTIFY_CONSTRAINTS,
							&command->notify_constraints)))
		return false;
	if (members & BEHAVIOUR &&
			(!parse_int(parsing, NAME_EXPIRE_AFTER, 0, ENT_TIME_MAX_US,
					 &command->expire_after_us) ||
					!parse_bool(parsing, NAME_INDEX_IS_TIME,
							&command->index_is_time)))
		return false;
	return (!(members & STATE) || parse_state(parsing, command)) &&
			(!(members & ATTACHED) || parse_attached(parsing, command)) &&
			(!(members & AVAILABILITY) || parse_availability(parsing, command)) &&
			(!(members & REPORT) || parse_report(parsing, command));
}

static bool parse_kind(const struct parsing *parsing, enum ent_command_kind *ret_kind) {
	const char *text;
	if (!parse_text(parsing, NAME_KIND, 64, &text))
		return false;
	for (int kind = 0; kind < ENT_COMMAND_KIND_COUNT; kind++)
		if (strcmp(kinds[kind].name, text) == 0) {
			*ret_kind = (enum ent_command_kind)kind;
			return true;
		}
	return refuse(parsing, NAME_KIND);
}

ent_status entry_parse(struct ent_json *json, const char *bytes, size_t size, size_t capacity,
		struct entry *ret_entry, struct ent_fault *reterr_fault) {
	const struct ent_json_options options = {.capacity = capacity};
	struct parsing parsing = {.fault = reterr_fault};
	struct ent_json_value root;
	struct entry entry = {0};
	int64_t seq;
	ent_status status = ent_json_parse(json, bytes, size, &options, &root, reterr_fault);
	if (status != ENT_OK)
		return status == ENT_E_MEMORY ? status : ENT_E_SYNTAX;
	if (!parse_names(root, &parsing) || !parse_int(&parsing, NAME_SEQ, 0, INT64_MAX, &seq) ||
			!parse_int(&parsing, NAME_TIME, ENT_TIME_MIN_US, ENT_TIME_MAX_US,
					&entry.time_utc_us) ||
			!parse_kind(&parsing, &entry.command.kind))
		return ENT_E_SYNTAX;
	entry.seq = (uint64_t)seq;
	const unsigned members = kinds[entry.command.kind].members;
	if (!refuse_others(&parsing, ALWAYS | members) ||
			!parse_members(&parsing, members, &entry.command))
		return ENT_E_SYNTAX;
	if (members & EXTENT)
		status = parse_extent(&parsing, members, &entry);
	if (status == ENT_OK)
		*ret_entry = entry;
	return status;
}

void entry_finish(struct entry *entry) {
	ent_extent_destroy(entry->own_extent);
	entry->own_extent = NULL;
}
