/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grid.c: every reference is read before any is shown, so that a faulty one leaves no answer
 * that could be taken for its own.
 *
 * A reference stands first as it was understood, in its own form and precision; the other
 * forms then show its place, of a cell the middle, to about a metre.
 */
#include "grid.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "entente/gridref.h"
#include "entente/jsonout.h"
#include "entente/option.h"
#include "entente/text.h"

#define METRES 3
#define DEGREES 9

enum { STATUS_FINE = 0, STATUS_REFUSED = 2, REFERENCES_MAX = 4096 };

struct request {
	bool json, help;
	const char *text[REFERENCES_MAX];
	struct ent_gridref reference[REFERENCES_MAX];
	size_t n;
};

static bool is_cell(const struct ent_gridref *reference) {
	return reference->form == ENT_GRIDREF_MGRS || reference->form == ENT_GRIDREF_GARS ||
			reference->form == ENT_GRIDREF_GEOREF;
}

/*
 * As it was understood. A cell is its own letters and digits: its middle, printed again, may
 * lie in the next zone when the zone's border cuts it.
 */
static void spell(const char *text, const struct ent_gridref *reference,
		char ret_text[ENT_GRIDREF_TEXT_SIZE]) {
	size_t n = 0;
	if (!is_cell(reference)) {
		(void)ent_gridref_print(
				reference->centre, reference->form, reference->precision, ret_text);
		return;
	}
	for (; *text != '\0' && n + 1 < ENT_GRIDREF_TEXT_SIZE; text++) {
		const char c = *text >= 'a' && *text <= 'z' ? (char)(*text - 'a' + 'A') : *text;
		if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
			ret_text[n++] = c;
	}
	ret_text[n] = '\0';
}

/* Of that form: its own spelling, or the place in it. */
static const char *show(const struct request *request, size_t i, enum ent_gridref_form form,
		char ret_text[ENT_GRIDREF_TEXT_SIZE]) {
	const struct ent_gridref *reference = &request->reference[i];
	if (reference->form == form)
		spell(request->text[i], reference, ret_text);
	else
		(void)ent_gridref_print(reference->centre, form, ent_gridref_usual(form), ret_text);
	return ret_text;
}

/* --- Text --- */

/* Outward as they are stored, so that nothing of the cell is left out. */
static void write_corners(const struct ent_gridref_cell *cell) {
	char south_west[ENT_GRIDREF_TEXT_SIZE], north_east[ENT_GRIDREF_TEXT_SIZE];
	(void)ent_gridref_print((struct ent_point){cell->south_ndeg, cell->west_ndeg},
			ENT_GRIDREF_DECIMAL, DEGREES, south_west);
	(void)ent_gridref_print((struct ent_point){cell->north_ndeg, cell->east_ndeg},
			ENT_GRIDREF_DECIMAL, DEGREES, north_east);
	(void)printf("  corners  %s to %s\n", south_west, north_east);
}

static void write_text(const struct request *request) {
	char text[ENT_GRIDREF_TEXT_SIZE], radius[ENT_TEXT_DECIMAL_SIZE];
	for (size_t i = 0; i < request->n; i++) {
		const struct ent_gridref *reference = &request->reference[i];
		(void)printf("%s %s: ", ent_gridref_form_word(reference->form),
				show(request, i, reference->form, text));
		if (is_cell(reference)) {
			(void)ent_text_print_decimal(reference->radius_mm, METRES, true, radius);
			(void)printf("a cell, all of it within %s m of its middle\n", radius);
		} else {
			(void)puts("a point");
		}
		for (int form = 0; form < ENT_GRIDREF_FORM_COUNT; form++)
			(void)printf("  %-7s  %s\n",
					ent_gridref_form_word((enum ent_gridref_form)form),
					show(request, i, (enum ent_gridref_form)form, text));
		if (reference->cell.north_ndeg > reference->cell.south_ndeg)
			write_corners(&reference->cell);
	}
}

/* --- JSON --- */

static void member_decimal(
		struct ent_jsonout *out, const char *name, int64_t value, unsigned decimals) {
	ent_jsonout_name(out, name);
	ent_jsonout_decimal(out, value, decimals);
}

static void member_string(struct ent_jsonout *out, const char *name, const char *value) {
	ent_jsonout_name(out, name);
	ent_jsonout_string(out, value);
}

static void write_reference(struct ent_jsonout *out, const struct request *request, size_t i) {
	const struct ent_gridref *reference = &request->reference[i];
	const struct ent_gridref_cell *cell = &reference->cell;
	char text[ENT_GRIDREF_TEXT_SIZE];
	ent_jsonout_object_begin(out);
	member_string(out, "given", request->text[i]);
	member_string(out, "form", ent_gridref_form_word(reference->form));
	member_decimal(out, "lat_deg", reference->centre.lat_ndeg, DEGREES);
	member_decimal(out, "lon_deg", reference->centre.lon_ndeg, DEGREES);
	member_decimal(out, "radius_m", reference->radius_mm, METRES);
	for (int form = 0; form < ENT_GRIDREF_FORM_COUNT; form++)
		member_string(out, ent_gridref_form_word((enum ent_gridref_form)form),
				show(request, i, (enum ent_gridref_form)form, text));
	if (cell->north_ndeg > cell->south_ndeg) {
		ent_jsonout_name(out, "corners");
		ent_jsonout_object_begin(out);
		member_decimal(out, "south_deg", cell->south_ndeg, DEGREES);
		member_decimal(out, "west_deg", cell->west_ndeg, DEGREES);
		member_decimal(out, "north_deg", cell->north_ndeg, DEGREES);
		member_decimal(out, "east_deg", cell->east_ndeg, DEGREES);
		ent_jsonout_object_end(out);
	}
	ent_jsonout_object_end(out);
}

static ent_status write_json(const struct request *request) {
	struct ent_jsonout out;
	ent_jsonout_init(&out, ent_jsonout_to_file, stdout, 2);
	ent_jsonout_object_begin(&out);
	ent_jsonout_name(&out, "references");
	ent_jsonout_array_begin(&out);
	for (size_t i = 0; i < request->n; i++)
		write_reference(&out, request, i);
	ent_jsonout_array_end(&out);
	ent_jsonout_object_end(&out);
	return ent_jsonout_finish(&out);
}

/* --- The command line --- */

static const struct ent_option rows[] = {
		{"format", "FORMAT", "text or json (text)"},
		{"help", NULL, "this text"},
};

enum { ROWS = sizeof rows / sizeof rows[0] };
static const struct ent_option_table table = {"grid", rows, ROWS, sizeof rows[0]};

/* *i moves past its value. */
static bool take_option(struct request *request, int argc, char **argv, int *i) {
	static const char *const formats[] = {"text", "json"};
	struct ent_option_taken taken;
	struct ent_fault fault;
	size_t format;
	if (ent_option_take(&table, argc - *i, argv + *i, &taken, &fault) != ENT_OK) {
		(void)fprintf(stderr, "entente: %s%s%s\n", fault.where,
				fault.where[0] != '\0' ? ": " : "", fault.why);
		return false;
	}
	*i += taken.used - 1;
	if (taken.value == NULL) {
		request->help = true;
	} else if (ent_option_word(taken.value, formats, 2, &format, &fault) == ENT_OK) {
		request->json = format == 1;
	} else {
		(void)fprintf(stderr, "entente: %s: %s\n", taken.where, fault.why);
		return false;
	}
	return true;
}

/* A minus before a digit is a southern latitude, not an option. */
static bool is_option(const char *argument) {
	return argument[0] == '-' && (argument[1] < '0' || argument[1] > '9');
}

static bool take_reference(struct request *request, const char *text) {
	struct ent_fault fault;
	if (request->n == REFERENCES_MAX) {
		(void)fprintf(stderr, "entente: REFERENCE: more than %d references\n",
				REFERENCES_MAX);
		return false;
	}
	request->text[request->n] = text;
	if (ent_gridref_parse(text, strlen(text), &request->reference[request->n], &fault) !=
			ENT_OK) {
		(void)fprintf(stderr, "entente: %s\n", fault.why);
		return false;
	}
	request->n++;
	return true;
}

/* Goes on after a faulty reference, so that all of them are said. */
static bool take_arguments(struct request *request, int argc, char **argv) {
	bool fine = true, only_references = false;
	for (int i = 0; i < argc; i++) {
		if (only_references || !is_option(argv[i])) {
			fine = take_reference(request, argv[i]) && fine;
		} else if (strcmp(argv[i], "--") == 0) {
			only_references = true;
		} else if (strcmp(argv[i], "-h") == 0) {
			request->help = true;
		} else if (!take_option(request, argc, argv, &i)) {
			return false;
		}
	}
	return fine;
}

void grid_help(FILE *out) {
	ent_option_say(out,
			"usage: entente grid [OPTION]... REFERENCE...\n"
			"Shows each place in every form. A REFERENCE is one argument, for example "
			"'47.4583N 8.5480E', 472730N0083253E, \"47 27.5N 8 32.9E\", "
			"32TMT6593156194, 378ML11 (GARS) or NKJC3227 (GEOREF).\n"
			"\n");
	ent_option_print_all(out, &table, 22);
	ent_option_say(out,
			"\n"
			"Exit status: 0 all were shown; 2 something was not understood, and "
			"nothing is shown.\n");
}

static int run(const struct request *request) {
	if (request->n == 0) {
		(void)fputs("entente: REFERENCE: none given; try entente grid --help\n", stderr);
		return STATUS_REFUSED;
	}
	if (!request->json)
		write_text(request);
	if ((request->json && write_json(request) != ENT_OK) || fflush(stdout) != 0 ||
			ferror(stdout)) {
		(void)fprintf(stderr, "entente: standard output: cannot be written: %s\n",
				strerror(errno));
		return STATUS_REFUSED;
	}
	return STATUS_FINE;
}

int grid_main(int argc, char **argv) {
	struct request *request = calloc(1, sizeof *request);
	int status = STATUS_REFUSED;
	if (request == NULL) {
		(void)fputs("entente: out of memory\n", stderr);
		return status;
	}
	if (take_arguments(request, argc, argv)) {
		if (request->help)
			grid_help(stdout);
		status = request->help ? STATUS_FINE : run(request);
	}
	free(request);
	return status;
}
