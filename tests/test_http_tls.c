/* SPDX-License-Identifier: Apache-2.0 */
/* The HTTP server over TLS, against OpenSSL. The certificate in tests/data/http/ is valid for a hundred years. */
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

/* Which trusts the certificate and no other; false when no connection comes about. */
static bool tls_open(struct tls *tls, uint16_t port, int version) {
	tls->context = SSL_CTX_new(TLS_client_method());
	CHECK(tls->context != NULL);
	CHECK(SSL_CTX_load_verify_locations(
			      tls->context, TEST_DATA "/http/certificate.pem", NULL) == 1);
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
	char *other = read_file("other_key.pem");
	const struct {
		const char *why, *certificate, *key;
	} rows[] = {
			{"no key", certificate, NULL},
			{"no certificate", NULL, key},
			{"not PEM", "certificate", "key"},
			{"empty", "", ""},
			{"changed about", key, certificate},
			{"another's key", certificate, other},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ent_http_server *server = NULL;
		struct ent_fault fault = {0};
		struct ent_http_options options = served_options();
		options.tls_certificate_pem = rows[i].certificate;
		options.tls_key_pem = rows[i].key;
		CHECK_ROW(rows[i].why,
				ent_http_server_create(&options, &server, &fault) == ENT_E_SYNTAX);
		CHECK_ROW(rows[i].why, server == NULL && strcmp(fault.where, "tls") == 0);
		CHECK_ROW(rows[i].why, fault.why[0] != '\0');
	}
	free(certificate);
	free(key);
	free(other);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(http__tls_1_2_and_1_3_are_spoken_and_older_ones_are_not),
			TEST_ENTRY(http__over_tls_answers_may_be_late_and_large_and_rules_hold),
			TEST_ENTRY(http__pems_that_are_none_are_refused_with_a_reason),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
