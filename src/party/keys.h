/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys.h: the files of our own keys.
 *
 *     line.key                                 party.key
 *     entente key 1                            entente key 1
 *     vkey <vkey>                              vkey <vkey>
 *     seed <base64 of 32 bytes>                argon2id-passes <1..16>
 *                                              argon2id-memory-kib <8..1048576>
 *                                              argon2id-salt <base64 of 16 bytes>
 *                                              xchacha20-poly1305-nonce <base64 of 24 bytes>
 *                                              xchacha20-poly1305-box <base64 of 48 bytes>
 *
 * A new party key is written as party.next.key first, then the card that names it, and then it takes the place of the
 * old one: so whichever of these was the last to reach the disk, the key that the card names is in one of both files.
 */
#ifndef ENTENTE_PARTY_KEYS_H
#define ENTENTE_PARTY_KEYS_H

#include "files.h"

#define KEYS_LINE "line.key"
#define KEYS_PARTY "party.key"
#define KEYS_NEXT "party.next.key"

enum { KEYS_TEXT_SIZE = 1024 };

/* Both terminated; they return the length. The first text is a secret. */
size_t keys_print_line(const struct ent_vkey *vkey, const struct ent_sign_key *key,
		char ret_text[KEYS_TEXT_SIZE]);
size_t keys_print_party(const struct ent_vkey *vkey, const struct ent_sealed_key *sealed,
		char ret_text[KEYS_TEXT_SIZE]);
/* Puts party.next.key in its place, when it holds the key of the card and party.key does not. */
ENT_MUST_USE ent_status keys_settle(const struct ent_party_folder *folder,
		const struct ent_card *card, struct ent_fault *fault);

#endif
