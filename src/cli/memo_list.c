/* SPDX-License-Identifier: Apache-2.0 */
/* memo_list.c: all memoranda, each in a few lines: what it is called, how it stands and since when, and what its version says. */
#include <stdlib.h>

#include "entente/memo.h"
#include "memo_node.h"

/* In each authentic language: en "On the river", ru "О реке". */
static void list_title(struct ent_json_value memorandum) {
	char language[VERB_TEXT_SIZE], shown[VERB_TEXT_SIZE];
	struct ent_json_value title, value;
	const char *name = NULL, *text = "", *before = "    ";
	size_t length = 0, text_length = 0;
	if (!ent_json_member(memorandum, "title", &title))
		return;
	struct ent_json_walk walk = ent_json_walk_from(title);
	for (; ent_json_next_member(&walk, &name, &length, &value); before = ", ") {
		(void)ent_json_string(value, &text, &text_length);
		(void)printf("%s%s \"%s\"", before,
				ent_text_show(name, length, language, sizeof language),
				ent_text_show(text, text_length, shown, sizeof shown));
	}
	if (before[0] == ',')
		(void)fputc('\n', stdout);
}

/* A line for each that suspends, or has left. */
static void list_each(struct ent_json_value memorandum, const char *list, const char *words,
		const char *moment, const struct people *people) {
	char id[VERB_TEXT_SIZE], text[VERB_TEXT_SIZE], name[ENT_PARTY_NAME_SIZE + 4];
	struct ent_json_walk walk = verb_walk(memorandum, list);
	struct ent_json_value one;
	while (ent_json_next_element(&walk, &one)) {
		(void)verb_text(one, "party", id);
		(void)printf("    %s %s", words, verb_text(one, moment, text));
		(void)printf(" by %s%s", id, people_name(people, id, name));
		if (verb_text(one, "reason", text)[0] != '\0')
			(void)printf(": \"%s\"", text);
		(void)fputc('\n', stdout);
	}
}

/* These are the version's own dates, and not the status's. */
static void list_version(struct ent_json_value memorandum) {
	char text[VERB_TEXT_SIZE], shown[MEMO_SHORT_SIZE];
	if (verb_text(memorandum, "version", text)[0] == '\0') {
		(void)printf("    no version has taken effect");
		if (verb_text(memorandum, "next", text)[0] != '\0') {
			(void)printf("; version %s takes effect", memo_short(text, shown));
			(void)printf(" %s", verb_text(memorandum, "next_from", text));
		}
		return;
	}
	(void)printf("    version %s: took effect", memo_short(text, shown));
	(void)printf(" %s, ", verb_text(memorandum, "since", text));
	if (verb_text(memorandum, "until", text)[0] != '\0')
		(void)printf("valid until %s", text);
	else
		(void)printf("without an end");
}

static void list_one(struct ent_json_value memorandum, const struct people *people) {
	char text[VERB_TEXT_SIZE], more[VERB_TEXT_SIZE];
	struct ent_json_walk walk = verb_walk(memorandum, "parties");
	struct ent_json_value party;
	unsigned parties = 0;
	while (ent_json_next_element(&walk, &party))
		parties++;
	(void)printf("%s: %s", verb_text(memorandum, "id", text),
			verb_text(memorandum, "status", more));
	if (verb_number(memorandum, "waiting") != 0)
		(void)printf("; NOT ALL IS HERE, that may no longer hold: see entente memo status");
	(void)fputc('\n', stdout);
	list_title(memorandum);
	if (verb_text(memorandum, "ended", text)[0] != '\0')
		(void)printf("    ended %s\n", text);
	list_each(memorandum, "suspended_by", "suspended since", "since", people);
	list_each(memorandum, "withdrawn", "withdrawn from", "from", people);
	list_version(memorandum);
	(void)printf("; %u part%s\n", parties, parties == 1 ? "y" : "ies");
	if (memo_levels(memorandum, text)[0] != '\0')
		(void)printf("    %s%s\n",
				verb_true(memorandum, "level_suspended") ? "SUSPENDED, as agreed: "
									 : "",
				text);
}

/* Returns whether there is one. */
static bool list_unshown(struct ent_json_value root) {
	struct ent_json_walk walk = verb_walk(root, "unshown");
	struct ent_json_value id;
	const char *text = NULL;
	char shown[VERB_TEXT_SIZE];
	size_t length = 0;
	bool any = false;
	for (; ent_json_next_element(&walk, &id); any = true)
		if (ent_json_string(id, &text, &length))
			(void)printf("%s: IT CANNOT BE LOOKED AT NOW: how it stands is not known; "
				     "see entente memo status\n",
					ent_text_show(text, length, shown, sizeof shown));
	return any;
}

int memo_list(const struct memo_asked *asked) {
	struct verb verb = memo_verb(asked);
	struct people *people = NULL;
	struct ent_json_value root, memorandum;
	bool any = false;
	int end = verb_begin(&verb);
	if (end == 0 && !verb.json)
		end = people_ask(&verb, &people);
	if (end == 0)
		end = verb_get(&verb, "/v1/memoranda", &root);
	if (end == 0 && verb.json)
		end = verb_print(&verb);
	else if (end == 0) {
		struct ent_json_walk walk = verb_walk(root, "memoranda");
		for (; ent_json_next_element(&walk, &memorandum); any = true)
			list_one(memorandum, people);
		if (!list_unshown(root) && !any)
			(void)puts("there is no memorandum; entente memo new and entente memo "
				   "draft begin one");
	}
	free(people);
	verb_end(&verb);
	return end;
}
