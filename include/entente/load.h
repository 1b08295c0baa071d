/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load.h: the load generator of `entente load`: many clients of a DSS in one program, which say how fast it answers
 * and check that it keeps what it has acknowledged. Depends on: base, geo, seal, wire, token, volume.
 */
#ifndef ENTENTE_LOAD_H
#define ENTENTE_LOAD_H

#include <stdio.h>

#include "entente/base.h"

/*
 * The arguments behind "load". Writes the summary to standard output, all else to standard error. Returns the exit
 * status: 0 all that was checked was right, 1 something was wrong, 2 it was not understood or there is no server.
 */
int ent_load_main(int argc, char **argv);
void ent_load_help(FILE *out);

#endif
