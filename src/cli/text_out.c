/* SPDX-License-Identifier: Apache-2.0 */
/* text_out.c: the answer for people: the worst first, one line each, the summary last. */
#include "check.h"

#include <inttypes.h>
#include <string.h>

#include "entente/text.h"
#include "terms.h"

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

static bool is_unknown(const struct check_conflict *conflict) {
	return conflict->verdict.kind == ENT_VERDICT_UNKNOWN;
}

/* Of the rows that are shown, the widest vertical distance: intervals are wider than others. */
static int vertical_columns(const struct check_model *model, size_t shown) {
	char text[CHECK_SHOW_SIZE];
	int wide = 17;
	for (size_t i = 0; i < shown; i++) {
		const struct check_conflict *c = &model->conflicts[i];
		const int own = columns(
				check_show_vertical(&c->nearest, is_unknown(c), true, text));
		wide = own > wide ? own : wide;
	}
	return wide;
}

static void write_row(const struct check_model *model, const struct check_options *options,
		size_t i, int wide, FILE *out) {
	const struct check_conflict *conflict = &model->conflicts[i];
	const bool unknown = is_unknown(conflict);
	char number[CHECK_SHOW_SIZE], lateral[CHECK_SHOW_SIZE], vertical[CHECK_SHOW_SIZE];
	char place[ENT_GRIDREF_TEXT_SIZE], time[ENT_TEXT_TIME_SIZE], lasts[24], keeps[24];
	char a[CHECK_ID_SIZE + CHECK_CALLSIGN_SIZE + 4], b[sizeof a];
	(void)check_show_place(options, check_place(model, conflict), place);
	check_show_time(conflict->nearest.time_a_utc_us, time);
	check_show_duration(&conflict->verdict.witness, lasts, sizeof lasts);
	(void)snprintf(keeps, sizeof keeps, unknown ? "-" : "%d %%", check_percent(conflict));
	(void)fprintf(out, "%4s  %-18s  %-*s  %-20s  %s%*s  %9s  %5s  %s - %s\n",
			check_show_number(model, i, number),
			check_show_lateral(&conflict->nearest, lateral), wide,
			check_show_vertical(&conflict->nearest, unknown, true, vertical), time,
			place, place_columns(options) - columns(place), "", lasts, keeps,
			check_name(&model->items[conflict->a], a, sizeof a),
			check_name(&model->items[conflict->b], b, sizeof b));
}

/* With a minimum in time: where the row's time is one's only. */
static void write_other_moment(
		const struct check_model *model, const struct check_conflict *conflict, FILE *out) {
	const struct ent_witness *w = &conflict->nearest;
	char name[CHECK_ID_SIZE + CHECK_CALLSIGN_SIZE + 4], time[ENT_TEXT_TIME_SIZE];
	if (w->time_a_utc_us == w->time_b_utc_us)
		return;
	check_show_time(w->time_b_utc_us, time);
	(void)fprintf(out, "      not at one moment: %s is there at %s\n",
			check_name(&model->items[conflict->b], name, sizeof name), time);
}

/* Things with too short a notice, as text. */
enum { LATE_ROWS = 50 };

static void write_basis(
		const struct check_model *model, const struct check_conflict *conflict, FILE *out) {
	char basis[CHECK_BASIS_SIZE];
	check_show_basis(model, conflict, basis);
	(void)fprintf(out, "      by %s\n", basis);
}

static void write_offset(const struct ent_proposal *p, bool track, FILE *out) {
	const double nm = (double)(p->offset_mm < 0 ? -p->offset_mm : p->offset_mm) / 1852000.0;
	if (track)
		(void)fprintf(out, "%.1f NM to the %s", nm, p->offset_mm < 0 ? "left" : "right");
	else
		(void)fprintf(out, "%.1f NM towards %03.0f degrees", nm,
				p->azimuth_deg > 0 ? p->azimuth_deg
						   : 360.0); /* north, as one says it */
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
}

bool check_found_change(const struct check_conflict *conflict) {
	for (int k = 0; k < ENT_PROPOSAL_COUNT; k++)
		if (conflict->proposals[k].found)
			return true;
	return false;
}

static void write_proposals(
		const struct check_model *model, const struct check_conflict *conflict, FILE *out) {
	char name[CHECK_ID_SIZE + CHECK_CALLSIGN_SIZE + 4];
	(void)check_name(&model->items[conflict->proposed_for], name, sizeof name);
	if (check_found_change(conflict)) {
		(void)fprintf(out, "      proposed for %s, clear of all that was checked: ", name);
		check_write_changes(model, conflict, out);
	} else {
		(void)fprintf(out,
				"      for %s no change within the limits is clear of all that was "
				"checked",
				name);
	}
	(void)fputc('\n', out);
}

static void write_rows(
		const struct check_model *model, const struct check_options *options, FILE *out) {
	const size_t shown = model->n_conflicts < options->limit ? model->n_conflicts
								 : (size_t)options->limit;
	const int wide = vertical_columns(model, shown);
	(void)fprintf(out, "%4s  %-18s  %-*s  %-20s  %-*s  %9s  %5s  %s\n", "", "  lateral", wide,
			"  vertical", "nearest at (UTC)", place_columns(options), "place", "lasts",
			"keeps", "between");
	for (size_t i = 0; i < shown; i++) {
		write_row(model, options, i, wide, out);
		write_other_moment(model, &model->conflicts[i], out);
		if (model->terms != NULL)
			write_basis(model, &model->conflicts[i], out);
		if (model->conflicts[i].proposed)
			write_proposals(model, &model->conflicts[i], out);
	}
	if (model->n_conflicts > shown)
		(void)fprintf(out, "      and %zu more; --limit shows more, --format json all\n",
				model->n_conflicts - shown);
	(void)fputc('\n', out);
}

void check_write_text(
		const struct check_model *model, const struct check_options *options, FILE *out) {
	if (model->n_conflicts > 0)
		write_rows(model, options, out);
	check_write_end(model, out);
}

static void write_line(void *user, const char *line) {
	(void)fprintf(user, "%s\n", line);
}

static void write_note(void *user, const char *line) {
	(void)fprintf(user, "note: %s\n", line);
}

static void write_minima(const struct check_model *model, FILE *out) {
	const struct check_terms *terms = model->terms;
	char text[CHECK_NOTE_SIZE];
	if (terms == NULL) {
		check_show_minima(&model->minima, text, sizeof text);
		(void)fprintf(out, "minima: %s\n", text);
		return;
	}
	for (size_t v = 0; v < terms->n_versions; v++) {
		const struct check_version *version = &terms->version[v];
		check_show_from(terms, v, text, sizeof text);
		(void)fprintf(out, "memorandum: %s, version %s%s\n",
				ent_memodoc_terms(version->doc)->memorandum, version->hash, text);
		check_say_terms(model, v, &(struct check_lines){write_line, out});
	}
	check_say_notes(model, &(struct check_lines){write_note, out});
}

static void write_late(const struct check_model *model, FILE *out) {
	const struct check_notice *notice = model->notice;
	char text[CHECK_LATE_SIZE];
	for (size_t i = 0; notice != NULL && i < notice->n_late; i++) {
		if (i == LATE_ROWS) {
			(void)fprintf(out, "short notice: and %zu more; --format json has all\n",
					notice->n_late - i);
			return;
		}
		check_show_late(model, &notice->late[i], text, sizeof text);
		(void)fprintf(out, "short notice: %s\n", text);
	}
}

void check_write_end(const struct check_model *model, FILE *out) {
	char text[1024];
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
	write_minima(model, out);
	write_late(model, out);
	check_summary(model, text, sizeof text);
	(void)fprintf(out, "%s\n", text);
}
