/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cellshapes.h: polygons for tests of cells. A shape is drawn in the plane that touches the sphere
 * at its centre, where great circles are straight, so that what does not cross there does not cross
 * on the sphere.
 */
#ifndef ENTENTE_TESTS_CELLSHAPES_H
#define ENTENTE_TESTS_CELLSHAPES_H

#include <math.h>

#include "entente/cells.h"
#include "oracle_s2.h"
#include "test.h"

enum { SHAPE_MAX = 1024 };

#define SHAPE_PI 3.14159265358979323846
#define SHAPE_RADIUS_M 6371010.0

struct shape {
	size_t n;
	struct ent_point at[SHAPE_MAX];
	double deg[SHAPE_MAX][2]; /* the same as S2 gets it */
};

static inline struct ent_point shape_point(const double deg[2]) {
	struct ent_point point = {0, 0};
	const double lon = deg[1] > 180 ? deg[1] - 360 : deg[1] < -180 ? deg[1] + 360 : deg[1];
	CHECK(ent_geo_point_from_deg(deg[0], lon, &point) == ENT_OK);
	return point;
}

static inline void shape_add(struct shape *shape, const double deg[2]) {
	CHECK(shape->n < SHAPE_MAX);
	const struct ent_point point = shape_point(deg);
	shape->at[shape->n] = point;
	shape->deg[shape->n][0] = ent_geo_lat_deg(point);
	shape->deg[shape->n][1] = ent_geo_lon_deg(point);
	shape->n++;
}

static inline void shape_add_vector(struct shape *shape, struct ent_vec3 p) {
	const double deg[2] = {atan2(p.z, hypot(p.x, p.y)) * (180 / SHAPE_PI),
			atan2(p.y, p.x) * (180 / SHAPE_PI)};
	shape_add(shape, deg);
}

/*
 * All over the sphere; at corners, sides and middles of faces; within metres to degrees of a pole,
 * of the antimeridian, and of a face's side.
 */
static inline void shape_center(uint64_t *seed, int i, double deg[2]) {
	const double away = pow(10, -5 + 6 * test_uniform(seed)) *
			(test_random(seed) % 2 == 0 ? -1 : 1);
	deg[0] = asin(2 * test_uniform(seed) - 1) * (180 / SHAPE_PI);
	deg[1] = 360 * test_uniform(seed) - 180;
	switch (i % 8) {
	case 0:
		oracle_special_place((int)(test_random(seed) % 26), deg);
		break;
	case 1:
		deg[0] = away < 0 ? -90 - away : 90 - away;
		break;
	case 2:
		deg[1] = away < 0 ? -180 - away : 180 - away;
		break;
	case 3:
		deg[1] = away + 45 + 90 * (double)(test_random(seed) % 3) - 180;
		break;
	default:
		break;
	}
}

/* A place of the plane at 'center', metres; turned by 'turn'. */
struct shape_plane {
	struct ent_vec3 up, right, ahead;
};

static inline struct shape_plane shape_plane_at(const double center[2], double turn) {
	const double lat = center[0] * (SHAPE_PI / 180), lon = center[1] * (SHAPE_PI / 180);
	const struct ent_vec3 east = {-sin(lon), cos(lon), 0};
	const struct ent_vec3 north = {-sin(lat) * cos(lon), -sin(lat) * sin(lon), cos(lat)};
	const double c = cos(turn) / SHAPE_RADIUS_M, s = sin(turn) / SHAPE_RADIUS_M;
	return (struct shape_plane){{cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)},
			{c * east.x + s * north.x, c * east.y + s * north.y,
					c * east.z + s * north.z},
			{c * north.x - s * east.x, c * north.y - s * east.y,
					c * north.z - s * east.z}};
}

static inline void shape_add_flat(
		struct shape *shape, const struct shape_plane *plane, double x_m, double y_m) {
	shape_add_vector(shape,
			(struct ent_vec3){plane->up.x + x_m * plane->right.x + y_m * plane->ahead.x,
					plane->up.y + x_m * plane->right.y + y_m * plane->ahead.y,
					plane->up.z + x_m * plane->right.z + y_m * plane->ahead.z});
}

/* 3 to 12 vertices around the centre. */
static inline void shape_star(uint64_t *seed, const double center[2], double size_m, double flat,
		struct shape *shape) {
	const struct shape_plane plane = shape_plane_at(center, 2 * SHAPE_PI * test_uniform(seed));
	const int n = 3 + (int)(test_random(seed) % 10);
	const double high = flat * (0.2 + 0.8 * test_uniform(seed));
	shape->n = 0;
	for (int k = 0; k < n; k++) {
		const double a = (k + 0.8 * test_uniform(seed)) * (2 * SHAPE_PI / n);
		const double r = size_m * (0.3 + 0.7 * test_uniform(seed));
		shape_add_flat(shape, &plane, r * cos(a), r * sin(a) * high);
	}
}

/* Up to 500 teeth on a straight back. */
static inline void shape_comb(uint64_t *seed, const double center[2], double size_m, double flat,
		struct shape *shape) {
	const struct shape_plane plane = shape_plane_at(center, 2 * SHAPE_PI * test_uniform(seed));
	const int teeth = 2 + (int)pow(10, 2.69 * test_uniform(seed));
	const double high = flat * (0.2 + 0.8 * test_uniform(seed));
	shape->n = 0;
	for (int k = 0; k < 2 * teeth; k++)
		shape_add_flat(shape, &plane, size_m * (k / (double)teeth - 1),
				size_m * high * (k % 2 == 0 ? 0.01 : test_uniform(seed) + 0.02));
	shape_add_flat(shape, &plane, size_m, -0.01 * size_m * high);
	shape_add_flat(shape, &plane, -1.01 * size_m, -0.01 * size_m * high);
}

/* Along a great circle, there on the right and back on the left. */
static inline void shape_band(
		uint64_t *seed, double long_deg, double half_width_m, struct shape *shape) {
	const double center[2] = {asin(2 * test_uniform(seed) - 1) * (180 / SHAPE_PI),
			360 * test_uniform(seed)};
	const struct shape_plane plane = shape_plane_at(center, 2 * SHAPE_PI * test_uniform(seed));
	const int steps = (int)ceil(long_deg / 20);
	shape->n = 0;
	for (int k = 0; k < 2 * (steps + 1); k++) {
		const bool back = k > steps;
		const double a = (back ? 2 * steps + 1 - k : k) * (long_deg / steps) *
				(SHAPE_PI / 180);
		const double x = cos(a), y = sin(a) * SHAPE_RADIUS_M,
			     z = back ? half_width_m : -half_width_m;
		shape_add_vector(shape,
				(struct ent_vec3){x * plane.up.x + y * plane.right.x +
								z * plane.ahead.x,
						x * plane.up.y + y * plane.right.y +
								z * plane.ahead.y,
						x * plane.up.z + y * plane.right.z +
								z * plane.ahead.z});
	}
}

/*
 * A box with two sides on the equator and on a meridian that is a border of cells, often of faces.
 */
static inline void shape_on_borders(uint64_t *seed, int i, struct shape *shape) {
	const double lon = 45 * (double)(test_random(seed) % 8) - 180;
	const double high = 0.03 * (2 * test_uniform(seed) - 1),
		     wide = 0.03 * (2 * test_uniform(seed) - 1);
	const double low = i % 3 == 0 ? -high * test_uniform(seed) : 0;
	const double west = i % 5 == 0 ? -wide * test_uniform(seed) : 0;
	const double corners[][2] = {{low, lon + west}, {low, lon}, {low, lon + wide},
			{high, lon + wide}, {high, lon}, {high, lon + west}, {0, lon + west}};
	shape->n = 0;
	for (size_t k = 0; k < COUNT_OF(corners); k++) {
		/* Those on a side, only where it is a side. */
		if (((k == 1 || k == 4) && i % 5 != 0) || (k == 6 && i % 3 != 0))
			continue;
		shape_add(shape, corners[k]);
	}
}

#endif
