/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memo_status.c: what memoranda come to now, as the running node has it: what is agreed beside how the lines stand, who has
 * signed and who has not, what is due, and where another member shows something else.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "entente/memo.h"
#include "memo_node.h"

enum { SHORT_HASH = 12, COLUMNS = 80, FIRST_COLUMN = MEMO_FIRST_COLUMN };

const char *memo_short(const char *hash, char ret_text[MEMO_SHORT_SIZE]) {
	(void)snprintf(ret_text, MEMO_SHORT_SIZE, "%.*s", SHORT_HASH, hash);
	return ret_text;
}

/* --- status: what waits --- */

/* What a person would call it; the others are acts. */
static const char *act_noun(const char *kind) {
	static const struct {
		const char *kind, *noun;
	} nouns[] = {
			{"memo-withdraw", "a withdrawal"},
			{"memo-suspend", "a suspension"},
			{"memo-resume", "the end of its suspension"},
			{"memo-level", "another level"},
			{"memo-sign", "a signature"},
			{"memo-paper", "a signature on paper"},
			{"memo-draft", "a draft"},
	};
	for (size_t i = 0; i < sizeof nouns / sizeof nouns[0]; i++)
		if (strcmp(kind, nouns[i].kind) == 0)
			return nouns[i].noun;
	return "an act";
}

static void say_kinds(struct ent_json_value member) {
	struct ent_json_walk walk = verb_walk(member, "waiting_kinds");
	struct ent_json_value kind;
	char word[VERB_TEXT_SIZE];
	const char *between = "", *text = "";
	size_t length = 0;
	while (ent_json_next_element(&walk, &kind)) {
		(void)ent_json_string(kind, &text, &length);
		(void)ent_text_show(text, length, word, sizeof word);
		(void)printf("%s%s (%s)", between, act_noun(word), word);
		between = ", ";
	}
	if (between[0] == '\0')
		(void)printf("what is a test, or no act");
}

/* Beside the status, since that does not have it in it. */
static void show_waiting(struct ent_json_value member, const struct people *people) {
	char id[VERB_TEXT_SIZE], text[VERB_TEXT_SIZE], name[ENT_PARTY_NAME_SIZE + 4];
	struct ent_json_value lacking;
	if (verb_number(member, "waiting") == 0)
		return;
	(void)verb_text(member, "party", id);
	(void)printf("%-10s  NOT ALL IS HERE: %s%s has written ", "", id,
			people_name(people, id, name));
	say_kinds(member);
	(void)printf(";\n%-10s  it is here since %s and waits for ", "",
			verb_text(member, "waiting_since", text));
	if (ent_json_member(member, "waiting_for", &lacking) &&
			verb_text(lacking, "party", id)[0] != '\0')
		(void)printf("entry %" PRId64 " of %s%s, which has not come;\n",
				verb_number(lacking, "entries") - 1, id,
				people_name(people, id, name));
	else
		(void)puts("what has not come;");
	(void)printf("%-10s  what stands above and below may no longer hold\n", "");
}

/* --- status: members --- */

/* Text in the second column, broken behind commas where the line would be too long. */
static void show_list(const char *label, const char *text) {
	size_t used = (size_t)printf("%-*s", FIRST_COLUMN, label);
	while (*text != '\0') {
		const char *comma = strstr(text, ", ");
		const size_t length = comma != NULL ? (size_t)(comma - text) + 1 : strlen(text);
		if (used > FIRST_COLUMN && used + 1 + length > COLUMNS)
			used = (size_t)printf("\n%*s", FIRST_COLUMN, "") - 1;
		else if (used > FIRST_COLUMN)
			used += (size_t)printf(" ");
		used += (size_t)printf("%.*s", (int)length, text);
		text += comma != NULL ? length + 1 : length;
	}
	(void)fputc('\n', stdout);
}

/* The levels come back when it is resumed; some of it never stops. */
static void show_goes_on(struct ent_json_value root) {
	char text[VERB_TEXT_SIZE] = "", word[VERB_TEXT_SIZE], shown[MEMO_SHORT_SIZE];
	struct ent_json_value goes_on, value;
	const char *at = "";
	size_t length = 0, used = 0;
	if (!ent_json_member(root, "goes_on", &goes_on) ||
			ent_json_kind(goes_on) != ENT_JSON_OBJECT)
		return;
	struct ent_json_walk walk = verb_walk(goes_on, "what");
	while (ent_json_next_element(&walk, &value) && used + 64 < sizeof text) {
		(void)ent_json_string(value, &at, &length);
		(void)ent_text_show(at, length, word, sizeof word);
		used += (size_t)snprintf(text + used, sizeof text - used, "%s%.40s",
				used > 0 ? ", " : "", word);
	}
	show_list("goes on", text);
	(void)printf("%*sby clause %s", MEMO_FIRST_COLUMN, "", verb_text(goes_on, "clause", text));
	(void)printf(" of version %s\n", memo_short(verb_text(goes_on, "version", text), shown));
}

static void show_agreed(struct ent_json_value root, const struct people *people) {
	char text[VERB_TEXT_SIZE], shown[MEMO_SHORT_SIZE];
	(void)printf("memorandum  %s", verb_text(root, "id", text));
	(void)printf(": %s\n", verb_text(root, "status", text));
	struct ent_json_walk walk = verb_walk(root, "members");
	struct ent_json_value member;
	while (ent_json_next_element(&walk, &member))
		show_waiting(member, people);
	if (verb_text(root, "ended", text)[0] != '\0')
		(void)printf("ended       %s\n", text);
	if (verb_text(root, "version", text)[0] != '\0') {
		(void)printf("version     %s", memo_short(text, shown));
		(void)printf(", since %s", verb_text(root, "since", text));
		if (verb_text(root, "until", text)[0] != '\0')
			(void)printf(", valid until %s", text);
		(void)fputc('\n', stdout);
		if (memo_levels(root, text)[0] != '\0')
			show_list(verb_true(root, "level_suspended") ? "SUSPENDED" : "level", text);
		memo_show_level_acts(root, people);
		show_goes_on(root);
	}
	if (verb_text(root, "next", text)[0] != '\0') {
		(void)printf("next        %s", memo_short(text, shown));
		(void)printf(", in force from %s\n", verb_text(root, "next_from", text));
	}
}

/* Is it a party to the version that is agreed and will take effect next? */
static bool binds_next(struct ent_json_value root, const char *id) {
	char next[VERB_TEXT_SIZE], hash[VERB_TEXT_SIZE];
	struct ent_json_walk walk = verb_walk(root, "versions");
	struct ent_json_value version, evidence, word;
	if (verb_text(root, "next", next)[0] == '\0')
		return false;
	while (ent_json_next_element(&walk, &version))
		if (strcmp(verb_text(version, "hash", hash), next) == 0)
			return ent_json_member(version, "evidence", &evidence) &&
					ent_json_member(evidence, id, &word);
	return false;
}

/* In a few words; since when and from when on stand in the lines below it. */
static const char *standing(
		struct ent_json_value root, struct ent_json_value member, const char *id) {
	if (verb_true(member, "suspended"))
		return "suspends";
	if (verb_true(member, "bound"))
		return "bound";
	return !verb_true(member, "withdrawing") && binds_next(root, id) ? "not bound yet"
									 : "not bound";
}

static void show_detail(const char *words, const char *time) {
	(void)printf("%-16s  %s %s\n", "", words, time);
}

/* Its author goes by the one time, this node by the other. */
static void show_times(struct ent_json_value member, const char *declared, const char *received) {
	char text[VERB_TEXT_SIZE], more[VERB_TEXT_SIZE];
	if (verb_text(member, declared, text)[0] != '\0')
		(void)printf("%-16s    declared %s, received here %s\n", "", text,
				verb_text(member, received, more));
}

static void show_reason(struct ent_json_value member, const char *name) {
	char text[VERB_TEXT_SIZE];
	if (verb_text(member, name, text)[0] != '\0')
		(void)printf("%-16s    \"%s\"\n", "", text);
}

/* What has been said and has no effect yet is shown as well: nobody is to be surprised by it. */
static void show_leaving(struct ent_json_value member) {
	char from[VERB_TEXT_SIZE], agreed[VERB_TEXT_SIZE], shown[MEMO_SHORT_SIZE];
	if (verb_text(member, "suspended_since", from)[0] != '\0')
		show_detail("suspends since", from);
	else if (verb_text(member, "suspends_from", from)[0] != '\0')
		show_detail("has declared that it suspends from", from);
	/* Times of one form are in the order of their text up to the second, and so is what people agree on. */
	if (verb_text(member, "suspension_agreed_from", agreed)[0] != '\0' &&
			strncmp(from, agreed, sizeof "2026-11-26T14:00:00" - 1) < 0)
		show_detail("sooner than agreed, which would be", agreed);
	if (verb_text(member, "suspension_clause", agreed)[0] != '\0') {
		(void)printf("%-16s  its notice is of clause %s", "", agreed);
		(void)printf(" of version %s\n",
				memo_short(verb_text(member, "suspension_version", from), shown));
	}
	show_times(member, "suspended_declared", "suspended_received");
	show_reason(member, "suspension_reason");
	if (verb_text(member, "withdrawn", from)[0] != '\0')
		show_detail("withdraws from", from);
	show_times(member, "withdrawn_declared", "withdrawn_received");
	show_reason(member, "withdrawal_reason");
}

static bool level_is(struct ent_json_value of, const char *subject, const char *word) {
	char text[VERB_TEXT_SIZE] = "";
	struct ent_json_value level;
	if (ent_json_member(of, "level", &level))
		(void)verb_text(level, subject, text);
	return strcmp(text, word) == 0;
}

/* Is one that is bound at another level than what holds? */
static bool levels_differ(struct ent_json_value root, const char *subject) {
	char word[VERB_TEXT_SIZE] = "";
	struct ent_json_walk walk = verb_walk(root, "members");
	struct ent_json_value member, level;
	if (ent_json_member(root, "level", &level))
		(void)verb_text(level, subject, word);
	while (ent_json_next_element(&walk, &member))
		if (verb_true(member, "bound") && !level_is(member, subject, word))
			return true;
	return false;
}

/* The least of all holds: where not all are at it, it is to be seen who keeps it down. */
static void show_own_levels(struct ent_json_value root, struct ent_json_value member) {
	char word[VERB_TEXT_SIZE], text[VERB_TEXT_SIZE + 40];
	struct ent_json_value level;
	for (unsigned i = 0; verb_true(member, "bound") && i < ENT_MEMO_SUBJECT_COUNT; i++) {
		const char *subject = ent_memo_subject_text((enum ent_memo_subject)i);
		if (!levels_differ(root, subject))
			continue;
		const bool given = ent_json_member(member, "level", &level) &&
				verb_text(level, subject, word)[0] != '\0';
		(void)snprintf(text, sizeof text, "%s: %s", subject, given ? word : "none");
		show_detail("is at", text);
	}
}

/* What it says by itself; it binds nobody but its author. */
static void show_declarations(struct ent_json_value member) {
	char text[VERB_TEXT_SIZE];
	struct ent_json_walk walk = verb_walk(member, "declarations");
	struct ent_json_value declaration;
	while (ent_json_next_element(&walk, &declaration)) {
		(void)printf("%-16s  declares (entry %" PRId64 "): ", "",
				verb_number(declaration, "seq"));
		(void)printf("\"%s\"\n", verb_text(declaration, "text", text));
		show_times(declaration, "declared", "received");
	}
}

/* Ours is frozen because of another's, and contradicts nothing. */
static void show_frozen(struct ent_json_value member, bool own) {
	if (verb_true(member, "frozen"))
		(void)printf("%-16s  FROZEN: %s; see entente alarms\n", "",
				own ? "another's contradicts itself, so we suspend or withdraw, "
				      "and no more"
				    : "its ledger contradicts itself");
}

static void show_entries(struct ent_json_value member) {
	const int64_t waiting = verb_number(member, "waiting");
	const int64_t here = verb_number(member, "received");
	(void)printf("%-16s  %" PRId64 " of its entries %s here", "", here,
			here == 1 ? "is" : "are");
	if (waiting != 0)
		(void)printf(", of which %" PRId64 " wait%s", waiting, waiting == 1 ? "s" : "");
	(void)printf("; it has %" PRId64 " of ours\n", verb_number(member, "has"));
}

static void show_member(struct ent_json_value root, struct ent_json_value member, const char *id,
		const struct people *people) {
	char name[ENT_PARTY_NAME_SIZE + 4];
	const char *line = people_line(people, id);
	(void)printf("%-16s  %-14s  %-13s %s\n", id, line[0] != '\0' ? line : "not known",
			standing(root, member, id), people_name(people, id, name));
	const bool own = strcmp(id, people_own(people)) == 0;
	show_leaving(member);
	show_own_levels(root, member);
	show_declarations(member);
	show_frozen(member, own);
	if (people_ahead(people, id))
		(void)printf("%-16s  its clock is ahead of ours: what it dates so counts only "
			     "then; see "
			     "history\n",
				"");
	if (!own)
		show_entries(member);
}

/* Ourselves first. */
static void show_members(struct ent_json_value root, const struct people *people) {
	char id[VERB_TEXT_SIZE];
	struct ent_json_value member;
	(void)printf("\n%-16s  %-14s  %-13s  %s\n", "party", "line", "agreement", "name");
	for (int own = 1; own >= 0; own--) {
		struct ent_json_walk walk = verb_walk(root, "members");
		while (ent_json_next_element(&walk, &member))
			if ((strcmp(verb_text(member, "party", id), people_own(people)) == 0) ==
					(own == 1))
				show_member(root, member, id, people);
	}
}

/* --- Our acts --- */

static void show_acts(struct ent_json_value root, const struct people *people) {
	char kind[VERB_TEXT_SIZE], time[VERB_TEXT_SIZE];
	struct ent_json_walk walk = verb_walk(root, "acts");
	struct ent_json_value act;
	bool any = false;
	for (; ent_json_next_element(&walk, &act); any = true) {
		(void)printf("%sour %s, entry %" PRId64 ", declared %s\n", any ? "" : "\n",
				verb_text(act, "kind", kind), verb_number(act, "seq"),
				verb_text(act, "declared", time));
		(void)memo_show_acknowledged(act, people, "    ");
	}
	if (any)
		(void)puts("    (" MEMO_ACKNOWLEDGED_IS ")");
}

/* --- All of it --- */

int memo_get(struct verb *verb, const char *id, const char *at, struct ent_json_value *ret_root) {
	char path[VERB_PATH_SIZE];
	if (!verb_is_memorandum(verb, id))
		return VERB_FAILED;
	(void)snprintf(path, sizeof path, "/v1/memoranda/%s%s%s", id, at != NULL ? "?at=" : "",
			at != NULL ? at : "");
	return verb_get(verb, path, ret_root);
}

static int status_of(struct verb *verb, const struct memo_asked *asked) {
	struct people *people = NULL;
	struct ent_json_value root;
	char at[ENT_TEXT_TIME_SIZE], tag[VERB_TEXT_SIZE];
	int64_t at_us = 0;
	int end = 0;
	if (asked->at != NULL) {
		end = verb_time(verb, "--at", asked->at, &at_us);
		(void)ent_text_print_time(at_us, at);
	}
	if (end == 0 && !verb->json)
		end = people_ask(verb, &people);
	if (end == 0)
		end = memo_get(verb, asked->file[0], asked->at != NULL ? at : NULL, &root);
	if (end == 0 && verb->json) {
		end = verb_print(verb);
	} else if (end == 0) {
		if (asked->at != NULL)
			(void)printf("at          %s\n", at);
		show_agreed(root, people);
		show_members(root, people);
		memo_show_versions(root, people);
		memo_show_views(root, people);
		show_acts(root, people);
		if (verb_text(root, "tag", tag)[0] != '\0')
			(void)printf("\ntag %s\n", tag);
	}
	free(people);
	return end;
}

int memo_status(const struct memo_asked *asked) {
	struct verb verb = memo_verb(asked);
	int end = verb_begin(&verb);
	if (end == 0)
		end = status_of(&verb, asked);
	verb_end(&verb);
	return end;
}
