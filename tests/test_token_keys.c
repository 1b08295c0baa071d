/* SPDX-License-Identifier: Apache-2.0 */
/* Keys for tokens, from PEM files and JWK Sets: which are taken, for what, and what is said of others. */
#include "tokens.h"

static const struct {
	const char *why, *pem;
	ent_status status;
	size_t n;
	const char *reason;
} pem_rows[] = {
		{"RSA", TEST_RSA_A_PUBLIC, ENT_OK, 1, ""},
		{"P-256", TEST_EC_A_PUBLIC, ENT_OK, 1, ""},
		{"two", TEST_RSA_A_PUBLIC TEST_EC_A_PUBLIC, ENT_OK, 2, ""},
		{"words around",
				"of 2026\n" TEST_RSA_A_PUBLIC "\nof 2025:\n" TEST_RSA_B_PUBLIC
				"end\n",
				ENT_OK, 2, ""},
		{"nothing", "", ENT_E_SYNTAX, 0, "no PEM block"},
		{"no PEM", "{\"keys\":[]}", ENT_E_SYNTAX, 0, "no PEM block"},
		{"cut", "-----BEGIN PUBLIC KEY-----\nMIIB\n", ENT_E_SYNTAX, 0, "has no end"},
		{"cut in the label", "-----BEGIN PUBLIC", ENT_E_SYNTAX, 0, "has no end"},
		{"cut at its end", "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC",
				ENT_E_SYNTAX, 0, "has no end"},
		{"empty", "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n", ENT_E_SYNTAX, 0,
				""},
		{"no base64",
				"-----BEGIN PUBLIC KEY-----\n!!!!\n-----END PUBLIC "
				"KEY-----\n",
				ENT_E_SYNTAX, 0, ""},
		{"no key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
				ENT_E_SYNTAX, 0, ""},
		{"a private key", TEST_EC_A_PRIVATE, ENT_E_REFUSED, 0, "\"PRIVATE KEY\""},
		{"a good one and a private key", TEST_EC_A_PUBLIC TEST_EC_A_PRIVATE, ENT_E_REFUSED,
				0, "\"PRIVATE KEY\""},
		{"a certificate",
				"-----BEGIN CERTIFICATE-----\nAAAA\n-----END "
				"CERTIFICATE-----\n",
				ENT_E_REFUSED, 0, "\"CERTIFICATE\""},
		{"a label that steers", "-----BEGIN \x1b[31m-----\n-----END -----", ENT_E_REFUSED,
				0, "\"?[31m\""},
		{"RSA of 1024 bits", TEST_RSA_1024_PUBLIC, ENT_E_REFUSED, 0, ""},
		{"another curve", TEST_P384_PUBLIC, ENT_E_REFUSED, 0, ""},
		{"Ed25519", TEST_ED25519_PUBLIC, ENT_E_REFUSED, 0, ""},
};

TEST(keys__every_block_of_a_pem_file_is_a_public_key) {
	(void)state_;
	struct ent_token_keys *keys;
	struct ent_fault fault;
	CHECK(ent_token_keys_create(&keys) == ENT_OK);
	size_t n = 0;
	for (size_t i = 0; i < COUNT_OF(pem_rows); i++) {
		fault = (struct ent_fault){0};
		const ent_status status = ent_token_keys_add_pem(
				keys, "a.pem", pem_rows[i].pem, strlen(pem_rows[i].pem), &fault);
		if (status != pem_rows[i].status || strstr(fault.why, pem_rows[i].reason) == NULL)
			fail_msg("%s: %s: %s", pem_rows[i].why, ent_status_name(status), fault.why);
		CHECK_ROW(pem_rows[i].why, (status == ENT_OK) == (fault.why[0] == '\0'));
		CHECK_ROW(pem_rows[i].why, status == ENT_OK || strcmp(fault.where, "a.pem") == 0);
		n += pem_rows[i].n;
		CHECK_ROW(pem_rows[i].why, ent_token_keys_count(keys) == n);
	}
	ent_token_keys_destroy(keys);
	ent_token_keys_destroy(NULL);
}

TEST(keys__there_are_at_most_so_many) {
	(void)state_;
	struct ent_token_keys *keys;
	struct ent_fault fault = {0};
	CHECK(ent_token_keys_create(&keys) == ENT_OK);
	static const char two[] = TEST_EC_A_PUBLIC TEST_EC_B_PUBLIC;
	for (size_t i = 0; i < ENT_TOKEN_KEYS_MAX - 1; i++)
		CHECK(ent_token_keys_add_pem(keys, "a", TEST_EC_A_PUBLIC, strlen(TEST_EC_A_PUBLIC),
				      &fault) == ENT_OK);
	CHECK(ent_token_keys_add_pem(keys, "a", two, strlen(two), &fault) == ENT_E_LIMIT);
	CHECK(strstr(fault.why, "more than 64 keys") != NULL);
	CHECK(ent_token_keys_count(keys) == ENT_TOKEN_KEYS_MAX - 1);
	CHECK(ent_token_keys_add_pem(keys, "a", TEST_EC_A_PUBLIC, strlen(TEST_EC_A_PUBLIC), NULL) ==
			ENT_OK);
	static const char set[] = "{\"keys\":[{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"" TEST_RSA_A_N
				  "\"}]}";
	CHECK(ent_token_keys_add_jwks(keys, "a", set, strlen(set), NULL, 0, &fault) == ENT_E_LIMIT);
	CHECK(ent_token_keys_count(keys) == ENT_TOKEN_KEYS_MAX);
	ent_token_keys_destroy(keys);
}

/* --- JWK Sets --- */

#define RSA_A "\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"" TEST_RSA_A_N "\""
#define RSA_B "\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"" TEST_RSA_B_N "\""
#define EC_XY(x, y) "\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" x "\",\"y\":\"" y "\""
#define EC_A EC_XY(TEST_EC_A_X, TEST_EC_A_Y)
#define GOOD "{" EC_XY(TEST_EC_B_X, TEST_EC_B_Y) "}"
#define SET(keys) "{\"keys\":[" keys "]}"

/* Adds to an empty set; true when status, number and reason are as they should be. */
static void check_set(const char *why, const char *text, const char *ids, ent_status status,
		size_t n, const char *reason) {
	struct ent_token_keys *keys;
	struct ent_fault fault = {0};
	char copy[64];
	const char *id[8];
	size_t n_ids = 0;
	(void)snprintf(copy, sizeof copy, "%s", ids);
	for (char *rest = NULL, *one = strtok_r(copy, ",", &rest); one != NULL;
			one = strtok_r(NULL, ",", &rest))
		id[n_ids++] = one;
	CHECK(ent_token_keys_create(&keys) == ENT_OK);
	const ent_status have = ent_token_keys_add_jwks(
			keys, "a.json", text, strlen(text), id, n_ids, &fault);
	if (have != status || strstr(fault.why, reason) == NULL || ent_token_keys_count(keys) != n)
		fail_msg("%s: %s, %zu keys: %s", why, ent_status_name(have),
				ent_token_keys_count(keys), fault.why);
	CHECK_ROW(why, (have == ENT_OK) == (fault.why[0] == '\0'));
	CHECK_ROW(why, have == ENT_OK || strcmp(fault.where, "a.json") == 0);
	ent_token_keys_destroy(keys);
}

static const struct {
	const char *why, *key, *reason; /* NULL: it can be used */
} jwk_rows[] = {
		{"RSA", "{" RSA_A "}", NULL},
		{"P-256", "{" EC_A "}", NULL},
		{"with a kid and more", "{" RSA_A ",\"kid\":\"k\",\"x5c\":[],\"x\":1}", NULL},
		{"a kid that is no string", "{" RSA_A ",\"kid\":1}", NULL},
		{"for signatures", "{" RSA_A ",\"use\":\"sig\"}", NULL},
		{"to verify", "{" RSA_A ",\"key_ops\":[\"sign\",\"verify\"]}", NULL},
		{"bound", "{" RSA_A ",\"alg\":\"PS512\"}", NULL},
		{"P-256, bound", "{" EC_A ",\"alg\":\"ES256\"}", NULL},
		{"for encryption", "{" RSA_A ",\"use\":\"enc\"}", "\"use\""},
		{"use of no string", "{" RSA_A ",\"use\":null}", "\"use\""},
		{"to sign only", "{" RSA_A ",\"key_ops\":[\"sign\"]}", "\"key_ops\""},
		{"operations of no array", "{" RSA_A ",\"key_ops\":{\"verify\":\"verify\"}}",
				"\"key_ops\""},
		{"bound to encryption", "{" RSA_A ",\"alg\":\"RSA-OAEP\"}", "\"alg\""},
		{"bound to a number", "{" RSA_A ",\"alg\":256}", "\"alg\""},
		{"bound to another kind's", "{" RSA_A ",\"alg\":\"ES256\"}", "its algorithm"},
		{"P-256, bound to RSA's", "{" EC_A ",\"alg\":\"RS256\"}", "its algorithm"},
		{"its private half is there", "{" RSA_A ",\"d\":\"AQAB\"}", "private"},
		{"a secret", "{\"kty\":\"oct\",\"k\":\"AAAA\"}", "\"kty\""},
		{"Ed25519", "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AA\"}", "\"kty\""},
		{"no kind", "{\"e\":\"AQAB\",\"n\":\"" TEST_RSA_A_N "\"}", "no \"kty\""},
		{"no object", "7", "no \"kty\""},
		{"no modulus", "{\"kty\":\"RSA\",\"e\":\"AQAB\"}", "\"n\" is missing"},
		{"an empty modulus", "{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"\"}", "\"n\""},
		{"a modulus of no string", "{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":5}", "\"n\""},
		{"padding", "{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"" TEST_RSA_A_N "==\"}",
				"\"n\""},
		{"no exponent", "{\"kty\":\"RSA\",\"n\":\"" TEST_RSA_A_N "\"}", "\"e\""},
		{"RSA of 1024 bits",
				"{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"" TEST_RSA_1024_N "\"}",
				"keys[0]"},
		{"RSA that is no RSA", "{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"AQAB\"}",
				"keys[0]"},
		{"another curve", "{\"kty\":\"EC\",\"crv\":\"P-384\",\"x\":\"\",\"y\":\"\"}",
				"P-256"},
		{"no curve", "{\"kty\":\"EC\",\"x\":\"AA\",\"y\":\"AA\"}", "P-256"},
		{"no x", "{\"kty\":\"EC\",\"crv\":\"P-256\",\"y\":\"" TEST_EC_A_Y "\"}",
				"\"x\" is missing"},
		{"a short x", "{" EC_XY("AAAA", TEST_EC_A_Y) "}", "32 bytes"},
		{"a long y", "{" EC_XY(TEST_EC_A_X, TEST_EC_A_Y "AAAA") "}", "\"y\""},
		{"no point of the curve", "{" EC_XY(TEST_EC_A_X, TEST_EC_B_Y) "}", "keys[0]"},
};

TEST(keys__a_jwk_that_cannot_be_used_is_passed_over_and_told_of_when_none_is_left) {
	(void)state_;
	char text[4096];
	for (size_t i = 0; i < COUNT_OF(jwk_rows); i++) {
		const bool good = jwk_rows[i].reason == NULL;
		(void)snprintf(text, sizeof text, SET("%s"), jwk_rows[i].key);
		check_set(jwk_rows[i].why, text, "", good ? ENT_OK : ENT_E_MISSING, good,
				good ? "" : jwk_rows[i].reason);
		(void)snprintf(text, sizeof text, SET("%s,%s"), jwk_rows[i].key, GOOD);
		check_set(jwk_rows[i].why, text, "", ENT_OK, good ? 2 : 1, "");
	}
}

static const struct {
	const char *why, *text, *ids;
	ent_status status;
	size_t n;
	const char *reason;
} set_rows[] = {
		{"two", SET("{" RSA_A "},{" EC_A "}"), "", ENT_OK, 2, ""},
		{"no keys", SET(""), "", ENT_E_MISSING, 0, "no key that we can use"},
		{"nothing", "", "", ENT_E_SYNTAX, 0, ""},
		{"a page", "<html></html>", "", ENT_E_SYNTAX, 0,
				"cannot be read as JSON: line 1, column 1"},
		{"an array", "[" GOOD "]", "", ENT_E_SYNTAX, 0, "no JWK Set"},
		{"a single key", GOOD, "", ENT_E_SYNTAX, 0, "no JWK Set"},
		{"keys by name", "{\"keys\":{\"k\":" GOOD "}}", "", ENT_E_SYNTAX, 0, "JWK Set"},
		{"keys twice", "{\"keys\":[],\"keys\":[" GOOD "]}", "", ENT_E_SYNTAX, 0,
				"keys: stands twice"},
		{"a member twice", SET("{" EC_A ",\"kid\":\"a\",\"kid\":\"b\"}"), "", ENT_E_SYNTAX,
				0, "keys[0].kid: stands twice"},
		{"one asked for", SET("{" RSA_A ",\"kid\":\"a\"},{" RSA_B ",\"kid\":\"b\"}"), "b",
				ENT_OK, 1, ""},
		{"both asked for", SET("{" RSA_A ",\"kid\":\"a\"},{" RSA_B ",\"kid\":\"b\"}"),
				"b,a", ENT_OK, 2, ""},
		{"two of one kid", SET("{" RSA_A ",\"kid\":\"a\"},{" RSA_B ",\"kid\":\"a\"}"), "a",
				ENT_OK, 2, ""},
		{"one that is not there", SET("{" RSA_A ",\"kid\":\"a\"}," GOOD), "a,c",
				ENT_E_MISSING, 0, "kid \"c\""},
		{"one like it", SET("{" RSA_A ",\"kid\":\"ab\"}"), "a", ENT_E_MISSING, 0,
				"kid \"a\""},
		{"one that ends early", SET("{" RSA_A ",\"kid\":\"a\\u0000\"}"), "a", ENT_E_MISSING,
				0, "kid \"a\""},
		{"one that cannot be used", SET("{" RSA_A ",\"kid\":\"a\",\"use\":\"enc\"}," GOOD),
				"a", ENT_E_MISSING, 0, "kid \"a\"; of keys[0]: its \"use\""},
		{"others do not matter when one is asked for",
				SET("{\"kty\":\"oct\",\"kid\":\"a\"},{" RSA_B ",\"kid\":\"b\"}"),
				"b", ENT_OK, 1, ""},
};

TEST(keys__a_jwk_set_is_an_object_with_an_array) {
	(void)state_;
	for (size_t i = 0; i < COUNT_OF(set_rows); i++)
		check_set(set_rows[i].why, set_rows[i].text, set_rows[i].ids, set_rows[i].status,
				set_rows[i].n, set_rows[i].reason);
	char *large = malloc(ENT_TOKEN_JWKS_SIZE_MAX + 2);
	memset(large, ' ', ENT_TOKEN_JWKS_SIZE_MAX + 1);
	large[ENT_TOKEN_JWKS_SIZE_MAX + 1] = '\0';
	memcpy(large, SET(GOOD), strlen(SET(GOOD)));
	check_set("a byte too large", large, "", ENT_E_LIMIT, 0, "more than 1024 KiB");
	large[ENT_TOKEN_JWKS_SIZE_MAX] = '\0';
	check_set("as large as may be", large, "", ENT_OK, 1, "");
	for (int more = 0; more < 2; more++) {
		char *at = large + sprintf(large, "{\"keys\":[");
		for (int i = 1; i < ENT_TOKEN_JWKS_KEYS_MAX + more; i++)
			at += sprintf(at, "{},");
		(void)sprintf(at, GOOD "]}");
		check_set("many", large, "", more ? ENT_E_LIMIT : ENT_OK, !more,
				more ? "more than 256 keys" : "");
	}
	free(large);
}

TEST(keys__a_jwk_checks_only_the_algorithm_that_it_is_bound_to) {
	(void)state_;
	char text[TOKEN_ROOM];
	struct ent_token_checker *bound = test_checker(
			test_jwks_keys(SET("{" RSA_A ",\"alg\":\"RS256\"}")));
	struct ent_token_checker *any = test_checker(test_jwks_keys(SET("{" RSA_A "}")));
	test_sign(test_keys.rsa_a, ENT_PKEY_PS256, "{\"alg\":\"PS256\"}", CLAIMS, text);
	test_answer(any, "any of its kind", text, NOW_US, ENT_OK, "");
	test_answer(bound, "another of its kind", text, NOW_US, ENT_E_REFUSED,
			"no key of ours is for");
	test_sign(test_keys.rsa_a, ENT_PKEY_RS256, HEADER_RS256, CLAIMS, text);
	test_answer(bound, "its own", text, NOW_US, ENT_OK, "");
	ent_token_checker_destroy(bound);
	ent_token_checker_destroy(any);
}

TEST(keys__a_checker_has_at_most_so_many_audiences) {
	(void)state_;
	const char *audiences[ENT_TOKEN_AUDIENCES_MAX + 1];
	char text[TOKEN_ROOM];
	struct ent_token_checker *checker = NULL;
	for (size_t i = 0; i <= ENT_TOKEN_AUDIENCES_MAX; i++)
		audiences[i] = i + 1 < ENT_TOKEN_AUDIENCES_MAX
				? "an audience of some length \xc3\xa9"
				: AUDIENCE;
	CHECK(ent_token_checker_create(test_pem_keys(TEST_EC_A_PUBLIC), audiences,
			      ENT_TOKEN_AUDIENCES_MAX + 1, &checker) == ENT_E_LIMIT);
	CHECK(checker == NULL);
	CHECK(ent_token_checker_create(test_pem_keys(TEST_EC_A_PUBLIC), audiences,
			      ENT_TOKEN_AUDIENCES_MAX, &checker) == ENT_OK);
	test_sign(test_keys.ec_a, ENT_PKEY_ES256, HEADER_ES256, CLAIMS, text);
	test_answer(checker, "the last of them", text, NOW_US, ENT_OK, "");
	test_sign(test_keys.ec_a, ENT_PKEY_ES256, HEADER_ES256,
			"{\"iss\":\"i\",\"sub\":\"s\",\"aud\":\"x\"," SOON "}", text);
	test_answer(checker, "a list that does not fit", text, NOW_US, ENT_E_REFUSED,
			"none of: an audience of some length \xc3\xa9, an ");
	ent_token_checker_destroy(checker);
	CHECK(ent_token_checker_create(test_pem_keys(TEST_EC_A_PUBLIC), NULL, 0, &checker) ==
			ENT_OK);
	test_answer(checker, "nobody's", text, NOW_US, ENT_E_REFUSED, "audience (aud)");
	ent_token_checker_destroy(checker);
	ent_token_checker_destroy(NULL);
}

int main(void) {
	static const struct CMUnitTest tests[] = {
			TEST_ENTRY(keys__every_block_of_a_pem_file_is_a_public_key),
			TEST_ENTRY(keys__there_are_at_most_so_many),
			TEST_ENTRY(keys__a_jwk_that_cannot_be_used_is_passed_over_and_told_of_when_none_is_left),
			TEST_ENTRY(keys__a_jwk_set_is_an_object_with_an_array),
			TEST_ENTRY(keys__a_jwk_checks_only_the_algorithm_that_it_is_bound_to),
			TEST_ENTRY(keys__a_checker_has_at_most_so_many_audiences),
	};
	return cmocka_run_group_tests(tests, test_keys_begin, test_keys_end);
}
