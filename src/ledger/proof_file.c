/* SPDX-License-Identifier: Apache-2.0 */
/*
 * proof_file.c: an index, its inclusion proof and the checkpoint as one text (C2SP tlog-proof).
 *
 *   file = "c2sp.org/tlog-proof@v1\n" ["extra " base64 "\n"] "index " decimal "\n" *(base64(hash) "\n")
 *          "\n" note
 */
#include "entente/ledger.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "entente/base64.h"
#include "lines.h"

#define FIRST_LINE "c2sp.org/tlog-proof@v1"
#define EXTRA "extra "
#define INDEX "index "

size_t ent_proof_file_print(uint64_t index, const struct ent_proof *proof, const char *note,
		size_t note_length, char ret_text[ENT_PROOF_FILE_SIZE]) {
	assert(proof->n <= ENT_PROOF_HASHES_MAX && note_length < ENT_NOTE_SIZE &&
			index <= LINE_NUMBER_MAX);
	size_t length = (size_t)snprintf(ret_text, ENT_PROOF_FILE_SIZE,
			FIRST_LINE "\n" INDEX "%" PRIu64 "\n", index);
	for (size_t i = 0; i < proof->n; i++) {
		length += ent_base64_print(ENT_BASE64, proof->hashes[i].bytes, ENT_HASH_SIZE,
				ret_text + length);
		ret_text[length++] = '\n';
	}
	ret_text[length++] = '\n';
	memcpy(ret_text + length, note, note_length);
	length += note_length;
	ret_text[length] = '\0';
	return length;
}

/* Is this a line of that kind? Then it is cut off the line's front. */
static bool begins_with(struct line *line, const char *kind) {
	const size_t length = strlen(kind);
	if (line->length < length || memcmp(line->text, kind, length) != 0)
		return false;
	line->text += length;
	line->length -= length;
	return true;
}

static ent_status parse_head(struct lines *lines, uint64_t *ret_index, struct ent_fault *fault) {
	struct line line;
	size_t size = 0;
	if (!line_next(lines, &line) || line.length != sizeof FIRST_LINE - 1 ||
			memcmp(line.text, FIRST_LINE, line.length) != 0)
		return line_fault(fault, 1, ENT_E_SYNTAX, "it does not begin with " FIRST_LINE);
	bool more = line_next(lines, &line);
	if (more && begins_with(&line, EXTRA)) {
		if (!line_base64(line.text, line.length, NULL, 0, &size) || size == 0)
			return line_fault(fault, line.number, ENT_E_SYNTAX,
					"what follows \"" EXTRA "\" is not base64");
		more = line_next(lines, &line);
	}
	if (!more || !begins_with(&line, INDEX) || !line_decimal(line.text, line.length, ret_index))
		return line_fault(fault, lines->number, ENT_E_SYNTAX,
				"not \"" INDEX
				"\" and a whole number without zeros in front, below 2^63");
	return ENT_OK;
}

/* Up to the empty line, which is read. */
static ent_status parse_hashes(
		struct lines *lines, struct ent_proof *proof, struct ent_fault *fault) {
	struct line line;
	while (line_next(lines, &line)) {
		if (line.length == 0)
			return ENT_OK;
		if (proof->n == ENT_PROOF_HASHES_MAX)
			return line_fault(fault, line.number, ENT_E_SYNTAX,
					"more than 64 hashes are in no proof");
		if (!line_hash(&line, &proof->hashes[proof->n]))
			return line_fault(fault, line.number, ENT_E_SYNTAX,
					"not a hash: 32 bytes in base64, 44 characters");
		proof->n++;
	}
	return line_fault(fault, lines->number, ENT_E_SYNTAX,
			"it ends without an empty line and a checkpoint");
}

ent_status ent_proof_file_parse(const char *text, size_t length, uint64_t *ret_index,
		struct ent_proof *ret_proof, const char **ret_note, size_t *ret_note_length,
		struct ent_fault *reterr_fault) {
	struct lines lines = {text, text + length, 0};
	struct ent_proof proof = {.n = 0};
	uint64_t index = 0;
	ent_status status = lines_check(text, length, ENT_PROOF_FILE_READ_MAX, reterr_fault);
	if (status == ENT_OK)
		status = parse_head(&lines, &index, reterr_fault);
	if (status == ENT_OK)
		status = parse_hashes(&lines, &proof, reterr_fault);
	if (status == ENT_OK && lines.at == lines.end)
		status = line_fault(
				reterr_fault, lines.number, ENT_E_SYNTAX, "no checkpoint follows");
	if (status != ENT_OK)
		return status;
	*ret_index = index;
	*ret_proof = proof;
	*ret_note = lines.at;
	*ret_note_length = (size_t)(lines.end - lines.at);
	return ENT_OK;
}
