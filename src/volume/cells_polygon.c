/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cells_polygon.c: the cells that a polygon touches.
 *
 * On a face the polygon's edges are straight. From a cell that holds all of them the tree is walked
 * down, and each child keeps those of its parent's edges that come within CELLS_MARGIN of it. A
 * cell of ENT_CELLS_LEVEL that keeps one is touched; a cell that keeps none lies inside with all
 * that is below it, or outside.
 *
 * Which of the two is known by parity. On the way from a cell's middle to its child's middle, first
 * along u, then along v, only edges that the cell has kept can be crossed. Which side of an edge
 * the corner of that way lies on is computed once and counts for both parts of it, so an error
 * there, even for an edge through the very corner, changes both and not their sum. And it starts
 * right: either all edges lie on the one face, where it is known that what is beyond them all is
 * outside; or it is seen by area. The inside is small, being the smaller side and not more than
 * ENT_CELLS_MAX cells large, so the side that holds more than that in cells without edges is
 * outside.
 *
 * 1. No cell is missed: CELLS_MARGIN is more than all errors together.
 * 2. A polygon smaller than any cell has none inside; then parity is not asked for at all.
 */
#include "cells_loop.h"

#include <stdlib.h>

/* Up to this many vertices need no memory but the set's. */
enum { FEW = 32, LEVELS = ENT_CELLS_LEVEL + 1 };
/* Edges are cut where they leave this square on a face; it is wider than CELLS_MARGIN by far. */
#define FACE_HALF (1 + 0x1p-20)

/* An edge on a face, or what of it lies there. */
struct side {
	double u, v, du, dv, u_lo, u_hi, v_lo, v_hi;
};

struct walk {
	struct cells_harvest harvest;
	const struct side *sides;
	double area_sr;
	bool solid;          /* may a cell lie inside? */
	unsigned open_level; /* no cell down to this level can */
	unsigned deepest;    /* level */
	double *seen_sr;     /* not harvested but measured, by parity; otherwise NULL */
};

struct workspace {
	struct ent_vec3 *at;
	struct loop_arc *arcs;
	struct loop_ball *balls;
	struct loop_reach *reaches; /* NULL for few */
	struct side *sides;
	uint16_t *kept; /* of all levels above one another */
};

static struct side side_between(double u0, double v0, double u1, double v1) {
	return (struct side){.u = u0,
			.v = v0,
			.du = u1 - u0,
			.dv = v1 - v0,
			.u_lo = u0 < u1 ? u0 : u1,
			.u_hi = u0 < u1 ? u1 : u0,
			.v_lo = v0 < v1 ? v0 : v1,
			.v_hi = v0 < v1 ? v1 : v0};
}

/* Does it come within CELLS_MARGIN of the cell? */
static inline bool side_touches(const struct side *side, const struct cells_node *node) {
	if (side->u_lo > node->u_hi + CELLS_MARGIN || side->u_hi < node->u_lo - CELLS_MARGIN ||
			side->v_lo > node->v_hi + CELLS_MARGIN ||
			side->v_hi < node->v_lo - CELLS_MARGIN)
		return false;
	const double u = (node->u_lo + node->u_hi) / 2,
		     half_u = (node->u_hi - node->u_lo) / 2 + CELLS_MARGIN;
	const double v = (node->v_lo + node->v_hi) / 2,
		     half_v = (node->v_hi - node->v_lo) / 2 + CELLS_MARGIN;
	const double off = side->du * (v - side->v) - side->dv * (u - side->u);
	return cells_size(off) <= cells_size(side->du) * half_v + cells_size(side->dv) * half_u;
}

static inline bool is_left(const struct side *side, double u, double v) {
	return side->du * (v - side->v) - side->dv * (u - side->u) > 0;
}

/* For a side that spans v: does the ray from the place toward +u cross it? */
static inline bool crosses_along_u(const struct side *side, double u, double v) {
	return u < side->u_lo || (u < side->u_hi && is_left(side, u, v) == (side->dv > 0));
}

/* The same for one that spans u and the ray toward +v. */
static inline bool crosses_along_v(const struct side *side, double u, double v) {
	return v < side->v_lo || (v < side->v_hi && is_left(side, u, v) != (side->du > 0));
}

static inline bool spans(double lo, double hi, double x) {
	return lo <= x && x < hi;
}

/* Is the number of edges odd that the way to another middle, by (to->u_mid, from->v_mid), crosses? */
static bool parity_between(const struct walk *walk, const uint16_t *kept, size_t n,
		const struct cells_node *from, const struct cells_node *to) {
	bool odd = false;
	for (size_t k = 0; k < n; k++) {
		const struct side *side = &walk->sides[kept[k]];
		if (spans(side->v_lo, side->v_hi, from->v_mid))
			odd ^= crosses_along_u(side, from->u_mid, from->v_mid) ^
					crosses_along_u(side, to->u_mid, from->v_mid);
		if (spans(side->u_lo, side->u_hi, to->u_mid))
			odd ^= crosses_along_v(side, to->u_mid, from->v_mid) ^
					crosses_along_v(side, to->u_mid, to->v_mid);
	}
	return odd;
}

static uint32_t limited(uint32_t k, uint32_t lo, uint32_t hi) {
	return k < lo ? lo : k > hi ? hi : k;
}

/* The smallest cell in 'node', down to a level, that holds all that these edges touch there. */
static struct cells_node shrink(const struct walk *walk, const struct cells_node *node,
		const uint16_t *kept, size_t n, unsigned level) {
	double u_lo = 1, u_hi = -1, v_lo = 1, v_hi = -1;
	for (size_t k = 0; k < n; k++) {
		const struct side *side = &walk->sides[kept[k]];
		u_lo = side->u_lo < u_lo ? side->u_lo : u_lo;
		u_hi = side->u_hi > u_hi ? side->u_hi : u_hi;
		v_lo = side->v_lo < v_lo ? side->v_lo : v_lo;
		v_hi = side->v_hi > v_hi ? side->v_hi : v_hi;
	}
	const unsigned below = ENT_CELLS_LEVEL - node->level;
	const uint32_t i0 = node->i << below, i1 = i0 + (UINT32_C(1) << below) - 1;
	const uint32_t j0 = node->j << below, j1 = j0 + (UINT32_C(1) << below) - 1;
	return cells_node_around(node->face, level,
			limited(cells_column(u_lo - 2 * CELLS_MARGIN), i0, i1),
			limited(cells_column(v_lo - 2 * CELLS_MARGIN), j0, j1),
			limited(cells_column(u_hi + 2 * CELLS_MARGIN), i0, i1),
			limited(cells_column(v_hi + 2 * CELLS_MARGIN), j0, j1));
}

static size_t keep_touching(const struct walk *walk, const struct cells_node *node,
		const uint16_t *kept, size_t n, uint16_t *own) {
	size_t n_own = 0;
	for (size_t i = 0; i < n; i++)
		if (side_touches(&walk->sides[kept[i]], node))
			own[n_own++] = kept[i];
	return n_own;
}

/* What becomes of a cell that is not divided further. */
static ent_status settle(
		struct walk *walk, const struct cells_node *node, bool edges, bool inside) {
	if (walk->seen_sr != NULL) {
		walk->seen_sr[inside] += edges ? 0 : cells_area_least_sr(node->level);
		return ENT_OK;
	}
	return edges || inside ? cells_harvest_add(&walk->harvest, node) : ENT_OK;
}

/* 'kept' are the edges of 'node', 'inside' the parity of its middle. Calls itself, level by level. */
static ent_status visit(struct walk *walk, const struct cells_node *node, uint16_t *kept, size_t n,
		bool inside) {
	for (unsigned k = 0; k < 4; k++) {
		struct cells_node child = cells_node_child(node, k);
		uint16_t *own = kept + n;
		const size_t n_own = keep_touching(walk, &child, kept, n, own);
		if (n_own > 0 && child.level < walk->open_level)
			child = shrink(walk, &child, own, n_own, walk->open_level);
		const bool deeper = n_own > 0 && child.level < walk->deepest;
		bool in = false;
		if (walk->solid && (n_own == 0 || deeper))
			in = inside ^ parity_between(walk, kept, n, node, &child);
		const ent_status status = deeper ? visit(walk, &child, own, n_own, in)
						 : settle(walk, &child, n_own > 0, in);
		if (status != ENT_OK)
			return status;
	}
	return ENT_OK;
}

static void keep_all(uint16_t *kept, size_t n) {
	for (size_t i = 0; i < n; i++)
		kept[i] = (uint16_t)i;
}

/* All edges lie on one face, well within it. */
static ent_status walk_one_face(struct walk *walk, unsigned face, uint16_t *kept, size_t n) {
	const struct cells_node whole = cells_node_face(face);
	keep_all(kept, n);
	const struct cells_node node = shrink(walk, &whole, kept, n, ENT_CELLS_LEVEL);
	if (node.level == ENT_CELLS_LEVEL)
		return cells_harvest_add(&walk->harvest, &node);
	bool inside = false;
	for (size_t i = 0; walk->solid && i < n; i++)
		if (spans(walk->sides[i].v_lo, walk->sides[i].v_hi, node.v_mid))
			inside ^= crosses_along_u(&walk->sides[i], node.u_mid, node.v_mid);
	return visit(walk, &node, kept, n, inside);
}

/*
 * The parity, counted from the face's middle, of places outside. More and more levels are looked at
 * until the cells without edges of one parity hold more than the polygon. E_LIMIT: so many have
 * edges that it cannot be told.
 */
static ent_status find_outside(struct walk *walk, const struct cells_node *root, uint16_t *kept,
		size_t n, bool *ret_outside) {
	ent_status status = ENT_E_LIMIT;
	const unsigned open_level = walk->open_level;
	walk->open_level = 0;
	for (walk->deepest = 1; status == ENT_E_LIMIT && walk->deepest <= ENT_CELLS_LEVEL;
			walk->deepest++) {
		double seen_sr[2] = {0, 0};
		walk->seen_sr = seen_sr;
		(void)visit(walk, root, kept, n, false);
		if (seen_sr[0] > walk->area_sr || seen_sr[1] > walk->area_sr) {
			*ret_outside = seen_sr[1] > walk->area_sr;
			status = ENT_OK;
		}
	}
	walk->seen_sr = NULL;
	walk->open_level = open_level;
	walk->deepest = ENT_CELLS_LEVEL;
	return status;
}

static struct ent_vec3 place_along(struct ent_vec3 from, struct ent_vec3 along, double part) {
	return (struct ent_vec3){
			from.x + part * along.x, from.y + part * along.y, from.z + part * along.z};
}

/* Cuts an edge, given along a face's axes, to |u|, |v| <= FACE_HALF. */
static bool cut_to_face(struct ent_vec3 a, struct ent_vec3 b, struct side *ret_side) {
	const double from[4] = {FACE_HALF * a.z - a.x, FACE_HALF * a.z + a.x, FACE_HALF * a.z - a.y,
			FACE_HALF * a.z + a.y};
	const double to[4] = {FACE_HALF * b.z - b.x, FACE_HALF * b.z + b.x, FACE_HALF * b.z - b.y,
			FACE_HALF * b.z + b.y};
	double begin = 0, end = 1;
	for (int k = 0; k < 4; k++) {
		if (from[k] < 0 && to[k] < 0)
			return false;
		if (from[k] >= 0 && to[k] >= 0)
			continue;
		const double part = from[k] / (from[k] - to[k]);
		if (from[k] < 0)
			begin = part > begin ? part : begin;
		else
			end = part < end ? part : end;
	}
	if (begin > end)
		return false;
	const struct ent_vec3 along = vec_sub(b, a);
	const struct ent_vec3 p = begin > 0 ? place_along(a, along, begin) : a;
	const struct ent_vec3 q = end < 1 ? place_along(a, along, end) : b;
	*ret_side = side_between(p.x / p.z, p.y / p.z, q.x / q.z, q.y / q.z);
	return true;
}

static ent_status walk_faces(struct walk *walk, const struct workspace *work, size_t n) {
	for (unsigned face = 0; face < CELLS_FACES; face++) {
		size_t n_sides = 0;
		struct ent_vec3 a = cells_face_turn(face, work->at[n - 1]);
		for (size_t i = 0; i < n; i++) {
			const struct ent_vec3 b = cells_face_turn(face, work->at[i]);
			n_sides += cut_to_face(a, b, &work->sides[n_sides]);
			a = b;
		}
		if (n_sides == 0)
			continue;
		const struct cells_node root = cells_node_face(face);
		bool outside = false;
		ent_status status = ENT_OK;
		keep_all(work->kept, n_sides);
		if (walk->solid)
			status = find_outside(walk, &root, work->kept, n_sides, &outside);
		if (status == ENT_OK)
			status = visit(walk, &root, work->kept, n_sides, outside);
		if (status != ENT_OK)
			return status;
	}
	return ENT_OK;
}

/*
 * Lays the edges out on the face of the first vertex; false when not all of them lie well within
 * it.
 */
static bool fits_face(const struct workspace *work, size_t n, unsigned face) {
	double u0 = 0, v0 = 0, first_u = 0, first_v = 0;
	for (size_t i = 0; i < n; i++) {
		const struct ent_vec3 p = cells_face_turn(face, work->at[i]);
		const double u = p.x / p.z, v = p.y / p.z;
		if (!(p.z > 0 && cells_size(u) < CELLS_FACE_INNER &&
				    cells_size(v) < CELLS_FACE_INNER))
			return false;
		if (i == 0) {
			first_u = u;
			first_v = v;
		} else {
			work->sides[i - 1] = side_between(u0, v0, u, v);
		}
		u0 = u;
		v0 = v;
	}
	work->sides[n - 1] = side_between(u0, v0, first_u, first_v);
	return true;
}

static ent_status add_loop(struct ent_cells *cells, const struct workspace *work, size_t n,
		double max_km2, size_t max, struct ent_fault *reterr_fault) {
	double area_sr = 0;
	ent_status status = loop_check(work->at, n, work->arcs, work->balls, work->reaches,
			&area_sr, reterr_fault);
	if (status != ENT_OK)
		return status;
	const double area_km2 = area_sr * (ENT_CELLS_EARTH_KM2 / (4 * 3.14159265358979323846));
	if (!(area_km2 <= max_km2)) {
		ent_fault_set(reterr_fault, "vertices", "area too large: %.3f km2, at most %.3f",
				area_km2, max_km2);
		return ENT_E_DOMAIN;
	}
	const size_t most = max < ENT_CELLS_MAX ? max : ENT_CELLS_MAX;
	const double leaf = 1 / (double)(UINT64_C(1) << (2 * ENT_CELLS_LEVEL));
	if (area_sr > (double)most * CELLS_AREA_GREATEST_SR * leaf)
		return cells_harvest_fault(ENT_E_LIMIT, most, reterr_fault);
	struct walk walk = {.harvest = {cells, 0, most},
			.sides = work->sides,
			.area_sr = area_sr,
			.solid = area_sr >= CELLS_AREA_LEAST_SR * leaf,
			.deepest = ENT_CELLS_LEVEL};
	while (walk.open_level < ENT_CELLS_LEVEL &&
			cells_area_least_sr(walk.open_level + 1) > area_sr)
		walk.open_level++;
	const unsigned face = cells_face_of(work->at[0]);
	if (fits_face(work, n, face))
		status = walk_one_face(&walk, face, work->kept, n);
	else
		status = walk_faces(&walk, work, n);
	if (status == ENT_OK)
		status = cells_harvest_end(&walk.harvest, max);
	return cells_harvest_fault(status, most, reterr_fault);
}

static ent_status check_count(size_t n, struct ent_fault *reterr_fault) {
	if (n < 3) {
		ent_fault_set(reterr_fault, "vertices",
				"a polygon has at least three vertices, this has %zu", n);
		return ENT_E_SHAPE;
	}
	if (n > ENT_VOLUME_VERTICES_MAX) {
		ent_fault_set(reterr_fault, "vertices", "more than %d vertices",
				ENT_VOLUME_VERTICES_MAX);
		return ENT_E_LIMIT;
	}
	return ENT_OK;
}

static ent_status place_all(const struct ent_point *vertices, size_t n, struct ent_vec3 *at,
		struct ent_fault *reterr_fault) {
	for (size_t i = 0; i < n; i++) {
		struct ent_point vertex;
		ent_status status = ent_geo_point_from_ndeg(
				vertices[i].lat_ndeg, vertices[i].lon_ndeg, &vertex);
		if (status != ENT_OK) {
			/* Once more, for its words. */
			(void)volume_check_point(
					&vertices[i], "vertices", i, &vertex, reterr_fault);
			return status;
		}
		at[i] = cells_sphere_at(vertex);
	}
	return ENT_OK;
}

/* One block for what many vertices need. */
static void *allocate_workspace(size_t n, struct workspace *ret_work) {
	const size_t at = room_size(n * sizeof *ret_work->at),
		     arcs = room_size(n * sizeof *ret_work->arcs);
	const size_t balls = room_size(n * sizeof *ret_work->balls),
		     sides = room_size(n * sizeof *ret_work->sides);
	const size_t reaches = room_size(2 * n * sizeof *ret_work->reaches),
		     kept = room_size(n * LEVELS * sizeof *ret_work->kept);
	void *block = malloc(at + arcs + balls + reaches + sides + kept);
	struct room room = {block};
	if (block == NULL)
		return NULL;
	*ret_work = (struct workspace){.at = room_take(&room, at),
			.arcs = room_take(&room, arcs),
			.balls = room_take(&room, balls),
			.reaches = room_take(&room, reaches),
			.sides = room_take(&room, sides),
			.kept = room_take(&room, kept)};
	return block;
}

ent_status ent_cells_add_polygon(struct ent_cells *cells, const struct ent_point *vertices,
		size_t n, double max_km2, size_t max, struct ent_fault *reterr_fault) {
	struct ent_vec3 at[FEW];
	struct loop_arc arcs[FEW];
	struct loop_ball balls[FEW];
	struct side sides[FEW];
	uint16_t kept[FEW * LEVELS];
	struct workspace work = {at, arcs, balls, NULL, sides, kept};
	void *block = NULL;
	ent_status status = check_count(n, reterr_fault);
	if (status != ENT_OK)
		return status;
	if (n > FEW) {
		block = allocate_workspace(n, &work);
		if (block == NULL)
			return ENT_E_MEMORY;
	}
	status = place_all(vertices, n, work.at, reterr_fault);
	if (status == ENT_OK)
		status = add_loop(cells, &work, n, max_km2, max, reterr_fault);
	free(block);
	return status;
}
