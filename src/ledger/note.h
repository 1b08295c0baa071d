/* SPDX-License-Identifier: Apache-2.0 */
/*
 * note.h: C2SP signed notes whose text is a checkpoint.
 *
 *   note   = text "\n" 1*line
 *   line   = U+2014 " " name " " base64(key id, signature) "\n"
 *   key id = the first 4 bytes of SHA-256(name "\n" type public-key)
 *
 * What is signed: by a key of type 0x01 the text; by one of type 0x04 the text behind two lines,
 * "cosignature/v1" and "time <POSIX seconds>", and such a signature begins with the time, 8 bytes,
 * big-endian (tlog-cosignature).
 */
#ifndef ENTENTE_LEDGER_NOTE_H
#define ENTENTE_LEDGER_NOTE_H

#include "entente/ledger.h"
#include "entente/note.h"
#include "lines.h"

enum {
	NOTE_ED25519 = 0x01,     /* signed-note, "Signature types" */
	NOTE_COSIGNATURE = 0x04, /* the same */
	NOTE_KEY_ID_SIZE = 4,
	NOTE_TIME_SIZE = 8,
	/* Key id and signature, of a cosignature, which is the longer one. */
	NOTE_BLOB_SIZE = NOTE_KEY_ID_SIZE + NOTE_TIME_SIZE + ENT_SIGNATURE_SIZE,
	NOTE_LINE_SIZE = ENT_NOTE_LINE_SIZE
};

struct note {
	struct ent_checkpoint checkpoint;
	const char *text; /* what is signed, with its last newline; shorter than ENT_NOTE_SIZE */
	size_t text_length;
	struct lines signatures; /* each well formed; at most ENT_NOTE_SIGNATURES_MAX */
	unsigned n_signatures;
};

/* Nothing of it is worth anything before a signature has been verified. E_SYNTAX, E_LIMIT. */
ENT_MUST_USE ent_status note_parse(
		const char *text, size_t length, struct note *ret_note, struct ent_fault *fault);

/*
 * Verifies every signature by this key. The time is the latest, 0 when the key gives none. E_MISSING: there
 * is none. E_REFUSED: one is wrong.
 */
ENT_MUST_USE ent_status note_verify(const struct note *note, const struct ent_vkey *vkey,
		uint64_t *ret_time_s, struct ent_fault *fault);

/* See ent_checkpoint_names_other. */
bool note_names_other(const struct note *note, const struct ent_vkey *keys, size_t n,
		char ret_id[ENT_VKEY_ID_SIZE]);

/* A signature line over a text shorter than ENT_NOTE_SIZE, terminated. Returns the length. */
size_t note_sign(const char *text, size_t length, const char *name, uint8_t type,
		const struct ent_sign_key *key, uint64_t time_s, char ret_line[NOTE_LINE_SIZE]);

void note_key_id(const struct ent_vkey *vkey, uint8_t ret_id[NOTE_KEY_ID_SIZE]);
void note_print_id(const uint8_t id[NOTE_KEY_ID_SIZE], char ret_text[ENT_VKEY_ID_SIZE]);

/* Of any length. */
bool note_name_ok(const char *name, size_t length);

#endif
