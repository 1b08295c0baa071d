/* SPDX-License-Identifier: Apache-2.0 */
/*
 * volume.c: what all kinds of volume share: memory, holds, checks, the ball around them,
 * and the fixed kinds that need no more than that (circle, corridor).
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

struct ent_volume *volume_allocate(size_t extra, struct room *ret_room) {
	struct ent_volume *volume = calloc(1, sizeof *volume + extra);
	if (volume == NULL)
		return NULL;
	volume->bytes = (uint32_t)(sizeof *volume + extra);
	atomic_init(&volume->holds, 1);
	ret_room->next = (unsigned char *)(volume + 1);
	return volume;
}

struct ent_volume *ent_volume_hold(const struct ent_volume *volume) {
	/* The count of holds is the one thing that may change. */
	struct ent_volume *held = (struct ent_volume *)volume;
	atomic_fetch_add_explicit(&held->holds, 1, memory_order_relaxed);
	return held;
}

void ent_volume_release(struct ent_volume *volume) {
	if (volume != NULL &&
			atomic_fetch_sub_explicit(&volume->holds, 1, memory_order_acq_rel) == 1)
		free(volume);
}

const struct ent_volume_parts *ent_volume_parts(const struct ent_volume *volume) {
	return &volume->parts;
}

size_t ent_volume_memory(const struct ent_volume *volume, size_t *ret_points_bytes) {
	if (ret_points_bytes != NULL)
		*ret_points_bytes = volume->points_bytes;
	return volume->bytes;
}

ent_status volume_check_point(const struct ent_point *point, const char *array, size_t i,
		struct ent_point *ret_point, struct ent_fault *reterr_fault) {
	if (ent_geo_point_from_ndeg(point->lat_ndeg, point->lon_ndeg, ret_point) == ENT_OK)
		return ENT_OK;
	char where[ENT_FAULT_WHERE_SIZE];
	struct ent_fault name;
	ent_fault_set(&name, "", "%s[%zu]", array, i);
	memcpy(where, name.why, sizeof where - 1);
	where[sizeof where - 1] = '\0';
	ent_fault_set(reterr_fault, where,
			"latitude must lie in -90..90 and longitude in -180..180 degrees");
	return ENT_E_DOMAIN;
}

static ent_status check_altitude(struct ent_altitude altitude, int32_t unbounded, const char *where,
		struct ent_fault *reterr_fault) {
	if ((unsigned)altitude.ref >= ENT_ALTITUDE_REF_COUNT) {
		ent_fault_set(reterr_fault, where, "no such altitude reference: %u",
				(unsigned)altitude.ref);
		return ENT_E_DOMAIN;
	}
	if (altitude.mm == unbounded ||
			(altitude.mm >= ENT_ALTITUDE_MIN_MM && altitude.mm <= ENT_ALTITUDE_MAX_MM))
		return ENT_OK;
	ent_fault_set(reterr_fault, where, "the altitude must lie in %d..%d m",
			ENT_ALTITUDE_MIN_MM / 1000, ENT_ALTITUDE_MAX_MM / 1000);
	return ENT_E_DOMAIN;
}

static ent_status check_time(int64_t time_us, int64_t unbounded, const char *where,
		struct ent_fault *reterr_fault) {
	if (time_us == unbounded || (time_us >= ENT_TIME_MIN_US && time_us <= ENT_TIME_MAX_US))
		return ENT_OK;
	ent_fault_set(reterr_fault, where, "the time must lie in the years 1 to 9999");
	return ENT_E_DOMAIN;
}

ent_status volume_check_air(const struct ent_air *air, struct ent_fault *reterr_fault) {
	if (air == NULL)
		return ENT_OK;
	if (air->terrain_known &&
			((air->terrain_ref != ENT_ALTITUDE_W84 &&
					 air->terrain_ref != ENT_ALTITUDE_AMSL) ||
					air->terrain_mm.lo_mm > air->terrain_mm.hi_mm ||
					air->terrain_mm.lo_mm < ENT_ALTITUDE_MIN_MM ||
					air->terrain_mm.hi_mm > ENT_ALTITUDE_MAX_MM)) {
		ent_fault_set(reterr_fault, "terrain",
				"the terrain elevation must be W84 or AMSL, lowest before highest, "
				"in %d..%d m",
				ENT_ALTITUDE_MIN_MM / 1000, ENT_ALTITUDE_MAX_MM / 1000);
		return ENT_E_DOMAIN;
	}
	struct ent_interval unused;
	if (air->qnh_known &&
			ent_geo_pressure_altitude_amsl(0, air->qnh_lo_pa, air->qnh_hi_pa,
					air->isa_deviation_k, &unused) != ENT_OK) {
		ent_fault_set(reterr_fault, "qnh",
				"the QNH must lie in 850..1100 hPa, lowest before highest, and the "
				"deviation from the standard atmosphere in 0..60 K");
		return ENT_E_DOMAIN;
	}
	return ENT_OK;
}

ent_status volume_check_box(const struct ent_band *band, const struct ent_span *span,
		const struct ent_air *air, struct ent_fault *reterr_fault) {
	ent_status status = check_altitude(
			band->floor, ENT_ALTITUDE_UNBOUNDED_BELOW, "floor", reterr_fault);
	if (status == ENT_OK)
		status = check_altitude(band->ceiling, ENT_ALTITUDE_UNBOUNDED_ABOVE, "ceiling",
				reterr_fault);
	if (status == ENT_OK)
		status = check_time(span->start_utc_us, ENT_TIME_UNBOUNDED_BEFORE, "start",
				reterr_fault);
	if (status == ENT_OK)
		status = check_time(
				span->end_utc_us, ENT_TIME_UNBOUNDED_AFTER, "end", reterr_fault);
	if (status == ENT_OK)
		status = volume_check_air(air, reterr_fault);
	if (status != ENT_OK)
		return status;
	if (band->floor.ref == band->ceiling.ref && band->floor.mm > band->ceiling.mm) {
		ent_fault_set(reterr_fault, "floor", "the floor is above the ceiling");
		return ENT_E_DOMAIN;
	}
	if (span->start_utc_us > span->end_utc_us) {
		ent_fault_set(reterr_fault, "start", "the start is after the end");
		return ENT_E_DOMAIN;
	}
	return ENT_OK;
}

void volume_enclose(struct ent_volume_parts *parts) {
	struct ent_vec3 lo = parts->at[0], hi = parts->at[0];
	for (uint32_t i = 1; i < parts->n_at; i++) {
		const struct ent_vec3 p = parts->at[i];
		lo = (struct ent_vec3){p.x < lo.x ? p.x : lo.x, p.y < lo.y ? p.y : lo.y,
				p.z < lo.z ? p.z : lo.z};
		hi = (struct ent_vec3){p.x > hi.x ? p.x : hi.x, p.y > hi.y ? p.y : hi.y,
				p.z > hi.z ? p.z : hi.z};
	}
	parts->center = (struct ent_vec3){(lo.x + hi.x) / 2, (lo.y + hi.y) / 2, (lo.z + hi.z) / 2};
	double farthest2 = 0, sag_m = 0;
	for (uint32_t i = 0; i < parts->n_at; i++) {
		const struct ent_vec3 d = vec_sub(parts->at[i], parts->center);
		if (vec_dot(d, d) > farthest2)
			farthest2 = vec_dot(d, d);
		if (i + 1 < parts->n_at && parts->n_rings == 0) {
			const struct ent_vec3 e = vec_sub(parts->at[i + 1], parts->at[i]);
			const double s = pieces_sag_m(vec_dot(e, e));
			sag_m = s > sag_m ? s : sag_m;
		}
	}
	/* A geodesic radius is never less than its chord; a millimetre covers the rounding. */
	parts->ball_radius_m = ent_geo_sqrt(farthest2) + sag_m + (double)parts->radius_mm * 1e-3 +
			1e-3;
}

/* Allocates a volume around a line of n points and fills all but what the kind adds. */
static ent_status create_line(const struct ent_point *line, size_t n, struct ent_band band,
		struct ent_span span, const struct ent_air *air, struct ent_volume **ret_volume,
		struct ent_fault *reterr_fault) {
	ent_status status = volume_check_box(&band, &span, air, reterr_fault);
	if (status != ENT_OK)
		return status;
	size_t pieces = 0;
	struct ent_geodesic path;
	struct ent_point before = {0, 0}, here;
	for (size_t i = 0; i < n; i++, before = here) {
		status = volume_check_point(&line[i], "points", i, &here, reterr_fault);
		if (status != ENT_OK)
			return status;
		/* Canonical points, as below: another spelling may differ by a rounding, and so by a piece. */
		if (i > 0)
			pieces += pieces_count(before, here, ENT_PIECE_MAX_M, &path);
	}
	if (pieces > ENT_VOLUME_PIECES_MAX) {
		ent_fault_set(reterr_fault, "points",
				"the line is too long: over %d pieces of 25 km",
				ENT_VOLUME_PIECES_MAX);
		return ENT_E_LIMIT;
	}
	const size_t at_bytes = room_size((pieces + 1) * sizeof(struct ent_vec3));
	const size_t vertices_bytes = room_size(n * sizeof(struct ent_point));
	struct room room;
	struct ent_volume *volume = volume_allocate(
			at_bytes + vertices_bytes + (air != NULL ? room_size(sizeof *air) : 0),
			&room);
	if (volume == NULL)
		return ENT_E_MEMORY;
	struct ent_vec3 *at = room_take(&room, at_bytes);
	struct ent_point *vertices = room_take(&room, vertices_bytes);
	uint32_t k = 0;
	for (size_t i = 0; i < n; i++) {
		(void)volume_check_point(&line[i], "points", i, &vertices[i], NULL);
		if (i > 0) {
			const uint32_t parts = pieces_count(
					vertices[i - 1], vertices[i], ENT_PIECE_MAX_M, &path);
			for (uint32_t j = 1; j < parts; j++)
				at[k++] = pieces_at(vertices[i - 1], &path, (double)j / parts);
		}
		at[k++] = ent_geo_ecef(vertices[i]);
	}
	if (air != NULL)
		volume->parts.air = memcpy(room_take(&room, sizeof *air), air, sizeof *air);
	volume->parts.at = at;
	volume->parts.n_at = k;
	volume->parts.n_pieces = k - 1;
	volume->parts.vertices = vertices;
	volume->parts.n_vertices = (uint32_t)n;
	volume->parts.band = band;
	volume->parts.span = span;
	volume->points_bytes = (uint32_t)(at_bytes + vertices_bytes);
	*ret_volume = volume;
	return ENT_OK;
}

static ent_status create_around(const struct ent_point *line, size_t n, int64_t radius_mm,
		enum ent_volume_kind kind, struct ent_band band, struct ent_span span,
		const struct ent_air *air, struct ent_volume **ret_volume,
		struct ent_fault *reterr_fault) {
	if (radius_mm < 0 || radius_mm > ENT_RADIUS_MAX_MM) {
		ent_fault_set(reterr_fault, kind == ENT_VOLUME_CIRCLE ? "radius" : "half_width",
				"it must lie in 0..5000 km");
		return ENT_E_DOMAIN;
	}
	struct ent_volume *volume = NULL;
	ent_status status = create_line(line, n, band, span, air, &volume, reterr_fault);
	if (status != ENT_OK)
		return status;
	volume->parts.kind = kind;
	volume->parts.radius_mm = radius_mm;
	volume_enclose(&volume->parts);
	status = altitude_carry_band(volume, reterr_fault);
	if (status != ENT_OK) {
		ent_volume_release(volume);
		return status;
	}
	*ret_volume = volume;
	return ENT_OK;
}

ent_status ent_volume_create_circle(struct ent_point center, int64_t radius_mm,
		struct ent_band band, struct ent_span span, const struct ent_air *air,
		struct ent_volume **ret_volume, struct ent_fault *reterr_fault) {
	return create_around(&center, 1, radius_mm, ENT_VOLUME_CIRCLE, band, span, air, ret_volume,
			reterr_fault);
}

ent_status ent_volume_create_corridor(const struct ent_point *line, size_t n, int64_t half_width_mm,
		struct ent_band band, struct ent_span span, const struct ent_air *air,
		struct ent_volume **ret_volume, struct ent_fault *reterr_fault) {
	if (n < 2 || n > ENT_VOLUME_VERTICES_MAX) {
		ent_fault_set(reterr_fault, "points", "a corridor has 2 to %d points, not %zu",
				ENT_VOLUME_VERTICES_MAX, n);
		return n < 2 ? ENT_E_SHAPE : ENT_E_LIMIT;
	}
	return create_around(line, n, half_width_mm, ENT_VOLUME_CORRIDOR, band, span, air,
			ret_volume, reterr_fault);
}
