/* SPDX-License-Identifier: Apache-2.0 */
/*
 * restart.c: how fast a node starts with many live intents, each of 4 volumes and with an implicit subscription, or small
 * ones: of one volume and without, entries of about 500 bytes.
 *
 * usage: bench_restart fill DIR INTENTS      files them; prints how many a second
 *        bench_restart fill-small DIR INTENTS
 *        bench_restart start DIR             starts a node on it; prints the seconds
 *        bench_restart replay DIR            likewise, from the ledger alone: drops the snapshots
 *        bench_restart archive DIR ENTRIES   lets the bytes of so many go; prints how many did, and the milliseconds
 */
#include <dirent.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "entente/node.h"
#include "measure.h"

/* 1 January 2030, and nothing expires. */
#define START_US INT64_C(1893456000000000)
#define MINUTE_US INT64_C(60000000)

enum { VOLUMES = 4, VERTICES = 6, AT_ONCE = 2000 };

static int64_t clock_us(void *user) {
	(void)user;
	static _Atomic int64_t now = START_US;
	return atomic_fetch_add(&now, 1);
}

static void say(void *user, enum ent_node_say severity, const char *text) {
	(void)user;
	if (severity != ENT_NODE_INFO)
		(void)fprintf(stderr, "%s\n", text);
}

static struct ent_node *open_node(const char *directory) {
	struct ent_node_options options = ent_node_options_default;
	struct ent_fault fault;
	struct ent_node *node;
	options.directory = directory;
	options.clock = clock_us;
	options.say = say;
	options.expire_after_us = 100 * 24 * 60 * MINUTE_US;
	options.snapshot_entries = 0;
	if (ent_node_create(&options, &node, &fault) == ENT_OK)
		return node;
	(void)fprintf(stderr, "bench_restart: %s: %s\n", fault.where, fault.why);
	exit(1);
}

/* --- Filling --- */

struct filing {
	struct ent_node_job job; /* first */
	struct ent_extent *extent;
	atomic_bool is_done;
	bool taken;
};

static void decided(struct ent_node_job *job, const struct ent_airspace_outcome *outcome,
		const struct ent_fold_version *version) {
	(void)version;
	((struct filing *)job)->taken = outcome->refusal == ENT_REFUSAL_NONE;
}

static void done(struct ent_node_job *job, ent_status status) {
	if (status != ENT_OK) {
		(void)fprintf(stderr, "bench_restart: %s\n", ent_status_text(status));
		exit(1);
	}
	atomic_store(&((struct filing *)job)->is_done, true);
}

static uint64_t chance(uint64_t *seed) {
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* A flight of about two kilometres somewhere in ten by ten degrees, in a layer and a quarter of an hour of its own. */
static struct ent_extent *extent_of(uint64_t *seed, uint64_t number, size_t n_volumes) {
	struct ent_extent_volume volumes[VOLUMES];
	struct ent_point vertices[VOLUMES][VERTICES];
	static const int64_t outline[VERTICES][2] = {
			{0, 0}, {0, 3}, {1, 5}, {3, 5}, {4, 3}, {3, 0}};
	struct ent_extent *extent = NULL;
	const int64_t lat = INT64_C(45000000000) + (int64_t)(chance(seed) % 10000000000);
	const int64_t lon = INT64_C(5000000000) + (int64_t)(chance(seed) % 10000000000);
	const int64_t start = START_US + (int64_t)(number % 2000) * 5 * MINUTE_US;
	for (size_t i = 0; i < n_volumes; i++) {
		volumes[i] = (struct ent_extent_volume){.outline = ENT_EXTENT_POLYGON,
				.vertices = vertices[i],
				.n_vertices = VERTICES,
				.lower_mm = (int32_t)(number % 40) * 3000,
				.upper_mm = (int32_t)(number % 40) * 3000 + 2900,
				.start_utc_us = start + (int64_t)i * MINUTE_US,
				.end_utc_us = start + (int64_t)(i + 2) * MINUTE_US};
		for (size_t k = 0; k < VERTICES; k++)
			vertices[i][k] = (struct ent_point){
					lat + outline[k][0] * 900000 + (int64_t)i * 4000000,
					lon + outline[k][1] * 1100000};
	}
	if (ent_extent_create(volumes, n_volumes, &ent_extent_limits_default, &extent, NULL) !=
			ENT_OK)
		exit(1);
	return extent;
}

static struct ent_uuid id_of(uint64_t *seed) {
	const uint64_t words[2] = {chance(seed), chance(seed)};
	uint8_t bytes[16];
	memcpy(bytes, words, sizeof bytes);
	return ent_uuid_from_random(bytes);
}

static int fill(const char *directory, uint64_t all, bool small) {
	struct ent_node *node = open_node(directory);
	struct filing *filings = calloc(AT_ONCE, sizeof *filings);
	uint64_t seed = 88172645463325252, taken = 0, asked = 0;
	const struct timespec pause = {0, 200000};
	const double start = measure_now_s();
	while (filings != NULL && taken < all) {
		for (size_t i = 0; i < AT_ONCE; i++) {
			struct filing *filing = &filings[i];
			filing->extent = extent_of(&seed, asked++, small ? 1 : VOLUMES);
			filing->job = (struct ent_node_job){.decided = decided,
					.done = done,
					.command = {.kind = ENT_COMMAND_PUT_INTENT,
							.manager = "uss1.example",
							.id = id_of(&seed),
							.url = "https://uss1.example/utm",
							.extent = filing->extent,
							.state = ENT_INTENT_ACCEPTED,
							.has_new_subscription = !small,
							.new_subscription_url =
									"https://uss1.example/utm",
							.fresh = id_of(&seed)}};
			atomic_store(&filing->is_done, false);
			ent_node_submit(node, &filing->job);
		}
		for (size_t i = 0; i < AT_ONCE; i++) {
			while (!atomic_load(&filings[i].is_done))
				(void)nanosleep(&pause, NULL);
			taken += filings[i].taken;
			ent_extent_destroy(filings[i].extent);
		}
	}
	(void)printf("%.0f\n", (double)taken / (measure_now_s() - start));
	free(filings);
	ent_node_destroy(node);
	return 0;
}

/* --- Starting --- */

static void drop_snapshots(const char *directory) {
	DIR *folder = opendir(directory);
	for (const struct dirent *file; folder != NULL && (file = readdir(folder)) != NULL;) {
		char path[4096];
		(void)snprintf(path, sizeof path, "%s/%s", directory, file->d_name);
		if (strncmp(file->d_name, "snapshot-", 9) == 0)
			(void)unlink(path);
	}
	if (folder != NULL)
		(void)closedir(folder);
}

static int start(const char *directory) {
	struct ent_node_state state;
	const double before = measure_now_s();
	struct ent_node *node = open_node(directory);
	const double seconds = measure_now_s() - before;
	ent_node_state(node, &state);
	(void)printf("%.3f %zu\n", seconds, state.intents);
	ent_node_destroy(node);
	return 0;
}

static int archive(const char *directory, uint64_t below) {
	struct ent_store *store;
	struct ent_fault fault = {{0}, {0}};
	uint32_t ledger;
	uint64_t n;
	ent_status status = ent_store_open_sqlite(directory, &store, &fault);
	if (status == ENT_OK)
		status = ent_store_ledger(store, ENT_NODE_LEDGER, false, &ledger);
	const double before = measure_now_s();
	if (status == ENT_OK)
		status = ent_store_archive(store, ledger, below, &n);
	if (status != ENT_OK) {
		(void)fprintf(stderr, "bench_restart: %s %s\n", ent_status_text(status), fault.why);
		return 1;
	}
	(void)printf("%llu %.2f\n", (unsigned long long)n, 1e3 * (measure_now_s() - before));
	ent_store_close(store);
	return 0;
}

int main(int argc, char **argv) {
	if (argc == 4 && strcmp(argv[1], "fill") == 0)
		return fill(argv[2], strtoull(argv[3], NULL, 10), false);
	if (argc == 4 && strcmp(argv[1], "fill-small") == 0)
		return fill(argv[2], strtoull(argv[3], NULL, 10), true);
	if (argc == 4 && strcmp(argv[1], "archive") == 0)
		return archive(argv[2], strtoull(argv[3], NULL, 10));
	if (argc == 3 && strcmp(argv[1], "replay") == 0)
		drop_snapshots(argv[2]);
	if (argc == 3 && (strcmp(argv[1], "start") == 0 || strcmp(argv[1], "replay") == 0))
		return start(argv[2]);
	(void)fputs("usage: bench_restart fill DIR INTENTS | fill-small DIR INTENTS | start DIR | "
		    "replay DIR | archive DIR ENTRIES\n",
			stderr);
	return 2;
}
