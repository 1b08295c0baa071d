/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cells_sphere.h: the sphere of the discovery cells, its six faces and the tree of cells on each.
 *
 * A face is a side of the cube [-1, 1]^3 seen from its middle; a place on it is (u, v), great
 * circles are straight there. Along each axis w in [-1, 1] gives u = w (2 + |w|) / 3, and a cell of
 * level L is 2^(1-L) wide in w; so a cell is a rectangle in (u, v). The four children of a cell
 * follow one another along Hilbert's curve; its place along the curve grows by two bits a level
 * (s2geometry.io, "S2 cells").
 *
 * Distances in (u, v) and angles: what is d apart in (u, v) is between d / 3 and d radians apart,
 * for |u|, |v| <= 1, since a central projection stretches by 1 + u^2 + v^2 at most and by 1 at
 * least.
 */
#ifndef ENTENTE_VOLUME_CELLS_SPHERE_H
#define ENTENTE_VOLUME_CELLS_SPHERE_H

#include "entente/cells.h"

enum { CELLS_FACES = 6 };

/*
 * What is nearer to a cell than this in (u, v) touches it. A corner of a rectangle that is wider by
 * it on each side is 1.28e-13 rad away, 0.81 um; a third of it is 3e-14 rad. Between them lies the
 * error of a place of an edge: places of the sphere are right to 4e-16 rad, and an edge of 177
 * degrees, the longest, bends 2 / 0.052 times that in its middle, 1.6e-14 rad, and as much again
 * when it is cut at a face.
 */
#define CELLS_MARGIN 9e-14

/* |u| and |v| below this: no cell of another face is near. */
#define CELLS_FACE_INNER (1 - 1e-9)

/* ENT_CELLS_BOUND_M as an angle, on the greatest radius. */
#define CELLS_BOUND_RAD (ENT_CELLS_BOUND_M / ENT_GEO_RADIUS_MAX_M)

/*
 * The area of a cell of level L is between these over 4^L, in steradians: the integral over w of
 * (16/9) sqrt((1 + 3|u|) (1 + 3|v|)) / (1 + u^2 + v^2)^(3/2), which is least in the middle of a
 * face's side (8 sqrt(2) / 9 = 1.257) and greatest at |u| = |v| = 0.309 (2.636).
 */
#define CELLS_AREA_LEAST_SR 1.257
#define CELLS_AREA_GREATEST_SR 2.636

static inline double cells_size(double x) {
	return x < 0 ? -x : x;
}

static inline double cells_area_least_sr(unsigned level) {
	return CELLS_AREA_LEAST_SR / (double)(UINT64_C(1) << (2 * level));
}

struct ent_vec3 cells_sphere_at(struct ent_point point);

/* Components along a face's own u, v and outward axes. */
static inline struct ent_vec3 cells_face_turn(unsigned face, struct ent_vec3 p) {
	switch (face) {
	case 0:
		return (struct ent_vec3){p.y, p.z, p.x};
	case 1:
		return (struct ent_vec3){-p.x, p.z, p.y};
	case 2:
		return (struct ent_vec3){-p.x, -p.y, p.z};
	case 3:
		return (struct ent_vec3){-p.z, -p.y, -p.x};
	case 4:
		return (struct ent_vec3){-p.z, p.x, -p.y};
	default:
		return (struct ent_vec3){p.y, p.x, -p.z};
	}
}

/* The other way. */
static inline struct ent_vec3 cells_face_back(unsigned face, struct ent_vec3 p) {
	switch (face) {
	case 0:
		return (struct ent_vec3){p.z, p.x, p.y};
	case 1:
		return (struct ent_vec3){-p.x, p.z, p.y};
	case 2:
		return (struct ent_vec3){-p.x, -p.y, p.z};
	case 3:
		return (struct ent_vec3){-p.z, -p.y, -p.x};
	case 4:
		return (struct ent_vec3){p.y, -p.z, -p.x};
	default:
		return (struct ent_vec3){p.y, p.x, -p.z};
	}
}

/* The face that a place lies on. */
unsigned cells_face_of(struct ent_vec3 p);

/*
 * u where the border number k of level 'level' (up to 15) lies, 0 <= k <= 2^level; within a
 * rounding.
 */
static inline double cells_border(uint32_t k, unsigned level) {
	const double w = (double)(k << (15 - level)) * 0x1p-14 - 1;
	return w * (2 + cells_size(w)) / 3;
}

/* Which column of the cells of ENT_CELLS_LEVEL holds u; of those at the ends when it is beyond. */
uint32_t cells_column(double u);

/* A cell of any level. */
struct cells_node {
	unsigned face, level, turn; /* turn: how the curve lies in it */
	uint32_t i, j;              /* column and row */
	uint32_t along;             /* place on the face's curve, two bits a level */
	double u_lo, u_mid, u_hi, v_lo, v_mid, v_hi;
};

struct cells_node cells_node_face(unsigned face);
/*
 * The smallest one, down to a level, that holds the cells of ENT_CELLS_LEVEL from (i_lo, j_lo) to
 * (i_hi, j_hi).
 */
struct cells_node cells_node_around(unsigned face, unsigned level, uint32_t i_lo, uint32_t j_lo,
		uint32_t i_hi, uint32_t j_hi);
/* k of 0..3: the one that comes k-th along the curve. */
struct cells_node cells_node_child(const struct cells_node *node, unsigned k);

/*
 * Room for 'more' ids behind those of the set, which does not hold them yet. E_MEMORY. 'more' is
 * not 0.
 */
ENT_MUST_USE ent_status cells_reserve(struct ent_cells *cells, size_t more, uint64_t **ret_behind);

/* Cells on their way into a set; they come ascending. */
struct cells_harvest {
	struct ent_cells *into; /* new ones lie behind its own */
	size_t n, max;
};

/* Adds all cells of ENT_CELLS_LEVEL in 'node'. E_LIMIT, E_MEMORY. */
ENT_MUST_USE ent_status cells_harvest_add(
		struct cells_harvest *harvest, const struct cells_node *node);
/*
 * Makes them the set's. E_LIMIT when it would hold more than 'max', E_MEMORY: it is as it was
 * before.
 */
ENT_MUST_USE ent_status cells_harvest_end(struct cells_harvest *harvest, size_t max);
/* Says so in words when 'status' is E_LIMIT; returns 'status'. */
ENT_MUST_USE ent_status cells_harvest_fault(
		ent_status status, size_t max, struct ent_fault *reterr_fault);

#endif
