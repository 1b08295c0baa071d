/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge.c: from a question to a verdict: the order of the two volumes, the quick ways out,
 * and the witness.
 */
#include "judge.h"

ent_status ent_minima_check(const struct ent_minima *minima, struct ent_fault *reterr_fault) {
	const struct {
		const char *where, *why;
		int64_t value, most;
	} rows[] = {
			{"lateral", "the lateral minimum must lie in 0..500 km", minima->lateral_mm,
					ENT_MINIMA_LATERAL_MAX_MM},
			{"vertical", "the vertical minimum must lie in 0..50 km",
					minima->vertical_mm, ENT_MINIMA_VERTICAL_MAX_MM},
			{"time", "the time minimum must lie in 0..1 day", minima->time_us,
					ENT_MINIMA_TIME_MAX_US},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (rows[i].value < 0 || rows[i].value > rows[i].most) {
			ent_fault_set(reterr_fault, rows[i].where, "%s", rows[i].why);
			return ENT_E_DOMAIN;
		}
	return ENT_OK;
}

static int compare(int64_t a, int64_t b) {
	return a < b ? -1 : a > b;
}

static int compare_point(struct ent_point a, struct ent_point b) {
	const int lat = compare(a.lat_ndeg, b.lat_ndeg);
	return lat != 0 ? lat : compare(a.lon_ndeg, b.lon_ndeg);
}

static int compare_tracks(const struct ent_track_parts *a, const struct ent_track_parts *b) {
	int order = compare(a->n_points, b->n_points);
	if (order == 0)
		order = compare((int64_t)a->ref, (int64_t)b->ref);
	if (order == 0)
		order = compare(a->tolerance.vertical_mm, b->tolerance.vertical_mm);
	if (order == 0)
		order = compare(a->tolerance.time_us, b->tolerance.time_us);
	for (uint32_t i = 0; order == 0 && i < a->n_points; i++) {
		order = compare(a->points[i].time_utc_us, b->points[i].time_utc_us);
		if (order == 0)
			order = compare_point(a->points[i].at, b->points[i].at);
		if (order == 0)
			order = compare(a->points[i].altitude_mm, b->points[i].altitude_mm);
	}
	return order;
}

/* An order of volumes by what they are; tracks come first. 0 only for volumes that nothing distinguishes here. */
static int compare_volumes(const struct ent_volume_parts *a, const struct ent_volume_parts *b) {
	int order = compare(-(int64_t)a->kind, -(int64_t)b->kind);
	if (order == 0)
		order = compare(a->span.start_utc_us, b->span.start_utc_us);
	if (order == 0)
		order = compare(a->span.end_utc_us, b->span.end_utc_us);
	if (order == 0)
		order = compare(a->radius_mm, b->radius_mm);
	if (order == 0)
		order = compare(a->band.floor.mm, b->band.floor.mm);
	if (order == 0)
		order = compare(a->band.ceiling.mm, b->band.ceiling.mm);
	if (order == 0)
		order = compare((int64_t)a->band.floor.ref, (int64_t)b->band.floor.ref);
	if (order == 0)
		order = compare((int64_t)a->band.ceiling.ref, (int64_t)b->band.ceiling.ref);
	if (order == 0 && a->track != NULL)
		return compare_tracks(a->track, b->track);
	if (order == 0)
		order = compare(a->n_rings, b->n_rings);
	if (order == 0)
		order = compare(a->n_vertices, b->n_vertices);
	for (uint32_t r = 0; order == 0 && r < a->n_rings; r++)
		order = compare(ent_ring_size(a, r), ent_ring_size(b, r));
	for (uint32_t i = 0; order == 0 && i < a->n_vertices; i++)
		order = compare_point(a->vertices[i], b->vertices[i]);
	return order;
}

int64_t time_add(int64_t time_us, int64_t more_us) {
	if (time_us == ENT_TIME_UNBOUNDED_BEFORE || time_us == ENT_TIME_UNBOUNDED_AFTER)
		return time_us;
	return time_us + more_us;
}

/* Certainly never near: not at any time, or not on the ground. */
static bool far_apart(const struct question *q) {
	if (time_add(q->a->span.start_utc_us, -q->time_us) > q->b->span.end_utc_us ||
			time_add(q->b->span.start_utc_us, -q->time_us) > q->a->span.end_utc_us)
		return true;
	const double near_m = q->a->ball_radius_m + q->b->ball_radius_m +
			(double)(q->lateral_mm - q->a->radius_mm - q->b->radius_mm) * 1e-3 +
			REACH_HIGH_M;
	return vec_square(vec_sub(q->a->center, q->b->center)) > near_m * near_m;
}

static struct question ask(const struct ent_volume *a, const struct ent_volume *b,
		const struct ent_minima *minima) {
	struct question q = {.volume_a = a,
			.volume_b = b,
			.a = ent_volume_parts(a),
			.b = ent_volume_parts(b),
			.lateral_mm = minima->lateral_mm,
			.vertical_mm = minima->vertical_mm,
			.time_us = minima->time_us,
			.strict = minima->vertical_mm > 0};
	const struct ent_volume_parts *sides[] = {q.a, q.b};
	for (int i = 0; i < 2; i++) {
		q.lateral_mm += sides[i]->radius_mm;
		if (sides[i]->track != NULL) {
			q.vertical_mm += sides[i]->track->tolerance.vertical_mm;
			q.time_us += sides[i]->track->tolerance.time_us;
		}
	}
	return q;
}

/* The geodesic distance of two surface points in millimetres. */
static int64_t surface_distance_mm(struct ent_vec3 a, struct ent_vec3 b) {
	const struct ent_vec3 chord = vec_sub(b, a);
	const double c2 = vec_square(chord);
	double s_m = ent_geo_sqrt(c2);
	if (s_m > 50e3) {
		s_m = ent_geo_inverse(ent_geo_point_from_ecef(a), ent_geo_point_from_ecef(b))
				      .length_m;
	} else if (s_m > 0) {
		/* An arc of the normal curvature along the chord: s = c (1 + (k c)^2 / 24 + 3 (k c)^4 / 640). */
		const struct ent_vec3 bend = vec_sub(ent_geo_normal(b), ent_geo_normal(a));
		const double kc = vec_dot(chord, bend) / s_m;
		s_m *= 1 + kc * kc / 24 + 3 * kc * kc * kc * kc / 640;
	}
	return (int64_t)(s_m * 1e3 + 0.5);
}

static int64_t rounded(double mm) {
	return mm < 0 ? -(int64_t)(0.5 - mm) : (int64_t)(mm + 0.5);
}

/* A volume's altitude in its own numbers at a moment: [lo, hi], a point for a track. */
struct level {
	double lo_mm, hi_mm;
	enum ent_altitude_ref lo_ref, hi_ref;
	bool lo_known, hi_known;
	double lo_w84[2], hi_w84[2]; /* where lo and hi may be above the ellipsoid */
};

static struct level level_at(const struct ent_volume_parts *parts, int64_t time_us) {
	struct level level;
	if (parts->track == NULL) {
		const struct ent_w84_bound f = parts->floor_w84, c = parts->ceiling_w84;
		level = (struct level){parts->band.floor.mm, parts->band.ceiling.mm,
				parts->band.floor.ref, parts->band.ceiling.ref, ent_w84_known(f),
				ent_w84_known(c), {f.lo_mm, f.hi_mm}, {c.lo_mm, c.hi_mm}};
		if (parts->band.floor.mm == ENT_ALTITUDE_UNBOUNDED_BELOW)
			level.lo_mm = level.lo_w84[0] = level.lo_w84[1] = -1e18;
		if (parts->band.ceiling.mm == ENT_ALTITUDE_UNBOUNDED_ABOVE)
			level.hi_mm = level.hi_w84[0] = level.hi_w84[1] = 1e18;
		return level;
	}
	const uint32_t piece = track_first_piece(parts, time_us);
	const uint32_t last = track_pieces(parts) - 1;
	const uint32_t leg = track_piece_at(parts, piece < last ? piece : last).leg;
	const struct climb climb = track_climb(parts, leg);
	const struct climb zero = {climb.t0_us, 1, 0, 0};
	const double z = climb_difference_mm(&climb, time_us, &zero, climb.t0_us);
	const struct ent_interval *offsets = parts->track->w84_minus_altitude;
	const struct ent_interval offset = offsets != NULL ? offsets[leg]
							   : (struct ent_interval){0, 0};
	const bool known = ent_w84_known(parts->floor_w84);
	const double lo = z + (double)offset.lo_mm, hi = z + (double)offset.hi_mm;
	return (struct level){z, z, parts->track->ref, parts->track->ref, known, known, {lo, hi},
			{lo, hi}};
}

/* How far lower's top is below upper's bottom, as [least, most]; false when not known. */
static bool clearance(const struct level *upper, const struct level *lower, double ret[2]) {
	const bool unbounded = upper->lo_mm < -1e17 || lower->hi_mm > 1e17;
	if (upper->lo_ref == lower->hi_ref || unbounded) {
		ret[0] = ret[1] = unbounded ? -1e18 : upper->lo_mm - lower->hi_mm;
		return true;
	}
	if (!upper->lo_known || !lower->hi_known)
		return false;
	ret[0] = upper->lo_w84[0] - lower->hi_w84[1];
	ret[1] = upper->lo_w84[1] - lower->hi_w84[0];
	return true;
}

static void fill_vertical(
		const struct question *q, const struct finding *f, struct ent_witness *witness) {
	const struct level a = level_at(q->a, f->time_a_us), b = level_at(q->b, f->time_b_us);
	const double tolerance = (double)((q->a->track != NULL ? q->a->track->tolerance.vertical_mm
							       : 0) +
			(q->b->track != NULL ? q->b->track->tolerance.vertical_mm : 0));
	double above[2], below[2];
	if (!clearance(&a, &b, above) || !clearance(&b, &a, below)) {
		witness->vertical_lo_mm = 0;
		witness->vertical_hi_mm = INT64_MAX;
		return;
	}
	double vertical[2];
	for (int i = 0; i < 2; i++) {
		vertical[i] = (above[i] > below[i] ? above[i] : below[i]) - tolerance;
		vertical[i] = vertical[i] > 0 ? vertical[i] : 0;
	}
	witness->vertical_lo_mm = rounded(vertical[0]);
	witness->vertical_hi_mm = rounded(vertical[1]);
}

static struct ent_witness make_witness(const struct question *q, const struct finding *f) {
	struct ent_witness witness = {.first_utc_us = f->first_us,
			.last_utc_us = f->last_us,
			.time_a_utc_us = f->time_a_us,
			.time_b_utc_us = f->time_b_us,
			.at_a = ent_geo_point_from_ecef(f->at_a),
			.at_b = ent_geo_point_from_ecef(f->at_b)};
	if (!f->inside) {
		const int64_t between = surface_distance_mm(f->at_a, f->at_b) - q->a->radius_mm -
				q->b->radius_mm;
		witness.lateral_mm = between > 0 ? between : 0;
	}
	fill_vertical(q, f, &witness);
	return witness;
}

static struct ent_witness mirrored(struct ent_witness w) {
	struct ent_witness m = w;
	m.time_a_utc_us = w.time_b_utc_us;
	m.time_b_utc_us = w.time_a_utc_us;
	m.at_a = w.at_b;
	m.at_b = w.at_a;
	return m;
}

struct ent_verdict ent_conflict_judge(const struct ent_volume *a, const struct ent_volume *b,
		const struct ent_minima *minima) {
	if (ent_minima_check(minima, NULL) != ENT_OK)
		return (struct ent_verdict){ENT_VERDICT_UNKNOWN, ENT_UNKNOWN_MINIMA, {0}};
	const bool swapped = compare_volumes(ent_volume_parts(a), ent_volume_parts(b)) > 0;
	struct question q = swapped ? ask(b, a, minima) : ask(a, b, minima);
	if (far_apart(&q))
		return (struct ent_verdict){.kind = ENT_VERDICT_CLEAR};
	q.reach = reach_of(q.lateral_mm);
	q.touch = reach_of(q.a->radius_mm + q.b->radius_mm);
	struct finding finding = {.conflict = false};
	if (q.a->track == NULL)
		judge_fixed(&q, &finding);
	else if (q.b->track == NULL)
		judge_track_fixed(&q, &finding);
	else if (q.time_us > 0)
		judge_tracks_apart(&q, &finding);
	else
		judge_tracks_level(&q, &finding);
	if (!finding.conflict)
		return (struct ent_verdict){.kind = ENT_VERDICT_CLEAR};
	struct ent_verdict verdict = {.kind = ENT_VERDICT_CONFLICT};
	if (finding.altitude_unknown) {
		verdict.kind = ENT_VERDICT_UNKNOWN;
		verdict.unknown = ENT_UNKNOWN_ALTITUDE;
	}
	verdict.witness = make_witness(&q, &finding);
	if (swapped)
		verdict.witness = mirrored(verdict.witness);
	return verdict;
}
