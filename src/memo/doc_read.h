/* SPDX-License-Identifier: Apache-2.0 */
/* doc_read.h: what is shared by the files that read a memorandum whose form is right; see doc.c. */
#ifndef ENTENTE_MEMO_DOC_READ_H
#define ENTENTE_MEMO_DOC_READ_H

#include "doc_form.h"

enum { DOC_WHERE_SIZE = 40 };

struct ent_memodoc {
	struct ent_memodoc_parts parts;
	struct ent_json *json; /* whose texts the parts borrow */
	char *bytes;
	size_t size;
	const struct ent_memodoc_clause *clause[ENT_MEMODOC_CLAUSES_MAX]; /* in order */
	char where[ENT_MEMODOC_CLAUSES_MAX][DOC_WHERE_SIZE];
	size_t n_clauses;
};

struct reading {
	struct ent_memodoc *doc;
	struct ent_memodoc_parts *parts; /* of doc */
	struct ent_memodoc_faults *faults;
	struct ent_json_path path;
	ent_status status; /* E_MEMORY ends the reading */
};

/* The fault of what is meant, at a member of what the path names; "": at that itself. */
void doc_fault(struct reading *r, const char *member, ent_status status, const char *why_format,
		...) ENT_PRINTF(4, 5);
/* NULL when it is not there. */
const char *doc_text(struct ent_json_value object, const char *name);
/* Whose place in the closed set a word has. */
size_t doc_word(struct ent_json_value object, const char *name, const char *const *words);
/* Untouched when it is not there; a fault when it is out of range. */
void doc_length(struct reading *r, struct ent_json_value object, const char *name, int64_t most_mm,
		struct ent_memodoc_quantity *ret_quantity);
void doc_duration(struct reading *r, struct ent_json_value object, const char *name,
		int64_t least_us, int64_t most_us, struct ent_memodoc_quantity *ret_quantity);
void doc_time(struct reading *r, struct ent_json_value object, const char *name,
		int64_t *ret_utc_us);
void doc_words(struct reading *r, struct ent_json_value object, const char *name, bool authentic,
		struct ent_memodoc_words *ret_words);
/* Id and text; false when the clause's id was there before or there are too many. */
void doc_clause(struct reading *r, struct ent_json_value object,
		struct ent_memodoc_clause *ret_clause);

/* The area; the path names it. */
void doc_read_area(struct reading *r, struct ent_json_value area);
/* All clauses; the path names nothing yet. */
void doc_read_clauses(struct reading *r, struct ent_json_value root);

#endif
