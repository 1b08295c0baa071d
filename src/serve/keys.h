/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys.h: the keys that tokens are checked with: from PEM files and a JWK set, a file or a URL, read again and again,
 * so that keys can be rotated.
 *
 * Each source has the text that was good when it was last read. A source that cannot be read again, or is no longer
 * well formed, keeps that text for keys-ttl; then its keys go, until it is good again. A text that is the same
 * changes nothing, so that tokens stay remembered.
 */
#ifndef ENTENTE_SERVE_KEYS_H
#define ENTENTE_SERVE_KEYS_H

#include "config.h"
#include "entente/token.h"

struct keys;

/* Reads every source. Each that is not good is a fault of the configuration. E_MEMORY. */
ENT_MUST_USE ent_status keys_open(struct config *config, struct keys **ret_keys);
/* What the sources have in force, for ent_token_checker_create. E_MEMORY. */
ENT_MUST_USE ent_status keys_make(struct keys *keys, struct ent_token_keys **ret_keys);
/* Begins to read all again every keys-refresh, and swaps the checker's keys when they have changed. E_MEMORY. */
ENT_MUST_USE ent_status keys_watch(struct keys *keys, struct ent_token_checker *checker);
/* Stops that. NULL is fine. */
void keys_close(struct keys *keys);

/* A whole file, terminated; from malloc. E_IO with the reason; E_LIMIT; E_MEMORY. */
ENT_MUST_USE ent_status file_read(const char *path, char **ret_text, size_t *ret_size,
		struct ent_fault *reterr_fault);

#endif
