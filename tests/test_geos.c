/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Polygons against GEOS: which are none, and what lies inside of those that are; and the plane in
 * which GEOS is asked against geodesics.
 */
#include "geosplane.h"

/* Which side of an edge is which is known to 0.03 mm (plane.h and here), on the stored grid of 0.11 mm. */
#define SHAPE_BAND_M 1e-4

TEST(plane__keeps_geodesics_straight_and_stretches_as_stated) {
	(void)state_;
	uint64_t seed = 1;
	double bent_m = 0, off_m = 0;
	const int n = 1 + (int)(20000 * test_scale());
	for (int i = 0; i < n; i++) {
		struct plane plane = somewhere(&seed);
		struct ent_point end[2];
		for (int k = 0; k < 2; k++) {
			const double r = between(&seed, 0, 0.999 * REACH_MAX_M);
			const double turn = between(&seed, -M_PI, M_PI);
			end[k] = fold_up(&plane, (struct flat){r * sin(turn), r * cos(turn)});
		}
		const struct flat a = lay_out(&plane, end[0]), b = lay_out(&plane, end[1]);
		struct geod_geodesicline line;
		double lat, lon, there_m;
		geod_inverseline(&line, &wgs84, ent_geo_lat_deg(end[0]), ent_geo_lon_deg(end[0]),
				ent_geo_lat_deg(end[1]), ent_geo_lon_deg(end[1]), 0);
		geod_position(&line, between(&seed, 0, 1) * line.s13, &lat, &lon, NULL);
		double azimuth, m, scale;
		geod_geninverse(&wgs84, plane.lat, plane.lon, lat, lon, &there_m, &azimuth, NULL,
				&m, &scale, NULL, NULL);
		const struct flat p = {
				m / scale * sin(azimuth * RAD), m / scale * cos(azimuth * RAD)};
		const double length = hypot(b.x - a.x, b.y - a.y);
		const double bent = fabs((b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x)) /
				length;
		bent_m = bent > bent_m ? bent : bent_m;
		off_m = fmax(off_m, fabs(from_middle_m(&plane, m / scale) - there_m));
		CHECK(length > line.s13 - 1e-6);
		CHECK(length / line.s13 < 1 + 1.01 * REACH_MAX_M * REACH_MAX_M / RADIUS2_MIN_M2);
	}
	print_message("campaign plane: %d geodesics within 50 km, bent %.9f m at most, %.9f m from "
		      "an arc\n",
			n, bent_m, off_m);
	CHECK(bent_m < STRAIGHT_M);
	CHECK(off_m < STRAIGHT_M);
}

/* --- Which polygons are none --- */

static void add_holes(struct shape *shape, double size_m, uint64_t *seed) {
	const size_t holes = one_of(seed, RINGS_MAX);
	for (size_t i = 0; i < holes; i++) {
		const double r = size_m * between(seed, 0, 1.2), turn = between(seed, 0, 2 * M_PI);
		add_ring(shape, (struct flat){r * sin(turn), r * cos(turn)},
				size_m * between(seed, 0.02, 0.5), 3 + one_of(seed, 6), seed);
	}
}

/* Beside an edge of the outer ring, this far from it on either side, so that a corner next to it just crosses or does not. */
static void bring_beside(struct shape *shape, size_t corner, size_t edge, uint64_t *seed) {
	static const double far_m[] = {3e-4, 1e-3, 3e-3, 1e-2, 0.1, 1, 10};
	const struct flat a = shape->flat[edge], b = shape->flat[(edge + 1) % shape->sizes[0]];
	const double part = between(seed, 0.1, 0.9), length = hypot(b.x - a.x, b.y - a.y);
	const double off = far_m[one_of(seed, COUNT_OF(far_m))] * (one_of(seed, 2) == 0 ? 1 : -1);
	shape->flat[corner] = (struct flat){a.x + part * (b.x - a.x) + off * (b.y - a.y) / length,
			a.y + part * (b.y - a.y) - off * (b.x - a.x) / length};
}

static struct shape perhaps_polygon(uint64_t *seed) {
	const double size_m = 50 * pow(300, test_uniform(seed));
	struct shape shape = {.kind = ENT_VOLUME_POLYGON};
	const size_t corners = 3 + one_of(seed, RING_MAX - 2);
	add_ring(&shape, (struct flat){0, 0}, size_m, corners, seed);
	switch (one_of(seed, 6)) {
	case 0: /* two corners exchanged */
	{
		const size_t i = one_of(seed, corners), j = one_of(seed, corners);
		const struct flat kept = shape.flat[i];
		shape.flat[i] = shape.flat[j];
		shape.flat[j] = kept;
		break;
	}
	case 1: /* a corner anywhere */
		shape.flat[one_of(seed, corners)] = (struct flat){
				between(seed, -size_m, size_m), between(seed, -size_m, size_m)};
		break;
	case 2: { /* a corner beside an edge */
		const size_t i = one_of(seed, corners);
		bring_beside(&shape, i, (i + 1 + one_of(seed, corners - 2)) % corners, seed);
		break;
	}
	case 3:
		add_holes(&shape, size_m, seed);
		break;
	case 4: /* a hole, and often another in it */
		add_ring(&shape, (struct flat){0, 0}, size_m * between(seed, 0.05, 0.4), 8, seed);
		if (one_of(seed, 2) == 0)
			add_ring(&shape, (struct flat){0, 0}, size_m * between(seed, 0.01, 0.2), 5,
					seed);
		break;
	default:
		break;
	}
	return shape;
}

struct tally {
	uint64_t taken, crossing, outside, nested, with_holes, near;
};

static bool begins(const char *text, const char *with) {
	return strncmp(text, with, strlen(with)) == 0;
}

static void tally_none(struct tally *tally, const GEOSGeometry *polygon) {
	char *why = GEOSisValidReason_r(geos, polygon);
	CHECK(why != NULL);
	tally->crossing += begins(why, "Self-intersection");
	tally->outside += begins(why, "Hole lies outside shell");
	tally->nested += begins(why, "Holes are nested");
	GEOSFree_r(geos, why);
}

TEST(polygon__is_refused_when_geos_calls_it_invalid_and_only_then) {
	(void)state_;
	uint64_t seed = 2;
	struct tally tally = {0};
	const uint64_t n = 1 + (uint64_t)(30000 * test_scale());
	for (uint64_t i = 0; i < n; i++) {
		struct plane plane = somewhere(&seed);
		struct shape shape = perhaps_polygon(&seed);
		struct ent_volume *volume = NULL;
		double clear_m = 0;
		place(&plane, &shape);
		GEOSGeometry *polygon = drawn(&plane, &shape);
		CHECK(polygon != NULL && plane.reach_m < REACH_MAX_M);
		const bool valid = GEOSisValid_r(geos, polygon) == 1;
		const ent_status status = file(&shape, &volume);
		/* Moving every corner by less than half of this changes nothing. */
		CHECK(GEOSMinimumClearance_r(geos, polygon, &clear_m) == 0);
		if (clear_m < 2 * SHAPE_BAND_M) {
			tally.near++;
		} else {
			if (status != (valid ? ENT_OK : ENT_E_SHAPE))
				fail_msg("polygon %llu: %s, though GEOS calls it %s, by %.6f m",
						(unsigned long long)i, ent_status_name(status),
						valid ? "valid" : "invalid", clear_m);
			tally.taken += valid;
			tally.with_holes += valid && shape.rings > 1;
			if (!valid)
				tally_none(&tally, polygon);
		}
		ent_volume_release(volume);
		GEOSGeom_destroy_r(geos, polygon);
	}
	print_message("campaign polygons: %llu, %llu taken (%llu with holes), refused: %llu that "
		      "cross, %llu with a hole outside, %llu with a hole in a hole; %llu nearer "
		      "than the bound\n",
			(unsigned long long)n, (unsigned long long)tally.taken,
			(unsigned long long)tally.with_holes, (unsigned long long)tally.crossing,
			(unsigned long long)tally.outside, (unsigned long long)tally.nested,
			(unsigned long long)tally.near);
	CHECK(tally.taken > n / 5 && tally.with_holes > n / 100 && tally.crossing > n / 5);
	CHECK(tally.outside > n / 100 && tally.nested > n / 500 && tally.near < n / 20);
}

/*
 * Where the rules differ on purpose: GEOS lets rings touch in a corner and corners repeat; the
 * engine refuses both, since below the grid of stored places nobody can say which side is which.
 */
TEST(polygon__whose_rings_touch_or_corners_repeat_is_refused_though_geos_takes_it) {
	(void)state_;
	static const struct {
		const char *why;
		bool geos_takes_it;
		size_t rings, sizes[3];
		struct flat at[11];
	} rows[] = {
			{"a square with a hole", true, 2, {4, 3},
					{{0, 0}, {9, 0}, {9, 9}, {0, 9}, {2, 2}, {4, 2}, {2, 4}}},
			{"a corner twice in a row", true, 1, {5},
					{{0, 0}, {9, 0}, {9, 0}, {9, 9}, {0, 9}}},
			{"a hole in a corner of the outer ring", true, 2, {4, 3},
					{{0, 0}, {9, 0}, {9, 9}, {0, 9}, {0, 0}, {4, 2}, {2, 4}}},
			{"two holes with one corner in common", true, 3, {4, 3, 3},
					{{0, 0}, {9, 0}, {9, 9}, {0, 9}, {4, 4}, {4, 2}, {2, 4},
							{4, 4}, {6, 4}, {4, 6}}},
			{"an outer ring that meets itself in a corner", false, 1, {6},
					{{0, 0}, {4, 4}, {8, 0}, {8, 8}, {4, 4}, {0, 8}}},
			{"a hole with an edge of the outer ring", false, 2, {4, 3},
					{{0, 0}, {9, 0}, {9, 9}, {0, 9}, {0, 0}, {9, 0}, {4, 4}}},
			{"there and back", false, 1, {3}, {{0, 0}, {9, 0}, {0, 0}}},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct plane plane = {47, 8, 0};
		struct shape shape = {.kind = ENT_VOLUME_POLYGON, .rings = rows[i].rings};
		struct ent_volume *volume = NULL;
		for (size_t r = 0; r < shape.rings; r++) {
			shape.sizes[r] = rows[i].sizes[r];
			shape.n += shape.sizes[r];
		}
		for (size_t k = 0; k < shape.n; k++)
			shape.flat[k] = (struct flat){1e3 * rows[i].at[k].x, 1e3 * rows[i].at[k].y};
		place(&plane, &shape);
		GEOSGeometry *polygon = drawn(&plane, &shape);
		CHECK_ROW(rows[i].why, GEOSisValid_r(geos, polygon) == rows[i].geos_takes_it);
		CHECK_ROW(rows[i].why, file(&shape, &volume) == (i == 0 ? ENT_OK : ENT_E_SHAPE));
		ent_volume_release(volume);
		GEOSGeom_destroy_r(geos, polygon);
	}
}

/* --- What lies inside --- */

/* In the box around it; or beside an edge of any ring, from 0.1 mm to a metre. */
static struct flat some_point(const struct shape *shape, double size_m, uint64_t *seed) {
	if (one_of(seed, 3) == 0)
		return (struct flat){
				between(seed, -size_m, size_m), between(seed, -size_m, size_m)};
	if (one_of(seed, 2) == 0)
		return (struct flat){0.2 * between(seed, -size_m, size_m),
				0.2 * between(seed, -size_m, size_m)};
	const size_t ring = one_of(seed, shape->rings), first = ring > 0 ? shape->sizes[0] : 0;
	const size_t i = one_of(seed, shape->sizes[ring]);
	const struct flat a = shape->flat[first + i];
	const struct flat b = shape->flat[first + (i + 1) % shape->sizes[ring]];
	const double part = test_uniform(seed), length = hypot(b.x - a.x, b.y - a.y);
	const double off = copysign(pow(10, between(seed, -4, 0)), between(seed, -1, 1));
	return (struct flat){a.x + part * (b.x - a.x) + off * (b.y - a.y) / length,
			a.y + part * (b.y - a.y) - off * (b.x - a.x) / length};
}

struct inside {
	uint64_t inside, outside, in_hole, near_edge, on_edge;
};

static void ask_point(struct inside *c, const struct plane *plane, const struct shape *polygon,
		const struct ent_volume *volume, struct flat p) {
	static const struct ent_minima none = {0, 0, 0};
	struct shape point = {.kind = ENT_VOLUME_CIRCLE, .n = 1, .flat = {p}};
	struct ent_volume *dot = NULL;
	place(plane, &point);
	CHECK(file(&point, &dot) == ENT_OK);
	struct plane here = {ent_geo_lat_deg(point.at[0]), ent_geo_lon_deg(point.at[0]), 0};
	GEOSGeometry *region = drawn(&here, polygon), *at = drawn(&here, &point);
	GEOSGeometry *edge = GEOSBoundary_r(geos, region);
	GEOSGeometry *hull = GEOSGeom_createPolygon_r(
			geos, GEOSGeom_clone_r(geos, GEOSGetExteriorRing_r(geos, region)), NULL, 0);
	double from_edge_m = 0;
	CHECK(GEOSDistance_r(geos, edge, at, &from_edge_m) == 1);
	const bool contains = GEOSContains_r(geos, region, at) == 1;
	const bool meets = ent_conflict_judge(volume, dot, &none).kind == ENT_VERDICT_CONFLICT;
	const bool counts = ent_volume_contains(volume, ent_geo_ecef(point.at[0]));
	/* Never outside what contains it; never inside by more than the bound. */
	CHECK(meets || !contains);
	CHECK(meets == contains || from_edge_m < ENT_CONFLICT_BOUND_M(0));
	CHECK(counts == contains || from_edge_m < SHAPE_BAND_M);
	c->inside += contains;
	c->outside += !contains;
	c->in_hole += !contains && GEOSContains_r(geos, hull, at) == 1;
	c->near_edge += from_edge_m < 0.01;
	c->on_edge += from_edge_m < SHAPE_BAND_M;
	GEOSGeom_destroy_r(geos, region);
	GEOSGeom_destroy_r(geos, at);
	GEOSGeom_destroy_r(geos, edge);
	GEOSGeom_destroy_r(geos, hull);
	ent_volume_release(dot);
}

TEST(inside__is_what_geos_contains_holes_taken_out) {
	(void)state_;
	uint64_t seed = 3;
	struct inside c = {0};
	const uint64_t n = 1 + (uint64_t)(2000 * test_scale());
	for (uint64_t i = 0; i < n; i++) {
		const struct plane plane = somewhere(&seed);
		const double size_m = 50 * pow(300, test_uniform(&seed));
		struct shape polygon = with_hole(size_m, &seed);
		struct ent_volume *volume = NULL;
		place(&plane, &polygon);
		CHECK(file(&polygon, &volume) == ENT_OK);
		for (int k = 0; k < 10; k++)
			ask_point(&c, &plane, &polygon, volume,
					some_point(&polygon, size_m, &seed));
		ent_volume_release(volume);
	}
	print_message("campaign inside: %llu points, %llu inside, %llu outside, %llu of them in a "
		      "hole, %llu within a cm of an edge; %llu nearer than the bound\n",
			(unsigned long long)(10 * n), (unsigned long long)c.inside,
			(unsigned long long)c.outside, (unsigned long long)c.in_hole,
			(unsigned long long)c.near_edge, (unsigned long long)c.on_edge);
	CHECK(c.inside > n && c.outside > n && c.in_hole > n / 4 && c.near_edge > n / 4);
	CHECK(c.on_edge < n);
}

int main(int argc, char **argv) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(plane__keeps_geodesics_straight_and_stretches_as_stated),
			TEST_ENTRY(polygon__is_refused_when_geos_calls_it_invalid_and_only_then),
			TEST_ENTRY(polygon__whose_rings_touch_or_corners_repeat_is_refused_though_geos_takes_it),
			TEST_ENTRY(inside__is_what_geos_contains_holes_taken_out),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, start, stop);
}
