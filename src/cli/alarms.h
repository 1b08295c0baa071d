/* SPDX-License-Identifier: Apache-2.0 */
/* alarms.h: `entente alarms`: what must not be, and whose it is, since the node has started. */
#ifndef ENTENTE_CLI_ALARMS_H
#define ENTENTE_CLI_ALARMS_H

#include <stdio.h>

int alarms_main(int argc, char **argv);
void alarms_help(FILE *out);

#endif
