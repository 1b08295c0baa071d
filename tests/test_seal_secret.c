/* SPDX-License-Identifier: Apache-2.0 */
/* test_seal_secret.c: passwords of people, and keys under a passphrase. */
#include "entente/seal.h"

#include "test.h"

/* --- Passwords --- */

/* By the reference implementation (libargon2 20171227): argon2id_hash_encoded(2, 4096, 1, "open sesame", "salt of sixteen.", 32). */
static const char elsewhere[] = "$argon2id$v=19$m=4096,t=2,p=1$c"
				"2FsdCBvZiBzaXh0ZWVuLg$8iOs+7fiGTB8BiJHtPKVVCpqgREQnraAOXELYapIODY";

static ent_status verify(const char *text, const char *password) {
	char stored[ENT_PASSWORD_HASH_SIZE] = "";
	(void)snprintf(stored, sizeof stored, "%s", text);
	return ent_seal_password_verify(stored, password, strlen(password));
}

TEST(password__is_taken_again_and_no_other_is) {
	(void)state_;
	char first[ENT_PASSWORD_HASH_SIZE], second[ENT_PASSWORD_HASH_SIZE];
	CHECK(ent_seal_password_hash("watch at 3", 10, first) == ENT_OK);
	CHECK(ent_seal_password_hash("watch at 3", 10, second) == ENT_OK);
	CHECK(strcmp(first, second) != 0);
	CHECK(strncmp(first, "$argon2id$v=19$m=65536,t=3,p=1$", 31) == 0);
	CHECK(verify(first, "watch at 3") == ENT_OK && verify(second, "watch at 3") == ENT_OK);
	CHECK(verify(first, "watch at 4") == ENT_E_REFUSED);
	CHECK(verify(first, "watch at 3 ") == ENT_E_REFUSED && verify(first, "") == ENT_E_REFUSED);
}

TEST(password__of_another_implementation_is_taken) {
	(void)state_;
	CHECK(verify(elsewhere, "open sesame") == ENT_OK);
	CHECK(verify(elsewhere, "open sesam") == ENT_E_REFUSED);
}

TEST(password__has_a_length) {
	(void)state_;
	static char long_one[ENT_PASSWORD_MAX + 1];
	char text[ENT_PASSWORD_HASH_SIZE] = "as it was";
	memset(long_one, 'x', sizeof long_one);
	CHECK(ent_seal_password_hash("", 0, text) == ENT_E_LIMIT);
	CHECK(ent_seal_password_hash(long_one, sizeof long_one, text) == ENT_E_LIMIT);
	CHECK(strcmp(text, "as it was") == 0);
	CHECK(ent_seal_password_hash(long_one, ENT_PASSWORD_MAX, text) == ENT_OK);
	CHECK(ent_seal_password_verify(text, long_one, ENT_PASSWORD_MAX) == ENT_OK);
	CHECK(ent_seal_password_verify(text, long_one, sizeof long_one) == ENT_E_REFUSED);
}

TEST(password__a_text_that_is_damaged_costs_nothing) {
	(void)state_;
	static const struct {
		const char *why, *text;
	} rows[] = {
			{"nothing", ""},
			{"another function",
					"$argon2i$v=19$m=4096,t=2,p=1$c2FsdHNhbHQ$"
					"AAAAAAAAAAAAAAAA"},
			{"4 TiB",
					"$argon2id$v=19$m=4294967295,t=3,p=1$c2FsdHNhbHRzYWx0c2E$"
					"c2FsdHNhbHRzYWx0c2E"},
			{"more than we ask for",
					"$argon2id$v=19$m=1048577,t=3,p=1$c2FsdHNhbHRzYWx0c2E$"
					"c2FsdHNhbHRzYWx0c2E"},
			{"for ever",
					"$argon2id$v=19$m=65536,t=4000000000,p=1$"
					"c2FsdHNhbHRzYWx0c2E$c2FsdHNhbHRzYWx0c2E"},
			{"cut", "$argon2id$v=19$m=65536,t=3,p=1$c2FsdHNhbHRz"},
			{"no number",
					"$argon2id$v=19$m=,t=3,p=1$c2FsdHNhbHRzYWx0c2E$"
					"c2FsdHNhbHRzYWx0c2E"},
	};
	char endless[ENT_PASSWORD_HASH_SIZE];
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		CHECK_ROW(rows[i].why, verify(rows[i].text, "x") == ENT_E_SYNTAX);
	memset(endless, '1', sizeof endless);
	CHECK(ent_seal_password_verify(endless, "x", 1) == ENT_E_SYNTAX);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(password__is_taken_again_and_no_other_is),
			TEST_ENTRY(password__of_another_implementation_is_taken),
			TEST_ENTRY(password__has_a_length),
			TEST_ENTRY(password__a_text_that_is_damaged_costs_nothing),
	};
	if (ent_seal_start() != ENT_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
