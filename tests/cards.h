/* SPDX-License-Identifier: Apache-2.0 */
/* cards.h: for tests: parties whose keys are known, and their cards. */
#ifndef ENTENTE_TESTS_CARDS_H
#define ENTENTE_TESTS_CARDS_H

#include "test.h"

#include "entente/party.h"

/* 2026-11-26T10:00:00Z: Python's calendar.timegm. */
#define PARTY_ISSUED_US INT64_C(1795687200000000)

/* A key of its own for each number. */
static inline struct ent_sign_key *party_key(uint8_t number) {
	uint8_t seed[ENT_SIGN_SEED_SIZE];
	struct ent_sign_key *key = NULL;
	memset(seed, number, sizeof seed);
	CHECK(ent_sign_key_create_from_seed(seed, &key) == ENT_OK);
	return key;
}

/* Of the party whose first key has the number 'first', with the party key 'now' and the line key 'line'. */
static inline struct ent_card party_card(
		uint8_t first, uint8_t now, uint8_t line, const char *name, uint64_t number) {
	struct ent_card card = {.number = number, .issued_utc_us = PARTY_ISSUED_US};
	uint8_t public_key[ENT_SIGN_PUBLIC_SIZE];
	struct ent_sign_key *first_key = party_key(first), *now_key = party_key(now),
			    *line_key = party_key(line);
	ent_sign_key_public(first_key, public_key);
	ent_party_id(public_key, card.id);
	ent_sign_key_public(now_key, public_key);
	ent_party_vkey(card.id, public_key, &card.party_key);
	ent_sign_key_public(line_key, public_key);
	ent_party_line_vkey(card.id, public_key, &card.line_key);
	(void)snprintf(card.name, sizeof card.name, "%s", name);
	memset(card.tls_key.bytes, line, sizeof card.tls_key.bytes);
	ent_sign_key_destroy(first_key);
	ent_sign_key_destroy(now_key);
	ent_sign_key_destroy(line_key);
	return card;
}

/* 'before' 0: none. Returns the length. */
static inline size_t party_print(const struct ent_card *card, uint8_t now, uint8_t before,
		char ret_text[ENT_CARD_SIZE]) {
	struct ent_sign_key *key = party_key(now),
			    *before_key = before != 0 ? party_key(before) : NULL;
	const size_t length = ent_card_print(card, key, before_key, ret_text);
	ent_sign_key_destroy(key);
	ent_sign_key_destroy(before_key);
	return length;
}

/* Signs any text as a card would be. Returns the length. */
static inline size_t party_sign(
		const char *text, const char *id, uint8_t now, char ret_note[ENT_CARD_SIZE]) {
	struct ent_sign_key *key = party_key(now);
	char name[ENT_ORIGIN_SIZE], line[ENT_NOTE_LINE_SIZE];
	(void)snprintf(name, sizeof name, "%s.party.entente.invalid", id);
	(void)ent_note_sign(text, strlen(text), name, key, line);
	const int length = snprintf(ret_note, ENT_CARD_SIZE, "%s\n%s", text, line);
	CHECK(length > 0 && length < ENT_CARD_SIZE);
	ent_sign_key_destroy(key);
	return (size_t)length;
}

#endif
