/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trig.c: sine, cosine and arc tangent of degrees, from + - * / alone, so that the same
 * number comes out on every machine.
 *
 * An angle is brought to within 45 degrees of a multiple of 90 without rounding (the
 * remainder has no finer bits than the angle), turned to radians in two parts, and given to
 * the Taylor series: at pi/4 the first term left out is 8e-20 for the sine (x^19/19!) and
 * 3e-18 for the cosine (x^18/18!). An arc tangent is brought to within 1/32 of a tabled one.
 */
#include "entente/geo.h"

/* pi / 180, and what the first number lacks. */
#define RAD_PER_DEG 0.017453292519943295
#define RAD_PER_DEG_REST 2.9486522708701687e-19
#define DEG_PER_RAD 57.29577951308232
#define DEG_PER_RAD_REST (-1.9878495670576283e-15)

/* Nearest whole number, ties to even, for |x| below 2^51. */
static double nearest(double x) {
	const double big = 6755399441055744.0; /* 1.5 * 2^52 */
	const double sum = x + big;
	return sum - big;
}

/* A number in two halves of 26 bits, so that products of halves are exact (Veltkamp, 1968). */
static void halves(double x, double *ret_high, double *ret_low) {
	const double scaled = x * 134217729.0; /* 2^27 + 1 */
	*ret_high = scaled - (scaled - x);
	*ret_low = x - *ret_high;
}

/* a * b and its rounding error (Dekker, 1971). */
static double product(double a, double b, double *ret_error) {
	double ah, al, bh, bl;
	halves(a, &ah, &al);
	halves(b, &bh, &bl);
	const double p = a * b;
	*ret_error = ((ah * bh - p) + ah * bl + al * bh) + al * bl;
	return p;
}

/* sin(x + rest) for |x| <= pi/4. */
static double sine(double x, double rest) {
	static const double c[] = {-1.0 / 6, 1.0 / 120, -1.0 / 5040, 1.0 / 362880, -1.0 / 39916800,
			1.0 / 6227020800, -1.0 / 1307674368000, 1.0 / 355687428096000};
	const double x2 = x * x;
	double p = c[7];
	for (int i = 6; i >= 0; i--)
		p = p * x2 + c[i];
	return x + (x * x2 * p + rest * (1 - 0.5 * x2));
}

/* cos(x + rest) for |x| <= pi/4. */
static double cosine(double x, double rest) {
	static const double c[] = {1.0 / 24, -1.0 / 720, 1.0 / 40320, -1.0 / 3628800,
			1.0 / 479001600, -1.0 / 87178291200, 1.0 / 20922789888000};
	const double x2 = x * x;
	double p = c[6];
	for (int i = 5; i >= 0; i--)
		p = p * x2 + c[i];
	const double half = 0.5 * x2, one = 1 - half;
	return one + (((1 - one) - half) + (x2 * x2 * p - x * rest));
}

void ent_geo_sincos_deg(double angle_deg, double *ret_sin, double *ret_cos) {
	const double quarters = nearest(angle_deg / 90);
	const double r_deg = angle_deg - 90 * quarters;
	double error;
	const double x = product(r_deg, RAD_PER_DEG, &error);
	const double rest = error + r_deg * RAD_PER_DEG_REST;
	double s = sine(x, rest), c = cosine(x, rest);
	if (r_deg == 30 || r_deg == -30)
		s = r_deg > 0 ? 0.5 : -0.5;
	switch ((int)(int64_t)quarters & 3) {
	case 0:
		*ret_sin = s;
		*ret_cos = c;
		return;
	case 1:
		*ret_sin = c;
		*ret_cos = 0 - s;
		return;
	case 2:
		*ret_sin = 0 - s;
		*ret_cos = 0 - c;
		return;
	default:
		*ret_sin = 0 - c;
		*ret_cos = s;
		return;
	}
}

/* Arc tangent of k/16 in degrees and what that number lacks; computed with 60 decimal digits. */
static const double arc_deg[17][2] = {
		{0.0, 0.0},
		{3.576334374997351, -4.254839715196495e-17},
		{7.125016348901798, -1.2948639595014213e-16},
		{10.619655276155134, 3.9353821206767933e-16},
		{14.036243467926479, -1.178545638282857e-16},
		{17.35402463626132, 2.629325578208967e-16},
		{20.556045219583464, 7.735753643362621e-16},
		{23.629377730656817, -3.857270537916843e-17},
		{26.56505117707799, -6.673432494950659e-16},
		{29.357753542791272, 3.183231713449758e-16},
		{32.005383208083494, 1.8761647814886433e-15},
		{34.5085229876684, 1.6654005518742188e-15},
		{36.86989764584402, 1.3346864989901319e-15},
		{39.0938588862295, 2.335881743638655e-15},
		{41.18592516570965, -2.0942594695766676e-15},
		{43.1523897340054, 8.502900827062482e-16},
		{45.0, 0.0},
};

/* Arc tangent of low/high, 0 <= low <= high, in degrees. */
static double arc_within_45(double low, double high) {
	const int k = (int)(16 * (low / high) + 0.5);
	const double c = k / 16.0;
	/* tan(a - b) = (tan a - tan b) / (1 + tan a tan b), before the division by 'high'. */
	const double u = (low - c * high) / (high + c * low);
	const double u2 = u * u;
	double series = -1.0 / 11 + u2 * (1.0 / 13);
	series = -1.0 / 7 + u2 * (1.0 / 9 + u2 * series);
	series = u2 * (-1.0 / 3 + u2 * (1.0 / 5 + u2 * series));
	double error;
	const double whole = product(u, DEG_PER_RAD, &error);
	return arc_deg[k][0] +
			(whole + (error + u * DEG_PER_RAD_REST + whole * series + arc_deg[k][1]));
}

double ent_geo_atan2_deg(double y, double x) {
	const double ay = y < 0 ? -y : y, ax = x < 0 ? -x : x;
	if (!(ax > 0) && !(ay > 0))
		return 0;
	double deg = ay <= ax ? arc_within_45(ay, ax) : 90 - arc_within_45(ax, ay);
	if (x < 0)
		deg = 180 - deg;
	return y < 0 ? -deg : deg;
}
