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

/* Names that these had in three modules, for what is not changed over yet. */
#define ENT_LINE_ID_SIZE ENT_PARTY_ID_SIZE
#define ENT_MEMO_PARTY_ID_SIZE ENT_PARTY_ID_SIZE
#define ENT_LINE_TEST ENT_CLASS_TEST
#define ENT_LINE_EXERCISE ENT_CLASS_EXERCISE
#define ENT_LINE_ACTUAL ENT_CLASS_ACTUAL
#define ENT_DESK_TEST ENT_CLASS_TEST
#define ENT_DESK_EXERCISE ENT_CLASS_EXERCISE
#define ENT_DESK_ACTUAL ENT_CLASS_ACTUAL
#define ENT_MEMO_CLASS_TEST ENT_CLASS_TEST
#define ENT_MEMO_CLASS_EXERCISE ENT_CLASS_EXERCISE
#define ENT_MEMO_CLASS_ACTUAL ENT_CLASS_ACTUAL
#define ent_line_class ent_class
#define ent_memo_class ent_class

#endif
