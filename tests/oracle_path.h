/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oracle_path.h: what the oracle is made of: places and geodesics of PROJ's geodesic.h, the
 * distance of two places with its slope, and the least of a nearly convex function.
 * Degrees and metres. Depends on: geo, and on nothing of the engine that it judges.
 */
#ifndef ENTENTE_TESTS_ORACLE_PATH_H
#define ENTENTE_TESTS_ORACLE_PATH_H

#include <geodesic.h>

#include "entente/geo.h"

/* A geodesic that is passed along at constant speed: a leg, an edge, or (length 0) a point. */
struct path {
	struct geod_geodesicline line;
	double length_m;
	double lat, lon; /* its beginning */
};

struct placed {
	double lat, lon, azimuth;
};

/* Distance, and how it changes when either place moves a metre ahead. */
struct apart {
	double d, by_a, by_b;
};

struct geod_geodesic path_earth(void);
double path_lat(struct ent_point p);
double path_lon(struct ent_point p);

struct path path_between(struct ent_point from, struct ent_point to);

/* At a fraction of it. */
struct placed path_at(const struct path *path, double x);

struct apart path_apart(const struct placed *a, const struct placed *b);

/* f and its slope at x. */
struct value {
	double f, slope;
};
typedef struct value (*path_function)(const void *context, double x);

/* Over [from, to], in parts, so that a function that is not quite convex has no place to hide a valley. */
double path_least(path_function of, const void *context, double from, double to, double *ret_x);

#endif
