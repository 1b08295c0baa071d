/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check.h: `entente check`, from options to a filled model; and the writers of its answer.
 */
#ifndef ENTENTE_CLI_CHECK_H
#define ENTENTE_CLI_CHECK_H

#include "entente/jsonout.h"
#include "entente/text.h"
#include "options.h"

/* Conflicts in one answer; beyond that it holds those that were found first, and says so. */
enum { CHECK_CONFLICTS_MAX = 1000000 };

int check_main(int argc, char **argv);

/*
 * Finds the conflicts among the model's items; keeps those that the options ask for, the
 * worst first. E_MEMORY; E_LIMIT: more pairs to judge than can be, and no conflict among those
 * that were.
 */
ENT_MUST_USE ent_status check_find(struct check_model *model, const struct check_options *options,
		ent_index_progress_fn progress, void *progress_user);

/* Fills in what conflicts are ranked by, and puts the least share of the minima first. */
void check_rank(struct check_model *model);

/*
 * With --propose: for each conflict that will be shown, the smallest changes that take one of
 * the two clear of all that is checked. What moves: what is not from --against; an F3548
 * intent (drones give way), else a flight, else item a. E_MEMORY.
 */
ENT_MUST_USE ent_status check_propose(struct check_model *model,
		const struct check_options *options, const struct ent_index_snapshot *snapshot,
		ent_index_progress_fn progress, void *progress_user);

/* Does an item's time meet that of the scope, or come that near to it? */
bool check_in_time(const struct check_item *item, const struct check_scope *scope, int64_t more_us);

/* Does a flight touch the area during that time, or the box around a volume? */
bool check_in_scope(const struct check_item *item, const struct check_scope *scope);

/* Does some part of a conflict lie there: a flight while it is in conflict, or both volumes? */
bool check_happens_in_scope(const struct check_item *a, const struct check_item *b,
		const struct ent_witness *w, const struct check_scope *scope);

/* Do --together's names let these two fly near one another? */
bool check_together(const struct check_options *options, const struct check_item *a,
		const struct check_item *b);

/* Is what --against has a version of this very operational intent? It is no traffic to itself. */
bool check_is_own_version(const struct check_model *model, const struct check_item *item,
		const struct check_item *filed);

/* Is this item called so: its id (or that with #2 and so on behind it), callsign or address? */
bool check_is_called(const struct check_item *item, const char *name, size_t length);

/* Is this a flight (a track), not a volume? */
bool check_is_flight(const struct check_item *item);

/* "no conflict found among ..." or how many were found; one line without a break. */
void check_summary(const struct check_model *model, char *text, size_t size);

/* What a person calls an item: callsign and address, or its id. Shown as printable text. */
const char *check_name(const struct check_item *item, char *text, size_t size);

/*
 * Where a person looks at the nearest moment: where the flight is, when a is none and b is one. A witness places a
 * circle at its centre and a corridor on its line, which may be far from the flight.
 */
struct ent_point check_place(
		const struct check_model *model, const struct check_conflict *conflict);

/* A place in the form that --coordinates says; decimal degrees without it. Returns the text. */
const char *check_show_place(const struct check_options *options, struct ent_point at,
		char text[ENT_GRIDREF_TEXT_SIZE]);

/* --- What a person reads: as it stands in the text and on the page --- */

enum { CHECK_SHOW_SIZE = 96 };

/* "  0.41 NM     765 m", rounded down. */
const char *check_show_lateral(const struct ent_witness *w, char text[CHECK_SHOW_SIZE]);

/* "118 ft", "0 to 1043 ft" or "unknown"; 'metres': also in those, and in columns. */
const char *check_show_vertical(
		const struct ent_witness *w, bool unknown, bool metres, char text[CHECK_SHOW_SIZE]);

/* What a conflict is called, "1", "2"; unknown pairs have their own numbers, "U1". */
const char *check_show_number(
		const struct check_model *model, size_t conflict, char text[CHECK_SHOW_SIZE]);

/* "lateral 5 NM (9260 m), vertical 1000 ft (304.8 m), time 0 s" */
void check_show_minima(const struct ent_minima *minima, char *text, size_t size);

/* To the second; the fraction stands in the other formats. */
void check_show_time(int64_t utc_us, char text[ENT_TEXT_TIME_SIZE]);

/* "0:04:05", or "unbounded": from the first moment of conflict to the last. */
void check_show_duration(const struct ent_witness *w, char *text, size_t size);

/* Of the least share of the minima, whole percents, rounded down. */
int check_percent(const struct check_conflict *conflict);

/* Does any of the proposals say how? */
bool check_found_change(const struct check_conflict *conflict);

/* What a conflict's proposals are, as one line without a break; no text from outside. */
void check_write_changes(
		const struct check_model *model, const struct check_conflict *conflict, FILE *out);

/* --- Writers --- */

void check_write_text(
		const struct check_model *model, const struct check_options *options, FILE *out);
/* What text ends with: the cleaning, the minima and the summary. */
void check_write_end(const struct check_model *model, FILE *out);
ENT_MUST_USE ent_status check_write_json(
		const struct check_model *model, const struct check_options *options, FILE *out);
ENT_MUST_USE ent_status check_write_geojson(
		const struct check_model *model, const struct check_options *options, FILE *out);
ENT_MUST_USE ent_status check_write_csv(
		const struct check_model *model, const struct check_options *options, FILE *out);

#endif
