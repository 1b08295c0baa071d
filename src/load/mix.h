/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mix.h: the mixes of requests that a run can be of: one table. A mix files a population first, which is not
 * counted, and then says for each free connection what it is to do next.
 */
#ifndef ENTENTE_LOAD_MIX_H
#define ENTENTE_LOAD_MIX_H

#include "client.h"

struct load_run;
struct load_task;

struct load_mix {
	const char *name, *what;
	unsigned connections, connections_max; /* when not given, and at most */
	uint32_t population;                   /* intents; 0: as many as the command line says */
	/* For each hundred intents. */
	uint32_t constraints_percent, subscriptions_percent;
	uint32_t places, slots; /* of the field (field.h) */
	bool empty;             /* there is no population */
	bool together; /* all intents are at one spot, so that their keys name one another */
	/* Sets verb, kind and record, and what goes with the verb. */
	enum load_step (*choose)(struct load_run *run, struct load_task *task);
};

enum {
	LOAD_BUSY_NEIGHBOURS = 50,      /* live intents in the busy cell */
	LOAD_BUSY_CONNECTIONS_MAX = 64, /* each may add one more */
	LOAD_QUERY_HITS = 20
};

/* NULL: none of that name. */
const struct load_mix *load_mix_find(const char *name);
/* NULL behind the last; the first is the default. */
const struct load_mix *load_mix_at(size_t i);

#endif
