/* SPDX-License-Identifier: Apache-2.0 */
/*
 * polygon_check.c: is this a polygon at all? Its edges must not cross, touch or fold back,
 * its rings must enclose an area, its holes must lie inside the outer ring and beside one
 * another.
 *
 * Two edges closer than TOUCH_M count as touching: below the grid on which points are
 * stored nobody can say on which side they pass.
 */
#include "plane.h"

#include <stdlib.h>

#define TOUCH_M 2e-5
/* The same in the plane, 80 degrees from its middle: stretched by 1 / cos^2. */
#define TOUCH_FLAT_M (34 * TOUCH_M)
/* Less than this is no area: a square of a millimetre. */
#define AREA_MIN_M2 1e-6
/* Up to this many pieces are laid out without asking for memory. */
#define FEW 32

struct sorted {
	double x_min;
	uint32_t piece;
};

/* The polygon laid out flat, piece by piece, and each piece as it is. */
struct layout {
	const struct ent_volume_parts *parts;
	struct flat *at;
	struct edge *edge;
	struct sorted *order;
	uint32_t *next; /* the piece after this one in its ring */
};

static bool near_place(struct ent_vec3 p, struct ent_vec3 q) {
	const struct ent_vec3 away = vec_sub(p, q);
	return vec_dot(away, away) <= TOUCH_M * TOUCH_M;
}

static struct ent_vec3 end_of(const struct edge *edge) {
	return (struct ent_vec3){edge->from.x + edge->along.x, edge->from.y + edge->along.y,
			edge->from.z + edge->along.z};
}

static double left_of_m(struct ent_vec3 p, const struct edge *edge) {
	return edge_left_m(edge, p) - edge_bend_m(edge, edge_part(edge, p));
}

static bool near_edge(struct ent_vec3 p, const struct edge *edge) {
	const double part = edge_part(edge, p);
	if (part <= 0 || part >= 1)
		return near_place(p, part <= 0 ? edge->from : end_of(edge));
	const double left_m = left_of_m(p, edge);
	return left_m <= TOUCH_M && -left_m <= TOUCH_M;
}

static bool edges_touch(const struct edge *e, const struct edge *f) {
	const struct ent_vec3 a = e->from, b = end_of(e), c = f->from, d = end_of(f);
	if ((left_of_m(c, e) > 0) != (left_of_m(d, e) > 0) &&
			(left_of_m(a, f) > 0) != (left_of_m(b, f) > 0))
		return true;
	return near_edge(a, f) || near_edge(b, f) || near_edge(c, e) || near_edge(d, e);
}

/* Does piece j, which begins where i ends, lie back upon it? */
static bool folds_back(const struct layout *layout, uint32_t i, uint32_t j) {
	const struct edge *e = &layout->edge[i], *f = &layout->edge[j];
	return vec_dot(e->along, f->along) < 0 &&
			(near_edge(end_of(f), e) || near_edge(e->from, f));
}

static bool pieces_touch(const struct layout *layout, uint32_t i, uint32_t j) {
	const bool before = layout->next[i] == j, after = layout->next[j] == i;
	if (before || after)
		return (before && folds_back(layout, i, j)) || (after && folds_back(layout, j, i));
	return edges_touch(&layout->edge[i], &layout->edge[j]);
}

/* How far from its straight line in the plane a piece may touch another. */
static double margin(const struct layout *layout, uint32_t piece) {
	const struct flat a = layout->at[piece], b = layout->at[layout->next[piece]];
	const double dx = b.x - a.x, dy = b.y - a.y;
	return TOUCH_FLAT_M + PLANE_BEND_1_M * (dx * dx + dy * dy);
}

/*
 * The ring that a piece belongs to and the given vertex at which its edge begins: the last
 * piece end not after it that is a given vertex. Both lists are in the same order.
 */
static void name_edge(const struct ent_volume_parts *parts, uint32_t piece, uint32_t *ret_ring,
		uint32_t *ret_vertex) {
	uint32_t ring = 0, vertex = 0, in_ring = 0;
	for (uint32_t i = 1; i <= piece; i++) {
		const bool new_ring = i == parts->ring_start[ring + 1];
		const struct ent_vec3 given = vertex + 1 < parts->n_vertices
				? ent_geo_ecef(parts->vertices[vertex + 1])
				: parts->at[0];
		if (new_ring) {
			ring++;
			vertex++;
			in_ring = 0;
		} else if (given.x == parts->at[i].x && given.y == parts->at[i].y &&
				given.z == parts->at[i].z) {
			vertex++;
			in_ring++;
		}
	}
	*ret_ring = ring;
	*ret_vertex = in_ring;
}

static ent_status check_crossings(const struct layout *layout, struct ent_fault *reterr_fault) {
	const uint32_t n = layout->parts->n_pieces;
	for (uint32_t s = 0; s < n; s++) {
		const uint32_t i = layout->order[s].piece;
		const struct flat a = layout->at[i], b = layout->at[layout->next[i]];
		const double more = margin(layout, i);
		const double x_max = (a.x > b.x ? a.x : b.x) + more;
		const double y_max = (a.y > b.y ? a.y : b.y) + more;
		const double y_min = (a.y < b.y ? a.y : b.y) - more;
		for (uint32_t t = s + 1; t < n && layout->order[t].x_min <= x_max; t++) {
			const uint32_t j = layout->order[t].piece;
			const struct flat c = layout->at[j], d = layout->at[layout->next[j]];
			const double spare = margin(layout, j);
			if ((c.y - spare > y_max && d.y - spare > y_max) ||
					(c.y + spare < y_min && d.y + spare < y_min) ||
					!pieces_touch(layout, i, j))
				continue;
			uint32_t ring1, vertex1, ring2, vertex2;
			name_edge(layout->parts, i < j ? i : j, &ring1, &vertex1);
			name_edge(layout->parts, i < j ? j : i, &ring2, &vertex2);
			ent_fault_set(reterr_fault, "vertices",
					"the edge after vertex %u of ring %u and the "
					"edge after vertex %u of ring %u cross or "
					"touch; rings and vertices count from 0",
					vertex1, ring1, vertex2, ring2);
			return ENT_E_SHAPE;
		}
	}
	return ENT_OK;
}

static ent_status check_areas(const struct layout *layout, struct ent_fault *reterr_fault) {
	const struct ent_volume_parts *parts = layout->parts;
	for (uint32_t ring = 0; ring < parts->n_rings; ring++) {
		const uint32_t first = parts->ring_start[ring];
		const struct flat origin = layout->at[first];
		double twice = 0;
		for (uint32_t i = first; i < parts->ring_start[ring + 1]; i++) {
			const struct flat a = layout->at[i], b = layout->at[layout->next[i]];
			twice += (a.x - origin.x) * (b.y - origin.y) -
					(b.x - origin.x) * (a.y - origin.y);
		}
		if (twice < 2 * AREA_MIN_M2 && -twice < 2 * AREA_MIN_M2) {
			ent_fault_set(reterr_fault, "vertices",
					"ring %u encloses no area; rings count from 0", ring);
			return ENT_E_SHAPE;
		}
	}
	return ENT_OK;
}

static struct spot spot_of(const struct layout *layout, uint32_t piece) {
	return (struct spot){layout->parts->at[piece], layout->at[piece]};
}

static bool in_ring(const struct layout *layout, uint32_t ring, struct spot p) {
	bool inside = false;
	for (uint32_t i = layout->parts->ring_start[ring]; i < layout->parts->ring_start[ring + 1];
			i++)
		inside ^= plane_ray_crosses_piece(
				p, spot_of(layout, i), spot_of(layout, layout->next[i]));
	return inside;
}

/* No two rings touch, so one vertex tells where a whole ring lies. */
static ent_status check_holes(const struct layout *layout, struct ent_fault *reterr_fault) {
	const struct ent_volume_parts *parts = layout->parts;
	for (uint32_t hole = 1; hole < parts->n_rings; hole++) {
		const struct spot p = spot_of(layout, parts->ring_start[hole]);
		if (!in_ring(layout, 0, p)) {
			ent_fault_set(reterr_fault, "rings",
					"ring %u is not inside the outer ring; rings "
					"count from 0",
					hole);
			return ENT_E_SHAPE;
		}
		for (uint32_t other = 1; other < parts->n_rings; other++)
			if (other != hole && in_ring(layout, other, p)) {
				ent_fault_set(reterr_fault, "rings",
						"ring %u lies inside ring %u, a hole in a "
						"hole; rings count from 0",
						hole, other);
				return ENT_E_SHAPE;
			}
	}
	return ENT_OK;
}

static int by_x(const void *left, const void *right) {
	const struct sorted *a = left, *b = right;
	if (a->x_min != b->x_min)
		return a->x_min < b->x_min ? -1 : 1;
	return a->piece < b->piece ? -1 : a->piece > b->piece;
}

static void lay_out(struct layout *layout) {
	const struct ent_volume_parts *parts = layout->parts;
	const struct plane plane = plane_at(parts->center);
	for (uint32_t ring = 0; ring < parts->n_rings; ring++) {
		const uint32_t first = parts->ring_start[ring], end = parts->ring_start[ring + 1];
		for (uint32_t i = first; i < end; i++) {
			(void)plane_project(&plane, parts->at[i], &layout->at[i]);
			layout->next[i] = i + 1 < end ? i + 1 : first;
		}
	}
	for (uint32_t i = 0; i < parts->n_pieces; i++) {
		layout->edge[i] = edge_between(parts->at[i], parts->at[layout->next[i]]);
		const double a = layout->at[i].x, b = layout->at[layout->next[i]].x;
		layout->order[i] = (struct sorted){(a < b ? a : b) - margin(layout, i), i};
	}
	qsort(layout->order, parts->n_pieces, sizeof *layout->order, by_x);
}

ent_status polygon_check(const struct ent_volume_parts *parts, struct ent_fault *reterr_fault) {
	struct flat few_at[FEW] = {{0}};
	struct edge few_edge[FEW];
	struct sorted few_order[FEW];
	uint32_t few_next[FEW] = {0};
	struct layout layout = {parts, few_at, few_edge, few_order, few_next};
	const bool many = parts->n_pieces > FEW;
	if (many) {
		layout.at = calloc(parts->n_pieces, sizeof *layout.at);
		layout.edge = calloc(parts->n_pieces, sizeof *layout.edge);
		layout.order = calloc(parts->n_pieces, sizeof *layout.order);
		layout.next = calloc(parts->n_pieces, sizeof *layout.next);
	}
	ent_status status = ENT_E_MEMORY;
	if (layout.at != NULL && layout.edge != NULL && layout.order != NULL &&
			layout.next != NULL) {
		lay_out(&layout);
		status = check_crossings(&layout, reterr_fault);
		if (status == ENT_OK)
			status = check_areas(&layout, reterr_fault);
		if (status == ENT_OK)
			status = check_holes(&layout, reterr_fault);
	}
	if (many) {
		free(layout.at);
		free(layout.edge);
		free(layout.order);
		free(layout.next);
	}
	return status;
}
