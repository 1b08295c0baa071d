/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reader.h: private to the readers: what they share. One file a format turns its text into
 * drafts (draft.h) or sightings (traffic.h); read_items.c files what comes of them.
 *
 * A format's function returns OK when it came to the end, faults along the way included;
 * any other status means that it could not go on, and the fault for that has been added.
 */
#ifndef ENTENTE_CLI_READER_H
#define ENTENTE_CLI_READER_H

#include "entente/json.h"
#include "names.h"
#include "read.h"

struct check_reader {
	struct check_model *model;
	struct check_faults *faults;
	struct check_read_options options;
	size_t items_capacity, sources_capacity;
	struct check_names ids;
	struct id_use *id_uses; /* one for each of ids */
	size_t id_uses_capacity;
	uint32_t next_group;
	bool stdin_read;

	/* The input that is being read. */
	struct check_source *source; /* valid until another is added */
	bool against;
	ent_status first;        /* the first failure */
	struct ent_fault stream; /* why the bytes stopped coming; "" while they come */
};

/* How an id was used last: items of one group may share it. */
struct id_use {
	uint32_t group, copies;
};

/* --- Faults and items (read_items.c) --- */

/* A part of something is bad: adds the fault. Nothing for a status of OK. */
void check_reader_note(
		struct check_reader *reader, ent_status status, const struct ent_fault *fault);
/* What has been noted as bad is left out: counts it, once, whatever number of faults it has. */
void check_reader_leave_out(struct check_reader *reader);
/* Something is bad and left out: both of these. */
void check_reader_fault(
		struct check_reader *reader, ent_status status, const struct ent_fault *fault);

/* Puts 'outer' before the fault's own place: "line 12" and "column lat" become "line 12, column lat". */
void check_fault_within(struct ent_fault *fault, const char *outer);

/* True for what skipping cannot mend: memory and reading. */
bool check_status_is_fatal(ent_status status);

/*
 * Makes room in an array from malloc (NULL with capacity 0 is one) for 'needed' elements, at
 * most 'max'; 'array_pointer' points to the array's pointer. E_LIMIT, E_MEMORY: unchanged.
 */
ENT_MUST_USE ent_status check_grow(
		void *array_pointer, size_t *capacity, size_t needed, size_t element, size_t max);

/* A new source, which becomes the one that is read. E_LIMIT, E_MEMORY; the fault is added. */
ENT_MUST_USE ent_status check_reader_begin(
		struct check_reader *reader, const char *name, bool against);

uint32_t check_reader_new_group(struct check_reader *reader);

struct check_item_names {
	char id[CHECK_ID_SIZE], callsign[CHECK_CALLSIGN_SIZE], icao24[CHECK_ICAO24_SIZE];
	bool id_cut;          /* it was longer */
	enum check_kind kind; /* UNKNOWN: not said; then a track is a flight */
};

/*
 * Takes the volume, also on failure. An id that another group has becomes "id#2", "id#3";
 * an empty one is made from the source's name. E_LIMIT: too many, or the id was cut. E_MEMORY.
 */
ENT_MUST_USE ent_status check_reader_take_item(struct check_reader *reader,
		const struct check_item_names *names, uint32_t group,
		struct ent_volume *take_volume, struct ent_fault *reterr_fault);

/* Takes back the items from the given count on: a feature that failed halfway leaves nothing. */
void check_reader_drop_items(struct check_reader *reader, size_t n_items);

/*
 * Copies a name from outside: spaces around it are left away, control characters and what
 * is not UTF-8 become '?', what does not fit is cut between characters; false when it was.
 */
bool check_copy_name(char *ret_name, size_t size, const char *text, size_t length);

void check_set_id(struct check_item_names *names, const char *text, size_t length);
/* E_LIMIT when it is too long. */
ENT_MUST_USE ent_status check_set_callsign(struct check_item_names *names, const char *text,
		size_t length, struct ent_fault *reterr_fault);
/*
 * In small letters. E_SYNTAX unless it is 6 hexadecimal digits, with a '~' in front where
 * the address is none of ICAO's (as receivers write it: dump1090, README-json.md).
 */
ENT_MUST_USE ent_status check_set_icao24(struct check_item_names *names, const char *text,
		size_t length, struct ent_fault *reterr_fault);

/* The last part of the source's path, without its endings; "stdin" for "-". */
void check_source_stem(const struct check_reader *reader, char *ret_stem, size_t size);

/*
 * value * numerator / denominator to the nearest integer, halves away from zero; false when
 * it is not below 9e15. Feet to millimetres are 3048 / 10.
 */
bool check_scaled(double value, int64_t numerator, int64_t denominator, int64_t *ret_value);

/* --- What is misspelt (near.c) --- */

/* The known name that this one, which is none of them, was most likely meant to be; NULL for a name of its own. */
const char *check_near_name(
		const char *name, size_t length, const char *const *known, size_t n_known);

/* E_SYNTAX with "did you mean" for such a name; 'what' is what it names. OK: it is passed over. */
ENT_MUST_USE ent_status check_refuse_near(const char *name, size_t length, const char *const *known,
		size_t n_known, const char *what, struct ent_fault *reterr_fault);

/* --- Formats; 'read' gives the input from its first byte on --- */

ENT_MUST_USE ent_status check_read_json_array(
		struct check_reader *reader, ent_read_fn read, void *user);
ENT_MUST_USE ent_status check_read_json_object(
		struct check_reader *reader, ent_read_fn read, void *user);
ENT_MUST_USE ent_status check_read_csv(struct check_reader *reader, ent_read_fn read, void *user);
ENT_MUST_USE ent_status check_read_kml(struct check_reader *reader, ent_read_fn read, void *user);

/* --- Between the JSON formats; 'path' is where 'value' stands --- */

bool check_is_geojson(struct ent_json_value value);
bool check_is_f3548(struct ent_json_value value);
bool check_is_sighting(struct ent_json_value value);
ENT_MUST_USE ent_status check_read_geojson(struct check_reader *reader, struct ent_json_value value,
		struct ent_json_path *path);
ENT_MUST_USE ent_status check_read_f3548(struct check_reader *reader, struct ent_json_value value,
		struct ent_json_path *path);

struct check_traffic;
/* One recorded report. A bad one is a fault; only what ends the reading is returned. */
ENT_MUST_USE ent_status check_read_sighting(struct check_reader *reader,
		struct check_traffic *traffic, struct ent_json_value value, uint64_t index);

#endif
