/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memodoc.h: a memorandum as a document: the exact bytes that parties sign, and what they say.
 * Depends on: base, seal, volume, memoterms.
 *
 * The document is one JSON object; docs/memorandum.schema.json and docs/formats.md say of what form. Every term stands in
 * a clause, every clause has an id of its own, and its text in each authentic language. What the document does not speak
 * of is not agreed: no look-up here has a default.
 *
 * Invariants of a document that was read: 1. ids of clauses, parties and members are unique; 2. every clause has a text
 * in exactly the authentic languages; 3. no text holds a character that steers a line (ent_text_steers) but an end of
 * line; 4. one clause a kind, subject or precedence in each section; 5. the fixed clauses are there; 6. suspension lets
 * tests, FLASH messages and the safety call go on; 7. sign_by <= effective_from < until.
 *
 * Times are microseconds since 1970 UTC, lengths millimetres. Words that stand in the document as people agreed on them
 * ("3 NM") are kept beside the figure.
 */
#ifndef ENTENTE_MEMODOC_H
#define ENTENTE_MEMODOC_H

#include "entente/base.h"
#include "entente/memoterms.h"
#include "entente/stream.h"
#include "entente/volume.h"

enum {
	ENT_MEMODOC_SIZE_MAX = 262144,
	ENT_MEMODOC_FAULTS_MAX = 32,
	ENT_MEMODOC_TEXT_MAX = 8000, /* characters of a clause's text in one language */
	ENT_MEMODOC_LANGUAGES_MAX = 8,
	ENT_MEMODOC_MEMBERS_MAX = 64, /* of one party's coalition */
	ENT_MEMODOC_AFFECTED_MAX = 32,
	ENT_MEMODOC_STEPS_MAX = 8, /* of an escalation */
	ENT_MEMODOC_OBLIGATIONS_MAX = ENT_MEMO_OBLIGATIONS_MAX,
	ENT_MEMODOC_OTHERS_MAX = 64,    /* clauses of text alone */
	ENT_MEMODOC_CLAUSES_MAX = 192,  /* in all */
	ENT_MEMODOC_VERTICES_MAX = 256, /* of a ring of the area, its closing one included */
	ENT_MEMODOC_RINGS_MAX = 8
};

#define ENT_MEMODOC_ENUM_(name, text) ENT_##name,

/* How much of a thing leaves its owner; in rising strictness. */
#define ENT_DISCLOSURE_MAP(X)          \
	X(DISCLOSURE_EXACT, "exact")   \
	X(DISCLOSURE_COARSE, "coarse") \
	X(DISCLOSURE_BLIND, "blind")
enum ent_disclosure { ENT_DISCLOSURE_MAP(ENT_MEMODOC_ENUM_) ENT_DISCLOSURE_COUNT };

/* Who learns that there is a conflict: the owner of what was disclosed, the others, or both. */
#define ENT_LEARNS_MAP(X)        \
	X(LEARNS_OWNER, "owner") \
	X(LEARNS_OTHER, "other") \
	X(LEARNS_BOTH, "both")
enum ent_learns { ENT_LEARNS_MAP(ENT_MEMODOC_ENUM_) ENT_LEARNS_COUNT };

/* How urgent a message is, the most urgent first. */
#define ENT_PRECEDENCE_MAP(X)                \
	X(PRECEDENCE_FLASH, "flash")         \
	X(PRECEDENCE_IMMEDIATE, "immediate") \
	X(PRECEDENCE_PRIORITY, "priority")   \
	X(PRECEDENCE_ROUTINE, "routine")
enum ent_precedence { ENT_PRECEDENCE_MAP(ENT_MEMODOC_ENUM_) ENT_PRECEDENCE_COUNT };

/* To whom what is not answered goes next. */
#define ENT_ROLE_MAP(X)                        \
	X(ROLE_WATCH_OFFICER, "watch-officer") \
	X(ROLE_DUTY_OFFICER, "duty-officer")   \
	X(ROLE_LINGUIST, "linguist")           \
	X(ROLE_RELEASING_AUTHORITY, "releasing-authority")
enum ent_role { ENT_ROLE_MAP(ENT_MEMODOC_ENUM_) ENT_ROLE_COUNT };

/* The finest GARS cell that a blind check may ask of, in minutes of arc. */
#define ENT_CELL_MAP(X)              \
	X(CELL_30_MIN, "30-minutes") \
	X(CELL_15_MIN, "15-minutes") \
	X(CELL_5_MIN, "5-minutes")
enum ent_cell { ENT_CELL_MAP(ENT_MEMODOC_ENUM_) ENT_CELL_COUNT };

/* What goes on while a memorandum is suspended. */
#define ENT_GOES_ON_MAP(X)                              \
	X(GOES_ON_TESTS, "tests")                       \
	X(GOES_ON_FLASH, "flash")                       \
	X(GOES_ON_SAFETY_CALL, "safety-call")           \
	X(GOES_ON_MESSAGES, "messages")                 \
	X(GOES_ON_RECEIPTS, "receipts")                 \
	X(GOES_ON_PROTECTED_PLACES, "protected-places") \
	X(GOES_ON_REPORTED_EVENTS, "reported-events")
enum ent_goes_on { ENT_GOES_ON_MAP(ENT_MEMODOC_ENUM_) ENT_GOES_ON_COUNT };
#undef ENT_MEMODOC_ENUM_

/* One text in some languages; codes as ISO 639 has them, "en". Borrowed from the document, as all texts here. */
struct ent_memodoc_words {
	uint32_t n;
	const char *language[ENT_MEMODOC_LANGUAGES_MAX], *text[ENT_MEMODOC_LANGUAGES_MAX];
};
/* NULL: there is none in that language. */
const char *ent_memodoc_words_in(const struct ent_memodoc_words *words, const char *language);

struct ent_memodoc_clause {
	const char *id; /* NULL: the document has no such clause */
	struct ent_memodoc_words text;
};
/* A quantity as it stands there, and in millimetres or microseconds. text NULL: none given. */
struct ent_memodoc_quantity {
	const char *text;
	int64_t value;
};
struct ent_memodoc_member {
	const char *id, *name;
};
struct ent_memodoc_party {
	const char *id, *name;
	struct ent_memodoc_member member[ENT_MEMODOC_MEMBERS_MAX];
	uint32_t n_members;
};
/* Between two flights, or a flight and a thing of the kind; strict: exactly so far apart is separated; where it is 0, touching is a conflict. */
struct ent_memodoc_minima {
	struct ent_memodoc_clause clause;
	struct ent_memodoc_quantity lateral, vertical, time; /* time: perhaps none */
	const char *source;
};
struct ent_memodoc_notice {
	struct ent_memodoc_clause clause;
	struct ent_memodoc_quantity at_least, emergency; /* emergency: perhaps none */
};
struct ent_memodoc_disclosure {
	struct ent_memodoc_clause clause;
	enum ent_disclosure class_;
	enum ent_learns learns;
	bool to[ENT_MEMO_PARTIES_MAX]; /* which parties are told, by their place; all when none is named */
};
struct ent_memodoc_deadline {
	struct ent_memodoc_clause clause;
	struct {
		struct ent_memodoc_quantity after; /* it was sent; rising */
		enum ent_role to;
	} step[ENT_MEMODOC_STEPS_MAX];
	uint32_t n_steps;
};
struct ent_memodoc_blind {
	struct ent_memodoc_clause clause;
	int64_t budget; /* checks that one party may ask of another in 'per' */
	struct ent_memodoc_quantity per;
	enum ent_cell finest_cell;
};
struct ent_memodoc_obligation {
	struct ent_memodoc_clause clause; /* its text says what is to be done */
	uint32_t owner;                   /* the party's place */
	int64_t due_utc_us;
	struct ent_hash content; /* as the terms have it */
};

/* Read only; arrays by kind, subject or precedence have a clause.id of NULL where nothing is agreed. */
struct ent_memodoc_parts {
	struct ent_memo_terms terms;
	struct ent_memodoc_words title;
	const char *authentic[ENT_MEMODOC_LANGUAGES_MAX];
	uint32_t n_authentic;
	struct ent_memodoc_party party[ENT_MEMO_PARTIES_MAX];
	struct ent_memodoc_member
			affected[ENT_MEMODOC_AFFECTED_MAX]; /* not present, and not bound */
	uint32_t n_affected;
	struct ent_memodoc_clause bound, validity, no_recognition, law_unaffected;
	struct {
		struct ent_memodoc_clause clause;
		struct ent_volume *volume; /* outline and band; no span */
		const char *floor, *ceiling;
		const char *radius; /* of a circle; else NULL */
	} area;
	struct ent_memodoc_clause level[ENT_MEMO_SUBJECT_COUNT];
	struct ent_memodoc_minima minima[ENT_MEMO_KIND_COUNT];
	struct ent_memodoc_notice notice[ENT_MEMO_KIND_COUNT];
	struct ent_memodoc_disclosure disclosure[ENT_MEMO_KIND_COUNT];
	struct {
		struct ent_memodoc_clause clause;
		struct ent_memodoc_quantity limit;
	} data_age;
	struct {
		struct ent_memodoc_clause clause;
		struct ent_memodoc_quantity after;
	} purge;
	struct {
		struct ent_memodoc_clause clause;
		struct ent_memodoc_quantity test_every, late_after;
		const char *language[ENT_MEMODOC_LANGUAGES_MAX];
		uint32_t n_languages;
		const char *primary, *reserve; /* ways between the desks, in words */
	} line;
	struct ent_memodoc_deadline deadline[ENT_PRECEDENCE_COUNT];
	struct {
		struct ent_memodoc_clause clause;
		struct ent_memodoc_quantity tolerance;
	} read_back;
	struct ent_memodoc_blind blind[ENT_MEMO_KIND_COUNT];
	struct ent_memodoc_obligation obligation[ENT_MEMODOC_OBLIGATIONS_MAX];
	uint32_t n_obligations;
	struct {
		struct ent_memodoc_clause clause;
		struct ent_memodoc_quantity notice; /* perhaps none: at once */
		bool goes_on[ENT_GOES_ON_COUNT];
	} suspension;
	struct {
		struct ent_memodoc_clause clause;
		struct ent_memodoc_words aid, air; /* n 0: the default */
	} labels;
	struct ent_memodoc_clause other[ENT_MEMODOC_OTHERS_MAX];
	uint32_t n_others;
};

/* Immutable; threads may share it. */
struct ent_memodoc;

/*
 * What is wrong, as far as it fits. 'form' is what the schema sees too; the others are of what it means: an order of
 * times, an id twice, an outline that crosses itself.
 */
struct ent_memodoc_faults {
	size_t n;    /* kept here */
	size_t more; /* that did not fit */
	struct {
		ent_status status;
		bool form;
		struct ent_fault fault; /* where: "clauses.minima[2].lateral" */
	} fault[ENT_MEMODOC_FAULTS_MAX];
};

/*
 * Copies the bytes. E_LIMIT: larger than ENT_MEMODOC_SIZE_MAX. E_SYNTAX, E_DOMAIN, E_LIMIT, E_EXISTS, E_MISSING,
 * E_SHAPE, E_REFUSED (a member for targets, weapons, sensors or force strength): the first of the faults' own.
 * E_MEMORY has no fault.
 */
ENT_MUST_USE ent_status ent_memodoc_read(const char *bytes, size_t size,
		struct ent_memodoc **ret_doc, struct ent_memodoc_faults *reterr_faults);
/* NULL is fine. */
void ent_memodoc_destroy(struct ent_memodoc *doc);

/* All borrowed, as long as the document lives. */
const struct ent_memodoc_parts *ent_memodoc_parts(const struct ent_memodoc *doc);
const struct ent_memo_terms *ent_memodoc_terms(const struct ent_memodoc *doc);
const char *ent_memodoc_bytes(const struct ent_memodoc *doc, size_t *ret_size);
/* The party's place; n_parties when it is none. */
uint32_t ent_memodoc_party(const struct ent_memodoc *doc, const char *id);
/* All clauses in the order in which a reader meets them; 'where' is the path, which lives as long. NULL: no more. */
const struct ent_memodoc_clause *ent_memodoc_clause_at(
		const struct ent_memodoc *doc, size_t i, const char **ret_where);

/*
 * --- Terms that act ---
 *
 * Each gives the value and the clause that it rests on, to be named by whatever applies it, with the hash of the version
 * (ent_memodoc_terms). E_MISSING: nothing is agreed on it.
 */

struct ent_memodoc_applied {
	const char *clause;
	struct ent_hash version;
};
ENT_MUST_USE ent_status ent_memodoc_look_level(const struct ent_memodoc *doc,
		enum ent_memo_subject subject, enum ent_memo_level *ret_level,
		struct ent_memodoc_applied *ret_applied);
/* time_us 0: none agreed. */
ENT_MUST_USE ent_status ent_memodoc_look_minima(const struct ent_memodoc *doc,
		enum ent_memo_kind kind, int64_t *ret_lateral_mm, int64_t *ret_vertical_mm,
		int64_t *ret_time_us, struct ent_memodoc_applied *ret_applied);
/* The time ahead; in an emergency the shorter one where it is agreed. */
ENT_MUST_USE ent_status ent_memodoc_look_notice(const struct ent_memodoc *doc,
		enum ent_memo_kind kind, bool emergency, int64_t *ret_ahead_us,
		struct ent_memodoc_applied *ret_applied);
/* For a recipient by its place; one that is not told at all is E_MISSING too. */
ENT_MUST_USE ent_status ent_memodoc_look_disclosure(const struct ent_memodoc *doc,
		enum ent_memo_kind kind, uint32_t recipient, enum ent_disclosure *ret_class,
		enum ent_learns *ret_learns, struct ent_memodoc_applied *ret_applied);
/* The step of an escalation, from 0; E_MISSING: there are not so many. */
ENT_MUST_USE ent_status ent_memodoc_look_deadline(const struct ent_memodoc *doc,
		enum ent_precedence precedence, uint32_t step, int64_t *ret_after_us,
		enum ent_role *ret_to, struct ent_memodoc_applied *ret_applied);
ENT_MUST_USE ent_status ent_memodoc_look_budget(const struct ent_memodoc *doc,
		enum ent_memo_kind kind, int64_t *ret_checks, int64_t *ret_per_us,
		enum ent_cell *ret_finest, struct ent_memodoc_applied *ret_applied);
ENT_MUST_USE ent_status ent_memodoc_look_data_age(const struct ent_memodoc *doc,
		int64_t *ret_limit_us, struct ent_memodoc_applied *ret_applied);
/* From the time of an entry to when the payload beside it is purged by all. */
ENT_MUST_USE ent_status ent_memodoc_look_purge(const struct ent_memodoc *doc, int64_t *ret_after_us,
		struct ent_memodoc_applied *ret_applied);
ENT_MUST_USE ent_status ent_memodoc_look_read_back(const struct ent_memodoc *doc,
		int64_t *ret_tolerance_mm, struct ent_memodoc_applied *ret_applied);
/* From declaring a suspension to its effect; 0: at once. */
ENT_MUST_USE ent_status ent_memodoc_look_suspension(const struct ent_memodoc *doc,
		int64_t *ret_notice_us, struct ent_memodoc_applied *ret_applied);
ENT_MUST_USE ent_status ent_memodoc_look_line(const struct ent_memodoc *doc,
		int64_t *ret_test_every_us, int64_t *ret_late_after_us,
		struct ent_memodoc_applied *ret_applied);

/* --- What the form is, from the same table that the reader goes by --- */

/* The JSON Schema (draft 2020-12). Statuses of 'write'. */
ENT_MUST_USE ent_status ent_memodoc_write_schema(ent_write_fn write, void *user);
/* A line a member: its path, what it is, what it takes. */
ENT_MUST_USE ent_status ent_memodoc_write_guide(ent_write_fn write, void *user);

#endif
