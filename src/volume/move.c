/* SPDX-License-Identifier: Apache-2.0 */
/*
 * move.c: the same volume later, higher, aside; and where a track is at a moment.
 */
#include "internal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* A sum that stays where it is when it is unbounded; false when it leaves the range. */
static bool add_time(int64_t *time_us, int64_t later_us) {
	if (*time_us == ENT_TIME_UNBOUNDED_BEFORE || *time_us == ENT_TIME_UNBOUNDED_AFTER)
		return true;
	*time_us += later_us;
	return *time_us >= ENT_TIME_MIN_US && *time_us <= ENT_TIME_MAX_US;
}

static bool add_altitude(int32_t *mm, int32_t higher_mm) {
	if (*mm == ENT_ALTITUDE_UNBOUNDED_BELOW || *mm == ENT_ALTITUDE_UNBOUNDED_ABOVE)
		return true;
	const int64_t sum = (int64_t)*mm + higher_mm;
	if (sum < ENT_ALTITUDE_MIN_MM || sum > ENT_ALTITUDE_MAX_MM)
		return false;
	*mm = (int32_t)sum;
	return true;
}

/* Points of a track around one: the last before it and the first after it that are elsewhere. */
struct neighbours {
	uint32_t before, after;
	bool has_before;
};

static bool same_place(struct ent_point a, struct ent_point b) {
	return a.lat_ndeg == b.lat_ndeg && a.lon_ndeg == b.lon_ndeg;
}

/* From those of point i - 1 to those of point i; all points together cost one pass. */
static void neighbours_step(struct neighbours *at, const struct ent_track_point *points, uint32_t n,
		uint32_t i) {
	if (i > 0 && !same_place(points[i - 1].at, points[i].at)) {
		at->before = i - 1;
		at->has_before = true;
	}
	if (at->after <= i)
		at->after = i + 1;
	while (at->after < n && same_place(points[at->after].at, points[i].at))
		at->after++;
}

/* Half of the sharpest turn that has a parallel; beyond it, that one's corner is twice the offset away. */
#define HALF_TURN_MAX_DEG 60.0

/* Which way a point moves, and how many times the offset; 0 times where there is no parallel. */
struct aside {
	double azimuth_deg, times;
};

/*
 * Right of the direction of flight: across the leg at an end, across the bisector at a turn, and
 * there as much farther as puts both legs the whole offset aside: a parallel track comes out. A
 * leg of no length takes the next one's direction.
 */
static struct aside right_of(const struct ent_track_point *points, uint32_t n, uint32_t i,
		const struct neighbours *at) {
	const bool has_after = at->after < n;
	struct ent_geodesic in = {0, 0, 0}, out = {0, 0, 0};
	if (at->has_before)
		in = ent_geo_inverse(points[at->before].at, points[i].at);
	if (has_after)
		out = ent_geo_inverse(points[i].at, points[at->after].at);
	if (!at->has_before || !has_after)
		return (struct aside){(has_after ? out.azimuth1_deg : in.azimuth2_deg) + 90, 1};
	double half_deg = out.azimuth1_deg - in.azimuth2_deg;
	half_deg = (half_deg - (half_deg > 180 ? 360 : half_deg < -180 ? -360 : 0)) / 2;
	double sine, cosine;
	ent_geo_sincos_deg(half_deg, &sine, &cosine);
	const bool sharp = half_deg > HALF_TURN_MAX_DEG || half_deg < -HALF_TURN_MAX_DEG;
	return (struct aside){in.azimuth2_deg + half_deg + 90, sharp ? 0 : 1 / cosine};
}

/*
 * Does the offset turn a leg backwards, as it does within a turn tighter than itself? By chords,
 * not by azimuths, which say nothing near a pole. A leg of no length stays one and turns nowhere.
 */
static bool turns_back(
		const struct ent_track_point planned[2], const struct ent_track_point moved[2]) {
	const struct ent_vec3 a = ent_geo_ecef(planned[0].at), b = ent_geo_ecef(planned[1].at);
	const struct ent_vec3 c = ent_geo_ecef(moved[0].at), d = ent_geo_ecef(moved[1].at);
	return (b.x - a.x) * (d.x - c.x) + (b.y - a.y) * (d.y - c.y) + (b.z - a.z) * (d.z - c.z) <
			0;
}

static double speed(const struct ent_track_point leg[2]) {
	return ent_geo_inverse(leg[0].at, leg[1].at).length_m /
			(double)(leg[1].time_utc_us - leg[0].time_utc_us);
}

/* Can what was moved aside be flown, as volume.h says? */
static bool can_be_flown(const struct ent_track_point *planned, const struct ent_track_point *moved,
		uint32_t n) {
	double fastest_planned = 0, fastest_moved = 0;
	for (uint32_t i = 0; i + 1 < n; i++) {
		if (turns_back(planned + i, moved + i))
			return false;
		const double before = speed(planned + i), after = speed(moved + i);
		fastest_planned = before > fastest_planned ? before : fastest_planned;
		fastest_moved = after > fastest_moved ? after : fastest_moved;
	}
	return fastest_moved <= ENT_TRACK_MOVED_SPEED_MAX * fastest_planned;
}

static ent_status move_track(const struct ent_volume_parts *parts, int64_t later_us,
		int32_t higher_mm, int64_t offset_mm, struct ent_volume **ret_volume) {
	const struct ent_track_parts *track = parts->track;
	struct ent_track_point *points = calloc(track->n_points, sizeof *points);
	if (points == NULL)
		return ENT_E_MEMORY;
	ent_status status = ENT_OK;
	struct neighbours at = {0, 0, false};
	for (uint32_t i = 0; i < track->n_points && status == ENT_OK; i++) {
		points[i] = track->points[i];
		if (!add_time(&points[i].time_utc_us, later_us) ||
				!add_altitude(&points[i].altitude_mm, higher_mm))
			status = ENT_E_DOMAIN;
		neighbours_step(&at, track->points, track->n_points, i);
		if (offset_mm == 0)
			continue;
		const struct aside aside = right_of(track->points, track->n_points, i, &at);
		points[i].at = ent_geo_direct(track->points[i].at, aside.azimuth_deg,
				(double)offset_mm * 1e-3 * aside.times);
		if (status == ENT_OK && aside.times < 1)
			status = ENT_E_SHAPE;
	}
	if (status == ENT_OK && offset_mm != 0 &&
			!can_be_flown(track->points, points, track->n_points))
		status = ENT_E_SHAPE;
	if (status == ENT_OK)
		status = ent_volume_create_track(points, track->n_points, track->ref,
				track->tolerance, parts->air, ret_volume, NULL);
	free(points);
	return status;
}

/*
 * Bodily: every vertex keeps its distance and its bearing from the first one, the bearing turned as
 * the path of the first one turns against north.
 */
static void move_vertices(const struct ent_volume_parts *parts, int64_t offset_mm,
		double azimuth_deg, struct ent_point *ret_vertices) {
	const struct ent_point from = parts->vertices[0];
	const struct ent_point to = ent_geo_direct(from, azimuth_deg, (double)offset_mm * 1e-3);
	const struct ent_geodesic way = ent_geo_inverse(from, to);
	const double turn_deg = way.azimuth2_deg - way.azimuth1_deg;
	ret_vertices[0] = to;
	for (uint32_t i = 1; i < parts->n_vertices; i++) {
		const struct ent_geodesic own = ent_geo_inverse(from, parts->vertices[i]);
		ret_vertices[i] = ent_geo_direct(to, own.azimuth1_deg + turn_deg, own.length_m);
	}
}

static ent_status move_outline(const struct ent_volume_parts *parts, struct ent_band band,
		struct ent_span span, int64_t offset_mm, double azimuth_deg,
		struct ent_volume **ret_volume) {
	struct ent_point *vertices = calloc(parts->n_vertices, sizeof *vertices);
	size_t *sizes = calloc(parts->n_rings + 1, sizeof *sizes);
	ent_status status = ENT_E_MEMORY;
	if (vertices != NULL && sizes != NULL) {
		if (offset_mm == 0)
			memcpy(vertices, parts->vertices, parts->n_vertices * sizeof *vertices);
		else
			move_vertices(parts, offset_mm, azimuth_deg, vertices);
		for (uint32_t r = 0; r < parts->n_rings; r++)
			sizes[r] = ent_ring_size(parts, r);
		if (parts->kind == ENT_VOLUME_POLYGON)
			status = ent_volume_create_polygon(vertices, sizes, parts->n_rings, band,
					span, parts->air, ret_volume, NULL);
		else if (parts->kind == ENT_VOLUME_CIRCLE)
			status = ent_volume_create_circle(vertices[0], parts->radius_mm, band, span,
					parts->air, ret_volume, NULL);
		else
			status = ent_volume_create_corridor(vertices, parts->n_vertices,
					parts->radius_mm, band, span, parts->air, ret_volume, NULL);
	}
	free(vertices);
	free(sizes);
	return status;
}

ent_status ent_volume_create_moved(const struct ent_volume *volume, int64_t later_us,
		int32_t higher_mm, int64_t offset_mm, double azimuth_deg,
		struct ent_volume **ret_volume) {
	const struct ent_volume_parts *parts = &volume->parts;
	if (later_us > ENT_TIME_MAX_US || later_us < -ENT_TIME_MAX_US ||
			offset_mm > ENT_RADIUS_MAX_MM || offset_mm < -ENT_RADIUS_MAX_MM ||
			!(azimuth_deg >= -360 && azimuth_deg <= 360))
		return ENT_E_DOMAIN;
	if (parts->kind == ENT_VOLUME_TRACK)
		return move_track(parts, later_us, higher_mm, offset_mm, ret_volume);
	struct ent_band band = parts->band;
	struct ent_span span = parts->span;
	if (!add_time(&span.start_utc_us, later_us) || !add_time(&span.end_utc_us, later_us) ||
			!add_altitude(&band.floor.mm, higher_mm) ||
			!add_altitude(&band.ceiling.mm, higher_mm))
		return ENT_E_DOMAIN;
	return move_outline(parts, band, span, offset_mm, azimuth_deg, ret_volume);
}

void ent_track_at(const struct ent_volume *track, int64_t time_utc_us, struct ent_point *ret_at,
		int32_t *ret_altitude_mm) {
	assert(track->parts.kind == ENT_VOLUME_TRACK);
	const struct ent_track_point *points = track->parts.track->points;
	uint32_t lo = 0, hi = track->parts.track->n_points - 1;
	if (time_utc_us <= points[0].time_utc_us || hi == 0) {
		*ret_at = points[0].at;
		*ret_altitude_mm = points[0].altitude_mm;
		return;
	}
	while (lo + 1 < hi) {
		const uint32_t mid = lo + (hi - lo) / 2;
		*(points[mid].time_utc_us <= time_utc_us ? &lo : &hi) = mid;
	}
	const struct ent_track_point *a = &points[lo], *b = &points[lo + 1];
	if (time_utc_us >= b->time_utc_us) {
		*ret_at = b->at;
		*ret_altitude_mm = b->altitude_mm;
		return;
	}
	const double fraction = (double)(time_utc_us - a->time_utc_us) /
			(double)(b->time_utc_us - a->time_utc_us);
	const struct ent_geodesic path = ent_geo_inverse(a->at, b->at);
	*ret_at = ent_geo_direct(a->at, path.azimuth1_deg, path.length_m * fraction);
	const double z = a->altitude_mm + (b->altitude_mm - a->altitude_mm) * fraction;
	*ret_altitude_mm = (int32_t)(z < 0 ? z - 0.5 : z + 0.5);
}
