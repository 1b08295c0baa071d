/* SPDX-License-Identifier: Apache-2.0 */
/*
 * init.h: `entente init`: makes a party: keys, card, profile, and a configuration to run its node with.
 */
#ifndef ENTENTE_CLI_INIT_H
#define ENTENTE_CLI_INIT_H

#include <stdio.h>

int init_main(int argc, char **argv);
void init_help(FILE *out);

#endif
