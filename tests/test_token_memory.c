/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that cannot be had, in token: every allocation fails once, then all from it on. The outcome is
 * E_MEMORY with its reason, or the very result; nothing stays behind, and nobody is let in who should not be.
 */
#include "memory.h"
#include "tokens.h"

/* The JSON parser's, which are freed by delete and so are not counted as live. */
void *__real__ZnwmRKSt9nothrow_t(size_t size, const void *nothrow);
void *__real__ZnamRKSt9nothrow_t(size_t size, const void *nothrow);
void *__wrap__ZnwmRKSt9nothrow_t(size_t size, const void *nothrow);
void *__wrap__ZnamRKSt9nothrow_t(size_t size, const void *nothrow);

void *__wrap__ZnwmRKSt9nothrow_t(size_t size, const void *nothrow) {
	return memory_fails() ? NULL : __real__ZnwmRKSt9nothrow_t(size, nothrow);
}

void *__wrap__ZnamRKSt9nothrow_t(size_t size, const void *nothrow) {
	return memory_fails() ? NULL : __real__ZnamRKSt9nothrow_t(size, nothrow);
}

static const char pem[] = TEST_RSA_A_PUBLIC TEST_EC_A_PUBLIC;
static const char jwks[] = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" TEST_EC_A_X
			   "\",\"y\":\"" TEST_EC_A_Y "\",\"kid\":\"a\"},"
			   "{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"" TEST_RSA_A_N
			   "\",\"kid\":\"b\"},{\"kty\":\"oct\"}]}";

/* Both kinds of source, one after the other; each is taken as a whole or not at all. */
static ent_status make_keys(struct ent_token_keys **ret_keys, struct ent_fault *fault) {
	static const char *const ids[] = {"b", "a"};
	struct ent_token_keys *keys = NULL;
	ent_status status = ent_token_keys_create(&keys);
	if (status == ENT_OK)
		status = ent_token_keys_add_pem(keys, "a.pem", pem, strlen(pem), fault);
	if (status != ENT_OK) {
		CHECK(keys == NULL || ent_token_keys_count(keys) == 0);
		ent_token_keys_destroy(keys);
		return status;
	}
	status = ent_token_keys_add_jwks(keys, "a.json", jwks, strlen(jwks), ids, 2, fault);
	CHECK(ent_token_keys_count(keys) == (status == ENT_OK ? 4 : 2));
	if (status == ENT_OK) {
		*ret_keys = keys;
		return ENT_OK;
	}
	ent_token_keys_destroy(keys);
	return status;
}

static ent_status make_checker(struct ent_token_checker **ret_checker, struct ent_fault *fault) {
	static const char *const audiences[] = {AUDIENCE, "dss.example"};
	struct ent_token_keys *keys;
	const ent_status status = make_keys(&keys, fault);
	return status == ENT_OK ? ent_token_checker_create(keys, audiences, 2, ret_checker)
				: status;
}

TEST(token__without_memory_there_is_no_checker_and_no_token) {
	(void)state_;
	char good[TOKEN_ROOM], bad[TOKEN_ROOM];
	test_sign(test_keys.ec_a, ENT_PKEY_ES256, HEADER_ES256, CLAIMS, good);
	test_sign(test_keys.ec_b, ENT_PKEY_ES256, HEADER_ES256, CLAIMS, bad);
	const int64_t before = memory.live;
	unsigned no_checker = 0, no_token = 0;
	for (int all_later = 0; all_later < 2; all_later++) {
		bool reached = true;
		for (uint64_t fail_at = 1; reached; fail_at++) {
			struct ent_token_checker *checker = NULL;
			const struct ent_token *token = NULL;
			struct ent_fault fault = {0};
			memory_begin(fail_at, all_later == 1);
			ent_status status = make_checker(&checker, &fault);
			CHECK((status == ENT_OK) == (checker != NULL));
			CHECK(status == ENT_OK || status == ENT_E_MEMORY);
			no_checker += status == ENT_E_MEMORY;
			ent_status of_bad = ENT_E_REFUSED;
			if (status == ENT_OK) {
				of_bad = ent_token_check(checker, bad, NOW_US, &token, &fault);
				CHECK(token == NULL && fault.why[0] != '\0');
				status = ent_token_check(checker, good, NOW_US, &token, &fault);
				CHECK((status == ENT_OK) == (token != NULL));
				CHECK(status == ENT_OK || strcmp(fault.why, "out of memory") == 0);
				no_token += status == ENT_E_MEMORY;
			}
			reached = memory.calls >= fail_at;
			memory_begin(0, false);
			CHECK(of_bad == ENT_E_REFUSED || of_bad == ENT_E_MEMORY);
			CHECK(status == ENT_OK || status == ENT_E_MEMORY);
			ent_token_release(token);
			ent_token_checker_destroy(checker);
			CHECK(memory.live == before);
		}
	}
	CHECK(no_checker > 20 && no_token > 4);
}

TEST(token__who_is_remembered_needs_no_memory) {
	(void)state_;
	char text[TOKEN_ROOM];
	struct ent_fault fault;
	struct ent_token_checker *checker = test_checker(test_pem_keys(TEST_EC_A_PUBLIC));
	test_sign(test_keys.ec_a, ENT_PKEY_ES256, HEADER_ES256, CLAIMS, text);
	CHECK(test_check(checker, text, NOW_US, &fault) == ENT_OK);
	memory_begin(1, true);
	const ent_status status = test_check(checker, text, NOW_US, &fault);
	const uint64_t calls = memory.calls;
	memory_begin(0, false);
	CHECK(status == ENT_OK && calls == 0);
	ent_token_checker_destroy(checker);
}

int main(void) {
	static const struct CMUnitTest tests[] = {
			TEST_ENTRY(token__without_memory_there_is_no_checker_and_no_token),
			TEST_ENTRY(token__who_is_remembered_needs_no_memory),
	};
	return cmocka_run_group_tests(tests, test_keys_begin, test_keys_end);
}
