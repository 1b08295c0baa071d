/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entries.h: the index's table of what is filed, and its dictionary from ids to entries.
 *
 * Entries stand in chunks that never move, so that readers may follow a leaf's number while
 * the writer adds more. A reader looks only at entries that its snapshot's leaves name, and
 * those are not reused before that snapshot is gone.
 */
#ifndef ENTENTE_CONFLICT_ENTRIES_H
#define ENTENTE_CONFLICT_ENTRIES_H

#include <stdatomic.h>

#include "entente/index.h"

#define ALIVE UINT64_MAX

struct entry {
	uint64_t id;
	struct ent_volume *volume; /* held */
	uint64_t born;             /* the first version that has it */
	_Atomic uint64_t died;     /* the first version that no longer has it; ALIVE */
};

/*
 * Numbers: one for each volume filed, as many again for the dead that wait to be packed away, and
 * a sixteenth for the dead that an old snapshot still sees.
 */
enum {
	ENTRY_CHUNK = 4096,
	ENTRY_CHUNKS_MAX = (2 * ENT_INDEX_MAX + ENT_INDEX_MAX / 16) / ENTRY_CHUNK + 2
};

struct entries {
	struct entry *chunk[ENTRY_CHUNKS_MAX];
	uint32_t n;      /* numbers given out so far */
	uint32_t *spare; /* numbers that may be given out again */
	uint32_t n_spare, room_spare;
	uint32_t *slot;         /* the dictionary: entry + 1, 0 for none; a power of two of them */
	uint32_t slots, filled; /* filled counts the slots ever used since the last rebuild */
	uint32_t count;         /* ids filed now */
};

void entries_init(struct entries *entries);
void entries_finish(struct entries *entries); /* releases the volumes of all entries in use */

static inline struct entry *entries_at(const struct entries *entries, uint32_t i) {
	return &entries->chunk[i / ENTRY_CHUNK][i % ENTRY_CHUNK];
}

/* Is there no room for n more ids? */
static inline bool entries_full(const struct entries *entries, size_t n) {
	return n > ENT_INDEX_MAX - entries->count;
}

/* Makes sure of n more numbers, and of room for that many more ids, or fewer. E_LIMIT: no numbers. E_MEMORY. */
ENT_MUST_USE ent_status entries_reserve(struct entries *entries, uint32_t n, uint32_t ids);

/* After a reserve: the number that the i-th take from now on will give. */
static inline uint32_t entries_next(const struct entries *entries, uint32_t i) {
	return i < entries->n_spare ? entries->spare[entries->n_spare - 1 - i]
				    : entries->n + (i - entries->n_spare);
}

/* Takes n numbers, entries_next(0) to entries_next(n - 1) of before. */
void entries_take(struct entries *entries, uint32_t n);
/* Gives a number back; its volume is the caller's to have released. */
void entries_give_back(struct entries *entries, uint32_t i);

/* UINT32_MAX when the id is not filed. */
uint32_t entries_find(const struct entries *entries, uint64_t id);
/* After a reserve: the id now means entry i (a new id, or one that had another entry). */
void entries_name(struct entries *entries, uint64_t id, uint32_t i);
void entries_forget(struct entries *entries, uint64_t id);

size_t entries_bytes(const struct entries *entries);

#endif
