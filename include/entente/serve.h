/* SPDX-License-Identifier: Apache-2.0 */
/*
 * serve.h: the commands that run a node: `entente serve` and `entente token`. Depends on: everything below.
 */
#ifndef ENTENTE_SERVE_H
#define ENTENTE_SERVE_H

#include <stdio.h>

/* "0.1.0+0123456789ab": the release, and the commit where it is known; "-dirty" behind it: and changes to that. */
extern const char ent_serve_version[];

/* Each takes the arguments behind its name and returns the exit status. */
int ent_serve_main(int argc, char **argv);
void ent_serve_help(FILE *out);
int ent_token_main(int argc, char **argv);
void ent_token_help(FILE *out);

#endif
