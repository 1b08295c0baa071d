/* SPDX-License-Identifier: Apache-2.0 */
/* memo_terms.c: the terms that a memorandum has at a moment, each with its clause. */
#include <string.h>

#include "memo_node.h"

/* "minima of flight", "read-back" */
static void name_term(struct ent_json_value term, char *ret_text, size_t size) {
	static const char *const of[] = {"subject", "kind", "precedence"};
	char name[VERB_TEXT_SIZE], what[VERB_TEXT_SIZE] = "";
	for (size_t i = 0; what[0] == '\0' && i < sizeof of / sizeof of[0]; i++)
		(void)verb_text(term, of[i], what);
	(void)verb_text(term, "term", name);
	(void)snprintf(ret_text, size, "%.40s%s%.40s",
			strcmp(name, "data-age") == 0                ? "age of data"
					: strcmp(name, "blind") == 0 ? "blind checks"
								     : name,
			what[0] != '\0' ? " of " : "", what);
}

static void show_terms(struct ent_json_value root) {
	char text[VERB_TEXT_SIZE], more[VERB_TEXT_SIZE], name[96];
	struct ent_json_value term;
	(void)verb_text(root, "at", more);
	(void)printf("%s at %s: ", verb_text(root, "id", text), more);
	(void)verb_text(root, "version", more);
	(void)printf("%s%s%s\n", verb_text(root, "status", text),
			more[0] != '\0' ? ", version " : "; no terms", more);
	struct ent_json_walk walk = verb_walk(root, "terms");
	while (ent_json_next_element(&walk, &term)) {
		name_term(term, name, sizeof name);
		(void)printf("clause %-6s  %-32s", verb_text(term, "clause", text), name);
		(void)printf("  %s\n", verb_text(term, "says", text));
	}
}

static int terms_of(struct verb *verb, const struct memo_asked *asked) {
	struct ent_json_value root;
	char path[VERB_PATH_SIZE], at[ENT_TEXT_TIME_SIZE] = "";
	int64_t at_us = 0;
	int end = verb_is_memorandum(verb, asked->file[0]) ? 0 : VERB_FAILED;
	if (end == 0 && asked->at != NULL) {
		end = verb_time(verb, "--at", asked->at, &at_us);
		(void)ent_text_print_time(at_us, at);
	}
	(void)snprintf(path, sizeof path, "/v1/memoranda/%s/terms%s%s", asked->file[0],
			at[0] != '\0' ? "?at=" : "", at);
	if (end == 0)
		end = verb_get(verb, path, &root);
	if (end == 0 && verb->json)
		end = verb_print(verb);
	else if (end == 0)
		show_terms(root);
	return end;
}

int memo_terms(const struct memo_asked *asked) {
	struct verb verb = {.command = "memo", .data = asked->data, .json = asked->json};
	int end = verb_begin(&verb);
	if (end == 0)
		end = terms_of(&verb, asked);
	verb_end(&verb);
	return end;
}
