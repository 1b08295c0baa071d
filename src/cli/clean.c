/* SPDX-License-Identifier: Apache-2.0 */
/* clean.c: the rules of clean.h. One pass each, but for the sort; memory: one copy of the reports. */
#include "clean.h"

#include <stdlib.h>
#include <string.h>

/* What a report of a doubtful stretch is worth: the longest run that ends with it. */
struct step {
	struct ent_vec3 at;
	uint32_t run;    /* reports in it */
	uint32_t before; /* index of its predecessor, or its own when it starts the run */
	uint32_t best;   /* longest run up to and with this index */
};

struct cleaner {
	struct check_cleaning *cleaning;
	enum check_traffic_kind kind;
	check_flight_fn flight;
	void *user;
	struct step *steps; /* room for the longest flight, from the first doubtful one on */
	size_t steps_capacity;
};

static int64_t magnitude(int64_t x) {
	return x < 0 ? -x : x;
}

/* No two points of the ellipsoid with these differences are further apart: a degree is at most 111.7 km. */
static bool near_for_sure(
		const struct check_report *a, const struct check_report *b, double allowed_m) {
	int64_t ndeg = magnitude(a->at.lat_ndeg - b->at.lat_ndeg) +
			magnitude(a->at.lon_ndeg - b->at.lon_ndeg);
	return (double)ndeg * (111700.0 / 1e9) <= allowed_m;
}

static bool climb_possible(const struct check_report *a, const struct check_report *b) {
	int64_t us = b->time_utc_us - a->time_utc_us; /* at most the gap, so all fits */
	int64_t allowed_mm = us * CHECK_JUMP_CLIMB_MPS / 1000 + CHECK_JUMP_SLACK_MM;
	return magnitude((int64_t)b->altitude_mm - a->altitude_mm) <= allowed_mm;
}

static double allowed_m(const struct check_report *a, const struct check_report *b) {
	int64_t us = b->time_utc_us - a->time_utc_us;
	return (double)us * (CHECK_JUMP_SPEED_MPS / 1e6) + CHECK_JUMP_SLACK_M +
			((double)a->radius_mm + (double)b->radius_mm) / 1e3;
}

static bool apart_possible(struct ent_vec3 a, struct ent_vec3 b, double allowed) {
	double x = a.x - b.x, y = a.y - b.y, z = a.z - b.z;
	return x * x + y * y + z * z <= allowed * allowed;
}

/* b is after a, by no more than a gap. */
static bool possible(const struct check_report *a, const struct check_report *b) {
	if (!climb_possible(a, b))
		return false;
	double allowed = allowed_m(a, b);
	return near_for_sure(a, b, allowed) ||
			apart_possible(ent_geo_ecef(a->at), ent_geo_ecef(b->at), allowed);
}

/* The longest run that ends with report i. */
static void find_run(const struct check_report *reports, struct step *steps, uint32_t i) {
	uint32_t first = i > CHECK_JUMP_WINDOW ? i - CHECK_JUMP_WINDOW : 0;
	steps[i].run = 1;
	steps[i].before = i;
	/* Once no earlier run is longer than the one found, looking on is in vain. */
	for (uint32_t j = i; j-- > first && steps[j].best >= steps[i].run;) {
		if (steps[j].run < steps[i].run)
			continue;
		if (climb_possible(&reports[j], &reports[i]) &&
				apart_possible(steps[j].at, steps[i].at,
						allowed_m(&reports[j], &reports[i]))) {
			steps[i].run = steps[j].run + 1;
			steps[i].before = j;
		}
	}
	uint32_t before = i > 0 ? steps[i - 1].best : 0;
	steps[i].best = steps[i].run > before ? steps[i].run : before;
}

/* Keeps the longest run of a stretch, at its front; returns its length. */
static ent_status keep_longest_run(
		struct cleaner *c, struct check_report *reports, size_t n, size_t *ret_n) {
	if (n > c->steps_capacity) {
		struct step *steps = realloc(c->steps, n * sizeof *steps);
		if (steps == NULL)
			return ENT_E_MEMORY;
		c->steps = steps;
		c->steps_capacity = n;
	}
	uint32_t last = 0;
	for (uint32_t i = 0; i < n; i++) {
		c->steps[i].at = ent_geo_ecef(reports[i].at);
		find_run(reports, c->steps, i);
		if (c->steps[i].run > c->steps[last].run)
			last = i;
	}
	uint32_t run = c->steps[last].run;
	/* From the last one back; then, forward, to the front. 'best' becomes the successor. */
	c->steps[last].best = last;
	uint32_t at = last;
	while (c->steps[at].before != at) {
		uint32_t before = c->steps[at].before;
		c->steps[before].best = at;
		at = before;
	}
	for (uint32_t i = 0; i < run; i++) {
		reports[i] = reports[at];
		at = c->steps[at].best;
	}
	*ret_n = run;
	return ENT_OK;
}

static bool gap_between(const struct check_report *a, const struct check_report *b) {
	return b->time_utc_us - a->time_utc_us > CHECK_GAP_US;
}

/* Rule 3 for one flight; what stays is moved to the front. */
static ent_status drop_jumps(
		struct cleaner *c, struct check_report *reports, size_t n, size_t *ret_n) {
	size_t kept = 0;
	for (size_t from = 0, to; from < n; from = to) {
		bool clean = true;
		for (to = from + 1; to < n && !gap_between(&reports[to - 1], &reports[to]); to++)
			clean = clean && possible(&reports[to - 1], &reports[to]);
		size_t run = to - from;
		if (!clean) {
			ent_status status = keep_longest_run(c, reports + from, to - from, &run);
			if (status != ENT_OK)
				return status;
		}
		memmove(reports + kept, reports + from, run * sizeof *reports);
		kept += run;
	}
	c->cleaning->touched[CHECK_RULE_JUMP] += n - kept;
	if (c->kind == CHECK_PLAN)
		c->cleaning->lost += n - kept;
	else
		c->cleaning->doubtful += (n - kept) * CHECK_JUMP_DOUBT > n;
	*ret_n = kept;
	return ENT_OK;
}

/* Rule 2, likewise. */
static size_t drop_duplicates(struct cleaner *c, struct check_report *reports, size_t n) {
	size_t kept = 0;
	for (size_t i = 0; i < n; i++)
		if (i == 0 || reports[i].time_utc_us != reports[kept - 1].time_utc_us)
			reports[kept++] = reports[i];
	c->cleaning->touched[CHECK_RULE_DUPLICATE] += n - kept;
	return kept;
}

static bool splits(const struct cleaner *c, const struct check_report *a,
		const struct check_report *b) {
	return c->kind == CHECK_RECORDING && gap_between(a, b);
}

/* Rule 4, and out. */
static ent_status give_out(struct cleaner *c, const struct check_report *reports, size_t n) {
	uint32_t part = 0;
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from + 1; to < n && !splits(c, &reports[to - 1], &reports[to]); to++)
			;
		ent_status status = c->flight(c->user, reports + from, to - from, part++);
		if (status != ENT_OK)
			return status;
	}
	c->cleaning->touched[CHECK_RULE_GAP] += part - 1;
	c->cleaning->kept += n;
	return ENT_OK;
}

/* Merges two sorted halves of 'from' into 'to'; of equal times the left half's come first. */
static void merge(
		const struct check_report *from, size_t middle, size_t n, struct check_report *to) {
	size_t a = 0, b = middle;
	for (size_t i = 0; i < n; i++) {
		bool left = b == n || (a < middle && from[a].time_utc_us <= from[b].time_utc_us);
		to[i] = left ? from[a++] : from[b++];
	}
}

/* Stable, by time, from the bottom up; 'spare' has as much room. */
static void sort(struct check_report *reports, size_t n, struct check_report *spare) {
	for (size_t width = 1; width < n; width *= 2) {
		for (size_t from = 0; from < n; from += 2 * width) {
			size_t rest = n - from;
			size_t both = rest < 2 * width ? rest : 2 * width;
			merge(reports + from, rest < width ? rest : width, both, spare + from);
		}
		memcpy(reports, spare, n * sizeof *reports);
	}
}

/* Rule 1: how many come right after a later one. */
static uint64_t count_unsorted(const struct check_report *reports, size_t n) {
	uint64_t count = 0;
	for (size_t i = 1; i < n; i++)
		count += reports[i].time_utc_us < reports[i - 1].time_utc_us;
	return count;
}

static ent_status clean_flight(struct cleaner *c, struct check_report *reports, size_t n,
		struct check_report *spare) {
	uint64_t unsorted = count_unsorted(reports, n);
	if (unsorted > 0)
		sort(reports, n, spare);
	c->cleaning->touched[CHECK_RULE_UNSORTED] += unsorted;
	n = drop_duplicates(c, reports, n);
	ent_status status = drop_jumps(c, reports, n, &n);
	return status == ENT_OK ? give_out(c, reports, n) : status;
}

/* A stable counting sort by flight, from 'reports' to 'grouped'; starts[f] becomes where flight f ends. */
static void group(const struct check_report *reports, size_t n, uint32_t n_flights, size_t *starts,
		struct check_report *grouped) {
	memset(starts, 0, (n_flights + (size_t)1) * sizeof *starts);
	for (size_t i = 0; i < n; i++)
		starts[reports[i].flight + 1]++;
	for (uint32_t f = 0; f < n_flights; f++)
		starts[f + 1] += starts[f];
	for (size_t i = 0; i < n; i++)
		grouped[starts[reports[i].flight]++] = reports[i];
}

ent_status check_clean(struct check_report *reports, size_t n, uint32_t n_flights,
		enum check_traffic_kind kind, struct check_cleaning *cleaning,
		check_flight_fn flight, void *user) {
	struct cleaner c = {.cleaning = cleaning, .kind = kind, .flight = flight, .user = user};
	struct check_report *grouped = calloc(n + 1, sizeof *grouped);
	size_t *starts = malloc((n_flights + (size_t)1) * sizeof *starts);
	ent_status status = grouped == NULL || starts == NULL ? ENT_E_MEMORY : ENT_OK;
	if (status == ENT_OK) {
		group(reports, n, n_flights, starts, grouped);
		size_t from = 0;
		for (uint32_t f = 0; f < n_flights && status == ENT_OK; f++) {
			if (starts[f] > from)
				status = clean_flight(
						&c, grouped + from, starts[f] - from, reports);
			from = starts[f];
		}
	}
	free(c.steps);
	free(starts);
	free(grouped);
	return status;
}
