/* SPDX-License-Identifier: Apache-2.0 */
/* clock.c: see clock.h. */
#include "clock.h"

#include <stddef.h>
#include <string.h>

#include "entente/option.h"
#include "verb.h"

enum { OPTIONS_MAX = 3, BODY_SIZE = 64 };

struct asked {
	const char *time, *data;
	bool json, help;
	bool given[OPTIONS_MAX]; /* by their rows */
};

static const struct ent_option_row rows[] = {
		{{"data", "DIR", "the data directory of the node that runs (needed)"},
				offsetof(struct asked, data), 0},
		{{"json", NULL, "the answer for programs"}, offsetof(struct asked, json), 0},
		{{"help", NULL, "this text"}, offsetof(struct asked, help), 0},
};
static const struct ent_option_table table = {
		"clock", rows, sizeof rows / sizeof rows[0], sizeof rows[0]};

void clock_help(FILE *out) {
	ent_option_say(out,
			"usage: entente clock set TIME --data DIR [--json]\n"
			"       entente clock show --data DIR [--json]\n"
			"\n"
			"What time it is at the node that runs on DIR. Of a node that runs with "
			"--dev the clock can be set, forward only. TIME is like "
			"2026-11-26T14:00:00Z, or from its now on, +72h.\n"
			"Exit status: 0 done, 1 refused, 2 it could not be asked.\n"
			"\n");
	ent_option_print_all(out, &table, 14);
}

static int say_time(struct verb *verb, struct ent_json_value root) {
	char text[VERB_TEXT_SIZE];
	if (verb->json)
		return verb_print(verb);
	(void)printf("%s%s\n", verb_text(root, "time", text),
			verb_true(root, "settable_clock") ? ", and it can be set" : "");
	return 0;
}

static int show(struct verb *verb) {
	struct ent_json_value root;
	const int end = verb_get(verb, "/v1/state", &root);
	return end != 0 ? end : say_time(verb, root);
}

static int set(struct verb *verb, const char *time) {
	struct ent_json_value root;
	char text[ENT_TEXT_TIME_SIZE], body[BODY_SIZE];
	int64_t utc_us = 0;
	int end = verb_time(verb, "set", time, &utc_us);
	if (end != 0)
		return end;
	(void)ent_text_print_time(utc_us, text);
	const int length = snprintf(body, sizeof body, "{\"time\":\"%s\"}", text);
	const struct client_request request = {.method = ENT_FETCH_POST,
			.path = "/v1/clock",
			.content_type = "application/json",
			.body = body,
			.size = (size_t)length};
	end = verb_ask_json(verb, &request, &root);
	return end != 0 ? end : say_time(verb, root);
}

int clock_main(int argc, char **argv) {
	struct asked asked = {.data = NULL};
	struct verb verb = {.command = "clock"};
	struct ent_option_words words = {
			.operands = &asked.time, .capacity = 1, .given = asked.given};
	struct ent_fault fault = {{0}, {0}};
	const ent_status status = ent_option_take_all(&table, argc, argv, &asked, &words, &fault);
	if (status != ENT_OK)
		return verb_fail_fault(&verb, &fault, status);
	if (asked.help) {
		clock_help(stdout);
		return 0;
	}
	const bool sets = words.action != NULL && strcmp(words.action, "set") == 0;
	if (!sets && (words.action == NULL || strcmp(words.action, "show") != 0))
		return verb_fail(&verb, words.action != NULL ? words.action : "",
				"it shows or is set; see entente help clock");
	if (sets != (asked.time != NULL))
		return verb_fail(&verb, words.action,
				sets ? "to which time? See entente help clock"
				     : "one thing too many; see entente help clock");
	verb.data = asked.data;
	verb.json = asked.json;
	int end = verb_begin(&verb);
	if (end == 0)
		end = sets ? set(&verb, asked.time) : show(&verb);
	verb_end(&verb);
	return end;
}
