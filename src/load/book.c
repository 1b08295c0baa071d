/* SPDX-License-Identifier: Apache-2.0 */
/* book.c: records in chunks, which never move; numbers of the live ones in an array for each kind. */
#include "book.h"

#include <assert.h>
#include <stdlib.h>

enum { CHUNK = 1 << 14, CHUNKS_MAX = LOAD_BOOK_MAX / CHUNK, LIVE_LEAST = 1024 };

struct live {
	uint32_t *records;
	uint32_t n, capacity;
};

struct load_book {
	struct load_record *chunks[CHUNKS_MAX];
	struct live live[LOAD_KIND_COUNT];
	uint32_t n;
};

const char *load_state_text(enum load_state state) {
	static const char *const texts[] = {
#define ROW(name, text) text,
			LOAD_STATE_MAP(ROW)
#undef ROW
	};
	return texts[state];
}

ent_status load_book_create(struct load_book **ret_book) {
	*ret_book = calloc(1, sizeof **ret_book);
	return *ret_book != NULL ? ENT_OK : ENT_E_MEMORY;
}

void load_book_destroy(struct load_book *book) {
	if (book == NULL)
		return;
	for (size_t i = 0; i < CHUNKS_MAX; i++)
		free(book->chunks[i]);
	for (size_t i = 0; i < LOAD_KIND_COUNT; i++)
		free(book->live[i].records);
	free(book);
}

/* Room for every record to become live, so that this cannot fail later. */
static ent_status grow_live(struct live *live, uint32_t needed) {
	if (needed <= live->capacity)
		return ENT_OK;
	uint32_t capacity = live->capacity == 0 ? LIVE_LEAST : live->capacity;
	while (capacity < needed)
		capacity *= 2;
	uint32_t *records = realloc(live->records, capacity * sizeof *records);
	if (records == NULL)
		return ENT_E_MEMORY;
	live->records = records;
	live->capacity = capacity;
	return ENT_OK;
}

ent_status load_book_add(struct load_book *book, enum load_kind kind, uint32_t *ret_record) {
	if (book->n == LOAD_BOOK_MAX)
		return ENT_E_LIMIT;
	struct load_record **chunk = &book->chunks[book->n / CHUNK];
	if (*chunk == NULL)
		*chunk = calloc(CHUNK, sizeof **chunk);
	if (*chunk == NULL || grow_live(&book->live[kind], book->n + 1) != ENT_OK)
		return ENT_E_MEMORY;
	(*chunk)[book->n % CHUNK].kind = (uint8_t)kind;
	(*chunk)[book->n % CHUNK].standing = LOAD_NEW;
	*ret_record = book->n++;
	return ENT_OK;
}

uint32_t load_book_size(const struct load_book *book) {
	return book->n;
}

struct load_record *load_book_at(struct load_book *book, uint32_t record) {
	assert(record < book->n);
	return &book->chunks[record / CHUNK][record % CHUNK];
}

void load_book_set(struct load_book *book, uint32_t record, enum load_standing standing) {
	struct load_record *at = load_book_at(book, record);
	struct live *live = &book->live[at->kind];
	if (at->standing != LOAD_LIVE && standing == LOAD_LIVE) {
		at->listed = live->n;
		live->records[live->n++] = record;
	} else if (at->standing == LOAD_LIVE && standing != LOAD_LIVE) {
		const uint32_t last = live->records[--live->n];
		live->records[at->listed] = last;
		load_book_at(book, last)->listed = at->listed;
	}
	at->standing = (uint8_t)standing;
}

uint32_t load_book_live(const struct load_book *book, enum load_kind kind) {
	return book->live[kind].n;
}

uint32_t load_book_live_at(const struct load_book *book, enum load_kind kind, uint32_t i) {
	assert(i < book->live[kind].n);
	return book->live[kind].records[i];
}
