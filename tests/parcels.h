/* SPDX-License-Identifier: Apache-2.0 */
/* parcels.h: for tests: two parties' keys, notes of their ledgers, and parcels made by hand. */
#ifndef ENTENTE_TESTS_PARCELS_H
#define ENTENTE_TESTS_PARCELS_H

#include "notes.h"

#include "entente/parcel.h"

#define PARCEL_A "0123456789abcdef"
#define PARCEL_B "fedcba9876543210"
#define PARCEL_AB "line/" PARCEL_A "/" PARCEL_B
#define PARCEL_BA "line/" PARCEL_B "/" PARCEL_A
#define PARCEL_KEY_A PARCEL_A ".line.entente.invalid"
#define PARCEL_KEY_B PARCEL_B ".line.entente.invalid"

/* A checkpoint of a ledger whose root is what its entries' leaves come to. Returns the length. */
static inline size_t parcel_note(const struct ent_sign_key *key, const char *key_name,
		const char *ledger, const struct ent_tree *tree, char ret_note[ENT_NOTE_SIZE]) {
	struct ent_checkpoint checkpoint = {.size = tree->size};
	CHECK(snprintf(checkpoint.origin, sizeof checkpoint.origin, "%s/%s", key_name, ledger) <
			(int)sizeof checkpoint.origin);
	ent_tree_root(tree, &checkpoint.root);
	return ent_checkpoint_sign(&checkpoint, key_name, key, ret_note);
}

static inline void parcel_grow(struct ent_tree *tree, const char *entry, size_t size) {
	struct ent_hash leaf;
	ent_ledger_leaf_hash(entry, size, &leaf);
	CHECK(ent_tree_append(tree, &leaf, NULL, NULL) == ENT_OK);
}

/* Puts the right last line behind these. Returns the length. */
static inline size_t parcel_end(char *text, size_t length) {
	struct ent_hash hash;
	ent_seal_sha256(text, length, &hash);
	length += (size_t)sprintf(text + length, "end ");
	for (size_t i = 0; i < sizeof hash.bytes; i++)
		length += (size_t)sprintf(text + length, "%02x", hash.bytes[i]);
	length += (size_t)sprintf(text + length, "\n");
	return length;
}

#endif
