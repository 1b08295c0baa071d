/* SPDX-License-Identifier: Apache-2.0 */
/* ledger.h: `entente ledger`: looks at a ledger offline, in a node's data directory or in an export file. */
#ifndef ENTENTE_CLI_LEDGER_H
#define ENTENTE_CLI_LEDGER_H

#include <stdio.h>

int ledger_main(int argc, char **argv);
void ledger_help(FILE *out);

#endif
