/* SPDX-License-Identifier: Apache-2.0 */
/* party_status.c: see party_status.h. */
#include "party_status.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "people.h"

/* --- All of them: a line each --- */

static const char *time_or(struct ent_json_value object, const char *name, const char *none,
		char ret_text[VERB_TEXT_SIZE]) {
	return verb_text(object, name, ret_text)[0] != '\0' ? ret_text : none;
}

/* "up"; "lost, 3 tests missed". */
static void print_state(struct ent_json_value party, char ret_text[VERB_TEXT_SIZE]) {
	struct ent_json_value line = party;
	char state[VERB_TEXT_SIZE];
	(void)ent_json_member(party, "line", &line);
	const int64_t missed = verb_number(line, "missed");
	(void)verb_text(line, "state", state);
	if (missed > 0)
		(void)snprintf(ret_text, VERB_TEXT_SIZE, "%.40s, %" PRId64 " missed", state,
				missed);
	else
		(void)snprintf(ret_text, VERB_TEXT_SIZE, "%.40s", state);
}

static int show_all(struct verb *verb) {
	struct ent_json_value root, party;
	char id[VERB_TEXT_SIZE], state[VERB_TEXT_SIZE], heard[VERB_TEXT_SIZE], name[VERB_TEXT_SIZE];
	const int end = verb_get(verb, "/v1/parties", &root);
	if (end != 0)
		return end;
	if (verb->json)
		return verb_print(verb);
	struct ent_json_walk walk = verb_walk(root, "parties");
	bool any = false;
	while (ent_json_next_element(&walk, &party)) {
		if (!any)
			(void)printf("%-16s  %-20s  %-27s  %s\n", "party", "line", "heard last",
					"name");
		any = true;
		print_state(party, state);
		struct ent_json_value line = party;
		(void)ent_json_member(party, "line", &line);
		(void)printf("%-16s  %-20s  %-27s  \"%s\"%s\n", verb_text(party, "id", id), state,
				time_or(party, "heard", "never since the start", heard),
				verb_text(party, "name", name),
				verb_true(line, "peer_is_ahead") ? "  ITS CLOCK IS AHEAD" : "");
	}
	if (!any)
		(void)puts("no other party is known; entente party add CARD takes one in");
	return 0;
}

/* --- One of them --- */

/* What it is tested by, and where that stands. */
static void show_terms(struct ent_json_value line) {
	struct ent_json_value terms = line;
	char text[VERB_TEXT_SIZE];
	if (!ent_json_member(line, "terms", &terms))
		return;
	(void)printf("            tested every %" PRId64 " s, late after %" PRId64 " s: ",
			verb_number(terms, "test_every_s"), verb_number(terms, "late_after_s"));
	if (verb_text(terms, "memorandum", text)[0] == '\0') {
		(void)puts("no memorandum says otherwise");
		return;
	}
	(void)printf("memorandum %s", text);
	(void)printf(", clause %s", verb_text(terms, "clause", text));
	(void)printf(" of version %.12s\n", verb_text(terms, "version", text));
}

static void show_line(struct ent_json_value party) {
	struct ent_json_value line = party;
	char state[VERB_TEXT_SIZE], text[VERB_TEXT_SIZE];
	if (!ent_json_member(party, "line", &line))
		return;
	print_state(party, state);
	(void)printf("line        %s", state);
	/* What is not known says nothing to anybody; the addresses below say what is. */
	if (verb_number(line, "missed") > 0 && !verb_is(line, "why", "unknown"))
		(void)printf(" (%s)", verb_text(line, "why", text));
	(void)printf("; known to be up last: %s\n", time_or(line, "good", "never", text));
	if (verb_text(line, "expected", text)[0] != '\0')
		(void)printf("            the next test begins at %s and is %s to make\n", text,
				verb_true(line, "ours") ? "ours" : "theirs");
	show_terms(line);
	if (verb_text(line, "peer_says", text)[0] != '\0')
		(void)printf("            their last test of it, by their word: %s\n", text);
	if (verb_true(line, "peer_is_ahead"))
		(void)puts("            their clock is ahead: what they wrote is of a time to "
			   "come");
}

static void show_ways(struct ent_json_value party) {
	struct ent_json_walk walk = verb_walk(party, "ways");
	struct ent_json_value way;
	char url[VERB_TEXT_SIZE], text[VERB_TEXT_SIZE];
	bool any = false;
	while (ent_json_next_element(&walk, &way)) {
		const int64_t failures = verb_number(way, "failures");
		any = true;
		(void)printf("%-10s  %s, ", verb_true(way, "primary") ? "address" : "reserve",
				verb_text(way, "url", url));
		if (failures > 0)
			(void)printf("failed %" PRId64 " time%s: %s; ", failures,
					failures == 1 ? "" : "s", verb_text(way, "last", text));
		(void)printf("reached last: %s\n", time_or(way, "reached", "never", text));
	}
	if (!any)
		(void)puts("address     none: by files only");
}

static void show_ledgers(struct ent_json_value party) {
	struct ent_json_value ledger;
	char name[VERB_TEXT_SIZE], text[VERB_TEXT_SIZE];
	struct ent_json_walk walk = verb_walk(party, "owed");
	while (ent_json_next_element(&walk, &ledger)) {
		const char *when = time_or(ledger, "acknowledged_time", "", text);
		(void)printf("ours        %s: they have received %" PRId64 " of %" PRId64
			     " entries",
				verb_text(ledger, "ledger", name),
				verb_number(ledger, "acknowledged"), verb_number(ledger, "size"));
		(void)printf("%s%s\n",
				when[0] != '\0' ? ", as they said last at "
						: ": they have not said anything of it yet",
				when);
	}
	walk = verb_walk(party, "theirs");
	while (ent_json_next_element(&walk, &ledger)) {
		const char *when = time_or(ledger, "time", "", text);
		(void)printf("theirs      %s: %" PRId64 " entries are here%s%s\n",
				verb_text(ledger, "ledger", name), verb_number(ledger, "size"),
				when[0] != '\0' ? ", last at " : "", when);
		if (verb_true(ledger, "frozen"))
			(void)printf("            FROZEN: %s\n", verb_text(ledger, "reason", text));
	}
}

static void show_epochs(struct ent_json_value party) {
	struct ent_json_value epoch;
	char name[VERB_TEXT_SIZE], before[VERB_TEXT_SIZE];
	struct ent_json_walk walk = verb_walk(party, "epochs");
	while (ent_json_next_element(&walk, &epoch)) {
		const bool ours = verb_true(epoch, "ours");
		const int64_t had = verb_number(epoch, "had"), here = verb_number(epoch, "here");
		(void)printf("%-10s  %s, in place of %s, of which %s had %" PRId64 " entries\n",
				ours ? "WE BEGAN" : "THEY BEGAN", verb_text(epoch, "ledger", name),
				verb_text(epoch, "before", before), ours ? "we" : "they", had);
		if (here > had)
			(void)printf("            %" PRId64 " more %s: what was said stands\n",
					here - had,
					ours ? "came back" : "are here, which they had lost");
	}
}

static int show_one(struct verb *verb, const char *begin) {
	struct people *people = NULL;
	struct ent_json_value root;
	char id[ENT_PARTY_ID_SIZE] = "", path[VERB_PATH_SIZE], text[VERB_TEXT_SIZE];
	int end = people_ask(verb, &people);
	if (end == 0)
		end = people_find(verb, people, begin, id);
	if (end == 0 && strcmp(id, people_own(people)) == 0)
		end = verb_fail(verb, id, "that is our own party; entente party show");
	free(people);
	if (end != 0)
		return end;
	(void)snprintf(path, sizeof path, "/v1/parties/%s", id);
	end = verb_get(verb, path, &root);
	if (end != 0 || verb->json)
		return end != 0 ? end : verb_print(verb);
	(void)printf("party       %s", id);
	(void)printf(" \"%s\"\n", verb_text(root, "name", text));
	(void)printf("card        number %" PRId64 ", confirmed %s\n",
			verb_number(root, "card_number"), verb_text(root, "confirmed", text));
	(void)printf("words       %s\n", verb_text(root, "words", text));
	show_line(root);
	show_ways(root);
	(void)printf("parcels     heard last: %s",
			time_or(root, "heard", "never since the start", text));
	(void)printf("; sent last: %s\n", time_or(root, "sent", "never since the start", text));
	show_ledgers(root);
	show_epochs(root);
	return 0;
}

int party_status(const char *data, const char *begin, bool json) {
	struct verb verb = {.command = "party", .data = data, .json = json};
	int end = verb_begin(&verb);
	if (end == 0)
		end = begin != NULL ? show_one(&verb, begin) : show_all(&verb);
	verb_end(&verb);
	return end;
}

bool party_status_tell(const char *data) {
	static const struct client_request request = {
			.method = ENT_FETCH_POST, .path = "/v1/parties/again"};
	const struct verb verb = {.command = "party"};
	struct client *client = NULL;
	struct client_answer answer = {.body = NULL};
	struct ent_fault fault = {{0}, {0}};
	ent_status status = client_open(data, &client, &fault);
	if (status == ENT_OK)
		status = client_ask(client, &request, &answer, &fault);
	if (status == ENT_OK && answer.status / 100 == 2)
		(void)puts("The node that runs here knows it too.");
	else if (status == ENT_OK)
		(void)verb_fail(&verb, "the node that runs here",
				"it could not read its parties again; start it anew");
	else if (status != ENT_E_MISSING)
		(void)verb_fail_fault(&verb, &fault, status);
	free(answer.body);
	client_close(client);
	return status != ENT_E_MISSING;
}
