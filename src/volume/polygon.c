/* SPDX-License-Identifier: Apache-2.0 */
/*
 * polygon.c: geodesic polygons with holes: how they are filed, and which points lie inside.
 */
#include "plane.h"

#include <stdlib.h>
#include <string.h>

bool ent_volume_contains(const struct ent_volume *volume, struct ent_vec3 at) {
	const struct ent_volume_parts *parts = &volume->parts;
	const struct ent_vec3 away = vec_sub(at, parts->center);
	if (parts->n_rings == 0 ||
			vec_dot(away, away) > parts->ball_radius_m * parts->ball_radius_m)
		return false;
	const struct plane plane = plane_at(parts->center);
	struct spot p = {.at = at}, a = p, b = p;
	if (!plane_project(&plane, at, &p.flat))
		return false;
	bool inside = false;
	for (uint32_t ring = 0; ring < parts->n_rings; ring++) {
		const uint32_t first = parts->ring_start[ring], end = parts->ring_start[ring + 1];
		a.at = parts->at[end - 1];
		(void)plane_project(&plane, a.at, &a.flat);
		for (uint32_t i = first; i < end; i++, a = b) {
			b.at = parts->at[i];
			(void)plane_project(&plane, b.at, &b.flat);
			inside ^= plane_ray_crosses_piece(p, a, b);
		}
	}
	return inside;
}

/* What stands between the caller's vertices and a filed polygon. */
struct draft {
	const struct ent_point *vertices;
	const size_t *ring_sizes;
	size_t rings, n_vertices, pieces;
};

static ent_status check_sizes(struct draft *draft, struct ent_fault *reterr_fault) {
	if (draft->rings < 1 || draft->rings > ENT_VOLUME_RINGS_MAX) {
		ent_fault_set(reterr_fault, "rings", "a polygon has 1 to %d rings, not %zu",
				ENT_VOLUME_RINGS_MAX, draft->rings);
		return draft->rings < 1 ? ENT_E_SHAPE : ENT_E_LIMIT;
	}
	for (size_t r = 0; r < draft->rings; r++) {
		if (draft->ring_sizes[r] < 3) {
			ent_fault_set(reterr_fault, "rings",
					"ring %zu has %zu vertices, fewer than "
					"three; rings and vertices count from 0",
					r, draft->ring_sizes[r]);
			return ENT_E_SHAPE;
		}
		if (draft->ring_sizes[r] > ENT_VOLUME_VERTICES_MAX - draft->n_vertices) {
			ent_fault_set(reterr_fault, "vertices",
					"an outline has at most %d vertices, holes included",
					ENT_VOLUME_VERTICES_MAX);
			return ENT_E_LIMIT;
		}
		draft->n_vertices += draft->ring_sizes[r];
	}
	return ENT_OK;
}

static ent_status check_vertices(struct draft *draft, struct ent_fault *reterr_fault) {
	for (size_t r = 0, first = 0; r < draft->rings; first += draft->ring_sizes[r++]) {
		const size_t n = draft->ring_sizes[r];
		struct ent_point a, b;
		ent_status status = volume_check_point(&draft->vertices[first + n - 1], "vertices",
				first + n - 1, &a, reterr_fault);
		for (size_t i = 0; status == ENT_OK && i < n; i++, a = b) {
			status = volume_check_point(&draft->vertices[first + i], "vertices",
					first + i, &b, reterr_fault);
			if (status != ENT_OK)
				break;
			if (a.lat_ndeg == b.lat_ndeg && a.lon_ndeg == b.lon_ndeg) {
				ent_fault_set(reterr_fault, "vertices",
						"vertex %zu of ring %zu repeats the one "
						"before it%s; rings and vertices count from 0",
						i, r, i == 0 ? " (do not close the ring)" : "");
				return ENT_E_SHAPE;
			}
			struct ent_geodesic path;
			draft->pieces += pieces_count(a, b, ENT_PIECE_MAX_M, &path);
		}
		if (status != ENT_OK)
			return status;
	}
	if (draft->pieces > ENT_VOLUME_PIECES_MAX) {
		ent_fault_set(reterr_fault, "vertices",
				"the outline is too long: over %d pieces of 25 km",
				ENT_VOLUME_PIECES_MAX);
		return ENT_E_LIMIT;
	}
	return ENT_OK;
}

/* Lays the rings out as pieces. */
static void fill_rings(const struct draft *draft, struct ent_vec3 *at, struct ent_point *vertices,
		uint32_t *ring_start, uint32_t *ring_sizes) {
	uint32_t k = 0;
	for (size_t r = 0, first = 0; r < draft->rings; first += draft->ring_sizes[r++]) {
		const size_t n = draft->ring_sizes[r];
		ring_start[r] = k;
		ring_sizes[r] = (uint32_t)n;
		for (size_t i = 0; i < n; i++)
			(void)volume_check_point(&draft->vertices[first + i], "", i,
					&vertices[first + i], NULL);
		for (size_t i = 0; i < n; i++) {
			const struct ent_point a = vertices[first + i];
			struct ent_geodesic path;
			const uint32_t parts = pieces_count(
					a, vertices[first + (i + 1) % n], ENT_PIECE_MAX_M, &path);
			at[k++] = ent_geo_ecef(a);
			for (uint32_t j = 1; j < parts; j++)
				at[k++] = pieces_at(a, &path, (double)j / parts);
		}
	}
	ring_start[draft->rings] = k;
}

/* The ball of a region stands on the surface above the middle of its outline. */
static ent_status enclose_region(struct ent_volume_parts *parts, struct ent_fault *reterr_fault) {
	struct ent_vec3 sum = {0, 0, 0};
	for (uint32_t i = 0; i < parts->ring_start[1]; i++)
		sum = (struct ent_vec3){sum.x + parts->at[i].x, sum.y + parts->at[i].y,
				sum.z + parts->at[i].z};
	const struct plane plane = plane_at(sum);
	/* On the surface, to within the flattening: every ball around it that holds the outline holds the region. */
	parts->center = vec_scale(plane.up, ENT_GEO_A_M);
	for (int i = 0; i < 3; i++) {
		/* Three steps along the normal bring a point 21 km off to well within a millimetre. */
		parts->center = ent_geo_surface(parts->center);
	}
	const struct plane here = plane_at(parts->center);
	double farthest2 = 0;
	for (uint32_t i = 0; i < parts->n_at; i++) {
		struct flat unused;
		const struct ent_vec3 away = vec_sub(parts->at[i], parts->center);
		if (!plane_project(&here, parts->at[i], &unused)) {
			ent_fault_set(reterr_fault, "vertices",
					"the outline does not fit into a hemisphere (80 degrees "
					"around its middle)");
			return ENT_E_SHAPE;
		}
		if (vec_dot(away, away) > farthest2)
			farthest2 = vec_dot(away, away);
	}
	double sag_m = 0;
	for (uint32_t i = 0; i + 1 < parts->n_at; i++) {
		const struct ent_vec3 e = vec_sub(parts->at[i + 1], parts->at[i]);
		const double s = pieces_sag_m(vec_dot(e, e));
		sag_m = s > sag_m ? s : sag_m;
	}
	parts->ball_radius_m = ent_geo_sqrt(farthest2) + sag_m + 1e-3;
	return ENT_OK;
}

static ent_status finish_polygon(struct ent_volume *volume, struct ent_fault *reterr_fault) {
	ent_status status = enclose_region(&volume->parts, reterr_fault);
	if (status == ENT_OK)
		status = polygon_check(&volume->parts, reterr_fault);
	if (status == ENT_OK)
		status = altitude_carry_band(volume, reterr_fault);
	return status;
}

ent_status ent_volume_create_polygon(const struct ent_point *vertices, const size_t *ring_sizes,
		size_t rings, struct ent_band band, struct ent_span span, const struct ent_air *air,
		struct ent_volume **ret_volume, struct ent_fault *reterr_fault) {
	struct draft draft = {.vertices = vertices, .ring_sizes = ring_sizes, .rings = rings};
	ent_status status = volume_check_box(&band, &span, air, reterr_fault);
	if (status == ENT_OK)
		status = check_sizes(&draft, reterr_fault);
	if (status == ENT_OK)
		status = check_vertices(&draft, reterr_fault);
	if (status != ENT_OK)
		return status;
	const size_t at_bytes = room_size(draft.pieces * sizeof(struct ent_vec3));
	const size_t vertices_bytes = room_size(draft.n_vertices * sizeof *vertices);
	const size_t start_bytes = room_size((2 * rings + 1) * sizeof(uint32_t));
	struct room room;
	struct ent_volume *volume = volume_allocate(at_bytes + vertices_bytes + start_bytes +
					(air != NULL ? room_size(sizeof *air) : 0),
			&room);
	if (volume == NULL)
		return ENT_E_MEMORY;
	struct ent_vec3 *at = room_take(&room, at_bytes);
	struct ent_point *kept = room_take(&room, vertices_bytes);
	uint32_t *ring_start = room_take(&room, start_bytes);
	fill_rings(&draft, at, kept, ring_start, ring_start + rings + 1);
	volume->parts = (struct ent_volume_parts){.kind = ENT_VOLUME_POLYGON,
			.n_pieces = (uint32_t)draft.pieces,
			.n_at = (uint32_t)draft.pieces,
			.n_rings = (uint32_t)rings,
			.ring_start = ring_start,
			.at = at,
			.band = band,
			.span = span,
			.vertices = kept,
			.n_vertices = (uint32_t)draft.n_vertices};
	if (air != NULL)
		volume->parts.air = memcpy(room_take(&room, sizeof *air), air, sizeof *air);
	volume->points_bytes = (uint32_t)(at_bytes + vertices_bytes);
	status = finish_polygon(volume, reterr_fault);
	if (status != ENT_OK) {
		ent_volume_release(volume);
		return status;
	}
	*ret_volume = volume;
	return ENT_OK;
}
