/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_fork.c: evidence of forks from outside: as it is, and as the text behind the notes of two checkpoints that a known
 * key signed. What proves something has two checkpoints of one ledger that differ, and is printed as it was read.
 */
#include "fuzz.h"

#include <stdio.h>

#include "entente/ledger.h"
#include "entente/text.h"

enum { INPUT_MAX = 20000 };

static const char *const name = "example.com/log";

static struct {
	bool ready;
	struct ent_sign_key *key;
	struct ent_vkey vkey;
} known;

static void make_known(void) {
	uint8_t seed[ENT_SIGN_SEED_SIZE];
	if (known.ready)
		return;
	memset(seed, 1, sizeof seed);
	FUZZ_CHECK(ent_seal_start() == ENT_OK);
	FUZZ_CHECK(ent_sign_key_create_from_seed(seed, &known.key) == ENT_OK);
	known.vkey.type = 0x01;
	(void)snprintf(known.vkey.name, sizeof known.vkey.name, "%s", name);
	ent_sign_key_public(known.key, known.vkey.public_key);
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

static ent_status try_text(const char *text, size_t size) {
	struct ent_checkpoint both[2];
	struct ent_fault fault = {{0}, {0}};
	/* An exact copy, so that a byte too far is seen. */
	char *copy = malloc(size > 0 ? size : 1);
	FUZZ_CHECK(copy != NULL);
	if (size > 0)
		memcpy(copy, text, size);
	const ent_status status = ent_fork_open(copy, size, &known.vkey, both, &fault);
	free(copy);
	check_fault(status, &fault);
	FUZZ_CHECK(status == ENT_OK || status == ENT_E_SYNTAX || status == ENT_E_REFUSED ||
			status == ENT_E_LIMIT);
	if (status == ENT_OK) {
		FUZZ_CHECK(ent_fork_looks_like(text, size));
		FUZZ_CHECK(strcmp(both[0].origin, both[1].origin) == 0);
		FUZZ_CHECK(both[0].size <= both[1].size);
		FUZZ_CHECK(memcmp(&both[0].root, &both[1].root, sizeof both[0].root) != 0);
	}
	return status;
}

static size_t sign(uint64_t size, uint8_t root, char ret_note[ENT_NOTE_SIZE]) {
	struct ent_checkpoint checkpoint = {.size = size};
	(void)snprintf(checkpoint.origin, sizeof checkpoint.origin, "%s", name);
	memset(&checkpoint.root, root, sizeof checkpoint.root);
	return ent_checkpoint_sign(&checkpoint, name, known.key, ret_note);
}

/* The input is what stands behind two checkpoints, whose sizes and roots its first bytes choose. */
static void try_behind_notes(const uint8_t *data, size_t size) {
	static char notes[2][ENT_NOTE_SIZE], text[ENT_FORK_SIZE + INPUT_MAX];
	struct ent_fork fork = {.one_size = true};
	if (size < 4)
		return;
	for (int i = 0; i < 2; i++) {
		fork.note_length[i] = sign(data[i], data[2 + i], notes[i]);
		fork.note[i] = notes[i];
	}
	const size_t length = ent_fork_print(&fork, text);
	/* As it is: of one size it proves something when the roots differ. */
	const bool proves = data[0] == data[1] && data[2] != data[3];
	FUZZ_CHECK((try_text(text, length) == ENT_OK) == proves);
	memcpy(text + length - 4, data + 4, size - 4);
	(void)try_text(text, length - 4 + size - 4);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	if (size > INPUT_MAX)
		return 0;
	make_known();
	(void)try_text((const char *)data, size);
	try_behind_notes(data, size);
	return 0;
}
