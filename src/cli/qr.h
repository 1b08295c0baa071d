/* SPDX-License-Identifier: Apache-2.0 */
/* qr.h: a text as a QR code, drawn with characters. The only door to libqrencode. */
#ifndef ENTENTE_CLI_QR_H
#define ENTENTE_CLI_QR_H

#include <stdio.h>

#include "entente/base.h"

/*
 * Draws it, two rows of the code in a row of text, dark on light whatever the terminal's colours are when 'terminal'.
 * E_LIMIT: longer than a code can be (2953 bytes), or wider than 'columns' (0: any width), with the reason. E_MEMORY.
 */
ENT_MUST_USE ent_status qr_draw(FILE *out, const char *text, size_t length, unsigned columns,
		bool terminal, struct ent_fault *fault);

#endif
