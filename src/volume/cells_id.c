/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cells_id.c: from a place to its cell and along the tree of cells.
 *
 * An id has three bits of face, two bits for each level of the tree, then a one, then zeros. The
 * curve passes a cell's quarters in the order (0,0), (0,1), (1,1), (1,0) of (column, row), which is
 * Gray's code; in a cell where it lies SWAPPED the two are exchanged, where it lies INVERTED both
 * are reversed. The first quarter lies swapped in relation to the cell, the last swapped and
 * inverted. On faces with odd numbers it begins swapped.
 */
#include "cells_sphere.h"

enum { SWAPPED = 1, INVERTED = 2 };
enum { FACE_BIT = 61, LEAF_BIT = FACE_BIT - 2 * ENT_CELLS_LEVEL, COLUMNS = 1 << ENT_CELLS_LEVEL };

static unsigned exchanged(unsigned two_bits) {
	return (two_bits >> 1) | (two_bits & 1) << 1;
}

/* Column bit and row bit of the quarter that comes k-th. */
static unsigned quarter_of(unsigned turn, unsigned k) {
	unsigned quarter = k ^ (k >> 1);
	if (turn & SWAPPED)
		quarter = exchanged(quarter);
	return turn & INVERTED ? quarter ^ 3 : quarter;
}

/* And the other way: Gray's code of two bits is its own inverse. */
static unsigned place_of(unsigned turn, unsigned quarter) {
	if (turn & INVERTED)
		quarter ^= 3;
	if (turn & SWAPPED)
		quarter = exchanged(quarter);
	return quarter ^ (quarter >> 1);
}

static unsigned turn_of(unsigned turn, unsigned k) {
	return k == 0 ? turn ^ SWAPPED : k == 3 ? turn ^ (SWAPPED | INVERTED) : turn;
}

struct ent_vec3 cells_sphere_at(struct ent_point point) {
	double sin_lat, cos_lat, sin_lon, cos_lon;
	ent_geo_sincos_deg(ent_geo_lat_deg(point), &sin_lat, &cos_lat);
	ent_geo_sincos_deg(ent_geo_lon_deg(point), &sin_lon, &cos_lon);
	return (struct ent_vec3){cos_lat * cos_lon, cos_lat * sin_lon, sin_lat};
}

unsigned cells_face_of(struct ent_vec3 p) {
	const double x = cells_size(p.x), y = cells_size(p.y), z = cells_size(p.z);
	if (x > y && x > z)
		return p.x < 0 ? 3 : 0;
	if (y > z && !(x > y))
		return p.y < 0 ? 4 : 1;
	return p.z < 0 ? 5 : 2;
}

uint32_t cells_column(double u) {
	const double w = ent_geo_sqrt(1 + 3 * cells_size(u)) - 1;
	const double column = (1 + (u < 0 ? -w : w)) * (0.5 * COLUMNS);
	return column < 1 ? 0 : column < COLUMNS ? (uint32_t)column : COLUMNS - 1;
}

/* The top 'level' bits of column and row, from the face down. */
static void descend(struct cells_node *node, uint32_t i, uint32_t j, unsigned level) {
	node->turn = node->face & SWAPPED;
	node->along = 0;
	for (unsigned bit = ENT_CELLS_LEVEL; bit-- > ENT_CELLS_LEVEL - level;) {
		const unsigned k = place_of(node->turn, (i >> bit & 1) << 1 | (j >> bit & 1));
		node->along = node->along << 2 | k;
		node->turn = turn_of(node->turn, k);
	}
	node->level = level;
	node->i = i >> (ENT_CELLS_LEVEL - level);
	node->j = j >> (ENT_CELLS_LEVEL - level);
}

static uint64_t id_of(unsigned face, uint64_t along) {
	return (uint64_t)face << FACE_BIT | along << LEAF_BIT | UINT64_C(1) << (LEAF_BIT - 1);
}

uint64_t ent_cells_at(struct ent_point at) {
	const struct ent_vec3 p = cells_sphere_at(at);
	struct cells_node node = {.face = cells_face_of(p)};
	const struct ent_vec3 q = cells_face_turn(node.face, p);
	descend(&node, cells_column(q.x / q.z), cells_column(q.y / q.z), ENT_CELLS_LEVEL);
	return id_of(node.face, node.along);
}

struct cells_node cells_node_around(unsigned face, unsigned level, uint32_t i_lo, uint32_t j_lo,
		uint32_t i_hi, uint32_t j_hi) {
	struct cells_node node = {.face = face};
	const uint32_t apart = (i_lo ^ i_hi) | (j_lo ^ j_hi);
	while (apart >> (ENT_CELLS_LEVEL - level) > 0)
		level--;
	descend(&node, i_lo, j_lo, level);
	node.u_lo = cells_border(node.i, level);
	node.u_mid = cells_border(2 * node.i + 1, level + 1);
	node.u_hi = cells_border(node.i + 1, level);
	node.v_lo = cells_border(node.j, level);
	node.v_mid = cells_border(2 * node.j + 1, level + 1);
	node.v_hi = cells_border(node.j + 1, level);
	return node;
}

struct cells_node cells_node_face(unsigned face) {
	return cells_node_around(face, 0, 0, 0, COLUMNS - 1, COLUMNS - 1);
}

struct cells_node cells_node_child(const struct cells_node *node, unsigned k) {
	const unsigned quarter = quarter_of(node->turn, k);
	const bool right = quarter >> 1, upper = quarter & 1;
	struct cells_node child = {.face = node->face,
			.level = node->level + 1,
			.turn = turn_of(node->turn, k),
			.i = node->i << 1 | right,
			.j = node->j << 1 | upper,
			.along = node->along << 2 | k};
	child.u_lo = right ? node->u_mid : node->u_lo;
	child.u_hi = right ? node->u_hi : node->u_mid;
	child.v_lo = upper ? node->v_mid : node->v_lo;
	child.v_hi = upper ? node->v_hi : node->v_mid;
	child.u_mid = cells_border(2 * child.i + 1, child.level + 1);
	child.v_mid = cells_border(2 * child.j + 1, child.level + 1);
	return child;
}

ent_status cells_harvest_add(struct cells_harvest *harvest, const struct cells_node *node) {
	const unsigned below = 2 * (ENT_CELLS_LEVEL - node->level);
	const uint64_t n = UINT64_C(1) << below, first = (uint64_t)node->along << below;
	if (n > harvest->max - harvest->n)
		return ENT_E_LIMIT;
	uint64_t *to;
	const ent_status status = cells_reserve(harvest->into, harvest->n + (size_t)n, &to);
	if (status != ENT_OK)
		return status;
	for (uint64_t k = 0; k < n; k++)
		to[harvest->n + k] = id_of(node->face, first + k);
	harvest->n += (size_t)n;
	return ENT_OK;
}
