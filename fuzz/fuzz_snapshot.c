/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_snapshot.c: snapshots of an airspace from anywhere, as they are and with the hash that fits behind them. What
 * is taken keeps all promises, would be written again byte for byte, and goes on well: what is due expires, and
 * what is there can be deleted.
 */
#include "fuzz.h"

#include "airspace_whole.h"

enum { SIZE_MAX_TRIED = 1 << 15 };

static void check_written(
		const struct ent_fold_version *version, const uint8_t *bytes, size_t size) {
	size_t written;
	uint8_t *again = airspace_bytes(version, &written);
	FUZZ_CHECK(again != NULL && written == size && memcmp(again, bytes, size) == 0);
	free(again);
}

static const struct ent_entity *first_of(const struct ent_fold_version *version, unsigned map) {
	struct ent_fold_cursor cursor;
	const uint64_t *key;
	uint64_t value;
	ent_fold_seek(version, map, NULL, &cursor);
	return ent_fold_next(&cursor, &key, &value)
			? (const struct ent_entity *)(uintptr_t)value /* NOLINT */
			: NULL;
}

static const struct {
	unsigned map;
	enum ent_command_kind kind;
} kinds[] = {{ENT_AIRSPACE_INTENTS, ENT_COMMAND_DELETE_INTENT},
		{ENT_AIRSPACE_CONSTRAINTS, ENT_COMMAND_DELETE_CONSTRAINT},
		{ENT_AIRSPACE_SUBSCRIPTIONS, ENT_COMMAND_DELETE_SUBSCRIPTION}};

/* One of each kind goes, then all that time takes. */
static void go_on(struct ent_fold *fold) {
	struct ent_airspace_outcome outcome = {0};
	const struct ent_airspace_head *head = ent_fold_head(ent_fold_open(fold));
	const struct ent_command tick = {.kind = ENT_COMMAND_TICK};
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		const struct ent_entity *entity = first_of(ent_fold_open(fold), kinds[i].map);
		if (entity == NULL || head->time_utc_us >= ENT_TIME_MAX_US / 2 ||
				ent_airspace_due(ent_fold_open(fold), head->time_utc_us + 1))
			continue;
		const struct ent_command command = {.kind = kinds[i].kind,
				.id = entity->id,
				.manager = entity->manager,
				.ovn = entity->ovn};
		FUZZ_CHECK(ent_airspace_decide(fold, &command, head->time_utc_us + 1, &outcome) ==
				ENT_OK);
		FUZZ_CHECK(airspace_broken(ent_fold_open(fold)) == NULL);
	}
	int64_t time = ENT_TIME_MAX_US / 2 + 1;
	for (; head->time_utc_us < time && ent_airspace_due(ent_fold_open(fold), time); time++)
		FUZZ_CHECK(ent_airspace_decide(fold, &tick, time, &outcome) == ENT_OK);
	FUZZ_CHECK(airspace_broken(ent_fold_open(fold)) == NULL);
	ent_airspace_outcome_finish(&outcome);
}

static void read_it(const uint8_t *bytes, size_t size) {
	struct ent_fold *fold;
	struct ent_fault fault = {{0}, {0}};
	FUZZ_CHECK(ent_fold_create(&ent_airspace_fold_options, &fold) == ENT_OK);
	FUZZ_CHECK(ent_fold_begin(fold) == ENT_OK);
	const ent_status status = ent_airspace_snapshot_read(fold, bytes, size, &fault);
	FUZZ_CHECK(status == ENT_OK || status == ENT_E_SYNTAX);
	FUZZ_CHECK((status == ENT_OK) == (fault.why[0] == '\0'));
	if (status == ENT_OK) {
		FUZZ_CHECK(airspace_broken(ent_fold_open(fold)) == NULL);
		check_written(ent_fold_open(fold), bytes, size);
		go_on(fold);
	}
	ent_fold_destroy(fold);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct ent_hash hash;
	if (size > SIZE_MAX_TRIED)
		return 0;
	FUZZ_CHECK(ent_seal_start() == ENT_OK);
	read_it(data, size);
	uint8_t *bytes = malloc(size + ENT_HASH_SIZE);
	FUZZ_CHECK(bytes != NULL);
	if (size > 0)
		memcpy(bytes, data, size);
	ent_seal_sha256(bytes, size, &hash);
	memcpy(bytes + size, hash.bytes, ENT_HASH_SIZE);
	read_it(bytes, size + ENT_HASH_SIZE);
	free(bytes);
	return 0;
}
