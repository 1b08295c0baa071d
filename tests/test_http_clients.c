/* SPDX-License-Identifier: Apache-2.0 */
/* The table of an HTTP server's clients: who counts as one, and that it stays as large as it is. */
#include <arpa/inet.h>
#include <netinet/in.h>

#include "clients.h"
#include "test.h"

union address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

static union address address_of(const char *text) {
	union address address;
	memset(&address, 0, sizeof address);
	if (inet_pton(AF_INET, text, &address.in.sin_addr) == 1) {
		address.in.sin_family = AF_INET;
	} else {
		CHECK_ROW(text, inet_pton(AF_INET6, text, &address.in6.sin6_addr) == 1);
		address.in6.sin6_family = AF_INET6;
	}
	return address;
}

static struct client *connect_from(struct clients *clients, const char *text) {
	const union address address = address_of(text);
	return client_connect(clients, &address.any);
}

TEST(clients__an_address_or_64_bits_of_one_are_one_client) {
	(void)state_;
	static const struct {
		const char *why, *a, *b;
		bool same;
	} rows[] = {
			{"the same", "192.0.2.1", "192.0.2.1", true},
			{"another", "192.0.2.1", "192.0.2.2", false},
			{"mapped into IPv6", "192.0.2.1", "::ffff:192.0.2.1", true},
			{"two mapped", "::ffff:192.0.2.1", "::ffff:192.0.2.2", false},
			{"one network", "2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true},
			{"two networks", "2001:db8:1:2::1", "2001:db8:1:3::1", false},
			{"loopbacks", "127.0.0.1", "::1", false},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct ent_http_limits limits = ent_http_limits_default;
		struct clients *clients;
		CHECK(clients_create(&limits, &clients) == ENT_OK);
		struct client *a = connect_from(clients, rows[i].a);
		struct client *b = connect_from(clients, rows[i].b);
		CHECK_ROW(rows[i].why, a != NULL && b != NULL && (a == b) == rows[i].same);
		clients_destroy(clients);
	}
}

TEST(clients__an_empty_bucket_is_not_filled_by_hanging_up) {
	(void)state_;
	struct ent_http_limits limits = ent_http_limits_default;
	struct clients *clients;
	unsigned wait_s = 0;
	limits.rate_per_client = 0.5;
	limits.burst_per_client = 3;
	CHECK(clients_create(&limits, &clients) == ENT_OK);
	for (int i = 0; i < 5; i++) {
		struct client *client = connect_from(clients, "192.0.2.1");
		const enum client_verdict verdict = client_request_begin(
				clients, client, 1000000, &wait_s);
		CHECK(verdict == (i < 3 ? CLIENT_FINE : CLIENT_TOO_FAST));
		CHECK(wait_s == (i < 3 ? 0U : 2U));
		if (verdict == CLIENT_FINE)
			client_request_end(clients, client);
		client_disconnect(clients, client);
	}
	/* Two seconds: one token. A clock that goes back gives and takes nothing. */
	struct client *client = connect_from(clients, "192.0.2.1");
	CHECK(client_request_begin(clients, client, 3000000, &wait_s) == CLIENT_FINE);
	CHECK(client_request_begin(clients, client, 3000000, &wait_s) == CLIENT_TOO_FAST);
	CHECK(client_request_begin(clients, client, 2000000, &wait_s) == CLIENT_TOO_FAST);
	/* A day fills no more than the bucket. */
	for (int i = 0; i < 4; i++)
		CHECK(client_request_begin(clients, client, 86400000000, &wait_s) ==
				(i < 3 ? CLIENT_FINE : CLIENT_TOO_FAST));
	clients_destroy(clients);
}

/* Far more addresses than it remembers, some of them connected all the while. */
TEST(clients__a_table_of_any_number_of_addresses_stays_as_it_is) {
	(void)state_;
	enum { STAY = 50 };
	struct ent_http_limits limits = ent_http_limits_default;
	struct clients *clients;
	struct client *stay[STAY];
	char text[64];
	limits.connections_max = STAY + 1;
	CHECK(clients_create(&limits, &clients) == ENT_OK);
	for (unsigned i = 0; i < STAY; i++) {
		(void)snprintf(text, sizeof text, "2001:db8:0:%x::1", i);
		stay[i] = connect_from(clients, text);
		CHECK(stay[i] != NULL);
	}
	for (unsigned i = 0; i < 200000; i++) {
		(void)snprintf(text, sizeof text, "2001:db9:%x:%x::1", i >> 16, i & 0xffff);
		struct client *client = connect_from(clients, text);
		CHECK(client != NULL);
		CHECK(i % 1000 != 0 || connect_from(clients, text) == NULL); /* of all */
		client_disconnect(clients, client);
	}
	for (unsigned i = 0; i < STAY; i++) {
		(void)snprintf(text, sizeof text, "2001:db8:0:%x::2", i);
		struct client *again = connect_from(clients, text);
		CHECK(again == stay[i]);
		client_disconnect(clients, again);
	}
	clients_destroy(clients);
}

/*
 * Addresses that differ in one place only, wherever that is. 4,096 in 8,192 chains: by chance the longest has about 6, and one of
 * 20 comes once in 10^15 times.
 */
TEST(clients__no_choice_of_addresses_makes_a_long_chain) {
	(void)state_;
	static const char *const forms[] = {"2001:db8:%x:%x::1", "%x:%x:db8:1::1",
			"2001:%x:%x:1::1", "2001:%x:1:%x::1"};
	const struct ent_http_limits limits = ent_http_limits_default;
	for (size_t form = 0; form <= COUNT_OF(forms); form++) {
		struct clients *clients;
		CHECK(clients_create(&limits, &clients) == ENT_OK);
		for (unsigned i = 0; i < CLIENTS_REMEMBERED; i++) {
			char text[64];
			if (form == COUNT_OF(forms))
				(void)snprintf(text, sizeof text, "10.%u.%u.1", i >> 8, i & 255);
			else
				(void)snprintf(text, sizeof text, forms[form], 0x2000 + (i >> 6),
						i << 4 & 0xffff);
			struct client *client = connect_from(clients, text);
			CHECK_ROW(text, client != NULL);
			client_disconnect(clients, client);
		}
		CHECK(clients_longest_chain(clients) < 20);
		clients_destroy(clients);
	}
}

/* One that hangs up with a request in hand keeps its place until that has ended. */
TEST(clients__a_request_in_hand_holds_its_client) {
	(void)state_;
	struct ent_http_limits limits = ent_http_limits_default;
	struct clients *clients;
	unsigned wait_s;
	limits.requests_per_client_max = 1;
	limits.connections_max = 10;
	CHECK(clients_create(&limits, &clients) == ENT_OK);
	struct client *first = connect_from(clients, "192.0.2.1");
	CHECK(client_request_begin(clients, first, 0, &wait_s) == CLIENT_FINE);
	client_disconnect(clients, first);
	for (unsigned i = 0; i < 3 * CLIENTS_REMEMBERED; i++) {
		char text[64];
		(void)snprintf(text, sizeof text, "10.%u.%u.1", i >> 8, i & 255);
		struct client *client = connect_from(clients, text);
		CHECK(client != NULL && client != first);
		client_disconnect(clients, client);
	}
	struct client *again = connect_from(clients, "192.0.2.1");
	CHECK(again == first);
	CHECK(client_request_begin(clients, again, 0, &wait_s) == CLIENT_TOO_MANY);
	client_request_end(clients, first);
	CHECK(client_request_begin(clients, again, 0, &wait_s) == CLIENT_FINE);
	clients_destroy(clients);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(clients__an_address_or_64_bits_of_one_are_one_client),
			TEST_ENTRY(clients__an_empty_bucket_is_not_filled_by_hanging_up),
			TEST_ENTRY(clients__a_table_of_any_number_of_addresses_stays_as_it_is),
			TEST_ENTRY(clients__no_choice_of_addresses_makes_a_long_chain),
			TEST_ENTRY(clients__a_request_in_hand_holds_its_client),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
