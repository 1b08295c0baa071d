/* SPDX-License-Identifier: Apache-2.0 */
/* entries.h: what ledgers are measured with: entries of 500 bytes, JSON, and a fold that parses each. Depends on: base, wire, scribe. */
#ifndef ENTENTE_BENCH_ENTRIES_H
#define ENTENTE_BENCH_ENTRIES_H

#include "entente/json.h"
#include "entente/scribe.h"

enum { ENTRY_SIZE = 500, ENTRIES_AT_ONCE = 1024 };

/* The fold: a sum over a member. */
struct sum {
	struct ent_json *json;
	int64_t sum;
};
struct ent_scribe_fold sum_fold(struct sum *sum);

/* ENTRY_SIZE bytes, terminated. */
void entry_print(char ret_bytes[ENTRY_SIZE + 1], uint64_t seq, int64_t time_us);
/* One such entry for each command. */
ent_status entry_decide(void *state, const void *command, struct ent_scribe_draft *draft,
		struct ent_fault *reterr_fault);
/* The machine's. */
int64_t entry_clock(void *user);

#endif
