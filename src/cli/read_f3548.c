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
	bool bare; /* a Volume3D without the Volume4D around it */
};

/* What a volume calls its bounds, and the members of a Volume4D that gave them. */
static const struct check_json_bound bounds[] = {
		{"start", "time_start"},
		{"end", "time_end"},
		{"floor", "volume.altitude_lower"},
		{"ceiling", "volume.altitude_upper"},
		{"radius", "volume.outline_circle.radius"},
};

static const struct check_json_bound bare_bounds[] = {
		{"floor", "altitude_lower"},
		{"ceiling", "altitude_upper"},
		{"radius", "outline_circle.radius"},
};

static ent_status fail_bound(struct intent *f, ent_status status) {
	return f->bare ? check_json_fail_bound(&f->json, status, bare_bounds, 3)
		       : check_json_fail_bound(&f->json, status, bounds, 5);
}

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

static ent_status take_radius(struct intent *f, struct ent_json_value circle) {
	struct check_json *json = &f->json;
	struct ent_json_value radius;
	double metres;
	ent_status status = check_json_need(json, circle, "radius", &radius);
	if (status == ENT_OK)
		status = need_text(json, radius, "units", "M");
	if (status == ENT_OK)
		status = need_number(json, radius, "value", &metres);
	if (status != ENT_OK)
		return status;
	if (!(metres > 0) || !check_scaled(metres, 1000, 1, &f->draft.radius_mm))
		return check_json_fail(json, ENT_E_DOMAIN, "a radius is above 0");
	return ENT_OK;
}

static ent_status take_center(struct check_json *json, struct ent_json_value circle,
		struct ent_point *ret_center) {
	struct ent_json_value center;
	ent_status status = check_json_need(json, circle, "center", &center);
	return status == ENT_OK ? take_point(json, center, ret_center) : status;
}

static ent_status take_circle(struct intent *f, struct ent_json_value circle) {
	struct check_json *json = &f->json;
	struct ent_point center = {0};
	const uint64_t faults = json->faults;
	size_t base = json->path->length;
	ent_status status = check_json_note(json, take_center(json, circle, &center));
	ent_json_path_cut(json->path, base);
	if (status == ENT_OK)
		status = check_json_note(json, take_radius(f, circle));
	ent_json_path_cut(json->path, base);
	if (status != ENT_OK || json->faults != faults)
		return status;
	status = check_draft_file_circle(json->reader, &f->draft, center, f->group, &json->fault);
	return status == ENT_OK ? ENT_OK : fail_bound(f, status);
}

static ent_status take_vertices(struct check_json *json, struct ent_json_value vertices) {
	struct ent_json_walk walk = ent_json_walk_from(vertices);
	struct ent_json_value vertex;
	struct ent_point point = {0};
	check_outline_clear(&json->outline);
	for (uint64_t i = 0; ent_json_next_element(&walk, &vertex); i++) {
		size_t before = ent_json_path_index(json->path, i);
		const uint64_t faults = json->faults;
		ent_status status = check_json_vertex(
				json, faults, take_point(json, vertex, &point), &point);
		if (status != ENT_OK)
			return status;
		ent_json_path_cut(json->path, before);
	}
	return ENT_OK;
}

static ent_status take_polygon(struct intent *f, struct ent_json_value polygon) {
	struct check_json *json = &f->json;
	struct ent_json_value vertices;
	const uint64_t faults = json->faults;
	ent_status status = check_json_need(json, polygon, "vertices", &vertices);
	if (status == ENT_OK && ent_json_kind(vertices) != ENT_JSON_ARRAY)
		status = check_json_fail_kind(json, vertices, "an array");
	if (status == ENT_OK)
		status = take_vertices(json, vertices);
	if (status != ENT_OK || json->faults != faults)
		return status;
	status = check_outline_end_ring(&json->outline, false, &json->fault);
	if (status == ENT_OK)
		status = check_draft_file_polygon(
				json->reader, &f->draft, &json->outline, f->group, &json->fault);
	return status == ENT_OK ? ENT_OK : fail_bound(f, status);
}

static ent_status take_outline(struct intent *f, struct ent_json_value volume) {
	struct check_json *json = &f->json;
	struct ent_json_value circle, polygon;
	bool circle_given = has(volume, "outline_circle", &circle);
	bool polygon_given = has(volume, "outline_polygon", &polygon);
	if (circle_given == polygon_given)
		return check_json_fail(json, circle_given ? ENT_E_SHAPE : ENT_E_MISSING,
				"needs outline_circle or outline_polygon, exactly one of them");
	const char *name = circle_given ? "outline_circle" : "outline_polygon";
	(void)ent_json_path_member(json->path, name, strlen(name));
	return circle_given ? take_circle(f, circle) : take_polygon(f, polygon);
}

/* Names that the standard does not have: some this program does not take, some are misspelt. */
static ent_status look_at_members(struct intent *f, struct ent_json_value object) {
	static const char *const meant[] = {"extents", "volume", "volumes", "off_nominal_volumes",
			"details", "reference", "outline_circle", "outline_polygon",
			"altitude_lower", "altitude_upper", "time_start", "time_end"};
	return check_json_look_at_names(&f->json, object, meant, sizeof meant / sizeof meant[0]);
}

/* Volume3D; the span stands in the draft, and is looked at with the band. */
static ent_status take_volume3(struct intent *f, struct ent_json_value volume) {
	struct check_json *json = &f->json;
	size_t base = json->path->length;
	if (ent_json_kind(volume) != ENT_JSON_OBJECT)
		return check_json_fail_kind(json, volume, "an object");
	struct ent_altitude *floor = &f->draft.floor, *ceiling = &f->draft.ceiling;
	*floor = (struct ent_altitude){ENT_ALTITUDE_W84, ENT_ALTITUDE_UNBOUNDED_BELOW};
	*ceiling = (struct ent_altitude){ENT_ALTITUDE_W84, ENT_ALTITUDE_UNBOUNDED_ABOVE};
	ent_status status = look_at_members(f, volume), clash = ENT_OK;
	if (status == ENT_OK)
		status = check_json_note(json, take_altitude(f, volume, "altitude_lower", floor));
	ent_json_path_cut(json->path, base);
	if (status == ENT_OK)
		status = check_json_note(json, take_altitude(f, volume, "altitude_upper", ceiling));
	ent_json_path_cut(json->path, base);
	while (status == ENT_OK &&
			(clash = check_draft_next_clash(&f->draft, &json->fault)) != ENT_OK)
		status = check_json_note(json, fail_bound(f, clash));
	if (status == ENT_OK)
		status = check_json_note(json, take_outline(f, volume));
	ent_json_path_cut(json->path, base);
	return status;
}

/* Volume4D */
static ent_status take_volume4(struct intent *f, struct ent_json_value value) {
	struct check_json *json = &f->json;
	struct ent_json_value volume;
	size_t base = json->path->length;
	json->base = base;
	f->draft.span = (struct ent_span){ENT_TIME_UNBOUNDED_BEFORE, ENT_TIME_UNBOUNDED_AFTER};
	if (ent_json_kind(value) != ENT_JSON_OBJECT)
		return check_json_fail_kind(json, value, "an object");
	ent_status status = look_at_members(f, value);
	if (status == ENT_OK)
		status = check_json_note(json,
				take_time(f, value, "time_start", &f->draft.span.start_utc_us));
	ent_json_path_cut(json->path, base);
	if (status == ENT_OK)
		status = check_json_note(
				json, take_time(f, value, "time_end", &f->draft.span.end_utc_us));
	ent_json_path_cut(json->path, base);
	if (status == ENT_OK)
		status = check_json_need(json, value, "volume", &volume);
	return status == ENT_OK ? take_volume3(f, volume) : status;
}

/* An array of Volume4D under a name; the number of them is added up. */
static ent_status take_volumes(
		struct intent *f, struct ent_json_value object, const char *name, uint64_t *n) {
	struct check_json *json = &f->json;
	struct ent_json_value list, value;
	if (!has(object, name, &list))
		return ENT_OK;
	size_t base = ent_json_path_member(json->path, name, strlen(name));
	ent_status status = ENT_OK;
	if (ent_json_kind(list) != ENT_JSON_ARRAY) {
		status = check_json_note(json, check_json_fail_kind(json, list, "an array"));
		++*n;
	}
	struct ent_json_walk walk = ent_json_walk_from(list);
	for (uint64_t i = 0; status == ENT_OK && ent_json_kind(list) == ENT_JSON_ARRAY &&
			ent_json_next_element(&walk, &value);
			i++, ++*n) {
		size_t before = ent_json_path_index(json->path, i);
		status = check_json_note(json, take_volume4(f, value));
		ent_json_path_cut(json->path, before);
	}
	ent_json_path_cut(json->path, base);
	return status;
}

/* UUIDv4Format of the standard. */
static bool is_uuid(const char *text, size_t length) {
	static const char form[] = "xxxxxxxx-xxxx-4xxx-vxxx-xxxxxxxxxxxx";
	if (length != sizeof form - 1)
		return false;
	for (size_t i = 0; i < length; i++) {
		const char *allowed = form[i] == 'x' ? "0123456789abcdefABCDEF"
				: form[i] == 'v'     ? "89abAB"
				: form[i] == '4'     ? "4"
						     : "-";
		if (text[i] == '\0' || strchr(allowed, text[i]) == NULL)
			return false;
	}
	return true;
}

/* The id of a reference, where there is one. */
static ent_status take_id(struct intent *f, struct ent_json_value object, const char *name) {
	struct check_json *json = &f->json;
	struct ent_json_value id;
	const char *text;
	size_t length;
	ent_status status = ENT_OK;
	if (!has(object, name, &id))
		return ENT_OK;
	size_t base = ent_json_path_member(json->path, name, strlen(name));
	if (!ent_json_string(id, &text, &length))
		status = check_json_fail_kind(json, id, "a UUID (version 4) as text");
	else if (!is_uuid(text, length))
		status = check_json_fail(json, ENT_E_SYNTAX, "must be a UUID (version 4)");
	if (status == ENT_OK) {
		check_json_name(json, text, length);
		check_set_id(&f->draft.names, text, length);
	}
	status = check_json_note(json, status);
	ent_json_path_cut(json->path, base);
	return status;
}

static ent_status take_ids(struct intent *f, struct ent_json_value object) {
	struct ent_json_value reference;
	ent_status status = take_id(f, object, "id");
	if (status != ENT_OK || !has(object, "reference", &reference))
		return status;
	size_t base = ent_json_path_member(f->json.path, "reference", 9);
	status = take_id(f, reference, "id");
	ent_json_path_cut(f->json.path, base);
	return status;
}

/* The lists that hold volumes, of an object or its details. */
static ent_status take_lists(struct intent *f, struct ent_json_value object, uint64_t *n) {
	ent_status status = look_at_members(f, object);
	if (status == ENT_OK)
		status = take_volumes(f, object, "volumes", n);
	if (status == ENT_OK)
		status = take_volumes(f, object, "off_nominal_volumes", n);
	return status;
}

/* A subscription has extents too, but nothing flies there. */
static bool is_subscription(struct ent_json_value object) {
	struct ent_json_value member;
	return has(object, "notify_for_operational_intents", &member) ||
			has(object, "notify_for_constraints", &member);
}

/*
 * Members that operational intents have and constraints have not. An intent is a flight that is planned; a constraint is
 * of no kind that a memorandum has.
 */
static bool is_intent(struct ent_json_value object) {
	static const char *const own[] = {"state", "off_nominal_volumes", "priority"};
	struct ent_json_value reference, details, member;
	const bool referred = has(object, "reference", &reference);
	const bool detailed = has(object, "details", &details);
	for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
		if (has(object, own[i], &member) || (referred && has(reference, own[i], &member)) ||
				(detailed && has(details, own[i], &member)))
			return true;
	return false;
}

/* Whatever holds Volume4D objects: one intent or constraint. */
static ent_status take_holder(struct intent *f, struct ent_json_value object) {
	struct check_json *json = &f->json;
	struct ent_json_value member;
	uint64_t n = 0;
	if (is_subscription(object))
		return check_json_fail(json, ENT_E_DOMAIN,
				"is a subscription: it asks for news of an area and uses none of "
				"it");
	ent_status status = take_ids(f, object);
	if (status != ENT_OK)
		return status;
	if (has(object, "extents", &member) && ent_json_kind(member) == ENT_JSON_OBJECT) {
		size_t base = ent_json_path_member(json->path, "extents", 7);
		status = check_json_note(json, take_volume4(f, member));
		ent_json_path_cut(json->path, base);
		n++;
	} else {
		status = take_volumes(f, object, "extents", &n);
	}
	if (status == ENT_OK)
		status = take_lists(f, object, &n);
	if (status == ENT_OK && has(object, "details", &member)) {
		size_t base = ent_json_path_member(json->path, "details", 7);
		status = take_lists(f, member, &n);
		ent_json_path_cut(json->path, base);
	}
	if (status == ENT_OK && n == 0 && json->faults == 0)
		return check_json_fail(json, ENT_E_MISSING,
				"holds no volumes (extents, volumes or off_nominal_volumes); a "
				"reference alone says nothing of where");
	return status;
}

static ent_status take_object(struct intent *f, struct ent_json_value object) {
	struct ent_json_value member;
	if (ent_json_kind(object) != ENT_JSON_OBJECT)
		return check_json_fail_kind(&f->json, object, "an object");
	if (has(object, "volume", &member))
		return take_volume4(f, object);
	f->bare = has(object, "outline_polygon", &member) || has(object, "outline_circle", &member);
	return f->bare ? take_volume3(f, object) : take_holder(f, object);
}

static const char wrapped_intent[] = "operational_intent_id";

/* One object, all or nothing. */
static ent_status take_one(struct check_reader *reader, struct ent_json_value object,
		struct ent_json_path *path, const char *id_member, struct ent_json_value around) {
	struct intent f = {.json = {.reader = reader, .path = path, .base = path->length}};
	size_t items = reader->model->n_items, base = path->length;
	char stem[CHECK_ID_SIZE / 2];
	check_draft_init(&f.draft, &reader->options);
	f.group = check_reader_new_group(reader);
	/* What is around it says so, else what is in it. */
	if (id_member != NULL ? strcmp(id_member, wrapped_intent) == 0 : is_intent(object))
		f.draft.names.kind = CHECK_KIND_FLIGHT;
	check_source_stem(reader, stem, sizeof stem);
	(void)snprintf(f.draft.names.id, CHECK_ID_SIZE, "%s%.32s", stem, path->text);
	ent_status status = id_member != NULL ? take_id(&f, around, id_member) : ENT_OK;
	if (status == ENT_OK)
		status = take_object(&f, object);
	if (status != ENT_OK || f.json.faults > 0)
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
		{"operational_intent", wrapped_intent, false},
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
