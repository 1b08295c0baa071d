/* SPDX-License-Identifier: Apache-2.0 */
/*
 * geodesic.c: the direct and the inverse problem on the ellipsoid, for any two points.
 *
 * The method is C. F. F. Karney, "Algorithms for geodesics", J. Geodesy 87 (2013) 43-55,
 * doi 10.1007/s00190-012-0578-z; "(17)" below is an equation of that paper. A geodesic is
 * carried to a great circle of an auxiliary sphere, where arc length sigma and longitude
 * omega differ from distance and longitude by series in the third flattening and a small
 * epsilon; to order six they are good to some nanometres. The inverse problem looks for the
 * azimuth at the first point whose geodesic reaches the second's latitude at the second's
 * longitude: Newton's method, kept inside a bracket that only shrinks, so that points that
 * are nearly opposite end as well.
 *
 * A direction is kept as sine and cosine: an azimuth near 90 degrees has digits to spare in
 * its cosine, and the vertex of a geodesic needs them.
 */
#include "entente/geo.h"

#define F (1 / 298.257223563)
#define N3 (F / (2 - F))                    /* third flattening */
#define EP2 (ENT_GEO_E2 / (1 - ENT_GEO_E2)) /* second eccentricity squared */
#define F1 (1 - F)
#define TINY 1e-150
#define DEG_PER_RAD 57.29577951308232
#define EPSILON 0x1p-52
/* Below this arc, in radians, the guess on a sphere of the right radius is exact enough: 23 cm. */
#define SHORT_ARC 3.6e-8

enum { ORDER = 6, NEWTON_MAX = 24, STEPS_MAX = 100 };

struct direction {
	double sin, cos;
};

static double size(double x) {
	return x < 0 ? -x : x;
}

/* A sum of two longitudes brought back to -180..180. */
static double within_180(double lon_deg) {
	return lon_deg > 180 ? lon_deg - 360 : lon_deg < -180 ? lon_deg + 360 : lon_deg;
}

static double hypotenuse(double x, double y) {
	return ent_geo_sqrt(x * x + y * y);
}

static struct direction unit(double s, double c) {
	const double length = hypotenuse(s, c);
	return (struct direction){s / length, c / length};
}

static struct direction of_deg(double deg) {
	struct direction d;
	ent_geo_sincos_deg(deg, &d.sin, &d.cos);
	return d;
}

static struct direction of_rad(double rad) {
	return of_deg(rad * DEG_PER_RAD);
}

static double to_rad(double s, double c) {
	return ent_geo_atan2_deg(s, c) / DEG_PER_RAD;
}

/* Sum of c[k] sin(2 k x), k = 1..n, by Clenshaw's recurrence. */
static double sine_sum(struct direction x, const double *c, int n) {
	const double twice_cos = 2 * (x.cos - x.sin) * (x.cos + x.sin);
	double later = 0, sum = 0;
	for (int k = n; k >= 1; k--) {
		const double next = twice_cos * sum - later + c[k];
		later = sum;
		sum = next;
	}
	return 2 * x.sin * x.cos * sum;
}

/* (17), (18): distance. Returns A1. */
static double series1(double e, double c[ORDER + 1]) {
	const double e2 = e * e;
	double p = e;
	c[1] = p * ((6 - e2) * e2 - 16) / 32;
	p *= e;
	c[2] = p * ((64 - 9 * e2) * e2 - 128) / 2048;
	p *= e;
	c[3] = p * (9 * e2 - 16) / 768;
	p *= e;
	c[4] = p * (3 * e2 - 5) / 512;
	p *= e;
	c[5] = -7 * p / 1280;
	p *= e;
	c[6] = -7 * p / 2048;
	return (1 + e2 * (64 + e2 * (4 + e2)) / 256) / (1 - e);
}

/* (21): distance reverted. */
static void series1_reverted(double e, double c[ORDER + 1]) {
	const double e2 = e * e;
	double p = e;
	c[1] = p * (e2 * (205 * e2 - 432) + 768) / 1536;
	p *= e;
	c[2] = p * (e2 * (4005 * e2 - 4736) + 3840) / 12288;
	p *= e;
	c[3] = p * (116 - 225 * e2) / 384;
	p *= e;
	c[4] = p * (2695 - 7173 * e2) / 7680;
	p *= e;
	c[5] = 3467 * p / 7680;
	p *= e;
	c[6] = 38081 * p / 61440;
}

/* (42), (43): reduced length. Returns A2. */
static double series2(double e, double c[ORDER + 1]) {
	const double e2 = e * e;
	double p = e;
	c[1] = p * (e2 * (e2 + 2) + 16) / 32;
	p *= e;
	c[2] = p * (e2 * (35 * e2 + 64) + 384) / 2048;
	p *= e;
	c[3] = p * (15 * e2 + 80) / 768;
	p *= e;
	c[4] = p * (7 * e2 + 35) / 512;
	p *= e;
	c[5] = 63 * p / 1280;
	p *= e;
	c[6] = 77 * p / 2048;
	return (1 - e) * (1 + e2 * (64 + e2 * (36 + 25 * e2)) / 256);
}

/* (24), (25): longitude. Returns A3. */
static double series3(double e, double c[ORDER + 1]) {
	const double n = N3, n2 = N3 * N3;
	double p;
	p = (5 + 2 * n) / 128 + e * 3 / 128;
	p = (3 + 3 * n - n2) / 64 + e * p;
	p = (1 - n) / 4 + e * ((1 - n2) / 8 + e * p);
	c[1] = e * p;
	p = (3 - 2 * n - 3 * n2) / 64 + e * ((3 + n) / 128 + e * 5 / 256);
	p = (2 - 3 * n + n2) / 32 + e * p;
	c[2] = e * e * p;
	c[3] = e * e * e * ((5 - 9 * n + 5 * n2) / 192 + e * ((9 - 10 * n) / 384 + e * 7 / 512));
	c[4] = e * e * e * e * ((7 - 14 * n) / 512 + e * 7 / 512);
	c[5] = e * e * e * e * e * 21 / 2560;
	p = (1 + 3 * n + n2) / 16 + e * ((3 + 2 * n) / 64 + e * 3 / 128);
	p = (1 - n) / 2 + e * ((2 + n - 3 * n2) / 8 + e * p);
	return 1 - e * p;
}

/* A reduced latitude. */
static struct direction reduce(double lat_deg) {
	const struct direction phi = of_deg(lat_deg);
	struct direction beta = unit(F1 * phi.sin, phi.cos);
	if (beta.cos < TINY)
		beta.cos = TINY;
	return beta;
}

/* (9): the small number that the series are in, and k^2. */
static double epsilon_of(double cos_alpha0, double *ret_k2) {
	const double k2 = cos_alpha0 * cos_alpha0 * EP2;
	*ret_k2 = k2;
	return k2 / (2 * (1 + ent_geo_sqrt(1 + k2)) + k2);
}

void ent_geo_direct_deg(double lat1_deg, double lon1_deg, double azimuth1_deg, double length_m,
		double *ret_lat_deg, double *ret_lon_deg, double *ret_azimuth2_deg) {
	const struct direction alpha1 = of_deg(azimuth1_deg), beta1 = reduce(lat1_deg);
	const struct direction alpha0 = {
			alpha1.sin * beta1.cos, hypotenuse(alpha1.cos, alpha1.sin * beta1.sin)};
	const bool on_equator_east = !(size(beta1.sin) > 0) && !(size(alpha1.cos) > 0);
	const double across = on_equator_east ? 1 : beta1.cos * alpha1.cos;
	const struct direction sigma1 = unit(beta1.sin, across);
	const struct direction omega1 = {alpha0.sin * beta1.sin, across};
	double k2, c1[ORDER + 1], c1r[ORDER + 1], c3[ORDER + 1];
	const double e = epsilon_of(alpha0.cos, &k2);
	const double a1 = series1(e, c1), a3 = series3(e, c3);
	series1_reverted(e, c1r);
	const double b11 = sine_sum(sigma1, c1, ORDER);
	const struct direction shift = of_rad(b11);
	const struct direction tau1 = {sigma1.sin * shift.cos + sigma1.cos * shift.sin,
			sigma1.cos * shift.cos - sigma1.sin * shift.sin};
	const double tau12_rad = length_m / (ENT_GEO_B_M * a1);
	const struct direction tau12 = of_rad(tau12_rad);
	const struct direction tau2 = {tau1.sin * tau12.cos + tau1.cos * tau12.sin,
			tau1.cos * tau12.cos - tau1.sin * tau12.sin};
	const double sigma12_rad = tau12_rad + sine_sum(tau2, c1r, ORDER) + b11;
	const struct direction sigma12 = of_rad(sigma12_rad);
	const struct direction sigma2 = {sigma1.sin * sigma12.cos + sigma1.cos * sigma12.sin,
			sigma1.cos * sigma12.cos - sigma1.sin * sigma12.sin};
	const double sin_beta2 = alpha0.cos * sigma2.sin;
	double cos_beta2 = hypotenuse(alpha0.sin, alpha0.cos * sigma2.cos);
	if (cos_beta2 < TINY)
		cos_beta2 = TINY;
	const struct direction omega2 = {alpha0.sin * sigma2.sin, sigma2.cos};
	const double omega12_deg = ent_geo_atan2_deg(
			omega2.sin * omega1.cos - omega2.cos * omega1.sin,
			omega2.cos * omega1.cos + omega2.sin * omega1.sin);
	const double lambda12_deg = omega12_deg -
			F * alpha0.sin * a3 *
					(sigma12_rad + sine_sum(sigma2, c3, ORDER - 1) -
							sine_sum(sigma1, c3, ORDER - 1)) *
					DEG_PER_RAD;
	*ret_lat_deg = ent_geo_atan2_deg(sin_beta2, F1 * cos_beta2);
	*ret_lon_deg = within_180(lon1_deg + lambda12_deg);
	*ret_azimuth2_deg = ent_geo_atan2_deg(alpha0.sin, alpha0.cos * sigma2.cos);
}

/* One geodesic tried for the inverse problem: from beta1 at alpha1 to the latitude beta2. */
struct trial {
	struct direction alpha2, sigma1, sigma2;
	double sigma12_rad, e, k2;
	double lambda12_error; /* its longitude difference less the one asked for; radians */
	double slope;          /* of that, by alpha1 */
};

/* (40): m12 / b, the reduced length. */
static double reduced_length(const struct trial *t) {
	double c1[ORDER + 1], c2[ORDER + 1];
	const double a1 = series1(t->e, c1), a2 = series2(t->e, c2);
	const double j12 = (a1 - a2) * t->sigma12_rad +
			a1 * (sine_sum(t->sigma2, c1, ORDER) - sine_sum(t->sigma1, c1, ORDER)) -
			a2 * (sine_sum(t->sigma2, c2, ORDER) - sine_sum(t->sigma1, c2, ORDER));
	const double stretch1 = ent_geo_sqrt(1 + t->k2 * t->sigma1.sin * t->sigma1.sin);
	const double stretch2 = ent_geo_sqrt(1 + t->k2 * t->sigma2.sin * t->sigma2.sin);
	return stretch2 * t->sigma1.cos * t->sigma2.sin - stretch1 * t->sigma1.sin * t->sigma2.cos -
			t->sigma1.cos * t->sigma2.cos * j12;
}

static struct trial try_azimuth(struct direction beta1, struct direction beta2,
		struct direction alpha1, struct direction lambda12) {
	if (!(size(beta1.sin) > 0) && !(size(alpha1.cos) > 0))
		alpha1.cos = -TINY;
	const struct direction alpha0 = {
			alpha1.sin * beta1.cos, hypotenuse(alpha1.cos, alpha1.sin * beta1.sin)};
	struct trial t;
	t.sigma1 = unit(beta1.sin, alpha1.cos * beta1.cos);
	const bool level = !(size(beta2.cos - beta1.cos) > 0);
	t.alpha2.sin = level ? alpha1.sin : alpha0.sin / beta2.cos;
	/* cos^2 alpha1 cos^2 beta1 + cos^2 beta2 - cos^2 beta1, without its cancellation. */
	const double gain = beta1.cos < -beta1.sin
			? (beta2.cos - beta1.cos) * (beta1.cos + beta2.cos)
			: (beta1.sin - beta2.sin) * (beta1.sin + beta2.sin);
	const double toward = alpha1.cos * beta1.cos;
	t.alpha2.cos = level && !(size(size(beta2.sin) + beta1.sin) > 0)
			? size(alpha1.cos)
			: ent_geo_sqrt(toward * toward + gain > 0 ? toward * toward + gain : 0) /
					beta2.cos;
	t.sigma2 = unit(beta2.sin, t.alpha2.cos * beta2.cos);
	const double turn = t.sigma1.cos * t.sigma2.sin - t.sigma1.sin * t.sigma2.cos;
	t.sigma12_rad = to_rad(turn > 0 ? turn : 0,
			t.sigma1.cos * t.sigma2.cos + t.sigma1.sin * t.sigma2.sin);
	const struct direction omega1 = {alpha0.sin * beta1.sin, toward};
	const struct direction omega2 = {alpha0.sin * beta2.sin, t.alpha2.cos * beta2.cos};
	const double swing = omega1.cos * omega2.sin - omega1.sin * omega2.cos;
	const double somega12 = swing > 0 ? swing : 0;
	const double comega12 = omega1.cos * omega2.cos + omega1.sin * omega2.sin;
	const double eta_rad = to_rad(somega12 * lambda12.cos - comega12 * lambda12.sin,
			comega12 * lambda12.cos + somega12 * lambda12.sin);
	double c3[ORDER + 1];
	t.e = epsilon_of(alpha0.cos, &t.k2);
	const double a3 = series3(t.e, c3);
	t.lambda12_error = eta_rad -
			F * alpha0.sin * a3 *
					(t.sigma12_rad + sine_sum(t.sigma2, c3, ORDER - 1) -
							sine_sum(t.sigma1, c3, ORDER - 1));
	if (size(t.alpha2.cos) > 0)
		t.slope = reduced_length(&t) * F1 / (t.alpha2.cos * beta2.cos);
	else
		t.slope = -2 * F1 * ent_geo_sqrt(1 + EP2 * beta1.sin * beta1.sin) / beta1.sin;
	return t;
}

/* (1 + A1 ...) b between the two ends of a trial. */
static double trial_length_m(const struct trial *t) {
	double c1[ORDER + 1];
	const double a1 = series1(t->e, c1);
	return ENT_GEO_B_M * a1 *
			(t->sigma12_rad + sine_sum(t->sigma2, c1, ORDER) -
					sine_sum(t->sigma1, c1, ORDER));
}

/* What the search starts from; for a very short line it is the answer. */
struct start {
	struct direction alpha1, alpha2;
	double length_m; /* negative: not the answer */
};

static struct start start_on_sphere(struct direction beta1, struct direction beta2,
		struct direction lambda12, double lambda12_rad) {
	const double sin_less = beta2.sin * beta1.cos - beta2.cos * beta1.sin;
	const double cos_less = beta2.cos * beta1.cos + beta2.sin * beta1.sin;
	const double sin_more = beta2.sin * beta1.cos + beta2.cos * beta1.sin;
	const bool near = cos_less >= 0 && sin_less < 0.5 && beta2.cos * lambda12_rad < 0.5;
	struct direction omega12 = lambda12;
	double stretch = 1;
	if (near) {
		/* The sphere that fits at the middle latitude. */
		const double s = beta1.sin + beta2.sin, c = beta1.cos + beta2.cos;
		stretch = ent_geo_sqrt(1 + EP2 * s * s / (s * s + c * c));
		omega12 = of_rad(lambda12_rad / (F1 * stretch));
	}
	const double bend = omega12.sin * omega12.sin;
	const double south = beta2.cos * omega12.sin;
	const double north = omega12.cos >= 0
			? sin_less + beta2.cos * beta1.sin * bend / (1 + omega12.cos)
			: sin_more - beta2.cos * beta1.sin * bend / (1 - omega12.cos);
	const double sin_sigma = hypotenuse(south, north);
	const double cos_sigma = beta1.sin * beta2.sin + beta1.cos * beta2.cos * omega12.cos;
	struct start start = {.length_m = -1};
	start.alpha1 = sin_sigma > 0 ? unit(south, north) : (struct direction){1, 0};
	if (near && sin_sigma < SHORT_ARC) {
		const double away = omega12.cos >= 0 ? bend / (1 + omega12.cos) : 1 - omega12.cos;
		const double s2 = beta1.cos * omega12.sin;
		const double c2 = sin_less - beta1.cos * beta2.sin * away;
		start.alpha2 = hypotenuse(s2, c2) > 0 ? unit(s2, c2) : start.alpha1;
		start.length_m = to_rad(sin_sigma, cos_sigma) * ENT_GEO_B_M * stretch;
	}
	return start;
}

/* Newton's method for alpha1, between a direction that goes too little east and one that goes too far. */
static struct trial solve(struct direction beta1, struct direction beta2, struct direction lambda12,
		struct direction *alpha1) {
	struct direction low = {TINY, 1}, high = {TINY, -1};
	struct trial t = try_azimuth(beta1, beta2, *alpha1, lambda12);
	for (int step = 0; step < STEPS_MAX; step++) {
		const double error = t.lambda12_error;
		if (!(size(error) >= 4 * EPSILON))
			break;
		if (error > 0)
			high = *alpha1;
		else
			low = *alpha1;
		bool done = false;
		struct direction next = {0, 0};
		const double change = step < NEWTON_MAX && t.slope > 0 ? -error / t.slope : 4;
		if (size(change) < 3.2) {
			const struct direction by = of_rad(change);
			next = unit(alpha1->sin * by.cos + alpha1->cos * by.sin,
					alpha1->cos * by.cos - alpha1->sin * by.sin);
			/* Ordered by cotangent: low is toward north, high toward south. */
			done = next.sin > 0 && next.cos * low.sin <= low.cos * next.sin &&
					next.cos * high.sin >= high.cos * next.sin;
		}
		if (!done)
			next = unit((low.sin + high.sin) / 2, (low.cos + high.cos) / 2);
		*alpha1 = next;
		t = try_azimuth(beta1, beta2, *alpha1, lambda12);
		if (done && size(change) < 4 * EPSILON * EPSILON)
			break;
	}
	return t;
}

/* The problem turned so that point 1 is the farther from the equator, in the south, and point 2 is east of it. */
struct turned {
	double lat1_deg, lat2_deg, lon12_deg;
	bool swapped;
	int lat_sign, lon_sign;
};

static struct turned turn(double lat1_deg, double lat2_deg, double lon12_deg) {
	struct turned t = {lat1_deg, lat2_deg, lon12_deg, false, 1, 1};
	if (t.lon12_deg < 0) {
		t.lon12_deg = -t.lon12_deg;
		t.lon_sign = -1;
	}
	if (size(lat1_deg) < size(lat2_deg)) {
		t.swapped = true;
		t.lat1_deg = lat2_deg;
		t.lat2_deg = lat1_deg;
	}
	if (t.lat1_deg > 0) {
		t.lat_sign = -1;
		t.lat1_deg = -t.lat1_deg;
		t.lat2_deg = -t.lat2_deg;
	}
	return t;
}

static struct ent_geodesic turn_back(const struct turned *t, struct direction alpha1,
		struct direction alpha2, double length_m) {
	if (t->swapped) {
		const struct direction other = alpha1;
		alpha1 = alpha2;
		alpha2 = other;
	}
	const double north = t->swapped ? -t->lat_sign : t->lat_sign;
	return (struct ent_geodesic){length_m,
			ent_geo_atan2_deg(t->lon_sign * alpha1.sin, north * alpha1.cos),
			ent_geo_atan2_deg(t->lon_sign * alpha2.sin, north * alpha2.cos)};
}

struct ent_geodesic ent_geo_inverse_deg(
		double lat1_deg, double lon1_deg, double lat2_deg, double lon2_deg) {
	const double lon12_deg = within_180(lon2_deg - lon1_deg);
	const struct turned p = turn(lat1_deg, lat2_deg, lon12_deg);
	const struct direction beta1 = reduce(p.lat1_deg);
	struct direction beta2 = reduce(p.lat2_deg);
	/* The same reduced latitude must be the same number on both sides. */
	if (beta1.cos < -beta1.sin) {
		if (!(size(beta2.cos - beta1.cos) > 0))
			beta2.sin = beta2.sin < 0 ? beta1.sin : -beta1.sin;
	} else if (!(size(size(beta2.sin) + beta1.sin) > 0)) {
		beta2.cos = beta1.cos;
	}
	const struct direction lambda12 = of_deg(p.lon12_deg);
	const double lambda12_rad = p.lon12_deg / DEG_PER_RAD;
	const bool pole = p.lat1_deg <= -90;
	if (pole || !(p.lon12_deg > 0) ||
			(p.lon12_deg >= 180 && size(p.lat1_deg + p.lat2_deg) > 1)) {
		/* Along a meridian, over the pole when the longitudes are opposite. */
		struct direction alpha1 = {lambda12.sin, lambda12.cos};
		struct trial t = {.alpha2 = {0, 1}};
		t.sigma1 = (struct direction){beta1.sin, alpha1.cos * beta1.cos};
		t.sigma2 = (struct direction){beta2.sin, beta2.cos};
		const double arc = t.sigma1.cos * t.sigma2.sin - t.sigma1.sin * t.sigma2.cos;
		t.sigma12_rad = to_rad(arc > 0 ? arc : 0,
				t.sigma1.cos * t.sigma2.cos + t.sigma1.sin * t.sigma2.sin);
		t.e = epsilon_of(1, &t.k2);
		return turn_back(&p, alpha1, t.alpha2, trial_length_m(&t));
	}
	if (!(size(beta1.sin) > 0) && p.lon12_deg <= 180 * F1)
		return turn_back(&p, (struct direction){1, 0}, (struct direction){1, 0},
				ENT_GEO_A_M * lambda12_rad);
	struct start start = start_on_sphere(beta1, beta2, lambda12, lambda12_rad);
	if (start.length_m >= 0)
		return turn_back(&p, start.alpha1, start.alpha2, start.length_m);
	if (!(start.alpha1.sin > 0))
		start.alpha1 = (struct direction){1, 0};
	const struct trial t = solve(beta1, beta2, lambda12, &start.alpha1);
	return turn_back(&p, start.alpha1, t.alpha2, trial_length_m(&t));
}

struct ent_geodesic ent_geo_inverse(struct ent_point a, struct ent_point b) {
	return ent_geo_inverse_deg(ent_geo_lat_deg(a), ent_geo_lon_deg(a), ent_geo_lat_deg(b),
			ent_geo_lon_deg(b));
}

struct ent_point ent_geo_direct(struct ent_point from, double azimuth_deg, double length_m) {
	double lat_deg, lon_deg, azimuth2_deg;
	ent_geo_direct_deg(ent_geo_lat_deg(from), ent_geo_lon_deg(from), azimuth_deg, length_m,
			&lat_deg, &lon_deg, &azimuth2_deg);
	struct ent_point to = from;
	const ent_status status = ent_geo_point_from_deg(lat_deg, lon_deg, &to);
	(void)status; /* an arc tangent is in range */
	return to;
}
