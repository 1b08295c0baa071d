/* SPDX-License-Identifier: Apache-2.0 */
/* checkpoint.c: checkpoints (C2SP tlog-checkpoint), signed and read; and cosigned (tlog-cosignature). */
#include "entente/ledger.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "entente/base64.h"
#include "entente/text.h"
#include "note.h"

bool ent_checkpoint_origin_ok(const char *origin, size_t length) {
	size_t bytes = 0;
	for (size_t i = 0; i < length; i += bytes) {
		uint32_t character = 0;
		bytes = ent_text_character(origin + i, length - i, &character);
		if (bytes == 0 || character < 0x20)
			return false;
	}
	return length > 0 && length < ENT_ORIGIN_SIZE;
}

size_t ent_checkpoint_sign(const struct ent_checkpoint *checkpoint, const char *name,
		const struct ent_sign_key *key, char ret_note[ENT_NOTE_SIZE]) {
	char root[ENT_BASE64_SIZE(ENT_HASH_SIZE)], line[NOTE_LINE_SIZE];
	assert(ent_checkpoint_origin_ok(checkpoint->origin, strlen(checkpoint->origin)) &&
			checkpoint->size <= LINE_NUMBER_MAX);
	(void)ent_base64_print(ENT_BASE64, checkpoint->root.bytes, ENT_HASH_SIZE, root);
	const size_t length = (size_t)snprintf(ret_note, ENT_NOTE_SIZE, "%s\n%" PRIu64 "\n%s\n",
			checkpoint->origin, checkpoint->size, root);
	(void)note_sign(ret_note, length, name, NOTE_ED25519, key, 0, line);
	return length + (size_t)snprintf(ret_note + length, ENT_NOTE_SIZE - length, "\n%s", line);
}

ent_status ent_checkpoint_open(const char *note, size_t length, const struct ent_vkey *vkey,
		struct ent_checkpoint *ret_checkpoint, struct ent_fault *reterr_fault) {
	struct note parsed;
	uint64_t time_s = 0;
	ent_status status = note_parse(note, length, &parsed, reterr_fault);
	if (status == ENT_OK)
		status = note_verify(&parsed, vkey, &time_s, reterr_fault);
	if (status == ENT_OK)
		*ret_checkpoint = parsed.checkpoint;
	return status == ENT_E_MISSING ? ENT_E_REFUSED : status;
}

ent_status ent_checkpoint_look(const char *note, size_t length,
		struct ent_checkpoint *ret_checkpoint, struct ent_fault *reterr_fault) {
	struct note parsed;
	const ent_status status = note_parse(note, length, &parsed, reterr_fault);
	if (status == ENT_OK)
		*ret_checkpoint = parsed.checkpoint;
	return status;
}

bool ent_checkpoint_names_other(const char *note, size_t length, const struct ent_vkey *keys,
		size_t n, char ret_id[ENT_VKEY_ID_SIZE]) {
	struct note parsed;
	return note_parse(note, length, &parsed, NULL) == ENT_OK &&
			note_names_other(&parsed, keys, n, ret_id);
}

ent_status ent_checkpoint_cosign(char note[ENT_NOTE_SIZE], size_t length, const char *name,
		const struct ent_sign_key *key, uint64_t time_s, size_t *ret_length) {
	struct note parsed;
	char line[NOTE_LINE_SIZE];
	const ent_status status = note_parse(note, length, &parsed, NULL);
	if (status != ENT_OK)
		return status;
	const size_t more = note_sign(
			parsed.text, parsed.text_length, name, NOTE_COSIGNATURE, key, time_s, line);
	if (parsed.n_signatures == ENT_NOTE_SIGNATURES_MAX || length + more >= ENT_NOTE_SIZE)
		return ENT_E_LIMIT;
	memcpy(note + length, line, more + 1);
	*ret_length = length + more;
	return ENT_OK;
}

ent_status ent_checkpoint_cosigned(const char *note, size_t length, const struct ent_vkey *vkey,
		uint64_t *ret_time_s, struct ent_fault *reterr_fault) {
	struct note parsed;
	const ent_status status = note_parse(note, length, &parsed, reterr_fault);
	if (status != ENT_OK)
		return status;
	if (vkey->type != NOTE_COSIGNATURE) {
		ent_fault_set(reterr_fault, "", "a cosigner's key is of type 0x04, not 0x%02x",
				vkey->type);
		return ENT_E_REFUSED;
	}
	return note_verify(&parsed, vkey, ret_time_s, reterr_fault);
}
