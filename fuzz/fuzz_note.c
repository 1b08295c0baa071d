/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_note.c: keys, notes, cosignatures and proof files from outside. What is taken is what we would have
 * written; each input is tried as it is, and as a text that a known key signed.
 */
#include "fuzz.h"

#include <stdio.h>

#include "entente/base64.h"
#include "entente/ledger.h"
#include "entente/text.h"

enum { INPUT_MAX = 20000 };

static const char *const name = "example.com/log";

static struct {
	bool ready;
	struct ent_sign_key *key;
	struct ent_vkey signer, cosigner;
} known;

static void make_known(void) {
	uint8_t seed[ENT_SIGN_SEED_SIZE];
	if (known.ready)
		return;
	memset(seed, 1, sizeof seed);
	FUZZ_CHECK(ent_seal_start() == ENT_OK);
	FUZZ_CHECK(ent_sign_key_create_from_seed(seed, &known.key) == ENT_OK);
	known.signer.type = 0x01;
	known.cosigner.type = 0x04;
	(void)snprintf(known.signer.name, sizeof known.signer.name, "%s", name);
	(void)snprintf(known.cosigner.name, sizeof known.cosigner.name, "%s", name);
	ent_sign_key_public(known.key, known.signer.public_key);
	ent_sign_key_public(known.key, known.cosigner.public_key);
	known.ready = true;
}

/* A reason is there when it is needed, and shows nothing that steers a terminal. */
static void check_fault(ent_status status, const struct ent_fault *fault) {
	uint32_t character = 0;
	size_t bytes = 0;
	FUZZ_CHECK((status == ENT_OK) == (fault->why[0] == '\0'));
	for (const char *c = fault->why; *c != '\0'; c += bytes) {
		bytes = ent_text_character(c, strlen(c), &character);
		FUZZ_CHECK(bytes > 0 && !ent_text_steers(character));
	}
}

static void try_vkey(const char *text, size_t size) {
	struct ent_vkey vkey;
	struct ent_fault fault = {0};
	char printed[ENT_VKEY_SIZE];
	const ent_status status = ent_vkey_parse(text, size, &vkey, &fault);
	check_fault(status, &fault);
	if (status == ENT_OK) {
		FUZZ_CHECK(ent_vkey_print(&vkey, printed) == size);
		FUZZ_CHECK(memcmp(printed, text, size) == 0);
	}
}

/* The text of a checkpoint that opened begins with the three lines that we would write. */
static void check_checkpoint(const struct ent_checkpoint *checkpoint, const char *note) {
	char expected[ENT_NOTE_SIZE];
	FUZZ_CHECK(ent_checkpoint_origin_ok(checkpoint->origin, strlen(checkpoint->origin)));
	(void)ent_checkpoint_sign(checkpoint, name, known.key, expected);
	const size_t length = (size_t)(strstr(expected, "\n\n") - expected) + 1;
	FUZZ_CHECK(memcmp(expected, note, length) == 0);
}

static ent_status try_note(const char *note, size_t size) {
	struct ent_checkpoint checkpoint;
	struct ent_fault fault = {0}, other_fault = {0};
	uint64_t time_s = 0;
	const ent_status status = ent_checkpoint_open(
			note, size, &known.signer, &checkpoint, &fault);
	check_fault(status, &fault);
	if (status == ENT_OK)
		check_checkpoint(&checkpoint, note);
	const ent_status cosigned = ent_checkpoint_cosigned(
			note, size, &known.cosigner, &time_s, &other_fault);
	check_fault(cosigned, &other_fault);
	FUZZ_CHECK(status == ENT_E_MISSING ||
			(status != ENT_E_SYNTAX) == (cosigned != ENT_E_SYNTAX));
	return status;
}

/* A note that is one can be cosigned, and says so. */
static void try_cosign(const char *note, size_t size) {
	char copy[ENT_NOTE_SIZE];
	size_t length = 0;
	uint64_t time_s = 0;
	if (size >= sizeof copy)
		return;
	if (size > 0)
		memcpy(copy, note, size);
	if (ent_checkpoint_cosign(copy, size, "w.example", known.key, 1234567890, &length) !=
			ENT_OK) {
		FUZZ_CHECK(size == 0 || memcmp(copy, note, size) == 0);
		return;
	}
	struct ent_vkey witness = known.cosigner;
	(void)snprintf(witness.name, sizeof witness.name, "w.example");
	const ent_status status = ent_checkpoint_cosigned(copy, length, &witness, &time_s, NULL);
	FUZZ_CHECK(status == ENT_E_REFUSED || (status == ENT_OK && time_s >= 1234567890));
}

static bool has_empty_line(const char *text, size_t size) {
	for (size_t i = 0; i < size; i++)
		if (text[i] == '\n' && (i == 0 || text[i - 1] == '\n'))
			return true;
	return false;
}

/* The input as a text with our signature under it. */
static void try_signed(const char *text, size_t size) {
	struct ent_hash hash;
	uint8_t blob[4 + ENT_SIGNATURE_SIZE];
	char *note = malloc(size + 256);
	FUZZ_CHECK(note != NULL);
	if (size > 0)
		memcpy(note, text, size);
	uint8_t type = 0x01;
	const struct ent_seal_part parts[] = {
			{name, strlen(name)}, {"\n", 1}, {&type, 1}, {known.signer.public_key, 32}};
	ent_seal_sha256_parts(parts, 4, &hash);
	memcpy(blob, hash.bytes, 4);
	ent_sign(known.key, text, size, blob + 4);
	size_t length = size + (size_t)snprintf(note + size, 64, "\n\xe2\x80\x94 %s ", name);
	length += ent_base64_print(ENT_BASE64, blob, sizeof blob, note + length);
	note[length++] = '\n';
	const ent_status status = try_note(note, length);
	/* It is signed, unless it is a note itself: what is no checkpoint, or too large for us, is refused. */
	FUZZ_CHECK(status == ENT_OK || status == ENT_E_SYNTAX || status == ENT_E_LIMIT ||
			has_empty_line(text, size));
	free(note);
}

static void try_file(const char *text, size_t size) {
	static char printed[ENT_PROOF_FILE_SIZE];
	struct ent_proof proof;
	struct ent_fault fault = {0};
	const char *note = NULL;
	uint64_t index = 0;
	size_t length = 0;
	const ent_status status = ent_proof_file_parse(
			text, size, &index, &proof, &note, &length, &fault);
	check_fault(status, &fault);
	if (status != ENT_OK)
		return;
	FUZZ_CHECK(note > text && length > 0 && note + length == text + size);
	if (length >= ENT_NOTE_SIZE)
		return;
	const size_t written = ent_proof_file_print(index, &proof, note, length, printed);
	FUZZ_CHECK(written <= size);
	/* All but a line of more, which we pass over. */
	const size_t first = (size_t)((const char *)memchr(text, '\n', size) - text) + 1;
	FUZZ_CHECK(memcmp(printed, text, first) == 0);
	FUZZ_CHECK(memcmp(printed + first, text + size - (written - first), written - first) == 0);
	FUZZ_CHECK(written == size || memcmp(text + first, "extra ", 6) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	if (size > INPUT_MAX)
		return 0;
	make_known();
	/* An exact copy, so that a byte too far is seen. */
	char *text = malloc(size > 0 ? size : 1);
	FUZZ_CHECK(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	try_vkey(text, size);
	(void)try_note(text, size);
	try_cosign(text, size);
	try_signed(text, size);
	try_file(text, size);
	free(text);
	return 0;
}
