/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loop.c: a thread that runs one daemon of the library's, wakes for answers, and ten times a second looks at every
 * connection: cuts those whose time is up, answers for handlers whose time is up, and sees which clients of waiting
 * requests have gone.
 *
 * The library could run its own threads; that we do has three reasons. (1) libmicrohttpd 0.9.75 asks epoll again,
 * and with no end to the wait, when it got exactly as many events as it had room for (MAX_EVENTS, 128): from 128
 * busy connections on it stood still. Asked from outside, it never waits. (2) A batch of answers costs one write to
 * one descriptor, where MHD_resume_connection would write once for each. (3) Deadlines need no locks.
 */
#define _GNU_SOURCE /* POLLRDHUP */
#include "internal.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
	/* The library's own count must not come first, for it would leave newcomers waiting. */
	CONNECTIONS_SLACK = 256,
};

/* Only versions of TLS without known weaknesses (RFC 9325, 3.1.1). */
#define TLS_PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE"

/* --- Waiting for answers --- */

void loop_wake(struct loop *loop) {
	const uint64_t one = 1;
	while (write(loop->wake_fd, &one, sizeof one) < 0 && errno == EINTR)
		;
}

void loop_answered(struct loop *loop, struct ent_http_request *request) {
	struct ent_http_request *top = atomic_load(&loop->answered);
	do
		request->answered_before = top;
	while (!atomic_compare_exchange_weak(&loop->answered, &top, request));
	if (top == NULL)
		loop_wake(loop);
}

void loop_suspend(struct connection *connection) {
	connection->waiting_since_us = now_mono_us();
	connection->loop->suspended++;
	MHD_suspend_connection(connection->request->mhd);
}

void loop_resume(struct connection *connection) {
	connection->waiting_since_us = 0;
	connection->loop->suspended--;
	MHD_resume_connection(connection->request->mhd);
}

static void resume_answered(struct loop *loop) {
	struct ent_http_request *at = atomic_exchange(&loop->answered, NULL);
	while (at != NULL) {
		struct ent_http_request *before = at->answered_before;
		loop_resume(connection_of(at->mhd));
		at = before;
	}
}

/* Nothing happens to one that has been answered: it is on the stack, or about to be. */
static void expire(struct connection *connection) {
	struct ent_http_request *request = connection->request;
	int state = STATE_WAITING;
	atomic_store(&request->gone, true);
	if (atomic_compare_exchange_strong(&request->state, &state, STATE_EXPIRED))
		loop_resume(connection);
}

/* --- The sweep --- */

/* Half closed counts as gone: the library closes such a connection as soon as it looks at it. */
static void find_gone(struct loop *loop, size_t n) {
	if (n == 0 || poll(loop->polls, n, 0) <= 0)
		return;
	for (size_t i = 0; i < n; i++)
		if ((loop->polls[i].revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0)
			atomic_store(&loop->polled[i]->request->gone, true);
}

static void sweep(struct loop *loop, int64_t now_us) {
	const struct ent_http_limits *limits = &loop->server->limits;
	size_t n = 0;
	for (struct connection *at = loop->connections; at != NULL; at = at->next) {
		if (at->deadline_us <= now_us)
			connection_cut(at);
		if (at->waiting_since_us == 0)
			continue;
		const int64_t waited_us = now_us - at->waiting_since_us;
		if (waited_us >= limits->request_us) {
			expire(at);
		} else if (waited_us >= GONE_AFTER_US && n < limits->connections_max) {
			loop->polls[n] = (struct pollfd){at->fd, POLLRDHUP, 0};
			loop->polled[n++] = at;
		}
	}
	find_gone(loop, n);
}

/* --- The thread --- */

static void see_to_stop(struct loop *loop) {
	const struct ent_http_server *server = loop->server;
	if (!loop->quiet && atomic_load(&server->stopping)) {
		loop->quiet = true;
		(void)MHD_quiesce_daemon(loop->daemon);
		/* Of what these send the handler knows nothing. */
		for (struct connection *at = loop->connections; at != NULL; at = at->next)
			if (at->phase <= PHASE_BODY)
				connection_cut(at);
	}
	if (!loop->abandoned && atomic_load(&server->abandoning)) {
		loop->abandoned = true;
		for (struct connection *at = loop->connections; at != NULL; at = at->next)
			if (at->waiting_since_us != 0)
				expire(at);
	}
}

/* How long it may sleep, in milliseconds. */
static int patience(const struct loop *loop) {
	MHD_UNSIGNED_LONG_LONG library_ms;
	if (MHD_get_timeout(loop->daemon, &library_ms) == MHD_YES && library_ms == 0)
		return 0;
	const int64_t left_us = loop->swept_us + SWEEP_US - now_mono_us();
	return left_us <= 0 ? 0 : (int)(left_us / 1000) + 1;
}

static void *run(void *user) {
	struct loop *loop = user;
	const int epoll_fd = MHD_get_daemon_info(loop->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
	/* With connections suspended, the library may not be stopped. */
	while (!atomic_load(&loop->server->ending) || loop->suspended > 0) {
		struct pollfd ready[] = {{epoll_fd, POLLIN, 0}, {loop->wake_fd, POLLIN, 0}};
		(void)poll(ready, 2, patience(loop));
		if ((ready[1].revents & POLLIN) != 0) {
			uint64_t count;
			/* First emptied, then looked: who answers does it the other way round. */
			(void)!read(loop->wake_fd, &count, sizeof count);
			see_to_stop(loop);
		}
		resume_answered(loop);
		(void)MHD_run(loop->daemon);
		const int64_t now_us = now_mono_us();
		if (now_us - loop->swept_us >= SWEEP_US) {
			sweep(loop, now_us);
			loop->swept_us = now_us;
		}
	}
	MHD_stop_daemon(loop->daemon);
	loop->daemon = NULL;
	return NULL;
}

/* --- Beginning and end --- */

/* The library's words; only those at a failing start are kept. */
static void on_message(void *cls, const char *format, va_list arguments) {
	struct ent_http_server *server = cls;
	if (server->starting)
		(void)vsnprintf(server->said, sizeof server->said, format, arguments);
}

/*
 * The library keeps in its pool the head, at first in half of it; a record for each header; and the head of the
 * answer. (libmicrohttpd 0.9.75: struct MHD_HTTP_Header has 56 bytes, rounded to 64.)
 */
static size_t pool_size(const struct ent_http_limits *limits) {
	return limits->head_max + 64 * ((size_t)limits->headers_max + 8) + 4096;
}

static struct MHD_Daemon *start_daemon(struct loop *loop, const struct ent_http_options *options) {
	struct ent_http_server *server = loop->server;
	const bool tls = options->tls_certificate_pem != NULL;
	const unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG |
			(tls ? MHD_USE_TLS : 0);
	struct MHD_OptionItem items[] = {
			{tls ? MHD_OPTION_HTTPS_MEM_CERT : MHD_OPTION_END, 0,
					(void *)(uintptr_t)options->tls_certificate_pem},
			{MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)options->tls_key_pem},
			{MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)TLS_PRIORITIES},
			{MHD_OPTION_END, 0, NULL},
	};
	/* The logger comes first, or the library speaks for itself until it gets there. */
	return MHD_start_daemon(flags, 0, NULL, NULL, request_step, loop,
			MHD_OPTION_EXTERNAL_LOGGER, on_message, server, MHD_OPTION_LISTEN_SOCKET,
			server->listen_fd, MHD_OPTION_CONNECTION_LIMIT,
			server->limits.connections_max + CONNECTIONS_SLACK,
			MHD_OPTION_CONNECTION_MEMORY_LIMIT, pool_size(&server->limits),
			MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK, head_begin,
			loop, MHD_OPTION_UNESCAPE_CALLBACK, head_keep, loop,
			MHD_OPTION_NOTIFY_COMPLETED, request_ended, loop,
			MHD_OPTION_NOTIFY_CONNECTION, connection_notify, loop, MHD_OPTION_ARRAY,
			items, MHD_OPTION_END);
}

ent_status loop_start(struct loop *loop, struct ent_http_server *server,
		const struct ent_http_options *options) {
	const size_t n = server->limits.connections_max;
	loop->server = server;
	loop->polls = calloc(n, sizeof loop->polls[0]);
	loop->polled = calloc(n, sizeof(struct connection *));
	loop->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (loop->polls == NULL || loop->polled == NULL || loop->wake_fd < 0)
		return ENT_E_MEMORY;
	server->starting = true;
	loop->daemon = start_daemon(loop, options);
	server->starting = false;
	if (loop->daemon == NULL)
		return options->tls_certificate_pem != NULL ? ENT_E_SYNTAX : ENT_E_IO;
	loop->swept_us = now_mono_us();
	if (pthread_create(&loop->thread, NULL, run, loop) != 0) {
		/* It would close the socket, which is the server's. */
		(void)MHD_quiesce_daemon(loop->daemon);
		MHD_stop_daemon(loop->daemon);
		loop->daemon = NULL;
		return ENT_E_MEMORY;
	}
	loop->runs = true;
	return ENT_OK;
}

void loop_join(struct loop *loop) {
	if (loop->runs)
		(void)pthread_join(loop->thread, NULL);
	loop->runs = false;
	free(loop->polls);
	free(loop->polled);
	loop->polls = NULL;
	loop->polled = NULL;
}
