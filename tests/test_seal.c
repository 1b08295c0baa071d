/* SPDX-License-Identifier: Apache-2.0 */
/* test_seal.c: SHA-256, Ed25519, SipHash, chance and comparison, against their documents' own vectors. */
#include "entente/seal.h"

#include <pthread.h>

#include "hex.h"

/* --- SHA-256 --- */

static bool hashes_to(const void *bytes, size_t size, const char *hex) {
	struct ent_hash hash;
	ent_seal_sha256(bytes, size, &hash);
	return is_hex(hash.bytes, hex);
}

TEST(sha256__is_that_of_fips_180) {
	(void)state_;
	/* NIST, "SHA-256 examples" (csrc.nist.gov, Cryptographic Standards: Examples with Intermediate Values). */
	CHECK(hashes_to("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
	CHECK(hashes_to("abc", 3,
			"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
	CHECK(hashes_to("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
			"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"));
	char *million = malloc(1000000);
	CHECK(million != NULL);
	memset(million, 'a', 1000000);
	CHECK(hashes_to(million, 1000000,
			"cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"));
	free(million);
}

TEST(sha256__of_parts_is_that_of_the_whole) {
	(void)state_;
	uint8_t bytes[300];
	uint64_t seed = 180;
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)test_random(&seed);
	for (size_t size = 0; size <= sizeof bytes; size++) {
		const size_t a = size > 0 ? test_random(&seed) % size : 0, b = (size - a) / 2;
		const struct ent_seal_part parts[] = {{bytes, a}, {NULL, 0}, {bytes + a, b},
				{bytes + a + b, size - a - b}};
		struct ent_hash whole, of_parts;
		ent_seal_sha256(bytes, size, &whole);
		ent_seal_sha256_parts(parts, COUNT_OF(parts), &of_parts);
		CHECK(memcmp(&whole, &of_parts, sizeof whole) == 0);
	}
}

TEST(sha256__may_be_written_over_what_it_hashes) {
	(void)state_;
	struct ent_hash chain;
	memset(&chain, 0, sizeof chain);
	for (int i = 0; i < 3; i++)
		ent_seal_sha256(&chain, sizeof chain, &chain);
	/* Three times SHA-256 of 32 zeros: computed with Python's hashlib. */
	CHECK(is_hex(chain.bytes,
			"12771355e46cd47c71ed1721fd5319b383cca3a1f9fce3aa1c8cd3bd37af20d7"));
}

static void *hash_in_thread(void *argument) {
	const uint64_t number = *(const uint64_t *)argument;
	uint64_t wrong = 0;
	for (uint64_t i = 0; i < 2000; i++) {
		const uint64_t pair[2] = {number, i};
		struct ent_hash whole, halves;
		const struct ent_seal_part parts[] = {{pair, 8}, {pair + 1, 8}};
		ent_seal_sha256(pair, sizeof pair, &whole);
		ent_seal_sha256_parts(parts, 2, &halves);
		wrong += memcmp(&whole, &halves, sizeof whole) != 0;
	}
	return wrong == 0 ? NULL : argument;
}

TEST(sha256__threads_come_hash_and_go) {
	(void)state_;
	enum { AT_ONCE = 8, ROUNDS = 5 };
	pthread_t threads[AT_ONCE];
	uint64_t numbers[AT_ONCE];
	for (int round = 0; round < ROUNDS; round++) {
		for (uint64_t i = 0; i < AT_ONCE; i++) {
			numbers[i] = i;
			CHECK(pthread_create(&threads[i], NULL, hash_in_thread, &numbers[i]) == 0);
		}
		for (int i = 0; i < AT_ONCE; i++) {
			void *wrong = NULL;
			CHECK(pthread_join(threads[i], &wrong) == 0 && wrong == NULL);
		}
	}
}

/* --- SipHash --- */

TEST(siphash__is_that_of_its_authors) {
	(void)state_;
	/* Aumasson and Bernstein's reference code, vectors of SipHash-2-4 with 64 bits; 15 is the paper's. */
	static const struct {
		size_t size;
		uint64_t hash;
	} rows[] = {
			{0, UINT64_C(0x726fdb47dd0e0e31)},
			{1, UINT64_C(0x74f839c593dc67fd)},
			{8, UINT64_C(0x93f5f5799a932462)},
			{15, UINT64_C(0xa129ca6149be45e5)},
	};
	uint8_t key[ENT_SIPHASH_KEY_SIZE], bytes[16];
	for (uint8_t i = 0; i < 16; i++)
		key[i] = bytes[i] = i;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		CHECK(ent_seal_siphash(bytes, rows[i].size, key) == rows[i].hash);
	key[0] = 1;
	CHECK(ent_seal_siphash(bytes, 15, key) != rows[3].hash);
}

/* --- Chance, comparison, wiping --- */

TEST(random__does_not_repeat_itself) {
	(void)state_;
	uint8_t a[32] = {0}, b[32] = {0}, none[32] = {0};
	ent_seal_random(a, sizeof a);
	ent_seal_random(b, sizeof b);
	CHECK(!ent_seal_equal(a, b, sizeof a) && !ent_seal_equal(a, none, sizeof a));
	ent_seal_random(none, 0);
	ent_seal_wipe(a, sizeof a);
	CHECK(ent_seal_equal(a, none, sizeof a));
}

TEST(equal__every_bit_counts) {
	(void)state_;
	uint8_t a[40] = {0}, b[40] = {0};
	CHECK(ent_seal_equal(a, b, sizeof a) && ent_seal_equal(a, b, 0));
	for (size_t bit = 0; bit < 8 * sizeof a; bit++) {
		b[bit / 8] ^= (uint8_t)(1 << bit % 8);
		CHECK(!ent_seal_equal(a, b, sizeof a));
		b[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

/* --- Ed25519 --- */

/* RFC 8032, section 7.1: TEST 1, 2, 3 and SHA(abc). */
static const struct {
	const char *seed, *public_key, *message, *signature;
} ed25519[] = {
		{"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
				"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
				"",
				"e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
				"5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
		{"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
				"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
				"72",
				"92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
				"085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
		{"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
				"fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
				"af82",
				"6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
				"18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"},
		{"833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
				"ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
				"ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
				"2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
				"dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
				"09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"},
};

TEST(sign__is_that_of_rfc_8032) {
	(void)state_;
	for (size_t i = 0; i < COUNT_OF(ed25519); i++) {
		uint8_t seed[32], back[32], public_key[32], message[64], signature[64];
		struct ent_sign_key *key = NULL;
		CHECK(bytes_of_hex(ed25519[i].seed, seed, sizeof seed) == sizeof seed);
		const size_t size = bytes_of_hex(ed25519[i].message, message, sizeof message);
		CHECK(ent_sign_key_create_from_seed(seed, &key) == ENT_OK);
		ent_sign_key_public(key, public_key);
		CHECK(is_hex(public_key, ed25519[i].public_key));
		ent_sign_key_seed(key, back);
		CHECK(memcmp(seed, back, sizeof seed) == 0);
		ent_sign(key, message, size, signature);
		CHECK(is_hex(signature, ed25519[i].signature));
		CHECK(ent_sign_verify(public_key, message, size, signature));
		ent_sign_key_destroy(key);
	}
}

TEST(sign__one_bit_elsewhere_is_refused) {
	(void)state_;
	uint8_t public_key[32], signature[64], message[20] = "clear to 450 ft AMSL";
	struct ent_sign_key *key = NULL;
	CHECK(ent_sign_key_create(&key) == ENT_OK);
	ent_sign_key_public(key, public_key);
	ent_sign(key, message, sizeof message, signature);
	CHECK(ent_sign_verify(public_key, message, sizeof message, signature));
	CHECK(!ent_sign_verify(public_key, message, sizeof message - 1, signature));
	uint8_t *const all[] = {public_key, signature, message};
	const size_t sizes[] = {sizeof public_key, sizeof signature, sizeof message};
	for (size_t i = 0; i < COUNT_OF(all); i++)
		for (size_t bit = 0; bit < 8 * sizes[i]; bit++) {
			all[i][bit / 8] ^= (uint8_t)(1 << bit % 8);
			CHECK(!ent_sign_verify(public_key, message, sizeof message, signature));
			all[i][bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
	ent_sign_key_destroy(key);
	ent_sign_key_destroy(NULL);
}

/* Adds the order of the group to the second half: the same signature to who does not look. */
static void add_order(uint8_t s[32]) {
	uint8_t order[32];
	unsigned carry = 0;
	(void)bytes_of_hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010",
			order, sizeof order);
	for (int i = 0; i < 32; i++) {
		carry += (unsigned)s[i] + order[i];
		s[i] = (uint8_t)carry;
		carry >>= 8;
	}
}

TEST(sign__a_second_spelling_and_a_weak_key_are_refused) {
	(void)state_;
	uint8_t public_key[32], message[64], signature[64];
	const size_t size = bytes_of_hex(ed25519[2].message, message, sizeof message);
	(void)bytes_of_hex(ed25519[2].public_key, public_key, sizeof public_key);
	(void)bytes_of_hex(ed25519[2].signature, signature, sizeof signature);
	CHECK(ent_sign_verify(public_key, message, size, signature));
	add_order(signature + 32);
	CHECK(!ent_sign_verify(public_key, message, size, signature));
	/* The neutral point as key and as R, 0 as S: right for every message, to who does not look. */
	memset(public_key, 0, sizeof public_key);
	memset(signature, 0, sizeof signature);
	public_key[0] = signature[0] = 1;
	CHECK(!ent_sign_verify(public_key, message, size, signature));
	memset(public_key, 0, sizeof public_key);
	CHECK(!ent_sign_verify(public_key, message, size, signature));
}

TEST(sign__keys_from_chance_differ) {
	(void)state_;
	struct ent_sign_key *a = NULL, *b = NULL;
	uint8_t public_a[32], public_b[32], message[1] = {1}, signature[64];
	CHECK(ent_sign_key_create(&a) == ENT_OK && ent_sign_key_create(&b) == ENT_OK);
	ent_sign_key_public(a, public_a);
	ent_sign_key_public(b, public_b);
	CHECK(memcmp(public_a, public_b, sizeof public_a) != 0);
	ent_sign(a, message, sizeof message, signature);
	CHECK(ent_sign_verify(public_a, message, sizeof message, signature));
	CHECK(!ent_sign_verify(public_b, message, sizeof message, signature));
	ent_sign_key_destroy(a);
	ent_sign_key_destroy(b);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(sha256__is_that_of_fips_180),
			TEST_ENTRY(sha256__of_parts_is_that_of_the_whole),
			TEST_ENTRY(sha256__may_be_written_over_what_it_hashes),
			TEST_ENTRY(sha256__threads_come_hash_and_go),
			TEST_ENTRY(siphash__is_that_of_its_authors),
			TEST_ENTRY(random__does_not_repeat_itself),
			TEST_ENTRY(equal__every_bit_counts),
			TEST_ENTRY(sign__is_that_of_rfc_8032),
			TEST_ENTRY(sign__one_bit_elsewhere_is_refused),
			TEST_ENTRY(sign__a_second_spelling_and_a_weak_key_are_refused),
			TEST_ENTRY(sign__keys_from_chance_differ),
	};
	if (ent_seal_start() != ENT_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
