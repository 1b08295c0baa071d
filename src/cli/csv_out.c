/* SPDX-License-Identifier: Apache-2.0 */
/* csv_out.c: the answer as CSV (RFC 4180), one row a conflict. */
#include "check.h"

#include <string.h>

#include "entente/text.h"
#include "terms.h"

/*
 * Quoted when it must be. A value that a spreadsheet would take for a formula gets a quote
 * mark in front, because ids and callsigns come from outside.
 */
static void write_text(FILE *out, const char *text) {
	const bool formula = text[0] != '\0' && strchr("=+-@\t", text[0]) != NULL;
	if (!formula && strpbrk(text, ",\"\r\n") == NULL) {
		(void)fputs(text, out);
		return;
	}
	(void)fputc('"', out);
	if (formula)
		(void)fputc('\'', out);
	for (; *text != '\0'; text++) {
		if (*text == '"')
			(void)fputc('"', out);
		(void)fputc(*text, out);
	}
	(void)fputc('"', out);
}

static void write_decimal(FILE *out, int64_t value, unsigned decimals) {
	char text[ENT_TEXT_DECIMAL_SIZE];
	(void)ent_text_print_decimal(value, decimals, true, text);
	(void)fprintf(out, ",%s", text);
}

static void write_time(FILE *out, int64_t utc_us) {
	char text[ENT_TEXT_TIME_SIZE];
	(void)ent_text_print_time(utc_us, text);
	(void)fprintf(out, ",%s", text);
}

static void write_side(FILE *out, const struct check_item *item) {
	const char *const members[] = {item->id, item->callsign, item->icao24};
	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
		(void)fputc(',', out);
		write_text(out, members[i]);
	}
}

static void write_place(FILE *out, const struct check_options *options, struct ent_point at) {
	char text[ENT_GRIDREF_TEXT_SIZE];
	(void)fputc(',', out);
	write_text(out, check_show_place(options, at, text));
}

/* What it is ranked by. */
static void write_nearest(FILE *out, const struct check_conflict *conflict, bool unknown) {
	write_time(out, conflict->nearest.time_a_utc_us);
	write_decimal(out, conflict->nearest.lateral_mm, 3);
	if (unknown) {
		(void)fputs(",,", out);
		return;
	}
	write_decimal(out, conflict->nearest.vertical_lo_mm, 3);
	write_decimal(out, (int64_t)(conflict->share * 1e4), 4);
}

/* What it rests on: clauses with a space between them; of several versions with a semicolon. */
static void write_basis(
		FILE *out, const struct check_model *model, const struct check_conflict *conflict) {
	const char *clause[CHECK_CLAUSES_MAX];
	struct check_basis basis;
	check_basis_of(model->terms, &model->items[conflict->a], &model->items[conflict->b],
			&basis);
	(void)fprintf(out, ",%s,", ent_memodoc_terms(model->terms->version[0].doc)->memorandum);
	for (size_t i = 0; i < basis.n; i++)
		(void)fprintf(out, "%s%s", i > 0 ? ";" : "", basis.by[i].version->hash);
	for (size_t i = 0; i < basis.n; i++) {
		const size_t n = check_clauses(&basis.by[i].apart, clause);
		(void)fputs(i > 0 ? ";" : ",", out);
		for (size_t k = 0; k < n; k++)
			(void)fprintf(out, "%s%s", k > 0 ? " " : "", clause[k]);
	}
}

ent_status check_write_csv(
		const struct check_model *model, const struct check_options *options, FILE *out) {
	(void)fputs("verdict,a_id,a_callsign,a_icao24,b_id,b_callsign,b_icao24,first,last,time,"
		    "time_b,"
		    "lat_deg,lon_deg,b_lat_deg,b_lon_deg,lateral_m,vertical_m,vertical_max_m,"
		    "nearest_time,nearest_lateral_m,nearest_vertical_m,share",
			out);
	(void)fputs(options->coordinates_given ? ",place,b_place" : "", out);
	(void)fputs(model->terms != NULL ? ",memorandum,version,clauses\r\n" : "\r\n", out);
	for (size_t i = 0; i < model->n_conflicts; i++) {
		const struct check_conflict *conflict = &model->conflicts[i];
		const struct ent_witness *w = &conflict->verdict.witness;
		const bool unknown = conflict->verdict.kind == ENT_VERDICT_UNKNOWN;
		(void)fputs(unknown ? "unknown" : "conflict", out);
		write_side(out, &model->items[conflict->a]);
		write_side(out, &model->items[conflict->b]);
		write_time(out, w->first_utc_us);
		write_time(out, w->last_utc_us);
		write_time(out, w->time_a_utc_us);
		write_time(out, w->time_b_utc_us);
		write_decimal(out, w->at_a.lat_ndeg, 9);
		write_decimal(out, w->at_a.lon_ndeg, 9);
		write_decimal(out, w->at_b.lat_ndeg, 9);
		write_decimal(out, w->at_b.lon_ndeg, 9);
		write_decimal(out, w->lateral_mm, 3);
		if (unknown) {
			(void)fputs(",,", out);
		} else {
			write_decimal(out, w->vertical_lo_mm, 3);
			write_decimal(out, w->vertical_hi_mm, 3);
		}
		write_nearest(out, conflict, unknown);
		if (options->coordinates_given) {
			write_place(out, options, w->at_a);
			write_place(out, options, w->at_b);
		}
		if (model->terms != NULL)
			write_basis(out, model, conflict);
		(void)fputs("\r\n", out);
	}
	return ferror(out) ? ENT_E_IO : ENT_OK;
}
