/* SPDX-License-Identifier: Apache-2.0 */
/* oracle_path.c: see oracle_path.h. */
#include "oracle_path.h"

#include <math.h>

enum { PARTS = 4, TURNS_MAX = 60 };

struct geod_geodesic path_earth(void) {
	struct geod_geodesic g;
	geod_init(&g, 6378137.0, 1 / 298.257223563);
	return g;
}

double path_lat(struct ent_point p) {
	return (double)p.lat_ndeg / 1e9;
}

double path_lon(struct ent_point p) {
	return (double)p.lon_ndeg / 1e9;
}

struct path path_between(struct ent_point from, struct ent_point to) {
	const struct geod_geodesic g = path_earth();
	struct path path = {.lat = path_lat(from), .lon = path_lon(from)};
	geod_inverseline(&path.line, &g, path.lat, path.lon, path_lat(to), path_lon(to), 0);
	path.length_m = path.line.s13;
	return path;
}

/* At a fraction of it. */
struct placed path_at(const struct path *path, double x) {
	struct placed at = {path->lat, path->lon, 0};
	if (path->length_m > 0)
		geod_position(&path->line, x * path->length_m, &at.lat, &at.lon, &at.azimuth);
	return at;
}

struct apart path_apart(const struct placed *a, const struct placed *b) {
	const struct geod_geodesic g = path_earth();
	struct apart apart;
	double azi1, azi2;
	const double deg = M_PI / 180;
	geod_inverse(&g, a->lat, a->lon, b->lat, b->lon, &apart.d, &azi1, &azi2);
	apart.by_a = -cos((a->azimuth - azi1) * deg);
	apart.by_b = cos((b->azimuth - azi2) * deg);
	return apart;
}

/* Between two places with slopes down and up: by secants, held inside by halving. */
static double least_between(path_function of, const void *context, double x0, struct value v0,
		double x1, struct value v1, double *ret_x) {
	double best = v0.f < v1.f ? v0.f : v1.f;
	*ret_x = v0.f < v1.f ? x0 : x1;
	if (v0.slope >= 0 || v1.slope <= 0)
		return best;
	for (int turn = 0; turn < TURNS_MAX && x1 - x0 > 0; turn++) {
		double x = x0 - v0.slope * (x1 - x0) / (v1.slope - v0.slope);
		if (turn % 3 == 2 || !(x > x0 && x < x1))
			x = x0 + (x1 - x0) / 2;
		const struct value v = of(context, x);
		if (v.f < best) {
			best = v.f;
			*ret_x = x;
		}
		if (v.slope < 0) {
			x0 = x;
			v0 = v;
		} else {
			x1 = x;
			v1 = v;
		}
		/* The lower of what both tangents allow: nothing between is less. */
		const double meet = (v1.f - v0.f + v0.slope * x0 - v1.slope * x1) /
				(v0.slope - v1.slope);
		const double lower = v0.f + v0.slope * (meet - x0);
		if (v.slope == 0 || best - lower < 2e-8 * sqrt(best) || best < 1e-14)
			break;
	}
	return best;
}

/* Over [from, to], in parts, so that a function that is not quite convex has no place to hide a valley. */
double path_least(path_function of, const void *context, double from, double to, double *ret_x) {
	double best = INFINITY, x = from;
	*ret_x = from;
	struct value v = of(context, from);
	if (!(to > from))
		return v.f;
	for (int part = 1; part <= PARTS; part++) {
		const double next = part == PARTS ? to : from + (to - from) * part / PARTS;
		const struct value w = of(context, next);
		double at;
		const double here = least_between(of, context, x, v, next, w, &at);
		if (here < best) {
			best = here;
			*ret_x = at;
		}
		x = next;
		v = w;
	}
	return best;
}
