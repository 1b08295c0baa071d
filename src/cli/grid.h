/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grid.h: `entente grid`: places in every form, for reading back what was said or written.
 */
#ifndef ENTENTE_CLI_GRID_H
#define ENTENTE_CLI_GRID_H

#include <stdio.h>

int grid_main(int argc, char **argv);
void grid_help(FILE *out);

#endif
