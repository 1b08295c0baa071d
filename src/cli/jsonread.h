/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jsonread.h: small steps shared by the JSON formats. Each failure sets the fault with the
 * path where it stands.
 */
#ifndef ENTENTE_CLI_JSONREAD_H
#define ENTENTE_CLI_JSONREAD_H

#include "draft.h"

enum { CHECK_JSON_NAME_SIZE = 48 };

struct check_json {
	struct check_reader *reader;
	struct ent_json_path *path;
	struct ent_fault fault;
	struct check_outline outline; /* reused; finish it */
	/* The feature, intent or report in hand. */
	size_t base;                     /* where its path ends */
	uint64_t faults;                 /* noted so far */
	char name[CHECK_JSON_NAME_SIZE]; /* what it calls itself, for faults; "" */
};

/* What a volume's own check calls a bound, and the member that gave it, below the base. */
struct check_json_bound {
	const char *what, *member;
};

/* The fault at the current path; returns status. */
ent_status check_json_fail(struct check_json *json, ent_status status, const char *why_format, ...)
		ENT_PRINTF(3, 4);

/* The fault that another module set, moved to the current path; returns status. */
ent_status check_json_fail_here(struct check_json *json, ent_status status);

/*
 * The same for a fault of the volume or its bounds: it is moved to the member that gave the
 * bound, and stays at the current path when none of the 'n' did.
 */
ent_status check_json_fail_bound(struct check_json *json, ent_status status,
		const struct check_json_bound *bounds, size_t n);

/* Keeps what the thing in hand calls itself, unless it has a name already. */
void check_json_name(struct check_json *json, const char *text, size_t length);

/* "must be X, but is Y". */
ent_status check_json_fail_kind(
		struct check_json *json, struct ent_json_value value, const char *wanted);

/* A member; the path goes down to it, for the caller to cut. E_MISSING, or E_SYNTAX for no object. */
ENT_MUST_USE ent_status check_json_need(struct check_json *json, struct ent_json_value object,
		const char *name, struct ent_json_value *ret_value);

/* A string that is a moment. */
ENT_MUST_USE ent_status check_json_time(
		struct check_json *json, struct ent_json_value value, int64_t *ret_utc_us);

/* Latitude and longitude in degrees, both numbers in range. */
ENT_MUST_USE ent_status check_json_point(struct check_json *json, struct ent_json_value lat,
		struct ent_json_value lon, struct ent_point *ret_point);

/*
 * Adds the fault when status is one: what is in hand is bad, and its other parts are still
 * looked at. Only what ends the reading is returned.
 */
ENT_MUST_USE ent_status check_json_note(struct check_json *json, ent_status status);

/*
 * The end of one vertex, begun when there were 'faults': notes the status with which it was taken,
 * and adds it to the outline when nothing was wrong with it. What is returned ends the reading.
 */
ENT_MUST_USE ent_status check_json_vertex(struct check_json *json, uint64_t faults,
		ent_status status, const struct ent_point *point);

/* The end of what was in hand: notes the status, and leaves it out when it has a fault. */
ENT_MUST_USE ent_status check_json_settle(struct check_json *json, ent_status status);

/*
 * Notes a fault for each member whose name is refused, or is nearly one of those that are meant. What
 * is no object has none.
 */
ENT_MUST_USE ent_status check_json_look_at_names(struct check_json *json,
		struct ent_json_value object, const char *const *meant, size_t n);

#endif
