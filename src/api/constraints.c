/* SPDX-License-Identifier: Apache-2.0 */
/* constraints.c: /dss/v1/constraint_references. */
#include "internal.h"

void query_constraints(struct exchange *exchange) {
	query_references(exchange, ENT_ENTITY_CONSTRAINT);
}

void get_constraint(struct exchange *exchange) {
	get_reference(exchange, ENT_ENTITY_CONSTRAINT);
}

static void put(struct exchange *exchange) {
	struct ent_command *command = &exchange->job.command;
	size_t length;
	command->kind = ENT_COMMAND_PUT_CONSTRAINT;
	command->uss_cells_max = exchange->api->options.uss_cells_max;
	if (!parse_id(exchange, 0, &command->id) || !parse_body(exchange) ||
			!parse_string(exchange, exchange->body, "", "uss_base_url", &command->url,
					&length) ||
			!check_url(exchange, "uss_base_url", command->url, length, true) ||
			!parse_extents(exchange) || !check_command(exchange))
		return;
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
