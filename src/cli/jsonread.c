/* SPDX-License-Identifier: Apache-2.0 */
#include "jsonread.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "entente/refused.h"
#include "entente/text.h"

ent_status check_json_fail(
		struct check_json *json, ent_status status, const char *why_format, ...) {
	va_list arguments;
	va_start(arguments, why_format);
	(void)snprintf(json->fault.where, sizeof json->fault.where, "%s", json->path->text);
	(void)vsnprintf(json->fault.why, sizeof json->fault.why, why_format, arguments);
	va_end(arguments);
	return status;
}

ent_status check_json_fail_here(struct check_json *json, ent_status status) {
	check_fault_within(&json->fault, json->path->text);
	return status;
}

ent_status check_json_fail_bound(struct check_json *json, ent_status status,
		const struct check_json_bound *bounds, size_t n) {
	struct ent_json_path path = *json->path;
	for (size_t i = 0; i < n; i++) {
		if (strcmp(json->fault.where, bounds[i].what) != 0)
			continue;
		ent_json_path_cut(&path, json->base);
		(void)ent_json_path_member(&path, bounds[i].member, strlen(bounds[i].member));
		break;
	}
	(void)snprintf(json->fault.where, sizeof json->fault.where, "%s", path.text);
	return status;
}

void check_json_name(struct check_json *json, const char *text, size_t length) {
	if (json->name[0] == '\0')
		(void)ent_text_show(text, length, json->name, sizeof json->name);
}

ent_status check_json_fail_kind(
		struct check_json *json, struct ent_json_value value, const char *wanted) {
	return check_json_fail(json, ENT_E_SYNTAX, "must be %s, but is %s", wanted,
			ent_json_kind_text(ent_json_kind(value)));
}

ent_status check_json_need(struct check_json *json, struct ent_json_value object, const char *name,
		struct ent_json_value *ret_value) {
	if (ent_json_kind(object) != ENT_JSON_OBJECT)
		return check_json_fail_kind(json, object, "an object");
	(void)ent_json_path_member(json->path, name, strlen(name));
	if (!ent_json_member(object, name, ret_value))
		return check_json_fail(json, ENT_E_MISSING, "is missing");
	return ENT_OK;
}

ent_status check_json_time(
		struct check_json *json, struct ent_json_value value, int64_t *ret_utc_us) {
	const char *text;
	size_t length;
	if (!ent_json_string(value, &text, &length))
		return check_json_fail_kind(json, value, "a time as text (RFC 3339)");
	json->fault.where[0] = '\0';
	ent_status status = ent_text_parse_time(text, length, ret_utc_us, &json->fault);
	return status == ENT_OK ? ENT_OK : check_json_fail_here(json, status);
}

ent_status check_json_point(struct check_json *json, struct ent_json_value lat,
		struct ent_json_value lon, struct ent_point *ret_point) {
	double lat_deg, lon_deg;
	if (!ent_json_double(lat, &lat_deg))
		return check_json_fail_kind(json, lat, "a latitude in degrees");
	if (!ent_json_double(lon, &lon_deg))
		return check_json_fail_kind(json, lon, "a longitude in degrees");
	if (ent_geo_point_from_deg(lat_deg, lon_deg, ret_point) != ENT_OK)
		return check_json_fail(json, ENT_E_DOMAIN,
				"latitude lies within -90 to 90, longitude within -180 to 180 "
				"degrees");
	return ENT_OK;
}

/* An index is hard to find in a long list; an id is not. */
static void add_name(struct check_json *json) {
	size_t at = strlen(json->fault.where);
	if (json->name[0] == '\0' || at + strlen(json->name) + 6 >= sizeof json->fault.where)
		return;
	(void)snprintf(json->fault.where + at, sizeof json->fault.where - at, "%sid %s",
			at > 0 ? ", " : "", json->name);
}

ent_status check_json_note(struct check_json *json, ent_status status) {
	if (status == ENT_OK)
		return ENT_OK;
	add_name(json);
	check_reader_note(json->reader, status, &json->fault);
	json->fault = (struct ent_fault){0};
	json->faults++;
	return check_status_is_fatal(status) ? status : ENT_OK;
}

ent_status check_json_vertex(struct check_json *json, uint64_t faults, ent_status status,
		const struct ent_point *point) {
	status = check_json_note(json, status);
	if (status != ENT_OK || json->faults != faults)
		return status;
	status = check_outline_add(&json->outline, *point, &json->fault);
	return status == ENT_OK ? ENT_OK : check_json_fail_here(json, status);
}

ent_status check_json_settle(struct check_json *json, ent_status status) {
	status = check_json_note(json, status);
	if (status == ENT_OK && json->faults > 0)
		check_reader_leave_out(json->reader);
	json->faults = 0;
	json->name[0] = '\0';
	return status;
}

ent_status check_json_look_at_names(struct check_json *json, struct ent_json_value object,
		const char *const *meant, size_t n) {
	struct ent_json_walk walk = ent_json_walk_from(object);
	struct ent_json_value value;
	const char *name;
	size_t length;
	ent_status status = ENT_OK;
	if (ent_json_kind(object) != ENT_JSON_OBJECT)
		return ENT_OK;
	while (status == ENT_OK && ent_json_next_member(&walk, &name, &length, &value)) {
		const ent_status found = ent_refused_name(name, length)
				? ent_refused_fault(&json->fault, "")
				: check_refuse_near(name, length, meant, n, "member", &json->fault);
		if (found == ENT_OK)
			continue;
		const size_t base = ent_json_path_member(json->path, name, length);
		status = check_json_note(json, check_json_fail_here(json, found));
		ent_json_path_cut(json->path, base);
	}
	return status;
}
