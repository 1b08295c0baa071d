/* SPDX-License-Identifier: Apache-2.0 */
/* key.c: does an intent's author know all that its flight could meet? See decide.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decide.h"

static int compare_ovn(const void *a, const void *b) {
	const struct ent_ovn *one = a, *two = b;
	if (one->length != two->length)
		return one->length < two->length ? -1 : 1;
	return memcmp(one->text, two->text, one->length);
}

void ent_command_sort_key(struct ent_ovn *key, size_t n) {
	if (n > 1)
		qsort(key, n, sizeof *key, compare_ovn);
}

struct checking {
	const struct ent_fold_version *version;
	const struct ent_command *command;
	struct ent_airspace_outcome *outcome;
	ent_status status;
};

static bool key_has(const struct ent_command *command, const char *ovn) {
	const struct ent_ovn wanted = {ovn, strlen(ovn)};
	return command->n_key > 0 &&
			bsearch(&wanted, command->key, command->n_key, sizeof wanted,
					compare_ovn) != NULL;
}

static bool add_missing(struct checking *checking, const struct ent_entity *entity) {
	struct ent_airspace_outcome *outcome = checking->outcome;
	if (outcome->n_missing == outcome->missing_capacity) {
		const size_t capacity = outcome->missing_capacity * 2 + 16;
		const struct ent_entity **grown = realloc(
				outcome->missing, capacity * sizeof(*outcome->missing));
		if (grown == NULL) {
			checking->status = ENT_E_MEMORY;
			return false;
		}
		outcome->missing = grown;
		outcome->missing_capacity = capacity;
	}
	outcome->missing[outcome->n_missing++] = entity;
	return true;
}

/* An Accepted intent of a USS that is Down does not count: nobody could be asked about it. */
static bool passed_over(const struct checking *checking, const struct ent_entity *intent) {
	return intent->state == ENT_INTENT_ACCEPTED &&
			ent_airspace_uss(checking->version, intent->manager).availability ==
			ENT_AVAILABILITY_DOWN;
}

static bool check_intent(void *user, const struct ent_entity *intent) {
	struct checking *checking = user;
	if (key_has(checking->command, intent->ovn) ||
			ent_uuid_compare(&intent->id, &checking->command->id) == 0 ||
			passed_over(checking, intent))
		return true;
	return add_missing(checking, intent);
}

static bool check_constraint(void *user, const struct ent_entity *constraint) {
	struct checking *checking = user;
	return key_has(checking->command, constraint->ovn) || add_missing(checking, constraint);
}

static void say_missing(struct ent_airspace_outcome *outcome, size_t intents, size_t constraints) {
	char text[2][64] = {"", ""};
	if (intents > 0)
		(void)snprintf(text[0], sizeof text[0], "%zu operational intent%s", intents,
				intents == 1 ? "" : "s");
	if (constraints > 0)
		(void)snprintf(text[1], sizeof text[1], "%zu constraint%s", constraints,
				constraints == 1 ? "" : "s");
	(void)decide_refuse(outcome, ENT_REFUSAL_CONFLICT, "the key lacks the OVN%s of %s%s%s",
			intents + constraints == 1 ? "" : "s", text[0],
			intents > 0 && constraints > 0 ? " and " : "", text[1]);
}

ent_status check_key(const struct ent_fold_version *version, const struct ent_command *command,
		bool constraints, struct ent_airspace_outcome *outcome) {
	struct checking checking = {version, command, outcome, ENT_OK};
	ent_airspace_meeting(
			version, ENT_ENTITY_INTENT, command->extent, true, check_intent, &checking);
	const size_t intents = outcome->n_missing;
	if (constraints && checking.status == ENT_OK)
		ent_airspace_meeting(version, ENT_ENTITY_CONSTRAINT, command->extent, false,
				check_constraint, &checking);
	if (checking.status == ENT_OK && outcome->n_missing > 0)
		say_missing(outcome, intents, outcome->n_missing - intents);
	return checking.status;
}
