/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jsonread.h: small steps shared by the JSON formats. Each failure sets the fault with the
 * path where it stands.
 */
#ifndef ENTENTE_CLI_JSONREAD_H
#define ENTENTE_CLI_JSONREAD_H

#include "draft.h"

struct check_json {
	struct check_reader *reader;
	struct ent_json_path *path;
	struct ent_fault fault;
	struct check_outline outline; /* reused; finish it */
};

/* The fault at the current path; returns status. */
ent_status check_json_fail(struct check_json *json, ent_status status, const char *why_format, ...)
		ENT_PRINTF(3, 4);

/* The fault that another module set, moved to the current path; returns status. */
ent_status check_json_fail_here(struct check_json *json, ent_status status);

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

/* Adds the fault when status is one, and says whether the reading can go on. */
ENT_MUST_USE ent_status check_json_settle(struct check_json *json, ent_status status);

#endif
