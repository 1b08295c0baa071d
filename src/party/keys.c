/* SPDX-License-Identifier: Apache-2.0 */
/* keys.c: see keys.h. */
#include "keys.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>

#include "entente/base64.h"
#include "fields.h"

#define FIRST_LINE "entente key 1"
#define PASSES "argon2id-passes"
#define MEMORY "argon2id-memory-kib"
#define SALT "argon2id-salt"
#define NONCE "xchacha20-poly1305-nonce"
#define BOX "xchacha20-poly1305-box"

static size_t print_line(const struct ent_vkey *vkey, const struct ent_sign_key *key,
		char ret_text[KEYS_TEXT_SIZE]) {
	char name[ENT_VKEY_SIZE], base64[ENT_BASE64_SIZE(ENT_SIGN_SEED_SIZE)];
	uint8_t seed[ENT_SIGN_SEED_SIZE];
	(void)ent_vkey_print(vkey, name);
	ent_sign_key_seed(key, seed);
	(void)ent_base64_print(ENT_BASE64, seed, sizeof seed, base64);
	const int length = snprintf(
			ret_text, KEYS_TEXT_SIZE, FIRST_LINE "\nvkey %s\nseed %s\n", name, base64);
	ent_seal_wipe(seed, sizeof seed);
	ent_seal_wipe(base64, sizeof base64);
	return (size_t)length;
}

size_t keys_print_party(const struct ent_vkey *vkey, const struct ent_sealed_key *sealed,
		char ret_text[KEYS_TEXT_SIZE]) {
	char name[ENT_VKEY_SIZE], salt[ENT_BASE64_SIZE(ENT_SEALED_SALT_SIZE)],
			nonce[ENT_BASE64_SIZE(ENT_SEALED_NONCE_SIZE)],
			box[ENT_BASE64_SIZE(ENT_SEALED_BOX_SIZE)];
	(void)ent_vkey_print(vkey, name);
	(void)ent_base64_print(ENT_BASE64, sealed->salt, sizeof sealed->salt, salt);
	(void)ent_base64_print(ENT_BASE64, sealed->nonce, sizeof sealed->nonce, nonce);
	(void)ent_base64_print(ENT_BASE64, sealed->box, sizeof sealed->box, box);
	return (size_t)snprintf(ret_text, KEYS_TEXT_SIZE,
			FIRST_LINE "\nvkey %s\n" PASSES " %" PRIu32 "\n" MEMORY " %" PRIu32
				   "\n" SALT " %s\n" NONCE " %s\n" BOX " %s\n",
			name, sealed->passes, sealed->memory_kib, salt, nonce, box);
}

ent_status keys_make_tls(const char *id, char ret_certificate[ENT_CERTIFICATE_PEM_SIZE],
		struct ent_secret **ret_key, struct ent_hash *ret_hash) {
	char name[ENT_CERTIFICATE_NAME_SIZE];
	(void)snprintf(name, sizeof name, "%s.tls.entente.invalid", id);
	const ent_status status = ent_certificate_create(name, ret_certificate, ret_key);
	return status == ENT_OK ? ent_certificate_key_hash(ret_certificate, strlen(ret_certificate),
						  ret_hash, NULL)
				: status;
}

ent_status keys_write_line(const struct ent_party_folder *folder, const char *name,
		const struct ent_vkey *vkey, const struct ent_sign_key *key,
		struct ent_fault *fault) {
	struct ent_secret *text = NULL;
	ent_status status = ent_secret_create(KEYS_TEXT_SIZE, &text);
	if (status != ENT_OK) {
		ent_fault_set(fault, "", "%s", ent_status_text(status));
		return status;
	}
	const size_t length = print_line(vkey, key, (char *)ent_secret_bytes(text));
	status = files_write(folder, name, ent_secret_bytes(text), length, fault);
	ent_secret_destroy(text);
	return status;
}

/* The first two lines. 'named' is the key of the card, which it must be. */
static ent_status read_head(struct fields *fields, const struct ent_vkey *named) {
	struct field field = {NULL, 0};
	struct ent_vkey vkey;
	ent_status status = field_need_line(fields, FIRST_LINE);
	if (status == ENT_OK)
		status = field_need(fields, "vkey", &field);
	if (status == ENT_OK)
		status = field_vkey(fields, &field, named, &vkey);
	if (status == ENT_OK &&
			memcmp(vkey.public_key, named->public_key, sizeof vkey.public_key) != 0)
		status = field_fault(fields, ENT_E_REFUSED,
				"another key than the one that our card names");
	return status;
}

static ent_status parse_line(const char *text, size_t length, const struct ent_vkey *named,
		struct ent_sign_key **ret_key, struct ent_fault *fault) {
	struct fields fields = {text, text + length, 0, fault};
	struct field field = {NULL, 0};
	uint8_t seed[ENT_SIGN_SEED_SIZE] = {0}, public_key[ENT_SIGN_PUBLIC_SIZE];
	struct ent_sign_key *key = NULL;
	ent_status status = read_head(&fields, named);
	if (status == ENT_OK)
		status = field_need(&fields, "seed", &field);
	if (status == ENT_OK)
		status = field_base64(&fields, &field, seed, sizeof seed);
	if (status == ENT_OK)
		status = field_end(&fields);
	if (status == ENT_OK)
		status = ent_sign_key_create_from_seed(seed, &key);
	ent_seal_wipe(seed, sizeof seed);
	if (status != ENT_OK)
		return status;
	ent_sign_key_public(key, public_key);
	if (memcmp(public_key, named->public_key, sizeof public_key) != 0) {
		ent_sign_key_destroy(key);
		return field_fault(&fields, ENT_E_SYNTAX,
				"it is not the private half of the vkey above");
	}
	*ret_key = key;
	return ENT_OK;
}

static ent_status parse_number(struct fields *fields, const char *name, uint32_t least,
		uint32_t most, uint32_t *ret_number) {
	struct field field = {NULL, 0};
	uint64_t number = 0;
	ent_status status = field_need(fields, name, &field);
	if (status == ENT_OK)
		status = field_number(fields, &field, least, most, &number);
	if (status == ENT_OK)
		*ret_number = (uint32_t)number;
	return status;
}

static ent_status parse_bytes(
		struct fields *fields, const char *name, void *ret_bytes, size_t size) {
	struct field field = {NULL, 0};
	const ent_status status = field_need(fields, name, &field);
	return status == ENT_OK ? field_base64(fields, &field, ret_bytes, size) : status;
}

static ent_status parse_sealed(struct fields *fields, const struct ent_vkey *named,
		struct ent_sealed_key *sealed) {
	ent_status status = read_head(fields, named);
	if (status == ENT_OK)
		status = parse_number(fields, PASSES, ENT_SEALED_PASSES_MIN, ENT_SEALED_PASSES_MAX,
				&sealed->passes);
	if (status == ENT_OK)
		status = parse_number(fields, MEMORY, ENT_SEALED_MEMORY_MIN_KIB,
				ENT_SEALED_MEMORY_MAX_KIB, &sealed->memory_kib);
	if (status == ENT_OK)
		status = parse_bytes(fields, SALT, sealed->salt, sizeof sealed->salt);
	if (status == ENT_OK)
		status = parse_bytes(fields, NONCE, sealed->nonce, sizeof sealed->nonce);
	if (status == ENT_OK)
		status = parse_bytes(fields, BOX, sealed->box, sizeof sealed->box);
	return status == ENT_OK ? field_end(fields) : status;
}

/* The line key in a file, when it is the card's. */
static ent_status read_line(const struct ent_party_folder *folder, const char *name,
		const struct ent_card *card, struct ent_sign_key **ret_key,
		struct ent_fault *fault) {
	char text[KEYS_TEXT_SIZE];
	size_t length = 0;
	ent_status status = files_read(folder, name, true, text, sizeof text, &length, fault);
	if (status != ENT_OK)
		return status;
	status = parse_line(text, length, &card->line_key, ret_key, fault);
	ent_seal_wipe(text, sizeof text);
	return status == ENT_OK ? status : files_say(folder, name, status, fault);
}

ent_status ent_party_open_line_key(const struct ent_party_folder *folder,
		struct ent_sign_key **ret_key, struct ent_fault *reterr_fault) {
	struct ent_party_known own;
	ent_status status = ent_party_own(folder, &own, reterr_fault);
	if (status != ENT_OK)
		return status;
	status = read_line(folder, KEYS_LINE, &own.card, ret_key, reterr_fault);
	/* A change that was broken off behind its card. */
	if (status == ENT_E_REFUSED &&
			read_line(folder, KEYS_LINE_NEXT, &own.card, ret_key, NULL) == ENT_OK)
		status = ENT_OK;
	return status;
}

/* The sealed key in a file, when it is the card's. */
static ent_status read_sealed(const struct ent_party_folder *folder, const char *name,
		const struct ent_card *card, struct ent_sealed_key *sealed,
		struct ent_fault *fault) {
	char text[KEYS_TEXT_SIZE];
	size_t length = 0;
	ent_status status = files_read(folder, name, true, text, sizeof text, &length, fault);
	if (status != ENT_OK)
		return status;
	struct fields fields = {text, text + length, 0, fault};
	status = parse_sealed(&fields, &card->party_key, sealed);
	return status == ENT_OK ? status : files_say(folder, name, status, fault);
}

/* --- What a change that was broken off has left --- */

/* Does the file say that it is the card's line key? Nothing is allocated, so nothing fails for want of memory. */
static bool is_line(const struct ent_party_folder *folder, const char *name,
		const struct ent_card *card) {
	char text[KEYS_TEXT_SIZE];
	size_t length = 0;
	if (files_read(folder, name, true, text, sizeof text, &length, NULL) != ENT_OK)
		return false;
	struct fields fields = {text, text + length, 0, NULL};
	const bool is = read_head(&fields, &card->line_key) == ENT_OK;
	ent_seal_wipe(text, sizeof text);
	return is;
}

static ent_status settle_tls(const struct ent_party_folder *folder, const struct ent_card *card,
		struct ent_fault *fault) {
	char text[ENT_CERTIFICATE_PEM_SIZE];
	struct ent_hash hash = {{0}};
	size_t length = 0;
	if (files_read(folder, KEYS_TLS_CERTIFICATE_NEXT, false, text, sizeof text, &length,
			    NULL) != ENT_OK ||
			ent_certificate_key_hash(text, length, &hash, NULL) != ENT_OK ||
			memcmp(hash.bytes, card->tls_key.bytes, ENT_HASH_SIZE) != 0)
		return ENT_OK;
	/* The key has its name already when the change was broken off between the two. */
	const ent_status status = files_there(folder, KEYS_TLS_NEXT)
			? files_rename(folder, KEYS_TLS_NEXT, ENT_PARTY_TLS_KEY, fault)
			: ENT_OK;
	return status == ENT_OK ? files_rename(folder, KEYS_TLS_CERTIFICATE_NEXT,
						  ENT_PARTY_TLS_CERTIFICATE, fault)
				: status;
}

ent_status keys_settle(const struct ent_party_folder *folder, const struct ent_card *card,
		struct ent_fault *fault) {
	struct ent_sealed_key sealed = {.passes = 0};
	ent_status status = ENT_OK;
	if (read_sealed(folder, KEYS_PARTY, card, &sealed, NULL) != ENT_OK &&
			read_sealed(folder, KEYS_NEXT, card, &sealed, NULL) == ENT_OK)
		status = files_rename(folder, KEYS_NEXT, KEYS_PARTY, fault);
	if (status == ENT_OK && !is_line(folder, KEYS_LINE, card) &&
			is_line(folder, KEYS_LINE_NEXT, card))
		status = files_rename(folder, KEYS_LINE_NEXT, KEYS_LINE, fault);
	return status == ENT_OK ? settle_tls(folder, card, fault) : status;
}

void keys_settle_left(const struct ent_party_folder *folder) {
	struct ent_party_known own;
	if (!files_there(folder, KEYS_NEXT) && !files_there(folder, KEYS_LINE_NEXT) &&
			!files_there(folder, KEYS_TLS_CERTIFICATE_NEXT))
		return;
	/* Who only reads has the folder for as long as that takes; who changes it already has it. */
	if (!folder->to_change && flock(folder->fd, LOCK_EX | LOCK_NB) != 0)
		return;
	ent_status status = ent_party_own(folder, &own, NULL);
	if (status == ENT_OK)
		status = keys_settle(folder, &own.card, NULL);
	(void)status; /* who needs a key says what is amiss with it */
	if (!folder->to_change)
		(void)flock(folder->fd, LOCK_UN);
}

ent_status ent_party_open_key(const struct ent_party_folder *folder, struct ent_secret *passphrase,
		struct ent_sign_key **ret_key, struct ent_fault *reterr_fault) {
	struct ent_sealed_key sealed = {.passes = 0};
	struct ent_sign_key *key = NULL;
	struct ent_party_known own;
	uint8_t public_key[ENT_SIGN_PUBLIC_SIZE];
	ent_status status = ent_party_own(folder, &own, reterr_fault);
	if (status != ENT_OK)
		return status;
	status = read_sealed(folder, KEYS_PARTY, &own.card, &sealed, reterr_fault);
	/* A change that was broken off behind its card. */
	if (status == ENT_E_REFUSED &&
			read_sealed(folder, KEYS_NEXT, &own.card, &sealed, NULL) == ENT_OK)
		status = ENT_OK;
	if (status != ENT_OK)
		return status;
	status = ent_sealed_key_open(&sealed, passphrase, &key);
	if (status == ENT_E_REFUSED)
		ent_fault_set(reterr_fault, "passphrase",
				"it is not the one of our party key (or the file of the key is "
				"damaged)");
	else if (status != ENT_OK)
		ent_fault_set(reterr_fault, "", "%s", ent_status_text(status));
	if (status != ENT_OK)
		return status;
	ent_sign_key_public(key, public_key);
	if (memcmp(public_key, own.card.party_key.public_key, sizeof public_key) != 0) {
		ent_sign_key_destroy(key);
		ent_fault_set(reterr_fault, "", "it is not the private half of its vkey");
		return files_say(folder, KEYS_PARTY, ENT_E_SYNTAX, reterr_fault);
	}
	*ret_key = key;
	return ENT_OK;
}
