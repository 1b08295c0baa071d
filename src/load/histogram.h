/* SPDX-License-Identifier: Apache-2.0 */
/*
 * histogram.h: how long requests took, counted in buckets whose width is at most 1/128 of what they hold, so
 * that a run of any length takes the same memory. Below 256 ns each value has its own bucket.
 */
#ifndef ENTENTE_LOAD_HISTOGRAM_H
#define ENTENTE_LOAD_HISTOGRAM_H

#include <stdint.h>

enum {
	LOAD_HISTOGRAM_BITS = 7, /* of a value that count, behind the first one */
	LOAD_HISTOGRAM_OCTAVES = 32,
	LOAD_HISTOGRAM_BUCKETS = (LOAD_HISTOGRAM_OCTAVES + 2) << LOAD_HISTOGRAM_BITS
};

/* What takes longer counts as this long: 2^(32 + 8) ns are 18 minutes. */
#define LOAD_HISTOGRAM_MAX_NS ((INT64_C(1) << (LOAD_HISTOGRAM_OCTAVES + 8)) - 1)

/* Zeroed is empty. */
struct load_histogram {
	uint64_t n;
	int64_t min_ns, max_ns; /* exact; 0 while it is empty */
	uint64_t buckets[LOAD_HISTOGRAM_BUCKETS];
};

/* Negative times are taken as 0. */
void load_histogram_add(struct load_histogram *histogram, int64_t ns);

void load_histogram_merge(struct load_histogram *into, const struct load_histogram *from);

/*
 * The least time that 'part' of 'whole' of all times do not exceed (99 of 100: the 99th percentile),
 * rounded up to the end of its bucket, at most max_ns; 0 when it is empty.
 */
int64_t load_histogram_share(const struct load_histogram *histogram, unsigned part, unsigned whole);

#endif
