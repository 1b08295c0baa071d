/* SPDX-License-Identifier: Apache-2.0 */
/*
 * geojson.h: private to the GeoJSON reader: one feature in hand. Its properties
 * (read_geojson.c) come before its geometry (geojson_shape.c).
 */
#ifndef ENTENTE_CLI_GEOJSON_H
#define ENTENTE_CLI_GEOJSON_H

#include "jsonread.h"

struct check_feature {
	struct check_json json;
	struct check_draft draft;
	bool times_given, altitudes_given;
	struct ent_json_value times, altitudes;
	struct ent_track_point *points; /* of a track; reused */
	size_t points_capacity;
	uint32_t group;
};

/* An altitude as a string or an object; the path stands on it. */
ENT_MUST_USE ent_status check_feature_altitude(struct check_feature *f, struct ent_json_value value,
		struct ent_altitude *ret_altitude);

/* Files what a geometry is, with the draft; the path stands on the geometry. */
ENT_MUST_USE ent_status check_feature_geometry(
		struct check_feature *f, struct ent_json_value geometry);

#endif
