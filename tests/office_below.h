/* SPDX-License-Identifier: Apache-2.0 */
/*
 * office_below.h: what stands below an office under test: office_others.c says what a test wants, office_real.c is the
 * real post, peers and memoranda, put together as a node does it.
 */
#ifndef ENTENTE_TESTS_OFFICE_BELOW_H
#define ENTENTE_TESTS_OFFICE_BELOW_H

#include "entente/office.h"

struct below_options {
	const char *data;
	bool party, settable_clock;
	struct ent_store *store;
	int64_t (*clock)(void *user);
	void (*say)(void *user, enum ent_scribe_say severity, const char *text);
};
struct below {
	struct ent_scribe *scribe;
	struct ent_post *post; /* NULL, as those behind it: no party */
	struct ent_peers *peers;
	struct ent_memoranda *memoranda;
	struct below_own *own; /* whichever's */
};
ent_status below_begin(
		const struct below_options *options, struct below *below, struct ent_fault *fault);
/* The office that is told what happens; it may be told of nothing before. */
void below_set_office(struct below *below, struct ent_office *office);
/* When the office has ended, before it is destroyed. */
void below_end(struct below *below);

#endif
