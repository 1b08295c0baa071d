/* SPDX-License-Identifier: Apache-2.0 */
/* alarms.c: see alarms.h. */
#include "alarms.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>

#include "entente/option.h"
#include "people.h"

enum { OPTIONS_MAX = 3 };

struct asked {
	const char *data;
	bool json, help;
	bool given[OPTIONS_MAX];
};

static const struct ent_option_row rows[] = {
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
			"\n"
			"What must not be, and from whom it came, as the node that runs on DIR has "
			"seen it since its start, or keeps it from before.\n"
			"Exit status: 0 answered, 2 it could not be asked.\n"
			"\n");
	ent_option_print_all(out, &table, 14);
}

static void show(struct ent_json_value alarm, const struct people *people) {
	char text[VERB_TEXT_SIZE], more[VERB_TEXT_SIZE], name[ENT_PARTY_NAME_SIZE + 4];
	(void)printf("%" PRId64 ". %s: %s\n", verb_number(alarm, "number"),
			verb_text(alarm, "kind", text), verb_text(alarm, "text", more));
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
		(void)printf("   kept in %s of the data directory\n", text);
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

int alarms_main(int argc, char **argv) {
	struct asked asked = {.data = NULL};
	struct verb verb = {.command = "alarms"};
	struct ent_option_words words = {.given = asked.given};
	struct ent_fault fault = {{0}, {0}};
	const ent_status status = ent_option_take_all(&table, argc, argv, &asked, &words, &fault);
	if (status != ENT_OK)
		return verb_fail_fault(&verb, &fault, status);
	if (asked.help) {
		alarms_help(stdout);
		return 0;
	}
	if (words.action != NULL)
		return verb_fail(&verb, words.action, "there is no such action");
	verb.data = asked.data;
	verb.json = asked.json;
	int end = verb_begin(&verb);
	if (end == 0)
		end = run(&verb);
	verb_end(&verb);
	return end;
}
