/* SPDX-License-Identifier: Apache-2.0 */
/*
 * draft.h: a flight or volume in the making: what its properties say, and its outline. The
 * formats that carry properties (GeoJSON, KML) share their names and forms through it.
 */
#ifndef ENTENTE_CLI_DRAFT_H
#define ENTENTE_CLI_DRAFT_H

#include "reader.h"

/* Points of rings, one after the other; reused from one feature to the next. */
struct check_outline {
	struct ent_point *points;
	size_t n, capacity;
	size_t ring_sizes[ENT_VOLUME_RINGS_MAX];
	size_t rings, ring_start;
};

struct check_draft {
	struct check_item_names names;
	bool floor_given, ceiling_given;
	struct ent_altitude floor, ceiling;
	struct ent_span span;
	bool radius_given, half_width_given, level_given, ref_given;
	int64_t radius_mm, half_width_mm;
	struct ent_altitude level; /* of all points of a track */
	enum ent_altitude_ref ref; /* of altitudes that name none */
	struct ent_tolerance tolerance;
	struct ent_air air;
};

/* Unbounded in altitude and time; air and tolerance from the options. */
void check_draft_init(struct check_draft *draft, const struct check_read_options *options);

/* Does the name mean something here? */
bool check_draft_knows(const char *name, size_t name_length);
/* One that does not: E_REFUSED for what this program does not take, E_SYNTAX for one misspelt. */
ENT_MUST_USE ent_status check_draft_pass_over(
		const char *name, size_t name_length, struct ent_fault *reterr_fault);

/*
 * One property as text. Names that mean nothing here are passed over, as above. E_SYNTAX,
 * E_DOMAIN, E_LIMIT; the draft is then as before. 'where' is left to the caller.
 */
ENT_MUST_USE ent_status check_draft_set(struct check_draft *draft, const char *name,
		size_t name_length, const char *text, size_t length,
		struct ent_fault *reterr_fault);

/* Floor, ceiling or level that is known as an altitude; 'name' as above. */
ENT_MUST_USE ent_status check_draft_set_altitude(struct check_draft *draft, const char *name,
		size_t name_length, struct ent_altitude altitude, struct ent_fault *reterr_fault);
/* Is it a property that takes an altitude? */
bool check_draft_is_altitude(const char *name, size_t name_length);

/*
 * E_DOMAIN: one bound contradicts another ('where': "start", "floor"), which has been
 * opened, so that the next call looks on. OK: none does, as far as is seen without terrain.
 */
ENT_MUST_USE ent_status check_draft_next_clash(
		struct check_draft *draft, struct ent_fault *reterr_fault);

/* Both bounds, of one reference where one of them is open. */
struct ent_band check_draft_band(const struct check_draft *draft);

void check_outline_clear(struct check_outline *outline);
/* E_LIMIT, E_MEMORY. */
ENT_MUST_USE ent_status check_outline_add(struct check_outline *outline, struct ent_point point,
		struct ent_fault *reterr_fault);
/* Ends a ring; 'closed': its last point must be its first again and is dropped. E_SHAPE, E_LIMIT. */
ENT_MUST_USE ent_status check_outline_end_ring(
		struct check_outline *outline, bool closed, struct ent_fault *reterr_fault);
void check_outline_finish(struct check_outline *outline);

/* The outline with the draft's band, span and air, filed. E_SHAPE, E_DOMAIN, E_LIMIT, E_MEMORY. */
ENT_MUST_USE ent_status check_draft_file_polygon(struct check_reader *reader,
		const struct check_draft *draft, const struct check_outline *outline,
		uint32_t group, struct ent_fault *reterr_fault);
ENT_MUST_USE ent_status check_draft_file_circle(struct check_reader *reader,
		const struct check_draft *draft, struct ent_point center, uint32_t group,
		struct ent_fault *reterr_fault);
/* The outline's points as a line; the draft must have a half-width. */
ENT_MUST_USE ent_status check_draft_file_corridor(struct check_reader *reader,
		const struct check_draft *draft, const struct check_outline *outline,
		uint32_t group, struct ent_fault *reterr_fault);

#endif
