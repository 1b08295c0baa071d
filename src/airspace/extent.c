/* SPDX-License-Identifier: Apache-2.0 */
/* extent.c: volumes become one extent; see extent.h. */
#include "entente/extent.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente/cells.h"
#include "extent_parts.h"

/* Vertices: 16 outlines of the most that one may have, or 163 for each of 100; docs/operating.md says what they cost. */
const struct ent_extent_limits ent_extent_limits_default = {100, ENT_CELLS_MAX, 2500, 16384};

/* An extent and what it points to, in one piece. */
struct owned {
	struct ent_extent extent;
	struct ent_cells cells;
	uint8_t *packed;
};

static int32_t min_i32(int32_t a, int32_t b) {
	return a < b ? a : b;
}

static int32_t max_i32(int32_t a, int32_t b) {
	return a > b ? a : b;
}

struct ent_extent extent_of_none(size_t n) {
	if (n > 0)
		return (struct ent_extent){.lower_mm = INT32_MAX,
				.upper_mm = INT32_MIN,
				.start_utc_us = INT64_MAX,
				.end_utc_us = INT64_MIN};
	return (struct ent_extent){.lower_mm = ENT_ALTITUDE_UNBOUNDED_BELOW,
			.upper_mm = ENT_ALTITUDE_UNBOUNDED_ABOVE,
			.start_utc_us = ENT_TIME_UNBOUNDED_BEFORE,
			.end_utc_us = ENT_TIME_UNBOUNDED_AFTER};
}

/* An unbounded side is the least or greatest number there is, so it wins by itself. */
void extent_unite(struct ent_extent *extent, const struct ent_extent_volume *volume) {
	extent->lower_mm = min_i32(extent->lower_mm, volume->lower_mm);
	extent->upper_mm = max_i32(extent->upper_mm, volume->upper_mm);
	if (volume->start_utc_us < extent->start_utc_us)
		extent->start_utc_us = volume->start_utc_us;
	if (volume->end_utc_us > extent->end_utc_us)
		extent->end_utc_us = volume->end_utc_us;
}

static ent_status add_cells(struct ent_cells *cells, const struct ent_extent_volume *volume,
		const struct ent_extent_limits *limits, struct ent_fault *fault) {
	switch (volume->outline) {
	case ENT_EXTENT_CIRCLE:
		return ent_cells_add_circle(
				cells, volume->center, volume->radius_mm, limits->cells_max, fault);
	case ENT_EXTENT_POLYGON:
		return ent_cells_add_polygon(cells, volume->vertices, volume->n_vertices,
				limits->polygon_km2_max, limits->cells_max, fault);
	case ENT_EXTENT_NOWHERE:
		break;
	}
	return ENT_OK;
}

static void set_volume_fault(struct ent_fault *reterr_fault, size_t i, const char *why) {
	char where[ENT_FAULT_WHERE_SIZE];
	(void)snprintf(where, sizeof where, "volumes[%zu]", i);
	ent_fault_set(reterr_fault, where, "%s", why);
}

/* How many there are of all that costs something, before any of it does. */
static ent_status check_numbers(const struct ent_extent_volume *volumes, size_t n,
		const struct ent_extent_limits *limits, struct ent_fault *reterr_fault) {
	size_t vertices = 0;
	if (n > limits->volumes_max || n > ENT_EXTENT_VOLUMES_MAX) {
		ent_fault_set(reterr_fault, "", "%zu volumes, at most %zu are taken", n,
				limits->volumes_max);
		return ENT_E_LIMIT;
	}
	for (size_t i = 0; i < n; i++) {
		vertices += volumes[i].n_vertices;
		if (vertices > limits->vertices_max) {
			char why[ENT_FAULT_WHY_SIZE];
			(void)snprintf(why, sizeof why, "more than %zu vertices in all",
					limits->vertices_max);
			set_volume_fault(reterr_fault, i, why);
			return ENT_E_LIMIT;
		}
	}
	return ENT_OK;
}

ent_status ent_extent_create(const struct ent_extent_volume *volumes, size_t n,
		const struct ent_extent_limits *limits, struct ent_extent **ret_extent,
		struct ent_fault *reterr_fault) {
	ent_status status = check_numbers(volumes, n, limits, reterr_fault);
	if (status != ENT_OK)
		return status;
	struct owned *owned = calloc(1, sizeof *owned);
	if (owned == NULL)
		return ENT_E_MEMORY;
	struct ent_extent *extent = &owned->extent;
	*extent = extent_of_none(n);
	for (size_t i = 0; status == ENT_OK && i < n; i++) {
		struct ent_fault fault = {{0}, {0}};
		extent_unite(extent, &volumes[i]);
		status = add_cells(&owned->cells, &volumes[i], limits, &fault);
		if (status != ENT_OK)
			set_volume_fault(reterr_fault, i, fault.why);
	}
	if (status == ENT_OK)
		status = ent_extent_pack(volumes, n, &owned->packed, &extent->packed_size);
	extent->cells = owned->cells.ids;
	extent->n_cells = owned->cells.n;
	extent->packed = owned->packed;
	if (status == ENT_OK)
		*ret_extent = extent;
	else
		ent_extent_destroy(extent);
	return status;
}

ent_status extent_adopt(struct ent_extent extent, uint64_t *take_cells, uint8_t *take_packed,
		struct ent_extent **ret_extent) {
	struct owned *owned = calloc(1, sizeof *owned);
	if (owned == NULL) {
		free(take_packed);
		return ENT_E_MEMORY;
	}
	owned->extent = extent;
	owned->cells = (struct ent_cells){take_cells, extent.n_cells, extent.n_cells};
	owned->packed = take_packed;
	owned->extent.cells = take_cells;
	owned->extent.packed = take_packed;
	*ret_extent = &owned->extent;
	return ENT_OK;
}

void ent_extent_destroy(struct ent_extent *extent) {
	if (extent == NULL)
		return;
	struct owned *owned = (struct owned *)(void *)extent;
	ent_cells_finish(&owned->cells);
	free(owned->packed);
	free(owned);
}

bool ent_extent_times_meet(const struct ent_extent *a, const struct ent_extent *b) {
	return a->start_utc_us <= b->end_utc_us && b->start_utc_us <= a->end_utc_us;
}

bool ent_extent_altitudes_meet(const struct ent_extent *a, const struct ent_extent *b) {
	return a->lower_mm <= b->upper_mm && b->lower_mm <= a->upper_mm;
}

/* --- The entry's members --- */

/* A cell's id without its trailing zeros: eight digits at level 13. */
static void write_cells(struct ent_jsonout *out, const struct ent_extent *extent) {
	static const char digits[] = "0123456789abcdef";
	char *text = malloc(extent->n_cells * (EXTENT_CELL_DIGITS + 1) + 1);
	if (text == NULL) {
		out->status = ENT_E_MEMORY;
		return;
	}
	size_t length = 0;
	for (size_t i = 0; i < extent->n_cells; i++) {
		if (i > 0)
			text[length++] = ' ';
		for (int shift = 60; shift >= 32; shift -= 4)
			text[length++] = digits[extent->cells[i] >> shift & 15];
	}
	ent_jsonout_name(out, "cells");
	ent_jsonout_string_n(out, text, length);
	free(text);
}

static void write_point(struct ent_jsonout *out, struct ent_point at) {
	ent_jsonout_int(out, at.lat_ndeg);
	ent_jsonout_int(out, at.lon_ndeg);
}

static void write_bound(struct ent_jsonout *out, const char *name, int64_t value, bool bounded) {
	if (!bounded)
		return;
	ent_jsonout_name(out, name);
	ent_jsonout_int(out, value);
}

static void write_volume(struct ent_jsonout *out, const struct ent_extent_volume *volume) {
	ent_jsonout_object_begin(out);
	if (volume->outline != ENT_EXTENT_NOWHERE) {
		const bool circle = volume->outline == ENT_EXTENT_CIRCLE;
		ent_jsonout_name(out, circle ? "circle" : "polygon");
		ent_jsonout_array_begin_inline(out);
		if (circle) {
			write_point(out, volume->center);
			ent_jsonout_int(out, volume->radius_mm);
		}
		for (size_t i = 0; !circle && i < volume->n_vertices; i++)
			write_point(out, volume->vertices[i]);
		ent_jsonout_array_end(out);
	}
	write_bound(out, "lower_mm", volume->lower_mm,
			volume->lower_mm != ENT_ALTITUDE_UNBOUNDED_BELOW);
	write_bound(out, "upper_mm", volume->upper_mm,
			volume->upper_mm != ENT_ALTITUDE_UNBOUNDED_ABOVE);
	write_bound(out, "start_us", volume->start_utc_us,
			volume->start_utc_us != ENT_TIME_UNBOUNDED_BEFORE);
	write_bound(out, "end_us", volume->end_utc_us,
			volume->end_utc_us != ENT_TIME_UNBOUNDED_AFTER);
	ent_jsonout_object_end(out);
}

void ent_extent_write(struct ent_jsonout *out, const struct ent_extent *extent) {
	struct ent_extent_volume volume;
	struct ent_extent_walk *walk = malloc(sizeof *walk);
	if (walk == NULL) {
		out->status = ENT_E_MEMORY;
		return;
	}
	write_cells(out, extent);
	ent_jsonout_name(out, "volumes");
	ent_jsonout_array_begin(out);
	ent_extent_walk_begin(walk, extent);
	while (ent_extent_walk_next(walk, &volume) == ENT_OK)
		write_volume(out, &volume);
	ent_jsonout_array_end(out);
	free(walk);
}
