/* SPDX-License-Identifier: Apache-2.0 */
/* option.c: see option.h. */
#include "option.h"

#include <stddef.h>
#include <string.h>

#include "entente/text.h"

#define AT(member) offsetof(struct config, member)

enum { SHOWN_SIZE = 80, MICRO = 1000000 };

/* clang-format off */
const struct option options[] = {
	{"config", OPTION_TEXT, AT(file), "FILE", "", "read options from FILE too: lines 'name = value'; a flag wins over its line", 0, 0, true},
	{"check", OPTION_FLAG, AT(check), "", "no", "say all that is wrong with options and files, and stop", 0, 0, true},
	{"help", OPTION_FLAG, AT(help), "", "no", "this text", 0, 0, true},

	{"data", OPTION_TEXT, AT(data), "DIR", "", "where the ledger is kept; made when it is not there (needed)", 0, 0},
	{"listen", OPTION_TEXT, AT(listen), "ADDRESS", "127.0.0.1:8080", "where to serve: 192.0.2.1:8080, [2001:db8::1]:8080, or :8080 for every address", 0, 0},
	{"metrics-listen", OPTION_TEXT, AT(metrics_listen), "ADDRESS", "", "where to serve /metrics for Prometheus; nowhere when not given", 0, 0},
	{"tls-certificate", OPTION_TEXT, AT(tls_certificate), "FILE", "", "PEM chain; with tls-key, every listener speaks TLS", 0, 0},
	{"tls-key", OPTION_TEXT, AT(tls_key), "FILE", "", "PEM key of the certificate", 0, 0},
	{"metrics-plain", OPTION_FLAG, AT(metrics_plain), "", "no", "/metrics is served without TLS all the same", 0, 0},
	{"threads", OPTION_COUNT, AT(threads), "N", "2", "threads that serve HTTP", 1, 64},
	{"quiet", OPTION_FLAG, AT(quiet), "", "no", "log no requests, only what the node itself has to say", 0, 0},
	{"stop-timeout", OPTION_DURATION, AT(stop_us), "TIME", "20s", "for requests to be answered when the node stops", 0, 86400},

	{"public-keys", OPTION_LIST, AT(public_keys), "FILE,...", "", "PEM public keys of who signs tokens", 0, 0},
	{"jwks", OPTION_TEXT, AT(jwks), "FILE|URL", "", "JWK set of who signs tokens", 0, 0},
	{"jwks-key-ids", OPTION_LIST, AT(jwks_key_ids), "KID,...", "", "take only these keys of the set; all when not given", 0, 0},
	{"keys-refresh", OPTION_DURATION, AT(keys_refresh_us), "TIME", "1min", "how often all these are read again", 0.1, 86400},
	{"keys-ttl", OPTION_DURATION, AT(keys_ttl_us), "TIME", "1h", "how long keys hold that cannot be read again", 0.1, 864000},
	{"audience", OPTION_LIST, AT(audiences), "NAME,...", "localhost,127.0.0.1", "whom a token must be for (aud): one of these", 0, 0},
	{"dev", OPTION_FLAG, AT(dev), "", "no", "trust the well-known test key, take http URLs: never in earnest", 0, 0},

	{"name", OPTION_TEXT, AT(name), "NAME", "", "the node's name in its checkpoints, set at its first start; a host name does well", 0, 0},
	{"locality", OPTION_TEXT, AT(locality), "NAME", "entente", "what its pool calls this node", 0, 0},
	{"public-endpoint", OPTION_TEXT, AT(public_endpoint), "URL", "", "where clients reach this node, for its pool", 0, 0},
	{"ca-certs", OPTION_TEXT, AT(ca_certs), "FILE", "", "PEM that /aux/v1/configuration/ca_certs shows", 0, 0},
	{"accepted-ca-certs", OPTION_TEXT, AT(accepted_ca_certs), "FILE", "", "PEM that /aux/v1/configuration/accepted_ca_certs shows", 0, 0},

	{"allow-http-base-urls", OPTION_FLAG, AT(allow_http_base_urls), "", "no", "take base URLs of USSs that are not https", 0, 0},
	{"strict-f3548", OPTION_FLAG, AT(strict), "", "no", "hold to F3548-21's rules on scopes and on a USS that is Down, as InterUSS does not", 0, 0},
	{"notification-index", OPTION_INDEX, AT(node.index_is_time), "counted|time", "counted", "count notifications, or give milliseconds since midnight UTC", 0, 0},
	{"expire-after", OPTION_DURATION, AT(node.expire_after_us), "TIME", "2h", "how long after its end an entity stays", 0, 315360000},
	{"archive-after", OPTION_DURATION, AT(node.archive_after_us), "TIME", "0s", "let the bytes of entries older than this go, below a snapshot; their hashes stay; 0s: never", 0, 315360000},
	{"snapshot-entries", OPTION_BIG_COUNT, AT(node.snapshot_entries), "N", "100000", "entries between snapshots; 0: only at a stop", 0, 1e12},

	{"volumes-max", OPTION_BIG_COUNT, AT(extents.volumes_max), "N", "100", "volumes of one intent or constraint; above: 413", 1, ENT_EXTENT_VOLUMES_MAX},
	{"cells-max", OPTION_BIG_COUNT, AT(extents.cells_max), "N", "65536", "discovery cells of one; above: 413", 1, 4194304},
	{"area-max-km2", OPTION_RATE, AT(extents.polygon_km2_max), "KM2", "2500", "area of one polygon", 1, 1e6},
	{"queue-max", OPTION_COUNT, AT(node.queue_max), "N", "16384", "writes waiting at once; above: 503", 1, 1e6},
	{"body-max-kib", OPTION_KIB, AT(limits.body_max), "KIB", "4096", "one body; above: 413", 1, 1 << 20},
	{"bodies-max-kib", OPTION_KIB, AT(limits.body_total_max), "KIB", "262144", "all bodies held at once; above: 503", 1, 1 << 24},
	{"head-max-kib", OPTION_KIB, AT(limits.head_max), "KIB", "8", "request line and headers; above: 431", 1, 64},
	{"headers-max", OPTION_COUNT, AT(limits.headers_max), "N", "64", "headers of one request; above: 431", 1, 1000},
	{"connections-max", OPTION_COUNT, AT(limits.connections_max), "N", "1024", "connections; above: closed", 1, 100000},
	{"connections-per-client-max", OPTION_COUNT, AT(limits.connections_per_client_max), "N", "256", "of one address; above: closed", 1, 100000},
	{"requests-per-client-max", OPTION_COUNT, AT(limits.requests_per_client_max), "N", "256", "of one address at once; above: 429", 1, 100000},
	{"rate-per-client", OPTION_RATE, AT(limits.rate_per_client), "N", "0", "requests a second of one address; above: 429; 0: any", 0, 1e7},
	{"burst-per-client", OPTION_COUNT, AT(limits.burst_per_client), "N", "0", "requests that it may make at once for all its rate", 0, 1e7},
	{"head-timeout", OPTION_DURATION, AT(limits.head_us), "TIME", "15s", "for a request's head to arrive", 0.001, 86400},
	{"body-timeout", OPTION_DURATION, AT(limits.body_us), "TIME", "15s", "for its body to arrive", 0.001, 86400},
	{"request-timeout", OPTION_DURATION, AT(limits.request_us), "TIME", "10s", "for it to be worked on; then 503", 0.001, 86400},
	{"answer-timeout", OPTION_DURATION, AT(limits.answer_us), "TIME", "10s", "for its answer to be taken", 0.001, 86400},
	{"idle-timeout", OPTION_DURATION, AT(limits.idle_us), "TIME", "30s", "for a connection to wait for its next request", 0.001, 86400},
};
/* clang-format on */
const size_t options_count = sizeof options / sizeof options[0];
_Static_assert(sizeof options / sizeof options[0] <= CONFIG_OPTIONS_MAX, "struct config has room");
_Static_assert(sizeof(size_t) == sizeof(uint64_t), "one kind of big counts");

/* A copy that lives as long as the configuration; NULL after a fault. */
static char *keep(struct config *config, const char *text, const char *where) {
	if (config->n_strings == CONFIG_STRINGS_MAX) {
		config_fault(config, where, "more than %d values in all", CONFIG_STRINGS_MAX / 2);
		return NULL;
	}
	char *copy = strdup(text);
	if (copy == NULL)
		config_fault(config, where, "out of memory");
	else
		config->strings[config->n_strings++] = copy;
	return copy;
}

static void *place(struct config *config, const struct option *option) {
	return (char *)config + option->at;
}

/* --- Values: each says what is wrong with the text --- */

static void set_text(struct config *config, const struct option *option, const char *text,
		const char *where) {
	if (text[0] == '\0' && option->initial[0] != '\0') {
		config_fault(config, where, "it is not to be empty");
		return;
	}
	*(const char **)place(config, option) = text[0] != '\0' ? text : NULL;
}

static void add_item(
		struct config *config, struct config_list *list, char *item, const char *where) {
	item += strspn(item, " \t");
	size_t length = strlen(item);
	while (length > 0 && strchr(" \t", item[length - 1]) != NULL)
		length--;
	item[length] = '\0';
	if (length == 0)
		config_fault(config, where, "there is nothing before or after a comma");
	else if (list->n == CONFIG_LIST_MAX)
		config_fault(config, where, "more than %d items", CONFIG_LIST_MAX);
	else {
		list->where[list->n] = where;
		list->item[list->n++] = item;
	}
}

/* The first of a source, the file or the flags, takes the place of what was; the others add. 'where' must stay. */
static void set_list(
		struct config *config, const struct option *option, char *text, const char *where) {
	struct config_list *list = place(config, option);
	if (!config->set[option - options])
		list->n = 0;
	if (text[0] == '\0' && option->initial[0] != '\0')
		config_fault(config, where, "it is not to be empty");
	for (char *item = text[0] != '\0' ? text : NULL; item != NULL;) {
		char *comma = strchr(item, ',');
		if (comma != NULL)
			*comma = '\0';
		add_item(config, list, item, where);
		item = comma != NULL ? comma + 1 : NULL;
	}
}

static void set_flag(struct config *config, const struct option *option, const char *text,
		const char *where) {
	static const struct {
		const char *name;
		bool on;
	} names[] = {{"yes", true}, {"true", true}, {"on", true}, {"1", true}, {"no", false},
			{"false", false}, {"off", false}, {"0", false}};
	char shown[SHOWN_SIZE];
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(names[i].name, text) == 0) {
			*(bool *)place(config, option) = names[i].on;
			return;
		}
	config_fault(config, where, "it is yes or no, not \"%s\"",
			ent_text_show(text, strlen(text), shown, sizeof shown));
}

static void set_number(struct config *config, const struct option *option, const char *text,
		const char *where) {
	char shown[SHOWN_SIZE];
	int64_t micro;
	const bool any = option->kind == OPTION_RATE;
	const ent_status status = ent_text_parse_decimal(
			text, strlen(text), MICRO, 1, &micro, NULL);
	const double number = status == ENT_OK ? (double)micro / MICRO : -1;
	if (status != ENT_OK || number < option->least || number > option->most ||
			(!any && micro % MICRO != 0)) {
		config_fault(config, where, "\"%s\" is not a %snumber from %.0f to %.0f",
				ent_text_show(text, strlen(text), shown, sizeof shown),
				any ? "" : "whole ", option->least, option->most);
		return;
	}
	if (any)
		*(double *)place(config, option) = number;
	else if (option->kind == OPTION_KIB)
		*(size_t *)place(config, option) = (size_t)(micro / MICRO) * 1024;
	else if (option->kind == OPTION_BIG_COUNT)
		*(size_t *)place(config, option) = (size_t)(micro / MICRO);
	else
		*(unsigned *)place(config, option) = (unsigned)(micro / MICRO);
}

/* In the largest unit that leaves no fraction. */
static const char *print_time(double time_s, char *ret_text, size_t size) {
	static const struct {
		const char *unit;
		double s;
	} units[] = {{"d", 86400}, {"h", 3600}, {"min", 60}, {"s", 1}, {"ms", 0.001}};
	size_t i = time_s > 0 ? 0 : 3;
	while (time_s > 0 && i + 1 < sizeof units / sizeof units[0] &&
			(time_s < units[i].s ||
					(double)(int64_t)(time_s / units[i].s) * units[i].s !=
							time_s))
		i++;
	(void)snprintf(ret_text, size, "%.0f%s", time_s / units[i].s, units[i].unit);
	return ret_text;
}

static void set_duration(struct config *config, const struct option *option, const char *text,
		const char *where) {
	struct ent_fault fault = {{0}, {0}};
	char shown[SHOWN_SIZE], least[32], most[32];
	int64_t us;
	if (ent_text_parse_duration(text, strlen(text), &us, &fault) != ENT_OK)
		config_fault(config, where, "%s", fault.why);
	else if ((double)us < option->least * 1e6 || (double)us > option->most * 1e6)
		config_fault(config, where, "\"%s\" is not a time from %s to %s",
				ent_text_show(text, strlen(text), shown, sizeof shown),
				print_time(option->least, least, sizeof least),
				print_time(option->most, most, sizeof most));
	else
		*(int64_t *)place(config, option) = us;
}

static void set_index(struct config *config, const struct option *option, const char *text,
		const char *where) {
	char shown[SHOWN_SIZE];
	const bool time = strcmp(text, "time") == 0;
	if (!time && strcmp(text, "counted") != 0)
		config_fault(config, where, "it is counted or time, not \"%s\"",
				ent_text_show(text, strlen(text), shown, sizeof shown));
	else
		*(bool *)place(config, option) = time;
}

void option_set(struct config *config, const struct option *option, const char *text,
		const char *where) {
	const size_t i = (size_t)(option - options);
	char *copy = keep(config, text, where);
	const char *kept_where = copy != NULL ? keep(config, where, where) : NULL;
	if (kept_where == NULL)
		return;
	config->where[i] = kept_where;
	switch (option->kind) {
	case OPTION_TEXT:
		set_text(config, option, copy, where);
		break;
	case OPTION_LIST:
		set_list(config, option, copy, kept_where);
		break;
	case OPTION_FLAG:
		set_flag(config, option, text, where);
		break;
	case OPTION_DURATION:
		set_duration(config, option, text, where);
		break;
	case OPTION_INDEX:
		set_index(config, option, text, where);
		break;
	case OPTION_COUNT:
	case OPTION_BIG_COUNT:
	case OPTION_KIB:
	case OPTION_RATE:
		set_number(config, option, text, where);
		break;
	}
	config->set[i] = true;
}

/* --- Names --- */

const struct option *option_find(const char *name) {
	for (size_t i = 0; i < options_count; i++)
		if (strcmp(options[i].name, name) == 0)
			return &options[i];
	return NULL;
}

/* How many letters two names differ by, between what they have in common at both ends. */
static size_t differ(const char *a, const char *b) {
	const size_t length_a = strlen(a), length_b = strlen(b);
	const size_t longer = length_a > length_b ? length_a : length_b;
	size_t same = 0, tail = 0;
	while (a[same] != '\0' && a[same] == b[same])
		same++;
	while (tail + same < length_a && tail + same < length_b &&
			a[length_a - 1 - tail] == b[length_b - 1 - tail])
		tail++;
	return longer - same - tail;
}

/* One that begins so, or that differs by less than half of its letters, and by three at the most. */
static const char *nearest(const char *name) {
	const char *best = NULL;
	size_t least = 4;
	for (size_t i = 0; i < options_count; i++) {
		const size_t letters = strlen(options[i].name), far = differ(name, options[i].name);
		if (strlen(name) > 3 && strncmp(name, options[i].name, strlen(name)) == 0)
			return options[i].name;
		if (far < least && 2 * far < letters) {
			least = far;
			best = options[i].name;
		}
	}
	return best;
}

void option_unknown(
		struct config *config, const char *where, const char *name, const char *dashes) {
	const char *hint = nearest(name);
	if (hint != NULL)
		config_fault(config, where, "there is no such option; did you mean %s%s?", dashes,
				hint);
	else
		config_fault(config, where, "there is no such option; try entente serve --help");
}
