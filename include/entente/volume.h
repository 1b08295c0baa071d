/* SPDX-License-Identifier: Apache-2.0 */
/*
 * volume.h: a 4D volume, that is a part of the sky for a part of the time. It is
 * either fixed (an outline on the ellipsoid, an altitude band, a time span) or
 * moving (a track: timed points with tolerances). Depends on: base, geo.
 *
 * Outlines, bands and spans are closed: what only touches does intersect. Every
 * approximation made here grows a volume to a stated bound and never shrinks it.
 *
 * Units: a point in 1e-9 degree, altitudes in millimetres in the reference that
 * they were given in, times in microseconds since 1970 UTC. Edges and legs are
 * geodesics of WGS84; a circle's radius and a corridor's half-width are geodesic
 * distances. The antimeridian and the poles are ordinary places.
 */
#ifndef ENTENTE_VOLUME_H
#define ENTENTE_VOLUME_H

#include "entente/base.h"
#include "entente/geo.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
	ENT_VOLUME_VERTICES_MAX = 1024, /* of one outline, holes included */
	ENT_VOLUME_RINGS_MAX = 64,      /* the outer ring and its holes */
	ENT_VOLUME_PIECES_MAX = 16384,  /* after long edges are divided */
	ENT_TRACK_POINTS_MAX = 131072,  /* a day of one report a second, and half as much again */
	ENT_TRACK_PIECES_MAX = 262144,  /* after long legs are divided */
};

/* Limits of what is stored. */
#define ENT_ALTITUDE_MIN_MM (-20000000)             /* 20 km below */
#define ENT_ALTITUDE_MAX_MM 200000000               /* 200 km above */
#define ENT_TIME_MIN_US INT64_C(-62135596800000000) /* 0001-01-01T00:00:00Z */
#define ENT_TIME_MAX_US INT64_C(253402300799999999) /* 9999-12-31T23:59:59.999999Z */
#define ENT_LEG_TIME_MAX_US INT64_C(2592000000000)  /* 30 days between two points of a track */
#define ENT_RADIUS_MAX_MM INT64_C(5000000000) /* of a circle or a corridor's half-width: 5,000 km */
#define ENT_TOLERANCE_LATERAL_MAX_MM INT64_C(500000000) /* 500 km */
#define ENT_TOLERANCE_VERTICAL_MAX_MM INT64_C(50000000) /* 50 km */
#define ENT_TOLERANCE_TIME_MAX_US INT64_C(86400000000)  /* a day */

/* No bound given: the band or span is open on that side and meets everything there. */
#define ENT_ALTITUDE_UNBOUNDED_BELOW INT32_MIN
#define ENT_ALTITUDE_UNBOUNDED_ABOVE INT32_MAX
#define ENT_TIME_UNBOUNDED_BEFORE INT64_MIN
#define ENT_TIME_UNBOUNDED_AFTER INT64_MAX

/* The closed set of altitude references: name in code, name in text. */
#define ENT_ALTITUDE_REF_MAP(X)                                                                   \
	X(W84, "W84")   /* height above the WGS84 ellipsoid */                                    \
	X(AMSL, "AMSL") /* above mean sea level, by EGM96 */                                      \
	X(AGL, "AGL") /* above the ground; needs a terrain elevation to meet another reference */ \
	X(FL, "FL")   /* pressure altitude, 1013.25 hPa; needs a QNH to meet another reference */

#define ENT_ALTITUDE_REF_ENUM_(name, text) ENT_ALTITUDE_##name,
enum ent_altitude_ref { ENT_ALTITUDE_REF_MAP(ENT_ALTITUDE_REF_ENUM_) ENT_ALTITUDE_REF_COUNT };
#undef ENT_ALTITUDE_REF_ENUM_

struct ent_altitude {
	enum ent_altitude_ref ref;
	int32_t mm;
};

struct ent_band {
	struct ent_altitude floor, ceiling;
};

struct ent_span {
	int64_t start_utc_us, end_utc_us;
};

/*
 * What is known of ground and air, to carry AGL and FL to another reference.
 * Zeroed: nothing is known, and such a comparison is unknown, never clear.
 */
struct ent_air {
	bool terrain_known;
	enum ent_altitude_ref terrain_ref; /* W84 or AMSL */
	struct ent_interval terrain_mm;    /* lowest and highest ground below the volume */
	bool qnh_known;
	int32_t qnh_lo_pa, qnh_hi_pa;
	int32_t isa_deviation_k; /* how far the air may be from the standard atmosphere */
};

/* What surrounds a track's points: the aircraft is somewhere within them. */
struct ent_tolerance {
	int64_t lateral_mm, vertical_mm, time_us;
};

struct ent_track_point {
	struct ent_point at;
	int32_t altitude_mm;
	int64_t time_utc_us;
};

enum ent_volume_kind {
	ENT_VOLUME_POLYGON,
	ENT_VOLUME_CIRCLE,
	ENT_VOLUME_CORRIDOR,
	ENT_VOLUME_TRACK
};

/* Immutable once created, so threads may share it. Counted: ent_volume_hold, ent_volume_release. */
struct ent_volume;

/*
 * 'rings': first the outer one, then holes; each a run of vertices, either winding,
 * not closed (the last is not the first again); 'ring_sizes' says how many each. The
 * inside of the outer ring is its smaller side. All is copied.
 * E_DOMAIN: a number out of range, floor above ceiling (across references: certainly),
 * start after end, terrain or QNH out of order. E_SHAPE: fewer than three vertices, a
 * repeated vertex, edges that cross or touch, no area, a hole outside the outer ring or
 * inside another hole, an outline that does not fit into a hemisphere. E_LIMIT. E_MEMORY.
 */
ENT_API ENT_MUST_USE ent_status ent_volume_create_polygon(const struct ent_point *vertices,
		const size_t *ring_sizes, size_t rings, struct ent_band band, struct ent_span span,
		const struct ent_air *air, struct ent_volume **ret_volume,
		struct ent_fault *reterr_fault);

/* A point is a circle of radius 0. Errors as above. */
ENT_API ENT_MUST_USE ent_status ent_volume_create_circle(struct ent_point center, int64_t radius_mm,
		struct ent_band band, struct ent_span span, const struct ent_air *air,
		struct ent_volume **ret_volume, struct ent_fault *reterr_fault);

/* All that lies within half_width_mm of a line of 2 to ENT_VOLUME_VERTICES_MAX points; the line may cross itself. */
ENT_API ENT_MUST_USE ent_status ent_volume_create_corridor(const struct ent_point *line, size_t n,
		int64_t half_width_mm, struct ent_band band, struct ent_span span,
		const struct ent_air *air, struct ent_volume **ret_volume,
		struct ent_fault *reterr_fault);

/*
 * A flight: between two points the ground position moves along the geodesic at
 * constant speed and the altitude linearly in time. One point alone is a moment.
 * Times must increase strictly (E_DOMAIN names the point).
 */
ENT_API ENT_MUST_USE ent_status ent_volume_create_track(const struct ent_track_point *points,
		size_t n, enum ent_altitude_ref ref, struct ent_tolerance tolerance,
		const struct ent_air *air, struct ent_volume **ret_volume,
		struct ent_fault *reterr_fault);

/*
 * How much faster than its fastest leg a track may have to be flown once it is moved aside. The
 * outside of a turn is longer than the turn: by a quarter when the turn is four offsets wide. What
 * is turned tighter at full speed has no parallel that the same aircraft is sure to fly.
 */
#define ENT_TRACK_MOVED_SPEED_MAX 1.25

/*
 * The same volume later by 'later_us', higher by 'higher_mm', and moved: a track
 * 'offset_mm' to the right of its direction of flight, every leg by the whole offset, so
 * that it is the parallel track; anything else bodily, its first vertex by offset_mm along
 * azimuth_deg. Distances within it stay the same to 1 mm over 100 km. A track that stands
 * still moves bodily.
 * E_SHAPE: a track's offset that cannot be flown, because it turns by more than 120 degrees
 * at a point, a leg would run backwards (more than 90 degrees from its own direction) or be
 * faster than ENT_TRACK_MOVED_SPEED_MAX times
 * the fastest leg. E_DOMAIN when it would leave the limits. E_MEMORY.
 */
ENT_API ENT_MUST_USE ent_status ent_volume_create_moved(const struct ent_volume *volume,
		int64_t later_us, int32_t higher_mm, int64_t offset_mm, double azimuth_deg,
		struct ent_volume **ret_volume);

/* One more owner of the same volume; returns it. */
ENT_API struct ent_volume *ent_volume_hold(const struct ent_volume *volume);

/* NULL is fine. The last owner frees it. */
ENT_API void ent_volume_release(struct ent_volume *volume);

/* --- What it is made of, read only; valid as long as the volume --- */

/*
 * Where a bound may be as a height above the ellipsoid, in mm. When the ground or the air
 * is not known, lo is above hi. Unbounded sides are ENT_ALTITUDE_UNBOUNDED_*.
 */
struct ent_w84_bound {
	int32_t lo_mm, hi_mm;
};

static inline bool ent_w84_known(struct ent_w84_bound bound) {
	return bound.lo_mm <= bound.hi_mm;
}

/* What only a track has. Piece i belongs to leg[i], from points[leg[i]] to points[leg[i] + 1]. */
struct ent_track_parts {
	const struct ent_track_point *points;
	const int64_t *at_utc_us; /* at[i] is passed at at_utc_us[i]; rises strictly */
	const uint32_t *leg;      /* NULL: piece i is leg i */
	uint32_t n_points;
	enum ent_altitude_ref ref;
	struct ent_tolerance tolerance;
	/* A leg's height above the ellipsoid less its altitude, the interval over the leg; NULL when ref is W84 or not known. */
	const struct ent_interval *w84_minus_altitude;
};

/*
 * One parts structure for all kinds. The outline is a core grown by a radius: a polygon's
 * region (radius 0), a circle's centre, a corridor's line, a track's path (lateral tolerance).
 *
 * Pieces are the core's edges or legs, those over ENT_PIECE_MAX_M (ENT_LEG_MAX_M) divided
 * into equal shorter ones along the geodesic; 'at' holds their end points on the surface.
 * Line, path: piece i goes from at[i] to at[i + 1], n_at = n_pieces + 1 (a centre, or a
 * track of one point: n_at 1, n_pieces 0). Polygon: ring r's pieces are ring_start[r] ..
 * ring_start[r + 1] - 1, the last closing on the ring's first point; n_at = n_pieces.
 */
#define ENT_PIECE_MAX_M 25000.0
#define ENT_LEG_MAX_M 50000.0

struct ent_volume_parts {
	enum ent_volume_kind kind;
	uint32_t n_pieces, n_at;
	uint32_t n_rings; /* polygon only, else 0 */
	/* Polygon only: n_rings + 1 starts of rings, then how many given vertices each ring has. */
	const uint32_t *ring_start;
	const struct ent_vec3 *at;
	int64_t radius_mm; /* polygon: 0; track: its lateral tolerance */
	/* Track: the lowest and highest point, the first and last moment; tolerances not added. */
	struct ent_band band;
	struct ent_span span;
	struct ent_w84_bound floor_w84, ceiling_w84;
	/* A ball that contains the whole outline on the surface, core and radius. */
	struct ent_vec3 center;
	double ball_radius_m;
	const struct ent_point *vertices; /* as given; not for a track */
	uint32_t n_vertices;
	const struct ent_air *air;           /* NULL when none was given */
	const struct ent_track_parts *track; /* NULL unless a track */
};

/* How many vertices a polygon's ring was given. */
static inline uint32_t ent_ring_size(const struct ent_volume_parts *parts, uint32_t ring) {
	return parts->ring_start[parts->n_rings + 1 + ring];
}

ENT_API const struct ent_volume_parts *ent_volume_parts(const struct ent_volume *volume);

/*
 * Is a point of the surface inside a polygon's region, holes taken out? Right for every
 * point more than 0.3 mm from the boundary. False for other kinds.
 */
ENT_API bool ent_volume_contains(const struct ent_volume *volume, struct ent_vec3 at);

/* Bytes of memory that this volume takes, its own points included, and those points alone. */
ENT_API size_t ent_volume_memory(const struct ent_volume *volume, size_t *ret_points_bytes);

/* The closed box of latitude and longitude around the outline; west > east means across the antimeridian. */
ENT_API void ent_volume_bounds(const struct ent_volume *volume, struct ent_point *ret_south_west,
		struct ent_point *ret_north_east);

/* A track's (and only a track's) place and altitude at a moment within its span (clamped to it). */
ENT_API void ent_track_at(const struct ent_volume *track, int64_t time_utc_us,
		struct ent_point *ret_at, int32_t *ret_altitude_mm);

#ifdef __cplusplus
}
#endif

#endif
