/* SPDX-License-Identifier: Apache-2.0 */
/*
 * held.h: how many discovery cells the entities of each USS have, all together, so that none fills the memory of all.
 * It follows from the entities, and no entry or snapshot has it. E_MEMORY as in entity.h.
 */
#ifndef ENTENTE_AIRSPACE_HELD_H
#define ENTENTE_AIRSPACE_HELD_H

#include "entente/airspace.h"

/* 'entity' comes in the place of 'old'; either may be NULL. */
ENT_MUST_USE ent_status held_change(struct ent_fold *fold, const struct ent_entity *old,
		const struct ent_entity *entity);
/* Of all entities at once. */
ENT_MUST_USE ent_status held_index(struct ent_fold *fold);
/* May what the command puts in the place of 'old' (NULL: nothing) be as large as 'extent'? Else it is refused. */
bool held_allows(const struct ent_fold_version *version, const struct ent_command *command,
		const struct ent_extent *extent, const struct ent_entity *old,
		struct ent_airspace_outcome *outcome);

#endif
