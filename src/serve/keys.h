/* SPDX-License-Identifier: Apache-2.0 */
/* keys.h: the keys that tokens are checked with, from files and from a URL, and their rotation. */
#ifndef ENTENTE_SERVE_KEYS_H
#define ENTENTE_SERVE_KEYS_H

#include "config.h"
#include "entente/token.h"

/* All keys that the configuration names. E_MISSING: none is named. The fault says which file or URL is wrong. */
ENT_MUST_USE ent_status keys_read(const struct config *config, struct ent_token_keys **ret_keys,
		struct ent_fault *reterr_fault);

struct rotation;
/* Reads the JWK set again and again in a thread of its own, and swaps the checker's keys when it has changed. */
ENT_MUST_USE ent_status rotation_start(const struct config *config,
		struct ent_token_checker *checker, struct rotation **ret_rotation);
/* NULL is fine. */
void rotation_stop(struct rotation *rotation);

/* A whole file, terminated; from malloc. E_IO with the reason; E_LIMIT. */
ENT_MUST_USE ent_status file_read(const char *path, char **ret_text, size_t *ret_size,
		struct ent_fault *reterr_fault);

#endif
