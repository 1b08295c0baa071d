/* SPDX-License-Identifier: Apache-2.0 */
/* party_told.h: who is to know that whom the party trusts has changed: the node that runs, else the ledger desk at once. */
#ifndef ENTENTE_CLI_PARTY_TOLD_H
#define ENTENTE_CLI_PARTY_TOLD_H

/*
 * What can not be told now the node enters at its next start, and whatever fails is said. Nothing is undone by it: the folder has
 * changed already.
 */
void party_told(const char *data);

#endif
