/* SPDX-License-Identifier: Apache-2.0 */
/* connection.c: from accept to close: the limits of its client, its phase and deadline, and cutting it. */
#include "internal.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

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

/*
 * Who shows no key holds a place until its time is up, and many such would hold all of them. Where few are left, whoever comes
 * takes that of the one that has shown none for longest: who has a key has shown it long before he is that one.
 */
static void make_room(const struct loop *loop) {
	struct connection *oldest = NULL;
	if (loop->server->admit == NULL || !clients_are_crowded(loop->server->clients))
		return;
	for (struct connection *at = loop->connections; at != NULL; at = at->next)
		if (!at->has_key && at->phase != PHASE_CUT)
			oldest = at;
	if (oldest != NULL)
		connection_cut(oldest);
}

static struct connection *start(struct loop *loop, struct MHD_Connection *mhd, int fd) {
	struct ent_http_server *server = loop->server;
	const struct sockaddr *address = MHD_get_connection_info(
			mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)
							 ->client_addr;
	struct client *client = client_connect(server->clients, address);
	if (client != NULL && server->admit != NULL &&
			client_is_barred(server->clients, client, now_mono_us())) {
		atomic_fetch_add(&server->keys_barred, 1);
		client_disconnect(server->clients, client);
		client = NULL;
	}
	if (client != NULL)
		make_room(loop);
	struct connection *connection = client == NULL ? NULL : calloc(1, sizeof *connection);
	if (connection != NULL)
		connection->loop = loop;
	if (connection == NULL || !tls_show(connection, mhd)) {
		if (connection != NULL)
			tls_release(connection->tls);
		free(connection);
		if (client != NULL)
			client_disconnect(server->clients, client);
		(void)shutdown(fd, SHUT_RDWR);
		return NULL;
	}
	connection->client = client;
	connection->fd = fd;
	print_peer(address, connection->peer);
	(void)connection_enter(connection, PHASE_IDLE, now_mono_us(), server->limits.head_us);
	connection->next = loop->connections;
	if (connection->next != NULL)
		connection->next->previous = connection;
	loop->connections = connection;
	return connection;
}

/* The library closes the socket after this. */
static void end(struct connection *connection) {
	struct loop *loop = connection->loop;
	if (connection->previous != NULL)
		connection->previous->next = connection->next;
	else
		loop->connections = connection->next;
	if (connection->next != NULL)
		connection->next->previous = connection->previous;
	if (connection->lingers && connection->phase != PHASE_CUT)
		loop_linger(connection);
	peer_ended(connection);
	client_disconnect(loop->server->clients, connection->client);
	tls_release(connection->tls);
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
	if (connection->phase == PHASE_CUT)
		return false;
	connection->phase = phase;
	connection->deadline_us = allowed_us > INT64_MAX - now_us ? INT64_MAX : now_us + allowed_us;
	return true;
}

void connection_cut(struct connection *connection) {
	connection->phase = PHASE_CUT;
	connection->deadline_us = INT64_MAX;
	(void)shutdown(connection->fd, SHUT_RDWR);
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
