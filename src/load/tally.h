/* SPDX-License-Identifier: Apache-2.0 */
/* tally.h: what is counted while a mix is played. */
#ifndef ENTENTE_LOAD_TALLY_H
#define ENTENTE_LOAD_TALLY_H

#include "book.h"
#include "histogram.h"

/* What is done to them: name, method. */
#define LOAD_VERB_MAP(X)              \
	X(CREATE, "create", "PUT")    \
	X(UPDATE, "update", "PUT")    \
	X(DELETE, "delete", "DELETE") \
	X(GET, "get", "GET")          \
	X(QUERY, "query", "POST")
#define LOAD_VERB_ENUM_(name, text, method) LOAD_##name,
enum load_verb { LOAD_VERB_MAP(LOAD_VERB_ENUM_) LOAD_VERB_COUNT };
#undef LOAD_VERB_ENUM_

enum { LOAD_STATUSES = 600, LOAD_STATUS_LOST = 0 };

/* Zeroed is empty. Large, so from the heap. */
struct load_tally {
	uint64_t requests; /* that were sent, and are answered or lost */
	uint64_t conflicts; /* creates that were answered 409, and were sent again with a greater key */
	uint64_t errors; /* other answers than those that were expected, and none */
	uint64_t by_status[LOAD_STATUSES]; /* of the errors */
	struct load_histogram took;        /* of all that were answered */
	struct load_histogram by_act[LOAD_KIND_COUNT][LOAD_VERB_COUNT];
	int64_t start_mono_ns, end_mono_ns;
	int64_t cpu_us; /* of this process, in between */
};

/* What the check at the end has found. */
struct load_checked {
	uint64_t live, gone; /* records of either standing */
	uint64_t looked_at;  /* of both */
	uint64_t unknown;    /* not checked, since nobody knows what became of them */
	uint64_t wrong;
};

#endif
