/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kml.h: private to the KML reader: one Placemark as it stands in the file (read_kml.c
 * gathers it), before it becomes items (kml_file.c).
 */
#ifndef ENTENTE_CLI_KML_H
#define ENTENTE_CLI_KML_H

#include "draft.h"

enum {
	KML_POSITIONS_MAX = 2000000, /* of one Placemark */
	KML_SHAPES_MAX = 4096,
	KML_RINGS_MAX = 16384,
	KML_DATA_MAX = 256,        /* of ExtendedData */
	KML_DATA_TEXT_MAX = 65536, /* all their names and values */
};

/* altitudeMode; the standard's default is clampToGround, where altitudes mean nothing. */
enum kml_mode { KML_CLAMPED, KML_RELATIVE, KML_ABSOLUTE };

enum kml_kind { KML_POLYGON, KML_LINE, KML_POINT, KML_TRACK };

struct kml_position {
	struct ent_point at;
	int64_t altitude_mm;
	bool given, altitude_given, out_of_range; /* an empty gx:coord is not given */
};

/* first .. first + n - 1 of the positions. */
struct kml_ring {
	size_t first, n;
};

struct kml_shape {
	enum kml_kind kind;
	enum kml_mode mode;
	bool extrude;
	size_t first_ring, n_rings; /* a track, line or point has one */
	size_t first_time, n_times; /* of a track */
};

/* A time of a track may be missing or out of range, like a position. */
struct kml_time {
	int64_t utc_us;
	bool given;
};

struct kml_data {
	size_t name, value; /* in the pool, terminated */
	size_t value_length;
};

struct kml_placemark {
	uint64_t line;
	bool open;
	bool stuck;      /* its structure is broken, so nothing more of it is taken */
	uint64_t faults; /* noted so far */
	bool refused;    /* it had a geometry that is not taken, which was a fault */
	struct check_item_names names;
	struct ent_span span;
	struct kml_position *positions;
	size_t n_positions, positions_capacity;
	struct kml_ring *rings;
	size_t n_rings, rings_capacity;
	struct kml_shape *shapes;
	size_t n_shapes, shapes_capacity;
	struct kml_time *times;
	size_t n_times, times_capacity;
	struct kml_data data[KML_DATA_MAX];
	size_t n_data;
	char *pool;
	size_t pool_used, pool_capacity;
};

/* Adds a fault of the Placemark in hand, with its line and name. Only what ends the reading is returned. */
ENT_MUST_USE ent_status check_kml_note(struct check_reader *reader, struct kml_placemark *placemark,
		ent_status status, struct ent_fault *fault);

/* Files what the Placemark holds, all or nothing; adds its faults. Only what ends the reading is returned. */
ENT_MUST_USE ent_status check_kml_file(struct check_reader *reader, struct kml_placemark *placemark,
		struct check_outline *outline);

#endif
