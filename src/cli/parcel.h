/* SPDX-License-Identifier: Apache-2.0 */
/* parcel.h: `entente parcel`: looks at a parcel, a file that another party sent, before anything is done with it. */
#ifndef ENTENTE_CLI_PARCEL_H
#define ENTENTE_CLI_PARCEL_H

#include <stdio.h>

int parcel_main(int argc, char **argv);
void parcel_help(FILE *out);

#endif
