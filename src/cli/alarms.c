/* SPDX-License-Identifier: Apache-2.0 */
/* alarms.c: see alarms.h. */
#include "alarms.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "entente/jsonout.h"
#include "entente/option.h"
#include "entente/seal.h"
#include "people.h"

enum {
	OPTIONS_MAX = 4,
	/* A reason that the node takes, each byte escaped as six, and what stands around it. */
	REASON_MAX = 500,
	BODY_SIZE = 6 * REASON_MAX + 256,
	TAG_SIZE = 32, /* "3@071482", with terminator */
	TAG_TEXT_SIZE = 5 * VERB_TEXT_SIZE + 32
};

struct asked {
	const char *tag, *reason, *data;
	bool json, help;
	bool given[OPTIONS_MAX];
};

static const struct ent_option_row rows[] = {
		{{"reason", "TEXT", "close: why (needed)"}, offsetof(struct asked, reason), 0},
		{{"data", "DIR", "the data directory of the node that runs (needed)"},
				offsetof(struct asked, data), 0},
		{{"json", NULL, "the answer for programs"}, offsetof(struct asked, json), 0},
		{{"help", NULL, "this text"}, offsetof(struct asked, help), 0},
};
static const struct ent_option_table table = {
		"alarms", rows, sizeof rows / sizeof rows[0], sizeof rows[0]};

void alarms_help(FILE *out) {
	ent_option_say(out,
			"usage: entente alarms --data DIR [--json]\n"
			"       entente alarms close N@TAG --reason TEXT --data DIR [--json]\n"
			"\n"
			"What must not be, and from whom it came, as the node that runs on DIR has "
			"seen it since its start, or keeps it from before.\n"
			"close says that people have dealt with an alarm, and why, which stands "
			"in the ledger of the desk from then on. It ends that alarm, and nothing "
			"else: evidence stays, what is frozen stays frozen, and nothing is agreed "
			"by it. Done again, it is an alarm again.\n"
			"N@TAG is what the list has before it, digits that can be read out. "
			"Numbers are given anew at each start, and the tag of what has happened "
			"again is another: then nothing is closed.\n"
			"Exit status: 0 answered or closed, 1 refused, 2 it could not be asked.\n"
			"\n");
	ent_option_print_all(out, &table, 14);
}

/*
 * Which alarm it is, as often as it has happened: a number alone is another alarm's after a start. Six digits, since people read them out
 * in any language; who guesses them has one chance in a million.
 */
static const char *tag_of(struct ent_json_value alarm, char ret_tag[TAG_SIZE]) {
	char text[TAG_TEXT_SIZE], kind[VERB_TEXT_SIZE], peer[VERB_TEXT_SIZE],
			ledger[VERB_TEXT_SIZE], first[VERB_TEXT_SIZE];
	struct ent_hash hash;
	uint32_t number = 0;
	const int length = snprintf(text, sizeof text, "%s\n%s\n%s\n%s\n%" PRId64 "\n",
			verb_text(alarm, "kind", kind), verb_text(alarm, "peer", peer),
			verb_text(alarm, "ledger", ledger), verb_text(alarm, "first", first),
			verb_number(alarm, "times"));
	ent_seal_sha256(text, (size_t)length, &hash);
	for (size_t i = 0; i < sizeof number; i++)
		number = number << 8 | hash.bytes[i];
	(void)snprintf(ret_tag, TAG_SIZE, "%" PRId64 "@%06" PRIu32, verb_number(alarm, "number"),
			number % 1000000);
	return ret_tag;
}

static void show(struct ent_json_value alarm, const struct people *people) {
	char text[VERB_TEXT_SIZE], more[VERB_TEXT_SIZE], name[ENT_PARTY_NAME_SIZE + 4];
	(void)printf("%s. %s: %s\n", tag_of(alarm, name), verb_text(alarm, "kind", text),
			verb_text(alarm, "text", more));
	if (verb_text(alarm, "peer", text)[0] != '\0')
		(void)printf("   from %s%s\n", text, people_name(people, text, name));
	if (verb_text(alarm, "ledger", text)[0] != '\0')
		(void)printf("   in %s\n", text);
	if (verb_text(alarm, "why", more)[0] != '\0') {
		(void)verb_text(alarm, "where", text);
		(void)printf("   %s%s%s\n", text, text[0] != '\0' ? ": " : "", more);
	}
	if (verb_text(alarm, "evidence", text)[0] != '\0')
		(void)printf("   the proof is %s: entente ledger verify shows it to anybody\n",
				text);
	if (verb_text(alarm, "kept", text)[0] != '\0')
		(void)printf("   kept in %s of the data directory until it is closed\n", text);
	const int64_t times = verb_number(alarm, "times");
	if (times > 1)
		(void)printf("   %" PRId64 " times, from %s to %s\n", times,
				verb_text(alarm, "first", text), verb_text(alarm, "last", more));
	else
		(void)printf("   at %s\n", verb_text(alarm, "first", text));
}

/* A list that is empty after a start is not to be taken for a clean past. */
static void say_since(struct ent_json_value root, bool any) {
	char since[VERB_TEXT_SIZE];
	const bool known = verb_text(root, "since", since)[0] != '\0';
	(void)printf("%s since the node has started%s%s, %s kept from before; others of before "
		     "stand in its log\n",
			any ? "these are" : "no alarm", known ? " at " : "", since,
			any ? "or" : "and none");
}

static int run(struct verb *verb) {
	struct people *people = NULL;
	struct ent_json_value root, alarm;
	int end = verb->json ? 0 : people_ask(verb, &people);
	if (end == 0)
		end = verb_get(verb, "/v1/alarms", &root);
	if (end == 0) {
		struct ent_json_walk walk = verb_walk(root, "alarms");
		bool any = false;
		while (ent_json_next_element(&walk, &alarm)) {
			any = true;
			if (!verb->json)
				show(alarm, people);
		}
		if (verb->json)
			end = verb_print(verb);
		else
			say_since(root, any);
	}
	free(people);
	return end;
}

/* --- Closing --- */

/* The one of that number and tag, which is what was seen. 0, or it was said. */
static int find(struct verb *verb, const char *tag, struct ent_json_value *ret_alarm) {
	struct ent_json_value root;
	char text[TAG_SIZE];
	const size_t number = strcspn(tag, "@");
	bool other = false;
	const int end = verb_get(verb, "/v1/alarms", &root);
	if (end != 0)
		return end;
	struct ent_json_walk walk = verb_walk(root, "alarms");
	while (ent_json_next_element(&walk, ret_alarm)) {
		if (strcmp(tag_of(*ret_alarm, text), tag) == 0)
			return 0;
		other = other || strncmp(text, tag, number + 1) == 0;
	}
	(void)verb_fail(verb, "close",
			other ? "the alarm of that number is another one by now, or has happened "
				"again: look at it in entente alarms, nothing was closed"
			      : "there is no alarm of that number: entente alarms has all");
	return VERB_REFUSED;
}

static ent_status print_body(struct ent_json_value alarm, const char *reason,
		struct ent_jsonout_memory *memory) {
	struct ent_jsonout out;
	char first[VERB_TEXT_SIZE];
	ent_jsonout_init(&out, ent_jsonout_to_memory, memory, 0);
	ent_jsonout_object_begin(&out);
	ent_jsonout_name(&out, "reason");
	ent_jsonout_string(&out, reason);
	ent_jsonout_name(&out, "first");
	ent_jsonout_string(&out, verb_text(alarm, "first", first));
	ent_jsonout_name(&out, "times");
	ent_jsonout_int(&out, verb_number(alarm, "times"));
	ent_jsonout_object_end(&out);
	return ent_jsonout_finish(&out);
}

static void show_closed(struct ent_json_value root, const struct people *people) {
	struct ent_json_value alarm;
	char by[VERB_TEXT_SIZE], reason[VERB_TEXT_SIZE];
	if (ent_json_member(root, "alarm", &alarm))
		show(alarm, people);
	(void)printf("closed by %s: %s\n"
		     "It permits nothing: what is frozen stays frozen, evidence stays, and nothing "
		     "is "
		     "agreed by it. Done again, it is an alarm again.\n",
			verb_text(root, "by", by), verb_text(root, "reason", reason));
}

static int close_alarm(struct verb *verb, const char *tag, const char *reason) {
	struct ent_jsonout_memory memory = {.limit = BODY_SIZE};
	struct people *people = NULL;
	struct ent_json_value alarm, root;
	char path[VERB_PATH_SIZE];
	int end = verb->json ? 0 : people_ask(verb, &people);
	if (end == 0)
		end = find(verb, tag, &alarm);
	if (end == 0 && print_body(alarm, reason, &memory) != ENT_OK)
		end = verb_fail(verb, "--reason", "it is too long");
	if (end == 0) {
		(void)snprintf(path, sizeof path, "/v1/alarms/%" PRId64 "/close",
				verb_number(alarm, "number"));
		const struct client_request request = {.method = ENT_FETCH_POST,
				.path = path,
				.content_type = "application/json",
				.body = memory.bytes,
				.size = memory.size};
		end = verb_ask_json(verb, &request, &root);
	}
	if (end == 0 && verb->json)
		end = verb_print(verb);
	else if (end == 0)
		show_closed(root, people);
	free(memory.bytes);
	free(people);
	return end;
}

/* 0: all that this action needs is there, and nothing else. */
static int check(const struct verb *verb, const struct asked *asked, const char *action) {
	if (action == NULL && asked->reason == NULL)
		return 0;
	if (action == NULL)
		return verb_fail(verb, "--reason", "it is for entente alarms close");
	if (strcmp(action, "close") != 0)
		return verb_fail(verb, action, "there is no such action");
	if (asked->tag == NULL)
		return verb_fail(verb, "close", "which one? As entente alarms has it, N@TAG");
	if (strchr(asked->tag, '@') == NULL)
		return verb_fail(verb, asked->tag,
				"with its tag, as entente alarms has it: N@TAG. A number alone is "
				"another alarm's after a start");
	if (asked->reason == NULL)
		return verb_fail(verb, "--reason",
				"it is needed: what was found, and what was done about it");
	return 0;
}

int alarms_main(int argc, char **argv) {
	struct asked asked = {.data = NULL};
	struct verb verb = {.command = "alarms"};
	struct ent_option_words words = {
			.operands = &asked.tag, .capacity = 1, .given = asked.given};
	struct ent_fault fault = {{0}, {0}};
	const ent_status status = ent_option_take_all(&table, argc, argv, &asked, &words, &fault);
	if (status != ENT_OK)
		return verb_fail_fault(&verb, &fault, status);
	if (asked.help) {
		alarms_help(stdout);
		return 0;
	}
	verb.data = asked.data;
	verb.json = asked.json;
	int end = check(&verb, &asked, words.action);
	if (end == 0)
		end = verb_begin(&verb);
	if (end == 0)
		end = words.action != NULL ? close_alarm(&verb, asked.tag, asked.reason)
					   : run(&verb);
	verb_end(&verb);
	return end;
}
