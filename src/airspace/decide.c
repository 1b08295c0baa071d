/* SPDX-License-Identifier: Apache-2.0 */
/* decide.c: a command against the state; see airspace.h. Each rule in the order in which a client may notice. */
#include "decide.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "attach.h"
#include "entente/cells.h"
#include "entity.h"
#include "entry.h"
#include "held.h"

/* What deciding works with. */
struct deciding {
	const struct ent_fold_version *version;
	const struct ent_command *command;
	struct ent_airspace_outcome *outcome;
	struct entry *entry;
	struct ent_extent extent; /* a subscription's as it will be */
};

static bool same(const char *a, const char *b) {
	return strcmp(a, b) == 0;
}

static bool down(const struct deciding *deciding) {
	return deciding->command->strict &&
			ent_airspace_uss(deciding->version, deciding->command->manager)
					.availability == ENT_AVAILABILITY_DOWN;
}

static void own_ovn(struct entry *entry) {
	char id[ENT_UUID_TEXT_SIZE];
	ent_uuid_print(&entry->command.id, id);
	ent_airspace_ovn(id, entry->time_utc_us, entry->ovn);
	entry->command.ovn = entry->ovn;
}

/* --- Operational intents --- */

static bool intent_version(const struct deciding *deciding, const struct ent_entity *old) {
	const struct ent_command *command = deciding->command;
	struct ent_airspace_outcome *outcome = deciding->outcome;
	if (old != NULL && !same(old->manager, command->manager))
		return decide_refuse(outcome, ENT_REFUSAL_FORBIDDEN,
				"the operational intent is managed by another USS");
	if (old != NULL && command->ovn == NULL)
		return decide_refuse(outcome, ENT_REFUSAL_STALE,
				"the operational intent exists already: to update it, name its "
				"OVN");
	if (old != NULL && !same(old->ovn, command->ovn))
		return decide_refuse(outcome, ENT_REFUSAL_STALE,
				"the OVN is not the current one of this operational intent");
	if (old == NULL && command->ovn != NULL)
		return decide_refuse(outcome, ENT_REFUSAL_BAD,
				"there is no operational intent of this id to update");
	return true;
}

/* It would grow with every intent attached to it, and is written anew each time. */
static bool may_widen(const struct deciding *deciding, const struct ent_entity *subscription) {
	const struct ent_extent *is = &subscription->extent, *more = deciding->command->extent;
	const size_t most = deciding->command->cells_max > 0 ? deciding->command->cells_max
							     : ENT_CELLS_MAX;
	if (is->n_cells + more->n_cells <= most)
		return true;
	const size_t n = extent_count_of_both(is, more);
	if (n <= most || n == is->n_cells)
		return true;
	return decide_refuse(deciding->outcome, ENT_REFUSAL_TOO_LARGE,
			"subscription_id: with this operational intent the implicit subscription "
			"would have %zu discovery cells, more than %zu: attach it to another "
			"subscription, or to a new one",
			n, most);
}

/* Whether the subscription that it will have asks for constraints. */
static bool intent_subscription(const struct deciding *deciding, bool *ret_constraints) {
	const struct ent_command *command = deciding->command;
	struct ent_airspace_outcome *outcome = deciding->outcome;
	*ret_constraints = command->has_new_subscription && command->new_subscription_constraints;
	if (!command->has_subscription)
		return true;
	const struct ent_entity *subscription = ent_airspace_find(
			deciding->version, ENT_ENTITY_SUBSCRIPTION, &command->subscription);
	if (subscription == NULL)
		return decide_refuse(outcome, ENT_REFUSAL_BAD,
				"subscription_id: there is no such subscription");
	if (!same(subscription->manager, command->manager))
		return decide_refuse(outcome, ENT_REFUSAL_FORBIDDEN,
				"subscription_id: the subscription is another USS's");
	if (!subscription->implicit && !entity_covers(&subscription->extent, command->extent, 0))
		return decide_refuse(outcome, ENT_REFUSAL_BAD,
				"subscription_id: the subscription does not cover the operational "
				"intent");
	if (subscription->implicit && !may_widen(deciding, subscription))
		return false;
	*ret_constraints = subscription->notify_constraints;
	return true;
}

/* An OVN of the caller's own making, each only once, whether or not the intent that had it is still there. */
static bool intent_ovn(const struct deciding *deciding) {
	const struct ent_command *command = deciding->command;
	if (!command->has_suffix) {
		own_ovn(deciding->entry);
		return true;
	}
	uint64_t key[4], unused;
	suffix_key(&command->suffix, &command->id, key);
	if (ent_fold_get(deciding->version, ENT_AIRSPACE_SUFFIXES, key, &unused))
		return decide_refuse(deciding->outcome, ENT_REFUSAL_BAD,
				"requested_ovn_suffix: an earlier version has had it");
	char id[ENT_UUID_TEXT_SIZE];
	ent_uuid_print(&command->id, id);
	(void)snprintf(deciding->entry->ovn, sizeof deciding->entry->ovn, "%s_%s", id,
			command->suffix_text);
	deciding->entry->command.ovn = deciding->entry->ovn;
	return true;
}

static ent_status put_intent(struct deciding *deciding) {
	const struct ent_command *command = deciding->command;
	struct ent_airspace_outcome *outcome = deciding->outcome;
	const struct ent_entity *old = ent_airspace_find(
			deciding->version, ENT_ENTITY_INTENT, &command->id);
	bool constraints;
	const bool planned = command->state == ENT_INTENT_ACCEPTED ||
			command->state == ENT_INTENT_ACTIVATED;
	if (!intent_version(deciding, old) || !intent_subscription(deciding, &constraints))
		return ENT_OK;
	if (planned && down(deciding)) {
		(void)decide_refuse(outcome, ENT_REFUSAL_FORBIDDEN,
				"a USS that is Down plans no operational intents");
		return ENT_OK;
	}
	if (planned) {
		const ent_status status = check_key(
				deciding->version, command, constraints, outcome);
		if (status != ENT_OK || outcome->refusal != ENT_REFUSAL_NONE)
			return status;
	}
	if (held_allows(deciding->version, command, command->extent, old, outcome))
		(void)intent_ovn(deciding);
	return ENT_OK;
}

/* --- What is deleted --- */

static const struct {
	enum ent_entity_kind kind;
	const char *name;
} deleted[ENT_COMMAND_KIND_COUNT] = {
		[ENT_COMMAND_DELETE_INTENT] = {ENT_ENTITY_INTENT, "operational intent"},
		[ENT_COMMAND_DELETE_CONSTRAINT] = {ENT_ENTITY_CONSTRAINT, "constraint"},
		[ENT_COMMAND_DELETE_SUBSCRIPTION] = {ENT_ENTITY_SUBSCRIPTION, "subscription"},
};

static ent_status delete (struct deciding *deciding) {
	const struct ent_command *command = deciding->command;
	struct ent_airspace_outcome *outcome = deciding->outcome;
	const char *name = deleted[command->kind].name;
	const struct ent_entity *old = ent_airspace_find(
			deciding->version, deleted[command->kind].kind, &command->id);
	if (old == NULL) {
		(void)decide_refuse(
				outcome, ENT_REFUSAL_MISSING, "there is no %s of this id", name);
	} else if (!same(old->manager, command->manager)) {
		(void)decide_refuse(
				outcome, ENT_REFUSAL_FORBIDDEN, "the %s is another USS's", name);
	} else if (!same(old->ovn, command->ovn)) {
		(void)decide_refuse(outcome, ENT_REFUSAL_STALE,
				"the %s is not the current one of this %s",
				old->kind == ENT_ENTITY_SUBSCRIPTION ? "version" : "OVN", name);
	} else if (old->kind == ENT_ENTITY_INTENT && down(deciding)) {
		(void)decide_refuse(outcome, ENT_REFUSAL_FORBIDDEN,
				"a USS that is Down deletes no operational intents");
	} else if (old->kind == ENT_ENTITY_SUBSCRIPTION &&
			entity_has_dependents(deciding->version, old)) {
		(void)decide_refuse(outcome, ENT_REFUSAL_BAD,
				"operational intents depend on this subscription");
	}
	return ENT_OK;
}

/* --- Constraints --- */

static ent_status put_constraint(struct deciding *deciding) {
	const struct ent_command *command = deciding->command;
	struct ent_airspace_outcome *outcome = deciding->outcome;
	const struct ent_entity *old = ent_airspace_find(
			deciding->version, ENT_ENTITY_CONSTRAINT, &command->id);
	if (old != NULL && !same(old->manager, command->manager))
		(void)decide_refuse(outcome, ENT_REFUSAL_FORBIDDEN,
				"the constraint is managed by another USS");
	else if (old != NULL && command->ovn == NULL)
		(void)decide_refuse(outcome, ENT_REFUSAL_STALE,
				"the constraint exists already: to update it, name its OVN");
	else if (old != NULL && !same(old->ovn, command->ovn))
		(void)decide_refuse(outcome, ENT_REFUSAL_STALE,
				"the OVN is not the current one of this constraint");
	else if (old == NULL && command->ovn != NULL)
		(void)decide_refuse(outcome, ENT_REFUSAL_STALE,
				"there is no constraint of this id to update");
	else if (held_allows(deciding->version, command, command->extent, old, outcome))
		own_ovn(deciding->entry);
	return ENT_OK;
}

/* --- Subscriptions --- */

struct band {
	const struct ent_extent *extent;
	bool holds;
};

static bool holds(void *user, const struct ent_entity *intent) {
	struct band *band = user;
	band->holds = band->extent->lower_mm <= intent->extent.lower_mm &&
			band->extent->upper_mm >= intent->extent.upper_mm;
	return band->holds;
}

/* An update must keep its intents covered, and so must say its altitudes. */
static bool dependents_stay(const struct deciding *deciding, const struct ent_entity *old) {
	const struct ent_command *command = deciding->command;
	if (!entity_has_dependents(deciding->version, old))
		return true;
	if (!command->has_altitudes)
		return decide_refuse(deciding->outcome, ENT_REFUSAL_BAD,
				"extents: operational intents depend on this subscription, so "
				"altitude_lower and altitude_upper are needed");
	struct band band = {&deciding->extent, true};
	ent_airspace_dependents(deciding->version, old, holds, &band);
	if (!band.holds || !entity_keeps_dependents(deciding->version, old, band.extent))
		return decide_refuse(deciding->outcome, ENT_REFUSAL_BAD,
				"extents: an operational intent that depends on this subscription "
				"would not be covered any more");
	return true;
}

static ent_status put_subscription(struct deciding *deciding) {
	const struct ent_command *command = deciding->command;
	struct ent_airspace_outcome *outcome = deciding->outcome;
	const struct ent_entity *old = ent_airspace_find(
			deciding->version, ENT_ENTITY_SUBSCRIPTION, &command->id);
	deciding->extent = *command->extent;
	if (!subscription_span(command, old, deciding->entry->time_utc_us,
			    &deciding->extent.start_utc_us, &deciding->extent.end_utc_us, outcome))
		return ENT_OK;
	if (old == NULL && command->ovn != NULL) {
		(void)decide_refuse(outcome, ENT_REFUSAL_BAD,
				"there is no subscription of this id to update");
		return ENT_OK;
	}
	if (old != NULL && (command->ovn == NULL || !same(old->ovn, command->ovn))) {
		(void)decide_refuse(outcome, ENT_REFUSAL_STALE,
				command->ovn == NULL ? "the subscription exists already: to update "
						       "it, name its version"
						     : "the version is not the current one of this "
						       "subscription");
		return ENT_OK;
	}
	if (old != NULL && !same(old->manager, command->manager)) {
		(void)decide_refuse(outcome, ENT_REFUSAL_FORBIDDEN,
				"the subscription is another USS's");
		return ENT_OK;
	}
	/* An update without an outline leaves the place as it was. */
	if (old != NULL && !command->has_outline) {
		deciding->extent.cells = old->extent.cells;
		deciding->extent.n_cells = old->extent.n_cells;
	}
	if (old != NULL && !dependents_stay(deciding, old))
		return ENT_OK;
	if (!held_allows(deciding->version, command, &deciding->extent, old, outcome))
		return ENT_OK;
	deciding->extent.packed_size = 0;
	deciding->entry->command.extent = &deciding->extent;
	own_ovn(deciding->entry);
	return ENT_OK;
}

/* --- The rest --- */

static ent_status set_availability(struct deciding *deciding) {
	const struct ent_command *command = deciding->command;
	const struct ent_uss uss = ent_airspace_uss(deciding->version, command->uss);
	if (!same(uss.version, command->old_version)) {
		(void)decide_refuse(deciding->outcome, ENT_REFUSAL_STALE,
				uss.version[0] == '\0' ? "old_version: this USS never said before, "
							 "so it is to be empty"
						       : "old_version is not the current one");
		return ENT_OK;
	}
	ent_airspace_ovn(command->uss, deciding->entry->time_utc_us, deciding->entry->ovn);
	deciding->entry->command.ovn = deciding->entry->ovn;
	return ENT_OK;
}

static ent_status take(struct deciding *deciding) {
	(void)deciding;
	return ENT_OK;
}

ent_status ent_airspace_decide(struct ent_fold *fold, const struct ent_command *command,
		int64_t time_utc_us, struct ent_airspace_outcome *outcome) {
	static ent_status (*const decides[ENT_COMMAND_KIND_COUNT])(struct deciding * deciding) = {
			[ENT_COMMAND_PUT_INTENT] = put_intent,
			[ENT_COMMAND_DELETE_INTENT] = delete,
			[ENT_COMMAND_PUT_CONSTRAINT] = put_constraint,
			[ENT_COMMAND_DELETE_CONSTRAINT] = delete,
			[ENT_COMMAND_PUT_SUBSCRIPTION] = put_subscription,
			[ENT_COMMAND_DELETE_SUBSCRIPTION] = delete,
			[ENT_COMMAND_SET_AVAILABILITY] = set_availability,
			[ENT_COMMAND_REPORT] = take,
			[ENT_COMMAND_TICK] = take,
			[ENT_COMMAND_CONFIG] = take,
	};
	const struct ent_airspace_head *head = ent_fold_head(ent_fold_open(fold));
	struct entry entry = {.seq = head->size, .time_utc_us = time_utc_us, .command = *command};
	struct deciding deciding = {.version = ent_fold_open(fold),
			.command = command,
			.outcome = outcome,
			.entry = &entry};
	assert(head->size == 0 || time_utc_us > head->time_utc_us);
	assert(command->kind == ENT_COMMAND_TICK ||
			!ent_airspace_due(deciding.version, time_utc_us));
	if (!ent_airspace_check(command, time_utc_us, outcome))
		return ENT_OK;
	ent_status status = decides[command->kind](&deciding);
	if (status != ENT_OK || outcome->refusal != ENT_REFUSAL_NONE)
		return status;
	status = entry_write(&entry, outcome);
	if (status == ENT_OK)
		status = entry_apply(fold, &entry, outcome);
	/* What is decided follows from the state that it is applied to. */
	assert(status == ENT_OK || status == ENT_E_MEMORY);
	return status;
}
