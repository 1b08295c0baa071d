/* SPDX-License-Identifier: Apache-2.0 */
/* key.h: `entente key`: the party key of a running node, unlocked for a while or locked. */
#ifndef ENTENTE_CLI_KEY_H
#define ENTENTE_CLI_KEY_H

#include <stdio.h>

int key_main(int argc, char **argv);
void key_help(FILE *out);

#endif
