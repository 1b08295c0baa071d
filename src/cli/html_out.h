/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html_out.h: the answer as one page that needs nothing else: a map of the tracks and
 * conflicts, an altitude profile of each conflict, a table. The page reads without scripts;
 * a small one in it adds zooming and sorting. All text from outside is escaped.
 */
#ifndef ENTENTE_CLI_HTML_OUT_H
#define ENTENTE_CLI_HTML_OUT_H

#include "check.h"

enum {
	HTML_PROFILES_MAX = 60,  /* conflicts with a profile, the worst */
	HTML_ROWS_MAX = 2000,    /* and in the table: browsers take no more at once */
	HTML_LABELS_MAX = 40,    /* items; with more, no names are drawn on the map */
	HTML_MARKS_MAX = 1000,   /* conflicts marked on the map */
	HTML_TRACKS_MAX = 20000, /* items drawn on the map */
};

ENT_MUST_USE ent_status check_write_html(
		const struct check_model *model, const struct check_options *options, FILE *out);

/* The parts of the page, each in a file of its own. */
void html_map(const struct check_model *model, FILE *out);
void html_profile(const struct check_model *model, size_t conflict, FILE *out);

/* Escaped for HTML text and attributes. */
void html_text(FILE *out, const char *text);
void html_time(FILE *out, int64_t utc_us); /* to the second */

/* "conflict", or "unknown": of a pair without a common altitude reference. */
bool html_is_unknown(const struct check_conflict *conflict);

#endif
