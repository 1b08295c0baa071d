/* SPDX-License-Identifier: Apache-2.0 */
/* acts.h: the members of a memorandum's entries: their names, their order, and which kind has which. */
#ifndef ENTENTE_MEMO_ACTS_H
#define ENTENTE_MEMO_ACTS_H

#include "entente/memo.h"

/* In the order in which they are written. */
#define ACT_MEMBER_MAP(X)                 \
	X(SEQ, "seq")                     \
	X(TIME, "time_us")                \
	X(KIND, "kind")                   \
	X(CLASS, "class")                 \
	X(SEEN, "seen")                   \
	X(UNDER, "under")                 \
	X(DOCUMENT, "document")           \
	X(AD_REFERENDUM, "ad_referendum") \
	X(SEALED, "sealed")               \
	X(VERSION, "version")             \
	X(ANSWER_BY, "answer_by_us")      \
	X(OFFER, "offer")                 \
	X(SCAN, "scan")                   \
	X(SIGNED, "signed_us")            \
	X(SIGNED_BY, "signed_by")         \
	X(FROM, "from_us")                \
	X(SUBJECT, "subject")             \
	X(LEVEL, "level")                 \
	X(CLAUSE, "clause")               \
	X(DONE, "done")                   \
	X(TEXT, "text")                   \
	X(SIGNATURE, "signature")
#define ACT_MEMBER_ENUM(name, text) ACT_MEMBER_##name,
enum act_member { ACT_MEMBER_MAP(ACT_MEMBER_ENUM) ACT_MEMBER_COUNT };
#undef ACT_MEMBER_ENUM

/* Names by member; what an entry of a kind must have, and what it may have, as bits by member. */
extern const char *const act_member_names[ACT_MEMBER_COUNT];
extern const uint32_t act_must[ENT_MEMO_ACT_COUNT];
extern const uint32_t act_may[ENT_MEMO_ACT_COUNT];

/* A party's id: 16 small hexadecimal digits. */
bool act_is_party(const char *text, size_t length);

#endif
