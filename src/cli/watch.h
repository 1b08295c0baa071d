/* SPDX-License-Identifier: Apache-2.0 */
/* watch.h: `entente watch`: what happens at the node that runs, a line each, until it is broken off. */
#ifndef ENTENTE_CLI_WATCH_H
#define ENTENTE_CLI_WATCH_H

#include <stdio.h>

int watch_main(int argc, char **argv);
void watch_help(FILE *out);

#endif
