/* SPDX-License-Identifier: Apache-2.0 */
/* claims.h: what a token claims (RFC 7519 section 4, RFC 8693 section 4.2), inside. */
#ifndef TOKEN_CLAIMS_H
#define TOKEN_CLAIMS_H

#include "entente/json.h"
#include "entente/token.h"

#define TOKEN_TIME_NONE INT64_MIN

struct token_text {
	const char *text;
	size_t length;
};

/* Texts are borrowed from the JSON document and hold no NUL. */
struct token_claims {
	struct token_text subject, issuer, scope;
	int64_t expires_utc_us, starts_utc_us, issued_utc_us; /* TOKEN_TIME_NONE: not there */
	size_t n_scopes, n_audiences;
	struct token_text audience[ENT_TOKEN_AUDIENCES_MAX];
};

/* All that can be said without a clock and without audiences. E_REFUSED with the reason. */
ENT_MUST_USE ent_status token_claims_read(struct ent_json_value root,
		struct token_claims *ret_claims, struct ent_fault *fault);

#endif
