/* SPDX-License-Identifier: Apache-2.0 */
/*
 * utm.c: names as in Karney (2011): tau is the tangent of latitude, tau' that of conformal
 * latitude; xi', eta' the Gauss-Schreiber coordinates, xi, eta those of Gauss-Krueger, in
 * units of the radius of the sphere whose meridian is as long as the ellipsoid's.
 */
#include "utm.h"

#include <math.h>

enum { TERMS = 6, NEWTON_STEPS = 3 };

/*
 * NGA.SIG.0012 2.0.0, The Universal Grids and the Transverse Mercator and Polar Stereographic
 * Map Projections (2014).
 */
#define UTM_SCALE 0.9996
#define UTM_FALSE_EAST_M 500000.0
#define UPS_SCALE 0.994
#define UPS_FALSE_M 2000000.0

/* Third flattening f / (2 - f), with 1/f = 298.257223563. */
#define N (1 / 595.514447126)
#define N2 (N * N)
#define N3 (N * N2)
#define N4 (N2 * N2)
#define N5 (N2 * N3)
#define N6 (N3 * N3)

/* Karney (2011), equation 14: the radius of that sphere. */
#define RADIUS_M (ENT_GEO_A_M / (1 + N) * (1 + N2 / 4 + N4 / 64 + N6 / 256))

/* The same, equation 35: alpha 1 to 6. */
static const double forward_terms[TERMS] = {
		N / 2 - 2 * N2 / 3 + 5 * N3 / 16 + 41 * N4 / 180 - 127 * N5 / 288 +
				7891 * N6 / 37800,
		13 * N2 / 48 - 3 * N3 / 5 + 557 * N4 / 1440 + 281 * N5 / 630 -
				1983433 * N6 / 1935360,
		61 * N3 / 240 - 103 * N4 / 140 + 15061 * N5 / 26880 + 167603 * N6 / 181440,
		49561 * N4 / 161280 - 179 * N5 / 168 + 6601661 * N6 / 7257600,
		34729 * N5 / 80640 - 3418889 * N6 / 1995840,
		212378941 * N6 / 319334400,
};

/* The same, equation 36: beta 1 to 6. */
static const double inverse_terms[TERMS] = {
		N / 2 - 2 * N2 / 3 + 37 * N3 / 96 - N4 / 360 - 81 * N5 / 512 + 96199 * N6 / 604800,
		N2 / 48 + N3 / 15 - 437 * N4 / 1440 + 46 * N5 / 105 - 1118711 * N6 / 3870720,
		17 * N3 / 480 - 37 * N4 / 840 - 209 * N5 / 4480 + 5569 * N6 / 90720,
		4397 * N4 / 161280 - 11 * N5 / 504 - 830251 * N6 / 7257600,
		4583 * N5 / 161280 - 108847 * N6 / 3991680,
		20648693 * N6 / 638668800,
};

static double eccentricity(void) {
	return ent_geo_sqrt(ENT_GEO_E2);
}

/* tau to tau', equations 7 to 9. */
static double conformal(double tau) {
	const double e = eccentricity(), secant = hypot(1, tau);
	const double sigma = sinh(e * atanh(e * tau / secant));
	return tau * hypot(1, sigma) - sigma * secant;
}

/*
 * tau' to tau by Newton's method, equations 19 to 21. The start is right to 0.7 % anywhere,
 * so that three steps leave less than the last bit.
 */
static double geographic(double conformal_tau) {
	double tau = conformal_tau / (1 - ENT_GEO_E2);
	for (int step = 0; step < NEWTON_STEPS; step++) {
		const double at = conformal(tau);
		tau += (conformal_tau - at) / hypot(1, at) * (1 + (1 - ENT_GEO_E2) * tau * tau) /
				((1 - ENT_GEO_E2) * hypot(1, tau));
	}
	return tau;
}

struct utm_place utm_forward(int zone, struct ent_point point) {
	double sin_lat, cos_lat, sin_lon, cos_lon;
	const int64_t meridian_ndeg = utm_meridian_deg(zone) * ENT_GEO_NDEG_PER_DEG;
	ent_geo_sincos_deg((double)point.lat_ndeg / 1e9, &sin_lat, &cos_lat);
	ent_geo_sincos_deg((double)(point.lon_ndeg - meridian_ndeg) / 1e9, &sin_lon, &cos_lon);
	const double tau = conformal(sin_lat / cos_lat);
	const double xi = atan2(tau, cos_lon), eta = asinh(sin_lon / hypot(tau, cos_lon));
	double north = xi, east = eta;
	for (int j = TERMS; j > 0; j--) {
		north += forward_terms[j - 1] * sin(2 * j * xi) * cosh(2 * j * eta);
		east += forward_terms[j - 1] * cos(2 * j * xi) * sinh(2 * j * eta);
	}
	return (struct utm_place){UTM_FALSE_EAST_M + UTM_SCALE * RADIUS_M * east,
			UTM_SCALE * RADIUS_M * north};
}

struct utm_degrees utm_inverse(int zone, struct utm_place place) {
	const double north = place.north_m / (UTM_SCALE * RADIUS_M);
	const double east = (place.east_m - UTM_FALSE_EAST_M) / (UTM_SCALE * RADIUS_M);
	double xi = north, eta = east;
	for (int j = TERMS; j > 0; j--) {
		xi -= inverse_terms[j - 1] * sin(2 * j * north) * cosh(2 * j * east);
		eta -= inverse_terms[j - 1] * cos(2 * j * north) * sinh(2 * j * east);
	}
	const double sine = sinh(eta), cosine = cos(xi);
	const double tau = geographic(sin(xi) / hypot(sine, cosine));
	return (struct utm_degrees){ent_geo_atan2_deg(tau, 1),
			utm_meridian_deg(zone) + ent_geo_atan2_deg(sine, cosine)};
}

/*
 * Metres on the projection from the pole for the tangent of half the conformal colatitude
 * being 1 (Snyder, "Map projections: a working manual", 1987, equation 21-33).
 */
static double polar_radius_m(void) {
	const double e = eccentricity();
	return 2 * UPS_SCALE * ENT_GEO_A_M / (ent_geo_sqrt(1 - ENT_GEO_E2) * exp(e * atanh(e)));
}

struct utm_place ups_forward(bool north, struct ent_point point) {
	double sin_colat, cos_colat, sin_lon, cos_lon, radius_m = 0;
	const int64_t lat_ndeg = north ? point.lat_ndeg : -point.lat_ndeg;
	const int64_t colat_ndeg = 90 * ENT_GEO_NDEG_PER_DEG - lat_ndeg;
	ent_geo_sincos_deg((double)colat_ndeg / 1e9, &sin_colat, &cos_colat);
	ent_geo_sincos_deg((double)point.lon_ndeg / 1e9, &sin_lon, &cos_lon);
	if (colat_ndeg != 0) {
		const double tau = conformal(cos_colat / sin_colat);
		radius_m = polar_radius_m() / (hypot(1, tau) + tau);
	}
	return (struct utm_place){UPS_FALSE_M + radius_m * sin_lon,
			UPS_FALSE_M + (north ? -radius_m : radius_m) * cos_lon};
}

struct utm_degrees ups_inverse(bool north, struct utm_place place) {
	const double x = place.east_m - UPS_FALSE_M;
	const double y = north ? UPS_FALSE_M - place.north_m : place.north_m - UPS_FALSE_M;
	const double t = hypot(x, y) / polar_radius_m();
	if (t <= 0)
		return (struct utm_degrees){north ? 90 : -90, 0};
	/* The colatitude's tangent is 1 / tau, which keeps its digits near the pole. */
	const double colat_deg = ent_geo_atan2_deg(1, geographic((1 / t - t) / 2));
	return (struct utm_degrees){
			north ? 90 - colat_deg : colat_deg - 90, ent_geo_atan2_deg(x, y)};
}
