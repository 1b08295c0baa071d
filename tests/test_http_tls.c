/* SPDX-License-Identifier: Apache-2.0 */
/* The HTTP server over TLS, against OpenSSL. The certificates in tests/data/http/ are valid for a hundred years. */
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "served.h"

static char *read_file(const char *name) {
	char path[512];
	(void)snprintf(path, sizeof path, TEST_DATA "/http/%s", name);
	FILE *file = fopen(path, "rb");
	CHECK_ROW(path, file != NULL);
	char *text = calloc(1, 16384);
	CHECK(text != NULL && fread(text, 1, 16383, file) > 0);
	(void)fclose(file);
	return text;
}

struct tls {
	SSL_CTX *context;
	SSL *ssl;
	int fd;
};

/* Which trusts that certificate and no other; false when no connection comes about. */
static bool tls_open_to(struct tls *tls, uint16_t port, int version, const char *certificate) {
	tls->context = SSL_CTX_new(TLS_client_method());
	CHECK(tls->context != NULL);
	CHECK(SSL_CTX_load_verify_locations(tls->context, certificate, NULL) == 1);
	SSL_CTX_set_verify(tls->context, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_security_level(tls->context, 0);
	(void)SSL_CTX_set_min_proto_version(tls->context, version);
	(void)SSL_CTX_set_max_proto_version(tls->context, version);
	tls->ssl = SSL_new(tls->context);
	CHECK(tls->ssl != NULL && SSL_set1_host(tls->ssl, "localhost") == 1);
	tls->fd = client_connect_to(port);
	CHECK(SSL_set_fd(tls->ssl, tls->fd) == 1);
	return SSL_connect(tls->ssl) == 1;
}

static bool tls_open(struct tls *tls, uint16_t port, int version) {
	return tls_open_to(tls, port, version, TEST_DATA "/http/certificate.pem");
}

static void tls_close(struct tls *tls) {
	SSL_free(tls->ssl);
	SSL_CTX_free(tls->context);
	(void)close(tls->fd);
}

/* Everything until the server closes. */
static size_t tls_ask(struct tls *tls, const char *request, char *ret_text, size_t size) {
	CHECK(SSL_write(tls->ssl, request, (int)strlen(request)) == (int)strlen(request));
	size_t n = 0;
	int got;
	while (n < size - 1 && (got = SSL_read(tls->ssl, ret_text + n, (int)(size - 1 - n))) > 0)
		n += (size_t)got;
	ret_text[n] = '\0';
	return n;
}

#define CLOSE "Host: test\r\nConnection: close\r\n\r\n"

TEST(http__tls_1_2_and_1_3_are_spoken_and_older_ones_are_not) {
	(void)state_;
	static const struct {
		const char *why;
		int version;
		bool spoken;
	} rows[] = {{"1.3", TLS1_3_VERSION, true}, {"1.2", TLS1_2_VERSION, true},
			{"1.1", TLS1_1_VERSION, false}, {"1.0", TLS1_VERSION, false}};
	struct served served;
	struct ent_http_options options = served_options();
	char *certificate = read_file("certificate.pem"), *key = read_file("key.pem");
	options.tls_certificate_pem = certificate;
	options.tls_key_pem = key;
	served_start(&served, &options);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct tls tls;
		char text[4096];
		CHECK_ROW(rows[i].why,
				tls_open(&tls, served.port, rows[i].version) == rows[i].spoken);
		if (rows[i].spoken) {
			(void)tls_ask(&tls, "GET /echo?q=1 HTTP/1.1\r\n" CLOSE, text, sizeof text);
			CHECK_ROW(rows[i].why, strncmp(text, "HTTP/1.1 200 OK\r\n", 17) == 0);
			CHECK_ROW(rows[i].why, strstr(text, "0 /echo q=1 x=- 0:00000000") != NULL);
		}
		tls_close(&tls);
	}
	free(certificate);
	free(key);
	served_stop(&served, 0);
}

TEST(http__over_tls_answers_may_be_late_and_large_and_rules_hold) {
	(void)state_;
	struct served served;
	struct ent_http_options options = served_options();
	char *certificate = read_file("certificate.pem"), *key = read_file("key.pem");
	options.tls_certificate_pem = certificate;
	options.tls_key_pem = key;
	options.limits.head_us = 400000;
	served_start(&served, &options);
	struct tls tls;
	char text[4096];
	CHECK(tls_open(&tls, served.port, TLS1_3_VERSION));
	(void)tls_ask(&tls, "GET /late HTTP/1.1\r\n" CLOSE, text, sizeof text);
	CHECK(strstr(text, "0 /late q=- x=- 0:00000000") != NULL);
	tls_close(&tls);
	CHECK(tls_open(&tls, served.port, TLS1_3_VERSION));
	(void)tls_ask(&tls, "GET /echo HTTP/1.1\r\nA : b\r\n" CLOSE, text, sizeof text);
	CHECK(strncmp(text, "HTTP/1.1 400 ", 13) == 0);
	tls_close(&tls);
	char *big = malloc(BIG_SIZE + 4096);
	CHECK(big != NULL);
	CHECK(tls_open(&tls, served.port, TLS1_3_VERSION));
	CHECK(tls_ask(&tls, "GET /big HTTP/1.1\r\n" CLOSE, big, BIG_SIZE + 4096) > BIG_SIZE);
	tls_close(&tls);
	free(big);
	/* Who does not shake hands, or speaks plainly, is cut. */
	const int silent = client_connect_to(served.port), plain = client_connect_to(served.port);
	CHECK(client_send_text(plain, "GET /echo HTTP/1.1\r\nHost: test\r\n\r\n"));
	CHECK(client_sees_close(silent) && client_sees_close(plain));
	(void)close(silent);
	(void)close(plain);
	free(certificate);
	free(key);
	served_stop(&served, 1000000);
}

TEST(http__pems_that_are_none_are_refused_with_a_reason) {
	(void)state_;
	char *certificate = read_file("certificate.pem"), *key = read_file("key.pem");
	char *other = read_file("other_key.pem"), *half = read_file("certificate.pem");
	half[strlen(half) / 2] = '\0';
	const struct {
		const char *why, *certificate, *key, *where;
	} rows[] = {
			{"no key", certificate, NULL, "tls"},
			{"no certificate", NULL, key, "tls"},
			{"not PEM", "certificate", key, "tls-certificate"},
			{"a key that is not PEM", certificate, "key", "tls-key"},
			{"half of one", half, key, "tls-certificate"},
			{"empty", "", key, "tls-certificate"},
			{"a key that is empty", certificate, "", "tls-key"},
			{"a key for a certificate", key, key, "tls-certificate"},
			{"a certificate for a key", certificate, certificate, "tls-key"},
			{"another's key", certificate, other, "tls-key"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ent_http_server *server = NULL;
		struct ent_fault fault = {0};
		struct ent_http_options options = served_options();
		options.tls_certificate_pem = rows[i].certificate;
		options.tls_key_pem = rows[i].key;
		CHECK_ROW(rows[i].why,
				ent_http_server_create(&options, &server, &fault) == ENT_E_SYNTAX);
		CHECK_ROW(rows[i].why, server == NULL && strcmp(fault.where, rows[i].where) == 0);
		CHECK_ROW(rows[i].why, fault.why[0] != '\0');
	}
	free(certificate);
	free(key);
	free(other);
	free(half);
}

static void check_subject(struct ent_http_server *server, const char *subject) {
	struct ent_http_certificate about;
	CHECK_ROW(subject, ent_http_server_certificate(server, &about));
	CHECK_ROW(subject, strcmp(about.subject, subject) == 0);
	/* The years 2020 and 2120. */
	CHECK(about.start_utc_us == INT64_C(1577836800000000));
	CHECK(about.end_utc_us == INT64_C(4733510400000000));
}

/* Asks on a connection that stays. */
static void check_asks(struct tls *tls) {
	static const char request[] = "GET /echo?q=1 HTTP/1.1\r\nHost: test\r\n\r\n";
	char text[4096];
	size_t n = 0;
	CHECK(SSL_write(tls->ssl, request, sizeof request - 1) == sizeof request - 1);
	do {
		const int got = SSL_read(tls->ssl, text + n, (int)(sizeof text - 1 - n));
		CHECK(got > 0);
		n += (size_t)got;
		text[n] = '\0';
	} while (strstr(text, "0 /echo q=1 x=- 0:00000000") == NULL);
}

TEST(http__another_certificate_is_for_new_connections_and_cuts_none) {
	(void)state_;
	static const char *const files[] = {
			TEST_DATA "/http/certificate.pem", TEST_DATA "/http/other_certificate.pem"};
	struct served served;
	struct ent_http_options options = served_options();
	char *certificate = read_file("certificate.pem"), *key = read_file("key.pem");
	char *other = read_file("other_certificate.pem"), *other_key = read_file("other_key.pem");
	struct ent_fault fault = {0};
	struct tls old, tls;
	options.tls_certificate_pem = certificate;
	options.tls_key_pem = key;
	options.threads = 2;
	served_start(&served, &options);
	check_subject(served.server, "CN=localhost");
	CHECK(tls_open(&old, served.port, TLS1_3_VERSION));
	check_asks(&old);
	/* One that has connected and never shakes hands holds a certificate too. */
	const int silent = client_connect_to(served.port);
	for (int i = 0; i < 20; i++) {
		const bool is_other = i % 2 == 0;
		CHECK(ent_http_server_set_tls(served.server, is_other ? other : certificate,
				      is_other ? other_key : key, &fault) == ENT_OK);
		check_subject(served.server, is_other ? "CN=other" : "CN=localhost");
		const int version = i % 3 == 0 ? TLS1_2_VERSION : TLS1_3_VERSION;
		for (int j = 0; j < 2; j++) {
			CHECK(tls_open_to(&tls, served.port, version, files[j]) ==
					((j == 1) == is_other));
			if ((j == 1) == is_other)
				check_asks(&tls);
			tls_close(&tls);
		}
		check_asks(&old);
	}
	CHECK(ent_http_server_set_tls(served.server, other, key, &fault) == ENT_E_SYNTAX);
	CHECK(strcmp(fault.where, "tls-key") == 0);
	CHECK(ent_http_server_set_tls(served.server, "", key, &fault) == ENT_E_SYNTAX);
	CHECK(strcmp(fault.where, "tls-certificate") == 0);
	check_subject(served.server, "CN=localhost");
	check_asks(&old);
	CHECK(tls_open(&tls, served.port, TLS1_3_VERSION));
	tls_close(&tls);
	tls_close(&old);
	(void)close(silent);
	free(certificate);
	free(key);
	free(other);
	free(other_key);
	served_stop(&served, 0);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(http__tls_1_2_and_1_3_are_spoken_and_older_ones_are_not),
			TEST_ENTRY(http__over_tls_answers_may_be_late_and_large_and_rules_hold),
			TEST_ENTRY(http__pems_that_are_none_are_refused_with_a_reason),
			TEST_ENTRY(http__another_certificate_is_for_new_connections_and_cuts_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
