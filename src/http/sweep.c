/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sweep.c: one thread that looks at every connection ten times a second: cuts those whose time is up, answers for
 * handlers whose time is up, and sees which clients of waiting requests have gone.
 */
#define _GNU_SOURCE /* POLLRDHUP */
#include "internal.h"

#include <poll.h>
#include <stdlib.h>
#include <time.h>

/* Half closed counts as gone: the library closes such a connection as soon as it looks at it. */
static void mark_gone(struct connection *connection) {
	(void)pthread_mutex_lock(&connection->lock);
	if (connection->waiting != NULL)
		atomic_store(&connection->waiting->gone, true);
	(void)pthread_mutex_unlock(&connection->lock);
}

static void sweep(struct ent_http_server *server, int64_t now_us) {
	size_t n = 0;
	for (struct connection *at = server->connections; at != NULL; at = at->next) {
		connection_cut_if_late(at, now_us);
		const int64_t since_us = atomic_load(&at->waiting_since_us);
		if (since_us == 0)
			continue;
		if (now_us - since_us >= server->limits.request_us) {
			connection_expire(at);
		} else if (now_us - since_us >= GONE_AFTER_US && n < server->polls_max) {
			server->polls[n] = (struct pollfd){at->fd, POLLRDHUP, 0};
			server->polled[n++] = at;
		}
	}
	if (n > 0 && poll(server->polls, n, 0) > 0)
		for (size_t i = 0; i < n; i++)
			if ((server->polls[i].revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0)
				mark_gone(server->polled[i]);
}

static void *run(void *user) {
	struct ent_http_server *server = user;
	(void)pthread_mutex_lock(&server->lock);
	while (!server->sweeper_ends) {
		const int64_t next_us = now_mono_us() + SWEEP_US;
		const struct timespec until = {
				.tv_sec = next_us / 1000000, .tv_nsec = next_us % 1000000 * 1000};
		(void)pthread_cond_timedwait(&server->wake, &server->lock, &until);
		sweep(server, now_mono_us());
	}
	(void)pthread_mutex_unlock(&server->lock);
	return NULL;
}

ent_status sweeper_start(struct ent_http_server *server) {
	server->polls_max = server->limits.connections_max;
	server->polls = calloc(server->polls_max, sizeof server->polls[0]);
	server->polled = calloc(server->polls_max, sizeof(struct connection *));
	if (server->polls == NULL || server->polled == NULL ||
			pthread_create(&server->sweeper, NULL, run, server) != 0)
		return ENT_E_MEMORY;
	server->sweeper_runs = true;
	return ENT_OK;
}

void sweeper_stop(struct ent_http_server *server) {
	if (server->sweeper_runs) {
		(void)pthread_mutex_lock(&server->lock);
		server->sweeper_ends = true;
		(void)pthread_cond_broadcast(&server->wake);
		(void)pthread_mutex_unlock(&server->lock);
		(void)pthread_join(server->sweeper, NULL);
		server->sweeper_runs = false;
	}
	free(server->polls);
	free(server->polled);
	server->polls = NULL;
	server->polled = NULL;
}
