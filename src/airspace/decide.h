/* SPDX-License-Identifier: Apache-2.0 */
/* decide.h: what deciding shares. */
#ifndef ENTENTE_AIRSPACE_DECIDE_H
#define ENTENTE_AIRSPACE_DECIDE_H

#include "entente/airspace.h"

/* Sets refusal and message; returns false. */
bool decide_refuse(struct ent_airspace_outcome *outcome, enum ent_refusal refusal,
		const char *format, ...) ENT_PRINTF(3, 4);

/* False: refused. */
bool subscription_span(const struct ent_command *command, const struct ent_entity *old,
		int64_t now_utc_us, int64_t *ret_start, int64_t *ret_end,
		struct ent_airspace_outcome *outcome);

/*
 * The key of an intent that is to be Accepted or Activated: every relevant intent's OVN, and every constraint's
 * when the subscription asks for constraints. Refuses with what is missing. E_MEMORY.
 */
ENT_MUST_USE ent_status check_key(const struct ent_fold_version *version,
		const struct ent_command *command, bool constraints,
		struct ent_airspace_outcome *outcome);

#endif
