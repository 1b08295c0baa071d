/* SPDX-License-Identifier: Apache-2.0 */
/* The claims of tokens whose signature is right: which are let in, when, and what is said. */
#include "tokens.h"

#define TIMELESS "{" WHO ","
#define NAMED(claim) "{" SOON "," claim "}"

struct row {
	const char *why, *claims;
	ent_status status;
	const char *reason;
};

static void check_rows(const struct row *rows, size_t n) {
	struct ent_token_checker *checker = test_checker(test_pem_keys(TEST_EC_A_PUBLIC));
	char text[TOKEN_ROOM];
	for (size_t i = 0; i < n; i++) {
		test_sign(test_keys.ec_a, ENT_PKEY_ES256, HEADER_ES256, rows[i].claims, text);
		test_answer(checker, rows[i].why, text, NOW_US, rows[i].status, rows[i].reason);
	}
	ent_token_checker_destroy(checker);
}

TEST(claims__times_have_no_leeway_and_a_life_of_an_hour) {
	(void)state_;
	static const struct row rows[] = {
			{"an hour ahead", TIMELESS "\"exp\":1767229200}", ENT_OK, ""},
			{"a second more", TIMELESS "\"exp\":1767229201}", ENT_E_REFUSED,
					"more than an hour from now, at 2026-01-01T01:00:01Z"},
			{"a microsecond more", TIMELESS "\"exp\":1767229200.000002}", ENT_E_REFUSED,
					"more than an hour"},
			{"a second ahead", TIMELESS "\"exp\":1767225601}", ENT_OK, ""},
			{"a little ahead", TIMELESS "\"exp\":1767225600.00001}", ENT_OK, ""},
			{"now", TIMELESS "\"exp\":1767225600}", ENT_E_REFUSED,
					"the token expired at 2026-01-01T00:00:00Z"},
			{"past", TIMELESS "\"exp\":1767225599}", ENT_E_REFUSED, "expired at 2025"},
			{"with a point", TIMELESS "\"exp\":1767226000.5}", ENT_OK, ""},
			{"with an exponent", TIMELESS "\"exp\":1.767226e9}", ENT_OK, ""},
			{"in milliseconds", TIMELESS "\"exp\":1767226000000}", ENT_E_REFUSED,
					"between the years"},
			{"missing", TIMELESS "\"iat\":1}", ENT_E_REFUSED,
					"\"exp\" (when it expires)"},
			{"a string", TIMELESS "\"exp\":\"1767226000\"}", ENT_E_REFUSED,
					"\"exp\" is not a number"},
			{"null", TIMELESS "\"exp\":null}", ENT_E_REFUSED,
					"\"exp\" is not a number"},
			{"negative", TIMELESS "\"exp\":-1}", ENT_E_REFUSED,
					"expired at 1969-12-31"},
			{"negative, with a point", TIMELESS "\"exp\":-0.5}", ENT_E_REFUSED,
					"expired at 1969-12-31T23:59:59.5"},
			{"huge", TIMELESS "\"exp\":1e300}", ENT_E_REFUSED, "between the years"},
			{"2^63", TIMELESS "\"exp\":9223372036854775808}", ENT_E_REFUSED,
					"between the years"},
			{"too large for a number", TIMELESS "\"exp\":1e999}", ENT_E_REFUSED,
					"cannot be read"},
			{"starts now", TIMELESS SOON ",\"nbf\":1767225600}", ENT_OK, ""},
			{"starts later", TIMELESS SOON ",\"nbf\":1767225601}", ENT_E_REFUSED,
					"not good before 2026-01-01T00:00:01Z"},
			{"starts a little later", TIMELESS SOON ",\"nbf\":1767225600.001}",
					ENT_E_REFUSED, "not good before 2026-01-01T00:00:00.001Z"},
			{"started at 0", TIMELESS SOON ",\"nbf\":0}", ENT_OK, ""},
			{"started before", TIMELESS SOON ",\"nbf\":-5.5}", ENT_OK, ""},
			{"starts with a word", TIMELESS SOON ",\"nbf\":\"now\"}", ENT_E_REFUSED,
					"\"nbf\" is not a number"},
			{"issued now", TIMELESS SOON ",\"iat\":1767225600}", ENT_OK, ""},
			{"issued with a point", TIMELESS SOON ",\"iat\":1767225599.75}", ENT_OK,
					""},
			{"issued in the future", TIMELESS SOON ",\"iat\":1767225601}",
					ENT_E_REFUSED,
					"issued in the future, at 2026-01-01T00:00:01Z"},
			{"issued as an array", TIMELESS SOON ",\"iat\":[]}", ENT_E_REFUSED,
					"\"iat\" is not a number"},
	};
	check_rows(rows, COUNT_OF(rows));
}

TEST(claims__who_gave_it_and_to_whom_must_be_said) {
	(void)state_;
#define FOR_US "\"aud\":\"" AUDIENCE "\","
	static const struct row rows[] = {
			{"both", NAMED(FOR_US "\"iss\":\"i\",\"sub\":\"s\""), ENT_OK, ""},
			{"no sub", NAMED(FOR_US "\"iss\":\"i\""), ENT_E_REFUSED, "\"sub\" (who"},
			{"sub empty", NAMED(FOR_US "\"iss\":\"i\",\"sub\":\"\""), ENT_E_REFUSED,
					"\"sub\" (who it was given to) is missing or empty"},
			{"sub a number", NAMED(FOR_US "\"iss\":\"i\",\"sub\":1"), ENT_E_REFUSED,
					"\"sub\" is not a string"},
			{"sub that would end early",
					NAMED(FOR_US "\"iss\":\"i\",\"sub\":\"a\\u0000b\""),
					ENT_E_REFUSED, "\"sub\" holds a NUL"},
			{"no iss", NAMED(FOR_US "\"sub\":\"s\""), ENT_E_REFUSED, "\"iss\" (who"},
			{"iss empty", NAMED(FOR_US "\"iss\":\"\",\"sub\":\"s\""), ENT_E_REFUSED,
					"\"iss\" (who gave it) is missing or empty"},
			{"iss an object", NAMED(FOR_US "\"iss\":{},\"sub\":\"s\""), ENT_E_REFUSED,
					"\"iss\" is not a string"},
			{"sub twice", NAMED(FOR_US "\"iss\":\"i\",\"sub\":\"a\",\"sub\":\"b\""),
					ENT_E_REFUSED, "sub: stands twice"},
			{"sub twice, once escaped",
					NAMED(FOR_US "\"iss\":\"i\",\"sub\":\"a\",\"s\\u0075b\":"
						     "\"b\""),
					ENT_E_REFUSED, "sub: stands twice"},
			{"something twice, deep",
					NAMED(FOR_US "\"iss\":\"i\",\"sub\":\"s\",\"x\":[{\"y\":1,"
						     "\"y\":1}]"),
					ENT_E_REFUSED, "x[0].y: stands twice"},
			{"no object", "[]", ENT_E_REFUSED, "not a JSON object"},
			{"no JSON", "sub=me", ENT_E_REFUSED, "the token's claims cannot be read"},
			{"no UTF-8", NAMED(FOR_US "\"iss\":\"i\",\"sub\":\"\xc3\""), ENT_E_REFUSED,
					"cannot be read"},
			{"half a pair", NAMED(FOR_US "\"iss\":\"i\",\"sub\":\"\\ud800\""),
					ENT_E_REFUSED, "cannot be read"},
			{"a token within", "eyJhbGciOiJFUzI1NiJ9.e30.AA", ENT_E_REFUSED,
					"cannot be read"},
	};
	check_rows(rows, COUNT_OF(rows));
}

TEST(claims__one_of_its_audiences_must_be_one_of_ours) {
	(void)state_;
#define FROM "\"iss\":\"i\",\"sub\":\"s\","
#define NOT_OURS "audience (aud) is none of: dss.example, localhost"
	static const struct row rows[] = {
			{"a string", NAMED(FROM "\"aud\":\"localhost\""), ENT_OK, ""},
			{"the other", NAMED(FROM "\"aud\":\"dss.example\""), ENT_OK, ""},
			{"an array", NAMED(FROM "\"aud\":[\"localhost\"]"), ENT_OK, ""},
			{"the last of some", NAMED(FROM "\"aud\":[\"x\",\"y\",\"localhost\"]"),
					ENT_OK, ""},
			{"another", NAMED(FROM "\"aud\":\"other\""), ENT_E_REFUSED, NOT_OURS},
			{"the start of ours", NAMED(FROM "\"aud\":\"local\""), ENT_E_REFUSED,
					NOT_OURS},
			{"ours and more", NAMED(FROM "\"aud\":\"localhost.evil\""), ENT_E_REFUSED,
					NOT_OURS},
			{"in capitals", NAMED(FROM "\"aud\":\"LOCALHOST\""), ENT_E_REFUSED,
					NOT_OURS},
			{"both in one", NAMED(FROM "\"aud\":\"localhost dss.example\""),
					ENT_E_REFUSED, NOT_OURS},
			{"with NUL", NAMED(FROM "\"aud\":\"localhost\\u0000\""), ENT_E_REFUSED,
					"\"aud\" holds a NUL"},
			{"empty", NAMED(FROM "\"aud\":\"\""), ENT_E_REFUSED, NOT_OURS},
			{"none", NAMED("\"iss\":\"i\",\"sub\":\"s\""), ENT_E_REFUSED, NOT_OURS},
			{"an empty array", NAMED(FROM "\"aud\":[]"), ENT_E_REFUSED, NOT_OURS},
			{"a number", NAMED(FROM "\"aud\":1"), ENT_E_REFUSED,
					"neither a string nor"},
			{"null", NAMED(FROM "\"aud\":null"), ENT_E_REFUSED, "neither a string nor"},
			{"an object", NAMED(FROM "\"aud\":{\"localhost\":1}"), ENT_E_REFUSED,
					"neither a string nor"},
			{"an array with a number", NAMED(FROM "\"aud\":[\"localhost\",1]"),
					ENT_E_REFUSED, "something that is not a string"},
			{"an array in an array", NAMED(FROM "\"aud\":[[\"localhost\"]]"),
					ENT_E_REFUSED, "something that is not a string"},
	};
	check_rows(rows, COUNT_OF(rows));
}

/* A list of 'n' strings, the last of them 'last'. */
static void list_of(size_t n, const char *separator, const char *last, char *ret_text) {
	for (size_t i = 0; i + 1 < n; i++)
		ret_text += sprintf(ret_text, "a%s", separator);
	(void)sprintf(ret_text, "%s", last);
}

TEST(claims__lists_have_an_end) {
	(void)state_;
	struct ent_token_checker *checker = test_checker(test_pem_keys(TEST_EC_A_PUBLIC));
	char list[4096], claims[8192], text[TOKEN_ROOM];
	for (size_t more = 0; more < 2; more++) {
		list_of(ENT_TOKEN_AUDIENCES_MAX + more, "\",\"", AUDIENCE, list);
		(void)snprintf(claims, sizeof claims, NAMED(FROM "\"aud\":[\"%s\"]"), list);
		test_sign(test_keys.ec_a, ENT_PKEY_ES256, HEADER_ES256, claims, text);
		test_answer(checker, "audiences", text, NOW_US, more ? ENT_E_REFUSED : ENT_OK,
				more ? "too many audiences" : "");
		list_of(ENT_TOKEN_SCOPES_MAX + more, " ", "last", list);
		(void)snprintf(claims, sizeof claims, TIMELESS SOON ",\"scope\":\"%s\"}", list);
		test_sign(test_keys.ec_a, ENT_PKEY_ES256, HEADER_ES256, claims, text);
		test_answer(checker, "scopes", text, NOW_US, more ? ENT_E_REFUSED : ENT_OK,
				more ? "too many scopes" : "");
	}
	ent_token_checker_destroy(checker);
}

TEST(claims__its_scope_is_one_string) {
	(void)state_;
	static const struct {
		const char *why, *scope;
		ent_status status;
		size_t n;
		const char *has; /* joined with commas */
	} rows[] = {
			{"none", "", ENT_OK, 0, ""},
			{"empty", ",\"scope\":\"\"", ENT_OK, 0, ""},
			{"a space", ",\"scope\":\" \"", ENT_OK, 0, ""},
			{"one", ",\"scope\":\"a\"", ENT_OK, 1, "a"},
			{"two", ",\"scope\":\"a b\"", ENT_OK, 2, "a,b"},
			{"double spaces", ",\"scope\":\"aa  bb\"", ENT_OK, 2, "aa,bb"},
			{"spaces around", ",\"scope\":\"  a bc \"", ENT_OK, 2, "a,bc"},
			{"twice the same", ",\"scope\":\"a a\"", ENT_OK, 2, "a,a"},
			{"a tab separates nothing", ",\"scope\":\"a\\tb\"", ENT_OK, 1, "a\tb"},
			{"letters of any kind", ",\"scope\":\"\\u00e9 \\\"\"", ENT_OK, 2,
					"\xc3\xa9,\""},
			{"an array", ",\"scope\":[\"a\"]", ENT_E_REFUSED, 0, ""},
			{"a number", ",\"scope\":1", ENT_E_REFUSED, 0, ""},
			{"null", ",\"scope\":null", ENT_E_REFUSED, 0, ""},
			{"with NUL", ",\"scope\":\"a\\u0000b\"", ENT_E_REFUSED, 0, ""},
			{"under another name", ",\"scp\":\"a\",\"scopes\":\"b\"", ENT_OK, 0, ""},
	};
	struct ent_token_checker *checker = test_checker(test_pem_keys(TEST_EC_A_PUBLIC));
	char claims[1024], text[TOKEN_ROOM];
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct ent_token *token = NULL;
		char has[64] = "";
		(void)snprintf(claims, sizeof claims, TIMELESS SOON "%s}", rows[i].scope);
		test_sign(test_keys.ec_a, ENT_PKEY_ES256, HEADER_ES256, claims, text);
		CHECK_ROW(rows[i].why,
				ent_token_check(checker, text, NOW_US, &token, NULL) ==
						rows[i].status);
		for (size_t s = 0; token != NULL && s < token->n_scopes; s++) {
			(void)snprintf(has + strlen(has), sizeof has - strlen(has), "%s%s",
					s > 0 ? "," : "", token->scopes[s]);
			CHECK_ROW(rows[i].why, ent_token_has_scope(token, token->scopes[s]));
		}
		CHECK_ROW(rows[i].why, token == NULL || token->n_scopes == rows[i].n);
		CHECK_ROW(rows[i].why, strcmp(has, rows[i].has) == 0);
		CHECK_ROW(rows[i].why, token == NULL || !ent_token_has_scope(token, ""));
		ent_token_release(token);
	}
	ent_token_checker_destroy(checker);
}

TEST(claims__are_told_of_only_when_the_signature_is_right) {
	(void)state_;
	struct ent_token_checker *checker = test_checker(test_pem_keys(TEST_EC_A_PUBLIC));
	char text[TOKEN_ROOM];
	test_sign(test_keys.ec_b, ENT_PKEY_ES256, HEADER_ES256, "{}", text);
	test_answer(checker, "claims that would be refused", text, NOW_US, ENT_E_REFUSED,
			"none of our keys");
	ent_token_checker_destroy(checker);
}

TEST(claims__at_any_moment_the_answer_is_a_sum_of_the_same_rules) {
	(void)state_;
	struct ent_token_checker *checker = test_checker(test_pem_keys(TEST_EC_A_PUBLIC));
	const int64_t moments[] = {INT64_MIN, -1, 0, NOW_US - 1, NOW_US, NOW_US + 1,
			NOW_US + 400000000 - 1, NOW_US + 400000000, INT64_MAX};
	char text[TOKEN_ROOM];
	struct ent_fault fault;
	test_sign(test_keys.ec_a, ENT_PKEY_ES256, HEADER_ES256,
			TIMELESS SOON ",\"nbf\":1767225600}", text);
	for (int again = 0; again < 2; again++)
		for (size_t i = 0; i < COUNT_OF(moments); i++) {
			const bool good = moments[i] >= NOW_US && moments[i] < NOW_US + 400000000;
			CHECK(test_check(checker, text, moments[i], &fault) ==
					(good ? ENT_OK : ENT_E_REFUSED));
		}
	ent_token_checker_destroy(checker);
}

int main(void) {
	static const struct CMUnitTest tests[] = {
			TEST_ENTRY(claims__times_have_no_leeway_and_a_life_of_an_hour),
			TEST_ENTRY(claims__who_gave_it_and_to_whom_must_be_said),
			TEST_ENTRY(claims__one_of_its_audiences_must_be_one_of_ours),
			TEST_ENTRY(claims__lists_have_an_end),
			TEST_ENTRY(claims__its_scope_is_one_string),
			TEST_ENTRY(claims__are_told_of_only_when_the_signature_is_right),
			TEST_ENTRY(claims__at_any_moment_the_answer_is_a_sum_of_the_same_rules),
	};
	return cmocka_run_group_tests(tests, test_keys_begin, test_keys_end);
}
