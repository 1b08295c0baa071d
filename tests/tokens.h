/* SPDX-License-Identifier: Apache-2.0 */
/* tokens.h: for tests of tokens: keys, checkers, and tokens that say whatever a test wants. */
#ifndef ENTENTE_TESTS_TOKENS_H
#define ENTENTE_TESTS_TOKENS_H

#include "entente/base64.h"
#include "entente/token.h"

#include "test.h"
#include "token_keys.h"

/* 2026-01-01T00:00:00Z: every test's present. */
#define NOW_S 1767225600
#define NOW_US (INT64_C(1000000) * NOW_S)
#define AUDIENCE "localhost"

#define HEADER_RS256 "{\"alg\":\"RS256\"}"
#define HEADER_ES256 "{\"alg\":\"ES256\"}"
/* The members that a good token must have, but for the time. */
#define WHO "\"iss\":\"issuer\",\"sub\":\"uss1\",\"aud\":\"" AUDIENCE "\""
#define SOON "\"exp\":1767226000"
#define CLAIMS "{" WHO "," SOON ",\"scope\":\"utm.a utm.b\"}"

enum { TOKEN_ROOM = 4 * ENT_TOKEN_SIZE_MAX };

static struct { struct ent_pkey *rsa_a, *rsa_b, *ec_a, *ec_b; } test_keys;

static inline struct ent_pkey *test_private_key(const char *pem) {
	struct ent_pkey *key = NULL;
	struct ent_fault fault = {0};
	if (ent_pkey_create_from_pem(pem, strlen(pem), true, &key, &fault) != ENT_OK)
		fail_msg("a test's key: %s", fault.why);
	return key;
}

/* For cmocka_run_group_tests. */
static inline int test_keys_begin(void **state) {
	(void)state;
	if (ent_seal_start() != ENT_OK)
		return -1;
	test_keys.rsa_a = test_private_key(TEST_RSA_A_PRIVATE);
	test_keys.rsa_b = test_private_key(TEST_RSA_B_PRIVATE);
	test_keys.ec_a = test_private_key(TEST_EC_A_PRIVATE);
	test_keys.ec_b = test_private_key(TEST_EC_B_PRIVATE);
	return 0;
}

static inline int test_keys_end(void **state) {
	(void)state;
	ent_pkey_destroy(test_keys.rsa_a);
	ent_pkey_destroy(test_keys.rsa_b);
	ent_pkey_destroy(test_keys.ec_a);
	ent_pkey_destroy(test_keys.ec_b);
	return 0;
}

/* Appends what 'bytes' are in base64url. */
static inline void test_put_base64(char *text, const void *bytes, size_t size) {
	const size_t length = strlen(text);
	CHECK(length + ENT_BASE64_SIZE(size) < TOKEN_ROOM);
	(void)ent_base64_print(ENT_BASE64_URL, bytes, size, text + length);
}

static inline void test_put_dot(char *text) {
	memcpy(text + strlen(text), ".", 2);
}

/* "Bearer header.claims.signature", signed with 'alg' whatever the header says. */
static inline void test_sign(const struct ent_pkey *key, enum ent_pkey_alg alg, const char *header,
		const char *claims, char ret_text[TOKEN_ROOM]) {
	static const char scheme[] = "Bearer ";
	uint8_t signature[1024];
	size_t size = 0;
	memcpy(ret_text, scheme, sizeof scheme);
	test_put_base64(ret_text, header, strlen(header));
	test_put_dot(ret_text);
	test_put_base64(ret_text, claims, strlen(claims));
	const char *text = ret_text + sizeof scheme - 1;
	CHECK(ent_pkey_sign(key, alg, text, strlen(text), signature, sizeof signature, &size) ==
			ENT_OK);
	test_put_dot(ret_text);
	test_put_base64(ret_text, signature, size);
}

/* Keys of a PEM text that may hold several. */
static inline struct ent_token_keys *test_pem_keys(const char *pem) {
	struct ent_token_keys *keys;
	struct ent_fault fault = {0};
	CHECK(ent_token_keys_create(&keys) == ENT_OK);
	if (ent_token_keys_add_pem(keys, "keys.pem", pem, strlen(pem), &fault) != ENT_OK)
		fail_msg("%s: %s", fault.where, fault.why);
	return keys;
}

static inline struct ent_token_keys *test_jwks_keys(const char *text) {
	struct ent_token_keys *keys;
	struct ent_fault fault = {0};
	CHECK(ent_token_keys_create(&keys) == ENT_OK);
	if (ent_token_keys_add_jwks(keys, "keys.json", text, strlen(text), NULL, 0, &fault) !=
			ENT_OK)
		fail_msg("%s: %s", fault.where, fault.why);
	return keys;
}

static inline struct ent_token_checker *test_checker(struct ent_token_keys *take_keys) {
	static const char *const audiences[] = {"dss.example", AUDIENCE};
	struct ent_token_checker *checker;
	CHECK(ent_token_checker_create(take_keys, audiences, COUNT_OF(audiences), &checker) ==
			ENT_OK);
	return checker;
}

/* A reason may be logged, so no piece of a token stands in it. */
static inline bool test_tells_token(const char *why, const char *authorization) {
	enum { PIECE = 20 };
	char piece[PIECE + 1] = "";
	for (; authorization != NULL && strlen(why) >= PIECE; why++) {
		memcpy(piece, why, PIECE);
		if (strstr(authorization, piece) != NULL)
			return true;
	}
	return false;
}

/* One check; a token that was let in is let go of at once, and then no fault is set. */
static inline ent_status test_check(struct ent_token_checker *checker, const char *authorization,
		int64_t now_utc_us, struct ent_fault *ret_fault) {
	const struct ent_token *token = NULL;
	*ret_fault = (struct ent_fault){0};
	const ent_status status = ent_token_check(
			checker, authorization, now_utc_us, &token, ret_fault);
	CHECK((status == ENT_OK) == (token != NULL));
	CHECK((status == ENT_OK) == (ret_fault->why[0] == '\0'));
	CHECK(!test_tells_token(ret_fault->why, authorization));
	ent_token_release(token);
	return status;
}

/* The same answer twice: without the table of tokens and with it. */
static inline void test_answer(struct ent_token_checker *checker, const char *why,
		const char *authorization, int64_t now_utc_us, ent_status status,
		const char *reason) {
	struct ent_fault fault;
	for (int i = 0; i < 2; i++) {
		const ent_status have = test_check(checker, authorization, now_utc_us, &fault);
		if (have != status || strstr(fault.why, reason) == NULL)
			fail_msg("%s: %s: %s: %s", why, i == 0 ? "at first" : "again",
					ent_status_name(have), fault.why);
	}
}

#endif
