/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peers.c: whole parties on this machine, over TLS on loopback, each with its folder, store, post and peers. The one that is
 * measured is this process; all others are in a second one.
 *
 * usage: bench_peers entry DIR N
 *            one entry of 500 bytes after another, from when it is submitted until it is known here that the other has stored,
 *            checked and cosigned it: median and 99th percentile, milliseconds
 *        bench_peers catch-up DIR N
 *            N entries that were written while the other was cut off, until it has cosigned them all: entries a second
 *        bench_peers idle DIR PEERS SECONDS MEMORANDA DOCUMENT
 *            with so many peers whose lines are up, and so many memoranda in force, each made of the document and signed by
 *            four of the peers: percent of a processor, MB of memory
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "agreed.h"
#include "entente/peers.h"
#include "entries.h"
#include "measure.h"

enum { PEERS_MAX = 500, FILES = 16384, WAIT_S = 300 };

static const char ledger_name[] = "memo/bench/";

static _Noreturn void give_up(const char *what, const char *why) {
	(void)fprintf(stderr, "bench_peers: %s: %s\n", what, why);
	exit(1);
}

static void must(ent_status status, const char *what, const struct ent_fault *fault) {
	if (status != ENT_OK)
		give_up(what,
				fault != NULL && fault->why[0] != '\0' ? fault->why
								       : ent_status_text(status));
}

static void sleep_us(long us) {
	const struct timespec span = {us / 1000000, us % 1000000 * 1000};
	(void)nanosleep(&span, NULL);
}

/* --- A party --- */

struct party {
	char data[256], id[ENT_PARTY_ID_SIZE], listen[32];
	struct ent_store *store;
	struct ent_sign_key *line_key;
	struct ent_post *post;
	_Atomic(struct ent_peers *) peers;
	struct sum sum;
	/* Of those who agree on something. */
	struct ent_sign_key *key;
	_Atomic(struct ent_memoranda *) memoranda;
};
/* The one that is measured, and all others. */
static struct party measured, others[PEERS_MAX];
static struct agreed agreed[AGREED_MAX];
static unsigned n_agreed;

static void owed(void *user, const char *peer) {
	struct ent_peers *peers = ((struct party *)user)->peers;
	if (peers != NULL)
		ent_peers_owed(peers, peer);
}

static void grew(void *user, struct ent_post_ledger *ledger, uint64_t size) {
	struct ent_memoranda *memoranda = ((struct party *)user)->memoranda;
	if (memoranda != NULL)
		ent_memoranda_grew(memoranda, ledger, size);
}

static void offered(void *user, const char *peer, const char *ledger) {
	struct party *party = user;
	struct ent_memoranda *memoranda = party->memoranda;
	struct ent_post_ledger *theirs;
	struct ent_fault fault = {"", ""};
	const struct ent_post_ledger_options options = {
			.name = ledger, .fold = sum_fold(&party->sum)};
	if (strncmp(ledger, ledger_name, sizeof ledger_name - 1) == 0)
		must(ent_post_open_theirs(party->post, peer, &options, &theirs, &fault), "theirs",
				&fault);
	else if (memoranda != NULL)
		ent_memoranda_offered(memoranda, peer, ledger);
}

/* An address of its own for each: no connection that goes out of 127.0.0.1 takes the port meanwhile. */
static void print_listen(struct party *party, unsigned number) {
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t length = sizeof address;
	const int s = socket(AF_INET, SOCK_STREAM, 0);
	address.sin_addr.s_addr = htonl(
			UINT32_C(0x7f010000) + (number / 250 << 8) + number % 250 + 1);
	if (s < 0 || bind(s, (struct sockaddr *)&address, length) != 0 ||
			getsockname(s, (struct sockaddr *)&address, &length) != 0)
		give_up("ports", "there are none");
	(void)close(s);
	(void)snprintf(party->listen, sizeof party->listen, "%s:%u", inet_ntoa(address.sin_addr),
			ntohs(address.sin_port));
}

static void party_make(struct party *party, const char *directory, unsigned number) {
	char url[64];
	struct ent_secret *passphrase = NULL;
	struct ent_party_folder *folder = NULL;
	struct ent_fault fault = {"", ""};
	static struct ent_party_known known;
	(void)snprintf(party->data, sizeof party->data, "%.200s/%u", directory, number);
	print_listen(party, number);
	(void)snprintf(url, sizeof url, "https://%s", party->listen);
	must(ent_secret_create(5, &passphrase), "passphrase", NULL);
	memcpy(ent_secret_bytes(passphrase), "bench", 5);
	const struct ent_party_wish wish = {.name = "Bench",
			.address = url,
			.profile = ENT_PROFILE_AID,
			.passphrase = passphrase,
			.passes = ENT_SEALED_PASSES_MIN,
			.memory_kib = ENT_SEALED_MEMORY_MIN_KIB,
			.now_utc_us = entry_clock(NULL)};
	must(ent_party_create(party->data, &wish, &fault), "party", &fault);
	must(ent_party_folder_open(party->data, false, &folder, &fault), "party", &fault);
	must(ent_party_own(folder, &known, &fault), "card", &fault);
	must(ent_party_open_key(folder, passphrase, &party->key, &fault), "party key", &fault);
	ent_secret_destroy(passphrase);
	memcpy(party->id, known.card.id, sizeof party->id);
	ent_party_folder_close(folder);
}

static void party_confirm(const struct party *party, const struct party *other) {
	static struct ent_party_known known;
	struct ent_party_folder *ours = NULL, *theirs = NULL;
	struct ent_fault fault = {"", ""};
	enum ent_card_change change;
	must(ent_party_folder_open(other->data, false, &theirs, &fault), "party", &fault);
	must(ent_party_own(theirs, &known, &fault), "card", &fault);
	must(ent_party_folder_open(party->data, true, &ours, &fault), "party", &fault);
	must(ent_party_put(ours, known.text, known.length, NULL, entry_clock(NULL), &change,
			     &fault),
			"card", &fault);
	ent_party_folder_close(ours);
	ent_party_folder_close(theirs);
}

static void party_open(struct party *party) {
	struct ent_party_folder *folder = NULL;
	struct ent_fault fault = {"", ""};
	must(ent_json_create(&party->sum.json), "json", NULL);
	must(ent_store_open_sqlite(party->data, &party->store, &fault), "store", &fault);
	must(ent_party_folder_open(party->data, false, &folder, &fault), "party", &fault);
	must(ent_party_open_line_key(folder, &party->line_key, &fault), "line key", &fault);
	ent_party_folder_close(folder);
	const struct ent_post_options options = {.store = party->store,
			.directory = party->data,
			.id = party->id,
			.line_key = party->line_key,
			.clock = entry_clock,
			.owed = owed,
			.grew = grew,
			.offered = offered,
			.user = party};
	must(ent_post_create(&options, &party->post, &fault), "post", &fault);
}

/* --- What some of them have agreed on --- */

/* Each party has had one. */
static size_t keys_of(void *user, const char *id, uint8_t (*ret_keys)[ENT_SIGN_PUBLIC_SIZE],
		size_t capacity) {
	const struct party *found = strcmp(measured.id, id) == 0 ? &measured : NULL;
	(void)user;
	for (size_t i = 0; found == NULL && i < PEERS_MAX; i++)
		if (strcmp(others[i].id, id) == 0)
			found = &others[i];
	if (found == NULL || capacity == 0)
		return 0;
	ent_sign_key_public(found->key, ret_keys[0]);
	return 1;
}

static bool cannot_be_set(void *user, const char *id) {
	(void)user;
	(void)id;
	return false;
}

static void party_agrees(struct party *party) {
	struct ent_memoranda *memoranda = NULL;
	struct ent_fault fault = {"", ""};
	const struct ent_memoranda_options options = {.post = party->post,
			.store = party->store,
			.keys = keys_of,
			.settable = cannot_be_set,
			.clock = entry_clock,
			.user = party};
	must(ent_memoranda_create(&options, &memoranda, &fault), "memoranda", &fault);
	party->memoranda = memoranda;
}

/* The others of memorandum i: the next AGREED_OTHERS after those of the one before. */
static struct party *other_of(unsigned i, unsigned j) {
	return &others[i * AGREED_OTHERS + j];
}

static void agreed_make_all(const char *document, int64_t from_utc_us) {
	const char *ids[1 + AGREED_OTHERS] = {measured.id};
	for (unsigned i = 0; i < n_agreed; i++) {
		for (unsigned j = 0; j < AGREED_OTHERS; j++)
			ids[1 + j] = other_of(i, j)->id;
		if (!agreed_make(&agreed[i], i, document, ids, from_utc_us))
			give_up(document, "no memorandum can be made of it");
	}
}

static void party_start(struct party *party, unsigned workers) {
	struct ent_peers *peers = NULL;
	struct ent_fault fault = {"", ""};
	const struct ent_peers_options options = {.post = party->post,
			.data = party->data,
			.listen = party->listen,
			.workers = workers,
			.clock = entry_clock,
			.user = party};
	must(ent_peers_create(&options, &peers, &fault), "peers", &fault);
	party->peers = peers;
	must(ent_peers_start(peers, &fault), "peers", &fault);
}

static void party_end(struct party *party) {
	struct ent_peers *peers = party->peers;
	party->peers = NULL;
	ent_peers_end(peers);
	ent_post_destroy(party->post);
	ent_peers_destroy(peers);
	ent_memoranda_destroy(party->memoranda);
	ent_store_close(party->store);
	ent_sign_key_destroy(party->line_key);
	ent_json_destroy(party->sum.json);
}

/* --- The others, in a process of their own --- */

struct others_process {
	pid_t id;
	int in, out;
};

static int run_others(struct party *parties, unsigned n, const char *document, int in, int out) {
	char byte = 'r';
	int64_t from_utc_us = 0;
	must(ent_seal_start(), "seal", NULL);
	must(ent_fetch_start(), "fetch", NULL);
	for (unsigned i = 0; i < n; i++) {
		party_open(&parties[i]);
		if (i < n_agreed * AGREED_OTHERS)
			party_agrees(&parties[i]);
		party_start(&parties[i], 1);
	}
	if (write(out, &byte, 1) != 1)
		return 1;
	/* The documents are the same on both sides, and of a time when all of them run. */
	if (n_agreed > 0 && read(in, &from_utc_us, sizeof from_utc_us) != sizeof from_utc_us)
		return 1;
	agreed_make_all(document, from_utc_us);
	for (unsigned i = 0; i < n_agreed; i++)
		for (unsigned j = 0; j < AGREED_OTHERS; j++)
			if (!agreed_sign(&agreed[i], other_of(i, j)->memoranda,
					    other_of(i, j)->key))
				give_up("a memorandum", "it is not signed in time");
	/* Until the other process is at its end. */
	return read(in, &byte, 1) == 0 ? 0 : 1;
}

static struct others_process others_start(struct party *parties, unsigned n, const char *document) {
	int down[2], up[2];
	char byte;
	if (pipe(down) != 0 || pipe(up) != 0)
		give_up("pipes", "there are none");
	const struct others_process process = {fork(), up[0], down[1]};
	if (process.id == 0) {
		(void)close(down[1]);
		(void)close(up[0]);
		_exit(run_others(parties, n, document, down[0], up[1]));
	}
	(void)close(down[0]);
	(void)close(up[1]);
	if (process.id < 0 || read(process.in, &byte, 1) != 1)
		give_up("the others", "they do not start");
	const int64_t from_utc_us = entry_clock(NULL) + AGREED_IN_US;
	if (n_agreed > 0 &&
			write(process.out, &from_utc_us, sizeof from_utc_us) != sizeof from_utc_us)
		give_up("the others", "they have ended");
	agreed_make_all(document, from_utc_us);
	return process;
}

static void others_stop(const struct others_process *process) {
	(void)close(process->out);
	(void)close(process->in);
	(void)waitpid(process->id, NULL, 0);
}

/* --- Writing --- */

struct written {
	struct ent_scribe_job job; /* first */
	atomic_uint *left;
};

static void done(struct ent_scribe_job *job, ent_status status) {
	must(status, "an entry", NULL);
	(void)atomic_fetch_sub(((struct written *)job)->left, 1);
}

static void write_some(struct ent_post_ledger *ledger, unsigned n) {
	static struct written jobs[ENTRIES_AT_ONCE];
	atomic_uint left = n;
	for (unsigned i = 0; i < n; i++) {
		jobs[i] = (struct written){.job = {.done = done}, .left = &left};
		ent_post_submit(ledger, &jobs[i].job);
	}
	while (atomic_load(&left) > 0)
		sleep_us(50);
}

static struct ent_post_ledger *open_ours(struct party *party) {
	char name[64];
	struct ent_post_ledger *ledger = NULL;
	struct ent_fault fault = {"", ""};
	(void)snprintf(name, sizeof name, "%s%s", ledger_name, party->id);
	const struct ent_post_ledger_options options = {
			.name = name, .fold = sum_fold(&party->sum), .decide = entry_decide};
	must(ent_post_open_ours(party->post, &options, &ledger, &fault), "ours", &fault);
	return ledger;
}

static uint64_t acknowledged(
		const struct party *party, const char *peer, const struct ent_post_ledger *ledger) {
	struct ent_post_share shares[4];
	const size_t n = ent_post_shares(party->post, peer, shares, 4);
	for (size_t i = 0; i < n && i < 4; i++)
		if (shares[i].ledger == ledger)
			return shares[i].acknowledged;
	return 0;
}

static void wait_acknowledged(const struct party *party, const char *peer,
		const struct ent_post_ledger *ledger, uint64_t size, long pause_us) {
	const double start_s = measure_now_s();
	while (acknowledged(party, peer, ledger) < size) {
		if (measure_now_s() - start_s > WAIT_S)
			give_up("entries", "they do not arrive");
		sleep_us(pause_us);
	}
}

static void wait_up(struct party *party, const char *peer) {
	struct ent_peer_view view;
	const double start_s = measure_now_s();
	while (ent_peers_look(party->peers, peer, &view) != ENT_OK ||
			view.line.state != ENT_LINE_STATE_UP) {
		if (measure_now_s() - start_s > WAIT_S)
			give_up("a line", "it does not get up");
		sleep_us(1000);
	}
}

/* --- What is measured --- */

static void bench_entry(struct party *party, const char *peer, size_t n) {
	double *took_s = calloc(n, sizeof *took_s);
	if (took_s == NULL)
		give_up("memory", "there is none");
	party_open(party);
	party_start(party, 2);
	wait_up(party, peer);
	struct ent_post_ledger *ledger = open_ours(party);
	must(ent_post_share(ledger, peer), "share", NULL);
	for (size_t i = 0; i < n; i++) {
		const double start_s = measure_now_s();
		write_some(ledger, 1);
		wait_acknowledged(party, peer, ledger, i + 1, 50);
		took_s[i] = measure_now_s() - start_s;
	}
	(void)printf("%.3f %.3f\n", 1000 * measure_quantile(took_s, n, 0.5),
			1000 * measure_quantile(took_s, n, 0.99));
	free(took_s);
}

static void bench_catch_up(struct party *party, const char *peer, size_t n) {
	party_open(party);
	struct ent_post_ledger *ledger = open_ours(party);
	for (size_t left = n; left > 0; left -= left < ENTRIES_AT_ONCE ? left : ENTRIES_AT_ONCE)
		write_some(ledger, (unsigned)(left < ENTRIES_AT_ONCE ? left : ENTRIES_AT_ONCE));
	party_start(party, 2);
	wait_up(party, peer);
	const double start_s = measure_now_s();
	must(ent_post_share(ledger, peer), "share", NULL);
	wait_acknowledged(party, peer, ledger, n, 1000);
	(void)printf("%.0f\n", (double)n / (measure_now_s() - start_s));
}

static double processor_s(void) {
	struct rusage usage;
	if (getrusage(RUSAGE_SELF, &usage) != 0)
		give_up("processor time", "it cannot be read");
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
			1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static double resident_bytes(void) {
	char line[128] = "";
	FILE *file = fopen("/proc/self/statm", "r");
	if (file == NULL || fgets(line, sizeof line, file) == NULL)
		give_up("memory", "it cannot be read");
	(void)fclose(file);
	const char *space = strchr(line, ' ');
	return space == NULL ? 0 : (double)strtoul(space, NULL, 10) * (double)sysconf(_SC_PAGESIZE);
}

/* What goes on after the lines are up: results are written, and go there and back. */
static bool is_quiet(const struct party *party, const struct party *other) {
	struct ent_peer_view view;
	struct ent_post_share shares[2];
	if (ent_peers_look(party->peers, other->id, &view) != ENT_OK || view.on_its_way)
		return false;
	const size_t n = ent_post_shares(party->post, other->id, shares, 2);
	for (size_t i = 0; i < n && i < 2; i++)
		if (shares[i].acknowledged < shares[i].size)
			return false;
	return n > 0;
}

static void wait_quiet(const struct party *party, const struct party *other) {
	const double start_s = measure_now_s();
	while (!is_quiet(party, other)) {
		if (measure_now_s() - start_s > WAIT_S)
			give_up("a line", "it does not come to rest");
		sleep_us(1000);
	}
}

static void bench_idle(struct party *party, unsigned n, unsigned seconds) {
	party_open(party);
	party_agrees(party);
	party_start(party, 2);
	for (unsigned i = 0; i < n_agreed; i++)
		if (!agreed_draft(&agreed[i], party->memoranda, party->key) ||
				!agreed_sign(&agreed[i], party->memoranda, party->key))
			give_up("a memorandum", "it is not drafted");
	for (unsigned i = 0; i < n; i++)
		wait_up(party, others[i].id);
	for (unsigned i = 0; i < n_agreed; i++)
		if (!agreed_wait(&agreed[i], party->memoranda))
			give_up("a memorandum", "it is not in force in time");
	for (unsigned i = 0; i < n; i++)
		wait_quiet(party, &others[i]);
	/* What the last of them have to say. */
	sleep_us(5000000);
	const double start_s = processor_s(), from_s = measure_now_s();
	sleep_us(1000000L * (long)seconds);
	const double took_s = measure_now_s() - from_s;
	(void)printf("%.4f %.1f\n", 100 * (processor_s() - start_s) / took_s,
			resident_bytes() / 1e6);
}

static void raise_files(void) {
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < FILES) {
		limit.rlim_cur = limit.rlim_max < FILES ? limit.rlim_max : FILES;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static void make_all(const char *directory, unsigned peers) {
	party_make(&measured, directory, 0);
	for (unsigned i = 0; i < peers; i++) {
		party_make(&others[i], directory, i + 1);
		party_confirm(&measured, &others[i]);
		party_confirm(&others[i], &measured);
	}
	/* Who has agreed on something with another has its card. */
	for (unsigned i = 0; i < n_agreed; i++)
		for (unsigned j = 0; j < AGREED_OTHERS; j++)
			for (unsigned k = 0; k < AGREED_OTHERS; k++)
				if (j != k)
					party_confirm(other_of(i, j), other_of(i, k));
}

int main(int argc, char **argv) {
	const bool idles = argc == 7 && strcmp(argv[1], "idle") == 0;
	const size_t n = argc > 3 ? strtoull(argv[3], NULL, 10) : 0;
	const unsigned peers = idles ? (unsigned)n : 1;
	const unsigned long seconds = idles ? strtoul(argv[4], NULL, 10) : 1;
	n_agreed = idles ? (unsigned)strtoul(argv[5], NULL, 10) : 0;
	if ((!idles && argc != 4) || n < 1 || peers > PEERS_MAX || seconds < 1 || seconds > 3600 ||
			n_agreed > AGREED_MAX || n_agreed * AGREED_OTHERS > peers)
		give_up("usage",
				"entry|catch-up DIR N, or idle DIR PEERS SECONDS MEMORANDA "
				"DOCUMENT");
	raise_files();
	if (mkdir(argv[2], 0700) != 0)
		give_up(argv[2], "it cannot be made");
	must(ent_seal_start(), "seal", NULL);
	must(ent_fetch_start(), "fetch", NULL);
	make_all(argv[2], peers);
	const struct others_process running = others_start(others, peers, idles ? argv[6] : NULL);
	if (idles)
		bench_idle(&measured, peers, (unsigned)seconds);
	else if (strcmp(argv[1], "entry") == 0)
		bench_entry(&measured, others[0].id, n);
	else
		bench_catch_up(&measured, others[0].id, n);
	party_end(&measured);
	others_stop(&running);
	return 0;
}
