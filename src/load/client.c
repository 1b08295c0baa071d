/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client.c: three system calls a request at most: one that sends, one that receives, and one that waits, which
 * many share. Sockets stay registered for reading; for writing only while a request did not go out whole.
 */
#define _GNU_SOURCE
#include "client.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	EVENTS_MAX = 256,
	IN_LEAST = 16384, /* room before bytes are received */
	WAIT_MS = 100
};

#define NS_PER_S INT64_C(1000000000)
#define PAUSE_LEAST_NS (NS_PER_S / 100)
#define PAUSE_MOST_NS NS_PER_S

enum state { CLOSED, CONNECTING, IDLE, BUSY };

struct connection {
	enum state state;
	int fd;
	bool writing;       /* registered for writing too */
	bool waiting;       /* among the idle ones */
	int64_t since_ns;   /* when its request was sent */
	int64_t open_at_ns; /* not before, when closed */
	int64_t pause_ns;   /* before the next try */
	const char *out;    /* what is left of the request */
	size_t out_size;
	struct load_answer_reader reader;
	char *in;
	size_t in_size, in_capacity;
};

struct load_client {
	struct load_address address;
	int epoll;
	unsigned n;
	struct connection *connections;
	unsigned *idle; /* numbers of those that wait for a request */
	unsigned n_idle, n_busy;
	bool ending, stirred;
	int64_t heard_ns; /* when the server last answered */
	int error;        /* the last reason of a connection's end */
	const struct load_script *script;
	int64_t until_ns;
};

int64_t load_now_mono_ns(void) {
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

int64_t load_now_utc_us(void) {
	struct timespec now;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

static unsigned number_of(const struct load_client *client, const struct connection *connection) {
	return (unsigned)(connection - client->connections);
}

/* --- Opening and closing --- */

static void wait_idle(struct load_client *client, struct connection *connection) {
	connection->state = IDLE;
	if (!connection->waiting)
		client->idle[client->n_idle++] = number_of(client, connection);
	connection->waiting = true;
}

static void shut(struct load_client *client, struct connection *connection, int error) {
	const bool lost = connection->state == BUSY;
	const int64_t now_ns = load_now_mono_ns();
	if (connection->fd >= 0)
		(void)close(connection->fd);
	connection->fd = -1;
	connection->writing = false;
	connection->state = CLOSED;
	connection->open_at_ns = now_ns + connection->pause_ns;
	connection->pause_ns = connection->pause_ns == 0 ? PAUSE_LEAST_NS
							 : 2 * connection->pause_ns;
	if (connection->pause_ns > PAUSE_MOST_NS)
		connection->pause_ns = PAUSE_MOST_NS;
	connection->in_size = 0;
	if (error != 0)
		client->error = error;
	if (lost) {
		client->n_busy--;
		client->stirred = true;
		client->script->done(client->script->user, number_of(client, connection), NULL,
				now_ns - connection->since_ns);
	}
}

static void watch(struct load_client *client, struct connection *connection, bool writing,
		bool already) {
	struct epoll_event event = {.events = EPOLLIN | (writing ? (uint32_t)EPOLLOUT : 0),
			.data.u32 = number_of(client, connection)};
	if (epoll_ctl(client->epoll, already ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, connection->fd,
			    &event) != 0)
		shut(client, connection, errno);
	else
		connection->writing = writing;
}

static void open_connection(struct load_client *client, struct connection *connection) {
	connection->fd = load_address_connect(&client->address);
	if (connection->fd < 0) {
		shut(client, connection, errno);
		return;
	}
	connection->state = CONNECTING;
	watch(client, connection, true, false);
}

/* --- A request out --- */

static void send_rest(struct load_client *client, struct connection *connection) {
	const ssize_t sent = send(
			connection->fd, connection->out, connection->out_size, MSG_NOSIGNAL);
	if (sent < 0 && errno != EAGAIN && errno != EINTR) {
		shut(client, connection, errno);
		return;
	}
	if (sent > 0) {
		connection->out += sent;
		connection->out_size -= (size_t)sent;
	}
	const bool more = connection->out_size > 0;
	if (more != connection->writing)
		watch(client, connection, more, true);
}

/* The next request on a connection that has none; false when there is none. */
static bool give(struct load_client *client, struct connection *connection, int64_t now_ns) {
	enum load_step step = LOAD_END;
	if (!client->ending && now_ns < client->until_ns)
		step = client->script->next(client->script->user, number_of(client, connection),
				&connection->out, &connection->out_size);
	if (step == LOAD_END)
		client->ending = true;
	if (step != LOAD_SEND)
		return false;
	connection->state = BUSY;
	connection->since_ns = now_ns;
	connection->in_size = 0;
	memset(&connection->reader, 0, sizeof connection->reader);
	client->n_busy++;
	send_rest(client, connection);
	return true;
}

/* Those that wait, until there is nothing more for them. */
static void give_idle(struct load_client *client) {
	client->stirred = false;
	while (client->n_idle > 0) {
		struct connection *connection =
				&client->connections[client->idle[client->n_idle - 1]];
		if (connection->state == IDLE && !give(client, connection, load_now_mono_ns()))
			return;
		connection->waiting = false;
		client->n_idle--;
	}
}

/* --- An answer in --- */

static bool make_room(struct connection *connection) {
	if (connection->in_capacity - connection->in_size >= IN_LEAST)
		return true;
	const size_t capacity = connection->in_capacity == 0 ? (size_t)2 * IN_LEAST
							     : 2 * connection->in_capacity;
	char *in = capacity <= LOAD_ANSWER_MAX ? realloc(connection->in, capacity) : NULL;
	if (in == NULL)
		return false;
	connection->in = in;
	connection->in_capacity = capacity;
	return true;
}

static void answered(struct load_client *client, struct connection *connection,
		const struct load_answer *answer, size_t used) {
	const int64_t now_ns = load_now_mono_ns();
	/* More than was asked for: whatever that is, the next answer could not be told from it. */
	const bool shuts = answer->close || used != connection->in_size;
	client->n_busy--;
	client->heard_ns = now_ns;
	connection->pause_ns = 0;
	connection->state = IDLE;
	client->script->done(client->script->user, number_of(client, connection), answer,
			now_ns - connection->since_ns);
	client->stirred = true;
	if (!shuts) {
		if (!give(client, connection, now_ns))
			wait_idle(client, connection);
		return;
	}
	shut(client, connection, 0);
	if (!client->ending)
		open_connection(client, connection);
}

static void receive(struct load_client *client, struct connection *connection) {
	if (!make_room(connection)) {
		shut(client, connection, ENOMEM);
		return;
	}
	const ssize_t got = recv(connection->fd, connection->in + connection->in_size,
			connection->in_capacity - connection->in_size, 0);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got <= 0 || connection->state != BUSY) {
		shut(client, connection, got < 0 ? errno : ECONNRESET);
		return;
	}
	connection->in_size += (size_t)got;
	struct load_answer answer;
	size_t used;
	switch (load_answer_read(
			&connection->reader, connection->in, connection->in_size, &answer, &used)) {
	case LOAD_ANSWER_MORE:
		break;
	case LOAD_ANSWER_WHOLE:
		answered(client, connection, &answer, used);
		break;
	case LOAD_ANSWER_BAD:
		shut(client, connection, EPROTO);
		break;
	}
}

static void connected(struct load_client *client, struct connection *connection) {
	int error = 0;
	socklen_t size = sizeof error;
	if (getsockopt(connection->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
		error = errno;
	if (error != 0) {
		shut(client, connection, error);
		return;
	}
	wait_idle(client, connection);
	client->stirred = true;
	watch(client, connection, false, true);
}

static void handle(struct load_client *client, const struct epoll_event *event) {
	struct connection *connection = &client->connections[event->data.u32];
	if (connection->fd < 0)
		return;
	if (connection->state == CONNECTING) {
		connected(client, connection);
		return;
	}
	if ((event->events & EPOLLOUT) != 0 && connection->state == BUSY)
		send_rest(client, connection);
	if ((event->events & ~(uint32_t)EPOLLOUT) != 0 && connection->fd >= 0)
		receive(client, connection);
}

/* --- The loop --- */

/* Opens what is closed, gives up what nobody answers. */
static void tend(struct load_client *client, int64_t now_ns) {
	for (unsigned i = 0; i < client->n; i++) {
		struct connection *connection = &client->connections[i];
		if (connection->state == BUSY &&
				now_ns - connection->since_ns > LOAD_ANSWER_WAIT_S * NS_PER_S)
			shut(client, connection, ETIMEDOUT);
		if (connection->state == CLOSED && !client->ending &&
				now_ns >= connection->open_at_ns)
			open_connection(client, connection);
	}
}

ent_status load_client_run(struct load_client *client, const struct load_script *script,
		int64_t until_mono_ns, struct ent_fault *reterr_fault) {
	struct epoll_event events[EVENTS_MAX];
	int64_t now_ns = load_now_mono_ns(), tend_ns = now_ns, tick_ns = now_ns + NS_PER_S;
	client->script = script;
	client->until_ns = until_mono_ns;
	client->ending = false;
	client->stirred = true;
	client->heard_ns = now_ns;
	for (;;) {
		if (now_ns >= tend_ns) {
			tend(client, now_ns);
			tend_ns = now_ns + NS_PER_S / 50;
		}
		if (now_ns >= tick_ns) {
			client->ending = !script->tick(script->user) || client->ending;
			client->stirred = true;
			tick_ns += NS_PER_S;
		}
		client->ending = client->ending || now_ns >= until_mono_ns;
		if (client->stirred && !client->ending)
			give_idle(client);
		if (client->ending && client->n_busy == 0)
			return ENT_OK;
		if (now_ns - client->heard_ns > LOAD_SILENCE_S * NS_PER_S) {
			ent_fault_set(reterr_fault, "", "no answer for %d s: %s", LOAD_SILENCE_S,
					client->error != 0 ? strerror(client->error)
							   : "it is silent");
			return ENT_E_IO;
		}
		const int n = epoll_wait(client->epoll, events, EVENTS_MAX, WAIT_MS);
		for (int i = 0; i < n; i++)
			handle(client, &events[i]);
		now_ns = load_now_mono_ns();
	}
}

ent_status load_client_create(const struct load_address *address, unsigned n,
		struct load_client **ret_client, struct ent_fault *reterr_fault) {
	assert(n > 0 && n <= LOAD_CONNECTIONS_MAX);
	struct load_client *client = calloc(1, sizeof *client);
	if (client == NULL)
		return ENT_E_MEMORY;
	client->address = *address;
	client->n = n;
	client->epoll = -1;
	client->connections = calloc(n, sizeof *client->connections);
	client->idle = calloc(n, sizeof *client->idle);
	if (client->connections == NULL || client->idle == NULL) {
		load_client_destroy(client);
		return ENT_E_MEMORY;
	}
	for (unsigned i = 0; i < n; i++)
		client->connections[i].fd = -1;
	client->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (client->epoll < 0) {
		ent_fault_set(reterr_fault, "", "%s", strerror(errno));
		load_client_destroy(client);
		return ENT_E_IO;
	}
	*ret_client = client;
	return ENT_OK;
}

void load_client_destroy(struct load_client *client) {
	if (client == NULL)
		return;
	for (unsigned i = 0; client->connections != NULL && i < client->n; i++) {
		if (client->connections[i].fd >= 0)
			(void)close(client->connections[i].fd);
		free(client->connections[i].in);
	}
	if (client->epoll >= 0)
		(void)close(client->epoll);
	free(client->connections);
	free(client->idle);
	free(client);
}
