/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track.c: a moving volume. The points are kept as given, because altitudes and times are
 * compared in integers; beside them stand the pieces on the surface, for distances.
 *
 * A leg that is divided gets its inner moments rounded to a microsecond and its inner
 * places at exactly those moments, so the ground speed stays the same along the leg.
 */
#include "internal.h"

#include <string.h>

/* The least time of one piece of a divided leg, so that inner moments still rise: 50 km in 1 ms. */
#define PIECE_TIME_MIN_US 1000

static ent_status check_points(const struct ent_track_point *points, size_t n, size_t *ret_pieces,
		struct ent_fault *reterr_fault) {
	struct ent_point before = {0, 0}, at;
	size_t pieces = 0;
	for (size_t i = 0; i < n; i++) {
		ent_status status = volume_check_point(
				&points[i].at, "points", i, &at, reterr_fault);
		if (status != ENT_OK)
			return status;
		if (points[i].altitude_mm < ENT_ALTITUDE_MIN_MM ||
				points[i].altitude_mm > ENT_ALTITUDE_MAX_MM ||
				points[i].time_utc_us < ENT_TIME_MIN_US ||
				points[i].time_utc_us > ENT_TIME_MAX_US) {
			ent_fault_set(reterr_fault, "points",
					"the altitude or time of point %zu is out of "
					"range; points count from 0",
					i);
			return ENT_E_DOMAIN;
		}
		if (i > 0) {
			const int64_t took = points[i].time_utc_us - points[i - 1].time_utc_us;
			struct ent_geodesic path;
			const uint32_t k = pieces_count(before, at, ENT_LEG_MAX_M, &path);
			if (took <= 0 || took > ENT_LEG_TIME_MAX_US) {
				ent_fault_set(reterr_fault, "points",
						took <= 0 ? "point %zu is not later than the one "
							    "before; "
							    "points count from 0"
							  : "point %zu is over 30 days after the "
							    "one "
							    "before; points count from 0",
						i);
				return ENT_E_DOMAIN;
			}
			if (k > 1 && took < (int64_t)k * PIECE_TIME_MIN_US) {
				ent_fault_set(reterr_fault, "points",
						"the leg to point %zu is impossibly fast; "
						"points count from 0",
						i);
				return ENT_E_DOMAIN;
			}
			pieces += k;
		}
		before = at;
	}
	*ret_pieces = pieces;
	return ENT_OK;
}

/* The arrays of a track, all inside its block. */
struct arrays {
	struct ent_vec3 *at;
	int64_t *at_utc_us;
	uint32_t *leg; /* NULL when no leg is divided */
	struct ent_track_point *points;
	struct ent_interval *w84_minus_altitude;
};

/* Adds the end of one more piece, which belongs to a leg; the first end begins no piece. */
static void put(struct arrays *arrays, uint32_t *k, struct ent_vec3 at, int64_t time_us,
		size_t leg) {
	arrays->at[*k] = at;
	arrays->at_utc_us[*k] = time_us;
	if (arrays->leg != NULL && *k > 0)
		arrays->leg[*k - 1] = (uint32_t)leg;
	(*k)++;
}

static void fill_points(const struct ent_track_point *points, size_t n, struct arrays *arrays) {
	uint32_t k = 0;
	for (size_t i = 0; i < n; i++) {
		struct ent_track_point *p = &arrays->points[i];
		p->altitude_mm = points[i].altitude_mm;
		p->time_utc_us = points[i].time_utc_us;
		(void)volume_check_point(&points[i].at, "points", i, &p->at, NULL);
		if (i == 0) {
			put(arrays, &k, ent_geo_ecef(p->at), p->time_utc_us, 0);
			continue;
		}
		struct ent_geodesic path;
		const uint32_t parts = pieces_count(p[-1].at, p->at, ENT_LEG_MAX_M, &path);
		const int64_t took = p->time_utc_us - p[-1].time_utc_us;
		for (uint32_t j = 1; j < parts; j++) {
			const int64_t passed = took / parts * j + took % parts * j / parts;
			put(arrays, &k, pieces_at(p[-1].at, &path, (double)passed / (double)took),
					p[-1].time_utc_us + passed, i - 1);
		}
		put(arrays, &k, ent_geo_ecef(p->at), p->time_utc_us, i - 1);
	}
}

static void fill_hull(struct ent_volume_parts *parts, const struct ent_track_point *points,
		size_t n, enum ent_altitude_ref ref) {
	int32_t lo = points[0].altitude_mm, hi = lo;
	for (size_t i = 1; i < n; i++) {
		lo = points[i].altitude_mm < lo ? points[i].altitude_mm : lo;
		hi = points[i].altitude_mm > hi ? points[i].altitude_mm : hi;
	}
	parts->band = (struct ent_band){{ref, lo}, {ref, hi}};
	parts->span = (struct ent_span){points[0].time_utc_us, points[n - 1].time_utc_us};
}

/* The altitudes of the whole track as heights above the ellipsoid. */
static void fill_w84(struct ent_volume_parts *parts, const struct arrays *arrays, bool known) {
	parts->floor_w84 = parts->ceiling_w84 = (struct ent_w84_bound){1, 0};
	if (!known)
		return;
	int64_t lo = INT64_MAX, hi = INT64_MIN;
	const uint32_t n = parts->track->n_points;
	for (uint32_t i = 0; i < n; i++) {
		/* Point i ends leg i - 1 and begins leg i; a lone point has offset 0 of its own. */
		for (uint32_t leg = i > 0 ? i - 1 : 0; leg <= i && (leg + 1 < n || n == 1); leg++) {
			const struct ent_interval offset = arrays->w84_minus_altitude != NULL
					? arrays->w84_minus_altitude[leg]
					: (struct ent_interval){0, 0};
			const int64_t z = arrays->points[i].altitude_mm;
			lo = z + offset.lo_mm < lo ? z + offset.lo_mm : lo;
			hi = z + offset.hi_mm > hi ? z + offset.hi_mm : hi;
		}
	}
	parts->floor_w84.lo_mm = parts->ceiling_w84.lo_mm = (int32_t)lo;
	parts->floor_w84.hi_mm = parts->ceiling_w84.hi_mm = (int32_t)hi;
}

static bool fill_offsets(struct arrays *arrays, size_t n, int64_t lateral_mm,
		enum ent_altitude_ref ref, const struct ent_air *air) {
	const size_t legs = n > 1 ? n - 1 : 1;
	for (size_t i = 0; i < legs; i++)
		if (!altitude_carry_leg(&arrays->points[i], &arrays->points[n > 1 ? i + 1 : i],
				    lateral_mm, ref, air, &arrays->w84_minus_altitude[i]))
			return false;
	return true;
}

/* Can this reference be carried to W84 at all, and is that more than adding nothing? */
static bool needs_offsets(enum ent_altitude_ref ref, const struct ent_air *air) {
	return ref == ENT_ALTITUDE_AMSL ||
			(ref == ENT_ALTITUDE_AGL && air != NULL && air->terrain_known) ||
			(ref == ENT_ALTITUDE_FL && air != NULL && air->qnh_known);
}

static ent_status check_track(size_t n, enum ent_altitude_ref ref,
		const struct ent_tolerance *tolerance, const struct ent_air *air,
		struct ent_fault *reterr_fault) {
	if (n < 1 || n > ENT_TRACK_POINTS_MAX) {
		ent_fault_set(reterr_fault, "points", "a track has 1 to %d points, not %zu",
				ENT_TRACK_POINTS_MAX, n);
		return n < 1 ? ENT_E_SHAPE : ENT_E_LIMIT;
	}
	if ((unsigned)ref >= ENT_ALTITUDE_REF_COUNT) {
		ent_fault_set(reterr_fault, "altitude", "no such altitude reference: %u",
				(unsigned)ref);
		return ENT_E_DOMAIN;
	}
	if (tolerance->lateral_mm < 0 || tolerance->lateral_mm > ENT_TOLERANCE_LATERAL_MAX_MM ||
			tolerance->vertical_mm < 0 ||
			tolerance->vertical_mm > ENT_TOLERANCE_VERTICAL_MAX_MM ||
			tolerance->time_us < 0 || tolerance->time_us > ENT_TOLERANCE_TIME_MAX_US) {
		ent_fault_set(reterr_fault, "tolerance",
				"tolerances must lie in 0..500 km, 0..50 km and 0..1 day");
		return ENT_E_DOMAIN;
	}
	return volume_check_air(air, reterr_fault);
}

ent_status ent_volume_create_track(const struct ent_track_point *points, size_t n,
		enum ent_altitude_ref ref, struct ent_tolerance tolerance,
		const struct ent_air *air, struct ent_volume **ret_volume,
		struct ent_fault *reterr_fault) {
	ent_status status = check_track(n, ref, &tolerance, air, reterr_fault);
	size_t pieces = 0;
	if (status == ENT_OK)
		status = check_points(points, n, &pieces, reterr_fault);
	if (status != ENT_OK)
		return status;
	if (pieces > ENT_TRACK_PIECES_MAX) {
		ent_fault_set(reterr_fault, "points",
				"the track is too long: over %d pieces of 50 km",
				ENT_TRACK_PIECES_MAX);
		return ENT_E_LIMIT;
	}
	const bool divided = pieces != n - 1, offsets = needs_offsets(ref, air);
	const size_t at_bytes = room_size((pieces + 1) * sizeof(struct ent_vec3));
	const size_t time_bytes = room_size((pieces + 1) * sizeof(int64_t));
	const size_t leg_bytes = divided ? room_size(pieces * sizeof(uint32_t)) : 0;
	const size_t points_bytes = room_size(n * sizeof *points);
	const size_t offset_bytes = offsets ? room_size(n * sizeof(struct ent_interval)) : 0;
	struct room room;
	struct ent_volume *volume = volume_allocate(room_size(sizeof(struct ent_track_parts)) +
					at_bytes + time_bytes + leg_bytes + points_bytes +
					offset_bytes + (air != NULL ? room_size(sizeof *air) : 0),
			&room);
	if (volume == NULL)
		return ENT_E_MEMORY;
	struct ent_volume_parts *parts = &volume->parts;
	struct ent_track_parts *track = room_take(&room, sizeof *track);
	struct arrays arrays = {
			.at = room_take(&room, at_bytes),
			.at_utc_us = room_take(&room, time_bytes),
			.leg = divided ? room_take(&room, leg_bytes) : NULL,
			.points = room_take(&room, points_bytes),
			.w84_minus_altitude = offsets ? room_take(&room, offset_bytes) : NULL,
	};
	fill_points(points, n, &arrays);
	const bool known = ref == ENT_ALTITUDE_W84 ||
			(offsets && fill_offsets(&arrays, n, tolerance.lateral_mm, ref, air));
	*track = (struct ent_track_parts){arrays.points, arrays.at_utc_us, arrays.leg, (uint32_t)n,
			ref, tolerance, known ? arrays.w84_minus_altitude : NULL};
	*parts = (struct ent_volume_parts){.kind = ENT_VOLUME_TRACK,
			.n_pieces = (uint32_t)pieces,
			.n_at = (uint32_t)pieces + 1,
			.at = arrays.at,
			.radius_mm = tolerance.lateral_mm,
			.track = track};
	if (air != NULL)
		parts->air = memcpy(room_take(&room, sizeof *air), air, sizeof *air);
	fill_hull(parts, arrays.points, n, ref);
	fill_w84(parts, &arrays, known);
	volume_enclose(parts);
	volume->points_bytes = (uint32_t)(at_bytes + time_bytes + leg_bytes + points_bytes +
			offset_bytes);
	*ret_volume = volume;
	return ENT_OK;
}
