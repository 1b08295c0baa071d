/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clients.h: who is connected, by address, and what each may do. An address is an IPv4 address or the first 64
 * bits of an IPv6 one, for that is what one customer of a provider has.
 *
 * The table never grows: it holds connections_max addresses that are connected or have a request in hand, and
 * CLIENTS_REMEMBERED that are not, so that hanging up does not fill a bucket. The one seen longest ago is
 * forgotten first. Addresses are spread by a hash with a key of chance, so that nobody can aim at one chain.
 * Every function may be called from any thread.
 */
#ifndef ENTENTE_HTTP_CLIENTS_H
#define ENTENTE_HTTP_CLIENTS_H

#include <sys/socket.h>

#include "entente/http.h"

enum { CLIENTS_REMEMBERED = 4096 };

struct clients;
struct client;

enum client_verdict { CLIENT_FINE, CLIENT_TOO_MANY, CLIENT_TOO_FAST };

/* E_MEMORY. 'limits' must stay. */
ENT_MUST_USE ent_status clients_create(
		const struct ent_http_limits *limits, struct clients **ret_clients);
void clients_destroy(struct clients *clients);

/* Of addresses with the same hash. Only while nobody else is at it. */
size_t clients_longest_chain(const struct clients *clients);

/* One more connection of this address; NULL when that is one too many, of the address or of all. */
struct client *client_connect(struct clients *clients, const struct sockaddr *address);
/* Seven eighths of all connections that there may be are there. */
bool clients_are_crowded(struct clients *clients);
/* It stays while requests of it are in hand. */
void client_disconnect(struct clients *clients, struct client *client);

/* It has shown a key that may not connect; forgotten one a second. */
void client_refused(struct clients *clients, struct client *client, int64_t now_us);
/* It has done so refused_keys_per_client_max times. */
bool client_is_barred(struct clients *clients, struct client *client, int64_t now_us);

/* One more request in hand. CLIENT_TOO_FAST sets the seconds after which there will be room. */
enum client_verdict client_request_begin(struct clients *clients, struct client *client,
		int64_t now_us, unsigned *ret_retry_after_s);
void client_request_end(struct clients *clients, struct client *client);

#endif
