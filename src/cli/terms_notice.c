/* SPDX-License-Identifier: Apache-2.0 */
/* terms_notice.c: see terms_notice.h. */
#include "terms_notice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "entente/memodoc.h"

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

void check_notice_take(const struct ent_memodoc *doc, struct check_notice *ret_notice) {
	struct check_notice *n = ret_notice;
	for (int kind = 0; kind < ENT_MEMO_KIND_COUNT; kind++) {
		const struct check_notice_asked own = asked_of(doc, (enum ent_memo_kind)kind);
		if (own.clause != NULL &&
				(n->others.clause == NULL || own.ahead_us > n->others.ahead_us))
			n->others = own;
	}
	n->flights = asked_of(doc, ENT_MEMO_FLIGHT);
	if (n->flights.clause == NULL)
		n->flights = n->others;
}

void check_notice_finish(struct check_notice *notice) {
	free(notice->late);
	notice->late = NULL;
	notice->n_late = notice->capacity = 0;
}

const struct check_notice_asked *check_notice_of(
		const struct check_notice *notice, const struct check_item *item) {
	return check_is_flight(item) ? &notice->flights : &notice->others;
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

/* A track may be sooner at its first point, or later at its last, by its tolerance in time. */
static struct ent_span span_of(const struct check_item *item) {
	const struct ent_volume_parts *parts = ent_volume_parts(item->volume);
	const int64_t more = parts->track != NULL ? parts->track->tolerance.time_us : 0;
	struct ent_span span = parts->span;
	span.start_utc_us = sooner(span.start_utc_us, more);
	if (span.end_utc_us != ENT_TIME_UNBOUNDED_AFTER)
		span.end_utc_us += more;
	return span;
}

void check_notice_see(const struct check_notice *notice, const struct check_model *model,
		size_t item, struct check_seen *seen) {
	const struct check_item *own = &model->items[item];
	const struct ent_span span = span_of(own);
	if (own->against || own->recording)
		return;
	seen->goes_on = seen->goes_on || span.end_utc_us >= notice->told_utc_us;
	if (seen->any && span.start_utc_us >= seen->start_us)
		return;
	seen->any = true;
	seen->item = (uint32_t)item;
	seen->start_us = span.start_utc_us;
}

ent_status check_notice_judge(struct check_notice *notice, const struct check_model *model,
		const struct check_seen *seen) {
	if (!seen->any || !seen->goes_on)
		return ENT_OK;
	const struct check_notice_asked *asked = check_notice_of(notice, &model->items[seen->item]);
	const struct check_late late = {
			seen->item, seen->start_us, sooner(seen->start_us, asked->ahead_us)};
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

void check_show_late(const struct check_model *model, const struct check_late *late, char *text,
		size_t size) {
	const struct check_item *item = &model->items[late->item];
	const struct check_notice_asked *asked = check_notice_of(model->notice, item);
	char name[CHECK_ID_SIZE + CHECK_CALLSIGN_SIZE + 4];
	char start[ENT_TEXT_TIME_SIZE], by[ENT_TEXT_TIME_SIZE];
	(void)check_name(item, name, sizeof name);
	if (late->start_us == ENT_TIME_UNBOUNDED_BEFORE) {
		(void)snprintf(text, size, "%s has no beginning (clause %s: %s)", name,
				asked->clause, asked->text);
		return;
	}
	check_show_time(late->start_us, start);
	check_show_time(late->by_us, by);
	(void)snprintf(text, size, "%s %s at %s, to be told by %s (clause %s: %s)", name,
			late->start_us < model->notice->told_utc_us ? "began" : "begins", start, by,
			asked->clause, asked->text);
}

bool check_show_notice(const struct check_notice *notice, unsigned i, char *text, size_t size) {
	const struct check_notice_asked *asked = i == 0 ? &notice->flights : &notice->others;
	if (i > 1 || asked->clause == NULL)
		return false;
	(void)snprintf(text, size, "notice of %s, by clause %s: %s",
			i == 0 ? "flights" : "all else", asked->clause, asked->text);
	return true;
}

bool check_notice_note(const struct check_notice *notice, unsigned i, char *text, size_t size) {
	char told[ENT_TEXT_TIME_SIZE];
	text[0] = '\0';
	switch (i) {
	case 0:
		check_show_time(notice->told_utc_us, told);
		if (notice->others.clause == NULL)
			(void)snprintf(text, size, "it has no notice times");
		else if (notice->n_late > 0)
			(void)snprintf(text, size, "notice is counted from %s", told);
		return true;
	case 1:
		if (notice->n_late > 0 && (notice->flights.shorter || notice->others.shorter))
			(void)snprintf(text, size,
					"files do not say what is an emergency, for which a "
					"shorter notice is agreed");
		return true;
	default:
		return false;
	}
}
