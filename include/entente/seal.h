/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seal.h: cryptography: hashes, signatures, chance, passphrases. The only door to libsodium (Ed25519, SipHash,
 * chance, locked memory, Argon2id, XChaCha20-Poly1305) and to OpenSSL (SHA-256 with the processor's own
 * instructions, RSA and ECDSA keys of others, certificates). Depends on: base.
 *
 * ent_seal_start must have succeeded, once, before anything else here. All else may be called from any
 * thread. Nothing here decides what a signature is worth; it says only whether it is right.
 */
#ifndef ENTENTE_SEAL_H
#define ENTENTE_SEAL_H

#include "entente/base.h"

enum {
	ENT_HASH_SIZE = 32,
	ENT_SIGN_PUBLIC_SIZE = 32,
	ENT_SIGN_SEED_SIZE = 32,
	ENT_SIGNATURE_SIZE = 64,
	ENT_SIPHASH_KEY_SIZE = 16
};

struct ent_hash {
	uint8_t bytes[ENT_HASH_SIZE];
};

/* E_IO: the machine gives no chance, or a library is not what it should be. */
ENT_MUST_USE ent_status ent_seal_start(void);

/* --- SHA-256 (FIPS 180-4) --- */

void ent_seal_sha256(const void *bytes, size_t size, struct ent_hash *ret_hash);
struct ent_seal_part {
	const void *bytes;
	size_t size;
};
/* Of several parts as if they stood one behind another. */
void ent_seal_sha256_parts(const struct ent_seal_part *parts, size_t n, struct ent_hash *ret_hash);

/* Of what comes piece by piece. 'add' and 'finish' have E_MEMORY only; after 'finish' only destroy may follow. */
struct ent_seal_hasher;
ENT_MUST_USE ent_status ent_seal_hasher_create(struct ent_seal_hasher **ret_hasher);
ENT_MUST_USE ent_status ent_seal_hasher_add(
		struct ent_seal_hasher *hasher, const void *bytes, size_t size);
ENT_MUST_USE ent_status ent_seal_hasher_finish(
		struct ent_seal_hasher *hasher, struct ent_hash *ret_hash);
/* NULL is fine. */
void ent_seal_hasher_destroy(struct ent_seal_hasher *hasher);

/* --- Chance and comparison --- */

void ent_seal_random(void *ret_bytes, size_t size);
/* SipHash-2-4: for tables whose keys come from outside. */
uint64_t ent_seal_siphash(const void *bytes, size_t size, const uint8_t key[ENT_SIPHASH_KEY_SIZE]);
/* In a time that depends on 'size' only. */
bool ent_seal_equal(const void *a, const void *b, size_t size);

/* --- Ed25519 (RFC 8032), our own keys --- */

/* A private key in locked memory, wiped when it is destroyed, never printed. */
struct ent_sign_key;

/* E_MEMORY. From chance. */
ENT_MUST_USE ent_status ent_sign_key_create(struct ent_sign_key **ret_key);
/* From a seed, which the caller wipes (ent_seal_wipe). E_MEMORY. */
ENT_MUST_USE ent_status ent_sign_key_create_from_seed(
		const uint8_t seed[ENT_SIGN_SEED_SIZE], struct ent_sign_key **ret_key);
/* NULL is fine. */
void ent_sign_key_destroy(struct ent_sign_key *key);
void ent_sign_key_public(const struct ent_sign_key *key, uint8_t ret_public[ENT_SIGN_PUBLIC_SIZE]);
/* Wipe it when it has been stored. */
void ent_sign_key_seed(const struct ent_sign_key *key, uint8_t ret_seed[ENT_SIGN_SEED_SIZE]);
void ent_sign(const struct ent_sign_key *key, const void *bytes, size_t size,
		uint8_t ret_signature[ENT_SIGNATURE_SIZE]);
bool ent_sign_verify(const uint8_t public_key[ENT_SIGN_PUBLIC_SIZE], const void *bytes, size_t size,
		const uint8_t signature[ENT_SIGNATURE_SIZE]);
void ent_seal_wipe(void *bytes, size_t size);

/* --- Secrets: bytes in locked memory, kept out of core dumps, wiped when they are destroyed --- */

struct ent_secret;
/* E_MEMORY. All zero. */
ENT_MUST_USE ent_status ent_secret_create(size_t size, struct ent_secret **ret_secret);
/* NULL is fine. */
void ent_secret_destroy(struct ent_secret *secret);
uint8_t *ent_secret_bytes(struct ent_secret *secret);
size_t ent_secret_size(const struct ent_secret *secret);
/* Makes it shorter; what is cut off is wiped. */
void ent_secret_cut(struct ent_secret *secret, size_t size);

/* --- Private keys under a passphrase: Argon2id (RFC 9106), XChaCha20-Poly1305 --- */

enum {
	ENT_SEALED_SALT_SIZE = 16,
	ENT_SEALED_NONCE_SIZE = 24,
	ENT_SEALED_BOX_SIZE = ENT_SIGN_SEED_SIZE + 16,
	/* What opening may cost: so a damaged file costs neither all memory nor all time. */
	ENT_SEALED_PASSES_MIN = 1,
	ENT_SEALED_PASSES_MAX = 16,
	ENT_SEALED_MEMORY_MIN_KIB = 8,
	ENT_SEALED_MEMORY_MAX_KIB = 1024 * 1024,
	/* What a key of ours costs: half a second and 256 MiB (libsodium's "moderate"). */
	ENT_SEALED_PASSES = 3,
	ENT_SEALED_MEMORY_KIB = 256 * 1024
};

/* A plain value, without secrets: what is to be stored. */
struct ent_sealed_key {
	uint32_t passes, memory_kib;
	uint8_t salt[ENT_SEALED_SALT_SIZE];
	uint8_t nonce[ENT_SEALED_NONCE_SIZE];
	uint8_t box[ENT_SEALED_BOX_SIZE];
};

/* Another salt and nonce each time. E_LIMIT: a cost outside the bounds above. E_MEMORY. */
ENT_MUST_USE ent_status ent_sealed_key_close(const struct ent_sign_key *key,
		struct ent_secret *passphrase, uint32_t passes, uint32_t memory_kib,
		struct ent_sealed_key *ret_sealed);
/* E_REFUSED: another passphrase, or damaged. E_LIMIT: a cost outside the bounds above. E_MEMORY. */
ENT_MUST_USE ent_status ent_sealed_key_open(const struct ent_sealed_key *sealed,
		struct ent_secret *passphrase, struct ent_sign_key **ret_key);

/* --- Certificates of nodes, which are known by their key --- */

enum {
	ENT_CERTIFICATE_NAME_SIZE = 64, /* RFC 5280, appendix A.1, ub-common-name */
	ENT_CERTIFICATE_PEM_SIZE = 2048 /* of one that we make, or its key; with terminator */
};

/*
 * A new key on P-256 and a certificate for it, signed by itself, without an end, for both ends of TLS; 'name'
 * is ASCII. The key is PKCS #8 PEM, terminated behind its size. E_LIMIT: the name is empty or too long. E_MEMORY.
 */
ENT_MUST_USE ent_status ent_certificate_create(const char *name,
		char ret_pem[ENT_CERTIFICATE_PEM_SIZE], struct ent_secret **ret_key_pem);
/*
 * SHA-256 of the SubjectPublicKeyInfo of a certificate in PEM (the first one) or DER. E_SYNTAX: it is none, or longer
 * than 64 KiB; without memory too.
 */
ENT_MUST_USE ent_status ent_certificate_key_hash(const void *bytes, size_t size,
		struct ent_hash *ret_hash, struct ent_fault *reterr_fault);

/* --- Passwords of people (Argon2id, RFC 9106) --- */

enum {
	ENT_PASSWORD_MAX = 1024,     /* bytes of a password */
	ENT_PASSWORD_HASH_SIZE = 128 /* of what is stored of it, with terminator */
};

/*
 * What may be stored of a password: text, with its salt and its cost in it, another one each time. Takes
 * 64 MiB and about a tenth of a second. E_LIMIT: empty, or longer than ENT_PASSWORD_MAX. E_MEMORY.
 */
ENT_MUST_USE ent_status ent_seal_password_hash(
		const char *password, size_t length, char ret_text[ENT_PASSWORD_HASH_SIZE]);
/*
 * E_REFUSED: it is another password. E_SYNTAX: the text is none of ours, or asks for more work than we do for
 * anybody. E_MEMORY: nothing is known then.
 */
ENT_MUST_USE ent_status ent_seal_password_verify(
		const char text[ENT_PASSWORD_HASH_SIZE], const char *password, size_t length);

/* --- Keys of others, for tokens (RFC 7518): RSA and P-256 --- */

/* The closed set of algorithms that a key may be bound to: name in code, name in a token. */
#define ENT_PKEY_ALG_MAP(X) \
	X(RS256, "RS256")   \
	X(RS384, "RS384")   \
	X(RS512, "RS512")   \
	X(PS256, "PS256")   \
	X(PS384, "PS384")   \
	X(PS512, "PS512")   \
	X(ES256, "ES256")
#define ENT_PKEY_ALG_ENUM_(name, text) ENT_PKEY_##name,
enum ent_pkey_alg { ENT_PKEY_ALG_MAP(ENT_PKEY_ALG_ENUM_) ENT_PKEY_ALG_COUNT };
#undef ENT_PKEY_ALG_ENUM_

enum ent_pkey_kind { ENT_PKEY_RSA, ENT_PKEY_P256 };

/* Immutable; threads may share it. Public, or private as well when made from a private key. */
struct ent_pkey;

/*
 * From PEM: "PUBLIC KEY" (PKIX), or with 'private_too' a PKCS #8 "PRIVATE KEY" without passphrase; one
 * key in a text. E_SYNTAX, with the reason. E_REFUSED: neither RSA of 2048 to 8192 bits nor EC on P-256, or
 * numbers that make no key. E_MEMORY. An RSA key is looked at for milliseconds.
 */
ENT_MUST_USE ent_status ent_pkey_create_from_pem(const char *pem, size_t length, bool private_too,
		struct ent_pkey **ret_key, struct ent_fault *reterr_fault);
/* From big-endian modulus and exponent (a JWK's n and e). Errors as above. */
ENT_MUST_USE ent_status ent_pkey_create_rsa(const void *n, size_t n_size, const void *e,
		size_t e_size, struct ent_pkey **ret_key, struct ent_fault *reterr_fault);
/* From the coordinates of a point of P-256, 32 bytes each (a JWK's x and y). Errors as above. */
ENT_MUST_USE ent_status ent_pkey_create_p256(const uint8_t x[32], const uint8_t y[32],
		struct ent_pkey **ret_key, struct ent_fault *reterr_fault);
/* NULL is fine. */
void ent_pkey_destroy(struct ent_pkey *key);
enum ent_pkey_kind ent_pkey_kind(const struct ent_pkey *key);
/* Is this algorithm one of this kind of key? */
bool ent_pkey_takes(const struct ent_pkey *key, enum ent_pkey_alg alg);
/* False also when the algorithm is not one of this key. ES256 signatures are r and s, 32 bytes each. */
bool ent_pkey_verify(const struct ent_pkey *key, enum ent_pkey_alg alg, const void *bytes,
		size_t size, const void *signature, size_t signature_size);
/* E_DOMAIN: no private key, or not its algorithm. E_LIMIT: 'capacity' is too small. E_MEMORY. */
ENT_MUST_USE ent_status ent_pkey_sign(const struct ent_pkey *key, enum ent_pkey_alg alg,
		const void *bytes, size_t size, void *ret_signature, size_t capacity,
		size_t *ret_size);

#endif
