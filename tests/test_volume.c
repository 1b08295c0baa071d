/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a volume may be made of: every refusal with its status and its reason, the limits
 * themselves taken, nothing handed back on failure; altitudes carried from one reference to
 * another; copies moved in time, height and place.
 */
#include <math.h>

#include "test.h"

#include "entente/volume.h"

/* Any number of degrees, in range or not: what is tested here is who says so. */
static struct ent_point raw(double lat_deg, double lon_deg) {
	return (struct ent_point){llround(lat_deg * 1e9), llround(lon_deg * 1e9)};
}

static struct ent_altitude altitude(enum ent_altitude_ref ref, int32_t mm) {
	return (struct ent_altitude){ref, mm};
}

static struct ent_band band(void) {
	return (struct ent_band){
			altitude(ENT_ALTITUDE_W84, 0), altitude(ENT_ALTITUDE_W84, 1000000)};
}

static struct ent_span span(void) {
	return (struct ent_span){0, 3600000000};
}

static void check_refusal(const char *why, ent_status status, ent_status expected,
		const struct ent_volume *volume, const struct ent_fault *fault, const char *where,
		const char *reason) {
	if (status != expected)
		fail_msg("%s: %s, not %s (%s: %s)", why, ent_status_name(status),
				ent_status_name(expected), fault->where, fault->why);
	CHECK_ROW(why, (volume != NULL) == (status == ENT_OK));
	if (status != ENT_OK &&
			(strcmp(fault->where, where) != 0 || strstr(fault->why, reason) == NULL))
		fail_msg("%s: said at \"%s\": \"%s\"", why, fault->where, fault->why);
}

enum { CORNERS = 14, RINGS = 3 };

/* Long: the table is the claim. */
TEST(polygon__that_is_none_is_refused_with_its_reason) {
	(void)state_;
	static const struct {
		const char *why;
		ent_status status;
		const char *where, *reason;
		size_t sizes[RINGS];
		double at[CORNERS][2];
	} rows[] = {
			{"a square", ENT_OK, "", "", {4}, {{0, 0}, {0, 1}, {1, 1}, {1, 0}}},
			{"the other winding", ENT_OK, "", "", {4},
					{{0, 0}, {1, 0}, {1, 1}, {0, 1}}},
			{"a triangle of stored steps: over a square millimetre", ENT_OK, "", "",
					{3}, {{10, 10}, {10, 10.000000030}, {10.000000030, 10}}},
			{"no vertices", ENT_E_SHAPE, "rings", "fewer than three", {0}, {{0}}},
			{"two vertices", ENT_E_SHAPE, "rings", "ring 0 has 2 vertices", {2},
					{{0, 0}, {0, 1}}},
			{"a hole of two vertices", ENT_E_SHAPE, "rings", "ring 1 has 2 vertices",
					{4, 2},
					{{0, 0}, {0, 1}, {1, 1}, {1, 0}, {0.5, 0.5}, {0.5, 0.6}}},
			{"a bow tie", ENT_E_SHAPE, "vertices",
					"the edge after vertex 0 of ring 0 and the edge after "
					"vertex 2 of ring 0 cross",
					{4}, {{0, 0}, {1, 1}, {1, 0}, {0, 1}}},
			{"a closed ring", ENT_E_SHAPE, "vertices", "do not close the ring", {5},
					{{0, 0}, {0, 1}, {1, 1}, {1, 0}, {0, 0}}},
			{"a vertex twice in a row", ENT_E_SHAPE, "vertices",
					"vertex 2 of ring 0 repeats", {5},
					{{0, 0}, {0, 1}, {0, 1}, {1, 1}, {1, 0}}},
			{"180 and -180 are the same vertex", ENT_E_SHAPE, "vertices",
					"vertex 2 of ring 0 repeats", {4},
					{{0, 179}, {1, 180}, {1, -180}, {0, -179}}},
			{"the pole twice, at two longitudes", ENT_E_SHAPE, "vertices",
					"vertex 1 of ring 0 repeats", {4},
					{{90, 10}, {90, 60}, {80, 60}, {80, 10}}},
			{"a figure of eight that meets in a vertex", ENT_E_SHAPE, "vertices",
					"cross or touch", {6},
					{{0, 0}, {1, 1}, {0, 2}, {2, 2}, {1, 1}, {2, 0}}},
			{"a spike that goes out and back", ENT_E_SHAPE, "vertices",
					"cross or touch", {5},
					{{0, 0}, {0, 1}, {0, 0.5}, {1, 1}, {1, 0}}},
			{"a vertex upon a far edge", ENT_E_SHAPE, "vertices", "cross or touch", {5},
					{{0, 0}, {0, 1}, {1, 1}, {0, 0.5}, {1, 0}}},
			{"three vertices on the equator", ENT_E_SHAPE, "vertices", "cross or touch",
					{3}, {{0, 0}, {0, 1}, {0, 2}}},
			{"three vertices on a meridian", ENT_E_SHAPE, "vertices", "cross or touch",
					{3}, {{10, 5}, {11, 5}, {12, 5}}},
			{"half a square millimetre", ENT_E_SHAPE, "vertices",
					"ring 0 encloses no area", {3},
					{{0, 0}, {0, 0.000000009}, {0.000000009, 0}}},
			{"a hole of no area", ENT_E_SHAPE, "vertices", "ring 1 encloses no area",
					{4, 3},
					{{0, 0}, {0, 1}, {1, 1}, {1, 0}, {0.5, 0.5},
							{0.5, 0.500000009}, {0.500000009, 0.5}}},
			{"a hole", ENT_OK, "", "", {4, 3},
					{{0, 0}, {0, 1}, {1, 1}, {1, 0}, {0.2, 0.2}, {0.2, 0.4},
							{0.4, 0.2}}},
			{"two holes", ENT_OK, "", "", {4, 3, 3},
					{{0, 0}, {0, 1}, {1, 1}, {1, 0}, {0.2, 0.2}, {0.2, 0.4},
							{0.4, 0.2}, {0.8, 0.8}, {0.8, 0.6},
							{0.6, 0.8}}},
			{"a hole outside", ENT_E_SHAPE, "rings",
					"ring 1 is not inside the outer ring", {4, 3},
					{{0, 0}, {0, 1}, {1, 1}, {1, 0}, {2, 2}, {2, 3}, {3, 2}}},
			{"a hole around the outer ring", ENT_E_SHAPE, "rings",
					"ring 1 is not inside the outer ring", {4, 4},
					{{0, 0}, {0, 1}, {1, 1}, {1, 0}, {-1, -1}, {-1, 2}, {2, 2},
							{2, -1}}},
			{"a hole across the outer ring", ENT_E_SHAPE, "vertices",
					"of ring 1 cross or touch", {4, 3},
					{{0, 0}, {0, 1}, {1, 1}, {1, 0}, {0.5, 0.5}, {0.5, 1.5},
							{0.7, 0.5}}},
			{"a hole that touches the outer ring", ENT_E_SHAPE, "vertices",
					"of ring 1 cross or touch", {4, 3},
					{{0, 0}, {0, 1}, {1, 1}, {1, 0}, {0, 0.5}, {0.5, 0.6},
							{0.5, 0.4}}},
			{"a hole in a hole", ENT_E_SHAPE, "rings", "a hole in a hole", {4, 4, 3},
					{{0, 0}, {0, 1}, {1, 1}, {1, 0}, {0.2, 0.2}, {0.2, 0.8},
							{0.8, 0.8}, {0.8, 0.2}, {0.4, 0.4},
							{0.4, 0.5}, {0.5, 0.4}}},
			{"the same hole twice", ENT_E_SHAPE, "vertices", "cross or touch",
					{4, 3, 3},
					{{0, 0}, {0, 1}, {1, 1}, {1, 0}, {0.2, 0.2}, {0.2, 0.4},
							{0.4, 0.2}, {0.2, 0.2}, {0.2, 0.4},
							{0.4, 0.2}}},
			{"holes that touch in a vertex", ENT_E_SHAPE, "vertices", "cross or touch",
					{4, 3, 3},
					{{0, 0}, {0, 1}, {1, 1}, {1, 0}, {0.2, 0.2}, {0.2, 0.4},
							{0.4, 0.3}, {0.4, 0.3}, {0.6, 0.2},
							{0.6, 0.4}}},
			{"latitude out of range", ENT_E_DOMAIN, "vertices[1]", "-90..90", {3},
					{{0, 0}, {90.000000001, 1}, {1, 0}}},
			{"longitude out of range", ENT_E_DOMAIN, "vertices[2]", "-180..180", {3},
					{{0, 0}, {0, 1}, {1, -180.000000001}}},
			{"the last vertex out of range", ENT_E_DOMAIN, "vertices[3]", "-90..90",
					{4}, {{0, 0}, {0, 1}, {1, 1}, {-91, 0}}},
			{"the equator all round", ENT_E_SHAPE, "vertices", "hemisphere", {3},
					{{0, 0}, {0, 120}, {0, -120}}},
			{"almost a hemisphere", ENT_E_SHAPE, "vertices", "hemisphere", {4},
					{{5, 0}, {5, 90}, {5, 180}, {5, -90}}},
			{"all within 80 degrees of its middle", ENT_OK, "", "", {4},
					{{15, 0}, {15, 90}, {15, 180}, {15, -90}}},
			{"around the south pole", ENT_OK, "", "", {3},
					{{-80, 0}, {-80, 120}, {-80, -120}}},
			{"with a corner on the pole", ENT_OK, "", "", {3},
					{{90, 0}, {80, 0}, {80, 90}}},
			{"across the antimeridian", ENT_OK, "", "", {4},
					{{-1, 179}, {-1, -179}, {1, -179}, {1, 179}}},
			{"a bow tie across the antimeridian", ENT_E_SHAPE, "vertices", "cross", {4},
					{{-1, 179}, {1, -179}, {-1, -179}, {1, 179}}},
			{"a bow tie around the pole", ENT_E_SHAPE, "vertices", "cross", {4},
					{{89, 0}, {89, 180}, {89, 90}, {89, -90}}},
			{"antipodal neighbours", ENT_E_SHAPE, "vertices", "hemisphere", {3},
					{{0, 0}, {0, 180}, {1, 90}}},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct ent_point at[CORNERS];
		for (size_t k = 0; k < CORNERS; k++)
			at[k] = raw(rows[i].at[k][0], rows[i].at[k][1]);
		size_t rings = 1;
		while (rings < RINGS && rows[i].sizes[rings] > 0)
			rings++;
		struct ent_volume *volume = NULL;
		struct ent_fault fault = {"", ""};
		const ent_status status = ent_volume_create_polygon(
				at, rows[i].sizes, rings, band(), span(), NULL, &volume, &fault);
		check_refusal(rows[i].why, status, rows[i].status, volume, &fault, rows[i].where,
				rows[i].reason);
		ent_volume_release(volume);
		/* A fault that nobody asks for changes nothing. */
		volume = NULL;
		CHECK_ROW(rows[i].why,
				ent_volume_create_polygon(at, rows[i].sizes, rings, band(), span(),
						NULL, &volume, NULL) == rows[i].status);
		ent_volume_release(volume);
	}
}

/* A regular polygon of so many corners, a degree or so across. */
static void regular(struct ent_point *at, size_t n, double lat_deg, double lon_deg, double size_m) {
	for (size_t i = 0; i < n; i++)
		at[i] = ent_geo_direct(
				raw(lat_deg, lon_deg), 360.0 * (double)i / (double)n - 180, size_m);
}

TEST(polygon__is_taken_up_to_the_stated_maxima) {
	(void)state_;
	static struct ent_point at[ENT_VOLUME_VERTICES_MAX + 1];
	static const struct {
		const char *why;
		size_t outer, holes, of;
		ent_status status;
		const char *where, *reason;
	} rows[] = {
			{"1024 vertices", 1024, 0, 0, ENT_OK, "", ""},
			{"1025 vertices", 1025, 0, 0, ENT_E_LIMIT, "vertices", "at most 1024"},
			{"1024 vertices, holes included", 1021, 1, 3, ENT_OK, "", ""},
			{"1025 vertices, holes included", 1021, 1, 4, ENT_E_LIMIT, "vertices",
					"at most 1024"},
			{"64 rings", 100, 63, 3, ENT_OK, "", ""},
			{"65 rings", 100, 64, 3, ENT_E_LIMIT, "rings", "1 to 64 rings, not 65"},
			{"a size that would wrap around", 4, 1, SIZE_MAX, ENT_E_LIMIT, "vertices",
					"at most 1024"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		size_t sizes[ENT_VOLUME_RINGS_MAX + 1] = {rows[i].outer}, used = rows[i].outer;
		regular(at, rows[i].outer, 50, 179.9, 50e3);
		for (size_t hole = 1; hole <= rows[i].holes; hole++, used += rows[i].of) {
			sizes[hole] = rows[i].of;
			if (rows[i].of <= 4)
				regular(at + used, rows[i].of, 50 + 0.005 * (double)hole, 179.9,
						200);
		}
		struct ent_volume *volume = NULL;
		struct ent_fault fault = {"", ""};
		const ent_status status = ent_volume_create_polygon(at, sizes, rows[i].holes + 1,
				band(), span(), NULL, &volume, &fault);
		check_refusal(rows[i].why, status, rows[i].status, volume, &fault, rows[i].where,
				rows[i].reason);
		if (volume != NULL) {
			const struct ent_volume_parts *parts = ent_volume_parts(volume);
			CHECK_ROW(rows[i].why,
					parts->n_vertices == used &&
							parts->n_rings == rows[i].holes + 1);
			CHECK_ROW(rows[i].why, ent_ring_size(parts, 0) == rows[i].outer);
			CHECK_ROW(rows[i].why, memcmp(parts->vertices, at, used * sizeof *at) == 0);
		}
		ent_volume_release(volume);
	}
	struct ent_volume *volume = NULL;
	struct ent_fault fault = {"", ""};
	const ent_status status = ent_volume_create_polygon(
			at, NULL, 0, band(), span(), NULL, &volume, &fault);
	check_refusal("no rings", status, ENT_E_SHAPE, volume, &fault, "rings",
			"1 to 64 rings, not 0");
	/* Zigzags of 1,000 km: 1024 edges of 40 pieces and more. */
	for (size_t i = 0; i < 512; i++) {
		at[i] = raw(-5 + 0.01 * (double)i, i % 2 == 0 ? -10 : 10);
		at[1023 - i] = raw(-5 + 0.01 * (double)i + 0.004, i % 2 == 0 ? -9.9 : 10.1);
	}
	const ent_status longer = ent_volume_create_polygon(
			at, &(const size_t){1024}, 1, band(), span(), NULL, &volume, &fault);
	check_refusal("too many pieces", longer, ENT_E_LIMIT, volume, &fault, "vertices",
			"over 16384 pieces");
}

/* Long: the table is the claim. */
TEST(box__of_altitude_time_and_air_is_refused_with_its_reason) {
	(void)state_;
#define B(floor_ref, floor_mm, ceiling_ref, ceiling_mm)        \
	{                                                      \
		{ENT_ALTITUDE_##floor_ref, floor_mm}, {        \
			ENT_ALTITUDE_##ceiling_ref, ceiling_mm \
		}                                              \
	}
	const struct ent_air ground = {.terrain_known = true,
			.terrain_ref = ENT_ALTITUDE_W84,
			.terrain_mm = {400000, 500000}};
	struct ent_air upside_down = ground, on_fl = ground, too_high = ground,
		       weather = {.qnh_known = true,
				       .qnh_lo_pa = 100000,
				       .qnh_hi_pa = 102000,
				       .isa_deviation_k = 20};
	upside_down.terrain_mm.lo_mm = 500001;
	on_fl.terrain_ref = ENT_ALTITUDE_FL;
	too_high.terrain_mm.hi_mm = ENT_ALTITUDE_MAX_MM + INT64_C(1);
	struct ent_air storm = weather, hot = weather, crossed = weather, unread = upside_down;
	storm.qnh_lo_pa = 84999;
	hot.isa_deviation_k = 61;
	crossed.qnh_lo_pa = 102001;
	unread.terrain_known = false;
	const struct {
		const char *why;
		struct ent_band band;
		struct ent_span span;
		const struct ent_air *air;
		ent_status status;
		const char *where, *reason;
	} rows[] = {
			{"a height and a moment", B(W84, 5, W84, 5), {7, 7}, NULL, ENT_OK, "", ""},
			{"no bounds at all",
					B(W84, ENT_ALTITUDE_UNBOUNDED_BELOW, FL,
							ENT_ALTITUDE_UNBOUNDED_ABOVE),
					{ENT_TIME_UNBOUNDED_BEFORE, ENT_TIME_UNBOUNDED_AFTER}, NULL,
					ENT_OK, "", ""},
			{"the limits themselves",
					B(W84, ENT_ALTITUDE_MIN_MM, W84, ENT_ALTITUDE_MAX_MM),
					{ENT_TIME_MIN_US, ENT_TIME_MAX_US}, NULL, ENT_OK, "", ""},
			{"the floor above the ceiling", B(AMSL, 6, AMSL, 5), {0, 1}, NULL,
					ENT_E_DOMAIN, "floor", "the floor is above the ceiling"},
			{"perhaps not above, whatever the ground", B(AGL, 6, AMSL, 5), {0, 1}, NULL,
					ENT_OK, "", ""},
			{"FL100 over 3,000 ft, above whatever the QNH",
					B(FL, 3048000, AMSL, 914400), {0, 1}, NULL, ENT_E_DOMAIN,
					"floor", "the floor is above the ceiling"},
			{"FL100 over 5,000 ft, in the deepest low not above",
					B(FL, 3048000, AMSL, 1524000), {0, 1}, NULL, ENT_OK, "",
					""},
			{"FL600 over 1,000 ft of ground, above on any mountain",
					B(FL, 18288000, AGL, 304800), {0, 1}, NULL, ENT_E_DOMAIN,
					"floor", "the floor is above the ceiling"},
			{"certainly above, across references", B(AGL, 6, AMSL, 300000), {0, 1},
					&ground, ENT_E_DOMAIN, "floor",
					"the floor is above the ceiling"},
			{"perhaps not above, across references", B(AGL, 6, AMSL, 430000), {0, 1},
					&ground, ENT_OK, "", ""},
			{"the start after the end", B(W84, 0, W84, 5), {8, 7}, NULL, ENT_E_DOMAIN,
					"start", "the start is after the end"},
			{"a floor too low", B(W84, ENT_ALTITUDE_MIN_MM - 1, W84, 5), {0, 1}, NULL,
					ENT_E_DOMAIN, "floor", "-20000..200000 m"},
			{"a floor unbounded above",
					B(W84, ENT_ALTITUDE_UNBOUNDED_ABOVE, W84,
							ENT_ALTITUDE_UNBOUNDED_ABOVE),
					{0, 1}, NULL, ENT_E_DOMAIN, "floor", "must lie in"},
			{"a ceiling too high", B(W84, 0, W84, ENT_ALTITUDE_MAX_MM + 1), {0, 1},
					NULL, ENT_E_DOMAIN, "ceiling", "-20000..200000 m"},
			{"a ceiling unbounded below", B(W84, 0, W84, ENT_ALTITUDE_UNBOUNDED_BELOW),
					{0, 1}, NULL, ENT_E_DOMAIN, "ceiling", "must lie in"},
			{"a start before the year 1", B(W84, 0, W84, 5), {ENT_TIME_MIN_US - 1, 1},
					NULL, ENT_E_DOMAIN, "start", "years 1 to 9999"},
			{"a start unbounded after", B(W84, 0, W84, 5),
					{ENT_TIME_UNBOUNDED_AFTER, ENT_TIME_UNBOUNDED_AFTER}, NULL,
					ENT_E_DOMAIN, "start", "years 1 to 9999"},
			{"an end after the year 9999", B(W84, 0, W84, 5), {0, ENT_TIME_MAX_US + 1},
					NULL, ENT_E_DOMAIN, "end", "years 1 to 9999"},
			{"no such floor reference",
					{{(enum ent_altitude_ref)4, 0}, {ENT_ALTITUDE_W84, 5}},
					{0, 1}, NULL, ENT_E_DOMAIN, "floor",
					"no such altitude reference: 4"},
			{"no such ceiling reference",
					{{ENT_ALTITUDE_W84, 0}, {(enum ent_altitude_ref)99, 5}},
					{0, 1}, NULL, ENT_E_DOMAIN, "ceiling",
					"no such altitude reference: 99"},
			{"ground and weather", B(AGL, 0, FL, 3000000), {0, 1}, &weather, ENT_OK, "",
					""},
			{"the highest ground below the lowest", B(AGL, 0, AGL, 5), {0, 1},
					&upside_down, ENT_E_DOMAIN, "terrain",
					"lowest before highest"},
			{"ground in flight levels", B(AGL, 0, AGL, 5), {0, 1}, &on_fl, ENT_E_DOMAIN,
					"terrain", "W84 or AMSL"},
			{"ground too high", B(AGL, 0, AGL, 5), {0, 1}, &too_high, ENT_E_DOMAIN,
					"terrain", "-20000..200000 m"},
			{"ground that is said not to be known is not read", B(AGL, 0, AGL, 5),
					{0, 1}, &unread, ENT_OK, "", ""},
			{"QNH out of range", B(W84, 0, W84, 5), {0, 1}, &storm, ENT_E_DOMAIN, "qnh",
					"850..1100 hPa"},
			{"the highest QNH below the lowest", B(W84, 0, W84, 5), {0, 1}, &crossed,
					ENT_E_DOMAIN, "qnh", "lowest before highest"},
			{"air too far from standard", B(W84, 0, W84, 5), {0, 1}, &hot, ENT_E_DOMAIN,
					"qnh", "0..60 K"},
	};
	const struct ent_point line[] = {raw(47, 8), raw(47.1, 8), raw(47, 8.1)};
	const size_t three = 3;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		for (int kind = 0; kind < 3; kind++) {
			struct ent_volume *volume = NULL;
			struct ent_fault fault = {"", ""};
			const ent_status status = kind == 0
					? ent_volume_create_polygon(line, &three, 1, rows[i].band,
							  rows[i].span, rows[i].air, &volume,
							  &fault)
					: kind == 1 ? ent_volume_create_circle(line[0], 1000,
								      rows[i].band, rows[i].span,
								      rows[i].air, &volume, &fault)
						    : ent_volume_create_corridor(line, 3, 1000,
								      rows[i].band, rows[i].span,
								      rows[i].air, &volume, &fault);
			check_refusal(rows[i].why, status, rows[i].status, volume, &fault,
					rows[i].where, rows[i].reason);
			ent_volume_release(volume);
		}
	}
}

/* Long: the table is the claim. */
TEST(circle_and_corridor__are_refused_with_their_reason) {
	(void)state_;
	static struct ent_point many[ENT_VOLUME_VERTICES_MAX + 1];
	for (size_t i = 0; i <= ENT_VOLUME_VERTICES_MAX; i++)
		many[i] = raw(0.01 * (double)(i % 100), i % 2 == 0 ? 0 : 5);
	const struct {
		const char *why;
		size_t n; /* 1: a circle */
		int64_t radius_mm;
		struct ent_point at[3];
		ent_status status;
		const char *where, *reason;
	} rows[] = {
			{"a point", 1, 0, {raw(47, 8)}, ENT_OK, "", ""},
			{"5,000 km around the pole", 1, ENT_RADIUS_MAX_MM, {raw(90, 0)}, ENT_OK, "",
					""},
			{"a negative radius", 1, -1, {raw(47, 8)}, ENT_E_DOMAIN, "radius",
					"0..5000 km"},
			{"too large a radius", 1, ENT_RADIUS_MAX_MM + 1, {raw(47, 8)}, ENT_E_DOMAIN,
					"radius", "0..5000 km"},
			{"a centre out of range", 1, 5, {raw(91, 8)}, ENT_E_DOMAIN, "points[0]",
					"-90..90"},
			{"a line", 2, 0, {raw(47, 8), raw(48, 8)}, ENT_OK, "", ""},
			{"a line that goes back over itself", 3, 100,
					{raw(47, 8), raw(48, 8), raw(47, 8)}, ENT_OK, "", ""},
			{"a point twice in a row", 3, 100, {raw(47, 8), raw(47, 8), raw(48, 8)},
					ENT_OK, "", ""},
			{"the same point, spelled 180 and -180", 3, 100,
					{raw(1, 180), raw(1, -180), raw(0, 179)}, ENT_OK, "", ""},
			{"the pole, spelled twice", 2, 100, {raw(90, 10), raw(90, -120)}, ENT_OK,
					"", ""},
			{"nothing but one point", 2, 100, {raw(47, 8), raw(47, 8)}, ENT_OK, "", ""},
			{"antipodal neighbours", 2, 100, {raw(0, 0), raw(0, 180)}, ENT_OK, "", ""},
			{"a negative half width", 2, -1, {raw(47, 8), raw(48, 8)}, ENT_E_DOMAIN,
					"half_width", "0..5000 km"},
			{"too large a half width", 2, ENT_RADIUS_MAX_MM + 1,
					{raw(47, 8), raw(48, 8)}, ENT_E_DOMAIN, "half_width",
					"0..5000 km"},
			{"a point out of range", 3, 1, {raw(47, 8), raw(48, 8), raw(0, 181)},
					ENT_E_DOMAIN, "points[2]", "-180..180"},
			{"no points", 0, 1, {raw(47, 8)}, ENT_E_SHAPE, "points",
					"2 to 1024 points, not 0"},
			{"1024 points", 1024, 1, {raw(0, 0)}, ENT_E_LIMIT, "points",
					"over 16384 pieces"},
			{"700 points", 700, 1, {raw(0, 0)}, ENT_OK, "", ""},
			{"1025 points", 1025, 1, {raw(0, 0)}, ENT_E_LIMIT, "points",
					"2 to 1024 points, not 1025"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct ent_volume *volume = NULL;
		struct ent_fault fault = {"", ""};
		const ent_status status = rows[i].n == 1
				? ent_volume_create_circle(rows[i].at[0], rows[i].radius_mm, band(),
						  span(), NULL, &volume, &fault)
				: ent_volume_create_corridor(rows[i].n > 3 ? many : rows[i].at,
						  rows[i].n, rows[i].radius_mm, band(), span(),
						  NULL, &volume, &fault);
		check_refusal(rows[i].why, status, rows[i].status, volume, &fault, rows[i].where,
				rows[i].reason);
		if (volume != NULL) {
			const struct ent_volume_parts *parts = ent_volume_parts(volume);
			CHECK_ROW(rows[i].why, parts->n_at == parts->n_pieces + 1);
			CHECK_ROW(rows[i].why, parts->n_vertices == rows[i].n);
		}
		ent_volume_release(volume);
	}
	struct ent_volume *volume = NULL;
	struct ent_fault fault = {"", ""};
	const ent_status status = ent_volume_create_corridor(
			many, 1, 5, band(), span(), NULL, &volume, &fault);
	check_refusal("a corridor of one point", status, ENT_E_SHAPE, volume, &fault, "points",
			"2 to 1024 points, not 1");
}

/* Long: the table is the claim. */
TEST(track__is_refused_with_its_reason) {
	(void)state_;
	const struct ent_track_point a = {raw(47, 8), 0, 0}, b = {raw(47.1, 8), 1000, 10000000};
	const struct ent_track_point c = {raw(47.2, 8), 0, 20000000};
	struct ent_track_point same_time = b, early = b, low = b, high = b, old = b, late = b,
			       north = b, month = b, over = b, fast = b;
	same_time.time_utc_us = 0;
	early.time_utc_us = -1;
	low.altitude_mm = ENT_ALTITUDE_MIN_MM - 1;
	high.altitude_mm = ENT_ALTITUDE_MAX_MM + 1;
	old.time_utc_us = ENT_TIME_MIN_US - 1;
	late.time_utc_us = ENT_TIME_MAX_US + 1;
	north.at = raw(90.1, 0);
	month.time_utc_us = ENT_LEG_TIME_MAX_US;
	over.time_utc_us = ENT_LEG_TIME_MAX_US + 1;
	fast.at = raw(-46, -172);
	fast.time_utc_us = 390000;
	struct ent_track_point round = fast;
	round.time_utc_us = INT64_C(86400000000);
	const struct ent_tolerance none = {0, 0, 0};
	const struct ent_tolerance most = {ENT_TOLERANCE_LATERAL_MAX_MM,
			ENT_TOLERANCE_VERTICAL_MAX_MM, ENT_TOLERANCE_TIME_MAX_US};
	struct ent_air weather = {.qnh_known = true, .qnh_lo_pa = 102000, .qnh_hi_pa = 101000};
	const struct {
		const char *why;
		size_t n;
		struct ent_track_point points[3];
		struct ent_tolerance tolerance;
		enum ent_altitude_ref ref;
		const struct ent_air *air;
		ent_status status;
		const char *where, *reason;
	} rows[] = {
			{"three points", 3, {a, b, c}, none, ENT_ALTITUDE_AMSL, NULL, ENT_OK, "",
					""},
			{"a moment", 1, {a}, most, ENT_ALTITUDE_FL, NULL, ENT_OK, "", ""},
			{"on the spot", 2, {a, {a.at, 0, 1}}, none, ENT_ALTITUDE_W84, NULL, ENT_OK,
					"", ""},
			{"thirty days", 2, {a, month}, none, ENT_ALTITUDE_W84, NULL, ENT_OK, "",
					""},
			{"half round the globe, to a point nearly opposite", 2, {a, round}, none,
					ENT_ALTITUDE_W84, NULL, ENT_OK, "", ""},
			{"no points", 0, {a}, none, ENT_ALTITUDE_W84, NULL, ENT_E_SHAPE, "points",
					"1 to 131072 points, not 0"},
			{"two at one time", 3, {a, same_time, c}, none, ENT_ALTITUDE_W84, NULL,
					ENT_E_DOMAIN, "points", "point 1 is not later"},
			{"back in time", 3, {a, early, c}, none, ENT_ALTITUDE_W84, NULL,
					ENT_E_DOMAIN, "points", "point 1 is not later"},
			{"back at the end", 3, {a, c, b}, none, ENT_ALTITUDE_W84, NULL,
					ENT_E_DOMAIN, "points", "point 2 is not later"},
			{"over thirty days", 2, {a, over}, none, ENT_ALTITUDE_W84, NULL,
					ENT_E_DOMAIN, "points", "point 1 is over 30 days"},
			{"impossibly fast: 19,900 km in 0.39 s", 2, {a, fast}, none,
					ENT_ALTITUDE_W84, NULL, ENT_E_DOMAIN, "points",
					"impossibly fast"},
			{"too low", 2, {a, low}, none, ENT_ALTITUDE_W84, NULL, ENT_E_DOMAIN,
					"points", "altitude or time of point 1"},
			{"too high", 2, {a, high}, none, ENT_ALTITUDE_W84, NULL, ENT_E_DOMAIN,
					"points", "altitude or time of point 1"},
			{"before the year 1", 1, {old}, none, ENT_ALTITUDE_W84, NULL, ENT_E_DOMAIN,
					"points", "altitude or time of point 0"},
			{"after the year 9999", 2, {a, late}, none, ENT_ALTITUDE_W84, NULL,
					ENT_E_DOMAIN, "points", "altitude or time of point 1"},
			{"out of range", 2, {a, north}, none, ENT_ALTITUDE_W84, NULL, ENT_E_DOMAIN,
					"points[1]", "-90..90"},
			{"no such reference", 2, {a, b}, none, ENT_ALTITUDE_REF_COUNT, NULL,
					ENT_E_DOMAIN, "altitude", "no such altitude reference: 4"},
			{"negative lateral tolerance", 2, {a, b}, {-1, 0, 0}, ENT_ALTITUDE_W84,
					NULL, ENT_E_DOMAIN, "tolerance", "0..500 km"},
			{"negative vertical tolerance", 2, {a, b}, {0, -1, 0}, ENT_ALTITUDE_W84,
					NULL, ENT_E_DOMAIN, "tolerance", "0..50 km"},
			{"negative time tolerance", 2, {a, b}, {0, 0, -1}, ENT_ALTITUDE_W84, NULL,
					ENT_E_DOMAIN, "tolerance", "0..1 day"},
			{"too wide", 2, {a, b}, {ENT_TOLERANCE_LATERAL_MAX_MM + 1, 0, 0},
					ENT_ALTITUDE_W84, NULL, ENT_E_DOMAIN, "tolerance",
					"0..500 km"},
			{"too thick", 2, {a, b}, {0, ENT_TOLERANCE_VERTICAL_MAX_MM + 1, 0},
					ENT_ALTITUDE_W84, NULL, ENT_E_DOMAIN, "tolerance",
					"0..50 km"},
			{"too long", 2, {a, b}, {0, 0, ENT_TOLERANCE_TIME_MAX_US + 1},
					ENT_ALTITUDE_W84, NULL, ENT_E_DOMAIN, "tolerance",
					"0..1 day"},
			{"QNH out of order", 2, {a, b}, none, ENT_ALTITUDE_FL, &weather,
					ENT_E_DOMAIN, "qnh", "lowest before highest"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct ent_volume *volume = NULL;
		struct ent_fault fault = {"", ""};
		const ent_status status = ent_volume_create_track(rows[i].points, rows[i].n,
				rows[i].ref, rows[i].tolerance, rows[i].air, &volume, &fault);
		check_refusal(rows[i].why, status, rows[i].status, volume, &fault, rows[i].where,
				rows[i].reason);
		ent_volume_release(volume);
	}
}

TEST(track__is_taken_up_to_the_stated_maxima) {
	(void)state_;
	const size_t most = ENT_TRACK_POINTS_MAX;
	struct ent_track_point *points = calloc(most + 1, sizeof *points);
	CHECK(points != NULL);
	for (size_t i = 0; i <= most; i++)
		points[i] = (struct ent_track_point){
				raw(47, i % 2 == 0 ? 8 : 8.01), 0, (int64_t)i * 1000000};
	const struct ent_tolerance none = {0, 0, 0};
	struct ent_volume *volume = NULL;
	struct ent_fault fault = {"", ""};
	CHECK(ent_volume_create_track(points, most, ENT_ALTITUDE_AMSL, none, NULL, &volume,
			      &fault) == ENT_OK);
	CHECK(ent_volume_parts(volume)->track->n_points == most &&
			ent_volume_parts(volume)->n_pieces == most - 1);
	size_t points_bytes;
	CHECK(ent_volume_memory(volume, &points_bytes) > points_bytes &&
			points_bytes > most * sizeof *points);
	ent_volume_release(volume);
	volume = NULL;
	ent_status status = ent_volume_create_track(
			points, most + 1, ENT_ALTITUDE_W84, none, NULL, &volume, &fault);
	check_refusal("131073 points", status, ENT_E_LIMIT, volume, &fault, "points",
			"1 to 131072 points, not 131073");
	/* 700 legs of 18,900 km. */
	for (size_t i = 0; i <= 700; i++)
		points[i].at = raw(0, i % 2 == 0 ? 0 : 170);
	status = ent_volume_create_track(
			points, 701, ENT_ALTITUDE_W84, none, NULL, &volume, &fault);
	check_refusal("too many pieces", status, ENT_E_LIMIT, volume, &fault, "points",
			"over 262144 pieces");
	free(points);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(polygon__that_is_none_is_refused_with_its_reason),
			TEST_ENTRY(polygon__is_taken_up_to_the_stated_maxima),
			TEST_ENTRY(box__of_altitude_time_and_air_is_refused_with_its_reason),
			TEST_ENTRY(circle_and_corridor__are_refused_with_their_reason),
			TEST_ENTRY(track__is_refused_with_its_reason),
			TEST_ENTRY(track__is_taken_up_to_the_stated_maxima),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
