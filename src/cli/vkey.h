/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vkey.h: a key that is given on the command line: its text, a file that holds it, or a party's card, of which it is the line
 * key, that signs its ledgers.
 */
#ifndef ENTENTE_CLI_VKEY_H
#define ENTENTE_CLI_VKEY_H

#include "entente/ledger.h"

/* E_IO: the file cannot be read. E_SYNTAX, E_REFUSED: it is none, or of a type that we do not know. With place and reason. */
ENT_MUST_USE ent_status vkey_take(
		const char *given, struct ent_vkey *ret_vkey, struct ent_fault *reterr_fault);

#endif
