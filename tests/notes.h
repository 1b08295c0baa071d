/* SPDX-License-Identifier: Apache-2.0 */
/* notes.h: for tests: notes signed by hand, so that what they say can be wrong. */
#ifndef ENTENTE_TESTS_NOTES_H
#define ENTENTE_TESTS_NOTES_H

#include "test.h"

#include "entente/base64.h"
#include "entente/ledger.h"

#define NOTE_ROOT "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
#define NOTE_BODY "example.com/log\n7\n" NOTE_ROOT "\n"

/* A key of its own for each number. */
static inline struct ent_sign_key *note_key(uint8_t number) {
	uint8_t seed[ENT_SIGN_SEED_SIZE];
	struct ent_sign_key *key = NULL;
	memset(seed, number, sizeof seed);
	CHECK(ent_sign_key_create_from_seed(seed, &key) == ENT_OK);
	return key;
}

static inline struct ent_vkey note_vkey(
		const struct ent_sign_key *key, const char *name, uint8_t type) {
	struct ent_vkey vkey = {.type = type};
	(void)snprintf(vkey.name, sizeof vkey.name, "%s", name);
	ent_sign_key_public(key, vkey.public_key);
	return vkey;
}

/* SHA-256(name, newline, type, public key)[:4], as signed-note says. */
static inline void note_id(const struct ent_vkey *vkey, uint8_t ret_id[4]) {
	struct ent_hash hash;
	char text[ENT_ORIGIN_SIZE + 40];
	const size_t length = (size_t)snprintf(text, sizeof text, "%s\n", vkey->name);
	text[length] = (char)vkey->type;
	memcpy(text + length + 1, vkey->public_key, 32);
	ent_seal_sha256(text, length + 33, &hash);
	memcpy(ret_id, hash.bytes, 4);
}

/* A signature line, terminated, of key id and 'n' more bytes. Returns the length. */
static inline size_t note_line(
		const char *name, const uint8_t id[4], const void *more, size_t n, char *ret_line) {
	uint8_t blob[6000];
	CHECK(n + 4 <= sizeof blob);
	memcpy(blob, id, 4);
	memcpy(blob + 4, more, n);
	size_t length = (size_t)sprintf(ret_line, "\xe2\x80\x94 %s ", name);
	length += ent_base64_print(ENT_BASE64, blob, n + 4, ret_line + length);
	memcpy(ret_line + length, "\n", 2);
	return length + 1;
}

/* The line with which this key signs a body; 'time_s' is for type 0x04. */
static inline size_t note_signature(const char *body, size_t length, const char *name, uint8_t type,
		const struct ent_sign_key *key, uint64_t time_s, char *ret_line) {
	const struct ent_vkey vkey = note_vkey(key, name, type);
	uint8_t id[4], blob[8 + 64];
	char *text = malloc(length + 100);
	size_t front = 0;
	CHECK(text != NULL);
	if (type == 0x04)
		front = (size_t)sprintf(
				text, "cosignature/v1\ntime %llu\n", (unsigned long long)time_s);
	memcpy(text + front, body, length);
	for (int i = 0; i < 8; i++)
		blob[i] = (uint8_t)(time_s >> (56 - 8 * i));
	ent_sign(key, text, front + length, blob + 8);
	free(text);
	note_id(&vkey, id);
	return type == 0x04 ? note_line(name, id, blob, sizeof blob, ret_line)
			    : note_line(name, id, blob + 8, 64, ret_line);
}

static inline bool note_same_checkpoint(
		const struct ent_checkpoint *a, const struct ent_checkpoint *b) {
	return strcmp(a->origin, b->origin) == 0 && a->size == b->size &&
			memcmp(&a->root, &b->root, sizeof a->root) == 0;
}

#endif
