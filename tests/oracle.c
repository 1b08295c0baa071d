/* SPDX-License-Identifier: Apache-2.0 */
/* oracle.c: see oracle.h. */
#include "oracle.h"

#include <math.h>

#include "oracle_path.h"
#include "test.h"

#define NEVER_M 1e9
/* Distances and places of geodesic.h are right to 15 nm; six of them are added up at most. */
#define ERROR_M 1e-7
/* The distance is known to this; a conflict closer than that below L is not held against the judge. */
#define WITHIN_M 1e-6
enum { SHIFTS_MAX = 4000 };

/* --- Making the engine's volume --- */

struct ent_volume *thing_volume_if_valid(const struct thing *thing) {
	struct ent_point at[THING_POINTS_MAX];
	const struct ent_band band = {
			{thing->ref, thing->floor_mm}, {thing->ref, thing->ceiling_mm}};
	const struct ent_span span = {thing->start_us, thing->end_us};
	struct ent_volume *volume = NULL;
	ent_status status = ENT_E_DOMAIN;
	for (size_t i = 0; i < thing->n; i++)
		at[i] = thing->points[i].at;
	switch (thing->kind) {
	case ENT_VOLUME_POLYGON:
		status = ent_volume_create_polygon(
				at, &thing->n, 1, band, span, NULL, &volume, NULL);
		break;
	case ENT_VOLUME_CIRCLE:
		status = ent_volume_create_circle(
				at[0], thing->radius_mm, band, span, NULL, &volume, NULL);
		break;
	case ENT_VOLUME_CORRIDOR:
		status = ent_volume_create_corridor(
				at, thing->n, thing->radius_mm, band, span, NULL, &volume, NULL);
		break;
	case ENT_VOLUME_TRACK:
		status = ent_volume_create_track(thing->points, thing->n, thing->ref,
				thing->tolerance, NULL, &volume, NULL);
		break;
	}
	return status == ENT_OK ? volume : NULL;
}

struct ent_volume *thing_volume(const struct thing *thing) {
	struct ent_volume *volume = thing_volume_if_valid(thing);
	CHECK(volume != NULL);
	return volume;
}

/* --- Places on the ellipsoid --- */

double oracle_distance_m(struct ent_point a, struct ent_point b) {
	const struct geod_geodesic g = path_earth();
	double s;
	geod_inverse(&g, path_lat(a), path_lon(a), path_lat(b), path_lon(b), &s, NULL, NULL);
	return s;
}

struct ent_point oracle_direct(struct ent_point from, double azimuth_deg, double length_m) {
	const struct geod_geodesic g = path_earth();
	double lat, lon;
	struct ent_point at = from;
	geod_direct(&g, path_lat(from), path_lon(from), azimuth_deg, length_m, &lat, &lon, NULL);
	CHECK(ent_geo_point_from_deg(lat, lon, &at) == ENT_OK);
	return at;
}

/* --- Two places moving at the same time --- */

struct leg {
	struct path path;
	double t0_us, t1_us; /* relative to the epoch of the question */
	double z0_mm, z1_mm;
};

struct pair_of_legs {
	const struct leg *a, *b;
	double shift_us; /* b is where it was this long before */
};

static double fraction(const struct leg *leg, double t_us) {
	return leg->t1_us > leg->t0_us ? (t_us - leg->t0_us) / (leg->t1_us - leg->t0_us) : 0;
}

/* Metres a microsecond. */
static double speed(const struct leg *leg) {
	return leg->t1_us > leg->t0_us ? leg->path.length_m / (leg->t1_us - leg->t0_us) : 0;
}

static struct value squared(const void *context, double t_us) {
	const struct pair_of_legs *p = context;
	const struct placed a = path_at(&p->a->path, fraction(p->a, t_us));
	const struct placed b = path_at(&p->b->path, fraction(p->b, t_us - p->shift_us));
	const struct apart apart = path_apart(&a, &b);
	const double change = apart.by_a * speed(p->a) + apart.by_b * speed(p->b);
	return (struct value){apart.d * apart.d, 2 * apart.d * change};
}

/* The least distance in [from, to]; above 'enough' it may be anything above. */
static double legs_apart_m(const struct pair_of_legs *p, double from, double to, double enough_m) {
	const double middle = from + (to - from) / 2;
	const double there = sqrt(squared(p, middle).f);
	const double reach = (speed(p->a) + speed(p->b)) * (to - from) / 2;
	double x;
	if (there - reach > enough_m)
		return there - reach;
	return sqrt(path_least(squared, p, from, to, &x));
}

static struct leg leg_of(const struct thing *track, size_t i, int64_t epoch_us) {
	const struct ent_track_point *p = &track->points[i];
	const struct ent_track_point *q = i + 1 < track->n ? p + 1 : p;
	return (struct leg){path_between(p->at, q->at), (double)(p->time_utc_us - epoch_us),
			(double)(q->time_utc_us - epoch_us), p->altitude_mm, q->altitude_mm};
}

static size_t legs_of(const struct thing *track) {
	return track->n > 1 ? track->n - 1 : 1;
}

/* --- Altitude, exactly --- */

__extension__ typedef __int128 wide;

/* z of a leg at an integer moment, as numerator over duration. */
static wide height(const struct thing *track, size_t i, int64_t t_us, wide *ret_duration) {
	const struct ent_track_point *p = &track->points[i];
	const struct ent_track_point *q = i + 1 < track->n ? p + 1 : p;
	const wide d = q->time_utc_us - p->time_utc_us;
	*ret_duration = d > 0 ? d : 1;
	return *ret_duration * p->altitude_mm +
			(wide)(q->altitude_mm - p->altitude_mm) * (t_us - p->time_utc_us);
}

/* -1, 0, 1: z_a - z_b at a moment against more_mm. */
static int compare_heights(const struct thing *a, size_t i, const struct thing *b, size_t j,
		int64_t t_us, int64_t more_mm) {
	wide da, db;
	const wide za = height(a, i, t_us, &da), zb = height(b, j, t_us, &db);
	const wide left = za * db - zb * da, right = (wide)more_mm * da * db;
	return left < right ? -1 : left > right;
}

/* Where a linear function from z0 (at 0) to z1 (at 1) crosses z. */
static long double crossing(long double z0, long double z1, long double z) {
	return (z - z0) / (z1 - z0);
}

static long double height_at(const struct thing *track, size_t i, int64_t t_us) {
	wide d;
	const wide z = height(track, i, t_us, &d);
	return (long double)z / (long double)d;
}

/*
 * The part of [s, e] in which |z_a - z_b| < V (or <= 0 when V is 0), as its closure. False when
 * there is none: decided exactly.
 */
static bool level_window(const struct thing *a, size_t i, const struct thing *b, size_t j,
		int64_t s, int64_t e, int64_t vertical_mm, bool strict, long double *ret_from,
		long double *ret_to) {
	const int s_up = compare_heights(a, i, b, j, s, vertical_mm);
	const int e_up = compare_heights(a, i, b, j, e, vertical_mm);
	const int s_down = compare_heights(a, i, b, j, s, -vertical_mm);
	const int e_down = compare_heights(a, i, b, j, e, -vertical_mm);
	if (strict ? (s_up >= 0 && e_up >= 0) || (s_down <= 0 && e_down <= 0)
		   : (s_up > 0 && e_up > 0) || (s_down < 0 && e_down < 0))
		return false;
	const long double z0 = height_at(a, i, s) - height_at(b, j, s);
	const long double z1 = height_at(a, i, e) - height_at(b, j, e);
	long double from = 0, to = 1;
	if (s_up > 0)
		from = crossing(z0, z1, vertical_mm);
	if (e_up > 0)
		to = crossing(z0, z1, vertical_mm);
	if (s_down < 0)
		from = crossing(z0, z1, -vertical_mm);
	if (e_down < 0)
		to = crossing(z0, z1, -vertical_mm);
	*ret_from = from * (long double)(e - s);
	*ret_to = to * (long double)(e - s);
	return true;
}

/* --- Two tracks --- */

static int64_t later(int64_t a, int64_t b) {
	return a > b ? a : b;
}

static int64_t sooner(int64_t a, int64_t b) {
	return a < b ? a : b;
}

/* What is between two cores at most for a conflict, and what is taken off the distance. */
static double off_m(const struct thing *a, const struct thing *b) {
	double off = 0;
	const struct thing *const sides[] = {a, b};
	for (int i = 0; i < 2; i++)
		off += sides[i]->kind == ENT_VOLUME_TRACK ? (double)sides[i]->tolerance.lateral_mm
							  : (double)sides[i]->radius_mm;
	return off / 1000;
}

struct answer oracle_ask_within(const struct thing *a, const struct thing *b,
		const struct ent_minima *minima, int64_t from_us, int64_t to_us, double enough_m) {
	struct answer answer = {false, NEVER_M, ERROR_M};
	const double off = off_m(a, b);
	const int64_t vertical = minima->vertical_mm + a->tolerance.vertical_mm +
			b->tolerance.vertical_mm;
	for (size_t i = 0; i < legs_of(a); i++)
		for (size_t j = 0; j < legs_of(b); j++) {
			const int64_t s = later(from_us,
					later(a->points[i].time_utc_us, b->points[j].time_utc_us));
			const int64_t e = sooner(to_us,
					sooner(a->points[i + (a->n > 1)].time_utc_us,
							b->points[j + (b->n > 1)].time_utc_us));
			long double from, to;
			if (s > e ||
					!level_window(a, i, b, j, s, e, vertical,
							minima->vertical_mm > 0, &from, &to))
				continue;
			const struct leg leg_a = leg_of(a, i, s), leg_b = leg_of(b, j, s);
			const struct pair_of_legs pair = {&leg_a, &leg_b, 0};
			const double d = legs_apart_m(&pair, (double)from, (double)to,
							 enough_m + off) -
					off;
			answer.meets = true;
			answer.distance_m = d < answer.distance_m ? d : answer.distance_m;
		}
	return answer;
}

/* One leg of each, b's taken this much later, heights loosened by more_mm. */
static double shifted_apart_m(const struct leg *a, const struct leg *b, double shift_us,
		double vertical_mm, double enough_m) {
	const double s = fmax(a->t0_us, b->t0_us + shift_us);
	const double e = fmin(a->t1_us, b->t1_us + shift_us);
	if (s > e)
		return NEVER_M;
	const double z0 = a->z0_mm + (a->z1_mm - a->z0_mm) * fraction(a, s) - b->z0_mm -
			(b->z1_mm - b->z0_mm) * fraction(b, s - shift_us);
	const double z1 = a->z0_mm + (a->z1_mm - a->z0_mm) * fraction(a, e) - b->z0_mm -
			(b->z1_mm - b->z0_mm) * fraction(b, e - shift_us);
	double from = 0, to = 1;
	if ((z0 > vertical_mm && z1 > vertical_mm) || (z0 < -vertical_mm && z1 < -vertical_mm))
		return NEVER_M;
	if (fabs(z0) > vertical_mm)
		from = (double)crossing(z0, z1, z0 > 0 ? vertical_mm : -vertical_mm);
	if (fabs(z1) > vertical_mm)
		to = (double)crossing(z0, z1, z1 > 0 ? vertical_mm : -vertical_mm);
	const struct pair_of_legs pair = {a, b, shift_us};
	return legs_apart_m(&pair, s + (e - s) * from, s + (e - s) * to, enough_m);
}

/*
 * Two legs with time between them: over all shifts in [from, to], by halving. What lies within
 * half of a shift's part moves b by its speed and height by its climb; and where the two do not
 * overlap in the middle of the part they may at its ends, so times are loosened as well.
 */
static double least_shift(const struct leg *a, const struct leg *b, double from, double to,
		double vertical_mm, double enough_m, double fine_m, double best, int *left) {
	const double middle = from + (to - from) / 2, half = (to - from) / 2;
	if (--*left < 0)
		return best;
	const double climb = (fabs(b->z1_mm - b->z0_mm)) / fmax(b->t1_us - b->t0_us, 1) * half;
	const double here = shifted_apart_m(a, b, middle, vertical_mm - 1e-6, enough_m);
	best = here < best ? here : best;
	struct leg longer = *b;
	/* As if b flew on straight for 'half' at both ends. */
	const double d = b->t1_us - b->t0_us;
	if (d > 0) {
		const double k = half / d;
		const struct placed start = path_at(&b->path, -k);
		const struct placed end = path_at(&b->path, 1 + k);
		const struct geod_geodesic g = path_earth();
		longer.path.lat = start.lat;
		longer.path.lon = start.lon;
		geod_inverseline(&longer.path.line, &g, start.lat, start.lon, end.lat, end.lon, 0);
		longer.path.length_m = longer.path.line.s13;
		longer.z0_mm -= (b->z1_mm - b->z0_mm) * k;
		longer.z1_mm += (b->z1_mm - b->z0_mm) * k;
	}
	longer.t0_us -= half;
	longer.t1_us += half;
	const double low = shifted_apart_m(a, &longer, middle, vertical_mm + climb + 1e-6,
					   enough_m) -
			speed(b) * half;
	if (low > enough_m || low >= best - fine_m || half < 1)
		return best;
	best = least_shift(a, b, from, middle, vertical_mm, enough_m, fine_m, best, left);
	return least_shift(a, b, middle, to, vertical_mm, enough_m, fine_m, best, left);
}

static struct answer ask_tracks_apart(const struct thing *a, const struct thing *b,
		const struct ent_minima *minima, double enough_m) {
	const double fine_m = 0.5;
	struct answer answer = {true, NEVER_M, fine_m + 1e-3};
	const double off = off_m(a, b);
	const double vertical = (double)(minima->vertical_mm + a->tolerance.vertical_mm +
			b->tolerance.vertical_mm);
	const double apart_us = (double)(minima->time_us + a->tolerance.time_us +
			b->tolerance.time_us);
	const int64_t epoch = a->points[0].time_utc_us;
	int left = SHIFTS_MAX;
	for (size_t i = 0; i < legs_of(a); i++)
		for (size_t j = 0; j < legs_of(b); j++) {
			const struct leg leg_a = leg_of(a, i, epoch), leg_b = leg_of(b, j, epoch);
			const double from = fmax(-apart_us, leg_a.t0_us - leg_b.t1_us);
			const double to = fmin(apart_us, leg_a.t1_us - leg_b.t0_us);
			if (from > to)
				continue;
			const double d = least_shift(&leg_a, &leg_b, from, to, vertical,
							 enough_m + off, fine_m,
							 answer.distance_m + off, &left) -
					off;
			answer.distance_m = d < answer.distance_m ? d : answer.distance_m;
		}
	answer.gave_up = left < 0;
	return answer;
}

/* --- Fixed volumes --- */

/* The core's edges, one after another; a circle has one of no length. */
static size_t edges_of(const struct thing *fixed) {
	return fixed->kind == ENT_VOLUME_POLYGON ? fixed->n : fixed->n > 1 ? fixed->n - 1 : 1;
}

static struct path edge_of(const struct thing *fixed, size_t i) {
	const size_t j = fixed->kind == ENT_VOLUME_POLYGON ? (i + 1) % fixed->n
			: fixed->n > 1                     ? i + 1
							   : i;
	return path_between(fixed->points[i].at, fixed->points[j].at);
}

/* The least distance of one place to an edge, as a path_function of the place. */
struct to_edge {
	const struct placed *from;
	const struct path *edge;
};

static struct value along_edge(const void *context, double x) {
	const struct to_edge *q = context;
	const struct placed at = path_at(q->edge, x);
	const struct apart apart = path_apart(q->from, &at);
	return (struct value){apart.d * apart.d, 2 * apart.d * apart.by_b * q->edge->length_m};
}

struct two_paths {
	const struct path *a, *b;
};

/* The distance of a's place at x to all of b; its slope is that of the distance to b's nearest place. */
static struct value along_both(const void *context, double x) {
	const struct two_paths *p = context;
	const struct placed a = path_at(p->a, x);
	const struct to_edge q = {&a, p->b};
	double y;
	const double f = path_least(along_edge, &q, 0, 1, &y);
	const struct placed b = path_at(p->b, y);
	const struct apart apart = path_apart(&a, &b);
	return (struct value){f, 2 * apart.d * apart.by_a * p->a->length_m};
}

/* Between part [from, to] of a and all of b. */
static double paths_apart_m(const struct path *a, double from, double to, const struct path *b,
		double enough_m) {
	const struct placed ma = path_at(a, from + (to - from) / 2), mb = path_at(b, 0.5);
	const double low = path_apart(&ma, &mb).d - a->length_m * (to - from) / 2 - b->length_m / 2;
	const struct two_paths both = {a, b};
	double x;
	return low > enough_m ? low : sqrt(path_least(along_both, &both, from, to, &x));
}

bool oracle_inside(const struct thing *polygon, struct ent_point at) {
	const struct geod_geodesic g = path_earth();
	double turned = 0, before = 0;
	for (size_t i = 0; i <= polygon->n; i++) {
		const struct ent_point v = polygon->points[i % polygon->n].at;
		double s, azimuth;
		geod_inverse(&g, path_lat(at), path_lon(at), path_lat(v), path_lon(v), &s, &azimuth,
				NULL);
		if (i > 0)
			turned += remainder(azimuth - before, 360);
		before = azimuth;
	}
	return fabs(turned) > 180;
}

static double cores_apart_m(const struct thing *a, const struct thing *b, double enough_m) {
	if ((a->kind == ENT_VOLUME_POLYGON && oracle_inside(a, b->points[0].at)) ||
			(b->kind == ENT_VOLUME_POLYGON && oracle_inside(b, a->points[0].at)))
		return 0;
	double best = NEVER_M;
	for (size_t i = 0; i < edges_of(a); i++) {
		const struct path edge_a = edge_of(a, i);
		for (size_t j = 0; j < edges_of(b); j++) {
			const struct path edge_b = edge_of(b, j);
			const double d = paths_apart_m(
					&edge_a, 0, 1, &edge_b, enough_m < best ? enough_m : best);
			best = d < best ? d : best;
		}
	}
	return best;
}

static struct answer ask_fixed(const struct thing *a, const struct thing *b,
		const struct ent_minima *minima, double enough_m) {
	const int64_t vertical = later(0,
			later((int64_t)a->floor_mm - b->ceiling_mm,
					(int64_t)b->floor_mm - a->ceiling_mm));
	const bool level = vertical == 0 || vertical < minima->vertical_mm;
	const bool timely = a->start_us <= b->end_us + minima->time_us &&
			b->start_us <= a->end_us + minima->time_us;
	struct answer answer = {level && timely, NEVER_M, 2 * ERROR_M};
	const double off = off_m(a, b);
	if (answer.meets) {
		const double d = cores_apart_m(a, b, enough_m + off) - off;
		answer.distance_m = d > 0 ? d : 0;
	}
	return answer;
}

/* --- A track and a fixed volume --- */

/* Part of [s, e] in which the leg is within the band widened by V; false when never, exactly. */
static bool band_window(const struct thing *track, size_t i, const struct thing *fixed, int64_t s,
		int64_t e, const struct ent_minima *minima, long double *ret_from,
		long double *ret_to) {
	const int64_t v = minima->vertical_mm + track->tolerance.vertical_mm;
	const bool strict = minima->vertical_mm > 0;
	struct thing flat = {.n = 1};
	long double from_top, to_top, from_low, to_low;
	/* Two half-spaces: below the ceiling and V, above the floor less V. */
	flat.points[0].altitude_mm = 0;
	flat.points[0].time_utc_us = s;
	const int64_t up = fixed->ceiling_mm + v, down = fixed->floor_mm - v;
	const int top_s = compare_heights(track, i, &flat, 0, s, up);
	const int top_e = compare_heights(track, i, &flat, 0, e, up);
	const int low_s = compare_heights(track, i, &flat, 0, s, down);
	const int low_e = compare_heights(track, i, &flat, 0, e, down);
	if (strict ? (top_s >= 0 && top_e >= 0) || (low_s <= 0 && low_e <= 0)
		   : (top_s > 0 && top_e > 0) || (low_s < 0 && low_e < 0))
		return false;
	const long double z0 = height_at(track, i, s), z1 = height_at(track, i, e);
	from_top = top_s > 0 ? crossing(z0, z1, up) : 0;
	to_top = top_e > 0 ? crossing(z0, z1, up) : 1;
	from_low = low_s < 0 ? crossing(z0, z1, down) : 0;
	to_low = low_e < 0 ? crossing(z0, z1, down) : 1;
	*ret_from = from_top > from_low ? from_top : from_low;
	*ret_to = to_top < to_low ? to_top : to_low;
	return true;
}

static double leg_to_core_m(const struct path *leg, double from, double to,
		const struct thing *fixed, double enough_m) {
	if (fixed->kind == ENT_VOLUME_POLYGON) {
		const struct placed at = path_at(leg, from);
		struct ent_point point = {0, 0};
		CHECK(ent_geo_point_from_deg(at.lat, remainder(at.lon, 360), &point) == ENT_OK);
		if (oracle_inside(fixed, point))
			return 0;
	}
	double best = NEVER_M;
	for (size_t j = 0; j < edges_of(fixed); j++) {
		const struct path edge = edge_of(fixed, j);
		const double d = paths_apart_m(
				leg, from, to, &edge, enough_m < best ? enough_m : best);
		best = d < best ? d : best;
	}
	return best;
}

static struct answer ask_track_fixed(const struct thing *track, const struct thing *fixed,
		const struct ent_minima *minima, double enough_m) {
	struct answer answer = {false, NEVER_M, 2 * ERROR_M};
	const double off = off_m(track, fixed);
	const int64_t apart = minima->time_us + track->tolerance.time_us;
	for (size_t i = 0; i < legs_of(track); i++) {
		const struct ent_track_point *p = &track->points[i];
		const struct ent_track_point *q = i + 1 < track->n ? p + 1 : p;
		const int64_t s = later(p->time_utc_us, fixed->start_us - apart);
		const int64_t e = sooner(q->time_utc_us, fixed->end_us + apart);
		long double from, to;
		if (s > e || !band_window(track, i, fixed, s, e, minima, &from, &to))
			continue;
		const struct path leg = path_between(p->at, q->at);
		const double took = (double)later(1, q->time_utc_us - p->time_utc_us);
		const double x0 = ((double)(s - p->time_utc_us) + (double)from * (double)(e - s)) /
				took;
		const double x1 = ((double)(s - p->time_utc_us) + (double)to * (double)(e - s)) /
				took;
		const double d = leg_to_core_m(&leg, x0, x1, fixed, enough_m + off) - off;
		answer.meets = true;
		answer.distance_m = d < answer.distance_m ? d : answer.distance_m;
	}
	answer.distance_m = answer.distance_m > 0 ? answer.distance_m : 0;
	return answer;
}

/* Of a track's legs, metres a microsecond; 0 for what stands still. */
static double fastest(const struct thing *thing) {
	double most = 0;
	for (size_t i = 0; thing->kind == ENT_VOLUME_TRACK && i + 1 < thing->n; i++) {
		const struct ent_track_point *p = &thing->points[i], *q = p + 1;
		const double here = oracle_distance_m(p->at, q->at) /
				(double)(q->time_utc_us - p->time_utc_us);
		most = here > most ? here : most;
	}
	return most;
}

struct answer oracle_ask(const struct thing *a, const struct thing *b,
		const struct ent_minima *minima, double enough_m) {
	const bool track_a = a->kind == ENT_VOLUME_TRACK, track_b = b->kind == ENT_VOLUME_TRACK;
	if (!track_a && !track_b)
		return ask_fixed(a, b, minima, enough_m);
	if (!track_b)
		return ask_track_fixed(a, b, minima, enough_m);
	if (!track_a)
		return ask_track_fixed(b, a, minima, enough_m);
	struct answer answer;
	if (minima->time_us + a->tolerance.time_us + b->tolerance.time_us > 0)
		answer = ask_tracks_apart(a, b, minima, enough_m);
	else
		answer = oracle_ask_within(a, b, minima, INT64_MIN, INT64_MAX, enough_m);
	answer.distance_m = answer.distance_m > 0 ? answer.distance_m : 0;
	answer.moment_m = fastest(a) + fastest(b);
	return answer;
}

const char *oracle_fault(const struct answer *answer, const struct ent_verdict *verdict,
		const struct ent_minima *minima, double bound_m) {
	const double within = WITHIN_M + answer->error_m;
	const double above = answer->distance_m - (double)minima->lateral_mm * 1e-3;
	const bool conflict = verdict->kind == ENT_VERDICT_CONFLICT;
	if (verdict->kind == ENT_VERDICT_UNKNOWN)
		return "unknown, though both have one reference";
	if (!answer->meets)
		return conflict ? "a conflict, though never near in time and altitude" : NULL;
	if (!conflict)
		/* The oracle has seen this distance, however coarsely it knows the least: no error_m. */
		return above < -WITHIN_M || (minima->lateral_mm == 0 && answer->distance_m == 0)
				? "a conflict was missed"
				: NULL;
	if (above > bound_m + within)
		return "a conflict beyond the stated bound";
	/* What the bound has over its millimetre is the nearest place's too (struct ent_witness). */
	if (!answer->gave_up &&
			fabs((double)verdict->witness.lateral_mm * 1e-3 - answer->distance_m) >
					2e-3 + within + answer->moment_m + (bound_m - 1e-3))
		return "the witness is not the nearest approach";
	return NULL;
}

struct ent_point oracle_place(const struct thing *track, int64_t time_us) {
	size_t i = 0;
	while (i + 2 < track->n && track->points[i + 1].time_utc_us <= time_us)
		i++;
	const struct leg leg = leg_of(track, i, track->points[0].time_utc_us);
	const double x = fraction(&leg, (double)(time_us - track->points[0].time_utc_us));
	const struct placed at = path_at(&leg.path, x < 0 ? 0 : x > 1 ? 1 : x);
	struct ent_point point = {0, 0};
	CHECK(ent_geo_point_from_deg(at.lat, remainder(at.lon, 360), &point) == ENT_OK);
	return point;
}
