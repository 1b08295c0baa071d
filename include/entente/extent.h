/* SPDX-License-Identifier: Apache-2.0 */
/*
 * extent.h: where and when an intent, a constraint or a subscription is: the union of its volumes as discovery
 * sees it (cells, one altitude band, one span), and the volumes themselves, packed. Depends on: base, geo, volume, wire.
 *
 * Altitudes are heights above the WGS84 ellipsoid in mm, times in microseconds since 1970 UTC. A bound that one
 * volume lacks, the union lacks: it is then unbounded there and meets everything (ENT_ALTITUDE_UNBOUNDED_*,
 * ENT_TIME_UNBOUNDED_*).
 */
#ifndef ENTENTE_EXTENT_H
#define ENTENTE_EXTENT_H

#include "entente/base.h"
#include "entente/geo.h"
#include "entente/json.h"
#include "entente/jsonout.h"
#include "entente/volume.h"

enum { ENT_EXTENT_VOLUMES_MAX = 1000 }; /* of one entity, whatever is configured */

enum ent_extent_outline { ENT_EXTENT_NOWHERE, ENT_EXTENT_CIRCLE, ENT_EXTENT_POLYGON };

struct ent_extent_volume {
	enum ent_extent_outline outline;
	struct ent_point center;
	int64_t radius_mm;
	const struct ent_point *vertices; /* borrowed */
	size_t n_vertices;
	int32_t lower_mm, upper_mm;
	int64_t start_utc_us, end_utc_us;
};

struct ent_extent_limits {
	size_t volumes_max, cells_max;
	double polygon_km2_max;
	size_t vertices_max; /* of all polygons together */
};
/* 100 volumes, 65,536 cells, 2,500 km2, 16,384 vertices. */
extern const struct ent_extent_limits ent_extent_limits_default;

/* Immutable. The arrays belong to it when it was created, else they are borrowed. */
struct ent_extent {
	const uint64_t *cells; /* ascending */
	size_t n_cells;
	int32_t lower_mm, upper_mm;
	int64_t start_utc_us, end_utc_us;
	const uint8_t *packed; /* the volumes */
	size_t packed_size;
};

/*
 * E_LIMIT: too many volumes, vertices or cells; E_DOMAIN: the area is too large; E_SHAPE; the fault says "volumes[1]: ...". E_MEMORY.
 * Volumes without an outline add no cells.
 */
ENT_MUST_USE ent_status ent_extent_create(const struct ent_extent_volume *volumes, size_t n,
		const struct ent_extent_limits *limits, struct ent_extent **ret_extent,
		struct ent_fault *reterr_fault);
/* NULL is fine. */
void ent_extent_destroy(struct ent_extent *extent);

/* All comparisons are closed: what only touches meets. */
bool ent_extent_times_meet(const struct ent_extent *a, const struct ent_extent *b);
bool ent_extent_altitudes_meet(const struct ent_extent *a, const struct ent_extent *b);

/* --- Packed volumes --- */

/* A walk over packed volumes; the vertices are the walk's own and change with the next step. */
struct ent_extent_walk {
	const uint8_t *at, *end;
	uint64_t left;
	struct ent_point vertices[ENT_VOLUME_VERTICES_MAX];
};
void ent_extent_walk_begin(struct ent_extent_walk *walk, const struct ent_extent *extent);
/* E_MISSING: no more. E_SYNTAX: these are no packed volumes. */
ENT_MUST_USE ent_status ent_extent_walk_next(
		struct ent_extent_walk *walk, struct ent_extent_volume *ret_volume);
/* Into a block from malloc. E_MEMORY. */
ENT_MUST_USE ent_status ent_extent_pack(const struct ent_extent_volume *volumes, size_t n,
		uint8_t **ret_packed, size_t *ret_size);

/* --- As members of a ledger's entry: "cells": "89c25a2c ...", "volumes": [...] in ndeg, mm and us --- */

void ent_extent_write(struct ent_jsonout *out, const struct ent_extent *extent);
/* The same extent from what ent_extent_write wrote; geometry is not computed again. E_SYNTAX with the place. E_MEMORY. */
ENT_MUST_USE ent_status ent_extent_read(struct ent_json_value entry, struct ent_extent **ret_extent,
		struct ent_fault *reterr_fault);

#endif
