/* SPDX-License-Identifier: Apache-2.0 */
/*
 * read_f3548.c: operational intents and constraints as ASTM F3548-21 exchanges them. What
 * counts is the Volume4D objects; each object that holds some is one flight or constraint,
 * so they are one group and share its id. Altitudes are W84 metres, times RFC 3339; a
 * bound that is missing is unbounded.
 */
#include <stdio.h>
#include <string.h>

#include "jsonread.h"

struct intent {
	struct check_json json;
	struct check_draft draft;
	uint32_t group;
};

/* Members by which an object of the standard is known. */
static const char *const known_by[] = {"extents", "operational_intent", "operational_intents",
		"constraint", "constraints", "details", "volumes", "off_nominal_volumes", "volume",
		"outline_polygon", "outline_circle", "operational_intent_reference",
		"operational_intent_references", "constraint_reference", "constraint_references"};

bool check_is_f3548(struct ent_json_value value) {
	struct ent_json_value member;
	for (size_t i = 0; i < sizeof known_by / sizeof known_by[0]; i++)
		if (ent_json_member(value, known_by[i], &member))
			return true;
	return false;
}

static bool has(struct ent_json_value object, const char *name, struct ent_json_value *ret_value) {
	return ent_json_member(object, name, ret_value) &&
			ent_json_kind(*ret_value) != ENT_JSON_NULL;
}

/* A member whose only value in the standard is 'wanted'. */
static ent_status need_text(struct check_json *json, struct ent_json_value object, const char *name,
		const char *wanted) {
	struct ent_json_value value;
	size_t base = json->path->length;
	ent_status status = check_json_need(json, object, name, &value);
	if (status == ENT_OK && !ent_json_string_is(value, wanted))
		status = check_json_fail(json, ENT_E_SYNTAX, "must be \"%s\"", wanted);
	if (status == ENT_OK)
		ent_json_path_cut(json->path, base);
	return status;
}

static ent_status need_number(struct check_json *json, struct ent_json_value object,
		const char *name, double *ret_number) {
	struct ent_json_value value;
	size_t base = json->path->length;
	ent_status status = check_json_need(json, object, name, &value);
	if (status == ENT_OK && !ent_json_double(value, ret_number))
		status = check_json_fail_kind(json, value, "a number");
	if (status == ENT_OK)
		ent_json_path_cut(json->path, base);
	return status;
}

/* Altitude: value -8000 to 100000, units M, reference W84. Absent: the bound stays open. */
static ent_status take_altitude(struct intent *f, struct ent_json_value volume, const char *name,
		struct ent_altitude *altitude) {
	struct check_json *json = &f->json;
	struct ent_json_value value;
	double metres;
	int64_t mm = 0;
	if (!has(volume, name, &value))
		return ENT_OK;
	size_t base = ent_json_path_member(json->path, name, strlen(name));
	ent_status status = need_text(json, value, "reference", "W84");
	if (status == ENT_OK)
		status = need_text(json, value, "units", "M");
	if (status == ENT_OK)
		status = need_number(json, value, "value", &metres);
	if (status != ENT_OK)
		return status;
	if (!(metres >= -8000.0 && metres <= 100000.0) || !check_scaled(metres, 1000, 1, &mm))
		return check_json_fail(
				json, ENT_E_DOMAIN, "an altitude lies within -8000 to 100000 m");
	*altitude = (struct ent_altitude){ENT_ALTITUDE_W84, (int32_t)mm};
	ent_json_path_cut(json->path, base);
	return ENT_OK;
}

static ent_status take_time(
		struct intent *f, struct ent_json_value volume, const char *name, int64_t *utc_us) {
	struct check_json *json = &f->json;
	struct ent_json_value time, value;
	if (!has(volume, name, &time))
		return ENT_OK;
	size_t base = ent_json_path_member(json->path, name, strlen(name));
	ent_status status = need_text(json, time, "format", "RFC3339");
	if (status == ENT_OK)
		status = check_json_need(json, time, "value", &value);
	if (status == ENT_OK)
		status = check_json_time(json, value, utc_us);
	if (status == ENT_OK)
		ent_json_path_cut(json->path, base);
	return status;
}

/* LatLngPoint */
static ent_status take_point(struct check_json *json, struct ent_json_value object,
		struct ent_point *ret_point) {
	struct ent_json_value lat, lng;
	size_t base = json->path->length;
	ent_status status = check_json_need(json, object, "lat", &lat);
	if (status != ENT_OK)
		return status;
	ent_json_path_cut(json->path, base);
	status = check_json_need(json, object, "lng", &lng);
	if (status != ENT_OK)
		return status;
	ent_json_path_cut(json->path, base);
	return check_json_point(json, lat, lng, ret_point);
}

static ent_status take_circle(struct intent *f, struct ent_json_value circle) {
	struct check_json *json = &f->json;
	struct ent_json_value member;
	struct ent_point center;
	double metres;
	size_t base = json->path->length;
	ent_status status = check_json_need(json, circle, "center", &member);
	if (status == ENT_OK)
		status = take_point(json, member, &center);
	if (status != ENT_OK)
		return status;
	ent_json_path_cut(json->path, base);
	status = check_json_need(json, circle, "radius", &member);
	if (status == ENT_OK)
		status = need_text(json, member, "units", "M");
	if (status == ENT_OK)
		status = need_number(json, member, "value", &metres);
	if (status != ENT_OK)
		return status;
	if (!(metres > 0) || !check_scaled(metres, 1000, 1, &f->draft.radius_mm))
		return check_json_fail(json, ENT_E_DOMAIN, "a radius is above 0");
	ent_json_path_cut(json->path, base);
	status = check_draft_file_circle(json->reader, &f->draft, center, f->group, &json->fault);
	return status == ENT_OK ? ENT_OK : check_json_fail_here(json, status);
}

static ent_status take_polygon(struct intent *f, struct ent_json_value polygon) {
	struct check_json *json = &f->json;
	struct ent_json_value vertices, vertex;
	struct ent_point point;
	size_t base = json->path->length;
	ent_status status = check_json_need(json, polygon, "vertices", &vertices);
	if (status == ENT_OK && ent_json_kind(vertices) != ENT_JSON_ARRAY)
		status = check_json_fail_kind(json, vertices, "an array");
	if (status != ENT_OK)
		return status;
	struct ent_json_walk walk = ent_json_walk_from(vertices);
	check_outline_clear(&json->outline);
	for (uint64_t i = 0; ent_json_next_element(&walk, &vertex); i++) {
		size_t before = ent_json_path_index(json->path, i);
		status = take_point(json, vertex, &point);
		if (status != ENT_OK)
			return status;
		status = check_outline_add(&json->outline, point, &json->fault);
		if (status != ENT_OK)
			return check_json_fail_here(json, status);
		ent_json_path_cut(json->path, before);
	}
	status = check_outline_end_ring(&json->outline, false, &json->fault);
	if (status == ENT_OK)
		status = check_draft_file_polygon(
				json->reader, &f->draft, &json->outline, f->group, &json->fault);
	if (status != ENT_OK)
		return check_json_fail_here(json, status);
	ent_json_path_cut(json->path, base);
	return ENT_OK;
}

/* Volume3D; the span stands in the draft. */
static ent_status take_volume3(struct intent *f, struct ent_json_value volume) {
	struct check_json *json = &f->json;
	struct ent_json_value circle, polygon;
	if (ent_json_kind(volume) != ENT_JSON_OBJECT)
		return check_json_fail_kind(json, volume, "an object");
	struct ent_altitude *floor = &f->draft.floor, *ceiling = &f->draft.ceiling;
	*floor = (struct ent_altitude){ENT_ALTITUDE_W84, ENT_ALTITUDE_UNBOUNDED_BELOW};
	*ceiling = (struct ent_altitude){ENT_ALTITUDE_W84, ENT_ALTITUDE_UNBOUNDED_ABOVE};
	ent_status status = take_altitude(f, volume, "altitude_lower", floor);
	if (status == ENT_OK)
		status = take_altitude(f, volume, "altitude_upper", ceiling);
	if (status != ENT_OK)
		return status;
	bool circle_given = has(volume, "outline_circle", &circle);
	bool polygon_given = has(volume, "outline_polygon", &polygon);
	if (circle_given == polygon_given)
		return check_json_fail(json, circle_given ? ENT_E_SHAPE : ENT_E_MISSING,
				"needs outline_circle or outline_polygon, exactly one of them");
	const char *name = circle_given ? "outline_circle" : "outline_polygon";
	size_t base = ent_json_path_member(json->path, name, strlen(name));
	status = circle_given ? take_circle(f, circle) : take_polygon(f, polygon);
	if (status == ENT_OK)
		ent_json_path_cut(json->path, base);
	return status;
}

/* Names that the standard does not have and this program does not take. */
static ent_status look_at_members(struct intent *f, struct ent_json_value object) {
	struct ent_json_walk walk = ent_json_walk_from(object);
	struct ent_json_value value;
	const char *name;
	size_t length;
	if (ent_json_kind(object) != ENT_JSON_OBJECT)
		return ENT_OK;
	while (ent_json_next_member(&walk, &name, &length, &value)) {
		if (!check_name_is_refused(name, length))
			continue;
		(void)ent_json_path_member(f->json.path, name, length);
		check_refuse_name(&f->json.fault, f->json.path->text);
		return ENT_E_REFUSED;
	}
	return ENT_OK;
}

/* Volume4D */
static ent_status take_volume4(struct intent *f, struct ent_json_value value) {
	struct check_json *json = &f->json;
	struct ent_json_value volume;
	size_t base = json->path->length;
	f->draft.span = (struct ent_span){ENT_TIME_UNBOUNDED_BEFORE, ENT_TIME_UNBOUNDED_AFTER};
	if (ent_json_kind(value) != ENT_JSON_OBJECT)
		return check_json_fail_kind(json, value, "an object");
	ent_status status = look_at_members(f, value);
	if (status == ENT_OK)
		status = take_time(f, value, "time_start", &f->draft.span.start_utc_us);
	if (status == ENT_OK)
		status = take_time(f, value, "time_end", &f->draft.span.end_utc_us);
	if (status == ENT_OK)
		status = check_json_need(json, value, "volume", &volume);
	if (status == ENT_OK)
		status = look_at_members(f, volume);
	if (status == ENT_OK)
		status = take_volume3(f, volume);
	if (status == ENT_OK)
		ent_json_path_cut(json->path, base);
	return status;
}

/* An array of Volume4D under a name; the number of them is added up. */
static ent_status take_volumes(
		struct intent *f, struct ent_json_value object, const char *name, uint64_t *n) {
	struct check_json *json = &f->json;
	struct ent_json_value list, value;
	if (!has(object, name, &list))
		return ENT_OK;
	size_t base = ent_json_path_member(json->path, name, strlen(name));
	if (ent_json_kind(list) != ENT_JSON_ARRAY)
		return check_json_fail_kind(json, list, "an array");
	struct ent_json_walk walk = ent_json_walk_from(list);
	for (uint64_t i = 0; ent_json_next_element(&walk, &value); i++, ++*n) {
		size_t before = ent_json_path_index(json->path, i);
		ent_status status = take_volume4(f, value);
		if (status != ENT_OK)
			return status;
		ent_json_path_cut(json->path, before);
	}
	ent_json_path_cut(json->path, base);
	return ENT_OK;
}

/* The id of a reference, where there is one. */
static void take_id(struct intent *f, struct ent_json_value object, const char *name) {
	struct ent_json_value id;
	const char *text;
	size_t length;
	if (ent_json_member(object, name, &id) && ent_json_string(id, &text, &length))
		check_copy_name(f->draft.names.id, CHECK_ID_SIZE, text, length);
}

/* Whatever holds Volume4D objects: one flight or constraint. */
static ent_status take_holder(struct intent *f, struct ent_json_value object) {
	struct check_json *json = &f->json;
	struct ent_json_value member;
	uint64_t n = 0;
	ent_status status = look_at_members(f, object);
	if (status != ENT_OK)
		return status;
	take_id(f, object, "id");
	if (has(object, "reference", &member))
		take_id(f, member, "id");
	if (has(object, "extents", &member) && ent_json_kind(member) == ENT_JSON_OBJECT) {
		size_t base = ent_json_path_member(json->path, "extents", 7);
		status = take_volume4(f, member);
		ent_json_path_cut(json->path, base);
		n++;
	} else {
		status = take_volumes(f, object, "extents", &n);
	}
	if (status == ENT_OK)
		status = take_volumes(f, object, "volumes", &n);
	if (status == ENT_OK)
		status = take_volumes(f, object, "off_nominal_volumes", &n);
	if (status == ENT_OK && has(object, "details", &member)) {
		size_t base = ent_json_path_member(json->path, "details", 7);
		status = look_at_members(f, member);
		if (status == ENT_OK)
			status = take_volumes(f, member, "volumes", &n);
		if (status == ENT_OK)
			status = take_volumes(f, member, "off_nominal_volumes", &n);
		if (status == ENT_OK)
			ent_json_path_cut(json->path, base);
	}
	if (status == ENT_OK && n == 0)
		return check_json_fail(json, ENT_E_MISSING,
				"holds no volumes (extents, volumes or off_nominal_volumes); a "
				"reference alone says nothing of where");
	return status;
}

/* One object, all or nothing. */
static ent_status take_one(struct check_reader *reader, struct ent_json_value object,
		struct ent_json_path *path, const char *id_member, struct ent_json_value around) {
	struct intent f = {.json = {.reader = reader, .path = path}};
	struct ent_json_value member;
	size_t items = reader->model->n_items, base = path->length;
	ent_status status;
	char stem[CHECK_ID_SIZE / 2];
	check_draft_init(&f.draft, &reader->options);
	f.group = check_reader_new_group(reader);
	check_source_stem(reader, stem, sizeof stem);
	(void)snprintf(f.draft.names.id, CHECK_ID_SIZE, "%s%.32s", stem, path->text);
	if (id_member != NULL)
		take_id(&f, around, id_member);
	if (ent_json_kind(object) != ENT_JSON_OBJECT)
		status = check_json_fail_kind(&f.json, object, "an object");
	else if (has(object, "volume", &member))
		status = take_volume4(&f, object);
	else if (has(object, "outline_polygon", &member) || has(object, "outline_circle", &member))
		status = take_volume3(&f, object);
	else
		status = take_holder(&f, object);
	if (status != ENT_OK)
		check_reader_drop_items(reader, items);
	status = check_json_settle(&f.json, status);
	ent_json_path_cut(path, base);
	check_outline_finish(&f.json.outline);
	return status;
}

static ent_status take_list(struct check_reader *reader, struct ent_json_value list,
		struct ent_json_path *path) {
	struct ent_json_walk walk = ent_json_walk_from(list);
	struct ent_json_value value;
	ent_status status = ENT_OK;
	for (uint64_t i = 0; status == ENT_OK && ent_json_next_element(&walk, &value); i++) {
		size_t base = ent_json_path_index(path, i);
		status = check_read_f3548(reader, value, path);
		ent_json_path_cut(path, base);
	}
	return status;
}

/* Objects that wrap one or more of the others. */
static const struct {
	const char *name, *id_member;
	bool list;
} wrappers[] = {
		{"operational_intent", "operational_intent_id", false},
		{"constraint", "constraint_id", false},
		{"operational_intents", NULL, true},
		{"constraints", NULL, true},
};

/* Not recursive without end: nesting is bounded by the JSON door. */
ent_status check_read_f3548(struct check_reader *reader, struct ent_json_value value,
		struct ent_json_path *path) {
	struct ent_json_value member;
	for (size_t i = 0; i < sizeof wrappers / sizeof wrappers[0]; i++) {
		if (!has(value, wrappers[i].name, &member))
			continue;
		size_t base = ent_json_path_member(
				path, wrappers[i].name, strlen(wrappers[i].name));
		ent_status status = wrappers[i].list && ent_json_kind(member) == ENT_JSON_ARRAY
				? take_list(reader, member, path)
				: take_one(reader, member, path, wrappers[i].id_member, value);
		ent_json_path_cut(path, base);
		return status;
	}
	return take_one(reader, value, path, NULL, value);
}
