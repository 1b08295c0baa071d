/* SPDX-License-Identifier: Apache-2.0 */
/*
 * link.c: connections between nodes, on loopback: TLS 1.3, both keys pinned. The server is a process of its own.
 *
 * usage: bench_link post CERTIFICATE KEY KEY-HASH ROUNDS
 *            prints the median of a POST of 200 bytes over a kept connection, microseconds
 *        bench_link idle CERTIFICATE KEY KEY-HASH PEERS SECONDS
 *            prints, of who has asked PEERS peers once each and keeps the connections, and then of who serves them:
 *            percent of a processor while nothing happens, bytes of memory a connection
 * Certificate and key are files, the same for both ends; the hash is SHA-256 of the SubjectPublicKeyInfo, in hex.
 */
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "entente/fetch.h"
#include "entente/http.h"
#include "measure.h"

enum { BODY_SIZE = 200, ROUNDS_MAX = 1000000, PEERS_MAX = 250, WARM = 200 };

static char certificate[16384], secret[16384];
static uint8_t key[ENT_FETCH_KEY_SIZE];

static _Noreturn void give_up(const char *why) {
	(void)fprintf(stderr, "bench_link: %s\n", why);
	exit(1);
}

static void read_text(const char *path, char text[16384]) {
	FILE *file = fopen(path, "rb");
	if (file == NULL || fread(text, 1, 16383, file) == 0)
		give_up(path);
	(void)fclose(file);
}

static void read_key(const char *hex) {
	if (strlen(hex) != 2 * sizeof key)
		give_up("a hash has 64 digits");
	for (size_t i = 0; i < sizeof key; i++) {
		const char digits[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
		key[i] = (uint8_t)strtoul(digits, NULL, 16);
	}
}

/* --- What a process has used --- */

struct used {
	double processor_s, memory;
};

static struct used used_now(void) {
	struct rusage usage;
	unsigned long pages = 0;
	char line[128] = "";
	FILE *file = fopen("/proc/self/statm", "r");
	if (getrusage(RUSAGE_SELF, &usage) != 0 || file == NULL ||
			fgets(line, sizeof line, file) == NULL)
		give_up("what this process uses cannot be read");
	(void)fclose(file);
	const char *space = strchr(line, ' ');
	if (space != NULL)
		pages = strtoul(space, NULL, 10);
	const double us = (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
	return (struct used){(double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + us * 1e-6,
			(double)pages * (double)sysconf(_SC_PAGESIZE)};
}

/* --- The other end --- */

static bool admit(void *user, const uint8_t *shown) {
	(void)user;
	return memcmp(shown, key, sizeof key) == 0;
}

static void handle(void *user, struct ent_http_request *request) {
	const struct ent_http_answer answer = {.status = 204};
	(void)user;
	ent_http_answer(request, &answer);
}

/* Says its port; says what it has used for each byte that it reads; ends with them. */
static int serve(int in, int out) {
	struct ent_http_options options = {.listen = "0.0.0.0:0",
			.tls_certificate_pem = certificate,
			.tls_key_pem = secret,
			.threads = 1,
			.limits = ent_http_limits_default,
			.admit = admit,
			.handle = handle};
	struct ent_http_server *server = NULL;
	char byte;
	options.limits.idle_us = INT64_C(3600000000);
	if (ent_http_server_create(&options, &server, NULL) != ENT_OK)
		return 1;
	const char *colon = strrchr(ent_http_server_address(server), ':');
	const unsigned port = (unsigned)strtoul(colon + 1, NULL, 10);
	bool fine = write(out, &port, sizeof port) == (ssize_t)sizeof port;
	while (fine && read(in, &byte, 1) == 1) {
		const struct used used = used_now();
		fine = write(out, &used, sizeof used) == (ssize_t)sizeof used;
	}
	ent_http_server_destroy(server);
	return fine ? 0 : 1;
}

struct other {
	pid_t process;
	int in, out;
	unsigned port;
};

static struct other other_start(void) {
	int down[2], up[2];
	struct other other = {.port = 0};
	if (pipe(down) != 0 || pipe(up) != 0)
		give_up("no pipes");
	other.process = fork();
	if (other.process == 0) {
		(void)close(down[1]);
		(void)close(up[0]);
		_exit(serve(down[0], up[1]));
	}
	(void)close(down[0]);
	(void)close(up[1]);
	other.in = up[0];
	other.out = down[1];
	if (other.process < 0 ||
			read(other.in, &other.port, sizeof other.port) !=
					(ssize_t)sizeof other.port)
		give_up("the server does not start");
	return other;
}

static struct used other_used(const struct other *other) {
	struct used used;
	if (write(other->out, "u", 1) != 1 ||
			read(other->in, &used, sizeof used) != (ssize_t)sizeof used)
		give_up("the server has gone");
	return used;
}

static void other_stop(const struct other *other) {
	(void)close(other->out);
	(void)close(other->in);
	(void)waitpid(other->process, NULL, 0);
}

/* --- This end --- */

struct round {
	sem_t over;
	enum ent_fetch_end end;
};

static void done(void *user, const struct ent_fetch_result *result) {
	struct round *round = user;
	round->end = result->status == 204 ? result->end : ENT_FETCH_MALFORMED;
	(void)sem_post(&round->over);
}

/* The peer of that number has an address of its own, and so a connection. */
static void post(struct ent_fetch *fetch, unsigned port, unsigned peer) {
	static const char body[BODY_SIZE];
	struct round round = {.end = ENT_FETCH_STOPPED};
	char url[64];
	(void)snprintf(url, sizeof url, "https://127.0.0.%u:%u/", 1 + peer, port);
	const struct ent_fetch_request request = {.method = ENT_FETCH_POST,
			.url = url,
			.peer_key = key,
			.body = body,
			.body_size = sizeof body,
			.answer_max = 1024,
			.connect_us = 5000000,
			.total_us = 5000000,
			.done = done,
			.user = &round};
	if (sem_init(&round.over, 0, 0) != 0 || ent_fetch_submit(fetch, &request, NULL) != ENT_OK)
		give_up("no request");
	while (sem_wait(&round.over) != 0)
		continue;
	(void)sem_destroy(&round.over);
	if (round.end != ENT_FETCH_ANSWERED)
		give_up(ent_fetch_end_text(round.end));
}

static void post_many(struct ent_fetch *fetch, unsigned port, size_t rounds) {
	double *times = calloc(rounds, sizeof *times);
	if (times == NULL)
		give_up("out of memory");
	for (size_t i = 0; i < rounds + WARM; i++) {
		const double start = measure_now_s();
		post(fetch, port, 0);
		if (i >= WARM)
			times[i - WARM] = measure_now_s() - start;
	}
	(void)printf("%.1f\n", 1e6 * measure_quantile(times, rounds, 0.5));
	free(times);
}

static void print_idle(const struct used *empty, const struct used *start, const struct used *end,
		unsigned peers, double seconds) {
	(void)printf("%.4f %.0f\n", 100 * (end->processor_s - start->processor_s) / seconds,
			(start->memory - empty->memory) / peers);
}

static void idle(struct ent_fetch *fetch, const struct other *other, unsigned peers,
		unsigned seconds) {
	const struct used empty = used_now(), other_empty = other_used(other);
	for (unsigned i = 0; i < peers; i++)
		post(fetch, other->port, i);
	const struct used start = used_now(), other_start_ = other_used(other);
	const struct timespec span = {.tv_sec = (time_t)seconds};
	(void)nanosleep(&span, NULL);
	const struct used end = used_now(), other_end = other_used(other);
	print_idle(&empty, &start, &end, peers, seconds);
	print_idle(&other_empty, &other_start_, &other_end, peers, seconds);
}

int main(int argc, char **argv) {
	const bool posts = argc == 6 && strcmp(argv[1], "post") == 0;
	const bool idles = argc == 7 && strcmp(argv[1], "idle") == 0;
	if (!posts && !idles)
		give_up("post or idle");
	const unsigned long n = strtoul(argv[5], NULL, 10);
	const unsigned long seconds = idles ? strtoul(argv[6], NULL, 10) : 1;
	if (n < 1 || n > (posts ? ROUNDS_MAX : PEERS_MAX) || seconds < 1 || seconds > 3600)
		give_up("a number is out of range");
	read_text(argv[2], certificate);
	read_text(argv[3], secret);
	read_key(argv[4]);
	const struct other other = other_start();
	const struct ent_fetch_options options = {.certificate_pem = certificate,
			.key_pem = secret,
			.requests_max = 16,
			.connections_kept_max = PEERS_MAX};
	struct ent_fetch *fetch = NULL;
	if (ent_fetch_start() != ENT_OK || ent_fetch_create(&options, &fetch, NULL) != ENT_OK)
		give_up("no thread for requests");
	if (posts)
		post_many(fetch, other.port, n);
	else
		idle(fetch, &other, (unsigned)n, (unsigned)seconds);
	ent_fetch_destroy(fetch);
	other_stop(&other);
	return 0;
}
