/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plane.h: the plane that touches the globe at a polygon's centre, seen from the Earth's
 * centre (a central projection).
 *
 * A piece of a geodesic of 25 km leaves the plane through its ends and the Earth's centre
 * by less than 0.3 mm, so straight lines in that plane stand for pieces; the antimeridian
 * and the poles do not exist in it. A polygon must lie within 80 degrees of its centre.
 */
#ifndef ENTENTE_VOLUME_PLANE_H
#define ENTENTE_VOLUME_PLANE_H

#include "internal.h"

#define PLANE_COS_80_DEG 0.17364817766693033

struct plane {
	struct ent_vec3 up, east, north; /* unit vectors */
	double distance_m;               /* from the Earth's centre */
};

/* Metres in the plane. */
struct flat {
	double x, y;
};

static inline struct plane plane_at(struct ent_vec3 center) {
	const double distance_m = ent_geo_sqrt(vec_dot(center, center));
	struct plane plane = {.distance_m = distance_m};
	plane.up = distance_m > 0 ? vec_scale(center, 1.0 / distance_m)
				  : (struct ent_vec3){0, 0, 1};
	/* Any axis that is not nearly parallel to 'up' will do. */
	const bool polar = plane.up.z > 0.9 || plane.up.z < -0.9;
	const struct ent_vec3 other = polar ? (struct ent_vec3){1, 0, 0}
					    : (struct ent_vec3){0, 0, 1};
	const struct ent_vec3 east = vec_cross(other, plane.up);
	plane.east = vec_scale(east, 1.0 / ent_geo_sqrt(vec_dot(east, east)));
	plane.north = vec_cross(plane.up, plane.east);
	return plane;
}

/* False when the point is 80 degrees or more from the centre. */
static inline bool plane_project(
		const struct plane *plane, struct ent_vec3 at, struct flat *ret_flat) {
	const double height = vec_dot(at, plane->up);
	if (!(height > PLANE_COS_80_DEG * ent_geo_sqrt(vec_dot(at, at))))
		return false;
	const double scale = plane->distance_m / height;
	*ret_flat = (struct flat){
			vec_dot(at, plane->east) * scale, vec_dot(at, plane->north) * scale};
	return true;
}

/* Does the ray from p towards +x cross the line from a to b? Half open, so a vertex counts once. */
static inline bool plane_ray_crosses(struct flat p, struct flat a, struct flat b) {
	if ((a.y > p.y) == (b.y > p.y))
		return false;
	const double side = (b.x - a.x) * (p.y - a.y) - (p.x - a.x) * (b.y - a.y);
	return b.y > a.y ? side > 0 : side < 0;
}

#endif
