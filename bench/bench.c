/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench.c: what `make bench` prints: speed and memory of the engine, with its goals, on made-up
 * traffic (traffic.h) and, where there is a recording, of the program on it.
 *
 * usage: bench [--entente PROGRAM] [--recording FILE] [ROW ...]
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "entente/propose.h"
#include "../src/conflict/glance.h"
#include "measure.h"
#include "traffic.h"

enum { DAY_FLIGHTS = 33000, MILLION = 1000000, RUNS = 7 };

static const struct ent_minima radar = {9260000, 304800, 0}; /* 5 NM, 1,000 ft */
static const struct ent_minima drone = {50000, 15000, 0};
static const char *program = "build/src/cli/entente", *recording;

/* --- Help --- */

static void must(ent_status status) {
	if (status != ENT_OK) {
		(void)fprintf(stderr, "bench: %s\n", ent_status_text(status));
		exit(1);
	}
}

static void *allocate(size_t n, size_t size) {
	void *block = calloc(n, size);
	if (block == NULL)
		must(ENT_E_MEMORY);
	return block;
}

struct filed {
	struct ent_volume **volume;
	size_t n;
	struct ent_index *index;
	struct ent_index_snapshot *snapshot;
};

static void file_all(struct filed *filed, unsigned threads) {
	struct ent_index_item *items = allocate(filed->n, sizeof *items);
	for (size_t i = 0; i < filed->n; i++)
		items[i] = (struct ent_index_item){i, filed->volume[i]};
	must(ent_index_create(&filed->index));
	must(ent_index_load(filed->index, items, filed->n, threads));
	must(ent_index_snapshot_take(filed->index, &filed->snapshot));
	free(items);
}

static void unfile_all(struct filed *filed) {
	ent_index_snapshot_release(filed->snapshot);
	ent_index_destroy(filed->index);
}

static struct filed day(size_t n) {
	struct filed filed = {allocate(n, sizeof(struct ent_volume *)), n, NULL, NULL};
	traffic_day(filed.volume, n, 1);
	return filed;
}

static struct filed drones(size_t n) {
	struct filed filed = {allocate(n, sizeof(struct ent_volume *)), n, NULL, NULL};
	traffic_drones(filed.volume, n, 2);
	return filed;
}

static bool count_hit(void *user, const struct ent_index_hit *hit) {
	*(uint64_t *)user += hit->verdict.kind == ENT_VERDICT_CONFLICT;
	return true;
}

static bool count_pair(void *user, const struct ent_index_pair *pair) {
	*(uint64_t *)user += pair->verdict.kind == ENT_VERDICT_CONFLICT;
	return true;
}

/* Queries of n of the filed, evenly chosen; the quantiles of their times, in us. */
static uint64_t query_some(const struct filed *filed, size_t n, const struct ent_minima *minima,
		struct figure *ret_median, struct figure *ret_p99) {
	double *us = allocate(n, sizeof *us);
	uint64_t conflicts = 0;
	for (size_t i = 0; i < n; i++) {
		const uint64_t id = i * filed->n / n;
		const double start = measure_now_s();
		must(ent_index_query(filed->snapshot, filed->volume[id], minima, &id, NULL,
				count_hit, &conflicts));
		us[i] = (measure_now_s() - start) * 1e6;
	}
	figure_add(ret_median, measure_quantile(us, n, 0.5));
	figure_add(ret_p99, measure_quantile(us, n, 0.99));
	free(us);
	return conflicts;
}

/* --- The inner loop --- */

struct legs {
	const struct ent_volume *a, *b;
	uint32_t i, j;
};

/* Legs of two flights that overlap in time, with bands that the vertical minimum makes meet, 60 km or less apart. */
static bool comparable(
		const struct ent_volume *a, uint32_t i, const struct ent_volume *b, uint32_t j) {
	const struct ent_volume_parts *pa = ent_volume_parts(a), *pb = ent_volume_parts(b);
	const struct ent_track_point *p = &pa->track->points[i], *q = &pb->track->points[j];
	return pa->track->leg == NULL && pb->track->leg == NULL &&
			p[0].time_utc_us < q[1].time_utc_us &&
			q[0].time_utc_us < p[1].time_utc_us &&
			abs(p[0].altitude_mm - q[0].altitude_mm) < 304800 &&
			ent_geo_inverse(p[0].at, q[0].at).length_m < 60e3;
}

/* The leg that a flight is on at a moment of its span. */
static uint32_t leg_at(const struct ent_volume *flight, int64_t time_us) {
	const struct ent_track_parts *track = ent_volume_parts(flight)->track;
	uint32_t leg = 0;
	while (leg + 2 < track->n_points && track->points[leg + 1].time_utc_us <= time_us)
		leg++;
	return leg;
}

/*
 * In the order in which queries meet them: the legs of one flight with those of each other flight,
 * then the next flight's. So one side stays in the nearest cache, as it does in the index.
 */
static size_t choose_legs(const struct filed *filed, struct legs *legs, size_t room) {
	size_t n = 0;
	for (size_t f = 0; f < filed->n && n < room; f++)
		for (size_t g = 0; g < filed->n && n < room; g++) {
			const struct ent_volume *a = filed->volume[f], *b = filed->volume[g];
			if (g == f)
				continue;
			const struct ent_track_parts *track = ent_volume_parts(a)->track;
			for (uint32_t i = 0; i + 1 < track->n_points && n < room; i++) {
				const uint32_t j = leg_at(b, track->points[i].time_utc_us);
				if (comparable(a, i, b, j))
					legs[n++] = (struct legs){a, b, i, j};
			}
		}
	return n;
}

/* The leg alone, as a track of two points. */
static struct ent_volume *leg_alone(const struct ent_volume *flight, uint32_t leg) {
	const struct ent_track_parts *track = ent_volume_parts(flight)->track;
	struct ent_volume *alone = NULL;
	must(ent_volume_create_track(
			&track->points[leg], 2, track->ref, track->tolerance, NULL, &alone, NULL));
	return alone;
}

/* The same segments judged to the end: a verdict, and a witness where there is a conflict. */
static void ends_row(const struct legs *legs, size_t n) {
	enum { ROUNDS = 400 };
	struct ent_volume **a = allocate(n, sizeof *a), **b = allocate(n, sizeof *b);
	struct figure rate = {.n = 0};
	uint64_t conflicts = 0;
	for (size_t k = 0; k < n; k++) {
		a[k] = leg_alone(legs[k].a, legs[k].i);
		b[k] = leg_alone(legs[k].b, legs[k].j);
	}
	for (int run = 0; run < RUNS; run++) {
		const double start = measure_now_s();
		for (int round = 0; round < ROUNDS; round++)
			for (size_t k = 0; k < n; k++)
				conflicts += ent_conflict_judge(a[k], b[k], &radar).kind ==
						ENT_VERDICT_CONFLICT;
		figure_add(&rate, 1e-6 * ROUNDS * (double)n / (measure_now_s() - start));
	}
	table_line("the same as whole questions, to verdict and witness", "", &rate, "M/s");
	table_note("%llu of them are conflicts", (unsigned long long)(conflicts / RUNS / ROUNDS));
}

static void inner_row(void) {
	enum { PAIRS = 512, ROUNDS = 4000 };
	static struct legs legs[PAIRS];
	struct filed filed = day(6000);
	const size_t n = choose_legs(&filed, legs, PAIRS);
	struct figure rate = {.n = 0};
	uint64_t near = 0;
	for (int run = 0; run < RUNS; run++) {
		const double start = measure_now_s();
		for (int round = 0; round < ROUNDS; round++)
			for (size_t k = 0; k < n; k++)
				near += glance_runs(legs[k].a, legs[k].i, 1, legs[k].b, legs[k].j,
						1, &radar);
		figure_add(&rate, 1e-6 * ROUNDS * (double)n / (measure_now_s() - start));
	}
	table_line("two segments that overlap in time and band, millions a second", "25 or more",
			&rate, "M/s");
	table_note("%zu pairs of segments over and over, %llu of them not clear", n,
			(unsigned long long)(near / RUNS / ROUNDS));
	ends_row(legs, n);
}

static void judge_row(void) {
	struct filed filed = day(1500);
	struct figure rate = {.n = 0};
	uint64_t legs = 0, conflicts = 0;
	for (int run = 0; run < RUNS; run++) {
		legs = conflicts = 0;
		const double start = measure_now_s();
		for (size_t i = 0; i < filed.n; i++)
			for (size_t j = i + 1; j < filed.n; j += 7) {
				conflicts += ent_conflict_judge(filed.volume[i], filed.volume[j],
							     &radar)
								.kind == ENT_VERDICT_CONFLICT;
				legs++;
			}
		figure_add(&rate, 1e-6 * (double)legs / (measure_now_s() - start));
	}
	table_line("two whole flights of a day, judged without an index, millions a second", "",
			&rate, "M/s");
	table_note("%llu pairs, %llu conflicts", (unsigned long long)legs,
			(unsigned long long)conflicts);
}

/* --- A European day --- */

static void day_query_row(void) {
	struct filed filed = day(DAY_FLIGHTS);
	struct figure median = {.n = 0}, p99 = {.n = 0};
	uint64_t conflicts = 0;
	file_all(&filed, 2);
	for (int run = 0; run < RUNS; run++)
		conflicts = query_some(&filed, 5000, &radar, &median, &p99);
	table_line("one track against 33,000, median", "250 us", &median, "us");
	table_line("one track against 33,000, 99th percentile", "1,000 us", &p99, "us");
	table_note("%zu airborne at the peak; %llu conflicts of the 5,000 asked",
			traffic_peak(filed.volume, filed.n), (unsigned long long)conflicts);
}

static void day_pairs_row(void) {
	struct filed filed = day(DAY_FLIGHTS);
	struct figure seconds = {.n = 0}, rate = {.n = 0};
	uint64_t conflicts = 0;
	file_all(&filed, 2);
	for (int run = 0; run < RUNS; run++) {
		conflicts = 0;
		const double start = measure_now_s();
		must(ent_index_pairs(
				filed.snapshot, &radar, NULL, count_pair, &conflicts, NULL, NULL));
		figure_add(&seconds, measure_now_s() - start);
		figure_add(&rate,
				0.5e-6 * DAY_FLIGHTS * (DAY_FLIGHTS - 1) /
						(measure_now_s() - start));
	}
	table_line("all 33,000 against each other", "4 s", &seconds, "s");
	table_line("the same, millions of track pairs a second", "128", &rate, "M/s");
	table_note("%llu conflicts", (unsigned long long)conflicts);
}

/* --- A million drones --- */

static void drone_query_row(void) {
	struct filed filed = drones(MILLION);
	struct figure median = {.n = 0}, p99 = {.n = 0};
	uint64_t conflicts = 0;
	file_all(&filed, 2);
	for (int run = 0; run < RUNS; run++)
		conflicts = query_some(&filed, 50000, &drone, &median, &p99);
	table_line("one drone's volume against 1,000,000, median", "", &median, "us");
	table_line("one drone's volume against 1,000,000, 99th percentile", "100 us", &p99, "us");
	table_note("%llu conflicts of the 50,000 asked", (unsigned long long)conflicts);
}

static void filing_row(void) {
	struct filed filed = drones(MILLION);
	struct figure one = {.n = 0}, memory = {.n = 0};
	for (int run = 0; run < 5; run++) {
		must(ent_index_create(&filed.index));
		const double start = measure_now_s();
		for (size_t i = 0; i < filed.n; i++)
			must(ent_index_insert(filed.index, i, filed.volume[i]));
		figure_add(&one, 1e-3 * (double)filed.n / (measure_now_s() - start));
		ent_index_destroy(filed.index);
	}
	table_line("filing 1,000,000 one by one, thousands a second", "500 or more", &one, "k/s");
	for (unsigned threads = 1; threads <= 2; threads++) {
		struct figure bulk = {.n = 0};
		for (int run = 0; run < RUNS; run++) {
			const double start = measure_now_s();
			file_all(&filed, threads);
			figure_add(&bulk, 1e-3 * (double)filed.n / (measure_now_s() - start));
			size_t points, all = ent_volume_memory(filed.volume[0], &points);
			figure_add(&memory,
					(double)ent_index_memory(filed.index) / (double)filed.n +
							(double)(all - points));
			unfile_all(&filed);
		}
		table_line(threads == 1 ? "bulk load of 1,000,000 on one core, thousands a second"
					: "bulk load of 1,000,000 on two cores, thousands a second",
				threads == 1 ? "" : "2,000 or more", &bulk, "k/s");
	}
	table_line("memory of a filed volume beyond its own points", "300 bytes", &memory, "bytes");
}

/* --- Growth, and brute force --- */

static void growth_row(void) {
	static const size_t sizes[] = {1000, 10000, 100000, 1000000};
	for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
		struct filed filed = drones(sizes[k]);
		struct figure median = {.n = 0}, p99 = {.n = 0}, load = {.n = 0};
		char what[80];
		for (int run = 0; run < 5; run++) {
			const double start = measure_now_s();
			file_all(&filed, 2);
			figure_add(&load, (measure_now_s() - start) * 1e3);
			(void)query_some(&filed, 1000, &drone, &median, &p99);
			unfile_all(&filed);
		}
		(void)snprintf(what, sizeof what, "growth: drones, %zu: one query, median",
				sizes[k]);
		table_line(what, "", &median, "us");
		(void)snprintf(what, sizeof what, "growth: drones, %zu: one query, 99 %%",
				sizes[k]);
		table_line(what, "", &p99, "us");
		(void)snprintf(what, sizeof what, "growth: drones, %zu: bulk load", sizes[k]);
		table_line(what, "", &load, "ms");
		for (size_t i = 0; i < filed.n; i++)
			ent_volume_release(filed.volume[i]);
		free(filed.volume);
	}
}

static void growth_flights_row(void) {
	static const size_t sizes[] = {1000, 10000, 100000};
	for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
		struct filed filed = day(sizes[k]);
		struct figure median = {.n = 0}, p99 = {.n = 0};
		char what[80];
		uint64_t conflicts = 0;
		file_all(&filed, 2);
		for (int run = 0; run < 5; run++)
			conflicts = query_some(&filed, 1000, &radar, &median, &p99);
		(void)snprintf(what, sizeof what,
				"growth: flights of a day, %zu: one query, median", sizes[k]);
		table_line(what, "", &median, "us");
		(void)snprintf(what, sizeof what, "growth: flights of a day, %zu: one query, 99 %%",
				sizes[k]);
		table_line(what, "", &p99, "us");
		table_note("%.1f conflicts a flight", (double)conflicts / 1000);
		unfile_all(&filed);
		for (size_t i = 0; i < filed.n; i++)
			ent_volume_release(filed.volume[i]);
		free(filed.volume);
	}
}

/* Flights, drones and reserved airspace in one index. */
static struct filed mixture(size_t n) {
	struct filed filed = {allocate(n, sizeof(struct ent_volume *)), n, NULL, NULL};
	const size_t flights = n / 10, airspace = n / 1000;
	traffic_day(filed.volume, flights, 1);
	traffic_airspace(filed.volume + flights, airspace, 3);
	traffic_drones(filed.volume + flights + airspace, n - flights - airspace, 2);
	return filed;
}

static void mixture_row(void) {
	struct filed filed = mixture(200000);
	struct filed flights = filed, small = filed;
	struct figure median = {.n = 0}, p99 = {.n = 0}, drone_median = {.n = 0},
		      drone_p99 = {.n = 0};
	file_all(&filed, 2);
	flights.snapshot = small.snapshot = filed.snapshot;
	flights.n = filed.n / 10;
	for (int run = 0; run < 5; run++) {
		(void)query_some(&flights, 1000, &radar, &median, &p99);
		double us[1000];
		uint64_t conflicts = 0;
		for (size_t i = 0; i < 1000; i++) {
			const uint64_t id = filed.n - 1 - i * 100;
			const double start = measure_now_s();
			must(ent_index_query(filed.snapshot, filed.volume[id], &drone, &id, NULL,
					count_hit, &conflicts));
			us[i] = (measure_now_s() - start) * 1e6;
		}
		figure_add(&drone_median, measure_quantile(us, 1000, 0.5));
		figure_add(&drone_p99, measure_quantile(us, 1000, 0.99));
	}
	table_line("20,000 flights, 200 areas, 179,800 drones: a flight, median", "", &median,
			"us");
	table_line("20,000 flights, 200 areas, 179,800 drones: a flight, 99 %", "", &p99, "us");
	table_line("20,000 flights, 200 areas, 179,800 drones: a drone, median", "", &drone_median,
			"us");
	table_line("20,000 flights, 200 areas, 179,800 drones: a drone, 99 %", "", &drone_p99,
			"us");
}

struct sum {
	uint64_t n, ids;
};

static bool sum_hit(void *user, const struct ent_index_hit *hit) {
	struct sum *sum = user;
	sum->n++;
	sum->ids += (hit->id + 1) * (hit->id + 1);
	return true;
}

/* The same work without the index, on a sample: the answers must be equal. */
static void compare(const char *what, const struct filed *filed, const struct ent_minima *minima,
		size_t sample) {
	struct figure times = {.n = 0};
	uint64_t found = 0;
	for (size_t k = 0; k < sample; k++) {
		const uint64_t id = k * filed->n / sample;
		struct sum by_index = {0, 0}, by_force = {0, 0};
		double start = measure_now_s();
		must(ent_index_query(filed->snapshot, filed->volume[id], minima, &id, NULL, sum_hit,
				&by_index));
		const double quick = measure_now_s() - start;
		start = measure_now_s();
		for (uint64_t j = 0; j < filed->n; j++) {
			struct ent_index_hit hit = {.id = j};
			if (j != id &&
					ent_conflict_judge(
							filed->volume[id], filed->volume[j], minima)
									.kind != ENT_VERDICT_CLEAR)
				(void)sum_hit(&by_force, &hit);
		}
		figure_add(&times, (measure_now_s() - start) / quick);
		if (by_index.n != by_force.n || by_index.ids != by_force.ids) {
			(void)fprintf(stderr, "bench: index and brute force differ\n");
			exit(1);
		}
		found += by_index.n;
	}
	table_line(what, "equal answers", &times, "times as long");
	table_note("%zu queries, %llu conflicts, the same both ways", sample,
			(unsigned long long)found);
}

static void brute_row(void) {
	struct filed filed = mixture(100000);
	file_all(&filed, 2);
	compare("a mixture of 100,000 by brute force", &filed, &radar, 32);
	unfile_all(&filed);
	filed = day(DAY_FLIGHTS);
	file_all(&filed, 2);
	compare("one track against 33,000 by brute force", &filed, &radar, 32);
}

/* --- The program on a recording --- */

extern char **environ;

static void recording_row(void) {
	struct figure seconds = {.n = 0};
	char *const arguments[] = {(char *)program, "check", "--lateral", "5nm", "--vertical",
			"1000ft", "--format", "json", (char *)recording, NULL};
	posix_spawn_file_actions_t actions;
	(void)posix_spawn_file_actions_init(&actions);
	(void)posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	for (int run = 0; run < 15; run++) {
		pid_t child;
		int status = 0;
		const double start = measure_now_s();
		errno = posix_spawn(&child, program, &actions, NULL, arguments, environ);
		if (errno != 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status) ||
				WEXITSTATUS(status) > 1) {
			(void)fprintf(stderr, "bench: %s cannot be run\n", program);
			exit(1);
		}
		figure_add(&seconds, measure_now_s() - start);
	}
	(void)posix_spawn_file_actions_destroy(&actions);
	table_line("entente check of a recording, from gunzip to answers", "0.7 s, 150 MB",
			&seconds, "s");
	table_note("%s", recording);
}

static const struct {
	const char *name;
	void (*row)(void);
} rows[] = {
		{"inner", inner_row},
		{"judge", judge_row},
		{"query", day_query_row},
		{"pairs", day_pairs_row},
		{"drones", drone_query_row},
		{"filing", filing_row},
		{"recording", recording_row},
		{"growth", growth_row},
		{"growth-flights", growth_flights_row},
		{"mixture", mixture_row},
		{"brute", brute_row},
};

int main(int argc, char **argv) {
	int first = 1, failed = 0;
	for (; first + 1 < argc && argv[first][0] == '-'; first += 2) {
		if (strcmp(argv[first], "--entente") == 0)
			program = argv[first + 1];
		else if (strcmp(argv[first], "--recording") == 0)
			recording = argv[first + 1];
	}
	table_head();
	for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
		bool wanted = first >= argc;
		for (int i = first; i < argc; i++)
			wanted = wanted || strcmp(argv[i], rows[r].name) == 0;
		if (!wanted)
			continue;
		if (rows[r].row == recording_row && recording == NULL) {
			table_note("no recording was given: RECORDINGS=DIR");
			continue;
		}
		failed |= table_row(rows[r].row);
	}
	return failed;
}
