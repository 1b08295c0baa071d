/* SPDX-License-Identifier: Apache-2.0 */
/* people.c: see people.h. */
#include "people.h"

#include <stdlib.h>
#include <string.h>

static void put(struct people *people, struct ent_json_value party, bool own) {
	char text[VERB_TEXT_SIZE];
	struct ent_json_value line = party;
	if (people->n == sizeof people->one / sizeof people->one[0])
		return;
	(void)verb_text(party, "id", text);
	if (!ent_party_id_ok(text, strlen(text)))
		return;
	memcpy(people->one[people->n].id, text, ENT_PARTY_ID_SIZE);
	(void)snprintf(people->one[people->n].name, ENT_PARTY_NAME_SIZE, "%.120s",
			verb_text(party, "name", text));
	(void)snprintf(people->one[people->n].line, PEOPLE_LINE_SIZE, "%s", own ? "our own" : "");
	if (ent_json_member(party, "line", &line))
		(void)snprintf(people->one[people->n].line, PEOPLE_LINE_SIZE, "%.23s",
				verb_text(line, "state", text));
	people->one[people->n].ahead = !own && verb_true(line, "peer_is_ahead");
	people->one[people->n++].own = own;
}

int people_ask(struct verb *verb, struct people **ret_people) {
	struct ent_json_value root, party;
	int end = verb_get(verb, "/v1/state", &root);
	if (end != 0)
		return end;
	struct people *people = calloc(1, sizeof *people);
	if (people == NULL)
		return verb_fail(verb, "", ent_status_text(ENT_E_MEMORY));
	if (ent_json_member(root, "party", &party))
		put(people, party, true);
	end = verb_get(verb, "/v1/parties", &root);
	if (end != 0) {
		free(people);
		return end;
	}
	struct ent_json_walk walk = verb_walk(root, "parties");
	while (ent_json_next_element(&walk, &party))
		put(people, party, false);
	*ret_people = people;
	return 0;
}

static size_t place(const struct people *people, const char *id) {
	size_t i = 0;
	while (i < people->n && strcmp(people->one[i].id, id) != 0)
		i++;
	return i;
}

const char *people_name(const struct people *people, const char *id,
		char ret_text[ENT_PARTY_NAME_SIZE + 4]) {
	const size_t i = place(people, id);
	ret_text[0] = '\0';
	if (i < people->n)
		(void)snprintf(ret_text, ENT_PARTY_NAME_SIZE + 4, " \"%s\"", people->one[i].name);
	return ret_text;
}

const char *people_line(const struct people *people, const char *id) {
	const size_t i = place(people, id);
	return i < people->n ? people->one[i].line : "";
}

bool people_ahead(const struct people *people, const char *id) {
	const size_t i = place(people, id);
	return i < people->n && people->one[i].ahead;
}

const char *people_own(const struct people *people) {
	return people->n > 0 && people->one[0].own ? people->one[0].id : "";
}

int people_find(const struct verb *verb, const struct people *people, const char *begin,
		char ret_id[ENT_PARTY_ID_SIZE]) {
	const size_t length = strlen(begin);
	size_t found = 0;
	for (size_t i = 0; i < people->n && length >= PEOPLE_BEGIN_MIN; i++)
		if (strncmp(people->one[i].id, begin, length) == 0) {
			memcpy(ret_id, people->one[i].id, ENT_PARTY_ID_SIZE);
			found++;
		}
	if (found == 1)
		return 0;
	return verb_fail(verb, begin,
			found == 0 ? "the node knows no party whose id begins so; see entente "
				     "party status"
				   : "several ids begin so");
}
