/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens that are remembered: what a second check costs, what is forgotten and when, and many threads at once.
 * The linker puts a counter in front of ent_pkey_verify (tests/meson.build, --wrap).
 */
#include <pthread.h>
#include <stdatomic.h>

#include "tokens.h"

#include "cache.h"

static atomic_uint verifications;

bool __real_ent_pkey_verify(const struct ent_pkey *key, enum ent_pkey_alg alg, const void *bytes,
		size_t size, const void *signature, size_t signature_size);
bool __wrap_ent_pkey_verify(const struct ent_pkey *key, enum ent_pkey_alg alg, const void *bytes,
		size_t size, const void *signature, size_t signature_size);

bool __wrap_ent_pkey_verify(const struct ent_pkey *key, enum ent_pkey_alg alg, const void *bytes,
		size_t size, const void *signature, size_t signature_size) {
	atomic_fetch_add(&verifications, 1);
	return __real_ent_pkey_verify(key, alg, bytes, size, signature, signature_size);
}

/* The verifications that one check takes. */
static unsigned cost(struct ent_token_checker *checker, const char *text, int64_t now_utc_us,
		ent_status status) {
	struct ent_fault fault;
	const unsigned before = atomic_load(&verifications);
	const ent_status have = test_check(checker, text, now_utc_us, &fault);
	if (have != status)
		fail_msg("%s: %s", ent_status_name(have), fault.why);
	return atomic_load(&verifications) - before;
}

static void sign_as(const char *subject, const struct ent_pkey *key, char ret_text[TOKEN_ROOM]) {
	char claims[256];
	(void)snprintf(claims, sizeof claims,
			"{\"iss\":\"i\",\"sub\":\"%s\",\"aud\":\"" AUDIENCE "\"," SOON "}",
			subject);
	test_sign(key, ENT_PKEY_ES256, HEADER_ES256, claims, ret_text);
}

TEST(cache__a_good_token_is_verified_once_and_a_bad_one_each_time) {
	(void)state_;
	struct ent_token_checker *checker = test_checker(test_pem_keys(TEST_EC_A_PUBLIC));
	char good[TOKEN_ROOM], bad[TOKEN_ROOM], other[TOKEN_ROOM];
	sign_as("good", test_keys.ec_a, good);
	sign_as("good", test_keys.ec_b, bad);
	test_sign(test_keys.ec_a, ENT_PKEY_ES256, HEADER_ES256, "{" SOON "}", other);
	CHECK(cost(checker, good, NOW_US, ENT_OK) == 1);
	for (int i = 0; i < 3; i++) {
		CHECK(cost(checker, bad, NOW_US, ENT_E_REFUSED) == 1);
		CHECK(cost(checker, other, NOW_US, ENT_E_REFUSED) == 1);
		CHECK(cost(checker, good, NOW_US, ENT_OK) == 0);
	}
	/* The scheme is not of the token. */
	memcpy(good, "bearer\t", 7);
	CHECK(cost(checker, good, NOW_US, ENT_OK) == 0);
	ent_token_checker_destroy(checker);
}

TEST(cache__a_flood_of_bad_tokens_pushes_nobody_out) {
	(void)state_;
	struct ent_token_checker *checker = test_checker(test_pem_keys(TEST_EC_A_PUBLIC));
	char good[TOKEN_ROOM], bad[TOKEN_ROOM];
	sign_as("good", test_keys.ec_a, good);
	sign_as("good", test_keys.ec_b, bad);
	CHECK(cost(checker, good, NOW_US, ENT_OK) == 1);
	uint64_t seed = 1;
	const int n = 100 + (int)(3000 * test_scale());
	char *signature = strrchr(bad, '.') + 1;
	for (int i = 0; i < n; i++) {
		struct ent_fault fault;
		for (int j = 0; j < 80; j++)
			signature[j] = (char)('a' + test_random(&seed) % 26);
		CHECK(test_check(checker, bad, NOW_US, &fault) == ENT_E_REFUSED);
	}
	CHECK(cost(checker, good, NOW_US, ENT_OK) == 0);
	ent_token_checker_destroy(checker);
}

TEST(cache__times_count_at_each_check) {
	(void)state_;
	struct ent_token_checker *checker = test_checker(test_pem_keys(TEST_EC_A_PUBLIC));
	struct ent_fault fault;
	char text[TOKEN_ROOM];
	const int64_t expires_us = NOW_US + 400000000;
	sign_as("s", test_keys.ec_a, text);
	CHECK(cost(checker, text, NOW_US, ENT_OK) == 1);
	CHECK(cost(checker, text, expires_us - 1, ENT_OK) == 0);
	CHECK(cost(checker, text, expires_us, ENT_E_REFUSED) == 0);
	CHECK(test_check(checker, text, expires_us + 1, &fault) == ENT_E_REFUSED);
	CHECK(strstr(fault.why, "the token expired at 2026-01-01T00:06:40Z") != NULL);
	/* A clock that was set back. */
	CHECK(cost(checker, text, NOW_US - 3200000000, ENT_OK) == 0);
	CHECK(cost(checker, text, NOW_US - 3200000001, ENT_E_REFUSED) == 0);
	ent_token_checker_destroy(checker);
}

TEST(cache__other_keys_forget_everything) {
	(void)state_;
	struct ent_token_checker *checker = test_checker(test_pem_keys(TEST_EC_A_PUBLIC));
	char text[TOKEN_ROOM];
	const struct ent_token *held;
	sign_as("s", test_keys.ec_a, text);
	CHECK(ent_token_check(checker, text, NOW_US, &held, NULL) == ENT_OK);
	CHECK(cost(checker, text, NOW_US, ENT_OK) == 0);
	ent_token_checker_swap(checker, test_pem_keys(TEST_EC_B_PUBLIC));
	CHECK(cost(checker, text, NOW_US, ENT_E_REFUSED) == 1);
	ent_token_checker_swap(checker, test_pem_keys(TEST_EC_A_PUBLIC));
	CHECK(cost(checker, text, NOW_US, ENT_OK) == 1);
	CHECK(cost(checker, text, NOW_US, ENT_OK) == 0);
	/* Who holds one keeps it. */
	CHECK(strcmp(held->subject, "s") == 0);
	ent_token_release(held);
	ent_token_checker_destroy(checker);
}

/* --- What a verification costs --- */

#define JWK(id, x, y) \
	"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" x "\",\"y\":\"" y "\",\"kid\":\"" id "\"}"
#define B(id) JWK(id, TEST_EC_B_X, TEST_EC_B_Y)
#define RSA_B "{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"" TEST_RSA_B_N "\",\"kid\":\"r\"}"

TEST(cache__the_kid_says_which_key_comes_first_and_keeps_none_out) {
	(void)state_;
	static const struct {
		const char *why, *header;
		bool good;
		unsigned cost; /* of four keys of its kind, the last of them is its own */
	} rows[] = {
			{"its own", "{\"alg\":\"ES256\",\"kid\":\"a\"}", true, 1},
			{"none", "{\"alg\":\"ES256\"}", true, 4},
			{"another's", "{\"alg\":\"ES256\",\"kid\":\"2\"}", true, 4},
			{"that of two others", "{\"alg\":\"ES256\",\"kid\":\"1\"}", true, 4},
			{"that of a key of another kind", "{\"alg\":\"ES256\",\"kid\":\"r\"}", true,
					4},
			{"nobody's", "{\"alg\":\"ES256\",\"kid\":\"aa\"}", true, 4},
			{"empty", "{\"alg\":\"ES256\",\"kid\":\"\"}", true, 4},
			{"bad, of one", "{\"alg\":\"ES256\",\"kid\":\"a\"}", false, 4},
			{"bad", "{\"alg\":\"ES256\"}", false, 4},
			{"bad, of no key's kind", "{\"alg\":\"HS256\"}", false, 0},
	};
	struct ent_token_checker *checker = test_checker(
			test_jwks_keys("{\"keys\":[" RSA_B ",\n" B("1") ",\n" B("1") ",\n" B(
					"2") ",\n" JWK("a", TEST_EC_A_X, TEST_EC_A_Y) "]}"));
	char text[TOKEN_ROOM];
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		test_sign(test_keys.ec_a, ENT_PKEY_ES256, rows[i].header, CLAIMS, text);
		if (!rows[i].good)
			memset(strrchr(text, '.') + 1, 'A', 80);
		const unsigned have = cost(
				checker, text, NOW_US, rows[i].good ? ENT_OK : ENT_E_REFUSED);
		if (have != rows[i].cost)
			fail_msg("%s: %u verifications", rows[i].why, have);
	}
	ent_token_checker_destroy(checker);
}

/* --- The table itself --- */

static struct token_text text_of(const char *text) {
	return (struct token_text){text, strlen(text)};
}

static struct token_verified *verified_as(const char *text, uint64_t generation) {
	const struct token_claims claims = {.subject = text_of(text),
			.scope = text_of(""),
			.expires_utc_us = NOW_US + 1};
	struct token_verified *verified;
	CHECK(token_verified_create(&claims, text_of(text), generation, &verified) == ENT_OK);
	return verified;
}

static void add(struct token_cache *cache, uint64_t hash, const char *text, int64_t now_utc_us) {
	struct token_verified *verified = verified_as(text, token_cache_generation(cache));
	token_cache_add(cache, hash, verified, now_utc_us);
	token_verified_release(verified);
}

static bool is_there(struct token_cache *cache, uint64_t hash, const char *text) {
	struct token_verified *found = token_cache_find(cache, hash, text_of(text));
	const bool found_it = found != NULL;
	CHECK(!found_it || strcmp(found->token.subject, text) == 0);
	token_verified_release(found);
	return found_it;
}

TEST(cache__texts_of_one_hash_are_not_taken_for_one_another) {
	(void)state_;
	struct token_cache *cache;
	CHECK(token_cache_create(&cache) == ENT_OK);
	const uint64_t hash = 77;
	add(cache, hash, "abc", NOW_US);
	CHECK(is_there(cache, hash, "abc"));
	static const char *const others[] = {"abd", "ab", "abcd", "", "ABC"};
	for (size_t i = 0; i < COUNT_OF(others); i++)
		CHECK(!is_there(cache, hash, others[i]));
	CHECK(!is_there(cache, hash + 512, "abc") && !is_there(cache, 0, "abc"));
	/* The later one stays. */
	add(cache, hash, "abd", NOW_US);
	CHECK(is_there(cache, hash, "abd") && !is_there(cache, hash, "abc"));
	CHECK(token_cache_count(cache) == 1);
	token_cache_destroy(cache);
}

TEST(cache__what_old_keys_verified_does_not_come_in_after_a_swap) {
	(void)state_;
	struct token_cache *cache;
	CHECK(token_cache_create(&cache) == ENT_OK);
	struct token_verified *old = verified_as("old", token_cache_generation(cache));
	token_cache_forget(cache);
	token_cache_add(cache, 5, old, NOW_US);
	CHECK(token_cache_count(cache) == 0 && !is_there(cache, 5, "old"));
	token_verified_release(old);
	add(cache, 5, "new", NOW_US);
	CHECK(token_cache_count(cache) == 1 && is_there(cache, 5, "new"));
	token_cache_forget(cache);
	CHECK(token_cache_count(cache) == 0);
	token_cache_destroy(cache);
	token_cache_destroy(NULL);
}

/* Under a key that is always the same: how many meet in a set must not be left to chance here. */
static uint64_t fixed_hash(const char *name) {
	static const uint8_t key[ENT_SIPHASH_KEY_SIZE] = {1};
	return ent_seal_siphash(name, strlen(name), key);
}

TEST(cache__it_is_bounded_and_keeps_those_that_are_used) {
	(void)state_;
	struct token_cache *cache;
	char name[32];
	size_t kept = 0;
	CHECK(token_cache_create(&cache) == ENT_OK);
	enum { USED = TOKEN_CACHE_MAX / 4, ONCE = 5 * TOKEN_CACHE_MAX };
	uint64_t hash[USED];
	for (int i = 0; i < USED; i++) {
		(void)snprintf(name, sizeof name, "used %d", i);
		hash[i] = fixed_hash(name);
		add(cache, hash[i], name, NOW_US);
	}
	/* Among tokens that come once, a quarter of the table is used again and again. */
	for (int i = 0; i < ONCE; i++) {
		(void)snprintf(name, sizeof name, "once %d", i);
		add(cache, fixed_hash(name), name, NOW_US);
		for (int j = 0; i % 1000 == 0 && j < USED; j++) {
			(void)snprintf(name, sizeof name, "used %d", j);
			(void)is_there(cache, hash[j], name);
		}
		CHECK(i % 100 != 0 || token_cache_count(cache) <= TOKEN_CACHE_MAX);
	}
	for (int i = 0; i < USED; i++) {
		(void)snprintf(name, sizeof name, "used %d", i);
		kept += is_there(cache, hash[i], name);
	}
	CHECK(token_cache_count(cache) == TOKEN_CACHE_MAX);
	/* Two to a set of eight on average: seven or more meet in one of about two hundred sets. */
	CHECK(kept > USED * 9 / 10);
	token_cache_destroy(cache);
}

TEST(cache__expired_ones_go_first) {
	(void)state_;
	struct token_cache *cache;
	CHECK(token_cache_create(&cache) == ENT_OK);
	char name[2] = "a";
	for (uint64_t i = 0; i < TOKEN_CACHE_WAYS; i++, name[0]++)
		add(cache, i * 512, name, NOW_US);
	CHECK(token_cache_count(cache) == TOKEN_CACHE_WAYS);
	CHECK(is_there(cache, 512, "b") && is_there(cache, 0, "a"));
	/* All are in use and expired: the first goes. */
	add(cache, 9 * 512, "z", NOW_US + 1);
	CHECK(token_cache_count(cache) == TOKEN_CACHE_WAYS);
	CHECK(!is_there(cache, 0, "a") && is_there(cache, 512, "b"));
	CHECK(is_there(cache, 9 * 512, "z"));
	token_cache_destroy(cache);
}

/* --- Many threads --- */

enum { THREADS = 4, TOKENS = 16 };

static struct {
	struct ent_token_checker *checker;
	atomic_bool stop;
	atomic_uint let_in, refused;
	char good[TOKENS][1024], sometimes[TOKENS][1024];
} crowd;

static bool ask(const char *text, char subject) {
	const struct ent_token *token;
	struct ent_fault fault;
	const ent_status status = ent_token_check(crowd.checker, text, NOW_US, &token, &fault);
	if (status != ENT_OK)
		return false;
	if (token->subject[0] != subject)
		abort();
	ent_token_release(token);
	return true;
}

static void *check_many(void *user) {
	uint64_t seed = (uint64_t)(uintptr_t)user;
	while (!atomic_load(&crowd.stop)) {
		const size_t i = test_random(&seed) % TOKENS;
		if (!ask(crowd.good[i], 'g'))
			abort();
		if (ask(crowd.sometimes[i], 's'))
			atomic_fetch_add(&crowd.let_in, 1);
		else
			atomic_fetch_add(&crowd.refused, 1);
	}
	return NULL;
}

TEST(cache__threads_see_the_keys_of_before_or_after_a_swap_and_nothing_else) {
	(void)state_;
	static const char both[] = TEST_EC_A_PUBLIC TEST_EC_B_PUBLIC;
	pthread_t thread[THREADS];
	char text[TOKEN_ROOM], subject[16];
	crowd.checker = test_checker(test_pem_keys(both));
	for (int i = 0; i < TOKENS; i++) {
		(void)snprintf(subject, sizeof subject, "g%d", i);
		sign_as(subject, test_keys.ec_a, text);
		(void)snprintf(crowd.good[i], sizeof crowd.good[i], "%s", text);
		subject[0] = 's';
		sign_as(subject, test_keys.ec_b, text);
		(void)snprintf(crowd.sometimes[i], sizeof crowd.sometimes[i], "%s", text);
	}
	for (uintptr_t i = 0; i < THREADS; i++)
		CHECK(pthread_create(&thread[i], NULL, check_many, (void *)(i + 1)) == 0);
	const int swaps = 20 + (int)(200 * test_scale());
	for (int i = 0; i < swaps || atomic_load(&crowd.let_in) == 0 ||
			atomic_load(&crowd.refused) == 0;
			i++) {
		const bool with_b = i % 2 == 1;
		ent_token_checker_swap(
				crowd.checker, test_pem_keys(with_b ? both : TEST_EC_A_PUBLIC));
		/* From the moment that swap returns. */
		for (int t = 0; t < TOKENS; t++)
			CHECK(ask(crowd.sometimes[t], 's') == with_b);
	}
	atomic_store(&crowd.stop, true);
	for (size_t i = 0; i < THREADS; i++)
		CHECK(pthread_join(thread[i], NULL) == 0);
	ent_token_checker_destroy(crowd.checker);
}

int main(void) {
	static const struct CMUnitTest tests[] = {
			TEST_ENTRY(cache__a_good_token_is_verified_once_and_a_bad_one_each_time),
			TEST_ENTRY(cache__a_flood_of_bad_tokens_pushes_nobody_out),
			TEST_ENTRY(cache__times_count_at_each_check),
			TEST_ENTRY(cache__other_keys_forget_everything),
			TEST_ENTRY(cache__the_kid_says_which_key_comes_first_and_keeps_none_out),
			TEST_ENTRY(cache__texts_of_one_hash_are_not_taken_for_one_another),
			TEST_ENTRY(cache__what_old_keys_verified_does_not_come_in_after_a_swap),
			TEST_ENTRY(cache__it_is_bounded_and_keeps_those_that_are_used),
			TEST_ENTRY(cache__expired_ones_go_first),
			TEST_ENTRY(cache__threads_see_the_keys_of_before_or_after_a_swap_and_nothing_else),
	};
	return cmocka_run_group_tests(tests, test_keys_begin, test_keys_end);
}
