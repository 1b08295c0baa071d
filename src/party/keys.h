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
 * A new key is written as party.next.key (line.next.key, tls.next.key and tls.next.pem) first, then the card that names
 * it, and then it takes the place of the old one: so whichever of these was the last to reach the disk, the key that the
 * card names is in one of both files. Of the two files of the TLS key the certificate changes its name last: while it has
 * the first one, the card tells whether both are in force or were given up.
 */
#ifndef ENTENTE_PARTY_KEYS_H
#define ENTENTE_PARTY_KEYS_H

#include "files.h"

#define KEYS_LINE "line.key"
#define KEYS_PARTY "party.key"
#define KEYS_NEXT "party.next.key"
#define KEYS_LINE_NEXT "line.next.key"
#define KEYS_TLS_NEXT "tls.next.key"
#define KEYS_TLS_CERTIFICATE_NEXT "tls.next.pem"

enum { KEYS_TEXT_SIZE = 1024 };

/* Terminated; returns the length. */
size_t keys_print_party(const struct ent_vkey *vkey, const struct ent_sealed_key *sealed,
		char ret_text[KEYS_TEXT_SIZE]);
/* A TLS key and its certificate for a party of this id. E_MEMORY. */
ENT_MUST_USE ent_status keys_make_tls(const char *id,
		char ret_certificate[ENT_CERTIFICATE_PEM_SIZE], struct ent_secret **ret_key,
		struct ent_hash *ret_hash);
/* The key's file, under the name that it has in force or until then. E_IO, E_MEMORY. */
ENT_MUST_USE ent_status keys_write_line(const struct ent_party_folder *folder, const char *name,
		const struct ent_vkey *vkey, const struct ent_sign_key *key,
		struct ent_fault *fault);
/* Puts each next key in its place that is the card's, when the one in force is not. */
ENT_MUST_USE ent_status keys_settle(const struct ent_party_folder *folder,
		const struct ent_card *card, struct ent_fault *fault);
/* Likewise for a folder that was just opened; what cannot be done now is done another time. */
void keys_settle_left(const struct ent_party_folder *folder);

#endif
