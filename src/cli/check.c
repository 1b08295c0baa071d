/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check.c: `entente check` from its command line to its exit status.
 *
 * Nothing is written as an answer until everything is known: with bad input there is no
 * answer at all, and files are written aside and renamed.
 */
#include "check.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "html_out.h"
#include "terms.h"

enum { STATUS_CLEAR = 0, STATUS_CONFLICT = 1, STATUS_INCOMPLETE = 2 };

/* A bar on a terminal, from the second second on. */
struct bar {
	bool wanted, shown;
	struct timespec start;
	int last_percent;
	const char *what;
};

static void show_bar(struct bar *bar, uint64_t done, uint64_t total) {
	struct timespec now;
	if (!bar->wanted || total == 0 || clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		return;
	const double seconds = (double)(now.tv_sec - bar->start.tv_sec) +
			1e-9 * (double)(now.tv_nsec - bar->start.tv_nsec);
	const int percent = (int)(done * 100 / total);
	if (seconds < 1 || percent == bar->last_percent)
		return;
	static const char full[] = "########################################";
	(void)fprintf(stderr, "\r%s [%-40.*s] %3d %%", bar->what, percent * 40 / 100, full,
			percent);
	bar->last_percent = percent;
	bar->shown = true;
}

static void clear_bar(struct bar *bar) {
	if (bar->shown)
		(void)fprintf(stderr, "\r%70s\r", "");
	bar->shown = false;
}

static void read_progress(void *user, const char *name, uint64_t bytes, uint64_t total) {
	struct bar *bar = user;
	(void)name;
	bar->what = "reading ";
	show_bar(bar, bytes, total);
}

static bool find_progress(void *user, uint64_t done, uint64_t total) {
	struct bar *bar = user;
	bar->what = "checking";
	show_bar(bar, done, total);
	return true;
}

static void print_faults(const struct check_faults *faults) {
	for (size_t i = 0; i < faults->n_shown; i++) {
		const struct check_fault *f = &faults->shown[i];
		char file[CHECK_FAULT_FILE_SIZE];
		(void)fprintf(stderr, "entente: %s%s%s: %s\n",
				ent_text_show(f->file, strlen(f->file), file, sizeof file),
				f->fault.where[0] != '\0' ? ": " : "", f->fault.where,
				f->fault.why);
	}
	if (faults->total > faults->n_shown)
		(void)fprintf(stderr, "entente: and %" PRIu64 " more\n",
				faults->total - faults->n_shown);
}

/* ret_skippable: would --skip-bad have gone on? */
static bool read_all(struct check_model *model, const struct check_options *options,
		struct check_faults *faults, struct bar *bar, bool *ret_skippable) {
	const struct check_read_options how = {.recorded = options->recorded,
			.skip_bad = options->skip_bad,
			.max_input_bytes = options->max_input_bytes,
			.air = options->air,
			.progress = read_progress,
			.progress_user = bar};
	struct check_reader *reader;
	if (check_reader_create(model, faults, &how, &reader) != ENT_OK)
		return false;
	bool fine = true;
	*ret_skippable = !options->skip_bad;
	for (size_t i = 0; i < options->files.n + options->against.n; i++) {
		const bool against = i >= options->files.n;
		const char *name = against ? options->against.name[i - options->files.n]
					   : options->files.name[i];
		const ent_status status = check_read_file(reader, name, against);
		fine = fine && status == ENT_OK;
		if (status == ENT_E_IO || status == ENT_E_MEMORY)
			*ret_skippable = false;
	}
	check_reader_destroy(reader);
	return fine;
}

static ent_status write_answer(
		const struct check_model *model, const struct check_options *options, FILE *out) {
	ent_status status = ENT_OK;
	switch (options->format) {
	case CHECK_TEXT:
		check_write_text(model, options, out);
		break;
	case CHECK_JSON:
		status = check_write_json(model, options, out);
		break;
	case CHECK_GEOJSON:
		status = check_write_geojson(model, options, out);
		break;
	case CHECK_CSV:
		status = check_write_csv(model, options, out);
		/* Rows have no place for what was left out. */
		if (status == ENT_OK && fflush(out) == 0)
			check_write_end(model, stderr);
		break;
	}
	return status == ENT_OK && (fflush(out) != 0 || ferror(out)) ? ENT_E_IO : status;
}

static ent_status write_page(
		const struct check_model *model, const struct check_options *options, FILE *out) {
	const ent_status status = check_write_html(model, options, out);
	return status == ENT_OK && (fflush(out) != 0 || ferror(out)) ? ENT_E_IO : status;
}

typedef ent_status (*write_fn)(
		const struct check_model *model, const struct check_options *options, FILE *out);

/* A file of an answer: written aside, and put in its place when all of the answer is whole. */
struct output {
	const char *name;
	char aside[4096]; /* "" when there is nothing to put in its place, or to take away */
};

/* mkstemp's file is for its owner alone; an answer is for those who might read what it replaces, or the umask's. */
static mode_t mode_of_answer(const char *name) {
	struct stat about;
	if (stat(name, &about) == 0)
		return about.st_mode & 0777;
	const mode_t mask = umask(0);
	(void)umask(mask);
	return 0666 & ~mask;
}

static bool write_aside(struct output *output, const struct check_model *model,
		const struct check_options *options, write_fn write) {
	const int length = snprintf(output->aside, sizeof output->aside, "%s.XXXXXX", output->name);
	int fd = -1;
	if (length > 0 && (size_t)length < sizeof output->aside)
		fd = mkstemp(output->aside);
	else
		errno = ENAMETOOLONG;
	if (fd < 0)
		output->aside[0] = '\0';
	FILE *out = fd >= 0 ? fdopen(fd, "w") : NULL;
	bool fine = out != NULL && write(model, options, out) == ENT_OK;
	fine = fine && fchmod(fd, mode_of_answer(output->name)) == 0;
	if (out != NULL)
		fine = fclose(out) == 0 && fine;
	return fine;
}

/* Into what is there already and is no plain file: a device, a pipe, a link. It must stay what it is. */
static bool write_through(const char *name, const struct check_model *model,
		const struct check_options *options, write_fn write) {
	FILE *out = fopen(name, "w");
	bool fine = out != NULL && write(model, options, out) == ENT_OK;
	if (out != NULL)
		fine = fclose(out) == 0 && fine;
	return fine;
}

static bool say_unwritten(const char *name) {
	const int why = errno;
	char shown[CHECK_FAULT_FILE_SIZE];
	(void)fprintf(stderr, "entente: %s: cannot be written: %s\n",
			ent_text_show(name, strlen(name), shown, sizeof shown), strerror(why));
	return false;
}

/* True without a name: nothing is to be written. */
static bool write_output(struct output *output, const struct check_model *model,
		const struct check_options *options, write_fn write) {
	struct stat about;
	if (output->name == NULL)
		return true;
	const bool special = lstat(output->name, &about) == 0 && !S_ISREG(about.st_mode);
	return (special ? write_through(output->name, model, options, write)
			: write_aside(output, model, options, write)) ||
			say_unwritten(output->name);
}

/* Puts it in its place, or takes it away. */
static bool end_output(const struct output *output, bool keep) {
	if (output->aside[0] == '\0')
		return true;
	if (keep && rename(output->aside, output->name) == 0)
		return true;
	if (keep)
		(void)say_unwritten(output->name);
	(void)unlink(output->aside);
	return false;
}

static bool write_all(const struct check_model *model, const struct check_options *options) {
	struct output page = {.name = options->html}, answer = {.name = options->output};
	bool fine = write_output(&page, model, options, write_page) &&
			write_output(&answer, model, options, write_answer);
	if (fine && options->output == NULL && write_answer(model, options, stdout) != ENT_OK)
		fine = say_unwritten("standard output");
	fine = end_output(&page, fine) && fine;
	return end_output(&answer, fine) && fine;
}

static int status_of(const struct check_model *model) {
	if (model->n_conflicts > model->unknowns)
		return STATUS_CONFLICT;
	const bool nothing = model->flights == 0 && model->volumes == 0;
	const uint64_t unchecked = model->unknowns + model->left_out + model->no_altitude_flights +
			model->empty_flights + model->cleaning.lost + model->cleaning.doubtful +
			model->beyond_terms + model->partly_beyond_terms +
			(model->notice != NULL ? model->notice->n_late : 0);
	return nothing || unchecked > 0 ? STATUS_INCOMPLETE : STATUS_CLEAR;
}

/* Are these two names one plain file, there already or yet to be made? */
static bool one_file(const char *name, const char *other) {
	struct stat about, about_other;
	const bool there = stat(name, &about) == 0, other_there = stat(other, &about_other) == 0;
	if (there != other_there)
		return false;
	if (!there)
		return strcmp(name, other) == 0;
	return S_ISREG(about.st_mode) && about.st_dev == about_other.st_dev &&
			about.st_ino == about_other.st_ino;
}

/* An output that would take the place of an input or of the other output. */
static bool overwrites(const struct check_options *options) {
	const struct {
		const char *option, *name;
	} outputs[] = {{"--output", options->output}, {"--html", options->html}};
	const struct check_names *inputs[] = {&options->files, &options->against};
	const char *which = NULL, *what = "it is an input too";
	const char *memorandum = options->data == NULL ? options->memorandum : NULL;
	for (size_t k = 0; memorandum != NULL && k < 2; k++)
		if (outputs[k].name != NULL && one_file(memorandum, outputs[k].name))
			which = outputs[k].option;
	for (size_t k = 0; k < 2; k++)
		for (size_t j = 0; outputs[k].name != NULL && j < 2; j++)
			for (size_t i = 0; i < inputs[j]->n; i++)
				if (strcmp(inputs[j]->name[i], "-") != 0 &&
						one_file(inputs[j]->name[i], outputs[k].name))
					which = outputs[k].option;
	if (which == NULL && options->output != NULL && options->html != NULL &&
			one_file(options->output, options->html)) {
		which = "--output";
		what = "it is the file of --html too";
	}
	if (which != NULL)
		(void)fprintf(stderr, "entente: %s: %s\n", which, what);
	return which != NULL;
}

/* A name that nothing read has is most likely misspelt; that more is reported does no harm. */
static void warn_of_names(const struct check_model *model, const struct check_options *options) {
	for (size_t k = 0; k < options->together.n; k++) {
		const char *name = options->together.name[k];
		for (; name != NULL;
				name = strchr(name, ',') != NULL ? strchr(name, ',') + 1 : NULL) {
			const size_t length = strcspn(name, ",");
			char shown[CHECK_ID_SIZE];
			bool found = false;
			for (size_t i = 0; !found && i < model->n_items; i++)
				found = check_is_called(&model->items[i], name, length);
			if (!found)
				(void)fprintf(stderr,
						"entente: --together: nothing that was read is "
						"called \"%s\"\n",
						ent_text_show(name, length, shown, sizeof shown));
		}
	}
}

static int run(struct check_model *model, const struct check_options *options,
		struct check_faults *faults) {
	struct bar bar = {.wanted = options->progress && isatty(STDERR_FILENO), .last_percent = -1};
	(void)clock_gettime(CLOCK_MONOTONIC, &bar.start);
	bool skippable = false;
	const bool read = read_all(model, options, faults, &bar, &skippable);
	clear_bar(&bar);
	print_faults(faults);
	if (!read) {
		(void)fprintf(stderr,
				"entente: %" PRIu64
				" fault%s in the input; nothing was checked%s\n",
				faults->total, faults->total == 1 ? "" : "s",
				skippable ? " (--skip-bad goes on without what is bad)" : "");
		return STATUS_INCOMPLETE;
	}
	warn_of_names(model, options);
	const ent_status status = check_find(model, options, find_progress, &bar);
	clear_bar(&bar);
	if (status != ENT_OK) {
		(void)fprintf(stderr, "entente: %s%s\n", ent_status_text(status),
				status == ENT_E_LIMIT ? ": more pairs than can be checked; use "
							"--area, --from and --to"
						      : "");
		return STATUS_INCOMPLETE;
	}
	return write_all(model, options) ? status_of(model) : STATUS_INCOMPLETE;
}

/* With --memorandum, what is looked for are its largest minima; each pair is judged by those of its own clause. */
static bool agree(struct check_model *model, struct check_options *options,
		struct check_terms *ret_terms) {
	if (options->memorandum == NULL)
		return true;
	if (!check_terms_read(options, ret_terms))
		return false;
	model->terms = ret_terms;
	model->notice = &ret_terms->notice;
	options->minima = ret_terms->largest;
	return true;
}

int check_main(int argc, char **argv) {
	struct check_options *options = calloc(1, sizeof *options);
	struct check_model model = {.sources = NULL};
	struct check_terms terms = {.n_versions = 0};
	struct check_faults faults;
	struct ent_fault fault;
	if (options == NULL || check_faults_init(&faults, 0) != ENT_OK) {
		free(options);
		(void)fputs("entente: out of memory\n", stderr);
		return STATUS_INCOMPLETE;
	}
	int status = STATUS_INCOMPLETE;
	if (!check_options_parse(argc, argv, options, &fault)) {
		(void)fprintf(stderr, "entente: %s%s%s\n", fault.where,
				fault.where[0] != '\0' ? ": " : "", fault.why);
	} else if (options->help) {
		check_options_help(stdout);
		status = STATUS_CLEAR;
	} else if (!overwrites(options) && agree(&model, options, &terms)) {
		status = run(&model, options, &faults);
	}
	check_terms_finish(&terms);
	check_model_finish(&model);
	check_faults_finish(&faults);
	free(options);
	return status;
}
