/* SPDX-License-Identifier: Apache-2.0 */
/*
 * office_tool.c: an office with its two listeners, for tests/test_office.py. What stands below it is office_others.c, or
 * office_real.c; the store, the scribe, the desk and the party's folder are real.
 *
 * usage: office_tool DIR [party] [dev] [brief]
 * It says "ready URL" on its standard output; "party" makes a party in DIR when there is none, "dev" lets the clock be set,
 * "brief" is a main listener in which requests have 4 s.
 * Then it reads lines: "event KIND JSON", "events N" (so many events of a number each), "advance SECONDS",
 * "full" (no file can grow any more), "room", "know CARD DIR" (that card is taken into the party's folder), "entries" (of the desk's ledger, a line each); the end of its input is a stop. Each is answered with "done".
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include "office_below.h"

#define ORIGIN "office.test/desk"
#define BRIEF_US INT64_C(4000000)
#define PASSPHRASE "three at night is early"

static _Atomic int64_t offset_us;

static int64_t clock_now(void *user) {
	struct timespec now = {0};
	(void)user;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000 + offset_us;
}

static ent_status set_clock(void *user, int64_t now_utc_us) {
	const int64_t before = clock_now(user);
	if (now_utc_us < before)
		return ENT_E_DOMAIN;
	offset_us += now_utc_us - before;
	return ENT_OK;
}

static void say(void *user, enum ent_scribe_say severity, const char *text) {
	(void)user;
	(void)fprintf(stderr, "%d: %s\n", (int)severity, text);
}

static int fail(const char *what, const struct ent_fault *fault) {
	(void)fprintf(stderr, "office_tool: %s: %s: %s\n", what, fault->where, fault->why);
	return 1;
}

/* Its passphrase costs little, so that a test can be wrong often. */
static ent_status make_party(const char *data, struct ent_fault *fault) {
	struct ent_secret *passphrase = NULL;
	ent_status status = ent_secret_create(sizeof PASSPHRASE - 1, &passphrase);
	if (status != ENT_OK)
		return status;
	memcpy(ent_secret_bytes(passphrase), PASSPHRASE, sizeof PASSPHRASE - 1);
	const struct ent_party_wish wish = {.name = "Aid",
			.profile = ENT_PROFILE_CELL,
			.passphrase = passphrase,
			.passes = 1,
			.memory_kib = 8,
			.now_utc_us = clock_now(NULL)};
	status = ent_party_create(data, &wish, fault);
	ent_secret_destroy(passphrase);
	return status == ENT_E_EXISTS ? ENT_OK : status;
}

/* --- Commands --- */

static struct ent_office *office;

static void handle(void *user, struct ent_http_request *request) {
	(void)user;
	ent_office_handle(office, request);
}

static void many_events(long n) {
	char json[64];
	for (long i = 0; i < n; i++) {
		(void)snprintf(json, sizeof json, "{\"n\":%ld}", i);
		ent_office_event(office, "number", json);
	}
}

static ent_status show_entry(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	(void)user;
	(void)seq;
	(void)printf("%.*s\n", (int)entry->size, entry->bytes);
	return ENT_OK;
}

/* Of the desk's ledger, a line each. */
static void show_entries(struct ent_store *store) {
	struct ent_store_head head = {0};
	uint32_t ledger = 0;
	if (ent_store_ledger(store, "desk", false, &ledger) != ENT_OK ||
			ent_store_head(store, ledger, &head) != ENT_OK ||
			ent_store_read(store, ledger, 0, head.size, show_entry, NULL) != ENT_OK)
		(void)puts("cannot be read");
}

/* Puts somebody's card into the party's folder, as entente party add does. */
static void know_card(char *line) {
	struct ent_party_folder *folder = NULL;
	enum ent_card_change change;
	char text[ENT_CARD_SIZE];
	char *data = strchr(line, ' ');
	*data++ = '\0';
	FILE *file = fopen(line, "rbe");
	const size_t length = file != NULL ? fread(text, 1, sizeof text, file) : 0;
	if (file == NULL || fclose(file) != 0 ||
			ent_party_folder_open(data, true, &folder, NULL) != ENT_OK ||
			ent_party_put(folder, text, length, NULL, clock_now(NULL), &change, NULL) !=
					ENT_OK)
		(void)puts("cannot be taken");
	ent_party_folder_close(folder);
}

/* A disk on which no file can grow, or one that has room again. */
static void set_room(bool room) {
	struct rlimit limit = {0};
	(void)signal(SIGXFSZ, SIG_IGN);
	if (getrlimit(RLIMIT_FSIZE, &limit) != 0)
		(void)puts("no limit");
	limit.rlim_cur = room ? limit.rlim_max : 0;
	if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
		(void)puts("no limit");
}

static bool obey(struct ent_store *store, char *line) {
	line[strcspn(line, "\n")] = '\0';
	if (strncmp(line, "event ", 6) == 0) {
		char *json = strchr(line + 6, ' ');
		*json = '\0';
		ent_office_event(office, line + 6, json + 1);
	} else if (strncmp(line, "events ", 7) == 0) {
		many_events(strtol(line + 7, NULL, 10));
	} else if (strncmp(line, "advance ", 8) == 0) {
		offset_us += strtoll(line + 8, NULL, 10) * 1000000;
	} else if (strncmp(line, "know ", 5) == 0) {
		know_card(line + 5);
	} else if (strcmp(line, "full") == 0 || strcmp(line, "room") == 0) {
		set_room(line[0] == 'r');
	} else if (strcmp(line, "entries") == 0) {
		show_entries(store);
	} else {
		return false;
	}
	(void)puts("done");
	(void)fflush(stdout);
	return true;
}

static void obey_all(struct ent_store *store) {
	static char line[1 << 16];
	while (fgets(line, sizeof line, stdin) != NULL && obey(store, line))
		;
}

/* --- All of it --- */

struct all {
	struct ent_store *store;
	struct ent_sign_key *key;
	struct ent_http_server *server;
	struct below below;
};

struct how {
	bool party, dev, brief;
};

static ent_status make_office(
		struct all *all, const char *data, const struct how *how, struct ent_fault *fault) {
	const struct ent_office_options options = {.data = data,
			.post = all->below.post,
			.scribe = all->below.scribe,
			.peers = all->below.peers,
			.memoranda = all->below.memoranda,
			.desk_key = all->key,
			.desk_origin = ORIGIN,
			.desk_key_name = ORIGIN,
			.version = "0.0.0",
			.request_us = how->brief ? BRIEF_US : 0,
			.clock = clock_now,
			.set_clock = how->dev ? set_clock : NULL,
			.say = say};
	const ent_status status = ent_office_create(&options, &office, fault);
	if (status == ENT_OK)
		below_set_office(&all->below, office);
	return status;
}

static ent_status begin(
		struct all *all, const char *data, const struct how *how, struct ent_fault *fault) {
	static const uint8_t seed[ENT_SIGN_SEED_SIZE] = {4};
	struct ent_http_options http = {.listen = "127.0.0.1:0",
			.threads = 2,
			.limits = ent_http_limits_default,
			.secret_path = ENT_OFFICE_PREFIX,
			.handle = handle};
	if (how->brief)
		http.limits.request_us = BRIEF_US;
	ent_status status = how->party ? make_party(data, fault) : ENT_OK;
	if (status == ENT_OK)
		status = ent_sign_key_create_from_seed(seed, &all->key);
	if (status == ENT_OK)
		status = ent_store_open_sqlite(data, &all->store, fault);
	const struct below_options below = {.data = data,
			.party = how->party,
			.settable_clock = how->dev,
			.store = all->store,
			.clock = clock_now,
			.say = say};
	if (status == ENT_OK)
		status = below_begin(&below, &all->below, fault);
	if (status == ENT_OK)
		status = make_office(all, data, how, fault);
	return status == ENT_OK ? ent_http_server_create(&http, &all->server, fault) : status;
}

static void end(struct all *all) {
	if (office != NULL)
		ent_office_stop(office);
	if (all->server != NULL)
		ent_http_server_stop(all->server, INT64_C(5000000));
	ent_http_server_destroy(all->server);
	if (office != NULL)
		ent_office_end(office);
	below_end(&all->below);
	ent_office_destroy(office);
	ent_store_close(all->store);
	ent_sign_key_destroy(all->key);
}

int main(int argc, char **argv) {
	struct all all = {.store = NULL};
	struct ent_fault fault = {{0}, {0}};
	struct how how = {false, false, false};
	for (int i = 2; i < argc; i++) {
		how.party = how.party || strcmp(argv[i], "party") == 0;
		how.dev = how.dev || strcmp(argv[i], "dev") == 0;
		how.brief = how.brief || strcmp(argv[i], "brief") == 0;
	}
	if (argc < 2 || ent_seal_start() != ENT_OK)
		return 2;
	if (begin(&all, argv[1], &how, &fault) != ENT_OK) {
		end(&all);
		return fail(argv[1], &fault);
	}
	(void)printf("ready http://%s\n", ent_http_server_address(all.server));
	(void)fflush(stdout);
	obey_all(all.store);
	end(&all);
	return 0;
}
