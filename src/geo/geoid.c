/* SPDX-License-Identifier: Apache-2.0 */
/*
 * geoid.c: the EGM96 geoid over a box, as an interval.
 *
 * The box is widened to whole cells of the 15' grid; bilinear interpolation inside a cell
 * lies between its corners, and differs from the full EGM96 expansion by at most 1.152 m
 * (GeographicLib documentation, "Geoid height", table of egm96-15). 0.5 cm is the rounding of
 * the table. ENT_GEO_GEOID_BOUND_MM covers both.
 */
#include "entente/geo.h"
#include "geoid_grid.h"

#define CELL_NDEG (ENT_GEO_NDEG_PER_DEG / 4)

static int64_t cell_of(int64_t from_ndeg, int64_t at_ndeg) {
	return (at_ndeg - from_ndeg) / CELL_NDEG;
}

struct ent_interval ent_geo_geoid(struct ent_point south_west, struct ent_point north_east) {
	const int64_t south = cell_of(-90 * ENT_GEO_NDEG_PER_DEG, south_west.lat_ndeg);
	int64_t north = cell_of(-90 * ENT_GEO_NDEG_PER_DEG, north_east.lat_ndeg) + 1;
	const int64_t west = cell_of(-180 * ENT_GEO_NDEG_PER_DEG, south_west.lon_ndeg);
	int64_t east = cell_of(-180 * ENT_GEO_NDEG_PER_DEG, north_east.lon_ndeg) + 1;
	if (north > GEOID_ROWS - 1)
		north = GEOID_ROWS - 1;
	if (south_west.lon_ndeg > north_east.lon_ndeg)
		east += GEOID_COLUMNS;
	int lo = INT16_MAX, hi = INT16_MIN;
	for (int64_t row = south; row <= north; row++)
		for (int64_t column = west; column <= east; column++) {
			const int h = (int16_t)geoid_grid_cm[row][column % GEOID_COLUMNS];
			lo = h < lo ? h : lo;
			hi = h > hi ? h : hi;
		}
	return (struct ent_interval){(int64_t)lo * 10 - ENT_GEO_GEOID_BOUND_MM,
			(int64_t)hi * 10 + ENT_GEO_GEOID_BOUND_MM};
}
