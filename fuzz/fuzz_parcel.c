/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_parcel.c: parcels from outside, each as it is, and with the right hash behind it. What is taken is written again from
 * its items, and comes to the same bytes; and it is taken in as an answer, that acknowledges nothing which is not signed.
 */
#include "fuzz.h"

#include <stdio.h>

#include "entente/book.h"
#include "entente/text.h"

enum { INPUT_MAX = 100000, END_SIZE = 4 + 64 + 1 };

static void check_fault(ent_status status, const struct ent_fault *fault) {
	uint32_t character = 0;
	size_t bytes = 0;
	FUZZ_CHECK((status == ENT_OK) == (fault->why[0] == '\0'));
	FUZZ_CHECK(status == ENT_OK || strncmp(fault->where, "line ", 5) == 0);
	for (const char *c = fault->why; *c != '\0'; c += bytes) {
		bytes = ent_text_character(c, strlen(c), &character);
		FUZZ_CHECK(bytes > 0 && !ent_text_steers(character));
	}
}

static void write_item(struct ent_parcel_writer *writer, const struct ent_parcel_item *item) {
	static uint8_t payload[ENT_PARCEL_PAYLOAD_MAX];
	char name[ENT_PARCEL_NAME_MAX + 1];
	(void)snprintf(name, sizeof name, "%.*s", (int)item->name_length, item->name);
	switch (item->kind) {
	case ENT_PARCEL_LEDGER:
		ent_parcel_write_ledger(writer, name, item->number, item->n);
		break;
	case ENT_PARCEL_ENTRY:
		ent_parcel_write_entry(writer, item->bytes, item->size);
		break;
	case ENT_PARCEL_PAYLOAD:
		ent_parcel_write_payload(
				writer, item->number, payload, ent_parcel_payload(item, payload));
		break;
	case ENT_PARCEL_CHECKPOINT:
		ent_parcel_write_checkpoint(writer, item->bytes, item->size);
		break;
	case ENT_PARCEL_WITNESSED:
		ent_parcel_write_witnessed(writer, item->bytes, item->size);
		break;
	default:
		ent_parcel_write_have(writer, name, item->number);
		break;
	}
}

#define OURS "0123456789abcdef"
#define PEER "fedcba9876543210"

/* The inputs are signed by nobody, so whatever they say it is alarms and hints. */
static void try_answer(const struct ent_parcel *parcel) {
	static const char name[] = "line/" OURS "/" PEER;
	const struct ent_vkey ours = {OURS ".line.entente.invalid", 0x01, {1}};
	const struct ent_vkey peers = {PEER ".line.entente.invalid", 0x04, {2}};
	struct ent_book *book = NULL;
	struct ent_book_taken taken;
	FUZZ_CHECK(ent_book_create(&book) == ENT_OK);
	FUZZ_CHECK(ent_book_grew(book, name, 5, false) == ENT_OK);
	ent_book_acknowledged(book, name, 3, 1);
	ent_book_take(book, parcel, &ours, &peers, ENT_BOOK_UNASKED, 2, &taken);
	ent_book_take(book, parcel, &ours, &peers, ent_book_moment(book), 3, &taken);
	const struct ent_book_ledger *ledger = ent_book_find(book, name);
	FUZZ_CHECK(ledger->acknowledged == 3 && ledger->there <= 5 && taken.acknowledged == 0);
	FUZZ_CHECK((taken.alarms > 0) == (taken.alarm != ENT_BOOK_ALARM_NONE));
	FUZZ_CHECK(ent_book_count(book) == 1);
	ent_book_destroy(book);
}

static void try_parcel(const char *text, size_t size) {
	struct ent_parcel parcel;
	struct ent_parcel_cursor cursor;
	struct ent_parcel_item item;
	struct ent_parcel_writer *writer = NULL;
	struct ent_fault fault = {{0}, {0}};
	const char *again = NULL;
	size_t length = 0;
	const ent_status status = ent_parcel_read(text, size, &parcel, &fault);
	check_fault(status, &fault);
	if (status != ENT_OK)
		return;
	const struct ent_parcel whole = parcel;
	FUZZ_CHECK(ent_parcel_writer_create(parcel.from, parcel.to, SIZE_MAX, &writer) == ENT_OK);
	ent_parcel_begin(&parcel, &cursor);
	while (ent_parcel_next(&cursor, &item)) {
		FUZZ_CHECK(parcel.n[item.kind]-- > 0);
		write_item(writer, &item);
	}
	for (int kind = 0; kind < ENT_PARCEL_ITEM_KINDS; kind++)
		FUZZ_CHECK(parcel.n[kind] == 0);
	FUZZ_CHECK(ent_parcel_writer_finish(writer, &again, &length) == ENT_OK);
	FUZZ_CHECK(length == size && memcmp(again, text, size) == 0);
	ent_parcel_writer_destroy(writer);
	try_answer(&whole);
}

/* With the hash that it should have: else hardly anything would get past it. */
static void try_with_hash(char *text, size_t size) {
	struct ent_hash hash;
	ent_seal_sha256(text, size, &hash);
	size += (size_t)snprintf(text + size, 5, "end ");
	for (size_t i = 0; i < sizeof hash.bytes; i++)
		size += (size_t)snprintf(text + size, 3, "%02x", hash.bytes[i]);
	text[size++] = '\n';
	try_parcel(text, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static bool ready;
	if (size > INPUT_MAX)
		return 0;
	if (!ready)
		FUZZ_CHECK(ent_seal_start() == ENT_OK);
	ready = true;
	/* An exact copy, so that a byte too far is seen. */
	char *text = malloc(size > 0 ? size : 1);
	FUZZ_CHECK(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	try_parcel(text, size);
	free(text);
	text = malloc(size + END_SIZE + 1);
	FUZZ_CHECK(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	try_with_hash(text, size);
	free(text);
	return 0;
}
