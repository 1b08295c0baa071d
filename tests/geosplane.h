/* SPDX-License-Identifier: Apache-2.0 */
/*
 * geosplane.h: for tests: outlines laid out in a plane, for GEOS, which knows nothing else.
 *
 * The plane is an ellipsoidal gnomonic projection (Karney 2013, "Algorithms for geodesics",
 * section 8) about a place near what is asked: a point goes to m / M along its azimuth, by PROJ's
 * geodesic.h (m the reduced length, M the geodesic scale). The engine has another projection and
 * asks it less.
 *
 * There a geodesic is straight to STRAIGHT_M (test_geos.c measures it). The plane never shortens,
 * and lengthens by 1 / M^2 at most, that is 1 + (r / R)^2 at r from the middle: between two
 * outlines a distance is known to that interval; from the middle itself to STRAIGHT_M.
 */
#ifndef ENTENTE_TESTS_GEOSPLANE_H
#define ENTENTE_TESTS_GEOSPLANE_H

#include <math.h>

#include <geodesic.h>
#include <geos_c.h>

#include "test.h"

#include "entente/conflict.h"

/* All that is asked lies so near to the middle of its plane. */
#define REACH_MAX_M 50000.0
#define STRAIGHT_M 3e-5
/* The least Gaussian radius of curvature squared: meridian times prime vertical at the equator. */
#define RADIUS2_MIN_M2 (ENT_GEO_RADIUS_MIN_M * ENT_GEO_A_M)

enum { RINGS_MAX = 4, RING_MAX = 30, VERTICES_MAX = RINGS_MAX * RING_MAX };

#define RAD (M_PI / 180)

static GEOSContextHandle_t geos;
static struct geod_geodesic wgs84;

static double between(uint64_t *seed, double low, double high) {
	return low + (high - low) * test_uniform(seed);
}

static size_t one_of(uint64_t *seed, size_t n) {
	return test_random(seed) % n;
}

/* --- The plane --- */

struct plane {
	double lat, lon;
	double reach_m; /* the farthest that was laid out in it */
};

struct flat {
	double x, y;
};

static inline struct flat lay_out(struct plane *plane, struct ent_point at) {
	double s, azimuth, m, scale;
	geod_geninverse(&wgs84, plane->lat, plane->lon, ent_geo_lat_deg(at), ent_geo_lon_deg(at),
			&s, &azimuth, NULL, &m, &scale, NULL, NULL);
	plane->reach_m = s > plane->reach_m ? s : plane->reach_m;
	return (struct flat){m / scale * sin(azimuth * RAD), m / scale * cos(azimuth * RAD)};
}

/* Near enough to where it comes from for making things up: azimuth and length as they are. */
static inline struct ent_point fold_up(const struct plane *plane, struct flat p) {
	double lat, lon;
	struct ent_point at = {0, 0};
	geod_direct(&wgs84, plane->lat, plane->lon, atan2(p.x, p.y) / RAD, hypot(p.x, p.y), &lat,
			&lon, NULL);
	CHECK(ent_geo_point_from_deg(lat, lon, &at) == ENT_OK);
	return at;
}

/* Anywhere, and oftener about the poles and across the antimeridian. */
static inline struct plane somewhere(uint64_t *seed) {
	struct plane plane = {asin(between(seed, -1, 1)) / RAD, between(seed, -180, 180), 0};
	switch (one_of(seed, 6)) {
	case 0:
		plane.lat = copysign(90 - between(seed, 0, 0.3), plane.lat);
		break;
	case 1:
		plane.lat = copysign(between(seed, 70, 90), plane.lat);
		break;
	case 2:
		plane.lon = copysign(180 - between(seed, 0, 0.1), plane.lon);
		break;
	default:
		break;
	}
	return plane;
}

/* Metres between the middle and what lies d_m from it in the plane: an arc of the Gaussian radius there. */
static inline double from_middle_m(const struct plane *plane, double d_m) {
	const double e2 = ENT_GEO_E2, w2 = 1 - e2 * pow(sin(plane->lat * RAD), 2);
	const double radius = ENT_GEO_A_M * sqrt(1 - e2) / w2;
	return radius * atan(d_m / radius);
}

/* --- Shapes --- */

/* A polygon with its holes, a line (rings 1, radius: a corridor) or a point (a circle). */
struct shape {
	enum ent_volume_kind kind;
	size_t rings, sizes[RINGS_MAX], n;
	struct flat flat[VERTICES_MAX]; /* as drawn */
	struct ent_point at[VERTICES_MAX];
	int64_t radius_mm;
};

/* A ring about a middle that does not cross itself: corners in order of their bearing, none half round from the next. */
static inline void add_ring(struct shape *shape, struct flat middle, double size_m, size_t corners,
		uint64_t *seed) {
	const double turn = between(seed, 0, 2 * M_PI), way = one_of(seed, 2) == 0 ? 1 : -1;
	for (size_t i = 0; i < corners; i++) {
		const double bearing = turn +
				way * 2 * M_PI * ((double)i + between(seed, 0, 0.45)) /
						(double)corners;
		const double r = size_m * between(seed, 0.3, 1);
		shape->flat[shape->n++] = (struct flat){
				middle.x + r * sin(bearing), middle.y + r * cos(bearing)};
	}
	shape->sizes[shape->rings++] = corners;
}

static inline void place(const struct plane *plane, struct shape *shape) {
	for (size_t i = 0; i < shape->n; i++)
		shape->at[i] = fold_up(plane, shape->flat[i]);
}

static inline ent_status file(const struct shape *shape, struct ent_volume **ret_volume) {
	const struct ent_band band = {{ENT_ALTITUDE_W84, 0}, {ENT_ALTITUDE_W84, 1000}};
	const struct ent_span span = {0, 1000000};
	if (shape->kind == ENT_VOLUME_CIRCLE)
		return ent_volume_create_circle(
				shape->at[0], shape->radius_mm, band, span, NULL, ret_volume, NULL);
	if (shape->kind == ENT_VOLUME_CORRIDOR)
		return ent_volume_create_corridor(shape->at, shape->n, shape->radius_mm, band, span,
				NULL, ret_volume, NULL);
	return ent_volume_create_polygon(
			shape->at, shape->sizes, shape->rings, band, span, NULL, ret_volume, NULL);
}

static inline GEOSCoordSequence *coordinates(
		struct plane *plane, const struct ent_point *at, size_t n, bool closed) {
	GEOSCoordSequence *row = GEOSCoordSeq_create_r(geos, (unsigned)(n + closed), 2);
	CHECK(row != NULL);
	for (size_t i = 0; i < n + closed; i++) {
		const struct flat p = lay_out(plane, at[i % n]);
		CHECK(GEOSCoordSeq_setXY_r(geos, row, (unsigned)i, p.x, p.y) == 1);
	}
	return row;
}

/* The core, in the plane. */
static inline GEOSGeometry *drawn(struct plane *plane, const struct shape *shape) {
	GEOSGeometry *ring[RINGS_MAX];
	if (shape->kind == ENT_VOLUME_CIRCLE)
		return GEOSGeom_createPoint_r(geos, coordinates(plane, shape->at, 1, false));
	if (shape->kind == ENT_VOLUME_CORRIDOR)
		return GEOSGeom_createLineString_r(
				geos, coordinates(plane, shape->at, shape->n, false));
	for (size_t r = 0, first = 0; r < shape->rings; first += shape->sizes[r++])
		ring[r] = GEOSGeom_createLinearRing_r(
				geos, coordinates(plane, shape->at + first, shape->sizes[r], true));
	return GEOSGeom_createPolygon_r(geos, ring[0], ring + 1, (unsigned)shape->rings - 1);
}

static inline struct shape with_hole(double size_m, uint64_t *seed) {
	struct shape shape = {.kind = ENT_VOLUME_POLYGON};
	add_ring(&shape, (struct flat){0, 0}, size_m, 8 + one_of(seed, RING_MAX - 7), seed);
	/* Between such corners no edge comes nearer to the middle than 0.25 of the size. */
	if (one_of(seed, 3) > 0)
		add_ring(&shape, (struct flat){0, 0}, 0.2 * size_m, 8 + one_of(seed, 8), seed);
	return shape;
}

static inline int start(void **state_) {
	(void)state_;
	geod_init(&wgs84, 6378137.0, 1 / 298.257223563);
	geos = GEOS_init_r();
	return geos == NULL;
}

static inline int stop(void **state_) {
	(void)state_;
	GEOS_finish_r(geos);
	return 0;
}

#endif
