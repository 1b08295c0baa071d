/* SPDX-License-Identifier: Apache-2.0 */
/*
 * read_adsb.c: one recorded ADS-B report: an object of a JSON list. `altitude` is pressure
 * altitude in feet, so its reference is FL; to the nearest millimetre (1 ft = 304.8 mm).
 * `geoaltitude` is another quantity and not used. Times are milliseconds since 1970 UTC.
 */
#include <string.h>

#include "entente/refused.h"
#include "entente/text.h"
#include "jsonread.h"
#include "traffic.h"

enum member { TIMESTAMP, ICAO24, CALLSIGN, FLIGHT_ID, LATITUDE, LONGITUDE, ALTITUDE, USED_COUNT };

/* Those that are used, in the order of the enumeration; then those that are known and are not. */
static const struct {
	const char *name;
	size_t length;
} members[] = {
		{"timestamp", 9},
		{"icao24", 6},
		{"callsign", 8},
		{"flight_id", 9},
		{"latitude", 8},
		{"longitude", 9},
		{"altitude", 8},
		{"geoaltitude", 11},
		{"groundspeed", 11},
		{"track", 5},
		{"vertical_rate", 13},
		{"onground", 8},
		{"squawk", 6},
};

struct report {
	struct check_json json;
	struct check_sighting sighting;
	unsigned seen; /* one bit a member that is used */
	double lat_deg, lon_deg;
	bool lat_given, lon_given;
};

static size_t find_member(const char *name, size_t length) {
	size_t i = 0;
	while (i < sizeof members / sizeof members[0] &&
			(members[i].length != length || memcmp(members[i].name, name, length) != 0))
		i++;
	return i;
}

bool check_is_sighting(struct ent_json_value value) {
	struct ent_json_value member;
	return ent_json_member(value, "timestamp", &member) ||
			ent_json_member(value, "icao24", &member) ||
			(ent_json_member(value, "latitude", &member) &&
					ent_json_member(value, "longitude", &member));
}

static ent_status fail(struct report *r, size_t member, ent_status status, const char *why) {
	(void)ent_json_path_member(r->json.path, members[member].name, members[member].length);
	return check_json_fail(&r->json, status, "%s", why);
}

/* Seconds taken for milliseconds are in January or February of 1970, where nothing was recorded. */
#define SECONDS_OF_1990 INT64_C(631152000)
#define SECONDS_OF_2100 INT64_C(4102444800)

static ent_status take_time(struct report *r, struct ent_json_value value) {
	struct check_sighting *s = &r->sighting;
	int64_t ms;
	double number;
	s->has_time = true;
	if (ent_json_int(value, &ms)) {
		/* 1 ms to spare either side of what is stored. */
		if (ms < ENT_TIME_MIN_US / 1000 || ms > ENT_TIME_MAX_US / 1000)
			s->out_of_range = true;
		else if (ms >= SECONDS_OF_1990 && ms < SECONDS_OF_2100)
			return fail(r, TIMESTAMP, ENT_E_DOMAIN,
					"is in 1970, and looks like seconds: milliseconds are "
					"wanted");
		else
			s->time_utc_us = ms * 1000;
		return ENT_OK;
	}
	if (!ent_json_double(value, &number))
		return fail(r, TIMESTAMP, ENT_E_SYNTAX,
				"must be milliseconds since 1970 UTC, or null");
	if (!check_scaled(number, 1000, 1, &s->time_utc_us))
		s->out_of_range = true;
	return ENT_OK;
}

static ent_status take_altitude(struct report *r, struct ent_json_value value) {
	double feet;
	if (!ent_json_double(value, &feet))
		return fail(r, ALTITUDE, ENT_E_SYNTAX, "must be a number of feet, or null");
	r->sighting.has_altitude = true;
	if (!check_scaled(feet, 3048, 10, &r->sighting.altitude_mm))
		r->sighting.out_of_range = true;
	return ENT_OK;
}

static ent_status take_text(struct report *r, size_t member, struct ent_json_value value) {
	struct check_sighting *s = &r->sighting;
	struct check_text *text = member == ICAO24 ? &s->icao24
			: member == CALLSIGN       ? &s->callsign
						   : &s->label;
	if (!ent_json_string(value, &text->text, &text->length))
		return fail(r, member, ENT_E_SYNTAX, "must be a string or null");
	return ENT_OK;
}

static ent_status take_degrees(struct report *r, size_t member, struct ent_json_value value) {
	if (!ent_json_double(value, member == LATITUDE ? &r->lat_deg : &r->lon_deg))
		return fail(r, member, ENT_E_SYNTAX, "must be a number of degrees, or null");
	*(member == LATITUDE ? &r->lat_given : &r->lon_given) = true;
	return ENT_OK;
}

/* A name of its own, unless it is refused or looks like one that is used. */
static ent_status pass_over(struct report *r, const char *name, size_t length) {
	static const char *const meant[] = {"timestamp", "icao24", "callsign", "flight_id",
			"latitude", "longitude", "altitude"};
	static const char *const other_words[][2] = {{"lat", "latitude"}, {"lon", "longitude"},
			{"lng", "longitude"}, {"alt", "altitude"}, {"time", "timestamp"},
			{"hex", "icao24"}};
	for (size_t i = 0; i < sizeof other_words / sizeof other_words[0]; i++)
		if (strlen(other_words[i][0]) == length &&
				memcmp(other_words[i][0], name, length) == 0) {
			(void)ent_json_path_member(r->json.path, name, length);
			return check_json_fail(&r->json, ENT_E_SYNTAX,
					"is not used; did you mean %s?", other_words[i][1]);
		}
	bool refused = ent_refused_name(name, length);
	ent_status status = refused
			? ent_refused_fault(&r->json.fault, "")
			: check_refuse_near(name, length, meant, sizeof meant / sizeof meant[0],
					  "member", &r->json.fault);
	if (status == ENT_OK)
		return ENT_OK;
	(void)ent_json_path_member(r->json.path, name, length);
	return check_json_fail_here(&r->json, status);
}

static ent_status take_member(
		struct report *r, const char *name, size_t length, struct ent_json_value value) {
	size_t member = find_member(name, length);
	if (member >= USED_COUNT) {
		return member < sizeof members / sizeof members[0] ? ENT_OK
								   : pass_over(r, name, length);
	}
	if (r->seen >> member & 1)
		return fail(r, member, ENT_E_EXISTS, "stands twice in one object");
	r->seen |= 1U << member;
	if (ent_json_kind(value) == ENT_JSON_NULL)
		return ENT_OK;
	switch (member) {
	case TIMESTAMP:
		return take_time(r, value);
	case ALTITUDE:
		return take_altitude(r, value);
	case LATITUDE:
	case LONGITUDE:
		return take_degrees(r, member, value);
	default:
		return take_text(r, member, value);
	}
}

static ent_status take_report(
		struct report *r, struct check_traffic *traffic, struct ent_json_value value) {
	struct check_sighting *s = &r->sighting;
	struct ent_json_value member;
	const char *name;
	size_t length;
	if (ent_json_kind(value) != ENT_JSON_OBJECT)
		return check_json_fail_kind(&r->json, value, "a report: an object");
	struct ent_json_walk walk = ent_json_walk_from(value);
	size_t base = r->json.path->length;
	while (ent_json_next_member(&walk, &name, &length, &member)) {
		ent_status status = take_member(r, name, length, member);
		if (status == ENT_OK)
			continue;
		status = check_json_note(&r->json, status);
		if (status != ENT_OK)
			return status;
		ent_json_path_cut(r->json.path, base);
	}
	if (r->json.faults > 0)
		return ENT_OK;
	s->ref = ENT_ALTITUDE_FL;
	s->has_position = r->lat_given && r->lon_given;
	if (s->has_position && ent_geo_point_from_deg(r->lat_deg, r->lon_deg, &s->at) != ENT_OK)
		s->out_of_range = true;
	ent_status status = check_traffic_add(traffic, s, &r->json.fault);
	return status == ENT_OK ? ENT_OK : check_json_fail_here(&r->json, status);
}

ent_status check_read_sighting(struct check_reader *reader, struct check_traffic *traffic,
		struct ent_json_value value, uint64_t index) {
	struct ent_json_path path;
	struct report r;
	/* Not all of it zeroed: this runs for every report. */
	path.length = 0;
	r.json.reader = reader;
	r.json.path = &path;
	r.json.fault.where[0] = r.json.fault.why[0] = r.json.name[0] = '\0';
	r.json.faults = 0;
	memset(&r.sighting, 0, sizeof r.sighting);
	r.seen = 0;
	r.lat_given = r.lon_given = false;
	(void)ent_json_path_index(&path, index);
	return check_json_settle(&r.json, take_report(&r, traffic, value));
}
