/* SPDX-License-Identifier: Apache-2.0 */
/* attach.c: see attach.h. */
#include "attach.h"

#include <stdlib.h>

#include "entity.h"

/* The cells of both, ascending, when there is room for them; how many. */
static size_t cells_of_both(
		const struct ent_extent *a, const struct ent_extent *b, uint64_t *ret_cells) {
	size_t n = 0, i = 0, k = 0;
	while (i < a->n_cells || k < b->n_cells) {
		const uint64_t x = i < a->n_cells ? a->cells[i] : UINT64_MAX;
		const uint64_t y = k < b->n_cells ? b->cells[k] : UINT64_MAX;
		if (ret_cells != NULL)
			ret_cells[n] = x < y ? x : y;
		n++;
		i += x <= y;
		k += y <= x;
	}
	return n;
}

size_t extent_count_of_both(const struct ent_extent *a, const struct ent_extent *b) {
	return cells_of_both(a, b, NULL);
}

ent_status extent_of_both(const struct ent_extent *a, const struct ent_extent *b,
		struct ent_extent *ret_extent, uint64_t **ret_cells) {
	struct ent_extent both = *a;
	uint64_t *cells = malloc((a->n_cells + b->n_cells + 1) * sizeof *cells);
	if (cells == NULL)
		return ENT_E_MEMORY;
	both.n_cells = cells_of_both(a, b, cells);
	both.cells = cells;
	both.start_utc_us = a->start_utc_us < b->start_utc_us ? a->start_utc_us : b->start_utc_us;
	both.end_utc_us = a->end_utc_us > b->end_utc_us ? a->end_utc_us : b->end_utc_us;
	both.lower_mm = a->lower_mm < b->lower_mm ? a->lower_mm : b->lower_mm;
	both.upper_mm = a->upper_mm > b->upper_mm ? a->upper_mm : b->upper_mm;
	*ret_extent = both;
	*ret_cells = cells;
	return ENT_OK;
}

struct ent_extent subscription_extent(const struct ent_extent *extent) {
	struct ent_extent place = *extent;
	place.lower_mm = ENT_ALTITUDE_UNBOUNDED_BELOW;
	place.upper_mm = ENT_ALTITUDE_UNBOUNDED_ABOVE;
	place.packed_size = 0;
	return place;
}

static ent_status make_implicit(struct ent_fold *fold, const struct entry *entry) {
	const struct ent_command *command = &entry->command;
	char id[ENT_UUID_TEXT_SIZE], version[ENT_AIRSPACE_OVN_SIZE];
	const struct ent_entity *made;
	uint64_t key[2];
	if (ent_airspace_find(ent_fold_open(fold), ENT_ENTITY_SUBSCRIPTION, &command->fresh) !=
			NULL)
		return ENT_E_EXISTS;
	ent_uuid_print(&command->fresh, id);
	ent_airspace_ovn(id, entry->time_utc_us, version);
	const struct ent_entity subscription = {.kind = ENT_ENTITY_SUBSCRIPTION,
			.id = command->fresh,
			.notify_intents = true,
			.notify_constraints = command->new_subscription_constraints,
			.implicit = true,
			.manager = command->manager,
			.url = command->new_subscription_url,
			.ovn = version,
			.extent = subscription_extent(command->extent)};
	ent_status status = entity_make(fold, &subscription, &made);
	if (status == ENT_OK)
		status = entity_put(fold, NULL, made);
	id_key(&command->fresh, key);
	if (status == ENT_OK)
		status = ent_fold_put(fold, ENT_AIRSPACE_NOTIFICATIONS, key, 0);
	return status;
}

/* An implicit subscription grows until it covers the intent that is attached to it. */
static ent_status widen(struct ent_fold *fold, const struct entry *entry,
		const struct ent_entity *subscription) {
	const struct ent_extent *extent = entry->command.extent;
	char id[ENT_UUID_TEXT_SIZE], version[ENT_AIRSPACE_OVN_SIZE];
	struct ent_entity wider = *subscription;
	const struct ent_entity *made;
	uint64_t *cells;
	if (entity_covers(&subscription->extent, extent, 0))
		return ENT_OK;
	ent_status status = extent_of_both(&subscription->extent, extent, &wider.extent, &cells);
	if (status != ENT_OK)
		return status;
	ent_uuid_print(&subscription->id, id);
	ent_airspace_ovn(id, entry->time_utc_us, version);
	wider.ovn = version;
	wider.extent = subscription_extent(&wider.extent);
	status = entity_make(fold, &wider, &made);
	if (status == ENT_OK)
		status = entity_put(fold, subscription, made);
	free(cells);
	return status;
}

ent_status attach(struct ent_fold *fold, const struct entry *entry, struct ent_uuid *ret_id) {
	const struct ent_command *command = &entry->command;
	*ret_id = (struct ent_uuid){{0}};
	if (command->has_new_subscription) {
		*ret_id = command->fresh;
		return make_implicit(fold, entry);
	}
	if (!command->has_subscription)
		return ENT_OK;
	const struct ent_entity *subscription = ent_airspace_find(
			ent_fold_open(fold), ENT_ENTITY_SUBSCRIPTION, &command->subscription);
	if (subscription == NULL)
		return ENT_E_MISSING;
	*ret_id = command->subscription;
	if (subscription->implicit)
		return widen(fold, entry, subscription);
	return entity_covers(&subscription->extent, command->extent, 0) ? ENT_OK : ENT_E_MISSING;
}

ent_status detach(struct ent_fold *fold, const struct ent_uuid *subscription,
		const struct ent_uuid *intent) {
	uint64_t key[4];
	if (id_is_none(subscription))
		return ENT_OK;
	dependent_key(subscription, intent, key);
	return ent_fold_remove(fold, ENT_AIRSPACE_DEPENDENTS, key);
}

ent_status drop_orphan(struct ent_fold *fold, const struct ent_uuid *id) {
	const struct ent_fold_version *open = ent_fold_open(fold);
	const struct ent_entity *subscription = id_is_none(id)
			? NULL
			: ent_airspace_find(open, ENT_ENTITY_SUBSCRIPTION, id);
	if (subscription == NULL || !subscription->implicit ||
			entity_has_dependents(open, subscription))
		return ENT_OK;
	return entity_remove(fold, subscription);
}
