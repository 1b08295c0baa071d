/* SPDX-License-Identifier: Apache-2.0 */
/*
 * line.h: the bare line between two parties: tests in both directions by turns, receipts, and what follows from them: is the
 * link up, late or lost? Depends on: base, seal, wire, ledger.
 *
 * Each party writes a ledger of its own, line/<its id>/<the peer's id>. A line is the fold of both, each by itself, so that
 * it is the same however they arrived between one another. All here is pure: entries come from ent_line_decide, which is
 * given the time, and change the line through ent_line_apply, which is not.
 *
 * 1. Time is divided into periods from 1970 on (an hour, or what a memorandum says). In each one side tests: of even
 *    periods the party whose id is less, of odd ones the other. A party that never tested does so at once.
 * 2. Who receives a test answers with a receipt, bound to the test's ledger, number and leaf hash.
 * 3. Each side logs how each period went: "heard" (the peer's test came), "answered" (ours has a receipt), or why not.
 *    Why is told only after a self-check, which is the caller's (struct ent_line_check).
 * 4. A test that comes late counts for its own period, so an old one from a stick makes no link look up. One of a period
 *    that is more than the terms' lateness ahead of our clock waits until it is not.
 * 5. A side's tests are of periods at least ENT_LINE_PERIOD_LEAST_US apart, and those from long before the line was opened
 *    (ENT_LINE_BEFORE_US) get no receipt: so what a peer writes, however much, makes us write only as time goes on. Of
 *    more than ENT_LINE_RECENT_MAX that come at once the oldest get none either.
 * 6. The link is late when, the terms' lateness after its beginning, a period has neither, lost when a second one has not. It
 *    says nothing about what the parties agreed, nor does that say anything about it: agreements are another module's.
 * 7. Class says nothing here: that bytes went over and came back is so, whatever they were for.
 * 8. A side that had to begin anew from an old copy goes on in a ledger of another epoch (docs/decisions/0021), whose first entry
 *    says so. The line is of each side's latest; receipts name the epoch that they are of, and no earlier one than those before.
 * 9. A purge receipt says that of the payload of an entry, of whatever ledger, nothing is at its author's any more. It changes
 *    nothing else: who wants to know keeps which there are.
 */
#ifndef ENTENTE_LINE_H
#define ENTENTE_LINE_H

#include "entente/base.h"
#include "entente/entry.h"
#include "entente/ledger.h"
#include "entente/json.h"

enum {
	ENT_LINE_NAME_SIZE = 80,    /* of a ledger's name, with terminator and epoch */
	ENT_LINE_ENTRY_SIZE = 1024, /* of an entry of a known kind, with terminator */
	/* Of a checkpoint of a line's ledger, with terminator: origin, size, root and one signature come to 290. */
	ENT_LINE_CHECKPOINT_SIZE = 384,
	ENT_LINE_ENTRY_MAX = 65536, /* bytes of one that is read */
	/* Tests and receipts of each side that are remembered: of 72 hours at the shortest period they are 216. */
	ENT_LINE_RECENT_MAX = 256
};

#define ENT_LINE_PERIOD_US (INT64_C(3600) * 1000000)
#define ENT_LINE_PERIOD_LEAST_US (INT64_C(600) * 1000000)
#define ENT_LINE_PERIOD_MOST_US (INT64_C(86400) * 1000000)
#define ENT_LINE_LATE_US (INT64_C(300) * 1000000)
/* Cards are not confirmed on both sides at once: who did it first tests from then on. */
#define ENT_LINE_BEFORE_US (INT64_C(30) * 86400 * 1000000)
/* Moments of entries: 1970 to the end of 9999, the last that RFC 3339 can name. */
#define ENT_LINE_TIME_MOST_US INT64_C(253402300799999999)

/* --- Entries --- */

/* OTHER: of a kind that this version does not know. It counts, and changes nothing else. */
#define ENT_LINE_KIND_MAP(X)       \
	X(OTHER, "")               \
	X(CHECK, "line-test")      \
	X(RECEIPT, "line-receipt") \
	X(RESULT, "line-result")   \
	X(EPOCH, "line-epoch")     \
	X(PURGE, "purge-receipt")
#define ENT_LINE_KIND_ENUM_(name, text) ENT_LINE_KIND_##name,
enum ent_line_kind { ENT_LINE_KIND_MAP(ENT_LINE_KIND_ENUM_) ENT_LINE_KINDS };
#undef ENT_LINE_KIND_ENUM_

/* How a period went. Nothing is known until somebody looked. */
#define ENT_LINE_RESULT_MAP(X)             \
	X(UNKNOWN, "unknown")              \
	X(HEARD, "heard")                  \
	X(ANSWERED, "answered")            \
	X(OUR_FAULT, "fault on our side")  \
	X(NO_PATH, "no path")              \
	X(NO_ANSWER, "path up, no answer") \
	X(REFUSED, "refused")
#define ENT_LINE_RESULT_ENUM_(name, text) ENT_LINE_##name,
enum ent_line_result { ENT_LINE_RESULT_MAP(ENT_LINE_RESULT_ENUM_) ENT_LINE_RESULTS };
#undef ENT_LINE_RESULT_ENUM_
/* Static text. */
const char *ent_line_result_text(enum ent_line_result result);

/* A plain value; what its kind does not have is 0. */
struct ent_line_entry {
	uint64_t seq;
	int64_t time_utc_us;
	enum ent_line_kind kind;
	enum ent_class class;
	/* CHECK, RESULT: of which period, by its beginning; and of a test how long it is. */
	int64_t period_from_utc_us, period_us;
	/* RECEIPT, PURGE: of which entry. EPOCH: the ledger before. */
	char ledger[ENT_LINE_NAME_SIZE];
	uint64_t number;
	struct ent_hash leaf;
	enum ent_line_result result;
	/* EPOCH: of the ledger before, as far as its author had it: the signed note. Empty: nothing of it. */
	char checkpoint[ENT_LINE_CHECKPOINT_SIZE];
};

/* The bytes of an entry of a known kind, terminated. Returns the length. */
size_t ent_line_entry_print(
		const struct ent_line_entry *entry, char ret_bytes[ENT_LINE_ENTRY_SIZE]);
/*
 * An entry has one spelling only: that of ent_line_entry_print; of a kind that is not known the members that all have stand
 * in front, in their order. E_SYNTAX with the member or the place; E_LIMIT; E_MEMORY.
 */
ENT_MUST_USE ent_status ent_line_entry_parse(struct ent_json *json, const char *bytes, size_t size,
		struct ent_line_entry *ret_entry, struct ent_fault *reterr_fault);

/* --- Epochs --- */

/*
 * Which one a ledger is of: the moment at which it was begun, in microseconds since 1970 UTC, so that two that were begun from one copy are
 * not the same; the first is 1, and is not written.
 */
enum { ENT_LINE_EPOCH_FIRST = 1 };
/* "line/<author>/<peer>", and of another epoch than the first "@<moment>" behind it. */
void ent_line_name(const char *author, const char *peer, int64_t epoch,
		char ret_name[ENT_LINE_NAME_SIZE]);
/* False: it is not the name of a ledger between these, exactly as it would be written. */
bool ent_line_name_read(const char *name, const char *author, const char *peer, int64_t *ret_epoch);

/* --- The line --- */

enum ent_line_side { ENT_LINE_OURS, ENT_LINE_THEIRS, ENT_LINE_SIDES };

/* What one party's ledger comes to. Its fields are the module's own. */
struct ent_line_half {
	char ledger[ENT_LINE_NAME_SIZE];
	int64_t epoch, receipts_epoch; /* its own; of the other side's ledger that its receipts are of */
	uint64_t size;
	int64_t time_utc_us;
	/* The last tests and receipts, in rings; 'n' counts all there ever were. */
	uint64_t n_tests, n_receipts;
	struct ent_line_test {
		uint64_t number;
		int64_t time_utc_us, period_from_utc_us;
		struct ent_hash leaf;
	} tests[ENT_LINE_RECENT_MAX];
	struct ent_line_receipt {
		uint64_t number;
		int64_t time_utc_us;
		struct ent_hash leaf;
	} receipts[ENT_LINE_RECENT_MAX];
	/* The last result, and the last good one. */
	enum ent_line_result result;
	int64_t result_from_utc_us;
	bool has_good;
	int64_t good_from_utc_us; /* its period */
	int64_t good_utc_us;      /* when it was written */
};

/* A plain value, to be copied when something is tried out. */
struct ent_line {
	char ids[ENT_LINE_SIDES][ENT_PARTY_ID_SIZE];
	int64_t opened_utc_us;
	/* What our ledger begins with, when it is not of the first epoch; the caller's to set. */
	char before[ENT_LINE_NAME_SIZE], checkpoint[ENT_LINE_CHECKPOINT_SIZE];
	struct ent_line_half half[ENT_LINE_SIDES];
};

/* Who is on a line, and of which epoch the ledger of each is. */
struct ent_line_ends {
	const char *ids[ENT_LINE_SIDES]; /* 16 hex digits each, not the same */
	int64_t epochs[ENT_LINE_SIDES];
};
/* Opened when the cards were confirmed. */
void ent_line_init(struct ent_line *line, const struct ent_line_ends *ends, int64_t opened_utc_us);
/* This side's ledger is of that epoch from now on, and nothing of it is applied. */
void ent_line_begin(struct ent_line *line, enum ent_line_side side, int64_t epoch);

/*
 * Takes the next entry of a side's ledger, whose bytes have this leaf hash. E_SYNTAX: it does not follow: another number,
 * not later, a test of a period too near to the one before, a receipt of another ledger than the other side's, or of an
 * entry before one that has a receipt, of an earlier epoch than the receipt before, or a beginning that is none. Then the line is as it was.
 */
ENT_MUST_USE ent_status ent_line_apply(struct ent_line *line, enum ent_line_side side,
		const struct ent_line_entry *entry, const struct ent_hash *leaf,
		struct ent_fault *reterr_fault);

/* --- Deciding --- */

/*
 * From the memorandum in force, else these of ent_line_terms_default. A period goes by what held when it began: who agrees on
 * shorter ones has not missed those that there would have been before.
 */
struct ent_line_terms {
	int64_t period_us;    /* ENT_LINE_PERIOD_LEAST_US..ENT_LINE_PERIOD_MOST_US */
	int64_t late_us;      /* less than the period */
	int64_t since_utc_us; /* from when on they hold; 0: always, and there are none before */
	int64_t before_period_us, before_late_us; /* what held until then, likewise */
	int64_t until_utc_us; /* when others may begin to hold; 0: that is not known */
};
struct ent_line_terms ent_line_terms_default(void);
bool ent_line_terms_ok(const struct ent_line_terms *terms);

/* What a self-check found, since the period began. */
struct ent_line_check {
	bool we_work; /* our network, clock, store and keys are well */
	bool path;    /* one of the peer's addresses could be reached */
	bool refused; /* the peer's node answered, and would not take it */
};
/* R3: what is wrong on our side comes first, for then nothing else is sure. */
enum ent_line_result ent_line_classify(const struct ent_line_check *check);

/*
 * The next entry that is to be written into our ledger now: a receipt, a test, a result. 'check' may be NULL: no self-check
 * was made, so no silence is classified. E_MISSING: nothing is due. Time goes on at least by one microsecond.
 */
ENT_MUST_USE ent_status ent_line_decide(const struct ent_line *line,
		const struct ent_line_terms *terms, const struct ent_line_check *check,
		enum ent_class class, int64_t now_utc_us, struct ent_line_entry *ret_entry);

/* --- Looking --- */

#define ENT_LINE_STATE_MAP(X)         \
	X(UNTESTED, "not tested yet") \
	X(UP, "up")                   \
	X(LATE, "late")               \
	X(LOST, "lost")
#define ENT_LINE_STATE_ENUM_(name, text) ENT_LINE_STATE_##name,
enum ent_line_state { ENT_LINE_STATE_MAP(ENT_LINE_STATE_ENUM_) ENT_LINE_STATES };
#undef ENT_LINE_STATE_ENUM_
const char *ent_line_state_text(enum ent_line_state state);

struct ent_line_view {
	enum ent_line_state state;
	uint64_t missed;          /* periods in a row */
	enum ent_line_result why; /* of the last one that was missed; UNKNOWN: nobody looked yet */
	bool wants_check;         /* a self-check is to be made now */
	bool has_good;
	int64_t good_utc_us;     /* when we last knew that it was up */
	int64_t expected_utc_us; /* when the next test begins */
	bool ours;               /* it is ours to make */
	/* Of this period nothing was heard or answered yet, and the peer's word is waited for since then. */
	bool waits;
	int64_t waits_since_utc_us;
	int64_t look_again_utc_us; /* when this changes if nothing comes, or something is to be decided */
	/* The peer's word on the same line, as far as its ledger is here. */
	bool peer_has_said;
	enum ent_line_result peer_result;
	int64_t peer_result_from_utc_us;
	/* Its clock: what it wrote is of a time to come. Which entry of its, and by how much. */
	bool peer_is_ahead;
	uint64_t peer_ahead_number;
	int64_t peer_ahead_us;
	/*
	 * Its last receipt is dated before our test that it is of, by more than the terms' lateness and the default's. Of which
	 * entry of ours, and by how much.
	 */
	bool peer_is_behind;
	uint64_t peer_behind_number;
	int64_t peer_behind_us;
	/* A receipt by the peer of what we did not write: its number. It does not count. */
	bool false_receipt;
	uint64_t false_receipt_number;
};
/* Our own ledger is to be applied as far as it is written. */
void ent_line_look(const struct ent_line *line, const struct ent_line_terms *terms,
		int64_t now_utc_us, struct ent_line_view *ret_view);

#endif
