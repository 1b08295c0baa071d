/* SPDX-License-Identifier: Apache-2.0 */
/* kml_file.c: a Placemark becomes items: its data are properties, its shapes volumes and tracks. */
#include <stdio.h>
#include <string.h>

#include "entente/refused.h"
#include "entente/text.h"
#include "kml.h"
#include "traffic.h"

struct filer {
	struct check_reader *reader;
	struct kml_placemark *placemark;
	struct check_outline *outline;
	struct check_draft draft;
	struct check_traffic *traffic; /* of all its tracks; NULL when it has none */
	uint32_t group;
	struct ent_fault fault;
};

static ent_status set_data(struct filer *f, const struct kml_data *data) {
	const char *name = f->placemark->pool + data->name;
	ent_status status = check_draft_set(&f->draft, name, strlen(name),
			f->placemark->pool + data->value, data->value_length, &f->fault);
	if (status != ENT_OK) {
		char where[64];
		(void)snprintf(where, sizeof where, "data %.48s", name);
		check_fault_within(&f->fault, where);
	}
	return status;
}

ent_status check_kml_note(struct check_reader *reader, struct kml_placemark *placemark,
		ent_status status, struct ent_fault *fault) {
	char where[CHECK_ID_SIZE + 48], shown[CHECK_ID_SIZE];
	if (status == ENT_OK)
		return ENT_OK;
	(void)snprintf(where, sizeof where, "line %llu, Placemark%s%s",
			(unsigned long long)placemark->line,
			placemark->names.id[0] != '\0' ? " " : " without a name",
			ent_text_show(placemark->names.id, strlen(placemark->names.id), shown,
					sizeof shown));
	check_fault_within(fault, where);
	check_reader_note(reader, status, fault);
	*fault = (struct ent_fault){0};
	placemark->faults++;
	return check_status_is_fatal(status) ? status : ENT_OK;
}

static ent_status note(struct filer *f, ent_status status) {
	return check_kml_note(f->reader, f->placemark, status, &f->fault);
}

/* The reference first: altitudes that name none take it. Empty values say nothing. */
static ent_status set_all_data(struct filer *f) {
	const struct kml_placemark *p = f->placemark;
	ent_status status = ENT_OK;
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < p->n_data && status == ENT_OK; i++) {
			const char *name = p->pool + p->data[i].name;
			bool reference = strcmp(name, "altitude_reference") == 0;
			bool empty = p->data[i].value_length == 0 &&
					!ent_refused_name(name, strlen(name));
			if (reference == (round == 0) && !empty)
				status = note(f, set_data(f, &p->data[i]));
		}
	}
	return status;
}

/*
 * A polygon that is extruded reaches from the ground to its highest point. One that is not
 * is a sheet with no thickness, of which nothing follows: its band stays open.
 */
static ent_status set_band(
		struct filer *f, const struct kml_shape *shape, struct check_draft *draft) {
	const struct kml_placemark *p = f->placemark;
	int64_t highest = INT64_MIN;
	if (draft->floor_given || draft->ceiling_given || !shape->extrude ||
			shape->mode == KML_CLAMPED)
		return ENT_OK;
	for (size_t r = 0; r < shape->n_rings; r++) {
		const struct kml_ring *ring = &p->rings[shape->first_ring + r];
		for (size_t i = 0; i < ring->n; i++) {
			const struct kml_position *at = &p->positions[ring->first + i];
			if (at->altitude_given && at->altitude_mm > highest)
				highest = at->altitude_mm;
		}
	}
	if (highest == INT64_MIN)
		return ENT_OK;
	if (highest < ENT_ALTITUDE_MIN_MM || highest > ENT_ALTITUDE_MAX_MM) {
		ent_fault_set(&f->fault, "coordinates",
				"an altitude lies between -20 km and 200 km");
		return ENT_E_DOMAIN;
	}
	/* OGC 07-147r2 (KML 2.2), 9.20: absolute is above the EGM96 geoid. */
	draft->ceiling.ref = shape->mode == KML_ABSOLUTE ? ENT_ALTITUDE_AMSL : ENT_ALTITUDE_AGL;
	draft->ceiling.mm = (int32_t)highest;
	return ENT_OK;
}

static ent_status gather(struct filer *f, const struct kml_shape *shape, bool closed) {
	const struct kml_placemark *p = f->placemark;
	check_outline_clear(f->outline);
	for (size_t r = 0; r < shape->n_rings; r++) {
		const struct kml_ring *ring = &p->rings[shape->first_ring + r];
		for (size_t i = 0; i < ring->n; i++) {
			ent_status status = check_outline_add(
					f->outline, p->positions[ring->first + i].at, &f->fault);
			if (status != ENT_OK)
				return status;
		}
		if (closed) {
			ent_status status = check_outline_end_ring(f->outline, true, &f->fault);
			if (status != ENT_OK)
				return status;
		}
	}
	return ENT_OK;
}

static ent_status file_polygon(struct filer *f, const struct kml_shape *shape) {
	struct check_draft draft = f->draft;
	ent_status status = set_band(f, shape, &draft);
	if (status == ENT_OK)
		status = gather(f, shape, true);
	return status != ENT_OK ? status
				: check_draft_file_polygon(f->reader, &draft, f->outline, f->group,
						  &f->fault);
}

static ent_status file_line(struct filer *f, const struct kml_shape *shape) {
	/* Without its half-width it is no line to file. */
	if (f->draft.half_width_given && f->placemark->faults > 0)
		return ENT_OK;
	if (!f->draft.half_width_given) {
		ent_fault_set(&f->fault, "LineString",
				"needs the data half_width; a flight with times is a gx:Track");
		return ENT_E_MISSING;
	}
	ent_status status = gather(f, shape, false);
	return status != ENT_OK ? status
				: check_draft_file_corridor(f->reader, &f->draft, f->outline,
						  f->group, &f->fault);
}

static ent_status file_point(struct filer *f, const struct kml_shape *shape) {
	ent_status status = gather(f, shape, false);
	if (status == ENT_OK && f->outline->n != 1) {
		ent_fault_set(&f->fault, "Point", "needs one position");
		status = ENT_E_SHAPE;
	}
	return status != ENT_OK ? status
				: check_draft_file_circle(f->reader, &f->draft,
						  f->outline->points[0], f->group, &f->fault);
}

/* Reports of a track go to the rules that clean traffic. */
static ent_status take_track(struct filer *f, const struct kml_shape *shape) {
	const struct kml_placemark *p = f->placemark;
	const struct kml_ring *ring = &p->rings[shape->first_ring];
	ent_status status = ENT_OK;
	if (shape->n_times != ring->n) {
		ent_fault_set(&f->fault, "gx:Track", "has %zu when and %zu gx:coord",
				shape->n_times, ring->n);
		return ENT_E_SHAPE;
	}
	if (ring->n == 0) {
		ent_fault_set(&f->fault, "gx:Track",
				"has no gx:coord: nothing says where it flies");
		return ENT_E_MISSING;
	}
	if (f->draft.names.kind != CHECK_KIND_UNKNOWN && f->draft.names.kind != CHECK_KIND_FLIGHT) {
		ent_fault_set(&f->fault, "data kind", "a gx:Track is a flight");
		return ENT_E_DOMAIN;
	}
	if (f->traffic == NULL)
		status = check_traffic_create(
				f->reader, check_traffic_kind(f->reader), &f->traffic);
	bool level = f->draft.level_given;
	for (size_t i = 0; i < ring->n && status == ENT_OK; i++) {
		const struct kml_position *at = &p->positions[ring->first + i];
		const struct kml_time *time = &p->times[shape->first_time + i];
		bool own = at->altitude_given && (shape->mode != KML_CLAMPED || f->draft.ref_given);
		struct check_sighting s = {
				.id = {f->draft.names.id, strlen(f->draft.names.id)},
				.callsign = {f->draft.names.callsign,
						strlen(f->draft.names.callsign)},
				.icao24 = {f->draft.names.icao24, strlen(f->draft.names.icao24)},
				.has_time = time->given,
				.time_utc_us = time->utc_us,
				.has_position = at->given,
				.at = at->at,
				.out_of_range = at->out_of_range,
				.has_altitude = own || level,
				.altitude_mm = own ? at->altitude_mm : f->draft.level.mm,
				.ref = f->draft.level.ref,
		};
		if (own)
			s.ref = f->draft.ref_given                    ? f->draft.ref
					: shape->mode == KML_ABSOLUTE ? ENT_ALTITUDE_AMSL
								      : ENT_ALTITUDE_AGL;
		status = check_traffic_add(f->traffic, &s, &f->fault);
	}
	return status;
}

static void name_draft(struct filer *f) {
	struct check_item_names *names = &f->draft.names;
	if (names->id[0] == '\0') {
		memcpy(names->id, f->placemark->names.id, CHECK_ID_SIZE);
		names->id_cut = f->placemark->names.id_cut;
	}
	if (names->id[0] == '\0')
		memcpy(names->id, names->callsign, CHECK_CALLSIGN_SIZE);
	if (names->id[0] == '\0')
		check_source_stem(f->reader, names->id, CHECK_ID_SIZE);
}

static ent_status file_shape(struct filer *f, const struct kml_shape *shape) {
	switch (shape->kind) {
	case KML_POLYGON:
		return file_polygon(f, shape);
	case KML_LINE:
		return file_line(f, shape);
	case KML_POINT:
		return file_point(f, shape);
	case KML_TRACK:
	default:
		return take_track(f, shape);
	}
}

/* One that is not there at all would be left out without a word. */
static ent_status file_shapes(struct filer *f) {
	const struct kml_placemark *p = f->placemark;
	ent_status status = ENT_OK;
	if (p->n_shapes == 0 && !p->refused) {
		ent_fault_set(&f->fault, "", "a Placemark without a place");
		return note(f, ENT_E_MISSING);
	}
	for (size_t i = 0; i < p->n_shapes && status == ENT_OK; i++)
		status = note(f, file_shape(f, &p->shapes[i]));
	return status;
}

/* Data, then what of them contradicts one another, then shapes: all of it is looked at. */
static ent_status look_at_all(struct filer *f) {
	const uint64_t faults =
			f->placemark->faults; /* of its elements: positions may be missing */
	ent_status status = set_all_data(f), clash = ENT_OK;
	while (status == ENT_OK && (clash = check_draft_next_clash(&f->draft, &f->fault)) != ENT_OK)
		status = note(f, clash);
	if (status != ENT_OK || faults > 0)
		return status;
	name_draft(f);
	return file_shapes(f);
}

ent_status check_kml_file(struct check_reader *reader, struct kml_placemark *placemark,
		struct check_outline *outline) {
	struct filer f = {.reader = reader, .placemark = placemark, .outline = outline};
	size_t items = reader->model->n_items;
	f.group = check_reader_new_group(reader);
	check_draft_init(&f.draft, &reader->options);
	f.draft.span = placemark->span;
	ent_status status = look_at_all(&f);
	if (status == ENT_OK && placemark->faults == 0 && f.traffic != NULL) {
		status = check_traffic_file(f.traffic, &f.draft.air, &f.draft.tolerance);
		check_traffic_destroy(f.traffic);
		return check_status_is_fatal(status) ? status
						     : ENT_OK; /* its faults have been added */
	}
	check_traffic_destroy(f.traffic);
	if (status != ENT_OK || placemark->faults > 0)
		check_reader_drop_items(reader, items);
	if (status == ENT_OK && placemark->faults > 0)
		check_reader_leave_out(reader);
	return status;
}
