/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pieces.c: a long geodesic is divided into equal pieces when it is filed, so that each
 * is near enough to its chord, and to a parabola beside the plane through the Earth's centre,
 * to be judged by + - * / and square root alone.
 */
#include "internal.h"

/*
 * Up to 0.15 degree in latitude and longitude a line is under 25 km long, up to 0.3 degree
 * under 50 km: a degree is 111.70 km at most (the meridian at the pole), and
 * 0.15 * 111.70 km * sqrt(2) = 23.7 km.
 */
#define NDEG_PER_25KM INT64_C(150000000)

uint32_t pieces_count(struct ent_point a, struct ent_point b, double longest_m,
		struct ent_geodesic *ret_path) {
	const int64_t near = longest_m >= 2 * ENT_PIECE_MAX_M ? 2 * NDEG_PER_25KM : NDEG_PER_25KM;
	const int64_t lat = a.lat_ndeg - b.lat_ndeg, lon = a.lon_ndeg - b.lon_ndeg;
	if (lat <= near && -lat <= near && lon <= near && -lon <= near)
		return 1;
	const struct ent_geodesic path = ent_geo_inverse(a, b);
	uint32_t n = (uint32_t)(path.length_m / longest_m);
	if ((double)n * longest_m < path.length_m || n == 0)
		n++;
	*ret_path = path;
	return n;
}

struct ent_vec3 pieces_at(struct ent_point a, const struct ent_geodesic *path, double fraction) {
	double lat_deg, lon_deg, azimuth_deg;
	ent_geo_direct_deg(ent_geo_lat_deg(a), ent_geo_lon_deg(a), path->azimuth1_deg,
			path->length_m * fraction, &lat_deg, &lon_deg, &azimuth_deg);
	return ent_geo_ecef_deg(lat_deg, lon_deg);
}
