/* SPDX-License-Identifier: Apache-2.0 */
/* profile.c: see profile.h. */
#include "profile.h"

#include <stdio.h>
#include <string.h>

#include "entente/desk.h"

ent_status profile_read(
		const char *data, struct profile *ret_profile, struct ent_fault *reterr_fault) {
	struct ent_party_folder *folder = NULL;
	struct ent_party_known own;
	ent_status status = ent_party_folder_open(data, false, &folder, reterr_fault);
	if (status == ENT_OK)
		status = ent_party_own(folder, &own, reterr_fault);
	if (status == ENT_OK) {
		ret_profile->own = own.card;
		status = ent_party_profile(folder, ret_profile->text, reterr_fault);
	}
	ent_party_folder_close(folder);
	return status;
}

ent_status profile_roles(const char *data, const struct profile *profile, unsigned *ret_roles,
		struct ent_fault *reterr_fault) {
	char value[ENT_PARTY_NAME_SIZE], where[ENT_FAULT_WHERE_SIZE];
	struct ent_fault inner = {{0}, {0}};
	if (!ent_profile_find(profile->text, "roles", value)) {
		*ret_roles = ENT_DESK_BIT(ENT_DESK_ROLE_COUNT) - 1;
		return ENT_OK;
	}
	const ent_status status = ent_desk_roles_parse(value, ret_roles, &inner);
	if (status != ENT_OK) {
		(void)snprintf(where, sizeof where,
				"%.60s/" ENT_PARTY_FOLDER "/profile.ini: roles: %.40s", data,
				inner.where);
		ent_fault_set(reterr_fault, where, "%s", inner.why);
	}
	return status;
}

ent_status profile_check_roles(const char *data, unsigned roles, struct ent_fault *reterr_fault) {
	struct profile profile = {.text = ""};
	struct ent_fault fault = {{0}, {0}};
	unsigned ours = 0;
	ent_status status = profile_read(data, &profile, &fault);
	if (status == ENT_E_MISSING && profile.own.id[0] == '\0')
		return ENT_OK;
	if (status == ENT_OK)
		status = profile_roles(data, &profile, &ours, &fault);
	if (status != ENT_OK) {
		*reterr_fault = fault;
		return status;
	}
	for (unsigned role = 0; role < ENT_DESK_ROLE_COUNT; role++) {
		if (((roles & ~ours) >> role & 1) == 0)
			continue;
		ent_fault_set(reterr_fault, "--roles",
				"this party has no %s: the line 'roles' of %.120s/" ENT_PARTY_FOLDER
				"/profile.ini does not name it; add it there, and try again",
				ent_desk_role_text((enum ent_desk_role)role), data);
		return ENT_E_REFUSED;
	}
	return ENT_OK;
}
