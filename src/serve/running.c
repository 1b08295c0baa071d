/* SPDX-License-Identifier: Apache-2.0 */
/*
 * running.c: see running.h.
 *
 *     node -> party's parts, if there is a party -> API -> listeners -> the party's parts begin
 *
 * and back: listeners take no more, those in hand are answered -> party's parts -> node.
 */
#include "running.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <systemd/sd-daemon.h>

#include "certificate.h"
#include "entente/office.h"
#include "entente/serve.h"
#include "joined.h"
#include "last.h"
#include "log.h"
#include "look.h"
#include "openapi.h"

enum {
	METRICS_CONNECTIONS = 64,
	METRICS_ANSWER = 1 << 20, /* routes, statuses and parties are closed sets: some 600 KB */
	METRICS_ANSWERS = 16 << 20,
	OTHER_FILES = 64, /* the store's, the listeners', the library's own for each thread */
	/* Of peers: those that connect, which are given half of all at most (src/peers/take.c), and those that are connected to. */
	PEERS_FILES = 8 * ENT_PARTIES_MAX + 64
};

void running_warn(const struct running *running) {
	const struct config *config = &running->config;
	if (config->dev)
		look_warn(&running->config,
				"--dev: anybody can make a token that this node takes; not for "
				"production");
	else if (config->public_keys.n == 0 && config->jwks == NULL)
		look_warn(&running->config,
				"there are no keys, so no token is taken: give --public-keys or "
				"--jwks, or --dev to try things out");
}

const char *running_metrics_pem(const struct running *running, const char *pem) {
	return running->config.metrics_plain ? NULL : pem;
}

/* --- Start --- */

static void record(void *user, const struct ent_http_record *record) {
	struct running *running = user;
	ent_api_record(running->api, record);
	if (!running->config.quiet)
		log_request(record);
}

static void handle(void *user, struct ent_http_request *request) {
	struct running *running = user;
	if (!joined_handle(running->joined, request))
		ent_api_handle(running->api, request);
}

static void handle_metrics(void *user, struct ent_http_request *request) {
	ent_api_handle_metrics(((struct running *)user)->api, request);
}

/* A connection needs a descriptor, and systems give few unless they are asked. */
static void raise_files(struct running *running) {
	const rlim_t wanted = (rlim_t)running->config.limits.connections_max + METRICS_CONNECTIONS +
			OTHER_FILES + (running->ours.there ? PEERS_FILES : 0);
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
		return;
	limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_max < wanted)
		look_warn(&running->config,
				"the process may have %llu files open, which is too few for "
				"connections-max%s; raise its limit (ulimit -n, LimitNOFILE)",
				(unsigned long long)limit.rlim_max,
				running->ours.there ? " and as many connections of peers as there "
						      "can be"
						    : "");
}

int64_t running_time(void *user) {
	return clock_time(&((struct running *)user)->clock);
}

static int64_t wall_ahead(void *user) {
	return clock_ahead(&((struct running *)user)->clock);
}

static ent_status start_node(struct running *running) {
	struct config *config = &running->config;
	struct ent_fault fault = {{0}, {0}};
	config->node.clock = running_time;
	config->node.say = log_say;
	config->node.user = running;
	const ent_status status = ent_node_create(&config->node, &running->node, &fault);
	if (status != ENT_OK) {
		config_fault(config, config_where(config, "data"), "%s%s%s", fault.where,
				fault.where[0] != '\0' ? ": " : "",
				fault.why[0] != '\0' ? fault.why : ent_status_text(status));
		return status;
	}
	const char *name = ent_node_vkey(running->node)->name;
	const size_t length = config->name != NULL ? strlen(config->name) : 0;
	if (length > 0 &&
			(strncmp(name, config->name, length) != 0 ||
					strcmp(name + length, "/" ENT_NODE_LEDGER) != 0))
		look_warn(config, "name: the ledger is \"%s\" since its first start, and stays so",
				name);
	return ENT_OK;
}

static void answers(void *user, struct ent_http_answers *ret_answers) {
	const struct ent_http_server *server = atomic_load(&((struct running *)user)->counted);
	*ret_answers = (struct ent_http_answers){0};
	if (server != NULL)
		ent_http_server_answers(server, ret_answers);
}

static void sources(void *user, struct ent_api_sources *ret_sources) {
	keys_state(((struct running *)user)->keys, ret_sources);
}

static void party(void *user, struct ent_api_party *ret_party) {
	joined_party(((struct running *)user)->joined, ret_party);
}

static size_t links(void *user, struct ent_api_link *ret_links, size_t capacity) {
	return joined_links(((struct running *)user)->joined, ret_links, capacity);
}

static ent_status start_api(struct running *running) {
	const struct config *config = &running->config;
	const struct ent_api_options options = {.node = running->node,
			.checker = running->checker,
			.exact = running->exact,
			.extents = config->extents,
			.missing_max = config->missing_max,
			.uss_cells_max = config->uss_cells_max,
			.allow_http_base_urls = config->allow_http_base_urls,
			.strict = config->strict,
			.index_is_time = config->node.index_is_time,
			.version = ent_serve_version,
			.locality = config->locality,
			.public_endpoint = config->public_endpoint != NULL ? config->public_endpoint
									   : "",
			.ca_certs_pem = running->ca_certs,
			.accepted_ca_certs_pem = running->accepted_ca_certs,
			.openapi = openapi_text,
			.openapi_size = openapi_size,
			.clock = running_time,
			.wall_ahead = wall_ahead,
			.report = log_report,
			.answers = answers,
			.sources = sources,
			.token_clock = running->ours.settable_clock ? clock_now : NULL,
			.party = running->joined != NULL ? party : NULL,
			.links = running->joined != NULL ? links : NULL,
			.user = running};
	return ent_api_create(&options, &running->api);
}

static ent_status start_server(
		struct running *running, bool metrics, struct ent_http_server **ret_server) {
	struct ent_fault fault = {{0}, {0}};
	struct config *config = &running->config;
	const char *certificate = running->tls_certificate, *key = running->tls_key;
	struct ent_http_options options = {
			.listen = metrics ? config->metrics_listen : config->listen,
			.tls_certificate_pem = metrics ? running_metrics_pem(running, certificate)
						       : certificate,
			.tls_key_pem = metrics ? running_metrics_pem(running, key) : key,
			.threads = metrics ? 1 : config->threads,
			.limits = config->limits,
			.secret_path = ENT_OFFICE_PREFIX,
			.handle = metrics ? handle_metrics : handle,
			.record = metrics ? NULL : record,
			.user = running};
	if (metrics) {
		options.limits.connections_max = METRICS_CONNECTIONS;
		options.limits.answer_max = METRICS_ANSWER;
		options.limits.answer_total_max = METRICS_ANSWERS;
	}
	const ent_status status = ent_http_server_create(&options, ret_server, &fault);
	if (status != ENT_OK)
		listener_fault(config, metrics ? "metrics-listen" : "listen", options.listen,
				status, &fault);
	return status;
}

ent_status running_start(struct running *running) {
	struct config *config = &running->config;
	running_warn(running);
	raise_files(running);
	/* Before anything is written by it. */
	if (running->ours.settable_clock)
		clock_make_settable(
				&running->clock, last_time(config->data, running->ours.card.id));
	ent_status status = start_node(running);
	if (status == ENT_OK && running->ours.there)
		status = joined_create(running, &running->joined);
	if (status == ENT_OK)
		status = ent_exact_create(running->node, &running->exact);
	if (status == ENT_OK)
		status = start_api(running);
	if (status == ENT_OK)
		status = keys_watch(running->keys, running->checker);
	if (status == ENT_OK && config->metrics_listen != NULL)
		status = start_server(running, true, &running->metrics);
	if (status == ENT_OK)
		status = start_server(running, false, &running->server);
	atomic_store(&running->counted, running->server);
	if (status == ENT_OK && running->joined != NULL)
		status = joined_start(running->joined);
	return status;
}

static void say_party(const struct running *running) {
	char text[1024];
	if (running->joined == NULL)
		return;
	const char *address = joined_address(running->joined);
	(void)snprintf(text, sizeof text, "the node is party %s, \"%s\"%s; peers connect %s%s",
			running->ours.card.id, running->ours.card.name,
			running->ours.settable_clock ? ", and its clock can be set" : "",
			address != NULL ? "at https://" : "nowhere",
			address != NULL ? address : "");
	log_say(NULL, ENT_NODE_INFO, text);
}

void running_say_where(const struct running *running) {
	const char *scheme = running->tls_certificate != NULL ? "https" : "http";
	const char *metrics_scheme = running_metrics_pem(running, running->tls_certificate) != NULL
			? "https"
			: "http";
	const char *address = ent_http_server_address(running->server);
	struct ent_node_state state;
	char text[512];
	ent_node_state(running->node, &state);
	(void)printf("entente serve: %s://%s\n", scheme, address);
	if (running->metrics != NULL)
		(void)printf("entente serve: metrics at %s://%s/metrics\n", metrics_scheme,
				ent_http_server_address(running->metrics));
	if (running->joined != NULL && joined_address(running->joined) != NULL)
		(void)printf("entente serve: peers at https://%s\n",
				joined_address(running->joined));
	(void)fflush(stdout);
	(void)snprintf(text, sizeof text, "entente %s serves at %s://%s; ledger \"%s\", size %llu",
			ent_serve_version, scheme, address, ent_node_vkey(running->node)->name,
			(unsigned long long)state.size);
	log_say(NULL, ENT_NODE_INFO, text);
	certificate_say(&running->config, running->server);
	say_party(running);
	(void)sd_notify(0, "READY=1");
}

/* --- End --- */

void running_finish(struct running *running) {
	joined_stop(running->joined);
	if (running->server != NULL)
		ent_http_server_stop(running->server, running->config.stop_us);
	keys_close(running->keys);
	/* The metrics ask the server. */
	ent_http_server_destroy(running->metrics);
	ent_http_server_destroy(running->server);
	/* Its ledgers are in the node's store. */
	joined_destroy(running->joined);
	/* The node last of those who still answer: its jobs are the API's exchanges. */
	ent_exact_destroy(running->exact);
	ent_node_destroy(running->node);
	ent_api_destroy(running->api);
	ent_token_checker_destroy(running->checker);
	if (running->server != NULL)
		log_say(NULL, ENT_NODE_INFO, "stopped");
	ours_finish(&running->ours);
	free(running->tls_certificate);
	free(running->tls_key);
	free(running->ca_certs);
	free(running->accepted_ca_certs);
	config_finish(&running->config);
}

/* Keys in their own thread, for a URL may be slow. */
void running_read_again(struct running *running) {
	struct ent_http_server *const servers[] = {
			running->server, running->config.metrics_plain ? NULL : running->metrics};
	(void)sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld", (long long)clock_monotonic());
	log_say(NULL, ENT_NODE_INFO, "told to read keys and certificates again");
	keys_again(running->keys);
	certificate_renew(&running->config, servers, sizeof servers / sizeof servers[0]);
	if (running->joined != NULL)
		joined_again(running->joined);
	(void)sd_notify(0, "READY=1");
}
