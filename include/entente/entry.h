/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entry.h: what the entries of all ledgers of a party share (docs/decisions/0015): whose they are, and what they are
 * worth. Depends on: base.
 */
#ifndef ENTENTE_ENTRY_H
#define ENTENTE_ENTRY_H

#include <stdbool.h>
#include <stdint.h>

enum {
	ENT_PARTY_ID_SIZE = 17,     /* 16 hexadecimal digits, small, with terminator */
	ENT_PARTY_KEY_SIZE = 25,    /* a party key's fingerprint: 24 of them, likewise */
	ENT_PARTY_VOUCHER_SIZE = 33 /* an operator's id, with terminator */
};

/* Which card, of which key, is taken for a party's: as its folder has it, and as the ledger desk says. A plain value. */
struct ent_trust {
	char id[ENT_PARTY_ID_SIZE];
	bool own;     /* it is our own card */
	bool damaged; /* the folder's card cannot be read: it says nothing, and nothing is said of it */
	uint64_t card; /* its number, from 1 */
	char key[ENT_PARTY_KEY_SIZE];
	char operators[2][ENT_PARTY_VOUCHER_SIZE]; /* who vouched for its key; "": nobody had to */
};

/* Only what is ACTUAL changes what is so. The zero value changes nothing. */
#define ENT_CLASS_MAP(X)        \
	X(TEST, "TEST")         \
	X(EXERCISE, "EXERCISE") \
	X(ACTUAL, "ACTUAL")
#define ENT_CLASS_ENUM_(name, text) ENT_CLASS_##name,
enum ent_class { ENT_CLASS_MAP(ENT_CLASS_ENUM_) ENT_CLASS_COUNT };
#undef ENT_CLASS_ENUM_

#endif
