/* SPDX-License-Identifier: Apache-2.0 */
/* claims.c: the claims as they are written. */
#include "claims.h"

#include <string.h>

#define US_PER_S 1000000

/* A NumericDate (RFC 7519 section 2) that we look at: the years 0001 to 9999, as ent_text_print_time. */
#define DATE_MIN_S (-62135596800)
#define DATE_MAX_S 253402300799

static ent_status refuse(struct ent_fault *fault, const char *name, const char *why) {
	ent_fault_set(fault, name, "the token's \"%s\" %s", name, why);
	return ENT_E_REFUSED;
}

/* A string without NUL, which would end our copy of it early and make it somebody else's. */
static ent_status read_text(struct ent_json_value value, const char *name,
		struct token_text *ret_text, struct ent_fault *fault) {
	struct token_text text;
	if (!ent_json_string(value, &text.text, &text.length))
		return refuse(fault, name, "is not a string");
	if (memchr(text.text, '\0', text.length) != NULL)
		return refuse(fault, name, "holds a NUL character");
	*ret_text = text;
	return ENT_OK;
}

/* To the microsecond, an earlier or a later one as 'later' says: so that a token never lives longer. */
static ent_status read_date(struct ent_json_value value, const char *name, bool later,
		int64_t *ret_utc_us, struct ent_fault *fault) {
	int64_t whole;
	double date;
	if (!ent_json_double(value, &date))
		return refuse(fault, name, "is not a number");
	if (!(date >= DATE_MIN_S && date <= DATE_MAX_S))
		return refuse(fault, name, "is no time between the years 1 and 9999");
	if (ent_json_int(value, &whole)) {
		*ret_utc_us = whole * US_PER_S;
		return ENT_OK;
	}
	const double us = date * US_PER_S;
	int64_t cut = (int64_t)us; /* towards zero */
	if (later && (double)cut < us)
		cut++;
	else if (!later && (double)cut > us)
		cut--;
	*ret_utc_us = cut;
	return ENT_OK;
}

static ent_status read_subject(struct ent_json_value value, const char *name,
		struct token_claims *claims, struct ent_fault *fault) {
	return read_text(value, name, &claims->subject, fault);
}

static ent_status read_issuer(struct ent_json_value value, const char *name,
		struct token_claims *claims, struct ent_fault *fault) {
	return read_text(value, name, &claims->issuer, fault);
}

static ent_status read_expires(struct ent_json_value value, const char *name,
		struct token_claims *claims, struct ent_fault *fault) {
	return read_date(value, name, false, &claims->expires_utc_us, fault);
}

static ent_status read_starts(struct ent_json_value value, const char *name,
		struct token_claims *claims, struct ent_fault *fault) {
	return read_date(value, name, true, &claims->starts_utc_us, fault);
}

static ent_status read_issued(struct ent_json_value value, const char *name,
		struct token_claims *claims, struct ent_fault *fault) {
	return read_date(value, name, true, &claims->issued_utc_us, fault);
}

static ent_status read_audience(struct ent_json_value value, const char *name,
		struct token_claims *claims, struct ent_fault *fault) {
	struct ent_json_value one;
	if (ent_json_kind(value) == ENT_JSON_STRING) {
		claims->n_audiences = 1;
		return read_text(value, name, &claims->audience[0], fault);
	}
	if (ent_json_kind(value) != ENT_JSON_ARRAY)
		return refuse(fault, name, "is neither a string nor an array of strings");
	struct ent_json_walk it = ent_json_walk_from(value);
	while (ent_json_next_element(&it, &one)) {
		if (claims->n_audiences == ENT_TOKEN_AUDIENCES_MAX)
			return refuse(fault, name, "holds too many audiences");
		if (ent_json_kind(one) != ENT_JSON_STRING)
			return refuse(fault, name, "holds something that is not a string");
		const ent_status status = read_text(
				one, name, &claims->audience[claims->n_audiences], fault);
		if (status != ENT_OK)
			return status;
		claims->n_audiences++;
	}
	return ENT_OK;
}

/* RFC 8693 section 4.2: one string, scopes with spaces between them. */
static ent_status read_scope(struct ent_json_value value, const char *name,
		struct token_claims *claims, struct ent_fault *fault) {
	const ent_status status = read_text(value, name, &claims->scope, fault);
	const char *text = claims->scope.text;
	for (size_t i = 0; status == ENT_OK && i < claims->scope.length; i++)
		claims->n_scopes += text[i] != ' ' && (i == 0 || text[i - 1] == ' ');
	if (claims->n_scopes > ENT_TOKEN_SCOPES_MAX)
		return refuse(fault, name, "holds too many scopes");
	return status;
}

static const struct {
	const char *name;
	ent_status (*read)(struct ent_json_value value, const char *name,
			struct token_claims *claims, struct ent_fault *fault);
} rows[] = {
		{"sub", read_subject},
		{"iss", read_issuer},
		{"exp", read_expires},
		{"nbf", read_starts},
		{"iat", read_issued},
		{"aud", read_audience},
		{"scope", read_scope},
};

ent_status token_claims_read(struct ent_json_value root, struct token_claims *ret_claims,
		struct ent_fault *fault) {
	struct token_claims claims = {.expires_utc_us = TOKEN_TIME_NONE,
			.starts_utc_us = TOKEN_TIME_NONE,
			.issued_utc_us = TOKEN_TIME_NONE};
	struct ent_json_value value;
	if (ent_json_kind(root) != ENT_JSON_OBJECT) {
		ent_fault_set(fault, "", "the token's claims are not a JSON object");
		return ENT_E_REFUSED;
	}
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (!ent_json_member(root, rows[i].name, &value))
			continue;
		const ent_status status = rows[i].read(value, rows[i].name, &claims, fault);
		if (status != ENT_OK)
			return status;
	}
	if (claims.subject.length == 0)
		return refuse(fault, "sub", "(who it was given to) is missing or empty");
	if (claims.issuer.length == 0)
		return refuse(fault, "iss", "(who gave it) is missing or empty");
	if (claims.expires_utc_us == TOKEN_TIME_NONE)
		return refuse(fault, "exp", "(when it expires) is missing");
	*ret_claims = claims;
	return ENT_OK;
}
