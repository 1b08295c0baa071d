/* SPDX-License-Identifier: Apache-2.0 */
/* config.c: see config.h. */
#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <ini.h>

#include "entente/text.h"

enum kind { TEXT, LIST, FLAG, COUNT, SIZE, DURATION, RATE, MODE };

struct option {
	const char *name;
	enum kind kind;
	size_t at;         /* in struct config */
	const char *value; /* its name in the help */
	const char *initial;
	const char *help;
	double least, most; /* of numbers: counts, MiB or KiB as said, seconds */
};

#define AT(member) offsetof(struct config, member)
#define KIB 1024.0

/* clang-format off */
static const struct option options[] = {
	{"data", TEXT, AT(data), "DIR", "", "where the ledger is kept; made when it is not there (needed)", 0, 0},
	{"listen", TEXT, AT(listen), "ADDRESS", "127.0.0.1:8080", "where to serve: HOST:PORT, [HOST]:PORT or :PORT for every address", 0, 0},
	{"metrics-listen", TEXT, AT(metrics_listen), "ADDRESS", "", "where to serve /metrics for Prometheus; empty: nowhere", 0, 0},
	{"tls-certificate", TEXT, AT(tls_certificate), "FILE", "", "PEM chain; with tls-key, every listener speaks TLS", 0, 0},
	{"tls-key", TEXT, AT(tls_key), "FILE", "", "PEM key of the certificate", 0, 0},
	{"name", TEXT, AT(name), "NAME", "", "the node's name in its checkpoints, set at its first start; a host name does well", 0, 0},
	{"locality", TEXT, AT(locality), "NAME", "entente", "what its pool calls this node", 0, 0},
	{"public-endpoint", TEXT, AT(public_endpoint), "URL", "", "where clients reach this node, for its pool", 0, 0},
	{"ca-certs", TEXT, AT(ca_certs), "FILE", "", "PEM that /aux/v1/configuration/ca_certs shows", 0, 0},
	{"accepted-ca-certs", TEXT, AT(accepted_ca_certs), "FILE", "", "PEM that /aux/v1/configuration/accepted_ca_certs shows", 0, 0},

	{"public-keys", LIST, AT(public_keys), "FILE,...", "", "PEM public keys of who signs tokens", 0, 0},
	{"jwks", TEXT, AT(jwks), "FILE|URL", "", "JWK set of who signs tokens, read again every jwks-refresh", 0, 0},
	{"jwks-key-ids", LIST, AT(jwks_key_ids), "KID,...", "", "only these keys of the set", 0, 0},
	{"jwks-refresh", DURATION, AT(jwks_refresh_us), "TIME", "1min", "how often", 1, 86400},
	{"jwks-ttl", DURATION, AT(jwks_ttl_us), "TIME", "1h", "how long keys hold that could not be read again; then no token does", 1, 864000},
	{"audience", LIST, AT(audiences), "NAME,...", "localhost,127.0.0.1", "audiences that a token may be for", 0, 0},
	{"allow-http-base-urls", FLAG, AT(allow_http_base_urls), "", "no", "take base URLs of USSs that are not https", 0, 0},
	{"strict-f3548", FLAG, AT(strict), "", "no", "hold to F3548-21's rules on scopes and on a USS that is Down, as InterUSS does not", 0, 0},
	{"dev", FLAG, AT(dev), "", "no", "trust the well-known test key and take http base URLs: never in earnest", 0, 0},

	{"notification-index", MODE, AT(node.index_is_time), "counted|time", "counted", "count notifications, or give milliseconds since midnight UTC", 0, 0},
	{"expire-after", DURATION, AT(node.expire_after_us), "TIME", "2h", "how long after its end an entity stays", 0, 315360000},
	{"snapshot-entries", COUNT, AT(node.snapshot_entries), "N", "100000", "entries between snapshots; 0: only at a stop", 0, 1e12},
	{"queue-max", COUNT, AT(node.queue_max), "N", "16384", "writes waiting at once; above: 503", 1, 1e6},

	{"volumes-max", COUNT, AT(extents.volumes_max), "N", "100", "volumes of one intent or constraint; above: 413", 1, ENT_EXTENT_VOLUMES_MAX},
	{"cells-max", COUNT, AT(extents.cells_max), "N", "65536", "discovery cells of one; above: 413", 1, 4194304},
	{"area-max-km2", RATE, AT(extents.polygon_km2_max), "KM2", "2500", "area of one polygon", 1, 1e6},

	{"threads", COUNT, AT(threads), "N", "2", "threads that serve HTTP", 1, 64},
	{"body-max-kib", SIZE, AT(limits.body_max), "KIB", "4096", "one body; above: 413", 1, 1 << 20},
	{"bodies-max-kib", SIZE, AT(limits.body_total_max), "KIB", "262144", "all bodies held at once; above: 503", 1, 1 << 24},
	{"head-max-kib", SIZE, AT(limits.head_max), "KIB", "8", "request line and headers; above: 431", 1, 64},
	{"headers-max", COUNT, AT(limits.headers_max), "N", "64", "headers of one request; above: 431", 1, 1000},
	{"connections-max", COUNT, AT(limits.connections_max), "N", "1024", "connections; above: closed", 1, 100000},
	{"connections-per-client-max", COUNT, AT(limits.connections_per_client_max), "N", "256", "of one address; above: closed", 1, 100000},
	{"requests-per-client-max", COUNT, AT(limits.requests_per_client_max), "N", "256", "of one address at once; above: 429", 1, 100000},
	{"rate-per-client", RATE, AT(limits.rate_per_client), "N", "0", "requests a second of one address; above: 429; 0: any", 0, 1e7},
	{"burst-per-client", COUNT, AT(limits.burst_per_client), "N", "0", "requests of one address before its rate counts", 0, 1e7},
	{"head-timeout", DURATION, AT(limits.head_us), "TIME", "15s", "for a request's head to arrive", 0.001, 86400},
	{"body-timeout", DURATION, AT(limits.body_us), "TIME", "15s", "for its body to arrive", 0.001, 86400},
	{"request-timeout", DURATION, AT(limits.request_us), "TIME", "10s", "for it to be worked on; then 503", 0.001, 86400},
	{"answer-timeout", DURATION, AT(limits.answer_us), "TIME", "10s", "for its answer to be taken", 0.001, 86400},
	{"idle-timeout", DURATION, AT(limits.idle_us), "TIME", "30s", "for a connection to wait for its next request", 0.001, 86400},
	{"stop-timeout", DURATION, AT(stop_us), "TIME", "20s", "for requests to be answered when the node stops", 0, 86400},
	{"quiet", FLAG, AT(quiet), "", "no", "log no requests, only what the node itself has to say", 0, 0},
};
/* clang-format on */
enum { OPTIONS = sizeof options / sizeof options[0] };

void config_fault(struct config *config, const char *where, const char *format, ...) {
	va_list arguments;
	if (config->faults++ >= CONFIG_FAULTS_MAX)
		return;
	(void)fprintf(config->errors, "entente serve: %s: ", where);
	va_start(arguments, format);
	(void)vfprintf(config->errors, format, arguments);
	va_end(arguments);
	(void)fputc('\n', config->errors);
}

/* A copy that lives as long as the configuration; NULL after a fault. */
static char *keep(struct config *config, const char *text, const char *where) {
	if (config->n_strings == CONFIG_STRINGS_MAX) {
		config_fault(config, where, "more than %d values", CONFIG_STRINGS_MAX);
		return NULL;
	}
	char *copy = strdup(text);
	if (copy == NULL)
		config_fault(config, where, "out of memory");
	else
		config->strings[config->n_strings++] = copy;
	return copy;
}

/* --- Values --- */

static void *place(struct config *config, const struct option *option) {
	return (char *)config + option->at;
}

static void set_list(
		struct config *config, const struct option *option, char *text, const char *where) {
	struct config_list *list = place(config, option);
	char *rest = text;
	list->n = 0;
	while (rest != NULL && *rest != '\0') {
		char *item = rest;
		rest = strchr(item, ',');
		if (rest != NULL)
			*rest++ = '\0';
		item += strspn(item, " ");
		item[strcspn(item, " ")] = '\0';
		if (*item == '\0')
			config_fault(config, where, "an empty item between commas");
		else if (list->n == CONFIG_LIST_MAX)
			config_fault(config, where, "more than %d items", CONFIG_LIST_MAX);
		else
			list->item[list->n++] = item;
	}
}

static void set_flag(struct config *config, const struct option *option, const char *text,
		const char *where) {
	static const struct {
		const char *name;
		bool on;
	} names[] = {{"yes", true}, {"true", true}, {"on", true}, {"1", true}, {"no", false},
			{"false", false}, {"off", false}, {"0", false}};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(names[i].name, text) == 0) {
			*(bool *)place(config, option) = names[i].on;
			return;
		}
	config_fault(config, where, "it is yes or no, not '%s'", text);
}

static void set_number(struct config *config, const struct option *option, const char *text,
		const char *where) {
	char *end;
	errno = 0;
	const double number = strtod(text, &end);
	const bool whole = number >= 0 && number < 9e15 && number == (double)(int64_t)number;
	if (end == text || *end != '\0' || errno != 0 || !(number >= option->least) ||
			number > option->most || (option->kind != RATE && !whole)) {
		config_fault(config, where, "a %snumber from %.0f to %.0f is needed, not '%s'",
				option->kind == RATE ? "" : "whole ", option->least, option->most,
				text);
		return;
	}
	if (option->kind == RATE)
		*(double *)place(config, option) = number;
	else if (option->kind == SIZE)
		*(size_t *)place(config, option) = (size_t)(number * KIB);
	else if (option->at == AT(node.snapshot_entries) || option->at == AT(extents.volumes_max) ||
			option->at == AT(extents.cells_max))
		*(uint64_t *)place(config, option) = (uint64_t)number;
	else
		*(unsigned *)place(config, option) = (unsigned)number;
}

static void set_duration(struct config *config, const struct option *option, const char *text,
		const char *where) {
	struct ent_fault fault = {{0}, {0}};
	int64_t us;
	if (ent_text_parse_duration(text, strlen(text), &us, &fault) != ENT_OK)
		config_fault(config, where, "%s", fault.why);
	else if ((double)us < option->least * 1e6 || (double)us > option->most * 1e6)
		config_fault(config, where, "a time from %gs to %gs is needed", option->least,
				option->most);
	else
		*(int64_t *)place(config, option) = us;
}

static void set(struct config *config, const struct option *option, const char *text,
		const char *where) {
	char *copy;
	switch (option->kind) {
	case TEXT:
		copy = keep(config, text, where);
		*(const char **)place(config, option) = copy != NULL && copy[0] != '\0' ? copy
											: NULL;
		return;
	case LIST:
		copy = keep(config, text, where);
		if (copy != NULL)
			set_list(config, option, copy, where);
		return;
	case FLAG:
		set_flag(config, option, text, where);
		return;
	case DURATION:
		set_duration(config, option, text, where);
		return;
	case MODE:
		if (strcmp(text, "counted") != 0 && strcmp(text, "time") != 0)
			config_fault(config, where, "it is counted or time, not '%s'", text);
		*(bool *)place(config, option) = strcmp(text, "time") == 0;
		return;
	case COUNT:
	case SIZE:
	case RATE:
		set_number(config, option, text, where);
		return;
	}
}

/* --- Names --- */

static const struct option *find(const char *name) {
	for (size_t i = 0; i < OPTIONS; i++)
		if (strcmp(options[i].name, name) == 0)
			return &options[i];
	return NULL;
}

/* The option with the most letters in common at its beginning, for a hint. */
static const char *nearest(const char *name) {
	const char *best = NULL;
	size_t most = 2;
	for (size_t i = 0; i < OPTIONS; i++) {
		size_t same = 0;
		while (name[same] != '\0' && options[i].name[same] == name[same])
			same++;
		if (same > most) {
			most = same;
			best = options[i].name;
		}
	}
	return best;
}

static void unknown(struct config *config, const char *where, const char *name) {
	char shown[ENT_TEXT_MAX];
	const char *hint = nearest(name);
	config_fault(config, where, "there is no option '%s'%s%s%s",
			ent_text_show(name, strlen(name), shown, sizeof shown),
			hint != NULL ? "; do you mean '" : "", hint != NULL ? hint : "",
			hint != NULL ? "'?" : "");
}

/* --- The file --- */

/* The library reads a line, then calls take_line for it: so the line that it is at is the one read last. */
struct reading {
	struct config *config;
	FILE *file;
	int line;
};

static char *read_line(char *buffer, int size, void *user) {
	struct reading *reading = user;
	reading->line++;
	return fgets(buffer, size, reading->file);
}

static int take_line(void *user, const char *section, const char *name, const char *value) {
	struct config *config = ((struct reading *)user)->config;
	const int line = ((struct reading *)user)->line;
	char where[512];
	(void)snprintf(where, sizeof where, "%s:%d", config->file, line);
	if (section[0] != '\0' && strcmp(section, "serve") != 0) {
		config_fault(config, where,
				"there is no section [%s]; the one there is, is [serve]", section);
		return 1;
	}
	const struct option *option = find(name);
	if (option == NULL) {
		unknown(config, where, name);
		return 1;
	}
	const size_t length = strlen(where);
	(void)snprintf(where + length, sizeof where - length, ": %s", name);
	set(config, option, value, where);
	return 1;
}

static void read_file(struct config *config) {
	struct reading reading = {config, fopen(config->file, "re"), 0};
	char where[512];
	if (reading.file == NULL) {
		config_fault(config, config->file, "cannot be read: %s", strerror(errno));
		return;
	}
	const int line = ini_parse_stream(read_line, &reading, take_line, &reading);
	(void)fclose(reading.file);
	(void)snprintf(where, sizeof where, "%s:%d", config->file, line);
	if (line != 0)
		config_fault(config, where, "a line is 'name = value', a [section] or a ; comment");
}

/* --- Flags --- */

/* --name VALUE or --name=VALUE; a flag of kind FLAG needs no value. Returns how many arguments it took. */
static int take_flag(struct config *config, int argc, char **argv, bool apply) {
	char name[128], where[160];
	const char *argument = argv[0];
	const char *equals = strchr(argument, '=');
	const size_t length = equals != NULL ? (size_t)(equals - argument) : strlen(argument);
	if (strncmp(argument, "--", 2) != 0 || length - 2 >= sizeof name) {
		if (apply)
			config_fault(config, argument,
					"flags begin with --; see entente help serve");
		return 1;
	}
	memcpy(name, argument + 2, length - 2);
	name[length - 2] = '\0';
	(void)snprintf(where, sizeof where, "--%s", name);
	const struct option *option = find(name);
	const bool ours = strcmp(name, "config") == 0;
	if (option == NULL && !ours) {
		const bool check = strcmp(name, "check") == 0;
		if (check || strcmp(name, "help") == 0)
			*(check ? &config->check : &config->help) = true;
		else if (apply)
			unknown(config, where, name);
		return 1;
	}
	const char *value = equals != NULL ? equals + 1 : NULL;
	int took = 1;
	if (value == NULL && !ours && option->kind == FLAG) {
		value = "yes";
	} else if (value == NULL && argc > 1) {
		value = argv[1];
		took = 2;
	}
	if (value == NULL) {
		if (apply)
			config_fault(config, where, "it takes a value");
	} else if (ours) {
		config->file = value;
	} else if (apply) {
		set(config, option, value, where);
	}
	return took;
}

static void take_flags(struct config *config, int argc, char **argv, bool apply) {
	for (int i = 0; i < argc;)
		i += take_flag(config, argc - i, argv + i, apply);
}

static void check_whole(struct config *config) {
	if (config->data == NULL)
		config_fault(config, "data",
				"it is needed: the folder that keeps the ledger, --data DIR");
	if ((config->tls_certificate == NULL) != (config->tls_key == NULL))
		config_fault(config, "tls-certificate", "tls-certificate and tls-key go together");
	if (config->limits.body_max > config->limits.body_total_max)
		config_fault(config, "bodies-max-kib", "it is less than body-max-kib");
	if (config->dev)
		config->allow_http_base_urls = true;
	config->node.directory = config->data;
	config->node.name = config->name;
}

bool config_read(struct config *config, int argc, char **argv, FILE *errors) {
	*config = (struct config){.errors = errors,
			.node = ent_node_options_default,
			.limits = ent_http_limits_default,
			.extents = ent_extent_limits_default};
	for (size_t i = 0; i < OPTIONS; i++)
		set(config, &options[i], options[i].initial, options[i].name);
	/* The file first, whichever flag names it. */
	take_flags(config, argc, argv, false);
	if (config->help)
		return true;
	if (config->file != NULL)
		read_file(config);
	take_flags(config, argc, argv, true);
	check_whole(config);
	return config->faults == 0;
}

void config_finish(struct config *config) {
	for (size_t i = 0; i < config->n_strings; i++)
		free(config->strings[i]);
	config->n_strings = 0;
}

void config_help(FILE *out) {
	for (size_t i = 0; i < OPTIONS; i++) {
		char name[64];
		(void)snprintf(name, sizeof name, "--%s%s%s", options[i].name,
				options[i].value[0] != '\0' ? " " : "", options[i].value);
		(void)fprintf(out, "  %-38s %s", name, options[i].help);
		if (options[i].initial[0] != '\0')
			(void)fprintf(out, " (%s)", options[i].initial);
		(void)fputc('\n', out);
	}
}
