/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bundle.h: `entente bundle`: parcels as files, for a stick or radio mail: what a party is owed, and what came from one. The
 * same bytes go over the network.
 */
#ifndef ENTENTE_CLI_BUNDLE_H
#define ENTENTE_CLI_BUNDLE_H

#include <stdio.h>

int bundle_main(int argc, char **argv);
void bundle_help(FILE *out);

#endif
