/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plane.h: the plane that touches the globe at a polygon's centre, seen from the Earth's
 * centre (a central projection).
 *
 * Great ellipses are straight in it, geodesics nearly: a piece bends by the part of its sag
 * that the normal, which misses the Earth's centre, leans across it, 41 mm in 25 km at most.
 * Where that can matter a point is asked against the bent piece itself (struct edge), to
 * 0.01 mm. The antimeridian and the poles do not exist in it. A polygon must lie within 80
 * degrees of its centre.
 */
#ifndef ENTENTE_VOLUME_PLANE_H
#define ENTENTE_VOLUME_PLANE_H

#include "internal.h"

#define PLANE_COS_80_DEG 0.17364817766693033
/*
 * A piece leaves its straight line by less than this times its length squared: the sag L^2 / 8R,
 * R the least radius of curvature, times the normal's greatest lean, (a^2 - b^2) / (a^2 + b^2)
 * in radians; and a tenth more. In the plane too, where lengths grow by 1 / cos at least and what
 * is across them by 1 / cos^2 at most.
 */
#define PLANE_BEND_1_M 7.3e-11

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

/* A piece of an edge as it is, bent. */
struct edge {
	struct ent_vec3 from, along, left; /* left: a unit vector across the great ellipse */
	double length2, bend_m;            /* of its middle, to the left */
};

static inline struct edge edge_between(struct ent_vec3 from, struct ent_vec3 to) {
	struct edge edge = {.from = from, .along = vec_sub(to, from)};
	const struct ent_vec3 left = vec_cross(from, edge.along);
	const struct ent_vec3 half = vec_scale(edge.along, 0.5);
	edge.left = vec_scale(left, 1.0 / ent_geo_sqrt(vec_dot(left, left)));
	edge.length2 = vec_dot(edge.along, edge.along);
	/* The geodesic's middle is the foot of the normal through the chord's. */
	const struct ent_vec3 middle = ent_geo_surface(
			(struct ent_vec3){from.x + half.x, from.y + half.y, from.z + half.z});
	edge.bend_m = vec_dot(vec_sub(middle, from), edge.left);
	return edge;
}

/* How far along the piece a point is: 0 at its beginning, 1 at its end. */
static inline double edge_part(const struct edge *edge, struct ent_vec3 at) {
	return vec_dot(vec_sub(at, edge->from), edge->along) / edge->length2;
}

/* How far a point lies to the left of the great ellipse, and the piece there: a parabola to 0.01 mm. */
static inline double edge_left_m(const struct edge *edge, struct ent_vec3 at) {
	return vec_dot(vec_sub(at, edge->from), edge->left);
}

static inline double edge_bend_m(const struct edge *edge, double part) {
	return part > 0 && part < 1 ? 4 * part * (1 - part) * edge->bend_m : 0;
}

/* A point in space and in the plane. */
struct spot {
	struct ent_vec3 at;
	struct flat flat;
};

/* May p lie between the straight line and the bent piece from a to b? */
static inline bool plane_beside(struct flat p, struct flat a, struct flat b) {
	const double ex = b.x - a.x, ey = b.y - a.y, px = p.x - a.x, py = p.y - a.y;
	const double length2 = ex * ex + ey * ey, side = ex * py - ey * px;
	/* |side| / length <= bend * length2 */
	return side * side <= PLANE_BEND_1_M * PLANE_BEND_1_M * length2 * length2 * length2;
}

/* Does the ray from p towards +x cross the bent piece from a to b? */
static inline bool plane_ray_crosses_piece(struct spot p, struct spot a, struct spot b) {
	const bool line = plane_ray_crosses(p.flat, a.flat, b.flat);
	if (!plane_beside(p.flat, a.flat, b.flat))
		return line;
	const struct edge edge = edge_between(a.at, b.at);
	const double left_m = edge_left_m(&edge, p.at);
	const double bend_m = edge_bend_m(&edge, edge_part(&edge, p.at));
	return line != ((left_m > 0) != (left_m > bend_m));
}

#endif
