/* SPDX-License-Identifier: Apache-2.0 */
/*
 * field.h: where and when what we file is. A spot is a place of a wide grid and a slot of ten minutes; an intent
 * at a spot is a flight of 700 m in four volumes, one after another in time.
 *
 *   - No two places share a discovery cell: they are 4 km and more apart, and a flight with the cells it lies in
 *     reaches less than 3 km.
 *   - No two slots of a place touch in time: a flight takes 8 of its 10 minutes.
 *   - So intents at different spots never overlap, and their keys are empty; those at one spot all overlap.
 *   - A flight lies in one or two discovery cells: it is moved within its place until it does.
 */
#ifndef ENTENTE_LOAD_FIELD_H
#define ENTENTE_LOAD_FIELD_H

#include <stdint.h>

#include "entente/geo.h"

enum { LOAD_FLIGHT_VOLUMES = 4, LOAD_CORNERS = 4, LOAD_PLACES = 550 * 500 };

struct load_volume {
	struct ent_point corners[LOAD_CORNERS];
	int32_t lower_w84_m, upper_w84_m;
	int64_t start_utc_us, end_utc_us;
};

struct load_field {
	uint32_t first_place; /* by chance, so that two runs seldom meet */
	int64_t first_utc_us; /* when the first slot begins */
	uint32_t places;      /* that are used: 1 to LOAD_PLACES */
	uint32_t slots; /* of a place that are filled before the next place; 0: all places first */
};

/* The flight of a spot. */
void load_field_flight(const struct load_field *field, uint32_t spot,
		struct load_volume ret_volumes[LOAD_FLIGHT_VOLUMES]);

/*
 * An area around all flights of a spot's place, in all altitudes that they use, and in the run of 'slots' slots
 * (a multiple of it to the next one) that the spot's own is one of; no cell of another place is in it.
 */
void load_field_area(const struct load_field *field, uint32_t spot, uint32_t slots,
		struct load_volume *ret_area);

/* The place that a spot is at, 0 to LOAD_PLACES - 1; and its slot. */
uint32_t load_field_place(const struct load_field *field, uint32_t spot, uint32_t *ret_slot);

#endif
