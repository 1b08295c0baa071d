/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parties.h: for tests: two parties with a book each and ledgers in memory. What a node does with a parcel is done here
 * in the plainest way: what is there is compared, what follows goes on the tree, whose root the author must have signed.
 */
#ifndef ENTENTE_TESTS_PARTIES_H
#define ENTENTE_TESTS_PARTIES_H

#include "parcels.h"

#include "entente/book.h"
#include "entente/route.h"

enum { PARTY_LEDGERS = 2, PARTY_ENTRIES_MAX = 2000 };

struct party_ledger {
	char name[ENT_PARCEL_NAME_MAX + 1];
	char *entries[PARTY_ENTRIES_MAX];
	size_t n;
	struct ent_tree tree;
	char note[ENT_NOTE_SIZE]; /* a copy's: cosigned */
	size_t note_length;
};

struct party {
	const char *id;
	struct ent_sign_key *key;
	struct ent_vkey signer, cosigner;
	struct party_ledger own[PARTY_LEDGERS],
			copy[PARTY_LEDGERS]; /* the copies are the other's */
	struct ent_book *book;
	struct party *other;
	int64_t now_utc_us;
	size_t alarms;
	uint64_t refused; /* parcels that were damaged */
};

struct party_text {
	char *text;
	size_t length;
};

static inline void party_make(
		struct party *party, const char *id, uint8_t key, struct party *other) {
	char name[64];
	memset(party, 0, sizeof *party);
	party->id = id;
	party->other = other;
	party->key = note_key(key);
	(void)snprintf(name, sizeof name, "%s.line.entente.invalid", id);
	party->signer = note_vkey(party->key, name, 0x01);
	party->cosigner = note_vkey(party->key, name, 0x04);
	CHECK(ent_book_create(&party->book) == ENT_OK);
}

static inline void party_name(struct party_ledger *ledgers, const char *author, const char *peer) {
	(void)snprintf(ledgers[0].name, sizeof ledgers[0].name, "line/%s/%s", author, peer);
	(void)snprintf(ledgers[1].name, sizeof ledgers[1].name, "memo/m1/%s", author);
	for (int i = 0; i < PARTY_LEDGERS; i++)
		ent_tree_init(&ledgers[i].tree);
}

static inline void parties_make(struct party *a, struct party *b) {
	party_make(a, PARCEL_A, 1, b);
	party_make(b, PARCEL_B, 2, a);
	party_name(a->own, a->id, b->id);
	party_name(b->copy, a->id, b->id);
	party_name(b->own, b->id, a->id);
	party_name(a->copy, b->id, a->id);
}

static inline void party_ledger_finish(struct party_ledger *ledger) {
	for (size_t i = 0; i < ledger->n; i++)
		free(ledger->entries[i]);
}

static inline void party_finish(struct party *party) {
	for (int i = 0; i < PARTY_LEDGERS; i++) {
		party_ledger_finish(&party->own[i]);
		party_ledger_finish(&party->copy[i]);
	}
	ent_book_destroy(party->book);
	ent_sign_key_destroy(party->key);
}

static inline void party_append(struct party_ledger *ledger, const char *bytes, size_t size) {
	CHECK(ledger->n < PARTY_ENTRIES_MAX);
	char *entry = malloc(size + 1);
	CHECK(entry != NULL);
	memcpy(entry, bytes, size);
	entry[size] = '\0';
	ledger->entries[ledger->n++] = entry;
	parcel_grow(&ledger->tree, bytes, size);
}

/* An entry with so much padding. */
static inline void party_write(struct party *party, int which, size_t padding, bool urgent) {
	char entry[2048];
	struct party_ledger *ledger = &party->own[which];
	CHECK(padding < 1024);
	const int size = snprintf(entry, sizeof entry,
			"{\"seq\":%zu,\"time_us\":%lld,\"pad\":\"%0*d\"}", ledger->n,
			(long long)party->now_utc_us, (int)padding + 1, 0);
	party_append(ledger, entry, (size_t)size);
	CHECK(ent_book_grew(party->book, ledger->name, ledger->n, urgent) == ENT_OK);
}

static inline struct party_ledger *party_ledger_named(
		struct party_ledger *ledgers, const char *name, size_t length) {
	for (int i = 0; i < PARTY_LEDGERS; i++)
		if (strlen(ledgers[i].name) == length && memcmp(ledgers[i].name, name, length) == 0)
			return &ledgers[i];
	return NULL;
}

static inline ent_status party_look(
		void *user, const char *name, uint64_t number, struct ent_book_entry *ret_entry) {
	struct party *party = user;
	const struct party_ledger *ledger = party_ledger_named(party->own, name, strlen(name));
	CHECK(ledger != NULL && number < ledger->n);
	const char *entry = ledger->entries[number];
	ret_entry->cost = ent_parcel_entry_cost(strlen(entry), 0);
	ret_entry->time_utc_us = strtoll(strstr(entry, "time_us\":") + 9, NULL, 10);
	return ENT_OK;
}

static inline struct party_text party_text_of(struct ent_parcel_writer *writer) {
	const char *bytes = NULL;
	struct party_text text = {NULL, 0};
	CHECK(ent_parcel_writer_finish(writer, &bytes, &text.length) == ENT_OK);
	text.text = malloc(text.length);
	CHECK(text.text != NULL);
	memcpy(text.text, bytes, text.length);
	ent_parcel_writer_destroy(writer);
	return text;
}

/* What the peer has of ours, and of that what we have cosigned. */
static inline void party_add_answer(const struct party *party, struct ent_parcel_writer *writer) {
	for (int i = 0; i < PARTY_LEDGERS; i++)
		if (party->copy[i].note_length > 0)
			ent_parcel_write_witnessed(
					writer, party->copy[i].note, party->copy[i].note_length);
	for (int i = 0; i < PARTY_LEDGERS; i++)
		ent_parcel_write_have(writer, party->copy[i].name, party->copy[i].n);
}

static inline struct party_text party_parcel(
		const struct party *party, const struct ent_book_plan *plan, bool with_answer) {
	struct ent_parcel_writer *writer = NULL;
	CHECK(ent_parcel_writer_create(party->id, party->other->id, SIZE_MAX, &writer) == ENT_OK);
	for (size_t i = 0; i < plan->n; i++) {
		const struct ent_book_part *part = &plan->part[i];
		const char *name = ent_book_at(party->book, part->ledger)->name;
		const struct party_ledger *ledger = party_ledger_named(
				(struct party_ledger *)party->own, name, strlen(name));
		struct ent_tree tree;
		char note[ENT_NOTE_SIZE];
		ent_tree_init(&tree);
		for (uint64_t at = 0; at < part->first + part->n; at++)
			parcel_grow(&tree, ledger->entries[at], strlen(ledger->entries[at]));
		ent_parcel_write_ledger(writer, name, part->first, part->n);
		for (uint64_t at = part->first; at < part->first + part->n; at++)
			ent_parcel_write_entry(
					writer, ledger->entries[at], strlen(ledger->entries[at]));
		ent_parcel_write_checkpoint(writer, note,
				parcel_note(party->key, party->signer.name, name, &tree, note));
	}
	if (with_answer)
		party_add_answer(party, writer);
	return party_text_of(writer);
}

/* A checkpoint of as many entries as are here, of this root: it is kept, cosigned. */
static inline void party_take_checkpoint(struct party *party, struct party_ledger *copy,
		const struct ent_parcel_item *item) {
	struct ent_checkpoint checkpoint;
	struct ent_hash root;
	CHECK(ent_checkpoint_open(item->bytes, item->size, &party->other->signer, &checkpoint,
			      NULL) == ENT_OK);
	ent_tree_root(&copy->tree, &root);
	if (checkpoint.size != copy->n)
		return;
	CHECK(memcmp(&root, &checkpoint.root, sizeof root) == 0);
	memcpy(copy->note, item->bytes, item->size);
	CHECK(ent_checkpoint_cosign(copy->note, item->size, party->cosigner.name, party->key,
			      (uint64_t)(party->now_utc_us / 1000000),
			      &copy->note_length) == ENT_OK);
}

/* False: damaged. */
static inline bool party_receive(
		struct party *party, const char *text, size_t length, uint64_t asked) {
	struct ent_parcel parcel;
	struct ent_parcel_cursor cursor;
	struct ent_parcel_item item;
	struct ent_book_taken taken;
	if (ent_parcel_read(text, length, &parcel, NULL) != ENT_OK) {
		party->refused++;
		return false;
	}
	CHECK(strcmp(parcel.from, party->other->id) == 0 && strcmp(parcel.to, party->id) == 0);
	ent_parcel_begin(&parcel, &cursor);
	while (ent_parcel_next(&cursor, &item)) {
		struct party_ledger *copy = party_ledger_named(
				party->copy, item.name, item.name_length);
		if (item.kind == ENT_PARCEL_ENTRY && item.number < copy->n)
			CHECK(strlen(copy->entries[item.number]) == item.size &&
					memcmp(copy->entries[item.number], item.bytes, item.size) ==
							0);
		else if (item.kind == ENT_PARCEL_ENTRY && item.number == copy->n)
			party_append(copy, item.bytes, item.size);
		else if (item.kind == ENT_PARCEL_CHECKPOINT)
			party_take_checkpoint(party, copy, &item);
	}
	ent_book_take(party->book, &parcel, &party->signer, &party->other->cosigner, asked,
			party->now_utc_us, &taken);
	party->alarms += taken.alarms;
	return true;
}

static inline struct party_text party_answer(const struct party *party) {
	struct ent_parcel_writer *writer = NULL;
	CHECK(ent_parcel_writer_create(party->id, party->other->id, SIZE_MAX, &writer) == ENT_OK);
	party_add_answer(party, writer);
	return party_text_of(writer);
}

/* Entry by entry what the author wrote, in its order, and acknowledged. */
static inline void party_check_same(const struct party *author) {
	for (int i = 0; i < PARTY_LEDGERS; i++) {
		const struct party_ledger *own = &author->own[i], *copy = &author->other->copy[i];
		struct ent_hash root, other;
		CHECK(own->n == copy->n);
		for (size_t at = 0; at < own->n; at++)
			CHECK(strcmp(own->entries[at], copy->entries[at]) == 0);
		ent_tree_root(&own->tree, &root);
		ent_tree_root(&copy->tree, &other);
		CHECK(memcmp(&root, &other, sizeof root) == 0);
		const struct ent_book_ledger *line = ent_book_find(author->book, own->name);
		CHECK(own->n == 0 || (line != NULL && line->acknowledged == own->n));
	}
	CHECK(author->alarms == 0);
}

#endif
