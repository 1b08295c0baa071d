/* SPDX-License-Identifier: Apache-2.0 */
/* purged.h: the purge receipts that one side of a line has written: which there are, and in which of its entries. */
#ifndef ENTENTE_PEERS_PURGED_H
#define ENTENTE_PEERS_PURGED_H

#include "entente/line.h"

/* 32 bytes each: 512 KiB of a side, when a peer fills it. */
enum { PURGED_MAX = 16384 };

struct purged_key {
	uint8_t bytes[16];
};
/* Zeros are none. Belongs to whoever holds the line's lock. */
struct purged {
	struct purged_item {
		struct purged_key key;
		uint64_t entry; /* its number in the line's ledger */
	} * items;              /* by key */
	size_t n, capacity;
};

/* Of an entry: its ledger, number and leaf hash, as one hash. */
struct purged_key purged_key_of(const char *ledger, uint64_t number, const struct ent_hash *leaf);
/* OK, too, when it is there, or there are PURGED_MAX, which is as if it had not been said. E_MEMORY. */
ENT_MUST_USE ent_status purged_add(
		struct purged *purged, const struct purged_key *key, uint64_t entry);
/* By an entry before 'size'. */
bool purged_has(const struct purged *purged, const struct purged_key *key, uint64_t size);
/* Those of entries from 'size' on were never written. */
void purged_cut(struct purged *purged, uint64_t size);
void purged_finish(struct purged *purged);

#endif
