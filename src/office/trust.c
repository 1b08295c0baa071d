/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trust.c: whom the party trusts, from its folder into the desk's ledger. Commands change the folder, whether a node runs or not; so the
 * two are compared, at a start and whenever a command says that something has changed, and what differs is entered. A change that was
 * undone before anybody compared leaves nothing, unless the command entered it itself, as it does while the node is stopped.
 */
#include <stdlib.h>

#include "internal.h"

_Static_assert((int)ENT_DESK_TRUSTS_MAX == (int)ENT_PARTY_TRUSTS_MAX,
		"the ledger has room for all");

static bool next(struct ent_office *office, const struct ent_trust *now, size_t n,
		enum ent_desk_order *ret_order, char ret_on[ENT_DESK_ON_MAX + 1]) {
	struct office_desk *desk = &office->desk;
	(void)pthread_mutex_lock(&desk->lock);
	const bool more = ent_desk_trust_next(desk->desk, now, n, ret_order, ret_on);
	(void)pthread_mutex_unlock(&desk->lock);
	return more;
}

static ent_status enter(struct ent_office *office, const char *by, const struct ent_trust *now,
		size_t n, struct ent_fault *fault) {
	char on[ENT_DESK_ON_MAX + 1];
	enum ent_desk_order order = ENT_DESK_ORDER_COUNT;
	ent_status status = ENT_OK;
	while (status == ENT_OK && next(office, now, n, &order, on)) {
		struct office_decided decided = {ENT_DESK_REFUSAL_NONE, 0};
		status = office_order(office, by, order, on, &decided);
		const enum ent_desk_refusal refusal = decided.refusal;
		/* SAME: another command that came at the same moment has entered it, and the next look shows that. */
		if (status == ENT_OK && refusal != ENT_DESK_REFUSAL_NONE &&
				refusal != ENT_DESK_REFUSAL_SAME) {
			ent_fault_set(fault, on, "%s", ent_desk_refusal_text(refusal));
			status = ENT_E_REFUSED;
		}
	}
	return status;
}

ent_status office_tell_trust(
		struct ent_office *office, const char *by, struct ent_fault *reterr_fault) {
	struct ent_party_folder *folder = NULL;
	struct ent_trust *now = calloc(ENT_PARTY_TRUSTS_MAX, sizeof *now);
	size_t n = 0;
	ent_status status = now != NULL ? ENT_OK : ENT_E_MEMORY;
	if (status == ENT_OK)
		status = ent_party_folder_open(office->options.data, false, &folder, reterr_fault);
	if (status == ENT_OK)
		status = ent_party_trusts(folder, now, &n, reterr_fault);
	if (status == ENT_OK)
		status = enter(office, by, now, n, reterr_fault);
	ent_party_folder_close(folder);
	free(now);
	return status;
}
