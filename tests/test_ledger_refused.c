/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_ledger_refused.c: proofs that are not right, in every way that small trees allow; and proofs of
 * trees as large as numbers go, whose leaves are all the same.
 */
#include "merkle.h"

enum { SIZE_MOST = 24 };

/* One proof of either kind, and what it proves. */
struct claim {
	bool consistency;
	uint64_t from, size; /* index or old size */
	struct ent_hash start, root;
	struct ent_proof proof;
};

static bool holds(const struct claim *claim) {
	return claim->consistency ? ent_proof_consistency_holds(claim->from, claim->size,
						    &claim->start, &claim->root, &claim->proof)
				  : ent_proof_inclusion_holds(&claim->start, claim->from,
						    claim->size, &claim->proof, &claim->root);
}

/* Calls for every entry in every small tree, and every two of them, old ones of size 0 too. */
static void for_each_claim(void (*check)(const struct claim *claim, struct shelf *shelf)) {
	struct shelf *shelf = shelf_create(3 * SIZE_MOST);
	const uint64_t most = test_scale() < 1 ? SIZE_MOST / 3 : SIZE_MOST;
	shelf_grow(shelf, 3 * SIZE_MOST);
	for (uint64_t size = 1; size <= most; size++) {
		for (uint64_t from = 0; from <= size; from++) {
			struct claim claim = {.consistency = true, .from = from, .size = size};
			shelf->size_asked = size;
			claim.start = merkle_root(shelf->leaves, from);
			claim.root = merkle_root(shelf->leaves, size);
			CHECK(ent_proof_consistency(from, size, shelf_read, shelf, &claim.proof) ==
					ENT_OK);
			CHECK(holds(&claim));
			check(&claim, shelf);
			if (from == size)
				break;
			claim.consistency = false;
			claim.start = shelf->leaves[from];
			CHECK(ent_proof_inclusion(from, size, shelf_read, shelf, &claim.proof) ==
					ENT_OK);
			CHECK(holds(&claim));
			check(&claim, shelf);
		}
	}
	shelf_destroy(shelf);
}

static void flip(struct ent_hash *hash, unsigned bit) {
	hash->bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
}

static void flip_each_bit(const struct claim *claim, struct shelf *shelf) {
	(void)shelf;
	struct claim wrong = *claim;
	/* From nothing every root grows, so a new root cannot be wrong. */
	const bool any_root = claim->consistency && claim->from == 0;
	for (unsigned bit = 0; bit < 256; bit++) {
		for (size_t i = 0; i < claim->proof.n; i++) {
			flip(&wrong.proof.hashes[i], bit);
			CHECK(!holds(&wrong));
			flip(&wrong.proof.hashes[i], bit);
		}
		flip(&wrong.start, bit);
		CHECK(!holds(&wrong));
		flip(&wrong.start, bit);
		flip(&wrong.root, bit);
		CHECK(holds(&wrong) == any_root);
		flip(&wrong.root, bit);
	}
}

TEST(ledger__a_proof_with_any_bit_flipped_is_refused) {
	(void)state_;
	for_each_claim(flip_each_bit);
}

/* Another place in the same tree; and the same place in another tree, with that one's root. */
static void move_about(const struct claim *claim, struct shelf *shelf) {
	struct claim wrong = *claim;
	for (wrong.from = 0; wrong.from <= claim->size + 2; wrong.from++)
		if (wrong.from != claim->from)
			CHECK(!holds(&wrong));
	wrong.from = claim->from;
	for (wrong.size = 0; wrong.size <= 2 * claim->size + 2; wrong.size++) {
		wrong.root = merkle_root(shelf->leaves, wrong.size);
		if (wrong.size != claim->size && !(claim->consistency && claim->from == 0))
			CHECK(!holds(&wrong));
	}
	wrong.size = UINT64_MAX;
	wrong.from = UINT64_MAX - 1;
	CHECK(!holds(&wrong));
}

TEST(ledger__a_proof_of_another_place_or_size_is_refused) {
	(void)state_;
	for_each_claim(move_about);
}

/* Puts a hash in at 'at', or takes one out. */
static struct ent_proof longer(const struct ent_proof *proof, size_t at, struct ent_hash hash) {
	struct ent_proof other = *proof;
	memmove(other.hashes + at + 1, proof->hashes + at, (proof->n - at) * sizeof hash);
	other.hashes[at] = hash;
	other.n++;
	return other;
}

static struct ent_proof shorter(const struct ent_proof *proof, size_t at) {
	struct ent_proof other = *proof;
	other.n--;
	memmove(other.hashes + at, proof->hashes + at + 1, (other.n - at) * sizeof other.hashes[0]);
	return other;
}

static void add_and_drop(const struct claim *claim, struct shelf *shelf) {
	struct claim wrong = *claim;
	const struct ent_hash others[] = {claim->start, claim->root, shelf->leaves[0], {{0}}};
	for (size_t at = 0; at <= claim->proof.n; at++) {
		for (size_t i = 0; i < COUNT_OF(others); i++) {
			wrong.proof = longer(&claim->proof, at, others[i]);
			CHECK(!holds(&wrong));
		}
		if (at < claim->proof.n) {
			wrong.proof = shorter(&claim->proof, at);
			CHECK(!holds(&wrong));
		}
	}
	for (size_t at = 0; at + 1 < claim->proof.n; at++) {
		wrong.proof = claim->proof;
		wrong.proof.hashes[at] = claim->proof.hashes[at + 1];
		wrong.proof.hashes[at + 1] = claim->proof.hashes[at];
		CHECK(!holds(&wrong));
	}
	wrong.proof = claim->proof;
	wrong.proof.n = 0;
	CHECK(claim->proof.n == 0 || !holds(&wrong));
	wrong.proof.n = ENT_PROOF_HASHES_MAX + 2;
	CHECK(!holds(&wrong));
	wrong.proof.n = SIZE_MAX;
	CHECK(!holds(&wrong));
}

TEST(ledger__a_proof_with_a_hash_more_less_or_elsewhere_is_refused) {
	(void)state_;
	for_each_claim(add_and_drop);
}

TEST(ledger__an_old_tree_does_not_prove_itself_larger) {
	(void)state_;
	struct shelf *shelf = shelf_create(SIZE_MOST);
	const struct ent_proof none = {.n = 0};
	shelf_grow(shelf, SIZE_MOST);
	for (uint64_t size = 1; size < SIZE_MOST; size++) {
		const struct ent_hash root = merkle_root(shelf->leaves, size);
		CHECK(!ent_proof_consistency_holds(size, size + 1, &root, &root, &none));
		CHECK(!ent_proof_consistency_holds(size, 2 * size, &root, &root, &none));
		CHECK(!ent_proof_consistency_holds(size + 1, size, &root, &root, &none));
		CHECK(ent_proof_consistency_holds(size, size, &root, &root, &none));
		/* An empty old tree has the hash of nothing, not any. */
		CHECK(!ent_proof_consistency_holds(0, size, &root, &root, &none));
		CHECK(!ent_proof_consistency_holds(0, 0, &root, &root, &none));
	}
	shelf_destroy(shelf);
}

/* --- Trees of leaves that are all the same: of any size, in no time --- */

static struct ent_hash perfect[64]; /* the subtree of 2^h such leaves */

static void make_perfect(void) {
	perfect[0] = merkle_leaf("same", 4);
	for (int h = 1; h < 64; h++)
		perfect[h] = merkle_node(perfect[h - 1], perfect[h - 1]);
}

/* MTH of n of them. */
static struct ent_hash same_root(uint64_t n) {
	for (int h = 0; h < 64; h++)
		if (n == UINT64_C(1) << h)
			return perfect[h];
	const uint64_t k = merkle_k(n);
	return merkle_node(same_root(k), same_root(n - k));
}

static void same_path(uint64_t m, uint64_t n, struct ent_proof *proof) {
	if (n == 1)
		return;
	const uint64_t k = merkle_k(n);
	same_path(m < k ? m : m - k, m < k ? k : n - k, proof);
	proof->hashes[proof->n++] = same_root(m < k ? n - k : k);
}

static void same_subproof(uint64_t m, uint64_t n, bool b, struct ent_proof *proof) {
	if (m == n) {
		if (!b)
			proof->hashes[proof->n++] = same_root(n);
		return;
	}
	const uint64_t k = merkle_k(n);
	same_subproof(m <= k ? m : m - k, m <= k ? k : n - k, b && m <= k, proof);
	proof->hashes[proof->n++] = same_root(m <= k ? n - k : k);
}

static ent_status read_same(void *user, unsigned level, uint64_t index, unsigned width,
		struct ent_hash *ret_hashes) {
	const uint64_t there = (*(uint64_t *)user >> 8 * level) - index * ENT_TILE_WIDTH;
	CHECK(width == (there < ENT_TILE_WIDTH ? there : ENT_TILE_WIDTH) && width > 0);
	for (unsigned i = 0; i < width; i++)
		ret_hashes[i] = perfect[8 * level];
	return ENT_OK;
}

static void check_same(uint64_t from, uint64_t size) {
	const struct ent_hash old_root = same_root(from), root = same_root(size);
	struct ent_proof proof, path = {.n = 0}, subproof = {.n = 0};
	same_path(from, size, &path);
	same_subproof(from, size, true, &subproof);
	CHECK(ent_proof_inclusion_holds(&perfect[0], from, size, &path, &root));
	CHECK(!ent_proof_inclusion_holds(&perfect[1], from, size, &path, &root));
	CHECK(ent_proof_consistency_holds(from, size, &old_root, &root, &subproof));
	CHECK(!ent_proof_consistency_holds(from, size, &root, &root, &subproof));
	if (size > ENT_TREE_SIZE_MAX)
		return;
	CHECK(ent_proof_inclusion(from, size, read_same, &size, &proof) == ENT_OK);
	CHECK(merkle_same_proof(&proof, &path));
	CHECK(ent_proof_consistency(from, size, read_same, &size, &proof) == ENT_OK);
	CHECK(merkle_same_proof(&proof, &subproof));
}

TEST(ledger__proofs_hold_in_trees_as_large_as_numbers_go) {
	(void)state_;
	static struct ent_tree tree;
	uint64_t seed = 64;
	make_perfect();
	for (int i = 0; i < 200; i++) {
		const uint64_t size = 2 + (test_random(&seed) >> (i % 63));
		const uint64_t from = 1 + test_random(&seed) % (size - 1);
		check_same(from, size);
		if (size > ENT_TREE_SIZE_MAX)
			continue;
		uint64_t asked = size;
		struct ent_hash root;
		const struct ent_hash defined = same_root(size);
		CHECK(ent_tree_restore(&tree, size, read_same, &asked) == ENT_OK);
		ent_tree_root(&tree, &root);
		CHECK(merkle_same(&root, &defined));
	}
	check_same(UINT64_MAX - 1, UINT64_MAX);
	check_same(UINT64_C(1) << 63, UINT64_MAX);
	check_same((UINT64_C(1) << 63) - 1, UINT64_MAX);
	check_same(ENT_TREE_SIZE_MAX - 1, ENT_TREE_SIZE_MAX);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(ledger__a_proof_with_any_bit_flipped_is_refused),
			TEST_ENTRY(ledger__a_proof_of_another_place_or_size_is_refused),
			TEST_ENTRY(ledger__a_proof_with_a_hash_more_less_or_elsewhere_is_refused),
			TEST_ENTRY(ledger__an_old_tree_does_not_prove_itself_larger),
			TEST_ENTRY(ledger__proofs_hold_in_trees_as_large_as_numbers_go),
	};
	if (ent_seal_start() != ENT_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
