/* SPDX-License-Identifier: Apache-2.0 */
/*
 * airspace_whole.h: does a version of the airspace keep its promises, and are two the same? Every map is walked in
 * full. For tests and fuzzers.
 */
#ifndef ENTENTE_TESTS_AIRSPACE_WHOLE_H
#define ENTENTE_TESTS_AIRSPACE_WHOLE_H

#include "entente/airspace.h"

/* NULL: all is well; else the promise that is broken. */
const char *airspace_broken(const struct ent_fold_version *version);

/* NULL: the same heads, keys and entities in every map; else what differs. */
const char *airspace_differ(const struct ent_fold_version *a, const struct ent_fold_version *b);

/* Its snapshot, to be freed. NULL: out of memory. */
uint8_t *airspace_bytes(const struct ent_fold_version *version, size_t *ret_size);

/* The cells of all that a USS has filed. */
uint64_t airspace_held(const struct ent_fold_version *version, const char *manager);

#endif
