/* SPDX-License-Identifier: Apache-2.0 */
/* pkey.c: signatures by keys of others (RFC 7518, section 3), verified and, for tests of tokens, made. */
#include "pkey.h"

#include <string.h>

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "libs.h"

enum {
	P256_HALF = 32,     /* r and s, each */
	P256_DER_SIZE = 72, /* a sequence of two integers of at most 33 bytes */
	RSA_SIZE_MAX = 1024 /* bytes of 8192 bits */
};

/* What RFC 7518, section 3.1 says of each algorithm. */
static const struct algorithm {
	enum ent_pkey_kind kind;
	EVP_MD **digest;
	int padding;
} algorithms[] = {
		[ENT_PKEY_RS256] = {ENT_PKEY_RSA, &seal_digests.sha256, RSA_PKCS1_PADDING},
		[ENT_PKEY_RS384] = {ENT_PKEY_RSA, &seal_digests.sha384, RSA_PKCS1_PADDING},
		[ENT_PKEY_RS512] = {ENT_PKEY_RSA, &seal_digests.sha512, RSA_PKCS1_PADDING},
		[ENT_PKEY_PS256] = {ENT_PKEY_RSA, &seal_digests.sha256, RSA_PKCS1_PSS_PADDING},
		[ENT_PKEY_PS384] = {ENT_PKEY_RSA, &seal_digests.sha384, RSA_PKCS1_PSS_PADDING},
		[ENT_PKEY_PS512] = {ENT_PKEY_RSA, &seal_digests.sha512, RSA_PKCS1_PSS_PADDING},
		[ENT_PKEY_ES256] = {ENT_PKEY_P256, &seal_digests.sha256, 0},
};
_Static_assert(sizeof algorithms / sizeof algorithms[0] == ENT_PKEY_ALG_COUNT, "a row for each");

enum ent_pkey_kind ent_pkey_kind(const struct ent_pkey *key) {
	return key->kind;
}

bool ent_pkey_takes(const struct ent_pkey *key, enum ent_pkey_alg alg) {
	return (unsigned)alg < ENT_PKEY_ALG_COUNT && algorithms[alg].kind == key->kind;
}

/* The salt is as long as the digest (RFC 7518, section 3.5), and the mask's digest the same one. */
static bool set_padding(EVP_PKEY_CTX *context, const struct algorithm *algorithm) {
	if (algorithm->kind != ENT_PKEY_RSA)
		return true;
	if (EVP_PKEY_CTX_set_rsa_padding(context, algorithm->padding) != 1)
		return false;
	return algorithm->padding != RSA_PKCS1_PSS_PADDING ||
			EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

/* r and s as the DER that OpenSSL wants. The size, 0 without memory. */
static size_t der_of_halves(const uint8_t *halves, uint8_t ret_der[P256_DER_SIZE]) {
	ECDSA_SIG *pair = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(halves, P256_HALF, NULL);
	BIGNUM *s = BN_bin2bn(halves + P256_HALF, P256_HALF, NULL);
	unsigned char *at = ret_der;
	int size = 0;
	if (pair != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(pair, r, s) == 1) {
		r = s = NULL; /* now the pair's */
		size = i2d_ECDSA_SIG(pair, &at);
	}
	BN_free(r);
	BN_free(s);
	ECDSA_SIG_free(pair);
	return size > 0 ? (size_t)size : 0;
}

static bool halves_of_der(const uint8_t *der, size_t size, uint8_t ret_halves[2 * P256_HALF]) {
	const unsigned char *at = der;
	ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &at, (long)size);
	const bool good = pair != NULL &&
			BN_bn2binpad(ECDSA_SIG_get0_r(pair), ret_halves, P256_HALF) == P256_HALF &&
			BN_bn2binpad(ECDSA_SIG_get0_s(pair), ret_halves + P256_HALF, P256_HALF) ==
					P256_HALF;
	ECDSA_SIG_free(pair);
	return good;
}

static bool verify(const struct ent_pkey *key, const struct algorithm *algorithm, const void *bytes,
		size_t size, const void *signature, size_t signature_size) {
	EVP_MD_CTX *digest = EVP_MD_CTX_new();
	EVP_PKEY_CTX *context = NULL; /* the digest's */
	const bool good = digest != NULL &&
			EVP_DigestVerifyInit(digest, &context, *algorithm->digest, NULL,
					key->evp) == 1 &&
			set_padding(context, algorithm) &&
			EVP_DigestVerify(digest, signature, signature_size, bytes, size) == 1;
	EVP_MD_CTX_free(digest);
	ERR_clear_error();
	return good;
}

bool ent_pkey_verify(const struct ent_pkey *key, enum ent_pkey_alg alg, const void *bytes,
		size_t size, const void *signature, size_t signature_size) {
	uint8_t der[P256_DER_SIZE];
	if (!ent_pkey_takes(key, alg))
		return false;
	if (key->kind == ENT_PKEY_P256) {
		if (signature_size != 2 * P256_HALF)
			return false;
		signature_size = der_of_halves(signature, der);
		signature = der;
	}
	return verify(key, &algorithms[alg], bytes, size, signature, signature_size);
}

/* 'size' is the room, and then what was written of it. */
static bool sign(const struct ent_pkey *key, const struct algorithm *algorithm, const void *bytes,
		size_t size, uint8_t *signature, size_t *signature_size) {
	EVP_MD_CTX *digest = EVP_MD_CTX_new();
	EVP_PKEY_CTX *context = NULL; /* the digest's */
	const bool good = digest != NULL &&
			EVP_DigestSignInit(digest, &context, *algorithm->digest, NULL, key->evp) ==
					1 &&
			set_padding(context, algorithm) &&
			EVP_DigestSign(digest, signature, signature_size, bytes, size) == 1;
	EVP_MD_CTX_free(digest);
	ERR_clear_error();
	return good;
}

ent_status ent_pkey_sign(const struct ent_pkey *key, enum ent_pkey_alg alg, const void *bytes,
		size_t size, void *ret_signature, size_t capacity, size_t *ret_size) {
	uint8_t signature[RSA_SIZE_MAX], halves[2 * P256_HALF];
	size_t signature_size = sizeof signature;
	if (!key->private_too || !ent_pkey_takes(key, alg))
		return ENT_E_DOMAIN;
	const size_t needed = key->kind == ENT_PKEY_P256 ? sizeof halves
							 : (size_t)EVP_PKEY_get_size(key->evp);
	if (capacity < needed)
		return ENT_E_LIMIT;
	if (!sign(key, &algorithms[alg], bytes, size, signature, &signature_size))
		return ENT_E_MEMORY;
	if (key->kind == ENT_PKEY_RSA) {
		memcpy(ret_signature, signature, signature_size);
	} else {
		if (!halves_of_der(signature, signature_size, halves))
			return ENT_E_MEMORY;
		memcpy(ret_signature, halves, sizeof halves);
		signature_size = sizeof halves;
	}
	*ret_size = signature_size;
	return ENT_OK;
}
