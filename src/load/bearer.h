/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bearer.h: the token that every request carries: minted with the well-known test key, or from a file, which is
 * read again now and then, so that whoever keeps it fresh need not stop the run.
 */
#ifndef ENTENTE_LOAD_BEARER_H
#define ENTENTE_LOAD_BEARER_H

#include "entente/token.h"

struct load_bearer {
	const char *file;        /* borrowed; NULL: minted */
	const char *audience;    /* borrowed */
	int64_t renew_at_utc_us; /* by then another one is needed */
	size_t length;
	char token[ENT_TOKEN_SIZE_MAX + 1];
};

#define LOAD_BEARER_SUBJECT "load"

/* The first token, or the next one once it is time; *ret_changed says whether it is another. E_IO, E_SYNTAX, E_MEMORY. */
ENT_MUST_USE ent_status load_bearer_renew(struct load_bearer *bearer, int64_t now_utc_us,
		bool *ret_changed, struct ent_fault *reterr_fault);

#endif
