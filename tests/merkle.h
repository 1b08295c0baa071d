/* SPDX-License-Identifier: Apache-2.0 */
/*
 * merkle.h: the tree of RFC 6962 as its section 2.1 defines it, by recursion over the leaves and without a
 * thought for speed; and shelves of tiles for trees under test. Everything hashes with ent_seal_sha256,
 * which tests/test_seal.c holds to FIPS 180-4.
 */
#ifndef ENTENTE_TESTS_MERKLE_H
#define ENTENTE_TESTS_MERKLE_H

#include "test.h"

#include "entente/ledger.h"

/* MTH({d(0)}) and the node: the prefixes of section 2.1. */
static inline struct ent_hash merkle_leaf(const void *bytes, size_t size) {
	struct ent_hash hash;
	uint8_t buffer[600] = {0x00};
	CHECK(size < sizeof buffer);
	if (size > 0)
		memcpy(buffer + 1, bytes, size);
	ent_seal_sha256(buffer, size + 1, &hash);
	return hash;
}

static inline struct ent_hash merkle_node(struct ent_hash left, struct ent_hash right) {
	struct ent_hash hash;
	uint8_t buffer[65] = {0x01};
	memcpy(buffer + 1, left.bytes, 32);
	memcpy(buffer + 33, right.bytes, 32);
	ent_seal_sha256(buffer, sizeof buffer, &hash);
	return hash;
}

/* "k is the largest power of two smaller than n" */
static inline uint64_t merkle_k(uint64_t n) {
	uint64_t k = UINT64_C(1) << 63;
	while (k >= n)
		k >>= 1;
	return k;
}

/* MTH(D[n]) of leaf hashes. */
static inline struct ent_hash merkle_root(const struct ent_hash *leaves, uint64_t n) {
	struct ent_hash empty;
	ent_seal_sha256("", 0, &empty);
	if (n <= 1)
		return n == 1 ? leaves[0] : empty;
	const uint64_t k = merkle_k(n);
	return merkle_node(merkle_root(leaves, k), merkle_root(leaves + k, n - k));
}

/* PATH(m, D[n]), section 2.1.1. */
static inline void merkle_path(
		uint64_t m, const struct ent_hash *leaves, uint64_t n, struct ent_proof *proof) {
	if (n == 1)
		return;
	const uint64_t k = merkle_k(n);
	if (m < k) {
		merkle_path(m, leaves, k, proof);
		proof->hashes[proof->n++] = merkle_root(leaves + k, n - k);
	} else {
		merkle_path(m - k, leaves + k, n - k, proof);
		proof->hashes[proof->n++] = merkle_root(leaves, k);
	}
}

/* SUBPROOF(m, D[n], b), section 2.1.2; PROOF(m, D[n]) with b true, 0 < m < n. */
static inline void merkle_subproof(uint64_t m, const struct ent_hash *leaves, uint64_t n, bool b,
		struct ent_proof *proof) {
	if (m == n) {
		if (!b)
			proof->hashes[proof->n++] = merkle_root(leaves, n);
		return;
	}
	const uint64_t k = merkle_k(n);
	if (m <= k) {
		merkle_subproof(m, leaves, k, b, proof);
		proof->hashes[proof->n++] = merkle_root(leaves + k, n - k);
	} else {
		merkle_subproof(m - k, leaves + k, n - k, false, proof);
		proof->hashes[proof->n++] = merkle_root(leaves, k);
	}
}

static inline struct ent_hash merkle_leaf_of(uint64_t number) {
	uint8_t bytes[8];
	for (int i = 0; i < 8; i++)
		bytes[i] = (uint8_t)(number >> 8 * i);
	return merkle_leaf(bytes, sizeof bytes);
}

static inline bool merkle_same(const struct ent_hash *a, const struct ent_hash *b) {
	return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

static inline bool merkle_same_proof(const struct ent_proof *a, const struct ent_proof *b) {
	return a->n == b->n && memcmp(a->hashes, b->hashes, a->n * sizeof a->hashes[0]) == 0;
}

/* A tree under test, its leaves, and the tiles that it handed out. */
struct shelf {
	struct ent_tree tree;
	struct ent_hash *leaves;
	uint64_t capacity;
	struct ent_hash *hashes[ENT_TILE_LEVELS]; /* of full tiles, one behind another */
	uint64_t n_full[ENT_TILE_LEVELS];
	uint64_t size_asked; /* what readers ask for is checked against a tree of this size */
	unsigned reads, fail_at;
};

/* Tiles come in order and once each. */
static inline ent_status shelf_full(
		void *user, unsigned level, uint64_t index, const struct ent_hash *hashes) {
	struct shelf *shelf = user;
	CHECK(level < ENT_TILE_LEVELS && index == shelf->n_full[level]);
	memcpy(shelf->hashes[level] + index * ENT_TILE_WIDTH, hashes,
			ENT_TILE_WIDTH * sizeof *hashes);
	shelf->n_full[level]++;
	return ENT_OK;
}

static inline ent_status shelf_read(void *user, unsigned level, uint64_t index, unsigned width,
		struct ent_hash *ret_hashes) {
	struct shelf *shelf = user;
	const uint64_t there = (shelf->size_asked >> 8 * level) - index * ENT_TILE_WIDTH;
	CHECK(level < ENT_TILE_LEVELS && index * ENT_TILE_WIDTH < shelf->size_asked >> 8 * level);
	CHECK(width == (there < ENT_TILE_WIDTH ? there : ENT_TILE_WIDTH));
	if (++shelf->reads == shelf->fail_at)
		return ENT_E_IO;
	const struct ent_hash *from = index < shelf->n_full[level]
			? shelf->hashes[level] + index * ENT_TILE_WIDTH
			: shelf->tree.tile[level];
	memcpy(ret_hashes, from, width * sizeof *from);
	return ENT_OK;
}

static inline struct shelf *shelf_create(uint64_t capacity) {
	struct shelf *shelf = calloc(1, sizeof *shelf);
	CHECK(shelf != NULL);
	shelf->capacity = capacity;
	shelf->leaves = calloc(capacity, sizeof *shelf->leaves);
	CHECK(shelf->leaves != NULL);
	for (unsigned level = 0; level < ENT_TILE_LEVELS; level++) {
		const uint64_t most = (capacity >> 8 * level) + 1;
		shelf->hashes[level] = calloc(most, sizeof *shelf->leaves);
		CHECK(shelf->hashes[level] != NULL);
	}
	ent_tree_init(&shelf->tree);
	return shelf;
}

static inline void shelf_grow(struct shelf *shelf, uint64_t size) {
	while (shelf->tree.size < size) {
		struct ent_hash *leaf = &shelf->leaves[shelf->tree.size];
		*leaf = merkle_leaf_of(shelf->tree.size);
		CHECK(ent_tree_append(&shelf->tree, leaf, shelf_full, shelf) == ENT_OK);
	}
}

static inline void shelf_destroy(struct shelf *shelf) {
	for (unsigned level = 0; level < ENT_TILE_LEVELS; level++)
		free(shelf->hashes[level]);
	free(shelf->leaves);
	free(shelf);
}

#endif
