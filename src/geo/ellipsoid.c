/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ellipsoid.c: points of the stored grid and of the surface.
 */
#include "entente/geo.h"

#define LAT_MAX (90 * ENT_GEO_NDEG_PER_DEG)
#define LON_MAX (180 * ENT_GEO_NDEG_PER_DEG)
#define A2 (ENT_GEO_A_M * ENT_GEO_A_M)
#define B2 (ENT_GEO_B_M * ENT_GEO_B_M)

ent_status ent_geo_point_from_ndeg(
		int64_t lat_ndeg, int64_t lon_ndeg, struct ent_point *ret_point) {
	if (lat_ndeg > LAT_MAX || lat_ndeg < -LAT_MAX || lon_ndeg > LON_MAX || lon_ndeg < -LON_MAX)
		return ENT_E_DOMAIN;
	if (lon_ndeg == LON_MAX)
		lon_ndeg = -LON_MAX;
	if (lat_ndeg == LAT_MAX || lat_ndeg == -LAT_MAX)
		lon_ndeg = 0;
	*ret_point = (struct ent_point){lat_ndeg, lon_ndeg};
	return ENT_OK;
}

/* Nearest whole number, halves away from zero; for |x| below 1e15. */
static int64_t rounded(double x) {
	return x < 0 ? -(int64_t)(0.5 - x) : (int64_t)(x + 0.5);
}

ent_status ent_geo_point_from_deg(double lat_deg, double lon_deg, struct ent_point *ret_point) {
	/* Written so that a NaN fails. */
	if (!(lat_deg >= -90 && lat_deg <= 90 && lon_deg >= -180 && lon_deg <= 180))
		return ENT_E_DOMAIN;
	return ent_geo_point_from_ndeg(rounded(lat_deg * 1e9), rounded(lon_deg * 1e9), ret_point);
}

double ent_geo_lat_deg(struct ent_point point) {
	return (double)point.lat_ndeg / 1e9;
}

double ent_geo_lon_deg(struct ent_point point) {
	return (double)point.lon_ndeg / 1e9;
}

struct ent_vec3 ent_geo_ecef_deg(double lat_deg, double lon_deg) {
	double sin_lat, cos_lat, sin_lon, cos_lon;
	ent_geo_sincos_deg(lat_deg, &sin_lat, &cos_lat);
	ent_geo_sincos_deg(lon_deg, &sin_lon, &cos_lon);
	/* Radius of curvature in the prime vertical. */
	const double n_m = ENT_GEO_A_M / ent_geo_sqrt(1 - ENT_GEO_E2 * sin_lat * sin_lat);
	return (struct ent_vec3){n_m * cos_lat * cos_lon, n_m * cos_lat * sin_lon,
			n_m * (1 - ENT_GEO_E2) * sin_lat};
}

struct ent_vec3 ent_geo_ecef(struct ent_point point) {
	return ent_geo_ecef_deg(ent_geo_lat_deg(point), ent_geo_lon_deg(point));
}

/*
 * With at = q + k (q.x / a^2, q.y / a^2, q.z / b^2), k being twice the height over the
 * length of that normal, q on the surface gives one equation in k. Newton's step from k = 0
 * leaves h^2 / R, the second that squared over R: for 1 km of height 0.2 m, then 4 nm; for
 * 100 km 1.6 km, 0.4 m, then less than a nanometre.
 */
static double normal_step(double k, double p2, double z2) {
	const double u = 1 / (1 + k * (1 / A2)), w = 1 / (1 + k * (1 / B2));
	const double pu = p2 * u * u, zw = z2 * w * w;
	return k + (pu + zw - 1) / (2 * (pu * u * (1 / A2) + zw * w * (1 / B2)));
}

static inline struct ent_vec3 foot(struct ent_vec3 at, int steps) {
	const double p2 = (at.x * at.x + at.y * at.y) * (1 / A2), z2 = at.z * at.z * (1 / B2);
	double k = (p2 + z2 - 1) / (2 * (p2 * (1 / A2) + z2 * (1 / B2)));
	for (int step = 1; step < steps; step++)
		k = normal_step(k, p2, z2);
	const double across = 1 / (1 + k * (1 / A2)), along = 1 / (1 + k * (1 / B2));
	return (struct ent_vec3){at.x * across, at.y * across, at.z * along};
}

struct ent_vec3 ent_geo_surface(struct ent_vec3 at) {
	return foot(at, 2);
}

struct ent_vec3 ent_geo_normal(struct ent_vec3 at) {
	const double z = at.z * (A2 / B2);
	const double scale = 1 / ent_geo_sqrt(at.x * at.x + at.y * at.y + z * z);
	return (struct ent_vec3){at.x * scale, at.y * scale, z * scale};
}

struct ent_point ent_geo_point_from_ecef(struct ent_vec3 at) {
	const struct ent_vec3 n = ent_geo_normal(foot(at, 4));
	const double lat_deg = ent_geo_atan2_deg(n.z, ent_geo_sqrt(n.x * n.x + n.y * n.y));
	const double lon_deg = ent_geo_atan2_deg(n.y, n.x);
	struct ent_point point = {0, 0};
	const ent_status status = ent_geo_point_from_deg(lat_deg, lon_deg, &point);
	(void)status; /* an arc tangent is in range */
	return point;
}
