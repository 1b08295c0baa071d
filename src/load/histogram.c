/* SPDX-License-Identifier: Apache-2.0 */
/*
 * histogram.c: a value of at most 8 bits is its bucket. Of a longer one the 8 highest bits count: with e lower
 * bits cut off, m = value >> e lies in 128..255, and its bucket is 128 e + m.
 */
#include "histogram.h"

#include <stddef.h>

#define WIDTH (UINT64_C(1) << LOAD_HISTOGRAM_BITS)

static size_t bucket_of(uint64_t ns) {
	if (ns < 2 * WIDTH)
		return (size_t)ns;
	const unsigned bits = 64 - (unsigned)__builtin_clzll(ns);
	const unsigned cut = bits - (LOAD_HISTOGRAM_BITS + 1);
	return (size_t)(cut * WIDTH + (ns >> cut));
}

/* The greatest value that falls in it. */
static int64_t end_of(size_t bucket) {
	if (bucket < 2 * WIDTH)
		return (int64_t)bucket;
	const unsigned cut = (unsigned)(bucket / WIDTH) - 1;
	return (int64_t)(((bucket - cut * WIDTH + 1) << cut) - 1);
}

void load_histogram_add(struct load_histogram *histogram, int64_t ns) {
	if (ns < 0)
		ns = 0;
	if (ns > LOAD_HISTOGRAM_MAX_NS)
		ns = LOAD_HISTOGRAM_MAX_NS;
	histogram->buckets[bucket_of((uint64_t)ns)]++;
	if (histogram->n == 0 || ns < histogram->min_ns)
		histogram->min_ns = ns;
	if (ns > histogram->max_ns)
		histogram->max_ns = ns;
	histogram->n++;
}

void load_histogram_merge(struct load_histogram *into, const struct load_histogram *from) {
	if (from->n == 0)
		return;
	if (into->n == 0 || from->min_ns < into->min_ns)
		into->min_ns = from->min_ns;
	if (from->max_ns > into->max_ns)
		into->max_ns = from->max_ns;
	into->n += from->n;
	for (size_t i = 0; i < LOAD_HISTOGRAM_BUCKETS; i++)
		into->buckets[i] += from->buckets[i];
}

int64_t load_histogram_share(
		const struct load_histogram *histogram, unsigned part, unsigned whole) {
	/* Rounded up, so that of few times the greatest stands for the highest shares. */
	const uint64_t rank = (histogram->n * part + whole - 1) / whole;
	uint64_t seen = 0;
	for (size_t i = 0; i < LOAD_HISTOGRAM_BUCKETS; i++) {
		seen += histogram->buckets[i];
		if (seen > 0 && seen >= rank)
			return end_of(i) < histogram->max_ns ? end_of(i) : histogram->max_ns;
	}
	return 0;
}
