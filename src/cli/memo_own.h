/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memo_own.h: the template of a memorandum as it is for our own party: that stands first in it, by its id and name, and what its
 * profile says of disclosure and of the languages on the line takes the place of what the template has.
 */
#ifndef ENTENTE_CLI_MEMO_OWN_H
#define ENTENTE_CLI_MEMO_OWN_H

#include "entente/jsonout.h"
#include "profile.h"

/*
 * The template's bytes for our party, its texts written anew, into 'made'. E_SYNTAX: by the profile it would have a fault, which is named, or its
 * languages are not well formed; E_MEMORY.
 */
ENT_MUST_USE ent_status memo_own_template(const struct profile *profile, const char *bytes,
		size_t size, struct ent_jsonout_memory *made, struct ent_fault *reterr_fault);
/*
 * Those of the profile's languages that a memorandum can begin in, in their order, with commas between; "": none, or the profile says
 * nothing. Others are passed over.
 */
void memo_own_languages(const struct profile *profile, char ret_languages[ENT_PARTY_NAME_SIZE]);

#endif
