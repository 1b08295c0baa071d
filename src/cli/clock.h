/* SPDX-License-Identifier: Apache-2.0 */
/* clock.h: `entente clock`: the clock of a node that runs with --dev. */
#ifndef ENTENTE_CLI_CLOCK_H
#define ENTENTE_CLI_CLOCK_H

#include <stdio.h>

int clock_main(int argc, char **argv);
void clock_help(FILE *out);

#endif
