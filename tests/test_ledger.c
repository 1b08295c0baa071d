/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_ledger.c: the tree, its tiles and its proofs, against RFC 6962's own definition (merkle.h), and
 * against the eight leaves that Certificate Transparency's implementations share.
 */
#include "merkle.h"

enum { LEAVES_MAX = 600, MANY = 200000 };

/* --- The eight leaves --- */

static struct ent_hash hash_of_hex(const char *hex) {
	struct ent_hash hash;
	CHECK(strlen(hex) == 64);
	for (size_t i = 0; i < 32; i++) {
		unsigned byte = 0;
		CHECK(sscanf(hex + 2 * i, "%2x", &byte) == 1);
		hash.bytes[i] = (uint8_t)byte;
	}
	return hash;
}

static const struct {
	size_t size;
	uint8_t bytes[16];
} eight_leaves[8] = {
		{0, {0}},
		{1, {0x00}},
		{1, {0x10}},
		{2, {0x20, 0x21}},
		{2, {0x30, 0x31}},
		{4, {0x40, 0x41, 0x42, 0x43}},
		{8, {0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57}},
		{16,
				{0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a,
						0x6b, 0x6c, 0x6d, 0x6e, 0x6f}},
};

/*
 * Roots of the first 0 to 8 leaves; then nodes of the proofs below. As in the tests of
 * google/certificate-transparency (merkle_tree_test) and transparency-dev/merkle (testdata/); computed
 * again from RFC 6962's definition with Python's hashlib.
 */
static const char *const eight_roots[9] = {
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
		"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
		"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
		"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
		"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};
#define NODE_1 "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
#define NODE_23 "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
#define NODE_4 "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
#define NODE_45 "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
#define NODE_67 "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
#define NODE_4567 "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"

/* The eight in a tree; tile reads come from the tree's own tile. */
static void grow_eight(struct ent_tree *tree) {
	ent_tree_init(tree);
	for (size_t i = 0; i < 8; i++) {
		struct ent_hash leaf;
		ent_ledger_leaf_hash(eight_leaves[i].bytes, eight_leaves[i].size, &leaf);
		CHECK(ent_tree_append(tree, &leaf, NULL, NULL) == ENT_OK);
	}
}

static ent_status read_own_tile(void *user, unsigned level, uint64_t index, unsigned width,
		struct ent_hash *ret_hashes) {
	const struct ent_tree *tree = user;
	CHECK(level == 0 && index == 0 && width <= tree->size);
	memcpy(ret_hashes, tree->tile[0], width * sizeof *ret_hashes);
	return ENT_OK;
}

TEST(ledger__the_eight_leaves_have_the_known_roots) {
	(void)state_;
	struct ent_tree tree;
	ent_tree_init(&tree);
	for (size_t n = 0; n <= 8; n++) {
		struct ent_hash root, leaf;
		const struct ent_hash known = hash_of_hex(eight_roots[n]);
		ent_tree_root(&tree, &root);
		CHECK(merkle_same(&root, &known));
		if (n == 8)
			break;
		ent_ledger_leaf_hash(eight_leaves[n].bytes, eight_leaves[n].size, &leaf);
		CHECK(ent_tree_append(&tree, &leaf, NULL, NULL) == ENT_OK);
	}
}

TEST(ledger__the_eight_leaves_have_the_known_proofs) {
	(void)state_;
	static const struct {
		const char *why;
		bool consistency;
		uint64_t from, size;
		const char *hashes[4];
	} rows[] = {
			{"the first of eight", false, 0, 8, {NODE_1, NODE_23, NODE_4567}},
			{"the sixth of eight", false, 5, 8, {NODE_4, NODE_67, NULL}},
			{"the last of three, alone in its row", false, 2, 3, {NULL}},
			{"the second of five", false, 1, 5, {NULL, NODE_23, NODE_4}},
			{"the only one", false, 0, 1, {NULL}},
			{"one to eight", true, 1, 8, {NODE_1, NODE_23, NODE_4567}},
			{"six to eight", true, 6, 8, {NODE_45, NODE_67, NULL}},
			{"two to five", true, 2, 5, {NODE_23, NODE_4}},
			{"eight to eight", true, 8, 8, {NULL}},
			{"nothing to eight", true, 0, 8, {NULL}},
	};
	/* Where a row has NULL before its end, a root of the table above. */
	static const size_t lengths[] = {3, 3, 1, 3, 0, 3, 3, 2, 0, 0};
	static const size_t roots[] = {0, 4, 2, 1, 0, 0, 4, 0, 0, 0};
	struct ent_tree tree;
	grow_eight(&tree);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ent_proof proof;
		CHECK_ROW(rows[i].why,
				(rows[i].consistency ? ent_proof_consistency : ent_proof_inclusion)(
						rows[i].from, rows[i].size, read_own_tile, &tree,
						&proof) == ENT_OK);
		CHECK_ROW(rows[i].why, proof.n == lengths[i]);
		for (size_t j = 0; j < proof.n; j++) {
			const char *hex = rows[i].hashes[j];
			const struct ent_hash hash = hash_of_hex(
					hex != NULL ? hex : eight_roots[roots[i]]);
			CHECK_ROW(rows[i].why, merkle_same(&proof.hashes[j], &hash));
		}
	}
}

/* --- Against the definition --- */

TEST(ledger__a_root_is_as_defined_at_every_size) {
	(void)state_;
	struct shelf *shelf = shelf_create(LEAVES_MAX);
	for (uint64_t n = 0; n <= LEAVES_MAX; n++) {
		struct ent_hash root;
		shelf_grow(shelf, n);
		ent_tree_root(&shelf->tree, &root);
		const struct ent_hash defined = merkle_root(shelf->leaves, n);
		CHECK(merkle_same(&root, &defined));
	}
	shelf_destroy(shelf);
}

static void check_inclusion(struct shelf *shelf, uint64_t index, uint64_t size) {
	struct ent_proof proof, defined = {.n = 0};
	const struct ent_hash root = merkle_root(shelf->leaves, size);
	shelf->size_asked = size;
	CHECK(ent_proof_inclusion(index, size, shelf_read, shelf, &proof) == ENT_OK);
	merkle_path(index, shelf->leaves, size, &defined);
	CHECK(merkle_same_proof(&proof, &defined));
	CHECK(ent_proof_inclusion_holds(&shelf->leaves[index], index, size, &proof, &root));
}

static void check_consistency(struct shelf *shelf, uint64_t old_size, uint64_t size) {
	struct ent_proof proof, defined = {.n = 0};
	const struct ent_hash old_root = merkle_root(shelf->leaves, old_size);
	const struct ent_hash root = merkle_root(shelf->leaves, size);
	shelf->size_asked = size;
	CHECK(ent_proof_consistency(old_size, size, shelf_read, shelf, &proof) == ENT_OK);
	if (old_size > 0)
		merkle_subproof(old_size, shelf->leaves, size, true, &defined);
	CHECK(merkle_same_proof(&proof, &defined));
	CHECK(ent_proof_consistency_holds(old_size, size, &old_root, &root, &proof));
}

TEST(ledger__every_proof_is_as_defined_at_small_sizes) {
	(void)state_;
	struct shelf *shelf = shelf_create(LEAVES_MAX);
	const uint64_t most = test_scale() < 1 ? 40 : 100;
	shelf_grow(shelf, LEAVES_MAX);
	for (uint64_t size = 0; size <= most; size++) {
		for (uint64_t index = 0; index < size; index++)
			check_inclusion(shelf, index, size);
		for (uint64_t old_size = 0; old_size <= size; old_size++)
			check_consistency(shelf, old_size, size);
	}
	/* Around whole tiles. */
	for (uint64_t size = 250; size <= LEAVES_MAX; size += size % 256 < 4 ? 1 : 53) {
		for (uint64_t at = 1; at < size; at += 37) {
			check_inclusion(shelf, at, size);
			check_consistency(shelf, at, size);
		}
		check_inclusion(shelf, size - 1, size);
		check_consistency(shelf, size - 1, size);
	}
	shelf_destroy(shelf);
}

TEST(ledger__proofs_and_roots_are_as_defined_at_random_sizes) {
	(void)state_;
	uint64_t seed = 6962;
	struct shelf *shelf = shelf_create(MANY);
	const int rounds = (int)(4 * test_scale()) + 1;
	shelf_grow(shelf, MANY);
	for (int i = 0; i < rounds; i++) {
		const uint64_t size = 1 + test_random(&seed) % MANY;
		check_inclusion(shelf, test_random(&seed) % size, size);
		check_consistency(shelf, test_random(&seed) % (size + 1), size);
		/* One per level of tiles, and as many again for the ragged side at most. */
		CHECK(shelf->reads <= 4 * ENT_TILE_LEVELS);
		shelf->reads = 0;
	}
	check_inclusion(shelf, 65536, 65537);
	check_consistency(shelf, 65536, 65537);
	check_consistency(shelf, 65536, 65536 * 2);
	shelf_destroy(shelf);
}

/* --- Tiles --- */

TEST(ledger__tiles_are_handed_out_once_and_hold_subtrees) {
	(void)state_;
	const uint64_t size = 256 * 256 * 2 + 256 * 3 + 7;
	struct shelf *shelf = shelf_create(size);
	shelf_grow(shelf, size);
	CHECK(shelf->n_full[0] == size / 256 && shelf->n_full[1] == 2 && shelf->n_full[2] == 0);
	CHECK(memcmp(shelf->hashes[0], shelf->leaves, size / 256 * 256 * sizeof *shelf->leaves) ==
			0);
	for (uint64_t i = 0; i < size / 256; i++) {
		const struct ent_hash subtree = merkle_root(shelf->leaves + i * 256, 256);
		const struct ent_hash *held = i < 512 ? &shelf->hashes[1][i]
						      : &shelf->tree.tile[1][i % 256];
		CHECK(merkle_same(held, &subtree));
	}
	for (uint64_t i = 0; i < 2; i++) {
		const struct ent_hash subtree = merkle_root(shelf->leaves + i * 65536, 65536);
		CHECK(merkle_same(&shelf->tree.tile[2][i], &subtree));
	}
	shelf_destroy(shelf);
}

static size_t bits_set(uint64_t size) {
	size_t n = 0;
	for (; size != 0; size >>= 1)
		n += size & 1;
	return n;
}

/* All that a tree knows; what stands in its tiles behind that is nothing. */
static bool same_tree(const struct ent_tree *a, const struct ent_tree *b) {
	bool same = a->size == b->size &&
			memcmp(a->frontier, b->frontier,
					bits_set(a->size) * sizeof a->frontier[0]) == 0;
	for (unsigned level = 0; level < ENT_TILE_LEVELS; level++)
		same = same &&
				memcmp(a->tile[level], b->tile[level],
						(a->size >> 8 * level) % 256 *
								sizeof a->frontier[0]) == 0;
	return same;
}

TEST(ledger__a_tree_restored_from_tiles_is_the_one_that_grew) {
	(void)state_;
	static const uint64_t sizes[] = {0, 1, 2, 255, 256, 257, 511, 512, 65535, 65536, 65537};
	uint64_t seed = 256;
	struct shelf *whole = shelf_create(MANY), *grown = shelf_create(MANY);
	struct ent_tree *tree = malloc(sizeof *tree);
	CHECK(tree != NULL);
	shelf_grow(whole, MANY);
	uint64_t size = 0;
	for (size_t i = 0; size < MANY - 40000; i++) {
		size = i < COUNT_OF(sizes) ? sizes[i] : size + 1 + test_random(&seed) % 40000;
		shelf_grow(grown, size);
		/* From the tiles of a larger tree, and from its own. */
		whole->size_asked = grown->size_asked = size;
		CHECK(ent_tree_restore(tree, size, shelf_read, whole) == ENT_OK);
		CHECK(same_tree(tree, &grown->tree));
		CHECK(ent_tree_restore(tree, size, shelf_read, grown) == ENT_OK);
		CHECK(same_tree(tree, &grown->tree));
		/* And it goes on as the other would. */
		for (uint64_t more = size; more < size + 300; more++)
			CHECK(ent_tree_append(tree, &whole->leaves[more], NULL, NULL) == ENT_OK);
		struct ent_hash root;
		const struct ent_hash defined = merkle_root(whole->leaves, size + 300);
		ent_tree_root(tree, &root);
		CHECK(merkle_same(&root, &defined));
	}
	free(tree);
	shelf_destroy(grown);
	shelf_destroy(whole);
}

/* --- Failures --- */

static ent_status refuse_tile(
		void *user, unsigned level, uint64_t index, const struct ent_hash *hashes) {
	(void)user;
	(void)level;
	(void)index;
	(void)hashes;
	return ENT_E_IO;
}

TEST(ledger__what_a_reader_or_a_taker_says_comes_through) {
	(void)state_;
	struct shelf *shelf = shelf_create(70000);
	struct ent_proof proof, before;
	struct ent_tree tree;
	shelf_grow(shelf, 70000);
	shelf->size_asked = 69999;
	memset(&before, 7, sizeof before);
	for (shelf->fail_at = 1;; shelf->fail_at++) {
		memcpy(&proof, &before, sizeof proof);
		shelf->reads = 0;
		const ent_status status = ent_proof_inclusion(
				12345, 69999, shelf_read, shelf, &proof);
		if (shelf->reads < shelf->fail_at)
			break;
		CHECK(status == ENT_E_IO && memcmp(&proof, &before, sizeof proof) == 0);
	}
	CHECK(shelf->fail_at > 3);
	for (shelf->fail_at = 1; shelf->fail_at <= 3; shelf->fail_at++) {
		shelf->reads = 0;
		CHECK(ent_tree_restore(&tree, 69999, shelf_read, shelf) == ENT_E_IO);
		CHECK(tree.size == 0);
		shelf->reads = 0;
		CHECK(ent_proof_consistency(12345, 69999, shelf_read, shelf, &proof) == ENT_E_IO);
	}
	ent_tree_init(&tree);
	for (uint64_t i = 0; i < 255; i++)
		CHECK(ent_tree_append(&tree, &shelf->leaves[i], refuse_tile, NULL) == ENT_OK);
	CHECK(ent_tree_append(&tree, &shelf->leaves[255], refuse_tile, NULL) == ENT_E_IO);
	shelf_destroy(shelf);
}

TEST(ledger__sizes_out_of_order_or_too_large_are_refused) {
	(void)state_;
	struct ent_tree tree;
	struct ent_proof proof;
	grow_eight(&tree);
	CHECK(ent_proof_inclusion(8, 8, read_own_tile, &tree, &proof) == ENT_E_DOMAIN);
	CHECK(ent_proof_inclusion(0, 0, read_own_tile, &tree, &proof) == ENT_E_DOMAIN);
	CHECK(ent_proof_consistency(9, 8, read_own_tile, &tree, &proof) == ENT_E_DOMAIN);
	CHECK(ent_proof_inclusion(0, ENT_TREE_SIZE_MAX + 1, read_own_tile, &tree, &proof) ==
			ENT_E_LIMIT);
	CHECK(ent_proof_consistency(1, ENT_TREE_SIZE_MAX + 1, read_own_tile, &tree, &proof) ==
			ENT_E_LIMIT);
	CHECK(ent_tree_restore(&tree, ENT_TREE_SIZE_MAX + 1, read_own_tile, &tree) == ENT_E_LIMIT);
	tree.size = ENT_TREE_SIZE_MAX;
	CHECK(ent_tree_append(&tree, &tree.tile[0][0], NULL, NULL) == ENT_E_LIMIT);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(ledger__the_eight_leaves_have_the_known_roots),
			TEST_ENTRY(ledger__the_eight_leaves_have_the_known_proofs),
			TEST_ENTRY(ledger__a_root_is_as_defined_at_every_size),
			TEST_ENTRY(ledger__every_proof_is_as_defined_at_small_sizes),
			TEST_ENTRY(ledger__proofs_and_roots_are_as_defined_at_random_sizes),
			TEST_ENTRY(ledger__tiles_are_handed_out_once_and_hold_subtrees),
			TEST_ENTRY(ledger__a_tree_restored_from_tiles_is_the_one_that_grew),
			TEST_ENTRY(ledger__what_a_reader_or_a_taker_says_comes_through),
			TEST_ENTRY(ledger__sizes_out_of_order_or_too_large_are_refused),
	};
	if (ent_seal_start() != ENT_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
