/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys.h: the keys that tokens are checked with: from PEM files and a JWK set, a file or a URL, read again and again,
 * so that keys can be rotated.
 *
 * Each source has the text that was good when it was last read. A source that cannot be read again, or is no longer
 * well formed, keeps that text for keys-ttl; then its keys go, until it is good again. A text that is the same
 * changes nothing, so that tokens stay remembered.
 *
 * 1. A file that is not good at the start is a fault of the configuration. A URL is somebody else's machine: when it
 *    cannot be reached, or what it answers is not good, the node starts without its keys.
 * 2. A source that is not good is tried again after 1, 2, 4 ... s, at most KEYS_RETRY_MAX_US and at most keys-refresh.
 * 3. What is wrong with a source is said when it changes, not at each try.
 */
#ifndef ENTENTE_SERVE_KEYS_H
#define ENTENTE_SERVE_KEYS_H

#include "config.h"
#include "entente/api.h"
#include "entente/token.h"

enum {
	KEYS_RETRY_US = 1000000,
	KEYS_RETRY_MAX_US = 60000000,
	KEYS_FIRST_SECONDS_MAX = 3, /* for a URL at the start, which it holds up */
};

struct keys;

/* Reads every source: see 1. E_MEMORY. */
ENT_MUST_USE ent_status keys_open(struct config *config, struct keys **ret_keys);
/* What the sources have in force, for ent_token_checker_create. E_MEMORY. */
ENT_MUST_USE ent_status keys_make(struct keys *keys, struct ent_token_keys **ret_keys);
/* Begins to read all again every keys-refresh, and swaps the checker's keys when they have changed. E_MEMORY. */
ENT_MUST_USE ent_status keys_watch(struct keys *keys, struct ent_token_checker *checker);
/* All are read at once, and what came of each is said. Any thread; nothing without keys_watch. */
void keys_again(struct keys *keys);
/* How the sources are. Any thread. */
void keys_state(const struct keys *keys, struct ent_api_sources *ret_sources);
/* Stops watching. NULL is fine. */
void keys_close(struct keys *keys);

/* A whole file, a regular one, terminated; from malloc; does not wait. E_IO with the reason; E_LIMIT; E_MEMORY. */
ENT_MUST_USE ent_status file_read(const char *path, char **ret_text, size_t *ret_size,
		struct ent_fault *reterr_fault);

#endif
