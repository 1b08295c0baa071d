/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memoterms.h: what of a memorandum its life depends on: whose it is, until when it may be signed, from when
 * it acts, what it replaces, and the words that both its document and its life use. Depends on: base, seal.
 *
 * memodoc.h reads it from the document's bytes; memo.h folds the acts of the parties under it. Times are
 * microseconds since 1970 UTC.
 */
#ifndef ENTENTE_MEMOTERMS_H
#define ENTENTE_MEMOTERMS_H

#include "entente/base.h"
#include "entente/entry.h"
#include "entente/seal.h"

enum {
	ENT_MEMO_ID_SIZE = 41, /* of a memorandum: a-z, 0-9, '-'; with terminator */
	ENT_MEMO_PARTIES_MIN = 2,
	ENT_MEMO_PARTIES_MAX = 16,
	ENT_MEMO_OBLIGATIONS_MAX = 64
};

/* What parties tell one another of; kinds never mix. Name in code, name in text. */
#define ENT_MEMO_KIND_MAP(X)                      \
	X(FLIGHT, "flight")                       \
	X(RESERVED_AIRSPACE, "reserved-airspace") \
	X(HAZARD_AREA, "hazard-area")             \
	X(PROTECTED_PLACE, "protected-place")     \
	X(RESERVED_POSITION, "reserved-position")

#define ENT_MEMO_KIND_ENUM_(name, text) ENT_MEMO_##name,
enum ent_memo_kind { ENT_MEMO_KIND_MAP(ENT_MEMO_KIND_ENUM_) ENT_MEMO_KIND_COUNT };
#undef ENT_MEMO_KIND_ENUM_

/* What a level is agreed on: the kinds, in their order, and what else is dealt with together. */
#define ENT_MEMO_SUBJECT_MAP(X)             \
	ENT_MEMO_KIND_MAP(X)                \
	X(REPORTED_EVENT, "reported-event") \
	X(CEASE_FIRE, "cease-fire")

#define ENT_MEMO_SUBJECT_ENUM_(name, text) ENT_MEMO_SUBJECT_##name,
enum ent_memo_subject { ENT_MEMO_SUBJECT_MAP(ENT_MEMO_SUBJECT_ENUM_) ENT_MEMO_SUBJECT_COUNT };
#undef ENT_MEMO_SUBJECT_ENUM_

/* In rising order: a level goes up by all, down by one. NONE: the memorandum does not speak of the subject. */
#define ENT_MEMO_LEVEL_MAP(X)   \
	X(NONE, "none")         \
	X(EXCHANGE, "exchange") \
	X(COORDINATION, "coordination")

#define ENT_MEMO_LEVEL_ENUM_(name, text) ENT_MEMO_LEVEL_##name,
enum ent_memo_level { ENT_MEMO_LEVEL_MAP(ENT_MEMO_LEVEL_ENUM_) ENT_MEMO_LEVEL_COUNT };
#undef ENT_MEMO_LEVEL_ENUM_

/* A plain value. */
struct ent_memo_terms {
	char memorandum[ENT_MEMO_ID_SIZE]; /* the same in all versions */
	struct ent_hash hash;              /* SHA-256 of this version's exact bytes */
	bool replaces_given;               /* false: the first version */
	struct ent_hash replaces;          /* of the version before */
	/* In the document's order, no two the same. */
	char party[ENT_MEMO_PARTIES_MAX][ENT_PARTY_ID_SIZE];
	uint32_t n_parties;
	int64_t sign_by_utc_us;
	int64_t effective_from_utc_us; /* at or after sign_by_utc_us */
	int64_t valid_until_utc_us;    /* after effective_from_utc_us; INT64_MAX: no end is set */
	int64_t test_every_us, late_after_us; /* of the line between the desks; 0: none is agreed */
	int64_t suspension_notice_us; /* from declaring a suspension to its effect; 0: at once */
	int64_t purge_after_us; /* from an entry's time to the purge of its payload; 0: none is agreed */
	enum ent_memo_level level[ENT_MEMO_SUBJECT_COUNT];
	/* SHA-256 of what each obligation is: its clause's id, owner, due date and text. The same in two versions: the same obligation. */
	struct ent_hash obligation[ENT_MEMO_OBLIGATIONS_MAX];
	uint32_t n_obligations;
};

#endif
