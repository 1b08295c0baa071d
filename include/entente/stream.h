/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stream.h: where bytes come from and where they go, as one function each; so that a
 * file, a pipe, an unzipper and a test look alike. Depends on: base.
 */
#ifndef ENTENTE_STREAM_H
#define ENTENTE_STREAM_H

#include "entente/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Puts up to 'size' bytes (size > 0) into 'buffer' and says how many; none means the end.
 * Fewer than asked for is not yet the end. E_IO when reading failed; a reader that
 * unpacks also has E_SYNTAX, E_LIMIT and E_MEMORY.
 */
typedef ent_status (*ent_read_fn)(void *user, void *buffer, size_t size, size_t *ret_size);

/* Takes all of it or fails. E_IO, E_LIMIT, E_MEMORY. */
typedef ent_status (*ent_write_fn)(void *user, const void *bytes, size_t size);

/*
 * Reads to the end into one block from malloc, which has 'padding' zero bytes after it
 * (not counted in ret_size). It grows by halves as bytes come, so memory is bounded by
 * what was really there. E_LIMIT when there are more than 'limit' bytes; E_MEMORY; and
 * whatever 'read' returns.
 */
ENT_API ENT_MUST_USE ent_status ent_stream_read_all(ent_read_fn read, void *user, size_t limit,
		size_t padding, char **ret_bytes, size_t *ret_size);

#ifdef __cplusplus
}
#endif

#endif
