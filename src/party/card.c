/* SPDX-License-Identifier: Apache-2.0 */
/*
 * card.c: cards, written and compared.
 *
 *     entente card 1
 *     party <id>
 *     name <text>
 *     number <from 1>
 *     issued <RFC 3339, Z>
 *     clock settable                    perhaps not at all
 *     party-key <vkey>
 *     line-key <vkey>
 *     tls-key <base64>
 *     address https://host:port         perhaps not at all
 *     reserve https://host:port         up to ENT_PARTY_RESERVES_MAX times
 *
 *     <em dash> <signature by the party key, and perhaps one by the party key before it>
 *
 * One card is one text: what ent_card_parse takes is, byte for byte, what card_print_text writes of it.
 */
#include "card.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "entente/base64.h"
#include "entente/text.h"

#define CARD_CHANGE_TEXT(name, text) text,
static const char *const change_texts[] = {ENT_CARD_CHANGE_MAP(CARD_CHANGE_TEXT)};

const char *ent_card_change_text(enum ent_card_change change) {
	assert((unsigned)change < ENT_CARD_CHANGE_COUNT);
	return change_texts[change];
}

/* Appends; the largest card fits. */
static void put(char *text, size_t *length, const char *format, ...) ENT_PRINTF(3, 4);

static void put(char *text, size_t *length, const char *format, ...) {
	va_list arguments;
	va_start(arguments, format);
	const int more = vsnprintf(text + *length, ENT_CARD_SIZE - *length, format, arguments);
	va_end(arguments);
	assert(more >= 0 && *length + (size_t)more < ENT_CARD_SIZE);
	*length += (size_t)more;
}

size_t card_print_text(const struct ent_card *card, char ret_text[ENT_CARD_SIZE]) {
	char time[ENT_TEXT_TIME_SIZE], vkey[ENT_VKEY_SIZE], tls[ENT_BASE64_SIZE(ENT_HASH_SIZE)];
	size_t length = 0;
	(void)ent_text_print_time(card->issued_utc_us, time);
	put(ret_text, &length,
			CARD_FIRST_LINE "\nparty %s\nname %s\nnumber %" PRIu64 "\nissued %s\n",
			card->id, card->name, card->number, time);
	if (card->settable_clock)
		put(ret_text, &length, CARD_CLOCK_LINE "\n");
	(void)ent_vkey_print(&card->party_key, vkey);
	put(ret_text, &length, "party-key %s\n", vkey);
	(void)ent_vkey_print(&card->line_key, vkey);
	put(ret_text, &length, "line-key %s\n", vkey);
	(void)ent_base64_print(ENT_BASE64, card->tls_key.bytes, ENT_HASH_SIZE, tls);
	put(ret_text, &length, "tls-key %s\n", tls);
	if (card->address[0] != '\0')
		put(ret_text, &length, "address %s\n", card->address);
	for (size_t i = 0; i < card->n_reserves; i++)
		put(ret_text, &length, "reserve %s\n", card->reserve[i]);
	return length;
}

size_t ent_card_print(const struct ent_card *card, const struct ent_sign_key *key,
		const struct ent_sign_key *before, char ret_text[ENT_CARD_SIZE]) {
	char line[ENT_NOTE_LINE_SIZE];
	const size_t signed_length = card_print_text(card, ret_text);
	size_t length = signed_length;
	put(ret_text, &length, "\n");
	(void)ent_note_sign(ret_text, signed_length, card->party_key.name, key, line);
	put(ret_text, &length, "%s", line);
	if (before != NULL) {
		(void)ent_note_sign(ret_text, signed_length, card->party_key.name, before, line);
		put(ret_text, &length, "%s", line);
	}
	return length;
}

bool ent_card_key_is_first(const struct ent_card *card) {
	char id[ENT_PARTY_ID_SIZE];
	ent_party_id(card->party_key.public_key, id);
	return strcmp(id, card->id) == 0;
}

/* --- Two cards --- */

bool card_same_key(const struct ent_vkey *a, const struct ent_vkey *b) {
	return memcmp(a->public_key, b->public_key, sizeof a->public_key) == 0;
}

/* Of two cards of one party, the offered one newer. */
static enum ent_card_change change_of_key(const struct ent_card *known,
		const struct ent_card *offered, const struct ent_note *note) {
	if (card_same_key(&known->party_key, &offered->party_key))
		return ENT_CARD_NEWER;
	return ent_note_verify(note, &known->party_key, NULL, NULL) == ENT_OK
			? ENT_CARD_KEY_VOUCHED
			: ENT_CARD_KEY_UNVOUCHED;
}

/* Signatures aside, which may differ. */
static bool same_text(const struct ent_card *a, const struct ent_card *b) {
	char text_a[ENT_CARD_SIZE], text_b[ENT_CARD_SIZE];
	const size_t length_a = card_print_text(a, text_a), length_b = card_print_text(b, text_b);
	return length_a == length_b && memcmp(text_a, text_b, length_a) == 0;
}

ent_status ent_card_compare(const char *known, size_t known_length, const char *offered,
		size_t offered_length, enum ent_card_change *ret_change,
		struct ent_fault *reterr_fault) {
	struct ent_card old, new;
	struct ent_note old_note, note;
	ent_status status = card_parse(known, known_length, &old, &old_note, reterr_fault);
	if (status == ENT_OK)
		status = card_parse(offered, offered_length, &new, &note, reterr_fault);
	if (status != ENT_OK)
		return status;
	if (strcmp(old.id, new.id) != 0)
		*ret_change = ENT_CARD_OTHER;
	else if (new.number < old.number)
		*ret_change = ENT_CARD_OLDER;
	else if (new.number == old.number)
		*ret_change = same_text(&old, &new) ? ENT_CARD_SAME : ENT_CARD_CLASH;
	/* What was play does not become earnest, or the other way round: that is another party. */
	else if (old.settable_clock != new.settable_clock)
		*ret_change = ENT_CARD_OTHER_CLOCK;
	else
		*ret_change = change_of_key(&old, &new, &note);
	return ENT_OK;
}
