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
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	/* The library's own count must not come first, for it would leave newcomers waiting. */
	CONNECTIONS_SLACK = 256,
};

/* Only versions of TLS without known weaknesses (RFC 9325, 3.1.1). */
#define TLS_PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE"
/*
 * Between nodes there are no older ones, and certificates are not for all to see. Without the groups of finite fields:
 * at a stranger's wish, one of 8192 bits costs us a hundred times what a curve does.
 */
#define TLS_PRIORITIES_PEERS                                                       \
	"NORMAL:-VERS-ALL:+VERS-TLS1.3:-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1:" \
	"+GROUP-SECP384R1:%SERVER_PRECEDENCE"

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
	/* What waits, waits for the answer to its request. */
	assert(connection->request != NULL);
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

/* --- Closing slowly --- */

void loop_linger(const struct connection *connection) {
	struct loop *loop = connection->loop;
	for (size_t i = 0; i < LINGER_MAX; i++) {
		struct lingerer *at = &loop->lingers[i];
		if (at->fd >= 0)
			continue;
		at->fd = fcntl(connection->fd, F_DUPFD_CLOEXEC, 0);
		at->until_us = now_mono_us() + LINGER_US;
		if (at->fd >= 0)
			(void)shutdown(at->fd, SHUT_WR);
		return;
	}
}

static void linger_end(struct lingerer *at) {
	(void)close(at->fd);
	at->fd = -1;
}

static void linger_read(struct lingerer *at) {
	char bytes[16384];
	const ssize_t n = recv(at->fd, bytes, sizeof bytes, MSG_DONTWAIT);
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		linger_end(at);
}

/* --- The sweep --- */

/* Nothing will be read from it any more: the other side has closed, and nothing is left. */
static bool at_end(int fd) {
	char byte;
	const ssize_t n = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
	return n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
}

/*
 * A client that has half closed counts as gone: the library closes such a connection as soon as it reads. But it does
 * not always read: when request and end come in one, it takes a read that filled less than its buffer for the last,
 * and waits for an edge that has been.
 */
static void find_gone(struct loop *loop, size_t n) {
	if (n == 0 || poll(loop->polls, n, 0) <= 0)
		return;
	for (size_t i = 0; i < n; i++) {
		struct connection *at = loop->polled[i];
		if ((loop->polls[i].revents & (POLLRDHUP | POLLHUP | POLLERR)) == 0)
			continue;
		if (at->waiting_since_us != 0)
			atomic_store(&at->request->gone, true);
		else if (at_end(at->fd))
			connection_cut(at);
	}
}

/*
 * A line in the framing of chunks that is longer than the library's buffer (an extension, zeros without end) makes it
 * neither read on nor give up: it asks to be run again at once, for ever. Which connection it is it does not
 * say, but in one whose buffer has taken the whole pool there is no room for one more value.
 */
static bool is_stuck(struct loop *loop, struct connection *connection) {
	const struct ent_http_request *request = connection->request;
	loop->chunked++;
	if (request->bytes_in != connection->seen_bytes) {
		connection->seen_bytes = request->bytes_in;
		connection->probes = 0;
		return false;
	}
	return loop->spins >= SPINS_SUSPECT && connection->probes++ < PROBES_MAX &&
			MHD_set_connection_value_n(request->mhd, MHD_POSTDATA_KIND, "", 0, "", 0) ==
			MHD_NO;
}

static void sweep(struct loop *loop, int64_t now_us) {
	const struct ent_http_limits *limits = &loop->server->limits;
	size_t n = 0;
	loop->chunked = 0;
	for (struct connection *at = loop->connections; at != NULL; at = at->next) {
		const bool waits = at->waiting_since_us != 0;
		const int64_t waited_us = now_us - at->waiting_since_us;
		const bool chunked = at->phase == PHASE_BODY && at->request != NULL &&
				at->request->chunked;
		if (at->deadline_us <= now_us || (chunked && is_stuck(loop, at)))
			connection_cut(at);
		if (waits && waited_us >= limits->request_us) {
			expire(at);
		} else if (n < limits->connections_max &&
				(waits ? waited_us >= GONE_AFTER_US : at->phase <= PHASE_BODY)) {
			loop->polls[n] = (struct pollfd){at->fd, POLLRDHUP, 0};
			loop->polled[n++] = at;
		}
	}
	loop->spins = 0;
	find_gone(loop, n);
	for (size_t i = 0; i < LINGER_MAX; i++)
		if (loop->lingers[i].fd >= 0 && loop->lingers[i].until_us <= now_us)
			linger_end(&loop->lingers[i]);
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
static int patience(struct loop *loop) {
	MHD_UNSIGNED_LONG_LONG library_ms;
	if (MHD_get_timeout(loop->daemon, &library_ms) == MHD_YES && library_ms == 0) {
		loop->spins++;
		loop->fruitless++;
		/* Perhaps a connection is stuck: until it is found, the machine is spared. */
		return loop->chunked > 0 && loop->fruitless > SPINS_PATIENT ? 1 : 0;
	}
	const int64_t left_us = loop->swept_us + SWEEP_US - now_mono_us();
	return left_us <= 0 ? 0 : (int)(left_us / 1000) + 1;
}

/* Sleeps until there is something to do with the library, with answers, or with those that linger. */
static void sleep_until_ready(struct loop *loop, int epoll_fd) {
	struct pollfd ready[2 + LINGER_MAX] = {{epoll_fd, POLLIN, 0}, {loop->wake_fd, POLLIN, 0}};
	nfds_t n = 2;
	for (size_t i = 0; i < LINGER_MAX; i++)
		if (loop->lingers[i].fd >= 0)
			ready[n++] = (struct pollfd){loop->lingers[i].fd, POLLIN, 0};
	if (poll(ready, n, patience(loop)) <= 0)
		return;
	loop->fruitless = 0;
	if ((ready[1].revents & POLLIN) != 0) {
		uint64_t count;
		/* First emptied, then looked: who answers does it the other way round. */
		(void)!read(loop->wake_fd, &count, sizeof count);
	}
	for (size_t i = 0; i < LINGER_MAX && n > 2; i++)
		if (loop->lingers[i].fd >= 0)
			linger_read(&loop->lingers[i]);
}

static void stop_daemon(struct loop *loop) {
	/* Or it would close the socket, which is the server's. */
	(void)MHD_quiesce_daemon(loop->daemon);
	MHD_stop_daemon(loop->daemon);
	loop->daemon = NULL;
}

static void *run(void *user) {
	struct loop *loop = user;
	const int epoll_fd = MHD_get_daemon_info(loop->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
	for (;;) {
		const bool ends = atomic_load(&loop->server->ending);
		see_to_stop(loop);
		peer_drop(loop);
		/* With connections suspended, the library may not be stopped. */
		if (ends && loop->suspended == 0)
			break;
		sleep_until_ready(loop, epoll_fd);
		resume_answered(loop);
		(void)MHD_run(loop->daemon);
		const int64_t now_us = now_mono_us();
		if (now_us - loop->swept_us >= SWEEP_US) {
			sweep(loop, now_us);
			loop->swept_us = now_us;
		}
	}
	stop_daemon(loop);
	for (size_t i = 0; i < LINGER_MAX; i++)
		if (loop->lingers[i].fd >= 0)
			linger_end(&loop->lingers[i]);
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

static struct MHD_Daemon *start_daemon(struct loop *loop) {
	struct ent_http_server *server = loop->server;
	const bool tls = server->tls != NULL;
	const char *priorities = server->admit != NULL ? TLS_PRIORITIES_PEERS : TLS_PRIORITIES;
	gnutls_certificate_retrieve_function2 *none = tls_none;
	const unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG |
			(tls ? MHD_USE_TLS : 0);
	struct MHD_OptionItem items[] = {
			{tls ? MHD_OPTION_HTTPS_CERT_CALLBACK : MHD_OPTION_END, 0, NULL},
			{MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)priorities},
			{MHD_OPTION_END, 0, NULL},
	};
	/* A function's address in an object's pointer, as POSIX has it and ISO C has not. */
	memcpy(&items[0].ptr_value, &none, sizeof none);
	/*
	 * The logger comes first, or the library speaks for itself until it gets there. The library's own
	 * strictness is off: it wants a Host and a target without blanks, as head.c does, but in place of an
	 * answer closes, or sends its answer's head twice.
	 */
	return MHD_start_daemon(flags, 0, NULL, NULL, request_step, loop,
			MHD_OPTION_EXTERNAL_LOGGER, on_message, server, MHD_OPTION_LISTEN_SOCKET,
			server->listen_fd, MHD_OPTION_CONNECTION_LIMIT,
			server->limits.connections_max + CONNECTIONS_SLACK,
			MHD_OPTION_CONNECTION_MEMORY_LIMIT, pool_size(&server->limits),
			MHD_OPTION_STRICT_FOR_CLIENT, 0, MHD_OPTION_URI_LOG_CALLBACK, head_begin,
			loop, MHD_OPTION_UNESCAPE_CALLBACK, head_keep, loop,
			MHD_OPTION_NOTIFY_COMPLETED, request_ended, loop,
			MHD_OPTION_NOTIFY_CONNECTION, connection_notify, loop, MHD_OPTION_ARRAY,
			items, MHD_OPTION_END);
}

ent_status loop_open(struct loop *loop, struct ent_http_server *server) {
	const size_t n = server->limits.connections_max;
	loop->server = server;
	for (size_t i = 0; i < LINGER_MAX; i++)
		loop->lingers[i].fd = -1;
	loop->polls = calloc(n, sizeof loop->polls[0]);
	loop->polled = calloc(n, sizeof(struct connection *));
	loop->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (loop->polls == NULL || loop->polled == NULL || loop->wake_fd < 0)
		return ENT_E_MEMORY;
	server->starting = true;
	loop->daemon = start_daemon(loop);
	server->starting = false;
	return loop->daemon != NULL ? ENT_OK : ENT_E_IO;
}

ent_status loop_start(struct loop *loop) {
	loop->swept_us = now_mono_us();
	loop->runs = pthread_create(&loop->thread, NULL, run, loop) == 0;
	return loop->runs ? ENT_OK : ENT_E_MEMORY;
}

void loop_close(struct loop *loop) {
	if (loop->runs) {
		(void)pthread_join(loop->thread, NULL);
		loop->runs = false;
	} else if (loop->daemon != NULL) {
		stop_daemon(loop);
	}
	free(loop->polls);
	free(loop->polled);
	loop->polls = NULL;
	loop->polled = NULL;
}
