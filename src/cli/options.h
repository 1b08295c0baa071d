/* SPDX-License-Identifier: Apache-2.0 */
/*
 * options.h: what the command line of `entente check` says. One table feeds the parser, the
 * help and the test that compares both with the man page.
 */
#ifndef ENTENTE_CLI_OPTIONS_H
#define ENTENTE_CLI_OPTIONS_H

#include <stdio.h>

#include "entente/gridref.h"
#include "read.h"

enum check_format { CHECK_TEXT, CHECK_JSON, CHECK_GEOJSON, CHECK_CSV };

enum { CHECK_NAMES_MAX = 4096 };

struct check_names {
	const char *name[CHECK_NAMES_MAX];
	size_t n;
};

struct check_options {
	struct ent_minima minima;
	bool minima_given;      /* one of the three */
	const char *memorandum; /* a file, or with data an id; NULL: none */
	bool at_given;
	int64_t at_utc_us; /* when what was read is told */
	const char *data;  /* a directory on which a node runs; NULL: none is asked */
	struct check_names files, against, together;
	struct check_scope scope;
	bool propose, earlier, skip_bad, recorded, progress, help;
	enum check_format format;
	bool coordinates_given;
	enum ent_gridref_form coordinates; /* decimal degrees where not given */
	const char *html, *output;         /* NULL: none, standard output */
	uint64_t max_input_bytes;
	uint64_t limit; /* rows of text */
	struct ent_air air;
};

/* False: a message with the option's name is in reterr_fault. Texts are borrowed from argv. */
bool check_options_parse(int argc, char **argv, struct check_options *ret_options,
		struct ent_fault *reterr_fault);

void check_options_help(FILE *out);

#endif
