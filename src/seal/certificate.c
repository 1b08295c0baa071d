/* SPDX-License-Identifier: Apache-2.0 */
/*
 * certificate.c: the certificate with which a node shows its TLS key (RFC 5280), and the hash by which
 * another node knows that key.
 *
 * Who holds such a hash asks nothing of the certificate but its key: so it is signed by itself, and holds
 * from 2000 until the moment that means "no end" (RFC 5280, section 4.1.2.5), and no clock can be wrong.
 */
#include "entente/seal.h"

#include <stdio.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "libs.h"

enum { SERIAL_SIZE = 16, READ_MAX = 65536 };

/* What a node is at both ends of a connection. */
static const struct {
	int nid;
	const char *value;
} extensions[] = {
		{NID_basic_constraints, "critical,CA:FALSE"},
		{NID_key_usage, "critical,digitalSignature"},
		{NID_ext_key_usage, "serverAuth,clientAuth"},
};

static bool add_extension(X509 *certificate, int nid, const char *value) {
	X509V3_CTX context;
	X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	const bool added = extension != NULL && X509_add_ext(certificate, extension, -1) == 1;
	X509_EXTENSION_free(extension);
	return added;
}

static bool add_extensions(X509 *certificate, const char *name) {
	char alternative[ENT_CERTIFICATE_NAME_SIZE + 8];
	for (size_t i = 0; i < sizeof extensions / sizeof extensions[0]; i++)
		if (!add_extension(certificate, extensions[i].nid, extensions[i].value))
			return false;
	(void)snprintf(alternative, sizeof alternative, "DNS:%s", name);
	return add_extension(certificate, NID_subject_alt_name, alternative);
}

/* A positive number of 127 bits (RFC 5280, section 4.1.2.2). */
static bool set_serial(X509 *certificate) {
	uint8_t bytes[SERIAL_SIZE];
	ent_seal_random(bytes, sizeof bytes);
	bytes[0] = (uint8_t)((bytes[0] & 0x7f) | 0x40);
	BIGNUM *number = BN_bin2bn(bytes, sizeof bytes, NULL);
	const bool set = number != NULL &&
			BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL;
	BN_free(number);
	return set;
}

static bool set_names(X509 *certificate, const char *name) {
	X509_NAME *subject = X509_NAME_new();
	const bool set = subject != NULL &&
			X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
					(const unsigned char *)name, -1, -1, 0) == 1 &&
			X509_set_subject_name(certificate, subject) == 1 &&
			X509_set_issuer_name(certificate, subject) == 1;
	X509_NAME_free(subject);
	return set;
}

/* NULL without memory. */
static X509 *make(EVP_PKEY *key, const char *name) {
	X509 *certificate = X509_new();
	if (certificate != NULL && X509_set_version(certificate, X509_VERSION_3) == 1 &&
			set_serial(certificate) && set_names(certificate, name) &&
			ASN1_TIME_set_string_X509(
					X509_getm_notBefore(certificate), "20000101000000Z") == 1 &&
			ASN1_TIME_set_string_X509(
					X509_getm_notAfter(certificate), "99991231235959Z") == 1 &&
			X509_set_pubkey(certificate, key) == 1 &&
			add_extensions(certificate, name) &&
			X509_sign(certificate, key, seal_digests.sha256) > 0)
		return certificate;
	X509_free(certificate);
	return NULL;
}

/* The text in 'from', terminated. */
static bool take_text(BIO *from, char *ret_text, size_t room) {
	char *text = NULL;
	const long length = BIO_get_mem_data(from, &text);
	if (length <= 0 || (size_t)length >= room)
		return false;
	memcpy(ret_text, text, (size_t)length);
	ret_text[length] = '\0';
	return true;
}

static bool print(EVP_PKEY *key, X509 *certificate, char ret_certificate[ENT_CERTIFICATE_PEM_SIZE],
		struct ent_secret *ret_key) {
	BIO *public_text = BIO_new(BIO_s_mem()), *private_text = BIO_new(BIO_s_secmem());
	char *text = (char *)ent_secret_bytes(ret_key);
	const bool printed = public_text != NULL && private_text != NULL &&
			PEM_write_bio_X509(public_text, certificate) == 1 &&
			PEM_write_bio_PKCS8PrivateKey(
					private_text, key, NULL, NULL, 0, NULL, NULL) == 1 &&
			take_text(private_text, text, ent_secret_size(ret_key)) &&
			take_text(public_text, ret_certificate, ENT_CERTIFICATE_PEM_SIZE);
	if (printed)
		ent_secret_cut(ret_key, strlen(text));
	BIO_free(public_text);
	BIO_free(private_text);
	return printed;
}

ent_status ent_certificate_create(const char *name, char ret_pem[ENT_CERTIFICATE_PEM_SIZE],
		struct ent_secret **ret_key_pem) {
	char pem[ENT_CERTIFICATE_PEM_SIZE];
	struct ent_secret *key_pem = NULL;
	if (name[0] == '\0' || strlen(name) >= ENT_CERTIFICATE_NAME_SIZE)
		return ENT_E_LIMIT;
	ent_status status = ent_secret_create(ENT_CERTIFICATE_PEM_SIZE, &key_pem);
	if (status != ENT_OK)
		return status;
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = key != NULL ? make(key, name) : NULL;
	if (certificate == NULL || !print(key, certificate, pem, key_pem))
		status = ENT_E_MEMORY;
	X509_free(certificate);
	EVP_PKEY_free(key);
	ERR_clear_error();
	if (status != ENT_OK) {
		ent_secret_destroy(key_pem);
		return status;
	}
	memcpy(ret_pem, pem, sizeof pem);
	*ret_key_pem = key_pem;
	return ENT_OK;
}

/* --- The hash of a key --- */

static X509 *read_pem(const void *bytes, size_t size) {
	BIO *text = BIO_new_mem_buf(bytes, (int)size);
	X509 *certificate = text != NULL ? PEM_read_bio_X509(text, NULL, NULL, NULL) : NULL;
	BIO_free(text);
	return certificate;
}

/* All of the bytes, and no more. */
static X509 *read_der(const void *bytes, size_t size) {
	const unsigned char *at = bytes;
	X509 *certificate = d2i_X509(NULL, &at, (long)size);
	if (certificate != NULL && at != (const unsigned char *)bytes + size) {
		X509_free(certificate);
		return NULL;
	}
	return certificate;
}

ent_status ent_certificate_key_hash(const void *bytes, size_t size, struct ent_hash *ret_hash,
		struct ent_fault *reterr_fault) {
	unsigned char *der = NULL;
	if (size == 0 || size > READ_MAX) {
		ent_fault_set(reterr_fault, "", "no certificate, or one longer than 64 KiB");
		return ENT_E_SYNTAX;
	}
	/* DER begins with a sequence. */
	X509 *certificate = *(const uint8_t *)bytes == 0x30 ? read_der(bytes, size)
							    : read_pem(bytes, size);
	const int length = certificate != NULL
			? i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der)
			: 0;
	if (length > 0)
		ent_seal_sha256(der, (size_t)length, ret_hash);
	OPENSSL_free(der);
	X509_free(certificate);
	ERR_clear_error();
	if (length > 0)
		return ENT_OK;
	ent_fault_set(reterr_fault, "", "not a certificate (X.509) in PEM or DER");
	return ENT_E_SYNTAX;
}
