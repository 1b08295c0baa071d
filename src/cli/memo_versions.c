/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memo_versions.c: of a memorandum's status what has been drafted, who has signed, declined or answered, and why; what is kept to some parties;
 * and what is owed.
 */
#include <inttypes.h>
#include <string.h>

#include "entente/memo.h"
#include "memo_node.h"

/* The one in a list that is a party's; false: there is none. */
static bool find_of(struct ent_json_value object, const char *list, const char *party,
		struct ent_json_value *ret_one) {
	struct ent_json_walk walk = verb_walk(object, list);
	while (ent_json_next_element(&walk, ret_one))
		if (verb_is(*ret_one, "party", party))
			return true;
	return false;
}

static bool names(struct ent_json_value object, const char *list, const char *party) {
	struct ent_json_walk walk = verb_walk(object, list);
	struct ent_json_value value;
	while (ent_json_next_element(&walk, &value))
		if (ent_json_string_is(value, party))
			return true;
	return false;
}

/* Ink counts for as much as whoever attests it: of ours, and of what we attest of another, that is said as it is. */
static void show_attested(
		struct ent_json_value version, const char *party, const struct people *people) {
	char id[VERB_TEXT_SIZE], name[ENT_PARTY_NAME_SIZE + 4];
	const char *before = "signed on paper, attested by ";
	struct ent_json_walk walk = verb_walk(version, "paper");
	struct ent_json_value record;
	while (ent_json_next_element(&walk, &record)) {
		(void)verb_text(record, "party", id);
		if (!names(record, "signed_by", party))
			continue;
		if (strcmp(id, people_own(people)) == 0)
			(void)printf("%sus", before);
		else if (strcmp(id, party) == 0)
			(void)printf("%sitself", before);
		else
			(void)printf("%s%s%s", before, id, people_name(people, id, name));
		before = ", ";
	}
}

static void show_word(struct ent_json_value object, const char *party, const char *word,
		const struct people *people) {
	char text[VERB_TEXT_SIZE];
	struct ent_json_value answer;
	if (strcmp(word, ent_memo_evidence_text(ENT_MEMO_EVIDENCE_PAPER)) == 0 ||
			strcmp(word, ent_memo_evidence_text(ENT_MEMO_EVIDENCE_ATTESTED)) == 0)
		show_attested(object, party, people);
	else
		(void)printf("%s", word);
	if (find_of(object, "answered", party, &answer) &&
			verb_text(answer, "reason", text)[0] != '\0')
		(void)printf(": \"%s\"", text);
	(void)fputc('\n', stdout);
}

/* Of an object of words by party: a line each, ourselves first. */
static void show_by_party(
		struct ent_json_value object, const char *name, const struct people *people) {
	struct ent_json_value list, value;
	const char *id = NULL;
	size_t length = 0;
	char party[ENT_PARTY_ID_SIZE], named[ENT_PARTY_NAME_SIZE + 4], word[VERB_TEXT_SIZE];
	if (!ent_json_member(object, name, &list))
		return;
	for (int own = 1; own >= 0; own--) {
		struct ent_json_walk walk = ent_json_walk_from(list);
		while (ent_json_next_member(&walk, &id, &length, &value)) {
			const char *text = "";
			size_t text_length = 0;
			(void)ent_json_string(value, &text, &text_length);
			(void)ent_text_show(id, length, party, sizeof party);
			if ((strcmp(party, people_own(people)) == 0) != (own == 1))
				continue;
			(void)printf("    %s%s: ", party, people_name(people, party, named));
			show_word(object, party,
					ent_text_show(text, text_length, word, sizeof word),
					people);
		}
	}
}

void memo_show_version(FILE *out, struct ent_json_value version, const struct people *people) {
	char text[VERB_TEXT_SIZE], more[VERB_TEXT_SIZE], name[ENT_PARTY_NAME_SIZE + 4];
	(void)fprintf(out, "version %s\n", verb_text(version, "hash", text));
	(void)verb_text(version, "drafted_by", more);
	(void)verb_text(version, "stage", text);
	const bool only = strcmp(text, ent_memo_stage_text(ENT_MEMO_STAGE_DRAFTED)) == 0;
	(void)fprintf(out, "    %s%s by %s%s, as %s/%" PRId64 "\n", text, only ? "" : "; drafted",
			more, people_name(people, more, name), more, verb_number(version, "seq"));
	if (verb_text(version, "replaces", text)[0] != '\0')
		(void)fprintf(out, "    replaces %s\n", text);
	else
		(void)fprintf(out, "    replaces nothing: the first\n");
	(void)fprintf(out, "    to be signed by %s, ", verb_text(version, "sign_by", text));
	(void)fprintf(out, "in force from %s, ", verb_text(version, "effective_from", text));
	if (verb_text(version, "valid_until", text)[0] != '\0')
		(void)fprintf(out, "valid until %s\n", text);
	else
		(void)fprintf(out, "without an end\n");
}

/* " by ID "NAME", ID "NAME"", in standard output; nothing when there are none. */
static void list_parties(struct ent_json_value payload, const char *member, const char *before,
		const struct people *people) {
	char id[VERB_TEXT_SIZE], name[ENT_PARTY_NAME_SIZE + 4];
	struct ent_json_walk walk = verb_walk(payload, member);
	struct ent_json_value value;
	const char *text = NULL;
	size_t length = 0;
	for (; ent_json_next_element(&walk, &value); before = ", ")
		if (ent_json_string(value, &text, &length)) {
			(void)ent_text_show(text, length, id, sizeof id);
			(void)printf("%s%s%s", before, id, people_name(people, id, name));
		}
}

/* Who attests it, and on which scan: whoever holds the sheet can hold it against this. */
static void show_paper(struct ent_json_value version, const struct people *people) {
	char text[VERB_TEXT_SIZE], time[VERB_TEXT_SIZE], name[ENT_PARTY_NAME_SIZE + 4];
	struct ent_json_walk walk = verb_walk(version, "paper");
	struct ent_json_value record;
	while (ent_json_next_element(&walk, &record)) {
		(void)verb_text(record, "party", text);
		const bool own = strcmp(text, people_own(people)) == 0;
		(void)printf("    on paper, attested by %s%s, entry %" PRId64 ": signed %s",
				own ? "us" : text, own ? "" : people_name(people, text, name),
				verb_number(record, "seq"), verb_text(record, "signed", time));
		list_parties(record, "signed_by", " by ", people);
		(void)printf("\n        SHA-256 of the scan: %s\n",
				verb_text(record, "scan", text));
	}
}

/* Of the draft itself; an offer of it shows its own answers. */
static void show_declined(struct ent_json_value version, const struct people *people) {
	char id[VERB_TEXT_SIZE], text[VERB_TEXT_SIZE], name[ENT_PARTY_NAME_SIZE + 4];
	struct ent_json_walk walk = verb_walk(version, "declines");
	struct ent_json_value decline;
	while (ent_json_next_element(&walk, &decline)) {
		(void)verb_text(decline, "party", id);
		(void)printf("    declined by %s%s", id, people_name(people, id, name));
		if (verb_text(decline, "reason", text)[0] != '\0')
			(void)printf(": \"%s\"", text);
		(void)fputc('\n', stdout);
	}
}

static void show_versions(struct ent_json_value root, const struct people *people) {
	struct ent_json_walk walk = verb_walk(root, "versions");
	struct ent_json_value version;
	while (ent_json_next_element(&walk, &version)) {
		(void)fputc('\n', stdout);
		memo_show_version(stdout, version, people);
		show_by_party(version, "evidence", people);
		show_paper(version, people);
		show_declined(version, people);
	}
}

static void show_offers(struct ent_json_value root, const struct people *people) {
	char text[VERB_TEXT_SIZE], shown[MEMO_SHORT_SIZE];
	struct ent_json_walk walk = verb_walk(root, "offers");
	struct ent_json_value offer;
	while (ent_json_next_element(&walk, &offer)) {
		(void)printf("\noffer %s/%" PRId64, verb_text(offer, "party", text),
				verb_number(offer, "seq"));
		(void)printf(" of version %s",
				memo_short(verb_text(offer, "version", text), shown));
		(void)printf(", to be answered by %s\n", verb_text(offer, "answer_by", text));
		show_by_party(offer, "answers", people);
	}
}

static void show_obligations(struct ent_json_value root, const struct people *people) {
	char clause[VERB_TEXT_SIZE], text[VERB_TEXT_SIZE], name[ENT_PARTY_NAME_SIZE + 4];
	struct ent_json_walk walk = verb_walk(root, "obligations");
	struct ent_json_value obligation;
	while (ent_json_next_element(&walk, &obligation)) {
		(void)verb_text(obligation, "owner", text);
		(void)printf("\nobligation %s of %s%s", verb_text(obligation, "clause", clause),
				text, people_name(people, text, name));
		(void)printf(", due %s: ", verb_text(obligation, "due", text));
		(void)printf("%s", verb_text(obligation, "word", text));
		if (verb_true(obligation, "late")) {
			(void)printf(", late: that was said %s",
					verb_text(obligation, "said", text));
			(void)printf(", received here %s", verb_text(obligation, "received", text));
		}
		(void)puts(verb_true(obligation, "overdue") ? ", OVERDUE" : "");
		if (verb_text(obligation, "obstacle", text)[0] != '\0')
			(void)printf("    in the way: %s\n", text);
	}
}

/* When, and by what: a clause of the version that the entry acts under, or this node's own option where that is sooner. */
static void show_due(struct ent_json_value payload, const struct people *people) {
	char text[VERB_TEXT_SIZE], clause[VERB_TEXT_SIZE], shown[MEMO_SHORT_SIZE];
	if (verb_text(payload, "due", text)[0] == '\0') {
		(void)printf("never purged");
		return;
	}
	(void)printf(names(payload, "purged", people_own(people)) ? "purged, as was due %s"
								  : "its purge is due %s",
			text);
	if (verb_text(payload, "due_version", text)[0] == '\0') {
		(void)printf(" by our own purge-after");
		return;
	}
	/* Without the clause its document cannot be read now. */
	if (verb_text(payload, "due_clause", clause)[0] != '\0')
		(void)printf(" by clause %s of version %s", clause, memo_short(text, shown));
	else
		(void)printf(" by version %s", memo_short(text, shown));
}

/* Who has declined the draft that it is the document of. */
static void show_said_no(struct ent_json_value root, struct ent_json_value payload,
		const struct people *people) {
	char party[VERB_TEXT_SIZE];
	struct ent_json_walk walk = verb_walk(root, "sealed");
	struct ent_json_value draft;
	(void)verb_text(payload, "party", party);
	while (ent_json_next_element(&walk, &draft))
		if (verb_is(draft, "party", party) &&
				verb_number(draft, "seq") == verb_number(payload, "seq"))
			list_parties(draft, "declined_by", "\n    declined by ", people);
}

/* What some parties alone were given. */
static void show_payloads(struct ent_json_value root, const struct people *people) {
	char text[VERB_TEXT_SIZE], name[ENT_PARTY_NAME_SIZE + 4], shown[MEMO_SHORT_SIZE];
	struct ent_json_walk walk = verb_walk(root, "payloads");
	struct ent_json_value payload;
	while (ent_json_next_element(&walk, &payload)) {
		(void)printf("\nsealed %s", memo_short(verb_text(payload, "hash", text), shown));
		(void)verb_text(payload, "party", text);
		(void)printf(", entry %" PRId64 " of %s%s", verb_number(payload, "seq"), text,
				people_name(people, text, name));
		list_parties(payload, "for", ", for ", people);
		show_said_no(root, payload, people);
		(void)printf("\n    %s; ",
				verb_true(payload, "here") ? "it is here" : "it is not here");
		show_due(payload, people);
		list_parties(payload, "purged", "; done by ", people);
		list_parties(payload, "missing", "; DUE, AND NOT SAID BY ", people);
		(void)puts("");
	}
}

void memo_show_versions(struct ent_json_value root, const struct people *people) {
	show_versions(root, people);
	show_offers(root, people);
	show_obligations(root, people);
	show_payloads(root, people);
}
