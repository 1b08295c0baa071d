/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cells_loop.h: a polygon of the sphere of cells as a loop of great circle arcs: is it one, and how
 * large?
 */
#ifndef ENTENTE_VOLUME_CELLS_LOOP_H
#define ENTENTE_VOLUME_CELLS_LOOP_H

#include "cells_sphere.h"
#include "internal.h"

/* From a vertex to the next. */
struct loop_arc {
	struct ent_vec3 from, to, left; /* left: the unit normal of its plane */
};

/* All of an arc lies in it. */
struct loop_ball {
	double x, y, z, radius;
};

/* How far some arcs of a loop, one after another, reach in the directions of a fan. */
enum { LOOP_DIRECTIONS = 8 };
struct loop_reach {
	double lo[LOOP_DIRECTIONS], hi[LOOP_DIRECTIONS];
};

/*
 * Checks the loop of n >= 3 vertices and gives the area of its smaller side, 0 when all of it lies
 * on one line. 'arcs' and 'balls' have room for n, 'reaches' for 2 n; without those, NULL, each pair of
 * arcs is looked at, which for few of them is as quick. E_SHAPE: see ent_cells_add_polygon.
 */
ENT_MUST_USE ent_status loop_check(const struct ent_vec3 *at, size_t n, struct loop_arc *arcs,
		struct loop_ball *balls, struct loop_reach *reaches, double *ret_area_sr,
		struct ent_fault *reterr_fault);

#endif
