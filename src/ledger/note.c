/* SPDX-License-Identifier: Apache-2.0 */
/* note.c: see note.h. */
#include "note.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "entente/base64.h"
#include "entente/text.h"

#define DASH "\xe2\x80\x94 " /* U+2014 and a space */

enum {
	DASH_LENGTH = sizeof DASH - 1,
	MESSAGE_SIZE = ENT_NOTE_SIZE + 64, /* a text behind the two lines of a cosignature */
	SHOWN_SIZE = 80 /* of a name in a message: two have room, and those of parties are shorter */
};

struct signature {
	const char *name;
	size_t name_length;
	uint8_t blob[NOTE_BLOB_SIZE];
	size_t blob_size; /* of all of it, also when there was no room */
};

/* Why a line is not a signature; NULL when it is. */
static const char *parse_signature(const struct line *line, struct signature *ret_signature) {
	struct signature signature = {.name = line->text + DASH_LENGTH};
	if (line->length < DASH_LENGTH || memcmp(line->text, DASH, DASH_LENGTH) != 0)
		return "a signature begins with an em dash and a space";
	const size_t rest = line->length - DASH_LENGTH;
	const char *space = rest > 0 ? memchr(signature.name, ' ', rest) : NULL;
	if (space == NULL)
		return "a signature has a space between name and base64";
	signature.name_length = (size_t)(space - signature.name);
	if (!note_name_ok(signature.name, signature.name_length))
		return "the name of a key is not empty and has neither spaces nor a plus";
	if (!line_base64(space + 1, rest - signature.name_length - 1, signature.blob,
			    sizeof signature.blob, &signature.blob_size))
		return "what stands behind the name is not base64";
	if (signature.blob_size <= NOTE_KEY_ID_SIZE)
		return "a signature is longer than its key's four bytes";
	*ret_signature = signature;
	return NULL;
}

/* The text ends at the last empty line; each of its own lines is none. */
static ent_status split(
		const char *text, size_t length, struct note *note, struct ent_fault *fault) {
	struct lines lines = {text, text + length, 0};
	struct line line;
	const char *empty = NULL;
	while (line_next(&lines, &line)) {
		if (line.length > 0)
			continue;
		if (empty != NULL)
			return line_fault(fault, line.number, ENT_E_SYNTAX,
					"a second empty line; one alone stands in front of the "
					"signatures");
		empty = line.text;
		note->signatures = lines;
	}
	if (empty == NULL)
		return line_fault(fault, lines.number, ENT_E_SYNTAX,
				"it ends without an empty line and signatures");
	note->text = text;
	note->text_length = (size_t)(empty - text);
	return ENT_OK;
}

static ent_status parse_signatures(struct note *note, struct ent_fault *fault) {
	struct lines lines = note->signatures;
	struct line line;
	struct signature signature;
	while (line_next(&lines, &line)) {
		const char *why = parse_signature(&line, &signature);
		if (why != NULL)
			return line_fault(fault, line.number, ENT_E_SYNTAX, why);
		if (++note->n_signatures > ENT_NOTE_SIGNATURES_MAX)
			return line_fault(
					fault, line.number, ENT_E_LIMIT, "more than 16 signatures");
	}
	if (note->n_signatures == 0)
		return line_fault(fault, lines.number, ENT_E_SYNTAX, "no signature follows");
	return ENT_OK;
}

/* Origin, size, root; lines that follow are nobody's business (tlog-checkpoint, "Note text"). */
static ent_status parse_text(struct note *note, struct ent_fault *fault) {
	struct lines lines = {note->text, note->text + note->text_length, 0};
	struct line line;
	if (!line_next(&lines, &line))
		return line_fault(fault, 1, ENT_E_SYNTAX, "the origin is empty");
	if (line.length >= sizeof note->checkpoint.origin)
		return line_fault(fault, 1, ENT_E_LIMIT, "an origin has at most 255 bytes");
	memcpy(note->checkpoint.origin, line.text, line.length);
	if (!line_next(&lines, &line) ||
			!line_decimal(line.text, line.length, &note->checkpoint.size))
		return line_fault(fault, 2, ENT_E_SYNTAX,
				"not a size: a whole number without zeros in front, below 2^63");
	if (!line_next(&lines, &line) || !line_hash(&line, &note->checkpoint.root))
		return line_fault(fault, 3, ENT_E_SYNTAX,
				"not a root: 32 bytes in base64, 44 characters");
	return ENT_OK;
}

/* The checkpoint is left alone unless it is asked for. */
static ent_status parse(const char *text, size_t length, bool is_checkpoint, struct note *ret_note,
		struct ent_fault *fault) {
	struct note note = {.text = text};
	ent_status status = lines_check(text, length, ENT_NOTE_READ_MAX, fault);
	if (status == ENT_OK)
		status = split(text, length, &note, fault);
	if (status == ENT_OK && note.text_length >= ENT_NOTE_SIZE) {
		ent_fault_set(fault, "", "the text in front of the signatures is too long");
		status = ENT_E_LIMIT;
	}
	if (status == ENT_OK && is_checkpoint)
		status = parse_text(&note, fault);
	if (status == ENT_OK)
		status = parse_signatures(&note, fault);
	if (status == ENT_OK)
		*ret_note = note;
	return status;
}

ent_status note_parse(
		const char *text, size_t length, struct note *ret_note, struct ent_fault *fault) {
	return parse(text, length, true, ret_note, fault);
}

/* What a key of this type signs. Returns the length. */
static size_t message(const char *text, size_t length, uint8_t type, uint64_t time_s,
		char ret_message[MESSAGE_SIZE]) {
	size_t front = 0;
	assert(length < ENT_NOTE_SIZE);
	if (type == NOTE_COSIGNATURE)
		front = (size_t)snprintf(ret_message, MESSAGE_SIZE,
				"cosignature/v1\ntime %" PRIu64 "\n", time_s);
	memcpy(ret_message + front, text, length);
	return front + length;
}

static size_t time_size(uint8_t type) {
	return type == NOTE_COSIGNATURE ? NOTE_TIME_SIZE : 0;
}

/* Is a signature that claims to be by this key? Its time is 0 when the key gives none. */
static bool signature_holds(const struct note *note, const struct ent_vkey *vkey,
		const struct signature *signature, uint64_t *ret_time_s) {
	const size_t front = NOTE_KEY_ID_SIZE + time_size(vkey->type);
	char signed_text[MESSAGE_SIZE];
	uint64_t time_s = 0;
	if (signature->blob_size != front + ENT_SIGNATURE_SIZE)
		return false;
	for (size_t i = NOTE_KEY_ID_SIZE; i < front; i++)
		time_s = time_s << 8 | signature->blob[i];
	if (time_s > LINE_NUMBER_MAX)
		return false;
	const size_t size = message(note->text, note->text_length, vkey->type, time_s, signed_text);
	*ret_time_s = time_s;
	return ent_sign_verify(vkey->public_key, signed_text, size, signature->blob + front);
}

/* By whom it is signed instead: 'signature' is of the same name by another key, or else the note's first. */
static void tell_signer(const struct note *note, const struct ent_vkey *vkey, bool same_name,
		const struct signature *signature, struct ent_fault *fault) {
	char asked[SHOWN_SIZE], signer[SHOWN_SIZE], asked_id[ENT_VKEY_ID_SIZE],
			signer_id[ENT_VKEY_ID_SIZE], others[32] = "";
	ent_vkey_id(vkey, asked_id);
	note_print_id(signature->blob, signer_id);
	(void)ent_text_show(vkey->name, strlen(vkey->name), asked, sizeof asked);
	(void)ent_text_show(signature->name, signature->name_length, signer, sizeof signer);
	if (note->n_signatures > 1)
		(void)snprintf(others, sizeof others, " and %u more", note->n_signatures - 1);
	if (same_name)
		ent_fault_set(fault, "",
				"not by this key of %s (%s) but by another of that name (%s): "
				"whose "
				"key was changed, give its card or key of that time",
				asked, asked_id, signer_id);
	else
		ent_fault_set(fault, "", "not signed by %s (key %s), but by %s (key %s)%s", asked,
				asked_id, signer, signer_id, others);
}

ent_status note_verify(const struct note *note, const struct ent_vkey *vkey, uint64_t *ret_time_s,
		struct ent_fault *fault) {
	struct lines lines = note->signatures;
	struct line line;
	struct signature signature, instead = {.name_length = 0};
	uint8_t id[NOTE_KEY_ID_SIZE];
	const size_t name_length = strlen(vkey->name);
	uint64_t latest_s = 0, time_s = 0;
	bool some = false, other = false;
	note_key_id(vkey, id);
	while (line_next(&lines, &line)) {
		if (parse_signature(&line, &signature) != NULL)
			continue;
		const bool same_name = signature.name_length == name_length &&
				memcmp(signature.name, vkey->name, name_length) == 0;
		if (!same_name || memcmp(signature.blob, id, sizeof id) != 0) {
			if (instead.name_length == 0 || (same_name && !other))
				instead = signature;
			other = other || same_name;
			continue;
		}
		if (!signature_holds(note, vkey, &signature, &time_s))
			return line_fault(fault, line.number, ENT_E_REFUSED,
					"the signature is wrong: it is not by this key, or of "
					"another text");
		some = true;
		latest_s = time_s > latest_s ? time_s : latest_s;
	}
	if (!some) {
		tell_signer(note, vkey, other, &instead, fault);
		return ENT_E_MISSING;
	}
	*ret_time_s = latest_s;
	return ENT_OK;
}

static bool is_one_of(const struct signature *signature, const struct ent_vkey *keys, size_t n) {
	uint8_t id[NOTE_KEY_ID_SIZE];
	for (size_t i = 0; i < n; i++) {
		note_key_id(&keys[i], id);
		if (memcmp(signature->blob, id, sizeof id) == 0)
			return true;
	}
	return false;
}

bool note_names_other(const struct note *note, const struct ent_vkey *keys, size_t n,
		char ret_id[ENT_VKEY_ID_SIZE]) {
	struct lines lines = note->signatures;
	struct line line;
	struct signature signature;
	bool found = false;
	while (n > 0 && line_next(&lines, &line)) {
		if (parse_signature(&line, &signature) != NULL ||
				signature.name_length != strlen(keys[0].name) ||
				memcmp(signature.name, keys[0].name, signature.name_length) != 0)
			continue;
		if (is_one_of(&signature, keys, n))
			return false;
		if (!found)
			note_print_id(signature.blob, ret_id);
		found = true;
	}
	return found;
}

size_t note_sign(const char *text, size_t length, const char *name, uint8_t type,
		const struct ent_sign_key *key, uint64_t time_s, char ret_line[NOTE_LINE_SIZE]) {
	struct ent_vkey vkey = {.type = type};
	char signed_text[MESSAGE_SIZE], base64[ENT_BASE64_SIZE(NOTE_BLOB_SIZE)];
	uint8_t blob[NOTE_BLOB_SIZE];
	const size_t front = NOTE_KEY_ID_SIZE + time_size(type);
	assert(ent_vkey_name_ok(name, strlen(name)) && time_s <= LINE_NUMBER_MAX);
	(void)snprintf(vkey.name, sizeof vkey.name, "%s", name);
	ent_sign_key_public(key, vkey.public_key);
	note_key_id(&vkey, blob);
	for (size_t i = NOTE_KEY_ID_SIZE; i < front; i++)
		blob[i] = (uint8_t)(time_s >> 8 * (front - 1 - i));
	const size_t size = message(text, length, type, time_s, signed_text);
	ent_sign(key, signed_text, size, blob + front);
	(void)ent_base64_print(ENT_BASE64, blob, front + ENT_SIGNATURE_SIZE, base64);
	return (size_t)snprintf(ret_line, NOTE_LINE_SIZE, DASH "%s %s\n", name, base64);
}

/* --- Notes of any text: entente/note.h --- */

ent_status ent_note_parse(const char *note, size_t length, struct ent_note *ret_note,
		struct ent_fault *reterr_fault) {
	struct note parsed = {.text = NULL};
	const ent_status status = parse(note, length, false, &parsed, reterr_fault);
	if (status != ENT_OK)
		return status;
	*ret_note = (struct ent_note){.text = parsed.text,
			.text_length = parsed.text_length,
			.signatures = parsed.signatures.at,
			.signatures_length = (size_t)(parsed.signatures.end - parsed.signatures.at),
			.n_signatures = parsed.n_signatures,
			.text_lines = parsed.signatures.number - 1};
	return ENT_OK;
}

ent_status ent_note_verify(const struct ent_note *note, const struct ent_vkey *vkey,
		uint64_t *ret_time_s, struct ent_fault *reterr_fault) {
	const struct note parsed = {.text = note->text,
			.text_length = note->text_length,
			.signatures = {note->signatures, note->signatures + note->signatures_length,
					note->text_lines + 1},
			.n_signatures = note->n_signatures};
	uint64_t time_s = 0;
	const ent_status status = note_verify(&parsed, vkey, &time_s, reterr_fault);
	if (status == ENT_OK && ret_time_s != NULL)
		*ret_time_s = time_s;
	return status;
}

size_t ent_note_sign(const char *text, size_t length, const char *name,
		const struct ent_sign_key *key, char ret_line[ENT_NOTE_LINE_SIZE]) {
	return note_sign(text, length, name, NOTE_ED25519, key, 0, ret_line);
}
