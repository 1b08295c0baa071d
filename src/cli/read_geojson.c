/* SPDX-License-Identifier: Apache-2.0 */
/*
 * read_geojson.c: GeoJSON (RFC 7946). A feature is a volume (Polygon, MultiPolygon, Point
 * with a radius, LineString with a half-width) or a track (LineString with times). What its
 * properties may say is docs/formats.md; most of it is draft.c.
 */
#include <stdlib.h>
#include <string.h>

#include "entente/text.h"
#include "jsonread.h"

struct feature {
	struct check_json json;
	struct check_draft draft;
	bool times_given, altitudes_given;
	struct ent_json_value times, altitudes;
	struct ent_track_point *points; /* of a track; reused */
	size_t points_capacity;
	uint32_t group;
};

static const char *const geometry_types[] = {"Point", "MultiPoint", "LineString", "MultiLineString",
		"Polygon", "MultiPolygon", "GeometryCollection"};

bool check_is_geojson(struct ent_json_value value) {
	struct ent_json_value type;
	if (!ent_json_member(value, "type", &type))
		return false;
	for (size_t i = 0; i < sizeof geometry_types / sizeof geometry_types[0]; i++)
		if (ent_json_string_is(type, geometry_types[i]))
			return true;
	return ent_json_string_is(type, "Feature") || ent_json_string_is(type, "FeatureCollection");
}

/* --- Properties --- */

static bool is(const char *name, size_t length, const char *word) {
	return strlen(word) == length && memcmp(name, word, length) == 0;
}

/* {"value": 3000, "units": "FT", "reference": "AMSL"}, the form of F3548; units M, FT, FL. */
static ent_status take_altitude_object(struct feature *f, struct ent_json_value object,
		struct ent_altitude *ret_altitude) {
	struct check_json *json = &f->json;
	struct ent_json_value value, units, reference;
	const char *text;
	size_t length, base = json->path->length;
	enum ent_altitude_ref ref = ENT_ALTITUDE_FL;
	double number;
	int64_t mm;
	ent_status status = check_json_need(json, object, "value", &value);
	if (status == ENT_OK && !ent_json_double(value, &number))
		status = check_json_fail_kind(json, value, "a number");
	ent_json_path_cut(json->path, base);
	if (status == ENT_OK)
		status = check_json_need(json, object, "units", &units);
	if (status != ENT_OK)
		return status;
	bool metres = ent_json_string_is(units, "M") || ent_json_string_is(units, "m");
	bool feet = ent_json_string_is(units, "FT") || ent_json_string_is(units, "ft");
	bool level = ent_json_string_is(units, "FL");
	if (!metres && !feet && !level)
		return check_json_fail(json, ENT_E_SYNTAX, "must be \"M\", \"FT\" or \"FL\"");
	ent_json_path_cut(json->path, base);
	if (ent_json_member(object, "reference", &reference)) {
		(void)ent_json_path_member(json->path, "reference", 9);
		if (!ent_json_string(reference, &text, &length))
			return check_json_fail_kind(json, reference, "a string");
		status = check_altitude_ref_parse(text, length, &ref, &json->fault);
		if (status != ENT_OK)
			return check_json_fail_here(json, status);
		if (level && ref != ENT_ALTITUDE_FL)
			return check_json_fail(
					json, ENT_E_DOMAIN, "a flight level has the reference FL");
		ent_json_path_cut(json->path, base);
	} else if (f->draft.ref_given && !level) {
		ref = f->draft.ref;
	} else if (!level) {
		return check_json_fail(
				json, ENT_E_MISSING, "needs a reference: W84, AMSL, AGL or FL");
	}
	int64_t numerator = metres ? 1000 : feet ? 3048 : 30480;
	if (!check_scaled(number, numerator, feet ? 10 : 1, &mm) || mm < ENT_ALTITUDE_MIN_MM ||
			mm > ENT_ALTITUDE_MAX_MM)
		return check_json_fail(
				json, ENT_E_DOMAIN, "an altitude lies between -20 km and 200 km");
	*ret_altitude = (struct ent_altitude){ref, (int32_t)mm};
	return ENT_OK;
}

/* A string or an object; the path stands on it. */
static ent_status take_altitude(
		struct feature *f, struct ent_json_value value, struct ent_altitude *ret_altitude) {
	const char *text;
	size_t length;
	if (ent_json_kind(value) == ENT_JSON_OBJECT)
		return take_altitude_object(f, value, ret_altitude);
	if (!ent_json_string(value, &text, &length))
		return check_json_fail(&f->json, ENT_E_SYNTAX,
				"must be text as \"3000 ft AMSL\" or an object with value, units "
				"and reference, but is %s",
				ent_json_kind_text(ent_json_kind(value)));
	ent_status status = check_altitude_parse(text, length,
			f->draft.ref_given ? &f->draft.ref : NULL, ret_altitude, &f->json.fault);
	return status == ENT_OK ? ENT_OK : check_json_fail_here(&f->json, status);
}

/* An id may be a number in GeoJSON. */
static void take_number_id(struct feature *f, int64_t number) {
	char digits[ENT_TEXT_DECIMAL_SIZE];
	size_t length = ent_text_print_decimal(number, 0, false, digits);
	check_copy_name(f->draft.names.id, CHECK_ID_SIZE, digits, length);
}

static ent_status take_property(struct feature *f, const char *name, size_t name_length,
		struct ent_json_value value) {
	struct check_json *json = &f->json;
	const char *text;
	size_t length;
	int64_t number;
	if (ent_json_kind(value) == ENT_JSON_NULL && !check_name_is_refused(name, name_length))
		return ENT_OK;
	if (check_draft_is_altitude(name, name_length)) {
		struct ent_altitude altitude;
		ent_status status = take_altitude(f, value, &altitude);
		if (status != ENT_OK)
			return status;
		status = check_draft_set_altitude(
				&f->draft, name, name_length, altitude, &json->fault);
		return status == ENT_OK ? ENT_OK : check_json_fail_here(json, status);
	}
	bool times = is(name, name_length, "times");
	if (times || is(name, name_length, "altitudes")) {
		*(times ? &f->times_given : &f->altitudes_given) = true;
		*(times ? &f->times : &f->altitudes) = value;
		return ENT_OK;
	}
	if (is(name, name_length, "id") && ent_json_int(value, &number)) {
		take_number_id(f, number);
		return ENT_OK;
	}
	bool is_text = ent_json_string(value, &text, &length);
	ent_status status = check_draft_set(&f->draft, name, name_length, is_text ? text : "",
			is_text ? length : 0, &json->fault);
	if (status == ENT_OK || status == ENT_E_REFUSED || is_text)
		return status == ENT_OK ? ENT_OK : check_json_fail_here(json, status);
	return check_json_fail(json, ENT_E_SYNTAX, "must be text, with its unit, but is %s",
			ent_json_kind_text(ent_json_kind(value)));
}

static ent_status take_properties(struct feature *f, struct ent_json_value properties) {
	struct check_json *json = &f->json;
	struct ent_json_value value;
	const char *name;
	size_t length;
	ent_status status = ENT_OK;
	if (ent_json_kind(properties) == ENT_JSON_NULL)
		return ENT_OK;
	if (ent_json_kind(properties) != ENT_JSON_OBJECT)
		return check_json_fail_kind(json, properties, "an object or null");
	/* First, because altitudes that name no reference take this one. */
	if (ent_json_member(properties, "altitude_reference", &value)) {
		size_t base = ent_json_path_member(json->path, "altitude_reference", 18);
		status = take_property(f, "altitude_reference", 18, value);
		ent_json_path_cut(json->path, base);
	}
	struct ent_json_walk walk = ent_json_walk_from(properties);
	while (status == ENT_OK && ent_json_next_member(&walk, &name, &length, &value)) {
		size_t base = ent_json_path_member(json->path, name, length);
		status = take_property(f, name, length, value);
		ent_json_path_cut(json->path, base);
	}
	return status;
}

/* --- Geometry --- */

/* [lon, lat] or [lon, lat, altitude]; further numbers mean nothing (RFC 7946, 3.1.1). */
static ent_status take_position(struct check_json *json, struct ent_json_value position,
		struct ent_point *ret_point, struct ent_json_value *ret_altitude,
		bool *ret_altitude_given) {
	struct ent_json_walk walk = ent_json_walk_from(position);
	struct ent_json_value lon, lat;
	if (ent_json_kind(position) != ENT_JSON_ARRAY || !ent_json_next_element(&walk, &lon) ||
			!ent_json_next_element(&walk, &lat))
		return check_json_fail(
				json, ENT_E_SYNTAX, "must be a position: [longitude, latitude]");
	*ret_altitude_given = ent_json_next_element(&walk, ret_altitude);
	return check_json_point(json, lat, lon, ret_point);
}

/* An array of positions, added to the outline. */
static ent_status take_positions(struct check_json *json, struct ent_json_value array) {
	struct ent_json_walk walk = ent_json_walk_from(array);
	struct ent_json_value position, altitude;
	struct ent_point point = {0};
	bool given;
	if (ent_json_kind(array) != ENT_JSON_ARRAY)
		return check_json_fail_kind(json, array, "an array of positions");
	for (uint64_t i = 0; ent_json_next_element(&walk, &position); i++) {
		size_t base = ent_json_path_index(json->path, i);
		ent_status status = take_position(json, position, &point, &altitude, &given);
		if (status == ENT_OK) {
			status = check_outline_add(&json->outline, point, &json->fault);
			if (status != ENT_OK)
				check_json_fail_here(json, status);
		}
		if (status != ENT_OK)
			return status;
		ent_json_path_cut(json->path, base);
	}
	return ENT_OK;
}

/* An array of closed rings: a polygon's coordinates. */
static ent_status take_polygon(struct feature *f, struct ent_json_value rings) {
	struct check_json *json = &f->json;
	struct ent_json_walk walk = ent_json_walk_from(rings);
	struct ent_json_value ring;
	if (ent_json_kind(rings) != ENT_JSON_ARRAY || !ent_json_next_element(&walk, &ring))
		return check_json_fail(json, ENT_E_SYNTAX, "must be an array of rings");
	check_outline_clear(&json->outline);
	uint64_t i = 0;
	do {
		size_t base = ent_json_path_index(json->path, i++);
		ent_status status = take_positions(json, ring);
		if (status != ENT_OK)
			return status;
		status = check_outline_end_ring(&json->outline, true, &json->fault);
		if (status != ENT_OK)
			return check_json_fail_here(json, status);
		ent_json_path_cut(json->path, base);
	} while (ent_json_next_element(&walk, &ring));
	ent_status status = check_draft_file_polygon(
			json->reader, &f->draft, &json->outline, f->group, &json->fault);
	return status == ENT_OK ? ENT_OK : check_json_fail_here(json, status);
}

static ent_status take_multi_polygon(struct feature *f, struct ent_json_value polygons) {
	struct ent_json_walk walk = ent_json_walk_from(polygons);
	struct ent_json_value polygon;
	uint64_t i = 0;
	if (ent_json_kind(polygons) != ENT_JSON_ARRAY)
		return check_json_fail_kind(&f->json, polygons, "an array of polygons");
	while (ent_json_next_element(&walk, &polygon)) {
		size_t base = ent_json_path_index(f->json.path, i++);
		ent_status status = take_polygon(f, polygon);
		if (status != ENT_OK)
			return status;
		ent_json_path_cut(f->json.path, base);
	}
	return i > 0 ? ENT_OK : check_json_fail(&f->json, ENT_E_SHAPE, "holds no polygon");
}

static ent_status take_point(struct feature *f, struct ent_json_value coordinates) {
	struct ent_point center = {0};
	struct ent_json_value altitude;
	bool given;
	ent_status status = take_position(&f->json, coordinates, &center, &altitude, &given);
	if (status != ENT_OK)
		return status;
	status = check_draft_file_circle(
			f->json.reader, &f->draft, center, f->group, &f->json.fault);
	return status == ENT_OK ? ENT_OK : check_json_fail_here(&f->json, status);
}

/* The altitude of point i of a track: from "altitudes", else its position, else "altitude". */
static ent_status take_point_altitude(struct feature *f, struct ent_json_value *listed,
		const struct ent_json_value *third, struct ent_altitude *ret_altitude) {
	double metres;
	int64_t mm;
	if (listed != NULL)
		return take_altitude(f, *listed, ret_altitude);
	if (third != NULL) {
		/* RFC 7946, 3.1.1: metres above the WGS84 ellipsoid, when nothing else is said. */
		if (!ent_json_double(*third, &metres))
			return check_json_fail_kind(
					&f->json, *third, "a position whose altitude is a number");
		if (!check_scaled(metres, 1000, 1, &mm) || mm < ENT_ALTITUDE_MIN_MM ||
				mm > ENT_ALTITUDE_MAX_MM)
			return check_json_fail(&f->json, ENT_E_DOMAIN,
					"an altitude lies between -20 km and 200 km");
		ret_altitude->ref = f->draft.ref_given ? f->draft.ref : ENT_ALTITUDE_W84;
		ret_altitude->mm = (int32_t)mm;
		return ENT_OK;
	}
	if (!f->draft.level_given)
		return check_json_fail(&f->json, ENT_E_MISSING,
				"has no altitude: give a third coordinate, \"altitudes\" or "
				"\"altitude\"");
	*ret_altitude = f->draft.level;
	return ENT_OK;
}

/* What stands beside the positions of a track. */
struct beside {
	struct ent_json_walk times, altitudes;
	enum ent_altitude_ref ref;
};

static ent_status take_track_point(struct feature *f, struct beside *beside,
		struct ent_json_value position, uint64_t i, struct ent_track_point *ret_point) {
	struct check_json *json = &f->json;
	struct ent_json_value time, listed, third;
	struct ent_altitude altitude = {0};
	bool third_given = false;
	ent_status status = take_position(json, position, &ret_point->at, &third, &third_given);
	if (status != ENT_OK)
		return status;
	if (f->altitudes_given && !ent_json_next_element(&beside->altitudes, &listed))
		return check_json_fail(json, ENT_E_MISSING, "has no altitude in \"altitudes\"");
	status = take_point_altitude(f, f->altitudes_given ? &listed : NULL,
			third_given ? &third : NULL, &altitude);
	if (status != ENT_OK)
		return status;
	if (altitude.mm > ENT_ALTITUDE_MAX_MM || (i > 0 && altitude.ref != beside->ref))
		return check_json_fail(json, ENT_E_DOMAIN,
				"has an altitude of another reference than the first point, or "
				"none");
	beside->ref = altitude.ref;
	ret_point->altitude_mm = altitude.mm;
	if (!ent_json_next_element(&beside->times, &time))
		return check_json_fail(json, ENT_E_MISSING, "has no time in \"times\"");
	return check_json_time(json, time, &ret_point->time_utc_us);
}

static ent_status take_track(struct feature *f, struct ent_json_value coordinates) {
	struct check_json *json = &f->json;
	struct ent_json_walk walk = ent_json_walk_from(coordinates);
	struct beside beside = {.times = ent_json_walk_from(f->times)};
	struct ent_json_value position, more;
	struct ent_volume *volume;
	size_t n = 0;
	if (ent_json_kind(coordinates) != ENT_JSON_ARRAY)
		return check_json_fail_kind(json, coordinates, "an array of positions");
	if (f->altitudes_given)
		beside.altitudes = ent_json_walk_from(f->altitudes);
	for (; ent_json_next_element(&walk, &position); n++) {
		size_t base = ent_json_path_index(json->path, n);
		ent_status status = check_grow(&f->points, &f->points_capacity, n + 1,
				sizeof *f->points, ENT_TRACK_POINTS_MAX);
		if (status != ENT_OK)
			return check_json_fail(json, status, "%s", ent_status_text(status));
		status = take_track_point(f, &beside, position, n, &f->points[n]);
		if (status != ENT_OK)
			return status;
		ent_json_path_cut(json->path, base);
	}
	if (ent_json_next_element(&beside.times, &more) ||
			ent_json_next_element(&beside.altitudes, &more))
		return check_json_fail(json, ENT_E_DOMAIN,
				"has fewer positions than \"times\" or \"altitudes\" has entries");
	ent_status status = ent_volume_create_track(f->points, n, beside.ref, f->draft.tolerance,
			&f->draft.air, &volume, &json->fault);
	if (status == ENT_OK)
		status = check_reader_take_item(
				json->reader, &f->draft.names, f->group, volume, &json->fault);
	return status == ENT_OK ? ENT_OK : check_json_fail_here(json, status);
}

static ent_status take_line(struct feature *f, struct ent_json_value coordinates) {
	struct check_json *json = &f->json;
	if (f->times_given == f->draft.half_width_given)
		return check_json_fail(json, ENT_E_MISSING,
				"a LineString needs either \"times\" (a track) or \"half_width\" "
				"(a corridor)");
	if (f->times_given)
		return take_track(f, coordinates);
	check_outline_clear(&json->outline);
	ent_status status = take_positions(json, coordinates);
	if (status != ENT_OK)
		return status;
	status = check_draft_file_corridor(
			json->reader, &f->draft, &json->outline, f->group, &json->fault);
	return status == ENT_OK ? ENT_OK : check_json_fail_here(json, status);
}

static ent_status refuse_multi(struct feature *f, struct ent_json_value coordinates) {
	(void)coordinates;
	return check_json_fail(&f->json, ENT_E_REFUSED,
			"this geometry is not taken: which properties belong to which part is not "
			"said; write one feature each");
}

static const struct {
	const char *type;
	ent_status (*take)(struct feature *f, struct ent_json_value coordinates);
} geometries[] = {
		{"Polygon", take_polygon},
		{"MultiPolygon", take_multi_polygon},
		{"Point", take_point},
		{"LineString", take_line},
		{"MultiPoint", refuse_multi},
		{"MultiLineString", refuse_multi},
};

static ent_status take_geometry(struct feature *f, struct ent_json_value geometry) {
	struct check_json *json = &f->json;
	struct ent_json_value type, coordinates;
	size_t base = json->path->length;
	ent_status status = check_json_need(json, geometry, "type", &type);
	if (status != ENT_OK)
		return status;
	if (ent_json_string_is(type, "GeometryCollection"))
		return refuse_multi(f, type);
	for (size_t i = 0; i < sizeof geometries / sizeof geometries[0]; i++) {
		if (!ent_json_string_is(type, geometries[i].type))
			continue;
		ent_json_path_cut(json->path, base);
		status = check_json_need(json, geometry, "coordinates", &coordinates);
		return status == ENT_OK ? geometries[i].take(f, coordinates) : status;
	}
	return check_json_fail(json, ENT_E_SYNTAX, "is no type of geometry");
}

/* --- Features --- */

/* Members of a feature beside the standard's own: nothing is read from them, but some are refused. */
static ent_status look_at_members(struct feature *f, struct ent_json_value feature) {
	struct ent_json_walk walk = ent_json_walk_from(feature);
	struct ent_json_value value;
	const char *name;
	size_t length;
	while (ent_json_next_member(&walk, &name, &length, &value)) {
		if (!check_name_is_refused(name, length))
			continue;
		(void)ent_json_path_member(f->json.path, name, length);
		check_refuse_name(&f->json.fault, f->json.path->text);
		return ENT_E_REFUSED;
	}
	return ENT_OK;
}

static ent_status take_feature(struct feature *f, struct ent_json_value feature) {
	struct check_json *json = &f->json;
	struct ent_json_value value;
	const char *text;
	size_t length, base = json->path->length;
	int64_t number;
	check_draft_init(&f->draft, &json->reader->options);
	f->times_given = f->altitudes_given = false;
	f->group = check_reader_new_group(json->reader);
	ent_status status = look_at_members(f, feature);
	if (status == ENT_OK && ent_json_member(feature, "properties", &value)) {
		(void)ent_json_path_member(json->path, "properties", 10);
		status = take_properties(f, value);
	}
	if (status != ENT_OK)
		return status;
	ent_json_path_cut(json->path, base);
	if (ent_json_member(feature, "id", &value)) {
		if (ent_json_string(value, &text, &length))
			check_copy_name(f->draft.names.id, CHECK_ID_SIZE, text, length);
		else if (ent_json_int(value, &number))
			take_number_id(f, number);
	}
	if (f->draft.names.id[0] == '\0')
		memcpy(f->draft.names.id, f->draft.names.callsign, CHECK_CALLSIGN_SIZE);
	status = check_json_need(json, feature, "geometry", &value);
	if (status == ENT_OK && ent_json_kind(value) == ENT_JSON_NULL)
		status = check_json_fail(json, ENT_E_MISSING, "a feature without a place");
	return status == ENT_OK ? take_geometry(f, value) : status;
}

/* "Feature" only; a feature that fails halfway (a MultiPolygon) leaves nothing behind. */
static ent_status take_one(struct feature *f, struct ent_json_value value) {
	struct check_model *model = f->json.reader->model;
	size_t items = model->n_items, base = f->json.path->length;
	struct ent_json_value type;
	ent_status status = check_json_need(&f->json, value, "type", &type);
	if (status == ENT_OK && !ent_json_string_is(type, "Feature"))
		status = check_json_fail(&f->json, ENT_E_SYNTAX, "must be \"Feature\"");
	if (status == ENT_OK) {
		ent_json_path_cut(f->json.path, base);
		status = take_feature(f, value);
	}
	if (status != ENT_OK)
		check_reader_drop_items(f->json.reader, items);
	status = check_json_settle(&f->json, status);
	ent_json_path_cut(f->json.path, base);
	return status;
}

/* GeoJSON of 2008 could name another reference system; RFC 7946 (section 4) cannot. */
static ent_status look_at_crs(struct feature *f, struct ent_json_value collection) {
	struct ent_json_value crs, properties, name;
	const char *text;
	size_t length;
	if (!ent_json_member(collection, "crs", &crs) || ent_json_kind(crs) == ENT_JSON_NULL)
		return ENT_OK;
	if (ent_json_member(crs, "properties", &properties) &&
			ent_json_member(properties, "name", &name) &&
			ent_json_string(name, &text, &length) &&
			((length >= 5 && memcmp(text + length - 5, "CRS84", 5) == 0) ||
					(length >= 4 && memcmp(text + length - 4, "4326", 4) == 0)))
		return ENT_OK;
	(void)ent_json_path_member(f->json.path, "crs", 3);
	return check_json_fail(
			&f->json, ENT_E_REFUSED, "only longitude and latitude on WGS84 are taken");
}

static ent_status take_collection(struct feature *f, struct ent_json_value collection) {
	struct ent_json_value features = collection, feature;
	size_t base = f->json.path->length;
	ent_status status = look_at_crs(f, collection);
	if (status == ENT_OK)
		status = look_at_members(f, collection);
	if (status == ENT_OK)
		status = check_json_need(&f->json, collection, "features", &features);
	if (status == ENT_OK && ent_json_kind(features) != ENT_JSON_ARRAY)
		status = check_json_fail_kind(&f->json, features, "an array");
	if (status != ENT_OK)
		return check_json_settle(&f->json, status);
	struct ent_json_walk walk = ent_json_walk_from(features);
	for (uint64_t i = 0; status == ENT_OK && ent_json_next_element(&walk, &feature); i++) {
		size_t before = ent_json_path_index(f->json.path, i);
		status = take_one(f, feature);
		ent_json_path_cut(f->json.path, before);
	}
	ent_json_path_cut(f->json.path, base);
	return status;
}

ent_status check_read_geojson(struct check_reader *reader, struct ent_json_value value,
		struct ent_json_path *path) {
	struct feature f = {.json = {.reader = reader, .path = path}};
	struct ent_json_value type;
	ent_status status;
	if (!ent_json_member(value, "type", &type))
		type = value;
	if (ent_json_string_is(type, "FeatureCollection")) {
		status = take_collection(&f, value);
	} else if (ent_json_string_is(type, "Feature")) {
		status = take_one(&f, value);
	} else {
		/* A geometry alone: a place without properties. */
		check_draft_init(&f.draft, &reader->options);
		f.group = check_reader_new_group(reader);
		status = check_json_settle(&f.json, take_geometry(&f, value));
	}
	check_outline_finish(&f.json.outline);
	free(f.points);
	return status;
}
