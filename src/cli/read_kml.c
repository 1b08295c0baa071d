/* SPDX-License-Identifier: Apache-2.0 */
/*
 * read_kml.c: KML 2.2 (OGC 07-147r2) with Google's gx:Track, as a stream of XML events.
 * Only Placemarks count; styles are passed over. What has a place and is not taken is a
 * fault: a NetworkLink, which would have to be fetched, pictures on the ground, models, and
 * elements that are misspelt. One Placemark is held at a time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente/text.h"
#include "entente/xml.h"
#include "kml.h"

enum { TEXT_MAX = 1 << 24, TOKEN_MAX = 1 << 20 };

/* clang-format off */
#define ELEMENT_MAP(X)  \
	X(kml) \
	X(Placemark) \
	X(name) \
	X(TimeSpan) \
	X(TimeStamp) \
	X(begin) \
	X(end) \
	X(when) \
	X(Data) \
	X(value) \
	X(SimpleData) \
	X(Polygon) \
	X(LinearRing) \
	X(LineString) \
	X(Point) \
	X(coordinates) \
	X(altitudeMode) \
	X(extrude) \
	X(Track) \
	X(MultiTrack) \
	X(coord) \
	X(NetworkLink) \
	X(GroundOverlay) \
	X(PhotoOverlay) \
	X(Model)
/* clang-format on */

#define ELEMENT_ENUM_(name) EL_##name,
enum element { ELEMENT_MAP(ELEMENT_ENUM_) EL_OTHER };
#undef ELEMENT_ENUM_

static const char *const element_names[] = {
#define ELEMENT_NAME_(name) #name,
		ELEMENT_MAP(ELEMENT_NAME_)
#undef ELEMENT_NAME_
};

struct kml {
	struct check_reader *reader;
	enum element stack[ENT_XML_DEPTH_MAX + 1];
	unsigned depth;
	struct kml_placemark *placemark;
	struct check_outline outline;
	ent_status fatal;              /* what ends the reading, at the next event */
	char data_name[CHECK_ID_SIZE]; /* of the Data that is open */
	enum kml_mode multi_mode;      /* that a gx:MultiTrack gives to its tracks */
};

/* --- The Placemark in hand --- */

/* What is wrong with it is noted, and the rest is still looked at, unless it has no sense any more. */
static void spoil(struct kml *k, ent_status status, uint64_t line, const char *what,
		struct ent_fault *fault) {
	struct kml_placemark *p = k->placemark;
	char where[80];
	if (p->stuck)
		return;
	p->stuck = status == ENT_E_MEMORY || status == ENT_E_LIMIT;
	(void)snprintf(where, sizeof where, "%.32s (line %llu)", what, (unsigned long long)line);
	check_fault_within(fault, where);
	ent_status left = check_kml_note(k->reader, p, status, fault);
	if (k->fatal == ENT_OK)
		k->fatal = left;
}

static void spoil_with(struct kml *k, ent_status status, uint64_t line, const char *what,
		const char *why) {
	struct ent_fault fault;
	ent_fault_set(&fault, "", "%s", why);
	spoil(k, status, line, what, &fault);
}

/* The same, and nothing more of it is taken. */
static void break_off(struct kml *k, ent_status status, uint64_t line, const char *what,
		const char *why) {
	spoil_with(k, status, line, what, why);
	k->placemark->stuck = true;
}

static void open_placemark(struct kml *k, const struct ent_xml_element *element) {
	struct kml_placemark *p = k->placemark;
	const char *id = ent_xml_attribute(element, "id");
	k->multi_mode = KML_CLAMPED;
	p->open = true;
	p->line = element->line;
	p->stuck = p->refused = false;
	p->faults = 0;
	p->names = (struct check_item_names){0};
	p->span = (struct ent_span){ENT_TIME_UNBOUNDED_BEFORE, ENT_TIME_UNBOUNDED_AFTER};
	p->n_positions = p->n_rings = p->n_shapes = p->n_times = p->n_data = p->pool_used = 0;
	if (id != NULL)
		check_set_id(&p->names, id, strlen(id));
}

static struct kml_shape *current_shape(struct kml *k) {
	return k->placemark->n_shapes > 0 ? &k->placemark->shapes[k->placemark->n_shapes - 1]
					  : NULL;
}

static ent_status open_shape(struct kml *k, enum kml_kind kind) {
	struct kml_placemark *p = k->placemark;
	ent_status status = check_grow(&p->shapes, &p->shapes_capacity, p->n_shapes + 1,
			sizeof *p->shapes, KML_SHAPES_MAX);
	if (status != ENT_OK)
		return status;
	p->shapes[p->n_shapes++] = (struct kml_shape){.kind = kind,
			.mode = kind == KML_TRACK ? k->multi_mode : KML_CLAMPED,
			.first_ring = p->n_rings,
			.first_time = p->n_times};
	return ENT_OK;
}

static ent_status open_ring(struct kml *k) {
	struct kml_placemark *p = k->placemark;
	ent_status status = check_grow(&p->rings, &p->rings_capacity, p->n_rings + 1,
			sizeof *p->rings, KML_RINGS_MAX);
	if (status != ENT_OK)
		return status;
	p->rings[p->n_rings++] = (struct kml_ring){.first = p->n_positions};
	current_shape(k)->n_rings++;
	return ENT_OK;
}

static ent_status add_position(struct kml *k, const struct kml_position *position) {
	struct kml_placemark *p = k->placemark;
	ent_status status = check_grow(&p->positions, &p->positions_capacity, p->n_positions + 1,
			sizeof *p->positions, KML_POSITIONS_MAX);
	if (status != ENT_OK)
		return status;
	p->positions[p->n_positions++] = *position;
	p->rings[p->n_rings - 1].n++;
	return ENT_OK;
}

/* --- Texts --- */

static bool is_space(char c) {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Numbers separated by 'separator': lon, lat, and perhaps an altitude in metres. */
static ent_status parse_position(const char *text, size_t length, bool (*separates)(char),
		struct kml_position *ret_position, struct ent_fault *fault) {
	struct check_item_part {
		const char *text;
		size_t length;
	} parts[3] = {{NULL, 0}};
	size_t n = 0, at = 0;
	while (at < length && n < 3) {
		size_t start = at;
		while (at < length && !separates(text[at]))
			at++;
		parts[n].text = text + start;
		parts[n++].length = at - start;
		at += at < length;
	}
	struct kml_position position = {.given = true};
	int64_t lat_ndeg, lon_ndeg;
	if (n < 2 || at < length) {
		ent_fault_set(fault, "",
				"a position is longitude,latitude and perhaps ,altitude, without "
				"spaces");
		return ENT_E_SYNTAX;
	}
	ent_status status = ent_text_parse_degrees(
			parts[0].text, parts[0].length, 180, &lon_ndeg, fault);
	if (status == ENT_OK)
		status = ent_text_parse_degrees(
				parts[1].text, parts[1].length, 90, &lat_ndeg, fault);
	if (status == ENT_OK)
		status = ent_geo_point_from_ndeg(lat_ndeg, lon_ndeg, &position.at);
	position.altitude_given = n == 3;
	if (status == ENT_OK && n == 3)
		status = ent_text_parse_decimal(parts[2].text, parts[2].length, 1000, 1,
				&position.altitude_mm, fault);
	if (status == ENT_OK)
		*ret_position = position;
	return status;
}

static bool is_comma(char c) {
	return c == ',';
}

/* Positions with spaces between them. */
static void take_coordinates(struct kml *k, uint64_t line, const char *text, size_t length) {
	size_t at = 0;
	for (;;) {
		while (at < length && is_space(text[at]))
			at++;
		if (at == length)
			return;
		size_t start = at;
		while (at < length && !is_space(text[at]))
			at++;
		struct kml_position position;
		struct ent_fault fault = {0};
		ent_status status = parse_position(
				text + start, at - start, is_comma, &position, &fault);
		if (status == ENT_OK)
			status = add_position(k, &position);
		if (status != ENT_OK)
			spoil(k, status, line, "coordinates", &fault);
		if (k->placemark->stuck)
			return;
	}
}

/* gx:coord: "lon lat altitude"; an empty one says that the position is not known. */
static void take_coord(struct kml *k, uint64_t line, const char *text, size_t length) {
	struct kml_position position = {0};
	struct ent_fault fault = {0};
	ent_status status = ENT_OK;
	while (length > 0 && is_space(text[0])) {
		text++;
		length--;
	}
	while (length > 0 && is_space(text[length - 1]))
		length--;
	if (length > 0)
		status = parse_position(text, length, is_space, &position, &fault);
	if (status == ENT_E_DOMAIN) {
		position = (struct kml_position){
				.given = true, .altitude_given = true, .out_of_range = true};
		status = ENT_OK;
	}
	if (status == ENT_OK)
		status = add_position(k, &position);
	if (status != ENT_OK)
		spoil(k, status, line, "gx:coord", &fault);
}

static void take_time(struct kml *k, enum element element, uint64_t line, const char *text,
		size_t length) {
	struct kml_placemark *p = k->placemark;
	struct ent_fault fault = {0};
	int64_t utc_us = 0;
	bool given = length > 0;
	ent_status status = given ? ent_text_parse_time(text, length, &utc_us, &fault) : ENT_OK;
	enum element above = k->stack[k->depth - 1];
	if (status == ENT_OK && above == EL_Track) {
		status = check_grow(&p->times, &p->times_capacity, p->n_times + 1, sizeof *p->times,
				KML_POSITIONS_MAX);
		if (status == ENT_OK) {
			p->times[p->n_times++] = (struct kml_time){utc_us, given};
			current_shape(k)->n_times++;
		}
	} else if (status == ENT_OK && given) {
		if (element != EL_end)
			p->span.start_utc_us = utc_us;
		if (element != EL_begin)
			p->span.end_utc_us = utc_us;
	}
	if (status != ENT_OK)
		spoil(k, status, line, element_names[element], &fault);
}

/* Of a geometry; views and models have such elements too. */
static bool in_shape(const struct kml *k) {
	enum element above = k->stack[k->depth - 1];
	return above == EL_Polygon || above == EL_LineString || above == EL_Point ||
			above == EL_Track;
}

static void take_mode(struct kml *k, uint64_t line, const char *text) {
	bool multi = k->stack[k->depth - 1] == EL_MultiTrack;
	if (!multi && !in_shape(k))
		return;
	enum kml_mode *mode = multi ? &k->multi_mode : &current_shape(k)->mode;
	if (strcmp(text, "absolute") == 0)
		*mode = KML_ABSOLUTE;
	else if (strcmp(text, "relativeToGround") == 0)
		*mode = KML_RELATIVE;
	else if (strcmp(text, "clampToGround") == 0)
		*mode = KML_CLAMPED;
	else
		spoil_with(k, ENT_E_REFUSED, line, "altitudeMode",
				"must be absolute, relativeToGround or clampToGround");
}

static void take_data(struct kml *k, uint64_t line, const char *text, size_t length) {
	struct kml_placemark *p = k->placemark;
	size_t name_length = strlen(k->data_name);
	size_t needed = p->pool_used + name_length + length + 2;
	if (k->data_name[0] == '\0')
		return;
	ent_status status = p->n_data < KML_DATA_MAX ? ENT_OK : ENT_E_LIMIT;
	if (status == ENT_OK)
		status = check_grow(&p->pool, &p->pool_capacity, needed, 1, KML_DATA_TEXT_MAX);
	if (status != ENT_OK) {
		spoil_with(k, status, line, "ExtendedData",
				status == ENT_E_LIMIT ? "more data than are taken"
						      : "out of memory");
		return;
	}
	struct kml_data *data = &p->data[p->n_data++];
	data->name = p->pool_used;
	data->value = p->pool_used + name_length + 1;
	data->value_length = length;
	memcpy(p->pool + data->name, k->data_name, name_length + 1);
	memcpy(p->pool + data->value, text, length);
	p->pool[data->value + length] = '\0';
	p->pool_used = needed;
}

/* --- Events --- */

static enum element find_element(const char *name) {
	for (size_t i = 0; i < EL_OTHER; i++)
		if (strcmp(name, element_names[i]) == 0)
			return (enum element)i;
	return EL_OTHER;
}

/* Elements that have a name attribute for what stands in them. */
static void open_data(struct kml *k, const struct ent_xml_element *element) {
	const char *name = ent_xml_attribute(element, "name");
	k->data_name[0] = '\0';
	if (name != NULL)
		(void)check_copy_name(k->data_name, sizeof k->data_name, name, strlen(name));
}

static ent_status fault(struct kml *k, ent_status status, uint64_t line, const char *why) {
	struct ent_fault text;
	char where[32];
	(void)snprintf(where, sizeof where, "line %llu", (unsigned long long)line);
	ent_fault_set(&text, where, "%s", why);
	check_reader_fault(k->reader, status, &text);
	return check_status_is_fatal(status) || k->depth <= 1 ? status : ENT_OK;
}

/* Elements of the standard that are not used are passed over; one that is misspelt is a fault. */
static ent_status look_at_other(struct kml *k, const struct ent_xml_element *element) {
	struct ent_fault why;
	ent_status status = check_refuse_near(element->name, strlen(element->name), element_names,
			EL_OTHER, "element", &why);
	if (status == ENT_OK)
		return ENT_OK;
	if (!k->placemark->open) {
		char where[ENT_FAULT_WHERE_SIZE], shown[48];
		(void)snprintf(where, sizeof where, "line %llu, %s",
				(unsigned long long)element->line,
				ent_text_show(element->name, strlen(element->name), shown,
						sizeof shown));
		check_fault_within(&why, where);
		check_reader_fault(k->reader, status, &why);
		return ENT_OK;
	}
	spoil(k, status, element->line, element->name, &why);
	return k->fatal;
}

/* Where a shape may stand: in a Placemark, once one is open. */
static ent_status start_shape(struct kml *k, enum element element) {
	static const enum kml_kind kinds[] = {[EL_Polygon] = KML_POLYGON,
			[EL_LineString] = KML_LINE,
			[EL_Point] = KML_POINT,
			[EL_Track] = KML_TRACK};
	ent_status status = open_shape(k, kinds[element]);
	if (status == ENT_OK && element != EL_Polygon)
		status = open_ring(k);
	return status;
}

static ent_status on_start(void *user, const struct ent_xml_element *element) {
	struct kml *k = user;
	enum element what = find_element(element->name);
	struct kml_shape *shape = current_shape(k);
	ent_status status = ENT_OK;
	k->stack[++k->depth] = what;
	if (k->depth == 1)
		return what == EL_kml ? ENT_OK
				      : fault(k, ENT_E_SYNTAX, element->line, "XML, but not KML");
	if (what == EL_NetworkLink)
		return fault(k, ENT_E_REFUSED, element->line,
				"a NetworkLink is not followed: give what it points to as a file");
	if (what == EL_GroundOverlay || what == EL_PhotoOverlay)
		return fault(k, ENT_E_REFUSED, element->line,
				"a picture on the ground is not taken: draw its outline as a "
				"Polygon");
	if (what == EL_OTHER)
		return look_at_other(k, element);
	if (what == EL_Placemark && !k->placemark->open) {
		open_placemark(k, element);
		return ENT_OK;
	}
	if (!k->placemark->open || k->placemark->stuck)
		return ENT_OK;
	switch (what) {
	case EL_Placemark:
		break_off(k, ENT_E_SYNTAX, element->line, "Placemark", "stands within another");
		break;
	case EL_Model:
		spoil_with(k, ENT_E_REFUSED, element->line, "Model",
				"is not taken: draw its outline as a Polygon");
		k->placemark->refused = true;
		break;
	case EL_Polygon:
	case EL_LineString:
	case EL_Point:
	case EL_Track:
		status = start_shape(k, what);
		break;
	case EL_LinearRing:
		if (shape != NULL && shape->kind == KML_POLYGON)
			status = open_ring(k);
		else
			break_off(k, ENT_E_SYNTAX, element->line, "LinearRing",
					"stands outside a Polygon");
		break;
	case EL_Data:
	case EL_SimpleData:
		open_data(k, element);
		break;
	default:
		break;
	}
	if (status != ENT_OK)
		break_off(k, status, element->line, element->name, ent_status_text(status));
	return k->fatal;
}

static void take_text(struct kml *k, enum element what, const struct ent_xml_element *element,
		const char *text, size_t length) {
	enum element above = k->stack[k->depth - 1];
	/* Views have a time of their own. */
	bool own_time = k->depth >= 2 && k->stack[k->depth - 2] == EL_Placemark;
	bool in_geometry = k->placemark->n_rings > 0 && current_shape(k)->n_rings > 0;
	switch (what) {
	case EL_name:
		if (above == EL_Placemark && length > 0)
			check_set_id(&k->placemark->names, text, length);
		break;
	case EL_begin:
	case EL_end:
		if (above == EL_TimeSpan && own_time)
			take_time(k, what, element->line, text, length);
		break;
	case EL_when:
		if ((above == EL_TimeStamp && own_time) || above == EL_Track)
			take_time(k, what, element->line, text, length);
		break;
	case EL_coordinates:
		if (in_geometry &&
				(above == EL_LinearRing || above == EL_LineString ||
						above == EL_Point))
			take_coordinates(k, element->line, text, length);
		break;
	case EL_coord:
		if (in_geometry && above == EL_Track)
			take_coord(k, element->line, text, length);
		break;
	case EL_altitudeMode:
		take_mode(k, element->line, text);
		break;
	case EL_extrude:
		if (in_shape(k))
			current_shape(k)->extrude = strcmp(text, "1") == 0 ||
					strcmp(text, "true") == 0;
		break;
	case EL_value:
		if (above == EL_Data)
			take_data(k, element->line, text, length);
		break;
	case EL_SimpleData:
		take_data(k, element->line, text, length);
		break;
	default:
		break;
	}
}

static ent_status on_end(void *user, const struct ent_xml_element *element, const char *text,
		size_t length) {
	struct kml *k = user;
	enum element what = k->stack[k->depth];
	ent_status status = ENT_OK;
	if (k->placemark->open && !k->placemark->stuck)
		take_text(k, what, element, text, length);
	k->depth--;
	if (k->fatal != ENT_OK)
		return k->fatal;
	if (what == EL_Placemark && k->placemark->open && k->stack[k->depth] != EL_Placemark) {
		k->placemark->open = false;
		status = check_kml_file(k->reader, k->placemark, &k->outline);
	}
	return status;
}

static void finish(struct kml *k) {
	struct kml_placemark *p = k->placemark;
	if (p != NULL) {
		free(p->positions);
		free(p->rings);
		free(p->shapes);
		free(p->times);
		free(p->pool);
	}
	free(p);
	check_outline_finish(&k->outline);
}

ent_status check_read_kml(struct check_reader *reader, ent_read_fn read, void *user) {
	static const struct ent_xml_events events = {on_start, on_end};
	struct kml k = {.reader = reader, .placemark = calloc(1, sizeof *k.placemark)};
	struct ent_fault why = {0};
	reader->source->format = "kml";
	if (k.placemark == NULL) {
		check_reader_fault(reader, ENT_E_MEMORY, NULL);
		return ENT_E_MEMORY;
	}
	uint64_t faults = reader->faults->total;
	ent_status status = ent_xml_read(read, user, TEXT_MAX, TOKEN_MAX, &events, &k, &why);
	/* What an event returned has been added already; everything else has not. */
	if (status != ENT_OK &&
			(why.why[0] != '\0' || reader->faults->total == faults ||
					reader->stream.why[0] != '\0'))
		check_reader_fault(reader, status, &why);
	finish(&k);
	return status;
}
