/* SPDX-License-Identifier: Apache-2.0 */
/*
 * renew.c: a new card of our own party: what it may say, and perhaps other keys. Another party key is signed for by the
 * one before; a line key and a TLS key by the party key, with the card.
 * The card that is replaced is kept as card-<number>.txt: who knows none later needs it, to follow from key to key.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "card.h"
#include "entente/text.h"
#include "files.h"
#include "keys.h"
#include "own.h"

/* --- What a card may say --- */

static ent_status say(struct ent_fault *fault, const char *where, const struct ent_fault *inner,
		ent_status status) {
	ent_fault_set(fault, where, "%s", inner->why);
	return status;
}

/* A card of before, ours or another's, may have what ent_party_name_check takes. */
static bool spells(const char *name) {
	const size_t length = strlen(name);
	bool found = false;
	for (size_t at = 0; at < length && !found;) {
		uint32_t character = 0;
		at += ent_text_character(name + at, length - at, &character);
		found = ent_text_spells(character);
	}
	return found;
}

ent_status own_take_name(const char *name, struct ent_card *card, struct ent_fault *fault) {
	struct ent_fault inner = {{0}, {0}};
	if (name == NULL)
		return ENT_OK;
	const ent_status status = ent_party_name_check(name, strlen(name), &inner);
	if (status != ENT_OK)
		return say(fault, "name", &inner, status);
	if (!spells(name)) {
		ent_fault_set(fault, "name", "a name has at least one letter or digit");
		return ENT_E_SYNTAX;
	}
	memcpy(card->name, name, strlen(name) + 1);
	return ENT_OK;
}

static ent_status take(const char *address, const char *where,
		char ret_address[ENT_PARTY_ADDRESS_SIZE], struct ent_fault *fault) {
	struct ent_fault inner = {{0}, {0}};
	const ent_status status = ent_party_address_check(address, strlen(address), &inner);
	if (status != ENT_OK)
		return say(fault, where, &inner, status);
	memcpy(ret_address, address, strlen(address) + 1);
	return ENT_OK;
}

ent_status own_take_address(const char *address, struct ent_card *card, struct ent_fault *fault) {
	if (address == NULL)
		return ENT_OK;
	if (address[0] != '\0')
		return take(address, "address", card->address, fault);
	card->address[0] = '\0';
	return ENT_OK;
}

ent_status own_take_reserves(const char *const *reserves, size_t n, struct ent_card *card,
		struct ent_fault *fault) {
	if (n > ENT_PARTY_RESERVES_MAX) {
		ent_fault_set(fault, "reserve", "at most %d of them", ENT_PARTY_RESERVES_MAX);
		return ENT_E_LIMIT;
	}
	card->n_reserves = 0;
	for (size_t i = 0; i < n; i++) {
		const ent_status status = take(reserves[i], "reserve", card->reserve[i], fault);
		if (status != ENT_OK)
			return status;
		card->n_reserves++;
	}
	return ENT_OK;
}

ent_status own_check_addresses(const struct ent_card *card, struct ent_fault *fault) {
	if (card->n_reserves == 0 || card->address[0] != '\0')
		return ENT_OK;
	ent_fault_set(fault, "reserve", CARD_RESERVE_ALONE);
	return ENT_E_SYNTAX;
}

static ent_status take_change(const struct ent_party_change *change, struct ent_card *card,
		struct ent_fault *fault) {
	ent_status status = own_take_name(change->name, card, fault);
	if (status == ENT_OK)
		status = own_take_address(change->address, card, fault);
	if (status == ENT_OK && change->reserves != NULL)
		status = own_take_reserves(change->reserves, change->n_reserves, card, fault);
	if (status == ENT_OK)
		status = own_check_addresses(card, fault);
	if (status != ENT_OK)
		return status;
	if (card->number >= INT64_MAX) {
		ent_fault_set(fault, "", "there is no greater number for a card");
		return ENT_E_LIMIT;
	}
	card->number++;
	/* A clock that was set back makes no card older than the one before. */
	if (change->now_utc_us > card->issued_utc_us)
		card->issued_utc_us = change->now_utc_us;
	return ENT_OK;
}

/* --- The keys, and the files --- */

/* Another party key, sealed and beside the one that is in force. */
static ent_status make_next(const struct ent_party_folder *folder,
		const struct ent_party_change *change, struct ent_card *card,
		struct ent_sign_key **ret_next, struct ent_fault *fault) {
	char text[KEYS_TEXT_SIZE];
	uint8_t public_key[ENT_SIGN_PUBLIC_SIZE];
	struct ent_sealed_key sealed;
	struct ent_sign_key *next = NULL;
	ent_status status = ent_sign_key_create(&next);
	if (status == ENT_OK)
		status = ent_sealed_key_close(next, change->passphrase, change->passes,
				change->memory_kib, &sealed);
	if (status != ENT_OK) {
		ent_sign_key_destroy(next);
		ent_fault_set(fault, "", "%s", ent_status_text(status));
		return status;
	}
	ent_sign_key_public(next, public_key);
	ent_party_vkey(card->id, public_key, &card->party_key);
	const size_t length = keys_print_party(&card->party_key, &sealed, text);
	status = files_write(folder, KEYS_NEXT, text, length, fault);
	if (status == ENT_OK)
		*ret_next = next;
	else
		ent_sign_key_destroy(next);
	return status;
}

static ent_status make_next_line(const struct ent_party_folder *folder, struct ent_card *card,
		struct ent_fault *fault) {
	uint8_t public_key[ENT_SIGN_PUBLIC_SIZE];
	struct ent_sign_key *next = NULL;
	ent_status status = ent_sign_key_create(&next);
	if (status != ENT_OK) {
		ent_fault_set(fault, "", "%s", ent_status_text(status));
		return status;
	}
	ent_sign_key_public(next, public_key);
	ent_party_line_vkey(card->id, public_key, &card->line_key);
	status = keys_write_line(folder, KEYS_LINE_NEXT, &card->line_key, next, fault);
	ent_sign_key_destroy(next);
	return status;
}

static ent_status make_next_tls(const struct ent_party_folder *folder, struct ent_card *card,
		struct ent_fault *fault) {
	char certificate[ENT_CERTIFICATE_PEM_SIZE];
	struct ent_secret *key = NULL;
	ent_status status = keys_make_tls(card->id, certificate, &key, &card->tls_key);
	if (status != ENT_OK)
		ent_fault_set(fault, "", "%s", ent_status_text(status));
	else
		status = files_write(folder, KEYS_TLS_NEXT, ent_secret_bytes(key),
				ent_secret_size(key), fault);
	if (status == ENT_OK)
		status = files_write(folder, KEYS_TLS_CERTIFICATE_NEXT, certificate,
				strlen(certificate), fault);
	ent_secret_destroy(key);
	return status;
}

/* The card is what counts: it is written last but for the keys' own names. */
static ent_status write_card(const struct ent_party_folder *folder,
		const struct ent_party_known *before, const struct ent_card *card,
		const struct ent_sign_key *key, const struct ent_sign_key *next,
		struct ent_fault *fault) {
	char text[ENT_CARD_SIZE], name[FILES_NAME_SIZE];
	const size_t length = next != NULL ? ent_card_print(card, next, key, text)
					   : ent_card_print(card, key, NULL, text);
	(void)snprintf(name, sizeof name, CARD_KEPT_NAME, before->card.number);
	ent_status status = files_write(folder, name, before->text, before->length, fault);
	if (status == ENT_OK)
		status = files_write(folder, OWN_CARD, text, length, fault);
	return status == ENT_OK ? keys_settle(folder, card, fault) : status;
}

ent_status ent_party_renew(struct ent_party_folder *folder, const struct ent_party_change *change,
		struct ent_fault *reterr_fault) {
	struct ent_party_known before = {.length = 0};
	struct ent_sign_key *key = NULL, *next = NULL;
	assert(folder->to_change);
	ent_status status = ent_party_own(folder, &before, reterr_fault);
	if (status != ENT_OK)
		return status;
	struct ent_card card = before.card;
	status = take_change(change, &card, reterr_fault);
	if (status == ENT_OK)
		status = ent_party_open_key(folder, change->passphrase, &key, reterr_fault);
	if (status == ENT_OK)
		status = keys_settle(folder, &before.card, reterr_fault);
	if (status == ENT_OK && change->new_key)
		status = make_next(folder, change, &card, &next, reterr_fault);
	if (status == ENT_OK && change->new_line_key)
		status = make_next_line(folder, &card, reterr_fault);
	if (status == ENT_OK && change->new_tls_key)
		status = make_next_tls(folder, &card, reterr_fault);
	if (status == ENT_OK)
		status = write_card(folder, &before, &card, key, next, reterr_fault);
	ent_sign_key_destroy(key);
	ent_sign_key_destroy(next);
	return status;
}
