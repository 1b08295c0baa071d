/* SPDX-License-Identifier: Apache-2.0 */
/* serve.c: `entente serve`: puts a node together, lets it run until a signal, and takes it apart again. */
#include "entente/serve.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <systemd/sd-daemon.h>

#include "config.h"
#include "entente/api.h"
#include "fetch.h"
#include "keys.h"
#include "log.h"
#include "openapi.h"

struct running {
	struct config config;
	char *tls_certificate, *tls_key, *ca_certs, *accepted_ca_certs;
	struct ent_token_checker *checker;
	struct rotation *rotation;
	struct ent_node *node;
	struct ent_api *api;
	struct ent_http_server *server, *metrics;
	char address[256];
};

void ent_serve_help(FILE *out) {
	(void)fputs("usage: entente serve --data DIR [OPTION]...\n\n"
		    "Runs a node: an ASTM F3548-21 discovery and synchronisation service on a "
		    "ledger.\n\n"
		    "  --config FILE                          read options from FILE: 'name = "
		    "value' lines\n"
		    "  --check                                say what is wrong with all this, and "
		    "stop\n",
			out);
	config_help(out);
}

/* --- Files that the configuration names --- */

static void read_file(struct config *config, const char *name, const char *path, char **ret_text) {
	struct ent_fault fault = {{0}, {0}};
	size_t size;
	if (path != NULL && file_read(path, ret_text, &size, &fault) != ENT_OK)
		config_fault(config, name, "%s: %s", fault.where, fault.why);
}

static void read_files(struct running *running) {
	struct config *config = &running->config;
	read_file(config, "tls-certificate", config->tls_certificate, &running->tls_certificate);
	read_file(config, "tls-key", config->tls_key, &running->tls_key);
	read_file(config, "ca-certs", config->ca_certs, &running->ca_certs);
	read_file(config, "accepted-ca-certs", config->accepted_ca_certs,
			&running->accepted_ca_certs);
}

static ent_status make_checker(struct running *running) {
	struct config *config = &running->config;
	struct ent_fault fault = {{0}, {0}};
	struct ent_token_keys *keys;
	ent_status status = keys_read(config, &keys, &fault);
	if (status != ENT_OK) {
		config_fault(config, "public-keys, jwks", "%s%s%s", fault.where,
				fault.where[0] != '\0' ? ": " : "",
				fault.why[0] != '\0' ? fault.why : ent_status_text(status));
		return status;
	}
	if (ent_token_keys_count(keys) == 0)
		log_say(NULL, ENT_NODE_WARNING,
				"no keys: every request that needs a token is refused; give "
				"public-keys or jwks, or dev");
	if (config->dev)
		log_say(NULL, ENT_NODE_WARNING,
				"dev: anybody can make a token that this node takes; not for "
				"production");
	status = ent_token_checker_create(
			keys, config->audiences.item, config->audiences.n, &running->checker);
	if (status != ENT_OK)
		config_fault(config, "audience", "%s", ent_status_text(status));
	return status;
}

/* --- Start --- */

static void record(void *user, const struct ent_http_record *record) {
	struct running *running = user;
	ent_api_record(running->api, record);
	if (!running->config.quiet)
		log_request(record);
}

static void handle(void *user, struct ent_http_request *request) {
	ent_api_handle(((struct running *)user)->api, request);
}

static void handle_metrics(void *user, struct ent_http_request *request) {
	ent_api_handle_metrics(((struct running *)user)->api, request);
}

static ent_status start_api(struct running *running) {
	const struct config *config = &running->config;
	const struct ent_api_options options = {.node = running->node,
			.checker = running->checker,
			.extents = config->extents,
			.allow_http_base_urls = config->allow_http_base_urls,
			.strict = config->strict,
			.index_is_time = config->node.index_is_time,
			.version = ENTENTE_VERSION,
			.locality = config->locality,
			.public_endpoint = config->public_endpoint != NULL ? config->public_endpoint
									   : "",
			.ca_certs_pem = running->ca_certs,
			.accepted_ca_certs_pem = running->accepted_ca_certs,
			.openapi = openapi_text,
			.openapi_size = openapi_size,
			.clock = clock_now,
			.report = log_report};
	return ent_api_create(&options, &running->api);
}

static ent_status start_server(struct running *running, const char *listen, bool metrics,
		struct ent_http_server **ret_server) {
	struct ent_fault fault = {{0}, {0}};
	const struct ent_http_options options = {.listen = listen,
			.tls_certificate_pem = running->tls_certificate,
			.tls_key_pem = running->tls_key,
			.threads = metrics ? 1 : running->config.threads,
			.limits = running->config.limits,
			.handle = metrics ? handle_metrics : handle,
			.record = metrics ? NULL : record,
			.user = running};
	const ent_status status = ent_http_server_create(&options, ret_server, &fault);
	if (status != ENT_OK)
		config_fault(&running->config, metrics ? "metrics-listen" : "listen", "%s: %s",
				listen, fault.why[0] != '\0' ? fault.why : ent_status_text(status));
	return status;
}

static ent_status start(struct running *running) {
	struct config *config = &running->config;
	struct ent_fault fault = {{0}, {0}};
	config->node.clock = clock_now;
	config->node.say = log_say;
	ent_status status = ent_node_create(&config->node, &running->node, &fault);
	if (status != ENT_OK) {
		config_fault(config, "data", "%s: %s", fault.where, fault.why);
		return status;
	}
	status = start_api(running);
	if (status == ENT_OK)
		status = rotation_start(config, running->checker, &running->rotation);
	if (status == ENT_OK && config->metrics_listen != NULL)
		status = start_server(running, config->metrics_listen, true, &running->metrics);
	if (status == ENT_OK)
		status = start_server(running, config->listen, false, &running->server);
	return status;
}

static void finish(struct running *running) {
	if (running->server != NULL)
		ent_http_server_stop(running->server, running->config.stop_us);
	rotation_stop(running->rotation);
	ent_http_server_destroy(running->server);
	ent_http_server_destroy(running->metrics);
	/* The node last of those who still answer: its jobs are the API's exchanges. */
	ent_node_destroy(running->node);
	ent_api_destroy(running->api);
	ent_token_checker_destroy(running->checker);
	free(running->tls_certificate);
	free(running->tls_key);
	free(running->ca_certs);
	free(running->accepted_ca_certs);
	config_finish(&running->config);
}

static void say_where(const struct running *running) {
	const char *scheme = running->tls_certificate != NULL ? "https" : "http";
	(void)printf("entente serve: %s://%s\n", scheme, ent_http_server_address(running->server));
	if (running->metrics != NULL)
		(void)printf("entente serve: metrics at %s://%s/metrics\n", scheme,
				ent_http_server_address(running->metrics));
	(void)fflush(stdout);
	(void)sd_notify(0, "READY=1");
}

/* Signals are waited for; no thread is interrupted by one. */
static void block_signals(sigset_t *ret_signals) {
	(void)sigemptyset(ret_signals);
	(void)sigaddset(ret_signals, SIGINT);
	(void)sigaddset(ret_signals, SIGTERM);
	(void)pthread_sigmask(SIG_BLOCK, ret_signals, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
}

static int check_only(struct running *running) {
	const bool fine = running->config.faults == 0;
	if (fine)
		(void)puts("entente serve: the configuration is in order");
	finish(running);
	return fine ? 0 : 2;
}

int ent_serve_main(int argc, char **argv) {
	struct running *running = calloc(1, sizeof *running);
	sigset_t signals;
	int signal_number;
	if (running == NULL || ent_seal_start() != ENT_OK || fetch_start() != ENT_OK) {
		(void)fputs("entente serve: out of memory\n", stderr);
		free(running);
		return 2;
	}
	(void)config_read(&running->config, argc, argv, stderr);
	if (running->config.help) {
		ent_serve_help(stdout);
		finish(running);
		free(running);
		return 0;
	}
	read_files(running);
	if (running->config.faults == 0)
		(void)make_checker(running);
	int result = 2;
	if (running->config.check) {
		result = check_only(running);
		free(running);
		return result;
	}
	block_signals(&signals);
	if (running->config.faults == 0 && start(running) == ENT_OK) {
		say_where(running);
		(void)sigwait(&signals, &signal_number);
		(void)sd_notify(0, "STOPPING=1");
		log_say(NULL, ENT_NODE_INFO, "stopping");
		result = 0;
	}
	finish(running);
	free(running);
	return result;
}
