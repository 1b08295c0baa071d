/* SPDX-License-Identifier: Apache-2.0 */
/* operator.h: `entente operator`: who may sign in at the desk of a node that has stopped. */
#ifndef ENTENTE_CLI_OPERATOR_H
#define ENTENTE_CLI_OPERATOR_H

#include <stdio.h>

int operator_main(int argc, char **argv);
void operator_help(FILE *out);

#endif
