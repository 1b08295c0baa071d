/* SPDX-License-Identifier: Apache-2.0 */
/* load.c: `entente load`: a run from its command line to its exit status. */
#include "entente/load.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run.h"

enum { STATUS_FINE = 0, STATUS_WRONG = 1, STATUS_REFUSED = 2 };

enum { HEAD_MAX = ENT_TOKEN_SIZE_MAX + 1024, SPREAD_SLOTS = 144 /* a day */ };

#define US_PER_S INT64_C(1000000)
#define MINUTE_US (60 * US_PER_S)

/* What is filed lies this far ahead of the run's end, and at most a day more: so no two runs have the same sky. */
#define AHEAD_US (60 * MINUTE_US)

static int refuse(const struct load_run *run, const char *where, const struct ent_fault *fault) {
	load_run_clear_progress(run);
	(void)fprintf(stderr, "entente: %s%s%s%s%s\n", where, where[0] != '\0' ? ": " : "",
			fault->where, fault->where[0] != '\0' ? ": " : "", fault->why);
	return STATUS_REFUSED;
}

static bool allocate_text(struct load_text *text, size_t capacity) {
	text->bytes = malloc(capacity);
	text->capacity = text->bytes != NULL ? capacity : 0;
	return text->bytes != NULL;
}

static void set_field(struct load_run *run) {
	const int64_t from_utc_us = load_now_utc_us() + run->options->seconds * US_PER_S + AHEAD_US;
	run->field = (struct load_field){.first_place = load_random_below(run, LOAD_PLACES),
			.first_utc_us = from_utc_us - from_utc_us % MINUTE_US +
					10 * MINUTE_US * load_random_below(run, SPREAD_SLOTS),
			.places = run->mix->places,
			.slots = run->mix->slots};
}

static ent_status init(
		struct load_run *run, const struct load_options *options, struct ent_fault *fault) {
	run->options = options;
	run->mix = options->mix;
	run->connections = options->connections;
	run->progress = isatty(STDERR_FILENO) == 1;
	run->bearer.file = options->token_file;
	run->bearer.audience = options->url.host;
	ent_fault_set(fault, "", "%s", ent_status_text(ENT_E_MEMORY));
	run->tally = calloc(1, sizeof *run->tally);
	run->tasks = calloc(run->connections, sizeof *run->tasks);
	if (run->tally == NULL || run->tasks == NULL || load_book_create(&run->book) != ENT_OK ||
			!allocate_text(&run->head, HEAD_MAX) ||
			!allocate_text(&run->body, LOAD_REQUEST_MAX - HEAD_MAX))
		return ENT_E_MEMORY;
	for (unsigned i = 0; i < run->connections; i++)
		if (!allocate_text(&run->tasks[i].request, LOAD_REQUEST_MAX + HEAD_MAX))
			return ENT_E_MEMORY;
	if (ent_seal_start() != ENT_OK) {
		ent_fault_set(fault, "",
				"the system gives no random numbers: is /dev/urandom there?");
		return ENT_E_IO;
	}
	ent_seal_random(&run->random, sizeof run->random);
	set_field(run);
	return load_run_renew(run, fault);
}

static void finish(struct load_run *run) {
	for (unsigned i = 0; run->tasks != NULL && i < run->connections; i++)
		free(run->tasks[i].request.bytes);
	free(run->tasks);
	free(run->tally);
	free(run->head.bytes);
	free(run->body.bytes);
	ent_json_destroy(run->json);
	load_client_destroy(run->client);
	load_book_destroy(run->book);
}

/* Up to the summary; OK: it may be printed. */
static ent_status play(struct load_run *run, struct ent_fault *fault) {
	struct load_address address;
	ent_status status = load_url_reach(&run->options->url, &address, fault);
	if (status == ENT_OK)
		status = load_client_create(&address, run->connections, &run->client, fault);
	if (status == ENT_OK)
		status = load_run_greet(run, fault);
	if (status == ENT_OK)
		status = load_run_prepare(run, fault);
	if (status == ENT_OK)
		status = load_run_measure(run, fault);
	if (status == ENT_OK)
		status = load_run_check(run, fault);
	return status;
}

static int run_all(struct load_run *run, const struct load_options *options) {
	struct ent_fault fault = {"", ""};
	if (init(run, options, &fault) != ENT_OK)
		return refuse(run, "", &fault);
	if (play(run, &fault) != ENT_OK)
		return refuse(run, options->url.authority, &fault);
	load_run_clear_progress(run);
	if (load_summary_print(run) != ENT_OK) {
		ent_fault_set(&fault, "", "cannot be written: %s", strerror(errno));
		return refuse(run, "standard output", &fault);
	}
	return run->wrong + run->checked.wrong > 0 ? STATUS_WRONG : STATUS_FINE;
}

int ent_load_main(int argc, char **argv) {
	struct load_options options;
	struct ent_fault fault;
	if (!load_options_parse(argc, argv, &options, &fault)) {
		(void)fprintf(stderr, "entente: %s%s%s\n", fault.where,
				fault.where[0] != '\0' ? ": " : "", fault.why);
		return STATUS_REFUSED;
	}
	if (options.help) {
		load_options_help(stdout);
		return STATUS_FINE;
	}
	struct load_run *run = calloc(1, sizeof *run);
	if (run == NULL) {
		(void)fprintf(stderr, "entente: %s\n", ent_status_text(ENT_E_MEMORY));
		return STATUS_REFUSED;
	}
	const int status = run_all(run, &options);
	finish(run);
	free(run);
	return status;
}

void ent_load_help(FILE *out) {
	load_options_help(out);
}
