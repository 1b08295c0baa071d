/* SPDX-License-Identifier: Apache-2.0 */
/* terms_notice.c: see terms_notice.h. */
#include "terms_notice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "terms.h"

static struct check_notice_asked asked_of(const struct ent_memodoc *doc, enum ent_memo_kind kind) {
	const struct ent_memodoc_notice *notice = &ent_memodoc_parts(doc)->notice[kind];
	struct check_notice_asked asked = {.clause = NULL};
	struct ent_memodoc_applied applied;
	if (ent_memodoc_look_notice(doc, kind, false, &asked.ahead_us, &applied) != ENT_OK)
		return asked;
	asked.clause = applied.clause;
	asked.text = notice->at_least.text;
	asked.shorter = notice->emergency.text != NULL;
	return asked;
}

void check_notice_take(const struct ent_memodoc *doc,
		struct check_notice_asked ret_asked[CHECK_KIND_COUNT]) {
	struct check_notice_asked *longest = &ret_asked[CHECK_KIND_UNKNOWN];
	*longest = (struct check_notice_asked){.clause = NULL};
	for (int kind = CHECK_KIND_UNKNOWN + 1; kind < CHECK_KIND_COUNT; kind++) {
		struct check_notice_asked *own = &ret_asked[kind];
		*own = asked_of(doc, check_memo_kind((enum check_kind)kind));
		if (own->clause != NULL &&
				(longest->clause == NULL || own->ahead_us > longest->ahead_us))
			*longest = *own;
	}
	for (int kind = CHECK_KIND_UNKNOWN + 1; kind < CHECK_KIND_COUNT; kind++)
		if (ret_asked[kind].clause == NULL)
			ret_asked[kind] = *longest;
}

void check_notice_finish(struct check_notice *notice) {
	free(notice->late);
	notice->late = NULL;
	notice->n_late = notice->capacity = 0;
}

const struct check_notice_asked *check_notice_of(
		const struct check_model *model, const struct check_late *late) {
	return &model->terms->version[late->version].notice[model->items[late->item].kind];
}

/* --- Looking --- */

static ent_status add(struct check_notice *notice, struct check_late late) {
	if (notice->n_late == notice->capacity) {
		const size_t more = notice->capacity == 0 ? 64 : 2 * notice->capacity;
		struct check_late *grown = realloc(notice->late, more * sizeof *grown);
		if (grown == NULL)
			return ENT_E_MEMORY;
		notice->late = grown;
		notice->capacity = more;
	}
	notice->late[notice->n_late++] = late;
	return ENT_OK;
}

static int64_t sooner(int64_t utc_us, int64_t by_us) {
	return utc_us == ENT_TIME_UNBOUNDED_BEFORE ? utc_us : utc_us - by_us;
}

void check_notice_see(const struct check_notice *notice, const struct check_model *model,
		size_t item, uint32_t version, struct check_seen *seen) {
	const struct check_item *own = &model->items[item];
	const struct ent_span span = check_span_of(own);
	if (own->against || own->recording)
		return;
	seen->goes_on = seen->goes_on || span.end_utc_us >= notice->told_utc_us;
	if (seen->any && span.start_utc_us >= seen->start_us)
		return;
	seen->any = true;
	seen->item = (uint32_t)item;
	seen->version = version;
	seen->start_us = span.start_utc_us;
}

ent_status check_notice_judge(struct check_notice *notice, const struct check_model *model,
		const struct check_seen *seen) {
	if (!seen->any || !seen->goes_on)
		return ENT_OK;
	struct check_late late = {
			.item = seen->item, .version = seen->version, .start_us = seen->start_us};
	const struct check_notice_asked *asked = check_notice_of(model, &late);
	late.by_us = sooner(seen->start_us, asked->ahead_us);
	/* Exactly so far ahead is far enough. */
	if (asked->clause == NULL || late.by_us >= notice->told_utc_us)
		return ENT_OK;
	return add(notice, late);
}

static int compare(const void *a, const void *b) {
	const struct check_late *x = a, *y = b;
	if (x->start_us != y->start_us)
		return x->start_us < y->start_us ? -1 : 1;
	return (x->item > y->item) - (x->item < y->item);
}

void check_notice_sort(struct check_notice *notice) {
	if (notice->n_late > 0)
		qsort(notice->late, notice->n_late, sizeof *notice->late, compare);
}

/* --- What is said of it --- */

/* "clause 6.2: 3 d"; where there are several versions, with that. */
static void show_asked(const struct check_model *model, const struct check_late *late, char *text,
		size_t size) {
	const struct check_notice_asked *asked = check_notice_of(model, late);
	if (model->terms->n_versions > 1)
		(void)snprintf(text, size, "clause %s of version %.12s: %s", asked->clause,
				model->terms->version[late->version].hash, asked->text);
	else
		(void)snprintf(text, size, "clause %s: %s", asked->clause, asked->text);
}

void check_show_late(const struct check_model *model, const struct check_late *late, char *text,
		size_t size) {
	const struct check_item *item = &model->items[late->item];
	char name[CHECK_ID_SIZE + CHECK_CALLSIGN_SIZE + 4], asked[160];
	char start[ENT_TEXT_TIME_SIZE], by[ENT_TEXT_TIME_SIZE];
	(void)check_name(item, name, sizeof name);
	show_asked(model, late, asked, sizeof asked);
	if (late->start_us == ENT_TIME_UNBOUNDED_BEFORE) {
		(void)snprintf(text, size, "%s has no beginning (%s)", name, asked);
		return;
	}
	check_show_time(late->start_us, start);
	check_show_time(late->by_us, by);
	(void)snprintf(text, size, "%s %s at %s, to be told by %s (%s)", name,
			late->start_us < model->notice->told_utc_us ? "began" : "begins", start, by,
			asked);
}

/* Of each version without notice times; where there are none at all, of the memorandum. */
static void note_none(const struct check_terms *terms, const struct check_lines *lines) {
	char text[64];
	size_t n = 0;
	for (size_t v = 0; v < terms->n_versions; v++)
		n += terms->version[v].notice[CHECK_KIND_UNKNOWN].clause == NULL;
	if (n == terms->n_versions) {
		lines->say(lines->user, "it has no notice times");
		return;
	}
	for (size_t v = 0; v < terms->n_versions; v++)
		if (terms->version[v].notice[CHECK_KIND_UNKNOWN].clause == NULL) {
			(void)snprintf(text, sizeof text, "version %.12s has no notice times",
					terms->version[v].hash);
			lines->say(lines->user, text);
		}
}

static bool is_shorter(const struct check_model *model) {
	for (size_t i = 0; i < model->notice->n_late; i++)
		if (check_notice_of(model, &model->notice->late[i])->shorter)
			return true;
	return false;
}

void check_notice_notes(const struct check_model *model, const struct check_lines *lines) {
	char told[ENT_TEXT_TIME_SIZE], text[ENT_TEXT_TIME_SIZE + 32];
	note_none(model->terms, lines);
	if (model->notice->n_late == 0)
		return;
	check_show_time(model->notice->told_utc_us, told);
	(void)snprintf(text, sizeof text, "notice is counted from %s", told);
	lines->say(lines->user, text);
	if (is_shorter(model))
		lines->say(lines->user,
				"files do not say what is an emergency, for which a "
				"shorter notice is agreed");
}
