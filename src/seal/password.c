/* SPDX-License-Identifier: Apache-2.0 */
/*
 * password.c: passwords of people, as text that can be stored: Argon2id (RFC 9106) by libsodium, in the
 * form of the reference implementation, $argon2id$v=19$m=65536,t=3,p=1$salt$hash.
 *
 * How much work a stored text asks for stands in it; more than MEMORY_KIB_MAX or PASSES_MAX is refused, so
 * that a damaged one costs neither memory nor time.
 */
#include "entente/seal.h"

#include <errno.h>
#include <string.h>

#include <sodium.h>

enum {
	/* RFC 9106, section 4, second recommended option, with libsodium's one lane. */
	PASSES = 3,
	MEMORY_KIB = 64 * 1024,
	PASSES_MAX = 16,
	MEMORY_KIB_MAX = 1024 * 1024
};

_Static_assert(ENT_PASSWORD_HASH_SIZE == crypto_pwhash_argon2id_STRBYTES, "libsodium's texts fit");

static bool length_ok(size_t length) {
	return length > 0 && length <= ENT_PASSWORD_MAX;
}

ent_status ent_seal_password_hash(
		const char *password, size_t length, char ret_text[ENT_PASSWORD_HASH_SIZE]) {
	char text[ENT_PASSWORD_HASH_SIZE];
	if (!length_ok(length))
		return ENT_E_LIMIT;
	if (crypto_pwhash_argon2id_str(text, password, length, PASSES, (size_t)MEMORY_KIB * 1024) !=
			0)
		return ENT_E_MEMORY;
	memcpy(ret_text, text, sizeof text);
	return ENT_OK;
}

/* The decimal behind 'name', which stands at *at; false when it is none or above 'most'. */
static bool number_within(const char **at, const char *name, unsigned most) {
	const size_t length = strlen(name);
	unsigned value = 0;
	if (strncmp(*at, name, length) != 0)
		return false;
	const char *digit = *at + length;
	for (; *digit >= '0' && *digit <= '9' && value <= most; digit++)
		value = value * 10 + (unsigned)(*digit - '0');
	*at = digit;
	return value > 0 && value <= most;
}

static bool text_ok(const char *text) {
	const char *at = text;
	return memchr(text, '\0', ENT_PASSWORD_HASH_SIZE) != NULL &&
			number_within(&at, "$argon2id$v=", 19) &&
			number_within(&at, "$m=", MEMORY_KIB_MAX) &&
			number_within(&at, ",t=", PASSES_MAX) && number_within(&at, ",p=", 1) &&
			crypto_pwhash_argon2id_str_needs_rehash(
					text, PASSES, (size_t)MEMORY_KIB * 1024) >= 0;
}

ent_status ent_seal_password_verify(
		const char text[ENT_PASSWORD_HASH_SIZE], const char *password, size_t length) {
	if (!text_ok(text))
		return ENT_E_SYNTAX;
	if (!length_ok(length))
		return ENT_E_REFUSED;
	errno = 0;
	if (crypto_pwhash_argon2id_str_verify(text, password, length) == 0)
		return ENT_OK;
	/* Since 1.0.12 it says EINVAL of a password that is another; what remains is memory. */
	return errno == EINVAL ? ENT_E_REFUSED : ENT_E_MEMORY;
}
