/* SPDX-License-Identifier: Apache-2.0 */
/* extent_parts.h: how an extent comes together, for those who make one. */
#ifndef ENTENTE_AIRSPACE_EXTENT_PARTS_H
#define ENTENTE_AIRSPACE_EXTENT_PARTS_H

#include "entente/extent.h"

/* What the first of n volumes is united with; for none, unbounded on every side. */
struct ent_extent extent_of_none(size_t n);
/* Times and altitudes of one more volume. */
void extent_unite(struct ent_extent *extent, const struct ent_extent_volume *volume);
/* An extent of its own, for ent_extent_destroy. E_MEMORY: nothing is taken but 'take_packed'. */
ENT_MUST_USE ent_status extent_adopt(struct ent_extent extent, uint64_t *take_cells,
		uint8_t *take_packed, struct ent_extent **ret_extent);

#endif
