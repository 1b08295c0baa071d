/* SPDX-License-Identifier: Apache-2.0 */
/* card.h: what the files of cards share. */
#ifndef ENTENTE_PARTY_CARD_H
#define ENTENTE_PARTY_CARD_H

#include "entente/party.h"

#define CARD_FIRST_LINE "entente card 1"
#define CARD_CLOCK_VALUE "settable"
#define CARD_CLOCK_LINE "clock " CARD_CLOCK_VALUE

#define CARD_KEPT_NAME "card-%" PRIu64 ".txt" /* one of ours that was replaced */

enum { CARD_SIGNATURES_MAX = 2 };

/* Why a card has no reserves without an address. */
#define CARD_RESERVE_ALONE "a reserve is tried when the first address fails, and there is none"

/* What is signed of it, terminated. Returns the length. */
size_t card_print_text(const struct ent_card *card, char ret_text[ENT_CARD_SIZE]);
bool card_same_key(const struct ent_vkey *a, const struct ent_vkey *b);
/* As ent_card_parse, and the note that it is, borrowed. */
ENT_MUST_USE ent_status card_parse(const char *text, size_t length, struct ent_card *ret_card,
		struct ent_note *ret_note, struct ent_fault *reterr_fault);

#endif
