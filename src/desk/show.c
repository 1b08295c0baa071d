/* SPDX-License-Identifier: Apache-2.0 */
/* show.c: an operator for programs: all but what only the desk itself is to know, the hashes. */
#include "internal.h"

unsigned ent_desk_open_sessions(const struct ent_desk_operator *who, int64_t now_utc_us) {
	unsigned n = 0;
	for (unsigned i = 0; i < who->n_sessions; i++)
		n += desk_session_open(&who->sessions[i], now_utc_us);
	return n;
}

bool ent_desk_locked(const struct ent_desk_operator *who, int64_t now_utc_us) {
	return now_utc_us < who->elsewhere.locked_until_utc_us;
}

static void write_sessions(
		const struct ent_desk_operator *who, int64_t now_utc_us, struct ent_jsonout *out) {
	ent_jsonout_name(out, "sessions");
	ent_jsonout_array_begin(out);
	for (unsigned i = 0; i < who->n_sessions; i++) {
		if (!desk_session_open(&who->sessions[i], now_utc_us))
			continue;
		ent_jsonout_object_begin(out);
		ent_jsonout_name(out, "session");
		ent_jsonout_uint(out, who->sessions[i].number);
		ent_jsonout_name(out, "begun");
		ent_jsonout_time(out, who->sessions[i].begun_utc_us);
		ent_jsonout_object_end(out);
	}
	ent_jsonout_array_end(out);
}

void ent_desk_operator_write(
		const struct ent_desk_operator *who, int64_t now_utc_us, struct ent_jsonout *out) {
	ent_jsonout_name(out, "id");
	ent_jsonout_string(out, who->id);
	ent_jsonout_name(out, "name");
	ent_jsonout_string(out, who->name);
	ent_jsonout_name(out, "roles");
	ent_jsonout_array_begin_inline(out);
	for (unsigned role = 0; role < ENT_DESK_ROLE_COUNT; role++)
		if (who->roles & ENT_DESK_BIT(role))
			ent_jsonout_string(out, ent_desk_role_word((enum ent_desk_role)role));
	ent_jsonout_array_end(out);
	ent_jsonout_name(out, "several_roles");
	ent_jsonout_bool(out, ent_desk_roles_several(who->roles));
	ent_jsonout_name(out, "languages");
	ent_jsonout_array_begin_inline(out);
	for (unsigned i = 0; i < who->n_languages; i++)
		ent_jsonout_string(out, who->languages[i]);
	ent_jsonout_array_end(out);
	ent_jsonout_name(out, "disabled");
	ent_jsonout_bool(out, who->disabled);
	ent_jsonout_name(out, "locked");
	ent_jsonout_bool(out, ent_desk_locked(who, now_utc_us));
	write_sessions(who, now_utc_us, out);
	ent_jsonout_name(out, "added");
	ent_jsonout_time(out, who->added_utc_us);
	ent_jsonout_name(out, "password_changed");
	ent_jsonout_time(out, who->password_utc_us);
}
