/* SPDX-License-Identifier: Apache-2.0 */
/* purged.h: the purge receipts that one side of a line has written: which there are, and in which entry of which of its ledgers. */
#ifndef ENTENTE_PEERS_PURGED_H
#define ENTENTE_PEERS_PURGED_H

#include "entente/line.h"

/* 40 bytes each: 640 KiB of a side, when a peer fills it. */
enum { PURGED_MAX = 16384 };

struct purged_key {
	uint8_t bytes[16];
};
/* Zeros are none. Belongs to whoever holds the line's lock. */
struct purged {
	struct purged_item {
		struct purged_key key;
		int64_t epoch;
		uint64_t entry; /* its number in the ledger of that epoch */
	} * items;              /* by key */
	size_t n, capacity;
};

/* Of an entry: its ledger, number and leaf hash, as one hash. */
struct purged_key purged_key_of(const char *ledger, uint64_t number, const struct ent_hash *leaf);
/* OK, too, when it is there, or there are PURGED_MAX, which is as if it had not been said. E_MEMORY. */
ENT_MUST_USE ent_status purged_add(
		struct purged *purged, const struct purged_key *key, int64_t epoch, uint64_t entry);
/* NULL: it is not there. Until it is changed. */
const struct purged_item *purged_find(const struct purged *purged, const struct purged_key *key);
/* Those of entries of that ledger from 'size' on were never written. */
void purged_cut(struct purged *purged, int64_t epoch, uint64_t size);
void purged_finish(struct purged *purged);

#endif
