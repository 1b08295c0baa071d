/* SPDX-License-Identifier: Apache-2.0 */
/* memo_levels.c: at which level each subject is, and why: the clause on it, and the acts that keep it lower. */
#include <inttypes.h>

#include "entente/memo.h"
#include "memo_node.h"

static bool is_put_down(struct ent_json_value object, const char *subject) {
	struct ent_json_walk walk = verb_walk(object, "level_acts");
	struct ent_json_value act;
	while (ent_json_next_element(&walk, &act))
		if (verb_is(act, "subject", subject))
			return true;
	return false;
}

const char *memo_levels(struct ent_json_value object, char ret_text[VERB_TEXT_SIZE]) {
	struct ent_json_value level, value, clauses = {0};
	const char *name = NULL;
	size_t length = 0, used = 0;
	char shown[40], word[40], clause[VERB_TEXT_SIZE];
	const bool has_clauses = ent_json_member(object, "level_clauses", &clauses);
	ret_text[0] = '\0';
	if (!ent_json_member(object, "level", &level))
		return ret_text;
	struct ent_json_walk walk = ent_json_walk_from(level);
	while (ent_json_next_member(&walk, &name, &length, &value) &&
			used + sizeof shown + sizeof word + ENT_MEMO_CLAUSE_SIZE + 40 <
					VERB_TEXT_SIZE) {
		const char *text = "";
		size_t text_length = 0;
		(void)ent_json_string(value, &text, &text_length);
		used += (size_t)snprintf(ret_text + used, VERB_TEXT_SIZE - used, "%s%s: %s",
				used > 0 ? ", " : "",
				ent_text_show(name, length, shown, sizeof shown),
				ent_text_show(text, text_length, word, sizeof word));
		if (has_clauses && verb_text(clauses, shown, clause)[0] != '\0')
			used += (size_t)snprintf(ret_text + used, VERB_TEXT_SIZE - used,
					" (%sclause %.32s)",
					is_put_down(object, shown) ? "lower than " : "", clause);
	}
	return ret_text;
}

void memo_show_level_acts(struct ent_json_value root, const struct people *people) {
	struct ent_json_walk walk = verb_walk(root, "level_acts");
	struct ent_json_value act;
	char text[VERB_TEXT_SIZE], more[VERB_TEXT_SIZE], name[ENT_PARTY_NAME_SIZE + 4];
	while (ent_json_next_element(&walk, &act)) {
		(void)printf("%*s%s is put at ", MEMO_FIRST_COLUMN, "",
				verb_text(act, "subject", text));
		(void)printf("%s by %s", verb_text(act, "level", text),
				verb_text(act, "party", more));
		(void)printf("%s, entry %" PRId64 ",\n", people_name(people, more, name),
				verb_number(act, "seq"));
		(void)printf("%*sdeclared %s", MEMO_FIRST_COLUMN + 4, "",
				verb_text(act, "declared", text));
		(void)printf(", received here %s\n", verb_text(act, "received", more));
	}
}
