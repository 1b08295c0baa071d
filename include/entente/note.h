/* SPDX-License-Identifier: Apache-2.0 */
/*
 * note.h: C2SP signed notes of any text: the cards of parties are such. What a checkpoint is, ledger.h knows.
 * Depends on: base, seal, ledger.
 *
 *     <text: lines of UTF-8 without controls, each with its newline, none empty>
 *     <an empty line>
 *     <em dash> <name of a key> <base64 of the key's id and the signature>       1 to ENT_NOTE_SIGNATURES_MAX
 */
#ifndef ENTENTE_NOTE_H
#define ENTENTE_NOTE_H

#include "entente/base.h"
#include "entente/ledger.h"
#include "entente/seal.h"

enum { ENT_NOTE_LINE_SIZE = ENT_ORIGIN_SIZE + 128 /* of a signature by us, with terminator */ };

/* What is in a note; borrowed from it. */
struct ent_note {
	const char *text; /* what is signed, with its last newline; shorter than ENT_NOTE_SIZE */
	size_t text_length;
	const char *signatures; /* each line well formed; nothing said of what it is worth */
	size_t signatures_length;
	unsigned n_signatures, text_lines;
};

/*
 * Nothing of it is worth anything before a signature has been verified. E_SYNTAX with the line and reason.
 * E_LIMIT: longer than ENT_NOTE_READ_MAX, a text of ENT_NOTE_SIZE or more, too many signatures.
 */
ENT_MUST_USE ent_status ent_note_parse(const char *note, size_t length, struct ent_note *ret_note,
		struct ent_fault *reterr_fault);

/*
 * Every signature that claims to be by this key holds, and there is one. 'ret_time_s' (NULL is fine) is the latest
 * time of a cosigner's, 0 for a key of type 0x01. E_MISSING: there is none. E_REFUSED: one is wrong.
 */
ENT_MUST_USE ent_status ent_note_verify(const struct ent_note *note, const struct ent_vkey *vkey,
		uint64_t *ret_time_s, struct ent_fault *reterr_fault);

/*
 * The signature line of a key of type 0x01 over a text shorter than ENT_NOTE_SIZE, terminated: to be put behind the
 * text and an empty line. The name is ok (ent_vkey_name_ok). Returns the length.
 */
size_t ent_note_sign(const char *text, size_t length, const char *name,
		const struct ent_sign_key *key, char ret_line[ENT_NOTE_LINE_SIZE]);

#endif
