/* SPDX-License-Identifier: Apache-2.0 */
/* constraints.c: /dss/v1/constraint_references. */
#include "internal.h"

static bool write_found(void *user, const struct ent_entity *constraint) {
	write_constraint(user, constraint);
	return true;
}

void query_constraints(struct exchange *exchange) {
	if (!parse_body(exchange) || !parse_area(exchange, 400))
		return;
	struct ent_node *node = exchange->api->options.node;
	struct json_answer answer;
	struct rendering rendering = {
			json_begin(&answer), ent_node_take(node), exchange->token->subject};
	ent_jsonout_object_begin(rendering.out);
	ent_jsonout_name(rendering.out, "constraint_references");
	ent_jsonout_array_begin(rendering.out);
	ent_airspace_meeting(rendering.version, ENT_ENTITY_CONSTRAINT, exchange->extent, false,
			write_found, &rendering);
	ent_jsonout_array_end(rendering.out);
	ent_jsonout_object_end(rendering.out);
	ent_node_release(node, rendering.version);
	json_end(&answer, exchange, 200);
	send_answer(exchange);
}

void get_constraint(struct exchange *exchange) {
	struct ent_uuid id;
	if (!parse_id(exchange, 0, &id))
		return;
	struct ent_node *node = exchange->api->options.node;
	const struct ent_fold_version *version = ent_node_take(node);
	const struct ent_entity *constraint = ent_airspace_find(
			version, ENT_ENTITY_CONSTRAINT, &id);
	if (constraint != NULL) {
		struct json_answer answer;
		const struct rendering rendering = {
				json_begin(&answer), version, exchange->token->subject};
		ent_jsonout_object_begin(rendering.out);
		ent_jsonout_name(rendering.out, "constraint_reference");
		write_constraint(&rendering, constraint);
		ent_jsonout_object_end(rendering.out);
		json_end(&answer, exchange, 200);
	} else {
		json_error(exchange, 404, "there is no constraint of this id");
	}
	ent_node_release(node, version);
	send_answer(exchange);
}

static void render_change(struct exchange *exchange, const struct ent_airspace_outcome *outcome,
		const struct ent_fold_version *version) {
	struct json_answer answer;
	const struct rendering rendering = {json_begin(&answer), version, exchange->token->subject};
	ent_jsonout_object_begin(rendering.out);
	write_subscribers(&rendering, outcome);
	ent_jsonout_name(rendering.out, "constraint_reference");
	write_constraint(&rendering, outcome->entity);
	ent_jsonout_object_end(rendering.out);
	json_end(&answer, exchange, outcome->created ? 201 : 200);
}

static void put(struct exchange *exchange) {
	struct ent_command *command = &exchange->job.command;
	struct ent_airspace_outcome outcome = {0};
	size_t length;
	command->kind = ENT_COMMAND_PUT_CONSTRAINT;
	if (!parse_id(exchange, 0, &command->id) || !parse_body(exchange) ||
			!parse_string(exchange, exchange->body, "", "uss_base_url", &command->url,
					&length) ||
			!check_url(exchange, "uss_base_url", command->url, length, true) ||
			!parse_extents(exchange))
		return;
	if (!ent_airspace_check(command, ent_http_start_utc_us(exchange->request), &outcome)) {
		refuse(exchange, ent_refusal_http(outcome.refusal), "%s", outcome.message);
		return;
	}
	submit(exchange, render_change);
}

void put_constraint(struct exchange *exchange) {
	put(exchange);
}

void update_constraint(struct exchange *exchange) {
	if (exchange->parameter[1].length > 0 && !parse_ovn(exchange))
		return;
	put(exchange);
}

void delete_constraint(struct exchange *exchange) {
	exchange->job.command.kind = ENT_COMMAND_DELETE_CONSTRAINT;
	if (parse_id(exchange, 0, &exchange->job.command.id) && parse_ovn(exchange))
		submit(exchange, render_change);
}
