/* SPDX-License-Identifier: Apache-2.0 */
/*
 * emit_proofs.c: roots, proofs, signed notes, proof files and evidence of forks as lines of JSON, for verify_ledger.py
 * and test_evidence.py to check with code that shares nothing with ours. Entry i of every tree is the text "entry i"; of
 * the tree of which an author shows another history, from entry FORKS_AT on, "entry (i + 100000)".
 */
#include <inttypes.h>

#include "merkle.h"
#include "notes.h"

enum { ENTRIES = 1500, ENTRY_SIZE = 32, FORKS_AT = 100 };

static const uint64_t sizes[] = {
		1, 2, 3, 4, 5, 7, 8, 9, 31, 100, 255, 256, 257, 511, 512, 513, 1000, ENTRIES};

static void print_hash(const struct ent_hash *hash) {
	(void)putchar('"');
	for (size_t i = 0; i < sizeof hash->bytes; i++)
		(void)printf("%02x", hash->bytes[i]);
	(void)putchar('"');
}

/* All of it is UTF-8 without quotes or controls but newlines. */
static void print_text(const char *member, const char *text) {
	(void)printf(",\"%s\":\"", member);
	for (; *text != '\0'; text++)
		*text == '\n' ? (void)fputs("\\n", stdout) : (void)putchar(*text);
	(void)putchar('"');
}

static void print_proof(
		const char *kind, uint64_t from, uint64_t size, const struct ent_proof *proof) {
	(void)printf("{\"kind\":\"%s\",\"from\":%" PRIu64 ",\"size\":%" PRIu64 ",\"proof\":[", kind,
			from, size);
	for (size_t i = 0; i < proof->n; i++) {
		(void)fputs(i > 0 ? "," : "", stdout);
		print_hash(&proof->hashes[i]);
	}
	(void)puts("]}");
}

static void grow_from(struct shelf *shelf, uint64_t size, uint64_t forks_at) {
	while (shelf->tree.size < size) {
		char entry[ENTRY_SIZE];
		struct ent_hash leaf;
		const uint64_t number = shelf->tree.size +
				(shelf->tree.size >= forks_at ? 100000 : 0);
		const int length = snprintf(entry, sizeof entry, "entry %" PRIu64, number);
		ent_ledger_leaf_hash(entry, (size_t)length, &leaf);
		CHECK(ent_tree_append(&shelf->tree, &leaf, shelf_full, shelf) == ENT_OK);
	}
}

static void grow(struct shelf *shelf, uint64_t size) {
	grow_from(shelf, size, UINT64_MAX);
}

/* Two checkpoints, the larger one of another history. */
static void emit_fork(uint64_t size, uint64_t larger) {
	static const char origin[] = "ledger.example/line/a/b";
	struct shelf *honest = shelf_create(size + 1), *forked = shelf_create(larger + 1);
	struct shelf *prefix = shelf_create(size + 1);
	struct ent_sign_key *key = note_key(7);
	const struct ent_vkey vkey = note_vkey(key, "ledger.example", 0x01);
	static char notes[2][ENT_NOTE_SIZE], whole[ENT_FORK_SIZE];
	char text[ENT_VKEY_SIZE];
	struct ent_fork fork = {.one_size = size == larger};
	struct shelf *const shelves[] = {honest, forked};
	grow(honest, size);
	grow_from(forked, larger, FORKS_AT);
	grow_from(prefix, size, FORKS_AT);
	for (int i = 0; i < 2; i++) {
		struct ent_checkpoint checkpoint = {.size = shelves[i]->tree.size};
		(void)snprintf(checkpoint.origin, sizeof checkpoint.origin, "%s", origin);
		ent_tree_root(&shelves[i]->tree, &checkpoint.root);
		fork.note[i] = notes[i];
		fork.note_length[i] = ent_checkpoint_sign(&checkpoint, vkey.name, key, notes[i]);
	}
	ent_tree_root(&prefix->tree, &fork.prefix);
	forked->size_asked = larger;
	CHECK(ent_proof_consistency(size, larger, shelf_read, forked, &fork.proof) == ENT_OK);
	(void)ent_fork_print(&fork, whole);
	(void)printf("{\"kind\":\"fork\",\"size\":%" PRIu64 ",\"larger\":%" PRIu64
		     ",\"forks_at\":%d",
			size, larger, FORKS_AT);
	(void)ent_vkey_print(&vkey, text);
	print_text("vkey", text);
	print_text("text", whole);
	(void)puts("}");
	ent_sign_key_destroy(key);
	shelf_destroy(honest);
	shelf_destroy(forked);
	shelf_destroy(prefix);
}

static void emit_proofs(struct shelf *shelf, uint64_t size) {
	struct ent_proof proof;
	const uint64_t step = size < 40 ? 1 : size / 13;
	shelf->size_asked = size;
	for (uint64_t at = 0; at < size; at += step) {
		CHECK(ent_proof_inclusion(at, size, shelf_read, shelf, &proof) == ENT_OK);
		print_proof("inclusion", at, size, &proof);
		CHECK(ent_proof_consistency(at, size, shelf_read, shelf, &proof) == ENT_OK);
		print_proof("consistency", at, size, &proof);
	}
	CHECK(ent_proof_consistency(size, size, shelf_read, shelf, &proof) == ENT_OK);
	print_proof("consistency", size, size, &proof);
}

/* A signed checkpoint of the tree, cosigned twice, and the proof file of an entry. */
static void emit_note(struct shelf *shelf, uint64_t size, uint8_t number) {
	struct ent_checkpoint checkpoint = {.origin = "ledger.example/\xc3\xbc", .size = size};
	struct ent_sign_key *key = note_key(number), *cosigner = note_key((uint8_t)(number + 100));
	const struct ent_vkey vkey = note_vkey(key, checkpoint.origin, 0x01);
	const struct ent_vkey witness = note_vkey(cosigner, "witness.example/w1", 0x04);
	char note[ENT_NOTE_SIZE], text[ENT_VKEY_SIZE];
	static char whole[ENT_PROOF_FILE_SIZE];
	const uint64_t index = size / 3, time_s = 1679315147 + size;
	struct ent_proof proof;
	ent_tree_root(&shelf->tree, &checkpoint.root);
	size_t length = ent_checkpoint_sign(&checkpoint, vkey.name, key, note);
	CHECK(ent_checkpoint_cosign(note, length, witness.name, cosigner, time_s, &length) ==
			ENT_OK);
	shelf->size_asked = size;
	CHECK(ent_proof_inclusion(index, size, shelf_read, shelf, &proof) == ENT_OK);
	(void)ent_proof_file_print(index, &proof, note, length, whole);
	(void)printf("{\"kind\":\"file\",\"size\":%" PRIu64 ",\"from\":%" PRIu64
		     ",\"time\":%" PRIu64,
			size, index, time_s);
	print_text("origin", checkpoint.origin);
	(void)ent_vkey_print(&vkey, text);
	print_text("vkey", text);
	(void)ent_vkey_print(&witness, text);
	print_text("witness", text);
	print_text("text", whole);
	(void)puts("}");
	ent_sign_key_destroy(key);
	ent_sign_key_destroy(cosigner);
}

int main(void) {
	if (ent_seal_start() != ENT_OK)
		return 1;
	struct shelf *shelf = shelf_create(ENTRIES);
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		struct ent_hash root;
		grow(shelf, sizes[i]);
		ent_tree_root(&shelf->tree, &root);
		(void)printf("{\"kind\":\"root\",\"size\":%" PRIu64 ",\"root\":", sizes[i]);
		print_hash(&root);
		(void)puts("}");
		emit_note(shelf, sizes[i], (uint8_t)i);
	}
	for (size_t i = 0; i < COUNT_OF(sizes); i++)
		emit_proofs(shelf, sizes[i]);
	shelf_destroy(shelf);
	for (uint64_t size = FORKS_AT + 1; size < 700; size += 77)
		for (uint64_t larger = size; larger < 1200; larger += 301)
			emit_fork(size, larger);
	return 0;
}
