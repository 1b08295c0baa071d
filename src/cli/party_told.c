/* SPDX-License-Identifier: Apache-2.0 */
/* party_told.c: see party_told.h. */
#include "party_told.h"

#include <stdlib.h>

#include "entente/party.h"
#include "operator_desk.h"
#include "party_status.h"
#include "verb.h"

static const struct verb verb = {.command = "party"};

/* What the folder says, and whether it is of a node for trying out. */
static ent_status read_folder(const char *data, struct ent_trust *trusts, size_t *ret_n,
		enum ent_class *ret_class, struct ent_fault *fault) {
	struct ent_party_folder *folder = NULL;
	struct ent_party_known own;
	ent_status status = ent_party_folder_open(data, false, &folder, fault);
	if (status == ENT_OK)
		status = ent_party_own(folder, &own, fault);
	if (status == ENT_OK)
		status = ent_party_trusts(folder, trusts, ret_n, fault);
	if (status == ENT_OK)
		*ret_class = own.card.settable_clock ? ENT_CLASS_TEST : ENT_CLASS_ACTUAL;
	ent_party_folder_close(folder);
	return status;
}

static ent_status enter(struct operator_desk *desk, const struct ent_trust *trusts, size_t n,
		enum ent_class class, struct ent_fault *fault) {
	char on[ENT_DESK_ON_MAX + 1];
	struct ent_desk_command command = {.act = ENT_DESK_ACT_ORDER,
			.class = ent_desk_class(desk->desk, class),
			.by = ENT_DESK_BY_COMMAND_LINE,
			.on = on};
	ent_status status = ENT_OK;
	while (status == ENT_OK && ent_desk_trust_next(desk->desk, trusts, n, &command.order, on))
		status = operator_desk_do(desk, &command, fault);
	return status;
}

static ent_status tell_ledger(const char *data, struct ent_fault *fault) {
	struct operator_desk desk;
	enum ent_class class = ENT_CLASS_ACTUAL;
	size_t n = 0;
	struct ent_trust *trusts = calloc(ENT_PARTY_TRUSTS_MAX, sizeof *trusts);
	if (trusts == NULL)
		return ENT_E_MEMORY;
	ent_status status = operator_desk_open(&desk, data, true, fault);
	if (status == ENT_OK)
		status = read_folder(data, trusts, &n, &class, fault);
	if (status == ENT_OK)
		status = enter(&desk, trusts, n, class, fault);
	operator_desk_close(&desk);
	free(trusts);
	return status;
}

void party_told(const char *data) {
	struct ent_fault fault = {{0}, {0}};
	if (party_status_tell(data))
		return;
	const ent_status status = tell_ledger(data, &fault);
	/* Where no node has begun there is no ledger yet: its first start enters all. */
	if (status == ENT_OK || status == ENT_E_MISSING)
		return;
	(void)verb_fail_fault(&verb, &fault, status);
	(void)verb_fail(&verb, "the ledger desk",
			"it does not say yet what was done just now; the node enters it when it "
			"starts");
}
