/* SPDX-License-Identifier: Apache-2.0 */
/* draft.c: properties by a table: name, and the function that takes its text. */
#include "draft.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente/refused.h"
#include "entente/text.h"

void check_draft_init(struct check_draft *draft, const struct check_read_options *options) {
	memset(draft, 0, sizeof *draft);
	draft->floor = (struct ent_altitude){ENT_ALTITUDE_W84, ENT_ALTITUDE_UNBOUNDED_BELOW};
	draft->ceiling = (struct ent_altitude){ENT_ALTITUDE_W84, ENT_ALTITUDE_UNBOUNDED_ABOVE};
	draft->span = (struct ent_span){ENT_TIME_UNBOUNDED_BEFORE, ENT_TIME_UNBOUNDED_AFTER};
	draft->air = options->air;
	draft->tolerance = options->tolerance;
	draft->ref_given = options->default_ref_given;
	draft->ref = options->default_ref;
}

static bool is(const char *name, size_t length, const char *word) {
	return strlen(word) == length && memcmp(name, word, length) == 0;
}

typedef ent_status (*set_fn)(struct check_draft *draft, const char *text, size_t length,
		struct ent_fault *fault);

static ent_status set_id(struct check_draft *draft, const char *text, size_t length,
		struct ent_fault *fault) {
	(void)fault;
	check_set_id(&draft->names, text, length);
	return ENT_OK;
}

static ent_status set_name(struct check_draft *draft, const char *text, size_t length,
		struct ent_fault *fault) {
	return draft->names.id[0] == '\0' ? set_id(draft, text, length, fault) : ENT_OK;
}

static ent_status set_callsign(struct check_draft *draft, const char *text, size_t length,
		struct ent_fault *fault) {
	return check_set_callsign(&draft->names, text, length, fault);
}

static ent_status set_icao24(struct check_draft *draft, const char *text, size_t length,
		struct ent_fault *fault) {
	return check_set_icao24(&draft->names, text, length, fault);
}

/* A word of a memorandum's. */
static ent_status set_kind(struct check_draft *draft, const char *text, size_t length,
		struct ent_fault *fault) {
	static const char *const words[] = {
#define WORD(name, text) text,
			ENT_MEMO_KIND_MAP(WORD)
#undef WORD
	};
	char all[160] = "", shown[64];
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		const size_t used = strlen(all);
		if (is(text, length, words[i])) {
			draft->names.kind = (enum check_kind)(CHECK_KIND_UNKNOWN + 1 + i);
			return ENT_OK;
		}
		(void)snprintf(all + used, sizeof all - used, "%s%s",
				i == 0                                                   ? ""
						: i + 1 < sizeof words / sizeof words[0] ? ", "
											 : " or ",
				words[i]);
	}
	ent_fault_set(fault, "", "there is no kind \"%s\": it is %s",
			ent_text_show(text, length, shown, sizeof shown), all);
	return ENT_E_SYNTAX;
}

static ent_status set_start(struct check_draft *draft, const char *text, size_t length,
		struct ent_fault *fault) {
	return ent_text_parse_time(text, length, &draft->span.start_utc_us, fault);
}

static ent_status set_end(struct check_draft *draft, const char *text, size_t length,
		struct ent_fault *fault) {
	return ent_text_parse_time(text, length, &draft->span.end_utc_us, fault);
}

/* Of 0 to 'max_mm'. */
static ent_status set_distance(const char *text, size_t length, int64_t max_mm, int64_t *ret_mm,
		struct ent_fault *fault) {
	int64_t mm;
	ent_status status = ent_text_parse_length(text, length, &mm, fault);
	if (status == ENT_OK && (mm < 0 || mm > max_mm)) {
		ent_fault_set(fault, "", "must lie within 0 to %lld km",
				(long long)(max_mm / 1000000));
		status = ENT_E_DOMAIN;
	}
	if (status == ENT_OK)
		*ret_mm = mm;
	return status;
}

static ent_status set_radius(struct check_draft *draft, const char *text, size_t length,
		struct ent_fault *fault) {
	draft->radius_given = true;
	return set_distance(text, length, ENT_RADIUS_MAX_MM, &draft->radius_mm, fault);
}

static ent_status set_half_width(struct check_draft *draft, const char *text, size_t length,
		struct ent_fault *fault) {
	draft->half_width_given = true;
	return set_distance(text, length, ENT_RADIUS_MAX_MM, &draft->half_width_mm, fault);
}

static ent_status set_reference(struct check_draft *draft, const char *text, size_t length,
		struct ent_fault *fault) {
	draft->ref_given = true;
	return check_altitude_ref_parse(text, length, &draft->ref, fault);
}

static ent_status set_lateral(struct check_draft *draft, const char *text, size_t length,
		struct ent_fault *fault) {
	return set_distance(text, length, ENT_TOLERANCE_LATERAL_MAX_MM,
			&draft->tolerance.lateral_mm, fault);
}

static ent_status set_vertical(struct check_draft *draft, const char *text, size_t length,
		struct ent_fault *fault) {
	return set_distance(text, length, ENT_TOLERANCE_VERTICAL_MAX_MM,
			&draft->tolerance.vertical_mm, fault);
}

static ent_status set_time(struct check_draft *draft, const char *text, size_t length,
		struct ent_fault *fault) {
	int64_t us;
	ent_status status = ent_text_parse_duration(text, length, &us, fault);
	if (status == ENT_OK && us > ENT_TOLERANCE_TIME_MAX_US) {
		ent_fault_set(fault, "", "must lie within a day");
		status = ENT_E_DOMAIN;
	}
	if (status == ENT_OK)
		draft->tolerance.time_us = us;
	return status;
}

/* "low..high", or one value that is both; the second part's start and length. */
static size_t find_range(const char *text, size_t length, size_t *ret_second) {
	for (size_t i = 0; i + 1 < length; i++) {
		if (text[i] == '.' && text[i + 1] == '.') {
			*ret_second = i + 2;
			return i;
		}
	}
	*ret_second = 0;
	return length;
}

static ent_status set_qnh(struct check_draft *draft, const char *text, size_t length,
		struct ent_fault *fault) {
	size_t second, first = find_range(text, length, &second);
	int32_t lo_pa, hi_pa;
	ent_status status = ent_text_parse_pressure(text, first, &lo_pa, fault);
	if (status == ENT_OK)
		status = ent_text_parse_pressure(text + second, length - second, &hi_pa, fault);
	if (status != ENT_OK)
		return status;
	draft->air.qnh_known = true;
	draft->air.qnh_lo_pa = lo_pa;
	draft->air.qnh_hi_pa = hi_pa;
	return ENT_OK;
}

static ent_status set_terrain(struct check_draft *draft, const char *text, size_t length,
		struct ent_fault *fault) {
	size_t second, first = find_range(text, length, &second);
	struct ent_altitude lo, hi;
	ent_status status = check_altitude_parse(text, first, NULL, &lo, fault);
	if (status == ENT_OK)
		status = check_altitude_parse(text + second, length - second, NULL, &hi, fault);
	if (status != ENT_OK)
		return status;
	bool bounded = lo.mm <= ENT_ALTITUDE_MAX_MM && hi.mm <= ENT_ALTITUDE_MAX_MM;
	if (lo.ref != hi.ref || !bounded ||
			(lo.ref != ENT_ALTITUDE_W84 && lo.ref != ENT_ALTITUDE_AMSL)) {
		ent_fault_set(fault, "", "ground is given W84 or AMSL, both ends alike");
		return ENT_E_DOMAIN;
	}
	draft->air.terrain_known = true;
	draft->air.terrain_ref = lo.ref;
	draft->air.terrain_mm = (struct ent_interval){lo.mm, hi.mm};
	return ENT_OK;
}

static ent_status set_isa(struct check_draft *draft, const char *text, size_t length,
		struct ent_fault *fault) {
	int64_t kelvin = -1;
	while (length > 0 && text[length - 1] == ' ')
		length--;
	ent_status status = ENT_E_SYNTAX;
	if (length > 1 && text[length - 1] == 'K')
		status = ent_text_parse_decimal(text, length - 1, 1, 1, &kelvin, fault);
	if (status != ENT_OK || kelvin < 0 || kelvin > 60) {
		ent_fault_set(fault, "",
				"a deviation from the standard atmosphere is 0K to 60K, in K");
		return ENT_E_SYNTAX;
	}
	draft->air.isa_deviation_k = (int32_t)kelvin;
	return ENT_OK;
}

static const struct {
	const char *name;
	set_fn set;
} properties[] = {
		{"id", set_id},
		{"name", set_name},
		{"callsign", set_callsign},
		{"icao24", set_icao24},
		{"kind", set_kind},
		{"start", set_start},
		{"end", set_end},
		{"radius", set_radius},
		{"half_width", set_half_width},
		{"altitude_reference", set_reference},
		{"lateral_tolerance", set_lateral},
		{"vertical_tolerance", set_vertical},
		{"time_tolerance", set_time},
		{"qnh", set_qnh},
		{"terrain_elevation", set_terrain},
		{"isa_deviation", set_isa},
};

/*
 * What a misspelt name may have been meant for. Without id and name: they only name, and
 * "Name" and "ID" are columns of many a table. Without kind: a thing whose kind nobody said goes by the largest minima.
 */
static const char *const meant[] = {"callsign", "icao24", "floor", "ceiling", "start", "end",
		"radius", "half_width", "times", "altitudes", "altitude", "altitude_reference",
		"lateral_tolerance", "vertical_tolerance", "time_tolerance", "qnh",
		"terrain_elevation", "isa_deviation"};

bool check_draft_is_altitude(const char *name, size_t name_length) {
	return is(name, name_length, "floor") || is(name, name_length, "ceiling") ||
			is(name, name_length, "altitude");
}

ent_status check_draft_set_altitude(struct check_draft *draft, const char *name, size_t name_length,
		struct ent_altitude altitude, struct ent_fault *reterr_fault) {
	bool unbounded = altitude.mm == ENT_ALTITUDE_UNBOUNDED_ABOVE;
	if (is(name, name_length, "ceiling")) {
		draft->ceiling_given = true;
		draft->ceiling = altitude;
		return ENT_OK;
	}
	if (unbounded) {
		ent_fault_set(reterr_fault, "", "only a ceiling can be unlimited");
		return ENT_E_DOMAIN;
	}
	if (is(name, name_length, "altitude")) {
		draft->level_given = true;
		draft->level = altitude;
		return ENT_OK;
	}
	draft->floor_given = true;
	draft->floor = altitude;
	/* Nothing flies below the ground: from there on is the same as from below, and needs no terrain. */
	if (altitude.ref == ENT_ALTITUDE_AGL && altitude.mm <= 0)
		draft->floor.mm = ENT_ALTITUDE_UNBOUNDED_BELOW;
	return ENT_OK;
}

bool check_draft_knows(const char *name, size_t name_length) {
	for (size_t i = 0; i < sizeof properties / sizeof properties[0]; i++)
		if (is(name, name_length, properties[i].name))
			return true;
	return check_draft_is_altitude(name, name_length);
}

ent_status check_draft_pass_over(
		const char *name, size_t name_length, struct ent_fault *reterr_fault) {
	if (ent_refused_name(name, name_length))
		return ent_refused_fault(reterr_fault, "");
	return check_refuse_near(name, name_length, meant, sizeof meant / sizeof meant[0],
			"property", reterr_fault);
}

ent_status check_draft_set(struct check_draft *draft, const char *name, size_t name_length,
		const char *text, size_t length, struct ent_fault *reterr_fault) {
	for (size_t i = 0; i < sizeof properties / sizeof properties[0]; i++)
		if (is(name, name_length, properties[i].name))
			return properties[i].set(draft, text, length, reterr_fault);
	if (check_draft_is_altitude(name, name_length)) {
		struct ent_altitude altitude;
		ent_status status = check_altitude_parse(text, length,
				draft->ref_given ? &draft->ref : NULL, &altitude, reterr_fault);
		if (status != ENT_OK)
			return status;
		return check_draft_set_altitude(draft, name, name_length, altitude, reterr_fault);
	}
	return check_draft_pass_over(name, name_length, reterr_fault);
}

ent_status check_draft_next_clash(struct check_draft *draft, struct ent_fault *reterr_fault) {
	const struct ent_band band = check_draft_band(draft);
	if (draft->span.start_utc_us > draft->span.end_utc_us) {
		ent_fault_set(reterr_fault, "start", "the start is after the end");
		draft->span = (struct ent_span){
				ENT_TIME_UNBOUNDED_BEFORE, ENT_TIME_UNBOUNDED_AFTER};
		return ENT_E_DOMAIN;
	}
	if (band.floor.ref == band.ceiling.ref && band.floor.mm > band.ceiling.mm) {
		ent_fault_set(reterr_fault, "floor", "the floor is above the ceiling");
		draft->floor.mm = ENT_ALTITUDE_UNBOUNDED_BELOW;
		return ENT_E_DOMAIN;
	}
	return ENT_OK;
}

struct ent_band check_draft_band(const struct check_draft *draft) {
	struct ent_band band = {draft->floor, draft->ceiling};
	if (band.ceiling.mm == ENT_ALTITUDE_UNBOUNDED_ABOVE)
		band.ceiling.ref = band.floor.ref;
	else if (band.floor.mm == ENT_ALTITUDE_UNBOUNDED_BELOW)
		band.floor.ref = band.ceiling.ref;
	return band;
}

void check_outline_clear(struct check_outline *outline) {
	outline->n = 0;
	outline->rings = 0;
	outline->ring_start = 0;
}

ent_status check_outline_add(struct check_outline *outline, struct ent_point point,
		struct ent_fault *reterr_fault) {
	/* One more a ring than may stay: a closing point is dropped again. */
	ent_status status = check_grow(&outline->points, &outline->capacity, outline->n + 1,
			sizeof *outline->points, ENT_VOLUME_VERTICES_MAX + ENT_VOLUME_RINGS_MAX);
	if (status == ENT_E_LIMIT)
		ent_fault_set(reterr_fault, "", "more than %d vertices", ENT_VOLUME_VERTICES_MAX);
	if (status == ENT_OK)
		outline->points[outline->n++] = point;
	return status;
}

ent_status check_outline_end_ring(
		struct check_outline *outline, bool closed, struct ent_fault *reterr_fault) {
	size_t n = outline->n - outline->ring_start;
	if (outline->rings == ENT_VOLUME_RINGS_MAX) {
		ent_fault_set(reterr_fault, "", "more than %d rings", ENT_VOLUME_RINGS_MAX);
		return ENT_E_LIMIT;
	}
	if (n == 0 || (closed && n < 4)) {
		ent_fault_set(reterr_fault, "",
				closed ? "a closed ring needs at least four positions, the last "
					 "being the first again"
				       : "no vertices");
		return ENT_E_SHAPE;
	}
	const struct ent_point *ring = outline->points + outline->ring_start;
	if (closed &&
			(ring[0].lat_ndeg != ring[n - 1].lat_ndeg ||
					ring[0].lon_ndeg != ring[n - 1].lon_ndeg)) {
		ent_fault_set(reterr_fault, "",
				"the ring is not closed: its last position must be its first "
				"again");
		return ENT_E_SHAPE;
	}
	outline->n -= closed;
	outline->ring_sizes[outline->rings++] = n - closed;
	outline->ring_start = outline->n;
	return ENT_OK;
}

void check_outline_finish(struct check_outline *outline) {
	free(outline->points);
	memset(outline, 0, sizeof *outline);
}

ent_status check_draft_file_polygon(struct check_reader *reader, const struct check_draft *draft,
		const struct check_outline *outline, uint32_t group,
		struct ent_fault *reterr_fault) {
	struct ent_volume *volume;
	ent_status status = ent_volume_create_polygon(outline->points, outline->ring_sizes,
			outline->rings, check_draft_band(draft), draft->span, &draft->air, &volume,
			reterr_fault);
	return status != ENT_OK ? status
				: check_reader_take_item(reader, &draft->names, group, volume,
						  reterr_fault);
}

ent_status check_draft_file_circle(struct check_reader *reader, const struct check_draft *draft,
		struct ent_point center, uint32_t group, struct ent_fault *reterr_fault) {
	struct ent_volume *volume;
	ent_status status = ent_volume_create_circle(center, draft->radius_mm,
			check_draft_band(draft), draft->span, &draft->air, &volume, reterr_fault);
	return status != ENT_OK ? status
				: check_reader_take_item(reader, &draft->names, group, volume,
						  reterr_fault);
}

ent_status check_draft_file_corridor(struct check_reader *reader, const struct check_draft *draft,
		const struct check_outline *outline, uint32_t group,
		struct ent_fault *reterr_fault) {
	struct ent_volume *volume;
	ent_status status = ent_volume_create_corridor(outline->points, outline->n,
			draft->half_width_mm, check_draft_band(draft), draft->span, &draft->air,
			&volume, reterr_fault);
	return status != ENT_OK ? status
				: check_reader_take_item(reader, &draft->names, group, volume,
						  reterr_fault);
}
