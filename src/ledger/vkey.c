/* SPDX-License-Identifier: Apache-2.0 */
/* vkey.c: the keys of notes as text: name+id+base64(type, public key) (signed-note, "Verifier keys"). */
#include "entente/ledger.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "entente/base64.h"
#include "entente/text.h"
#include "note.h"

enum {
	ID_LENGTH = 2 * NOTE_KEY_ID_SIZE,
	KEY_SIZE = 1 + ENT_SIGN_PUBLIC_SIZE,
	LENGTH_MAX = 4096 /* to look at; the keys of ML-DSA-44, which we name and refuse, have 1313 bytes */
};

/* Unicode 15, property White_Space, what is not below U+0020; in rising order. */
static const struct {
	uint32_t first, last;
} spaces[] = {
		{0x20, 0x20},
		{0x85, 0x85},
		{0xa0, 0xa0},
		{0x1680, 0x1680},
		{0x2000, 0x200a},
		{0x2028, 0x2029},
		{0x202f, 0x202f},
		{0x205f, 0x205f},
		{0x3000, 0x3000},
};

static bool is_space(uint32_t character) {
	for (size_t i = 0; i < sizeof spaces / sizeof spaces[0]; i++)
		if (character <= spaces[i].last)
			return character >= spaces[i].first;
	return false;
}

bool note_name_ok(const char *name, size_t length) {
	size_t bytes = 0;
	for (size_t i = 0; i < length; i += bytes) {
		uint32_t character = 0;
		bytes = ent_text_character(name + i, length - i, &character);
		if (bytes == 0 || character < 0x20 || character == '+' || is_space(character))
			return false;
	}
	return length > 0;
}

bool ent_vkey_name_ok(const char *name, size_t length) {
	return length < ENT_ORIGIN_SIZE && note_name_ok(name, length);
}

void note_key_id(const struct ent_vkey *vkey, uint8_t ret_id[NOTE_KEY_ID_SIZE]) {
	struct ent_hash hash;
	const struct ent_seal_part parts[] = {{vkey->name, strlen(vkey->name)}, {"\n", 1},
			{&vkey->type, 1}, {vkey->public_key, ENT_SIGN_PUBLIC_SIZE}};
	ent_seal_sha256_parts(parts, sizeof parts / sizeof parts[0], &hash);
	memcpy(ret_id, hash.bytes, NOTE_KEY_ID_SIZE);
}

void note_print_id(const uint8_t id[NOTE_KEY_ID_SIZE], char ret_text[ENT_VKEY_ID_SIZE]) {
	for (size_t i = 0; i < NOTE_KEY_ID_SIZE; i++)
		(void)snprintf(ret_text + 2 * i, 3, "%02x", id[i]);
}

void ent_vkey_id(const struct ent_vkey *vkey, char ret_id[ENT_VKEY_ID_SIZE]) {
	uint8_t id[NOTE_KEY_ID_SIZE];
	note_key_id(vkey, id);
	note_print_id(id, ret_id);
}

static void print_id(const struct ent_vkey *vkey, char ret_text[ID_LENGTH + 1]) {
	uint8_t id[NOTE_KEY_ID_SIZE];
	note_key_id(vkey, id);
	(void)snprintf(ret_text, ID_LENGTH + 1, "%02x%02x%02x%02x", id[0], id[1], id[2], id[3]);
}

size_t ent_vkey_print(const struct ent_vkey *vkey, char ret_text[ENT_VKEY_SIZE]) {
	char id[ID_LENGTH + 1], base64[ENT_BASE64_SIZE(KEY_SIZE)];
	uint8_t key[KEY_SIZE] = {vkey->type};
	assert(ent_vkey_name_ok(vkey->name, strlen(vkey->name)));
	memcpy(key + 1, vkey->public_key, ENT_SIGN_PUBLIC_SIZE);
	(void)ent_base64_print(ENT_BASE64, key, sizeof key, base64);
	print_id(vkey, id);
	return (size_t)snprintf(ret_text, ENT_VKEY_SIZE, "%s+%s+%s", vkey->name, id, base64);
}

static ent_status refuse(struct ent_fault *fault, const char *why) {
	ent_fault_set(fault, "", "%s", why);
	return ENT_E_SYNTAX;
}

/* Type and public key, behind the second plus. */
static ent_status parse_key(
		const char *text, size_t length, struct ent_vkey *vkey, struct ent_fault *fault) {
	uint8_t key[KEY_SIZE];
	size_t size = 0;
	if (!line_base64(text, length, key, sizeof key, &size) || size < 2)
		return refuse(fault, "what stands behind the second plus is not a key in base64");
	if (key[0] != NOTE_ED25519 && key[0] != NOTE_COSIGNATURE) {
		ent_fault_set(fault, "", "a key of type 0x%02x; we know 0x01 and 0x04, Ed25519",
				key[0]);
		return ENT_E_REFUSED;
	}
	if (size != sizeof key)
		return refuse(fault, "an Ed25519 key has 32 bytes behind its type");
	vkey->type = key[0];
	memcpy(vkey->public_key, key + 1, ENT_SIGN_PUBLIC_SIZE);
	return ENT_OK;
}

ent_status ent_vkey_parse(const char *text, size_t length, struct ent_vkey *ret_vkey,
		struct ent_fault *reterr_fault) {
	struct ent_vkey vkey = {.type = 0};
	char id[ID_LENGTH + 1];
	if (length > LENGTH_MAX)
		return refuse(reterr_fault, "too long for a key");
	/* A name has no plus; the base64 may have. */
	const char *plus = length > 0 ? memchr(text, '+', length) : NULL;
	const size_t name_length = plus != NULL ? (size_t)(plus - text) : length;
	const size_t key_at = name_length + 1 + ID_LENGTH + 1;
	if (length <= key_at || text[key_at - 1] != '+')
		return refuse(reterr_fault,
				"not a key: its name, a plus, 8 hexadecimal digits, a plus, "
				"base64");
	if (!ent_vkey_name_ok(text, name_length))
		return refuse(reterr_fault,
				"the name in front of the first plus is empty, too long or has "
				"spaces");
	memcpy(vkey.name, text, name_length);
	const ent_status status = parse_key(text + key_at, length - key_at, &vkey, reterr_fault);
	if (status != ENT_OK)
		return status;
	print_id(&vkey, id);
	if (memcmp(id, text + name_length + 1, ID_LENGTH) != 0) {
		ent_fault_set(reterr_fault, "",
				"the digits between the pluses are not the key's: it has %s", id);
		return ENT_E_SYNTAX;
	}
	*ret_vkey = vkey;
	return ENT_OK;
}
