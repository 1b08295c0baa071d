/* SPDX-License-Identifier: Apache-2.0 */
/*
 * geo.h: the WGS84 ellipsoid: points, geodesics, Earth-centred coordinates, the
 * EGM96 geoid and pressure altitude. Depends on: base.
 *
 * Inputs are stored as integers: a point in 1e-9 degree ("ndeg"; 0.11 mm of
 * latitude), an altitude in millimetres, a time in microseconds since 1970 UTC.
 * Everything here uses only + - * / and square root on IEEE doubles, and our own
 * trigonometry: no libm, no contraction, so results are bit-identical on every
 * machine that we support.
 *
 * The ellipsoid: a = 6378137 m, f = 1/298.257223563 (NIMA TR8350.2, 2000, table 3.1).
 */
#ifndef ENTENTE_GEO_H
#define ENTENTE_GEO_H

#include "entente/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ENT_GEO_NDEG_PER_DEG INT64_C(1000000000)

/* WGS84 semi-major and semi-minor axis; metres. */
#define ENT_GEO_A_M 6378137.0
#define ENT_GEO_B_M 6356752.314245179497563967
/* First eccentricity squared, f (2 - f). */
#define ENT_GEO_E2 0.00669437999014131699613723

/*
 * The least and the greatest radius of normal curvature anywhere on the
 * ellipsoid: b^2/a (the meridian at the equator), a^2/b (the poles); metres.
 */
#define ENT_GEO_RADIUS_MIN_M 6335439.327292829
#define ENT_GEO_RADIUS_MAX_M 6399593.625758493

/*
 * A place. Canonical: lat in [-90e9, 90e9], lon in [-180e9, 180e9), lon 0 at the
 * poles; ent_geo_point_* make only such ones.
 */
struct ent_point {
	int64_t lat_ndeg, lon_ndeg;
};

/* Earth-centred, Earth-fixed; metres. The z axis is the rotation axis, x is at 0 E. */
struct ent_vec3 {
	double x, y, z;
};

/* E_DOMAIN: not finite, |lat| > 90, |lon| > 180 (both ends of the antimeridian are taken). */
ENT_API ENT_MUST_USE ent_status ent_geo_point_from_deg(
		double lat_deg, double lon_deg, struct ent_point *ret_point);

/* The same from integers; lon may be anywhere in [-180e9, 180e9]. */
ENT_API ENT_MUST_USE ent_status ent_geo_point_from_ndeg(
		int64_t lat_ndeg, int64_t lon_ndeg, struct ent_point *ret_point);

ENT_API double ent_geo_lat_deg(struct ent_point point);
ENT_API double ent_geo_lon_deg(struct ent_point point);

/* The point of the ellipsoid's surface; correct to 3 nm. */
ENT_API struct ent_vec3 ent_geo_ecef(struct ent_point point);

/* The same for latitude and longitude in degrees that need not be on the stored grid. */
ENT_API struct ent_vec3 ent_geo_ecef_deg(double lat_deg, double lon_deg);

/* The nearest stored point to the foot of the ellipsoid's normal through 'at', which is within 100 km of the surface. */
ENT_API struct ent_point ent_geo_point_from_ecef(struct ent_vec3 at);

/*
 * The foot on the surface of the ellipsoid's normal through 'at', for 'at' within
 * 1 km of the surface; correct to 20 nm. No trigonometry.
 */
ENT_API struct ent_vec3 ent_geo_surface(struct ent_vec3 at);

/* The outward unit normal at a point of the surface. */
ENT_API struct ent_vec3 ent_geo_normal(struct ent_vec3 at);

struct ent_geodesic {
	double length_m;     /* along the shortest path */
	double azimuth1_deg; /* at the first point, clockwise from north, [-180, 180] */
	double azimuth2_deg; /* of the forward direction at the second point */
};

/* The shortest path between two points, any two, antipodes too; length within 1 um below 1000 km, 10 um elsewhere. */
ENT_API struct ent_geodesic ent_geo_inverse(struct ent_point a, struct ent_point b);
/* Latitudes in -90..90, longitudes in -180..180. */
ENT_API struct ent_geodesic ent_geo_inverse_deg(
		double lat1_deg, double lon1_deg, double lat2_deg, double lon2_deg);

/* Where one ends up after length_m (any sign) from the first point along azimuth1_deg. */
ENT_API void ent_geo_direct_deg(double lat1_deg, double lon1_deg, double azimuth1_deg,
		double length_m, double *ret_lat_deg, double *ret_lon_deg,
		double *ret_azimuth2_deg);

/* The point of the stored grid nearest to where ent_geo_direct_deg ends. */
ENT_API struct ent_point ent_geo_direct(struct ent_point from, double azimuth_deg, double length_m);

/* sin and cos of an angle in degrees, |angle| <= 1e6; exact at multiples of 30 and 90 where those are. Error below 1 ulp. */
ENT_API void ent_geo_sincos_deg(double angle_deg, double *ret_sin, double *ret_cos);

/* In degrees, (-180, 180]; 0 for atan2(0, 0). Error below 2 ulp. */
ENT_API double ent_geo_atan2_deg(double y, double x);

/* Correctly rounded by IEEE 754; one instruction, no library call (built with -fno-math-errno). */
static inline double ent_geo_sqrt(double x) {
	return __builtin_sqrt(x);
}

/* A closed interval in millimetres; the truth lies inside. */
struct ent_interval {
	int64_t lo_mm, hi_mm;
};

/*
 * Height of the EGM96 geoid above the ellipsoid anywhere in a closed box of
 * latitude and longitude (lon_west > lon_east means across the antimeridian),
 * from the 15' grid (NGA) compiled in; widened by the stated bound of bilinear
 * interpolation in it (ENT_GEO_GEOID_BOUND_MM).
 */
#define ENT_GEO_GEOID_BOUND_MM 1200
ENT_API struct ent_interval ent_geo_geoid(struct ent_point south_west, struct ent_point north_east);

/*
 * What an aircraft at a pressure altitude (the number on a 1013.25 hPa altimeter)
 * may have as true height above mean sea level, when the QNH of the region lies in
 * [qnh_lo_pa, qnh_hi_pa] and the air is up to isa_deviation_k warmer or colder than
 * the ICAO standard atmosphere (Doc 7488). E_DOMAIN: QNH outside 85000..110000 Pa or
 * lo > hi, deviation outside 0..60 K, pressure altitude outside -2000..30000 m.
 */
ENT_API ENT_MUST_USE ent_status ent_geo_pressure_altitude_amsl(int64_t pressure_altitude_mm,
		int32_t qnh_lo_pa, int32_t qnh_hi_pa, int32_t isa_deviation_k,
		struct ent_interval *ret_amsl);

#ifdef __cplusplus
}
#endif

#endif
