/* SPDX-License-Identifier: Apache-2.0 */
/*
 * show.c: names, places, distances and the summary as a person reads them, in the text and on the
 * page. Distances are rounded toward what is worse, so that no conflict looks separated.
 */
#include "check.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "entente/text.h"
#include "terms.h"
#include "terms_notice.h"

#define MM_PER_NM 1852000

const char *check_name(const struct check_item *item, char *text, size_t size) {
	char callsign[CHECK_CALLSIGN_SIZE], other[CHECK_ID_SIZE];
	const char *second = item->icao24[0] != '\0' ? item->icao24 : item->id;
	(void)ent_text_show(second, strlen(second), other, sizeof other);
	if (item->callsign[0] == '\0' || strcmp(item->callsign, second) == 0) {
		(void)snprintf(text, size, "%s", other);
		return text;
	}
	(void)ent_text_show(item->callsign, strlen(item->callsign), callsign, sizeof callsign);
	(void)snprintf(text, size, "%s (%s)", callsign, other);
	return text;
}

struct ent_point check_place(
		const struct check_model *model, const struct check_conflict *conflict) {
	const bool b_alone = !check_is_flight(&model->items[conflict->a]) &&
			check_is_flight(&model->items[conflict->b]);
	return b_alone ? conflict->nearest.at_b : conflict->nearest.at_a;
}

const char *check_show_place(const struct check_options *options, struct ent_point at,
		char text[ENT_GRIDREF_TEXT_SIZE]) {
	const enum ent_gridref_form form = options->coordinates;
	(void)ent_gridref_print(at, form, ent_gridref_usual(form), text);
	return text;
}

static const char *plural(uint64_t n) {
	return n == 1 ? "" : "s";
}

/* Appends to a text of fixed size; what does not fit is cut. */
static void append(char *text, size_t size, const char *format, ...) ENT_PRINTF(3, 4);

static void append(char *text, size_t size, const char *format, ...) {
	const size_t used = strlen(text);
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(text + used, size - used, format, arguments);
	va_end(arguments);
}

/* " in the area ... from ... to ...": what the answer is limited to. */
static void append_scope(const struct check_scope *scope, char *text, size_t size) {
	char place[ENT_GRIDREF_TEXT_SIZE], time[ENT_TEXT_TIME_SIZE];
	if (scope->area_given) {
		(void)ent_gridref_print(scope->south_west, ENT_GRIDREF_DECIMAL,
				ent_gridref_usual(ENT_GRIDREF_DECIMAL), place);
		append(text, size, " in the area %s", place);
		(void)ent_gridref_print(scope->north_east, ENT_GRIDREF_DECIMAL,
				ent_gridref_usual(ENT_GRIDREF_DECIMAL), place);
		append(text, size, " to %s", place);
	}
	if (scope->span.start_utc_us != ENT_TIME_UNBOUNDED_BEFORE) {
		(void)ent_text_print_time(scope->span.start_utc_us, time);
		append(text, size, " from %s", time);
	}
	if (scope->span.end_utc_us != ENT_TIME_UNBOUNDED_AFTER) {
		(void)ent_text_print_time(scope->span.end_utc_us, time);
		append(text, size, " until %s", time);
	}
}

/* What was read, or was not, and has no part in the answer. */
static void append_left_out(const struct check_model *model, char *text, size_t size) {
	const struct check_cleaning *cleaning = &model->cleaning;
	const struct {
		uint64_t n;
		const char *one, *many;
	} flights[] = {
			{model->no_altitude_flights, "flight without an altitude not checked",
					"flights without an altitude not checked"},
			{model->empty_flights, "flight without a usable report not checked",
					"flights without a usable report not checked"},
			{cleaning->doubtful, "flight with many impossible jumps may be two",
					"flights with many impossible jumps may each be two"},
	};
	if (model->left_out > 0)
		append(text, size, "; %" PRIu64 " left out as bad", model->left_out);
	if (model->cut_inputs > 0)
		append(text, size, "; %" PRIu64 " input%s not read to the end", model->cut_inputs,
				plural(model->cut_inputs));
	for (size_t i = 0; i < sizeof flights / sizeof flights[0]; i++)
		if (flights[i].n > 0)
			append(text, size, "; %" PRIu64 " %s", flights[i].n,
					flights[i].n == 1 ? flights[i].one : flights[i].many);
	if (cleaning->reports > 0)
		append(text, size,
				"; %" PRIu64 " of %" PRIu64
				" reports dropped by the cleaning rules",
				cleaning->reports - cleaning->kept, cleaning->reports);
}

/* First, last and nearest are those of the whole conflict. */
static uint64_t count_beyond(const struct check_model *model) {
	const struct ent_span *span = &model->scope.span;
	uint64_t n = 0;
	for (size_t i = 0; i < model->n_conflicts; i++) {
		const struct ent_witness *w = &model->conflicts[i].verdict.witness;
		n += w->first_utc_us < span->start_utc_us || w->last_utc_us > span->end_utc_us;
	}
	return n;
}

void check_summary(const struct check_model *model, char *text, size_t size) {
	const uint64_t conflicts = model->n_conflicts - model->unknowns;
	text[0] = '\0';
	if (conflicts > 0)
		append(text, size, "%" PRIu64 " conflict%s found", conflicts, plural(conflicts));
	else if (model->flights > 0 || model->volumes > 0)
		append(text, size, "no conflict found");
	else
		append(text, size, "nothing was checked:");
	append(text, size, "%s %" PRIu64 " flight%s and %" PRIu64 " volume%s",
			model->flights > 0 || model->volumes > 0 ? " among" : "", model->flights,
			plural(model->flights), model->volumes, plural(model->volumes));
	append_scope(&model->scope, text, size);
	const uint64_t beyond = count_beyond(model);
	if (beyond > 0)
		append(text, size, ", %" PRIu64 " of them going on outside this time", beyond);
	if (model->more)
		append(text, size, "; the search ended with these, there may be more");
	if (model->unknowns > 0)
		append(text, size, "; %" PRIu64 " pair%s unknown, no common altitude reference",
				model->unknowns, plural(model->unknowns));
	if (model->outside > 0)
		append(text, size, "; %" PRIu64 " outside the area or time", model->outside);
	if (model->together > 0)
		append(text, size, "; %" PRIu64 " near pair%s flying together", model->together,
				plural(model->together));
	if (model->own_versions)
		append(text, size, "; filed versions of the same operational intents passed over");
	if (model->beyond_terms > 0)
		append(text, size,
				model->terms->unread ? "; the memorandum does not speak of %" PRIu64
						       " of the flights and volumes, or does in a "
						       "version that was not read"
						     : "; the memorandum does not speak of %" PRIu64
						       " of the flights and volumes",
				model->beyond_terms);
	if (model->partly_beyond_terms > 0)
		append(text, size,
				"; the memorandum may not speak wholly of %" PRIu64
				" of the flights and volumes",
				model->partly_beyond_terms);
	if (model->notice != NULL && model->notice->n_late > 0)
		append(text, size, "; %zu with too short a notice", model->notice->n_late);
	append_left_out(model, text, size);
}

const char *check_show_lateral(const struct ent_witness *w, char text[CHECK_SHOW_SIZE]) {
	const int64_t hundredths = w->lateral_mm / (MM_PER_NM / 100);
	(void)snprintf(text, CHECK_SHOW_SIZE, "%3" PRId64 ".%02d NM %7" PRId64 " m",
			hundredths / 100, (int)(hundredths % 100), w->lateral_mm / 1000);
	return text;
}

/* To whole units: the least rounded down, the most rounded up. */
static void show_heights(int64_t lo, int64_t hi, int64_t unit, const char *name, int wide,
		char text[CHECK_SHOW_SIZE / 2]) {
	if (lo == hi)
		(void)snprintf(text, CHECK_SHOW_SIZE / 2, "%*" PRId64 " %s", wide, lo / unit, name);
	else
		(void)snprintf(text, CHECK_SHOW_SIZE / 2, "%*" PRId64 " to %" PRId64 " %s", wide,
				lo / unit, (hi + unit - 1) / unit, name);
}

const char *check_show_vertical(const struct ent_witness *w, bool unknown, bool metres,
		char text[CHECK_SHOW_SIZE]) {
	char ft[CHECK_SHOW_SIZE / 2], m[CHECK_SHOW_SIZE / 2];
	const int wide = metres ? 6 : 0;
	if (unknown) {
		(void)snprintf(text, CHECK_SHOW_SIZE, "unknown");
		return text;
	}
	/* A foot is 304.8 mm. */
	show_heights(10 * w->vertical_lo_mm, 10 * w->vertical_hi_mm, 3048, "ft", wide, ft);
	show_heights(w->vertical_lo_mm, w->vertical_hi_mm, 1000, "m", wide, m);
	(void)snprintf(text, CHECK_SHOW_SIZE, "%s%s%s", ft, metres ? " " : "", metres ? m : "");
	return text;
}

const char *check_show_number(
		const struct check_model *model, size_t conflict, char text[CHECK_SHOW_SIZE]) {
	const size_t known = model->n_conflicts - (size_t)model->unknowns;
	if (conflict < known)
		(void)snprintf(text, CHECK_SHOW_SIZE, "%zu", conflict + 1);
	else
		(void)snprintf(text, CHECK_SHOW_SIZE, "U%zu", conflict - known + 1);
	return text;
}

/* Minima exactly to 0.01 ft and 0.0001 NM, and in metres. */
static void show_minimum(int64_t mm, int64_t per_unit, unsigned decimals, const char *unit,
		char *text, size_t size) {
	char own[ENT_TEXT_DECIMAL_SIZE], metres[ENT_TEXT_DECIMAL_SIZE];
	int64_t scale = 1;
	for (unsigned i = 0; i < decimals; i++)
		scale *= 10;
	(void)ent_text_print_decimal(
			(mm * 10 * scale + per_unit / 2) / per_unit, decimals, true, own);
	(void)ent_text_print_decimal(mm, 3, true, metres);
	(void)snprintf(text, size, "%s %s (%s m)", own, unit, metres);
}

void check_show_minima(const struct ent_minima *minima, char *text, size_t size) {
	char lateral[2 * ENT_TEXT_DECIMAL_SIZE + 8], vertical[sizeof lateral];
	char time[ENT_TEXT_DECIMAL_SIZE];
	show_minimum(minima->lateral_mm, 10 * MM_PER_NM, 4, "NM", lateral, sizeof lateral);
	show_minimum(minima->vertical_mm, 3048, 2, "ft", vertical, sizeof vertical);
	(void)ent_text_print_decimal(minima->time_us, 6, true, time);
	(void)snprintf(text, size, "lateral %s, vertical %s, time %s s", lateral, vertical, time);
}

void check_show_time(int64_t utc_us, char text[ENT_TEXT_TIME_SIZE]) {
	const int64_t second = INT64_C(1000000);
	if (utc_us >= ENT_TIME_MIN_US && utc_us <= ENT_TIME_MAX_US)
		utc_us -= ((utc_us % second) + second) % second;
	(void)ent_text_print_time(utc_us, text);
}

void check_show_duration(const struct ent_witness *w, char *text, size_t size) {
	if (w->first_utc_us == ENT_TIME_UNBOUNDED_BEFORE ||
			w->last_utc_us == ENT_TIME_UNBOUNDED_AFTER) {
		(void)snprintf(text, size, "unbounded");
		return;
	}
	const int64_t s = (w->last_utc_us - w->first_utc_us + 999999) / 1000000;
	const int64_t day = 86400;
	if (s > 4 * day) {
		(void)snprintf(text, size, "%" PRId64 " days", (s + day - 1) / day);
		return;
	}
	(void)snprintf(text, size, "%" PRId64 ":%02d:%02d", s / 3600, (int)(s / 60 % 60),
			(int)(s % 60));
}

int check_percent(const struct check_conflict *conflict) {
	return (int)(100 * conflict->share);
}
