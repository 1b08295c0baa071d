/* SPDX-License-Identifier: Apache-2.0 */
/* book.c: the lines of a book, and answers that are taken in; see book.h. */
#include "entente/book.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pages.h"

enum { LEDGERS_FIRST = 4, COSIGNER = 0x04 /* C2SP tlog-cosignature */ };

const char *ent_book_alarm_text(enum ent_book_alarm alarm) {
#define ALARM_TEXT(name, text) [ENT_BOOK_ALARM_##name] = text,
	static const char *const texts[ENT_BOOK_ALARMS] = {ENT_BOOK_ALARM_MAP(ALARM_TEXT)};
	return texts[alarm];
}

ent_status ent_book_create(struct ent_book **ret_book) {
	struct ent_book *book = calloc(1, sizeof *book);
	if (book == NULL)
		return ENT_E_MEMORY;
	book->moment = 1;
	*ret_book = book;
	return ENT_OK;
}

ent_status ent_book_copy(const struct ent_book *book, struct ent_book **ret_copy) {
	struct ent_book *copy = NULL;
	const ent_status status = ent_book_create(&copy);
	if (status != ENT_OK)
		return status;
	*copy = *book;
	copy->capacity = book->n > 0 ? book->n : 1;
	copy->ledgers = malloc(copy->capacity * sizeof *copy->ledgers);
	if (copy->ledgers == NULL) {
		free(copy);
		return ENT_E_MEMORY;
	}
	if (book->n > 0)
		memcpy(copy->ledgers, book->ledgers, book->n * sizeof *copy->ledgers);
	*ret_copy = copy;
	return ENT_OK;
}

void ent_book_destroy(struct ent_book *book) {
	if (book == NULL)
		return;
	free(book->ledgers);
	free(book);
}

void ent_book_older(struct ent_book *book, const struct ent_vkey *older, size_t n) {
	book->n_older = n < ENT_BOOK_OLDER_MAX ? n : ENT_BOOK_OLDER_MAX;
	for (size_t i = 0; i < book->n_older; i++)
		book->older[i] = older[i];
}

size_t ent_book_count(const struct ent_book *book) {
	return book->n;
}

const struct ent_book_ledger *ent_book_at(const struct ent_book *book, size_t i) {
	assert(i < book->n);
	return &book->ledgers[i];
}

static struct ent_book_ledger *find(const struct ent_book *book, const char *name, size_t length) {
	for (size_t i = 0; i < book->n; i++)
		if (strlen(book->ledgers[i].name) == length &&
				memcmp(book->ledgers[i].name, name, length) == 0)
			return &book->ledgers[i];
	return NULL;
}

const struct ent_book_ledger *ent_book_find(const struct ent_book *book, const char *name) {
	return find(book, name, strlen(name));
}

static ent_status add(
		struct ent_book *book, const char *name, struct ent_book_ledger **ret_ledger) {
	if (book->n == ENT_BOOK_LEDGERS_MAX)
		return ENT_E_LIMIT;
	if (book->n == book->capacity) {
		const size_t capacity = book->capacity > 0 ? book->capacity * 2 : LEDGERS_FIRST;
		struct ent_book_ledger *ledgers = realloc(
				book->ledgers, capacity * sizeof *ledgers);
		if (ledgers == NULL)
			return ENT_E_MEMORY;
		book->ledgers = ledgers;
		book->capacity = capacity;
	}
	struct ent_book_ledger *ledger = &book->ledgers[book->n++];
	*ledger = (struct ent_book_ledger){.size = 0};
	(void)snprintf(ledger->name, sizeof ledger->name, "%s", name);
	*ret_ledger = ledger;
	return ENT_OK;
}

ent_status ent_book_grew(struct ent_book *book, const char *name, uint64_t size, bool urgent) {
	struct ent_book_ledger *ledger = find(book, name, strlen(name));
	assert(ent_parcel_name_ok(name, strlen(name)));
	if (ledger == NULL) {
		const ent_status status = add(book, name, &ledger);
		if (status != ENT_OK)
			return status;
	}
	assert(size >= ledger->size);
	if (urgent && size > ledger->size)
		ledger->urgent = size;
	ledger->size = size;
	return ENT_OK;
}

void ent_book_unsure(struct ent_book *book) {
	const uint64_t moment = ++book->moment;
	for (size_t i = 0; i < book->n; i++)
		if (book->ledgers[i].there > 0)
			book->ledgers[i].unsure_at = moment;
}

/* --- What comes back --- */

uint64_t ent_book_moment(const struct ent_book *book) {
	return book->moment;
}

/* True: it is more than before. */
static bool acknowledge(struct ent_book *book, struct ent_book_ledger *ledger, uint64_t size,
		int64_t now_utc_us) {
	/* What it had cosigned and lost again it has again. */
	if (size > ledger->there)
		ledger->there = size;
	if (size <= ledger->acknowledged)
		return false;
	ledger->acknowledged = size;
	ledger->acknowledged_utc_us = now_utc_us;
	ledger->acknowledged_at = ++book->moment;
	for (int bearer = 0; bearer < ENT_BOOK_BEARERS; bearer++)
		ledger->over[bearer].tries = 0;
	return true;
}

void ent_book_acknowledged(
		struct ent_book *book, const char *name, uint64_t size, int64_t now_utc_us) {
	struct ent_book_ledger *ledger = find(book, name, strlen(name));
	assert(ledger != NULL && size <= ledger->size);
	(void)acknowledge(book, ledger, size, now_utc_us);
}

static void alarm_of(struct ent_book_taken *taken, enum ent_book_alarm alarm, uint64_t line,
		const struct ent_book_ledger *ledger, uint64_t said, uint64_t known) {
	if (taken->alarms++ > 0)
		return;
	taken->alarm = alarm;
	taken->line = line;
	taken->said = said;
	taken->known = known;
	(void)snprintf(taken->ledger, sizeof taken->ledger, "%s", ledger->name);
}

struct taking {
	struct ent_book *book;
	const struct ent_vkey *ours, *peers;
	uint64_t asked;
	int64_t now_utc_us;
	struct ent_book_taken taken;
};

/* Ours, by its origin: our key's name, a slash, a ledger of the book. NULL: another's. */
static struct ent_book_ledger *ledger_of(const struct taking *taking, const char *origin) {
	const size_t front = strlen(taking->ours->name);
	if (strncmp(origin, taking->ours->name, front) != 0 || origin[front] != '/')
		return NULL;
	return find(taking->book, origin + front + 1, strlen(origin + front + 1));
}

/* Did we sign it, by the key that we have or by one before? */
static bool is_ours(const struct taking *taking, const struct ent_parcel_item *item,
		struct ent_checkpoint *ret_checkpoint) {
	const struct ent_book *book = taking->book;
	ent_status status = ent_checkpoint_open(
			item->bytes, item->size, taking->ours, ret_checkpoint, NULL);
	for (size_t i = 0; i < book->n_older && status != ENT_OK; i++)
		status = ent_checkpoint_open(
				item->bytes, item->size, &book->older[i], ret_checkpoint, NULL);
	return status == ENT_OK;
}

static void take_note(struct taking *taking, const struct ent_parcel_item *item) {
	struct ent_checkpoint checkpoint = {.size = 0};
	uint64_t time_s = 0;
	/* Its form was looked at when the parcel was read. */
	if (ent_checkpoint_look(item->bytes, item->size, &checkpoint, NULL) != ENT_OK)
		return;
	struct ent_book_ledger *ledger = ledger_of(taking, checkpoint.origin);
	if (ledger == NULL)
		return;
	const ent_status cosigned = ent_checkpoint_cosigned(
			item->bytes, item->size, taking->peers, &time_s, NULL);
	if (!is_ours(taking, item, &checkpoint) ||
			(cosigned != ENT_OK && cosigned != ENT_E_MISSING))
		alarm_of(&taking->taken, ENT_BOOK_ALARM_FALSE_NOTE, item->line, ledger,
				checkpoint.size, ledger->size);
	else if (checkpoint.size > ledger->size)
		alarm_of(&taking->taken, ENT_BOOK_ALARM_AHEAD, item->line, ledger, checkpoint.size,
				ledger->size);
	else if (cosigned == ENT_OK)
		taking->taken.acknowledged += acknowledge(
				taking->book, ledger, checkpoint.size, taking->now_utc_us);
}

/* It has said how much is there. What made it answer was no try to have more acknowledged. */
static void be_sure(struct ent_book_ledger *ledger) {
	ledger->unsure_at = 0;
	if (ledger->acknowledged == ledger->size && ledger->there == ledger->size)
		ledger->over[ENT_BOOK_NET].tries = 0;
}

static void take_have(struct taking *taking, const struct ent_parcel_item *item) {
	struct ent_book_ledger *ledger = find(taking->book, item->name, item->name_length);
	if (ledger == NULL || taking->asked == ENT_BOOK_UNASKED)
		return;
	/* Its word alone; a checkpoint that we signed stands before this. */
	if (item->number > ledger->size) {
		alarm_of(&taking->taken, ENT_BOOK_ALARM_UNPROVEN, item->line, ledger, item->number,
				ledger->size);
		return;
	}
	const bool fresh = taking->asked >= ledger->acknowledged_at;
	if (item->number < ledger->acknowledged && fresh)
		alarm_of(&taking->taken, ENT_BOOK_ALARM_WENT_BACK, item->line, ledger, item->number,
				ledger->acknowledged);
	struct ent_book_sent *net = &ledger->over[ENT_BOOK_NET];
	const bool more = item->number > ledger->there;
	/* What it has not it is sent again, whatever it had said before: at once when it took some, else after a pause. */
	if (fresh || more)
		ledger->there = item->number;
	if (more) {
		net->tries = 0;
		net->sent = net->sent > ledger->there ? ledger->there : net->sent;
	}
	if (ledger->unsure_at != 0 && taking->asked >= ledger->unsure_at)
		be_sure(ledger);
}

void ent_book_take(struct ent_book *book, const struct ent_parcel *parcel,
		const struct ent_vkey *ours, const struct ent_vkey *peers, uint64_t asked,
		int64_t now_utc_us, struct ent_book_taken *ret_taken) {
	struct taking taking = {book, ours, peers, asked, now_utc_us, {.alarms = 0}};
	struct ent_parcel_cursor cursor;
	struct ent_parcel_item item;
	assert(peers->type == COSIGNER);
	ent_parcel_begin(parcel, &cursor);
	/* An answer's sizes stand behind its notes: what it acknowledges is not less than it says that it has. */
	while (ent_parcel_next(&cursor, &item)) {
		if (item.kind == ENT_PARCEL_WITNESSED)
			take_note(&taking, &item);
		else if (item.kind == ENT_PARCEL_HAVE)
			take_have(&taking, &item);
	}
	*ret_taken = taking.taken;
}
