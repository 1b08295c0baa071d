/* SPDX-License-Identifier: Apache-2.0 */
/* memo_draft.c: a document becomes a draft of ours: whom it goes to, and what is said before. */
#include <stdlib.h>
#include <string.h>

#include "entente/memo.h"
#include "entente/pages.h"
#include "memo_node.h"

int memo_read_parties(const struct verb *verb, const struct people *people, const char *option,
		const char *list, char (*ids)[ENT_PARTY_ID_SIZE], size_t *ret_n) {
	char begin[ENT_PARTY_ID_SIZE];
	int end = 0;
	for (const char *at = list; end == 0 && at != NULL;) {
		const size_t length = strcspn(at, ",");
		if (*ret_n == ENT_MEMO_PARTIES_MAX || length >= sizeof begin)
			return verb_fail(verb, option,
					"it is ids of parties, 16 at the most, with commas "
					"between");
		(void)snprintf(begin, sizeof begin, "%.*s", (int)length, at);
		end = people_find(verb, people, begin, ids[(*ret_n)++]);
		at = at[length] == ',' ? at + length + 1 : NULL;
	}
	return end;
}

static bool is_known(struct ent_json_value list, const char *id) {
	struct ent_json_walk walk = verb_walk(list, "memoranda");
	struct ent_json_value memorandum;
	while (ent_json_next_element(&walk, &memorandum))
		if (verb_is(memorandum, "id", id))
			return true;
	return false;
}

/*
 * One ledger holds all that a party writes under a memorandum, and whoever once was a party reads on. That is no fault, and
 * nobody should learn it afterwards.
 */
static int tell_readers(struct verb *verb, const struct ent_memodoc *doc) {
	const char *memorandum = ent_memodoc_terms(doc)->memorandum;
	struct people *people = NULL;
	struct ent_json_value root, member;
	char id[VERB_TEXT_SIZE], name[ENT_PARTY_NAME_SIZE + 4], text[VERB_TEXT_SIZE];
	int end = verb_get(verb, "/v1/memoranda", &root);
	if (end != 0 || !is_known(root, memorandum))
		return end;
	end = people_ask(verb, &people);
	if (end == 0)
		end = memo_get(verb, memorandum, NULL, &root);
	struct ent_json_walk walk = end == 0 ? verb_walk(root, "members")
					     : (struct ent_json_walk){0};
	while (end == 0 && ent_json_next_element(&walk, &member)) {
		const bool named = ent_memodoc_party(doc, verb_text(member, "party", id)) <
				ent_memodoc_terms(doc)->n_parties;
		const bool left = verb_true(member, "withdrawing") ||
				verb_text(member, "withdrawn", text)[0] != '\0';
		if (strcmp(id, people_own(people)) == 0 || (named && !left))
			continue;
		(void)fprintf(stderr,
				"entente memo: %s%s %s, and may read this draft: for what it is "
				"not to "
				"read take another memorandum id\n",
				id, people_name(people, id, name),
				left ? "has withdrawn" : "is no party to it");
	}
	free(people);
	return end;
}

/* Nobody can sign it any more. Only what was signed on paper in time is drafted so late: its bytes have to be here for its record. */
static int check_sign_by(
		struct verb *verb, const struct memo_asked *asked, const struct ent_memodoc *doc) {
	int64_t now_us = 0;
	const int end = verb_now(verb, &now_us);
	if (end != 0 || now_us <= ent_memodoc_terms(doc)->sign_by_utc_us || asked->on_paper)
		return end;
	if (asked->ad_referendum || asked->only_for != NULL) {
		(void)fprintf(stderr, "entente memo: %s: warning: %s\n", asked->file[0],
				ENT_PAGES_SIGN_BY_IS_OVER);
		return 0;
	}
	return verb_fail(verb, asked->file[0],
			ENT_PAGES_SIGN_BY_IS_OVER
			"; of one that was signed on paper in time, say --on-paper, and record the "
			"ink with entente memo paper");
}

int memo_draft(const struct memo_asked *asked) {
	struct verb verb = memo_verb(asked);
	struct ent_memodoc *doc = NULL;
	struct people *people = NULL;
	struct memo_act act = {.ad_referendum = asked->ad_referendum || asked->only_for != NULL,
			.reason = asked->reason};
	if (asked->only_for != NULL && asked->reason != NULL)
		return verb_fail(&verb, "--reason", ENT_MEMO_NO_REASON);
	/* Its faults are said here, each with its path, before anybody is asked for a passphrase. */
	int end = memo_read(asked->file[0], &doc);
	if (end == 0) {
		act.document = ent_memodoc_bytes(doc, &act.document_size);
		memo_tell_doubts(stderr, asked->file[0], doc);
		end = verb_begin(&verb);
	}
	if (end == 0)
		end = check_sign_by(&verb, asked, doc);
	if (end == 0 && asked->only_for != NULL) {
		end = people_ask(&verb, &people);
		if (end == 0)
			end = memo_read_parties(&verb, people, "--for", asked->only_for,
					act.only_for, &act.n_only_for);
	} else if (end == 0) {
		end = tell_readers(&verb, doc);
	}
	if (end == 0)
		end = memo_send(&verb, asked, &act);
	free(people);
	ent_memodoc_destroy(doc);
	verb_end(&verb);
	return end;
}
