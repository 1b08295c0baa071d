/* SPDX-License-Identifier: Apache-2.0 */
/* operator_list.c: see operator_list.h. */
#include "operator_list.h"

#include <stdio.h>

#include "entente/jsonout.h"
#include "entente/text.h"

/* --- For people --- */

static void print_roles(unsigned roles) {
	const char *comma = "";
	if (roles == 0)
		(void)printf("none");
	for (unsigned role = 0; role < ENT_DESK_ROLE_COUNT; role++) {
		if ((roles & ENT_DESK_BIT(role)) == 0)
			continue;
		(void)printf("%s%s", comma, ent_desk_role_text((enum ent_desk_role)role));
		comma = ", ";
	}
	(void)puts(ent_desk_roles_several(roles) ? " (several roles in one hand)" : "");
}

static void print_operator(const struct ent_desk_operator *who, int64_t now) {
	char added[ENT_TEXT_TIME_SIZE], password[ENT_TEXT_TIME_SIZE], time[ENT_TEXT_TIME_SIZE];
	(void)ent_text_print_time(who->added_utc_us, added);
	(void)ent_text_print_time(who->password_utc_us, password);
	(void)printf("%s \"%s\"%s\n    roles: ", who->id, who->name,
			who->disabled ? " (disabled)" : "");
	print_roles(who->roles);
	(void)printf("    languages:");
	for (unsigned i = 0; i < who->n_languages; i++)
		(void)printf(" %s", who->languages[i]);
	(void)printf("%s\n    added %s, password of %s", who->n_languages == 0 ? " none" : "",
			added, password);
	if (who->signed_in_utc_us != 0) {
		(void)ent_text_print_time(who->signed_in_utc_us, time);
		(void)printf(", last signed in %s", time);
	}
	(void)printf("\n    open sessions: %u\n", ent_desk_open_sessions(who, now));
	if (ent_desk_locked(who, now)) {
		(void)ent_text_print_time(who->elsewhere.locked_until_utc_us, time);
		(void)printf("    locked until %s on devices not used before\n", time);
	}
}

void operator_list_text(const struct ent_desk *desk, int64_t now_utc_us) {
	for (unsigned i = 0; i < ent_desk_operators(desk); i++)
		print_operator(ent_desk_operator_at(desk, i), now_utc_us);
	if (ent_desk_operators(desk) == 0)
		(void)puts("there are no operators; entente operator add makes the first, an "
			   "administrator");
}

/* --- For programs --- */

ent_status operator_list_json(const struct ent_desk *desk, int64_t now_utc_us) {
	struct ent_jsonout out;
	ent_jsonout_init(&out, ent_jsonout_to_file, stdout, 2);
	ent_jsonout_object_begin(&out);
	ent_jsonout_name(&out, "operators");
	ent_jsonout_array_begin(&out);
	for (unsigned i = 0; i < ent_desk_operators(desk); i++) {
		ent_jsonout_object_begin(&out);
		ent_desk_operator_write(ent_desk_operator_at(desk, i), now_utc_us, &out);
		ent_jsonout_object_end(&out);
	}
	ent_jsonout_array_end(&out);
	ent_jsonout_object_end(&out);
	return ent_jsonout_finish(&out);
}
