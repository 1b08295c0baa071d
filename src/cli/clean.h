/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clean.h: reports of traffic to flights, by stated rules; plain arrays in, plain arrays out.
 *
 * The rules, in this order; docs/formats.md states them for users.
 *  1. Reports of one flight number are sorted by time. A report that is earlier than
 *     the one of its flight read just before it counts as UNSORTED. Equal times stay in the order of reading.
 *  2. Of reports of one moment the first that was read stays; the others are DUPLICATE.
 *  3. Within each stretch without a gap above CHECK_GAP_US, the longest run of reports in
 *     which no two neighbours are an impossible jump apart stays; the others are JUMP. A
 *     jump is impossible when it is longer than CHECK_JUMP_SPEED_MPS times the time between
 *     them, CHECK_JUMP_SLACK_M and the radii of both cells more, in a straight line; or
 *     higher than CHECK_JUMP_CLIMB_MPS times that time and CHECK_JUMP_SLACK_MM more. Because the
 *     longest run stays, a false first report goes like any other. Of equally long runs the
 *     one that ends first stays; of equally long ways to a report, the one by its latest
 *     predecessor. A predecessor is looked for among the CHECK_JUMP_WINDOW reports before.
 *  4. A recorded flight is split where two reports that stay are more than CHECK_GAP_US apart:
 *     GAP. A plan is not: between its points it says where it will be.
 *
 * A report of a plan that is a JUMP is lost. Of a recording it is what the rules are for; but a
 * flight that loses more than one report in CHECK_JUMP_DOUBT that way is doubtful, for two aircraft
 * under one name look like that.
 *
 * The speeds lie above what any aircraft in such recordings flies: 1,000 m/s is about Mach
 * 3, 150 m/s about 30,000 ft a minute. The slack covers clocks and positions of receivers.
 */
#ifndef ENTENTE_CLI_CLEAN_H
#define ENTENTE_CLI_CLEAN_H

#include "model.h"

#define CHECK_GAP_US INT64_C(600000000) /* 10 minutes: the data's own rule for a flight */
#define CHECK_JUMP_SPEED_MPS 1000
#define CHECK_JUMP_CLIMB_MPS 150
#define CHECK_JUMP_SLACK_M 100
#define CHECK_JUMP_SLACK_MM 30480 /* 100 ft, the coarser step of transponders */
enum { CHECK_JUMP_WINDOW = 256, CHECK_JUMP_DOUBT = 10 };

enum check_traffic_kind { CHECK_PLAN, CHECK_RECORDING };

struct check_report {
	int64_t time_utc_us;
	struct ent_point at;
	int32_t altitude_mm;
	int32_t radius_mm; /* the true place is within so much of 'at' */
	uint32_t flight;   /* number of the flight, from 0, before it is split */
	uint32_t label;    /* the caller's; carried along */
};

/* One flight's reports in order of time; 'part' counts from 0 where one was split. Anything but OK ends. */
typedef ent_status (*check_flight_fn)(
		void *user, const struct check_report *reports, size_t n, uint32_t part);

/*
 * Flights come in the order of their numbers, which are below n_flights. 'reports' is put
 * into another order. Adds to cleaning's kept, touched, lost and doubtful. E_MEMORY, or what 'flight' returned.
 */
ENT_MUST_USE ent_status check_clean(struct check_report *reports, size_t n, uint32_t n_flights,
		enum check_traffic_kind kind, struct check_cleaning *cleaning,
		check_flight_fn flight, void *user);

#endif
