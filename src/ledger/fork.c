/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fork.c: two checkpoints that contradict one another, as one text, and whether they do.
 *
 *   text = "entente fork 1\n" 2*("checkpoint " lines "\n" note)
 *          ["prefix " base64(root) "\n" "proof " hashes "\n" *(base64(hash) "\n")] "end\n"
 *
 * What stands in brackets is there when the checkpoints are of two sizes, and only then. A tree has one root for its
 * first entries; a consistency proof (RFC 6962, 2.1.2) that leads from 'prefix' to the larger checkpoint's root shows
 * that this root is 'prefix', and the smaller checkpoint says another.
 */
#include "entente/ledger.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "entente/base64.h"
#include "lines.h"

#define FIRST_LINE "entente fork 1"
#define CHECKPOINT "checkpoint "
#define PREFIX "prefix "
#define PROOF "proof "
#define END "end"

/* --- Writing --- */

/* There is room for two notes, and more than enough for all else. */
static size_t print_note(const char *note, size_t length, char *ret_text) {
	char head[64];
	size_t lines = 0;
	for (size_t i = 0; i < length; i++)
		lines += note[i] == '\n';
	const size_t head_length = (size_t)snprintf(head, sizeof head, CHECKPOINT "%zu\n", lines);
	memcpy(ret_text, head, head_length);
	memcpy(ret_text + head_length, note, length);
	return head_length + length;
}

static size_t print_hash(const struct ent_hash *hash, char *ret_text) {
	const size_t length = ent_base64_print(ENT_BASE64, hash->bytes, ENT_HASH_SIZE, ret_text);
	ret_text[length] = '\n';
	return length + 1;
}

static size_t print_proof(const struct ent_fork *fork, char *ret_text) {
	char head[64];
	size_t length = sizeof PREFIX - 1;
	assert(fork->proof.n <= ENT_PROOF_HASHES_MAX + 1);
	memcpy(ret_text, PREFIX, length);
	length += print_hash(&fork->prefix, ret_text + length);
	const size_t head_length = (size_t)snprintf(
			head, sizeof head, PROOF "%zu\n", fork->proof.n);
	memcpy(ret_text + length, head, head_length);
	length += head_length;
	for (size_t i = 0; i < fork->proof.n; i++)
		length += print_hash(&fork->proof.hashes[i], ret_text + length);
	return length;
}

size_t ent_fork_print(const struct ent_fork *fork, char ret_text[ENT_FORK_SIZE]) {
	size_t length = sizeof FIRST_LINE;
	memcpy(ret_text, FIRST_LINE "\n", length);
	for (size_t i = 0; i < 2; i++) {
		assert(fork->note_length[i] < ENT_NOTE_SIZE);
		length += print_note(fork->note[i], fork->note_length[i], ret_text + length);
	}
	if (!fork->one_size)
		length += print_proof(fork, ret_text + length);
	memcpy(ret_text + length, END "\n", sizeof END + 1);
	return length + sizeof END;
}

/* --- Reading --- */

bool ent_fork_looks_like(const char *text, size_t length) {
	return length >= sizeof FIRST_LINE && memcmp(text, FIRST_LINE "\n", sizeof FIRST_LINE) == 0;
}

static bool line_is(const struct line *line, const char *text) {
	return line->length == strlen(text) && memcmp(line->text, text, line->length) == 0;
}

/* The next line, which begins so; 'ret_line' is what follows. */
static bool next_of_kind(struct lines *lines, const char *kind, struct line *ret_line) {
	const size_t length = strlen(kind);
	if (!line_next(lines, ret_line) || ret_line->length < length ||
			memcmp(ret_line->text, kind, length) != 0)
		return false;
	ret_line->text += length;
	ret_line->length -= length;
	return true;
}

static ent_status parse_note(struct lines *lines, const char **ret_note, size_t *ret_length,
		struct ent_fault *fault) {
	struct line line;
	uint64_t n = 0;
	if (!next_of_kind(lines, CHECKPOINT, &line) || !line_decimal(line.text, line.length, &n))
		return line_fault(fault, lines->number, ENT_E_SYNTAX,
				"not \"" CHECKPOINT "\" and how many lines it has");
	*ret_note = lines->at;
	for (; n > 0; n--)
		if (!line_next(lines, &line))
			return line_fault(fault, lines->number, ENT_E_SYNTAX,
					"the text ends within a checkpoint");
	*ret_length = (size_t)(lines->at - *ret_note);
	return ENT_OK;
}

static ent_status parse_proof(struct lines *lines, struct ent_fork *fork, struct ent_fault *fault) {
	struct line line;
	uint64_t n = 0;
	if (!next_of_kind(lines, PREFIX, &line) || !line_hash(&line, &fork->prefix))
		return line_fault(fault, lines->number, ENT_E_SYNTAX,
				"neither \"" END "\" nor \"" PREFIX
				"\" and a hash: 32 bytes in base64");
	if (!next_of_kind(lines, PROOF, &line) || !line_decimal(line.text, line.length, &n) ||
			n > ENT_PROOF_HASHES_MAX + 1)
		return line_fault(fault, lines->number, ENT_E_SYNTAX,
				"not \"" PROOF "\" and how many hashes it has, at most 65");
	for (; fork->proof.n < n; fork->proof.n++)
		if (!line_next(lines, &line) ||
				!line_hash(&line, &fork->proof.hashes[fork->proof.n]))
			return line_fault(fault, lines->number, ENT_E_SYNTAX,
					"not a hash: 32 bytes in base64, 44 characters");
	return ENT_OK;
}

static ent_status parse(const char *text, size_t length, struct ent_fork *ret_fork,
		struct ent_fault *fault) {
	struct lines lines = {text, text + length, 0};
	struct line line;
	struct ent_fork fork = {.one_size = true};
	ent_status status = lines_check(text, length, ENT_FORK_READ_MAX, fault);
	if (status == ENT_OK && (!line_next(&lines, &line) || !line_is(&line, FIRST_LINE)))
		status = line_fault(fault, 1, ENT_E_SYNTAX, "it does not begin with " FIRST_LINE);
	for (size_t i = 0; status == ENT_OK && i < 2; i++)
		status = parse_note(&lines, &fork.note[i], &fork.note_length[i], fault);
	if (status != ENT_OK)
		return status;
	struct lines ahead = lines;
	if (!line_next(&ahead, &line) || !line_is(&line, END)) {
		fork.one_size = false;
		status = parse_proof(&lines, &fork, fault);
	}
	if (status == ENT_OK && (!line_next(&lines, &line) || !line_is(&line, END)))
		status = line_fault(fault, lines.number, ENT_E_SYNTAX, "not \"" END "\"");
	if (status == ENT_OK && lines.at != lines.end)
		status = line_fault(fault, lines.number + 1, ENT_E_SYNTAX,
				"something stands behind the end");
	if (status == ENT_OK)
		*ret_fork = fork;
	return status;
}

/* --- What it proves --- */

static bool same(const struct ent_hash *a, const struct ent_hash *b) {
	return ent_seal_equal(a, b, sizeof *a);
}

static ent_status proves_nothing(struct ent_fault *fault, const char *why) {
	ent_fault_set(fault, "", "%s", why);
	return ENT_E_REFUSED;
}

/* Both are signed by the key. */
static ent_status judge(const struct ent_fork *fork, const struct ent_checkpoint both[2],
		struct ent_fault *fault) {
	const struct ent_checkpoint *smaller = &both[0], *larger = &both[1];
	if (strcmp(smaller->origin, larger->origin) != 0)
		return proves_nothing(fault, "the two checkpoints are of two ledgers");
	if (fork->one_size && smaller->size != larger->size)
		return proves_nothing(fault,
				"the checkpoints are of two sizes, and no proof is with them");
	if (!fork->one_size && smaller->size >= larger->size)
		return proves_nothing(fault, "the first checkpoint is not the smaller one");
	if (same(fork->one_size ? &larger->root : &fork->prefix, &smaller->root))
		return proves_nothing(fault, "the two checkpoints agree with one another");
	if (!fork->one_size &&
			!ent_proof_consistency_holds(smaller->size, larger->size, &fork->prefix,
					&larger->root, &fork->proof))
		return proves_nothing(fault,
				"its proof does not lead from the prefix to the larger checkpoint");
	return ENT_OK;
}

ent_status ent_fork_open(const char *text, size_t length, const struct ent_vkey *vkey,
		struct ent_checkpoint ret_checkpoints[2], struct ent_fault *reterr_fault) {
	static const char *const where[] = {"the first checkpoint", "the second checkpoint"};
	struct ent_fork fork;
	struct ent_checkpoint both[2];
	ent_status status = parse(text, length, &fork, reterr_fault);
	if (status != ENT_OK)
		return status;
	if (vkey->type != 0x01)
		return proves_nothing(reterr_fault,
				"the key is a cosigner's: who signs for what others wrote does "
				"not contradict itself");
	for (size_t i = 0; i < 2; i++) {
		struct ent_fault fault = {{0}, {0}};
		status = ent_checkpoint_open(
				fork.note[i], fork.note_length[i], vkey, &both[i], &fault);
		if (status != ENT_OK) {
			ent_fault_set(reterr_fault, where[i], "%s%s%s", fault.where,
					fault.where[0] != '\0' ? ": " : "", fault.why);
			return status;
		}
	}
	status = judge(&fork, both, reterr_fault);
	if (status == ENT_OK)
		memcpy(ret_checkpoints, both, sizeof both);
	return status;
}
