/* SPDX-License-Identifier: Apache-2.0 */
/*
 * terms_notice.h: which of the plans that `entente check --memorandum` reads are told later than the memorandum asks for.
 *
 * A clause on notice is of a kind, as one on minima. What is of no known kind, or of one without a clause, goes by the
 * longest usual notice of the document; that a thing is an emergency no file says. The version counts that is in force when
 * the plan begins.
 */
#ifndef ENTENTE_CLI_TERMS_NOTICE_H
#define ENTENTE_CLI_TERMS_NOTICE_H

#include "model.h"

struct check_terms;
struct ent_memodoc;

/* What is asked for of one kind of thing; all borrowed from the document. */
struct check_notice_asked {
	const char *clause; /* NULL: nothing is agreed */
	const char *text;   /* "24 h" */
	int64_t ahead_us;
	bool shorter; /* there is a shorter one for an emergency */
};

/* A plan that is told too late. */
struct check_late {
	uint32_t item;    /* the one of its group that begins first */
	uint32_t version; /* whose notice it had to keep */
	int64_t start_us; /* or ENT_TIME_UNBOUNDED_BEFORE */
	int64_t by_us;    /* it had to be told by then; likewise */
};

struct check_notice {
	int64_t told_utc_us;     /* the moment of telling */
	struct check_late *late; /* what begins first stands first; owned */
	size_t n_late, capacity;
};

/* What the document asks for. */
void check_notice_take(const struct ent_memodoc *doc,
		struct check_notice_asked ret_asked[CHECK_KIND_COUNT]);
/* Zeroed ones are fine. */
void check_notice_finish(struct check_notice *notice);

/* Of one thing, of which the items are seen one by one; zeroed before the first. */
struct check_seen {
	bool any, goes_on; /* an item that needs notice; one that is not over at the moment of telling */
	uint32_t item;    /* that begins first */
	uint32_t version; /* the first that speaks of it */
	int64_t start_us;
};
/* An item of which this version speaks first. A recording and what is filed already (--against) need no notice. */
void check_notice_see(const struct check_notice *notice, const struct check_model *model,
		size_t item, uint32_t version, struct check_seen *seen);
/* The thing as a whole; one that is over needs no notice either. E_MEMORY. */
ENT_MUST_USE ent_status check_notice_judge(struct check_notice *notice,
		const struct check_model *model, const struct check_seen *seen);
/* When all have been judged. */
void check_notice_sort(struct check_notice *notice);

/* What was asked for of it. */
const struct check_notice_asked *check_notice_of(
		const struct check_model *model, const struct check_late *late);

/* "plan-1 begins at ..., to be told by ... (clause 6.2: 3 d)"; shown as printable text. */
enum { CHECK_LATE_SIZE = 400 };
void check_show_late(const struct check_model *model, const struct check_late *late, char *text,
		size_t size);

#endif
