/* SPDX-License-Identifier: Apache-2.0 */
/*
 * extents.c: Volume4Ds out of a body become an extent. Metres become millimetres outwards, so that a volume only
 * grows; altitudes beyond what is stored come in to the limit, which grows it too.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente/text.h"
#include "internal.h"

/* What is being read, and where it stands. */
struct reading {
	struct exchange *exchange;
	struct ent_json_path path;
	char why[ENT_FAULT_WHY_SIZE];
	struct ent_point *next; /* room for vertices */
};

static bool wrong(struct reading *reading, const char *name, const char *why) {
	if (name != NULL)
		(void)ent_json_path_member(&reading->path, name, strlen(name));
	(void)snprintf(reading->why, sizeof reading->why, "%s", why);
	return false;
}

/* An object member: absent is fine, another kind is not. */
static bool object_member(struct reading *reading, struct ent_json_value object, const char *name,
		struct ent_json_value *ret_value, bool *ret_there) {
	*ret_there = member(object, name, ret_value);
	return !*ret_there || ent_json_kind(*ret_value) == ENT_JSON_OBJECT ||
			wrong(reading, name, "it must be an object");
}

/* InterUSS takes 0 for one that is absent: another place, a thinner volume. */
static bool number_member(struct reading *reading, struct ent_json_value object, const char *name,
		double *ret_number) {
	struct ent_json_value value;
	return (member(object, name, &value) && ent_json_double(value, ret_number)) ||
			wrong(reading, name, "it must be a number");
}

static bool text_is(struct reading *reading, struct ent_json_value object, const char *name,
		const char *wanted, const char *why) {
	struct ent_json_value value;
	return (member(object, name, &value) && ent_json_string_is(value, wanted)) ||
			wrong(reading, name, why);
}

static bool read_point(
		struct reading *reading, struct ent_json_value object, struct ent_point *ret_at) {
	double lat, lon;
	if (ent_json_kind(object) != ENT_JSON_OBJECT)
		return wrong(reading, NULL, "it must be an object with lat and lng");
	if (!number_member(reading, object, "lat", &lat) ||
			!number_member(reading, object, "lng", &lon))
		return false;
	return ent_geo_point_from_deg(lat, lon, ret_at) == ENT_OK ||
			wrong(reading, NULL, "lat must lie in -90..90, lng in -180..180");
}

static bool read_circle(struct reading *reading, struct ent_json_value circle,
		struct ent_extent_volume *volume) {
	struct ent_json_value center, radius, units;
	double metres = 0;
	const size_t before = ent_json_path_member(&reading->path, "outline_circle", 14);
	if (!member(circle, "center", &center) || !member(circle, "radius", &radius))
		return wrong(reading, NULL, "center and radius are needed");
	const size_t inside = ent_json_path_member(&reading->path, "center", 6);
	if (!read_point(reading, center, &volume->center))
		return false;
	ent_json_path_cut(&reading->path, inside);
	if (ent_json_kind(radius) != ENT_JSON_OBJECT)
		return wrong(reading, "radius", "it must be an object");
	const size_t within = ent_json_path_member(&reading->path, "radius", 6);
	/* Without one, as many send it, these are metres; a kilometre is not. */
	if (member(radius, "units", &units) && !ent_json_string_is(units, "") &&
			!ent_json_string_is(units, "M"))
		return wrong(reading, "units", "it must be M");
	if (!number_member(reading, radius, "value", &metres))
		return false;
	ent_json_path_cut(&reading->path, within);
	if (!(metres > 0) || metres > (double)ENT_RADIUS_MAX_MM / 1000)
		return wrong(reading, "radius", "it must be above 0, and at most 5,000 km");
	volume->outline = ENT_EXTENT_CIRCLE;
	volume->radius_mm = (int64_t)ceil(metres * 1000);
	ent_json_path_cut(&reading->path, before);
	return true;
}

static bool read_polygon(struct reading *reading, struct ent_json_value polygon,
		struct ent_extent_volume *volume) {
	struct ent_json_value vertices, vertex;
	const size_t before = ent_json_path_member(&reading->path, "outline_polygon", 15);
	if (!member(polygon, "vertices", &vertices) || ent_json_kind(vertices) != ENT_JSON_ARRAY)
		return wrong(reading, "vertices", "a list of three or more is needed");
	const size_t inside = ent_json_path_member(&reading->path, "vertices", 8);
	struct ent_json_walk walk = ent_json_walk_from(vertices);
	volume->vertices = reading->next;
	while (ent_json_next_element(&walk, &vertex)) {
		if (volume->n_vertices == ENT_VOLUME_VERTICES_MAX)
			return wrong(reading, NULL, "more than 1024 vertices");
		const size_t at = ent_json_path_index(&reading->path, volume->n_vertices);
		if (!read_point(reading, vertex, reading->next))
			return false;
		ent_json_path_cut(&reading->path, at);
		reading->next++;
		volume->n_vertices++;
	}
	ent_json_path_cut(&reading->path, inside);
	volume->outline = ENT_EXTENT_POLYGON;
	ent_json_path_cut(&reading->path, before);
	return true;
}

static int32_t clamped(double mm) {
	if (mm < ENT_ALTITUDE_MIN_MM)
		return ENT_ALTITUDE_MIN_MM;
	return mm > ENT_ALTITUDE_MAX_MM ? ENT_ALTITUDE_MAX_MM : (int32_t)mm;
}

static bool read_altitude(struct reading *reading, struct ent_json_value volume, const char *name,
		double *ret_metres) {
	struct ent_json_value altitude;
	bool there;
	if (!object_member(reading, volume, name, &altitude, &there))
		return false;
	if (!there)
		return true;
	const size_t before = ent_json_path_member(&reading->path, name, strlen(name));
	if (!text_is(reading, altitude, "units", "M", "it must be M") ||
			!text_is(reading, altitude, "reference", "W84", "it must be W84") ||
			!number_member(reading, altitude, "value", ret_metres))
		return false;
	ent_json_path_cut(&reading->path, before);
	return true;
}

/* Compared as they are given: outwards to millimetres, and into the limits, the wrong way round can look right. */
static bool read_band(struct reading *reading, struct ent_json_value volume3,
		struct ent_extent_volume *volume) {
	double lower = -INFINITY, upper = INFINITY;
	if (!read_altitude(reading, volume3, "altitude_lower", &lower) ||
			!read_altitude(reading, volume3, "altitude_upper", &upper))
		return false;
	if (lower > upper)
		return wrong(reading, "altitude_upper", "below altitude_lower");
	if (lower > -INFINITY)
		volume->lower_mm = clamped(floor(lower * 1000));
	if (upper < INFINITY)
		volume->upper_mm = clamped(ceil(upper * 1000));
	return true;
}

static bool read_time(struct reading *reading, struct ent_json_value object, const char *name,
		int64_t *ret_utc_us) {
	struct ent_json_value time, value;
	const char *text = "";
	size_t length = 0;
	bool there;
	struct ent_fault fault = {{0}, {0}};
	if (!object_member(reading, object, name, &time, &there))
		return false;
	if (!there)
		return true;
	const size_t before = ent_json_path_member(&reading->path, name, strlen(name));
	if (!member(time, "value", &value) || !ent_json_string(value, &text, &length))
		return wrong(reading, "value", "a moment is needed");
	if (ent_text_parse_time(text, length, ret_utc_us, &fault) != ENT_OK)
		return wrong(reading, "value", fault.why);
	ent_json_path_cut(&reading->path, before);
	return true;
}

static bool read_outline(struct reading *reading, struct ent_json_value volume3,
		struct ent_extent_volume *volume) {
	struct ent_json_value circle, polygon;
	bool has_circle, has_polygon;
	if (!object_member(reading, volume3, "outline_circle", &circle, &has_circle) ||
			!object_member(reading, volume3, "outline_polygon", &polygon, &has_polygon))
		return false;
	if (has_circle && has_polygon)
		return wrong(reading, NULL,
				"outline_circle and outline_polygon exclude one another");
	if (has_circle)
		return read_circle(reading, circle, volume);
	return !has_polygon || read_polygon(reading, polygon, volume);
}

static bool read_volume(struct reading *reading, struct ent_json_value object,
		struct ent_extent_volume *ret_volume) {
	struct ent_extent_volume volume = {.lower_mm = ENT_ALTITUDE_UNBOUNDED_BELOW,
			.upper_mm = ENT_ALTITUDE_UNBOUNDED_ABOVE,
			.start_utc_us = ENT_TIME_UNBOUNDED_BEFORE,
			.end_utc_us = ENT_TIME_UNBOUNDED_AFTER};
	struct ent_json_value volume3;
	bool there;
	if (ent_json_kind(object) != ENT_JSON_OBJECT)
		return wrong(reading, NULL, "it must be an object");
	if (!object_member(reading, object, "volume", &volume3, &there) ||
			!read_time(reading, object, "time_start", &volume.start_utc_us) ||
			!read_time(reading, object, "time_end", &volume.end_utc_us))
		return false;
	if (volume.start_utc_us > volume.end_utc_us)
		return wrong(reading, "time_end", "before time_start");
	if (there) {
		const size_t before = ent_json_path_member(&reading->path, "volume", 6);
		if (!read_outline(reading, volume3, &volume) ||
				!read_band(reading, volume3, &volume))
			return false;
		ent_json_path_cut(&reading->path, before);
	}
	*ret_volume = volume;
	return true;
}

/* How many vertices stand in it; wrong kinds are found when it is read. */
static size_t vertices_of(struct ent_json_value object) {
	struct ent_json_value volume, polygon, vertices, unused;
	size_t n = 0;
	if (!member(object, "volume", &volume) || !member(volume, "outline_polygon", &polygon) ||
			!member(polygon, "vertices", &vertices))
		return 0;
	struct ent_json_walk walk = ent_json_walk_from(vertices);
	while (n < ENT_VOLUME_VERTICES_MAX && ent_json_next_element(&walk, &unused))
		n++;
	return n;
}

static bool refuse_reading(const struct reading *reading) {
	refuse(reading->exchange, 400, "%s: %s", reading->path.text, reading->why);
	return false;
}

/* The exchange's volumes, which stand in the member 'name', or in a list of that name, become its extent. */
static bool unite(struct reading *reading, const char *name, bool list, size_t n,
		unsigned too_large) {
	struct exchange *exchange = reading->exchange;
	struct ent_fault fault = {{0}, {0}};
	const ent_status status = ent_extent_create(exchange->volumes, n,
			&exchange->api->options.extents, &exchange->extent, &fault);
	exchange->job.command.extent = exchange->extent;
	if (status == ENT_OK)
		return true;
	if (status == ENT_E_MEMORY) {
		refuse(exchange, 503, "out of memory");
		return false;
	}
	/* "volumes[1]" is the engine's name for it. */
	const char *place = strchr(fault.where, '[');
	refuse(exchange,
			status == ENT_E_LIMIT                    ? 413
					: status == ENT_E_DOMAIN ? too_large
								 : 400,
			"%s%s: %s", name, list && place != NULL ? place : "",
			fault.why[0] != '\0' ? fault.why : ent_status_text(status));
	return false;
}

static bool make_room(struct exchange *exchange, size_t volumes, size_t vertices) {
	exchange->volumes = malloc((volumes + 1) * sizeof *exchange->volumes);
	exchange->points = malloc((vertices + 1) * sizeof *exchange->points);
	if (exchange->volumes != NULL && exchange->points != NULL)
		return true;
	refuse(exchange, 503, "out of memory");
	return false;
}

/*
 * A bound that one volume of an intent or a constraint lacks, all of them together lack, which F3548-21 does not let them.
 * Said here, where it is known which volume that is.
 */
static bool check_bounds(struct reading *reading, const struct ent_extent_volume *volume) {
	const bool flies = reading->exchange->job.command.kind == ENT_COMMAND_PUT_INTENT;
	const struct {
		bool lacking;
		const char *within, *name, *why;
	} rows[] = {
			{volume->start_utc_us == ENT_TIME_UNBOUNDED_BEFORE, NULL, "time_start",
					"missing"},
			{volume->end_utc_us == ENT_TIME_UNBOUNDED_AFTER, NULL, "time_end",
					"missing"},
			{flies && volume->lower_mm == ENT_ALTITUDE_UNBOUNDED_BELOW, "volume",
					"altitude_lower", "missing"},
			{flies && volume->upper_mm == ENT_ALTITUDE_UNBOUNDED_ABOVE, "volume",
					"altitude_upper", "missing"},
			{volume->outline == ENT_EXTENT_NOWHERE, NULL, "volume",
					"outline_circle or outline_polygon is needed"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (!rows[i].lacking)
			continue;
		if (rows[i].within != NULL)
			(void)ent_json_path_member(
					&reading->path, rows[i].within, strlen(rows[i].within));
		return wrong(reading, rows[i].name, rows[i].why);
	}
	return true;
}

bool parse_extents(struct exchange *exchange) {
	struct reading reading = {.exchange = exchange};
	struct ent_json_value extents, extent;
	size_t n = 0, vertices = 0;
	if (!member(exchange->body, "extents", &extents) ||
			ent_json_kind(extents) != ENT_JSON_ARRAY) {
		refuse(exchange, 400, "extents: a list of volumes is needed");
		return false;
	}
	struct ent_json_walk walk = ent_json_walk_from(extents);
	while (ent_json_next_element(&walk, &extent)) {
		if (++n > exchange->api->options.extents.volumes_max) {
			refuse(exchange, 413, "extents: more than %zu volumes",
					exchange->api->options.extents.volumes_max);
			return false;
		}
		vertices += vertices_of(extent);
	}
	if (n == 0) {
		refuse(exchange, 400, "extents: it is empty");
		return false;
	}
	if (!make_room(exchange, n, vertices))
		return false;
	reading.next = exchange->points;
	(void)ent_json_path_member(&reading.path, "extents", 7);
	walk = ent_json_walk_from(extents);
	for (size_t i = 0; ent_json_next_element(&walk, &extent); i++) {
		const size_t before = ent_json_path_index(&reading.path, i);
		if (!read_volume(&reading, extent, &exchange->volumes[i]) ||
				!check_bounds(&reading, &exchange->volumes[i]))
			return refuse_reading(&reading);
		ent_json_path_cut(&reading.path, before);
	}
	return unite(&reading, "extents", true, n, 400);
}

static bool parse_one(struct exchange *exchange, const char *name, unsigned too_large) {
	struct reading reading = {.exchange = exchange};
	struct ent_json_value extent;
	const bool there = member(exchange->body, name, &extent);
	if (!make_room(exchange, 1, there ? vertices_of(extent) : 0))
		return false;
	reading.next = exchange->points;
	exchange->volumes[0] = (struct ent_extent_volume){.lower_mm = ENT_ALTITUDE_UNBOUNDED_BELOW,
			.upper_mm = ENT_ALTITUDE_UNBOUNDED_ABOVE,
			.start_utc_us = ENT_TIME_UNBOUNDED_BEFORE,
			.end_utc_us = ENT_TIME_UNBOUNDED_AFTER};
	(void)ent_json_path_member(&reading.path, name, strlen(name));
	if (there && !read_volume(&reading, extent, &exchange->volumes[0]))
		return refuse_reading(&reading);
	return unite(&reading, name, false, 1, too_large);
}

bool parse_extent(struct exchange *exchange, const char *name) {
	return parse_one(exchange, name, 400);
}

bool parse_area(struct exchange *exchange, unsigned too_large) {
	struct ent_json_value area;
	if (!member(exchange->body, "area_of_interest", &area)) {
		refuse(exchange, 400, "area_of_interest: missing");
		return false;
	}
	if (!parse_one(exchange, "area_of_interest", too_large))
		return false;
	if (exchange->extent->n_cells > 0)
		return true;
	refuse(exchange, 400,
			"area_of_interest.volume: outline_circle or outline_polygon is needed");
	return false;
}
