/* SPDX-License-Identifier: Apache-2.0 */
/*
 * extent_pack.c: volumes as few bytes, because a node holds a million of them.
 *
 * A number is a varint: seven bits a byte, the lowest first, the top bit says that more follow; a signed one is
 * folded first (0, -1, 1, -2 ... are 0, 1, 2, 3 ...). A pack is the count of volumes, then of each: a byte (outline in
 * bits 0 and 1, then one bit for each bound that is there: lower, upper, start, end); a circle's latitude, longitude
 * and radius; a polygon's count of vertices, its first vertex, and of each other one what it differs from the one
 * before; the bounds that are there, upper and end as what they are above lower and start when those are there.
 */
#include <stdlib.h>
#include <string.h>

#include "entente/extent.h"
#include "extent_parts.h"

enum { VARINT_MAX = 10, HAS_LOWER = 4, HAS_UPPER = 8, HAS_START = 16, HAS_END = 32 };

static uint8_t *put(uint8_t *to, uint64_t value) {
	for (; value >= 0x80; value >>= 7)
		*to++ = (uint8_t)(value | 0x80);
	*to++ = (uint8_t)value;
	return to;
}

static uint8_t *put_signed(uint8_t *to, int64_t value) {
	return put(to, (uint64_t)value << 1 ^ (value < 0 ? UINT64_MAX : 0));
}

static bool get(const uint8_t **at, const uint8_t *end, uint64_t *ret_value) {
	uint64_t value = 0;
	for (unsigned shift = 0; shift < 64 && *at < end; shift += 7) {
		const uint8_t byte = *(*at)++;
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80) {
			*ret_value = value;
			return true;
		}
	}
	return false;
}

static bool get_signed(const uint8_t **at, const uint8_t *end, int64_t *ret_value) {
	uint64_t folded;
	if (!get(at, end, &folded))
		return false;
	*ret_value = (int64_t)(folded >> 1 ^ (~(folded & 1) + 1));
	return true;
}

static uint8_t *pack_outline(uint8_t *to, const struct ent_extent_volume *volume) {
	if (volume->outline == ENT_EXTENT_CIRCLE) {
		to = put_signed(to, volume->center.lat_ndeg);
		to = put_signed(to, volume->center.lon_ndeg);
		return put(to, (uint64_t)volume->radius_mm);
	}
	if (volume->outline == ENT_EXTENT_NOWHERE)
		return to;
	struct ent_point before = {0, 0};
	to = put(to, volume->n_vertices);
	for (size_t i = 0; i < volume->n_vertices; i++) {
		to = put_signed(to, volume->vertices[i].lat_ndeg - before.lat_ndeg);
		to = put_signed(to, volume->vertices[i].lon_ndeg - before.lon_ndeg);
		before = volume->vertices[i];
	}
	return to;
}

static unsigned bounds_of(const struct ent_extent_volume *volume) {
	return (volume->lower_mm != ENT_ALTITUDE_UNBOUNDED_BELOW ? HAS_LOWER : 0u) |
			(volume->upper_mm != ENT_ALTITUDE_UNBOUNDED_ABOVE ? HAS_UPPER : 0u) |
			(volume->start_utc_us != ENT_TIME_UNBOUNDED_BEFORE ? HAS_START : 0u) |
			(volume->end_utc_us != ENT_TIME_UNBOUNDED_AFTER ? HAS_END : 0u);
}

uint8_t *extent_pack_begin(uint8_t *to, size_t n) {
	return put(to, n);
}

uint8_t *extent_pack_volume(uint8_t *to, const struct ent_extent_volume *volume) {
	const unsigned has = bounds_of(volume);
	*to++ = (uint8_t)(has | (unsigned)volume->outline);
	to = pack_outline(to, volume);
	if (has & HAS_LOWER)
		to = put_signed(to, volume->lower_mm);
	if (has & HAS_UPPER)
		to = put_signed(to,
				(int64_t)volume->upper_mm -
						(has & HAS_LOWER ? volume->lower_mm : 0));
	if (has & HAS_START)
		to = put_signed(to, volume->start_utc_us);
	if (has & HAS_END)
		to = put_signed(to,
				volume->end_utc_us - (has & HAS_START ? volume->start_utc_us : 0));
	return to;
}

ent_status ent_extent_pack(const struct ent_extent_volume *volumes, size_t n, uint8_t **ret_packed,
		size_t *ret_size) {
	size_t most = VARINT_MAX;
	for (size_t i = 0; i < n; i++)
		most += 1 + VARINT_MAX * (8 + 2 * volumes[i].n_vertices);
	uint8_t *packed = malloc(most);
	if (packed == NULL)
		return ENT_E_MEMORY;
	uint8_t *to = extent_pack_begin(packed, n);
	for (size_t i = 0; i < n; i++)
		to = extent_pack_volume(to, &volumes[i]);
	*ret_packed = packed;
	*ret_size = (size_t)(to - packed);
	return ENT_OK;
}

void ent_extent_walk_begin(struct ent_extent_walk *walk, const struct ent_extent *extent) {
	walk->at = walk->end = extent->packed;
	walk->left = 0;
	if (extent->packed_size == 0)
		return;
	walk->end += extent->packed_size;
	if (!get(&walk->at, walk->end, &walk->left) || walk->left > ENT_EXTENT_VOLUMES_MAX)
		walk->left = UINT64_MAX;
}

static bool point_ok(struct ent_point at) {
	struct ent_point canonical;
	return ent_geo_point_from_ndeg(at.lat_ndeg, at.lon_ndeg, &canonical) == ENT_OK &&
			canonical.lat_ndeg == at.lat_ndeg && canonical.lon_ndeg == at.lon_ndeg;
}

/* The furthest that two places can be apart. */
#define LAT_LEAP_MAX (180 * ENT_GEO_NDEG_PER_DEG)
#define LON_LEAP_MAX (360 * ENT_GEO_NDEG_PER_DEG)

static bool walk_point(
		struct ent_extent_walk *walk, struct ent_point before, struct ent_point *ret_at) {
	int64_t lat, lon;
	if (!get_signed(&walk->at, walk->end, &lat) || !get_signed(&walk->at, walk->end, &lon))
		return false;
	if (lat < -LAT_LEAP_MAX || lat > LAT_LEAP_MAX || lon < -LON_LEAP_MAX || lon > LON_LEAP_MAX)
		return false;
	*ret_at = (struct ent_point){before.lat_ndeg + lat, before.lon_ndeg + lon};
	return point_ok(*ret_at);
}

static bool walk_outline(struct ent_extent_walk *walk, struct ent_extent_volume *volume) {
	uint64_t count;
	struct ent_point before = {0, 0};
	switch (volume->outline) {
	case ENT_EXTENT_NOWHERE:
		return true;
	case ENT_EXTENT_CIRCLE:
		if (!walk_point(walk, before, &volume->center) ||
				!get(&walk->at, walk->end, &count) || count > ENT_RADIUS_MAX_MM)
			return false;
		volume->radius_mm = (int64_t)count;
		return true;
	case ENT_EXTENT_POLYGON:
		break;
	}
	if (!get(&walk->at, walk->end, &count) || count > ENT_VOLUME_VERTICES_MAX)
		return false;
	for (uint64_t i = 0; i < count; i++) {
		if (!walk_point(walk, before, &walk->vertices[i]))
			return false;
		before = walk->vertices[i];
	}
	volume->vertices = walk->vertices;
	volume->n_vertices = count;
	return true;
}

/* base + what stands there, when it lies in the limits. */
static bool walk_bound(struct ent_extent_walk *walk, bool has, int64_t base, int64_t least,
		int64_t most, int64_t *ret_value) {
	int64_t value;
	if (!has)
		return true;
	if (!get_signed(&walk->at, walk->end, &value) || value < -(most - least) - llabs(base) ||
			value > (most - least) + llabs(base))
		return false;
	value += base;
	*ret_value = value;
	return value >= least && value <= most;
}

static bool walk_bounds(
		struct ent_extent_walk *walk, unsigned has, struct ent_extent_volume *volume) {
	int64_t lower = ENT_ALTITUDE_UNBOUNDED_BELOW, upper = ENT_ALTITUDE_UNBOUNDED_ABOVE;
	volume->start_utc_us = ENT_TIME_UNBOUNDED_BEFORE;
	volume->end_utc_us = ENT_TIME_UNBOUNDED_AFTER;
	if (!walk_bound(walk, has & HAS_LOWER, 0, ENT_ALTITUDE_MIN_MM, ENT_ALTITUDE_MAX_MM,
			    &lower) ||
			!walk_bound(walk, has & HAS_UPPER, has & HAS_LOWER ? lower : 0,
					ENT_ALTITUDE_MIN_MM, ENT_ALTITUDE_MAX_MM, &upper) ||
			!walk_bound(walk, has & HAS_START, 0, ENT_TIME_MIN_US, ENT_TIME_MAX_US,
					&volume->start_utc_us) ||
			!walk_bound(walk, has & HAS_END, has & HAS_START ? volume->start_utc_us : 0,
					ENT_TIME_MIN_US, ENT_TIME_MAX_US, &volume->end_utc_us))
		return false;
	volume->lower_mm = (int32_t)lower;
	volume->upper_mm = (int32_t)upper;
	return lower <= upper && volume->start_utc_us <= volume->end_utc_us;
}

ent_status ent_extent_walk_next(
		struct ent_extent_walk *walk, struct ent_extent_volume *ret_volume) {
	struct ent_extent_volume volume = {0};
	if (walk->left == 0)
		return walk->at == walk->end ? ENT_E_MISSING : ENT_E_SYNTAX;
	if (walk->left == UINT64_MAX || walk->at == walk->end)
		return ENT_E_SYNTAX;
	const unsigned has = *walk->at++;
	if (has >= 64 || (has & 3) > ENT_EXTENT_POLYGON)
		return ENT_E_SYNTAX;
	volume.outline = (enum ent_extent_outline)(has & 3);
	if (!walk_outline(walk, &volume) || !walk_bounds(walk, has, &volume))
		return ENT_E_SYNTAX;
	walk->left--;
	*ret_volume = volume;
	return ENT_OK;
}
