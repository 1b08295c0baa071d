/* SPDX-License-Identifier: Apache-2.0 */
/*
 * operator_desk.h: the desk ledger of a node that has stopped, read as a whole and written an entry at a time. It is
 * signed by the node's ledger key; its entries and the signed head are durable together.
 */
#ifndef ENTENTE_CLI_OPERATOR_DESK_H
#define ENTENTE_CLI_OPERATOR_DESK_H

#include "entente/desk.h"
#include "entente/ledger.h"
#include "entente/store.h"

struct operator_desk {
	const char *directory;
	struct ent_store *store;
	bool there; /* the ledger; else it is made with its first entry */
	uint32_t ledger;
	struct ent_sign_key *key; /* NULL: only to look */
	struct ent_vkey vkey;
	struct ent_tree tree;
	struct ent_desk *desk;
	struct ent_desk_outcome outcome;
};

/*
 * What the store has is believed when it is what was signed. Close it in any case. E_MISSING: no node has begun there.
 * E_IO (a node runs there, too), E_SYNTAX, E_REFUSED, E_MEMORY, with the reason.
 */
ENT_MUST_USE ent_status operator_desk_open(struct operator_desk *desk, const char *directory,
		bool to_write, struct ent_fault *reterr_fault);
void operator_desk_close(struct operator_desk *desk);
/* Decides the command now and makes its entry durable. A refusal is E_REFUSED with its text. E_IO, E_MEMORY. */
ENT_MUST_USE ent_status operator_desk_do(struct operator_desk *desk,
		const struct ent_desk_command *command, struct ent_fault *reterr_fault);

#endif
