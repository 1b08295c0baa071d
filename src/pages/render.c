/* SPDX-License-Identifier: Apache-2.0 */
/* render.c: the clauses of a memorandum as sentences, from their figures; one function a section. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente/text.h"
#include "page.h"

enum { LIST_SIZE = 2048, OUTLINE_SIZE = 16384, POINT_SIZE = 2 * ENT_TEXT_DECIMAL_SIZE + 8 };

typedef void (*render_fn)(struct memo_page *page, const struct ent_memodoc_clause *clause);

static const struct ent_memodoc_parts *parts_of(const struct memo_page *page) {
	return ent_memodoc_parts(page->doc);
}

/* Its place in an array of structs that begin with a clause: the kind, subject or precedence. */
#define INDEX_OF(clause, array) \
	((size_t)((const char *)(clause) - (const char *)(array)) / sizeof(array)[0])

static void gap(struct memo_page *page) {
	memo_page_put(page, " ");
}

static const char *comma(const struct memo_page *page) {
	return page->language == MEMO_AR ? "، " : ", ";
}

static void add(char *list, size_t size, const char *between, const char *text) {
	const size_t used = strlen(list);
	(void)snprintf(list + used, size - used, "%s%s", used > 0 ? between : "", text);
}

/* --- Who, where, when --- */

static void render_bound(struct memo_page *page, const struct ent_memodoc_clause *clause) {
	(void)clause;
	MEMO_SAY_ALONE(page, SAY_BOUND_IS);
}

static void print_point(const struct ent_point *point, char ret_text[POINT_SIZE]) {
	char lat[ENT_TEXT_DECIMAL_SIZE], lon[ENT_TEXT_DECIMAL_SIZE];
	(void)ent_text_print_decimal(llabs(point->lat_ndeg), 9, true, lat);
	(void)ent_text_print_decimal(llabs(point->lon_ndeg), 9, true, lon);
	(void)snprintf(ret_text, POINT_SIZE, "%s %s %s %s", lat, point->lat_ndeg < 0 ? "S" : "N",
			lon, point->lon_ndeg < 0 ? "W" : "E");
}

/* One ring after another: the outline itself, then what is left out of it. */
static void render_rings(struct memo_page *page, const struct ent_volume_parts *volume) {
	const struct ent_memodoc_parts *parts = parts_of(page);
	const struct ent_point *vertex = volume->vertices;
	char *list = calloc(1, OUTLINE_SIZE), point[POINT_SIZE];
	if (list == NULL) {
		page->status = ENT_E_MEMORY;
		return;
	}
	for (uint32_t ring = 0; ring < volume->n_rings; ring++) {
		list[0] = '\0';
		for (uint32_t i = 0; i < ent_ring_size(volume, ring); i++) {
			print_point(vertex++, point);
			add(list, OUTLINE_SIZE, ", ", point);
		}
		if (ring == 0)
			MEMO_SAY(page, SAY_AREA_POLYGON, parts->area.floor, parts->area.ceiling,
					list);
		else
			MEMO_SAY(page, SAY_AREA_HOLE, list);
		gap(page);
	}
	free(list);
}

static void render_area(struct memo_page *page, const struct ent_memodoc_clause *clause) {
	const struct ent_memodoc_parts *parts = parts_of(page);
	const struct ent_volume_parts *volume = ent_volume_parts(parts->area.volume);
	char point[POINT_SIZE];
	(void)clause;
	if (volume->kind == ENT_VOLUME_CIRCLE) {
		print_point(volume->vertices, point);
		MEMO_SAY(page, SAY_AREA_CIRCLE, parts->area.floor, parts->area.ceiling, point,
				parts->area.radius);
		gap(page);
	} else {
		render_rings(page, volume);
	}
	MEMO_SAY_ALONE(page, SAY_AREA_IS_NO_BORDER);
}

static void render_validity(struct memo_page *page, const struct ent_memodoc_clause *clause) {
	const struct ent_memo_terms *terms = ent_memodoc_terms(page->doc);
	char sign_by[MEMO_TIME_SIZE], from[MEMO_TIME_SIZE], until[MEMO_TIME_SIZE];
	(void)clause;
	MEMO_SAY(page, SAY_SIGN_BY, memo_page_time(terms->sign_by_utc_us, sign_by),
			memo_page_time(terms->effective_from_utc_us, from));
	gap(page);
	if (terms->valid_until_utc_us == INT64_MAX)
		MEMO_SAY_ALONE(page, SAY_NO_END);
	else
		MEMO_SAY(page, SAY_UNTIL, memo_page_time(terms->valid_until_utc_us, until));
}

/* --- What by kind --- */

static void render_level(struct memo_page *page, const struct ent_memodoc_clause *clause) {
	const size_t subject = INDEX_OF(clause, parts_of(page)->level);
	const bool coordinates = ent_memodoc_terms(page->doc)->level[subject] ==
			ENT_MEMO_LEVEL_COORDINATION;
	MEMO_SAY(page, coordinates ? SAY_LEVEL_COORDINATION : SAY_LEVEL_EXCHANGE,
			memo_subject_words((enum ent_memo_subject)subject, page->language));
}

/* The kinds are the first subjects. */
static const char *kind_words(const struct memo_page *page, size_t kind) {
	return memo_subject_words((enum ent_memo_subject)kind, page->language);
}

static void render_minima(struct memo_page *page, const struct ent_memodoc_clause *clause) {
	const size_t kind = INDEX_OF(clause, parts_of(page)->minima);
	const struct ent_memodoc_minima *minima = &parts_of(page)->minima[kind];
	/* As the judge has it: less than the distance, or of a distance of 0 touching. */
	const bool touch = minima->lateral.value == 0 || minima->vertical.value == 0;
	MEMO_SAY(page, touch ? SAY_MINIMA_OR_TOUCH : SAY_MINIMA_ARE, kind_words(page, kind),
			minima->lateral.text, minima->vertical.text, minima->source);
	if (minima->time.text == NULL)
		return;
	gap(page);
	MEMO_SAY(page, SAY_MINIMA_TIME, minima->time.text);
}

static void render_notice(struct memo_page *page, const struct ent_memodoc_clause *clause) {
	const size_t kind = INDEX_OF(clause, parts_of(page)->notice);
	const struct ent_memodoc_notice *notice = &parts_of(page)->notice[kind];
	MEMO_SAY(page, SAY_NOTICE_IS, kind_words(page, kind), notice->at_least.text);
	if (notice->emergency.text == NULL)
		return;
	gap(page);
	MEMO_SAY(page, SAY_NOTICE_EMERGENCY, notice->emergency.text);
}

static void render_recipients(
		struct memo_page *page, const struct ent_memodoc_disclosure *disclosure) {
	const struct ent_memodoc_parts *parts = parts_of(page);
	char list[LIST_SIZE] = "", party[256];
	uint32_t n = 0;
	for (uint32_t i = 0; i < parts->terms.n_parties; i++) {
		if (!disclosure->to[i])
			continue;
		(void)snprintf(party, sizeof party, "%s (%s)", parts->party[i].name,
				parts->party[i].id);
		add(list, sizeof list, comma(page), party);
		n++;
	}
	if (n == parts->terms.n_parties)
		return;
	MEMO_SAY(page, SAY_DISCLOSED_TO, list);
	gap(page);
}

static void render_disclosure(struct memo_page *page, const struct ent_memodoc_clause *clause) {
	static const enum memo_says classes[] = {[ENT_DISCLOSURE_EXACT] = SAY_DISCLOSURE_EXACT,
			[ENT_DISCLOSURE_COARSE] = SAY_DISCLOSURE_COARSE,
			[ENT_DISCLOSURE_BLIND] = SAY_DISCLOSURE_BLIND};
	static const enum memo_says learns[] = {[ENT_LEARNS_OWNER] = SAY_LEARNS_OWNER,
			[ENT_LEARNS_OTHER] = SAY_LEARNS_OTHER,
			[ENT_LEARNS_BOTH] = SAY_LEARNS_BOTH};
	const size_t kind = INDEX_OF(clause, parts_of(page)->disclosure);
	const struct ent_memodoc_disclosure *disclosure = &parts_of(page)->disclosure[kind];
	MEMO_SAY(page, classes[disclosure->class_], kind_words(page, kind));
	gap(page);
	MEMO_SAY_ALONE(page, learns[disclosure->learns]);
	gap(page);
	render_recipients(page, disclosure);
	MEMO_SAY_ALONE(page, SAY_DISCLOSE_LESS);
	if (kind != ENT_MEMO_PROTECTED_PLACE)
		return;
	gap(page);
	MEMO_SAY_ALONE(page, SAY_PLACES_CAVEAT);
}

static void render_blind(struct memo_page *page, const struct ent_memodoc_clause *clause) {
	static const char *const minutes[] = {
			[ENT_CELL_30_MIN] = "30", [ENT_CELL_15_MIN] = "15", [ENT_CELL_5_MIN] = "5"};
	const size_t kind = INDEX_OF(clause, parts_of(page)->blind);
	const struct ent_memodoc_blind *blind = &parts_of(page)->blind[kind];
	char budget[24];
	(void)snprintf(budget, sizeof budget, "%" PRId64, blind->budget);
	MEMO_SAY(page, SAY_BLIND_IS, kind_words(page, kind), budget, blind->per.text,
			minutes[blind->finest_cell]);
}

/* --- The desks --- */

static void render_data_age(struct memo_page *page, const struct ent_memodoc_clause *clause) {
	(void)clause;
	MEMO_SAY(page, SAY_DATA_AGE_IS, parts_of(page)->data_age.limit.text);
}

static void render_line(struct memo_page *page, const struct ent_memodoc_clause *clause) {
	const struct ent_memodoc_parts *parts = parts_of(page);
	char languages[LIST_SIZE] = "";
	(void)clause;
	for (uint32_t i = 0; i < parts->line.n_languages; i++)
		add(languages, sizeof languages, comma(page),
				memo_language_words(parts->line.language[i], page->language));
	MEMO_SAY(page, SAY_LINE_IS, parts->line.test_every.text, parts->line.late_after.text,
			languages, parts->line.primary, parts->line.reserve);
}

static void render_deadline(struct memo_page *page, const struct ent_memodoc_clause *clause) {
	const size_t precedence = INDEX_OF(clause, parts_of(page)->deadline);
	const struct ent_memodoc_deadline *deadline = &parts_of(page)->deadline[precedence];
	const char *between = page->language == MEMO_AR ? "؛ "
			: page->language == MEMO_FR     ? " ; "
							: "; ";
	const size_t from = page->text.size;
	for (uint32_t i = 0; i < deadline->n_steps; i++) {
		if (i > 0)
			memo_page_put(page, between);
		MEMO_SAY(page, SAY_STEP, deadline->step[i].after.text,
				memo_role_words(deadline->step[i].to, page->language));
	}
	char *steps = memo_page_take(page, from);
	if (steps == NULL) {
		page->status = ENT_E_MEMORY;
		return;
	}
	memo_page_put(page, memo_precedence_words((enum ent_precedence)precedence, page->language));
	memo_page_put(page, page->language == MEMO_FR ? " : " : ": ");
	memo_page_put(page, steps);
	memo_page_put(page, ".");
	free(steps);
}

static void render_purge(struct memo_page *page, const struct ent_memodoc_clause *clause) {
	(void)clause;
	MEMO_SAY(page, SAY_PURGE_IS, parts_of(page)->purge.after.text);
}

static void render_read_back(struct memo_page *page, const struct ent_memodoc_clause *clause) {
	(void)clause;
	MEMO_SAY(page, SAY_READ_BACK_IS, parts_of(page)->read_back.tolerance.text);
}

/* --- What is owed, and the rest --- */

static void render_obligation(struct memo_page *page, const struct ent_memodoc_clause *clause) {
	const struct ent_memodoc_parts *parts = parts_of(page);
	const struct ent_memodoc_obligation *obligation =
			&parts->obligation[INDEX_OF(clause, parts->obligation)];
	char owner[256], due[MEMO_TIME_SIZE];
	(void)snprintf(owner, sizeof owner, "%s (%s)", parts->party[obligation->owner].name,
			parts->party[obligation->owner].id);
	MEMO_SAY(page, SAY_OBLIGATION_IS, owner, memo_page_time(obligation->due_utc_us, due));
}

static void render_suspension(struct memo_page *page, const struct ent_memodoc_clause *clause) {
	const struct ent_memodoc_parts *parts = parts_of(page);
	char list[LIST_SIZE] = "";
	(void)clause;
	if (parts->suspension.notice.value == 0)
		MEMO_SAY_ALONE(page, SAY_SUSPENSION_AT_ONCE);
	else
		MEMO_SAY(page, SAY_SUSPENSION_AFTER, parts->suspension.notice.text);
	gap(page);
	for (int i = 0; i < ENT_GOES_ON_COUNT; i++)
		if (parts->suspension.goes_on[i])
			add(list, sizeof list, comma(page),
					memo_goes_on_words((enum ent_goes_on)i, page->language));
	MEMO_SAY(page, SAY_GOES_ON, list);
}

/* In the page's language where the document has it, else as its first authentic language has it. */
static const char *label(const struct memo_page *page, const struct ent_memodoc_words *words,
		enum memo_says otherwise) {
	const struct ent_memodoc_parts *parts = parts_of(page);
	const char *text = ent_memodoc_words_in(words, memo_language_code(page->language));
	for (uint32_t i = 0; text == NULL && i < parts->n_authentic; i++)
		text = ent_memodoc_words_in(words, parts->authentic[i]);
	return text != NULL ? text : memo_words(otherwise, page->language);
}

static void render_labels(struct memo_page *page, const struct ent_memodoc_clause *clause) {
	const struct ent_memodoc_parts *parts = parts_of(page);
	(void)clause;
	MEMO_SAY(page, SAY_LABELS_ARE, label(page, &parts->labels.aid, SAY_LABEL_AID),
			label(page, &parts->labels.air, SAY_LABEL_AIR));
}

static void render_no_recognition(struct memo_page *page, const struct ent_memodoc_clause *clause) {
	(void)clause;
	MEMO_SAY_ALONE(page, SAY_NO_RECOGNITION_IS);
}

static void render_law(struct memo_page *page, const struct ent_memodoc_clause *clause) {
	(void)clause;
	MEMO_SAY_ALONE(page, SAY_LAW_IS);
}

static const struct section {
	const char *name;
	enum memo_says heading;
	render_fn render; /* NULL: it has only its text */
} sections[] = {
		{"bound", SAY_BOUND, render_bound},
		{"area", SAY_AREA, render_area},
		{"validity", SAY_VALIDITY, render_validity},
		{"levels", SAY_LEVELS, render_level},
		{"minima", SAY_MINIMA, render_minima},
		{"notice", SAY_NOTICE, render_notice},
		{"disclosure", SAY_DISCLOSURE, render_disclosure},
		{"data_age", SAY_DATA_AGE, render_data_age},
		{"purge", SAY_PURGE, render_purge},
		{"line", SAY_LINE, render_line},
		{"deadlines", SAY_DEADLINES, render_deadline},
		{"read_back", SAY_READ_BACK, render_read_back},
		{"blind", SAY_BLIND, render_blind},
		{"obligations", SAY_OBLIGATIONS, render_obligation},
		{"suspension", SAY_SUSPENSION, render_suspension},
		{"labels", SAY_LABELS, render_labels},
		{"other", SAY_OTHER, NULL},
		{"no_recognition", SAY_NO_RECOGNITION, render_no_recognition},
		{"law_unaffected", SAY_LAW, render_law},
};

static const struct section *section_of(const char *where) {
	const char *name = where + strlen("clauses.");
	const size_t length = strcspn(name, "[");
	for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++)
		if (strlen(sections[i].name) == length &&
				memcmp(sections[i].name, name, length) == 0)
			return &sections[i];
	return &sections[0]; /* there is no other path: doc_clauses.c has the same names */
}

enum memo_says memo_section(const char *where) {
	return section_of(where)->heading;
}

bool memo_render_clause(struct memo_page *page, const struct ent_memodoc_clause *clause,
		const char *where) {
	const struct section *section = section_of(where);
	if (section->render == NULL)
		return false;
	section->render(page, clause);
	return true;
}
