/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pkey_make.c: keys of others, from PEM (RFC 7468) and from the numbers of a JWK (RFC 7518, section 6).
 *
 * What does not stand in a key that we take: RSA below 2048 or above 8192 bits, RSA-PSS keys (they bind to
 * parameters that RFC 7518 does not know), exponents that are even, 1, or longer than 64 bits, other curves
 * than P-256, curves by explicit parameters, points that are not on the curve.
 */
#include "entente/seal.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "pkey.h"

enum {
	RSA_BITS_MIN = 2048,    /* RFC 7518, section 3.3 */
	RSA_BITS_MAX = 8192,    /* more only costs whoever verifies */
	EXPONENT_BITS_MAX = 64, /* OpenSSL's own limit where n is larger than 3072 bits */
	PEM_LENGTH_MAX = 65536,
	COORDINATE_SIZE = 32
};

/* Was it memory that OpenSSL lacked? Its errors are forgotten. */
static bool lacked_memory(void) {
	bool lacked = false;
	for (unsigned long error; (error = ERR_get_error()) != 0;)
		lacked = lacked || ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE;
	return lacked;
}

static ent_status say(struct ent_fault *fault, ent_status status, const char *why) {
	if (lacked_memory()) {
		status = ENT_E_MEMORY;
		why = ent_status_text(status);
	}
	ent_fault_set(fault, "", "%s", why);
	return status;
}

/* --- What we take --- */

/* Why not; NULL when it is well. */
static const char *refuse_rsa(EVP_PKEY *evp) {
	BIGNUM *e = NULL;
	const int bits = EVP_PKEY_get_bits(evp);
	if (bits < RSA_BITS_MIN || bits > RSA_BITS_MAX)
		return "an RSA key of fewer than 2048 or more than 8192 bits";
	if (EVP_PKEY_get_bn_param(evp, OSSL_PKEY_PARAM_RSA_E, &e) != 1)
		return "an RSA key without exponent";
	const bool good = BN_is_odd(e) && !BN_is_one(e) && BN_num_bits(e) <= EXPONENT_BITS_MAX;
	BN_free(e);
	return good ? NULL : "an RSA key whose exponent is even, 1 or longer than 64 bits";
}

static const char *refuse_ec(EVP_PKEY *evp) {
	char curve[32] = "";
	int explicit_curve = 0;
	size_t length = 0;
	if (EVP_PKEY_get_int_param(evp, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS,
			    &explicit_curve) == 1 &&
			explicit_curve != 0)
		return "a curve that is spelled out instead of named";
	if (EVP_PKEY_get_group_name(evp, curve, sizeof curve, &length) != 1 ||
			strcmp(curve, SN_X9_62_prime256v1) != 0)
		return "another curve than P-256";
	return NULL;
}

/* Do the numbers themselves make a key? For RSA this looks for small factors and takes milliseconds. */
static bool numbers_are_sound(EVP_PKEY *evp, bool private_too) {
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, evp, NULL);
	const bool sound = context != NULL && EVP_PKEY_public_check(context) == 1 &&
			(!private_too || EVP_PKEY_pairwise_check(context) == 1);
	EVP_PKEY_CTX_free(context);
	return sound;
}

/* Takes 'evp'. */
static ent_status finish(EVP_PKEY *evp, bool private_too, struct ent_pkey **ret_key,
		struct ent_fault *fault) {
	const char *why = "neither an RSA key nor one on a curve";
	ent_status status = ENT_E_REFUSED;
	struct ent_pkey *key = NULL;
	const bool rsa = EVP_PKEY_is_a(evp, "RSA") == 1, ec = EVP_PKEY_is_a(evp, "EC") == 1;
	if (rsa || ec)
		why = rsa ? refuse_rsa(evp) : refuse_ec(evp);
	if (why == NULL && !numbers_are_sound(evp, private_too))
		why = "its numbers do not make a key";
	if (why == NULL) {
		key = calloc(1, sizeof *key);
		status = key != NULL ? ENT_OK : ENT_E_MEMORY;
		why = ent_status_text(status);
	}
	if (status != ENT_OK) {
		EVP_PKEY_free(evp);
		return say(fault, status, why);
	}
	ERR_clear_error();
	*key = (struct ent_pkey){evp, rsa ? ENT_PKEY_RSA : ENT_PKEY_P256, private_too};
	*ret_key = key;
	return ENT_OK;
}

/* --- PEM --- */

/* The key in 'size' bytes of DER, all of which it takes. */
static EVP_PKEY *decode_public(const unsigned char *der, long size) {
	const unsigned char *at = der;
	EVP_PKEY *evp = d2i_PUBKEY_ex(NULL, &at, size, NULL, NULL);
	if (evp != NULL && at != der + size) {
		EVP_PKEY_free(evp);
		return NULL;
	}
	return evp;
}

static EVP_PKEY *decode_private(const unsigned char *der, long size) {
	const unsigned char *at = der;
	PKCS8_PRIV_KEY_INFO *info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &at, size);
	EVP_PKEY *evp = info != NULL && at == der + size ? EVP_PKCS82PKEY_ex(info, NULL, NULL)
							 : NULL;
	PKCS8_PRIV_KEY_INFO_free(info);
	return evp;
}

static const char *const no_pem[] = {
		"no PEM text of a \"PUBLIC KEY\"",
		"no PEM text of a \"PRIVATE KEY\" (PKCS #8, without passphrase)",
};

/*
 * The first block of a text, when its kind is the one that is wanted. PEM_read_bio decrypts nothing, so
 * nobody is ever asked for a passphrase; a block with one has another name, or a header.
 */
static ent_status decode_block(
		BIO *text, bool private_too, EVP_PKEY **ret_evp, struct ent_fault *fault) {
	char *name = NULL, *header = NULL;
	unsigned char *der = NULL;
	long size = 0;
	EVP_PKEY *evp = NULL;
	if (PEM_read_bio(text, &name, &header, &der, &size) != 1)
		return say(fault, ENT_E_SYNTAX, no_pem[private_too]);
	const bool wanted = header[0] == '\0' &&
			strcmp(name, private_too ? PEM_STRING_PKCS8INF : PEM_STRING_PUBLIC) == 0;
	if (wanted)
		evp = private_too ? decode_private(der, size) : decode_public(der, size);
	OPENSSL_free(name);
	OPENSSL_free(header);
	OPENSSL_clear_free(der, (size_t)size);
	if (!wanted)
		return say(fault, ENT_E_SYNTAX, no_pem[private_too]);
	if (evp == NULL)
		return say(fault, ENT_E_SYNTAX, "the PEM text holds no key that can be read");
	*ret_evp = evp;
	return ENT_OK;
}

/* A second key in the same text would be passed over without a word. */
static bool another_follows(BIO *text) {
	char *rest = NULL;
	const long length = BIO_get_mem_data(text, &rest);
	for (long i = 0; i + 10 <= length; i++)
		if (memcmp(rest + i, "-----BEGIN", 10) == 0)
			return true;
	return false;
}

ent_status ent_pkey_create_from_pem(const char *pem, size_t length, bool private_too,
		struct ent_pkey **ret_key, struct ent_fault *reterr_fault) {
	EVP_PKEY *evp = NULL;
	if (length > PEM_LENGTH_MAX)
		return say(reterr_fault, ENT_E_SYNTAX, "too long for the PEM text of a key");
	ERR_clear_error();
	BIO *text = BIO_new_mem_buf(pem, (int)length);
	if (text == NULL)
		return say(reterr_fault, ENT_E_MEMORY, ent_status_text(ENT_E_MEMORY));
	ent_status status = decode_block(text, private_too, &evp, reterr_fault);
	if (status == ENT_OK && another_follows(text)) {
		EVP_PKEY_free(evp);
		status = say(reterr_fault, ENT_E_SYNTAX, "more than one key; write one a text");
	}
	BIO_free(text);
	return status == ENT_OK ? finish(evp, private_too, ret_key, reterr_fault) : status;
}

/* --- Numbers --- */

/* A public key of this type from built parameters, which are taken; NULL when they are none. */
static EVP_PKEY *from_parameters(const char *type, OSSL_PARAM *parameters) {
	EVP_PKEY *evp = NULL;
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	if (parameters == NULL || context == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
			EVP_PKEY_fromdata(context, &evp, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
		evp = NULL;
	EVP_PKEY_CTX_free(context);
	OSSL_PARAM_free(parameters);
	return evp;
}

ent_status ent_pkey_create_rsa(const void *n, size_t n_size, const void *e, size_t e_size,
		struct ent_pkey **ret_key, struct ent_fault *reterr_fault) {
	if (n_size > RSA_BITS_MAX / CHAR_BIT + 1 || e_size > RSA_BITS_MAX / CHAR_BIT + 1)
		return say(reterr_fault, ENT_E_REFUSED, "an RSA key of more than 8192 bits");
	ERR_clear_error();
	OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
	BIGNUM *modulus = BN_bin2bn(n, (int)n_size, NULL);
	BIGNUM *exponent = BN_bin2bn(e, (int)e_size, NULL);
	EVP_PKEY *evp = NULL;
	if (builder != NULL && modulus != NULL && exponent != NULL &&
			OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, modulus) == 1 &&
			OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, exponent) == 1)
		evp = from_parameters("RSA", OSSL_PARAM_BLD_to_param(builder));
	BN_free(exponent);
	BN_free(modulus);
	OSSL_PARAM_BLD_free(builder);
	if (evp == NULL)
		return say(reterr_fault, ENT_E_SYNTAX, "modulus and exponent make no RSA key");
	return finish(evp, false, ret_key, reterr_fault);
}

ent_status ent_pkey_create_p256(const uint8_t x[32], const uint8_t y[32], struct ent_pkey **ret_key,
		struct ent_fault *reterr_fault) {
	uint8_t point[1 + 2 * COORDINATE_SIZE] = {POINT_CONVERSION_UNCOMPRESSED};
	memcpy(point + 1, x, COORDINATE_SIZE);
	memcpy(point + 1 + COORDINATE_SIZE, y, COORDINATE_SIZE);
	ERR_clear_error();
	OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
	EVP_PKEY *evp = NULL;
	if (builder != NULL &&
			OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME,
					SN_X9_62_prime256v1, 0) == 1 &&
			OSSL_PARAM_BLD_push_octet_string(
					builder, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point) == 1)
		evp = from_parameters("EC", OSSL_PARAM_BLD_to_param(builder));
	OSSL_PARAM_BLD_free(builder);
	if (evp == NULL)
		return say(reterr_fault, ENT_E_SYNTAX, "not a point of the curve P-256");
	return finish(evp, false, ret_key, reterr_fault);
}

void ent_pkey_destroy(struct ent_pkey *key) {
	if (key == NULL)
		return;
	EVP_PKEY_free(key->evp);
	free(key);
}
