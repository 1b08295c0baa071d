/* SPDX-License-Identifier: Apache-2.0 */
/*
 * read.h: every input of `entente check`, from bytes to items of the model.
 * docs/formats.md says what each format may hold and by which rules traffic is
 * cleaned.
 *
 * A reader fills one model from any number of inputs. What is wrong with an input becomes
 * a fault: the file, the feature or line with the member, and the reason. It goes on after
 * a fault, so that all of them can be shown at once, up to a limit; the rest is counted.
 *
 * Memory is bounded by the limits below whatever the input says: a compressed input that
 * grows without end, a line of a gigabyte or a deep nest ends in a fault.
 */
#ifndef ENTENTE_CLI_READ_H
#define ENTENTE_CLI_READ_H

#include "entente/stream.h"
#include "model.h"

enum {
	CHECK_FAULTS_SHOWN_DEFAULT = 20,
	CHECK_FAULT_FILE_SIZE = 128,
	CHECK_SOURCES_MAX = 4096,
};

/*
 * Flights and volumes of one run: with one report each they take about 0.8 GB. (A test of
 * what happens there makes it smaller.)
 */
#ifndef CHECK_ITEMS_MAX
#define CHECK_ITEMS_MAX 1000000
#endif
#define CHECK_ITEMS_MAX_WHY "more than %d flights and volumes in one run; divide the input"

/* One input after unzipping, in bytes; `--max-input`. */
#define CHECK_INPUT_MAX_DEFAULT (UINT64_C(256) << 20)
/* Reports of traffic in one input: 40 bytes each are held until it is cleaned. */
#define CHECK_REPORTS_MAX 8000000

/* --- Faults --- */

struct check_fault {
	char file[CHECK_FAULT_FILE_SIZE]; /* as given, shown by ent_text_show */
	struct ent_fault fault;
};

struct check_faults {
	struct check_fault *shown; /* the first of them, owned */
	size_t n_shown, limit;
	uint64_t total; /* all, the ones not kept too */
};

/* Keeps the first 'limit' faults (0: CHECK_FAULTS_SHOWN_DEFAULT), at most 10,000. E_MEMORY. */
ENT_MUST_USE ent_status check_faults_init(struct check_faults *faults, size_t limit);
/* Also for faults of the program's own, such as an option's value. */
void check_faults_add(struct check_faults *faults, const char *file, const struct ent_fault *fault);
/* Zeroed and finished ones are fine. */
void check_faults_finish(struct check_faults *faults);

/* --- Reading --- */

/* How much of the input has been read; total is 0 when not known. */
typedef void (*check_read_progress_fn)(
		void *user, const char *name, uint64_t bytes, uint64_t total);

struct check_read_options {
	bool recorded;                  /* tracks of formats that plans have too are recordings */
	bool skip_bad;                  /* leave out what is bad, count it, and go on */
	uint64_t max_input_bytes;       /* 0: CHECK_INPUT_MAX_DEFAULT */
	struct ent_air air;             /* for items whose input says nothing of QNH or ground */
	struct ent_tolerance tolerance; /* for tracks whose input says none */
	bool default_ref_given;         /* for altitudes whose input names no reference */
	enum ent_altitude_ref default_ref;
	check_read_progress_fn progress; /* NULL is fine */
	void *progress_user;
};

struct check_reader;

/*
 * 'model' and 'faults' are borrowed until the reader is destroyed; the model starts zeroed
 * (minima may be set). Options are copied. E_MEMORY.
 */
ENT_MUST_USE ent_status check_reader_create(struct check_model *model, struct check_faults *faults,
		const struct check_read_options *options, struct check_reader **ret_reader);

/*
 * Reads the named file, or standard input for "-"; appends one source and its items, adds
 * to the model's cleaning, left_out and no_altitude_flights. Formats are recognised by
 * content, gzip included. OK: all was read, or what was bad was left out and counted
 * (skip_bad). Otherwise a fault has been added, and the status is that of the first one:
 * E_IO (cannot be opened or read, also with skip_bad), E_MEMORY (also with skip_bad),
 * E_SYNTAX, E_DOMAIN, E_SHAPE, E_MISSING, E_LIMIT, E_REFUSED. Items that were good are in
 * the model even then, so that further inputs can be read for their faults.
 */
ENT_MUST_USE ent_status check_read_file(
		struct check_reader *reader, const char *name, bool against);

/* The same from any stream of bytes; 'name' is what faults and the source say. */
ENT_MUST_USE ent_status check_read_stream(struct check_reader *reader, const char *name,
		bool against, ent_read_fn read, void *user);

/* NULL is fine. The model stays. */
void check_reader_destroy(struct check_reader *reader);

/* --- Altitudes as text, for options too --- */

/*
 * "FL350", "3000 ft AMSL", "150 m AGL", "120m W84", "GND" or "SFC" (0 m AGL), "UNL" (the
 * reference W84 and ENT_ALTITUDE_UNBOUNDED_ABOVE). "MSL" is taken for AMSL, "HAE" and
 * "WGS84" for W84. A text that names no reference has *default_ref; NULL: it is refused.
 * E_SYNTAX; E_DOMAIN outside ENT_ALTITUDE_MIN_MM..ENT_ALTITUDE_MAX_MM.
 */
ENT_MUST_USE ent_status check_altitude_parse(const char *text, size_t length,
		const enum ent_altitude_ref *default_ref, struct ent_altitude *ret_altitude,
		struct ent_fault *reterr_fault);

/* The name of a reference as above, in any case. E_SYNTAX. */
ENT_MUST_USE ent_status check_altitude_ref_parse(const char *text, size_t length,
		enum ent_altitude_ref *ret_ref, struct ent_fault *reterr_fault);

/* Frees sources, items (their volumes released) and conflicts, and zeroes the model. A zeroed one is fine. */
void check_model_finish(struct check_model *model);

#endif
