/* SPDX-License-Identifier: Apache-2.0 */
/*
 * serve.c: `entente serve`: looks at what it was given, lets a node run until a signal, and takes it apart again.
 *
 *     options -> files, keys, party -> [--check: look, and end] -> node (running.c) -> wait for a signal
 *       -> no more requests, those in hand are answered -> snapshot -> end
 *
 * SIGTERM and SIGINT stop it so; a second one, or one before it serves, ends the process on the spot, which
 * loses nothing that was acknowledged, as a power cut would not. SIGHUP: keys, certificates and the cards of other parties are
 * read again.
 */
#include "entente/serve.h"

#include <fcntl.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <systemd/sd-daemon.h>

#include "entente/fetch.h"
#include "entente/option.h"
#include "log.h"
#include "look.h"
#include "running.h"
#include "signals.h"

enum { MAPPED_FROM = 131072 /* glibc's own first threshold */ };

void ent_serve_help(FILE *out) {
	ent_option_say(out,
			"usage: entente serve --data DIR [OPTION]...\n"
			"Runs a node: an ASTM F3548-21 discovery and synchronisation service on a "
			"ledger, and with a party in DIR (entente init) its lines to other "
			"parties.\n"
			"It stops on SIGTERM or Ctrl-C, and reads keys, certificates and the "
			"parties' cards again on SIGHUP.\n"
			"Defaults stand in brackets.\n"
			"\n");
	config_help(out);
	ent_option_say(out,
			"\n"
			"TIME has a unit: 30s, 2min, 1h30min, 500ms.\n"
			"Exit status: 0 it was told to stop, or all is well with --check; 2 "
			"something is wrong.\n");
}

/* --- Before anything is changed --- */

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

static void look(struct running *running) {
	struct config *config = &running->config;
	/* A pair that is not whole was told of. */
	const bool tls = running->tls_certificate != NULL && running->tls_key != NULL;
	const char *certificate = tls ? running->tls_certificate : NULL;
	const char *key = tls ? running->tls_key : NULL;
	look_at_listener(config, "listen", config->listen, certificate, key);
	if (config->metrics_listen != NULL)
		look_at_listener(config, "metrics-listen", config->metrics_listen,
				running_metrics_pem(running, certificate),
				running_metrics_pem(running, key));
	if (config->peers_listen != NULL && running->ours.tls_key != NULL)
		look_at_listener(config, "peers-listen", config->peers_listen,
				running->ours.tls_certificate, running->ours.tls_key);
	if (running->ours.there)
		ours_look_at_others(config);
}

static int check_only(struct running *running) {
	const struct config *config = &running->config;
	running_warn(running);
	if (config->faults == 0) {
		(void)puts("entente serve: all is well");
		return 0;
	}
	(void)fprintf(stderr, "entente serve: %zu fault%s\n", config->faults,
			config->faults == 1 ? "" : "s");
	return 2;
}

/* --- While it runs --- */

static int serve(struct running *running, struct signals *signals) {
	const ent_status status = signals_begin(signals) ? running_start(running) : ENT_E_MEMORY;
	if (status != ENT_OK) {
		if (running->config.faults == 0)
			config_fault(&running->config, "", "%s", ent_status_text(status));
		return 2;
	}
	signals_serve(signals);
	running_say_where(running);
	while (signals_wait(signals))
		running_read_again(running);
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

static int run(struct running *running, struct signals *signals, int argc, char **argv) {
	struct config *config = &running->config;
	(void)config_read(config, argc, argv, stderr);
	if (config->help) {
		ent_serve_help(stdout);
		return 0;
	}
	const size_t faults = config->faults;
	if (config->data != NULL)
		look_at_data(config);
	if (config->data != NULL && config->faults == faults)
		ours_read(config, &running->ours);
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
	return config->faults == 0 ? serve(running, signals) : 2;
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
	struct signals signals = {.watched = false};
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
	const int result = run(running, &signals, argc, argv);
	running_finish(running);
	signals_end(&signals);
	free(running);
	return result;
}
