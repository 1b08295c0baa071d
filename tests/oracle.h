/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oracle.h: a slow judge of conflicts that shares nothing with the engine, for tests.
 *
 * Another method throughout: positions and distances come from PROJ's geodesic.h (Karney 2013,
 * about 15 nm), each evaluated on the ellipsoid itself; no chords, no planes, no polynomials.
 * The least distance of two legs is found by the derivative of the squared geodesic distance
 * (first variation of arc length), which is nearly convex along two geodesics; altitudes are
 * compared as exact rationals in 128 bits.
 *
 * It says how near two things come; the tests compare that with the minima and the verdict.
 */
#ifndef ENTENTE_TESTS_ORACLE_H
#define ENTENTE_TESTS_ORACLE_H

#include "entente/conflict.h"

enum { THING_POINTS_MAX = 64 };

/* What both the engine and the oracle are given. Altitudes of all are of one reference. */
struct thing {
	enum ent_volume_kind kind;
	size_t n;
	struct ent_track_point points[THING_POINTS_MAX]; /* fixed: only where */
	int64_t radius_mm;                               /* circle, corridor */
	int32_t floor_mm, ceiling_mm;                    /* fixed */
	int64_t start_us, end_us;                        /* fixed */
	struct ent_tolerance tolerance;                  /* track */
	enum ent_altitude_ref ref;
};

/* The engine's volume of it; fails the test when that is refused. */
struct ent_volume *thing_volume(const struct thing *thing);
/* The same, or NULL when the engine refuses it (an outline that crosses itself, say). */
struct ent_volume *thing_volume_if_valid(const struct thing *thing);

struct answer {
	bool meets; /* in time and altitude, by the exact rules: without it, clear whatever the distance */
	double distance_m; /* the least lateral distance then, radii and lateral tolerances taken off; 1e9: never */
	double error_m; /* what distance_m may be wrong by */
	bool gave_up;   /* distance_m is an upper bound only */
	double moment_m; /* by how much it may change in a microsecond, to which a witness is rounded */
};

/*
 * How near a and b come at moments when they are nearer than the vertical minimum. With
 * minima.time_us or time tolerances above 0 of two tracks the answer is coarser: error_m says so.
 * 'enough_m': distances above it need not be told apart.
 */
struct answer oracle_ask(const struct thing *a, const struct thing *b,
		const struct ent_minima *minima, double enough_m);

/* The same within a part of the time only; two tracks, no time between them. */
struct answer oracle_ask_within(const struct thing *a, const struct thing *b,
		const struct ent_minima *minima, int64_t from_us, int64_t to_us, double enough_m);

/*
 * What is wrong with a verdict on what the answer is of, or NULL: a conflict missed, one farther
 * above L than bound_m, a witness that is not the nearest approach.
 */
const char *oracle_fault(const struct answer *answer, const struct ent_verdict *verdict,
		const struct ent_minima *minima, double bound_m);

/* Geodesic distance; where a track is; metres and degrees. */
double oracle_distance_m(struct ent_point a, struct ent_point b);
struct ent_point oracle_place(const struct thing *track, int64_t time_us);
/* Where one ends after length_m along azimuth_deg. */
struct ent_point oracle_direct(struct ent_point from, double azimuth_deg, double length_m);
/* Winding by azimuths. */
bool oracle_inside(const struct thing *polygon, struct ent_point at);

#endif
