/* SPDX-License-Identifier: Apache-2.0 */
/* extent_parts.h: how an extent comes together, for those who make one. */
#ifndef ENTENTE_AIRSPACE_EXTENT_PARTS_H
#define ENTENTE_AIRSPACE_EXTENT_PARTS_H

#include "entente/cells.h"
#include "entente/extent.h"

/* Is it the id of a cell of level 13: a face, 26 bits along the curve, the end mark, zeros? */
static inline bool extent_cell_ok(uint64_t id) {
	const unsigned below = 2 * (30 - ENT_CELLS_LEVEL);
	return id >> 61 < 6 && (id & ((UINT64_C(2) << below) - 1)) == UINT64_C(1) << below;
}

/* Bounded on both sides? */
static inline bool extent_has_times(const struct ent_extent *extent) {
	return extent->start_utc_us != ENT_TIME_UNBOUNDED_BEFORE &&
			extent->end_utc_us != ENT_TIME_UNBOUNDED_AFTER;
}

static inline bool extent_has_altitudes(const struct ent_extent *extent) {
	return extent->lower_mm != ENT_ALTITUDE_UNBOUNDED_BELOW &&
			extent->upper_mm != ENT_ALTITUDE_UNBOUNDED_ABOVE;
}

/* What the first of n volumes is united with; for none, unbounded on every side. */
struct ent_extent extent_of_none(size_t n);
/* Times and altitudes of one more volume. */
void extent_unite(struct ent_extent *extent, const struct ent_extent_volume *volume);
/* An extent of its own, for ent_extent_destroy. E_MEMORY: nothing is taken but 'take_packed'. */
ENT_MUST_USE ent_status extent_adopt(struct ent_extent extent, uint64_t *take_cells,
		uint8_t *take_packed, struct ent_extent **ret_extent);

/* As ent_extent_read, of the members "cells" and "volumes"; NULL: it is not there. */
ENT_MUST_USE ent_status extent_read(const struct ent_json_value *cells,
		const struct ent_json_value *volumes, struct ent_extent **ret_extent,
		struct ent_fault *reterr_fault);

#endif
