/* SPDX-License-Identifier: Apache-2.0 */
/*
 * option.h: the options of a command line, --name VALUE or --name=VALUE, and what their values say. Each command has
 * a table of its own, whose rows begin with a struct ent_option; what is the same for all of them is here: how an option
 * is found and parted from its value, what is said of one that there is not, and numbers, times and words within their
 * bounds. Depends on: base, wire.
 *
 * A value does not begin with "--": that is the next option; --name=--value gives such a one. Nothing is kept: all texts
 * are borrowed from the table and from argv. Faults are E_SYNTAX unless said otherwise. Those of values have no 'where',
 * which is the caller's: an option, or a line of a file.
 */
#ifndef ENTENTE_OPTION_H
#define ENTENTE_OPTION_H

#include <stdbool.h>
#include <stdio.h>

#include "entente/base.h"

enum { ENT_OPTION_WHERE_SIZE = 80 };

/* Counts are looked at up to here: 1e12. */
#define ENT_OPTION_COUNT_MAX INT64_C(1000000000000)

struct ent_option {
	const char *name;  /* without its dashes */
	const char *value; /* what stands for it in the help; NULL: it takes none */
	const char *help;
};

struct ent_option_table {
	const char *command; /* "check": --help of this one is pointed to */
	const void *rows;    /* each begins with a struct ent_option */
	size_t n, row_size;
};
const struct ent_option *ent_option_at(const struct ent_option_table *table, size_t i);
/* NULL: there is none of that name, given without dashes. */
const struct ent_option *ent_option_find(
		const struct ent_option_table *table, const char *name, size_t length);

/* What stands at argv[0], and perhaps at argv[1]. */
struct ent_option_taken {
	const struct ent_option *option;   /* NULL: no option of this table */
	const char *value;                 /* NULL: none was given */
	const char *argument;              /* argv[0] */
	char where[ENT_OPTION_WHERE_SIZE]; /* "--name", fit to be shown */
	int used;                          /* of argv: 1 or 2 */
};
/*
 * Parts them; argc is 1 or more. What stands behind an option that there is not is taken for its value, so that one slip
 * is one fault. Nothing is judged, see ent_option_check.
 */
void ent_option_split(const struct ent_option_table *table, int argc, char **argv,
		struct ent_option_taken *ret_taken);
/* E_MISSING: there is no such option, with the name that is near; or its value is missing. E_SYNTAX: it takes none. */
ENT_MUST_USE ent_status ent_option_check(const struct ent_option_table *table,
		const struct ent_option_taken *taken, struct ent_fault *reterr_fault);
/* Both. */
ENT_MUST_USE ent_status ent_option_take(const struct ent_option_table *table, int argc, char **argv,
		struct ent_option_taken *ret_taken, struct ent_fault *reterr_fault);
/*
 * For a command of several actions: the first option that was given and that this action would pass over, by 'given', as
 * long as the table. 'has' are the names of those that it has, NULL behind the last of fewer than 'has_most'. E_SYNTAX.
 */
ENT_MUST_USE ent_status ent_option_check_action(const struct ent_option_table *table,
		const bool *given, const char *const *has, size_t has_most,
		struct ent_fault *reterr_fault);
/* --- A whole command line, into a struct --- */

/* A table's row, then. */
struct ent_option_row {
	struct ent_option is;
	/*
	 * Where in the struct: a bool of an option without a value, else a const char *, of which the last counts; with
	 * 'most' so many of them, one behind another.
	 */
	size_t at, most;
};
struct ent_option_words {
	const char *action;    /* the first word without dashes; NULL: none */
	const char **operands; /* the others, 'capacity' at the most */
	size_t n, capacity;
	bool *given; /* by the rows, as long as the table */
};
/*
 * Rows are struct ent_option_row, the struct was zeroed, and 'words' has room. As ent_option_take; E_LIMIT: one word too
 * many, or an option too often.
 */
ENT_MUST_USE ent_status ent_option_take_all(const struct ent_option_table *table, int argc,
		char **argv, void *asked, struct ent_option_words *words,
		struct ent_fault *reterr_fault);

/* Says of a name, shown as 'where', that there is none such; 'dashes' stands before the one that is near. */
void ent_option_unknown(const struct ent_option_table *table, const char *where, const char *name,
		const char *dashes, struct ent_fault *reterr_fault);
/* --- Help, in lines of 80 columns at the most, as a terminal has them --- */

/*
 * Text of which each line is a paragraph, or one of the usage ("usage: entente ..." and 7 blanks): too long ones are broken at
 * blanks, those of the usage only before an option, below what the first one has there.
 */
void ent_option_say(FILE *out, const char *text);
/* "  --name VALUE  help (initial)"; name and value in a column so wide. 'initial' may be NULL. */
void ent_option_print(FILE *out, const struct ent_option *option, const char *initial, int width);
/* Each of the table so. */
void ent_option_print_all(FILE *out, const struct ent_option_table *table, int width);

/* --- Values: in least..most, or the fault says so --- */

/* A whole number; -ENT_OPTION_COUNT_MAX..ENT_OPTION_COUNT_MAX at the most. */
ENT_MUST_USE ent_status ent_option_count(const char *text, size_t length, int64_t least,
		int64_t most, int64_t *ret_count, struct ent_fault *reterr_fault);
/* Any number, to the nearest millionth. */
ENT_MUST_USE ent_status ent_option_number(const char *text, size_t length, double least,
		double most, double *ret_number, struct ent_fault *reterr_fault);
/* A time with its unit ("1h30min", see text.h), in microseconds. */
ENT_MUST_USE ent_status ent_option_duration(const char *text, size_t length, int64_t least_us,
		int64_t most_us, int64_t *ret_us, struct ent_fault *reterr_fault);
/* Which one of these words it is. */
ENT_MUST_USE ent_status ent_option_word(const char *text, const char *const *words, size_t n,
		size_t *ret_word, struct ent_fault *reterr_fault);

#endif
