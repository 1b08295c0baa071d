/* SPDX-License-Identifier: Apache-2.0 */
/* doc_clauses.c: what the clauses of a memorandum mean, section by section in the order in which people read them. */
#include <string.h>

#include "doc_read.h"

#define S_US INT64_C(1000000)
#define HOUR_US (3600 * S_US)
#define DAY_US (24 * HOUR_US)
#define YEAR_US (366 * DAY_US)
#define VERTICAL_MAX_MM INT64_C(50000000) /* as a track's tolerance, volume.h */
#define LATERAL_MAX_MM INT64_C(500000000) /* likewise */
#define TEST_EVERY_MIN_US \
	(600 * S_US) /* as line.h has them: what is agreed is kept to the second */
#define TEST_EVERY_MAX_US DAY_US
#define READ_BACK_MAX_MM INT64_C(100000000) /* 100 km: further away it is another place */

#define WORD(code, text) text,
static const char *const kinds[] = {ENT_MEMO_KIND_MAP(WORD) NULL};
static const char *const subjects[] = {ENT_MEMO_SUBJECT_MAP(WORD) NULL};
static const char *const levels[] = {ENT_MEMO_LEVEL_MAP(WORD) NULL};
static const char *const classes[] = {ENT_DISCLOSURE_MAP(WORD) NULL};
static const char *const learns[] = {ENT_LEARNS_MAP(WORD) NULL};
static const char *const precedences[] = {ENT_PRECEDENCE_MAP(WORD) NULL};
static const char *const roles[] = {ENT_ROLE_MAP(WORD) NULL};
static const char *const cells[] = {ENT_CELL_MAP(WORD) NULL};
static const char *const goes_on[] = {ENT_GOES_ON_MAP(WORD) NULL};

typedef void (*read_fn)(struct reading *r, struct ent_json_value object);

/* Where the clause by that word is to go: a fault when one is there. 'at' is one of many so far apart. */
static struct ent_memodoc_clause *place_of(struct reading *r, struct ent_json_value object,
		const char *name, const char *const *words, void *at, size_t apart,
		size_t *ret_place) {
	*ret_place = doc_word(object, name, words);
	struct ent_memodoc_clause *clause = (void *)((char *)at + *ret_place * apart);
	if (clause->id != NULL) {
		doc_fault(r, name, ENT_E_EXISTS, "clause %s speaks of it already", clause->id);
		return NULL;
	}
	doc_clause(r, object, clause);
	return clause;
}

#define PLACE(r, object, name, words, array, ret_place) \
	(place_of((r), (object), (name), (words), (array), sizeof(array)[0], (ret_place)) != NULL)

static void read_bound(struct reading *r, struct ent_json_value object) {
	doc_clause(r, object, &r->parts->bound);
}

static void read_no_recognition(struct reading *r, struct ent_json_value object) {
	doc_clause(r, object, &r->parts->no_recognition);
}

static void read_law_unaffected(struct reading *r, struct ent_json_value object) {
	doc_clause(r, object, &r->parts->law_unaffected);
}

static void read_validity(struct reading *r, struct ent_json_value object) {
	struct ent_memo_terms *terms = &r->parts->terms;
	const size_t faults = r->faults->n;
	doc_clause(r, object, &r->parts->validity);
	terms->valid_until_utc_us = INT64_MAX;
	doc_time(r, object, "sign_by", &terms->sign_by_utc_us);
	doc_time(r, object, "effective_from", &terms->effective_from_utc_us);
	doc_time(r, object, "until", &terms->valid_until_utc_us);
	if (r->faults->n > faults)
		return;
	if (terms->effective_from_utc_us < terms->sign_by_utc_us)
		doc_fault(r, "effective_from", ENT_E_DOMAIN,
				"it is before sign_by: it would act while it may still be signed");
	if (terms->valid_until_utc_us <= terms->effective_from_utc_us)
		doc_fault(r, "until", ENT_E_DOMAIN, "it is not after effective_from");
}

static void read_level(struct reading *r, struct ent_json_value object) {
	size_t at;
	if (PLACE(r, object, "subject", subjects, r->parts->level, &at))
		r->parts->terms.level[at] = (enum ent_memo_level)doc_word(object, "level", levels);
}

static void read_minima(struct reading *r, struct ent_json_value object) {
	size_t at;
	if (!PLACE(r, object, "kind", kinds, r->parts->minima, &at))
		return;
	struct ent_memodoc_minima *minima = &r->parts->minima[at];
	doc_length(r, object, "lateral", LATERAL_MAX_MM, &minima->lateral);
	doc_length(r, object, "vertical", VERTICAL_MAX_MM, &minima->vertical);
	doc_duration(r, object, "time", 0, DAY_US, &minima->time);
	minima->source = doc_text(object, "source");
}

static void read_notice(struct reading *r, struct ent_json_value object) {
	size_t at;
	if (!PLACE(r, object, "kind", kinds, r->parts->notice, &at))
		return;
	struct ent_memodoc_notice *notice = &r->parts->notice[at];
	doc_duration(r, object, "at_least", 0, YEAR_US, &notice->at_least);
	doc_duration(r, object, "emergency", 0, YEAR_US, &notice->emergency);
	if (notice->emergency.text != NULL && notice->emergency.value > notice->at_least.value)
		doc_fault(r, "emergency", ENT_E_DOMAIN, "it is longer than at_least");
}

static void read_recipients(struct reading *r, struct ent_json_value object,
		struct ent_memodoc_disclosure *disclosure) {
	struct ent_json_value list, value;
	const char *id = NULL;
	size_t length;
	const bool given = ent_json_member(object, "to", &list);
	for (uint32_t i = 0; i < r->parts->terms.n_parties; i++)
		disclosure->to[i] = !given;
	if (!given)
		return;
	struct ent_json_walk walk = ent_json_walk_from(list);
	const size_t before = ent_json_path_member(&r->path, "to", strlen("to"));
	for (uint64_t i = 0; ent_json_next_element(&walk, &value); i++) {
		const size_t here = ent_json_path_index(&r->path, i);
		const uint32_t party = ent_json_string(value, &id, &length)
				? ent_memodoc_party(r->doc, id)
				: r->parts->terms.n_parties;
		if (party == r->parts->terms.n_parties)
			doc_fault(r, "", ENT_E_MISSING, "it is none of the parties");
		else
			disclosure->to[party] = true;
		ent_json_path_cut(&r->path, here);
	}
	ent_json_path_cut(&r->path, before);
}

static void read_disclosure(struct reading *r, struct ent_json_value object) {
	size_t at;
	if (!PLACE(r, object, "kind", kinds, r->parts->disclosure, &at))
		return;
	struct ent_memodoc_disclosure *disclosure = &r->parts->disclosure[at];
	disclosure->class_ = (enum ent_disclosure)doc_word(object, "class", classes);
	disclosure->learns = (enum ent_learns)doc_word(object, "learns", learns);
	read_recipients(r, object, disclosure);
}

static void read_data_age(struct reading *r, struct ent_json_value object) {
	doc_clause(r, object, &r->parts->data_age.clause);
	doc_duration(r, object, "limit", S_US, YEAR_US, &r->parts->data_age.limit);
}

static void read_purge(struct reading *r, struct ent_json_value object) {
	doc_clause(r, object, &r->parts->purge.clause);
	doc_duration(r, object, "after", HOUR_US, 10 * YEAR_US, &r->parts->purge.after);
	r->parts->terms.purge_after_us = r->parts->purge.after.value;
}

static void read_line(struct reading *r, struct ent_json_value object) {
	struct ent_json_value list, value;
	size_t length;
	doc_clause(r, object, &r->parts->line.clause);
	const size_t faults = r->faults->n;
	doc_duration(r, object, "test_every", TEST_EVERY_MIN_US, TEST_EVERY_MAX_US,
			&r->parts->line.test_every);
	doc_duration(r, object, "late_after", S_US, TEST_EVERY_MAX_US, &r->parts->line.late_after);
	if (faults == r->faults->n &&
			r->parts->line.late_after.value >= r->parts->line.test_every.value)
		doc_fault(r, "late_after", ENT_E_DOMAIN,
				"it is not less than test_every: the next test would be due "
				"before this one is late");
	r->parts->terms.test_every_us = r->parts->line.test_every.value;
	r->parts->terms.late_after_us = r->parts->line.late_after.value;
	r->parts->line.primary = doc_text(object, "primary");
	r->parts->line.reserve = doc_text(object, "reserve");
	if (!ent_json_member(object, "languages", &list))
		return;
	struct ent_json_walk walk = ent_json_walk_from(list);
	while (ent_json_next_element(&walk, &value))
		(void)ent_json_string(value, &r->parts->line.language[r->parts->line.n_languages++],
				&length);
}

static void read_steps(struct reading *r, struct ent_json_value list,
		struct ent_memodoc_deadline *deadline) {
	struct ent_json_walk walk = ent_json_walk_from(list);
	struct ent_json_value value;
	const size_t before = ent_json_path_member(&r->path, "steps", strlen("steps"));
	while (ent_json_next_element(&walk, &value)) {
		const uint32_t n = deadline->n_steps++;
		const size_t here = ent_json_path_index(&r->path, n);
		doc_duration(r, value, "after", 0, 31 * DAY_US, &deadline->step[n].after);
		deadline->step[n].to = (enum ent_role)doc_word(value, "to", roles);
		if (n > 0 && deadline->step[n].after.value <= deadline->step[n - 1].after.value)
			doc_fault(r, "after", ENT_E_DOMAIN, "it is not after the step before");
		ent_json_path_cut(&r->path, here);
	}
	ent_json_path_cut(&r->path, before);
}

static void read_deadline(struct reading *r, struct ent_json_value object) {
	struct ent_json_value list;
	size_t at;
	if (PLACE(r, object, "precedence", precedences, r->parts->deadline, &at) &&
			ent_json_member(object, "steps", &list))
		read_steps(r, list, &r->parts->deadline[at]);
}

static void read_read_back(struct reading *r, struct ent_json_value object) {
	doc_clause(r, object, &r->parts->read_back.clause);
	doc_length(r, object, "tolerance", READ_BACK_MAX_MM, &r->parts->read_back.tolerance);
}

static void read_blind(struct reading *r, struct ent_json_value object) {
	struct ent_json_value value;
	size_t at;
	if (!PLACE(r, object, "kind", kinds, r->parts->blind, &at))
		return;
	struct ent_memodoc_blind *blind = &r->parts->blind[at];
	if (ent_json_member(object, "budget", &value))
		(void)ent_json_int(value, &blind->budget);
	doc_duration(r, object, "per", S_US, YEAR_US, &blind->per);
	blind->finest_cell = (enum ent_cell)doc_word(object, "finest_cell", cells);
}

/* The same bytes of the same obligation, whatever the order in which a document has its languages. */
static void hash_obligation(const char *owner, const struct ent_memodoc_obligation *of,
		struct ent_hash *ret_hash) {
	struct ent_seal_part parts[3 + 2 * ENT_MEMODOC_LANGUAGES_MAX];
	const struct ent_memodoc_words *words = &of->clause.text;
	uint8_t due[8];
	size_t n = 0;
	const char *last = "";
	for (size_t i = 0; i < sizeof due; i++)
		due[i] = (uint8_t)((uint64_t)of->due_utc_us >> (56 - 8 * i));
	parts[n++] = (struct ent_seal_part){of->clause.id, strlen(of->clause.id) + 1};
	parts[n++] = (struct ent_seal_part){owner, strlen(owner) + 1};
	parts[n++] = (struct ent_seal_part){due, sizeof due};
	for (uint32_t written = 0; written < words->n; written++) {
		uint32_t next = words->n;
		for (uint32_t i = 0; i < words->n; i++)
			if (strcmp(words->language[i], last) > 0 &&
					(next == words->n ||
							strcmp(words->language[i],
									words->language[next]) < 0))
				next = i;
		if (next == words->n)
			break;
		last = words->language[next];
		parts[n++] = (struct ent_seal_part){last, strlen(last) + 1};
		parts[n++] = (struct ent_seal_part){
				words->text[next], strlen(words->text[next]) + 1};
	}
	ent_seal_sha256_parts(parts, n, ret_hash);
}

static void read_obligation(struct reading *r, struct ent_json_value object) {
	struct ent_memodoc_obligation *obligation =
			&r->parts->obligation[r->parts->n_obligations++];
	doc_clause(r, object, &obligation->clause);
	obligation->owner = ent_memodoc_party(r->doc, doc_text(object, "owner"));
	if (obligation->owner == r->parts->terms.n_parties)
		doc_fault(r, "owner", ENT_E_MISSING, "it is none of the parties");
	doc_time(r, object, "due", &obligation->due_utc_us);
	const char *owner = doc_text(object, "owner");
	if (obligation->clause.id == NULL || owner == NULL)
		return;
	hash_obligation(owner, obligation, &obligation->content);
	r->parts->terms.obligation[r->parts->terms.n_obligations++] = obligation->content;
}

static void read_suspension(struct reading *r, struct ent_json_value object) {
	bool *on = r->parts->suspension.goes_on;
	struct ent_json_value list, value;
	doc_clause(r, object, &r->parts->suspension.clause);
	doc_duration(r, object, "notice", 0, YEAR_US, &r->parts->suspension.notice);
	r->parts->terms.suspension_notice_us = r->parts->suspension.notice.value;
	if (!ent_json_member(object, "goes_on", &list))
		return;
	struct ent_json_walk walk = ent_json_walk_from(list);
	while (ent_json_next_element(&walk, &value))
		for (size_t i = 0; i < ENT_GOES_ON_COUNT; i++)
			on[i] = on[i] || ent_json_string_is(value, goes_on[i]);
	for (size_t i = ENT_GOES_ON_TESTS; i <= ENT_GOES_ON_SAFETY_CALL; i++)
		if (!on[i])
			doc_fault(r, "goes_on", ENT_E_MISSING,
					"%s is not there: no suspension ends it", goes_on[i]);
}

static void read_labels(struct reading *r, struct ent_json_value object) {
	doc_clause(r, object, &r->parts->labels.clause);
	doc_words(r, object, "aid", false, &r->parts->labels.aid);
	doc_words(r, object, "air", false, &r->parts->labels.air);
}

static void read_other(struct reading *r, struct ent_json_value object) {
	doc_clause(r, object, &r->parts->other[r->parts->n_others++]);
}

static const struct section {
	const char *name;
	read_fn read; /* the object; of an array, each */
} sections[] = {
		{"bound", read_bound},
		{"area", doc_read_area},
		{"validity", read_validity},
		{"levels", read_level},
		{"minima", read_minima},
		{"notice", read_notice},
		{"disclosure", read_disclosure},
		{"data_age", read_data_age},
		{"purge", read_purge},
		{"line", read_line},
		{"deadlines", read_deadline},
		{"read_back", read_read_back},
		{"blind", read_blind},
		{"obligations", read_obligation},
		{"suspension", read_suspension},
		{"labels", read_labels},
		{"other", read_other},
		{"no_recognition", read_no_recognition},
		{"law_unaffected", read_law_unaffected},
};

static void read_section(
		struct reading *r, const struct section *section, struct ent_json_value value) {
	struct ent_json_walk walk = ent_json_walk_from(value);
	struct ent_json_value element;
	if (ent_json_kind(value) == ENT_JSON_OBJECT) {
		section->read(r, value);
		return;
	}
	for (uint64_t i = 0; ent_json_next_element(&walk, &element); i++) {
		const size_t here = ent_json_path_index(&r->path, i);
		section->read(r, element);
		ent_json_path_cut(&r->path, here);
	}
}

/* What is blind needs a budget: without one it could be asked for until everything is known. */
static void check_budgets(struct reading *r) {
	for (size_t i = 0; i < ENT_MEMO_KIND_COUNT; i++)
		if (r->parts->disclosure[i].clause.id != NULL &&
				r->parts->disclosure[i].class_ == ENT_DISCLOSURE_BLIND &&
				r->parts->blind[i].clause.id == NULL)
			doc_fault(r, "blind", ENT_E_MISSING,
					"%s is disclosed blind by clause %s and has no budget here",
					kinds[i], r->parts->disclosure[i].clause.id);
}

void doc_read_clauses(struct reading *r, struct ent_json_value root) {
	struct ent_json_value clauses, value;
	if (!ent_json_member(root, "clauses", &clauses))
		return;
	const size_t before = ent_json_path_member(&r->path, "clauses", strlen("clauses"));
	for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
		if (!ent_json_member(clauses, sections[i].name, &value))
			continue;
		const size_t here = ent_json_path_member(
				&r->path, sections[i].name, strlen(sections[i].name));
		read_section(r, &sections[i], value);
		ent_json_path_cut(&r->path, here);
	}
	check_budgets(r);
	ent_json_path_cut(&r->path, before);
}
