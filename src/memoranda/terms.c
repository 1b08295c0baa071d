/* SPDX-License-Identifier: Apache-2.0 */
/*
 * terms.c: what a memorandum's terms are at a moment, each with its clause, of the version in force then. Each is looked up as whatever
 * applies it does (ent_memodoc_look_*), so a person sees what acts. 'says' is for people, in the document's own figures; the other
 * members are for programs, in metres and seconds.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

#define WORD(name, text) text,
static const char *const kinds[] = {ENT_MEMO_KIND_MAP(WORD)};
static const char *const classes[] = {ENT_DISCLOSURE_MAP(WORD)};
static const char *const learners[] = {ENT_LEARNS_MAP(WORD)};
static const char *const precedences[] = {ENT_PRECEDENCE_MAP(WORD)};
static const char *const roles[] = {ENT_ROLE_MAP(WORD)};
static const char *const cells[] = {ENT_CELL_MAP(WORD)};
static const char *const goings_on[] = {ENT_GOES_ON_MAP(WORD)};

enum { SAYS_SIZE = 512, METRES = 3, SECONDS = 6 }; /* digits behind the point */

struct page {
	const struct ent_memodoc *doc;
	const struct ent_memo_state *state;
	struct ent_jsonout *out;
	char says[SAYS_SIZE];
	size_t used;
};

/* --- One term --- */

static void begin(struct page *page, const char *term, const char *of_name, const char *of,
		const struct ent_memodoc_applied *applied) {
	ent_jsonout_object_begin(page->out);
	show_text(page->out, "term", term);
	if (of != NULL)
		show_text(page->out, of_name, of);
	show_text(page->out, "clause", applied->clause);
	page->used = 0;
	page->says[0] = '\0';
}

static void end(struct page *page) {
	show_text(page->out, "says", page->says);
	ent_jsonout_object_end(page->out);
}

/* One thing more, behind a comma. What does not fit is left away: it stands in the other members. */
__attribute__((format(printf, 2, 3))) static void say(struct page *page, const char *format, ...) {
	va_list arguments;
	if (page->used > 0 && page->used + 2 < sizeof page->says)
		page->used += (size_t)snprintf(
				page->says + page->used, sizeof page->says - page->used, ", ");
	va_start(arguments, format);
	const int length = vsnprintf(
			page->says + page->used, sizeof page->says - page->used, format, arguments);
	va_end(arguments);
	if (length > 0)
		page->used += (size_t)length;
	if (page->used >= sizeof page->says)
		page->used = sizeof page->says - 1;
}

static void metres(struct page *page, const char *name, int64_t mm) {
	ent_jsonout_name(page->out, name);
	ent_jsonout_decimal(page->out, mm, METRES);
}

static void seconds(struct page *page, const char *name, int64_t us) {
	ent_jsonout_name(page->out, name);
	ent_jsonout_decimal(page->out, us, SECONDS);
}

/* --- By subject, kind, precedence --- */

/* What holds: what was agreed, or less by the act of a party that is bound. */
static void level_of(struct page *page, enum ent_memo_subject subject) {
	enum ent_memo_level agreed;
	struct ent_memodoc_applied applied;
	if (ent_memodoc_look_level(page->doc, subject, &agreed, &applied) != ENT_OK)
		return;
	const enum ent_memo_level holds = page->state->level[subject];
	begin(page, "level", "subject", ent_memo_subject_text(subject), &applied);
	show_text(page->out, "agreed", ent_memo_level_text(agreed));
	show_text(page->out, "level", ent_memo_level_text(holds));
	say(page, "%s", ent_memo_level_text(holds));
	if (holds != agreed)
		say(page, "lowered by an act from %s", ent_memo_level_text(agreed));
	end(page);
}

static void minima_of(struct page *page, enum ent_memo_kind kind) {
	const struct ent_memodoc_minima *own = &ent_memodoc_parts(page->doc)->minima[kind];
	int64_t lateral_mm, vertical_mm, time_us;
	struct ent_memodoc_applied applied;
	if (ent_memodoc_look_minima(page->doc, kind, &lateral_mm, &vertical_mm, &time_us,
			    &applied) != ENT_OK)
		return;
	begin(page, "minima", "kind", kinds[kind], &applied);
	metres(page, "lateral_m", lateral_mm);
	metres(page, "vertical_m", vertical_mm);
	seconds(page, "time_s", time_us);
	say(page, "lateral %s", own->lateral.text);
	say(page, "vertical %s", own->vertical.text);
	if (own->time.text != NULL)
		say(page, "time %s", own->time.text);
	end(page);
}

static void notice_of(struct page *page, enum ent_memo_kind kind) {
	const struct ent_memodoc_notice *own = &ent_memodoc_parts(page->doc)->notice[kind];
	int64_t ahead_us, emergency_us;
	struct ent_memodoc_applied applied;
	if (ent_memodoc_look_notice(page->doc, kind, false, &ahead_us, &applied) != ENT_OK ||
			ent_memodoc_look_notice(page->doc, kind, true, &emergency_us, &applied) !=
					ENT_OK)
		return;
	begin(page, "notice", "kind", kinds[kind], &applied);
	seconds(page, "ahead_s", ahead_us);
	seconds(page, "emergency_s", emergency_us);
	say(page, "%s ahead", own->at_least.text);
	if (own->emergency.text != NULL)
		say(page, "in an emergency %s", own->emergency.text);
	end(page);
}

/* A line for each party that is told. */
static void disclosure_of(struct page *page, enum ent_memo_kind kind) {
	const struct ent_memodoc_parts *parts = ent_memodoc_parts(page->doc);
	for (uint32_t i = 0; i < parts->terms.n_parties; i++) {
		enum ent_disclosure class_;
		enum ent_learns learns;
		struct ent_memodoc_applied applied;
		if (ent_memodoc_look_disclosure(page->doc, kind, i, &class_, &learns, &applied) !=
				ENT_OK)
			continue;
		begin(page, "disclosure", "kind", kinds[kind], &applied);
		show_text(page->out, "to", parts->terms.party[i]);
		show_text(page->out, "class", classes[class_]);
		show_text(page->out, "learns", learners[learns]);
		say(page, "to %s", parts->terms.party[i]);
		say(page, "%s", classes[class_]);
		say(page, "who learns of a conflict: %s", learners[learns]);
		end(page);
	}
}

static void deadline_of(struct page *page, enum ent_precedence precedence) {
	const struct ent_memodoc_deadline *own =
			&ent_memodoc_parts(page->doc)->deadline[precedence];
	int64_t after_us;
	enum ent_role to;
	struct ent_memodoc_applied applied;
	if (ent_memodoc_look_deadline(page->doc, precedence, 0, &after_us, &to, &applied) != ENT_OK)
		return;
	begin(page, "deadlines", "precedence", precedences[precedence], &applied);
	ent_jsonout_name(page->out, "steps");
	ent_jsonout_array_begin_inline(page->out);
	for (uint32_t step = 0; ent_memodoc_look_deadline(page->doc, precedence, step, &after_us,
						&to, &applied) == ENT_OK;
			step++) {
		ent_jsonout_object_begin(page->out);
		seconds(page, "after_s", after_us);
		show_text(page->out, "to", roles[to]);
		ent_jsonout_object_end(page->out);
		say(page, "after %s to the %s", own->step[step].after.text, roles[to]);
	}
	ent_jsonout_array_end(page->out);
	end(page);
}

static void budget_of(struct page *page, enum ent_memo_kind kind) {
	const struct ent_memodoc_blind *own = &ent_memodoc_parts(page->doc)->blind[kind];
	int64_t checks, per_us;
	enum ent_cell finest;
	struct ent_memodoc_applied applied;
	if (ent_memodoc_look_budget(page->doc, kind, &checks, &per_us, &finest, &applied) != ENT_OK)
		return;
	begin(page, "blind", "kind", kinds[kind], &applied);
	ent_jsonout_name(page->out, "checks");
	ent_jsonout_int(page->out, checks);
	seconds(page, "per_s", per_us);
	show_text(page->out, "finest_cell", cells[finest]);
	say(page, "%" PRId64 " checks in %s", checks, own->per.text);
	say(page, "cells of %s at the finest", cells[finest]);
	end(page);
}

/* --- Those that stand once --- */

static void data_age(struct page *page) {
	int64_t limit_us;
	struct ent_memodoc_applied applied;
	if (ent_memodoc_look_data_age(page->doc, &limit_us, &applied) != ENT_OK)
		return;
	begin(page, "data-age", NULL, NULL, &applied);
	seconds(page, "limit_s", limit_us);
	say(page, "not older than %s", ent_memodoc_parts(page->doc)->data_age.limit.text);
	end(page);
}

static void purge(struct page *page) {
	int64_t after_us;
	struct ent_memodoc_applied applied;
	if (ent_memodoc_look_purge(page->doc, &after_us, &applied) != ENT_OK)
		return;
	begin(page, "purge", NULL, NULL, &applied);
	seconds(page, "after_s", after_us);
	say(page, "payloads are purged after %s", ent_memodoc_parts(page->doc)->purge.after.text);
	end(page);
}

static void read_back(struct page *page) {
	int64_t tolerance_mm;
	struct ent_memodoc_applied applied;
	if (ent_memodoc_look_read_back(page->doc, &tolerance_mm, &applied) != ENT_OK)
		return;
	begin(page, "read-back", NULL, NULL, &applied);
	metres(page, "tolerance_m", tolerance_mm);
	say(page, "the same within %s", ent_memodoc_parts(page->doc)->read_back.tolerance.text);
	end(page);
}

static void line(struct page *page) {
	const struct ent_memodoc_parts *parts = ent_memodoc_parts(page->doc);
	int64_t every_us, late_us;
	struct ent_memodoc_applied applied;
	if (ent_memodoc_look_line(page->doc, &every_us, &late_us, &applied) != ENT_OK)
		return;
	begin(page, "line", NULL, NULL, &applied);
	seconds(page, "test_every_s", every_us);
	seconds(page, "late_after_s", late_us);
	say(page, "a test every %s", parts->line.test_every.text);
	say(page, "late %s behind it", parts->line.late_after.text);
	end(page);
}

static void suspension(struct page *page) {
	const struct ent_memodoc_parts *parts = ent_memodoc_parts(page->doc);
	int64_t notice_us;
	struct ent_memodoc_applied applied;
	if (ent_memodoc_look_suspension(page->doc, &notice_us, &applied) != ENT_OK)
		return;
	begin(page, "suspension", NULL, NULL, &applied);
	seconds(page, "notice_s", notice_us);
	if (notice_us == 0)
		say(page, "at once");
	else
		say(page, "declared %s ahead", parts->suspension.notice.text);
	ent_jsonout_name(page->out, "goes_on");
	ent_jsonout_array_begin_inline(page->out);
	const char *before = "meanwhile go on ";
	for (unsigned i = 0; i < ENT_GOES_ON_COUNT; i++)
		if (parts->suspension.goes_on[i]) {
			ent_jsonout_string(page->out, goings_on[i]);
			say(page, "%s%s", before, goings_on[i]);
			before = "";
		}
	ent_jsonout_array_end(page->out);
	end(page);
}

/* --- All --- */

static void write_all(struct page *page) {
	for (int i = 0; i < ENT_MEMO_SUBJECT_COUNT; i++)
		level_of(page, (enum ent_memo_subject)i);
	for (int i = 0; i < ENT_MEMO_KIND_COUNT; i++)
		minima_of(page, (enum ent_memo_kind)i);
	for (int i = 0; i < ENT_MEMO_KIND_COUNT; i++)
		notice_of(page, (enum ent_memo_kind)i);
	for (int i = 0; i < ENT_MEMO_KIND_COUNT; i++)
		disclosure_of(page, (enum ent_memo_kind)i);
	data_age(page);
	purge(page);
	line(page);
	for (int i = 0; i < ENT_PRECEDENCE_COUNT; i++)
		deadline_of(page, (enum ent_precedence)i);
	read_back(page);
	for (int i = 0; i < ENT_MEMO_KIND_COUNT; i++)
		budget_of(page, (enum ent_memo_kind)i);
	suspension(page);
}

/* Under the lock. */
static ent_status write_at(
		struct memorandum *memorandum, int64_t asked_utc_us, struct ent_jsonout *out) {
	struct ent_memo_cut cut;
	struct ent_memo_state state;
	struct page page = {.state = &state, .out = out};
	const struct ent_memo *memo = memorandum->life->memo;
	const int64_t at_utc_us = moment_of(memorandum, asked_utc_us, &cut);
	ent_memo_state(memo, &cut, at_utc_us, &state);
	const bool holds = state.status == ENT_MEMO_IN_FORCE || state.status == ENT_MEMO_SUSPENDED;
	if (holds) {
		const ent_status status = document_of(memorandum, &state.version, &page.doc);
		if (status != ENT_OK)
			return status;
	}
	show_text(out, "id", memorandum->id);
	ent_jsonout_name(out, "at");
	ent_jsonout_time(out, at_utc_us);
	show_text(out, "status", ent_memo_status_text(state.status));
	ent_jsonout_name(out, "version");
	if (holds)
		show_hash(out, &state.version);
	else
		ent_jsonout_null(out);
	ent_jsonout_name(out, "terms");
	ent_jsonout_array_begin(out);
	if (holds)
		write_all(&page);
	ent_jsonout_array_end(out);
	return ENT_OK;
}

ent_status ent_memoranda_write_terms(struct ent_memoranda *memoranda, const char *id,
		int64_t at_utc_us, struct ent_jsonout *out) {
	struct memorandum *memorandum;
	ent_status status = look_begin(memoranda, id, &memorandum);
	if (status != ENT_OK)
		return status;
	status = write_at(memorandum, at_utc_us, out);
	(void)pthread_mutex_unlock(&memorandum->lock);
	return status;
}
