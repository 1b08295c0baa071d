/* SPDX-License-Identifier: Apache-2.0 */
/*
 * link_tool.c: either end of a connection between nodes, for tests/test_links.py, which has the other.
 *
 * usage: link_tool serve CERTIFICATE KEY [ADMITTED...]
 *            prints "https://address:port"; answers each request with the client's key, hex, and the size of its body;
 *            "drop KEY" on standard input ends that key's connections; ends with standard input.
 *        link_tool fetch CERTIFICATE KEY URL PEER-KEY [MILLISECONDS]
 *            posts "hello"; prints how it ended, the status and the body.
 * Certificates and keys are files; admitted and peer keys are SHA-256 of a SubjectPublicKeyInfo in hex.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente/fetch.h"
#include "entente/http.h"
#include "fetching.h"

enum { KEYS_MAX = 8 };

static uint8_t admitted[KEYS_MAX][32];
static int admitted_n;

static int give_up(const char *why) {
	(void)fprintf(stderr, "link_tool: %s\n", why);
	return 1;
}

static char *read_text(const char *path) {
	char *text = calloc(1, 65536);
	FILE *file = fopen(path, "rb");
	if (file == NULL || text == NULL || fread(text, 1, 65535, file) == 0)
		exit(give_up(path));
	(void)fclose(file);
	return text;
}

static void read_key(const char *hex, uint8_t ret_key[32]) {
	for (size_t i = 0; i < 32; i++) {
		unsigned byte;
		if (sscanf(hex + 2 * i, "%2x", &byte) != 1)
			exit(give_up("a key is 64 hexadecimal digits"));
		ret_key[i] = (uint8_t)byte;
	}
}

static bool admit(void *user, const uint8_t *key) {
	(void)user;
	for (int i = 0; i < admitted_n; i++)
		if (memcmp(admitted[i], key, 32) == 0)
			return true;
	return false;
}

static void handle(void *user, struct ent_http_request *request) {
	char *text = calloc(1, 128);
	const uint8_t *key = ent_http_peer_key(request);
	size_t size;
	(void)user;
	(void)ent_http_body(request, &size);
	if (text == NULL || key == NULL)
		exit(give_up("no memory or no key"));
	for (size_t i = 0; i < 32; i++)
		(void)snprintf(text + 2 * i, 3, "%02x", key[i]);
	(void)snprintf(text + 64, 64, " %zu\n", size);
	const struct ent_http_answer answer = {.status = 200,
			.content_type = "text/plain",
			.take_body = text,
			.size = strlen(text)};
	ent_http_answer(request, &answer);
}

static int serve(int n, char **words) {
	struct ent_http_server *server = NULL;
	struct ent_fault fault = {0};
	char line[256];
	char *certificate = read_text(words[0]), *key = read_text(words[1]);
	for (int i = 2; i < n && admitted_n < KEYS_MAX; i++)
		read_key(words[i], admitted[admitted_n++]);
	struct ent_http_options options = {.listen = "127.0.0.1:0",
			.tls_certificate_pem = certificate,
			.tls_key_pem = key,
			.threads = 1,
			.limits = ent_http_limits_default,
			.admit = admit,
			.handle = handle};
	options.limits.head_us = 1000000;
	if (ent_http_server_create(&options, &server, &fault) != ENT_OK)
		return give_up(fault.why);
	(void)printf("https://%s\n", ent_http_server_address(server));
	(void)fflush(stdout);
	while (fgets(line, sizeof line, stdin) != NULL) {
		uint8_t dropped[32];
		if (strncmp(line, "drop ", 5) != 0)
			continue;
		read_key(line + 5, dropped);
		ent_http_server_drop_key(server, dropped);
	}
	ent_http_server_destroy(server);
	free(certificate);
	free(key);
	return 0;
}

static int fetch(int n, char **words) {
	char *certificate = read_text(words[0]), *key = read_text(words[1]);
	uint8_t peer[32];
	read_key(words[3], peer);
	struct ent_fetch *fetch = fetch_open(certificate, key);
	struct ent_fetch_request request = fetch_request(words[2]);
	request.method = ENT_FETCH_POST;
	request.body = "hello";
	request.body_size = 5;
	request.peer_key = peer;
	if (n > 4)
		request.total_us = strtol(words[4], NULL, 10) * 1000;
	for (int i = 0; i < 2; i++) {
		const struct asked asked = fetch_ask(fetch, request);
		(void)printf("%s|%u|%s|%s\n", ent_fetch_end_text(asked.end), asked.status,
				asked.body, asked.new_connection ? "new" : "kept");
		(void)fprintf(stderr, "%s\n", asked.why);
	}
	ent_fetch_destroy(fetch);
	free(certificate);
	free(key);
	return 0;
}

int main(int argc, char **argv) {
	if (argc >= 4 && strcmp(argv[1], "serve") == 0)
		return serve(argc - 2, argv + 2);
	if (argc >= 6 && strcmp(argv[1], "fetch") == 0)
		return fetch(argc - 2, argv + 2);
	return give_up("serve or fetch");
}
