/* SPDX-License-Identifier: Apache-2.0 */
/* extent_read.c: an extent out of a ledger's entry; see extent.h. */
#include <stdlib.h>
#include <string.h>

#include "entente/extent.h"
#include "extent_parts.h"
#include "members.h"

enum { FEW_VOLUMES = 4, FEW_POINTS = 64 };

/* Most entries have few volumes and points: then there is room for them here. */
struct reading {
	struct ent_extent_volume *volumes, few_volumes[FEW_VOLUMES];
	struct ent_point *points, few_points[FEW_POINTS];
	size_t n_volumes, n_points;
	uint64_t *cells;
	size_t n_cells;
};

static ent_status read_cells(const char *text, size_t length, struct reading *reading) {
	if (length == 0)
		return ENT_OK;
	if ((length + 1) % (EXTENT_CELL_DIGITS + 1) != 0)
		return ENT_E_SYNTAX;
	const size_t n = (length + 1) / (EXTENT_CELL_DIGITS + 1);
	reading->cells = malloc(n * sizeof *reading->cells);
	if (reading->cells == NULL)
		return ENT_E_MEMORY;
	for (size_t i = 0; i < n; i++, text += EXTENT_CELL_DIGITS + 1) {
		if (!extent_cell_parse(text, &reading->cells[i]) ||
				(i + 1 < n && text[EXTENT_CELL_DIGITS] != ' ') ||
				(i > 0 && reading->cells[i] <= reading->cells[i - 1]))
			return ENT_E_SYNTAX;
	}
	reading->n_cells = n;
	return ENT_OK;
}

static size_t count_elements(struct ent_json_value array) {
	struct ent_json_walk walk = ent_json_walk_from(array);
	struct ent_json_value unused;
	size_t n = 0;
	while (ent_json_next_element(&walk, &unused))
		n++;
	return n;
}

/* Pairs of latitude and longitude. */
static bool read_points(struct ent_json_walk *walk, size_t n, struct ent_point *ret_points) {
	struct ent_json_value value;
	int64_t number[2];
	for (size_t i = 0; i < n; i++) {
		for (int k = 0; k < 2; k++)
			if (!ent_json_next_element(walk, &value) ||
					!ent_json_int(value, &number[k]))
				return false;
		if (ent_geo_point_from_ndeg(number[0], number[1], &ret_points[i]) != ENT_OK)
			return false;
	}
	return true;
}

static bool read_circle(struct ent_json_value array, struct ent_extent_volume *volume) {
	struct ent_json_walk walk = ent_json_walk_from(array);
	struct ent_json_value radius;
	volume->outline = ENT_EXTENT_CIRCLE;
	return count_elements(array) == 3 && read_points(&walk, 1, &volume->center) &&
			ent_json_next_element(&walk, &radius) &&
			ent_json_int(radius, &volume->radius_mm) && volume->radius_mm >= 0 &&
			volume->radius_mm <= ENT_RADIUS_MAX_MM;
}

static bool read_polygon(struct ent_json_value array, struct reading *reading,
		struct ent_extent_volume *volume) {
	struct ent_json_walk walk = ent_json_walk_from(array);
	const size_t numbers = count_elements(array), n = numbers / 2;
	struct ent_point *vertices = reading->points + reading->n_points;
	if (numbers % 2 != 0 || n < 3 || n > ENT_VOLUME_VERTICES_MAX ||
			!read_points(&walk, n, vertices))
		return false;
	volume->outline = ENT_EXTENT_POLYGON;
	volume->vertices = vertices;
	volume->n_vertices = n;
	reading->n_points += n;
	return true;
}

/* In the order in which they are written. */
enum part { CIRCLE, POLYGON, LOWER, UPPER, START, END, PART_COUNT };
static const struct member_name parts[PART_COUNT] = {MEMBER_NAME("circle"), MEMBER_NAME("polygon"),
		MEMBER_NAME("lower_mm"), MEMBER_NAME("upper_mm"), MEMBER_NAME("start_us"),
		MEMBER_NAME("end_us")};

static bool read_number(const struct members *members, enum part part, int64_t least, int64_t most,
		int64_t absent, int64_t *ret_number) {
	*ret_number = absent;
	if (!members_has(members, part))
		return true;
	return ent_json_int(members->value[part], ret_number) && *ret_number >= least &&
			*ret_number <= most;
}

static bool read_volume(struct ent_json_value object, struct reading *reading) {
	struct ent_extent_volume *volume = &reading->volumes[reading->n_volumes++];
	struct members members;
	struct member_name other;
	int64_t lower, upper;
	*volume = (struct ent_extent_volume){0};
	if (!members_find(object, parts, PART_COUNT, &members, &other))
		return false;
	const bool circle = members_has(&members, CIRCLE), polygon = members_has(&members, POLYGON);
	if ((circle && polygon) || (circle && !read_circle(members.value[CIRCLE], volume)) ||
			(polygon && !read_polygon(members.value[POLYGON], reading, volume)))
		return false;
	if (!read_number(&members, LOWER, ENT_ALTITUDE_MIN_MM, ENT_ALTITUDE_MAX_MM,
			    ENT_ALTITUDE_UNBOUNDED_BELOW, &lower) ||
			!read_number(&members, UPPER, ENT_ALTITUDE_MIN_MM, ENT_ALTITUDE_MAX_MM,
					ENT_ALTITUDE_UNBOUNDED_ABOVE, &upper) ||
			!read_number(&members, START, ENT_TIME_MIN_US, ENT_TIME_MAX_US,
					ENT_TIME_UNBOUNDED_BEFORE, &volume->start_utc_us) ||
			!read_number(&members, END, ENT_TIME_MIN_US, ENT_TIME_MAX_US,
					ENT_TIME_UNBOUNDED_AFTER, &volume->end_utc_us))
		return false;
	volume->lower_mm = (int32_t)lower;
	volume->upper_mm = (int32_t)upper;
	return lower <= upper && volume->start_utc_us <= volume->end_utc_us;
}

/* Room for all volumes of the array and for the vertices of their polygons. */
static ent_status make_room(struct ent_json_value array, struct reading *reading) {
	struct ent_json_walk walk = ent_json_walk_from(array);
	struct ent_json_value volume, polygon;
	size_t n = 0, points = 0;
	while (ent_json_next_element(&walk, &volume)) {
		n++;
		if (ent_json_member(volume, "polygon", &polygon))
			points += count_elements(polygon) / 2;
	}
	if (n > ENT_EXTENT_VOLUMES_MAX)
		return ENT_E_SYNTAX;
	if (n > FEW_VOLUMES)
		reading->volumes = malloc(n * sizeof *reading->volumes);
	if (points > FEW_POINTS)
		reading->points = malloc(points * sizeof *reading->points);
	return reading->volumes != NULL && reading->points != NULL ? ENT_OK : ENT_E_MEMORY;
}

static struct ent_extent united(const struct reading *reading) {
	struct ent_extent extent = extent_of_none(reading->n_volumes);
	extent.n_cells = reading->n_cells;
	for (size_t i = 0; i < reading->n_volumes; i++)
		extent_unite(&extent, &reading->volumes[i]);
	return extent;
}

static ent_status read_cells_member(const struct ent_json_value *cells, struct reading *reading,
		struct ent_fault *fault) {
	const char *text;
	size_t length;
	ent_status status = ENT_E_SYNTAX;
	if (cells != NULL && ent_json_string(*cells, &text, &length))
		status = read_cells(text, length, reading);
	if (status == ENT_E_SYNTAX)
		ent_fault_set(fault, "cells", "not eight hexadecimal digits each, in order");
	return status;
}

static ent_status read_volumes_member(const struct ent_json_value *volumes, struct reading *reading,
		struct ent_fault *fault) {
	struct ent_json_value volume;
	if (volumes == NULL || ent_json_kind(*volumes) != ENT_JSON_ARRAY) {
		ent_fault_set(fault, "volumes", "no list of volumes");
		return ENT_E_SYNTAX;
	}
	const ent_status status = make_room(*volumes, reading);
	if (status == ENT_E_SYNTAX)
		ent_fault_set(fault, "volumes", "more than %d", ENT_EXTENT_VOLUMES_MAX);
	struct ent_json_walk walk = ent_json_walk_from(*volumes);
	while (status == ENT_OK && ent_json_next_element(&walk, &volume)) {
		if (!read_volume(volume, reading)) {
			ent_fault_set(fault, "volumes", "volume %zu is not one that we wrote",
					reading->n_volumes - 1);
			return ENT_E_SYNTAX;
		}
	}
	return status;
}

static ent_status read_both(const struct ent_json_value *cells,
		const struct ent_json_value *volumes, struct reading *reading,
		struct ent_extent **ret_extent, struct ent_fault *fault) {
	size_t size;
	uint8_t *packed;
	ent_status status = read_cells_member(cells, reading, fault);
	if (status == ENT_OK)
		status = read_volumes_member(volumes, reading, fault);
	if (status == ENT_OK)
		status = ent_extent_pack(reading->volumes, reading->n_volumes, &packed, &size);
	if (status != ENT_OK)
		return status;
	struct ent_extent extent = united(reading);
	extent.packed_size = size;
	return extent_adopt(extent, reading->cells, packed, ret_extent);
}

ent_status extent_read(const struct ent_json_value *cells, const struct ent_json_value *volumes,
		struct ent_extent **ret_extent, struct ent_fault *reterr_fault) {
	struct reading reading;
	reading.volumes = reading.few_volumes;
	reading.points = reading.few_points;
	reading.n_volumes = reading.n_points = reading.n_cells = 0;
	reading.cells = NULL;
	const ent_status status = read_both(cells, volumes, &reading, ret_extent, reterr_fault);
	if (reading.volumes != reading.few_volumes)
		free(reading.volumes);
	if (reading.points != reading.few_points)
		free(reading.points);
	if (status != ENT_OK)
		free(reading.cells);
	return status;
}

ent_status ent_extent_read(struct ent_json_value entry, struct ent_extent **ret_extent,
		struct ent_fault *reterr_fault) {
	struct ent_json_value cells, volumes;
	const bool has_cells = ent_json_member(entry, "cells", &cells);
	const bool has_volumes = ent_json_member(entry, "volumes", &volumes);
	return extent_read(has_cells ? &cells : NULL, has_volumes ? &volumes : NULL, ret_extent,
			reterr_fault);
}
