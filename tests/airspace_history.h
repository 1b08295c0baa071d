/* SPDX-License-Identifier: Apache-2.0 */
/* airspace_history.h: a random history of an airspace, and the next command of it. */
#ifndef ENTENTE_TESTS_AIRSPACE_HISTORY_H
#define ENTENTE_TESTS_AIRSPACE_HISTORY_H

#include "airspaces.h"

enum { HISTORY_KEY_MAX = 64, NOTED_MAX = 512, STEPS_MAX = 40 };
enum { OVNS_MAX = 1 << 16, USED_MAX = 1 << 12 };

/* What a version knew of a subscription. */
struct noted {
	struct ent_uuid id;
	uint64_t index;
};

/* A requested OVN suffix, and the intent that had it. */
struct used {
	struct ent_uuid id, suffix;
};

struct kept_entry {
	char *bytes; /* with padding behind them */
	size_t size;
};

struct history {
	uint64_t seed;
	int64_t now_utc_us;
	struct ent_fold *decided, *replayed;
	struct ent_json *json;
	struct ent_airspace_outcome outcome;
	struct kept_entry *entry; /* not yet published */
	size_t n_entries;
	struct noted noted[NOTED_MAX]; /* before the step */
	size_t n_noted;
	uint64_t *ovns;             /* hashes of those that were made, open hashing */
	struct used used[USED_MAX]; /* ever; those from 'n_used_published' on may be discarded */
	size_t n_used, n_used_published;
	unsigned reused;                            /* refusals for it */
	struct ent_fold_version *sealed[STEPS_MAX]; /* not yet published */
	size_t n_sealed;
	unsigned counts[ENT_COMMAND_KIND_COUNT][ENT_REFUSAL_COUNT];
};

static inline uint64_t below(struct history *history, uint64_t n) {
	return test_random(&history->seed) % n;
}

static inline bool one_in(struct history *history, uint64_t n) {
	return below(history, n) == 0;
}

/* Around 47 N 8 E and now; 'bounded': with altitudes. Owned. */
struct ent_extent *some_extent(struct history *history, bool bounded);
/* Against the open version; mostly such a one as is not refused. 'key' has room for HISTORY_KEY_MAX. */
void choose(struct history *history, struct ent_command *command, struct ent_ovn *key);

#endif
