/* SPDX-License-Identifier: Apache-2.0 */
/* agreed.h: memoranda of parties that are measured: made of a document, drafted by one, signed by all. Depends on: seal, memo, memoranda. */
#ifndef ENTENTE_BENCH_AGREED_H
#define ENTENTE_BENCH_AGREED_H

#include "entente/memoranda.h"

enum { AGREED_MAX = 64, AGREED_OTHERS = 4 /* parties beside the first */ };
/* From when all run until the memoranda are in force; by then all have signed. */
#define AGREED_IN_US INT64_C(60000000)

struct agreed {
	char id[ENT_MEMO_ID_SIZE];
	char *document; /* for the program's whole life */
	struct ent_hash hash;
	int64_t from_utc_us;
};
/* Of the document of tests/data/memo that has three parties; false: it is not that. */
bool agreed_make(struct agreed *ret_agreed, unsigned number, const char *path,
		const char *const party[1 + AGREED_OTHERS], int64_t from_utc_us);
/* False: it is refused, or does not come to that in time. */
bool agreed_draft(const struct agreed *agreed, struct ent_memoranda *memoranda,
		const struct ent_sign_key *key);
/* Once the draft is here. */
bool agreed_sign(const struct agreed *agreed, struct ent_memoranda *memoranda,
		const struct ent_sign_key *key);
/* Until it is in force, signed by all. */
bool agreed_wait(const struct agreed *agreed, struct ent_memoranda *memoranda);

#endif
