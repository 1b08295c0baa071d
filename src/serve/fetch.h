/* SPDX-License-Identifier: Apache-2.0 */
/* fetch.h: a document from a URL; the only door to libcurl. */
#ifndef ENTENTE_SERVE_FETCH_H
#define ENTENTE_SERVE_FETCH_H

#include <stdatomic.h>

#include "entente/base.h"

enum { FETCH_SIZE_MAX = 1 << 20, FETCH_SECONDS_MAX = 10 };

/* Before any thread begins. E_MEMORY. */
ENT_MUST_USE ent_status fetch_start(void);
/*
 * Whether it may be fetched: https only, http too when 'http_too'. E_REFUSED: another scheme; E_SYNTAX: no URL; E_MEMORY.
 */
ENT_MUST_USE ent_status fetch_check(const char *url, bool http_too, struct ent_fault *reterr_fault);
/*
 * Terminated; from malloc. The scheme is one that may be also where the server sends us on to. Takes at most
 * 'seconds_max', and gives up soon after '*stop' (NULL: never). As fetch_check; E_IO with the reason; E_LIMIT above
 * FETCH_SIZE_MAX.
 */
ENT_MUST_USE ent_status fetch(const char *url, bool http_too, unsigned seconds_max,
		const atomic_bool *stop, char **ret_text, size_t *ret_size,
		struct ent_fault *reterr_fault);

#endif
