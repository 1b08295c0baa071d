/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_seal_pkey.c: keys of others: the examples of RFC 7515 and RFC 7520, signatures that OpenSSL's command
 * line made (tests/data/seal/make), and what is refused.
 */
#include "entente/base64.h"
#include "entente/seal.h"
#include "hex.h"

enum { FILE_SIZE_MAX = 8192 };

struct bytes {
	size_t size;
	char data[FILE_SIZE_MAX];
};

static struct bytes file(const char *name) {
	struct bytes bytes = {0};
	char path[512];
	(void)snprintf(path, sizeof path, TEST_DATA "/seal/%s", name);
	FILE *stream = fopen(path, "rb");
	CHECK_ROW(path, stream != NULL);
	bytes.size = fread(bytes.data, 1, sizeof bytes.data, stream);
	CHECK_ROW(path, bytes.size > 0 && bytes.size < sizeof bytes.data);
	CHECK(fclose(stream) == 0);
	return bytes;
}

static struct ent_pkey *key_of(const char *name, bool private_too) {
	const struct bytes pem = file(name);
	struct ent_pkey *key = NULL;
	struct ent_fault fault = {0};
	const ent_status status = ent_pkey_create_from_pem(
			pem.data, pem.size, private_too, &key, &fault);
	CHECK_ROW(fault.why, status == ENT_OK && key != NULL);
	return key;
}

static struct bytes of_base64(const char *text) {
	struct bytes bytes = {0};
	CHECK(ent_base64_parse(ENT_BASE64_URL, text, strlen(text), bytes.data, sizeof bytes.data,
			      &bytes.size) == ENT_OK);
	return bytes;
}

/* --- The RFCs' examples --- */

#define CLAIMS                                                                              \
	".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19y" \
	"b290Ijp0cnVlfQ"

static bool holds(const struct ent_pkey *key, enum ent_pkey_alg alg, const char *text,
		const struct bytes *signature) {
	return ent_pkey_verify(key, alg, text, strlen(text), signature->data, signature->size);
}

TEST(pkey__rs256_is_that_of_rfc_7515) {
	(void)state_;
	/* RFC 7515, appendix A.2. */
	const struct bytes n = of_base64("ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_"
					 "wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2m"
					 "JPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_"
					 "YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OM"
					 "g0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-"
					 "UTo7WTBEMa2R2CapHg665xsmtdVMTBQY"
					 "4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-"
					 "DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91"
					 "kzk2PAcDTW9gb54h4FRWyuXpoQ");
	const struct bytes signature = of_base64(
			"cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-"
			"0Qc_l"
			"F5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_"
			"nZLgrnbyTyWzO75v"
			"RK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-"
			"eOkHWE"
			"sqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkW"
			"ywlVm"
			"tVrBp0igcN_IoypGlUPQGe77Rw");
	struct ent_pkey *key = NULL;
	CHECK(ent_pkey_create_rsa(n.data, n.size, "\1\0\1", 3, &key, NULL) == ENT_OK);
	CHECK(ent_pkey_kind(key) == ENT_PKEY_RSA);
	CHECK(holds(key, ENT_PKEY_RS256, "eyJhbGciOiJSUzI1NiJ9" CLAIMS, &signature));
	CHECK(!holds(key, ENT_PKEY_RS256, "eyJhbGciOiJSUzI1NiI9" CLAIMS, &signature));
	CHECK(!holds(key, ENT_PKEY_RS384, "eyJhbGciOiJSUzI1NiJ9" CLAIMS, &signature));
	CHECK(!holds(key, ENT_PKEY_PS256, "eyJhbGciOiJSUzI1NiJ9" CLAIMS, &signature));
	ent_pkey_destroy(key);
}

TEST(pkey__ps384_is_that_of_rfc_7520) {
	(void)state_;
	/* RFC 7520, sections 3.3 and 4.2. */
	const struct bytes n = of_base64("n4EPtAOCc9AlkeQHPzHStgAbgs7bTZLwUBZdR8_KuKPEHLd4rHVTeT-O-"
					 "XV2jRojdNhxJWTDvNd7nqQ"
					 "0VEiZQHz_AJmSCpMaJMRBSFKrKb2wqVwGU_NsYOYL-"
					 "QtiWN2lbzcEe6XC0dApr5ydQLrHqkHHig3RBo"
					 "rdaZ6Aj-oBHqFEHYpPe7Tpe-"
					 "OfVfHd1E6cS6M1FZcD1NNLYD5lFHpPI9bTwJlsde3uhGqC0ZCuEHg8l"
					 "hzwOHrtIQbS0FVbb9k3-tVTU4fg_3L_vniUFAKwuCLqKnS2BYwdq_"
					 "mzSnbLY7h_qixoR7jig3__kRhu"
					 "axwUkRz5iaiQkqgc5gHdrNP5zw");
	const struct bytes signature = of_base64(
			"cu22eBqkYDKgIlTpzDXGvaFfz6WGoz7fUDcfT0kkOy42miAh2qyBzk1xEsnk2IpN6-"
			"tPid6VrklHkqs"
			"GqDqHCdP6O8TTB5dDDItllVo6_1OLPpcbUrhiUSMxbbXUvdvWXzg-"
			"UD8biiReQFlfz28zGWVsdiNAUf"
			"8ZnyPEgVFn442ZdNqiVJRmBqrYRXe8P_"
			"ijQ7p8Vdz0TTrxUeT3lm8d9shnr2lfJT8ImUjvAA2Xez2Ml"
			"p8cBE5awDzT0qI0n6uiP1aCN_2_"
			"jLAeQTlqRHtfa64QQSUmFAAjVKPbByi7xho0uTOcbH510a6GYmJU"
			"AfmWjwZ6oD4ifKo8DYM-X72Eaw");
	static const char text[] =
			"eyJhbGciOiJQUzM4NCIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9."
			"SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci"
			"4gWW9"
			"1IHN0ZXAgb250byB0aGUgcm9hZCwgYW5kIGlmIHlvdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgd"
			"Ghlcm"
			"XigJlzIG5vIGtub3dpbmcgd2hlcmUgeW91IG1pZ2h0IGJlIHN3ZXB0IG9mZiB0by4";
	struct ent_pkey *key = NULL;
	CHECK(ent_pkey_create_rsa(n.data, n.size, "\1\0\1", 3, &key, NULL) == ENT_OK);
	for (unsigned alg = 0; alg < ENT_PKEY_ALG_COUNT; alg++)
		CHECK(holds(key, (enum ent_pkey_alg)alg, text, &signature) ==
				(alg == ENT_PKEY_PS384));
	ent_pkey_destroy(key);
}

TEST(pkey__es256_is_that_of_rfc_7515) {
	(void)state_;
	/* RFC 7515, appendix A.3. */
	const struct bytes x = of_base64("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU");
	const struct bytes y = of_base64("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
	struct bytes signature = of_base64("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5d"
					   "jxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");
	static const char text[] = "eyJhbGciOiJFUzI1NiJ9" CLAIMS;
	struct ent_pkey *key = NULL;
	CHECK(x.size == 32 && y.size == 32 && signature.size == 64);
	CHECK(ent_pkey_create_p256((const uint8_t *)x.data, (const uint8_t *)y.data, &key, NULL) ==
			ENT_OK);
	CHECK(ent_pkey_kind(key) == ENT_PKEY_P256);
	for (unsigned alg = 0; alg < ENT_PKEY_ALG_COUNT; alg++) {
		CHECK(holds(key, (enum ent_pkey_alg)alg, text, &signature) ==
				(alg == ENT_PKEY_ES256));
		CHECK(ent_pkey_takes(key, (enum ent_pkey_alg)alg) == (alg == ENT_PKEY_ES256));
	}
	for (size_t bit = 0; bit < 512; bit++) {
		signature.data[bit / 8] = (char)(signature.data[bit / 8] ^ (1 << bit % 8));
		CHECK(!holds(key, ENT_PKEY_ES256, text, &signature));
		signature.data[bit / 8] = (char)(signature.data[bit / 8] ^ (1 << bit % 8));
	}
	for (signature.size = 0; signature.size < 64; signature.size++)
		CHECK(!holds(key, ENT_PKEY_ES256, text, &signature));
	signature.size = 65;
	CHECK(!holds(key, ENT_PKEY_ES256, text, &signature));
	/* CVE-2022-21449: nothing is signed by zeros. */
	memset(signature.data, 0, sizeof signature.data);
	signature.size = 64;
	CHECK(!holds(key, ENT_PKEY_ES256, text, &signature));
	ent_pkey_destroy(key);
}

/* --- Signatures of OpenSSL's command line --- */

TEST(pkey__a_signature_holds_under_its_own_algorithm_only) {
	(void)state_;
	static const struct {
		const char *why, *name;
		int alg; /* ENT_PKEY_ALG_COUNT: none */
	} rows[] = {
			{"RS256", "rs256.sig", ENT_PKEY_RS256},
			{"RS384", "rs384.sig", ENT_PKEY_RS384},
			{"RS512", "rs512.sig", ENT_PKEY_RS512},
			{"PS256", "ps256.sig", ENT_PKEY_PS256},
			{"PS384", "ps384.sig", ENT_PKEY_PS384},
			{"PS512", "ps512.sig", ENT_PKEY_PS512},
			{"a salt that is not there", "ps256-no-salt.sig", ENT_PKEY_ALG_COUNT},
			{"a salt of all the room", "ps256-long-salt.sig", ENT_PKEY_ALG_COUNT},
			{"a mask by SHA-1", "ps256-other-mask.sig", ENT_PKEY_ALG_COUNT},
			{"SHA-1", "rs1.sig", ENT_PKEY_ALG_COUNT},
	};
	struct ent_pkey *key = key_of("rsa.pub.pem", false), *ec = key_of("p256.pub.pem", false);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct bytes signature = file(rows[i].name);
		for (int alg = 0; alg < ENT_PKEY_ALG_COUNT; alg++) {
			CHECK_ROW(rows[i].why,
					holds(key, (enum ent_pkey_alg)alg, "signed elsewhere",
							&signature) == (alg == rows[i].alg));
			CHECK_ROW(rows[i].why,
					!holds(ec, (enum ent_pkey_alg)alg, "signed elsewhere",
							&signature));
		}
		if (rows[i].alg == ENT_PKEY_ALG_COUNT)
			continue;
		const enum ent_pkey_alg alg = (enum ent_pkey_alg)rows[i].alg;
		CHECK_ROW(rows[i].why, !holds(key, alg, "signed elsewherf", &signature));
		CHECK_ROW(rows[i].why, !holds(key, alg, "", &signature));
		signature.size--;
		CHECK_ROW(rows[i].why, !holds(key, alg, "signed elsewhere", &signature));
		signature.size += 2;
		CHECK_ROW(rows[i].why, !holds(key, alg, "signed elsewhere", &signature));
		signature.size = 0;
		CHECK_ROW(rows[i].why, !holds(key, alg, "signed elsewhere", &signature));
	}
	const struct bytes der = file("es256-der.sig");
	CHECK(!holds(ec, ENT_PKEY_ES256, "signed elsewhere", &der));
	ent_pkey_destroy(key);
	ent_pkey_destroy(ec);
}

/* --- Signing --- */

static void sign_and_verify(const struct ent_pkey *key, const struct ent_pkey *public_key,
		enum ent_pkey_alg alg) {
	char signature[256];
	const size_t needed = ent_pkey_kind(key) == ENT_PKEY_RSA ? 256 : 64;
	size_t size = 0;
	for (int i = 0; i < 20; i++) {
		CHECK(ent_pkey_sign(key, alg, &i, sizeof i, signature, sizeof signature, &size) ==
				ENT_OK);
		CHECK(size == needed);
		CHECK(ent_pkey_verify(public_key, alg, &i, sizeof i, signature, size));
		CHECK(ent_pkey_verify(key, alg, &i, sizeof i, signature, size));
		signature[i] = (char)~signature[i];
		CHECK(!ent_pkey_verify(public_key, alg, &i, sizeof i, signature, size));
	}
	size = 7;
	CHECK(ent_pkey_sign(key, alg, "", 0, signature, needed - 1, &size) == ENT_E_LIMIT);
	CHECK(ent_pkey_sign(key, alg, "", 0, signature, needed, &size) == ENT_OK && size == needed);
	CHECK(ent_pkey_sign(public_key, alg, "", 0, signature, sizeof signature, &size) ==
			ENT_E_DOMAIN);
}

TEST(pkey__what_a_private_key_signs_its_public_half_verifies) {
	(void)state_;
	static const char *const names[][2] = {
			{"rsa.pem", "rsa.pub.pem"}, {"p256.pem", "p256.pub.pem"}};
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		struct ent_pkey *key = key_of(names[i][0], true);
		struct ent_pkey *public_key = key_of(names[i][1], false);
		char signature[256];
		size_t size = 0;
		for (unsigned alg = 0; alg < ENT_PKEY_ALG_COUNT; alg++) {
			if (ent_pkey_takes(key, (enum ent_pkey_alg)alg))
				sign_and_verify(key, public_key, (enum ent_pkey_alg)alg);
			else
				CHECK(ent_pkey_sign(key, (enum ent_pkey_alg)alg, "", 0, signature,
						      sizeof signature, &size) == ENT_E_DOMAIN);
		}
		CHECK(!ent_pkey_takes(key, ENT_PKEY_ALG_COUNT));
		ent_pkey_destroy(key);
		ent_pkey_destroy(public_key);
	}
}

/* --- What is refused --- */

TEST(pkey__only_keys_that_tokens_are_signed_with_are_taken) {
	(void)state_;
	static const struct {
		const char *why, *name;
		bool private_too;
		ent_status status;
	} rows[] = {
			{"RSA", "rsa.pub.pem", false, ENT_OK},
			{"RSA with exponent 3", "rsa-exponent-3.pub.pem", false, ENT_OK},
			{"P-256", "p256.pub.pem", false, ENT_OK},
			{"P-256, the point compressed", "p256-compressed.pub.pem", false, ENT_OK},
			{"RSA, private", "rsa.pem", true, ENT_OK},
			{"P-256, private", "p256.pem", true, ENT_OK},
			{"a small RSA key", "rsa-2040.pub.pem", false, ENT_E_REFUSED},
			{"RSA for PSS alone", "rsa-pss.pub.pem", false, ENT_E_REFUSED},
			{"P-384", "P-384.pub.pem", false, ENT_E_REFUSED},
			{"secp256k1", "secp256k1.pub.pem", false, ENT_E_REFUSED},
			{"a curve spelled out", "p256-explicit.pub.pem", false, ENT_E_REFUSED},
			{"Ed25519", "ed25519.pub.pem", false, ENT_E_REFUSED},
			{"a private key for a public one", "rsa.pem", false, ENT_E_SYNTAX},
			{"a public key for a private one", "rsa.pub.pem", true, ENT_E_SYNTAX},
			{"another text of RSA", "rsa-traditional.pem", true, ENT_E_SYNTAX},
			{"another text of EC", "p256-sec1.pem", true, ENT_E_SYNTAX},
			{"a passphrase", "rsa-encrypted.pem", true, ENT_E_SYNTAX},
			{"an old passphrase", "rsa-traditional-encrypted.pem", true, ENT_E_SYNTAX},
			{"a certificate", "rsa-certificate.pem", false, ENT_E_SYNTAX},
			{"no PEM", "text", false, ENT_E_SYNTAX},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct bytes pem = file(rows[i].name);
		struct ent_pkey *key = NULL;
		struct ent_fault fault = {0};
		CHECK_ROW(rows[i].why,
				ent_pkey_create_from_pem(pem.data, pem.size, rows[i].private_too,
						&key, &fault) == rows[i].status);
		CHECK_ROW(rows[i].why, (key != NULL) == (rows[i].status == ENT_OK));
		CHECK_ROW(rows[i].why, (fault.why[0] != '\0') == (rows[i].status != ENT_OK));
		ent_pkey_destroy(key);
	}
}

TEST(pkey__a_text_is_one_key_and_whole) {
	(void)state_;
	const struct bytes pem = file("p256.pub.pem"), other = file("rsa.pub.pem");
	struct bytes two = pem, spaced = {0};
	struct ent_pkey *key = NULL;
	memcpy(two.data + two.size, other.data, other.size);
	two.size += other.size;
	CHECK(ent_pkey_create_from_pem(two.data, two.size, false, &key, NULL) == ENT_E_SYNTAX);
	for (size_t length = 0; length + 1 < pem.size; length++)
		CHECK(ent_pkey_create_from_pem(pem.data, length, false, &key, NULL) ==
				ENT_E_SYNTAX);
	CHECK(ent_pkey_create_from_pem("", 0, false, &key, NULL) == ENT_E_SYNTAX);
	spaced.size = (size_t)snprintf(
			spaced.data, sizeof spaced.data, "of the desk\n\n%s\n \n", pem.data);
	CHECK(ent_pkey_create_from_pem(spaced.data, spaced.size, false, &key, NULL) == ENT_OK);
	ent_pkey_destroy(key);
	/* With the head of an encrypted block, which nobody is asked to open. */
	const char *body = strchr(pem.data, '\n') + 1;
	spaced.size = (size_t)snprintf(spaced.data, sizeof spaced.data,
			"-----BEGIN PUBLIC KEY-----\nProc-Type: 4,ENCRYPTED\n"
			"DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n%s",
			body);
	CHECK(ent_pkey_create_from_pem(spaced.data, spaced.size, false, &key, NULL) ==
			ENT_E_SYNTAX);
	char *long_text = calloc(1, 70000);
	CHECK(long_text != NULL);
	memset(long_text, '\n', 70000);
	CHECK(ent_pkey_create_from_pem(long_text, 70000, false, &key, NULL) == ENT_E_SYNTAX);
	free(long_text);
}

/* One byte of the DER elsewhere: another key perhaps, but never a crash. */
TEST(pkey__a_key_with_a_wrong_byte_is_refused_or_another) {
	(void)state_;
	static const char *const names[] = {"p256.pub.pem", "p256.pem"};
	for (size_t n = 0; n < COUNT_OF(names); n++) {
		struct bytes pem = file(names[n]);
		for (size_t i = 28; i + 26 < pem.size; i++) {
			struct ent_pkey *key = NULL;
			const char was = pem.data[i];
			pem.data[i] = was == 'A' ? 'B' : 'A';
			const ent_status status = ent_pkey_create_from_pem(
					pem.data, pem.size, n == 1, &key, NULL);
			CHECK(status == ENT_OK || status == ENT_E_SYNTAX ||
					status == ENT_E_REFUSED);
			ent_pkey_destroy(key);
			pem.data[i] = was;
		}
	}
}

TEST(pkey__a_point_off_the_curve_is_refused) {
	(void)state_;
	const struct bytes x = of_base64("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU");
	struct bytes y = of_base64("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
	uint8_t zero[32] = {0}, prime[32];
	struct ent_pkey *key = NULL;
	struct ent_fault fault = {0};
	(void)bytes_of_hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
			prime, sizeof prime);
	y.data[31] = (char)(y.data[31] ^ 1);
	CHECK(ent_pkey_create_p256((const uint8_t *)x.data, (const uint8_t *)y.data, &key,
			      &fault) == ENT_E_SYNTAX);
	CHECK(strstr(fault.why, "P-256") != NULL);
	CHECK(ent_pkey_create_p256(zero, zero, &key, NULL) == ENT_E_SYNTAX);
	CHECK(ent_pkey_create_p256(prime, prime, &key, NULL) == ENT_E_SYNTAX);
	CHECK(key == NULL);
}

TEST(pkey__numbers_that_make_no_rsa_key_are_refused) {
	(void)state_;
	static const struct {
		const char *why;
		size_t n_size;
		uint8_t first, last; /* of n; between them 0xa5 */
		const char *e;
		size_t e_size;
		const char *said; /* among the words of the reason */
	} rows[] = {
			{"nothing at all", 0, 0, 0, "", 0, "2048"},
			{"no exponent", 256, 0xff, 0x01, "", 0, ""},
			{"exponent 1", 256, 0xff, 0x01, "\1", 1, "exponent"},
			{"exponent 0", 256, 0xff, 0x01, "\0", 1, "exponent"},
			{"an even exponent", 256, 0xff, 0x01, "\1\0\0", 3, "exponent"},
			{"a long exponent", 256, 0xff, 0x01, "\1\0\0\0\0\0\0\0\1", 9, "exponent"},
			{"an even modulus", 256, 0xff, 0x02, "\1\0\1", 3, "numbers"},
			{"a multiple of 3", 256, 0xff, 0x03, "\1\0\1", 3, "numbers"},
			{"2047 bits", 256, 0x7f, 0x01, "\1\0\1", 3, "2048"},
			{"1024 bits", 128, 0xff, 0x01, "\1\0\1", 3, "2048"},
			{"8193 bits", 1025, 0x01, 0x01, "\1\0\1", 3, "8192"},
			{"longer than anything", 5000, 0x01, 0x01, "\1\0\1", 3, "8192"},
	};
	uint8_t n[5000];
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ent_pkey *key = NULL;
		struct ent_fault fault = {0};
		memset(n, 0xa5, sizeof n);
		if (rows[i].n_size > 0) {
			n[0] = rows[i].first;
			n[rows[i].n_size - 1] = rows[i].last;
		}
		const ent_status status = ent_pkey_create_rsa(
				n, rows[i].n_size, rows[i].e, rows[i].e_size, &key, &fault);
		CHECK_ROW(rows[i].why, status == ENT_E_REFUSED || status == ENT_E_SYNTAX);
		CHECK_ROW(rows[i].why, key == NULL && fault.why[0] != '\0');
		CHECK_ROW(fault.why, strstr(fault.why, rows[i].said) != NULL);
	}
	ent_pkey_destroy(NULL);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(pkey__rs256_is_that_of_rfc_7515),
			TEST_ENTRY(pkey__ps384_is_that_of_rfc_7520),
			TEST_ENTRY(pkey__es256_is_that_of_rfc_7515),
			TEST_ENTRY(pkey__a_signature_holds_under_its_own_algorithm_only),
			TEST_ENTRY(pkey__what_a_private_key_signs_its_public_half_verifies),
			TEST_ENTRY(pkey__only_keys_that_tokens_are_signed_with_are_taken),
			TEST_ENTRY(pkey__a_text_is_one_key_and_whole),
			TEST_ENTRY(pkey__a_key_with_a_wrong_byte_is_refused_or_another),
			TEST_ENTRY(pkey__a_point_off_the_curve_is_refused),
			TEST_ENTRY(pkey__numbers_that_make_no_rsa_key_are_refused),
	};
	if (ent_seal_start() != ENT_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
