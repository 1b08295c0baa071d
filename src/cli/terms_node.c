/* SPDX-License-Identifier: Apache-2.0 */
/*
 * terms_node.c: see terms.h: the versions that a running node has in force now and, one after another, from the moments at
 * which those that are agreed take effect. What is in force at a moment to come the node itself says: it has the acts.
 */
#include <stdlib.h>
#include <string.h>

#include "memo_node.h"
#include "terms.h"

/* What of the node's answer is needed when the next one has taken its place. */
struct current {
	bool in_force, waiting, next_given;
	char status[VERB_TEXT_SIZE], hash[VERB_TEXT_SIZE], next[VERB_TEXT_SIZE];
	enum check_ending ending;
	int64_t until_us; /* INT64_MAX: but for its validity there is no end in sight */
	int64_t next_from_us;
};

/* Of several ends the first one counts. */
static int take_end(struct verb *verb, struct ent_json_value object, const char *member,
		enum check_ending ending, struct current *current) {
	char text[VERB_TEXT_SIZE];
	int64_t at_us = 0;
	if (verb_text(object, member, text)[0] == '\0')
		return 0;
	const int end = verb_time(verb, member, text, &at_us);
	if (end == 0 && at_us < current->until_us) {
		current->ending = ending;
		current->until_us = at_us;
	}
	return end;
}

/* What a member has declared has an effect in its time, whatever was in force when a plan was checked. */
static int take_member(struct verb *verb, struct ent_json_value member, struct current *current) {
	current->waiting = current->waiting || verb_number(member, "waiting") != 0;
	if (!verb_true(member, "bound"))
		return 0;
	const int end = take_end(verb, member, "suspends_from", CHECK_ENDS_SUSPENDED, current);
	return end != 0 ? end : take_end(verb, member, "withdrawn", CHECK_ENDS_LEFT, current);
}

static int take_next(struct verb *verb, struct ent_json_value root, struct current *current) {
	char text[VERB_TEXT_SIZE];
	if (verb_text(root, "next_from", text)[0] == '\0')
		return 0;
	const int end = verb_time(verb, "next_from", text, &current->next_from_us);
	current->next_given = end == 0;
	(void)verb_text(root, "next", current->next);
	return end != 0 ? end : take_end(verb, root, "next_from", CHECK_ENDS_REPLACED, current);
}

/* At a moment, or (NULL) now. */
static int find_current(
		struct verb *verb, const char *id, const char *at, struct current *current) {
	struct ent_json_value root, member;
	*current = (struct current){.until_us = INT64_MAX};
	int end = memo_get(verb, id, at, &root);
	if (end != 0)
		return end;
	current->in_force = strcmp(verb_text(root, "status", current->status),
					    ent_memo_status_text(ENT_MEMO_IN_FORCE)) == 0;
	(void)verb_text(root, "version", current->hash);
	struct ent_json_walk walk = verb_walk(root, "members");
	while (end == 0 && ent_json_next_element(&walk, &member))
		end = take_member(verb, member, current);
	return end != 0 ? end : take_next(verb, root, current);
}

static int fetch(
		struct verb *verb, const char *id, const char *hash, struct ent_memodoc **ret_doc) {
	char path[VERB_PATH_SIZE], got[MEMO_HASH_SIZE];
	(void)snprintf(path, sizeof path, "/v1/memoranda/%s/documents/%.64s", id, hash);
	const struct client_request request = {.method = ENT_FETCH_GET, .path = path};
	const int end = verb_ask(verb, &request);
	if (end != 0)
		return end;
	struct ent_memodoc_faults *faults = calloc(1, sizeof *faults);
	if (faults == NULL)
		return verb_fail(verb, "", "out of memory");
	const ent_status status = ent_memodoc_read(
			verb->answer.body, verb->answer.size, ret_doc, faults);
	free(faults);
	if (status != ENT_OK)
		return verb_fail(verb, "the node", "its answer is not the document of that hash");
	/* It must be that of the hash, whatever the node says. */
	if (strcmp(memo_hash(&ent_memodoc_terms(*ret_doc)->hash, got), hash) == 0)
		return 0;
	ent_memodoc_destroy(*ret_doc);
	*ret_doc = NULL;
	return verb_fail(verb, "the node", "its answer is not the document of that hash");
}

static int fail_without_minima(const struct verb *verb, const char *id, const char *hash) {
	char why[VERB_TEXT_SIZE];
	(void)snprintf(why, sizeof why, "version %.64s agrees on no minima; nothing was checked",
			hash);
	return verb_fail(verb, id, why);
}

/*
 * The version of that state. 'from_us': when it takes effect; INT64_MIN: it has. ret_ends: one that follows and has no
 * minima, so that there is nothing to go by from then on.
 */
static int add_version(struct verb *verb, const char *id, const struct current *current,
		int64_t from_us, struct check_terms *terms, bool *ret_ends) {
	struct check_version version;
	struct ent_memodoc *doc = NULL;
	const int end = fetch(verb, id, current->hash, &doc);
	if (end != 0)
		return end;
	const bool any = check_version_take(doc, &version);
	if (from_us > version.from_utc_us)
		version.from_utc_us = from_us;
	if (current->until_us < version.until_utc_us) {
		version.ending = current->ending;
		version.until_utc_us = current->until_us;
	}
	if (any) {
		terms->version[terms->n_versions++] = version;
		return 0;
	}
	check_version_finish(&version);
	*ret_ends = true;
	return terms->n_versions > 0 ? 0 : fail_without_minima(verb, id, current->hash);
}

/* That of which there would be too many: it ends the last one's time, and is named. */
static void put_unread(const struct current *current, struct check_terms *terms) {
	terms->unread = true;
	terms->unread_from_utc_us = current->next_from_us;
	(void)snprintf(terms->unread_hash, sizeof terms->unread_hash, "%.*s",
			(int)sizeof terms->unread_hash - 1, current->next);
}

/* One after another. */
static int find_versions(struct verb *verb, const char *id, struct check_terms *terms) {
	struct current current;
	char first[VERB_TEXT_SIZE], why[VERB_TEXT_SIZE + 64], at[ENT_TEXT_TIME_SIZE];
	int64_t at_us = INT64_MIN;
	bool ends = false;
	int end = find_current(verb, id, NULL, &current);
	memcpy(first, current.status, sizeof first);
	terms->in_force = current.in_force;
	terms->waiting = current.waiting;
	for (int i = 1; end == 0; i++) {
		if (current.in_force)
			end = add_version(verb, id, &current, at_us, terms, &ends);
		/* Whatever the node says, this comes to an end. */
		if (end != 0 || ends || !current.next_given || current.next_from_us <= at_us)
			break;
		if (i == CHECK_VERSIONS_MAX) {
			put_unread(&current, terms);
			break;
		}
		at_us = current.next_from_us;
		(void)ent_text_print_time(at_us, at);
		end = find_current(verb, id, at, &current);
	}
	if (end != 0 || terms->n_versions > 0)
		return end;
	(void)snprintf(why, sizeof why, "no version is in force now: %s; nothing was checked",
			first);
	return verb_fail(verb, id, why);
}

bool check_terms_ask(const struct check_options *options, struct check_terms *ret_terms) {
	struct verb verb = {.command = "check", .data = options->data};
	ret_terms->asked = true;
	int end = verb_begin(&verb);
	if (end == 0)
		end = find_versions(&verb, options->memorandum, ret_terms);
	if (end == 0)
		end = verb_now(&verb, &ret_terms->notice.told_utc_us);
	verb_end(&verb);
	return end == 0;
}
