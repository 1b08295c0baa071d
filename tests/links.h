/* SPDX-License-Identifier: Apache-2.0 */
/* links.h: certificates and keys for tests of connections between nodes, made and hashed by OpenSSL. */
#ifndef ENTENTE_TESTS_LINKS_H
#define ENTENTE_TESTS_LINKS_H

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "test.h"

struct link_identity {
	char *certificate_pem, *key_pem;
	uint8_t key[32]; /* SHA-256 of the SubjectPublicKeyInfo */
};

static inline char *link_text(BIO *bio) {
	char *bytes;
	const long n = BIO_get_mem_data(bio, &bytes);
	char *text = calloc(1, (size_t)n + 1);
	CHECK(text != NULL);
	memcpy(text, bytes, (size_t)n);
	(void)BIO_free(bio);
	return text;
}

static inline X509 *link_certificate(EVP_PKEY *key, long start_s, long end_s) {
	X509 *certificate = X509_new();
	CHECK(certificate != NULL && X509_set_version(certificate, 2) == 1);
	CHECK(ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1) == 1);
	CHECK(X509_gmtime_adj(X509_getm_notBefore(certificate), start_s) != NULL);
	CHECK(X509_gmtime_adj(X509_getm_notAfter(certificate), end_s) != NULL);
	CHECK(X509_set_pubkey(certificate, key) == 1);
	CHECK(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
			      (const unsigned char *)"node", -1, -1, 0) == 1);
	CHECK(X509_set_issuer_name(certificate, X509_get_subject_name(certificate)) == 1);
	const EVP_MD *digest = EVP_PKEY_get_id(key) == EVP_PKEY_ED25519 ? NULL : EVP_sha256();
	CHECK(X509_sign(certificate, key, digest) > 0);
	return certificate;
}

/* Of a key that is taken; valid from and to so many seconds from now. */
static inline struct link_identity link_from(EVP_PKEY *key, long start_s, long end_s) {
	struct link_identity identity;
	unsigned char *der = NULL;
	X509 *certificate = link_certificate(key, start_s, end_s);
	BIO *out = BIO_new(BIO_s_mem()), *secret = BIO_new(BIO_s_mem());
	CHECK(PEM_write_bio_X509(out, certificate) == 1);
	CHECK(PEM_write_bio_PrivateKey(secret, key, NULL, NULL, 0, NULL, NULL) == 1);
	identity.certificate_pem = link_text(out);
	identity.key_pem = link_text(secret);
	const int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
	CHECK(n > 0 && EVP_Digest(der, (size_t)n, identity.key, NULL, EVP_sha256(), NULL) == 1);
	OPENSSL_free(der);
	X509_free(certificate);
	EVP_PKEY_free(key);
	return identity;
}

enum { LINK_YEAR_S = 31536000 };

static inline struct link_identity link_identity(void) {
	return link_from(EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), -LINK_YEAR_S, LINK_YEAR_S);
}

static inline void link_free(struct link_identity *identity) {
	free(identity->certificate_pem);
	free(identity->key_pem);
}

/* To all appearances the key 'shown' (of P-256); it signs with another. */
static inline EVP_PKEY *link_false_key(EVP_PKEY *shown) {
	unsigned char point[256];
	size_t size = 0;
	BIGNUM *number = NULL;
	EVP_PKEY *other = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256"), *key = NULL;
	CHECK(EVP_PKEY_get_octet_string_param(
			      shown, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point, &size) == 1);
	CHECK(EVP_PKEY_get_bn_param(other, OSSL_PKEY_PARAM_PRIV_KEY, &number) == 1);
	OSSL_PARAM_BLD *list = OSSL_PARAM_BLD_new();
	CHECK(OSSL_PARAM_BLD_push_utf8_string(list, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) == 1);
	CHECK(OSSL_PARAM_BLD_push_octet_string(list, OSSL_PKEY_PARAM_PUB_KEY, point, size) == 1);
	CHECK(OSSL_PARAM_BLD_push_BN(list, OSSL_PKEY_PARAM_PRIV_KEY, number) == 1);
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(list);
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	CHECK(EVP_PKEY_fromdata_init(context) == 1);
	CHECK(EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, params) == 1);
	EVP_PKEY_CTX_free(context);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(list);
	BN_free(number);
	EVP_PKEY_free(other);
	return key;
}

/* Of four primes, which are found sooner. */
static inline EVP_PKEY *link_large_key(int bits) {
	EVP_PKEY *key = NULL;
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	CHECK(context != NULL && EVP_PKEY_keygen_init(context) == 1);
	CHECK(EVP_PKEY_CTX_set_rsa_keygen_bits(context, bits) == 1);
	CHECK(EVP_PKEY_CTX_set_rsa_keygen_primes(context, 4) == 1);
	CHECK(EVP_PKEY_keygen(context, &key) == 1);
	EVP_PKEY_CTX_free(context);
	return key;
}

#endif
