/* SPDX-License-Identifier: Apache-2.0 */
/*
 * serve.c: `entente serve`: puts a node together, lets it run until a signal, and takes it apart again.
 *
 *     options -> files and keys -> [--check: look, and end] -> node -> listeners -> wait for a signal
 *       -> no more requests, those in hand are answered -> snapshot -> end
 *
 * SIGTERM and SIGINT stop it so; a second one, or one before it serves, ends the process on the spot, which
 * loses nothing that was acknowledged, as a power cut would not. SIGHUP: keys and certificates are read again.
 */
#include "entente/serve.h"

#include <errno.h>
#include <fcntl.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <systemd/sd-daemon.h>

#include "certificate.h"
#include "clock.h"
#include "config.h"
#include "entente/api.h"
#include "entente/fetch.h"
#include "keys.h"
#include "log.h"
#include "look.h"
#include "openapi.h"

enum {
	METRICS_CONNECTIONS = 64,
	METRICS_ANSWER = 1 << 20, /* routes and statuses are closed sets: some 100 KB */
	METRICS_ANSWERS = 16 << 20,
	TOLD_TWICE_US = 1000000,
	MAPPED_FROM = 131072, /* glibc's own first threshold */
	OTHER_FILES = 64,     /* the store's, the listeners', the library's own for each thread */
};

struct running {
	struct config config;
	struct clock clock;
	char *tls_certificate, *tls_key, *ca_certs, *accepted_ca_certs;
	struct keys *keys;
	struct ent_token_checker *checker;
	struct ent_node *node;
	struct ent_exact *exact;
	struct ent_api *api;
	struct ent_http_server *server, *metrics;
	_Atomic(struct ent_http_server *) counted; /* 'server', once the metrics may ask it */
	pthread_t watcher;
	bool watched;
	sem_t told; /* by a signal: each time one of the two below is set */
	atomic_bool told_to_stop, told_to_read;
	atomic_bool serves, ended;
};

void ent_serve_help(FILE *out) {
	(void)fputs("usage: entente serve --data DIR [OPTION]...\n"
		    "Runs a node: an ASTM F3548-21 discovery and synchronisation service on a "
		    "ledger.\n"
		    "It stops on SIGTERM or Ctrl-C, and reads keys and certificates again on "
		    "SIGHUP.\n"
		    "Defaults stand in brackets.\n\n",
			out);
	config_help(out);
	(void)fputs("\nTIME has a unit: 30s, 2min, 1h30min, 500ms.\n"
		    "Exit status: 0 it was told to stop, or all is well with --check; 2 something "
		    "is "
		    "wrong.\n",
			out);
}

/* --- Before anything is changed --- */

static void warn_of_keys(const struct running *running) {
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

static void read_pem(struct config *config, const char *name, const char *path, char **ret_text) {
	struct ent_fault fault = {{0}, {0}};
	size_t size;
	if (path == NULL)
		return;
	if (file_read(path, ret_text, &size, &fault) != ENT_OK)
		config_fault(config, config_where(config, name), "%s: %s", fault.where, fault.why);
	else if (strstr(*ret_text, "-----BEGIN ") == NULL)
		config_fault(config, config_where(config, name), "%s: there is no PEM block in it",
				path);
}

static void read_files(struct running *running) {
	struct config *config = &running->config;
	read_pem(config, "tls-certificate", config->tls_certificate, &running->tls_certificate);
	read_pem(config, "tls-key", config->tls_key, &running->tls_key);
	read_pem(config, "ca-certs", config->ca_certs, &running->ca_certs);
	read_pem(config, "accepted-ca-certs", config->accepted_ca_certs,
			&running->accepted_ca_certs);
}

static ent_status make_checker(struct running *running) {
	struct config *config = &running->config;
	struct ent_token_keys *keys = NULL;
	ent_status status = keys_open(config, &running->keys);
	if (status == ENT_OK)
		status = keys_make(running->keys, &keys);
	return status != ENT_OK ? status
				: ent_token_checker_create(keys, config->audiences.item,
						  config->audiences.n, &running->checker);
}

static const char *metrics_pem(const struct running *running, const char *pem) {
	return running->config.metrics_plain ? NULL : pem;
}

static void look(struct running *running) {
	struct config *config = &running->config;
	/* A pair that is not whole was told of. */
	const bool tls = running->tls_certificate != NULL && running->tls_key != NULL;
	const char *certificate = tls ? running->tls_certificate : NULL;
	const char *key = tls ? running->tls_key : NULL;
	look_at_listener(config, "listen", config->listen, certificate, key);
	if (config->metrics_listen != NULL)
		look_at_listener(config, "metrics-listen", config->metrics_listen,
				metrics_pem(running, certificate), metrics_pem(running, key));
}

static int check_only(struct running *running) {
	const struct config *config = &running->config;
	warn_of_keys(running);
	if (config->faults == 0) {
		(void)puts("entente serve: all is well");
		return 0;
	}
	(void)fprintf(stderr, "entente serve: %zu fault%s\n", config->faults,
			config->faults == 1 ? "" : "s");
	return 2;
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

/* A connection needs a descriptor, and systems give few unless they are asked. */
static void raise_files(struct running *running) {
	const rlim_t wanted = (rlim_t)running->config.limits.connections_max + METRICS_CONNECTIONS +
			OTHER_FILES;
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
		return;
	limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_max < wanted)
		look_warn(&running->config,
				"the process may have %llu files open, which is too few for "
				"connections-max; raise its limit (ulimit -n, LimitNOFILE)",
				(unsigned long long)limit.rlim_max);
}

static int64_t time_now(void *user) {
	return clock_time(&((struct running *)user)->clock);
}

static int64_t wall_ahead(void *user) {
	return clock_ahead(&((struct running *)user)->clock);
}

static ent_status start_node(struct running *running) {
	struct config *config = &running->config;
	struct ent_fault fault = {{0}, {0}};
	config->node.clock = time_now;
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
			.clock = time_now,
			.wall_ahead = wall_ahead,
			.report = log_report,
			.answers = answers,
			.sources = sources,
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
			.tls_certificate_pem = metrics ? metrics_pem(running, certificate)
						       : certificate,
			.tls_key_pem = metrics ? metrics_pem(running, key) : key,
			.threads = metrics ? 1 : config->threads,
			.limits = config->limits,
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

static ent_status start(struct running *running) {
	struct config *config = &running->config;
	warn_of_keys(running);
	raise_files(running);
	ent_status status = start_node(running);
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
	return status;
}

static void say_where(const struct running *running) {
	const char *scheme = running->tls_certificate != NULL ? "https" : "http";
	const char *metrics_scheme = metrics_pem(running, running->tls_certificate) != NULL
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
	(void)fflush(stdout);
	(void)snprintf(text, sizeof text, "entente %s serves at %s://%s; ledger \"%s\", size %llu",
			ent_serve_version, scheme, address, ent_node_vkey(running->node)->name,
			(unsigned long long)state.size);
	log_say(NULL, ENT_NODE_INFO, text);
	certificate_say(&running->config, running->server);
	(void)sd_notify(0, "READY=1");
}

/* --- End --- */

static void finish(struct running *running) {
	if (running->server != NULL)
		ent_http_server_stop(running->server, running->config.stop_us);
	keys_close(running->keys);
	/* The metrics ask the server. */
	ent_http_server_destroy(running->metrics);
	ent_http_server_destroy(running->server);
	/* The node last of those who still answer: its jobs are the API's exchanges. */
	ent_exact_destroy(running->exact);
	ent_node_destroy(running->node);
	ent_api_destroy(running->api);
	ent_token_checker_destroy(running->checker);
	if (running->server != NULL)
		log_say(NULL, ENT_NODE_INFO, "stopped");
	free(running->tls_certificate);
	free(running->tls_key);
	free(running->ca_certs);
	free(running->accepted_ca_certs);
	config_finish(&running->config);
}

static sigset_t signals(void) {
	sigset_t set;
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGHUP);
	return set;
}

/*
 * The thread that waits for signals, to the very end. One soon after the first is the same said twice:
 * a shell and its terminal, or timeout(1), tell the process and its group.
 */
static void *watch(void *user) {
	struct running *running = user;
	const sigset_t awaited = signals();
	int64_t told_us = 0;
	int number;
	for (;;) {
		(void)sigwait(&awaited, &number);
		if (atomic_load(&running->ended))
			return NULL;
		const int64_t now_us = clock_monotonic();
		if (number == SIGHUP) {
			atomic_store(&running->told_to_read, true);
			(void)sem_post(&running->told);
		} else if (told_us == 0 && atomic_load(&running->serves)) {
			told_us = now_us;
			atomic_store(&running->told_to_stop, true);
			(void)sem_post(&running->told);
		} else if (told_us == 0 || now_us - told_us >= TOLD_TWICE_US) {
			log_say(NULL, ENT_NODE_WARNING,
					told_us != 0 ? "told to stop once more: ends at once"
						     : "told to stop before it served: ends at "
						       "once");
			_exit(told_us != 0 ? 2 : 0);
		}
	}
}

/* No other thread is interrupted by one. */
static bool watch_signals(struct running *running) {
	const sigset_t awaited = signals();
	(void)signal(SIGPIPE, SIG_IGN);
	running->watched = pthread_sigmask(SIG_BLOCK, &awaited, NULL) == 0 &&
			sem_init(&running->told, 0, 0) == 0 &&
			pthread_create(&running->watcher, NULL, watch, running) == 0;
	return running->watched;
}

/* Keys in their own thread, for a URL may be slow. */
static void read_again(struct running *running) {
	struct ent_http_server *const servers[] = {
			running->server, running->config.metrics_plain ? NULL : running->metrics};
	(void)sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld", (long long)clock_monotonic());
	log_say(NULL, ENT_NODE_INFO, "told to read keys and certificates again");
	keys_again(running->keys);
	certificate_renew(&running->config, servers, sizeof servers / sizeof servers[0]);
	(void)sd_notify(0, "READY=1");
}

static int serve(struct running *running) {
	ent_status status = watch_signals(running) ? start(running) : ENT_E_MEMORY;
	if (status != ENT_OK) {
		if (running->config.faults == 0)
			config_fault(&running->config, "", "%s", ent_status_text(status));
		return 2;
	}
	atomic_store(&running->serves, true);
	say_where(running);
	while (!atomic_load(&running->told_to_stop)) {
		while (sem_wait(&running->told) != 0 && errno == EINTR)
			;
		if (atomic_exchange(&running->told_to_read, false))
			read_again(running);
	}
	(void)sd_notify(0, "STOPPING=1");
	log_say(NULL, ENT_NODE_INFO, "told to stop: takes no more requests");
	return 0;
}

/* What is not open could become the store's or a client's, and what is said would go there. */
static bool open_standard_files(void) {
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
			return false;
	return true;
}

static int run(struct running *running, int argc, char **argv) {
	struct config *config = &running->config;
	(void)config_read(config, argc, argv, stderr);
	if (config->help) {
		ent_serve_help(stdout);
		return 0;
	}
	if (config->data != NULL)
		look_at_data(config);
	read_files(running);
	const ent_status status = make_checker(running);
	if (status != ENT_OK)
		config_fault(config, "", "%s", ent_status_text(status));
	if (config->check)
		look(running);
	if (config->faults > CONFIG_FAULTS_MAX)
		(void)fprintf(stderr, "entente serve: and %zu more\n",
				config->faults - CONFIG_FAULTS_MAX);
	if (config->check)
		return check_only(running);
	return config->faults == 0 ? serve(running) : 2;
}

/*
 * glibc maps what is large, so that it goes back to the system when it is freed; but each time that happens it takes
 * larger things for small ones, up to 32 MiB, and keeps them: after a flood of answers for ever. A threshold that was
 * set stays.
 */
static void return_memory(void) {
#ifdef __GLIBC__
	(void)mallopt(M_MMAP_THRESHOLD, MAPPED_FROM);
#endif
}

int ent_serve_main(int argc, char **argv) {
	return_memory();
	struct running *running = calloc(1, sizeof *running);
	if (!open_standard_files() || running == NULL || ent_seal_start() != ENT_OK ||
			ent_fetch_start() != ENT_OK) {
		(void)fputs("entente serve: cannot start: out of memory, or no random numbers "
			    "(/dev/urandom)\n",
				stderr);
		free(running);
		return 2;
	}
	running->clock = (struct clock)CLOCK_INIT;
	const int result = run(running, argc, argv);
	finish(running);
	if (running->watched) {
		atomic_store(&running->ended, true);
		(void)pthread_kill(running->watcher, SIGHUP);
		(void)pthread_join(running->watcher, NULL);
	}
	free(running);
	return result;
}
