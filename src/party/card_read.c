/* SPDX-License-Identifier: Apache-2.0 */
/* card_read.c: cards from outside; see card.c for what they are. */
#include "card.h"

#include <string.h>

#include "fields.h"

#define NUMBER_MAX ((uint64_t)INT64_MAX)

/* Perhaps not there. */
static ent_status read_clock(struct fields *fields, struct ent_card *card) {
	struct field field = {NULL, 0};
	if (!field_take(fields, "clock", &field))
		return ENT_OK;
	if (field.length != sizeof CARD_CLOCK_VALUE - 1 ||
			memcmp(field.value, CARD_CLOCK_VALUE, field.length) != 0)
		return field_fault(fields, ENT_E_SYNTAX,
				"the one thing that is said of a clock is '" CARD_CLOCK_VALUE "'");
	card->settable_clock = true;
	return ENT_OK;
}

/* Who it is of, and which one it is. */
static ent_status read_who(struct fields *fields, struct ent_card *card) {
	struct field field = {NULL, 0};
	struct ent_fault fault = {{0}, {0}};
	ent_status status = field_need_line(fields, CARD_FIRST_LINE);
	if (status == ENT_OK)
		status = field_need(fields, "party", &field);
	if (status != ENT_OK)
		return status;
	if (!ent_party_id_ok(field.value, field.length))
		return field_fault(fields, ENT_E_SYNTAX,
				"not an id: 16 hexadecimal digits, small letters");
	memcpy(card->id, field.value, field.length);
	status = field_need(fields, "name", &field);
	if (status != ENT_OK)
		return status;
	status = ent_party_name_check(field.value, field.length, &fault);
	if (status != ENT_OK)
		return field_fault(fields, status, fault.why);
	memcpy(card->name, field.value, field.length);
	status = field_need(fields, "number", &field);
	if (status == ENT_OK)
		status = field_number(fields, &field, 1, NUMBER_MAX, &card->number);
	if (status == ENT_OK)
		status = field_need(fields, "issued", &field);
	if (status == ENT_OK)
		status = field_time(fields, &field, &card->issued_utc_us);
	return status == ENT_OK ? read_clock(fields, card) : status;
}

static ent_status read_keys(struct fields *fields, struct ent_card *card) {
	static const uint8_t none[ENT_SIGN_PUBLIC_SIZE];
	struct field field = {NULL, 0};
	struct ent_vkey party, line;
	ent_party_vkey(card->id, none, &party);
	ent_party_line_vkey(card->id, none, &line);
	ent_status status = field_need(fields, "party-key", &field);
	if (status == ENT_OK)
		status = field_vkey(fields, &field, &party, &card->party_key);
	if (status == ENT_OK && card->number == 1 && !ent_card_key_is_first(card))
		status = field_fault(fields, ENT_E_SYNTAX,
				"the first card's key is another one than its party's id is of");
	if (status == ENT_OK)
		status = field_need(fields, "line-key", &field);
	if (status == ENT_OK)
		status = field_vkey(fields, &field, &line, &card->line_key);
	if (status == ENT_OK)
		status = field_need(fields, "tls-key", &field);
	if (status == ENT_OK)
		status = field_base64(fields, &field, card->tls_key.bytes, ENT_HASH_SIZE);
	return status;
}

static ent_status take_address(struct fields *fields, const struct field *field,
		char ret_address[ENT_PARTY_ADDRESS_SIZE]) {
	struct ent_fault fault = {{0}, {0}};
	const ent_status status = ent_party_address_check(field->value, field->length, &fault);
	if (status != ENT_OK)
		return field_fault(fields, status, fault.why);
	memcpy(ret_address, field->value, field->length);
	return ENT_OK;
}

static ent_status read_addresses(struct fields *fields, struct ent_card *card) {
	struct field field = {NULL, 0};
	ent_status status = ENT_OK;
	if (field_take(fields, "address", &field))
		status = take_address(fields, &field, card->address);
	while (status == ENT_OK && field_take(fields, "reserve", &field)) {
		if (card->n_reserves == ENT_PARTY_RESERVES_MAX)
			return field_fault(fields, ENT_E_LIMIT, "more than 8 reserve addresses");
		if (card->address[0] == '\0')
			return field_fault(fields, ENT_E_SYNTAX, CARD_RESERVE_ALONE);
		status = take_address(fields, &field, card->reserve[card->n_reserves++]);
	}
	return status == ENT_OK ? field_end(fields) : status;
}

/* By its own key; and another one's line stands for the key before, which only who knows that can look at. */
static ent_status check_signatures(
		const struct ent_card *card, const struct ent_note *note, struct ent_fault *fault) {
	const ent_status status = ent_note_verify(note, &card->party_key, NULL, fault);
	if (status != ENT_OK)
		return ENT_E_REFUSED;
	if (note->n_signatures > CARD_SIGNATURES_MAX) {
		ent_fault_set(fault, "",
				"a card has one signature, or two when its key has changed");
		return ENT_E_SYNTAX;
	}
	return ENT_OK;
}

ent_status card_parse(const char *text, size_t length, struct ent_card *ret_card,
		struct ent_note *ret_note, struct ent_fault *reterr_fault) {
	struct ent_card card = {.number = 0};
	struct ent_note note = {.text = NULL};
	if (length >= ENT_CARD_SIZE) {
		ent_fault_set(reterr_fault, "", "longer than a card can be, %d bytes",
				ENT_CARD_SIZE - 1);
		return ENT_E_LIMIT;
	}
	ent_status status = ent_note_parse(text, length, &note, reterr_fault);
	if (status != ENT_OK)
		return status;
	struct fields fields = {note.text, note.text + note.text_length, 0, reterr_fault};
	status = read_who(&fields, &card);
	if (status == ENT_OK)
		status = read_keys(&fields, &card);
	if (status == ENT_OK)
		status = read_addresses(&fields, &card);
	if (status == ENT_OK)
		status = check_signatures(&card, &note, reterr_fault);
	if (status == ENT_OK) {
		*ret_card = card;
		*ret_note = note;
	}
	return status;
}

ent_status ent_card_parse(const char *text, size_t length, struct ent_card *ret_card,
		struct ent_fault *reterr_fault) {
	struct ent_note note;
	return card_parse(text, length, ret_card, &note, reterr_fault);
}
