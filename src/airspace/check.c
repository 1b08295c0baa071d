/* SPDX-License-Identifier: Apache-2.0 */
/* check.c: what is wrong with a command whatever the state; see airspace.h. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "decide.h"
#include "entente/text.h"
#include "entity.h"
#include "extent_parts.h"

#define CLOCK_SKEW_US \
	(INT64_C(300) * 1000000) /* F3548-21 requested OVNs, and InterUSS on a start in the past */
#define SUBSCRIPTION_MAX_US (INT64_C(86400) * 1000000) /* a window of a subscription; InterUSS */

bool decide_refuse(struct ent_airspace_outcome *outcome, enum ent_refusal refusal,
		const char *format, ...) {
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(outcome->message, sizeof outcome->message, format, arguments);
	va_end(arguments);
	outcome->refusal = refusal;
	return false;
}

/* An entry says it, and says it back: with other bytes a replay would come to another state. */
static bool text_ok(const char *text) {
	const size_t length = strlen(text);
	uint32_t unused;
	size_t bytes = 1;
	for (size_t at = 0; bytes > 0 && at < length; at += bytes)
		bytes = ent_text_character(text + at, length - at, &unused);
	return bytes > 0 && length <= ENT_AIRSPACE_NAME_MAX;
}

/* What is filed has an id, and so has what is made by the way. */
static bool check_ids(const struct ent_command *command, struct ent_airspace_outcome *outcome) {
	const bool files = command->kind == ENT_COMMAND_PUT_INTENT ||
			command->kind == ENT_COMMAND_PUT_CONSTRAINT ||
			command->kind == ENT_COMMAND_PUT_SUBSCRIPTION ||
			command->kind == ENT_COMMAND_REPORT;
	if ((files && id_is_none(&command->id)) ||
			(command->has_new_subscription && id_is_none(&command->fresh)))
		return decide_refuse(outcome, ENT_REFUSAL_BAD, "the id is all zeros");
	return true;
}

static bool check_texts(const struct ent_command *command, struct ent_airspace_outcome *outcome) {
	const struct {
		const char *name, *text;
	} texts[] = {{"the client's name", command->manager}, {"uss_base_url", command->url},
			{"new_subscription.uss_base_url", command->new_subscription_url},
			{"the USS's id", command->uss}};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (texts[i].text != NULL && !text_ok(texts[i].text))
			return decide_refuse(outcome, ENT_REFUSAL_BAD,
					"%s: not UTF-8, or longer than %d bytes", texts[i].name,
					ENT_AIRSPACE_NAME_MAX);
	return true;
}

/* In the order of F3548-21's and InterUSS's rules for intents and constraints alike. */
static bool check_extent(const struct ent_command *command, int64_t now_utc_us,
		struct ent_airspace_outcome *outcome) {
	const struct ent_extent *extent = command->extent;
	if (!extent_has_times(extent))
		return decide_refuse(outcome, ENT_REFUSAL_BAD,
				"extents: every volume needs time_start and time_end");
	if (command->kind == ENT_COMMAND_PUT_INTENT && !extent_has_altitudes(extent))
		return decide_refuse(outcome, ENT_REFUSAL_BAD,
				"extents: every volume needs altitude_lower and altitude_upper");
	if (extent->end_utc_us <= extent->start_utc_us)
		return decide_refuse(outcome, ENT_REFUSAL_BAD,
				"extents: time_end is not after time_start");
	if (extent->end_utc_us < now_utc_us)
		return decide_refuse(outcome, ENT_REFUSAL_BAD, "extents: time_end is in the past");
	if (extent->n_cells == 0)
		return decide_refuse(outcome, ENT_REFUSAL_BAD,
				"extents: outline_circle or outline_polygon is missing");
	return true;
}

static bool check_suffix(const struct ent_command *command, int64_t now_utc_us,
		struct ent_airspace_outcome *outcome) {
	if (!command->has_suffix)
		return true;
	if (ent_uuid_version(&command->suffix) != 7)
		return decide_refuse(outcome, ENT_REFUSAL_BAD,
				"requested_ovn_suffix: not a UUID of version 7");
	const int64_t made_us = ent_uuid_time_ms(&command->suffix) * 1000;
	if (made_us < now_utc_us - CLOCK_SKEW_US || made_us > now_utc_us + CLOCK_SKEW_US)
		return decide_refuse(outcome, ENT_REFUSAL_BAD,
				"requested_ovn_suffix: its time is more than 5 minutes from now");
	return true;
}

static bool check_intent(const struct ent_command *command, int64_t now_utc_us,
		struct ent_airspace_outcome *outcome) {
	if (!check_extent(command, now_utc_us, outcome))
		return false;
	if (command->ovn == NULL && command->state != ENT_INTENT_ACCEPTED)
		return decide_refuse(outcome, ENT_REFUSAL_BAD,
				"state: a new operational intent is Accepted, not %s",
				ent_intent_state_text(command->state));
	if (!check_suffix(command, now_utc_us, outcome))
		return false;
	if (command->state != ENT_INTENT_ACCEPTED && !command->has_subscription &&
			!command->has_new_subscription)
		return decide_refuse(outcome, ENT_REFUSAL_BAD,
				"state: %s needs subscription_id or new_subscription",
				ent_intent_state_text(command->state));
	return true;
}

bool ent_airspace_check(const struct ent_command *command, int64_t now_utc_us,
		struct ent_airspace_outcome *outcome) {
	outcome->refusal = ENT_REFUSAL_NONE;
	outcome->message[0] = '\0';
	outcome->n_missing = outcome->n_notified = 0;
	outcome->entity = NULL;
	outcome->created = false;
	outcome->entry_size = 0;
	if (!check_texts(command, outcome) || !check_ids(command, outcome))
		return false;
	switch (command->kind) {
	case ENT_COMMAND_PUT_INTENT:
		return check_intent(command, now_utc_us, outcome);
	case ENT_COMMAND_PUT_CONSTRAINT:
		return check_extent(command, now_utc_us, outcome);
	case ENT_COMMAND_PUT_SUBSCRIPTION:
		if (!command->notify_intents && !command->notify_constraints)
			return decide_refuse(outcome, ENT_REFUSAL_BAD,
					"notify_for_operational_intents or notify_for_constraints "
					"must be true");
		return true;
	case ENT_COMMAND_CONFIG:
		if (command->expire_after_us < 0 || command->expire_after_us > ENT_TIME_MAX_US)
			return decide_refuse(
					outcome, ENT_REFUSAL_BAD, "expire_after: out of range");
		return true;
	default:
		return true;
	}
}

/* Start and end as they will be: what is not given is as before, or from now on for a day. */
bool subscription_span(const struct ent_command *command, const struct ent_entity *old,
		int64_t now_utc_us, int64_t *ret_start, int64_t *ret_end,
		struct ent_airspace_outcome *outcome) {
	int64_t start = old != NULL ? old->extent.start_utc_us : now_utc_us;
	if (command->has_start) {
		start = command->extent->start_utc_us;
		if (start < now_utc_us - CLOCK_SKEW_US)
			return decide_refuse(outcome, ENT_REFUSAL_BAD,
					"time_start is more than 5 minutes in the past");
	}
	int64_t end = old != NULL ? old->extent.end_utc_us : start + SUBSCRIPTION_MAX_US;
	if (command->has_end)
		end = command->extent->end_utc_us;
	if (end <= start)
		return decide_refuse(outcome, ENT_REFUSAL_BAD, "time_end is not after time_start");
	if (end > ENT_TIME_MAX_US)
		return decide_refuse(
				outcome, ENT_REFUSAL_BAD, "it would last beyond the year 9999");
	if (end - start > SUBSCRIPTION_MAX_US)
		return decide_refuse(
				outcome, ENT_REFUSAL_BAD, "a subscription lasts at most 24 hours");
	*ret_start = start;
	*ret_end = end;
	return true;
}
