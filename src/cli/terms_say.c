/* SPDX-License-Identifier: Apache-2.0 */
/* terms_say.c: see terms.h: what is said of the terms that were applied, for all formats. */
#include <inttypes.h>
#include <string.h>

#include "check.h"
#include "terms.h"

/* Things of no known kind that are named in a note; the others are counted. */
enum { NAMES_MAX = 3 };

const char *check_kind_text(enum check_kind kind) {
	static const char *const texts[] = {"",
#define TEXT(name, text) text,
			ENT_MEMO_KIND_MAP(TEXT)
#undef TEXT
	};
	return texts[kind];
}

size_t check_clauses(const struct check_apart *apart, const char *ret_clause[CHECK_CLAUSES_MAX]) {
	size_t n = 0;
	for (size_t i = 0; i < CHECK_CLAUSES_MAX; i++) {
		bool new = apart->clause[i] != NULL;
		for (size_t j = 0; new &&j < n; j++)
			new = strcmp(ret_clause[j], apart->clause[i]) != 0;
		if (new)
			ret_clause[n++] = apart->clause[i];
	}
	return n;
}

/* "clause 5.1" or "clauses 5.1, 5.3" */
static void show_clauses(const struct check_apart *apart, char text[CHECK_CLAUSES_SIZE]) {
	const char *clause[CHECK_CLAUSES_MAX];
	const size_t n = check_clauses(apart, clause), size = CHECK_CLAUSES_SIZE;
	size_t used = (size_t)snprintf(text, size, "clause%s", n == 1 ? "" : "s");
	for (size_t i = 0; i < n && used < size; i++)
		used += (size_t)snprintf(
				text + used, size - used, "%s %s", i > 0 ? "," : "", clause[i]);
}

void check_show_basis(const struct check_model *model, const struct check_conflict *conflict,
		char text[CHECK_BASIS_SIZE]) {
	char clauses[CHECK_CLAUSES_SIZE];
	struct check_basis basis;
	size_t used = 0;
	check_basis_of(model->terms, &model->items[conflict->a], &model->items[conflict->b],
			&basis);
	for (size_t i = 0; i < basis.n && used < CHECK_BASIS_SIZE; i++) {
		const struct check_version *version = basis.by[i].version;
		show_clauses(&basis.by[i].apart, clauses);
		used += (size_t)snprintf(text + used, CHECK_BASIS_SIZE - used,
				i == 0 ? "%s of %s, version %.12s"
				       : ", and %s of %s, version %.12s",
				clauses, ent_memodoc_terms(version->doc)->memorandum,
				version->hash);
	}
}

void check_show_from(const struct check_terms *terms, size_t version, char *text, size_t size) {
	char from[ENT_TEXT_TIME_SIZE];
	text[0] = '\0';
	if (version == 0 && (terms->in_force || !terms->asked))
		return;
	check_show_time(terms->version[version].from_utc_us, from);
	(void)snprintf(text, size, ", from %s on", from);
}

/* --- What a version says --- */

static void say_minima(const struct check_version *version, enum check_kind kind, const char *what,
		const char *word, const struct check_lines *lines) {
	char text[CHECK_NOTE_SIZE], minima[256], clauses[CHECK_CLAUSES_SIZE];
	check_show_minima(&version->of[kind].minima, minima, sizeof minima);
	show_clauses(&version->of[kind], clauses);
	(void)snprintf(text, sizeof text, "minima of %s%s, by %s: %s", what, word, clauses, minima);
	lines->say(lines->user, text);
}

static void say_notice(const struct check_version *version, enum check_kind kind, const char *what,
		const struct check_lines *lines) {
	const struct check_notice_asked *asked = &version->notice[kind];
	char text[CHECK_NOTE_SIZE];
	if (asked->clause == NULL)
		return;
	(void)snprintf(text, sizeof text, "notice of %s, by clause %s: %s", what, asked->clause,
			asked->text);
	lines->say(lines->user, text);
}

bool check_is_read(const struct check_model *model, enum check_kind kind) {
	return kind != CHECK_KIND_FLIGHT && kind != CHECK_KIND_UNKNOWN && model->of_kind[kind] > 0;
}

void check_say_terms(
		const struct check_model *model, size_t version, const struct check_lines *lines) {
	const struct check_version *own = &model->terms->version[version];
	bool any = false;
	say_minima(own, CHECK_KIND_FLIGHT, "two flights", "", lines);
	for (enum check_kind kind = CHECK_KIND_UNKNOWN; kind < CHECK_KIND_COUNT; kind++)
		if (check_is_read(model, kind) && own->agreed[kind]) {
			say_minima(own, kind, "a flight and a thing of the kind ",
					check_kind_text(kind), lines);
			any = true;
		}
	if (any)
		lines->say(lines->user,
				"minima of two things of such kinds: of each the larger of theirs");
	say_minima(own, CHECK_KIND_UNKNOWN, "all other pairs", "", lines);
	say_notice(own, CHECK_KIND_FLIGHT, "flights", lines);
	for (enum check_kind kind = CHECK_KIND_UNKNOWN; kind < CHECK_KIND_COUNT; kind++)
		if (check_is_read(model, kind) && own->notice_agreed[kind])
			say_notice(own, kind, check_kind_text(kind), lines);
	say_notice(own, CHECK_KIND_UNKNOWN, "all else", lines);
}

/* --- Notes --- */

/* "; it is suspended from ..." */
static void show_ending(const struct check_version *version, char *text, size_t size) {
	static const char *const endings[] = {[CHECK_ENDS_REPLACED] = "another takes its place at",
			[CHECK_ENDS_SUSPENDED] = "it is suspended from",
			[CHECK_ENDS_LEFT] = "a party leaves it at"};
	char until[ENT_TEXT_TIME_SIZE];
	text[0] = '\0';
	if (version->ending == CHECK_ENDS_VALID)
		return;
	check_show_time(version->until_utc_us, until);
	(void)snprintf(text, size, "; %s %s", endings[version->ending], until);
}

static void note_of_asking(const struct check_terms *terms, const struct check_lines *lines) {
	char text[CHECK_NOTE_SIZE], ending[CHECK_NOTE_SIZE / 4], from[ENT_TEXT_TIME_SIZE];
	if (!terms->asked) {
		lines->say(lines->user, "whether this version is in force was not asked");
		return;
	}
	for (size_t v = 0; v < terms->n_versions; v++) {
		const struct check_version *version = &terms->version[v];
		show_ending(version, ending, sizeof ending);
		check_show_time(version->from_utc_us, from);
		if (v == 0 && terms->in_force)
			(void)snprintf(text, sizeof text, "this version is in force now%s", ending);
		else
			(void)snprintf(text, sizeof text,
					"version %.12s will be in force from %s%s", version->hash,
					from, ending);
		lines->say(lines->user, text);
	}
	if (terms->unread) {
		check_show_time(terms->unread_from_utc_us, from);
		(void)snprintf(text, sizeof text,
				"version %.12s is agreed from %s on and was not read: no more than "
				"%d are. What lies in its time was not checked by it, and it may "
				"ask for more: check that again when it is nearer",
				terms->unread_hash, from, CHECK_VERSIONS_MAX);
		lines->say(lines->user, text);
	}
	if (!terms->in_force)
		lines->say(lines->user, "no version is in force now");
	if (terms->waiting)
		lines->say(lines->user,
				"not all acts are here, it may no longer be in force: see "
				"entente memo status");
}

/* "it", or which of several. */
static void show_subject(const struct check_terms *terms, size_t version, char *text, size_t size) {
	if (terms->n_versions == 1)
		(void)snprintf(text, size, "it");
	else
		(void)snprintf(text, size, "version %.12s", terms->version[version].hash);
}

static void note_without_clause(
		const struct check_model *model, size_t version, const struct check_lines *lines) {
	const struct check_version *own = &model->terms->version[version];
	char text[CHECK_NOTE_SIZE], subject[32];
	show_subject(model->terms, version, subject, sizeof subject);
	for (enum check_kind kind = CHECK_KIND_FLIGHT; kind < CHECK_KIND_COUNT; kind++) {
		if (own->agreed[kind] || (kind != CHECK_KIND_FLIGHT && !check_is_read(model, kind)))
			continue;
		(void)snprintf(text, sizeof text,
				"%s has no minima %s%s: the largest that it has were applied",
				subject,
				kind == CHECK_KIND_FLIGHT ? "between two flights" : "for the kind ",
				kind == CHECK_KIND_FLIGHT ? "" : check_kind_text(kind));
		lines->say(lines->user, text);
	}
}

/* Of the things whose kind nobody said, the first few by name. */
static void note_unknown(const struct check_model *model, const struct check_lines *lines) {
	char names[NAMES_MAX * (CHECK_ID_SIZE + CHECK_CALLSIGN_SIZE + 8) + 64] = "";
	char name[CHECK_ID_SIZE + CHECK_CALLSIGN_SIZE + 4], text[sizeof names + 128];
	const uint64_t all = model->of_kind[CHECK_KIND_UNKNOWN];
	uint64_t n = 0;
	size_t used = 0;
	for (size_t i = 0; i < model->n_items && n < NAMES_MAX; i++) {
		const struct check_item *item = &model->items[i];
		if (item->kind != CHECK_KIND_UNKNOWN ||
				(i > 0 && item->group == model->items[i - 1].group))
			continue;
		used += (size_t)snprintf(names + used, sizeof names - used, "%s%s",
				n > 0 ? ", " : "", check_name(item, name, sizeof name));
		n++;
	}
	if (n == 0)
		return;
	if (all > n)
		(void)snprintf(names + used, sizeof names - used, " and %" PRIu64 " more", all - n);
	(void)snprintf(text, sizeof text,
			"files do not say of what kind this is: %s; the largest minima that it has "
			"were applied",
			names);
	lines->say(lines->user, text);
}

/* "clause 2"; where the versions have it in different ones, all of them. */
static void show_ids(const struct check_terms *terms, bool area, char *text, size_t size) {
	const char *before = NULL;
	size_t used = 0;
	for (size_t v = 0; v < terms->n_versions && used < size; v++) {
		const struct ent_memodoc_parts *parts = ent_memodoc_parts(terms->version[v].doc);
		const char *id = area ? parts->area.clause.id : parts->validity.id;
		if (before == NULL || strcmp(before, id) != 0)
			used += (size_t)snprintf(text + used, size - used, "%s%s",
					before == NULL ? "clause " : ", ", id);
		before = id;
	}
}

static void note_beyond(const struct check_model *model, const struct check_lines *lines) {
	char text[CHECK_NOTE_SIZE], area[CHECK_CLAUSES_SIZE], time[CHECK_CLAUSES_SIZE];
	const char *unread = model->terms->unread
			? ", or in the time of the version that was not read"
			: "";
	show_ids(model->terms, true, area, sizeof area);
	show_ids(model->terms, false, time, sizeof time);
	if (model->beyond_terms > 0) {
		(void)snprintf(text, sizeof text,
				"it does not speak of %" PRIu64
				" of what was read, which lies outside its area (%s) or its time "
				"(%s)%s",
				model->beyond_terms, area, time, unread);
		lines->say(lines->user, text);
	}
	if (model->partly_beyond_terms > 0) {
		(void)snprintf(text, sizeof text,
				"it may not speak of all of %" PRIu64
				" of what was read, which reaches, or may reach, out of its area "
				"(%s) or its time (%s)%s",
				model->partly_beyond_terms, area, time, unread);
		lines->say(lines->user, text);
	}
}

void check_say_notes(const struct check_model *model, const struct check_lines *lines) {
	note_of_asking(model->terms, lines);
	for (size_t v = 0; v < model->terms->n_versions; v++)
		note_without_clause(model, v, lines);
	note_unknown(model, lines);
	note_beyond(model, lines);
	check_notice_notes(model, lines);
}
