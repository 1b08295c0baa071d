/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Connections between nodes, both ends against each other: a key that is known passes and no other does, whatever else
 * the certificate says; a key that is dropped ends; hostile handshakes cost what the limits allow. Certificates are
 * OpenSSL's, and so are the clients that do what ours does not.
 */
#include <malloc.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fetching.h"
#include "links.h"
#include "served.h"

enum { ADMITTED_MAX = 8 };

/* A server that says whose request it was, and the keys that it admits. */
struct node {
	struct ent_http_server *server;
	char url[64];
	uint16_t port;
	pthread_mutex_t lock;
	uint8_t admitted[ADMITTED_MAX][32];
	size_t admitted_n;
	atomic_uint handled;
};

static bool admit(void *user, const uint8_t *key) {
	struct node *node = user;
	bool known = false;
	(void)pthread_mutex_lock(&node->lock);
	for (size_t i = 0; i < node->admitted_n; i++)
		known = known || memcmp(node->admitted[i], key, 32) == 0;
	(void)pthread_mutex_unlock(&node->lock);
	return known;
}

static void admit_only(struct node *node, const struct link_identity *identity) {
	(void)pthread_mutex_lock(&node->lock);
	node->admitted_n = identity != NULL;
	if (identity != NULL)
		memcpy(node->admitted[0], identity->key, 32);
	(void)pthread_mutex_unlock(&node->lock);
}

static void print_key(const uint8_t *key, char ret_text[65]) {
	for (size_t i = 0; i < 32; i++)
		(void)snprintf(ret_text + 2 * i, 3, "%02x", key[i]);
}

static void handle(void *user, struct ent_http_request *request) {
	struct node *node = user;
	const uint8_t *key = ent_http_peer_key(request);
	char *text = calloc(1, 65);
	CHECK(text != NULL && key != NULL);
	atomic_fetch_add(&node->handled, 1);
	print_key(key, text);
	const struct ent_http_answer answer = {
			.status = 200, .content_type = "text/plain", .take_body = text, .size = 64};
	ent_http_answer(request, &answer);
}

static void node_start(struct node *node, const struct link_identity *identity,
		struct ent_http_limits limits) {
	const struct ent_http_options options = {.listen = "127.0.0.1:0",
			.tls_certificate_pem = identity->certificate_pem,
			.tls_key_pem = identity->key_pem,
			.threads = 2,
			.limits = limits,
			.admit = admit,
			.handle = handle,
			.user = node};
	struct ent_fault fault = {0};
	memset(node, 0, sizeof *node);
	(void)pthread_mutex_init(&node->lock, NULL);
	CHECK_ROW(fault.why, ent_http_server_create(&options, &node->server, &fault) == ENT_OK);
	const char *address = ent_http_server_address(node->server);
	node->port = (uint16_t)strtoul(strrchr(address, ':') + 1, NULL, 10);
	(void)snprintf(node->url, sizeof node->url, "https://%s/", address);
}

static void node_stop(struct node *node) {
	ent_http_server_destroy(node->server);
	(void)pthread_mutex_destroy(&node->lock);
}

static struct asked ask(struct ent_fetch *fetch, const char *url, const uint8_t *key) {
	struct ent_fetch_request request = fetch_request(url);
	request.method = ENT_FETCH_POST;
	request.body = "hello";
	request.body_size = 5;
	request.peer_key = key;
	return fetch_ask(fetch, request);
}

static struct ent_http_keys keys_of(const struct node *node) {
	struct ent_http_keys keys;
	ent_http_server_keys(node->server, &keys);
	return keys;
}

static void wait_refused(const struct node *node, uint64_t n) {
	const int64_t until = mono_ms() + WAIT_MS;
	while (keys_of(node).refused < n && mono_ms() < until)
		pause_ms(2);
	CHECK(keys_of(node).refused == n);
}

/* --- Who gets through --- */

TEST(links__a_known_key_passes_in_both_directions_whatever_its_certificate_says) {
	(void)state_;
	struct {
		const char *why;
		struct link_identity identity;
	} rows[] = {
			{"Ed25519", link_identity()},
			{"P-256",
					link_from(EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256"),
							-1000, LINK_YEAR_S)},
			{"RSA of 2048 bits",
					link_from(EVP_PKEY_Q_keygen(
								  NULL, NULL, "RSA", (size_t)2048),
							-1000, LINK_YEAR_S)},
			{"expired",
					link_from(EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"),
							-2L * LINK_YEAR_S, -LINK_YEAR_S)},
			{"not valid yet",
					link_from(EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"),
							LINK_YEAR_S, 2L * LINK_YEAR_S)},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		/* The same one for both, since either end has to take it. */
		const struct link_identity *identity = &rows[i].identity;
		struct node node;
		char text[65];
		node_start(&node, identity, ent_http_limits_default);
		admit_only(&node, identity);
		struct ent_fetch *fetch = fetch_open(identity->certificate_pem, identity->key_pem);
		for (int again = 0; again < 3; again++) {
			const struct asked asked = ask(fetch, node.url, identity->key);
			CHECK_ROW(asked.why, asked.end == ENT_FETCH_ANSWERED);
			print_key(identity->key, text);
			CHECK_ROW(rows[i].why, strcmp(asked.body, text) == 0);
			CHECK_ROW(rows[i].why, asked.new_connection == (again == 0));
		}
		CHECK_ROW(rows[i].why, keys_of(&node).admitted == 1);
		ent_fetch_destroy(fetch);
		node_stop(&node);
		link_free(&rows[i].identity);
	}
}

TEST(links__another_key_never_passes_and_no_request_is_read) {
	(void)state_;
	struct link_identity server = link_identity(), peer = link_identity(),
			     other = link_identity();
	struct node node;
	node_start(&node, &server, ent_http_limits_default);
	admit_only(&node, &peer);
	struct ent_fetch *fetch = fetch_open(peer.certificate_pem, peer.key_pem);
	struct ent_fetch *stranger = fetch_open(other.certificate_pem, other.key_pem);
	struct ent_fetch *nobody = fetch_open(NULL, NULL);
	struct asked asked = ask(fetch, node.url, other.key);
	CHECK_ROW(asked.why, asked.end == ENT_FETCH_WRONG_KEY);
	/* One bit. */
	uint8_t near[32];
	memcpy(near, server.key, sizeof near);
	near[31] ^= 1;
	CHECK(ask(fetch, node.url, near).end == ENT_FETCH_WRONG_KEY);
	asked = ask(stranger, node.url, server.key);
	CHECK_ROW(asked.why, asked.end == ENT_FETCH_TURNED_AWAY);
	CHECK(keys_of(&node).refused == 1);
	asked = ask(nobody, node.url, server.key);
	CHECK_ROW(asked.why, asked.end == ENT_FETCH_TURNED_AWAY);
	CHECK(keys_of(&node).refused == 2);
	/* By the machine's authorities, who know nothing of it. */
	CHECK(ask(fetch, node.url, NULL).end == ENT_FETCH_WRONG_KEY);
	CHECK(atomic_load(&node.handled) == 0);
	CHECK(ask(fetch, node.url, server.key).end == ENT_FETCH_ANSWERED);
	CHECK(atomic_load(&node.handled) == 1);
	/* A connection that was made for one key is not used for another. */
	CHECK(ask(fetch, node.url, other.key).end == ENT_FETCH_WRONG_KEY);
	CHECK(atomic_load(&node.handled) == 1);
	ent_fetch_destroy(fetch);
	ent_fetch_destroy(stranger);
	ent_fetch_destroy(nobody);
	node_stop(&node);
	link_free(&server);
	link_free(&peer);
	link_free(&other);
}

TEST(links__our_own_certificate_that_is_none_is_our_own_fault) {
	(void)state_;
	struct link_identity server = link_identity();
	struct node node;
	node_start(&node, &server, ent_http_limits_default);
	const char *const rows[][2] = {
			{"no certificate", server.key_pem}, {server.certificate_pem, "no key"}};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ent_fetch *fetch = fetch_open(rows[i][0], rows[i][1]);
		const struct asked asked = ask(fetch, node.url, server.key);
		CHECK_ROW(asked.why, asked.end == ENT_FETCH_OURS);
		ent_fetch_destroy(fetch);
	}
	node_stop(&node);
	link_free(&server);
}

TEST(links__keys_are_asked_for_in_tls_only) {
	(void)state_;
	struct ent_http_server *server = NULL;
	struct ent_fault fault = {0};
	const struct ent_http_options options = {.listen = "127.0.0.1:0",
			.threads = 1,
			.limits = ent_http_limits_default,
			.admit = admit,
			.handle = handle};
	CHECK(ent_http_server_create(&options, &server, &fault) == ENT_E_SYNTAX);
	CHECK(server == NULL && strcmp(fault.where, "tls") == 0);
}

/* --- A key that changes, a server that starts anew --- */

TEST(links__a_key_that_is_dropped_ends_its_connections_and_no_others) {
	(void)state_;
	struct link_identity server = link_identity(), old = link_identity(), new = link_identity();
	struct node node;
	node_start(&node, &server, ent_http_limits_default);
	admit_only(&node, &old);
	struct ent_fetch *before = fetch_open(old.certificate_pem, old.key_pem);
	struct ent_fetch *after = fetch_open(new.certificate_pem, new.key_pem);
	CHECK(ask(before, node.url, server.key).end == ENT_FETCH_ANSWERED);
	CHECK(ask(after, node.url, server.key).end == ENT_FETCH_TURNED_AWAY);
	admit_only(&node, &new);
	/* That it is admitted no more is for new connections; those that are there end when told so. */
	struct asked asked = ask(before, node.url, server.key);
	CHECK(asked.end == ENT_FETCH_ANSWERED && !asked.new_connection);
	CHECK(ask(after, node.url, server.key).end == ENT_FETCH_ANSWERED);
	ent_http_server_drop_key(node.server, old.key);
	const int64_t until = mono_ms() + WAIT_MS;
	do
		asked = ask(before, node.url, server.key);
	while (asked.end == ENT_FETCH_ANSWERED && mono_ms() < until);
	CHECK(ask(before, node.url, server.key).end == ENT_FETCH_TURNED_AWAY);
	asked = ask(after, node.url, server.key);
	CHECK(asked.end == ENT_FETCH_ANSWERED && !asked.new_connection);
	/* More at once than are kept: then all end, and who may comes back. */
	for (int i = 0; i < 1000; i++)
		ent_http_server_drop_key(node.server, old.key);
	CHECK(ask(after, node.url, server.key).end == ENT_FETCH_ANSWERED);
	ent_fetch_destroy(before);
	ent_fetch_destroy(after);
	node_stop(&node);
	link_free(&server);
	link_free(&old);
	link_free(&new);
}

TEST(links__a_server_that_was_started_anew_is_found_by_the_next_request) {
	(void)state_;
	struct link_identity server = link_identity(), peer = link_identity();
	struct node node;
	node_start(&node, &server, ent_http_limits_default);
	admit_only(&node, &peer);
	struct ent_fetch *fetch = fetch_open(peer.certificate_pem, peer.key_pem);
	for (int i = 0; i < 5; i++) {
		struct asked asked = ask(fetch, node.url, server.key);
		CHECK_ROW(asked.why, asked.end == ENT_FETCH_ANSWERED);
		CHECK(asked.new_connection);
		char url[64];
		(void)snprintf(url, sizeof url, "%s", node.url);
		node_stop(&node);
		CHECK(ask(fetch, url, server.key).end == ENT_FETCH_REFUSED);
		node_start(&node, &server, ent_http_limits_default);
		admit_only(&node, &peer);
	}
	ent_fetch_destroy(fetch);
	node_stop(&node);
	link_free(&server);
	link_free(&peer);
}

/* --- Hostile handshakes --- */

/* With a certificate, or none; the most that TLS comes to. */
static SSL_CTX *hostile_context(const struct link_identity *identity, int version) {
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	CHECK(context != NULL && SSL_CTX_set_max_proto_version(context, version) == 1);
	if (identity == NULL)
		return context;
	BIO *in = BIO_new_mem_buf(identity->certificate_pem, -1);
	BIO *secret = BIO_new_mem_buf(identity->key_pem, -1);
	X509 *certificate = PEM_read_bio_X509(in, NULL, NULL, NULL);
	EVP_PKEY *key = PEM_read_bio_PrivateKey(secret, NULL, NULL, NULL);
	CHECK(SSL_CTX_use_certificate(context, certificate) == 1);
	CHECK(SSL_CTX_use_PrivateKey(context, key) == 1);
	X509_free(certificate);
	EVP_PKEY_free(key);
	(void)BIO_free(in);
	(void)BIO_free(secret);
	return context;
}

/* What a client reads after it has asked: bytes of an answer, or none. */
static bool hostile_is_answered(SSL_CTX *context, uint16_t port) {
	static const char request[] = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
	char text[4096];
	SSL *ssl = SSL_new(context);
	const int fd = client_connect_to(port);
	ERR_clear_error();
	CHECK(ssl != NULL && SSL_set_fd(ssl, fd) == 1);
	const bool answered = SSL_connect(ssl) == 1 &&
			SSL_write(ssl, request, sizeof request - 1) > 0 &&
			SSL_read(ssl, text, sizeof text) > 0;
	SSL_free(ssl);
	(void)close(fd);
	return answered;
}

TEST(links__tls_1_2_is_refused_and_so_is_who_shows_nothing_or_wants_dear_arithmetic) {
	(void)state_;
	struct link_identity server = link_identity(), peer = link_identity();
	const struct {
		const char *why;
		const struct link_identity *identity;
		int version;
		const char *groups;
		bool answered;
	} rows[] = {{"1.3", &peer, TLS1_3_VERSION, "X25519", true},
			{"P-256", &peer, TLS1_3_VERSION, "P-256", true},
			{"1.2", &peer, TLS1_2_VERSION, "X25519:P-256", false},
			{"no certificate", NULL, TLS1_3_VERSION, "X25519", false},
			{"ffdhe8192", &peer, TLS1_3_VERSION, "ffdhe8192", false}};
	struct node node;
	node_start(&node, &server, ent_http_limits_default);
	admit_only(&node, &peer);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		SSL_CTX *context = hostile_context(rows[i].identity, rows[i].version);
		CHECK_ROW(rows[i].why, SSL_CTX_set1_groups_list(context, rows[i].groups) == 1);
		CHECK_ROW(rows[i].why, hostile_is_answered(context, node.port) == rows[i].answered);
		SSL_CTX_free(context);
	}
	node_stop(&node);
	link_free(&server);
	link_free(&peer);
}

TEST(links__a_certificate_without_its_key_does_not_pass) {
	(void)state_;
	struct link_identity server = link_identity();
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	EVP_PKEY *fake = link_false_key(key);
	struct link_identity peer = link_from(key, -1000, LINK_YEAR_S);
	struct node node;
	node_start(&node, &server, ent_http_limits_default);
	admit_only(&node, &peer);
	SSL_CTX *context = hostile_context(&peer, TLS1_3_VERSION);
	CHECK(hostile_is_answered(context, node.port));
	CHECK(SSL_CTX_use_PrivateKey(context, fake) == 1);
	CHECK(!hostile_is_answered(context, node.port));
	CHECK(atomic_load(&node.handled) == 1 && keys_of(&node).admitted == 1);
	wait_refused(&node, 1);
	/* Of who is not admitted the signature is not even looked at: it would have failed first, without an alert. */
	admit_only(&node, NULL);
	CHECK(!hostile_is_answered(context, node.port));
	CHECK(ERR_GET_REASON(ERR_peek_last_error()) == SSL_R_TLSV1_ALERT_ACCESS_DENIED);
	wait_refused(&node, 2);
	SSL_CTX_free(context);
	EVP_PKEY_free(fake);
	node_stop(&node);
	link_free(&server);
	link_free(&peer);
}

static struct ent_http_limits hostile_limits(void) {
	struct ent_http_limits limits = ent_http_limits_default;
	limits.connections_max = 64;
	limits.connections_per_client_max = 64;
	limits.head_us = 1000000;
	limits.refused_keys_per_client_max = 0;
	return limits;
}

/* Of the objects that are allocated, in bytes. */
static size_t allocated(void) {
	return mallinfo2().uordblks;
}

TEST(links__hundreds_of_unknown_keys_cost_no_memory_and_hold_up_nobody) {
	(void)state_;
	const int rounds = (int)(400 * test_scale());
	struct link_identity server = link_identity(), peer = link_identity(),
			     other = link_identity();
	struct node node;
	node_start(&node, &server, hostile_limits());
	admit_only(&node, &peer);
	struct ent_fetch *fetch = fetch_open(peer.certificate_pem, peer.key_pem);
	SSL_CTX *context = hostile_context(&other, TLS1_3_VERSION);
	size_t before = 0;
	for (int i = 0; i < rounds; i++) {
		if (i == rounds / 2)
			before = allocated();
		CHECK(!hostile_is_answered(context, node.port));
		if (i % 20 == 0)
			CHECK(ask(fetch, node.url, server.key).end == ENT_FETCH_ANSWERED);
	}
	CHECK(keys_of(&node).refused >= (uint64_t)rounds);
	/* 100 bytes a handshake would be seen. */
	CHECK(allocated() < before + (size_t)rounds * 50 + 200000);
	SSL_CTX_free(context);
	ent_fetch_destroy(fetch);
	node_stop(&node);
	link_free(&server);
	link_free(&peer);
	link_free(&other);
}

TEST(links__who_shows_unknown_keys_often_is_closed_before_a_handshake) {
	(void)state_;
	struct link_identity server = link_identity(), peer = link_identity(),
			     other = link_identity();
	struct ent_http_limits limits = ent_http_limits_default;
	struct node node;
	limits.refused_keys_per_client_max = 10;
	node_start(&node, &server, limits);
	admit_only(&node, &peer);
	struct ent_fetch *fetch = fetch_open(peer.certificate_pem, peer.key_pem);
	CHECK(ask(fetch, node.url, server.key).end == ENT_FETCH_ANSWERED);
	SSL_CTX *context = hostile_context(&other, TLS1_3_VERSION);
	for (int i = 0; i < 40; i++)
		CHECK(!hostile_is_answered(context, node.port));
	CHECK(keys_of(&node).refused >= 10 && keys_of(&node).barred > 0);
	CHECK(keys_of(&node).refused + keys_of(&node).barred == 40);
	/* A connection that was there stays, and a second later one more may try. */
	const struct asked asked = ask(fetch, node.url, server.key);
	CHECK(asked.end == ENT_FETCH_ANSWERED && !asked.new_connection);
	const uint64_t refused = keys_of(&node).refused;
	const int64_t until = mono_ms() + WAIT_MS;
	while (keys_of(&node).refused == refused && mono_ms() < until) {
		CHECK(!hostile_is_answered(context, node.port));
		pause_ms(100);
	}
	CHECK(keys_of(&node).refused > refused);
	SSL_CTX_free(context);
	ent_fetch_destroy(fetch);
	node_stop(&node);
	link_free(&server);
	link_free(&peer);
	link_free(&other);
}

/* An extension of so many bytes, of no meaning. */
static struct link_identity large_identity(size_t size) {
	struct link_identity identity = link_identity();
	BIO *in = BIO_new_mem_buf(identity.certificate_pem, -1);
	BIO *secret = BIO_new_mem_buf(identity.key_pem, -1), *out = BIO_new(BIO_s_mem());
	X509 *certificate = PEM_read_bio_X509(in, NULL, NULL, NULL);
	EVP_PKEY *key = PEM_read_bio_PrivateKey(secret, NULL, NULL, NULL);
	ASN1_OCTET_STRING *data = ASN1_OCTET_STRING_new();
	unsigned char *bytes = calloc(1, size);
	CHECK(bytes != NULL && ASN1_OCTET_STRING_set(data, bytes, (int)size) == 1);
	ASN1_OBJECT *name = OBJ_txt2obj("1.3.6.1.4.1.99999.1", 1);
	X509_EXTENSION *extension = X509_EXTENSION_create_by_OBJ(NULL, name, 0, data);
	CHECK(X509_add_ext(certificate, extension, -1) == 1);
	CHECK(X509_sign(certificate, key, NULL) > 0 && PEM_write_bio_X509(out, certificate) == 1);
	free(identity.certificate_pem);
	identity.certificate_pem = link_text(out);
	X509_EXTENSION_free(extension);
	ASN1_OBJECT_free(name);
	ASN1_OCTET_STRING_free(data);
	free(bytes);
	X509_free(certificate);
	EVP_PKEY_free(key);
	(void)BIO_free(in);
	(void)BIO_free(secret);
	return identity;
}

TEST(links__certificates_above_the_limit_end_the_handshake_even_with_a_known_key) {
	(void)state_;
	static const struct {
		size_t size;
		bool answered;
	} rows[] = {{8000, true}, {17000, false}, {100000, false}};
	struct link_identity server = link_identity();
	struct node node;
	node_start(&node, &server, ent_http_limits_default);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct link_identity large = large_identity(rows[i].size);
		admit_only(&node, &large);
		SSL_CTX *context = hostile_context(&large, TLS1_3_VERSION);
		CHECK(hostile_is_answered(context, node.port) == rows[i].answered);
		SSL_CTX_free(context);
		link_free(&large);
	}
	node_stop(&node);
	link_free(&server);
}

TEST(links__a_key_too_large_to_work_with_is_not_admitted) {
	(void)state_;
	struct link_identity server = link_identity();
	struct link_identity large = link_from(link_large_key(4224), -1000, LINK_YEAR_S);
	struct node node;
	node_start(&node, &server, ent_http_limits_default);
	admit_only(&node, &large);
	SSL_CTX *context = hostile_context(&large, TLS1_3_VERSION);
	CHECK(!hostile_is_answered(context, node.port));
	CHECK(keys_of(&node).refused == 1);
	SSL_CTX_free(context);
	node_stop(&node);
	link_free(&server);
	link_free(&large);
}

TEST(links__half_open_and_garbled_handshakes_are_cut_in_time_and_cost_nobody_else) {
	(void)state_;
	enum { HALF = 40 };
	/* The head of a ClientHello of 512 bytes, and what is none. */
	static const char hello[] = "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03";
	struct link_identity server = link_identity(), peer = link_identity();
	struct node node;
	int fds[HALF];
	node_start(&node, &server, hostile_limits());
	admit_only(&node, &peer);
	struct ent_fetch *fetch = fetch_open(peer.certificate_pem, peer.key_pem);
	for (int i = 0; i < HALF; i++) {
		fds[i] = client_connect_to(node.port);
		if (i % 4 == 1)
			CHECK(client_send(fds[i], hello, sizeof hello - 1));
		else if (i % 4 == 2)
			CHECK(client_send_text(fds[i], "GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
		else if (i % 4 == 3)
			CHECK(client_send(fds[i], &server, sizeof server));
	}
	for (int i = 0; i < 20; i++)
		CHECK(ask(fetch, node.url, server.key).end == ENT_FETCH_ANSWERED);
	for (int i = 0; i < HALF; i++)
		CHECK(client_sees_close(fds[i]) && close(fds[i]) == 0);
	CHECK(atomic_load(&node.handled) == 20);
	ent_fetch_destroy(fetch);
	node_stop(&node);
	link_free(&server);
	link_free(&peer);
}

TEST(links__strangers_who_hold_all_connections_make_room_for_who_has_a_key) {
	struct link_identity server = link_identity(), peer = link_identity();
	struct node node;
	struct ent_http_limits limits = hostile_limits();
	int fds[384];
	(void)state_;
	limits.connections_max = 256, limits.connections_per_client_max = 512, limits.head_us *= 60;
	node_start(&node, &server, limits);
	admit_only(&node, &peer);
	struct ent_fetch *kept = fetch_open(peer.certificate_pem, peer.key_pem);
	CHECK(ask(kept, node.url, server.key).end == ENT_FETCH_ANSWERED);
	for (size_t i = 0; i < COUNT_OF(fds); i++)
		fds[i] = client_connect_to(node.port);
	/* A new one, long before any deadline of theirs, if not at once; and the one from before is still there. */
	struct ent_fetch *fetch = fetch_open(peer.certificate_pem, peer.key_pem);
	for (int i = 0; i < 50 && ask(fetch, node.url, server.key).end != ENT_FETCH_ANSWERED; i++)
		pause_ms(20);
	const uint64_t admitted = keys_of(&node).admitted;
	CHECK(admitted >= 2 && ask(kept, node.url, server.key).end == ENT_FETCH_ANSWERED);
	CHECK(client_sees_close(fds[0]) && keys_of(&node).admitted == admitted);
	for (size_t i = 0; i < COUNT_OF(fds); i++)
		(void)close(fds[i]);
	ent_fetch_destroy(kept);
	ent_fetch_destroy(fetch);
	node_stop(&node);
	link_free(&server);
	link_free(&peer);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(links__a_known_key_passes_in_both_directions_whatever_its_certificate_says),
			TEST_ENTRY(links__another_key_never_passes_and_no_request_is_read),
			TEST_ENTRY(links__our_own_certificate_that_is_none_is_our_own_fault),
			TEST_ENTRY(links__keys_are_asked_for_in_tls_only),
			TEST_ENTRY(links__a_key_that_is_dropped_ends_its_connections_and_no_others),
			TEST_ENTRY(links__a_server_that_was_started_anew_is_found_by_the_next_request),
			TEST_ENTRY(links__tls_1_2_is_refused_and_so_is_who_shows_nothing_or_wants_dear_arithmetic),
			TEST_ENTRY(links__a_certificate_without_its_key_does_not_pass),
			TEST_ENTRY(links__hundreds_of_unknown_keys_cost_no_memory_and_hold_up_nobody),
			TEST_ENTRY(links__who_shows_unknown_keys_often_is_closed_before_a_handshake),
			TEST_ENTRY(links__certificates_above_the_limit_end_the_handshake_even_with_a_known_key),
			TEST_ENTRY(links__a_key_too_large_to_work_with_is_not_admitted),
			TEST_ENTRY(links__half_open_and_garbled_handshakes_are_cut_in_time_and_cost_nobody_else),
			TEST_ENTRY(links__strangers_who_hold_all_connections_make_room_for_who_has_a_key),
	};
	(void)signal(SIGPIPE, SIG_IGN); /* OpenSSL writes to connections that are closed already */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
