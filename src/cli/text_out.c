/* SPDX-License-Identifier: Apache-2.0 */
/* text_out.c: the answer for people: the worst first, one line each, the summary last. */
#include "check.h"

#include <inttypes.h>
#include <string.h>

#include "entente/text.h"

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
	return b_alone ? conflict->verdict.witness.at_b : conflict->verdict.witness.at_a;
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

#include <stdarg.h>

static void append(char *text, size_t size, const char *format, ...) {
	const size_t used = strlen(text);
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(text + used, size - used, format, arguments);
	va_end(arguments);
}

void check_summary(const struct check_model *model, char *text, size_t size) {
	const uint64_t conflicts = model->n_conflicts - model->unknowns;
	text[0] = '\0';
	if (conflicts == 0)
		append(text, size, "no conflict found");
	else
		append(text, size, "%" PRIu64 " conflict%s found", conflicts, plural(conflicts));
	append(text, size, " among %" PRIu64 " flight%s and %" PRIu64 " volume%s", model->flights,
			plural(model->flights), model->volumes, plural(model->volumes));
	if (model->unknowns > 0)
		append(text, size, "; %" PRIu64 " pair%s unknown, no common altitude reference",
				model->unknowns, plural(model->unknowns));
	if (model->outside > 0)
		append(text, size, "; %" PRIu64 " outside the area or time", model->outside);
	if (model->together > 0)
		append(text, size, "; %" PRIu64 " near pair%s flying together", model->together,
				plural(model->together));
	if (model->left_out > 0)
		append(text, size, "; %" PRIu64 " left out as bad", model->left_out);
	if (model->no_altitude_flights > 0)
		append(text, size, "; %" PRIu64 " flight%s without an altitude not checked",
				model->no_altitude_flights, plural(model->no_altitude_flights));
	if (model->cleaning.reports > 0)
		append(text, size,
				"; %" PRIu64 " of %" PRIu64
				" reports dropped by the cleaning rules",
				model->cleaning.reports - model->cleaning.kept,
				model->cleaning.reports);
}

/* A length in two units. */
static void show_distance(int64_t mm, bool lateral, char *text, size_t size) {
	if (mm == INT64_MAX)
		(void)snprintf(text, size, "unknown");
	else if (lateral)
		(void)snprintf(text, size, "%6.2f NM %7.0f m", (double)mm / 1852000.0,
				(double)mm / 1000.0);
	else
		(void)snprintf(text, size, "%6.0f ft %6.0f m", (double)mm / 304.8,
				(double)mm / 1000.0);
}

/* How many columns a text takes: of UTF-8 every byte counts that begins a character. */
static int columns(const char *text) {
	int n = 0;
	for (; *text != '\0'; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

/* As wide as the widest place of the form, and as its head. */
static int place_columns(const struct check_options *options) {
	char text[ENT_GRIDREF_TEXT_SIZE];
	const int wide = columns(check_show_place(options, (struct ent_point){0, 0}, text));
	return wide > 5 ? wide : 5;
}

/* To the second; the fraction stands in the other formats. */
static void show_time(int64_t utc_us, char text[ENT_TEXT_TIME_SIZE]) {
	const int64_t second = INT64_C(1000000);
	if (utc_us >= ENT_TIME_MIN_US && utc_us <= ENT_TIME_MAX_US)
		utc_us -= ((utc_us % second) + second) % second;
	(void)ent_text_print_time(utc_us, text);
}

static void show_duration(const struct ent_witness *w, char *text, size_t size) {
	if (w->first_utc_us == ENT_TIME_UNBOUNDED_BEFORE ||
			w->last_utc_us == ENT_TIME_UNBOUNDED_AFTER) {
		(void)snprintf(text, size, "unbounded");
		return;
	}
	const int64_t s = (w->last_utc_us - w->first_utc_us + 500000) / 1000000;
	(void)snprintf(text, size, "%" PRId64 ":%02d:%02d", s / 3600, (int)(s / 60 % 60),
			(int)(s % 60));
}

static void write_row(const struct check_model *model, const struct check_options *options,
		size_t i, FILE *out) {
	const struct check_conflict *conflict = &model->conflicts[i];
	const struct ent_witness *w = &conflict->verdict.witness;
	char lateral[40], vertical[40], place[ENT_GRIDREF_TEXT_SIZE], time[ENT_TEXT_TIME_SIZE];
	char lasts[24];
	char a[CHECK_ID_SIZE + CHECK_CALLSIGN_SIZE + 4], b[sizeof a];
	show_distance(w->lateral_mm, true, lateral, sizeof lateral);
	show_distance(conflict->verdict.kind == ENT_VERDICT_UNKNOWN ? INT64_MAX : w->vertical_lo_mm,
			false, vertical, sizeof vertical);
	(void)check_show_place(options, check_place(model, conflict), place);
	show_time(w->time_a_utc_us, time);
	show_duration(w, lasts, sizeof lasts);
	(void)fprintf(out, "%4zu  %-18s  %-17s  %-20s  %s%*s  %8s  %s - %s\n", i + 1, lateral,
			vertical, time, place, place_columns(options) - columns(place), "", lasts,
			check_name(&model->items[conflict->a], a, sizeof a),
			check_name(&model->items[conflict->b], b, sizeof b));
}

static void write_offset(const struct ent_proposal *p, bool track, FILE *out) {
	const double nm = (double)(p->offset_mm < 0 ? -p->offset_mm : p->offset_mm) / 1852000.0;
	if (track)
		(void)fprintf(out, "%.1f NM to the %s", nm, p->offset_mm < 0 ? "left" : "right");
	else
		(void)fprintf(out, "%.1f NM towards %03.0f degrees", nm, p->azimuth_deg);
}

static void write_height(const struct ent_proposal *p, bool track, FILE *out) {
	const double mm = (double)(p->higher_mm < 0 ? -p->higher_mm : p->higher_mm);
	(void)fprintf(out, "%.0f %s %s", track ? mm / 304.8 : mm / 1000, track ? "ft" : "m",
			p->higher_mm < 0 ? "lower" : "higher");
}

static void write_proposal(const struct ent_proposal *p, bool track, FILE *out) {
	const char *comma = "";
	if (p->steps == 0)
		(void)fputs("no change", out);
	if (p->later_us != 0) {
		(void)fprintf(out, "%" PRId64 " min %s",
				(p->later_us < 0 ? -p->later_us : p->later_us) / 60000000,
				p->later_us < 0 ? "earlier" : "later");
		comma = " and ";
	}
	if (p->higher_mm != 0) {
		(void)fputs(comma, out);
		write_height(p, track, out);
		comma = " and ";
	}
	if (p->offset_mm != 0) {
		(void)fputs(comma, out);
		write_offset(p, track, out);
	}
}

/* A best mix of one kind is that kind's own proposal, said already. */
static bool is_single(const struct ent_proposal *proposals, int kind) {
	const struct ent_proposal *p = &proposals[kind];
	return kind == ENT_PROPOSAL_COMBINED &&
			(p->later_us != 0) + (p->higher_mm != 0) + (p->offset_mm != 0) <= 1;
}

void check_write_changes(
		const struct check_model *model, const struct check_conflict *conflict, FILE *out) {
	const bool track = check_is_flight(&model->items[conflict->proposed_for]);
	unsigned found = 0;
	for (int k = 0; k < ENT_PROPOSAL_COUNT; k++)
		if (conflict->proposals[k].found && !is_single(conflict->proposals, k)) {
			(void)fputs(found++ > 0 ? "; or " : "", out);
			write_proposal(&conflict->proposals[k], track, out);
		}
	if (found == 0)
		(void)fputs("none found within the limits", out);
}

static void write_proposals(
		const struct check_model *model, const struct check_conflict *conflict, FILE *out) {
	char name[CHECK_ID_SIZE + CHECK_CALLSIGN_SIZE + 4];
	(void)fprintf(out, "      proposed for %s, clear of all that was checked: ",
			check_name(&model->items[conflict->proposed_for], name, sizeof name));
	check_write_changes(model, conflict, out);
	(void)fputc('\n', out);
}

void check_write_text(
		const struct check_model *model, const struct check_options *options, FILE *out) {
	char lateral[40], vertical[40], text[1024];
	if (model->n_conflicts > 0) {
		(void)fprintf(out, "%4s  %-18s  %-17s  %-20s  %-*s  %8s  %s\n", "", "  lateral",
				"  vertical", "nearest at (UTC)", place_columns(options), "place",
				"lasts", "between");
		for (size_t i = 0; i < model->n_conflicts && i < options->limit; i++) {
			write_row(model, options, i, out);
			if (model->conflicts[i].proposed)
				write_proposals(model, &model->conflicts[i], out);
		}
		if (model->n_conflicts > options->limit)
			(void)fprintf(out,
					"      and %zu more; --limit shows more, --format json "
					"all\n",
					model->n_conflicts - (size_t)options->limit);
		(void)fputc('\n', out);
	}
	for (int rule = 0; rule < CHECK_RULE_COUNT; rule++) {
		static const char *const texts[] = {
#define TEXT(name, key, text) text,
				CHECK_RULE_MAP(TEXT)
#undef TEXT
		};
		if (model->cleaning.touched[rule] > 0)
			(void)fprintf(out, "cleaning: %s: %" PRIu64 "\n", texts[rule],
					model->cleaning.touched[rule]);
	}
	show_distance(model->minima.lateral_mm, true, lateral, sizeof lateral);
	show_distance(model->minima.vertical_mm, false, vertical, sizeof vertical);
	(void)fprintf(out, "minima: lateral %s, vertical %s, time %.0f s\n",
			lateral + strspn(lateral, " "), vertical + strspn(vertical, " "),
			(double)model->minima.time_us / 1e6);
	check_summary(model, text, sizeof text);
	(void)fprintf(out, "%s\n", text);
}
