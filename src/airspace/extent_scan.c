/* SPDX-License-Identifier: Apache-2.0 */
/*
 * extent_scan.c: an extent out of an entry that stands as we write it; see scan.h. It holds what extent_read.c would.
 *
 * Room: a cell is nine bytes of text and takes eight. Of packed volumes a number takes at most ten (a varint), and has
 * two bytes of text at least, with what ends it; their counts and outlines take no more than their names. With seven
 * bytes for the cells' alignment that is less than eight for each byte of text.
 */
#include "extent_parts.h"
#include "scan.h"

/* --- Cells --- */

static bool scan_cell(struct scan *scan, uint64_t *ret_cell) {
	if (scan->end - scan->at < EXTENT_CELL_DIGITS || !extent_cell_parse(scan->at, ret_cell))
		return false;
	scan->at += EXTENT_CELL_DIGITS;
	return true;
}

static bool scan_cells(struct scan *scan, struct ent_extent *extent) {
	scan->to += -(uintptr_t)scan->to % sizeof(uint64_t);
	uint64_t *cells = (uint64_t *)(void *)scan->to;
	size_t n = 0;
	if (!SCAN_WORD(scan, "\"cells\":\""))
		return false;
	do {
		if (!scan_cell(scan, &cells[n]) || (n > 0 && cells[n] <= cells[n - 1]))
			return false;
		n++;
	} while (SCAN_WORD(scan, " "));
	extent->cells = cells;
	extent->n_cells = n;
	scan->to = (char *)(cells + n);
	return SCAN_WORD(scan, "\"");
}

/* --- Volumes --- */

static bool scan_point(struct scan *scan, struct ent_point *ret_point) {
	int64_t lat, lon;
	return scan_int(scan, INT64_MIN, INT64_MAX, &lat) && SCAN_WORD(scan, ",") &&
			scan_int(scan, INT64_MIN, INT64_MAX, &lon) &&
			ent_geo_point_from_ndeg(lat, lon, ret_point) == ENT_OK;
}

static bool scan_polygon(struct scan *scan, struct ent_point vertices[ENT_VOLUME_VERTICES_MAX],
		struct ent_extent_volume *volume) {
	size_t n = 0;
	do {
		if (n == ENT_VOLUME_VERTICES_MAX || !scan_point(scan, &vertices[n]))
			return false;
		n++;
	} while (SCAN_WORD(scan, ","));
	volume->outline = ENT_EXTENT_POLYGON;
	volume->vertices = vertices;
	volume->n_vertices = n;
	return n >= 3 && SCAN_WORD(scan, "]");
}

static bool scan_circle(struct scan *scan, struct ent_extent_volume *volume) {
	volume->outline = ENT_EXTENT_CIRCLE;
	return scan_point(scan, &volume->center) && SCAN_WORD(scan, ",") &&
			scan_int(scan, 0, ENT_RADIUS_MAX_MM, &volume->radius_mm) &&
			SCAN_WORD(scan, "]");
}

/* Is this the next member of the object that has begun? */
static bool scan_name(struct scan *scan, const char *name, size_t length) {
	const char *const before = scan->at;
	if ((before[-1] == '{' || SCAN_WORD(scan, ",")) && scan_word(scan, name, length))
		return true;
	scan->at = before;
	return false;
}
#define SCAN_NAME(scan, name) scan_name((scan), "\"" name "\":", sizeof(name) + 2)

static bool scan_outline(struct scan *scan, struct ent_point vertices[ENT_VOLUME_VERTICES_MAX],
		struct ent_extent_volume *volume) {
	if (SCAN_WORD(scan, "\"polygon\":["))
		return scan_polygon(scan, vertices, volume);
	return !SCAN_WORD(scan, "\"circle\":[") || scan_circle(scan, volume);
}

/* An altitude, and a time, each where one may be missing. */
static bool scan_altitudes(struct scan *scan, struct ent_extent_volume *volume) {
	int64_t lower = ENT_ALTITUDE_UNBOUNDED_BELOW, upper = ENT_ALTITUDE_UNBOUNDED_ABOVE;
	if ((SCAN_NAME(scan, "lower_mm") &&
			    !scan_int(scan, ENT_ALTITUDE_MIN_MM, ENT_ALTITUDE_MAX_MM, &lower)) ||
			(SCAN_NAME(scan, "upper_mm") &&
					!scan_int(scan, ENT_ALTITUDE_MIN_MM, ENT_ALTITUDE_MAX_MM,
							&upper)))
		return false;
	volume->lower_mm = (int32_t)lower;
	volume->upper_mm = (int32_t)upper;
	return lower <= upper;
}

static bool scan_times(struct scan *scan, struct ent_extent_volume *volume) {
	int64_t start = ENT_TIME_UNBOUNDED_BEFORE, end = ENT_TIME_UNBOUNDED_AFTER;
	if ((SCAN_NAME(scan, "start_us") &&
			    !scan_int(scan, ENT_TIME_MIN_US, ENT_TIME_MAX_US, &start)) ||
			(SCAN_NAME(scan, "end_us") &&
					!scan_int(scan, ENT_TIME_MIN_US, ENT_TIME_MAX_US, &end)))
		return false;
	volume->start_utc_us = start;
	volume->end_utc_us = end;
	return start <= end;
}

static bool scan_volume(struct scan *scan, struct ent_extent *extent) {
	struct ent_point vertices[ENT_VOLUME_VERTICES_MAX];
	struct ent_extent_volume volume;
	volume.outline = ENT_EXTENT_NOWHERE;
	if (!SCAN_WORD(scan, "{") || !scan_outline(scan, vertices, &volume) ||
			!scan_altitudes(scan, &volume) || !scan_times(scan, &volume) ||
			!SCAN_WORD(scan, "}"))
		return false;
	extent_unite(extent, &volume);
	scan->to = (char *)extent_pack_volume((uint8_t *)scan->to, &volume);
	return true;
}

/* How many there are stands first in the pack. Behind this place no text has a brace but around a volume. */
static size_t count_volumes(const struct scan *scan) {
	size_t n = 0;
	for (const char *at = scan->at; (at = memchr(at, '{', (size_t)(scan->end - at))) != NULL;
			at++)
		n++;
	return n;
}

static bool scan_volumes(struct scan *scan, struct ent_extent *extent) {
	if (!SCAN_WORD(scan, ",\"volumes\":["))
		return false;
	const size_t n = count_volumes(scan);
	if (n == 0 || n > ENT_EXTENT_VOLUMES_MAX)
		return false;
	extent->packed = (uint8_t *)scan->to;
	scan->to = (char *)extent_pack_begin((uint8_t *)scan->to, n);
	for (size_t i = 0; i < n; i++)
		if ((i > 0 && !SCAN_WORD(scan, ",")) || !scan_volume(scan, extent))
			return false;
	extent->packed_size = (size_t)((uint8_t *)scan->to - extent->packed);
	return SCAN_WORD(scan, "]");
}

bool extent_scan(struct scan *scan, struct ent_extent *ret_extent) {
	struct ent_extent extent = extent_of_none(1);
	if (!scan_cells(scan, &extent) || !scan_volumes(scan, &extent))
		return false;
	*ret_extent = extent;
	return true;
}
