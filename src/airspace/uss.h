/* SPDX-License-Identifier: Apache-2.0 */
/* uss.h: who said whether they are available. E_MEMORY as in entity.h. */
#ifndef ENTENTE_AIRSPACE_USS_H
#define ENTENTE_AIRSPACE_USS_H

#include "entente/airspace.h"

/* A name may be long: half its hash stands for it. */
void uss_key(const char *name, uint64_t ret_key[2]);
ENT_MUST_USE ent_status uss_put(struct ent_fold *fold, const struct ent_uss *uss);

#endif
