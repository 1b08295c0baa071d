/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alarms.c: what must not be, as it was told; and that a person has dealt with one.
 *
 *     close: who asks has seen it as it is -> an entry of the desk's ledger: who, which, why -> it is an alarm no more
 *
 * To close one permits nothing: what is frozen, what was agreed and what is kept as evidence are not touched.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* As an element, or a member of that name. */
static void write_alarm(
		const struct ent_post_alarm *alarm, const char *name, struct ent_jsonout *out) {
	if (name != NULL)
		ent_jsonout_name(out, name);
	ent_jsonout_object_begin(out);
	office_write_uint(out, "number", alarm->number);
	office_write_text(out, "kind", ent_post_alarm_word(alarm->kind));
	office_write_text(out, "text", ent_post_alarm_text(alarm->kind));
	office_write_text(out, "peer", alarm->peer);
	office_write_text(out, "ledger", alarm->ledger);
	office_write_text(out, "where", alarm->fault.where);
	office_write_text(out, "why", alarm->fault.why);
	office_write_text(out, "evidence", alarm->evidence);
	office_write_text(out, "kept", alarm->kept);
	ent_jsonout_name(out, "closable");
	ent_jsonout_bool(out, alarm->closable);
	office_write_time(out, "first", alarm->first_utc_us);
	office_write_time(out, "last", alarm->last_utc_us);
	office_write_uint(out, "times", alarm->times);
	ent_jsonout_object_end(out);
}

/* --- Looking --- */

bool office_ask_alarms(struct office_call *call) {
	struct office_writing writing;
	struct ent_post_alarm *alarms = calloc(ENT_POST_ALARMS_MAX, sizeof *alarms);
	if (alarms == NULL)
		return false;
	const size_t n = ent_post_alarms(call->office->options.post, alarms, ENT_POST_ALARMS_MAX);
	office_begin(&writing);
	office_write_time(&writing.out, "since", call->office->since_utc_us);
	ent_jsonout_name(&writing.out, "alarms");
	ent_jsonout_array_begin(&writing.out);
	for (size_t i = 0; i < n && i < ENT_POST_ALARMS_MAX; i++)
		write_alarm(&alarms[i], NULL, &writing.out);
	ent_jsonout_array_end(&writing.out);
	free(alarms);
	office_finish(call, &writing, 200, NULL);
	return false;
}

/* --- Closing --- */

/* What whoever asks says of it. */
struct closing {
	const char *reason; /* of the call's JSON */
	int64_t first_utc_us, times;
	struct ent_post_alarm alarm;
};

/* False: it is answered. */
static bool read_closing(struct office_call *call, struct closing *ret_closing) {
	struct office_member members[] = {{.name = "reason", .must = true},
			{.name = "first", .must = true},
			{.name = "times", .number = true, .must = true}};
	if (!office_read_body(call, members, 3))
		return false;
	ret_closing->reason = members[0].text;
	ret_closing->times = members[2].value;
	if (!ent_desk_reason_ok(members[0].text, members[0].length))
		office_refuse(call, 400, "reason: " ENT_DESK_REASON_RULE);
	else if (ent_text_parse_time(members[1].text, members[1].length, &ret_closing->first_utc_us,
				 NULL) != ENT_OK)
		office_refuse(call, 400, "first: it is a time, as the list of alarms has it");
	else
		return true;
	return false;
}

static bool find(struct office_call *call, struct ent_post_alarm *ret_alarm) {
	char number[24];
	bool found = false;
	struct ent_post_alarm *alarms = calloc(ENT_POST_ALARMS_MAX, sizeof *alarms);
	if (alarms == NULL) {
		office_refuse(call, 503, "out of memory");
		return false;
	}
	const size_t n = ent_post_alarms(call->office->options.post, alarms, ENT_POST_ALARMS_MAX);
	for (size_t i = 0; !found && i < n && i < ENT_POST_ALARMS_MAX; i++) {
		(void)snprintf(number, sizeof number, "%" PRIu64, alarms[i].number);
		found = strcmp(number, call->id) == 0;
		if (found)
			*ret_alarm = alarms[i];
	}
	free(alarms);
	if (!found)
		office_refuse(call, 404, "there is no alarm of that number");
	return found;
}

/* The same number is another alarm's after a start, and what has happened again somebody is to look at. */
static bool may_close(struct office_call *call, const struct closing *closing) {
	const struct ent_post_alarm *alarm = &closing->alarm;
	if (!alarm->closable)
		office_refuse(call, 409,
				"it cannot be closed: what it is about is still so here, and ends "
				"it "
				"when it ends");
	else if (alarm->first_utc_us != closing->first_utc_us ||
			alarm->times != (uint64_t)closing->times)
		office_refuse(call, 412, "%s", ent_desk_refusal_text(ENT_DESK_REFUSAL_CHANGED));
	else
		return true;
	return false;
}

/* "forged:<peer>:<ledger>"; without a ledger whose name is too long. */
static void name_alarm(const struct ent_post_alarm *alarm, char ret_on[ENT_DESK_ON_MAX + 1]) {
	const char *kind = ent_post_alarm_word(alarm->kind);
	const int length = snprintf(
			ret_on, ENT_DESK_ON_MAX + 1, "%s:%s:%s", kind, alarm->peer, alarm->ledger);
	if (length > ENT_DESK_ON_MAX || !ent_desk_on_ok(ret_on, (size_t)length))
		(void)snprintf(ret_on, ENT_DESK_ON_MAX + 1, "%s:%s", kind, alarm->peer);
}

static void tell(struct office_call *call, const struct closing *closing) {
	const struct ent_post_alarm *alarm = &closing->alarm;
	struct office_writing writing;
	office_begin(&writing);
	office_write_time(&writing.out, "time", office_now(call->office));
	office_write_uint(&writing.out, "number", alarm->number);
	office_write_text(&writing.out, "kind", ent_post_alarm_word(alarm->kind));
	office_write_text(&writing.out, "peer", alarm->peer);
	office_write_text(&writing.out, "ledger", alarm->ledger);
	office_write_text(&writing.out, "by", office_by(&call->who));
	office_write_text(&writing.out, "reason", closing->reason);
	ent_jsonout_object_end(&writing.out);
	if (ent_jsonout_finish(&writing.out) == ENT_OK)
		ent_office_event(call->office, "alarm-closed", writing.memory.bytes);
	office_drop(&writing);
}

static void answer(struct office_call *call, const struct closing *closing) {
	struct office_writing writing;
	office_begin(&writing);
	write_alarm(&closing->alarm, "alarm", &writing.out);
	office_write_text(&writing.out, "by", office_by(&call->who));
	office_write_text(&writing.out, "reason", closing->reason);
	office_finish(call, &writing, 200, NULL);
}

static void close_alarm(struct office_call *call, const struct closing *closing) {
	struct ent_fault fault = {{0}, {0}};
	const ent_status status = ent_post_close_alarm(
			call->office->options.post, &closing->alarm, &fault);
	if (status == ENT_E_MISSING) {
		const char *why = ent_desk_refusal_text(ENT_DESK_REFUSAL_CHANGED);
		office_was_not_done(call, why);
		office_refuse(call, 412, "%s", why);
	} else if (status != ENT_OK) {
		office_was_not_done(
				call, fault.why[0] != '\0' ? fault.why : ent_status_text(status));
		office_refuse(call, 503, "%s: %s: it is not closed", fault.where, fault.why);
	} else {
		tell(call, closing);
		answer(call, closing);
	}
}

static void run_close(struct office_call *call) {
	struct closing closing = {.reason = ""};
	char on[ENT_DESK_ON_MAX + 1];
	if (!read_closing(call, &closing) || !find(call, &closing.alarm) ||
			!may_close(call, &closing))
		return;
	name_alarm(&closing.alarm, on);
	if (office_ordered_why(call, ENT_DESK_ORDER_ALARM_CLOSED, on, closing.reason))
		close_alarm(call, &closing);
}

bool office_ask_close(struct office_call *call) {
	return office_put(call, &call->office->deeds, run_close);
}
