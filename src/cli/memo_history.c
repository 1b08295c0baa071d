/* SPDX-License-Identifier: Apache-2.0 */
/* memo_history.c: all entries of a memorandum, as each was declared and received; a document as it was signed. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "memo_node.h"

bool memo_show_acknowledged(
		struct ent_json_value act, const struct people *people, const char *indent) {
	struct ent_json_value list, value;
	const char *id = NULL;
	size_t length = 0;
	char party[ENT_PARTY_ID_SIZE], named[ENT_PARTY_NAME_SIZE + 4], time[VERB_TEXT_SIZE];
	if (!ent_json_member(act, "acknowledged", &list))
		return false;
	struct ent_json_walk walk = ent_json_walk_from(list);
	while (ent_json_next_member(&walk, &id, &length, &value)) {
		const char *text = "";
		size_t text_length = 0;
		(void)ent_text_show(id, length, party, sizeof party);
		(void)people_name(people, party, named);
		if (ent_json_string(value, &text, &text_length))
			(void)printf("%sacknowledged by %s%s, not later than %s\n", indent, party,
					named, ent_text_show(text, text_length, time, sizeof time));
		else
			(void)printf("%sNOT YET acknowledged by %s%s\n", indent, party, named);
	}
	return true;
}

/* --- history --- */

static void show_ids(struct ent_json_value entry, const char *name, const char *words) {
	char text[VERB_TEXT_SIZE];
	struct ent_json_walk walk = verb_walk(entry, name);
	struct ent_json_value value;
	while (ent_json_next_element(&walk, &value)) {
		const char *id = "";
		size_t length = 0;
		(void)ent_json_string(value, &id, &length);
		(void)printf("    %s %s\n", words, ent_text_show(id, length, text, sizeof text));
	}
}

/* What the kind has, in the order of docs/formats.md. */
static void show_kind(struct ent_json_value entry) {
	static const struct {
		const char *name, *words;
	} members[] = {
			{"under", "under version"},
			{"version", "version"},
			{"sealed", "kept to some, hash"},
			{"answer_by", "to be answered by"},
			{"scan", "scan"},
			{"signed", "signed on paper at"},
			{"from", "from"},
			{"subject", "subject"},
			{"level", "level"},
			{"clause", "clause"},
	};
	char text[VERB_TEXT_SIZE];
	struct ent_json_value value;
	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
		if (verb_text(entry, members[i].name, text)[0] != '\0')
			(void)printf("    %s %s\n", members[i].words, text);
	if (ent_json_member(entry, "offer", &value))
		(void)printf("    answers %s/%" PRId64 "\n", verb_text(value, "party", text),
				verb_number(value, "seq"));
	if (ent_json_member(entry, "done", &value))
		(void)printf("    %s\n", verb_true(entry, "done") ? "done" : "not done");
	if (verb_true(entry, "ad_referendum"))
		(void)puts("    ad referendum: it binds nobody and cannot be signed");
	show_ids(entry, "sealed_for", "for");
	show_ids(entry, "signed_by", "ink of");
	if (verb_text(entry, "text", text)[0] != '\0')
		(void)printf("    \"%s\"\n", text);
}

static void show_standing(struct ent_json_value entry) {
	char text[VERB_TEXT_SIZE];
	struct ent_json_value value;
	if (verb_is(entry, "standing", "fault")) {
		(void)printf("    FAULT, changes nothing: ");
		(void)verb_text(entry, "where", text);
		(void)printf("%s%s", text, text[0] != '\0' ? ": " : "");
		(void)printf("%s", verb_text(entry, "why", text));
		if (ent_json_member(entry, "rule", &value))
			(void)printf(" (rule %" PRId64 ")", verb_number(entry, "rule"));
		(void)fputc('\n', stdout);
	} else if (verb_is(entry, "standing", "waits")) {
		(void)printf("    waits: %s\n", verb_text(entry, "why", text));
	} else if (verb_is(entry, "standing", "passed")) {
		(void)puts("    a test or exercise: changes nothing");
	}
}

/* True: it is one of ours, of which it is said who has acknowledged it. */
static bool show_entry(struct ent_json_value entry, const struct people *people) {
	char text[VERB_TEXT_SIZE], more[VERB_TEXT_SIZE], name[ENT_PARTY_NAME_SIZE + 4];
	(void)verb_text(entry, "kind", more);
	(void)printf("%s", more[0] != '\0' ? more : "not understood");
	if (verb_text(entry, "class", text)[0] != '\0' && strcmp(text, "ACTUAL") != 0)
		(void)printf(" (%s)", text);
	(void)verb_text(entry, "party", text);
	(void)printf(", entry %" PRId64 " of %s%s\n", verb_number(entry, "seq"), text,
			people_name(people, text, name));
	if (verb_text(entry, "declared", text)[0] != '\0')
		(void)printf("    declared %s, received here %s\n", text,
				verb_text(entry, "received", more));
	else
		(void)printf("    received here %s\n", verb_text(entry, "received", more));
	show_standing(entry);
	show_kind(entry);
	return memo_show_acknowledged(entry, people, "    ");
}

static int history_of(struct verb *verb, const char *id) {
	struct people *people = NULL;
	struct ent_json_value root, entry;
	char path[VERB_PATH_SIZE];
	if (!verb_is_memorandum(verb, id))
		return VERB_FAILED;
	(void)snprintf(path, sizeof path, "/v1/memoranda/%s/history", id);
	int end = verb->json ? 0 : people_ask(verb, &people);
	if (end == 0)
		end = verb_get(verb, path, &root);
	if (end == 0 && verb->json) {
		end = verb_print(verb);
	} else if (end == 0) {
		struct ent_json_walk walk = verb_walk(root, "entries");
		bool ours = false;
		while (ent_json_next_element(&walk, &entry))
			ours = show_entry(entry, people) || ours;
		if (ours)
			(void)puts("(" MEMO_ACKNOWLEDGED_IS ")");
	}
	free(people);
	return end;
}

int memo_history(const struct memo_asked *asked) {
	struct verb verb = memo_verb(asked);
	int end = verb_begin(&verb);
	if (end == 0)
		end = history_of(&verb, asked->file[0]);
	verb_end(&verb);
	return end;
}

/* --- document --- */

/* They must be those of the hash, whatever the node says. */
static int check_document(const struct verb *verb, const char *hash) {
	struct ent_hash got;
	char text[MEMO_HASH_SIZE];
	ent_seal_sha256(verb->answer.body, verb->answer.size, &got);
	return strcmp(memo_hash(&got, text), hash) == 0
			? 0
			: verb_fail(verb, "the node",
					  "its answer is not the document of that hash");
}

/* Of what is kept to some parties the node alone can tell whether it is the hash's, for it has the salt. */
static int ask_document(struct verb *verb, const char *id, const char *hash) {
	char path[VERB_PATH_SIZE];
	(void)snprintf(path, sizeof path, "/v1/memoranda/%s/documents/%s", id, hash);
	const struct client_request request = {.method = ENT_FETCH_GET, .path = path};
	return verb_ask(verb, &request);
}

int memo_ask_document(struct verb *verb, const char *id, const char *hash) {
	const int end = ask_document(verb, id, hash);
	return end != 0 ? end : check_document(verb, hash);
}

int memo_document(const struct memo_asked *asked) {
	struct verb verb = memo_verb(asked);
	struct ent_json_value root;
	struct memo_version version;
	char current[VERB_TEXT_SIZE];
	const char *hash = asked->n_files > 1 ? asked->file[1] : NULL;
	int end = verb_begin(&verb);
	if (end == 0)
		end = memo_get(&verb, asked->file[0], NULL, &root);
	/* The one that took effect last, where none is named. */
	if (end == 0 && hash == NULL && verb_text(root, "version", current)[0] != '\0')
		hash = current;
	if (end == 0)
		end = memo_find_version(&verb, root, hash, MEMO_OPEN_ANY, "", &version);
	if (end == 0)
		end = version.sealed ? ask_document(&verb, asked->file[0], version.hash)
				     : memo_ask_document(&verb, asked->file[0], version.hash);
	if (end == 0)
		/* The exact bytes: nothing is put behind them. */
		end = verb_write(&verb, asked->output, "wxe", verb.answer.body, verb.answer.size);
	verb_end(&verb);
	return end;
}
