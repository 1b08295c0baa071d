/* SPDX-License-Identifier: Apache-2.0 */
/* mix.c: the table of mixes, and what each does next. */
#include "mix.h"

#include <string.h>

#include "run.h"

static enum load_step create_next(struct load_run *run, struct load_task *task) {
	return load_act_add(run, task, LOAD_INTENT) ? LOAD_SEND : LOAD_END;
}

static enum load_step choose_get(struct load_run *run, struct load_task *task) {
	task->verb = LOAD_GET;
	return load_act_pick(run, task, LOAD_INTENT, false) ? LOAD_SEND : LOAD_WAIT;
}

static enum load_step choose_query(struct load_run *run, struct load_task *task) {
	task->verb = LOAD_QUERY;
	task->slots = task->hits = LOAD_QUERY_HITS;
	return load_act_pick(run, task, LOAD_INTENT, false) ? LOAD_SEND : LOAD_WAIT;
}

/* --- busy --- */

/* The live intent that was filed first; false: each one is in use. */
static bool pick_oldest(struct load_run *run, struct load_task *task) {
	const uint32_t n = load_book_live(run->book, LOAD_INTENT);
	bool found = false;
	for (uint32_t i = 0; i < n; i++) {
		const uint32_t number = load_book_live_at(run->book, LOAD_INTENT, i);
		if (load_book_at(run->book, number)->writing || (found && number > task->record))
			continue;
		task->record = number;
		found = true;
	}
	task->kind = LOAD_INTENT;
	return found;
}

/* A create is followed by a delete of the oldest, so that the number of neighbours stays. */
static enum load_step choose_busy(struct load_run *run, struct load_task *task) {
	const uint32_t n = load_book_live(run->book, LOAD_INTENT);
	if (n > LOAD_BUSY_NEIGHBOURS + run->under_way[LOAD_DELETE] && pick_oldest(run, task)) {
		task->verb = LOAD_DELETE;
		return LOAD_SEND;
	}
	return create_next(run, task);
}

/* --- mixed --- */

/*
 * Of a thousand requests. A flight is planned (the area is asked for, the intent filed), activated and changed
 * about once more, looked at by others, and removed; some more are filed than removed. Subscriptions and
 * constraints last for hours and are few; constraints are mostly asked for.
 */
static const struct share {
	enum load_kind kind;
	enum load_verb verb;
	unsigned permille;
} shares[] = {
		{LOAD_INTENT, LOAD_QUERY, 240},
		{LOAD_INTENT, LOAD_CREATE, 160},
		{LOAD_INTENT, LOAD_UPDATE, 200},
		{LOAD_INTENT, LOAD_GET, 150},
		{LOAD_INTENT, LOAD_DELETE, 140},
		{LOAD_SUBSCRIPTION, LOAD_CREATE, 10},
		{LOAD_SUBSCRIPTION, LOAD_UPDATE, 10},
		{LOAD_SUBSCRIPTION, LOAD_GET, 20},
		{LOAD_SUBSCRIPTION, LOAD_QUERY, 20},
		{LOAD_SUBSCRIPTION, LOAD_DELETE, 9},
		{LOAD_CONSTRAINT, LOAD_CREATE, 4},
		{LOAD_CONSTRAINT, LOAD_UPDATE, 6},
		{LOAD_CONSTRAINT, LOAD_GET, 12},
		{LOAD_CONSTRAINT, LOAD_QUERY, 16},
		{LOAD_CONSTRAINT, LOAD_DELETE, 3},
};

enum { SHARES = sizeof shares / sizeof shares[0], PERMILLE = 1000, QUERY_SLOTS = 6 /* an hour */ };

static const struct share *draw(struct load_run *run) {
	uint32_t left = load_random_below(run, PERMILLE);
	size_t i = 0;
	for (; i + 1 < SHARES && left >= shares[i].permille; i++)
		left -= shares[i].permille;
	return &shares[i];
}

/* Most go on as planned; one in ten strays, and of these half come back. */
static enum load_state next_state(struct load_run *run, enum load_state state) {
	switch (state) {
	case LOAD_ACCEPTED:
		return LOAD_ACTIVATED;
	case LOAD_ACTIVATED:
		return load_random_below(run, 10) == 0 ? LOAD_NONCONFORMING : LOAD_ACTIVATED;
	case LOAD_NONCONFORMING:
		return load_random_below(run, 2) == 0 ? LOAD_ACTIVATED : LOAD_CONTINGENT;
	case LOAD_CONTINGENT:
	case LOAD_STATE_COUNT:
		break;
	}
	return LOAD_CONTINGENT;
}

static enum load_step choose_mixed(struct load_run *run, struct load_task *task) {
	const struct share *share = draw(run);
	const bool change = share->verb == LOAD_UPDATE || share->verb == LOAD_DELETE;
	if (share->verb == LOAD_CREATE)
		return load_act_add(run, task, share->kind) ? LOAD_SEND : LOAD_END;
	if (!load_act_pick(run, task, share->kind, change))
		return create_next(run, task);
	task->verb = share->verb;
	task->state = next_state(run, load_book_at(run->book, task->record)->state);
	task->slots = QUERY_SLOTS;
	task->hits = 0;
	return LOAD_SEND;
}

/* --- The table --- */

static const struct load_mix mixes[] = {
		{.name = "spread",
				.what = "creates of intents far from one another",
				.connections = 32,
				.connections_max = LOAD_CONNECTIONS_MAX,
				.places = LOAD_PLACES,
				.empty = true,
				.choose = create_next},
		{.name = "busy",
				.what = "creates in one cell, each with the key of 50 others, "
					"and deletes",
				.connections = 4,
				.connections_max = LOAD_BUSY_CONNECTIONS_MAX,
				.population = LOAD_BUSY_NEIGHBOURS,
				.places = 1,
				.together = true,
				.choose = choose_busy},
		{.name = "get",
				.what = "gets of one intent each",
				.connections = 32,
				.connections_max = LOAD_CONNECTIONS_MAX,
				.places = LOAD_PLACES,
				.choose = choose_get},
		{.name = "query",
				.what = "queries of areas with 20 intents each",
				.connections = 32,
				.connections_max = LOAD_CONNECTIONS_MAX,
				.places = LOAD_PLACES,
				.slots = LOAD_QUERY_HITS,
				.choose = choose_query},
		{.name = "mixed",
				.what = "what clients do in a day, in its shares",
				.connections = 32,
				.connections_max = LOAD_CONNECTIONS_MAX,
				.constraints_percent = 5,
				.subscriptions_percent = 10,
				.places = 4000,
				.choose = choose_mixed},
};

enum { MIXES = sizeof mixes / sizeof mixes[0] };

const struct load_mix *load_mix_find(const char *name) {
	for (size_t i = 0; i < MIXES; i++)
		if (strcmp(mixes[i].name, name) == 0)
			return &mixes[i];
	return NULL;
}

const struct load_mix *load_mix_at(size_t i) {
	return i < MIXES ? &mixes[i] : NULL;
}
