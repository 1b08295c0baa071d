/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cells.h: the discovery cells that an outline touches: S2 cells of level 13, about 1.27 km2 each.
 * Depends on: base, geo.
 *
 * Cells are S2's: a place's latitude and longitude are taken as they are on a unit sphere, the
 * sphere is divided by the faces of a cube with the quadratic projection, cells are numbered along
 * S2's Hilbert curve (s2geometry.io, "S2 cells"; the ids of S2CellId, level 13). Edges of polygons
 * are great circles of that sphere.
 *
 * What is near to another party's flight is found through these cells, so all parties must get the
 * same ones: exactly those that the outline touches, no others but where it passes within
 * ENT_CELLS_BOUND_M of a cell.
 */
#ifndef ENTENTE_CELLS_H
#define ENTENTE_CELLS_H

#include "entente/base.h"
#include "entente/geo.h"

enum {
	ENT_CELLS_LEVEL = 13,
	ENT_CELLS_MAX = 65536 /* of one outline, unless the caller says less */
};

/* An outline that passes this near to a cell may be taken to touch it; metres. */
#define ENT_CELLS_BOUND_M 1e-6

/*
 * The area of the whole sphere, as the InterUSS DSS takes it (pkg/geo/s2.go, earthAreaKm2; its own
 * max_km2 is 2500).
 */
#define ENT_CELLS_EARTH_KM2 510072000.0

/*
 * Ascending, without repeats; grown by ent_cells_* and freed by ent_cells_finish. Zeroed is empty.
 */
struct ent_cells {
	uint64_t *ids;
	size_t n, capacity;
};
void ent_cells_finish(struct ent_cells *cells);

/* The cell that a place lies in; on a border one of those that meet there. */
uint64_t ent_cells_at(struct ent_point at);

/*
 * Adds every cell that a polygon touches, its inside, edges and vertices; either winding, the
 * inside is the smaller side; not closed (the last vertex is not the first again); two edges may
 * touch a vertex only if they are neighbours. Nearer than ENT_CELLS_BOUND_M is touching here, too.
 * A polygon without area is the line around it.
 * E_SHAPE with the reason: fewer than three vertices, a vertex twice, edges that cross or touch,
 * neighbours that are antipodes or more than 177 degrees apart. E_DOMAIN: its area is above max_km2
 * ("area too large"), a vertex is out of range. E_LIMIT: more than ENT_VOLUME_VERTICES_MAX
 * vertices; it touches more than ENT_CELLS_MAX cells, or the set would hold more than 'max'.
 * E_MEMORY. On failure the set is as it was.
 */
ENT_MUST_USE ent_status ent_cells_add_polygon(struct ent_cells *cells,
		const struct ent_point *vertices, size_t n, double max_km2, size_t max,
		struct ent_fault *reterr_fault);

/*
 * Adds every cell that the true disc touches: all places whose geodesic distance on WGS84 from the
 * centre is radius_mm or less (0 is a place). E_DOMAIN: radius negative or above
 * ENT_CELLS_RADIUS_MAX_MM, centre out of range. E_LIMIT as above, E_MEMORY. On failure the set is
 * as it was.
 */
#define ENT_CELLS_RADIUS_MAX_MM INT64_C(5000000000)
ENT_MUST_USE ent_status ent_cells_add_circle(struct ent_cells *cells, struct ent_point center,
		int64_t radius_mm, size_t max, struct ent_fault *reterr_fault);

/* --- Sets of cells: all runs of them are ascending and without repeats --- */

/*
 * Adds all of 'more', which does not lie in 'cells'. E_LIMIT: the set would hold more than 'max'.
 * E_MEMORY.
 */
ENT_MUST_USE ent_status ent_cells_add(
		struct ent_cells *cells, const uint64_t *more, size_t n, size_t max);
bool ent_cells_meet(const uint64_t *a, size_t n_a, const uint64_t *b, size_t n_b);
/* Is every one of b also in a? */
bool ent_cells_contain(const uint64_t *a, size_t n_a, const uint64_t *b, size_t n_b);

#endif
