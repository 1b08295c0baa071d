/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reports.c: /dss/v1/reports. A report is logged; the ledger keeps its hash, so that the log can be held to it. The
 * answer says the exchange again, what of it is as F3548-21 has it.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

enum shape { TEXT, TEXTS, NUMBER, MOMENT };

static const struct {
	const char *name;
	enum shape shape;
	bool needed; /* said even when it was not given */
} members[] = {
		{"url", TEXT, true},
		{"method", TEXT, true},
		{"headers", TEXTS, false},
		{"recorder_role", TEXT, true},
		{"request_time", MOMENT, true},
		{"request_body", TEXT, false},
		{"response_time", MOMENT, false},
		{"response_body", TEXT, false},
		{"response_code", NUMBER, false},
		{"problem", TEXT, false},
};

static void write_string(struct ent_jsonout *out, struct ent_json_value value) {
	const char *text = "";
	size_t length = 0;
	(void)ent_json_string(value, &text, &length);
	ent_jsonout_string_n(out, text, length);
}

static void write_texts(struct ent_jsonout *out, struct ent_json_value value) {
	struct ent_json_walk walk = ent_json_walk_from(value);
	struct ent_json_value element;
	ent_jsonout_array_begin(out);
	while (ent_json_next_element(&walk, &element))
		if (ent_json_kind(element) == ENT_JSON_STRING)
			write_string(out, element);
	ent_jsonout_array_end(out);
}

static void write_given_time(struct ent_jsonout *out, struct ent_json_value value) {
	struct ent_json_value moment;
	ent_jsonout_object_begin(out);
	ent_jsonout_name(out, "value");
	if (member(value, "value", &moment))
		write_string(out, moment);
	else
		ent_jsonout_string(out, "");
	write_text(out, "format", "RFC3339");
	ent_jsonout_object_end(out);
}

static void write_member(struct ent_jsonout *out, enum shape shape, struct ent_json_value value) {
	int64_t number = 0;
	switch (shape) {
	case TEXT:
		write_string(out, value);
		return;
	case TEXTS:
		write_texts(out, value);
		return;
	case MOMENT:
		write_given_time(out, value);
		return;
	case NUMBER:
		(void)ent_json_int(value, &number);
		ent_jsonout_int(out, number);
		return;
	}
}

static void write_exchange(struct ent_jsonout *out, struct ent_json_value given) {
	ent_jsonout_object_begin(out);
	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
		struct ent_json_value value;
		const bool there = member(given, members[i].name, &value);
		if (!there && !members[i].needed)
			continue;
		ent_jsonout_name(out, members[i].name);
		if (there)
			write_member(out, members[i].shape, value);
		else
			ent_jsonout_string(out, "");
	}
	ent_jsonout_object_end(out);
}

static void render_report(struct exchange *exchange, const struct ent_airspace_outcome *outcome,
		const struct ent_fold_version *version) {
	struct json_answer answer;
	struct ent_jsonout *out = json_begin_whole(&answer, exchange);
	struct ent_json_value given;
	(void)outcome;
	(void)version;
	ent_jsonout_object_begin(out);
	write_text(out, "report_id", exchange->report_id);
	ent_jsonout_name(out, "exchange");
	if (!member(exchange->body, "exchange", &given))
		given = exchange->body;
	write_exchange(out, given);
	ent_jsonout_object_end(out);
	json_end(&answer, exchange, 201);
}

void make_report(struct exchange *exchange) {
	struct ent_command *command = &exchange->job.command;
	const struct ent_api_options *options = &exchange->api->options;
	size_t size;
	const char *body = ent_http_body(exchange->request, &size);
	uint8_t chance[16];
	command->kind = ENT_COMMAND_REPORT;
	if (!parse_body(exchange))
		return;
	ent_seal_random(chance, sizeof chance);
	command->id = ent_uuid_from_random(chance);
	ent_uuid_print(&command->id, exchange->report_id);
	ent_seal_sha256(body, size, &command->report_hash);
	command->report_size = size;
	if (options->report != NULL)
		options->report(options->user, exchange->report_id, exchange->token->subject, body,
				size);
	submit(exchange, render_report);
}
