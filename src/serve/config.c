/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config.c: see config.h. The library for INI files joins lines that are indented, cuts those that are too long, and
 * tells of one bad line only; so it is handed lines that are clean (read_line), and each bad one is told before.
 */
#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <ini.h>

#include "entente/ledger.h"
#include "entente/text.h"
#include "option.h"

enum { NAME_SIZE = 80, WHERE_SIZE = 512 };

void config_fault(struct config *config, const char *where, const char *format, ...) {
	va_list arguments;
	if (config->faults++ >= CONFIG_FAULTS_MAX)
		return;
	(void)fprintf(config->errors, "entente serve: %s%s", where, where[0] != '\0' ? ": " : "");
	va_start(arguments, format);
	(void)vfprintf(config->errors, format, arguments);
	va_end(arguments);
	(void)fputc('\n', config->errors);
}

const char *config_where(const struct config *config, const char *name) {
	const struct option *option = option_find(name);
	const char *where = option != NULL ? config->where[option - options] : NULL;
	return where != NULL ? where : name;
}

/* --- The file --- */

struct reading {
	struct config *config;
	FILE *file;
	int line;                      /* that was read last */
	int first[CONFIG_OPTIONS_MAX]; /* where each option stood */
};

static void fault_here(struct reading *reading, const char *why) {
	char where[WHERE_SIZE];
	(void)snprintf(where, sizeof where, "%s:%d", reading->config->file, reading->line);
	config_fault(reading->config, where, "%s", why);
}

/* From a ; or # at the beginning or behind a blank. */
static void cut_comment(char *text) {
	for (char *at = text; *at != '\0'; at++)
		if ((*at == ';' || *at == '#') && (at == text || at[-1] == ' ' || at[-1] == '\t')) {
			*at = '\0';
			return;
		}
}

/* What is wrong with a line; NULL: nothing. */
static const char *look_at_line(const char *text, size_t length, size_t room) {
	if (strlen(text) != length)
		return "there is a NUL in it";
	if (text[0] == '[')
		return strcmp(text, "[serve]") != 0 ? "the one section there is, is [serve]" : NULL;
	if (text[0] != '\0' && strchr(text, '=') == NULL)
		return "a line is 'name = value', or a comment behind ; or #";
	return length + 2 > room ? "it is too long; a list may stand on several lines, and a flag "
				   "may be longer"
				 : NULL;
}

/* For the library: as fgets. Each line of the file is one, an empty one where it is bad. */
static char *read_line(char *buffer, int size, void *user) {
	struct reading *reading = user;
	char *line = NULL;
	size_t room = 0;
	const ssize_t got = getline(&line, &room, reading->file);
	if (got < 0) {
		free(line);
		return NULL;
	}
	reading->line++;
	char *text = line;
	size_t length = (size_t)got;
	if (reading->line == 1 && length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3;
		length -= 3;
	}
	const size_t indent = strspn(text, " \t");
	text += indent;
	length -= indent;
	while (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL)
		length--;
	text[length] = '\0';
	if (strlen(text) == length) {
		cut_comment(text);
		length = strlen(text);
	}
	const char *why = look_at_line(text, length, (size_t)size);
	if (why != NULL)
		fault_here(reading, why);
	(void)snprintf(buffer, (size_t)size, "%s\n", why == NULL ? text : "");
	free(line);
	return buffer;
}

/* The library calls it for the line that it has read last. */
static int take_line(void *user, const char *section, const char *name, const char *value) {
	struct reading *reading = user;
	struct config *config = reading->config;
	char where[WHERE_SIZE], shown[NAME_SIZE];
	const struct option *option = option_find(name);
	(void)section; /* the lines of another one are looked at all the same */
	(void)snprintf(where, sizeof where, "%s:%d: %s", config->file, reading->line,
			ent_text_show(name, strlen(name), shown, sizeof shown));
	if (option == NULL) {
		struct ent_fault fault;
		ent_option_unknown(&options_table, "", name, "", &fault);
		config_fault(config, where, "%s", fault.why);
		return 1;
	}
	int *first = &reading->first[option - options];
	if (option->flag_only)
		config_fault(config, where, "it is a flag only: --%s", name);
	else if (*first != 0 && option->kind != OPTION_LIST)
		config_fault(config, where, "it stands in line %d already", *first);
	else
		option_set(config, option, value, where);
	if (*first == 0)
		*first = reading->line;
	return 1;
}

static void read_file(struct config *config) {
	struct reading reading = {.config = config, .file = fopen(config->file, "re")};
	errno = reading.file == NULL ? errno : 0;
	const int bad = reading.file == NULL
			? -1
			: ini_parse_stream(read_line, &reading, take_line, &reading);
	if (bad == -1 || ferror(reading.file) != 0)
		config_fault(config, config->file, "cannot be read: %s",
				errno != 0 ? strerror(errno) : "out of memory");
	else if (bad != 0 && config->faults == 0)
		fault_here(&reading, "it is not understood");
	if (reading.file != NULL)
		(void)fclose(reading.file);
}

/* --- Flags --- */

static void take_flag(struct config *config, const struct ent_option_taken *taken) {
	const struct option *option = (const void *)taken->option;
	struct ent_fault fault;
	/* A flag may say that it is not meant. */
	if (option != NULL && option->kind == OPTION_FLAG)
		option_set(config, option, taken->value != NULL ? taken->value : "yes",
				taken->where);
	else if (ent_option_check(&options_table, taken, &fault) != ENT_OK)
		config_fault(config, fault.where, "%s", fault.why);
	else
		option_set(config, option, taken->value, taken->where);
}

/* Those that the file cannot have come first, for one of them names it. */
static void take_flags(struct config *config, int argc, char **argv, bool flag_only) {
	struct ent_option_taken taken;
	memset(config->set, 0, sizeof config->set);
	for (int i = 0; i < argc; i += taken.used) {
		ent_option_split(&options_table, argc - i, argv + i, &taken);
		const struct option *option = (const void *)taken.option;
		if ((option != NULL && option->flag_only) == flag_only)
			take_flag(config, &taken);
	}
}

/* --- All together --- */

/* One that means nothing without the other. */
static void check_pair(struct config *config, const char *name, bool there, const char *other,
		bool other_there) {
	if (there && !other_there)
		config_fault(config, config_where(config, name), "it goes with %s", other);
}

/* Told of the one that was given: of the lesser, if both were. */
static void check_order(
		struct config *config, bool in_order, const char *lesser, const char *greater) {
	const struct option *wrong = option_find(lesser);
	if (in_order)
		return;
	if (config->given[wrong - options])
		config_fault(config, config_where(config, lesser), "it is less than %s", greater);
	else
		config_fault(config, config_where(config, greater),
				"it is more than %s, which is %s when not given", lesser,
				wrong->initial);
}

/* Each listener has an address of its own; of port 0 it has. */
static void check_addresses(struct config *config, const char *name, const char *address,
		const char *other, const char *other_address) {
	const size_t length = address != NULL ? strlen(address) : 0;
	if (length > 0 && other_address != NULL && strcmp(address, other_address) == 0 &&
			(length < 2 || strcmp(address + length - 2, ":0") != 0))
		config_fault(config, config_where(config, name),
				"it is the address of %s: each has one of its own", other);
}

static void check_name(struct config *config) {
	char name[ENT_ORIGIN_SIZE];
	if (config->name == NULL)
		return;
	const int length = snprintf(name, sizeof name, "%s/" ENT_NODE_LEDGER, config->name);
	if (length >= (int)sizeof name || !ent_vkey_name_ok(name, strlen(name)))
		config_fault(config, config_where(config, "name"),
				"a node's name has no spaces and no plus, and at most %d bytes",
				(int)(sizeof name - sizeof "/" ENT_NODE_LEDGER));
}

static void check_whole(struct config *config) {
	if (config->data == NULL)
		config_fault(config, "--data", "it is needed: the folder that keeps the ledger");
	check_pair(config, "tls-certificate", config->tls_certificate != NULL, "tls-key",
			config->tls_key != NULL);
	check_pair(config, "tls-key", config->tls_key != NULL, "tls-certificate",
			config->tls_certificate != NULL);
	check_pair(config, "jwks-key-ids", config->jwks_key_ids.n > 0, "jwks",
			config->jwks != NULL);
	check_pair(config, "burst-per-client", config->limits.burst_per_client > 0,
			"rate-per-client", config->limits.rate_per_client > 0);
	check_order(config, config->limits.body_max <= config->limits.body_total_max,
			"bodies-max-kib", "body-max-kib");
	check_order(config, config->limits.answer_max <= config->limits.answer_total_max,
			"answers-max-kib", "answer-max-kib");
	check_order(config, config->keys_refresh_us <= config->keys_ttl_us, "keys-ttl",
			"keys-refresh");
	check_addresses(config, "metrics-listen", config->metrics_listen, "listen", config->listen);
	check_addresses(config, "peers-listen", config->peers_listen, "listen", config->listen);
	check_addresses(config, "peers-listen", config->peers_listen, "metrics-listen",
			config->metrics_listen);
	check_name(config);
	if (config->dev)
		config->allow_http_base_urls = true;
	config->node.directory = config->data;
	config->node.name = config->name;
}

bool config_read(struct config *config, int argc, char **argv, FILE *errors) {
	char where[NAME_SIZE];
	*config = (struct config){.errors = errors,
			.node = ent_node_options_default,
			.limits = ent_http_limits_default,
			.extents = ent_extent_limits_default};
	for (size_t i = 0; i < options_count; i++) {
		(void)snprintf(where, sizeof where, "--%s", options[i].is.name);
		option_set(config, &options[i], options[i].initial, where);
	}
	memset(config->given, 0, sizeof config->given);
	take_flags(config, argc, argv, true);
	if (config->help)
		return true;
	memset(config->set, 0, sizeof config->set);
	if (config->file != NULL)
		read_file(config);
	take_flags(config, argc, argv, false);
	check_whole(config);
	return config->faults == 0;
}

void config_finish(struct config *config) {
	for (size_t i = 0; i < config->n_strings; i++)
		free(config->strings[i]);
	config->n_strings = 0;
}

/* --- Help --- */

/* The option that a group begins with. */
static const struct {
	const char *first, *title;
} groups[] = {
		{"data", "Where"},
		{"public-keys", "Who may ask"},
		{"name", "Its place in a pool"},
		{"allow-http-base-urls", "What it takes, and how long that stays"},
		{"volumes-max", "Limits"},
};

void config_help(FILE *out) {
	for (size_t i = 0; i < options_count; i++) {
		const struct option *option = &options[i];
		for (size_t group = 0; group < sizeof groups / sizeof groups[0]; group++)
			if (strcmp(groups[group].first, option->is.name) == 0)
				(void)fprintf(out, "\n%s:\n", groups[group].title);
		const bool shown = option->initial[0] != '\0' && option->kind != OPTION_FLAG;
		ent_option_print(out, &option->is, shown ? option->initial : NULL, 35);
	}
}
