/* SPDX-License-Identifier: Apache-2.0 */
/*
 * server.c: starting and stopping.
 *
 * To stop: (1) nothing is accepted and nothing more reaches the handler; (2) connections of whose requests the
 * handler knows nothing are cut; (3) those in hand are answered and sent, for at most the time given; (4) what still
 * waits is answered 503; (5) the library's threads end. A late answer finds its request, which holds the server.
 */
#include "internal.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	THREADS_MAX = 64,
	LAST_WORDS_US = 200000, /* for the 503 of those that were still waiting */
	/* The library's own count must not come first, for it would leave newcomers waiting. */
	CONNECTIONS_SLACK = 256,
};

#define TLS_PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE"

const struct ent_http_limits ent_http_limits_default = {
		.head_max = 8192,
		.headers_max = 64,
		.body_max = (size_t)4 << 20,
		.body_total_max = (size_t)256 << 20,
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
};

int64_t now_mono_us(void) {
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void server_release(struct ent_http_server *server) {
	if (atomic_fetch_sub(&server->references, 1) != 1)
		return;
	clients_destroy(server->clients);
	(void)pthread_cond_destroy(&server->wake);
	(void)pthread_mutex_destroy(&server->lock);
	free(server);
}

void server_done(struct ent_http_server *server) {
	if (atomic_fetch_sub(&server->busy, 1) != 1 || !atomic_load(&server->stopping))
		return;
	(void)pthread_mutex_lock(&server->lock);
	(void)pthread_cond_broadcast(&server->wake);
	(void)pthread_mutex_unlock(&server->lock);
}

/* The library's words; only those at a failing start are kept. */
static void on_message(void *cls, const char *format, va_list arguments) {
	struct ent_http_server *server = cls;
	if (server->starting != NULL)
		(void)vsnprintf(server->said, sizeof server->said, format, arguments);
}

/*
 * The library keeps in its pool the head, at first in half of it; a record for each header; and the head of the
 * answer. (libmicrohttpd 0.9.75: struct MHD_HTTP_Header has 56 bytes, rounded to 64.)
 */
static size_t pool_size(const struct ent_http_limits *limits) {
	return 2 * limits->head_max + 64 * ((size_t)limits->headers_max + 8) + 2048;
}

static struct MHD_Daemon *start_daemon(
		struct ent_http_server *server, const struct ent_http_options *options) {
	const bool tls = options->tls_certificate_pem != NULL;
	const unsigned threads = options->threads;
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME |
			MHD_USE_ERROR_LOG;
	struct MHD_OptionItem items[] = {
			{tls ? MHD_OPTION_HTTPS_MEM_CERT : MHD_OPTION_END, 0,
					(void *)(uintptr_t)options->tls_certificate_pem},
			{MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)options->tls_key_pem},
			{MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)TLS_PRIORITIES},
			{MHD_OPTION_END, 0, NULL},
	};
	if (tls)
		flags |= MHD_USE_TLS;
	/* The logger comes first, or the library speaks for itself until it gets there. */
	return MHD_start_daemon(flags, 0, NULL, NULL, request_step, server,
			MHD_OPTION_EXTERNAL_LOGGER, on_message, server, MHD_OPTION_LISTEN_SOCKET,
			server->listen_fd, MHD_OPTION_CONNECTION_LIMIT,
			server->limits.connections_max + CONNECTIONS_SLACK * threads,
			MHD_OPTION_THREAD_POOL_SIZE, threads > 1 ? threads : 0,
			MHD_OPTION_CONNECTION_MEMORY_LIMIT, pool_size(&server->limits),
			MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK, head_begin,
			server, MHD_OPTION_UNESCAPE_CALLBACK, head_keep, NULL,
			MHD_OPTION_NOTIFY_COMPLETED, request_ended, server,
			MHD_OPTION_NOTIFY_CONNECTION, connection_notify, server, MHD_OPTION_ARRAY,
			items, MHD_OPTION_END);
}

static struct ent_http_server *allocate(const struct ent_http_options *options) {
	pthread_condattr_t attributes;
	struct ent_http_server *server = calloc(1, sizeof *server);
	if (server == NULL)
		return NULL;
	server->limits = options->limits;
	server->handle = options->handle;
	server->record = options->record;
	server->user = options->user;
	server->listen_fd = -1;
	atomic_init(&server->references, 1);
	(void)pthread_mutex_init(&server->lock, NULL);
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&server->wake, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	return server;
}

static ent_status start_threads(struct ent_http_server *server,
		const struct ent_http_options *options, struct ent_fault *reterr_fault) {
	sigset_t all, before;
	/* Signals are the program's own threads' to take. */
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	ent_status status = sweeper_start(server);
	if (status == ENT_OK) {
		server->starting = "";
		server->daemon = start_daemon(server, options);
		server->starting = NULL;
	} else {
		ent_fault_set(reterr_fault, "", "out of memory or threads");
	}
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (status == ENT_OK && server->daemon == NULL) {
		const bool tls = options->tls_certificate_pem != NULL;
		server->said[strcspn(server->said, "\n")] = '\0';
		ent_fault_set(reterr_fault, tls ? "tls" : "listen", "%s",
				server->said[0] != '\0' ? server->said
							: "the HTTP library does not start");
		status = tls ? ENT_E_SYNTAX : ENT_E_IO;
	}
	return status;
}

ent_status ent_http_server_create(const struct ent_http_options *options,
		struct ent_http_server **ret_server, struct ent_fault *reterr_fault) {
	if ((options->tls_certificate_pem == NULL) != (options->tls_key_pem == NULL)) {
		ent_fault_set(reterr_fault, "tls", "a certificate and its key come together");
		return ENT_E_SYNTAX;
	}
	if (options->threads < 1 || options->threads > THREADS_MAX) {
		ent_fault_set(reterr_fault, "threads", "from 1 to %d", THREADS_MAX);
		return ENT_E_LIMIT;
	}
	struct ent_http_server *server = allocate(options);
	if (server == NULL) {
		ent_fault_set(reterr_fault, "", "out of memory");
		return ENT_E_MEMORY;
	}
	ent_status status = clients_create(&server->limits, &server->clients);
	if (status == ENT_OK) {
		server->no_memory = answer_no_memory();
		status = server->no_memory == NULL ? ENT_E_MEMORY : ENT_OK;
	}
	if (status != ENT_OK)
		ent_fault_set(reterr_fault, "", "out of memory");
	else
		status = listen_open(options->listen, &server->listen_fd, server->address,
				sizeof server->address, reterr_fault);
	if (status == ENT_OK)
		status = start_threads(server, options, reterr_fault);
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

/* Until nothing is busy, or the time has come; under server->lock. */
static void wait_idle(struct ent_http_server *server, int64_t until_us) {
	const struct timespec until = {
			.tv_sec = until_us / 1000000, .tv_nsec = until_us % 1000000 * 1000};
	while (atomic_load(&server->busy) > 0 && now_mono_us() < until_us)
		(void)pthread_cond_timedwait(&server->wake, &server->lock, &until);
}

static void drain(struct ent_http_server *server, int64_t wait_us) {
	const int64_t now_us = now_mono_us();
	(void)pthread_mutex_lock(&server->lock);
	for (struct connection *at = server->connections; at != NULL; at = at->next)
		connection_cut_if_useless(at);
	wait_idle(server, wait_us > INT64_MAX - now_us ? INT64_MAX : now_us + wait_us);
	atomic_store(&server->abandoning, true);
	for (struct connection *at = server->connections; at != NULL; at = at->next)
		connection_expire(at);
	wait_idle(server, now_mono_us() + LAST_WORDS_US);
	(void)pthread_mutex_unlock(&server->lock);
}

void ent_http_server_stop(struct ent_http_server *server, int64_t wait_us) {
	if (server->stopped)
		return;
	server->stopped = true;
	atomic_store(&server->stopping, true);
	if (server->daemon != NULL) {
		/* Closed only when no thread of the library can still accept from it. */
		(void)MHD_quiesce_daemon(server->daemon);
		(void)shutdown(server->listen_fd, SHUT_RDWR);
		drain(server, wait_us);
		MHD_stop_daemon(server->daemon);
		server->daemon = NULL;
	}
	sweeper_stop(server);
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
