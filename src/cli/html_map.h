/* SPDX-License-Identifier: Apache-2.0 */
/* html_map.h: what the two kinds of map have in common. Lengths are in units of the SVG. */
#ifndef ENTENTE_CLI_HTML_MAP_H
#define ENTENTE_CLI_HTML_MAP_H

#include "html_out.h"

#define HTML_MAP_WIDTH 1140.0
#define HTML_MAP_HEIGHT_MIN 360.0
#define HTML_MAP_HEIGHT_MAX 820.0

struct map {
	double lon0_deg;                 /* the middle; longitudes are taken from there */
	double west, east, south, north; /* degrees from lon0, degrees */
	double scale_x, scale_y, height;
	int pole;              /* 0: a plate carree; 1 or -1: around the north or south pole */
	double pole_x, pole_y; /* where that pole is */
};

/* Steps of the graticule: the first that leaves at most nine lines. */
double html_map_step(double degrees);

/*
 * True when all lies on one side of the equator and comes near its pole: then the map is laid
 * out around that, with lon0 down from the north pole and up from the south pole.
 */
bool html_polar_lay_out(const struct check_model *model, struct map *map);
void html_polar_xy(const struct map *map, double lat_deg, double lon_deg, double *ret_x,
		double *ret_y);
void html_polar_graticule(const struct map *map, FILE *out);

#endif
