/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oracle_s2.h: the S2 library's cells, which tests compare ours with; a door to its C++. Places are
 * pairs of latitude and longitude in degrees.
 */
#ifndef ENTENTE_TEST_ORACLE_S2_H
#define ENTENTE_TEST_ORACLE_S2_H

#ifdef __cplusplus
#include <cstddef>
#include <cstdint>
extern "C" {
#else
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#endif

/* The cell of a level, at a place and below another cell's middle. */
uint64_t oracle_cell_at(const double place[2], int level);
/* Its corners; 'corners' takes four places. */
void oracle_cell_corners(uint64_t id, double *corners);
/* A part (0..1) of the way along its border number 0..3. */
void oracle_cell_border(uint64_t id, int border, double part, double place[2]);
/* Metres on a sphere of 6371.01 km; 0 when it lies in the cell. */
double oracle_cell_distance_m(uint64_t id, const double place[2]);
/*
 * One of the sphere's eight corners of three faces, 12 middles of sides between two, or 6 middles:
 * 0..25.
 */
void oracle_special_place(int which, double place[2]);

/*
 * A polygon (its smaller side) of n places or the closed line through the same places; NULL when S2
 * calls it invalid.
 */
struct oracle_outline;
struct oracle_outline *oracle_outline_create(const double *places, size_t n, bool line);
void oracle_outline_destroy(struct oracle_outline *outline);
double oracle_outline_area_sr(const struct oracle_outline *outline);
/*
 * The cells of level 13 that it may intersect, ascending; returns how many, also when that is more
 * than 'max'.
 */
size_t oracle_outline_cells(const struct oracle_outline *outline, uint64_t *ids, size_t max);
/* From a cell to its inside and edges. */
double oracle_outline_distance_m(const struct oracle_outline *outline, uint64_t id);

/* The cells of level 13 that a cap of the sphere may intersect. */
size_t oracle_cap_cells(const double center[2], double radius_m, uint64_t *ids, size_t max);

#ifdef __cplusplus
}
#endif

#endif
