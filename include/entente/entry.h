/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entry.h: what the entries of all ledgers of a party share (docs/decisions/0015): whose they are, and what they are
 * worth. Depends on: base.
 */
#ifndef ENTENTE_ENTRY_H
#define ENTENTE_ENTRY_H

enum { ENT_PARTY_ID_SIZE = 17 /* 16 hexadecimal digits, small, with terminator */ };

/* Only what is ACTUAL changes what is so. The zero value changes nothing. */
#define ENT_CLASS_MAP(X)        \
	X(TEST, "TEST")         \
	X(EXERCISE, "EXERCISE") \
	X(ACTUAL, "ACTUAL")
#define ENT_CLASS_ENUM_(name, text) ENT_CLASS_##name,
enum ent_class { ENT_CLASS_MAP(ENT_CLASS_ENUM_) ENT_CLASS_COUNT };
#undef ENT_CLASS_ENUM_

#endif
