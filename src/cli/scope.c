/* SPDX-License-Identifier: Apache-2.0 */
/* scope.c: what lies in the area and the time that the options ask for. */
#include "check.h"

/* Is a moment later than another by more than so much? Unbounded ones are fine. */
static bool later_by_more(int64_t late_us, int64_t early_us, int64_t by_us) {
	return late_us > early_us && (uint64_t)late_us - (uint64_t)early_us > (uint64_t)by_us;
}

bool check_in_time(
		const struct check_item *item, const struct check_scope *scope, int64_t more_us) {
	const struct ent_span own = ent_volume_parts(item->volume)->span;
	return !later_by_more(own.start_utc_us, scope->span.end_utc_us, more_us) &&
			!later_by_more(scope->span.start_utc_us, own.end_utc_us, more_us);
}

/* Do two arcs of longitude meet? Each goes east from west to east; from -180 to 180 all round. */
static bool longitudes_meet(int64_t west1, int64_t east1, int64_t west2, int64_t east2) {
	const int64_t turn = 360 * ENT_GEO_NDEG_PER_DEG;
	const int64_t width1 = east1 - west1 == turn ? turn : (east1 - west1 + turn) % turn;
	const int64_t width2 = east2 - west2 == turn ? turn : (east2 - west2 + turn) % turn;
	const int64_t from1 = ((west2 - west1) % turn + turn) % turn;
	const int64_t from2 = ((west1 - west2) % turn + turn) % turn;
	return from1 <= width1 || from2 <= width2;
}

/* By the box around the volume, which keeps a little more than touches. */
static bool in_area(const struct ent_volume *volume, const struct check_scope *scope) {
	struct ent_point south_west, north_east;
	ent_volume_bounds(volume, &south_west, &north_east);
	return south_west.lat_ndeg <= scope->north_east.lat_ndeg &&
			north_east.lat_ndeg >= scope->south_west.lat_ndeg &&
			longitudes_meet(south_west.lon_ndeg, north_east.lon_ndeg,
					scope->south_west.lon_ndeg, scope->north_east.lon_ndeg);
}

/* Is any of a track's legs in the area between two moments? Without memory: yes. */
static bool flies_in_area(const struct ent_volume *flight, int64_t first_us, int64_t last_us,
		const struct check_scope *scope) {
	const struct ent_volume_parts *parts = ent_volume_parts(flight);
	const struct ent_track_parts *track = parts->track;
	const struct ent_span *own = &parts->span;
	const int64_t first = first_us > own->start_utc_us ? first_us : own->start_utc_us;
	const int64_t last = last_us < own->end_utc_us ? last_us : own->end_utc_us;
	bool in = false;
	for (uint32_t i = 0; !in && i < track->n_points; i++) {
		struct ent_track_point leg[2] = {track->points[i], track->points[i]};
		const bool more = i + 1 < track->n_points;
		if (more)
			leg[1] = track->points[i + 1];
		if (leg[1].time_utc_us < first || leg[0].time_utc_us > last)
			continue;
		for (int k = 0; k < 2; k++) {
			const int64_t at = leg[k].time_utc_us;
			leg[k].time_utc_us = at < first ? first : at > last ? last : at;
			ent_track_at(flight, leg[k].time_utc_us, &leg[k].at, &leg[k].altitude_mm);
		}
		struct ent_volume *part;
		const bool moves = leg[0].time_utc_us < leg[1].time_utc_us;
		in = ent_volume_create_track(leg, moves ? 2 : 1, track->ref, track->tolerance, NULL,
				     &part, NULL) != ENT_OK;
		if (!in) {
			in = in_area(part, scope);
			ent_volume_release(part);
		}
	}
	return in;
}

bool check_in_scope(const struct check_item *item, const struct check_scope *scope) {
	if (!check_in_time(item, scope, 0))
		return false;
	return !scope->area_given ||
			(in_area(item->volume, scope) &&
					(!check_is_flight(item) ||
							flies_in_area(item->volume,
									scope->span.start_utc_us,
									scope->span.end_utc_us,
									scope)));
}

bool check_happens_in_scope(const struct check_item *a, const struct check_item *b,
		const struct ent_witness *w, const struct check_scope *scope) {
	const bool flight_a = check_is_flight(a), flight_b = check_is_flight(b);
	if (w->last_utc_us < scope->span.start_utc_us || w->first_utc_us > scope->span.end_utc_us)
		return false;
	if (!scope->area_given)
		return true;
	if (!flight_a && !flight_b)
		return !a->outside && !b->outside;
	return (flight_a && flies_in_area(a->volume, w->first_utc_us, w->last_utc_us, scope)) ||
			(flight_b &&
					flies_in_area(b->volume, w->first_utc_us, w->last_utc_us,
							scope));
}
