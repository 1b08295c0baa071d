/* SPDX-License-Identifier: Apache-2.0 */
/* ledger_own.h: of a ledger of the party itself its own card, in its data directory, has the key. */
#ifndef ENTENTE_CLI_LEDGER_OWN_H
#define ENTENTE_CLI_LEDGER_OWN_H

#include "entente/ledger.h"

/* False: the ledger of that name is another's, or there is no party in the directory, which may be NULL. */
bool ledger_own_key(const char *directory, const char *name, struct ent_vkey *ret_vkey);

#endif
