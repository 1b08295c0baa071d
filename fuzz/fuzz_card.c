/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_card.c: cards of parties, words that are read back, and profiles. What is taken is what we would have written;
 * each input is tried as it is, and as the text of a card that a known key signed.
 */
#include "fuzz.h"

#include <stdio.h>

#include "entente/party.h"
#include "entente/text.h"

enum { INPUT_MAX = 9000 };

static struct {
	bool ready;
	struct ent_sign_key *key;
	char id[ENT_PARTY_ID_SIZE];
	struct ent_vkey vkey;
} known;

static void make_known(void) {
	uint8_t seed[ENT_SIGN_SEED_SIZE], public_key[ENT_SIGN_PUBLIC_SIZE];
	if (known.ready)
		return;
	/* As the seeds in corpus/card are signed by: tests/cards.h, number 1. */
	memset(seed, 1, sizeof seed);
	FUZZ_CHECK(ent_seal_start() == ENT_OK);
	FUZZ_CHECK(ent_sign_key_create_from_seed(seed, &known.key) == ENT_OK);
	ent_sign_key_public(known.key, public_key);
	ent_party_id(public_key, known.id);
	ent_party_vkey(known.id, public_key, &known.vkey);
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

/* The card's own text stands in front of the signatures, byte for byte as we write it. */
static void check_again(const struct ent_card *card, const char *text, size_t size) {
	char again[ENT_CARD_SIZE];
	(void)ent_card_print(card, known.key, NULL, again);
	const size_t length = (size_t)(strstr(again, "\n\n") - again) + 2;
	FUZZ_CHECK(length < size && memcmp(text, again, length) == 0);
}

static ent_status try_card(const char *text, size_t size) {
	struct ent_card card;
	struct ent_fault fault = {0};
	enum ent_card_change change = ENT_CARD_UNKNOWN;
	const ent_status status = ent_card_parse(text, size, &card, &fault);
	check_fault(status, &fault);
	if (status != ENT_OK)
		return status;
	FUZZ_CHECK(card.number > 0 && card.number <= INT64_MAX);
	FUZZ_CHECK(card.number > 1 || ent_card_key_is_first(&card));
	FUZZ_CHECK(ent_party_name_check(card.name, strlen(card.name), NULL) == ENT_OK);
	check_again(&card, text, size);
	FUZZ_CHECK(ent_card_compare(text, size, text, size, &change, NULL) == ENT_OK);
	FUZZ_CHECK(change == ENT_CARD_SAME);
	return status;
}

/* The input as a text with our signature under it: it fails for what it says, never for who signed. */
static void try_signed(const char *text, size_t size) {
	char line[ENT_NOTE_LINE_SIZE];
	if (size >= ENT_NOTE_SIZE)
		return;
	char *note = malloc(size + 1 + sizeof line);
	FUZZ_CHECK(note != NULL);
	if (size > 0)
		memcpy(note, text, size);
	note[size] = '\n';
	const size_t more = ent_note_sign(text, size, known.vkey.name, known.key, line);
	memcpy(note + size + 1, line, more);
	(void)try_card(note, size + 1 + more);
	free(note);
}

static void try_words(const char *text, size_t size) {
	uint8_t bytes[ENT_FINGERPRINT_SIZE], again[ENT_FINGERPRINT_SIZE];
	char words[ENT_FINGERPRINT_TEXT_SIZE];
	struct ent_fault fault = {0};
	const ent_status status = ent_fingerprint_parse(text, size, bytes, &fault);
	check_fault(status, &fault);
	if (status != ENT_OK)
		return;
	const size_t length = ent_fingerprint_print(bytes, words);
	FUZZ_CHECK(ent_fingerprint_parse(words, length, again, NULL) == ENT_OK);
	FUZZ_CHECK(memcmp(bytes, again, sizeof bytes) == 0);
}

/* It ends, and each line lies within the text. */
static void try_profile(const char *text) {
	const char *at = text;
	unsigned number = 0;
	struct ent_profile_line line;
	struct ent_fault fault = {0};
	ent_status status;
	while ((status = ent_profile_next(&at, &number, &line, &fault)) == ENT_OK)
		FUZZ_CHECK(line.name > text - 1 && line.value + line.value_length <= at &&
				line.value > line.name);
	FUZZ_CHECK(status == ENT_E_MISSING || status == ENT_E_SYNTAX);
	FUZZ_CHECK((status == ENT_E_MISSING) == (fault.why[0] == '\0'));
}

static void try_names(const char *text, size_t size) {
	struct ent_fault fault = {0}, other_fault = {0};
	check_fault(ent_party_name_check(text, size, &fault), &fault);
	check_fault(ent_party_address_check(text, size, &other_fault), &other_fault);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	if (size > INPUT_MAX)
		return 0;
	make_known();
	/* An exact copy, so that a byte too far is seen. */
	char *text = malloc(size + 1);
	FUZZ_CHECK(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	try_profile(text);
	text = realloc(text, size > 0 ? size : 1);
	FUZZ_CHECK(text != NULL);
	(void)try_card(text, size);
	try_signed(text, size);
	try_words(text, size);
	try_names(text, size);
	free(text);
	return 0;
}
