/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clients.c: an array of addresses that never moves, chained by hash; those with nothing going on are also in a
 * list, the one seen longest ago first, from which a newcomer takes its place.
 */
#include "clients.h"

#include <math.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

struct client {
	uint64_t key[2];
	struct client *next;            /* in its chain */
	struct client *older, *newer;   /* in the list of those with nothing going on */
	unsigned connections, requests; /* both 0: in that list */
	double tokens;                  /* requests that it may make at once, by its rate */
	int64_t filled_us;              /* when 'tokens' was true */
	double refused;                 /* keys, that are not forgotten */
	int64_t refused_us;             /* when 'refused' was true */
	bool chained;                   /* has been anybody's yet */
};

struct clients {
	pthread_mutex_t lock;
	const struct ent_http_limits *limits;
	uint64_t secret[5];
	unsigned connections;
	struct client *oldest, *newest;
	size_t mask;
	struct client **chains;
	size_t n;
	struct client all[];
};

/*
 * Pair-multiply-shift over words of 32 bits (Thorup, "High speed hashing for integers and strings", section 3.5): the
 * upper half of the sum is strongly universal, so that whichever addresses somebody has, two meet by chance only.
 */
static size_t chain_of(const struct clients *clients, const uint64_t key[2]) {
	const uint64_t *secret = clients->secret;
	const uint64_t sum = secret[4] +
			(secret[0] + (uint32_t)key[0]) * (secret[1] + (key[0] >> 32)) +
			(secret[2] + (uint32_t)key[1]) * (secret[3] + (key[1] >> 32));
	return (size_t)(sum >> 32) & clients->mask;
}

static void key_of(const struct sockaddr *address, uint64_t ret_key[2]) {
	ret_key[0] = ret_key[1] = 0;
	if (address->sa_family == AF_INET) {
		const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)address;
		ret_key[1] = (UINT64_C(0xffff) << 32) | in->sin_addr.s_addr;
	} else if (address->sa_family == AF_INET6) {
		const struct sockaddr_in6 *in = (const struct sockaddr_in6 *)(const void *)address;
		uint32_t last = 0;
		memcpy(&last, in->sin6_addr.s6_addr + 12, sizeof last);
		if (IN6_IS_ADDR_V4MAPPED(&in->sin6_addr))
			ret_key[1] = (UINT64_C(0xffff) << 32) | last;
		else
			memcpy(&ret_key[0], in->sin6_addr.s6_addr, sizeof ret_key[0]);
	}
}

static void rest_take(struct clients *clients, struct client *client) {
	if (client->older != NULL)
		client->older->newer = client->newer;
	else
		clients->oldest = client->newer;
	if (client->newer != NULL)
		client->newer->older = client->older;
	else
		clients->newest = client->older;
	client->older = client->newer = NULL;
}

static void rest_put(struct clients *clients, struct client *client) {
	client->newer = NULL;
	client->older = clients->newest;
	if (clients->newest != NULL)
		clients->newest->newer = client;
	else
		clients->oldest = client;
	clients->newest = client;
}

ent_status clients_create(const struct ent_http_limits *limits, struct clients **ret_clients) {
	const size_t n = (size_t)limits->connections_max + CLIENTS_REMEMBERED;
	struct clients *clients = calloc(1, sizeof *clients + n * sizeof clients->all[0]);
	if (clients == NULL)
		return ENT_E_MEMORY;
	clients->limits = limits;
	clients->n = n;
	clients->mask = 1;
	while (clients->mask < n)
		clients->mask = clients->mask * 2;
	clients->chains = calloc(clients->mask, sizeof clients->chains[0]);
	clients->mask--;
	if (clients->chains == NULL) {
		free(clients);
		return ENT_E_MEMORY;
	}
	while (getrandom(clients->secret, sizeof clients->secret, 0) !=
			(ssize_t)sizeof clients->secret)
		;
	for (size_t i = 0; i < n; i++)
		rest_put(clients, &clients->all[i]);
	(void)pthread_mutex_init(&clients->lock, NULL);
	*ret_clients = clients;
	return ENT_OK;
}

void clients_destroy(struct clients *clients) {
	if (clients == NULL)
		return;
	(void)pthread_mutex_destroy(&clients->lock);
	free(clients->chains);
	free(clients);
}

static void unchain(struct clients *clients, struct client *client) {
	struct client **at = &clients->chains[chain_of(clients, client->key)];
	while (*at != client)
		at = &(*at)->next;
	*at = client->next;
	client->chained = false;
}

/* The address's own, or the one that has rested longest; NULL when every one is busy. */
static struct client *find_or_replace(struct clients *clients, const uint64_t key[2]) {
	struct client **chain = &clients->chains[chain_of(clients, key)];
	for (struct client *at = *chain; at != NULL; at = at->next)
		if (at->key[0] == key[0] && at->key[1] == key[1])
			return at;
	struct client *client = clients->oldest;
	if (client == NULL)
		return NULL;
	if (client->chained)
		unchain(clients, client);
	client->key[0] = key[0];
	client->key[1] = key[1];
	client->tokens = clients->limits->burst_per_client;
	client->filled_us = INT64_MIN;
	client->refused = 0;
	client->next = *chain;
	client->chained = true;
	*chain = client;
	return client;
}

static bool rests(const struct client *client) {
	return client->connections == 0 && client->requests == 0;
}

struct client *client_connect(struct clients *clients, const struct sockaddr *address) {
	const struct ent_http_limits *limits = clients->limits;
	uint64_t key[2];
	struct client *client = NULL;
	key_of(address, key);
	(void)pthread_mutex_lock(&clients->lock);
	if (clients->connections < limits->connections_max)
		client = find_or_replace(clients, key);
	if (client != NULL && client->connections >= limits->connections_per_client_max)
		client = NULL;
	if (client != NULL) {
		if (rests(client))
			rest_take(clients, client);
		client->connections++;
		clients->connections++;
	}
	(void)pthread_mutex_unlock(&clients->lock);
	return client;
}

bool clients_are_crowded(struct clients *clients) {
	const unsigned most = clients->limits->connections_max;
	(void)pthread_mutex_lock(&clients->lock);
	const bool crowded = clients->connections >= most - most / 8;
	(void)pthread_mutex_unlock(&clients->lock);
	return crowded;
}

size_t clients_longest_chain(const struct clients *clients) {
	size_t longest = 0;
	for (size_t i = 0; i <= clients->mask; i++) {
		size_t n = 0;
		for (const struct client *at = clients->chains[i]; at != NULL; at = at->next)
			n++;
		longest = n > longest ? n : longest;
	}
	return longest;
}

void client_disconnect(struct clients *clients, struct client *client) {
	(void)pthread_mutex_lock(&clients->lock);
	client->connections--;
	clients->connections--;
	if (rests(client))
		rest_put(clients, client);
	(void)pthread_mutex_unlock(&clients->lock);
}

/* One is forgotten each second. */
static double refused_at(const struct client *client, int64_t now_us) {
	const double left = client->refused - (double)(now_us - client->refused_us) * 1e-6;
	return left > 0 ? left : 0;
}

void client_refused(struct clients *clients, struct client *client, int64_t now_us) {
	(void)pthread_mutex_lock(&clients->lock);
	client->refused = refused_at(client, now_us) + 1;
	client->refused_us = now_us;
	(void)pthread_mutex_unlock(&clients->lock);
}

bool client_is_barred(struct clients *clients, struct client *client, int64_t now_us) {
	const unsigned most = clients->limits->refused_keys_per_client_max;
	(void)pthread_mutex_lock(&clients->lock);
	const bool barred = most > 0 && refused_at(client, now_us) > (double)(most - 1);
	(void)pthread_mutex_unlock(&clients->lock);
	return barred;
}

/* Whether there is a token; if not, the seconds until there is one. */
static bool take_token(const struct ent_http_limits *limits, struct client *client, int64_t now_us,
		unsigned *ret_retry_after_s) {
	const double most = limits->burst_per_client < 1 ? 1 : limits->burst_per_client;
	if (client->filled_us == INT64_MIN)
		client->tokens = most;
	else if (now_us > client->filled_us)
		client->tokens += (double)(now_us - client->filled_us) * 1e-6 *
				limits->rate_per_client;
	client->filled_us = now_us;
	if (client->tokens > most)
		client->tokens = most;
	if (client->tokens >= 1) {
		client->tokens -= 1;
		return true;
	}
	const double wait_s = ceil((1 - client->tokens) / limits->rate_per_client);
	*ret_retry_after_s = wait_s < 1 ? 1 : wait_s > 3600 ? 3600 : (unsigned)wait_s;
	return false;
}

enum client_verdict client_request_begin(struct clients *clients, struct client *client,
		int64_t now_us, unsigned *ret_retry_after_s) {
	const struct ent_http_limits *limits = clients->limits;
	enum client_verdict verdict = CLIENT_FINE;
	(void)pthread_mutex_lock(&clients->lock);
	if (limits->rate_per_client > 0 && !take_token(limits, client, now_us, ret_retry_after_s))
		verdict = CLIENT_TOO_FAST;
	else if (client->requests >= limits->requests_per_client_max)
		verdict = CLIENT_TOO_MANY;
	else
		client->requests++;
	(void)pthread_mutex_unlock(&clients->lock);
	return verdict;
}

void client_request_end(struct clients *clients, struct client *client) {
	(void)pthread_mutex_lock(&clients->lock);
	client->requests--;
	if (rests(client))
		rest_put(clients, client);
	(void)pthread_mutex_unlock(&clients->lock);
}
