/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order.c: keys of a Morton curve, and a radix sort of them, on as many threads as asked for.
 *
 * A key: four bits of size class, then twelve bits each of x, y, z, time and altitude, one
 * bit of each in turn from the highest. A class has steps of its own, about as large as its
 * boxes; when the items spread over more than 4096 of them, all steps double until they fit,
 * each axis by itself.
 */
#include "order.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { AXES = 5, BITS = 12, CLASSES = 16, DIGITS = 1 << 11, THREADS_MAX = 64, FEW = 4096 };

/* Upper ends of the size classes, and their steps: centimetres, ticks of 2.1 s. */
static const int64_t ground_class_cm[4] = {100000, 800000, 6400000, INT64_MAX};
static const int64_t ground_step_cm[4] = {50000, 400000, 3200000, 25600000};
static const int64_t time_class[4] = {143, 1717, 13733, INT64_MAX}; /* 5 min, 1 h, 8 h */
static const int64_t time_step[4] = {57, 858, 6866, 41198};         /* 2 min, 30 min, 4 h, a day */
#define ALTITUDE_STEP_MM 300000

/* Where and how large a box is, in the axes of a key. */
struct place {
	int64_t at[AXES];
	unsigned size_class;
};

static int64_t middle(int32_t lo, int32_t hi) {
	return ((int64_t)lo + hi) / 2;
}

static unsigned class_of(const int64_t *classes, int64_t size) {
	unsigned c = 0;
	while (c < 3 && size >= classes[c])
		c++;
	return c;
}

static struct place place_of(const struct box *box) {
	int64_t size = 0;
	for (int i = BOX_X; i <= BOX_Z; i++) {
		const int64_t s = (int64_t)box->hi[i] - box->lo[i];
		size = s > size ? s : size;
	}
	const unsigned ground = class_of(ground_class_cm, size);
	const unsigned time = class_of(time_class, (int64_t)box->hi[BOX_TIME] - box->lo[BOX_TIME]);
	const bool level = box->lo[BOX_LEVEL] != INT32_MIN && box->hi[BOX_LEVEL] != INT32_MAX;
	const enum box_axis altitude = level ? BOX_LEVEL : BOX_HEIGHT;
	struct place place = {.size_class = ground * 4 + time};
	for (int i = 0; i < 3; i++)
		place.at[i] = middle(box->lo[i], box->hi[i]) / ground_step_cm[ground];
	place.at[3] = middle(box->lo[BOX_TIME], box->hi[BOX_TIME]) / time_step[time];
	place.at[4] = middle(box->lo[altitude], box->hi[altitude]) / ALTITUDE_STEP_MM;
	return place;
}

/* The range of each class on each axis. */
struct ranges {
	int64_t lo[CLASSES][AXES], hi[CLASSES][AXES];
};

static void widen(struct ranges *ranges, const struct place *place) {
	int64_t *lo = ranges->lo[place->size_class], *hi = ranges->hi[place->size_class];
	for (int i = 0; i < AXES; i++) {
		lo[i] = place->at[i] < lo[i] ? place->at[i] : lo[i];
		hi[i] = place->at[i] > hi[i] ? place->at[i] : hi[i];
	}
}

/* Twelve bits with four empty places after each. */
static uint64_t spread(uint64_t bits) {
	uint64_t out = 0;
	for (int group = 0; group < BITS / 4; group++) {
		const uint64_t four = bits >> (4 * group) & 15;
		const uint64_t apart = (four & 1) | (four & 2) << 4 | (four & 4) << 8 |
				(four & 8) << 12;
		out |= apart << (4 * AXES * group);
	}
	return out;
}

/* One thread's share, in two steps with a meeting between them. */
struct share {
	const struct item *items;
	struct order *order, *spare;
	uint32_t from, to;
	struct ranges ranges;
	const struct ranges *all;
};

static void *find_ranges(void *argument) {
	struct share *share = argument;
	for (int c = 0; c < CLASSES; c++)
		for (int i = 0; i < AXES; i++) {
			share->ranges.lo[c][i] = INT64_MAX;
			share->ranges.hi[c][i] = INT64_MIN;
		}
	for (uint32_t i = share->from; i < share->to; i++) {
		const struct place place = place_of(&share->items[i].box);
		widen(&share->ranges, &place);
	}
	return NULL;
}

static uint64_t key_of(const struct place *place, const struct ranges *ranges) {
	const unsigned c = place->size_class;
	uint64_t key = (uint64_t)c << (AXES * BITS);
	for (int i = 0; i < AXES; i++) {
		uint64_t span = (uint64_t)(ranges->hi[c][i] - ranges->lo[c][i]);
		uint64_t at = (uint64_t)(place->at[i] - ranges->lo[c][i]);
		for (; span >> BITS != 0; span >>= 1)
			at >>= 1;
		key |= spread(at) << (AXES - 1 - i);
	}
	return key;
}

/*
 * Least digit first; passes in which all digits are the same are left out. Short arrays take
 * short digits, whose counts cost less than the sorting saves. The result ends in 'order'.
 */
static void sort(struct order *order, struct order *spare, uint32_t n) {
	const int bits = n < FEW ? 8 : 11;
	const uint64_t mask = (UINT64_C(1) << bits) - 1;
	struct order *from = order, *to = spare;
	for (int shift = 0; shift < 64; shift += bits) {
		uint32_t count[DIGITS];
		memset(count, 0, (mask + 1) * sizeof count[0]);
		for (uint32_t i = 0; i < n; i++)
			count[from[i].key >> shift & mask]++;
		if (count[from[0].key >> shift & mask] == n)
			continue;
		uint32_t sum = 0;
		for (uint64_t d = 0; d <= mask; d++) {
			const uint32_t here = count[d];
			count[d] = sum;
			sum += here;
		}
		for (uint32_t i = 0; i < n; i++)
			to[count[from[i].key >> shift & mask]++] = from[i];
		struct order *other = from;
		from = to;
		to = other;
	}
	if (from != order)
		memcpy(order, from, n * sizeof *order);
}

static void *make_keys(void *argument) {
	struct share *share = argument;
	for (uint32_t i = share->from; i < share->to; i++) {
		const struct place place = place_of(&share->items[i].box);
		share->order[i] = (struct order){key_of(&place, share->all), i};
	}
	if (share->to > share->from)
		sort(share->order + share->from, share->spare + share->from,
				share->to - share->from);
	return NULL;
}

/* Runs a step for every share; a thread that cannot be had is done without. */
static void run_all(struct share *shares, unsigned n, void *(*step)(void *)) {
	pthread_t thread[THREADS_MAX];
	bool started[THREADS_MAX] = {false};
	for (unsigned i = 1; i < n; i++)
		started[i] = pthread_create(&thread[i], NULL, step, &shares[i]) == 0;
	(void)step(&shares[0]);
	for (unsigned i = 1; i < n; i++) {
		if (started[i])
			(void)pthread_join(thread[i], NULL);
		else
			(void)step(&shares[i]);
	}
}

/* Merges two sorted neighbours of an array through a spare one. */
static void merge(struct order *order, struct order *spare, uint32_t from, uint32_t middle_at,
		uint32_t to) {
	memcpy(spare + from, order + from, (size_t)(to - from) * sizeof *order);
	uint32_t a = from, b = middle_at;
	for (uint32_t i = from; i < to; i++)
		order[i] = b >= to || (a < middle_at && spare[a].key <= spare[b].key) ? spare[a++]
										      : spare[b++];
}

struct order *order_items(const struct item *items, uint32_t n, unsigned threads) {
	struct order *order = malloc((size_t)n * sizeof *order);
	struct order *spare = malloc((size_t)n * sizeof *spare);
	threads = n < FEW || threads < 1 ? 1 : threads > THREADS_MAX ? THREADS_MAX : threads;
	struct share *shares = calloc(threads, sizeof *shares);
	if (order == NULL || spare == NULL || shares == NULL) {
		free(order);
		free(spare);
		free(shares);
		return NULL;
	}
	for (unsigned i = 0; i < threads; i++)
		shares[i] = (struct share){.items = items,
				.order = order,
				.spare = spare,
				.from = (uint32_t)((uint64_t)n * i / threads),
				.to = (uint32_t)((uint64_t)n * (i + 1) / threads)};
	run_all(shares, threads, find_ranges);
	struct ranges *all = &shares[0].ranges;
	for (unsigned i = 1; i < threads; i++)
		for (int c = 0; c < CLASSES; c++)
			for (int k = 0; k < AXES; k++) {
				const struct ranges *one = &shares[i].ranges;
				all->lo[c][k] = one->lo[c][k] < all->lo[c][k] ? one->lo[c][k]
									      : all->lo[c][k];
				all->hi[c][k] = one->hi[c][k] > all->hi[c][k] ? one->hi[c][k]
									      : all->hi[c][k];
			}
	for (unsigned i = 0; i < threads; i++)
		shares[i].all = all;
	run_all(shares, threads, make_keys);
	for (unsigned i = 1; i < threads; i++)
		merge(order, spare, 0, shares[i].from, shares[i].to);
	free(spare);
	free(shares);
	return order;
}
