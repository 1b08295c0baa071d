/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memo_views.c: where another member shows something else than this node. Whoever merely lacks entries will come to the same: whose it
 * lacks is one sentence, and of the differences only those follow that people act by. Whoever contradicts itself, or has all,
 * may stay with it: of that one each difference is shown.
 */
#include <inttypes.h>
#include <string.h>

#include "memo_node.h"

enum { SHORT_HASH = 12, LONG_HASH = 64 };

static bool is_frozen(struct ent_json_value root, const char *id) {
	char party[VERB_TEXT_SIZE];
	struct ent_json_walk walk = verb_walk(root, "members");
	struct ent_json_value member;
	while (ent_json_next_element(&walk, &member))
		if (strcmp(verb_text(member, "party", party), id) == 0)
			return verb_true(member, "frozen");
	return false;
}

/* In place: of each whole hash its beginning. */
static const char *shorten(char *text) {
	static const char hex[] = "0123456789abcdef";
	for (char *at = text; *at != '\0';) {
		const size_t length = strspn(at, hex);
		if (length == LONG_HASH) {
			memmove(at + SHORT_HASH, at + LONG_HASH, strlen(at + LONG_HASH) + 1);
			at += SHORT_HASH;
		} else {
			at += length > 0 ? length : 1;
		}
	}
	return text;
}

/* --- What matters --- */

/* By the names of memo.h: "status", "level of flight", "0123456789abcdef bound"; a member's own levels are its own business. */
enum matter { OTHER, STATUS, LEVEL, LEAVING, BOUND };

static enum matter matter_of(const char *what) {
	static const char level[] = "level of ";
	const char *space = strchr(what, ' ');
	if (strcmp(what, "status") == 0)
		return STATUS;
	if (strncmp(what, level, sizeof level - 1) == 0)
		return LEVEL;
	if (space == NULL)
		return OTHER;
	if (strcmp(space, " bound") == 0)
		return BOUND;
	return strcmp(space, " suspended") == 0 || strcmp(space, " suspending") == 0 ||
					strcmp(space, " withdrawn") == 0
			? LEAVING
			: OTHER;
}

static void show_difference(struct ent_json_value difference) {
	char text[VERB_TEXT_SIZE];
	(void)verb_text(difference, "what", text);
	(void)printf("    %s: ", shorten(text));
	(void)verb_text(difference, "here", text);
	(void)printf("here %s, ", shorten(text));
	(void)verb_text(difference, "there", text);
	(void)printf("there %s\n", shorten(text));
}

/* All of one kind; OTHER: of every kind. Returns how many. */
static unsigned show_each(struct ent_json_value view, enum matter matter) {
	char what[VERB_TEXT_SIZE];
	struct ent_json_walk walk = verb_walk(view, "differences");
	struct ent_json_value difference;
	unsigned n = 0;
	while (ent_json_next_element(&walk, &difference)) {
		if (matter != OTHER && matter_of(verb_text(difference, "what", what)) != matter)
			continue;
		show_difference(difference);
		n++;
	}
	return n;
}

/* In one line, as often there are many. Returns how many. */
static unsigned show_levels(struct ent_json_value view) {
	char text[VERB_TEXT_SIZE];
	struct ent_json_walk walk = verb_walk(view, "differences");
	struct ent_json_value difference;
	unsigned n = 0;
	while (ent_json_next_element(&walk, &difference)) {
		if (matter_of(verb_text(difference, "what", text)) != LEVEL)
			continue;
		(void)printf("%s%s", n++ == 0 ? "    level of " : "; ",
				text + sizeof "level of " - 1);
		(void)printf(" here %s, ", verb_text(difference, "here", text));
		(void)printf("there %s", verb_text(difference, "there", text));
	}
	if (n > 0)
		(void)fputc('\n', stdout);
	return n;
}

/* The same of who is bound by what is here ("yes"), or by what is there ("no"). */
static unsigned show_bound(struct ent_json_value view, const char *here) {
	char text[VERB_TEXT_SIZE], what[VERB_TEXT_SIZE];
	struct ent_json_walk walk = verb_walk(view, "differences");
	struct ent_json_value difference;
	unsigned n = 0;
	while (ent_json_next_element(&walk, &difference)) {
		if (matter_of(verb_text(difference, "what", what)) != BOUND ||
				strcmp(verb_text(difference, "here", text), here) != 0)
			continue;
		*strchr(what, ' ') = '\0';
		if (n++ == 0)
			(void)printf("    bound %s: ",
					strcmp(here, "yes") == 0 ? "here and not there"
								 : "there and not here");
		else
			(void)printf(", ");
		(void)printf("%s", what);
	}
	if (n > 0)
		(void)fputc('\n', stdout);
	return n;
}

/* --- Who lacks what --- */

static void show_number(int64_t n) {
	(void)printf("%" PRId64 " entr%s", n, n == 1 ? "y" : "ies");
}

/* "1 entry of ID "NAME", 2 entries of ID "NAME"". */
static void show_lacking(struct ent_json_value view, const struct people *people) {
	char id[ENT_PARTY_ID_SIZE], name[ENT_PARTY_NAME_SIZE + 4];
	struct ent_json_value lacks, value;
	const char *party = NULL;
	size_t length = 0;
	bool any = false;
	if (ent_json_member(view, "lacks", &lacks)) {
		struct ent_json_walk walk = ent_json_walk_from(lacks);
		for (; ent_json_next_member(&walk, &party, &length, &value); any = true) {
			int64_t n = 0;
			(void)ent_json_int(value, &n);
			(void)ent_text_show(party, length, id, sizeof id);
			(void)printf("%s", any ? ", " : "");
			show_number(n);
			(void)printf(" of %s%s", id, people_name(people, id, name));
		}
	}
	if (any)
		return;
	show_number(verb_number(view, "missing"));
	(void)printf(" that %s here", verb_number(view, "missing") == 1 ? "is" : "are");
}

/* What it shows then is not known to be so: it may have more by now. */
static void show_who_lacks(struct ent_json_value view, const struct people *people) {
	(void)printf(" is not known to have ");
	show_lacking(view, people);
	(void)puts("; without these it shows:");
	unsigned n = show_each(view, STATUS);
	n += show_levels(view);
	n += show_each(view, LEAVING);
	n += show_bound(view, "yes");
	n += show_bound(view, "no");
	if (n == 0)
		(void)puts("    the same status, the same levels, and the same parties bound");
}

void memo_show_views(struct ent_json_value root, const struct people *people) {
	char id[VERB_TEXT_SIZE], name[ENT_PARTY_NAME_SIZE + 4];
	struct ent_json_walk walk = verb_walk(root, "views");
	struct ent_json_value view;
	while (ent_json_next_element(&walk, &view)) {
		(void)verb_text(view, "party", id);
		(void)printf("\n%s%s", id, people_name(people, id, name));
		if (verb_number(view, "missing") > 0 && !is_frozen(root, id)) {
			show_who_lacks(view, people);
			continue;
		}
		(void)puts(", by what it said last, sees it differently:");
		(void)show_each(view, OTHER);
		if (verb_number(view, "more") > 0)
			(void)printf("    and %" PRId64 " more\n", verb_number(view, "more"));
	}
}
