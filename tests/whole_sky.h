/* SPDX-License-Identifier: Apache-2.0 */
/*
 * whole_sky.h: for tests: a sky of many, checked pair by pair: the index against judging each
 * pair, and the judge of two tracks against the oracle, leg by leg.
 */
#ifndef ENTENTE_TESTS_WHOLE_SKY_H
#define ENTENTE_TESTS_WHOLE_SKY_H

#include "oracle.h"
#include "test.h"

/* All of a leg lies within radius_m of this place: no point of a way of length s is farther than s / 2 from its middle. */
struct ball {
	double x, y, z, radius_m;
};

struct item {
	struct ent_volume *volume;
	const struct ent_volume_parts *parts;
	struct ball *legs; /* of a track; a single point is a leg of no length */
	size_t n_legs;
};

struct sky {
	struct item *items;
	size_t n;
};

/* Takes the volumes. */
struct sky whole_sky_create(struct ent_volume **volumes, size_t n);
void whole_sky_destroy(struct sky *sky);

struct campaign {
	uint64_t judged, found, unknown;
	uint64_t asked, passed_over; /* pairs of tracks: legs of them met the oracle, or none came near */
	uint64_t legs_asked, legs_passed_over;
	uint64_t near_ties;
	double loosest_m; /* the farthest above L that was called a conflict */
};

struct found {
	uint32_t a, b; /* a < b */
	struct ent_verdict verdict;
};

/* In order of a, then b. */
struct list {
	struct found *at;
	size_t n, room;
};

/* For sorting: by a, then b. */
int whole_sky_order(const void *left, const void *right);

/* Two tracks at one moment each (no time between them): a verdict that the oracle contradicts fails the test. */
void whole_sky_ask(struct campaign *c, const struct item *a, const struct item *b,
		const struct ent_minima *minima, const struct ent_verdict *verdict);

/*
 * Judges every pair; the index says the same at once and of each item, byte for byte; 'oracle':
 * and two tracks of one reference are asked about. Prints what was done. Returns what was found,
 * in order, the caller's to free.
 */
struct list whole_sky_check(const char *name, const struct sky *sky,
		const struct ent_minima *minima, bool oracle, struct campaign *ret_c);

#endif
