/* SPDX-License-Identifier: Apache-2.0 */
/* box.c: see box.h. */
#include "box.h"

#include "curve.h"

/* A run ends before it would become longer than this. */
#define RUN_LENGTH_M 30000.0
#define RUN_TIME_US INT64_C(240000000)
#define RUN_CLIMB_MM 1000000
/*
 * Two AMSL altitudes are compared as they are; as heights above the ellipsoid they may differ
 * by what the geoid does between their places: from -107 m to +86 m everywhere (EGM96).
 */
#define GEOID_SPREAD_MM 200000
#define TICK_US (INT64_C(1) << 21)

static int32_t saturate(int64_t x) {
	return x < INT32_MIN ? INT32_MIN : x > INT32_MAX ? INT32_MAX : (int32_t)x;
}

static int64_t floor_of(double x) {
	const int64_t whole = (int64_t)x;
	return whole - ((double)whole > x);
}

static int32_t tick(int64_t time_us) {
	/* Rounds down, also before 1970. */
	return saturate(time_us >= 0 ? time_us / TICK_US : -((-(time_us + 1)) / TICK_US) - 1);
}

/* Ground: a box of metres, made wider by grow_m. */
struct extent {
	struct ent_vec3 lo, hi;
};

static void extend(struct extent *extent, struct ent_vec3 p) {
	extent->lo.x = p.x < extent->lo.x ? p.x : extent->lo.x;
	extent->lo.y = p.y < extent->lo.y ? p.y : extent->lo.y;
	extent->lo.z = p.z < extent->lo.z ? p.z : extent->lo.z;
	extent->hi.x = p.x > extent->hi.x ? p.x : extent->hi.x;
	extent->hi.y = p.y > extent->hi.y ? p.y : extent->hi.y;
	extent->hi.z = p.z > extent->hi.z ? p.z : extent->hi.z;
}

static void set_ground(struct box *box, const struct extent *extent, double grow_m) {
	const double lo[3] = {extent->lo.x, extent->lo.y, extent->lo.z};
	const double hi[3] = {extent->hi.x, extent->hi.y, extent->hi.z};
	for (int i = 0; i < 3; i++) {
		box->lo[i] = saturate(floor_of((lo[i] - grow_m) * 100) - 1);
		box->hi[i] = saturate(floor_of((hi[i] + grow_m) * 100) + 2);
	}
}

static void set_unbounded(struct box *box, enum box_axis axis) {
	box->lo[axis] = INT32_MIN;
	box->hi[axis] = INT32_MAX;
}

/* One bound of a fixed volume's altitudes, on the axis where it has one. */
static void set_bound(struct box *box, struct ent_altitude altitude, struct ent_w84_bound w84,
		bool ceiling) {
	int32_t *level = ceiling ? &box->hi[BOX_LEVEL] : &box->lo[BOX_LEVEL];
	int32_t *height = ceiling ? &box->hi[BOX_HEIGHT] : &box->lo[BOX_HEIGHT];
	if (altitude.mm == ENT_ALTITUDE_UNBOUNDED_BELOW ||
			altitude.mm == ENT_ALTITUDE_UNBOUNDED_ABOVE)
		return;
	if (altitude.ref == ENT_ALTITUDE_FL)
		*level = altitude.mm;
	else if (altitude.ref == ENT_ALTITUDE_W84)
		*height = altitude.mm;
	else if (altitude.ref == ENT_ALTITUDE_AMSL)
		*height = saturate(ceiling ? (int64_t)w84.hi_mm + GEOID_SPREAD_MM
					   : (int64_t)w84.lo_mm - GEOID_SPREAD_MM);
}

static struct run fixed_run(const struct ent_volume_parts *parts, struct box *ret_box) {
	struct extent extent = {parts->at[0], parts->at[0]};
	double sag_m = 0;
	for (uint32_t i = 1; i < parts->n_at; i++) {
		const struct ent_vec3 chord = vec_sub(parts->at[i], parts->at[i - 1]);
		const double s = curve_sag_m(vec_square(chord));
		sag_m = s > sag_m ? s : sag_m;
		extend(&extent, parts->at[i]);
	}
	double grow_m = (double)parts->radius_mm * 1e-3 + sag_m + 0.01;
	if (parts->n_rings > 0) {
		/*
		 * A region bulges out of its outline. Every great circle through a point of it meets
		 * the outline on both sides, and the chord between passes below the point by at most
		 * r^2 / 2R, r the region's ball; above 1000 km the ball itself is as good a box.
		 */
		const double r = parts->ball_radius_m;
		if (r < 1e6)
			grow_m += r * r / (2 * ENT_GEO_RADIUS_MIN_M) * 1.05;
		else
			extent = (struct extent){vec_sub(parts->center, (struct ent_vec3){r, r, r}),
					vec_add(parts->center, (struct ent_vec3){r, r, r})};
	}
	set_ground(ret_box, &extent, grow_m);
	ret_box->lo[BOX_TIME] = parts->span.start_utc_us == ENT_TIME_UNBOUNDED_BEFORE
			? INT32_MIN
			: tick(parts->span.start_utc_us);
	ret_box->hi[BOX_TIME] = parts->span.end_utc_us == ENT_TIME_UNBOUNDED_AFTER
			? INT32_MAX
			: tick(parts->span.end_utc_us);
	set_unbounded(ret_box, BOX_LEVEL);
	set_unbounded(ret_box, BOX_HEIGHT);
	set_bound(ret_box, parts->band.floor, parts->floor_w84, false);
	set_bound(ret_box, parts->band.ceiling, parts->ceiling_w84, true);
	return (struct run){0, 0};
}

/* The altitude of a piece's leg: lowest and highest, and what carries it to W84. */
struct heights {
	int64_t lo_mm, hi_mm, w84_lo_mm, w84_hi_mm;
};

static void climb_of(
		const struct ent_volume_parts *parts, uint32_t piece, struct heights *heights) {
	const struct ent_track_parts *track = parts->track;
	const uint32_t leg = track->leg != NULL ? track->leg[piece] : piece;
	const int64_t a = track->points[leg].altitude_mm;
	const int64_t b = track->points[leg + 1 < track->n_points ? leg + 1 : leg].altitude_mm;
	struct ent_interval offset = {0, 0};
	if (track->w84_minus_altitude != NULL)
		offset = track->w84_minus_altitude[leg];
	const int64_t lo = a < b ? a : b, hi = a < b ? b : a;
	heights->lo_mm = lo < heights->lo_mm ? lo : heights->lo_mm;
	heights->hi_mm = hi > heights->hi_mm ? hi : heights->hi_mm;
	heights->w84_lo_mm = lo + offset.lo_mm < heights->w84_lo_mm ? lo + offset.lo_mm
								    : heights->w84_lo_mm;
	heights->w84_hi_mm = hi + offset.hi_mm > heights->w84_hi_mm ? hi + offset.hi_mm
								    : heights->w84_hi_mm;
}

static void set_heights(struct box *box, const struct ent_volume_parts *parts,
		const struct heights *heights) {
	const int64_t tolerance = parts->track->tolerance.vertical_mm;
	set_unbounded(box, BOX_LEVEL);
	set_unbounded(box, BOX_HEIGHT);
	if (parts->track->ref == ENT_ALTITUDE_FL) {
		box->lo[BOX_LEVEL] = saturate(heights->lo_mm - tolerance);
		box->hi[BOX_LEVEL] = saturate(heights->hi_mm + tolerance);
	} else if (parts->track->ref != ENT_ALTITUDE_AGL) {
		const int64_t more = tolerance +
				(parts->track->ref == ENT_ALTITUDE_AMSL ? GEOID_SPREAD_MM : 0);
		box->lo[BOX_HEIGHT] = saturate(heights->w84_lo_mm - more);
		box->hi[BOX_HEIGHT] = saturate(heights->w84_hi_mm + more);
	}
}

static struct run track_run(
		const struct ent_volume_parts *parts, uint32_t first, struct box *ret_box) {
	const int64_t *at_utc_us = parts->track->at_utc_us;
	struct extent extent = {parts->at[first], parts->at[first]};
	struct heights heights = {INT64_MAX, INT64_MIN, INT64_MAX, INT64_MIN};
	double sag_m = 0;
	uint32_t i = first;
	climb_of(parts, parts->n_pieces > 0 ? first : 0, &heights);
	for (; i < parts->n_pieces && i - first < RUN_PIECES_MAX; i++) {
		struct extent longer = extent;
		struct heights higher = heights;
		extend(&longer, parts->at[i + 1]);
		climb_of(parts, i, &higher);
		const struct ent_vec3 size = vec_sub(longer.hi, longer.lo);
		if (i > first &&
				(vec_square(size) > RUN_LENGTH_M * RUN_LENGTH_M ||
						at_utc_us[i + 1] - at_utc_us[first] > RUN_TIME_US ||
						higher.hi_mm - higher.lo_mm > RUN_CLIMB_MM))
			break;
		const double s = curve_sag_m(vec_square(vec_sub(parts->at[i + 1], parts->at[i])));
		sag_m = s > sag_m ? s : sag_m;
		extent = longer;
		heights = higher;
	}
	const struct ent_tolerance *tolerance = &parts->track->tolerance;
	set_ground(ret_box, &extent, (double)tolerance->lateral_mm * 1e-3 + sag_m + 0.01);
	ret_box->lo[BOX_TIME] = tick(at_utc_us[first] - tolerance->time_us);
	ret_box->hi[BOX_TIME] = tick(at_utc_us[i] + tolerance->time_us);
	set_heights(ret_box, parts, &heights);
	/* A track of one point is a run of one piece of no length. */
	return (struct run){first, i > first ? i - first : 1};
}

struct run box_of_run(const struct ent_volume_parts *parts, uint32_t first, struct box *ret_box) {
	return parts->track != NULL ? track_run(parts, first, ret_box) : fixed_run(parts, ret_box);
}

static int32_t grow_lo(int32_t at, int64_t by) {
	return at == INT32_MIN ? at : saturate(at - by);
}

static int32_t grow_hi(int32_t at, int64_t by) {
	return at == INT32_MAX ? at : saturate(at + by);
}

struct box box_grow(struct box box, const struct ent_minima *minima) {
	/* A geodesic is never shorter than its chord; a centimetre covers the stated bound. */
	const int64_t by[BOX_AXES] = {minima->lateral_mm / 10 + 2, minima->lateral_mm / 10 + 2,
			minima->lateral_mm / 10 + 2, minima->time_us / TICK_US + 1,
			minima->vertical_mm, minima->vertical_mm};
	for (int i = 0; i < BOX_AXES; i++) {
		box.lo[i] = grow_lo(box.lo[i], by[i]);
		box.hi[i] = grow_hi(box.hi[i], by[i]);
	}
	return box;
}
