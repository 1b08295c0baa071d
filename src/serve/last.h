/* SPDX-License-Identifier: Apache-2.0 */
/* last.h: where a clock that can be set goes on after a restart. */
#ifndef ENTENTE_SERVE_LAST_H
#define ENTENTE_SERVE_LAST_H

#include <stdint.h>

/*
 * The time of the latest entry in the ledgers that the party 'id' writes in this directory; 0: there is none, or it cannot be
 * read, and the node's start will say why. No node has the directory yet.
 */
int64_t last_time(const char *directory, const char *id);

#endif
