/* SPDX-License-Identifier: Apache-2.0 */
/*
 * terms.h: the minima of a memorandum that `entente check` goes by, with the clauses and the version that they rest on;
 * and how much of what was read the memorandum speaks of.
 *
 * A clause on minima is of a kind. Two tracks are two flights; of what else stands in a file nobody has said of what kind
 * it is, so between it and anything the largest minima of the document hold: a larger one misses nothing.
 */
#ifndef ENTENTE_CLI_TERMS_H
#define ENTENTE_CLI_TERMS_H

#include "entente/memo.h"
#include "entente/memodoc.h"
#include "options.h"
#include "terms_notice.h"

enum check_pair { CHECK_PAIR_FLIGHTS, CHECK_PAIR_OTHER, CHECK_PAIR_COUNT };
enum {
	CHECK_CLAUSES_MAX = 3,    /* one for each of lateral, vertical and time */
	CHECK_CLAUSES_SIZE = 128, /* of their ids as text */
	CHECK_NOTE_SIZE = 320
};

/* What one sort of pair is judged by. */
struct check_basis {
	struct ent_minima minima;
	const char *clause[CHECK_CLAUSES_MAX]; /* no two the same; borrowed from the document */
	size_t n_clauses;
};

/* What ends it as far as is known now: its validity, or sooner what has been agreed or declared already. */
enum check_ending { CHECK_ENDS_VALID, CHECK_ENDS_REPLACED, CHECK_ENDS_SUSPENDED, CHECK_ENDS_LEFT };

struct check_terms {
	struct ent_memodoc *doc;
	char version[2 * ENT_HASH_SIZE + 1]; /* of its exact bytes */
	struct check_basis of[CHECK_PAIR_COUNT];
	struct check_notice notice;
	bool flights_agreed; /* false: there is no clause on minima between flights */
	bool asked;          /* of a node that runs, which has it in force now */
	bool waiting;        /* that node has acts of it that wait for what has not come */
	enum check_ending ending;
	int64_t until_utc_us; /* until when it speaks; INT64_MAX: no end is set */
};

/* False: why not stands on standard error. */
bool check_terms_read(const struct check_options *options, struct check_terms *ret_terms);
/* Of any document; of its notice all but the moment of telling. False: it agrees on no minima. Takes the document over. */
bool check_terms_take(struct ent_memodoc *doc, struct check_terms *ret_terms);
/* Zeroed ones are fine. */
void check_terms_finish(struct check_terms *terms);

enum check_pair check_pair_of(const struct check_item *a, const struct check_item *b);
/* What these two are judged by: the model's own minima where there is no memorandum. */
const struct ent_minima *check_minima_of(const struct check_model *model,
		const struct check_item *a, const struct check_item *b);
/* What a pair rests on; only with a memorandum. */
const struct check_basis *check_basis_of(
		const struct check_model *model, const struct check_conflict *conflict);
/* "two flights" */
const char *check_pair_text(enum check_pair pair);
/* "clause 5.1" or "clauses 5.1, 5.3" */
void check_show_clauses(const struct check_basis *rule, char *text, size_t size);

/* Counts what the memorandum does not speak of, or not wholly. E_MEMORY, and what volume.h says of an outline. */
ENT_MUST_USE ent_status check_terms_cover(struct check_model *model, const struct ent_air *air);
/* What has to be said beside the answer, one line each. False: there is no such note. */
bool check_terms_note(const struct check_model *model, unsigned i, char *text, size_t size);

#endif
