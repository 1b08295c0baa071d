/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that cannot be had, in seal: our allocations, libsodium's locked ones and all of OpenSSL's fail
 * once, then all from one on. A key is not made, a signature does not hold, a hash is right all the same;
 * and nothing stays behind.
 */
#include "entente/seal.h"

#include <pthread.h>

#include <openssl/crypto.h>

#include "memory.h"

/* --- The others' allocations, through memory.h's counters --- */

static void *openssl_malloc(size_t size, const char *file, int line) {
	(void)file;
	(void)line;
	return memory_fails() ? NULL : memory_counted(__real_malloc(size));
}

static void *openssl_realloc(void *block, size_t size, const char *file, int line) {
	(void)file;
	(void)line;
	return __wrap_realloc(block, size);
}

static void openssl_free(void *block, const char *file, int line) {
	(void)file;
	(void)line;
	__wrap_free(block);
}

void *__real_sodium_malloc(size_t size);
void __real_sodium_free(void *block);
void *__wrap_sodium_malloc(size_t size);
void __wrap_sodium_free(void *block);

void *__wrap_sodium_malloc(size_t size) {
	return memory_fails() ? NULL : memory_counted(__real_sodium_malloc(size));
}

void __wrap_sodium_free(void *block) {
	memory.live -= block != NULL;
	__real_sodium_free(block);
}

/* --- What is tried --- */

struct text {
	size_t size;
	char data[4096];
};

static struct text file(const char *name) {
	struct text text = {0};
	char path[512];
	(void)snprintf(path, sizeof path, TEST_DATA "/seal/%s", name);
	FILE *stream = fopen(path, "rb");
	CHECK_ROW(path, stream != NULL);
	text.size = fread(text.data, 1, sizeof text.data, stream);
	CHECK(fclose(stream) == 0);
	return text;
}

static struct {
	struct text p256_public, p256_private, rsa_public, modulus, signature;
	struct ent_pkey *rsa, *p256;
} given;

static ent_status from_pem(const struct text *text, bool private_too) {
	struct ent_pkey *key = NULL;
	const ent_status status = ent_pkey_create_from_pem(
			text->data, text->size, private_too, &key, NULL);
	CHECK((status == ENT_OK) == (key != NULL));
	ent_pkey_destroy(key);
	return status;
}

static ent_status try_p256_public(void) {
	return from_pem(&given.p256_public, false);
}

static ent_status try_p256_private(void) {
	return from_pem(&given.p256_private, true);
}

static ent_status try_rsa_public(void) {
	return from_pem(&given.rsa_public, false);
}

static ent_status try_rsa_numbers(void) {
	struct ent_pkey *key = NULL;
	const ent_status status = ent_pkey_create_rsa(
			given.modulus.data, given.modulus.size, "\1\0\1", 3, &key, NULL);
	CHECK((status == ENT_OK) == (key != NULL));
	ent_pkey_destroy(key);
	return status;
}

static ent_status try_p256_numbers(void) {
	/* The curve's own generator (SEC 2, version 2, section 2.4.2). */
	static const uint8_t x[32] = {0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc,
			0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2, 0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb,
			0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96};
	static const uint8_t y[32] = {0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7,
			0xeb, 0x4a, 0x7c, 0x0f, 0x9e, 0x16, 0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31,
			0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5};
	struct ent_pkey *key = NULL;
	const ent_status status = ent_pkey_create_p256(x, y, &key, NULL);
	ent_pkey_destroy(key);
	return status;
}

static ent_status try_verify(void) {
	return ent_pkey_verify(given.rsa, ENT_PKEY_RS256, "signed elsewhere", 16,
			       given.signature.data, given.signature.size)
			? ENT_OK
			: ENT_E_MEMORY;
}

static ent_status try_sign_and_verify(void) {
	char signature[64];
	size_t size = 0;
	const ent_status status = ent_pkey_sign(
			given.p256, ENT_PKEY_ES256, "text", 4, signature, sizeof signature, &size);
	if (status != ENT_OK)
		return status;
	return ent_pkey_verify(given.p256, ENT_PKEY_ES256, "text", 4, signature, size)
			? ENT_OK
			: ENT_E_MEMORY;
}

static ent_status try_sign_key(void) {
	struct ent_sign_key *key = NULL;
	const ent_status status = ent_sign_key_create(&key);
	CHECK((status == ENT_OK) == (key != NULL));
	ent_sign_key_destroy(key);
	return status;
}

static ent_status try_sealed_key(void) {
	struct ent_sign_key *key = NULL, *again = NULL;
	struct ent_secret *passphrase = NULL;
	struct ent_sealed_key sealed;
	ent_status status = ent_sign_key_create(&key);
	if (status == ENT_OK)
		status = ent_secret_create(3, &passphrase);
	if (status == ENT_OK)
		status = ent_sealed_key_close(key, passphrase, 1, 8, &sealed);
	if (status == ENT_OK)
		status = ent_sealed_key_open(&sealed, passphrase, &again);
	CHECK((status == ENT_OK) == (again != NULL));
	ent_sign_key_destroy(key);
	ent_sign_key_destroy(again);
	ent_secret_destroy(passphrase);
	return status;
}

static ent_status try_certificate(void) {
	char pem[ENT_CERTIFICATE_PEM_SIZE] = "";
	struct ent_secret *key = NULL;
	struct ent_hash hash;
	const ent_status status = ent_certificate_create("a.invalid", pem, &key);
	CHECK((status == ENT_OK) == (key != NULL) && (status == ENT_OK) == (pem[0] != '\0'));
	ent_secret_destroy(key);
	return status == ENT_OK ? ent_certificate_key_hash(pem, strlen(pem), &hash, NULL) : status;
}

static const struct {
	const char *why;
	ent_status (*run)(void);
} tries[] = {
		{"a public key from PEM", try_p256_public},
		{"a private key from PEM", try_p256_private},
		{"an RSA key from PEM", try_rsa_public},
		{"an RSA key from numbers", try_rsa_numbers},
		{"a point", try_p256_numbers},
		{"verifying", try_verify},
		{"signing", try_sign_and_verify},
		{"a key of our own", try_sign_key},
		{"a key under a passphrase", try_sealed_key},
		{"a certificate", try_certificate},
};

/* One run with allocations that fail from here on, or this one alone. False when none was left to fail. */
static bool fail_once(const char *why, ent_status (*run)(void), uint64_t fail_at, bool all_later) {
	memory_begin(fail_at, all_later);
	const ent_status status = run();
	const bool reached = memory.calls >= fail_at;
	memory_begin(0, false);
	/* OpenSSL does without some of its memory, and its decoders forget that it was memory they lacked. */
	CHECK_ROW(why, status != ENT_OK || !all_later || !reached);
	CHECK_ROW(why,
			status == ENT_OK || status == ENT_E_MEMORY || status == ENT_E_SYNTAX ||
					status == ENT_E_REFUSED);
	/* It keeps the texts of errors for the thread, however many there were. */
	OPENSSL_thread_stop();
	return reached;
}

/* Every allocation, alone and with all later ones. */
static void fail_each(const char *why, ent_status (*run)(void)) {
	for (int all_later = 0; all_later < 2; all_later++) {
		uint64_t fail_at = 1;
		/* The search for factors allocates at every step: then in leaps. */
		while (fail_once(why, run, fail_at, all_later == 1))
			fail_at += 1 + (fail_at > 150 ? fail_at / 8 : 0);
		CHECK_ROW(why, fail_at > 1);
	}
}

TEST(seal__without_memory_there_is_no_key_and_nothing_holds) {
	(void)state_;
	for (size_t i = 0; i < COUNT_OF(tries); i++) {
		const char *why = tries[i].why;
		CHECK_ROW(why, tries[i].run() == ENT_OK);
		/* What is made once and kept, some of it on the ways of failure only, is there after this. */
		fail_each(why, tries[i].run);
		const int64_t before = memory.live;
		fail_each(why, tries[i].run);
		CHECK_ROW(why, memory.live == before);
		CHECK_ROW(why, tries[i].run() == ENT_OK);
	}
}

/* In a thread that has hashed nothing yet. */
static void *hash_new(void *argument) {
	ent_seal_sha256("abc", 3, argument);
	return NULL;
}

TEST(seal__a_hash_is_right_without_memory) {
	(void)state_;
	struct ent_hash right, hash;
	ent_seal_sha256("abc", 3, &right);
	for (uint64_t fail_at = 1; fail_at < 12; fail_at++) {
		pthread_t thread;
		memset(&hash, 0, sizeof hash);
		memory_begin(fail_at, true);
		CHECK(pthread_create(&thread, NULL, hash_new, &hash) == 0);
		CHECK(pthread_join(thread, NULL) == 0);
		memory_begin(0, false);
		CHECK(memcmp(&right, &hash, sizeof hash) == 0);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(seal__without_memory_there_is_no_key_and_nothing_holds),
			TEST_ENTRY(seal__a_hash_is_right_without_memory),
	};
	if (CRYPTO_set_mem_functions(openssl_malloc, openssl_realloc, openssl_free) != 1 ||
			ent_seal_start() != ENT_OK)
		return 1;
	given.p256_public = file("p256.pub.pem");
	given.p256_private = file("p256.pem");
	given.rsa_public = file("rsa.pub.pem");
	given.signature = file("rs256.sig");
	given.modulus = file("rsa.modulus");
	if (ent_pkey_create_from_pem(given.rsa_public.data, given.rsa_public.size, false,
			    &given.rsa, NULL) != ENT_OK ||
			ent_pkey_create_from_pem(given.p256_private.data, given.p256_private.size,
					true, &given.p256, NULL) != ENT_OK)
		return 1;
	const int failed = cmocka_run_group_tests(tests, NULL, NULL);
	ent_pkey_destroy(given.rsa);
	ent_pkey_destroy(given.p256);
	return failed;
}
