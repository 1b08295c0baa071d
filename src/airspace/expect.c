/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expect.c: asks the processor for the places in the maps that a command will come to, a few commands ahead. With a
 * million intents each of them waits for memory; asked for at once, they come together.
 */
#include "entity.h"

/* Of an extent with more, the processor could not keep all of them so long. */
enum { CELLS_AHEAD = 8 };

struct expecting {
	struct ent_fold_expected places[ENT_FOLD_EXPECT_MAX];
	size_t n;
};

static uint64_t *next_key(struct expecting *expecting, unsigned map) {
	struct ent_fold_expected *place = &expecting->places[expecting->n++];
	place->map = map;
	return place->key;
}

static void expect_cells(struct expecting *expecting, unsigned map, const struct ent_uuid *id,
		const struct ent_extent *extent) {
	for (size_t i = 0; i < extent->n_cells && i < CELLS_AHEAD; i++) {
		uint64_t *key = next_key(expecting, map);
		key[0] = extent->cells[i];
		id_key(id, key + 1);
	}
}

void ent_airspace_expect(struct ent_fold *fold, const struct ent_command *command) {
	struct expecting expecting;
	expecting.n = 0;
	if (command->kind != ENT_COMMAND_PUT_INTENT)
		return;
	id_key(&command->id, next_key(&expecting, ENT_AIRSPACE_INTENTS));
	expect_cells(&expecting, ENT_AIRSPACE_INTENT_CELLS, &command->id, command->extent);
	expect_cells(&expecting, ENT_AIRSPACE_SUBSCRIPTION_CELLS, &command->fresh, command->extent);
	if (command->has_new_subscription) {
		id_key(&command->fresh, next_key(&expecting, ENT_AIRSPACE_SUBSCRIPTIONS));
		id_key(&command->fresh, next_key(&expecting, ENT_AIRSPACE_NOTIFICATIONS));
		dependent_key(&command->fresh, &command->id,
				next_key(&expecting, ENT_AIRSPACE_DEPENDENTS));
		expiry_key(command->extent->end_utc_us, ENT_ENTITY_SUBSCRIPTION, &command->fresh,
				next_key(&expecting, ENT_AIRSPACE_EXPIRY));
	}
	expiry_key(command->extent->end_utc_us, ENT_ENTITY_INTENT, &command->id,
			next_key(&expecting, ENT_AIRSPACE_EXPIRY));
	ent_fold_expect(fold, expecting.places, expecting.n);
}
