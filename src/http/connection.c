/* SPDX-License-Identifier: Apache-2.0 */
/* connection.c: from accept to close: the limits of its client, its phase and deadline, and cutting it. */
#include "internal.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

/* The phase stands in the lowest bits of the word. */
enum { PHASE_BITS = 3 };
#define NEVER_US (INT64_MAX >> PHASE_BITS)

static int64_t word_of(enum phase phase, int64_t deadline_us) {
	return (int64_t)((uint64_t)deadline_us << PHASE_BITS) | (int64_t)phase;
}

static enum phase phase_of(int64_t word) {
	return (enum phase)(word & ((1 << PHASE_BITS) - 1));
}

static int64_t deadline_of(int64_t word) {
	return word >> PHASE_BITS;
}

static void print_peer(const struct sockaddr *address, char ret_text[INET6_ADDRSTRLEN]) {
	const void *bytes = NULL;
	int family = address->sa_family;
	ret_text[0] = '\0';
	if (family == AF_INET) {
		bytes = &((const struct sockaddr_in *)(const void *)address)->sin_addr;
	} else if (family == AF_INET6) {
		const struct in6_addr *six =
				&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
		bytes = six->s6_addr;
		if (IN6_IS_ADDR_V4MAPPED(six)) {
			family = AF_INET;
			bytes = six->s6_addr + 12;
		}
	}
	if (bytes != NULL)
		(void)inet_ntop(family, bytes, ret_text, INET6_ADDRSTRLEN);
}

static void link_in(struct connection *connection) {
	struct ent_http_server *server = connection->server;
	(void)pthread_mutex_lock(&server->lock);
	connection->next = server->connections;
	if (connection->next != NULL)
		connection->next->previous = connection;
	server->connections = connection;
	(void)pthread_mutex_unlock(&server->lock);
}

static void link_out(struct connection *connection) {
	struct ent_http_server *server = connection->server;
	(void)pthread_mutex_lock(&server->lock);
	if (connection->previous != NULL)
		connection->previous->next = connection->next;
	else
		server->connections = connection->next;
	if (connection->next != NULL)
		connection->next->previous = connection->previous;
	(void)pthread_mutex_unlock(&server->lock);
}

static struct connection *start(
		struct ent_http_server *server, struct MHD_Connection *mhd, int fd) {
	const struct sockaddr *address = MHD_get_connection_info(
			mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)
							 ->client_addr;
	struct client *client = client_connect(server->clients, address);
	struct connection *connection = client == NULL ? NULL : calloc(1, sizeof *connection);
	if (connection == NULL) {
		if (client != NULL)
			client_disconnect(server->clients, client);
		(void)shutdown(fd, SHUT_RDWR);
		return NULL;
	}
	connection->server = server;
	connection->client = client;
	connection->fd = fd;
	(void)pthread_mutex_init(&connection->lock, NULL);
	print_peer(address, connection->peer);
	(void)connection_enter(connection, PHASE_IDLE, now_mono_us(), server->limits.head_us);
	link_in(connection);
	/* Those in the list when the server began to stop have been seen to. */
	if (atomic_load(&server->stopping))
		connection_cut_if_useless(connection);
	return connection;
}

/* The library closes the socket after this. */
static void end(struct connection *connection) {
	link_out(connection);
	client_disconnect(connection->server->clients, connection->client);
	(void)pthread_mutex_destroy(&connection->lock);
	free(connection);
}

void connection_notify(void *cls, struct MHD_Connection *mhd, void **socket_context,
		enum MHD_ConnectionNotificationCode code) {
	const int fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		*socket_context = start(cls, mhd, fd);
	} else if (*socket_context != NULL) {
		end(*socket_context);
		*socket_context = NULL;
	}
}

struct connection *connection_of(struct MHD_Connection *mhd) {
	return MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

bool connection_enter(struct connection *connection, enum phase phase, int64_t now_us,
		int64_t allowed_us) {
	const int64_t deadline_us = allowed_us > NEVER_US - now_us ? NEVER_US : now_us + allowed_us;
	int64_t was = atomic_load(&connection->word);
	do {
		if (phase_of(was) == PHASE_CUT)
			return false;
	} while (!atomic_compare_exchange_weak(
			&connection->word, &was, word_of(phase, deadline_us)));
	return true;
}

/* False when it has gone on meanwhile. */
static bool cut(struct connection *connection, int64_t word) {
	if (!atomic_compare_exchange_strong(&connection->word, &word, word_of(PHASE_CUT, 0)))
		return false;
	(void)shutdown(connection->fd, SHUT_RDWR);
	return true;
}

void connection_cut_if_late(struct connection *connection, int64_t now_us) {
	const int64_t word = atomic_load(&connection->word);
	if (phase_of(word) != PHASE_CUT && deadline_of(word) <= now_us)
		(void)cut(connection, word);
}

void connection_cut_if_useless(struct connection *connection) {
	int64_t word;
	do
		word = atomic_load(&connection->word);
	while (phase_of(word) <= PHASE_BODY && !cut(connection, word));
}

void connection_expire(struct connection *connection) {
	(void)pthread_mutex_lock(&connection->lock);
	struct ent_http_request *request = connection->waiting;
	int state = STATE_WAITING;
	if (request != NULL) {
		atomic_store(&request->gone, true);
		if (atomic_compare_exchange_strong(&request->state, &state, STATE_EXPIRED))
			MHD_resume_connection(request->mhd);
	}
	(void)pthread_mutex_unlock(&connection->lock);
}

/* Version 4 (RFC 9562, 5.4). */
void connection_next_id(struct connection *connection, char ret_id[ID_SIZE]) {
	static const char digits[] = "0123456789abcdef";
	if (connection->ids_left == 0) {
		/* So little never fails once the machine's pool is filled, and never is half. */
		while (getrandom(connection->ids, sizeof connection->ids, 0) !=
				(ssize_t)sizeof connection->ids)
			;
		connection->ids_left = IDS_AT_ONCE;
	}
	uint8_t *bytes = connection->ids + 16 * (size_t)--connection->ids_left;
	bytes[6] = (uint8_t)((bytes[6] & 0x0f) | 0x40);
	bytes[8] = (uint8_t)((bytes[8] & 0x3f) | 0x80);
	char *to = ret_id;
	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*to++ = '-';
		*to++ = digits[bytes[i] >> 4];
		*to++ = digits[bytes[i] & 15];
	}
	*to = '\0';
}
