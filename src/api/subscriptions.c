/* SPDX-License-Identifier: Apache-2.0 */
/* subscriptions.c: /dss/v1/subscriptions. */
#include <string.h>

#include "internal.h"
#include "scopes.h"

/* --- Looking --- */

struct own {
	struct rendering rendering;
	int64_t now_utc_us;
};

static bool write_own(void *user, const struct ent_entity *subscription) {
	const struct own *own = user;
	if (subscription->extent.end_utc_us >= own->now_utc_us &&
			strcmp(subscription->manager, own->rendering.reader) == 0)
		write_subscription(&own->rendering, subscription,
				ent_airspace_notification_index(
						own->rendering.version, subscription));
	return json_goes_on(own->rendering.answer);
}

void query_subscriptions(struct exchange *exchange) {
	if (!parse_body(exchange) || !parse_area(exchange, 413))
		return;
	struct ent_node *node = exchange->api->options.node;
	struct json_answer answer;
	struct own own = {{json_begin(&answer, exchange), ent_node_take(node),
					  exchange->token->subject, &answer},
			time_now(exchange->api)};
	struct ent_jsonout *out = own.rendering.out;
	ent_jsonout_object_begin(out);
	ent_jsonout_name(out, "subscriptions");
	ent_jsonout_array_begin(out);
	ent_airspace_meeting(own.rendering.version, ENT_ENTITY_SUBSCRIPTION, exchange->extent,
			false, write_own, &own);
	ent_jsonout_array_end(out);
	ent_jsonout_object_end(out);
	ent_node_release(node, own.rendering.version);
	json_end(&answer, exchange, 200);
	send_answer(exchange);
}

/* {"subscription": ...} */
static void render_one(struct exchange *exchange, const struct ent_fold_version *version,
		const struct ent_entity *subscription, uint64_t index, bool decided) {
	struct json_answer answer;
	const struct rendering rendering = {decided ? json_begin_whole(&answer, exchange)
						    : json_begin(&answer, exchange),
			version, exchange->token->subject, NULL};
	ent_jsonout_object_begin(rendering.out);
	ent_jsonout_name(rendering.out, "subscription");
	write_subscription(&rendering, subscription, index);
	ent_jsonout_object_end(rendering.out);
	json_end(&answer, exchange, 200);
}

void get_subscription(struct exchange *exchange) {
	struct ent_uuid id;
	if (!parse_id(exchange, 0, &id))
		return;
	struct ent_node *node = exchange->api->options.node;
	const struct ent_fold_version *version = ent_node_take(node);
	const struct ent_entity *subscription = ent_airspace_find(
			version, ENT_ENTITY_SUBSCRIPTION, &id);
	if (subscription == NULL)
		json_error(exchange, 404, "there is no subscription of this id");
	else if (strcmp(subscription->manager, exchange->token->subject) != 0)
		json_error(exchange, 403, "the subscription is another USS's");
	else
		render_one(exchange, version, subscription,
				ent_airspace_notification_index(version, subscription), false);
	ent_node_release(node, version);
	send_answer(exchange);
}

/* --- Writing --- */

/*
 * With what is there already, all of it: a new subscriber knows what it has missed. The decider writes it, at some 2 us an
 * intent: 20,000 in one place are 8 MB, and hold up other writes for 0.04 s. Written after the commit it would be of
 * another state: this version ends with its batch, and a later job of it may have retired what is listed here.
 */
static void render_put(struct exchange *exchange, const struct ent_airspace_outcome *outcome,
		const struct ent_fold_version *version) {
	const struct ent_entity *subscription = outcome->entity;
	struct json_answer answer;
	const struct rendering rendering = {json_begin_whole(&answer, exchange), version,
			exchange->token->subject, NULL};
	struct ent_jsonout *out = rendering.out;
	ent_jsonout_object_begin(out);
	ent_jsonout_name(out, "subscription");
	write_subscription(&rendering, subscription,
			ent_airspace_notification_index(version, subscription));
	if (subscription->notify_intents)
		write_meeting(&rendering, ENT_ENTITY_INTENT, &subscription->extent, false);
	if (subscription->notify_constraints)
		write_meeting(&rendering, ENT_ENTITY_CONSTRAINT, &subscription->extent, false);
	ent_jsonout_object_end(out);
	json_end(&answer, exchange, 200);
}

/* Which bounds the one volume of the body has. */
static void note_bounds(struct exchange *exchange) {
	struct ent_command *command = &exchange->job.command;
	const struct ent_extent *extent = exchange->extent;
	command->has_outline = extent->n_cells > 0;
	command->has_start = extent->start_utc_us != ENT_TIME_UNBOUNDED_BEFORE;
	command->has_end = extent->end_utc_us != ENT_TIME_UNBOUNDED_AFTER;
	command->has_altitudes = extent->lower_mm != ENT_ALTITUDE_UNBOUNDED_BELOW &&
			extent->upper_mm != ENT_ALTITUDE_UNBOUNDED_ABOVE;
}

static bool check_scopes(struct exchange *exchange) {
	const struct ent_command *command = &exchange->job.command;
	if (!exchange->api->options.strict)
		return true;
	if (command->notify_intents && !has_scope(exchange, SCOPE_SC)) {
		refuse(exchange, 403, "notify_for_operational_intents needs the scope " SCOPE_SC);
		return false;
	}
	if (command->notify_constraints && !has_scope(exchange, SCOPE_CP)) {
		refuse(exchange, 403, "notify_for_constraints needs the scope " SCOPE_CP);
		return false;
	}
	return true;
}

static void put(struct exchange *exchange) {
	struct ent_command *command = &exchange->job.command;
	size_t length;
	command->kind = ENT_COMMAND_PUT_SUBSCRIPTION;
	command->uss_cells_max = exchange->api->options.uss_cells_max;
	if (!parse_id(exchange, 0, &command->id) || !parse_body(exchange) ||
			!parse_string(exchange, exchange->body, "", "uss_base_url", &command->url,
					&length) ||
			!check_url(exchange, "uss_base_url", command->url, length, false) ||
			!parse_bool(exchange, exchange->body, "", "notify_for_operational_intents",
					&command->notify_intents) ||
			!parse_bool(exchange, exchange->body, "", "notify_for_constraints",
					&command->notify_constraints) ||
			!parse_extent(exchange, "extents"))
		return;
	note_bounds(exchange);
	if (check_command(exchange) && check_scopes(exchange))
		submit(exchange, render_put);
}

void put_subscription(struct exchange *exchange) {
	put(exchange);
}

void update_subscription(struct exchange *exchange) {
	if (parse_ovn(exchange))
		put(exchange);
}

static void render_delete(struct exchange *exchange, const struct ent_airspace_outcome *outcome,
		const struct ent_fold_version *version) {
	render_one(exchange, version, outcome->entity, outcome->notification_index, true);
}

void delete_subscription(struct exchange *exchange) {
	exchange->job.command.kind = ENT_COMMAND_DELETE_SUBSCRIPTION;
	if (parse_id(exchange, 0, &exchange->job.command.id) && parse_ovn(exchange))
		submit(exchange, render_delete);
}
