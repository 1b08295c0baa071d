/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a moved volume lies: a track beside itself, leg by leg, anything else as it was. What may
 * not be moved so is in test_propose.c.
 */
#include <math.h>

#include "test.h"

#include "entente/volume.h"

static struct ent_point place(double lat, double lon) {
	struct ent_point point;
	CHECK(ent_geo_point_from_deg(lat, lon, &point) == ENT_OK);
	return point;
}

/* How far a point lies to the right of a direction through another, on the plane of both; metres. */
static double right_of_m(struct ent_point from, double ahead_deg, struct ent_point point) {
	const struct ent_geodesic way = ent_geo_inverse(from, point);
	return way.length_m * sin((way.azimuth1_deg - ahead_deg) * M_PI / 180);
}

TEST(move__a_track_moves_aside_by_the_whole_offset_on_every_leg) {
	(void)state_;
	uint64_t seed = 61;
	unsigned moved_ones = 0;
	for (int run = 0; run < 400; run++) {
		struct ent_track_point points[6] = {{.at = place(-75 + run % 31 * 5.0, 179.9)}};
		double azimuth = 360 * test_uniform(&seed);
		for (int i = 1; i < 6; i++) {
			points[i] = points[i - 1];
			points[i].time_utc_us += 120000000;
			points[i].at = ent_geo_direct(points[i - 1].at, azimuth,
					15000 + 5000 * test_uniform(&seed));
			azimuth += 180 * test_uniform(&seed) - 90;
		}
		struct ent_volume *track = NULL, *moved = NULL;
		const int64_t offset_mm = (int64_t)((test_uniform(&seed) - 0.5) * 4e6);
		CHECK(ent_volume_create_track(points, 6, ENT_ALTITUDE_FL,
				      (struct ent_tolerance){0, 0, 0}, NULL, &track,
				      NULL) == ENT_OK);
		const ent_status status = ent_volume_create_moved(
				track, 0, 0, offset_mm, 0, &moved);
		CHECK(status == ENT_OK || status == ENT_E_SHAPE);
		moved_ones += status == ENT_OK;
		const struct ent_track_point *now = moved == NULL
				? points
				: ent_volume_parts(moved)->track->points;
		for (int i = 0; status == ENT_OK && i < 5; i++) {
			const struct ent_geodesic leg = ent_geo_inverse(
					points[i].at, points[i + 1].at);
			const double wanted = (double)offset_mm * 1e-3;
			/* The ellipsoid is no plane: 3 km aside, a few millimetres. */
			CHECK(fabs(right_of_m(points[i].at, leg.azimuth1_deg, now[i].at) - wanted) <
					0.01);
			CHECK(fabs(right_of_m(points[i + 1].at, leg.azimuth2_deg, now[i + 1].at) -
					      wanted) < 0.01);
		}
		ent_volume_release(moved);
		ent_volume_release(track);
	}
	CHECK(moved_ones > 200);
}

/* Every distance within it, before and after. */
static void check_rigid(const struct ent_volume *volume, const struct ent_volume *moved) {
	const struct ent_volume_parts *a = ent_volume_parts(volume), *b = ent_volume_parts(moved);
	CHECK(a->n_vertices == b->n_vertices && a->radius_mm == b->radius_mm);
	for (uint32_t i = 0; i < a->n_vertices; i++)
		for (uint32_t j = 0; j < i; j++) {
			const double before =
					ent_geo_inverse(a->vertices[i], a->vertices[j]).length_m;
			const double after =
					ent_geo_inverse(b->vertices[i], b->vertices[j]).length_m;
			CHECK(fabs(after - before) < 0.001 * fmax(1, pow(before / 1e5, 3)));
		}
}

TEST(move__anything_else_moves_bodily_wherever_it_is) {
	(void)state_;
	static const struct ent_band band = {{ENT_ALTITUDE_W84, 0}, {ENT_ALTITUDE_W84, 1000}};
	static const struct ent_span span = {0, 1000000};
	static const double azimuths[] = {0, 37, 90, 180, 270};
	static const struct {
		double lat, lon, across_m;
	} squares[] = {{70, 8, 10000}, {-80, 179.99, 100000}, {90, 0, 120000}, {0, -180, 50000},
			{45, 8, 100000}};
	for (size_t i = 0; i < sizeof squares / sizeof squares[0]; i++)
		for (size_t k = 0; k < 2 * sizeof azimuths / sizeof azimuths[0]; k++) {
			struct ent_point corners[4];
			const size_t size = 4;
			for (int c = 0; c < 4; c++)
				corners[c] = ent_geo_direct(place(squares[i].lat, squares[i].lon),
						45 + 90 * c, squares[i].across_m / sqrt(2));
			struct ent_volume *volume = NULL, *moved = NULL;
			CHECK((k % 2 == 0 ? ent_volume_create_polygon(corners, &size, 1, band, span,
							    NULL, &volume, NULL)
					  : ent_volume_create_corridor(corners, 4, 500000, band,
							    span, NULL, &volume, NULL)) == ENT_OK);
			CHECK(ent_volume_create_moved(volume, 0, 0,
					      k % 2 == 0 ? 37040000 : -9260000, azimuths[k / 2],
					      &moved) == ENT_OK);
			check_rigid(volume, moved);
			const struct ent_geodesic way = ent_geo_inverse(
					corners[0], ent_volume_parts(moved)->vertices[0]);
			CHECK(fabs(way.length_m - (k % 2 == 0 ? 37040 : 9260)) < 0.001);
			ent_volume_release(moved);
			ent_volume_release(volume);
		}
}

int main(void) {
	static const struct CMUnitTest tests[] = {
			TEST_ENTRY(move__a_track_moves_aside_by_the_whole_offset_on_every_leg),
			TEST_ENTRY(move__anything_else_moves_bodily_wherever_it_is),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
