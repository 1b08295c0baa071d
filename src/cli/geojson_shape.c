/* SPDX-License-Identifier: Apache-2.0 */
/*
 * geojson_shape.c: geometries (RFC 7946, 3.1) become volumes and tracks. Every position is
 * looked at, and every fault noted; a shape with one is not filed.
 */
#include <stdlib.h>
#include <string.h>

#include "geojson.h"

/* What a volume calls its bounds, and the properties that gave them. */
static const struct check_json_bound bounds[] = {
		{"floor", "properties.floor"},
		{"ceiling", "properties.ceiling"},
		{"start", "properties.start"},
		{"end", "properties.end"},
		{"radius", "properties.radius"},
		{"half_width", "properties.half_width"},
		{"terrain", "properties.terrain_elevation"},
		{"qnh", "properties.qnh"},
		{"tolerance", "properties"},
};

static ent_status fail_shape(struct check_json *json, ent_status status) {
	return check_json_fail_bound(json, status, bounds, sizeof bounds / sizeof bounds[0]);
}

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

/* An array of positions, added to the outline; those that are bad are noted. */
static ent_status take_positions(struct check_json *json, struct ent_json_value array) {
	struct ent_json_walk walk = ent_json_walk_from(array);
	struct ent_json_value position, altitude;
	struct ent_point point = {0};
	bool given;
	if (ent_json_kind(array) != ENT_JSON_ARRAY)
		return check_json_fail_kind(json, array, "an array of positions");
	for (uint64_t i = 0; ent_json_next_element(&walk, &position); i++) {
		size_t base = ent_json_path_index(json->path, i);
		uint64_t faults = json->faults;
		ent_status status = check_json_vertex(json, faults,
				take_position(json, position, &point, &altitude, &given), &point);
		if (status != ENT_OK)
			return status;
		ent_json_path_cut(json->path, base);
	}
	return ENT_OK;
}

/* A ring that is bad leaves nothing in the outline. */
static ent_status take_ring(struct check_json *json, struct ent_json_value ring) {
	const uint64_t faults = json->faults;
	ent_status status = take_positions(json, ring);
	if (status == ENT_OK && json->faults == faults) {
		status = check_outline_end_ring(&json->outline, true, &json->fault);
		if (status != ENT_OK)
			check_json_fail_here(json, status);
	}
	status = check_json_note(json, status);
	if (json->faults != faults)
		json->outline.n = json->outline.ring_start;
	return status;
}

/* An array of closed rings: a polygon's coordinates. */
static ent_status take_polygon(struct check_feature *f, struct ent_json_value rings) {
	struct check_json *json = &f->json;
	struct ent_json_walk walk = ent_json_walk_from(rings);
	struct ent_json_value ring;
	const uint64_t faults = json->faults;
	if (ent_json_kind(rings) != ENT_JSON_ARRAY || !ent_json_next_element(&walk, &ring))
		return check_json_fail(json, ENT_E_SYNTAX, "must be an array of rings");
	check_outline_clear(&json->outline);
	uint64_t i = 0;
	do {
		size_t base = ent_json_path_index(json->path, i++);
		ent_status status = take_ring(json, ring);
		ent_json_path_cut(json->path, base);
		if (status != ENT_OK)
			return status;
	} while (ent_json_next_element(&walk, &ring));
	if (json->faults != faults)
		return ENT_OK;
	ent_status status = check_draft_file_polygon(
			json->reader, &f->draft, &json->outline, f->group, &json->fault);
	return status == ENT_OK ? ENT_OK : fail_shape(json, status);
}

static ent_status take_multi_polygon(struct check_feature *f, struct ent_json_value polygons) {
	struct ent_json_walk walk = ent_json_walk_from(polygons);
	struct ent_json_value polygon;
	uint64_t i = 0;
	if (ent_json_kind(polygons) != ENT_JSON_ARRAY)
		return check_json_fail_kind(&f->json, polygons, "an array of polygons");
	while (ent_json_next_element(&walk, &polygon)) {
		size_t base = ent_json_path_index(f->json.path, i++);
		ent_status status = check_json_note(&f->json, take_polygon(f, polygon));
		ent_json_path_cut(f->json.path, base);
		if (status != ENT_OK)
			return status;
	}
	return i > 0 ? ENT_OK : check_json_fail(&f->json, ENT_E_SHAPE, "holds no polygon");
}

static ent_status take_point(struct check_feature *f, struct ent_json_value coordinates) {
	struct ent_point center = {0};
	struct ent_json_value altitude;
	bool given;
	ent_status status = take_position(&f->json, coordinates, &center, &altitude, &given);
	if (status != ENT_OK)
		return status;
	status = check_draft_file_circle(
			f->json.reader, &f->draft, center, f->group, &f->json.fault);
	return status == ENT_OK ? ENT_OK : fail_shape(&f->json, status);
}

/* RFC 7946, 3.1.1: metres above the WGS84 ellipsoid, when nothing else is said. */
static ent_status take_third(struct check_feature *f, struct ent_json_value third,
		struct ent_altitude *ret_altitude) {
	double metres;
	int64_t mm;
	if (!ent_json_double(third, &metres))
		return check_json_fail_kind(
				&f->json, third, "a position whose altitude is a number");
	if (!check_scaled(metres, 1000, 1, &mm) || mm < ENT_ALTITUDE_MIN_MM ||
			mm > ENT_ALTITUDE_MAX_MM)
		return check_json_fail(&f->json, ENT_E_DOMAIN,
				"an altitude lies between -20 km and 200 km");
	ret_altitude->ref = f->draft.ref_given ? f->draft.ref : ENT_ALTITUDE_W84;
	ret_altitude->mm = (int32_t)mm;
	return ENT_OK;
}

/* What stands beside the positions of a track. */
struct beside {
	struct ent_json_walk times, altitudes;
	bool ref_known, height_missed; /* said once, not at every point */
	enum ent_altitude_ref ref;
};

/* Entry 'i' of a list in the properties. */
static struct ent_json_path entry_path(
		const struct check_json *json, const char *list, uint64_t i) {
	struct ent_json_path path = *json->path;
	ent_json_path_cut(&path, json->base);
	(void)ent_json_path_member(&path, list, strlen(list));
	(void)ent_json_path_index(&path, i);
	return path;
}

static ent_status check_reference(struct check_json *json, struct beside *beside,
		struct ent_altitude altitude, struct ent_track_point *point) {
	if (altitude.mm > ENT_ALTITUDE_MAX_MM || (beside->ref_known && altitude.ref != beside->ref))
		return check_json_fail(json, ENT_E_DOMAIN,
				"has an altitude of another reference than the first point, or "
				"none");
	beside->ref_known = true;
	beside->ref = altitude.ref;
	point->altitude_mm = altitude.mm;
	return ENT_OK;
}

/* From "altitudes", else the position, else "altitude"; 'third' is NULL where there is none. */
static ent_status take_point_altitude(struct check_feature *f, struct beside *beside,
		const struct ent_json_value *third, uint64_t i, struct ent_track_point *point) {
	struct check_json *json = &f->json;
	struct ent_json_path *here = json->path;
	struct ent_json_path there;
	struct ent_json_value listed;
	struct ent_altitude altitude = f->draft.level;
	ent_status status = ENT_OK;
	if (f->altitudes_given) {
		if (!ent_json_next_element(&beside->altitudes, &listed))
			return ENT_OK; /* their number has been looked at */
		there = entry_path(json, "properties.altitudes", i);
		json->path = &there;
		status = check_feature_altitude(f, listed, &altitude);
	} else if (third != NULL) {
		status = take_third(f, *third, &altitude);
	} else if (!f->draft.level_given && beside->height_missed) {
		return ENT_OK;
	} else if (!f->draft.level_given) {
		beside->height_missed = true;
		status = check_json_fail(json, ENT_E_MISSING,
				"has no altitude: give a third coordinate, \"altitudes\" or "
				"\"altitude\"");
	}
	if (status == ENT_OK)
		status = check_reference(json, beside, altitude, point);
	status = check_json_note(json, status);
	json->path = here;
	return status;
}

static ent_status take_point_time(struct check_feature *f, struct beside *beside, uint64_t i,
		struct ent_track_point *point) {
	struct check_json *json = &f->json;
	struct ent_json_path *here = json->path;
	struct ent_json_value time;
	if (!ent_json_next_element(&beside->times, &time))
		return ENT_OK; /* their number has been looked at */
	struct ent_json_path there = entry_path(json, "properties.times", i);
	json->path = &there;
	ent_status status = check_json_note(json, check_json_time(json, time, &point->time_utc_us));
	json->path = here;
	return status;
}

static ent_status take_track_point(struct check_feature *f, struct beside *beside,
		struct ent_json_value position, uint64_t i, struct ent_track_point *point) {
	struct check_json *json = &f->json;
	struct ent_json_value third;
	bool third_given = false;
	const uint64_t faults = json->faults;
	ent_status status = check_json_note(
			json, take_position(json, position, &point->at, &third, &third_given));
	if (status == ENT_OK && (json->faults == faults || f->altitudes_given))
		status = take_point_altitude(f, beside, third_given ? &third : NULL, i, point);
	return status == ENT_OK ? take_point_time(f, beside, i, point) : status;
}

static size_t count(struct ent_json_value array) {
	struct ent_json_walk walk = ent_json_walk_from(array);
	struct ent_json_value element;
	size_t n = 0;
	while (ent_json_next_element(&walk, &element))
		n++;
	return n;
}

/* A list in the properties has one entry for each of the 'n' positions. */
static ent_status compare_count(struct check_feature *f, const char *list,
		struct ent_json_value entries, size_t n) {
	struct check_json *json = &f->json;
	struct ent_json_path *here = json->path;
	struct ent_json_path there = *here;
	ent_status status = ENT_OK;
	ent_json_path_cut(&there, json->base);
	(void)ent_json_path_member(&there, list, strlen(list));
	json->path = &there;
	if (ent_json_kind(entries) != ENT_JSON_ARRAY)
		status = check_json_fail_kind(json, entries, "an array");
	else if (count(entries) != n)
		status = check_json_fail(json, ENT_E_DOMAIN,
				"has %zu entries for %zu positions; each position needs one",
				count(entries), n);
	status = check_json_note(json, status);
	json->path = here;
	return status;
}

static ent_status take_points(struct check_feature *f, struct beside *beside,
		struct ent_json_value coordinates, size_t *ret_n) {
	struct check_json *json = &f->json;
	struct ent_json_walk walk = ent_json_walk_from(coordinates);
	struct ent_json_value position;
	size_t n = 0;
	for (; ent_json_next_element(&walk, &position); n++) {
		ent_status status = check_grow(&f->points, &f->points_capacity, n + 1,
				sizeof *f->points, ENT_TRACK_POINTS_MAX);
		if (status == ENT_E_LIMIT)
			return check_json_fail(json, status, "more than %d positions",
					ENT_TRACK_POINTS_MAX);
		if (status != ENT_OK)
			return check_json_fail(json, status, "%s", ent_status_text(status));
		size_t base = ent_json_path_index(json->path, n);
		status = take_track_point(f, beside, position, n, &f->points[n]);
		ent_json_path_cut(json->path, base);
		if (status != ENT_OK)
			return status;
	}
	*ret_n = n;
	return ENT_OK;
}

/* One of the two would be passed over, and nobody could tell which was meant. */
static ent_status look_at_altitudes(struct check_feature *f, size_t positions) {
	struct check_json *json = &f->json;
	if (!f->draft.level_given)
		return compare_count(f, "properties.altitudes", f->altitudes, positions);
	struct ent_json_path *here = json->path;
	struct ent_json_path there = *here;
	ent_json_path_cut(&there, json->base);
	(void)ent_json_path_member(&there, "properties.altitude", strlen("properties.altitude"));
	json->path = &there;
	const ent_status status = check_json_note(json,
			check_json_fail(json, ENT_E_EXISTS,
					"stands beside \"altitudes\"; give one of them"));
	json->path = here;
	return status;
}

static ent_status take_track(struct check_feature *f, struct ent_json_value coordinates) {
	struct check_json *json = &f->json;
	struct beside beside = {.times = ent_json_walk_from(f->times)};
	struct ent_volume *volume;
	size_t n = 0;
	const uint64_t faults = json->faults;
	if (ent_json_kind(coordinates) != ENT_JSON_ARRAY)
		return check_json_fail_kind(json, coordinates, "an array of positions");
	ent_status status = compare_count(f, "properties.times", f->times, count(coordinates));
	if (status == ENT_OK && f->altitudes_given) {
		beside.altitudes = ent_json_walk_from(f->altitudes);
		status = look_at_altitudes(f, count(coordinates));
	}
	if (status == ENT_OK)
		status = take_points(f, &beside, coordinates, &n);
	if (status != ENT_OK || json->faults != faults)
		return status;
	status = ent_volume_create_track(f->points, n, beside.ref, f->draft.tolerance,
			&f->draft.air, &volume, &json->fault);
	if (status == ENT_OK)
		status = check_reader_take_item(
				json->reader, &f->draft.names, f->group, volume, &json->fault);
	return status == ENT_OK ? ENT_OK : fail_shape(json, status);
}

static ent_status take_line(struct check_feature *f, struct ent_json_value coordinates) {
	struct check_json *json = &f->json;
	if (f->times_given == f->draft.half_width_given)
		return check_json_fail(json, ENT_E_MISSING,
				"a LineString needs either \"times\" (a track) or \"half_width\" "
				"(a corridor)");
	if (f->times_given)
		return take_track(f, coordinates);
	check_outline_clear(&json->outline);
	ent_status status = take_positions(json, coordinates);
	/* Without its half-width, or a position, it is no line to file. */
	if (status != ENT_OK || json->faults > 0)
		return status;
	status = check_draft_file_corridor(
			json->reader, &f->draft, &json->outline, f->group, &json->fault);
	return status == ENT_OK ? ENT_OK : fail_shape(json, status);
}

static ent_status refuse_multi(struct check_feature *f, struct ent_json_value coordinates) {
	(void)coordinates;
	return check_json_fail(&f->json, ENT_E_REFUSED,
			"this geometry is not taken: which properties belong to which part is not "
			"said; write one feature each");
}

static const struct {
	const char *type;
	ent_status (*take)(struct check_feature *f, struct ent_json_value coordinates);
} geometries[] = {
		{"Polygon", take_polygon},
		{"MultiPolygon", take_multi_polygon},
		{"Point", take_point},
		{"LineString", take_line},
		{"MultiPoint", refuse_multi},
		{"MultiLineString", refuse_multi},
};

ent_status check_feature_geometry(struct check_feature *f, struct ent_json_value geometry) {
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
