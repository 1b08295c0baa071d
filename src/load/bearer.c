/* SPDX-License-Identifier: Apache-2.0 */
/* bearer.c: see bearer.h. */
#include "bearer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define US_PER_S INT64_C(1000000)

enum {
	/* The hour that a token may live begins a minute ago, since a server may not take one of the future. */
	BEGAN_S = 60,
	FRESH_S = 3000,   /* a minted token is used so long */
	LOOK_AGAIN_S = 60 /* at a file */
};

static const char scopes[] = "utm.strategic_coordination utm.constraint_management "
			     "utm.constraint_processing utm.conformance_monitoring_sa "
			     "utm.availability_arbitration";

static ent_status mint(struct load_bearer *bearer, int64_t now_utc_us, char *ret_token,
		size_t *ret_length, struct ent_fault *fault) {
	struct ent_pkey *key;
	const int64_t issued_utc_us = now_utc_us - BEGAN_S * US_PER_S;
	const struct ent_token_claims claims = {.issuer = LOAD_BEARER_SUBJECT,
			.subject = LOAD_BEARER_SUBJECT,
			.audience = bearer->audience,
			.scope = scopes,
			.issued_utc_us = issued_utc_us,
			.expires_utc_us = issued_utc_us + ENT_TOKEN_LIFE_MAX_S * US_PER_S};
	ent_status status = ent_pkey_create_from_pem(ent_token_dev_private_pem,
			strlen(ent_token_dev_private_pem), true, &key, fault);
	if (status != ENT_OK)
		return status;
	status = ent_token_mint(key, ENT_PKEY_RS256, NULL, &claims, ret_token,
			ENT_TOKEN_SIZE_MAX + 1, ret_length);
	ent_pkey_destroy(key);
	if (status != ENT_OK)
		ent_fault_set(fault, "", "%s", ent_status_text(status));
	return status;
}

/* One line; what a token cannot have would end the header that it stands in. */
static ent_status read_file(const struct load_bearer *bearer, char *ret_token, size_t *ret_length,
		struct ent_fault *fault) {
	FILE *file = fopen(bearer->file, "rb");
	if (file == NULL) {
		ent_fault_set(fault, bearer->file, "cannot be opened: %s", strerror(errno));
		return ENT_E_IO;
	}
	size_t length = fread(ret_token, 1, ENT_TOKEN_SIZE_MAX + 1, file);
	const bool failed = ferror(file) != 0;
	(void)fclose(file);
	if (failed) {
		ent_fault_set(fault, bearer->file, "cannot be read");
		return ENT_E_IO;
	}
	while (length > 0 && strchr(" \t\r\n", ret_token[length - 1]) != NULL)
		length--;
	bool fine = length > 0 && length <= ENT_TOKEN_SIZE_MAX;
	for (size_t i = 0; fine && i < length; i++)
		fine = ret_token[i] > ' ' && ret_token[i] <= '~';
	if (!fine) {
		ent_fault_set(fault, bearer->file, "it does not hold one token");
		return ENT_E_SYNTAX;
	}
	ret_token[length] = '\0';
	*ret_length = length;
	return ENT_OK;
}

ent_status load_bearer_renew(struct load_bearer *bearer, int64_t now_utc_us, bool *ret_changed,
		struct ent_fault *reterr_fault) {
	char token[ENT_TOKEN_SIZE_MAX + 1];
	size_t length = 0;
	if (bearer->length > 0 && now_utc_us < bearer->renew_at_utc_us) {
		*ret_changed = false;
		return ENT_OK;
	}
	const ent_status status = bearer->file != NULL
			? read_file(bearer, token, &length, reterr_fault)
			: mint(bearer, now_utc_us, token, &length, reterr_fault);
	if (status != ENT_OK)
		return status;
	const int64_t fresh_s = bearer->file != NULL ? LOOK_AGAIN_S : FRESH_S;
	bearer->renew_at_utc_us = now_utc_us + fresh_s * US_PER_S;
	*ret_changed = length != bearer->length || memcmp(token, bearer->token, length) != 0;
	memcpy(bearer->token, token, length + 1);
	bearer->length = length;
	return ENT_OK;
}
