/* SPDX-License-Identifier: Apache-2.0 */
/* traffic.c: who each report belongs to, and flights from reports. */
#include "traffic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente/text.h"

/* What a pressure altitude can be; ent_geo_pressure_altitude_amsl takes no other. */
#define PRESSURE_ALTITUDE_MIN_MM (-2000000)
#define PRESSURE_ALTITUDE_MAX_MM 30000000

/* "I" and an id, or "A", an address, a zero byte and a callsign. */
enum { KEY_SIZE = CHECK_ID_SIZE + CHECK_CALLSIGN_SIZE + CHECK_ICAO24_SIZE };

#define NO_FLIGHT UINT32_MAX

struct flight {
	struct check_item_names names;
	enum ent_altitude_ref ref;
	bool ref_known;
	uint32_t kept, without_altitude; /* before cleaning */
	uint32_t whole;                  /* of the items that it becomes, the first one's group */
};

/* A set of names, and the flight that each one stands for. */
struct flight_map {
	struct check_names names;
	uint32_t *flights;
	size_t capacity;
};

struct check_traffic {
	struct check_reader *reader;
	enum check_traffic_kind kind;
	struct check_report *reports;
	size_t n_reports, reports_capacity;
	struct flight *flights;
	size_t n_flights, flights_capacity;
	struct flight_map by_key, by_aircraft;
	struct check_names labels;
	char last_key[KEY_SIZE]; /* most reports follow one of the same flight */
	size_t last_length;
	uint32_t last_flight;
	/* While filing. */
	const struct ent_air *air;
	const struct ent_tolerance *tolerance;
	struct ent_track_point *points;
	size_t points_capacity;
};

enum check_traffic_kind check_traffic_kind(const struct check_reader *reader) {
	return reader->options.recorded ? CHECK_RECORDING : CHECK_PLAN;
}

ent_status check_traffic_create(struct check_reader *reader, enum check_traffic_kind kind,
		struct check_traffic **ret_traffic) {
	struct check_traffic *traffic = calloc(1, sizeof *traffic);
	if (traffic == NULL)
		return ENT_E_MEMORY;
	traffic->reader = reader;
	traffic->kind = kind;
	*ret_traffic = traffic;
	return ENT_OK;
}

void check_traffic_destroy(struct check_traffic *traffic) {
	if (traffic == NULL)
		return;
	check_names_finish(&traffic->by_key.names);
	check_names_finish(&traffic->by_aircraft.names);
	check_names_finish(&traffic->labels);
	free(traffic->by_key.flights);
	free(traffic->by_aircraft.flights);
	free(traffic->reports);
	free(traffic->flights);
	free(traffic->points);
	free(traffic);
}

/* The place where the flight of a name is kept; NO_FLIGHT for a new name. */
static ent_status look_up(
		struct flight_map *map, const char *name, size_t length, uint32_t **ret_flight) {
	uint32_t number;
	bool added;
	ent_status status = check_grow(&map->flights, &map->capacity, map->names.n_nodes + 1,
			sizeof *map->flights, CHECK_NAMES_MAX + 2);
	if (status == ENT_OK)
		status = check_names_add(&map->names, name, length, &number, &added);
	if (status != ENT_OK)
		return status;
	if (added)
		map->flights[number] = NO_FLIGHT;
	*ret_flight = &map->flights[number];
	return ENT_OK;
}

static void trim(struct check_text *text) {
	while (text->length > 0 && text->text[0] == ' ') {
		text->text++;
		text->length--;
	}
	while (text->length > 0 && text->text[text->length - 1] == ' ')
		text->length--;
}

/* "I" id, or "A" icao24 NUL callsign; the address in small letters. 0 when there is no identity. */
static size_t make_key(const struct check_sighting *s, char *ret_key) {
	size_t n = 0;
	if (s->id.length > 0) {
		ret_key[n++] = 'I';
		memcpy(ret_key + n, s->id.text, s->id.length);
		return n + s->id.length;
	}
	if (s->icao24.length == 0 && s->callsign.length == 0)
		return 0;
	ret_key[n++] = 'A';
	for (size_t i = 0; i < s->icao24.length; i++) {
		char c = s->icao24.text[i];
		ret_key[n++] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
	}
	ret_key[n++] = '\0';
	memcpy(ret_key + n, s->callsign.text != NULL ? s->callsign.text : "", s->callsign.length);
	return n + s->callsign.length;
}

static ent_status new_flight(struct check_traffic *traffic, const struct check_sighting *s,
		uint32_t *ret_flight, struct ent_fault *fault) {
	ent_status status = check_grow(&traffic->flights, &traffic->flights_capacity,
			traffic->n_flights + 1, sizeof *traffic->flights, CHECK_ITEMS_MAX);
	if (status == ENT_E_LIMIT)
		ent_fault_set(fault, "", CHECK_ITEMS_MAX_WHY, CHECK_ITEMS_MAX);
	if (status != ENT_OK)
		return status;
	struct flight *flight = &traffic->flights[traffic->n_flights];
	memset(flight, 0, sizeof *flight);
	check_set_id(&flight->names, s->id.text, s->id.length);
	status = check_set_callsign(&flight->names, s->callsign.text, s->callsign.length, fault);
	if (status == ENT_OK)
		status = check_set_icao24(&flight->names, s->icao24.text, s->icao24.length, fault);
	if (status != ENT_OK)
		return status;
	*ret_flight = (uint32_t)traffic->n_flights++;
	return ENT_OK;
}

/* The flight of a key with an address: by address and callsign, or by the address alone. */
static ent_status find_by_aircraft(struct check_traffic *traffic, const struct check_sighting *s,
		const char *key, size_t length, uint32_t *ret_flight, struct ent_fault *fault) {
	uint32_t *of_key = NULL, *of_aircraft;
	ent_status status = look_up(&traffic->by_aircraft, key + 1, s->icao24.length, &of_aircraft);
	if (status == ENT_OK && s->callsign.length > 0)
		status = look_up(&traffic->by_key, key, length, &of_key);
	if (status != ENT_OK)
		return status;
	uint32_t flight = of_key != NULL ? *of_key : *of_aircraft;
	if (flight == NO_FLIGHT && *of_aircraft != NO_FLIGHT &&
			traffic->flights[*of_aircraft].names.callsign[0] == '\0') {
		/* So far it had none: now its callsign is known. */
		flight = *of_aircraft;
		(void)check_copy_name(traffic->flights[flight].names.callsign, CHECK_CALLSIGN_SIZE,
				s->callsign.text, s->callsign.length);
	}
	if (flight == NO_FLIGHT)
		status = new_flight(traffic, s, &flight, fault);
	if (status != ENT_OK)
		return status;
	if (of_key != NULL)
		*of_key = flight;
	*of_aircraft = flight;
	*ret_flight = flight;
	return ENT_OK;
}

static ent_status find_flight(struct check_traffic *traffic, const struct check_sighting *s,
		const char *key, size_t length, uint32_t *ret_flight, struct ent_fault *fault) {
	uint32_t *of_key;
	ent_status status;
	if (length == traffic->last_length && memcmp(key, traffic->last_key, length) == 0) {
		*ret_flight = traffic->last_flight;
		return ENT_OK;
	}
	if (key[0] == 'A' && s->icao24.length > 0) {
		status = find_by_aircraft(traffic, s, key, length, ret_flight, fault);
	} else {
		status = look_up(&traffic->by_key, key, length, &of_key);
		if (status == ENT_OK && *of_key == NO_FLIGHT)
			status = new_flight(traffic, s, of_key, fault);
		if (status == ENT_OK)
			*ret_flight = *of_key;
	}
	if (status != ENT_OK)
		return status;
	memcpy(traffic->last_key, key, length);
	traffic->last_length = length;
	traffic->last_flight = *ret_flight;
	return ENT_OK;
}

static bool altitude_in_range(int64_t mm, enum ent_altitude_ref ref) {
	if (ref == ENT_ALTITUDE_FL)
		return mm >= PRESSURE_ALTITUDE_MIN_MM && mm <= PRESSURE_ALTITUDE_MAX_MM;
	return mm >= ENT_ALTITUDE_MIN_MM && mm <= ENT_ALTITUDE_MAX_MM;
}

/* The rule that leaves the report out, or CHECK_RULE_COUNT. */
static enum check_rule first_rule(const struct check_sighting *s, bool identity) {
	if (!identity)
		return CHECK_RULE_NO_IDENTITY;
	if (!s->has_time)
		return CHECK_RULE_NO_TIME;
	if (!s->has_position)
		return CHECK_RULE_NO_POSITION;
	if (!s->has_altitude)
		return CHECK_RULE_NO_ALTITUDE;
	if (s->out_of_range || s->time_utc_us < ENT_TIME_MIN_US ||
			s->time_utc_us > ENT_TIME_MAX_US ||
			!altitude_in_range(s->altitude_mm, s->ref))
		return CHECK_RULE_OUT_OF_RANGE;
	return CHECK_RULE_COUNT;
}

static void say_two_references(const struct flight *flight, enum ent_altitude_ref other,
		struct ent_fault *ret_fault) {
	static const char *const refs[] = {
#define TEXT(name, text) text,
			ENT_ALTITUDE_REF_MAP(TEXT)
#undef TEXT
	};
	const struct check_item_names *names = &flight->names;
	const char *who = names->id[0] != '\0'       ? names->id
			: names->callsign[0] != '\0' ? names->callsign
						     : names->icao24;
	char shown[CHECK_ID_SIZE];
	ent_fault_set(ret_fault, "",
			"an altitude in %s, but the others of %s are in %s; a flight has one "
			"reference",
			refs[other], ent_text_show(who, strlen(who), shown, sizeof shown),
			refs[flight->ref]);
}

static ent_status keep(struct check_traffic *traffic, const struct check_sighting *s,
		uint32_t number, struct ent_fault *fault) {
	struct flight *flight = &traffic->flights[number];
	uint32_t label = 0;
	bool added;
	if (flight->ref_known && flight->ref != s->ref) {
		say_two_references(flight, s->ref, fault);
		return ENT_E_DOMAIN;
	}
	ent_status status = check_grow(&traffic->reports, &traffic->reports_capacity,
			traffic->n_reports + 1, sizeof *traffic->reports, CHECK_REPORTS_MAX);
	if (status == ENT_OK && s->label.length > 0) {
		status = check_names_add(
				&traffic->labels, s->label.text, s->label.length, &label, &added);
		label++;
	}
	if (status != ENT_OK) {
		if (status == ENT_E_LIMIT)
			ent_fault_set(fault, "", "more than %d reports in one input",
					CHECK_REPORTS_MAX);
		return status;
	}
	flight->ref = s->ref;
	flight->ref_known = true;
	flight->kept++;
	traffic->reports[traffic->n_reports++] = (struct check_report){
			.time_utc_us = s->time_utc_us,
			.at = s->at,
			.altitude_mm = (int32_t)s->altitude_mm,
			.radius_mm = (int32_t)s->radius_mm,
			.flight = number,
			.label = label,
	};
	return ENT_OK;
}

/* What is cut would be another name; also, a key has no more room. */
static ent_status look_at_lengths(const struct check_sighting *s, struct ent_fault *fault) {
	const struct {
		const char *what;
		size_t length, size;
	} names[] = {
			{"an id", s->id.length, CHECK_ID_SIZE},
			{"an id", s->label.length, CHECK_ID_SIZE},
			{"a callsign", s->callsign.length, CHECK_CALLSIGN_SIZE},
			{"an aircraft address", s->icao24.length, CHECK_ICAO24_SIZE},
	};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (names[i].length < names[i].size)
			continue;
		ent_fault_set(fault, "", "%s of more than %zu bytes", names[i].what,
				names[i].size - 1);
		return ENT_E_LIMIT;
	}
	return ENT_OK;
}

ent_status check_traffic_add(struct check_traffic *traffic, const struct check_sighting *sighting,
		struct ent_fault *reterr_fault) {
	struct check_cleaning *cleaning = &traffic->reader->model->cleaning;
	struct check_sighting s = *sighting;
	char key[KEY_SIZE];
	uint32_t flight = NO_FLIGHT;
	trim(&s.id);
	trim(&s.callsign);
	trim(&s.icao24);
	trim(&s.label);
	ent_status status = look_at_lengths(&s, reterr_fault);
	if (status != ENT_OK)
		return status;
	size_t length = make_key(&s, key);
	if (length > 0)
		status = find_flight(traffic, &s, key, length, &flight, reterr_fault);
	if (status != ENT_OK)
		return status;
	enum check_rule rule = first_rule(&s, length > 0);
	if (rule == CHECK_RULE_COUNT) {
		status = keep(traffic, &s, flight, reterr_fault);
		if (status == ENT_OK)
			cleaning->reports++;
		return status;
	}
	cleaning->reports++;
	cleaning->touched[rule]++;
	cleaning->lost += traffic->kind == CHECK_PLAN;
	if (rule == CHECK_RULE_NO_ALTITUDE)
		traffic->flights[flight].without_altitude++;
	return ENT_OK;
}

/* The label that all reports have, else what the flight is called by its aircraft. */
static void name_part(const struct check_traffic *traffic, const struct flight *flight,
		const struct check_report *reports, size_t n, struct check_item_names *ret_names) {
	uint32_t label = reports[0].label;
	for (size_t i = 1; i < n && label != 0; i++)
		label = reports[i].label == label ? label : 0;
	*ret_names = flight->names;
	if (label != 0) {
		size_t length;
		const char *text = check_names_text(&traffic->labels, label - 1, &length);
		check_set_id(ret_names, text, length);
	}
	if (ret_names->id[0] != '\0')
		return;
	bool both = ret_names->icao24[0] != '\0' && ret_names->callsign[0] != '\0';
	(void)snprintf(ret_names->id, CHECK_ID_SIZE, "%s%s%s", ret_names->icao24, both ? "-" : "",
			ret_names->callsign);
}

/* check_flight_fn: one part of a flight becomes a track. */
static ent_status file_part(
		void *user, const struct check_report *reports, size_t n, uint32_t part) {
	struct check_traffic *traffic = user;
	struct check_reader *reader = traffic->reader;
	struct flight *flight = &traffic->flights[reports[0].flight];
	const uint32_t group = check_reader_new_group(reader);
	struct check_item_names names;
	struct ent_fault fault = {0};
	struct ent_volume *volume;
	struct ent_tolerance tolerance = *traffic->tolerance;
	int64_t radius_mm = 0;
	if (part == 0)
		flight->whole = group;
	name_part(traffic, flight, reports, n, &names);
	ent_status status = check_grow(&traffic->points, &traffic->points_capacity, n,
			sizeof *traffic->points, ENT_TRACK_POINTS_MAX);
	for (size_t i = 0; status == ENT_OK && i < n; i++) {
		traffic->points[i] = (struct ent_track_point){.at = reports[i].at,
				.altitude_mm = reports[i].altitude_mm,
				.time_utc_us = reports[i].time_utc_us};
		radius_mm = reports[i].radius_mm > radius_mm ? reports[i].radius_mm : radius_mm;
	}
	tolerance.lateral_mm += radius_mm;
	if (status == ENT_E_LIMIT)
		ent_fault_set(&fault, "", "more than %d reports in one flight",
				ENT_TRACK_POINTS_MAX);
	if (status == ENT_OK)
		status = ent_volume_create_track(traffic->points, n, flight->ref, tolerance,
				traffic->air, &volume, &fault);
	if (status == ENT_OK)
		status = check_reader_take_item(reader, &names, group, volume, &fault);
	if (status == ENT_OK) {
		struct check_item *item = &reader->model->items[reader->model->n_items - 1];
		item->whole = flight->whole;
		item->recording = traffic->kind == CHECK_RECORDING;
		return ENT_OK;
	}
	char where[CHECK_ID_SIZE + 8];
	(void)snprintf(where, sizeof where, "flight %s", names.id);
	check_fault_within(&fault, where);
	check_reader_fault(reader, status, &fault);
	return check_status_is_fatal(status) ? status : ENT_OK;
}

ent_status check_traffic_file(struct check_traffic *traffic, const struct ent_air *air,
		const struct ent_tolerance *tolerance) {
	struct check_model *model = traffic->reader->model;
	traffic->air = air;
	traffic->tolerance = tolerance;
	for (size_t i = 0; i < traffic->n_flights; i++)
		if (traffic->flights[i].kept == 0)
			*(traffic->flights[i].without_altitude > 0 ? &model->no_altitude_flights
								   : &model->empty_flights) += 1;
	if (traffic->n_reports == 0)
		return ENT_OK;
	uint64_t faults = traffic->reader->faults->total;
	ent_status status = check_clean(traffic->reports, traffic->n_reports,
			(uint32_t)traffic->n_flights, traffic->kind, &model->cleaning, file_part,
			traffic);
	if (status != ENT_OK && traffic->reader->faults->total == faults)
		check_reader_fault(traffic->reader, status, NULL);
	return status;
}
