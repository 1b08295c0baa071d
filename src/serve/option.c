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
	{{"config", "FILE", "read options from FILE too: lines 'name = value'; a flag wins over its line"}, OPTION_TEXT, AT(file), "", 0, 0, true},
	{{"check", NULL, "say all that is wrong with options and files, and stop"}, OPTION_FLAG, AT(check), "no", 0, 0, true},
	{{"help", NULL, "this text"}, OPTION_FLAG, AT(help), "no", 0, 0, true},

	{{"data", "DIR", "where the ledger is kept; made when it is not there (needed)"}, OPTION_TEXT, AT(data), "", 0, 0},
	{{"listen", "ADDRESS", "where to serve: 192.0.2.1:8080, [2001:db8::1]:8080, or :8080 for every address"}, OPTION_TEXT, AT(listen), "127.0.0.1:8080", 0, 0},
	{{"metrics-listen", "ADDRESS", "where to serve /metrics for Prometheus; nowhere when not given"}, OPTION_TEXT, AT(metrics_listen), "", 0, 0},
	{{"peers-listen", "ADDRESS", "where other parties' nodes connect, with the party's TLS key; nowhere when not given"}, OPTION_TEXT, AT(peers_listen), "", 0, 0},
	{{"tls-certificate", "FILE", "PEM chain; with tls-key, every listener speaks TLS"}, OPTION_TEXT, AT(tls_certificate), "", 0, 0},
	{{"tls-key", "FILE", "PEM key of the certificate"}, OPTION_TEXT, AT(tls_key), "", 0, 0},
	{{"metrics-plain", NULL, "/metrics is served without TLS all the same"}, OPTION_FLAG, AT(metrics_plain), "no", 0, 0},
	{{"restored", NULL, "the folder is an old copy: of a party, write nothing before every peer has said how much of it there was"}, OPTION_FLAG, AT(restored), "no", 0, 0, true},
	{{"restored-alone", NULL, "the same, but the line to a peer that has not said so after 10 s begins anew; each start with it may begin another"}, OPTION_FLAG, AT(restored_alone), "no", 0, 0, true},
	{{"purge-after", "TIME", "let payloads go so long after their entry at the latest; a memorandum may say sooner; 0s: only as agreed"}, OPTION_DURATION, AT(purge_after_us), "365d", 0, 315360000},
	{{"threads", "N", "threads that serve HTTP"}, OPTION_COUNT, AT(threads), "2", 1, 64},
	{{"quiet", NULL, "log no requests, only what the node itself has to say"}, OPTION_FLAG, AT(quiet), "no", 0, 0},
	{{"stop-timeout", "TIME", "for requests to be answered when the node stops"}, OPTION_DURATION, AT(stop_us), "20s", 0, 86400},

	{{"public-keys", "FILE,...", "PEM public keys of who signs tokens"}, OPTION_LIST, AT(public_keys), "", 0, 0},
	{{"jwks", "FILE|URL", "JWK set of who signs tokens"}, OPTION_TEXT, AT(jwks), "", 0, 0},
	{{"jwks-key-ids", "KID,...", "take only these keys of the set; all when not given"}, OPTION_LIST, AT(jwks_key_ids), "", 0, 0},
	{{"keys-refresh", "TIME", "how often all these are read again"}, OPTION_DURATION, AT(keys_refresh_us), "1min", 0.1, 86400},
	{{"keys-ttl", "TIME", "how long keys hold that cannot be read again"}, OPTION_DURATION, AT(keys_ttl_us), "1h", 0.1, 864000},
	{{"audience", "NAME,...", "whom a token must be for (aud): one of these"}, OPTION_LIST, AT(audiences), "localhost,127.0.0.1", 0, 0},
	{{"dev", NULL, "trust the well-known test key, take http URLs, let the clock of a party for trying out be set: never in earnest"}, OPTION_FLAG, AT(dev), "no", 0, 0},

	{{"name", "NAME", "the node's name in its checkpoints, set at its first start; a host name does well"}, OPTION_TEXT, AT(name), "", 0, 0},
	{{"locality", "NAME", "what its pool calls this node"}, OPTION_TEXT, AT(locality), "entente", 0, 0},
	{{"public-endpoint", "URL", "where clients reach this node, for its pool"}, OPTION_TEXT, AT(public_endpoint), "", 0, 0},
	{{"ca-certs", "FILE", "PEM that /aux/v1/configuration/ca_certs shows"}, OPTION_TEXT, AT(ca_certs), "", 0, 0},
	{{"accepted-ca-certs", "FILE", "PEM that /aux/v1/configuration/accepted_ca_certs shows"}, OPTION_TEXT, AT(accepted_ca_certs), "", 0, 0},

	{{"allow-http-base-urls", NULL, "take base URLs of USSs that are not https"}, OPTION_FLAG, AT(allow_http_base_urls), "no", 0, 0},
	{{"strict-f3548", NULL, "hold to F3548-21's rules on scopes and on a USS that is Down, as InterUSS does not"}, OPTION_FLAG, AT(strict), "no", 0, 0},
	{{"notification-index", "counted|time", "count notifications, or give milliseconds since midnight UTC"}, OPTION_INDEX, AT(node.index_is_time), "counted", 0, 0},
	{{"expire-after", "TIME", "how long after its end an entity stays"}, OPTION_DURATION, AT(node.expire_after_us), "2h", 0, 315360000},
	{{"archive-after", "TIME", "let the bytes of entries older than this go, below a snapshot; their hashes stay; 0s: never"}, OPTION_DURATION, AT(node.archive_after_us), "0s", 0, 315360000},
	{{"snapshot-entries", "N", "entries between snapshots; 0: only at a stop"}, OPTION_BIG_COUNT, AT(node.snapshot_entries), "100000", 0, 1e12},

	{{"volumes-max", "N", "volumes of one intent or constraint; above: 413"}, OPTION_BIG_COUNT, AT(extents.volumes_max), "100", 1, ENT_EXTENT_VOLUMES_MAX},
	{{"vertices-max", "N", "vertices of all polygons of one; above: 413"}, OPTION_BIG_COUNT, AT(extents.vertices_max), "16384", 3, (double)ENT_EXTENT_VOLUMES_MAX * ENT_VOLUME_VERTICES_MAX},
	{{"cells-max", "N", "discovery cells of one; above: 413"}, OPTION_BIG_COUNT, AT(extents.cells_max), "65536", 1, 4194304},
	{{"cells-per-uss-max", "N", "of all that one USS has filed; above: 413"}, OPTION_BIG_COUNT, AT(uss_cells_max), "16000000", 1, 1e12},
	{{"area-max-km2", "KM2", "area of one polygon"}, OPTION_RATE, AT(extents.polygon_km2_max), "2500", 1, 1e6},
	{{"queue-max", "N", "writes waiting at once; above: 503"}, OPTION_COUNT, AT(node.queue_max), "16384", 1, 1e6},
	{{"body-max-kib", "KIB", "one body; above: 413"}, OPTION_KIB, AT(limits.body_max), "4096", 1, 1 << 20},
	{{"bodies-max-kib", "KIB", "all bodies held at once; above: 503"}, OPTION_KIB, AT(limits.body_total_max), "262144", 1, 1 << 24},
	{{"answer-max-kib", "KIB", "one answer that lists what is there; above: 413"}, OPTION_KIB, AT(limits.answer_max), "65536", 16, 1 << 22},
	{{"answers-max-kib", "KIB", "all answers held at once; above: 503"}, OPTION_KIB, AT(limits.answer_total_max), "262144", 16, 1 << 24},
	{{"missing-max", "N", "references that one 409 lists; it says how many more there are"}, OPTION_BIG_COUNT, AT(missing_max), "1000", 1, 1e6},
	{{"head-max-kib", "KIB", "request line and headers; above: 431"}, OPTION_KIB, AT(limits.head_max), "8", 1, 64},
	{{"headers-max", "N", "headers of one request; above: 431"}, OPTION_COUNT, AT(limits.headers_max), "64", 1, 1000},
	{{"connections-max", "N", "connections; above: closed"}, OPTION_COUNT, AT(limits.connections_max), "1024", 1, 100000},
	{{"connections-per-client-max", "N", "of one address; above: closed"}, OPTION_COUNT, AT(limits.connections_per_client_max), "256", 1, 100000},
	{{"requests-per-client-max", "N", "of one address at once; above: 429"}, OPTION_COUNT, AT(limits.requests_per_client_max), "256", 1, 100000},
	{{"rate-per-client", "N", "requests a second of one address; above: 429; 0: any"}, OPTION_RATE, AT(limits.rate_per_client), "0", 0, 1e7},
	{{"burst-per-client", "N", "requests that it may make at once for all its rate"}, OPTION_COUNT, AT(limits.burst_per_client), "0", 0, 1e7},
	{{"head-timeout", "TIME", "for a request's head to arrive"}, OPTION_DURATION, AT(limits.head_us), "15s", 0.001, 86400},
	{{"body-timeout", "TIME", "for its body to arrive"}, OPTION_DURATION, AT(limits.body_us), "15s", 0.001, 86400},
	{{"request-timeout", "TIME", "for it to be worked on; then 503"}, OPTION_DURATION, AT(limits.request_us), "10s", 0.001, 86400},
	{{"answer-timeout", "TIME", "for its answer to be taken"}, OPTION_DURATION, AT(limits.answer_us), "10s", 0.001, 86400},
	{{"idle-timeout", "TIME", "for a connection to wait for its next request"}, OPTION_DURATION, AT(limits.idle_us), "30s", 0.001, 86400},
};
/* clang-format on */
const size_t options_count = sizeof options / sizeof options[0];
const struct ent_option_table options_table = {
		"serve", options, sizeof options / sizeof options[0], sizeof options[0]};
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

static void set_rate(struct config *config, const struct option *option, const char *text,
		const char *where) {
	struct ent_fault fault;
	if (ent_option_number(text, strlen(text), option->least, option->most,
			    place(config, option), &fault) != ENT_OK)
		config_fault(config, where, "%s", fault.why);
}

static void set_count(struct config *config, const struct option *option, const char *text,
		const char *where) {
	struct ent_fault fault;
	int64_t count;
	if (ent_option_count(text, strlen(text), (int64_t)option->least, (int64_t)option->most,
			    &count, &fault) != ENT_OK)
		config_fault(config, where, "%s", fault.why);
	else if (option->kind == OPTION_COUNT)
		*(unsigned *)place(config, option) = (unsigned)count;
	else
		*(size_t *)place(config, option) = (size_t)count *
				(option->kind == OPTION_KIB ? 1024 : 1);
}

static void set_duration(struct config *config, const struct option *option, const char *text,
		const char *where) {
	struct ent_fault fault;
	if (ent_option_duration(text, strlen(text), (int64_t)(option->least * MICRO),
			    (int64_t)(option->most * MICRO), place(config, option),
			    &fault) != ENT_OK)
		config_fault(config, where, "%s", fault.why);
}

static void set_index(struct config *config, const struct option *option, const char *text,
		const char *where) {
	static const char *const names[] = {"counted", "time"};
	struct ent_fault fault;
	size_t word;
	if (ent_option_word(text, names, sizeof names / sizeof names[0], &word, &fault) != ENT_OK)
		config_fault(config, where, "%s", fault.why);
	else
		*(bool *)place(config, option) = word == 1;
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
		set_count(config, option, text, where);
		break;
	case OPTION_RATE:
		set_rate(config, option, text, where);
		break;
	}
	config->set[i] = config->given[i] = true;
}

const struct option *option_find(const char *name) {
	return (const void *)ent_option_find(&options_table, name, strlen(name));
}
