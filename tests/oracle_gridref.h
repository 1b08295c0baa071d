/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oracle_gridref.h: GeographicLib's grid references, which tests compare ours with; a door to
 * its C++. Each returns false where that library refuses.
 */
#ifndef ENTENTE_TEST_ORACLE_GRIDREF_H
#define ENTENTE_TEST_ORACLE_GRIDREF_H

#ifdef __cplusplus
extern "C" {
#else
#include <stdbool.h>
#endif

enum { ORACLE_TEXT_SIZE = 64 };

/* Precisions are our own: see ent_gridref_print. 'text' has ORACLE_TEXT_SIZE. */
bool oracle_print_mgrs(double lat_deg, double lon_deg, int precision, char *text);
bool oracle_print_gars(double lat_deg, double lon_deg, int precision, char *text);
bool oracle_print_georef(double lat_deg, double lon_deg, int precision, char *text);

/* The middle of the cell. */
bool oracle_parse_mgrs(const char *text, double *lat_deg, double *lon_deg);
bool oracle_parse_gars(const char *text, double *lat_deg, double *lon_deg);
bool oracle_parse_georef(const char *text, double *lat_deg, double *lon_deg);

/* Any angle with its hemisphere letter. */
bool oracle_parse_angle(const char *text, double *deg);

/* On the projection that MGRS uses there; south of the equator UTM's northing has 10,000 km added. */
bool oracle_project(double lat_deg, double lon_deg, double *east_m, double *north_m);

/* The projections alone: from the meridian and the equator, from the pole; with their scale. */
void oracle_utm(double meridian_deg, double lat_deg, double lon_deg, double *east_m,
		double *north_m);
void oracle_ups(bool north, double lat_deg, double lon_deg, double *east_m, double *north_m);

#ifdef __cplusplus
}
#endif

#endif
