/* SPDX-License-Identifier: Apache-2.0 */
/* fetch.h: a document from a URL; the only door to libcurl. */
#ifndef ENTENTE_SERVE_FETCH_H
#define ENTENTE_SERVE_FETCH_H

#include "entente/base.h"

enum { FETCH_SIZE_MAX = 1 << 20, FETCH_SECONDS_MAX = 10 };

/* Before any thread begins. */
ENT_MUST_USE ent_status fetch_start(void);
/*
 * https, and http for loopback or when 'http_too'; no redirects to other schemes. Terminated; from malloc. E_IO with the
 * reason; E_LIMIT above FETCH_SIZE_MAX.
 */
ENT_MUST_USE ent_status fetch(const char *url, bool http_too, char **ret_text, size_t *ret_size,
		struct ent_fault *reterr_fault);

#endif
