/* SPDX-License-Identifier: Apache-2.0 */
/*
 * proof.c: proofs that an entry is in a tree and that a tree grew out of another, made from tiles as RFC
 * 6962 defines them (PATH, section 2.1.1; PROOF, section 2.1.2), and checked as RFC 9162 does (sections
 * 2.1.3.2 and 2.1.4.2).
 */
#include "entente/ledger.h"

#include <string.h>

#include "tile.h"

/* The entries under one hash of a proof. */
struct range {
	uint64_t first, end;
};

struct ranges {
	size_t n;
	struct range at[ENT_PROOF_HASHES_MAX + 1]; /* from the root down */
};

/* The largest power of two below n, n > 1. */
static uint64_t split(uint64_t n) {
	uint64_t k = 1;
	while (k < n - k)
		k *= 2;
	return k;
}

static void add(struct ranges *ranges, uint64_t first, uint64_t end) {
	ranges->at[ranges->n++] = (struct range){first, end};
}

/* One step down, to the child that holds 'entry'; the other child is added. */
static struct range descend(struct range at, uint64_t entry, struct ranges *ranges) {
	const uint64_t middle = at.first + split(at.end - at.first);
	if (entry < middle) {
		add(ranges, middle, at.end);
		return (struct range){at.first, middle};
	}
	add(ranges, at.first, middle);
	return (struct range){middle, at.end};
}

static ent_status hash_ranges(const struct ranges *ranges, uint64_t size, ent_tile_read_fn read,
		void *user, struct ent_proof *ret_proof) {
	struct tile_reader reader;
	struct ent_proof proof = {.n = ranges->n};
	tile_reader_init(&reader, size, read, user);
	for (size_t i = 0; i < proof.n; i++) {
		const struct range *range = &ranges->at[proof.n - 1 - i];
		const ent_status status = tile_range_hash(
				&reader, range->first, range->end, &proof.hashes[i]);
		if (status != ENT_OK)
			return status;
	}
	*ret_proof = proof;
	return ENT_OK;
}

ent_status ent_proof_inclusion(uint64_t index, uint64_t size, ent_tile_read_fn read, void *user,
		struct ent_proof *ret_proof) {
	struct ranges ranges = {.n = 0};
	if (index >= size)
		return ENT_E_DOMAIN;
	if (size > ENT_TREE_SIZE_MAX)
		return ENT_E_LIMIT;
	for (struct range at = {0, size}; at.end - at.first > 1;)
		at = descend(at, index, &ranges);
	return hash_ranges(&ranges, size, read, user, ret_proof);
}

ent_status ent_proof_consistency(uint64_t old_size, uint64_t size, ent_tile_read_fn read,
		void *user, struct ent_proof *ret_proof) {
	struct ranges ranges = {.n = 0};
	if (old_size > size)
		return ENT_E_DOMAIN;
	if (size > ENT_TREE_SIZE_MAX)
		return ENT_E_LIMIT;
	if (old_size > 0) {
		struct range at = {0, size};
		while (at.end != old_size)
			at = descend(at, old_size - 1, &ranges);
		/* When it is the whole old tree, its root is known to who checks. */
		if (at.first > 0)
			add(&ranges, at.first, at.end);
	}
	return hash_ranges(&ranges, size, read, user, ret_proof);
}

static bool same(const struct ent_hash *a, const struct ent_hash *b) {
	return memcmp(a->bytes, b->bytes, ENT_HASH_SIZE) == 0;
}

/*
 * On the way up: the number of a subtree at its height, and that of the last one there. A last one without
 * sibling rises until it has one.
 */
struct climb {
	uint64_t at, last;
};

static void rise(struct climb *climb) {
	climb->at >>= 1;
	climb->last >>= 1;
}

/* Is the next hash that of the left sibling? Then goes up to where that one's parent is a right child. */
static bool sibling_is_left(struct climb *climb) {
	if ((climb->at & 1) == 0 && climb->at != climb->last)
		return false;
	while (climb->at != 0 && (climb->at & 1) == 0)
		rise(climb);
	return true;
}

bool ent_proof_inclusion_holds(const struct ent_hash *leaf, uint64_t index, uint64_t size,
		const struct ent_proof *proof, const struct ent_hash *root) {
	struct ent_hash up = *leaf;
	if (index >= size || proof->n > ENT_PROOF_HASHES_MAX)
		return false;
	struct climb climb = {index, size - 1};
	for (size_t i = 0; i < proof->n; i++) {
		if (climb.last == 0)
			return false;
		if (sibling_is_left(&climb))
			ent_ledger_node_hash(&proof->hashes[i], &up, &up);
		else
			ent_ledger_node_hash(&up, &proof->hashes[i], &up);
		rise(&climb);
	}
	return climb.last == 0 && same(&up, root);
}

/* 0 < old_size < size: the old root and the new one, both from the proof's hashes. */
static bool both_roots(uint64_t old_size, uint64_t size, const struct ent_hash *old_root,
		const struct ent_hash *root, const struct ent_proof *proof) {
	struct climb climb = {old_size - 1, size - 1};
	size_t i = 0;
	while ((climb.at & 1) == 1)
		rise(&climb);
	/* Where the climb begins: the old tree itself when it is perfect, else the proof's first hash. */
	if (climb.at != 0 && proof->n == 0)
		return false;
	struct ent_hash old_up = climb.at == 0 ? *old_root : proof->hashes[i++];
	struct ent_hash up = old_up;
	for (; i < proof->n; i++) {
		if (climb.last == 0)
			return false;
		if (sibling_is_left(&climb)) {
			ent_ledger_node_hash(&proof->hashes[i], &old_up, &old_up);
			ent_ledger_node_hash(&proof->hashes[i], &up, &up);
		} else {
			ent_ledger_node_hash(&up, &proof->hashes[i], &up);
		}
		rise(&climb);
	}
	return climb.last == 0 && same(&old_up, old_root) && same(&up, root);
}

bool ent_proof_consistency_holds(uint64_t old_size, uint64_t size, const struct ent_hash *old_root,
		const struct ent_hash *root, const struct ent_proof *proof) {
	if (old_size > size || proof->n > ENT_PROOF_HASHES_MAX + 1)
		return false;
	if (old_size > 0 && old_size < size)
		return both_roots(old_size, size, old_root, root, proof);
	if (old_size == 0) {
		struct ent_hash empty;
		ent_seal_sha256(NULL, 0, &empty);
		if (!same(old_root, &empty))
			return false;
	}
	return proof->n == 0 && (old_size < size || same(old_root, root));
}
