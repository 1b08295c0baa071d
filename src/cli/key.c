/* SPDX-License-Identifier: Apache-2.0 */
/* key.c: see key.h. The passphrase is asked for here, and goes to the node that runs on this machine. */
#include "key.h"

#include <stddef.h>
#include <string.h>

#include "body.h"
#include "entente/option.h"
#include "verb.h"

enum { OPTIONS_MAX = 5 };

/* A key whose passphrase the machine has: until somebody locks it. */
#define KEPT "9999-12-31"

struct asked {
	const char *data, *minutes, *passphrase_file;
	bool json, help;
	bool given[OPTIONS_MAX]; /* by their rows */
};

static const struct ent_option_row rows[] = {
		{{"data", "DIR", "the data directory of the node that runs (needed)"},
				offsetof(struct asked, data), 0},
		{{"minutes", "N", "unlock: for so long, 1 to 15 (15)"},
				offsetof(struct asked, minutes), 0},
		{{"passphrase-file", "FILE",
				 "unlock: its first line is the passphrase; else the credential "
				 "party-passphrase of systemd, or the terminal is asked"},
				offsetof(struct asked, passphrase_file), 0},
		{{"json", NULL, "the answer for programs: unlocked_until"},
				offsetof(struct asked, json), 0},
		{{"help", NULL, "this text"}, offsetof(struct asked, help), 0},
};
static const struct ent_option_table table = {
		"key", rows, sizeof rows / sizeof rows[0], sizeof rows[0]};

void key_help(FILE *out) {
	ent_option_say(out,
			"usage: entente key show --data DIR [--json]\n"
			"       entente key unlock --data DIR [--minutes N] [--passphrase-file "
			"FILE] [--json]\n"
			"       entente key lock --data DIR [--json]\n"
			"\n"
			"The party key of the node that runs on DIR signs our acts under "
			"memoranda. Unlocked, it signs without a passphrase, for whoever may act "
			"at that node; tests and receipts never need it.\n"
			"Exit status: 0 done, 1 refused, 2 it could not be asked.\n"
			"\n");
	ent_option_print_all(out, &table, 24);
}

/* --- What is said --- */

/* "": it is locked. */
static int say(const struct verb *verb, const char *until) {
	const bool locked = until[0] == '\0';
	int64_t utc_us = 0;
	if (!locked && ent_text_parse_time(until, strlen(until), &utc_us, NULL) != ENT_OK)
		return verb_fail(verb, "the node", "its answer is not what a node answers");
	if (verb->json)
		(void)printf("{\"unlocked_until\":%s%s%s}\n", locked ? "null" : "\"", until,
				locked ? "" : "\"");
	else if (locked)
		(void)puts("the party key is locked");
	else if (strncmp(until, KEPT, sizeof KEPT - 1) == 0)
		(void)puts("the party key is unlocked until somebody locks it");
	else
		(void)printf("the party key is unlocked until %s\n", until);
	return 0;
}

static int show(struct verb *verb, const struct asked *asked) {
	struct ent_json_value root, party;
	char until[VERB_TEXT_SIZE];
	(void)asked;
	const int end = verb_get(verb, "/v1/state", &root);
	if (end != 0)
		return end;
	if (!ent_json_member(root, "party", &party) || ent_json_kind(party) != ENT_JSON_OBJECT)
		return verb_fail(verb, "", "this node is of no party: entente init makes one");
	return say(verb, verb_text(root, "key_unlocked_until", until));
}

/* --- What is done --- */

static void write_minutes(struct ent_jsonout *out, const void *user) {
	const int64_t *minutes = user;
	if (*minutes == 0)
		return;
	ent_jsonout_name(out, "minutes");
	ent_jsonout_int(out, *minutes);
}

static int unlock(struct verb *verb, const struct asked *asked) {
	int64_t minutes = 0; /* the node's own, which is its most */
	struct ent_fault fault = {{0}, {0}};
	struct ent_secret *passphrase = NULL;
	struct body body = {.bytes = NULL};
	struct ent_json_value root;
	char until[VERB_TEXT_SIZE];
	if (asked->minutes != NULL &&
			ent_option_count(asked->minutes, strlen(asked->minutes), 1,
					ENT_OPTION_COUNT_MAX, &minutes, &fault) != ENT_OK)
		return verb_fail(verb, "--minutes", fault.why);
	int end = body_passphrase(verb, asked->passphrase_file, &passphrase);
	if (end == 0) {
		const ent_status status = body_make(&body, 0, write_minutes, &minutes, passphrase);
		if (status != ENT_OK)
			end = verb_fail(verb, "", ent_status_text(status));
	}
	ent_secret_destroy(passphrase);
	if (end == 0) {
		const struct client_request request = {.method = ENT_FETCH_POST,
				.path = "/v1/key",
				.content_type = "application/json",
				.body = body.bytes,
				.size = body.size};
		end = verb_ask_json(verb, &request, &root);
	}
	body_finish(&body);
	if (end == 0 && verb_text(root, "until", until)[0] == '\0')
		return verb_fail(verb, "the node", "its answer is not what a node answers");
	return end != 0 ? end : say(verb, until);
}

static int lock(struct verb *verb, const struct asked *asked) {
	const struct client_request request = {.method = ENT_FETCH_DELETE, .path = "/v1/key"};
	(void)asked;
	const int end = verb_ask(verb, &request);
	return end != 0 ? end : say(verb, "");
}

/* --- The arguments --- */

enum { HAS_MOST = 4 };
static const struct action {
	const char *name;
	int (*run)(struct verb *verb, const struct asked *asked);
	const char *options[HAS_MOST];
} actions[] = {
		{"show", show, {"data", "json"}},
		{"unlock", unlock, {"data", "json", "minutes", "passphrase-file"}},
		{"lock", lock, {"data", "json"}},
};

static const struct action *find_action(const char *name) {
	for (size_t i = 0; name != NULL && i < sizeof actions / sizeof actions[0]; i++)
		if (strcmp(actions[i].name, name) == 0)
			return &actions[i];
	return NULL;
}

int key_main(int argc, char **argv) {
	struct asked asked = {.data = NULL};
	struct verb verb = {.command = "key"};
	struct ent_option_words words = {.given = asked.given};
	struct ent_fault fault = {{0}, {0}};
	ent_status status = ent_option_take_all(&table, argc, argv, &asked, &words, &fault);
	if (status != ENT_OK)
		return verb_fail_fault(&verb, &fault, status);
	if (asked.help) {
		key_help(stdout);
		return 0;
	}
	const struct action *action = find_action(words.action);
	if (action == NULL)
		return verb_fail(&verb, words.action != NULL ? words.action : "",
				"what to do? show, unlock or lock; see entente help key");
	status = ent_option_check_action(&table, asked.given, action->options, HAS_MOST, &fault);
	if (status != ENT_OK)
		return verb_fail_fault(&verb, &fault, status);
	verb.data = asked.data;
	verb.json = asked.json;
	int end = verb_begin(&verb);
	if (end == 0)
		end = action->run(&verb, &asked);
	verb_end(&verb);
	return end;
}
