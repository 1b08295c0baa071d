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

/* A cell is written as its id without its trailing zeros: eight digits at level 13. */
enum { EXTENT_CELL_DIGITS = 8 };

static inline bool extent_cell_parse(const char *digits, uint64_t *ret_id) {
	uint64_t id = 0;
	for (int i = 0; i < EXTENT_CELL_DIGITS; i++) {
		const char c = digits[i];
		if (c >= '0' && c <= '9')
			id = id << 4 | (uint64_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			id = id << 4 | (uint64_t)(c - 'a' + 10);
		else
			return false;
	}
	if (!extent_cell_ok(id << 32))
		return false;
	*ret_id = id << 32;
	return true;
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

/* A pack, piece by piece: the count of its volumes, then each; behind what was put. 11 bytes for each number are enough. */
uint8_t *extent_pack_begin(uint8_t *to, size_t n);
uint8_t *extent_pack_volume(uint8_t *to, const struct ent_extent_volume *volume);

/* As ent_extent_read, of the members "cells" and "volumes"; NULL: it is not there. */
ENT_MUST_USE ent_status extent_read(const struct ent_json_value *cells,
		const struct ent_json_value *volumes, struct ent_extent **ret_extent,
		struct ent_fault *reterr_fault);

#endif
