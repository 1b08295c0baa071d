/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replicas.h: for tests of replicas: an author who can write any history, honest or not: entries, and signed checkpoints
 * of any of their sizes, whose roots are RFC 6962's by recursion.
 */
#ifndef ENTENTE_TESTS_REPLICAS_H
#define ENTENTE_TESTS_REPLICAS_H

#include "scribes.h"

enum { AUTHOR_ENTRY_SIZE = 160 };

struct author {
	struct ent_sign_key *key;
	struct ent_vkey vkey;
	char origin[ENT_ORIGIN_SIZE];
	char (*bytes)[AUTHOR_ENTRY_SIZE];
	struct ent_replica_entry *entries;
	struct ent_hash *leaves;
	uint64_t n, capacity;
};

static inline void author_init(struct author *author, uint64_t capacity) {
	memset(author, 0, sizeof *author);
	author->key = note_key(21);
	author->vkey = note_vkey(author->key, "b.line.entente.invalid", 0x01);
	(void)snprintf(author->origin, sizeof author->origin, "%.200s/line/b/a", author->vkey.name);
	author->bytes = calloc(capacity, sizeof *author->bytes);
	author->entries = calloc(capacity, sizeof *author->entries);
	author->leaves = calloc(capacity, sizeof *author->leaves);
	author->capacity = capacity;
	CHECK(author->bytes != NULL && author->entries != NULL && author->leaves != NULL);
}

/* Entry 'at' is of another history when 'branch' is another. */
static inline void author_write(struct author *author, uint64_t at, uint64_t branch) {
	CHECK(at <= author->n && at < author->capacity);
	struct ent_replica_entry *entry = &author->entries[at];
	entry->size = entry_print(author->bytes[at], sizeof author->bytes[at], at,
			(int64_t)(1000 * at), branch, at % 60, "");
	entry->bytes = author->bytes[at];
	author->leaves[at] = merkle_leaf(entry->bytes, entry->size);
	if (at == author->n)
		author->n++;
}

static inline void author_grow(struct author *author, uint64_t n, uint64_t branch) {
	while (author->n < n)
		author_write(author, author->n, branch);
}

/* The same up to 'from', another one behind it. */
static inline void author_fork(
		struct author *ret_fork, const struct author *author, uint64_t from, uint64_t n) {
	author_init(ret_fork, n > author->n ? n : author->n);
	for (uint64_t i = 0; i < n; i++)
		author_write(ret_fork, i, i < from ? 0 : 1);
	for (uint64_t i = 0; i < from && i < n && i < author->n; i++)
		CHECK(merkle_same(&ret_fork->leaves[i], &author->leaves[i]));
}

static inline void author_finish(struct author *author) {
	ent_sign_key_destroy(author->key);
	free(author->bytes);
	free(author->entries);
	free(author->leaves);
}

static inline size_t author_note(
		const struct author *author, uint64_t size, char ret_note[ENT_NOTE_SIZE]) {
	struct ent_checkpoint checkpoint = {
			.size = size, .root = merkle_root(author->leaves, size)};
	(void)snprintf(checkpoint.origin, sizeof checkpoint.origin, "%s", author->origin);
	return ent_checkpoint_sign(&checkpoint, author->vkey.name, author->key, ret_note);
}

/* --- The one that keeps it --- */

struct keeper {
	char path[FOLDER_SIZE];
	struct ent_store *store;
	struct ent_replica *replica;
	struct ent_sign_key *key;
	struct ent_vkey cosigner;
	const struct ent_vkey *older; /* of the author; NULL: none */
	uint64_t entries_max;
	struct chain chain;
	struct ent_replica_answer answer;
	struct ent_fault fault;
};

static inline int64_t keeper_clock(void *user) {
	(void)user;
	return INT64_C(1795668110123456);
}

static inline ent_status keeper_try_open(struct keeper *keeper, const struct author *author) {
	const struct ent_replica_options options = {.store = keeper->store,
			.name = "line/b/a",
			.origin = author->origin,
			.vkey = author->vkey,
			.older = keeper->older,
			.n_older = keeper->older != NULL,
			.entries_max = keeper->entries_max,
			.key = keeper->key,
			.key_name = keeper->cosigner.name,
			.fold = chain_fold(&keeper->chain),
			.clock = keeper_clock};
	const bool steps_back = keeper->chain.steps_back;
	keeper->chain = (struct chain){.steps_back = steps_back};
	return ent_replica_open(&options, &keeper->replica, &keeper->fault);
}

static inline void keeper_open(struct keeper *keeper, const struct author *author) {
	CHECK(ent_seal_start() == ENT_OK);
	memset(keeper, 0, sizeof *keeper);
	folder_make(keeper->path);
	keeper->store = store_at(keeper->path);
	keeper->key = note_key(31);
	keeper->cosigner = note_vkey(keeper->key, "a.line.entente.invalid", 0x04);
	CHECK(keeper_try_open(keeper, author) == ENT_OK);
}

static inline void keeper_reopen(struct keeper *keeper, const struct author *author) {
	ent_replica_close(keeper->replica);
	ent_store_close(keeper->store);
	keeper->store = store_at(keeper->path);
	CHECK_ROW(keeper->fault.why, keeper_try_open(keeper, author) == ENT_OK);
}

static inline void keeper_close(struct keeper *keeper) {
	ent_replica_close(keeper->replica);
	ent_store_close(keeper->store);
	folder_remove(keeper->path);
	ent_sign_key_destroy(keeper->key);
}

/* Entries first to end, with the checkpoint of 'size'. */
static inline ent_status keeper_take(struct keeper *keeper, const struct author *author,
		uint64_t first, uint64_t end, uint64_t size) {
	char note[ENT_NOTE_SIZE];
	const struct ent_replica_given given = {.first = first,
			.entries = author->entries + first,
			.n = (size_t)(end - first),
			.note = note,
			.note_length = author_note(author, size, note)};
	keeper->fault = (struct ent_fault){"", ""};
	return ent_replica_take(keeper->replica, &given, &keeper->answer, &keeper->fault);
}

static inline ent_status keeper_witness(
		struct keeper *keeper, const struct author *author, uint64_t size) {
	char note[ENT_NOTE_SIZE];
	const size_t length = author_note(author, size, note);
	keeper->fault = (struct ent_fault){"", ""};
	return ent_replica_witness(keeper->replica, note, length, &keeper->answer, &keeper->fault);
}

/* What is kept are the author's first 'size' entries, the checkpoint over them, and our name under it. */
static inline void keeper_check(struct keeper *keeper, const struct author *author, uint64_t size) {
	struct ent_hash root;
	uint64_t time_s = 0;
	const struct chain should = oracle_check(keeper->store, "line/b/a", &author->vkey, &root);
	const struct ent_hash expected = merkle_root(author->leaves, size);
	ent_replica_look(keeper->replica, &keeper->answer);
	CHECK(keeper->answer.size == size && should.size == size && merkle_same(&root, &expected));
	CHECK(chain_is(&keeper->chain, &should) && keeper->chain.durable_size == size);
	if (size > 0) {
		CHECK(ent_checkpoint_cosigned(keeper->answer.note, keeper->answer.note_length,
				      &keeper->cosigner, &time_s, NULL) == ENT_OK);
		CHECK(time_s == 1795668110);
	}
}

/* The answer has evidence, which anybody can verify, and nobody when a bit of it is another. */
static inline void keeper_check_evidence(struct keeper *keeper, const struct author *author,
		uint64_t smaller, uint64_t larger) {
	struct ent_checkpoint both[2];
	struct ent_fault fault = {"", ""};
	const char *text = keeper->answer.fork;
	const size_t length = keeper->answer.fork_length;
	CHECK(length > 0 && length == strlen(text) && ent_fork_looks_like(text, length));
	const ent_status status = ent_fork_open(text, length, &author->vkey, both, &fault);
	CHECK_ROW(fault.why, status == ENT_OK);
	CHECK(both[0].size == smaller && both[1].size == larger);
	CHECK(strcmp(both[0].origin, author->origin) == 0);
	CHECK(strstr(keeper->fault.why, "contradicts itself") != NULL);
}

#endif
