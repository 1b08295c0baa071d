/* SPDX-License-Identifier: Apache-2.0 */
/* trusts.c: what the folder says of whom it trusts, in a form that can be compared with what a ledger says. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente/party.h"

void ent_party_key_text(const struct ent_vkey *party_key, char ret_text[ENT_PARTY_KEY_SIZE]) {
	uint8_t bytes[ENT_FINGERPRINT_SIZE];
	_Static_assert(2 * ENT_FINGERPRINT_SIZE + 1 == (int)ENT_PARTY_KEY_SIZE, "it has room");
	ent_fingerprint(party_key, bytes);
	for (size_t i = 0; i < ENT_FINGERPRINT_SIZE; i++)
		(void)snprintf(ret_text + 2 * i, 3, "%02x", (unsigned)bytes[i]);
}

/* A name that cannot be an operator's id is of a card that was taken before operators had to be some. */
static void take_operators(const struct ent_party_known *known, struct ent_trust *trust) {
	if (strlen(known->operators[0]) >= sizeof trust->operators[0] ||
			strlen(known->operators[1]) >= sizeof trust->operators[1])
		return;
	for (size_t i = 0; i < 2; i++)
		memcpy(trust->operators[i], known->operators[i], strlen(known->operators[i]) + 1);
}

static void take_card(const struct ent_party_known *known, struct ent_trust *trust) {
	memcpy(trust->id, known->card.id, sizeof trust->id);
	trust->card = known->card.number;
	ent_party_key_text(&known->card.party_key, trust->key);
	if (known->by == ENT_CARD_KEY_UNVOUCHED)
		take_operators(known, trust);
}

static int compare(const void *a, const void *b) {
	return strcmp(((const struct ent_trust *)a)->id, ((const struct ent_trust *)b)->id);
}

ent_status ent_party_trusts(const struct ent_party_folder *folder,
		struct ent_trust ret_trusts[ENT_PARTY_TRUSTS_MAX], size_t *ret_n,
		struct ent_fault *reterr_fault) {
	struct ent_party_known known = {.length = 0};
	size_t ids_n = 0, n = 0;
	char(*ids)[ENT_PARTY_ID_SIZE] = malloc(sizeof *ids * ENT_PARTIES_MAX);
	if (ids == NULL)
		return ENT_E_MEMORY;
	ent_status status = ent_party_own(folder, &known, reterr_fault);
	if (status == ENT_OK)
		status = ent_party_list(folder, ids, ENT_PARTIES_MAX, &ids_n, reterr_fault);
	if (status == ENT_OK) {
		ret_trusts[n] = (struct ent_trust){.own = true};
		take_card(&known, &ret_trusts[n++]);
	}
	for (size_t i = 0; status == ENT_OK && i < ids_n; i++) {
		struct ent_fault passed_over = {{0}, {0}};
		const ent_status got = ent_party_get(folder, ids[i], &known, &passed_over);
		/* Removed while it was looked at. */
		if (got == ENT_E_MISSING)
			continue;
		struct ent_trust *trust = &ret_trusts[n++];
		*trust = (struct ent_trust){.damaged = got != ENT_OK};
		memcpy(trust->id, ids[i], sizeof trust->id);
		if (got == ENT_OK)
			take_card(&known, trust);
	}
	free(ids);
	if (status != ENT_OK)
		return status;
	qsort(ret_trusts, n, sizeof *ret_trusts, compare);
	*ret_n = n;
	return ENT_OK;
}
