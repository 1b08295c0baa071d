/* SPDX-License-Identifier: Apache-2.0 */
/* ledger_evidence.h: does a text prove that the author of a ledger contradicts itself? */
#ifndef ENTENTE_CLI_LEDGER_EVIDENCE_H
#define ENTENTE_CLI_LEDGER_EVIDENCE_H

#include "entente/ledger.h"

/* Does the file say that it is evidence? Standard input is not looked at: it could not be read again. */
bool ledger_evidence_is(const char *path);

/* Prints what it proves, or why it proves nothing. E_SYNTAX, E_LIMIT: it is none; E_IO, E_MEMORY: with the reason. */
ENT_MUST_USE ent_status ledger_evidence_verify(const char *path, const struct ent_vkey *vkey,
		bool json, bool *ret_proves, struct ent_fault *reterr_fault);

#endif
