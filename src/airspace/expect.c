/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expect.c: asks the processor for the places in the maps that a command will come to, a few commands ahead. With a
 * million intents each of them waits for memory; asked for at once, they come together.
 */
#include "entity.h"

/* Of an extent with more, the processor could not keep all of them so long. */
enum { CELLS_AHEAD = 4 };

static void expect_id(
		const struct ent_fold_version *version, unsigned map, const struct ent_uuid *id) {
	uint64_t key[2];
	id_key(id, key);
	ent_fold_expect(version, map, key);
}

static void expect_cells(const struct ent_fold_version *version, unsigned map,
		const struct ent_uuid *id, const struct ent_extent *extent) {
	uint64_t key[3];
	id_key(id, key + 1);
	for (size_t i = 0; i < extent->n_cells && i < CELLS_AHEAD; i++) {
		key[0] = extent->cells[i];
		ent_fold_expect(version, map, key);
	}
}

void ent_airspace_expect(
		const struct ent_fold_version *version, const struct ent_command *command) {
	uint64_t key[4];
	if (command->kind != ENT_COMMAND_PUT_INTENT)
		return;
	expect_id(version, ENT_AIRSPACE_INTENTS, &command->id);
	expect_cells(version, ENT_AIRSPACE_INTENT_CELLS, &command->id, command->extent);
	expect_cells(version, ENT_AIRSPACE_SUBSCRIPTION_CELLS, &command->fresh, command->extent);
	if (!command->has_new_subscription)
		return;
	expect_id(version, ENT_AIRSPACE_SUBSCRIPTIONS, &command->fresh);
	expect_id(version, ENT_AIRSPACE_NOTIFICATIONS, &command->fresh);
	dependent_key(&command->fresh, &command->id, key);
	ent_fold_expect(version, ENT_AIRSPACE_DEPENDENTS, key);
}
