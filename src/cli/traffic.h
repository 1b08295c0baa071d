/* SPDX-License-Identifier: Apache-2.0 */
/*
 * traffic.h: reports of many aircraft, recorded or planned, gathered, then cleaned (clean.h)
 * and filed as flights. Shared by every format that holds reports.
 *
 * Whose report it is: one with an id belongs to the flight of that id; any other to the
 * flight of its aircraft address (icao24) and callsign. A report with an address but no
 * callsign belongs to the flight of that aircraft that was read last, and when there is
 * none yet, to the next one.
 */
#ifndef ENTENTE_CLI_TRAFFIC_H
#define ENTENTE_CLI_TRAFFIC_H

#include "clean.h"
#include "reader.h"

struct check_text {
	const char *text; /* NULL with length 0 for none */
	size_t length;
};

/* One report as read; what it does not have, or has out of range, is for the rules. */
struct check_sighting {
	struct check_text id, callsign, icao24;
	struct check_text label; /* a name for the flight that decides nothing */
	bool has_time, has_position, has_altitude, out_of_range;
	int64_t time_utc_us, altitude_mm;
	struct ent_point at;
	int64_t radius_mm; /* of a cell around 'at'; at most ENT_TOLERANCE_LATERAL_MAX_MM */
	enum ent_altitude_ref ref;
};

struct check_traffic;

/* The reader is borrowed. E_MEMORY. */
ENT_MUST_USE ent_status check_traffic_create(struct check_reader *reader,
		enum check_traffic_kind kind, struct check_traffic **ret_traffic);

/* Of a format that plans have too: what --recorded says. */
enum check_traffic_kind check_traffic_kind(const struct check_reader *reader);
/* NULL is fine. */
void check_traffic_destroy(struct check_traffic *traffic);

/*
 * Takes a report, or leaves it out by a rule and counts it. E_DOMAIN: another altitude
 * reference than its flight's other reports. E_SYNTAX: an address that is none. E_LIMIT: a
 * name that is too long, too many flights or reports. E_MEMORY.
 */
ENT_MUST_USE ent_status check_traffic_add(struct check_traffic *traffic,
		const struct check_sighting *sighting, struct ent_fault *reterr_fault);

/*
 * Cleans what was gathered and files every flight; 'air' and 'tolerance' for all of them, the
 * lateral one grown by the greatest radius of a flight's reports.
 * A flight that cannot be filed is a fault. E_LIMIT, E_MEMORY, the fault being added.
 */
ENT_MUST_USE ent_status check_traffic_file(struct check_traffic *traffic, const struct ent_air *air,
		const struct ent_tolerance *tolerance);

#endif
