/* SPDX-License-Identifier: Apache-2.0 */
/*
 * serve.h: the commands that run a node: `entente serve` and `entente token`. Depends on: everything below.
 */
#ifndef ENTENTE_SERVE_H
#define ENTENTE_SERVE_H

#include <stdio.h>

/* Each takes the arguments behind its name and returns the exit status. */
int ent_serve_main(int argc, char **argv);
void ent_serve_help(FILE *out);
int ent_token_main(int argc, char **argv);
void ent_token_help(FILE *out);

#endif
