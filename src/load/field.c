/* SPDX-License-Identifier: Apache-2.0 */
/*
 * field.c: the places are a grid over Europe, 550 rows of 0.04 degrees (4.4 km) by 500 columns of 0.08 (4.7 km at
 * 58 N, the least). A discovery cell is at most 1.9 km across (s2geometry.io, S2 cell statistics, level 13).
 * Places are taken in a scattered order, as flights come in: one a golden section of the whole behind the other.
 */
#include "field.h"

#include "entente/cells.h"

enum { ROWS = 550, COLUMNS = 500 };

#define SOUTH_NDEG INT64_C(36000000000)
#define WEST_NDEG INT64_C(-10000000000)
#define ROW_NDEG INT64_C(40000000)
#define COLUMN_NDEG INT64_C(80000000)

/* 300 m by 270 to 400 m; each volume begins a third further east than the one before; its north side is askew. */
#define HEIGHT_NDEG INT64_C(2700000)
#define WIDTH_NDEG INT64_C(4500000)
#define STEP_NDEG INT64_C(1500000)
#define SKEW_NDEG INT64_C(300000)
#define LENGTH_NDEG (WIDTH_NDEG + (LOAD_FLIGHT_VOLUMES - 1) * STEP_NDEG + SKEW_NDEG)

/* A flight is tried at so many steps north and east within its place: together about a cell's size. */
enum { TRIES = 24, TRIES_NORTH = 6 };
#define TRY_NORTH_NDEG INT64_C(800000)
#define TRY_EAST_NDEG INT64_C(1300000)
/* Of an area around it. */
#define MARGIN_NDEG INT64_C(300000)

#define SLOT_US INT64_C(600000000)
#define VOLUME_US INT64_C(120000000)

/* round(LOAD_PLACES / golden ratio), and no common factor with it. */
#define SCATTER UINT64_C(169959)

uint32_t load_field_place(const struct load_field *field, uint32_t spot, uint32_t *ret_slot) {
	const uint32_t n = field->slots > 0 ? spot / field->slots : spot % field->places;
	*ret_slot = field->slots > 0 ? spot % field->slots : spot / field->places;
	return (uint32_t)((field->first_place + n % field->places * SCATTER) % LOAD_PLACES);
}

static unsigned cells_of_box(struct ent_point south_west) {
	uint64_t cells[4] = {0};
	unsigned n = 0;
	for (unsigned i = 0; i < 4; i++) {
		const uint64_t cell = ent_cells_at(
				(struct ent_point){south_west.lat_ndeg + (i & 1) * HEIGHT_NDEG,
						south_west.lon_ndeg + (i >> 1) * LENGTH_NDEG});
		unsigned k = 0;
		while (k < n && cells[k] != cell)
			k++;
		cells[k] = cell;
		n = k == n ? n + 1 : n;
	}
	return n;
}

/* The corner that all flights of a place begin at. */
static struct ent_point corner_of(uint32_t place) {
	const struct ent_point first = {SOUTH_NDEG + place / COLUMNS * ROW_NDEG,
			WEST_NDEG + place % COLUMNS * COLUMN_NDEG};
	struct ent_point corner = first;
	for (int i = 0; i < TRIES && cells_of_box(corner) > 2; i++) {
		corner.lat_ndeg = first.lat_ndeg + i % TRIES_NORTH * TRY_NORTH_NDEG;
		corner.lon_ndeg = first.lon_ndeg + i / TRIES_NORTH * TRY_EAST_NDEG;
	}
	return corner;
}

static void put_box(struct load_volume *volume, struct ent_point south_west, int64_t height_ndeg,
		int64_t width_ndeg) {
	const int64_t south = south_west.lat_ndeg, north = south + height_ndeg;
	const int64_t west = south_west.lon_ndeg, east = west + width_ndeg;
	volume->corners[0] = (struct ent_point){south, west};
	volume->corners[1] = (struct ent_point){south, east};
	volume->corners[2] = (struct ent_point){north, east + SKEW_NDEG};
	volume->corners[3] = (struct ent_point){north, west + SKEW_NDEG};
}

void load_field_flight(const struct load_field *field, uint32_t spot,
		struct load_volume ret_volumes[LOAD_FLIGHT_VOLUMES]) {
	uint32_t slot;
	struct ent_point corner = corner_of(load_field_place(field, spot, &slot));
	int64_t start_utc_us = field->first_utc_us + slot * SLOT_US;
	for (int i = 0; i < LOAD_FLIGHT_VOLUMES; i++) {
		put_box(&ret_volumes[i], corner, HEIGHT_NDEG, WIDTH_NDEG);
		/* Within 50 to 120 m. */
		ret_volumes[i].lower_w84_m = 50 + 5 * i;
		ret_volumes[i].upper_w84_m = 105 + 5 * i;
		ret_volumes[i].start_utc_us = start_utc_us;
		ret_volumes[i].end_utc_us = start_utc_us + VOLUME_US;
		corner.lon_ndeg += STEP_NDEG;
		start_utc_us += VOLUME_US;
	}
}

void load_field_area(const struct load_field *field, uint32_t spot, uint32_t slots,
		struct load_volume *ret_area) {
	uint32_t slot;
	struct ent_point corner = corner_of(load_field_place(field, spot, &slot));
	corner.lat_ndeg -= MARGIN_NDEG;
	corner.lon_ndeg -= MARGIN_NDEG;
	put_box(ret_area, corner, HEIGHT_NDEG + 2 * MARGIN_NDEG, LENGTH_NDEG + 2 * MARGIN_NDEG);
	ret_area->lower_w84_m = 0;
	ret_area->upper_w84_m = 200;
	ret_area->start_utc_us = field->first_utc_us + (slot - slot % slots) * SLOT_US;
	ret_area->end_utc_us = ret_area->start_utc_us + (slots - 1) * SLOT_US +
			LOAD_FLIGHT_VOLUMES * VOLUME_US;
}
