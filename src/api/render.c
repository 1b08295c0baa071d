/* SPDX-License-Identifier: Apache-2.0 */
/* render.c: references, subscriptions and subscribers as JSON, as F3548-21 names their members. */
#include <string.h>

#include "entente/text.h"
#include "internal.h"

void write_text(struct ent_jsonout *out, const char *name, const char *text) {
	ent_jsonout_name(out, name);
	ent_jsonout_string(out, text);
}

void write_id(struct ent_jsonout *out, const char *name, const struct ent_uuid *id) {
	char text[ENT_UUID_TEXT_SIZE];
	ent_uuid_print(id, text);
	ent_jsonout_name(out, name);
	ent_jsonout_string_n(out, text, sizeof text - 1);
}

void write_int(struct ent_jsonout *out, const char *name, int64_t value) {
	ent_jsonout_name(out, name);
	ent_jsonout_int(out, value);
}

void write_bool(struct ent_jsonout *out, const char *name, bool value) {
	ent_jsonout_name(out, name);
	ent_jsonout_bool(out, value);
}

void write_moment(struct ent_jsonout *out, const char *name, int64_t utc_us) {
	char text[ENT_TEXT_TIME_SIZE];
	size_t length = ent_text_print_time(utc_us, text);
	/* "...:05.120Z" is "...:05.12Z". */
	if (length > 21 && text[length - 1] == 'Z') {
		while (text[length - 2] == '0')
			length--;
		text[length - 1] = 'Z';
	}
	ent_jsonout_name(out, name);
	ent_jsonout_string_n(out, text, length);
}

void write_time(struct ent_jsonout *out, const char *name, int64_t utc_us) {
	ent_jsonout_name(out, name);
	ent_jsonout_object_begin(out);
	write_moment(out, "value", utc_us);
	write_text(out, "format", "RFC3339");
	ent_jsonout_object_end(out);
}

static void write_availability(const struct rendering *rendering, const struct ent_entity *entity) {
	write_text(rendering->out, "uss_availability",
			ent_availability_text(ent_airspace_uss(rendering->version, entity->manager)
							      .availability));
}

static void write_ovn(const struct rendering *rendering, const struct ent_entity *entity) {
	const bool own = strcmp(rendering->reader, entity->manager) == 0;
	write_text(rendering->out, "ovn", own ? entity->ovn : ENT_AIRSPACE_OVN_HIDDEN);
}

void write_intent(const struct rendering *rendering, const struct ent_entity *intent) {
	static const struct ent_uuid none;
	struct ent_jsonout *out = rendering->out;
	ent_jsonout_object_begin(out);
	write_id(out, "id", &intent->id);
	write_text(out, "manager", intent->manager);
	write_availability(rendering, intent);
	write_int(out, "version", intent->version);
	write_text(out, "state", ent_intent_state_text(intent->state));
	write_ovn(rendering, intent);
	write_time(out, "time_start", intent->extent.start_utc_us);
	write_time(out, "time_end", intent->extent.end_utc_us);
	write_text(out, "uss_base_url", intent->url);
	if (ent_uuid_compare(&intent->subscription, &none) == 0)
		write_text(out, "subscription_id", "00000000-0000-4000-8000-000000000000");
	else
		write_id(out, "subscription_id", &intent->subscription);
	ent_jsonout_object_end(out);
}

void write_constraint(const struct rendering *rendering, const struct ent_entity *constraint) {
	struct ent_jsonout *out = rendering->out;
	ent_jsonout_object_begin(out);
	write_id(out, "id", &constraint->id);
	write_text(out, "manager", constraint->manager);
	write_availability(rendering, constraint);
	write_int(out, "version", constraint->version);
	write_ovn(rendering, constraint);
	write_time(out, "time_start", constraint->extent.start_utc_us);
	write_time(out, "time_end", constraint->extent.end_utc_us);
	write_text(out, "uss_base_url", constraint->url);
	ent_jsonout_object_end(out);
}

static bool write_dependent(void *user, const struct ent_entity *intent) {
	char text[ENT_UUID_TEXT_SIZE];
	ent_uuid_print(&intent->id, text);
	ent_jsonout_string(user, text);
	return true;
}

void write_subscription(const struct rendering *rendering, const struct ent_entity *subscription,
		uint64_t index) {
	struct ent_jsonout *out = rendering->out;
	ent_jsonout_object_begin(out);
	write_id(out, "id", &subscription->id);
	write_text(out, "version", subscription->ovn);
	write_int(out, "notification_index", (int64_t)index);
	write_time(out, "time_start", subscription->extent.start_utc_us);
	write_time(out, "time_end", subscription->extent.end_utc_us);
	write_text(out, "uss_base_url", subscription->url);
	write_bool(out, "notify_for_operational_intents", subscription->notify_intents);
	write_bool(out, "notify_for_constraints", subscription->notify_constraints);
	write_bool(out, "implicit_subscription", subscription->implicit);
	ent_jsonout_name(out, "dependent_operational_intents");
	ent_jsonout_array_begin(out);
	ent_airspace_dependents(rendering->version, subscription, write_dependent, out);
	ent_jsonout_array_end(out);
	ent_jsonout_object_end(out);
}

/* They come by URL: those of one URL are one subscriber. */
void write_subscribers(
		const struct rendering *rendering, const struct ent_airspace_outcome *outcome) {
	struct ent_jsonout *out = rendering->out;
	ent_jsonout_name(out, "subscribers");
	ent_jsonout_array_begin(out);
	for (size_t i = 0; i < outcome->n_notified;) {
		const char *url = outcome->notified[i].subscription->url;
		ent_jsonout_object_begin(out);
		ent_jsonout_name(out, "subscriptions");
		ent_jsonout_array_begin(out);
		for (; i < outcome->n_notified &&
				strcmp(outcome->notified[i].subscription->url, url) == 0;
				i++) {
			ent_jsonout_object_begin(out);
			write_id(out, "subscription_id", &outcome->notified[i].subscription->id);
			write_int(out, "notification_index", (int64_t)outcome->notified[i].index);
			ent_jsonout_object_end(out);
		}
		ent_jsonout_array_end(out);
		write_text(out, "uss_base_url", url);
		ent_jsonout_object_end(out);
	}
	ent_jsonout_array_end(out);
}
