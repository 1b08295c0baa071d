/* SPDX-License-Identifier: Apache-2.0 */
/* doc_area.c: where a memorandum holds: an outline and a band, as a volume without a span. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "doc_read.h"
#include "entente/text.h"

#define NDEG_PER_DEG 1e9
#define FLIGHT_LEVEL_MM 30480 /* 100 ft; ICAO Annex 5 */

static struct ent_point read_position(struct ent_json_value value) {
	struct ent_json_walk walk = ent_json_walk_from(value);
	struct ent_json_value element;
	double degrees[2] = {0, 0};
	for (size_t i = 0; i < 2 && ent_json_next_element(&walk, &element); i++)
		(void)ent_json_double(element, &degrees[i]);
	return (struct ent_point){.lat_ndeg = llround(degrees[1] * NDEG_PER_DEG),
			.lon_ndeg = llround(degrees[0] * NDEG_PER_DEG)};
}

/* 'text' is of the form that the table has. 'open' is what an open bound is on this side. */
static void read_altitude(struct reading *r, const char *name, const char *text, int32_t open,
		struct ent_altitude *ret_altitude) {
	static const char *const refs[] = {[ENT_ALTITUDE_W84] = "W84",
			[ENT_ALTITUDE_AMSL] = "AMSL",
			[ENT_ALTITUDE_AGL] = "AGL"};
	struct ent_fault fault = {{0}, {0}};
	int64_t mm = 0;
	ret_altitude->mm = open;
	if (strcmp(text, "GND") == 0 || strcmp(text, "UNL") == 0) {
		ret_altitude->ref = ENT_ALTITUDE_AGL;
		if ((text[0] == 'G') != (open == ENT_ALTITUDE_UNBOUNDED_BELOW))
			doc_fault(r, name, ENT_E_DOMAIN,
					"GND is a floor, UNL a ceiling, not the other way");
		return;
	}
	if (memcmp(text, "FL", 2) == 0) {
		ret_altitude->ref = ENT_ALTITUDE_FL;
		ret_altitude->mm = (int32_t)strtol(text + 2, NULL, 10) * FLIGHT_LEVEL_MM;
		return;
	}
	const char *ref = strrchr(text, ' ');
	const ent_status status = ent_text_parse_length(text, (size_t)(ref - text), &mm, &fault);
	for (int i = ENT_ALTITUDE_W84; i <= ENT_ALTITUDE_AGL; i++)
		if (strcmp(refs[i], ref + 1) == 0)
			ret_altitude->ref = (enum ent_altitude_ref)i;
	if (status != ENT_OK || mm > ENT_ALTITUDE_MAX_MM)
		doc_fault(r, name, ENT_E_DOMAIN, "it is above 200 km");
	else
		ret_altitude->mm = (int32_t)mm;
}

static struct ent_band read_band(struct reading *r, struct ent_json_value area) {
	struct ent_band band = {{ENT_ALTITUDE_AGL, 0}, {ENT_ALTITUDE_AGL, 0}};
	r->parts->area.floor = doc_text(area, "floor");
	r->parts->area.ceiling = doc_text(area, "ceiling");
	read_altitude(r, "floor", r->parts->area.floor, ENT_ALTITUDE_UNBOUNDED_BELOW, &band.floor);
	read_altitude(r, "ceiling", r->parts->area.ceiling, ENT_ALTITUDE_UNBOUNDED_ABOVE,
			&band.ceiling);
	/* An open bound has the other's reference, for nothing is to be compared. */
	if (band.floor.mm == ENT_ALTITUDE_UNBOUNDED_BELOW)
		band.floor.ref = band.ceiling.ref;
	else if (band.ceiling.mm == ENT_ALTITUDE_UNBOUNDED_ABOVE)
		band.ceiling.ref = band.floor.ref;
	return band;
}

struct outline {
	struct ent_point point[ENT_MEMODOC_RINGS_MAX * ENT_MEMODOC_VERTICES_MAX];
	size_t ring_size[ENT_MEMODOC_RINGS_MAX];
	size_t points, rings;
};

static bool is_same(const struct ent_point *a, const struct ent_point *b) {
	return a->lat_ndeg == b->lat_ndeg && a->lon_ndeg == b->lon_ndeg;
}

/* Of 'n' vertices, without the last, which closes the ring. A volume would say it too, of rings that are not closed. */
static bool is_without_repeats(struct reading *r, const struct ent_point *point, size_t n) {
	for (size_t i = 1; i < n; i++)
		if (is_same(&point[i], &point[i - 1])) {
			doc_fault(r, "", ENT_E_SHAPE,
					"vertex %zu repeats the one before it; vertices count from "
					"0",
					i);
			return false;
		}
	if (n < 2 || !is_same(&point[n - 1], &point[0]))
		return true;
	doc_fault(r, "", ENT_E_SHAPE,
			"vertex %zu is where the ring begins, and so is the last: once is enough "
			"to "
			"close it; vertices count from 0",
			n - 1);
	return false;
}

/* False, with a fault, when it does not end where it begins. */
static bool read_ring(struct reading *r, struct ent_json_value ring, struct outline *outline) {
	struct ent_json_walk walk = ent_json_walk_from(ring);
	struct ent_json_value element;
	const size_t start = outline->points;
	while (ent_json_next_element(&walk, &element))
		outline->point[outline->points++] = read_position(element);
	const struct ent_point *first = &outline->point[start];
	const struct ent_point *last = &outline->point[--outline->points];
	outline->ring_size[outline->rings++] = outline->points - start;
	if (!is_same(first, last)) {
		doc_fault(r, "", ENT_E_SHAPE, "the ring does not end where it begins");
		return false;
	}
	return is_without_repeats(r, first, outline->points - start);
}

static bool read_rings(struct reading *r, struct ent_json_value rings, struct outline *outline) {
	struct ent_json_walk walk = ent_json_walk_from(rings);
	struct ent_json_value ring;
	bool fine = true;
	const size_t before = ent_json_path_member(&r->path, "polygon", strlen("polygon"));
	for (uint64_t i = 0; ent_json_next_element(&walk, &ring); i++) {
		const size_t here = ent_json_path_index(&r->path, i);
		fine = read_ring(r, ring, outline) && fine;
		ent_json_path_cut(&r->path, here);
	}
	ent_json_path_cut(&r->path, before);
	return fine;
}

static void note_volume(struct reading *r, const char *member, ent_status status,
		const struct ent_fault *fault) {
	if (status == ENT_E_MEMORY)
		r->status = status;
	else if (status != ENT_OK)
		doc_fault(r, member, status, "%s%s%s", fault->where,
				fault->where[0] != '\0' ? ": " : "", fault->why);
}

static void read_polygon(struct reading *r, struct ent_json_value rings, struct ent_band band) {
	static const struct ent_span always = {ENT_TIME_UNBOUNDED_BEFORE, ENT_TIME_UNBOUNDED_AFTER};
	struct ent_fault fault = {{0}, {0}};
	struct outline *outline = calloc(1, sizeof *outline);
	if (outline == NULL) {
		r->status = ENT_E_MEMORY;
		return;
	}
	if (read_rings(r, rings, outline))
		note_volume(r, "polygon",
				ent_volume_create_polygon(outline->point, outline->ring_size,
						outline->rings, band, always, NULL,
						&r->parts->area.volume, &fault),
				&fault);
	free(outline);
}

static void read_circle(struct reading *r, struct ent_json_value circle, struct ent_band band) {
	static const struct ent_span always = {ENT_TIME_UNBOUNDED_BEFORE, ENT_TIME_UNBOUNDED_AFTER};
	struct ent_fault fault = {{0}, {0}};
	struct ent_memodoc_quantity radius = {NULL, 0};
	struct ent_json_value center;
	const size_t before = ent_json_path_member(&r->path, "circle", strlen("circle"));
	const size_t faults = r->faults->n;
	doc_length(r, circle, "radius", ENT_RADIUS_MAX_MM, &radius);
	r->parts->area.radius = radius.text;
	if (faults == r->faults->n && radius.value == 0)
		doc_fault(r, "radius", ENT_E_DOMAIN, "nothing is inside it");
	if (faults == r->faults->n && ent_json_member(circle, "center", &center))
		note_volume(r, "",
				ent_volume_create_circle(read_position(center), radius.value, band,
						always, NULL, &r->parts->area.volume, &fault),
				&fault);
	ent_json_path_cut(&r->path, before);
}

void doc_read_area(struct reading *r, struct ent_json_value area) {
	struct ent_json_value polygon = {NULL, 0}, circle = {NULL, 0};
	const bool has_polygon = ent_json_member(area, "polygon", &polygon);
	const bool has_circle = ent_json_member(area, "circle", &circle);
	doc_clause(r, area, &r->parts->area.clause);
	const size_t faults = r->faults->n;
	const struct ent_band band = read_band(r, area);
	if (has_polygon == has_circle)
		doc_fault(r, "", has_polygon ? ENT_E_EXISTS : ENT_E_MISSING,
				"it has a polygon or a circle, one of them");
	else if (faults == r->faults->n && has_polygon)
		read_polygon(r, polygon, band);
	else if (faults == r->faults->n)
		read_circle(r, circle, band);
}
