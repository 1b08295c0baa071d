/* SPDX-License-Identifier: Apache-2.0 */
/*
 * atmosphere.c: what a pressure altitude may be as a height above mean sea level.
 *
 * The ICAO standard atmosphere (Doc 7488): 288.15 K and 1013.25 hPa at mean sea level, 6.5 K
 * less a kilometre up to 11 km, 216.65 K up to 20 km, then 1 K more a kilometre up to 32 km.
 * Between the pressures Q (at mean sea level, taken as the QNH) and p air of temperature T is
 * as thick as the integral of (R/g) T d(ln p). In the standard atmosphere that is
 * zp - z(Q); air warmer by d adds d times the integral of (R/g) d(ln p), which is the
 * integral of dz / T along the standard atmosphere. So
 *
 *     height = zp - z(Q) +- d * integral from z(Q) to zp of dz / T(z),
 *
 * in geopotential metres. 1/T is convex, so trapezoids bound the integral from above. To
 * metres: gravity at mean sea level is within 0.27 % of 9.80665 (9.7803 at the equator, 9.8322
 * at the poles), and falling gravity adds H^2 / (R - H) upward.
 */
#include "entente/geo.h"

#define SEA_LEVEL_PA 101325.0
#define SEA_LEVEL_K 288.15
#define LAPSE_K_PER_M 0.0065
/* R L / g: 287.05287 * 0.0065 / 9.80665 */
#define EXPONENT 0.190263105
#define GRAVITY_SPREAD 0.0028
#define EARTH_RADIUS_M 6356766.0

enum { SERIES_TERMS = 30 };

/* (1 + x)^EXPONENT for |x| <= 0.17, to the last digits, by the binomial series. */
static double power(double x) {
	double sum = 1, term = 1;
	for (int k = 1; k <= SERIES_TERMS; k++) {
		term *= x * (EXPONENT - (k - 1)) / k;
		sum += term;
	}
	return sum;
}

/* The pressure altitude of a pressure near that of the sea level. */
static double altitude_of_pressure_m(double pa) {
	return SEA_LEVEL_K / LAPSE_K_PER_M * (1 - power(pa / SEA_LEVEL_PA - 1));
}

static double standard_k(double z_m) {
	if (z_m < 11000)
		return SEA_LEVEL_K - LAPSE_K_PER_M * z_m;
	return z_m < 20000 ? 216.65 : 216.65 + 0.001 * (z_m - 20000);
}

/* An upper bound of the integral of dz / T from low to high, layer by layer. */
static double thickness(double low_m, double high_m) {
	static const double layer_m[] = {-1e9, 11000, 20000, 1e9};
	double sum = 0;
	for (int i = 0; i < 3; i++) {
		const double from = low_m > layer_m[i] ? low_m : layer_m[i];
		const double to = high_m < layer_m[i + 1] ? high_m : layer_m[i + 1];
		if (from < to)
			sum += (to - from) * 0.5 * (1 / standard_k(from) + 1 / standard_k(to));
	}
	return sum;
}

/* Geopotential height and its possible departure by temperature. */
static void height(double zp_m, double qnh_pa, double deviation_k, double *ret_lo_m,
		double *ret_hi_m) {
	const double zq_m = altitude_of_pressure_m(qnh_pa);
	const double apart = zp_m > zq_m ? thickness(zq_m, zp_m) : thickness(zp_m, zq_m);
	*ret_lo_m = zp_m - zq_m - deviation_k * apart;
	*ret_hi_m = zp_m - zq_m + deviation_k * apart;
}

ent_status ent_geo_pressure_altitude_amsl(int64_t pressure_altitude_mm, int32_t qnh_lo_pa,
		int32_t qnh_hi_pa, int32_t isa_deviation_k, struct ent_interval *ret_amsl) {
	if (qnh_lo_pa < 85000 || qnh_hi_pa > 110000 || qnh_lo_pa > qnh_hi_pa ||
			isa_deviation_k < 0 || isa_deviation_k > 60 ||
			pressure_altitude_mm < -2000000 || pressure_altitude_mm > 30000000)
		return ENT_E_DOMAIN;
	const double zp_m = (double)pressure_altitude_mm * 1e-3;
	double lo_m, hi_m, unused;
	/* A higher QNH means a higher true height. */
	height(zp_m, qnh_lo_pa, isa_deviation_k, &lo_m, &unused);
	height(zp_m, qnh_hi_pa, isa_deviation_k, &unused, &hi_m);
	lo_m -= GRAVITY_SPREAD * (lo_m < 0 ? -lo_m : lo_m);
	hi_m += GRAVITY_SPREAD * (hi_m < 0 ? -hi_m : hi_m);
	hi_m += hi_m * hi_m / (EARTH_RADIUS_M - hi_m);
	/* Outward to a whole millimetre and one more for the rounding. */
	ret_amsl->lo_mm = (int64_t)(lo_m * 1e3) - 2;
	ret_amsl->hi_mm = (int64_t)(hi_m * 1e3) + 2;
	return ENT_OK;
}
