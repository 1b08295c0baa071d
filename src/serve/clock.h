/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clock.h: the time that the node goes by. Depends on: base.
 *
 * What is written at a wrong time cannot be taken back: all that had ended by then has expired, durably, and the time
 * of a ledger only grows. So the machine's clock is followed as long as a clock that cannot be set agrees with it:
 *
 *                       set by more than CLOCK_STEP_MAX_US
 *     first look -> agreed -----------------------------> doubted -+ set again: the wait begins anew
 *                     ^ ^--- back where it would have been ---| ^  |
 *                     +----- stayed for CLOCK_STAY_US: adopted -+  +-+
 *
 *  1. Agreed: the time is the machine's clock.
 *  2. Doubted: the time is the last one agreed, and what has passed since by the clock that cannot be set.
 *  3. Time goes back only by a step that is small, or by adoption; entries' times never do (decide.c).
 *
 * A clock that can be set (docs/decisions/0020) is another thing, for trying out: it begins with the machine's, or with the
 * ledgers' last entry when that is later, and from then on goes by the clock that cannot be set alone. People set it, and only
 * forward: what the machine's clock does meanwhile is nothing to it.
 */
#ifndef ENTENTE_SERVE_CLOCK_H
#define ENTENTE_SERVE_CLOCK_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Not options: a machine that would need others needs a better clock.
 * STEP: more than slewing, leap seconds and the small steps of a clock that is kept by NTP; far less than the minutes
 * in which plans are made and the hours after which they expire.
 * STAY: time for whatever set it wrongly to set it right, and for a person, who is told at once, to do so; and a plan
 * that expires so much later than it should harms nobody.
 */
#define CLOCK_STEP_MAX_US INT64_C(10000000)
#define CLOCK_STAY_US INT64_C(300000000)

enum clock_event { CLOCK_NOTHING, CLOCK_SET, CLOCK_CAME_BACK, CLOCK_ADOPTED };

/* All zero: nothing is agreed yet. */
struct clock_state {
	bool begun, doubted;
	/* The machine's clock less the one that cannot be set: where it is agreed, and while doubted, where it is. */
	int64_t agreed_us, doubted_us;
	int64_t since_us; /* it is there, by the clock that cannot be set */
};

struct clock_told {
	int64_t time_utc_us;
	int64_t ahead_us; /* the machine's clock, of that time; not 0 while it is doubted, else 0 */
	enum clock_event event; /* what this look has found */
	int64_t set_by_us;      /* of CLOCK_SET and CLOCK_ADOPTED */
};

/* Looks at both clocks: 'steady_us' is of one that cannot be set and goes on while the machine sleeps. */
struct clock_told clock_look(struct clock_state *state, int64_t wall_utc_us, int64_t steady_us);

/* The machine's, for all threads; it says in the log what it finds. */
struct clock {
	pthread_mutex_t lock;
	struct clock_state state;
	bool settable;
	int64_t set_us; /* of a settable one: its time less the clock that cannot be set */
};

#define CLOCK_INIT \
	{ .lock = PTHREAD_MUTEX_INITIALIZER }

/* Microseconds since 1970 UTC, to decide by. */
int64_t clock_time(struct clock *clock);
/*
 * From now on it can be set: it is what the machine's is, or 'not_before_us' when that is later. Before other threads look at
 * it.
 */
void clock_make_settable(struct clock *clock, int64_t not_before_us);
/* Of a settable one. False, and nothing has changed: that is not later than it is. */
bool clock_set(struct clock *clock, int64_t now_utc_us);
/* How far the machine's clock is ahead of it; 0 while it is followed, and of one that can be set. */
int64_t clock_ahead(struct clock *clock);

#endif
