/* SPDX-License-Identifier: Apache-2.0 */
/*
 * limits.c: what the machine gives, which the other figures are held against. Each prints how many a second.
 *
 * usage: bench_limits sync DIR BYTES     so many bytes appended to a file and synced
 *        bench_limits round-trip         a byte to another thread and back, over the loopback interface
 *        bench_limits hash BYTES         SHA-256 of so many bytes
 *        bench_limits sign               checkpoints signed (Ed25519)
 *        bench_limits parse FILE         entries, a line each, parsed and hashed by one thread
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "entente/airspace.h"
#include "entente/ledger.h"
#include "measure.h"

enum { BYTES_MAX = 1 << 20, LINES_MAX = 4096, AT_ONCE = 16 };
static const double seconds = 1;

static char block[BYTES_MAX + ENT_JSON_PADDING];

static int give_up(const char *what) {
	perror(what);
	return 1;
}

/* How often 'act' is done in a second; it does AT_ONCE at a time. -1: it failed. */
static double rate(int (*act)(void *), void *user) {
	const double start = measure_now_s();
	double n = 0;
	while (measure_now_s() - start < seconds) {
		for (int i = 0; i < AT_ONCE; i++)
			if (act(user) != 0)
				return -1;
		n += AT_ONCE;
	}
	return n / (measure_now_s() - start);
}

static int print(double per_second) {
	(void)printf("%.0f\n", per_second);
	return per_second > 0 ? 0 : 1;
}

/* --- Syncing --- */

struct file {
	int descriptor;
	size_t bytes;
};

static int append(void *user) {
	const struct file *file = user;
	return write(file->descriptor, block, file->bytes) == (ssize_t)file->bytes &&
					fdatasync(file->descriptor) == 0
			? 0
			: -1;
}

static int sync_rate(const char *directory, size_t bytes) {
	char path[4096];
	(void)snprintf(path, sizeof path, "%s/limits", directory);
	struct file file = {open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), bytes};
	if (file.descriptor < 0)
		return give_up(path);
	const double got = rate(append, &file);
	(void)close(file.descriptor);
	(void)unlink(path);
	return print(got);
}

/* --- A round trip --- */

static void *echo(void *user) {
	const int descriptor = *(const int *)user;
	char byte;
	while (read(descriptor, &byte, 1) == 1 && write(descriptor, &byte, 1) == 1)
		continue;
	(void)close(descriptor);
	return NULL;
}

static int bounce(void *user) {
	const int descriptor = *(const int *)user;
	char byte = 0;
	return write(descriptor, &byte, 1) == 1 && read(descriptor, &byte, 1) == 1 ? 0 : -1;
}

static int round_trips(void) {
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof at;
	const int on = 1;
	const int listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int near = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(listening, (struct sockaddr *)&at, sizeof at) != 0 || listen(listening, 1) != 0 ||
			getsockname(listening, (struct sockaddr *)&at, &size) != 0 ||
			connect(near, (struct sockaddr *)&at, sizeof at) != 0)
		return give_up("loopback");
	int far = accept(listening, NULL, NULL);
	(void)setsockopt(near, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	(void)setsockopt(far, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	pthread_t thread;
	if (far < 0 || pthread_create(&thread, NULL, echo, &far) != 0)
		return give_up("loopback");
	const double got = rate(bounce, &near);
	(void)close(near);
	(void)pthread_join(thread, NULL);
	(void)close(listening);
	return print(got);
}

/* --- What the processor does --- */

static int hash(void *user) {
	struct ent_hash leaf;
	ent_ledger_leaf_hash(block, *(const size_t *)user, &leaf);
	block[0] = (char)leaf.bytes[0];
	return 0;
}

struct signing {
	struct ent_sign_key *key;
	struct ent_checkpoint checkpoint;
};

static int sign(void *user) {
	struct signing *signing = user;
	char note[ENT_NOTE_SIZE];
	signing->checkpoint.size++;
	return ent_checkpoint_sign(&signing->checkpoint, "bench", signing->key, note) > 0 ? 0 : -1;
}

static int sign_rate(void) {
	struct signing signing = {.checkpoint = {.origin = "bench"}};
	if (ent_sign_key_create(&signing.key) != ENT_OK)
		return 1;
	const double got = rate(sign, &signing);
	ent_sign_key_destroy(signing.key);
	return print(got);
}

struct lines {
	struct ent_airspace_entry *entry;
	const char *at[LINES_MAX];
	size_t size[LINES_MAX], n, next;
};

static int parse(void *user) {
	struct lines *lines = user;
	struct ent_fault fault;
	struct ent_hash leaf;
	const size_t i = lines->next++ % lines->n;
	ent_ledger_leaf_hash(lines->at[i], lines->size[i], &leaf);
	return ent_airspace_entry_read(lines->entry, lines->at[i], lines->size[i],
			       lines->size[i] + ENT_JSON_PADDING, &fault) == ENT_OK
			? 0
			: -1;
}

static int parse_rate(const char *path) {
	struct lines lines = {0};
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return give_up(path);
	size_t used = fread(block, 1, BYTES_MAX, file);
	(void)fclose(file);
	for (char *from = block, *end; lines.n < LINES_MAX &&
			(end = memchr(from, '\n', (size_t)(block + used - from))) != NULL;
			from = end + 1) {
		lines.at[lines.n] = from;
		lines.size[lines.n++] = (size_t)(end - from);
	}
	if (lines.n == 0 || ent_airspace_entry_create(&lines.entry) != ENT_OK)
		return 1;
	const double got = rate(parse, &lines);
	ent_airspace_entry_destroy(lines.entry);
	return print(got);
}

int main(int argc, char **argv) {
	const char *what = argc > 1 ? argv[1] : "";
	size_t bytes = argc > 2 ? strtoul(argv[argc - 1], NULL, 10) : 0;
	if (bytes > BYTES_MAX)
		bytes = BYTES_MAX;
	if (ent_seal_start() != ENT_OK)
		return 1;
	if (argc == 4 && strcmp(what, "sync") == 0)
		return sync_rate(argv[2], bytes);
	if (argc == 2 && strcmp(what, "round-trip") == 0)
		return round_trips();
	if (argc == 3 && strcmp(what, "hash") == 0)
		return print(rate(hash, &bytes));
	if (argc == 2 && strcmp(what, "sign") == 0)
		return sign_rate();
	if (argc == 3 && strcmp(what, "parse") == 0)
		return parse_rate(argv[2]);
	(void)fputs("usage: bench_limits sync DIR BYTES | round-trip | hash BYTES | sign | parse "
		    "FILE\n",
			stderr);
	return 2;
}
