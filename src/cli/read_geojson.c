/* SPDX-License-Identifier: Apache-2.0 */
/*
 * read_geojson.c: GeoJSON (RFC 7946). A feature is a volume (Polygon, MultiPolygon, Point
 * with a radius, LineString with a half-width) or a track (LineString with times). What its
 * properties may say is docs/formats.md; most of it is draft.c.
 */
#include <stdlib.h>
#include <string.h>

#include "entente/refused.h"
#include "entente/text.h"
#include "geojson.h"

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
static ent_status take_altitude_object(struct check_feature *f, struct ent_json_value object,
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

ent_status check_feature_altitude(struct check_feature *f, struct ent_json_value value,
		struct ent_altitude *ret_altitude) {
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
static void take_number_id(struct check_feature *f, int64_t number) {
	char digits[ENT_TEXT_DECIMAL_SIZE];
	size_t length = ent_text_print_decimal(number, 0, false, digits);
	check_set_id(&f->draft.names, digits, length);
}

static ent_status take_property(struct check_feature *f, const char *name, size_t name_length,
		struct ent_json_value value) {
	struct check_json *json = &f->json;
	const char *text;
	size_t length;
	int64_t number;
	if (ent_json_kind(value) == ENT_JSON_NULL && !ent_refused_name(name, name_length))
		return ENT_OK;
	if (check_draft_is_altitude(name, name_length)) {
		struct ent_altitude altitude = {ENT_ALTITUDE_W84, 0};
		ent_status status = check_feature_altitude(f, value, &altitude);
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
	if (!check_draft_knows(name, name_length)) {
		ent_status status = check_draft_pass_over(name, name_length, &json->fault);
		return status == ENT_OK ? ENT_OK : check_json_fail_here(json, status);
	}
	bool is_text = ent_json_string(value, &text, &length);
	ent_status status = check_draft_set(&f->draft, name, name_length, is_text ? text : "",
			is_text ? length : 0, &json->fault);
	if (status == ENT_OK || is_text)
		return status == ENT_OK ? ENT_OK : check_json_fail_here(json, status);
	return check_json_fail(json, ENT_E_SYNTAX, "must be text, with its unit, but is %s",
			ent_json_kind_text(ent_json_kind(value)));
}

static ent_status take_properties(struct check_feature *f, struct ent_json_value properties) {
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
		status = check_json_note(json, take_property(f, "altitude_reference", 18, value));
		ent_json_path_cut(json->path, base);
	}
	struct ent_json_walk walk = ent_json_walk_from(properties);
	while (status == ENT_OK && ent_json_next_member(&walk, &name, &length, &value)) {
		if (is(name, length, "altitude_reference"))
			continue;
		size_t base = ent_json_path_member(json->path, name, length);
		status = check_json_note(json, take_property(f, name, length, value));
		ent_json_path_cut(json->path, base);
	}
	return status;
}

/* What it calls itself in faults, from the first thing on that is said of it. */
static void name_feature(struct check_feature *f, struct ent_json_value feature) {
	static const char *const members[] = {"id", "name", "callsign"};
	struct ent_json_value properties, value;
	const char *text;
	size_t length;
	int64_t number;
	char digits[ENT_TEXT_DECIMAL_SIZE];
	bool given = ent_json_member(feature, "properties", &properties);
	for (int i = -1; i < 3; i++) {
		if (i < 0 ? !ent_json_member(feature, "id", &value)
			  : !given || !ent_json_member(properties, members[i], &value))
			continue;
		if (ent_json_string(value, &text, &length)) {
			check_json_name(&f->json, text, length);
		} else if (ent_json_int(value, &number)) {
			length = ent_text_print_decimal(number, 0, false, digits);
			check_json_name(&f->json, digits, length);
		}
	}
}

/* --- Features --- */

/*
 * Members beside the standard's own: nothing is read from them, but some are refused, and
 * what is a misspelt "properties" would be a feature without any.
 */
static ent_status look_at_members(struct check_feature *f, struct ent_json_value feature) {
	static const char *const meant[] = {"type", "geometry", "properties", "features"};
	return check_json_look_at_names(&f->json, feature, meant, sizeof meant / sizeof meant[0]);
}

/* The properties, then what of them contradicts one another. A track has no band and no span. */
static ent_status look_at_properties(struct check_feature *f, struct ent_json_value properties) {
	struct check_json *json = &f->json;
	static const struct check_json_bound bounds[] = {
			{"start", "properties.start"}, {"floor", "properties.floor"}};
	size_t base = ent_json_path_member(json->path, "properties", 10);
	ent_status status = take_properties(f, properties), clash = ENT_OK;
	ent_json_path_cut(json->path, base);
	while (status == ENT_OK && !f->times_given &&
			(clash = check_draft_next_clash(&f->draft, &json->fault)) != ENT_OK)
		status = check_json_note(json, check_json_fail_bound(json, clash, bounds, 2));
	return status;
}

static ent_status take_feature(struct check_feature *f, struct ent_json_value feature) {
	struct check_json *json = &f->json;
	struct ent_json_value value;
	const char *text;
	size_t length, base = json->path->length;
	int64_t number;
	check_draft_init(&f->draft, &json->reader->options);
	f->times_given = f->altitudes_given = false;
	f->group = check_reader_new_group(json->reader);
	name_feature(f, feature);
	ent_status status = look_at_members(f, feature);
	if (status == ENT_OK && ent_json_member(feature, "properties", &value)) {
		status = check_json_note(json, look_at_properties(f, value));
		ent_json_path_cut(json->path, base);
	}
	if (status != ENT_OK)
		return status;
	if (ent_json_member(feature, "id", &value)) {
		if (ent_json_string(value, &text, &length))
			check_set_id(&f->draft.names, text, length);
		else if (ent_json_int(value, &number))
			take_number_id(f, number);
	}
	if (f->draft.names.id[0] == '\0')
		memcpy(f->draft.names.id, f->draft.names.callsign, CHECK_CALLSIGN_SIZE);
	status = check_json_need(json, feature, "geometry", &value);
	if (status == ENT_OK && ent_json_kind(value) == ENT_JSON_NULL)
		status = check_json_fail(json, ENT_E_MISSING, "a feature without a place");
	return status == ENT_OK ? check_feature_geometry(f, value) : status;
}

/* "Feature" only; a feature that fails halfway (a MultiPolygon) leaves nothing behind. */
static ent_status take_one(struct check_feature *f, struct ent_json_value value) {
	struct check_model *model = f->json.reader->model;
	size_t items = model->n_items, base = f->json.path->length;
	struct ent_json_value type;
	f->json.base = base;
	ent_status status = check_json_need(&f->json, value, "type", &type);
	if (status == ENT_OK && !ent_json_string_is(type, "Feature"))
		status = check_json_fail(&f->json, ENT_E_SYNTAX, "must be \"Feature\"");
	if (status == ENT_OK) {
		ent_json_path_cut(f->json.path, base);
		status = take_feature(f, value);
	}
	if (status != ENT_OK || f->json.faults > 0)
		check_reader_drop_items(f->json.reader, items);
	status = check_json_settle(&f->json, status);
	ent_json_path_cut(f->json.path, base);
	return status;
}

/* GeoJSON of 2008 could name another reference system; RFC 7946 (section 4) cannot. */
static ent_status look_at_crs(struct check_feature *f, struct ent_json_value collection) {
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

static ent_status take_collection(struct check_feature *f, struct ent_json_value collection) {
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
	struct check_feature f = {.json = {.reader = reader, .path = path}};
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
		status = check_json_settle(&f.json, check_feature_geometry(&f, value));
	}
	check_outline_finish(&f.json.outline);
	free(f.points);
	return status;
}
