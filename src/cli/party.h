/* SPDX-License-Identifier: Apache-2.0 */
/*
 * party.h: `entente party`: our own card and the cards of others.
 */
#ifndef ENTENTE_CLI_PARTY_H
#define ENTENTE_CLI_PARTY_H

#include <stdio.h>

int party_main(int argc, char **argv);
void party_help(FILE *out);

#endif
