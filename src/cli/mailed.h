/* SPDX-License-Identifier: Apache-2.0 */
/* mailed.h: a text that came by mail, over a radio, or was copied out of a message. */
#ifndef ENTENTE_CLI_MAILED_H
#define ENTENTE_CLI_MAILED_H

#include <stddef.h>

/*
 * Mends in place what mail does to the ends of lines: no CR, no empty lines at the end, and the last line has its end, for
 * which there is room behind '*length'. All else is as it came, so that what is signed or hashed stays so.
 */
void mailed_mend(char *text, size_t *length);

#endif
