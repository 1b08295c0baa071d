/* SPDX-License-Identifier: Apache-2.0 */
/* profile.h: what our party's profile (DIR/party/profile.ini, docs/formats.md) decides of what a command does. */
#ifndef ENTENTE_CLI_PROFILE_H
#define ENTENTE_CLI_PROFILE_H

#include "entente/party.h"

struct profile {
	struct ent_card own;
	char text[ENT_PROFILE_SIZE];
};

/* E_MISSING: there is no party, or, with 'own' written, no profile. Else as ent_party_own and ent_party_profile. */
ENT_MUST_USE ent_status profile_read(
		const char *data, struct profile *ret_profile, struct ent_fault *reterr_fault);
/* Which roles operators of this party can have: all, where it says nothing. E_SYNTAX: one is none. */
ENT_MUST_USE ent_status profile_roles(const char *data, const struct profile *profile,
		unsigned *ret_roles, struct ent_fault *reterr_fault);
/* E_REFUSED: one of 'roles' is none that this party has; the fault says how that is changed. As above; no party has all. */
ENT_MUST_USE ent_status profile_check_roles(
		const char *data, unsigned roles, struct ent_fault *reterr_fault);

#endif
