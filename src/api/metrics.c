/* SPDX-License-Identifier: Apache-2.0 */
/*
 * metrics.c: what the node counts, as Prometheus text (exposition format 0.0.4). Routes and statuses are closed sets, so
 * no client can make series without end.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* Upper bounds in microseconds of the buckets of durations; the last is all. */
static const int64_t bounds_us[] = {
		500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 1000000, 10000000};
enum { BUCKETS = sizeof bounds_us / sizeof bounds_us[0] + 1, CLASSES = 6 };

/* Of one route; the one behind the last is for what has none. */
struct counts {
	atomic_ullong answered[CLASSES]; /* by the status's first digit; 0: the client had gone */
	atomic_ullong bucket[BUCKETS];
	atomic_ullong duration_us, bytes_in, bytes_out;
};

struct metrics {
	struct counts routes[ROUTES_MAX + 1];
};

ent_status metrics_create(struct metrics **ret_metrics) {
	*ret_metrics = calloc(1, sizeof **ret_metrics);
	return *ret_metrics != NULL ? ENT_OK : ENT_E_MEMORY;
}

void metrics_destroy(struct metrics *metrics) {
	free(metrics);
}

static const char *method_name(size_t i) {
	static const char *const names[] = {"GET", "HEAD", "PUT", "POST", "DELETE", "any"};
	return i < api_routes_count ? names[api_routes[i].method] : "any";
}

/* Routes of several methods may be one text. */
static size_t route_of(const struct ent_http_record *record) {
	const char *method = strcmp(record->method, "HEAD") == 0 ? "GET" : record->method;
	for (size_t i = 0; record->route != NULL && i < api_routes_count; i++)
		if (strcmp(record->route, api_routes[i].pattern) == 0 &&
				(api_routes[i].method == ENT_HTTP_OTHER ||
						strcmp(method, method_name(i)) == 0))
			return i;
	return ROUTES_MAX;
}

void ent_api_record(struct ent_api *api, const struct ent_http_record *record) {
	struct counts *counts = &api->metrics->routes[route_of(record)];
	size_t bucket = 0;
	const unsigned digit = record->status / 100;
	while (bucket + 1 < BUCKETS && record->duration_us > bounds_us[bucket])
		bucket++;
	atomic_fetch_add_explicit(
			&counts->answered[digit < CLASSES ? digit : 0], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&counts->bucket[bucket], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&counts->duration_us, (unsigned long long)record->duration_us,
			memory_order_relaxed);
	atomic_fetch_add_explicit(&counts->bytes_in, record->bytes_in, memory_order_relaxed);
	atomic_fetch_add_explicit(&counts->bytes_out, record->bytes_out, memory_order_relaxed);
}

/* --- Text --- */

#define LINK_WORD(name, word) word,
static const char *const link_words[] = {ENT_API_LINK_MAP(LINK_WORD)};

struct text {
	struct ent_http_request *request;
	struct ent_jsonout_memory memory;
	ent_status status;
};

static void say(struct text *text, const char *format, ...) ENT_PRINTF(2, 3);

static void say(struct text *text, const char *format, ...) {
	char line[512];
	va_list arguments;
	va_start(arguments, format);
	const int printed = vsnprintf(line, sizeof line, format, arguments);
	va_end(arguments);
	const size_t length = printed < 0               ? 0
			: (size_t)printed < sizeof line ? (size_t)printed
							: sizeof line - 1;
	if (text->status == ENT_OK &&
			ent_http_grow(text->request, text->memory.size + length) != ENT_HTTP_FINE)
		text->status = ENT_E_LIMIT;
	if (text->status == ENT_OK)
		text->status = ent_jsonout_to_memory(&text->memory, line, length);
}

static void say_head(struct text *text, const char *name, const char *type, const char *help) {
	say(text, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void say_one(struct text *text, const char *name, const char *type, const char *help,
		uint64_t value) {
	say_head(text, name, type, help);
	say(text, "%s %" PRIu64 "\n", name, value);
}

static unsigned long long get(atomic_ullong *counter) {
	return atomic_load_explicit(counter, memory_order_relaxed);
}

static const char *route_name(size_t i) {
	return i < api_routes_count ? api_routes[i].pattern : "other";
}

/* Every route that was ever asked for. */
static bool used(struct counts *counts) {
	for (size_t i = 0; i < BUCKETS; i++)
		if (get(&counts->bucket[i]) > 0)
			return true;
	return false;
}

static void say_requests(struct text *text, struct metrics *metrics) {
	static const char *const classes[CLASSES] = {"gone", "1xx", "2xx", "3xx", "4xx", "5xx"};
	say_head(text, "entente_http_requests_total", "counter", "Requests by route and status.");
	for (size_t i = 0; i <= ROUTES_MAX; i++)
		for (size_t class = 0; class < CLASSES; class ++)
			if (get(&metrics->routes[i].answered[class]) > 0)
				say(text,
						"entente_http_requests_total{method=\"%s\",route="
						"\"%s\",status=\"%s\"} %llu\n",
						method_name(i), route_name(i), classes[class],
						get(&metrics->routes[i].answered[class]));
}

static void say_durations(struct text *text, struct metrics *metrics) {
	static const char name[] = "entente_http_request_duration_seconds";
	say_head(text, name, "histogram", "From the request's first byte to its answer's last.");
	for (size_t i = 0; i <= ROUTES_MAX; i++) {
		struct counts *counts = &metrics->routes[i];
		unsigned long long all = 0;
		if (!used(counts))
			continue;
		for (size_t bucket = 0; bucket < BUCKETS; bucket++) {
			all += get(&counts->bucket[bucket]);
			if (bucket + 1 < BUCKETS)
				say(text, "%s_bucket{method=\"%s\",route=\"%s\",le=\"%g\"} %llu\n",
						name, method_name(i), route_name(i),
						(double)bounds_us[bucket] / 1e6, all);
			else
				say(text,
						"%s_bucket{method=\"%s\",route=\"%s\",le=\"+Inf\"} "
						"%llu\n",
						name, method_name(i), route_name(i), all);
		}
		say(text, "%s_sum{method=\"%s\",route=\"%s\"} %.6f\n", name, method_name(i),
				route_name(i), (double)get(&counts->duration_us) / 1e6);
		say(text, "%s_count{method=\"%s\",route=\"%s\"} %llu\n", name, method_name(i),
				route_name(i), all);
	}
}

static void say_program(struct text *text, struct ent_api *api) {
	struct ent_api_sources sources;
	say_head(text, "entente_build_info", "gauge", "1; the version is its label.");
	say(text, "entente_build_info{version=\"%s\"} 1\n", api->options.version);
	say_head(text, "process_start_time_seconds", "gauge",
			"When the node began, in seconds since 1970 UTC.");
	say(text, "process_start_time_seconds %.3f\n", (double)api->start_utc_us / 1e6);
	say_head(text, "entente_clock_ahead_seconds", "gauge",
			"How far the machine's clock is ahead of the time that the node goes by; 0 "
			"while "
			"it is followed.");
	say(text, "entente_clock_ahead_seconds %.3f\n", (double)wall_ahead(api) / 1e6);
	say_one(text, "entente_token_keys", "gauge",
			"Keys that tokens are checked with; with 0 none is taken.",
			ent_token_checker_count(api->options.checker));
	read_sources(api, &sources);
	say_head(text, "entente_token_sources", "gauge",
			"Files and URLs of such keys; kept: cannot be read, its old keys hold; "
			"without: cannot be read, it has none.");
	say(text, "entente_token_sources{state=\"good\"} %u\n", sources.good);
	say(text, "entente_token_sources{state=\"kept\"} %u\n", sources.kept);
	say(text, "entente_token_sources{state=\"without\"} %u\n", sources.without);
}

static void say_link(struct text *text, const struct ent_api_link *link) {
	for (unsigned i = 0; i < ENT_API_LINK_STATES; i++)
		say(text, "entente_link_state{party=\"%s\",state=\"%s\"} %d\n", link->id,
				link_words[i], link->state == i);
}

static void say_links(struct text *text, struct ent_api *api) {
	struct ent_api_link *links = malloc(sizeof *links * ENT_API_LINKS_MAX);
	size_t n = links != NULL && api->options.links != NULL
			? api->options.links(api->options.user, links, ENT_API_LINKS_MAX)
			: 0;
	n = n < ENT_API_LINKS_MAX ? n : ENT_API_LINKS_MAX;
	say_head(text, "entente_link_state", "gauge",
			"1 for the state that the line to the party is in, else 0.");
	for (size_t i = 0; i < n; i++)
		say_link(text, &links[i]);
	say_head(text, "entente_link_missed", "gauge",
			"Periods in a row without a test or answer.");
	for (size_t i = 0; i < n; i++)
		say(text, "entente_link_missed{party=\"%s\"} %" PRIu64 "\n", links[i].id,
				links[i].missed);
	say_head(text, "entente_link_owed_entries", "gauge",
			"Entries that the party has not acknowledged.");
	for (size_t i = 0; i < n; i++)
		say(text, "entente_link_owed_entries{party=\"%s\"} %" PRIu64 "\n", links[i].id,
				links[i].owed);
	free(links);
}

static void say_party(struct text *text, struct ent_api *api) {
	struct ent_api_party party;
	read_party(api, &party);
	if (!party.there)
		return;
	say_one(text, "entente_alarms", "gauge",
			"Alarms about what other parties do, since the start or kept from before.",
			party.alarms);
	say_one(text, "entente_ledgers_frozen", "gauge",
			"Ledgers on which agreements have stopped.", party.frozen);
	say_one(text, "entente_memoranda", "gauge", "Memoranda that are here.", party.memoranda);
	say_one(text, "entente_memoranda_in_force", "gauge", "Those that are in force.",
			party.in_force);
	say_one(text, "entente_memoranda_waiting", "gauge",
			"Those with entries that wait for others that are not here.",
			party.waiting);
	say_links(text, api);
}

static void say_answers(struct text *text, struct ent_api *api) {
	struct ent_http_answers answers;
	if (api->options.answers == NULL)
		return;
	api->options.answers(api->options.user, &answers);
	say_one(text, "entente_answers_held_bytes", "gauge",
			"Bytes of answers that are being made or sent.", answers.held);
	say_one(text, "entente_answers_refused_total", "counter",
			"Requests answered 503 because too much was held of answers.",
			answers.refused);
}

static void say_node(struct text *text, const struct ent_node_state *state) {
	say_head(text, "entente_clock_behind_ledger_seconds", "gauge",
			"How far the node's time is behind the ledger's last entry; 0 up to a "
			"minute.");
	say(text, "entente_clock_behind_ledger_seconds %.3f\n", (double)state->behind_us / 1e6);
	say_one(text, "entente_writes", "gauge", "1 when the ledger takes writes, else 0.",
			state->writes);
	say_one(text, "entente_ledger_entries", "gauge", "Durable entries of the ledger.",
			state->size);
	say_one(text, "entente_ledger_batches_total", "counter", "Batches made durable.",
			state->batches);
	say_one(text, "entente_snapshot_entries", "gauge", "Entries in the last snapshot.",
			state->snapshot_size);
	say_one(text, "entente_commands_waiting", "gauge", "Commands that wait to be decided.",
			state->waiting);
	say_head(text, "entente_commands_total", "counter", "Commands by what came of them.");
	say(text, "entente_commands_total{outcome=\"committed\"} %" PRIu64 "\n", state->committed);
	say(text, "entente_commands_total{outcome=\"refused\"} %" PRIu64 "\n", state->refused);
	say(text, "entente_commands_total{outcome=\"failed\"} %" PRIu64 "\n", state->failed);
	say_one(text, "scd_operational_intents_total", "gauge", "Operational intents.",
			state->intents);
	say_one(text, "scd_constraints_total", "gauge", "Constraints.", state->constraints);
	say_one(text, "scd_subscriptions_total", "gauge", "Subscriptions.", state->subscriptions);
}

static void say_exact(struct text *text, struct ent_exact *exact) {
	struct ent_exact_state state;
	ent_exact_state(exact, &state);
	say_one(text, "entente_exact_entries", "gauge",
			"Entries that the index of exact volumes knows.", state.entries);
	say_one(text, "entente_exact_volumes", "gauge",
			"Exact volumes of live operational intents.", state.volumes);
	say_one(text, "entente_exact_lost_total", "counter",
			"Changes that the index of exact volumes had no memory for.", state.lost);
}

void ent_api_handle_metrics(void *user, struct ent_http_request *request) {
	struct ent_api *api = user;
	struct text text = {.request = request, .memory = {.limit = SIZE_MAX / 4}};
	struct ent_node_state state;
	if (strcmp(ent_http_path(request), "/metrics") != 0) {
		answer_plain(request, 404, "there is only /metrics here\n");
		return;
	}
	say_program(&text, api);
	ent_node_state(api->options.node, &state);
	say_node(&text, &state);
	if (api->options.exact != NULL)
		say_exact(&text, api->options.exact);
	say_answers(&text, api);
	say_party(&text, api);
	say_requests(&text, api->metrics);
	say_durations(&text, api->metrics);
	if (text.status != ENT_OK) {
		free(text.memory.bytes);
		answer_plain(request, 503, "too much is being read from this server just now\n");
		return;
	}
	const struct ent_http_answer answer = {.status = 200,
			.content_type = "text/plain; version=0.0.4; charset=utf-8",
			.take_body = text.memory.bytes,
			.size = text.memory.size};
	ent_http_answer(request, &answer);
}
