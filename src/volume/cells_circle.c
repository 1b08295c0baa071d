/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cells_circle.c: the cells that a disc on the ellipsoid touches.
 *
 * A place of the sphere of cells stands for the place of the ellipsoid with the same latitude and
 * longitude, and is turned into Earth-centred coordinates without trigonometry. What is d apart on
 * the sphere is between d RADIUS_MIN and d RADIUS_MAX apart on the ellipsoid, since those bound
 * both principal radii.
 *
 * Distances from the centre are measured along the chord: a geodesic of length s bends with a
 * radius of RADIUS_MIN at least, so its chord k is no shorter than that of a circle's arc (Schur):
 *     k <= s <= 2 RADIUS_MIN asin(k / (2 RADIUS_MIN)),
 * 0.13 mm apart at 5 km, 4 m at 160 km. A cell is within the disc, or beyond it, when its middle is
 * so by more than its half width; then its quarters are looked at. At ENT_CELLS_LEVEL the nearest
 * place of each edge decides; only when the radius lies between the two bounds is the geodesic
 * itself measured, to the place with the shortest chord. Where the geodesic is shortest it is
 * shorter by (0.0134 h)^2 / 2k, h being the difference of the bounds, because the radius that the
 * excess of s over k depends on turns with the azimuth by 2 e^2 at most: 0.02 um at 183 km, beyond
 * which a disc covers more than ENT_CELLS_MAX cells.
 */
#include "cells_sphere.h"
#include "internal.h"

/* What is this much beyond the radius is touched: half the bound, for the errors of lengths. */
#define SLACK_M (ENT_CELLS_BOUND_M / 2)
/* Edges end the search for their nearest place when it moves by less in (u, v): 6 um. */
#define SETTLED 1e-12
enum { STEPS_MAX = 20 };
#define PI 3.14159265358979323846

struct disc {
	struct cells_harvest harvest;
	struct ent_point center;
	struct ent_vec3 sphere, at; /* on the sphere of cells; Earth-centred */
	double radius_m;            /* with SLACK_M: a longer chord is beyond it */
	double sure_m;              /* as short a chord is within it */
	double u, v;                /* of the centre on the face that is walked */
	bool in_front;              /* otherwise it is not on that face at all */
};

enum where { BEYOND, BETWEEN, WITHIN };

/* An edge of a cell: from lo to hi along u (or v) where v (or u) is 'other'. */
struct border {
	unsigned face;
	bool along_u;
	double other, lo, hi;
};

/* A place of the ellipsoid that moves along a border. */
struct mover {
	struct ent_vec3 at, speed;
};

/*
 * The longest geodesic with that chord, for one up to 0.8 RADIUS_MIN: the series of asin; all after
 * its third term is less than 0.06 x^7.
 */
static double longest_m(double chord_m) {
	const double x = chord_m * (1 / (2 * ENT_GEO_RADIUS_MIN_M)), x2 = x * x;
	return chord_m * (1 + x2 * (1.0 / 6 + x2 * (3.0 / 40 + x2 * 0.06)));
}

/* The place for a direction on the sphere: a (x, y, (1 - e^2) z) / sqrt(|p|^2 - e^2 z^2). */
static struct ent_vec3 surface_at(struct ent_vec3 p) {
	const double scale = ENT_GEO_A_M / ent_geo_sqrt(vec_dot(p, p) - ENT_GEO_E2 * p.z * p.z);
	return (struct ent_vec3){p.x * scale, p.y * scale, p.z * scale * (1 - ENT_GEO_E2)};
}

static struct ent_vec3 direction_at(const struct border *border, double t) {
	return cells_face_back(border->face,
			(struct ent_vec3){border->along_u ? t : border->other,
					border->along_u ? border->other : t, 1});
}

/* As surface_at, with its derivative by t. */
static struct mover mover_at(const struct border *border, double t) {
	const struct ent_vec3 p = direction_at(border, t);
	const struct ent_vec3 way = cells_face_back(
			border->face, (struct ent_vec3){border->along_u, !border->along_u, 0});
	const double inverse2 = 1 / (vec_dot(p, p) - ENT_GEO_E2 * p.z * p.z);
	const double scale = ENT_GEO_A_M * ent_geo_sqrt(inverse2);
	const double shrink = (t - ENT_GEO_E2 * p.z * way.z) * inverse2;
	struct mover m = {.at = {p.x * scale, p.y * scale, p.z * scale * (1 - ENT_GEO_E2)}};
	m.speed = (struct ent_vec3){way.x * scale - m.at.x * shrink,
			way.y * scale - m.at.y * shrink,
			way.z * scale * (1 - ENT_GEO_E2) - m.at.z * shrink};
	return m;
}

static double geodesic_m(const struct disc *disc, struct ent_vec3 p) {
	const double lat_deg = ent_geo_atan2_deg(p.z, ent_geo_sqrt(p.x * p.x + p.y * p.y));
	return ent_geo_inverse_deg(ent_geo_lat_deg(disc->center), ent_geo_lon_deg(disc->center),
			lat_deg, ent_geo_atan2_deg(p.y, p.x))
			.length_m;
}

/*
 * Gauss and Newton's step for the nearest place misses by a part of itself that is about the
 * distance over the Earth's radius, so few of them settle.
 */
static bool reaches(const struct disc *disc, const struct border *border) {
	double t = (border->lo + border->hi) / 2, moved = 1;
	const double half_m = (border->hi - border->lo) / 2 * ENT_GEO_RADIUS_MAX_M;
	const double hopeless_m = disc->radius_m + half_m;
	for (int step = 0; step < STEPS_MAX && cells_size(moved) > SETTLED; step++) {
		const struct mover m = mover_at(border, t);
		const struct ent_vec3 away = vec_sub(m.at, disc->at);
		const double chord2 = vec_dot(away, away);
		if (chord2 <= disc->sure_m * disc->sure_m)
			return true;
		if (step == 0 && chord2 > hopeless_m * hopeless_m)
			return false;
		double next = t - vec_dot(away, m.speed) / vec_dot(m.speed, m.speed);
		next = next < border->lo ? border->lo : next > border->hi ? border->hi : next;
		moved = next - t;
		t = next;
	}
	const struct ent_vec3 nearest = direction_at(border, t);
	const struct ent_vec3 away = vec_sub(surface_at(nearest), disc->at);
	return vec_dot(away, away) <= disc->radius_m * disc->radius_m &&
			geodesic_m(disc, nearest) <= disc->radius_m;
}

static bool touches_leaf(const struct disc *disc, const struct cells_node *node) {
	if (disc->in_front && disc->u >= node->u_lo && disc->u <= node->u_hi &&
			disc->v >= node->v_lo && disc->v <= node->v_hi)
		return true;
	const struct border borders[] = {
			{node->face, false, node->u_lo, node->v_lo, node->v_hi},
			{node->face, false, node->u_hi, node->v_lo, node->v_hi},
			{node->face, true, node->v_lo, node->u_lo, node->u_hi},
			{node->face, true, node->v_hi, node->u_lo, node->u_hi},
	};
	for (size_t k = 0; k < sizeof borders / sizeof borders[0]; k++)
		if (reaches(disc, &borders[k]))
			return true;
	return false;
}

/* The least of |x| in [lo, hi]. */
static double least_size(double lo, double hi) {
	return lo > 0 ? lo : hi < 0 ? -hi : 0;
}

/*
 * By its middle and half its diagonal, which a central projection has stretched by at least
 * sqrt(1 + u^2 + v^2).
 */
static enum where where_is(const struct disc *disc, const struct cells_node *node) {
	const double u = least_size(node->u_lo, node->u_hi), v = least_size(node->v_lo, node->v_hi);
	const double width = node->u_hi - node->u_lo, height = node->v_hi - node->v_lo;
	const double half_m = ENT_GEO_RADIUS_MAX_M / 2 *
			ent_geo_sqrt((width * width + height * height) / (1 + u * u + v * v));
	const struct ent_vec3 middle = {
			(node->u_lo + node->u_hi) / 2, (node->v_lo + node->v_hi) / 2, 1};
	const struct ent_vec3 away = vec_sub(
			surface_at(cells_face_back(node->face, middle)), disc->at);
	const double chord2 = vec_dot(away, away);
	const double far_m = disc->radius_m + half_m, near_m = disc->sure_m - half_m;
	if (chord2 > far_m * far_m)
		return BEYOND;
	return near_m > 0 && chord2 <= near_m * near_m ? WITHIN : BETWEEN;
}

/* Calls itself for each level below. */
static ent_status visit(struct disc *disc, const struct cells_node *node) {
	for (unsigned k = 0; k < 4; k++) {
		const struct cells_node child = cells_node_child(node, k);
		const enum where where = where_is(disc, &child);
		ent_status status = ENT_OK;
		if (where == BEYOND)
			continue;
		if (where == BETWEEN && child.level < ENT_CELLS_LEVEL)
			status = visit(disc, &child);
		else if (where == WITHIN || touches_leaf(disc, &child))
			status = cells_harvest_add(&disc->harvest, &child);
		if (status != ENT_OK)
			return status;
	}
	return ENT_OK;
}

static void see_center(struct disc *disc, unsigned face) {
	const struct ent_vec3 q = cells_face_turn(face, disc->sphere);
	disc->in_front = q.z > 0;
	if (disc->in_front) {
		disc->u = q.x / q.z;
		disc->v = q.y / q.z;
	}
}

/*
 * The columns that a disc of 'angle' around q spans: its tangents through the v axis, planes at x =
 * u z. False when it is not all on the face.
 */
static bool span_of(double x, double z, double angle, uint32_t *ret_lo, uint32_t *ret_hi) {
	const double less = z * z - angle * angle, root2 = x * x + less;
	if (!(z > 0 && less > 0 && root2 > 0))
		return false;
	const double middle = x * z / less, half = angle * ent_geo_sqrt(root2) / less;
	if (!(middle + half < CELLS_FACE_INNER && half - middle < CELLS_FACE_INNER))
		return false;
	*ret_lo = cells_column(middle - half);
	*ret_hi = cells_column(middle + half);
	return true;
}

static ent_status walk(struct disc *disc) {
	/* As wide as it can be on the sphere, and the error of that. */
	const double angle = disc->radius_m / ENT_GEO_RADIUS_MIN_M + CELLS_BOUND_RAD;
	const unsigned home = cells_face_of(disc->sphere);
	const struct ent_vec3 q = cells_face_turn(home, disc->sphere);
	uint32_t i_lo, i_hi, j_lo, j_hi;
	if (span_of(q.x, q.z, angle, &i_lo, &i_hi) && span_of(q.y, q.z, angle, &j_lo, &j_hi)) {
		const struct cells_node node = cells_node_around(
				home, ENT_CELLS_LEVEL, i_lo, j_lo, i_hi, j_hi);
		see_center(disc, home);
		return node.level == ENT_CELLS_LEVEL ? cells_harvest_add(&disc->harvest, &node)
						     : visit(disc, &node);
	}
	ent_status status = ENT_OK;
	for (unsigned face = 0; face < CELLS_FACES && status == ENT_OK; face++) {
		const struct cells_node node = cells_node_face(face);
		see_center(disc, face);
		if (where_is(disc, &node) != BEYOND)
			status = visit(disc, &node);
	}
	return status;
}

ent_status ent_cells_add_circle(struct ent_cells *cells, struct ent_point center, int64_t radius_mm,
		size_t max, struct ent_fault *reterr_fault) {
	struct disc disc = {.harvest = {cells, 0, max < ENT_CELLS_MAX ? max : ENT_CELLS_MAX}};
	if (ent_geo_point_from_ndeg(center.lat_ndeg, center.lon_ndeg, &disc.center) != ENT_OK) {
		ent_fault_set(reterr_fault, "center",
				"latitude must lie in -90..90 and longitude in -180..180 degrees");
		return ENT_E_DOMAIN;
	}
	if (radius_mm < 0 || radius_mm > ENT_CELLS_RADIUS_MAX_MM) {
		ent_fault_set(reterr_fault, "radius_mm", "a radius lies in 0..%d km",
				(int)(ENT_CELLS_RADIUS_MAX_MM / 1000000));
		return ENT_E_DOMAIN;
	}
	/*
	 * A disc on the sphere that it certainly covers, 2 pi (1 - cos x) >= pi x^2 (1 - x^2 / 12),
	 * in the largest cells.
	 */
	const double x = (double)radius_mm / 1e3 / ENT_GEO_RADIUS_MAX_M, x2 = x * x;
	const double cell_sr = CELLS_AREA_GREATEST_SR /
			(double)(UINT64_C(1) << (2 * ENT_CELLS_LEVEL));
	if (PI * x2 * (1 - x2 / 12) > (double)disc.harvest.max * cell_sr)
		return cells_harvest_fault(ENT_E_LIMIT, disc.harvest.max, reterr_fault);
	disc.sphere = cells_sphere_at(disc.center);
	disc.at = surface_at(disc.sphere);
	disc.radius_m = (double)radius_mm / 1e3 + SLACK_M;
	disc.sure_m = 2 * disc.radius_m - longest_m(disc.radius_m);
	ent_status status = walk(&disc);
	if (status == ENT_OK)
		status = cells_harvest_end(&disc.harvest, max);
	return cells_harvest_fault(status, disc.harvest.max, reterr_fault);
}
