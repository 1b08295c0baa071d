/* SPDX-License-Identifier: Apache-2.0 */
/* airspaces.c: see airspaces.h. */
#include "airspaces.h"

#include "entente/json.h"
#include "entry.h"

static void decide(struct airspace *airspace, const struct ent_command *command) {
	CHECK(ent_fold_begin(airspace->fold) == ENT_OK);
	CHECK(ent_airspace_decide(airspace->fold, command, airspace->now_utc_us,
			      &airspace->outcome) == ENT_OK);
	ent_fold_publish(airspace->fold, ent_fold_seal(airspace->fold));
	if (airspace->before != NULL)
		ent_fold_release(airspace->fold, airspace->before);
	airspace->before = airspace->seen;
	airspace->seen = ent_fold_take(airspace->fold);
	airspace->now_utc_us += SECOND_US;
	const char *broken = airspace_broken(airspace->seen);
	CHECK_ROW(broken != NULL ? broken : "", broken == NULL);
}

void airspace_begin(struct airspace *airspace) {
	const struct ent_command config = {
			.kind = ENT_COMMAND_CONFIG, .expire_after_us = 2 * HOUR_US};
	*airspace = (struct airspace){.now_utc_us = BEGIN_US};
	CHECK(ent_seal_start() == ENT_OK);
	CHECK(ent_fold_create(&ent_airspace_fold_options, &airspace->fold) == ENT_OK);
	airspace->seen = ent_fold_take(airspace->fold);
	decide(airspace, &config);
}

void airspace_end(struct airspace *airspace) {
	ent_airspace_outcome_finish(&airspace->outcome);
	ent_fold_release(airspace->fold, airspace->before);
	ent_fold_release(airspace->fold, airspace->seen);
	ent_fold_destroy(airspace->fold);
}

/* Is all of its text ASCII, that JSON says as it is? */
static bool is_plain(const char *entry) {
	while (*entry != '\0' && *entry != '\\' && (*entry & 0x80) == 0)
		entry++;
	return *entry == '\0';
}

static bool is_parsed(const struct ent_airspace_outcome *outcome) {
	struct ent_json *json;
	struct entry entry;
	struct ent_fault fault;
	CHECK(ent_json_create(&json) == ENT_OK);
	const bool fine = entry_parse(json, outcome->entry, outcome->entry_size,
					  outcome->entry_size, &entry, &fault) == ENT_OK;
	if (fine)
		entry_finish(&entry);
	ent_json_destroy(json);
	return fine;
}

/*
 * What we write is read as it stands: else nothing would be wrong, but a replay would take twice as long. (Some tests
 * have intents without bounds, which no check lets through.)
 */
static void check_is_scanned(const struct ent_airspace_outcome *outcome) {
	struct entry_room room = {.capacity = 0};
	struct entry entry;
	if (is_plain(outcome->entry) && is_parsed(outcome))
		CHECK_ROW(outcome->entry,
				entry_scan(&room, outcome->entry, outcome->entry_size, &entry));
	entry_room_finish(&room);
}

enum ent_refusal airspace_do(struct airspace *airspace, const struct ent_command *command) {
	const struct ent_command tick = {.kind = ENT_COMMAND_TICK};
	while (ent_airspace_due(airspace->seen, airspace->now_utc_us))
		decide(airspace, &tick);
	decide(airspace, command);
	if (airspace->outcome.refusal == ENT_REFUSAL_NONE &&
			command->kind == ENT_COMMAND_PUT_INTENT)
		check_is_scanned(&airspace->outcome);
	return airspace->outcome.refusal;
}

struct ent_uuid id_of(unsigned number) {
	uint64_t seed = number;
	uint8_t chance[16];
	for (size_t i = 0; i < sizeof chance; i++)
		chance[i] = (uint8_t)test_random(&seed);
	return ent_uuid_from_random(chance);
}

struct ent_uuid suffix_of(int64_t utc_us, unsigned number) {
	struct ent_uuid suffix = id_of(number);
	for (int i = 0; i < 6; i++)
		suffix.bytes[i] = (uint8_t)(utc_us / 1000 >> (40 - 8 * i));
	suffix.bytes[6] = (uint8_t)(0x70 | (suffix.bytes[6] & 15));
	return suffix;
}

const struct ent_entity *airspace_find(
		const struct airspace *airspace, enum ent_entity_kind kind, unsigned id) {
	const struct ent_uuid uuid = id_of(id);
	return ent_airspace_find(airspace->seen, kind, &uuid);
}

uint64_t airspace_index(const struct airspace *airspace, unsigned subscription) {
	const struct ent_entity *entity = airspace_find(
			airspace, ENT_ENTITY_SUBSCRIPTION, subscription);
	CHECK(entity != NULL);
	return ent_airspace_notification_index(airspace->seen, entity);
}

/* The last ones are there as long as anybody could look. */
static const struct ent_extent *keep(
		double lat_deg, double lon_deg, struct ent_extent_volume volume) {
	static struct ent_extent *kept[256];
	static size_t n;
	struct ent_extent *extent;
	CHECK(ent_geo_point_from_deg(lat_deg, lon_deg, &volume.center) == ENT_OK);
	CHECK(ent_extent_create(&volume, 1, &ent_extent_limits_default, &extent, NULL) == ENT_OK);
	ent_extent_destroy(kept[n % COUNT_OF(kept)]);
	kept[n++ % COUNT_OF(kept)] = extent;
	return extent;
}

const struct ent_extent *disc(
		double lat_deg, double lon_deg, int lower_m, int upper_m, int start_s, int end_s) {
	return keep(lat_deg, lon_deg,
			(struct ent_extent_volume){.outline = ENT_EXTENT_CIRCLE,
					.radius_mm = 50000,
					.lower_mm = lower_m * 1000,
					.upper_mm = upper_m * 1000,
					.start_utc_us = BEGIN_US + start_s * SECOND_US,
					.end_utc_us = BEGIN_US + end_s * SECOND_US});
}

const struct ent_extent *wide_disc(
		double lat_deg, double lon_deg, int radius_m, int start_s, int end_s) {
	return keep(lat_deg, lon_deg,
			(struct ent_extent_volume){.outline = ENT_EXTENT_CIRCLE,
					.radius_mm = INT64_C(1000) * radius_m,
					.upper_mm = 100000,
					.start_utc_us = BEGIN_US + start_s * SECOND_US,
					.end_utc_us = BEGIN_US + end_s * SECOND_US});
}

struct ent_command put_intent(unsigned id, const struct ent_extent *extent) {
	return (struct ent_command){.kind = ENT_COMMAND_PUT_INTENT,
			.id = id_of(id),
			.manager = "uss1",
			.url = "https://uss1.example/utm",
			.state = ENT_INTENT_ACCEPTED,
			.extent = extent,
			.new_subscription_url = "https://uss1.example/new",
			.fresh = id_of(id + 100000)};
}

struct ent_command put_constraint(unsigned id, const struct ent_extent *extent) {
	return (struct ent_command){.kind = ENT_COMMAND_PUT_CONSTRAINT,
			.id = id_of(id),
			.manager = "uss1",
			.url = "https://uss1.example/utm",
			.extent = extent};
}

struct ent_command put_subscription(unsigned id, const struct ent_extent *extent) {
	return (struct ent_command){.kind = ENT_COMMAND_PUT_SUBSCRIPTION,
			.id = id_of(id),
			.manager = "uss1",
			.url = "https://uss1.example/utm",
			.extent = extent,
			.notify_intents = true,
			.has_outline = true,
			.has_start = true,
			.has_end = true,
			.has_altitudes = true};
}

static const struct {
	enum ent_command_kind put, deletion;
	enum ent_entity_kind entity;
} kinds[] = {{ENT_COMMAND_PUT_INTENT, ENT_COMMAND_DELETE_INTENT, ENT_ENTITY_INTENT},
		{ENT_COMMAND_PUT_CONSTRAINT, ENT_COMMAND_DELETE_CONSTRAINT, ENT_ENTITY_CONSTRAINT},
		{ENT_COMMAND_PUT_SUBSCRIPTION, ENT_COMMAND_DELETE_SUBSCRIPTION,
				ENT_ENTITY_SUBSCRIPTION}};

struct ent_command update(const struct airspace *airspace, struct ent_command command) {
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		if (kinds[i].put != command.kind && kinds[i].deletion != command.kind)
			continue;
		const struct ent_entity *entity = ent_airspace_find(
				airspace->seen, kinds[i].entity, &command.id);
		CHECK(entity != NULL);
		command.ovn = entity->ovn;
		command.manager = entity->manager;
	}
	return command;
}

struct ent_command delete_it(
		const struct airspace *airspace, enum ent_command_kind kind, unsigned id) {
	return update(airspace, (struct ent_command){.kind = kind, .id = id_of(id)});
}

struct ent_command with_key(const struct airspace *airspace, struct ent_command command,
		struct ent_ovn *key, size_t room) {
	command.key = key;
	for (unsigned map = ENT_AIRSPACE_INTENTS; map <= ENT_AIRSPACE_CONSTRAINTS; map++) {
		struct ent_fold_cursor cursor;
		const uint64_t *unused;
		uint64_t value;
		ent_fold_seek(airspace->seen, map, NULL, &cursor);
		while (ent_fold_next(&cursor, &unused, &value)) {
			const struct ent_entity *entity = (const struct ent_entity *)(uintptr_t)
					value; /* NOLINT */
			CHECK(command.n_key < room);
			key[command.n_key++] = (struct ent_ovn){entity->ovn, strlen(entity->ovn)};
		}
	}
	ent_command_sort_key(command.key, command.n_key);
	return command;
}
