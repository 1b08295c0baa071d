/* SPDX-License-Identifier: Apache-2.0 */
/* availability.c: /dss/v1/uss_availability. */
#include <string.h>

#include "internal.h"

static void render_uss(struct exchange *exchange, const struct ent_fold_version *version) {
	const struct ent_uss uss = ent_airspace_uss(version, exchange->uss);
	struct json_answer answer;
	struct ent_jsonout *out = json_begin(&answer, exchange);
	ent_jsonout_object_begin(out);
	write_text(out, "version", uss.version);
	ent_jsonout_name(out, "status");
	ent_jsonout_object_begin(out);
	write_text(out, "uss", exchange->uss);
	write_text(out, "availability", ent_availability_text(uss.availability));
	ent_jsonout_object_end(out);
	ent_jsonout_object_end(out);
	json_end(&answer, exchange, 200);
}

static bool parse_uss(struct exchange *exchange) {
	const size_t length = exchange->parameter[0].length;
	if (length > ENT_AIRSPACE_NAME_MAX) {
		refuse(exchange, 400, "the USS's id in the path is longer than %d bytes",
				ENT_AIRSPACE_NAME_MAX);
		return false;
	}
	memcpy(exchange->uss, exchange->parameter[0].text, length);
	exchange->uss[length] = '\0';
	return true;
}

void get_availability(struct exchange *exchange) {
	if (!parse_uss(exchange))
		return;
	struct ent_node *node = exchange->api->options.node;
	const struct ent_fold_version *version = ent_node_take(node);
	render_uss(exchange, version);
	ent_node_release(node, version);
	send_answer(exchange);
}

static void render_set(struct exchange *exchange, const struct ent_airspace_outcome *outcome,
		const struct ent_fold_version *version) {
	(void)outcome;
	render_uss(exchange, version);
}

void set_availability(struct exchange *exchange) {
	struct ent_command *command = &exchange->job.command;
	const char *text;
	size_t length;
	command->kind = ENT_COMMAND_SET_AVAILABILITY;
	if (!parse_uss(exchange) || !parse_body(exchange) ||
			!parse_string(exchange, exchange->body, "", "old_version",
					&command->old_version, &length) ||
			!parse_string(exchange, exchange->body, "", "availability", &text, &length))
		return;
	if (ent_availability_parse(text, length, &command->availability) != ENT_OK) {
		refuse(exchange, 400, "availability: it must be Unknown, Normal or Down");
		return;
	}
	command->uss = exchange->uss;
	submit(exchange, render_set);
}
