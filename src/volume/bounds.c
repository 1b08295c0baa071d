/* SPDX-License-Identifier: Apache-2.0 */
/* bounds.c: see bounds.h. */
#include "bounds.h"

#include "internal.h"

#define LAT_MAX (90 * ENT_GEO_NDEG_PER_DEG)
#define TURN (360 * ENT_GEO_NDEG_PER_DEG)
/* A degree of latitude is at least 110.57 km (at the equator). */
#define NDEG_PER_M (1e9 / 110570.0)
/* Nearer to a pole than this the box is the cap around it. */
#define POLAR_NDEG (89 * ENT_GEO_NDEG_PER_DEG)
/*
 * Longer than this in latitude or longitude, a geodesic is followed in parts: within 3
 * degrees, below 89 degrees of latitude, it bends by less than a tenth of its length:
 * s tan(lat) / (8 R) = 0.05 * 57 / 8 of its length at the worst is covered by the cap there.
 */
#define SHORT_NDEG (ENT_GEO_NDEG_PER_DEG / 2)

void bounds_start(struct bounds *bounds, struct ent_point at) {
	*bounds = (struct bounds){at.lat_ndeg, at.lat_ndeg, at.lon_ndeg, at.lon_ndeg, at.lon_ndeg,
			at.lat_ndeg > POLAR_NDEG || at.lat_ndeg < -POLAR_NDEG};
}

static int64_t least(int64_t a, int64_t b) {
	return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b) {
	return a > b ? a : b;
}

static int64_t east_of(int64_t from_ndeg, int64_t to_ndeg) {
	int64_t east = (to_ndeg - from_ndeg) % TURN;
	if (east >= TURN / 2)
		east -= TURN;
	else if (east < -TURN / 2)
		east += TURN;
	return east;
}

static void add_short(struct bounds *bounds, struct ent_point a, struct ent_point b) {
	const int64_t east = east_of(a.lon_ndeg, b.lon_ndeg);
	const int64_t lat = b.lat_ndeg - a.lat_ndeg;
	const int64_t spare = (lat < 0 ? -lat : lat) / 10 + (east < 0 ? -east : east) / 10;
	bounds->south_ndeg = least(bounds->south_ndeg, least(a.lat_ndeg, b.lat_ndeg) - spare);
	bounds->north_ndeg = most(bounds->north_ndeg, most(a.lat_ndeg, b.lat_ndeg) + spare);
	const int64_t to = bounds->lon_ndeg + east;
	bounds->west_ndeg = least(bounds->west_ndeg, least(bounds->lon_ndeg, to) - spare);
	bounds->east_ndeg = most(bounds->east_ndeg, most(bounds->lon_ndeg, to) + spare);
	bounds->lon_ndeg = to;
	bounds->all_round |= b.lat_ndeg > POLAR_NDEG || b.lat_ndeg < -POLAR_NDEG;
}

void bounds_add(struct bounds *bounds, struct ent_point a, struct ent_point b) {
	const int64_t lat = b.lat_ndeg - a.lat_ndeg, east = east_of(a.lon_ndeg, b.lon_ndeg);
	if (lat <= SHORT_NDEG && -lat <= SHORT_NDEG && east <= SHORT_NDEG && -east <= SHORT_NDEG) {
		add_short(bounds, a, b);
		return;
	}
	const struct ent_geodesic path = ent_geo_inverse(a, b);
	/* Parts of 25 km. */
	const uint32_t n = (uint32_t)(path.length_m / ENT_PIECE_MAX_M) + 1;
	struct ent_point from = a;
	for (uint32_t k = 1; k <= n; k++) {
		const struct ent_point to = k < n
				? ent_geo_point_from_ecef(pieces_at(a, &path, (double)k / n))
				: b;
		add_short(bounds, from, to);
		from = to;
	}
}

static int64_t wrap(int64_t lon_ndeg) {
	return east_of(0, lon_ndeg);
}

void bounds_box(const struct bounds *bounds, double margin_m, struct ent_point *ret_south_west,
		struct ent_point *ret_north_east) {
	const double margin_ndeg = margin_m * NDEG_PER_M + 2;
	const int64_t margin = margin_ndeg > 2e11 ? INT64_C(200000000000)
						  : (int64_t)margin_ndeg + 1;
	int64_t south = bounds->south_ndeg - margin, north = bounds->north_ndeg + margin;
	bool all_round = bounds->all_round || south < -POLAR_NDEG || north > POLAR_NDEG;
	/* The cap of a pole that the box comes near to belongs to it. */
	if (north > POLAR_NDEG)
		north = LAT_MAX;
	if (south < -POLAR_NDEG)
		south = -LAT_MAX;
	if (bounds->all_round && bounds->north_ndeg > POLAR_NDEG)
		north = LAT_MAX;
	const double farthest_deg = (double)most(most(north, -north), most(south, -south)) * 1e-9;
	int64_t wider = TURN;
	if (!all_round) {
		double sine, cosine;
		ent_geo_sincos_deg(farthest_deg, &sine, &cosine);
		const double wider_ndeg = (double)margin / cosine;
		wider = wider_ndeg < 1e12 ? (int64_t)wider_ndeg + 1 : TURN;
	}
	const int64_t west = bounds->west_ndeg - wider, east = bounds->east_ndeg + wider;
	all_round = all_round || east - west >= TURN;
	*ret_south_west = (struct ent_point){south, all_round ? -TURN / 2 : wrap(west)};
	*ret_north_east = (struct ent_point){north, all_round ? TURN / 2 - 1 : wrap(east)};
}

/* The outline as a run of points, ring by ring; a track gives its own points. */
static void add_outline(struct bounds *bounds, const struct ent_volume_parts *parts) {
	if (parts->track != NULL) {
		const struct ent_track_point *points = parts->track->points;
		bounds_start(bounds, points[0].at);
		for (uint32_t i = 1; i < parts->track->n_points; i++)
			bounds_add(bounds, points[i - 1].at, points[i].at);
		return;
	}
	struct ent_point from = ent_geo_point_from_ecef(parts->at[0]);
	bounds_start(bounds, from);
	for (uint32_t i = 1; i < parts->n_at; i++) {
		const struct ent_point to = ent_geo_point_from_ecef(parts->at[i]);
		bounds_add(bounds, from, to);
		from = to;
	}
	if (parts->n_rings > 0)
		bounds_add(bounds, from, ent_geo_point_from_ecef(parts->at[parts->ring_start[0]]));
}

void ent_volume_bounds(const struct ent_volume *volume, struct ent_point *ret_south_west,
		struct ent_point *ret_north_east) {
	const struct ent_volume_parts *parts = &volume->parts;
	struct bounds bounds;
	add_outline(&bounds, parts);
	/* A region around a pole holds all that is between its outline and that pole. */
	if (ent_volume_contains(volume, (struct ent_vec3){0, 0, ENT_GEO_B_M})) {
		bounds.north_ndeg = LAT_MAX;
		bounds.all_round = true;
	}
	if (ent_volume_contains(volume, (struct ent_vec3){0, 0, -ENT_GEO_B_M})) {
		bounds.south_ndeg = -LAT_MAX;
		bounds.all_round = true;
	}
	bounds_box(&bounds, (double)parts->radius_mm * 1e-3, ret_south_west, ret_north_east);
}
