/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reports.c: /dss/v1/reports. A report is logged; the ledger keeps its hash, so that the log can be held to it. The
 * answer says the exchange again. Its members have the types that F3548-21 gives them; what they say is not checked.
 */
#include <stdio.h>
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

/* --- Reading --- */

static bool check_text(struct exchange *exchange, struct ent_json_value object, const char *path,
		const char *name) {
	struct ent_json_value value;
	return !member(object, name, &value) || ent_json_kind(value) == ENT_JSON_STRING ||
			refuse_kind(exchange, path, name, value, "a string");
}

static bool check_texts(struct exchange *exchange, const char *name, struct ent_json_value value) {
	struct ent_json_value element;
	if (ent_json_kind(value) != ENT_JSON_ARRAY)
		return refuse_kind(exchange, "exchange.", name, value, "an array");
	struct ent_json_walk walk = ent_json_walk_from(value);
	for (size_t i = 0; ent_json_next_element(&walk, &element); i++) {
		const enum ent_json_kind kind = ent_json_kind(element);
		char place[64];
		if (kind == ENT_JSON_STRING || kind == ENT_JSON_NULL)
			continue;
		(void)snprintf(place, sizeof place, "%s[%zu]", name, i);
		return refuse_kind(exchange, "exchange.", place, element, "a string");
	}
	return true;
}

static bool check_moment(struct exchange *exchange, const char *name, struct ent_json_value value) {
	char path[64];
	if (ent_json_kind(value) != ENT_JSON_OBJECT)
		return refuse_kind(exchange, "exchange.", name, value, "an object");
	(void)snprintf(path, sizeof path, "exchange.%s.", name);
	return check_text(exchange, value, path, "value") &&
			check_text(exchange, value, path, "format");
}

static bool check_number(struct exchange *exchange, const char *name, struct ent_json_value value) {
	int64_t number;
	if (ent_json_int(value, &number) && number >= INT32_MIN && number <= INT32_MAX)
		return true;
	refuse(exchange, 400, "exchange.%s: it must be an integer of 32 bits", name);
	return false;
}

static bool check_member(struct exchange *exchange, struct ent_json_value given, size_t i) {
	const char *name = members[i].name;
	struct ent_json_value value;
	if (!member(given, name, &value))
		return true;
	switch (members[i].shape) {
	case TEXT:
		return check_text(exchange, given, "exchange.", name);
	case TEXTS:
		return check_texts(exchange, name, value);
	case MOMENT:
		return check_moment(exchange, name, value);
	case NUMBER:
		return check_number(exchange, name, value);
	}
	return true;
}

static bool check_types(struct exchange *exchange) {
	struct ent_json_value given;
	if (!check_text(exchange, exchange->body, "", "report_id"))
		return false;
	if (!member(exchange->body, "exchange", &given))
		return true;
	if (ent_json_kind(given) != ENT_JSON_OBJECT)
		return refuse_kind(exchange, "", "exchange", given, "an object");
	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
		if (!check_member(exchange, given, i))
			return false;
	return true;
}

/* --- Answering --- */

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

/* NULL: none was given. */
static void write_given_time(struct ent_jsonout *out, const struct ent_json_value *value) {
	struct ent_json_value moment;
	ent_jsonout_object_begin(out);
	ent_jsonout_name(out, "value");
	if (value != NULL && member(*value, "value", &moment))
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
		write_given_time(out, &value);
		return;
	case NUMBER:
		(void)ent_json_int(value, &number);
		ent_jsonout_int(out, number);
		return;
	}
}

static void write_exchange(struct ent_jsonout *out, struct ent_json_value report) {
	struct ent_json_value given;
	const bool any = member(report, "exchange", &given);
	ent_jsonout_object_begin(out);
	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
		struct ent_json_value value;
		const bool there = any && member(given, members[i].name, &value);
		if (!there && !members[i].needed)
			continue;
		ent_jsonout_name(out, members[i].name);
		if (there)
			write_member(out, members[i].shape, value);
		else if (members[i].shape == MOMENT)
			write_given_time(out, NULL);
		else
			ent_jsonout_string(out, "");
	}
	ent_jsonout_object_end(out);
}

static void render_report(struct exchange *exchange, const struct ent_airspace_outcome *outcome,
		const struct ent_fold_version *version) {
	struct json_answer answer;
	struct ent_jsonout *out = json_begin_whole(&answer, exchange);
	(void)outcome;
	(void)version;
	ent_jsonout_object_begin(out);
	write_text(out, "report_id", exchange->report_id);
	ent_jsonout_name(out, "exchange");
	write_exchange(out, exchange->body);
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
	if (!parse_body(exchange) || !check_types(exchange))
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
