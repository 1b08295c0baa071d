/* SPDX-License-Identifier: Apache-2.0 */
/* Bearer tokens: which are let in, which are not, and what is said. */
#include "tokens.h"

#define BOTH TEST_RSA_A_PUBLIC TEST_EC_A_PUBLIC

static const struct ent_pkey *key_named(char name) {
	return name == 'R'            ? test_keys.rsa_a
			: name == 'S' ? test_keys.rsa_b
			: name == 'E' ? test_keys.ec_a
				      : test_keys.ec_b;
}

/* --- The Authorization header and the form of a token --- */

/* A good token with '1', '2' and '3' in place of its parts. */
static void fill_form(const char *form, const char *token, char *ret_text) {
	const char *first = strchr(token, '.'), *second = strrchr(token, '.');
	const char *const part[3] = {token, first + 1, second + 1};
	const size_t length[3] = {
			(size_t)(first - token), (size_t)(second - first - 1), strlen(second + 1)};
	for (; *form != '\0'; form++) {
		if (*form < '1' || *form > '3') {
			*ret_text++ = *form;
			continue;
		}
		memcpy(ret_text, part[*form - '1'], length[*form - '1']);
		ret_text += length[*form - '1'];
	}
	*ret_text = '\0';
}

TEST(token__its_form_is_three_parts_of_base64url_after_the_scheme) {
	(void)state_;
	static const struct {
		const char *why, *form;
		ent_status status;
		const char *reason;
	} rows[] = {
			{"as it should be", "Bearer 1.2.3", ENT_OK, ""},
			{"in small letters", "bearer 1.2.3", ENT_OK, ""},
			{"in any letters", "bEARER 1.2.3", ENT_OK, ""},
			{"a tab", "Bearer\t1.2.3", ENT_OK, ""},
			{"nothing", "", ENT_E_MISSING, "not of the scheme"},
			{"too short", "Bear", ENT_E_MISSING, "not of the scheme"},
			{"the scheme alone", "Bearer", ENT_E_MISSING, "no token"},
			{"the scheme and a space", "Bearer ", ENT_E_MISSING, "no token"},
			{"another scheme", "Basic 1.2.3", ENT_E_MISSING, "not of the scheme"},
			{"one of the same length", "Digest 1.2.3", ENT_E_MISSING, "the scheme"},
			{"no separator", "Bearer1.2.3", ENT_E_MISSING, "the scheme"},
			{"another separator", "Bearer:1.2.3", ENT_E_MISSING, "the scheme"},
			{"no scheme", "1.2.3", ENT_E_MISSING, "the scheme"},
			{"two separators", "Bearer  1.2.3", ENT_E_REFUSED, "header"},
			{"a space behind", "Bearer 1.2.3 ", ENT_E_REFUSED, "signature"},
			{"a line break behind", "Bearer 1.2.3\n", ENT_E_REFUSED, "signature"},
			{"a second token", "Bearer 1.2.3,1.2.3", ENT_E_REFUSED, "three parts"},
			{"one part", "Bearer 1", ENT_E_REFUSED, "three parts"},
			{"two parts", "Bearer 1.2", ENT_E_REFUSED, "three parts"},
			{"four parts", "Bearer 1.2.3.3", ENT_E_REFUSED, "three parts"},
			{"five parts, as JWE", "Bearer 1.2.3.3.3", ENT_E_REFUSED, "three parts"},
			{"a dot behind", "Bearer 1.2.3.", ENT_E_REFUSED, "three parts"},
			{"a dot in front", "Bearer .1.2.3", ENT_E_REFUSED, "three parts"},
			{"a dot", "Bearer .", ENT_E_REFUSED, "three parts"},
			{"two dots", "Bearer ..", ENT_E_REFUSED, "header is empty"},
			{"no header", "Bearer .2.3", ENT_E_REFUSED, "header is empty"},
			{"no claims", "Bearer 1..3", ENT_E_REFUSED, "claims are empty"},
			{"no signature", "Bearer 1.2.", ENT_E_REFUSED, "signature is empty"},
			{"padding", "Bearer 1.2.3==", ENT_E_REFUSED, "signature"},
			{"padding of the header", "Bearer 1=.2.3", ENT_E_REFUSED, "header"},
			{"padding of the claims", "Bearer 1.2=.3", ENT_E_REFUSED, "claims"},
			{"the other alphabet", "Bearer 1.2.3+/", ENT_E_REFUSED, "signature"},
			{"a byte behind", "Bearer 1.2.3AA", ENT_E_REFUSED, "signature"},
			{"not ASCII", "Bearer 1.2.3\xc3\xa9", ENT_E_REFUSED, "signature"},
			{"twice the signature", "Bearer 1.2.33", ENT_E_REFUSED, "signature"},
			{"parts that changed places", "Bearer 2.1.3", ENT_E_REFUSED, "alg"},
			{"the header as claims", "Bearer 1.1.3", ENT_E_REFUSED, "none of our keys"},
			{"the claims as signature", "Bearer 1.2.2", ENT_E_REFUSED, "none of our"},
	};
	struct ent_token_checker *checker = test_checker(test_pem_keys(BOTH));
	char token[TOKEN_ROOM], text[TOKEN_ROOM];
	test_sign(test_keys.rsa_a, ENT_PKEY_RS256, HEADER_RS256, CLAIMS, token);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		fill_form(rows[i].form, token + 7, text);
		test_answer(checker, rows[i].why, text, NOW_US, rows[i].status, rows[i].reason);
	}
	test_answer(checker, "no header", NULL, NOW_US, ENT_E_MISSING, "no Authorization header");
	ent_token_checker_destroy(checker);
}

TEST(token__any_one_bit_changed_is_refused) {
	(void)state_;
	struct ent_token_checker *checker = test_checker(test_pem_keys(BOTH));
	char token[TOKEN_ROOM];
	struct ent_fault fault;
	test_sign(test_keys.ec_a, ENT_PKEY_ES256, HEADER_ES256, CLAIMS, token);
	CHECK(test_check(checker, token, NOW_US, &fault) == ENT_OK);
	for (char *c = token + 7; *c != '\0'; c++)
		for (int bit = 0; bit < 8; bit++) {
			*c = (char)(*c ^ 1 << bit);
			if (*c != '\0')
				CHECK(test_check(checker, token, NOW_US, &fault) == ENT_E_REFUSED);
			*c = (char)(*c ^ 1 << bit);
		}
	CHECK(test_check(checker, token, NOW_US, &fault) == ENT_OK);
	ent_token_checker_destroy(checker);
}

TEST(token__a_long_one_is_refused_before_it_is_looked_at) {
	(void)state_;
	struct ent_token_checker *checker = test_checker(test_pem_keys(BOTH));
	struct ent_token_claims claims = {"issuer", NULL, AUDIENCE, NULL, NOW_US, NOW_US + 1};
	char text[TOKEN_ROOM] = "Bearer ", subject[ENT_TOKEN_SIZE_MAX] = "";
	size_t length = 0, n = sizeof subject - 1;
	claims.subject = subject;
	memset(subject, 'u', n);
	while (ent_token_mint(test_keys.ec_a, ENT_PKEY_ES256, NULL, &claims, text + 7,
			       TOKEN_ROOM - 7, &length) == ENT_E_LIMIT)
		subject[--n] = '\0';
	CHECK(length > ENT_TOKEN_SIZE_MAX - 3 && length <= ENT_TOKEN_SIZE_MAX);
	test_answer(checker, "the longest that is minted", text, NOW_US, ENT_OK, "");
	memset(text + 7, 'A', ENT_TOKEN_SIZE_MAX);
	text[7 + ENT_TOKEN_SIZE_MAX] = '\0';
	test_answer(checker, "as long as may be", text, NOW_US, ENT_E_REFUSED, "three parts");
	text[7 + ENT_TOKEN_SIZE_MAX] = 'A';
	text[7 + ENT_TOKEN_SIZE_MAX + 1] = '\0';
	test_answer(checker, "a byte longer", text, NOW_US, ENT_E_REFUSED, "longer than 8192");
	ent_token_checker_destroy(checker);
}

/* --- The header --- */

struct header_row {
	const char *why, *header;
	char key; /* R and S: RSA, E and F: P-256; R and E are those that the checker has */
	enum ent_pkey_alg alg;
	ent_status status;
	const char *reason;
};

#define ATTACKER_JWK "{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"AQAB\"}"

static const struct header_row header_rows[] = {
		{"RS256", HEADER_RS256, 'R', ENT_PKEY_RS256, ENT_OK, ""},
		{"RS384", "{\"alg\":\"RS384\"}", 'R', ENT_PKEY_RS384, ENT_OK, ""},
		{"RS512", "{\"alg\":\"RS512\"}", 'R', ENT_PKEY_RS512, ENT_OK, ""},
		{"PS256", "{\"alg\":\"PS256\"}", 'R', ENT_PKEY_PS256, ENT_OK, ""},
		{"PS384", "{\"alg\":\"PS384\"}", 'R', ENT_PKEY_PS384, ENT_OK, ""},
		{"PS512", "{\"alg\":\"PS512\"}", 'R', ENT_PKEY_PS512, ENT_OK, ""},
		{"ES256", HEADER_ES256, 'E', ENT_PKEY_ES256, ENT_OK, ""},
		{"RSA, another's key", HEADER_RS256, 'S', ENT_PKEY_RS256, ENT_E_REFUSED,
				"none of our keys"},
		{"P-256, another's key", HEADER_ES256, 'F', ENT_PKEY_ES256, ENT_E_REFUSED,
				"none of our keys"},
		{"alg none", "{\"alg\":\"none\"}", 'R', ENT_PKEY_RS256, ENT_E_REFUSED, "\"none\""},
		{"alg None", "{\"alg\":\"None\"}", 'R', ENT_PKEY_RS256, ENT_E_REFUSED, "\"None\""},
		{"alg empty", "{\"alg\":\"\"}", 'R', ENT_PKEY_RS256, ENT_E_REFUSED, "algorithm"},
		{"a symmetric one", "{\"alg\":\"HS256\"}", 'R', ENT_PKEY_RS256, ENT_E_REFUSED,
				"\"HS256\""},
		{"another curve", "{\"alg\":\"ES384\"}", 'E', ENT_PKEY_ES256, ENT_E_REFUSED,
				"\"ES384\""},
		{"small letters", "{\"alg\":\"rs256\"}", 'R', ENT_PKEY_RS256, ENT_E_REFUSED,
				"\"rs256\""},
		{"longer", "{\"alg\":\"RS256 \"}", 'R', ENT_PKEY_RS256, ENT_E_REFUSED,
				"\"RS256 \""},
		{"with NUL", "{\"alg\":\"RS256\\u0000\"}", 'R', ENT_PKEY_RS256, ENT_E_REFUSED,
				"\"RS256?\""},
		{"one that steers", "{\"alg\":\"\\u001b[31m\\u202e\"}", 'R', ENT_PKEY_RS256,
				ENT_E_REFUSED, "\"?[31m?\""},
		{"no alg", "{\"typ\":\"JWT\"}", 'R', ENT_PKEY_RS256, ENT_E_REFUSED, "no algorithm"},
		{"alg is no string", "{\"alg\":[\"RS256\"]}", 'R', ENT_PKEY_RS256, ENT_E_REFUSED,
				"no algorithm"},
		{"signed with another hash", HEADER_RS256, 'R', ENT_PKEY_RS512, ENT_E_REFUSED,
				"none of our keys"},
		{"signed with PSS", HEADER_RS256, 'R', ENT_PKEY_PS256, ENT_E_REFUSED,
				"none of our keys"},
		{"RS256 said, ES256 done", HEADER_RS256, 'E', ENT_PKEY_ES256, ENT_E_REFUSED,
				"none of our keys"},
		{"ES256 said, RS256 done", HEADER_ES256, 'R', ENT_PKEY_RS256, ENT_E_REFUSED,
				"none of our keys"},
		{"any typ", "{\"alg\":\"ES256\",\"typ\":17}", 'E', ENT_PKEY_ES256, ENT_OK, ""},
		{"an unknown member", "{\"alg\":\"ES256\",\"x\":{}}", 'E', ENT_PKEY_ES256, ENT_OK,
				""},
		{"the kid of nobody", "{\"alg\":\"ES256\",\"kid\":\"x\"}", 'E', ENT_PKEY_ES256,
				ENT_OK, ""},
		{"a kid that is no string", "{\"alg\":\"ES256\",\"kid\":7}", 'E', ENT_PKEY_ES256,
				ENT_E_REFUSED, "\"kid\""},
		{"an address of keys", "{\"alg\":\"ES256\",\"jku\":\"https://evil.example/\"}", 'E',
				ENT_PKEY_ES256, ENT_OK, ""},
		{"an address of keys, and another's key",
				"{\"alg\":\"RS256\",\"jku\":\"https://evil.example/\","
				"\"x5u\":\"https://evil.example/\"}",
				'S', ENT_PKEY_RS256, ENT_E_REFUSED, "none of our keys"},
		{"its key with it", "{\"alg\":\"RS256\",\"jwk\":" ATTACKER_JWK "}", 'S',
				ENT_PKEY_RS256, ENT_E_REFUSED, "none of our keys"},
		{"crit", "{\"alg\":\"ES256\",\"crit\":[\"exp\"],\"exp\":1}", 'E', ENT_PKEY_ES256,
				ENT_E_REFUSED, "(crit)"},
		{"crit that asks for nothing", "{\"alg\":\"ES256\",\"crit\":[]}", 'E',
				ENT_PKEY_ES256, ENT_E_REFUSED, "(crit)"},
		{"crit of null", "{\"alg\":\"ES256\",\"crit\":null}", 'E', ENT_PKEY_ES256,
				ENT_E_REFUSED, "(crit)"},
		{"alg twice", "{\"alg\":\"ES256\",\"alg\":\"ES256\"}", 'E', ENT_PKEY_ES256,
				ENT_E_REFUSED, "alg: stands twice"},
		{"alg twice, once escaped", "{\"alg\":\"none\",\"\\u0061lg\":\"ES256\"}", 'E',
				ENT_PKEY_ES256, ENT_E_REFUSED, "stands twice"},
		{"an array", "[\"ES256\"]", 'E', ENT_PKEY_ES256, ENT_E_REFUSED,
				"not a JSON object"},
		{"no JSON", "alg=ES256", 'E', ENT_PKEY_ES256, ENT_E_REFUSED, "line 1, column 1"},
		{"something behind", "{\"alg\":\"ES256\"}x", 'E', ENT_PKEY_ES256, ENT_E_REFUSED,
				"cannot be read"},
		{"spaces around", " {\"alg\":\r\n\"ES256\"} ", 'E', ENT_PKEY_ES256, ENT_OK, ""},
};

TEST(token__its_header_cannot_choose_what_a_key_is_for) {
	(void)state_;
	struct ent_token_checker *checker = test_checker(test_pem_keys(BOTH));
	char text[TOKEN_ROOM];
	for (size_t i = 0; i < COUNT_OF(header_rows); i++) {
		const struct header_row *row = &header_rows[i];
		test_sign(key_named(row->key), row->alg, row->header, CLAIMS, text);
		test_answer(checker, row->why, text, NOW_US, row->status, row->reason);
	}
	ent_token_checker_destroy(checker);
}

TEST(token__an_algorithm_that_no_key_is_for_is_refused_as_such) {
	(void)state_;
	char text[TOKEN_ROOM];
	struct ent_token_checker *rsa = test_checker(test_pem_keys(TEST_RSA_A_PUBLIC));
	test_sign(test_keys.ec_a, ENT_PKEY_ES256, HEADER_ES256, CLAIMS, text);
	test_answer(rsa, "P-256 to RSA", text, NOW_US, ENT_E_REFUSED, "no key of ours is for");
	ent_token_checker_destroy(rsa);
	struct ent_token_checker *ec = test_checker(test_pem_keys(TEST_EC_A_PUBLIC));
	test_sign(test_keys.rsa_a, ENT_PKEY_PS256, "{\"alg\":\"PS256\"}", CLAIMS, text);
	test_answer(ec, "RSA to P-256", text, NOW_US, ENT_E_REFUSED, "no key of ours is for");
	ent_token_checker_destroy(ec);
	struct ent_token_keys *none;
	CHECK(ent_token_keys_create(&none) == ENT_OK);
	struct ent_token_checker *nobody = test_checker(none);
	test_answer(nobody, "no keys", text, NOW_US, ENT_E_REFUSED, "there is no key to check");
	ent_token_checker_destroy(nobody);
}

/* --- What a good token says --- */

TEST(token__who_and_what_it_is_for) {
	(void)state_;
	struct ent_token_checker *checker = test_checker(test_pem_keys(BOTH));
	const struct ent_token *first, *again;
	char text[TOKEN_ROOM];
	test_sign(test_keys.ec_a, ENT_PKEY_ES256, HEADER_ES256, CLAIMS, text);
	CHECK(ent_token_check(checker, text, NOW_US, &first, NULL) == ENT_OK);
	CHECK(ent_token_check(checker, text, NOW_US, &again, NULL) == ENT_OK);
	CHECK(first == again);
	ent_token_checker_destroy(checker);
	ent_token_release(again);
	/* It lives as long as somebody holds it. */
	CHECK(strcmp(first->subject, "uss1") == 0);
	CHECK(first->expires_utc_us == INT64_C(1767226000000000));
	CHECK(first->n_scopes == 2);
	CHECK(strcmp(first->scopes[0], "utm.a") == 0 && strcmp(first->scopes[1], "utm.b") == 0);
	CHECK(ent_token_has_scope(first, "utm.a") && ent_token_has_scope(first, "utm.b"));
	CHECK(!ent_token_has_scope(first, "utm") && !ent_token_has_scope(first, "utm.a utm.b"));
	CHECK(!ent_token_has_scope(first, "") && !ent_token_has_scope(first, "utm.ab"));
	ent_token_release(first);
	ent_token_release(NULL);
}

TEST(token__what_was_minted_is_let_in) {
	(void)state_;
	struct ent_token_checker *checker = test_checker(test_pem_keys(BOTH));
	const struct ent_token_claims claims = {"issuer", "uss \xc3\xa9\n1", AUDIENCE, "a b",
			NOW_US - 1500000, NOW_US + 90000001};
	for (int alg = 0; alg < ENT_PKEY_ALG_COUNT; alg++) {
		const struct ent_pkey *key = alg == ENT_PKEY_ES256 ? test_keys.ec_a
								   : test_keys.rsa_a;
		char text[TOKEN_ROOM] = "Bearer ";
		const struct ent_token *token;
		size_t length = 0;
		CHECK(ent_token_mint(key, (enum ent_pkey_alg)alg, "key \"1\"", &claims, text + 7,
				      TOKEN_ROOM - 7, &length) == ENT_OK);
		CHECK(length == strlen(text + 7));
		CHECK(ent_token_check(checker, text, NOW_US, &token, NULL) == ENT_OK);
		CHECK(strcmp(token->subject, claims.subject) == 0);
		CHECK(token->expires_utc_us == claims.expires_utc_us && token->n_scopes == 2);
		ent_token_release(token);
		/* Room for every byte and the terminator, and no less. */
		if (alg != ENT_PKEY_RS256)
			continue;
		char exact[TOKEN_ROOM];
		for (size_t room = 0; room <= length; room++)
			CHECK(ent_token_mint(key, ENT_PKEY_RS256, "key \"1\"", &claims, exact, room,
					      &length) == ENT_E_LIMIT);
		CHECK(ent_token_mint(key, ENT_PKEY_RS256, "key \"1\"", &claims, exact, length + 1,
				      &length) == ENT_OK);
		CHECK(strcmp(exact, text + 7) == 0);
	}
	ent_token_checker_destroy(checker);
}

TEST(token__what_cannot_be_minted_is_not) {
	(void)state_;
	const struct ent_token_claims claims = {0};
	struct ent_pkey *only_public;
	char text[TOKEN_ROOM];
	size_t length;
	CHECK(ent_token_mint(test_keys.rsa_a, ENT_PKEY_ES256, NULL, &claims, text, sizeof text,
			      &length) == ENT_E_DOMAIN);
	CHECK(ent_token_mint(test_keys.ec_a, ENT_PKEY_RS256, NULL, &claims, text, sizeof text,
			      &length) == ENT_E_DOMAIN);
	CHECK(ent_token_mint(test_keys.ec_a, ENT_PKEY_ALG_COUNT, NULL, &claims, text, sizeof text,
			      &length) == ENT_E_DOMAIN);
	CHECK(ent_pkey_create_from_pem(TEST_EC_A_PUBLIC, strlen(TEST_EC_A_PUBLIC), false,
			      &only_public, NULL) == ENT_OK);
	CHECK(ent_token_mint(only_public, ENT_PKEY_ES256, NULL, &claims, text, sizeof text,
			      &length) == ENT_E_DOMAIN);
	ent_pkey_destroy(only_public);
}

/* --- RFC 7515 --- */

#define RFC_CLAIMS                                                                                 \
	"eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0" \
	"cnVlfQ"

/* Keys, headers, claims and signatures of RFC 7515, appendices A.2 and A.3. Their claims have no "sub". */
TEST(token__the_examples_of_rfc_7515_are_signed_as_they_say) {
	(void)state_;
	static const char keys[] = "{\"keys\":[{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":"
				   "\"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_"
				   "wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJ"
				   "rcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_"
				   "YpRPEwOWvG6b32690r2jZ47soMZo9w"
				   "Gzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-"
				   "UTo7WTBEMa2R2CapHg665"
				   "xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-"
				   "DWNmoudF8NAco9_h9iaGN"
				   "j8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ\"},{\"kty\":\"EC\","
				   "\"crv\":\"P-256\","
				   "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
				   "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]}";
	static const char rsa[] =
			"Bearer eyJhbGciOiJSUzI1NiJ9." RFC_CLAIMS ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__"
			"dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0"
			"Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_"
			"nZLgrnbyT"
			"yWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--"
			"xi12jzDw"
			"usC-"
			"eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5"
			"AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
	static const char ec[] = "Bearer eyJhbGciOiJFUzI1NiJ9." RFC_CLAIMS
				 ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-"
				 "F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJq"
				 "PP3-Kg6NU1Q";
	char text[TOKEN_ROOM];
	struct ent_token_checker *checker = test_checker(test_jwks_keys(keys));
	const int64_t then_us = INT64_C(1300819379) * 1000000;
	test_answer(checker, "A.2", rsa, then_us, ENT_E_REFUSED, "\"sub\"");
	test_answer(checker, "A.3", ec, then_us, ENT_E_REFUSED, "\"sub\"");
	for (int i = 0; i < 2; i++) {
		memcpy(text, i == 0 ? rsa : ec, i == 0 ? sizeof rsa : sizeof ec);
		char *last_but_two = text + strlen(text) - 3;
		*last_but_two = *last_but_two == 'A' ? 'B' : 'A';
		test_answer(checker, "changed", text, then_us, ENT_E_REFUSED, "none of our keys");
	}
	ent_token_checker_destroy(checker);
}

int main(void) {
	static const struct CMUnitTest tests[] = {
			TEST_ENTRY(token__its_form_is_three_parts_of_base64url_after_the_scheme),
			TEST_ENTRY(token__any_one_bit_changed_is_refused),
			TEST_ENTRY(token__a_long_one_is_refused_before_it_is_looked_at),
			TEST_ENTRY(token__its_header_cannot_choose_what_a_key_is_for),
			TEST_ENTRY(token__an_algorithm_that_no_key_is_for_is_refused_as_such),
			TEST_ENTRY(token__who_and_what_it_is_for),
			TEST_ENTRY(token__what_was_minted_is_let_in),
			TEST_ENTRY(token__what_cannot_be_minted_is_not),
			TEST_ENTRY(token__the_examples_of_rfc_7515_are_signed_as_they_say),
	};
	return cmocka_run_group_tests(tests, test_keys_begin, test_keys_end);
}
