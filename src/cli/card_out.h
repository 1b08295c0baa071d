/* SPDX-License-Identifier: Apache-2.0 */
/* card_out.h: parties, cards and the words of keys, as people are shown them. */
#ifndef ENTENTE_CLI_CARD_OUT_H
#define ENTENTE_CLI_CARD_OUT_H

#include <stdio.h>

#include "entente/party.h"

/* "party "NAME", id ID", addresses, and the words. */
void card_out_summary(FILE *out, const struct ent_card *card);
/* The 12 words, numbered, in three rows. */
void card_out_words(FILE *out, const struct ent_vkey *party_key);
/*
 * The card as a QR code, when it is asked for or 'out' is a terminal. One that is too wide or too long is an error
 * when it was asked for, and else a remark. False: it failed, and that was said as the command's.
 */
bool card_out_qr(FILE *out, const char *command, const char *text, size_t length, bool asked_for);

#endif
