/* SPDX-License-Identifier: Apache-2.0 */
/* terms.c: see terms.h: where the document comes from, and what its clauses on minima say. */
#include "terms.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "check.h"
#include "memo_node.h"

/* --- What the clauses say --- */

static void add_clause(struct check_basis *rule, const char *clause) {
	for (size_t i = 0; i < rule->n_clauses; i++)
		if (strcmp(rule->clause[i], clause) == 0)
			return;
	rule->clause[rule->n_clauses++] = clause;
}

/* Each of the three by itself: the largest lateral distance may stand in one clause, the largest vertical in another. */
static bool take_largest(const struct ent_memodoc *doc, struct check_basis *ret_rule) {
	int64_t largest[CHECK_CLAUSES_MAX] = {-1, -1, 0};
	const char *clause[CHECK_CLAUSES_MAX] = {NULL, NULL, NULL};
	for (int kind = 0; kind < ENT_MEMO_KIND_COUNT; kind++) {
		int64_t own[CHECK_CLAUSES_MAX];
		struct ent_memodoc_applied applied;
		if (ent_memodoc_look_minima(doc, (enum ent_memo_kind)kind, &own[0], &own[1],
				    &own[2], &applied) != ENT_OK)
			continue;
		for (size_t i = 0; i < CHECK_CLAUSES_MAX; i++)
			if (own[i] > largest[i]) {
				largest[i] = own[i];
				clause[i] = applied.clause;
			}
	}
	if (clause[0] == NULL)
		return false;
	ret_rule->minima = (struct ent_minima){largest[0], largest[1], largest[2]};
	for (size_t i = 0; i < CHECK_CLAUSES_MAX; i++)
		if (clause[i] != NULL)
			add_clause(ret_rule, clause[i]);
	return true;
}

bool check_terms_take(struct ent_memodoc *doc, struct check_terms *ret_terms) {
	struct check_terms *t = ret_terms;
	struct check_basis *flights = &t->of[CHECK_PAIR_FLIGHTS];
	struct ent_memodoc_applied applied;
	*t = (struct check_terms){
			.doc = doc, .until_utc_us = ent_memodoc_terms(doc)->valid_until_utc_us};
	(void)memo_hash(&ent_memodoc_terms(doc)->hash, t->version);
	check_notice_take(doc, &t->notice);
	if (!take_largest(doc, &t->of[CHECK_PAIR_OTHER]))
		return false;
	t->flights_agreed = ent_memodoc_look_minima(doc, ENT_MEMO_FLIGHT,
					    &flights->minima.lateral_mm,
					    &flights->minima.vertical_mm, &flights->minima.time_us,
					    &applied) == ENT_OK;
	if (t->flights_agreed)
		add_clause(flights, applied.clause);
	else
		*flights = t->of[CHECK_PAIR_OTHER];
	return true;
}

void check_terms_finish(struct check_terms *terms) {
	check_notice_finish(&terms->notice);
	ent_memodoc_destroy(terms->doc);
	*terms = (struct check_terms){.doc = NULL};
}

/* --- Where it comes from --- */

static bool take(struct ent_memodoc *doc, const char *name, struct check_terms *ret_terms) {
	if (check_terms_take(doc, ret_terms))
		return true;
	(void)fprintf(stderr,
			"entente: --memorandum: %s: version %s agrees on no minima; nothing was "
			"checked\n",
			name, ret_terms->version);
	return false;
}

/* What of the node's answer is needed when the next one has taken its place. */
struct current {
	char hash[VERB_TEXT_SIZE];
	bool waiting;
	enum check_ending ending;
	int64_t until_us; /* INT64_MAX: but for its validity there is no end in sight */
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

static int find_current(struct verb *verb, const char *id, struct current *ret_current) {
	struct ent_json_value root, member;
	char text[VERB_TEXT_SIZE], why[VERB_TEXT_SIZE + 64];
	int end = memo_get(verb, id, NULL, &root);
	if (end != 0)
		return end;
	if (strcmp(verb_text(root, "status", text), ent_memo_status_text(ENT_MEMO_IN_FORCE)) != 0) {
		(void)snprintf(why, sizeof why,
				"no version is in force now: %s; nothing was checked", text);
		return verb_fail(verb, id, why);
	}
	(void)verb_text(root, "version", ret_current->hash);
	struct ent_json_walk walk = verb_walk(root, "members");
	while (end == 0 && ent_json_next_element(&walk, &member))
		end = take_member(verb, member, ret_current);
	return end != 0 ? end : take_end(verb, root, "next_from", CHECK_ENDS_REPLACED, ret_current);
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
	/* It must be that of the hash, whatever the node says. */
	if (status == ENT_OK &&
			strcmp(memo_hash(&ent_memodoc_terms(*ret_doc)->hash, got), hash) == 0)
		return 0;
	return verb_fail(verb, "the node", "its answer is not the document of that hash");
}

static bool read_from_node(const struct check_options *options, struct check_terms *ret_terms) {
	struct verb verb = {.command = "check", .data = options->data};
	struct current current = {.until_us = INT64_MAX};
	struct ent_memodoc *doc = NULL;
	int64_t now_utc_us = 0;
	int end = verb_begin(&verb);
	if (end == 0)
		end = find_current(&verb, options->memorandum, &current);
	if (end == 0)
		end = fetch(&verb, options->memorandum, current.hash, &doc);
	if (end == 0)
		end = verb_now(&verb, &now_utc_us);
	verb_end(&verb);
	if (end != 0) {
		ent_memodoc_destroy(doc);
		return false;
	}
	if (!take(doc, options->memorandum, ret_terms))
		return false;
	ret_terms->notice.told_utc_us = options->at_given ? options->at_utc_us : now_utc_us;
	ret_terms->asked = true;
	ret_terms->waiting = current.waiting;
	if (current.until_us < ret_terms->until_utc_us) {
		ret_terms->ending = current.ending;
		ret_terms->until_utc_us = current.until_us;
	}
	return true;
}

static int64_t machine_now(void) {
	struct timespec now = {0};
	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

bool check_terms_read(const struct check_options *options, struct check_terms *ret_terms) {
	struct ent_memodoc *doc = NULL;
	if (ent_seal_start() != ENT_OK) {
		(void)fputs("entente: the system gives no random numbers: is /dev/urandom there?\n",
				stderr);
		return false;
	}
	if (options->data != NULL)
		return read_from_node(options, ret_terms);
	if (memo_read(options->memorandum, &doc) != 0) {
		(void)fputs("entente: --memorandum: it cannot be applied; nothing was checked\n",
				stderr);
		return false;
	}
	if (!take(doc, options->memorandum, ret_terms))
		return false;
	ret_terms->notice.told_utc_us = options->at_given ? options->at_utc_us : machine_now();
	return true;
}

/* --- Which pair goes by what --- */

enum check_pair check_pair_of(const struct check_item *a, const struct check_item *b) {
	return check_is_flight(a) && check_is_flight(b) ? CHECK_PAIR_FLIGHTS : CHECK_PAIR_OTHER;
}

const struct ent_minima *check_minima_of(const struct check_model *model,
		const struct check_item *a, const struct check_item *b) {
	return model->terms != NULL ? &model->terms->of[check_pair_of(a, b)].minima
				    : &model->minima;
}

const struct check_basis *check_basis_of(
		const struct check_model *model, const struct check_conflict *conflict) {
	return &model->terms->of[check_pair_of(
			&model->items[conflict->a], &model->items[conflict->b])];
}

const char *check_pair_text(enum check_pair pair) {
	return pair == CHECK_PAIR_FLIGHTS ? "two flights" : "all other pairs";
}

void check_show_clauses(const struct check_basis *rule, char *text, size_t size) {
	size_t used = (size_t)snprintf(text, size, "clause%s", rule->n_clauses == 1 ? "" : "s");
	for (size_t i = 0; i < rule->n_clauses && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, "%s %s", i > 0 ? "," : "",
				rule->clause[i]);
}
