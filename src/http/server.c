/* SPDX-License-Identifier: Apache-2.0 */
/*
 * server.c: starting and stopping.
 *
 * To stop: (1) nothing is accepted and nothing more reaches the handler; (2) connections of whose requests the
 * handler knows nothing are cut; (3) those in hand are answered and sent, for at most the time given; (4) what still
 * waits is answered 503; (5) the loops end. A late answer finds its request, which holds the server.
 */
#include "internal.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "entente/wake.h"

enum {
	THREADS_MAX = 64,
	HEAD_MOST = 1 << 20,
	HEADERS_MOST = 1000,
	BODY_MOST = 1 << 30,
	CONNECTIONS_MOST = 1 << 20,
	LAST_WORDS_US = 200000, /* for the 503 of those that were still waiting */
};

const struct ent_http_limits ent_http_limits_default = {
		.head_max = 8192,
		.headers_max = 64,
		.body_max = (size_t)4 << 20,
		.body_total_max = (size_t)256 << 20,
		.answer_max = (size_t)64 << 20,
		.answer_total_max = (size_t)256 << 20,
		.connections_max = 1024,
		.connections_per_client_max = 256,
		.requests_per_client_max = 256,
		.rate_per_client = 0,
		.burst_per_client = 0,
		.head_us = 15000000,
		.body_us = 15000000,
		.answer_us = 10000000,
		.idle_us = 30000000,
		.request_us = 10000000,
		.refused_keys_per_client_max = 64,
};

int64_t now_mono_us(void) {
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void server_release(struct ent_http_server *server) {
	if (atomic_fetch_sub(&server->references, 1) != 1)
		return;
	for (unsigned i = 0; i < server->loops_n; i++)
		if (server->loops[i].wake_fd >= 0)
			(void)close(server->loops[i].wake_fd);
	clients_destroy(server->clients);
	tls_release(server->tls);
	(void)pthread_cond_destroy(&server->idle);
	(void)pthread_mutex_destroy(&server->lock);
	free(server);
}

void server_done(struct ent_http_server *server) {
	if (atomic_fetch_sub(&server->busy, 1) != 1 || !atomic_load(&server->stopping))
		return;
	(void)pthread_mutex_lock(&server->lock);
	(void)pthread_cond_broadcast(&server->idle);
	(void)pthread_mutex_unlock(&server->lock);
}

static bool init_locks(struct ent_http_server *server) {
	if (pthread_mutex_init(&server->lock, NULL) != 0)
		return false;
	if (ent_wake_init(&server->idle) == ENT_OK)
		return true;
	(void)pthread_mutex_destroy(&server->lock);
	return false;
}

static struct ent_http_server *allocate(const struct ent_http_options *options) {
	struct ent_http_server *server = calloc(
			1, sizeof *server + options->threads * sizeof server->loops[0]);
	if (server == NULL)
		return NULL;
	if (!init_locks(server)) {
		free(server);
		return NULL;
	}
	server->limits = options->limits;
	server->handle = options->handle;
	server->record = options->record;
	server->admit = options->admit;
	server->secret_path = options->secret_path;
	server->user = options->user;
	server->listen_fd = -1;
	server->loops_n = options->threads;
	for (unsigned i = 0; i < server->loops_n; i++)
		server->loops[i].wake_fd = -1;
	atomic_init(&server->references, 1);
	return server;
}

static ent_status start_loops(struct ent_http_server *server, struct ent_fault *reterr_fault) {
	sigset_t all, before;
	ent_status status = ENT_OK;
	/* Signals are for the program's own threads. */
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	for (unsigned i = 0; i < server->loops_n && status == ENT_OK; i++)
		status = loop_open(&server->loops[i], server);
	for (unsigned i = 0; i < server->loops_n && status == ENT_OK; i++)
		status = loop_start(&server->loops[i]);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (status == ENT_E_MEMORY)
		ent_fault_set(reterr_fault, "", "out of memory, descriptors or threads");
	else if (status != ENT_OK) {
		server->said[strcspn(server->said, "\n")] = '\0';
		ent_fault_set(reterr_fault, "listen", "%s",
				server->said[0] != '\0' ? server->said
							: "the HTTP library does not start");
	}
	return status;
}

/* What the fields of the limits may be. Heads are held whole by each connection, so a large one is a mistake. */
static const char *limits_fault(const struct ent_http_limits *l) {
	const struct {
		bool fine;
		const char *name;
	} rows[] = {
			{l->head_max >= 256 && l->head_max <= HEAD_MOST, "head_max"},
			{l->headers_max >= 1 && l->headers_max <= HEADERS_MOST, "headers_max"},
			{l->body_max <= BODY_MOST, "body_max"},
			{l->answer_max >= ENT_HTTP_ANSWER_SMALL, "answer_max"},
			{l->connections_max >= 1 && l->connections_max <= CONNECTIONS_MOST,
					"connections_max"},
			{l->rate_per_client >= 0 && l->rate_per_client <= 1e9, "rate_per_client"},
			{l->head_us > 0, "head_us"},
			{l->body_us > 0, "body_us"},
			{l->answer_us > 0, "answer_us"},
			{l->idle_us > 0, "idle_us"},
			{l->request_us > 0, "request_us"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (!rows[i].fine)
			return rows[i].name;
	return NULL;
}

static ent_status check_options(
		const struct ent_http_options *options, struct ent_fault *reterr_fault) {
	if ((options->tls_certificate_pem == NULL) != (options->tls_key_pem == NULL)) {
		ent_fault_set(reterr_fault, "tls", "a certificate and its key come together");
		return ENT_E_SYNTAX;
	}
	if (options->admit != NULL && options->tls_certificate_pem == NULL) {
		ent_fault_set(reterr_fault, "tls", "keys are asked for in TLS only");
		return ENT_E_SYNTAX;
	}
	if (options->threads < 1 || options->threads > THREADS_MAX) {
		ent_fault_set(reterr_fault, "threads", "from 1 to %d", THREADS_MAX);
		return ENT_E_DOMAIN;
	}
	const char *name = limits_fault(&options->limits);
	if (name == NULL)
		return ENT_OK;
	ent_fault_set(reterr_fault, name, "this limit is out of range");
	return ENT_E_DOMAIN;
}

ent_status ent_http_server_create(const struct ent_http_options *options,
		struct ent_http_server **ret_server, struct ent_fault *reterr_fault) {
	ent_status status = check_options(options, reterr_fault);
	if (status != ENT_OK)
		return status;
	struct ent_http_server *server = allocate(options);
	if (server == NULL) {
		ent_fault_set(reterr_fault, "", "out of memory");
		return ENT_E_MEMORY;
	}
	status = clients_create(&server->limits, &server->clients);
	if (status == ENT_OK) {
		server->no_memory = answer_no_memory();
		status = server->no_memory == NULL ? ENT_E_MEMORY : ENT_OK;
	}
	if (status != ENT_OK)
		ent_fault_set(reterr_fault, "", "out of memory");
	else if (options->tls_certificate_pem != NULL)
		status = tls_create(options->tls_certificate_pem, options->tls_key_pem,
				&server->tls, reterr_fault);
	if (status == ENT_OK)
		status = listen_open(options->listen, &server->listen_fd, server->address,
				sizeof server->address, reterr_fault);
	if (status == ENT_OK)
		status = start_loops(server, reterr_fault);
	if (status != ENT_OK) {
		ent_http_server_destroy(server);
		return status;
	}
	*ret_server = server;
	return ENT_OK;
}

const char *ent_http_server_address(const struct ent_http_server *server) {
	return server->address;
}

static void wake_all(struct ent_http_server *server) {
	for (unsigned i = 0; i < server->loops_n; i++)
		if (server->loops[i].runs)
			loop_wake(&server->loops[i]);
}

void ent_http_server_drop_key(
		struct ent_http_server *server, const uint8_t key[ENT_HTTP_KEY_SIZE]) {
	(void)pthread_mutex_lock(&server->lock);
	const unsigned n = atomic_load(&server->drops_n);
	memcpy(server->drops[n % DROPS_MAX], key, ENT_HTTP_KEY_SIZE);
	atomic_store(&server->drops_n, n + 1);
	(void)pthread_mutex_unlock(&server->lock);
	wake_all(server);
}

void ent_http_server_keys(const struct ent_http_server *server, struct ent_http_keys *ret_keys) {
	*ret_keys = (struct ent_http_keys){atomic_load(&server->keys_admitted),
			atomic_load(&server->keys_refused), atomic_load(&server->keys_barred)};
}

/* Until nothing is busy, or the time has come. */
static void wait_idle(struct ent_http_server *server, int64_t wait_us) {
	const int64_t now_us = now_mono_us();
	const int64_t until_us = wait_us > INT64_MAX - now_us ? INT64_MAX : now_us + wait_us;
	const struct timespec until = {
			.tv_sec = until_us / 1000000, .tv_nsec = until_us % 1000000 * 1000};
	(void)pthread_mutex_lock(&server->lock);
	while (atomic_load(&server->busy) > 0 && now_mono_us() < until_us)
		(void)pthread_cond_timedwait(&server->idle, &server->lock, &until);
	(void)pthread_mutex_unlock(&server->lock);
}

void ent_http_server_stop(struct ent_http_server *server, int64_t wait_us) {
	if (server->stopped)
		return;
	server->stopped = true;
	atomic_store(&server->stopping, true);
	/* It listens no more; closed only when no loop can still look at it. */
	if (server->listen_fd >= 0)
		(void)shutdown(server->listen_fd, SHUT_RDWR);
	wake_all(server);
	wait_idle(server, wait_us);
	atomic_store(&server->abandoning, true);
	wake_all(server);
	wait_idle(server, LAST_WORDS_US);
	atomic_store(&server->ending, true);
	wake_all(server);
	for (unsigned i = 0; i < server->loops_n; i++)
		loop_close(&server->loops[i]);
	if (server->listen_fd >= 0)
		(void)close(server->listen_fd);
	server->listen_fd = -1;
	if (server->no_memory != NULL)
		MHD_destroy_response(server->no_memory);
	server->no_memory = NULL;
}

void ent_http_server_destroy(struct ent_http_server *server) {
	if (server == NULL)
		return;
	ent_http_server_stop(server, 0);
	server_release(server);
}
