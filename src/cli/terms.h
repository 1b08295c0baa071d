/* SPDX-License-Identifier: Apache-2.0 */
/*
 * terms.h: the minima of a memorandum that `entente check` goes by, with the clauses and the version that they rest on;
 * and how much of what was read the memorandum speaks of.
 *
 * A clause on minima is of a kind: between a flight and a thing of the kind, or between two flights. Two things that are
 * no flights go by the larger of theirs. What is of no known kind, or of one without a clause, goes by the largest minima of
 * the document: a larger one misses nothing.
 *
 * A node has a version in force now, and perhaps others that are agreed to follow. Each has a time of its own, and a pair is
 * judged by those in whose time it is: where there are more, by the larger of each distance.
 */
#ifndef ENTENTE_CLI_TERMS_H
#define ENTENTE_CLI_TERMS_H

#include "entente/memo.h"
#include "entente/memodoc.h"
#include "options.h"
#include "terms_notice.h"

enum {
	CHECK_VERSIONS_MAX = 4,   /* that there are more is said, and from when on */
	CHECK_CLAUSES_MAX = 3,    /* one for each of lateral, vertical and time */
	CHECK_CLAUSES_SIZE = 128, /* of their ids as text */
	CHECK_BASIS_SIZE = CHECK_VERSIONS_MAX * (CHECK_CLAUSES_SIZE + 128),
	CHECK_NOTE_SIZE = 640
};

/* Of a kind that is known. */
static inline enum ent_memo_kind check_memo_kind(enum check_kind kind) {
	return (enum ent_memo_kind)(kind - CHECK_KIND_UNKNOWN - 1);
}

/* How far apart one sort of pair has to be by one version. */
struct check_apart {
	struct ent_minima minima;
	/* Of each; of the time NULL where it is 0; borrowed from the document. */
	const char *clause[CHECK_CLAUSES_MAX];
};

/* What ends it as far as is known now: its validity, or sooner what has been agreed or declared already. */
enum check_ending { CHECK_ENDS_VALID, CHECK_ENDS_REPLACED, CHECK_ENDS_SUSPENDED, CHECK_ENDS_LEFT };

struct check_version {
	struct ent_memodoc *doc;          /* owned */
	char hash[2 * ENT_HASH_SIZE + 1]; /* of its exact bytes */
	/* Between a flight and a thing of the kind; of UNKNOWN, and where nothing is agreed of one, the largest. */
	struct check_apart of[CHECK_KIND_COUNT];
	bool agreed[CHECK_KIND_COUNT];
	/* Likewise, and the longest. */
	struct check_notice_asked notice[CHECK_KIND_COUNT];
	bool notice_agreed[CHECK_KIND_COUNT];
	int64_t from_utc_us, until_utc_us; /* it speaks; no longer at its end; INT64_MAX: none */
	enum check_ending ending;
};

struct check_terms {
	struct check_version version[CHECK_VERSIONS_MAX]; /* in the order of their times */
	size_t n_versions;
	struct ent_minima largest; /* of all of them */
	struct check_notice notice;
	bool asked;    /* of a node that runs */
	bool in_force; /* it has the first one in force now */
	bool waiting;  /* it has acts of it that wait for what has not come */
	/* One more is agreed that was not read: what lies in its time is checked by versions of before, and not by it. */
	bool unread;
	char unread_hash[2 * ENT_HASH_SIZE + 1];
	int64_t unread_from_utc_us;
};

/* What one pair was judged by: the larger of what each of these versions says. */
struct check_basis {
	struct ent_minima minima;
	struct {
		const struct check_version *version;
		struct check_apart apart;
	} by[CHECK_VERSIONS_MAX];
	size_t n;
};

/* False: why not stands on standard error. */
bool check_terms_read(const struct check_options *options, struct check_terms *ret_terms);
/* Of any document, with its own validity as its time. False: it agrees on no minima. Takes the document over. */
bool check_version_take(struct ent_memodoc *doc, struct check_version *ret_version);
/* Zeroed ones are fine. */
void check_version_finish(struct check_version *version);
void check_terms_finish(struct check_terms *terms);
/* Those of a running node (terms_node.c). As check_terms_read. */
bool check_terms_ask(const struct check_options *options, struct check_terms *ret_terms);

/* Of two kinds in one version. */
struct check_apart check_apart_of(
		const struct check_version *version, enum check_kind a, enum check_kind b);
/* Only with a memorandum. */
void check_basis_of(const struct check_terms *terms, const struct check_item *a,
		const struct check_item *b, struct check_basis *ret_basis);
/* What these two are judged by: the model's own minima where there is no memorandum. */
struct ent_minima check_minima_of(const struct check_model *model, const struct check_item *a,
		const struct check_item *b);
/* With the tolerance in time of a track: it may be sooner at its first point, or later at its last. */
struct ent_span check_span_of(const struct check_item *item);

/* It speaks from its beginning on, and no longer at its end. */
bool check_is_beyond_time(const struct check_version *version, struct ent_span span);

/* Counts what the memorandum does not speak of, or not wholly. E_MEMORY, and what volume.h says of an outline. */
ENT_MUST_USE ent_status check_terms_cover(struct check_model *model, const struct ent_air *air);

/* --- What is said (terms_say.c) --- */

/* "hazard-area"; of UNKNOWN "". */
const char *check_kind_text(enum check_kind kind);
/* Something was read that is said to be of this kind, which is not that of flights. */
bool check_is_read(const struct check_model *model, enum check_kind kind);
/* Each once, in their order; returns how many. */
size_t check_clauses(const struct check_apart *apart, const char *ret_clause[CHECK_CLAUSES_MAX]);
/* "clause 5.1 of m-1, version 0123456789ab", of each version that it rests on. */
void check_show_basis(const struct check_model *model, const struct check_conflict *conflict,
		char text[CHECK_BASIS_SIZE]);
/* ", from 2026-01-05T12:00:00Z on"; "" where it is in force now, or nobody was asked. */
void check_show_from(const struct check_terms *terms, size_t version, char *text, size_t size);

/* Whoever writes lines as they come, without an end. */
struct check_lines {
	void (*say)(void *user, const char *line);
	void *user;
};
/* "minima of two flights, by clause 5.1: ...", and so on to its notice. */
void check_say_terms(
		const struct check_model *model, size_t version, const struct check_lines *lines);
/* What has to be said beside the answer. */
void check_say_notes(const struct check_model *model, const struct check_lines *lines);
void check_notice_notes(const struct check_model *model, const struct check_lines *lines);

#endif
