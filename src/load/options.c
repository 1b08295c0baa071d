/* SPDX-License-Identifier: Apache-2.0 */
/* options.c: see options.h. */
#include "options.h"

#include <string.h>

#include "entente/option.h"

struct row {
	struct ent_option is;
	bool (*take)(struct load_options *options, const char *value, struct ent_fault *fault);
};

static bool take_count(const char *value, uint32_t least, uint32_t most, uint32_t *ret_count,
		struct ent_fault *fault) {
	int64_t count;
	if (ent_option_count(value, strlen(value), least, most, &count, fault) != ENT_OK)
		return false;
	*ret_count = (uint32_t)count;
	return true;
}

static bool take_url(struct load_options *options, const char *value, struct ent_fault *fault) {
	options->url_given = true;
	return load_url_parse(value, &options->url, fault) == ENT_OK;
}

static bool take_seconds(struct load_options *options, const char *value, struct ent_fault *fault) {
	return take_count(value, 1, LOAD_SECONDS_MAX, &options->seconds, fault);
}

static bool take_mix(struct load_options *options, const char *value, struct ent_fault *fault) {
	options->mix = load_mix_find(value);
	if (options->mix == NULL)
		ent_fault_set(fault, "", "the mixes are spread, busy, get, query and mixed");
	return options->mix != NULL;
}

static bool take_connections(
		struct load_options *options, const char *value, struct ent_fault *fault) {
	return take_count(value, 1, LOAD_CONNECTIONS_MAX, &options->connections, fault);
}

static bool take_population(
		struct load_options *options, const char *value, struct ent_fault *fault) {
	return take_count(value, LOAD_QUERY_HITS, LOAD_POPULATION_MAX, &options->population, fault);
}

static bool take_dev(struct load_options *options, const char *value, struct ent_fault *fault) {
	(void)value;
	(void)fault;
	return options->dev = true;
}

static bool take_token_file(
		struct load_options *options, const char *value, struct ent_fault *fault) {
	(void)fault;
	options->token_file = value;
	return true;
}

static bool take_json(struct load_options *options, const char *value, struct ent_fault *fault) {
	(void)value;
	(void)fault;
	return options->json = true;
}

static bool take_help(struct load_options *options, const char *value, struct ent_fault *fault) {
	(void)value;
	(void)fault;
	return options->help = true;
}

static const struct row rows[] = {
		{{"url", "URL", "the DSS: http://HOST:PORT"}, take_url},
		{{"seconds", "N", "how long requests are sent and counted"}, take_seconds},
		{{"mix", "NAME", "which requests; the mixes are below (spread)"}, take_mix},
		{{"connections", "N", "how many requests are under way at once"}, take_connections},
		{{"population", "N", "intents that are filed before, for get, query, mixed (2000)"},
				take_population},
		{{"dev", NULL, "make tokens with the test key, as serve --dev takes them"},
				take_dev},
		{{"token-file", "FILE", "take the token from a file"}, take_token_file},
		{{"json", NULL, "the summary as JSON"}, take_json},
		{{"help", NULL, "this text"}, take_help},
};

enum { ROWS = sizeof rows / sizeof rows[0] };
static const struct ent_option_table table = {"load", rows, ROWS, sizeof rows[0]};

/* Takes one option; *i moves past its value. */
static bool take(struct load_options *options, int argc, char **argv, int *i,
		struct ent_fault *fault) {
	struct ent_option_taken taken;
	if (ent_option_take(&table, argc - *i, argv + *i, &taken, fault) != ENT_OK)
		return false;
	*i += taken.used - 1;
	struct ent_fault why = {"", ""};
	if (((const struct row *)(const void *)taken.option)->take(options, taken.value, &why))
		return true;
	ent_fault_set(fault, taken.where, "%s", why.why);
	return false;
}

/* What fits one by one must also fit together. */
static bool check_all(struct load_options *o, struct ent_fault *fault) {
	if (!o->url_given) {
		ent_fault_set(fault, "--url", "it is needed; try entente load --help");
	} else if (o->seconds == 0) {
		ent_fault_set(fault, "--seconds", "it is needed; try entente load --help");
	} else if (!o->dev && o->token_file == NULL) {
		ent_fault_set(fault, "--dev",
				"it or --token-file is needed: a DSS answers nobody without a "
				"token");
	} else if (o->dev && o->token_file != NULL) {
		ent_fault_set(fault, "--dev", "it does not go with --token-file");
	} else if (o->connections > o->mix->connections_max) {
		ent_fault_set(fault, "--connections", "%s takes at most %u", o->mix->name,
				o->mix->connections_max);
	} else if (o->population > 0 && (o->mix->empty || o->mix->together)) {
		ent_fault_set(fault, "--population", "it does not go with %s", o->mix->name);
	} else {
		return true;
	}
	return false;
}

bool load_options_parse(int argc, char **argv, struct load_options *ret_options,
		struct ent_fault *reterr_fault) {
	struct load_options *o = ret_options;
	memset(o, 0, sizeof *o);
	o->mix = load_mix_at(0);
	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "-h") == 0)
			o->help = true;
		else if (!take(o, argc, argv, &i, reterr_fault))
			return false;
	}
	if (!o->help && !check_all(o, reterr_fault))
		return false;
	if (o->connections == 0)
		o->connections = o->mix->connections;
	if (o->population == 0)
		o->population = LOAD_POPULATION_DEFAULT;
	return true;
}

void load_options_help(FILE *out) {
	ent_option_say(out,
			"usage: entente load --url URL --seconds N (--dev | --token-file FILE) "
			"[OPTION]...\n"
			"Loads a DSS with requests, says how fast it answers, and checks that all "
			"it acknowledged is there. Defaults stand in brackets.\n"
			"\n");
	ent_option_print_all(out, &table, 18);
	ent_option_say(out,
			"\n"
			"Mixes, and how many connections they have if it is not said:\n");
	for (const struct load_mix *mix = load_mix_at(0); mix != NULL;
			mix = load_mix_at((size_t)(mix - load_mix_at(0)) + 1))
		(void)fprintf(out, "  %-8s %3u  %s\n", mix->name, mix->connections, mix->what);
	ent_option_say(out,
			"\n"
			"Exit status: 0 all that was checked was right; 1 something was wrong; 2 "
			"not understood, or the server could not be reached.\n");
}
