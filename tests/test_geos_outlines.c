/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two fixed volumes against GEOS: polygons with holes, circles and corridors that are apart, that
 * touch, overlap, contain one another or lie in one another's hole, with a minimum and without.
 */
#include "geosplane.h"

struct pair {
	struct plane plane;
	struct shape a, b;
	struct ent_minima minima;
};

static void shift(struct shape *shape, struct flat by) {
	for (size_t i = 0; i < shape->n; i++) {
		shape->flat[i].x += by.x;
		shape->flat[i].y += by.y;
	}
}

static struct shape some_shape(double size_m, uint64_t *seed) {
	struct shape shape = {.kind = ENT_VOLUME_CORRIDOR};
	switch (one_of(seed, 5)) {
	case 0:
		shape.kind = ENT_VOLUME_CIRCLE;
		shape.n = 1;
		break;
	case 1:
		shape.n = 2 + one_of(seed, 4);
		for (size_t i = 0; i < shape.n; i++)
			shape.flat[i] = (struct flat){between(seed, -size_m, size_m) * 0.7,
					between(seed, -size_m, size_m) * 0.7};
		break;
	case 2:
		return with_hole(size_m, seed);
	default:
		shape.kind = ENT_VOLUME_POLYGON;
		add_ring(&shape, (struct flat){0, 0}, size_m, 3 + one_of(seed, RING_MAX - 2), seed);
		return shape;
	}
	shape.radius_mm = one_of(seed, 3) == 0 ? 0 : (int64_t)(between(seed, 0, 500) * size_m);
	return shape;
}

/* L and what both cores are grown by. */
static double reach_m(const struct pair *pair) {
	return (double)(pair->minima.lateral_mm + pair->a.radius_mm + pair->b.radius_mm) * 1e-3;
}

/* Moves b straight away from a, or nearer, until their cores are so far apart. */
static void bring_to(struct pair *pair, double target_m) {
	for (int step = 0; step < 2; step++) {
		GEOSGeometry *a = drawn(&pair->plane, &pair->a), *b = drawn(&pair->plane, &pair->b);
		double d = 0;
		struct flat p, q;
		CHECK(GEOSDistance_r(geos, a, b, &d) == 1);
		GEOSCoordSequence *ends = GEOSNearestPoints_r(geos, a, b);
		CHECK(ends != NULL && GEOSCoordSeq_getXY_r(geos, ends, 0, &p.x, &p.y) == 1 &&
				GEOSCoordSeq_getXY_r(geos, ends, 1, &q.x, &q.y) == 1);
		GEOSCoordSeq_destroy_r(geos, ends);
		GEOSGeom_destroy_r(geos, a);
		GEOSGeom_destroy_r(geos, b);
		if (d <= 0)
			return;
		/* To 'target' first from where a direction is well known. */
		const double by = (step == 0 && target_m < 1 ? 1 : target_m) - d;
		shift(&pair->b, (struct flat){by * (q.x - p.x) / d, by * (q.y - p.y) / d});
		place(&pair->plane, &pair->b);
	}
}

static struct pair some_pair(uint64_t *seed) {
	static const int64_t laterals[] = {0, 0, 0, 50000, 926000, 9260000};
	static const double little_m[] = {-10, -1, -0.01, -1e-3, 1e-3, 2e-3, 5e-3, 0.01, 1, 10};
	const double size_m = 50 * pow(300, test_uniform(seed)), turn = between(seed, 0, 2 * M_PI);
	struct pair pair = {.plane = somewhere(seed)};
	double apart_m = 0;
	pair.minima = (struct ent_minima){laterals[one_of(seed, COUNT_OF(laterals))], 304800, 0};
	switch (one_of(seed, 4)) {
	case 0: /* somewhere inside, or in the hole */
		pair.a = with_hole(size_m, seed);
		pair.b = some_shape(size_m * 0.04, seed);
		apart_m = one_of(seed, 2) == 0 ? 0 : size_m * between(seed, 0, 0.5);
		pair.minima.lateral_mm = one_of(seed, 2) == 0 ? 0 : (int64_t)(size_m * 10);
		break;
	default:
		pair.a = some_shape(size_m, seed);
		pair.b = some_shape(size_m, seed);
		apart_m = size_m * between(seed, 0, 2.5);
		break;
	}
	shift(&pair.a, (struct flat){-apart_m / 2 * sin(turn), -apart_m / 2 * cos(turn)});
	shift(&pair.b, (struct flat){apart_m / 2 * sin(turn), apart_m / 2 * cos(turn)});
	place(&pair.plane, &pair.a);
	place(&pair.plane, &pair.b);
	if (one_of(seed, 2) == 0)
		bring_to(&pair, reach_m(&pair) + little_m[one_of(seed, COUNT_OF(little_m))]);
	return pair;
}

/* What GEOS says of two cores. */
struct measured {
	double low_m, high_m; /* the distance of their geodesics lies between */
	bool meet, contained, in_hole;
};

static bool in_hole(const GEOSGeometry *polygon, const GEOSGeometry *other) {
	GEOSGeometry *hull = GEOSGeom_createPolygon_r(geos,
			GEOSGeom_clone_r(geos, GEOSGetExteriorRing_r(geos, polygon)), NULL, 0);
	const bool in = GEOSContains_r(geos, hull, other) == 1;
	GEOSGeom_destroy_r(geos, hull);
	return in;
}

static struct measured measure(const struct pair *pair, struct plane *ret_plane) {
	const struct shape *middle = pair->a.kind == ENT_VOLUME_CIRCLE ? &pair->a
			: pair->b.kind == ENT_VOLUME_CIRCLE            ? &pair->b
								       : NULL;
	struct plane plane = pair->plane;
	if (middle != NULL)
		plane = (struct plane){
				ent_geo_lat_deg(middle->at[0]), ent_geo_lon_deg(middle->at[0]), 0};
	GEOSGeometry *a = drawn(&plane, &pair->a), *b = drawn(&plane, &pair->b);
	struct measured m = {.meet = GEOSIntersects_r(geos, a, b) == 1};
	double d = 0;
	CHECK(GEOSDistance_r(geos, a, b, &d) == 1 && m.meet == !(d > 0));
	const double stretch = 1 + 1.01 * plane.reach_m * plane.reach_m / RADIUS2_MIN_M2;
	m.high_m = (middle != NULL ? from_middle_m(&plane, d) : d) + 2 * STRAIGHT_M;
	m.low_m = (middle != NULL ? from_middle_m(&plane, d) : d / stretch) - 2 * STRAIGHT_M;
	m.contained = GEOSContains_r(geos, a, b) == 1 || GEOSContains_r(geos, b, a) == 1;
	m.in_hole = !m.meet &&
			((pair->a.rings > 1 && in_hole(a, b)) ||
					(pair->b.rings > 1 && in_hole(b, a)));
	GEOSGeom_destroy_r(geos, a);
	GEOSGeom_destroy_r(geos, b);
	*ret_plane = plane;
	return m;
}

struct classes {
	uint64_t pairs, apart, by_reach, band, unsure, overlap, contained, in_hole;
};

static const char *fault_of(
		const struct measured *m, const struct ent_verdict *v, double reach, double off) {
	if (v->kind == ENT_VERDICT_CLEAR) {
		/* Cores that meet, meet: what the engine adds is more than what bends here. */
		return m->high_m < reach || m->meet ? "a conflict was missed" : NULL;
	}
	if (v->kind != ENT_VERDICT_CONFLICT)
		return "unknown";
	if (m->low_m > reach + ENT_CONFLICT_BOUND_M(reach))
		return "a conflict beyond the stated bound";
	const double said = (double)v->witness.lateral_mm * 1e-3;
	if (said < m->low_m - off - 2e-3 || said > fmax(0, m->high_m - off) + 2e-3)
		return "the witness is not the nearest approach";
	return NULL;
}

static void ask_pair(struct classes *c, const struct pair *pair) {
	struct plane plane;
	const struct measured m = measure(pair, &plane);
	struct ent_volume *a = NULL, *b = NULL;
	if (plane.reach_m > REACH_MAX_M)
		return;
	CHECK(file(&pair->a, &a) == ENT_OK && file(&pair->b, &b) == ENT_OK);
	const struct ent_verdict v = ent_conflict_judge(a, b, &pair->minima);
	const double reach = reach_m(pair), off = reach - (double)pair->minima.lateral_mm * 1e-3;
	const char *fault = fault_of(&m, &v, reach, off);
	if (fault != NULL)
		fail_msg("%s: pair %llu at %.6f %.6f, kinds %d and %d: %.6f to %.6f m, reach %.6f "
			 "m, verdict %d with %lld mm",
				fault, (unsigned long long)c->pairs, pair->plane.lat,
				pair->plane.lon, (int)pair->a.kind, (int)pair->b.kind, m.low_m,
				m.high_m, reach, (int)v.kind, (long long)v.witness.lateral_mm);
	c->pairs++;
	c->contained += m.contained;
	c->overlap += m.meet && !m.contained;
	c->in_hole += m.in_hole;
	c->apart += m.low_m > reach + 1;
	c->by_reach += !m.meet && m.high_m < reach;
	c->band += fabs((m.low_m + m.high_m) / 2 - reach) < 0.02 && m.high_m - m.low_m < 0.02;
	c->unsure += m.low_m < reach + ENT_CONFLICT_BOUND_M(reach) && m.high_m > reach && !m.meet;
	ent_volume_release(a);
	ent_volume_release(b);
}

TEST(outlines__meet_and_are_as_far_apart_as_geos_says) {
	(void)state_;
	uint64_t seed = 4;
	struct classes c = {0};
	const uint64_t n = 1 + (uint64_t)(25000 * test_scale());
	while (c.pairs < n) {
		const struct pair pair = some_pair(&seed);
		ask_pair(&c, &pair);
	}
	print_message("campaign outlines: %llu pairs: %llu apart, %llu within reach, %llu overlap, "
		      "%llu contained, %llu in a hole; %llu within 2 cm of L, %llu not told apart "
		      "by "
		      "the plane\n",
			(unsigned long long)c.pairs, (unsigned long long)c.apart,
			(unsigned long long)c.by_reach, (unsigned long long)c.overlap,
			(unsigned long long)c.contained, (unsigned long long)c.in_hole,
			(unsigned long long)c.band, (unsigned long long)c.unsure);
	CHECK(c.apart > n / 20 && c.by_reach > n / 20 && c.overlap > n / 20);
	CHECK(c.contained > n / 40 && c.in_hole > n / 40 && c.band > n / 20 && c.unsure < n / 4);
}

/*
 * A central projection takes the great ellipse for the edge; the geodesic lies up to 41 mm beside
 * it in 25 km. Each of these places was once missed or made up.
 */
TEST(outlines__hold_what_is_a_few_millimetres_inside_a_long_edge_and_nothing_outside) {
	(void)state_;
	static const struct ent_minima none = {0, 0, 0};
	static const struct {
		const char *why;
		double lat, west, east, north, part;
	} rows[] = {
			{"an edge of one piece", 45, 0, 0.3, 0.3, 0.5},
			{"the region on the other side", 45, 0, 0.3, -0.3, 0.5},
			{"in the south", -45, 0, 0.3, 0.3, 0.5},
			{"across the antimeridian", 60, 179.9, 0.3, 0.3, 0.5},
			{"an edge of many pieces", 45, 0, 9, 0.3, 0.517},
			{"far from the region's middle", 40, 0, 9, 40, 0.517},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const double lat = rows[i].lat, west = rows[i].west, far = lat + rows[i].north;
		const double east = remainder(west + rows[i].east, 360);
		const double corners[][2] = {{lat, west}, {lat, east}, {far, east}, {far, west}};
		struct shape region = {
				.kind = ENT_VOLUME_POLYGON, .rings = 1, .sizes = {4}, .n = 4};
		struct ent_volume *volume = NULL, *dot = NULL;
		struct geod_geodesicline edge;
		double edge_lat, edge_lon;
		for (size_t k = 0; k < 4; k++)
			CHECK(ent_geo_point_from_deg(corners[k][0], corners[k][1], &region.at[k]) ==
					ENT_OK);
		CHECK_ROW(rows[i].why, file(&region, &volume) == ENT_OK);
		geod_inverseline(&edge, &wgs84, lat, west, lat, east, 0);
		geod_position(&edge, rows[i].part * edge.s13, &edge_lat, &edge_lon, NULL);
		const struct plane plane = {edge_lat, edge_lon, 0};
		for (int mm = -50; mm <= 50; mm += 4) {
			struct shape point = {.kind = ENT_VOLUME_CIRCLE, .n = 1};
			point.flat[0] = (struct flat){0, mm * 1e-3};
			place(&plane, &point);
			CHECK(file(&point, &dot) == ENT_OK);
			CHECK_ROW(rows[i].why,
					(ent_conflict_judge(volume, dot, &none).kind ==
							ENT_VERDICT_CONFLICT) ==
							(mm * rows[i].north > 0));
			ent_volume_release(dot);
		}
		ent_volume_release(volume);
	}
}

int main(int argc, char **argv) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(outlines__meet_and_are_as_far_apart_as_geos_says),
			TEST_ENTRY(outlines__hold_what_is_a_few_millimetres_inside_a_long_edge_and_nothing_outside),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, start, stop);
}
