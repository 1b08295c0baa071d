/* SPDX-License-Identifier: Apache-2.0 */
/* memo_world.h: three documents of one memorandum, and a life in which parties do something about them. */
#ifndef ENTENTE_TESTS_MEMO_WORLD_H
#define ENTENTE_TESTS_MEMO_WORLD_H

#include "memo_acts.h"

enum { A, B, C, D };

struct world {
	struct ent_memo *memo;
	char document[4][ACTS_DOCUMENT_SIZE];
	struct ent_hash v1, v2, v3; /* v2 and v3 both replace v1 */
};

/* v1 between 'parties' is to be signed by 100, holds from 200 to 10000; v2 and v3 by 1000, from 2000 and from 3000. */
static inline struct world world_of(unsigned n, const char *parties) {
	struct world world = {.memo = acts_create(n)};
	CHECK(world.memo != NULL);
	acts_document(world.document[1], &world.v1, NULL, 100, 200, 10000, parties, "one");
	acts_document(world.document[2], &world.v2, &world.v1, 1000, 2000, 0, parties, "two");
	acts_document(world.document[3], &world.v3, &world.v1, 1000, 3000, 0, parties, "three");
	return world;
}

#define DO(party, act, now) CHECK(acts_do(world.memo, (party), (act), (now)) == ENT_MEMO_RULE_NONE)
#define REFUSED(name, party, act, now) \
	CHECK(acts_do(world.memo, (party), (act), (now)) == ENT_MEMO_RULE_##name)
#define STATUS(at) (acts_state(world.memo, (at)).status)

/* By all n, drafted by A. */
static inline void sign_first(struct world *of, unsigned n) {
	struct world world = *of;
	DO(A, acts_draft(world.document[1]), 10);
	for (unsigned i = 0; i < n; i++)
		DO(i, acts_sign(&world.v1), 20 + (int)i);
}

#endif
