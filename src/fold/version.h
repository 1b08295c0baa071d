/* SPDX-License-Identifier: Apache-2.0 */
/*
 * version.h: versions, and who frees what.
 *
 * Each version knows the blocks (nodes and what maps point to) that it made and those that it left behind.
 * A block left behind in version v is seen by versions before v only, and is freed when they are all gone. A
 * version that is dropped frees what it made. A block made and left behind in one version is on both lists.
 *
 *     gone -> ... -> oldest -> ... -> current -> ... -> newest     open
 *     to be swept    published                sealed
 */
#ifndef ENTENTE_FOLD_VERSION_H
#define ENTENTE_FOLD_VERSION_H

#include <pthread.h>

#include "node.h"

struct blocks {
	void **block;
	size_t n, capacity;
};

struct ent_fold_version {
	uint64_t number;
	uint64_t views; /* under the fold's lock */
	struct ent_fold_version *next;
	struct blocks made, left;
	struct node *root[ENT_FOLD_MAPS_MAX];
	size_t count[ENT_FOLD_MAPS_MAX];
	const struct ent_fold_options *options;
	max_align_t head[];
};

/*
 * Where a key belongs that was expected: a leaf that was in the open version then. It may be in it no longer, but is
 * there as long as the version is open; if it is, it is the one for all keys between its first and its last.
 */
struct finger {
	struct node *leaf; /* NULL: none */
	unsigned map;
};
enum { FINGER_BITS = 7 }; /* more than the keys of three commands, mostly */

struct ent_fold {
	struct ent_fold_options options;
	pthread_mutex_t lock;             /* of oldest, current and views */
	struct ent_fold_version *gone;    /* the first that is not yet freed; the publisher's */
	struct ent_fold_version *oldest;  /* the first that may be seen */
	struct ent_fold_version *current; /* the last that is published */
	struct ent_fold_version *newest;  /* sealed or current; the writer's */
	struct ent_fold_version *open;    /* the writer's, NULL between versions */
	struct node *last
			[ENT_FOLD_MAPS_MAX]; /* the last leaf of a map, if the open version made it and it is known */
	struct finger fingers[1 << FINGER_BITS]; /* by key; of the open version */
};

/* Which one is for this key: the first word tells most keys apart, the last one those of the same cell or time. */
static inline struct finger *fold_finger(struct ent_fold *fold, unsigned map, const uint64_t *key) {
	const uint64_t word = key[0] ^ key[fold->options.words[map] - 1] << 1 ^ map;
	/* 2^64 divided by the golden ratio spreads them (Knuth, TAOCP 3, 6.4). */
	return &fold->fingers[word * UINT64_C(0x9e3779b97f4a7c15) >> (64 - FINGER_BITS)];
}

ENT_MUST_USE ent_status blocks_add(struct blocks *blocks, void *block);

#endif
