/* SPDX-License-Identifier: Apache-2.0 */
/* state.c: what this node is, and its clock where that can be set. */
#include <string.h>

#include "internal.h"

static void write_party(struct ent_office *office, struct ent_jsonout *out) {
	ent_jsonout_name(out, "party");
	if (!office->has_party) {
		ent_jsonout_null(out);
		return;
	}
	ent_jsonout_object_begin(out);
	office_write_text(out, "id", office->party_id);
	(void)pthread_mutex_lock(&office->lock);
	office_write_text(out, "name", office->party_name);
	(void)pthread_mutex_unlock(&office->lock);
	ent_jsonout_object_end(out);
}

bool office_ask_state(struct office_call *call) {
	struct ent_office *office = call->office;
	struct office_writing writing;
	office_begin(&writing);
	office_write_text(&writing.out, "version", office->options.version);
	ent_jsonout_name(&writing.out, "time");
	ent_jsonout_time(&writing.out, office_now(office));
	ent_jsonout_name(&writing.out, "settable_clock");
	ent_jsonout_bool(&writing.out, office->options.set_clock != NULL);
	write_party(office, &writing.out);
	office_write_time(&writing.out, "key_unlocked_until", office_key_until(office));
	office_finish(call, &writing, 200, NULL);
	return false;
}

/* --- The clock --- */

static void tell(struct ent_office *office, struct office_call *call) {
	struct office_writing writing, event;
	const int64_t now_us = office_now(office);
	office_begin(&event);
	office_write_time(&event.out, "time", now_us);
	ent_jsonout_object_end(&event.out);
	if (ent_jsonout_finish(&event.out) == ENT_OK)
		ent_office_event(office, "clock", event.memory.bytes);
	office_drop(&event);
	office_begin(&writing);
	office_write_time(&writing.out, "time", now_us);
	office_finish(call, &writing, 200, NULL);
}

static void run_clock(struct office_call *call) {
	struct ent_office *office = call->office;
	char text[ENT_TEXT_TIME_SIZE];
	if (call->number < office_now(office)) {
		office_refuse(call, 409, "time: a clock is set forward only");
		return;
	}
	(void)ent_text_print_time(call->number, text);
	if (!office_ordered(call, ENT_DESK_ORDER_CLOCK_SET, text))
		return;
	const ent_status status = office->options.set_clock(office->options.user, call->number);
	if (status != ENT_OK) {
		office_was_not_done(call, ent_status_text(status));
		office_refuse(call, status == ENT_E_DOMAIN ? 409 : 503,
				"time: a clock is set forward only");
		return;
	}
	if (office->options.peers != NULL)
		ent_peers_clock_set(office->options.peers);
	tell(office, call);
}

bool office_ask_clock(struct office_call *call) {
	struct office_member member = {.name = "time", .must = true};
	struct ent_fault fault = {{0}, {0}};
	if (call->office->options.set_clock == NULL) {
		office_refuse(call, 409, "this node's clock cannot be set: that takes --dev");
		return false;
	}
	if (!office_read_body(call, &member, 1))
		return false;
	if (ent_text_parse_time(member.text, member.length, &call->number, &fault) != ENT_OK) {
		office_refuse(call, 400, "time: %s", fault.why);
		return false;
	}
	return office_put(call, &call->office->deeds, run_clock);
}
