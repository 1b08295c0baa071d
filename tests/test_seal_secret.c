/* SPDX-License-Identifier: Apache-2.0 */
/* test_seal_secret.c: passwords of people, keys under a passphrase, certificates of nodes. */
#include "entente/seal.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

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

/* --- Keys under a passphrase --- */

static struct ent_secret *secret_of(const char *text) {
	struct ent_secret *secret = NULL;
	CHECK(ent_secret_create(strlen(text), &secret) == ENT_OK);
	memcpy(ent_secret_bytes(secret), text, strlen(text));
	return secret;
}

/* Cheap, so that a test may do it often; what it costs otherwise is a parameter, too. */
static struct ent_sealed_key sealed_with(const struct ent_sign_key *key, const char *passphrase) {
	struct ent_secret *secret = secret_of(passphrase);
	struct ent_sealed_key sealed;
	CHECK(ent_sealed_key_close(key, secret, 1, 8, &sealed) == ENT_OK);
	ent_secret_destroy(secret);
	return sealed;
}

static ent_status open_with(const struct ent_sealed_key *sealed, const char *passphrase,
		struct ent_sign_key **ret_key) {
	struct ent_secret *secret = secret_of(passphrase);
	const ent_status status = ent_sealed_key_open(sealed, secret, ret_key);
	ent_secret_destroy(secret);
	return status;
}

static bool same_key(const struct ent_sign_key *a, const struct ent_sign_key *b) {
	uint8_t seed_a[ENT_SIGN_SEED_SIZE], seed_b[ENT_SIGN_SEED_SIZE];
	ent_sign_key_seed(a, seed_a);
	ent_sign_key_seed(b, seed_b);
	return memcmp(seed_a, seed_b, sizeof seed_a) == 0;
}

TEST(sealed_key__its_passphrase_opens_it_and_no_other_does) {
	(void)state_;
	struct ent_sign_key *key = NULL, *again = NULL, *none = NULL;
	CHECK(ent_sign_key_create(&key) == ENT_OK);
	const struct ent_sealed_key first = sealed_with(key, "three at night"),
				    second = sealed_with(key, "three at night");
	CHECK(memcmp(first.box, second.box, sizeof first.box) != 0);
	CHECK(memcmp(first.salt, second.salt, sizeof first.salt) != 0);
	CHECK(open_with(&first, "three at night", &again) == ENT_OK && same_key(key, again));
	CHECK(open_with(&first, "three at nigh", &none) == ENT_E_REFUSED && none == NULL);
	CHECK(open_with(&first, "", &none) == ENT_E_REFUSED && none == NULL);
	ent_sign_key_destroy(key);
	ent_sign_key_destroy(again);
}

TEST(sealed_key__one_bit_amiss_and_it_stays_closed) {
	(void)state_;
	struct ent_sign_key *key = NULL, *none = NULL;
	CHECK(ent_sign_key_create(&key) == ENT_OK);
	const struct ent_sealed_key good = sealed_with(key, "x");
	for (size_t bit = 0; bit < 8 * sizeof good.box; bit++) {
		struct ent_sealed_key bad = good;
		bad.box[bit / 8] ^= (uint8_t)(1 << bit % 8);
		CHECK(open_with(&bad, "x", &none) == ENT_E_REFUSED);
	}
	for (size_t at = 0; at < sizeof good.nonce; at++) {
		struct ent_sealed_key bad = good;
		bad.nonce[at] ^= 1;
		bad.salt[at % sizeof bad.salt] ^= at < sizeof bad.salt;
		CHECK(open_with(&bad, "x", &none) == ENT_E_REFUSED);
	}
	struct ent_sealed_key bad = good;
	bad.passes = 2;
	CHECK(open_with(&bad, "x", &none) == ENT_E_REFUSED && none == NULL);
	ent_sign_key_destroy(key);
}

TEST(sealed_key__costs_no_more_than_the_named_maximum) {
	(void)state_;
	static const struct {
		const char *why;
		uint32_t passes, memory_kib;
	} rows[] = {
			{"no pass", 0, 8},
			{"for ever", UINT32_MAX, 8},
			{"one too many", ENT_SEALED_PASSES_MAX + 1, 8},
			{"no memory", 1, 7},
			{"4 TiB", 1, UINT32_MAX},
			{"one KiB too many", 1, ENT_SEALED_MEMORY_MAX_KIB + 1},
	};
	struct ent_sign_key *key = NULL, *none = NULL;
	struct ent_secret *secret = secret_of("x");
	CHECK(ent_sign_key_create(&key) == ENT_OK);
	struct ent_sealed_key sealed = sealed_with(key, "x");
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ent_sealed_key untouched;
		sealed.passes = rows[i].passes;
		sealed.memory_kib = rows[i].memory_kib;
		CHECK_ROW(rows[i].why, open_with(&sealed, "x", &none) == ENT_E_LIMIT);
		CHECK_ROW(rows[i].why,
				ent_sealed_key_close(key, secret, rows[i].passes,
						rows[i].memory_kib, &untouched) == ENT_E_LIMIT);
	}
	ent_sign_key_destroy(key);
	ent_secret_destroy(secret);
}

TEST(sealed_key__is_what_the_reference_implementations_open) {
	(void)state_;
	/*
	 * The key by libargon2 20171227 (argon2id_hash_raw), the box by XChaCha20-Poly1305 written in Python from
	 * RFC 8439 and draft-irtf-cfrg-xchacha-03, over the bytes 0 to 31.
	 */
	static const struct ent_sealed_key sealed = {.passes = 2,
			.memory_kib = 64,
			.salt = {'s', 'a', 'l', 't', ' ', 'o', 'f', ' ', 's', 'i', 'x', 't', 'e',
					'e', 'n', '.'},
			.nonce = {0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e,
					0x6f, 0x70, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78,
					0x79, 0x7a, 0x7b},
			.box = {0x65, 0x55, 0x2c, 0x8a, 0xab, 0x75, 0x74, 0x96, 0x91, 0x6e, 0xc6,
					0x0f, 0x35, 0x7a, 0x91, 0xd5, 0xa1, 0x6b, 0xb4, 0x39, 0x20,
					0x44, 0x5a, 0x96, 0xb6, 0xf1, 0xb8, 0x81, 0xb4, 0x88, 0xbf,
					0x7a, 0x6c, 0x83, 0x59, 0xf1, 0xab, 0x6b, 0xcf, 0xb4, 0xec,
					0xe5, 0x68, 0xb3, 0xec, 0x20, 0x89, 0x70}};
	struct ent_sign_key *key = NULL;
	uint8_t seed[ENT_SIGN_SEED_SIZE];
	CHECK(open_with(&sealed, "open sesame", &key) == ENT_OK);
	ent_sign_key_seed(key, seed);
	for (size_t i = 0; i < sizeof seed; i++)
		CHECK(seed[i] == i);
	ent_sign_key_destroy(key);
}

TEST(secret__begins_with_zeros_and_what_is_cut_off_is_wiped) {
	(void)state_;
	for (size_t size = 0; size < 40; size++) {
		struct ent_secret *secret = NULL;
		CHECK(ent_secret_create(size, &secret) == ENT_OK);
		uint8_t *bytes = ent_secret_bytes(secret);
		for (size_t i = 0; i < size; i++)
			CHECK(bytes[i] == 0);
		memset(bytes, 7, size);
		ent_secret_cut(secret, size + 1);
		CHECK(ent_secret_size(secret) == size);
		ent_secret_cut(secret, size / 2);
		CHECK(ent_secret_size(secret) == size / 2);
		for (size_t i = 0; i < size; i++)
			CHECK(bytes[i] == (i < size / 2 ? 7 : 0));
		ent_secret_destroy(secret);
	}
	ent_secret_destroy(NULL);
}

/* --- Certificates, looked at with OpenSSL's own eyes --- */

static X509 *read_certificate(const char *pem) {
	BIO *text = BIO_new_mem_buf(pem, -1);
	X509 *certificate = PEM_read_bio_X509(text, NULL, NULL, NULL);
	CHECK(certificate != NULL);
	BIO_free(text);
	return certificate;
}

TEST(certificate__is_signed_by_its_key_and_has_no_end) {
	(void)state_;
	char pem[ENT_CERTIFICATE_PEM_SIZE], name[64] = "";
	struct ent_secret *key_pem = NULL;
	CHECK(ent_certificate_create("0123456789abcdef.tls.entente.invalid", pem, &key_pem) ==
			ENT_OK);
	X509 *certificate = read_certificate(pem);
	BIO *text = BIO_new_mem_buf(ent_secret_bytes(key_pem), (int)ent_secret_size(key_pem));
	EVP_PKEY *key = PEM_read_bio_PrivateKey(text, NULL, NULL, NULL);
	CHECK(key != NULL && X509_check_private_key(certificate, key) == 1);
	CHECK(X509_verify(certificate, key) == 1);
	CHECK(X509_get_version(certificate) == X509_VERSION_3);
	CHECK(X509_check_ca(certificate) == 0);
	CHECK(X509_check_purpose(certificate, X509_PURPOSE_SSL_SERVER, 0) == 1);
	CHECK(X509_check_purpose(certificate, X509_PURPOSE_SSL_CLIENT, 0) == 1);
	CHECK(X509_check_host(certificate, "0123456789abcdef.tls.entente.invalid", 0, 0, NULL) ==
			1);
	CHECK(X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name,
			      sizeof name) > 0 &&
			strcmp(name, "0123456789abcdef.tls.entente.invalid") == 0);
	/* 9999-12-31 and 2000-01-01, in seconds since 1970: Python's calendar.timegm. */
	CHECK(X509_cmp_time(X509_get0_notAfter(certificate), &(time_t){253402300798}) > 0);
	CHECK(X509_cmp_time(X509_get0_notBefore(certificate), &(time_t){946684801}) < 0);
	CHECK(EVP_PKEY_get_bits(key) == 256);
	EVP_PKEY_free(key);
	BIO_free(text);
	X509_free(certificate);
	ent_secret_destroy(key_pem);
}

TEST(certificate__each_has_a_key_of_its_own_and_is_known_by_it_in_both_forms) {
	(void)state_;
	char pem[2][ENT_CERTIFICATE_PEM_SIZE];
	struct ent_hash hash[2];
	for (int i = 0; i < 2; i++) {
		struct ent_secret *key_pem = NULL;
		struct ent_hash of_der, of_key;
		unsigned char *der = NULL, *key_der = NULL;
		CHECK(ent_certificate_create("a.invalid", pem[i], &key_pem) == ENT_OK);
		CHECK(ent_certificate_key_hash(pem[i], strlen(pem[i]), &hash[i], NULL) == ENT_OK);
		X509 *certificate = read_certificate(pem[i]);
		const int size = i2d_X509(certificate, &der);
		CHECK(ent_certificate_key_hash(der, (size_t)size, &of_der, NULL) == ENT_OK);
		/* Another way: the key taken out, and written as a SubjectPublicKeyInfo. */
		const int key_size = i2d_PUBKEY(X509_get0_pubkey(certificate), &key_der);
		ent_seal_sha256(key_der, (size_t)key_size, &of_key);
		CHECK(memcmp(&hash[i], &of_der, sizeof of_der) == 0);
		CHECK(memcmp(&hash[i], &of_key, sizeof of_key) == 0);
		CHECK(ent_certificate_key_hash(der, (size_t)size - 1, &of_der, NULL) ==
				ENT_E_SYNTAX);
		X509_free(certificate);
		OPENSSL_free(der);
		OPENSSL_free(key_der);
		ent_secret_destroy(key_pem);
	}
	CHECK(memcmp(&hash[0], &hash[1], sizeof hash[0]) != 0);
}

TEST(certificate__what_is_none_is_refused_with_a_reason) {
	(void)state_;
	static const char *const rows[] = {"", "0", "-----BEGIN CERTIFICATE-----\n", "hello",
			"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"};
	struct ent_hash untouched;
	struct ent_secret *none = NULL;
	char pem[ENT_CERTIFICATE_PEM_SIZE], long_name[ENT_CERTIFICATE_NAME_SIZE + 1];
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ent_fault fault = {{0}, {0}};
		CHECK_ROW(rows[i],
				ent_certificate_key_hash(rows[i], strlen(rows[i]), &untouched,
						&fault) == ENT_E_SYNTAX);
		CHECK_ROW(rows[i], fault.why[0] != '\0');
	}
	memset(long_name, 'a', sizeof long_name);
	long_name[ENT_CERTIFICATE_NAME_SIZE] = '\0';
	CHECK(ent_certificate_create(long_name, pem, &none) == ENT_E_LIMIT);
	CHECK(ent_certificate_create("", pem, &none) == ENT_E_LIMIT && none == NULL);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(password__is_taken_again_and_no_other_is),
			TEST_ENTRY(password__of_another_implementation_is_taken),
			TEST_ENTRY(password__has_a_length),
			TEST_ENTRY(password__a_text_that_is_damaged_costs_nothing),
			TEST_ENTRY(sealed_key__its_passphrase_opens_it_and_no_other_does),
			TEST_ENTRY(sealed_key__one_bit_amiss_and_it_stays_closed),
			TEST_ENTRY(sealed_key__costs_no_more_than_the_named_maximum),
			TEST_ENTRY(sealed_key__is_what_the_reference_implementations_open),
			TEST_ENTRY(secret__begins_with_zeros_and_what_is_cut_off_is_wiped),
			TEST_ENTRY(certificate__is_signed_by_its_key_and_has_no_end),
			TEST_ENTRY(certificate__each_has_a_key_of_its_own_and_is_known_by_it_in_both_forms),
			TEST_ENTRY(certificate__what_is_none_is_refused_with_a_reason),
	};
	if (ent_seal_start() != ENT_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
