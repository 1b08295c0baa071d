/* SPDX-License-Identifier: Apache-2.0 */
/* mint.c: tokens for tests: two objects in JSON, base64url, and a signature over both. */
#include "entente/token.h"

#include <string.h>

#include "entente/base64.h"
#include "entente/jsonout.h"

enum {
	SIGNATURE_MAX = 1024, /* of RSA with 8192 bits */
	JSON_MAX = ENT_TOKEN_SIZE_MAX / 4 * 3
};

#define US_PER_S_DIGITS 6 /* a NumericDate is in seconds (RFC 7519 section 2) */

/* A sink for ent_jsonout: what does not fit is E_LIMIT. */
struct bytes {
	size_t size;
	char bytes[JSON_MAX];
};

static ent_status write_bytes(void *user, const void *bytes, size_t size) {
	struct bytes *to = user;
	if (size > sizeof to->bytes - to->size)
		return ENT_E_LIMIT;
	memcpy(to->bytes + to->size, bytes, size);
	to->size += size;
	return ENT_OK;
}

static void put_text(struct ent_jsonout *out, const char *name, const char *text) {
	if (text == NULL)
		return;
	ent_jsonout_name(out, name);
	ent_jsonout_string(out, text);
}

static void put_date(struct ent_jsonout *out, const char *name, int64_t utc_us) {
	ent_jsonout_name(out, name);
	ent_jsonout_decimal(out, utc_us, US_PER_S_DIGITS);
}

static const char *name_of(enum ent_pkey_alg alg) {
	static const char *const names[ENT_PKEY_ALG_COUNT] = {
#define ROW(name, text) [ENT_PKEY_##name] = text,
			ENT_PKEY_ALG_MAP(ROW)
#undef ROW
	};
	return names[alg];
}

/* Appends to a text of which 'capacity' bytes may be used, with the terminator. */
static ent_status append(
		char *text, size_t capacity, size_t *length, const void *bytes, size_t size) {
	if (*length > capacity || (size * 4 + 2) / 3 + 1 > capacity - *length)
		return ENT_E_LIMIT;
	*length += ent_base64_print(ENT_BASE64_URL, bytes, size, text + *length);
	return ENT_OK;
}

/* The header ('claims' NULL), or the claims. */
static ent_status append_json(const char *alg, const char *kid,
		const struct ent_token_claims *claims, char *text, size_t capacity,
		size_t *length) {
	struct ent_jsonout out;
	struct bytes bytes;
	bytes.size = 0;
	ent_jsonout_init(&out, write_bytes, &bytes, 0);
	ent_jsonout_object_begin(&out);
	put_text(&out, "alg", alg);
	put_text(&out, "kid", kid);
	if (claims == NULL) {
		put_text(&out, "typ", "JWT");
	} else {
		put_text(&out, "iss", claims->issuer);
		put_text(&out, "sub", claims->subject);
		put_text(&out, "aud", claims->audience);
		put_text(&out, "scope", claims->scope);
		put_date(&out, "iat", claims->issued_utc_us);
		put_date(&out, "exp", claims->expires_utc_us);
	}
	ent_jsonout_object_end(&out);
	const ent_status status = ent_jsonout_finish(&out);
	/* Without the line break that ends a JSON document. */
	return status == ENT_OK ? append(text, capacity, length, bytes.bytes, bytes.size - 1)
				: status;
}

ent_status ent_token_mint(const struct ent_pkey *key, enum ent_pkey_alg alg, const char *kid,
		const struct ent_token_claims *claims, char *ret_text, size_t capacity,
		size_t *ret_length) {
	char text[ENT_BASE64_SIZE(ENT_TOKEN_SIZE_MAX)];
	uint8_t signature[SIGNATURE_MAX];
	size_t length = 0, size = 0;
	if ((unsigned)alg >= ENT_PKEY_ALG_COUNT)
		return ENT_E_DOMAIN;
	if (capacity > ENT_TOKEN_SIZE_MAX + 1)
		capacity = ENT_TOKEN_SIZE_MAX + 1;
	ent_status status = append_json(name_of(alg), kid, NULL, text, capacity, &length);
	if (status != ENT_OK)
		return status;
	text[length++] = '.';
	status = append_json(NULL, NULL, claims, text, capacity, &length);
	if (status == ENT_OK)
		status = ent_pkey_sign(key, alg, text, length, signature, sizeof signature, &size);
	if (status != ENT_OK)
		return status;
	text[length++] = '.';
	status = append(text, capacity, &length, signature, size);
	if (status != ENT_OK)
		return status;
	memcpy(ret_text, text, length + 1);
	*ret_length = length;
	return ENT_OK;
}
