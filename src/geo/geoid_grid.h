/* SPDX-License-Identifier: Apache-2.0 */
/* geoid_grid.h: the table that tools/make-geoid makes: rows from 90 S, columns from 180 W, every 15 minutes. */
#ifndef ENTENTE_GEO_GEOID_GRID_H
#define ENTENTE_GEO_GEOID_GRID_H

#include <stdint.h>

enum { GEOID_ROWS = 721, GEOID_COLUMNS = 1440 };

/* Centimetres, in two's complement. */
extern const uint16_t geoid_grid_cm[GEOID_ROWS][GEOID_COLUMNS];

#endif
