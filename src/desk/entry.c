/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entry.c: entries on operators, out and in; one table says what the members of each kind are. They stand in the order of
 * NAME_MAP. An entry that is read may have them in any order here: apply writes it anew and compares the bytes.
 */
#include <string.h>

#include "entente/jsonout.h"
#include "internal.h"

#define TIME_MAX_US INT64_C(253402300799999999) /* year 9999 */

#define NAME_MAP(X)                   \
	X(SEQ, "seq")                 \
	X(TIME, "time_us")            \
	X(KIND, "kind")               \
	X(CLASS, "class")             \
	X(BY, "by")                   \
	X(OPERATOR, "operator")       \
	X(NAME, "name")               \
	X(PASSWORD, "password")       \
	X(LANGUAGES, "languages")     \
	X(ROLES, "roles")             \
	X(SESSION, "session")         \
	X(WHY, "why")                 \
	X(DEVICE, "device")           \
	X(TURNED_AWAY, "turned_away") \
	X(WHAT, "what")               \
	X(ON, "on")                   \
	X(ORDERED, "ordered")         \
	X(LEDGER, "ledger")           \
	X(NUMBER, "number")           \
	X(REASON, "reason")
#define NAME_ENUM(name, text) NAME_##name,
enum name { NAME_MAP(NAME_ENUM) NAME_COUNT };
#define NAME_TEXT(name, text) text,
static const char *const names[NAME_COUNT] = {NAME_MAP(NAME_TEXT)};

#define BIT(name) (1u << NAME_##name)
enum { ALWAYS = BIT(SEQ) | BIT(TIME) | BIT(KIND) | BIT(CLASS), WHOM = BIT(BY) | BIT(OPERATOR) };

static const unsigned members_of[ENT_DESK_ACT_COUNT] = {
		[ENT_DESK_ACT_ADD] = WHOM | BIT(NAME) | BIT(PASSWORD) | BIT(LANGUAGES) | BIT(ROLES),
		[ENT_DESK_ACT_CHANGE] = WHOM | BIT(NAME) | BIT(LANGUAGES),
		[ENT_DESK_ACT_PASSWORD] = WHOM | BIT(PASSWORD),
		[ENT_DESK_ACT_ROLES] = WHOM | BIT(ROLES),
		[ENT_DESK_ACT_DISABLE] = WHOM,
		[ENT_DESK_ACT_ENABLE] = WHOM,
		[ENT_DESK_ACT_UNLOCK] = WHOM,
		[ENT_DESK_ACT_SIGN_IN] = BIT(OPERATOR) | BIT(DEVICE),
		[ENT_DESK_ACT_VOUCH] = BIT(OPERATOR) | BIT(ON),
		[ENT_DESK_ACT_FAIL] = BIT(OPERATOR) | BIT(DEVICE) | BIT(TURNED_AWAY),
		[ENT_DESK_ACT_UNKNOWN] = BIT(TURNED_AWAY),
		[ENT_DESK_ACT_END] = WHOM | BIT(SESSION) | BIT(WHY),
		[ENT_DESK_ACT_END_ALL] = BIT(BY) | BIT(WHY),
		[ENT_DESK_ACT_ORDER] = BIT(BY) | BIT(WHAT) | BIT(ON),
		[ENT_DESK_ACT_DONE] = BIT(ORDERED) | BIT(LEDGER) | BIT(NUMBER),
		[ENT_DESK_ACT_UNDONE] = BIT(ORDERED) | BIT(REASON),
};

static bool has_reason(const struct ent_desk_command *command) {
	return command->act == ENT_DESK_ACT_ORDER && ent_desk_order_has_reason(command->order);
}

static unsigned members_with_reason(const struct ent_desk_command *command) {
	return members_of[command->act] | (has_reason(command) ? BIT(REASON) : 0);
}

/* --- Out --- */

static void write_text(struct ent_jsonout *out, enum name name, const char *text) {
	ent_jsonout_name(out, names[name]);
	ent_jsonout_string(out, text);
}

static void write_uint(struct ent_jsonout *out, enum name name, uint64_t value) {
	ent_jsonout_name(out, names[name]);
	ent_jsonout_uint(out, value);
}

static void write_languages(struct ent_jsonout *out, const struct ent_desk_command *command) {
	ent_jsonout_name(out, names[NAME_LANGUAGES]);
	ent_jsonout_array_begin(out);
	for (size_t i = 0; i < command->n_languages; i++)
		ent_jsonout_string(out, command->languages[i]);
	ent_jsonout_array_end(out);
}

static void write_roles(struct ent_jsonout *out, unsigned roles) {
	ent_jsonout_name(out, names[NAME_ROLES]);
	ent_jsonout_array_begin(out);
	for (unsigned role = 0; role < ENT_DESK_ROLE_COUNT; role++)
		if (roles & ENT_DESK_BIT(role))
			ent_jsonout_string(out, ent_desk_role_word((enum ent_desk_role)role));
	ent_jsonout_array_end(out);
}

static void write_hash(struct ent_jsonout *out, const struct ent_hash *hash) {
	static const char digits[] = "0123456789abcdef";
	char text[2 * ENT_HASH_SIZE + 1] = {0};
	for (size_t i = 0; i < ENT_HASH_SIZE; i++) {
		text[2 * i] = digits[hash->bytes[i] >> 4];
		text[2 * i + 1] = digits[hash->bytes[i] & 15];
	}
	write_text(out, NAME_DEVICE, text);
}

static void write_members(
		struct ent_jsonout *out, const struct ent_desk_command *command, unsigned members) {
	if (members & BIT(BY))
		write_text(out, NAME_BY, command->by);
	if (members & BIT(OPERATOR))
		write_text(out, NAME_OPERATOR, command->id);
	if (members & BIT(NAME))
		write_text(out, NAME_NAME, command->name);
	if (members & BIT(PASSWORD))
		write_text(out, NAME_PASSWORD, command->password);
	if (members & BIT(LANGUAGES))
		write_languages(out, command);
	if (members & BIT(ROLES))
		write_roles(out, command->roles);
	if (members & BIT(SESSION))
		write_uint(out, NAME_SESSION, command->session);
	if (members & BIT(WHY))
		write_text(out, NAME_WHY, desk_why_words[command->why]);
	if (members & BIT(DEVICE))
		write_hash(out, &command->device);
	if (members & BIT(TURNED_AWAY))
		write_uint(out, NAME_TURNED_AWAY, command->turned_away);
	if (members & BIT(WHAT))
		write_text(out, NAME_WHAT, desk_order_words[command->order]);
	if (members & BIT(ON))
		write_text(out, NAME_ON, command->on);
	if (members & BIT(ORDERED))
		write_uint(out, NAME_ORDERED, command->ordered);
	if (members & BIT(LEDGER))
		write_text(out, NAME_LEDGER, command->ledger);
	if (members & BIT(NUMBER))
		write_uint(out, NAME_NUMBER, command->number);
	if (members & BIT(REASON))
		write_text(out, NAME_REASON, command->reason);
}

ent_status desk_entry_write(const struct desk_entry *entry, struct ent_desk_outcome *outcome) {
	struct ent_jsonout out;
	struct ent_jsonout_memory memory = {
			outcome->entry, 0, outcome->capacity, ENT_DESK_ENTRY_MAX + 2};
	const struct ent_desk_command *command = &entry->command;
	ent_jsonout_init(&out, ent_jsonout_to_memory, &memory, 0);
	ent_jsonout_object_begin(&out);
	write_uint(&out, NAME_SEQ, entry->seq);
	ent_jsonout_name(&out, names[NAME_TIME]);
	ent_jsonout_int(&out, entry->time_utc_us);
	write_text(&out, NAME_KIND, desk_act_words[command->act]);
	write_text(&out, NAME_CLASS, desk_class_words[command->class]);
	write_members(&out, command, members_with_reason(command));
	ent_jsonout_object_end(&out);
	const ent_status status = ent_jsonout_finish(&out);
	outcome->entry = memory.bytes;
	outcome->capacity = memory.capacity;
	if (status != ENT_OK)
		return status;
	/* The line break is not the entry's. */
	outcome->size = memory.size - 1;
	outcome->entry[outcome->size] = '\0';
	return ENT_OK;
}

/* --- In --- */

struct reading {
	struct ent_json_value value[NAME_COUNT];
	unsigned there; /* bit by name */
	struct ent_fault *fault;
};

static bool refuse(const struct reading *reading, enum name name) {
	ent_fault_set(reading->fault, names[name], "missing, or not what an entry has there");
	return false;
}

static bool find_members(struct ent_json_value root, struct reading *reading) {
	struct ent_json_walk walk = ent_json_walk_from(root);
	struct ent_json_value value = root;
	const char *name = "";
	size_t length = 0;
	while (ent_json_next_member(&walk, &name, &length, &value)) {
		unsigned i = 0;
		while (i < NAME_COUNT &&
				(strlen(names[i]) != length || memcmp(names[i], name, length) != 0))
			i++;
		if (i == NAME_COUNT || (reading->there >> i & 1) != 0) {
			ent_fault_set(reading->fault, i < NAME_COUNT ? names[i] : "",
					i < NAME_COUNT ? "there twice"
						       : "a member that no entry has");
			return false;
		}
		reading->value[i] = value;
		reading->there |= 1u << i;
	}
	return true;
}

static bool value_of(
		const struct reading *reading, enum name name, struct ent_json_value *ret_value) {
	*ret_value = reading->value[name];
	return (reading->there >> name & 1) != 0;
}

static bool read_text(const struct reading *reading, enum name name, const char **ret_text) {
	struct ent_json_value value;
	const char *text = NULL;
	size_t length = 0;
	if (!value_of(reading, name, &value) || !ent_json_string(value, &text, &length) ||
			strlen(text) != length)
		return refuse(reading, name);
	*ret_text = text;
	return true;
}

static bool read_int(const struct reading *reading, enum name name, int64_t most, int64_t *ret) {
	struct ent_json_value value;
	int64_t number = 0;
	if (!value_of(reading, name, &value) || !ent_json_int(value, &number) || number < 0 ||
			number > most)
		return refuse(reading, name);
	*ret = number;
	return true;
}

static bool read_word(const struct reading *reading, enum name name, const char *const *words,
		unsigned n, unsigned *ret_word) {
	const char *text = "";
	if (!read_text(reading, name, &text))
		return false;
	for (unsigned i = 0; i < n; i++)
		if (strcmp(words[i], text) == 0) {
			*ret_word = i;
			return true;
		}
	return refuse(reading, name);
}

static bool read_languages(const struct reading *reading, struct ent_desk_command *command) {
	struct ent_json_value value, element;
	if (!value_of(reading, NAME_LANGUAGES, &value) || ent_json_kind(value) != ENT_JSON_ARRAY)
		return refuse(reading, NAME_LANGUAGES);
	struct ent_json_walk walk = ent_json_walk_from(value);
	while (ent_json_next_element(&walk, &element)) {
		const char *text = "";
		size_t length = 0;
		if (command->n_languages == ENT_DESK_LANGUAGES_MAX ||
				!ent_json_string(element, &text, &length) || strlen(text) != length)
			return refuse(reading, NAME_LANGUAGES);
		command->languages[command->n_languages++] = text;
	}
	return true;
}

static bool read_roles(const struct reading *reading, struct ent_desk_command *command) {
	struct ent_json_value value, element;
	if (!value_of(reading, NAME_ROLES, &value) || ent_json_kind(value) != ENT_JSON_ARRAY)
		return refuse(reading, NAME_ROLES);
	struct ent_json_walk walk = ent_json_walk_from(value);
	while (ent_json_next_element(&walk, &element)) {
		const char *text = "";
		size_t length = 0;
		enum ent_desk_role role = ENT_DESK_ROLE_WATCH;
		if (!ent_json_string(element, &text, &length) ||
				ent_desk_role_parse(text, length, &role) != ENT_OK)
			return refuse(reading, NAME_ROLES);
		command->roles |= ENT_DESK_BIT(role);
	}
	return true;
}

static bool read_hash(const struct reading *reading, struct ent_hash *ret_hash) {
	static const char digits[] = "0123456789abcdef";
	const char *text = "";
	if (!read_text(reading, NAME_DEVICE, &text))
		return false;
	if (strlen(text) != 2 * ENT_HASH_SIZE || strspn(text, digits) != 2 * ENT_HASH_SIZE)
		return refuse(reading, NAME_DEVICE);
	for (size_t i = 0; i < ENT_HASH_SIZE; i++)
		ret_hash->bytes[i] = (uint8_t)((strchr(digits, text[2 * i]) - digits) << 4 |
				(strchr(digits, text[2 * i + 1]) - digits));
	return true;
}

/* What came of an order. */
static bool read_outcome(
		const struct reading *reading, unsigned members, struct ent_desk_command *command) {
	int64_t ordered = 0, number = 0;
	const bool fine = (!(members & BIT(ORDERED)) ||
					  read_int(reading, NAME_ORDERED, INT64_MAX, &ordered)) &&
			(!(members & BIT(LEDGER)) ||
					read_text(reading, NAME_LEDGER, &command->ledger)) &&
			(!(members & BIT(NUMBER)) ||
					read_int(reading, NAME_NUMBER, INT64_MAX, &number)) &&
			(!(members & BIT(REASON)) ||
					read_text(reading, NAME_REASON, &command->reason));
	command->ordered = (uint64_t)ordered;
	command->number = (uint64_t)number;
	return fine;
}

static bool read_members(
		const struct reading *reading, unsigned members, struct ent_desk_command *command) {
	int64_t session = 0, turned_away = 0;
	unsigned why = 0, order = 0;
	const bool fine = (!(members & BIT(BY)) || read_text(reading, NAME_BY, &command->by)) &&
			(!(members & BIT(OPERATOR)) ||
					read_text(reading, NAME_OPERATOR, &command->id)) &&
			(!(members & BIT(NAME)) || read_text(reading, NAME_NAME, &command->name)) &&
			(!(members & BIT(PASSWORD)) ||
					read_text(reading, NAME_PASSWORD, &command->password)) &&
			(!(members & BIT(LANGUAGES)) || read_languages(reading, command)) &&
			(!(members & BIT(ROLES)) || read_roles(reading, command)) &&
			(!(members & BIT(SESSION)) ||
					read_int(reading, NAME_SESSION, INT64_MAX, &session)) &&
			(!(members & BIT(WHY)) ||
					read_word(reading, NAME_WHY, desk_why_words,
							ENT_DESK_WHY_COUNT, &why)) &&
			(!(members & BIT(DEVICE)) || read_hash(reading, &command->device)) &&
			(!(members & BIT(TURNED_AWAY)) ||
					read_int(reading, NAME_TURNED_AWAY, INT64_MAX,
							&turned_away)) &&
			(!(members & BIT(WHAT)) ||
					read_word(reading, NAME_WHAT, desk_order_words,
							ENT_DESK_ORDER_COUNT, &order)) &&
			(!(members & BIT(ON)) || read_text(reading, NAME_ON, &command->on)) &&
			read_outcome(reading, members, command);
	command->session = (uint64_t)session;
	command->why = (enum ent_desk_why)why;
	command->turned_away = (uint64_t)turned_away;
	command->order = (enum ent_desk_order)order;
	return fine;
}

static bool has_no_other(const struct reading *reading, unsigned members) {
	for (unsigned i = 0; i < NAME_COUNT; i++)
		if ((reading->there & ~(ALWAYS | members)) >> i & 1)
			return refuse(reading, (enum name)i);
	return true;
}

static bool read_entry(
		struct ent_json_value root, struct reading *reading, struct desk_entry *entry) {
	int64_t seq = 0;
	unsigned act = 0, class = 0;
	if (ent_json_kind(root) != ENT_JSON_OBJECT) {
		ent_fault_set(reading->fault, "", "an entry is an object");
		return false;
	}
	if (!find_members(root, reading) || !read_int(reading, NAME_SEQ, INT64_MAX, &seq) ||
			!read_int(reading, NAME_TIME, TIME_MAX_US, &entry->time_utc_us) ||
			!read_word(reading, NAME_KIND, desk_act_words, ENT_DESK_ACT_COUNT, &act) ||
			!read_word(reading, NAME_CLASS, desk_class_words, ENT_CLASS_COUNT, &class))
		return false;
	entry->seq = (uint64_t)seq;
	entry->command.act = (enum ent_desk_act)act;
	entry->command.class = (enum ent_class) class;
	/* What is ordered says whether there is a reason. */
	return read_members(reading, members_of[act], &entry->command) &&
			(!has_reason(&entry->command) ||
					read_text(reading, NAME_REASON, &entry->command.reason)) &&
			has_no_other(reading, members_with_reason(&entry->command));
}

ent_status desk_entry_read(struct ent_json *json, const char *bytes, size_t size,
		struct desk_entry *ret_entry, struct ent_fault *reterr_fault) {
	struct ent_json_value root;
	struct reading reading = {.fault = reterr_fault};
	struct desk_entry entry = {0};
	if (size > ENT_DESK_ENTRY_MAX) {
		ent_fault_set(reterr_fault, "", "an entry has %d bytes at the most",
				ENT_DESK_ENTRY_MAX);
		return ENT_E_SYNTAX;
	}
	const ent_status status = ent_json_parse(json, bytes, size, NULL, &root, reterr_fault);
	if (status != ENT_OK)
		return status == ENT_E_MEMORY ? status : ENT_E_SYNTAX;
	if (!read_entry(root, &reading, &entry))
		return ENT_E_SYNTAX;
	*ret_entry = entry;
	return ENT_OK;
}
