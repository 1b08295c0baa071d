/* SPDX-License-Identifier: Apache-2.0 */
/*
 * party_vouch.h: two operators of this node vouch for a key that the known one did not sign, each with his own password: through the
 * node that runs, or in the ledger desk of one that has stopped. Each of them, and each wrong password, is an entry of that ledger.
 */
#ifndef ENTENTE_CLI_PARTY_VOUCH_H
#define ENTENTE_CLI_PARTY_VOUCH_H

#include "entente/entry.h"

struct party_vouching {
	const char *data;
	const char *ids[2];            /* two different ones */
	const char *password_files[2]; /* the first lines; NULL: the terminal asks */
	struct ent_trust card;         /* what they vouch for; without operators */
};

/* 0: both did. 1: one is no operator, is disabled, has no role, or gave a wrong password; 2: it could not be asked. It was said. */
int party_vouch(const struct party_vouching *vouching);

#endif
